/* Randomness that is always the same, in place of the kernel's: these two take the place of util/random.c in this
 * program, so that what is generated can be compared. */
#include "util/random.h"

void random_bytes(void *data, size_t n)
{
        uint8_t *bytes = data;

        for (size_t i = 0; i < n; i++)
                bytes[i] = (uint8_t)i;
}

uint64_t random_bits(unsigned n)
{
        uint64_t value = UINT64_C(0x0706050403020100);

        return n < 64 ? value & ((UINT64_C(1) << n) - 1) : value;
}
