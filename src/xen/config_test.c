/* The syntax of xl.cfg: values, quoting, limits, what is refused and where. */
#include "config.h"

#include <string.h>

static Config *parse(const char *text)
{
        Config *config;

        g_assert_cmpint(config_parse("f", text, strlen(text), &config, NULL), ==, 0);
        return config;
}

static void refuse(const char *text, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Config *config;

        g_assert_cmpint(config_parse("f", text, strlen(text), &config, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_CONF_SYNTAX);
        if (!strstr(err.message, words))
                g_error("'%s' not in '%s'", words, err.message);
}

static void test_values(void)
{
        g_autoptr(Config) config = parse("a = 'x' # not 'this'\n"
                                         "b=0x10;c = -3\n"
                                         "d = \"\"\"two\nlines\"\"\"\n"
                                         "e = \"q\\\"\\\\ \\d\"\n"
                                         "a = 'last'");
        const char *text;
        int64_t number;

        g_assert_cmpint(config_get_string(config, "a", &text, NULL), ==, 1);
        g_assert_cmpstr(text, ==, "last");
        g_assert_cmpint(config_get_number(config, "b", &number, NULL), ==, 1);
        g_assert_cmpint(number, ==, 16);
        g_assert_cmpint(config_get_number(config, "c", &number, NULL), ==, 1);
        g_assert_cmpint(number, ==, -3);
        g_assert_cmpint(config_get_string(config, "d", &text, NULL), ==, 1);
        g_assert_cmpstr(text, ==, "two\nlines");
        g_assert_cmpint(config_get_string(config, "e", &text, NULL), ==, 1);
        g_assert_cmpstr(text, ==, "q\"\\ \\d");
        g_assert_cmpint(config_get_string(config, "nothing", &text, NULL), ==, 0);
}

static void test_lists(void)
{
        g_autoptr(Config) config = parse("a = [ 'x', # first\n  'y', ]\nb = [ [ 1, 'z' ] ]\nc = 'one'");
        g_autofree const char **strings = NULL, **single = NULL, **none = NULL;
        const ConfigValue *value = config_find(config, "b");
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(config_get_strings(config, "a", &strings, NULL), ==, 1);
        g_assert_cmpuint(g_strv_length((char **)strings), ==, 2);
        g_assert_cmpstr(strings[1], ==, "y");
        g_assert_cmpint(config_get_strings(config, "c", &single, NULL), ==, 1);
        g_assert_cmpstr(single[0], ==, "one");
        g_assert_cmpuint(((ConfigValue *)g_ptr_array_index(value->items, 0))->items->len, ==, 2);
        g_assert_cmpint(config_get_strings(config, "b", &none, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "config value b was malformed: f:3"));
}

static void test_refused(void)
{
        refuse("a = 'x\n'", "f:1: unterminated string");
        refuse("\na = ]", "f:2: expecting a value");
        refuse("a 1", "expecting an assignment");
        refuse("a = 1 b = 2", "expecting a separator");
        refuse("a = [ 1 2 ]", "expecting , or ]");
        refuse("a = [ 1,", "expecting a value");
        refuse("a = [[[[[[1]]]]]]", "too many lists");
        refuse("a = 99999999999999999999", "no number that fits");
        refuse("1 = 2", "expecting a name");
}

/* Whatever is written is read again as the same. */
static void test_quote(void)
{
        static const char *const values[] = { "", "plain", "it's", "a \"b\"", "'\"", "\"'", "\\", "'\"\"\"\"", "a\nb" };

        for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
                g_autoptr(GString) out = g_string_new(NULL);
                g_autoptr(Config) config = NULL;

                config_put_string(out, "k", values[i]);
                config = parse(out->str);
                g_assert_cmpstr(config_find(config, "k")->string, ==, values[i]);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/xen/config/values", test_values);
        g_test_add_func("/xen/config/lists", test_lists);
        g_test_add_func("/xen/config/quote", test_quote);
        g_test_add_func("/xen/config/refused", test_refused);
        return g_test_run();
}
