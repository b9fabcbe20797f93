/* The <domainCapabilities> document: what a domain can have with one emulator, machine and type. Derived from what the
 * binary told and from what this driver builds: nothing is listed that would be refused. */
#include "conf/domain_capabilities.h"

#include <string.h>

#include "guest/instance.h"
#include "caps/kvm_probe.h"
#include "calls/lifecycle.h"

typedef struct Choice {
        const char *value;
        const char *type; /* what QEMU must have for it; NULL: always */
} Choice;

static void add_rows(CapabilityItem *item, const QemuCaps *caps, const char *name, const Choice *rows)
{
        capability_enum_add(&item->enums, &item->n_enums, name, NULL);
        for (; rows->value; rows++)
                if (!rows->type || qemu_caps_has_type(caps, rows->type))
                        capability_enum_add(&item->enums, &item->n_enums, name, rows->value);
}

static const Choice disk_devices[] = { { "disk" }, { "cdrom" }, { "floppy" }, { "lun" }, { NULL } };
static const Choice disk_buses[] = { { "ide", "ide-hd" },
                                     { "fdc", "floppy" },
                                     { "scsi", "scsi-hd" },
                                     { "virtio", "virtio-blk-pci" },
                                     { "usb", "usb-storage" },
                                     { "sata", "ich9-ahci" },
                                     { NULL } };
static const Choice virtio_models[] = {
        { "virtio" }, { "virtio-transitional" }, { "virtio-non-transitional" }, { NULL }
};
static const Choice graphics_types[] = { { "vnc" }, { "spice", "qxl" }, { NULL } };
static const Choice video_models[] = { { "vga", "VGA" },
                                       { "cirrus", "cirrus-vga" },
                                       { "vmvga", "vmware-svga" },
                                       { "qxl", "qxl-vga" },
                                       { "virtio", "virtio-gpu-pci" },
                                       { "none" },
                                       { "bochs", "bochs-display" },
                                       { "ramfb", "ramfb" },
                                       { NULL } };
static const Choice rng_backends[] = { { "random", "rng-random" }, { "builtin", "rng-builtin" }, { NULL } };
static const Choice channel_types[] = { { "pty" }, { "unix" }, { "spicevmc", "qxl" }, { NULL } };

static void fill_devices(DomainCapabilities *document, const QemuCaps *caps)
{
        document->disk = capability_item_new(true);
        add_rows(document->disk, caps, "diskDevice", disk_devices);
        add_rows(document->disk, caps, "bus", disk_buses);
        add_rows(document->disk, caps, "model", virtio_models);
        document->graphics = capability_item_new(true);
        add_rows(document->graphics, caps, "type", graphics_types);
        document->video = capability_item_new(true);
        add_rows(document->video, caps, "modelType", video_models);
        document->hostdev = capability_item_new(false);
        document->rng = capability_item_new(true);
        add_rows(document->rng, caps, "model", virtio_models);
        add_rows(document->rng, caps, "backendModel", rng_backends);
        document->filesystem = capability_item_new(false);
        document->tpm = capability_item_new(false);
        document->redirdev = capability_item_new(false);
        document->channel = capability_item_new(true);
        add_rows(document->channel, caps, "type", channel_types);
}

static void fill_features(DomainCapabilities *document)
{
        document->gic = capability_item_new(false);
        document->vmcoreinfo = capability_item_new(false);
        document->genid = capability_item_new(false);
        document->backing_store_input = capability_item_new(false);
        document->backup = capability_item_new(false);
        document->sev = g_new0(struct SevCapability, 1);
        document->sev->supported = YESNO_NO;
}

static CpuModeCapability *add_mode(DomainCapabilities *document, CpuMode mode, bool supported)
{
        CpuModeCapability *row = rows_list_insert(&CpuModeCapability_rows, &document->cpu_modes, &document->n_cpu_modes,
                                                  document->n_cpu_modes);

        row->name = mode;
        row->supported = supported ? YESNO_YES : YESNO_NO;
        return row;
}

static void fill_cpu(DomainCapabilities *document, const QemuCaps *caps)
{
        bool kvm = document->type == VIRT_KVM;
        CpuModeCapability *mode = add_mode(document, CPU_MODE_HOST_PASSTHROUGH, kvm);

        if (kvm) {
                capability_enum_add(&mode->enums, &mode->n_enums, "hostPassthroughMigratable", "on");
                capability_enum_add(&mode->enums, &mode->n_enums, "hostPassthroughMigratable", "off");
        }
        mode = add_mode(document, CPU_MODE_MAXIMUM, true);
        capability_enum_add(&mode->enums, &mode->n_enums, "maximumMigratable", "on");
        capability_enum_add(&mode->enums, &mode->n_enums, "maximumMigratable", "off");
        add_mode(document, CPU_MODE_HOST_MODEL, false);
        mode = add_mode(document, CPU_MODE_CUSTOM, caps->cpus->len > 0);
        for (guint i = 0; i < caps->cpus->len; i++) {
                const QemuCpuModel *cpu = g_ptr_array_index(caps->cpus, i);
                CpuModelCapability *row;

                /* Names of modes, not of models; and versions that only QEMU's own tools use. */
                if (strcmp(cpu->name, "host") == 0 || strcmp(cpu->name, "max") == 0 || strcmp(cpu->name, "base") == 0)
                        continue;
                row = rows_list_insert(&CpuModelCapability_rows, &mode->models, &mode->n_models, mode->n_models);
                row->name = g_strdup(cpu->name);
                row->usable = g_strdup(cpu->usable ? "yes" : "no");
                row->deprecated = cpu->deprecated ? YESNO_YES : YESNO_ABSENT;
                row->vendor = g_strdup("unknown");
        }
}

static void fill_os(DomainCapabilities *document)
{
        document->os.supported = YESNO_YES;
        capability_enum_add(&document->os.enums, &document->os.n_enums, "firmware", NULL);
        document->os.loader.supported = YESNO_NO;
}

/* The question's parts that were left open */

static VirtType type_for(const char *name, const QemuCaps *caps, Error *err)
{
        int type = name ? enum_value(VirtType, VIRT, name) : -1;

        if (!name)
                return caps->kvm_built_in && kvm_probe() == KVM_USABLE ? VIRT_KVM : VIRT_QEMU;
        if (type < 0)
                error_set(err, VIR_ERR_INVALID_ARG, "unknown virttype: %s", name);
        else if (type != VIRT_QEMU && (type != VIRT_KVM || !caps->kvm_built_in || kvm_probe() != KVM_USABLE))
                error_set(err, VIR_ERR_INVALID_ARG, "virttype '%s' is not supported by emulator '%s' on this host%s%s",
                          name, caps->binary, type == VIRT_KVM ? ": " : "",
                          type == VIRT_KVM ? kvm_state_text(kvm_probe()) : "");
        else
                return (VirtType)type;
        return VIRT_NONE;
}

static QemuCaps *caps_for(QemuInstance *instance, const char *emulator, const char *arch, Error *err)
{
        const QemuArch *host = qemu_arch_of_host();
        const char *name = arch ? arch : host ? host->name : "x86_64";
        g_autofree char *binary = NULL;
        g_autoptr(QemuCaps) caps = NULL;

        if (arch && !qemu_arch_named(arch))
                return error_null(err, VIR_ERR_INVALID_ARG, "unknown architecture: %s", arch);
        binary = emulator ? g_strdup(emulator) : qemu_find_binary(name);
        if (!binary)
                return error_null(err, VIR_ERR_INVALID_ARG, "unable to find any emulator to serve '%s' architecture",
                                  name);
        caps = qemu_caps_get(instance->caps, binary, err);
        if (!caps)
                return NULL;
        if (arch && strcmp(caps->arch->target, qemu_arch_named(arch)->target) != 0)
                return error_null(err, VIR_ERR_INVALID_ARG,
                                  "architecture from emulator '%s' doesn't match given "
                                  "architecture '%s'",
                                  caps->arch->name, arch);
        return g_steal_pointer(&caps);
}

char *qemu_connect_get_domain_capabilities(virConnectPtr conn, const char *emulator, const char *arch,
                                           const char *machine, const char *virttype, unsigned int flags, Error *err)
{
        g_autoptr(QemuCaps) caps = NULL;
        g_autoptr(DomainCapabilities) document = domain_capabilities_new();
        const QemuMachine *found;

        if (flags)
                return error_null(err, VIR_ERR_INVALID_ARG,
                                  "unsupported flags (0x%x) in function qemuConnectGetDomainCapabilities", flags);
        caps = caps_for(instance_of(conn), emulator, arch, err);
        if (!caps)
                return NULL;
        document->type = type_for(virttype, caps, err);
        if (document->type == VIRT_NONE)
                return NULL;
        found = machine ? qemu_caps_machine(caps, machine) : qemu_caps_default_machine(caps);
        if (!found)
                return error_null(err, VIR_ERR_INVALID_ARG, "the machine '%s' is not supported by emulator '%s'",
                                  machine ? machine : "default", caps->binary);
        document->emulator = g_strdup(caps->binary);
        document->machine = g_strdup(found->name);
        document->arch = g_strdup(arch ? arch : caps->arch->name);
        document->max_vcpus = found->max_cpus;
        document->iothreads = qemu_caps_has_type(caps, "iothread") ? YESNO_YES : YESNO_NO;
        fill_os(document);
        fill_cpu(document, caps);
        document->memory_backing = capability_item_new(false);
        fill_devices(document, caps);
        fill_features(document);
        return domain_capabilities_format(document, 0);
}
