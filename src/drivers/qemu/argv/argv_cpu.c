/* The processor: a model, and what is changed in it. */
#include "argv/argv.h"

#include <string.h>

#include "cpu/cpu.h"

static const char *on_off(bool on)
{
        return on ? "on" : "off";
}

static void add_switch(GString *value, const char *key, Switch state)
{
        if (state != SWITCH_ABSENT)
                g_string_append_printf(value, ",%s=%s", key, on_off(state == SWITCH_ON));
}

static void named_features(const Domain *domain, GString *value)
{
        const Cpu *cpu = domain->cpu;

        for (size_t i = 0; i < cpu->n_features; i++) {
                const CpuFeature *feature = &cpu->features[i];
                bool on = feature->policy != CPU_POLICY_DISABLE && feature->policy != CPU_POLICY_FORBID;

                g_string_append_printf(value, ",%s=%s", cpu_qemu_feature(domain->os.arch, feature->name), on_off(on));
        }
}

/* Model */

static int custom_cpu(const QemuArgv *argv, GString *value, Error *err)
{
        const Cpu *cpu = argv->domain->cpu;

        if (!cpu->model)
                return 0;
        if (argv->caps->cpus->len > 0 && !qemu_caps_cpu(argv->caps, cpu->model))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "CPU model %s is not supported by %s", cpu->model,
                                 argv->caps->binary);
        g_string_append(value, cpu->model);
        if (cpu->vendor_id)
                g_string_append_printf(value, ",vendor=%s", cpu->vendor_id);
        return 0;
}

static void whole_cpu(const QemuArgv *argv, GString *value, const char *name)
{
        const Domain *domain = argv->domain;

        g_string_append(value, name);
        if (qemu_caps_has_flag(argv->caps, QEMU_CPU_MIGRATABLE))
                add_switch(value, "migratable", domain->cpu->migratable);
        /* A 32-bit guest on a host of 64 bits. */
        if (g_strcmp0(domain->os.arch, "armv7l") == 0 && strcmp(argv->caps->arch->name, "aarch64") == 0)
                g_string_append(value, ",aarch64=off");
}

static int model(const QemuArgv *argv, GString *value, Error *err)
{
        const Domain *domain = argv->domain;

        switch (domain->cpu ? domain->cpu->mode : CPU_MODE_NONE) {
        case CPU_MODE_HOST_PASSTHROUGH: whole_cpu(argv, value, "host"); return 0;
        case CPU_MODE_MAXIMUM: whole_cpu(argv, value, "max"); return 0;
        case CPU_MODE_HOST_MODEL:
                if (!domain_is_ppc64(domain))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "CPU mode 'host-model': the processor of this host is not known");
                g_string_append(value, "host");
                return 0;
        default: return domain->cpu ? custom_cpu(argv, value, err) : 0;
        }
}

/* What other parts of the document want of the processor */

static void timers(const Domain *domain, GString *value)
{
        for (size_t i = 0; i < domain->clock.n_timers; i++) {
                const Timer *timer = &domain->clock.timers[i];

                switch (timer->name) {
                case TIMER_KVMCLOCK:
                        if (timer->present != YESNO_ABSENT)
                                g_string_append_printf(value, ",kvmclock=%s", on_off(timer->present == YESNO_YES));
                        break;
                case TIMER_HYPERVCLOCK:
                        if (timer->present == YESNO_YES)
                                g_string_append(value, ",hv-time=on");
                        break;
                case TIMER_TSC:
                        if (timer->frequency)
                                g_string_append_printf(value, ",tsc-frequency=%" G_GUINT64_FORMAT, timer->frequency);
                        break;
                case TIMER_ARMVTIMER:
                        if (timer->tickpolicy != TICK_POLICY_DEFAULT)
                                g_string_append_printf(value, ",kvm-no-adjvtime=%s",
                                                       on_off(timer->tickpolicy == TICK_POLICY_DELAY));
                        break;
                default: break;
                }
        }
}

static void hyperv(const HypervFeatures *features, GString *value)
{
        const struct {
                Switch state;
                const char *key;
        } rows[] = {
                { features->relaxed, "hv-relaxed" },
                { features->vapic, "hv-vapic" },
                { features->vpindex, "hv-vpindex" },
                { features->runtime, "hv-runtime" },
                { features->synic, "hv-synic" },
                { features->stimer, "hv-stimer" },
                { features->reset, "hv-reset" },
                { features->frequencies, "hv-frequencies" },
                { features->reenlightenment, "hv-reenlightenment" },
                { features->tlbflush, "hv-tlbflush" },
                { features->ipi, "hv-ipi" },
                { features->evmcs, "hv-evmcs" },
                { features->avic, "hv-avic" },
        };

        if (features->mode == HYPERV_MODE_PASSTHROUGH)
                g_string_append(value, ",hv-passthrough=on");
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
                if (rows[i].state == SWITCH_ON)
                        g_string_append_printf(value, ",%s=on", rows[i].key);
        if (features->spinlocks == SWITCH_ON)
                g_string_append_printf(value, ",hv-spinlocks=0x%x", features->spinlock_retries);
        if (features->stimer == SWITCH_ON && features->stimer_direct == SWITCH_ON)
                g_string_append(value, ",hv-stimer-direct=on");
        if (features->vendor_id_state == SWITCH_ON && features->vendor_id)
                g_string_append_printf(value, ",hv-vendor-id=%s", features->vendor_id);
}

static void kvm(const KvmFeatures *features, GString *value)
{
        if (features->hidden == SWITCH_ON)
                g_string_append(value, ",kvm=off");
        if (features->hint_dedicated == SWITCH_ON)
                g_string_append(value, ",kvm-hint-dedicated=on");
        if (features->poll_control == SWITCH_ON)
                g_string_append(value, ",kvm-poll-control=on");
        /* It is on where KVM can. */
        if (features->pv_ipi == SWITCH_OFF)
                g_string_append(value, ",kvm-pv-ipi=off");
}

static void domain_features(const Domain *domain, GString *value)
{
        const Features *features = domain->features;

        if (features) {
                add_switch(value, "kvm-pv-eoi", features->apic_eoi);
                add_switch(value, "kvm-pv-unhalt", features->pvspinlock);
                if (features->hyperv)
                        hyperv(features->hyperv, value);
        }
        for (size_t i = 0; i < domain->n_panics; i++)
                if (domain->panics[i].model == PANIC_HYPERV) {
                        g_string_append(value, ",hv-crash");
                        break;
                }
        if (!features)
                return;
        if (features->kvm)
                kvm(features->kvm, value);
        add_switch(value, "pmu", features->pmu);
}

static void cache(const Cpu *cpu, GString *value)
{
        bool whole = cpu->mode == CPU_MODE_HOST_PASSTHROUGH || cpu->mode == CPU_MODE_MAXIMUM;
        bool host = false, l3 = false;

        if (!cpu->cache)
                return;
        switch (cpu->cache->mode) {
        case CPU_CACHE_MODE_EMULATE: l3 = true; break;
        case CPU_CACHE_MODE_PASSTHROUGH: host = true; break;
        case CPU_CACHE_MODE_DISABLE: break;
        default: return;
        }
        g_string_append_printf(value, ",l3-cache=%s", on_off(l3));
        if (host || whole)
                g_string_append_printf(value, ",host-cache-info=%s", on_off(host));
}

static void physical_bits(const Cpu *cpu, GString *value)
{
        switch (cpu->phys_mode) {
        case CPU_PHYS_MODE_PASSTHROUGH:
                g_string_append(value, ",host-phys-bits=on");
                if (cpu->phys_limit.set && cpu->phys_limit.value)
                        g_string_append_printf(value, ",host-phys-bits-limit=%u", cpu->phys_limit.value);
                break;
        case CPU_PHYS_MODE_EMULATE:
                if (cpu->phys_bits.set && cpu->phys_bits.value)
                        g_string_append_printf(value, ",phys-bits=%u", cpu->phys_bits.value);
                else
                        g_string_append(value, ",host-phys-bits=off");
                break;
        default: break;
        }
}

int argv_cpu(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;
        g_autoptr(GString) name = g_string_new(NULL);
        g_autoptr(GString) value = g_string_new(NULL);

        if (model(argv, name, err) < 0)
                return -1;
        if (name->len > 0)
                named_features(domain, value);
        timers(domain, value);
        domain_features(domain, value);
        if (domain->cpu) {
                cache(domain->cpu, value);
                physical_bits(domain->cpu, value);
        }
        if (name->len == 0 && value->len == 0)
                return 0;
        /* Properties belong to a model: to the one that QEMU takes by itself. */
        if (name->len == 0)
                g_string_append(name, strcmp(argv->caps->arch->name, "i686") == 0 ? "qemu32" : "qemu64");
        argv_add_format(argv, "-cpu", "%s%s", name->str, value->str);
        return 0;
}
