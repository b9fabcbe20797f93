#include "stream.h"

#include <endian.h>
#include <string.h>

#include "util/auto.h"
#include "util/log.h"

enum {
        PACKET_HEAD = WIRE_LENGTH_SIZE + WIRE_HEADER_SIZE,
        CHUNK_OVERHEAD = 64, /* counted for every packet that waits: empty ones are not free either */
        PUMP_BATCH = 16,
};

/* What came from the client and waits for the far end. */
typedef struct Chunk {
        enum { CHUNK_DATA, CHUNK_HOLE, CHUNK_FINISH } kind;
        uint8_t *data;
        size_t length, done;
        int64_t hole;
} Chunk;

struct Stream {
        int refs; /* atomic */
        Client *client;
        WireHeader header; /* of the call: its packets carry the same */
        virStreamPtr handle;
        bool sparse, reads;
        int sending; /* atomic: one packet of ours is not sent yet */

        /* The loop's thread only. */
        Packet *reply; /* until stream_open() got there */
        int fd;
        LoopSource *source;
        unsigned watched;
        GQueue chunks;
        bool at_end; /* the far end has no more data */
};

Stream *stream_new(Client *client, const CallDesc *desc, const WireHeader *header, CallFrame *frame)
{
        Stream *stream = g_new0(Stream, 1);

        stream->refs = 1;
        stream->client = client_ref(client);
        stream->header = *header;
        stream->handle = object_stream_new(client_connection(client), VIR_STREAM_NONBLOCK);
        stream->reads = desc->stream == CALL_STREAM_READ;
        stream->sparse = desc->flags_param >= 0 && (frame->argv[desc->flags_param].u & desc->sparse_flag);
        stream->fd = -1;
        g_queue_init(&stream->chunks);
        frame->argv[desc->stream_param].p = stream->handle;
        return stream;
}

Stream *stream_ref(Stream *stream)
{
        g_atomic_int_inc(&stream->refs);
        return stream;
}

static size_t chunk_weight(const Chunk *chunk)
{
        return chunk->length + CHUNK_OVERHEAD;
}

static void chunk_free(Chunk *chunk)
{
        g_free(chunk->data);
        g_free(chunk);
}

static void drop_chunks(Stream *stream)
{
        Chunk *chunk;
        size_t weight = 0;

        while ((chunk = g_queue_pop_head(&stream->chunks))) {
                weight += chunk_weight(chunk);
                chunk_free(chunk);
        }
        if (weight > 0)
                client_stream_backlog(stream->client, -(ssize_t)weight);
}

Stream *stream_unref(Stream *stream)
{
        if (!stream || !g_atomic_int_dec_and_test(&stream->refs))
                return NULL;
        drop_chunks(stream);
        object_unref(stream->handle);
        client_unref(stream->client);
        g_free(stream);
        return NULL;
}

/* A packet of the stream: @length bytes of @body as they are. */
static Packet *make_packet(const Stream *stream, WireType type, WireStatus status, const void *body, size_t length)
{
        WireHeader header = stream->header;
        WireWriter out = { 0 };
        uint32_t total = htobe32((uint32_t)(PACKET_HEAD + length));
        uint8_t *bytes = g_malloc(PACKET_HEAD + length);

        header.type = type;
        header.status = status;
        wire_begin(&out, &header);
        memcpy(bytes, out.data, PACKET_HEAD);
        wire_writer_done(&out);
        memcpy(bytes, &total, sizeof(total));
        if (length > 0)
                memcpy(bytes + PACKET_HEAD, body, length);
        out = (WireWriter){ .data = bytes, .length = PACKET_HEAD + length };
        return packet_new(&out);
}

static void send_status(Stream *stream, WireStatus status)
{
        client_send(stream->client, make_packet(stream, WIRE_STREAM, status, NULL, 0));
}

static void send_error(Stream *stream, const Error *err)
{
        WireHeader header = stream->header;
        WireWriter out = { 0 };

        header.type = WIRE_STREAM;
        header.status = WIRE_ERROR;
        wire_begin(&out, &header);
        wire_put_error(&out, err);
        wire_end(&out, NULL);
        client_send(stream->client, packet_new(&out));
}

/* Out of the loop's sight: no more packets either way. The table's reference becomes the caller's. */
static void detach(Stream *stream)
{
        g_hash_table_remove(stream->client->streams, GUINT_TO_POINTER(stream->header.serial));
        loop_remove(g_steal_pointer(&stream->source));
        drop_chunks(stream);
}

static void finish_in_worker(void *opaque)
{
        Stream *stream = opaque;
        ERROR_AUTO Error err = ERROR_INIT;

        if (stream->handle->calls->finish(stream->handle, &err) < 0)
                send_error(stream, &err);
        else
                send_status(stream, WIRE_OK);
        stream_unref(stream);
}

static void abort_in_worker(void *opaque)
{
        Stream *stream = opaque;

        if (stream->handle->calls)
                stream->handle->calls->abort(stream->handle, NULL);
        stream_unref(stream);
}

static void end_with(Stream *stream, PoolFunc end)
{
        detach(stream);
        pool_push(stream->client->server->pool, end, stream);
}

static void fail(Stream *stream, const Error *err)
{
        send_error(stream, err);
        end_with(stream, abort_in_worker);
}

static void stream_run(Stream *stream);

static bool is_attached(Stream *stream)
{
        return g_hash_table_lookup(stream->client->streams, GUINT_TO_POINTER(stream->header.serial)) == stream;
}

static void run_in_loop(void *opaque)
{
        Stream *stream = opaque;

        if (is_attached(stream))
                stream_run(stream);
        stream_unref(stream);
}

/* Our packet went out (or was dropped): time for the next one. Any thread. */
static void on_sent(void *opaque)
{
        Stream *stream = opaque;

        g_atomic_int_set(&stream->sending, 0);
        loop_call(stream->client->loop, run_in_loop, stream);
}

static void send_one(Stream *stream, Packet *packet)
{
        g_atomic_int_set(&stream->sending, 1);
        packet->done = on_sent;
        packet->opaque = stream_ref(stream);
        client_send(stream->client, packet);
}

static int send_hole(Stream *stream, Error *err)
{
        long long length = 0;
        WireWriter body = { 0 };

        if (stream->handle->calls->recv_hole(stream->handle, &length, 0, err) < 0)
                return -1;
        wire_put_u64(&body, (uint64_t)length);
        wire_put_u32(&body, 0);
        send_one(stream, make_packet(stream, WIRE_STREAM_HOLE, WIRE_CONTINUE, body.data, body.length));
        wire_writer_done(&body);
        return 0;
}

/* Results of pump_out() and pump_in(). */
enum { PUMP_MOVED = 1, PUMP_BLOCKED = 0 };

/* One packet to the client, if the last one is gone. */
static int pump_out(Stream *stream, Error *err)
{
        static _Thread_local char buffer[WIRE_LEGACY_PAYLOAD];
        int n;

        if (!stream->reads || stream->at_end || g_atomic_int_get(&stream->sending))
                return PUMP_BLOCKED;
        n = stream->handle->calls->recv(stream->handle, buffer, sizeof(buffer),
                                        stream->sparse ? VIR_STREAM_RECV_STOP_AT_HOLE : 0, err);
        if (n == -2)
                return PUMP_BLOCKED;
        if (n == -3)
                return send_hole(stream, err) < 0 ? -1 : PUMP_MOVED;
        if (n < 0)
                return -1;
        stream->at_end = n == 0;
        send_one(stream, make_packet(stream, WIRE_STREAM, WIRE_CONTINUE, buffer, n));
        return PUMP_MOVED;
}

static int write_chunk(Stream *stream, Chunk *chunk, Error *err)
{
        const StreamCalls *calls = stream->handle->calls;
        int n;

        if (chunk->kind == CHUNK_HOLE)
                return calls->send_hole(stream->handle, chunk->hole, 0, err) < 0 ? -1 : PUMP_MOVED;
        n = calls->send(stream->handle, (const char *)chunk->data + chunk->done, chunk->length - chunk->done, err);
        if (n == -2)
                return PUMP_BLOCKED;
        if (n < 0)
                return -1;
        chunk->done += n;
        return chunk->done == chunk->length ? PUMP_MOVED : PUMP_BLOCKED;
}

/* One chunk to the far end. */
static int pump_in(Stream *stream, Error *err)
{
        Chunk *chunk = g_queue_peek_head(&stream->chunks);
        int result;

        if (!chunk || chunk->kind == CHUNK_FINISH)
                return PUMP_BLOCKED;
        result = write_chunk(stream, chunk, err);
        if (result != PUMP_MOVED)
                return result;
        g_queue_pop_head(&stream->chunks);
        client_stream_backlog(stream->client, -(ssize_t)chunk_weight(chunk));
        chunk_free(chunk);
        return PUMP_MOVED;
}

static bool has_input(Stream *stream)
{
        const Chunk *chunk = g_queue_peek_head(&stream->chunks);

        return chunk && chunk->kind != CHUNK_FINISH;
}

static void on_ready(LoopSource *source, int fd, unsigned events, void *opaque);

static void drop_ref(void *opaque)
{
        stream_unref(opaque);
}

/* Wait for what the stream can use now. With nothing to wait for it is not watched at all: a far end that hung up
 * would be reported for ever. */
static void watch(Stream *stream)
{
        bool in = stream->reads && !stream->at_end && !g_atomic_int_get(&stream->sending);
        unsigned events = (in ? LOOP_IN : 0) | (has_input(stream) ? LOOP_OUT : 0);

        if (events == 0) {
                loop_remove(g_steal_pointer(&stream->source));
        } else if (!stream->source) {
                stream->source =
                        loop_add_fd(stream->client->loop, stream->fd, events, on_ready, stream_ref(stream), drop_ref);
        } else if (events != stream->watched) {
                loop_set_events(stream->source, events);
        }
        stream->watched = events;
}

/* Move what can be moved, in turns. */
static void stream_run(Stream *stream)
{
        ERROR_AUTO Error err = ERROR_INIT;
        const Chunk *head;
        int out = PUMP_MOVED, in = PUMP_MOVED;

        for (int i = 0; i < PUMP_BATCH && (out == PUMP_MOVED || in == PUMP_MOVED); i++) {
                out = pump_out(stream, &err);
                in = out < 0 ? -1 : pump_in(stream, &err);
                if (in < 0) {
                        fail(stream, &err);
                        return;
                }
        }
        head = g_queue_peek_head(&stream->chunks);
        if (head && head->kind == CHUNK_FINISH)
                end_with(stream, finish_in_worker);
        else
                watch(stream);
}

static void on_ready(LoopSource *source, int fd, unsigned events, void *opaque)
{
        Stream *stream = stream_ref(opaque);

        stream_run(stream);
        stream_unref(stream);
}

static void open_in_loop(void *opaque)
{
        Stream *stream = opaque;
        Client *client = stream->client;
        gpointer key = GUINT_TO_POINTER(stream->header.serial);
        ERROR_AUTO Error err = ERROR_INIT;

        if (!client->source || g_hash_table_contains(client->streams, key)) {
                /* Gone, or it gave two calls one number: nobody could tell the packets apart. */
                client_close(client);
                packets_free(g_steal_pointer(&stream->reply));
                pool_push(client->server->pool, abort_in_worker, stream);
                return;
        }
        g_hash_table_insert(client->streams, key, stream);
        client_send(client, g_steal_pointer(&stream->reply));
        if (stream->handle->calls && stream->handle->calls->fd)
                stream->fd = stream->handle->calls->fd(stream->handle);
        if (stream->fd < 0) {
                error_set(&err, VIR_ERR_OPERATION_UNSUPPORTED, "the driver's stream has nothing to wait on");
                fail(stream, &err);
                return;
        }
        stream_run(stream);
}

void stream_open(Stream *stream, Packet *reply)
{
        stream->reply = reply;
        loop_call(stream->client->loop, open_in_loop, stream_ref(stream));
}

static void take_chunk(Stream *stream, Chunk *chunk)
{
        g_queue_push_tail(&stream->chunks, chunk);
        client_stream_backlog(stream->client, (ssize_t)chunk_weight(chunk));
        stream_run(stream);
}

static void take_hole(Stream *stream, WireReader payload)
{
        ERROR_AUTO Error err = ERROR_INIT;
        uint64_t length;
        uint32_t flags;
        Chunk *chunk;

        if (!wire_get_u64(&payload, &length) || !wire_get_u32(&payload, &flags) || (int64_t)length < 0 || flags != 0)
                error_set(&err, VIR_ERR_RPC, "Unable to decode a stream hole");
        else if (!stream->sparse)
                error_set(&err, VIR_ERR_RPC, "a hole in a stream that was not opened for holes");
        if (error_is_set(&err)) {
                fail(stream, &err);
                return;
        }
        chunk = g_new0(Chunk, 1);
        chunk->kind = CHUNK_HOLE;
        chunk->hole = (int64_t)length;
        take_chunk(stream, chunk);
}

static void take_data(Stream *stream, const WireReader *payload)
{
        size_t length = payload->length - payload->position;
        Chunk *chunk;

        if (length == 0)
                return;
        chunk = g_new0(Chunk, 1);
        chunk->kind = CHUNK_DATA;
        chunk->data = g_memdup2(payload->data + payload->position, length);
        chunk->length = length;
        take_chunk(stream, chunk);
}

static void take_finish(Stream *stream)
{
        Chunk *chunk = g_new0(Chunk, 1);

        chunk->kind = CHUNK_FINISH;
        take_chunk(stream, chunk);
}

static void take_abort(Stream *stream)
{
        send_status(stream, WIRE_OK);
        end_with(stream, abort_in_worker);
}

void stream_packet(Client *client, const InboxPacket *packet)
{
        const WireHeader *header = &packet->header;
        Stream *stream = g_hash_table_lookup(client->streams, GUINT_TO_POINTER(header->serial));

        if (!stream || stream->header.program != header->program || stream->header.procedure != header->procedure ||
            stream->header.version != header->version)
                return;
        if (header->type == WIRE_STREAM_HOLE && header->status == WIRE_CONTINUE)
                take_hole(stream, packet->payload);
        else if (header->type == WIRE_STREAM && header->status == WIRE_CONTINUE)
                take_data(stream, &packet->payload);
        else if (header->type == WIRE_STREAM && header->status == WIRE_OK)
                take_finish(stream);
        else
                take_abort(stream);
}

void streams_drop(Client *client)
{
        GHashTableIter iter;
        gpointer value;

        while (g_hash_table_iter_init(&iter, client->streams), g_hash_table_iter_next(&iter, NULL, &value))
                end_with(value, abort_in_worker);
}
