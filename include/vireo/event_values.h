/* What the generated events hold behind the head of vireo/event.h: their arguments. For the makers, the delivery and
 * the wire; drivers use the makers of vireo/events.h only. */
#pragma once

#include "vireo/arg.h"
#include "vireo/event.h"

enum { EVENT_ARGS_MAX = 6 };

/* On the wire like an event, but not delivered by a hub: the connection behind the daemon was closed. */
enum { EVENT_ID_CONNECTION_CLOSED = -1 };

/* How an argument is kept. */
typedef enum {
        EVENT_ARG_PLAIN = 0, /* a number */
        EVENT_ARG_STRING,    /* args[].p, may be NULL */
        EVENT_ARG_PARAMS,    /* args[].p, virTypedParameterPtr; the next argument is their number */
        EVENT_ARG_ADDRESS,   /* args[].p, virDomainEventGraphicsAddressPtr */
        EVENT_ARG_SUBJECT,   /* args[].p, virDomainEventGraphicsSubjectPtr */
} EventArgKind;

typedef struct EventDesc {
        EventType type;
        int n_args;
        EventArgKind args[EVENT_ARGS_MAX];
} EventDesc;

typedef struct EventValues {
        Event head;
        CallArg args[EVENT_ARGS_MAX];
} EventValues;

/** event_values_new: an event of @desc that holds copies of @args; the head is the caller's to fill. */
Event *event_values_new(const EventDesc *desc, const CallArg *args);
/** event_values_clear: the `clear` of every generated event. */
void event_values_clear(Event *event);
