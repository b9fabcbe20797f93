/* The numbers that end the events of each kind are wanted here. */
#define VIR_ENUM_SENTINELS
#include "own_calls.h"

#include "lib/connect.h"
#include "util/auto.h"
#include "util/log.h"
#include "vireo/daemon.h"
#include "vireo/driver.h"
#include "vireo/events.h"
#include "vireo/uri.h"

#include "events.h"
#include "identity.h"
#include "keepalive.h"

enum { AUTH_NONE = 0 };

/* Features: numbers of the protocol. */
enum {
        FEATURE_FD_PASSING = 8,
        FEATURE_TYPED_STRINGS = 9,
        FEATURE_KEEPALIVE = 10,
        FEATURE_EVENT_CALLBACKS = 14,
        FEATURE_CLOSE_CALLBACK = 15,
        FEATURE_NETWORK_UPDATE_ORDER = 16,
};

static int auth_list(OwnRequest *request, Error *err)
{
        int *types = g_new0(int, 1);

        types[0] = AUTH_NONE;
        *(int **)request->frame->argv[1].p = types;
        *(int *)request->frame->argv[2].p = 1;
        return 0;
}

static int auth_not_offered(OwnRequest *request, Error *err)
{
        return error_set(err, VIR_ERR_AUTH_FAILED, "authentication failed: this one is not offered");
}

/* One open at a time and one for good. */
static int begin_open(Client *client, Error *err)
{
        LOCKED(&client->lock);

        if (client->conn || client->opening)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "connection already open");
        client->opening = true;
        return 0;
}

static bool reads_wait(virConnectPtr conn)
{
        for (int family = 0; conn && family < FAMILY_MAX_; family++) {
                if (conn->driver[family] && (conn->driver[family]->flags & DRIVER_READS_WAIT))
                        return true;
        }
        return false;
}

static void end_open(Client *client, virConnectPtr conn)
{
        LOCKED(&client->lock);

        client->reads_wait = reads_wait(conn);
        client->opening = false;
        g_atomic_pointer_set(&client->conn, conn);
}

static int answer_open(OwnRequest *request, Error *err)
{
        Client *client = request->client;
        const char *name = request->frame->argv[1].s;
        /* The other bits are how libvirt's client finds its daemon (6 from an ordinary user): no business of ours. */
        unsigned flags = request->frame->argv[2].u & VIR_CONNECT_RO;
        virConnectPtr conn;

        if (begin_open(client, err) < 0)
                return -1;
        if (client->readonly_socket)
                flags |= VIR_CONNECT_RO;
        client_resolve_identity(client);
        conn = connection_open_in_daemon(name, flags, &client->identity, err);
        end_open(client, conn);
        return conn ? 0 : -1;
}

static bool daemon_has_feature(OwnRequest *request, int feature)
{
        switch (feature) {
        case FEATURE_KEEPALIVE:
        case FEATURE_EVENT_CALLBACKS:
        case FEATURE_CLOSE_CALLBACK:
        case FEATURE_TYPED_STRINGS:
        case FEATURE_NETWORK_UPDATE_ORDER: return true;
        case FEATURE_FD_PASSING: return request->client->transport == TRANSPORT_UNIX;
        default: return false;
        }
}

/* What the daemon does not know of is the driver's; a driver that says nothing has none of them. */
static int driver_has_feature(virConnectPtr conn, int feature, Error *err)
{
        ERROR_AUTO Error problem = ERROR_INIT;
        int result = call_connect_supports_feature(conn, feature, &problem);

        if (result >= 0 || problem.code == VIR_ERR_NO_SUPPORT)
                return MAX(result, 0);
        return error_move(err, &problem);
}

/* Whoever asks for keepalive will answer pings. */
static int supports_feature(OwnRequest *request, Error *err)
{
        virConnectPtr conn = client_connection(request->client);
        CallFrame *frame = request->frame;
        int feature = frame->argv[1].i;

        if (feature == FEATURE_KEEPALIVE)
                keepalive_start(request->client);
        else if (!conn)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "hypervisor connection not open");
        frame->ret.i = daemon_has_feature(request, feature) ? 1 : driver_has_feature(conn, feature, err);
        return frame->ret.i < 0 ? -1 : 0;
}

static int answer_get_uri(OwnRequest *request, Error *err)
{
        request->frame->ret.p = uri_format(client_connection(request->client)->uri);
        return 0;
}

static int subscribe(OwnRequest *request, const SubscriptionWish *wish, int *ret_id, Error *err)
{
        request->started = subscription_add(request->client, wish, ret_id, err);
        return request->started ? 0 : -1;
}

/* How many events there are of each kind. */
static int count_events(ObjectKind kind)
{
        switch (kind) {
        case OBJECT_DOMAIN: return VIR_DOMAIN_EVENT_ID_LAST;
        case OBJECT_NETWORK: return VIR_NETWORK_EVENT_ID_LAST;
        case OBJECT_STORAGE_POOL: return VIR_STORAGE_POOL_EVENT_ID_LAST;
        case OBJECT_NODE_DEVICE: return VIR_NODE_DEVICE_EVENT_ID_LAST;
        case OBJECT_SECRET: return VIR_SECRET_EVENT_ID_LAST;
        default: return 0;
        }
}

static int check_event_id(ObjectKind kind, int event_id, Error *err)
{
        if (event_id >= 0 && event_id < count_events(kind))
                return 0;
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "unsupported event ID %d", event_id);
}

static int register_kind(OwnRequest *request, ObjectKind kind, Error *err)
{
        const SubscriptionWish wish = { .kind = kind,
                                        .event_id = request->frame->argv[1].i,
                                        .object = request->frame->argv[2].p };

        if (check_event_id(kind, wish.event_id, err) < 0)
                return -1;
        return subscribe(request, &wish, &request->frame->ret.i, err);
}

static int domain_register(OwnRequest *request, Error *err)
{
        return register_kind(request, OBJECT_DOMAIN, err);
}

static int network_register(OwnRequest *request, Error *err)
{
        return register_kind(request, OBJECT_NETWORK, err);
}

static int pool_register(OwnRequest *request, Error *err)
{
        return register_kind(request, OBJECT_STORAGE_POOL, err);
}

static int node_device_register(OwnRequest *request, Error *err)
{
        return register_kind(request, OBJECT_NODE_DEVICE, err);
}

static int secret_register(OwnRequest *request, Error *err)
{
        return register_kind(request, OBJECT_SECRET, err);
}

static int deregister(OwnRequest *request, Error *err)
{
        return subscription_remove(request->client, request->frame->argv[1].i, err);
}

/* The oldest form knows the lifecycle alone. Its number means nothing: libvirtd always answers 0. */
static int oldest_register(OwnRequest *request, Error *err)
{
        const SubscriptionWish wish = { .kind = OBJECT_DOMAIN,
                                        .event_id = VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                        .legacy = true };
        int id;

        if (subscribe(request, &wish, &id, err) < 0)
                return -1;
        request->frame->ret.i = 0;
        return 0;
}

static int oldest_deregister(OwnRequest *request, Error *err)
{
        request->frame->ret.i = 0;
        return subscription_remove_legacy(request->client, VIR_DOMAIN_EVENT_ID_LIFECYCLE, err);
}

static int old_register(OwnRequest *request, Error *err)
{
        const SubscriptionWish wish = { .kind = OBJECT_DOMAIN, .event_id = request->frame->argv[1].i, .legacy = true };
        int id;

        if (check_event_id(OBJECT_DOMAIN, wish.event_id, err) < 0)
                return -1;
        return subscribe(request, &wish, &id, err);
}

static int old_deregister(OwnRequest *request, Error *err)
{
        return subscription_remove_legacy(request->client, request->frame->argv[1].i, err);
}

static int monitor_register(OwnRequest *request, Error *err)
{
        CallFrame *frame = request->frame;
        const SubscriptionWish wish = { .kind = OBJECT_DOMAIN,
                                        .event_id = EVENT_ID_QEMU_MONITOR,
                                        .object = frame->argv[1].p,
                                        .pattern = frame->argv[2].s,
                                        .pattern_flags = frame->argv[3].u };

        return subscribe(request, &wish, &frame->ret.i, err);
}

/* The hypervisor's far end is gone: tell the client, once. */
static void on_connection_closed(virConnectPtr conn, int reason, void *opaque)
{
        Client *client = opaque;
        ERROR_AUTO Error err = ERROR_INIT;
        WireWriter out = { 0 };
        Event *event = event_connection_closed(reason);

        if (event_encode(event, -1, false, &out, &err) == 0) {
                client_send_event(client, packet_new(&out));
        } else {
                log_error("a client is not told that its connection is lost: %s", err.message);
                wire_writer_done(&out);
        }
        event_unref(event);
}

static void drop_client(void *opaque)
{
        client_unref(opaque);
}

/* Whether it was watched; *ret_gone: the client was disconnected, and whoever tidies up may have been here. */
static bool set_watches_close(Client *client, bool watches, bool *ret_gone)
{
        LOCKED(&client->lock);
        bool before = client->watches_close;

        client->watches_close = watches;
        *ret_gone = !client->subscriptions;
        return before;
}

/* The client is gone: undo what its calls left behind. */
static void forget_client(Client *client)
{
        bool gone;

        if (set_watches_close(client, false, &gone))
                connect_close_unwatch(client_connection(client), on_connection_closed, NULL);
}

static int close_register(OwnRequest *request, Error *err)
{
        Client *client = request->client;
        bool gone;

        if (connect_close_watch(client_connection(client), on_connection_closed, client_ref(client), drop_client, err) <
            0) {
                client_unref(client);
                return -1;
        }
        set_watches_close(client, true, &gone);
        if (gone)
                forget_client(client);
        return 0;
}

static int close_unregister(OwnRequest *request, Error *err)
{
        bool gone;

        set_watches_close(request->client, false, &gone);
        return connect_close_unwatch(client_connection(request->client), on_connection_closed, err);
}

static int set_identity(OwnRequest *request, Error *err)
{
        Client *client = request->client;
        Identity identity;

        if (identity_from_params(request->frame->argv[1].p, request->frame->argv[2].i, &identity, err) < 0)
                return -1;
        LOCKED(&client->lock);
        if (client->in_flight > 0) {
                identity_clear(&identity);
                return error_set(err, VIR_ERR_OPERATION_INVALID, "the identity cannot change while calls are running");
        }
        identity_clear(&client->conn->identity);
        client->conn->identity = identity;
        return 0;
}

static const OwnCall own_calls[] = {
        { PROGRAM_REMOTE, 1, OWN_CALL_BEFORE_OPEN, answer_open },
        { PROGRAM_REMOTE, 2, OWN_CALL_AT_ONCE | OWN_CALL_BEFORE_OPEN, own_call_close },
        { PROGRAM_REMOTE, 60, OWN_CALL_AT_ONCE | OWN_CALL_BEFORE_OPEN, supports_feature },
        { PROGRAM_REMOTE, 66, OWN_CALL_AT_ONCE | OWN_CALL_BEFORE_OPEN, auth_list },
        { PROGRAM_REMOTE, 67, OWN_CALL_AT_ONCE | OWN_CALL_BEFORE_OPEN, auth_not_offered },
        { PROGRAM_REMOTE, 68, OWN_CALL_AT_ONCE | OWN_CALL_BEFORE_OPEN, auth_not_offered },
        { PROGRAM_REMOTE, 69, OWN_CALL_AT_ONCE | OWN_CALL_BEFORE_OPEN, auth_not_offered },
        { PROGRAM_REMOTE, 70, OWN_CALL_AT_ONCE | OWN_CALL_BEFORE_OPEN, auth_not_offered },
        { PROGRAM_REMOTE, 105, 0, oldest_register },
        { PROGRAM_REMOTE, 106, 0, oldest_deregister },
        { PROGRAM_REMOTE, 110, OWN_CALL_AT_ONCE, answer_get_uri },
        { PROGRAM_REMOTE, 167, 0, old_register },
        { PROGRAM_REMOTE, 168, 0, old_deregister },
        { PROGRAM_REMOTE, 313, 0, network_register },
        { PROGRAM_REMOTE, 314, 0, deregister },
        { PROGRAM_REMOTE, 316, 0, domain_register },
        { PROGRAM_REMOTE, 317, 0, deregister },
        { PROGRAM_REMOTE, 368, 0, pool_register },
        { PROGRAM_REMOTE, 369, 0, deregister },
        { PROGRAM_REMOTE, 374, 0, node_device_register },
        { PROGRAM_REMOTE, 375, 0, deregister },
        { PROGRAM_REMOTE, 380, 0, secret_register },
        { PROGRAM_REMOTE, 381, 0, deregister },
        { PROGRAM_REMOTE, 360, 0, close_register },
        { PROGRAM_REMOTE, 361, 0, close_unregister },
        { PROGRAM_REMOTE, 419, OWN_CALL_AT_ONCE, set_identity },
        { PROGRAM_QEMU, 4, 0, monitor_register },
        { PROGRAM_QEMU, 5, 0, deregister },
};

const ServerKind hypervisor_kind = { .programs = { PROGRAM_REMOTE, PROGRAM_QEMU, PROGRAM_LXC },
                                     .own_calls = own_calls,
                                     .n_own_calls = ARRAY_SIZE(own_calls),
                                     .gone = forget_client };
