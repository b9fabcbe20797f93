/* Which architecture answers. */
#include "arch.h"

#include <string.h>

static const CpuArch *const architectures[] = { &cpu_x86, &cpu_ppc64, &cpu_arm, &cpu_s390, &cpu_reported };

static const CpuArch *find_arch(const char *name, Error *err)
{
        for (size_t i = 0; name && i < G_N_ELEMENTS(architectures); i++)
                if (g_strv_contains(architectures[i]->names, name))
                        return architectures[i];
        error_set(err, VIR_ERR_NO_SUPPORT, "CPU models of architecture '%s' are not known", name ? name : "(none)");
        return NULL;
}

static int cannot(const char *arch, const char *what, Error *err)
{
        return error_set(err, VIR_ERR_NO_SUPPORT, "cannot %s CPUs of architecture '%s'", what, arch);
}

bool cpu_is_arch(const char *name)
{
        static const char *const known[] = {
                "aarch64", "alpha",        "armv6l",  "armv7b", "armv7l",   "cris",     "i686",        "ia64",
                "itanium", "lm32",         "m68k",    "mips",   "mips64",   "mips64el", "loongarch64", "microblaze",
                "mipsel",  "microblazeel", "or32",    "parisc", "ppc",      "parisc64", "ppc64",       "ppc64le",
                "ppcemb",  "riscv32",      "riscv64", "s390",   "s390x",    "sh4",      "sh4eb",       "sparc",
                "sparc64", "unicore32",    "x86_64",  "xtensa", "xtensaeb", NULL,
        };

        return g_strv_contains(known, name);
}

GStrv cpu_model_names(const char *arch, Error *err)
{
        const CpuArch *a = find_arch(arch, err);

        if (!a)
                return NULL;
        return a->model_names ? a->model_names() : g_new0(char *, 1);
}

const char *cpu_model_vendor(const char *arch, const char *model)
{
        const CpuArch *a = find_arch(arch, NULL);

        return a && a->model_vendor ? a->model_vendor(model) : NULL;
}

int cpu_compare(const CpuDefinition *host, const CpuDefinition *cpu, virCPUCompareResult *ret, char **ret_why,
                Error *err)
{
        const CpuArch *a = find_arch(host->arch, err);

        if (ret_why)
                *ret_why = NULL;
        if (!a)
                return -1;
        return a->compare ? a->compare(host, cpu, ret, ret_why, err) : cannot(host->arch, "compare", err);
}

bool cpu_can_compare(const char *arch)
{
        const CpuArch *a = find_arch(arch, NULL);

        return a && a->compare;
}

int cpu_update(Cpu *guest, const CpuDefinition *host, Error *err)
{
        const CpuArch *a = find_arch(host->arch, err);

        return a ? a->update(guest, host, err) : -1;
}

bool cpu_can_tell_live(const char *arch)
{
        const CpuArch *a = find_arch(arch, NULL);

        return a && a->update_live;
}

int cpu_update_live(const char *arch, Cpu *cpu, const CpuData *given, const char *const *denied, char **ret_extra,
                    char **ret_missing, Error *err)
{
        const CpuArch *a = find_arch(arch, err);

        if (!a)
                return -1;
        return a->update_live ? a->update_live(cpu, given, denied, ret_extra, ret_missing, err)
                              : cannot(arch, "look into running", err);
}

int cpu_translate(const char *arch, Cpu *guest, GPtrArray *models, Error *err)
{
        const CpuArch *a = find_arch(arch, err);

        if (!a)
                return -1;
        if (guest->mode != CPU_MODE_CUSTOM || !models || !guest->model || cpu_usable_model(models, guest->model))
                return 0;
        if (a->translate)
                return a->translate(guest, models, err);
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "CPU model %s is not supported by hypervisor", guest->model);
}

void cpu_convert_legacy(const char *arch, Cpu *guest)
{
        const CpuArch *a = find_arch(arch, NULL);

        if (a && a->convert_legacy && guest->mode == CPU_MODE_CUSTOM)
                a->convert_legacy(guest);
}

void cpu_deny_removed(const char *arch, Cpu *guest)
{
        const CpuArch *a = find_arch(arch, NULL);

        if (a && a->deny_removed)
                a->deny_removed(guest);
}

int cpu_baseline(const char *arch, CpuDefinition *const *cpus, size_t n_cpus, GPtrArray *models, unsigned flags,
                 Cpu **ret, Error *err)
{
        const CpuArch *a = find_arch(arch, err);
        g_autoptr(Cpu) cpu = NULL;

        if (!a)
                return -1;
        if (n_cpus == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "No CPUs given");
        for (size_t i = 0; i < n_cpus; i++)
                if (!cpus[i]->cpu->model)
                        return error_set(err, VIR_ERR_INVALID_ARG, "no CPU model specified at index %zu", i);
        if (!a->baseline)
                return cannot(arch, "compute baseline of", err);
        if (a->baseline(cpus, n_cpus, models, flags, &cpu, err) < 0)
                return -1;
        if (flags & VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES && cpu_expand(arch, cpu, err) < 0)
                return -1;
        *ret = g_steal_pointer(&cpu);
        return 0;
}

int cpu_expand(const char *arch, Cpu *cpu, Error *err)
{
        const CpuArch *a = find_arch(arch, err);

        if (!a)
                return -1;
        return a->expand ? a->expand(cpu, err) : 0; /* a model without features is spelled out as it is */
}

int cpu_add(CpuDefinition *cpu, const CpuDefinition *more, Error *err)
{
        Cpu *all = cpu_copy(more->cpu);
        int r = all->model ? cpu_expand(more->arch, all, err) : 0;

        for (size_t i = 0; r == 0 && i < all->n_features; i++)
                cpu_set_feature(cpu->cpu, all->features[i].name, CPU_POLICY_REQUIRE);
        cpu_free(all);
        return r;
}

int cpu_has_feature(const CpuDefinition *cpu, const char *feature, Error *err)
{
        const CpuArch *a = find_arch(cpu->arch, err);

        if (!a)
                return -1;
        return a->has_feature ? a->has_feature(cpu, feature, err) : cannot(cpu->arch, "look up features of", err);
}

int cpu_decode(const CpuData *data, bool host, GPtrArray *models, CpuDefinition **ret, Error *err)
{
        const CpuArch *a = find_arch(data->arch, err);

        if (!a)
                return -1;
        return a->decode ? a->decode(data, host, models, ret, err) : cannot(data->arch, "decode", err);
}

int cpu_decode_expansion(const char *arch, const Json *expansion, GPtrArray *models, CpuDefinition **ret, Error *err)
{
        const CpuArch *a = find_arch(arch, err);

        if (!a)
                return -1;
        if (!json_is_object(json_path(expansion, "model.props")))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "query-cpu-model-expansion reply data was missing 'model.props'");
        return a->decode_expansion ? a->decode_expansion(expansion, models, ret, err) : cannot(arch, "decode", err);
}

bool cpu_expansion_names_model(const char *arch)
{
        const CpuArch *a = find_arch(arch, NULL);

        return a && a->decode_expansion;
}

int cpu_decode_version(const char *arch, uint32_t version, CpuDefinition **ret, Error *err)
{
        const CpuArch *a = find_arch(arch, err);

        if (!a)
                return -1;
        return a->decode_version ? a->decode_version(version, ret, err) : cannot(arch, "decode", err);
}
