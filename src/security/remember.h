/* What a file had before guests got it: its owner, its label. Looked at, written down and changed in one step: the file is
 * locked meanwhile against others who do the same, and stays the same file whatever becomes of its name. */
#pragma once

#include "security/domain_files.h"
#include "util/error.h"

/* Results. */
enum { REMEMBER_DONE, REMEMBER_UNSUPPORTED, REMEMBER_NOT_LAST, REMEMBER_NOTHING };

/* What is remembered, as text. @at leads to the file, @path is its name for messages. */
typedef struct RememberModel {
        const char *name, *what; /* "dac", "DAC user or group" */
        /** look: what it has now; "": nothing that could be given back; NULL: failed. The caller frees. */
        char *(*look)(const char *at, const char *path, Error *err);
        int (*put)(const char *at, const char *path, const char *value, Error *err);
} RememberModel;

/**
 * remember_put: @path gets @value; what the first who uses it found is remembered, @holder (one without a name: nobody
 * in particular) is counted as one more user. NULL: it is only changed. REMEMBER_NOTHING: there is no such file.
 * REMEMBER_UNSUPPORTED: it has @value, and the file system has no room for more. VIR_ERR_OPERATION_INVALID: others use
 * it, and it has another value.
 */
int remember_put(const RememberModel *model, const char *path, const char *value, const Holder *holder, Error *err);
/** remember_claim: libvirt counted @holder, a guest that is ours from here on. NULL: who of us is counted is not to be
 * trusted any more, for libvirt had the host. */
void remember_claim(const RememberModel *model, const char *path, const Holder *holder);

/** recall: one user less; once for each remember_put(), however often it is asked for. REMEMBER_DONE: it was the last
 * one, and the file has what it had; only then that was forgotten: who is killed in between does all of it again.
 * REMEMBER_NOTHING: @holder does not use the file: it was never given or has been given back. REMEMBER_UNSUPPORTED: the
 * file system has no room for what it had. -1: it cannot be given back, or the attributes cannot be written. */
int recall(const RememberModel *model, const char *path, const Holder *holder, Error *err);
