/* virsh: the program: its options, and one line, one command or the interactive shell. */
#include "virsh.h"

#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "virsh_tables.h"

enum { OPTION_VERSION = 256 };

static const struct option long_options[] = {
        { "connect", required_argument, NULL, 'c' },
        { "debug", required_argument, NULL, 'd' },
        { "escape", required_argument, NULL, 'e' },
        { "help", no_argument, NULL, 'h' },
        { "keepalive-interval", required_argument, NULL, 'k' },
        { "keepalive-count", required_argument, NULL, 'K' },
        { "log", required_argument, NULL, 'l' },
        { "quiet", no_argument, NULL, 'q' },
        { "readonly", no_argument, NULL, 'r' },
        { "timing", no_argument, NULL, 't' },
        { "version", optional_argument, NULL, OPTION_VERSION },
        { NULL, 0, NULL, 0 },
};

static const char usage[] = "\n"
                            "virsh [options]... [<commands>]\n"
                            "virsh [options]... <command> [args...]\n"
                            "\n"
                            "  options:\n"
                            "    -c | --connect=URI      the hypervisor to connect to\n"
                            "    -d | --debug=NUM        show messages from this level on [0-4]\n"
                            "    -e | --escape <char>    what leaves a console (^])\n"
                            "    -h | --help             this text\n"
                            "    -k | --keepalive-interval=NUM\n"
                            "                            seconds between keepalive messages, 0: none\n"
                            "    -K | --keepalive-count=NUM\n"
                            "                            how many of them may stay unanswered\n"
                            "    -l | --log=FILE         write messages to FILE as well\n"
                            "    -q | --quiet            results only\n"
                            "    -r | --readonly         connect without the right to change anything\n"
                            "    -t | --timing           say how long each command took\n"
                            "    -v                      the version, briefly\n"
                            "    -V                      the version and what this build can do\n"
                            "         --version[=TYPE]   TYPE is short or long (default short)\n"
                            "  commands:\n\n";

static const char *prompt(Shell *shell)
{
        return virsh_of(shell)->readonly ? "virsh > " : "virsh # ";
}

/* A connection that was asked for by name has to work, whatever the commands are. */
static bool ready(Shell *shell)
{
        return !virsh_of(shell)->uri_required || virsh_connect(shell);
}

static const ShellProgram program = {
        .name = "virsh",
        .env_prefix = "VIRSH",
        .groups = virsh_groups,
        .welcome = "Welcome to virsh, the virtualization interactive terminal.\n\n"
                   "Type:  'help' for help with commands\n"
                   "       'quit' to quit\n\n",
        .prompt = prompt,
        .connect = virsh_connect,
        .ready = ready,
};

/* Clients read the level of the interface at the start of the line; vireo's own version follows. */
static void print_version(Shell *shell, bool verbose)
{
        int level = LIBVIR_VERSION_NUMBER;

        if (!verbose) {
                shell_print(shell, "%d.%d.%d (vireo %s)\n", level / 1000000, level / 1000 % 1000, level % 1000,
                            VIREO_VERSION);
                return;
        }
        shell_print(shell, "vireo's virsh %s, at the level of libvirt %d.%d.%d\n", VIREO_VERSION, level / 1000000,
                    level / 1000 % 1000, level % 1000);
}

static bool set_escape(Virsh *virsh, const char *text)
{
        size_t length = strlen(text);
        char c = length == 2 && text[0] == '^' ? text[1] : '\0';

        if (length == 1 && text[0] != '^')
                virsh->escape_character = text[0];
        else if (c && strchr("@abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_", c))
                virsh->escape_character = (char)(g_ascii_toupper(c) ^ 0x40);
        else {
                shell_error(&virsh->shell, "Invalid string '%s' for escape sequence", text);
                return false;
        }
        g_free(virsh->escape);
        virsh->escape = g_strdup(text);
        return true;
}

static bool set_keepalive(Virsh *virsh, int which, const char *text)
{
        char *end = NULL;
        long value = strtol(text, &end, 10);

        if (end == text || *end || value > G_MAXINT || value < G_MININT) {
                shell_error(&virsh->shell, "Invalid value for option -%c", which);
                return false;
        }
        if (value < 0) {
                shell_error(&virsh->shell, "option -%c requires a positive integer argument", which);
                return false;
        }
        virsh->keepalive_forced = true;
        if (which == 'k')
                virsh->keepalive_interval = (int)value;
        else
                virsh->keepalive_count = (unsigned)value;
        return true;
}

static bool complain_option(Shell *shell, int which, char **argv)
{
        const struct option *o = long_options;

        while (which == ':' && o->name && o->val != optopt)
                o++;
        if (which == ':' && o->name)
                shell_error(shell, "option '-%c'/'--%s' requires an argument", o->val, o->name);
        else if (optopt && optopt < OPTION_VERSION)
                shell_error(shell, "unsupported option '-%c'. See --help.", optopt);
        else
                shell_error(shell, "unsupported option '%s'. See --help.", argv[optind - 1]);
        return false;
}

enum { GO_ON, LEAVE_WELL, LEAVE_BADLY };

static int good(bool so)
{
        return so ? GO_ON : LEAVE_BADLY;
}

static void print_usage(Shell *shell)
{
        shell_print(shell, "%s", usage);
        shell_help_list(shell);
        shell_print(shell, "\n  (help <group> lists the commands of a group)\n\n"
                           "  (help <command> explains a command)\n\n");
}

static int take_option(Virsh *virsh, int which, char **argv)
{
        Shell *shell = &virsh->shell;

        switch (which) {
        case 'c':
                g_free(virsh->uri);
                virsh->uri = g_strdup(optarg);
                virsh->uri_required = true;
                return GO_ON;
        case 'd':
                if (shell_set_debug(shell, optarg))
                        return GO_ON;
                shell_error(shell, "option -d takes a numeric argument");
                return LEAVE_BADLY;
        case 'e': return good(set_escape(virsh, optarg));
        case 'h': print_usage(shell); return LEAVE_WELL;
        case 'k':
        case 'K': return good(set_keepalive(virsh, which, optarg));
        case 'l': return good(shell_set_log(shell, optarg));
        case 'q': shell->quiet = true; return GO_ON;
        case 'r': virsh->readonly = true; return GO_ON;
        case 't': shell->timing = true; return GO_ON;
        case 'V': print_version(shell, true); return LEAVE_WELL;
        case 'v': print_version(shell, false); return LEAVE_WELL;
        case OPTION_VERSION: print_version(shell, optarg && strcmp(optarg, "long") == 0); return LEAVE_WELL;
        default: return good(complain_option(shell, which, argv));
        }
}

static int take_options(Virsh *virsh, int argc, char **argv)
{
        int which = 0;

        opterr = 0;
        while ((which = getopt_long(argc, argv, "+:c:d:e:hk:K:l:qrtvV", long_options, NULL)) >= 0) {
                int r = take_option(virsh, which, argv);

                if (r != GO_ON)
                        return r;
        }
        return GO_ON;
}

static bool interact(Virsh *virsh)
{
        Shell *shell = &virsh->shell;

        shell->interactive = true;
        if (!ready(shell)) {
                shell_report(shell);
                return false;
        }
        if (!shell->quiet)
                shell_print(shell, "%s", program.welcome);
        shell_interact(shell);
        return true;
}

static bool run(Virsh *virsh, int argc, char **argv)
{
        Shell *shell = &virsh->shell;

        if (!shell_start_events(shell))
                return false;
        if (optind == argc)
                return interact(virsh);
        if (optind + 1 == argc)
                return shell_run_line(shell, argv[optind]);
        return shell_run_words(shell, argv + optind, argc - optind);
}

/* `vireo convert ...` is a program of its own, which needs no connection: vireo-convert beside this one, as installed, or
 * below it, as built. Returns if there is none. */
static void run_convert(char **arguments)
{
        static const char *const places[] = { "vireo-convert", "convert/vireo-convert" };
        g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
        g_autofree char *folder = g_path_get_dirname(self ? self : ".");

        for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
                g_autofree char *path = g_build_filename(folder, places[i], NULL);

                execv(path, arguments);
        }
        fprintf(stderr, "error: vireo-convert is not installed beside %s\n", self ? self : "vireo");
        exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
        Virsh virsh = { .keepalive_interval = 5, .keepalive_count = 6 };
        const char *uri = getenv("VIRSH_DEFAULT_CONNECT_URI");
        int status = LEAVE_BADLY;

        if (argc > 1 && g_str_has_suffix(argv[0], "vireo") && strcmp(argv[1], "convert") == 0)
                run_convert(argv + 1);
        setlocale(LC_ALL, "");
        set_escape(&virsh, "^]");
        virsh.uri = uri && *uri ? g_strdup(uri) : NULL;
        if (!shell_init(&virsh.shell, &program))
                return EXIT_FAILURE;
        if (virInitialize() < 0) {
                shell_error(&virsh.shell, "Failed to initialize libvirt");
                return EXIT_FAILURE;
        }
        status = take_options(&virsh, argc, argv);
        if (status == GO_ON)
                status = run(&virsh, argc, argv) ? LEAVE_WELL : LEAVE_BADLY;
        virsh_disconnect(&virsh);
        shell_done(&virsh.shell);
        g_free(virsh.uri);
        g_free(virsh.escape);
        return status == LEAVE_WELL ? EXIT_SUCCESS : EXIT_FAILURE;
}
