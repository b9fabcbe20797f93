/* Hostile bytes on a connection, in pieces: whatever they are, packets come out whole or the connection ends, and the
 * buffer stays within what was sent. The first byte of the input says how long the pieces are. */
#include <sys/socket.h>
#include <unistd.h>

#include "inbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_packet(const InboxPacket *packet, size_t sent)
{
        g_assert_cmpuint(packet->payload.position, <=, packet->payload.length);
        g_assert_cmpuint(packet->payload.length, <=, sent);
        g_assert_cmpuint(packet->n_fds, ==, 0);
}

/* False when the connection is over. */
static bool take(Inbox *inbox, int fd, size_t sent)
{
        ERROR_AUTO Error err = ERROR_INIT;
        InboxPacket packet;
        int result;

        if (inbox_receive(inbox, fd, &err) != INBOX_READY)
                return false;
        g_assert_cmpuint(inbox->capacity, <=, 8192 + 2 * sent);
        while ((result = inbox_next(inbox, &packet, &err)) == INBOX_READY) {
                check_packet(&packet, sent);
                inbox_packet_done(&packet);
        }
        g_assert_true(result == INBOX_WAIT || error_is_set(&err));
        return result == INBOX_WAIT;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        Inbox inbox;
        int fds[2];
        size_t piece, sent = 0;

        if (size < 1 || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
                return 0;
        inbox_init(&inbox, INBOX_PACKET_MAX);
        piece = (size_t)data[0] + 1;
        data++;
        size--;
        while (sent < size) {
                size_t n = MIN(piece, size - sent);

                if (send(fds[0], data + sent, n, 0) != (ssize_t)n)
                        break;
                sent += n;
                if (!take(&inbox, fds[1], sent))
                        break;
        }
        inbox_done(&inbox);
        close(fds[0]);
        close(fds[1]);
        return 0;
}
