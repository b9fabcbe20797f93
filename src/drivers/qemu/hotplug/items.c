/* See items.h. */
#define LOG_SOURCE "qemu.hotplug"
#include "hotplug/items.h"

#include <string.h>

#include "util/log.h"

static int interfaces(QemuArgv *argv, Error *err)
{
        /* Those that are host devices stand with them. */
        return argv_interfaces(argv, err) < 0 ? -1 : argv_hostdevs(argv, err);
}

/* Who adds the items of which kind. Others cannot come to a running guest. */
static const struct {
        const Rows *rows;
        int (*build)(QemuArgv *argv, Error *err);
} builders[] = {
        { &Disk_rows, argv_disks },         { &Controller_rows, argv_controllers },
        { &Interface_rows, interfaces },    { &Serial_rows, argv_chardevs },
        { &Parallel_rows, argv_chardevs },  { &Channel_rows, argv_chardevs },
        { &Console_rows, argv_chardevs },   { &Input_rows, argv_inputs },
        { &Hostdev_rows, argv_hostdevs },   { &Redirdev_rows, argv_redirdevs },
        { &Watchdog_rows, argv_watchdogs }, { &Rng_rows, argv_rngs },
        { &Shmem_rows, argv_shmems },       { &MemoryDevice_rows, argv_memory_devices },
        { &Vsock_rows, argv_vsock },        { &Filesystem_rows, argv_filesystems },
};

/* Controllers refer to each other: all are built, and those of others thrown away. */
static void keep_only(QemuArgv *argv, const char *alias)
{
        for (guint i = argv->items->len; i > 0; i--) {
                const QemuItem *item = g_ptr_array_index(argv->items, i - 1);

                if (g_strcmp0(json_get_string(item->json, "id"), alias) != 0)
                        g_ptr_array_remove_index(argv->items, i - 1);
        }
}

/* What a watchdog does is the machine's, and has to be so before the dog is there. A command line has it last. */
static void put_actions_first(QemuArgv *argv)
{
        guint first = 0;

        for (guint i = 0; i < argv->items->len; i++) {
                QemuItem *item = g_ptr_array_index(argv->items, i);
                g_autofree char *action = NULL;

                if (strcmp(item->option, "-watchdog-action") == 0 && qemu_caps_has_command(argv->caps, "set-action")) {
                        action = g_strconcat("watchdog=", item->text, NULL);
                        g_free(item->option);
                        item->option = g_strdup("-action");
                        g_free(item->text);
                        item->text = g_steal_pointer(&action);
                        /* That was for the older command. */
                        g_clear_pointer(&item->json, json_unref);
                }
                if (!g_str_has_suffix(item->option, "-action"))
                        continue;
                g_ptr_array_steal_index(argv->items, i);
                g_ptr_array_insert(argv->items, (gint)first++, item);
        }
}

static int build(QemuArgv *argv, DevRef device, Error *err)
{
        for (size_t i = 0; i < G_N_ELEMENTS(builders); i++)
                if (devref_is(device, builders[i].rows))
                        return builders[i].build(argv, err);
        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "live attach of device '%s' is not supported",
                         devref_kind(device));
}

/* The helper for reservations is the machine's: it comes with the first disk that asks for it and goes with the last. */
static bool brings_helper(const Domain *live, DevRef device)
{
        const Disk *disk = devref_is(device, &Disk_rows) ? devref_at(live, device) : NULL;

        if (!disk || !argv_disk_reserves(disk))
                return false;
        for (size_t i = 0; i < live->n_disks; i++)
                if (&live->disks[i] != disk && argv_disk_reserves(&live->disks[i]))
                        return false;
        return true;
}

QemuArgv *items_of(const Domain *live, DevRef device, const QemuCaps *caps, QemuHost *host, Error *err)
{
        const Domain alone = devref_alone(live, device);
        const DeviceInfo *info = devref_info(live, device);
        g_autoptr(QemuArgv) argv = qemu_argv_new(&alone, caps, host);

        argv->live = true;
        argv->alias = info ? info->alias : NULL;
        if (brings_helper(live, device))
                argv_reservations(argv);
        if (build(argv, device, err) < 0)
                return NULL;
        if (devref_is(device, &Controller_rows))
                keep_only(argv, info->alias);
        put_actions_first(argv);
        /* What was built stands by itself. */
        argv->domain = NULL;
        argv->alias = NULL;
        return g_steal_pointer(&argv);
}

/* A host that opens nothing. */

static int open_nothing(QemuHost *host, const QemuFdAsk *ask, Error *err)
{
        return G_MAXINT;
}

static int open_no_taps(QemuHost *host, const Interface *nic, int *ret_fds, size_t n, Error *err)
{
        for (size_t i = 0; i < n; i++)
                ret_fds[i] = G_MAXINT;
        return 0;
}

static const int *open_no_group(QemuHost *host, const char *name, size_t *ret_n)
{
        static const int nothing = G_MAXINT;

        *ret_n = 1;
        return &nothing;
}

static int no_secret(QemuHost *host, const char *uuid, int usage_type, const char *usage, uint8_t **ret,
                     size_t *ret_length, Error *err)
{
        *ret = g_malloc0(1);
        *ret_length = 1;
        return 0;
}

static char *encrypt_nothing(QemuHost *host, const uint8_t *data, size_t length, const uint8_t iv[16], Error *err)
{
        return g_strdup("");
}

static char *no_scsi_generic(QemuHost *host, const char *adapter, unsigned bus, unsigned target, uint64_t unit,
                             Error *err)
{
        return g_strdup("");
}

QemuArgv *items_of_running(const Domain *live, DevRef device, const QemuCaps *caps, QemuHost *host, Error *err)
{
        QemuHost idle = *host;

        idle.open_fd = open_nothing;
        idle.open_taps = open_no_taps;
        idle.group_fds = open_no_group;
        idle.secret = no_secret;
        idle.encrypt = encrypt_nothing;
        idle.scsi_generic = no_scsi_generic;
        return items_of(live, device, caps, &idle, err);
}

/* Commands */

static Json *copy(const Json *json, Error *err)
{
        g_autofree char *text = json_format(json, false);

        /* What goes to another thread must not be shared with what stays here. */
        return json_parse(text, strlen(text), err);
}

/* Text in front of "=" and behind it. */
static Json *pair(const char *text)
{
        const char *equals = strchr(text, '=');
        g_autofree char *key = equals ? g_strndup(text, (gsize)(equals - text)) : NULL;
        Json *json = json_object();

        if (equals)
                json_set(json, key, json_string(equals + 1));
        return json;
}

static Json *name_only(const char *key, const char *value)
{
        Json *json = json_object();

        json_set(json, key, json_string(value));
        return json;
}

/* How an option is said to a monitor, and how it is taken back. */
typedef struct Verb {
        const char *option, *add, *remove;
        const char *id;  /* of the item: what names it */
        const char *key; /* of the command that removes it */
} Verb;

static const Verb verbs[] = {
        { "-object", "object-add", "object-del", "id", "id" },
        { "-chardev", "chardev-add", "chardev-remove", "id", "id" },
        { "-netdev", "netdev_add", "netdev_del", "id", "id" },
        { "-blockdev", "blockdev-add", "blockdev-del", "node-name", "node-name" },
        { "-device", "device_add", "device_del", "id", "id" },
        { "-add-fd", "add-fd", "remove-fd", "fdset-id", "fdset-id" },
        { "getfd", "getfd", "closefd", "fdname", "fdname" },
        { "blockdev-create", "blockdev-create", NULL, NULL, NULL },
        { "blockdev-snapshot", "blockdev-snapshot", NULL, NULL, NULL },
        { "-action", "set-action", NULL, NULL, NULL },
        { "-watchdog-action", "watchdog-set-action", NULL, NULL, NULL },
};

static const Verb *verb_of(const QemuItem *item)
{
        for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
                if (strcmp(verbs[i].option, item->option) == 0)
                        return &verbs[i];
        return NULL;
}

static Json *arguments_of(const QemuItem *item, const Verb *verb, Error *err)
{
        if (item->json)
                return copy(item->json, err);
        if (strcmp(verb->option, "-action") == 0)
                return pair(item->text);
        if (strcmp(verb->option, "-watchdog-action") == 0)
                return name_only("action", item->text);
        return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s %s cannot be given to a running guest yet", item->option,
                          item->text ? item->text : "");
}

static int send_item(const QemuItem *item, Talk *talk, char **ret_pty, Error *err)
{
        g_autoptr(Json) reply = NULL;
        const Verb *verb = verb_of(item);
        Json *arguments;

        if (!verb)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s cannot be given to a running guest",
                                 item->option);
        if (strcmp(verb->add, "blockdev-create") == 0)
                return items_create_image(item, talk, err);
        arguments = arguments_of(item, verb, err);
        if (!arguments || talk->call(talk, verb->add, arguments, item->fd, &reply, err) < 0)
                return -1;
        if (ret_pty && json_get_string(reply, "pty"))
                *ret_pty = g_strdup(json_get_string(reply, "pty"));
        return 0;
}

static void take_item_back(const QemuItem *item, Talk *talk)
{
        const Verb *verb = verb_of(item);
        const char *id = verb && verb->id ? json_get_string(item->json, verb->id) : NULL;
        ERROR_AUTO Error why = ERROR_INIT;
        uint64_t number;
        Json *arguments;

        if (!verb || !verb->remove)
                return;
        arguments = json_object();
        if (id)
                json_set(arguments, verb->key, json_string(id));
        else if (json_get_uint(item->json, verb->id, &number))
                json_set(arguments, verb->key, json_uint(number));
        if (talk_call(talk, verb->remove, arguments, NULL, &why) < 0)
                log_warn("%s: %s", verb->remove, why.message);
}

static bool is_device(const QemuItem *item)
{
        return strcmp(item->option, "-device") == 0;
}

const char *items_device(const QemuArgv *argv)
{
        for (guint i = argv->items->len; i > 0; i--) {
                const QemuItem *item = g_ptr_array_index(argv->items, i - 1);

                if (is_device(item))
                        return json_get_string(item->json, "id");
        }
        return NULL;
}

/* Sets of descriptors */

static const char *const fd_set_path = "/dev/fdset/";

static const QemuItem *first_set(const QemuArgv *argv)
{
        for (guint i = 0; i < argv->items->len; i++) {
                const QemuItem *item = g_ptr_array_index(argv->items, i);

                if (strcmp(item->option, "-add-fd") == 0)
                        return item;
        }
        return NULL;
}

typedef struct Renumber {
        Json *object;
        uint64_t add;
} Renumber;

static void renumber_member(const char *key, Json *value, void *opaque)
{
        const Renumber *renumber = opaque;
        const char *text = json_text(value);
        g_autofree char *path = NULL;

        if (json_is_object(value)) {
                Renumber below = { value, renumber->add };

                json_each(value, renumber_member, &below);
        }
        if (!text || !g_str_has_prefix(text, fd_set_path))
                return;
        path = g_strdup_printf("%s%" G_GUINT64_FORMAT, fd_set_path,
                               g_ascii_strtoull(text + strlen(fd_set_path), NULL, 10) + renumber->add);
        json_set(renumber->object, key, json_string(path));
}

/* The builder counts from 0; QEMU has sets already. */
static int renumber_sets(const QemuArgv *argv, Talk *talk, Error *err)
{
        g_autoptr(Json) sets = NULL;
        uint64_t free_number = talk->fd_sets ? *talk->fd_sets : 0;

        if (!first_set(argv))
                return 0;
        if (talk_call(talk, "query-fdsets", NULL, &sets, err) < 0)
                return -1;
        for (size_t i = 0; i < json_length(sets); i++) {
                uint64_t number = 0;

                if (json_get_uint(json_at(sets, i), "fdset-id", &number) && number >= free_number && number < G_MAXINT)
                        free_number = number + 1;
        }
        for (guint i = 0; i < argv->items->len; i++) {
                const QemuItem *item = g_ptr_array_index(argv->items, i);
                Renumber renumber = { item->json, free_number };
                uint64_t number = 0;

                if (item->json && strcmp(item->option, "-add-fd") == 0 &&
                    json_get_uint(item->json, "fdset-id", &number))
                        json_set(item->json, "fdset-id", json_uint(number + free_number));
                else if (item->json)
                        json_each(item->json, renumber_member, &renumber);
        }
        if (talk->fd_sets)
                *talk->fd_sets = (unsigned)free_number + argv->fd_sets;
        return 0;
}

int items_send(const QemuArgv *argv, Talk *talk, char **ret_pty, Error *err)
{
        if (renumber_sets(argv, talk, err) < 0)
                return -1;
        for (guint i = 0; i < argv->items->len; i++) {
                if (send_item(g_ptr_array_index(argv->items, i), talk, ret_pty, err) == 0)
                        continue;
                while (i-- > 0)
                        take_item_back(g_ptr_array_index(argv->items, i), talk);
                return -1;
        }
        return 0;
}

/* A set is found by what it was said to be: our words, or, by daemons of old, the path of the device. */
static void drop_set(const QemuItem *wanted, const char *path, const Json *sets, Talk *talk)
{
        const char *opaque = json_get_string(wanted->json, "opaque");
        ERROR_AUTO Error why = ERROR_INIT;

        for (size_t i = 0; i < json_length(sets); i++) {
                const Json *fds = json_get(json_at(sets, i), "fds");
                uint64_t number = 0;
                const char *its = json_get_string(json_at(fds, 0), "opaque");
                Json *arguments;

                if (!its || (g_strcmp0(its, opaque) != 0 && g_strcmp0(its, path) != 0) ||
                    !json_get_uint(json_at(sets, i), "fdset-id", &number))
                        continue;
                arguments = json_object();
                json_set(arguments, "fdset-id", json_uint(number));
                if (talk_call(talk, "remove-fd", arguments, NULL, &why) < 0)
                        log_warn("remove-fd: %s", why.message);
                return;
        }
}

/* A rule of slirp takes its character device along. */
static bool goes_along(const QemuArgv *argv, const QemuItem *item)
{
        bool network = false;

        for (guint i = 0; i < argv->items->len; i++)
                network |= strcmp(((QemuItem *)g_ptr_array_index(argv->items, i))->option, "-netdev") == 0;
        return network && strcmp(item->option, "-chardev") == 0 && !items_device(argv);
}

void items_take_back(const QemuArgv *argv, const char *path, Talk *talk)
{
        g_autoptr(Json) sets = NULL;
        ERROR_AUTO Error why = ERROR_INIT;

        for (guint i = argv->items->len; i > 0; i--) {
                const QemuItem *item = g_ptr_array_index(argv->items, i - 1);

                if (is_device(item) || strcmp(item->option, "getfd") == 0 || goes_along(argv, item))
                        continue;
                if (strcmp(item->option, "-add-fd") != 0) {
                        take_item_back(item, talk);
                        continue;
                }
                if (!sets && talk_call(talk, "query-fdsets", NULL, &sets, &why) < 0)
                        log_warn("query-fdsets: %s", why.message);
                drop_set(item, path, sets, talk);
        }
}
