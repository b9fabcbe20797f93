/* What an image's header says about the images below it. */
#pragma once

#include <stdbool.h>

#include "conf/domain.h"

/** image_stands_alone: whether @disk's image has no other below it: raw ones always, qcow2 by its header. False when it
 * has one, or when that cannot be told; QEMU then follows the chain by itself. */
bool image_stands_alone(const Disk *disk);

/** image_capacity: the size that the guest sees, in bytes: of a raw file its length, of a qcow2 file what its header
 * says. 0: it cannot be told. */
uint64_t image_capacity(const Disk *disk);
