/* A domain as a configuration file of xl or xm: what both have. */
#include "config_write.h"

#include <string.h>

#include "util/text.h"

static void write_general(const ConfigWriter *w)
{
        const Domain *d = w->d;
        char uuid[UUID_TEXT_LENGTH];

        uuid_format(d->uuid, uuid);
        config_put_text(w, "name", d->name);
        config_put_text(w, "uuid", uuid);
        config_put_number(w->out, "maxmem", (int64_t)xen_mib(d->memory_kib));
        config_put_number(w->out, "memory", (int64_t)xen_mib(d->current_memory_kib));
}

static void write_vcpus(const ConfigWriter *w)
{
        const Domain *d = w->d;
        bool fewer = d->vcpu_current && d->vcpu_current < d->vcpu_max;

        if (fewer)
                config_put_number(w->out, "maxvcpus", d->vcpu_max);
        config_put_number(w->out, "vcpus", fewer ? d->vcpu_current : d->vcpu_max);
        if (d->vcpu_cpuset) {
                g_autofree char *cpus = bitmap_format(d->vcpu_cpuset);

                config_put_text(w, "cpus", cpus);
        }
}

static void write_timers(const ConfigWriter *w)
{
        static const char *const tsc_modes[TIMER_MODE_MAX_] = {
                [TIMER_MODE_AUTO] = "default",
                [TIMER_MODE_EMULATE] = "always_emulate",
                [TIMER_MODE_NATIVE] = "native",
                [TIMER_MODE_PARAVIRT] = "native_paravirt",
        };
        const Timer *hpet = xen_timer(w->d, TIMER_HPET), *tsc = xen_timer(w->d, TIMER_TSC);

        if (hpet && hpet->present != YESNO_ABSENT)
                config_put_bool(w->out, "hpet", hpet->present == YESNO_YES);
        if (tsc && w->dialect == XEN_XL)
                config_put_text(w, "tsc_mode", tsc_modes[tsc->mode]);
}

static void write_features(const ConfigWriter *w)
{
        static const Features none;
        const Features *features = w->d->features ? w->d->features : &none;

        if (xen_is_hvm(w->d)) {
                config_put_bool(w->out, "pae", features->pae);
                config_put_bool(w->out, "acpi", features->acpi);
                config_put_bool(w->out, "apic", features->apic);
                if (features->hap != SWITCH_ABSENT)
                        config_put_bool(w->out, "hap", features->hap == SWITCH_ON);
                config_put_bool(w->out, "viridian", features->viridian);
                write_timers(w);
        }
        if (w->dialect == XEN_XL)
                xl_write_features(w);
}

static int bad_clock(const Domain *d, Error *err)
{
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported clock offset='%s'",
                         enum_text(ClockOffset, d->clock.offset));
}

static int write_clock(const ConfigWriter *w, Error *err)
{
        const Clock *clock = &w->d->clock;

        if (clock->offset != CLOCK_UTC && clock->offset != CLOCK_LOCALTIME &&
            (clock->offset != CLOCK_VARIABLE || !xen_is_hvm(w->d)))
                return bad_clock(w->d, err);
        if (xen_is_hvm(w->d))
                config_put_number(w->out, "rtc_timeoffset", xen_clock_distance(clock));
        config_put_bool(w->out, "localtime", xen_clock_is_local(clock));
        return 0;
}

static void write_events(const ConfigWriter *w)
{
        config_put_text(w, "on_poweroff", enum_text(Lifecycle, w->d->on_poweroff));
        config_put_text(w, "on_reboot", enum_text(Lifecycle, w->d->on_reboot));
        config_put_text(w, "on_crash", enum_text(CrashAction, w->d->on_crash));
}

static char *vif_text(const ConfigWriter *w, const void *interface, Error *err)
{
        return xen_vif_write(w->d, interface, w->dialect, err);
}

static char *pci_text(const ConfigWriter *w, const void *element, Error *err)
{
        const Hostdev *hostdev = element;
        GString *out;

        if (hostdev->type != HOSTDEV_PCI)
                return NULL;
        out = g_string_new(NULL);
        xen_pci_write(&hostdev->pci, out);
        return g_string_free(out, FALSE);
}

/* Others have no word in these files. */
static int check_hostdevs(const ConfigWriter *w, Error *err)
{
        for (size_t i = 0; i < w->d->n_hostdevs; i++) {
                HostdevType type = w->d->hostdevs[i].type;

                if (type != HOSTDEV_PCI && (type != HOSTDEV_USB || w->dialect != XEN_XL))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported hostdev type %s",
                                         enum_text(HostdevType, type));
        }
        return 0;
}

static char *port_text(const Chardev *source, Error *err)
{
        g_autoptr(GString) out = g_string_new(NULL);

        if (xen_chardev_write(source, out, err) < 0)
                return NULL;
        return g_string_free(g_steal_pointer(&out), FALSE);
}

static int write_parallel(const ConfigWriter *w, Error *err)
{
        g_autofree char *text = w->d->n_parallels ? port_text(&w->d->parallels[0].source, err) : g_strdup("none");

        if (!text)
                return -1;
        config_put_text(w, "parallel", text);
        return 0;
}

/* The number of a port is its place in the list. */
static int write_serials(const ConfigWriter *w, Error *err)
{
        enum { PORTS_MAX = 16 };
        const Domain *d = w->d;
        unsigned ports = 0;
        g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

        for (size_t i = 0; i < d->n_serials; i++)
                ports = MAX(ports, d->serials[i].port.value + 1);
        if (ports > PORTS_MAX)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "serial port %u: Xen has %u", ports - 1, PORTS_MAX);
        for (unsigned port = 0; port < ports; port++) {
                char *text = NULL;

                for (size_t i = 0; i < d->n_serials && !text; i++)
                        if (d->serials[i].port.value == port && !(text = port_text(&d->serials[i].source, err)))
                                return -1;
                g_ptr_array_add(texts, text ? text : g_strdup("none"));
        }
        if (ports > 1)
                config_put_list(w->out, "serial", texts);
        else
                config_put_text(w, "serial", ports ? g_ptr_array_index(texts, 0) : "none");
        return 0;
}

/* What only a full machine has. */
static int write_emulated(const ConfigWriter *w, Error *err)
{
        g_autoptr(GString) sounds = g_string_new(NULL);

        if (!xen_is_hvm(w->d))
                return 0;
        if (write_parallel(w, err) < 0 || write_serials(w, err) < 0 || xen_sound_write(w->d, sounds, err) < 0)
                return -1;
        if (sounds->len)
                config_put_text(w, "soundhw", sounds->str);
        return 0;
}

static void write_kernel(const ConfigWriter *w)
{
        const Os *os = &w->d->os;

        config_put_text(w, "kernel", os->kernel);
        config_put_text(w, "ramdisk", os->initrd);
        config_put_text(w, w->dialect == XEN_XL ? "cmdline" : "extra", os->cmdline);
}

static void write_hvm_boot(const ConfigWriter *w)
{
        g_autoptr(GString) letters = g_string_new(NULL);

        config_put_text(w, "builder", "hvm");
        if (w->dialect == XEN_XL) {
                xl_write_firmware(w);
                write_kernel(w);
        } else {
                config_put_text(w, "kernel", w->d->os.loader);
        }
        xen_boot_write(w->d, letters);
        config_put_text(w, "boot", letters->str);
}

static void write_boot(const ConfigWriter *w)
{
        if (xen_is_hvm(w->d)) {
                write_hvm_boot(w);
                return;
        }
        if (g_strcmp0(w->d->os.type, "xenpvh") == 0)
                config_put_text(w, "type", "pvh");
        config_put_text(w, "bootloader", w->d->bootloader);
        config_put_text(w, "bootargs", w->d->bootloader_args);
        write_kernel(w);
}

/* Floppies have no place in these files. */
static char *disk_text(const ConfigWriter *w, const void *element, Error *err)
{
        const Disk *disk = element;
        g_autoptr(GString) out = g_string_new(NULL);

        if (disk->device == DISK_DEVICE_FLOPPY)
                return NULL;
        if (w->dialect == XEN_XL)
                return xl_disk_write(disk, err);
        if (xen_disk_path_write(disk, out, err) < 0)
                return NULL;
        g_string_append_printf(out, ",%s%s,%s", disk->target, disk->device == DISK_DEVICE_CDROM ? ":cdrom" : "",
                               disk->readonly    ? "r"
                               : disk->shareable ? "!"
                                                 : "w");
        return g_string_free(g_steal_pointer(&out), FALSE);
}

static void write_usb_inputs(const ConfigWriter *w)
{
        g_autoptr(GPtrArray) names = g_ptr_array_new();

        for (size_t i = 0; i < w->d->n_inputs; i++) {
                const char *name = xen_usb_input_name(&w->d->inputs[i]);

                if (name)
                        g_ptr_array_add(names, (char *)name);
        }
        if (names->len == 0 || !xen_is_hvm(w->d))
                return;
        config_put_bool(w->out, "usb", true);
        if (names->len > 1 && w->dialect == XEN_XL)
                config_put_list(w->out, "usbdevice", names);
        else
                config_put_text(w, "usbdevice", g_ptr_array_index(names, 0));
}

static int write_interfaces(const ConfigWriter *w, Error *err)
{
        const Domain *d = w->d;

        return config_put_each(w, "vif", d->interfaces, d->n_interfaces, sizeof(Interface), vif_text, err) < 0 ||
                               check_hostdevs(w, err) < 0 ||
                               config_put_each(w, "pci", d->hostdevs, d->n_hostdevs, sizeof(Hostdev), pci_text, err) < 0
                       ? -1
                       : 0;
}

/* The limits of the bus between the guest and Xen. */
static void write_limits(const ConfigWriter *w)
{
        for (size_t i = 0; i < w->d->n_controllers; i++) {
                const Controller *bus = &w->d->controllers[i];

                if (bus->type != CONTROLLER_XENBUS)
                        continue;
                if (bus->xenbus.max_grant_frames.set)
                        config_put_number(w->out, "max_grant_frames", bus->xenbus.max_grant_frames.value);
                if (bus->xenbus.max_event_channels.set)
                        config_put_number(w->out, "event_channels", bus->xenbus.max_event_channels.value);
        }
}

/* What would come out as another guest is refused. */
static int check_domain(const ConfigWriter *w, Error *err)
{
        const Domain *d = w->d;
        GraphicsType type = d->n_graphics ? d->graphics[0].type : GRAPHICS_VNC;
        bool xl = w->dialect == XEN_XL;

        if (xen_check_devices(d, err) < 0)
                return -1;
        if (!xl && d->n_channels > 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "channels are not supported by xm: xl has them");
        if (!xl && !xen_is_hvm(d) && g_strcmp0(d->os.type, "linux") != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported OS type '%s': xm knows hvm and linux",
                                 d->os.type);
        if (type != GRAPHICS_VNC && type != GRAPHICS_SDL && (type != GRAPHICS_SPICE || !xl || !xen_is_hvm(d)))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported graphics type '%s' for %s guests of %s",
                                 enum_text(GraphicsType, type), d->os.type, xl ? "xl" : "xm");
        return 0;
}

static int write_all(const ConfigWriter *w, Error *err)
{
        const Domain *d = w->d;
        bool xl = w->dialect == XEN_XL;

        if (check_domain(w, err) < 0)
                return -1;
        write_general(w);
        write_vcpus(w);
        write_features(w);
        if (write_clock(w, err) < 0)
                return -1;
        write_events(w);
        if (xen_is_hvm(d))
                config_put_text(w, "device_model_override", d->emulator);
        config_write_graphics(w);
        if (write_interfaces(w, err) < 0 || write_emulated(w, err) < 0)
                return -1;
        write_boot(w);
        if (xl) {
                xl_write_cpu(w);
                write_limits(w);
        }
        if (config_put_each(w, "disk", d->disks, d->n_disks, sizeof(Disk), disk_text, err) < 0)
                return -1;
        if (xl)
                xl_write_spice(w);
        write_usb_inputs(w);
        return xl ? xl_write_devices(w, err) : 0;
}

char *xen_config_write(XenDialect dialect, const XenPlaces *places, const Domain *d, Error *err)
{
        static const XenPlaces usual;
        g_autoptr(GString) out = g_string_new(NULL);
        ConfigWriter w = { .dialect = dialect, .places = places ? places : &usual, .d = d, .out = out };
        ERROR_AUTO Error own = ERROR_INIT;

        /* An error is how one element says that it cannot be written: it needs a place. */
        if (write_all(&w, err ? err : &own) < 0)
                return NULL;
        return g_string_free(g_steal_pointer(&out), FALSE);
}
