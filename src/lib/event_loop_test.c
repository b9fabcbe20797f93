/* The default event loop, through the public functions. */
#include <libvirt/libvirt.h>
#include <unistd.h>

#include <glib.h>

typedef struct Seen {
        int calls, freed, events, id, other;
} Seen;

static void on_free(void *opaque)
{
        ((Seen *)opaque)->freed++;
}

static void on_timer(int timer, void *opaque)
{
        Seen *seen = opaque;

        g_assert_cmpint(timer, ==, seen->id);
        seen->calls++;
}

static void on_handle(int watch, int fd, int events, void *opaque)
{
        Seen *seen = opaque;

        g_assert_cmpint(watch, ==, seen->id);
        seen->calls++;
        seen->events |= events;
}

static void run(void)
{
        g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
}

static void test_arguments(void)
{
        g_assert_cmpint(virEventAddHandle(-1, VIR_EVENT_HANDLE_READABLE, on_handle, NULL, NULL), ==, -1);
        g_assert_cmpint(virEventAddHandle(0, VIR_EVENT_HANDLE_READABLE, NULL, NULL, NULL), ==, -1);
        g_assert_cmpint(virEventAddTimeout(0, NULL, NULL, NULL), ==, -1);
        g_assert_cmpint(virEventAddTimeout(-2, on_timer, NULL, NULL), ==, -1);
        g_assert_cmpint(virEventRemoveHandle(12345), ==, -1);
        g_assert_cmpint(virEventRemoveTimeout(12345), ==, -1);
}

static void test_timer(void)
{
        Seen seen = { 0 }, still = { 0 };

        still.id = virEventAddTimeout(-1, on_timer, &still, on_free);
        seen.id = virEventAddTimeout(0, on_timer, &seen, on_free);
        g_assert_cmpint(seen.id, >, 0);
        run();
        run();
        g_assert_cmpint(seen.calls, ==, 2);
        g_assert_cmpint(still.calls, ==, 0);
        virEventUpdateTimeout(seen.id, -1);
        virEventUpdateTimeout(still.id, 0);
        run();
        g_assert_cmpint(seen.calls, ==, 2);
        g_assert_cmpint(still.calls, ==, 1);
        g_assert_cmpint(virEventRemoveTimeout(seen.id), ==, 0);
        g_assert_cmpint(virEventRemoveTimeout(seen.id), ==, -1);
        g_assert_cmpint(seen.freed, ==, 0); /* from the loop only */
        run();
        g_assert_cmpint(seen.freed, ==, 1);
        virEventRemoveTimeout(still.id);
        run();
        g_assert_cmpint(still.freed, ==, 1);
}

static void test_handle(void)
{
        Seen seen = { 0 }, timer = { 0 };
        int ends[2];

        g_assert_cmpint(pipe(ends), ==, 0);
        seen.id = virEventAddHandle(ends[0], VIR_EVENT_HANDLE_READABLE, on_handle, &seen, on_free);
        g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
        run();
        g_assert_cmpint(seen.calls, ==, 1);
        g_assert_cmpint(seen.events, ==, VIR_EVENT_HANDLE_READABLE);
        /* Nothing wanted: not even the hang-up is told. */
        virEventUpdateHandle(seen.id, 0);
        close(ends[1]);
        timer.id = virEventAddTimeout(0, on_timer, &timer, NULL);
        run();
        g_assert_cmpint(timer.calls, ==, 1);
        g_assert_cmpint(seen.calls, ==, 1);
        virEventUpdateHandle(seen.id, VIR_EVENT_HANDLE_READABLE);
        run();
        g_assert_cmpint(seen.events & VIR_EVENT_HANDLE_HANGUP, !=, 0);
        virEventRemoveTimeout(timer.id);
        virEventRemoveHandle(seen.id);
        run();
        g_assert_cmpint(seen.freed, ==, 1);
        close(ends[0]);
}

/* Removes itself and another that is ready in the same round. */
static void on_handle_remove_both(int watch, int fd, int events, void *opaque)
{
        Seen *seen = opaque;

        seen->calls++;
        g_assert_cmpint(virEventRemoveHandle(seen->id), ==, 0);
        g_assert_cmpint(virEventRemoveHandle(seen->other), ==, 0);
        g_assert_cmpint(seen->freed, ==, 0);
}

static void test_remove_inside(void)
{
        Seen first = { 0 }, second = { 0 };
        int ends[2];

        g_assert_cmpint(pipe(ends), ==, 0);
        g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
        first.id = virEventAddHandle(ends[0], VIR_EVENT_HANDLE_READABLE, on_handle_remove_both, &first, on_free);
        second.id = virEventAddHandle(ends[0], VIR_EVENT_HANDLE_READABLE, on_handle, &second, on_free);
        first.other = second.id;
        run();
        g_assert_cmpint(first.calls, ==, 1);
        g_assert_cmpint(second.calls, ==, 0);
        g_assert_cmpint(first.freed, ==, 1);
        g_assert_cmpint(second.freed, ==, 1);
        close(ends[0]);
        close(ends[1]);
}

static void on_timer_nested(int timer, void *opaque)
{
        Seen *seen = opaque;

        if (seen->calls++ == 0) {
                virEventRemoveTimeout(timer);
                virEventAddTimeout(0, on_timer_nested, seen, NULL);
                run();
                g_assert_cmpint(seen->freed, ==, 0); /* the outer round still looks at it */
        } else {
                virEventRemoveTimeout(timer);
        }
}

static void test_nested(void)
{
        Seen seen = { 0 };

        seen.id = virEventAddTimeout(0, on_timer_nested, &seen, on_free);
        run();
        g_assert_cmpint(seen.calls, ==, 2);
        g_assert_cmpint(seen.freed, ==, 1);
}

static void on_timer_once(int timer, void *opaque)
{
        g_atomic_int_inc(&((Seen *)opaque)->calls);
}

static void *add_from_thread(void *opaque)
{
        Seen *seen = opaque;

        /* The loop may sleep for ever by now or be about to: both must see this. */
        g_atomic_int_set(&seen->id, virEventAddTimeout(0, on_timer_once, seen, NULL));
        return NULL;
}

static void test_wakes_up(void)
{
        for (int i = 0; i < 200; i++) {
                Seen seen = { 0 };
                GThread *thread = g_thread_new("adder", add_from_thread, &seen);

                while (!g_atomic_int_get(&seen.calls))
                        run();
                g_thread_join(thread);
                virEventRemoveTimeout(seen.id);
                run();
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_assert_cmpint(virEventRegisterDefaultImpl(), ==, 0);
        g_test_add_func("/event-loop/arguments", test_arguments);
        g_test_add_func("/event-loop/timer", test_timer);
        g_test_add_func("/event-loop/handle", test_handle);
        g_test_add_func("/event-loop/remove-inside", test_remove_inside);
        g_test_add_func("/event-loop/nested", test_nested);
        g_test_add_func("/event-loop/wakes-up", test_wakes_up);
        return g_test_run();
}
