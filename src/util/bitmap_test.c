#include "util/bitmap.h"

static void test_parse_and_format(void)
{
        static const struct {
                const char *in, *out;
        } cases[] = {
                { "0-3,^2,8", "0-1,3,8" },
                { "5", "5" },
                { " 1 , 2 ", "1-2" },
                { "0 - 3", "0-3" },
                { "1,", "1" },
                { "1,^5", "1" },
                { "01", "1" },
                { "63,64,65", "63-65" },
                { "0-127", "0-127" },
                { "3,1,2", "1-3" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Bitmap) bitmap = bitmap_parse(cases[i].in, 128, &err);
                g_autofree char *text = NULL;

                g_assert_nonnull(bitmap);
                text = bitmap_format(bitmap);
                g_assert_cmpstr(text, ==, cases[i].out);
        }
}

static void test_bad(void)
{
        static const char *const bad[] = { "",   "1-",  "^1", "1,^1", "3-1",  ",1",   "x",
                                           "1x", "128", "+1", "-1",   "1,,2", "1--2", "99999999999999999999999" };

        for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_null(bitmap_parse(bad[i], 128, &err));
                g_assert_cmpint(err.code, ==, VIR_ERR_INVALID_ARG);
        }
}

static void test_bits(void)
{
        g_autoptr(Bitmap) bitmap = bitmap_new(3);
        g_autoptr(Bitmap) copy = NULL;

        bitmap_set(bitmap, 200, true);
        bitmap_set(bitmap, 1, true);
        bitmap_set(bitmap, 5000, false);
        g_assert_cmpuint(bitmap->n_bits, ==, 201);
        g_assert_cmpuint(bitmap_count(bitmap), ==, 2);
        g_assert_cmpint(bitmap_next(bitmap, -1), ==, 1);
        g_assert_cmpint(bitmap_next(bitmap, 1), ==, 200);
        g_assert_cmpint(bitmap_next(bitmap, 200), ==, -1);
        g_assert_false(bitmap_get(bitmap, 100000));

        copy = bitmap_copy(bitmap);
        g_assert_true(bitmap_equal(copy, bitmap));
        bitmap_set(copy, 200, false);
        g_assert_false(bitmap_equal(copy, bitmap));
}

static void test_equal_ignores_size(void)
{
        g_autoptr(Bitmap) small = bitmap_new(2);
        g_autoptr(Bitmap) large = bitmap_new(900);

        bitmap_set(small, 1, true);
        bitmap_set(large, 1, true);
        g_assert_true(bitmap_equal(small, large));
        bitmap_set(large, 899, true);
        g_assert_false(bitmap_equal(small, large));
}

static void test_bytes(void)
{
        static const unsigned char bytes[] = { 0x05, 0x00, 0x80 };
        g_autoptr(Bitmap) bitmap = bitmap_from_bytes(bytes, sizeof(bytes));
        g_autofree char *text = bitmap_format(bitmap);
        unsigned char back[4] = { 0xff, 0xff, 0xff, 0xff };

        g_assert_cmpstr(text, ==, "0,2,23");
        bitmap_to_bytes(bitmap, back, sizeof(back));
        g_assert_cmpmem(back, 3, bytes, 3);
        g_assert_cmpint(back[3], ==, 0);
        bitmap_to_bytes(bitmap, back, 1);
        g_assert_cmpint(back[0], ==, 5);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/bitmap/parse-and-format", test_parse_and_format);
        g_test_add_func("/bitmap/bad", test_bad);
        g_test_add_func("/bitmap/bits", test_bits);
        g_test_add_func("/bitmap/equal-ignores-size", test_equal_ignores_size);
        g_test_add_func("/bitmap/bytes", test_bytes);
        return g_test_run();
}
