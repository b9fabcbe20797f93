/* Counters of the kernel for the threads of a running guest. */
#pragma once

#include "conf/domain.h"

/* An event is counted from 0 here: the values of PerfEventName begin with "none". */
enum { PERF_EVENTS = PERF_EVENT_MAX_ - 1 };

static inline const char *perf_event_name(size_t index)
{
        return PerfEventName_names[index + 1];
}

typedef struct GuestPerf GuestPerf; /* any thread may use it */

GuestPerf *guest_perf_new(void);
void guest_perf_free(GuestPerf *perf); /* accepts NULL */

/** guest_perf_apply: the events that @live switches on, and no others, are counted for all threads of @pid.
 * VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_ERR_SYSTEM_ERROR name the event that the kernel refuses: then all is as before. */
int guest_perf_apply(GuestPerf *perf, pid_t pid, const Domain *live, Error *err);
/** guest_perf_end: nothing is counted any more. */
void guest_perf_end(GuestPerf *perf);

/** guest_perf_read: how often event @index has happened; false: it is not counted. */
bool guest_perf_read(GuestPerf *perf, size_t index, uint64_t *ret);
/** perf_is_wanted: whether @definition switches event @index on. */
bool perf_is_wanted(const Domain *definition, size_t index);
