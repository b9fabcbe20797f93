/* How the host's kernel shares and sets aside memory: same-page merging and huge pages, in sysfs. @root stands for "/"
 * ("" is "/"), so that recorded trees can be read. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "util/error.h"

/** host_ksm_read: the number in the file @name of same-page merging ("pages_to_scan"). 1: this kernel has no such file. */
int host_ksm_read(const char *root, const char *name, uint64_t *ret_value, Error *err);
/** host_ksm_write: VIR_ERR_OPERATION_UNSUPPORTED: this kernel has no such file. */
int host_ksm_write(const char *root, const char *name, uint64_t value, Error *err);

/** host_pages_set: @count huge pages of @size_kib on @cell (-1: the whole host), more by @count when @add. The kernel may
 * find fewer: VIR_ERR_OPERATION_FAILED says how many. VIR_ERR_INVALID_ARG: no such size or cell. */
int host_pages_set(const char *root, int cell, uint64_t size_kib, uint64_t count, bool add, Error *err);
