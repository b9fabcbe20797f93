/* Numbers of keys: from the sets in which clients may give them to QEMU's. */
#pragma once

#include "util/error.h"

/** key_number: QEMU's number of the key that is @code in @codeset (VIR_KEYCODE_SET_...); -1 with VIR_ERR_INTERNAL_ERROR
 * for a key that QEMU has not, VIR_ERR_NO_SUPPORT for a set that we have no numbers of. */
int key_number(unsigned codeset, unsigned code, Error *err);
