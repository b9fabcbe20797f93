/* Limits and placement: memory, processors, NUMA, block I/O. */
#pragma once

#include "conf/device.h"

typedef enum COMPACT {
        MEMORY_SOURCE_NONE,
        MEMORY_SOURCE_FILE,
        MEMORY_SOURCE_ANONYMOUS,
        MEMORY_SOURCE_MEMFD,
        MEMORY_SOURCE_MAX_
} MemorySource;
extern const char *const MemorySource_names[];

typedef enum COMPACT { ALLOCATION_NONE, ALLOCATION_IMMEDIATE, ALLOCATION_ONDEMAND, ALLOCATION_MAX_ } MemoryAllocation;
extern const char *const MemoryAllocation_names[];

typedef enum COMPACT { PLACEMENT_DEFAULT, PLACEMENT_STATIC, PLACEMENT_AUTO, PLACEMENT_MAX_ } VcpuPlacement;
extern const char *const VcpuPlacement_names[];

typedef enum COMPACT { CACHE_TYPE_BOTH, CACHE_TYPE_CODE, CACHE_TYPE_DATA, CACHE_TYPE_MAX_ } CacheType;
extern const char *const CacheType_names[];

typedef enum COMPACT {
        SCHEDULER_NONE,
        SCHEDULER_BATCH,
        SCHEDULER_IDLE,
        SCHEDULER_FIFO,
        SCHEDULER_RR,
        SCHEDULER_MAX_
} Scheduler;
extern const char *const Scheduler_names[];

typedef enum COMPACT {
        NUMA_MODE_DEFAULT,
        NUMA_MODE_STRICT,
        NUMA_MODE_PREFERRED,
        NUMA_MODE_INTERLEAVE,
        NUMA_MODE_RESTRICTIVE,
        NUMA_MODE_MAX_
} NumaMode;
extern const char *const NumaMode_names[];

typedef struct BlkioDevice {
        char *path;
        unsigned weight;
        unsigned read_iops_sec;
        unsigned write_iops_sec;
        uint64_t read_bytes_sec;
        uint64_t write_bytes_sec;
} BlkioDevice;
extern const Rows BlkioDevice_rows;

typedef struct Blkiotune {
        unsigned weight;
        BlkioDevice *devices;
        size_t n_devices;
} Blkiotune;
extern const Rows Blkiotune_rows;

/* Limits in KiB. */
typedef struct Memtune {
        OptUint64 hard_limit_kib;
        OptUint64 soft_limit_kib;
        OptUint64 min_guarantee_kib;
        OptUint64 swap_hard_limit_kib;
} Memtune;
extern const Rows Memtune_rows;

typedef struct Hugepage {
        uint64_t size_kib;
        Bitmap *nodeset;
} Hugepage;
extern const Rows Hugepage_rows;

typedef struct MemoryBacking {
        bool hugepages;
        Hugepage *pages;
        size_t n_pages;
        bool nosharepages;
        bool locked;
        MemorySource source;
        MemoryAccess access;
        MemoryAllocation allocation;
        unsigned allocation_threads;
        bool discard;
} MemoryBacking;
extern const Rows MemoryBacking_rows;

typedef struct Vcpu {
        unsigned id;
        YesNo enabled;
        YesNo hotpluggable;
        unsigned order;
} Vcpu;
extern const Rows Vcpu_rows;

typedef struct Iothread {
        unsigned id;
        OptInt thread_pool_min;
        OptInt thread_pool_max;
        OptUint64 poll_max;
        OptUint64 poll_grow;
        OptUint64 poll_shrink;
        bool implied; /* private: only a number asked for it, which is what is written */
} Iothread;
extern const Rows Iothread_rows;

typedef struct CacheAllocation {
        unsigned id;
        unsigned level;
        CacheType type;
        char *size;
        char *unit;
} CacheAllocation;
extern const Rows CacheAllocation_rows;

typedef struct CacheMonitor {
        unsigned level;
        Bitmap *vcpus;
} CacheMonitor;
extern const Rows CacheMonitor_rows;

typedef struct Cachetune {
        Bitmap *vcpus;
        char *id; /* of the group in resctrl */
        CacheAllocation *caches;
        size_t n_caches;
        CacheMonitor *monitors;
        size_t n_monitors;
} Cachetune;
extern const Rows Cachetune_rows;

typedef struct MemoryBandwidth {
        unsigned id;
        unsigned bandwidth;
} MemoryBandwidth;
extern const Rows MemoryBandwidth_rows;

typedef struct MemoryMonitor {
        Bitmap *vcpus;
} MemoryMonitor;
extern const Rows MemoryMonitor_rows;

typedef struct Memorytune {
        Bitmap *vcpus;
        char *id; /* of the group in resctrl */
        MemoryBandwidth *nodes;
        size_t n_nodes;
        MemoryMonitor *monitors;
        size_t n_monitors;
} Memorytune;
extern const Rows Memorytune_rows;

typedef struct VcpuPin {
        unsigned vcpu;
        Bitmap *cpuset;
} VcpuPin;
extern const Rows VcpuPin_rows;

typedef struct IothreadPin {
        unsigned iothread;
        Bitmap *cpuset;
} IothreadPin;
extern const Rows IothreadPin_rows;

typedef struct VcpuSched {
        Bitmap *vcpus;
        Scheduler scheduler;
        OptInt priority;
} VcpuSched;
extern const Rows VcpuSched_rows;

typedef struct IothreadSched {
        Bitmap *iothreads;
        Scheduler scheduler;
        OptInt priority;
} IothreadSched;
extern const Rows IothreadSched_rows;

typedef struct Cputune {
        OptUint64 shares;
        uint64_t period;
        int64_t quota;
        uint64_t global_period;
        int64_t global_quota;
        uint64_t emulator_period;
        int64_t emulator_quota;
        uint64_t iothread_period;
        int64_t iothread_quota;
        VcpuPin *vcpupins;
        size_t n_vcpupins;
        Bitmap *emulatorpin;
        IothreadPin *iothreadpins;
        size_t n_iothreadpins;
        Scheduler emulatorsched;
        OptInt emulatorsched_priority;
        VcpuSched *vcpuscheds;
        size_t n_vcpuscheds;
        IothreadSched *iothreadscheds;
        size_t n_iothreadscheds;
        Cachetune *cachetunes;
        size_t n_cachetunes;
        Memorytune *memorytunes;
        size_t n_memorytunes;
} Cputune;
extern const Rows Cputune_rows;

typedef struct NumaNode {
        unsigned cellid;
        NumaMode mode;
        Bitmap *nodeset;
} NumaNode;
extern const Rows NumaNode_rows;

typedef struct Numatune {
        NumaMode mode;
        VcpuPlacement placement;
        Bitmap *nodeset;
        NumaNode *memnodes;
        size_t n_memnodes;
} Numatune;
extern const Rows Numatune_rows;
