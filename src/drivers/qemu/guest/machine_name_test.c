#include "guest/machine_name.h"

static char *name_of(const char *root, int id, const char *name)
{
        Paths paths = { .root = (char *)root };
        QemuInstance instance = { .paths = &paths };
        g_autoptr(Domain) live = domain_new();

        live->id = id;
        g_free(live->name);
        live->name = g_strdup(name);
        return machine_name(&instance, live);
}

/* As libvirt's documentation of control groups and systemd.unit(5) have them. */
static void test_names(void)
{
        static const struct {
                const char *name, *machine, *unit;
        } rows[] = {
                { "vm1", "qemu-1-vm1", "machine-qemu\\x2d1\\x2dvm1.scope" },
                { "a b/c!d", "qemu-1-abcd", "machine-qemu\\x2d1\\x2dabcd.scope" },
                { "-.x..y-", "qemu-1-x.y-", "machine-qemu\\x2d1\\x2dx.y\\x2d.scope" },
                { "w_1.example", "qemu-1-w_1.example", "machine-qemu\\x2d1\\x2dw_1.example.scope" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                g_autofree char *machine = name_of("", 1, rows[i].name);
                g_autofree char *unit = machine_unit_of(machine);

                g_assert_cmpstr(machine, ==, rows[i].machine);
                g_assert_cmpstr(unit, ==, rows[i].unit);
        }
}

/* A host's name has 64 letters at most; two daemons may both have a first guest. */
static void test_names_fit(void)
{
        g_autofree char *name = g_strnfill(100, 'n');
        g_autofree char *machine = name_of("", 1234567, name);
        g_autofree char *here = name_of("/srv/here", 1, "web");
        g_autofree char *there = name_of("/srv/there", 1, "web");

        g_assert_cmpuint(strlen(machine), ==, 64);
        g_assert_true(g_str_has_prefix(here, "qemu-embed-"));
        g_assert_cmpstr(here, !=, there);
}

static void test_slices(void)
{
        static const struct {
                const char *partition, *slice, *path;
        } rows[] = {
                { "/machine", "machine.slice", "/machine.slice" },
                { "/machine/prod", "machine-prod.slice", "/machine.slice/machine-prod.slice" },
                { "/machine/eng-dept/x!y", "machine-eng\\x2ddept-x\\x21y.slice",
                  "/machine.slice/machine-eng\\x2ddept.slice/machine-eng\\x2ddept-x\\x21y.slice" },
                { "/", "-.slice", "" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                g_autofree char *slice = machine_slice_of(rows[i].partition);
                g_autofree char *path = machine_slice_path(slice);

                g_assert_cmpstr(slice, ==, rows[i].slice);
                g_assert_cmpstr(path, ==, rows[i].path);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/machine-name/names", test_names);
        g_test_add_func("/machine-name/names-fit", test_names_fit);
        g_test_add_func("/machine-name/slices", test_slices);
        return g_test_run();
}
