/* The processor of a run: "host-model", "minimum" and models that QEMU lacks become one that it has. */
#include "argv/argv.h"

#include "caps/guest_cpu.h"

/* What emulation has of another processor is no host's. */
static bool is_native(const Domain *live, const QemuHost *host)
{
        return !host->cpu || qemu_arch_runs(host->cpu->arch, live->os.arch);
}

static int not_offered(const Domain *live, const QemuHost *host, Error *err)
{
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                         "CPU mode '%s' for %s %s domain on %s host is not supported by hypervisor",
                         enum_text(CpuMode, live->cpu->mode), live->os.arch, enum_text(VirtType, live->type),
                         host->cpu && host->cpu->arch ? host->cpu->arch : "this");
}

/* What a guest of @live's type can have of this host. @migratable: without what cannot move to another one. */
static CpuDefinition *offered(const Domain *live, const QemuCaps *caps, const QemuHost *host, bool migratable,
                              Error *err)
{
        g_autoptr(CpuDefinition) definition = cpu_definition_new(false, caps->arch->name);
        Cpu *cpu = NULL;

        if (is_native(live, host) && qemu_host_model(caps, live->type, host->cpu, migratable, &cpu, err) < 0)
                return NULL;
        if (!cpu) {
                not_offered(live, host, err);
                return NULL;
        }
        cpu_free(definition->cpu);
        definition->cpu = cpu;
        return g_steal_pointer(&definition);
}

static int compare(const CpuDefinition *host, const Domain *live, Error *err)
{
        CpuDefinition guest = { .arch = (char *)live->os.arch, .cpu = live->cpu };
        virCPUCompareResult result;
        g_autofree char *why = NULL;

        if (cpu_compare(host, &guest, &result, &why, err) < 0)
                return -1;
        if (result != VIR_CPU_COMPARE_INCOMPATIBLE)
                return 0;
        return error_set(err, VIR_ERR_CPU_INCOMPATIBLE, "%s", why ? why : live->cpu->model);
}

/* The machine is told the generation, the processor is the host's: argv_machine(). */
static int prepare_power(Domain *live, const QemuHost *host, Error *err)
{
        if (live->cpu->mode == CPU_MODE_HOST_MODEL && !is_native(live, host))
                return not_offered(live, host, err);
        if (live->cpu->mode != CPU_MODE_HOST_MODEL || !live->cpu->model || !host->cpu)
                return 0;
        return compare(host->cpu, live, err);
}

/* A model and features that are all decided do not depend on this host. */
static bool depends_on_host(const Cpu *cpu)
{
        for (size_t i = 0; i < cpu->n_features; i++)
                if (cpu->features[i].policy == CPU_POLICY_OPTIONAL)
                        return true;
        return cpu->mode == CPU_MODE_HOST_MODEL || cpu->match == CPU_MATCH_MINIMUM || cpu->match == CPU_MATCH_STRICT;
}

/* What the kernel counts as the processor's, but no guest can have. */
static void drop_host_only(Cpu *cpu)
{
        static const char *const names[] = { "cmt", "mbm_total", "mbm_local", "osxsave", "ospke", NULL };

        for (size_t i = cpu->n_features; i > 0; i--)
                if (g_strv_contains(names, cpu->features[i - 1].name))
                        rows_list_remove(&CpuFeature_rows, &cpu->features, &cpu->n_features, i - 1);
}

/* A definition of its own, to be freed. */
static CpuDefinition *given(const QemuHost *host)
{
        CpuDefinition *definition = cpu_definition_new(host->guest_cpu->host, host->guest_cpu->arch);

        cpu_free(definition->cpu);
        definition->cpu = cpu_copy(host->guest_cpu->cpu);
        drop_host_only(definition->cpu);
        return definition;
}

static int check_partly(const Domain *live, const QemuCaps *caps, const QemuHost *host, Error *err)
{
        g_autoptr(CpuDefinition) all = NULL;

        if (live->cpu->check != CPU_CHECK_PARTIAL || live->cpu->mode != CPU_MODE_CUSTOM)
                return 0;
        all = host->guest_cpu ? given(host) : offered(live, caps, host, false, err);
        if (!all)
                return -1;
        /* What the processor has counts, also where QEMU does not speak of it: what the guest got is seen when it runs. */
        if (!host->guest_cpu && live->type == VIRT_KVM && host->cpu && cpu_add(all, host->cpu, err) < 0)
                return -1;
        return compare(all, live, err);
}

static int update(Domain *live, const QemuCaps *caps, const QemuHost *host, Error *err)
{
        g_autoptr(CpuDefinition) definition = host->guest_cpu ? given(host) : offered(live, caps, host, true, err);

        return definition ? cpu_update(live->cpu, definition, err) : -1;
}

/* What is off anyway, and what QEMU would not understand. */
static void drop_needless(Domain *live, const QemuCaps *caps)
{
        Cpu *cpu = live->cpu;

        for (size_t i = cpu->n_features; i > 0; i--) {
                const CpuFeature *feature = &cpu->features[i - 1];
                bool off = feature->policy == CPU_POLICY_DISABLE || feature->policy == CPU_POLICY_FORBID;
                const char *name = cpu_qemu_feature(live->os.arch, feature->name);

                /* A property that QEMU dropped without a trace. */
                if (off &&
                    (g_strcmp0(feature->name, "pconfig") == 0 || qemu_caps_lacks_cpu_property(caps, live->type, name)))
                        rows_list_remove(&CpuFeature_rows, &cpu->features, &cpu->n_features, i - 1);
        }
}

static int resolve(Domain *live, const QemuCaps *caps, const QemuHost *host, Error *err)
{
        g_autoptr(GPtrArray) models = qemu_caps_usable_models(caps, live->type);

        if (check_partly(live, caps, host, err) < 0)
                return -1;
        if (depends_on_host(live->cpu) && update(live, caps, host, err) < 0)
                return -1;
        if (live->cpu->model && cpu_translate(caps->arch->name, live->cpu, models, err) < 0)
                return -1;
        if (live->cpu->mode == CPU_MODE_CUSTOM)
                cpu_deny_removed(caps->arch->name, live->cpu);
        if (domain_is_x86(live))
                drop_needless(live, caps);
        live->cpu->fallback = CPU_FALLBACK_FORBID;
        return 0;
}

int prepare_cpu(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err)
{
        Cpu *cpu = live->cpu;

        if (cpu && cpu->mode == CPU_MODE_HOST_PASSTHROUGH && live->type == VIRT_QEMU)
                return not_offered(live, host, err);
        if (!cpu || cpu->mode == CPU_MODE_NONE || cpu->mode == CPU_MODE_HOST_PASSTHROUGH ||
            cpu->mode == CPU_MODE_MAXIMUM || (cpu->mode == CPU_MODE_CUSTOM && !cpu->model))
                return 0;
        cpu_convert_legacy(live->os.arch, cpu);
        if (cpu->mode == CPU_MODE_CUSTOM && !domain_is_x86(live))
                cpu->fallback = CPU_FALLBACK_FORBID;
        if (domain_is_ppc64(live))
                return prepare_power(live, host, err);
        if (cpu->mode == CPU_MODE_CUSTOM && !domain_is_x86(live))
                return 0;
        return resolve(live, caps, host, err);
}
