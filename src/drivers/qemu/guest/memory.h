/* Where the memory of guests is that is not QEMU's own: folders of huge pages and of files. */
#pragma once

#include "guest/host.h"

/** guest_memory_look: this machine's huge pages and NUMA nodes, for the builder. */
void guest_memory_look(GuestHost *host);
void guest_memory_forget(GuestHost *host); /* frees what guest_memory_look() found; accepts a zeroed one */
/** guest_memory_make: the folders that @argv names. */
int guest_memory_make(const QemuArgv *argv, Error *err);
/** guest_memory_learn: where QEMU put the memory devices of @live. */
int guest_memory_learn(Qmp *qmp, Domain *live, Error *err);
/** guest_memory_folders: all that a run may have, there or not. The caller frees. */
GPtrArray *guest_memory_folders(const QemuInstance *instance, const Domain *live);
/** guest_memory_remove: those of a run that is over. */
void guest_memory_remove(const QemuInstance *instance, const Domain *live);
