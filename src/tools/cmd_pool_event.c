/* pool-event: what happens to storage pools, as it happens. */
#include "virsh_commands.h"

#include "event_watch.h"

static const char *const changes[] = {
        [VIR_STORAGE_POOL_EVENT_DEFINED] = "Defined", [VIR_STORAGE_POOL_EVENT_UNDEFINED] = "Undefined",
        [VIR_STORAGE_POOL_EVENT_STARTED] = "Started", [VIR_STORAGE_POOL_EVENT_STOPPED] = "Stopped",
        [VIR_STORAGE_POOL_EVENT_CREATED] = "Created", [VIR_STORAGE_POOL_EVENT_DELETED] = "Deleted",
};

static void on_lifecycle(virConnectPtr connection, virStoragePoolPtr pool, int event, int detail, void *opaque)
{
        (void)connection;
        (void)detail;
        event_watch_print((EventWatch *)opaque, "event 'lifecycle' for storage pool %s: %s",
                          virStoragePoolGetName(pool), text_of(changes, event));
}

static void on_refresh(virConnectPtr connection, virStoragePoolPtr pool, void *opaque)
{
        (void)connection;
        event_watch_print((EventWatch *)opaque, "event 'refresh' for storage pool %s", virStoragePoolGetName(pool));
}

/* The library casts each callback back to its own type; the step between says that this is meant. */
#define CALLBACK(function) ((virConnectStoragePoolEventGenericCallback)(void (*)(void))(function))

static const char *const names[] = {
        [VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE] = "lifecycle",
        [VIR_STORAGE_POOL_EVENT_ID_REFRESH] = "refresh",
        NULL,
};

static int add(virConnectPtr connection, void *pool, int which, EventWatch *watch)
{
        virConnectStoragePoolEventGenericCallback callback =
                which == VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE ? CALLBACK(on_lifecycle) : CALLBACK(on_refresh);

        return virConnectStoragePoolEventRegisterAny(connection, pool, which, callback, watch, NULL);
}

static const ObjectEvents events = { names, add, virConnectStoragePoolEventDeregisterAny };

bool cmd_pool_event(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virStoragePool) pool = NULL;

        if (event_watch_list(shell, args, &events))
                return true;
        if (args_has(args, "pool")) {
                pool = pool_get(shell, args);
                if (!pool)
                        return false;
        }
        return event_watch_objects(shell, args, &events, pool);
}
