/* Registering for events on a connection; behind virConnectDomainEventRegisterAny() and kin, and event_subscribe(). */
#pragma once

#include "vireo/event.h"

/* Who wants to hear what. */
typedef struct EventRequest {
        const char *function; /* the public function, for messages */
        ObjectKind kind;
        int event_id;
        void *object;           /* only of this one (borrowed); NULL: all */
        const char *pattern;    /* monitor events: only of this name; NULL: all. See virConnectDomainQemu... */
        unsigned pattern_flags; /* VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_... */
        bool legacy;            /* virConnectDomainEventRegister(): found again by its function */
        void (*callback)(void); /* of the program; NULL: a sink */
        void (*sink)(const Event *event, int callback_id, void *opaque);
        void *opaque;
        virFreeCallback free; /* of @opaque; runs once, not when the registration fails */
} EventRequest;

/** event_kind_known: whether @conn has a driver that tells events of @kind. */
bool event_kind_known(virConnectPtr conn, ObjectKind kind);

/** event_listen: returns the callback id. Holds a reference on @conn until it is given up. */
int event_listen(virConnectPtr conn, const EventRequest *request, Error *err);

/** event_unlisten: VIR_ERR_INVALID_ARG when @conn has no such callback. */
int event_unlisten(virConnectPtr conn, int callback_id, Error *err);

/** event_unlisten_legacy: the one that was registered with @callback for domains' lifecycle. */
int event_unlisten_legacy(virConnectPtr conn, void (*callback)(void), Error *err);
