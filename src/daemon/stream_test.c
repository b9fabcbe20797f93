/* Streams between a far end that the test plays and a client that it plays as well, through a real connection. */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "util/auto.h"

enum { SERIAL = 42, PROCEDURE = 209 };

/* The far end: a socket pair, and what was asked of it. */
typedef struct Far {
        int ours, theirs;
        long long holes; /* bytes of holes that came in */
        long long hole_to_send;
        bool fail_finish;
        int finished, aborted; /* atomic */
} Far;

static int far_send(virStreamPtr stream, const char *data, size_t length, Error *err)
{
        Far *far = stream->state;
        ssize_t n = send(far->ours, data, length, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno == EAGAIN)
                return -2;
        return n < 0 ? error_errno(err, errno, "far end") : (int)n;
}

static int far_recv(virStreamPtr stream, char *data, size_t length, unsigned flags, Error *err)
{
        Far *far = stream->state;
        ssize_t n;

        if (far->hole_to_send > 0 && (flags & VIR_STREAM_RECV_STOP_AT_HOLE))
                return -3;
        n = recv(far->ours, data, length, MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN)
                return -2;
        return n < 0 ? error_errno(err, errno, "far end") : (int)n;
}

static int far_send_hole(virStreamPtr stream, long long length, unsigned flags, Error *err)
{
        ((Far *)stream->state)->holes += length;
        return 0;
}

static int far_recv_hole(virStreamPtr stream, long long *length, unsigned flags, Error *err)
{
        Far *far = stream->state;

        *length = far->hole_to_send;
        far->hole_to_send = 0;
        return 0;
}

static int far_finish(virStreamPtr stream, Error *err)
{
        Far *far = stream->state;

        g_atomic_int_inc(&far->finished);
        return far->fail_finish ? error_set(err, VIR_ERR_OPERATION_FAILED, "it did not work out") : 0;
}

static int far_abort(virStreamPtr stream, Error *err)
{
        g_atomic_int_inc(&((Far *)stream->state)->aborted);
        return 0;
}

static int far_fd(virStreamPtr stream)
{
        return ((Far *)stream->state)->ours;
}

static const StreamCalls far_calls = { .send = far_send,
                                       .recv = far_recv,
                                       .send_hole = far_send_hole,
                                       .recv_hole = far_recv_hole,
                                       .finish = far_finish,
                                       .abort = far_abort,
                                       .fd = far_fd };

/* Everything that one test needs. */
typedef struct Ground {
        Loop *loops[SERVER_LOOPS];
        Server *server;
        Client *client;
        struct _virConnect conn;
        int peer; /* the client's side of its connection */
        Far far;
} Ground;

static void on_changed(void *opaque)
{
}

static void ground_open(Ground *ground)
{
        static const ServerKind kind = { .programs = { PROGRAM_REMOTE } };
        const ServerLimits limits = { .min_workers = 1, .max_workers = 2, .max_clients = 5, .max_client_requests = 5 };
        int fds[2];

        *ground = (Ground){ .conn = { .object = { .kind = OBJECT_CONNECT, .refs = 1000 } } };
        for (size_t i = 0; i < SERVER_LOOPS; i++)
                ground->loops[i] = loop_new("io", NULL);
        ground->server = server_new("test", &kind, ground->loops, &limits);
        ground->server->changed = on_changed;
        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
        ground->peer = fds[1];
        ground->client = client_new(ground->server, ground->loops[0], 1, fds[0], TRANSPORT_UNIX, false, NULL);
        ground->client->conn = &ground->conn;
        client_start(ground->client);
        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
        ground->far.ours = fds[0];
        ground->far.theirs = fds[1];
}

static void ground_close(Ground *ground)
{
        close(ground->peer);
        client_close(ground->client);
        client_unref(ground->client);
        while (g_atomic_int_get(&ground->server->alive) > 0)
                g_thread_yield();
        for (size_t i = 0; i < SERVER_LOOPS; i++)
                loop_free(ground->loops[i]);
        server_free(ground->server);
        close(ground->far.ours);
        if (ground->far.theirs >= 0)
                close(ground->far.theirs);
}

static Packet *make(WireType type, WireStatus status, const void *body, size_t length)
{
        const WireHeader header = { .program = PROGRAM_REMOTE,
                                    .version = 1,
                                    .procedure = PROCEDURE,
                                    .type = type,
                                    .serial = SERIAL,
                                    .status = status };
        WireWriter out = { 0 };
        uint32_t total = GUINT32_TO_BE((uint32_t)(28 + length));

        wire_begin(&out, &header);
        g_assert_cmpint(wire_end(&out, NULL), ==, 0);
        out.data = g_realloc(out.data, 28 + length);
        if (length > 0)
                memcpy(out.data + 28, body, length);
        memcpy(out.data, &total, sizeof(total));
        out.length = 28 + length;
        return packet_new(&out);
}

static void open_stream(Ground *ground, CallStream direction, bool sparse)
{
        const CallDesc desc = { .stream = direction, .stream_param = 0, .flags_param = 1, .sparse_flag = 1 };
        const WireHeader header = { .program = PROGRAM_REMOTE, .version = 1, .procedure = PROCEDURE, .serial = SERIAL };
        CallFrame frame = { .desc = &desc };
        Stream *stream;
        virStreamPtr handle;

        frame.argv[1].u = sparse;
        stream = stream_new(ground->client, &desc, &header, &frame);
        handle = frame.argv[0].p;
        handle->calls = &far_calls;
        handle->state = &ground->far;
        stream_open(stream, make(WIRE_REPLY, WIRE_OK, NULL, 0));
        stream_unref(stream);
}

static void peer_send(Ground *ground, WireType type, WireStatus status, const void *body, size_t length)
{
        Packet *packet = make(type, status, body, length);

        g_assert_cmpint(send(ground->peer, packet->data, packet->length, 0), ==, (ssize_t)packet->length);
        packets_free(packet);
}

/* The next packet for the client; the caller frees the body. */
static WireHeader peer_receive(Ground *ground, uint8_t **ret_body, size_t *ret_length)
{
        uint8_t head[28];
        WireReader in = { .data = head, .length = sizeof(head) };
        WireHeader header;
        uint32_t length;

        g_assert_cmpint(recv(ground->peer, head, sizeof(head), MSG_WAITALL), ==, sizeof(head));
        g_assert_true(wire_get_u32(&in, &length));
        g_assert_true(wire_get_header(&in, &header));
        g_assert_cmpuint(header.serial, ==, SERIAL);
        g_assert_cmpint(header.procedure, ==, PROCEDURE);
        *ret_length = length - 28;
        *ret_body = g_malloc(*ret_length + 1);
        if (*ret_length > 0)
                g_assert_cmpint(recv(ground->peer, *ret_body, *ret_length, MSG_WAITALL), ==, (ssize_t)*ret_length);
        return header;
}

static void expect(Ground *ground, WireType type, WireStatus status, const char *text)
{
        g_autofree uint8_t *body = NULL;
        size_t length;
        WireHeader header = peer_receive(ground, &body, &length);

        g_assert_cmpint(header.type, ==, type);
        g_assert_cmpint(header.status, ==, status);
        if (text)
                g_assert_cmpmem(body, length, text, strlen(text));
}

static void wait_for(int *counter)
{
        int64_t end = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;

        while (g_atomic_int_get(counter) == 0) {
                g_assert_cmpint(g_get_monotonic_time(), <, end);
                g_thread_yield();
        }
}

static void test_both_ways(void)
{
        Ground ground;
        char buffer[16];

        ground_open(&ground);
        open_stream(&ground, CALL_STREAM_READ, false);
        expect(&ground, WIRE_REPLY, WIRE_OK, "");
        g_assert_cmpint(send(ground.far.theirs, "login:", 6, 0), ==, 6);
        expect(&ground, WIRE_STREAM, WIRE_CONTINUE, "login:");
        peer_send(&ground, WIRE_STREAM, WIRE_CONTINUE, "root\n", 5);
        g_assert_cmpint(recv(ground.far.theirs, buffer, 5, MSG_WAITALL), ==, 5);
        g_assert_cmpmem(buffer, 5, "root\n", 5);
        peer_send(&ground, WIRE_STREAM, WIRE_OK, NULL, 0);
        expect(&ground, WIRE_STREAM, WIRE_OK, "");
        g_assert_cmpint(ground.far.finished, ==, 1);
        /* Late packets are dropped. */
        peer_send(&ground, WIRE_STREAM, WIRE_CONTINUE, "late", 4);
        peer_send(&ground, WIRE_STREAM, WIRE_OK, NULL, 0);
        ground_close(&ground);
        g_assert_cmpint(ground.far.aborted, ==, 0);
}

static void test_download_to_the_end(void)
{
        enum { TOTAL = 1000000 };
        g_autofree uint8_t *sent = g_malloc(TOTAL), *got = g_malloc(TOTAL);
        size_t at = 0, done = 0;
        Ground ground;

        for (size_t i = 0; i < TOTAL; i++)
                sent[i] = (uint8_t)(i * 7 + i / 1000);
        ground_open(&ground);
        open_stream(&ground, CALL_STREAM_READ, false);
        expect(&ground, WIRE_REPLY, WIRE_OK, "");
        while (at < TOTAL) {
                g_autofree uint8_t *body = NULL;
                size_t length;
                WireHeader header;

                if (done < TOTAL) {
                        ssize_t n = send(ground.far.theirs, sent + done, MIN(TOTAL - done, 65536), MSG_DONTWAIT);

                        done += n > 0 ? n : 0;
                }
                header = peer_receive(&ground, &body, &length);
                g_assert_cmpint(header.status, ==, WIRE_CONTINUE);
                g_assert_cmpuint(length, <=, WIRE_LEGACY_PAYLOAD);
                memcpy(got + at, body, length);
                at += length;
        }
        g_assert_cmpmem(got, TOTAL, sent, TOTAL);
        shutdown(ground.far.theirs, SHUT_WR);
        expect(&ground, WIRE_STREAM, WIRE_CONTINUE, "");
        peer_send(&ground, WIRE_STREAM, WIRE_OK, NULL, 0);
        expect(&ground, WIRE_STREAM, WIRE_OK, "");
        ground_close(&ground);
}

static void test_holes(void)
{
        const uint8_t hole[12] = { 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0 };
        g_autofree uint8_t *body = NULL;
        Ground ground;
        size_t length;

        ground_open(&ground);
        ground.far.hole_to_send = 0x100000;
        open_stream(&ground, CALL_STREAM_READ, true);
        expect(&ground, WIRE_REPLY, WIRE_OK, "");
        g_assert_cmpint(peer_receive(&ground, &body, &length).type, ==, WIRE_STREAM_HOLE);
        g_assert_cmpmem(body, length, hole, sizeof(hole));
        peer_send(&ground, WIRE_STREAM_HOLE, WIRE_CONTINUE, hole, sizeof(hole));
        peer_send(&ground, WIRE_STREAM, WIRE_OK, NULL, 0);
        expect(&ground, WIRE_STREAM, WIRE_OK, "");
        g_assert_cmpint(ground.far.holes, ==, 0x100000);
        ground_close(&ground);
}

static void test_unwanted_hole(void)
{
        const uint8_t hole[12] = { 0 };
        Ground ground;

        ground_open(&ground);
        open_stream(&ground, CALL_STREAM_WRITE, false);
        expect(&ground, WIRE_REPLY, WIRE_OK, "");
        peer_send(&ground, WIRE_STREAM_HOLE, WIRE_CONTINUE, hole, sizeof(hole));
        expect(&ground, WIRE_STREAM, WIRE_ERROR, NULL);
        wait_for(&ground.far.aborted);
        ground_close(&ground);
}

static void test_abort(void)
{
        Ground ground;

        ground_open(&ground);
        open_stream(&ground, CALL_STREAM_WRITE, false);
        expect(&ground, WIRE_REPLY, WIRE_OK, "");
        peer_send(&ground, WIRE_STREAM, WIRE_ERROR, NULL, 0);
        expect(&ground, WIRE_STREAM, WIRE_OK, "");
        wait_for(&ground.far.aborted);
        ground_close(&ground);
        g_assert_cmpint(ground.far.finished, ==, 0);
}

static void test_failing_finish(void)
{
        Ground ground;

        ground_open(&ground);
        ground.far.fail_finish = true;
        open_stream(&ground, CALL_STREAM_WRITE, false);
        expect(&ground, WIRE_REPLY, WIRE_OK, "");
        peer_send(&ground, WIRE_STREAM, WIRE_OK, NULL, 0);
        expect(&ground, WIRE_STREAM, WIRE_ERROR, NULL);
        ground_close(&ground);
}

static void test_far_end_breaks(void)
{
        Ground ground;

        ground_open(&ground);
        open_stream(&ground, CALL_STREAM_WRITE, false);
        expect(&ground, WIRE_REPLY, WIRE_OK, "");
        close(ground.far.theirs);
        ground.far.theirs = -1;
        peer_send(&ground, WIRE_STREAM, WIRE_CONTINUE, "data", 4);
        expect(&ground, WIRE_STREAM, WIRE_ERROR, NULL);
        wait_for(&ground.far.aborted);
        ground_close(&ground);
}

/* A far end that takes nothing: the client is stopped, not its data kept without end. */
static void test_slow_far_end(void)
{
        static const char block[65536];
        size_t sent = 0, got = 0;
        Ground ground;

        ground_open(&ground);
        open_stream(&ground, CALL_STREAM_WRITE, false);
        expect(&ground, WIRE_REPLY, WIRE_OK, "");
        for (;;) {
                Packet *packet = make(WIRE_STREAM, WIRE_CONTINUE, block, sizeof(block));
                struct timeval wait = { .tv_usec = 300000 };
                ssize_t n;

                setsockopt(ground.peer, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
                n = send(ground.peer, packet->data, packet->length, 0);
                if (n == (ssize_t)packet->length) {
                        sent += sizeof(block);
                } else {
                        /* The rest goes when there is room again. */
                        g_assert_cmpuint(sent, <, 16 * 1048576);
                        while (n < (ssize_t)packet->length) {
                                char buffer[65536];
                                ssize_t part = recv(ground.far.theirs, buffer, sizeof(buffer), MSG_DONTWAIT);

                                got += part > 0 ? part : 0;
                                part = send(ground.peer, packet->data + MAX(n, 0), packet->length - MAX(n, 0),
                                            MSG_DONTWAIT);
                                n = MAX(n, 0) + (part > 0 ? part : 0);
                        }
                        sent += sizeof(block);
                        packets_free(packet);
                        break;
                }
                packets_free(packet);
        }
        peer_send(&ground, WIRE_STREAM, WIRE_OK, NULL, 0);
        while (got < sent) {
                char buffer[65536];
                ssize_t n = recv(ground.far.theirs, buffer, sizeof(buffer), 0);

                g_assert_cmpint(n, >, 0);
                got += n;
        }
        expect(&ground, WIRE_STREAM, WIRE_OK, "");
        g_assert_cmpuint(got, ==, sent);
        ground_close(&ground);
}

static void test_client_leaves(void)
{
        Ground ground;

        ground_open(&ground);
        open_stream(&ground, CALL_STREAM_READ, false);
        expect(&ground, WIRE_REPLY, WIRE_OK, "");
        shutdown(ground.peer, SHUT_RDWR);
        wait_for(&ground.far.aborted);
        ground_close(&ground);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/daemon/stream/both-ways", test_both_ways);
        g_test_add_func("/daemon/stream/download-to-the-end", test_download_to_the_end);
        g_test_add_func("/daemon/stream/holes", test_holes);
        g_test_add_func("/daemon/stream/unwanted-hole", test_unwanted_hole);
        g_test_add_func("/daemon/stream/abort", test_abort);
        g_test_add_func("/daemon/stream/failing-finish", test_failing_finish);
        g_test_add_func("/daemon/stream/far-end-breaks", test_far_end_breaks);
        g_test_add_func("/daemon/stream/slow-far-end", test_slow_far_end);
        g_test_add_func("/daemon/stream/client-leaves", test_client_leaves);
        return g_test_run();
}
