/* The public, thread-local virError: one per thread, filled by the entry points, read by virGetLastError() and kin. */
#pragma once

#include "vireo/object.h"

/** last_error_get: the calling thread's error; NULL when there is none. Valid until the next public call. */
virErrorPtr last_error_get(void);

/** last_error_set: the calling thread's error becomes a copy of @error. */
void last_error_set(const virError *error);

/** last_error_of_connection: copy what went wrong last on @conn into @to (reset first); returns its code. */
int last_error_of_connection(virConnectPtr conn, virErrorPtr to);
/** last_error_borrow: as above, owned by the connection until its next error; NULL when there was none. */
virErrorPtr last_error_borrow(virConnectPtr conn);
void last_error_forget(virConnectPtr conn);

/** Who is told about errors, in the process or on one connection; NULL: the default, which prints to stderr. */
void last_error_set_func(virErrorFunc func, void *opaque);
void last_error_set_connection_func(virConnectPtr conn, virErrorFunc func, void *opaque);

/** last_error_print: the default error function. */
void last_error_print(const virError *error);

/** last_error_copy: @to becomes a copy of @from; what @to held is freed. last_error_clear frees and zeroes. */
void last_error_copy(virErrorPtr to, const virError *from);
void last_error_clear(virErrorPtr error);
