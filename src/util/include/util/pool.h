/* Worker threads. A worker that has to wait for somebody else (a guest's monitor, a lane) says so, and the pool
 * starts another in its place: a hung guest occupies threads, never the service. */
#pragma once

#include <time.h>

#include "util/error.h"

typedef struct Pool Pool;
typedef void (*PoolFunc)(void *opaque);

typedef struct PoolStats {
        unsigned min, max, current, free, queued, blocked;
} PoolStats;

/** pool_new: between @min and @max threads that run; waiting ones do not count. */
Pool *pool_new(const char *name, unsigned min, unsigned max);
/** pool_free: finish what is queued, join; returns NULL; accepts NULL. */
Pool *pool_free(Pool *pool);
/** pool_push: @func(@opaque) on some worker, in order of arrival. */
void pool_push(Pool *pool, PoolFunc func, void *opaque);
int pool_set_limits(Pool *pool, unsigned min, unsigned max, Error *err);
void pool_get_stats(Pool *pool, PoolStats *ret_stats);

/** Around every wait of unknown length in a worker; no-ops on other threads. They nest. */
void pool_wait_begin(void);
void pool_wait_end(void);
/** pool_wait_limit: when a wait that begins now has lasted @ms, as pthread_cond_timedwait() wants it. */
struct timespec pool_wait_limit(int ms);
