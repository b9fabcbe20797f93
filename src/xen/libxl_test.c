/* A guest in libxl's own words. */
#include "xen/libxl_json.h"

#include <string.h>

#include "xen/xen_rules.h"

static Json *describe(const char *os, const char *devices, Error *err)
{
        static const LibxlHost host = { .shadow_kib = 7 };
        g_autofree char *xml = g_strdup_printf("<domain type='xen'><name>a</name><memory>65536</memory><vcpu>2</vcpu>%s"
                                               "<devices>%s</devices></domain>",
                                               os, devices);
        g_autoptr(Domain) d = NULL;
        ERROR_AUTO Error own = ERROR_INIT;

        if (domain_parse_for(&xen_rules, NULL, xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE, &d, &own) < 0)
                g_error("%s", own.message);
        return libxl_json(d, &host, err);
}

static void test_machine(void)
{
        g_autoptr(Json) json =
                describe("<os><type>hvm</type></os><cpu mode='host-passthrough'>"
                         "<feature name='sse2' policy='disable'/><feature name='avx2' policy='force'/></cpu>",
                         "<interface type='ethernet'><model type='netfront'/>"
                         "<bandwidth><outbound average='1000'/></bandwidth></interface>"
                         "<disk type='file' device='cdrom'><target dev='hdc'/></disk>",
                         NULL);
        Json *cpuid = json_path(json, "b_info.cpuid");
        Json *machine = json_get(json_get(json, "b_info"), "type.hvm");
        uint64_t rate;

        g_assert_cmpstr(json_get_string(json_get(json, "c_info"), "type"), ==, "hvm");
        g_assert_cmpuint(json_length(json_path(json, "b_info.avail_vcpus")), ==, 2);
        g_assert_cmpstr(json_get_string(json_get(json, "b_info"), "nested_hvm"), ==, "True");
        g_assert_cmpstr(json_get_string(machine, "nographic"), ==, "True");
        /* SSE2 is bit 26 of EDX, AVX2 bit 5 of EBX of leaf 7. */
        g_assert_cmpstr(json_get_string(json_at(cpuid, 0), "edx"), ==, "xxxxx0xxxxxxxxxxxxxxxxxxxxxxxxxx");
        g_assert_cmpstr(json_get_string(json_at(cpuid, 1), "ebx"), ==, "xxxxxxxxxxxxxxxxxxxxxxxxxx1xxxxx");
        g_assert_cmpstr(json_get_string(json_at(json_get(json, "nics"), 0), "nictype"), ==, "vif");
        g_assert_true(json_get_uint(json_at(json_get(json, "nics"), 0), "rate_bytes_per_interval", &rate));
        g_assert_cmpuint(rate, ==, 51200);
        g_assert_cmpstr(json_get_string(json_at(json_get(json, "disks"), 0), "format"), ==, "empty");
        g_assert_false(json_has(json, "on_poweroff"));
}

static void refuse(const char *devices, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_null(describe("<os><type>hvm</type></os>", devices, &err));
        g_assert_cmpint(err.code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
        if (!strstr(err.message, words))
                g_error("'%s' not in '%s'", words, err.message);
}

static void test_refused(void)
{
        refuse("<disk type='block'><driver name='phy' type='qcow2'/><source dev='/a'/><target dev='hda'/></disk>",
               "disk format qcow2 with disk driver phy");
        refuse("<disk type='file'><driver name='x'/><source file='/a'/><target dev='hda'/></disk>", "disk driver x");
        refuse("<interface type='network'><source network='n'/></interface>", "unsupported interface type 'network'");
        refuse("<watchdog model='i6300esb'/>", "Xen has no <watchdog>");
        refuse("<parallel type='pty'/>", "parallel devices");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/xen/libxl/machine", test_machine);
        g_test_add_func("/xen/libxl/refused", test_refused);
        return g_test_run();
}
