/* Storage volumes: defaults, what a driver alone can know, and what is refused. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_STORAGE
#include <string.h>

#include "storage/hooks.h"

SETTLE(volume_target_settle)
{
        VolumeTarget *target = s;

        storage_text_settle(&target->path);
        /* The features came with version 3 of qcow2. */
        if (!target->compat && (target->lazy_refcounts || target->extended_l2))
                target->compat = g_strdup("1.1");
        if (!(flags & ROWS_STATUS))
                target->times = (StorageTimes){ 0 };
        return 0;
}

CHECK(volume_target_check)
{
        const VolumeTarget *target = s;
        g_auto(GStrv) parts = target->compat ? g_strsplit(target->compat, ".", -1) : NULL;

        if (!parts)
                return 0;
        if (strspn(target->compat, "0123456789.") != strlen(target->compat))
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "forbidden characters in 'compat' attribute; it is a version like '1.1'");
        if (g_strv_length(parts) != 2 || !*parts[0] || !*parts[1])
                return error_set(err, VIR_ERR_XML_ERROR, "malformed 'compat' attribute; it is a version like '1.1'");
        return 0;
}

static void forget_devices(StorageVolume *volume)
{
        while (volume->n_devices)
                rows_list_remove(&VolumeDevice_rows, &volume->devices, &volume->n_devices, volume->n_devices - 1);
        g_clear_pointer(&volume->devices, g_free);
}

static void settle_backing(StorageVolume *volume, unsigned flags)
{
        if (!volume->backing)
                return;
        storage_text_settle(&volume->backing->path);
        if (!(flags & ROWS_STATUS))
                volume->backing->times = (StorageTimes){ 0 };
        if (!volume->backing->path) {
                rows_drop(&VolumeBacking_rows, volume->backing);
                g_clear_pointer(&volume->backing, g_free);
        }
}

/* Where the volume is, what it takes and when it was used is what the driver finds, whatever a document says. */
SETTLE(storage_volume_settle)
{
        StorageVolume *volume = s;

        if (!volume->allocation.set)
                volume->allocation = volume->capacity;
        settle_backing(volume, flags);
        if (flags & ROWS_STATUS)
                return 0;
        volume->physical = 0;
        forget_devices(volume);
        return 0;
}

CHECK(storage_volume_check)
{
        const StorageVolume *volume = s;

        if (!volume->name)
                return error_set(err, VIR_ERR_XML_ERROR, "missing volume name element");
        return 0;
}

/* "none" is a format of partitions only. */
static int join_format(VolumeFormat *format, const PoolTypeInfo *info, Error *err)
{
        if (info->volume_formats == 0) {
                *format = VOLUME_FORMAT_DEFAULT;
                return 0;
        }
        if (*format == VOLUME_FORMAT_DEFAULT)
                *format = info->volume_format;
        if (!(info->volume_formats >> *format & 1) ||
            (*format == VOLUME_FORMAT_NONE && info->volume_format != VOLUME_FORMAT_NONE))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "unknown volume format type %s; the pool's default is '%s'",
                                 enum_text(VolumeFormat, *format), enum_text(VolumeFormat, info->volume_format));
        return 0;
}

int storage_volume_join(StorageVolume *volume, const StoragePool *pool, unsigned flags, Error *err)
{
        const PoolTypeInfo *info = pool_type_info(pool->type);

        if (!volume->capacity.set && !(flags & STORAGE_VOLUME_NO_CAPACITY) &&
            !(flags & STORAGE_VOLUME_OPTIONAL_CAPACITY && volume->backing))
                return error_set(err, VIR_ERR_XML_ERROR, "missing capacity element");
        if (join_format(&volume->target.format, info, err) < 0)
                return -1;
        return volume->backing ? join_format(&volume->backing->format, info, err) : 0;
}
