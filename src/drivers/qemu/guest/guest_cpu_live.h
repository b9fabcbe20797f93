/* The processor that QEMU really gave a guest. */
#pragma once

#include "guest/instance.h"

/** guest_cpu_learn: of a guest that was started and does not run yet: its <cpu> in @live becomes what it was given; what
 * was asked for stays in @facts. VIR_ERR_OPERATION_FAILED when the two have to be the same (check='full') and are not. */
int guest_cpu_learn(Guest *guest, Domain *live, GuestFacts *facts, Error *err);
