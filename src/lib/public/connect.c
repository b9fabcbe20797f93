/* Opening and closing connections, and what the library knows about one without asking a driver. */
#include <string.h>

#include "lib/connect.h"
#include "lib/event_impl.h"
#include "vireo/entry.h"
#include "vireo/uri.h"

/* Errors about a handle come from the family of hosts; errors of opening from nobody. */
#define HOST VIR_FROM_DOMAIN

int virInitialize(void)
{
        entry_begin();
        return 0;
}

int virGetVersion(unsigned long *libVer, const char *type, unsigned long *typeVer)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!libVer) {
                entry_argument_null(&err, __func__, "libVer");
                return entry_failed(NULL, &err);
        }
        *libVer = LIBVIR_VERSION_NUMBER;
        /* Every driver is of the library's own version; the type is not looked at. */
        if (typeVer)
                *typeVer = LIBVIR_VERSION_NUMBER;
        return 0;
}

static virConnectPtr open_as(const char *name, virConnectAuthPtr auth, unsigned flags)
{
        ERROR_AUTO Error err = ERROR_INIT;
        virConnectPtr conn;

        entry_begin();
        conn = connect_open(name, auth, flags, &err);
        if (!conn)
                entry_failed(NULL, &err);
        return conn;
}

virConnectPtr virConnectOpen(const char *name)
{
        return open_as(name, NULL, 0);
}

virConnectPtr virConnectOpenReadOnly(const char *name)
{
        return open_as(name, NULL, VIR_CONNECT_RO);
}

virConnectPtr virConnectOpenAuth(const char *name, virConnectAuthPtr auth, unsigned int flags)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (entry_flags(&err, __func__, flags, VIR_CONNECT_RO | VIR_CONNECT_NO_ALIASES) < 0) {
                entry_begin();
                entry_failed(NULL, &err);
                return NULL;
        }
        return open_as(name, auth, flags);
}

int virConnectClose(virConnectPtr conn)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!object_check(conn, OBJECT_CONNECT, &err))
                return entry_failed(NULL, &err);
        return object_drop(conn) > 0;
}

char *virConnectGetURI(virConnectPtr conn)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!object_check_in(conn, OBJECT_CONNECT, __func__, HOST, &err)) {
                entry_failed(NULL, &err);
                return NULL;
        }
        return conn->uri ? uri_format(conn->uri) : g_strdup("");
}

/* 0: fit for watching the far end. */
static int close_callback_check(virConnectPtr conn, virConnectCloseFunc func, const char *function, Error *err)
{
        if (!object_check_in(conn, OBJECT_CONNECT, function, HOST, err))
                return -1;
        if (!func)
                return entry_argument_from(err, HOST, function, "cb", "cb in %s must not be NULL", function);
        return 0;
}

int virConnectRegisterCloseCallback(virConnectPtr conn, virConnectCloseFunc cb, void *opaque, virFreeCallback freecb)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (close_callback_check(conn, cb, __func__, &err) < 0 ||
            connect_close_watch(conn, cb, opaque, freecb, &err) < 0)
                return entry_failed(entry_connect(conn), &err);
        return 0;
}

int virConnectUnregisterCloseCallback(virConnectPtr conn, virConnectCloseFunc cb)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (close_callback_check(conn, cb, __func__, &err) < 0 || connect_close_unwatch(conn, cb, &err) < 0)
                return entry_failed(entry_connect(conn), &err);
        return 0;
}
