/* Calls, events, descriptors and failures of the client against a scripted peer. */
#include "client_test.h"

#include <fcntl.h>
#include <sys/stat.h>

typedef struct Seen {
        unsigned events;
        unsigned closed;
        int reason;
} Seen;

static void count_event(const WireHeader *header, WireReader *payload, void *opaque)
{
        Seen *seen = opaque;
        uint32_t word = 0;

        g_assert_cmpint(header->procedure, ==, 90);
        g_assert_true(wire_get_u32(payload, &word));
        g_assert_cmpuint(word, ==, seen->events);
        seen->events++;
}

static void count_closed(int reason, void *opaque)
{
        Seen *seen = opaque;

        seen->closed++;
        seen->reason = reason;
}

static const ClientHooks hooks = { count_event, count_closed };

static void script_echo(Peer *peer)
{
        PeerPacket call = { 0 };

        while (peer_read(peer, &call)) {
                peer_reply(peer, &call);
                packet_drop(&call);
        }
        packet_drop(&call);
}

static void test_simple(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_echo, NULL, NULL);

        for (uint32_t i = 0; i < 100; i++)
                g_assert_cmpint(test_call(client, 60, i, &err), ==, 0);
        g_assert_true(client_is_alive(client));
        peer_stop(&peer, client);
}

static void script_check_header(Peer *peer)
{
        PeerPacket call = { 0 };

        for (uint32_t serial = 1; serial <= 3; serial++) {
                g_assert_true(peer_read(peer, &call));
                g_assert_cmpuint(call.head[0], ==, 32);
                g_assert_cmpuint(call.head[1], ==, TEST_PROGRAM);
                g_assert_cmpuint(call.head[2], ==, 1);
                g_assert_cmpuint(call.head[3], ==, 60);
                g_assert_cmpuint(call.head[4], ==, WIRE_CALL);
                g_assert_cmpuint(call.head[5], ==, serial);
                g_assert_cmpuint(call.head[6], ==, WIRE_OK);
                peer_reply(peer, &call);
                packet_drop(&call);
        }
}

static void test_header(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_check_header, NULL, NULL);

        for (uint32_t i = 0; i < 3; i++)
                g_assert_cmpint(test_call(client, 60, i, &err), ==, 0);
        peer_stop(&peer, client);
}

static void script_error(Peer *peer)
{
        ERROR_AUTO Error error = ERROR_INIT;
        PeerPacket call = { 0 };
        WireWriter out = { 0 };

        error_set_from(&error, VIR_FROM_QEMU, VIR_ERR_NO_DOMAIN, "no domain with matching name 'x'");
        wire_put_error(&out, &error);
        g_assert_true(peer_read(peer, &call));
        peer_send(peer, &call, WIRE_REPLY, WIRE_ERROR, out.data, out.length);
        packet_drop(&call);
        g_assert_true(peer_read(peer, &call));
        peer_send(peer, &call, WIRE_REPLY, WIRE_ERROR, out.data, 5);
        packet_drop(&call);
        wire_writer_done(&out);
        script_echo(peer);
}

static void test_error(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_error, NULL, NULL);

        g_assert_cmpint(test_call(client, 60, 1, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_NO_DOMAIN);
        g_assert_cmpint(err.domain, ==, VIR_FROM_QEMU);
        g_assert_cmpstr(err.message, ==, "Domain not found: no domain with matching name 'x'");
        error_clear(&err);
        g_assert_cmpint(test_call(client, 60, 1, &err), ==, -1); /* a cut error */
        g_assert_cmpint(err.code, ==, VIR_ERR_RPC);
        error_clear(&err);
        g_assert_cmpint(test_call(client, 60, 1, &err), ==, 0);
        peer_stop(&peer, client);
}

static void script_events(Peer *peer)
{
        PeerPacket call = { 0 };
        uint32_t n = 0;

        while (peer_read(peer, &call)) {
                for (int i = 0; i < 3; i++, n++)
                        peer_event(peer, TEST_PROGRAM, 90, &(uint32_t){ htobe32(n) }, 4);
                peer_reply(peer, &call);
                packet_drop(&call);
        }
        packet_drop(&call);
}

static void test_events(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Seen seen = { 0 };
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_events, &hooks, &seen);

        for (uint32_t i = 0; i < 5; i++) {
                g_assert_cmpint(test_call(client, 60, i, &err), ==, 0);
                g_assert_cmpuint(seen.events, ==, 3 * (i + 1));
        }
        peer_stop(&peer, client);
        g_assert_cmpuint(seen.closed, ==, 0);
}

/* Every byte in a segment of its own: the client sees all possible cuts. */
static void script_split(Peer *peer)
{
        PeerPacket call = { 0 };
        uint32_t n = 0;

        while (peer_read(peer, &call)) {
                PeerPacket event = { .head = { 0, TEST_PROGRAM, 1, 90, 0, 0, 0 } };
                g_autofree uint8_t *first = peer_packet(&event, WIRE_EVENT, WIRE_OK, &(uint32_t){ htobe32(n++) }, 4);
                g_autofree uint8_t *second = peer_packet(&call, WIRE_REPLY, WIRE_OK, call.data, call.length);

                for (size_t i = 0; i < TEST_HEAD + 4; i++)
                        peer_write(peer, first + i, 1);
                for (size_t i = 0; i < TEST_HEAD + call.length; i++)
                        peer_write(peer, second + i, 1);
                packet_drop(&call);
        }
        packet_drop(&call);
}

static void test_split(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Seen seen = { 0 };
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_split, &hooks, &seen);

        for (uint32_t i = 0; i < 20; i++)
                g_assert_cmpint(test_call(client, 60, i, &err), ==, 0);
        g_assert_cmpuint(seen.events, ==, 20);
        peer_stop(&peer, client);
}

enum { BIG = 9000000 };

static void script_big(Peer *peer)
{
        g_autofree uint8_t *noise = g_malloc0(300000);
        PeerPacket call = { 0 };

        /* More than the sockets hold, before the call is read: the client must receive while it sends. */
        for (uint32_t i = 0; i < 20; i++) {
                uint32_t word = htobe32(i);

                memcpy(noise, &word, 4);
                peer_event(peer, TEST_PROGRAM, 90, noise, 300000);
        }
        g_assert_true(peer_read(peer, &call));
        g_assert_cmpuint(call.length, ==, BIG);
        peer_reply(peer, &call);
        packet_drop(&call);
        script_echo(peer);
}

static void test_big(void)
{
        CLIENT_REPLY_AUTO ClientReply reply = { 0 };
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree uint8_t *data = g_malloc(BIG);
        WireWriter request = { 0 };
        WireHeader header;
        Seen seen = { 0 };
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_big, &hooks, &seen);

        for (size_t i = 0; i < BIG; i++)
                data[i] = i * 7 + i / 1000;
        client_begin(client, TEST_PROGRAM, 60, WIRE_CALL, &request, &header);
        wire_put_bytes(&request, data, BIG);
        g_assert_cmpint(client_call(client, &header, &request, NULL, 0, &reply, &err), ==, 0);
        g_assert_cmpmem(reply.payload.data, reply.payload.length, data, BIG);
        wire_writer_done(&request);
        g_assert_cmpuint(seen.events, ==, 20);
        g_assert_cmpint(test_call(client, 60, 1, &err), ==, 0);
        peer_stop(&peer, client);
}

/* Collects as many calls as there are callers and answers the last one first. */
static void script_reverse(Peer *peer)
{
        enum { CALLERS = 4 };
        PeerPacket calls[CALLERS] = { 0 };

        for (;;) {
                for (int i = 0; i < CALLERS; i++) {
                        if (!peer_read(peer, &calls[i]))
                                return;
                }
                for (int i = CALLERS; i-- > 0;) {
                        peer_reply(peer, &calls[i]);
                        packet_drop(&calls[i]);
                }
        }
}

static void *caller_main(void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;
        uint32_t word = GPOINTER_TO_UINT(g_thread_self()) & 0xffff;

        for (uint32_t i = 0; i < 500; i++)
                g_assert_cmpint(test_call(opaque, 60, word << 16 | i, &err), ==, 0);
        return NULL;
}

static void run_callers(void (*script)(Peer *peer), unsigned n)
{
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script, NULL, NULL);
        GThread *threads[64];

        for (unsigned i = 0; i < n; i++)
                threads[i] = g_thread_new("caller", caller_main, client);
        for (unsigned i = 0; i < n; i++)
                g_thread_join(threads[i]);
        peer_stop(&peer, client);
}

static void test_reverse(void)
{
        run_callers(script_reverse, 4);
}

static void test_threads(void)
{
        run_callers(script_echo, 32);
}

/* The three ways a peer breaks the format, and the ways a connection ends; each with the error every waiting call gets. */
/* A reply whose length word says @length. */
static void send_length(Peer *peer, uint32_t length)
{
        PeerPacket call = { 0 };
        g_autofree uint8_t *bytes = NULL;

        g_assert_true(peer_read(peer, &call));
        bytes = peer_packet(&call, WIRE_REPLY, WIRE_OK, NULL, 0);
        length = htobe32(length);
        memcpy(bytes, &length, 4);
        peer_write(peer, bytes, TEST_HEAD);
        packet_drop(&call);
}

static void script_too_large(Peer *peer)
{
        send_length(peer, WIRE_MESSAGE_MAX + WIRE_LENGTH_SIZE + 1);
}

static void script_too_small(Peer *peer)
{
        send_length(peer, TEST_HEAD - 1);
}

static void script_bad_serial(Peer *peer)
{
        PeerPacket call = { 0 };

        g_assert_true(peer_read(peer, &call));
        call.head[5]++;
        peer_reply(peer, &call);
        packet_drop(&call);
}

static void script_bad_procedure(Peer *peer)
{
        PeerPacket call = { 0 };

        g_assert_true(peer_read(peer, &call));
        call.head[3]++;
        peer_reply(peer, &call);
        packet_drop(&call);
}

static void script_call_back(Peer *peer)
{
        PeerPacket call = { 0 };

        g_assert_true(peer_read(peer, &call));
        peer_send(peer, &call, WIRE_CALL, WIRE_OK, NULL, 0);
        packet_drop(&call);
}

static void script_half_reply(Peer *peer)
{
        PeerPacket call = { 0 };
        g_autofree uint8_t *bytes = NULL;

        g_assert_true(peer_read(peer, &call));
        bytes = peer_packet(&call, WIRE_REPLY, WIRE_OK, call.data, call.length);
        peer_write(peer, bytes, 30);
        packet_drop(&call);
}

static void script_leave(Peer *peer)
{
        PeerPacket call = { 0 };

        g_assert_true(peer_read(peer, &call));
        packet_drop(&call);
}

static void script_missing_fds(Peer *peer)
{
        PeerPacket call = { 0 };
        uint32_t count = htobe32(1);

        g_assert_true(peer_read(peer, &call));
        peer_send(peer, &call, WIRE_REPLY_WITH_FDS, WIRE_OK, &count, 4);
        peer_write(peer, "", 1);
        packet_drop(&call);
}

static void script_many_fds(Peer *peer)
{
        PeerPacket call = { 0 };
        uint32_t count = htobe32(33);

        g_assert_true(peer_read(peer, &call));
        peer_send(peer, &call, WIRE_REPLY_WITH_FDS, WIRE_OK, &count, 4);
        packet_drop(&call);
}

static const struct {
        void (*script)(Peer *peer);
        int code, reason;
        const char *message;
} breaks[] = {
        { script_too_large, VIR_ERR_RPC, VIR_CONNECT_CLOSE_REASON_ERROR,
          "packet 33554437 bytes received from server too large, want 33554436" },
        { script_too_small, VIR_ERR_RPC, VIR_CONNECT_CLOSE_REASON_ERROR,
          "packet 27 bytes received from server too small, want 28" },
        { script_bad_serial, VIR_ERR_RPC, VIR_CONNECT_CLOSE_REASON_ERROR,
          "no call waiting for reply with prog 536903814 vers 1 serial 2" },
        { script_bad_procedure, VIR_ERR_RPC, VIR_CONNECT_CLOSE_REASON_ERROR, "no call waiting for reply" },
        { script_call_back, VIR_ERR_RPC, VIR_CONNECT_CLOSE_REASON_ERROR, "got unexpected RPC call" },
        { script_half_reply, VIR_ERR_SYSTEM_ERROR, VIR_CONNECT_CLOSE_REASON_EOF,
          "End of file while reading data: Input/output error" },
        { script_leave, VIR_ERR_SYSTEM_ERROR, VIR_CONNECT_CLOSE_REASON_EOF,
          "End of file while reading data: Input/output error" },
        { script_missing_fds, VIR_ERR_RPC, VIR_CONNECT_CLOSE_REASON_ERROR,
          "server announced 1 file descriptors and sent 0" },
        { script_many_fds, VIR_ERR_RPC, VIR_CONNECT_CLOSE_REASON_ERROR, "received too many FDs 33" },
};

static void test_broken(void)
{
        for (size_t i = 0; i < G_N_ELEMENTS(breaks); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                Seen seen = { 0 };
                Peer peer = { 0 };
                Client *client = peer_start(&peer, breaks[i].script, &hooks, &seen);

                g_assert_cmpint(test_call(client, 60, 7, &err), ==, -1);
                g_test_message("%s", err.message);
                g_assert_cmpint(err.code, ==, breaks[i].code);
                g_assert_nonnull(strstr(err.message, breaks[i].message));
                g_assert_cmpuint(seen.closed, ==, 1);
                g_assert_cmpint(seen.reason, ==, breaks[i].reason);
                g_assert_false(client_is_alive(client));
                error_clear(&err);
                g_assert_cmpint(test_call(client, 60, 7, &err), ==, -1);
                g_assert_cmpint(err.code, ==, VIR_ERR_INTERNAL_ERROR);
                g_assert_cmpstr(err.message, ==, "internal error: client socket is closed");
                peer_stop(&peer, client);
                g_assert_cmpuint(seen.closed, ==, 1);
        }
}

static void *failing_main(void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(test_call(opaque, 60, 1, &err), ==, -1);
        g_assert_true(error_is_set(&err));
        return NULL;
}

static void script_leave_four(Peer *peer)
{
        PeerPacket call = { 0 };

        for (int i = 0; i < 4; i++) {
                g_assert_true(peer_read(peer, &call));
                packet_drop(&call);
        }
        g_atomic_int_set(&peer->step, 1);
        /* Until the test closes its end, or at once. */
        if (peer->opaque)
                peer_fill(peer, &(char){ 0 }, 1);
}

/* All who wait fail, when the peer leaves and when another thread closes. */
static void run_all_fail(bool close)
{
        Seen seen = { 0 };
        Peer peer = { .opaque = close ? &seen : NULL };
        Client *client = peer_start(&peer, script_leave_four, &hooks, &seen);
        GThread *threads[4];

        for (int i = 0; i < 4; i++)
                threads[i] = g_thread_new("caller", failing_main, client);
        if (close) {
                while (!g_atomic_int_get(&peer.step))
                        g_thread_yield();
                client_close(client);
        }
        for (int i = 0; i < 4; i++)
                g_thread_join(threads[i]);
        g_assert_cmpuint(seen.closed, ==, close ? 0 : 1);
        peer_stop(&peer, client);
}

static void test_all_fail(void)
{
        run_all_fail(false);
        run_all_fail(true);
}

static void send_one_fd(int socket, int fd)
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
        g_assert_cmpint(sendmsg(socket, &message, 0), ==, 1);
}

static int receive_one_fd(int socket)
{
        char control[CMSG_SPACE(sizeof(int))], byte = 1;
        struct iovec part = { .iov_base = &byte, .iov_len = 1 };
        struct msghdr message = {
                .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)
        };
        int fd;

        g_assert_cmpint(recvmsg(socket, &message, MSG_CMSG_CLOEXEC), ==, 1);
        g_assert_cmpint(byte, ==, 0);
        g_assert_nonnull(CMSG_FIRSTHDR(&message));
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
        return fd;
}

/* Takes the descriptors of the call and gives them back with the reply, an event right behind. */
static void script_fds(Peer *peer)
{
        PeerPacket call = { 0 };
        uint32_t count;
        int fds[WIRE_FDS_MAX];

        g_assert_true(peer_read(peer, &call));
        g_assert_cmpuint(call.head[4], ==, WIRE_CALL_WITH_FDS);
        memcpy(&count, call.data, 4);
        count = be32toh(count);
        for (uint32_t i = 0; i < count; i++)
                fds[i] = receive_one_fd(peer->fd);
        peer_send(peer, &call, WIRE_REPLY_WITH_FDS, WIRE_OK, call.data, call.length);
        for (uint32_t i = 0; i < count; i++) {
                send_one_fd(peer->fd, fds[i]);
                close(fds[i]);
        }
        peer_event(peer, TEST_PROGRAM, 90, &(uint32_t){ 0 }, 4);
        packet_drop(&call);
        script_echo(peer);
}

static ino_t inode(int fd)
{
        struct stat st;

        g_assert_cmpint(fstat(fd, &st), ==, 0);
        return st.st_ino;
}

static void test_fds(void)
{
        CLIENT_REPLY_AUTO ClientReply reply = { 0 };
        ERROR_AUTO Error err = ERROR_INIT;
        WireWriter request = { 0 };
        WireHeader header;
        uint32_t word = 0;
        Seen seen = { 0 };
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_fds, &hooks, &seen);
        int fds[4];

        g_assert_cmpint(pipe2(fds, O_CLOEXEC), ==, 0);
        g_assert_cmpint(pipe2(fds + 2, O_CLOEXEC), ==, 0);
        client_begin(client, TEST_PROGRAM, 60, WIRE_CALL_WITH_FDS, &request, &header);
        wire_put_u32(&request, 3);
        wire_put_u32(&request, 77);
        g_assert_cmpint(client_call(client, &header, &request, fds, 3, &reply, &err), ==, 0);
        wire_writer_done(&request);
        g_assert_cmpuint(reply.n_fds, ==, 3);
        for (int i = 0; i < 3; i++) {
                g_assert_cmpint(inode(reply.fds[i]), ==, inode(fds[i]));
                g_assert_cmpint(fcntl(reply.fds[i], F_GETFD), ==, FD_CLOEXEC);
        }
        g_assert_true(wire_get_u32(&reply.payload, &word));
        g_assert_cmpuint(word, ==, 77);
        g_assert_cmpint(test_call(client, 60, 1, &err), ==, 0);
        g_assert_cmpuint(seen.events, ==, 1);
        for (int i = 0; i < 4; i++)
                close(fds[i]);
        peer_stop(&peer, client);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/client/simple", test_simple);
        g_test_add_func("/client/header", test_header);
        g_test_add_func("/client/error", test_error);
        g_test_add_func("/client/events", test_events);
        g_test_add_func("/client/split", test_split);
        g_test_add_func("/client/big", test_big);
        g_test_add_func("/client/reverse", test_reverse);
        g_test_add_func("/client/threads", test_threads);
        g_test_add_func("/client/broken", test_broken);
        g_test_add_func("/client/all-fail", test_all_fail);
        g_test_add_func("/client/fds", test_fds);
        return g_test_run();
}
