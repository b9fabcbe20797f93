/* The program's event loop: the one it registered with virEventRegisterImpl(), or the default one. Everything in the
 * library that has to call the program back from its loop goes through here. */
#pragma once

#include <stdbool.h>

#include <libvirt/libvirt.h>

#include "util/error.h"

typedef struct EventImpl {
        virEventAddHandleFunc add_handle;
        virEventUpdateHandleFunc update_handle;
        virEventRemoveHandleFunc remove_handle;
        virEventAddTimeoutFunc add_timeout;
        virEventUpdateTimeoutFunc update_timeout;
        virEventRemoveTimeoutFunc remove_timeout;
} EventImpl;

/** event_impl_set: the first registration stays for the life of the process; false: there was one. */
bool event_impl_set(const EventImpl *impl);
/** event_impl_get: NULL while none is registered. */
const EventImpl *event_impl_get(void);

/* As the public functions: -1 without a registered loop. */
int event_impl_add_handle(int fd, int events, virEventHandleCallback func, void *opaque, virFreeCallback free);
void event_impl_update_handle(int watch, int events);
int event_impl_remove_handle(int watch);
int event_impl_add_timeout(int interval_ms, virEventTimeoutCallback func, void *opaque, virFreeCallback free);
void event_impl_update_timeout(int timer, int interval_ms);
int event_impl_remove_timeout(int timer);

/* The default loop (event_loop.c). */
extern const EventImpl event_loop_impl;
/** event_loop_run: one round: wait for something, call back for everything that is ready. */
int event_loop_run(Error *err);
