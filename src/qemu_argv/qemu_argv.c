/* The words of a command line, one option after the other, and what holds when none is left. */
#include "qemu_argv/qemu_argv.h"

#include <string.h>

#include "conf/qemu_namespace.h"
#include "reader.h"

/* An option without a reader is one that says nothing about the guest (how it is started, watched or stored), and is
 * left out. */
typedef struct Option {
        const char *name;
        bool has_value;
        QemuRead read;
        size_t member; /* of Domain: the value itself, when there is no reader */
} Option;

static int read_localtime(QemuReader *reader, const char *value, Error *err)
{
        reader->d->clock.offset = CLOCK_LOCALTIME;
        return 0;
}

static int read_no_graphics(QemuReader *reader, const char *value, Error *err)
{
        reader->no_graphics = true;
        return 0;
}

static int read_no_defaults(QemuReader *reader, const char *value, Error *err)
{
        reader->no_defaults = true;
        return 0;
}

static int read_full_screen(QemuReader *reader, const char *value, Error *err)
{
        reader->full_screen = true;
        return 0;
}

static int read_no_acpi(QemuReader *reader, const char *value, Error *err)
{
        reader->no_acpi = true;
        return 0;
}

static int read_no_reboot(QemuReader *reader, const char *value, Error *err)
{
        reader->d->on_reboot = LIFECYCLE_DESTROY;
        return 0;
}

static int read_no_hpet(QemuReader *reader, const char *value, Error *err)
{
        Domain *d = reader->d;
        Timer *timer = rows_list_insert(&Timer_rows, &d->clock.timers, &d->clock.n_timers, d->clock.n_timers);

        timer->name = TIMER_HPET;
        timer->present = YESNO_NO;
        return 0;
}

static int read_kvm(QemuReader *reader, const char *value, Error *err)
{
        reader->d->type = VIRT_KVM;
        return 0;
}

static int read_no_kvm(QemuReader *reader, const char *value, Error *err)
{
        reader->d->type = VIRT_QEMU;
        return 0;
}

static int read_accel(QemuReader *reader, const char *value, Error *err)
{
        if (g_str_has_prefix(value, "kvm"))
                reader->d->type = VIRT_KVM;
        return 0;
}

static int read_usb(QemuReader *reader, const char *value, Error *err)
{
        Controller *controller;

        for (size_t i = 0; i < reader->d->n_controllers; i++)
                if (reader->d->controllers[i].type == CONTROLLER_USB)
                        return 0;
        controller = QEMU_ADD(Controller, reader->d, controllers);
        controller->type = CONTROLLER_USB;
        controller->index.set = true;
        return 0;
}

static int read_keymap(QemuReader *reader, const char *value, Error *err)
{
        g_free(reader->keymap);
        reader->keymap = g_strdup(value);
        return 0;
}

#define TEXT_OF(m) .member = offsetof(Domain, m) + ROW_IS(Domain, m, char *)

static const Option options[] = {
        { "M", true, qemu_read_machine },
        { "machine", true, qemu_read_machine },
        { "accel", true, read_accel },
        { "enable-kvm", false, read_kvm },
        { "no-kvm", false, read_no_kvm },
        { "cpu", true, qemu_read_cpu },
        { "m", true, qemu_read_memory },
        { "mem-path", true, qemu_read_mem_path },
        { "smp", true, qemu_read_smp },
        { "name", true, qemu_read_name },
        { "uuid", true, qemu_read_uuid },
        { "boot", true, qemu_read_boot },
        { "rtc", true, qemu_read_rtc },
        { "localtime", false, read_localtime },
        { "global", true, qemu_read_global },
        { "no-acpi", false, read_no_acpi },
        { "no-reboot", false, read_no_reboot },
        { "no-hpet", false, read_no_hpet },
        { "kernel", true, TEXT_OF(os.kernel) },
        { "initrd", true, TEXT_OF(os.initrd) },
        { "append", true, TEXT_OF(os.cmdline) },
        { "dtb", true, TEXT_OF(os.dtb) },
        { "bios", true, TEXT_OF(os.loader) },
        { "drive", true, qemu_read_drive },
        { "blockdev", true, qemu_read_blockdev },
        { "hda", true, qemu_read_hda },
        { "hdb", true, qemu_read_hdb },
        { "hdc", true, qemu_read_hdc },
        { "hdd", true, qemu_read_hdd },
        { "fda", true, qemu_read_fda },
        { "fdb", true, qemu_read_fdb },
        { "cdrom", true, qemu_read_cdrom },
        { "net", true, qemu_read_net },
        { "netdev", true, qemu_read_netdev },
        { "serial", true, qemu_read_serial },
        { "parallel", true, qemu_read_parallel },
        { "chardev", true, qemu_read_chardev },
        { "vnc", true, qemu_read_vnc },
        { "sdl", false, qemu_read_sdl },
        { "full-screen", false, read_full_screen },
        { "display", true, qemu_read_display },
        { "nographic", false, read_no_graphics },
        { "vga", true, qemu_read_vga },
        { "k", true, read_keymap },
        { "soundhw", true, qemu_read_soundhw },
        { "usb", false, read_usb },
        { "usbdevice", true, qemu_read_usbdevice },
        { "pcidevice", true, qemu_read_pcidevice },
        { "device", true, qemu_read_device },
        { "watchdog", true, qemu_read_watchdog },
        { "watchdog-action", true, qemu_read_watchdog_action },
        { "nodefaults", false, read_no_defaults },
        /* How it is started and watched. */
        { "S", false },
        { "mem-prealloc", false },
        { "nodefconfig", false },
        { "no-user-config", false },
        { "no-shutdown", false },
        { "daemonize", false },
        { "no-fd-bootchk", false },
        { "monitor", true },
        { "mon", true },
        { "qmp", true },
        { "pidfile", true },
        { "incoming", true },
        { "loadvm", true },
        { "D", true },
        { "d", true },
        { "runas", true },
        { "chroot", true },
        { "sandbox", true },
        { "msg", true },
};

static const Option *find_option(const char *word)
{
        if (*word != '-')
                return NULL;
        word += g_str_has_prefix(word, "--") ? 2 : 1;
        for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
                if (strcmp(word, options[i].name) == 0)
                        return &options[i];
        return NULL;
}

static int read_option(QemuReader *reader, const Option *option, const char *value, Error *err)
{
        char **member;

        if (option->read)
                return option->read(reader, value, err);
        if (!option->member)
                return 0;
        member = (char **)(void *)((char *)reader->d + option->member);
        g_free(*member);
        *member = g_strdup(value);
        return 0;
}

/* Devices come last: what they are joined to may stand behind them. */
static bool comes_late(const Option *option)
{
        return option->read == qemu_read_device || option->read == qemu_read_serial ||
               option->read == qemu_read_parallel;
}

static int read_words(QemuReader *reader, char **words, bool late, Error *err)
{
        for (char **word = words; *word; word++) {
                const Option *option = find_option(*word);
                const char *name = *word;

                if (!option && !late)
                        g_ptr_array_add(reader->unknown, g_strdup(*word));
                if (!option)
                        continue;
                if (option->has_value && !word[1])
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing value for %s argument", name);
                word += option->has_value;
                if (comes_late(option) == late && read_option(reader, option, *word, err) < 0)
                        return error_prefix(err, "%s", name);
        }
        return 0;
}

/* "qemu-system-aarch64" says what it is a model of; "qemu" and "kvm" are the first ones, of 32 bits. */
static void read_emulator(Domain *d, const char *path)
{
        static const char system[] = "qemu-system-";
        g_autofree char *base = g_path_get_basename(path);
        const char *arch = strstr(base, system);

        d->emulator = g_strdup(path);
        d->type = VIRT_QEMU;
        d->os.type = g_strdup("hvm");
        if (strstr(base, "kvm")) {
                d->type = VIRT_KVM;
                d->features = g_new0(Features, 1);
                d->features->pae = true;
        }
        if (!arch)
                d->os.arch = g_strdup("i686");
        else if (strcmp(arch, "qemu-system-i386") == 0)
                d->os.arch = g_strdup("i686");
        else if (strcmp(arch, "qemu-system-arm") == 0)
                d->os.arch = g_strdup("armv7l");
        else
                d->os.arch = g_strdup(arch + strlen(system));
}

static bool is_pc(const Domain *d)
{
        return g_strcmp0(d->os.arch, "i686") == 0 || g_strcmp0(d->os.arch, "x86_64") == 0;
}

static void keep_unknown(QemuReader *reader)
{
        QemuNamespace *content;

        if (reader->unknown->len == 0)
                return;
        content = g_new0(QemuNamespace, 1);
        for (guint i = 0; i < reader->unknown->len; i++) {
                QemuArgument *argument = rows_list_insert(&QemuArgument_rows, &content->arguments,
                                                          &content->n_arguments, content->n_arguments);

                argument->value = g_strdup(reader->unknown->pdata[i]);
        }
        reader->d->extra = (Extra){ .space = &qemu_namespace, .content = content };
}

/* The local time of QEMU's own environment. */
static void settle_clock(QemuReader *reader)
{
        const char *zone = g_hash_table_lookup(reader->environment, "TZ");

        if (reader->d->clock.offset != CLOCK_LOCALTIME || !zone)
                return;
        reader->d->clock.offset = CLOCK_TIMEZONE;
        reader->d->clock.timezone = g_strdup(zone);
}

static int settle_parts(QemuReader *reader, Error *err)
{
        Domain *d = reader->d;

        if (qemu_join_nics(reader, err) < 0)
                return -1;
        qemu_settle_disks(reader);
        settle_clock(reader);
        qemu_settle_display(reader);
        if (is_pc(d) && !reader->no_acpi)
                qemu_features(reader)->acpi = true;
        for (size_t i = 0; i < d->n_watchdogs && reader->watchdog_action; i++)
                d->watchdogs[i].action = reader->watchdog_action;
        if (!d->memballoon) {
                d->memballoon = g_new0(Memballoon, 1);
                d->memballoon->model = BALLOON_NONE;
        }
        if (!d->name)
                d->name = g_strdup("unnamed");
        if (d->memory_kib == 0)
                d->memory_kib = 128 * 1024; /* QEMU's own default */
        qemu_keep_nodes(reader);
        keep_unknown(reader);
        return 0;
}

static void add_root_bus(Domain *d)
{
        bool express = d->os.machine && strstr(d->os.machine, "q35");
        Controller *root;

        if (!is_pc(d) && !(d->os.machine && g_str_has_prefix(d->os.machine, "pseries")))
                return;
        root = QEMU_ADD(Controller, d, controllers);
        root->type = CONTROLLER_PCI;
        root->index.set = true;
        root->model = express ? CONTROLLER_MODEL_PCIE_ROOT : CONTROLLER_MODEL_PCI_ROOT;
}

/* What the document says where the command line says nothing is left to whoever defines it: a definition of today
 * writes more of it down than the command line decided. */
static void leave_open(Domain *d)
{
        for (size_t i = 0; i < d->n_videos; i++)
                d->videos[i].primary = YESNO_ABSENT;
        for (size_t i = 0; i < d->n_graphics; i++) {
                VncGraphics *vnc = &d->graphics[i].vnc;

                while (d->graphics[i].type == GRAPHICS_VNC && vnc->legacy_socket && vnc->n_listens > 0)
                        rows_list_remove(&GraphicsListen_rows, &vnc->listens, &vnc->n_listens, 0);
        }
        if (d->features && d->features->hyperv)
                d->features->hyperv->mode = HYPERV_MODE_NONE;
}

/* A path, or a name that says so. */
static bool is_emulator(const char *word)
{
        return *word == '/' || strstr(word, "qemu") || strstr(word, "kvm");
}

/* NAME=VALUE in front; returns the emulator. A command line copied from a list of processes has lost its quotes: what
 * is no assignment and no emulator goes on with the value before it. */
static char **read_environment(QemuReader *reader, char **words)
{
        g_autofree char *name = NULL;

        for (; *words; words++) {
                char *equals = **words == '/' || **words == '-' ? NULL : strchr(*words, '=');

                if (equals) {
                        g_free(name);
                        name = g_strndup(*words, (size_t)(equals - *words));
                        g_hash_table_replace(reader->environment, g_strdup(name), g_strdup(equals + 1));
                } else if (name && !is_emulator(*words)) {
                        const char *value = g_hash_table_lookup(reader->environment, name);

                        g_hash_table_replace(reader->environment, g_strdup(name),
                                             g_strconcat(value, " ", *words, NULL));
                } else {
                        break;
                }
        }
        return words;
}

static int read_command(QemuReader *reader, char **words, Error *err)
{
        unsigned dies;

        words = read_environment(reader, words);
        if (!*words)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "no emulator path found: the command line is empty");
        read_emulator(reader->d, *words);
        if (read_words(reader, words + 1, false, err) < 0 || read_words(reader, words + 1, true, err) < 0 ||
            settle_parts(reader, err) < 0)
                return -1;
        dies = reader->d->cpu ? reader->d->cpu->dies : 0;
        if (domain_settle(reader->d, DOMAIN_PARSE_INACTIVE, err) < 0)
                return -1;
        if (reader->d->cpu)
                reader->d->cpu->dies = dies;
        leave_open(reader->d);
        add_root_bus(reader->d);
        return 0;
}

static void part_free(void *data)
{
        QemuPart *part = data;

        g_free(part->id);
        qemu_opts_free(part->opts);
        g_free(part->words);
        g_free(part);
}

/* Lines that a backslash continues are one, even within quotes: that is how people wrap long options. */
static char *join_lines(const char *text, size_t length)
{
        GString *out = g_string_sized_new(length);

        for (size_t i = 0; i < length; i++) {
                if (text[i] == '\\' && i + 1 < length && text[i + 1] == '\n')
                        i++;
                else
                        g_string_append_c(out, text[i] == '\n' ? ' ' : text[i]);
        }
        return g_string_free(out, FALSE);
}

static int split_words(const char *text, size_t length, char ***ret, Error *err)
{
        g_autofree char *line = NULL;
        g_autoptr(GError) error = NULL;

        if (length > QEMU_ARGV_SIZE_MAX || memchr(text, '\0', length) || !g_utf8_validate(text, (gssize)length, NULL))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "a command line is UTF-8 text of at most %d bytes",
                                 QEMU_ARGV_SIZE_MAX);
        line = join_lines(text, length);
        if (!g_shell_parse_argv(line, NULL, ret, &error))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot split the command line: %s", error->message);
        return 0;
}

int qemu_argv_parse(const char *text, size_t length, Domain **ret, Error *err)
{
        g_autoptr(Domain) d = domain_new();
        g_autoptr(GHashTable) environment = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        g_autoptr(GPtrArray) netdevs = g_ptr_array_new_with_free_func(part_free);
        g_autoptr(GPtrArray) drives = g_ptr_array_new_with_free_func(part_free);
        g_autoptr(GPtrArray) chardevs = g_ptr_array_new_with_free_func(part_free);
        g_autoptr(GPtrArray) nics = g_ptr_array_new_with_free_func(part_free);
        g_autoptr(GPtrArray) unknown = g_ptr_array_new_with_free_func(g_free);
        g_auto(GStrv) words = NULL;
        QemuReader reader = { d, environment, netdevs, drives, chardevs, nics, unknown };
        int r;

        if (split_words(text, length, &words, err) < 0)
                return -1;
        r = read_command(&reader, words, err);
        g_free(reader.keymap);
        if (r == 0)
                *ret = g_steal_pointer(&d);
        return r;
}
