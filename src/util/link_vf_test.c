/* Messages about virtual functions, byte by byte; and, where the kernel has a card that is none (netdevsim), the kernel's
 * own word on them. */
#include "util/link.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "link_message.h"
#include "util/file.h"

static const uint8_t address[6] = { 0x52, 0x54, 0, 1, 2, 3 };

/* What `strace ip link set dev D vf 3 mac 52:54:00:01:02:03` and `... vf 3 vlan 42 qos 5` show, but for the sequence
 * number, for RTM_NEWLINK, which may make an interface, and with the bit that says that others are within. */
static void test_request(void)
{
        static const uint8_t want_mac[] = { /* length, RTM_SETLINK, REQUEST | ACK */
                                            80, 0, 0, 0, 19, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                            /* ifinfomsg: index 7 */
                                            0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                            /* IFLA_VFINFO_LIST, IFLA_VF_INFO */
                                            48, 0, 22, 0x80, 44, 0, 1, 0x80,
                                            /* IFLA_VF_MAC: function, address in 32 bytes */
                                            40, 0, 1, 0, 3, 0, 0, 0, 0x52, 0x54, 0, 1, 2, 3
        };
        static const uint8_t want_vlan[] = { 16, 0, 2, 0, 3, 0, 0, 0, 42, 0, 0, 0, 5, 0, 0, 0 };
        const LinkVlan vlan = { .tag = 42, .priority = 5 };
        Request request;

        link_vf_request(&request, 7, 3, address, NULL);
        g_assert_cmpuint(request.header.nlmsg_len, ==, 80);
        g_assert_cmpmem(request.bytes, sizeof(want_mac), want_mac, sizeof(want_mac));
        link_vf_request(&request, 7, 3, NULL, &vlan);
        g_assert_cmpuint(request.header.nlmsg_len, ==, 32 + 8 + sizeof(want_vlan));
        g_assert_cmpmem(request.bytes + 40, sizeof(want_vlan), want_vlan, sizeof(want_vlan));
}

/* An answer about two functions, the second with a tag; between them what nobody asked for. */
static void fill_answer(Request *answer)
{
        struct ifinfomsg head = { .ifi_index = 7 };
        struct ifla_vf_mac mac = { .vf = 0, .mac = { 2, 1 } };
        struct ifla_vf_vlan vlan = { .vf = 0 };
        struct rtattr *list, *info;

        request_init(answer, RTM_NEWLINK, 0, &head, sizeof(head));
        request_text(answer, IFLA_IFNAME, "pf0");
        list = request_open(answer, IFLA_VFINFO_LIST);
        for (uint32_t vf = 0; vf < 2; vf++) {
                info = request_open(answer, IFLA_VF_INFO);
                mac.vf = vlan.vf = vf;
                mac.mac[5] = (uint8_t)(7 + vf);
                vlan.vlan = 40 * vf;
                vlan.qos = vf;
                request_put(answer, IFLA_VF_MAC, &mac, sizeof(mac));
                request_u32(answer, IFLA_VF_TRUST, vf);
                request_put(answer, IFLA_VF_VLAN, &vlan, sizeof(vlan));
                request_close(answer, info);
        }
        request_close(answer, list);
}

static void test_answer(void)
{
        static const uint8_t first[6] = { 2, 1, 0, 0, 0, 7 }, second[6] = { 2, 1, 0, 0, 0, 8 };
        Request answer;
        LinkVf state;

        fill_answer(&answer);
        g_assert_true(link_vf_parse(&answer.header, 0, &state));
        g_assert_cmpmem(state.mac, 6, first, 6);
        g_assert_cmpuint(state.vlan.tag, ==, 0);
        g_assert_true(link_vf_parse(&answer.header, 1, &state));
        g_assert_cmpmem(state.mac, 6, second, 6);
        g_assert_cmpuint(state.vlan.tag, ==, 40);
        g_assert_cmpuint(state.vlan.priority, ==, 1);
        g_assert_false(link_vf_parse(&answer.header, 2, &state));
}

/* Cut off anywhere: nothing is read behind the end (sanitizers see it). */
static void test_cut_off(void)
{
        Request answer;
        LinkVf state;

        fill_answer(&answer);
        for (uint32_t length = sizeof(struct nlmsghdr); length < answer.header.nlmsg_len; length++) {
                g_autofree struct nlmsghdr *cut = g_memdup2(&answer, length);

                cut->nlmsg_len = length;
                link_vf_parse(cut, 1, &state);
        }
}

static void test_nobody(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        uint8_t mac[6];
        LinkVf state;

        g_assert_false(link_mac("nobody", mac));
        g_assert_true(link_mac("lo", mac));
        g_assert_cmpint(link_vf("nobody", 0, &state, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "nobody"));
        error_clear(&err);
        /* An interface, but no card with functions. */
        g_assert_cmpint(link_vf("lo", 0, &state, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "VF 0 of lo"));
        error_clear(&err);
        g_assert_cmpint(link_vf_set_mac("lo", 0, address, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "52:54:00:01:02:03 for ifname lo vf 0"));
}

/* A card of netdevsim's */

enum { CARD = 4711 };

static bool tell(const char *path, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool tell(const char *path, const char *format, ...)
{
        g_autofree char *text = NULL;
        va_list ap;
        bool done;
        int fd;

        va_start(ap, format);
        text = g_strdup_vprintf(format, ap);
        va_end(ap);
        fd = open(path, O_WRONLY | O_CLOEXEC);
        done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
        if (fd >= 0)
                close(fd);
        return done;
}

static void test_kernel(void)
{
        g_autofree char *folder = g_strdup_printf("/sys/bus/netdevsim/devices/netdevsim%d", CARD);
        g_autofree char *net = g_build_filename(folder, "net", NULL);
        g_autofree char *number = g_build_filename(folder, "sriov_numvfs", NULL);
        const LinkVlan vlan = { .tag = 42, .priority = 3 };
        g_auto(GStrv) names = NULL;
        ERROR_AUTO Error err = ERROR_INIT;
        LinkVf state;

        if (!tell("/sys/bus/netdevsim/new_device", "%d 1", CARD)) {
                g_test_skip("the kernel has no netdevsim");
                return;
        }
        g_assert_true(tell(number, "%d", 4));
        g_assert_cmpint(dir_list(net, NULL, &names, &err), ==, 0);
        g_assert_cmpint(link_vf_set_mac(names[0], 3, address, &err), ==, 0);
        g_assert_cmpint(link_vf_set_vlan(names[0], 3, &vlan, &err), ==, 0);
        g_assert_cmpint(link_vf(names[0], 3, &state, &err), ==, 0);
        g_assert_cmpmem(state.mac, 6, address, 6);
        g_assert_cmpuint(state.vlan.tag, ==, 42);
        g_assert_cmpuint(state.vlan.priority, ==, 3);
        g_assert_cmpint(link_vf(names[0], 2, &state, &err), ==, 0);
        g_assert_cmpuint(state.vlan.tag, ==, 0);
        g_assert_cmpint(link_vf_set_mac(names[0], 4, address, &err), ==, -1);
        g_assert_true(tell("/sys/bus/netdevsim/del_device", "%d", CARD));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/link-vf/request", test_request);
        g_test_add_func("/link-vf/answer", test_answer);
        g_test_add_func("/link-vf/cut-off", test_cut_off);
        g_test_add_func("/link-vf/nobody", test_nobody);
        g_test_add_func("/link-vf/kernel", test_kernel);
        return g_test_run();
}
