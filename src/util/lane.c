/* A lane: one job at a time, in order of arrival. The turn is handed from job to job: whoever ends gives it to the
 * first in the queue, so nobody can overtake. */
#include "util/lane.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "thread.h"
#include "util/auto.h"
#include "util/log.h"
#include "util/pool.h"

enum { LANE_WORKERS = 32 }; /* posted jobs that run at the same time, on all lanes; waiting ones do not count */

/* A place in the queue of a lane. */
typedef struct Turn {
        Lane *lane;
        const char *name;
        int64_t since_us; /* when it began to run */
        bool granted;
        bool posted; /* nobody waits: runs on the lanes' pool; allocated, owns its name and a reference to the lane */
        pthread_cond_t come; /* its turn has come; unused by posted ones */
        LaneJob job;
        void *opaque;
        struct Turn *outer; /* of the same thread: the turn in which this one was taken */
} Turn;

struct Lane {
        atomic_int refs;
        char *what;
        pthread_mutex_t lock; /* protects running, waiting and the turns in them */
        Turn *running;
        GQueue waiting; /* of Turn */
};

/* The turns that this thread has, innermost first. */
static _Thread_local Turn *my_turns;

static void run_posted(void *opaque);

static Pool *lanes_pool;

static void make_lanes_pool(void)
{
        lanes_pool = pool_new("lane", 0, LANE_WORKERS);
}

static Pool *posted_pool(void)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;

        pthread_once(&once, make_lanes_pool);
        return lanes_pool;
}

Lane *lane_new(const char *what)
{
        Lane *lane = g_new0(Lane, 1);

        lane->refs = 1;
        lane->what = g_strdup(what);
        g_queue_init(&lane->waiting);
        pthread_mutex_init(&lane->lock, NULL);
        return lane;
}

Lane *lane_ref(Lane *lane)
{
        atomic_fetch_add(&lane->refs, 1);
        return lane;
}

Lane *lane_unref(Lane *lane)
{
        if (!lane || atomic_fetch_sub(&lane->refs, 1) > 1)
                return NULL;
        pthread_mutex_destroy(&lane->lock);
        g_free(lane->what);
        g_free(lane);
        return NULL;
}

/* With the lock: the turn is @turn's. Returns whether the caller must push it to the pool. */
static bool grant(Lane *lane, Turn *turn)
{
        lane->running = turn;
        turn->since_us = g_get_monotonic_time();
        turn->granted = true;
        if (!turn->posted)
                pthread_cond_signal(&turn->come);
        return turn->posted;
}

static void push_posted(Turn *turn)
{
        pool_push(posted_pool(), run_posted, turn);
}

/* The running turn ends; the next one begins. */
static void pass_on(Lane *lane)
{
        Turn *next;
        bool push;

        pthread_mutex_lock(&lane->lock);
        lane->running = NULL;
        next = g_queue_pop_head(&lane->waiting);
        push = next && grant(lane, next);
        pthread_mutex_unlock(&lane->lock);
        if (push)
                push_posted(next);
}

static int run_granted(Turn *turn, Error *err)
{
        int r;

        turn->outer = my_turns;
        my_turns = turn;
        r = turn->job(turn->opaque, err);
        my_turns = turn->outer;
        pass_on(turn->lane);
        return r;
}

static void run_posted(void *opaque)
{
        Turn *turn = opaque;
        Lane *lane = turn->lane;
        ERROR_AUTO Error err = ERROR_INIT;

        if (run_granted(turn, &err) < 0)
                log_error("%s: %s failed: %s", lane->what, turn->name, err.message ? err.message : "no reason given");
        g_free((char *)turn->name);
        g_free(turn);
        lane_unref(lane);
}

static bool is_mine(const Lane *lane)
{
        for (const Turn *turn = my_turns; turn; turn = turn->outer)
                if (turn->lane == lane)
                        return true;
        return false;
}

/* With the lock: waits until the turn is granted; false when the time is over. */
static bool wait_for(Lane *lane, Turn *turn, int64_t deadline_ms)
{
        struct timespec until = deadline_in(MAX(deadline_ms, 0));

        while (!turn->granted) {
                if (deadline_ms < 0)
                        pthread_cond_wait(&turn->come, &lane->lock);
                else if (pthread_cond_timedwait(&turn->come, &lane->lock, &until) == ETIMEDOUT)
                        break;
        }
        return turn->granted;
}

/* The holder's name and age; takes the lock. */
static char *holder(Lane *lane, int64_t *ret_age_ms)
{
        LOCKED(&lane->lock);

        if (!lane->running)
                return NULL;
        *ret_age_ms = (g_get_monotonic_time() - lane->running->since_us) / 1000;
        return g_strdup(lane->running->name);
}

static int report_busy(Lane *lane, Error *err)
{
        int64_t age_ms = 0;
        g_autofree char *name = holder(lane, &age_ms);

        return error_set(err, VIR_ERR_OPERATION_TIMEOUT,
                         "cannot acquire state change lock (held by %s for %lld s) of %s", name ? name : "nobody now",
                         (long long)age_ms / 1000, lane->what);
}

/* Queues @turn and waits for it; false when the time is over. */
static bool take_turn(Lane *lane, Turn *turn, int64_t deadline_ms)
{
        bool granted;

        pthread_mutex_lock(&lane->lock);
        if (!lane->running) {
                grant(lane, turn);
                pthread_mutex_unlock(&lane->lock);
                return true;
        }
        g_queue_push_tail(&lane->waiting, turn);
        pthread_mutex_unlock(&lane->lock);

        pool_wait_begin();
        pthread_mutex_lock(&lane->lock);
        granted = wait_for(lane, turn, deadline_ms);
        if (!granted)
                g_queue_remove(&lane->waiting, turn);
        pthread_mutex_unlock(&lane->lock);
        pool_wait_end();
        return granted;
}

int lane_run(Lane *lane, const char *name, int64_t deadline_ms, LaneJob job, void *opaque, Error *err)
{
        Turn turn = { .lane = lane, .name = name, .job = job, .opaque = opaque };
        int r;

        if (is_mine(lane))
                return job(opaque, err);

        lane_ref(lane); /* the job may drop the caller's */
        cond_init(&turn.come);
        if (take_turn(lane, &turn, deadline_ms))
                r = run_granted(&turn, err);
        else
                r = report_busy(lane, err);
        pthread_cond_destroy(&turn.come);
        lane_unref(lane);
        return r;
}

void lane_post(Lane *lane, const char *name, LaneJob job, void *opaque)
{
        Turn *turn = g_new0(Turn, 1);
        bool push = false;

        turn->lane = lane_ref(lane);
        turn->name = g_strdup(name);
        turn->posted = true;
        turn->job = job;
        turn->opaque = opaque;

        pthread_mutex_lock(&lane->lock);
        if (!lane->running)
                push = grant(lane, turn);
        else
                g_queue_push_tail(&lane->waiting, turn);
        pthread_mutex_unlock(&lane->lock);
        if (push)
                push_posted(turn);
}

char *lane_holder(Lane *lane, int64_t *ret_age_ms)
{
        int64_t age_ms;
        char *name = holder(lane, &age_ms);

        if (name && ret_age_ms)
                *ret_age_ms = age_ms;
        return name;
}
