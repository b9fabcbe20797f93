/* Words, options, tables, trees and numbers of the shell, with a program of its own. */
#include "shell.h"

#include <stdlib.h>
#include <string.h>

static const ShellOption plain_options[] = {
        { "domain", OPTION_DATA, OPTION_REQUIRED, "d" },
        { "count", OPTION_INT, 0, "c" },
        { "flag", OPTION_BOOL, 0, "f" },
        { "only", OPTION_STRING, OPTION_NAMED, "o" },
        { "old", OPTION_ALIAS, 0, "count" },
        { "preset", OPTION_ALIAS, 0, "only=thing" },
        { "rest", OPTION_ARGV, 0, "r" },
        { NULL },
};

static const ShellCommand commands[] = {
        { "plain", NULL, COMMAND_OFFLINE, plain_options, "a command" },
        { NULL },
};

static bool no_connection(Shell *shell)
{
        (void)shell;
        return true;
}

static const ShellGroup groups[] = {
        { "test", "Tests", (const ShellCommand *const[]){ commands, shell_own_commands, NULL } },
        { NULL },
};

static const ShellProgram program = {
        .name = "test", .env_prefix = "TEST_SHELL", .groups = groups, .connect = no_connection, .ready = no_connection
};

static Shell shell;

static ShellArgs *parse(const char *line)
{
        g_auto(GStrv) words = g_strsplit(line, " ", -1);

        return args_parse(&shell, words, (int)g_strv_length(words));
}

/* The words of @line's commands, joined by '|', commands by ';'; or the complaint. */
static char *words(const char *line)
{
        g_autoptr(GString) text = g_string_new(NULL);

        for (;;) {
                g_autoptr(GPtrArray) found = NULL;
                const char *problem = NULL;
                int r = words_next(&line, &found, &problem);

                if (r == WORDS_FAILED)
                        return g_strdup_printf("! %s", problem);
                if (r == WORDS_END)
                        return g_string_free(g_steal_pointer(&text), FALSE);
                for (guint i = 0; i < found->len; i++)
                        g_string_append_printf(text, "%s%s",
                                               i           ? "|"
                                               : text->len ? ";"
                                                           : "",
                                               (const char *)g_ptr_array_index(found, i));
        }
}

static void test_words(void)
{
        static const struct {
                const char *line;
                const char *expected;
        } cases[] = {
                { "", "" },
                { " \t ", "" },
                { "a b", "a|b" },
                { "a\tb  c ", "a|b|c" },
                { "a;b", "a;b" },
                { ";;a ; ;b;", "a;b" },
                { "a\nb\n", "a;b" },
                { "a 'b c'", "a|b c" },
                { "a \"b c\"", "a|b c" },
                { "a 'b\\c'", "a|b\\c" },
                { "a \"b\\\"c\"", "a|b\"c" },
                { "a b\\ c", "a|b c" },
                { "a \\;b", "a|;b" },
                { "a''b", "ab" },
                { "a ''", "a|" },
                { "x\"y\"'z'w", "xyzw" },
                { "a #b\nc", "a;c" },
                { "a b#c", "a|b#c" },
                { "a '#b'", "a|#b" },
                { "#x 'y\nb", "b" },
                { "'#x' y; b", "b" },
                { "a \\\n b", "a|b" },
                { "a\\\nb", "ab" },
                { "a \"b\\\nc\"", "a|bc" },
                { "a \"b", "! missing \"" },
                { "a 'b", "a|b" },
                { "a\\", "! dangling \\" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *found = words(cases[i].line);

                g_assert_cmpstr(found, ==, cases[i].expected);
        }
}

static void test_quoting(void)
{
        static const char *const texts[] = { "", "a", "a b", "it's", "\"", "$x", "a\\b", "-x=/y:z", "'", "a\nb" };

        /* What is quoted for a shell comes back as one word; ours reads single quotes as shells do. */
        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
                g_autofree char *quoted = words_quote_shell(texts[i]);
                g_auto(GStrv) argv = NULL;
                int n = 0;

                g_assert_true(g_shell_parse_argv(quoted, &n, &argv, NULL));
                g_assert_cmpint(n, ==, 1);
                g_assert_cmpstr(argv[0], ==, texts[i]);
        }
}

static void test_commas(void)
{
        g_auto(GStrv) parts = words_split_commas("a,b,,c,,,d");

        g_assert_cmpint(g_strv_length(parts), ==, 3);
        g_assert_cmpstr(parts[0], ==, "a");
        g_assert_cmpstr(parts[1], ==, "b,c,");
        g_assert_cmpstr(parts[2], ==, "d");
}

static void test_positions(void)
{
        g_autoptr(ShellArgs) args = parse("plain d1 7 x y");
        g_autofree const char **rest = args_words(args, "rest");
        int count = 0;

        g_assert_cmpstr(args_text(args, "domain"), ==, "d1");
        g_assert_cmpint(args_int(&shell, args, "count", &count), ==, 1);
        g_assert_cmpint(count, ==, 7);
        g_assert_false(args_has(args, "only"));
        g_assert_cmpstr(rest[0], ==, "x");
        g_assert_cmpstr(rest[1], ==, "y");
        g_assert_null(rest[2]);
}

static void test_names(void)
{
        g_autoptr(ShellArgs) args = parse("plain --flag --rest a --only=b --domain d --rest c --old 3");
        g_autofree const char **rest = args_words(args, "rest");

        g_assert_true(args_has(args, "flag"));
        g_assert_cmpstr(args_text(args, "only"), ==, "b");
        g_assert_cmpstr(args_text(args, "domain"), ==, "d");
        g_assert_cmpstr(args_text(args, "count"), ==, "3");
        g_assert_cmpstr(rest[0], ==, "a");
        g_assert_cmpstr(rest[1], ==, "c");
}

static void test_aliases(void)
{
        g_autoptr(ShellArgs) args = parse("plain d --preset");

        g_assert_cmpstr(args_text(args, "only"), ==, "thing");
}

static void test_dashes(void)
{
        g_autoptr(ShellArgs) args = parse("plain -- --flag -1 --");
        g_autofree const char **rest = args_words(args, "rest");

        g_assert_cmpstr(args_text(args, "domain"), ==, "--flag");
        g_assert_cmpstr(args_text(args, "count"), ==, "-1");
        g_assert_cmpstr(rest[0], ==, "--");
        g_assert_false(args_has(args, "flag"));
}

static void test_help_needs_nothing(void)
{
        g_autoptr(ShellArgs) args = parse("plain --help");

        g_assert_nonnull(args);
        g_assert_true(args_wants_help(args));
}

static void test_refused(void)
{
        static const char *const lines[] = { "nothing",
                                             "plain",
                                             "plain d --flag=1",
                                             "plain d --nix",
                                             "plain d --count",
                                             "plain d --flag --flag",
                                             "plain d --domain e",
                                             "plain d --preset=x",
                                             "plain d --old 1 --count 2" };

        for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
                g_assert_null(parse(lines[i]));
}

static void test_numbers(void)
{
        static const struct {
                const char *text;
                int result;
                int value;
        } cases[] = { { "0", 1, 0 },        { "-5", 1, -5 }, { "2147483647", 1, 2147483647 },
                      { "2147483648", -1 }, { "5x", -1 },    { "", -1 },
                      { "0x10", -1 },       { "1.5", -1 } };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *line = g_strdup_printf("plain d --count=%s", cases[i].text);
                g_autoptr(ShellArgs) args = parse(line);
                int value = 4711;

                g_assert_cmpint(args_int(&shell, args, "count", &value), ==, cases[i].result);
                g_assert_cmpint(value, ==, cases[i].result > 0 ? cases[i].value : 4711);
        }
}

static void test_scaling(void)
{
        static const struct {
                const char *text;
                long long value; /* -1: refused */
        } cases[] = { { "1", 1024 },      { "1k", 1024 },  { "1KB", 1000 }, { "2KiB", 2048 },  { "3M", 3 << 20 },
                      { "1mb", 1000000 }, { "5b", 5 },     { "5bytes", 5 }, { "1G", 1 << 30 }, { "x", -1 },
                      { "-1", -1 },       { "1W", -1 },    { "1KiBx", -1 }, { "1.5G", -1 },    { "99999999E", -1 },
                      { "1byte", 1 },     { "1bytex", -1 } };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                unsigned long long value = 0;
                g_autofree char *detail = NULL;
                int r = scale_number(cases[i].text, 1024, G_MAXUINT64, &value, &detail);

                g_assert_cmpint(r, ==, cases[i].value < 0 ? -1 : 0);
                if (r == 0)
                        g_assert_cmpuint(value, ==, (unsigned long long)cases[i].value);
        }
}

static void test_table(void)
{
        g_autoptr(Table) table = table_new("Id", "Name", NULL);
        g_autofree char *text = NULL;
        g_autofree char *bare = NULL;

        table_row(table, "1", "web", NULL);
        table_row(table, "a\tb", "x", NULL);
        text = table_format(table, true);
        g_assert_cmpstr(text, ==,
                        " Id       Name\n"
                        "----------------\n"
                        " 1        web\n"
                        " a\\x09b   x\n");
        bare = table_format(table, false);
        g_assert_cmpstr(bare, ==, " 1        web\n a\\x09b   x\n");
}

static void test_completion(void)
{
        char *command[] = { (char *)"pla" };
        char *option[] = { (char *)"plain", (char *)"--o" };
        g_auto(GStrv) names = shell_complete(&shell, command, 1);
        g_auto(GStrv) options = shell_complete(&shell, option, 2);

        g_assert_cmpint(g_strv_length(names), ==, 1);
        g_assert_cmpstr(names[0], ==, "plain");
        /* Aliases are for old scripts, nobody is led to them. */
        g_assert_cmpint(g_strv_length(options), ==, 1);
        g_assert_cmpstr(options[0], ==, "--only");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_assert_true(shell_init(&shell, &program));
        g_test_add_func("/shell/words", test_words);
        g_test_add_func("/shell/quoting", test_quoting);
        g_test_add_func("/shell/commas", test_commas);
        g_test_add_func("/shell/positions", test_positions);
        g_test_add_func("/shell/names", test_names);
        g_test_add_func("/shell/aliases", test_aliases);
        g_test_add_func("/shell/dashes", test_dashes);
        g_test_add_func("/shell/help", test_help_needs_nothing);
        g_test_add_func("/shell/refused", test_refused);
        g_test_add_func("/shell/numbers", test_numbers);
        g_test_add_func("/shell/scaling", test_scaling);
        g_test_add_func("/shell/table", test_table);
        g_test_add_func("/shell/completion", test_completion);
        return g_test_run();
}
