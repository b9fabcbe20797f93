/* mount and vgchange. */
#include "storage_commands/pool_command.h"

/* What lies in a pool is data: nothing in it is a device or a program of this host. */
#define MOUNT_OPTIONS "nodev,nosuid,noexec"

static char *mount_options(const StoragePool *pool)
{
        GString *options = g_string_new(MOUNT_OPTIONS);
        const PoolFsNamespace *extra = pool->extra.content;

        if (pool->type == POOL_TYPE_NETFS && pool->source.netfs_format == POOL_NETFS_GLUSTERFS)
                g_string_append(options, ",direct-io-mode=1");
        if (pool->type == POOL_TYPE_NETFS && pool->source.netfs_format == POOL_NETFS_CIFS)
                g_string_append(options, ",guest");
        if (pool->source.protocol_version)
                g_string_append_printf(options, ",nfsvers=%s", pool->source.protocol_version);
        for (size_t i = 0; pool->extra.space == &pool_fs_namespace && i < extra->n_options; i++)
                g_string_append_printf(options, ",%s", extra->options[i].name);
        return g_string_free(options, FALSE);
}

static char *mount_source(const StoragePool *pool)
{
        const PoolSource *source = &pool->source;

        if (pool->type == POOL_TYPE_FS)
                return g_strdup(source->devices[0].path);
        if (source->netfs_format == POOL_NETFS_CIFS)
                return g_strdup_printf("//%s/%s", source->hosts[0].name, source->dir);
        return g_strdup_printf("%s:%s", source->hosts[0].name, source->dir);
}

/* NULL: mount finds out. */
static const char *mount_type(const StoragePool *pool)
{
        if (pool->type == POOL_TYPE_FS)
                return pool->source.fs_format == POOL_FS_AUTO ? NULL : PoolFsFormat_names[pool->source.fs_format];
        return pool->source.netfs_format == POOL_NETFS_AUTO ? NULL : PoolNetfsFormat_names[pool->source.netfs_format];
}

static char **mount_command(const StoragePool *pool, Error *err)
{
        g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
        g_autofree char *options = NULL, *source = NULL;

        if (pool->type == POOL_TYPE_NETFS && pool->source.n_hosts != 1) {
                error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Expected exactly 1 host for the storage pool");
                return NULL;
        }
        options = mount_options(pool);
        source = mount_source(pool);
        g_strv_builder_add_many(argv, "mount", "-o", options, NULL);
        if (mount_type(pool))
                g_strv_builder_add_many(argv, "-t", mount_type(pool), NULL);
        g_strv_builder_add_many(argv, source, pool->target.path, NULL);
        return g_strv_builder_end(argv);
}

static char **words(const char *first, const char *second, const char *third)
{
        const char *const argv[] = { first, second, third, NULL };

        return g_strdupv((char **)argv);
}

static char **fail_type(const StoragePool *pool, Error *err)
{
        error_set(err, VIR_ERR_NO_SUPPORT, "no command starts or stops a pool of type '%s'",
                  enum_text(PoolType, pool->type));
        return NULL;
}

char **pool_start_command(const StoragePool *pool, Error *err)
{
        switch (pool->type) {
        case POOL_TYPE_FS:
        case POOL_TYPE_NETFS: return mount_command(pool, err);
        case POOL_TYPE_LOGICAL: return words("vgchange", "-aly", pool->source.name);
        default: return fail_type(pool, err);
        }
}

char **pool_stop_command(const StoragePool *pool, Error *err)
{
        switch (pool->type) {
        case POOL_TYPE_FS:
        case POOL_TYPE_NETFS: return words("umount", pool->target.path, NULL);
        case POOL_TYPE_LOGICAL: return words("vgchange", "-aln", pool->source.name);
        default: return fail_type(pool, err);
        }
}
