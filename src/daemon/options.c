#include "options.h"

#include <limits.h>

enum { TIMEOUT_UNSET = -1 };

/* GLib wants plain variables. */
typedef struct Raw {
        gboolean help, daemon, listen, verbose, version, session;
        int timeout;
        char *config, *pid_file, *root;
} Raw;

static GOptionContext *make_context(const OptionsKind *kind, Raw *raw)
{
        const GOptionEntry listen[] = {
                { "listen", 'l', 0, G_OPTION_ARG_NONE, &raw->listen, "Listen on TCP as configured", NULL },
                { NULL },
        };
        const GOptionEntry entries[] = {
                { "help", 'h', 0, G_OPTION_ARG_NONE, &raw->help, "Show this help", NULL },
                { "verbose", 'v', 0, G_OPTION_ARG_NONE, &raw->verbose, "Say more (log level 2)", NULL },
                { "daemon", 'd', 0, G_OPTION_ARG_NONE, &raw->daemon, "Run in the background", NULL },
                { "timeout", 't', 0, G_OPTION_ARG_INT, &raw->timeout, "Leave after so long without clients and work",
                  "SECONDS" },
                { "config", 'f', 0, G_OPTION_ARG_FILENAME, &raw->config, "Configuration file", "FILE" },
                { "version", 'V', 0, G_OPTION_ARG_NONE, &raw->version, "Show the version", NULL },
                { "pid-file", 'p', 0, G_OPTION_ARG_FILENAME, &raw->pid_file, "File for the process id", "FILE" },
                { "root", 0, 0, G_OPTION_ARG_FILENAME, &raw->root,
                  "Put every folder and socket below DIR (also VIREO_ROOT)", "DIR" },
                { "session", 0, 0, G_OPTION_ARG_NONE, &raw->session, "Serve this user's session, also when run by root",
                  NULL },
                { NULL },
        };
        GOptionContext *context = g_option_context_new(NULL);

        g_option_context_set_help_enabled(context, FALSE);
        g_option_context_add_main_entries(context, entries, NULL);
        if (kind->listen)
                g_option_context_add_main_entries(context, listen, NULL);
        g_option_context_set_summary(context, kind->summary);
        return context;
}

char *options_help(const OptionsKind *kind)
{
        Raw raw = { 0 };
        GOptionContext *context = make_context(kind, &raw);
        char *help = g_option_context_get_help(context, TRUE, NULL);

        g_option_context_free(context);
        return help;
}

/* --help is looked for by hand: GLib's own would leave the process. */
static bool take_help(int *argc, char **argv)
{
        for (int i = 1; i < *argc; i++) {
                if (g_str_equal(argv[i], "--help") || g_str_equal(argv[i], "-h"))
                        return true;
        }
        return false;
}

static int check(const Raw *raw, int argc, char **argv, Error *err)
{
        if (argc > 1)
                return error_set(err, VIR_ERR_INVALID_ARG, "unexpected argument '%s'", argv[1]);
        if (raw->timeout != TIMEOUT_UNSET && raw->timeout <= 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "--timeout needs a number of seconds above 0");
        if (raw->root && !g_path_is_absolute(raw->root))
                return error_set(err, VIR_ERR_INVALID_ARG, "--root needs an absolute path, not '%s'", raw->root);
        return 0;
}

int options_parse(Options *options, const OptionsKind *kind, int argc, char **argv, Error *err)
{
        Raw raw = { .timeout = TIMEOUT_UNSET };
        g_autoptr(GError) problem = NULL;
        GOptionContext *context;
        gboolean parsed;

        *options = (Options){ .timeout = TIMEOUT_UNSET };
        if (take_help(&argc, argv)) {
                options->help = true;
                return 0;
        }
        context = make_context(kind, &raw);
        parsed = g_option_context_parse(context, &argc, &argv, &problem);
        g_option_context_free(context);
        *options = (Options){ .daemon = raw.daemon,
                              .listen = raw.listen,
                              .verbose = raw.verbose,
                              .version = raw.version,
                              .session = raw.session,
                              .timeout = raw.timeout,
                              .config = raw.config,
                              .pid_file = raw.pid_file,
                              .root = raw.root };
        if (!parsed)
                return error_set(err, VIR_ERR_INVALID_ARG, "%s", problem->message);
        return check(&raw, argc, argv, err);
}

void options_done(Options *options)
{
        g_free(options->config);
        g_free(options->pid_file);
        g_free(options->root);
}
