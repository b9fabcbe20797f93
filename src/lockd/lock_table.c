#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_LOCKSPACE

#include "lock_table.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"

enum { SPACE_MODE = 0700, FILE_MODE = 0600, OPEN_ATTEMPTS = 100 };

/* A lock that is held, or (pending) about to be. */
typedef struct Resource {
        char *name, *path;
        int fd; /* has the lock until it is closed */
        unsigned flags;
        bool pending;   /* somebody is opening the file: the name is taken, nothing else is known */
        GArray *owners; /* of pid_t; more than one only if shared */
} Resource;

struct LockTable {
        pthread_mutex_t lock; /* all below; never held while a file is opened */
        GHashTable *spaces;   /* folder -> (name -> Resource); "" is there from the beginning */
};

static void resource_free(void *opaque)
{
        Resource *resource = opaque;

        if (resource->fd >= 0)
                close(resource->fd);
        g_array_unref(resource->owners);
        g_free(resource->name);
        g_free(resource->path);
        g_free(resource);
}

static Resource *resource_new(const char *name, const char *path, unsigned flags)
{
        Resource *resource = g_new0(Resource, 1);

        resource->name = g_strdup(name);
        resource->path = g_strdup(path);
        resource->fd = -1;
        resource->flags = flags;
        resource->owners = g_array_new(FALSE, FALSE, sizeof(pid_t));
        return resource;
}

static void add_space(LockTable *table, const char *space)
{
        g_hash_table_insert(table->spaces, g_strdup(space),
                            g_hash_table_new_full(g_str_hash, g_str_equal, NULL, resource_free));
}

LockTable *lock_table_new(void)
{
        LockTable *table = g_new0(LockTable, 1);

        pthread_mutex_init(&table->lock, NULL);
        table->spaces = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
        add_space(table, "");
        return table;
}

LockTable *lock_table_free(LockTable *table)
{
        if (!table)
                return NULL;
        g_hash_table_unref(table->spaces);
        pthread_mutex_destroy(&table->lock);
        g_free(table);
        return NULL;
}

unsigned lock_table_count(LockTable *table)
{
        LOCKED(&table->lock);
        GHashTableIter iter;
        gpointer resources;
        unsigned n = 0;

        g_hash_table_iter_init(&iter, table->spaces);
        while (g_hash_table_iter_next(&iter, NULL, &resources))
                n += g_hash_table_size(resources);
        return n;
}

/* Names */

static bool has_space(LockTable *table, const char *space)
{
        LOCKED(&table->lock);
        return g_hash_table_contains(table->spaces, space);
}

int lock_table_add_space(LockTable *table, const char *space, bool again, Error *err)
{
        bool known = has_space(table, space);

        if (!g_path_is_absolute(space))
                return error_set(err, VIR_ERR_INVALID_ARG, "the folder of locks has to be absolute, not '%s'", space);
        if (known && !again)
                return error_set_from(err, VIR_FROM_RPC, VIR_ERR_INTERNAL_ERROR, "Lockspace for path %s already exists",
                                      space);
        if (dir_make(space, SPACE_MODE, err) < 0)
                return error_prefix(err, "Unable to create lockspace %s", space);
        LOCKED(&table->lock);
        if (!g_hash_table_contains(table->spaces, space))
                add_space(table, space);
        return 0;
}

/* The path of a lock's file. A name in a folder stays in it. */
static char *path_of(LockTable *table, const LockName *lock, Error *err)
{
        if (!has_space(table, lock->space))
                return error_set_from(err, VIR_FROM_RPC, VIR_ERR_INTERNAL_ERROR, "Lockspace for path %s does not exist",
                                      lock->space),
                       NULL;
        if (!*lock->space && g_path_is_absolute(lock->name))
                return g_strdup(lock->name);
        if (*lock->space && *lock->name && !strchr(lock->name, '/') && strcmp(lock->name, ".") != 0 &&
            strcmp(lock->name, "..") != 0)
                return g_build_filename(lock->space, lock->name, NULL);
        return error_null(err, VIR_ERR_INVALID_ARG, "no lock can be called '%s' in '%s'", lock->name, lock->space);
}

/* Under the lock. */
static Resource *find(LockTable *table, const LockName *lock)
{
        GHashTable *resources = g_hash_table_lookup(table->spaces, lock->space);

        return resources ? g_hash_table_lookup(resources, lock->name) : NULL;
}

static int check_unused(LockTable *table, const LockName *lock, Error *err)
{
        LOCKED(&table->lock);

        if (find(table, lock))
                return error_set(err, VIR_ERR_RESOURCE_BUSY, "Lockspace resource '%s' is locked", lock->name);
        return 0;
}

/* Files */

static int open_file(const char *path, unsigned flags)
{
        int how = O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (flags & LOCK_AUTOCREATE ? O_CREAT : 0);
        int fd = open(path, how | O_RDWR, FILE_MODE);

        /* To keep writers away it is enough to read. */
        if (fd < 0 && (flags & LOCK_SHARED) && (errno == EACCES || errno == EROFS))
                fd = open(path, how | O_RDONLY, FILE_MODE);
        return fd;
}

/* A lock of the open file, not of the process: other paths to the file, also ours, meet it, and it goes through exec().
 * It is the same byte that libvirt's lock daemon locks. */
static int lock_file(int fd, unsigned flags)
{
        struct flock lock = { .l_type = flags & LOCK_SHARED ? F_RDLCK : F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };

        return fcntl(fd, F_OFD_SETLK, &lock);
}

static bool is_still_there(int fd, const char *path)
{
        struct stat ours, there;

        return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_ino == there.st_ino &&
               ours.st_dev == there.st_dev;
}

/* Whoever let a lock go may have removed its file between our opening and locking it. */
static int take_file(const Resource *resource, Error *err)
{
        for (int i = 0; i < OPEN_ATTEMPTS; i++) {
                AUTO_FD int fd = open_file(resource->path, resource->flags);

                if (fd < 0)
                        return error_errno(err, errno, "Unable to open resource %s", resource->path);
                if (lock_file(fd, resource->flags) < 0 && (errno == EAGAIN || errno == EACCES))
                        return error_set(err, VIR_ERR_RESOURCE_BUSY, "Lockspace resource '%s' is locked",
                                         resource->name);
                else if (lock_file(fd, resource->flags) < 0)
                        return error_errno(err, errno, "Unable to acquire lock on '%s'", resource->path);
                if (is_still_there(fd, resource->path))
                        return fd_steal(&fd);
        }
        return error_set(err, VIR_ERR_RESOURCE_BUSY, "Lockspace resource '%s' does not stay", resource->name);
}

int lock_table_create(LockTable *table, const LockName *lock, Error *err)
{
        g_autofree char *path = path_of(table, lock, err);
        AUTO_FD int fd = -1;

        if (!path || check_unused(table, lock, err) < 0)
                return -1;
        fd = open_file(path, LOCK_AUTOCREATE);
        return fd < 0 ? error_errno(err, errno, "Unable to open resource %s", path) : 0;
}

int lock_table_delete(LockTable *table, const LockName *lock, Error *err)
{
        g_autofree char *path = path_of(table, lock, err);

        if (!path || check_unused(table, lock, err) < 0)
                return -1;
        if (unlink(path) < 0 && errno != ENOENT)
                return error_errno(err, errno, "Unable to delete lockspace resource %s", path);
        return 0;
}

/* Locks */

/* Results of join(). */
enum { JOIN_SHARED, JOIN_PENDING };

/* JOIN_SHARED: the owner has it together with others. JOIN_PENDING: it is the caller's to take the file. */
static int join(LockTable *table, const LockName *lock, const char *path, pid_t owner, unsigned flags,
                pid_t *ret_holder, Error *err)
{
        LOCKED(&table->lock);
        Resource *resource = find(table, lock);

        if (resource && !resource->pending && (resource->flags & flags & LOCK_SHARED)) {
                g_array_append_val(resource->owners, owner);
                return JOIN_SHARED;
        }
        if (resource) {
                *ret_holder = g_array_index(resource->owners, pid_t, 0);
                return error_set(err, VIR_ERR_RESOURCE_BUSY, "Lockspace resource '%s' is locked", lock->name);
        }
        resource = resource_new(lock->name, path, flags);
        resource->pending = true;
        g_array_append_val(resource->owners, owner);
        g_hash_table_insert(g_hash_table_lookup(table->spaces, lock->space), resource->name, resource);
        return JOIN_PENDING;
}

int lock_table_acquire(LockTable *table, const LockName *lock, pid_t owner, unsigned flags, pid_t *ret_holder,
                       Error *err)
{
        g_autofree char *path = path_of(table, lock, err);
        Resource *resource;
        int result, fd;

        *ret_holder = 0;
        if (!path)
                return -1;
        result = join(table, lock, path, owner, flags, ret_holder, err);
        if (result != JOIN_PENDING)
                return result < 0 ? -1 : 0;
        {
                LOCKED(&table->lock);
                resource = find(table, lock);
        }
        /* Nobody touches what is pending. */
        fd = take_file(resource, err);
        LOCKED(&table->lock);
        resource->fd = fd;
        resource->pending = false;
        if (fd < 0)
                g_hash_table_remove(g_hash_table_lookup(table->spaces, lock->space), resource->name);
        return fd < 0 ? -1 : 0;
}

/* Under the lock: true when the last owner has gone. */
static bool leave(Resource *resource, guint index)
{
        g_array_remove_index_fast(resource->owners, index);
        if (resource->owners->len > 0)
                return false;
        /* While it is still locked: whoever opens it now looks whether it is still there. */
        if ((resource->flags & LOCK_AUTOCREATE) && unlink(resource->path) < 0 && errno != ENOENT)
                log_warn("cannot remove '%s': %s", resource->path, g_strerror(errno));
        return true;
}

static bool find_owner(const Resource *resource, pid_t owner, guint *ret_index)
{
        for (guint i = 0; i < resource->owners->len; i++) {
                *ret_index = i;
                if (g_array_index(resource->owners, pid_t, i) == owner)
                        return true;
        }
        return false;
}

int lock_table_release(LockTable *table, const LockName *lock, pid_t owner, Error *err)
{
        g_autofree char *path = path_of(table, lock, err);
        Resource *resource;
        guint index;

        if (!path)
                return -1;
        LOCKED(&table->lock);
        resource = find(table, lock);
        if (!resource || resource->pending)
                return error_set(err, VIR_ERR_RESOURCE_BUSY, "Lockspace resource '%s' is not locked", lock->name);
        if (!find_owner(resource, owner, &index))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "owner %d does not hold the resource lock", (int)owner);
        if (leave(resource, index))
                g_hash_table_remove(g_hash_table_lookup(table->spaces, lock->space), resource->name);
        return 0;
}

/* In one space, under the lock. */
static unsigned release_in(GHashTable *resources, pid_t owner)
{
        GHashTableIter iter;
        gpointer resource;
        unsigned n = 0;

        g_hash_table_iter_init(&iter, resources);
        while (g_hash_table_iter_next(&iter, NULL, &resource)) {
                bool last = false;
                guint index;

                while (!((Resource *)resource)->pending && !last && find_owner(resource, owner, &index)) {
                        last = leave(resource, index);
                        n++;
                }
                if (last)
                        g_hash_table_iter_remove(&iter);
        }
        return n;
}

unsigned lock_table_release_all(LockTable *table, pid_t owner)
{
        LOCKED(&table->lock);
        GHashTableIter iter;
        gpointer resources;
        unsigned n = 0;

        g_hash_table_iter_init(&iter, table->spaces);
        while (g_hash_table_iter_next(&iter, NULL, &resources))
                n += release_in(resources, owner);
        return n;
}

/* Going on as another program */

static Json *save_resource(const Resource *resource, Json *(*keep)(int fd))
{
        Json *object = json_object(), *owners = json_array();

        json_set(object, "name", json_string(resource->name));
        json_set(object, "path", json_string(resource->path));
        json_set(object, "fd", keep(resource->fd));
        json_set(object, "lockHeld", json_bool(true));
        json_set(object, "flags", json_uint(resource->flags));
        for (guint i = 0; i < resource->owners->len; i++)
                json_append(owners, json_int(g_array_index(resource->owners, pid_t, i)));
        json_set(object, "owners", owners);
        return object;
}

void lock_table_save(LockTable *table, Json *state, Json *(*keep)(int fd))
{
        LOCKED(&table->lock);
        Json *spaces = json_array();
        GHashTableIter iter, inner;
        gpointer space, resources, resource;

        g_hash_table_iter_init(&iter, table->spaces);
        while (g_hash_table_iter_next(&iter, &space, &resources)) {
                Json *object = json_object(), *list = json_array();

                if (*(const char *)space)
                        json_set(object, "directory", json_string(space));
                g_hash_table_iter_init(&inner, resources);
                while (g_hash_table_iter_next(&inner, NULL, &resource))
                        json_append(list, save_resource(resource, keep));
                json_set(object, "resources", list);
                if (*(const char *)space)
                        json_append(spaces, object);
                else
                        json_set(state, "defaultLockspace", object);
        }
        json_set(state, "lockspaces", spaces);
}

static int restore_resource(GHashTable *resources, const Json *state, int (*kept)(const Json *object, const char *key),
                            Error *err)
{
        const char *name = json_get_string(state, "name"), *path = json_get_string(state, "path");
        const Json *owners = json_get(state, "owners");
        uint64_t flags = 0;
        int fd = kept(state, "fd");
        Resource *resource;

        if (fd < 0 || !name || !path || json_length(owners) == 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "the lock '%s' was not handed over", name ? name : "?");
        json_get_uint(state, "flags", &flags);
        resource = resource_new(name, path, (unsigned)flags & (LOCK_SHARED | LOCK_AUTOCREATE));
        resource->fd = fd;
        for (size_t i = 0; i < json_length(owners); i++) {
                g_autoptr(Json) one = json_object();
                int64_t number = 0;
                pid_t owner;

                json_set(one, "pid", json_ref(json_at(owners, i)));
                json_get_int(one, "pid", &number);
                owner = (pid_t)number;
                g_array_append_val(resource->owners, owner);
        }
        g_hash_table_insert(resources, resource->name, resource);
        return 0;
}

static int restore_space(LockTable *table, const char *space, const Json *state,
                         int (*kept)(const Json *object, const char *key), Error *err)
{
        const Json *list = json_get(state, "resources");

        if (!g_hash_table_contains(table->spaces, space))
                add_space(table, space);
        for (size_t i = 0; i < json_length(list); i++)
                if (restore_resource(g_hash_table_lookup(table->spaces, space), json_at(list, i), kept, err) < 0)
                        return -1;
        return 0;
}

int lock_table_restore(LockTable *table, const Json *state, int (*kept)(const Json *object, const char *key),
                       Error *err)
{
        const Json *spaces = json_get(state, "lockspaces");
        LOCKED(&table->lock);

        if (restore_space(table, "", json_get(state, "defaultLockspace"), kept, err) < 0)
                return -1;
        for (size_t i = 0; i < json_length(spaces); i++) {
                const char *folder = json_get_string(json_at(spaces, i), "directory");

                if (folder && restore_space(table, folder, json_at(spaces, i), kept, err) < 0)
                        return -1;
        }
        return 0;
}
