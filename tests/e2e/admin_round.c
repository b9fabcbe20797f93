/* A program on our administration library that talks to a daemon's admin socket, ours or libvirtd's.
 * VIREO_TEST_URI says where; VIREO_TEST_SOCKET is the daemon's ordinary socket, for a client to look at. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libvirt/libvirt-admin.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

static const char *uri;

static void quiet(void *opaque, virErrorPtr error)
{
}

static virAdmConnectPtr open_it(void)
{
        virAdmConnectPtr conn = virAdmConnectOpen(uri, 0);

        if (!conn)
                g_test_message("%s", virGetLastErrorMessage());
        g_assert_nonnull(conn);
        return conn;
}

static void test_open(void)
{
        virAdmConnectPtr conn = open_it();
        unsigned long long version = 0;
        char *text = virAdmConnectGetURI(conn);

        g_assert_cmpstr(text, ==, uri);
        free(text);
        g_assert_cmpint(virAdmConnectIsAlive(conn), ==, 1);
        g_assert_cmpint(virAdmConnectGetLibVersion(conn, &version), ==, 0);
        g_assert_cmpuint(version, >=, 9000000);
        g_assert_cmpint(virAdmConnectRef(conn), ==, 0);
        g_assert_cmpint(virAdmConnectClose(conn), ==, 0);
        g_assert_cmpint(virAdmConnectIsAlive(conn), ==, 1);
        g_assert_cmpint(virAdmConnectClose(conn), ==, 0);
}

/* The server that ordinary clients are on. */
static virAdmServerPtr main_server(virAdmConnectPtr conn)
{
        virAdmServerPtr *servers = NULL, found = NULL;
        int n = virAdmConnectListServers(conn, &servers, 0);

        g_assert_cmpint(n, ==, 2);
        for (int i = 0; i < n; i++) {
                if (strcmp(virAdmServerGetName(servers[i]), "admin") != 0)
                        found = virAdmConnectLookupServer(conn, virAdmServerGetName(servers[i]), 0);
                virAdmServerFree(servers[i]);
        }
        free(servers);
        g_assert_nonnull(found);
        return found;
}

static unsigned value_of(virTypedParameterPtr params, int n, const char *name)
{
        unsigned value = 0;

        g_assert_cmpint(virTypedParamsGetUInt(params, n, name, &value), ==, 1);
        return value;
}

static void test_server(void)
{
        virAdmConnectPtr conn = open_it();
        virAdmServerPtr server = main_server(conn);
        virTypedParameterPtr params = NULL, change = NULL;
        unsigned max, before;
        int n = 0, n_change = 0, room = 0;

        g_assert_cmpint(virAdmServerGetThreadPoolParameters(server, &params, &n, 0), ==, 0);
        max = value_of(params, n, VIR_THREADPOOL_WORKERS_MAX);
        g_assert_cmpuint(max, >=, value_of(params, n, VIR_THREADPOOL_WORKERS_MIN));
        virTypedParamsFree(params, n);
        params = NULL;

        g_assert_cmpint(virAdmServerGetClientLimits(server, &params, &n, 0), ==, 0);
        before = value_of(params, n, VIR_SERVER_CLIENTS_MAX);
        virTypedParamsFree(params, n);
        params = NULL;
        g_assert_cmpint(virTypedParamsAddUInt(&change, &n_change, &room, VIR_SERVER_CLIENTS_MAX, before + 7), ==, 0);
        g_assert_cmpint(virAdmServerSetClientLimits(server, change, n_change, 0), ==, 0);
        virTypedParamsFree(change, n_change);
        g_assert_cmpint(virAdmServerGetClientLimits(server, &params, &n, 0), ==, 0);
        g_assert_cmpuint(value_of(params, n, VIR_SERVER_CLIENTS_MAX), ==, before + 7);
        virTypedParamsFree(params, n);
        virAdmServerFree(server);
        virAdmConnectClose(conn);
}

/* A client is seen, and thrown out. */
static void test_client(void)
{
        g_autofree char *text = g_strdup_printf("test+unix:///default?socket=%s", g_getenv("VIREO_TEST_SOCKET"));
        virConnectPtr victim = virConnectOpen(text);
        virAdmConnectPtr conn = open_it();
        virAdmServerPtr server = main_server(conn);
        virAdmClientPtr *clients = NULL, client;
        virTypedParameterPtr params = NULL;
        unsigned long version;
        int n = 0, pid = 0;

        g_assert_nonnull(victim);
        g_assert_cmpint(virAdmServerListClients(server, &clients, 0), ==, 1);
        client = virAdmServerLookupClient(server, virAdmClientGetID(clients[0]), 0);
        g_assert_nonnull(client);
        g_assert_cmpint(virAdmClientGetTransport(client), ==, VIR_CLIENT_TRANS_UNIX);
        g_assert_cmpint(virAdmClientGetTimestamp(client), >, 1600000000);
        g_assert_cmpint(virAdmClientGetInfo(client, &params, &n, 0), ==, 0);
        g_assert_cmpint(virTypedParamsGetInt(params, n, VIR_CLIENT_INFO_UNIX_PROCESS_ID, &pid), ==, 1);
        g_assert_cmpint(pid, ==, getpid());
        virTypedParamsFree(params, n);
        g_assert_cmpint(virAdmClientClose(client, 0), ==, 0);
        g_assert_cmpint(virConnectGetLibVersion(victim, &version), ==, -1);
        g_assert_cmpint(virConnectIsAlive(victim), ==, 0);
        virAdmClientFree(client);
        virAdmClientFree(clients[0]);
        free(clients);
        virAdmServerFree(server);
        virAdmConnectClose(conn);
        virConnectClose(victim);
}

static void test_logging(void)
{
        virAdmConnectPtr conn = open_it();
        char *before = NULL, *after = NULL;

        g_assert_cmpint(virAdmConnectGetLoggingFilters(conn, &before, 0), >=, 0);
        g_assert_cmpint(virAdmConnectSetLoggingFilters(conn, "3:rpc 4:util.object", 0), ==, 0);
        g_assert_cmpint(virAdmConnectGetLoggingFilters(conn, &after, 0), ==, 2);
        g_assert_nonnull(strstr(after, "util.object")); /* libvirtd shows its patterns around it */
        g_assert_cmpint(virAdmConnectSetLoggingFilters(conn, before ? before : "", 0), ==, 0);
        free(before);
        free(after);
        g_assert_cmpint(virAdmConnectSetLoggingFilters(conn, "nonsense", 0), ==, -1);
        virAdmConnectClose(conn);
}

static void test_errors(void)
{
        virAdmConnectPtr conn = open_it();

        g_assert_null(virAdmConnectLookupServer(conn, "nobody", 0));
        g_assert_cmpint(virGetLastError()->code, ==, VIR_ERR_NO_SERVER);
        virAdmConnectClose(conn);
        g_assert_null(virAdmConnectOpen("libvirtd:///system?socket=/nowhere/at-all", 0));
        g_assert_cmpint(virGetLastError()->code, ==, VIR_ERR_SYSTEM_ERROR);
        g_assert_cmpstr(virGetLastErrorMessage(), ==,
                        "Failed to connect socket to '/nowhere/at-all': No such file or directory");
        g_assert_null(virAdmConnectOpen(uri, 4096));
        g_assert_cmpint(virGetLastError()->code, ==, VIR_ERR_INVALID_ARG);
        g_assert_cmpint(virAdmConnectIsAlive(NULL), ==, -1);
}

int main(int argc, char **argv)
{
        uri = g_getenv("VIREO_TEST_URI");
        if (!uri || !g_getenv("VIREO_TEST_SOCKET")) {
                fputs("VIREO_TEST_URI or VIREO_TEST_SOCKET is not set\n", stderr);
                return 77;
        }
        virSetErrorFunc(NULL, quiet);
        virAdmInitialize();
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/admin/open", test_open);
        g_test_add_func("/admin/server", test_server);
        g_test_add_func("/admin/client", test_client);
        g_test_add_func("/admin/logging", test_logging);
        g_test_add_func("/admin/errors", test_errors);
        return g_test_run();
}
