#include "util/settings.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct Target {
        int flag, number;
        unsigned count, count_line;
        char *name;
        char **names;
} Target;

static const Setting table[] = {
        { "flag", SETTING_BOOL, offsetof(Target, flag), 0 },
        { "number", SETTING_INT, offsetof(Target, number), 0 },
        { "max_clients", SETTING_UINT, offsetof(Target, count), offsetof(Target, count_line) },
        { "name", SETTING_STRING, offsetof(Target, name), 0 },
        { "names", SETTING_STRINGS, offsetof(Target, names), 0 },
        { "old", SETTING_IGNORED, 0, 0 },
};

static int parse(const char *text, Target *target, Error *err)
{
        return settings_parse("test.conf", text, strlen(text), table, G_N_ELEMENTS(table), target, err);
}

static void target_clear(Target *target)
{
        settings_free(table, G_N_ELEMENTS(table), target);
}

#define TARGET_AUTO __attribute__((cleanup(target_clear))) Target

static void test_all_types(void)
{
        TARGET_AUTO target = { .name = g_strdup("default") };
        ERROR_AUTO Error err = ERROR_INIT;
        int r = parse("# comment\n\nflag = 1\nnumber=-5 # why\n\tmax_clients = 4294967295\r\n"
                      "name = 'it \"is\"'; names = [ \"a\", 'b',\n  \"c\" , ]\nold = [1, [2]]",
                      &target, &err);

        g_assert_cmpstr(err.message, ==, NULL);
        g_assert_cmpint(r, ==, 0);
        g_assert_cmpint(target.flag, ==, 1);
        g_assert_cmpint(target.number, ==, -5);
        g_assert_cmpuint(target.count, ==, 4294967295U);
        g_assert_cmpuint(target.count_line, ==, 5);
        g_assert_cmpstr(target.name, ==, "it \"is\"");
        g_assert_cmpuint(g_strv_length(target.names), ==, 3);
        g_assert_cmpstr(target.names[2], ==, "c");
}

/* A table that says so takes what it does not know, but never a wrong value of what it knows. */
static void test_others(void)
{
        static const Setting lenient[] = {
                { "flag", SETTING_BOOL, offsetof(Target, flag), 0 },
                SETTING_OTHERS_ROW,
        };
        ERROR_AUTO Error err = ERROR_INIT;
        Target target = { 0 };
        static const char good[] = "flga = 1\nflag = 1\nzzz = [ 'a' ]", bad[] = "zzz = 1\nflag = 2";

        g_assert_cmpint(settings_parse("test.conf", good, strlen(good), lenient, 2, &target, &err), ==, 0);
        g_assert_cmpint(target.flag, ==, 1);
        g_assert_cmpint(settings_parse("test.conf", bad, strlen(bad), lenient, 2, &target, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "test.conf:2: 'flag' must be 0 or 1"));
}

static void test_strings(void)
{
        TARGET_AUTO target = { 0 };

        g_assert_cmpint(parse("name = \"\"\"two\n\"lines\\n\" \"\"\"\nmax_clients = 1", &target, NULL), ==, 0);
        g_assert_cmpstr(target.name, ==, "two\n\"lines\\n\" ");
        g_assert_cmpuint(target.count_line, ==, 3);
        g_assert_cmpint(parse("names = 'single'", &target, NULL), ==, 0);
        g_assert_cmpuint(g_strv_length(target.names), ==, 1);
        g_assert_cmpint(parse("names = []\nname = ''", &target, NULL), ==, 0);
        g_assert_cmpuint(g_strv_length(target.names), ==, 0);
        g_assert_cmpstr(target.name, ==, "");
}

static void test_first_of_two_counts(void)
{
        TARGET_AUTO target = { 0 };

        g_assert_cmpint(parse("number = 1\nnumber = 2", &target, NULL), ==, 0);
        g_assert_cmpint(target.number, ==, 1);
}

static void test_errors(void)
{
        static const struct {
                const char *text, *message;
        } cases[] = {
                { "flag = 1\nmax_client = 5", "test.conf:2: unknown key 'max_client', did you mean 'max_clients'?" },
                { "zzz = 1", "test.conf:1: unknown key 'zzz'" },
                { "\nflag = 2", "test.conf:2: 'flag' must be 0 or 1" },
                { "flag = 'yes'", "test.conf:1: 'flag' must be 0 or 1" },
                { "max_clients = -1", "test.conf:1: 'max_clients' must be an unsigned integer" },
                { "max_clients = 4294967296", "test.conf:1: 'max_clients' must be an unsigned integer" },
                { "number = 2147483648", "test.conf:1: 'number' must be an integer" },
                { "name = 5", "test.conf:1: 'name' must be a string" },
                { "name = ['x']", "test.conf:1: 'name' must be a string" },
                { "names = [1]", "test.conf:1: 'names' must be a string or a list of strings" },
                { "name = \"x\ny\"", "test.conf:1: unterminated string after 'name'" },
                { "name = \"\"\"x", "test.conf:1: unterminated string after 'name'" },
                { "names = ['x' 'y']", "test.conf:1: expecting a separator in list after 'names'" },
                { "names = ['x'\n\n", "test.conf:3: list is not closed with ] after 'names'" },
                { "names = [,'x']", "test.conf:1: expecting a value after 'names'" },
                { "flag 1", "test.conf:1: expecting an assignment after 'flag'" },
                { "flag = 1 number = 2", "test.conf:1: expecting a separator after 'flag'" },
                { "flag =\n1", "test.conf:1: expecting a value after 'flag'" },
                { "number = 99999999999999999999", "test.conf:1: number out of range after 'number'" },
                { "number = -", "test.conf:1: unterminated number after 'number'" },
                { "1a = 1", "test.conf:1: expecting a name" },
                { "old = [[[[[[[[[[1]]]]]]]]]]", "test.conf:1: too many lists within lists after 'old'" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                TARGET_AUTO target = { .number = 42 };
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_cmpint(parse(cases[i].text, &target, &err), ==, -1);
                g_assert_cmpint(err.code, ==, VIR_ERR_CONF_SYNTAX);
                g_assert_cmpstr(err.str2, ==, cases[i].message);
                g_assert_cmpint(target.number, ==, 42);
        }
}

static void test_nothing_is_set_on_error(void)
{
        TARGET_AUTO target = { .name = g_strdup("kept") };

        g_assert_cmpint(parse("name = 'new'\nflag = 7", &target, NULL), ==, -1);
        g_assert_cmpstr(target.name, ==, "kept");
}

static void test_files(void)
{
        TARGET_AUTO target = { 0 };
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *folder = g_dir_make_tmp("settings-XXXXXX", NULL);
        g_autofree char *path = g_build_filename(folder, "x.conf", NULL);

        g_assert_cmpint(settings_read(path, table, G_N_ELEMENTS(table), &target, &err), ==, 0);
        g_assert_true(g_file_set_contents(path, "numer = 3\n", -1, NULL));
        g_assert_cmpint(settings_read(path, table, G_N_ELEMENTS(table), &target, &err), ==, -1);
        g_assert_true(g_str_has_prefix(err.str2, path));
        g_assert_nonnull(strstr(err.str2, ":1: unknown key 'numer', did you mean 'number'?"));
        error_clear(&err);
        g_assert_true(g_file_set_contents(path, "number = 3\n", -1, NULL));
        g_assert_cmpint(settings_read(path, table, G_N_ELEMENTS(table), &target, &err), ==, 0);
        g_assert_cmpint(target.number, ==, 3);
        unlink(path);
        rmdir(folder);
}

static void test_normalise(void)
{
        static const char text[] = "# top\n\n  a=+1 # why\nb = [ 'x',\n \"y'\", 2, [] ];c='say \"so\"'\n#end";
        g_autofree char *normal = settings_normalise("t", text, strlen(text), NULL);
        g_autofree char *again = settings_normalise("t", normal, strlen(normal), NULL);
        g_autofree char *lines = settings_normalise("t", "k=\"\"\"1\n2\"\"\"", 11, NULL);

        g_assert_cmpstr(normal, ==, "# top\na = 1 # why\nb = [ \"x\", \"y'\", 2, [ ] ]\nc = 'say \"so\"'\n#end\n");
        g_assert_cmpstr(again, ==, normal);
        g_assert_cmpstr(lines, ==, "k = \"\"\"1\n2\"\"\"\n");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/settings/all-types", test_all_types);
        g_test_add_func("/settings/others", test_others);
        g_test_add_func("/settings/strings", test_strings);
        g_test_add_func("/settings/first-of-two-counts", test_first_of_two_counts);
        g_test_add_func("/settings/errors", test_errors);
        g_test_add_func("/settings/nothing-is-set-on-error", test_nothing_is_set_on_error);
        g_test_add_func("/settings/files", test_files);
        g_test_add_func("/settings/normalise", test_normalise);
        return g_test_run();
}
