/* Capabilities of storage: the rows, and how they follow from what the types have. */
#include "conf/storage_capabilities.h"

#include "conf/storage_volume.h"
#include "rows/hook.h"

/* A row is a line. */
/* clang-format off */

ROWS(PoolOptions,
     ROW_STRING("defaultFormat/@type", PoolOptions, default_format),
     ROW_LIST("enum",                  PoolOptions, enums, CapabilityEnum, .flags = ROW_KEEP_OPEN));

ROWS(PoolCapability,
     ROW_ENUM("@type",       PoolCapability, type, PoolType, .flags = ROW_REQUIRED),
     ROW_YESNO("@supported", PoolCapability, supported, .flags = ROW_REQUIRED),
     ROW_SUB("poolOptions",  PoolCapability, pool, PoolOptions),
     ROW_SUB("volOptions",   PoolCapability, volume, PoolOptions));

ROWS(StorageCapabilities,
     ROW_LIST("pool", StorageCapabilities, pools, PoolCapability, .flags = ROW_KEEP_OPEN));

/* clang-format on */

DOCUMENT_DEFINE(StorageCapabilities, storage_capabilities, "storage-pool-capabilities", "storagepoolCapabilities");

static PoolOptions *make_options(const char *default_format, const char *name)
{
        PoolOptions *options = g_new0(PoolOptions, 1);

        options->default_format = g_strdup(default_format);
        capability_enum_add(&options->enums, &options->n_enums, name, NULL);
        return options;
}

static void add_value(PoolOptions *options, const char *value)
{
        capability_enum_add(&options->enums, &options->n_enums, options->enums[0].name, value);
}

static PoolOptions *make_pool_options(const PoolTypeInfo *info)
{
        PoolOptions *options;

        if (!info->source_formats)
                return NULL;
        options = make_options(info->source_formats[info->source_format], "sourceFormatType");
        for (size_t i = 1; info->source_formats[i]; i++)
                add_value(options, info->source_formats[i]);
        return options;
}

static PoolOptions *make_volume_options(const PoolTypeInfo *info)
{
        PoolOptions *options;

        if (!info->volume_formats)
                return NULL;
        options = make_options(VolumeFormat_names[info->volume_format], "targetFormatType");
        for (unsigned i = 0; i < VOLUME_FORMAT_MAX_ && !(info->has & POOL_FORMATS_UNLISTED); i++)
                if (info->volume_formats >> i & 1)
                        add_value(options, VolumeFormat_names[i]);
        return options;
}

StorageCapabilities *storage_capabilities_make(uint64_t supported)
{
        StorageCapabilities *capabilities = storage_capabilities_new();

        for (unsigned i = POOL_TYPE_NONE + 1; i < POOL_TYPE_MAX_; i++) {
                const PoolTypeInfo *info = pool_type_info((PoolType)i);
                PoolCapability *pool = rows_list_insert(&PoolCapability_rows, &capabilities->pools,
                                                        &capabilities->n_pools, capabilities->n_pools);

                pool->type = (PoolType)i;
                pool->supported = supported >> i & 1 ? YESNO_YES : YESNO_NO;
                pool->pool = make_pool_options(info);
                pool->volume = make_volume_options(info);
        }
        return capabilities;
}
