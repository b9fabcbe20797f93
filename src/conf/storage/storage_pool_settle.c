/* Storage pools: what the types have, defaults, and what is refused. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_STORAGE
#include <string.h>

#include "storage/hooks.h"

#define FORMATS(first, last)                                                                                           \
        (((UINT64_C(2) << VOLUME_FORMAT_##last) - 1) & ~((UINT64_C(1) << VOLUME_FORMAT_##first) - 1))
#define IMAGE_FORMATS     FORMATS(NONE, VMDK)
#define PARTITION_FORMATS (FORMATS(NONE, NONE) | FORMATS(LINUX, EXTENDED))
#define IMAGES            .volume_formats = IMAGE_FORMATS, .volume_format = VOLUME_FORMAT_RAW

static const PoolTypeInfo types[POOL_TYPE_MAX_] = {
        [POOL_TYPE_DIR] = { POOL_HAS_TARGET | POOL_HAS_COW, IMAGES },
        [POOL_TYPE_FS] = { POOL_HAS_TARGET | POOL_HAS_COW | POOL_HAS_DEVICE, PoolFsFormat_names, POOL_FS_AUTO, IMAGES,
                           .space = &pool_fs_namespace },
        [POOL_TYPE_NETFS] = { POOL_HAS_TARGET | POOL_HAS_HOST | POOL_HAS_DIR, PoolNetfsFormat_names, POOL_NETFS_AUTO,
                              IMAGES, .space = &pool_fs_namespace },
        [POOL_TYPE_LOGICAL] = { POOL_HAS_TARGET | POOL_HAS_NAME, PoolLogicalFormat_names, POOL_LOGICAL_LVM2,
                                .target = "/dev" },
        [POOL_TYPE_DISK] = { POOL_HAS_TARGET | POOL_HAS_DEVICE, PoolDiskFormat_names, POOL_DISK_UNKNOWN,
                             .volume_formats = PARTITION_FORMATS, .volume_format = VOLUME_FORMAT_NONE },
        [POOL_TYPE_ISCSI] = { POOL_HAS_TARGET | POOL_HAS_HOST | POOL_HAS_DEVICE },
        [POOL_TYPE_ISCSI_DIRECT] = { POOL_HAS_HOST | POOL_HAS_DEVICE | POOL_HAS_INITIATOR },
        [POOL_TYPE_SCSI] = { POOL_HAS_TARGET | POOL_HAS_ADAPTER },
        [POOL_TYPE_MPATH] = { POOL_HAS_TARGET },
        [POOL_TYPE_RBD] = { POOL_HAS_HOST | POOL_HAS_NAME | POOL_HAS_OWN_NAME | POOL_FORMATS_UNLISTED, IMAGES,
                            .space = &pool_rbd_namespace },
        [POOL_TYPE_SHEEPDOG] = { POOL_HAS_HOST | POOL_HAS_NAME },
        [POOL_TYPE_GLUSTER] = { POOL_HAS_HOST | POOL_HAS_NAME, IMAGES },
        [POOL_TYPE_ZFS] = { POOL_HAS_TARGET | POOL_HAS_NAME, .target = "/dev/zvol" },
        [POOL_TYPE_VSTORAGE] = { POOL_HAS_TARGET | POOL_HAS_NAME, IMAGES },
};

const PoolTypeInfo *pool_type_info(PoolType type)
{
        return &types[type];
}

void storage_text_settle(char **text)
{
        if (*text && !**text)
                g_clear_pointer(text, g_free);
}

char *storage_path_sanitize(const char *path)
{
        GString *clean;
        size_t root = 1;

        if (!path || !*path)
                return NULL;
        clean = g_string_sized_new(strlen(path) + 1);
        /* Two slashes at the beginning, and no more, mean something else to POSIX than one. */
        if (path[0] == '/' && path[1] == '/' && path[2] != '/') {
                g_string_append_c(clean, *path++);
                root = 2;
        }
        for (bool first = true; *path; path++, first = false)
                if (*path != '/' || first || path[-1] != '/')
                        g_string_append_c(clean, *path);
        if (clean->len > root && clean->str[clean->len - 1] == '/')
                g_string_truncate(clean, clean->len - 1);
        return g_string_free(clean, FALSE);
}

static void sanitize(char **path)
{
        char *clean = storage_path_sanitize(*path);

        g_free(*path);
        *path = clean;
}

static void settle_source(StoragePool *pool, const PoolTypeInfo *info)
{
        PoolSource *source = &pool->source;

        storage_text_settle(&source->vendor);
        storage_text_settle(&source->product);
        storage_text_settle(&source->protocol_version);
        storage_text_settle(&source->initiator);
        sanitize(&source->dir);
        if (pool->type == POOL_TYPE_GLUSTER && !source->dir)
                source->dir = g_strdup("/");
        if (info->source_formats && source->fs_format == POOL_FS_DEFAULT)
                *(uint8_t *)&source->fs_format = info->source_format;
}

static void settle_names(StoragePool *pool, const PoolTypeInfo *info)
{
        if (!(info->has & POOL_HAS_NAME))
                return;
        if (!pool->name)
                pool->name = g_strdup(pool->source.name);
        if (!pool->source.name && !(info->has & POOL_HAS_OWN_NAME))
                pool->source.name = g_strdup(pool->name);
}

static void settle_target(StoragePool *pool, const PoolTypeInfo *info)
{
        if (!info->target) {
                sanitize(&pool->target.path);
                return;
        }
        g_free(pool->target.path);
        pool->target.path = pool->source.name ? g_strdup_printf("%s/%s", info->target, pool->source.name) : NULL;
}

/* Sizes and free extents are what the driver finds, whatever a document says; a status file says what it found. */
static void settle_figures(StoragePool *pool)
{
        pool->capacity = pool->allocation = pool->available = 0;
        for (size_t i = 0; i < pool->source.n_devices; i++) {
                PoolDevice *device = &pool->source.devices[i];

                g_clear_pointer(&device->free_extents, g_free);
                device->n_free_extents = 0;
        }
}

/* Options that are not for this type are as if they were not there. */
static void settle_options(StoragePool *pool, const PoolTypeInfo *info)
{
        if (!pool->extra.space || pool->extra.space == info->space)
                return;
        rows_drop(pool->extra.space->rows, pool->extra.content);
        g_free(pool->extra.content);
        pool->extra = (Extra){ 0 };
}

SETTLE(storage_pool_settle)
{
        StoragePool *pool = s;
        const PoolTypeInfo *info = pool_type_info(pool->type);
        static const Uuid none;

        settle_source(pool, info);
        settle_names(pool, info);
        settle_target(pool, info);
        if (!(flags & ROWS_STATUS))
                settle_figures(pool);
        settle_options(pool, info);
        if (memcmp(pool->uuid, none, sizeof(none)) == 0)
                uuid_generate(pool->uuid);
        return 0;
}

static int check_name(const StoragePool *pool, Error *err)
{
        if (!pool->name)
                return error_set(err, VIR_ERR_XML_ERROR, "missing pool source name element");
        if (strchr(pool->name, '/'))
                return error_set(err, VIR_ERR_XML_ERROR, "name %s cannot contain '/'", pool->name);
        if (strchr(pool->name, '\n'))
                return error_set(err, VIR_ERR_XML_ERROR, "name %s cannot contain a line end", pool->name);
        return 0;
}

static int check_source(const StoragePool *pool, unsigned has, Error *err)
{
        const PoolSource *source = &pool->source;

        if (has & POOL_HAS_OWN_NAME && !source->name)
                return error_set(err, VIR_ERR_XML_ERROR, "element 'name' is mandatory for RBD pool");
        if (has & POOL_HAS_HOST && source->n_hosts == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "missing storage pool source host name");
        if (has & POOL_HAS_DEVICE && source->n_devices == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "missing storage pool source device name");
        if (has & POOL_HAS_DIR && !source->dir)
                return error_set(err, VIR_ERR_XML_ERROR, "missing storage pool source path");
        if (has & POOL_HAS_ADAPTER && !source->adapter)
                return error_set(err, VIR_ERR_XML_ERROR, "missing storage pool source adapter");
        if (has & POOL_HAS_INITIATOR && !source->initiator)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "missing initiator IQN");
        return 0;
}

CHECK(storage_pool_check)
{
        const StoragePool *pool = s;
        unsigned has = pool_type_info(pool->type)->has;

        if (check_name(pool, err) < 0 || check_source(pool, has, err) < 0)
                return -1;
        if (pool->cow && !(has & POOL_HAS_COW))
                return error_set(err, VIR_ERR_NO_SUPPORT, "cow feature may only be used for 'fs' and 'dir' pools");
        if (has & POOL_HAS_TARGET && !pool->target.path)
                return error_set(err, VIR_ERR_XML_ERROR, "missing storage pool target path");
        return 0;
}

/* Before adapters had a type, a name was that of a SCSI host. */
SETTLE(pool_adapter_settle)
{
        PoolAdapter *adapter = s;

        if (!adapter->type && adapter->name && !adapter->wwnn && !adapter->wwpn && !adapter->parent &&
            !adapter->address)
                adapter->type = POOL_ADAPTER_SCSI_HOST;
        if (adapter->type == POOL_ADAPTER_FC_HOST)
                g_clear_pointer(&adapter->name, g_free);
        return 0;
}

static int check_wwn(const char *wwn, Error *err)
{
        const char *digits = wwn && g_str_has_prefix(wwn, "0x") ? wwn + 2 : wwn;

        if (wwn && (strlen(digits) != 16 || strspn(digits, "0123456789abcdefABCDEF") != 16))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Malformed wwn: %s; it has 16 hexadecimal digits", wwn);
        return 0;
}

static int check_fc_host(const PoolAdapter *adapter, Error *err)
{
        if (!adapter->wwnn || !adapter->wwpn)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "'wwnn' and 'wwpn' must be specified for adapter type 'fchost'");
        if (check_wwn(adapter->wwnn, err) < 0 || check_wwn(adapter->wwpn, err) < 0 ||
            check_wwn(adapter->parent_wwnn, err) < 0 || check_wwn(adapter->parent_wwpn, err) < 0 ||
            check_wwn(adapter->parent_fabric_wwn, err) < 0)
                return -1;
        if (adapter->parent_wwnn && !adapter->parent_wwpn)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "when providing parent_wwnn='%s', the parent_wwpn must also be provided",
                                 adapter->parent_wwnn);
        if (adapter->parent_wwpn && !adapter->parent_wwnn)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "when providing parent_wwpn='%s', the parent_wwnn must also be provided",
                                 adapter->parent_wwpn);
        return 0;
}

CHECK(pool_adapter_check)
{
        const PoolAdapter *adapter = s;

        switch (adapter->type) {
        case POOL_ADAPTER_FC_HOST: return check_fc_host(adapter, err);
        case POOL_ADAPTER_SCSI_HOST:
                if (!adapter->name && !adapter->address)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "Either 'name' or 'parent' must be specified for the 'scsi_host' adapter");
                if (adapter->name && adapter->address)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "Both 'name' and 'parent' cannot be specified for the 'scsi_host' adapter");
                return 0;
        default: break;
        }
        if (adapter->wwnn || adapter->wwpn || adapter->parent)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Use of 'wwnn', 'wwpn', and 'parent' attributes requires use of the adapter 'type'");
        if (adapter->address)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Use of 'parentaddr' element requires use of the adapter 'type'");
        return error_set(err, VIR_ERR_XML_ERROR, "missing storage pool source adapter");
}

CHECK(pool_adapter_parent_check)
{
        const PoolAdapterParent *parent = s;

        if (!parent->unique_id.set)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing or invalid scsi adapter 'unique_id' value");
        return 0;
}

CHECK(pool_auth_check)
{
        const PoolAuth *auth = s;

        if (!auth->username)
                return error_set(err, VIR_ERR_XML_ERROR, "missing username for auth");
        if (!auth->secret.uuid && !auth->secret.usage)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing <secret> element in auth");
        return 0;
}
