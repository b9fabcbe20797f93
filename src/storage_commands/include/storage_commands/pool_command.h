/* The commands that start and stop a pool, as far as it takes one, and what programs tell of possible sources. Running them
 * is their callers' business. */
#pragma once

#include "conf/storage_pool.h"

/** pool_start_command: NULL-terminated words; the caller frees. NULL with VIR_ERR_NO_SUPPORT when no command starts pools
 * of that type. */
char **pool_start_command(const StoragePool *pool, Error *err);
/** pool_stop_command: likewise. */
char **pool_stop_command(const StoragePool *pool, Error *err);

/**
 * pool_sources_of_gluster: the volumes that `gluster volume info --xml` tells of @host, as <sources> of pools of @type,
 * POOL_TYPE_GLUSTER or POOL_TYPE_NETFS. The caller frees.
 */
char *pool_sources_of_gluster(const char *xml, size_t length, const char *host, PoolType type, Error *err);
