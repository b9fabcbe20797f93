/* Figures that only QEMU knows: asked afresh by the call, one outstanding query for each guest, shared by all callers.
 *
 * A guest gets 200 ms once. While that query is unanswered, later calls do not wait: they get what was known before
 * and how old it is. */
#pragma once

#include "calls/figures.h"
#include "guest/instance.h"

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
/** halt_poll_figures: what KVM's vcpus of @pid spent waiting for work. False: this kernel does not say. */
bool halt_poll_figures(pid_t pid, uint64_t *ret_success_ns, uint64_t *ret_fail_ns);
/** rss_kib: resident memory of @pid; 0: unknown. */
uint64_t rss_kib(pid_t pid);
