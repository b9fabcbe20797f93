/* Tune: the names and the rows. Row order is output order. */
#include "conf/tune.h"
#include "domain/hooks.h"

ENUM_TABLE(MemorySource, MEMORY_SOURCE_MAX_) = {
        [MEMORY_SOURCE_FILE] = "file",
        [MEMORY_SOURCE_ANONYMOUS] = "anonymous",
        [MEMORY_SOURCE_MEMFD] = "memfd",
};

ENUM_TABLE(MemoryAllocation, ALLOCATION_MAX_) = {
        [ALLOCATION_IMMEDIATE] = "immediate",
        [ALLOCATION_ONDEMAND] = "ondemand",
};

ENUM_TABLE(VcpuPlacement, PLACEMENT_MAX_) = {
        [PLACEMENT_STATIC] = "static",
        [PLACEMENT_AUTO] = "auto",
};

ENUM_TABLE(CacheType, CACHE_TYPE_MAX_) = {
        [CACHE_TYPE_BOTH] = "both",
        [CACHE_TYPE_CODE] = "code",
        [CACHE_TYPE_DATA] = "data",
};

ENUM_TABLE(Scheduler, SCHEDULER_MAX_) = {
        [SCHEDULER_BATCH] = "batch",
        [SCHEDULER_IDLE] = "idle",
        [SCHEDULER_FIFO] = "fifo",
        [SCHEDULER_RR] = "rr",
};

ENUM_TABLE(NumaMode, NUMA_MODE_MAX_) = {
        [NUMA_MODE_STRICT] = "strict",
        [NUMA_MODE_PREFERRED] = "preferred",
        [NUMA_MODE_INTERLEAVE] = "interleave",
        [NUMA_MODE_RESTRICTIVE] = "restrictive",
};

/* A row is a line. */
/* clang-format off */

ROWS(BlkioDevice,
     ROW_STRING("path",            BlkioDevice, path, .flags = ROW_REQUIRED),
     ROW_UINT("weight",            BlkioDevice, weight, .flags = ROW_HOT),
     ROW_UINT("read_iops_sec",     BlkioDevice, read_iops_sec, .flags = ROW_HOT),
     ROW_UINT("write_iops_sec",    BlkioDevice, write_iops_sec, .flags = ROW_HOT),
     ROW_UINT64("read_bytes_sec",  BlkioDevice, read_bytes_sec, .flags = ROW_HOT),
     ROW_UINT64("write_bytes_sec", BlkioDevice, write_bytes_sec, .flags = ROW_HOT));

ROWS(Blkiotune,
     ROW_UINT("weight", Blkiotune, weight, .flags = ROW_HOT),
     ROW_LIST("device", Blkiotune, devices, BlkioDevice, .flags = ROW_HOT));

ROWS_HOOKED(Memtune, (.settle = memtune_settle),
     ROW_OPT_KIB("hard_limit",      Memtune, hard_limit_kib, .flags = ROW_HOT),
     ROW_OPT_KIB("soft_limit",      Memtune, soft_limit_kib, .flags = ROW_HOT),
     ROW_OPT_KIB("min_guarantee",   Memtune, min_guarantee_kib, .flags = ROW_HOT),
     ROW_OPT_KIB("swap_hard_limit", Memtune, swap_hard_limit_kib, .flags = ROW_HOT));

ROWS(Hugepage,
     ROW_KIB("@size",     Hugepage, size_kib, .flags = ROW_REQUIRED),
     ROW_CPUS("@nodeset", Hugepage, nodeset));

ROWS(MemoryBacking,
     ROW_FLAG("hugepages",           MemoryBacking, hugepages),
     ROW_LIST("hugepages/page",      MemoryBacking, pages, Hugepage),
     ROW_FLAG("nosharepages",        MemoryBacking, nosharepages),
     ROW_FLAG("locked",              MemoryBacking, locked),
     ROW_ENUM("source/@type",        MemoryBacking, source, MemorySource),
     ROW_ENUM("access/@mode",        MemoryBacking, access, MemoryAccess),
     ROW_ENUM("allocation/@mode",    MemoryBacking, allocation, MemoryAllocation),
     ROW_UINT("allocation/@threads", MemoryBacking, allocation_threads),
     ROW_FLAG("discard",             MemoryBacking, discard));

ROWS(Vcpu,
     ROW_UINT("@id",            Vcpu, id, .flags = ROW_ALWAYS),
     ROW_YESNO("@enabled",      Vcpu, enabled, .flags = ROW_REQUIRED | ROW_HOT),
     ROW_YESNO("@hotpluggable", Vcpu, hotpluggable),
     ROW_UINT("@order",         Vcpu, order));

ROWS(Iothread,
     ROW_UINT("@id",                 Iothread, id, .flags = ROW_REQUIRED | ROW_NONZERO),
     ROW_OPT_INT("@thread_pool_min", Iothread, thread_pool_min, .flags = ROW_HOT),
     ROW_OPT_INT("@thread_pool_max", Iothread, thread_pool_max, .flags = ROW_HOT),
     ROW_OPT_UINT64("poll/@max",     Iothread, poll_max, .flags = ROW_HOT),
     ROW_OPT_UINT64("poll/@grow",    Iothread, poll_grow, .flags = ROW_HOT),
     ROW_OPT_UINT64("poll/@shrink",  Iothread, poll_shrink, .flags = ROW_HOT));

ROWS(CacheAllocation,
     ROW_UINT("@id",     CacheAllocation, id, .flags = ROW_ALWAYS),
     ROW_UINT("@level",  CacheAllocation, level, .flags = ROW_REQUIRED),
     ROW_ENUM("@type",   CacheAllocation, type, CacheType, .flags = ROW_ALWAYS),
     ROW_STRING("@size", CacheAllocation, size, .flags = ROW_REQUIRED),
     ROW_STRING("@unit", CacheAllocation, unit));

ROWS(CacheMonitor,
     ROW_UINT("@level", CacheMonitor, level, .flags = ROW_REQUIRED),
     ROW_CPUS("@vcpus", CacheMonitor, vcpus, .flags = ROW_REQUIRED));

ROWS_HOOKED(Cachetune, (.check = cachetune_check),
     ROW_CPUS("@vcpus",  Cachetune, vcpus, .flags = ROW_REQUIRED),
     ROW_STRING("@id",   Cachetune, id, .flags = ROW_LIVE),
     ROW_LIST("cache",   Cachetune, caches, CacheAllocation),
     ROW_LIST("monitor", Cachetune, monitors, CacheMonitor));

ROWS(MemoryBandwidth,
     ROW_UINT("@id",        MemoryBandwidth, id, .flags = ROW_ALWAYS),
     ROW_UINT("@bandwidth", MemoryBandwidth, bandwidth, .flags = ROW_REQUIRED));

ROWS(MemoryMonitor,
     ROW_CPUS("@vcpus", MemoryMonitor, vcpus, .flags = ROW_REQUIRED));

ROWS_HOOKED(Memorytune, (.check = memorytune_check),
     ROW_CPUS("@vcpus",  Memorytune, vcpus, .flags = ROW_REQUIRED),
     ROW_STRING("@id",   Memorytune, id, .flags = ROW_LIVE),
     ROW_LIST("node",    Memorytune, nodes, MemoryBandwidth),
     ROW_LIST("monitor", Memorytune, monitors, MemoryMonitor));

ROWS(VcpuPin,
     ROW_UINT("@vcpu",   VcpuPin, vcpu, .flags = ROW_ALWAYS),
     ROW_CPUS("@cpuset", VcpuPin, cpuset, .flags = ROW_REQUIRED | ROW_HOT));

ROWS(IothreadPin,
     ROW_UINT("@iothread", IothreadPin, iothread, .flags = ROW_REQUIRED | ROW_NONZERO),
     ROW_CPUS("@cpuset",   IothreadPin, cpuset, .flags = ROW_REQUIRED | ROW_HOT));

ROWS(VcpuSched,
     ROW_CPUS("@vcpus",       VcpuSched, vcpus, .flags = ROW_REQUIRED),
     ROW_ENUM("@scheduler",   VcpuSched, scheduler, Scheduler, .flags = ROW_REQUIRED),
     ROW_OPT_INT("@priority", VcpuSched, priority));

ROWS(IothreadSched,
     ROW_CPUS("@iothreads",   IothreadSched, iothreads, .flags = ROW_REQUIRED),
     ROW_ENUM("@scheduler",   IothreadSched, scheduler, Scheduler, .flags = ROW_REQUIRED),
     ROW_OPT_INT("@priority", IothreadSched, priority));

ROWS_HOOKED(Cputune, (.settle = cputune_settle, .check = cputune_check),
     ROW_OPT_UINT64("shares",               Cputune, shares, .flags = ROW_HOT, .drivers = "qemu, lxc, xen, vmware"),
     ROW_UINT64("period",                   Cputune, period, .flags = ROW_HOT, .drivers = "qemu, lxc"),
     ROW_INT64("quota",                     Cputune, quota, .flags = ROW_HOT, .drivers = "qemu, lxc"),
     ROW_UINT64("global_period",            Cputune, global_period, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_INT64("global_quota",              Cputune, global_quota, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_UINT64("emulator_period",          Cputune, emulator_period, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_INT64("emulator_quota",            Cputune, emulator_quota, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_UINT64("iothread_period",          Cputune, iothread_period, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_INT64("iothread_quota",            Cputune, iothread_quota, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_LIST("vcpupin",                    Cputune, vcpupins, VcpuPin, .flags = ROW_HOT, .drivers = "qemu, xen"),
     ROW_CPUS("emulatorpin/@cpuset",        Cputune, emulatorpin, .flags = ROW_HOT | ROW_SINGLE, .drivers = "qemu"),
     ROW_LIST("iothreadpin",                Cputune, iothreadpins, IothreadPin, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_ENUM("emulatorsched/@scheduler",   Cputune, emulatorsched, Scheduler, .flags = ROW_SINGLE, .drivers = "qemu"),
     ROW_OPT_INT("emulatorsched/@priority", Cputune, emulatorsched_priority, .drivers = "qemu"),
     ROW_LIST("vcpusched",                  Cputune, vcpuscheds, VcpuSched, .drivers = "qemu"),
     ROW_LIST("iothreadsched",              Cputune, iothreadscheds, IothreadSched, .drivers = "qemu"),
     ROW_LIST("cachetune",                  Cputune, cachetunes, Cachetune, .drivers = "qemu"),
     ROW_LIST("memorytune",                 Cputune, memorytunes, Memorytune, .drivers = "qemu"));

ROWS(NumaNode,
     ROW_UINT("@cellid",  NumaNode, cellid, .flags = ROW_ALWAYS),
     ROW_ENUM("@mode",    NumaNode, mode, NumaMode),
     ROW_CPUS("@nodeset", NumaNode, nodeset, .flags = ROW_REQUIRED));

ROWS_HOOKED(Numatune, (.check = numatune_check),
     ROW_ENUM("memory/@mode",      Numatune, mode, NumaMode),
     ROW_ENUM("memory/@placement", Numatune, placement, VcpuPlacement),
     ROW_CPUS("memory/@nodeset",   Numatune, nodeset, .flags = ROW_HOT),
     ROW_LIST("memnode",           Numatune, memnodes, NumaNode));

/* clang-format on */
