#include "conf/sysinfo.h"

#include <string.h>

static void assert_xml(HostSysinfo *sysinfo, const char *expected)
{
        g_autofree char *xml = NULL;

        g_assert_nonnull(sysinfo);
        xml = host_sysinfo_format(sysinfo, 0);
        g_assert_cmpstr(xml, ==, expected);
        host_sysinfo_free(sysinfo);
}

static char *exact(unsigned number, void *opaque)
{
        g_assert_cmpuint(number, ==, 2);
        return g_strdup(opaque);
}

static void test_dmi(void)
{
        static const char text[] =
                "BIOS Information\n\tRelease Date: 1/2/2020\n\tVendor: V  \n\tVersion:   \n"
                "\tCharacteristics:\n\t\tPCI is supported\n\nMemory Device\n\tSize: No Module Installed\n\n"
                "Memory Device\n\tLocator: A: 1\n\tSize: 8 GB\n\nBIOS Information\n\tVendor: second\n\n"
                "OEM Strings\n\tString 1: plain\n\tString 2: a.b\n";

        assert_xml(host_sysinfo_from_dmi(text, exact, (char *)"a\tb", NULL), "<sysinfo type='smbios'>\n"
                                                                             "  <bios>\n"
                                                                             "    <entry name='vendor'>V</entry>\n"
                                                                             "    <entry name='date'>1/2/2020</entry>\n"
                                                                             "  </bios>\n"
                                                                             "  <memory_device>\n"
                                                                             "    <entry name='size'>8 GB</entry>\n"
                                                                             "    <entry name='locator'>A: 1</entry>\n"
                                                                             "  </memory_device>\n"
                                                                             "  <oemStrings>\n"
                                                                             "    <entry>plain</entry>\n"
                                                                             "    <entry>a\tb</entry>\n"
                                                                             "  </oemStrings>\n"
                                                                             "</sysinfo>\n");
}

/* A range counts as a module, with the words of the slot after it; one without a slot does not. */
static void test_mapped(void)
{
        static const char text[] = "Memory Device\n\tLocator: A\n\tSize: 8 GB\n\nMemory Device Mapped Address\n"
                                   "\tRange Size: 9 GB\n\nMemory Device\n\tLocator: B\n\tSize: No Module Installed\n\n"
                                   "Memory Device Mapped Address\n\tRange Size: 7 GB\n";

        assert_xml(host_sysinfo_from_dmi(text, NULL, NULL, NULL), "<sysinfo type='smbios'>\n"
                                                                  "  <memory_device>\n"
                                                                  "    <entry name='size'>8 GB</entry>\n"
                                                                  "    <entry name='locator'>A</entry>\n"
                                                                  "  </memory_device>\n"
                                                                  "  <memory_device>\n"
                                                                  "    <entry name='size'>9 GB</entry>\n"
                                                                  "    <entry name='locator'>B</entry>\n"
                                                                  "  </memory_device>\n"
                                                                  "</sysinfo>\n");
}

static void test_arm(void)
{
        assert_xml(host_sysinfo_from_kernel("armv7l", "Processor : P\nprocessor\t: 0\n\nprocessor: 1\nmodel : x\n",
                                            NULL, NULL),
                   "<sysinfo type='smbios'>\n"
                   "  <processor>\n"
                   "    <entry name='socket_destination'>0</entry>\n"
                   "    <entry name='type'>P</entry>\n"
                   "  </processor>\n"
                   "  <processor>\n"
                   "    <entry name='socket_destination'>1</entry>\n"
                   "    <entry name='type'>P</entry>\n"
                   "  </processor>\n"
                   "</sysinfo>\n");
}

static void test_s390(void)
{
        assert_xml(
                host_sysinfo_from_kernel("s390x",
                                         "vendor_id : I\nprocessor 3: version = 0A, identification = 7, machine = 1\n\n"
                                         "cpu number : 3\ncpu MHz dynamic : 4\n",
                                         "Manufacturer: M\nType: T\n", NULL),
                "<sysinfo type='smbios'>\n"
                "  <system>\n"
                "    <entry name='manufacturer'>M</entry>\n"
                "    <entry name='family'>T</entry>\n"
                "  </system>\n"
                "  <processor>\n"
                "    <entry name='family'>1</entry>\n"
                "    <entry name='manufacturer'>I</entry>\n"
                "    <entry name='version'>0A</entry>\n"
                "    <entry name='max_speed'>4</entry>\n"
                "    <entry name='serial_number'>7</entry>\n"
                "  </processor>\n"
                "</sysinfo>\n");
}

static void test_unknown(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_null(host_sysinfo_from_kernel("vax", "", NULL, &err));
        g_assert_cmpint(err.code, ==, VIR_ERR_NO_SUPPORT);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/sysinfo/dmi", test_dmi);
        g_test_add_func("/sysinfo/mapped", test_mapped);
        g_test_add_func("/sysinfo/arm", test_arm);
        g_test_add_func("/sysinfo/s390", test_s390);
        g_test_add_func("/sysinfo/unknown", test_unknown);
        return g_test_run();
}
