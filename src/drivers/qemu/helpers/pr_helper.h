/* qemu-pr-helper: persistent reservations of SCSI disks, which take rights that QEMU does not have. One for a guest whose
 * disks ask for it (<reservations managed='yes'>). */
#pragma once

#include "guest/instance.h"

/** pr_helper_wanted: whether a disk of @live asks for it. */
bool pr_helper_wanted(const Domain *live);
/** pr_helper_check: VIR_ERR_CONFIG_UNSUPPORTED: it is wanted and not there. */
int pr_helper_check(const QemuInstance *instance, const Domain *live, Error *err);
/** pr_helper_start: when @live (the guest, or one disk that comes) wants it and it does not run yet; it listens when this
 * returns. */
int pr_helper_start(Guest *guest, const Domain *live, Error *err);
/** pr_helper_adopt: one that has ended comes again: QEMU connects when it needs it. */
void pr_helper_adopt(Guest *guest, const Domain *live);
/** pr_helper_stop: after QEMU, or its last disk that wanted it. */
void pr_helper_stop(const Guest *guest, const Domain *live);
