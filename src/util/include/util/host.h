/* Facts about the machine we run on, from /proc and /sys.
 *
 * @root is "" for this machine; tests give a folder that holds proc/, sys/ and etc/. Nothing is cached: the figures
 * change (hot-plug), and a caller that wants them often keeps them itself. Not for loop threads: large hosts take
 * milliseconds. */
#pragma once

#include <stdint.h>

#include "util/bitmap.h"
#include "util/error.h"
#include "util/text.h"

/* What virNodeGetInfo tells, with its meaning of each figure. */
typedef struct HostInfo {
        char model[32];      /* the machine architecture: "x86_64" */
        uint64_t memory_kib; /* of all NUMA cells where there are any */
        unsigned cpus;       /* online */
        unsigned mhz;        /* of the first CPU; 0: unknown */
        unsigned nodes;
        unsigned sockets; /* per node */
        unsigned cores;   /* per socket */
        unsigned threads; /* per core; an asymmetric host is shown as one socket with that many cores */
} HostInfo;

/** host_info: the summary. */
int host_info(const char *root, HostInfo *ret_info, Error *err);

/** host_cpu_map: how many CPU numbers there are, and which are online. */
int host_cpu_map(const char *root, unsigned *ret_present, Bitmap **ret_online, Error *err);

/** host_cpu_signature: what tells this kind of CPU from others; NULL where /proc/cpuinfo has nothing of the sort. The
 * caller frees. */
char *host_cpu_signature(const char *root);

/* Time since boot. */
typedef struct HostCpuTime {
        uint64_t kernel_ns, user_ns, idle_ns, iowait_ns;
} HostCpuTime;

/** host_cpu_time: of CPU @cpu, of all together with -1. */
int host_cpu_time(const char *root, int cpu, HostCpuTime *ret_time, Error *err);

typedef struct HostMemory {
        uint64_t total_kib, free_kib;
        uint64_t buffers_kib, cached_kib; /* of the whole host only: 0 for a cell */
} HostMemory;

/** host_memory: of NUMA cell @cell, of the whole host with -1. */
int host_memory(const char *root, int cell, HostMemory *ret_memory, Error *err);

/* Pages of one size. */
typedef struct HostPages {
        uint64_t size_kib;
        uint64_t count, free;
} HostPages;

typedef struct HostCpu {
        unsigned id, socket, die, core;
        Bitmap *siblings; /* the threads of its core, itself among them */
} HostCpu;

typedef struct HostDistance {
        unsigned cell, value;
} HostDistance;

/* A cache in front of a cell's memory. */
typedef struct HostMemoryCache {
        unsigned level;
        bool direct;        /* direct mapped; otherwise a line may be anywhere */
        bool write_through; /* otherwise write back */
        uint64_t size_bytes;
        unsigned line_bytes;
} HostMemoryCache;

typedef struct HostCell {
        unsigned id;
        HostMemory memory;
        HostPages *pages; /* the system's own size first, huge ones ascending */
        size_t n_pages;
        HostDistance *distances; /* none on a host without NUMA */
        size_t n_distances;
        HostMemoryCache *memory_caches;
        size_t n_memory_caches;
        HostCpu *cpus; /* online ones, ascending */
        size_t n_cpus;
} HostCell;

/* How fast CPUs of one cell get at memory of another, as firmware tells; 0: it does not. */
typedef struct HostMemoryPath {
        unsigned initiator, target;
        unsigned read_ns, write_ns;
        uint64_t read_kib, write_kib; /* a second */
} HostMemoryPath;

/* One cache that CPUs share. */
typedef struct HostCache {
        unsigned id, level;
        char *type; /* "both", "code" or "data" */
        uint64_t size_kib;
        Bitmap *cpus;
} HostCache;

typedef struct HostTopology {
        HostCell *cells; /* ascending; a host without NUMA has one */
        size_t n_cells;
        HostMemoryPath *paths; /* by initiator and target */
        size_t n_paths;
        HostCache *caches; /* of the third level and above, or that can be shared out; by level and id */
        size_t n_caches;
} HostTopology;

HostTopology *host_topology(const char *root, Error *err);
HostTopology *host_topology_free(HostTopology *topology); /* returns NULL; accepts NULL */

/** host_page_sizes: in KiB, ascending; *@ret_sizes is freed by the caller. */
int host_page_sizes(const char *root, uint64_t **ret_sizes, size_t *ret_n, Error *err);

/** host_free_pages: how many pages of @size_kib are free on @cell (-1: the whole host). */
int host_free_pages(const char *root, int cell, uint64_t size_kib, uint64_t *ret_free, Error *err);

/** host_has_iommu: whether devices are in IOMMU groups. */
bool host_has_iommu(const char *root);

/**
 * host_name: the host's name. A short one is made a full one where /etc/hosts has it: its first name on the first line
 * that has ours. Name servers are not asked: they may take for ever.
 */
char *host_name(const char *root, Error *err);

typedef enum { HOST_UUID_SMBIOS, HOST_UUID_MACHINE_ID } HostUuidSource;

/**
 * host_uuid: @setting if there is one (host_uuid of the configuration); else what @source says; else the one kept in
 * the file `host-uuid` of @folder, made on first use.
 */
int host_uuid(const char *root, const char *setting, HostUuidSource source, const char *folder,
              unsigned char ret_uuid[UUID_LENGTH], Error *err);

/** host_uuid_configure: what the process's configuration says, for callers that have no setting of their own. Once,
 * before there are other threads. @setting NULL: @source decides. */
void host_uuid_configure(const char *setting, HostUuidSource source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HostTopology, host_topology_free)
