/* Devices of the host that the guest gets: USB, PCI (also as network interfaces), SCSI, mediated ones. */
#include "argv/argv.h"

#include "argv/argv_hostdev.h"

/* What a function of a PCI device needs, from either kind of element. */
typedef struct PciGift {
        const HostPciAddress *address;
        const DeviceInfo *info;
        unsigned boot_index;
        const char *failover; /* alias of the interface that stands in for it; NULL: none */
} PciGift;

static int pci_gift(QemuArgv *argv, const PciGift *gift, Error *err)
{
        const HostPciAddress *at = gift->address;
        g_autofree char *host = g_strdup_printf("%04x:%02x:%02x.%x", at->domain, at->bus, at->slot, at->function);
        g_autoptr(Json) json = qdev_new("vfio-pci");

        /* Only kept from the host, not given to the guest. */
        if (device_address_type(gift->info) == ADDRESS_UNASSIGNED)
                return 0;
        qdev_string(json, "host", host);
        qdev_string(json, "id", gift->info->alias);
        qdev_boot(argv, json, gift->info, gift->boot_index);
        qdev_string(json, "failover_pair_id", gift->failover);
        if (qdev_address(argv, json, gift->info, err) < 0)
                return -1;
        qdev_rom(json, gift->info);
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

static int pci(QemuArgv *argv, const Hostdev *hostdev, Error *err)
{
        const PciGift gift = {
                .address = &hostdev->pci.address,
                .info = &hostdev->info,
                .failover = hostdev->teaming == TEAMING_TRANSIENT ? hostdev->teaming_persistent : NULL,
        };

        return pci_gift(argv, &gift, err);
}

static void guest_reset(Json *json, GuestReset when)
{
        if (when == GUEST_RESET_OFF)
                json_set(json, "guest-reset", json_bool(false));
        else if (when == GUEST_RESET_UNINITIALIZED)
                json_set(json, "guest-reset", json_bool(true));
        else if (when == GUEST_RESET_ON)
                json_set(json, "guest-resets-all", json_bool(true));
}

static int usb(QemuArgv *argv, const Hostdev *hostdev, Error *err)
{
        const UsbHostdev *source = &hostdev->usb;
        g_autofree char *path = g_strdup_printf("/dev/bus/usb/%03u/%03u", source->bus, source->device);
        g_autoptr(Json) json = qdev_new("usb-host");

        if (qemu_caps_has_flag(argv->caps, QEMU_HAS_USB_HOST_HOSTDEVICE)) {
                qdev_string(json, "hostdevice", path);
        } else {
                json_set(json, "hostbus", json_uint(source->bus));
                json_set(json, "hostaddr", json_uint(source->device));
        }
        guest_reset(json, source->guest_reset);
        qdev_string(json, "id", hostdev->info.alias);
        qdev_boot(argv, json, &hostdev->info, 0);
        if (qdev_address(argv, json, &hostdev->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

static int mediated(QemuArgv *argv, const Hostdev *hostdev, Error *err)
{
        g_autofree char *path = g_strdup_printf("/sys/bus/mdev/devices/%s", hostdev->mdev.uuid);
        const char *driver = enum_text(HostdevModel, hostdev->model);
        g_autoptr(Json) json = NULL;

        /* A boot display is there from the start or not at all. */
        if (hostdev->model == HOSTDEV_MODEL_VFIO_PCI && hostdev->ramfb == SWITCH_ON)
                driver = "vfio-pci-nohotplug";
        json = qdev_new(driver);
        qdev_string(json, "id", hostdev->info.alias);
        qdev_string(json, "sysfsdev", path);
        qdev_on_off(json, "display", hostdev->display);
        qdev_switch(json, "ramfb", hostdev->ramfb == SWITCH_ON ? SWITCH_ON : SWITCH_ABSENT);
        qdev_boot(argv, json, &hostdev->info, 0);
        if (qdev_address(argv, json, &hostdev->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

static int vhost_scsi(QemuArgv *argv, const Hostdev *hostdev, Error *err)
{
        const QemuFdAsk ask = { .kind = QEMU_FD_VHOST_SCSI, .path = "/dev/vhost-scsi", .alias = hostdev->info.alias };
        VirtioKind kind = hostdev->model == HOSTDEV_MODEL_VIRTIO_TRANSITIONAL       ? VIRTIO_TRANSITIONAL
                          : hostdev->model == HOSTDEV_MODEL_VIRTIO_NON_TRANSITIONAL ? VIRTIO_NON_TRANSITIONAL
                                                                                    : VIRTIO_PLAIN;
        g_autoptr(Json) json = qdev_new_virtio("vhost-scsi", &hostdev->info, kind);
        g_autofree char *name = NULL;
        int fd = argv->host->open_fd(argv->host, &ask, err);

        if (fd < 0)
                return -1;
        name = argv_fd_name(argv, fd);
        qdev_string(json, "wwpn", hostdev->scsi_host.wwpn);
        qdev_string(json, "vhostfd", name);
        qdev_string(json, "id", hostdev->info.alias);
        if (qdev_address(argv, json, &hostdev->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

static int subsystem(QemuArgv *argv, const Hostdev *hostdev, Error *err)
{
        switch (hostdev->type) {
        case HOSTDEV_USB: return usb(argv, hostdev, err);
        case HOSTDEV_PCI: return pci(argv, hostdev, err);
        case HOSTDEV_SCSI: return argv_hostdev_scsi(argv, hostdev, err);
        case HOSTDEV_SCSI_HOST: return vhost_scsi(argv, hostdev, err);
        case HOSTDEV_MDEV: return mediated(argv, hostdev, err);
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU has no host devices of type '%s'",
                                 enum_text(HostdevType, hostdev->type));
        }
}

/* A network interface that is a device of the host, by its own element or because the network gave it one. */
static int network(QemuArgv *argv, const Interface *nic, Error *err)
{
        const HostdevInterface *source = nic->type == INTERFACE_HOSTDEV ? &nic->hostdev : &nic->actual->hostdev;
        const PciAddress *at = &source->address.pci;
        const HostPciAddress address = { at->domain, at->bus, at->slot, at->function };
        const PciGift gift = {
                .address = &address,
                .info = &nic->info,
                .boot_index = interface_boot_index(argv->domain, nic),
                .failover = nic->teaming == TEAMING_TRANSIENT ? nic->teaming_persistent : NULL,
        };

        if (qemu_check_actual(nic, err) < 0)
                return -1;
        if (source->address.type != ADDRESS_PCI)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "interface %s: only PCI devices can be network interfaces", nic->info.alias);
        return pci_gift(argv, &gift, err);
}

int argv_hostdevs(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;

        for (size_t i = 0; i < domain->n_interfaces; i++) {
                const Interface *nic = &domain->interfaces[i];

                argv->alias = nic->info.alias;
                if (interface_actual_type(nic) == INTERFACE_HOSTDEV && network(argv, nic, err) < 0)
                        return -1;
        }
        for (size_t i = 0; i < domain->n_hostdevs; i++) {
                const Hostdev *hostdev = &domain->hostdevs[i];

                argv->alias = hostdev->info.alias;
                if (hostdev->mode != HOSTDEV_MODE_SUBSYSTEM)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU has no host devices of mode '%s'",
                                         enum_text(HostdevMode, hostdev->mode));
                if (subsystem(argv, hostdev, err) < 0)
                        return -1;
        }
        argv->alias = NULL;
        return 0;
}
