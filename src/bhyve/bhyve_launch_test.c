#include "bhyve/bhyve_launch.h"

#include <string.h>

#include "conf/driver_namespaces.h"

static const char *const taps[] = { "tap0", "tap1" };
static const BhyveLaunch newest = {
        .features = BHYVE_ALL, .grub_console = true, .taps = taps, .n_taps = 2, .vnc_port = 5900, .device_map = "/m"
};

#define DISK "<disk type='file'><source file='/a'/><target dev='vda' bus='virtio'/></disk>"

static Domain *parse(const char *head, const char *devices)
{
        g_autofree char *xml =
                g_strdup_printf("<domain type='bhyve'><name>x</name><memory unit='MiB'>64</memory>%s<devices>%s"
                                "</devices></domain>",
                                head, devices);
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        if (domain_parse_for(&bhyve_rules, NULL, xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, &d, &err) < 0)
                g_test_message("%s", err.message);
        g_assert_nonnull(d);
        return d;
}

#define HVM "<os><type>hvm</type></os>"

/* @run and @loader: the words with blanks between; NULL: not looked at. */
static void expect(const char *head, const char *devices, const char *run, const char *loader, const char *map)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = parse(head, devices);
        BhyveCommands commands = { 0 };
        g_autofree char *run_line = NULL;
        g_autofree char *loader_line = NULL;

        if (bhyve_commands(d, &newest, &commands, &err) < 0)
                g_test_message("%s", err.message);
        g_assert_nonnull(commands.run);
        run_line = g_strjoinv(" ", commands.run);
        loader_line = commands.loader ? g_strjoinv(" ", commands.loader) : NULL;
        if (run)
                g_assert_cmpstr(run_line, ==, run);
        g_assert_cmpstr(loader_line, ==, loader);
        g_assert_cmpstr(commands.device_map, ==, map);
        bhyve_commands_clear(&commands);
        domain_unref(d);
}

static void refuse(const BhyveLaunch *launch, const char *head, const char *devices, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = parse(head, devices);
        BhyveCommands commands = { 0 };

        g_assert_cmpint(bhyve_commands(d, launch, &commands, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
        g_assert_cmpstr(strstr(err.message, words) ? words : err.message, ==, words);
        domain_unref(d);
}

static void test_plain(void)
{
        expect(HVM, DISK, "bhyve -c 1 -m 64 -u -H -P -s 0:0,hostbridge -s 2:0,virtio-blk,/a x",
               "bhyveload -m 64 -d /a x", NULL);
}

static void test_devices(void)
{
        expect("<os><type>hvm</type><boot dev='cdrom'/></os>"
               "<features><acpi/><apic/></features><memoryBacking><locked/></memoryBacking><clock offset='localtime'/>",
               "<disk type='file' device='cdrom'><source file='/c'/><target dev='hda' bus='sata'/></disk>"
               "<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='b'/><model "
               "type='e1000'/></interface>"
               "<serial type='nmdm'><source master='/dev/nmdm0A' slave='/dev/nmdm0B'/></serial>"
               "<filesystem><source dir='/s'/><target dir='t'/><readonly/></filesystem>",
               "bhyve -c 1 -m 64 -S -A -I -H -P -s 0:0,hostbridge -s 1:0,lpc -s 2:0,ahci,cd:/c "
               "-s 3:0,e1000,tap0,mac=52:54:00:00:00:01 -s 4:0,virtio-9p,t=/s,ro -l com1,/dev/nmdm0A x",
               "bhyveload -m 64 -d /c x", NULL);
}

static void test_screen(void)
{
        expect("<os><type>hvm</type><loader>/fw</loader></os>",
               "<graphics type='vnc' autoport='yes'><listen type='address' address='::1'/></graphics>",
               "bhyve -c 1 -m 64 -u -H -P -s 0:0,hostbridge -l bootrom,/fw -s 1:0,lpc -s 2:0,fbuf,tcp=[::1]:5900 x",
               NULL, NULL);
}

static void test_own_arguments(void)
{
        static const char xml[] =
                "<domain type='bhyve' xmlns:bhyve='http://libvirt.org/schemas/domain/bhyve/1.0'><name>x</name>"
                "<memory unit='MiB'>64</memory>" HVM "<features><msrs unknown='ignore'/></features><devices>" DISK
                "</devices><bhyve:commandline><bhyve:arg value='-W'/></bhyve:commandline></domain>";
        ERROR_AUTO Error err = ERROR_INIT;
        BhyveCommands commands = { 0 };
        g_autofree char *line = NULL;
        Domain *d = NULL;

        domain_register_namespaces();
        g_assert_cmpint(domain_parse_for(&bhyve_rules, NULL, xml, strlen(xml), NULL, 0, &d, &err), ==, 0);
        g_assert_cmpint(bhyve_commands(d, &newest, &commands, &err), ==, 0);
        line = g_strjoinv(" ", commands.run);
        g_assert_cmpstr(line, ==, "bhyve -c 1 -m 64 -u -w -H -P -s 0:0,hostbridge -s 2:0,virtio-blk,/a -W x");
        bhyve_commands_clear(&commands);
        domain_unref(d);
}

static void test_loaders(void)
{
        expect("<bootloader>/opt/grub-bhyve</bootloader>" HVM, DISK, NULL,
               "grub-bhyve --root hd0,msdos1 --device-map /m --memory 64 x", "(hd0) /a\n");
        expect("<bootloader>/opt/mine</bootloader><bootloader_args>-a 'b c'</bootloader_args>" HVM, DISK, NULL,
               "/opt/mine -a b c", NULL);
}

static void test_refused(void)
{
        BhyveLaunch old = newest;

        old.features = 0;
        refuse(&old, HVM, DISK, "UTC clock");
        refuse(&newest, HVM, "", "at least one disk");
        refuse(&newest, HVM "<cpu><topology sockets='2' cores='1' threads='1'/></cpu><vcpu>3</vcpu>", DISK,
               "CPU topology");
        refuse(&newest, HVM "<clock offset='timezone' timezone='Europe/Paris'/>", DISK, "clock offset");
        refuse(&newest, HVM, DISK "<graphics type='vnc'/>", "using UEFI");
        refuse(&newest, HVM, "<disk type='file'><source file='/a,b'/><target dev='vda' bus='virtio'/></disk>", "','");
        refuse(&newest, HVM, DISK "<controller type='usb' model='nec-xhci'/>", "exactly one input");
        refuse(&newest, HVM, DISK "<sound model='ac97'/>", "ac97");
        refuse(&newest, "<bootloader>/opt/mine</bootloader>" HVM, DISK, "explicit arguments");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/bhyve-launch/plain", test_plain);
        g_test_add_func("/bhyve-launch/devices", test_devices);
        g_test_add_func("/bhyve-launch/screen", test_screen);
        g_test_add_func("/bhyve-launch/loaders", test_loaders);
        g_test_add_func("/bhyve-launch/own-arguments", test_own_arguments);
        g_test_add_func("/bhyve-launch/refused", test_refused);
        return g_test_run();
}
