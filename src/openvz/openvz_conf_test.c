#include "openvz/openvz_conf.h"

#include <string.h>

static const char text[] =
        "# x\nCPUS=\"2\"\nEMPTY=\"1\"\nEMPTY=\"\"\nBARE=no # why\nXCPUS=9\nOPEN=\"a b\n"
        "PHYSPAGES=\"0:65536\"\nCPUUNITS='1000'\nVE_PRIVATE=\"/vz/private/$VEID\"\n"
        "IP_ADDRESS=\"10.0.0.1 fd00::1/64\"\n"
        "NETIF=\"ifname=eth0,mac=00:18:51:00:00:01,host_ifname=veth7.0,bridge=br0;ifname=eth1,ifname=eth2\"\n"
        "#UUID: 8dea22b3-1d52-d8f3-2516-782e98ab3fa0\n";

static void assert_value(const char *name, const char *expected)
{
        g_autofree char *value = openvz_conf_value(text, name);

        g_assert_cmpstr(value, ==, expected);
}

static void test_values(void)
{
        assert_value("CPUS", "2");
        assert_value("EMPTY", "1");
        assert_value("BARE", "no");
        assert_value("OPEN", "a b");
        assert_value("NONE", NULL);
}

static void test_domain(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        char uuid[UUID_TEXT_LENGTH];
        Domain *d = NULL;

        g_assert_cmpint(openvz_conf_parse(text, strlen(text), "7", &d, &err), ==, 0);
        uuid_format(d->uuid, uuid);
        g_assert_cmpstr(uuid, ==, "8dea22b3-1d52-d8f3-2516-782e98ab3fa0");
        g_assert_cmpstr(d->name, ==, "7");
        g_assert_cmpuint(d->memory_kib, ==, 262144);
        g_assert_cmpuint(d->vcpu_max, ==, 2);
        g_assert_cmpuint(d->cputune->shares.value, ==, 1000);
        g_assert_cmpstr(d->filesystems[0].source, ==, "/vz/private/7");
        g_assert_cmpuint(d->n_interfaces, ==, 4);
        g_assert_cmpstr(d->interfaces[1].ips[0].family, ==, "ipv6");
        g_assert_cmpstr(d->interfaces[2].bridge.bridge, ==, "br0");
        g_assert_cmpstr(d->interfaces[2].target, ==, "veth7.0");
        domain_unref(d);
}

static void test_refused(void)
{
        static const char *const texts[] = { "CPUS=x",          "CPUS=0",      "PHYSPAGES=\"1:y\"", "IP_ADDRESS=here",
                                             "NETIF=\"mac=1\"", "CPUUNITS=-1", "NAME=\xff" };

        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                Domain *d = NULL;

                g_assert_cmpint(openvz_conf_parse(texts[i], strlen(texts[i]), "7", &d, &err), ==, -1);
                g_assert_true(error_is_set(&err));
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/openvz/values", test_values);
        g_test_add_func("/openvz/domain", test_domain);
        g_test_add_func("/openvz/refused", test_refused);
        return g_test_run();
}
