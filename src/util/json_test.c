#include "util/json.h"

#include <string.h>

static Json *parse(const char *text, Error *err)
{
        return json_parse(text, strlen(text), err);
}

static void test_build(void)
{
        g_autoptr(Json) json = json_object();
        Json *list = json_array();
        g_autofree char *text = NULL;

        json_set(json, "execute", json_string("a/\"b\""));
        json_append(list, json_int(-1));
        json_append(list, json_uint(UINT64_MAX));
        json_append(list, json_bool(true));
        json_append(list, json_double(0.1));
        json_set(json, "list", list);
        text = json_format(json, false);
        g_assert_cmpstr(text, ==, "{\"execute\":\"a/\\\"b\\\"\",\"list\":[-1,18446744073709551615,true,0.1]}");
}

static void test_look(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) json =
                parse("{\"return\":{\"status\":\"running\",\"n\":5,\"neg\":-3,\"on\":true,\"l\":[1,\"x\"]}}", &err);
        Json *inner = json_get(json, "return");
        int64_t i = 0;
        uint64_t u = 77;
        bool on = false;

        g_assert_cmpstr(json_text(json_path(json, "return.status")), ==, "running");
        g_assert_null(json_path(json, "return.status.more"));
        g_assert_null(json_path(json, "none.status"));
        g_assert_true(json_get_int(inner, "n", &i) && i == 5);
        g_assert_true(json_get_int(inner, "neg", &i) && i == -3);
        g_assert_false(json_get_uint(inner, "neg", &u));
        g_assert_false(json_get_uint(inner, "status", &u));
        g_assert_cmpuint(u, ==, 77);
        g_assert_true(json_get_bool(inner, "on", &on) && on);
        g_assert_false(json_get_bool(inner, "n", &on));
        g_assert_cmpuint(json_length(json_get(inner, "l")), ==, 2);
        g_assert_cmpstr(json_text(json_at(json_get(inner, "l"), 1)), ==, "x");
        g_assert_null(json_text(json_at(json_get(inner, "l"), 0)));
        g_assert_null(json_at(json_get(inner, "l"), 2));
        g_assert_cmpuint(json_length(inner), ==, 0);
        g_assert_null(json_get(NULL, "x"));
        g_assert_null(json_get_string(json_get(inner, "l"), "x"));
        g_assert_true(json_is_object(inner));
        g_assert_false(json_is_object(NULL));
}

static void test_only_utf8(void)
{
        static const char *const wrong[] = { "\xff",     "\xc3",         "\xe0\x9a\x9e",
                                             "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80" };

        for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autofree char *text = g_strdup_printf("{\"a\":\n\"%s\"}", wrong[i]);

                g_assert_null(parse(text, &err));
                g_assert_nonnull(strstr(err.message, "line 2, byte 7"));
                g_assert_nonnull(strstr(err.message, "no UTF-8"));
        }
}

static void test_integers_are_exact(void)
{
        static const char text[] =
                "{\"max\":9223372036854775807,\"min\":-9223372036854775808,\"huge\":18446744073709551615,\"r\":1.5}";
        g_autoptr(Json) json = parse(text, NULL);
        g_autofree char *back = json_format(json, false);
        int64_t i;
        uint64_t u;

        g_assert_true(json_get_int(json, "max", &i) && i == INT64_MAX);
        g_assert_true(json_get_int(json, "min", &i) && i == INT64_MIN);
        g_assert_false(json_get_int(json, "huge", &i));
        g_assert_true(json_get_uint(json, "huge", &u) && u == UINT64_MAX);
        g_assert_true(json_get_uint(json, "max", &u) && u == INT64_MAX);
        g_assert_false(json_get_int(json, "r", &i));
        g_assert_cmpstr(back, ==, text);
}

static void test_bad(void)
{
        static const char *const bad[] = { "",
                                           "{",
                                           "{\"a\":1,}",
                                           "[1] x",
                                           "[1][2]",
                                           "{'a':1}",
                                           "nope",
                                           "null",
                                           "\"\xff\"",
                                           "{\"a\":18446744073709551616}",
                                           "{\"a\":-9223372036854775809}",
                                           "[1,2",
                                           "NaN",
                                           "[Infinity]",
                                           "[-Infinity]",
                                           "1.",
                                           "[1.]",
                                           "-",
                                           "[1e]",
                                           "01",
                                           "\"a\nb\"",
                                           "\"\\u0000\"",
                                           "{\"a\\u0000\":1}",
                                           "\"open",
                                           "\"\\",
                                           "[1]//c" };

        for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_null(parse(bad[i], &err));
                g_assert_cmpint(err.code, ==, VIR_ERR_INTERNAL_ERROR);
        }
        g_assert_null(json_parse("[1]\0[2]", 7, NULL));
        g_assert_null(json_parse("[1\0]", 4, NULL));
}

static void test_whitespace_and_scalars(void)
{
        static const char *const good[] = { " {} \r\n", "[ ]", "5", "\"x\"", "true", "-1.5e3\n" };

        for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
                g_autoptr(Json) json = parse(good[i], NULL);

                g_assert_nonnull(json);
        }
}

static void test_depth_is_bounded(void)
{
        g_autofree char *deep = g_strnfill(200, '[');
        g_autofree char *mild = g_strdup_printf("%.*s%s", 60, deep, "");
        g_autofree char *closing = g_strnfill(60, ']');
        g_autofree char *whole = g_strconcat(mild, closing, NULL);
        g_autoptr(Json) json = parse(whole, NULL);

        g_assert_nonnull(json);
        g_assert_null(parse(deep, NULL));
}

static void test_error_names_line(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_null(parse("{\n\"a\": 1,\n\"b\" 2}", &err));
        g_assert_nonnull(strstr(err.message, "line 3"));
}

static void collect(const char *key, Json *value, void *opaque)
{
        g_string_append_printf(opaque, "%s,", key);
}

static void test_order_and_each(void)
{
        g_autoptr(Json) json = parse("{\"z\":1,\"a\":2,\"m\":null}", NULL);
        g_autoptr(GString) keys = g_string_new(NULL);
        g_autofree char *text = json_format(json, false);
        Json *kept = json_ref(json);

        json_each(json, collect, keys);
        g_assert_cmpstr(keys->str, ==, "z,a,m,");
        g_assert_cmpstr(text, ==, "{\"z\":1,\"a\":2,\"m\":null}");
        json_each(NULL, collect, keys);
        g_assert_null(json_unref(kept));
        g_assert_null(json_unref(NULL));
}

static void test_pretty(void)
{
        g_autoptr(Json) json = parse("{\"a\":[1]}", NULL);
        g_autofree char *text = json_format(json, true);
        g_autoptr(Json) again = parse(text, NULL);

        g_assert_nonnull(strchr(text, '\n'));
        g_assert_nonnull(strstr(text, "\"a\": "));
        g_assert_nonnull(again);
}

static void test_double_is_short_and_exact(void)
{
        static const double values[] = { 0.1, 1e300, -2.5, 1.0 / 3, 123456789.123456789 };

        for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
                g_autoptr(Json) json = json_double(values[i]);
                g_autofree char *text = json_format(json, false);

                g_assert_true(g_ascii_strtod(text, NULL) == values[i]);
        }
}

static void test_duplicate_keys(void)
{
        static const char *const texts[] = { "{\"a\":1,\"a\":1}", "[{\"a\":{\"b\":[],\"b\":0}}]",
                                             "{\"a\":1,\"\\u0061\":2}" };
        g_autoptr(Json) apart = parse("{\"a\":{\"a\":\"a:b\"},\":\":[{\"a\":1},{\"a\":1}]}", NULL);

        g_assert_nonnull(apart);
        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_null(parse(texts[i], &err));
                g_assert_nonnull(strstr(err.message, "a key stands twice"));
        }
}

static void test_end_is_named(void)
{
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_null(parse("[1,\n2,\n", &err));
        g_assert_nonnull(strstr(err.message, "line 3, byte 7"));
}

static void test_bare_null(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        Json *json = NULL;

        g_assert_cmpint(json_read(" null\n", 6, &json, &err), ==, 0);
        g_assert_null(json);
        text = json_format(json, false);
        g_assert_cmpstr(text, ==, "null");
        g_assert_null(parse("null", &err));
        g_assert_true(error_is_set(&err));
}

static void test_unflatten(void)
{
        static const struct {
                const char *in, *out;
        } cases[] = {
                { "{}", "{}" },
                { "{\"a.b\":1,\"c\":2,\"a.d\":null}", "{\"a\":{\"b\":1,\"d\":null},\"c\":2}" },
                { "{\"a\":{\"b.c\":1},\"a.b.d\":2}", "{\"a\":{\"b\":{\"c\":1,\"d\":2}}}" },
                { "{\"s.1\":\"y\",\"s.0.host\":\"x\"}", "{\"s\":[{\"host\":\"x\"},\"y\"]}" },
                { "{\"s.1\":1,\"s.2\":2}", "{\"s\":{\"1\":1,\"2\":2}}" },
                { "{\"s.0\":1,\"s.00\":2}", "{\"s\":{\"0\":1,\"00\":2}}" },
                { "{\"0\":1}", "{\"0\":1}" },
                { "{\"l\":[{\"a.b\":null}]}", "{\"l\":[{\"a\":{\"b\":null}}]}" },
                { "{\"\":1}", "{\"\":1}" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Json) json = parse(cases[i].in, &err);
                g_autoptr(Json) nested = json_unflatten(json, &err);
                g_autofree char *text = json_format(nested, false);

                g_assert_cmpstr(err.message, ==, NULL);
                g_assert_cmpstr(text, ==, cases[i].out);
        }
}

static void test_unflatten_refuses(void)
{
        g_autoptr(GString) deep = g_string_new("{\"a");
        const char *texts[] = { "{\"a.b\":1,\"a\":2}", "{\"a\":2,\"a.b\":1}", "{\"a\":{\"b\":1},\"a.b\":1}",
                                "{\"a\":null,\"a.b\":1}", NULL };

        for (int i = 0; i < JSON_DEPTH_MAX; i++)
                g_string_append(deep, ".a");
        g_string_append(deep, "\":1}");
        texts[G_N_ELEMENTS(texts) - 1] = deep->str;
        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Json) json = parse(texts[i], &err);

                g_assert_nonnull(json);
                g_assert_null(json_unflatten(json, &err));
                g_assert_true(error_is_set(&err));
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/json/build", test_build);
        g_test_add_func("/json/look", test_look);
        g_test_add_func("/json/only-utf8", test_only_utf8);
        g_test_add_func("/json/integers-are-exact", test_integers_are_exact);
        g_test_add_func("/json/bad", test_bad);
        g_test_add_func("/json/whitespace-and-scalars", test_whitespace_and_scalars);
        g_test_add_func("/json/depth-is-bounded", test_depth_is_bounded);
        g_test_add_func("/json/error-names-line", test_error_names_line);
        g_test_add_func("/json/order-and-each", test_order_and_each);
        g_test_add_func("/json/pretty", test_pretty);
        g_test_add_func("/json/double-is-short-and-exact", test_double_is_short_and_exact);
        g_test_add_func("/json/duplicate-keys", test_duplicate_keys);
        g_test_add_func("/json/bare-null", test_bare_null);
        g_test_add_func("/json/end-is-named", test_end_is_named);
        g_test_add_func("/json/unflatten", test_unflatten);
        g_test_add_func("/json/unflatten-refuses", test_unflatten_refuses);
        return g_test_run();
}
