/* A job that waits for an event of QEMU's: one at a time for each guest, as jobs are. */
#pragma once

#include "util/json.h"

struct Guest;
typedef struct EventWait EventWait;

EventWait *event_wait_new(void);
void event_wait_free(EventWait *wait); /* accepts NULL */
/** event_wait_expect: before what causes it: @name is noted from now on. */
void event_wait_expect(EventWait *wait, const char *name);
/** event_wait_take: until it has come, at most @ms (0: however long it takes); @ret_data (the caller's, may be NULL in the
 * end): what came with it. VIR_ERR_OPERATION_FAILED: the monitor closed before; VIR_ERR_OPERATION_TIMEOUT. */
int event_wait_take(EventWait *wait, int ms, Json **ret_data, Error *err);

/* In the loop's thread. */
void event_wait_event(EventWait *wait, const char *name, const Json *data);
void event_wait_closed(EventWait *wait);
