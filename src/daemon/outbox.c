#include "outbox.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "util/auto.h"

enum { OUTBOX_VECTORS = 16 }; /* packets in one send */

Packet *packet_new(WireWriter *writer)
{
        Packet *packet = g_new0(Packet, 1);

        packet->data = g_steal_pointer(&writer->data);
        packet->length = writer->length;
        *writer = (WireWriter){ 0 };
        return packet;
}

static void packet_free(Packet *packet)
{
        if (packet->done)
                packet->done(packet->opaque);
        for (size_t i = packet->fds_sent; i < packet->n_fds; i++)
                close(packet->fds[i]);
        g_free(packet->fds);
        g_free(packet->data);
        g_free(packet);
}

Packet *packets_free(Packet *list)
{
        while (list) {
                Packet *next = list->next;

                packet_free(list);
                list = next;
        }
        return NULL;
}

void outbox_push(Outbox *outbox, Packet *packet)
{
        packet->next = NULL;
        if (outbox->tail)
                outbox->tail->next = packet;
        else
                outbox->head = packet;
        outbox->tail = packet;
        outbox->bytes += packet->length;
        outbox->n_events += packet->event;
}

Packet *outbox_take_all(Outbox *outbox)
{
        Packet *all = outbox->head;

        *outbox = (Outbox){ .head = NULL };
        return all;
}

static void pop(Outbox *outbox, Packet **finished)
{
        Packet *packet = outbox->head;

        outbox->head = packet->next;
        if (!outbox->head)
                outbox->tail = NULL;
        outbox->n_events -= packet->event;
        packet->next = *finished;
        *finished = packet;
}

static bool bytes_sent(const Packet *packet)
{
        return packet->sent == packet->length;
}

/* The unsent bytes of the next packets, up to and including the first that has descriptors behind it. */
static size_t gather(const Outbox *outbox, struct iovec vectors[OUTBOX_VECTORS])
{
        size_t n = 0;

        for (const Packet *p = outbox->head; p && n < OUTBOX_VECTORS; p = p->next) {
                vectors[n++] = (struct iovec){ .iov_base = p->data + p->sent, .iov_len = p->length - p->sent };
                if (p->n_fds > 0)
                        break;
        }
        return n;
}

static void account(Outbox *outbox, size_t n, Packet **finished)
{
        outbox->bytes -= n;
        while (n > 0) {
                Packet *packet = outbox->head;
                size_t part = MIN(n, packet->length - packet->sent);

                packet->sent += part;
                n -= part;
                if (bytes_sent(packet) && packet->n_fds == 0)
                        pop(outbox, finished);
        }
}

static ssize_t send_fd(int socket_fd, int fd)
{
        union {
                char bytes[CMSG_SPACE(sizeof(int))];
                struct cmsghdr align;
        } control = { .bytes = { 0 } };
        struct iovec vector = { .iov_base = (char[]){ 0 }, .iov_len = 1 };
        struct msghdr message = {
                .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
        };
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);

        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(fd));
        memcpy(CMSG_DATA(c), &fd, sizeof(fd));
        return sendmsg(socket_fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static ssize_t send_bytes(const Outbox *outbox, int fd)
{
        struct iovec vectors[OUTBOX_VECTORS];
        struct msghdr message = { .msg_iov = vectors, .msg_iovlen = gather(outbox, vectors) };

        if (message.msg_iovlen == 1)
                return send(fd, vectors[0].iov_base, vectors[0].iov_len, MSG_DONTWAIT | MSG_NOSIGNAL);
        return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static int blocked_or_broken(Error *err)
{
        if (errno == EAGAIN)
                return OUTBOX_BLOCKED;
        return error_errno(err, errno, "cannot write to the client");
}

int outbox_flush(Outbox *outbox, int fd, Packet **finished, Error *err)
{
        while (outbox->head) {
                Packet *packet = outbox->head;
                bool with_fd = bytes_sent(packet);
                ssize_t n = with_fd ? send_fd(fd, packet->fds[packet->fds_sent]) : send_bytes(outbox, fd);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return blocked_or_broken(err);
                if (!with_fd) {
                        account(outbox, n, finished);
                        continue;
                }
                close(packet->fds[packet->fds_sent++]);
                if (packet->fds_sent == packet->n_fds)
                        pop(outbox, finished);
        }
        return OUTBOX_EMPTY;
}
