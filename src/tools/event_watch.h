/* Printing events as they come, until one, all, a time-out or Ctrl-C ends it. */
#pragma once

#include "virsh.h"

typedef struct EventWatch {
        Shell *shell;
        ShellWait *wait;
        GMutex lock;
        bool loop;
        bool timestamp;
        int timeout_ms; /* -1: none */
        int count;
        bool ended; /* without --loop the first event is the last */
} EventWatch;

/** event_watch_init: from --loop, --timestamp, --timeout; false after a complaint. */
bool event_watch_init(EventWatch *watch, Shell *shell, const ShellArgs *args);
/** event_watch_print: one event, its lines without the last line end; for callbacks in the event thread. */
void event_watch_print(EventWatch *watch, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** event_watch_run: wait, print how it ended; whether anything came. */
bool event_watch_run(EventWatch *watch);
void event_watch_done(EventWatch *watch);

/* The events of one kind of objects, for --list, --event and the rest. */
typedef struct ObjectEvents {
        const char *const *names; /* by number; NULL-terminated */
        /** add: register for @which of @object (NULL: of all); callbacks get @watch. The id, or -1. */
        int (*add)(virConnectPtr connection, void *object, int which, EventWatch *watch);
        int (*remove)(virConnectPtr connection, int id);
} ObjectEvents;

/** event_watch_list: with --list print the names; true when that was all. */
bool event_watch_list(Shell *shell, const ShellArgs *args, const ObjectEvents *events);
/** event_watch_objects: the command, but for --list; @object (NULL: all of them) is only borrowed. */
bool event_watch_objects(Shell *shell, const ShellArgs *args, const ObjectEvents *events, void *object);
