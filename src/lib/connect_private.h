/* What only the library core knows about a connection. */
#pragma once

#include <pthread.h>

#include "vireo/object.h"

/* Somebody who wants to know that the far end went away. */
typedef struct CloseCallback {
        virConnectCloseFunc func; /* NULL: nobody */
        void *opaque;
        virFreeCallback free;
} CloseCallback;

struct ConnectPrivate {
        pthread_mutex_t lock; /* all below */
        virErrorFunc error_func;
        void *error_data;
        virError last_error; /* for virConnGetLastError() */
        CloseCallback close;
        int close_reason;          /* -1: alive */
        struct Delivery *delivery; /* NULL until the first event callback */
        GPtrArray *listeners;      /* struct Listener, each holding a reference on the connection */
        int next_callback;         /* atomic */
};

/** object_new: a zeroed handle with one reference that holds a reference on @owner. */
void *object_new(ObjectKind kind, void *owner);
/* What object_unref() of an administration handle lets go. */
void object_adm_connect_clear(void *object);
void object_adm_server_clear(void *object);
/** connect_finish: the last reference went: leave the drivers, free everything but the struct itself. */
void connect_finish(virConnectPtr conn);
/** event_connection_finish: what the hub keeps for a connection; its listeners are gone by then. */
void event_connection_finish(virConnectPtr conn);
