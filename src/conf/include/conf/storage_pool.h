/* Storage pools: where volumes live. What a <source> may hold depends on the type of the pool: a table of rows for each,
 * over one struct, so that drivers see one shape. */
#pragma once

#include "conf/address.h"
#include "conf/disk.h"
#include "conf/document.h"
#include "conf/storage_permissions.h"

typedef enum COMPACT {
        POOL_TYPE_NONE,
        POOL_TYPE_DIR,
        POOL_TYPE_FS,
        POOL_TYPE_NETFS,
        POOL_TYPE_LOGICAL,
        POOL_TYPE_DISK,
        POOL_TYPE_ISCSI,
        POOL_TYPE_ISCSI_DIRECT,
        POOL_TYPE_SCSI,
        POOL_TYPE_MPATH,
        POOL_TYPE_RBD,
        POOL_TYPE_SHEEPDOG,
        POOL_TYPE_GLUSTER,
        POOL_TYPE_ZFS,
        POOL_TYPE_VSTORAGE,
        POOL_TYPE_MAX_
} PoolType;
extern const char *const PoolType_names[];

/* What a pool is made of, by type: a file system, an export, a volume group, a partition table. */
typedef enum COMPACT {
        POOL_FS_DEFAULT,
        POOL_FS_AUTO,
        POOL_FS_EXT2,
        POOL_FS_EXT3,
        POOL_FS_EXT4,
        POOL_FS_UFS,
        POOL_FS_ISO9660,
        POOL_FS_UDF,
        POOL_FS_GFS,
        POOL_FS_GFS2,
        POOL_FS_VFAT,
        POOL_FS_HFSPLUS,
        POOL_FS_XFS,
        POOL_FS_OCFS2,
        POOL_FS_VMFS,
        POOL_FS_MAX_
} PoolFsFormat;
extern const char *const PoolFsFormat_names[];

typedef enum COMPACT {
        POOL_NETFS_DEFAULT,
        POOL_NETFS_AUTO,
        POOL_NETFS_NFS,
        POOL_NETFS_GLUSTERFS,
        POOL_NETFS_CIFS,
        POOL_NETFS_MAX_
} PoolNetfsFormat;
extern const char *const PoolNetfsFormat_names[];

typedef enum COMPACT {
        POOL_LOGICAL_DEFAULT,
        POOL_LOGICAL_UNKNOWN,
        POOL_LOGICAL_LVM2,
        POOL_LOGICAL_MAX_
} PoolLogicalFormat;
extern const char *const PoolLogicalFormat_names[];

typedef enum COMPACT {
        POOL_DISK_DEFAULT,
        POOL_DISK_UNKNOWN,
        POOL_DISK_DOS,
        POOL_DISK_DVH,
        POOL_DISK_GPT,
        POOL_DISK_MAC,
        POOL_DISK_BSD,
        POOL_DISK_PC98,
        POOL_DISK_SUN,
        POOL_DISK_LVM2,
        POOL_DISK_MAX_
} PoolDiskFormat;
extern const char *const PoolDiskFormat_names[];

typedef enum COMPACT {
        POOL_ADAPTER_NONE,
        POOL_ADAPTER_SCSI_HOST,
        POOL_ADAPTER_FC_HOST,
        POOL_ADAPTER_MAX_
} PoolAdapterType;
extern const char *const PoolAdapterType_names[];

typedef enum COMPACT { POOL_AUTH_NONE, POOL_AUTH_CHAP, POOL_AUTH_CEPH, POOL_AUTH_MAX_ } PoolAuthType;
extern const char *const PoolAuthType_names[];

/* How the allocation of a volume is found when the pool is refreshed. */
typedef enum COMPACT {
        POOL_REFRESH_NONE,
        POOL_REFRESH_DEFAULT,
        POOL_REFRESH_CAPACITY,
        POOL_REFRESH_MAX_
} PoolRefreshAllocation;
extern const char *const PoolRefreshAllocation_names[];

typedef struct PoolHost {
        char *name;
        int port; /* 0: that of the protocol */
} PoolHost;
extern const Rows PoolHost_rows;

/* Bytes from the beginning of the device. */
typedef struct StorageExtent {
        uint64_t start;
        uint64_t end;
} StorageExtent;
extern const Rows StorageExtent_rows;

typedef struct PoolDevice {
        char *path; /* or the name of an iSCSI target */
        YesNo part_separator;
        StorageExtent *free_extents; /* found by the driver */
        size_t n_free_extents;
} PoolDevice;
extern const Rows PoolDevice_rows;

/* A host adapter that keeps its identity when numbers change. */
typedef struct PoolAdapterParent {
        OptUint unique_id;
        HostPciAddress address;
} PoolAdapterParent;
extern const Rows PoolAdapterParent_rows;

typedef struct PoolAdapter {
        PoolAdapterType type;
        char *name;
        char *parent;
        char *parent_wwnn;
        char *parent_wwpn;
        char *parent_fabric_wwn;
        YesNo managed;
        char *wwnn;
        char *wwpn;
        struct PoolAdapterParent *address;
} PoolAdapter;
extern const Rows PoolAdapter_rows;

typedef struct PoolAuth {
        PoolAuthType type;
        char *username;
        SecretRef secret;
} PoolAuth;
extern const Rows PoolAuth_rows;

/* One table of rows for each type: pool_source_rows(). */
typedef struct PoolSource {
        PoolHost *hosts;
        size_t n_hosts;
        PoolDevice *devices;
        size_t n_devices;
        char *dir;
        struct PoolAdapter *adapter;
        char *name;
        char *initiator;
        union { /* by the type of the pool */
                PoolFsFormat fs_format;
                PoolNetfsFormat netfs_format;
                PoolLogicalFormat logical_format;
                PoolDiskFormat disk_format;
        };
        struct PoolAuth *auth;
        char *protocol_version; /* of NFS: "3", "4.1" */
        char *vendor;
        char *product;
} PoolSource;

/** pool_source_rows: the table of a <source> of that type. */
const Rows *pool_source_rows(PoolType type);

/** pool_source_parse: a <source> that describes where to look for pools. @ret: zeroed; rows_drop(pool_source_rows(type), ret)
 * frees what it holds. */
int pool_source_parse(PoolType type, const char *xml, size_t length, PoolSource *ret, Error *err);
/** pool_sources_format: <sources> of what was found. The caller frees. */
char *pool_sources_format(PoolType type, const PoolSource *sources, size_t n);

typedef struct PoolTarget {
        char *path;
        StoragePermissions permissions;
} PoolTarget;
extern const Rows PoolTarget_rows;

typedef struct StoragePool {
        PoolType type;
        char *name;
        Uuid uuid;
        uint64_t capacity; /* these three in bytes, found by the driver */
        uint64_t allocation;
        uint64_t available;
        YesNo cow;
        PoolSource source;
        PoolTarget target;
        PoolRefreshAllocation refresh_allocation;
        Extra extra; /* options for mount or librbd */
} StoragePool;
extern const Rows StoragePool_rows;

/* Options of the namespaces. */
typedef struct PoolMountOption {
        char *name;
} PoolMountOption;
extern const Rows PoolMountOption_rows;

typedef struct PoolFsNamespace {
        PoolMountOption *options;
        size_t n_options;
} PoolFsNamespace;
extern const Rows PoolFsNamespace_rows;
extern const struct RowNamespace pool_fs_namespace;

typedef struct PoolConfigOption {
        char *name;
        char *value;
} PoolConfigOption;
extern const Rows PoolConfigOption_rows;

typedef struct PoolRbdNamespace {
        PoolConfigOption *options;
        size_t n_options;
} PoolRbdNamespace;
extern const Rows PoolRbdNamespace_rows;
extern const struct RowNamespace pool_rbd_namespace;

/** storage_register_namespaces: whoever reads pools calls it once, before the first. */
void storage_register_namespaces(void);

DOCUMENT_DECLARE(StoragePool, storage_pool);

/* What pools of a type have. */
enum {
        POOL_HAS_HOST = 1 << 0,
        POOL_HAS_DEVICE = 1 << 1,
        POOL_HAS_DIR = 1 << 2,
        POOL_HAS_ADAPTER = 1 << 3,
        POOL_HAS_INITIATOR = 1 << 4,
        POOL_HAS_TARGET = 1 << 5,
        POOL_HAS_NAME = 1 << 6,         /* name of pool and source stand in for each other */
        POOL_HAS_OWN_NAME = 1 << 7,     /* that of the pool never stands in for the source's */
        POOL_HAS_COW = 1 << 8,          /* copy-on-write can be switched */
        POOL_FORMATS_UNLISTED = 1 << 9, /* capabilities do not name the formats of its volumes */
};

typedef struct PoolTypeInfo {
        unsigned has;                      /* POOL_HAS_*: what must be there */
        const char *const *source_formats; /* NULL: pools of this type have none */
        uint8_t source_format;             /* the default */
        uint64_t volume_formats;           /* a bit for each VolumeFormat; 0: volumes have no format */
        uint8_t volume_format;             /* the default */
        const char *target; /* the folder of the target, which is called as the source; NULL: as the document says */
        const RowNamespace *space; /* of its options */
} PoolTypeInfo;

/** pool_type_info: never NULL. */
const PoolTypeInfo *pool_type_info(PoolType type);

/** storage_path_sanitize: without doubled slashes and one at the end, but for two at the beginning. NULL for NULL or "". The
 * caller frees. */
char *storage_path_sanitize(const char *path);
