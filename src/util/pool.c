/* Worker threads, as many as can run, not as many as wait. */
#include "util/pool.h"

#include <errno.h>
#include <pthread.h>

#include "thread.h"
#include "util/auto.h"
#include "util/log.h"

enum { IDLE_MS = 30000 }; /* a worker above the minimum leaves after so long without work */

typedef struct Job {
        PoolFunc func;
        void *opaque;
} Job;

struct Pool {
        char *name;
        pthread_mutex_t lock; /* protects all that follows */
        pthread_cond_t work;  /* something queued, a limit changed, or the end */
        pthread_cond_t gone;  /* a worker left */
        GQueue queue;         /* of Job */
        unsigned min, max;
        unsigned current; /* workers */
        unsigned idle;    /* of these: waiting for work */
        unsigned blocked; /* of these: between pool_wait_begin() and pool_wait_end() */
        bool ending;
        bool has_left; /* one worker that left is not joined yet: */
        pthread_t left;
};

/* The pool that this thread works for, and how deep it waits. */
static _Thread_local Pool *my_pool;
static _Thread_local unsigned my_depth;

static void *worker_main(void *opaque);

static unsigned running(const Pool *pool)
{
        return pool->current - pool->blocked;
}

/* With the lock: one more worker if there is work for it, or fewer than the minimum. It counts as idle from the
 * start, so that a second call does not start a second one for the same job. Whether one was started. */
static bool spawn_if_needed(Pool *pool)
{
        pthread_t thread;
        int r;

        if (running(pool) >= pool->max)
                return false;
        if (pool->queue.length <= pool->idle && pool->current >= pool->min)
                return false;
        r = thread_start(&thread, pool->name, worker_main, pool);
        if (r != 0)
                return false; /* those that are there do the work in time; see pool_push() */
        pool->current++;
        pool->idle++;
        return true;
}

static void spawn_needed(Pool *pool)
{
        while (spawn_if_needed(pool))
                ;
}

/* With the lock: whether an idle worker should leave. */
static bool is_superfluous(const Pool *pool, bool waited_long)
{
        if (running(pool) > pool->max)
                return true;
        if (pool->queue.length > 0)
                return false;
        return pool->ending || (waited_long && pool->current > pool->min);
}

/* With the lock: the next job, or NULL to leave. */
static Job *next_job(Pool *pool)
{
        bool waited_long = false;

        while (!is_superfluous(pool, waited_long)) {
                struct timespec until;
                Job *job = g_queue_pop_head(&pool->queue);

                if (job)
                        return job;
                until = deadline_in(IDLE_MS);
                pool->idle++;
                waited_long = pthread_cond_timedwait(&pool->work, &pool->lock, &until) == ETIMEDOUT;
                pool->idle--;
        }
        return NULL;
}

/* Each worker that leaves joins the one that left before it; pool_free() joins the last. */
static void leave(Pool *pool)
{
        bool had_left = pool->has_left;
        pthread_t before = pool->left;

        pool->left = pthread_self();
        pool->has_left = true;
        pool->current--;
        if (!g_queue_is_empty(&pool->queue)) /* the signal that woke us was for somebody who stays */
                pthread_cond_signal(&pool->work);
        pthread_cond_broadcast(&pool->gone);
        pthread_mutex_unlock(&pool->lock);
        if (had_left)
                pthread_join(before, NULL);
}

static void *worker_main(void *opaque)
{
        Pool *pool = opaque;
        Job *job;

        my_pool = pool;
        pthread_mutex_lock(&pool->lock);
        pool->idle--;
        while ((job = next_job(pool))) {
                pthread_mutex_unlock(&pool->lock);
                job->func(job->opaque);
                g_free(job);
                pthread_mutex_lock(&pool->lock);
        }
        leave(pool);
        return NULL;
}

Pool *pool_new(const char *name, unsigned min, unsigned max)
{
        Pool *pool = g_new0(Pool, 1);

        pool->name = g_strdup(name);
        pool->max = MAX(max, 1);
        pool->min = MIN(min, pool->max);
        g_queue_init(&pool->queue);
        pthread_mutex_init(&pool->lock, NULL);
        cond_init(&pool->work);
        cond_init(&pool->gone);

        LOCKED(&pool->lock);
        spawn_needed(pool);
        return pool;
}

Pool *pool_free(Pool *pool)
{
        if (!pool)
                return NULL;
        pthread_mutex_lock(&pool->lock);
        pool->ending = true;
        pthread_cond_broadcast(&pool->work);
        while (pool->current > 0)
                pthread_cond_wait(&pool->gone, &pool->lock);
        pthread_mutex_unlock(&pool->lock);
        if (pool->has_left)
                pthread_join(pool->left, NULL);

        pthread_mutex_destroy(&pool->lock);
        pthread_cond_destroy(&pool->work);
        pthread_cond_destroy(&pool->gone);
        g_free(pool->name);
        g_free(pool);
        return NULL;
}

void pool_push(Pool *pool, PoolFunc func, void *opaque)
{
        Job *job = g_new(Job, 1);
        LOCKED(&pool->lock);

        job->func = func;
        job->opaque = opaque;
        g_queue_push_tail(&pool->queue, job);
        spawn_if_needed(pool);
        if (pool->idle > 0)
                pthread_cond_signal(&pool->work);
        else if (pool->current == 0)
                log_error("no thread can be started for '%s': work waits", pool->name);
}

int pool_set_limits(Pool *pool, unsigned min, unsigned max, Error *err)
{
        if (max == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "a pool needs a maximum of at least one worker");
        if (min > max)
                return error_set(err, VIR_ERR_INVALID_ARG, "the minimum of %u workers is above the maximum of %u", min,
                                 max);

        LOCKED(&pool->lock);
        pool->min = min;
        pool->max = max;
        spawn_needed(pool);
        pthread_cond_broadcast(&pool->work);
        return 0;
}

void pool_get_stats(Pool *pool, PoolStats *ret_stats)
{
        LOCKED(&pool->lock);

        *ret_stats = (PoolStats){
                .min = pool->min,
                .max = pool->max,
                .current = pool->current,
                .free = pool->idle,
                .queued = pool->queue.length,
                .blocked = pool->blocked,
        };
}

void pool_wait_begin(void)
{
        Pool *pool = my_pool;

        if (!pool || my_depth++ > 0)
                return;
        LOCKED(&pool->lock);
        pool->blocked++;
        spawn_needed(pool);
}

void pool_wait_end(void)
{
        Pool *pool = my_pool;

        if (!pool || --my_depth > 0)
                return;
        LOCKED(&pool->lock);
        pool->blocked--;
}

struct timespec pool_wait_limit(int ms)
{
        enum { NS = 1000 * 1000 * 1000 };
        struct timespec limit;

        clock_gettime(CLOCK_REALTIME, &limit);
        limit.tv_sec += ms / 1000;
        limit.tv_nsec += (long)(ms % 1000) * 1000 * 1000;
        if (limit.tv_nsec >= NS) {
                limit.tv_nsec -= NS;
                limit.tv_sec++;
        }
        return limit;
}
