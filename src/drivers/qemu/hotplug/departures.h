/* Devices that were asked to leave a guest, and what the guest says about it. One for each guest; events come from the
 * loop's thread, the waiting is a job's. */
#pragma once

#include "util/json.h"

typedef struct Departures Departures;

Departures *departures_new(void);
void departures_free(Departures *departures); /* accepts NULL */
/** departures_forget: a new run of the guest: nobody of the old one leaves any more. */
void departures_forget(Departures *departures);

/** departures_event: an event of QEMU; true: somebody waited for it, nobody else needs to know. */
bool departures_event(Departures *departures, const char *name, const Json *data);
/** departures_device: which device of the guest went, in whole or in part, by DEVICE_DELETED's @data; the caller frees;
 * NULL: none that has a name. */
char *departures_device(const Json *data);

/** departures_expect: before @alias is asked to leave. */
void departures_expect(Departures *departures, const char *alias);
/** departures_unexpect: it could not be asked after all. */
void departures_unexpect(Departures *departures);
/** departures_gone: it was seen that @alias is not there any more. */
void departures_gone(Departures *departures, const char *alias);

/* DEPARTURE_UNCLEAR: the time is over, or QEMU told of parts of the device only: look whether it is still there. */
typedef enum { DEPARTURE_UNCLEAR, DEPARTURE_GONE, DEPARTURE_REFUSED } Departure;
/** departures_wait: for @alias, at most @seconds. @ret_words: what the guest said, the caller frees; NULL: nothing. */
Departure departures_wait(Departures *departures, const char *alias, int seconds, char **ret_words);
/** departures_pending: since when @alias has been asked to leave, and what the guest said, in words for people; the
 * caller frees; NULL: nobody asked it. */
char *departures_pending(Departures *departures, const char *alias);

/** departures_wait_tray: until the drive's tray is open; false: not within @seconds. */
bool departures_wait_tray(Departures *departures, const char *alias, int seconds);
