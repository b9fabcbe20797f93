/* What devices of a definition bring with them and refuse of each other, for every hypervisor: as libvirt 9.0 answers. */
#include <string.h>

#include "conf/domain.h"

static int read_domain(const char *os, const char *rest, Domain **ret, Error *err)
{
        g_autofree char *xml =
                g_strdup_printf("<domain type='test'><name>web</name><memory>1024</memory>%s%s</domain>", os, rest);

        return domain_parse(xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, ret, err);
}

#define HVM               "<os><type arch='x86_64'>hvm</type></os>"
#define DEVICES(X)        "<devices>" X "</devices>"
#define LABEL(X)          DEVICES("<disk type='file'><source file='/a'>" X "</source><target dev='hda'/></disk>")
#define SWITCH_PORT(T, X) DEVICES("<interface type='" T "'><source bridge='b' dev='b' network='b'/>" X "</interface>")
#define HOST_DISK_AT(N, X)                                                                                             \
        "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/>"                                   \
        "<address bus='0' target='0' unit='" N "'/></source>" X "</hostdev>"
#define NO_USB   "<controller type='usb' index='0' model='none'/>"
#define PAGES(X) "<vcpu>2</vcpu><memoryBacking><hugepages>" X "</hugepages></memoryBacking>"
#define CELLS    "<cpu><numa><cell cpus='0' memory='512'/><cell cpus='1' memory='512'/></numa></cpu>"

static void test_brought(void)
{
        static const struct {
                const char *os, *rest, *written;
        } cases[] = {
                { HVM, DEVICES("<graphics type='spice'/>"), "<graphics type='spice'>\n      <listen type='none'/>" },
                { HVM, DEVICES("<graphics type='spice' listen='1.2.3.4'/>"),
                  "<graphics type='spice'>\n      <listen type='none'/>" },
                { HVM, DEVICES("<graphics type='spice' port='5900'/>"),
                  "<graphics type='spice' port='5900' autoport='no'>\n      <listen type='address'/>" },
                { "<bootloader>/b</bootloader>", "", ">xen</type>" },
                { "<os><type>xen</type><kernel>/k</kernel></os>", DEVICES("<console type='pty'/>"),
                  "<target type='serial' port='0'/>" },
                { HVM, SWITCH_PORT("bridge", "<virtualport type='openvswitch'/>"), "<parameters interfaceid='" },
                { HVM, SWITCH_PORT("network", "<virtualport type='802.1Qbg'/>"), "<parameters instanceid='" },
                { HVM, SWITCH_PORT("network", "<virtualport type='802.1Qbh'/>"), "<virtualport type='802.1Qbh'/>" },
                { HVM, SWITCH_PORT("direct", ""), "<source dev='b' mode='vepa'/>" },
                { HVM, LABEL("<seclabel model='selinux' labelskip='yes'/>"), "<source file='/a'/>" },
                { HVM, LABEL("<seclabel model='dac' relabel='no'/>"), "<seclabel model='dac' relabel='no'/>" },
                { HVM, LABEL("<seclabel model='dac'><label>x</label></seclabel>"),
                  "<seclabel model='dac' relabel='yes'>" },
                { HVM, DEVICES("<serial type='file'><source path='/a'><seclabel labelskip='yes'/></source></serial>"),
                  "<source path='/a'/>" },
                /* The controllers below one that is there; a full one brings another of its kind. */
                { HVM, DEVICES(HOST_DISK_AT("0", "<address type='drive' controller='1' bus='0' target='0' unit='0'/>")),
                  "<controller type='scsi' index='0'/>\n    <controller type='scsi' index='1'/>" },
                { HVM,
                  DEVICES("<controller type='scsi' model='virtio-scsi'/>" HOST_DISK_AT("0", "") HOST_DISK_AT("1", "")
                                  HOST_DISK_AT("2", "") HOST_DISK_AT("3", "") HOST_DISK_AT("4", "")
                                          HOST_DISK_AT("5", "") HOST_DISK_AT("6", "") HOST_DISK_AT("7", "")),
                  "<controller type='scsi' index='1' model='virtio-scsi'/>" },
                { HVM, PAGES("<page size='2048' nodeset='0'/>"), "<page size='2048' unit='KiB'/>" },
                { HVM, PAGES("<page size='2048'/><page size='1048576' nodeset='0'/>") CELLS,
                  "<page size='1048576' unit='KiB' nodeset='0'/>" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Domain) d = NULL;
                g_autofree char *out = NULL;

                read_domain(cases[i].os, cases[i].rest, &d, &err);
                g_assert_cmpstr(err.message, ==, NULL);
                out = domain_format(d, DOMAIN_FORMAT_INACTIVE, &err);
                if (!strstr(out, cases[i].written))
                        g_error("'%s' is not in %s", cases[i].written, out);
        }
}

static void test_refused(void)
{
        static const struct {
                const char *rest;
                int code;
                const char *words;
        } cases[] = {
                { DEVICES("<controller type='scsi' index='0'/><controller type='scsi' index='0'/>"), VIR_ERR_XML_ERROR,
                  "Multiple 'scsi' controllers with index '0'" },
                { DEVICES(NO_USB "<controller type='usb' index='1'/>"), VIR_ERR_XML_DETAIL,
                  "Can't add another USB controller: USB is disabled for this domain" },
                { DEVICES(NO_USB "<hub type='usb'/>"), VIR_ERR_CONFIG_UNSUPPORTED,
                  "Can't add USB hub: USB is disabled for this domain" },
                { DEVICES(NO_USB "<input type='tablet' bus='usb'/>"), VIR_ERR_CONFIG_UNSUPPORTED,
                  "Can't add USB input device. USB bus is disabled" },
                { DEVICES(NO_USB "<redirdev bus='usb' type='spicevmc'/>"), VIR_ERR_CONFIG_UNSUPPORTED,
                  "cannot add redirected USB device: USB is disabled for this domain" },
                { DEVICES(NO_USB
                          "<hostdev mode='subsystem' type='usb'><source><vendor id='1'/><product id='2'/></source>"
                          "</hostdev>"),
                  VIR_ERR_CONFIG_UNSUPPORTED, "Can't add host USB device: USB is disabled in this host" },
                { DEVICES("<serial type='pty'/><console type='pty'/><console type='pty'/>"), VIR_ERR_CONFIG_UNSUPPORTED,
                  "Only the first console can be a serial port" },
                { DEVICES("<disk type='file'><source file='/a'/><target dev='vda' bus='virtio' "
                          "removable='on'/></disk>"),
                  VIR_ERR_XML_ERROR, "removable is only valid for usb" },
                { SWITCH_PORT("bridge", "<virtualport/>"), VIR_ERR_XML_ERROR, "missing required virtualport type" },
                { SWITCH_PORT("bridge", "<virtualport type='midonet'/>"), VIR_ERR_XML_ERROR,
                  "missing interfaceid in <virtualport type='midonet'>" },
                { SWITCH_PORT("direct", "<virtualport type='802.1Qbg'><parameters managerid='1'/></virtualport>"),
                  VIR_ERR_XML_ERROR, "missing typeid in <virtualport type='802.1Qbg'>" },
                { SWITCH_PORT("user", "<virtualport type='openvswitch'/>"), VIR_ERR_CONFIG_UNSUPPORTED,
                  "<virtualport> element unsupported for <interface type='user'>" },
                { LABEL("<seclabel model='dac' relabel='no'><label>x</label></seclabel>"), VIR_ERR_XML_ERROR,
                  "Cannot specify a label if relabelling is turned off. model=dac" },
                { LABEL("<seclabel model='dac' relabel='no'/><seclabel model='dac' relabel='no'/>"), VIR_ERR_XML_DETAIL,
                  "seclabel for model dac is already provided" },
                { PAGES("<page size='0'/>"), VIR_ERR_XML_DETAIL, "hugepage size can't be zero" },
                { PAGES("<page size='2048'/><page size='4096'/>"), VIR_ERR_XML_DETAIL,
                  "two master hugepages detected: 4096 and 2048" },
                { PAGES("<page size='2048' nodeset='5'/>"), VIR_ERR_XML_DETAIL, "hugepages: node 5 not found" },
                { PAGES("<page size='2048' nodeset='0'/><page size='1048576' nodeset='0-1'/>") CELLS,
                  VIR_ERR_XML_DETAIL, "nodeset attribute of hugepages of sizes 1048576 and 2048 intersect" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Domain) d = NULL;

                g_assert_cmpint(read_domain(HVM, cases[i].rest, &d, &err), ==, -1);
                g_test_message("%s", err.message);
                g_assert_cmpint(err.code, ==, cases[i].code);
                if (!strstr(err.message, cases[i].words))
                        g_error("'%s' does not say '%s'", err.message, cases[i].words);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/domain-devices/brought", test_brought);
        g_test_add_func("/domain-devices/refused", test_refused);
        return g_test_run();
}
