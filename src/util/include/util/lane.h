/* A lane: the queue of changes to one object (a guest, a network, a pool). One job at a time, in order of arrival.
 * Holding the object means being the running job: there is no lock to pair. */
#pragma once

#include <stdint.h>

#include "util/error.h"

typedef struct Lane Lane;

typedef int (*LaneJob)(void *opaque, Error *err);

Lane *lane_new(const char *what); /* "domain 'web'": for messages */
Lane *lane_ref(Lane *lane);
Lane *lane_unref(Lane *lane); /* returns NULL */

/**
 * lane_run: run @job in the calling thread when its turn comes; @name says who holds the lane in messages.
 * Waits at most @deadline_ms (-1: for ever) for the turn, then fails with VIR_ERR_OPERATION_TIMEOUT ("cannot acquire
 * state change lock ...", with the holder's name and age). Called from inside a job of the same lane it runs at once.
 * Returns what @job returned.
 */
int lane_run(Lane *lane, const char *name, int64_t deadline_ms, LaneJob job, void *opaque, Error *err);

/** lane_post: queue a job that nobody waits for; it runs on a thread of the lanes' own pool. Errors are logged. */
void lane_post(Lane *lane, const char *name, LaneJob job, void *opaque);

/** lane_holder: name and age of the running job; NULL when idle. The caller frees. */
char *lane_holder(Lane *lane, int64_t *ret_age_ms);
