#include "host/vfio.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/card_double.h"
#include "util/file.h"

#define OWNER "c7a5fdbd-cdaf-9455-926a-d65c16db1809"

/* A host in a folder: its sysfs, with somebody who does what a kernel does when it is told. */
typedef struct Host {
        Vfio vfio; /* first */
        char *folder, *records, *states;
        const char *stubborn; /* a device that no driver takes */
} Host;

static char *in(const Host *host, const char *format, ...)G_GNUC_PRINTF(2, 3);

static char *in(const Host *host, const char *format, ...)
{
        g_autofree char *name = NULL;
        va_list ap;

        va_start(ap, format);
        name = g_strdup_vprintf(format, ap);
        va_end(ap);
        return g_build_filename(host->folder, "sys", name, NULL);
}

static void make_folder(const Host *host, const char *name)
{
        g_autofree char *path = in(host, "%s", name);

        g_assert_cmpint(g_mkdir_with_parents(path, 0755), ==, 0);
}

static void make_link(const Host *host, const char *device, const char *name, const char *target)
{
        g_autofree char *path = in(host, "bus/pci/devices/%s/%s", device, name);

        unlink(path);
        if (target)
                g_assert_cmpint(symlink(target, path), ==, 0);
}

static void set_driver(const Host *host, const char *device, const char *driver)
{
        g_autofree char *target = driver ? g_strconcat("../../drivers/", driver, NULL) : NULL;

        make_link(host, device, "driver", target);
}

static void assert_driver(const Host *host, const char *device, const char *want)
{
        g_autofree char *path = in(host, "bus/pci/devices/%s/driver", device);
        g_autofree char *target = g_file_read_link(path, NULL);
        g_autofree char *name = target ? g_path_get_basename(target) : NULL;

        g_assert_cmpstr(name, ==, want);
}

static void put(const char *path, const char *text)
{
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void add_device(const Host *host, const char *name, const char *group, const char *driver, const char *class)
{
        g_autofree char *folder = g_strdup_printf("bus/pci/devices/%s", name);
        g_autofree char *members = g_strdup_printf("kernel/iommu_groups/%s/devices/%s", group, name);
        g_autofree char *target = g_strdup_printf("../../../../kernel/iommu_groups/%s", group);
        g_autofree char *class_path = in(host, "bus/pci/devices/%s/class", name);

        make_folder(host, folder);
        make_folder(host, members);
        make_link(host, name, "iommu_group", target);
        set_driver(host, name, driver);
        put(class_path, class);
}

/* An interface is there as long as a driver of the host's makes it. */
static void move_interface(const Host *host, const char *device, bool there)
{
        g_autofree char *net = in(host, "bus/pci/devices/%s/net", device);
        g_autofree char *away = in(host, "bus/pci/devices/%s/away", device);

        if (rename(there ? away : net, there ? net : away) < 0)
                g_assert_cmpint(errno, ==, ENOENT);
}

/* What the override says, else the driver that this card has on the fake host. */
static void bind(const Host *host, const char *device)
{
        g_autofree char *path = in(host, "bus/pci/devices/%s/driver_override", device);
        g_autofree char *text = NULL;

        if (g_strcmp0(device, host->stubborn) == 0 || file_read(path, 64, &text, NULL, NULL) < 0)
                return;
        g_strstrip(text);
        set_driver(host, device, text[0] ? text : "e1000e");
        if (!text[0])
                move_interface(host, device, true);
}

static int kernel(const Vfio *vfio, const char *path, const char *value, Error *err)
{
        const Host *host = (const Host *)vfio;

        double_step();
        if (g_str_has_suffix(path, "/driver/unbind")) {
                set_driver(host, value, NULL);
                move_interface(host, value, false);
        } else if (g_str_has_suffix(path, "/drivers_probe"))
                bind(host, value);
        else if (g_str_has_suffix(path, "/driver_override"))
                put(path, value);
        else
                g_error("nobody writes to %s", path);
        double_step();
        return 0;
}

static Host *host_new(void)
{
        Host *host = g_new0(Host, 1);

        host->folder = g_dir_make_tmp("vireo-vfio-XXXXXX", NULL);
        host->records = g_build_filename(host->folder, "records", NULL);
        host->states = g_build_filename(host->folder, "states", NULL);
        host->vfio = (Vfio){
                .root = host->folder,
                .records = host->records,
                .tell = kernel,
                .cards = { .root = host->folder, .states = host->states, .owner = OWNER, .talk = &card_double },
        };
        double_reset();
        make_folder(host, "bus/pci/drivers/vfio-pci");
        add_device(host, "0000:00:01.0", "1", "pcieport", "0x060400\n");
        add_device(host, "0000:01:00.0", "1", "e1000e", "0x020000\n");
        add_device(host, "0000:01:00.1", "1", "e1000e", "0x020000\n");
        add_device(host, "0000:02:00.0", "2", "e1000e", "0x020000\n");
        add_device(host, "0000:03:00.0", "3", "vfio-pci", "0x020000\n");
        return host;
}

static void host_end(Host *host)
{
        const char *words[] = { "rm", "-rf", host->folder, NULL };

        g_assert_true(
                g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
        g_free(host->folder);
        g_free(host->records);
        g_free(host->states);
        g_free(host);
}

static void assert_no_records(const Host *host)
{
        g_auto(GStrv) names = NULL;

        g_auto(GStrv) states = NULL;

        if (dir_list(host->records, NULL, &names, NULL) == 0)
                g_assert_cmpint((int)g_strv_length(names), ==, 0);
        if (dir_list(host->states, NULL, &states, NULL) == 0)
                g_assert_cmpint((int)g_strv_length(states), ==, 0);
}

static Domain *guest_with(const char *devices)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *xml = g_strdup_printf("<domain type='qemu'><name>a</name>"
                                               "<uuid>" OWNER "</uuid><memory>1</memory>"
                                               "<os><type arch='x86_64'>hvm</type></os><devices>%s</devices></domain>",
                                               devices);
        Domain *domain = NULL;

        if (domain_parse(xml, strlen(xml), NULL, 0, &domain, &err) < 0)
                g_error("%s", err.message);
        return domain;
}

#define CARD(managed, bus, function)                                                                                   \
        "<hostdev mode='subsystem' type='pci' managed='" managed "'><source><address domain='0' bus='" bus             \
        "' slot='0' function='" function "'/></source></hostdev>"

static void take(Host *host, const Domain *live)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (vfio_take(&host->vfio, live, &err) < 0)
                g_error("%s", err.message);
}

static void refuse(Host *host, const char *devices, const char *words)
{
        Domain *live = guest_with(devices);
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(vfio_take(&host->vfio, live, &err), ==, -1);
        if (!strstr(err.message, words))
                g_error("'%s' is not in '%s'", words, err.message);
        domain_unref(live);
        assert_no_records(host);
}

static void test_managed(void)
{
        Host *host = host_new();
        Domain *live = guest_with(CARD("yes", "2", "0") CARD("yes", "3", "0"));

        take(host, live);
        assert_driver(host, "0000:02:00.0", "vfio-pci");
        vfio_give_back(&host->vfio, live);
        assert_driver(host, "0000:02:00.0", "e1000e");
        /* It was so before. */
        assert_driver(host, "0000:03:00.0", "vfio-pci");
        assert_no_records(host);
        domain_unref(live);
        host_end(host);
}

/* A guest that failed to start gives nothing back that another one has. */
static void test_other_guest(void)
{
        Host *host = host_new();
        Domain *live = guest_with(CARD("yes", "2", "0")), *other = domain_copy(live);

        other->uuid[0] ^= 1;
        take(host, live);
        vfio_give_back(&host->vfio, other);
        assert_driver(host, "0000:02:00.0", "vfio-pci");
        vfio_give_back(&host->vfio, live);
        assert_driver(host, "0000:02:00.0", "e1000e");
        domain_unref(other);
        domain_unref(live);
        host_end(host);
}

/* Functions of one card go together; the bridge above them is no obstacle. */
static void test_group(void)
{
        Host *host = host_new();
        Domain *both = guest_with(CARD("yes", "1", "0") CARD("yes", "1", "1"));

        refuse(host, CARD("yes", "1", "0"), "0000:01:00.1, which the host uses (driver 'e1000e')");
        assert_driver(host, "0000:01:00.0", "e1000e");
        take(host, both);
        assert_driver(host, "0000:01:00.1", "vfio-pci");
        vfio_give_back(&host->vfio, both);
        assert_driver(host, "0000:01:00.1", "e1000e");
        domain_unref(both);
        host_end(host);
}

static void test_unmanaged(void)
{
        Host *host = host_new();
        Domain *ready = guest_with(CARD("no", "3", "0"));

        refuse(host, CARD("no", "2", "0"), "Unmanaged PCI device 0000:02:00.0 must be manually detached");
        assert_driver(host, "0000:02:00.0", "e1000e");
        take(host, ready);
        vfio_give_back(&host->vfio, ready);
        assert_driver(host, "0000:03:00.0", "vfio-pci");
        domain_unref(ready);
        host_end(host);
}

/* The second cannot be had: the first is given back. */
static void test_all_or_none(void)
{
        Host *host = host_new();

        host->stubborn = "0000:01:00.1";
        refuse(host, CARD("yes", "2", "0") CARD("yes", "1", "0") CARD("yes", "1", "1"), "did not become");
        assert_driver(host, "0000:02:00.0", "e1000e");
        assert_driver(host, "0000:01:00.0", "e1000e");
        host_end(host);
}

static void test_no_iommu(void)
{
        Host *host = host_new();

        make_link(host, "0000:02:00.0", "iommu_group", NULL);
        refuse(host, CARD("yes", "2", "0"), "behind no IOMMU");
        refuse(host, CARD("yes", "9", "0"), "Device 0000:09:00.0 not found");
        host_end(host);
}

#define NIC(bus, function, more)                                                                                       \
        "<interface type='hostdev' managed='yes'><mac address='52:54:00:00:00:07'/><source><address type='pci' "       \
        "domain='0' bus='" bus "' slot='0' function='" function "'/></source>" more "</interface>"
#define TAG "<vlan><tag id='42'/></vlan>"

static void refuse_card(Host *host, const char *devices, int code, const char *words)
{
        Domain *live = guest_with(devices);
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(vfio_check_interfaces(&host->vfio, live, &err), ==, -1);
        g_assert_cmpint(err.code, ==, code);
        if (!strstr(err.message, words))
                g_error("'%s' is not in '%s'", words, err.message);
        domain_unref(live);
        assert_driver(host, "0000:02:00.0", "e1000e");
        assert_no_records(host);
}

static void test_network_cards(void)
{
        Host *host = host_new();
        Domain *other = guest_with("<interface type='user'/>" CARD("yes", "2", "0"));

        refuse_card(host, NIC("2", "0", ""), VIR_ERR_CONFIG_UNSUPPORTED,
                    "on SR-IOV Virtual Functions only, and PCI device 0000:02:00.0 of interface 52:54:00:00:00:07");
        refuse_card(host, NIC("9", "0", ""), VIR_ERR_SYSTEM_ERROR, "Device 0000:09:00.0 not found");
        make_link(host, "0000:02:00.0", "physfn", "../0000:01:00.0");
        refuse_card(host, NIC("2", "0", ""), VIR_ERR_INTERNAL_ERROR, "has no network device name");
        g_assert_cmpint(vfio_check_interfaces(&host->vfio, other, NULL), ==, 0);
        domain_unref(other);
        host_end(host);
}

/* Functions */

/* Two functions of a card; the first has an interface, an address and a tag. */
static Host *host_with_functions(void)
{
        Host *host = host_new();

        add_device(host, "0000:02:00.1", "7", "e1000e", "0x020000\n");
        add_device(host, "0000:02:00.2", "8", "e1000e", "0x020000\n");
        add_device(host, "0000:05:00.0", "9", "e1000e", "0x020000\n");
        double_sysfs(host->folder, "0000:05:00.0", "pf0");
        return host;
}

static void assert_function(unsigned vf, unsigned last, unsigned tag)
{
        g_assert_cmpuint(double_kernel->vfs[vf].mac[5], ==, last);
        g_assert_cmpuint(double_kernel->vfs[vf].vlan.tag, ==, tag);
}

static void assert_as_before(const Host *host)
{
        assert_driver(host, "0000:02:00.1", "e1000e");
        assert_driver(host, "0000:02:00.2", "e1000e");
        assert_function(1, 0xa1, 7);
        assert_function(2, 0xa2, 0);
        g_assert_cmpuint(double_link("vf1")[5], ==, 0xa1);
        assert_no_records(host);
}

static void test_functions(void)
{
        Host *host = host_with_functions();
        Domain *live = guest_with(NIC("2", "1", TAG) CARD("yes", "2", "2"));
        Domain *other = guest_with(CARD("yes", "2", "1"));
        g_autofree char *shared = vfio_shared(live, other);

        g_assert_cmpstr(shared, ==, "0000:02:00.1");
        g_assert_true(vfio_any(live));
        refuse_card(host, NIC("2", "1", "<vlan><tag id='1'/><tag id='2'/></vlan>"), VIR_ERR_CONFIG_UNSUPPORTED,
                    "vlan trunking is not supported");
        double_kernel->down = true;
        refuse_card(host, NIC("2", "1", ""), VIR_ERR_INTERNAL_ERROR, "the PF is not online");
        double_kernel->down = false;
        take(host, live);
        assert_driver(host, "0000:02:00.1", "vfio-pci");
        assert_driver(host, "0000:02:00.2", "vfio-pci");
        assert_function(1, 7, 42);
        /* Nobody asked for this one's. */
        assert_function(2, 0xa2, 0);
        vfio_give_back(&host->vfio, live);
        assert_as_before(host);
        domain_unref(other);
        domain_unref(live);
        host_end(host);
}

/* One that was the guests' before stays with their driver, but is set as it was. */
static void test_unmanaged_function(void)
{
        Host *host = host_with_functions();
        Domain *live = guest_with("<interface type='hostdev'><mac address='52:54:00:00:00:07'/><source><address "
                                  "type='pci' domain='0' bus='2' slot='0' function='2'/></source></interface>");

        set_driver(host, "0000:02:00.2", "vfio-pci");
        take(host, live);
        assert_function(2, 7, 0);
        vfio_give_back(&host->vfio, live);
        assert_driver(host, "0000:02:00.2", "vfio-pci");
        assert_function(2, 0xa2, 0);
        assert_no_records(host);
        domain_unref(live);
        host_end(host);
}

/* The last cannot be set: nothing is as it would have been. */
static void test_functions_all_or_none(void)
{
        Host *host = host_with_functions();

        double_kernel->no_vlan = true;
        double_kernel->vfs[1].vlan = (LinkVlan){ 0 };
        refuse(host, NIC("2", "1", "") NIC("2", "2", TAG), "no tag for pf0 vf 2");
        double_kernel->vfs[1].vlan = (LinkVlan){ .tag = 7, .priority = 2 };
        assert_as_before(host);
        host->stubborn = "0000:02:00.2";
        refuse(host, NIC("2", "1", "") NIC("2", "2", ""), "did not become");
        assert_driver(host, "0000:02:00.1", "e1000e");
        assert_function(1, 0xa1, 7);
        assert_function(2, 0xa2, 0);
        host_end(host);
}

typedef struct Round {
        Host *host;
        Domain *live;
} Round;

static void take_and_give_back(void *opaque)
{
        const Round *round = opaque;

        take(round->host, round->live);
        vfio_give_back(&round->host->vfio, round->live);
}

/* The next daemon finds the guest in its status file, and ends it. */
static void test_killed(void)
{
        Host *host = host_with_functions();
        Round round = { host, guest_with(NIC("2", "1", TAG) NIC("2", "2", TAG)) };
        unsigned step = 1;

        for (; double_killed(step, take_and_give_back, &round); step++) {
                vfio_give_back(&host->vfio, round.live);
                assert_as_before(host);
        }
        /* Three words to sysfs for each function, its address, its tag; both ways; before and after. */
        g_assert_cmpuint(step - 1, ==, 40);
        domain_unref(round.live);
        host_end(host);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/vfio/managed", test_managed);
        g_test_add_func("/vfio/other-guest", test_other_guest);
        g_test_add_func("/vfio/group", test_group);
        g_test_add_func("/vfio/unmanaged", test_unmanaged);
        g_test_add_func("/vfio/all-or-none", test_all_or_none);
        g_test_add_func("/vfio/no-iommu", test_no_iommu);
        g_test_add_func("/vfio/network-cards", test_network_cards);
        g_test_add_func("/vfio/functions", test_functions);
        g_test_add_func("/vfio/unmanaged-function", test_unmanaged_function);
        g_test_add_func("/vfio/functions-all-or-none", test_functions_all_or_none);
        g_test_add_func("/vfio/killed", test_killed);
        return g_test_run();
}
