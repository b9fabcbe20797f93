/* Where a URI leads: which transport, to which socket, and what is asked of the far end there. */
#pragma once

#include "vireo/uri.h"

typedef struct Target Target;

/* A way to reach the far end. */
typedef struct Transport {
        const char *name;
        /** open: a connected socket. NULL: this build has no such transport. */
        int (*open)(const Target *target, Error *err);
        bool secure; /* nobody else can read along or meddle */
        bool encrypted;
        bool local; /* the kernel says when the far end dies */
} Transport;

struct Target {
        const Transport *transport;
        char *name;        /* the URI for the far end; "": it chooses */
        char *host;        /* NULL: none */
        int port;          /* 0: the transport's own */
        char *socket_path; /* unix: where to connect */
        char *daemon;      /* unix: program that makes this socket; NULL: it was given in the URI */
        char *auth;        /* the method to use: "none", "sasl", "polkit"; NULL: what is offered */
        bool session;      /* the user's own daemon: started when it does not run */
};

/** target_resolve: from @uri (NULL: the local daemon chooses) for a connection with @flags (virConnectFlags). */
int target_resolve(const Uri *uri, unsigned flags, Target *ret_target, Error *err);
void target_done(Target *target);
#define TARGET_AUTO __attribute__((cleanup(target_done)))

/* Ways in (transport_*.c). */
int transport_unix(const Target *target, Error *err);
int transport_tcp(const Target *target, Error *err);
