/* Devices on a command line: -s SLOT,DEVICE and -l DEVICE. */
#include <string.h>

#include "argv.h"
#include "conf/network_parts.h"
#include "util/log.h"
#include "util/text.h"

enum { DEVICES_MAX = 256, SLOTS = 32, FUNCTIONS = 8, BUSES = 256, VNC_PORT = 5900 };

/* A device: its words behind the slot. */
typedef struct Slot {
        PciAddress address;
        const char *device;
        char **details; /* NULL-terminated, after the device */
} Slot;

static struct Address *pci_address(const Slot *slot)
{
        struct Address *address = g_new0(struct Address, 1);

        address->type = ADDRESS_PCI;
        address->pci = slot->address;
        return address;
}

static void add_disk(Domain *d, const Slot *slot, const char *path, DiskBus bus, DiskDevice device)
{
        Disk *disk = rows_list_insert(&Disk_rows, &d->disks, &d->n_disks, d->n_disks);
        unsigned before = 0;

        for (size_t i = 0; i + 1 < d->n_disks; i++)
                before += d->disks[i].bus == bus;
        disk->bus = bus;
        disk->device = device;
        disk->target = disk_target_name(bus == DISK_BUS_VIRTIO ? "vd" : "sd", before);
        if (g_str_has_prefix(path, "/dev/")) {
                disk->source.type = SOURCE_BLOCK;
                disk->source.block.path = g_strdup(path);
        } else {
                disk->source.type = SOURCE_FILE;
                disk->source.file.path = g_strdup(path);
        }
        disk->info.address = pci_address(slot);
}

static int read_virtio_disk(const Slot *slot, Domain *d, Error *err)
{
        if (slot->details[0])
                add_disk(d, slot, slot->details[0], DISK_BUS_VIRTIO, DISK_DEVICE_DISK);
        return 0;
}

static int read_ahci_disk(const Slot *slot, Domain *d, Error *err)
{
        bool cdrom = strcmp(slot->device, "ahci-cd") == 0;

        if (slot->details[0])
                add_disk(d, slot, slot->details[0], DISK_BUS_SATA, cdrom ? DISK_DEVICE_CDROM : DISK_DEVICE_DISK);
        return 0;
}

/* "ahci,hd:/a,cd:/b" */
static int read_ahci(const Slot *slot, Domain *d, Error *err)
{
        for (char **port = slot->details; *port; port++) {
                if (d->n_disks >= DEVICES_MAX)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "more than %d disks", DEVICES_MAX);
                if (g_str_has_prefix(*port, "hd:"))
                        add_disk(d, slot, *port + 3, DISK_BUS_SATA, DISK_DEVICE_DISK);
                else if (g_str_has_prefix(*port, "cd:"))
                        add_disk(d, slot, *port + 3, DISK_BUS_SATA, DISK_DEVICE_CDROM);
        }
        return 0;
}

/* The value of NAME=VALUE; NULL without. */
static const char *detail(const Slot *slot, const char *name)
{
        size_t length = strlen(name);

        for (char **at = slot->details; *at; at++)
                if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
                        return *at + length + 1;
        return NULL;
}

/* "virtio-net,tap0,mac=..": which bridge the tap is part of the command does not say. */
static int read_net(const Slot *slot, Domain *d, Error *err)
{
        const char *address = detail(slot, "mac");
        Interface *interface;
        Mac mac = { { 0 } };

        if (!slot->details[0])
                return error_set(err, VIR_ERR_CONF_SYNTAX, "-s %s needs the name of a tap device", slot->device);
        if ((slot->details[1] && !address) || (address && !mac_parse(address, &mac))) {
                log_warn("a network card is left out: cannot understand '%s'", address ? address : slot->details[1]);
                return 0;
        }
        interface = rows_list_insert(&Interface_rows, &d->interfaces, &d->n_interfaces, d->n_interfaces);
        interface->type = INTERFACE_BRIDGE;
        interface->bridge.bridge = g_strdup("virbr0");
        interface->target = g_strdup(slot->details[0]);
        interface->model = g_strdup(strcmp(slot->device, "e1000") == 0 ? "e1000" : "virtio");
        interface->mac = mac;
        interface->info.address = pci_address(slot);
        return 0;
}

/* "tcp=ADDRESS:PORT", either may be missing; IPv6 addresses are in brackets. */
static int read_vnc_place(const char *text, VncGraphics *vnc, Error *err)
{
        const char *colon = text ? strrchr(text, ':') : NULL;
        g_autofree char *address = colon ? g_strndup(text, (gsize)(colon - text)) : NULL;
        size_t length = address ? strlen(address) : 0;
        unsigned port = VNC_PORT;

        if (text && !colon)
                address = g_strdup(text);
        if (colon && (!text_to_uint(colon + 1, 10, &port) || port > 65535))
                return error_set(err, VIR_ERR_CONF_SYNTAX, "Failed to parse VNC port in 'tcp=%s'", text);
        if (length > 2 && address[0] == '[' && address[length - 1] == ']') {
                memmove(address, address + 1, length - 2);
                address[length - 2] = '\0';
        }
        vnc->port = (int)port;
        vnc->autoport = YESNO_NO;
        rows_list_insert(&GraphicsListen_rows, &vnc->listens, &vnc->n_listens, 0);
        vnc->listens[0].type = LISTEN_ADDRESS;
        vnc->listens[0].address = g_strdup(address && *address ? address : "127.0.0.1");
        vnc->legacy_listen = g_strdup(vnc->listens[0].address);
        return 0;
}

static int read_screen(const Slot *slot, Domain *d, Error *err)
{
        const char *place = detail(slot, "tcp"), *rfb = detail(slot, "rfb"), *vga = detail(slot, "vga");
        const char *width = detail(slot, "w"), *height = detail(slot, "h");
        int value = vga ? enum_value(VideoVga, VGACONF, vga) : VGACONF_DEFAULT;
        Graphics *graphics;
        Video *video;

        if (d->n_videos > 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "more than one screen (fbuf)");
        if (value < 0)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "vga= of a screen is io, on or off, not '%s'", vga);
        graphics = rows_list_insert(&Graphics_rows, &d->graphics, &d->n_graphics, d->n_graphics);
        graphics->type = GRAPHICS_VNC;
        graphics->vnc.password = g_strdup(detail(slot, "password"));
        video = rows_list_insert(&Video_rows, &d->videos, &d->n_videos, 0);
        video->type = VIDEO_GOP;
        video->heads = 1;
        video->vgaconf = value == VGACONF_IO ? VGACONF_DEFAULT : (VideoVga)value; /* io is what there is without */
        if (width && height && text_to_uint(width, 10, &video->width) && text_to_uint(height, 10, &video->height) &&
            (video->width == 0 || video->height == 0))
                video->width = video->height = 0;
        return read_vnc_place(place ? place : rfb, &graphics->vnc, err);
}

static int read_usb(const Slot *slot, Domain *d, Error *err)
{
        Controller *controller =
                rows_list_insert(&Controller_rows, &d->controllers, &d->n_controllers, d->n_controllers);
        Input *input;

        controller->type = CONTROLLER_USB;
        controller->model = CONTROLLER_MODEL_NEC_XHCI;
        controller->index = (OptUint){ .value = 0, .set = true };
        controller->info.address = pci_address(slot);
        if (g_strcmp0(slot->details[0], "tablet") != 0)
                return 0;
        input = rows_list_insert(&Input_rows, &d->inputs, &d->n_inputs, d->n_inputs);
        input->type = INPUT_TABLET;
        input->bus = INPUT_BUS_USB;
        return 0;
}

/* What is part of every machine. */
static int read_nothing(const Slot *slot, Domain *d, Error *err)
{
        return 0;
}

static const struct {
        const char *name;
        int (*read)(const Slot *slot, Domain *d, Error *err);
} devices[] = {
        { "hostbridge", read_nothing }, { "amd_hostbridge", read_nothing },
        { "lpc", read_nothing },        { "virtio-blk", read_virtio_disk },
        { "ahci", read_ahci },          { "ahci-hd", read_ahci_disk },
        { "ahci-cd", read_ahci_disk },  { "virtio-net", read_net },
        { "e1000", read_net },          { "fbuf", read_screen },
        { "xhci", read_usb },
};

/* "3", "3:1" or "0:3:1" */
static bool parse_place(const char *text, PciAddress *address)
{
        g_auto(GStrv) parts = g_strsplit(text, ":", 4);
        guint n = g_strv_length(parts);
        unsigned *three[] = { &address->bus, &address->slot, &address->function };
        unsigned **at = n == 3 ? three : three + 1;

        if (n < 1 || n > 3)
                return false;
        for (guint i = 0; i < n; i++)
                if (!text_to_uint(parts[i], 10, at[i]))
                        return false;
        return address->bus < BUSES && address->slot < SLOTS && address->function < FUNCTIONS;
}

int bhyve_read_slot(const char *text, Domain *d, Error *err)
{
        g_auto(GStrv) words = g_strsplit(text, ",", -1);
        Slot slot = { 0 };

        if (!words[0] || !words[1] || !parse_place(words[0], &slot.address))
                return error_set(err, VIR_ERR_CONF_SYNTAX,
                                 "Failed to parse PCI slot '%s': it is [BUS:]SLOT[:FUNCTION],DEVICE", text);
        if (d->n_disks >= DEVICES_MAX || d->n_interfaces >= DEVICES_MAX)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "more than %d devices of a kind", DEVICES_MAX);
        slot.device = words[1];
        slot.details = words + 2;
        for (size_t i = 0; i < G_N_ELEMENTS(devices); i++)
                if (strcmp(devices[i].name, words[1]) == 0)
                        return devices[i].read(&slot, d, err);
        log_warn("a device is left out: '%s' has no word in the document", text);
        return 0;
}

/* The two ends of a null modem are A and B. */
static int read_serial(const char *path, unsigned port, Domain *d, Error *err)
{
        size_t length = strlen(path);
        Serial *serial;

        if (!g_str_has_prefix(path, "/dev/nmdm") || (path[length - 1] != 'A' && path[length - 1] != 'B'))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Failed to set com port: '%s' is not a null modem device, /dev/nmdmNA or B", path);
        serial = rows_list_insert(&Serial_rows, &d->serials, &d->n_serials, d->n_serials);
        serial->port = (OptUint){ .value = port, .set = true };
        serial->source.type = CHARDEV_NMDM;
        serial->source.nmdm.master = g_strdup(path);
        serial->source.nmdm.slave = g_strdup(path);
        serial->source.nmdm.slave[length - 1] = path[length - 1] == 'A' ? 'B' : 'A';
        return 0;
}

int bhyve_read_lpc(const char *text, Domain *d, Error *err)
{
        const char *comma = strchr(text, ',');

        if (g_str_has_prefix(text, "bootrom,")) {
                log_warn("the firmware '%s' is left out: say it in <os><loader>", comma + 1);
                return 0;
        }
        if (!comma || (!g_str_has_prefix(text, "com1,") && !g_str_has_prefix(text, "com2,")))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Failed to parse LPC device '%s': only com1, com2 and bootrom are possible", text);
        return read_serial(comma + 1, text[3] == '1' ? 0 : 1, d, err);
}
