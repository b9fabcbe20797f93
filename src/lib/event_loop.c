/* The default event loop: poll(2) over what the program and the library registered, run by the program's thread in
 * virEventRunDefaultImpl().
 *
 * Any thread and any callback may add, change and remove at any time. Nothing is freed but by the thread that runs the
 * loop, between callbacks; that is also where the `free` functions are called. */
#define ERROR_DOMAIN VIR_FROM_EVENT
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/event_impl.h"
#include "util/auto.h"

typedef struct Source {
        int id;
        int fd;          /* -1: a timer */
        int events;      /* virEventHandleType bits wanted; 0: none */
        int interval_ms; /* -1: disarmed */
        int64_t due_us;  /* monotonic; of an armed timer */
        virEventHandleCallback on_handle;
        virEventTimeoutCallback on_timeout;
        void *opaque;
        virFreeCallback free;
        int busy; /* rounds of the loop that look at it; they nest when a callback runs the loop */
        bool removed;
} Source;

static struct {
        pthread_mutex_t lock; /* all below, and every Source */
        GPtrArray *sources;   /* Source, in order of registration */
        int next_handle, next_timer;
        int wake_fd; /* -1: not made yet */
        int polling; /* threads inside poll() */
} loop = { .lock = PTHREAD_MUTEX_INITIALIZER, .next_handle = 1, .next_timer = 1, .wake_fd = -1 };

/* Under the lock: whoever sleeps in poll() looks again. */
static void loop_wake(void)
{
        uint64_t one = 1;

        if (!loop.polling)
                return;
        /* A full counter has the same effect as one more. */
        if (write(loop.wake_fd, &one, sizeof(one)) < 0)
                return;
}

/* Under the lock. */
static void loop_prepare(void)
{
        if (!loop.sources)
                loop.sources = g_ptr_array_new();
        if (loop.wake_fd < 0)
                loop.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static Source *source_add(void *opaque, virFreeCallback free)
{
        Source *source = g_new0(Source, 1);

        source->opaque = opaque;
        source->free = free;
        source->fd = -1;
        source->interval_ms = -1;
        loop_prepare();
        g_ptr_array_add(loop.sources, source);
        loop_wake();
        return source;
}

static Source *source_find(int id, bool timer)
{
        for (size_t i = 0; loop.sources && i < loop.sources->len; i++) {
                Source *source = g_ptr_array_index(loop.sources, i);

                if (source->id == id && (source->on_timeout != NULL) == timer && !source->removed)
                        return source;
        }
        return NULL;
}

static int source_remove(int id, bool timer)
{
        Source *source;

        LOCKED(&loop.lock);
        source = source_find(id, timer);
        if (!source)
                return -1;
        source->removed = true;
        loop_wake();
        return 0;
}

static int add_handle(int fd, int events, virEventHandleCallback func, void *opaque, virFreeCallback free)
{
        Source *source;

        if (fd < 0 || !func)
                return -1;
        LOCKED(&loop.lock);
        source = source_add(opaque, free);
        source->fd = fd;
        source->events = events;
        source->on_handle = func;
        source->id = loop.next_handle++;
        return source->id;
}

static void update_handle(int watch, int events)
{
        Source *source;

        LOCKED(&loop.lock);
        source = source_find(watch, false);
        if (!source)
                return;
        source->events = events;
        loop_wake();
}

static int remove_handle(int watch)
{
        return source_remove(watch, false);
}

static void timer_arm(Source *source, int interval_ms)
{
        source->interval_ms = interval_ms;
        source->due_us = g_get_monotonic_time() + (int64_t)interval_ms * 1000;
}

static int add_timeout(int interval_ms, virEventTimeoutCallback func, void *opaque, virFreeCallback free)
{
        Source *source;

        if (interval_ms < -1 || !func)
                return -1;
        LOCKED(&loop.lock);
        source = source_add(opaque, free);
        source->on_timeout = func;
        source->id = loop.next_timer++;
        timer_arm(source, interval_ms);
        return source->id;
}

static void update_timeout(int timer, int interval_ms)
{
        Source *source;

        LOCKED(&loop.lock);
        source = source_find(timer, true);
        if (!source || interval_ms < -1)
                return;
        timer_arm(source, interval_ms);
        loop_wake();
}

static int remove_timeout(int timer)
{
        return source_remove(timer, true);
}

const EventImpl event_loop_impl = {
        .add_handle = add_handle,
        .update_handle = update_handle,
        .remove_handle = remove_handle,
        .add_timeout = add_timeout,
        .update_timeout = update_timeout,
        .remove_timeout = remove_timeout,
};

static short events_to_poll(int events)
{
        return (events & VIR_EVENT_HANDLE_READABLE ? POLLIN : 0) | (events & VIR_EVENT_HANDLE_WRITABLE ? POLLOUT : 0) |
               (events & VIR_EVENT_HANDLE_ERROR ? POLLERR : 0) | (events & VIR_EVENT_HANDLE_HANGUP ? POLLHUP : 0);
}

static int events_from_poll(short events)
{
        return (events & POLLIN ? VIR_EVENT_HANDLE_READABLE : 0) | (events & POLLOUT ? VIR_EVENT_HANDLE_WRITABLE : 0) |
               (events & (POLLERR | POLLNVAL) ? VIR_EVENT_HANDLE_ERROR : 0) |
               (events & POLLHUP ? VIR_EVENT_HANDLE_HANGUP : 0);
}

/* What one round looks at: the poll set (the first is our own wake-up), who stands behind each place, all timers. */
typedef struct Round {
        GArray *polled;     /* struct pollfd */
        GPtrArray *handles; /* Source of polled[i + 1] */
        GPtrArray *timers;  /* Source */
        int wait_ms;
} Round;

static void round_add_timer(Round *round, Source *source, int64_t now)
{
        int64_t left_ms;

        if (source->interval_ms < 0)
                return;
        source->busy++;
        g_ptr_array_add(round->timers, source);
        left_ms = source->due_us <= now ? 0 : (source->due_us - now + 999) / 1000;
        if (round->wait_ms < 0 || left_ms < round->wait_ms)
                round->wait_ms = left_ms;
}

/* Under the lock. */
static void round_begin(Round *round)
{
        int64_t now = g_get_monotonic_time();
        struct pollfd wake = { .events = POLLIN };

        loop_prepare();
        wake.fd = loop.wake_fd;
        round->polled = g_array_new(false, false, sizeof(struct pollfd));
        round->handles = g_ptr_array_new();
        round->timers = g_ptr_array_new();
        round->wait_ms = -1;
        g_array_append_val(round->polled, wake);
        for (size_t i = 0; i < loop.sources->len; i++) {
                Source *source = g_ptr_array_index(loop.sources, i);
                struct pollfd place = { .fd = source->fd, .events = events_to_poll(source->events) };

                if (source->removed) {
                        round->wait_ms = 0; /* somebody waits for its free function */
                        continue;
                }
                if (source->on_timeout) {
                        round_add_timer(round, source, now);
                } else if (source->events) {
                        source->busy++;
                        g_array_append_val(round->polled, place);
                        g_ptr_array_add(round->handles, source);
                }
        }
        loop.polling++;
}

static void round_dispatch_timers(const Round *round)
{
        int64_t now = g_get_monotonic_time();

        for (size_t i = 0; i < round->timers->len; i++) {
                Source *source = g_ptr_array_index(round->timers, i);
                bool fire;

                pthread_mutex_lock(&loop.lock);
                fire = !source->removed && source->interval_ms >= 0 && source->due_us <= now;
                if (fire)
                        timer_arm(source, source->interval_ms);
                pthread_mutex_unlock(&loop.lock);
                if (fire)
                        source->on_timeout(source->id, source->opaque);
        }
}

static void round_dispatch_handles(const Round *round)
{
        for (size_t i = 0; i < round->handles->len; i++) {
                Source *source = g_ptr_array_index(round->handles, i);
                int events = events_from_poll(g_array_index(round->polled, struct pollfd, i + 1).revents);
                bool fire;

                if (!events)
                        continue;
                pthread_mutex_lock(&loop.lock);
                /* An earlier callback of this round may have lost interest. */
                fire = !source->removed &&
                       (events & (source->events | VIR_EVENT_HANDLE_ERROR | VIR_EVENT_HANDLE_HANGUP)) && source->events;
                pthread_mutex_unlock(&loop.lock);
                if (fire)
                        source->on_handle(source->id, source->fd, events, source->opaque);
        }
}

/* A removed source that no round looks at any more, taken out of the list; NULL: none. */
static Source *take_removed(void)
{
        LOCKED(&loop.lock);
        for (size_t i = 0; i < loop.sources->len; i++) {
                Source *source = g_ptr_array_index(loop.sources, i);

                if (source->removed && !source->busy)
                        return g_ptr_array_remove_index(loop.sources, i);
        }
        return NULL;
}

static void free_removed(void)
{
        Source *source;

        while ((source = take_removed())) {
                if (source->free)
                        source->free(source->opaque);
                g_free(source);
        }
}

/* Every source that round_begin() counted; those that came later have a busy count of their own, 0. */
static void round_end(Round *round, const GPtrArray *seen)
{
        pthread_mutex_lock(&loop.lock);
        for (size_t i = 0; i < seen->len; i++)
                ((Source *)g_ptr_array_index(seen, i))->busy--;
        pthread_mutex_unlock(&loop.lock);
        g_array_unref(round->polled);
        g_ptr_array_unref(round->handles);
        g_ptr_array_unref(round->timers);
}

static int round_wait(Round *round, Error *err)
{
        struct pollfd *polled = &g_array_index(round->polled, struct pollfd, 0);
        uint64_t count;
        int r = poll(polled, round->polled->len, round->wait_ms);
        int saved = errno;

        LOCKED(&loop.lock);
        loop.polling--;
        if (r > 0 && polled[0].revents && read(loop.wake_fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
                return error_errno(err, errno, "cannot read the wake-up of the event loop");
        if (r < 0 && saved != EINTR)
                return error_errno(err, saved, "Unable to poll on file handles");
        return r < 0 ? 0 : 1;
}

int event_loop_run(Error *err)
{
        g_autoptr(GPtrArray) seen = g_ptr_array_new();
        Round round;
        int r;

        pthread_mutex_lock(&loop.lock);
        round_begin(&round);
        g_ptr_array_extend(seen, round.timers, NULL, NULL);
        g_ptr_array_extend(seen, round.handles, NULL, NULL);
        pthread_mutex_unlock(&loop.lock);

        r = round_wait(&round, err);
        if (r > 0) {
                round_dispatch_timers(&round);
                round_dispatch_handles(&round);
        }
        round_end(&round, seen);
        free_removed();
        return r < 0 ? -1 : 0;
}
