/* What every guest of Xen has. */
#include "xen/xen_rules.h"

#include <string.h>

static Domain *settle(const char *os, const char *devices, Error *err)
{
        g_autofree char *xml = g_strdup_printf("<domain type='xen'><name>a</name><memory>65536</memory>%s<devices>%s"
                                               "</devices></domain>",
                                               os, devices);
        g_autoptr(Domain) d = NULL;

        if (domain_parse_for(&xen_rules, NULL, xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, &d, err) < 0 ||
            domain_check_for(&xen_rules, NULL, d, err) < 0)
                return NULL;
        return g_steal_pointer(&d);
}

static void test_machine(void)
{
        g_autoptr(Domain) d =
                settle("<os><type>hvm</type><loader>/l</loader></os>",
                       "<interface type='bridge'><source bridge='b'/></interface><graphics type='vnc'/>", NULL);
        static const unsigned char xen_mac[] = { 0x00, 0x16, 0x3e };

        g_assert_cmpstr(d->os.machine, ==, "xenfv");
        g_assert_cmpint(d->os.loader_type, ==, LOADER_ROM);
        g_assert_cmpint(d->memballoon->model, ==, BALLOON_XEN);
        g_assert_cmpint(d->videos[0].type, ==, VIDEO_CIRRUS);
        g_assert_cmpuint(d->videos[0].vram_kib, ==, 8192);
        g_assert_cmpuint(d->n_inputs, ==, 2);
        g_assert_cmpint(d->inputs[0].bus, ==, INPUT_BUS_PS2);
        g_assert_cmpint(d->controllers[0].type, ==, CONTROLLER_XENBUS);
        g_assert_cmpmem(d->interfaces[0].mac.bytes, 3, xen_mac, 3);
        g_assert_cmpuint(d->n_consoles, ==, 0);
}

static void test_paravirtual(void)
{
        g_autoptr(Domain) d = settle("<bootloader>/usr/bin/pygrub</bootloader>",
                                     "<disk type='file'><source file='/x'/><target dev='xvda'/></disk>"
                                     "<memballoon model='none'/>"
                                     "<hostdev mode='subsystem' type='pci'><source><address bus='1' slot='2' "
                                     "function='0'/></source></hostdev>",
                                     NULL);

        g_assert_cmpstr(d->os.type, ==, "linux");
        g_assert_cmpstr(d->os.machine, ==, "xenpv");
        g_assert_cmpint(d->consoles[0].target, ==, CONSOLE_TARGET_XEN);
        g_assert_cmpint(d->inputs[1].bus, ==, INPUT_BUS_XEN);
        g_assert_cmpint(d->disks[0].source.format, ==, IMAGE_FORMAT_RAW);
        g_assert_cmpint(d->memballoon->model, ==, BALLOON_NONE);
        g_assert_cmpint(d->hostdevs[0].pci.driver, ==, HOSTDEV_BACKEND_XEN);
}

static void test_refused(void)
{
        ERROR_AUTO Error type = ERROR_INIT, driver = ERROR_INIT;

        g_assert_null(settle("<os><type>exe</type></os>", "", &type));
        g_assert_nonnull(strstr(type.message, "unsupported OS type 'exe'"));
        g_assert_null(
                settle("<os><type>hvm</type></os>",
                       "<hostdev mode='subsystem' type='pci'><driver name='vfio'/><source><address bus='1' slot='2' "
                       "function='0'/></source></hostdev>",
                       &driver));
        g_assert_nonnull(strstr(driver.message, "PCI device driver 'vfio'"));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/xen/rules/machine", test_machine);
        g_test_add_func("/xen/rules/paravirtual", test_paravirtual);
        g_test_add_func("/xen/rules/refused", test_refused);
        return g_test_run();
}
