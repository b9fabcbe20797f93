/* virt-qemu-run: one guest without a daemon, by the QEMU driver in this process. It lives as long as the program. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#include "run.h"

static int usage(GOptionContext *context)
{
        g_autofree char *help = g_option_context_get_help(context, TRUE, NULL);

        fputs(help, stderr);
        return EXIT_FAILURE;
}

static void options_done(RunOptions *options)
{
        g_free(options->root);
        g_strfreev(options->secrets);
}

static int run(GOptionContext *context, int argc, char **argv, RunOptions *options)
{
        gboolean verbose = FALSE, debug = FALSE;
        const GOptionEntry entries[] = {
                { "secret", 's', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->secrets,
                  "A secret that the guest uses: its document and a file with its value", "XML-FILE,VALUE-FILE" },
                { "root", 'r', 0, G_OPTION_ARG_FILENAME, &options->root,
                  "Keep everything below DIR (default: a temporary folder, removed in the end)", "DIR" },
                { "debug", 'd', 0, G_OPTION_ARG_NONE, &debug, "Log what the library does to standard error", NULL },
                { "verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose, "Say what goes on", NULL },
                { NULL },
        };
        g_autoptr(GError) error = NULL;

        g_option_context_add_main_entries(context, entries, NULL);
        if (!g_option_context_parse(context, &argc, &argv, &error))
                return run_fail("option parsing failed: %s", error->message);
        if (argc != 2)
                return usage(context);
        options->guest = argv[1];
        options->verbose = verbose || debug;
        if (debug && !g_setenv("LIBVIRT_DEBUG", "1", FALSE))
                return run_fail("cannot set LIBVIRT_DEBUG");
        return run_guest(options);
}

int main(int argc, char **argv)
{
        g_autoptr(GOptionContext) context =
                g_option_context_new("GUEST-XML-FILE - run a guest of QEMU without a daemon");
        RunOptions options = { 0 };
        int status;

        g_set_prgname("virt-qemu-run");
        status = run(context, argc, argv, &options);
        options_done(&options);
        return status;
}
