#include "util/lane.h"

#include <string.h>

#include "test_wait.h"
#include "util/pool.h"

typedef struct World {
        Lane *lane;
        Counter started, go, done;
        GString *order;
        int inside;
} World;

static World *world_new(void)
{
        World *world = g_new0(World, 1);

        world->lane = lane_new("domain 'web'");
        world->order = g_string_new(NULL);
        return world;
}

static void world_free(World *world)
{
        lane_unref(world->lane);
        g_string_free(world->order, TRUE);
        g_free(world);
}

static int fail(void *opaque, Error *err)
{
        return error_set(err, VIR_ERR_OPERATION_FAILED, "on purpose");
}

static int answer(void *opaque, Error *err)
{
        return 5;
}

static void test_result(void)
{
        World *world = world_new();
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(lane_run(world->lane, "answer", -1, answer, NULL, &err), ==, 5);
        g_assert_cmpint(lane_run(world->lane, "fail", -1, fail, NULL, &err), ==, -1);
        g_assert_cmpstr(err.message, ==, "operation failed: on purpose");
        g_assert_null(lane_holder(world->lane, NULL));
        world_free(world);
        g_assert_null(lane_unref(NULL));
}

static int nested(void *opaque, Error *err)
{
        World *world = opaque;

        return lane_run(world->lane, "inner", 0, answer, NULL, err) + 1;
}

static void test_inside_itself_at_once(void)
{
        World *world = world_new();

        g_assert_cmpint(lane_run(world->lane, "outer", -1, nested, world, NULL), ==, 6);
        world_free(world);
}

static int hold(void *opaque, Error *err)
{
        World *world = opaque;

        counter_add(&world->started, 1);
        counter_wait(&world->go, 1);
        counter_add(&world->done, 1);
        return 0;
}

typedef struct Letter {
        World *world;
        char letter;
} Letter;

static int add_letter(void *opaque, Error *err)
{
        const Letter *letter = opaque;

        g_string_append_c(letter->world->order, letter->letter);
        counter_add(&letter->world->done, 1);
        return 0;
}

static void test_order_of_arrival(void)
{
        World *world = world_new();
        Letter letters[26];

        lane_post(world->lane, "hold", hold, world);
        counter_wait(&world->started, 1);
        for (int i = 0; i < 26; i++) {
                letters[i] = (Letter){ world, (char)('a' + i) };
                lane_post(world->lane, "letter", add_letter, &letters[i]);
        }
        counter_add(&world->go, 1);
        counter_wait(&world->done, 27);
        g_assert_cmpint(lane_run(world->lane, "last", -1, answer, NULL, NULL), ==, 5);
        g_assert_cmpstr(world->order->str, ==, "abcdefghijklmnopqrstuvwxyz");
        world_free(world);
}

static void test_deadline(void)
{
        World *world = world_new();
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *name = NULL;
        int64_t age = -1;

        lane_post(world->lane, "hold", hold, world);
        counter_wait(&world->started, 1);
        g_assert_cmpint(lane_run(world->lane, "late", 20, answer, NULL, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_TIMEOUT);
        g_assert_cmpstr(err.message, ==,
                        "Timed out during operation: cannot acquire state change lock (held by hold for 0 s) of "
                        "domain 'web'");
        name = lane_holder(world->lane, &age);
        g_assert_cmpstr(name, ==, "hold");
        g_assert_cmpint(age, >=, 20);
        g_assert_cmpint(lane_run(world->lane, "now", 0, answer, NULL, NULL), ==, -1);
        counter_add(&world->go, 1);
        g_assert_cmpint(lane_run(world->lane, "patient", -1, answer, NULL, NULL), ==, 5);
        world_free(world);
}

static int count_inside(void *opaque, Error *err)
{
        World *world = opaque;

        g_assert_cmpint(world->inside++, ==, 0);
        g_thread_yield();
        world->inside--;
        counter_add(&world->done, 1);
        return 0;
}

enum { THREADS = 6, ROUNDS = 300 };

static void *run_often(void *opaque)
{
        World *world = opaque;
        int timeouts = 0;

        for (int i = 0; i < ROUNDS; i++) {
                if (i % 3 == 0)
                        lane_post(world->lane, "posted", count_inside, world);
                else if (lane_run(world->lane, "run", i % 3 == 1 ? -1 : 1, count_inside, world, NULL) < 0)
                        timeouts++;
        }
        counter_add(&world->done, timeouts);
        return NULL;
}

static void test_one_at_a_time(void)
{
        World *world = world_new();
        GThread *threads[THREADS];

        for (int i = 0; i < THREADS; i++)
                threads[i] = g_thread_new("run", run_often, world);
        for (int i = 0; i < THREADS; i++)
                g_thread_join(threads[i]);
        counter_wait(&world->done, THREADS * ROUNDS);
        g_assert_cmpint(lane_run(world->lane, "last", -1, answer, NULL, NULL), ==, 5);
        g_assert_cmpint(counter_get(&world->done), ==, THREADS * ROUNDS);
        world_free(world);
}

static void take_turn(void *opaque)
{
        World *world = opaque;

        counter_add(&world->started, 1);
        lane_run(world->lane, "worker", -1, count_inside, world, NULL);
}

static void count_started(void *opaque)
{
        counter_add(&((World *)opaque)->started, 1);
}

/* Workers in the queue of a lane do not count as running. */
static void test_waiting_for_a_lane_frees_the_pool(void)
{
        World *world = world_new();
        Pool *pool = pool_new("test", 0, 1);

        lane_post(world->lane, "hold", hold, world);
        counter_wait(&world->started, 1);
        for (int i = 0; i < 5; i++)
                pool_push(pool, take_turn, world);
        pool_push(pool, count_started, world);
        counter_wait(&world->started, 7);
        counter_add(&world->go, 1);
        pool_free(pool);
        g_assert_cmpint(counter_get(&world->done), ==, 6);
        world_free(world);
}

static int drop(void *opaque, Error *err)
{
        World *world = opaque;

        world->lane = lane_unref(world->lane);
        counter_add(&world->done, 1);
        return 0;
}

static void test_job_drops_the_lane(void)
{
        World *world = world_new();

        lane_post(world->lane, "post", fail, world); /* logged, nobody waits */
        lane_run(world->lane, "drop", -1, drop, world, NULL);
        g_assert_null(world->lane);
        world_free(world);
}

static int take_other(void *opaque, Error *err)
{
        World *other = opaque;

        return lane_run(other->lane, "from another lane", -1, nested, other, err);
}

static void test_lane_within_lane(void)
{
        World *a = world_new(), *b = world_new();

        g_assert_cmpint(lane_run(a->lane, "a", -1, take_other, b, NULL), ==, 6);
        world_free(a);
        world_free(b);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/lane/result", test_result);
        g_test_add_func("/lane/inside-itself-at-once", test_inside_itself_at_once);
        g_test_add_func("/lane/order-of-arrival", test_order_of_arrival);
        g_test_add_func("/lane/deadline", test_deadline);
        g_test_add_func("/lane/one-at-a-time", test_one_at_a_time);
        g_test_add_func("/lane/waiting-for-a-lane-frees-the-pool", test_waiting_for_a_lane_frees_the_pool);
        g_test_add_func("/lane/job-drops-the-lane", test_job_drops_the_lane);
        g_test_add_func("/lane/lane-within-lane", test_lane_within_lane);
        return g_test_run();
}
