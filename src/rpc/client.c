/* The calling side of a connection: its life, calls, and the turn to receive. */
#include "client_private.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static const ClientHooks no_hooks;

Client *client_new(int fd, const ClientHooks *hooks, void *opaque)
{
        Client *client = g_new0(Client, 1);
        int family = 0;
        socklen_t size = sizeof(family);

        client->refs = 1;
        client->fd = fd;
        client->is_unix = getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 && family == AF_UNIX;
        client->hooks = hooks ? hooks : &no_hooks;
        client->opaque = opaque;
        client->failure = ERROR_INIT;
        client->out_tail = &client->out;
        client->wake_fd = -1;
        client->watch = client->timer = client->pause_timer = -1;
        pthread_mutex_init(&client->lock, NULL);
        pthread_mutex_init(&client->watch_lock, NULL);
        pthread_cond_init(&client->idle, NULL);
        packet_reader_init(&client->reader);
        return client;
}

Client *client_ref(Client *client)
{
        __atomic_add_fetch(&client->refs, 1, __ATOMIC_RELAXED);
        return client;
}

Client *client_unref(Client *client)
{
        if (!client || __atomic_sub_fetch(&client->refs, 1, __ATOMIC_ACQ_REL) > 0)
                return NULL;
        close(client->fd);
        client_out_done(client);
        packet_reader_done(&client->reader);
        error_clear(&client->failure);
        pthread_cond_destroy(&client->idle);
        pthread_mutex_destroy(&client->watch_lock);
        pthread_mutex_destroy(&client->lock);
        g_free(client);
        return NULL;
}

bool client_is_unix(const Client *client)
{
        return client->is_unix;
}

bool client_is_alive(Client *client)
{
        LOCKED(&client->lock);

        return !client->closed;
}

int client_check_open(Client *client, Error *err)
{
        if (client->closed)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "client socket is closed");
        return 0;
}

void client_mark_closed(Client *client, int reason, Error *failure)
{
        if (client->closed)
                return;
        client->closed = true;
        client->reason = reason;
        error_move(&client->failure, failure);
        for (Waiter *waiter = client->waiters; waiter; waiter = waiter->next)
                pthread_cond_signal(&waiter->wake);
        /* Wakes the thread that receives; the descriptor itself lives as long as anybody may use it. */
        shutdown(client->fd, SHUT_RDWR);
        client_flush_wake(client);
}

void client_fail(Client *client, int reason, Error *failure)
{
        LOCKED(&client->lock);

        client_mark_closed(client, reason, failure);
}

void client_tell(Client *client)
{
        pthread_mutex_lock(&client->lock);
        if (!client->closed || client->told) {
                pthread_mutex_unlock(&client->lock);
                return;
        }
        client->told = client->telling = true;
        client->teller = pthread_self();
        pthread_mutex_unlock(&client->lock);
        client_streams_kick(client);
        if (client->hooks->closed)
                client->hooks->closed(client->reason, client->opaque);
        pthread_mutex_lock(&client->lock);
        client->telling = false;
        pthread_cond_broadcast(&client->idle);
        pthread_mutex_unlock(&client->lock);
}

void client_settle(Client *client)
{
        if (__atomic_load_n(&client->resume, __ATOMIC_RELAXED) || !client_is_alive(client))
                client_watch_update(client);
        client_tell(client);
}

/* The program may close the connection from inside the closed hook. */
static bool hooks_run(Client *client)
{
        return client->receiving || (client->telling && !pthread_equal(client->teller, pthread_self()));
}

void client_close(Client *client)
{
        ERROR_AUTO Error failure = ERROR_INIT;

        error_set(&failure, VIR_ERR_INTERNAL_ERROR, "client socket is closed");
        pthread_mutex_lock(&client->lock);
        client->told = true;
        client_mark_closed(client, VIR_CONNECT_CLOSE_REASON_CLIENT, &failure);
        client->idle_waiters++;
        while (hooks_run(client))
                pthread_cond_wait(&client->idle, &client->lock);
        client->idle_waiters--;
        pthread_mutex_unlock(&client->lock);
        client_streams_kick(client);
        client_watch_stop(client);
}

void client_waiter_add(Client *client, Waiter *waiter)
{
        pthread_cond_init(&waiter->wake, NULL);
        waiter->next = NULL;
        waiter->previous = client->last_waiter;
        if (client->last_waiter)
                client->last_waiter->next = waiter;
        else
                client->waiters = waiter;
        client->last_waiter = waiter;
}

void client_waiter_remove(Client *client, Waiter *waiter)
{
        if (waiter->previous)
                waiter->previous->next = waiter->next;
        else
                client->waiters = waiter->next;
        if (waiter->next)
                waiter->next->previous = waiter->previous;
        else
                client->last_waiter = waiter->previous;
        pthread_cond_destroy(&waiter->wake);
}

/* The turn goes to the first thread that still waits, or to the one that waits to send and then does both. */
static void pass_turn(Client *client)
{
        if (client->flushing) {
                client_flush_wake(client);
                return;
        }
        for (Waiter *waiter = client->waiters; waiter; waiter = waiter->next) {
                if (waiter->done)
                        continue;
                pthread_cond_signal(&waiter->wake);
                return;
        }
}

void client_turn_end(Client *client)
{
        client->receiving = false;
        if (client->idle_waiters)
                pthread_cond_broadcast(&client->idle);
        pass_turn(client);
}

static bool waiter_done(Client *client, const Waiter *waiter)
{
        return waiter->done || (waiter->for_flush && !client->out);
}

/* One step of waiting; @mine: whether the caller has the turn. */
static void wait_step(Client *client, Waiter *waiter, bool *mine)
{
        if (client->out && !client->flushing) {
                if (*mine)
                        client_turn_end(client);
                *mine = false;
                client_flush_wait(client);
                return;
        }
        if (client->receiving && !*mine) {
                pthread_cond_wait(&waiter->wake, &client->lock);
                return;
        }
        client->receiving = *mine = true;
        pthread_mutex_unlock(&client->lock);
        client_receive(client, true);
        pthread_mutex_lock(&client->lock);
}

int client_wait(Client *client, Waiter *waiter, Error *err)
{
        bool mine = false;

        while (!waiter_done(client, waiter) && !client->closed)
                wait_step(client, waiter, &mine);
        waiter->done = true;
        if (mine) {
                __atomic_store_n(&client->n_received, client->n_received + 1, __ATOMIC_RELAXED);
                client_turn_end(client);
        } else if (!client->receiving) {
                pass_turn(client); /* it may have been passed to us, who are leaving */
        }
        if (client->closed && (waiter->for_flush || waiter->stream || !waiter->packet)) {
                error_copy(err, &client->failure);
                return -1;
        }
        return 0;
}

/* One recvmsg() into the reader. 1: something came, 0: nothing, -1: the connection is broken. */
static int read_some(Client *client, bool block, int *ret_reason, Error *err)
{
        size_t size, n_fds = 0;
        struct iovec part = { .iov_base = packet_reader_space(&client->reader, &size) };
        char control[CMSG_SPACE(sizeof(int) * WIRE_FDS_MAX)];
        struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
        int fds[WIRE_FDS_MAX];
        ssize_t n;

        part.iov_len = size;
        if (client->is_unix) {
                message.msg_control = control;
                message.msg_controllen = sizeof(control);
        }
        do {
                n = recvmsg(client->fd, &message, MSG_CMSG_CLOEXEC | (block ? 0 : MSG_DONTWAIT));
        } while (n < 0 && errno == EINTR);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
                return 0;
        *ret_reason = n == 0 ? VIR_CONNECT_CLOSE_REASON_EOF : VIR_CONNECT_CLOSE_REASON_ERROR;
        if (n < 0)
                return error_errno(err, errno, "Cannot recv data");
        if (n == 0)
                return error_errno(err, EIO, "End of file while reading data");
        for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
                if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
                        continue;
                n_fds = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
                memcpy(fds, CMSG_DATA(head), n_fds * sizeof(int));
        }
        packet_reader_filled(&client->reader, n, fds, n_fds);
        if (client->interval > 0)
                __atomic_store_n(&client->heard_us, g_get_monotonic_time(), __ATOMIC_RELAXED);
        return 1;
}

static bool same_call(const WireHeader *a, const WireHeader *b)
{
        return a->serial == b->serial && a->procedure == b->procedure && a->program == b->program &&
               a->version == b->version;
}

static int give_reply(Client *client, Packet *packet, Error *err)
{
        LOCKED(&client->lock);

        for (Waiter *waiter = client->waiters; waiter; waiter = waiter->next) {
                if (waiter->done || !waiter->call || !same_call(waiter->call, &packet->header))
                        continue;
                waiter->packet = packet;
                waiter->done = true;
                pthread_cond_signal(&waiter->wake);
                return 1;
        }
        error_set(err, VIR_ERR_RPC, "no call waiting for reply with prog %u vers %u serial %u", packet->header.program,
                  packet->header.version, packet->header.serial);
        packet_free(packet);
        return -1;
}

static void give_event(Client *client, const Packet *packet)
{
        WireReader payload = { .data = packet->data, .length = packet->length };

        if (!client_keepalive_packet(client, packet) && client->hooks->event)
                client->hooks->event(&packet->header, &payload, client->opaque);
}

/* 1, or -1 when the peer sent what no server may send. Takes @packet over. */
static int give_packet(Client *client, Packet *packet, Error *err)
{
        switch (packet->header.type) {
        case WIRE_REPLY:
        case WIRE_REPLY_WITH_FDS: return give_reply(client, packet, err);
        case WIRE_STREAM:
        case WIRE_STREAM_HOLE: client_stream_packet(client, packet); return 1;
        case WIRE_EVENT:
                give_event(client, packet);
                packet_free(packet);
                return 1;
        default:
                error_set(err, VIR_ERR_RPC, "got unexpected RPC call prog %u vers %u proc %d type %d",
                          packet->header.program, packet->header.version, packet->header.procedure,
                          packet->header.type);
                packet_free(packet);
                return -1;
        }
}

void client_receive(Client *client, bool block)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int reason = VIR_CONNECT_CLOSE_REASON_ERROR;
        Packet *packet = NULL;
        int r = read_some(client, block, &reason, &err);

        if (r == 0 && block)
                client_keepalive_tick(client); /* the socket's receive timeout ran out */
        while (r > 0) {
                r = packet_reader_next(&client->reader, &packet, &err);
                if (r > 0)
                        r = give_packet(client, packet, &err);
        }
        if (r < 0)
                client_fail(client, reason, &err);
}

void client_begin(Client *client, uint32_t program, int procedure, WireType type, WireWriter *out,
                  WireHeader *ret_header)
{
        *ret_header = (WireHeader){
                .program = program,
                .version = program_version(program),
                .procedure = procedure,
                .type = type,
                .serial = __atomic_add_fetch(&client->serial, 1, __ATOMIC_RELAXED),
        };
        wire_begin(out, ret_header);
}

/* Sends and waits; the reply's packet in @waiter. */
static int exchange(Client *client, Waiter *waiter, const WireWriter *request, const int *fds, size_t n_fds, Error *err)
{
        struct iovec parts[2] = { { .iov_base = request->data, .iov_len = request->length } };
        int r;

        LOCKED(&client->lock);
        if (client_check_open(client, err) < 0)
                return -1;
        if (client_send(client, parts, fds, n_fds, err) < 0)
                return -1;
        client_waiter_add(client, waiter);
        r = client_wait(client, waiter, err);
        client_waiter_remove(client, waiter);
        return r;
}

static int check_reply(const Packet *packet, Error *err)
{
        WireReader in = { .data = packet->data, .length = packet->length };

        if (packet->header.status == WIRE_OK)
                return 0;
        if (packet->header.status == WIRE_ERROR && wire_get_error(&in, err))
                return -1;
        error_clear(err);
        return error_set(err, VIR_ERR_RPC, "unexpected message status %d", packet->header.status);
}

int client_call(Client *client, const WireHeader *header, WireWriter *request, const int *fds, size_t n_fds,
                ClientReply *ret_reply, Error *err)
{
        Waiter waiter = { .call = header };
        g_autoptr(Packet) packet = NULL;
        int r;

        if (wire_end(request, err) < 0)
                return -1;
        r = exchange(client, &waiter, request, fds, n_fds, err);
        packet = waiter.packet;
        client_settle(client);
        if (r < 0 || check_reply(packet, err) < 0)
                return -1;
        *ret_reply = (ClientReply){
                .payload = { .data = packet->data, .length = packet->length },
                .fds = packet->fds,
                .n_fds = packet->n_fds,
        };
        ret_reply->packet = g_steal_pointer(&packet);
        return 0;
}

void client_reply_done(ClientReply *reply)
{
        packet_free(reply->packet);
        *reply = (ClientReply){ 0 };
}
