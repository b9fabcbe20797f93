/* Waiting for the guest's end or for a signal, and the program's event loop meanwhile. */
#pragma once

#include <libvirt/libvirt.h>
#include <stdbool.h>

typedef struct Waiting Waiting;

/** waiting_new: blocks the signals that end us, registers and runs an event loop in a thread. Before all other threads.
 * NULL: errno. */
Waiting *waiting_new(void);
/** waiting_free: the loop ends; accepts NULL; returns NULL. */
Waiting *waiting_free(Waiting *waiting);

/** waiting_listen: hear of the ends of guests on @conn. -1: the library's error. */
int waiting_listen(Waiting *waiting, virConnectPtr conn);
void waiting_leave(Waiting *waiting, virConnectPtr conn);

typedef enum {
        WAITING_ENDED,  /* the guest ended by itself */
        WAITING_FAILED, /* it crashed */
        WAITING_SIGNAL, /* somebody wants us to end */
} WaitingEnd;

/** waiting_for: until @domain ends, or a signal comes. */
WaitingEnd waiting_for(Waiting *waiting, virDomainPtr domain);
