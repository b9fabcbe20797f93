/* POWER: a processor is its model; a guest may also have an older generation's instruction set ("host-model" with the
 * name of a compatibility mode). */
#include "arch.h"
#include "tables.h"

#include <string.h>

static const char *const names[] = { "ppc64", "ppc64le", NULL };

/* Compatibility modes, from the oldest, and the model that brought each. */
static const struct {
        const char *mode;
        const char *model;
} generations[] = {
        { "power6", "POWER6" }, { "power7", "POWER7" },   { "power8", "POWER8" },
        { "power9", "POWER9" }, { "power10", "POWER10" },
};

static const Ppc64Model *find_model(const char *name)
{
        for (size_t i = 0; i < n_ppc64_models; i++)
                if (strcmp(ppc64_models[i].name, name) == 0)
                        return &ppc64_models[i];
        return NULL;
}

static int model_of(const Cpu *cpu, const Ppc64Model **ret, Error *err)
{
        if (!cpu->model)
                return error_set(err, VIR_ERR_INVALID_ARG, "no CPU model specified");
        *ret = find_model(cpu->model);
        if (!*ret)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Unknown CPU model %s", cpu->model);
        return 0;
}

static GStrv model_names(void)
{
        GStrv list = g_new0(char *, n_ppc64_models + 1);

        for (size_t i = 0; i < n_ppc64_models; i++)
                list[i] = g_strdup(ppc64_models[i].name);
        return list;
}

/* Documents of libvirt before 1.3 name the revision of the chip as well: "POWER7+_v2.1". */
static const char *model_vendor(const char *name)
{
        const Ppc64Model *model = find_model(name);

        return model ? model->vendor : NULL;
}

static void convert_legacy(Cpu *guest)
{
        static const char *const revised[] = { "POWER7", "POWER8" };
        const char *rest;

        for (size_t i = 0; guest->model && i < G_N_ELEMENTS(revised); i++) {
                if (!g_str_has_prefix(guest->model, revised[i]))
                        continue;
                rest = guest->model + strlen(revised[i]);
                if (!g_str_has_prefix(rest, "_v") && !g_str_has_prefix(rest, "+_v"))
                        continue;
                g_free(guest->model);
                guest->model = g_strdup(revised[i]);
                return;
        }
}

static int generation_of(const char *mode, bool of_model)
{
        for (int i = 0; i < (int)G_N_ELEMENTS(generations); i++)
                if (strcmp(of_model ? generations[i].model : generations[i].mode, mode) == 0)
                        return i;
        return -1;
}

static int compare_mode(const Ppc64Model *host, const char *mode, virCPUCompareResult *ret, char **ret_why, Error *err)
{
        int wanted = generation_of(mode, false), has = generation_of(host->name, true);

        if (wanted < 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Unknown compatibility mode %s", mode);
        if (wanted > has)
                return cpu_incompatible(ret, ret_why, "CPU model %s does not know the compatibility mode %s",
                                        host->name, mode);
        *ret = VIR_CPU_COMPARE_IDENTICAL;
        return 0;
}

static int compare(const CpuDefinition *host, const CpuDefinition *cpu, virCPUCompareResult *ret, char **ret_why,
                   Error *err)
{
        g_autoptr(Cpu) wanted = cpu_copy(cpu->cpu);
        const Ppc64Model *host_model, *model;

        if (!cpu_arch_fits(cpu, names))
                return cpu_incompatible(ret, ret_why, "CPU arch %s does not match host arch", cpu->arch);
        if (wanted->vendor && g_strcmp0(wanted->vendor, host->cpu->vendor) != 0)
                return cpu_incompatible(ret, ret_why, "host CPU vendor does not match required CPU vendor %s",
                                        wanted->vendor);
        if (model_of(host->cpu, &host_model, err) < 0)
                return -1;
        *ret = VIR_CPU_COMPARE_IDENTICAL;
        if (wanted->mode == CPU_MODE_HOST_PASSTHROUGH || wanted->mode == CPU_MODE_MAXIMUM)
                return 0;
        if (wanted->mode == CPU_MODE_HOST_MODEL)
                return wanted->model ? compare_mode(host_model, wanted->model, ret, ret_why, err) : 0;
        convert_legacy(wanted);
        if (model_of(wanted, &model, err) < 0)
                return -1;
        if (model != host_model)
                return cpu_incompatible(ret, ret_why, "host CPU model does not match required CPU model %s",
                                        model->name);
        return 0;
}

/* Nothing depends on the host: QEMU knows compatibility modes by name. */
static int update(Cpu *guest G_GNUC_UNUSED, const CpuDefinition *host G_GNUC_UNUSED, Error *err G_GNUC_UNUSED)
{
        return 0;
}

static bool known_vendor(const char *vendor)
{
        for (size_t i = 0; i < n_ppc64_vendors; i++)
                if (strcmp(ppc64_vendors[i], vendor) == 0)
                        return true;
        return false;
}

static int baseline(CpuDefinition *const *cpus, size_t n_cpus, GPtrArray *models, unsigned flags G_GNUC_UNUSED,
                    Cpu **ret, Error *err)
{
        const char *vendor = NULL;
        const Ppc64Model *first, *model;

        if (model_of(cpus[0]->cpu, &first, err) < 0)
                return -1;
        if (models && !cpu_usable_model(models, first->name))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "CPU model %s is not supported by hypervisor",
                                 first->name);
        for (size_t i = 0; i < n_cpus; i++) {
                const char *own = cpus[i]->cpu->vendor;

                if (model_of(cpus[i]->cpu, &model, err) < 0)
                        return -1;
                if (model != first)
                        return error_set(err, VIR_ERR_OPERATION_FAILED, "CPUs are incompatible");
                if (own && !known_vendor(own))
                        return error_set(err, VIR_ERR_OPERATION_FAILED, "Unknown CPU vendor %s", own);
                if (own && strcmp(own, model->vendor) != 0)
                        return error_set(err, VIR_ERR_OPERATION_FAILED,
                                         "CPU vendor %s of model %s differs from vendor %s", model->vendor, model->name,
                                         own);
                if (own && vendor && strcmp(own, vendor) != 0)
                        return error_set(err, VIR_ERR_OPERATION_FAILED, "CPU vendors do not match");
                vendor = own ? own : vendor;
        }
        *ret = cpu_new();
        (*ret)->mode = CPU_MODE_CUSTOM;
        (*ret)->match = CPU_MATCH_EXACT;
        (*ret)->fallback = CPU_FALLBACK_FORBID;
        (*ret)->model = g_strdup(first->name);
        return 0;
}

static const Ppc64Model *find_version(uint32_t version)
{
        for (size_t i = 0; i < n_ppc64_models; i++)
                for (size_t j = 0; j < ppc64_models[i].n_versions; j++) {
                        const Ppc64Version *known = &ppc64_models[i].versions[j];

                        if ((version & known->mask) == known->value)
                                return &ppc64_models[i];
                }
        return NULL;
}

static int decode_version(uint32_t version, CpuDefinition **ret, Error *err)
{
        const Ppc64Model *model = find_version(version);

        if (!model)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "Cannot find CPU model with PVR 0x%08x", version);
        *ret = cpu_definition_new(true, "ppc64");
        (*ret)->cpu->model = g_strdup(model->name);
        (*ret)->cpu->vendor = g_strdup(model->vendor);
        return 0;
}

static int decode(const CpuData *data, bool host, GPtrArray *models, CpuDefinition **ret, Error *err)
{
        g_autoptr(CpuDefinition) found = NULL;

        if (!data->pvr.set)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "CPU data of ppc64 has no <pvr>");
        if (decode_version(data->pvr.value, &found, err) < 0)
                return -1;
        if (models && !cpu_usable_model(models, found->cpu->model))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "CPU model %s is not supported by hypervisor",
                                 found->cpu->model);
        found->host = host;
        if (!host) {
                found->cpu->mode = CPU_MODE_CUSTOM;
                found->cpu->match = CPU_MATCH_EXACT;
        }
        *ret = g_steal_pointer(&found);
        return 0;
}

const CpuArch cpu_ppc64 = {
        .names = names,
        .model_names = model_names,
        .model_vendor = model_vendor,
        .compare = compare,
        .update = update,
        .convert_legacy = convert_legacy,
        .baseline = baseline,
        .decode = decode,
        .decode_version = decode_version,
};
