/* What an image's header says about the images below it. */
#pragma once

#include <stdbool.h>

#include "conf/domain.h"

/** image_stands_alone: whether @disk's image has no other below it: raw ones always, qcow2 by its header. False when it
 * has one, or when that cannot be told; QEMU then follows the chain by itself. */
bool image_stands_alone(const Disk *disk);
