/* The devices of xend's description. */
#include "sexpr_read.h"

#include <string.h>

#include "util/text.h"

/* xend says nothing of images below images, and it knows all there are. */
static Disk *add_disk(Domain *d)
{
        Disk *disk = rows_list_insert(&Disk_rows, &d->disks, &d->n_disks, d->n_disks);

        disk->backing = g_new0(BackingStore, 1);
        rows_init(&BackingStore_rows, disk->backing);
        return disk;
}

static int read_disk(const SexprReader *r, const Sexpr *node, Error *err)
{
        const char *dev = sexpr_word(node, "dev"), *uname = sexpr_word(node, "uname"), *mode = sexpr_word(node, "mode");
        Disk *disk;

        if (!dev)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "domain information incomplete, vbd has no dev");
        disk = add_disk(r->d);
        xen_disk_dev_read(disk, dev);
        if (!uname && disk->device != DISK_DEVICE_CDROM)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "domain information incomplete, vbd has no src");
        if (mode)
                xen_disk_mode_read(disk, mode);
        return xen_disk_path_read(disk, uname, err);
}

/* The interface on the host is called after the guest while that runs. */
static char *interface_target(const SexprReader *r, const Sexpr *node, unsigned index)
{
        const char *name = sexpr_word(node, "vifname");

        if (name)
                return g_strdup(name);
        return r->d->id >= 0 ? g_strdup_printf("vif%d.%u", r->d->id, index) : NULL;
}

static int read_interface(const SexprReader *r, const Sexpr *node, Error *err)
{
        Domain *d = r->d;
        const char *mac = sexpr_word(node, "mac"), *bridge = sexpr_word(node, "bridge"), *ip = sexpr_word(node, "ip");
        const char *type = sexpr_word(node, "type"), *rate = sexpr_word(node, "rate");
        unsigned index = (unsigned)d->n_interfaces;
        Interface *interface = rows_list_insert(&Interface_rows, &d->interfaces, &d->n_interfaces, d->n_interfaces);

        interface->script = g_strdup(sexpr_word(node, "script"));
        interface->type = g_strcmp0(interface->script, "vif-bridge") == 0 ? INTERFACE_BRIDGE : INTERFACE_ETHERNET;
        if (bridge)
                xen_bridge_read(interface, bridge);
        if (ip)
                xen_ips_read(interface, ip);
        interface->target = interface_target(r, node, index);
        interface->model = g_strdup(sexpr_word(node, "model"));
        if (!interface->model && g_strcmp0(type, "netfront") == 0)
                interface->model = g_strdup("netfront");
        if (rate && xen_rate_read(interface, rate, err) < 0)
                return -1;
        return mac ? xen_mac_read(mac, &interface->mac, err) : 0;
}

static bool read_hex(const Sexpr *node, const char *path, unsigned max, unsigned *ret)
{
        const char *word = sexpr_word(node, path);

        if (word && g_str_has_prefix(word, "0x"))
                word += 2;
        return word && text_to_uint(word, 16, ret) && *ret <= max;
}

static int read_pci(const SexprReader *r, const Sexpr *node, Error *err)
{
        for (unsigned i = 0; i < node->items->len; i++) {
                const Sexpr *dev = g_ptr_array_index(node->items, i);
                HostPciAddress address;

                if (!sexpr_is(dev, "dev"))
                        continue;
                if (!read_hex(dev, "domain", 0xffff, &address.domain) || !read_hex(dev, "bus", 0xff, &address.bus) ||
                    !read_hex(dev, "slot", 0x1f, &address.slot) || !read_hex(dev, "func", 7, &address.function))
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "missing or wrong PCI address: domain, bus, slot, func");
                xen_add_hostdev(r->d, HOSTDEV_PCI)->pci.address = address;
        }
        return 0;
}

static void set_listen(VncGraphics *vnc, const char *address)
{
        GraphicsListen *listen;

        if (!address)
                return;
        listen = rows_list_insert(&GraphicsListen_rows, &vnc->listens, &vnc->n_listens, 0);
        listen->type = LISTEN_ADDRESS;
        listen->address = g_strdup(address);
        vnc->legacy_listen = g_strdup(address);
}

/* Without a display of its own it is called after the guest's number. */
static int read_vnc(const SexprReader *r, const Sexpr *node, Error *err)
{
        VncGraphics *vnc = &xen_add_graphics(r->d, GRAPHICS_VNC)->vnc;
        const char *display = sexpr_word(node, "vncdisplay");

        vnc->autoport = sexpr_flag(node, "vncunused") || (!display && r->d->id < 0) ? YESNO_YES : YESNO_NO;
        if (vnc->autoport == YESNO_YES)
                vnc->port = -1;
        else if (display && xen_vnc_display(vnc, display, err) < 0)
                return -1;
        else if (!display)
                vnc->port = MIN(XEN_VNC_BASE_PORT + r->d->id, 65535);
        set_listen(vnc, sexpr_word(node, "vnclisten"));
        vnc->password = g_strdup(sexpr_word(node, "vncpasswd"));
        vnc->keymap = g_strdup(sexpr_word(node, "keymap"));
        return 0;
}

static void read_sdl(const SexprReader *r, const Sexpr *node)
{
        SdlGraphics *sdl = &xen_add_graphics(r->d, GRAPHICS_SDL)->sdl;

        sdl->display = g_strdup(sexpr_word(node, "display"));
        sdl->xauth = g_strdup(sexpr_word(node, "xauthority"));
}

static int read_vfb(const SexprReader *r, const Sexpr *node, Error *err)
{
        const char *type = sexpr_word(node, "type");

        if (g_strcmp0(type, "sdl") == 0 || (!type && sexpr_flag(node, "sdl"))) {
                read_sdl(r, node);
                return 0;
        }
        if (type && strcmp(type, "vnc") != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown graphics type '%s'", type);
        return read_vnc(r, node, err);
}

static int read_device(const SexprReader *r, const Sexpr *node, Error *err)
{
        static const struct {
                const char *name;
                int (*read)(const SexprReader *r, const Sexpr *node, Error *err);
        } kinds[] = {
                { "vbd", read_disk },      { "tap", read_disk }, { "tap2", read_disk },
                { "vif", read_interface }, { "pci", read_pci },  { "vfb", read_vfb },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                const Sexpr *device = sexpr_find(node, kinds[i].name);

                if (device)
                        return kinds[i].read(r, device, err);
        }
        return 0;
}

/* The first generation had the drives of a machine among its options. */
static void read_old_drives(const SexprReader *r)
{
        static const struct {
                const char *name, *target;
                DiskDevice device;
        } drives[] = {
                { "cdrom", "hdc", DISK_DEVICE_CDROM },
                { "fda", "fda", DISK_DEVICE_FLOPPY },
                { "fdb", "fdb", DISK_DEVICE_FLOPPY },
        };

        for (size_t i = 0; r->version == XEND_3_0_2 && i < G_N_ELEMENTS(drives); i++) {
                const char *path = sexpr_word(r->image, drives[i].name);
                Disk *disk;

                if (!path)
                        continue;
                disk = add_disk(r->d);
                xen_disk_dev_read(disk, drives[i].target);
                disk->device = drives[i].device;
                disk->readonly = disk->device == DISK_DEVICE_CDROM;
                disk->driver = g_strdup("file");
                disk->source.type = SOURCE_FILE;
                disk->source.file.path = g_strdup(path);
        }
}

static int add_serial(Domain *d, const char *text, unsigned port, Error *err)
{
        Chardev source = { 0 };
        int found = xen_chardev_read(text, &source, err);
        Serial *serial;

        if (found <= 0)
                return found;
        serial = rows_list_insert(&Serial_rows, &d->serials, &d->n_serials, d->n_serials);
        serial->source = source;
        serial->port = (OptUint){ .value = port, .set = true };
        return 0;
}

/* One port, or a list of them: the place there is the number. */
static int read_serials(const SexprReader *r, Error *err)
{
        const Sexpr *node = sexpr_find(r->image, "serial");
        const Sexpr *list = node && node->items->len > 1 ? g_ptr_array_index(node->items, 1) : NULL;

        if (list && list->word)
                return *list->word ? add_serial(r->d, list->word, 0, err) : 0;
        for (unsigned i = 0; list && i < list->items->len; i++) {
                const Sexpr *item = g_ptr_array_index(list->items, i);

                if (item->word && add_serial(r->d, item->word, i, err) < 0)
                        return -1;
        }
        return 0;
}

static int read_parallel(const SexprReader *r, Error *err)
{
        const char *text = sexpr_word(r->image, "parallel");
        Chardev source = { 0 };
        int found = text ? xen_chardev_read(text, &source, err) : 0;
        Parallel *parallel;

        if (found <= 0)
                return found;
        parallel = rows_list_insert(&Parallel_rows, &r->d->parallels, &r->d->n_parallels, 0);
        parallel->source = source;
        parallel->port.set = true;
        return 0;
}

static void add_console(Domain *d, const Chardev *source, ConsoleTarget target, OptUint port)
{
        Console *console = rows_list_insert(&Console_rows, &d->consoles, &d->n_consoles, 0);

        if (source)
                rows_copy(&Chardev_rows, &console->source, source);
        else
                console->source.type = CHARDEV_PTY;
        console->target = target;
        console->port = port;
}

static int read_ports(const SexprReader *r, Error *err)
{
        Domain *d = r->d;
        const char *sounds = sexpr_word(r->image, "soundhw");

        if (!xen_is_hvm(d)) {
                add_console(d, NULL, CONSOLE_TARGET_XEN, (OptUint){ .set = true });
                return 0;
        }
        if (read_serials(r, err) < 0 || read_parallel(r, err) < 0)
                return -1;
        if (d->n_serials > 0)
                add_console(d, &d->serials[0].source, CONSOLE_TARGET_SERIAL, d->serials[0].port);
        return sounds ? xen_sound_read(d, sounds, err) : 0;
}

static void read_usb(const SexprReader *r)
{
        for (unsigned i = 0; r->image && i < r->image->items->len; i++) {
                const Sexpr *item = g_ptr_array_index(r->image->items, i);

                if (sexpr_is(item, "usbdevice") && item->items->len > 1) {
                        const Sexpr *name = g_ptr_array_index(item->items, 1);

                        if (name->word)
                                xen_usb_input_read(r->d, name->word);
                }
        }
}

int sexpr_read_devices(const SexprReader *r, Error *err)
{
        for (unsigned i = 0; i < r->root->items->len; i++) {
                const Sexpr *item = g_ptr_array_index(r->root->items, i);

                if (sexpr_is(item, "device") && read_device(r, item, err) < 0)
                        return -1;
        }
        read_old_drives(r);
        if (read_ports(r, err) < 0)
                return -1;
        read_usb(r);
        if (r->d->n_graphics == 0) {
                if (sexpr_flag(r->image, "vnc") && read_vnc(r, r->image, err) < 0)
                        return -1;
                if (r->d->n_graphics == 0 && sexpr_flag(r->image, "sdl"))
                        read_sdl(r, r->image);
        }
        if (r->d->n_graphics > 0)
                xen_add_inputs(r->d);
        return 0;
}
