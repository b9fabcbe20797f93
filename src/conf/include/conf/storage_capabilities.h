/* What kinds of storage pools there are on a host, and what formats each has. */
#pragma once

#include "conf/domain_capabilities.h"
#include "conf/storage_pool.h"

typedef struct PoolOptions {
        char *default_format;
        CapabilityEnum *enums;
        size_t n_enums;
} PoolOptions;
extern const Rows PoolOptions_rows;

typedef struct PoolCapability {
        PoolType type;
        YesNo supported;
        struct PoolOptions *pool;
        struct PoolOptions *volume;
} PoolCapability;
extern const Rows PoolCapability_rows;

typedef struct StorageCapabilities {
        PoolCapability *pools;
        size_t n_pools;
} StorageCapabilities;
extern const Rows StorageCapabilities_rows;

DOCUMENT_DECLARE(StorageCapabilities, storage_capabilities);

/** storage_capabilities_make: of a host where the types whose bits are in @supported are there. */
StorageCapabilities *storage_capabilities_make(uint64_t supported);
