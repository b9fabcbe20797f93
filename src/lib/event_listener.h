/* One registered callback. Shared by its connection, its hub and the events on their way to it. */
#pragma once

#include "event_delivery.h"

enum {
        REMOTE_ID_NONE = -1,
        REMOTE_ID_PENDING = -2, /* the source is being asked */
};

struct Listener {
        int refs;             /* atomic */
        int id;               /* on its connection */
        virConnectPtr conn;   /* referenced */
        EventHub *hub;        /* referenced */
        Delivery *delivery;   /* referenced; NULL: called directly, in the emitter's thread */
        EventRequest request; /* object and pattern are copies below */
        void *object;         /* referenced; NULL: all */
        char *pattern;
        GRegex *regex;
        int removed; /* atomic */

        /* Under the hub's lock. */
        int remote_id;
        int running; /* emitters inside the sink */
};

Listener *listener_new(virConnectPtr conn, EventHub *hub, const EventRequest *request, Error *err);
Listener *listener_ref(Listener *listener);
Listener *listener_unref(Listener *listener); /* returns NULL; the last one calls the free function */

/** listener_wants: whether @event is what was asked for. */
bool listener_wants(const Listener *listener, const Event *event);
/** listener_same_source: whether both ask the source for the same: one first() is enough for them. */
bool listener_same_source(const Listener *a, const Listener *b);
/** listener_is_twin: whether the program registers the same function for the same twice. */
bool listener_is_twin(const Listener *a, const Listener *b);
/** listener_call: call the callback or sink, unless it was removed. */
void listener_call(Listener *listener, const Event *event);
