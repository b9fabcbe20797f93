/* One connection of a peer. Its loop reads, decodes and answers what needs no waiting; workers run the rest and send
 * the answers themselves. A peer that does not read, or asks for too much at a time, is not read from; one that lets
 * events pile up is disconnected. Nobody else waits for it. */
#pragma once

#include "vireo/object.h"

#include "inbox.h"
#include "outbox.h"
#include "server.h"

typedef struct Stream Stream;
typedef struct Subscription Subscription;

typedef struct ClientKeepalive {
        LoopSource *timer; /* NULL: the peer does not want pings */
        int interval;      /* seconds */
        unsigned count, unanswered;
        int64_t last_received; /* monotonic, microseconds */
} ClientKeepalive;

struct Client {
        int refs; /* atomic */
        Server *server;
        Loop *loop;
        uint64_t id;
        int64_t connected_at; /* seconds since the epoch */
        Transport transport;
        bool readonly_socket;
        Identity identity; /* who connected, as the kernel says; the names are set once, by client_resolve_identity() */
        char *address;     /* "127.0.0.1:4711"; NULL on a UNIX socket */

        /* The loop's thread only. */
        LoopSource *source; /* NULL once disconnected */
        unsigned watched;   /* events it waits for */
        Inbox inbox;
        ClientKeepalive keepalive;
        GHashTable *streams; /* serial -> Stream */

        pthread_mutex_t lock; /* the fields below */
        int fd;               /* -1 once disconnected */
        Outbox outbox;
        unsigned in_flight;    /* calls that workers have */
        size_t stream_backlog; /* bytes that streams could not hand on yet */
        bool stalled;          /* not read from until one of the numbers above is smaller */
        bool poked;            /* the loop was asked to look at it */
        bool closing;          /* nothing is taken in any more */
        bool close_when_sent;
        bool opening;       /* CONNECT_OPEN is running */
        virConnectPtr conn; /* set once, freed with the client */
        bool reads_wait;    /* set before conn: its drivers may wait even to tell what they know */
        bool admin_open;
        int resolved;             /* atomic: the names in identity are set */
        bool watches_close;       /* is told when the hypervisor's connection is lost */
        GPtrArray *subscriptions; /* of Subscription; NULL once disconnected */
        int last_callback_id;

        void *mine; /* the server kind's own */
};

Client *client_new(Server *server, Loop *loop, uint64_t id, int fd, Transport transport, bool readonly, Error *err);
Client *client_ref(Client *client);
Client *client_unref(Client *client); /* returns NULL */

/** client_start: begin to read. */
void client_start(Client *client);

/** client_freeze: neither read from it nor notice its end any more; in its loop. */
void client_freeze(Client *client);

/** client_close: disconnect soon; any thread. */
void client_close(Client *client);
/** client_close_when_sent: after what is queued has gone out. */
void client_close_when_sent(Client *client);

/** client_send: queue @packet (taken over) and send as much as goes without waiting; any thread. */
void client_send(Client *client, Packet *packet);
/** client_send_event: the same for a packet that the peer did not ask for; too many unread ones disconnect it. */
void client_send_event(Client *client, Packet *packet);

/** Around a call that a worker runs. */
void client_call_begin(Client *client);
void client_call_end(Client *client);

/** client_stream_backlog: bytes more (or less) that wait inside the client's streams. */
void client_stream_backlog(Client *client, ssize_t change);

/** client_connection: borrowed while the client is referenced; NULL before it was opened. */
virConnectPtr client_connection(Client *client);
bool client_is_readonly(Client *client);

/** client_resolve_identity: find the names of user and group out; may wait, so never in a loop. */
void client_resolve_identity(Client *client);
