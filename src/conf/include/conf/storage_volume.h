/* Storage volumes. Which formats there are, and which is the default, the pool says: storage_volume_join(). */
#pragma once

#include "conf/storage_pool.h"

typedef enum COMPACT {
        VOLUME_TYPE_FILE,
        VOLUME_TYPE_BLOCK,
        VOLUME_TYPE_DIR,
        VOLUME_TYPE_NETWORK,
        VOLUME_TYPE_NETDIR,
        VOLUME_TYPE_PLOOP,
        VOLUME_TYPE_MAX_
} VolumeType;
extern const char *const VolumeType_names[];

typedef enum COMPACT {
        VOLUME_FORMAT_DEFAULT,
        VOLUME_FORMAT_NONE,
        /* Images, in the order of ImageFormat. */
        VOLUME_FORMAT_RAW,
        VOLUME_FORMAT_DIR,
        VOLUME_FORMAT_BOCHS,
        VOLUME_FORMAT_CLOOP,
        VOLUME_FORMAT_DMG,
        VOLUME_FORMAT_ISO,
        VOLUME_FORMAT_VPC,
        VOLUME_FORMAT_VDI,
        VOLUME_FORMAT_FAT,
        VOLUME_FORMAT_VHD,
        VOLUME_FORMAT_PLOOP,
        VOLUME_FORMAT_COW,
        VOLUME_FORMAT_QCOW,
        VOLUME_FORMAT_QCOW2,
        VOLUME_FORMAT_QED,
        VOLUME_FORMAT_VMDK,
        /* Partitions. */
        VOLUME_FORMAT_LINUX,
        VOLUME_FORMAT_FAT16,
        VOLUME_FORMAT_FAT32,
        VOLUME_FORMAT_LINUX_SWAP,
        VOLUME_FORMAT_LINUX_LVM,
        VOLUME_FORMAT_LINUX_RAID,
        VOLUME_FORMAT_EXTENDED,
        /* Spellings that documents may have and no pool takes. */
        VOLUME_FORMAT_UNKNOWN,
        VOLUME_FORMAT_LUKS,
        VOLUME_FORMAT_AUTO,
        VOLUME_FORMAT_EXT2,
        VOLUME_FORMAT_EXT3,
        VOLUME_FORMAT_EXT4,
        VOLUME_FORMAT_UFS,
        VOLUME_FORMAT_ISO9660,
        VOLUME_FORMAT_UDF,
        VOLUME_FORMAT_GFS,
        VOLUME_FORMAT_GFS2,
        VOLUME_FORMAT_VFAT,
        VOLUME_FORMAT_HFSPLUS,
        VOLUME_FORMAT_XFS,
        VOLUME_FORMAT_OCFS2,
        VOLUME_FORMAT_VMFS,
        VOLUME_FORMAT_MAX_
} VolumeFormat;
extern const char *const VolumeFormat_names[];

/* Where the driver found the volume on a device of the pool. */
typedef struct VolumeDevice {
        char *path;
        StorageExtent *extents;
        size_t n_extents;
} VolumeDevice;
extern const Rows VolumeDevice_rows;

typedef struct VolumeTarget {
        char *path;
        VolumeFormat format;
        StoragePermissions permissions;
        StorageTimes times; /* found by the driver */
        struct Encryption *encryption;
        char *compat;          /* of qcow2: "1.1" */
        bool nocow;            /* on a file system that can */
        uint64_t cluster_size; /* bytes */
        bool lazy_refcounts;
        bool extended_l2;
} VolumeTarget;
extern const Rows VolumeTarget_rows;

typedef struct VolumeBacking {
        char *path;
        VolumeFormat format;
        StoragePermissions permissions;
        StorageTimes times; /* found by the driver */
} VolumeBacking;
extern const Rows VolumeBacking_rows;

typedef struct StorageVolume {
        VolumeType type;
        char *name;
        char *key;
        VolumeDevice *devices;
        size_t n_devices;
        OptUint64 capacity;   /* bytes */
        OptUint64 allocation; /* bytes; not said: all of the capacity */
        uint64_t physical;    /* bytes, found by the driver */
        VolumeTarget target;
        struct VolumeBacking *backing;
} StorageVolume;
extern const Rows StorageVolume_rows;

DOCUMENT_DECLARE(StorageVolume, storage_volume);

enum {
        STORAGE_VOLUME_NO_CAPACITY = 1 << 0,       /* none is needed: a clone has that of its source */
        STORAGE_VOLUME_OPTIONAL_CAPACITY = 1 << 1, /* none is needed above a backing store */
};

/**
 * storage_volume_join: what @volume is as a volume of @pool: the formats of the pool, the default one where none is said.
 * VIR_ERR_CONFIG_UNSUPPORTED "unknown volume format type", VIR_ERR_XML_ERROR "missing capacity element".
 */
int storage_volume_join(StorageVolume *volume, const StoragePool *pool, unsigned flags, Error *err);

/** storage_volume_image_format: IMAGE_FORMAT_NONE for what is no image. */
ImageFormat storage_volume_image_format(VolumeFormat format);
