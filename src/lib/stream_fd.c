/* Streams whose far end is a descriptor: a pipe, a pty, a socket. */
#define ERROR_DOMAIN VIR_FROM_STREAMS
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "lib/event_impl.h"
#include "util/auto.h"
#include "vireo/entry.h"

typedef struct FdStream {
        int mode; /* O_RDONLY, O_WRONLY, O_RDWR */
        void (*closed)(void *opaque);
        void *closed_opaque;

        pthread_mutex_t lock; /* all below */
        int fd;               /* -1: finished or aborted */
        int watch;            /* in the program's loop; -1: none */
} FdStream;

/* What the loop knows of a stream's callback. */
typedef struct Watch {
        virStreamPtr stream; /* referenced */
        virStreamEventCallback func;
        void *opaque;
        virFreeCallback free;
} Watch;

static FdStream *state_of(virStreamPtr stream)
{
        return stream->state;
}

/* The descriptor, which stays the stream's. Using a stream while another thread ends it is the program's mistake, so
 * the lock need not be held while it is read or written. */
static int fd_get(virStreamPtr stream, Error *err)
{
        FdStream *state = state_of(stream);

        LOCKED(&state->lock);
        if (state->fd < 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "stream is not open");
        return state->fd;
}

/* 0: ready; of a blocking stream only. */
static int fd_wait(int fd, short events, Error *err)
{
        struct pollfd polled = { .fd = fd, .events = events };

        while (poll(&polled, 1, -1) < 0) {
                if (errno != EINTR)
                        return error_errno(err, errno, "cannot wait for stream");
        }
        return 0;
}

static int fd_send(virStreamPtr stream, const char *data, size_t length, Error *err)
{
        int fd = fd_get(stream, err);

        if (fd < 0)
                return -1;
        if (state_of(stream)->mode == O_RDONLY)
                return error_set(err, VIR_ERR_INVALID_ARG, "stream is not open for writing");
        while (true) {
                ssize_t n = write(fd, data, MIN(length, G_MAXINT));

                if (n >= 0)
                        return n;
                if (errno == EINTR)
                        continue;
                if (errno != EAGAIN)
                        return error_errno(err, errno, "cannot write to stream");
                if (stream->flags & VIR_STREAM_NONBLOCK)
                        return -2;
                if (fd_wait(fd, POLLOUT, err) < 0)
                        return -1;
        }
}

static int fd_recv(virStreamPtr stream, char *data, size_t length, unsigned flags, Error *err)
{
        int fd = fd_get(stream, err);

        if (fd < 0)
                return -1;
        if (state_of(stream)->mode == O_WRONLY)
                return error_set(err, VIR_ERR_INVALID_ARG, "stream is not open for reading");
        while (true) {
                ssize_t n = read(fd, data, MIN(length, G_MAXINT));

                if (n >= 0)
                        return n;
                if (errno == EINTR)
                        continue;
                /* How a pty says that its other side is closed. */
                if (errno == EIO && isatty(fd))
                        return 0;
                if (errno != EAGAIN)
                        return error_errno(err, errno, "cannot read from stream");
                if (stream->flags & VIR_STREAM_NONBLOCK)
                        return -2;
                if (fd_wait(fd, POLLIN, err) < 0)
                        return -1;
        }
}

static int events_for_loop(int events)
{
        return (events & VIR_STREAM_EVENT_READABLE ? VIR_EVENT_HANDLE_READABLE : 0) |
               (events & VIR_STREAM_EVENT_WRITABLE ? VIR_EVENT_HANDLE_WRITABLE : 0) |
               (events & VIR_STREAM_EVENT_ERROR ? VIR_EVENT_HANDLE_ERROR : 0) |
               (events & VIR_STREAM_EVENT_HANGUP ? VIR_EVENT_HANDLE_HANGUP : 0);
}

static int events_from_loop(int events)
{
        return (events & VIR_EVENT_HANDLE_READABLE ? VIR_STREAM_EVENT_READABLE : 0) |
               (events & VIR_EVENT_HANDLE_WRITABLE ? VIR_STREAM_EVENT_WRITABLE : 0) |
               (events & VIR_EVENT_HANDLE_ERROR ? VIR_STREAM_EVENT_ERROR : 0) |
               (events & VIR_EVENT_HANDLE_HANGUP ? VIR_STREAM_EVENT_HANGUP : 0);
}

static void on_handle(int watch, int fd, int events, void *opaque)
{
        Watch *own = opaque;

        own->func(own->stream, events_from_loop(events), own->opaque);
}

static void watch_free(void *opaque)
{
        Watch *watch = opaque;

        if (watch->free)
                watch->free(watch->opaque);
        object_unref(watch->stream);
        g_free(watch);
}

static int fd_event_add(virStreamPtr stream, int events, virStreamEventCallback func, void *opaque,
                        virFreeCallback free, Error *err)
{
        FdStream *state = state_of(stream);
        int fd = fd_get(stream, err);
        Watch *watch;
        int id;

        if (fd < 0)
                return -1;
        if (g_atomic_int_get(&state->watch) >= 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "stream already has a callback registered");
        watch = g_new(Watch, 1);
        *watch = (Watch){ .stream = object_ref(stream), .func = func, .opaque = opaque, .free = free };
        id = event_impl_add_handle(fd, events_for_loop(events), on_handle, watch, watch_free);
        if (id < 0) {
                watch->free = NULL;
                watch_free(watch);
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot register file watch on stream");
        }
        g_atomic_int_set(&state->watch, id);
        return 0;
}

static int watch_get(virStreamPtr stream, Error *err)
{
        int watch = g_atomic_int_get(&state_of(stream)->watch);

        if (watch < 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "stream does not have a callback registered");
        return watch;
}

static int fd_event_update(virStreamPtr stream, int events, Error *err)
{
        int watch = watch_get(stream, err);

        if (watch < 0)
                return -1;
        event_impl_update_handle(watch, events_for_loop(events));
        return 0;
}

static int fd_event_remove(virStreamPtr stream, Error *err)
{
        int watch = watch_get(stream, err);

        if (watch < 0)
                return -1;
        g_atomic_int_set(&state_of(stream)->watch, -1);
        event_impl_remove_handle(watch);
        return 0;
}

/* Ends the stream, once; the loop forgets it before the descriptor's number can be somebody else's. */
static void fd_close(FdStream *state)
{
        int fd, watch;

        pthread_mutex_lock(&state->lock);
        fd = fd_steal(&state->fd);
        watch = state->watch;
        state->watch = -1;
        pthread_mutex_unlock(&state->lock);
        if (watch >= 0)
                event_impl_remove_handle(watch);
        if (fd < 0)
                return;
        close(fd);
        if (state->closed)
                state->closed(state->closed_opaque);
}

static int fd_finish(virStreamPtr stream, Error *err)
{
        fd_close(stream->state);
        return 0;
}

static int fd_fd(virStreamPtr stream)
{
        FdStream *state = state_of(stream);

        LOCKED(&state->lock);
        return state->fd;
}

static void fd_free(virStreamPtr stream)
{
        FdStream *state = state_of(stream);

        fd_close(state);
        pthread_mutex_destroy(&state->lock);
        g_free(state);
        stream->state = NULL;
}

static const StreamCalls fd_calls = {
        .send = fd_send,
        .recv = fd_recv,
        .event_add = fd_event_add,
        .event_update = fd_event_update,
        .event_remove = fd_event_remove,
        .finish = fd_finish,
        .abort = fd_finish,
        .free = fd_free,
        .fd = fd_fd,
};

int stream_attach_fd(virStreamPtr stream, int fd, int mode, void (*closed)(void *opaque), void *opaque, Error *err)
{
        AUTO_FD int owned = fd;
        FdStream *state;
        int flags;

        if (stream->calls)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "the stream is in use already");
        flags = fcntl(fd, F_GETFL);
        if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
                return error_errno(err, errno, "Unable to set non-blocking mode");

        state = g_new0(FdStream, 1);
        state->mode = mode & O_ACCMODE;
        state->closed = closed;
        state->closed_opaque = opaque;
        state->fd = fd_steal(&owned);
        state->watch = -1;
        pthread_mutex_init(&state->lock, NULL);
        stream->state = state;
        stream->calls = &fd_calls;
        return 0;
}
