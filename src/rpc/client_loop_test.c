/* The client in a program's event loop: events while nobody calls, keepalive, stream callbacks. The loop is a small
 * one of our own, run step by step. */
#include "client_test.h"

#include <poll.h>
#include <stdlib.h>

enum { SLOTS = 16 };

static struct {
        GMutex lock;
        struct Slot {
                bool used;
                int fd, events, delay;
                int64_t due_ms;
                virEventHandleCallback handle;
                virEventTimeoutCallback timeout;
                void *opaque;
                virFreeCallback free;
        } slots[SLOTS];
        unsigned runs;
} loop;

static int64_t now_ms(void)
{
        return g_get_monotonic_time() / 1000;
}

static int add(struct Slot slot)
{
        int i = 0;

        g_mutex_lock(&loop.lock);
        while (loop.slots[i].used)
                i++;
        g_assert_cmpint(i, <, SLOTS);
        slot.used = true;
        slot.due_ms = now_ms() + slot.delay;
        loop.slots[i] = slot;
        g_mutex_unlock(&loop.lock);
        return i;
}

static int add_handle(int fd, int events, virEventHandleCallback callback, void *opaque, virFreeCallback free)
{
        return add((struct Slot){ .fd = fd, .events = events, .handle = callback, .opaque = opaque, .free = free });
}

static int add_timeout(int delay, virEventTimeoutCallback callback, void *opaque, virFreeCallback free)
{
        return add((struct Slot){ .fd = -1, .delay = delay, .timeout = callback, .opaque = opaque, .free = free });
}

static void update_handle(int watch, int events)
{
        g_mutex_lock(&loop.lock);
        loop.slots[watch].events = events;
        g_mutex_unlock(&loop.lock);
}

static void update_timeout(int timer, int delay)
{
        g_mutex_lock(&loop.lock);
        loop.slots[timer].delay = delay;
        loop.slots[timer].due_ms = now_ms() + delay;
        g_mutex_unlock(&loop.lock);
}

/* Like the real ones: the free function runs later, here from the next step. */
static int drop(int slot)
{
        g_mutex_lock(&loop.lock);
        g_assert_true(loop.slots[slot].used);
        loop.slots[slot].handle = NULL;
        loop.slots[slot].timeout = NULL;
        g_mutex_unlock(&loop.lock);
        return 0;
}

static const ClientLoop test_loop = { add_handle, update_handle, drop, add_timeout, update_timeout, drop };

static void run_slot(int i, struct Slot slot, short revents)
{
        if (slot.handle && slot.events && revents) {
                int events = (revents & POLLIN ? VIR_EVENT_HANDLE_READABLE : 0) |
                             (revents & POLLOUT ? VIR_EVENT_HANDLE_WRITABLE : 0) |
                             (revents & POLLHUP ? VIR_EVENT_HANDLE_HANGUP : 0);

                loop.runs++;
                slot.handle(i, slot.fd, events, slot.opaque);
        }
        if (slot.timeout && slot.delay >= 0 && now_ms() >= slot.due_ms) {
                update_timeout(i, slot.delay);
                loop.runs++;
                slot.timeout(i, slot.opaque);
        }
}

/* One round; waits at most @wait_ms. */
static void step(int wait_ms)
{
        struct pollfd fds[SLOTS];

        for (int i = 0; i < SLOTS; i++) {
                struct Slot *slot = &loop.slots[i];
                bool watched;

                g_mutex_lock(&loop.lock);
                watched = slot->used && slot->handle && slot->events;
                fds[i] = (struct pollfd){ .fd = watched ? slot->fd : -1,
                                          .events = (slot->events & VIR_EVENT_HANDLE_READABLE ? POLLIN : 0) |
                                                    (slot->events & VIR_EVENT_HANDLE_WRITABLE ? POLLOUT : 0) };
                if (slot->used && slot->timeout && slot->delay >= 0)
                        wait_ms = CLAMP(slot->due_ms - now_ms(), 0, wait_ms);
                g_mutex_unlock(&loop.lock);
        }
        poll(fds, SLOTS, wait_ms);
        for (int i = 0; i < SLOTS; i++) {
                struct Slot slot;

                g_mutex_lock(&loop.lock);
                slot = loop.slots[i];
                if (slot.used && !slot.handle && !slot.timeout)
                        loop.slots[i].used = false;
                g_mutex_unlock(&loop.lock);
                if (slot.used && !slot.handle && !slot.timeout && slot.free)
                        slot.free(slot.opaque);
                else if (slot.used)
                        run_slot(i, slot, fds[i].revents);
        }
}

static void finish_loop(void)
{
        step(0);
        for (int i = 0; i < SLOTS; i++)
                g_assert_false(loop.slots[i].used);
        loop.runs = 0;
}

static void wait_until(const gint *flag, gint value)
{
        int64_t deadline = now_ms() + 10000;

        while (g_atomic_int_get(flag) < value) {
                g_assert_cmpint(now_ms(), <, deadline);
                step(10);
        }
}

typedef struct Seen {
        gint events, closed, reason;
} Seen;

static void count_event(const WireHeader *header, WireReader *payload, void *opaque)
{
        g_atomic_int_inc(&((Seen *)opaque)->events);
}

static void count_closed(int reason, void *opaque)
{
        ((Seen *)opaque)->reason = reason;
        g_atomic_int_inc(&((Seen *)opaque)->closed);
}

static const ClientHooks hooks = { count_event, count_closed };

static void script_events(Peer *peer)
{
        for (int i = 0; i < 100; i++)
                peer_event(peer, TEST_PROGRAM, 90, &i, 4);
}

/* Events and the end of the connection come without any call. */
static void test_idle_events(void)
{
        Seen seen = { 0 };
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_events, &hooks, &seen);

        g_assert_true(client_watch(client, &test_loop));
        wait_until(&seen.events, 100);
        wait_until(&seen.closed, 1);
        g_assert_cmpint(seen.reason, ==, VIR_CONNECT_CLOSE_REASON_EOF);
        peer_stop(&peer, client);
        finish_loop();
}

static void script_busy(Peer *peer)
{
        PeerPacket call = { 0 };

        while (peer_read(peer, &call)) {
                peer_reply(peer, &call);
                packet_drop(&call);
        }
        packet_drop(&call);
}

static void *busy_main(void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Peer *peer = opaque;

        for (uint32_t i = 0; i < 20000; i++)
                g_assert_cmpint(test_call(peer->opaque, 60, i, &err), ==, 0);
        g_atomic_int_set(&peer->step, 1);
        return NULL;
}

/* While a thread calls the loop is not woken for each reply; afterwards it receives again. */
static void test_busy(void)
{
        Seen seen = { 0 };
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_busy, &hooks, &seen);
        GThread *thread;

        g_assert_true(client_watch(client, &test_loop));
        peer.opaque = client;
        thread = g_thread_new("busy", busy_main, &peer);
        wait_until(&peer.step, 1);
        g_thread_join(thread);
        g_test_message("%u turns of the loop for 20000 calls", loop.runs);
        g_assert_cmpuint(loop.runs, <, 10000); /* once per call would be twice that */
        shutdown(peer.fd, SHUT_WR);
        wait_until(&seen.closed, 1);
        peer_stop(&peer, client);
        finish_loop();
}

static void script_ping(Peer *peer)
{
        PeerPacket packet = { 0 };

        peer_event(peer, PROGRAM_KEEPALIVE, 1, NULL, 0);
        g_assert_true(peer_read(peer, &packet));
        g_assert_cmpuint(packet.head[0], ==, TEST_HEAD);
        g_assert_cmpuint(packet.head[1], ==, PROGRAM_KEEPALIVE);
        g_assert_cmpuint(packet.head[3], ==, 2);
        g_assert_cmpuint(packet.head[4], ==, WIRE_EVENT);
        g_assert_cmpuint(packet.head[5], ==, 0);
        packet_drop(&packet);
        g_atomic_int_set(&peer->step, 1);
}

/* A ping is answered, and is no event for anybody. */
static void test_ping(void)
{
        Seen seen = { 0 };
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_ping, &hooks, &seen);

        g_assert_true(client_watch(client, &test_loop));
        wait_until(&peer.step, 1);
        g_assert_cmpint(seen.events, ==, 0);
        peer_stop(&peer, client);
        finish_loop();
}

static void script_pong_once(Peer *peer)
{
        PeerPacket packet = { 0 };
        unsigned pings = 0;

        while (peer_read(peer, &packet)) {
                g_assert_cmpuint(packet.head[1], ==, PROGRAM_KEEPALIVE);
                g_assert_cmpuint(packet.head[3], ==, 1);
                if (pings++ == 0)
                        peer_event(peer, PROGRAM_KEEPALIVE, 2, NULL, 0);
                packet_drop(&packet);
        }
        g_assert_cmpuint(pings, ==, 2);
        packet_drop(&packet);
}

/* Seconds: a peer that stops answering is given up, whether the loop or a call waits. */
static void test_dead_peer(void)
{
        Seen seen = { 0 };
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_pong_once, &hooks, &seen);

        g_assert_true(client_watch(client, &test_loop));
        client_keepalive(client, 1, 1);
        wait_until(&seen.closed, 1);
        g_assert_cmpint(seen.reason, ==, VIR_CONNECT_CLOSE_REASON_KEEPALIVE);
        peer_stop(&peer, client);
        finish_loop();
}

static void script_silent(Peer *peer)
{
        PeerPacket packet = { 0 };

        while (peer_read(peer, &packet))
                packet_drop(&packet);
        packet_drop(&packet);
}

static void test_dead_peer_call(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Seen seen = { 0 };
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_silent, &hooks, &seen);

        client_keepalive(client, 1, 1);
        g_assert_cmpint(test_call(client, 60, 1, &err), ==, -1);
        g_assert_cmpstr(err.message, ==, "internal error: connection closed due to keepalive timeout");
        g_assert_cmpint(seen.closed, ==, 1);
        g_assert_cmpint(seen.reason, ==, VIR_CONNECT_CLOSE_REASON_KEEPALIVE);
        peer_stop(&peer, client);
}

/* Opens a stream by a call; the peer's script goes on from there. */
static ClientStream *open_stream(Client *client, bool holes)
{
        CLIENT_REPLY_AUTO ClientReply reply = { 0 };
        ERROR_AUTO Error err = ERROR_INIT;
        WireWriter request = { 0 };
        ClientStream *stream;
        WireHeader header;

        client_begin(client, TEST_PROGRAM, 209, WIRE_CALL, &request, &header);
        stream = client_stream_new(client, &header, holes);
        g_assert_cmpint(client_call(client, &header, &request, NULL, 0, &reply, &err), ==, 0);
        client_stream_opened(stream);
        wire_writer_done(&request);
        return stream;
}

static void send_hole(Peer *peer, const PeerPacket *call, uint32_t length)
{
        uint32_t words[] = { 0, htobe32(length), 0 };

        peer_send(peer, call, WIRE_STREAM_HOLE, WIRE_CONTINUE, words, sizeof(words));
}

static void expect(Peer *peer, const PeerPacket *call, int type, int status, const char *text)
{
        PeerPacket packet = { 0 };

        g_assert_true(peer_read(peer, &packet));
        g_assert_cmpuint(packet.head[3], ==, call->head[3]);
        g_assert_cmpuint(packet.head[4], ==, type);
        g_assert_cmpuint(packet.head[5], ==, call->head[5]);
        g_assert_cmpuint(packet.head[6], ==, status);
        g_assert_cmpmem(packet.data, packet.length, text, strlen(text));
        packet_drop(&packet);
}

static void script_holes(Peer *peer)
{
        PeerPacket call = { 0 };

        g_assert_true(peer_read(peer, &call));
        peer_reply(peer, &call);
        peer_send(peer, &call, WIRE_STREAM, WIRE_CONTINUE, "abcdef", 6);
        send_hole(peer, &call, 5);
        peer_send(peer, &call, WIRE_STREAM, WIRE_CONTINUE, "gh", 2);
        send_hole(peer, &call, 3);
        peer_send(peer, &call, WIRE_STREAM, WIRE_CONTINUE, NULL, 0);
        expect(peer, &call, WIRE_STREAM, WIRE_OK, "");
        peer_send(peer, &call, WIRE_STREAM, WIRE_OK, NULL, 0);
        /* late packets are nobody's business */
        peer_send(peer, &call, WIRE_STREAM, WIRE_CONTINUE, "late", 4);
        packet_drop(&call);
        script_busy(peer);
}

static void test_stream_holes(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_holes, NULL, NULL);
        ClientStream *stream = open_stream(client, true);
        long long hole = 0;
        char data[32];

        g_assert_cmpint(client_stream_recv(stream, data, 4, true, false, &err), ==, 4);
        g_assert_cmpmem(data, 4, "abcd", 4);
        g_assert_cmpint(client_stream_recv(stream, data, 32, true, false, &err), ==, 2);
        g_assert_cmpint(client_stream_recv(stream, data, 32, true, false, &err), ==, -3);
        g_assert_cmpint(client_stream_recv(stream, data, 32, true, false, &err), ==, -3);
        g_assert_cmpint(client_stream_recv_hole(stream, &hole, &err), ==, 0);
        g_assert_cmpint(hole, ==, 5);
        g_assert_cmpint(client_stream_recv_hole(stream, &hole, &err), ==, -1);
        error_clear(&err);
        /* without the flag a hole reads as zeros */
        memset(data, 'x', sizeof(data));
        for (int n = 0; n < 5;)
                n += client_stream_recv(stream, data + n, sizeof(data) - n, false, false, &err);
        g_assert_cmpmem(data, 6, "gh\0\0\0x", 6);
        g_assert_cmpint(client_stream_recv(stream, data, 32, true, false, &err), ==, 0);
        g_assert_cmpint(client_stream_recv(stream, data, 32, false, false, &err), ==, 0);
        g_assert_cmpint(client_stream_finish(stream, &err), ==, 0);
        g_assert_cmpint(client_stream_recv(stream, data, 32, false, false, &err), ==, -1);
        error_clear(&err);
        client_stream_free(stream);
        g_assert_cmpint(test_call(client, 60, 3, &err), ==, 0);
        peer_stop(&peer, client);
}

static void script_upload(Peer *peer)
{
        PeerPacket call = { 0 };
        g_autofree char *text = g_strnfill(WIRE_LEGACY_PAYLOAD, 'u');

        g_assert_true(peer_read(peer, &call));
        peer_reply(peer, &call);
        for (int i = 0; i < 8; i++)
                expect(peer, &call, WIRE_STREAM, WIRE_CONTINUE, text);
        expect(peer, &call, WIRE_STREAM, WIRE_CONTINUE, "tail");
        expect(peer, &call, WIRE_STREAM, peer->opaque ? WIRE_ERROR : WIRE_OK, "");
        peer_send(peer, &call, WIRE_STREAM, WIRE_OK, NULL, 0);
        packet_drop(&call);
}

/* Packets keep to the old limit; finish and abort wait for the far end. */
static void run_upload(bool abort)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Peer peer = { .opaque = abort ? &peer : NULL };
        Client *client = peer_start(&peer, script_upload, NULL, NULL);
        ClientStream *stream = open_stream(client, false);
        g_autofree char *text = g_strnfill(300000, 'u');

        for (int i = 0; i < 8; i++)
                g_assert_cmpint(client_stream_send(stream, text, 300000, false, &err), ==, WIRE_LEGACY_PAYLOAD);
        g_assert_cmpint(client_stream_send(stream, "tail", 4, false, &err), ==, 4);
        g_assert_cmpint(client_stream_send_hole(stream, 5, 0, &err), ==, -1);
        error_clear(&err);
        if (abort)
                g_assert_cmpint(client_stream_abort(stream, &err), ==, 0);
        else
                g_assert_cmpint(client_stream_finish(stream, &err), ==, 0);
        client_stream_free(stream);
        peer_stop(&peer, client);
}

static void test_stream_send(void)
{
        run_upload(false);
}

static void test_stream_abort(void)
{
        run_upload(true);
}

static void script_stream_error(Peer *peer)
{
        ERROR_AUTO Error error = ERROR_INIT;
        PeerPacket call = { 0 };
        WireWriter out = { 0 };

        error_set_from(&error, VIR_FROM_STORAGE, VIR_ERR_SYSTEM_ERROR, "disk full");
        wire_put_error(&out, &error);
        g_assert_true(peer_read(peer, &call));
        peer_reply(peer, &call);
        peer_send(peer, &call, WIRE_STREAM, WIRE_ERROR, out.data, out.length);
        wire_writer_done(&out);
        packet_drop(&call);
        script_busy(peer);
}

/* The far end's failure is every operation's error, except that it can be aborted; the connection lives. */
static void test_stream_error(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_stream_error, NULL, NULL);
        ClientStream *stream = open_stream(client, false);
        char data[4];

        g_assert_cmpint(client_stream_recv(stream, data, 4, false, false, &err), ==, -1);
        g_assert_cmpint(err.domain, ==, VIR_FROM_STORAGE);
        error_clear(&err);
        g_assert_cmpint(client_stream_send(stream, data, 4, false, &err), ==, -1);
        g_assert_cmpint(err.domain, ==, VIR_FROM_STORAGE);
        error_clear(&err);
        g_assert_cmpint(client_stream_finish(stream, &err), ==, -1);
        error_clear(&err);
        g_assert_cmpint(client_stream_abort(stream, &err), ==, 0);
        client_stream_free(stream);
        g_assert_true(client_is_alive(client));
        g_assert_cmpint(test_call(client, 60, 3, &err), ==, 0);
        peer_stop(&peer, client);
}

static void script_stream_cut(Peer *peer)
{
        PeerPacket call = { 0 };

        g_assert_true(peer_read(peer, &call));
        peer_reply(peer, &call);
        peer_send(peer, &call, WIRE_STREAM, WIRE_CONTINUE, "ab", 2);
        packet_drop(&call);
}

static void test_stream_cut(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Seen seen = { 0 };
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_stream_cut, &hooks, &seen);
        ClientStream *stream = open_stream(client, false);
        char data[4];

        g_assert_cmpint(client_stream_recv(stream, data, 4, false, false, &err), ==, 2);
        g_assert_cmpint(client_stream_recv(stream, data, 4, false, false, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_SYSTEM_ERROR);
        g_assert_cmpint(seen.closed, ==, 1);
        client_stream_free(stream);
        peer_stop(&peer, client);
}

static void script_abandoned(Peer *peer)
{
        PeerPacket call = { 0 };

        g_assert_true(peer_read(peer, &call));
        peer_reply(peer, &call);
        peer_send(peer, &call, WIRE_STREAM, WIRE_CONTINUE, "ab", 2);
        expect(peer, &call, WIRE_STREAM, WIRE_ERROR, "");
        peer_send(peer, &call, WIRE_STREAM, WIRE_OK, NULL, 0);
        packet_drop(&call);
        script_busy(peer);
}

/* A stream that is only freed is aborted. */
static void test_stream_abandoned(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_abandoned, NULL, NULL);

        client_stream_free(open_stream(client, false));
        g_assert_cmpint(test_call(client, 60, 3, &err), ==, 0);
        peer_stop(&peer, client);
}

typedef struct Console {
        ClientStream *stream;
        GString *got;
        gint done, freed;
} Console;

static void console_event(int events, void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Console *console = opaque;
        char data[100];
        int n;

        if (events & VIR_STREAM_EVENT_WRITABLE) {
                g_assert_cmpint(client_stream_send(console->stream, "hello", 5, true, &err), ==, 5);
                g_assert_cmpint(client_stream_set_events(console->stream, VIR_STREAM_EVENT_READABLE, &err), ==, 0);
        }
        if (!(events & VIR_STREAM_EVENT_READABLE))
                return;
        n = client_stream_recv(console->stream, data, sizeof(data), false, true, &err);
        g_assert_cmpint(n, !=, -1);
        if (n > 0)
                g_string_append_len(console->got, data, n);
        if (n == 0) {
                g_assert_cmpint(client_stream_remove_callback(console->stream, &err), ==, 0);
                g_atomic_int_set(&console->done, 1);
        }
}

static void console_free(void *opaque)
{
        g_atomic_int_set(&((Console *)opaque)->freed, 1);
}

static void script_console(Peer *peer)
{
        PeerPacket call = { 0 };

        g_assert_true(peer_read(peer, &call));
        peer_reply(peer, &call);
        expect(peer, &call, WIRE_STREAM, WIRE_CONTINUE, "hello");
        peer_send(peer, &call, WIRE_STREAM, WIRE_CONTINUE, "who is ", 7);
        peer_send(peer, &call, WIRE_STREAM, WIRE_CONTINUE, "there?", 6);
        peer_send(peer, &call, WIRE_STREAM, WIRE_CONTINUE, NULL, 0);
        expect(peer, &call, WIRE_STREAM, WIRE_OK, "");
        peer_send(peer, &call, WIRE_STREAM, WIRE_OK, NULL, 0);
        packet_drop(&call);
        script_busy(peer);
}

/* As virsh console does it: non-blocking, from callbacks only. */
static void test_stream_callback(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Console console = { .got = g_string_new("") };
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_console, NULL, NULL);
        char data[4];

        g_assert_true(client_watch(client, &test_loop));
        console.stream = open_stream(client, false);
        g_assert_cmpint(client_stream_recv(console.stream, data, 4, false, true, &err), ==, -2);
        g_assert_cmpint(client_stream_add_callback(console.stream,
                                                   VIR_STREAM_EVENT_READABLE | VIR_STREAM_EVENT_WRITABLE, console_event,
                                                   &console, console_free, &err),
                        ==, 0);
        wait_until(&console.done, 1);
        g_assert_cmpstr(console.got->str, ==, "who is there?");
        wait_until(&console.freed, 1);
        g_assert_cmpint(client_stream_finish(console.stream, &err), ==, 0);
        client_stream_free(console.stream);
        peer_stop(&peer, client);
        finish_loop();
        g_string_free(console.got, TRUE);
}

static void script_slow_reader(Peer *peer)
{
        PeerPacket call = { 0 };
        size_t total = 0;

        g_assert_true(peer_read(peer, &call));
        peer_reply(peer, &call);
        while (!g_atomic_int_get(&peer->step))
                g_thread_yield();
        for (;;) {
                PeerPacket packet = { 0 };

                g_assert_true(peer_read(peer, &packet));
                total += packet.length;
                packet_drop(&packet);
                if (packet.head[6] != WIRE_CONTINUE)
                        break;
        }
        g_assert_cmpuint(total, ==, GPOINTER_TO_SIZE(peer->opaque));
        peer_send(peer, &call, WIRE_STREAM, WIRE_OK, NULL, 0);
        packet_drop(&call);
}

/* A non-blocking sender is told to wait, and what was accepted arrives whole. */
static void test_stream_nonblock(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Peer peer = { 0 };
        Client *client = peer_start(&peer, script_slow_reader, NULL, NULL);
        ClientStream *stream = open_stream(client, false);
        g_autofree char *text = g_strnfill(100000, 'n');
        size_t total = 0;
        int n;

        while ((n = client_stream_send(stream, text, 100000, true, &err)) > 0)
                total += n;
        g_assert_cmpint(n, ==, -2);
        peer.opaque = GSIZE_TO_POINTER(total);
        g_atomic_int_set(&peer.step, 1);
        g_assert_cmpint(client_stream_finish(stream, &err), ==, 0);
        client_stream_free(stream);
        peer_stop(&peer, client);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/client/loop/idle-events", test_idle_events);
        g_test_add_func("/client/loop/busy", test_busy);
        g_test_add_func("/client/loop/ping", test_ping);
        g_test_add_func("/client/stream/holes", test_stream_holes);
        g_test_add_func("/client/stream/send", test_stream_send);
        g_test_add_func("/client/stream/abort", test_stream_abort);
        g_test_add_func("/client/stream/error", test_stream_error);
        g_test_add_func("/client/stream/cut", test_stream_cut);
        g_test_add_func("/client/stream/abandoned", test_stream_abandoned);
        g_test_add_func("/client/stream/nonblock", test_stream_nonblock);
        g_test_add_func("/client/stream/callback", test_stream_callback);
        /* these wait for keepalive's whole seconds */
        g_test_add_func("/client/loop/dead-peer", test_dead_peer);
        g_test_add_func("/client/loop/dead-peer-call", test_dead_peer_call);
        return g_test_run();
}
