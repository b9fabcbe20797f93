#include "inbox.h"

#include <fcntl.h>

#include <string.h>
#include <sys/socket.h>

#include "outbox.h"
#include "util/auto.h"

typedef struct Pair {
        int ours, theirs;
        Inbox inbox;
} Pair;

static void pair_open(Pair *pair)
{
        int fds[2];

        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
        pair->ours = fds[0];
        pair->theirs = fds[1];
        inbox_init(&pair->inbox, INBOX_PACKET_MAX);
}

static void pair_close(Pair *pair)
{
        inbox_done(&pair->inbox);
        close(pair->ours);
        close(pair->theirs);
}

/* A packet with @n bytes of payload that count up. */
static Packet *make(WireType type, uint32_t serial, size_t n)
{
        const WireHeader header = { .program = 1, .version = 2, .procedure = 3, .type = type, .serial = serial };
        WireWriter out = { 0 };

        wire_begin(&out, &header);
        for (size_t i = 0; i < n / 4; i++)
                wire_put_u32(&out, (uint32_t)i);
        g_assert_cmpint(wire_end(&out, NULL), ==, 0);
        return packet_new(&out);
}

static void send_all(int fd, Packet *packet)
{
        Outbox outbox = { 0 };
        Packet *finished = NULL;

        outbox_push(&outbox, packet);
        g_assert_cmpint(outbox_flush(&outbox, fd, &finished, NULL), ==, OUTBOX_EMPTY);
        g_assert_cmpuint(outbox.bytes, ==, 0);
        packets_free(finished);
}

static void check_payload(InboxPacket *packet, size_t n)
{
        uint32_t value;

        for (size_t i = 0; i < n / 4; i++) {
                g_assert_true(wire_get_u32(&packet->payload, &value));
                g_assert_cmpuint(value, ==, i);
        }
        g_assert_false(wire_get_u32(&packet->payload, &value));
}

static void test_one(void)
{
        Pair pair;
        InboxPacket packet;

        pair_open(&pair);
        g_assert_cmpint(inbox_receive(&pair.inbox, pair.ours, NULL), ==, INBOX_WAIT);
        g_assert_cmpint(inbox_next(&pair.inbox, &packet, NULL), ==, INBOX_WAIT);
        send_all(pair.theirs, make(WIRE_CALL, 7, 40));
        g_assert_cmpint(inbox_receive(&pair.inbox, pair.ours, NULL), ==, INBOX_READY);
        g_assert_cmpint(inbox_next(&pair.inbox, &packet, NULL), ==, INBOX_READY);
        g_assert_cmpuint(packet.header.serial, ==, 7);
        g_assert_cmpint(packet.header.procedure, ==, 3);
        check_payload(&packet, 40);
        g_assert_cmpint(inbox_next(&pair.inbox, &packet, NULL), ==, INBOX_WAIT);
        shutdown(pair.theirs, SHUT_RDWR);
        g_assert_cmpint(inbox_receive(&pair.inbox, pair.ours, NULL), ==, INBOX_END);
        pair_close(&pair);
}

static void test_pieces(void)
{
        g_autofree uint8_t *bytes = NULL;
        Packet *whole = make(WIRE_CALL, 1, 100);
        size_t length = whole->length;
        InboxPacket packet;
        Pair pair;

        bytes = g_memdup2(whole->data, length);
        packets_free(whole);
        pair_open(&pair);
        for (size_t i = 0; i < length; i++) {
                g_assert_cmpint(inbox_next(&pair.inbox, &packet, NULL), ==, INBOX_WAIT);
                g_assert_cmpint(send(pair.theirs, bytes + i, 1, 0), ==, 1);
                g_assert_cmpint(inbox_receive(&pair.inbox, pair.ours, NULL), ==, INBOX_READY);
        }
        g_assert_cmpint(inbox_next(&pair.inbox, &packet, NULL), ==, INBOX_READY);
        check_payload(&packet, 100);
        pair_close(&pair);
}

/* Larger than every buffer step, then small again: the memory is given back. */
static void test_large_then_small(void)
{
        enum { LARGE = 1000000 };
        Outbox outbox = { 0 };
        InboxPacket packet;
        Packet *finished = NULL;
        Pair pair;
        int result = INBOX_WAIT;

        pair_open(&pair);
        outbox_push(&outbox, make(WIRE_CALL, 1, LARGE));
        while (result == INBOX_WAIT) {
                g_assert_cmpint(outbox_flush(&outbox, pair.theirs, &finished, NULL), >=, 0);
                g_assert_cmpint(inbox_receive(&pair.inbox, pair.ours, NULL), ==, INBOX_READY);
                g_assert_cmpuint(pair.inbox.capacity, <=, 4 * pair.inbox.length + 8192);
                result = inbox_next(&pair.inbox, &packet, NULL);
        }
        packets_free(finished);
        g_assert_cmpint(result, ==, INBOX_READY);
        check_payload(&packet, LARGE);
        send_all(pair.theirs, make(WIRE_CALL, 2, 4));
        g_assert_cmpint(inbox_receive(&pair.inbox, pair.ours, NULL), ==, INBOX_READY);
        g_assert_cmpuint(pair.inbox.capacity, ==, 4096);
        pair_close(&pair);
}

static void test_lengths(void)
{
        const uint32_t bad[] = { 0, 3, 27, INBOX_PACKET_MAX + 1, 0x80000000, 0xffffffff };

        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                uint32_t word = GUINT32_TO_BE(bad[i]);
                InboxPacket packet;
                Pair pair;

                pair_open(&pair);
                g_assert_cmpint(send(pair.theirs, &word, sizeof(word), 0), ==, sizeof(word));
                g_assert_cmpint(inbox_receive(&pair.inbox, pair.ours, NULL), ==, INBOX_READY);
                g_assert_cmpint(inbox_next(&pair.inbox, &packet, &err), ==, -1);
                g_assert_cmpint(err.code, ==, VIR_ERR_RPC);
                pair_close(&pair);
        }
}

/* A packet that announces @n descriptors and brings them. */
static Packet *make_with_fds(uint32_t n)
{
        const WireHeader header = { .program = 1, .version = 1, .type = WIRE_CALL_WITH_FDS };
        WireWriter out = { 0 };
        Packet *packet;

        wire_begin(&out, &header);
        wire_put_u32(&out, n);
        wire_end(&out, NULL);
        packet = packet_new(&out);
        packet->n_fds = n;
        packet->fds = g_new(int, n);
        for (uint32_t i = 0; i < n; i++)
                packet->fds[i] = dup(STDERR_FILENO);
        return packet;
}

static void test_descriptors(void)
{
        InboxPacket packet;
        Pair pair;
        int result = INBOX_WAIT;

        pair_open(&pair);
        send_all(pair.theirs, make_with_fds(3));
        send_all(pair.theirs, make(WIRE_CALL, 9, 4));
        while (result == INBOX_WAIT) {
                g_assert_cmpint(inbox_receive(&pair.inbox, pair.ours, NULL), ==, INBOX_READY);
                result = inbox_next(&pair.inbox, &packet, NULL);
        }
        g_assert_cmpint(result, ==, INBOX_READY);
        g_assert_cmpuint(packet.n_fds, ==, 3);
        for (unsigned i = 0; i < packet.n_fds; i++)
                g_assert_cmpint(fcntl(packet.fds[i], F_GETFD), ==, FD_CLOEXEC);
        inbox_packet_done(&packet);
        while ((result = inbox_next(&pair.inbox, &packet, NULL)) == INBOX_WAIT)
                g_assert_cmpint(inbox_receive(&pair.inbox, pair.ours, NULL), ==, INBOX_READY);
        g_assert_cmpint(result, ==, INBOX_READY);
        g_assert_cmpuint(packet.header.serial, ==, 9);
        pair_close(&pair);
}

static void count_done(void *opaque)
{
        ++*(int *)opaque;
}

/* What the socket does not take waits, in order; what is dropped is done as well. */
static void test_outbox_blocked(void)
{
        Outbox outbox = { 0 };
        Packet *finished = NULL;
        Pair pair;
        int done = 0, pushed = 0, result;

        pair_open(&pair);
        do {
                Packet *packet = make(WIRE_CALL, (uint32_t)pushed++, 100000);

                packet->done = count_done;
                packet->opaque = &done;
                outbox_push(&outbox, packet);
                result = outbox_flush(&outbox, pair.theirs, &finished, NULL);
        } while (result == OUTBOX_EMPTY);
        g_assert_cmpint(result, ==, OUTBOX_BLOCKED);
        g_assert_cmpuint(outbox.bytes, >, 0);
        finished = packets_free(finished);
        g_assert_cmpint(done, ==, pushed - 1);
        packets_free(outbox_take_all(&outbox));
        g_assert_cmpint(done, ==, pushed);
        g_assert_cmpuint(outbox.bytes, ==, 0);
        pair_close(&pair);
}

static void test_outbox_broken(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Outbox outbox = { 0 };
        Packet *finished = NULL;
        Pair pair;

        pair_open(&pair);
        shutdown(pair.ours, SHUT_RDWR);
        outbox_push(&outbox, make(WIRE_CALL, 1, 4));
        g_assert_cmpint(outbox_flush(&outbox, pair.theirs, &finished, &err), ==, -1);
        g_assert_true(error_is_set(&err));
        packets_free(outbox_take_all(&outbox));
        pair_close(&pair);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/daemon/inbox/one", test_one);
        g_test_add_func("/daemon/inbox/pieces", test_pieces);
        g_test_add_func("/daemon/inbox/large-then-small", test_large_then_small);
        g_test_add_func("/daemon/inbox/lengths", test_lengths);
        g_test_add_func("/daemon/inbox/descriptors", test_descriptors);
        g_test_add_func("/daemon/outbox/blocked", test_outbox_blocked);
        g_test_add_func("/daemon/outbox/broken", test_outbox_broken);
        return g_test_run();
}
