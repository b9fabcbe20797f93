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
#define NO_USB      "<controller type='usb' index='0' model='none'/>"
#define VNC(A, X)   DEVICES("<graphics type='vnc' port='5900' " A ">" X "</graphics>")
#define SPICE(A, X) DEVICES("<graphics type='spice' port='5900' " A ">" X "</graphics>")
#define AUDIO(T, X) DEVICES("<audio id='1' type='" T "' " X "</audio>")
#define TPM(B, X)   DEVICES("<tpm model='tpm-tis'><backend type='" B "'" X "</backend></tpm>")
#define SOCKET(X)                                                                                                      \
        DEVICES("<channel type='unix'><source mode='connect' path='/a'>" X "</source>"                                 \
                "<target type='virtio' name='a'/></channel>")
#define VHOST_USER(X)                                                                                                  \
        DEVICES("<interface type='vhostuser'><source type='unix' path='/a' mode='client'>" X                           \
                "</source><model type='virtio'/></interface>")
#define WEB(P, X)                                                                                                      \
        DEVICES("<disk type='network'><source protocol='" P "' name='a'><host name='h'/><cookies>" X                   \
                "</cookies></source><target dev='vda'/></disk>")
#define VHOST_SCSI(X) DEVICES("<hostdev mode='subsystem' type='scsi_host'><source protocol='vhost'" X "/></hostdev>")
#define MEMORY(M, S, X)                                                                                                \
        "<vcpu>2</vcpu><maxMemory slots='2'>4194304</maxMemory>" CELLS DEVICES(                                        \
                "<memory model='" M "'>" S "<target><size>512</size><node>0</node>" X "</target></memory>")
#define USB_AT(P)     DEVICES("<input type='tablet' bus='usb'><address type='usb' bus='0' port='" P "'/></input>")
#define CCW_AT(X)     DEVICES("<rng model='virtio'><backend model='random'/><address type='ccw' " X "/></rng>")
#define REDIRECTED(X) DEVICES("<redirdev bus='usb' type='pty'/><redirfilter><usbdev " X " allow='yes'/></redirfilter>")
#define SECRET(T, X)  "<launchSecurity type='" T "'>" X "</launchSecurity>"
#define PAGES(X)      "<vcpu>2</vcpu><memoryBacking><hugepages>" X "</hugepages></memoryBacking>"
#define CELLS         "<cpu><numa><cell cpus='0' memory='512'/><cell cpus='1' memory='512'/></numa></cpu>"

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
                /* What says nothing, or is of something else, goes. */
                { HVM, VNC("listen='' websocket='0' passwdValidTo='2030-01-01T00:00:00' connected='fail'", ""),
                  "<graphics type='vnc' port='5900' autoport='no'>\n      <listen type='address'/>" },
                { HVM, VNC("socket='/s'", "<listen type='network' network='n' address='1.2.3.4'/>"),
                  "<listen type='socket' socket='/s'/>" },
                { HVM, VNC("socket='/s'", "<listen type='none' address='1.2.3.4'/>"),
                  "<graphics type='vnc'>\n      <listen type='none'/>" },
                { HVM, VNC("", "<listen type='network' network='n' address='1.2.3.4'/>"),
                  "autoport='no'>\n      <listen type='network' network='n'/>" },
                { HVM,
                  SPICE("defaultMode='any'",
                        "<channel name='main' mode='secure'/><channel name='inputs' mode='secure'/>"
                        "<channel name='main' mode='any'/>"),
                  "autoport='no'>\n      <listen type='address'/>\n      <channel name='inputs' mode='secure'/>\n    "
                  "</" },
                { HVM, DEVICES("<graphics type='sdl' fullscreen='no'/>"), "<graphics type='sdl'/>" },
                { HVM, DEVICES("<graphics type='dbus' p2p='no'/>"), "<graphics type='dbus'/>" },
                { HVM, DEVICES("<video><model type=''/></video>"), "<model type='cirrus'" },
                { HVM, DEVICES("<serial type='pty'><target port='0'><model name=''/></target></serial>"),
                  "<target port='0'/>" },
                { HVM, AUDIO("alsa", "path='/a' driver='esd' tryMMap='yes'><input dev='a' name='b' tryPoll='yes'/>"),
                  "<audio id='1' type='alsa'>\n      <input dev='a'/>\n    </audio>" },
                { HVM, AUDIO("none", "serverName='a'><output mixingEngine='yes' fixedSettings='yes'/>"),
                  "<audio id='1' type='none'>\n      <output mixingEngine='yes' fixedSettings='yes'>\n        "
                  "<settings/>" },
                { HVM, TPM("passthrough", " version='2.0' persistent_state='yes'><device path=''/>"),
                  "<backend type='passthrough'>\n        <device path='/dev/tpm0'/>\n      </backend>" },
                { HVM,
                  TPM("emulator", " version='2.0' persistent_state='no'><active_pcr_banks><sha512/><sha1/><sha512/>"
                                  "</active_pcr_banks>"),
                  "<backend type='emulator' version='2.0'>\n        <active_pcr_banks>\n          <sha1/>\n          "
                  "<sha512/>\n        </active_pcr_banks>" },
                { HVM, TPM("external", " version='1.2'><source type='unix' path='/a'/>"),
                  "<backend type='external'>\n        <source type='unix' mode='connect' path='/a'/>" },
                { HVM, SOCKET("<reconnect enabled='no' timeout='5'/>"), "<reconnect enabled='no'/>" },
                { HVM, SOCKET("<reconnect timeout='5'/>"), "<source mode='connect' path='/a'/>" },
                { HVM, VHOST_USER("<reconnect enabled='yes' timeout='0'/>"), "<reconnect enabled='yes' timeout='0'/>" },
                { HVM, DEVICES("<disk type='vhostuser'><source type='unix' path='/a'/><target dev='vda'/></disk>"),
                  "<disk type='vhostuser' device='disk' snapshot='no'>" },
                { HVM, WEB("ftp", "<cookie>a;b</cookie>"),
                  "<source protocol='ftp' name='a'>\n        <host name='h'/>\n      </source>" },
                { HVM, DEVICES("<memballoon model='none'><address type='isa'/><alias name='ua-a'/></memballoon>"),
                  "<memballoon model='none'/>" },
                { HVM, DEVICES("<rng model='virtio'><rate period='9'/><backend model='random'/></rng>"),
                  "<rng model='virtio'>\n      <backend model='random'>" },
                { HVM, DEVICES("<video><model type='none'/><address type='isa'/><acpi index='3'/></video>"),
                  "<model type='none'/>\n    </video>" },
                { HVM,
                  MEMORY("dimm", "<source><pagesize>4</pagesize><alignsize>2048</alignsize><pmem/></source>",
                         "<label><size>128</size></label><readonly/><block>2048</block><requested>0</requested>"
                         "<address base='0x100000000'/>"),
                  "<memory model='dimm'>\n      <source>\n        <pagesize unit='KiB'>4</pagesize>\n      </source>\n"
                  "      <target>\n        <size unit='KiB'>512</size>\n        <node>0</node>\n      </target>" },
                { HVM, MEMORY("virtio-mem", "", "<block>2048</block>"), "<requested unit='KiB'>0</requested>" },
                { HVM, SECRET("s390-pv", "<cbitpos>1</cbitpos>"), "<launchSecurity type='s390-pv'/>" },
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
                { VNC("", "<listen/>"), VIR_ERR_XML_ERROR, "Missing required attribute 'type' in element 'listen'" },
                { VNC("", "<listen type='network' network=''/>"), VIR_ERR_XML_ERROR,
                  "'network' attribute is required for listen type 'network'" },
                { VNC("", "<listen type='none' socket='/s'/>"), VIR_ERR_XML_ERROR,
                  "'socket' attribute is valid only for listen type 'socket'" },
                { VNC("", "<listen type='socket' network='n'/>"), VIR_ERR_XML_ERROR,
                  "'network' attribute is valid only for listen type 'network'" },
                { VNC("listen='1.1.1.1'", "<listen type='address' address='2.2.2.2'/>"), VIR_ERR_CONFIG_UNSUPPORTED,
                  "graphics 'listen' attribute '1.1.1.1' must match" },
                { VNC("passwd='a' passwdValidTo='2030-01-01T00:00:00Z'", ""), VIR_ERR_INTERNAL_ERROR,
                  "cannot parse password validity time" },
                { VNC("", "<audio id='0'/>"), VIR_ERR_XML_ERROR, "Zero is not permitted" },
                { VNC("", "<audio/>"), VIR_ERR_XML_ERROR, "Missing required attribute 'id'" },
                { VNC("", "<audio id='7'/>"), VIR_ERR_XML_ERROR, "no audio device with ID 7" },
                { SPICE("", "<gl rendernode='/a'/>"), VIR_ERR_XML_ERROR, "Missing required attribute 'enable'" },
                { SPICE("", "<image/>"), VIR_ERR_XML_ERROR, "Missing required attribute 'compression'" },
                { DEVICES("<graphics type='dbus' p2p='yes' address='a'/>"), VIR_ERR_XML_ERROR,
                  "D-Bus p2p with an address is not supported" },
                { DEVICES("<sound model='ich9'><audio/></sound>"), VIR_ERR_XML_ERROR,
                  "Missing required attribute 'id'" },
                { AUDIO("none", "timerPeriod='0'>"), VIR_ERR_XML_ERROR, "Zero is not permitted" },
                { AUDIO("none", "><output><settings/></output>"), VIR_ERR_CONFIG_UNSUPPORTED,
                  "audio settings specified without fixed settings flag" },
                { AUDIO("oss", "dspPolicy='-1'>"), VIR_ERR_XML_ERROR, "cannot parse 'dspPolicy' value '-1'" },
                { TPM("emulator", "/><backend type='passthrough'>"), VIR_ERR_XML_ERROR, "backend" },
                { TPM("emulator", "><encryption secret='a'/>"), VIR_ERR_INTERNAL_ERROR,
                  "Unable to parse secret uuid 'a'" },
                { TPM("emulator", "><active_pcr_banks><md5/></active_pcr_banks>"), VIR_ERR_CONFIG_UNSUPPORTED,
                  "Unsupported PCR banks 'md5'" },
                { SOCKET("<reconnect enabled='yes'/>"), VIR_ERR_XML_ERROR, "Missing required attribute 'timeout'" },
                { SOCKET("<reconnect enabled='yes' timeout='0'/>"), VIR_ERR_INVALID_ARG, "timeout cannot be '0'" },
                { DEVICES("<disk type='vhostuser'><source type='unix' path='/a'><reconnect enabled='yes'/></source>"
                          "<target dev='vda'/></disk>"),
                  VIR_ERR_XML_ERROR, "Missing required attribute 'timeout'" },
                { WEB("http", "<cookie name=''>a</cookie>"), VIR_ERR_XML_ERROR, "missing cookie name" },
                { WEB("https", "<cookie name='a'/>"), VIR_ERR_XML_ERROR, "missing value for cookie 'a'" },
                { VHOST_SCSI(""), VIR_ERR_XML_ERROR, "missing vhost-scsi hostdev source wwpn" },
                { VHOST_SCSI(" wwpn='5123456789abcde0'"), VIR_ERR_XML_ERROR, "malformed 'wwpn' value" },
                { VHOST_SCSI(" wwpn='naa.512345678gabcde0'"), VIR_ERR_XML_ERROR, "malformed 'wwpn' value" },
                { VHOST_SCSI(" wwpn='naa.0x5123456789abcde0'"), VIR_ERR_XML_ERROR, "malformed 'wwpn' value" },
                { DEVICES("<vsock><cid address='0'/></vsock>"), VIR_ERR_XML_ERROR, "Zero is not permitted" },
                { DEVICES("<rng model='virtio'><backend model='random'/><backend model='builtin'/></rng>"),
                  VIR_ERR_XML_ERROR, "backend" },
                { SECRET("sev", "<cbitpos>47</cbitpos>"), VIR_ERR_XML_ERROR, "failed to get launch security policy" },
                { USB_AT("a"), VIR_ERR_INTERNAL_ERROR, "Cannot parse <address> 'port' attribute" },
                { USB_AT("1."), VIR_ERR_INTERNAL_ERROR, "Cannot parse <address> 'port' attribute" },
                { USB_AT("1.2.3.4.5"), VIR_ERR_INTERNAL_ERROR, "Cannot parse <address> 'port' attribute" },
                { CCW_AT("cssid='0xfe'"), VIR_ERR_INTERNAL_ERROR, "Invalid partial specification" },
                { CCW_AT("cssid='0xfe' ssid='4' devno='1'"), VIR_ERR_INTERNAL_ERROR, "Invalid specification" },
                { DEVICES("<redirdev bus='usb'/>"), VIR_ERR_INTERNAL_ERROR, "missing type in redirdev" },
                { REDIRECTED("class='0x100'"), VIR_ERR_INTERNAL_ERROR, "Invalid USB Class code 0x100" },
                { REDIRECTED("version='1'"), VIR_ERR_XML_ERROR, "Cannot parse USB device version 1" },
                { REDIRECTED("version='1.123'"), VIR_ERR_XML_ERROR, "Cannot parse USB device version 1.123" },
                { REDIRECTED("version='.1'"), VIR_ERR_XML_ERROR, "Cannot parse USB device version .1" },
                { DEVICES("<disk type='file'><source file='/a'/><target dev='fdb' bus='usb'/></disk>"),
                  VIR_ERR_INTERNAL_ERROR, "Invalid harddisk device name: fdb" },
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
