#include "inbox.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "util/auto.h"

enum {
        INBOX_SMALL = 4096,   /* what an idle connection keeps; most calls fit */
        INBOX_LARGE = 262144, /* growth per step at most */
};

void inbox_init(Inbox *inbox, size_t packet_max)
{
        *inbox = (Inbox){ .packet_max = packet_max };
}

void inbox_done(Inbox *inbox)
{
        for (unsigned i = 0; i < inbox->n_fds; i++)
                close(inbox->fds[i].fd);
        g_free(inbox->data);
        *inbox = (Inbox){ .packet_max = inbox->packet_max };
}

static void resize(Inbox *inbox, size_t capacity)
{
        inbox->data = g_realloc(inbox->data, capacity);
        inbox->capacity = capacity;
}

/* Room for at least one more byte; the unread bytes move to the front. */
static void make_room(Inbox *inbox)
{
        if (inbox->length == 0) {
                inbox->start = 0;
                if (inbox->capacity != INBOX_SMALL) {
                        g_clear_pointer(&inbox->data, g_free);
                        resize(inbox, INBOX_SMALL);
                }
                return;
        }
        if (inbox->start > 0) {
                memmove(inbox->data, inbox->data + inbox->start, inbox->length);
                inbox->start = 0;
        }
        if (inbox->length == inbox->capacity)
                resize(inbox, inbox->capacity + MIN(inbox->capacity, INBOX_LARGE));
}

void inbox_put_back(Inbox *inbox, const uint8_t *data, size_t length)
{
        resize(inbox, MAX(length, INBOX_SMALL));
        memcpy(inbox->data, data, length);
        inbox->length = length;
}

/* A peer gives one descriptor with one byte. The alignment leaves room for a second one, which the kernel fills;
 * MSG_CTRUNC says there were more, which it closed. */
static int take_fds(Inbox *inbox, struct msghdr *message, uint64_t end, Error *err)
{
        struct cmsghdr *c = CMSG_FIRSTHDR(message);
        int fds[2] = { -1, -1 };

        if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
                return 0;
        memcpy(fds, CMSG_DATA(c), MIN(c->cmsg_len - CMSG_LEN(0), sizeof(fds)));
        if (fds[1] < 0 && !(message->msg_flags & MSG_CTRUNC) && inbox->n_fds < WIRE_FDS_MAX) {
                inbox->fds[inbox->n_fds++] = (InboxFd){ .position = end - 1, .fd = fds[0] };
                return 0;
        }
        for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
                auto_fd_close(&fds[i]);
        return error_set(err, VIR_ERR_RPC, "several file descriptors on one byte, or more than %d in flight",
                         WIRE_FDS_MAX);
}

int inbox_receive(Inbox *inbox, int fd, Error *err)
{
        union {
                char bytes[CMSG_SPACE(sizeof(int))];
                struct cmsghdr align;
        } control; /* of one descriptor, or two: see take_fds() */
        struct iovec vector;
        struct msghdr message = {
                .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
        };
        ssize_t n;

        make_room(inbox);
        vector.iov_base = inbox->data + inbox->length;
        vector.iov_len = inbox->capacity - inbox->length;
        n = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
        if (n == 0)
                return INBOX_END;
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
                return INBOX_WAIT;
        if (n < 0 && errno == ECONNRESET)
                return INBOX_END;
        if (n < 0)
                return error_errno(err, errno, "cannot read from the client");
        inbox->length += n;
        return take_fds(inbox, &message, inbox->position + inbox->length, err);
}

/* How many bytes with descriptors follow the packet; the payload reader moves behind their count. */
static int count_fds(InboxPacket *packet, uint32_t *ret_n, Error *err)
{
        *ret_n = 0;
        if (packet->header.type != WIRE_CALL_WITH_FDS && packet->header.type != WIRE_REPLY_WITH_FDS)
                return 0;
        if (!wire_get_u32(&packet->payload, ret_n))
                return error_set(err, VIR_ERR_RPC, "a packet with file descriptors without their count");
        if (*ret_n > WIRE_FDS_MAX)
                return error_set(err, VIR_ERR_RPC, "%u file descriptors in one packet, at most %d are taken", *ret_n,
                                 WIRE_FDS_MAX);
        return 0;
}

static int match_fds(Inbox *inbox, uint64_t first, uint32_t n, Error *err)
{
        if (inbox->n_fds > 0 && inbox->fds[0].position < first)
                return error_set(err, VIR_ERR_RPC, "a file descriptor inside a packet");
        if (inbox->n_fds < n)
                return error_set(err, VIR_ERR_RPC, "%u file descriptors promised, %u came", n, inbox->n_fds);
        for (uint32_t i = 0; i < n; i++) {
                if (inbox->fds[i].position != first + i)
                        return error_set(err, VIR_ERR_RPC, "a file descriptor that is not behind its packet");
        }
        return 0;
}

static void move_fds(Inbox *inbox, InboxPacket *packet, uint32_t n)
{
        for (uint32_t i = 0; i < n; i++)
                packet->fds[i] = inbox->fds[i].fd;
        packet->n_fds = n;
        inbox->n_fds -= n;
        memmove(inbox->fds, inbox->fds + n, inbox->n_fds * sizeof(inbox->fds[0]));
}

static void consume(Inbox *inbox, size_t n)
{
        inbox->start += n;
        inbox->length -= n;
        inbox->position += n;
}

int inbox_next(Inbox *inbox, InboxPacket *ret_packet, Error *err)
{
        InboxPacket packet = { .n_fds = 0 };
        uint32_t length, n_fds;
        WireReader in;

        if (inbox->length < WIRE_LENGTH_SIZE)
                return INBOX_WAIT;
        in = (WireReader){ .data = inbox->data + inbox->start, .length = inbox->length };
        wire_get_u32(&in, &length);
        if (length < WIRE_LENGTH_SIZE + WIRE_HEADER_SIZE || length > inbox->packet_max)
                return error_set(err, VIR_ERR_RPC, "a packet of %u bytes; between %d and %zu are taken", length,
                                 WIRE_LENGTH_SIZE + WIRE_HEADER_SIZE, inbox->packet_max);
        if (inbox->length < length)
                return INBOX_WAIT;
        in.length = length;
        if (!wire_get_header(&in, &packet.header))
                return error_set(err, VIR_ERR_RPC, "a packet without a header");
        packet.payload = in;
        if (count_fds(&packet, &n_fds, err) < 0)
                return -1;
        if (inbox->length < length + n_fds)
                return INBOX_WAIT;
        if (match_fds(inbox, inbox->position + length, n_fds, err) < 0)
                return -1;
        move_fds(inbox, &packet, n_fds);
        consume(inbox, length + n_fds);
        *ret_packet = packet;
        return INBOX_READY;
}

void inbox_packet_done(InboxPacket *packet)
{
        for (unsigned i = 0; i < packet->n_fds; i++)
                close(packet->fds[i]);
        packet->n_fds = 0;
}
