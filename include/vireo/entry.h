/* What every public entry point does around its work, be it generated or written by hand:
 *
 *      int virDomainSuspend(virDomainPtr domain)
 *      {
 *              ERROR_AUTO Error err = ERROR_INIT;
 *
 *              entry_begin();
 *              if (domain_suspend_inner(domain, &err) < 0)
 *                      return entry_failed(entry_connect(domain), &err);
 *              return 0;
 *      }
 *
 * The checks below give libvirt's codes, domains and words; @function is the public name that goes into the message. */
#pragma once

#include "vireo/object.h"

/** entry_begin: forget the calling thread's last error. */
void entry_begin(void);

/**
 * entry_failed: @err becomes the calling thread's last error (and is emptied), and the error function of @conn (NULL:
 * unknown), else of the process, is told; without one it goes to stderr. An unfilled @err becomes "An error occurred,
 * but the cause is unknown". Returns -1.
 */
int entry_failed(virConnectPtr conn, Error *err);

/** entry_connect: the connection of @object, NULL when the handle is not a live one; borrowed. For entry_failed(). */
virConnectPtr entry_connect(const void *object);

/**
 * entry_argument: VIR_ERR_INVALID_ARG with the whole message given; str1 is @function, str2 the argument's @name, int1
 * and int2 are 0, as libvirt's argument checks have it. Returns -1.
 */
#define entry_argument(err, function, name, ...)                                                                       \
        entry_argument_from((err), ERROR_DOMAIN, (function), (name), __VA_ARGS__)
int entry_argument_from(Error *err, int domain, const char *function, const char *name, const char *format, ...)
        G_GNUC_PRINTF(5, 6);

/** Ready-made: "@name in @function must not be NULL", "... must be zero or greater", "... must be greater than zero". */
#define entry_argument_null(err, function, name)                                                                       \
        entry_argument(err, function, name, "%s in %s must not be NULL", (name), (function))
#define entry_argument_negative(err, function, name)                                                                   \
        entry_argument(err, function, name, "%s in %s must be zero or greater", (name), (function))
#define entry_argument_not_positive(err, function, name)                                                               \
        entry_argument(err, function, name, "%s in %s must be greater than zero", (name), (function))

/** entry_flags: 0 when @flags has no bit outside @known, else the "unsupported flags (0x..)" error; returns -1. */
#define entry_flags(err, function, flags, known) entry_flags_from((err), ERROR_DOMAIN, (function), (flags), (known))
int entry_flags_from(Error *err, int domain, const char *function, unsigned flags, unsigned known);

/** entry_writable: -1 (VIR_ERR_OPERATION_DENIED "read only access prevents @function") on a read-only connection. */
#define entry_writable(conn, function, err) entry_writable_from((err), ERROR_DOMAIN, (conn), (function))
int entry_writable_from(Error *err, int domain, virConnectPtr conn, const char *function);

/** entry_no_support: VIR_ERR_NO_SUPPORT for @function; returns -1. */
#define entry_no_support(err, function) error_set((err), VIR_ERR_NO_SUPPORT, "%s", (function))
