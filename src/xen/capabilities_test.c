/* Xen's words about itself. */
#include "xen/xen_capabilities.h"

static void test_kinds(void)
{
        g_autoptr(Capabilities) all =
                xen_capabilities("xen-3.0-x86_64 xen-3.0-x86_32p hvm-3.0-x86_32 hvm-3.0-x86_32p pvh-4.0-x86_64 x",
                                 "processor : 0\nflags : fpu svm pae\n", "x86_64");

        g_assert_cmpuint(all->n_guests, ==, 3);
        g_assert_cmpstr(all->guests[0].os_type, ==, "xen");
        g_assert_cmpuint(all->guests[0].wordsize, ==, 64);
        g_assert_cmpstr(all->guests[1].arch, ==, "i686");
        g_assert_true(all->guests[1].pae && !all->guests[1].nonpae);
        g_assert_cmpstr(all->guests[2].os_type, ==, "hvm");
        g_assert_true(all->guests[2].pae && all->guests[2].nonpae && all->guests[2].acpi);
        g_assert_true(all->host.cpu.svm && !all->host.cpu.pae);
}

/* Where there are no extensions PAE is worth a word. */
static void test_flags(void)
{
        g_autoptr(Capabilities) plain = xen_capabilities("", "flags : pae", "i686");
        g_autoptr(Capabilities) none = xen_capabilities("", "", "ppc64");

        g_assert_true(plain->host.cpu.pae);
        g_assert_false(none->host.cpu.pae || none->host.cpu.vmx);
        g_assert_cmpuint(none->n_guests, ==, 0);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/xen/capabilities/kinds", test_kinds);
        g_test_add_func("/xen/capabilities/flags", test_flags);
        return g_test_run();
}
