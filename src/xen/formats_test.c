/* Devices as xl and xm spell them, both ways, after xl.cfg(5) and its neighbours. */
#include "formats.h"

#include <string.h>

#include "conf/driver_namespaces.h"
#include "xen/xen_rules.h"

static const char head[] = "name = 'a'\nuuid = '11111111-2222-3333-4444-555555555555'\nmemory = 64\n";

static Domain *read_file(XenDialect dialect, const char *lines)
{
        g_autofree char *text = g_strconcat(head, lines, NULL);
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        if (xen_config_read(dialect, NULL, "f", text, strlen(text), &d, &err) < 0 ||
            domain_settle_for(&xen_rules, NULL, d, DOMAIN_PARSE_INACTIVE, &err) < 0)
                g_error("%s\n%s", err.message, lines);
        return d;
}

static void refuse(const char *lines, const char *words)
{
        g_autofree char *text = g_strconcat(head, lines, NULL);
        g_autoptr(Domain) d = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(xen_config_read(XEN_XL, NULL, "f", text, strlen(text), &d, &err), ==, -1);
        if (!strstr(err.message, words))
                g_error("'%s' not in '%s'", words, err.message);
}

/* @line is read and written again as it was, or as @other. */
static void same(XenDialect dialect, const char *before, const char *line, const char *other)
{
        g_autofree char *lines = g_strconcat(before, line, "\n", NULL);
        g_autofree char *wanted = g_strconcat("\n", other ? other : line, "\n", NULL);
        g_autoptr(Domain) d = read_file(dialect, lines);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = xen_config_write(dialect, NULL, d, &err);

        if (!text || !strstr(text, wanted))
                g_error("no%sin\n%s%s", wanted, text ? text : "", err.message ? err.message : "");
}

static const char hvm[] = "type = 'hvm'\n";

static void cannot_write(XenDialect dialect, const char *lines, const char *words)
{
        g_autoptr(Domain) d = read_file(XEN_XL, lines);
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_null(xen_config_write(dialect, NULL, d, &err));
        g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
        if (!strstr(err.message, words))
                g_error("'%s' not in '%s'", words, err.message);
}

static void test_not_in_xm(void)
{
        cannot_write(XEN_XM, "type = 'pvh'", "unsupported OS type 'xenpvh'");
        cannot_write(XEN_XM, "type = 'hvm'\nspice = 1", "unsupported graphics type 'spice'");
        cannot_write(XEN_XM, "usbdev = [ 'hostbus=1,hostaddr=2' ]", "unsupported hostdev type usb");
}

static void test_xl_disks(void)
{
        /* All positional; the same with a prefix; keys only. */
        same(XEN_XL, hvm, "disk = [ '/dev/vg/a,raw,hda,w' ]",
             "disk = [ \"format=raw,vdev=hda,access=rw,backendtype=qdisk,target=/dev/vg/a\" ]");
        same(XEN_XL, hvm, "disk = [ 'phy:/dev/vg/a,hda,w' ]",
             "disk = [ \"format=raw,vdev=hda,access=rw,backendtype=phy,target=/dev/vg/a\" ]");
        same(XEN_XL, hvm, "disk = [ '/dev/vg/a,,hda,,' ]",
             "disk = [ \"format=raw,vdev=hda,access=rw,backendtype=qdisk,target=/dev/vg/a\" ]");
        same(XEN_XL, hvm, "disk = [ 'vdev=hdc,cdrom,access=ro' ]",
             "disk = [ \"format=raw,vdev=hdc,access=ro,backendtype=qdisk,devtype=cdrom\" ]");
        same(XEN_XL, hvm, "disk = [ 'access=r,vdev=xvda,format=vhd,target=/a,b' ]",
             "disk = [ \"format=vhd,vdev=xvda,access=ro,backendtype=qdisk,target=/a,b\" ]");
        same(XEN_XL, hvm,
             "disk = [ \"format=raw,vdev=hda,access=rw,backendtype=qdisk,target=rbd:p/i@s:auth_supported=none:"
             "mon_host=[\\\\:\\\\:1]\\\\:6789\\\\;b\" ]",
             NULL);
        refuse("disk = [ '/a,raw' ]", "vdev is missing");
        refuse("disk = [ 'vdev=hda,format=zip' ]", "unknown format");
        refuse("disk = [ 'vdev=hda,access=x' ]", "unknown access");
        refuse("disk = [ 'vdev=hda,backendtype=x' ]", "unknown backendtype");
}

static void test_xm_disks(void)
{
        same(XEN_XM, hvm, "disk = [ \"tap:aio:/a,xvda,!\", \"file:/c.iso,hdc:cdrom,r\" ]", NULL);
        same(XEN_XM, hvm, "disk = [ \"tap:qcow2:/a,hda,w!\" ]", "disk = [ \"tap:qcow2:/a,hda,!\" ]");
}

static void test_vifs(void)
{
        same(XEN_XL, hvm, "vif = [ \"mac=00:16:3e:00:00:01,bridge=b,ip=10.0.0.1 ::1,script=s,type=vif,vifname=v\" ]",
             NULL);
        same(XEN_XM, hvm, "vif = [ \"mac=00:16:3e:00:00:01,bridge=b,type=netfront\" ]", NULL);
        same(XEN_XL, "", "vif = [ \"mac=00:16:3e:00:00:01,bridge=o.5:6:7,script=vif-openvswitch\" ]", NULL);
        same(XEN_XL, "", "vif = [ \"mac=00:16:3e:00:00:01,rate=10Mb/s\" ]",
             "vif = [ \"mac=00:16:3e:00:00:01,rate=1280KB/s\" ]");
        same(XEN_XL, "", "vif = [ \"mac=00:16:3e:00:00:01,rate=1GB/s@20ms\" ]",
             "vif = [ \"mac=00:16:3e:00:00:01,rate=1048576KB/s\" ]");
        refuse("vif = [ 'mac=1' ]", "malformed mac address '1'");
        refuse("vif = [ 'rate=fast' ]", "Invalid rate 'fast' specified");
}

static void test_ports(void)
{
        same(XEN_XL, hvm, "serial = [ \"none\", \"tcp::22,server,nowait\" ]", NULL);
        same(XEN_XL, hvm, "serial = \"unix:/s\"", NULL);
        same(XEN_XL, hvm, "serial = \"/dev/ttyS0\"", NULL);
        same(XEN_XL, hvm, "parallel = \"udp:a:1@b:2\"", NULL);
        refuse("type = 'hvm'\nserial = 'tcp:22'", "malformed char device string");
        refuse("type = 'hvm'\nserial = 'tin'", "unknown chr device type 'tin'");
}

static void test_processor(void)
{
        same(XEN_XL, hvm, "nestedhvm = 0", NULL);
        same(XEN_XL, hvm, "cpuid = \"host,tm=0,sse3=1,htt=x\"", NULL);
        same(XEN_XL, "", "maxvcpus = 4\nvcpus = 2", NULL);
        same(XEN_XL, hvm, "vnuma = [ [ \"pnode=0\", \"size=64\", \"vcpus=0\", \"vdistances=10\" ] ]", NULL);
        same(XEN_XL, "", "cpus = \"0-3,^1\"", "cpus = \"0,2-3\"");
        refuse("type = 'hvm'\ncpuid = '0:eax=x'", "only libxl format is");
        refuse("vnuma = [ [ 'size=x' ] ]", "vnuma: f:4: expected the size");
}

static void test_others(void)
{
        same(XEN_XL, hvm, "passthrough = \"disabled\"", NULL);
        same(XEN_XL, "", "e820_host = 1", NULL);
        same(XEN_XL, "", "max_grant_frames = 64\nevent_channels = 99", NULL);
        same(XEN_XL, "", "usbctrl = [ \"type=qusb,version=1,ports=4\" ]", NULL);
        same(XEN_XL, "", "pci = [ '01:13.0@5,permissive=1' ]", "pci = [ \"0000:01:13.0,permissive=1\" ]");
        same(XEN_XL, hvm, "usb = 1\nusbdevice = [ \"tablet\", \"keyboard\" ]", NULL);
        same(XEN_XL, "", "vfb = [ \"type=vnc,vncunused=0,vncdisplay=3,vncpasswd=p\" ]", NULL);
        same(XEN_XL, hvm, "boot = \"dca\"", NULL);
        same(XEN_XL, "", "on_reboot = \"rename-restart\"\non_crash = \"coredump-destroy\"", NULL);
        refuse("pci = [ '1' ]", "[DOMAIN:]BUS:SLOT.FUNCTION");
        refuse("type = 'vm'", "expected hvm, pv or pvh");
        refuse("on_crash = 'cry'", "unexpected value cry for on_crash");
        refuse("vcpus = -1", "a number from 0 to 65535");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        domain_register_namespaces();
        g_test_add_func("/xen/formats/xl-disks", test_xl_disks);
        g_test_add_func("/xen/formats/xm-disks", test_xm_disks);
        g_test_add_func("/xen/formats/not-in-xm", test_not_in_xm);
        g_test_add_func("/xen/formats/vifs", test_vifs);
        g_test_add_func("/xen/formats/ports", test_ports);
        g_test_add_func("/xen/formats/processor", test_processor);
        g_test_add_func("/xen/formats/others", test_others);
        return g_test_run();
}
