/* See lock_files.h. */
#define LOG_SOURCE "qemu.locks"
#include "guest/lock_files.h"

#include <string.h>

#include "util/auto.h"
#include "util/log.h"
#include "util/paths.h"
#include "util/settings.h"

enum { IDENTIFY_MS = 10000 };

struct LockConf {
        int auto_disk_leases, require_lease_for_disks;
        char *file_dir, *lvm_dir, *scsi_dir;
};

static const Setting rows[] = {
        { .key = "auto_disk_leases", .type = SETTING_BOOL, .offset = offsetof(LockConf, auto_disk_leases) },
        { .key = "require_lease_for_disks",
          .type = SETTING_BOOL,
          .offset = offsetof(LockConf, require_lease_for_disks) },
        { .key = "file_lockspace_dir", .type = SETTING_STRING, .offset = offsetof(LockConf, file_dir) },
        { .key = "lvm_lockspace_dir", .type = SETTING_STRING, .offset = offsetof(LockConf, lvm_dir) },
        { .key = "scsi_lockspace_dir", .type = SETTING_STRING, .offset = offsetof(LockConf, scsi_dir) },
};

int lock_conf_read(const QemuInstance *instance, LockConf **ret_conf, Error *err)
{
        const char *manager = instance->conf->lock_manager;
        g_autofree char *path = g_build_filename(instance->paths->config, "qemu-lockd.conf", NULL);
        LockConf *conf;

        *ret_conf = NULL;
        if (!manager || strcmp(manager, "nop") == 0)
                return 0;
        if (strcmp(manager, "lockd") != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "qemu.conf: lock_manager '%s' is not supported; 'lockd' and 'nop' are", manager);
        conf = g_new0(LockConf, 1);
        conf->auto_disk_leases = 1;
        conf->require_lease_for_disks = -1;
        *ret_conf = conf;
        if (settings_read(path, rows, ARRAY_SIZE(rows), conf, err) < 0)
                return -1;
        if (conf->require_lease_for_disks < 0)
                conf->require_lease_for_disks = !conf->auto_disk_leases;
        return 0;
}

LockConf *lock_conf_free(LockConf *conf)
{
        if (!conf)
                return NULL;
        settings_free(rows, ARRAY_SIZE(rows), conf);
        g_free(conf);
        return NULL;
}

static char *socket_path(const QemuInstance *instance)
{
        return g_build_filename(instance->paths->run, "virtlockd-sock", NULL);
}

/* What is locked */

/* One lock, and what it is for. */
typedef struct Locks {
        GArray *resources; /* of LockResource */
        GPtrArray *paths;  /* of char *, beside them: the disk's; NULL: a lease */
} Locks;

static void resource_clear(void *opaque)
{
        LockResource *resource = opaque;

        g_free(resource->space);
        g_free(resource->name);
}

static void locks_done(Locks *locks)
{
        g_array_unref(locks->resources);
        g_ptr_array_unref(locks->paths);
}
#define LOCKS_AUTO __attribute__((cleanup(locks_done)))

static void add(Locks *locks, const char *path, const char *space, const char *name, unsigned flags)
{
        LockResource resource = { .space = g_strdup(space), .name = g_strdup(name), .flags = flags };

        g_array_append_val(locks->resources, resource);
        g_ptr_array_add(locks->paths, g_strdup(path));
}

/* The file or block device of this host that has the bytes; NULL: there is none. */
static const char *path_of(const Source *source)
{
        switch (source->type) {
        case SOURCE_FILE: return source->file.path;
        case SOURCE_BLOCK: return source->block.path;
        default: return NULL;
        }
}

static const char *local_path(const Disk *disk)
{
        return path_of(&disk->source);
}

static bool needs_lock(const Disk *disk)
{
        const char *path = local_path(disk);

        return path && *path && !disk->readonly && disk->device != DISK_DEVICE_CDROM;
}

/* What a tool prints about a block device that is the same on all hosts; NULL: nothing. */
static char *identify(const char *const *words, const char *path)
{
        Process *process = process_new(words[0]);
        ERROR_AUTO Error err = ERROR_INIT;
        char *text = NULL;
        int r;

        for (const char *const *word = words + 1; *word; word++)
                process_add(process, *word);
        process_add(process, path);
        r = process_run(process, IDENTIFY_MS, &text, NULL, NULL, &err);
        process_free(process);
        if (r < 0)
                log_debug("%s of '%s': %s", words[0], path, err.message);
        if (r < 0 || !*g_strstrip(text))
                g_clear_pointer(&text, g_free);
        return text;
}

/* Volumes by what they are called inside, as hosts that share them do not call them the same. */
static bool add_by_identity(const LockConf *conf, Locks *locks, const char *path, unsigned flags)
{
        static const char *const lvs[] = { "lvs", "--noheadings", "--unbuffered", "--nosuffix", "--options", "uuid",
                                           NULL };
        static const char *const scsi_id[] = { "/lib/udev/scsi_id", "--replace-whitespace", "--whitelisted", "--device",
                                               NULL };
        const struct {
                const char *space;
                const char *const *words;
        } ways[] = { { conf->lvm_dir, lvs }, { conf->scsi_dir, scsi_id } };

        for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
                g_autofree char *name = ways[i].space ? identify(ways[i].words, path) : NULL;

                if (!name)
                        continue;
                add(locks, path, ways[i].space, name, flags | LOCK_MANAGER_AUTOCREATE);
                return true;
        }
        return false;
}

static void add_image(const LockConf *conf, Locks *locks, const Source *source, unsigned flags)
{
        const char *path = path_of(source);
        g_autofree char *hash = NULL;

        if (source->type == SOURCE_BLOCK && add_by_identity(conf, locks, path, flags))
                return;
        if (!conf->file_dir) {
                add(locks, path, "", path, flags);
                return;
        }
        hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, path, -1);
        add(locks, path, conf->file_dir, hash, flags | LOCK_MANAGER_AUTOCREATE);
}

static void add_disk(const LockConf *conf, Locks *locks, const Disk *disk)
{
        const Source *below = disk->transient && disk->backing ? &disk->backing->source : NULL;

        add_image(conf, locks, &disk->source, disk->shareable ? LOCK_MANAGER_SHARED : 0);
        /* Nobody may change what an overlay is above. */
        if (below && path_of(below))
                add_image(conf, locks, below, disk->transient_share_backing == YESNO_YES ? LOCK_MANAGER_SHARED : 0);
}

static void add_leases(Locks *locks, const Domain *devices)
{
        for (size_t i = 0; i < devices->n_leases; i++) {
                const Lease *lease = &devices->leases[i];
                g_autofree char *space = lease->lockspace ? g_build_filename(lease->path, lease->lockspace, NULL)
                                                          : g_strdup(lease->path);

                add(locks, NULL, space, lease->key, 0);
        }
}

static Locks list(const LockConf *conf, const Domain *devices)
{
        Locks locks = { .resources = g_array_new(FALSE, FALSE, sizeof(LockResource)),
                        .paths = g_ptr_array_new_with_free_func(g_free) };

        g_array_set_clear_func(locks.resources, resource_clear);
        for (size_t i = 0; conf->auto_disk_leases && i < devices->n_disks; i++)
                if (needs_lock(&devices->disks[i]))
                        add_disk(conf, &locks, &devices->disks[i]);
        add_leases(&locks, devices);
        return locks;
}

int guest_locks_check(const QemuInstance *instance, const Domain *live, Error *err)
{
        const LockConf *conf = instance->locks;

        if (!conf && live->n_leases > 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "<lease> needs a lock manager: set lock_manager = \"lockd\" in qemu.conf");
        for (size_t i = 0; i < live->n_leases; i++)
                if (live->leases[i].offset != 0)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Offset must be zero for this lock manager");
        if (!conf || conf->auto_disk_leases || !conf->require_lease_for_disks || live->n_leases > 0)
                return 0;
        for (size_t i = 0; i < live->n_disks; i++)
                if (needs_lock(&live->disks[i]) && !live->disks[i].shareable)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "disk '%s' is written by this guest alone, which qemu-lockd.conf permits only "
                                         "with a <lease>",
                                         live->disks[i].target);
        return 0;
}

/* Attendance */

static LockOwner owner_of(const Domain *live, pid_t pid)
{
        return (LockOwner){ .uuid = live->uuid, .name = live->name, .id = (unsigned)live->id, .pid = pid };
}

int guest_locks_attend(const QemuInstance *instance, const Domain *live, bool take, Process *process,
                       LockAttendance **ret, Error *err)
{
        const LockOwner owner = owner_of(live, 0);
        g_autofree char *socket = socket_path(instance);

        *ret = NULL;
        if (!instance->locks)
                return 0;
        LOCKS_AUTO Locks locks = list(instance->locks, live);
        *ret = lock_attendance_new(socket, &owner, (const LockResource *)(void *)locks.resources->data,
                                   take ? locks.resources->len : 0, err);
        if (!*ret)
                return -1;
        process_pass_fd(process, lock_attendance_fd(*ret));
        process_before(process, "register with the lock daemon", lock_attendance_step, *ret);
        return 0;
}

/* Taking and dropping */

/* The running guest here that has the disk; NULL: none. The caller frees. */
static char *find_user(const Guest *guest, const char *path)
{
        DomainList *domains = guest->instance->list.domains;
        DomainEntry **entries;
        char *name = NULL;
        size_t n;

        entries = domain_list_all(domains, &n);
        for (size_t i = 0; i < n && !name; i++) {
                g_autoptr(DomainView) view = domain_view_get(entries[i]);

                if (entries[i] == guest->entry || !view || !view->live)
                        continue;
                for (size_t j = 0; j < view->live->n_disks && !name; j++)
                        if (g_strcmp0(local_path(&view->live->disks[j]), path) == 0)
                                name = g_strdup(domain_entry_name(entries[i]));
        }
        domain_entries_free(entries);
        return name;
}

static int tell_user(const Guest *guest, const Locks *locks, size_t failed, Error *err)
{
        const char *path = failed < locks->paths->len ? g_ptr_array_index(locks->paths, failed) : NULL;
        g_autofree char *name = path && err && err->code == VIR_ERR_RESOURCE_BUSY ? find_user(guest, path) : NULL;

        return name ? error_prefix(err, "domain '%s' uses '%s'", name, path) : -1;
}

int guest_locks_explain(Guest *guest, const Domain *live, LockAttendance *attendance, Error *err)
{
        size_t failed;

        if (!attendance || lock_attendance_explain(attendance, &failed, err) == 0)
                return 0;
        LOCKS_AUTO Locks locks = list(guest->instance->locks, live);
        return tell_user(guest, &locks, failed, err);
}

int guest_locks_take(Guest *guest, const Domain *live, const Domain *devices, Error *err)
{
        const LockOwner owner = owner_of(live, atomic_load(&guest->pid));
        g_autofree char *socket = socket_path(guest->instance);
        size_t failed;

        if (!guest->instance->locks)
                return 0;
        LOCKS_AUTO Locks locks = list(guest->instance->locks, devices);
        if (locks.resources->len == 0)
                return 0;
        if (lock_manager_acquire(socket, &owner, (const LockResource *)(void *)locks.resources->data,
                                 locks.resources->len, &failed, err) == 0)
                return 0;
        return tell_user(guest, &locks, failed, err);
}

void guest_locks_drop(Guest *guest, const Domain *live, const Domain *devices)
{
        const LockOwner owner = owner_of(live, atomic_load(&guest->pid));
        g_autofree char *socket = socket_path(guest->instance);
        ERROR_AUTO Error err = ERROR_INIT;

        if (!guest->instance->locks || owner.pid <= 0)
                return;
        LOCKS_AUTO Locks locks = list(guest->instance->locks, devices);
        if (locks.resources->len > 0 &&
            lock_manager_release(socket, &owner, (const LockResource *)(void *)locks.resources->data,
                                 locks.resources->len, &err) < 0)
                log_warn("domain '%s' keeps locks that it does not need: %s", live->name, err.message);
}

int guest_locks_cont(Guest *guest, const Domain *live, Qmp *qmp, Error *err)
{
        if (guest_locks_take(guest, live, live, err) < 0)
                return -1;
        if (qmp_call(qmp, "cont", NULL, MONITOR_MS, NULL, err) == 0)
                return 0;
        guest_locks_drop(guest, live, live);
        return -1;
}

bool guest_locks_shared(const Domain *device, const Domain *rest)
{
        for (size_t i = 0; i < device->n_disks; i++)
                for (size_t j = 0; rest && needs_lock(&device->disks[i]) && j < rest->n_disks; j++)
                        if (needs_lock(&rest->disks[j]) &&
                            strcmp(local_path(&device->disks[i]), local_path(&rest->disks[j])) == 0)
                                return true;
        return false;
}
