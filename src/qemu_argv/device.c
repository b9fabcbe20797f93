/* Devices: -device, -usbdevice, -pcidevice, -watchdog. */
#include "reader.h"

#include <string.h>

#include "util/text.h"

/* A model of -device by what its name begins with, the longest first, and what adds it. */
typedef struct Model {
        const char *prefix;
        int (*add)(QemuReader *reader, const QemuOpts *opts, int kind, const char *word, Error *err);
        int kind;         /* of the enumeration of its class */
        const char *word; /* the name of its model in the document */
} Model;

static int add_disk(QemuReader *reader, const QemuOpts *opts, int bus, const char *word, Error *err)
{
        const QemuPart *part = qemu_find_part(reader->drives, qemu_opts_get(opts, "drive"));

        if (!part)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "no -drive if=none has the id '%s' of a device",
                                 qemu_opts_get(opts, "drive") ? qemu_opts_get(opts, "drive") : "");
        return qemu_add_disk(reader, part->opts, (DiskBus)bus,
                             word && strcmp(word, "cdrom") == 0 ? DISK_DEVICE_CDROM : DISK_DEVICE_DISK, err);
}

static int add_nic(QemuReader *reader, const QemuOpts *opts, int kind, const char *word, Error *err)
{
        const QemuPart *part = qemu_find_part(reader->netdevs, qemu_opts_get(opts, "netdev"));

        return qemu_add_nic(reader, opts, part ? part->opts : NULL, word, err);
}

static int add_input(QemuReader *reader, const QemuOpts *opts, int type, const char *word, Error *err)
{
        Input *input = QEMU_ADD(Input, reader->d, inputs);

        input->type = (InputType)type;
        input->bus = strcmp(word, "virtio") == 0 ? INPUT_BUS_VIRTIO : INPUT_BUS_USB;
        return 0;
}

static int add_video(QemuReader *reader, const QemuOpts *opts, int type, const char *word, Error *err)
{
        QEMU_ADD(Video, reader->d, videos)->type = (VideoType)type;
        reader->vga_said = true;
        return 0;
}

static int add_sound(QemuReader *reader, const QemuOpts *opts, int model, const char *word, Error *err)
{
        QEMU_ADD(Sound, reader->d, sounds)->model = (SoundModel)model;
        return 0;
}

static int add_balloon(QemuReader *reader, const QemuOpts *opts, int model, const char *word, Error *err)
{
        if (!reader->d->memballoon)
                reader->d->memballoon = g_new0(Memballoon, 1);
        reader->d->memballoon->model = (BalloonModel)model;
        return 0;
}

static int add_panic(QemuReader *reader, const QemuOpts *opts, int model, const char *word, Error *err)
{
        QEMU_ADD(Panic, reader->d, panics)->model = (PanicModel)model;
        return 0;
}

static int add_watchdog(QemuReader *reader, const QemuOpts *opts, int model, const char *word, Error *err)
{
        QEMU_ADD(Watchdog, reader->d, watchdogs)->model = (WatchdogModel)model;
        return 0;
}

static int add_controller(QemuReader *reader, const QemuOpts *opts, int type, const char *word, Error *err)
{
        Controller *controller;
        int model = word ? enum_value(ControllerModel, CONTROLLER_MODEL, word) : 0;

        for (size_t i = 0; i < reader->d->n_controllers; i++)
                if (reader->d->controllers[i].type == (ControllerType)type && type == CONTROLLER_USB &&
                    reader->d->controllers[i].model == CONTROLLER_MODEL_NONE) {
                        reader->d->controllers[i].model = (ControllerModel)MAX(model, 0);
                        return 0; /* the one that -usb stands for */
                }
        controller = QEMU_ADD(Controller, reader->d, controllers);
        controller->type = (ControllerType)type;
        controller->model = (ControllerModel)MAX(model, 0);
        return 0;
}

static int add_serial(QemuReader *reader, const QemuOpts *opts, int kind, const char *word, Error *err)
{
        const QemuPart *part = qemu_find_part(reader->chardevs, qemu_opts_get(opts, "chardev"));
        Serial *serial;

        if (!part)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "no -chardev has the id of a serial port");
        serial = QEMU_ADD(Serial, reader->d, serials);
        serial->port = (OptUint){ .value = (unsigned)reader->d->n_serials - 1, .set = true };
        return qemu_fill_chardev(part->opts, &serial->source, err);
}

static int add_channel(QemuReader *reader, const QemuOpts *opts, int target, const char *word, Error *err)
{
        const QemuPart *part = qemu_find_part(reader->chardevs, qemu_opts_get(opts, "chardev"));
        Channel *channel;

        if (!part)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "no -chardev has the id of a channel");
        channel = QEMU_ADD(Channel, reader->d, channels);
        channel->target = (ChannelTarget)target;
        channel->name = g_strdup(qemu_opts_get(opts, "name"));
        return qemu_fill_chardev(part->opts, &channel->source, err);
}

/* "06:12.5" or "0000:06:12.5" */
static int read_pci(const char *text, HostPciAddress *ret, Error *err)
{
        g_auto(GStrv) parts = g_strsplit_set(text, ":.", 5);
        unsigned n = g_strv_length(parts);
        unsigned *const members[] = { &ret->domain, &ret->bus, &ret->slot, &ret->function };

        if (n != 3 && n != 4)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown PCI device syntax '%s'", text);
        for (unsigned i = 0; i < n; i++)
                if (!text_to_uint(parts[i], 16, members[i + 4 - n]))
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot extract PCI device address '%s'", text);
        return 0;
}

static int add_pci(QemuReader *reader, const char *host, Error *err)
{
        Hostdev *hostdev = QEMU_ADD(Hostdev, reader->d, hostdevs);

        hostdev->mode = HOSTDEV_MODE_SUBSYSTEM;
        hostdev->type = HOSTDEV_PCI;
        hostdev->managed = YESNO_YES;
        return read_pci(host, &hostdev->pci.address, err);
}

static int add_vfio(QemuReader *reader, const QemuOpts *opts, int kind, const char *word, Error *err)
{
        const char *host = qemu_opts_get(opts, "host");

        if (!host)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown PCI device syntax: no host=ADDRESS");
        return add_pci(reader, host, err);
}

/* The longest of two that fit stands first. */
static const Model models[] = {
        { "virtio-blk", add_disk, DISK_BUS_VIRTIO, NULL },
        { "ide-cd", add_disk, DISK_BUS_IDE, "cdrom" },
        { "ide-hd", add_disk, DISK_BUS_IDE, NULL },
        { "ide-drive", add_disk, DISK_BUS_IDE, NULL },
        { "scsi-cd", add_disk, DISK_BUS_SCSI, "cdrom" },
        { "scsi-hd", add_disk, DISK_BUS_SCSI, NULL },
        { "scsi-disk", add_disk, DISK_BUS_SCSI, NULL },
        { "usb-storage", add_disk, DISK_BUS_USB, NULL },
        { "virtio-net", add_nic, 0, "virtio" },
        { "rtl8139", add_nic, 0, "rtl8139" },
        { "e1000e", add_nic, 0, "e1000e" },
        { "e1000", add_nic, 0, "e1000" },
        { "ne2k_pci", add_nic, 0, "ne2k_pci" },
        { "vmxnet3", add_nic, 0, "vmxnet3" },
        { "usb-tablet", add_input, INPUT_TABLET, "usb" },
        { "usb-mouse", add_input, INPUT_MOUSE, "usb" },
        { "usb-kbd", add_input, INPUT_KEYBOARD, "usb" },
        { "virtio-tablet", add_input, INPUT_TABLET, "virtio" },
        { "virtio-mouse", add_input, INPUT_MOUSE, "virtio" },
        { "virtio-keyboard", add_input, INPUT_KEYBOARD, "virtio" },
        { "VGA", add_video, VIDEO_VGA, NULL },
        { "cirrus-vga", add_video, VIDEO_CIRRUS, NULL },
        { "vmware-svga", add_video, VIDEO_VMVGA, NULL },
        { "qxl", add_video, VIDEO_QXL, NULL },
        { "virtio-vga", add_video, VIDEO_VIRTIO, NULL },
        { "virtio-gpu", add_video, VIDEO_VIRTIO, NULL },
        { "bochs-display", add_video, VIDEO_BOCHS, NULL },
        { "AC97", add_sound, SOUND_AC97, NULL },
        { "ES1370", add_sound, SOUND_ES1370, NULL },
        { "sb16", add_sound, SOUND_SB16, NULL },
        { "intel-hda", add_sound, SOUND_ICH6, NULL },
        { "ich9-intel-hda", add_sound, SOUND_ICH9, NULL },
        { "usb-audio", add_sound, SOUND_USB, NULL },
        { "virtio-balloon", add_balloon, BALLOON_VIRTIO, NULL },
        { "pvpanic", add_panic, PANIC_ISA, NULL },
        { "i6300esb", add_watchdog, WATCHDOG_I6300ESB, NULL },
        { "ib700", add_watchdog, WATCHDOG_IB700, NULL },
        { "piix3-usb-uhci", add_controller, CONTROLLER_USB, "piix3-uhci" },
        { "piix4-usb-uhci", add_controller, CONTROLLER_USB, "piix4-uhci" },
        { "usb-ehci", add_controller, CONTROLLER_USB, "ehci" },
        { "qemu-xhci", add_controller, CONTROLLER_USB, "qemu-xhci" },
        { "nec-usb-xhci", add_controller, CONTROLLER_USB, "nec-xhci" },
        { "virtio-scsi", add_controller, CONTROLLER_SCSI, "virtio-scsi" },
        { "lsi53c895a", add_controller, CONTROLLER_SCSI, "lsilogic" },
        { "lsi", add_controller, CONTROLLER_SCSI, "lsilogic" },
        { "megasas", add_controller, CONTROLLER_SCSI, "lsisas1078" },
        { "pvscsi", add_controller, CONTROLLER_SCSI, "vmpvscsi" },
        { "virtio-serial", add_controller, CONTROLLER_VIRTIO_SERIAL, NULL },
        { "isa-serial", add_serial, 0, NULL },
        { "virtserialport", add_channel, CHANNEL_TARGET_VIRTIO, NULL },
        { "vfio-pci", add_vfio, 0, NULL },
        { "pci-assign", add_vfio, 0, NULL },
};

/* What comes with another device and says nothing by itself. */
static bool is_companion(const char *driver)
{
        return g_str_has_prefix(driver, "hda-") && strlen(driver) > 4;
}

int qemu_read_device(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, "driver");
        const char *driver = qemu_opts_get(opts, "driver");

        if (!driver)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "-device '%s' names no device", value);
        for (size_t i = 0; i < G_N_ELEMENTS(models) && !qemu_is_foreign_node(reader, qemu_opts_get(opts, "drive")); i++)
                if (g_str_has_prefix(driver, models[i].prefix))
                        return models[i].add(reader, opts, models[i].kind, models[i].word, err);
        if (is_companion(driver))
                return 0;
        g_ptr_array_add(reader->unknown, g_strdup("-device"));
        g_ptr_array_add(reader->unknown, g_strdup(value));
        return 0;
}

/* "14.6" is a place, "0204:6025" a product. */
static int add_usb(QemuReader *reader, const char *text, Error *err)
{
        Hostdev *hostdev = QEMU_ADD(Hostdev, reader->d, hostdevs);
        g_auto(GStrv) product = g_strsplit(text, ":", 2);
        g_auto(GStrv) place = g_strsplit(text, ".", 2);
        UsbHostdev *usb = &hostdev->usb;

        hostdev->mode = HOSTDEV_MODE_SUBSYSTEM;
        hostdev->type = HOSTDEV_USB;
        hostdev->managed = YESNO_NO;
        if (product[0] && product[1]) {
                usb->vendor.set = text_to_uint(product[0], 16, &usb->vendor.value);
                usb->product.set = text_to_uint(product[1], 16, &usb->product.value);
                if (usb->vendor.set && usb->product.set)
                        return 0;
        } else if (place[0] && place[1] && text_to_uint(place[0], 10, &usb->bus) &&
                   text_to_uint(place[1], 10, &usb->device)) {
                return 0;
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown USB device syntax '%s'", text);
}

int qemu_read_usbdevice(QemuReader *reader, const char *value, Error *err)
{
        static const struct {
                const char *word;
                InputType type;
        } inputs[] = { { "tablet", INPUT_TABLET }, { "mouse", INPUT_MOUSE }, { "keyboard", INPUT_KEYBOARD } };

        for (size_t i = 0; i < G_N_ELEMENTS(inputs); i++)
                if (strcmp(value, inputs[i].word) == 0)
                        return add_input(reader, NULL, inputs[i].type, "usb", err);
        if (g_str_has_prefix(value, "disk:"))
                return qemu_add_usb_disk(reader, value + 5, err);
        if (g_str_has_prefix(value, "host:"))
                return add_usb(reader, value + 5, err);
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown USB device syntax '%s'", value);
}

int qemu_read_pcidevice(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, NULL);

        return add_vfio(reader, opts, 0, NULL, err);
}

int qemu_read_watchdog(QemuReader *reader, const char *value, Error *err)
{
        int model = enum_value(WatchdogModel, WATCHDOG, value);

        if (model <= 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown watchdog model '%s'", value);
        return add_watchdog(reader, NULL, model, NULL, err);
}

int qemu_read_watchdog_action(QemuReader *reader, const char *value, Error *err)
{
        int action = enum_value(WatchdogAction, WATCHDOG_ACTION, strcmp(value, "debug") == 0 ? "none" : value);

        if (action <= 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown watchdog action '%s'", value);
        reader->watchdog_action = (WatchdogAction)action;
        return 0;
}
