/* Registering for events: five kinds of objects, one way. */
#include "lib/event_listen.h"
#include "vireo/entry.h"

/* What the kinds differ in. */
typedef struct Kind {
        ObjectKind kind;
        int domain;         /* of errors */
        int last;           /* event ids are below it */
        const char *object; /* the parameter's name */
        const char *format; /* of the message about a handle of another connection; %1$s name, %2$s function */
} Kind;

static const Kind domains = {
        .kind = OBJECT_DOMAIN,
        .domain = VIR_FROM_DOMAIN,
        .last = VIR_DOMAIN_EVENT_ID_LAST,
        .object = "dom",
        .format = "domain '%1$s' must match connection",
};
static const Kind networks = {
        .kind = OBJECT_NETWORK,
        .domain = VIR_FROM_NETWORK,
        .last = VIR_NETWORK_EVENT_ID_LAST,
        .object = "net",
        .format = "network '%1$s' in %2$s must match connection",
};
static const Kind pools = {
        .kind = OBJECT_STORAGE_POOL,
        .domain = VIR_FROM_STORAGE,
        .last = VIR_STORAGE_POOL_EVENT_ID_LAST,
        .object = "pool",
        .format = "storage pool '%1$s' in %2$s must match connection",
};
static const Kind devices = {
        .kind = OBJECT_NODE_DEVICE,
        .domain = VIR_FROM_NODEDEV,
        .last = VIR_NODE_DEVICE_EVENT_ID_LAST,
        .object = "dev",
        .format = "node device '%1$s' in %2$s must match connection",
};
static const Kind secrets = {
        .kind = OBJECT_SECRET,
        .domain = VIR_FROM_SECRET,
        .last = VIR_SECRET_EVENT_ID_LAST,
        .object = "secret",
        .format = "secret in %2$s must match connection",
};

/* 0: @object (NULL: all) may be listened to on @conn. */
static int object_fits(const Kind *kind, virConnectPtr conn, void *object, const char *function, Error *err)
{
        const char *name;

        if (!object)
                return 0;
        if (!object_check_in(object, kind->kind, function, kind->domain, err))
                return -1;
        if (object_connect(object) == conn)
                return 0;
        switch (kind->kind) {
        case OBJECT_DOMAIN: name = ((virDomainPtr)object)->name; break;
        case OBJECT_NETWORK: name = ((virNetworkPtr)object)->name; break;
        case OBJECT_STORAGE_POOL: name = ((virStoragePoolPtr)object)->name; break;
        case OBJECT_NODE_DEVICE: name = ((virNodeDevicePtr)object)->name; break;
        default: name = ""; break;
        }
        return entry_argument_from(err, kind->domain, function, kind->object, kind->format, name, function);
}

static int id_fits(const Kind *kind, int id, const char *function, Error *err)
{
        if (id < 0)
                return entry_argument_from(err, kind->domain, function, "eventID",
                                           "eventID in %s must be zero or greater", function);
        if (id >= kind->last && kind == &domains)
                return entry_argument_from(err, kind->domain, function, "eventID", "eventID must be less than %d",
                                           kind->last);
        if (id >= kind->last)
                return entry_argument_from(err, kind->domain, function, "eventID", "eventID in %s must be less than %d",
                                           function, kind->last);
        return 0;
}

static int callback_fits(const Kind *kind, void (*callback)(void), const char *function, Error *err)
{
        if (callback)
                return 0;
        return entry_argument_from(err, kind->domain, function, "cb", "cb in %s must not be NULL", function);
}

/* The callback id; reports the error. */
static int listen_to(const Kind *kind, virConnectPtr conn, const EventRequest *request)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int id = -1;

        entry_begin();
        if (object_check_in(conn, OBJECT_CONNECT, request->function, kind->domain, &err) &&
            object_fits(kind, conn, request->object, request->function, &err) == 0 &&
            callback_fits(kind, request->callback, request->function, &err) == 0 &&
            id_fits(kind, request->event_id, request->function, &err) == 0)
                id = event_listen(conn, request, &err);
        return id < 0 ? entry_failed(entry_connect(conn), &err) : id;
}

static int listen_any(const Kind *kind, virConnectPtr conn, void *object, int event_id, void (*callback)(void),
                      void *opaque, virFreeCallback free, const char *function)
{
        EventRequest request = {
                .function = function,
                .kind = kind->kind,
                .event_id = event_id,
                .object = object,
                .callback = callback,
                .opaque = opaque,
                .free = free,
        };

        return listen_to(kind, conn, &request);
}

static int unlisten_any(const Kind *kind, virConnectPtr conn, int id, const char *function)
{
        ERROR_AUTO Error err = ERROR_INIT;
        int r = -1;

        entry_begin();
        if (!object_check_in(conn, OBJECT_CONNECT, function, kind->domain, &err))
                return entry_failed(NULL, &err);
        if (id < 0)
                entry_argument_from(&err, kind->domain, function, "callbackID",
                                    "callbackID in %s must be zero or greater", function);
        else if (!event_kind_known(conn, kind->kind))
                error_set_from(&err, kind->domain, VIR_ERR_NO_SUPPORT, "%s", function);
        else
                r = event_unlisten(conn, id, &err);
        return r < 0 ? entry_failed(conn, &err) : 0;
}

int virConnectDomainEventRegister(virConnectPtr conn, virConnectDomainEventCallback cb, void *opaque,
                                  virFreeCallback freecb)
{
        EventRequest request = {
                .function = __func__,
                .kind = OBJECT_DOMAIN,
                .event_id = VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                .legacy = true,
                .callback = (void (*)(void))cb,
                .opaque = opaque,
                .free = freecb,
        };

        return listen_to(&domains, conn, &request) < 0 ? -1 : 0;
}

int virConnectDomainEventDeregister(virConnectPtr conn, virConnectDomainEventCallback cb)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (!object_check_in(conn, OBJECT_CONNECT, __func__, domains.domain, &err))
                return entry_failed(NULL, &err);
        if (callback_fits(&domains, (void (*)(void))cb, __func__, &err) < 0 ||
            event_unlisten_legacy(conn, (void (*)(void))cb, &err) < 0)
                return entry_failed(conn, &err);
        return 0;
}

int virConnectDomainEventRegisterAny(virConnectPtr conn, virDomainPtr dom, int eventID,
                                     virConnectDomainEventGenericCallback cb, void *opaque, virFreeCallback freecb)
{
        return listen_any(&domains, conn, dom, eventID, (void (*)(void))cb, opaque, freecb, __func__);
}

int virConnectDomainEventDeregisterAny(virConnectPtr conn, int callbackID)
{
        return unlisten_any(&domains, conn, callbackID, __func__);
}

int virConnectNetworkEventRegisterAny(virConnectPtr conn, virNetworkPtr net, int eventID,
                                      virConnectNetworkEventGenericCallback cb, void *opaque, virFreeCallback freecb)
{
        return listen_any(&networks, conn, net, eventID, (void (*)(void))cb, opaque, freecb, __func__);
}

int virConnectNetworkEventDeregisterAny(virConnectPtr conn, int callbackID)
{
        return unlisten_any(&networks, conn, callbackID, __func__);
}

int virConnectStoragePoolEventRegisterAny(virConnectPtr conn, virStoragePoolPtr pool, int eventID,
                                          virConnectStoragePoolEventGenericCallback cb, void *opaque,
                                          virFreeCallback freecb)
{
        return listen_any(&pools, conn, pool, eventID, (void (*)(void))cb, opaque, freecb, __func__);
}

int virConnectStoragePoolEventDeregisterAny(virConnectPtr conn, int callbackID)
{
        return unlisten_any(&pools, conn, callbackID, __func__);
}

int virConnectNodeDeviceEventRegisterAny(virConnectPtr conn, virNodeDevicePtr dev, int eventID,
                                         virConnectNodeDeviceEventGenericCallback cb, void *opaque,
                                         virFreeCallback freecb)
{
        return listen_any(&devices, conn, dev, eventID, (void (*)(void))cb, opaque, freecb, __func__);
}

int virConnectNodeDeviceEventDeregisterAny(virConnectPtr conn, int callbackID)
{
        return unlisten_any(&devices, conn, callbackID, __func__);
}

int virConnectSecretEventRegisterAny(virConnectPtr conn, virSecretPtr secret, int eventID,
                                     virConnectSecretEventGenericCallback cb, void *opaque, virFreeCallback freecb)
{
        return listen_any(&secrets, conn, secret, eventID, (void (*)(void))cb, opaque, freecb, __func__);
}

int virConnectSecretEventDeregisterAny(virConnectPtr conn, int callbackID)
{
        return unlisten_any(&secrets, conn, callbackID, __func__);
}
