/* What the host and its hypervisors can do: the <capabilities> document. */
#pragma once

#include "conf/cpu.h"
#include "conf/machine.h"
#include "conf/tune.h"
#include "conf/document.h"

typedef struct HostFeature {
        char *name;
} HostFeature;
extern const Rows HostFeature_rows;

/* Of one size. */
typedef struct HostPageSize {
        uint64_t size_kib;
} HostPageSize;
extern const Rows HostPageSize_rows;

typedef struct HostCounter {
        char *name;
        uint64_t frequency;
        YesNo scaling;
} HostCounter;
extern const Rows HostCounter_rows;

typedef struct HostProcessor {
        char *arch;
        bool pae;
        bool nonpae;
        bool vmx;
        bool svm;
        char *model;
        char *vendor;
        unsigned microcode;
        OptUint family;
        OptUint model_number;
        OptUint stepping;
        struct HostCounter *counter;
        unsigned sockets;
        unsigned dies;
        unsigned cores;
        unsigned threads;
        CpuMaxPhysMode phys_mode;
        OptUint phys_bits;
        HostFeature *cpu_features;
        size_t n_cpu_features;
        HostPageSize *pages;
        size_t n_pages;
} HostProcessor;
extern const Rows HostProcessor_rows;

/* How many of one size. */
typedef struct CellPages {
        uint64_t size_kib;
        uint64_t count;
} CellPages;
extern const Rows CellPages_rows;

typedef struct CellCpu {
        unsigned id;
        OptUint socket;
        OptUint die;
        OptUint core;
        Bitmap *siblings;
} CellCpu;
extern const Rows CellCpu_rows;

typedef struct HostNode {
        unsigned id;
        uint64_t memory_kib;
        CellPages *pages;
        size_t n_pages;
        NumaDistance *distances;
        size_t n_distances;
        NumaCache *caches;
        size_t n_caches;
        CellCpu *cpus;
        size_t n_cpus;
} HostNode;
extern const Rows HostNode_rows;

typedef struct CacheControl {
        uint64_t granularity;
        uint64_t min;
        char *unit;
        CacheType type;
        unsigned max_allocations;
} CacheControl;
extern const Rows CacheControl_rows;

typedef struct HostCacheBank {
        unsigned id;
        unsigned level;
        CacheType type;
        uint64_t size;
        char *unit;
        Bitmap *cpus;
        CacheControl *controls;
        size_t n_controls;
} HostCacheBank;
extern const Rows HostCacheBank_rows;

typedef struct MonitorFeature {
        char *name;
} MonitorFeature;
extern const Rows MonitorFeature_rows;

typedef struct ResourceMonitor {
        unsigned level;
        unsigned reuse_threshold;
        unsigned max_monitors;
        MonitorFeature *features;
        size_t n_features;
} ResourceMonitor;
extern const Rows ResourceMonitor_rows;

typedef struct BandwidthControl {
        unsigned granularity;
        unsigned min;
        unsigned max_allocations;
} BandwidthControl;
extern const Rows BandwidthControl_rows;

typedef struct BandwidthNode {
        unsigned id;
        Bitmap *cpus;
        BandwidthControl *controls;
        size_t n_controls;
} BandwidthNode;
extern const Rows BandwidthNode_rows;

typedef struct SecurityLabel {
        char *type;
        char *label;
} SecurityLabel;
extern const Rows SecurityLabel_rows;

typedef struct SecurityModel {
        char *model;
        char *doi;
        SecurityLabel *labels;
        size_t n_labels;
} SecurityModel;
extern const Rows SecurityModel_rows;

typedef struct UriTransport {
        char *name;
} UriTransport;
extern const Rows UriTransport_rows;

typedef struct HostCapabilities {
        Uuid uuid;
        HostProcessor cpu;
        bool suspend_mem;
        bool suspend_disk;
        bool suspend_hybrid;
        YesNo iommu;
        bool migration;
        bool live_migration;
        UriTransport *uri_transports;
        size_t n_uri_transports;
        HostNode *cells;
        size_t n_cells;
        NumaLatency *latencies;
        size_t n_latencies;
        NumaBandwidth *bandwidths;
        size_t n_bandwidths;
        HostCacheBank *cache_banks;
        size_t n_cache_banks;
        struct ResourceMonitor *cache_monitor;
        BandwidthNode *bandwidth_nodes;
        size_t n_bandwidth_nodes;
        struct ResourceMonitor *bandwidth_monitor;
        SecurityModel *secmodels;
        size_t n_secmodels;
} HostCapabilities;
extern const Rows HostCapabilities_rows;

typedef struct GuestMachine {
        char *canonical;
        unsigned max_cpus;
        YesNo deprecated;
        char *name;
} GuestMachine;
extern const Rows GuestMachine_rows;

/* What one virtualization type has of its own. */
typedef struct GuestDomain {
        VirtType type;
        char *emulator;
        GuestMachine *machines;
        size_t n_machines;
} GuestDomain;
extern const Rows GuestDomain_rows;

typedef struct GuestToggle {
        Switch default_state;
        YesNo toggle;
} GuestToggle;
extern const Rows GuestToggle_rows;

/* One operating system type on one architecture. */
typedef struct GuestCapabilities {
        char *os_type;
        char *arch;
        unsigned wordsize;
        char *emulator;
        char *loader;
        GuestMachine *machines;
        size_t n_machines;
        GuestDomain *domains;
        size_t n_domains;
        bool pae;
        bool nonpae;
        struct GuestToggle *acpi;
        struct GuestToggle *apic;
        bool cpuselection;
        bool deviceboot;
        struct GuestToggle *disksnapshot;
        struct GuestToggle *hap;
        bool external_snapshot;
} GuestCapabilities;
extern const Rows GuestCapabilities_rows;

typedef struct Capabilities {
        HostCapabilities host;
        GuestCapabilities *guests;
        size_t n_guests;
} Capabilities;
extern const Rows Capabilities_rows;

/* Filled once, then never changed. */
DOCUMENT_DECLARE(Capabilities, capabilities);
