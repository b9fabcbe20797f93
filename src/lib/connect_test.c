/* Opening, closing, events, close callbacks and streams of connections, over the modules in testing/. The build gives
 * LIBVIRT_DRIVER_DIR and VIREO_ROOT. */
#include <glib/gstdio.h>
#include <stdbool.h>
#include <string.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

/* VIR_DOMAIN_EVENT_CALLBACK() without the warning about unlike function types. */
#define ANY(func) ((virConnectDomainEventGenericCallback)(void (*)(void))(func))

static void quiet(void *opaque, virErrorPtr error)
{
}

static void assert_fails(const char *uri, int code, int domain, const char *message)
{
        virConnectPtr conn = virConnectOpen(uri);

        g_assert_null(conn);
        g_assert_cmpint(virGetLastErrorCode(), ==, code);
        g_assert_cmpint(virGetLastErrorDomain(), ==, domain);
        g_assert_cmpstr(virGetLastErrorMessage(), ==, message);
}

static void test_open(void)
{
        virConnectPtr conn = virConnectOpen("fake:/here?a=b");
        g_autofree char *uri = NULL;
        unsigned long version = 0;

        g_assert_nonnull(conn);
        g_assert_null(virGetLastError());
        uri = virConnectGetURI(conn);
        g_assert_cmpstr(uri, ==, "fake:///here?a=b");
        g_assert_cmpstr(virConnectGetType(conn), ==, "FAKE");
        g_assert_cmpint(virConnectGetLibVersion(conn, &version), ==, 0);
        g_assert_cmpuint(version, ==, 9010000);
        g_assert_cmpint(virConnectRef(conn), ==, 0);
        g_assert_cmpint(virConnectClose(conn), ==, 1);
        g_assert_cmpint(virConnectClose(conn), ==, 0);
}

static void test_open_fails(void)
{
        assert_fails("word", VIR_ERR_NO_CONNECT, VIR_FROM_NONE,
                     "no connection driver available for URI 'word' does not include a driver name");
        assert_fails("://", VIR_ERR_INTERNAL_ERROR, VIR_FROM_URI, "internal error: Unable to parse URI ://");
        assert_fails("fake:///declined", VIR_ERR_NO_CONNECT, VIR_FROM_NONE,
                     "no connection driver available for fake:///declined");
        g_assert_null(virConnectOpen("fake:///broken"));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_AUTH_FAILED);
}

/* What is not for this process goes to the module that speaks with a daemon, which is not among ours here. */
static void test_open_remote(void)
{
        const char *const uris[] = { "fake:///far", "fake+unix:///here", "unknown:///system" };

        for (size_t i = 0; i < G_N_ELEMENTS(uris); i++) {
                g_assert_null(virConnectOpen(uris[i]));
                g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_CONNECT);
                g_assert_nonnull(strstr(virGetLastErrorMessage(), uris[i]));
                g_assert_nonnull(strstr(virGetLastErrorMessage(), "'remote'"));
        }
}

static void write_config(const char *text)
{
        const char *folder = geteuid() == 0 ? "etc/libvirt" : "session/config/libvirt";
        g_autofree char *path = g_build_filename(g_getenv("VIREO_ROOT"), folder, NULL);
        g_autofree char *file = g_build_filename(path, "libvirt.conf", NULL);

        g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
        g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static void assert_uri(const char *name, const char *expected)
{
        virConnectPtr conn = virConnectOpen(name);
        g_autofree char *uri = NULL;

        g_assert_nonnull(conn);
        uri = virConnectGetURI(conn);
        g_assert_cmpstr(uri, ==, expected);
        virConnectClose(conn);
}

static void test_aliases(void)
{
        write_config("uri_aliases = [\"near=fake:///here\", \"other=fake:///there\"]\nuri_default = \"other\"\n");
        assert_uri("near", "fake:///here");
        assert_uri(NULL, "fake:///there");
        assert_uri("", "fake:///there");
        g_setenv("LIBVIRT_DEFAULT_URI", "near", true);
        assert_uri(NULL, "fake:///here");
        g_unsetenv("LIBVIRT_DEFAULT_URI");
        g_assert_null(virConnectOpenAuth("near", NULL, VIR_CONNECT_NO_ALIASES));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_CONNECT);

        write_config("uri_aliases = [\"near\"]\n");
        g_assert_null(virConnectOpen("near"));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_CONF_SYNTAX);
        write_config("uri_aliases = [\"n ear=fake:///here\"]\n");
        g_assert_null(virConnectOpen("near"));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_CONF_SYNTAX);
        write_config("");
}

static void test_bad_handles(void)
{
        virConnectPtr conn = virConnectOpen("fake:///here");
        int not_a_connection = 0;

        g_assert_null(virConnectGetType((virConnectPtr)&not_a_connection));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_CONN);
        g_assert_cmpint(virGetLastErrorDomain(), ==, VIR_FROM_DOMAIN);
        g_assert_cmpstr(virGetLastErrorMessage(), ==, "invalid connection pointer in virConnectGetType");
        g_assert_cmpint(virDomainSuspend((virDomainPtr)conn), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_DOMAIN);
        g_assert_cmpint(virGetLastErrorDomain(), ==, VIR_FROM_DOM);
        g_assert_cmpstr(virGetLastErrorMessage(), ==, "invalid domain pointer in virDomainSuspend");
        virConnectClose(conn);
}

static void test_read_only(void)
{
        virConnectPtr conn = virConnectOpenReadOnly("fake:///here");
        virDomainPtr domain = virDomainLookupByName(conn, "d");

        g_assert_cmpint(virDomainSuspend(domain), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OPERATION_DENIED);
        g_assert_cmpstr(virGetLastErrorMessage(), ==,
                        "operation forbidden: read only access prevents virDomainSuspend");
        g_assert_cmpint(virDomainDestroy(domain), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OPERATION_DENIED);
        virDomainFree(domain);
        virConnectClose(conn);
}

static void test_unsupported(void)
{
        virConnectPtr conn = virConnectOpen("fake:///here");

        g_assert_cmpint(virConnectListAllNetworks(conn, NULL, 0), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_SUPPORT);
        g_assert_cmpstr(virGetLastErrorMessage(), ==,
                        "this function is not supported by the connection driver: virConnectListAllNetworks");
        virConnectClose(conn);
}

/* What a program's callbacks saw. */
typedef struct Seen {
        int events, freed, last;
        GThread *thread;
} Seen;

static int on_lifecycle(virConnectPtr conn, virDomainPtr domain, int event, int detail, void *opaque)
{
        Seen *seen = opaque;

        g_assert_cmpstr(virDomainGetName(domain), ==, "d");
        seen->events++;
        seen->last = event;
        seen->thread = g_thread_self();
        return 0;
}

static void on_free(void *opaque)
{
        ((Seen *)opaque)->freed++;
}

static void on_timer(int timer, void *opaque)
{
}

/* The tests after this one have a loop. */
static void test_events_need_loop(void)
{
        virConnectPtr conn = virConnectOpen("fake:///here");

        g_assert_cmpint(virConnectDomainEventRegisterAny(conn, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE, ANY(on_lifecycle),
                                                         NULL, NULL),
                        ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INTERNAL_ERROR);
        g_assert_cmpstr(virGetLastErrorMessage(), ==, "internal error: could not initialize domain event timer");
        g_assert_cmpint(virConnectClose(conn), ==, 0);
        g_assert_cmpint(virEventAddTimeout(0, on_timer, NULL, NULL), ==, -1);
        g_assert_cmpint(virEventRegisterDefaultImpl(), ==, 0);
}

/* Rounds of the loop until @counter has @expected, or a minute has gone. */
static void run_until(const int *counter, int expected)
{
        gint64 deadline = g_get_monotonic_time() + 60 * G_TIME_SPAN_SECOND;

        while (*counter < expected && g_get_monotonic_time() < deadline)
                g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
        g_assert_cmpint(*counter, ==, expected);
}

static void test_events(void)
{
        virConnectPtr conn = virConnectOpen("fake:///here");
        virDomainPtr domain = virDomainLookupByName(conn, "d");
        Seen any = { 0 }, legacy = { 0 }, one = { 0 };
        int id, id_one;

        id = virConnectDomainEventRegisterAny(conn, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE, ANY(on_lifecycle), &any,
                                              on_free);
        g_assert_cmpint(id, >=, 0);
        id_one = virConnectDomainEventRegisterAny(conn, domain, VIR_DOMAIN_EVENT_ID_LIFECYCLE, ANY(on_lifecycle), &one,
                                                  on_free);
        g_assert_cmpint(id_one, >, id);
        g_assert_cmpint(virConnectDomainEventRegister(conn, on_lifecycle, &legacy, on_free), ==, 0);

        /* Twice the same is a mistake of the program. */
        g_assert_cmpint(virConnectDomainEventRegister(conn, on_lifecycle, &legacy, on_free), ==, -1);
        g_assert_cmpstr(virGetLastErrorMessage(), ==, "invalid argument: event callback already tracked");
        g_assert_cmpint(legacy.freed, ==, 0);

        g_assert_cmpint(virDomainSuspend(domain), ==, 0);
        g_assert_cmpint(any.events, ==, 0); /* from the loop, never from the call */
        run_until(&legacy.events, 1);
        g_assert_cmpint(any.events, ==, 1);
        g_assert_cmpint(one.events, ==, 1);
        g_assert_cmpint(any.last, ==, VIR_DOMAIN_EVENT_SUSPENDED);
        g_assert_true(any.thread == g_thread_self());

        /* An event on its way to a callback that goes is not delivered. */
        g_assert_cmpint(virDomainSuspend(domain), ==, 0);
        g_assert_cmpint(virConnectDomainEventDeregisterAny(conn, id), ==, 0);
        g_assert_cmpint(any.freed, ==, 1);
        run_until(&legacy.events, 2);
        g_assert_cmpint(any.events, ==, 1);

        g_assert_cmpint(virConnectDomainEventDeregister(conn, on_lifecycle), ==, 0);
        g_assert_cmpint(legacy.freed, ==, 1);
        g_assert_cmpint(virConnectDomainEventDeregister(conn, on_lifecycle), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_ARG);
        g_assert_cmpint(virConnectDomainEventDeregisterAny(conn, id), ==, -1);

        /* A callback keeps its connection. */
        virDomainFree(domain);
        g_assert_cmpint(virConnectClose(conn), ==, 1);
        g_assert_cmpint(virConnectDomainEventDeregisterAny(conn, id_one), ==, 0);
        g_assert_cmpint(one.freed, ==, 1);
}

typedef struct Leaving {
        int id, runs, freed, remaining;
} Leaving;

static int on_leave(virConnectPtr conn, virDomainPtr domain, int event, int detail, void *opaque)
{
        Leaving *leaving = opaque;

        g_assert_cmpint(virConnectDomainEventDeregisterAny(conn, leaving->id), ==, 0);
        leaving->remaining = virConnectClose(conn);
        leaving->runs++;
        return 0;
}

static void on_left(void *opaque)
{
        ((Leaving *)opaque)->freed++;
}

/* A callback that runs holds its connection, whoever deregisters it and closes meanwhile: a close that answers 1 then. */
static void test_close_while_called(void)
{
        virConnectPtr conn = virConnectOpen("fake:///here");
        virDomainPtr domain = virDomainLookupByName(conn, "d");
        Leaving leaving = { .remaining = -1 };

        leaving.id = virConnectDomainEventRegisterAny(conn, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE, ANY(on_leave),
                                                      &leaving, on_left);
        g_assert_cmpint(leaving.id, >=, 0);
        g_assert_cmpint(virDomainSuspend(domain), ==, 0);
        virDomainFree(domain);
        run_until(&leaving.runs, 1);
        g_assert_cmpint(leaving.remaining, ==, 1);
        g_assert_cmpint(leaving.freed, ==, 1);
}

static void test_event_arguments(void)
{
        virConnectPtr conn = virConnectOpen("fake:///here"), other = virConnectOpen("fake:///here");
        virDomainPtr domain = virDomainLookupByName(other, "d");
        virConnectDomainEventGenericCallback func = ANY(on_lifecycle);

        g_assert_cmpint(virConnectDomainEventRegisterAny(conn, NULL, -1, func, NULL, NULL), ==, -1);
        g_assert_cmpstr(virGetLastErrorMessage(), ==,
                        "eventID in virConnectDomainEventRegisterAny must be zero or greater");
        g_assert_cmpint(virConnectDomainEventRegisterAny(conn, NULL, 9999, func, NULL, NULL), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_ARG);
        g_assert_cmpint(virConnectDomainEventRegisterAny(conn, domain, 0, func, NULL, NULL), ==, -1);
        g_assert_cmpstr(virGetLastErrorMessage(), ==, "domain 'd' must match connection");
        g_assert_cmpint(
                virConnectNetworkEventRegisterAny(
                        conn, NULL, 0, (virConnectNetworkEventGenericCallback)(void (*)(void))on_lifecycle, NULL, NULL),
                ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_SUPPORT);
        g_assert_cmpint(virConnectNetworkEventDeregisterAny(conn, 0), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_SUPPORT);
        virDomainFree(domain);
        virConnectClose(other);
        virConnectClose(conn);
}

static void on_closed(virConnectPtr conn, int reason, void *opaque)
{
        Seen *seen = opaque;

        seen->events++;
        seen->last = reason;
}

static void test_close_callback(void)
{
        virConnectPtr conn = virConnectOpen("fake:///here");
        virDomainPtr domain = virDomainLookupByName(conn, "d");
        Seen seen = { 0 };

        g_assert_cmpint(virConnectRegisterCloseCallback(conn, on_closed, &seen, on_free), ==, 0);
        g_assert_cmpint(virConnectUnregisterCloseCallback(conn, (virConnectCloseFunc)(void (*)(void))on_free), ==, -1);
        g_assert_cmpint(virDomainResume(domain), ==, 0); /* the fake far end goes away */
        g_assert_cmpint(seen.events, ==, 0);
        run_until(&seen.freed, 1);
        g_assert_cmpint(seen.events, ==, 1);
        g_assert_cmpint(seen.last, ==, VIR_CONNECT_CLOSE_REASON_EOF);
        g_assert_cmpint(virDomainResume(domain), ==, 0);
        virDomainFree(domain);
        virConnectClose(conn);
        g_assert_cmpint(seen.events, ==, 1);

        /* A callback keeps its connection. */
        conn = virConnectOpen("fake:///here");
        g_assert_cmpint(virConnectRegisterCloseCallback(conn, on_closed, &seen, on_free), ==, 0);
        g_assert_cmpint(virConnectRegisterCloseCallback(conn, on_closed, &seen, on_free), ==, -1);
        g_assert_cmpint(virConnectClose(conn), ==, 1);
        g_assert_cmpint(virConnectUnregisterCloseCallback(conn, on_closed), ==, 0);
        g_assert_cmpint(seen.freed, ==, 2);
}

static int collect(virStreamPtr stream, const char *data, size_t length, void *opaque)
{
        g_string_append_len(opaque, data, length);
        return length;
}

static void test_stream(void)
{
        virConnectPtr conn = virConnectOpen("fake:///here");
        virDomainPtr domain = virDomainLookupByName(conn, "d");
        virStreamPtr stream = virStreamNew(conn, 0);
        g_autoptr(GString) text = g_string_new(NULL);
        char byte;

        g_assert_cmpint(virStreamRecv(stream, &byte, 1), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_SUPPORT);
        g_assert_cmpint(virStreamAbort(stream), ==, 0);
        g_assert_cmpint(virDomainOpenConsole(domain, NULL, stream, 0), ==, 0);
        g_assert_cmpint(virStreamRecvAll(stream, collect, text), ==, 0);
        g_assert_cmpstr(text->str, ==, "hello");
        g_assert_cmpint(virStreamFinish(stream), ==, 0);
        g_assert_cmpint(virStreamRecv(stream, &byte, 1), ==, -1);
        virStreamFree(stream);
        virDomainFree(domain);
        g_assert_cmpint(virConnectClose(conn), ==, 0);
}

int main(int argc, char **argv)
{
        g_unsetenv("LIBVIRT_DEFAULT_URI");
        g_test_init(&argc, &argv, NULL);
        virSetErrorFunc(NULL, quiet);
        g_test_add_func("/connect/open", test_open);
        g_test_add_func("/connect/open-fails", test_open_fails);
        g_test_add_func("/connect/open-remote", test_open_remote);
        g_test_add_func("/connect/aliases", test_aliases);
        g_test_add_func("/connect/bad-handles", test_bad_handles);
        g_test_add_func("/connect/read-only", test_read_only);
        g_test_add_func("/connect/unsupported", test_unsupported);
        g_test_add_func("/connect/events-need-loop", test_events_need_loop);
        g_test_add_func("/connect/events", test_events);
        g_test_add_func("/connect/close-while-called", test_close_while_called);
        g_test_add_func("/connect/event-arguments", test_event_arguments);
        g_test_add_func("/connect/close-callback", test_close_callback);
        g_test_add_func("/connect/stream", test_stream);
        return g_test_run();
}
