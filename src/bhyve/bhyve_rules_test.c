#include "bhyve/bhyve_rules.h"

#include <string.h>
#include <unistd.h>

#define HEAD "<domain type='bhyve'><name>x</name><memory>65536</memory><os><type>hvm</type></os><devices>"
#define TAIL "</devices></domain>"

static Domain *parse(const BhyveContext *context, const char *devices, Error *err)
{
        g_autofree char *xml = g_strconcat(HEAD, devices, TAIL, NULL);
        Domain *d = NULL;

        if (domain_parse_for(&bhyve_rules, (void *)context, xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, &d, err) < 0)
                return NULL;
        return d;
}

static const Controller *controller_of(const Domain *d, ControllerType type)
{
        for (size_t i = 0; i < d->n_controllers; i++)
                if (d->controllers[i].type == type)
                        return &d->controllers[i];
        return NULL;
}

static const char disks[] = "<disk type='file'><source file='/a'/><target dev='hda' bus='sata'/></disk>"
                            "<disk type='file'><source file='/b'/><target dev='hdb' bus='sata'/></disk>"
                            "<disk type='file'><source file='/c'/><target dev='vda' bus='virtio'/></disk>";

static void test_disks(void)
{
        Domain *d = parse(NULL, disks, NULL);

        g_assert_cmpuint(d->disks[1].info.address->drive.controller, ==, 0);
        g_assert_cmpuint(d->disks[1].info.address->drive.unit, ==, 1);
        g_assert_cmpuint(controller_of(d, CONTROLLER_SATA)->info.address->pci.slot, ==, 2);
        g_assert_cmpuint(d->disks[2].info.address->pci.slot, ==, 3);
        g_assert_cmpint(controller_of(d, CONTROLLER_PCI)->model, ==, CONTROLLER_MODEL_PCI_ROOT);
        g_assert_null(controller_of(d, CONTROLLER_ISA));
        domain_unref(d);
}

static void test_old_bhyve(void)
{
        static const BhyveContext old = { 0 };
        Domain *d = parse(&old, disks, NULL);

        g_assert_cmpuint(d->disks[1].info.address->drive.controller, ==, 1);
        g_assert_cmpuint(d->disks[1].info.address->drive.unit, ==, 0);
        g_assert_cmpuint(d->disks[2].info.address->pci.slot, ==, 4);
        domain_unref(d);
}

static void test_isa(void)
{
        Domain *d =
                parse(NULL, "<serial type='nmdm'><source master='/dev/nmdm0A' slave='/dev/nmdm0B'/></serial>", NULL);
        Domain *taken = parse(NULL,
                              "<controller type='isa' index='0'/><interface type='bridge'><source bridge='b'/>"
                              "<address type='pci' slot='1'/></interface>",
                              NULL);

        g_assert_cmpuint(controller_of(d, CONTROLLER_ISA)->info.address->pci.slot, ==, 1);
        g_assert_cmpuint(controller_of(taken, CONTROLLER_ISA)->info.address->pci.slot, ==, 2);
        domain_unref(d);
        domain_unref(taken);
}

static void test_screen(void)
{
        Domain *d = parse(NULL, "<graphics type='vnc' port='5904'/>", NULL);

        g_assert_cmpuint(d->n_videos, ==, 1);
        g_assert_cmpint(d->videos[0].type, ==, VIDEO_GOP);
        g_assert_cmpuint(d->videos[0].info.address->pci.slot, ==, 2);
        domain_unref(d);
}

static void test_refused(void)
{
        static const struct {
                const char *devices, *words;
        } cases[] = {
                { "<controller type='isa' index='0'/><controller type='isa' index='1'/>", "single ISA" },
                { "<controller type='usb' index='0' model='ehci'/>", "nec-xhci" },
                { "<rng model='virtio'><backend model='random'>/dev/random</backend></rng>", "<rng>" },
                { "<interface type='bridge'><source bridge='b'/><address type='pci' slot='3'/></interface>"
                  "<sound model='ich7'><address type='pci' slot='3'/></sound>",
                  "0000:00:03.0" },
                { "<interface type='bridge'><source bridge='b'/><address type='pci' bus='1' slot='3'/></interface>",
                  "bus 0" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_null(parse(NULL, cases[i].devices, &err));
                g_assert_cmpstr(strstr(err.message, cases[i].words) ? cases[i].words : err.message, ==, cases[i].words);
        }
}

static void test_firmware(void)
{
        static const char xml[] = "<domain type='bhyve'><name>x</name><memory>65536</memory>"
                                  "<os firmware='efi'><type>hvm</type></os></domain>";
        g_autofree char *folder = g_dir_make_tmp("bhyve-XXXXXX", NULL);
        g_autofree char *path = g_build_filename(folder, "A.fd", NULL);
        BhyveContext context = { .firmware_dir = folder };
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d = NULL;

        g_assert_cmpint(domain_parse_for(&bhyve_rules, &context, xml, strlen(xml), NULL, 0, &d, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "no firmwares found"));
        error_clear(&err);
        g_assert_true(g_file_set_contents(path, "", 0, NULL));
        g_assert_cmpint(domain_parse_for(&bhyve_rules, &context, xml, strlen(xml), NULL, 0, &d, &err), ==, 0);
        g_assert_cmpstr(d->os.loader, ==, path);
        g_assert_cmpint(d->os.loader_type, ==, LOADER_PFLASH);
        g_assert_nonnull(controller_of(d, CONTROLLER_ISA));
        domain_unref(d);
        g_assert_cmpint(unlink(path), ==, 0);
        g_assert_cmpint(rmdir(folder), ==, 0);
}

/* A bus has room for thirty devices. */
static void test_full_bus(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GString) devices = g_string_new(NULL);
        Domain *d;

        for (int i = 0; i < 30; i++)
                g_string_append(devices, "<interface type='bridge'><source bridge='b'/></interface>");
        d = parse(NULL, devices->str, &err);
        g_assert_cmpuint(d->interfaces[29].info.address->pci.slot, ==, 31);
        domain_unref(d);
        g_string_append(devices, "<interface type='bridge'><source bridge='b'/></interface>");
        g_assert_null(parse(NULL, devices->str, &err));
        g_assert_nonnull(strstr(err.message, "No more available PCI slots"));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/bhyve-rules/disks", test_disks);
        g_test_add_func("/bhyve-rules/old-bhyve", test_old_bhyve);
        g_test_add_func("/bhyve-rules/isa", test_isa);
        g_test_add_func("/bhyve-rules/screen", test_screen);
        g_test_add_func("/bhyve-rules/firmware", test_firmware);
        g_test_add_func("/bhyve-rules/refused", test_refused);
        g_test_add_func("/bhyve-rules/full-bus", test_full_bus);
        return g_test_run();
}
