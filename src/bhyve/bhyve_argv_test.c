#include "bhyve/bhyve_argv.h"

#include <string.h>

static Domain *parse(const char *text)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        if (bhyve_argv_parse(text, strlen(text), NULL, &d, &err) < 0)
                g_test_message("%s", err.message);
        g_assert_nonnull(d);
        return d;
}

static void refuse(const char *text, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        g_assert_cmpint(bhyve_argv_parse(text, strlen(text), NULL, &d, &err), ==, -1);
        g_assert_cmpstr(strstr(err.message, words) ? words : err.message, ==, words);
}

static void test_options(void)
{
        Domain *d = parse("bhyve -c cpus=1,sockets=1 -c cpus=4,sockets=2,cores=2 -m 2G -AIHPS \\\n -u "
                          "-U8dea22b3-1d52-d8f3-2516-782e98ab3fa0 'a b'");

        g_assert_cmpstr(d->name, ==, "a b");
        g_assert_cmpuint(d->vcpu_max, ==, 4);
        g_assert_cmpuint(d->cpu->sockets, ==, 2);
        g_assert_cmpuint(d->cpu->dies, ==, 1);
        g_assert_cmpuint(d->cpu->threads, ==, 1);
        g_assert_cmpuint(d->memory_kib, ==, 2 << 20);
        g_assert_true(d->features->acpi && d->features->apic);
        g_assert_true(d->memory_backing->locked);
        g_assert_cmpint(d->clock.offset, ==, CLOCK_UTC);
        g_assert_cmpint(d->uuid[0], ==, 0x8d);
        domain_unref(d);
}

static void test_memory(void)
{
        static const struct {
                const char *text;
                uint64_t kib;
        } cases[] = { { "1", 1024 }, { "1048576", 1024 }, { "512m", 524288 }, { "2T", UINT64_C(2) << 30 } };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *text = g_strdup_printf("bhyve -m %s x", cases[i].text);
                Domain *d = parse(text);

                g_assert_cmpuint(d->memory_kib, ==, cases[i].kib);
                domain_unref(d);
        }
}

static void test_devices(void)
{
        Domain *d = parse(
                "bhyve -s 2,virtio-blk,/dev/zvol/a -s 0:3:1,ahci,hd:/b,cd:/c -s 4:0,e1000,tap7,mac=52:54:00:01:02:03 "
                "-s 5,fbuf,tcp=[::1]:5901,password=x -s 6,xhci,tablet -s 7,warp,drive -l com2,/dev/nmdm3B x");

        g_assert_cmpuint(d->n_disks, ==, 3);
        g_assert_cmpstr(d->disks[0].source.block.path, ==, "/dev/zvol/a");
        g_assert_cmpstr(d->disks[2].target, ==, "sdb");
        g_assert_cmpint(d->disks[2].device, ==, DISK_DEVICE_CDROM);
        g_assert_cmpuint(d->disks[1].info.address->pci.function, ==, 1);
        g_assert_cmpstr(d->interfaces[0].model, ==, "e1000");
        g_assert_cmpint(d->interfaces[0].mac.bytes[5], ==, 3);
        g_assert_cmpint(d->graphics[0].vnc.port, ==, 5901);
        g_assert_cmpstr(d->graphics[0].vnc.listens[0].address, ==, "::1");
        g_assert_cmpstr(d->graphics[0].vnc.password, ==, "x");
        g_assert_cmpint(d->inputs[0].type, ==, INPUT_TABLET);
        g_assert_cmpstr(d->serials[0].source.nmdm.slave, ==, "/dev/nmdm3A");
        g_assert_cmpuint(d->serials[0].port.value, ==, 1);
        domain_unref(d);
}

static void test_many_disks(void)
{
        g_autoptr(GString) text = g_string_new("bhyve -s 2,ahci");
        Domain *d;

        for (int i = 0; i < 28; i++)
                g_string_append(text, ",hd:/x");
        g_string_append(text, " x");
        d = parse(text->str);
        g_assert_cmpstr(d->disks[25].target, ==, "sdz");
        g_assert_cmpstr(d->disks[26].target, ==, "sdaa");
        g_assert_cmpstr(d->disks[27].target, ==, "sdab");
        domain_unref(d);
}

static void test_loaders(void)
{
        Domain *plain = parse("/usr/sbin/bhyveload -c stdio -m 256 -d /a x\n/usr/sbin/bhyve -m 256 x\n");
        Domain *special = parse("/usr/sbin/bhyveload -m 256 -e boot_verbose=1 x\nbhyve -m 256 x");
        Domain *grub = parse("bhyve x\n\n/usr/local/sbin/grub-bhyve --root hd0 x");

        g_assert_null(plain->bootloader);
        g_assert_cmpstr(special->bootloader_args, ==, "-m 256 -e boot_verbose=1 x");
        g_assert_cmpstr(grub->bootloader, ==, "/usr/local/sbin/grub-bhyve");
        domain_unref(plain);
        domain_unref(special);
        domain_unref(grub);
}

static void test_refused(void)
{
        refuse("", "found 0 commands");
        refuse("bhyve 'x", "cut a command");
        refuse("bhyve", "no name");
        refuse("bhyve x y", "more than one name");
        refuse("bhyve -% x", "near '-%'");
        refuse("bhyve -m", "near '-m'");
        refuse("bhyve -m lots x", "memory size 'lots'");
        refuse("bhyve -c 0 x", "vCPUs '0'");
        refuse("bhyve -c cpus=2,legs=4 x", "vCPUs");
        refuse("bhyve -U 1 x", "UUID '1'");
        refuse("bhyve -s 32,virtio-blk,/a x", "PCI slot");
        refuse("bhyve -s 3 x", "PCI slot");
        refuse("bhyve -s 3,virtio-net x", "tap device");
        refuse("bhyve -s 3,fbuf,tcp=:x x", "VNC port");
        refuse("bhyve -s 3,fbuf,vga=maybe x", "io, on or off");
        refuse("bhyve -l com3,/dev/nmdm0A x", "com1, com2");
        refuse("bhyve -l com1,stdio x", "null modem");
        refuse("bhyve x\nbhyve x", "run twice");
        refuse("bhyveload x", "no bhyve command");
        refuse("bhyveload -m 1 x\nbhyve -m 2 x", "memory size mismatch");
        refuse("bhyveload y\nbhyve x", "name mismatch");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/bhyve-argv/options", test_options);
        g_test_add_func("/bhyve-argv/memory", test_memory);
        g_test_add_func("/bhyve-argv/devices", test_devices);
        g_test_add_func("/bhyve-argv/many-disks", test_many_disks);
        g_test_add_func("/bhyve-argv/loaders", test_loaders);
        g_test_add_func("/bhyve-argv/refused", test_refused);
        return g_test_run();
}
