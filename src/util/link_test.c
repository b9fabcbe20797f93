/* Interfaces of a network namespace of the test's own. Needs root and iproute2. */
#include "util/link.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "util/process.h"

static char *ip(const char *arguments, ...) G_GNUC_PRINTF(1, 2);

static char *ip(const char *arguments, ...)
{
        g_auto(GStrv) words = NULL;
        g_autofree char *line = NULL;
        Process *process = process_new("ip");
        ERROR_AUTO Error err = ERROR_INIT;
        char *output = NULL;
        va_list ap;

        va_start(ap, arguments);
        line = g_strdup_vprintf(arguments, ap);
        va_end(ap);
        words = g_strsplit(line, " ", -1);
        for (char **word = words; *word; word++)
                process_add(process, *word);
        if (process_run(process, 10 * 1000, &output, NULL, NULL, &err) < 0)
                g_error("ip %s: %s", line, err.message);
        process_free(process);
        return output;
}

static void expect(const char *name, const char *what)
{
        g_autofree char *text = ip("-d link show dev %s", name);

        if (!strstr(text, what))
                g_error("'%s' is not in: %s", what, text);
}

static void setup(void)
{
        g_free(ip("link add br0 type bridge"));
        g_free(ip("link add veth0 type veth peer name veth1"));
}

static void test_change(void)
{
        static const uint8_t mac[6] = { 0xfe, 0x54, 0, 1, 2, 3 };
        g_autofree char *addresses = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(link_set_up("veth0", true, &err), ==, 0);
        g_assert_cmpint(link_set_mac("veth0", mac, &err), ==, 0);
        g_assert_cmpint(link_set_mtu("veth0", 1400, &err), ==, 0);
        g_assert_cmpuint(link_mtu("veth0"), ==, 1400);
        g_assert_cmpint(link_set_master("veth0", "br0", &err), ==, 0);
        if (link_set_isolated("veth0", true, &err) < 0)
                g_error("%s", err.message);
        expect("veth0", "fe:54:00:01:02:03");
        expect("veth0", "master br0");
        expect("veth0", "isolated on");
        expect("veth0", ",UP");
        g_assert_cmpint(link_add_address("veth1", "192.0.2.1", 24, NULL, &err), ==, 0);
        g_assert_cmpint(link_add_address("veth1", "2001:db8::1", 64, NULL, &err), ==, 0);
        addresses = ip("addr show dev veth1");
        g_assert_nonnull(strstr(addresses, "inet 192.0.2.1/24"));
        g_assert_nonnull(strstr(addresses, "inet6 2001:db8::1/64"));
        g_assert_cmpint(link_set_master("veth0", NULL, &err), ==, 0);
}

static void test_refused(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpuint(link_index("nobody"), ==, 0);
        g_assert_cmpuint(link_mtu("nobody"), ==, 0);
        g_assert_cmpint(link_set_up("nobody", true, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "nobody"));
        error_clear(&err);
        g_assert_cmpint(link_set_master("veth0", "nobridge", &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "Unable to add bridge nobridge port veth0"));
        error_clear(&err);
        g_assert_cmpint(link_add_address("veth0", "not-one", 24, NULL, &err), ==, -1);
}

static void test_macvtap(void)
{
        static const uint8_t mac[6] = { 0x52, 0x54, 0, 9, 8, 7 }, other[6] = { 0x52, 0x54, 0, 9, 8, 8 };
        g_autofree char *first = NULL;
        g_autofree char *second = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        if (link_add_macvtap("macvtap%d", "veth1", MACVTAP_LINK_BRIDGE, mac, &first, &err) < 0)
                g_error("%s", err.message);
        g_assert_cmpstr(first, ==, "macvtap0");
        g_assert_cmpint(link_add_macvtap("macvtap%d", "veth1", MACVTAP_LINK_BRIDGE, other, &second, &err), ==, 0);
        g_assert_cmpstr(second, ==, "macvtap1");
        expect("macvtap0", "macvtap mode bridge");
        g_assert_true(link_has_mac("macvtap0", mac));
        g_assert_false(link_has_mac("macvtap0", other));
        g_assert_false(link_has_mac("nobody", mac));
        expect("macvtap0", "52:54:00:09:08:07");
        g_assert_cmpint(link_delete("macvtap0", &err), ==, 0);
        g_assert_cmpuint(link_index("macvtap0"), ==, 0);
        g_assert_cmpint(link_delete("macvtap0", &err), ==, 0);
        g_assert_cmpint(link_delete("macvtap1", &err), ==, 0);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        if (unshare(CLONE_NEWNET) < 0) {
                g_printerr("no network namespace of its own: %s\n", g_strerror(errno));
                return 77;
        }
        setup();
        g_test_add_func("/link/change", test_change);
        g_test_add_func("/link/refused", test_refused);
        g_test_add_func("/link/macvtap", test_macvtap);
        return g_test_run();
}
