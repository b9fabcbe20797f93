/* Small things that the readers and writers of all formats need. */
#include "formats.h"

#include <string.h>

#include "util/text.h"

bool xen_is_hvm(const Domain *d)
{
        return g_strcmp0(d->os.type, "hvm") == 0;
}

int xen_check_devices(const Domain *d, Error *err)
{
        const struct {
                const char *element;
                bool there;
        } parts[] = {
                { "crypto", d->n_cryptos },
                { "filesystem", d->n_filesystems },
                { "hub", d->n_hubs },
                { "iommu", d->iommu },
                { "lease", d->n_leases },
                { "memory", d->n_memory_devices },
                { "nvram", d->nvram },
                { "panic", d->n_panics },
                { "pstore", d->pstore },
                { "redirdev", d->n_redirdevs },
                { "rng", d->n_rngs },
                { "shmem", d->n_shmems },
                { "smartcard", d->n_smartcards },
                { "tpm", d->n_tpms },
                { "vsock", d->vsock },
                { "watchdog", d->n_watchdogs },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
                if (parts[i].there)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Xen has no <%s>: take it out of <devices>",
                                         parts[i].element);
        return 0;
}

Features *xen_need_features(Domain *d)
{
        if (!d->features)
                d->features = g_new0(Features, 1);
        return d->features;
}

XenFeatures *xen_need_xen_features(Domain *d)
{
        Features *features = xen_need_features(d);

        if (!features->xen)
                features->xen = g_new0(XenFeatures, 1);
        return features->xen;
}

Cpu *xen_need_cpu(Domain *d)
{
        if (!d->cpu) {
                d->cpu = g_new0(Cpu, 1);
                rows_init(&Cpu_rows, d->cpu);
        }
        return d->cpu;
}

const Timer *xen_timer(const Domain *d, TimerName name)
{
        for (size_t i = 0; i < d->clock.n_timers; i++)
                if (d->clock.timers[i].name == name)
                        return &d->clock.timers[i];
        return NULL;
}

Timer *xen_need_timer(Domain *d, TimerName name)
{
        Timer *timer = (Timer *)xen_timer(d, name);

        if (!timer) {
                timer = rows_list_insert(&Timer_rows, &d->clock.timers, &d->clock.n_timers, d->clock.n_timers);
                timer->name = name;
        }
        return timer;
}

Controller *xen_need_bus(Domain *d)
{
        Controller *bus;

        for (size_t i = 0; i < d->n_controllers; i++)
                if (d->controllers[i].type == CONTROLLER_XENBUS)
                        return &d->controllers[i];
        bus = rows_list_insert(&Controller_rows, &d->controllers, &d->n_controllers, d->n_controllers);
        bus->type = CONTROLLER_XENBUS;
        return bus;
}

static void add_input(Domain *d, InputType type, InputBus bus)
{
        Input *input;

        for (size_t i = 0; i < d->n_inputs; i++)
                if (d->inputs[i].type == type && d->inputs[i].bus == bus)
                        return;
        input = rows_list_insert(&Input_rows, &d->inputs, &d->n_inputs, d->n_inputs);
        input->type = type;
        input->bus = bus;
}

void xen_add_inputs(Domain *d)
{
        InputBus bus = xen_is_hvm(d) ? INPUT_BUS_PS2 : INPUT_BUS_XEN;

        add_input(d, INPUT_MOUSE, bus);
        add_input(d, INPUT_KEYBOARD, bus);
}

int xen_parse_uuid(const char *text, Uuid ret, Error *err)
{
        if (uuid_parse(text, ret))
                return 0;
        return error_set(err, VIR_ERR_CONF_SYNTAX, "%s not parseable as a UUID", text);
}

void xen_set_clock(Domain *d, bool localtime, bool variable, int64_t offset)
{
        g_clear_pointer(&d->clock.adjustment, g_free);
        if (variable) {
                d->clock.offset = CLOCK_VARIABLE;
                d->clock.basis = localtime ? CLOCK_BASIS_LOCALTIME : CLOCK_BASIS_UTC;
                d->clock.adjustment = g_strdup_printf("%" G_GINT64_FORMAT, (gint64)offset);
        } else {
                d->clock.offset = localtime ? CLOCK_LOCALTIME : CLOCK_UTC;
                d->clock.adjustment = g_strdup("reset");
        }
}

unsigned xen_numa_distance(const Cpu *cpu, size_t from, size_t to)
{
        enum { HERE = 10, REMOTE = 20 };

        for (size_t turn = 0; turn < 2; turn++) {
                const NumaCell *cell = &cpu->cells[turn ? to : from];
                size_t other = turn ? from : to;

                for (size_t i = 0; i < cell->n_distances; i++)
                        if (cell->distances[i].id == other)
                                return cell->distances[i].value;
        }
        return from == to ? HERE : REMOTE;
}

bool xen_clock_is_local(const Clock *clock)
{
        return clock->offset == CLOCK_LOCALTIME ||
               (clock->offset == CLOCK_VARIABLE && clock->basis == CLOCK_BASIS_LOCALTIME);
}

int64_t xen_clock_distance(const Clock *clock)
{
        int64_t distance = 0;

        if (clock->offset == CLOCK_VARIABLE && clock->adjustment)
                text_to_int64(clock->adjustment, 10, &distance);
        return distance;
}

typedef struct EventSource {
        int (*look)(const void *source, const char *key, const char **ret, Error *err);
        const void *source;
} EventSource;

/* People write rename_restart as well. */
static int read_event(const EventSource *from, const char *key, const char *const *names, size_t n, int *event,
                      Error *err)
{
        const char *text;
        g_autofree char *spelling = NULL;
        int found = from->look(from->source, key, &text, err);

        if (found <= 0)
                return found;
        spelling = g_strdelimit(g_strdup(text), "_", '-');
        *event = enum_value_of(names, n, spelling);
        return *event > 0 ? 0 : error_set(err, VIR_ERR_INTERNAL_ERROR, "unexpected value %s for %s", text, key);
}

int xen_events_read(Domain *d, CrashAction on_crash,
                    int (*look)(const void *source, const char *key, const char **ret, Error *err), const void *source,
                    Error *err)
{
        const EventSource from = { .look = look, .source = source };
        int poweroff = LIFECYCLE_DESTROY, reboot = LIFECYCLE_RESTART, crash = (int)on_crash;

        if (read_event(&from, "on_poweroff", Lifecycle_names, LIFECYCLE_MAX_, &poweroff, err) < 0 ||
            read_event(&from, "on_reboot", Lifecycle_names, LIFECYCLE_MAX_, &reboot, err) < 0 ||
            read_event(&from, "on_crash", CrashAction_names, CRASH_MAX_, &crash, err) < 0)
                return -1;
        d->on_poweroff = (Lifecycle)poweroff;
        d->on_reboot = (Lifecycle)reboot;
        d->on_crash = (CrashAction)crash;
        return 0;
}

uint64_t xen_mib(uint64_t kib)
{
        return kib / 1024 + (kib % 1024 != 0);
}

static const char boot_letters[BOOT_MAX_] = {
        [BOOT_FD] = 'a',
        [BOOT_CDROM] = 'd',
        [BOOT_HD] = 'c',
        [BOOT_NETWORK] = 'n',
};

/* An unknown letter means the hard disk, as it always did. */
void xen_boot_read(Domain *d, const char *letters)
{
        for (; *letters && d->os.n_boot < BOOT_MAX_; letters++) {
                const char *at = memchr(boot_letters, *letters, sizeof(boot_letters));
                OsBoot *boot = rows_list_insert(&OsBoot_rows, &d->os.boot, &d->os.n_boot, d->os.n_boot);

                boot->dev = at ? (BootDevice)(at - boot_letters) : BOOT_HD;
        }
}

void xen_boot_write(const Domain *d, GString *out)
{
        for (size_t i = 0; i < d->os.n_boot; i++)
                g_string_append_c(out, boot_letters[d->os.boot[i].dev]);
        if (d->os.n_boot == 0)
                g_string_append_c(out, boot_letters[BOOT_HD]);
}

/* What xend's "all" means. */
static const SoundModel all_sounds[] = { SOUND_SB16, SOUND_ES1370 };

static void add_sound(Domain *d, SoundModel model)
{
        Sound *sound = rows_list_insert(&Sound_rows, &d->sounds, &d->n_sounds, d->n_sounds);

        sound->model = model;
}

int xen_sound_read(Domain *d, const char *text, Error *err)
{
        g_auto(GStrv) names = g_strsplit(text, ",", 16);

        if (strcmp(text, "all") == 0) {
                for (size_t i = 0; i < G_N_ELEMENTS(all_sounds); i++)
                        add_sound(d, all_sounds[i]);
                return 0;
        }
        for (char **name = names; *name; name++) {
                int model = enum_value(SoundModel, SOUND, *name);

                if (model <= SOUND_NONE)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "Sound model %.40s too big for destination",
                                         *name);
                add_sound(d, (SoundModel)model);
        }
        return 0;
}

int xen_sound_write(const Domain *d, GString *out, Error *err)
{
        for (size_t i = 0; i < d->n_sounds; i++) {
                if (d->sounds[i].model == SOUND_NONE)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "unexpected sound model %d", 0);
                g_string_append_printf(out, "%s%s", i ? "," : "", enum_text(SoundModel, d->sounds[i].model));
        }
        return 0;
}

static const struct {
        const char *name;
        InputType type;
} usb_inputs[] = { { "tablet", INPUT_TABLET }, { "mouse", INPUT_MOUSE }, { "keyboard", INPUT_KEYBOARD } };

void xen_usb_input_read(Domain *d, const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(usb_inputs); i++)
                if (strcmp(usb_inputs[i].name, name) == 0)
                        add_input(d, usb_inputs[i].type, INPUT_BUS_USB);
}

const char *xen_usb_input_name(const Input *input)
{
        for (size_t i = 0; input->bus == INPUT_BUS_USB && i < G_N_ELEMENTS(usb_inputs); i++)
                if (usb_inputs[i].type == input->type)
                        return usb_inputs[i].name;
        return NULL;
}

void xen_put_option(GString *out, const char *key, const char *value)
{
        if (value)
                g_string_append_printf(out, ",%s=%s", key, value);
}

char *xen_option(char **options, const char *key)
{
        size_t length = strlen(key);

        for (char **at = options; *at; at++) {
                const char *option = *at + strspn(*at, " \t");

                if (strncmp(option, key, length) == 0 && option[length] == '=')
                        return g_strstrip(g_strdup(option + length + 1));
        }
        return NULL;
}

Graphics *xen_add_graphics(Domain *d, GraphicsType type)
{
        Graphics *graphics = rows_list_insert(&Graphics_rows, &d->graphics, &d->n_graphics, d->n_graphics);

        graphics->type = type;
        return graphics;
}

/* The number of the display, which is the port from 5900 on. */
int xen_vnc_display(VncGraphics *vnc, const char *text, Error *err)
{
        unsigned display;

        if (!text_to_uint(text, 10, &display) || display > 65535 - XEN_VNC_BASE_PORT)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "invalid vncdisplay value '%s'", text);
        vnc->port = XEN_VNC_BASE_PORT + (int)display;
        return 0;
}

bool xen_vnc_has_port(const VncGraphics *vnc)
{
        return vnc->autoport != YESNO_YES && vnc->port >= XEN_VNC_BASE_PORT;
}

const char *xen_listen_address(const GraphicsListen *listens, size_t n)
{
        return n > 0 && listens[0].type == LISTEN_ADDRESS ? listens[0].address : NULL;
}

Hostdev *xen_add_hostdev(Domain *d, HostdevType type)
{
        Hostdev *hostdev = rows_list_insert(&Hostdev_rows, &d->hostdevs, &d->n_hostdevs, d->n_hostdevs);

        hostdev->mode = HOSTDEV_MODE_SUBSYSTEM;
        hostdev->type = type;
        hostdev->managed = YESNO_NO;
        return hostdev;
}

/* [DOMAIN:]BUS:SLOT.FUNCTION in hex. */
static bool read_pci_address(const char *text, HostPciAddress *ret)
{
        g_auto(GStrv) parts = g_strsplit(text, ":", 4);
        guint n = g_strv_length(parts);
        g_auto(GStrv) slot = NULL;

        if (n != 2 && n != 3)
                return false;
        slot = g_strsplit(parts[n - 1], ".", 3);
        return g_strv_length(slot) == 2 &&
               (n == 2 || (text_to_uint(parts[0], 16, &ret->domain) && ret->domain <= 0xffff)) &&
               text_to_uint(parts[n - 2], 16, &ret->bus) && ret->bus <= 0xff && text_to_uint(slot[0], 16, &ret->slot) &&
               ret->slot <= 0x1f && text_to_uint(slot[1], 16, &ret->function) && ret->function <= 7;
}

int xen_pci_read(Domain *d, const char *text, Error *err)
{
        g_auto(GStrv) options = g_strsplit(text, ",", 16);
        g_autofree char *permissive = xen_option(options, "permissive");
        HostPciAddress address = { 0 };
        Hostdev *hostdev;

        if (options[0])
                options[0][strcspn(options[0], "@=")] = '\0'; /* the place in the guest is Xen's choice */
        if (!options[0] || !read_pci_address(g_strstrip(options[0]), &address))
                return error_set(err, VIR_ERR_CONF_SYNTAX,
                                 "PCI device '%s' is not of the form [DOMAIN:]BUS:SLOT.FUNCTION[,option=value...]",
                                 text);
        hostdev = xen_add_hostdev(d, HOSTDEV_PCI);
        hostdev->pci.address = address;
        if (g_strcmp0(permissive, "1") == 0)
                hostdev->pci.write_filtering = YESNO_NO;
        return 0;
}

void xen_pci_write(const PciHostdev *pci, GString *out)
{
        g_string_append_printf(out, "%04x:%02x:%02x.%x", pci->address.domain, pci->address.bus, pci->address.slot,
                               pci->address.function);
        if (pci->write_filtering == YESNO_NO)
                g_string_append(out, ",permissive=1");
}
