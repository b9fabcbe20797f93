/* A server: one family of sockets with its clients, limits and workers. Every daemon has two: vireod, as libvirtd,
 * "libvirtd" for the hypervisor programs and "admin" for the admin program. Accepted clients are spread over the I/O
 * loops. */
#pragma once

#include <pthread.h>

#include "rpc/wire.h"
#include "util/loop.h"
#include "util/pool.h"

typedef struct Client Client;
typedef struct Server Server;
typedef struct Listener Listener;
typedef struct OwnCall OwnCall;

/* Numbers of the public virClientTransport. */
typedef enum { TRANSPORT_UNIX = 0, TRANSPORT_TCP = 1 } Transport;

enum { SERVER_LOOPS = 2 };

typedef struct ServerLimits {
        unsigned min_workers, max_workers, prio_workers;
        unsigned max_clients, max_anonymous_clients, max_client_requests;
        unsigned max_queued_clients; /* length of the kernel's queue of each listener */
        int keepalive_interval;      /* seconds; 0 and less: no pings */
        unsigned keepalive_count;
} ServerLimits;

enum { SERVER_PROGRAMS_MAX = 3 };

/* What a server speaks, and to whom. */
typedef struct ServerKind {
        uint32_t programs[SERVER_PROGRAMS_MAX]; /* 0: no more */
        const OwnCall *own_calls;               /* the procedures it answers itself */
        size_t n_own_calls;
        bool own_user;                /* only to peers with our own uid */
        bool nothing_to_open;         /* everything may be called from the first packet on */
        void *(*connection)(void);    /* stands for the connection in frames; NULL: what the client opened does */
        void (*gone)(Client *client); /* it was disconnected: in a worker; may be NULL */
} ServerKind;

struct Server {
        const char *name;
        const ServerKind *kind;
        Loop **loops;      /* SERVER_LOOPS of them; the daemon's */
        Pool *pool, *prio; /* prio: for calls of high priority; NULL: none so far */
        int alive;         /* atomic: clients that still exist, disconnected ones with running calls included */
        void (*changed)(void *opaque); /* the number of clients is another one: any thread, no lock held */
        void *opaque;

        pthread_mutex_t lock; /* the fields below */
        ServerLimits limits;
        GHashTable *clients;         /* id -> Client, each with a reference */
        unsigned load[SERVER_LOOPS]; /* clients of each loop */
        uint64_t last_id;
        GPtrArray *listeners;
        bool serving; /* accepts */
        bool frozen;  /* nothing goes in or out any more: the process becomes another program */
        bool full;    /* the listeners are off because a limit is reached */
        bool stopping;
};

Server *server_new(const char *name, const ServerKind *kind, Loop **loops, const ServerLimits *limits);
/** server_stop: close the listeners, disconnect every client (soon: `changed` tells). */
void server_stop(Server *server);
/** server_free: when no client is alive. Returns NULL; accepts NULL. */
Server *server_free(Server *server);

/** server_listen: accept on the listening socket @fd (taken over) once server_serve() was called. */
void server_listen(Server *server, int fd, Transport transport, bool readonly);
void server_serve(Server *server);
/** server_freeze: accept and receive nothing more, and wait until what was received is answered, as far as peers take
 * the answers. Only saving (restart.h) comes after. */
void server_freeze(Server *server);
/** server_list_listeners: the caller frees. */
typedef struct ListenerInfo {
        int fd;
        Transport transport;
        bool readonly;
} ListenerInfo;
ListenerInfo *server_list_listeners(Server *server, size_t *ret_n);
/** server_adopt: a client of the process that we were before, with the number it had then; starts it. */
void server_adopt(Server *server, Client *client);

/** server_count_alive: for clients: one more, one less. */
void server_count_alive(Server *server, int change);

unsigned server_count_clients(Server *server);
/** server_list_clients: all of them in the order of their ids, with a reference each. */
Client **server_list_clients(Server *server, size_t *ret_n);
/** server_find_client: with a reference, NULL: no such client. */
Client *server_find_client(Server *server, uint64_t id);
/** server_pool: the workers for a call. */
Pool *server_pool(Server *server, bool high_priority);
ServerLimits server_get_limits(Server *server);
int server_set_client_limits(Server *server, unsigned max_clients, unsigned max_anonymous, Error *err);
int server_set_workers(Server *server, const ServerLimits *limits, Error *err);

/** server_forget: for the client alone: it is disconnected. */
void server_forget(Server *server, Client *client);
