/* nodedev-event: what happens to devices of the host, as it happens. */
#include "virsh_commands.h"

#include "event_watch.h"

static const char *const changes[] = {
        [VIR_NODE_DEVICE_EVENT_CREATED] = "Created",
        [VIR_NODE_DEVICE_EVENT_DELETED] = "Deleted",
        [VIR_NODE_DEVICE_EVENT_DEFINED] = "Defined",
        [VIR_NODE_DEVICE_EVENT_UNDEFINED] = "Undefined",
};

static void on_lifecycle(virConnectPtr connection, virNodeDevicePtr device, int event, int detail, void *opaque)
{
        (void)connection;
        (void)detail;
        event_watch_print((EventWatch *)opaque, "event 'lifecycle' for node device %s: %s",
                          virNodeDeviceGetName(device), text_of(changes, event));
}

static void on_update(virConnectPtr connection, virNodeDevicePtr device, void *opaque)
{
        (void)connection;
        event_watch_print((EventWatch *)opaque, "event 'update' for node device %s", virNodeDeviceGetName(device));
}

/* The library casts each callback back to its own type; the step between says that this is meant. */
#define CALLBACK(function) ((virConnectNodeDeviceEventGenericCallback)(void (*)(void))(function))

static const char *const names[] = {
        [VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE] = "lifecycle",
        [VIR_NODE_DEVICE_EVENT_ID_UPDATE] = "update",
        NULL,
};

static int add(virConnectPtr connection, void *device, int which, EventWatch *watch)
{
        virConnectNodeDeviceEventGenericCallback callback =
                which == VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE ? CALLBACK(on_lifecycle) : CALLBACK(on_update);

        return virConnectNodeDeviceEventRegisterAny(connection, device, which, callback, watch, NULL);
}

static const ObjectEvents events = { names, add, virConnectNodeDeviceEventDeregisterAny };

bool cmd_nodedev_event(Shell *shell, const ShellArgs *args)
{
        const char *name = args_text(args, "device");
        g_autoptr(virNodeDevice) device = NULL;

        if (event_watch_list(shell, args, &events))
                return true;
        if (name) {
                device = virNodeDeviceLookupByName(connection_of(shell), name);
                if (!device) {
                        shell_error(shell, "Could not find matching device '%s'", name);
                        return false;
                }
        }
        return event_watch_objects(shell, args, &events, device);
}
