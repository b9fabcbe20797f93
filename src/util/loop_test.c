#include "util/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_wait.h"
#include "util/auto.h"

/* What a source of these tests works with. */
typedef struct Case {
        Loop *loop;
        LoopSource *source, *other;
        Counter called, freed;
        atomic_uint events;
        int status;
        Counter may_return; /* the callback waits for it where the test wants that */
} Case;

static Case *case_new(void)
{
        Case *c = g_new0(Case, 1);

        c->loop = loop_new("test", NULL);
        g_assert_nonnull(c->loop);
        return c;
}

static void case_free(Case *c)
{
        loop_free(c->loop);
        g_free(c);
}

static void count_free(void *opaque)
{
        counter_add(&((Case *)opaque)->freed, 1);
}

static void on_fd(LoopSource *source, int fd, unsigned events, void *opaque)
{
        Case *c = opaque;
        char letter;

        c->events = events;
        if (events & LOOP_IN)
                g_assert_cmpint(read(fd, &letter, 1), >=, 0);
        if (events & (LOOP_HANGUP | LOOP_ERROR))
                loop_set_events(source, 0), loop_remove(source);
        if ((events & LOOP_OUT) && !(events & LOOP_HANGUP))
                loop_set_events(source, LOOP_IN);
        counter_add(&c->called, 1);
}

static void test_descriptor(void)
{
        Case *c = case_new();
        int ends[2];

        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
        c->source = loop_add_fd(c->loop, ends[0], LOOP_IN, on_fd, c, count_free);
        g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
        counter_wait(&c->called, 1);
        loop_set_events(c->source, LOOP_IN | LOOP_OUT);
        counter_wait(&c->called, 2);
        g_assert_cmpuint(c->events, ==, LOOP_OUT);
        close(ends[1]);
        counter_wait(&c->freed, 1);
        g_assert_true(c->events & LOOP_HANGUP);
        g_assert_false(loop_is_current(c->loop));
        close(ends[0]);
        case_free(c);
}

static void on_second(LoopSource *source, int fd, unsigned events, void *opaque)
{
        Case *c = opaque;

        loop_set_events(source, 0);
        counter_add(&c->freed, 1);
}

/* One descriptor, watched twice. */
static void test_same_descriptor_twice(void)
{
        Case *c = case_new();
        int ends[2];

        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
        c->source = loop_add_fd(c->loop, ends[0], LOOP_IN, on_fd, c, NULL);
        c->other = loop_add_fd(c->loop, ends[0], LOOP_OUT, on_second, c, NULL);
        counter_wait(&c->freed, 1);
        g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
        counter_wait(&c->called, 1);
        loop_remove(c->source);
        loop_remove(c->other);
        close(ends[0]);
        close(ends[1]);
        case_free(c);
}

static void test_descriptor_that_cannot_be_watched(void)
{
        Case *c = case_new();

        errno = 0;
        g_assert_null(loop_add_fd(c->loop, -1, LOOP_IN, on_fd, c, count_free));
        g_assert_cmpint(errno, ==, EBADF);
        case_free(c);
}

static void on_timer(LoopSource *source, void *opaque)
{
        counter_add(&((Case *)opaque)->called, 1);
}

static void test_timers(void)
{
        Case *c = case_new();
        gint64 start = g_get_monotonic_time();

        c->source = loop_add_timer(c->loop, 20, 0, on_timer, c, count_free);
        counter_wait(&c->called, 1);
        g_assert_cmpint(g_get_monotonic_time() - start, >=, 20000);
        loop_set_timer(c->source, 0, 1);
        counter_wait(&c->called, 6);
        loop_set_timer(c->source, -1, 0);
        loop_remove(c->source);
        g_assert_cmpint(counter_get(&c->freed), ==, 1);
        case_free(c);
}

static void record(LoopSource *source, void *opaque)
{
        Case *c = opaque;

        c->events = c->events * 10 + (source == c->source ? 1 : 2);
        counter_add(&c->called, 1);
}

static void test_timers_in_order(void)
{
        Case *c = case_new();

        c->source = loop_add_timer(c->loop, -1, 0, record, c, NULL);
        c->other = loop_add_timer(c->loop, -1, 0, record, c, NULL);
        loop_set_timer(c->source, 30, 0);
        loop_set_timer(c->other, 10, 0);
        counter_wait(&c->called, 2);
        g_assert_cmpuint(c->events, ==, 21);
        case_free(c);
}

static void remove_both(LoopSource *source, void *opaque)
{
        Case *c = opaque;

        g_assert_true(loop_is_current(c->loop));
        loop_remove(source == c->source ? c->other : c->source);
        loop_remove(source);
        counter_add(&c->called, 1);
}

static void arm_both(void *opaque)
{
        Case *c = opaque;

        c->source = loop_add_timer(c->loop, 0, 0, remove_both, c, count_free);
        c->other = loop_add_timer(c->loop, 0, 0, remove_both, c, count_free);
}

/* Both are due; the first removes the second, which must not be called. */
static void test_remove_inside(void)
{
        Case *c = case_new();

        loop_call(c->loop, arm_both, c);
        counter_wait(&c->freed, 2);
        g_assert_cmpint(counter_get(&c->called), ==, 1);
        case_free(c);
}

static void linger(LoopSource *source, void *opaque)
{
        Case *c = opaque;

        counter_add(&c->called, 1);
        counter_wait(&c->may_return, 1);
        c->status = 42;
}

static void *remove_it(void *opaque)
{
        Case *c = opaque;

        loop_remove(c->source);
        g_assert_cmpint(c->status, ==, 42); /* the callback had returned */
        return NULL;
}

static void test_removal_waits_for_callback(void)
{
        Case *c = case_new();
        GThread *thread;

        c->source = loop_add_timer(c->loop, 0, 0, linger, c, count_free);
        counter_wait(&c->called, 1);
        thread = g_thread_new("remove", remove_it, c);
        g_assert_cmpint(counter_get(&c->freed), ==, 0);
        counter_add(&c->may_return, 1);
        g_thread_join(thread);
        g_assert_cmpint(counter_get(&c->freed), ==, 1);
        case_free(c);
}

static void on_end(LoopSource *source, pid_t pid, int status, void *opaque)
{
        Case *c = opaque;

        c->status = status;
        counter_add(&c->called, 1);
}

static void test_process(void)
{
        Case *c = case_new();
        siginfo_t end;
        pid_t pid = fork();

        if (pid == 0)
                _exit(7);
        c->source = loop_add_process(c->loop, pid, on_end, c, count_free, NULL);
        counter_wait(&c->called, 1);
        g_assert_cmpint(WEXITSTATUS(c->status), ==, 7);
        g_assert_cmpint(waitpid(pid, NULL, WNOHANG), ==, -1); /* reaped */
        loop_remove(c->source);

        pid = fork();
        if (pid == 0)
                _exit(8);
        g_assert_cmpint(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT), ==, 0);
        c->source = loop_add_process(c->loop, pid, on_end, c, count_free, NULL); /* a zombie already */
        counter_wait(&c->called, 2);
        g_assert_cmpint(WEXITSTATUS(c->status), ==, 8);
        case_free(c);
}

/* A process that is not our child: its parent, the child in the middle, waits for it. */
static void test_foreign_process(void)
{
        Case *c = case_new();
        int ends[2];
        pid_t middle, grandchild;

        g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
        middle = fork();
        if (middle == 0) {
                grandchild = fork();
                if (grandchild == 0)
                        for (;;)
                                pause();
                if (write(ends[1], &grandchild, sizeof(grandchild)) < 0)
                        _exit(1);
                waitpid(grandchild, NULL, 0);
                _exit(0);
        }
        g_assert_cmpint(read(ends[0], &grandchild, sizeof(grandchild)), ==, sizeof(grandchild));
        c->source = loop_add_process(c->loop, grandchild, on_end, c, NULL, NULL);
        g_assert_nonnull(c->source);
        kill(grandchild, SIGKILL);
        counter_wait(&c->called, 1);
        g_assert_cmpint(c->status, ==, -1);
        waitpid(middle, NULL, 0);
        close(ends[0]);
        close(ends[1]);
        case_free(c);
}

static void test_no_such_process(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Case *c = case_new();
        pid_t pid = fork();

        if (pid == 0)
                _exit(0);
        waitpid(pid, NULL, 0);
        g_assert_null(loop_add_process(c->loop, pid, on_end, c, count_free, &err));
        g_assert_cmpint(err.int1, ==, ESRCH);
        case_free(c);
}

static void call_back(void *opaque)
{
        Case *c = opaque;

        g_assert_true(loop_is_current(c->loop));
        counter_add(&c->called, 1);
}

static void test_calls_and_end(void)
{
        Case *c = case_new();
        Counter *called = &c->called, *freed = &c->freed;

        loop_add_timer(c->loop, 1000000, 0, on_timer, c, count_free);
        for (int i = 0; i < 100; i++)
                loop_call(c->loop, call_back, c);
        loop_remove(NULL);
        c->loop = loop_free(c->loop); /* what was asked for is done first */
        g_assert_cmpint(counter_get(called), ==, 100);
        g_assert_cmpint(counter_get(freed), ==, 1);
        g_assert_null(loop_free(NULL));
        g_free(c);
}

enum { STRESS_THREADS = 4, STRESS_ROUNDS = 400 };

static void *stress(void *opaque)
{
        Case *c = opaque;

        for (int i = 0; i < STRESS_ROUNDS; i++) {
                AUTO_FD int fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
                LoopSource *timer = loop_add_timer(c->loop, 0, 0, on_timer, c, count_free);
                LoopSource *source = loop_add_fd(c->loop, fd, LOOP_IN, on_second, c, NULL);

                loop_set_timer(timer, 0, 1);
                if (i % 2)
                        loop_call(c->loop, call_back, c);
                loop_remove(source);
                loop_remove(timer);
        }
        return NULL;
}

static void test_many_threads(void)
{
        Case *c = case_new();
        GThread *threads[STRESS_THREADS];

        for (int i = 0; i < STRESS_THREADS; i++)
                threads[i] = g_thread_new("stress", stress, c);
        for (int i = 0; i < STRESS_THREADS; i++)
                g_thread_join(threads[i]);
        g_assert_cmpint(counter_get(&c->freed), >=, STRESS_THREADS * STRESS_ROUNDS);
        case_free(c);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/loop/descriptor", test_descriptor);
        g_test_add_func("/loop/same-descriptor-twice", test_same_descriptor_twice);
        g_test_add_func("/loop/descriptor-that-cannot-be-watched", test_descriptor_that_cannot_be_watched);
        g_test_add_func("/loop/timers", test_timers);
        g_test_add_func("/loop/timers-in-order", test_timers_in_order);
        g_test_add_func("/loop/remove-inside", test_remove_inside);
        g_test_add_func("/loop/removal-waits-for-callback", test_removal_waits_for_callback);
        g_test_add_func("/loop/process", test_process);
        g_test_add_func("/loop/foreign-process", test_foreign_process);
        g_test_add_func("/loop/no-such-process", test_no_such_process);
        g_test_add_func("/loop/calls-and-end", test_calls_and_end);
        g_test_add_func("/loop/many-threads", test_many_threads);
        return g_test_run();
}
