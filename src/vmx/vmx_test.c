/* VMX files: the lexer, what the entries mean, both ways, names of files, banners. */
#include "vmx/vmx.h"

#include <string.h>

#include "vmx/names.h"
#include "vmx/version.h"

#define HEAD "config.version = \"8\"\nvirtualHW.version = \"10\"\ndisplayName = \"guest\"\n"

static Domain *read_vmx(const char *text)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        if (vmx_parse(text, strlen(text), NULL, &d, &err) < 0)
                g_error("%s", err.message);
        return d;
}

static void assert_refused(const char *text, int code, const char *part)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        g_assert_cmpint(vmx_parse(text, strlen(text), NULL, &d, &err), ==, -1);
        g_assert_cmpint(err.code, ==, code);
        if (!strstr(err.message, part))
                g_error("'%s' is not in '%s'", part, err.message);
}

static void test_lexer(void)
{
        g_autoptr(Domain) d = read_vmx("\xef\xbb\xbf#!/usr/bin/vmware\r\nCONFIG.Version='8'\r\n\r\n"
                                       "  virtualhw.version = \"4\" # old\r\ndisplayname=\"a|22b|7c%2f\"\r\n"
                                       "annotation = \"one|0Atwo\"\r\nannotation = \"again\"");

        g_assert_cmpstr(d->name, ==, "a\"b|/");
        g_assert_cmpstr(d->description, ==, "one\ntwo");
}

static void test_lexer_refuses(void)
{
        static const struct {
                const char *text, *part;
        } cases[] = {
                { "\nkey", "vmx:2: expecting an assignment" },
                { "\n\n= \"x\"", "vmx:3: expecting a name" },
                { "key = 8", "vmx:1: numbers not allowed in VMX format" },
                { "key = [ \"a\" ]", "vmx:1: lists not allowed in VMX format" },
                { "key = word", "vmx:1: expecting a value" },
                { "key = \"open\nother = \"x\"", "vmx:1: unterminated string" },
                { "key = \"a\" \"b\"", "vmx:1: expecting a separator" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
                assert_refused(cases[i].text, VIR_ERR_CONF_SYNTAX, cases[i].part);
}

static void test_encodings(void)
{
        g_autoptr(Domain) said = read_vmx(".encoding = \"windows-1252\"\n" HEAD "annotation = \"\x80 \xe4\"\n");
        g_autoptr(Domain) silent = read_vmx(HEAD "annotation = \"\xe4\"\n");
        g_autoptr(Domain) japanese = read_vmx(".encoding = \"Shift_JIS\"\n" HEAD "annotation = \"\x93\xfa\"\n");

        g_assert_cmpstr(said->description, ==, "€ ä");
        g_assert_cmpstr(silent->description, ==, "ä");
        g_assert_cmpstr(japanese->description, ==, "日");
        assert_refused(".encoding = \"klingon\"\n" HEAD, VIR_ERR_INTERNAL_ERROR, "klingon");
        assert_refused(".encoding = \"UTF-8\"\n" HEAD "annotation = \"\xe4\"\n", VIR_ERR_INTERNAL_ERROR, "UTF-8");
}

static void test_machine(void)
{
        g_autoptr(Domain) d = read_vmx(HEAD "memsize = \"64\"\nsched.mem.max = \"48\"\nsched.mem.minsize = \"100\"\n"
                                            "numvcpus = \"4\"\ncpuid.coresPerSocket = \"2\"\nguestOS = \"rhel7-64\"\n"
                                            "sched.cpu.shares = \"high\"\nsched.cpu.affinity = \"0,1, 5,3\"\n"
                                            "uuid.bios = \"56 4d 9b ef ac d9 b4 e0-c8 f0 ae a8 b9 10 35 15\"\n"
                                            "firmware = \"EFI\"\nvm.genid = \"-1\"\nvm.genidX = \"1\"\n");
        char uuid[UUID_TEXT_LENGTH];
        g_autofree char *cpus = bitmap_format(d->vcpu_cpuset);

        uuid_format(d->uuid, uuid);
        g_assert_cmpstr(uuid, ==, "564d9bef-acd9-b4e0-c8f0-aea8b9103515");
        uuid_format(d->genid, uuid);
        g_assert_cmpstr(uuid, ==, "ffffffff-ffff-ffff-0000-000000000001");
        g_assert_cmpuint(d->memory_kib, ==, 64 * 1024);
        g_assert_cmpuint(d->current_memory_kib, ==, 48 * 1024);
        g_assert_cmpuint(d->memtune->min_guarantee_kib.value, ==, 64 * 1024);
        g_assert_cmpuint(d->cpu->sockets, ==, 2);
        g_assert_cmpuint(d->cputune->shares.value, ==, 8000);
        g_assert_cmpstr(cpus, ==, "0-1,3,5");
        g_assert_cmpstr(d->os.arch, ==, "x86_64");
        g_assert_cmpint(d->os.firmware, ==, FIRMWARE_EFI);
}

static void test_machine_refuses(void)
{
        static const struct {
                const char *entries, *part;
        } cases[] = {
                { "memsize = \"33\"", "'memsize' to be an unsigned integer (multiple of 4) but found 33" },
                { "memsize = \"4G\"", "Config entry 'memsize' must represent an integer value" },
                { "numvcpus = \"0\"", "'numvcpus' to be an unsigned integer greater than 0 but found 0" },
                { "sched.cpu.affinity = \"1-2\"", "comma separated list of unsigned integers but found '1-2'" },
                { "numvcpus = \"2\"\nsched.cpu.affinity = \"1\"", "found only 1 value(s)" },
                { "sched.cpu.shares = \"some\"", "'low', 'normal' or 'high' but found 'some'" },
                { "smbios.reflecthost = \"maybe\"", "must represent a boolean value (true|false)" },
                { "uuid.bios = \"56 4d\"", "Could not parse UUID from string '56 4d'" },
                { "annotation = \"|zz\"", "invalid escape sequence" },
                { "firmware = \"coreboot\"", "VMX entry 'firmware' has unknown value 'coreboot'" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *text = g_strconcat(HEAD, cases[i].entries, "\n", NULL);

                assert_refused(text, VIR_ERR_INTERNAL_ERROR, cases[i].part);
        }
        assert_refused("virtualHW.version = \"7\"", VIR_ERR_INTERNAL_ERROR, "config entry 'config.version'");
        assert_refused("config.version = \"8\"\nvirtualHW.version = \"3\"", VIR_ERR_INTERNAL_ERROR, "4 or higher");
}

static void test_disk_places(void)
{
        g_autoptr(Domain) d = read_vmx(
                HEAD "scsi0.present = \"TRUE\"\nscsi0.virtualDev = \"pvscsi\"\nscsi1.present = \"TRUE\"\n"
                     "scsi0:6.present = \"TRUE\"\nscsi0:6.fileName = \"a.vmdk\"\n"
                     "scsi0:7.present = \"TRUE\"\nscsi0:7.fileName = \"own.vmdk\"\n"
                     "scsi0:8.present = \"TRUE\"\nscsi0:8.fileName = \"b.vmdk\"\n"
                     "scsi0:64.present = \"TRUE\"\nscsi0:64.fileName = \"c.vmdk\"\n"
                     "scsi1:16.present = \"TRUE\"\nscsi1:16.fileName = \"narrow.vmdk\"\n"
                     "ide1:0.present = \"TRUE\"\nide1:0.deviceType = \"cdrom-raw\"\nide1:0.fileName = \"auto detect\"\n"
                     "ide1:1.present = \"TRUE\"\nide1:1.clientDevice = \"TRUE\"\nide1:1.deviceType = \"cdrom-raw\"\n"
                     "sata0.present = \"TRUE\"\nsata0:1.present = \"TRUE\"\nsata0:1.fileName = \"X.ISO\"\n");

        g_assert_cmpuint(d->n_disks, ==, 5);
        g_assert_cmpstr(d->disks[0].target, ==, "sdg");
        g_assert_cmpstr(d->disks[1].target, ==, "sdh");
        g_assert_cmpuint(d->disks[1].info.address->drive.unit, ==, 8);
        g_assert_cmpuint(d->disks[2].info.address->drive.unit, ==, 64);
        g_assert_cmpstr(d->disks[3].target, ==, "sdb");
        g_assert_cmpint(d->disks[3].device, ==, DISK_DEVICE_CDROM);
        g_assert_cmpstr(d->disks[4].target, ==, "hdc");
        g_assert_cmpint(d->disks[4].device, ==, DISK_DEVICE_LUN);
        g_assert_cmpint(d->disks[4].source.startup_policy, ==, STARTUP_POLICY_OPTIONAL);
}

/* What was read, written and read again is the same. */
static void test_round_trip(void)
{
        static const char text[] = HEAD
                "uuid.bios = \"56 4d 9b ef ac d9 b4 e0-c8 f0 ae a8 b9 10 35 15\"\nguestOS = \"other-64\"\n"
                "scsi0.present = \"true\"\nscsi0.virtualDev = \"lsisas1068\"\nscsi0:0.present = \"true\"\n"
                "scsi0:0.fileName = \"a|22b.vmdk\"\nscsi0:0.writeThrough = \"true\"\n"
                "sata1.present = \"true\"\nsata1:2.present = \"true\"\nsata1:2.fileName = \"x.iso\"\n"
                "floppy1.present = \"true\"\nfloppy1.fileType = \"file\"\nfloppy1.fileName = \"f.flp\"\n"
                "ethernet0.present = \"true\"\nethernet0.networkName = \"VM Network\"\nethernet0.addressType = "
                "\"vpx\"\n"
                "ethernet0.generatedAddress = \"00:50:56:9a:9c:7a\"\nethernet0.virtualDev = \"vmxnet\"\n"
                "ethernet0.features = \"15\"\n"
                "ethernet3.present = \"true\"\nethernet3.dvs.switchId = \"50 34 26 b2 94 e9 3b 16-1d 68 87 bf ff 4a 54 "
                "40\"\n"
                "ethernet3.dvs.portId = \"1285\"\nethernet3.dvs.portgroupId = \"group-1\"\n"
                "ethernet3.dvs.connectionId = \"-4\"\nethernet3.addressType = \"static\"\n"
                "ethernet3.address = \"00:50:56:11:22:33\"\n"
                "serial0.present = \"true\"\nserial0.fileType = \"network\"\nserial0.fileName = "
                "\"telnets://[::1]:42\"\n"
                "serial0.network.endPoint = \"client\"\n"
                "parallel1.present = \"true\"\nparallel1.fileType = \"device\"\nparallel1.fileName = "
                "\"/dev/parport0\"\n"
                "RemoteDisplay.vnc.enabled = \"true\"\nRemoteDisplay.vnc.port = \"5905\"\n"
                "RemoteDisplay.vnc.password = \"a|22\"\nsvga.vramSize = \"8388608\"\nfirmware = \"efi\"\n"
                "isolation.tools.hgfs.disable = \"false\"\nsharedFolder.maxNum = \"1\"\nsharedFolder0.present = "
                "\"true\"\n"
                "sharedFolder0.enabled = \"true\"\nsharedFolder0.hostPath = \"/h\"\nsharedFolder0.guestName = \"g\"\n";
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) first = read_vmx(text);
        g_autofree char *again = vmx_format(first, 10, NULL, &err);
        g_autoptr(Domain) second = NULL;
        g_autofree char *before = domain_format(first, DOMAIN_FORMAT_SECURE, NULL);
        g_autofree char *after = NULL;

        g_assert_cmpstr(err.message, ==, NULL);
        g_assert_nonnull(strstr(again, "sata1:2.fileName = \"x.iso\"\n"));
        g_assert_nonnull(strstr(again, "RemoteDisplay.vnc.password = \"a|22\"\n"));
        second = read_vmx(again);
        after = domain_format(second, DOMAIN_FORMAT_SECURE, NULL);
        g_assert_cmpstr(before, ==, after);
}

static void assert_unwritable(const char *devices, unsigned hardware, const char *part)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *xml =
                g_strdup_printf("<domain type='vmware'><name>g</name><memory>4096</memory><os><type>hvm</type>"
                                "</os><devices>%s</devices></domain>",
                                devices);
        g_autoptr(Domain) d = NULL;
        g_autofree char *text = NULL;

        if (domain_parse_for(&vmx_rules, NULL, xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, &d, &err) < 0)
                g_error("%s", err.message);
        text = vmx_format(d, hardware, NULL, &err);
        g_assert_null(text);
        if (!strstr(err.message, part))
                g_error("'%s' is not in '%s'", part, err.message);
}

static void test_write_refuses(void)
{
        assert_unwritable(
                "<disk type='file' device='disk'><source file='a.vmdk'/><target dev='sda' bus='sata'/></disk>", 7,
                "Unsupported bus type 'sata'");
        assert_unwritable("<disk type='file' device='disk'><source file='a.img'/><target dev='hda' bus='ide'/></disk>",
                          7, "unsupported suffix, expecting '.vmdk'");
        assert_unwritable("<disk type='file' device='disk'><source file='a.vmdk'/><target dev='sda' bus='scsi'/>"
                          "<address type='drive' controller='0' bus='0' target='0' unit='3'/></disk>",
                          7, "Disk address 0:0:3 doesn't match target device 'sda'");
        assert_unwritable(
                "<controller type='scsi' index='0' model='auto'/>"
                "<disk type='file' device='disk'><source file='a.vmdk'/><target dev='sda' bus='scsi'/></disk>",
                7, "'auto'");
        assert_unwritable("<interface type='network'><source network='default'/></interface>", 7,
                          "Unsupported net type 'network'");
        assert_unwritable("<serial type='pty'/>", 7, "Unsupported character device type 'pty'");
        assert_unwritable("<graphics type='spice'/>", 7, "Unsupported graphics type 'spice'");
        assert_unwritable("<serial type='dev'><source path='/dev/x'/><target port='4'/></serial>", 7,
                          "Serial port index 4 out of [0..3] range");
}

/* VMware's documentation: static addresses are 00:50:56:00 to 3F, vCenter's 80 to BF, those of a host 00:0C:29. */
static void test_macs(void)
{
        static const struct {
                const char *mac, *type;
                bool unchecked;
        } cases[] = {
                { "00:0c:29:11:22:33", "generated", false }, { "00:50:56:00:00:00", "static", false },
                { "00:50:56:3f:ff:ff", "static", false },    { "00:50:56:40:00:00", "static", true },
                { "00:50:56:80:00:00", "vpx", false },       { "00:50:56:bf:ff:ff", "vpx", false },
                { "52:54:00:11:22:33", "static", true },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *xml = g_strdup_printf(
                        "<domain type='vmware'><name>g</name><memory>4096</memory><os><type>hvm</type></os><devices>"
                        "<interface type='bridge'><mac address='%s'/><source "
                        "bridge='x'/></interface></devices></domain>",
                        cases[i].mac);
                g_autofree char *wanted = g_strdup_printf("ethernet0.addressType = \"%s\"\n", cases[i].type);
                g_autoptr(Domain) d = NULL;
                g_autofree char *text = NULL;

                g_assert_cmpint(domain_parse_for(&vmx_rules, NULL, xml, strlen(xml), NULL, 0, &d, NULL), ==, 0);
                text = vmx_format(d, 7, NULL, NULL);
                g_assert_nonnull(strstr(text, wanted));
                g_assert_cmpint(!!strstr(text, "checkMACAddress = \"false\""), ==, cases[i].unchecked);
        }
}

static void test_names(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *far = NULL;
        g_autofree char *beside = NULL;
        g_autofree char *back = vmx_names_to("[ds 1] a/b.vmdk", NULL);
        char *bad = NULL;

        g_assert_cmpint(vmx_names_from("/vmfs/volumes/ds 1/a/b.vmdk", NULL, &far, NULL), ==, VMX_FILE_FOUND);
        g_assert_cmpstr(far, ==, "[ds 1] a/b.vmdk");
        g_assert_cmpint(vmx_names_from("b.vmdk", "[ds] a", &beside, NULL), ==, VMX_FILE_FOUND);
        g_assert_cmpstr(beside, ==, "[ds] a/b.vmdk");
        g_assert_cmpstr(back, ==, "/vmfs/volumes/ds 1/a/b.vmdk");
        g_assert_cmpint(vmx_names_from("a/b.vmdk", "[ds] a", &bad, &err), ==, -1);
        g_assert_null(vmx_names_to("[ds]", NULL));
        g_assert_null(vmx_names_to("[] a", NULL));
}

static void test_versions(void)
{
        unsigned long version;

        g_assert_cmpint(
                vmware_version_parse(VMWARE_FUSION,
                                     "\nVMware Fusion Information:\nVMware Fusion 5.0.3 build-1040386 Release\n",
                                     &version, NULL),
                ==, 0);
        g_assert_cmpuint(version, ==, 5000003);
        g_assert_cmpint(vmware_version_parse(VMWARE_PLAYER, "VMware Player 12.5 build-1", &version, NULL), ==, 0);
        g_assert_cmpuint(version, ==, 12005000);
        g_assert_cmpint(vmware_version_parse(VMWARE_WORKSTATION, "VMware Player 7.0.0", &version, NULL), ==, -1);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/vmx/lexer", test_lexer);
        g_test_add_func("/vmx/lexer/refuses", test_lexer_refuses);
        g_test_add_func("/vmx/encodings", test_encodings);
        g_test_add_func("/vmx/machine", test_machine);
        g_test_add_func("/vmx/machine/refuses", test_machine_refuses);
        g_test_add_func("/vmx/disk/places", test_disk_places);
        g_test_add_func("/vmx/round-trip", test_round_trip);
        g_test_add_func("/vmx/write/refuses", test_write_refuses);
        g_test_add_func("/vmx/write/macs", test_macs);
        g_test_add_func("/vmx/names", test_names);
        g_test_add_func("/vmx/versions", test_versions);
        return g_test_run();
}
