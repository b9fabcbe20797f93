/* A change of a running guest that was cut off, because the daemon was killed: guest/note.h says what the guest was, its
 * status file what it was to be. It is made whole, or it was not there. */
#pragma once

#include "guest/instance.h"

/** guest_restore: a job, once the monitor is taken up and it is clear which devices there are. VIR_ERR_...: neither could
 * be had; the guest is told as its status file says. */
int guest_restore(Guest *guest, Error *err);

/* Parts. What differs between @from and @to becomes as @to says, however much of that was done already. */
int guest_iothreads_restore(Guest *guest, const Domain *from, const Domain *to, Error *err);
/** guest_pins_restore: those that only @from has: its threads may run anywhere; and that of the emulator. */
int guest_pins_restore(Guest *guest, const Domain *from, const Domain *to, Error *err);
int guest_balloon_restore(Guest *guest, const Domain *from, const Domain *to, Error *err);
