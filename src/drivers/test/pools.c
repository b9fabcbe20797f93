/* Pools of the invented host: each has a hundred gibibytes of nothing. */
#include <string.h>

#include "storage.h"
#include "vireo/events.h"

static const uint64_t pool_bytes = 100ull << 30;

static const char *pool_name(const void *pool)
{
        return ((const StoragePool *)pool)->name;
}

static const unsigned char *pool_uuid(const void *pool)
{
        return ((const StoragePool *)pool)->uuid;
}

static void volume_drop(void *volume)
{
        storage_volume_free(volume);
}

static void *volumes_copy(const void *volumes)
{
        const GPtrArray *from = volumes;
        GPtrArray *to = g_ptr_array_new_with_free_func(volume_drop);

        for (guint i = 0; i < from->len; i++)
                g_ptr_array_add(to, storage_volume_copy(from->pdata[i]));
        return to;
}

static void volumes_free(void *volumes)
{
        g_ptr_array_unref(volumes);
}

const NamedKind test_pool_kind = {
        .document = &storage_pool_kind,
        .what = "storage pool",
        .short_what = "pool",
        .error_domain = VIR_FROM_TEST,
        .not_found = VIR_ERR_NO_STORAGE_POOL,
        .name = pool_name,
        .uuid = pool_uuid,
        .extra_copy = volumes_copy,
        .extra_free = volumes_free,
};

static void emit(void *hub, void *event)
{
        event_emit(hub, event);
}

static void drop(void *event)
{
        event_unref(event);
}

NamedEvents test_named_events(TestHost *host)
{
        return (NamedEvents){ .hub = host->hub, .emit = emit, .drop = drop };
}

static void tell(NamedJob *job, int event)
{
        g_ptr_array_add(job->events, event_storage_pool_lifecycle(named_entry_name(job->entry),
                                                                  named_entry_uuid(job->entry), event, 0));
}

NamedEntry *test_pool_of(virConnectPtr conn, const char *name, Error *err)
{
        return named_list_need(test_host_of(conn)->pools, name, err);
}

static virStoragePoolPtr handle_of(virConnectPtr conn, const NamedEntry *entry)
{
        return object_storage_pool_new(conn, named_entry_name(entry), named_entry_uuid(entry));
}

static NamedView *view_of(virStoragePoolPtr pool, Error *err)
{
        g_autoptr(NamedEntry) entry = test_pool_of(pool->conn, pool->name, err);

        return entry ? named_view_get(entry) : NULL;
}

static int change(virStoragePoolPtr pool, const char *name, NamedChange func, const void *input, Error *err)
{
        g_autoptr(NamedEntry) entry = test_pool_of(pool->conn, pool->name, err);

        return entry ? named_change(test_host_of(pool->conn)->pools, entry, name, func, input, err) : -1;
}

/* Finding. */

static const struct {
        PoolType type;
        unsigned flag;
} type_flags[] = {
        { POOL_TYPE_DIR, VIR_CONNECT_LIST_STORAGE_POOLS_DIR },
        { POOL_TYPE_FS, VIR_CONNECT_LIST_STORAGE_POOLS_FS },
        { POOL_TYPE_NETFS, VIR_CONNECT_LIST_STORAGE_POOLS_NETFS },
        { POOL_TYPE_LOGICAL, VIR_CONNECT_LIST_STORAGE_POOLS_LOGICAL },
        { POOL_TYPE_DISK, VIR_CONNECT_LIST_STORAGE_POOLS_DISK },
        { POOL_TYPE_ISCSI, VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI },
        { POOL_TYPE_ISCSI_DIRECT, VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI_DIRECT },
        { POOL_TYPE_SCSI, VIR_CONNECT_LIST_STORAGE_POOLS_SCSI },
        { POOL_TYPE_MPATH, VIR_CONNECT_LIST_STORAGE_POOLS_MPATH },
        { POOL_TYPE_RBD, VIR_CONNECT_LIST_STORAGE_POOLS_RBD },
        { POOL_TYPE_SHEEPDOG, VIR_CONNECT_LIST_STORAGE_POOLS_SHEEPDOG },
        { POOL_TYPE_GLUSTER, VIR_CONNECT_LIST_STORAGE_POOLS_GLUSTER },
        { POOL_TYPE_ZFS, VIR_CONNECT_LIST_STORAGE_POOLS_ZFS },
        { POOL_TYPE_VSTORAGE, VIR_CONNECT_LIST_STORAGE_POOLS_VSTORAGE },
};

/* Of the flags of one filter, none asks for nothing. */
static bool fits(unsigned flags, unsigned yes, unsigned no, bool is)
{
        return !(flags & (yes | no)) || flags & (is ? yes : no);
}

static bool fits_type(unsigned flags, PoolType type)
{
        unsigned all = 0, own = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(type_flags); i++) {
                all |= type_flags[i].flag;
                own |= type_flags[i].type == type ? type_flags[i].flag : 0;
        }
        return !(flags & all) || flags & own;
}

static bool is_wanted(const NamedView *view, unsigned flags)
{
        const StoragePool *pool = named_view_document(view, false);

        return fits(flags, VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE, VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE,
                    view->live) &&
               fits(flags, VIR_CONNECT_LIST_STORAGE_POOLS_PERSISTENT, VIR_CONNECT_LIST_STORAGE_POOLS_TRANSIENT,
                    view->persistent) &&
               fits(flags, VIR_CONNECT_LIST_STORAGE_POOLS_AUTOSTART, VIR_CONNECT_LIST_STORAGE_POOLS_NO_AUTOSTART,
                    view->autostart) &&
               fits_type(flags, pool->type);
}

static int list_pools(virConnectPtr conn, virStoragePoolPtr **pools, unsigned flags, Error *err)
{
        g_autoptr(GPtrArray) all = named_list_all(test_host_of(conn)->pools);
        g_autoptr(GPtrArray) handles = g_ptr_array_new();

        for (guint i = 0; i < all->len; i++) {
                g_autoptr(NamedView) view = named_view_get(all->pdata[i]);

                if (view && is_wanted(view, flags))
                        g_ptr_array_add(handles, pools ? handle_of(conn, all->pdata[i]) : NULL);
        }
        if (pools) {
                *pools = g_new0(virStoragePoolPtr, handles->len + 1);
                for (guint i = 0; i < handles->len; i++)
                        (*pools)[i] = handles->pdata[i];
        }
        return (int)handles->len;
}

static virStoragePoolPtr by_name(virConnectPtr conn, const char *name, Error *err)
{
        g_autoptr(NamedEntry) entry = test_pool_of(conn, name, err);

        return entry ? handle_of(conn, entry) : NULL;
}

static virStoragePoolPtr by_uuid(virConnectPtr conn, const unsigned char *uuid, Error *err)
{
        g_autoptr(NamedEntry) entry = named_list_need_uuid(test_host_of(conn)->pools, uuid, err);

        return entry ? handle_of(conn, entry) : NULL;
}

static virStoragePoolPtr by_volume(virStorageVolPtr volume, Error *err)
{
        return by_name(volume->conn, volume->pool, err);
}

static virStoragePoolPtr by_path(virConnectPtr conn, const char *path, Error *err)
{
        g_autoptr(GPtrArray) all = named_list_all(test_host_of(conn)->pools);
        g_autofree char *clean = storage_path_sanitize(path);

        for (guint i = 0; i < all->len; i++) {
                g_autoptr(NamedView) view = named_view_get(all->pdata[i]);
                const StoragePool *pool = view ? view->live : NULL;

                if (pool && g_strcmp0(pool->target.path, clean) == 0)
                        return handle_of(conn, all->pdata[i]);
        }
        return error_null(err, VIR_ERR_NO_STORAGE_POOL, "no storage pool with matching target path '%s'", path);
}

/* Life. */

static int read_xml(const char *xml, bool validate, StoragePool **ret, Error *err)
{
        if (storage_pool_parse(xml, strlen(xml), validate ? ROWS_VALIDATE : 0, ret, err) < 0)
                return -1;
        (*ret)->capacity = (*ret)->available = pool_bytes;
        return 0;
}

static int defined(NamedJob *job, Error *err)
{
        tell(job, VIR_STORAGE_POOL_EVENT_DEFINED);
        return 0;
}

static virStoragePoolPtr define_xml(virConnectPtr conn, const char *xml, unsigned flags, Error *err)
{
        g_autoptr(NamedEntry) entry = NULL;
        StoragePool *pool;

        if (read_xml(xml, flags & VIR_STORAGE_POOL_DEFINE_VALIDATE, &pool, err) < 0)
                return NULL;
        entry = named_define(test_host_of(conn)->pools, pool, defined, NULL, err);
        return entry ? handle_of(conn, entry) : NULL;
}

enum {
        CREATE_BUILD = VIR_STORAGE_POOL_CREATE_WITH_BUILD | VIR_STORAGE_POOL_CREATE_WITH_BUILD_OVERWRITE |
                       VIR_STORAGE_POOL_CREATE_WITH_BUILD_NO_OVERWRITE
};

static int created(NamedJob *job, Error *err)
{
        if (*(const unsigned *)job->input & CREATE_BUILD)
                tell(job, VIR_STORAGE_POOL_EVENT_CREATED);
        tell(job, VIR_STORAGE_POOL_EVENT_STARTED);
        return 0;
}

static virStoragePoolPtr create_xml(virConnectPtr conn, const char *xml, unsigned flags, Error *err)
{
        g_autoptr(NamedEntry) entry = NULL;
        StoragePool *pool;

        if (read_xml(xml, false, &pool, err) < 0)
                return NULL;
        entry = named_create(test_host_of(conn)->pools, pool, created, &flags, err);
        return entry ? handle_of(conn, entry) : NULL;
}

static int start(NamedJob *job, Error *err)
{
        return named_start(job, err) < 0 ? -1 : created(job, err);
}

static int create(virStoragePoolPtr pool, unsigned flags, Error *err)
{
        return change(pool, "start", start, &flags, err);
}

static int stop(NamedJob *job, Error *err)
{
        if (named_stop(job, err) < 0)
                return -1;
        tell(job, VIR_STORAGE_POOL_EVENT_STOPPED);
        return 0;
}

static int destroy(virStoragePoolPtr pool, Error *err)
{
        return change(pool, "stop", stop, NULL, err);
}

static int forget(NamedJob *job, Error *err)
{
        if (named_need_inactive(job->view, job->entry, err) < 0 || named_undefine(job, err) < 0)
                return -1;
        tell(job, VIR_STORAGE_POOL_EVENT_UNDEFINED);
        return 0;
}

static int undefine(virStoragePoolPtr pool, Error *err)
{
        return change(pool, "undefine", forget, NULL, err);
}

/* There is nothing to build or delete; that it was done can be seen by its event. @input: the event. */
static int while_inactive(NamedJob *job, Error *err)
{
        if (named_need_inactive(job->view, job->entry, err) < 0)
                return -1;
        tell(job, *(const int *)job->input);
        return 0;
}

static int build(virStoragePoolPtr pool, unsigned flags, Error *err)
{
        static const int event = VIR_STORAGE_POOL_EVENT_CREATED;

        return change(pool, "build", while_inactive, &event, err);
}

static int delete_pool(virStoragePoolPtr pool, unsigned flags, Error *err)
{
        static const int event = VIR_STORAGE_POOL_EVENT_DELETED;

        return change(pool, "delete", while_inactive, &event, err);
}

static int look_again(NamedJob *job, Error *err)
{
        if (named_need_active(job->view, job->entry, err) < 0)
                return -1;
        g_ptr_array_add(job->events,
                        event_storage_pool_refresh(named_entry_name(job->entry), named_entry_uuid(job->entry)));
        return 0;
}

static int refresh(virStoragePoolPtr pool, unsigned flags, Error *err)
{
        return change(pool, "refresh", look_again, NULL, err);
}

static int set_autostart(virStoragePoolPtr pool, int autostart, Error *err)
{
        return change(pool, "autostart", named_set_autostart, &autostart, err);
}

/* Looking. */

static char *get_xml(virStoragePoolPtr pool, unsigned flags, Error *err)
{
        g_autoptr(NamedView) view = view_of(pool, err);

        return view ? storage_pool_format(named_view_document(view, flags & VIR_STORAGE_XML_INACTIVE), 0) : NULL;
}

static int get_info(virStoragePoolPtr pool, virStoragePoolInfoPtr info, Error *err)
{
        g_autoptr(NamedView) view = view_of(pool, err);
        const StoragePool *document;

        if (!view)
                return -1;
        document = named_view_document(view, false);
        *info = (virStoragePoolInfo){ .state = view->live ? VIR_STORAGE_POOL_RUNNING : VIR_STORAGE_POOL_INACTIVE,
                                      .capacity = document->capacity,
                                      .allocation = document->allocation,
                                      .available = document->available };
        return 0;
}

static int get_autostart(virStoragePoolPtr pool, int *autostart, Error *err)
{
        g_autoptr(NamedView) view = view_of(pool, err);

        if (!view)
                return -1;
        *autostart = view->autostart;
        return 0;
}

static int is_active(virStoragePoolPtr pool, Error *err)
{
        g_autoptr(NamedView) view = view_of(pool, err);

        return view ? view->live != NULL : -1;
}

static int is_persistent(virStoragePoolPtr pool, Error *err)
{
        g_autoptr(NamedView) view = view_of(pool, err);

        return view ? view->persistent : -1;
}

/* Sources that could become pools: two volume groups, and what a host exports. */

static char *find_logical(void)
{
        static PoolDevice devices[] = { { .path = (char *)"/dev/sda20" }, { .path = (char *)"/dev/sda21" } };
        const PoolSource sources[] = {
                { .devices = &devices[0],
                  .n_devices = 1,
                  .name = (char *)"testvg1",
                  .logical_format = POOL_LOGICAL_LVM2 },
                { .devices = &devices[1],
                  .n_devices = 1,
                  .name = (char *)"testvg2",
                  .logical_format = POOL_LOGICAL_LVM2 },
        };

        return pool_sources_format(POOL_TYPE_LOGICAL, sources, G_N_ELEMENTS(sources));
}

static char *find_netfs(const char *spec, Error *err)
{
        PoolSource found = { 0 };
        char *xml = NULL;

        if (!spec)
                return error_null(err, VIR_ERR_INVALID_ARG, "hostname must be specified for netfs sources");
        if (pool_source_parse(POOL_TYPE_NETFS, spec, strlen(spec), &found, err) < 0)
                return NULL;
        if (found.n_hosts != 1) {
                error_set(err, VIR_ERR_INVALID_ARG, "hostname must be specified for netfs sources");
        } else {
                found.hosts[0].port = 0;
                g_free(found.dir);
                found.dir = g_strdup("/testshare");
                found.netfs_format = POOL_NETFS_NFS;
                xml = pool_sources_format(POOL_TYPE_NETFS, &found, 1);
        }
        rows_drop(pool_source_rows(POOL_TYPE_NETFS), &found);
        return xml;
}

static char *find_sources(virConnectPtr conn, const char *type, const char *spec, unsigned flags, Error *err)
{
        int number = enum_value(PoolType, POOL_TYPE, type);

        if (number == POOL_TYPE_LOGICAL)
                return find_logical();
        if (number == POOL_TYPE_NETFS)
                return find_netfs(spec, err);
        return error_null(err, VIR_ERR_NO_SUPPORT, "pool type '%s' does not support source discovery", type);
}

const StorageCalls test_storage_calls = {
        .connect_find_storage_pool_sources = find_sources,
        .connect_list_all_storage_pools = list_pools,
        .storage_pool_build = build,
        .storage_pool_create = create,
        .storage_pool_create_xml = create_xml,
        .storage_pool_define_xml = define_xml,
        .storage_pool_delete = delete_pool,
        .storage_pool_destroy = destroy,
        .storage_pool_get_autostart = get_autostart,
        .storage_pool_get_info = get_info,
        .storage_pool_get_xml_desc = get_xml,
        .storage_pool_is_active = is_active,
        .storage_pool_is_persistent = is_persistent,
        .storage_pool_list_all_volumes = test_list_volumes,
        .storage_pool_lookup_by_name = by_name,
        .storage_pool_lookup_by_target_path = by_path,
        .storage_pool_lookup_by_uuid = by_uuid,
        .storage_pool_lookup_by_volume = by_volume,
        .storage_pool_refresh = refresh,
        .storage_pool_set_autostart = set_autostart,
        .storage_pool_undefine = undefine,
        .storage_vol_create_xml = test_create_volume,
        .storage_vol_create_xml_from = test_clone_volume,
        .storage_vol_delete = test_delete_volume,
        .storage_vol_get_info_flags = test_volume_info,
        .storage_vol_get_path = test_volume_path,
        .storage_vol_get_xml_desc = test_volume_xml,
        .storage_vol_lookup_by_key = test_volume_by_key,
        .storage_vol_lookup_by_name = test_volume_by_name,
        .storage_vol_lookup_by_path = test_volume_by_path,
        .storage_vol_resize = test_resize_volume,
};

/* The host's own. */

static int add_started(TestHost *host, StoragePool *pool, Error *err)
{
        g_autoptr(NamedEntry) entry = NULL;

        pool->capacity = pool->available = pool_bytes;
        entry = named_define(host->pools, pool, named_start, NULL, err);
        return entry ? 0 : -1;
}

int test_read_pool(TestHost *host, XmlNode *node, char **ret_name, Error *err)
{
        g_autoptr(StoragePool) pool = storage_pool_new();
        g_autofree char *name = NULL;

        if (rows_parse(&StoragePool_rows, pool, node, 0, err) < 0)
                return -1;
        name = g_strdup(pool->name);
        if (add_started(host, g_steal_pointer(&pool), err) < 0)
                return -1;
        *ret_name = g_steal_pointer(&name);
        return 0;
}

static int add_device(TestHost *host, const char *xml, Error *err)
{
        g_autoptr(XmlDocument) document = NULL;

        return xml_read(xml, strlen(xml), "(test host)", "device", &document, err) < 0
                       ? -1
                       : test_read_device(host, xml_root(document), err);
}

#define HBA(host, parent, id, wwnn, wwpn, fabric, vports)                                                              \
        "<device><name>scsi_host" host "</name><parent>" parent "</parent><capability type='scsi_host'><host>" host    \
        "</host><unique_id>" id "</unique_id><capability type='fc_host'><wwnn>" wwnn "</wwnn><wwpn>" wwpn              \
        "</wwpn><fabric_wwn>" fabric "</fabric_wwn></capability>" vports "</capability></device>"
#define VPORTS "<capability type='vport_ops'><max_vports>0</max_vports><vports>0</vports></capability>"

static const char pool_xml[] = "<pool type='dir'><name>default-pool</name>"
                               "<uuid>dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566</uuid>"
                               "<target><path>/default-pool</path></target></pool>";

static const char *const device_xmls[] = {
        "<device><name>computer</name><capability type='system'><hardware><vendor>Libvirt</vendor>"
        "<version>Test driver</version><serial>123456</serial><uuid>11111111-2222-3333-4444-555555555555</uuid>"
        "</hardware><firmware><vendor>Libvirt</vendor><version>Test Driver</version>"
        "<release_date>01/22/2007</release_date></firmware></capability></device>",
        HBA("1", "computer", "0", "2000000012341234", "1000000012341234", "2000000043214321", VPORTS),
        HBA("2", "computer", "1", "2000000056785678", "1000000056785678", "2000000087658765", VPORTS),
        HBA("11", "scsi_host1", "10", "2000000034563456", "1000000034563456", "2000000043214321", ""),
};

int test_fill_storage(TestHost *host, Error *err)
{
        StoragePool *pool;

        for (size_t i = 0; i < G_N_ELEMENTS(device_xmls); i++)
                if (add_device(host, device_xmls[i], err) < 0)
                        return -1;
        return storage_pool_parse(pool_xml, strlen(pool_xml), 0, &pool, err) < 0 ? -1 : add_started(host, pool, err);
}
