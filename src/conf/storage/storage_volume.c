/* Storage volume: the names and the rows. Row order is output order. */
#include "conf/storage_volume.h"

#include <inttypes.h>

#include "storage/hooks.h"

ENUM_TABLE(VolumeType, VOLUME_TYPE_MAX_) = {
        [VOLUME_TYPE_FILE] = "file",       [VOLUME_TYPE_BLOCK] = "block",   [VOLUME_TYPE_DIR] = "dir",
        [VOLUME_TYPE_NETWORK] = "network", [VOLUME_TYPE_NETDIR] = "netdir", [VOLUME_TYPE_PLOOP] = "ploop",
};

ENUM_TABLE(VolumeFormat, VOLUME_FORMAT_MAX_) = {
        [VOLUME_FORMAT_NONE] = "none",
        [VOLUME_FORMAT_RAW] = "raw",
        [VOLUME_FORMAT_DIR] = "dir",
        [VOLUME_FORMAT_BOCHS] = "bochs",
        [VOLUME_FORMAT_CLOOP] = "cloop",
        [VOLUME_FORMAT_DMG] = "dmg",
        [VOLUME_FORMAT_ISO] = "iso",
        [VOLUME_FORMAT_VPC] = "vpc",
        [VOLUME_FORMAT_VDI] = "vdi",
        [VOLUME_FORMAT_FAT] = "fat",
        [VOLUME_FORMAT_VHD] = "vhd",
        [VOLUME_FORMAT_PLOOP] = "ploop",
        [VOLUME_FORMAT_COW] = "cow",
        [VOLUME_FORMAT_QCOW] = "qcow",
        [VOLUME_FORMAT_QCOW2] = "qcow2",
        [VOLUME_FORMAT_QED] = "qed",
        [VOLUME_FORMAT_VMDK] = "vmdk",
        [VOLUME_FORMAT_LINUX] = "linux",
        [VOLUME_FORMAT_FAT16] = "fat16",
        [VOLUME_FORMAT_FAT32] = "fat32",
        [VOLUME_FORMAT_LINUX_SWAP] = "linux-swap",
        [VOLUME_FORMAT_LINUX_LVM] = "linux-lvm",
        [VOLUME_FORMAT_LINUX_RAID] = "linux-raid",
        [VOLUME_FORMAT_EXTENDED] = "extended",
        [VOLUME_FORMAT_UNKNOWN] = "unknown",
        [VOLUME_FORMAT_LUKS] = "luks",
        [VOLUME_FORMAT_AUTO] = "auto",
        [VOLUME_FORMAT_EXT2] = "ext2",
        [VOLUME_FORMAT_EXT3] = "ext3",
        [VOLUME_FORMAT_EXT4] = "ext4",
        [VOLUME_FORMAT_UFS] = "ufs",
        [VOLUME_FORMAT_ISO9660] = "iso9660",
        [VOLUME_FORMAT_UDF] = "udf",
        [VOLUME_FORMAT_GFS] = "gfs",
        [VOLUME_FORMAT_GFS2] = "gfs2",
        [VOLUME_FORMAT_VFAT] = "vfat",
        [VOLUME_FORMAT_HFSPLUS] = "hfs+",
        [VOLUME_FORMAT_XFS] = "xfs",
        [VOLUME_FORMAT_OCFS2] = "ocfs2",
        [VOLUME_FORMAT_VMFS] = "vmfs",
};

_Static_assert((int)VOLUME_FORMAT_VMDK - VOLUME_FORMAT_RAW == (int)IMAGE_FORMAT_VMDK - IMAGE_FORMAT_RAW,
               "formats of images are those of disks, in their order");

ImageFormat storage_volume_image_format(VolumeFormat format)
{
        if (format < VOLUME_FORMAT_RAW || format > VOLUME_FORMAT_VMDK)
                return IMAGE_FORMAT_NONE;
        return (ImageFormat)(IMAGE_FORMAT_RAW + (format - VOLUME_FORMAT_RAW));
}

/* A size whose zero is one. */
static bool opt_bytes_read(const Row *row, void *p, const char *text, const char *unit)
{
        OptUint64 *size = p;

        return size->set = row_bytes.read(row, &size->value, text, unit);
}

static bool cluster_read(const Row *row, void *p, const char *text, const char *unit)
{
        return row_bytes.read(row, p, text, unit);
}

static bool opt_bytes_is_set(const void *p)
{
        return ((const OptUint64 *)p)->set;
}

static void opt_bytes_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "%" PRIu64, ((const OptUint64 *)p)->value);
}

static void cluster_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "%" PRIu64, *(const uint64_t *)p);
}

static const char *bytes_unit(const void *p)
{
        return "bytes";
}

static const char *cluster_unit(const void *p)
{
        return "B";
}

static bool opt_bytes_same(const void *a, const void *b)
{
        const OptUint64 *x = a, *y = b;

        return x->set == y->set && (!x->set || x->value == y->value);
}

static const RowCodec row_opt_bytes = { "a size",
                                        sizeof(OptUint64),
                                        .read = opt_bytes_read,
                                        .is_set = opt_bytes_is_set,
                                        .text = opt_bytes_text,
                                        .unit = bytes_unit,
                                        .same = opt_bytes_same,
                                        .nature = ROW_IS_NUMBER };
static const RowCodec row_cluster = { "a size",
                                      sizeof(uint64_t),
                                      .read = cluster_read,
                                      .text = cluster_text,
                                      .unit = cluster_unit,
                                      .nature = ROW_IS_NUMBER };

#define ROW_OPT_BYTES(P, S, m, ...) ROW_VALUE_OF(P, S, m, OptUint64, row_opt_bytes, ##__VA_ARGS__)
#define ROW_CLUSTER(P, S, m, ...)   ROW_VALUE_OF(P, S, m, uint64_t, row_cluster, ##__VA_ARGS__)

/* A row is a line. */
/* clang-format off */

ROWS(VolumeDevice,
     ROW_STRING("@path", VolumeDevice, path, .flags = ROW_REQUIRED),
     ROW_LIST("extent",  VolumeDevice, extents, StorageExtent));

ROWS_HOOKED(VolumeTarget, (.settle = volume_target_settle, .check = volume_target_check),
     ROW_STRING("path",             VolumeTarget, path),
     ROW_ENUM("format/@type",       VolumeTarget, format, VolumeFormat),
     ROW_IN("permissions",          VolumeTarget, permissions, StoragePermissions),
     ROW_IN("timestamps",           VolumeTarget, times, StorageTimes),
     ROW_SUB("encryption",          VolumeTarget, encryption, Encryption),
     ROW_STRING("compat",           VolumeTarget, compat, .since = "1.1.0"),
     ROW_FLAG("nocow",              VolumeTarget, nocow, .since = "1.2.2"),
     ROW_CLUSTER("clusterSize",     VolumeTarget, cluster_size, .since = "7.4.0"),
     ROW_FLAG("features/lazy_refcounts", VolumeTarget, lazy_refcounts, .since = "1.1.0"),
     ROW_FLAG("features/extended_l2",    VolumeTarget, extended_l2, .since = "8.0.0"));

ROWS(VolumeBacking,
     ROW_STRING("path",       VolumeBacking, path),
     ROW_ENUM("format/@type", VolumeBacking, format, VolumeFormat),
     ROW_IN("permissions",    VolumeBacking, permissions, StoragePermissions),
     ROW_IN("timestamps",     VolumeBacking, times, StorageTimes));

ROWS_HOOKED(StorageVolume, (.settle = storage_volume_settle, .check = storage_volume_check),
     ROW_ENUM("@type",           StorageVolume, type, VolumeType, .flags = ROW_ALWAYS, .preset = "file"),
     ROW_STRING("name",          StorageVolume, name),
     ROW_STRING("key",           StorageVolume, key),
     ROW_LIST("source/device",   StorageVolume, devices, VolumeDevice),
     ROW_OPT_BYTES("capacity",   StorageVolume, capacity),
     ROW_OPT_BYTES("allocation", StorageVolume, allocation),
     ROW_BYTES("physical",       StorageVolume, physical, .since = "3.0.0"),
     ROW_IN("target",            StorageVolume, target, VolumeTarget, .flags = ROW_KEEP_OPEN),
     ROW_SUB("backingStore",     StorageVolume, backing, VolumeBacking));

/* clang-format on */

DOCUMENT_DEFINE(StorageVolume, storage_volume, "storage-volume", "volume");
