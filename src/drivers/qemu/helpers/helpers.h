/* All helper processes of a guest. */
#pragma once

#include "argv/argv.h"
#include "guest/instance.h"

/** guest_places: what names of files of a run are made from; borrows from @guest. */
QemuHost guest_places(const Guest *guest);

/** guest_helpers_name: @live, which is about to start, says which programs of this host it will have. */
void guest_helpers_name(const Guest *guest, Domain *live);
/** guest_helpers_note: @facts tell the next daemon which of them to end with the guest. */
void guest_helpers_note(const Guest *guest, const Domain *live, GuestFacts *facts);
/** guest_helpers_files: @paths gets the names of what they have outside of the run's folder @lib_dir, there or not. */
void guest_helpers_files(const QemuInstance *instance, const Domain *live, const char *lib_dir, GPtrArray *paths);
/** guest_helpers_start: what @live needs beside QEMU, before QEMU starts. What was started stays when one fails:
 * guest_helpers_stop(). */
int guest_helpers_start(Guest *guest, const Domain *live, Error *err);
/** guest_helpers_adopt: a guest that an earlier daemon started was found running. */
void guest_helpers_adopt(Guest *guest, const Domain *live);
/** guest_helpers_stop: those of @live. @rest: the guest without it, whose helpers stay; NULL: it ends. */
void guest_helpers_stop(Guest *guest, const Domain *live, const Domain *rest);
