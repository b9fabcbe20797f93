/* Architectures whose models only the hypervisor knows: a processor is what QEMU says it is. */
#include "arch.h"

static const char *const s390_names[] = { "s390x", "s390", NULL };
static const char *const names[] = { "riscv64", "riscv32", "loongarch64", NULL };

static void add_feature(const char *name, Json *value, void *opaque)
{
        bool on;

        if (json_is_bool(value, &on))
                cpu_set_feature(opaque, name, on ? CPU_POLICY_REQUIRE : CPU_POLICY_DISABLE);
}

static int decode_expansion(const Json *expansion, GPtrArray *models, CpuDefinition **ret, Error *err)
{
        const char *model = json_get_string(json_get(expansion, "model"), "name");
        Cpu *cpu;

        if (!model)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "query-cpu-model-expansion reply data was missing 'model.name'");
        if (models && !cpu_usable_model(models, model))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "CPU model %s is not supported by hypervisor", model);
        *ret = cpu_definition_new(false, NULL);
        cpu = (*ret)->cpu;
        cpu->mode = CPU_MODE_CUSTOM;
        cpu->match = CPU_MATCH_EXACT;
        cpu->model = g_strdup(model);
        json_each(json_path(expansion, "model.props"), add_feature, cpu);
        return 0;
}

/* As the hypervisor's: x86's rules for "optional" need a host whose features are known. */
static int update(Cpu *guest, const CpuDefinition *host, Error *err)
{
        for (size_t i = 0; i < guest->n_features; i++)
                if (guest->features[i].policy == CPU_POLICY_OPTIONAL || guest->features[i].policy == CPU_POLICY_FORCE ||
                    guest->features[i].policy == CPU_POLICY_FORBID)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "policy '%s' of CPU feature '%s' is not supported on this architecture",
                                         CpuPolicy_names[guest->features[i].policy], guest->features[i].name);
        if (guest->match == CPU_MATCH_MINIMUM)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "match mode minimum not supported");
        if (guest->mode != CPU_MODE_HOST_MODEL)
                return 0;
        if (!host->cpu->model)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "the model of the host CPU is not known");
        cpu_take_model(guest, host->cpu);
        guest->mode = CPU_MODE_CUSTOM;
        guest->match = CPU_MATCH_EXACT;
        guest->fallback = CPU_FALLBACK_FORBID;
        return 0;
}

/* Mainframes are of one maker; what QEMU makes up for itself is of none. */
static const char *ibm(const char *model)
{
        static const char *const made_up[] = { "host", "max", "qemu", NULL };

        return g_strv_contains(made_up, model) ? NULL : "IBM";
}

const CpuArch cpu_s390 = {
        .names = s390_names,
        .model_vendor = ibm,
        .update = update,
        .decode_expansion = decode_expansion,
};

const CpuArch cpu_reported = {
        .names = names,
        .update = update,
        .decode_expansion = decode_expansion,
};
