/* Text: numbers, nearest spelling, escaping, uuid. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

/** Whole-string numbers: no blanks, no sign for unsigned, no overflow; false leaves *ret alone. @base 0, 10 or 16. */
bool text_to_int(const char *text, int base, int *ret);
bool text_to_uint(const char *text, int base, unsigned *ret);
bool text_to_int64(const char *text, int base, int64_t *ret);
bool text_to_uint64(const char *text, int base, uint64_t *ret);

/** text_nearest: the name of @names (NULL-terminated) closest to @word by edits, NULL if none is near. Borrowed. */
const char *text_nearest(const char *word, const char *const *names);

/** text_shell_quote: @text as one word for a POSIX shell, quoted only if needed. The caller frees. */
char *text_shell_quote(const char *text);

enum { UUID_LENGTH = 16, UUID_TEXT_LENGTH = 37 };

/** uuid_parse: 32 hex digits with or without dashes and blanks around, as libvirt takes them. */
bool uuid_parse(const char *text, unsigned char uuid[UUID_LENGTH]);
void uuid_format(const unsigned char uuid[UUID_LENGTH], char text[UUID_TEXT_LENGTH]);
/** uuid_generate: random, version 4. */
void uuid_generate(unsigned char uuid[UUID_LENGTH]);
bool uuid_is_valid(const unsigned char uuid[UUID_LENGTH]); /* not all bytes the same */
