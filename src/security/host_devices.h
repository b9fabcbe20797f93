/* Which node of /dev belongs to a device of the host. */
#pragma once

#include "conf/hostdev.h"

/** host_device_path: the node that the hypervisor opens for @hostdev; NULL: none, or the host does not have the device.
 * @root stands for "/" before sys; the caller frees. */
char *host_device_path(const Hostdev *hostdev, const char *root);
