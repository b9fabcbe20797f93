/* Events: drivers emit, connections listen. A driver owns one hub per instance and puts it into conn->events[] when it
 * opens; the library core does the registering, for every driver, and the delivery:
 *  - in a client's process from the program's event loop (virEventRegisterImpl), in order of emission;
 *  - inside vireod directly, in the emitter's thread, into the client's bounded queue. */
#pragma once

#include "vireo/object.h"

typedef struct Event Event;

/* Events are described in api/ like calls; from each the generator makes (vireo/events.h), for example
 *   Event *event_domain_lifecycle(const char *name, const unsigned char *uuid, int id, int event, int detail);
 * which copies its arguments. */

EventHub *event_hub_new(void);
EventHub *event_hub_ref(EventHub *hub);
EventHub *event_hub_unref(EventHub *hub); /* returns NULL */

/** event_emit: hand @event (taken over) to everybody who listens. Never blocks. Callers emit in the order in which
 * the changes were published. */
void event_emit(EventHub *hub, Event *event);

/* For a driver whose events come from elsewhere (remote): told when the first listener for (@event_id, @object)
 * comes and the last one goes. @kind is the ObjectKind the event is about; @object NULL means all. */
typedef struct EventSource {
        int (*first)(virConnectPtr conn, ObjectKind kind, int event_id, void *object, int *ret_remote_id, Error *err);
        int (*last)(virConnectPtr conn, ObjectKind kind, int event_id, int remote_id, Error *err);
} EventSource;
void event_hub_set_source(EventHub *hub, const EventSource *source);
