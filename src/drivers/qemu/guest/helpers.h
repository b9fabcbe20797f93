/* All helper processes of a guest. */
#pragma once

#include "guest/instance.h"

/** guest_helpers_start: what @live needs beside QEMU, before QEMU starts. What was started stays when one fails:
 * guest_helpers_stop(). */
int guest_helpers_start(Guest *guest, const Domain *live, Error *err);
void guest_helpers_stop(Guest *guest, const Domain *live);
