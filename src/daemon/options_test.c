#include "options.h"

#include <string.h>

#include "util/auto.h"

static const OptionsKind kind = { .summary = "A daemon.", .listen = true };

static int parse(Options *options, const char *line, Error *err)
{
        g_auto(GStrv) argv = g_strsplit(line, " ", -1);
        g_autofree char **copy = g_memdup2(argv, (g_strv_length(argv) + 1) * sizeof(char *));

        return options_parse(options, &kind, (int)g_strv_length(argv), copy, err);
}

static void test_short_and_long(void)
{
        const char *const lines[] = {
                "vireod -d -l -v -t 30 -f /a.conf -p /b.pid",
                "vireod --daemon --listen --verbose --timeout=30 --config=/a.conf --pid-file=/b.pid",
                "vireod -dlv --timeout 30 --config /a.conf --pid-file /b.pid",
        };

        for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
                Options options;

                g_assert_cmpint(parse(&options, lines[i], NULL), ==, 0);
                g_assert_true(options.daemon && options.listen && options.verbose);
                g_assert_cmpint(options.timeout, ==, 30);
                g_assert_cmpstr(options.config, ==, "/a.conf");
                g_assert_cmpstr(options.pid_file, ==, "/b.pid");
                options_done(&options);
        }
}

static void test_ours(void)
{
        Options options;

        g_assert_cmpint(parse(&options, "vireod --root /r --session", NULL), ==, 0);
        g_assert_cmpstr(options.root, ==, "/r");
        g_assert_true(options.session);
        g_assert_cmpint(options.timeout, <, 0);
        options_done(&options);
}

static void test_help_and_version(void)
{
        g_autofree char *help = options_help(&kind);
        Options options;

        g_assert_cmpint(parse(&options, "vireod -V", NULL), ==, 0);
        g_assert_true(options.version);
        options_done(&options);
        g_assert_cmpint(parse(&options, "vireod --help", NULL), ==, 0);
        g_assert_true(options.help);
        options_done(&options);
        g_assert_nonnull(strstr(help, "--pid-file"));
        g_assert_nonnull(strstr(help, "-t, --timeout"));
}

static void test_wrong(void)
{
        const char *const lines[] = { "vireod --nonsense", "vireod more",  "vireod -t 0",
                                      "vireod -t soon",    "vireod -t -5", "vireod --root relative" };

        for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                Options options;

                g_test_message("%s", lines[i]);
                g_assert_cmpint(parse(&options, lines[i], &err), ==, -1);
                g_assert_true(error_is_set(&err));
                options_done(&options);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/daemon/options/short-and-long", test_short_and_long);
        g_test_add_func("/daemon/options/ours", test_ours);
        g_test_add_func("/daemon/options/help-and-version", test_help_and_version);
        g_test_add_func("/daemon/options/wrong", test_wrong);
        return g_test_run();
}
