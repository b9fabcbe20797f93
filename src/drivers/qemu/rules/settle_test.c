/* The rules over documents: what libvirt's documentation says a guest gets, machine by machine. */
#include "rules/settle.h"

#include <string.h>

#include "caps/firmware.h"
#include "caps/usual_devices.h"

static QemuCaps *caps;

static const char recording[] =
        "{\"execute\":\"qmp_capabilities\"}\n\n{\"return\":{}}\n\n"
        "{\"execute\":\"query-version\"}\n\n"
        "{\"return\":{\"qemu\":{\"micro\":0,\"minor\":2,\"major\":8},\"package\":\"\"}}\n\n"
        "{\"execute\":\"query-target\"}\n\n{\"return\":{\"arch\":\"x86_64\"}}\n\n"
        "{\"execute\":\"query-kvm\"}\n\n{\"return\":{\"enabled\":true,\"present\":true}}\n\n"
        "{\"execute\":\"query-machines\"}\n\n"
        "{\"return\":[{\"name\":\"pc-i440fx-8.2\",\"alias\":\"pc\",\"is-default\":true,\"cpu-max\":255,"
        "\"default-cpu-type\":\"qemu64-x86_64-cpu\"},{\"name\":\"pc-q35-8.2\",\"alias\":\"q35\",\"cpu-max\":288},"
        "{\"name\":\"isapc\",\"cpu-max\":1},{\"name\":\"virt-8.2\",\"alias\":\"virt\",\"cpu-max\":512},{\"name\":"
        "\"pseries-8.2\",\"alias\":\"pseries\","
        "\"cpu-max\":1024},{\"name\":\"s390-ccw-virtio-8.2\",\"alias\":\"s390-ccw-virtio\",\"cpu-max\":248}]}\n\n"
        "{\"execute\":\"query-cpu-definitions\"}\n\n"
        "{\"return\":[{\"name\":\"qemu64\",\"typename\":\"qemu64-x86_64-cpu\"}]}\n\n"
        "{\"execute\":\"qom-list-types\"}\n\n"
        "{\"return\":[{\"name\":\"qemu-xhci\"},{\"name\":\"pcie-root-port\"},{\"name\":\"pcie-pci-bridge\"},"
        "{\"name\":\"piix3-usb-uhci\"},{\"name\":\"gpex-pcihost\"},{\"name\":\"zpci\"},{\"name\":\"rtl8139\"},"
        "{\"name\":\"lsi53c895a\"},{\"name\":\"input-linux\"},{\"name\":\"virtio-mmio\"}]}\n\n"
        "{\"execute\":\"query-qmp-schema\"}\n\n"
        "{\"return\":[{\"name\":\"blockdev-add\",\"meta-type\":\"command\",\"arg-type\":\"1\"},"
        "{\"name\":\"1\",\"members\":[],\"variants\":[{\"case\":\"rbd\",\"type\":\"2\"}]},"
        "{\"name\":\"2\",\"members\":[{\"name\":\"encrypt\",\"type\":\"3\"}]},{\"name\":\"3\",\"members\":[]}]}\n\n"
        "{\"execute\":\"query-command-line-options\"}\n\n{\"return\":[]}\n\n"
        "{\"execute\":\"device-list-properties\",\"arguments\":{\"typename\":\"virtio-balloon-pci\"}}\n\n"
        "{\"return\":[{\"name\":\"free-page-reporting\",\"type\":\"bool\"}]}\n\n"
        "{\"execute\":\"query-gic-capabilities\"}\n\n{\"error\":{\"class\":\"CommandNotFound\",\"desc\":\"no\"}}\n";

static char *anywhere(const char *arch)
{
        return g_strdup_printf("/usr/bin/qemu-system-%s", arch);
}

static Domain *read_as(const char *xml, bool fresh, Error *err)
{
        QemuContext context = { .caps = caps, .find_binary = anywhere, .fresh = fresh, .root = "/nonexistent" };
        Domain *domain = NULL;

        if (domain_parse_for(&qemu_rules, &context, xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, &domain, err) < 0)
                return NULL;
        return domain;
}

static char *document(const char *arch, const char *machine, const char *devices)
{
        return g_strdup_printf("<domain type='kvm'><name>x</name><memory>1048576</memory>"
                               "<os><type arch='%s' machine='%s'>hvm</type></os><devices>%s</devices></domain>",
                               arch, machine, devices);
}

static Domain *settled(const char *arch, const char *machine, const char *devices)
{
        g_autofree char *xml = document(arch, machine, devices);
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *domain = read_as(xml, false, &err);

        if (!domain)
                g_error("%s: %s", xml, err.message);
        return domain;
}

static void refused(const char *arch, const char *machine, const char *devices, const char *words)
{
        g_autofree char *xml = document(arch, machine, devices);
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *domain = read_as(xml, false, &err);

        g_assert_null(domain);
        if (!strstr(err.message, words))
                g_error("'%s' is not in '%s'", words, err.message);
}

static void assert_pci(const DeviceInfo *info, unsigned bus, unsigned slot, unsigned function)
{
        g_assert_nonnull(info->address);
        g_assert_cmpint(info->address->type, ==, ADDRESS_PCI);
        g_assert_cmpuint(info->address->pci.bus, ==, bus);
        g_assert_cmpuint(info->address->pci.slot, ==, slot);
        g_assert_cmpuint(info->address->pci.function, ==, function);
}

/* The chip set's places: https://libvirt.org/pci-addresses.html and QEMU's own. */
static void test_i440fx(void)
{
        g_autoptr(Domain) d = settled("x86_64", "pc",
                                      "<disk><source file='/a'/><target dev='hda'/></disk>"
                                      "<graphics type='vnc'/><interface type='user'/>");

        g_assert_cmpstr(d->os.machine, ==, "pc-i440fx-8.2");
        g_assert_cmpint(controller_find(d, CONTROLLER_PCI, 0)->model, ==, CONTROLLER_MODEL_PCI_ROOT);
        g_assert_cmpint(controller_find(d, CONTROLLER_USB, 0)->model, ==, CONTROLLER_MODEL_PIIX3_UHCI);
        assert_pci(&controller_find(d, CONTROLLER_IDE, 0)->info, 0, 1, 1);
        assert_pci(&controller_find(d, CONTROLLER_USB, 0)->info, 0, 1, 2);
        assert_pci(&d->videos[0].info, 0, 2, 0);
        assert_pci(&d->interfaces[0].info, 0, 3, 0);
        g_assert_cmpstr(d->interfaces[0].model, ==, "rtl8139");
        g_assert_cmpstr(d->cpu->model, ==, "qemu64");
        g_assert_cmpuint(d->n_inputs, ==, 2);
        g_assert_nonnull(d->memballoon);
}

static void test_q35(void)
{
        g_autoptr(Domain) d = settled("x86_64", "q35",
                                      "<interface type='user'><model type='virtio'/></interface>"
                                      "<interface type='user'><model type='rtl8139'/></interface>");
        const Controller *bridge = NULL;

        assert_pci(&controller_find(d, CONTROLLER_SATA, 0)->info, 0, 0x1f, 2);
        g_assert_cmpint(controller_find(d, CONTROLLER_USB, 0)->model, ==, CONTROLLER_MODEL_QEMU_XHCI);
        g_assert_cmpint(d->watchdogs[0].model, ==, WATCHDOG_ITCO);
        /* Express devices are alone behind a port; conventional ones share a bridge. */
        g_assert_cmpint(controller_find(d, CONTROLLER_PCI, d->interfaces[0].info.address->pci.bus)->model, ==,
                        CONTROLLER_MODEL_PCIE_ROOT_PORT);
        bridge = controller_find(d, CONTROLLER_PCI, d->interfaces[1].info.address->pci.bus);
        g_assert_cmpint(bridge->model, ==, CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE);
        g_assert_cmpint(controller_find(d, CONTROLLER_PCI, bridge->info.address->pci.bus)->model, ==,
                        CONTROLLER_MODEL_PCIE_ROOT_PORT);
}

static void test_pseries(void)
{
        g_autoptr(Domain) d = settled("ppc64", "pseries",
                                      "<console type='pty'/><hostdev mode='subsystem' type='pci'><source>"
                                      "<address domain='1' bus='1' slot='0' function='0'/></source></hostdev>"
                                      "<hostdev mode='subsystem' type='pci'><source>"
                                      "<address domain='2' bus='1' slot='0' function='0'/></source></hostdev>");

        g_assert_cmpint(d->serials[0].model, ==, SERIAL_MODEL_SPAPR_VTY);
        g_assert_cmpuint(d->serials[0].info.address->spapr_vio.reg.value, ==, 0x30000000);
        g_assert_cmpint(d->panics[0].model, ==, PANIC_PSERIES);
        /* Two devices of different groups do not share a host bridge, nor one with anything else. */
        g_assert_cmpuint(d->hostdevs[0].info.address->pci.bus, !=, d->hostdevs[1].info.address->pci.bus);
        g_assert_cmpuint(d->hostdevs[0].info.address->pci.bus, >, 0);
}

static void test_s390(void)
{
        g_autoptr(Domain) d = settled("s390x", "s390-ccw-virtio",
                                      "<disk><source file='/a'/><target dev='vda' bus='virtio'/>"
                                      "<address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0000'/></disk>"
                                      "<interface type='user'/><hostdev mode='subsystem' type='pci'><source>"
                                      "<address domain='1' bus='0' slot='0' function='0'/></source></hostdev>");

        g_assert_cmpstr(d->interfaces[0].model, ==, "virtio");
        g_assert_cmpuint(d->interfaces[0].info.address->ccw.cssid.value, ==, 0xfe);
        g_assert_cmpuint(d->interfaces[0].info.address->ccw.devno.value, ==, 1);
        g_assert_cmpuint(d->hostdevs[0].info.address->pci.zpci_uid.value, ==, 1);
        g_assert_true(d->hostdevs[0].info.address->pci.zpci_fid.set);
        g_assert_cmpint(d->panics[0].model, ==, PANIC_S390);
}

static void test_virt(void)
{
        g_autoptr(Domain) d = settled("aarch64", "virt", "<serial type='pty'/><interface type='user'/>");
        g_autoptr(Domain) old = settled("aarch64", "virt",
                                        "<interface type='user'><address type='virtio-mmio'/>"
                                        "</interface><rng model='virtio'><backend model='random'/>"
                                        "</rng>");

        g_assert_true(d->features->gic);
        g_assert_cmpint(d->serials[0].model, ==, SERIAL_MODEL_PL011);
        g_assert_cmpint(d->interfaces[0].info.address->type, ==, ADDRESS_PCI);
        g_assert_null(d->memballoon);
        /* What began on MMIO stays there. */
        g_assert_cmpint(old->rngs[0].info.address->type, ==, ADDRESS_VIRTIO_MMIO);
}

/* USB ports are given to new definitions; hubs where there are not enough. */
static void test_usb(void)
{
        g_autofree char *xml = document("x86_64", "pc",
                                        "<input type='tablet' bus='usb'/><input type='mouse' bus='usb'/>"
                                        "<input type='keyboard' bus='usb'/>");
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) old = read_as(xml, false, &err);
        g_autoptr(Domain) d = read_as(xml, true, &err);

        g_assert_null(old->inputs[0].info.address);
        g_assert_cmpuint(d->n_hubs, ==, 1);
        g_assert_cmpstr(d->hubs[0].info.address->usb.port, ==, "1");
        g_assert_cmpstr(d->inputs[0].info.address->usb.port, ==, "2");
        g_assert_cmpstr(d->inputs[1].info.address->usb.port, ==, "1.1");
}

/* What people mix up: each is refused with words that name it. */
static const struct Mistake {
        const char *arch, *machine, *devices, *words;
} mistakes[] = {
        { "x86_64", "pc", "<disk><source file='/a'/><target dev='vda' bus='virtio'/><wwn>5000c50015ea71ad</wwn></disk>",
          "Only ide and scsi disk support wwn" },
        { "x86_64", "pc", "<disk device='cdrom'><target dev='vda' bus='virtio'/></disk>", "ejectable media" },
        { "x86_64", "pc", "<disk><driver name='qemu' io='native'/><source file='/a'/><target dev='sda'/></disk>",
          "io='native'" },
        { "x86_64", "pc", "<disk><source file='/a'/><target dev='hda'/><address type='drive' controller='1'/></disk>",
          "IDE controller is supported" },
        { "x86_64", "q35", "<disk><source file='/a'/><target dev='hda' bus='ide'/></disk>", "IDE controllers" },
        { "x86_64", "pc", "<controller type='scsi' index='0' model='lsilogic'><driver queues='2'/></controller>",
          "'queues' is only supported by virtio-scsi" },
        { "x86_64", "q35", "<controller type='pci' index='1' model='pcie-root-port'><target busNr='5'/></controller>",
          "Option 'busNr' is not valid" },
        { "x86_64", "q35", "<controller type='pci' index='1' model='pcie-root-port'><model name='pxb'/></controller>",
          "Option 'modelName' has invalid value" },
        { "x86_64", "pc", "<video><model type='gop'/></video>", "does not support video model 'gop'" },
        { "x86_64", "pc", "<video><model type='vga' heads='2'/></video>", "multiple 'heads'" },
        { "x86_64", "pc", "<graphics type='vnc' passwd='123456789'/>", "VNC password is 9 characters long" },
        { "x86_64", "pc", "<watchdog model='diag288'/>", "s390" },
        { "x86_64", "pc", "<watchdog model='i6300esb'><address type='isa'/></watchdog>", "only on PCI bus" },
        { "x86_64", "pc", "<shmem name='..'><model type='ivshmem-plain'/></shmem>", "cannot be equal to '..'" },
        { "x86_64", "q35", "<iommu model='intel'><address type='pci' bus='0' slot='9'/></iommu>",
          "can't have address" },
        { "x86_64", "pc", "<video><model type='vga' vram='512'/></video>", "at least 1 MiB" },
        { "x86_64", "pc", "<video><driver packed='on'/><model type='vga'/></video>",
          "only supported for virtio devices" },
        { "x86_64", "pc", "<graphics type='vnc' passwd='a' connected='fail'/>", "connected='keep' only" },
        { "x86_64", "pc",
          "<disk><source file='/a'><encryption format='default'><secret type='passphrase' usage='a'/></encryption>"
          "</source><target dev='vda' bus='virtio'/></disk>",
          "old qcow/qcow2 encryption" },
        { "x86_64", "pc",
          "<disk><source file='/a'><encryption format='luks' engine='librbd'><secret type='passphrase' usage='a'/>"
          "</encryption></source><target dev='vda' bus='virtio'/></disk>",
          "librbd encryption" },
        { "x86_64", "pc",
          "<controller type='usb' model='none'/><interface type='user'><model type='usb-net'/></interface>",
          "'usb-net'" },
        { "s390x", "s390-ccw-virtio", "<panic model='isa'/><nvram/>", "nvram" },
        { "x86_64", "pc", "<panic model='pseries'/>", "pSeries" },
        { "aarch64", "virt", "<disk><source file='/a'/><target dev='sda' bus='usb'/></disk>", "USB" },
        { "x86_64", "pc",
          "<filesystem type='mount'><driver type='virtiofs'/><source dir='/a'/><target dir='b'/></filesystem>",
          "requires shared memory" },
        { "x86_64", "pc", "<shmem name='s'><model type='ivshmem-plain'/><server path='/a'/></shmem>",
          "server option disabled" },
        { "x86_64", "pc", "<channel type='spicevmc'><target type='virtio' name='a'/></channel>",
          "without spice graphics" },
        { "x86_64", "pc", "<memory model='dimm'><target><size>1024</size></target></memory>", "memory" },
};

static void test_mistakes(void)
{
        for (size_t i = 0; i < G_N_ELEMENTS(mistakes); i++) {
                g_autofree char *xml = document(mistakes[i].arch, mistakes[i].machine, mistakes[i].devices);
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Domain) d = read_as(xml, true, &err);

                g_test_message("%s: %s", mistakes[i].devices, err.message ? err.message : "accepted");
                g_assert_null(d);
                g_assert_nonnull(strstr(err.message, mistakes[i].words));
        }
}

#define AT(T, X)      "<address type='" T "' " X "/>"
#define TABLET(X)     "<input type='tablet' bus='usb'>" X "</input>"
#define FLOPPY(X)     "<disk device='floppy'><source file='/a'/><target dev='fda' bus='fdc'/>" X "</disk>"
#define SMART(X)      "<smartcard mode='host'>" X "</smartcard>"
#define VIDEO(A)      "<video><model type='" A "/></video>"
#define DISK(N, B)    "<disk><source file='/a'/><target dev='" N "' bus='" B "'/></disk>"
#define HOST(T, S, X) "<hostdev mode='subsystem' type='" T "'><source" S "</source>" X "</hostdev>"
#define MEDIATED      "><address uuid='53764d0e-85a0-42b4-af5c-2046b460b1dc'/>"
#define RANDOM(X)     "<rng model='virtio'><backend model='random'/>" X "</rng>"
#define SHARED_9(X)   "<filesystem type='mount'><source dir='/a'/><target dir='b'/>" X "</filesystem>"

/* What libvirt 9.0 refuses, and as which error. */
static const struct Answer {
        const char *machine, *devices;
        int code;
        const char *words;
} answers[] = {
        { "pc", TABLET(AT("pci", "slot='9'")), VIR_ERR_XML_ERROR, "Invalid address for a USB device" },
        { "pc", RANDOM(AT("pci", "domain='1' slot='9'")), VIR_ERR_XML_ERROR, "Only PCI domain 0" },
        { "pc", RANDOM(AT("virtio-serial", "port='1'")), VIR_ERR_XML_ERROR, "virtio serial controller 0 is missing" },
        { "pc", RANDOM(AT("unassigned", "")), VIR_ERR_CONFIG_UNSUPPORTED, "only for hostdevs" },
        { "pc", "<controller type='scsi' model='virtio-scsi'>" AT("unassigned", "") "</controller>",
          VIR_ERR_CONFIG_UNSUPPORTED, "only for hostdevs" },
        { "s390-ccw-virtio",
          "<interface type='user'><model type='virtio'/><rom bar='off'/>"
          "<address type='ccw' cssid='0xfe' ssid='0' devno='1'/></interface>",
          VIR_ERR_CONFIG_UNSUPPORTED, "ROM tuning" },
        { "pc", FLOPPY(AT("drive", "controller='1'")), VIR_ERR_INTERNAL_ERROR, "Only 1 fdc controller" },
        { "pc", FLOPPY(AT("drive", "bus='1'")), VIR_ERR_INTERNAL_ERROR, "Only 1 fdc bus" },
        { "pc", FLOPPY(AT("drive", "target='1'")), VIR_ERR_CONFIG_UNSUPPORTED, "target must be 0 for controller fdc" },
        { "pc", DISK("sda1", "usb"), VIR_ERR_CONFIG_UNSUPPORTED, "partitions can't appear" },
        { "pc", SHARED_9("<boot order='1'/>"), VIR_ERR_CONFIG_UNSUPPORTED, "only supported for virtiofs" },
        { "pc", "<shmem name='s'/>", VIR_ERR_CONFIG_UNSUPPORTED, "ivshmem device is not supported" },
        { "pc", "<shmem name='s'><model type='ivshmem'/><server path='/a'/></shmem>", VIR_ERR_CONFIG_UNSUPPORTED,
          "ivshmem device is not supported" },
        { "pc", VIDEO("vga' heads='0'"), VIR_ERR_CONFIG_UNSUPPORTED, "multiple 'heads'" },
        { "pc", VIDEO("qxl' vgamem='512'"), VIR_ERR_CONFIG_UNSUPPORTED, "at least 1 MiB" },
        { "pc", VIDEO("qxl' vgamem='8193'"), VIR_ERR_CONFIG_UNSUPPORTED, "must be power of two" },
        { "pc",
          HOST("scsi", "><adapter name='scsi_host0'/><address bus='0' target='0' unit='0'/>", AT("pci", "slot='9'")),
          VIR_ERR_CONFIG_UNSUPPORTED, "must use 'drive' address type" },
        { "pc", HOST("pci", "><address bus='6' slot='2'/>", AT("usb", "bus='0' port='1'")), VIR_ERR_INTERNAL_ERROR,
          "must use 'pci' or 'unassigned' address type" },
        { "pc", HOST("pci", " writeFiltering='no'><address bus='6' slot='2'/>", ""), VIR_ERR_CONFIG_UNSUPPORTED,
          "Write filtering" },
        { "pc", HOST("usb", "><address bus='6' device='2'/>", "<teaming type='transient' persistent='ua-x'/>"),
          VIR_ERR_CONFIG_UNSUPPORTED, "only supported for pci hostdev" },
        { "pc", HOST("usb", "><address bus='6' device='2'/>", "<rom bar='on'/>"), VIR_ERR_CONFIG_UNSUPPORTED,
          "ROM tuning" },
        { "pc", HOST("usb' rawio='yes", "><address bus='6' device='2'/>", ""), VIR_ERR_XML_ERROR, "rawio is only" },
        { "pc", HOST("usb' sgio='filtered", "><address bus='6' device='2'/>", ""), VIR_ERR_XML_ERROR, "sgio is only" },
        { "pc", HOST("mdev' model='vfio-ap", MEDIATED, ""), VIR_ERR_CONFIG_UNSUPPORTED, "VFIO AP" },
        { "pc", HOST("mdev' model='vfio-ccw", MEDIATED, ""), VIR_ERR_CONFIG_UNSUPPORTED, "VFIO CCW" },
        { "pc", HOST("mdev' model='vfio-ccw", MEDIATED, AT("pci", "slot='9'")), VIR_ERR_XML_ERROR,
          "address type 'pci'" },
        { "pc", HOST("mdev' model='vfio-pci", MEDIATED, AT("unassigned", "")), VIR_ERR_XML_ERROR, "type 'unassigned'" },
        { "pc", "<hostdev mode='capabilities' type='misc'><source><char>/dev/x</char></source></hostdev>",
          VIR_ERR_CONFIG_UNSUPPORTED, "hostdev mode 'capabilities'" },
        { "pc", "<input type='evdev'><source grab='all'/></input>", VIR_ERR_XML_ERROR, "Missing evdev path" },
        { "pc", "<rng model='virtio'><backend model='egd' type='dbus'/></rng>", VIR_ERR_CONFIG_UNSUPPORTED,
          "Missing source channel attribute" },
        { "pc", "<controller type='xenbus'/>", VIR_ERR_INTERNAL_ERROR, "xenbus" },
        { "pc", "<controller type='pci' index='3'/>", VIR_ERR_INTERNAL_ERROR, "model was not set" },
        { "pc",
          "<controller type='usb' index='1' model='pci-ohci'/><controller type='usb' index='1' model='pci-ohci'/>",
          VIR_ERR_XML_ERROR, "Duplicate USB controllers with index 1" },
        { "pc", "<controller type='usb' index='1' model='pci-ohci'><master startport='4'/></controller>",
          VIR_ERR_XML_DETAIL, "No master USB controller" },
        { "q35", "<controller type='sata' index='1'><driver queues='4'/></controller>", VIR_ERR_CONFIG_UNSUPPORTED,
          "'queues' is only supported by virtio-scsi" },
        { "pc", "<controller type='scsi' index='4294967295'/>", VIR_ERR_XML_ERROR, "Expected integer value" },
        { "pc", SMART(AT("pci", "slot='9'")), VIR_ERR_CONFIG_UNSUPPORTED, "'ccid' address type" },
        { "pc", SMART(AT("ccid", "controller='0' slot='1'")), VIR_ERR_CONFIG_UNSUPPORTED, "multiple smartcard" },
};

static void test_answers(void)
{
        for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
                const char *arch = g_str_has_prefix(answers[i].machine, "s390") ? "s390x" : "x86_64";
                g_autofree char *xml = document(arch, answers[i].machine, answers[i].devices);
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Domain) d = read_as(xml, true, &err);

                g_test_message("%s: %s", answers[i].devices, err.message ? err.message : "accepted");
                g_assert_null(d);
                g_assert_cmpint(err.code, ==, answers[i].code);
                g_assert_nonnull(strstr(err.message, answers[i].words));
        }
}

static void test_spice_tls(void)
{
        static const struct {
                const char *spice;
                bool refused;
        } cases[] = {
                { "<graphics type='spice' tlsPort='5902' autoport='no'/>", true },
                { "<graphics type='spice' tlsPort='5902' autoport='yes'/>", false },
                { "<graphics type='spice' tlsPort='5902' autoport='no'><listen type='none'/></graphics>", false },
                { "<graphics type='spice' port='5902' autoport='no'/>", false },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
                for (int off = 0; off < 2; off++) {
                        QemuContext context = { .caps = caps, .find_binary = anywhere, .no_spice_tls = off };
                        g_autofree char *xml = document("x86_64", "pc", cases[i].spice);
                        ERROR_AUTO Error err = ERROR_INIT;
                        g_autoptr(Domain) d = NULL;
                        int r = domain_parse_for(&qemu_rules, &context, xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE,
                                                 &d, &err);

                        g_test_message("%s: %s", cases[i].spice, err.message ? err.message : "accepted");
                        g_assert_cmpint(r < 0, ==, off && cases[i].refused);
                        if (r < 0)
                                g_assert_nonnull(strstr(err.message, "TLS is disabled in qemu.conf"));
                }
}

/* What can be defined, but has no device of QEMU's. */
static void test_unstartable(void)
{
        static const struct Answer cases[] = {
                { "pc", RANDOM(AT("isa", "")), VIR_ERR_INTERNAL_ERROR, "Unexpected address type" },
                { "pc", RANDOM(AT("usb", "bus='0' port='1'")), VIR_ERR_INTERNAL_ERROR, "Unexpected address type" },
                { "pc", RANDOM(AT("spapr-vio", "")), VIR_ERR_INTERNAL_ERROR, "Unexpected address type" },
                { "pc", "<input type='evdev'/>", VIR_ERR_INTERNAL_ERROR, "has no path" },
                { "pc", "<controller type='usb' index='1' model='pci-ohci' ports='4'/>", VIR_ERR_CONFIG_UNSUPPORTED,
                  "doesn't support 'ports'" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(Domain) d = settled("x86_64", cases[i].machine, cases[i].devices);
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_cmpint(qemu_check_start(d, &err), ==, -1);
                g_assert_cmpint(err.code, ==, cases[i].code);
                g_assert_nonnull(strstr(err.message, cases[i].words));
        }
}

/* What a document says stays, where it is odd, too. */
static void test_kept(void)
{
        static const struct {
                const char *devices, *written;
        } cases[] = {
                { VIDEO("virtio' heads='0'"), "<model type='virtio' primary='yes'/>" },
                { VIDEO("qxl' ram='1024'"), "<model type='qxl' ram='1024' vram='65536' vgamem='16384' heads='1'" },
                { HOST("scsi", "><adapter name='scsi_host0'/><address bus='0' target='0' unit='0'/>", ""),
                  "</controller>\n    <controller type='usb'" },
                { TABLET(AT("usb", "bus='0' port='0'")), "<address type='usb' bus='0' port='1'/>" },
                { "<hub type='usb'>" AT("pci", "slot='9'") "</hub>", "<address type='usb' bus='0' port='1'/>" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *given = document("x86_64", "pc", cases[i].devices);
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Domain) d = read_as(given, true, &err);
                g_autofree char *xml = d ? domain_format(d, DOMAIN_FORMAT_INACTIVE, NULL) : g_strdup(err.message);

                g_test_message("%s", xml);
                g_assert_nonnull(strstr(xml, cases[i].written));
        }
}

static void test_settles_to_itself(void)
{
        static const char *const machines[][2] = {
                { "x86_64", "pc" },     { "x86_64", "q35" }, { "aarch64", "virt" }, { "s390x", "s390-ccw-virtio" },
                { "ppc64", "pseries" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
                g_autoptr(Domain) d = settled(machines[i][0], machines[i][1],
                                              "<disk><source file='/a'/><target dev='sdi' bus='scsi'/></disk>"
                                              "<interface type='user'/><console type='pty'/><rng model='virtio'>"
                                              "<backend model='random'/></rng><channel type='pty'>"
                                              "<target type='virtio' name='c'/></channel>");
                g_autofree char *first = domain_format(d, DOMAIN_FORMAT_INACTIVE, NULL);
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Domain) again = read_as(first, false, &err);
                g_autofree char *second = again ? domain_format(again, DOMAIN_FORMAT_INACTIVE, NULL) : NULL;

                g_assert_cmpstr(first, ==, second);
        }
}

static void test_refusals(void)
{
        refused("x86_64", "pc", "<controller type='pci' index='0' model='pcie-root'/>",
                "The PCI controller with index='0' must be model='pci-root' for this machine type");
        refused("x86_64", "pc", "<iommu model='intel'/>", "only supported with Q35 machines");
        refused("x86_64", "q35", "<controller type='usb' model='none'/><controller type='usb' index='1'/>",
                "Can't add another USB controller: USB is disabled for this domain");
        refused("x86_64", "q35",
                "<hub type='usb'><address type='usb' bus='0' port='1'/></hub>"
                "<input type='tablet' bus='usb'><address type='usb' bus='0' port='1'/></input>",
                "Duplicate USB address bus 0 port 1");
        refused("x86_64", "q35",
                "<interface type='user'><address type='pci' bus='0' slot='0x1f' function='0'/>"
                "</interface>",
                "Attempted double use of PCI Address");
}

/* Each is refused by a binary without that ability, and taken by one that has it. */
static void test_abilities(void)
{
        static const struct {
                const char *flag, *devices, *words;
        } cases[] = {
                { "usb-redir", "<redirdev bus='usb' type='pty'/>", "USB redirection is not supported" },
                { "usb-hub", "<hub type='usb'/>", "usb-hub not supported" },
                { "usb-storage", "<disk><source file='/a'/><target dev='sda' bus='usb'/></disk>",
                  "doesn't support '-device usb-storage'" },
                { "ccid-emulated", "<smartcard mode='host'/>", "lacks smartcard host mode" },
                { "ccid-passthru", "<smartcard mode='passthrough' type='pty'/>", "lacks smartcard passthrough mode" },
                { "sev-guest",
                  "</devices><launchSecurity type='sev'><cbitpos>47</cbitpos><reducedPhysBits>1</reducedPhysBits>"
                  "<policy>1</policy></launchSecurity><devices>",
                  "SEV launch security is not supported" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(Domain) d = NULL;

                g_assert_cmpint(qemu_caps_force(caps, cases[i].flag, false), ==, 0);
                refused("x86_64", "q35", cases[i].devices, cases[i].words);
                g_assert_cmpint(qemu_caps_force(caps, cases[i].flag, true), ==, 0);
                d = settled("x86_64", "q35", cases[i].devices);
                g_assert_nonnull(d);
        }
        /* A processor of S390 that keeps secrets does so for KVM alone. */
        refused("x86_64", "q35", "</devices><launchSecurity type='s390-pv'/><devices>",
                "S390 PV launch security is not supported");
}

/* One display renders; what D-Bus carries is made for it. */
static void test_displays(void)
{
        g_autoptr(Domain) d = NULL;

        refused("x86_64", "pc", "<audio id='1' type='none'/><graphics type='dbus'><audio id='1'/></graphics>",
                "'dbus' kind");
        d = settled("x86_64", "pc", "<audio id='1' type='dbus'/><graphics type='dbus'><audio id='1'/></graphics>");
        g_assert_nonnull(d);
        refused("x86_64", "pc",
                "<graphics type='spice'><gl enable='yes'/></graphics><graphics type='egl-headless'><gl/></graphics>",
                "multiple OpenGL displays");
}

/* How much memory there is is said where it is; firmware starts from few kinds of devices. */
static void test_definition(void)
{
        g_autofree char *xml = document("x86_64", "q35",
                                        "<memory model='dimm'><target><size>262144</size><node>0</node></target>"
                                        "</memory><sound model='ich9'><boot order='1'/></sound></devices>"
                                        "<maxMemory slots='2'>4194304</maxMemory><cpu><numa><cell id='0' cpus='0' "
                                        "memory='524288'/></numa></cpu><devices>");
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) d = NULL;
        g_autoptr(Domain) old = NULL;

        g_assert_cmpint(qemu_caps_force(caps, "pc-dimm", true), ==, 0);
        d = read_as(xml, true, &err);
        old = read_as(xml, false, &err);
        g_assert_cmpint(qemu_caps_force(caps, "pc-dimm", false), ==, 0);
        g_assert_cmpstr(err.message, ==, NULL);
        g_assert_cmpuint(d->memory_kib, ==, 786432);
        g_assert_cmpuint(d->current_memory_kib, ==, 786432);
        g_assert_cmpuint(old->memory_kib, ==, 1048576);
        g_assert_cmpuint(d->sounds[0].info.boot_order, ==, 0);
}

/* A PC of old has no PCI. */
static void test_no_pci(void)
{
        g_autoptr(Domain) d = settled("x86_64", "isapc",
                                      "<serial type='pty'/><disk device='floppy'><source file='/a'/>"
                                      "<target dev='fda' bus='fdc'/></disk><memballoon model='none'/>");

        g_assert_nonnull(d);
        refused("x86_64", "isapc", "<memballoon model='none'/><sound model='ac97'/>", "No PCI buses available");
        refused("x86_64", "isapc", "<memballoon model='none'/><interface type='user'><model type='e1000'/></interface>",
                "No PCI buses available");
        refused("x86_64", "isapc",
                "<memballoon model='none'/><panic model='isa'><address type='pci' bus='0' slot='9'/></panic>",
                "No PCI buses available");
}

static void test_flags(void)
{
        g_assert_true(qemu_caps_has_flag(caps, QEMU_RBD_ENCRYPTION));
        g_assert_false(qemu_caps_has_flag(caps, QEMU_RBD_ENCRYPTION_LAYERING));
        g_assert_true(qemu_caps_has_flag(caps, QEMU_BALLOON_REPORTING));
        g_assert_cmpint(qemu_caps_force(caps, "no-such-flag", true), ==, 1);
        g_assert_cmpint(qemu_caps_force(caps, "rbd-encryption-layering", true), ==, 0);
        g_assert_true(qemu_caps_has_flag(caps, QEMU_RBD_ENCRYPTION_LAYERING));
}

static void test_firmware(void)
{
        static const char text[] =
                "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"flash\",\"executable\":{\"filename\":\"/c\","
                "\"format\":\"raw\"},\"nvram-template\":{\"filename\":\"/v\",\"format\":\"raw\"}},"
                "\"targets\":[{\"architecture\":\"x86_64\",\"machines\":[\"pc-q35-*\"]}],\"features\":[\"secure-boot\"]"
                "}";
        g_autoptr(Json) json = json_parse(text, strlen(text), NULL);
        g_autoptr(Json) empty = json_object();
        ERROR_AUTO Error err = ERROR_INIT;
        Firmware *firmware = firmware_parse(json, &err);

        g_assert_nonnull(firmware);
        g_assert_cmpint(firmware->device, ==, FIRMWARE_FLASH_SPLIT);
        g_assert_cmpuint(firmware->features, ==, FIRMWARE_SECURE_BOOT);
        g_assert_true(firmware_runs_on(firmware, "x86_64", "pc-q35-8.2"));
        g_assert_false(firmware_runs_on(firmware, "x86_64", "pc-i440fx-8.2"));
        firmware_free(firmware);
        g_assert_null(firmware_parse(empty, &err));
}

/* Whether the migratable form of a guest with @devices says @words. As libvirt 9.0 with QEMU 7.2 answers to
 * virDomainGetXMLDesc() with VIR_DOMAIN_XML_MIGRATABLE. */
static bool migratable_has(const char *machine, const char *devices, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) d = settled("x86_64", machine, devices);
        g_autofree char *xml = domain_format_for(&qemu_rules, d, DOMAIN_FORMAT_MIGRATABLE, &err);

        return strstr(xml, words);
}

static void test_migratable_controllers(void)
{
        static const char two[] = "<controller type='usb' index='0' model='piix3-uhci'/>"
                                  "<controller type='usb' index='1' model='piix3-uhci'/>";
        static const char named[] = "<controller type='usb' index='0' model='piix3-uhci'><alias name='ua-x'/>"
                                    "</controller>";
        static const char hole[] = "<controller type='pci' index='0' model='pci-root'>"
                                   "<pcihole64 unit='KiB'>1048576</pcihole64></controller>";

        g_assert_false(migratable_has("pc", "", "type='usb'"));
        g_assert_false(migratable_has("pc", "", "model='pci-root'"));
        g_assert_true(migratable_has("pc", two, "model='piix3-uhci'"));
        g_assert_true(migratable_has("pc", named, "model='piix3-uhci'"));
        g_assert_true(migratable_has("pc", "<controller type='usb' model='ehci'/>", "model='ehci'"));
        g_assert_true(migratable_has("pc", hole, "model='pci-root'"));
        g_assert_true(migratable_has("q35", "<controller type='usb' model='piix3-uhci'/>", "model='piix3-uhci'"));
        g_assert_true(migratable_has("q35", "", "model='pcie-root'"));
}

static void test_migratable_devices(void)
{
        static const char spice_vnc[] = "<graphics type='spice' autoport='yes'/><graphics type='vnc'/>";
        static const char explicit[] = "<graphics type='spice' autoport='yes'/><graphics type='vnc'/>"
                                       "<audio id='1' type='spice'/>";
        static const char mixing[] = "<graphics type='vnc'/><audio id='1' type='none'><input mixingEngine='yes'/>"
                                     "</audio>";

        g_assert_false(migratable_has("pc", "", "type='keyboard'"));
        g_assert_true(migratable_has("pc", "", "type='mouse'"));
        g_assert_false(migratable_has("pc", "", "<audio"));
        g_assert_false(migratable_has("pc", spice_vnc, "<audio"));
        g_assert_true(migratable_has("pc", explicit, "<audio id='1' type='spice'/>"));
        g_assert_true(migratable_has("pc", mixing, "<audio"));
        g_assert_true(migratable_has("pc", "<graphics type='egl-headless'/><audio id='1' type='none'/>", "<audio"));
        g_assert_true(migratable_has("pc", "<graphics type='vnc' passwd='secret'/>", "passwd='secret'"));
        g_assert_true(migratable_has("pc", "<graphics type='spice'><listen type='none'/></graphics>",
                                     "<graphics type='spice' autoport='no'/>"));
        g_assert_true(migratable_has("pc", "<graphics type='vnc'><listen type='socket' socket='/x'/></graphics>",
                                     "<graphics type='vnc' socket='/x'/>"));
}

int main(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) answers = qemu_answers_of_recording(recording, strlen(recording), &err);
        int r;

        g_test_init(&argc, &argv, NULL);
        caps = answers ? qemu_caps_from_answers("/bin/qemu", answers, &err) : NULL;
        if (!caps)
                g_error("%s", err.message);
        add_usual(caps);
        g_test_add_func("/settle/i440fx", test_i440fx);
        g_test_add_func("/settle/q35", test_q35);
        g_test_add_func("/settle/mistakes", test_mistakes);
        g_test_add_func("/settle/answers", test_answers);
        g_test_add_func("/settle/unstartable", test_unstartable);
        g_test_add_func("/settle/kept", test_kept);
        g_test_add_func("/settle/spice-tls", test_spice_tls);
        g_test_add_func("/settle/pseries", test_pseries);
        g_test_add_func("/settle/s390", test_s390);
        g_test_add_func("/settle/virt", test_virt);
        g_test_add_func("/settle/usb", test_usb);
        g_test_add_func("/settle/settles-to-itself", test_settles_to_itself);
        g_test_add_func("/settle/refusals", test_refusals);
        g_test_add_func("/settle/abilities", test_abilities);
        g_test_add_func("/settle/displays", test_displays);
        g_test_add_func("/settle/no-pci", test_no_pci);
        g_test_add_func("/settle/definition", test_definition);
        g_test_add_func("/settle/flags", test_flags);
        g_test_add_func("/settle/firmware", test_firmware);
        g_test_add_func("/settle/migratable-controllers", test_migratable_controllers);
        g_test_add_func("/settle/migratable-devices", test_migratable_devices);
        r = g_test_run();
        qemu_caps_unref(caps);
        return r;
}
