/* See limits.h. */
#include "hotplug/limits.h"

#include <string.h>

#include "blockdev/blockdev.h"

bool limits_any(const DiskIoTune *tune)
{
        for (size_t i = 0; i < BLOCK_LIMITS; i++)
                if (block_limit_get(tune, &block_limits[i]))
                        return true;
        return false;
}

bool limits_same(const DiskIoTune *a, const DiskIoTune *b)
{
        return a && b ? !rows_compare(&DiskIoTune_rows, a, b, 0, NULL, NULL) : a == b;
}

void limits_drop(Disk *disk)
{
        if (disk->iotune)
                rows_drop(&DiskIoTune_rows, disk->iotune);
        g_clear_pointer(&disk->iotune, g_free);
}

void limits_replace(Disk *disk, const DiskIoTune *with)
{
        DiskIoTune *copy = g_new0(DiskIoTune, 1);

        rows_init(&DiskIoTune_rows, copy);
        if (with)
                rows_copy(&DiskIoTune_rows, copy, with);
        limits_drop(disk);
        disk->iotune = copy;
}

static bool is_of_group(const Disk *disk, const char *group)
{
        return group && disk->iotune && g_strcmp0(disk->iotune->group_name, group) == 0;
}

const DiskIoTune *limits_of_group(const Domain *domain, const char *group, const Disk *but)
{
        for (size_t i = 0; i < domain->n_disks; i++)
                if (&domain->disks[i] != but && is_of_group(&domain->disks[i], group))
                        return domain->disks[i].iotune;
        return NULL;
}

void limits_share(Domain *domain, const Disk *disk)
{
        for (size_t i = 0; disk->iotune && i < domain->n_disks; i++)
                if (&domain->disks[i] != disk && is_of_group(&domain->disks[i], disk->iotune->group_name))
                        limits_replace(&domain->disks[i], disk->iotune);
}

void limits_join(Domain *domain, Disk *disk)
{
        const DiskIoTune *group = disk->iotune ? limits_of_group(domain, disk->iotune->group_name, disk) : NULL;

        if (!group)
                return;
        if (limits_any(disk->iotune))
                limits_share(domain, disk);
        else
                limits_replace(disk, group);
}

/* QEMU */

static const Disk *same_disk(const Domain *domain, const Disk *disk)
{
        for (size_t i = 0; domain && i < domain->n_disks; i++)
                if (g_strcmp0(domain->disks[i].target, disk->target) == 0)
                        return &domain->disks[i];
        return NULL;
}

/* An empty drive has no limits; it gets them with its medium. */
static bool is_limited_alike(const Disk *was, const Disk *disk)
{
        bool had = was && block_has_medium(&was->source), has = block_has_medium(&disk->source);

        return !has || disk->source.type == SOURCE_VHOSTUSER || limits_same(had ? was->iotune : NULL, disk->iotune);
}

int limits_put(Talk *talk, const Domain *from, const Domain *to, Error *err)
{
        for (size_t i = 0; i < to->n_disks; i++) {
                const Disk *disk = &to->disks[i];
                g_autofree char *path = NULL;

                if (is_limited_alike(same_disk(from, disk), disk))
                        continue;
                path = block_device_path(disk);
                /* Whoever has no name for his group is alone in one of his own. */
                if (talk_call(talk, "block_set_io_throttle", block_throttle(path, path, disk->iotune), NULL, err) < 0)
                        return error_prefix(err, "limits of disk '%s'", disk->target);
        }
        return 0;
}
