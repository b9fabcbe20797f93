/* See domain_caps.h. */
#include "caps/domain_caps.h"

#include <string.h>

#include "caps/firmware.h"
#include "caps/guest_cpu.h"
#include "conf/domain.h"
#include "rules/settle.h"

/* One question: what all parts of the answer depend on. */
typedef struct Asked {
        const QemuCaps *caps;
        const char *arch;
        const char *machine; /* the full name */
        VirtType type;
        const QemuHostOffer *host;
        const Domain *domain; /* of that machine, and nothing in it */
} Asked;

/* Lists of values */

typedef struct Choice {
        const char *value;
        QemuFlag flag, other;               /* one of the two; QEMU_FLAG_MAX_: none */
        bool (*except)(const Asked *asked); /* not there, whatever QEMU has; NULL: no exception */
} Choice;

#define ALWAYS   QEMU_FLAG_MAX_, QEMU_FLAG_MAX_
#define IF(flag) flag, QEMU_FLAG_MAX_

static bool offers(const Asked *asked, const Choice *choice)
{
        if (choice->except && choice->except(asked))
                return false;
        if (choice->flag == QEMU_FLAG_MAX_)
                return true;
        return qemu_caps_has_flag(asked->caps, choice->flag) ||
               (choice->other != QEMU_FLAG_MAX_ && qemu_caps_has_flag(asked->caps, choice->other));
}

/* @choices end with a NULL value. Returns how many there are. */
static unsigned add_enum(CapabilityItem *item, const Asked *asked, const char *name, const Choice *choices)
{
        unsigned n = 0;

        capability_enum_add(&item->enums, &item->n_enums, name, NULL);
        for (; choices->value; choices++) {
                if (!offers(asked, choices))
                        continue;
                capability_enum_add(&item->enums, &item->n_enums, name, choices->value);
                n++;
        }
        return n;
}

static CapabilityItem *item_if(const Asked *asked, QemuFlag flag)
{
        return capability_item_new(qemu_caps_has_flag(asked->caps, flag));
}

/* Devices */

static bool no_ide(const Asked *asked)
{
        return !domain_has_builtin_ide(asked->domain);
}

static bool no_floppy(const Asked *asked)
{
        return domain_is_pseries(asked->domain);
}

static const Choice virtio_models[] = { { "virtio", ALWAYS, NULL },
                                        { "virtio-transitional", IF(QEMU_HAS_VIRTIO_PCI_NON_TRANSITIONAL), NULL },
                                        { "virtio-non-transitional", IF(QEMU_HAS_VIRTIO_PCI_NON_TRANSITIONAL), NULL },
                                        { NULL } };

static CapabilityItem *disk(const Asked *asked)
{
        static const Choice devices[] = { { "disk", ALWAYS, NULL },
                                          { "cdrom", ALWAYS, NULL },
                                          { "floppy", ALWAYS, no_floppy },
                                          { "lun", ALWAYS, NULL },
                                          { NULL } };
        static const Choice buses[] = { { "ide", ALWAYS, no_ide },
                                        { "fdc", ALWAYS, no_floppy },
                                        { "scsi", ALWAYS, NULL },
                                        { "virtio", ALWAYS, NULL },
                                        { "usb", IF(QEMU_HAS_USB_STORAGE), NULL },
                                        { "sata", IF(QEMU_HAS_ICH9_AHCI), NULL },
                                        { NULL } };
        CapabilityItem *item = capability_item_new(true);

        add_enum(item, asked, "diskDevice", devices);
        add_enum(item, asked, "bus", buses);
        add_enum(item, asked, "model", virtio_models);
        return item;
}

static CapabilityItem *graphics(const Asked *asked)
{
        static const Choice types[] = {
                { "sdl", IF(QEMU_HAS_SDL), NULL },           { "vnc", IF(QEMU_HAS_VNC), NULL },
                { "spice", IF(QEMU_HAS_SPICE), NULL },       { "egl-headless", IF(QEMU_HAS_EGL_HEADLESS), NULL },
                { "dbus", IF(QEMU_HAS_DISPLAY_DBUS), NULL }, { NULL }
        };
        CapabilityItem *item = capability_item_new(true);

        add_enum(item, asked, "type", types);
        return item;
}

static CapabilityItem *video(const Asked *asked)
{
        static const Choice models[] = { { "vga", IF(QEMU_HAS_VGA), NULL },
                                         { "cirrus", IF(QEMU_HAS_CIRRUS_VGA), NULL },
                                         { "vmvga", IF(QEMU_HAS_VMWARE_SVGA), NULL },
                                         { "qxl", IF(QEMU_HAS_QXL), NULL },
                                         { "virtio", IF(QEMU_HAS_VIRTIO_GPU), NULL },
                                         { "none", ALWAYS, NULL },
                                         { "bochs", IF(QEMU_HAS_BOCHS_DISPLAY), NULL },
                                         { "ramfb", IF(QEMU_HAS_RAMFB), NULL },
                                         { NULL } };
        CapabilityItem *item = capability_item_new(true);

        add_enum(item, asked, "modelType", models);
        return item;
}

static bool no_usb(const Asked *asked)
{
        static const QemuFlag controllers[] = { QEMU_HAS_PIIX3_USB_UHCI, QEMU_HAS_PIIX4_USB_UHCI,
                                                QEMU_HAS_USB_EHCI,       QEMU_HAS_ICH9_USB_EHCI1,
                                                QEMU_HAS_PCI_OHCI,       QEMU_HAS_VT82C686B_USB_UHCI,
                                                QEMU_HAS_NEC_USB_XHCI,   QEMU_XHCI };

        for (size_t i = 0; i < G_N_ELEMENTS(controllers); i++)
                if (qemu_caps_has_flag(asked->caps, controllers[i]))
                        return false;
        return true;
}

static CapabilityItem *hostdev(const Asked *asked)
{
        static const Choice modes[] = { { "subsystem", ALWAYS, NULL }, { NULL } };
        static const Choice policies[] = { { "default", ALWAYS, NULL },
                                           { "mandatory", ALWAYS, NULL },
                                           { "requisite", ALWAYS, NULL },
                                           { "optional", ALWAYS, NULL },
                                           { NULL } };
        static const Choice kinds[] = {
                { "usb", ALWAYS, no_usb }, { "pci", ALWAYS, NULL }, { "scsi", ALWAYS, NULL }, { NULL }
        };
        static const Choice none[] = { { NULL } };
        static const Choice backends[] = { { "default", ALWAYS, NULL }, { "vfio", ALWAYS, NULL }, { NULL } };
        CapabilityItem *item = capability_item_new(true);

        add_enum(item, asked, "mode", modes);
        add_enum(item, asked, "startupPolicy", policies);
        add_enum(item, asked, "subsysType", kinds);
        add_enum(item, asked, "capsType", none);
        add_enum(item, asked, "pciBackend", asked->host->vfio ? backends : none);
        return item;
}

static CapabilityItem *rng(const Asked *asked)
{
        static const Choice none[] = { { NULL } };
        static const Choice backends[] = { { "random", IF(QEMU_HAS_RNG_RANDOM), NULL },
                                           { "egd", IF(QEMU_HAS_RNG_EGD), NULL },
                                           { "builtin", IF(QEMU_HAS_RNG_BUILTIN), NULL },
                                           { NULL } };
        CapabilityItem *item = capability_item_new(true);

        add_enum(item, asked, "model", qemu_caps_has_flag(asked->caps, QEMU_HAS_VIRTIO_RNG) ? virtio_models : none);
        add_enum(item, asked, "backendModel", backends);
        return item;
}

static CapabilityItem *filesystem(const Asked *asked)
{
        static const Choice drivers[] = { { "path", ALWAYS, NULL },
                                          { "handle", ALWAYS, NULL },
                                          { "virtiofs", IF(QEMU_HAS_VHOST_USER_FS), NULL },
                                          { NULL } };
        CapabilityItem *item = capability_item_new(true);

        add_enum(item, asked, "driverType", drivers);
        return item;
}

static CapabilityItem *tpm(const Asked *asked)
{
        static const Choice models[] = { { "tpm-tis", IF(QEMU_HAS_TPM_TIS), NULL },
                                         { "tpm-crb", IF(QEMU_HAS_TPM_CRB), NULL },
                                         { "tpm-spapr", IF(QEMU_HAS_TPM_SPAPR), NULL },
                                         { "spapr-tpm-proxy", IF(QEMU_HAS_SPAPR_TPM_PROXY), NULL },
                                         { NULL } };
        static const Choice backends[] = { { "passthrough", IF(QEMU_HAS_TPM_PASSTHROUGH), NULL },
                                           { "emulator", IF(QEMU_HAS_TPM_EMULATOR), NULL },
                                           { "external", IF(QEMU_HAS_TPM_EMULATOR), NULL },
                                           { NULL } };
        CapabilityItem *item = capability_item_new(true);
        g_auto(GStrv) versions = NULL;

        if (add_enum(item, asked, "model", models) == 0) {
                rows_drop(&CapabilityItem_rows, item);
                item->supported = YESNO_NO;
                return item;
        }
        add_enum(item, asked, "backendModel", backends);
        if (!asked->host->swtpm_versions)
                return item;
        versions = g_strsplit(asked->host->swtpm_versions, " ", -1);
        for (char **version = versions; *version; version++)
                capability_enum_add(&item->enums, &item->n_enums, "backendVersion", *version);
        return item;
}

static CapabilityItem *redirdev(const Asked *asked)
{
        static const Choice buses[] = { { "usb", ALWAYS, NULL }, { NULL } };
        CapabilityItem *item = item_if(asked, QEMU_HAS_USB_REDIR);

        if (item->supported == YESNO_YES)
                add_enum(item, asked, "bus", buses);
        return item;
}

static CapabilityItem *channel(const Asked *asked)
{
        static const Choice types[] = {
                { "pty", ALWAYS, NULL }, { "unix", ALWAYS, NULL }, { "spicevmc", IF(QEMU_HAS_SPICE), NULL }, { NULL }
        };
        CapabilityItem *item = capability_item_new(true);

        add_enum(item, asked, "type", types);
        return item;
}

static CapabilityItem *crypto(const Asked *asked)
{
        static const Choice models[] = { { "virtio", IF(QEMU_HAS_VIRTIO_CRYPTO), NULL }, { NULL } };
        static const Choice types[] = { { "qemu", ALWAYS, NULL }, { NULL } };
        static const Choice backends[] = { { "builtin", ALWAYS, NULL },
                                           { "lkcf", IF(QEMU_HAS_CRYPTODEV_BACKEND_LKCF), NULL },
                                           { NULL } };
        CapabilityItem *item = capability_item_new(true);

        add_enum(item, asked, "model", models);
        add_enum(item, asked, "type", types);
        add_enum(item, asked, "backendModel", backends);
        return item;
}

static CapabilityItem *memory_backing(const Asked *asked)
{
        static const Choice types[] = { { "file", ALWAYS, NULL },
                                        { "anonymous", ALWAYS, NULL },
                                        { "memfd", IF(QEMU_HAS_MEMORY_BACKEND_MEMFD), NULL },
                                        { NULL } };
        CapabilityItem *item = capability_item_new(true);

        add_enum(item, asked, "sourceType", types);
        return item;
}

static void fill_devices(DomainCapabilities *document, const Asked *asked)
{
        document->memory_backing = memory_backing(asked);
        document->disk = disk(asked);
        document->graphics = graphics(asked);
        document->video = video(asked);
        document->hostdev = hostdev(asked);
        document->rng = rng(asked);
        document->filesystem = filesystem(asked);
        document->tpm = tpm(asked);
        document->redirdev = redirdev(asked);
        document->channel = channel(asked);
        document->crypto = crypto(asked);
}

/* Features */

static CapabilityItem *gic(const Asked *asked)
{
        unsigned versions = asked->type == VIRT_KVM    ? asked->caps->gic_kvm
                            : asked->type == VIRT_QEMU ? asked->caps->gic_tcg
                                                       : 0;
        CapabilityItem *item = capability_item_new(domain_is_arm_virt(asked->domain) && versions);

        for (unsigned version = 2; item->supported == YESNO_YES && versions >> version; version++) {
                g_autofree char *text = g_strdup_printf("%u", version);

                if (versions >> version & 1)
                        capability_enum_add(&item->enums, &item->n_enums, "version", text);
        }
        return item;
}

static struct SevCapability *sev(const Asked *asked)
{
        const struct SummarySev *known = asked->caps->summary->sev;
        struct SevCapability *sev;

        if (!known)
                return NULL;
        sev = g_new0(struct SevCapability, 1);
        sev->supported = YESNO_YES;
        sev->cbitpos = known->cbitpos;
        sev->reduced_phys_bits = known->reduced_phys_bits;
        sev->max_guests = asked->host->sev_guests;
        sev->max_es_guests = asked->host->sev_es_guests;
        return sev;
}

static struct SgxCapability *sgx(const Asked *asked)
{
        struct SgxCapability *sgx = NULL;

        if (asked->caps->summary->sgx) {
                sgx = g_new0(struct SgxCapability, 1);
                rows_copy(&SgxCapability_rows, sgx, asked->caps->summary->sgx);
        }
        return sgx;
}

static CapabilityItem *hyperv(const Asked *asked)
{
        const struct SummaryHyperv *known = asked->caps->summary->hyperv;
        CapabilityItem *item = known ? capability_item_new(known->supported == YESNO_YES) : NULL;

        for (size_t i = 0; known && i < known->n_caps; i++)
                capability_enum_add(&item->enums, &item->n_enums, "features", known->caps[i].name);
        return item;
}

static void fill_features(DomainCapabilities *document, const Asked *asked)
{
        document->gic = gic(asked);
        document->vmcoreinfo = item_if(asked, QEMU_HAS_VMCOREINFO);
        document->genid = item_if(asked, QEMU_HAS_VMGENID);
        document->backing_store_input = capability_item_new(true);
        document->backup = item_if(asked, QEMU_HAS_INCREMENTAL_BACKUP);
        document->async_teardown = item_if(asked, QEMU_HAS_RUN_WITH_ASYNC_TEARDOWN);
        if (domain_is_s390(asked->domain))
                document->s390_pv =
                        capability_item_new(qemu_caps_has_flag(asked->caps, QEMU_HAS_S390_PV_GUEST) &&
                                            qemu_caps_has_flag(asked->caps, QEMU_HAS_CONFIDENTIAL_GUEST_SUPPORT) &&
                                            asked->host->protected_guests);
        document->sev = sev(asked);
        document->sgx = sgx(asked);
        document->hyperv = hyperv(asked);
}

/* Firmware */

static bool listed(const LoaderCapability *loader, const char *path)
{
        for (size_t i = 0; i < loader->n_values; i++)
                if (strcmp(loader->values[i].text, path) == 0)
                        return true;
        return false;
}

static void add_loader(LoaderCapability *loader, const QemuHostOffer *host, const char *path)
{
        CapabilityValue *value;

        if (listed(loader, path) || (host->has_file && !host->has_file(path)))
                return;
        value = rows_list_insert(&CapabilityValue_rows, &loader->values, &loader->n_values, loader->n_values);
        value->text = g_strdup(path);
}

/* Where no descriptor speaks of the machine. */
static void add_pairs(LoaderCapability *loader, const QemuHostOffer *host)
{
        for (const char *const *pair = firmware_pairs(host->nvram); *pair; pair++) {
                g_autofree char *code = firmware_pair_code(*pair);

                add_loader(loader, host, code);
        }
}

static void fill_loader(LoaderCapability *loader, const Asked *asked, bool secure)
{
        static const char *const rows[][2] = {
                { "type", "rom" }, { "type", "pflash" }, { "readonly", "yes" }, { "readonly", "no" }
        };

        loader->supported = YESNO_YES;
        for (size_t i = 0; asked->host->loaders && asked->host->loaders[i]; i++)
                add_loader(loader, asked->host, asked->host->loaders[i]);
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
                capability_enum_add(&loader->enums, &loader->n_enums, rows[i][0], rows[i][1]);
        if (secure)
                capability_enum_add(&loader->enums, &loader->n_enums, "secure", "yes");
        capability_enum_add(&loader->enums, &loader->n_enums, "secure", "no");
}

static void fill_os(DomainCapabilities *document, const Asked *asked)
{
        g_autoptr(GPtrArray) fitting =
                firmware_for(asked->host->firmwares, qemu_arch_named(asked->arch)->target, asked->machine);
        OsCapability *os = &document->os;
        bool bios = false, uefi = false, secure = false;

        for (guint i = 0; i < fitting->len; i++) {
                const Firmware *firmware = g_ptr_array_index(fitting, i);

                bios |= firmware->bios;
                uefi |= firmware->uefi;
                secure |= firmware_enforces_secure_boot(firmware);
                if (!asked->host->loaders)
                        add_loader(&os->loader, asked->host, firmware->code);
        }
        if (fitting->len == 0 && !asked->host->loaders)
                add_pairs(&os->loader, asked->host);
        os->supported = YESNO_YES;
        capability_enum_add(&os->enums, &os->n_enums, "firmware", NULL);
        if (bios)
                capability_enum_add(&os->enums, &os->n_enums, "firmware", "bios");
        if (uefi)
                capability_enum_add(&os->enums, &os->n_enums, "firmware", "efi");
        fill_loader(&os->loader, asked, secure && domain_is_q35(asked->domain));
}

/* Processors */

static void add_passthrough(DomainCapabilities *document, const Asked *asked)
{
        bool can = asked->type != VIRT_QEMU && qemu_arch_runs(asked->host->arch, asked->arch);
        CpuModeCapability *mode = domain_capabilities_add_mode(document, CPU_MODE_HOST_PASSTHROUGH, can);

        if (!can)
                return;
        if (qemu_caps_has_flag(asked->caps, QEMU_CPU_MIGRATABLE))
                capability_enum_add(&mode->enums, &mode->n_enums, "hostPassthroughMigratable", "on");
        capability_enum_add(&mode->enums, &mode->n_enums, "hostPassthroughMigratable", "off");
}

static void add_maximum(DomainCapabilities *document, const Asked *asked)
{
        bool can = qemu_caps_has_flag(asked->caps, QEMU_HAS_CPU_MAX);
        CpuModeCapability *mode = domain_capabilities_add_mode(document, CPU_MODE_MAXIMUM, can);

        if (!can)
                return;
        capability_enum_add(&mode->enums, &mode->n_enums, "maximumMigratable", "on");
        capability_enum_add(&mode->enums, &mode->n_enums, "maximumMigratable", "off");
}

static int add_host_model(DomainCapabilities *document, const Asked *asked, Error *err)
{
        g_autoptr(Cpu) cpu = NULL;
        CpuModeCapability *mode;
        CpuModelCapability *model;

        /* What emulation has of another processor is no host's. */
        if (qemu_arch_runs(asked->host->arch, asked->arch) &&
            qemu_host_model(asked->caps, asked->type, asked->host->cpu, false, &cpu, err) < 0)
                return -1;
        mode = domain_capabilities_add_mode(document, CPU_MODE_HOST_MODEL, cpu != NULL);
        if (!cpu)
                return 0;
        model = rows_list_insert(&CpuModelCapability_rows, &mode->models, &mode->n_models, 0);
        model->name = g_steal_pointer(&cpu->model);
        model->fallback = cpu->fallback;
        mode->vendor = g_steal_pointer(&cpu->vendor);
        /* The CPU of a mainframe says nothing of addresses, and an emulated one does not depend on the host. */
        if (asked->type == VIRT_KVM && asked->host->phys_bits && !domain_is_s390(asked->domain)) {
                mode->phys_mode = CPU_PHYS_MODE_PASSTHROUGH;
                mode->phys_limit = (OptUint){ .set = true, .value = asked->host->phys_bits };
        }
        mode->features = g_steal_pointer(&cpu->features);
        mode->n_features = cpu->n_features;
        cpu->n_features = 0;
        return 0;
}

/* Names of models: where libvirt's users know models by name those, else all that QEMU has; "host" is a mode. */
static bool is_model(GStrv names, const char *name)
{
        return names && names[0] ? g_strv_contains((const char *const *)names, name) : strcmp(name, "host") != 0;
}

static void add_model(CpuModeCapability *mode, const Asked *asked, const SummaryItem *item)
{
        static const char *const usable[] = { [YESNO_ABSENT] = "unknown", [YESNO_YES] = "yes", [YESNO_NO] = "no" };
        const char *vendor = cpu_model_vendor(asked->arch, item->name);
        CpuModelCapability *model =
                rows_list_insert(&CpuModelCapability_rows, &mode->models, &mode->n_models, mode->n_models);

        model->name = g_strdup(item->name);
        model->usable = g_strdup(usable[item->usable]);
        model->vendor = g_strdup(vendor ? vendor : "unknown");
        model->deprecated = item->deprecated;
}

static void add_custom(DomainCapabilities *document, const Asked *asked)
{
        const QemuSummary *summary = asked->caps->summary;
        CpuModeCapability *mode = domain_capabilities_add_mode(document, CPU_MODE_CUSTOM, false);
        g_auto(GStrv) names = cpu_model_names(asked->arch, NULL);

        for (size_t i = 0; i < summary->n_items; i++) {
                const SummaryItem *item = &summary->items[i];

                if (item->kind == SUMMARY_CPU && item->accel == qemu_accel_of(asked->type) &&
                    is_model(names, item->name))
                        add_model(mode, asked, item);
        }
        mode->supported = mode->n_models > 0 ? YESNO_YES : YESNO_NO;
}

static int fill_cpu(DomainCapabilities *document, const Asked *asked, Error *err)
{
        add_passthrough(document, asked);
        add_maximum(document, asked);
        if (add_host_model(document, asked, err) < 0)
                return -1;
        add_custom(document, asked);
        return 0;
}

/* 0: nothing is known of it with this accelerator. */
static unsigned max_vcpus(const Asked *asked)
{
        const QemuSummary *summary = asked->caps->summary;

        for (size_t i = 0; i < summary->n_items; i++) {
                const SummaryItem *item = &summary->items[i];

                if (item->kind == SUMMARY_MACHINE && item->accel == qemu_accel_of(asked->type) &&
                    strcmp(item->name, asked->machine) == 0)
                        return item->max_cpus.value;
        }
        return 0;
}

DomainCapabilities *qemu_domain_capabilities(const QemuCaps *caps, const char *arch, const char *machine, VirtType type,
                                             const QemuHostOffer *host, Error *err)
{
        g_autoptr(DomainCapabilities) document = domain_capabilities_new();
        const QemuMachine *found = machine ? qemu_caps_machine(caps, machine) : qemu_caps_preferred_machine(caps);
        Domain bare = { .type = type };
        Asked asked = {
                .caps = caps, .arch = arch ? arch : caps->arch->name, .type = type, .host = host, .domain = &bare
        };

        if (!found)
                return error_null(err, VIR_ERR_INVALID_ARG, "the machine '%s' is not supported by emulator '%s'",
                                  machine ? machine : "default", caps->binary);
        asked.machine = bare.os.machine = found->name;
        bare.os.arch = (char *)asked.arch;
        document->type = type;
        document->emulator = g_strdup(caps->binary);
        document->machine = g_strdup(found->name);
        document->arch = g_strdup(asked.arch);
        document->max_vcpus = max_vcpus(&asked);
        document->iothreads = YESNO_YES;
        fill_os(document, &asked);
        if (fill_cpu(document, &asked, err) < 0)
                return NULL;
        fill_devices(document, &asked);
        fill_features(document, &asked);
        domain_capabilities_complete(document);
        return g_steal_pointer(&document);
}
