/* The public stream functions. The far end is StreamCalls; a stream that no call has attached to one has none. */
#define ERROR_DOMAIN VIR_FROM_STREAMS
#include <errno.h>
#include <string.h>

#include "vireo/entry.h"

enum { CHUNK = 262120 }; /* fits the smallest packet that old daemons take */

static const StreamCalls unattached;

static const StreamCalls *calls_of(virStreamPtr stream)
{
        return stream->calls ? stream->calls : &unattached;
}

/* Results below -1 (would block, a hole) are no errors. */
static int result(virStreamPtr stream, int r, Error *err)
{
        return r == -1 ? entry_failed(entry_connect(stream), err) : r;
}

/* 0: a live stream whose far end has the @member. */
#define CHECK(stream, member, err)                                                                                     \
        (!object_check(stream, OBJECT_STREAM, err) ? -1                                                                \
         : !calls_of(stream)->member               ? entry_no_support(err, __func__)                                   \
                                                   : 0)

virStreamPtr virStreamNew(virConnectPtr conn, unsigned int flags)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!object_check(conn, OBJECT_CONNECT, &err)) {
                entry_failed(NULL, &err);
                return NULL;
        }
        return object_stream_new(conn, flags);
}

int virStreamSend(virStreamPtr stream, const char *data, size_t nbytes)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (object_check(stream, OBJECT_STREAM, NULL) && !data) {
                entry_argument_null(&err, __func__, "data");
                return entry_failed(stream->conn, &err);
        }
        if (CHECK(stream, send, &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        return result(stream, calls_of(stream)->send(stream, data, nbytes, &err), &err);
}

int virStreamRecv(virStreamPtr stream, char *data, size_t nbytes)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (object_check(stream, OBJECT_STREAM, NULL) && !data) {
                entry_argument_null(&err, __func__, "data");
                return entry_failed(stream->conn, &err);
        }
        if (CHECK(stream, recv, &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        return result(stream, calls_of(stream)->recv(stream, data, nbytes, 0, &err), &err);
}

int virStreamRecvFlags(virStreamPtr stream, char *data, size_t nbytes, unsigned int flags)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (object_check(stream, OBJECT_STREAM, NULL) && !data) {
                entry_argument_null(&err, __func__, "data");
                return entry_failed(stream->conn, &err);
        }
        if (CHECK(stream, recv, &err) < 0 || entry_flags(&err, __func__, flags, VIR_STREAM_RECV_STOP_AT_HOLE) < 0)
                return entry_failed(entry_connect(stream), &err);
        return result(stream, calls_of(stream)->recv(stream, data, nbytes, flags, &err), &err);
}

int virStreamSendHole(virStreamPtr stream, long long length, unsigned int flags)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (CHECK(stream, send_hole, &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        return result(stream, calls_of(stream)->send_hole(stream, length, flags, &err), &err);
}

int virStreamRecvHole(virStreamPtr stream, long long *length, unsigned int flags)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (object_check(stream, OBJECT_STREAM, NULL) && !length) {
                entry_argument_null(&err, __func__, "length");
                return entry_failed(stream->conn, &err);
        }
        if (CHECK(stream, recv_hole, &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        return result(stream, calls_of(stream)->recv_hole(stream, length, flags, &err), &err);
}

int virStreamFinish(virStreamPtr stream)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (CHECK(stream, finish, &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        return result(stream, calls_of(stream)->finish(stream, &err), &err);
}

/* A stream that nothing was attached to is aborted already. */
int virStreamAbort(virStreamPtr stream)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!object_check(stream, OBJECT_STREAM, &err))
                return entry_failed(NULL, &err);
        if (!stream->calls)
                return 0;
        if (CHECK(stream, abort, &err) < 0)
                return entry_failed(stream->conn, &err);
        return result(stream, calls_of(stream)->abort(stream, &err), &err);
}

int virStreamEventAddCallback(virStreamPtr stream, int events, virStreamEventCallback cb, void *opaque,
                              virFreeCallback ff)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (CHECK(stream, event_add, &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        if (!cb) {
                entry_argument_null(&err, __func__, "cb");
                return entry_failed(stream->conn, &err);
        }
        return result(stream, calls_of(stream)->event_add(stream, events, cb, opaque, ff, &err), &err);
}

int virStreamEventUpdateCallback(virStreamPtr stream, int events)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (CHECK(stream, event_update, &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        return result(stream, calls_of(stream)->event_update(stream, events, &err), &err);
}

int virStreamEventRemoveCallback(virStreamPtr stream)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (CHECK(stream, event_remove, &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        return result(stream, calls_of(stream)->event_remove(stream, &err), &err);
}

/* 0: a live, blocking stream and handlers that are all there; @what says what it would be used as. */
static int all_check(virStreamPtr stream, const char *function, const char *missing, const char *what, Error *err)
{
        if (!object_check_in(stream, OBJECT_STREAM, function, ERROR_DOMAIN, err))
                return -1;
        if (missing)
                return entry_argument_null(err, function, missing);
        if (stream->flags & VIR_STREAM_NONBLOCK)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "%s cannot be used for non-blocking streams", what);
        return 0;
}

/* What a program's handler returned: negative ends everything, with its errno. */
static int handled(int r, const char *what, Error *err)
{
        if (r >= 0)
                return r;
        return error_errno(err, errno ? errno : EIO, "the %s of the program failed", what);
}

/* Everything of a failed transfer: the stream is aborted, the first error reported. */
static int all_failed(virStreamPtr stream, Error *err)
{
        if (object_check(stream, OBJECT_STREAM, NULL) && calls_of(stream)->abort)
                calls_of(stream)->abort(stream, NULL);
        return entry_failed(entry_connect(stream), err);
}

static int send_whole(virStreamPtr stream, const char *data, int length, Error *err)
{
        for (int sent = 0, n; sent < length; sent += n) {
                n = calls_of(stream)->send(stream, data + sent, length - sent, err);
                if (n < 0)
                        return -1;
        }
        return 0;
}

static int send_all(virStreamPtr stream, virStreamSourceFunc handler, void *opaque, Error *err)
{
        g_autofree char *buffer = g_malloc(CHUNK);
        int n;

        if (!calls_of(stream)->send)
                return entry_no_support(err, "virStreamSend");
        do {
                errno = 0;
                n = handled(handler(stream, buffer, CHUNK, opaque), "source", err);
                if (n < 0 || send_whole(stream, buffer, n, err) < 0)
                        return -1;
        } while (n > 0);
        return 0;
}

int virStreamSendAll(virStreamPtr stream, virStreamSourceFunc handler, void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (all_check(stream, __func__, handler ? NULL : "handler", "data sources", &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        return send_all(stream, handler, opaque, &err) < 0 ? all_failed(stream, &err) : 0;
}

/* The handlers of a sparse source. */
typedef struct SparseSource {
        virStreamSourceFunc data;
        virStreamSourceHoleFunc hole;
        virStreamSourceSkipFunc skip;
        void *opaque;
} SparseSource;

/* One section: a hole, or data up to a chunk. 0: the end. */
static int send_section(virStreamPtr stream, const SparseSource *source, char *buffer, Error *err)
{
        int in_data = 0;
        long long length = 0;
        int n;

        errno = 0;
        if (handled(source->hole(stream, &in_data, &length, source->opaque), "hole source", err) < 0)
                return -1;
        if (!in_data && length > 0) {
                if (calls_of(stream)->send_hole(stream, length, 0, err) < 0)
                        return -1;
                return handled(source->skip(stream, length, source->opaque), "skipping source", err) < 0 ? -1 : 1;
        }
        n = handled(source->data(stream, buffer, MIN(length, CHUNK), source->opaque), "source", err);
        return n < 0 || send_whole(stream, buffer, n, err) < 0 ? -1 : n;
}

static int sparse_send_all(virStreamPtr stream, const SparseSource *source, Error *err)
{
        g_autofree char *buffer = g_malloc(CHUNK);
        int r;

        if (!calls_of(stream)->send || !calls_of(stream)->send_hole)
                return entry_no_support(err, "virStreamSendHole");
        while ((r = send_section(stream, source, buffer, err)) > 0)
                ;
        return r;
}

int virStreamSparseSendAll(virStreamPtr stream, virStreamSourceFunc handler, virStreamSourceHoleFunc holeHandler,
                           virStreamSourceSkipFunc skipHandler, void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;
        SparseSource source = { .data = handler, .hole = holeHandler, .skip = skipHandler, .opaque = opaque };
        const char *missing = !handler ? "handler" : !holeHandler ? "holeHandler" : !skipHandler ? "skipHandler" : NULL;

        entry_begin();
        if (all_check(stream, __func__, missing, "data sources", &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        return sparse_send_all(stream, &source, &err) < 0 ? all_failed(stream, &err) : 0;
}

/* The handlers of a sink; @hole NULL: holes come as zeros. */
typedef struct Sink {
        virStreamSinkFunc data;
        virStreamSinkHoleFunc hole;
        void *opaque;
} Sink;

static int sink_whole(virStreamPtr stream, const Sink *sink, const char *data, int length, Error *err)
{
        for (int done = 0, n; done < length; done += n) {
                errno = 0;
                n = handled(sink->data(stream, data + done, length - done, sink->opaque), "sink", err);
                if (n < 0)
                        return -1;
                if (n == 0)
                        return error_set(err, VIR_ERR_OPERATION_FAILED, "the sink of the program takes no data");
        }
        return 0;
}

static int sink_hole(virStreamPtr stream, const Sink *sink, Error *err)
{
        long long length = 0;

        if (!calls_of(stream)->recv_hole)
                return entry_no_support(err, "virStreamRecvHole");
        if (calls_of(stream)->recv_hole(stream, &length, 0, err) < 0)
                return -1;
        errno = 0;
        return handled(sink->hole(stream, length, sink->opaque), "hole sink", err);
}

static int recv_all(virStreamPtr stream, const Sink *sink, Error *err)
{
        g_autofree char *buffer = g_malloc(CHUNK);

        if (!calls_of(stream)->recv)
                return entry_no_support(err, "virStreamRecv");
        while (true) {
                int n = calls_of(stream)->recv(stream, buffer, CHUNK, sink->hole ? VIR_STREAM_RECV_STOP_AT_HOLE : 0,
                                               err);

                if (n == 0)
                        return 0;
                if (n == -3 ? sink_hole(stream, sink, err) < 0 : n < 0 || sink_whole(stream, sink, buffer, n, err) < 0)
                        return -1;
        }
}

int virStreamRecvAll(virStreamPtr stream, virStreamSinkFunc handler, void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Sink sink = { .data = handler, .opaque = opaque };

        entry_begin();
        if (all_check(stream, __func__, handler ? NULL : "handler", "data sinks", &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        return recv_all(stream, &sink, &err) < 0 ? all_failed(stream, &err) : 0;
}

int virStreamSparseRecvAll(virStreamPtr stream, virStreamSinkFunc handler, virStreamSinkHoleFunc holeHandler,
                           void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Sink sink = { .data = handler, .hole = holeHandler, .opaque = opaque };

        entry_begin();
        if (all_check(stream, __func__,
                      !handler       ? "handler"
                      : !holeHandler ? "holeHandler"
                                     : NULL,
                      "data sinks", &err) < 0)
                return entry_failed(entry_connect(stream), &err);
        return recv_all(stream, &sink, &err) < 0 ? all_failed(stream, &err) : 0;
}
