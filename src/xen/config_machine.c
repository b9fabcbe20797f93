/* Configuration files of xl and xm into a domain: firmware, kernel, features, clock, graphics. */
#include "config_read.h"

#include <string.h>

static int read_features(const ConfigReader *r, Error *err)
{
        Features *features = xen_need_features(r->d);
        bool pae = true, acpi = true, apic = true, viridian = false, hap = true;

        if (config_get_bool(r->config, "pae", &pae, err) < 0 || config_get_bool(r->config, "acpi", &acpi, err) < 0 ||
            config_get_bool(r->config, "apic", &apic, err) < 0 || config_get_bool(r->config, "hap", &hap, err) < 0)
                return -1;
        /* xl also takes a list of the enlightenments. */
        if (config_find(r->config, "viridian") && config_find(r->config, "viridian")->kind == CONFIG_LIST)
                viridian = true;
        else if (config_get_bool(r->config, "viridian", &viridian, err) < 0)
                return -1;
        features->pae = pae;
        features->acpi = acpi;
        features->apic = apic;
        features->viridian = viridian;
        if (!hap)
                features->hap = SWITCH_OFF;
        return 0;
}

static int read_timers(const ConfigReader *r, Error *err)
{
        static const struct {
                const char *name;
                TimerMode mode;
        } modes[] = {
                { "always_emulate", TIMER_MODE_EMULATE },
                { "native", TIMER_MODE_NATIVE },
                { "native_paravirt", TIMER_MODE_PARAVIRT },
        };
        const char *tsc = NULL;
        bool hpet;
        int found = config_get_bool(r->config, "hpet", &hpet, err);

        if (found > 0)
                xen_need_timer(r->d, TIMER_HPET)->present = hpet ? YESNO_YES : YESNO_NO;
        if (found < 0 ||
            (config_find(r->config, "tsc_mode") && config_find(r->config, "tsc_mode")->kind == CONFIG_STRING &&
             config_get_string(r->config, "tsc_mode", &tsc, err) < 0))
                return -1;
        for (size_t i = 0; tsc && i < G_N_ELEMENTS(modes); i++)
                if (strcmp(modes[i].name, tsc) == 0) {
                        Timer *timer = xen_need_timer(r->d, TIMER_TSC);

                        timer->present = YESNO_YES;
                        timer->mode = modes[i].mode;
                }
        return 0;
}

/* A paravirtual guest's clock starts afresh; that of a machine keeps its distance. */
static int read_clock(const ConfigReader *r, Error *err)
{
        bool localtime = false, hvm = xen_is_hvm(r->d);
        int64_t offset = 0;

        if (config_get_bool(r->config, "localtime", &localtime, err) < 0 ||
            (hvm && config_get_number(r->config, "rtc_timeoffset", &offset, err) < 0))
                return -1;
        xen_set_clock(r->d, localtime, hvm, offset);
        return 0;
}

/* Kernel, its disk and its arguments. xl says the arguments with cmdline=, or with root= and extra=; then these two
 * are not looked at. */
static int read_kernel(const ConfigReader *r, Error *err)
{
        Os *os = &r->d->os;
        const char *root = NULL, *extra = NULL;
        int found;

        if (config_take(r, "kernel", &os->kernel, err) < 0 || config_take(r, "ramdisk", &os->initrd, err) < 0)
                return -1;
        found = config_take(r, "cmdline", &os->cmdline, err);
        if (found != 0)
                return found < 0 ? -1 : 0;
        if (config_get_string(r->config, "root", &root, err) < 0 ||
            config_get_string(r->config, "extra", &extra, err) < 0)
                return -1;
        if (root)
                os->cmdline = extra ? g_strdup_printf("root=%s %s", root, extra) : g_strdup_printf("root=%s", root);
        else
                os->cmdline = g_strdup(extra);
        return 0;
}

static char *firmware_path(const ConfigReader *r)
{
        return g_build_filename(r->places->firmware_folder ? r->places->firmware_folder : "/usr/lib/xen/boot",
                                "ovmf.bin", NULL);
}

/* What xl puts below a machine: hvmloader, or OVMF. */
static int read_xl_firmware(const ConfigReader *r, Error *err)
{
        Os *os = &r->d->os;
        const char *bios = NULL, *slic;
        int found;

        if (config_get_string(r->config, "bios", &bios, err) < 0 ||
            config_take(r, "bios_path_override", &os->loader, err) < 0)
                return -1;
        if (g_strcmp0(bios, "ovmf") == 0) {
                os->loader_type = LOADER_PFLASH;
                os->loader_readonly = YESNO_YES;
                if (!os->loader)
                        os->loader = firmware_path(r);
        } else if (!os->loader) {
                os->loader = g_strdup(r->places->loader ? r->places->loader : "/usr/lib/xen/boot/hvmloader");
        }
        found = config_get_string(r->config, "acpi_firmware", &slic, err);
        if (found > 0) {
                AcpiTable *table =
                        rows_list_insert(&AcpiTable_rows, &os->acpi_tables, &os->n_acpi_tables, os->n_acpi_tables);

                table->type = ACPI_TABLE_SLIC;
                table->path = g_strdup(slic);
        }
        return found < 0 ? -1 : 0;
}

static int read_hvm_boot(const ConfigReader *r, Error *err)
{
        const char *boot = "c";

        if (r->dialect == XEN_XM) {
                if (config_take(r, "kernel", &r->d->os.loader, err) < 0)
                        return -1;
        } else if (read_xl_firmware(r, err) < 0 || read_kernel(r, err) < 0) {
                return -1;
        }
        if (config_get_string(r->config, "boot", &boot, err) < 0)
                return -1;
        xen_boot_read(r->d, boot);
        return 0;
}

static int read_pv_boot(const ConfigReader *r, Error *err)
{
        const ConfigValue *arguments = config_find(r->config, "bootloader_args");

        if (config_take(r, "bootloader", &r->d->bootloader, err) < 0 ||
            config_take(r, "bootargs", &r->d->bootloader_args, err) < 0 || read_kernel(r, err) < 0)
                return -1;
        if (arguments && arguments->kind == CONFIG_STRING)
                return config_take(r, "bootloader_args", &r->d->bootloader_args, err) < 0 ? -1 : 0;
        return 0;
}

int config_read_machine(const ConfigReader *r, Error *err)
{
        if (xen_is_hvm(r->d)) {
                if (read_features(r, err) < 0 || read_timers(r, err) < 0 || read_hvm_boot(r, err) < 0)
                        return -1;
        } else if (read_pv_boot(r, err) < 0) {
                return -1;
        }
        return read_clock(r, err);
}

static int read_sdl(const ConfigReader *r, Error *err)
{
        SdlGraphics *sdl = &xen_add_graphics(r->d, GRAPHICS_SDL)->sdl;

        return config_take(r, "display", &sdl->display, err) < 0 || config_take(r, "xauthority", &sdl->xauth, err) < 0
                       ? -1
                       : 0;
}

static int read_vnc(const ConfigReader *r, Error *err)
{
        VncGraphics *vnc = &xen_add_graphics(r->d, GRAPHICS_VNC)->vnc;
        bool unused = true;
        uint64_t display;
        int found = config_get_unsigned(r->config, "vncdisplay", 65535 - XEN_VNC_BASE_PORT, &display, err);

        if (found < 0 || config_get_bool(r->config, "vncunused", &unused, err) < 0)
                return -1;
        vnc->autoport = unused ? YESNO_YES : YESNO_NO;
        if (!unused)
                vnc->port = XEN_VNC_BASE_PORT + (found > 0 ? (int)display : 0);
        return config_take(r, "vnclisten", &vnc->legacy_listen, err) < 0 ||
                               config_take(r, "vncpasswd", &vnc->password, err) < 0 ||
                               config_take(r, "keymap", &vnc->keymap, err) < 0
                       ? -1
                       : 0;
}

static int read_vfb_vnc(Domain *d, char **options, Error *err)
{
        VncGraphics *vnc = &xen_add_graphics(d, GRAPHICS_VNC)->vnc;
        g_autofree char *unused = xen_option(options, "vncunused");
        g_autofree char *display = xen_option(options, "vncdisplay");

        vnc->legacy_listen = xen_option(options, "vnclisten");
        vnc->password = xen_option(options, "vncpasswd");
        vnc->keymap = xen_option(options, "keymap");
        vnc->autoport = g_strcmp0(unused, "1") == 0 || (!unused && !display) ? YESNO_YES : YESNO_NO;
        if (vnc->autoport == YESNO_YES)
                return 0;
        return xen_vnc_display(vnc, display ? display : "0", err);
}

/* "type=vnc,vncunused=1,..." or the same with vnc=1 and sdl=1, as xl has it. */
static int read_vfb(Domain *d, const char *text, Error *err)
{
        g_auto(GStrv) options = g_strsplit(text, ",", 32);
        g_autofree char *type = xen_option(options, "type");
        g_autofree char *sdl = xen_option(options, "sdl");

        if (g_strcmp0(type, "sdl") == 0 || (!type && g_strcmp0(sdl, "1") == 0)) {
                SdlGraphics *graphics = &xen_add_graphics(d, GRAPHICS_SDL)->sdl;

                graphics->display = xen_option(options, "display");
                graphics->xauth = xen_option(options, "xauthority");
                return 0;
        }
        if (type && strcmp(type, "vnc") != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown graphics type '%s'", type);
        return read_vfb_vnc(d, options, err);
}

int config_read_graphics(const ConfigReader *r, Error *err)
{
        bool sdl = false, vnc = false;

        if (xen_is_hvm(r->d)) {
                if (config_get_bool(r->config, "vnc", &vnc, err) < 0 ||
                    config_get_bool(r->config, "sdl", &sdl, err) < 0)
                        return -1;
                if (vnc)
                        return read_vnc(r, err);
                if (sdl)
                        return read_sdl(r, err);
        }
        return config_each(r, "vfb", read_vfb, err);
}
