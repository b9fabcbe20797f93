/* secret-event: what happens to secrets, as it happens. */
#include "virsh_commands.h"

#include "event_watch.h"

static const char *const changes[] = {
        [VIR_SECRET_EVENT_DEFINED] = "Defined",
        [VIR_SECRET_EVENT_UNDEFINED] = "Undefined",
};

static void on_lifecycle(virConnectPtr connection, virSecretPtr secret, int event, int detail, void *opaque)
{
        char uuid[VIR_UUID_STRING_BUFLEN] = "";

        (void)connection;
        (void)detail;
        virSecretGetUUIDString(secret, uuid);
        event_watch_print((EventWatch *)opaque, "event 'lifecycle' for secret %s: %s", uuid, text_of(changes, event));
}

static void on_value(virConnectPtr connection, virSecretPtr secret, void *opaque)
{
        char uuid[VIR_UUID_STRING_BUFLEN] = "";

        (void)connection;
        virSecretGetUUIDString(secret, uuid);
        event_watch_print((EventWatch *)opaque, "event 'value-changed' for secret %s", uuid);
}

/* The library casts each callback back to its own type; the step between says that this is meant. */
#define CALLBACK(function) ((virConnectSecretEventGenericCallback)(void (*)(void))(function))

static const char *const names[] = {
        [VIR_SECRET_EVENT_ID_LIFECYCLE] = "lifecycle",
        [VIR_SECRET_EVENT_ID_VALUE_CHANGED] = "value-changed",
        NULL,
};

static int add(virConnectPtr connection, void *secret, int which, EventWatch *watch)
{
        virConnectSecretEventGenericCallback callback =
                which == VIR_SECRET_EVENT_ID_LIFECYCLE ? CALLBACK(on_lifecycle) : CALLBACK(on_value);

        return virConnectSecretEventRegisterAny(connection, secret, which, callback, watch, NULL);
}

static const ObjectEvents events = { names, add, virConnectSecretEventDeregisterAny };

bool cmd_secret_event(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virSecret) secret = NULL;

        if (event_watch_list(shell, args, &events))
                return true;
        if (args_has(args, "secret")) {
                secret = secret_get(shell, args);
                if (!secret)
                        return false;
        }
        return event_watch_objects(shell, args, &events, secret);
}
