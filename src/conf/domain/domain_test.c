/* Domain documents as people write them: odd spellings, errors with their place, comparisons. */
#include <string.h>

#include "conf/domain.h"
#include "conf/qemu_namespace.h"
#include "util/file.h"

#define HEAD                                                                                                           \
        "<domain type='test'>\n  <name>web</name>\n  <memory>1024</memory>\n  <os><type "                              \
        "arch='x86_64'>hvm</type></os>\n"
#define TAIL "</domain>\n"

static Domain *parse(const char *xml, unsigned flags)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        domain_parse(xml, strlen(xml), NULL, flags, &d, &err);
        g_assert_cmpstr(err.message, ==, NULL);
        g_assert_nonnull(d);
        return d;
}

static char *format(const Domain *d, unsigned flags)
{
        ERROR_AUTO Error err = ERROR_INIT;

        return domain_format(d, flags, &err);
}

static void refuse(const char *xml, unsigned flags, int code, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        g_assert_cmpint(domain_parse(xml, strlen(xml), NULL, flags, &d, &err), ==, -1);
        g_assert_null(d);
        g_test_message("%s", err.message);
        g_assert_cmpint(err.code, ==, code);
        if (!strstr(err.message, words))
                g_error("'%s' does not say '%s'", err.message, words);
}

static void test_defaults(void)
{
        g_autoptr(Domain) d = parse(HEAD TAIL, DOMAIN_PARSE_INACTIVE);
        g_autofree char *xml = format(d, DOMAIN_FORMAT_INACTIVE);

        g_assert_true(uuid_is_valid(d->uuid));
        memset(d->uuid, 0x11, sizeof(d->uuid));
        g_free(xml);
        xml = format(d, DOMAIN_FORMAT_INACTIVE);
        g_assert_cmpstr(xml, ==,
                        "<domain type='test'>\n"
                        "  <name>web</name>\n"
                        "  <uuid>11111111-1111-1111-1111-111111111111</uuid>\n"
                        "  <memory unit='KiB'>1024</memory>\n"
                        "  <currentMemory unit='KiB'>1024</currentMemory>\n"
                        "  <vcpu placement='static'>1</vcpu>\n"
                        "  <os>\n"
                        "    <type arch='x86_64'>hvm</type>\n"
                        "    <boot dev='hd'/>\n"
                        "  </os>\n"
                        "  <clock offset='utc'/>\n"
                        "  <on_poweroff>destroy</on_poweroff>\n"
                        "  <on_reboot>restart</on_reboot>\n"
                        "  <on_crash>destroy</on_crash>\n"
                        "  <devices>\n"
                        "  </devices>\n"
                        "</domain>\n");
}

static void test_units(void)
{
        g_autoptr(Domain) d = parse("<domain type='test'><name>a</name><memory unit='GiB'>2</memory>"
                                    "<currentMemory unit='kB'>1000</currentMemory>"
                                    "<os><type arch='x86_64'>hvm</type></os></domain>",
                                    DOMAIN_PARSE_INACTIVE);

        g_assert_cmpuint(d->memory_kib, ==, 2 * 1024 * 1024);
        g_assert_cmpuint(d->current_memory_kib, ==, 977); /* 1,000,000 bytes, rounded up */
}

static void test_legacy(void)
{
        g_autoptr(Domain) d = parse(HEAD "<devices>"
                                         "<disk device='cdrom'><target dev='sdb'/></disk>"
                                         "<graphics type='vnc' listen='::1'/>"
                                         "<serial type='pty'/>"
                                         "</devices>" TAIL,
                                    DOMAIN_PARSE_INACTIVE);

        g_assert_cmpint(d->disks[0].bus, ==, DISK_BUS_SCSI);
        g_assert_true(d->disks[0].readonly);
        g_assert_cmpuint(d->disks[0].info.address->drive.unit, ==, 1);
        g_assert_cmpint(d->controllers[0].type, ==, CONTROLLER_SCSI);
        g_assert_cmpint(d->graphics[0].vnc.port, ==, -1);
        g_assert_cmpstr(d->graphics[0].vnc.listens[0].address, ==, "::1");
        g_assert_cmpuint(d->n_consoles, ==, 1);
        g_assert_cmpint(d->consoles[0].target, ==, CONSOLE_TARGET_SERIAL);
}

#define LIVE                                                                                                           \
        "<domain type='test' id='7'>\n  <name>web</name>\n  <memory>1024</memory>\n"                                   \
        "  <os><type arch='x86_64'>hvm</type></os>\n  <devices>\n"                                                     \
        "    <disk type='file' device='disk'><source file='/a'/><target dev='vda' bus='virtio'/><alias "               \
        "name='virtio-disk0'/></disk>\n"                                                                               \
        "    <disk type='file' device='disk'><source file='/a'/><target dev='vdb' bus='virtio'/><alias "               \
        "name='ua-mine'/></disk>\n"                                                                                    \
        "    <graphics type='vnc' port='5901' autoport='yes' passwd='secret'/>\n"                                      \
        "  </devices>\n</domain>\n"

static void test_live(void)
{
        g_autoptr(Domain) live = parse(LIVE, DOMAIN_PARSE_STATUS);
        g_autoptr(Domain) inactive = parse(LIVE, DOMAIN_PARSE_INACTIVE);
        g_autofree char *shown = format(live, 0);
        g_autofree char *later = format(live, DOMAIN_FORMAT_INACTIVE);
        g_autofree char *secure = format(live, DOMAIN_FORMAT_SECURE);

        g_assert_cmpint(live->id, ==, 7);
        g_assert_cmpint(live->graphics[0].vnc.port, ==, 5901);
        g_assert_nonnull(strstr(shown, "<domain type='test' id='7'>"));
        g_assert_nonnull(strstr(shown, "virtio-disk0"));
        g_assert_null(strstr(shown, "secret"));
        g_assert_nonnull(strstr(secure, "passwd='secret'"));
        g_assert_null(strstr(later, "id='7'"));
        g_assert_null(strstr(later, "virtio-disk0"));
        g_assert_nonnull(strstr(later, "port='-1' autoport='yes'"));
        g_assert_nonnull(strstr(later, "ua-mine"));
        g_assert_cmpint(inactive->id, ==, -1);
        g_assert_null(inactive->disks[0].info.alias);
        g_assert_cmpint(inactive->graphics[0].vnc.port, ==, -1);
}

/* Documents as they are: each file of tests/data/domain is what it becomes. */
static void test_files(void)
{
        g_autofree char *folder = g_test_build_filename(G_TEST_DIST, "domain", NULL);
        g_auto(GStrv) names = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(dir_list(folder, ".xml", &names, &err), ==, 0);
        g_assert_cmpuint(g_strv_length(names), >, 0);
        for (char **name = names; *name; name++) {
                g_autofree char *path = g_build_filename(folder, *name, NULL);
                g_autofree char *text = NULL;
                g_autofree char *out = NULL;
                g_autoptr(Domain) d = NULL;
                size_t length;

                g_assert_cmpint(file_read(path, 1 << 20, &text, &length, &err), ==, 0);
                d = parse(text, DOMAIN_PARSE_INACTIVE | DOMAIN_PARSE_VALIDATE);
                out = format(d, DOMAIN_FORMAT_INACTIVE);
                g_assert_cmpstr(out, ==, text);
        }
}

static void test_metadata(void)
{
        static const char xml[] =
                HEAD "  <metadata>\n    <app:note xmlns:app='urn:app'>a &lt; b<i/></app:note>\n  </metadata>\n" TAIL;
        g_autoptr(Domain) d = parse(xml, DOMAIN_PARSE_INACTIVE);
        g_autofree char *out = format(d, DOMAIN_FORMAT_INACTIVE);

        g_assert_nonnull(strstr(
                out, "  <metadata>\n    <app:note xmlns:app=\"urn:app\">a &lt; b<i/></app:note>\n  </metadata>\n"));
}

static void test_metadata_space(void)
{
        static const char xml[] = "<domain type='test' xmlns:app='urn:app' xmlns:other='urn:other'><name>a</name>"
                                  "<metadata><app:note/></metadata><memory>1</memory>"
                                  "<os><type arch='x86_64'>hvm</type></os></domain>";
        g_autoptr(Domain) d = parse(xml, DOMAIN_PARSE_INACTIVE);

        g_assert_cmpstr(d->metadata, ==, "<metadata xmlns:app=\"urn:app\">\n  <app:note/>\n</metadata>");
}

static void test_namespace(void)
{
        static const char xml[] =
                "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n  <name>web</name>\n"
                "  <memory>1024</memory>\n  <os><type arch='x86_64'>hvm</type></os>\n  <qemu:commandline>\n"
                "    <qemu:arg value='-foo'/>\n    <qemu:env name='A' value='b'/>\n  </qemu:commandline>\n</domain>\n";
        g_autoptr(Domain) d = NULL;
        g_autofree char *out = NULL;
        const QemuNamespace *qemu;

        rows_register(&qemu_namespace);
        d = parse(xml, DOMAIN_PARSE_INACTIVE | DOMAIN_PARSE_VALIDATE);
        g_assert_true(d->extra.space == &qemu_namespace);
        qemu = d->extra.content;
        g_assert_cmpuint(qemu->n_arguments, ==, 1);
        g_assert_cmpstr(qemu->arguments[0].value, ==, "-foo");
        out = format(d, DOMAIN_FORMAT_INACTIVE);
        g_assert_true(
                g_str_has_prefix(out, "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n"));
        g_assert_nonnull(strstr(out, "  <qemu:commandline>\n    <qemu:arg value='-foo'/>\n"
                                     "    <qemu:env name='A' value='b'/>\n  </qemu:commandline>\n</domain>\n"));
}

static void test_errors(void)
{
        refuse("<domain type='test'>\n <name>a</nam>\n</domain>\n", 0, VIR_ERR_XML_DETAIL, "(domain_definition):2: ");
        refuse("", 0, VIR_ERR_XML_DETAIL, "(domain_definition):1: ");
        refuse("<network/>", 0, VIR_ERR_XML_ERROR, "expecting root element of 'domain', not 'network'");
        refuse("<!DOCTYPE d [<!ENTITY a 'b'>]><domain/>", 0, VIR_ERR_XML_DETAIL, "document type declaration");
        refuse("<domain><name>a</name></domain>", 0, VIR_ERR_XML_ERROR,
               "Missing required attribute 'type' in element 'domain' ((domain_definition):1:1)");
        refuse("<domain type='test'><memory>1</memory></domain>", 0, VIR_ERR_NO_NAME, "missing name information");
        refuse("<domain type='test'><name>a</name></domain>", 0, VIR_ERR_XML_ERROR, "an os <type> must be specified");
        refuse("<domain type='test'><name>a/b</name><memory>1</memory><os><type>hvm</type></os></domain>", 0,
               VIR_ERR_XML_ERROR, "name a/b cannot contain '/'");
        refuse(HEAD "<vcpu>many</vcpu>" TAIL, 0, VIR_ERR_XML_ERROR,
               "Invalid value 'many' for element or attribute './vcpu' ((domain_definition):5:1: Expected "
               "non-negative");
        refuse(HEAD "<devices>\n<disk>\n  <driver cache='nonee'/><source file='/a'/><target "
                    "dev='vda'/></disk></devices>" TAIL,
               0, VIR_ERR_XML_ERROR,
               "Invalid value for attribute 'cache' in element 'driver': 'nonee'. ((domain_definition):7:18: did you "
               "mean 'none'?");
        refuse(HEAD "<devices><disk/></devices>" TAIL, 0, VIR_ERR_NO_TARGET, "missing target information for device");
        refuse(HEAD "<devices><serial type='tcp'><source mode='bind' host='h'/></serial></devices>" TAIL, 0,
               VIR_ERR_INTERNAL_ERROR, "Missing source service attribute for char device ((domain_definition):5:10)");
        refuse(HEAD "<features><flying/></features>" TAIL, 0, VIR_ERR_CONFIG_UNSUPPORTED,
               "unknown element 'flying' in 'features'");
        refuse(HEAD "<features><hyperv><relaxed/></hyperv></features>" TAIL, 0, VIR_ERR_XML_ERROR,
               "Missing required attribute 'state' in element 'relaxed'");
        refuse(HEAD "<features><gic version='9'/></features>" TAIL, 0, VIR_ERR_XML_ERROR, "Known: host, 2, 3");
        refuse(HEAD "<vcpu current='0'>2</vcpu>" TAIL, 0, VIR_ERR_XML_ERROR, "Zero is not permitted");
        refuse(HEAD "<iothreadids><iothread id='1'/><iothread id='1'/></iothreadids>" TAIL, 0, VIR_ERR_XML_ERROR,
               "duplicate iothread id '1' found");
        refuse(HEAD
               "<devices><memory model='virtio-mem'><target><size unit='MiB'>8</size><block unit='KiB'>3000</block>"
               "</target></memory></devices>" TAIL,
               0, VIR_ERR_XML_DETAIL, "block size must be a power of two");
        refuse(HEAD "<devices><interface type='user'><backend type='passt'/><teaming type='transient'/></interface>"
                    "</devices>" TAIL,
               0, VIR_ERR_CONFIG_UNSUPPORTED, "attribute 'persistent' must be set");
}

static void test_unknown(void)
{
        static const char element[] = HEAD "  <featuers/>\n" TAIL;
        static const char attribute[] =
                HEAD "<devices>\n  <disk>\n    <driver cahce='none'/>\n    <source file='/a'/><target dev='vda'/>\n"
                     "  </disk>\n</devices>" TAIL;
        g_autoptr(Domain) accepted = parse(element, DOMAIN_PARSE_INACTIVE); /* only validation refuses */

        g_assert_null(accepted->features);
        refuse(element, DOMAIN_PARSE_VALIDATE, VIR_ERR_XML_INVALID_SCHEMA,
               "(domain_definition):5:3: unknown element 'featuers' in element 'domain'; did you mean 'features'?");
        refuse(attribute, DOMAIN_PARSE_VALIDATE, VIR_ERR_XML_INVALID_SCHEMA,
               "(domain_definition):7:20: unknown attribute 'cahce' in element 'driver'; did you mean 'cache'?");
}

static void test_bounds(void)
{
        g_autoptr(GString) deep = g_string_new(HEAD);
        g_autoptr(GString) wide = g_string_new(HEAD "<devices>");
        g_autoptr(GString) threads = g_string_new(HEAD "<cputune>");

        for (int i = 0; i < 1000; i++)
                g_string_append(deep, "<a>");
        for (int i = 0; i < 200 * 1000; i++)
                g_string_append(wide, "<a/>");
        g_string_append(wide, "</devices>" TAIL);
        for (int i = 0; i < 1000; i++)
                g_string_append(threads, "<vcpusched vcpus='0-16383' scheduler='idle'/>");
        g_string_append(threads, "</cputune>" TAIL);
        refuse(wide->str, 0, VIR_ERR_XML_DETAIL, "too many elements");
        refuse(threads->str, 0, VIR_ERR_XML_DETAIL, "must not overlap");
        refuse(deep->str, 0, VIR_ERR_XML_DETAIL, "nested too deeply");
        refuse(HEAD "<memtune><hard_limit unit='EiB'>99</hard_limit></memtune>" TAIL, 0, VIR_ERR_XML_ERROR,
               "Invalid value '99'");
        refuse(HEAD "<vcpu cpuset='0-99999999'>1</vcpu>" TAIL, 0, VIR_ERR_XML_ERROR, "Invalid value");
}

static Domain *sample(const char *arch, const char *current, const char *bus)
{
        g_autofree char *xml = g_strdup_printf(
                "<domain type='test'><name>web</name><uuid>c7a5fdbd-edaf-9455-926a-d65c16db1809</uuid>"
                "<memory>1024</memory><currentMemory>%s</currentMemory><os><type arch='%s'>hvm</type></os><devices>"
                "<disk><source file='/a'/><target dev='vda' bus='%s'/></disk></devices></domain>",
                current, arch, bus);

        return parse(xml, DOMAIN_PARSE_INACTIVE);
}

static void test_compare(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) a = sample("x86_64", "1024", "virtio");
        g_autoptr(Domain) balloon = sample("x86_64", "512", "virtio");
        g_autoptr(Domain) bus = sample("x86_64", "1024", "usb");

        g_assert_cmpint(domain_compare_abi(a, balloon, &err), ==, 0);
        g_assert_cmpint(domain_compare_abi(a, bus, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
        g_assert_nonnull(
                strstr(err.message, "Target domain devices/disk[1]/target/@bus usb does not match source virtio"));
}

/* Whether a guest with @from may go on as one with @to; else the message says @words. */
static void compare_devices(const char *from, const char *to, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *a_xml = g_strconcat(HEAD "<devices>", from, "</devices>" TAIL, NULL);
        g_autofree char *b_xml = g_strconcat(HEAD "<devices>", to, "</devices>" TAIL, NULL);
        g_autoptr(Domain) a = parse(a_xml, DOMAIN_PARSE_INACTIVE);
        g_autoptr(Domain) b = parse(b_xml, DOMAIN_PARSE_INACTIVE);

        memcpy(&b->uuid, &a->uuid, sizeof(b->uuid));
        g_assert_cmpint(domain_compare_abi(a, b, &err), ==, words ? -1 : 0);
        if (words && !strstr(err.message, words))
                g_error("'%s' is not in '%s'", words, err.message);
}

static void test_compare_devices(void)
{
        static const char wd[] = "<watchdog model='i6300esb' action='reset'/>";

        compare_devices("", wd, "Target domain watchdog count 1 does not match source 0");
        compare_devices(wd, "<watchdog model='ib700' action='reset'/>", "watchdog[1]/@model ib700 does not match");
        compare_devices(wd, "<watchdog model='i6300esb' action='pause'/>", NULL);
        compare_devices("<sound model='ac97'/>", "<sound model='ac97'/><sound model='ac97'/>",
                        "Target domain sound card count 2 does not match source 1");
        compare_devices("<graphics type='sdl'/><video><model type='vga'/></video>",
                        "<graphics type='vnc'/><video><model type='vga'/></video>", NULL);
        compare_devices("<disk><source file='/a'/><target dev='vda'/></disk>",
                        "<disk><source file='/b'/><target dev='vda'/></disk>", NULL);
        compare_devices("<disk><source file='/a'/><target dev='vda'/><serial>1</serial></disk>",
                        "<disk><source file='/a'/><target dev='vda'/><serial>2</serial></disk>",
                        "serial 2 does not match source 1");
        compare_devices("<hub type='usb'><address type='usb' bus='0' port='1'/></hub>",
                        "<hub type='usb'><address type='usb' bus='0' port='2'/></hub>", "port 2 does not match");
}

static void test_interface_targets(void)
{
        static const char xml[] =
                "<domain type='test'><name>n</name><memory>1024</memory><os><type>hvm</type></os><devices>"
                "<interface type='bridge'><source bridge='b'/><target dev='vnet3'/></interface>"
                "<interface type='bridge'><source bridge='b'/><target dev='tap3'/></interface>"
                "<interface type='ethernet'><target dev='macvtap1' managed='no'/></interface>"
                "</devices></domain>";
        g_autoptr(Domain) definition = parse(xml, DOMAIN_PARSE_INACTIVE);
        g_autoptr(Domain) live = parse(xml, 0);

        g_assert_null(definition->interfaces[0].target);
        g_assert_cmpstr(definition->interfaces[1].target, ==, "tap3");
        g_assert_cmpstr(definition->interfaces[2].target, ==, "macvtap1");
        g_assert_cmpstr(live->interfaces[0].target, ==, "vnet3");
}

/* Memory of a card is rounded up to a power of two; other sizes of it are not. */
static void test_video_memory(void)
{
        g_autoptr(Domain) d =
                parse("<domain type='test'><name>n</name><memory>1024</memory><os><type>hvm</type></os><devices>"
                      "<video><model type='vga' vram='9216'/></video>"
                      "<video><model type='qxl' ram='65537' vram='1' vgamem='9000'/></video>"
                      "</devices></domain>",
                      0);

        g_assert_cmpuint(d->videos[0].vram_kib, ==, 16384);
        g_assert_cmpuint(d->videos[1].ram_kib, ==, 131072);
        g_assert_cmpuint(d->videos[1].vram_kib, ==, 1);
        g_assert_cmpuint(d->videos[1].vgamem_kib, ==, 9000);
}

static void test_difference(void)
{
        g_autoptr(Domain) a = sample("x86_64", "1024", "virtio");
        g_autoptr(Domain) b = sample("x86_64", "512", "usb");
        g_autoptr(Domain) same = domain_copy(a);
        g_autoptr(DomainChanges) changes = domain_difference(a, b);

        g_assert_null(domain_difference(a, same));
        g_assert_cmpuint(changes->n_changes, ==, 2);
        g_assert_cmpstr(changes->changes[0].path, ==, "currentMemory");
        g_assert_cmpstr(changes->changes[0].before, ==, "1024");
        g_assert_cmpstr(changes->changes[0].after, ==, "512");
        g_assert_true(changes->changes[0].live);
        g_assert_cmpstr(changes->changes[1].path, ==, "devices/disk[1]/target/@bus");
        g_assert_false(changes->changes[1].live);
}

static void test_device(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) d = NULL;
        static const char xml[] = "<interface type='bridge'><source bridge='br0'/></interface>";
        static const char wrong[] = "<toaster/>";

        g_assert_cmpint(domain_parse_device(xml, strlen(xml), DOMAIN_PARSE_INACTIVE, &d, &err), ==, 0);
        g_assert_cmpuint(d->n_interfaces, ==, 1);
        g_assert_cmpstr(d->interfaces[0].bridge.bridge, ==, "br0");
        g_assert_cmpuint(d->interfaces[0].mac.bytes[0], ==, 0x52);
        g_assert_cmpint(domain_parse_device(wrong, strlen(wrong), 0, &d, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "unknown device type 'toaster'"));
}

static void test_shared(void)
{
        g_autoptr(Domain) d = parse(HEAD TAIL, DOMAIN_PARSE_INACTIVE);
        g_autoptr(Domain) again = domain_ref(d);
        g_autoptr(Domain) copy = domain_copy(d);

        g_assert_true(again == d);
        g_assert_true(copy != d);
        g_free(copy->name);
        copy->name = g_strdup("other");
        g_assert_cmpstr(d->name, ==, "web");
}

/* What a document says, and what comes of it: the parts that are written. */
static void test_settled(void)
{
        static const struct {
                const char *said, *written;
        } cases[] = {
                { "<features><hyperv><vapic state='on'/></hyperv></features>", "<hyperv mode='custom'>" },
                { "<features><smm state='on'><tseg>48</tseg></smm></features>", "<tseg unit='MiB'>48</tseg>" },
                { "<features><async-teardown/></features>", "<async-teardown enabled='yes'/>" },
                { "<cpu><numa><cell id='1' cpus='1' memory='512'/><cell id='0' cpus='0' memory='512'>"
                  "<distances><sibling id='1' value='21'/></distances></cell></numa></cpu><vcpu>2</vcpu>",
                  "      <cell id='0' cpus='0' memory='512' unit='KiB'>\n"
                  "        <distances>\n"
                  "          <sibling id='0' value='10'/>\n"
                  "          <sibling id='1' value='21'/>\n"
                  "        </distances>\n"
                  "      </cell>\n"
                  "      <cell id='1' cpus='1' memory='512' unit='KiB'>\n"
                  "        <distances>\n"
                  "          <sibling id='0' value='21'/>\n"
                  "          <sibling id='1' value='10'/>\n" },
                { "<vcpu placement='auto'>2</vcpu><numatune><memory mode='preferred'/></numatune>",
                  "<memory mode='preferred' placement='auto'/>" },
                { "<devices><disk type='file'><source file='/b'/><target dev='vdb'/></disk>"
                  "<disk type='file'><source file='/a'/><target dev='vda'/></disk></devices>",
                  "<source file='/a'/>\n      <target dev='vda' bus='virtio'/>\n    </disk>\n    <disk type='file' "
                  "device='disk'>\n      <source file='/b'/>" },
                { "<devices><graphics type='vnc'/></devices>", "<model type='cirrus' vram='16384' heads='1'" },
                { "<devices><video><model type='qxl' primary='no'/></video></devices>",
                  "<model type='qxl' ram='65536' vram='65536' heads='1' primary='yes'/>" },
                { "<devices><redirfilter><usbdev version='9.4' allow='yes'/></redirfilter></devices>",
                  "<usbdev version='9.40' allow='yes'/>" },
                { "<devices><redirfilter><usbdev class='-1' version='-1' allow='no'/></redirfilter></devices>",
                  "<usbdev allow='no'/>" },
                { "<devices><rng model='virtio'><backend model='random'/></rng></devices>",
                  "<backend model='random'>/dev/random</backend>" },
                { "<devices><disk type='file'><source file='/a'/><target dev='ioemu:hda'/></disk></devices>",
                  "<target dev='hda' bus='ide'/>" },
                { "<devices><interface type='user'><model type='e1000'/><driver name='vhost' queues='4'/></interface>"
                  "</devices>",
                  "<model type='e1000'/>\n    </interface>" },
                { "<devices><interface type='user'><ip address='2001:db8::1'/></interface></devices>",
                  "<ip address='2001:db8::1' family='ipv6'/>" },
                { "<devices><hostdev mode='subsystem' type='scsi'><source protocol='iscsi' name='iqn.2000-01.a'>"
                  "<host name='h' port='3260'/></source></hostdev></devices>",
                  "<source protocol='iscsi' name='iqn.2000-01.a/0'>" },
                { "<devices><redirdev bus='usb' type='dbus'/></devices>", "<source channel='org.qemu.usbredir'/>" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *document = g_strdup_printf(HEAD "%s" TAIL, cases[i].said);
                g_autoptr(Domain) d = parse(document, DOMAIN_PARSE_INACTIVE);
                g_autofree char *out = format(d, DOMAIN_FORMAT_INACTIVE);

                if (!strstr(out, cases[i].written))
                        g_error("'%s' is not in %s", cases[i].written, out);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/domain/defaults", test_defaults);
        g_test_add_func("/domain/units", test_units);
        g_test_add_func("/domain/settled", test_settled);
        g_test_add_func("/domain/legacy", test_legacy);
        g_test_add_func("/domain/live", test_live);
        g_test_add_func("/domain/files", test_files);
        g_test_add_func("/domain/metadata", test_metadata);
        g_test_add_func("/domain/metadata-space", test_metadata_space);
        g_test_add_func("/domain/namespace", test_namespace);
        g_test_add_func("/domain/errors", test_errors);
        g_test_add_func("/domain/unknown", test_unknown);
        g_test_add_func("/domain/bounds", test_bounds);
        g_test_add_func("/domain/compare", test_compare);
        g_test_add_func("/domain/compare-devices", test_compare_devices);
        g_test_add_func("/domain/interface-targets", test_interface_targets);
        g_test_add_func("/domain/video-memory", test_video_memory);
        g_test_add_func("/domain/difference", test_difference);
        g_test_add_func("/domain/device", test_device);
        g_test_add_func("/domain/shared", test_shared);
        return g_test_run();
}
