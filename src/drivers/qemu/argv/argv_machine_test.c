/* What single elements of a document become: the words that QEMU's manual and libvirt's description of the format say. */
#include "argv/argv.h"

#include <string.h>

#include "caps/caps_probe.h"
#include "conf/driver_namespaces.h"
#include "util/file.h"

static QemuCaps *caps;

static const QemuHugePages huge[] = { { "/huge2M", 2048, true }, { "/huge1G", 1024 * 1024, false } };

static int open_fd(QemuHost *host, const QemuFdAsk *ask, Error *err)
{
        return 99;
}

static Domain *parsed(const char *parts, const char *devices, Error *err)
{
        g_autofree char *xml = g_strdup_printf(
                "<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>x</name>"
                "<uuid>8c9ad6a8-2a35-4b67-9dbb-6d1f3c2a7e11</uuid><memory unit='MiB'>1024</memory><vcpu>4</vcpu>"
                "<os><type arch='x86_64' machine='pc'>hvm</type></os>%s<devices>"
                "<emulator>/usr/bin/qemu-system-x86_64</emulator>%s<controller type='usb' model='none'/>"
                "<memballoon model='none'/></devices></domain>",
                parts, devices);
        QemuContext context = { .caps = caps, .fresh = true };
        Domain *domain = NULL;

        if (domain_parse_for(&qemu_rules, &context, xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, &domain, err) < 0)
                return NULL;
        domain->id = 7;
        return domain;
}

/* NULL: refused. */
static GPtrArray *words_of(Domain *domain, Error *err)
{
        g_autoptr(QemuConf) conf = qemu_conf_new("/lib");
        g_autoptr(Bitmap) nodes = bitmap_parse("0-1", 8, NULL);
        QemuHost host = { .conf = conf,
                          .lib_dir = "/lib/domain-7-x",
                          .channel_dir = "/channels",
                          .open_fd = open_fd,
                          .huge_pages = huge,
                          .n_huge_pages = G_N_ELEMENTS(huge),
                          .nodes = nodes,
                          .now = 1000000000,
                          .migrate_fd = -1 };
        g_autoptr(QemuArgv) argv = NULL;

        if (qemu_prepare(domain, caps, &host, err) < 0)
                return NULL;
        argv = qemu_argv_new(domain, caps, &host);
        return qemu_argv_build(argv, err) < 0 ? NULL : qemu_argv_words(argv);
}

static bool has_pair(const GPtrArray *words, const char *option, const char *value)
{
        for (guint i = 0; i + 2 < words->len; i++)
                if (strcmp(g_ptr_array_index(words, i), option) == 0 &&
                    strcmp(g_ptr_array_index(words, i + 1), value) == 0)
                        return true;
        return false;
}

static void expect(const char *parts, const char *devices, const char *option, const char *value)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) domain = parsed(parts, devices, &err);
        g_autoptr(GPtrArray) words = domain ? words_of(domain, &err) : NULL;

        if (!words)
                g_error("%s: %s", parts, err.message);
        if (has_pair(words, option, value))
                return;
        for (guint i = 0; i + 1 < words->len; i++)
                g_printerr("%s\n", (char *)g_ptr_array_index(words, i));
        g_error("no '%s %s' for %s", option, value, parts);
}

static void refuse(const char *parts, int code, const char *part)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) domain = parsed(parts, "", &err);
        g_autoptr(GPtrArray) words = domain ? words_of(domain, &err) : NULL;

        g_assert_null(words);
        g_assert_cmpint(err.code, ==, code);
        g_assert_nonnull(strstr(err.message, part));
}

#define CPU(inner) "<cpu mode='custom' match='exact'><model>qemu64</model>" inner "</cpu>"

static void test_clock(void)
{
        expect("<clock offset='utc'/>", "", "-rtc", "base=utc");
        expect("<clock offset='localtime'><timer name='rtc' tickpolicy='catchup'/></clock>", "", "-rtc",
               "base=localtime,driftfix=slew");
        /* 2001-09-09 01:46:40, and an hour more. */
        expect("<clock offset='variable' adjustment='3600' basis='utc'/>", "", "-rtc", "base=2001-09-09T02:46:40");
        expect("<clock offset='absolute' start='0'/>", "", "-rtc", "base=1970-01-01T00:00:00");
        expect("<clock offset='utc'><timer name='rtc' track='guest'/></clock>", "", "-rtc", "base=utc,clock=vm");
}

static void test_cpu(void)
{
        expect(CPU(""), "", "-cpu", "qemu64");
        expect(CPU("<feature policy='require' name='aes'/><feature policy='disable' name='pclmuldq'/>"), "", "-cpu",
               "qemu64,aes=on,pclmulqdq=off");
        expect(CPU("") "<features><hyperv><relaxed state='on'/><spinlocks state='on' retries='8191'/></hyperv>"
                       "<kvm><hidden state='on'/></kvm></features>",
               "", "-cpu", "qemu64,hv-relaxed=on,hv-spinlocks=0x1fff,kvm=off");
        expect(CPU("<topology sockets='1' dies='1' cores='2' threads='2'/>"), "", "-smp",
               "4,sockets=1,cores=2,threads=2");
}

static void test_numa(void)
{
        static const char cells[] =
                CPU("<numa><cell id='0' cpus='0-1' memory='512' unit='MiB'><distances><sibling id='1' value='21'/>"
                    "</distances></cell><cell id='1' cpus='2-3' memory='512' unit='MiB'/></numa>");

        expect(cells, "", "-numa", "node,nodeid=0,cpus=0-1,memdev=ram-node0");
        expect(cells, "", "-object", "{\"qom-type\":\"memory-backend-ram\",\"id\":\"ram-node1\",\"size\":536870912}");
        expect(cells, "", "-numa", "dist,src=0,dst=0,val=10");
        expect(cells, "", "-numa", "dist,src=0,dst=1,val=21");
        expect(cells, "", "-numa", "dist,src=1,dst=0,val=21");
        refuse("<numatune><memory mode='strict' nodeset='5'/></numatune>", VIR_ERR_CONFIG_UNSUPPORTED,
               "NUMA node 5 is unavailable");
}

static void test_memory(void)
{
        expect("", "", "-m", "size=1048576k");
        expect("<memoryBacking><hugepages/></memoryBacking>", "", "-object",
               "{\"qom-type\":\"memory-backend-file\",\"id\":\"pc.ram\",\"mem-path\":\"/huge2M/libvirt/qemu/7-x\","
               "\"prealloc\":true,\"size\":1073741824}");
        expect("<memoryBacking><source type='file'/><access mode='shared'/></memoryBacking>", "", "-object",
               "{\"qom-type\":\"memory-backend-file\",\"id\":\"pc.ram\",\"mem-path\":\"/lib/ram/7-x/pc.ram\","
               "\"share\":true,\"size\":1073741824}");
        expect("<memoryBacking><locked/></memoryBacking>", "", "-overcommit", "mem-lock=on");
        refuse("<memoryBacking><hugepages><page size='16' unit='MiB'/></hugepages></memoryBacking>",
               VIR_ERR_INTERNAL_ERROR, "16384 KiB");
}

/* Sizes become whole blocks: 511 MiB of a DIMM are 512. */
static void test_dimm(void)
{
        static const char room[] = "<maxMemory slots='4' unit='GiB'>8</maxMemory>" CPU(
                "<numa><cell id='0' cpus='0-3' memory='1024' unit='MiB'/></numa>");
        static const char dimm[] = "<memory model='dimm'><target><size unit='MiB'>511</size><node>0</node></target>"
                                   "</memory>";

        expect(room, dimm, "-m", "size=1048576k,slots=4,maxmem=8388608k");
        expect(room, dimm, "-object", "{\"qom-type\":\"memory-backend-ram\",\"id\":\"memdimm0\",\"size\":536870912}");
        expect(room, dimm, "-device",
               "{\"driver\":\"pc-dimm\",\"node\":0,\"memdev\":\"memdimm0\",\"id\":\"dimm0\",\"slot\":0}");
}

static void test_override(void)
{
        expect("",
               "<rng model='virtio'><backend model='random'/><alias name='ua-r'/></rng></devices>"
               "<qemu:override><qemu:device alias='ua-r'><qemu:frontend>"
               "<qemu:property name='max-bytes' type='unsigned' value='64'/>"
               "<qemu:property name='addr' type='remove'/></qemu:frontend></qemu:device></qemu:override><devices>",
               "-device",
               "{\"driver\":\"virtio-rng-pci\",\"rng\":\"objua-r\",\"id\":\"ua-r\",\"bus\":\"pci.0\",\"max-bytes\":"
               "64}");
}

static void memlock(const char *parts, const char *devices, uint64_t bytes)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) domain = parsed(parts, devices, &err);

        if (!domain)
                g_error("%s", err.message);
        g_assert_cmpuint(qemu_memlock_bytes(domain), ==, bytes);
}

/* With a device of the host the guest's memory is pinned, and a GiB for what is mapped beside it. */
static void test_memlock(void)
{
        static const char device[] =
                "<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='6' slot='0' "
                "function='0'/></source></hostdev>";

        memlock("", "", 0);
        memlock("<memoryBacking><locked/></memoryBacking>", "", UINT64_MAX);
        memlock("", device, UINT64_C(2) << 30);
        memlock("<memtune><hard_limit unit='GiB'>3</hard_limit></memtune>", device, UINT64_C(3) << 30);
}

static void learn(void)
{
        static const char *const flags[] = { "object.qapified", "device.json+hotplug", "netdev.json", "set-action",
                                             "pc-dimm" };
        g_autofree char *text = NULL;
        g_autoptr(Json) answers = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(file_read(TEST_DATA "/../answers-7.2.json", 1024 * 1024, &text, NULL, &err), ==, 0);
        answers = json_parse(text, strlen(text), NULL);
        caps = qemu_caps_from_answers("/usr/bin/qemu-system-x86_64", answers, &err);
        g_assert_nonnull(caps);
        for (size_t i = 0; i < G_N_ELEMENTS(flags); i++)
                g_assert_cmpint(qemu_caps_force(caps, flags[i], true), ==, 0);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        domain_register_namespaces();
        learn();
        g_test_add_func("/machine/clock", test_clock);
        g_test_add_func("/machine/cpu", test_cpu);
        g_test_add_func("/machine/memory", test_memory);
        g_test_add_func("/machine/numa", test_numa);
        g_test_add_func("/machine/dimm", test_dimm);
        g_test_add_func("/machine/override", test_override);
        g_test_add_func("/machine/memlock", test_memlock);
        return g_test_run();
}
