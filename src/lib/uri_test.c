/* URIs: parts, canonical spelling, what is refused. */
#include "vireo/uri.h"

static Uri *parse(const char *text)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Uri *uri = uri_parse(text, &err);

        g_assert_cmpstr(err.message, ==, NULL);
        return uri;
}

static void test_parts(void)
{
        g_autoptr(Uri) uri = parse("qemu+ssh://me%40home@[fe80::1]:2222/sys%74em?keyfile=/a%20b&no_verify#end");

        g_assert_cmpstr(uri_scheme(uri), ==, "qemu");
        g_assert_cmpstr(uri_transport(uri), ==, "ssh");
        g_assert_cmpstr(uri_user(uri), ==, "me@home");
        g_assert_cmpstr(uri_host(uri), ==, "fe80::1");
        g_assert_cmpint(uri_port(uri), ==, 2222);
        g_assert_cmpstr(uri_path(uri), ==, "/system");
        g_assert_cmpstr(uri_parameter(uri, "keyfile"), ==, "/a b");
        g_assert_cmpstr(uri_parameter(uri, "NO_VERIFY"), ==, "");
        g_assert_null(uri_parameter(uri, "socket"));
        g_assert_cmpstr(uri_fragment(uri), ==, "end");
}

static void test_absent(void)
{
        g_autoptr(Uri) uri = parse("test:///default");
        g_autoptr(Uri) bare = parse("word");

        g_assert_null(uri_transport(uri));
        g_assert_null(uri_user(uri));
        g_assert_null(uri_host(uri));
        g_assert_cmpint(uri_port(uri), ==, 0);
        g_assert_null(uri_scheme(bare));
        g_assert_cmpstr(uri_path(bare), ==, "word");
}

static void test_format(void)
{
        static const char *const cases[][2] = {
                { "test:///default", "test:///default" },
                { "test:/default", "test:///default" },
                { "test:///def%61ult", "test:///default" },
                { "test:///default?foo=bar&baz=1;q=%20x", "test:///default?foo=bar&baz=1;q=%20x" },
                { "test:///default?a&b=", "test:///default?a&b=" },
                { "test:///default#frag", "test:///default#frag" },
                { "qemu+tcp://[::1]:16509/system", "qemu+tcp://[::1]:16509/system" },
                { "qemu+tcp://[fe80::1%25eth0]/system", "qemu+tcp://[fe80::1%25eth0]/system" },
                { "esx://root@host/?no_verify=1", "esx://root@host/?no_verify=1" },
                { "qemu:///a%20b", "qemu:///a%20b" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(Uri) uri = parse(cases[i][0]);
                g_autoptr(Uri) copy = uri_copy(uri);
                g_autofree char *text = uri_format(uri);
                g_autofree char *again = uri_format(copy);

                g_assert_cmpstr(text, ==, cases[i][1]);
                g_assert_cmpstr(again, ==, text);
        }
}

static void test_refused(void)
{
        static const char *const cases[] = {
                "://",         "qemu://[::1/system", "a b:///c", "qemu://host:99999/", "qemu://host:x/", "qemu:///%0",
                "qemu:///%00", "qemu:///?a=%zz",     "9p:///",   "qemu://[::1]x/",     "qemu:///<",      "qemu:///\n",
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Uri) uri = uri_parse(cases[i], &err);

                g_assert_null(uri);
                g_assert_cmpint(err.code, ==, VIR_ERR_INTERNAL_ERROR);
                g_assert_cmpint(err.domain, ==, VIR_FROM_URI);
        }
}

static void test_edit(void)
{
        g_autoptr(Uri) uri = parse("qemu+ssh://me@far/system?keyfile=x&name=y%26z");
        g_autofree char *text = NULL;
        const char *name, *value;

        uri_set_transport(uri, NULL);
        uri_set_host(uri, NULL, NULL, 0);
        uri_drop_parameter(uri, "keyfile");
        g_assert_true(uri_parameter_at(uri, 0, &name, &value));
        g_assert_cmpstr(name, ==, "name");
        g_assert_cmpstr(value, ==, "y&z");
        g_assert_false(uri_parameter_at(uri, 1, &name, &value));
        text = uri_format(uri);
        g_assert_cmpstr(text, ==, "qemu:///system?name=y%26z");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/uri/parts", test_parts);
        g_test_add_func("/uri/absent", test_absent);
        g_test_add_func("/uri/format", test_format);
        g_test_add_func("/uri/refused", test_refused);
        g_test_add_func("/uri/edit", test_edit);
        return g_test_run();
}
