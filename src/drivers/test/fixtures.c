/* What else is on the built-in host: one network, one interface. They can be listed and looked at;
 * changing them, and those of a host from a file, comes with their drivers (VIR_ERR_NO_SUPPORT until then). */
#include "test.h"

#include <string.h>

#include "util/text.h"

/* One object: what its handle is made of, and its document. */
typedef struct Fixture {
        const char *what; /* for messages */
        const char *name;
        const char *uuid; /* NULL: it has none */
        int no_such;      /* the code for "not found" */
        int error_domain;
        const char *xml;
} Fixture;

static const char mac[] = "aa:bb:cc:dd:ee:ff";

static const Fixture network = {
        .what = "network",
        .name = "default",
        .uuid = "dd8fe884-6c02-601e-7551-cca97df1c5df",
        .no_such = VIR_ERR_NO_NETWORK,
        .error_domain = VIR_FROM_TEST,
        .xml = "<network>\n  <name>default</name>\n  <uuid>dd8fe884-6c02-601e-7551-cca97df1c5df</uuid>\n"
               "  <forward mode='nat'/>\n  <bridge name='virbr0' stp='on' delay='0'/>\n"
               "  <ip address='192.168.122.1' netmask='255.255.255.0'>\n    <dhcp>\n"
               "      <range start='192.168.122.2' end='192.168.122.254'/>\n    </dhcp>\n  </ip>\n</network>\n",
};

static const Fixture interface = {
        .what = "interface",
        .name = "eth1",
        .no_such = VIR_ERR_NO_INTERFACE,
        .error_domain = VIR_FROM_TEST,
        .xml = "<interface type='ethernet' name='eth1'>\n  <start mode='onboot'/>\n  <mac "
               "address='aa:bb:cc:dd:ee:ff'/>\n"
               "  <mtu size='1492'/>\n  <protocol family='ipv4'>\n    <ip address='192.168.0.5' prefix='24'/>\n"
               "    <route gateway='192.168.0.1'/>\n  </protocol>\n</interface>\n",
};

/* Fixtures stand on the built-in host only. */
static int here(virConnectPtr conn, const Fixture *fixture, Error *err)
{
        if (!test_host_of(conn)->path)
                return 0;
        return error_set(err, VIR_ERR_NO_SUPPORT, "%ss of a test host from a file", fixture->what);
}

static int by_name(virConnectPtr conn, const Fixture *fixture, const char *name, Error *err)
{
        if (here(conn, fixture, err) < 0)
                return -1;
        if (strcmp(name, fixture->name) == 0)
                return 0;
        return error_set(err, fixture->no_such, "no %s with matching name '%s'", fixture->what, name);
}

static void uuid_of(const Fixture *fixture, unsigned char uuid[UUID_LENGTH])
{
        uuid_parse(fixture->uuid, uuid);
}

static int by_uuid(virConnectPtr conn, const Fixture *fixture, const unsigned char *uuid, Error *err)
{
        unsigned char own[UUID_LENGTH];
        char text[UUID_TEXT_LENGTH];

        if (here(conn, fixture, err) < 0)
                return -1;
        uuid_of(fixture, own);
        if (memcmp(uuid, own, UUID_LENGTH) == 0)
                return 0;
        uuid_format(uuid, text);
        return error_set(err, fixture->no_such, "no %s with matching uuid '%s'", fixture->what, text);
}

static char *xml_of(virConnectPtr conn, const Fixture *fixture, const char *name, Error *err)
{
        return by_name(conn, fixture, name, err) < 0 ? NULL : g_strdup(fixture->xml);
}

static int yes_of(virConnectPtr conn, const Fixture *fixture, const char *name, Error *err)
{
        return by_name(conn, fixture, name, err) < 0 ? -1 : 1;
}

/* A list of the one @handle (taken over), or of none where the flags ask for what it is not. */
static int list_one(void *handle, bool wanted, void ***list)
{
        if (!wanted || !list) {
                object_unref(handle);
                return wanted;
        }
        *list = g_new0(void *, 2);
        (*list)[0] = handle;
        return 1;
}

/* Of two opposite flags, whether one that fits is given, or none of them. */
static bool fits(unsigned flags, unsigned is, unsigned is_not)
{
        return (flags & is) || !(flags & is_not);
}

/* Networks. */

static virNetworkPtr network_handle(virConnectPtr conn)
{
        unsigned char uuid[UUID_LENGTH];

        uuid_of(&network, uuid);
        return object_network_new(conn, network.name, uuid);
}

static int network_list(virConnectPtr conn, virNetworkPtr **nets, unsigned flags, Error *err)
{
        bool wanted = fits(flags, VIR_CONNECT_LIST_NETWORKS_ACTIVE, VIR_CONNECT_LIST_NETWORKS_INACTIVE) &&
                      fits(flags, VIR_CONNECT_LIST_NETWORKS_PERSISTENT, VIR_CONNECT_LIST_NETWORKS_TRANSIENT) &&
                      fits(flags, VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART, VIR_CONNECT_LIST_NETWORKS_AUTOSTART);

        if (here(conn, &network, err) < 0)
                return -1;
        return list_one(network_handle(conn), wanted, (void ***)nets);
}

static virNetworkPtr network_by_name(virConnectPtr conn, const char *name, Error *err)
{
        return by_name(conn, &network, name, err) < 0 ? NULL : network_handle(conn);
}

static virNetworkPtr network_by_uuid(virConnectPtr conn, const unsigned char *uuid, Error *err)
{
        return by_uuid(conn, &network, uuid, err) < 0 ? NULL : network_handle(conn);
}

static char *network_xml(virNetworkPtr net, unsigned flags, Error *err)
{
        return xml_of(net->conn, &network, net->name, err);
}

static int network_yes(virNetworkPtr net, Error *err)
{
        return yes_of(net->conn, &network, net->name, err);
}

static int network_autostart(virNetworkPtr net, int *autostart, Error *err)
{
        *autostart = 0;
        return by_name(net->conn, &network, net->name, err);
}

static char *network_bridge(virNetworkPtr net, Error *err)
{
        return by_name(net->conn, &network, net->name, err) < 0 ? NULL : g_strdup("virbr0");
}

const NetworkCalls test_network_calls = {
        .connect_list_all_networks = network_list,
        .network_lookup_by_name = network_by_name,
        .network_lookup_by_uuid = network_by_uuid,
        .network_get_xml_desc = network_xml,
        .network_is_active = network_yes,
        .network_is_persistent = network_yes,
        .network_get_autostart = network_autostart,
        .network_get_bridge_name = network_bridge,
};

/* Interfaces. */

static virInterfacePtr interface_by_name(virConnectPtr conn, const char *name, Error *err)
{
        return by_name(conn, &interface, name, err) < 0 ? NULL : object_interface_new(conn, interface.name, mac);
}

static virInterfacePtr interface_by_mac(virConnectPtr conn, const char *address, Error *err)
{
        if (here(conn, &interface, err) < 0)
                return NULL;
        if (g_ascii_strcasecmp(address, mac) != 0)
                return error_null(err, VIR_ERR_NO_INTERFACE, "no interface with matching mac '%s'", address);
        return object_interface_new(conn, interface.name, mac);
}

static int interface_list(virConnectPtr conn, virInterfacePtr **interfaces, unsigned flags, Error *err)
{
        bool wanted = fits(flags, VIR_CONNECT_LIST_INTERFACES_ACTIVE, VIR_CONNECT_LIST_INTERFACES_INACTIVE);

        if (here(conn, &interface, err) < 0)
                return -1;
        return list_one(object_interface_new(conn, interface.name, mac), wanted, (void ***)interfaces);
}

static char *interface_xml(virInterfacePtr iface, unsigned flags, Error *err)
{
        return xml_of(iface->conn, &interface, iface->name, err);
}

static int interface_yes(virInterfacePtr iface, Error *err)
{
        return yes_of(iface->conn, &interface, iface->name, err);
}

const InterfaceCalls test_interface_calls = {
        .connect_list_all_interfaces = interface_list,
        .interface_lookup_by_name = interface_by_name,
        .interface_lookup_by_mac_string = interface_by_mac,
        .interface_get_xml_desc = interface_xml,
        .interface_is_active = interface_yes,
};
