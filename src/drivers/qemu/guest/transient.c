/* See transient.h. */
#define LOG_SOURCE "qemu.transient"
#include "guest/transient.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blockdev/blockdev.h"
#include "guest/host.h"
#include "hotplug/live.h"
#include "util/auto.h"
#include "util/log.h"

/* Where the overlay of @disk is, or will be; NULL: it has none. The caller frees. */
static char *path_of(const Domain *live, const Disk *disk)
{
        if (block_has_overlay(disk, live->name))
                return g_strdup(disk->source.file.path);
        return block_overlay_path(disk, live->name);
}

static int refuse(const Disk *disk, const char *path, Error *err)
{
        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "Overlay file '%s' for transient disk '%s' already exists",
                         path, disk->target);
}

int transient_check(const Domain *live, Error *err)
{
        for (size_t i = 0; i < live->n_disks; i++) {
                g_autofree char *path = path_of(live, &live->disks[i]);
                struct stat st;

                if (path && lstat(path, &st) == 0)
                        return refuse(&live->disks[i], path, err);
        }
        return 0;
}

static bool is_plugged(const Disk *disk)
{
        return disk->transient_share_backing == YESNO_YES;
}

void transient_lay(Domain *live)
{
        unsigned next = 0;

        for (size_t i = 0; i < live->n_disks; i++)
                next = MAX(next, hotplug_last_node(&live->disks[i]));
        next++;
        for (int plugged = 0; plugged <= 1; plugged++)
                for (size_t i = 0; i < live->n_disks; i++)
                        if (is_plugged(&live->disks[i]) == plugged)
                                next = block_put_overlay(&live->disks[i], live->name, next);
}

static int make(const Disk *disk, Error *err)
{
        AUTO_FD int fd = open(disk->source.file.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

        if (fd < 0 && errno == EEXIST)
                return refuse(disk, disk->source.file.path, err);
        if (fd < 0)
                return error_errno(err, errno, "cannot make the overlay '%s' of transient disk '%s'",
                                   disk->source.file.path, disk->target);
        return 0;
}

static void unlink_overlay(const Disk *disk)
{
        if (unlink(disk->source.file.path) < 0 && errno != ENOENT)
                log_warn("cannot remove '%s': %s", disk->source.file.path, g_strerror(errno));
}

int transient_make(Domain *live, Error *err)
{
        for (size_t i = 0; i < live->n_disks; i++) {
                if (!block_has_overlay(&live->disks[i], live->name) || make(&live->disks[i], err) == 0)
                        continue;
                /* What was there before us is not for us to remove, now or later. */
                for (size_t k = 0; k < live->n_disks; k++) {
                        if (k < i && block_has_overlay(&live->disks[k], live->name))
                                unlink_overlay(&live->disks[k]);
                        live->disks[k].transient = false;
                }
                return -1;
        }
        return 0;
}

void transient_remove(const Domain *live)
{
        for (size_t i = 0; i < live->n_disks; i++)
                if (block_has_overlay(&live->disks[i], live->name))
                        unlink_overlay(&live->disks[i]);
}

/* QEMU */

static QemuArgv *items_for(const Domain *live, const Disk *disk, const QemuCaps *caps, QemuHost *host, Error *err)
{
        g_autoptr(QemuArgv) argv = NULL;

        if (is_plugged(disk))
                return items_of(live, devref_named(live, disk->info.alias), caps, host, err);
        argv = qemu_argv_new(live, caps, host);
        argv->live = true;
        if (argv_disk_overlay(argv, disk, err) < 0)
                return NULL;
        argv->domain = NULL;
        return g_steal_pointer(&argv);
}

static int send(LiveTalk *talk, const Domain *live, const Disk *disk, const QemuCaps *caps, QemuHost *host, Error *err)
{
        g_autoptr(QemuArgv) argv = items_for(live, disk, caps, host, err);

        if (!argv || items_send(argv, &talk->talk, NULL, err) < 0)
                return error_prefix(err, "transient disk '%s'", disk->target);
        return 0;
}

static int send_all(LiveTalk *talk, const Domain *live, const QemuCaps *caps, QemuHost *host, Error *err)
{
        bool plugged = false;

        for (size_t i = 0; i < live->n_disks; i++) {
                const Disk *disk = &live->disks[i];

                if (!block_has_overlay(disk, live->name))
                        continue;
                if (send(talk, live, disk, caps, host, err) < 0)
                        return -1;
                plugged |= is_plugged(disk);
        }
        /* Firmware has looked for devices to boot from already; nothing else has run yet. */
        return plugged ? talk_call(&talk->talk, "system_reset", NULL, NULL, err) : 0;
}

static bool has_any(const Domain *live)
{
        for (size_t i = 0; i < live->n_disks; i++)
                if (block_has_overlay(&live->disks[i], live->name))
                        return true;
        return false;
}

int transient_set_up(Guest *guest, const Domain *live, const QemuCaps *caps, struct GuestHost *host, Error *err)
{
        LiveTalk talk;
        int r;

        if (!has_any(live))
                return 0;
        if (live_talk_init(&talk, guest, err) < 0)
                return -1;
        r = send_all(&talk, live, caps, &host->base, err);
        live_talk_done(&talk);
        return r;
}
