/* What becomes of a disk whose image is not there when the guest starts. */
#pragma once

#include "guest/instance.h"

/** startup_policy_apply: in @live, which is about to start, drives of images that may be missing, and are, become empty;
 * other disks of that kind go. Those who listen hear of it. */
void startup_policy_apply(const Guest *guest, Domain *live);
