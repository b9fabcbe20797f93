/* The calling side of a connection: streams. Packets that arrive are queued per stream by whoever receives. */
#include "client_private.h"

#include <endian.h>
#include <limits.h>
#include <string.h>

/* A callback of the program; lives as long as its timer in the event loop. */
typedef struct StreamWatch {
        ClientStream *stream;
        int timer;
        int events;
        bool armed;
        ClientStreamFunc func;
        void *opaque;
        virFreeCallback free;
} StreamWatch;

struct ClientStream {
        int refs;
        Client *client;
        WireHeader call;
        bool holes;  /* hole packets are permitted */
        bool opened; /* the call succeeded: the far end knows the stream */

        /* Guarded by client->lock. */
        ClientStream *next;
        bool listed;           /* in client->streams: packets can come */
        Packet *first, **tail; /* what came and was not taken yet */
        size_t position;       /* in the first packet */
        long long hole_left;   /* of the first packet when it is a hole */
        size_t queued;         /* bytes of all */
        bool end;              /* no more data will come */
        bool confirmed;        /* the far end is done with it */
        bool failed, closing;
        Error failure;

        StreamWatch *watch; /* guarded by client->watch_lock */
};

static ClientStream *stream_ref(ClientStream *stream)
{
        __atomic_add_fetch(&stream->refs, 1, __ATOMIC_RELAXED);
        return stream;
}

static void drop_packets(ClientStream *stream)
{
        while (stream->first) {
                Packet *packet = stream->first;

                stream->first = packet->next;
                packet_free(packet);
        }
        stream->tail = &stream->first;
        stream->queued = stream->position = 0;
}

static void stream_unref(ClientStream *stream)
{
        if (__atomic_sub_fetch(&stream->refs, 1, __ATOMIC_ACQ_REL) > 0)
                return;
        drop_packets(stream);
        error_clear(&stream->failure);
        client_unref(stream->client);
        g_free(stream);
}

ClientStream *client_stream_new(Client *client, const WireHeader *header, bool holes)
{
        ClientStream *stream = g_new0(ClientStream, 1);

        stream->refs = 1;
        stream->client = client_ref(client);
        stream->call = *header;
        stream->holes = holes;
        stream->failure = ERROR_INIT;
        stream->tail = &stream->first;
        LOCKED(&client->lock);
        stream->next = client->streams;
        stream->listed = true;
        client->streams = stream;
        return stream;
}

/* Locked. */
static void unlist(ClientStream *stream)
{
        ClientStream **link = &stream->client->streams;

        if (!stream->listed)
                return;
        while (*link != stream)
                link = &(*link)->next;
        *link = stream->next;
        stream->listed = false;
}

size_t client_streams_queued(Client *client)
{
        size_t queued = 0;

        for (ClientStream *stream = client->streams; stream; stream = stream->next)
                queued += stream->queued;
        return queued;
}

void client_stream_opened(ClientStream *stream)
{
        stream->opened = true;
}

/* virStreamEventType bits that hold. Locked. */
static int ready_events(const ClientStream *stream)
{
        int events = 0;

        if (stream->first || stream->end || stream->failed)
                events |= VIR_STREAM_EVENT_READABLE;
        if (!stream->client->out && !stream->closing && !stream->confirmed)
                events |= VIR_STREAM_EVENT_WRITABLE;
        if (stream->failed)
                events |= VIR_STREAM_EVENT_ERROR;
        if (stream->client->closed)
                events |= VIR_STREAM_EVENT_ERROR | VIR_STREAM_EVENT_HANGUP;
        return events;
}

/* Errors and hang-up are reported whether asked for or not. Not locked. */
static int due_events(ClientStream *stream, int wanted)
{
        LOCKED(&stream->client->lock);

        return ready_events(stream) & (wanted | VIR_STREAM_EVENT_ERROR | VIR_STREAM_EVENT_HANGUP);
}

/* Arms the timer while something is to be told. Not locked. */
static void kick(ClientStream *stream)
{
        Client *client = stream->client;
        StreamWatch *watch;
        bool due;

        LOCKED(&client->watch_lock);
        watch = stream->watch;
        if (!watch)
                return;
        due = due_events(stream, watch->events) != 0;
        if (due != watch->armed)
                client->loop->update_timeout(watch->timer, due ? 0 : -1);
        watch->armed = due;
}

void client_streams_kick(Client *client)
{
        g_autoptr(GPtrArray) streams = NULL;

        pthread_mutex_lock(&client->lock);
        if (client->streams) {
                streams = g_ptr_array_new_with_free_func((GDestroyNotify)stream_unref);
                for (ClientStream *stream = client->streams; stream; stream = stream->next)
                        g_ptr_array_add(streams, stream_ref(stream));
        }
        pthread_mutex_unlock(&client->lock);
        for (guint i = 0; streams && i < streams->len; i++)
                kick(streams->pdata[i]);
}

static void stream_fail(ClientStream *stream, Error *failure)
{
        stream->failed = true;
        error_move(&stream->failure, failure);
        drop_packets(stream);
        unlist(stream);
}

/* The far end gave up. */
static void take_error(ClientStream *stream, const Packet *packet)
{
        ERROR_AUTO Error failure = ERROR_INIT;
        WireReader in = { .data = packet->data, .length = packet->length };

        if (!wire_get_error(&in, &failure)) {
                error_clear(&failure);
                error_set(&failure, VIR_ERR_RPC, "the far end aborted the stream without a word");
        }
        stream_fail(stream, &failure);
}

static bool read_hole(const Packet *packet, long long *ret_length)
{
        WireReader in = { .data = packet->data, .length = packet->length };
        uint64_t length;
        uint32_t flags;

        if (!wire_get_u64(&in, &length) || !wire_get_u32(&in, &flags) || length > INT64_MAX)
                return false;
        *ret_length = (long long)length;
        return true;
}

/* Locked. Takes @packet over. */
static void queue_packet(ClientStream *stream, Packet *packet)
{
        ERROR_AUTO Error failure = ERROR_INIT;
        long long length = 0;

        if (packet->header.type == WIRE_STREAM_HOLE && (!stream->holes || !read_hole(packet, &length))) {
                error_set(&failure, VIR_ERR_RPC, "%s",
                          stream->holes ? "malformed hole in the stream" : "unexpected stream hole");
                stream_fail(stream, &failure);
                packet_free(packet);
                return;
        }
        packet->next = NULL;
        if (!stream->first) {
                stream->position = 0;
                stream->hole_left = length;
        }
        *stream->tail = packet;
        stream->tail = &packet->next;
        stream->queued += packet->length;
}

/* Locked. Takes @packet over. */
static void stream_packet(ClientStream *stream, Packet *packet)
{
        ERROR_AUTO Error failure = ERROR_INIT;
        const WireHeader *header = &packet->header;

        if (header->status == WIRE_CONTINUE && (packet->length || header->type == WIRE_STREAM_HOLE)) {
                if (!stream->closing && !stream->end) {
                        queue_packet(stream, packet);
                        return;
                }
        } else if (header->status == WIRE_CONTINUE) {
                stream->end = true;
        } else if (header->status == WIRE_OK) {
                stream->end = stream->confirmed = true;
                unlist(stream);
        } else if (header->status == WIRE_ERROR) {
                take_error(stream, packet);
        } else {
                error_set(&failure, VIR_ERR_RPC, "unexpected stream status %d", header->status);
                stream_fail(stream, &failure);
        }
        packet_free(packet);
}

static bool belongs(const ClientStream *stream, const WireHeader *header)
{
        return stream->call.serial == header->serial && stream->call.procedure == header->procedure &&
               stream->call.program == header->program && stream->call.version == header->version;
}

void client_stream_packet(Client *client, Packet *packet)
{
        ClientStream *stream;

        pthread_mutex_lock(&client->lock);
        stream = client->streams;
        while (stream && !belongs(stream, &packet->header))
                stream = stream->next;
        if (!stream) {
                pthread_mutex_unlock(&client->lock);
                packet_free(packet);
                return;
        }
        stream_ref(stream);
        stream_packet(stream, packet);
        for (Waiter *waiter = client->waiters; waiter; waiter = waiter->next) {
                if (waiter->stream != stream)
                        continue;
                waiter->done = true;
                pthread_cond_signal(&waiter->wake);
        }
        pthread_mutex_unlock(&client->lock);
        kick(stream);
        stream_unref(stream);
}

/* Waits until a packet came for @stream, or everything queued was sent. Locked. */
static int wait_for(ClientStream *stream, bool for_flush, Error *err)
{
        Waiter waiter = { .stream = stream, .for_flush = for_flush };
        int r;

        client_waiter_add(stream->client, &waiter);
        r = client_wait(stream->client, &waiter, err);
        client_waiter_remove(stream->client, &waiter);
        return r;
}

/* Waits for a packet; a broken connection is a failure unless it brought @stream what it waits for before. Locked. */
static int wait_packet(ClientStream *stream, Error *err)
{
        ERROR_AUTO Error failure = ERROR_INIT;

        if (wait_for(stream, false, &failure) == 0 || stream->first || stream->failed || stream->confirmed)
                return 0;
        return error_move(err, &failure);
}

/* Locked. */
static int check_stream(ClientStream *stream, Error *err)
{
        if (stream->failed) {
                error_copy(err, &stream->failure);
                return -1;
        }
        if (stream->closing)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "stream is closed");
        return 0;
}

/* Sends one packet of the stream. Locked. */
static int send_packet(ClientStream *stream, int type, int status, const void *data, size_t length, Error *err)
{
        WireHeader header = stream->call;

        header.type = type;
        header.status = status;
        return client_check_open(stream->client, err) < 0 ||
                               client_send_bare(stream->client, &header, data, length, err) < 0
                       ? -1
                       : 0;
}

/* What nobody wants any more must not go on coming: the far end is told, its answer is not waited for. Locked. */
static void give_up(ClientStream *stream)
{
        ERROR_AUTO Error ignored = ERROR_INIT;

        if (stream->listed && stream->opened && !stream->closing)
                send_packet(stream, WIRE_STREAM, WIRE_ERROR, NULL, 0, &ignored);
        unlist(stream);
        drop_packets(stream);
}

ClientStream *client_stream_free(ClientStream *stream)
{
        ERROR_AUTO Error ignored = ERROR_INIT;

        if (!stream)
                return NULL;
        client_stream_remove_callback(stream, &ignored);
        pthread_mutex_lock(&stream->client->lock);
        give_up(stream);
        pthread_mutex_unlock(&stream->client->lock);
        client_watch_update(stream->client);
        stream_unref(stream);
        return NULL;
}

/* What is due without the lock after @stream was used. */
static int used(ClientStream *stream, int result)
{
        client_watch_update(stream->client);
        kick(stream);
        client_tell(stream->client);
        return result;
}

static int send_data(ClientStream *stream, const char *data, size_t length, bool nonblock, Error *err)
{
        Client *client = stream->client;

        LOCKED(&client->lock);
        if (check_stream(stream, err) < 0)
                return -1;
        if (nonblock && client->out && !client->flushing && client_flush(client, err) < 0)
                return -1;
        if (nonblock && client->out)
                return -2;
        while (client->out) {
                if (wait_for(stream, true, err) < 0 || check_stream(stream, err) < 0)
                        return -1;
        }
        if (send_packet(stream, WIRE_STREAM, WIRE_CONTINUE, data, length, err) < 0)
                return -1;
        while (!nonblock && client->out && !stream->failed) {
                if (wait_for(stream, true, err) < 0)
                        return -1;
        }
        return (int)length;
}

int client_stream_send(ClientStream *stream, const char *data, size_t length, bool nonblock, Error *err)
{
        size_t n = MIN(length, WIRE_LEGACY_PAYLOAD);

        if (n == 0)
                return 0; /* an empty packet would mean the end */
        return used(stream, send_data(stream, data, n, nonblock, err));
}

static int send_hole(ClientStream *stream, long long length, unsigned flags, Error *err)
{
        uint32_t words[] = { htobe32((uint64_t)length >> 32), htobe32((uint64_t)length), htobe32(flags) };

        LOCKED(&stream->client->lock);
        if (check_stream(stream, err) < 0)
                return -1;
        if (!stream->holes)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "holes are not permitted in this stream");
        return send_packet(stream, WIRE_STREAM_HOLE, WIRE_CONTINUE, words, sizeof(words), err);
}

int client_stream_send_hole(ClientStream *stream, long long length, unsigned flags, Error *err)
{
        if (length < 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "length of a hole must not be negative");
        return used(stream, send_hole(stream, length, flags, err));
}

/* The first packet is used up. Locked. */
static void drop_first(ClientStream *stream)
{
        Packet *packet = stream->first;

        stream->first = packet->next;
        if (!stream->first)
                stream->tail = &stream->first;
        stream->queued -= packet->length;
        packet_free(packet);
        stream->position = 0;
        stream->hole_left = 0;
        if (stream->first && stream->first->header.type == WIRE_STREAM_HOLE)
                read_hole(stream->first, &stream->hole_left);
}

static bool at_hole(const ClientStream *stream)
{
        return stream->first && stream->first->header.type == WIRE_STREAM_HOLE;
}

/* Moves from the first packet to @data; a hole reads as zeros. Locked. */
static size_t take_data(ClientStream *stream, char *data, size_t length)
{
        Packet *packet = stream->first;
        size_t n;

        if (at_hole(stream)) {
                n = MIN((unsigned long long)stream->hole_left, length);
                memset(data, 0, n);
                stream->hole_left -= (long long)n;
                if (stream->hole_left == 0)
                        drop_first(stream);
                return n;
        }
        n = MIN(packet->length - stream->position, length);
        memcpy(data, packet->data + stream->position, n);
        stream->position += n;
        if (stream->position == packet->length)
                drop_first(stream);
        return n;
}

/* Reads what the socket has without waiting, if nobody else does. Locked; lets go. */
static void receive_now(Client *client)
{
        if (client->receiving || client->closed)
                return;
        client->receiving = true;
        pthread_mutex_unlock(&client->lock);
        client_receive(client, false);
        pthread_mutex_lock(&client->lock);
        client_turn_end(client);
}

static int recv_data(ClientStream *stream, char *data, size_t length, bool stop_at_hole, bool nonblock, Error *err)
{
        size_t n = 0;

        LOCKED(&stream->client->lock);
        if (nonblock && !stream->first && !stream->end)
                receive_now(stream->client);
        for (;;) {
                if (check_stream(stream, err) < 0)
                        return -1;
                if (stream->first || stream->end)
                        break;
                if (client_check_open(stream->client, err) < 0)
                        return -1;
                if (nonblock)
                        return -2;
                if (wait_packet(stream, err) < 0)
                        return -1;
        }
        if (stop_at_hole && at_hole(stream))
                return -3;
        while (n < length && stream->first && !(stop_at_hole && at_hole(stream)))
                n += take_data(stream, data + n, length - n);
        return (int)n;
}

int client_stream_recv(ClientStream *stream, char *data, size_t length, bool stop_at_hole, bool nonblock, Error *err)
{
        return used(stream, recv_data(stream, data, MIN(length, INT_MAX), stop_at_hole, nonblock, err));
}

/* Waits for data; an error unless a hole comes first. */
static int take_hole(ClientStream *stream, long long *ret_length, Error *err)
{
        LOCKED(&stream->client->lock);
        if (check_stream(stream, err) < 0)
                return -1;
        while (!stream->first && !stream->end && !stream->failed) {
                if (wait_packet(stream, err) < 0)
                        return -1;
        }
        if (check_stream(stream, err) < 0)
                return -1;
        if (!at_hole(stream))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "there is no hole at this place of the stream");
        *ret_length = stream->hole_left;
        drop_first(stream);
        return 0;
}

int client_stream_recv_hole(ClientStream *stream, long long *ret_length, Error *err)
{
        return used(stream, take_hole(stream, ret_length, err));
}

static int close_stream(ClientStream *stream, int status, Error *err)
{
        LOCKED(&stream->client->lock);
        if (check_stream(stream, err) < 0)
                return -1;
        stream->closing = true;
        drop_packets(stream);
        if (!stream->confirmed && send_packet(stream, WIRE_STREAM, status, NULL, 0, err) < 0)
                return -1;
        while (!stream->confirmed && !stream->failed) {
                if (wait_packet(stream, err) < 0)
                        return -1;
        }
        if (!stream->failed)
                return 0;
        error_copy(err, &stream->failure);
        return -1;
}

int client_stream_finish(ClientStream *stream, Error *err)
{
        return used(stream, close_stream(stream, WIRE_OK, err));
}

int client_stream_abort(ClientStream *stream, Error *err)
{
        bool failed;

        pthread_mutex_lock(&stream->client->lock);
        failed = stream->failed;
        pthread_mutex_unlock(&stream->client->lock);
        if (failed)
                return 0; /* there is nothing left to abort */
        return used(stream, close_stream(stream, WIRE_ERROR, err));
}

static void watch_free(void *opaque)
{
        StreamWatch *watch = opaque;

        if (watch->free)
                watch->free(watch->opaque);
        stream_unref(watch->stream);
        g_free(watch);
}

/* The events to tell, 0 for none; a timer that has nothing to tell rests. */
static int take_events(StreamWatch *watch)
{
        ClientStream *stream = watch->stream;
        int events;

        LOCKED(&stream->client->watch_lock);
        if (stream->watch != watch)
                return 0;
        events = due_events(stream, watch->events);
        watch->armed = events != 0;
        if (!events)
                stream->client->loop->update_timeout(watch->timer, -1);
        return events;
}

static void on_stream_timer(int timer, void *opaque)
{
        StreamWatch *watch = opaque;
        int events = take_events(watch);

        if (events)
                watch->func(events, watch->opaque);
}

int client_stream_add_callback(ClientStream *stream, int events, ClientStreamFunc func, void *opaque,
                               virFreeCallback free, Error *err)
{
        Client *client = stream->client;
        StreamWatch *watch;

        LOCKED(&client->watch_lock);
        if (stream->watch)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "multiple stream callbacks not supported");
        if (!client->loop)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "the program runs no event loop");
        watch = g_new(StreamWatch, 1);
        *watch = (StreamWatch){ stream_ref(stream), -1, events, false, func, opaque, free };
        watch->armed = due_events(stream, events) != 0;
        watch->timer = client->loop->add_timeout(watch->armed ? 0 : -1, on_stream_timer, watch, watch_free);
        if (watch->timer < 0) {
                stream_unref(stream);
                g_free(watch);
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot add a timer to the event loop");
        }
        stream->watch = watch;
        return 0;
}

int client_stream_set_events(ClientStream *stream, int events, Error *err)
{
        pthread_mutex_lock(&stream->client->watch_lock);
        if (stream->watch)
                stream->watch->events = events;
        else
                error_set(err, VIR_ERR_INTERNAL_ERROR, "no stream callback registered");
        pthread_mutex_unlock(&stream->client->watch_lock);
        if (error_is_set(err))
                return -1;
        kick(stream);
        return 0;
}

int client_stream_remove_callback(ClientStream *stream, Error *err)
{
        LOCKED(&stream->client->watch_lock);
        if (!stream->watch)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "no stream callback registered");
        stream->client->loop->remove_timeout(stream->watch->timer);
        stream->watch = NULL;
        return 0;
}
