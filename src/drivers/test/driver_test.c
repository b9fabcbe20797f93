/* The test driver through the public API, in this process. */
#include <glib.h>
#include <glib/gstdio.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

static const char small[] = "<domain type='test'><name>small</name><memory unit='MiB'>64</memory><vcpu>2</vcpu>"
                            "<os><type>hvm</type></os></domain>";

static virConnectPtr open_default(void)
{
        virConnectPtr conn = virConnectOpen("test:///default");

        g_assert_nonnull(conn);
        return conn;
}

static virDomainPtr named(virConnectPtr conn, const char *name)
{
        virDomainPtr domain = virDomainLookupByName(conn, name);

        g_assert_nonnull(domain);
        return domain;
}

static void assert_failed(int code)
{
        g_assert_cmpint(virGetLastErrorCode(), ==, code);
        g_assert_cmpint(virGetLastErrorDomain(), ==, VIR_FROM_TEST);
}

static int state_of(virDomainPtr domain, int *reason)
{
        int state;

        g_assert_cmpint(virDomainGetState(domain, &state, reason, 0), ==, 0);
        return state;
}

static void test_default(void)
{
        virConnectPtr conn = open_default();
        virDomainPtr domain = named(conn, "test");
        virNodeInfo node;
        virDomainInfo info;

        g_assert_cmpstr(virConnectGetType(conn), ==, "TEST");
        g_assert_cmpint(virConnectNumOfDomains(conn), ==, 1);
        g_assert_cmpint(virConnectNumOfDefinedDomains(conn), ==, 0);
        g_assert_cmpint(virDomainGetID(domain), ==, 1);
        g_assert_cmpint(virDomainGetInfo(domain, &info), ==, 0);
        g_assert_cmpint(info.state, ==, VIR_DOMAIN_RUNNING);
        g_assert_cmpint(info.maxMem, ==, 8388608);
        g_assert_cmpint(info.memory, ==, 2097152);
        g_assert_cmpint(info.nrVirtCpu, ==, 2);
        g_assert_cmpint(virNodeGetInfo(conn, &node), ==, 0);
        g_assert_cmpint(node.cpus, ==, 16);
        virDomainFree(domain);
        g_assert_cmpint(virConnectClose(conn), ==, 0);
}

/* One host for all connections of the process, for as long as there is one. */
static void test_shared(void)
{
        virConnectPtr one = open_default(), two = open_default();
        virDomainPtr domain = virDomainDefineXML(one, small), seen;

        g_assert_nonnull(domain);
        seen = named(two, "small");
        virDomainFree(seen);
        virDomainFree(domain);
        virConnectClose(one);
        virConnectClose(two);
        one = open_default();
        g_assert_null(virDomainLookupByName(one, "small"));
        assert_failed(VIR_ERR_NO_DOMAIN);
        virConnectClose(one);
}

static void test_lifecycle(void)
{
        virConnectPtr conn = open_default();
        virDomainPtr domain = virDomainDefineXML(conn, small);
        int reason;

        g_assert_cmpint(virDomainIsPersistent(domain), ==, 1);
        g_assert_cmpint(virDomainIsActive(domain), ==, 0);
        g_assert_cmpint(virDomainDestroy(domain), ==, -1);
        assert_failed(VIR_ERR_OPERATION_INVALID);
        g_assert_cmpint(virDomainCreate(domain), ==, 0);
        g_assert_cmpint(state_of(domain, &reason), ==, VIR_DOMAIN_RUNNING);
        g_assert_cmpint(reason, ==, VIR_DOMAIN_RUNNING_BOOTED);
        g_assert_cmpint(virDomainGetID(domain), >, 1);
        g_assert_cmpint(virDomainCreate(domain), ==, -1);
        assert_failed(VIR_ERR_OPERATION_INVALID);
        g_assert_cmpint(virDomainSuspend(domain), ==, 0);
        g_assert_cmpint(state_of(domain, &reason), ==, VIR_DOMAIN_PAUSED);
        g_assert_cmpint(virDomainResume(domain), ==, 0);
        g_assert_cmpint(virDomainReboot(domain, 0), ==, 0);
        g_assert_cmpint(state_of(domain, NULL), ==, VIR_DOMAIN_RUNNING);
        g_assert_cmpint(virDomainShutdown(domain), ==, 0);
        g_assert_cmpint(state_of(domain, &reason), ==, VIR_DOMAIN_SHUTOFF);
        g_assert_cmpint(reason, ==, VIR_DOMAIN_SHUTOFF_SHUTDOWN);
        g_assert_cmpint(virDomainUndefine(domain), ==, 0);
        g_assert_null(virDomainLookupByName(conn, "small"));
        g_assert_cmpint(virDomainCreate(domain), ==, -1);
        assert_failed(VIR_ERR_NO_DOMAIN);
        virDomainFree(domain);
        virConnectClose(conn);
}

static void test_transient(void)
{
        virConnectPtr conn = open_default();
        virDomainPtr domain = virDomainCreateXML(conn, small, VIR_DOMAIN_START_PAUSED);

        g_assert_nonnull(domain);
        g_assert_cmpint(virDomainIsPersistent(domain), ==, 0);
        g_assert_cmpint(state_of(domain, NULL), ==, VIR_DOMAIN_PAUSED);
        g_assert_cmpint(virDomainSetAutostart(domain, 1), ==, -1);
        assert_failed(VIR_ERR_OPERATION_INVALID);
        g_assert_cmpint(virDomainDestroy(domain), ==, 0);
        g_assert_null(virDomainLookupByName(conn, "small"));
        virDomainFree(domain);
        virConnectClose(conn);
}

static void test_clash(void)
{
        virConnectPtr conn = open_default();
        virDomainPtr domain = virDomainDefineXML(conn, small);

        g_assert_null(virDomainDefineXML(conn, "<domain type='test'><name>small</name>"
                                               "<uuid>11111111-2222-3333-4444-555555555555</uuid>"
                                               "<memory>1024</memory><os><type>hvm</type></os></domain>"));
        assert_failed(VIR_ERR_OPERATION_FAILED);
        g_assert_null(virDomainDefineXML(conn, "<domain type='kvm'><name>other</name><memory>1024</memory>"
                                               "<os><type>hvm</type></os></domain>"));
        assert_failed(VIR_ERR_INVALID_ARG);
        g_assert_cmpint(virDomainUndefine(domain), ==, 0);
        virDomainFree(domain);
        virConnectClose(conn);
}

/* Events come from the program's loop, in the order of what happened. */
typedef struct Seen {
        int n, events[8];
} Seen;

static int seen_event(virConnectPtr conn, virDomainPtr domain, int event, int detail, void *opaque)
{
        Seen *seen = opaque;

        if (strcmp(virDomainGetName(domain), "small") == 0 && seen->n < 8)
                seen->events[seen->n++] = event;
        return 0;
}

static void test_events(void)
{
        static const int wanted[] = { VIR_DOMAIN_EVENT_DEFINED, VIR_DOMAIN_EVENT_STARTED, VIR_DOMAIN_EVENT_SUSPENDED,
                                      VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_UNDEFINED };
        virConnectPtr conn = open_default();
        virDomainPtr domain;
        Seen seen = { 0 };
        int id = virConnectDomainEventRegisterAny(conn, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                                  VIR_DOMAIN_EVENT_CALLBACK(seen_event), &seen, NULL);

        g_assert_cmpint(id, >=, 0);
        domain = virDomainDefineXML(conn, small);
        g_assert_cmpint(virDomainCreate(domain), ==, 0);
        g_assert_cmpint(virDomainSuspend(domain), ==, 0);
        g_assert_cmpint(virDomainDestroy(domain), ==, 0);
        g_assert_cmpint(virDomainUndefine(domain), ==, 0);
        while (seen.n < (int)G_N_ELEMENTS(wanted))
                g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
        for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
                g_assert_cmpint(seen.events[i], ==, wanted[i]);
        g_assert_cmpint(virConnectDomainEventDeregisterAny(conn, id), ==, 0);
        virDomainFree(domain);
        virConnectClose(conn);
}

static void test_changes(void)
{
        virConnectPtr conn = open_default();
        virDomainPtr domain = named(conn, "test");
        virDomainIOThreadInfoPtr *threads = NULL;
        unsigned char pins = 0x6;
        char *text;

        g_assert_cmpint(virDomainSetMemory(domain, 1048576), ==, 0);
        g_assert_cmpint(virDomainSetMemory(domain, 9000000), ==, -1);
        assert_failed(VIR_ERR_INVALID_ARG);
        g_assert_cmpint(
                virDomainSetMetadata(domain, VIR_DOMAIN_METADATA_TITLE, "A title", NULL, NULL, VIR_DOMAIN_AFFECT_LIVE),
                ==, 0);
        text = virDomainGetMetadata(domain, VIR_DOMAIN_METADATA_TITLE, NULL, VIR_DOMAIN_AFFECT_LIVE);
        g_assert_cmpstr(text, ==, "A title");
        free(text);
        g_assert_null(virDomainGetMetadata(domain, VIR_DOMAIN_METADATA_TITLE, NULL, VIR_DOMAIN_AFFECT_CONFIG));
        assert_failed(VIR_ERR_NO_DOMAIN_METADATA);
        g_assert_cmpint(virDomainAddIOThread(domain, 4, VIR_DOMAIN_AFFECT_LIVE), ==, 0);
        g_assert_cmpint(virDomainAddIOThread(domain, 4, VIR_DOMAIN_AFFECT_LIVE), ==, -1);
        assert_failed(VIR_ERR_INVALID_ARG);
        g_assert_cmpint(virDomainPinIOThread(domain, 4, &pins, 1, VIR_DOMAIN_AFFECT_LIVE), ==, 0);
        g_assert_cmpint(virDomainGetIOThreadInfo(domain, &threads, VIR_DOMAIN_AFFECT_LIVE), ==, 1);
        g_assert_cmpint(threads[0]->iothread_id, ==, 4);
        g_assert_cmpint(threads[0]->cpumap[0], ==, pins);
        virDomainIOThreadInfoFree(threads[0]);
        free(threads);
        g_assert_cmpint(virDomainDelIOThread(domain, 4, VIR_DOMAIN_AFFECT_LIVE), ==, 0);
        virDomainFree(domain);
        virConnectClose(conn);
}

static void test_file(void)
{
        static const char text[] = "<node xmlns:t='http://libvirt.org/schemas/domain/test/1.0'>"
                                   "<domain type='test'><name>off</name><memory>1024</memory><os><type>hvm</type></os>"
                                   "<t:runstate>5</t:runstate></domain>"
                                   "<domain type='test'><name>on</name><memory>1024</memory><os><type>hvm</type></os>"
                                   "</domain><cpu><mhz>6000</mhz><model>i986</model><active>50</active><nodes>4</nodes>"
                                   "<sockets>4</sockets><cores>4</cores><threads>2</threads></cpu>"
                                   "<network><name>lab</name></network>"
                                   "<memory>8192000</memory></node>";
        g_autofree char *folder = g_dir_make_tmp("vireo-test-XXXXXX", NULL);
        g_autofree char *path = g_build_filename(folder, "node.xml", NULL);
        g_autofree char *uri = g_strconcat("test://", path, NULL);
        virConnectPtr conn;
        virNodeInfo node;

        g_assert_true(g_file_set_contents(path, text, -1, NULL));
        conn = virConnectOpen(uri);
        g_assert_nonnull(conn);
        g_assert_cmpint(virConnectNumOfDomains(conn), ==, 1);
        g_assert_cmpint(virConnectNumOfDefinedDomains(conn), ==, 1);
        g_assert_cmpint(virConnectNumOfNetworks(conn), ==, 1);
        g_assert_cmpint(virConnectNumOfInterfaces(conn), ==, 0);
        g_assert_cmpint(virNodeGetInfo(conn, &node), ==, 0);
        g_assert_cmpstr(node.model, ==, "i986");
        g_assert_cmpint(node.cpus, ==, 50);
        g_assert_cmpint(node.memory, ==, 8192000);
        virConnectClose(conn);
        g_assert_true(g_file_set_contents(path, "<node><domain/></node>", -1, NULL));
        g_assert_null(virConnectOpen(uri));
        g_unlink(path);
        g_assert_null(virConnectOpen(uri));
        g_rmdir(folder);
}

static void test_read_only(void)
{
        virConnectPtr conn = virConnectOpenReadOnly("test:///default");
        virDomainPtr domain = named(conn, "test");

        g_assert_cmpint(virDomainSuspend(domain), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OPERATION_DENIED);
        g_assert_cmpint(virDomainIsActive(domain), ==, 1);
        virDomainFree(domain);
        virConnectClose(conn);
}

static void test_fixtures(void)
{
        virConnectPtr conn = open_default();
        virNetworkPtr network = virNetworkLookupByName(conn, "default");
        char *xml;

        g_assert_cmpint(virConnectNumOfNetworks(conn), ==, 1);
        g_assert_cmpint(virConnectNumOfDefinedNetworks(conn), ==, 0);
        g_assert_cmpint(virConnectListAllStoragePools(conn, NULL, VIR_CONNECT_LIST_STORAGE_POOLS_DIR), ==, 1);
        g_assert_cmpint(virConnectListAllStoragePools(conn, NULL, VIR_CONNECT_LIST_STORAGE_POOLS_RBD), ==, 0);
        g_assert_nonnull(network);
        xml = virNetworkGetXMLDesc(network, 0);
        g_assert_nonnull(strstr(xml, "<name>default</name>"));
        free(xml);
        g_assert_null(virNetworkLookupByName(conn, "other"));
        assert_failed(VIR_ERR_NO_NETWORK);
        virNetworkFree(network);
        virConnectClose(conn);
}

static void test_not_there(void)
{
        virConnectPtr conn = open_default();

        g_assert_cmpint(virConnectNumOfSecrets(conn), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_SUPPORT);
        virConnectClose(conn);
}

static const char lab[] = "<network><name>lab</name><ip address='10.0.0.1' prefix='24'/></network>";

static int seen_network(virConnectPtr conn, virNetworkPtr network, int event, int detail, void *opaque)
{
        Seen *seen = opaque;

        if (seen->n < 8)
                seen->events[seen->n++] = event;
        return 0;
}

static void test_networks(void)
{
        static const int wanted[] = { VIR_NETWORK_EVENT_DEFINED, VIR_NETWORK_EVENT_STARTED, VIR_NETWORK_EVENT_STOPPED,
                                      VIR_NETWORK_EVENT_UNDEFINED };
        virConnectPtr conn = open_default();
        Seen seen = { 0 };
        int id = virConnectNetworkEventRegisterAny(conn, NULL, VIR_NETWORK_EVENT_ID_LIFECYCLE,
                                                   VIR_NETWORK_EVENT_CALLBACK(seen_network), &seen, NULL);
        virNetworkPtr network = virNetworkDefineXML(conn, lab);

        g_assert_nonnull(network);
        g_assert_cmpint(virNetworkIsActive(network), ==, 0);
        g_assert_null(virNetworkDefineXML(conn, "<network><name>lab</name></network>")); /* another uuid */
        assert_failed(VIR_ERR_OPERATION_FAILED);
        g_assert_cmpint(virNetworkCreate(network), ==, 0);
        g_assert_cmpint(virNetworkCreate(network), ==, -1);
        assert_failed(VIR_ERR_OPERATION_INVALID);
        g_assert_cmpint(virNetworkUndefine(network), ==, -1);
        assert_failed(VIR_ERR_OPERATION_INVALID);
        g_assert_cmpint(virNetworkDestroy(network), ==, 0);
        g_assert_cmpint(virNetworkUndefine(network), ==, 0);
        g_assert_null(virNetworkLookupByName(conn, "lab"));
        while (seen.n < (int)G_N_ELEMENTS(wanted))
                g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
        for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
                g_assert_cmpint(seen.events[i], ==, wanted[i]);
        g_assert_cmpint(virConnectNetworkEventDeregisterAny(conn, id), ==, 0);
        virNetworkFree(network);
        virConnectClose(conn);
}

static void test_network_update(void)
{
        static const char host[] = "<host name='a' ip='10.0.0.4'/>";
        virConnectPtr conn = open_default();
        virNetworkPtr network = virNetworkCreateXML(conn, lab);
        unsigned add = VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, section = VIR_NETWORK_SECTION_IP_DHCP_HOST;
        char *xml;

        g_assert_cmpint(virNetworkIsPersistent(network), ==, 0);
        g_assert_cmpint(virNetworkUpdate(network, add, section, -1, host, VIR_NETWORK_UPDATE_AFFECT_CONFIG), ==, -1);
        assert_failed(VIR_ERR_OPERATION_INVALID);
        g_assert_cmpint(virNetworkUpdate(network, add, section, -1, host, 0), ==, 0);
        xml = virNetworkGetXMLDesc(network, 0);
        g_assert_nonnull(strstr(xml, "10.0.0.4"));
        free(xml);
        g_assert_cmpint(virNetworkSetMetadata(network, VIR_NETWORK_METADATA_TITLE, "Lab", NULL, NULL, 0), ==, 0);
        xml = virNetworkGetMetadata(network, VIR_NETWORK_METADATA_TITLE, NULL, 0);
        g_assert_cmpstr(xml, ==, "Lab");
        free(xml);
        g_assert_cmpint(virNetworkDestroy(network), ==, 0);
        g_assert_null(virNetworkLookupByName(conn, "lab")); /* transient */
        virNetworkFree(network);
        virConnectClose(conn);
}

static void test_interfaces(void)
{
        virConnectPtr conn = open_default();
        virInterfacePtr eth = virInterfaceLookupByMACString(conn, "AA:bb:cc:dd:ee:ff");

        g_assert_cmpstr(virInterfaceGetName(eth), ==, "eth1");
        g_assert_cmpint(virInterfaceChangeRollback(conn, 0), ==, -1);
        assert_failed(VIR_ERR_OPERATION_INVALID);
        g_assert_cmpint(virInterfaceChangeBegin(conn, 0), ==, 0);
        g_assert_cmpint(virInterfaceChangeBegin(conn, 0), ==, -1);
        assert_failed(VIR_ERR_OPERATION_INVALID);
        g_assert_cmpint(virInterfaceDestroy(eth, 0), ==, 0);
        g_assert_cmpint(virInterfaceUndefine(eth), ==, 0);
        g_assert_null(virInterfaceLookupByName(conn, "eth1"));
        g_assert_cmpint(virInterfaceChangeRollback(conn, 0), ==, 0);
        g_assert_cmpint(virInterfaceIsActive(eth), ==, 1);
        virInterfaceFree(eth);
        virConnectClose(conn);
}

static void quiet(void *opaque, virErrorPtr error)
{
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        virSetErrorFunc(NULL, quiet);
        virEventRegisterDefaultImpl();
        g_test_add_func("/test/default", test_default);
        g_test_add_func("/test/shared", test_shared);
        g_test_add_func("/test/lifecycle", test_lifecycle);
        g_test_add_func("/test/transient", test_transient);
        g_test_add_func("/test/clash", test_clash);
        g_test_add_func("/test/events", test_events);
        g_test_add_func("/test/changes", test_changes);
        g_test_add_func("/test/file", test_file);
        g_test_add_func("/test/read-only", test_read_only);
        g_test_add_func("/test/fixtures", test_fixtures);
        g_test_add_func("/test/networks", test_networks);
        g_test_add_func("/test/network-update", test_network_update);
        g_test_add_func("/test/interfaces", test_interfaces);
        g_test_add_func("/test/not-there", test_not_there);
        return g_test_run();
}
