/* Events: drivers emit, connections listen. A driver owns one hub per instance and puts it into conn->events[] when it
 * opens; the library core does the registering, for every driver, and the delivery:
 *  - in a client's process from the program's event loop (virEventRegisterImpl), in order of emission;
 *  - inside vireod directly, in the emitter's thread, into the client's bounded queue. */
#pragma once

#include "vireo/object.h"

typedef struct Event Event;

/* One kind of event. Generated, one static instance for each. */
typedef struct EventType {
        const char *name;       /* "domain_lifecycle" */
        ObjectKind object_kind; /* what it is about: OBJECT_DOMAIN, _NETWORK, _STORAGE_POOL, _NODE_DEVICE, _SECRET */
        int event_id;           /* the public number; EVENT_ID_QEMU_MONITOR where there is none */
        size_t size;            /* of the whole event: a struct that begins with Event */
        void (*clear)(Event *event);             /* frees what follows the head; NULL: nothing to free */
        const char *(*text)(const Event *event); /* what a monitor event's pattern is matched against; NULL: none */
        /* Makes the handle of the object on @conn and calls the program's @callback with the types of its event. */
        void (*invoke)(const Event *event, virConnectPtr conn, void (*callback)(void), void *opaque);
} EventType;

/* virConnectDomainQemuMonitorEventRegister() has no event id; above every public one. */
enum { EVENT_ID_QEMU_MONITOR = 10000 };

/* The head of every event. Immutable once emitted; shared by all who get it. */
struct Event {
        int refs; /* atomic */
        const EventType *type;
        char *name; /* of the object; NULL where it has none (a secret) */
        unsigned char uuid[VIR_UUID_BUFLEN];
        int id;         /* of a domain */
        int usage_type; /* of a secret */
        char *usage_id;
};

/** event_new: an event of @type with one reference, all else zero. For the generated makers. */
Event *event_new(const EventType *type);
Event *event_ref(Event *event);
Event *event_unref(Event *event); /* returns NULL; accepts NULL */

/* Events are described in api/ like calls; from each the generator makes (vireo/events.h), for example
 *   Event *event_domain_lifecycle(const char *name, const unsigned char *uuid, int id, int event, int detail);
 * which copies its arguments. */

EventHub *event_hub_new(void);
EventHub *event_hub_ref(EventHub *hub);
EventHub *event_hub_unref(EventHub *hub); /* returns NULL */

/** event_emit: hand @event (taken over) to everybody who listens. Never blocks. Callers emit in the order in which
 * the changes were published. */
void event_emit(EventHub *hub, Event *event);

/** event_emit_to: as event_emit(), only to those for whom the source's first() gave @remote_id. An event that comes
 * before first() has returned is kept for them. */
void event_emit_to(EventHub *hub, Event *event, int remote_id);

/* For a driver whose events come from elsewhere (remote): told when the first listener for (@event_id, @object)
 * comes and the last one goes. @kind is the ObjectKind the event is about; @object NULL means all. A first() that
 * leaves *ret_remote_id alone has no ids: its events come by event_emit(). */
typedef struct EventSource {
        int (*first)(virConnectPtr conn, ObjectKind kind, int event_id, void *object, int *ret_remote_id, Error *err);
        int (*last)(virConnectPtr conn, ObjectKind kind, int event_id, int remote_id, Error *err);
        /* The same for monitor events of QEMU, whose listeners name @event (NULL: all) with the flags of
         * virConnectDomainQemuMonitorEventRegister(). */
        int (*monitor_first)(virConnectPtr conn, virDomainPtr domain, const char *event, unsigned flags,
                             int *ret_remote_id, Error *err);
        int (*monitor_last)(virConnectPtr conn, int remote_id, Error *err);
} EventSource;
void event_hub_set_source(EventHub *hub, const EventSource *source);
