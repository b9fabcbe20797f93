/* Transient disks: what the guest writes goes into an overlay beside the disk's image, which QEMU makes and which goes with
 * the guest. That a disk of a live definition has one shows in the name of its file (block_has_overlay()). */
#pragma once

#include "guest/instance.h"

struct GuestHost;

/** transient_check: VIR_ERR_OPERATION_UNSUPPORTED: where an overlay is to be, there is a file. */
int transient_check(const Domain *live, Error *err);
/** transient_lay: @live, whose command line was built, has overlays from now on. */
void transient_lay(Domain *live);
/** transient_make: the files of those overlays, empty. When one cannot be made there is none, and no disk of @live has an
 * overlay any more. */
int transient_make(Domain *live, Error *err);
/** transient_set_up: QEMU, which runs no guest yet, gets the overlays and the disks that had to wait for them. */
int transient_set_up(Guest *guest, const Domain *live, const QemuCaps *caps, struct GuestHost *host, Error *err);
/** transient_remove: the files go. */
void transient_remove(const Domain *live);
