/* Another medium in a drive, or none. */
#include <string.h>

#include "hotplug/hotplug.h"
#include "hotplug/update.h"

static bool has_medium(const Disk *disk)
{
        return disk->source.type != SOURCE_NONE && !(disk->source.type == SOURCE_FILE && !disk->source.file.path) &&
               !(disk->source.type == SOURCE_BLOCK && !disk->source.block.path);
}

static bool same_medium(const Disk *a, const Disk *b)
{
        if (!has_medium(a) || !has_medium(b))
                return has_medium(a) == has_medium(b);
        return a->source.type == b->source.type && devref_fits(&Source_rows, &a->source, &b->source);
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

static int swap(Hotplug *hotplug, Disk *disk, bool had, const char *node, bool force, Error *err)
{
        if (open_tray(hotplug, disk, force, err) < 0)
                return -1;
        if (had && talk_call(hotplug->talk, "blockdev-remove-medium", id_only(disk->info.alias), NULL, err) < 0)
                return -1;
        disk->tray = DISK_TRAY_OPEN;
        if (!node)
                return 0;
        if (insert(hotplug, disk, node, err) < 0)
                return -1;
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

static int change_medium(Hotplug *hotplug, DevRef there, const Disk *given, bool force, Error *err)
{
        g_autoptr(Domain) before = domain_copy(hotplug->live);
        Disk *disk = devref_at(hotplug->live, there);
        bool had = has_medium(disk);
        /* The medium that goes keeps its numbers until it is gone. */
        unsigned last = hotplug_last_node(disk);
        g_autoptr(QemuArgv) old = items_of_running(before, there, hotplug->caps, hotplug->host, err);
        g_autoptr(QemuArgv) new = NULL;
        g_autofree char *node = NULL;

        if (!old)
                return -1;
        g_free(keep_nodes(old));
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
        if (items_send(new, hotplug->talk, NULL, err) < 0)
                return -1;
        if (swap(hotplug, disk, had, node, force, err) < 0) {
                items_take_back(new, NULL, hotplug->talk);
                return -1;
        }
        if (had)
                items_take_back(old, NULL, hotplug->talk);
        return 0;
}

static bool is_removable(const Disk *disk)
{
        return disk->device == DISK_DEVICE_CDROM || disk->device == DISK_DEVICE_FLOPPY;
}

int hotplug_update_disk(Hotplug *hotplug, DevRef there, const Disk *given, bool force, Error *err)
{
        static const char *const free[] = { "@type",     "source", "driver/@type", "driver/@name", "backingStore",
                                            "@snapshot", "mirror", "auth",         "encryption",   "target/@tray",
                                            NULL };
        Disk *disk = devref_at(hotplug->live, there);
        g_autofree char *path = update_first_change(&Disk_rows, given, disk, free);

        if (path)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "cannot modify field '%s' of the disk", path);
        if (same_medium(given, disk))
                return 0;
        if (!is_removable(disk))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "disk source can be changed only in removable drives");
        if (disk->mirror)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "can't change media while a block job is running on the device");
        return change_medium(hotplug, there, given, force, err);
}
