#include "util/text.h"

#include <string.h>

static void test_numbers(void)
{
        int i = 7;
        unsigned u = 7;
        int64_t i64 = 7;
        uint64_t u64 = 7;

        g_assert_true(text_to_int("-12", 10, &i));
        g_assert_cmpint(i, ==, -12);
        g_assert_true(text_to_uint("4294967295", 10, &u));
        g_assert_cmpuint(u, ==, 4294967295U);
        g_assert_true(text_to_int64("-9223372036854775808", 10, &i64));
        g_assert_cmpint(i64, ==, INT64_MIN);
        g_assert_true(text_to_uint64("18446744073709551615", 10, &u64));
        g_assert_cmpuint(u64, ==, UINT64_MAX);
        g_assert_true(text_to_uint("0x1f", 0, &u));
        g_assert_cmpuint(u, ==, 31);
        g_assert_true(text_to_uint("ff", 16, &u));
        g_assert_cmpuint(u, ==, 255);
}

static void test_bad_numbers(void)
{
        static const char *const bad[] = { "",    " 1",  "1 ",         "+1",          "1x", "x",
                                           "- 1", "--1", "4294967296", "2147483648x", "0x", "1\n" };
        int i = 7;
        unsigned u = 7;

        for (size_t n = 0; n < G_N_ELEMENTS(bad); n++) {
                g_assert_false(text_to_int(bad[n], 10, &i));
                g_assert_false(text_to_uint(bad[n], 10, &u));
        }
        g_assert_false(text_to_uint("-1", 10, &u));
        g_assert_false(text_to_uint64("-1", 10, &(uint64_t){ 0 }));
        g_assert_false(text_to_uint64("18446744073709551616", 10, &(uint64_t){ 0 }));
        g_assert_false(text_to_int(NULL, 10, &i));
        g_assert_cmpint(i, ==, 7);
        g_assert_cmpuint(u, ==, 7);
}

static void test_nearest(void)
{
        static const char *const names[] = { "virtio", "scsi", "ide", "sata", "writethrough", NULL };

        g_assert_cmpstr(text_nearest("virtoi", names), ==, "virtio");
        g_assert_cmpstr(text_nearest("VIRTIO", names), ==, "virtio");
        g_assert_cmpstr(text_nearest("scs", names), ==, "scsi");
        g_assert_cmpstr(text_nearest("write-through", names), ==, "writethrough");
        g_assert_null(text_nearest("floppy", names));
        g_assert_null(text_nearest("x", names));
        g_assert_null(text_nearest("", names));
}

static void test_nearest_is_bounded(void)
{
        g_autofree char *huge = g_strnfill(1 << 20, 'a');
        const char *const names[] = { "a", huge, NULL };

        g_assert_null(text_nearest(huge, names));
        g_assert_cmpstr(text_nearest("ab", names), ==, "a");
}

/* What the shell makes of it is what went in. */
static void test_shell_quote(void)
{
        static const char *const words[] = { "plain", "", "two words", "it's", "$HOME `x` \\ \"", "a\nb", "-o=/x:1,2" };

        for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
                g_autofree char *quoted = text_shell_quote(words[i]);
                g_auto(GStrv) argv = NULL;

                g_assert_true(g_shell_parse_argv(quoted, NULL, &argv, NULL));
                g_assert_cmpuint(g_strv_length(argv), ==, 1);
                g_assert_cmpstr(argv[0], ==, words[i]);
        }
        g_autofree char *bare = text_shell_quote("-o=/x:1,2");

        g_assert_cmpstr(bare, ==, "-o=/x:1,2");
}

static void test_uuid_spellings(void)
{
        static const char *const good[] = {
                "c7a5fdbd-edaf-9455-926a-d65c16db1809",
                "C7A5FDBDEDAF9455926AD65C16DB1809",
                " c7a5fdbd-edaf-9455-926a-d65c16db1809\n",
                "c7a5fd bd-edaf-94--55-926ad65c16db1809",
        };
        static const char *const bad[] = {
                "",
                "c7a5fdbd-edaf-9455-926a-d65c16db180",
                "c-7a5fdbdedaf9455926ad65c16db1809",
                "c7a5fdbd-edaf-9455-926a-d65c16db1809-",
                "{c7a5fdbd-edaf-9455-926a-d65c16db1809}",
                "c7a5fdbd-edaf-9455-926a-d65c16db180g",
        };
        unsigned char uuid[UUID_LENGTH];
        char text[UUID_TEXT_LENGTH];

        for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
                g_assert_true(uuid_parse(good[i], uuid));
                uuid_format(uuid, text);
                g_assert_cmpstr(text, ==, "c7a5fdbd-edaf-9455-926a-d65c16db1809");
        }
        memset(uuid, 0x55, sizeof(uuid));
        for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
                g_assert_false(uuid_parse(bad[i], uuid));
                g_assert_cmpint(uuid[0], ==, 0x55);
        }
}

static void test_uuid_generate(void)
{
        unsigned char a[UUID_LENGTH], b[UUID_LENGTH];

        uuid_generate(a);
        uuid_generate(b);
        g_assert_true(memcmp(a, b, UUID_LENGTH) != 0);
        g_assert_cmpint(a[6] >> 4, ==, 4);
        g_assert_cmpint(a[8] >> 6, ==, 2);
        g_assert_true(uuid_is_valid(a));
        memset(a, 0xff, sizeof(a));
        g_assert_false(uuid_is_valid(a));
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/text/numbers", test_numbers);
        g_test_add_func("/text/bad-numbers", test_bad_numbers);
        g_test_add_func("/text/nearest", test_nearest);
        g_test_add_func("/text/nearest-is-bounded", test_nearest_is_bounded);
        g_test_add_func("/text/shell-quote", test_shell_quote);
        g_test_add_func("/text/uuid-spellings", test_uuid_spellings);
        g_test_add_func("/text/uuid-generate", test_uuid_generate);
        return g_test_run();
}
