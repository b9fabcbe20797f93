/* Bytes from a peer, cut into packets: the bounded receive buffer of one connection.
 *
 * The buffer grows with what really arrived, never with what a length word promises, and shrinks when it is empty.
 * Descriptors travel behind a packet, each on a zero byte of its own; they are kept with the position of their byte,
 * so one that came with any other byte is a protocol error. */
#pragma once

#include "rpc/wire.h"

typedef struct InboxFd {
        uint64_t position; /* of the byte it came with, counted from the start of the connection */
        int fd;
} InboxFd;

typedef struct Inbox {
        uint8_t *data;
        size_t start, length, capacity; /* unread bytes are data[start .. start + length) */
        uint64_t position;              /* of data[start] */
        size_t packet_max;              /* longest packet taken, length word included */
        InboxFd fds[WIRE_FDS_MAX];
        unsigned n_fds;
} Inbox;

/* One packet, borrowed from the inbox until its next call. The descriptors belong to the packet. */
typedef struct InboxPacket {
        WireHeader header;
        WireReader payload; /* behind the header and, in the types with descriptors, behind their count */
        int fds[WIRE_FDS_MAX];
        unsigned n_fds;
} InboxPacket;

enum { INBOX_PACKET_MAX = WIRE_LENGTH_SIZE + WIRE_MESSAGE_MAX };

/* Results of inbox_receive() and inbox_next(). */
enum { INBOX_READY = 0, INBOX_WAIT = 1, INBOX_END = 2 };

void inbox_init(Inbox *inbox, size_t packet_max);
void inbox_done(Inbox *inbox);

/** inbox_receive: one read of what the socket @fd has. INBOX_WAIT: nothing there, INBOX_END: the peer is gone. */
int inbox_receive(Inbox *inbox, int fd, Error *err);

/** inbox_put_back: bytes that were received before, into an empty inbox. */
void inbox_put_back(Inbox *inbox, const uint8_t *data, size_t length);

/** inbox_next: the next whole packet. INBOX_WAIT: not complete yet. An error means the connection cannot go on. */
int inbox_next(Inbox *inbox, InboxPacket *ret_packet, Error *err);

/** inbox_packet_done: close the descriptors that nobody took. */
void inbox_packet_done(InboxPacket *packet);
