/* Cards that a guest has for itself: which they are, what they are set to, and that all is as before when it ends, however
 * it ends. */
#include "host/card.h"

#include <fcntl.h>

#include "host/card_double.h"
#include "test_folder.h"
#include "util/file.h"
#include "util/process.h"

#define OWNER "c7a5fdbd-cdaf-9455-926a-d65c16db1809"
#define OTHER "c7a5fdbd-cdaf-9455-926a-d65c16db1810"
#define PCI   "0000:01:00.0"

typedef struct Host {
        CardPlace place;
        char *folder, *states;
} Host;

static Host host_new(void)
{
        Host host = { .folder = g_dir_make_tmp("vireo-card-XXXXXX", NULL) };

        double_reset();
        host.states = g_build_filename(host.folder, "states", NULL);
        host.place = (CardPlace){ .root = host.folder, .states = host.states, .owner = OWNER, .talk = &card_double };
        double_sysfs(host.folder, PCI, "pf0");
        return host;
}

static void host_end(Host *host)
{
        test_remove(host->folder);
        g_free(host->folder);
        g_free(host->states);
}

static void assert_words(const Error *err, int code, const char *words)
{
        g_assert_cmpint(err->code, ==, code);
        if (!strstr(err->message, words))
                g_error("'%s' is not in '%s'", words, err->message);
}

static Domain *guest_with(const char *more)
{
        g_autofree char *xml = g_strdup_printf(
                "<domain type='qemu'><name>a</name><memory>1</memory><os><type arch='x86_64'>hvm</type></os><devices>"
                "<interface type='direct'><mac address='52:54:00:00:00:07'/><source dev='x' mode='passthrough'/>%s"
                "</interface></devices></domain>",
                more);
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *domain = NULL;

        if (domain_parse(xml, strlen(xml), NULL, 0, &domain, &err) < 0)
                g_error("%s", err.message);
        return domain;
}

#define TAG(number) "<vlan><tag id='" number "'/></vlan>"

static Card interface(const Host *host, const char *name)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Card card = CARD_INIT;

        if (card_of_interface(&host->place, name, &card, &err) < 0)
                g_error("%s", err.message);
        return card;
}

/* Which */

static void test_find(void)
{
        Host host = host_new();
        CARD_AUTO Card by_pci = CARD_INIT;
        CARD_AUTO Card by_name = interface(&host, "vf1");
        CARD_AUTO Card owner = interface(&host, "pf0");
        CARD_AUTO Card other = interface(&host, "eth0");
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(card_of_function(&host.place, "0000:02:00.2", &by_pci, &err), ==, CARD_FOUND);
        g_assert_cmpstr(by_pci.device, ==, "pf0");
        g_assert_cmpint(by_pci.vf, ==, 2);
        g_assert_cmpstr(by_name.device, ==, "pf0");
        g_assert_cmpint(by_name.vf, ==, 1);
        g_assert_cmpstr(owner.device, ==, "pf0");
        g_assert_cmpint(owner.vf, ==, -1);
        g_assert_cmpstr(other.device, ==, "eth0");
        g_assert_cmpint(other.vf, ==, -1);
        card_done(&by_pci);
        g_assert_cmpint(card_of_function(&host.place, PCI, &by_pci, &err), ==, CARD_NO_FUNCTION);
        host_end(&host);
}

/* A card in switch mode has interfaces for the other ends of its functions, before and after its own by name. */
static void test_other_ends(void)
{
        Host host = host_new();
        g_autofree char *end = double_path(host.folder, "sys/bus/pci/devices/" PCI "/net/aa0/phys_port_name");
        g_autofree char *own = double_path(host.folder, "sys/bus/pci/devices/" PCI "/net/pf0/phys_port_name");
        g_autofree char *net = double_path(host.folder, "sys/bus/pci/devices/" PCI "/net/");
        g_autofree char *away = double_path(host.folder, "sys/away");
        CARD_AUTO Card card = CARD_INIT;
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_true(g_file_set_contents(end, "pf0vf0\n", -1, NULL) && g_file_set_contents(own, "p0\n", -1, NULL));
        g_assert_cmpint(card_of_function(&host.place, "0000:02:00.0", &card, &err), ==, CARD_FOUND);
        g_assert_cmpstr(card.device, ==, "pf0");
        card_done(&card);
        g_assert_cmpint(rename(net, away), ==, 0);
        g_assert_cmpint(card_of_function(&host.place, "0000:02:00.0", &card, &err), ==, -1);
        assert_words(&err, VIR_ERR_INTERNAL_ERROR, "The PF device for VF");
        host_end(&host);
}

static void refuse(const Card *card, const char *more, const char *words)
{
        Domain *guest = guest_with(more);
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(card_check(card, &guest->interfaces[0], &err), ==, -1);
        assert_words(&err, VIR_ERR_CONFIG_UNSUPPORTED, words);
        domain_unref(guest);
}

static void test_check(void)
{
        Host host = host_new();
        CARD_AUTO Card function = interface(&host, "vf0");
        CARD_AUTO Card other = interface(&host, "eth0");
        Domain *tagged = guest_with(TAG("42"));
        ERROR_AUTO Error err = ERROR_INIT;

        refuse(&function, "<vlan><tag id='1'/><tag id='2'/></vlan>", "vlan trunking is not supported by SR-IOV");
        refuse(&function, "<vlan trunk='yes'><tag id='1'/></vlan>", "vlan trunking is not supported by SR-IOV");
        refuse(&other, TAG("42"), "vlan can only be set for SR-IOV VFs, but eth0 is not a VF");
        refuse(&function, "<virtualport type='802.1Qbh'><parameters profileid='p'/></virtualport>", "802.1Qbh");
        refuse(&function,
               "<virtualport type='802.1Qbg'><parameters managerid='11' typeid='1' typeidversion='2' "
               "instanceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/></virtualport>",
               "802.1Qbg");
        g_assert_cmpint(card_check(&function, &tagged->interfaces[0], &err), ==, 0);
        g_assert_cmpint(card_check_up(&host.place, &function, &err), ==, 0);
        double_kernel->down = true;
        g_assert_cmpint(card_check_up(&host.place, &other, &err), ==, 0);
        g_assert_cmpint(card_check_up(&host.place, &function, &err), ==, -1);
        assert_words(&err, VIR_ERR_INTERNAL_ERROR, "Unable to configure VF 0 of PF 'pf0' because the PF is not online");
        domain_unref(tagged);
        host_end(&host);
}

/* What they are set to */

static void assert_vf(unsigned vf, unsigned last, unsigned tag, unsigned priority)
{
        const LinkVf *state = &double_kernel->vfs[vf];

        g_assert_cmpuint(state->mac[5], ==, last);
        g_assert_cmpuint(state->vlan.tag, ==, tag);
        g_assert_cmpuint(state->vlan.priority, ==, priority);
}

static void assert_link(const char *name, unsigned last)
{
        g_assert_cmpuint(double_link(name)[5], ==, last);
}

static void assert_nothing_kept(const Host *host)
{
        g_auto(GStrv) names = NULL;

        g_assert_cmpint(dir_list(host->states, NULL, &names, NULL), ==, 0);
        g_assert_cmpuint(g_strv_length(names), ==, 0);
}

static void take(const Host *host, const char *name, const char *more)
{
        CARD_AUTO Card card = interface(host, name);
        Domain *guest = guest_with(more);
        ERROR_AUTO Error err = ERROR_INIT;

        if (card_save(&host->place, &card, &err) < 0 || card_set(&host->place, &card, &guest->interfaces[0], &err) < 0)
                g_error("%s", err.message);
        domain_unref(guest);
}

static void give_back(const Host *host, const char *name)
{
        CARD_AUTO Card card = interface(host, name);

        card_put_back(&host->place, &card);
        card_forget(&host->place, &card);
}

static void assert_kept(const Host *host, const char *name, const char *words)
{
        g_autofree char *path = g_build_filename(host->states, name, NULL);
        g_autofree char *text = NULL;

        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        if (!strstr(text, words))
                g_error("'%s' is not in: %s", words, text);
}

static void test_function(void)
{
        Host host = host_new();

        take(&host, "vf1", TAG("42"));
        assert_vf(1, 7, 42, 0);
        assert_link("vf1", 7);
        assert_kept(&host, "pf0_vf1", "\"adminMac\": \"02:00:00:00:00:a1\"");
        assert_kept(&host, "pf0_vf1", "\"mac\": \"02:00:00:00:00:a1\"");
        assert_kept(&host, "pf0_vf1", "\"vlanTag\": 7");
        give_back(&host, "vf1");
        assert_vf(1, 0xa1, 7, 2);
        assert_link("vf1", 0xa1);
        assert_nothing_kept(&host);
        /* Nobody's tag is left to the guest. */
        take(&host, "vf1", "");
        assert_vf(1, 7, 0, 0);
        give_back(&host, "vf1");
        assert_vf(1, 0xa1, 7, 2);
        host_end(&host);
}

static void test_card(void)
{
        Host host = host_new();

        take(&host, "eth0", "");
        assert_link("eth0", 7);
        assert_kept(&host, "eth0", "\"mac\": \"02:00:00:00:00:c0\"");
        give_back(&host, "eth0");
        assert_link("eth0", 0xc0);
        assert_nothing_kept(&host);
        host_end(&host);
}

/* An address that nobody had set: some drivers forget theirs again, others need one. */
static void test_no_address(void)
{
        Host host = host_new();

        take(&host, "vf0", "");
        assert_vf(0, 7, 0, 0);
        give_back(&host, "vf0");
        assert_vf(0, 0, 0, 0);
        assert_link("vf0", 0xb0);
        double_kernel->needs_mac = true;
        take(&host, "vf0", "");
        give_back(&host, "vf0");
        assert_vf(0, 0xb0, 0, 0);
        assert_link("vf0", 0xb0);
        assert_nothing_kept(&host);
        host_end(&host);
}

static void test_refused(void)
{
        Host host = host_new();
        CARD_AUTO Card card = interface(&host, "vf0");
        CARD_AUTO Card nobody = interface(&host, "nobody");
        Domain *guest = guest_with(TAG("42"));
        ERROR_AUTO Error err = ERROR_INIT;

        double_kernel->no_vlan = true;
        g_assert_cmpint(card_save(&host.place, &card, &err), ==, 0);
        g_assert_cmpint(card_set(&host.place, &card, &guest->interfaces[0], &err), ==, -1);
        assert_words(&err, VIR_ERR_SYSTEM_ERROR, "no tag for pf0 vf 0");
        card_forget(&host.place, &card);
        assert_vf(0, 0, 0, 0);
        assert_nothing_kept(&host);
        error_clear(&err);
        g_assert_cmpint(card_save(&host.place, &nobody, &err), ==, -1);
        assert_words(&err, VIR_ERR_SYSTEM_ERROR, "'nobody'");
        domain_unref(guest);
        host_end(&host);
}

/* Whose */

static void test_other_guest(void)
{
        Host host = host_new();
        CARD_AUTO Card card = interface(&host, "vf1");
        CardPlace other = host.place;
        ERROR_AUTO Error err = ERROR_INIT;

        other.owner = OTHER;
        take(&host, "vf1", "");
        g_assert_cmpint(card_save(&other, &card, &err), ==, -1);
        assert_words(&err, VIR_ERR_OPERATION_INVALID, "in use by driver QEMU, domain " OWNER);
        card_put_back(&other, &card);
        card_forget(&other, &card);
        assert_vf(1, 7, 0, 0);
        /* What was before is not what is now. */
        g_assert_cmpint(card_save(&host.place, &card, NULL), ==, 0);
        give_back(&host, "vf1");
        assert_vf(1, 0xa1, 7, 2);
        host_end(&host);
}

/* A file without a guest is libvirtd's: of one of its guests, which is claimed, or of nobody's. */
static void test_libvirtd(void)
{
        Host host = host_new();
        CARD_AUTO Card card = interface(&host, "vf1");
        g_autofree char *path = double_path(host.folder, "states/pf0_vf1");
        static const char text[] = "{\n  \"mac\": \"02:00:00:00:00:d0\",\n"
                                   "  \"adminMac\": \"02:00:00:00:00:d1\",\n  \"vlanTag\": 9\n}\n";

        g_assert_true(g_file_set_contents(path, text, -1, NULL));
        card_forget(&host.place, &card);
        assert_vf(1, 0xa1, 7, 2);
        card_claim(&host.place, &card);
        give_back(&host, "vf1");
        assert_vf(1, 0xd1, 9, 0);
        assert_link("vf1", 0xd0);
        assert_nothing_kept(&host);
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
        take(&host, "vf1", "");
        give_back(&host, "vf1");
        assert_vf(1, 0xd1, 9, 0);
        host_end(&host);
}

/* Those of guests stay, those of nobody are put back, what is something else is left alone. */
static void test_sweep(void)
{
        Host host = host_new();
        g_autoptr(GHashTable) owners = g_hash_table_new(g_str_hash, g_str_equal);
        g_autofree char *status = double_path(host.folder, "states/guest.xml");
        g_autofree char *list = double_path(host.folder, "states/list");
        Host other = host;

        other.place.owner = OTHER;
        g_hash_table_add(owners, (void *)OTHER);
        g_assert_true(g_file_set_contents(status, "<domstatus/>", -1, NULL) &&
                      g_file_set_contents(list, "[ \"mac\" ]", -1, NULL));
        take(&host, "vf0", TAG("42"));
        take(&host, "eth0", "");
        take(&other, "vf1", "");
        card_sweep(&host.place, owners);
        assert_vf(0, 0, 0, 0);
        assert_link("vf0", 0xb0);
        assert_link("eth0", 0xc0);
        assert_vf(1, 7, 0, 0);
        assert_kept(&host, "guest.xml", "domstatus");
        assert_kept(&host, "list", "mac");
        g_hash_table_remove_all(owners);
        card_sweep(&host.place, owners);
        assert_vf(1, 0xa1, 7, 2);
        host_end(&host);
}

typedef struct Round {
        const Host *host;
        bool back;
} Round;

static void take_both(void *opaque)
{
        const Round *round = opaque;

        take(round->host, "vf1", TAG("42"));
        take(round->host, "eth0", "");
        if (!round->back)
                return;
        give_back(round->host, "vf1");
        give_back(round->host, "eth0");
}

/* Killed anywhere on the way in or out: the next one puts everything back. */
static void test_killed(void)
{
        Host host = host_new();
        g_autoptr(GHashTable) nobody = g_hash_table_new(g_str_hash, g_str_equal);
        Round round = { .host = &host, .back = true };
        unsigned step = 1;

        for (; double_killed(step, take_both, &round); step++) {
                card_sweep(&host.place, nobody);
                assert_vf(1, 0xa1, 7, 2);
                assert_link("vf1", 0xa1);
                assert_link("eth0", 0xc0);
                assert_nothing_kept(&host);
        }
        /* In: an address, a tag, two addresses; as many out. */
        g_assert_cmpuint(step - 1, ==, 16);
        round.back = false;
        g_assert_false(double_killed(0, take_both, &round));
        assert_vf(1, 7, 42, 0);
        card_sweep(&host.place, nobody);
        assert_vf(1, 0xa1, 7, 2);
        assert_link("eth0", 0xc0);
        host_end(&host);
}

/* The kernel itself, where it has a card that is none (netdevsim): as `ip` shows it. */

enum { CARD_NUMBER = 4712 };

static bool tell(const char *path, const char *text)
{
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

        if (fd >= 0)
                close(fd);
        return done;
}

static char *ip_shows(const char *name)
{
        Process *process = process_new("ip");
        ERROR_AUTO Error err = ERROR_INIT;
        char *output = NULL;

        for (const char *const *word = (const char *const[]){ "-d", "link", "show", "dev", name, NULL }; *word; word++)
                process_add(process, *word);
        if (process_run(process, 60 * 1000, &output, NULL, NULL, &err) < 0)
                g_error("ip: %s", err.message);
        process_free(process);
        return output;
}

static void assert_shown(const char *pf, const char *words, bool want)
{
        g_autofree char *text = ip_shows(pf);

        if (!!strstr(text, words) != want)
                g_error("'%s' is %s: %s", words, want ? "not in" : "in", text);
}

static void test_kernel_of(const char *pf)
{
        Host host = { .folder = g_dir_make_tmp("vireo-card-XXXXXX", NULL) };
        g_autoptr(GHashTable) nobody = g_hash_table_new(g_str_hash, g_str_equal);
        static const uint8_t before[6] = { 2, 0, 0, 0, 0, 0xe2 };
        const LinkVlan tag = { .tag = 9, .priority = 4 };
        CARD_AUTO Card card = CARD_INIT;
        Domain *guest = guest_with(TAG("42"));
        ERROR_AUTO Error err = ERROR_INIT;

        host.states = g_build_filename(host.folder, "states", NULL);
        host.place = (CardPlace){ .root = host.folder, .states = host.states, .owner = OWNER, .talk = &card_kernel };
        double_sysfs(host.folder, PCI, pf);
        g_assert_cmpint(link_set_up(pf, true, &err), ==, 0);
        g_assert_cmpint(link_vf_set_mac(pf, 2, before, &err), ==, 0);
        g_assert_cmpint(link_vf_set_vlan(pf, 2, &tag, &err), ==, 0);
        g_assert_cmpint(card_of_function(&host.place, "0000:02:00.2", &card, &err), ==, CARD_FOUND);
        g_assert_cmpint(card_check_up(&host.place, &card, &err), ==, 0);
        for (int swept = 0; swept < 2; swept++) {
                g_assert_cmpint(card_save(&host.place, &card, &err), ==, 0);
                g_assert_cmpint(card_set(&host.place, &card, &guest->interfaces[0], &err), ==, 0);
                assert_shown(pf, "vf 2     link/ether 52:54:00:00:00:07 brd ff:ff:ff:ff:ff:ff, vlan 42,", true);
                if (swept)
                        card_sweep(&host.place, nobody);
                else
                        card_forget(&host.place, &card);
                assert_shown(pf, "52:54:00:00:00:07", false);
                assert_shown(pf, "vf 2     link/ether 02:00:00:00:00:e2 brd ff:ff:ff:ff:ff:ff, vlan 9, qos 4,", true);
        }
        domain_unref(guest);
        host_end(&host);
}

static void test_kernel(void)
{
        g_autofree char *folder = g_strdup_printf("/sys/bus/netdevsim/devices/netdevsim%d", CARD_NUMBER);
        g_autofree char *number = g_strdup_printf("%d", CARD_NUMBER);
        g_autofree char *functions = g_build_filename(folder, "sriov_numvfs", NULL);
        g_autofree char *net = g_build_filename(folder, "net", NULL);
        g_auto(GStrv) names = NULL;

        if (!tell("/sys/bus/netdevsim/new_device", number)) {
                g_test_skip("the kernel has no netdevsim");
                return;
        }
        g_assert_true(tell(functions, "3"));
        g_assert_cmpint(dir_list(net, NULL, &names, NULL), ==, 0);
        g_assert_nonnull(names[0]);
        test_kernel_of(names[0]);
        g_assert_true(tell("/sys/bus/netdevsim/del_device", number));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/card/find", test_find);
        g_test_add_func("/card/other-ends", test_other_ends);
        g_test_add_func("/card/check", test_check);
        g_test_add_func("/card/function", test_function);
        g_test_add_func("/card/card", test_card);
        g_test_add_func("/card/no-address", test_no_address);
        g_test_add_func("/card/refused", test_refused);
        g_test_add_func("/card/other-guest", test_other_guest);
        g_test_add_func("/card/libvirtd", test_libvirtd);
        g_test_add_func("/card/sweep", test_sweep);
        g_test_add_func("/card/killed", test_killed);
        g_test_add_func("/card/kernel", test_kernel);
        return g_test_run();
}
