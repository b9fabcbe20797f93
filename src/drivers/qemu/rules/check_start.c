/* See settle.h: what this driver cannot start yet, though libvirt could. It changes nothing. */
#include "rules/settle.h"

#include "rules/address.h"

/* What no part of the command line builder knows. */
typedef struct Unsupported {
        size_t at;
        const char *what;
} Unsupported;

/* Elements that stand once, as pointers. */
static const Unsupported unsupported_elements[] = {
        { offsetof(Domain, pstore), "pstore" },
};

static int refuse(const char *what, Error *err)
{
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "<%s> is not supported by the QEMU driver of vireo yet",
                         what);
}

static int check_elements(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < G_N_ELEMENTS(unsupported_elements); i++) {
                const char *at = (const char *)domain + unsupported_elements[i].at;

                if (*(void *const *)(const void *)at)
                        return refuse(unsupported_elements[i].what, err);
        }
        return 0;
}

static int check_os(const Domain *domain, Error *err)
{
        return domain->bootloader ? refuse("bootloader", err) : 0;
}

static int check_image(const Source *source, const Encryption *encryption, Error *err)
{
        NetProtocol protocol = source->type == SOURCE_NETWORK ? source->net.protocol : NET_PROTOCOL_NONE;

        encryption = encryption ? encryption : source->encryption;
        if (encryption && encryption->format == ENCRYPTION_LUKS && encryption->n_secrets == 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing secret info for 'luks' driver");
        if (encryption && encryption->engine == ENCRYPTION_ENGINE_LIBRBD && protocol != NET_PROTOCOL_RBD)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "librbd encryption is supported only with RBD backed disks");
        if (protocol && source->net.tls == YESNO_YES && protocol != NET_PROTOCOL_NBD && protocol != NET_PROTOCOL_VXHS)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "TLS transport is not supported for disk protocol '%s'",
                                 enum_text(NetProtocol, protocol));
        return 0;
}

/* Only some formats can say what lies below. */
static int check_below(const Source *source, const BackingStore *below, Error *err)
{
        if (!below || below->source.type == SOURCE_NONE)
                return 0;
        switch (source->format) {
        case IMAGE_FORMAT_NONE:
        case IMAGE_FORMAT_QCOW:
        case IMAGE_FORMAT_QCOW2:
        case IMAGE_FORMAT_QED:
        case IMAGE_FORMAT_VMDK: return 0;
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "storage format '%s' does not support backing store",
                                 enum_text(ImageFormat, source->format));
        }
}

static int check_disk(const Disk *disk, Error *err)
{
        if (disk->device == DISK_DEVICE_DISK && disk->source.type == SOURCE_NONE)
                return error_set(err, VIR_ERR_XML_ERROR, "missing source for disk '%s'", disk->target);
        if (check_image(&disk->source, disk->encryption, err) < 0 || check_below(&disk->source, disk->backing, err) < 0)
                return -1;
        for (const BackingStore *at = disk->backing; at; at = at->backing)
                if (check_image(&at->source, NULL, err) < 0 || check_below(&at->source, at->backing, err) < 0)
                        return -1;
        return 0;
}

static int check_disks(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_disks; i++)
                if (check_disk(&domain->disks[i], err) < 0)
                        return -1;
        return 0;
}

/* What nobody refuses before QEMU would. */
static int check_floppies(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_disks; i++)
                if (domain->disks[i].bus == DISK_BUS_FDC && domain_is_pseries(domain))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "PowerPC pseries machines do not support floppy device");
        return 0;
}

/* The name of a virtio device is its transport's, too. */
static int check_transports(const Domain *domain, Error *err)
{
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++) {
                        AddressType type = device_address_type(device_info(domain, kind, i));
                        bool usual = type == ADDRESS_NONE || type == ADDRESS_PCI || type == ADDRESS_CCW ||
                                     type == ADDRESS_VIRTIO_MMIO || type == ADDRESS_UNASSIGNED;

                        if (!usual && kind != DEVICE_INTERFACE && device_is_virtio(domain, kind, i))
                                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                                 "Unexpected address type for a virtio device: '%s'",
                                                 enum_text(AddressType, type));
                }
        return 0;
}

/* Of the USB controllers only some come in sizes. */
static int check_usb_ports(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_controllers; i++) {
                const Controller *controller = &domain->controllers[i];

                if (controller->type == CONTROLLER_USB && controller->usb.ports.set &&
                    controller->model != CONTROLLER_MODEL_NEC_XHCI && controller->model != CONTROLLER_MODEL_QEMU_XHCI)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "usb controller type '%s' doesn't support 'ports' with this QEMU binary",
                                         enum_text(ControllerModel, controller->model));
        }
        return 0;
}

static int check_inputs(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_inputs; i++)
                if (domain->inputs[i].type == INPUT_EVDEV && !domain->inputs[i].dev)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "an input device of type 'evdev' has no path");
        return 0;
}

int qemu_check_start(const Domain *domain, Error *err)
{
        if (check_elements(domain, err) < 0 || check_os(domain, err) < 0 || check_disks(domain, err) < 0 ||
            check_floppies(domain, err) < 0 || check_transports(domain, err) < 0 || check_usb_ports(domain, err) < 0 ||
            check_inputs(domain, err) < 0)
                return -1;
        return 0;
}
