/* A running guest as it was before a change that is being made: kept beside its status file, which says already what it
 * is to become. A daemon that is killed in between leaves both, and the next one carries on (calls/restore.h). */
#pragma once

#include "guest/instance.h"

/** guest_note: before the status file is changed, in a job of the guest's lane. */
int guest_note(Guest *guest, Error *err);
/** guest_note_forget: the change is through, or taken back. */
void guest_note_forget(Guest *guest);
/** guest_note_read: what the last daemon left of a change; the caller unrefs. NULL without an error: nothing. */
Domain *guest_note_read(Guest *guest, Error *err);
