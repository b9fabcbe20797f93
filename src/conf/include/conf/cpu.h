/* The processor of a guest: model, features, topology, NUMA cells. */
#pragma once

#include "conf/common.h"
#include "conf/device.h"

typedef enum COMPACT {
        CPU_MODE_NONE,
        CPU_MODE_CUSTOM,
        CPU_MODE_HOST_MODEL,
        CPU_MODE_HOST_PASSTHROUGH,
        CPU_MODE_MAXIMUM,
        CPU_MODE_MAX_
} CpuMode;
extern const char *const CpuMode_names[];

typedef enum COMPACT { CPU_MATCH_NONE, CPU_MATCH_MINIMUM, CPU_MATCH_EXACT, CPU_MATCH_STRICT, CPU_MATCH_MAX_ } CpuMatch;
extern const char *const CpuMatch_names[];

typedef enum COMPACT { CPU_CHECK_DEFAULT, CPU_CHECK_NONE, CPU_CHECK_PARTIAL, CPU_CHECK_FULL, CPU_CHECK_MAX_ } CpuCheck;
extern const char *const CpuCheck_names[];

typedef enum COMPACT { CPU_FALLBACK_NONE, CPU_FALLBACK_ALLOW, CPU_FALLBACK_FORBID, CPU_FALLBACK_MAX_ } CpuFallback;
extern const char *const CpuFallback_names[];

typedef enum COMPACT {
        CPU_POLICY_DEFAULT,
        CPU_POLICY_FORCE,
        CPU_POLICY_REQUIRE,
        CPU_POLICY_OPTIONAL,
        CPU_POLICY_DISABLE,
        CPU_POLICY_FORBID,
        CPU_POLICY_MAX_
} CpuPolicy;
extern const char *const CpuPolicy_names[];

typedef enum COMPACT {
        CPU_CACHE_MODE_DEFAULT,
        CPU_CACHE_MODE_EMULATE,
        CPU_CACHE_MODE_PASSTHROUGH,
        CPU_CACHE_MODE_DISABLE,
        CPU_CACHE_MODE_MAX_
} CpuCacheMode;
extern const char *const CpuCacheMode_names[];

typedef enum COMPACT {
        CPU_PHYS_MODE_NONE,
        CPU_PHYS_MODE_EMULATE,
        CPU_PHYS_MODE_PASSTHROUGH,
        CPU_PHYS_MODE_MAX_
} CpuMaxPhysMode;
extern const char *const CpuMaxPhysMode_names[];

typedef enum COMPACT {
        NUMA_ASSOCIATIVITY_UNSET,
        NUMA_ASSOCIATIVITY_NONE,
        NUMA_ASSOCIATIVITY_DIRECT,
        NUMA_ASSOCIATIVITY_FULL,
        NUMA_ASSOCIATIVITY_MAX_
} NumaAssociativity;
extern const char *const NumaAssociativity_names[];

typedef enum COMPACT {
        NUMA_POLICY_UNSET,
        NUMA_POLICY_NONE,
        NUMA_POLICY_WRITEBACK,
        NUMA_POLICY_WRITETHROUGH,
        NUMA_POLICY_MAX_
} NumaPolicy;
extern const char *const NumaPolicy_names[];

typedef enum COMPACT {
        INTERCONNECT_NONE,
        INTERCONNECT_ACCESS,
        INTERCONNECT_READ,
        INTERCONNECT_WRITE,
        INTERCONNECT_MAX_
} InterconnectType;
extern const char *const InterconnectType_names[];

typedef struct CpuFeature {
        CpuPolicy policy;
        char *name;
} CpuFeature;
extern const Rows CpuFeature_rows;

typedef struct CpuCache {
        OptUint level;
        CpuCacheMode mode;
} CpuCache;
extern const Rows CpuCache_rows;

typedef struct NumaDistance {
        unsigned id;
        unsigned value;
} NumaDistance;
extern const Rows NumaDistance_rows;

typedef struct NumaCache {
        unsigned level;
        NumaAssociativity associativity;
        NumaPolicy policy;
        char *size;
        char *size_unit;
        char *line;
        char *line_unit;
} NumaCache;
extern const Rows NumaCache_rows;

typedef struct NumaCell {
        OptUint id;
        Bitmap *cpus;
        uint64_t memory_kib;
        MemoryAccess access;
        YesNo discard;
        NumaDistance *distances;
        size_t n_distances;
        NumaCache *caches;
        size_t n_caches;
} NumaCell;
extern const Rows NumaCell_rows;

typedef struct NumaLatency {
        unsigned initiator;
        unsigned target;
        unsigned cache;
        InterconnectType type;
        unsigned value;
} NumaLatency;
extern const Rows NumaLatency_rows;

typedef struct NumaBandwidth {
        unsigned initiator;
        unsigned target;
        unsigned cache;
        InterconnectType type;
        uint64_t value;
} NumaBandwidth;
extern const Rows NumaBandwidth_rows;

typedef struct Cpu {
        CpuMode mode;
        CpuMatch match;
        CpuCheck check;
        Switch migratable;
        CpuFallback fallback;
        char *vendor_id;
        char *model;
        char *vendor;
        unsigned sockets;
        unsigned dies;
        unsigned clusters;
        unsigned cores;
        unsigned threads;
        struct CpuCache *cache;
        CpuMaxPhysMode phys_mode;
        OptUint phys_bits;
        OptUint phys_limit;
        CpuFeature *features;
        size_t n_features;
        NumaCell *cells;
        size_t n_cells;
        NumaLatency *latencies;
        size_t n_latencies;
        NumaBandwidth *bandwidths;
        size_t n_bandwidths;
} Cpu;
extern const Rows Cpu_rows;
