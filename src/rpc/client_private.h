/* What the files of the client share. client.c: life, calls, the turn to receive. client_out.c: sending.
 * client_watch.c: event loop and keepalive. client_stream.c: streams. */
#pragma once

#include <sys/uio.h>

#include "client_packet.h"
#include "rpc/client.h"
#include "util/auto.h"

/* A thread that waits for something of this client; lives on its stack. */
typedef struct Waiter {
        struct Waiter *next, *previous;
        const WireHeader *call; /* of the reply it waits for; NULL: for something else */
        ClientStream *stream;   /* of the stream it waits for */
        bool for_flush;         /* it waits until nothing is left to send */
        bool done;
        Packet *packet; /* the reply */
        pthread_cond_t wake;
} Waiter;

/* A packet, or the rest of it, that the socket has not taken yet. */
typedef struct OutPacket {
        struct OutPacket *next;
        uint8_t *data;
        size_t length, position;
        int fds[WIRE_FDS_MAX]; /* our own duplicates */
        size_t n_fds, fds_sent;
} OutPacket;

struct Client {
        int refs;
        int fd;
        bool is_unix;
        const ClientHooks *hooks;
        void *opaque;
        uint32_t serial;     /* atomic: the last one given out */
        PacketReader reader; /* belongs to who has the turn */

        pthread_mutex_t lock; /* for all that follows up to `loop`; never held while anything may wait */
        bool receiving;       /* somebody has the turn to receive */
        pthread_cond_t idle;  /* `receiving` or `telling` became false */
        unsigned idle_waiters;
        uint64_t
                n_received; /* atomic: turns of calling threads that ended: tells the event loop that it is not needed */
        bool closed;
        bool told;    /* the closed hook ran, or must not run */
        bool telling; /* it runs, in thread `teller` */
        pthread_t teller;
        int reason;
        Error failure; /* why it is closed */
        Waiter *waiters, *last_waiter;
        ClientStream *streams;
        OutPacket *out, **out_tail;
        size_t out_bytes;
        bool flushing; /* a thread waits until the socket takes more */
        int wake_fd;   /* wakes that thread; -1 until first needed */
        int interval;  /* keepalive in seconds; 0: off */
        unsigned count, unanswered;
        int64_t heard_us; /* atomic: when the peer was last heard of */
        int64_t pinged_us;

        pthread_mutex_t watch_lock; /* for what follows; held across calls into the event loop, which calls back only
                                     * without it */
        const ClientLoop *loop;     /* NULL: none */
        int watch, watch_events;
        int timer; /* keepalive */
        int pause_timer;
        bool paused; /* calling threads receive often enough */
        uint64_t seen_received;
        bool resume; /* atomic: a long call is under way, its end lets the loop receive again */
};

/* client.c */
void client_waiter_add(Client *client, Waiter *waiter); /* locked */
void client_waiter_remove(Client *client, Waiter *waiter);
/** client_wait: until @waiter is done or the connection broke (-1). Locked; lets go meanwhile. */
int client_wait(Client *client, Waiter *waiter, Error *err);
/** client_receive: one read and what follows from it. Not locked, by who has the turn. */
void client_receive(Client *client, bool block);
void client_turn_end(Client *client); /* locked */
/** client_mark_closed: the connection is of no use any more; @failure is taken over. Everybody who waits fails; the
 * rest follows in client_settle(). Locked. */
void client_mark_closed(Client *client, int reason, Error *failure);
/** client_fail: the same, not locked. */
void client_fail(Client *client, int reason, Error *failure);
/** client_tell: run the closed hook if that is due. Not locked, without the turn. */
void client_tell(Client *client);
/** client_settle: what is due when a thread is done with the client. Not locked. */
void client_settle(Client *client);
int client_check_open(Client *client, Error *err); /* locked */

/* client_out.c; locked. A broken socket closes the client. */
/** client_send: hand a packet and descriptors to the socket, or queue what it does not take. Never blocks. */
int client_send(Client *client, const struct iovec parts[2], const int *fds, size_t n_fds, Error *err);
/** client_send_bare: a packet of @header and @length raw bytes. */
int client_send_bare(Client *client, const WireHeader *header, const void *data, size_t length, Error *err);
/** client_flush: send what is queued as far as the socket takes it. */
int client_flush(Client *client, Error *err);
/** client_flush_wait: wait until the socket takes more and send it, receiving meanwhile if nobody does. Lets go. */
void client_flush_wait(Client *client);
void client_flush_wake(Client *client);
void client_out_done(Client *client); /* last reference */

/* client_watch.c; not locked */
void client_watch_update(Client *client);
void client_watch_stop(Client *client);
void client_keepalive_tick(Client *client);
bool client_keepalive_packet(Client *client, const Packet *packet); /* true: it was one */

/* client_stream.c */
/** client_stream_packet: true: @packet (taken over) belonged to a stream or to one that is gone. Not locked. */
void client_stream_packet(Client *client, Packet *packet);
void client_streams_kick(Client *client);     /* look again at what every stream has to tell; not locked */
size_t client_streams_queued(Client *client); /* bytes; locked */
