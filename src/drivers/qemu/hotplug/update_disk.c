/* Another medium in a drive, or none; other limits. */
#define LOG_SOURCE "qemu.hotplug"
#include <string.h>

#include "hotplug/hotplug.h"
#include "hotplug/limits.h"
#include "hotplug/update.h"
#include "util/log.h"

static bool has_medium(const Disk *disk)
{
        return disk->source.type != SOURCE_NONE && !(disk->source.type == SOURCE_FILE && !disk->source.file.path) &&
               !(disk->source.type == SOURCE_BLOCK && !disk->source.block.path);
}

/* What is done about a missing image when the guest starts is no part of the medium. */
static bool same_medium(const Disk *a, const Disk *b)
{
        static const char *const free[] = { "@startupPolicy", NULL };
        g_autofree char *path = NULL;

        if (!has_medium(a) || !has_medium(b))
                return has_medium(a) == has_medium(b);
        if (a->source.type != b->source.type)
                return false;
        path = devref_first_change(&Source_rows, &a->source, &b->source, free);
        return !path;
}

static Json *id_only(const char *id)
{
        Json *json = json_object();

        json_set(json, "id", json_string(id));
        return json;
}

/* Without the device itself, which is there. @ret_node: the top of the chain; NULL: no medium. The caller frees. */
static char *keep_nodes(QemuArgv *items)
{
        char *node = NULL;

        for (guint i = items->items->len; i > 0; i--) {
                const QemuItem *item = g_ptr_array_index(items->items, i - 1);

                if (strcmp(item->option, "-device") != 0)
                        continue;
                g_free(node);
                node = g_strdup(json_get_string(item->json, "drive"));
                g_ptr_array_remove_index(items->items, i - 1);
        }
        return node;
}

static int open_tray(Hotplug *hotplug, const Disk *disk, bool force, Error *err)
{
        Json *arguments;

        if (disk->tray == DISK_TRAY_OPEN)
                return 0;
        arguments = id_only(disk->info.alias);
        json_set(arguments, "force", json_bool(force));
        if (talk_call(hotplug->talk, "blockdev-open-tray", arguments, NULL, err) < 0)
                return -1;
        return force ? 0 : hotplug->talk->wait_tray(hotplug->talk, disk->info.alias, err);
}

static int insert(Hotplug *hotplug, const Disk *disk, const char *node, Error *err)
{
        Json *arguments = id_only(disk->info.alias);

        json_set(arguments, "node-name", json_string(node));
        if (talk_call(hotplug->talk, "blockdev-insert-medium", arguments, NULL, err) < 0)
                return -1;
        return talk_call(hotplug->talk, "blockdev-close-tray", id_only(disk->info.alias), NULL, err);
}

/* What was in it, where another could not be put in. */
static void put_back(Hotplug *hotplug, const Disk *disk, const char *node)
{
        ERROR_AUTO Error why = ERROR_INIT;

        if (insert(hotplug, disk, node, &why) < 0)
                log_error("'%s' cannot have its medium back: %s", disk->info.alias, why.message);
}

/* @old, @node: tops of the chains that go out and come in; NULL: none. */
static int swap(Hotplug *hotplug, Disk *disk, const char *old, const char *node, bool force, Error *err)
{
        if (open_tray(hotplug, disk, force, err) < 0)
                return -1;
        if (old && talk_call(hotplug->talk, "blockdev-remove-medium", id_only(disk->info.alias), NULL, err) < 0)
                return -1;
        disk->tray = DISK_TRAY_OPEN;
        if (!node)
                return 0;
        if (insert(hotplug, disk, node, err) < 0) {
                if (old)
                        put_back(hotplug, disk, old);
                return -1;
        }
        disk->tray = DISK_TRAY_CLOSED;
        return 0;
}

static void take_source(Disk *disk, const Disk *given)
{
        g_autoptr(Domain) plain = domain_new();
        Disk *copy = rows_list_insert(&Disk_rows, &plain->disks, &plain->n_disks, 0);
        BackingStore *backing;
        Source source;

        rows_drop(&Disk_rows, copy);
        rows_copy(&Disk_rows, copy, given);
        source = disk->source;
        disk->source = copy->source;
        copy->source = source;
        backing = disk->backing;
        disk->backing = copy->backing;
        copy->backing = backing;
}

static int exchange(Hotplug *hotplug, Disk *disk, const char *old, const QemuArgv *new, const char *node, bool force,
                    Error *err)
{
        if (items_send(new, hotplug->talk, NULL, err) < 0)
                return -1;
        if (swap(hotplug, disk, old, node, force, err) == 0)
                return 0;
        items_take_back(new, NULL, hotplug->talk);
        return -1;
}

static void release_medium(Hotplug *hotplug, const Domain *of, DevRef there, const Domain *rest)
{
        if (hotplug->release)
                hotplug->release(hotplug, of, there, rest);
}

/* An empty drive could not have its limits. */
static void limit_medium(Hotplug *hotplug, const Domain *before, Disk *disk)
{
        ERROR_AUTO Error why = ERROR_INIT;

        if (limits_put(hotplug->talk, before, hotplug->live, &why) == 0)
                return;
        log_error("%s", why.message);
        limits_drop(disk);
}

static int change_medium(Hotplug *hotplug, DevRef there, const Disk *given, bool force, Error *err)
{
        g_autoptr(Domain) before = domain_copy(hotplug->live);
        Disk *disk = devref_at(hotplug->live, there);
        bool had = has_medium(disk);
        /* The medium that goes keeps its numbers until it is gone. */
        unsigned last = MAX(hotplug->last_node, hotplug_last_node(disk));
        g_autoptr(QemuArgv) old = items_of_running(before, there, hotplug->caps, hotplug->host, err);
        g_autoptr(QemuArgv) new = NULL;
        g_autofree char *old_node = NULL;
        g_autofree char *node = NULL;

        if (!old)
                return -1;
        old_node = keep_nodes(old);
        take_source(disk, given);
        if (hotplug_settle(hotplug->live, hotplug->context, 0, err) < 0 ||
            hotplug_number_disk(hotplug->live, disk, last, hotplug->host, err) < 0)
                return -1;
        new = items_of(hotplug->live, there, hotplug->caps, hotplug->host, err);
        if (!new)
                return -1;
        node = keep_nodes(new);
        if (hotplug->admit && hotplug->admit(hotplug, there, err) < 0)
                return -1;
        if (exchange(hotplug, disk, had ? old_node : NULL, new, node, force, err) < 0) {
                release_medium(hotplug, hotplug->live, there, before);
                return -1;
        }
        if (had)
                items_take_back(old, NULL, hotplug->talk);
        release_medium(hotplug, before, there, hotplug->live);
        limit_medium(hotplug, before, disk);
        return 0;
}

static bool is_removable(const Disk *disk)
{
        return disk->device == DISK_DEVICE_CDROM || disk->device == DISK_DEVICE_FLOPPY;
}

/* What QEMU says of one drive. */
typedef struct Drive {
        bool found, open;
        char *node; /* what is in it; NULL: nothing */
} Drive;

static int look_into_drive(Hotplug *hotplug, const char *alias, Drive *ret, Error *err)
{
        g_autoptr(Json) drives = NULL;

        if (talk_call(hotplug->talk, "query-block", NULL, &drives, err) < 0)
                return -1;
        for (size_t i = 0; i < json_length(drives); i++) {
                const Json *drive = json_at(drives, i);

                if (g_strcmp0(json_get_string(drive, "qdev"), alias) != 0)
                        continue;
                ret->found = true;
                json_get_bool(drive, "tray_open", &ret->open);
                ret->node = g_strdup(json_get_string(json_get(drive, "inserted"), "node-name"));
        }
        return 0;
}

static void take_nothing(Disk *disk)
{
        g_autoptr(Domain) plain = domain_new();
        const Disk *empty = rows_list_insert(&Disk_rows, &plain->disks, &plain->n_disks, 0);

        take_source(disk, empty);
}

static void settle_medium(Hotplug *hotplug, Disk *disk, const Disk *was, QemuArgv *now_items, QemuArgv *old_items,
                          Drive *drive)
{
        g_autofree char *now = keep_nodes(now_items);
        g_autofree char *old = keep_nodes(old_items);
        bool is_now, is_old;

        /* Between taking out and putting in: the rest is done now. */
        if (!drive->node && now && insert(hotplug, disk, now, NULL) == 0) {
                drive->node = g_strdup(now);
                drive->open = false;
        }
        is_now = g_strcmp0(drive->node, now) == 0;
        is_old = !is_now && drive->node && g_strcmp0(drive->node, old) == 0;
        if (g_strcmp0(now, old) != 0 && !is_now)
                items_take_back(now_items, NULL, hotplug->talk);
        if (g_strcmp0(now, old) != 0 && !is_old)
                items_take_back(old_items, NULL, hotplug->talk);
        if (is_old)
                take_source(disk, was);
        else if (!is_now)
                take_nothing(disk);
        disk->tray = drive->open ? DISK_TRAY_OPEN : DISK_TRAY_CLOSED;
}

/* What is not in the drive goes back to whose it was. */
static void release_other(Hotplug *hotplug, const Domain *of, DevRef there, const Disk *disk)
{
        const Disk *other = devref_at(of, there);

        if (!same_medium(other, disk) || !same_medium(disk, other))
                release_medium(hotplug, of, there, hotplug->live);
}

int hotplug_repair_medium(Hotplug *hotplug, const Disk *was, const Domain *before, Error *err)
{
        DevRef there = was->info.alias ? devref_named(hotplug->live, was->info.alias) : (DevRef){};
        Disk *disk = devref_is(there, &Disk_rows) ? devref_at(hotplug->live, there) : NULL;
        g_autoptr(QemuArgv) now_items = NULL;
        g_autoptr(QemuArgv) old_items = NULL;
        g_autoptr(Domain) cut_off = NULL;
        Drive drive = {};
        int r;

        if (!disk || !is_removable(disk) || (same_medium(was, disk) && same_medium(disk, was)))
                return 0;
        now_items = items_of_running(hotplug->live, there, hotplug->caps, hotplug->host, err);
        old_items = now_items ? items_of_running(before, devref_named(before, was->info.alias), hotplug->caps,
                                                 hotplug->host, err)
                              : NULL;
        if (!old_items)
                return -1;
        r = look_into_drive(hotplug, was->info.alias, &drive, err);
        if (r == 0 && drive.found) {
                cut_off = domain_copy(hotplug->live);
                settle_medium(hotplug, disk, was, now_items, old_items, &drive);
                release_other(hotplug, cut_off, there, disk);
                release_other(hotplug, before, devref_named(before, was->info.alias), disk);
        }
        g_free(drive.node);
        return r;
}

/* What the document does not speak of stays: who changes a medium seldom says anything else. */
static int change_limits(Hotplug *hotplug, Disk *disk, const DiskIoTune *given, Error *err)
{
        g_autoptr(Domain) before = NULL;
        ERROR_AUTO Error why = ERROR_INIT;

        if (!given || limits_same(given, disk->iotune))
                return 0;
        before = domain_copy(hotplug->live);
        limits_replace(disk, given);
        limits_join(hotplug->live, disk);
        if (hotplug->ahead && hotplug->ahead(hotplug, err) < 0)
                return -1;
        if (limits_put(hotplug->talk, before, hotplug->live, &why) == 0)
                return 0;
        limits_put(hotplug->talk, hotplug->live, before, NULL);
        return error_move(err, &why);
}

int hotplug_update_disk(Hotplug *hotplug, DevRef there, const Disk *given, bool force, Error *err)
{
        static const char *const free[] = { "@type",        "source",       "driver/@type", "driver/@name",
                                            "backingStore", "@snapshot",    "mirror",       "auth",
                                            "encryption",   "target/@tray", "iotune",       NULL };
        Disk *disk = devref_at(hotplug->live, there);
        g_autofree char *path = devref_first_change(&Disk_rows, given, disk, free);

        if (path)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "cannot modify field '%s' of the disk", path);
        /* Of these QEMU need not know. */
        if (given->source.startup_policy)
                disk->source.startup_policy = given->source.startup_policy;
        if (given->snapshot)
                disk->snapshot = given->snapshot;
        if (same_medium(given, disk))
                return change_limits(hotplug, disk, given->iotune, err);
        if (!is_removable(disk))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "disk source can be changed only in removable drives");
        if (disk->mirror)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "can't change media while a block job is running on the device");
        return change_medium(hotplug, there, given, force, err);
}
