/* Embedded instances: qemu:///embed?root=DIR is the driver inside the program that opens it, with everything below DIR.
 * One instance for a root, whatever the number of connections to it; of several processes one at a time. */
#pragma once

#include "guest/instance.h"

/** embedded_get: the instance below @root (absolute), loaded where it is not there yet: then @ret_first is true. Give it
 * back with embedded_put(). */
QemuInstance *embedded_get(const char *root, bool *ret_first, Error *err);
/** embedded_put: the last one lets the root go; guests run on and are found again by whoever opens it next. */
void embedded_put(QemuInstance *instance);
