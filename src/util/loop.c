/* A thread that waits for descriptors, timers and processes. */
#include "util/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "thread.h"
#include "util/auto.h"

enum { EVENTS_AT_ONCE = 64, WAKE_ID = 0 };

typedef enum { SOURCE_FD, SOURCE_TIMER, SOURCE_PROCESS } SourceKind;

struct LoopSource {
        Loop *loop;
        uint64_t id; /* never used twice: what epoll hands back may have been removed since */
        SourceKind kind;
        int fd;      /* the caller's, for messages to it */
        int watched; /* what epoll watches: fd, a duplicate where fd is watched already, or a pidfd; -1: none */
        bool owned;  /* watched is ours */
        pid_t pid;
        int64_t due_us, repeat_us; /* timers; due_us -1: not armed */
        union {
                LoopFdFunc fd;
                LoopTimerFunc timer;
                LoopProcessFunc process;
        } func;
        void *opaque;
        LoopFreeFunc free;
        bool removed_inside; /* by its own callback: the loop frees it when that returns */
};

typedef struct Call {
        void (*func)(void *opaque);
        void *opaque;
} Call;

struct Loop {
        pthread_t thread;
        int epoll, wake;
        pthread_mutex_t lock; /* protects all that follows, and the sources */
        pthread_cond_t idle;  /* a callback returned */
        GHashTable *sources;  /* id -> LoopSource */
        GTree *timers;        /* the armed ones by time */
        GQueue calls;         /* of Call */
        uint64_t last_id;
        LoopSource *running; /* whose callback runs now */
        bool ending;
};

static int compare_due(const void *a, const void *b, void *opaque)
{
        const LoopSource *x = a, *y = b;

        if (x->due_us != y->due_us)
                return x->due_us < y->due_us ? -1 : 1;
        return x->id < y->id ? -1 : x->id > y->id;
}

int loop_is_current(const Loop *loop)
{
        return pthread_equal(loop->thread, pthread_self());
}

/* The thread is waiting, or about to: what it waits for has changed. */
static void wake(Loop *loop)
{
        uint64_t one = 1;

        if (!loop_is_current(loop) && write(loop->wake, &one, sizeof(one)) < 0)
                g_assert(errno == EAGAIN); /* it is awake enough */
}

static uint32_t to_epoll(unsigned events)
{
        return (events & LOOP_IN ? EPOLLIN : 0U) | (events & LOOP_OUT ? EPOLLOUT : 0U);
}

static unsigned from_epoll(uint32_t events)
{
        return (events & EPOLLIN ? LOOP_IN : 0U) | (events & EPOLLOUT ? LOOP_OUT : 0U) |
               (events & EPOLLHUP ? LOOP_HANGUP : 0U) | (events & EPOLLERR ? LOOP_ERROR : 0U);
}

static LoopSource *source_new(Loop *loop, SourceKind kind, void *opaque, LoopFreeFunc free_opaque)
{
        LoopSource *source = g_new0(LoopSource, 1);

        source->loop = loop;
        source->kind = kind;
        source->fd = source->watched = -1;
        source->due_us = -1;
        source->opaque = opaque;
        source->free = free_opaque;
        return source;
}

/* With the lock. */
static void source_enter(LoopSource *source)
{
        source->id = ++source->loop->last_id;
        g_hash_table_insert(source->loop->sources, &source->id, source);
}

static void source_free(LoopSource *source)
{
        if (source->owned)
                close(source->watched);
        if (source->free)
                source->free(source->opaque);
        g_free(source);
}

/* With the lock: no event reaches it any more. */
static void source_leave(LoopSource *source)
{
        Loop *loop = source->loop;

        g_hash_table_remove(loop->sources, &source->id);
        if (source->due_us >= 0)
                g_tree_remove(loop->timers, source);
        if (source->watched >= 0)
                epoll_ctl(loop->epoll, EPOLL_CTL_DEL, source->watched, NULL);
}

/* With the lock: the source that is to be called, if it is still there. */
static LoopSource *begin(Loop *loop, uint64_t id)
{
        return loop->running = g_hash_table_lookup(loop->sources, &id);
}

/* The callback returned. */
static void end(Loop *loop, LoopSource *source)
{
        bool removed;

        pthread_mutex_lock(&loop->lock);
        removed = source->removed_inside;
        loop->running = NULL;
        pthread_cond_broadcast(&loop->idle);
        pthread_mutex_unlock(&loop->lock);
        if (removed) /* else it may be gone already */
                source_free(source);
}

/* What waitpid() says of a process that has ended; -1 if it is nobody's child of ours. */
static int reap(pid_t pid)
{
        int status;

        return waitpid(pid, &status, WNOHANG) == pid ? status : -1;
}

static void dispatch_event(Loop *loop, uint64_t id, uint32_t events)
{
        LoopSource *source;

        pthread_mutex_lock(&loop->lock);
        source = begin(loop, id);
        if (source && source->kind == SOURCE_PROCESS) /* it ends only once */
                epoll_ctl(loop->epoll, EPOLL_CTL_DEL, source->watched, NULL);
        pthread_mutex_unlock(&loop->lock);
        if (!source)
                return;
        if (source->kind == SOURCE_PROCESS)
                source->func.process(source, source->pid, reap(source->pid), source->opaque);
        else
                source->func.fd(source, source->fd, from_epoll(events), source->opaque);
        end(loop, source);
}

/* With the lock: the next timer that is due by @now, armed again if it repeats. */
static LoopSource *next_due(Loop *loop, int64_t now)
{
        GTreeNode *first = g_tree_node_first(loop->timers);
        LoopSource *source = first ? g_tree_node_key(first) : NULL;

        if (!source || source->due_us > now)
                return NULL;
        g_tree_remove(loop->timers, source);
        if (source->repeat_us > 0) {
                source->due_us += source->repeat_us;
                if (source->due_us <= now) /* late by a whole turn: do not catch up with a burst */
                        source->due_us = now + source->repeat_us;
                g_tree_insert(loop->timers, source, source);
        } else {
                source->due_us = -1;
        }
        return source;
}

/* Those due by now, and not the ones that they arm: descriptors have their turn too. */
static void dispatch_timers(Loop *loop)
{
        int64_t now = g_get_monotonic_time();
        LoopSource *source;

        for (;;) {
                pthread_mutex_lock(&loop->lock);
                source = next_due(loop, now);
                loop->running = source;
                pthread_mutex_unlock(&loop->lock);
                if (!source)
                        return;
                source->func.timer(source, source->opaque);
                end(loop, source);
        }
}

static void dispatch_calls(Loop *loop)
{
        GQueue calls = G_QUEUE_INIT;
        Call *call;

        pthread_mutex_lock(&loop->lock);
        calls = loop->calls;
        g_queue_init(&loop->calls);
        pthread_mutex_unlock(&loop->lock);
        while ((call = g_queue_pop_head(&calls))) {
                call->func(call->opaque);
                g_free(call);
        }
}

/* Milliseconds until the first timer, for epoll_wait(); -2: leave. */
static int time_to_wait(Loop *loop)
{
        LOCKED(&loop->lock);
        GTreeNode *first = g_tree_node_first(loop->timers);
        int64_t left;

        if (!g_queue_is_empty(&loop->calls))
                return 0;
        if (loop->ending)
                return -2;
        if (!first)
                return -1;
        left = ((const LoopSource *)g_tree_node_key(first))->due_us - g_get_monotonic_time();
        return left <= 0 ? 0 : (int)MIN((left + 999) / 1000, G_MAXINT);
}

static void *loop_main(void *opaque)
{
        Loop *loop = opaque;
        struct epoll_event events[EVENTS_AT_ONCE];
        int timeout;

        /* loop->thread is written by the thread that makes us: wait until that has happened. */
        pthread_mutex_lock(&loop->lock);
        pthread_mutex_unlock(&loop->lock);
        while ((timeout = time_to_wait(loop)) != -2) {
                int n = epoll_wait(loop->epoll, events, EVENTS_AT_ONCE, timeout);

                dispatch_calls(loop);
                dispatch_timers(loop);
                for (int i = 0; i < n; i++) {
                        uint64_t count;

                        if (events[i].data.u64 != WAKE_ID)
                                dispatch_event(loop, events[i].data.u64, events[i].events);
                        else if (read(loop->wake, &count, sizeof(count)) < 0)
                                g_assert(errno == EAGAIN);
                }
        }
        return NULL;
}

static void loop_destroy(Loop *loop)
{
        GHashTableIter iter;
        void *source;

        g_hash_table_iter_init(&iter, loop->sources);
        while (g_hash_table_iter_next(&iter, NULL, &source)) {
                g_hash_table_iter_steal(&iter);
                source_free(source);
        }
        g_hash_table_unref(loop->sources);
        g_tree_unref(loop->timers);
        if (loop->epoll >= 0)
                close(loop->epoll);
        if (loop->wake >= 0)
                close(loop->wake);
        pthread_mutex_destroy(&loop->lock);
        pthread_cond_destroy(&loop->idle);
        g_free(loop);
}

static int loop_open(Loop *loop, const char *name, Error *err)
{
        struct epoll_event event = { .events = EPOLLIN, .data.u64 = WAKE_ID };
        int r;

        loop->epoll = epoll_create1(EPOLL_CLOEXEC);
        loop->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (loop->epoll < 0 || loop->wake < 0)
                return error_errno(err, errno, "cannot make the event loop '%s'", name);
        if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake, &event) < 0)
                return error_errno(err, errno, "cannot make the event loop '%s'", name);
        LOCKED(&loop->lock);
        r = thread_start(&loop->thread, name, loop_main, loop);
        if (r != 0)
                return error_errno(err, r, "cannot start the thread of the event loop '%s'", name);
        return 0;
}

Loop *loop_new(const char *name, Error *err)
{
        Loop *loop = g_new0(Loop, 1);

        loop->epoll = loop->wake = -1;
        loop->sources = g_hash_table_new(g_int64_hash, g_int64_equal);
        loop->timers = g_tree_new_full(compare_due, NULL, NULL, NULL);
        g_queue_init(&loop->calls);
        pthread_mutex_init(&loop->lock, NULL);
        pthread_cond_init(&loop->idle, NULL);
        if (loop_open(loop, name, err) < 0) {
                loop_destroy(loop);
                return NULL;
        }
        return loop;
}

Loop *loop_free(Loop *loop)
{
        if (!loop)
                return NULL;
        pthread_mutex_lock(&loop->lock);
        loop->ending = true;
        pthread_mutex_unlock(&loop->lock);
        wake(loop);
        pthread_join(loop->thread, NULL);
        loop_destroy(loop);
        return NULL;
}

/* With the lock: epoll knows each descriptor once; whoever watches it a second time watches a duplicate. */
static int watch(LoopSource *source, int fd, uint32_t events)
{
        struct epoll_event event = { .events = events, .data.u64 = source->id };

        source->watched = fd;
        if (epoll_ctl(source->loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
                return 0;
        if (errno != EEXIST)
                return -1;
        source->watched = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        if (source->watched < 0)
                return -1;
        source->owned = true;
        return epoll_ctl(source->loop->epoll, EPOLL_CTL_ADD, source->watched, &event);
}

LoopSource *loop_add_fd(Loop *loop, int fd, unsigned events, LoopFdFunc func, void *opaque, LoopFreeFunc free_opaque)
{
        LoopSource *source = source_new(loop, SOURCE_FD, opaque, free_opaque);
        int errnum;

        source->fd = fd;
        source->func.fd = func;
        pthread_mutex_lock(&loop->lock);
        source_enter(source);
        if (watch(source, fd, to_epoll(events)) == 0) {
                pthread_mutex_unlock(&loop->lock);
                return source;
        }
        errnum = errno;
        source_leave(source);
        pthread_mutex_unlock(&loop->lock);
        source->free = NULL; /* what was never taken over is not freed */
        source_free(source);
        errno = errnum;
        return NULL;
}

void loop_set_events(LoopSource *source, unsigned events)
{
        struct epoll_event event = { .events = to_epoll(events), .data.u64 = source->id };
        LOCKED(&source->loop->lock);

        epoll_ctl(source->loop->epoll, EPOLL_CTL_MOD, source->watched, &event);
}

/* With the lock. */
static void arm(LoopSource *source, int64_t delay_ms, int64_t repeat_ms)
{
        if (source->due_us >= 0)
                g_tree_remove(source->loop->timers, source);
        source->due_us = -1;
        source->repeat_us = MIN(repeat_ms, INT32_MAX) * 1000;
        if (delay_ms < 0)
                return;
        source->due_us = g_get_monotonic_time() + MIN(delay_ms, INT64_MAX / 4000) * 1000;
        g_tree_insert(source->loop->timers, source, source);
}

LoopSource *loop_add_timer(Loop *loop, int64_t delay_ms, int64_t repeat_ms, LoopTimerFunc func, void *opaque,
                           LoopFreeFunc free_opaque)
{
        LoopSource *source = source_new(loop, SOURCE_TIMER, opaque, free_opaque);

        source->func.timer = func;
        pthread_mutex_lock(&loop->lock);
        source_enter(source);
        arm(source, delay_ms, repeat_ms);
        pthread_mutex_unlock(&loop->lock);
        wake(loop);
        return source;
}

void loop_set_timer(LoopSource *source, int64_t delay_ms, int64_t repeat_ms)
{
        pthread_mutex_lock(&source->loop->lock);
        arm(source, delay_ms, repeat_ms);
        pthread_mutex_unlock(&source->loop->lock);
        wake(source->loop);
}

LoopSource *loop_add_process(Loop *loop, pid_t pid, LoopProcessFunc func, void *opaque, LoopFreeFunc free_opaque,
                             Error *err)
{
        AUTO_FD int fd = pidfd_open(pid, 0);
        LoopSource *source;

        if (fd < 0)
                return error_errno(err, errno, "cannot watch process %lld", (long long)pid), NULL;
        source = source_new(loop, SOURCE_PROCESS, opaque, free_opaque);
        source->func.process = func;
        source->pid = pid;
        source->owned = true;
        LOCKED(&loop->lock);
        source_enter(source);
        if (watch(source, fd_steal(&fd), EPOLLIN) < 0) {
                error_errno(err, errno, "cannot watch process %lld", (long long)pid);
                source_leave(source);
                source->free = NULL;
                source_free(source);
                return NULL;
        }
        return source;
}

void loop_remove(LoopSource *source)
{
        Loop *loop;

        if (!source)
                return;
        loop = source->loop;
        pthread_mutex_lock(&loop->lock);
        source_leave(source);
        if (loop->running == source && loop_is_current(loop)) {
                source->removed_inside = true;
                pthread_mutex_unlock(&loop->lock);
                return;
        }
        while (loop->running == source)
                pthread_cond_wait(&loop->idle, &loop->lock);
        pthread_mutex_unlock(&loop->lock);
        source_free(source);
}

void loop_call(Loop *loop, void (*func)(void *opaque), void *opaque)
{
        Call *call = g_new(Call, 1);

        call->func = func;
        call->opaque = opaque;
        pthread_mutex_lock(&loop->lock);
        g_queue_push_tail(&loop->calls, call);
        pthread_mutex_unlock(&loop->lock);
        wake(loop);
}
