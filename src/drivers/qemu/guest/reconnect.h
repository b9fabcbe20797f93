/* The monitor of a guest that runs already: found by a daemon that starts, or lost and looked for again.
 *
 * A QEMU that does not answer holds nobody up. The question waits at its monitor, no thread does: as soon as QEMU goes on
 * it answers and the guest is taken up; until then whoever needs the monitor is told at once. Where no connection can be
 * made it is tried again, less and less often. The end of the process ends it all. */
#pragma once

#include "guest/instance.h"

typedef struct Reconnect Reconnect;

Reconnect *reconnect_new(void);
void reconnect_free(Reconnect *reconnect); /* accepts NULL */

/** guest_reconnect: a job: the monitor of a guest that was found is taken up when this returns, or some time later: a
 * healthy QEMU is waited for a moment, so that the next job finds it. */
void guest_reconnect(Guest *guest);
/** guest_reconnect_lost: a job: the monitor went while the process lives on. */
void guest_reconnect_lost(Guest *guest, const char *why);
/** guest_reconnect_close: nobody waits for QEMU any more; from any thread. */
void guest_reconnect_close(Guest *guest);
/** guest_reconnect_end: a job: the run is over. */
void guest_reconnect_end(Guest *guest);
/** guest_unheard_ms: for how long its monitor has been asked in vain; 0: it has not. From any thread. */
int64_t guest_unheard_ms(Guest *guest);

/** guest_take_up: a job: what is to be learned and repaired as soon as the monitor answers (reconnect.c). */
int guest_take_up(Guest *guest, Error *err);
