/* What QEMU told of one guest at one time. Pure: answers go in, as JSON from whoever wrote them. */
#pragma once

#include "conf/domain.h"
#include "util/json.h"

/* Of a disk, by its device. */
typedef struct BlockFigures {
        char *alias; /* of the device */
        uint64_t read_ops, read_bytes, read_ns;
        uint64_t write_ops, write_bytes, write_ns;
        uint64_t flush_ops, flush_ns;
        uint64_t highest_write; /* how far the image is written; for "allocation" */
} BlockFigures;

/* Of an image, by one of its nodes. */
typedef struct NodeFigures {
        uint64_t capacity; /* 0: unknown */
        uint64_t physical;
        uint64_t threshold;     /* 0: none */
        uint64_t highest_write; /* as above */
        bool has_highest;
} NodeFigures;

/* By virDomainMemoryStatTags; `has` says which are told. */
typedef struct MemoryFigures {
        uint64_t value[VIR_DOMAIN_MEMORY_STAT_NR];
        bool has[VIR_DOMAIN_MEMORY_STAT_NR];
} MemoryFigures;

typedef struct IothreadFigures {
        unsigned id;
        uint64_t poll_max_ns;
        unsigned poll_grow, poll_shrink;
} IothreadFigures;

typedef struct DirtyRateFigures {
        bool told;
        int status; /* virDomainDirtyRateStatus */
        int64_t start_time;
        int period;
        const char *mode;             /* NULL: not said */
        int64_t megabytes_per_second; /* once it is measured */
        GArray *vcpus;                /* of uint64_t, likewise; NULL: not for each */
} DirtyRateFigures;

/* One of the kernel's own: "halt_poll_success_ns". */
typedef struct KernelFigure {
        char *name;
        const char *kind; /* "sum", "cur", "max" */
        uint64_t value;
        int vcpu; /* -1: the machine's */
} KernelFigure;

typedef struct Figures {
        int refs;
        GArray *blocks;    /* of BlockFigures */
        GHashTable *nodes; /* name: NodeFigures */
        MemoryFigures memory;
        GArray *iothreads; /* of IothreadFigures */
        DirtyRateFigures dirty_rate;
        GHashTable *kernel_kinds; /* name: kind, of the schema */
        GPtrArray *kernel;        /* of KernelFigure */
} Figures;

Figures *figures_new(void);
Figures *figures_ref(Figures *figures);
Figures *figures_unref(Figures *figures); /* returns NULL; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Figures, figures_unref)

const BlockFigures *figures_of_disk(const Figures *figures, const Disk *disk);
/** figures_of_source: NULL: QEMU did not tell of it. @ret_threshold: of the node that holds its bytes. */
const NodeFigures *figures_of_source(const Figures *figures, const Source *source, uint64_t *ret_threshold);

/* Answers to: query-blockstats, query-named-block-nodes, query-balloon, qom-get of the balloon's guest-stats,
 * query-iothreads, query-dirty-rate, query-stats-schemas, query-stats. What is wrong in them is left out. */
void figures_take_block_stats(Figures *figures, const Json *reply);
void figures_take_nodes(Figures *figures, const Json *reply);
void figures_take_balloon(Figures *figures, const Json *reply);
void figures_take_guest_stats(Figures *figures, const Json *reply);
void figures_take_iothreads(Figures *figures, const Json *reply);
void figures_take_dirty_rate(Figures *figures, const Json *reply);
void figures_take_kernel_schemas(Figures *figures, const Json *reply);
void figures_take_kernel(Figures *figures, const Json *reply);
