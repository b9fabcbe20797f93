/* A scripted peer for tests of the client: a thread on the other end of a socket pair that speaks bytes, on purpose
 * without any code of the wire layer. */
#pragma once

#include <endian.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rpc/client.h"

enum { TEST_PROGRAM = PROGRAM_REMOTE, TEST_WORDS = 7, TEST_HEAD = 28 };

/* A packet as the peer sees it. */
typedef struct PeerPacket {
        uint32_t head[TEST_WORDS]; /* length, program, version, procedure, type, serial, status */
        uint8_t *data;
        size_t length;
} PeerPacket;

typedef struct Peer {
        int fd;
        GThread *thread;
        void (*script)(struct Peer *peer);
        void *opaque;
        gint step; /* atomic, for scripts that wait for the test or the other way round */
} Peer;

static inline void peer_write(Peer *peer, const void *data, size_t length)
{
        const char *bytes = data;

        while (length > 0) {
                ssize_t n = send(peer->fd, bytes, length, MSG_NOSIGNAL);

                g_assert_cmpint(n, >, 0);
                bytes += n;
                length -= n;
        }
}

/* False at the end of file. */
static inline bool peer_fill(Peer *peer, void *data, size_t length)
{
        return length == 0 || recv(peer->fd, data, length, MSG_WAITALL) == (ssize_t)length;
}

static inline bool peer_read(Peer *peer, PeerPacket *packet)
{
        if (!peer_fill(peer, packet->head, TEST_HEAD))
                return false;
        for (int i = 0; i < TEST_WORDS; i++)
                packet->head[i] = be32toh(packet->head[i]);
        packet->length = packet->head[0] - TEST_HEAD;
        packet->data = g_malloc(packet->length + 1);
        return peer_fill(peer, packet->data, packet->length);
}

static inline uint8_t *peer_packet(const PeerPacket *call, int type, int status, const void *data, size_t length)
{
        uint8_t *bytes = g_malloc(TEST_HEAD + length);
        uint32_t head[TEST_WORDS];

        memcpy(head, call->head, sizeof(head));
        head[0] = TEST_HEAD + length;
        head[4] = type;
        head[6] = status;
        for (int i = 0; i < TEST_WORDS; i++)
                head[i] = htobe32(head[i]);
        memcpy(bytes, head, TEST_HEAD);
        if (length)
                memcpy(bytes + TEST_HEAD, data, length);
        return bytes;
}

/* Sends a packet with the header of @call but for type and status. */
static inline void peer_send(Peer *peer, const PeerPacket *call, int type, int status, const void *data, size_t length)
{
        g_autofree uint8_t *bytes = peer_packet(call, type, status, data, length);

        peer_write(peer, bytes, TEST_HEAD + length);
}

static inline void peer_reply(Peer *peer, const PeerPacket *call)
{
        peer_send(peer, call, WIRE_REPLY, WIRE_OK, call->data, call->length);
}

static inline void peer_event(Peer *peer, uint32_t program, int procedure, const void *data, size_t length)
{
        PeerPacket event = { .head = { 0, program, 1, procedure, 0, 0, 0 } };

        peer_send(peer, &event, WIRE_EVENT, WIRE_OK, data, length);
}

static inline void *peer_main(void *opaque)
{
        Peer *peer = opaque;

        peer->script(peer);
        close(peer->fd);
        return NULL;
}

static inline Client *peer_start(Peer *peer, void (*script)(Peer *peer), const ClientHooks *hooks, void *opaque)
{
        int fds[2];

        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
        peer->fd = fds[1];
        peer->script = script;
        peer->thread = g_thread_new("peer", peer_main, peer);
        return client_new(fds[0], hooks, opaque);
}

static inline void peer_stop(Peer *peer, Client *client)
{
        client_close(client);
        client_unref(client);
        g_thread_join(peer->thread);
}

/* One call with a word as payload; 0 when the answer is the same word. */
static inline int test_call(Client *client, int procedure, uint32_t word, Error *err)
{
        CLIENT_REPLY_AUTO ClientReply reply = { 0 };
        WireWriter request = { 0 };
        WireHeader header;
        uint32_t answer = ~word;
        int r;

        client_begin(client, TEST_PROGRAM, procedure, WIRE_CALL, &request, &header);
        wire_put_u32(&request, word);
        r = client_call(client, &header, &request, NULL, 0, &reply, err);
        wire_writer_done(&request);
        if (r < 0)
                return -1;
        g_assert_true(wire_get_u32(&reply.payload, &answer));
        g_assert_cmpuint(answer, ==, word);
        return 0;
}

static inline void packet_drop(PeerPacket *packet)
{
        g_clear_pointer(&packet->data, g_free);
}
