/* See settle.h: what devices are when the document does not say: models, buses, drivers. */
#include "rules/settle.h"
#include "rules/address.h"

#include <string.h>

#include "util/random.h"

/* Disks */

static DiskBus default_bus(const Domain *domain, const Disk *disk)
{
        static const struct {
                const char *prefix;
                DiskBus bus;
        } known[] = { { "hd", DISK_BUS_IDE },
                      { "sd", DISK_BUS_SCSI },
                      { "vd", DISK_BUS_VIRTIO },
                      { "fd", DISK_BUS_FDC },
                      { "xvd", DISK_BUS_XEN } };

        if (disk->device == DISK_DEVICE_FLOPPY)
                return DISK_BUS_FDC;
        for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
                if (g_str_has_prefix(disk->target, known[i].prefix))
                        return known[i].bus;
        return DISK_BUS_IDE;
}

static const unsigned default_ports[NET_PROTOCOL_MAX_] = {
        [NET_PROTOCOL_NBD] = 10809,  [NET_PROTOCOL_SHEEPDOG] = 7000, [NET_PROTOCOL_GLUSTER] = 24007,
        [NET_PROTOCOL_ISCSI] = 3260, [NET_PROTOCOL_HTTP] = 80,       [NET_PROTOCOL_HTTPS] = 443,
        [NET_PROTOCOL_FTP] = 21,     [NET_PROTOCOL_FTPS] = 990,      [NET_PROTOCOL_TFTP] = 69,
        [NET_PROTOCOL_SSH] = 22,     [NET_PROTOCOL_VXHS] = 9999,
};

static void settle_encryption(Encryption *encryption)
{
        if (encryption && encryption->engine == ENCRYPTION_ENGINE_DEFAULT &&
            (encryption->format == ENCRYPTION_LUKS || encryption->format == ENCRYPTION_QCOW))
                encryption->engine = ENCRYPTION_ENGINE_QEMU;
}

static void settle_source(Source *source)
{
        settle_encryption(source->encryption);
        for (size_t i = 0; source->type == SOURCE_NETWORK && i < source->net.n_hosts; i++) {
                NetHost *host = &source->net.hosts[i];

                if (host->port == 0 && host->transport != NET_TRANSPORT_UNIX)
                        host->port = default_ports[source->net.protocol];
        }
}

static void settle_disk(const Domain *domain, Disk *disk)
{
        settle_source(&disk->source);
        settle_encryption(disk->encryption);
        for (BackingStore *below = disk->backing; below; below = below->backing)
                settle_source(&below->source);
        if (disk->bus == DISK_BUS_NONE && disk->target)
                disk->bus = default_bus(domain, disk);
        if (!disk->driver)
                disk->driver = g_strdup("qemu");
        if (disk->source.format == IMAGE_FORMAT_NONE && disk->source.type != SOURCE_VHOSTUSER &&
            disk->source.type != SOURCE_VOLUME)
                disk->source.format = IMAGE_FORMAT_RAW;
        if (disk->device == DISK_DEVICE_CDROM)
                disk->readonly = true;
}

/* Interfaces */

static const char *default_nic(const Domain *domain, const QemuCaps *caps)
{
        static const char *const models[] = { "rtl8139", "e1000" };
        const char *machine = domain->os.machine;

        if (domain_is_s390(domain) || domain_is_riscv_virt(domain) || domain_is_loongarch_virt(domain))
                return "virtio";
        if (domain_is_arm(domain)) {
                if (g_strcmp0(machine, "versatilepb") == 0)
                        return "smc91c111";
                if (domain_is_arm_virt(domain))
                        return "virtio";
                return "lan9118";
        }
        for (size_t i = 0; i < G_N_ELEMENTS(models); i++)
                if (qemu_caps_has_type(caps, models[i]))
                        return models[i];
        return qemu_caps_has_type(caps, "virtio-net-pci") || qemu_caps_has_type(caps, "virtio-net-ccw") ? "virtio"
                                                                                                        : NULL;
}

/* Old documents write known names in any case. */
static void settle_model_name(Interface *nic)
{
        static const char *const known[] = { "rtl8139",
                                             "virtio",
                                             "e1000",
                                             "e1000e",
                                             "igb",
                                             "ne2k_pci",
                                             "pcnet",
                                             "vmxnet3",
                                             "virtio-transitional",
                                             "virtio-non-transitional",
                                             "usb-net",
                                             "spapr-vlan",
                                             "lan9118",
                                             "smc91c111" };

        for (size_t i = 0; nic->model && i < G_N_ELEMENTS(known); i++)
                if (g_ascii_strcasecmp(nic->model, known[i]) == 0 && strcmp(nic->model, known[i]) != 0) {
                        g_free(nic->model);
                        nic->model = g_strdup(known[i]);
                }
}

static void settle_interface(const Domain *domain, const QemuCaps *caps, Interface *nic)
{
        if (nic->type != INTERFACE_HOSTDEV && !nic->model)
                nic->model = g_strdup(nic->type == INTERFACE_VDPA ? "virtio" : default_nic(domain, caps));
        settle_model_name(nic);
        if (mac_is_set(&nic->mac))
                return;
        memcpy(nic->mac.bytes, "\x52\x54\x00", 3);
        random_bytes(nic->mac.bytes + 3, 3);
}

/* Video */

static VideoType default_video(const Domain *domain, const QemuCaps *caps)
{
        if (domain_is_pseries(domain) || domain_is_ppc64(domain))
                return VIDEO_VGA;
        if (domain_is_virt(domain) || domain_is_s390(domain) || domain_is_arm(domain) || domain_is_riscv(domain))
                return VIDEO_VIRTIO;
        if (qemu_caps_has_type(caps, "cirrus-vga"))
                return VIDEO_CIRRUS;
        return VIDEO_VGA;
}

static unsigned power_of_two(unsigned value)
{
        unsigned power = 1;

        while (power < value && power < 1U << 30)
                power <<= 1;
        return power;
}

/* KiB of video memory where nothing was said. */
static void settle_video_memory(Video *video)
{
        switch (video->type) {
        case VIDEO_QXL:
                if (video->vgamem_kib == 0)
                        video->vgamem_kib = 16 * 1024;
                if (video->ram_kib == 0)
                        video->ram_kib = 64 * 1024;
                video->ram_kib = power_of_two(video->ram_kib);
                if (video->vram_kib == 0)
                        video->vram_kib = 64 * 1024;
                video->vram_kib = power_of_two(video->vram_kib);
                break;
        case VIDEO_VGA:
        case VIDEO_CIRRUS:
        case VIDEO_VMVGA:
                if (video->vram_kib == 0)
                        video->vram_kib = 16 * 1024;
                break;
        case VIDEO_BOCHS:
                if (video->vram_kib == 0)
                        video->vram_kib = 16 * 1024;
                break;
        default: break;
        }
}

static void settle_videos(Domain *domain, const QemuCaps *caps)
{
        for (size_t i = 0; i < domain->n_videos; i++) {
                Video *video = &domain->videos[i];

                if (video->type == VIDEO_DEFAULT)
                        video->type = default_video(domain, caps);
                if (video->type == VIDEO_NONE)
                        continue;
                if (i == 0 && video->primary == YESNO_ABSENT)
                        video->primary = YESNO_YES;
                else if (video->primary == YESNO_NO)
                        video->primary = YESNO_ABSENT;
                settle_video_memory(video);
        }
}

/* Controllers */

static ControllerModel default_usb(const Domain *domain, const QemuContext *context, const Controller *controller)
{
        const QemuCaps *caps = context->caps;
        static const struct {
                const char *type;
                ControllerModel model;
        } arm[] = { { "qemu-xhci", CONTROLLER_MODEL_QEMU_XHCI }, { "nec-usb-xhci", CONTROLLER_MODEL_NEC_XHCI } };

        if (domain_is_s390(domain))
                return controller->index.value == 0 && !controller->info.address ? CONTROLLER_MODEL_DISABLED
                                                                                 : CONTROLLER_MODEL_NONE;
        if (domain_is_arm(domain) || domain_is_riscv(domain) || domain_is_loongarch_virt(domain)) {
                for (size_t i = 0; i < G_N_ELEMENTS(arm); i++)
                        if (qemu_caps_has_type(caps, arm[i].type))
                                return arm[i].model;
                return CONTROLLER_MODEL_NONE;
        }
        /* Old guests keep what they had. */
        if (domain_is_ppc64(domain) && context->fresh && qemu_caps_has_type(caps, "qemu-xhci"))
                return CONTROLLER_MODEL_QEMU_XHCI;
        if (domain_is_ppc64(domain) && qemu_caps_has_type(caps, "pci-ohci"))
                return CONTROLLER_MODEL_PCI_OHCI;
        if (qemu_caps_has_type(caps, "piix3-usb-uhci"))
                return CONTROLLER_MODEL_PIIX3_UHCI;
        return qemu_caps_has_type(caps, "pci-ohci") ? CONTROLLER_MODEL_PCI_OHCI : CONTROLLER_MODEL_NONE;
}

ControllerModel controller_scsi_default(const Domain *domain, const QemuCaps *caps)
{
        if (domain_is_pseries(domain))
                return CONTROLLER_MODEL_IBMVSCSI;
        if (domain_is_s390(domain))
                return CONTROLLER_MODEL_VIRTIO_SCSI;
        if (qemu_caps_has_type(caps, "lsi53c895a"))
                return CONTROLLER_MODEL_LSILOGIC;
        return qemu_caps_has_type(caps, "virtio-scsi-pci") ? CONTROLLER_MODEL_VIRTIO_SCSI : CONTROLLER_MODEL_NONE;
}

static bool carries_host_device(const Domain *domain, unsigned index)
{
        for (size_t i = 0; i < domain->n_hostdevs; i++) {
                const Hostdev *hostdev = &domain->hostdevs[i];
                const Address *address = hostdev->info.address;

                if (hostdev->type == HOSTDEV_SCSI && address && address->type == ADDRESS_DRIVE &&
                    address->drive.controller == index)
                        return true;
        }
        return false;
}

static void settle_controller(Domain *domain, const QemuContext *context, Controller *controller)
{
        const QemuCaps *caps = context->caps;

        if (controller->type == CONTROLLER_SCSI &&
            (controller->model == CONTROLLER_MODEL_NONE || controller->model == CONTROLLER_MODEL_AUTO))
                controller->model = controller_scsi_default(domain, caps);
        if (controller->type == CONTROLLER_USB && controller->model == CONTROLLER_MODEL_NONE)
                controller->model = default_usb(domain, context, controller);
        if (controller->type == CONTROLLER_USB && controller->model == CONTROLLER_MODEL_PIIX3_UHCI &&
            domain_is_pseries(domain) && !qemu_caps_has_type(caps, "piix3-usb-uhci"))
                controller->model = CONTROLLER_MODEL_PCI_OHCI;
}

void qemu_settle_controllers(Domain *domain, const QemuContext *context)
{
        for (size_t i = 0; i < domain->n_controllers; i++)
                settle_controller(domain, context, &domain->controllers[i]);
}

/* A controller that was added for devices of the host is as the ones before it. */
static void settle_added_controllers(Domain *domain)
{
        const Controller *first = controller_find(domain, CONTROLLER_SCSI, 0);

        for (size_t i = 0; first && i < domain->n_controllers; i++) {
                Controller *controller = &domain->controllers[i];

                if (controller->type == CONTROLLER_SCSI && controller->model == CONTROLLER_MODEL_NONE &&
                    carries_host_device(domain, controller->index.value))
                        controller->model = first->model;
        }
}

/* Small devices */

static void settle_tpm(const Domain *domain, Tpm *tpm)
{
        if (tpm->model == TPM_DEFAULT)
                tpm->model = domain_is_ppc64(domain) ? TPM_TPM_SPAPR : TPM_TPM_TIS;
        if (tpm->backend == TPM_BACKEND_EMULATOR && tpm->version == TPM_VERSION_DEFAULT)
                tpm->version = TPM_VERSION_2_0;
}

static void settle_shmem(Shmem *shmem)
{
        if (shmem->model == SHMEM_DEFAULT)
                shmem->model = SHMEM_IVSHMEM;
        if (shmem->model == SHMEM_IVSHMEM_PLAIN && shmem->size_bytes == 0)
                shmem->size_bytes = 4 * 1024 * 1024;
        if (shmem->model == SHMEM_IVSHMEM_DOORBELL) {
                shmem->has_msi = true;
                if (shmem->ioeventfd == SWITCH_ABSENT)
                        shmem->ioeventfd = SWITCH_ON;
        }
}

static void settle_hostdev(Hostdev *hostdev)
{
        /* Without a unit it is the first one. */
        if (hostdev->type == HOSTDEV_SCSI && hostdev->scsi.protocol == SCSI_PROTOCOL_ISCSI && hostdev->scsi.name &&
            !strchr(hostdev->scsi.name, '/')) {
                char *whole = g_strconcat(hostdev->scsi.name, "/0", NULL);

                g_free(hostdev->scsi.name);
                hostdev->scsi.name = whole;
        }
        if (hostdev->type == HOSTDEV_MDEV && hostdev->model == HOSTDEV_MODEL_VFIO_PCI &&
            hostdev->display == SWITCH_ABSENT)
                hostdev->display = SWITCH_OFF;
}

static void settle_panic(const Domain *domain, Panic *panic)
{
        if (panic->model != PANIC_DEFAULT)
                return;
        if (domain_is_pseries(domain))
                panic->model = PANIC_PSERIES;
        else if (domain_is_s390(domain))
                panic->model = PANIC_S390;
        else
                panic->model = PANIC_ISA;
}

static void settle_rng(Rng *rng)
{
        if (rng->backend == RNG_BACKEND_RANDOM && !rng->random)
                rng->random = g_strdup("/dev/urandom");
}

static void settle_watchdog(Watchdog *watchdog)
{
        if (watchdog->action == WATCHDOG_ACTION_DEFAULT)
                watchdog->action = WATCHDOG_ACTION_RESET;
}

/* Firmware starts from these alone. */
static void settle_boot_orders(Domain *domain)
{
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++) {
                        DeviceInfo *info = device_info(domain, kind, i);

                        if (!info || kind == DEVICE_DISK || kind == DEVICE_INTERFACE || kind == DEVICE_HOSTDEV ||
                            kind == DEVICE_REDIRDEV || kind == DEVICE_FILESYSTEM)
                                continue;
                        info->boot_order = 0;
                        g_clear_pointer(&info->boot_loadparm, g_free);
                }
}

int qemu_settle_devices(Domain *domain, const QemuContext *context, Error *err)
{
        const QemuCaps *caps = context->caps;

        for (size_t i = 0; i < domain->n_disks; i++)
                settle_disk(domain, &domain->disks[i]);
        settle_boot_orders(domain);
        settle_added_controllers(domain);
        qemu_settle_controllers(domain, context);
        for (size_t i = 0; i < domain->n_interfaces; i++)
                settle_interface(domain, caps, &domain->interfaces[i]);
        settle_videos(domain, caps);
        for (size_t i = 0; i < domain->n_filesystems; i++)
                if (domain->filesystems[i].access == FS_ACCESS_DEFAULT)
                        domain->filesystems[i].access = FS_ACCESS_PASSTHROUGH;
        for (size_t i = 0; i < domain->n_tpms; i++)
                settle_tpm(domain, &domain->tpms[i]);
        for (size_t i = 0; i < domain->n_shmems; i++)
                settle_shmem(&domain->shmems[i]);
        for (size_t i = 0; i < domain->n_hostdevs; i++)
                settle_hostdev(&domain->hostdevs[i]);
        for (size_t i = 0; i < domain->n_panics; i++)
                settle_panic(domain, &domain->panics[i]);
        for (size_t i = 0; i < domain->n_rngs; i++)
                settle_rng(&domain->rngs[i]);
        for (size_t i = 0; i < domain->n_watchdogs; i++)
                settle_watchdog(&domain->watchdogs[i]);
        if (domain->vsock && domain->vsock->model == VSOCK_DEFAULT)
                domain->vsock->model = VSOCK_VIRTIO;
        return 0;
}
