/* See startup_policy.h. */
#include "guest/startup_policy.h"

#include <unistd.h>

#include "blockdev/blockdev.h"
#include "rules/settle.h"
#include "vireo/events.h"

/* "requisite" is for guests that come from elsewhere: one that boots here needs the image. */
static bool may_do_without(const Disk *disk)
{
        const char *path = block_source_path(&disk->source);
        bool given = disk->source.type == SOURCE_FILE && disk->source.file.fdgroup;

        return disk->source.startup_policy == STARTUP_POLICY_OPTIONAL && path && !given && access(path, F_OK) < 0;
}

static bool is_drive(const Disk *disk)
{
        return disk->device == DISK_DEVICE_CDROM || disk->device == DISK_DEVICE_FLOPPY;
}

static void tell(const Guest *guest, const Domain *live, size_t at)
{
        g_autoptr(Domain) named = domain_copy(live);
        const Disk *disk = &named->disks[at];

        qemu_assign_aliases(named);
        event_emit(guest->instance->hub,
                   event_domain_disk_change(live->name, live->uuid, live->id, block_source_path(&disk->source), NULL,
                                            disk->info.alias,
                                            is_drive(disk) ? VIR_DOMAIN_EVENT_DISK_CHANGE_MISSING_ON_START
                                                           : VIR_DOMAIN_EVENT_DISK_DROP_MISSING_ON_START));
}

static void empty(Disk *disk)
{
        ImageFormat format = disk->source.format;

        rows_drop(&Source_rows, &disk->source);
        rows_init(&Source_rows, &disk->source);
        disk->source.type = SOURCE_NONE;
        disk->source.format = format;
}

void startup_policy_apply(const Guest *guest, Domain *live)
{
        for (size_t i = live->n_disks; i > 0; i--) {
                Disk *disk = &live->disks[i - 1];

                if (!may_do_without(disk))
                        continue;
                tell(guest, live, i - 1);
                if (is_drive(disk))
                        empty(disk);
                else
                        rows_list_remove(&Disk_rows, &live->disks, &live->n_disks, i - 1);
        }
}
