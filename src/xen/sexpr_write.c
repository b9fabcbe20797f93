/* A domain as what xend creates it from. */
#include <string.h>

#include "formats.h"
#include "sexpr.h"
#include "util/text.h"

typedef struct SexprWriter {
        const Domain *d;
        int version; /* XEND_* */
        bool hvm;
        GString *out;
} SexprWriter;

/* (KEY 'VALUE') where there is one */
static void put(const SexprWriter *w, const char *key, const char *value)
{
        if (!value)
                return;
        g_string_append_printf(w->out, "(%s ", key);
        sexpr_quote(w->out, value);
        g_string_append_c(w->out, ')');
}

static void put_number(const SexprWriter *w, const char *key, uint64_t value)
{
        g_string_append_printf(w->out, "(%s %" G_GUINT64_FORMAT ")", key, (guint64)value);
}

static void put_flag(const SexprWriter *w, const char *key, bool value)
{
        if (value)
                put_number(w, key, 1);
}

static void put_vcpus(const SexprWriter *w)
{
        unsigned now = w->d->vcpu_current;

        put_number(w, "vcpus", w->d->vcpu_max);
        if (now && now < w->d->vcpu_max && now < 64)
                put_number(w, "vcpu_avail", (UINT64_C(1) << now) - 1);
}

static void put_general(const SexprWriter *w)
{
        const Domain *d = w->d;
        char uuid[UUID_TEXT_LENGTH];

        put(w, "name", d->name);
        put_number(w, "memory", xen_mib(d->current_memory_kib));
        put_number(w, "maxmem", xen_mib(d->memory_kib));
        put_vcpus(w);
        if (d->vcpu_cpuset) {
                g_autofree char *cpus = bitmap_format(d->vcpu_cpuset);

                put(w, "cpus", cpus);
        }
        uuid_format(d->uuid, uuid);
        put(w, "uuid", uuid);
        put(w, "bootloader", d->bootloader);
        put(w, "bootloader_args", d->bootloader_args);
        put(w, "on_poweroff", enum_text(Lifecycle, d->on_poweroff));
        put(w, "on_reboot", enum_text(Lifecycle, d->on_reboot));
        put(w, "on_crash", enum_text(CrashAction, d->on_crash));
}

static const char *bare_target(const Disk *disk)
{
        return g_str_has_prefix(disk->target, "ioemu:") ? disk->target + strlen("ioemu:") : disk->target;
}

static bool is_old_drive(const SexprWriter *w, const Disk *disk)
{
        return w->version == XEND_3_0_2 && w->hvm &&
               (disk->device == DISK_DEVICE_CDROM || disk->device == DISK_DEVICE_FLOPPY);
}

static bool is_floppy(const char *target)
{
        return strcmp(target, "fda") == 0 || strcmp(target, "fdb") == 0;
}

/* Drives that the first generation had among the options of the machine. */
static int put_old_drives(const SexprWriter *w, Error *err)
{
        for (size_t i = 0; i < w->d->n_disks; i++) {
                const Disk *disk = &w->d->disks[i];
                const char *target = bare_target(disk);

                if (!is_old_drive(w, disk))
                        continue;
                if (disk->device == DISK_DEVICE_CDROM ? strcmp(target, "hdc") != 0 : !is_floppy(target))
                        return error_set(
                                err, VIR_ERR_CONFIG_UNSUPPORTED,
                                "Cannot directly attach %s %s: this xend has a CD in hdc and floppies in fda, fdb",
                                enum_text(DiskDevice, disk->device), target);
                put(w, disk->device == DISK_DEVICE_CDROM ? "cdrom" : target, xen_disk_file(disk));
        }
        return 0;
}

static int put_chardev(const SexprWriter *w, const Chardev *source, Error *err)
{
        g_autoptr(GString) text = g_string_new(NULL);

        if (!source) {
                g_string_append(w->out, "none");
                return 0;
        }
        if (xen_chardev_write(source, text, err) < 0)
                return -1;
        /* Only what would be taken apart is quoted: xend shows the rest as it is. */
        if (strpbrk(text->str, " ()'\\\""))
                sexpr_quote(w->out, text->str);
        else
                g_string_append(w->out, text->str);
        return 0;
}

static const Serial *find_serial(const Domain *d, unsigned port)
{
        for (size_t i = 0; i < d->n_serials; i++)
                if (d->serials[i].port.value == port)
                        return &d->serials[i];
        return NULL;
}

static int put_serials(const SexprWriter *w, Error *err)
{
        enum { PORTS_MAX = 16 };
        unsigned ports = 1;

        for (size_t i = 0; i < w->d->n_serials; i++)
                ports = MAX(ports, w->d->serials[i].port.value + 1);
        if (ports > PORTS_MAX)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "serial port %u: Xen has %u", ports - 1, PORTS_MAX);
        g_string_append(w->out, ports > 1 ? "(serial (" : "(serial ");
        for (unsigned port = 0; port < ports; port++) {
                const Serial *serial = find_serial(w->d, port);

                if (port > 0)
                        g_string_append_c(w->out, ' ');
                if (put_chardev(w, serial ? &serial->source : NULL, err) < 0)
                        return -1;
        }
        g_string_append(w->out, ports > 1 ? "))" : ")");
        return 0;
}

static int put_ports(const SexprWriter *w, Error *err)
{
        g_autoptr(GString) sounds = g_string_new(NULL);

        g_string_append(w->out, "(parallel ");
        if (put_chardev(w, w->d->n_parallels ? &w->d->parallels[0].source : NULL, err) < 0)
                return -1;
        g_string_append_c(w->out, ')');
        if (put_serials(w, err) < 0 || xen_sound_write(w->d, sounds, err) < 0)
                return -1;
        if (sounds->len)
                put(w, "soundhw", sounds->str);
        return 0;
}

static void put_features(const SexprWriter *w)
{
        static const Features none;
        const Features *features = w->d->features ? w->d->features : &none;
        const Timer *hpet = xen_timer(w->d, TIMER_HPET);

        put_flag(w, "acpi", features->acpi);
        put_flag(w, "apic", features->apic);
        put_flag(w, "pae", features->pae);
        if (features->hap == SWITCH_OFF)
                put_number(w, "hap", 0);
        put_flag(w, "viridian", features->viridian);
        if (hpet && hpet->present != YESNO_ABSENT)
                put_number(w, "hpet", hpet->present == YESNO_YES);
        put_number(w, "usb", 1);
        for (size_t i = 0; i < w->d->n_inputs; i++) {
                const char *name = xen_usb_input_name(&w->d->inputs[i]);

                if (name)
                        g_string_append_printf(w->out, "(usbdevice %s)", name);
        }
}

static void put_vnc(const SexprWriter *w, const VncGraphics *vnc)
{
        /* The first generation numbered displays after its guests and took nothing else. */
        if (w->version == XEND_3_0_2)
                return;
        put_number(w, "vncunused", !xen_vnc_has_port(vnc));
        if (xen_vnc_has_port(vnc))
                put_number(w, "vncdisplay", (uint64_t)(vnc->port - XEN_VNC_BASE_PORT));
        put(w, "vnclisten", xen_listen_address(vnc->listens, vnc->n_listens));
        put(w, "vncpasswd", vnc->password);
        put(w, "keymap", vnc->keymap);
}

static void put_sdl(const SexprWriter *w, const SdlGraphics *sdl)
{
        put(w, "display", sdl->display);
        put(w, "xauthority", sdl->xauth);
}

static int check_graphics(const SexprWriter *w, Error *err)
{
        for (size_t i = 0; i < w->d->n_graphics; i++)
                if (w->d->graphics[i].type != GRAPHICS_VNC && w->d->graphics[i].type != GRAPHICS_SDL)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "unexpected graphics type %s: xend knows vnc and sdl",
                                         enum_text(GraphicsType, w->d->graphics[i].type));
        return 0;
}

/* Whether displays are options of the machine: later they are devices. */
static bool has_graphics_in_image(const SexprWriter *w)
{
        return w->version < (w->hvm ? XEND_3_1_0 : XEND_3_0_4);
}

static void put_image_graphics(const SexprWriter *w)
{
        const Graphics *graphics = w->d->n_graphics ? &w->d->graphics[0] : NULL;

        if (!graphics || !has_graphics_in_image(w))
                return;
        if (graphics->type == GRAPHICS_SDL) {
                put_number(w, "sdl", 1);
                put_sdl(w, &graphics->sdl);
        } else {
                put_number(w, "vnc", 1);
                put_vnc(w, &graphics->vnc);
        }
}

static void put_device_graphics(const SexprWriter *w)
{
        const Graphics *graphics = w->d->n_graphics ? &w->d->graphics[0] : NULL;

        if (!graphics || has_graphics_in_image(w))
                return;
        g_string_append(w->out, "(device (vkbd))(device (vfb ");
        if (graphics->type == GRAPHICS_SDL) {
                g_string_append(w->out, "(type sdl)");
                put_sdl(w, &graphics->sdl);
        } else {
                g_string_append(w->out, "(type vnc)");
                put_vnc(w, &graphics->vnc);
        }
        g_string_append(w->out, "))");
}

static void put_kernel(const SexprWriter *w)
{
        put(w, "kernel", w->d->os.kernel);
        put(w, "ramdisk", w->d->os.initrd);
        put(w, "args", w->d->os.cmdline);
}

static bool has_variable_clock(const SexprWriter *w)
{
        return w->hvm && w->version >= XEND_3_1_0 && w->d->clock.offset == CLOCK_VARIABLE;
}

static int put_machine(const SexprWriter *w, Error *err)
{
        const Os *os = &w->d->os;

        g_string_append(w->out, "(image (hvm ");
        if (os->kernel) {
                put_kernel(w);
                put(w, "loader", os->loader);
        } else {
                put(w, "kernel", os->loader);
        }
        put_vcpus(w);
        g_string_append(w->out, "(boot ");
        xen_boot_write(w->d, w->out);
        g_string_append_c(w->out, ')');
        if (put_old_drives(w, err) < 0)
                return -1;
        put_features(w);
        if (put_ports(w, err) < 0)
                return -1;
        put(w, "device_model", w->d->emulator);
        if (has_variable_clock(w)) {
                g_string_append_printf(w->out, "(rtc_timeoffset %" G_GINT64_FORMAT ")(localtime %d)",
                                       (gint64)xen_clock_distance(&w->d->clock), xen_clock_is_local(&w->d->clock));
        }
        put_image_graphics(w);
        g_string_append(w->out, "))");
        return 0;
}

/* A boot loader finds kernels itself; only what it hands on is said. */
static void put_paravirtual(const SexprWriter *w)
{
        bool display = w->d->n_graphics > 0 && has_graphics_in_image(w);

        if (w->d->bootloader && !w->d->os.cmdline && !display)
                return;
        g_string_append(w->out, "(image (linux ");
        if (w->d->bootloader)
                put(w, "args", w->d->os.cmdline);
        else
                put_kernel(w);
        put(w, "device_model", w->d->emulator);
        put_image_graphics(w);
        g_string_append(w->out, "))");
}

static int put_clock(const SexprWriter *w, Error *err)
{
        const Clock *clock = &w->d->clock;

        if (has_variable_clock(w))
                return 0;
        if (clock->offset != CLOCK_UTC && clock->offset != CLOCK_LOCALTIME)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported clock offset='%s'",
                                 enum_text(ClockOffset, clock->offset));
        put_number(w, "localtime", xen_clock_is_local(clock));
        return 0;
}

static bool is_tap(const Disk *disk)
{
        return g_strcmp0(disk->driver, "tap") == 0 || g_strcmp0(disk->driver, "tap2") == 0;
}

static int put_disk(const SexprWriter *w, const Disk *disk, Error *err)
{
        g_autoptr(GString) path = g_string_new(NULL);
        g_autofree char *dev = NULL;

        if (is_old_drive(w, disk))
                return 0;
        if (xen_disk_path_write(disk, path, err) < 0)
                return -1;
        if (!w->hvm)
                dev = g_strdup(bare_target(disk));
        else if (w->version == XEND_3_0_2)
                dev = g_strdup_printf("ioemu:%s", bare_target(disk));
        else
                dev = g_strdup_printf("%s:%s", bare_target(disk), disk->device == DISK_DEVICE_CDROM ? "cdrom" : "disk");
        g_string_append_printf(w->out, "(device (%s ", is_tap(disk) ? disk->driver : "vbd");
        put(w, "dev", dev);
        put(w, "uname", path->len ? path->str : NULL);
        put(w, "mode", disk->readonly ? "r" : disk->shareable ? "w!" : "w");
        g_string_append(w->out, "))");
        return 0;
}

/* Names that Xen makes up are made up anew. */
static bool is_own_name(const char *target)
{
        return target && !g_str_has_prefix(target, "vif");
}

static int put_interface(const SexprWriter *w, const Interface *interface, Error *err)
{
        g_autoptr(GString) mac = g_string_new(NULL);
        g_autoptr(GString) ips = g_string_new(NULL);
        bool netfront = g_strcmp0(interface->model, "netfront") == 0;

        if (xen_interface_check(interface, err) < 0)
                return -1;
        xen_mac_write(&interface->mac, mac);
        xen_ips_write(interface, ips);
        g_string_append(w->out, "(device (vif ");
        put(w, "mac", mac->str);
        if (xen_rate(interface))
                g_string_append_printf(w->out, "(rate '%uKB/s')", xen_rate(interface));
        if (interface->type == INTERFACE_BRIDGE)
                put(w, "bridge", interface->bridge.bridge);
        put(w, "script", interface->script);
        put(w, "ip", ips->len ? ips->str : NULL);
        put(w, "vifname", is_own_name(interface->target) ? interface->target : NULL);
        if (w->hvm && netfront)
                g_string_append(w->out, "(type netfront)");
        else
                put(w, "model", interface->model);
        /* From 3.1.0 on it would take the paravirtual drivers away. */
        if (w->hvm && !netfront && w->version < XEND_3_1_0)
                g_string_append(w->out, "(type ioemu)");
        g_string_append(w->out, "))");
        return 0;
}

static int put_hostdevs(const SexprWriter *w, Error *err)
{
        const Domain *d = w->d;

        if (d->n_hostdevs > 0)
                g_string_append(w->out, "(device (pci ");
        for (size_t i = 0; i < d->n_hostdevs; i++) {
                const HostPciAddress *address = &d->hostdevs[i].pci.address;

                if (d->hostdevs[i].type != HOSTDEV_PCI)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported hostdev type %s: xend knows pci",
                                         enum_text(HostdevType, d->hostdevs[i].type));
                if (d->hostdevs[i].managed == YESNO_YES)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "managed PCI devices not supported with XenD");
                g_string_append_printf(w->out, "(dev (domain 0x%04x)(bus 0x%02x)(slot 0x%02x)(func 0x%x))",
                                       address->domain, address->bus, address->slot, address->function);
        }
        if (d->n_hostdevs > 0)
                g_string_append(w->out, "))");
        return 0;
}

static int put_devices(const SexprWriter *w, Error *err)
{
        for (size_t i = 0; i < w->d->n_disks; i++)
                if (put_disk(w, &w->d->disks[i], err) < 0)
                        return -1;
        for (size_t i = 0; i < w->d->n_interfaces; i++)
                if (put_interface(w, &w->d->interfaces[i], err) < 0)
                        return -1;
        if (put_hostdevs(w, err) < 0)
                return -1;
        put_device_graphics(w);
        return 0;
}

char *xen_sexpr_write(const Domain *d, int version, Error *err)
{
        g_autoptr(GString) out = g_string_new("(vm ");
        SexprWriter w = { .d = d, .version = version, .hvm = xen_is_hvm(d), .out = out };

        if (version < XEND_3_0_2 || version >= XEND_VERSION_MAX_)
                return error_null(err, VIR_ERR_INVALID_ARG, "unknown version %d of xend's format", version);
        if (xen_check_devices(d, err) < 0 || check_graphics(&w, err) < 0)
                return NULL;
        put_general(&w);
        if (w.hvm && put_machine(&w, err) < 0)
                return NULL;
        if (!w.hvm)
                put_paravirtual(&w);
        if (put_clock(&w, err) < 0 || put_devices(&w, err) < 0)
                return NULL;
        g_string_append_c(out, ')');
        return g_string_free(g_steal_pointer(&out), FALSE);
}
