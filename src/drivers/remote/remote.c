/* The remote driver: opening and closing a connection to a daemon. */
#include "remote_private.h"

#include <gmodule.h>

#include "tables.h"
#include "util/auto.h"

/* The program's loop. */
static const ClientLoop program_loop = {
        virEventAddHandle,  virEventUpdateHandle,  virEventRemoveHandle,
        virEventAddTimeout, virEventUpdateTimeout, virEventRemoveTimeout,
};

Remote *remote_of(virConnectPtr conn)
{
        return conn->state[FAMILY_HYPERVISOR];
}

static Remote *remote_free(Remote *remote)
{
        if (remote->client)
                client_close(remote->client);
        client_unref(remote->client);
        remote_events_close(remote);
        pthread_mutex_destroy(&remote->lock);
        g_free(remote);
        return NULL;
}

static Remote *remote_new(virConnectPtr conn, const Transport *transport, int fd)
{
        Remote *remote = g_new0(Remote, 1);

        remote->conn = conn;
        remote->transport = transport;
        remote->event_callbacks = remote->keepalive = remote->fd_passing = remote->typed_strings = -1;
        remote->close_callback = -1;
        pthread_mutex_init(&remote->lock, NULL);
        remote_events_open(remote);
        remote->client = client_new(fd, &remote_hooks, remote);
        client_watch(remote->client, &program_loop);
        return remote;
}

int remote_procedure(Remote *remote, uint32_t program, int number, const CallArg *args, size_t n_args, CallArg *ret,
                     Error *err)
{
        CallArg argv[CALL_ARGS_MAX] = { { .p = remote->conn } };
        ClientInvoke invoke = {
                .desc = call_find(program, number), .connection = remote->conn, .argv = argv, .ret = ret
        };

        for (size_t i = 0; i < n_args; i++)
                argv[i + 1] = args[i];
        return client_invoke(remote->client, &invoke, err);
}

int remote_feature(Remote *remote, int feature, int *cache, Error *err)
{
        CallArg arg = { .i = feature }, ret = { 0 };
        int known;

        pthread_mutex_lock(&remote->lock);
        known = *cache;
        pthread_mutex_unlock(&remote->lock);
        if (known >= 0)
                return known;
        if (remote_procedure(remote, PROGRAM_REMOTE, REMOTE_CONNECT_SUPPORTS_FEATURE, &arg, 1, &ret, err) < 0)
                return -1;
        LOCKED(&remote->lock);
        *cache = ret.i > 0;
        return *cache;
}

/* The far end chose: what did it choose? */
static int learn_uri(Remote *remote, Error *err)
{
        g_autofree char *uri = NULL;
        CallArg ret = { 0 };

        if (remote_procedure(remote, PROGRAM_REMOTE, REMOTE_CONNECT_GET_URI, NULL, 0, &ret, err) < 0)
                return -1;
        uri = ret.p;
        return connect_set_uri(remote->conn, uri, err);
}

static int open_far_end(Remote *remote, const Target *target, Error *err)
{
        unsigned flags = remote->conn->flags & VIR_CONNECT_RO;
        CallArg args[] = { { .s = target->name }, { .u = flags } }, ret;

        if (remote_authenticate(remote, target, err) < 0)
                return -1;
        /* Where the kernel would not tell of a dead host the far end is asked to ping us; that begins with the
         * question whether it can. On a local socket this, like all features, is asked when it is needed. */
        if (!remote->transport->local && remote_feature(remote, FEATURE_KEEPALIVE, &remote->keepalive, err) < 0)
                return -1;
        if (remote_procedure(remote, PROGRAM_REMOTE, REMOTE_CONNECT_OPEN, args, ARRAY_SIZE(args), &ret, err) < 0)
                return -1;
        return remote->conn->uri ? 0 : learn_uri(remote, err);
}

static int driver_open(virConnectPtr conn, virConnectAuthPtr auth, Error *err)
{
        TARGET_AUTO Target target = { 0 };
        Remote *remote;
        int fd;

        if (target_resolve(conn->uri, conn->flags, &target, err) < 0)
                return -1;
        fd = target.transport->open(&target, err);
        if (fd < 0)
                return -1;
        remote = remote_new(conn, target.transport, fd);
        if (open_far_end(remote, &target, err) < 0) {
                remote_free(remote);
                return -1;
        }
        for (int family = 0; family < FAMILY_MAX_; family++) {
                conn->state[family] = remote;
                conn->events[family] = remote->hubs[family];
        }
        return DRIVER_OPENED;
}

static void driver_close(virConnectPtr conn)
{
        ERROR_AUTO Error ignored = ERROR_INIT; /* a far end that is gone has closed it, too */
        Remote *remote = remote_of(conn);
        CallArg ret;

        if (client_is_alive(remote->client))
                remote_procedure(remote, PROGRAM_REMOTE, REMOTE_CONNECT_CLOSE, NULL, 0, &ret, &ignored);
        remote_free(remote);
}

/* Whether an argument of @desc is a stream that is to be connected to the far end. */
static virStreamPtr stream_argument(const CallDesc *desc, const CallArg *argv)
{
        return desc->stream == CALL_STREAM_NONE || desc->stream_param < 0 ? NULL : argv[desc->stream_param].p;
}

/* A peer that does not know about descriptors would take the bytes that carry them for the next message. */
static int check_fd_passing(Remote *remote, const CallDesc *desc, const CallArg *argv, Error *err)
{
        int fds[WIRE_FDS_MAX], r;

        if (!call_replies_fds(desc) && call_request_fds(desc, argv, fds) == 0)
                return 0;
        if (!client_is_unix(remote->client))
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "%s: file descriptors travel over local sockets only", desc->name);
        r = remote_feature(remote, FEATURE_FD_PASSING, &remote->fd_passing, err);
        if (r == 0)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "%s: the far end does not pass file descriptors",
                                 desc->name);
        return r < 0 ? -1 : 0;
}

/* The entry points say that strings are welcome among typed parameters. A far end whose driver never heard of that
 * would refuse the flag. */
static int settle_strings(Remote *remote, const CallDesc *desc, CallArg *argv, Error *err)
{
        unsigned flag = call_strings_flag(desc);
        int r;

        if (!flag || !(argv[desc->flags_param].u & flag))
                return 0;
        r = remote_feature(remote, FEATURE_TYPED_STRINGS, &remote->typed_strings, err);
        if (r == 0)
                argv[desc->flags_param].u &= ~flag;
        return r < 0 ? -1 : 0;
}

int remote_call(virConnectPtr conn, const CallDesc *desc, CallArg *argv, CallArg *ret, Error *err)
{
        virStreamPtr stream = stream_argument(desc, argv);
        ClientStream *far = NULL;
        ClientInvoke invoke = {
                .desc = desc, .connection = conn, .argv = argv, .ret = ret, .ret_stream = stream ? &far : NULL
        };

        if (check_fd_passing(remote_of(conn), desc, argv, err) < 0 ||
            settle_strings(remote_of(conn), desc, argv, err) < 0 ||
            client_invoke(remote_of(conn)->client, &invoke, err) < 0)
                return -1;
        if (stream)
                remote_stream_attach(stream, far);
        return 0;
}

G_MODULE_EXPORT const DriverModule driver_module = {
        DRIVER_MODULE_HEADER,
        .name = "remote",
        .flags = DRIVER_READS_WAIT,
        .open = driver_open,
        .close = driver_close,
        .hypervisor = &remote_hypervisor,
        .network = &remote_network,
        .interface = &remote_interface,
        .storage = &remote_storage,
        .node_device = &remote_node_device,
        .nwfilter = &remote_nwfilter,
        .secret = &remote_secret,
        .watch_close = remote_watch_close,
};
