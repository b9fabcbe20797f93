/* Packets on their way to a peer: a queue that is sent as far as the socket takes it, never waiting. */
#pragma once

#include "rpc/wire.h"

typedef struct Packet Packet;

typedef void (*PacketDoneFunc)(void *opaque);

struct Packet {
        Packet *next;
        uint8_t *data;
        size_t length, sent;
        int *fds; /* follow the last byte, each on a zero byte of its own */
        size_t n_fds, fds_sent;
        bool event;          /* counts as unread event */
        PacketDoneFunc done; /* runs once, when the packet was sent or dropped, without a lock; may be NULL */
        void *opaque;
};

typedef struct Outbox {
        Packet *head, *tail;
        size_t bytes;    /* not sent yet */
        size_t n_events; /* waiting */
} Outbox;

/** packet_new: takes over the bytes of @writer, which is empty after. */
Packet *packet_new(WireWriter *writer);
/** packets_free: a whole list, running what is to run when a packet is done; returns NULL; accepts NULL. */
Packet *packets_free(Packet *list);

/** outbox_push: @packet (taken over) goes to the end. */
void outbox_push(Outbox *outbox, Packet *packet);
/** outbox_take_all: empty the queue; the caller frees the packets. */
Packet *outbox_take_all(Outbox *outbox);

/* Results of outbox_flush(). */
enum { OUTBOX_EMPTY = 0, OUTBOX_BLOCKED = 1 };

/**
 * outbox_flush: send to the socket @fd what it takes. Finished packets are put in front of @finished, for
 * packets_free() outside of the caller's lock. Fails when the connection is broken.
 */
int outbox_flush(Outbox *outbox, int fd, Packet **finished, Error *err);
