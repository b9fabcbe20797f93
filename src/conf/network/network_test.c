/* Networks, ports, filters' bindings, interfaces of the host, secrets: rules and changes. */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>

#include "conf/host_interface.h"
#include "conf/network.h"
#include "conf/network_port.h"
#include "conf/nwfilter_binding.h"
#include "conf/secret.h"

static const struct {
        const DocumentKind *kind;
        size_t trips_min; /* a test that makes no trips is none */
} kinds[] = {
        { &network_kind, 90 },        { &network_port_kind, 40 }, { &nwfilter_binding_kind, 8 },
        { &host_interface_kind, 50 }, { &secret_kind, 8 },
};

static void test_tables(void)
{
        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                const DocumentKind *kind = kinds[i].kind;
                g_autofree char *complaint = rows_guard(kind->rows), *trip = NULL;
                size_t n;

                g_assert_cmpstr(complaint, ==, NULL);
                trip = rows_round_trip(kind->rows, kind->element, &n);
                g_assert_cmpstr(trip, ==, NULL);
                g_test_message("%s: %zu round trips", kind->name, n);
                g_assert_cmpuint(n, >=, kinds[i].trips_min);
        }
}

static Network *network_of(const char *content)
{
        g_autofree char *xml = g_strdup_printf("<network><name>n</name>%s</network>", content);
        Network *network = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        network_parse(xml, strlen(xml), 0, &network, &err);
        g_assert_cmpstr(err.message, ==, NULL);
        g_assert_nonnull(network);
        return network;
}

/* @words: what the message must hold. */
static void refuse(const DocumentKind *kind, const char *content, const char *words)
{
        g_autofree char *xml = g_strdup_printf("<%s>%s</%s>", kind->element, content, kind->element);
        ERROR_AUTO Error err = ERROR_INIT;
        void *s = NULL;

        g_assert_cmpint(document_read(kind, xml, strlen(xml), NULL, 0, &s, &err), ==, -1);
        if (!strstr(err.message, words))
                g_error("'%s' does not say '%s'", err.message, words);
}

static void refuse_network(const char *content, const char *words)
{
        g_autofree char *whole = g_strdup_printf("<name>n</name>%s", content);

        refuse(&network_kind, whole, words);
}

static void test_addresses(void)
{
        Ip low, high, mask;
        char text[IP_TEXT_LENGTH];

        g_assert_true(ip_parse("192.168.1.255", &low) && ip_parse("192.168.2.0", &high));
        g_assert_cmpuint(ip_distance(&low, &high), ==, 2);
        g_assert_cmpuint(ip_distance(&high, &low), ==, 0);
        g_assert_true(ip_parse("::", &low) && ip_parse("ffff::", &high));
        g_assert_cmpuint(ip_distance(&low, &high), ==, UINT64_MAX);
        g_assert_true(ip_parse("255.255.254.0", &mask));
        g_assert_cmpint(ip_mask_prefix(&mask), ==, 23);
        g_assert_true(ip_parse("255.0.255.0", &mask));
        g_assert_cmpint(ip_mask_prefix(&mask), ==, -1);
        g_assert_true(ip_parse("2001:DB8:0:0::1", &low));
        ip_format(&low, text);
        g_assert_cmpstr(text, ==, "2001:db8::1");
        g_assert_false(ip_parse("10.0.0", &low) || ip_parse("host", &low) || ip_parse("", &low));
}

static void test_defaults(void)
{
        g_autoptr(Network) nat = network_of("<forward/><ip address='10.0.0.1' netmask='255.0.0.0'/>");
        g_autoptr(Network) bridged = network_of("<forward mode='bridge'/><bridge name='br0'/>");

        g_assert_cmpint(nat->forward->mode, ==, FORWARD_NAT);
        g_assert_cmpint(nat->bridge.stp, ==, SWITCH_ON);
        g_assert_true(nat->bridge.delay.set && network_is_virtual(nat));
        g_assert_cmpint(bridged->bridge.stp, ==, SWITCH_ABSENT);
        network_settle_mac(nat);
        network_settle_mac(bridged);
        g_assert_cmphex(nat->mac.bytes[0], ==, 0x52);
        g_assert_cmphex(bridged->mac.bytes[0], ==, 0);
}

static void test_refusals(void)
{
        refuse_network("<forward mode='nat'/>", "no IP address provided");
        refuse_network("<forward mode='bridge'/><bridge name='b' stp='on'/>", "delay/stp");
        refuse_network("<forward mode='vepa'/><bridge name='b'/>", "bridge name not allowed");
        refuse_network("<forward mode='bridge'><interface dev='a'/></forward><bridge name='b'/>", "not both");
        refuse_network("<forward mode='route'><nat/></forward><ip address='10.0.0.1'/>", "<nat>");
        refuse_network("<forward dev='a'><interface dev='b'/></forward><ip address='10.0.0.1'/>", "must match");
        refuse_network("<ip address='fd00::1' prefix='64'/>", "no family specified");
        refuse_network("<ip address='10.0.0.1' netmask='255.0.255.0'/>", "gaps");
        refuse_network("<ip address='10.0.0.1' prefix='33'/>", "at most 32");
        refuse_network("<ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.1.2' end='10.0.1.9'/></dhcp></ip>",
                       "not entirely within");
        refuse_network("<ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.9' end='10.0.0.2'/></dhcp></ip>",
                       "reversed");
        refuse_network(
                "<ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.2' end='10.0.0.255'/></dhcp></ip>",
                "broadcast");
        refuse_network("<ip address='10.0.0.1' prefix='24'><dhcp><host ip='10.0.0.2'/></dhcp></ip>", "mac or name");
        refuse_network("<ip address='10.0.0.1'><dhcp><host mac='03:00:00:00:00:01' ip='10.0.0.2'/></dhcp></ip>",
                       "multicast");
        refuse_network("<dns><host ip='10.0.0.1'/></dns>", "hostname");
        refuse_network("<dns enable='no'><txt name='a' value='b'/></dns>", "disabled");
        refuse_network("<vlan trunk='no'><tag id='1'/><tag id='2'/></vlan>", "trunk");
        refuse_network("<vlan><tag id='4096'/></vlan>", "too large");
        refuse_network("<bandwidth><outbound average='1' floor='2'/></bandwidth>", "floor");
        refuse_network("<forward mode='open'/>", "no IP address provided");
        refuse_network("<forward mode='vepa'><interface dev='a'/><interface dev='a'/></forward>",
                       "only be listed once");
        refuse_network("<dns><srv service='a' protocol='tcp' port='5'/></dns>", "without target");
        refuse_network("<virtualport><parameters profileid='x'/></virtualport>", "missing required virtualport type");
        refuse_network("<route address='10.1.0.1' prefix='16' gateway='10.0.0.1'/>", "not a network address");
        refuse_network("<virtualport type='802.1Qbh'><parameters managerid='1'/></virtualport>", "extra managerid");
        refuse(&network_kind, "<name>a/b</name>", "cannot contain '/'");
}

static void test_driver_rules(void)
{
        static const struct {
                const char *content, *words;
        } cases[] = {
                { "<forward mode='bridge'/><ip address='10.0.0.1'/>", "Unsupported <ip>" },
                { "<route address='10.1.0.0' prefix='16' gateway='10.0.0.2'/>", "unreachable static route gateway" },
                { "<forward mode='hostdev'><interface dev='a'/></forward>", "listed by PCI address" },
                { "<vlan><tag id='1'/></vlan>", "doesn't support vlan" },
                { "<portgroup name='a' default='yes'/><portgroup name='b' default='yes'/>", "multiple default" },
                { "<ip address='10.0.0.1'><dhcp><range start='10.0.0.2' end='10.0.0.3'/></dhcp></ip>"
                  "<ip address='10.1.0.1'><dhcp><range start='10.1.0.2' end='10.1.0.3'/></dhcp></ip>",
                  "Multiple IPv4 dhcp" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(Network) network = network_of(cases[i].content);
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_cmpint(network_check_driver(network, &err), ==, -1);
                g_assert_nonnull(strstr(err.message, cases[i].words));
        }
}

static void test_update(void)
{
        enum { LAST = VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, DELETE = VIR_NETWORK_UPDATE_COMMAND_DELETE };
        g_autoptr(Network) n = network_of("<ip address='10.0.0.1' prefix='24'/>");
        ERROR_AUTO Error err = ERROR_INIT;
        unsigned host = VIR_NETWORK_SECTION_IP_DHCP_HOST;

        g_assert_cmpint(network_update(n, LAST, host, -1, "<host name='a' ip='10.0.0.2'/>", &err), ==, 0);
        g_assert_cmpint(network_update(n, LAST, host, 0, "<host name='a' ip='10.0.0.3'/>", &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_INVALID);
        error_clear(&err);
        g_assert_cmpuint(n->ips[0].n_hosts, ==, 1);
        g_assert_cmpint(network_update(n, LAST, host, 7, "<host name='b' ip='10.0.0.3'/>", &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "at index 7"));
        error_clear(&err);
        g_assert_cmpint(network_update(n, LAST, host, -1, "<range start='10.0.0.4' end='10.0.0.5'/>", &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "expecting <host>"));
        error_clear(&err);
        g_assert_cmpint(network_update(n, DELETE, host, -1, "<host name='a'/>", &err), ==, 0);
        g_assert_cmpuint(n->ips[0].n_hosts, ==, 0);
        g_assert_cmpint(network_update(n, LAST, VIR_NETWORK_SECTION_IP, -1, "<ip/>", &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_NO_SUPPORT);
}

static void test_others(void)
{
        refuse(&secret_kind, "<usage type='ceph'/>", "name is missing");
        refuse(&secret_kind, "<usage type='cepf'><name>x</name></usage>", "ceph");
        refuse(&network_port_kind, "<mac address='52:54:00:00:00:01'/>", "owner");
        refuse(&nwfilter_binding_kind, "<owner><name>a</name></owner>", "uuid");
        refuse(&host_interface_kind, "", "type");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        rows_register(&dnsmasq_namespace);
        g_test_add_func("/network/tables", test_tables);
        g_test_add_func("/network/addresses", test_addresses);
        g_test_add_func("/network/defaults", test_defaults);
        g_test_add_func("/network/refusals", test_refusals);
        g_test_add_func("/network/driver-rules", test_driver_rules);
        g_test_add_func("/network/update", test_update);
        g_test_add_func("/network/others", test_others);
        return g_test_run();
}
