/* Storage pool: the names and the rows. Row order is output order. */
#include "conf/storage_pool.h"
#include "storage/hooks.h"

ENUM_TABLE(PoolType, POOL_TYPE_MAX_) = {
        [POOL_TYPE_DIR] = "dir",           [POOL_TYPE_FS] = "fs",
        [POOL_TYPE_NETFS] = "netfs",       [POOL_TYPE_LOGICAL] = "logical",
        [POOL_TYPE_DISK] = "disk",         [POOL_TYPE_ISCSI] = "iscsi",
        [POOL_TYPE_SCSI] = "scsi",         [POOL_TYPE_ISCSI_DIRECT] = "iscsi-direct",
        [POOL_TYPE_MPATH] = "mpath",       [POOL_TYPE_RBD] = "rbd",
        [POOL_TYPE_SHEEPDOG] = "sheepdog", [POOL_TYPE_GLUSTER] = "gluster",
        [POOL_TYPE_ZFS] = "zfs",           [POOL_TYPE_VSTORAGE] = "vstorage",
};

ENUM_TABLE(PoolFsFormat, POOL_FS_MAX_) = {
        [POOL_FS_AUTO] = "auto",       [POOL_FS_EXT2] = "ext2",   [POOL_FS_EXT3] = "ext3", [POOL_FS_EXT4] = "ext4",
        [POOL_FS_UFS] = "ufs",         [POOL_FS_UDF] = "udf",     [POOL_FS_GFS] = "gfs",   [POOL_FS_GFS2] = "gfs2",
        [POOL_FS_ISO9660] = "iso9660", [POOL_FS_VFAT] = "vfat",   [POOL_FS_XFS] = "xfs",   [POOL_FS_VMFS] = "vmfs",
        [POOL_FS_HFSPLUS] = "hfs+",    [POOL_FS_OCFS2] = "ocfs2",
};

ENUM_TABLE(PoolNetfsFormat, POOL_NETFS_MAX_) = {
        [POOL_NETFS_AUTO] = "auto",
        [POOL_NETFS_NFS] = "nfs",
        [POOL_NETFS_GLUSTERFS] = "glusterfs",
        [POOL_NETFS_CIFS] = "cifs",
};

ENUM_TABLE(PoolLogicalFormat, POOL_LOGICAL_MAX_) = {
        [POOL_LOGICAL_UNKNOWN] = "unknown",
        [POOL_LOGICAL_LVM2] = "lvm2",
};

ENUM_TABLE(PoolDiskFormat, POOL_DISK_MAX_) = {
        [POOL_DISK_UNKNOWN] = "unknown", [POOL_DISK_DOS] = "dos", [POOL_DISK_DVH] = "dvh",
        [POOL_DISK_GPT] = "gpt",         [POOL_DISK_MAC] = "mac", [POOL_DISK_BSD] = "bsd",
        [POOL_DISK_PC98] = "pc98",       [POOL_DISK_SUN] = "sun", [POOL_DISK_LVM2] = "lvm2",
};

ENUM_TABLE(PoolAdapterType, POOL_ADAPTER_MAX_) = {
        [POOL_ADAPTER_SCSI_HOST] = "scsi_host",
        [POOL_ADAPTER_FC_HOST] = "fc_host",
};

ENUM_TABLE(PoolAuthType, POOL_AUTH_MAX_) = {
        [POOL_AUTH_CHAP] = "chap",
        [POOL_AUTH_CEPH] = "ceph",
};

ENUM_TABLE(PoolRefreshAllocation, POOL_REFRESH_MAX_) = {
        [POOL_REFRESH_DEFAULT] = "default",
        [POOL_REFRESH_CAPACITY] = "capacity",
};

/* A row is a line. */
/* clang-format off */

ROWS(PoolHost,
     ROW_STRING("@name", PoolHost, name, .flags = ROW_REQUIRED),
     ROW_INT("@port",    PoolHost, port));

ROWS(StorageExtent,
     ROW_UINT64("@start", StorageExtent, start, .flags = ROW_ALWAYS),
     ROW_UINT64("@end",   StorageExtent, end, .flags = ROW_ALWAYS));

ROWS(PoolDevice,
     ROW_STRING("@path",          PoolDevice, path, .flags = ROW_REQUIRED),
     ROW_YESNO("@part_separator", PoolDevice, part_separator, .since = "1.3.2"),
     ROW_LIST("freeExtent",       PoolDevice, free_extents, StorageExtent));

ROWS_HOOKED(PoolAdapterParent, (.check = pool_adapter_parent_check),
     ROW_OPT_UINT("@unique_id", PoolAdapterParent, unique_id),
     ROW_IN("address",          PoolAdapterParent, address, HostPciAddress, .flags = ROW_REQUIRED));

ROWS_HOOKED(PoolAdapter, (.settle = pool_adapter_settle, .check = pool_adapter_check),
     ROW_ENUM("@type",                PoolAdapter, type, PoolAdapterType, .since = "1.0.5"),
     ROW_STRING("@name",              PoolAdapter, name),
     ROW_STRING("@parent",            PoolAdapter, parent, .since = "1.0.4"),
     ROW_STRING("@parent_wwnn",       PoolAdapter, parent_wwnn, .since = "2.5.0"),
     ROW_STRING("@parent_wwpn",       PoolAdapter, parent_wwpn, .since = "2.5.0"),
     ROW_STRING("@parent_fabric_wwn", PoolAdapter, parent_fabric_wwn, .since = "2.5.0"),
     ROW_YESNO("@managed",            PoolAdapter, managed, .since = "1.2.11"),
     ROW_STRING("@wwnn",              PoolAdapter, wwnn, .since = "1.0.4"),
     ROW_STRING("@wwpn",              PoolAdapter, wwpn, .since = "1.0.4"),
     ROW_SUB("parentaddr",            PoolAdapter, address, PoolAdapterParent, .since = "1.2.7"));

ROWS_HOOKED(PoolAuth, (.check = pool_auth_check),
     ROW_ENUM("@type",       PoolAuth, type, PoolAuthType, .flags = ROW_REQUIRED),
     ROW_STRING("@username", PoolAuth, username),
     ROW_IN("secret",        PoolAuth, secret, SecretRef));

/* The tables of a source, by type, are over one struct. These are the rows that several have. */
typedef PoolSource PoolDirSource, PoolFsSource, PoolNetfsSource, PoolLogicalSource, PoolDiskSource, PoolIscsiSource,
        PoolIscsiDirectSource, PoolScsiSource, PoolMpathSource, PoolRbdSource, PoolNamedSource, PoolGlusterSource,
        PoolZfsSource, PoolVstorageSource;

#define POOL_HOSTS     ROW_LIST("host", PoolSource, hosts, PoolHost)
#define POOL_DEVICES   ROW_LIST("device", PoolSource, devices, PoolDevice)
#define POOL_DIR       ROW_STRING("dir/@path", PoolSource, dir)
#define POOL_NAME      ROW_STRING("name", PoolSource, name)
#define POOL_INITIATOR ROW_STRING("initiator/iqn/@name", PoolSource, initiator)
#define POOL_AUTH      ROW_SUB("auth", PoolSource, auth, PoolAuth)
#define POOL_VENDOR    ROW_STRING("vendor/@name", PoolSource, vendor, .since = "0.8.4")
#define POOL_PRODUCT   ROW_STRING("product/@name", PoolSource, product, .since = "0.8.4")
/* Schemas allow them inside of <format> as well. */
#define POOL_INNER_VENDOR  ROW_STRING("format/vendor/@name", PoolSource, vendor, .flags = ROW_LEGACY)
#define POOL_INNER_PRODUCT ROW_STRING("format/product/@name", PoolSource, product, .flags = ROW_LEGACY)

static ROWS(PoolDirSource,
     POOL_VENDOR,
     POOL_PRODUCT);

static ROWS(PoolFsSource,
     POOL_DEVICES,
     ROW_ENUM("format/@type", PoolSource, fs_format, PoolFsFormat, .preset = "auto"),
     POOL_VENDOR,
     POOL_PRODUCT);

static ROWS(PoolNetfsSource,
     POOL_HOSTS,
     POOL_DIR,
     ROW_ENUM("format/@type",   PoolSource, netfs_format, PoolNetfsFormat, .preset = "auto"),
     ROW_STRING("protocol/@ver", PoolSource, protocol_version, .since = "5.1.0"),
     POOL_VENDOR,
     POOL_PRODUCT);

static ROWS(PoolLogicalSource,
     POOL_DEVICES,
     POOL_NAME,
     ROW_ENUM("format/@type", PoolSource, logical_format, PoolLogicalFormat, .preset = "lvm2"),
     POOL_INNER_VENDOR,
     POOL_INNER_PRODUCT,
     POOL_VENDOR,
     POOL_PRODUCT);

static ROWS(PoolDiskSource,
     POOL_DEVICES,
     ROW_ENUM("format/@type", PoolSource, disk_format, PoolDiskFormat, .preset = "unknown"),
     POOL_INNER_VENDOR,
     POOL_INNER_PRODUCT,
     POOL_VENDOR,
     POOL_PRODUCT);

static ROWS(PoolIscsiSource,
     POOL_HOSTS,
     POOL_DEVICES,
     POOL_INITIATOR,
     POOL_AUTH,
     POOL_VENDOR,
     POOL_PRODUCT);

static ROWS(PoolIscsiDirectSource,
     POOL_HOSTS,
     POOL_DEVICES,
     POOL_INITIATOR,
     POOL_AUTH);

static ROWS(PoolScsiSource,
     ROW_SUB("adapter", PoolSource, adapter, PoolAdapter),
     POOL_VENDOR,
     POOL_PRODUCT);

/* There is one set of multipath devices on a host: nothing to say. */
static ROWS(PoolMpathSource,
     POOL_VENDOR,
     POOL_PRODUCT);

static ROWS(PoolRbdSource,
     POOL_HOSTS,
     POOL_NAME,
     POOL_AUTH);

static ROWS(PoolNamedSource,
     POOL_HOSTS,
     POOL_NAME);

static ROWS(PoolGlusterSource,
     POOL_HOSTS,
     POOL_DIR,
     POOL_NAME);

static ROWS(PoolZfsSource,
     POOL_DEVICES,
     POOL_NAME);

static ROWS(PoolVstorageSource,
     POOL_NAME);

static const Rows *const source_arms[POOL_TYPE_MAX_] = {
        [POOL_TYPE_DIR] = &PoolDirSource_rows,
        [POOL_TYPE_FS] = &PoolFsSource_rows,
        [POOL_TYPE_NETFS] = &PoolNetfsSource_rows,
        [POOL_TYPE_LOGICAL] = &PoolLogicalSource_rows,
        [POOL_TYPE_DISK] = &PoolDiskSource_rows,
        [POOL_TYPE_ISCSI] = &PoolIscsiSource_rows,
        [POOL_TYPE_ISCSI_DIRECT] = &PoolIscsiDirectSource_rows,
        [POOL_TYPE_SCSI] = &PoolScsiSource_rows,
        [POOL_TYPE_MPATH] = &PoolMpathSource_rows,
        [POOL_TYPE_RBD] = &PoolRbdSource_rows,
        [POOL_TYPE_SHEEPDOG] = &PoolNamedSource_rows,
        [POOL_TYPE_GLUSTER] = &PoolGlusterSource_rows,
        [POOL_TYPE_ZFS] = &PoolZfsSource_rows,
        [POOL_TYPE_VSTORAGE] = &PoolVstorageSource_rows,
};

ROWS(PoolTarget,
     ROW_STRING("path",    PoolTarget, path),
     ROW_IN("permissions", PoolTarget, permissions, StoragePermissions));

/* Pools that are not files or devices on this host have no target. */
static const Rows *const target_arms[POOL_TYPE_MAX_] = {
        [POOL_TYPE_DIR] = &PoolTarget_rows,
        [POOL_TYPE_FS] = &PoolTarget_rows,
        [POOL_TYPE_NETFS] = &PoolTarget_rows,
        [POOL_TYPE_LOGICAL] = &PoolTarget_rows,
        [POOL_TYPE_DISK] = &PoolTarget_rows,
        [POOL_TYPE_ISCSI] = &PoolTarget_rows,
        [POOL_TYPE_SCSI] = &PoolTarget_rows,
        [POOL_TYPE_MPATH] = &PoolTarget_rows,
        [POOL_TYPE_ZFS] = &PoolTarget_rows,
        [POOL_TYPE_VSTORAGE] = &PoolTarget_rows,
};

ROWS_HOOKED(StoragePool, (.settle = storage_pool_settle, .check = storage_pool_check),
     ROW_ENUM("@type",                      StoragePool, type, PoolType, .flags = ROW_REQUIRED),
     ROW_STRING("name",                     StoragePool, name),
     ROW_UUID("uuid",                       StoragePool, uuid),
     ROW_BYTES("capacity",                  StoragePool, capacity, .flags = ROW_ALWAYS),
     ROW_BYTES("allocation",                StoragePool, allocation, .flags = ROW_ALWAYS),
     ROW_BYTES("available",                 StoragePool, available, .flags = ROW_ALWAYS),
     ROW_YESNO("features/cow/@state",       StoragePool, cow, .since = "6.0.0"),
     ROW_UNION("source",                    StoragePool, source, type, source_arms, .flags = ROW_KEEP_OPEN),
     ROW_UNION("target",                    StoragePool, target, type, target_arms),
     ROW_ENUM("refresh/volume/@allocation", StoragePool, refresh_allocation, PoolRefreshAllocation, .since = "5.2.0"),
     ROW_SLOT("",                           StoragePool, extra));

ROWS(PoolMountOption,
     ROW_STRING("@name", PoolMountOption, name, .flags = ROW_REQUIRED));

ROWS(PoolFsNamespace,
     ROW_LIST("mount_opts/option", PoolFsNamespace, options, PoolMountOption, .since = "5.1.0"));

ROWS(PoolConfigOption,
     ROW_STRING("@name",  PoolConfigOption, name, .flags = ROW_REQUIRED),
     ROW_STRING("@value", PoolConfigOption, value, .flags = ROW_REQUIRED));

ROWS(PoolRbdNamespace,
     ROW_LIST("config_opts/option", PoolRbdNamespace, options, PoolConfigOption, .since = "5.1.0"));

/* clang-format on */

const RowNamespace pool_fs_namespace = {
        .owner = &StoragePool_rows,
        .uri = "http://libvirt.org/schemas/storagepool/fs/1.0",
        .prefix = "fs",
        .rows = &PoolFsNamespace_rows,
};

const RowNamespace pool_rbd_namespace = {
        .owner = &StoragePool_rows,
        .uri = "http://libvirt.org/schemas/storagepool/rbd/1.0",
        .prefix = "rbd",
        .rows = &PoolRbdNamespace_rows,
};

DOCUMENT_DEFINE(StoragePool, storage_pool, "storage-pool", "pool");

const Rows *pool_source_rows(PoolType type)
{
        return source_arms[type];
}

void storage_register_namespaces(void)
{
        rows_register(&pool_fs_namespace);
        rows_register(&pool_rbd_namespace);
}

int pool_source_parse(PoolType type, const char *xml, size_t length, PoolSource *ret, Error *err)
{
        g_autoptr(XmlDocument) document = NULL;
        PoolSource source = { 0 };

        if (xml_read(xml, length, "(storage_source_specification)", "source", &document, err) < 0)
                return -1;
        if (rows_parse(source_arms[type], &source, xml_root(document), 0, err) < 0) {
                rows_drop(source_arms[type], &source);
                return -1;
        }
        *ret = source;
        return 0;
}

char *pool_sources_format(PoolType type, const PoolSource *sources, size_t n)
{
        XmlWriter *out = xml_writer_new();

        xml_open(out, "sources");
        xml_keep_open(out);
        for (size_t i = 0; i < n; i++) {
                xml_open(out, "source");
                xml_keep_open(out);
                rows_format(source_arms[type], &sources[i], 0, out);
                xml_close(out);
        }
        return xml_writer_finish(out);
}
