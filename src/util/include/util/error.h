/* What went wrong: the one error type that travels inside vireo, as the last parameter of every call that can fail.
 *
 * A function that fails fills `err` once and returns -1 (or NULL) in one statement. Callers on the way up may add
 * context with error_prefix(); they never replace the text. Codes and domains are the public virErrorNumber and
 * virErrorDomain; the public thread-local virError is filled from an Error by the entry points only. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include <libvirt/virterror.h>

typedef struct Error {
        int code;      /* virErrorNumber; VIR_ERR_OK while nothing went wrong */
        int domain;    /* virErrorDomain */
        int level;     /* virErrorLevel */
        char *message; /* the finished text: the code's first words, then the detail */
        char *str1;    /* the code's text with %s in place of the detail, as clients expect it */
        char *str2;    /* the detail alone */
        char *str3;
        int int1;
        int int2;
} Error;

#define ERROR_INIT ((Error){ .int1 = -1, .int2 = -1 })

/* The virErrorDomain of the source file: each build target sets it (-DERROR_DOMAIN=VIR_FROM_QEMU); a file whose
 * errors belong elsewhere (the XML reader) defines it before it includes this header. */
#ifndef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_NONE
#endif

/**
 * error_set: fill @err (NULL: the error is dropped) with @code and a formatted detail; always returns -1.
 * A second call on a filled Error is a bug of ours and keeps the first error.
 * "Domain not found: no domain with matching name 'x'" comes from
 * error_set(err, VIR_ERR_NO_DOMAIN, "no domain with matching name '%s'", "x").
 */
#define error_set(err, code, ...) error_set_from((err), ERROR_DOMAIN, (code), __VA_ARGS__)
int error_set_from(Error *err, int domain, int code, const char *format, ...) G_GNUC_PRINTF(4, 5);

/** error_null: as error_set(), for functions that return a pointer. */
#define error_null(err, code, ...) (error_set((err), (code), __VA_ARGS__), NULL)

/** error_bare: as error_set(), with the code's own words and no detail. */
#define error_bare(err, code) error_set_from((err), ERROR_DOMAIN, (code), NULL)

/** error_errno: VIR_ERR_SYSTEM_ERROR, the detail followed by ": " and the text of @errnum; int1 = @errnum. */
#define error_errno(err, errnum, ...) error_errno_from((err), ERROR_DOMAIN, (errnum), __VA_ARGS__)
int error_errno_from(Error *err, int domain, int errnum, const char *format, ...) G_GNUC_PRINTF(4, 5);

/** error_prefix: put "context: " before the detail of a filled error; returns -1. */
int error_prefix(Error *err, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** error_clear: back to ERROR_INIT; frees the texts. */
void error_clear(Error *err);

/** error_move: @dst takes over what @src holds (@dst is cleared first, @src is empty after); returns -1. */
int error_move(Error *dst, Error *src);

/** error_copy: @dst becomes a copy of @src (@dst is cleared first). */
void error_copy(Error *dst, const Error *src);

/** error_is_set: whether something was reported. */
static inline bool error_is_set(const Error *err)
{
        return err && err->code != VIR_ERR_OK;
}

/**
 * error_text: the well-known words of a virErrorNumber. Without @detail the text that stands alone ("Domain not
 * found"), with it the format ("Domain not found: %s"). NULL for VIR_ERR_OK and unknown numbers.
 */
const char *error_text(int code, bool detail);

/** Local errors: `ERROR_AUTO Error err = ERROR_INIT;` is cleared when it leaves its scope. */
#define ERROR_AUTO __attribute__((cleanup(error_clear)))
