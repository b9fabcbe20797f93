/* Telling the program that the far end of a connection went away. */
#include "lib/connect.h"

#include "connect_private.h"
#include "lib/event_impl.h"
#include "util/auto.h"
#include "vireo/driver.h"

/* One telling, from the program's loop. */
typedef struct Telling {
        virConnectPtr conn; /* referenced */
        int reason;
} Telling;

/* The callback, forgotten by the connection: it is told once. */
static CloseCallback callback_take(virConnectPtr conn)
{
        CloseCallback taken;

        LOCKED(&conn->private_->lock);
        taken = conn->private_->close;
        conn->private_->close = (CloseCallback){ 0 };
        return taken;
}

static void tell(virConnectPtr conn, int reason)
{
        CloseCallback close = callback_take(conn);

        if (!close.func)
                return;
        close.func(conn, reason, close.opaque);
        if (close.free)
                close.free(close.opaque);
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

void connect_closed(virConnectPtr conn, int reason)
{
        Telling *telling;
        bool wanted;

        pthread_mutex_lock(&conn->private_->lock);
        wanted = conn->private_->close.func && conn->private_->close_reason < 0;
        conn->private_->close_reason = reason;
        pthread_mutex_unlock(&conn->private_->lock);
        if (!wanted)
                return;

        telling = g_new(Telling, 1);
        telling->conn = object_ref(conn);
        telling->reason = reason;
        if (!conn->in_daemon && event_impl_add_timeout(0, on_timer, telling, telling_free) >= 0)
                return;
        tell(conn, reason);
        telling_free(telling);
}

int connect_close_watch(virConnectPtr conn, virConnectCloseFunc func, void *opaque, virFreeCallback free, Error *err)
{
        LOCKED(&conn->private_->lock);
        if (conn->private_->close.func)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "A close callback is already registered");
        conn->private_->close = (CloseCallback){ .func = func, .opaque = opaque, .free = free };
        return 0;
}

int connect_close_unwatch(virConnectPtr conn, virConnectCloseFunc func, Error *err)
{
        CloseCallback close;

        pthread_mutex_lock(&conn->private_->lock);
        close = conn->private_->close;
        if (close.func == func)
                conn->private_->close = (CloseCallback){ 0 };
        pthread_mutex_unlock(&conn->private_->lock);

        if (close.func != func)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "A different callback was requested");
        if (close.free)
                close.free(close.opaque);
        return 0;
}
