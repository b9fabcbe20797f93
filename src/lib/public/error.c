/* The public error functions. None of them resets or reports an error of its own. */
#include <errno.h>

#include "lib/last_error.h"

virErrorPtr virGetLastError(void)
{
        return last_error_get();
}

int virGetLastErrorCode(void)
{
        virErrorPtr error = last_error_get();

        return error ? error->code : VIR_ERR_OK;
}

int virGetLastErrorDomain(void)
{
        virErrorPtr error = last_error_get();

        return error ? error->domain : VIR_FROM_NONE;
}

const char *virGetLastErrorMessage(void)
{
        virErrorPtr error = last_error_get();

        if (!error)
                return "no error";
        return error->message ? error->message : "unknown error";
}

/* Never NULL: an error of code VIR_ERR_OK when there was none. */
virErrorPtr virSaveLastError(void)
{
        virErrorPtr error = last_error_get();
        virErrorPtr saved = g_new0(virError, 1);
        int saved_errno = errno;

        if (error)
                last_error_copy(saved, error);
        errno = saved_errno;
        return saved;
}

void virResetLastError(void)
{
        virError none = { .code = VIR_ERR_OK };

        if (last_error_get())
                last_error_set(&none);
}

void virResetError(virErrorPtr err)
{
        if (err)
                last_error_clear(err);
}

void virFreeError(virErrorPtr err)
{
        if (!err)
                return;
        last_error_clear(err);
        g_free(err);
}

int virCopyLastError(virErrorPtr to)
{
        virErrorPtr error = last_error_get();

        if (!to)
                return -1;
        if (!error) {
                last_error_clear(to);
                return 0;
        }
        last_error_copy(to, error);
        return error->code;
}

void virSetErrorFunc(void *userData, virErrorFunc handler)
{
        last_error_set_func(handler, userData);
}

void virDefaultErrorFunc(virErrorPtr err)
{
        if (err)
                last_error_print(err);
}

virErrorPtr virConnGetLastError(virConnectPtr conn)
{
        return object_check(conn, OBJECT_CONNECT, NULL) ? last_error_borrow(conn) : NULL;
}

int virConnCopyLastError(virConnectPtr conn, virErrorPtr to)
{
        if (!to || !object_check(conn, OBJECT_CONNECT, NULL))
                return -1;
        return last_error_of_connection(conn, to);
}

void virConnResetLastError(virConnectPtr conn)
{
        if (object_check(conn, OBJECT_CONNECT, NULL))
                last_error_forget(conn);
}

void virConnSetErrorFunc(virConnectPtr conn, void *userData, virErrorFunc handler)
{
        if (object_check(conn, OBJECT_CONNECT, NULL))
                last_error_set_connection_func(conn, handler, userData);
}
