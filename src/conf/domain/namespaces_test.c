/* Namespaces of drivers in a domain. */
#include <string.h>

#include "conf/domain.h"
#include "conf/driver_namespaces.h"

#define DOMAIN(type, name, inside)                                                                                     \
        "<domain type='" type "' xmlns:" name "='http://libvirt.org/schemas/domain/" name "/1.0'>\n"                   \
        "  <name>web</name>\n  <memory>1024</memory>\n  <os><type>exe</type></os>\n" inside "</domain>\n"

static Domain *parse(const char *xml, Error *err)
{
        Domain *d = NULL;

        domain_parse(xml, strlen(xml), NULL, DOMAIN_PARSE_INACTIVE | DOMAIN_PARSE_VALIDATE, &d, err);
        return d;
}

/* What is said comes back, in the namespace it was said in. */
static void test_kept(void)
{
        static const struct {
                const char *xml, *part;
        } cases[] = {
                { DOMAIN("lxc", "lxc",
                         "<lxc:namespace><lxc:shareuts type='pid' value='12'/>"
                         "<lxc:sharenet type='netns' value='red'/></lxc:namespace>"),
                  "  <lxc:namespace>\n    <lxc:sharenet type='netns' value='red'/>\n"
                  "    <lxc:shareuts type='pid' value='12'/>\n  </lxc:namespace>\n" },
                { DOMAIN("xen", "xen", "<xen:commandline><xen:arg value='-x'/></xen:commandline>"),
                  "  <xen:commandline>\n    <xen:arg value='-x'/>\n  </xen:commandline>\n" },
                { DOMAIN("bhyve", "bhyve", "<bhyve:commandline><bhyve:arg value='-x'/></bhyve:commandline>"),
                  "  <bhyve:commandline>\n    <bhyve:arg value='-x'/>\n  </bhyve:commandline>\n" },
                { DOMAIN("vmware", "vmware", "<vmware:datacenterpath>a/b</vmware:datacenterpath>"),
                  "  <vmware:datacenterpath>a/b</vmware:datacenterpath>\n" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Domain) d = parse(cases[i].xml, &err);
                g_autofree char *out = NULL;

                g_assert_cmpstr(err.message, ==, NULL);
                out = domain_format(d, DOMAIN_FORMAT_INACTIVE, &err);
                if (!strstr(out, cases[i].part))
                        g_error("'%s' is not in %s", cases[i].part, out);
        }
}

static void test_refused(void)
{
        static const struct {
                const char *xml, *words;
        } cases[] = {
                { DOMAIN("lxc", "lxc", "<lxc:namespace><lxc:shareipc type='netns' value='red'/></lxc:namespace>"),
                  "sharenet" },
                { DOMAIN("lxc", "lxc", "<lxc:namespace><lxc:sharenet value='red'/></lxc:namespace>"), "missing type" },
                { DOMAIN("lxc", "lxc", "<lxc:namespace><lxc:sharenet type='pid'/></lxc:namespace>"), "missing value" },
                { DOMAIN("xen", "xen", "<xen:commandline><xen:arg/></xen:commandline>"), "value" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_null(parse(cases[i].xml, &err));
                g_test_message("%s", err.message);
                g_assert_nonnull(strstr(err.message, cases[i].words));
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        domain_register_namespaces();
        g_test_add_func("/namespaces/kept", test_kept);
        g_test_add_func("/namespaces/refused", test_refused);
        return g_test_run();
}
