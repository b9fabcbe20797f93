/* Handing events to the program from its own event loop, for one connection, in order. */
#pragma once

#include "lib/event_listen.h"

typedef struct Listener Listener;
typedef struct Delivery Delivery;

/** delivery_new: with one reference and a disarmed timer in the program's loop. */
Delivery *delivery_new(Error *err);
Delivery *delivery_ref(Delivery *delivery);
Delivery *delivery_unref(Delivery *delivery); /* returns NULL; accepts NULL */

/** delivery_push: @event for @listener waits its turn; both are referenced. Follow with delivery_arm(), which calls
 * into the program's loop and so is not for callers that hold a lock. */
void delivery_push(Delivery *delivery, Listener *listener, Event *event);
void delivery_arm(Delivery *delivery);
/** delivery_purge: forget what waits for @listener. */
void delivery_purge(Delivery *delivery, const Listener *listener);
/** delivery_stop: take the timer out of the loop. */
void delivery_stop(Delivery *delivery);
