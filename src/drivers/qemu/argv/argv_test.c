/* Command lines: a document, what a binary told, and what QEMU must be started with, in folders found by listing.
 * The expected lines of i440fx and q35 are what Debian's libvirtd ran for the same guests, at this level's spelling. */
#include "argv/argv.h"

#include <string.h>

#include "caps/caps_probe.h"
#include "caps/usual_devices.h"
#include "rules/settle.h"
#include "util/file.h"

enum { A_DESCRIPTOR = 99 };

static QemuCaps *caps;

static int open_fd(QemuHost *host, const QemuFdAsk *ask, Error *err)
{
        return ask->optional ? QEMU_NO_FD : A_DESCRIPTOR;
}

static int open_taps(QemuHost *host, const Interface *nic, int *ret_fds, size_t n, Error *err)
{
        for (size_t i = 0; i < n; i++)
                ret_fds[i] = A_DESCRIPTOR;
        return 0;
}

static char *data(const char *name, const char *file)
{
        return g_build_filename(TEST_DATA, name, file, NULL);
}

static char *contents(const char *path)
{
        char *text = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        if (file_read(path, 1024 * 1024, &text, NULL, &err) < 0)
                g_error("%s", err.message);
        return text;
}

static Domain *settled(const char *xml, Error *err)
{
        Domain *domain = NULL;
        QemuContext context = { .caps = caps, .fresh = true };

        if (domain_parse_for(&qemu_rules, &context, xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, &domain, err) < 0)
                return NULL;
        if (qemu_check_start(domain, err) < 0) {
                domain_unref(domain);
                return NULL;
        }
        return domain;
}

static GPtrArray *build(Domain *domain, Error *err)
{
        g_autoptr(QemuConf) conf = qemu_conf_new("/lib");
        QemuHost host = { .lib_dir = "/lib/domain-1-x", .conf = conf, .open_fd = open_fd, .open_taps = open_taps };
        g_autoptr(QemuArgv) argv = NULL;

        qemu_assign_aliases(domain);
        if (prepare_blocks(domain, caps, &host, err) < 0)
                return NULL;
        argv = qemu_argv_new(domain, caps, &host);
        return qemu_argv_build(argv, err) < 0 ? NULL : qemu_argv_words(argv);
}

static void test_case(const void *opaque)
{
        g_autofree char *in = data(opaque, "in.xml");
        g_autofree char *out = data(opaque, "out.args");
        g_autofree char *xml = contents(in);
        g_autofree char *expected_text = contents(out);
        g_auto(GStrv) expected = g_strsplit(g_strchomp(expected_text), "\n", -1);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) domain = settled(xml, &err);
        g_autoptr(GPtrArray) words = domain ? build(domain, &err) : NULL;

        if (!words)
                g_error("%s: %s", in, err.message);
        for (guint i = 0; expected[i]; i++)
                g_assert_cmpstr(i < words->len ? g_ptr_array_index(words, i) : NULL, ==, expected[i]);
        g_assert_cmpuint(words->len, ==, g_strv_length(expected) + 1);
}

/* What is settled once stays: a guest must find its devices where they were. */
static void test_settles_to_itself(const void *opaque)
{
        g_autofree char *in = data(opaque, "in.xml");
        g_autofree char *xml = contents(in);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) once = settled(xml, &err);
        g_autofree char *first = domain_format(once, DOMAIN_FORMAT_INACTIVE, &err);
        g_autoptr(Domain) twice = settled(first, &err);
        g_autofree char *second = NULL;

        if (!twice)
                g_error("%s", err.message);
        second = domain_format(twice, DOMAIN_FORMAT_INACTIVE, &err);
        g_assert_cmpstr(first, ==, second);
}

static void refused(const char *devices, int code, const char *words)
{
        g_autofree char *xml = g_strdup_printf("<domain type='qemu'><name>x</name><memory>65536</memory>"
                                               "<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>"
                                               "<emulator>/usr/bin/qemu-system-x86_64</emulator>%s</devices></domain>",
                                               devices);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) domain = settled(xml, &err);
        g_autoptr(GPtrArray) argv = domain ? build(domain, &err) : NULL;

        g_assert_null(argv);
        g_assert_cmpint(err.code, ==, code);
        if (!strstr(err.message, words))
                g_error("'%s' is not in '%s'", words, err.message);
}

static void test_refusals(void)
{
        static const char twice[] = "<rng model='virtio'><backend model='random'/><address type='pci' slot='5'/></rng>"
                                    "<rng model='virtio'><backend model='random'/><address type='pci' slot='5'/></rng>";

        refused("<serial type='nmdm'><source master='/a' slave='/b'/></serial>", VIR_ERR_CONFIG_UNSUPPORTED, "nmdm");
        refused(twice, VIR_ERR_XML_ERROR, "Attempted double use of PCI Address 0000:00:05.0");
        refused("<disk type='file'><source file='/a'/><target dev='vda'/></disk>"
                "<disk type='file'><source file='/b'/><target dev='vda'/></disk>",
                VIR_ERR_XML_ERROR, "target 'vda' duplicated");
        refused("<rng model='virtio'><backend model='random'/><address type='pci' slot='1'/></rng>", VIR_ERR_XML_ERROR,
                "Attempted double use");
}

static void test_disk_index(void)
{
        g_assert_cmpint(disk_index_of("vda"), ==, 0);
        g_assert_cmpint(disk_index_of("sdz"), ==, 25);
        g_assert_cmpint(disk_index_of("sdaa"), ==, 26);
        g_assert_cmpint(disk_index_of("hdb"), ==, 1);
        g_assert_cmpint(disk_index_of("nvme0"), ==, -1);
        g_assert_cmpint(disk_index_of("vd"), ==, -1);
}

static void add_cases(void)
{
        g_autoptr(GDir) dir = g_dir_open(TEST_DATA, 0, NULL);
        const char *name;

        g_assert_nonnull(dir);
        while ((name = g_dir_read_name(dir))) {
                g_autofree char *line = g_strdup_printf("/argv/%s/line", name);
                g_autofree char *itself = g_strdup_printf("/argv/%s/settles-to-itself", name);
                char *kept = g_strdup(name);

                g_test_add_data_func_full(line, kept, test_case, NULL);
                g_test_add_data_func_full(itself, kept, test_settles_to_itself, g_free);
        }
}

/* What 7.2 tells in its schema, which the recorded answers leave out. */
static void know_schema(void)
{
        static const char *const flags[] = { "object.qapified", "device.json+hotplug", "netdev.json", "set-action" };

        for (size_t i = 0; i < G_N_ELEMENTS(flags); i++)
                g_assert_cmpint(qemu_caps_force(caps, flags[i], true), ==, 0);
}

/* QEMU's complaints lead to the device: by its own name before its bus's, by a name made of it, by a node of its images. */
static void test_explained(void)
{
        static const char xml[] =
                "<domain type='qemu'><name>x</name><memory>65536</memory><os><type arch='x86_64' "
                "machine='pc'>hvm</type></os><devices>"
                "<disk type='file'><driver name='qemu' type='raw'/><source file='/a'/><target dev='vda' "
                "bus='virtio'/></disk><serial type='pty'/></devices></domain>";
        static const struct {
                const char *words, *about;
        } cases[] = {
                { "qemu: -device {\"driver\":\"virtio-blk-pci\",\"id\":\"virtio-disk0\"}: no", "<disk type='file'" },
                { "qemu: -device {\"id\":\"virtio-disk01\"}: no", NULL },
                { "qemu: -blockdev {\"node-name\":\"libvirt-1-storage\"}: Could not open", "<disk type='file'" },
                { "qemu: -blockdev {\"node-name\":\"libvirt-11-storage\"}: Could not open", NULL },
                { "qemu: -chardev pty,id=charserial0: no", "<serial type='pty'" },
                { "qemu: -device {\"id\":\"virtio-disk0\",\"bus\":\"pci.0\"}: no", "<disk type='file'" },
                { "qemu: -device {\"bus\":\"pci.0\"}: Bus 'pci.0' not found", "<controller type='pci'" },
                { "qemu: -machine pc: no", NULL },
        };
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *domain = settled(xml, &err);

        g_assert_nonnull(domain);
        qemu_assign_aliases(domain);
        domain->disks[0].source.index = 1;
        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *about = qemu_explain(domain, cases[i].words);

                g_assert_cmpint(about != NULL, ==, cases[i].about != NULL);
                if (about)
                        g_assert_nonnull(strstr(about, cases[i].about));
        }
        domain_unref(domain);
}

int main(int argc, char **argv)
{
        g_autofree char *text = contents(TEST_DATA "/../answers-7.2.json");
        g_autoptr(Json) answers = json_parse(text, strlen(text), NULL);
        ERROR_AUTO Error err = ERROR_INIT;

        g_test_init(&argc, &argv, NULL);
        caps = qemu_caps_from_answers("/usr/bin/qemu-system-x86_64", answers, &err);
        g_assert_nonnull(caps);
        know_schema();
        add_usual(caps);
        g_test_add_func("/argv/disk-index", test_disk_index);
        add_cases();
        g_test_add_func("/argv/refusals", test_refusals);
        g_test_add_func("/argv/explained", test_explained);
        return g_test_run();
}
