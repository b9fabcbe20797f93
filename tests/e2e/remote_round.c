/* A program on our library that talks to a daemon's test driver: calls, errors, events, streams, several threads.
 * VIREO_TEST_URI says where; the daemon may be anybody's. VIREO_TEST_INSECURE=1: others can read along.
 * VIREO_TEST_CLOSED=1: wait for the connection to break and say why, instead.
 * VIREO_TEST_GRAPHICS=NAME: pass descriptors to and from that guest's display, instead. */
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

static const char *uri;

static void quiet(void *opaque, virErrorPtr error)
{
}

static virConnectPtr open_it(void)
{
        virConnectPtr conn = virConnectOpen(uri);

        if (!conn)
                g_test_message("%s", virGetLastErrorMessage());
        g_assert_nonnull(conn);
        return conn;
}

static void test_open(void)
{
        virConnectPtr conn = open_it();
        unsigned long version = 0;
        char *text = virConnectGetURI(conn);

        g_assert_cmpstr(text, ==, uri);
        g_assert_cmpstr(virConnectGetType(conn), ==, "TEST");
        g_assert_true(virConnectGetType(conn) == virConnectGetType(conn));
        g_assert_cmpint(virConnectIsAlive(conn), ==, 1);
        g_assert_cmpint(virConnectIsSecure(conn), ==, g_getenv("VIREO_TEST_INSECURE") ? 0 : 1);
        g_assert_cmpint(virConnectIsEncrypted(conn), ==, 0);
        g_assert_cmpint(virConnectGetLibVersion(conn, &version), ==, 0);
        g_assert_cmpuint(version, >=, 9000000);
        g_assert_cmpint(virConnectClose(conn), ==, 0);
        free(text);
}

static void test_list(void)
{
        virConnectPtr conn = open_it();
        virDomainPtr *domains = NULL, domain;
        virDomainInfo info = { 0 };
        char uuid[VIR_UUID_STRING_BUFLEN], *xml;

        g_assert_cmpint(virConnectListAllDomains(conn, &domains, 0), ==, 1);
        g_assert_cmpstr(virDomainGetName(domains[0]), ==, "test");
        g_assert_cmpint(virDomainGetUUIDString(domains[0], uuid), ==, 0);
        domain = virDomainLookupByUUIDString(conn, uuid);
        g_assert_nonnull(domain);
        g_assert_cmpuint(virDomainGetID(domain), ==, virDomainGetID(domains[0]));
        g_assert_cmpint(virDomainGetInfo(domain, &info), ==, 0);
        g_assert_cmpint(info.state, ==, VIR_DOMAIN_RUNNING);
        g_assert_cmpuint(info.maxMem, ==, 8388608);
        xml = virDomainGetXMLDesc(domain, 0);
        g_assert_nonnull(strstr(xml, uuid));
        free(xml);
        virDomainFree(domain);
        virDomainFree(domains[0]);
        free(domains);
        virConnectClose(conn);
}

static void test_errors(void)
{
        virConnectPtr conn = open_it();
        virErrorPtr error;

        g_assert_null(virDomainLookupByName(conn, "nobody"));
        error = virGetLastError();
        g_assert_cmpint(error->code, ==, VIR_ERR_NO_DOMAIN);
        g_assert_cmpint(error->domain, ==, VIR_FROM_TEST);
        g_assert_true(g_str_has_prefix(error->message, "Domain not found"));
        g_assert_null(virDomainDefineXML(conn, "<domain"));
        g_assert_cmpint(virGetLastError()->code, !=, VIR_ERR_OK);
        virConnectClose(conn);
}

static virDomainPtr define(virConnectPtr conn, const char *name)
{
        g_autofree char *xml = g_strdup_printf("<domain type='test'><name>%s</name><memory>8192</memory><vcpu>1</vcpu>"
                                               "<os><type>hvm</type></os></domain>",
                                               name);
        virDomainPtr domain = virDomainDefineXML(conn, xml);

        g_assert_nonnull(domain);
        return domain;
}

static void test_life(void)
{
        virConnectPtr conn = open_it();
        virDomainPtr domain = define(conn, "life");
        int state = 0, reason = 0;

        g_assert_cmpuint(virDomainGetID(domain), ==, (unsigned)-1);
        g_assert_cmpint(virDomainCreate(domain), ==, 0);
        g_assert_cmpuint(virDomainGetID(domain), !=, (unsigned)-1);
        g_assert_cmpint(virDomainSuspend(domain), ==, 0);
        g_assert_cmpint(virDomainGetState(domain, &state, &reason, 0), ==, 0);
        g_assert_cmpint(state, ==, VIR_DOMAIN_PAUSED);
        g_assert_cmpint(virDomainResume(domain), ==, 0);
        g_assert_cmpint(virDomainDestroy(domain), ==, 0);
        g_assert_cmpuint(virDomainGetID(domain), ==, (unsigned)-1);
        g_assert_cmpint(virDomainUndefine(domain), ==, 0);
        virDomainFree(domain);
        virConnectClose(conn);
}

static int heard_all, heard_one, timed_out;

static int on_all(virConnectPtr conn, virDomainPtr domain, int event, int detail, void *opaque)
{
        heard_all++;
        return 0;
}

static int on_one(virConnectPtr conn, virDomainPtr domain, int event, int detail, void *opaque)
{
        g_assert_cmpstr(virDomainGetName(domain), ==, "loud");
        heard_one++;
        return 0;
}

static void on_timeout(int timer, void *opaque)
{
        timed_out++;
}

/* Runs the loop until @wanted events of each sort came; the timer keeps a lost event from hanging us. */
static void hear(int all, int one)
{
        int timer = virEventAddTimeout(10000, on_timeout, NULL, NULL);

        while ((heard_all < all || heard_one < one) && !timed_out)
                g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
        virEventRemoveTimeout(timer);
        g_assert_cmpint(timed_out, ==, 0);
        g_assert_cmpint(heard_all, ==, all);
        g_assert_cmpint(heard_one, ==, one);
}

static void test_events(void)
{
        virConnectPtr conn = open_it();
        virDomainPtr loud = define(conn, "loud"), other = define(conn, "other");
        virConnectDomainEventGenericCallback all = VIR_DOMAIN_EVENT_CALLBACK(on_all);
        virConnectDomainEventGenericCallback one = VIR_DOMAIN_EVENT_CALLBACK(on_one);
        int ids[2];

        ids[0] = virConnectDomainEventRegisterAny(conn, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE, all, NULL, NULL);
        ids[1] = virConnectDomainEventRegisterAny(conn, loud, VIR_DOMAIN_EVENT_ID_LIFECYCLE, one, NULL, NULL);
        g_assert_cmpint(ids[0], >=, 0);
        g_assert_cmpint(ids[1], >=, 0);
        g_assert_cmpint(virDomainCreate(loud), ==, 0);
        hear(1, 1);
        g_assert_cmpint(virDomainCreate(other), ==, 0);
        hear(2, 1);
        g_assert_cmpint(virDomainSuspend(loud), ==, 0);
        hear(3, 2);
        g_assert_cmpint(virConnectDomainEventDeregisterAny(conn, ids[0]), ==, 0);
        g_assert_cmpint(virDomainResume(loud), ==, 0);
        hear(3, 3);
        g_assert_cmpint(virConnectDomainEventDeregisterAny(conn, ids[1]), ==, 0);
        virDomainDestroy(loud);
        virDomainDestroy(other);
        virDomainUndefine(loud);
        virDomainUndefine(other);
        virDomainFree(loud);
        virDomainFree(other);
        virConnectClose(conn);
}

static gpointer call_often(gpointer opaque)
{
        virDomainInfo info;

        for (int i = 0; i < 500; i++)
                g_assert_cmpint(virDomainGetInfo(opaque, &info), ==, 0);
        return NULL;
}

static void test_threads(void)
{
        virConnectPtr conn = open_it();
        virDomainPtr domain = virDomainLookupByName(conn, "test");
        GThread *threads[8];

        for (int i = 0; i < 8; i++)
                threads[i] = g_thread_new("caller", call_often, domain);
        for (int i = 0; i < 8; i++)
                g_thread_join(threads[i]);
        virDomainFree(domain);
        virConnectClose(conn);
}

static gint loop_stop, loop_events;

static void on_tick(int timer, void *opaque)
{
}

static gpointer loop_main(gpointer opaque)
{
        int timer = virEventAddTimeout(10, on_tick, NULL, NULL);

        while (!g_atomic_int_get(&loop_stop))
                g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
        virEventRemoveTimeout(timer);
        return NULL;
}

static int on_busy(virConnectPtr conn, virDomainPtr domain, int event, int detail, void *opaque)
{
        g_atomic_int_inc(&loop_events);
        return 0;
}

/* One of many: connections come and go, with everything that a connection can have. */
static gpointer busy_main(gpointer opaque)
{
        g_autofree char *name = g_strdup_printf("busy%d", GPOINTER_TO_INT(opaque));

        for (int i = 0; i < 10; i++) {
                virConnectPtr conn = open_it();
                int id = virConnectDomainEventRegisterAny(conn, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                                          VIR_DOMAIN_EVENT_CALLBACK(on_busy), NULL, NULL);
                virDomainPtr domain = define(conn, name);

                g_assert_cmpint(virDomainCreate(domain), ==, 0);
                g_assert_cmpint(virConnectSetKeepAlive(conn, 5, 3), ==, 0);
                g_assert_cmpint(virDomainDestroy(domain), ==, 0);
                g_assert_cmpint(virDomainUndefine(domain), ==, 0);
                virDomainFree(domain);
                g_assert_cmpint(virConnectDomainEventDeregisterAny(conn, id), ==, 0);
                g_assert_cmpint(virConnectClose(conn), >=, 0); /* 1: on_busy() runs just now, in the loop */
        }
        return NULL;
}

static void test_busy(void)
{
        GThread *loop = g_thread_new("loop", loop_main, NULL), *threads[8];

        for (int i = 0; i < 8; i++)
                threads[i] = g_thread_new("busy", busy_main, GINT_TO_POINTER(i));
        for (int i = 0; i < 8; i++)
                g_thread_join(threads[i]);
        g_atomic_int_set(&loop_stop, 1);
        g_thread_join(loop);
        g_assert_cmpint(g_atomic_int_get(&loop_events), >, 0);
}

static void test_readonly(void)
{
        virConnectPtr conn = virConnectOpenReadOnly(uri);
        virDomainPtr domain;

        g_assert_nonnull(conn);
        domain = virDomainLookupByName(conn, "test");
        g_assert_nonnull(domain);
        g_assert_cmpint(virDomainSuspend(domain), ==, -1);
        g_assert_cmpint(virGetLastError()->code, ==, VIR_ERR_OPERATION_DENIED);
        virDomainFree(domain);
        virConnectClose(conn);
}

static void test_keepalive(void)
{
        virConnectPtr conn = open_it();

        g_assert_cmpint(virConnectSetKeepAlive(conn, 5, 3), ==, 0);
        g_assert_cmpint(virConnectSetKeepAlive(conn, 0, 0), ==, 0);
        virConnectClose(conn);
}

/* A screenshot is a file that comes over a stream. */
static void test_stream(void)
{
        virConnectPtr conn = open_it();
        virDomainPtr domain = virDomainLookupByName(conn, "test");
        virStreamPtr stream = virStreamNew(conn, 0);
        char *mime = virDomainScreenshot(domain, stream, 0, 0), data[4096];
        size_t total = 0;
        int n;

        if (!mime && virGetLastError()->code == VIR_ERR_NO_SUPPORT) {
                g_test_skip("this test driver has no screenshots");
        } else {
                g_assert_cmpstr(mime, ==, "image/png");
                n = virStreamRecv(stream, data, sizeof(data));
                g_assert_cmpint(n, >=, 8);
                g_assert_cmpmem(data, 8, "\x89PNG\r\n\x1a\n", 8);
                for (; n > 0; n = virStreamRecv(stream, data, sizeof(data)))
                        total += n;
                g_assert_cmpint(n, ==, 0);
                g_assert_cmpuint(total, >, 1000);
                g_assert_cmpint(virStreamFinish(stream), ==, 0);
        }
        free(mime);
        virStreamFree(stream);
        virDomainFree(domain);
        virConnectClose(conn);
}

static int close_reason = -1;

static void on_closed(virConnectPtr conn, int reason, void *opaque)
{
        close_reason = reason;
}

static int wait_for_close(void)
{
        virConnectPtr conn = virConnectOpen(uri);

        if (!conn || virConnectRegisterCloseCallback(conn, on_closed, NULL, NULL) < 0)
                return 1;
        puts("watching");
        fflush(stdout);
        while (close_reason < 0) {
                if (virEventRunDefaultImpl() < 0)
                        return 1;
        }
        printf("closed %d alive %d\n", close_reason, virConnectIsAlive(conn));
        virConnectUnregisterCloseCallback(conn, on_closed);
        virConnectClose(conn);
        return 0;
}

/* What the display at @fd says first. */
static bool greets(int fd)
{
        char text[12] = "";

        return read(fd, text, sizeof(text)) == sizeof(text) && strncmp(text, "RFB ", 4) == 0;
}

/* A descriptor comes with a reply, another goes with a call. */
static int open_graphics(const char *name)
{
        virConnectPtr conn = virConnectOpen(uri);
        virDomainPtr domain = conn ? virDomainLookupByName(conn, name) : NULL;
        int fds[2], given;

        if (!domain)
                return 1;
        given = virDomainOpenGraphicsFD(domain, 0, 0);
        printf("given %s\n", given >= 0 && greets(given) ? "greets" : virGetLastErrorMessage());
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
                return 1;
        if (virDomainOpenGraphics(domain, 0, fds[1], 0) < 0)
                printf("taken %s\n", virGetLastErrorMessage());
        else
                printf("taken %s\n", greets(fds[0]) ? "greets" : "silent");
        close(given);
        close(fds[0]);
        close(fds[1]);
        virDomainFree(domain);
        virConnectClose(conn);
        return 0;
}

int main(int argc, char **argv)
{
        uri = g_getenv("VIREO_TEST_URI");
        if (!uri) {
                fputs("VIREO_TEST_URI is not set\n", stderr);
                return 77;
        }
        virSetErrorFunc(NULL, quiet);
        virEventRegisterDefaultImpl();
        if (g_getenv("VIREO_TEST_CLOSED"))
                return wait_for_close();
        if (g_getenv("VIREO_TEST_GRAPHICS"))
                return open_graphics(g_getenv("VIREO_TEST_GRAPHICS"));
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/remote/open", test_open);
        g_test_add_func("/remote/list", test_list);
        g_test_add_func("/remote/errors", test_errors);
        g_test_add_func("/remote/life", test_life);
        g_test_add_func("/remote/events", test_events);
        g_test_add_func("/remote/threads", test_threads);
        g_test_add_func("/remote/busy", test_busy);
        g_test_add_func("/remote/keepalive", test_keepalive);
        g_test_add_func("/remote/stream", test_stream);
        if (!g_getenv("VIREO_TEST_NO_RO"))
                g_test_add_func("/remote/readonly", test_readonly);
        return g_test_run();
}
