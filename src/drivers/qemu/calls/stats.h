/* Figures that only QEMU knows: asked afresh by the call, one outstanding query for each guest, shared by all callers.
 *
 * A guest gets 200 ms once. While that query is unanswered, later calls do not wait: they get what was known before
 * and how old it is. */
#pragma once

#include "guest/instance.h"

typedef struct BlockFigures {
        char *alias; /* of the device */
        uint64_t read_ops, read_bytes, read_ns;
        uint64_t write_ops, write_bytes, write_ns;
        uint64_t flush_ops, flush_ns;
        uint64_t highest_write; /* how far the image is written; for "allocation" */
        uint64_t capacity;      /* 0: unknown */
} BlockFigures;

/* By virDomainMemoryStatTags; `has` says which are told. */
typedef struct MemoryFigures {
        uint64_t value[VIR_DOMAIN_MEMORY_STAT_NR];
        bool has[VIR_DOMAIN_MEMORY_STAT_NR];
} MemoryFigures;

typedef struct Figures {
        int refs;
        GArray *blocks; /* of BlockFigures */
        MemoryFigures memory;
} Figures;

Figures *figures_unref(Figures *figures); /* returns NULL; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Figures, figures_unref)
const BlockFigures *figures_of_disk(const Figures *figures, const Disk *disk);

/** stats_ask: begin a query if none is under way. Never waits. */
void stats_ask(Guest *guest, const DomainView *view);
/** stats_collect: wait for the query, at most until 200 ms after it began. A reference to the figures, NULL when there
 * never were any; *ret_age_ms is 0 when they are fresh. */
Figures *stats_collect(Guest *guest, int64_t *ret_age_ms);
/** stats_fresh: both, for calls without room for an age: VIR_ERR_OPERATION_TIMEOUT tells it when they are old. */
Figures *stats_fresh(Guest *guest, const DomainView *view, Error *err);

/* From /proc. */
typedef struct CpuFigures {
        uint64_t user_ns, system_ns;
        int cpu;      /* where it last ran; -1: unknown */
        bool running; /* or ready to */
        uint64_t wait_ns;
} CpuFigures;

/** cpu_figures: of process @pid, or of its thread @tid (0: the whole). False: it is gone. */
bool cpu_figures(pid_t pid, pid_t tid, CpuFigures *ret);
/** rss_kib: resident memory of @pid; 0: unknown. */
uint64_t rss_kib(pid_t pid);
