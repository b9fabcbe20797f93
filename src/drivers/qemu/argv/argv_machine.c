/* The machine itself: type, accelerator, memory, processors. */
#include "argv/argv.h"

#include <string.h>

#include "cpu/cpu.h"

static bool uses_memory_backend(const QemuArgv *argv)
{
        return argv->machine && argv->machine->ram_id && argv->caps->version >= 5000000 &&
               (!argv->domain->cpu || argv->domain->cpu->n_cells == 0);
}

static void machine_features(const QemuArgv *argv, GString *value)
{
        const Features *features = argv->domain->features;

        if (features && features->vmport != SWITCH_ABSENT)
                g_string_append_printf(value, ",vmport=%s", features->vmport == SWITCH_ON ? "on" : "off");
        if (features && features->smm != SWITCH_ABSENT)
                g_string_append_printf(value, ",smm=%s", features->smm == SWITCH_ON ? "on" : "off");
        g_string_append_printf(value, ",dump-guest-core=%s", argv->domain->dump_core == SWITCH_ON ? "on" : "off");
        if (features && features->ioapic)
                g_string_append_printf(value, ",kernel_irqchip=%s",
                                       strcmp(features->ioapic, "qemu") == 0 ? "split" : "on");
}

static const Timer *timer_of(const Domain *domain, TimerName name)
{
        for (size_t i = 0; i < domain->clock.n_timers; i++)
                if (domain->clock.timers[i].name == name)
                        return &domain->clock.timers[i];
        return NULL;
}

static void machine_type(QemuArgv *argv)
{
        const Domain *domain = argv->domain;
        const Timer *hpet = timer_of(domain, TIMER_HPET);
        g_autoptr(GString) value = g_string_new(domain->os.machine);

        g_string_append(value, ",usb=off");
        machine_features(argv, value);
        if (uses_memory_backend(argv))
                g_string_append_printf(value, ",memory-backend=%s", argv->machine->ram_id);
        /* QEMU 8.0 made these properties of the machine; before they are options: argv_clock(), argv_boot(). */
        if (argv->caps->version >= 8000000 && hpet && hpet->present != YESNO_ABSENT)
                g_string_append_printf(value, ",hpet=%s", hpet->present == YESNO_YES ? "on" : "off");
        if (argv->machine && argv->machine->acpi)
                g_string_append_printf(value, ",acpi=%s", domain->features && domain->features->acpi ? "on" : "off");
        argv_add_pair(argv, "-machine", value->str);
}

static int accelerator(QemuArgv *argv, Error *err)
{
        VirtType type = argv->domain->type;

        if (type == VIRT_QEMU) {
                g_autofree char *tcg = NULL;
                uint64_t cache = argv->domain->features ? argv->domain->features->tcg_tb_cache_kib : 0;

                tcg = cache ? g_strdup_printf("tcg,tb-size=%" G_GUINT64_FORMAT, cache / 1024) : g_strdup("tcg");
                argv_add_pair(argv, "-accel", tcg);
                return 0;
        }
        if (type == VIRT_KVM) {
                argv_add_pair(argv, "-accel", "kvm");
                return 0;
        }
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "the QEMU driver does not run domains of type '%s'",
                         enum_text(VirtType, type));
}

static int memory(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;
        uint64_t kib = (domain->memory_kib + 1023) / 1024 * 1024; /* guests get whole MiB */
        g_autofree char *size = g_strdup_printf("size=%" G_GUINT64_FORMAT "k", kib);
        Json *backend;

        argv_add_pair(argv, "-m", size);
        if (!uses_memory_backend(argv))
                return 0;
        backend = json_object();
        json_set(backend, "qom-type", json_string("memory-backend-ram"));
        qdev_string(backend, "id", argv->machine->ram_id);
        json_set(backend, "size", json_uint(kib * 1024));
        argv_add_json(argv, "-object", backend);
        return 0;
}

static void processors(QemuArgv *argv)
{
        const Domain *domain = argv->domain;
        const Cpu *cpu = domain->cpu;
        g_autoptr(GString) value = g_string_new(NULL);
        unsigned max = domain->vcpu_max;

        g_string_append_printf(value, "%u", domain->vcpu_current ? domain->vcpu_current : max);
        if (domain->vcpu_current && domain->vcpu_current < max)
                g_string_append_printf(value, ",maxcpus=%u", max);
        if (cpu && cpu->sockets) {
                g_string_append_printf(value, ",sockets=%u", cpu->sockets);
                if (cpu->dies > 1)
                        g_string_append_printf(value, ",dies=%u", cpu->dies);
                g_string_append_printf(value, ",cores=%u,threads=%u", MAX(cpu->cores, 1), MAX(cpu->threads, 1));
        } else {
                g_string_append_printf(value, ",sockets=%u,cores=1,threads=1", max);
        }
        argv_add_pair(argv, "-smp", value->str);
}

int argv_machine(QemuArgv *argv, Error *err)
{
        machine_type(argv);
        if (accelerator(argv, err) < 0 || argv_cpu(argv, err) < 0 || memory(argv, err) < 0)
                return -1;
        argv_add_pair(argv, "-overcommit",
                      argv->domain->memory_backing && argv->domain->memory_backing->locked ? "mem-lock=on"
                                                                                           : "mem-lock=off");
        processors(argv);
        return 0;
}

/* -cpu */

static void cpu_features(GString *value, const char *arch, const Cpu *cpu)
{
        for (size_t i = 0; i < cpu->n_features; i++) {
                const CpuFeature *feature = &cpu->features[i];
                bool on = feature->policy != CPU_POLICY_DISABLE && feature->policy != CPU_POLICY_FORBID;

                g_string_append_printf(value, ",%s=%s", cpu_qemu_feature(arch, feature->name), on ? "on" : "off");
        }
}

static int custom_cpu(const QemuArgv *argv, GString *value, Error *err)
{
        const Cpu *cpu = argv->domain->cpu;

        if (!cpu->model)
                return 0;
        if (argv->caps->cpus->len > 0 && !qemu_caps_cpu(argv->caps, cpu->model))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "CPU model %s is not supported by %s", cpu->model,
                                 argv->caps->binary);
        g_string_append(value, cpu->model);
        cpu_features(value, argv->domain->os.arch, cpu);
        return 0;
}

static void host_cpu(const QemuArgv *argv, GString *value, const char *name)
{
        const Cpu *cpu = argv->domain->cpu;

        g_string_append(value, name);
        if (cpu->migratable != SWITCH_ABSENT || strcmp(name, "host") == 0)
                g_string_append_printf(value, ",migratable=%s", cpu->migratable == SWITCH_OFF ? "off" : "on");
        cpu_features(value, argv->domain->os.arch, cpu);
}

static int cpu_model(const QemuArgv *argv, GString *value, Error *err)
{
        const Cpu *cpu = argv->domain->cpu;

        switch (cpu ? cpu->mode : CPU_MODE_NONE) {
        case CPU_MODE_HOST_PASSTHROUGH:
                if (argv->domain->type != VIRT_KVM)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "CPU mode 'host-passthrough' for %s %s domain on %s host is not supported by "
                                         "hypervisor",
                                         argv->domain->os.arch, enum_text(VirtType, argv->domain->type),
                                         argv->domain->os.arch);
                host_cpu(argv, value, "host");
                return 0;
        case CPU_MODE_MAXIMUM: host_cpu(argv, value, "max"); return 0;
        case CPU_MODE_HOST_MODEL:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "CPU mode 'host-model' is not supported yet");
        default: return cpu ? custom_cpu(argv, value, err) : 0;
        }
}

int argv_cpu(QemuArgv *argv, Error *err)
{
        g_autoptr(GString) value = g_string_new(NULL);

        if (cpu_model(argv, value, err) < 0)
                return -1;
        if (value->len > 0)
                argv_add_pair(argv, "-cpu", value->str);
        return 0;
}

/* Clock and timers */

static int rtc(QemuArgv *argv, Error *err)
{
        const Clock *clock = &argv->domain->clock;
        const Timer *timer = timer_of(argv->domain, TIMER_RTC);
        g_autoptr(GString) value = g_string_new(NULL);

        switch (clock->offset) {
        case CLOCK_UTC: g_string_append(value, "base=utc"); break;
        case CLOCK_LOCALTIME: g_string_append(value, "base=localtime"); break;
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported clock offset='%s'",
                                 enum_text(ClockOffset, clock->offset));
        }
        if (timer && timer->track == TIMER_TRACK_GUEST)
                g_string_append(value, ",clock=vm");
        if (timer && timer->tickpolicy == TICK_POLICY_CATCHUP)
                g_string_append(value, ",driftfix=slew");
        argv_add_pair(argv, "-rtc", value->str);
        return 0;
}

int argv_clock(QemuArgv *argv, Error *err)
{
        const Timer *pit = timer_of(argv->domain, TIMER_PIT);
        const Timer *hpet = timer_of(argv->domain, TIMER_HPET);

        if (rtc(argv, err) < 0)
                return -1;
        if (pit && pit->tickpolicy == TICK_POLICY_DELAY && qemu_caps_has_type(argv->caps, "kvm-pit"))
                argv_add_pair(argv, "-global", "kvm-pit.lost_tick_policy=delay");
        if (argv->caps->version < 8000000 && hpet && hpet->present == YESNO_NO)
                argv_add(argv, "-no-hpet");
        return 0;
}

/* Boot */

static void power_management(QemuArgv *argv)
{
        const Domain *domain = argv->domain;
        const char *chip = domain_is_q35(domain) ? "ICH9-LPC" : "PIIX4_PM";

        if (!domain_is_x86(domain))
                return;
        if (domain->suspend_to_mem != YESNO_ABSENT) {
                argv_add_format(argv, "-global", "%s.disable_s3=%d", chip, domain->suspend_to_mem == YESNO_NO);
        }
        if (domain->suspend_to_disk != YESNO_ABSENT) {
                argv_add_format(argv, "-global", "%s.disable_s4=%d", chip, domain->suspend_to_disk == YESNO_NO);
        }
}

static void boot_options(QemuArgv *argv)
{
        const Os *os = &argv->domain->os;
        g_autoptr(GString) value = g_string_new(NULL);

        if (os->bootmenu != YESNO_ABSENT)
                g_string_append_printf(value, "menu=%s,", os->bootmenu == YESNO_YES ? "on" : "off");
        if (os->bootmenu_timeout.set)
                g_string_append_printf(value, "splash-time=%u,", os->bootmenu_timeout.value);
        if (os->bios_reboot_timeout.set)
                g_string_append_printf(value, "reboot-timeout=%d,", os->bios_reboot_timeout.value);
        g_string_append(value, "strict=on");
        argv_add_pair(argv, "-boot", value->str);
}

int argv_boot(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;

        /* A reboot that ends the guest must reach us as the end of it. */
        if (domain->on_reboot == LIFECYCLE_DESTROY && argv->caps->version < 6000000)
                argv_add(argv, "-no-reboot");
        argv_add(argv, "-no-shutdown");
        if (domain_is_x86(domain) && !(argv->machine && argv->machine->acpi) &&
            !(domain->features && domain->features->acpi))
                argv_add(argv, "-no-acpi");
        power_management(argv);
        boot_options(argv);
        if (domain->os.kernel)
                argv_add_pair(argv, "-kernel", domain->os.kernel);
        if (domain->os.initrd)
                argv_add_pair(argv, "-initrd", domain->os.initrd);
        if (domain->os.cmdline)
                argv_add_pair(argv, "-append", domain->os.cmdline);
        if (domain->os.dtb)
                argv_add_pair(argv, "-dtb", domain->os.dtb);
        return 0;
}
