/* What the headers of a disk's images say. */
#pragma once

#include <stdbool.h>

#include "conf/domain.h"

/** image_find_chain: @disk->backing becomes what the images say of those below, with the end of the chain; left alone
 * when that cannot be read here: a network's. See storage_chain(). */
int image_find_chain(Disk *disk, Error *err);

/** image_capacity: the size that the guest sees, in bytes: of a raw file its length, of others what the header says.
 * 0: it cannot be told. */
uint64_t image_capacity(const Disk *disk);
