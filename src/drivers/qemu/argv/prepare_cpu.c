/* The processor of a run: "host-model", "minimum" and models that QEMU lacks become one that it has. */
#include "argv/argv.h"

#include "caps/guest_cpu.h"

/* What a guest of @live's type can have of this host. @migratable: without what cannot move to another one. */
static CpuDefinition *offered(const Domain *live, const QemuCaps *caps, const QemuHost *host, bool migratable,
                              Error *err)
{
        g_autoptr(CpuDefinition) definition = cpu_definition_new(true, caps->arch->name);
        Cpu *cpu = NULL;

        if (qemu_host_model(caps, live->type, host->cpu, migratable, &cpu, err) < 0)
                return NULL;
        if (!cpu)
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                  "CPU mode '%s' for %s %s domain on this host is not supported by hypervisor",
                                  enum_text(CpuMode, live->cpu->mode), live->os.arch, enum_text(VirtType, live->type));
        rows_free(&Cpu_rows, definition->cpu);
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
        return error_set(err, VIR_ERR_CPU_INCOMPATIBLE, "the CPU is incompatible with host CPU%s%s", why ? ": " : "",
                         why ? why : "");
}

/* The machine is told the generation, the processor is the host's: argv_machine(). */
static int prepare_power(Domain *live, const QemuHost *host, Error *err)
{
        if (live->cpu->mode != CPU_MODE_HOST_MODEL || !live->cpu->model || !host->cpu)
                return 0;
        return compare(host->cpu, live, err);
}

static int resolve(Domain *live, const QemuCaps *caps, const QemuHost *host, Error *err)
{
        g_autoptr(CpuDefinition) migratable = NULL;
        g_autoptr(GPtrArray) models = qemu_caps_usable_models(caps, live->type);

        if (live->cpu->check == CPU_CHECK_PARTIAL && live->type == VIRT_KVM && live->cpu->mode == CPU_MODE_CUSTOM) {
                g_autoptr(CpuDefinition) all = host->guest_cpu ? NULL : offered(live, caps, host, false, err);

                if ((!all && !host->guest_cpu) || compare(all ? all : host->guest_cpu, live, err) < 0)
                        return -1;
        }
        if (!host->guest_cpu) {
                migratable = offered(live, caps, host, true, err);
                if (!migratable)
                        return -1;
        }
        if (cpu_update(live->cpu, migratable ? migratable : host->guest_cpu, err) < 0 ||
            cpu_translate(caps->arch->name, live->cpu, models, err) < 0)
                return -1;
        live->cpu->fallback = CPU_FALLBACK_FORBID;
        return 0;
}

int prepare_cpu(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err)
{
        Cpu *cpu = live->cpu;

        if (!cpu || cpu->mode == CPU_MODE_NONE || cpu->mode == CPU_MODE_HOST_PASSTHROUGH ||
            cpu->mode == CPU_MODE_MAXIMUM || (cpu->mode == CPU_MODE_CUSTOM && !cpu->model))
                return 0;
        cpu_convert_legacy(live->os.arch, cpu);
        if (domain_is_ppc64(live))
                return prepare_power(live, host, err);
        if (cpu->mode == CPU_MODE_CUSTOM && !domain_is_x86(live))
                return 0;
        return resolve(live, caps, host, err);
}
