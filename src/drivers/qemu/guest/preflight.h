/* What stands in the way of a start, all of it at once, before anything is touched. */
#pragma once

#include "guest/instance.h"

/** guest_preflight: VIR_ERR_SYSTEM_ERROR that lists every obstacle on the host: files that are missing or cannot be
 * reached by the user that QEMU runs as, bridges that are not there, display ports that are taken. */
int guest_preflight(const QemuInstance *instance, const Domain *live, Error *err);
