/* What a file had before guests got it: its owner, its label. */
#pragma once

#include "util/error.h"

/* Results. */
enum { REMEMBER_DONE, REMEMBER_UNSUPPORTED, REMEMBER_NOT_LAST };

/**
 * remember: @path had @value of @model ("dac", "selinux") before the first who uses it; counts one more user.
 * @ret_users: how many there are now. REMEMBER_UNSUPPORTED: the file system has no room for it.
 */
int remember(const char *path, const char *model, const char *value, unsigned *ret_users, Error *err);
/** recall: one user less. REMEMBER_DONE: it was the last one, @ret is the value from before, the caller frees.
 * REMEMBER_UNSUPPORTED: nobody knows. */
int recall(const char *path, const char *model, char **ret, Error *err);
