/* Streams whose far end is behind the connection. */
#include "remote_private.h"

static ClientStream *far_of(virStreamPtr stream)
{
        return stream->state;
}

static bool nonblock(virStreamPtr stream)
{
        return (stream->flags & VIR_STREAM_NONBLOCK) != 0;
}

static int stream_send(virStreamPtr stream, const char *data, size_t length, Error *err)
{
        return client_stream_send(far_of(stream), data, length, nonblock(stream), err);
}

static int stream_recv(virStreamPtr stream, char *data, size_t length, unsigned flags, Error *err)
{
        bool stop = (flags & VIR_STREAM_RECV_STOP_AT_HOLE) != 0;

        return client_stream_recv(far_of(stream), data, length, stop, nonblock(stream), err);
}

static int stream_send_hole(virStreamPtr stream, long long length, unsigned flags, Error *err)
{
        return client_stream_send_hole(far_of(stream), length, flags, err);
}

static int stream_recv_hole(virStreamPtr stream, long long *length, unsigned flags, Error *err)
{
        return client_stream_recv_hole(far_of(stream), length, err);
}

/* The program's callback, with a reference to its stream. */
typedef struct StreamCallback {
        virStreamPtr stream;
        virStreamEventCallback func;
        void *opaque;
        virFreeCallback free;
} StreamCallback;

static void callback_run(int events, void *opaque)
{
        StreamCallback *callback = opaque;

        callback->func(callback->stream, events, callback->opaque);
}

static void callback_free(void *opaque)
{
        StreamCallback *callback = opaque;

        if (callback->free)
                callback->free(callback->opaque);
        object_unref(callback->stream);
        g_free(callback);
}

static int stream_event_add(virStreamPtr stream, int events, virStreamEventCallback func, void *opaque,
                            virFreeCallback free, Error *err)
{
        StreamCallback *callback = g_new(StreamCallback, 1);
        int r;

        *callback = (StreamCallback){ object_ref(stream), func, opaque, free };
        r = client_stream_add_callback(far_of(stream), events, callback_run, callback, callback_free, err);
        if (r < 0) {
                object_unref(stream);
                g_free(callback);
        }
        return r;
}

static int stream_event_update(virStreamPtr stream, int events, Error *err)
{
        return client_stream_set_events(far_of(stream), events, err);
}

static int stream_event_remove(virStreamPtr stream, Error *err)
{
        return client_stream_remove_callback(far_of(stream), err);
}

static int stream_finish(virStreamPtr stream, Error *err)
{
        return client_stream_finish(far_of(stream), err);
}

static int stream_abort(virStreamPtr stream, Error *err)
{
        return client_stream_abort(far_of(stream), err);
}

static void stream_free(virStreamPtr stream)
{
        stream->state = client_stream_free(far_of(stream));
}

static const StreamCalls stream_calls = {
        .send = stream_send,
        .recv = stream_recv,
        .send_hole = stream_send_hole,
        .recv_hole = stream_recv_hole,
        .event_add = stream_event_add,
        .event_update = stream_event_update,
        .event_remove = stream_event_remove,
        .finish = stream_finish,
        .abort = stream_abort,
        .free = stream_free,
};

void remote_stream_attach(virStreamPtr stream, ClientStream *far)
{
        stream->state = far;
        stream->calls = &stream_calls;
}
