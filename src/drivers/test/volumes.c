/* Volumes of the invented host: documents in the view of their pool. */
#include <string.h>

#include "storage.h"

static virStorageVolPtr handle_of(virConnectPtr conn, const char *pool, const StorageVolume *volume)
{
        return object_storage_vol_new(conn, pool, volume->name, volume->key);
}

static StorageVolume *find(const NamedView *view, const char *name)
{
        const TestVolumes *volumes = test_volumes_of(view);

        for (guint i = 0; volumes && i < volumes->len; i++) {
                StorageVolume *volume = volumes->pdata[i];

                if (strcmp(volume->name, name) == 0)
                        return volume;
        }
        return NULL;
}

static int fail_missing(const char *name, Error *err)
{
        return error_set(err, VIR_ERR_NO_STORAGE_VOL, "no storage vol with matching name '%s'", name);
}

static NamedView *active_view(virConnectPtr conn, const char *pool, Error *err)
{
        g_autoptr(NamedEntry) entry = test_pool_of(conn, pool, err);
        g_autoptr(NamedView) view = entry ? named_view_get(entry) : NULL;

        if (!view || named_need_active(view, entry, err) < 0)
                return NULL;
        return g_steal_pointer(&view);
}

/* The volume of a handle, in @ret_view. */
static const StorageVolume *look_up(virStorageVolPtr handle, NamedView **ret_view, Error *err)
{
        g_autoptr(NamedView) view = active_view(handle->conn, handle->pool, err);
        const StorageVolume *volume = view ? find(view, handle->name) : NULL;

        if (!volume)
                return view ? fail_missing(handle->name, err), NULL : NULL;
        *ret_view = g_steal_pointer(&view);
        return volume;
}

int test_list_volumes(virStoragePoolPtr pool, virStorageVolPtr **volumes, unsigned flags, Error *err)
{
        g_autoptr(NamedEntry) entry = test_pool_of(pool->conn, pool->name, err);
        g_autoptr(NamedView) view = entry ? named_view_get(entry) : NULL;
        const TestVolumes *all = view ? test_volumes_of(view) : NULL;
        guint n = all ? all->len : 0;

        if (!view)
                return -1;
        if (!view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "storage pool is not active");
        if (!volumes)
                return (int)n;
        *volumes = g_new0(virStorageVolPtr, n + 1);
        for (guint i = 0; i < n; i++)
                (*volumes)[i] = handle_of(pool->conn, pool->name, all->pdata[i]);
        return (int)n;
}

virStorageVolPtr test_volume_by_name(virStoragePoolPtr pool, const char *name, Error *err)
{
        g_autoptr(NamedView) view = active_view(pool->conn, pool->name, err);
        const StorageVolume *volume = view ? find(view, name) : NULL;

        if (!volume)
                return view ? fail_missing(name, err), NULL : NULL;
        return handle_of(pool->conn, pool->name, volume);
}

/* In all pools that are active. */
static virStorageVolPtr search(virConnectPtr conn, const char *text, bool by_key)
{
        g_autoptr(GPtrArray) pools = named_list_all(test_host_of(conn)->pools);

        for (guint i = 0; i < pools->len; i++) {
                g_autoptr(NamedView) view = named_view_get(pools->pdata[i]);
                const TestVolumes *volumes = view && view->live ? test_volumes_of(view) : NULL;

                for (guint k = 0; volumes && k < volumes->len; k++) {
                        const StorageVolume *volume = volumes->pdata[k];

                        if (g_strcmp0(by_key ? volume->key : volume->target.path, text) == 0)
                                return handle_of(conn, named_entry_name(pools->pdata[i]), volume);
                }
        }
        return NULL;
}

virStorageVolPtr test_volume_by_key(virConnectPtr conn, const char *key, Error *err)
{
        virStorageVolPtr handle = search(conn, key, true);

        return handle ? handle : error_null(err, VIR_ERR_NO_STORAGE_VOL, "no storage vol with matching key '%s'", key);
}

virStorageVolPtr test_volume_by_path(virConnectPtr conn, const char *path, Error *err)
{
        virStorageVolPtr handle = search(conn, path, false);

        return handle ? handle
                      : error_null(err, VIR_ERR_NO_STORAGE_VOL, "no storage vol with matching path '%s'", path);
}

/* Changing. */

static void allocate(NamedJob *job, uint64_t bytes, bool more)
{
        StoragePool *documents[] = { job->view->live, job->view->config };

        for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
                StoragePool *pool = documents[i];

                if (!pool)
                        continue;
                pool->allocation = more ? pool->allocation + bytes : pool->allocation - MIN(bytes, pool->allocation);
                pool->available = pool->capacity - MIN(pool->allocation, pool->capacity);
        }
}

static int check_new(NamedJob *job, const StorageVolume *volume, Error *err)
{
        const StoragePool *pool = job->view->live;

        if (strchr(volume->name, '/'))
                return error_set(err, VIR_ERR_XML_ERROR, "volume name '%s' cannot contain '/'", volume->name);
        if (find(job->view, volume->name))
                return error_set(err, VIR_ERR_OPERATION_FAILED, "storage vol already exists");
        if (volume->allocation.value > pool->available)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Not enough free space in pool for volume '%s'",
                                 volume->name);
        return 0;
}

static void volume_drop(void *volume)
{
        storage_volume_free(volume);
}

/* @volume (taken over) is made in the pool of @job. */
static int test_add_volume(NamedJob *job, StorageVolume *taken, Error *err)
{
        const StoragePool *pool = job->view->live;
        g_autoptr(StorageVolume) volume = taken;

        if (check_new(job, volume, err) < 0)
                return -1;
        g_free(volume->target.path);
        volume->target.path =
                g_strdup_printf("%s/%s", pool->target.path ? pool->target.path : pool->name, volume->name);
        g_free(volume->key);
        volume->key = g_strdup(volume->target.path);
        if (!job->view->extra)
                job->view->extra = g_ptr_array_new_with_free_func(volume_drop);
        allocate(job, volume->allocation.value, true);
        g_ptr_array_add(job->view->extra, g_steal_pointer(&volume));
        return 0;
}

/* What a new volume is made of. */
typedef struct Making {
        const char *xml;
        unsigned flags;                /* ROWS_* */
        const StorageVolume *original; /* NULL: none */
        char *name, *key;              /* of what was made */
} Making;

static void making_clear(Making *making)
{
        g_free(making->name);
        g_free(making->key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Making, making_clear)

static int make(NamedJob *job, Error *err)
{
        Making *making = (Making *)job->input;
        const StorageVolume *original = making->original;
        g_autoptr(StorageVolume) volume = NULL;
        StorageVolume *added;

        if (named_need_active(job->view, job->entry, err) < 0 ||
            storage_volume_parse(making->xml, strlen(making->xml), making->flags, &volume, err) < 0 ||
            storage_volume_join(volume, job->view->live, original ? STORAGE_VOLUME_NO_CAPACITY : 0, err) < 0)
                return -1;
        if (original && !volume->capacity.set)
                volume->capacity = original->capacity;
        if (!volume->allocation.set)
                volume->allocation = volume->capacity;
        added = volume;
        if (test_add_volume(job, g_steal_pointer(&volume), err) < 0)
                return -1;
        making->name = g_strdup(added->name);
        making->key = g_strdup(added->key);
        return 0;
}

static virStorageVolPtr make_in(virStoragePoolPtr pool, Making *making, Error *err)
{
        g_autoptr(NamedEntry) entry = test_pool_of(pool->conn, pool->name, err);

        if (!entry || named_change(test_host_of(pool->conn)->pools, entry, "create volume", make, making, err) < 0)
                return NULL;
        return object_storage_vol_new(pool->conn, pool->name, making->name, making->key);
}

static unsigned read_flags(unsigned flags)
{
        return flags & VIR_STORAGE_VOL_CREATE_VALIDATE ? ROWS_VALIDATE : 0;
}

virStorageVolPtr test_create_volume(virStoragePoolPtr pool, const char *xml, unsigned flags, Error *err)
{
        g_auto(Making) making = { .xml = xml, .flags = read_flags(flags) };

        return make_in(pool, &making, err);
}

virStorageVolPtr test_clone_volume(virStoragePoolPtr pool, const char *xml, virStorageVolPtr original, unsigned flags,
                                   Error *err)
{
        g_autoptr(NamedView) view = NULL;
        g_auto(Making) making = { .xml = xml, .flags = read_flags(flags) };

        making.original = look_up(original, &view, err);
        return making.original ? make_in(pool, &making, err) : NULL;
}

/* The volume called @job->input in the job's private view. */
static StorageVolume *need(NamedJob *job, const char *name, Error *err)
{
        StorageVolume *volume;

        if (named_need_active(job->view, job->entry, err) < 0)
                return NULL;
        volume = find(job->view, name);
        if (!volume)
                fail_missing(name, err);
        return volume;
}

static int change(virStorageVolPtr handle, const char *name, NamedChange func, const void *input, Error *err)
{
        g_autoptr(NamedEntry) entry = test_pool_of(handle->conn, handle->pool, err);

        return entry ? named_change(test_host_of(handle->conn)->pools, entry, name, func, input, err) : -1;
}

static int delete_job(NamedJob *job, Error *err)
{
        StorageVolume *volume = need(job, job->input, err);

        if (!volume)
                return -1;
        allocate(job, volume->allocation.value, false);
        g_ptr_array_remove(job->view->extra, volume);
        return 0;
}

int test_delete_volume(virStorageVolPtr volume, unsigned flags, Error *err)
{
        return change(volume, "delete volume", delete_job, volume->name, err);
}

typedef struct Resizing {
        const char *name;
        uint64_t capacity;
        unsigned flags;
} Resizing;

static int resized_capacity(const StorageVolume *volume, const Resizing *to, uint64_t *ret, Error *err)
{
        uint64_t now = volume->capacity.value;
        bool shrink = to->flags & VIR_STORAGE_VOL_RESIZE_SHRINK;

        *ret = to->capacity;
        if (to->flags & VIR_STORAGE_VOL_RESIZE_DELTA) {
                if (shrink ? to->capacity > now : to->capacity > UINT64_MAX - now)
                        return error_set(err, VIR_ERR_INVALID_ARG, "cannot change the capacity by that much");
                *ret = shrink ? now - to->capacity : now + to->capacity;
        }
        if (*ret < now && !shrink)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "Can't shrink capacity below current capacity unless shrink flag explicitly "
                                 "specified");
        if (*ret < volume->allocation.value)
                return error_set(err, VIR_ERR_INVALID_ARG, "can't shrink capacity below existing allocation");
        return 0;
}

static int resize_job(NamedJob *job, Error *err)
{
        const Resizing *to = job->input;
        StorageVolume *volume = need(job, to->name, err);
        const StoragePool *pool = job->view->live;
        uint64_t capacity, more = 0;

        if (!volume || resized_capacity(volume, to, &capacity, err) < 0)
                return -1;
        if (to->flags & VIR_STORAGE_VOL_RESIZE_ALLOCATE)
                more = capacity - MIN(capacity, volume->allocation.value);
        if (more > pool->available)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "Not enough space left in storage pool");
        allocate(job, more, true);
        volume->allocation.value += more;
        volume->capacity.value = capacity;
        return 0;
}

int test_resize_volume(virStorageVolPtr volume, unsigned long long capacity, unsigned flags, Error *err)
{
        const Resizing to = { volume->name, capacity, flags };

        return change(volume, "resize volume", resize_job, &to, err);
}

/* Looking. */

int test_volume_info(virStorageVolPtr handle, virStorageVolInfoPtr info, unsigned flags, Error *err)
{
        g_autoptr(NamedView) view = NULL;
        const StorageVolume *volume = look_up(handle, &view, err);

        if (!volume)
                return -1;
        *info = (virStorageVolInfo){ .type = (int)volume->type,
                                     .capacity = volume->capacity.value,
                                     .allocation = volume->allocation.value };
        return 0;
}

char *test_volume_xml(virStorageVolPtr handle, unsigned flags, Error *err)
{
        g_autoptr(NamedView) view = NULL;
        const StorageVolume *volume = look_up(handle, &view, err);

        return volume ? storage_volume_format(volume, 0) : NULL;
}

char *test_volume_path(virStorageVolPtr handle, Error *err)
{
        g_autoptr(NamedView) view = NULL;
        const StorageVolume *volume = look_up(handle, &view, err);

        return volume ? g_strdup(volume->target.path) : NULL;
}

/* From the host's file. */

static int read_job(NamedJob *job, Error *err)
{
        XmlNode *node = (XmlNode *)job->input;
        g_autoptr(StorageVolume) volume = storage_volume_new();

        if (rows_parse(&StorageVolume_rows, volume, node, 0, err) < 0 ||
            storage_volume_join(volume, job->view->live, 0, err) < 0)
                return -1;
        return test_add_volume(job, g_steal_pointer(&volume), err);
}

int test_read_volume(TestHost *host, const char *pool, XmlNode *node, Error *err)
{
        g_autoptr(NamedEntry) entry = named_list_need(host->pools, pool, err);

        return entry ? named_change(host->pools, entry, "read", read_job, node, err) : -1;
}
