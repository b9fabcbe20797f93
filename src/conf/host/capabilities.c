/* Capabilities: the names and the rows. Row order is output order. */
#include "conf/capabilities.h"
#include "rows/hook.h"

/* Whether anybody looked at the nodes of the host. */
static bool host_has_cells(const void *s)
{
        return ((const HostCapabilities *)s)->n_cells > 0;
}

/* A row is a line. */
/* clang-format off */

ROWS(HostFeature,
     ROW_STRING("@name", HostFeature, name, .flags = ROW_REQUIRED));

ROWS(HostPageSize,
     ROW_KIB("@size", HostPageSize, size_kib, .flags = ROW_UNIT_FIRST));

ROWS(HostCounter,
     ROW_STRING("@name",      HostCounter, name, .flags = ROW_REQUIRED),
     ROW_UINT64("@frequency", HostCounter, frequency, .flags = ROW_REQUIRED),
     ROW_YESNO("@scaling",    HostCounter, scaling));

ROWS(HostProcessor,
     ROW_STRING("arch",                  HostProcessor, arch, .flags = ROW_REQUIRED),
     ROW_FLAG("features/pae",            HostProcessor, pae),
     ROW_FLAG("features/nonpae",         HostProcessor, nonpae),
     ROW_FLAG("features/vmx",            HostProcessor, vmx),
     ROW_FLAG("features/svm",            HostProcessor, svm),
     ROW_STRING("model",                 HostProcessor, model),
     ROW_STRING("vendor",                HostProcessor, vendor),
     ROW_UINT("microcode/@version",      HostProcessor, microcode),
     ROW_OPT_UINT("signature/@family",   HostProcessor, family),
     ROW_OPT_UINT("signature/@model",    HostProcessor, model_number),
     ROW_OPT_UINT("signature/@stepping", HostProcessor, stepping),
     ROW_SUB("counter",                  HostProcessor, counter, HostCounter),
     ROW_UINT("topology/@sockets",       HostProcessor, sockets),
     ROW_UINT("topology/@dies",          HostProcessor, dies),
     ROW_UINT("topology/@cores",         HostProcessor, cores),
     ROW_UINT("topology/@threads",       HostProcessor, threads),
     ROW_ENUM("maxphysaddr/@mode",       HostProcessor, phys_mode, CpuMaxPhysMode),
     ROW_OPT_UINT("maxphysaddr/@bits",   HostProcessor, phys_bits),
     ROW_LIST("feature",                 HostProcessor, cpu_features, HostFeature),
     ROW_LIST("pages",                   HostProcessor, pages, HostPageSize));

ROWS(CellPages,
     ROW_KIB("@size", CellPages, size_kib, .flags = ROW_ALWAYS | ROW_UNIT_FIRST),
     ROW_UINT64(".",  CellPages, count, .flags = ROW_ALWAYS));

ROWS(CellCpu,
     ROW_UINT("@id",            CellCpu, id, .flags = ROW_ALWAYS),
     ROW_OPT_UINT("@socket_id", CellCpu, socket),
     ROW_OPT_UINT("@die_id",    CellCpu, die),
     ROW_OPT_UINT("@core_id",   CellCpu, core),
     ROW_CPUS("@siblings",      CellCpu, siblings));

ROWS(HostNode,
     ROW_UINT("@id",               HostNode, id, .flags = ROW_ALWAYS),
     ROW_KIB("memory",             HostNode, memory_kib),
     ROW_LIST("pages",             HostNode, pages, CellPages),
     ROW_LIST("distances/sibling", HostNode, distances, NumaDistance),
     ROW_LIST("cache",             HostNode, caches, NumaCache),
     ROW_COUNT("cpus/@num",        HostNode, n_cpus),
     ROW_LIST("cpus/cpu",          HostNode, cpus, CellCpu));

ROWS(CacheControl,
     ROW_UINT64("@granularity", CacheControl, granularity, .flags = ROW_ALWAYS),
     ROW_UINT64("@min",         CacheControl, min),
     ROW_STRING("@unit",        CacheControl, unit),
     ROW_ENUM("@type",          CacheControl, type, CacheType, .flags = ROW_ALWAYS),
     ROW_UINT("@maxAllocs",     CacheControl, max_allocations, .flags = ROW_ALWAYS));

ROWS(HostCacheBank,
     ROW_UINT("@id",     HostCacheBank, id, .flags = ROW_ALWAYS),
     ROW_UINT("@level",  HostCacheBank, level, .flags = ROW_ALWAYS),
     ROW_ENUM("@type",   HostCacheBank, type, CacheType, .flags = ROW_ALWAYS),
     ROW_UINT64("@size", HostCacheBank, size, .flags = ROW_ALWAYS),
     ROW_STRING("@unit", HostCacheBank, unit),
     ROW_CPUS("@cpus",   HostCacheBank, cpus),
     ROW_LIST("control", HostCacheBank, controls, CacheControl));

ROWS(MonitorFeature,
     ROW_STRING("@name", MonitorFeature, name, .flags = ROW_REQUIRED));

ROWS(ResourceMonitor,
     ROW_UINT("@level",          ResourceMonitor, level),
     ROW_UINT("@reuseThreshold", ResourceMonitor, reuse_threshold),
     ROW_UINT("@maxMonitors",    ResourceMonitor, max_monitors, .flags = ROW_ALWAYS),
     ROW_LIST("feature",         ResourceMonitor, features, MonitorFeature));

ROWS(BandwidthControl,
     ROW_UINT("@granularity", BandwidthControl, granularity, .flags = ROW_ALWAYS),
     ROW_UINT("@min",         BandwidthControl, min),
     ROW_UINT("@maxAllocs",   BandwidthControl, max_allocations, .flags = ROW_ALWAYS));

ROWS(BandwidthNode,
     ROW_UINT("@id",     BandwidthNode, id, .flags = ROW_ALWAYS),
     ROW_CPUS("@cpus",   BandwidthNode, cpus),
     ROW_LIST("control", BandwidthNode, controls, BandwidthControl));

ROWS(SecurityLabel,
     ROW_STRING("@type", SecurityLabel, type, .flags = ROW_REQUIRED),
     ROW_STRING(".",     SecurityLabel, label));

ROWS(SecurityModel,
     ROW_STRING("model",   SecurityModel, model, .flags = ROW_REQUIRED),
     ROW_STRING("doi",     SecurityModel, doi, .flags = ROW_ALWAYS | ROW_REQUIRED),
     ROW_LIST("baselabel", SecurityModel, labels, SecurityLabel));

ROWS(UriTransport,
     ROW_STRING(".", UriTransport, name));

ROWS(HostCapabilities,
     ROW_UUID("uuid",                                 HostCapabilities, uuid),
     ROW_IN("cpu",                                    HostCapabilities, cpu, HostProcessor),
     ROW_FLAG("power_management/suspend_mem",         HostCapabilities, suspend_mem, .flags = ROW_KEEP),
     ROW_FLAG("power_management/suspend_disk",        HostCapabilities, suspend_disk),
     ROW_FLAG("power_management/suspend_hybrid",      HostCapabilities, suspend_hybrid),
     ROW_YESNO("iommu/@support",                      HostCapabilities, iommu),
     ROW_FLAG("migration_features",                   HostCapabilities, migration),
     ROW_FLAG("migration_features/live",              HostCapabilities, live_migration),
     ROW_LIST("migration_features/uri_transports/uri_transport", HostCapabilities, uri_transports, UriTransport),
     ROW_COUNT("topology/cells/@num",                 HostCapabilities, n_cells, .when = host_has_cells),
     ROW_LIST("topology/cells/cell",                  HostCapabilities, cells, HostNode),
     ROW_LIST("topology/interconnects/latency",       HostCapabilities, latencies, NumaLatency),
     ROW_LIST("topology/interconnects/bandwidth",     HostCapabilities, bandwidths, NumaBandwidth),
     ROW_LIST("cache/bank",                           HostCapabilities, cache_banks, HostCacheBank),
     ROW_SUB("cache/monitor",                         HostCapabilities, cache_monitor, ResourceMonitor),
     ROW_LIST("memory_bandwidth/node",                HostCapabilities, bandwidth_nodes, BandwidthNode),
     ROW_SUB("memory_bandwidth/monitor",              HostCapabilities, bandwidth_monitor, ResourceMonitor),
     ROW_LIST("secmodel",                             HostCapabilities, secmodels, SecurityModel));

ROWS(GuestMachine,
     ROW_STRING("@canonical", GuestMachine, canonical),
     ROW_UINT("@maxCpus",     GuestMachine, max_cpus),
     ROW_YESNO("@deprecated", GuestMachine, deprecated),
     ROW_STRING(".",          GuestMachine, name));

ROWS(GuestDomain,
     ROW_ENUM("@type",      GuestDomain, type, VirtType, .flags = ROW_REQUIRED),
     ROW_STRING("emulator", GuestDomain, emulator),
     ROW_LIST("machine",    GuestDomain, machines, GuestMachine));

ROWS(GuestToggle,
     ROW_SWITCH("@default", GuestToggle, default_state),
     ROW_YESNO("@toggle",   GuestToggle, toggle));

ROWS(GuestCapabilities,
     ROW_STRING("os_type",                 GuestCapabilities, os_type, .flags = ROW_REQUIRED),
     ROW_STRING("arch/@name",              GuestCapabilities, arch, .flags = ROW_REQUIRED),
     ROW_UINT("arch/wordsize",             GuestCapabilities, wordsize),
     ROW_STRING("arch/emulator",           GuestCapabilities, emulator),
     ROW_STRING("arch/loader",             GuestCapabilities, loader),
     ROW_LIST("arch/machine",              GuestCapabilities, machines, GuestMachine),
     ROW_LIST("arch/domain",               GuestCapabilities, domains, GuestDomain),
     ROW_FLAG("features/pae",              GuestCapabilities, pae),
     ROW_FLAG("features/nonpae",           GuestCapabilities, nonpae),
     ROW_SUB("features/acpi",              GuestCapabilities, acpi, GuestToggle),
     ROW_SUB("features/apic",              GuestCapabilities, apic, GuestToggle),
     ROW_FLAG("features/cpuselection",     GuestCapabilities, cpuselection),
     ROW_FLAG("features/deviceboot",       GuestCapabilities, deviceboot),
     ROW_SUB("features/disksnapshot",      GuestCapabilities, disksnapshot, GuestToggle),
     ROW_SUB("features/hap",               GuestCapabilities, hap, GuestToggle),
     ROW_FLAG("features/externalSnapshot", GuestCapabilities, external_snapshot));

ROWS(Capabilities,
     ROW_IN("host",    Capabilities, host, HostCapabilities),
     ROW_LIST("guest", Capabilities, guests, GuestCapabilities));

/* clang-format on */
