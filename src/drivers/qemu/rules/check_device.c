/* See check.h: devices. */
#include "rules/check.h"

/* Mediated devices: of which kind, the model says. */
static int check_mdev(const Domain *domain, const Hostdev *hostdev, const QemuCaps *caps, Error *err)
{
        const char *model = enum_text(HostdevModel, hostdev->model);
        AddressType type = device_address_type(&hostdev->info);

        if (hostdev->model == HOSTDEV_MODEL_VFIO_AP && !qemu_caps_has_flag(caps, QEMU_HAS_VFIO_AP))
                return check_refuse(err, "VFIO AP device assignment is not supported by this version of QEMU");
        if (hostdev->model == HOSTDEV_MODEL_VFIO_PCI && type != ADDRESS_NONE && type != ADDRESS_PCI)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Unsupported address type '%s' with mediated device model '%s'",
                                 enum_text(AddressType, type), model);
        if (hostdev->model == HOSTDEV_MODEL_VFIO_CCW && type != ADDRESS_NONE && type != ADDRESS_CCW)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Unsupported address type '%s' with mediated device model '%s'",
                                 enum_text(AddressType, type), model);
        if (hostdev->model == HOSTDEV_MODEL_VFIO_CCW && !qemu_caps_has_flag(caps, QEMU_HAS_VFIO_CCW))
                return check_refuse(err, "VFIO CCW device assignment is not supported by this version of QEMU");
        if (hostdev->info.boot_order && hostdev->model != HOSTDEV_MODEL_VFIO_PCI &&
            hostdev->model != HOSTDEV_MODEL_VFIO_CCW)
                return check_refuse(
                        err, "booting from assigned devices is not supported by mediated devices of model %s", model);
        if (hostdev->display == SWITCH_ON && domain->n_graphics == 0)
                return check_refuse(err, "graphics device is needed for attribute value 'display=on' in <hostdev>");
        return 0;
}

/* What is not on the host's side of a guest's buses */
static int check_hostdev(const Domain *domain, const Hostdev *hostdev, const QemuCaps *caps, Error *err)
{
        if (hostdev->mode != HOSTDEV_MODE_SUBSYSTEM)
                return check_refuse(err, "hostdev mode '%s' is not supported in qemu",
                                    enum_text(HostdevMode, hostdev->mode));
        if (hostdev->teaming && hostdev->type != HOSTDEV_PCI)
                return check_refuse(err, "teaming is only supported for pci hostdev devices");
        if (hostdev->type == HOSTDEV_PCI && hostdev->pci.write_filtering != YESNO_ABSENT)
                return check_refuse(err, "Write filtering of PCI device configuration space is not supported by qemu");
        if (hostdev->type == HOSTDEV_SCSI_HOST && hostdev->info.boot_order)
                return check_refuse(err, "booting from assigned devices is not supported by vhost SCSI devices");
        return hostdev->type == HOSTDEV_MDEV ? check_mdev(domain, hostdev, caps, err) : 0;
}

static int check_hostdevs(const Domain *domain, const QemuCaps *caps, Error *err)
{
        for (size_t i = 0; i < domain->n_hostdevs; i++)
                if (check_hostdev(domain, &domain->hostdevs[i], caps, err) < 0)
                        return -1;
        return 0;
}

static int check_chardev(const Chardev *source, Error *err)
{
        if (source->type == CHARDEV_UNIX && source->unix_socket.reconnect == YESNO_YES &&
            source->unix_socket.mode != CHARDEV_MODE_CONNECT)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "chardev reconnect is possible only for connect mode");
        return 0;
}

static int check_chardevs(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_channels; i++)
                if (check_chardev(&domain->channels[i].source, err) < 0)
                        return -1;
        for (size_t i = 0; i < domain->n_rngs; i++) {
                const Rng *rng = &domain->rngs[i];

                if (rng->backend != RNG_BACKEND_EGD)
                        continue;
                if (rng->egd.type == CHARDEV_UNIX && !rng->egd.unix_socket.path)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing source path attribute for char device");
                if ((rng->egd.type == CHARDEV_SPICEPORT || rng->egd.type == CHARDEV_DBUS) && !rng->egd.channel.channel)
                        return check_refuse(err, "Missing source channel attribute for char device");
        }
        return 0;
}

int check_devices(const Domain *domain, const QemuContext *context, Error *err)
{
        const QemuCaps *caps = context->caps;

        if (check_disks(domain, caps, err) < 0 || check_hostdevs(domain, caps, err) < 0 ||
            check_displays(domain, context, err) < 0 || check_specials(domain, context, err) < 0 ||
            check_networks(domain, err) < 0 || check_serials(domain, err) < 0)
                return -1;
        return check_chardevs(domain, err);
}
