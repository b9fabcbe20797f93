/* xend's S-expressions: syntax, generations, what is refused. */
#include "sexpr.h"

#include <string.h>

#include "xen/xen.h"

static void test_syntax(void)
{
        static const char text[] =
                " (domain (name 'it\\'s')\n(image (hvm (boot c)\\\n(serial (none /dev/ttyS1)))) (e ) (open (x 1)";
        g_autoptr(Sexpr) root = NULL;
        const Sexpr *serial;

        g_assert_cmpint(sexpr_parse(text, strlen(text), &root, NULL), ==, 0);
        g_assert_cmpstr(sexpr_word(root, "name"), ==, "it's");
        g_assert_cmpstr(sexpr_word(root, "image/hvm/boot"), ==, "c");
        g_assert_null(sexpr_word(root, "e"));
        g_assert_null(sexpr_word(root, "image/linux/boot"));
        serial = sexpr_find(root, "image/hvm/serial");
        g_assert_cmpuint(serial->items->len, ==, 2);
        g_assert_null(sexpr_word(root, "image/hvm/serial"));
        g_assert_true(sexpr_flag(root, "open/x"));
}

static void refuse(const char *text, int code, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Domain) d = NULL;

        g_assert_cmpint(xen_sexpr_read(text, strlen(text), XEND_3_0_3, &d, &err), ==, -1);
        g_assert_cmpint(err.code, ==, code);
        if (!strstr(err.message, words))
                g_error("'%s' not in '%s'", words, err.message);
}

static void test_refused(void)
{
        g_autoptr(GString) deep = g_string_new(NULL);

        for (unsigned i = 0; i <= SEXPR_DEPTH_MAX; i++)
                g_string_append(deep, "(a ");
        refuse("", VIR_ERR_SEXPR_SERIAL, "expecting a list");
        refuse("(vm (name 'x", VIR_ERR_SEXPR_SERIAL, "does not end");
        refuse(deep->str, VIR_ERR_SEXPR_SERIAL, "too many lists");
        refuse("(x)", VIR_ERR_SEXPR_SERIAL, "expecting (domain");
        refuse("(vm (uuid 1))", VIR_ERR_INTERNAL_ERROR, "missing name");
        refuse("(vm (name a)(uuid 1))", VIR_ERR_CONF_SYNTAX, "1 not parseable as a UUID");
        refuse("(vm (name a)(uuid 11111111-2222-3333-4444-555555555555)(device (vbd (dev hda))))",
               VIR_ERR_INTERNAL_ERROR, "vbd has no src");
}

static Domain *read_vm(const char *rest, int version)
{
        g_autofree char *text = g_strconcat(
                "(domain (domid 7)(name a)(uuid 11111111-2222-3333-4444-555555555555)(memory 64)", rest, ")", NULL);
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *d;

        if (xen_sexpr_read(text, strlen(text), version, &d, &err) < 0)
                g_error("%s", err.message);
        return d;
}

static void expect(const Domain *d, int version, const char *words, bool there)
{
        g_autofree char *text = xen_sexpr_write(d, version, NULL);

        if (!text || !strstr(text, words) == there)
                g_error("%s: %s", words, text);
}

/* The first generation keeps a machine's drives and display among its options, later ones make devices of them. */
static void test_generations(void)
{
        g_autoptr(Domain) d = read_vm("(image (hvm (kernel /l)(cdrom /c)(vnc 1)(vncdisplay 3)))", XEND_3_0_2);

        g_assert_cmpstr(d->os.loader, ==, "/l");
        g_assert_cmpint(d->disks[0].device, ==, DISK_DEVICE_CDROM);
        g_assert_cmpint(d->graphics[0].vnc.port, ==, 5903);
        expect(d, XEND_3_0_2, "(cdrom '/c')", true);
        expect(d, XEND_3_0_2, "vncdisplay", false);
        expect(d, XEND_3_0_3, "(device (vbd (dev 'hdc:cdrom')(uname 'file:/c')(mode 'r')))", true);
        expect(d, XEND_3_0_3, "(vnc 1)(vncunused 0)(vncdisplay 3)", true);
        expect(d, XEND_3_1_0, "(device (vkbd))(device (vfb (type vnc)(vncunused 0)(vncdisplay 3)))", true);
}

static void test_names(void)
{
        g_autoptr(Domain) d = read_vm("(device (vif (mac 00:16:3e:00:00:01)(bridge b)(vifname mine)))"
                                      "(device (vif (mac 00:16:3e:00:00:02)(bridge b)))",
                                      XEND_3_0_4);

        g_assert_cmpstr(d->interfaces[0].target, ==, "mine");
        g_assert_cmpstr(d->interfaces[1].target, ==, "vif7.1");
        expect(d, XEND_3_0_4, "(vifname 'mine')", true);
        expect(d, XEND_3_0_4, "vif7.1", false);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/xen/sexpr/syntax", test_syntax);
        g_test_add_func("/xen/sexpr/refused", test_refused);
        g_test_add_func("/xen/sexpr/generations", test_generations);
        g_test_add_func("/xen/sexpr/names", test_names);
        return g_test_run();
}
