#include "util/error.h"

#include <errno.h>
#include <string.h>

static void test_detail(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(
                error_set_from(&err, VIR_FROM_QEMU, VIR_ERR_NO_DOMAIN, "no domain with matching name '%s'", "x"), ==,
                -1);
        g_assert_cmpstr(err.message, ==, "Domain not found: no domain with matching name 'x'");
        g_assert_cmpstr(err.str1, ==, "Domain not found: %s");
        g_assert_cmpstr(err.str2, ==, "no domain with matching name 'x'");
        g_assert_null(err.str3);
        g_assert_cmpint(err.code, ==, VIR_ERR_NO_DOMAIN);
        g_assert_cmpint(err.domain, ==, VIR_FROM_QEMU);
        g_assert_cmpint(err.level, ==, VIR_ERR_ERROR);
        g_assert_cmpint(err.int1, ==, -1);
        g_assert_cmpint(err.int2, ==, -1);
}

static void test_bare(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        error_bare(&err, VIR_ERR_NO_SUPPORT);
        g_assert_cmpstr(err.message, ==, "this function is not supported by the connection driver");
        g_assert_cmpstr(err.str1, ==, err.message);
        g_assert_null(err.str2);
}

/* The words that do not follow the rule "text: detail". */
static void test_odd_words(void)
{
        static const struct {
                int code;
                const char *message;
        } cases[] = {
                { VIR_ERR_XML_ERROR, "XML error: DETAIL" },
                { VIR_ERR_DOM_EXIST, "domain DETAIL exists already" },
                { VIR_ERR_OPERATION_DENIED, "operation forbidden: DETAIL" },
                { VIR_ERR_INVALID_CONN, "invalid connection pointer in DETAIL" },
                { VIR_ERR_NO_CONNECT, "no connection driver available for DETAIL" },
                { VIR_ERR_RPC, "DETAIL" },
                { 9999, "DETAIL" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                error_set(&err, cases[i].code, "DETAIL");
                g_assert_cmpstr(err.message, ==, cases[i].message);
        }
        g_assert_cmpstr(error_text(VIR_ERR_XML_ERROR, false), ==, "XML description is invalid or not well formed");
        g_assert_null(error_text(VIR_ERR_OK, false));
        g_assert_null(error_text(-1, true));
        g_assert_null(error_text(9999, true));
}

static void test_every_number_has_words(void)
{
        for (int code = VIR_ERR_INTERNAL_ERROR; code <= VIR_ERR_NO_NETWORK_METADATA; code++) {
                g_assert_nonnull(error_text(code, false));
                g_assert_nonnull(strstr(error_text(code, true), "%s"));
        }
}

static void test_percent_in_detail(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        error_set(&err, VIR_ERR_INTERNAL_ERROR, "%s", "100%s %n");
        g_assert_cmpstr(err.message, ==, "internal error: 100%s %n");
}

static void test_errno(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        error_errno(&err, ENOENT, "cannot open '%s'", "/x");
        g_assert_cmpstr(err.message, ==, "cannot open '/x': No such file or directory");
        g_assert_cmpint(err.code, ==, VIR_ERR_SYSTEM_ERROR);
        g_assert_cmpint(err.int1, ==, ENOENT);
        g_assert_cmpstr(err.str1, ==, "%s");
}

static void test_first_error_stays(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        error_set(&err, VIR_ERR_NO_DOMAIN, "first");
        error_set(&err, VIR_ERR_NO_NETWORK, "second");
        g_assert_cmpint(err.code, ==, VIR_ERR_NO_DOMAIN);
        g_assert_cmpint(error_set(NULL, VIR_ERR_NO_DOMAIN, "dropped"), ==, -1);
}

static void test_prefix(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(error_prefix(&err, "nothing"), ==, -1);
        g_assert_false(error_is_set(&err));
        error_set(&err, VIR_ERR_CONFIG_UNSUPPORTED, "no such model");
        error_prefix(&err, "disk '%s'", "vda");
        g_assert_cmpstr(err.message, ==, "unsupported configuration: disk 'vda': no such model");
        g_assert_cmpstr(err.str2, ==, "disk 'vda': no such model");

        error_clear(&err);
        error_bare(&err, VIR_ERR_XML_ERROR);
        error_prefix(&err, "line 3");
        g_assert_cmpstr(err.message, ==, "XML error: line 3");
}

static void test_move_and_copy(void)
{
        ERROR_AUTO Error a = ERROR_INIT;
        ERROR_AUTO Error b = ERROR_INIT;

        error_errno(&a, EACCES, "a");
        error_set(&b, VIR_ERR_NO_DOMAIN, "b");
        error_copy(&b, &a);
        g_assert_cmpstr(b.message, ==, a.message);
        g_assert_true(b.message != a.message);
        g_assert_cmpint(b.int1, ==, EACCES);

        error_clear(&b);
        g_assert_cmpint(error_move(&b, &a), ==, -1);
        g_assert_false(error_is_set(&a));
        g_assert_null(a.message);
        g_assert_cmpint(b.code, ==, VIR_ERR_SYSTEM_ERROR);
        error_move(NULL, &b);
        g_assert_false(error_is_set(&b));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/error/detail", test_detail);
        g_test_add_func("/error/bare", test_bare);
        g_test_add_func("/error/odd-words", test_odd_words);
        g_test_add_func("/error/every-number-has-words", test_every_number_has_words);
        g_test_add_func("/error/percent-in-detail", test_percent_in_detail);
        g_test_add_func("/error/errno", test_errno);
        g_test_add_func("/error/first-error-stays", test_first_error_stays);
        g_test_add_func("/error/prefix", test_prefix);
        g_test_add_func("/error/move-and-copy", test_move_and_copy);
        return g_test_run();
}
