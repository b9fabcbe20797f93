/* What vireod asks of the library core, over the modules in testing/. */
#include <libvirt/libvirt.h>

#include "vireo/calls.h"
#include "vireo/daemon.h"
#include "vireo/driver.h"

static virConnectPtr open_here(const char *uri)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Identity identity = { .uid = 1000, .gid = 1000, .pid = 1, .user_name = (char *)"web" };
        virConnectPtr conn = connection_open_in_daemon(uri, 0, &identity, &err);

        g_assert_cmpstr(err.message, ==, NULL);
        g_assert_nonnull(conn);
        return conn;
}

static void test_start(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(driver_modules_start(true, &err), ==, 0);
        g_assert_cmpint(driver_modules_autostart(&err), ==, 0);
        g_assert_cmpint(driver_modules_reload(&err), ==, 0);
        g_assert_cmpuint(driver_modules_busy(), ==, 0);
}

/* Whoever offers networks answers them for every hypervisor. */
static void test_families(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        virConnectPtr conn = open_here("fake:///here");

        g_assert_cmpint(call_connect_list_all_networks(conn, NULL, 0, &err), ==, 1);
        g_assert_cmpstr(conn->driver[FAMILY_NETWORK]->name, ==, "fakenet");
        g_assert_cmpuint(driver_modules_busy(), ==, 1);
        g_assert_cmpint(call_connect_list_all_storage_pools(conn, NULL, 0, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_NO_SUPPORT);
        object_unref(conn);
        g_assert_cmpuint(driver_modules_busy(), ==, 0);
}

static void test_identity(void)
{
        virConnectPtr conn = open_here("fake:///here");

        g_assert_true(conn->in_daemon);
        g_assert_cmpint(conn->identity.uid, ==, 1000);
        g_assert_cmpstr(conn->identity.user_name, ==, "web");
        object_unref(conn);
}

/* A driver of this process that opens through the public way gets a connection here, as its caller. */
static void test_inside(void)
{
        Identity identity = { .uid = 77 };
        virConnectPtr conn;

        identity_enter(&identity);
        conn = virConnectOpen("fake:///far");
        identity_leave();
        g_assert_nonnull(conn);
        g_assert_true(conn->in_daemon);
        g_assert_cmpint(conn->identity.uid, ==, 77);
        virConnectClose(conn);
}

static void test_no_driver(void)
{
        const char *const uris[] = { "unknown:///system", "fake+unix:///here", "fake:///declined", "remote:///" };

        for (size_t i = 0; i < G_N_ELEMENTS(uris); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_null(connection_open_in_daemon(uris[i], 0, NULL, &err));
                g_assert_cmpint(err.code, ==, VIR_ERR_NO_CONNECT);
                g_assert_true(g_str_has_prefix(err.message, "no connection driver available for "));
        }
}

static void test_probe(void)
{
        virConnectPtr conn = open_here("");
        g_autofree char *uri = uri_format(conn->uri);

        g_assert_cmpstr(uri, ==, "fake:///probed");
        object_unref(conn);
}

typedef struct Sunk {
        virConnectPtr conn;
        int id, events;
        int leave; /* from inside the sink; atomic for the emitter */
} Sunk;

static void sink(const Event *event, int callback_id, void *opaque)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Sunk *sunk = opaque;

        g_assert_cmpint(callback_id, ==, sunk->id);
        g_assert_cmpstr(event->name, ==, "d");
        sunk->events++;
        if (sunk->leave)
                g_assert_cmpint(event_unsubscribe(sunk->conn, sunk->id, &err), ==, 0);
}

static void suspend(virConnectPtr conn)
{
        ERROR_AUTO Error err = ERROR_INIT;
        virDomainPtr domain = call_domain_lookup_by_name(conn, "d", &err);

        g_assert_nonnull(domain);
        g_assert_cmpint(call_domain_suspend(domain, &err), ==, 0);
        object_unref(domain);
}

/* Directly, in the emitter's thread; also to be left from inside the sink. */
static void test_subscribe(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        virConnectPtr conn = open_here("fake:///here");
        Sunk stays = { .conn = conn }, leaves = { .conn = conn, .leave = true };

        stays.id = event_subscribe(conn, OBJECT_DOMAIN, VIR_DOMAIN_EVENT_ID_LIFECYCLE, NULL, sink, &stays, &err);
        leaves.id = event_subscribe(conn, OBJECT_DOMAIN, VIR_DOMAIN_EVENT_ID_LIFECYCLE, NULL, sink, &leaves, &err);
        g_assert_cmpint(stays.id, >=, 0);
        g_assert_cmpint(leaves.id, >, stays.id);
        suspend(conn);
        suspend(conn);
        g_assert_cmpint(stays.events, ==, 2);
        g_assert_cmpint(leaves.events, ==, 1);
        g_assert_cmpint(event_unsubscribe(conn, leaves.id, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_INVALID_ARG);
        error_clear(&err);
        g_assert_cmpint(event_unsubscribe(conn, stays.id, &err), ==, 0);
        suspend(conn);
        g_assert_cmpint(stays.events, ==, 2);
        g_assert_cmpint(object_drop(conn), ==, 0);
}

static void *emit_for_ever(void *opaque)
{
        Sunk *sunk = opaque;

        while (!g_atomic_int_get(&sunk->leave))
                suspend(sunk->conn);
        return NULL;
}

static void count(const Event *event, int callback_id, void *opaque)
{
        int *alive = opaque;

        g_assert_cmpint(g_atomic_int_get(alive), ==, 1);
}

/* When event_unsubscribe() has returned its sink does not run, however busy the emitter is. */
static void test_unsubscribe_races(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        virConnectPtr conn = open_here("fake:///here");
        Sunk emitter = { .conn = conn };
        GThread *thread = g_thread_new("emitter", emit_for_ever, &emitter);

        for (int i = 0; i < 500; i++) {
                int alive = 1;
                int id = event_subscribe(conn, OBJECT_DOMAIN, VIR_DOMAIN_EVENT_ID_LIFECYCLE, NULL, count, &alive, &err);

                g_assert_cmpint(id, >=, 0);
                g_assert_cmpint(event_unsubscribe(conn, id, &err), ==, 0);
                g_atomic_int_set(&alive, 0);
        }
        g_atomic_int_set(&emitter.leave, true);
        g_thread_join(thread);
        object_unref(conn);
}

static void test_stop(void)
{
        driver_modules_stop();
        g_assert_cmpuint(driver_modules_busy(), ==, 0);
        driver_modules_stop();
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/daemon/start", test_start);
        g_test_add_func("/daemon/families", test_families);
        g_test_add_func("/daemon/identity", test_identity);
        g_test_add_func("/daemon/inside", test_inside);
        g_test_add_func("/daemon/no-driver", test_no_driver);
        g_test_add_func("/daemon/probe", test_probe);
        g_test_add_func("/daemon/subscribe", test_subscribe);
        g_test_add_func("/daemon/unsubscribe-races", test_unsubscribe_races);
        g_test_add_func("/daemon/stop", test_stop);
        return g_test_run();
}
