/* What the files of the remote driver share. */
#pragma once

#include "remote.h"
#include "target.h"

/* Procedures that are no operation of a driver, or called by hand. */
enum {
        REMOTE_CONNECT_OPEN = 1,
        REMOTE_CONNECT_CLOSE = 2,
        REMOTE_CONNECT_SUPPORTS_FEATURE = 60,
        REMOTE_AUTH_LIST = 66,
        REMOTE_AUTH_POLKIT = 70,
        REMOTE_CONNECT_GET_URI = 110,
        REMOTE_CONNECT_IS_SECURE = 149,
        REMOTE_CONNECT_REGISTER_CLOSE_CALLBACK = 360,
        REMOTE_CONNECT_UNREGISTER_CLOSE_CALLBACK = 361,
        REMOTE_EVENT_CONNECTION_CLOSED = 362,
};

enum {
        FEATURE_FD_PASSING = 8,
        FEATURE_TYPED_STRINGS = 9,
        FEATURE_KEEPALIVE = 10,
        FEATURE_EVENT_CALLBACK = 14,
        FEATURE_CLOSE_CALLBACK = 15,
};

/* A connection. */
typedef struct Remote {
        virConnectPtr conn; /* whose state this is; no reference */
        Client *client;
        const Transport *transport;
        EventHub *hubs[FAMILY_MAX_];

        const char *type; /* atomic: virConnectGetType(); NULL: not asked yet */

        pthread_mutex_t lock; /* for what follows */
        int event_callbacks;  /* whether events carry callback ids; -1: not asked yet */
        int keepalive;        /* whether the far end answers pings; -1: not asked yet */
        int typed_strings;    /* whether its driver has strings in typed parameters; -1: not asked yet */
        int close_callback;   /* whether it tells of its own connection's end; -1: not asked yet */
        int fd_passing;       /* whether it takes and gives descriptors; -1: not asked yet */
} Remote;

/** remote_of: of an open connection. */
Remote *remote_of(virConnectPtr conn);

/** remote_procedure: call procedure @number of @program by its parameters behind the connection. */
int remote_procedure(Remote *remote, uint32_t program, int number, const CallArg *args, size_t n_args, CallArg *ret,
                     Error *err);

/** remote_feature: 1 or 0; asked once, kept in @cache. */
int remote_feature(Remote *remote, int feature, int *cache, Error *err);

/** remote_authenticate: as the far end wants it (auth.c). */
int remote_authenticate(Remote *remote, const Target *target, Error *err);

/* events.c */
void remote_events_open(Remote *remote);
void remote_events_close(Remote *remote);
/** remote_watch_close: have the far end tell when its own connection to the hypervisor is gone, if it can. */
int remote_watch_close(virConnectPtr conn, bool wanted, Error *err);
extern const ClientHooks remote_hooks;

/* stream.c: @far (taken over) becomes the far end of @stream. */
void remote_stream_attach(virStreamPtr stream, ClientStream *far);
