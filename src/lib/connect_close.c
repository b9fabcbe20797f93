/* Telling the program that the far end of a connection went away. */
#include "lib/connect.h"

#include "connect_private.h"
#include "lib/event_impl.h"
#include "util/auto.h"
#include "util/log.h"
#include "vireo/driver.h"

/* One telling, from the program's loop. */
typedef struct Telling {
        virConnectPtr conn; /* referenced */
        int reason;
} Telling;

/* The callback, forgotten by the connection: it is told once. Only @func's (NULL: whoever's). */
static CloseCallback callback_take(virConnectPtr conn, virConnectCloseFunc func)
{
        CloseCallback taken = { 0 };

        LOCKED(&conn->private_->lock);
        if (!func || conn->private_->close.func == func) {
                taken = conn->private_->close;
                conn->private_->close = (CloseCallback){ 0 };
        }
        return taken;
}

/* A taken callback is let go, and with it the connection that it held: maybe for good. */
static void callback_drop(virConnectPtr conn, const CloseCallback *close)
{
        if (close->free)
                close->free(close->opaque);
        object_unref(conn);
}

static void tell(virConnectPtr conn, int reason)
{
        CloseCallback close = callback_take(conn, NULL);

        if (!close.func)
                return;
        close.func(conn, reason, close.opaque);
        callback_drop(conn, &close);
}

static void on_timer(int timer, void *opaque)
{
        Telling *telling = opaque;

        event_impl_remove_timeout(timer);
        tell(telling->conn, telling->reason);
}

static void telling_free(void *opaque)
{
        Telling *telling = opaque;

        object_unref(telling->conn);
        g_free(telling);
}

/* A reference for the telling, while the callback holds its own: nobody can free the connection meanwhile. */
static bool closed_note(virConnectPtr conn, int reason)
{
        LOCKED(&conn->private_->lock);
        bool wanted = conn->private_->close.func && conn->private_->close_reason < 0;

        conn->private_->close_reason = reason;
        if (wanted)
                object_ref(conn);
        return wanted;
}

void connect_closed(virConnectPtr conn, int reason)
{
        Telling *telling;

        if (!closed_note(conn, reason))
                return;
        telling = g_new(Telling, 1);
        telling->conn = conn;
        telling->reason = reason;
        if (!conn->in_daemon && event_impl_add_timeout(0, on_timer, telling, telling_free) >= 0)
                return;
        tell(conn, reason);
        telling_free(telling);
}

static int callback_put(virConnectPtr conn, const CloseCallback *close, Error *err)
{
        LOCKED(&conn->private_->lock);
        if (conn->private_->close.func)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "A close callback is already registered");
        conn->private_->close = *close;
        object_ref(conn);
        return 0;
}

/* What a far end has to be asked for. */
static int driver_watch(virConnectPtr conn, bool wanted, Error *err)
{
        const DriverModule *driver = conn->driver[FAMILY_HYPERVISOR];

        return driver && driver->watch_close ? driver->watch_close(conn, wanted, err) : 0;
}

int connect_close_watch(virConnectPtr conn, virConnectCloseFunc func, void *opaque, virFreeCallback free, Error *err)
{
        CloseCallback close = { .func = func, .opaque = opaque, .free = free };

        if (callback_put(conn, &close, err) < 0)
                return -1;
        if (driver_watch(conn, true, err) == 0)
                return 0;
        if (callback_take(conn, func).func)
                object_unref(conn); /* what the caller gave stays the caller's */
        return -1;
}

int connect_close_unwatch(virConnectPtr conn, virConnectCloseFunc func, Error *err)
{
        ERROR_AUTO Error untold = ERROR_INIT;
        CloseCallback close = callback_take(conn, func);

        if (!close.func)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "A different callback was requested");
        /* The callback is gone, as the program wants it, whether the far end could be told or not. */
        if (driver_watch(conn, false, &untold) < 0)
                log_warn("the far end still tells when its connection closes: %s", untold.message);
        callback_drop(conn, &close);
        return 0;
}
