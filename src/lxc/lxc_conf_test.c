#include "lxc/lxc_conf.h"

#include <string.h>

static const LxcConfOptions options = { .uuid = "8dea22b3-1d52-d8f3-2516-782e98ab3fa0", .root = "/nowhere" };

static Domain *parse(const char *text)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        if (lxc_conf_parse(text, strlen(text), &options, &d, &err) < 0)
                g_test_message("%s", err.message);
        g_assert_nonnull(d);
        return d;
}

static void refuse(const char *text, int code, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        g_assert_cmpint(lxc_conf_parse(text, strlen(text), &options, &d, &err), ==, -1);
        g_assert_cmpint(err.code, ==, code);
        g_assert_nonnull(strstr(err.message, words));
}

static void test_smallest(void)
{
        Domain *d = parse("# nothing else\n lxc.rootfs.path=dir:/srv/c\n");

        g_assert_cmpstr(d->name, ==, "unnamed");
        g_assert_cmpuint(d->n_filesystems, ==, 1);
        g_assert_cmpint(d->filesystems[0].type, ==, FILESYSTEM_MOUNT);
        g_assert_cmpstr(d->filesystems[0].source, ==, "/srv/c");
        g_assert_true(d->features->privnet);
        g_assert_null(d->os.arch);
        domain_unref(d);
}

static void test_mounts(void)
{
        Domain *d = parse("lxc.rootfs=/dev/vg/c\n"
                          "lxc.mount.entry = proc proc proc nodev 0 0\n"
                          "lxc.mount.entry = /a\\040b mnt/x none rbind,ro 0 0\n"
                          "lxc.mount.entry = tmpfs /run tmpfs size=1g,ro\n"
                          "lxc.mount.entry = mqueue dev/mqueue mqueue rw 0 0\n"
                          "lxc.mount.entry = /dev/sda1 data ext4 defaults\n");

        g_assert_cmpuint(d->n_filesystems, ==, 4);
        g_assert_cmpint(d->filesystems[0].type, ==, FILESYSTEM_BLOCK);
        g_assert_cmpstr(d->filesystems[1].source, ==, "/a b");
        g_assert_cmpstr(d->filesystems[1].target, ==, "/mnt/x");
        g_assert_true(d->filesystems[1].readonly);
        g_assert_cmpint(d->filesystems[2].type, ==, FILESYSTEM_RAM);
        g_assert_cmpuint(d->filesystems[2].usage, ==, 1048576);
        g_assert_cmpstr(d->filesystems[3].source_dev, ==, "/dev/sda1");
        domain_unref(d);
}

static void test_networks(void)
{
        Domain *d = parse("lxc.rootfs.path=/c\n"
                          "lxc.net.5.type=macvlan\nlxc.net.5.link=eth0\nlxc.net.5.macvlan.mode=bridge\n"
                          "lxc.net.1.type=phys\nlxc.net.1.link=eth1\n"
                          "lxc.net.5.hwaddr=00:16:3e:XX:xx:01\nlxc.net.5.ipv4.gateway=auto\n"
                          "lxc.net.1.ipv4.address=10.0.0.2/8 10.255.255.255\n");

        g_assert_false(d->features->privnet);
        g_assert_cmpuint(d->n_interfaces, ==, 1);
        g_assert_cmpint(d->interfaces[0].type, ==, INTERFACE_DIRECT);
        g_assert_cmpint(d->interfaces[0].direct.mode, ==, MACVTAP_BRIDGE);
        g_assert_cmpint(d->interfaces[0].mac.bytes[2], ==, 0x3e);
        g_assert_cmpint(d->interfaces[0].mac.bytes[5], ==, 0x01);
        g_assert_cmpuint(d->interfaces[0].n_routes, ==, 0);
        g_assert_cmpuint(d->n_hostdevs, ==, 1);
        g_assert_cmpstr(d->hostdevs[0].net.interface, ==, "eth1");
        g_assert_cmpuint(d->hostdevs[0].net.ips[0].prefix.value, ==, 8);
        domain_unref(d);
}

static void test_empty_network(void)
{
        Domain *d = parse("lxc.rootfs.path=/c\nlxc.net.0.type=empty\n");

        g_assert_true(d->features->privnet);
        domain_unref(d);
}

/* As LXC documents it, and as configurations written for libvirt have it. */
static void test_idmap(void)
{
        Domain *d = parse("lxc.rootfs.path=/c\nlxc.idmap=b 0 100000 1000\nlxc.idmap = u 1000 1000 1\n");
        Domain *other = parse("lxc.rootfs=/c\nlxc.id_map=u 100000 0 1000\n");

        g_assert_cmpuint(d->idmap->n_uids, ==, 2);
        g_assert_cmpuint(d->idmap->n_gids, ==, 1);
        g_assert_cmpuint(d->idmap->uids[0].start, ==, 0);
        g_assert_cmpuint(d->idmap->uids[0].target, ==, 100000);
        g_assert_cmpuint(other->idmap->uids[0].start, ==, 0);
        g_assert_cmpuint(other->idmap->uids[0].target, ==, 100000);
        domain_unref(d);
        domain_unref(other);
}

static void test_limits(void)
{
        Domain *d = parse("lxc.rootfs.path=/c\nlxc.cgroup.memory.limit_in_bytes=256M\n"
                          "lxc.cgroup.memory.memsw.limit_in_bytes = -1\nlxc.cgroup.cpu.shares=512\n"
                          "lxc.cgroup.cpuset.cpus=0-1\nlxc.cgroup.blkio.device_weight = 8:0 500\n"
                          "lxc.cap.keep = sys_time mknod\nlxc.tty.max = 1\nlxc.arch = amd64\n");

        g_assert_cmpuint(d->memory_kib, ==, 262144);
        g_assert_false(d->memtune->swap_hard_limit_kib.set);
        g_assert_cmpuint(d->cputune->shares.value, ==, 512);
        g_assert_cmpuint(bitmap_count(d->vcpu_cpuset), ==, 2);
        g_assert_cmpstr(d->blkiotune->devices[0].path, ==, "/dev/block/8:0");
        g_assert_cmpint(d->features->capabilities_policy, ==, CAPABILITIES_POLICY_DENY);
        g_assert_cmpstr(d->features->capabilities[0].name, ==, "mknod");
        g_assert_cmpuint(d->n_consoles, ==, 1);
        g_assert_cmpstr(d->os.arch, ==, "x86_64");
        domain_unref(d);
}

static void test_refused(void)
{
        refuse("lxc.rootfs", VIR_ERR_CONF_SYNTAX, "line 1");
        refuse("lxc.uts.name=x\n", VIR_ERR_INTERNAL_ERROR, "Missing lxc.rootfs");
        refuse("lxc.rootfs.path=overlay:/a:/b\n", VIR_ERR_CONFIG_UNSUPPORTED, "overlay");
        refuse("lxc.rootfs=/c\nlxc.mount=/f\n", VIR_ERR_ARGUMENT_UNSUPPORTED, "lxc.mount.entry");
        refuse("lxc.rootfs=/c\nlxc.mount.entry=a b\n", VIR_ERR_CONF_SYNTAX, "line 2");
        refuse("lxc.rootfs=/c\nlxc.mount.entry=t /t tmpfs size=1x\n", VIR_ERR_CONF_SYNTAX, "size=");
        refuse("lxc.rootfs=/c\nlxc.network.type=vlan\nlxc.network.link=e\n", VIR_ERR_INTERNAL_ERROR, "vlan.id");
        refuse("lxc.rootfs=/c\nlxc.network.type=warp\n", VIR_ERR_CONFIG_UNSUPPORTED, "warp");
        refuse("lxc.rootfs=/c\nlxc.net.0.type=veth\nlxc.net.0.ipv4.address=10.0.0.1/33\n", VIR_ERR_CONF_SYNTAX,
               "line 3");
        refuse("lxc.rootfs=/c\nlxc.idmap=u 0 1\n", VIR_ERR_CONF_SYNTAX, "line 2");
        refuse("lxc.rootfs=/c\nlxc.tty=1000000\n", VIR_ERR_CONF_SYNTAX, "256");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/lxc/smallest", test_smallest);
        g_test_add_func("/lxc/mounts", test_mounts);
        g_test_add_func("/lxc/networks", test_networks);
        g_test_add_func("/lxc/empty-network", test_empty_network);
        g_test_add_func("/lxc/idmap", test_idmap);
        g_test_add_func("/lxc/limits", test_limits);
        g_test_add_func("/lxc/refused", test_refused);
        return g_test_run();
}
