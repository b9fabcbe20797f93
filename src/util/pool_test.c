#include "util/pool.h"

#include "test_wait.h"

typedef struct Work {
        Pool *pool;
        Counter started, go, done;
        int order[1000];
        int n;
} Work;

static void append(void *opaque)
{
        Work *work = opaque;

        work->order[work->n] = work->n; /* one worker: no lock */
        work->n++;
        counter_add(&work->done, 1);
}

static void test_all_is_done(void)
{
        Work work = { .pool = pool_new("test", 1, 1) };

        for (int i = 0; i < 1000; i++)
                pool_push(work.pool, append, &work);
        pool_free(work.pool);
        g_assert_cmpint(work.n, ==, 1000);
        g_assert_null(pool_free(NULL));
}

static void hold(void *opaque)
{
        Work *work = opaque;

        counter_add(&work->started, 1);
        counter_wait(&work->go, 1);
        counter_add(&work->done, 1);
}

static void test_maximum(void)
{
        Work work = { .pool = pool_new("test", 0, 3) };
        PoolStats stats;

        pool_get_stats(work.pool, &stats);
        g_assert_cmpuint(stats.current, ==, 0);
        for (int i = 0; i < 10; i++)
                pool_push(work.pool, hold, &work);
        counter_wait(&work.started, 3);
        pool_get_stats(work.pool, &stats);
        g_assert_cmpuint(stats.min, ==, 0);
        g_assert_cmpuint(stats.max, ==, 3);
        g_assert_cmpuint(stats.current, ==, 3);
        g_assert_cmpuint(stats.queued, ==, 7);
        g_assert_cmpuint(stats.free, ==, 0);
        g_assert_cmpint(counter_get(&work.started), ==, 3);
        counter_add(&work.go, 1);
        pool_free(work.pool);
        g_assert_cmpint(counter_get(&work.done), ==, 10);
}

static void test_minimum_is_started(void)
{
        Pool *pool = pool_new("test", 5, 20);
        PoolStats stats;

        pool_get_stats(pool, &stats);
        g_assert_cmpuint(stats.current, ==, 5);
        g_assert_cmpuint(stats.free, ==, 5);
        pool_free(pool);
}

static void hold_waiting(void *opaque)
{
        pool_wait_begin();
        pool_wait_begin(); /* they nest */
        hold(opaque);
        pool_wait_end();
        pool_wait_end();
}

static void quick(void *opaque)
{
        counter_add(&((Work *)opaque)->done, 1);
}

/* Workers that wait occupy threads, not the service. */
static void test_waiting_workers_are_replaced(void)
{
        Work work = { .pool = pool_new("test", 1, 2) };
        PoolStats stats;

        for (int i = 0; i < 20; i++)
                pool_push(work.pool, hold_waiting, &work);
        counter_wait(&work.started, 20);
        pool_get_stats(work.pool, &stats);
        g_assert_cmpuint(stats.blocked, ==, 20);
        pool_push(work.pool, quick, &work);
        counter_wait(&work.done, 1);
        counter_add(&work.go, 1);
        pool_free(work.pool);
        g_assert_cmpint(counter_get(&work.done), ==, 21);
        pool_wait_begin(); /* not a worker: nothing happens */
        pool_wait_end();
}

static void test_limits(void)
{
        Work work = { .pool = pool_new("test", 0, 1) };
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(pool_set_limits(work.pool, 0, 0, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_INVALID_ARG);
        g_assert_cmpint(pool_set_limits(work.pool, 3, 2, NULL), ==, -1);
        for (int i = 0; i < 6; i++)
                pool_push(work.pool, hold, &work);
        counter_wait(&work.started, 1);
        g_assert_cmpint(pool_set_limits(work.pool, 2, 6, NULL), ==, 0);
        counter_wait(&work.started, 6);
        g_assert_cmpint(pool_set_limits(work.pool, 0, 1, NULL), ==, 0);
        counter_add(&work.go, 1);
        counter_wait(&work.done, 6);
        pool_push(work.pool, quick, &work);
        counter_wait(&work.done, 7);
        pool_free(work.pool);
}

static void push_more(void *opaque)
{
        Work *work = opaque;

        for (int i = 0; i < 10; i++)
                pool_push(work->pool, quick, work);
}

static void test_pushed_by_workers_and_threads(void)
{
        Work work = { .pool = pool_new("test", 0, 4) };

        for (int i = 0; i < 500; i++)
                pool_push(work.pool, push_more, &work);
        counter_wait(&work.done, 5000);
        pool_free(work.pool);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/pool/all-is-done", test_all_is_done);
        g_test_add_func("/pool/maximum", test_maximum);
        g_test_add_func("/pool/minimum-is-started", test_minimum_is_started);
        g_test_add_func("/pool/waiting-workers-are-replaced", test_waiting_workers_are_replaced);
        g_test_add_func("/pool/limits", test_limits);
        g_test_add_func("/pool/pushed-by-workers-and-threads", test_pushed_by_workers_and_threads);
        return g_test_run();
}
