/* Names of targets and their numbers. */
#include "conf/disk.h"

#include <string.h>

static void test_names(void)
{
        static const struct {
                const char *prefix;
                unsigned number;
                const char *name;
        } cases[] = { { "hd", 0, "hda" },    { "vd", 25, "vdz" },      { "sd", 26, "sdaa" },
                      { "sd", 701, "sdzz" }, { "xvd", 702, "xvdaaa" }, { "fd", 1, "fdb" } };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *name = disk_target_name(cases[i].prefix, cases[i].number);

                g_assert_cmpstr(name, ==, cases[i].name);
                g_assert_cmpint(disk_target_number(name), ==, cases[i].number);
        }
}

static void test_odd_names(void)
{
        g_autofree char *last = disk_target_name("vd", UINT_MAX);

        g_assert_cmpint(disk_target_number("sdb3"), ==, 1);
        g_assert_cmpint(disk_target_number("sd"), ==, -1);
        g_assert_cmpint(disk_target_number("sdA"), ==, -1);
        g_assert_cmpint(disk_target_number("nvme0n1"), ==, -1);
        g_assert_cmpint(disk_target_number(""), ==, -1);
        g_assert_cmpuint(strlen(last), ==, 9);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/disk-name/both-ways", test_names);
        g_test_add_func("/disk-name/odd", test_odd_names);
        return g_test_run();
}
