/* net-event: what happens to networks, as it happens. */
#include "virsh_commands.h"

#include "event_watch.h"

static const char *const changes[] = {
        [VIR_NETWORK_EVENT_DEFINED] = "Defined",
        [VIR_NETWORK_EVENT_UNDEFINED] = "Undefined",
        [VIR_NETWORK_EVENT_STARTED] = "Started",
        [VIR_NETWORK_EVENT_STOPPED] = "Stopped",
};

static const char *const metadata_types[] = {
        [VIR_NETWORK_METADATA_DESCRIPTION] = "description",
        [VIR_NETWORK_METADATA_TITLE] = "title",
        [VIR_NETWORK_METADATA_ELEMENT] = "element",
};

static void on_lifecycle(virConnectPtr connection, virNetworkPtr network, int event, int detail, void *opaque)
{
        (void)connection;
        (void)detail;
        event_watch_print((EventWatch *)opaque, "event 'lifecycle' for network %s: %s", virNetworkGetName(network),
                          text_of(changes, event));
}

static void on_metadata(virConnectPtr connection, virNetworkPtr network, int type, const char *uri, void *opaque)
{
        (void)connection;
        event_watch_print((EventWatch *)opaque, "event 'metadata-change' for network %s: type %s, uri %s",
                          virNetworkGetName(network), text_of(metadata_types, type), uri ? uri : "-");
}

/* The library casts each callback back to its own type; the step between says that this is meant. */
#define CALLBACK(function) ((virConnectNetworkEventGenericCallback)(void (*)(void))(function))

static const char *const names[] = {
        [VIR_NETWORK_EVENT_ID_LIFECYCLE] = "lifecycle",
        [VIR_NETWORK_EVENT_ID_METADATA_CHANGE] = "metadata-change",
        NULL,
};

static int add(virConnectPtr connection, void *network, int which, EventWatch *watch)
{
        virConnectNetworkEventGenericCallback callback =
                which == VIR_NETWORK_EVENT_ID_LIFECYCLE ? CALLBACK(on_lifecycle) : CALLBACK(on_metadata);

        return virConnectNetworkEventRegisterAny(connection, network, which, callback, watch, NULL);
}

static const ObjectEvents events = { names, add, virConnectNetworkEventDeregisterAny };

bool cmd_net_event(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = NULL;

        if (event_watch_list(shell, args, &events))
                return true;
        if (args_has(args, "network")) {
                network = network_get(shell, args);
                if (!network)
                        return false;
        }
        return event_watch_objects(shell, args, &events, network);
}
