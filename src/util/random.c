/* Randomness from the kernel. Nothing else lives in this file: see the header. */
#include "util/random.h"

#include <sys/random.h>
#include <sys/types.h>

void random_bytes(void *data, size_t n)
{
        uint8_t *at = data;

        while (n > 0) {
                ssize_t got = getrandom(at, n, 0);

                if (got <= 0)
                        continue; /* interrupted before the kernel was seeded */
                at += got;
                n -= (size_t)got;
        }
}

uint64_t random_bits(unsigned n)
{
        uint64_t value;

        random_bytes(&value, sizeof(value));
        return n < 64 ? value & ((UINT64_C(1) << n) - 1) : value;
}
