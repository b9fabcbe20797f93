#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_ADMIN

#include "admin.h"

#include "util/auto.h"
#include "util/log.h"
#include "vireo/admin.h"

#include "client.h"
#include "daemon.h"
#include "own_calls.h"
#include "params.h"

static virAdmConnectPtr connection;

static int check_flags(unsigned flags, Error *err)
{
        return flags == 0 ? 0 : error_set(err, VIR_ERR_INVALID_ARG, "unsupported flags (0x%x)", flags);
}

static Server *find_server(const char *name, Error *err)
{
        Daemon *daemon = daemon_get();

        if (g_str_equal(name, daemon->server->name))
                return daemon->server;
        if (g_str_equal(name, daemon->admin->name))
                return daemon->admin;
        return error_null(err, VIR_ERR_NO_SERVER, "No server named '%s'", name);
}

/* With a reference. */
static Client *find_client(virAdmClientPtr handle, Error *err)
{
        Server *server = find_server(handle->server->name, err);
        Client *client;

        if (!server)
                return NULL;
        client = server_find_client(server, handle->id);
        return client ? client : error_null(err, VIR_ERR_NO_CLIENT, "No client with matching ID '%llu'", handle->id);
}

static int list_servers(virAdmConnectPtr conn, virAdmServerPtr **servers, unsigned flags, Error *err)
{
        Daemon *daemon = daemon_get();
        const Server *all[] = { daemon->server, daemon->admin };

        if (check_flags(flags, err) < 0)
                return -1;
        if (!servers)
                return ARRAY_SIZE(all);
        *servers = g_new0(virAdmServerPtr, ARRAY_SIZE(all) + 1);
        for (size_t i = 0; i < ARRAY_SIZE(all); i++)
                (*servers)[i] = object_adm_server_new(conn, all[i]->name);
        return ARRAY_SIZE(all);
}

static virAdmServerPtr lookup_server(virAdmConnectPtr conn, const char *name, unsigned flags, Error *err)
{
        if (check_flags(flags, err) < 0 || !find_server(name, err))
                return NULL;
        return object_adm_server_new(conn, name);
}

static int get_workers(virAdmServerPtr handle, virTypedParameterPtr *params, int *n_params, unsigned flags, Error *err)
{
        Server *server = find_server(handle->name, err);
        ParamList list = { 0 };
        PoolStats stats;

        if (!server || check_flags(flags, err) < 0)
                return -1;
        pool_get_stats(server->pool, &stats);
        param_add_uint(&list, VIR_THREADPOOL_WORKERS_MIN, stats.min);
        param_add_uint(&list, VIR_THREADPOOL_WORKERS_MAX, stats.max);
        param_add_uint(&list, VIR_THREADPOOL_WORKERS_CURRENT, stats.current);
        param_add_uint(&list, VIR_THREADPOOL_WORKERS_FREE, stats.free);
        param_add_uint(&list, VIR_THREADPOOL_WORKERS_PRIORITY, server_get_limits(server).prio_workers);
        param_add_uint(&list, VIR_THREADPOOL_JOB_QUEUE_DEPTH, stats.queued);
        *params = list.items;
        *n_params = list.n;
        return 0;
}

static int set_workers(virAdmServerPtr handle, virTypedParameterPtr params, int n_params, unsigned flags, Error *err)
{
        Server *server = find_server(handle->name, err);
        ServerLimits limits;
        const ParamTarget targets[] = {
                { VIR_THREADPOOL_WORKERS_MIN, &limits.min_workers },
                { VIR_THREADPOOL_WORKERS_MAX, &limits.max_workers },
                { VIR_THREADPOOL_WORKERS_PRIORITY, &limits.prio_workers },
        };

        if (!server || check_flags(flags, err) < 0)
                return -1;
        limits = server_get_limits(server);
        if (params_take_uints(params, n_params, targets, ARRAY_SIZE(targets), err) < 0)
                return -1;
        return server_set_workers(server, &limits, err);
}

static virAdmClientPtr make_client(virAdmServerPtr handle, const Client *client)
{
        return object_adm_client_new(handle, client->id, client->connected_at, client->transport);
}

static int list_clients(virAdmServerPtr handle, virAdmClientPtr **ret_clients, unsigned flags, Error *err)
{
        Server *server = find_server(handle->name, err);
        g_autofree Client **clients = NULL;
        size_t n;

        if (!server || check_flags(flags, err) < 0)
                return -1;
        clients = server_list_clients(server, &n);
        if (ret_clients)
                *ret_clients = g_new0(virAdmClientPtr, n + 1);
        for (size_t i = 0; i < n; i++) {
                if (ret_clients)
                        (*ret_clients)[i] = make_client(handle, clients[i]);
                client_unref(clients[i]);
        }
        return (int)n;
}

static virAdmClientPtr lookup_client(virAdmServerPtr handle, unsigned long long id, unsigned flags, Error *err)
{
        Server *server = find_server(handle->name, err);
        virAdmClientPtr found;
        Client *client;

        if (!server || check_flags(flags, err) < 0)
                return NULL;
        client = server_find_client(server, id);
        if (!client)
                return error_null(err, VIR_ERR_NO_CLIENT, "No client with matching ID '%llu'", id);
        found = make_client(handle, client);
        client_unref(client);
        return found;
}

static void add_identity(ParamList *list, const Client *client)
{
        const Identity *identity = &client->identity;

        param_add_string(list, VIR_CLIENT_INFO_SASL_USER_NAME, identity->sasl_user);
        param_add_string(list, VIR_CLIENT_INFO_SOCKET_ADDR, client->address);
        param_add_string(list, VIR_CLIENT_INFO_X509_DISTINGUISHED_NAME, identity->x509_name);
        if (client->transport == TRANSPORT_UNIX) {
                param_add_int(list, VIR_CLIENT_INFO_UNIX_USER_ID, identity->uid);
                param_add_string(list, VIR_CLIENT_INFO_UNIX_USER_NAME, identity->user_name);
                param_add_int(list, VIR_CLIENT_INFO_UNIX_GROUP_ID, identity->gid);
                param_add_string(list, VIR_CLIENT_INFO_UNIX_GROUP_NAME, identity->group_name);
                param_add_int(list, VIR_CLIENT_INFO_UNIX_PROCESS_ID, identity->pid);
        }
        param_add_string(list, VIR_CLIENT_INFO_SELINUX_CONTEXT, identity->selinux_context);
}

static int get_client_info(virAdmClientPtr handle, virTypedParameterPtr *params, int *n_params, unsigned flags,
                           Error *err)
{
        Client *client;
        ParamList list = { 0 };

        if (check_flags(flags, err) < 0)
                return -1;
        client = find_client(handle, err);
        if (!client)
                return -1;
        client_resolve_identity(client);
        param_add_bool(&list, VIR_CLIENT_INFO_READONLY, client_is_readonly(client));
        add_identity(&list, client);
        client_unref(client);
        *params = list.items;
        *n_params = list.n;
        return 0;
}

static int close_client(virAdmClientPtr handle, unsigned flags, Error *err)
{
        Client *client;

        if (check_flags(flags, err) < 0)
                return -1;
        client = find_client(handle, err);
        if (!client)
                return -1;
        client_close(client);
        client_unref(client);
        return 0;
}

static int get_client_limits(virAdmServerPtr handle, virTypedParameterPtr *params, int *n_params, unsigned flags,
                             Error *err)
{
        Server *server = find_server(handle->name, err);
        ServerLimits limits;
        ParamList list = { 0 };

        if (!server || check_flags(flags, err) < 0)
                return -1;
        limits = server_get_limits(server);
        param_add_uint(&list, VIR_SERVER_CLIENTS_MAX, limits.max_clients);
        param_add_uint(&list, VIR_SERVER_CLIENTS_CURRENT, server_count_clients(server));
        param_add_uint(&list, VIR_SERVER_CLIENTS_UNAUTH_MAX, limits.max_anonymous_clients);
        /* Whoever was let in without authentication is in. */
        param_add_uint(&list, VIR_SERVER_CLIENTS_UNAUTH_CURRENT, 0);
        *params = list.items;
        *n_params = list.n;
        return 0;
}

static int set_client_limits(virAdmServerPtr handle, virTypedParameterPtr params, int n_params, unsigned flags,
                             Error *err)
{
        Server *server = find_server(handle->name, err);
        ServerLimits limits;
        const ParamTarget targets[] = {
                { VIR_SERVER_CLIENTS_MAX, &limits.max_clients },
                { VIR_SERVER_CLIENTS_UNAUTH_MAX, &limits.max_anonymous_clients },
        };

        if (!server || check_flags(flags, err) < 0)
                return -1;
        limits = server_get_limits(server);
        if (params_take_uints(params, n_params, targets, ARRAY_SIZE(targets), err) < 0)
                return -1;
        return server_set_client_limits(server, limits.max_clients, limits.max_anonymous_clients, err);
}

static int count_words(const char *text)
{
        g_auto(GStrv) words = g_strsplit_set(text, " \t\n", -1);
        int n = 0;

        for (char **word = words; *word; word++)
                n += **word != '\0';
        return n;
}

static int get_outputs(virAdmConnectPtr conn, char **outputs, unsigned flags, Error *err)
{
        if (check_flags(flags, err) < 0)
                return -1;
        *outputs = log_get_outputs();
        return count_words(*outputs);
}

static int get_filters(virAdmConnectPtr conn, char **filters, unsigned flags, Error *err)
{
        g_autofree char *text = log_get_filters();
        int n;

        if (check_flags(flags, err) < 0)
                return -1;
        n = text ? count_words(text) : 0;
        *filters = n > 0 ? g_steal_pointer(&text) : NULL;
        return n;
}

static int set_outputs(virAdmConnectPtr conn, const char *outputs, unsigned flags, Error *err)
{
        if (check_flags(flags, err) < 0)
                return -1;
        return log_set_outputs(outputs && *outputs ? outputs : daemon_get()->default_outputs, err);
}

static int set_filters(virAdmConnectPtr conn, const char *filters, unsigned flags, Error *err)
{
        return check_flags(flags, err) < 0 ? -1 : log_set_filters(filters ? filters : "", err);
}

static int set_timeout(virAdmConnectPtr conn, unsigned timeout, unsigned flags, Error *err)
{
        if (check_flags(flags, err) < 0)
                return -1;
        daemon_set_timeout(daemon_get(), (int)MIN(timeout, G_MAXINT));
        return 0;
}

static int get_lib_version(virAdmConnectPtr conn, unsigned long long *libVer, Error *err)
{
        *libVer = LIBVIR_VERSION_NUMBER;
        return 0;
}

static int update_tls_files(virAdmServerPtr handle, unsigned flags, Error *err)
{
        if (check_flags(flags, err) < 0 || !find_server(handle->name, err))
                return -1;
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "no tls service found, unable to update tls files");
}

static const AdminCalls admin_calls = {
        .adm_connect_get_lib_version = get_lib_version,
        .adm_connect_list_servers = list_servers,
        .adm_connect_lookup_server = lookup_server,
        .adm_server_get_threadpool_parameters = get_workers,
        .adm_server_set_threadpool_parameters = set_workers,
        .adm_server_list_clients = list_clients,
        .adm_server_lookup_client = lookup_client,
        .adm_client_get_info = get_client_info,
        .adm_client_close = close_client,
        .adm_server_get_client_limits = get_client_limits,
        .adm_server_set_client_limits = set_client_limits,
        .adm_server_update_tls_files = update_tls_files,
        .adm_connect_get_logging_outputs = get_outputs,
        .adm_connect_get_logging_filters = get_filters,
        .adm_connect_set_logging_outputs = set_outputs,
        .adm_connect_set_logging_filters = set_filters,
        .adm_connect_set_daemon_timeout = set_timeout,
};

void admin_start(void)
{
        connection = object_adm_connect_new();
        connection->calls = &admin_calls;
}

void admin_end(void)
{
        connection = object_unref(connection);
}

static void *admin_connection(void)
{
        return connection;
}

static int admin_open(OwnRequest *request, Error *err)
{
        unsigned flags = request->frame->argv[1].u;

        if (flags != 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "unsupported flags (0x%x) to open a connection", flags);
        LOCKED(&request->client->lock);
        request->client->admin_open = true;
        return 0;
}

static const OwnCall own_calls[] = {
        { PROGRAM_ADMIN, 1, OWN_CALL_AT_ONCE | OWN_CALL_BEFORE_OPEN, admin_open },
        { PROGRAM_ADMIN, 2, OWN_CALL_AT_ONCE, own_call_close },
};

const ServerKind admin_kind = { .programs = { PROGRAM_ADMIN },
                                .own_calls = own_calls,
                                .n_own_calls = ARRAY_SIZE(own_calls),
                                .own_user = true,
                                .connection = admin_connection };
