/* Command lines of QEMU: what its manual says that the options mean. */
#include "qemu_argv/qemu_argv.h"

#include <string.h>

#include "conf/qemu_namespace.h"

static Domain *read_line(const char *line)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        if (qemu_argv_parse(line, strlen(line), &d, &err) < 0)
                g_error("%s", err.message);
        return d;
}

static void test_words(void)
{
        g_autoptr(Domain) d =
                read_line("A=b \\\n'/opt/my qemu/qemu-system-aarch64' -name \"guest=a b\" \\\n -kernel a\\ b");

        g_assert_cmpstr(d->emulator, ==, "/opt/my qemu/qemu-system-aarch64");
        g_assert_cmpstr(d->os.arch, ==, "aarch64");
        g_assert_cmpstr(d->name, ==, "a b");
        g_assert_cmpstr(d->os.kernel, ==, "a b");
}

static void test_machine(void)
{
        g_autoptr(Domain) d = read_line("qemu-system-x86_64 -machine q35,accel=kvm,dump-guest-core=off -m 2G -smp "
                                        "4,sockets=2,cores=2,threads=1 -cpu host,-svm,kvm=off -no-hpet -rtc "
                                        "base=localtime -boot order=dn,menu=on -display none");

        g_assert_cmpint(d->type, ==, VIRT_KVM);
        g_assert_cmpstr(d->os.machine, ==, "q35");
        g_assert_cmpint(d->dump_core, ==, SWITCH_OFF);
        g_assert_cmpuint(d->memory_kib, ==, 2 * 1024 * 1024);
        g_assert_cmpuint(d->vcpu_max, ==, 4);
        g_assert_cmpuint(d->cpu->cores, ==, 2);
        g_assert_cmpint(d->cpu->mode, ==, CPU_MODE_HOST_PASSTHROUGH);
        g_assert_cmpstr(d->cpu->features[0].name, ==, "svm");
        g_assert_cmpint(d->cpu->features[0].policy, ==, CPU_POLICY_DISABLE);
        g_assert_cmpint(d->features->kvm->hidden, ==, SWITCH_ON);
        g_assert_cmpint(d->clock.offset, ==, CLOCK_LOCALTIME);
        g_assert_cmpuint(d->os.n_boot, ==, 2);
        g_assert_cmpint(d->os.boot[0].dev, ==, BOOT_CDROM);
        g_assert_cmpint(d->os.bootmenu, ==, YESNO_YES);
        g_assert_cmpuint(d->n_graphics, ==, 0);
}

static void test_drives(void)
{
        g_autoptr(Domain) d =
                read_line("qemu-system-x86_64 -nographic -drive file=a,,b.img,if=virtio,format=qcow2,cache=off "
                          "-drive file=/dev/sdb,if=none,id=x,serial=s1 -device virtio-blk-pci,drive=x "
                          "-drive if=ide,index=3,media=cdrom -hda c.img");

        g_assert_cmpuint(d->n_disks, ==, 4);
        g_assert_cmpstr(d->disks[0].source.file.path, ==, "a,b.img");
        g_assert_cmpint(d->disks[0].source.format, ==, IMAGE_FORMAT_QCOW2);
        g_assert_cmpint(d->disks[0].cache, ==, DISK_CACHE_NONE);
        g_assert_cmpstr(d->disks[0].target, ==, "vda");
        g_assert_cmpstr(d->disks[1].target, ==, "vdb");
        g_assert_cmpint(d->disks[1].source.type, ==, SOURCE_BLOCK);
        g_assert_cmpstr(d->disks[1].serial, ==, "s1");
        g_assert_cmpstr(d->disks[2].target, ==, "hda");
        g_assert_cmpstr(d->disks[3].target, ==, "hdd");
        g_assert_cmpint(d->disks[3].device, ==, DISK_DEVICE_CDROM);
}

/* As newer programs start QEMU: nodes, and JSON. What no device uses and what is no file stays. */
static void test_nodes(void)
{
        g_autoptr(Domain) d = read_line(
                "/usr/bin/qemu-system-x86_64"
                " -blockdev '{\"driver\":\"file\",\"filename\":\"/a, b\",\"node-name\":\"s\"}'"
                " -blockdev '{\"driver\":\"qcow2\",\"file\":\"s\",\"node-name\":\"f\",\"cache\":{\"direct\":true,"
                "\"no-flush\":false}}'"
                " -device '{\"driver\":\"virtio-blk-pci\",\"drive\":\"f\",\"id\":\"d\"}'"
                " -blockdev driver=file,filename=/flash,node-name=p"
                " -blockdev driver=nbd,server.host=h,node-name=n -device virtio-blk-pci,drive=n");
        static const char *const kept[] = { "-blockdev", "driver=nbd,server.host=h,node-name=n",
                                            "-device",   "virtio-blk-pci,drive=n",
                                            "-blockdev", "driver=file,filename=/flash,node-name=p" };
        const QemuNamespace *own = d->extra.content;

        g_assert_cmpuint(d->n_disks, ==, 1);
        g_assert_cmpstr(d->disks[0].source.file.path, ==, "/a, b");
        g_assert_cmpint(d->disks[0].source.format, ==, IMAGE_FORMAT_QCOW2);
        g_assert_cmpint(d->disks[0].cache, ==, DISK_CACHE_NONE);
        g_assert_cmpint(d->disks[0].bus, ==, DISK_BUS_VIRTIO);
        g_assert_cmpuint(own->n_arguments, ==, G_N_ELEMENTS(kept));
        for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
                g_assert_cmpstr(own->arguments[i].value, ==, kept[i]);
}

static void test_networks(void)
{
        g_autoptr(Domain) d = read_line("qemu-system-x86_64 -nographic -netdev bridge,id=n1,br=br7 "
                                        "-device e1000e,netdev=n1,mac=52:54:00:01:02:03 "
                                        "-net nic,vlan=2,model=ne2k_pci -net tap,vlan=2,ifname=tap9,script=no "
                                        "-net nic,vlan=3 -net socket,vlan=3,mcast=230.0.0.1:1234");

        g_assert_cmpuint(d->n_interfaces, ==, 3);
        g_assert_cmpint(d->interfaces[0].type, ==, INTERFACE_BRIDGE);
        g_assert_cmpstr(d->interfaces[0].bridge.bridge, ==, "br7");
        g_assert_cmpstr(d->interfaces[0].model, ==, "e1000e");
        g_assert_cmpint(d->interfaces[1].type, ==, INTERFACE_ETHERNET);
        g_assert_cmpstr(d->interfaces[1].target, ==, "tap9");
        g_assert_null(d->interfaces[1].script);
        g_assert_cmpint(d->interfaces[2].type, ==, INTERFACE_MCAST);
        g_assert_cmpuint(d->interfaces[2].socket.port, ==, 1234);
}

static void test_chardevs(void)
{
        g_autoptr(Domain) d =
                read_line("qemu-system-x86_64 -nographic -serial telnet::4444,server,nowait -serial chardev:c "
                          "-chardev socket,id=c,path=/run/x,server=on -parallel none");

        g_assert_cmpuint(d->n_serials, ==, 2);
        g_assert_cmpint(d->serials[0].source.tcp.protocol, ==, CHARDEV_PROTOCOL_TELNET);
        g_assert_cmpint(d->serials[0].source.tcp.mode, ==, CHARDEV_MODE_BIND);
        g_assert_cmpstr(d->serials[0].source.tcp.service, ==, "4444");
        g_assert_cmpint(d->serials[1].source.type, ==, CHARDEV_UNIX);
        g_assert_cmpint(d->serials[1].source.unix_socket.mode, ==, CHARDEV_MODE_BIND);
        g_assert_cmpuint(d->n_parallels, ==, 0);
}

/* What the document has no word for is not lost. */
static void test_unknown(void)
{
        g_autoptr(Domain) d = read_line("/usr/bin/qemu-system-x86_64 -nographic -device new-thing,id=x -fancy 3 -S");
        const QemuNamespace *content = d->extra.content;

        g_assert_true(d->extra.space == &qemu_namespace);
        g_assert_cmpuint(content->n_arguments, ==, 4);
        g_assert_cmpstr(content->arguments[0].value, ==, "-fancy");
        g_assert_cmpstr(content->arguments[3].value, ==, "new-thing,id=x");
}

static void test_refuses(void)
{
        static const struct {
                const char *line, *part;
        } cases[] = {
                { "", "cannot split the command line" },
                { "A=1", "no emulator path found" },
                { "qemu -m", "missing value for -m argument" },
                { "qemu -m 0", "cannot parse memory level '0'" },
                { "qemu -smp 4,maxcpus=2", "cannot parse CPU topology" },
                { "qemu -uuid x", "cannot parse UUID 'x'" },
                { "qemu -usbdevice host:x", "unknown USB device syntax 'x'" },
                { "qemu -pcidevice host=1", "unknown PCI device syntax '1'" },
                { "qemu -vnc here", "missing VNC port number in 'here'" },
                { "qemu -serial what:ever", "unknown character device syntax what:ever" },
                { "qemu -soundhw fiddle", "unknown sound card 'fiddle'" },
                { "qemu -drive file=a,if=telepathy", "unknown interface 'telepathy'" },
                { "qemu -drive file=a,cache=cold", "unknown value 'cold' of 'cache'" },
                { "qemu -device virtio-blk-pci,drive=none", "no -drive if=none has the id 'none'" },
                { "qemu 'open", "cannot split the command line" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                Domain *d = NULL;

                g_assert_cmpint(qemu_argv_parse(cases[i].line, strlen(cases[i].line), &d, &err), ==, -1);
                if (!strstr(err.message, cases[i].part))
                        g_error("'%s' is not in '%s'", cases[i].part, err.message);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        rows_register(&qemu_namespace);
        g_test_add_func("/qemu-argv/words", test_words);
        g_test_add_func("/qemu-argv/machine", test_machine);
        g_test_add_func("/qemu-argv/drives", test_drives);
        g_test_add_func("/qemu-argv/nodes", test_nodes);
        g_test_add_func("/qemu-argv/networks", test_networks);
        g_test_add_func("/qemu-argv/chardevs", test_chardevs);
        g_test_add_func("/qemu-argv/unknown", test_unknown);
        g_test_add_func("/qemu-argv/refuses", test_refuses);
        return g_test_run();
}
