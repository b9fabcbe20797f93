/* Events of the far end. There is one hub for each family: callback ids are unique in a family only. */
#include "remote_private.h"

#include "util/auto.h"
#include "util/log.h"

/* How events about one kind of object are asked for; procedures 0: not over this form. */
typedef struct Registration {
        ObjectKind kind;
        Family family;
        int add, remove;
} Registration;

static const Registration registrations[] = {
        { OBJECT_DOMAIN, FAMILY_HYPERVISOR, 316, 317 },    { OBJECT_NETWORK, FAMILY_NETWORK, 313, 314 },
        { OBJECT_STORAGE_POOL, FAMILY_STORAGE, 368, 369 }, { OBJECT_NODE_DEVICE, FAMILY_NODE_DEVICE, 374, 375 },
        { OBJECT_SECRET, FAMILY_SECRET, 380, 381 },
};

/* Peers without callback ids: domains only, one registration per event. */
enum { OLD_DOMAIN_ADD = 167, OLD_DOMAIN_REMOVE = 168 };

/* The qemu program's own. */
enum { MONITOR_ADD = 4, MONITOR_REMOVE = 5 };

static const Registration *find_registration(ObjectKind kind)
{
        for (size_t i = 0; i < ARRAY_SIZE(registrations); i++) {
                if (registrations[i].kind == kind)
                        return &registrations[i];
        }
        return NULL;
}

static int register_monitor(Remote *remote, void *object, int *ret_remote_id, Error *err)
{
        CallArg args[] = { { .p = object }, { .s = NULL }, { .u = 0 } }, ret = { 0 };

        if (remote_procedure(remote, PROGRAM_QEMU, MONITOR_ADD, args, ARRAY_SIZE(args), &ret, err) < 0)
                return -1;
        *ret_remote_id = ret.i;
        return 0;
}

static int register_old(Remote *remote, const Registration *registration, int event_id, Error *err)
{
        CallArg arg = { .i = event_id }, ret;

        if (registration->kind != OBJECT_DOMAIN)
                return error_set(err, VIR_ERR_NO_SUPPORT, "the far end has no events of this kind");
        return remote_procedure(remote, PROGRAM_REMOTE, OLD_DOMAIN_ADD, &arg, 1, &ret, err);
}

static int listen_first(virConnectPtr conn, ObjectKind kind, int event_id, void *object, int *ret_remote_id, Error *err)
{
        const Registration *registration = find_registration(kind);
        CallArg args[] = { { .i = event_id }, { .p = object } }, ret = { 0 };
        Remote *remote = remote_of(conn);
        int r;

        if (!registration)
                return error_set(err, VIR_ERR_NO_SUPPORT, "events of this kind");
        if (event_id == EVENT_ID_QEMU_MONITOR)
                return register_monitor(remote, object, ret_remote_id, err);
        r = remote_feature(remote, FEATURE_EVENT_CALLBACK, &remote->event_callbacks, err);
        if (r < 0)
                return -1;
        if (r == 0)
                return register_old(remote, registration, event_id, err);
        if (remote_procedure(remote, PROGRAM_REMOTE, registration->add, args, ARRAY_SIZE(args), &ret, err) < 0)
                return -1;
        *ret_remote_id = ret.i;
        return 0;
}

static int listen_last(virConnectPtr conn, ObjectKind kind, int event_id, int remote_id, Error *err)
{
        const Registration *registration = find_registration(kind);
        Remote *remote = remote_of(conn);
        CallArg arg = { .i = remote_id }, ret;

        if (event_id == EVENT_ID_QEMU_MONITOR)
                return remote_procedure(remote, PROGRAM_QEMU, MONITOR_REMOVE, &arg, 1, &ret, err);
        if (remote->event_callbacks > 0)
                return remote_procedure(remote, PROGRAM_REMOTE, registration->remove, &arg, 1, &ret, err);
        arg.i = event_id;
        return remote_procedure(remote, PROGRAM_REMOTE, OLD_DOMAIN_REMOVE, &arg, 1, &ret, err);
}

static const EventSource source = { listen_first, listen_last };

void remote_events_open(Remote *remote)
{
        for (int family = 0; family < FAMILY_MAX_; family++) {
                remote->hubs[family] = event_hub_new();
                event_hub_set_source(remote->hubs[family], &source);
        }
}

void remote_events_close(Remote *remote)
{
        for (int family = 0; family < FAMILY_MAX_; family++)
                event_hub_unref(remote->hubs[family]);
}

static void emit(Remote *remote, Event *event, int callback_id)
{
        const Registration *registration = find_registration(event->type->object_kind);

        if (!registration)
                event_unref(event);
        else if (callback_id >= 0)
                event_emit_to(remote->hubs[registration->family], event, callback_id);
        else
                event_emit(remote->hubs[registration->family], event);
}

int remote_watch_close(virConnectPtr conn, bool wanted, Error *err)
{
        int procedure = wanted ? REMOTE_CONNECT_REGISTER_CLOSE_CALLBACK : REMOTE_CONNECT_UNREGISTER_CLOSE_CALLBACK;
        Remote *remote = remote_of(conn);
        CallArg ret;
        int r = remote_feature(remote, FEATURE_CLOSE_CALLBACK, &remote->close_callback, err);

        return r > 0 ? remote_procedure(remote, PROGRAM_REMOTE, procedure, NULL, 0, &ret, err) : r;
}

/* The far end's own connection to its hypervisor is gone. */
static void far_connection_closed(Remote *remote, WireReader *payload)
{
        uint32_t reason;

        if (wire_get_u32(payload, &reason))
                connect_closed(remote->conn, (int)reason);
}

static void on_event(const WireHeader *header, WireReader *payload, void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Remote *remote = opaque;
        Event *event = NULL;
        int callback_id = -1, r;

        if (header->program == PROGRAM_REMOTE && header->procedure == REMOTE_EVENT_CONNECTION_CLOSED) {
                far_connection_closed(remote, payload);
                return;
        }
        r = event_decode(header->program, header->procedure, payload, &event, &callback_id, &err);
        if (r == 0)
                emit(remote, event, callback_id);
        else if (r < 0)
                log_warn("an event of the far end is dropped: %s", err.message);
}

static void on_closed(int reason, void *opaque)
{
        Remote *remote = opaque;

        connect_closed(remote->conn, reason);
}

const ClientHooks remote_hooks = { on_event, on_closed };
