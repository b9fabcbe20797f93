/* Questions to daemons that behave, misbehave and say nothing. */
#include "ask.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "managers/lock_manager.h"
#include "managers/log_manager.h"
#include "rpc/procedures.h"
#include "util/auto.h"
#include "util/paths.h"

enum { REQUEST_MAX = 4096 };

/* A daemon for one connection: it reads something, and says these bytes. */
typedef struct Peer {
        char *folder, *path;
        int listener;
        const uint8_t *says;
        size_t length;
        pthread_t thread;
        bool hears; /* it accepts */
} Peer;

static void *peer_main(void *opaque)
{
        Peer *peer = opaque;
        uint8_t request[REQUEST_MAX];
        AUTO_FD int fd = accept(peer->listener, NULL, NULL);

        if (fd >= 0 && recv(fd, request, sizeof(request), 0) > 0)
                send(fd, peer->says, peer->length, MSG_NOSIGNAL);
        /* Until the other side hangs up. */
        while (fd >= 0 && recv(fd, request, sizeof(request), 0) > 0)
                ;
        return NULL;
}

static void peer_begin(Peer *peer, const void *says, size_t length, bool hears)
{
        *peer = (Peer){ .says = says, .length = length, .hears = hears };
        peer->folder = g_dir_make_tmp("ask-XXXXXX", NULL);
        peer->path = g_build_filename(peer->folder, "sock", NULL);
        peer->listener = unix_listen(peer->path, 0600, 1, NULL);
        g_assert_cmpint(peer->listener, >=, 0);
        if (hears)
                pthread_create(&peer->thread, NULL, peer_main, peer);
}

static void peer_end(Peer *peer)
{
        if (peer->hears)
                pthread_join(peer->thread, NULL);
        close(peer->listener);
        unlink(peer->path);
        rmdir(peer->folder);
        g_free(peer->path);
        g_free(peer->folder);
}

static int append(const char *path, int timeout_ms, Error *err)
{
        const unsigned char uuid[16] = { 0 };
        CallArg argv[] = { { .s = "qemu" }, { .p = (void *)uuid }, { .s = "web" },
                           { .s = "/log" }, { .s = "text" },       { .u = 0 } };
        CallArg ret = { .i = 99 };
        ASK_AUTO Ask ask;

        if (ask_begin(&ask, path, timeout_ms, err) < 0 ||
            ask_call(&ask, &desc_logd_domain_append_log_file, argv, &ret, err) < 0)
                return -1;
        return ret.i;
}

/* An answer of one word. */
static void reply(WireWriter *out, uint32_t serial, WireType type, WireStatus status, uint32_t word)
{
        const WireHeader header = {
                .program = PROGRAM_LOGD, .version = 1, .procedure = 4, .type = type, .serial = serial, .status = status
        };
        WireWriter packet = { 0 };

        wire_begin(&packet, &header);
        wire_put_u32(&packet, word);
        g_assert_cmpint(wire_end(&packet, NULL), ==, 0);
        wire_put_raw(out, packet.data, packet.length);
        wire_writer_done(&packet);
}

static void check_append(const WireWriter *says, int expected, int code)
{
        /* What comes may take its time on a busy machine. */
        const int timeout_ms = code == VIR_ERR_OPERATION_TIMEOUT ? 300 : 60000;
        ERROR_AUTO Error err = ERROR_INIT;
        Peer peer;

        peer_begin(&peer, says->data, says->length, true);
        g_assert_cmpint(append(peer.path, timeout_ms, &err), ==, expected);
        g_assert_cmpint(err.code, ==, code);
        peer_end(&peer);
}

/* Answers to others and events come before ours. */
static void test_answer(void)
{
        WireWriter says = { 0 };

        reply(&says, 0, WIRE_EVENT, WIRE_OK, 5);
        reply(&says, 7, WIRE_REPLY, WIRE_OK, 6);
        reply(&says, 1, WIRE_REPLY, WIRE_OK, 0);
        check_append(&says, 0, VIR_ERR_OK);
        wire_writer_done(&says);
}

static void test_error(void)
{
        const WireHeader header = { .program = PROGRAM_LOGD,
                                    .version = 1,
                                    .procedure = 4,
                                    .type = WIRE_REPLY,
                                    .serial = 1,
                                    .status = WIRE_ERROR };
        ERROR_AUTO Error told = ERROR_INIT;
        WireWriter says = { 0 };

        error_set(&told, VIR_ERR_RESOURCE_BUSY, "somebody has it");
        wire_begin(&says, &header);
        wire_put_error(&says, &told);
        g_assert_cmpint(wire_end(&says, NULL), ==, 0);
        check_append(&says, -1, VIR_ERR_RESOURCE_BUSY);
        wire_writer_done(&says);
}

/* Each of them ends in an error, and in time. */
static void test_nonsense(void)
{
        const struct {
                const char *bytes;
                size_t length;
                int code;
        } rows[] = {
                { "", 0, VIR_ERR_OPERATION_TIMEOUT },            /* nothing */
                { "\0\0\0", 3, VIR_ERR_OPERATION_TIMEOUT },      /* half a length */
                { "\0\0\0\3", 4, VIR_ERR_SYSTEM_ERROR },         /* too short for itself */
                { "\0\0\0\x1b", 4, VIR_ERR_SYSTEM_ERROR },       /* shorter than a header */
                { "\xff\xff\xff\xff", 4, VIR_ERR_SYSTEM_ERROR }, /* longer than anything */
                { "\0\0\0\x1c"
                  "abcd",
                  8, VIR_ERR_OPERATION_TIMEOUT }, /* a piece of a header */
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                const WireWriter says = { .data = (uint8_t *)rows[i].bytes, .length = rows[i].length };

                g_test_message("row %zu", i);
                check_append(&says, -1, rows[i].code);
        }
}

/* An error without one, and a descriptor that is promised and does not come. */
static void test_broken_answers(void)
{
        WireWriter says = { 0 };

        reply(&says, 1, WIRE_REPLY, WIRE_ERROR, 5);
        check_append(&says, -1, VIR_ERR_RPC);
        wire_writer_done(&says);
        reply(&says, 1, WIRE_REPLY_WITH_FDS, WIRE_OK, 1);
        check_append(&says, -1, VIR_ERR_OPERATION_TIMEOUT);
        wire_writer_done(&says);
        reply(&says, 1, WIRE_REPLY_WITH_FDS, WIRE_OK, 1000);
        check_append(&says, -1, VIR_ERR_RPC);
        wire_writer_done(&says);
}

/* A full queue in front of a daemon that accepts nobody. */
static void test_nobody_accepts(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int fds[8];
        Peer peer;

        peer_begin(&peer, NULL, 0, false);
        for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
                Ask ask;

                fds[i] = ask_begin(&ask, peer.path, 50, NULL) == 0 ? ask.fd : -1;
        }
        g_assert_cmpint(fds[0], >=, 0);
        g_assert_cmpint(append(peer.path, 50, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_TIMEOUT);
        for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
                auto_fd_close(&fds[i]);
        peer_end(&peer);
}

static void test_nobody_there(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(append("/nonexistent/sock", 50, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_SYSTEM_ERROR);
        g_assert_cmpint(err.int1, ==, ENOENT);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/managers/answer", test_answer);
        g_test_add_func("/managers/error", test_error);
        g_test_add_func("/managers/nonsense", test_nonsense);
        g_test_add_func("/managers/broken-answers", test_broken_answers);
        g_test_add_func("/managers/nobody-accepts", test_nobody_accepts);
        g_test_add_func("/managers/nobody-there", test_nobody_there);
        return g_test_run();
}
