/* qemu-pr-helper: persistent reservations of SCSI disks, which take rights that QEMU does not have. One for a guest whose
 * disks ask for it (<reservations managed='yes'>). */
#pragma once

#include "guest/instance.h"

/** pr_helper_wanted: whether a disk of @live asks for it. */
bool pr_helper_wanted(const Domain *live);
/** pr_helper_check: VIR_ERR_CONFIG_UNSUPPORTED: it is wanted and not there. */
int pr_helper_check(const QemuInstance *instance, const Domain *live, Error *err);
/** pr_helper_start: before QEMU, when it is wanted; it listens when this returns. */
int pr_helper_start(Guest *guest, const Domain *live, Error *err);
/** pr_helper_stop: after QEMU. */
void pr_helper_stop(const Guest *guest, const Domain *live);
