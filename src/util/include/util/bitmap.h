/* Sets of small numbers (CPUs, NUMA nodes): "0-3,^2,8". */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

typedef struct Bitmap {
        size_t n_bits;
        unsigned long *words;
} Bitmap;

Bitmap *bitmap_new(size_t n_bits);
Bitmap *bitmap_copy(const Bitmap *bitmap);
Bitmap *bitmap_free(Bitmap *bitmap);                     /* returns NULL; accepts NULL */
bool bitmap_get(const Bitmap *bitmap, size_t bit);       /* false past the end */
void bitmap_set(Bitmap *bitmap, size_t bit, bool value); /* grows up to 65,536 bits */
size_t bitmap_count(const Bitmap *bitmap);
long bitmap_next(const Bitmap *bitmap, long after); /* -1: none; start with -1 */
bool bitmap_equal(const Bitmap *a, const Bitmap *b);
/** bitmap_parse: numbers below @max; an empty set is an error. */
Bitmap *bitmap_parse(const char *text, size_t max, Error *err);
char *bitmap_format(const Bitmap *bitmap); /* "" when empty; the caller frees */
/** To and from the public API's byte maps (bit i = byte i/8, bit i%8). */
Bitmap *bitmap_from_bytes(const unsigned char *bytes, size_t length);
void bitmap_to_bytes(const Bitmap *bitmap, unsigned char *bytes, size_t length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bitmap, bitmap_free)
