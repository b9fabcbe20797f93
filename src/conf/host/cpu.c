/* Cpu: the names and the rows. Row order is output order. */
#include "conf/cpu.h"
#include "domain/hooks.h"

ENUM_TABLE(CpuMode, CPU_MODE_MAX_) = {
        [CPU_MODE_CUSTOM] = "custom",
        [CPU_MODE_HOST_MODEL] = "host-model",
        [CPU_MODE_HOST_PASSTHROUGH] = "host-passthrough",
        [CPU_MODE_MAXIMUM] = "maximum",
};

ENUM_TABLE(CpuMatch, CPU_MATCH_MAX_) = {
        [CPU_MATCH_MINIMUM] = "minimum",
        [CPU_MATCH_EXACT] = "exact",
        [CPU_MATCH_STRICT] = "strict",
};

ENUM_TABLE(CpuCheck, CPU_CHECK_MAX_) = {
        [CPU_CHECK_NONE] = "none",
        [CPU_CHECK_PARTIAL] = "partial",
        [CPU_CHECK_FULL] = "full",
};

ENUM_TABLE(CpuFallback, CPU_FALLBACK_MAX_) = {
        [CPU_FALLBACK_ALLOW] = "allow",
        [CPU_FALLBACK_FORBID] = "forbid",
};

ENUM_TABLE(CpuPolicy, CPU_POLICY_MAX_) = {
        [CPU_POLICY_FORCE] = "force",     [CPU_POLICY_REQUIRE] = "require", [CPU_POLICY_OPTIONAL] = "optional",
        [CPU_POLICY_DISABLE] = "disable", [CPU_POLICY_FORBID] = "forbid",
};

ENUM_TABLE(CpuCacheMode, CPU_CACHE_MODE_MAX_) = {
        [CPU_CACHE_MODE_EMULATE] = "emulate",
        [CPU_CACHE_MODE_PASSTHROUGH] = "passthrough",
        [CPU_CACHE_MODE_DISABLE] = "disable",
};

ENUM_TABLE(CpuMaxPhysMode, CPU_PHYS_MODE_MAX_) = {
        [CPU_PHYS_MODE_EMULATE] = "emulate",
        [CPU_PHYS_MODE_PASSTHROUGH] = "passthrough",
};

ENUM_TABLE(NumaAssociativity, NUMA_ASSOCIATIVITY_MAX_) = {
        [NUMA_ASSOCIATIVITY_NONE] = "none",
        [NUMA_ASSOCIATIVITY_DIRECT] = "direct",
        [NUMA_ASSOCIATIVITY_FULL] = "full",
};

ENUM_TABLE(NumaPolicy, NUMA_POLICY_MAX_) = {
        [NUMA_POLICY_NONE] = "none",
        [NUMA_POLICY_WRITEBACK] = "writeback",
        [NUMA_POLICY_WRITETHROUGH] = "writethrough",
};

ENUM_TABLE(InterconnectType, INTERCONNECT_MAX_) = {
        [INTERCONNECT_ACCESS] = "access",
        [INTERCONNECT_READ] = "read",
        [INTERCONNECT_WRITE] = "write",
};

/* A row is a line. */
/* clang-format off */

ROWS(CpuFeature,
     ROW_ENUM("@policy", CpuFeature, policy, CpuPolicy, .flags = ROW_ABI),
     ROW_STRING("@name", CpuFeature, name, .flags = ROW_REQUIRED | ROW_ABI));

ROWS(CpuCache,
     ROW_OPT_UINT("@level", CpuCache, level, .flags = ROW_ABI),
     ROW_ENUM("@mode",     CpuCache, mode, CpuCacheMode, .flags = ROW_REQUIRED | ROW_ABI));

ROWS(NumaDistance,
     ROW_UINT("@id",    NumaDistance, id, .flags = ROW_ALWAYS),
     ROW_UINT("@value", NumaDistance, value, .flags = ROW_REQUIRED));

ROWS(NumaCache,
     ROW_UINT("@level",         NumaCache, level, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_ENUM("@associativity", NumaCache, associativity, NumaAssociativity, .flags = ROW_REQUIRED),
     ROW_ENUM("@policy",        NumaCache, policy, NumaPolicy, .flags = ROW_REQUIRED),
     ROW_STRING("size/@value",  NumaCache, size, .flags = ROW_REQUIRED),
     ROW_STRING("size/@unit",   NumaCache, size_unit),
     ROW_STRING("line/@value",  NumaCache, line, .flags = ROW_REQUIRED),
     ROW_STRING("line/@unit",   NumaCache, line_unit));

ROWS_HOOKED(NumaCell, (.check = numa_cell_check),
     ROW_OPT_UINT("@id",           NumaCell, id, .flags = ROW_ABI),
     ROW_CPUS("@cpus",             NumaCell, cpus, .flags = ROW_ABI),
     ROW_KIB("@memory",            NumaCell, memory_kib, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_ENUM("@memAccess",        NumaCell, access, MemoryAccess),
     ROW_YESNO("@discard",         NumaCell, discard),
     ROW_LIST("distances/sibling", NumaCell, distances, NumaDistance, .flags = ROW_ABI),
     ROW_LIST("cache",             NumaCell, caches, NumaCache));

ROWS(NumaLatency,
     ROW_UINT("@initiator", NumaLatency, initiator, .flags = ROW_ALWAYS),
     ROW_UINT("@target",    NumaLatency, target, .flags = ROW_ALWAYS),
     ROW_UINT("@cache",     NumaLatency, cache),
     ROW_ENUM("@type",      NumaLatency, type, InterconnectType, .flags = ROW_REQUIRED),
     ROW_UINT("@value",     NumaLatency, value, .flags = ROW_REQUIRED));

ROWS(NumaBandwidth,
     ROW_UINT("@initiator", NumaBandwidth, initiator, .flags = ROW_ALWAYS),
     ROW_UINT("@target",    NumaBandwidth, target, .flags = ROW_ALWAYS),
     ROW_UINT("@cache",     NumaBandwidth, cache),
     ROW_ENUM("@type",      NumaBandwidth, type, InterconnectType, .flags = ROW_REQUIRED),
     ROW_KIB("@value",      NumaBandwidth, value, .flags = ROW_REQUIRED));

ROWS_HOOKED(Cpu, (.settle = cpu_settle),
     ROW_ENUM("@mode",                        Cpu, mode, CpuMode),
     ROW_ENUM("@match",                       Cpu, match, CpuMatch),
     ROW_ENUM("@check",                       Cpu, check, CpuCheck),
     ROW_SWITCH("@migratable",                Cpu, migratable),
     ROW_ENUM("model/@fallback",              Cpu, fallback, CpuFallback),
     ROW_STRING("model/@vendor_id",           Cpu, vendor_id, .flags = ROW_ABI),
     ROW_STRING("model",                      Cpu, model, .flags = ROW_ABI),
     ROW_STRING("vendor",                     Cpu, vendor, .flags = ROW_ABI),
     ROW_UINT("topology/@sockets",            Cpu, sockets, .flags = ROW_ABI | ROW_WITH | ROW_NONZERO),
     ROW_UINT("topology/@dies",               Cpu, dies, .flags = ROW_ABI | ROW_NONZERO),
     ROW_UINT("topology/@clusters",           Cpu, clusters, .flags = ROW_ABI | ROW_NONZERO),
     ROW_UINT("topology/@cores",              Cpu, cores, .flags = ROW_ABI | ROW_WITH | ROW_NONZERO),
     ROW_UINT("topology/@threads",            Cpu, threads, .flags = ROW_ABI | ROW_WITH | ROW_NONZERO),
     ROW_SUB("cache",                         Cpu, cache, CpuCache),
     ROW_ENUM("maxphysaddr/@mode",            Cpu, phys_mode, CpuMaxPhysMode, .flags = ROW_ABI),
     ROW_OPT_UINT("maxphysaddr/@bits",        Cpu, phys_bits, .flags = ROW_ABI),
     ROW_OPT_UINT("maxphysaddr/@limit",       Cpu, phys_limit),
     ROW_LIST("feature",                      Cpu, features, CpuFeature, .flags = ROW_ABI),
     ROW_LIST("numa/cell",                    Cpu, cells, NumaCell, .flags = ROW_ABI),
     ROW_LIST("numa/interconnects/latency",   Cpu, latencies, NumaLatency),
     ROW_LIST("numa/interconnects/bandwidth", Cpu, bandwidths, NumaBandwidth));

/* clang-format on */
