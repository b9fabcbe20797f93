/* Cutting received bytes into packets: length word, header, payload, and the descriptors that follow a packet.
 * Everything is hostile until it left here. Knows nothing of sockets, calls or replies. */
#pragma once

#include "rpc/wire.h"

/* One received packet. The payload of a packet with descriptors begins behind their count. */
typedef struct Packet {
        struct Packet *next; /* for whoever queues it */
        WireHeader header;
        uint8_t *data;
        size_t length;
        int fds[WIRE_FDS_MAX]; /* open, owned; -1 where stolen */
        size_t n_fds;
        uint8_t *large; /* where data lives when it is not behind the struct */
} Packet;

Packet *packet_free(Packet *packet); /* closes descriptors; returns NULL; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Packet, packet_free)

/* How far the current packet is. `buffer` holds less than a header between two calls of packet_reader_next(). */
typedef struct PacketReader {
        uint8_t *buffer;
        size_t start, end;
        Packet *packet;   /* header known, payload or descriptors still to come; NULL: between packets */
        size_t have;      /* payload bytes that arrived */
        size_t room;      /* payload bytes that packet->data has place for */
        size_t want_fds;  /* descriptors the packet announced */
        bool counted_fds; /* want_fds was read */
        int fds[WIRE_FDS_MAX];
        size_t n_fds; /* received, not yet given to a packet */
} PacketReader;

enum { PACKET_BUFFER = 65536 };

void packet_reader_init(PacketReader *reader);
void packet_reader_done(PacketReader *reader);

/** packet_reader_space: where the next received bytes belong, and how many fit (never 0). */
uint8_t *packet_reader_space(PacketReader *reader, size_t *ret_size);

/** packet_reader_filled: @length bytes were put there; @fds (taken over) came with them. */
void packet_reader_filled(PacketReader *reader, size_t length, const int *fds, size_t n_fds);

/**
 * packet_reader_next: 1 and the next whole packet, 0 when bytes are missing, -1 when the peer broke the format (the
 * reader is then of no further use). Call until 0 before the next packet_reader_space().
 */
int packet_reader_next(PacketReader *reader, Packet **ret_packet, Error *err);
