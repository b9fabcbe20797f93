/* What json-c lets pass although it is no JSON, or changes silently. */
#pragma once

#include <stddef.h>

/**
 * json_scan: whether @text keeps the rules that json-c does not check: no 'single quotes', NaN or Infinity, no control
 * characters and no \u0000 in strings, digits after a point, integers within 64 bits. Returns NULL, or what is wrong
 * with the place in @ret_offset. @ret_members is how many members of objects there are (colons outside strings).
 */
const char *json_scan(const char *text, size_t length, size_t *ret_offset, size_t *ret_members);
