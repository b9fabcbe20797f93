/* The machine itself: its type with all that it is told, and who executes it. */
#include "argv/argv.h"

#include <string.h>

static const char *on_off(bool on)
{
        return on ? "on" : "off";
}

static void add_switch(GString *value, const char *key, Switch state)
{
        if (state != SWITCH_ABSENT)
                g_string_append_printf(value, ",%s=%s", key, on_off(state == SWITCH_ON));
}

static void add_text(GString *value, const char *key, const char *text)
{
        if (text)
                g_string_append_printf(value, ",%s=%s", key, text);
}

static void pseries_features(const Features *features, GString *value)
{
        add_text(value, "resize-hpt", HptResizing_names[features->hpt_resizing]);
        if (features->hpt_maxpagesize_kib)
                g_string_append_printf(value, ",cap-hpt-max-page-size=%" G_GUINT64_FORMAT "k",
                                       features->hpt_maxpagesize_kib);
        add_switch(value, "cap-htm", features->htm);
        add_switch(value, "cap-nested-hv", features->nested_hv);
        add_switch(value, "cap-ccf-assist", features->ccf_assist);
        add_text(value, "cap-cfpc", Mitigation_names[features->cfpc]);
        add_text(value, "cap-sbbc", Mitigation_names[features->sbbc]);
        add_text(value, "cap-ibs", BranchMitigation_names[features->ibs]);
}

static void interrupt_controllers(const Domain *domain, const Features *features, GString *value)
{
        if (features->ioapic)
                g_string_append_printf(value, ",kernel_irqchip=%s", features->ioapic == IOAPIC_QEMU ? "split" : "on");
        if (features->gic && domain_is_arm_virt(domain))
                add_text(value, "gic-version", GicVersion_names[features->gic_version]);
}

static void memory_kinds(const QemuArgv *argv, GString *value)
{
        const Domain *domain = argv->domain;
        const MemoryBacking *backing = domain->memory_backing;
        Switch dump = domain->dump_core;

        if (dump == SWITCH_ABSENT)
                dump = argv->host->conf->dump_guest_core > 0 ? SWITCH_ON : SWITCH_OFF;
        add_switch(value, "dump-guest-core", dump);
        if (backing && backing->nosharepages)
                g_string_append(value, ",mem-merge=off");
        for (size_t i = 0; i < domain->n_memory_devices; i++)
                if (domain->memory_devices[i].model == MEMORY_MODEL_NVDIMM) {
                        g_string_append(value, ",nvdimm=on");
                        break;
                }
        if (argv_has_hmat(domain))
                g_string_append(value, ",hmat=on");
        if (argv_has_main_memory(argv))
                add_text(value, "memory-backend", argv->machine->ram_id);
}

/* Enclaves are no devices: the machine has a list of their backends. */
static void enclaves(const Domain *domain, GString *value)
{
        unsigned n = 0;

        for (size_t i = 0; i < domain->n_memory_devices; i++) {
                const MemoryDevice *memory = &domain->memory_devices[i];

                if (memory->model != MEMORY_MODEL_SGX_EPC)
                        continue;
                g_string_append_printf(value, ",sgx-epc.%u.memdev=mem%s", n, memory->info.alias);
                if (memory->node.set)
                        g_string_append_printf(value, ",sgx-epc.%u.node=%u", n, memory->node.value);
                n++;
        }
}

static const char *boot_load_parameter(const Domain *domain)
{
        const DeviceInfo *first = NULL;

        for (size_t i = 0; i < domain->n_disks; i++) {
                const DeviceInfo *info = &domain->disks[i].info;

                if (info->boot_order && (!first || info->boot_order < first->boot_order))
                        first = info;
        }
        for (size_t i = 0; i < domain->n_interfaces; i++) {
                const DeviceInfo *info = &domain->interfaces[i].info;

                if (info->boot_order && (!first || info->boot_order < first->boot_order))
                        first = info;
        }
        return first ? first->boot_loadparm : NULL;
}

static void s390_features(const Domain *domain, GString *value)
{
        for (size_t i = 0; i < domain->n_keywrap; i++) {
                g_autofree char *key =
                        g_strdup_printf("%s-key-wrap", enum_text(KeywrapCipher, domain->keywrap[i].name));

                add_switch(value, key, domain->keywrap[i].state);
        }
        if (domain_is_s390(domain))
                add_text(value, "loadparm", boot_load_parameter(domain));
}

static void secrecy(const QemuArgv *argv, GString *value)
{
        if (!argv->domain->launch_security || argv->domain->launch_security->type == LAUNCH_SECURITY_NONE)
                return;
        add_text(value,
                 qemu_caps_has_flag(argv->caps, QEMU_HAS_CONFIDENTIAL_GUEST_SUPPORT) ? "confidential-guest-support"
                                                                                     : "memory-encryption",
                 "lsec0");
}

/* On POWER the machine, not the processor, says which generation the guest sees. */
static void compatibility(const Domain *domain, GString *value)
{
        const Cpu *cpu = domain->cpu;

        if (domain_is_pseries(domain) && domain->type == VIRT_KVM && cpu && cpu->mode == CPU_MODE_HOST_MODEL &&
            cpu->model)
                add_text(value, "max-cpu-compat", cpu->model);
}

static void speaker(const Domain *domain, GString *value)
{
        for (size_t i = 0; i < domain->n_sounds; i++)
                if (domain->sounds[i].model == SOUND_PCSPK) {
                        unsigned audio = domain->sounds[i].audio;

                        if (audio == 0 && domain->n_audios > 0)
                                audio = domain->audios[0].id;
                        g_string_append_printf(value, ",pcspk-audiodev=audio%u", audio);
                        return;
                }
}

static const Timer *timer_of(const Domain *domain, TimerName name)
{
        for (size_t i = 0; i < domain->clock.n_timers; i++)
                if (domain->clock.timers[i].name == name)
                        return &domain->clock.timers[i];
        return NULL;
}

/* What older releases took as options of their own: argv_clock(), argv_boot(). */
static void former_options(const QemuArgv *argv, GString *value)
{
        const Domain *domain = argv->domain;
        const Timer *hpet = timer_of(domain, TIMER_HPET);

        if (domain->os.bios_useserial == YESNO_YES)
                g_string_append(value, ",graphics=off");
        if (qemu_caps_has_flag(argv->caps, QEMU_HAS_MACHINE_HPET) && hpet && hpet->present != YESNO_ABSENT)
                g_string_append_printf(value, ",hpet=%s", on_off(hpet->present == YESNO_YES));
        if (argv->machine && argv->machine->acpi)
                g_string_append_printf(value, ",acpi=%s", on_off(domain->features && domain->features->acpi));
}

static void machine_type(QemuArgv *argv)
{
        const Domain *domain = argv->domain;
        const Features *features = domain->features;
        g_autoptr(GString) value = g_string_new(domain->os.machine);

        g_string_append(value, ",usb=off");
        if (features) {
                add_switch(value, "vmport", features->vmport);
                add_switch(value, "smm", features->smm);
                interrupt_controllers(domain, features, value);
        }
        s390_features(domain, value);
        memory_kinds(argv, value);
        if (domain->iommu && domain->iommu->model == IOMMU_SMMUV3)
                g_string_append(value, ",iommu=smmuv3");
        if (features && domain_is_pseries(domain))
                pseries_features(features, value);
        enclaves(domain, value);
        argv_flash_properties(argv, value);
        secrecy(argv, value);
        compatibility(domain, value);
        speaker(domain, value);
        former_options(argv, value);
        argv_add_pair(argv, "-machine", value->str);
}

static int accelerator(QemuArgv *argv, Error *err)
{
        const Features *features = argv->domain->features;
        g_autoptr(GString) value = g_string_new(NULL);

        switch (argv->domain->type) {
        case VIRT_QEMU:
                g_string_append(value, "tcg");
                if (features && features->tcg_tb_cache_kib)
                        g_string_append_printf(value, ",tb-size=%" G_GUINT64_FORMAT, features->tcg_tb_cache_kib / 1024);
                break;
        case VIRT_KVM:
                g_string_append(value, "kvm");
                if (features && features->kvm && features->kvm->dirty_ring == SWITCH_ON)
                        g_string_append_printf(value, ",dirty-ring-size=%u", features->kvm->dirty_ring_size);
                break;
        case VIRT_HVF: g_string_append(value, "hvf"); break;
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "the QEMU driver does not run domains of type '%s'",
                                 enum_text(VirtType, argv->domain->type));
        }
        argv_add_pair(argv, "-accel", value->str);
        return 0;
}

static void system_management_memory(QemuArgv *argv)
{
        const Features *features = argv->domain->features;

        if (features && features->tseg_bytes)
                argv_add_format(argv, "-global", "mch.extended-tseg-mbytes=%" G_GUINT64_FORMAT,
                                features->tseg_bytes >> 20);
}

/* Those that can be plugged are plugged when QEMU runs: the guest then sees them as such. */
static unsigned domain_boot_vcpus(const Domain *domain)
{
        unsigned n = 0;

        for (size_t i = 0; i < domain->n_vcpus; i++)
                n += domain->vcpus[i].enabled == YESNO_YES && domain->vcpus[i].hotpluggable != YESNO_YES;
        if (n > 0)
                return n;
        return domain->vcpu_current ? domain->vcpu_current : domain->vcpu_max;
}

static int topology(QemuArgv *argv)
{
        const Domain *domain = argv->domain;
        const Cpu *cpu = domain->cpu;
        g_autoptr(GString) value = g_string_new(NULL);
        unsigned max = domain->vcpu_max, now = domain_boot_vcpus(domain);

        g_string_append_printf(value, "%u", now);
        if (now < max)
                g_string_append_printf(value, ",maxcpus=%u", max);
        if (cpu && cpu->sockets) {
                g_string_append_printf(value, ",sockets=%u", cpu->sockets);
                if (qemu_caps_has_flag(argv->caps, QEMU_HAS_SMP_DIES))
                        g_string_append_printf(value, ",dies=%u", MAX(cpu->dies, 1));
                if (cpu->clusters > 1)
                        g_string_append_printf(value, ",clusters=%u", cpu->clusters);
                g_string_append_printf(value, ",cores=%u,threads=%u", MAX(cpu->cores, 1), MAX(cpu->threads, 1));
        } else {
                g_string_append_printf(value, ",sockets=%u,cores=1,threads=1", max);
        }
        argv_add_pair(argv, "-smp", value->str);
        return 0;
}

int argv_machine(QemuArgv *argv, Error *err)
{
        const MemoryBacking *backing = argv->domain->memory_backing;

        if (argv_flash(argv, err) < 0)
                return -1;
        machine_type(argv);
        if (accelerator(argv, err) < 0)
                return -1;
        system_management_memory(argv);
        if (argv_cpu(argv, err) < 0)
                return -1;
        argv_loader(argv);
        if (argv_memory(argv, err) < 0)
                return -1;
        argv_add_pair(argv, "-overcommit", backing && backing->locked ? "mem-lock=on" : "mem-lock=off");
        return topology(argv);
}
