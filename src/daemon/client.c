#include "client.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "util/auto.h"
#include "util/log.h"
#include "vireo/daemon.h"

#include "dispatch.h"
#include "events.h"
#include "identity.h"
#include "keepalive.h"
#include "stream.h"

enum {
        OUTBOX_HIGH = 262144,          /* a peer with more unread answers is not read from */
        OUTBOX_EVENT_BYTES = 33554432, /* a peer with more unread than this is disconnected by the next event */
        OUTBOX_EVENT_COUNT = 10000,
        STREAM_BACKLOG_HIGH = 1048576,
        CLOSED_PACKET_MAX = 524288, /* before there is a connection: room for all that SASL may say */
};

static void client_run(Client *client);

Client *client_new(Server *server, Loop *loop, uint64_t id, int fd, Transport transport, bool readonly, Error *err)
{
        Client *client = g_new0(Client, 1);

        client->refs = 1;
        client->server = server;
        client->loop = loop;
        client->id = id;
        client->connected_at = time(NULL);
        client->transport = transport;
        client->readonly_socket = readonly;
        client->fd = fd;
        client->streams = g_hash_table_new(NULL, NULL);
        client->subscriptions = g_ptr_array_new();
        pthread_mutex_init(&client->lock, NULL);
        server_count_alive(server, 1);
        inbox_init(&client->inbox, server->kind->nothing_to_open ? INBOX_PACKET_MAX : CLOSED_PACKET_MAX);
        if (identity_of_peer(client, fd, err) < 0)
                return client_unref(client);
        return client;
}

Client *client_ref(Client *client)
{
        g_atomic_int_inc(&client->refs);
        return client;
}

/* Closing the hypervisor connection may wait for a driver, so a worker does it. */
static void client_free(void *opaque)
{
        Client *client = opaque;
        Server *server = client->server;

        object_unref(client->conn);
        packets_free(outbox_take_all(&client->outbox));
        inbox_done(&client->inbox);
        if (client->fd >= 0)
                close(client->fd);
        if (client->subscriptions)
                g_ptr_array_unref(client->subscriptions);
        g_hash_table_unref(client->streams);
        identity_clear(&client->identity);
        g_free(client->address);
        pthread_mutex_destroy(&client->lock);
        g_free(client);
        server_count_alive(server, -1);
}

Client *client_unref(Client *client)
{
        if (client && g_atomic_int_dec_and_test(&client->refs)) {
                if (client->conn)
                        pool_push(client->server->pool, client_free, client);
                else
                        client_free(client);
        }
        return NULL;
}

virConnectPtr client_connection(Client *client)
{
        return g_atomic_pointer_get(&client->conn);
}

bool client_is_readonly(Client *client)
{
        virConnectPtr conn = client_connection(client);

        return client->readonly_socket || (conn && (conn->flags & VIR_CONNECT_RO));
}

void client_resolve_identity(Client *client)
{
        char *user, *group;

        if (g_atomic_int_get(&client->resolved))
                return;
        identity_names(client->identity.uid, client->identity.gid, &user, &group);
        {
                LOCKED(&client->lock);
                if (!client->resolved) {
                        client->identity.user_name = g_steal_pointer(&user);
                        client->identity.group_name = g_steal_pointer(&group);
                        g_atomic_int_set(&client->resolved, 1);
                }
        }
        g_free(user);
        g_free(group);
}

/* What a disconnected client leaves behind may wait for drivers. */
static void client_teardown(void *opaque)
{
        Client *client = opaque;

        subscriptions_drop(client);
        if (client->server->kind->gone)
                client->server->kind->gone(client);
        client_unref(client);
}

static void disconnect(Client *client)
{
        Packet *dropped;
        int fd;

        if (!client->source)
                return;
        loop_remove(g_steal_pointer(&client->source));
        keepalive_stop(client);
        streams_drop(client);
        {
                LOCKED(&client->lock);
                client->closing = true;
                fd = fd_steal(&client->fd);
                dropped = outbox_take_all(&client->outbox);
        }
        client_ref(client);
        log_debug("client %" G_GUINT64_FORMAT " of %s is gone", client->id, client->server->name);
        server_forget(client->server, client);
        close(fd); /* last: whoever sees the end finds the client in no list any more */
        packets_free(dropped);
        pool_push(client->server->pool, client_teardown, client);
}

static bool may_read(Client *client)
{
        LOCKED(&client->lock);

        client->stalled = client->in_flight >= client->server->limits.max_client_requests ||
                          client->outbox.bytes > OUTBOX_HIGH || client->stream_backlog > STREAM_BACKLOG_HIGH;
        return !client->stalled && !client->closing && !client->close_when_sent;
}

/* Results of flush(): whether something is left, or the connection is to end. */
static int flush(Client *client, Error *err)
{
        Packet *finished = NULL;
        int result;

        {
                LOCKED(&client->lock);
                result = client->closing ? -1 : outbox_flush(&client->outbox, client->fd, &finished, err);
                if (result == OUTBOX_EMPTY && client->close_when_sent)
                        result = -1;
        }
        packets_free(finished);
        return result;
}

/* Dispatch what has arrived as far as the limits allow; -1 when the peer broke the protocol. */
static int take_packets(Client *client, Error *err)
{
        while (client->source && may_read(client)) {
                InboxPacket packet;
                int result;

                if (client_connection(client))
                        client->inbox.packet_max = INBOX_PACKET_MAX;
                result = inbox_next(&client->inbox, &packet, err);

                if (result != INBOX_READY)
                        return result == INBOX_WAIT ? 0 : -1;
                dispatch_packet(client, &packet);
                inbox_packet_done(&packet);
        }
        return 0;
}

static void watch(Client *client, bool in, bool out)
{
        unsigned events = (in ? LOOP_IN : 0) | (out ? LOOP_OUT : 0);

        if (!client->source || events == client->watched)
                return;
        client->watched = events;
        loop_set_events(client->source, events);
}

/* Do everything that the client's state calls for. */
static void client_run(Client *client)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int left = flush(client, &err);

        if (left >= 0 && take_packets(client, &err) < 0)
                left = -1;
        if (left >= 0)
                left = flush(client, &err);
        if (left < 0) {
                if (error_is_set(&err))
                        log_info("client %" G_GUINT64_FORMAT " of %s: %s", client->id, client->server->name,
                                 err.message);
                disconnect(client);
                return;
        }
        watch(client, may_read(client), left == OUTBOX_BLOCKED);
}

/* -1: the peer is gone or broke the protocol. */
static int receive(Client *client)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int result = inbox_receive(&client->inbox, client->fd, &err);

        if (result == INBOX_READY)
                keepalive_heard(client);
        if (result < 0)
                log_info("client %" G_GUINT64_FORMAT " of %s: %s", client->id, client->server->name, err.message);
        return result == INBOX_READY || result == INBOX_WAIT ? 0 : -1;
}

static void on_ready(LoopSource *source, int fd, unsigned events, void *opaque)
{
        Client *client = opaque;
        bool gone = false;

        client_ref(client);
        if ((events & LOOP_IN) && (client->watched & LOOP_IN))
                gone = receive(client) < 0;
        else if (events & (LOOP_HANGUP | LOOP_ERROR))
                gone = true;
        if (gone)
                disconnect(client);
        else
                client_run(client);
        client_unref(client);
}

static void drop_ref(void *opaque)
{
        client_unref(opaque);
}

static bool client_is_frozen(Client *client)
{
        LOCKED(&client->server->lock);
        return client->server->frozen;
}

void client_freeze(Client *client)
{
        loop_remove(g_steal_pointer(&client->source));
        keepalive_stop(client);
}

static void start_in_loop(void *opaque)
{
        Client *client = opaque;

        if (client_is_frozen(client)) {
                client_unref(client);
                return;
        }
        client->watched = LOOP_IN;
        client->source = loop_add_fd(client->loop, client->fd, LOOP_IN, on_ready, client_ref(client), drop_ref);
        client_run(client);
        client_unref(client);
}

void client_start(Client *client)
{
        loop_call(client->loop, start_in_loop, client_ref(client));
}

static void run_poked(void *opaque)
{
        Client *client = opaque;

        {
                LOCKED(&client->lock);
                client->poked = false;
        }
        if (client->source)
                client_run(client);
        client_unref(client);
}

/* Have the loop look at the client; the caller saw, under the lock, that it has to. */
static void poke(Client *client)
{
        {
                LOCKED(&client->lock);
                if (client->poked)
                        return;
                client->poked = true;
        }
        loop_call(client->loop, run_poked, client_ref(client));
}

void client_close(Client *client)
{
        {
                LOCKED(&client->lock);
                client->closing = true;
        }
        poke(client);
}

void client_close_when_sent(Client *client)
{
        {
                LOCKED(&client->lock);
                client->close_when_sent = true;
        }
        /* In the loop a call is being dispatched: client_run() comes by anyway. */
        if (!loop_is_current(client->loop))
                poke(client);
}

static void outbox_send(Client *client, Packet *packet, bool *ret_wake)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Packet *finished = NULL;

        {
                LOCKED(&client->lock);
                bool first = !client->outbox.head;

                if (client->closing) {
                        finished = packet;
                        packet->next = NULL;
                } else {
                        outbox_push(&client->outbox, packet);
                }
                /* What is left, and a broken connection, is the loop's. */
                if (!finished && first && outbox_flush(&client->outbox, client->fd, &finished, &err) != OUTBOX_EMPTY)
                        *ret_wake = true;
        }
        packets_free(finished);
}

void client_send(Client *client, Packet *packet)
{
        bool wake = false;

        outbox_send(client, packet, &wake);
        if (wake && !loop_is_current(client->loop))
                poke(client);
}

void client_send_event(Client *client, Packet *packet)
{
        bool wake = false, flooded;

        packet->event = true;
        outbox_send(client, packet, &wake);
        {
                LOCKED(&client->lock);
                flooded = !client->closing &&
                          (client->outbox.n_events > OUTBOX_EVENT_COUNT || client->outbox.bytes > OUTBOX_EVENT_BYTES);
                client->closing |= flooded;
        }
        if (flooded)
                log_warn("client %" G_GUINT64_FORMAT " of %s does not read its events: disconnected", client->id,
                         client->server->name);
        if (flooded || wake)
                poke(client);
}

void client_call_begin(Client *client)
{
        LOCKED(&client->lock);
        client->in_flight++;
}

void client_call_end(Client *client)
{
        bool wake;

        {
                LOCKED(&client->lock);
                client->in_flight--;
                wake = client->stalled;
        }
        if (wake)
                poke(client);
}

void client_stream_backlog(Client *client, ssize_t change)
{
        bool wake;

        {
                LOCKED(&client->lock);
                client->stream_backlog += change;
                wake = client->stalled && change < 0;
        }
        if (wake)
                poke(client);
}
