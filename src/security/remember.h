/* What a file had before guests got it: its owner, its label. */
#pragma once

#include "security/domain_files.h"
#include "util/error.h"

/* Results. */
enum { REMEMBER_DONE, REMEMBER_UNSUPPORTED, REMEMBER_NOT_LAST, REMEMBER_NOTHING };

/**
 * remember: @path had @value of @model ("dac", "selinux") before the first who uses it; counts @holder as one more user
 * (NULL: nobody in particular).
 * @ret_users: how many there are now. REMEMBER_UNSUPPORTED: the file system has no room for it.
 */
int remember(const char *path, const char *model, const Holder *holder, const char *value, unsigned *ret_users,
             Error *err);
/** remember_claim: libvirt counted @holder, a guest that is ours from here on. NULL: who of us is counted is not to be
 * trusted any more, for libvirt had the host. */
void remember_claim(const char *path, const char *model, const Holder *holder);

/** RecallFunc: @path gets back @value. */
typedef int (*RecallFunc)(const char *path, const char *value, void *opaque, Error *err);

/** recall: one user less; once for each remember(), however often it is asked for. REMEMBER_DONE: it was the last one, @restore was called, and only then forgotten what it was
 * called with: who is killed in between does all of it again. REMEMBER_NOTHING: @holder does not use
 * the file: it was never given or has been given back. REMEMBER_UNSUPPORTED: the file system has no room for what it had. -1: @restore failed, or the
 * attributes cannot be written. */
int recall(const char *path, const char *model, const Holder *holder, RecallFunc restore, void *opaque, Error *err);
