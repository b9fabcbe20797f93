/* The calling side of a connection: sending. Nobody ever blocks with the lock: what the socket does not take at once
 * is queued, and a thread that waits anyway sends the rest. */
#include "client_private.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

/* The socket is broken: so is the client. */
static int break_client(Client *client, const Error *err)
{
        ERROR_AUTO Error failure = ERROR_INIT;

        error_copy(&failure, err);
        client_mark_closed(client, err->int1 == EPIPE ? VIR_CONNECT_CLOSE_REASON_EOF : VIR_CONNECT_CLOSE_REASON_ERROR,
                           &failure);
        return -1;
}

/* Advances @parts past the @n bytes that were sent; true once nothing is left. */
static bool advance(struct iovec parts[2], size_t n)
{
        for (int i = 0; i < 2; i++) {
                size_t step = MIN(n, parts[i].iov_len);

                if (step == 0)
                        continue;
                parts[i].iov_base = (char *)parts[i].iov_base + step;
                parts[i].iov_len -= step;
                n -= step;
        }
        return parts[0].iov_len == 0 && parts[1].iov_len == 0;
}

/* 1: the socket took it, 0: it does not take more now, -1: broken. @message: length and control are the caller's. */
static ssize_t send_some(const Client *client, const struct msghdr *message, Error *err)
{
        ssize_t n;

        do {
                n = sendmsg(client->fd, message, MSG_NOSIGNAL | MSG_DONTWAIT);
        } while (n < 0 && errno == EINTR);
        if (n >= 0)
                return n;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
                return 0;
        return error_errno(err, errno, "Cannot write data");
}

static int send_bytes(const Client *client, struct iovec parts[2], Error *err)
{
        struct msghdr message = { .msg_iov = parts, .msg_iovlen = parts[1].iov_len ? 2 : 1 };
        ssize_t n;

        do {
                n = send_some(client, &message, err);
                if (n <= 0)
                        return n;
        } while (!advance(parts, n));
        return 1;
}

/* A descriptor travels with one byte of its own. */
static int send_fd(const Client *client, int fd, Error *err)
{
        char control[CMSG_SPACE(sizeof(int))] = { 0 };
        struct iovec part = { .iov_base = (char[1]){ 0 }, .iov_len = 1 };
        struct msghdr message = {
                .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
        };
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);

        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(head), &fd, sizeof(fd));
        return send_some(client, &message, err);
}

/* 1: all sent; 0: the rest later; -1. */
static int send_all(const Client *client, struct iovec parts[2], const int *fds, size_t n_fds, size_t *sent_fds,
                    Error *err)
{
        int r = 1;

        if (parts[0].iov_len || parts[1].iov_len)
                r = send_bytes(client, parts, err);
        while (r > 0 && *sent_fds < n_fds) {
                r = send_fd(client, fds[*sent_fds], err);
                if (r > 0)
                        (*sent_fds)++;
        }
        return r;
}

static OutPacket *out_free(OutPacket *out)
{
        for (size_t i = 0; i < out->n_fds; i++)
                close(out->fds[i]);
        g_free(out->data);
        g_free(out);
        return NULL;
}

static int queue(Client *client, const struct iovec parts[2], const int *fds, size_t n_fds, Error *err)
{
        OutPacket *out = g_new0(OutPacket, 1);

        for (; out->n_fds < n_fds; out->n_fds++) {
                out->fds[out->n_fds] = fcntl(fds[out->n_fds], F_DUPFD_CLOEXEC, 3);
                if (out->fds[out->n_fds] < 0) {
                        error_errno(err, errno, "cannot duplicate a file descriptor");
                        out_free(out);
                        return -1;
                }
        }
        out->length = parts[0].iov_len + parts[1].iov_len;
        out->data = g_malloc(MAX(out->length, 1)); /* descriptors alone may be left */
        memcpy(out->data, parts[0].iov_base, parts[0].iov_len);
        if (parts[1].iov_len)
                memcpy(out->data + parts[0].iov_len, parts[1].iov_base, parts[1].iov_len);
        *client->out_tail = out;
        client->out_tail = &out->next;
        client->out_bytes += out->length;
        return 0;
}

int client_send(Client *client, const struct iovec parts[2], const int *fds, size_t n_fds, Error *err)
{
        struct iovec rest[2] = { parts[0], parts[1] };
        size_t sent_fds = 0;
        int r = 0;

        if (n_fds > WIRE_FDS_MAX || (n_fds && !client->is_unix))
                return error_set(err, VIR_ERR_NO_SUPPORT, "passing %zu file descriptors over this connection", n_fds);
        if (!client->out)
                r = send_all(client, rest, fds, n_fds, &sent_fds, err);
        if (r != 0)
                return r < 0 ? break_client(client, err) : 0;
        return queue(client, rest, n_fds ? fds + sent_fds : NULL, n_fds - sent_fds, err);
}

int client_send_bare(Client *client, const WireHeader *header, const void *data, size_t length, Error *err)
{
        uint32_t head[] = { htobe32(WIRE_LENGTH_SIZE + WIRE_HEADER_SIZE + length),
                            htobe32(header->program),
                            htobe32(header->version),
                            htobe32(header->procedure),
                            htobe32(header->type),
                            htobe32(header->serial),
                            htobe32(header->status) };
        struct iovec parts[2] = { { .iov_base = head, .iov_len = sizeof(head) },
                                  { .iov_base = (void *)data, .iov_len = length } };

        return client_send(client, parts, NULL, 0, err);
}

/* Nothing is left to send: those who waited for that go on. */
static void drained(Client *client)
{
        for (Waiter *waiter = client->waiters; waiter; waiter = waiter->next) {
                if (waiter->for_flush)
                        pthread_cond_signal(&waiter->wake);
        }
}

int client_flush(Client *client, Error *err)
{
        while (client->out) {
                OutPacket *out = client->out;
                struct iovec parts[2] = { { .iov_base = out->data + out->position,
                                            .iov_len = out->length - out->position } };
                int r = send_all(client, parts, out->fds, out->n_fds, &out->fds_sent, err);

                out->position = out->length - parts[0].iov_len;
                if (r <= 0)
                        return r < 0 ? break_client(client, err) : 0;
                client->out = out->next;
                client->out_bytes -= out->length;
                out_free(out);
        }
        client->out_tail = &client->out;
        drained(client);
        return 0;
}

void client_flush_wake(Client *client)
{
        if (client->flushing && client->wake_fd >= 0)
                eventfd_write(client->wake_fd, 1);
}

/* Waits for the socket, or for somebody who wakes us; receives if @receive. Not locked. */
static void flush_poll(Client *client, bool receive)
{
        struct pollfd fds[] = { { .fd = client->fd, .events = POLLOUT | (receive ? POLLIN : 0) },
                                { .fd = client->wake_fd, .events = POLLIN } };
        int timeout_ms = client->interval > 0 ? client->interval * 1000 : -1;
        int n = poll(fds, ARRAY_SIZE(fds), timeout_ms);
        eventfd_t count;

        if (n == 0)
                client_keepalive_tick(client);
        if (n > 0 && fds[1].revents)
                eventfd_read(client->wake_fd, &count);
        if (n > 0 && receive && (fds[0].revents & ~POLLOUT))
                client_receive(client, false);
}

/* Makes what flush_poll() needs. Locked. */
static int open_wake(Client *client, Error *err)
{
        if (client->wake_fd < 0)
                client->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (client->wake_fd >= 0)
                return 0;
        error_errno(err, errno, "cannot create an eventfd");
        return break_client(client, err);
}

void client_flush_wait(Client *client)
{
        ERROR_AUTO Error err = ERROR_INIT;
        bool mine = false;

        client->flushing = true;
        open_wake(client, &err);
        while (client->out && !client->closed) {
                if (!client->receiving)
                        client->receiving = mine = true;
                pthread_mutex_unlock(&client->lock);
                flush_poll(client, mine);
                pthread_mutex_lock(&client->lock);
                client_flush(client, &err);
        }
        client->flushing = false;
        if (mine)
                client_turn_end(client);
        pthread_mutex_unlock(&client->lock);
        client_streams_kick(client);
        pthread_mutex_lock(&client->lock);
}

void client_out_done(Client *client)
{
        while (client->out) {
                OutPacket *out = client->out;

                client->out = out->next;
                out_free(out);
        }
        if (client->wake_fd >= 0)
                close(client->wake_fd);
}
