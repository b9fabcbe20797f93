/* Random bytes and numbers from the kernel: identifiers, addresses. One small object, so that a tool of the tests can put
 * its own functions of these names in its place. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** random_bytes: fill @n bytes at @data. */
void random_bytes(void *data, size_t n);

/** random_bits: a number of @n (1 to 64) random bits. */
uint64_t random_bits(unsigned n);
