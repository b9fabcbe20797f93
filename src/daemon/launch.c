/* A daemon as a process: options, configuration, logging, going into the background, the pid file; then daemon_run(). */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "lib/mistakes_log.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/host.h"
#include "util/log.h"
#include "util/paths.h"

#include "options.h"
#include "restart.h"
#include "sockets.h"

enum { FILES_MAX = 1048576 };

/* One start of a daemon. */
typedef struct Launch {
        const DaemonProgram *program;
        Options options;
        char **argv;
        char *path; /* of the program: where the next version of it will be */
        const Paths *paths;
        Config *config;
        Json *inherited; /* we are the next version of a daemon that ran as this process */
        int ready_fd;    /* our parent waits there; -1: nobody does */
} Launch;

static int complain(const DaemonProgram *program, const Error *err)
{
        fprintf(stderr, "%s: error: %s\n", program->name, err->message);
        return EXIT_FAILURE;
}

static int show_version(const DaemonProgram *program)
{
        printf("%s (vireo) %s, libvirt level %d.%d.%d\n", program->name, VIREO_VERSION, LIBVIR_VERSION_NUMBER / 1000000,
               LIBVIR_VERSION_NUMBER / 1000 % 1000, LIBVIR_VERSION_NUMBER % 1000);
        return EXIT_SUCCESS;
}

static int show_help(const OptionsKind *kind)
{
        g_autofree char *help = options_help(kind);

        fputs(help, stdout);
        return EXIT_SUCCESS;
}

/* A thousand clients, and the guests' monitors, need more than the usual soft limit. Not being allowed to is no
 * reason to stay away. */
static void raise_file_limit(void)
{
        struct rlimit limit;

        if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
                return;
        limit.rlim_cur = MIN(limit.rlim_max, FILES_MAX);
        if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
                log_info("cannot raise the limit of open files: %s", g_strerror(errno));
}

/* Background daemons write to the journal where there is one, else to a file; others to stderr. */
static char *default_outputs(const Launch *launch)
{
        const Paths *paths = launch->paths;
        bool background = launch->options.daemon;
        int level = log_get_level();

        if (access("/run/systemd/journal/socket", W_OK) == 0 && (background || !isatty(STDIN_FILENO)) && !*paths_root())
                return g_strdup_printf("%d:journald", level);
        if (background)
                return g_strdup_printf("%d:file:%s/%s.log", level, paths->log, launch->program->stem);
        return g_strdup_printf("%d:stderr", level);
}

static const char *first_text(const char *variable, const char *configured)
{
        const char *value = g_getenv(variable);

        return value && *value ? value : configured;
}

static int log_level(const Options *options, const Config *config)
{
        const char *debug = g_getenv("LIBVIRT_DEBUG");
        int level = (int)config->log_level;

        if (debug)
                level = log_level_named(debug, level);
        return options->verbose ? MIN(level, LOG_INFO) : level;
}

/* The command line wins over the environment, and that over the file. */
static int set_up_logging(const Launch *launch, Error *err)
{
        const Options *options = &launch->options;
        const Config *config = launch->config;
        const Paths *paths = launch->paths;
        g_autofree char *fallback = NULL;
        const char *filters = first_text("LIBVIRT_LOG_FILTERS", config->log_filters);
        const char *outputs = first_text("LIBVIRT_LOG_OUTPUTS", config->log_outputs);

        if (log_set_level(log_level(options, config), err) < 0)
                return -1;
        if (filters && *filters && log_set_filters(filters, err) < 0)
                return error_prefix(err, "%s: log_filters", config->path);
        if (outputs && *outputs)
                return log_set_outputs(outputs, err) < 0 ? error_prefix(err, "%s: log_outputs", config->path) : 0;
        if (options->daemon && dir_make(paths->log, paths->system ? 0755 : 0700, err) < 0)
                return -1;
        fallback = default_outputs(launch);
        return log_set_outputs(fallback, err);
}

/* Goes on in the child; the parent waits for one byte, the child's exit status, and leaves with it. */
static int go_to_background(int *ret_ready_fd, Error *err)
{
        unsigned char status = EXIT_FAILURE;
        int ends[2];
        pid_t pid;

        if (pipe2(ends, O_CLOEXEC) < 0)
                return error_errno(err, errno, "cannot make a pipe");
        pid = fork();
        if (pid < 0)
                return error_errno(err, errno, "cannot fork");
        if (pid > 0) {
                close(ends[1]);
                /* Nothing to read: the child has died. */
                if (read(ends[0], &status, 1) != 1)
                        status = EXIT_FAILURE;
                _exit(status);
        }
        close(ends[0]);
        setsid();
        *ret_ready_fd = ends[1];
        return 0;
}

static void leave_terminal(void)
{
        AUTO_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);

        for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
                dup2(null, fd);
}

static void tell_parent(void *opaque)
{
        int *ready_fd = opaque;
        const char status = EXIT_SUCCESS;

        if (*ready_fd < 0)
                return;
        if (write(*ready_fd, &status, 1) != 1)
                log_info("nobody waits for the daemon to be ready");
        leave_terminal();
        close(fd_steal(ready_fd));
}

static int take_pid_file(const Launch *launch, char **ret_path, int *ret_fd, Error *err)
{
        const Options *options = &launch->options;
        const Paths *paths = launch->paths;
        g_autofree char *path = options->pid_file ? g_strdup(options->pid_file)
                                                  : g_strdup_printf("%s/%s.pid", paths->pid_dir, launch->program->stem);
        pid_t holder = 0;
        int result;

        if (!options->pid_file && dir_make(paths->pid_dir, paths->system ? 0755 : 0700, err) < 0)
                return -1;
        result = lock_file_take(path, ret_fd, &holder, err);
        if (result < 0)
                return -1;
        if (result == LOCK_FILE_BUSY)
                return error_set(err, VIR_ERR_SYSTEM_ERROR,
                                 "Failed to acquire pid file '%s': Resource temporarily unavailable "
                                 "(process %d holds it: another %s or libvirt's runs)",
                                 path, (int)holder, launch->program->name);
        *ret_path = g_steal_pointer(&path);
        return 0;
}

static int serve(Launch *launch, Daemon *daemon, Error *err)
{
        int result = sockets_listen(daemon, launch->options.listen, err);

        return result == 0 ? daemon_run(daemon, err) : result;
}

static int run_daemon(Launch *launch, Error *err)
{
        g_autofree char *outputs = default_outputs(launch);
        Daemon *daemon = daemon_new(launch->program, launch->config, launch->paths, launch->options.timeout, err);
        int result;

        if (!daemon)
                return -1;
        daemon->default_outputs = outputs;
        daemon->ready = tell_parent;
        daemon->opaque = &launch->ready_fd;
        daemon->inherited = g_steal_pointer(&launch->inherited);
        result = serve(launch, daemon, err);
        if (result == DAEMON_RESTART)
                result = restart_now(daemon, launch->path, launch->argv, err);
        sockets_remove();
        daemon_free(daemon);
        return result;
}

/* The log keeps why the daemon ended; where it is stderr, main() says so anyway. */
static void log_failure(const Error *err)
{
        g_autofree char *outputs = log_get_outputs();

        if (!strstr(outputs, ":stderr"))
                log_error("%s", err->message);
}

/* The next version of a daemon is in the background already. */
static int start(Launch *launch, Error *err)
{
        const Config *config = launch->config;
        g_autofree char *pid_path = NULL;
        AUTO_FD int pid_fd = -1;
        int result;

        if (launch->options.daemon && !launch->inherited && go_to_background(&launch->ready_fd, err) < 0)
                return -1;
        daemon_block_signals(launch->program);
        if (set_up_logging(launch, err) < 0 || take_pid_file(launch, &pid_path, &pid_fd, err) < 0)
                return -1;
        mistakes_log_begin();
        raise_file_limit();
        if (launch->program->hypervisor)
                host_uuid_configure(config->host_uuid, g_strcmp0(config->host_uuid_source, "machine-id") == 0
                                                               ? HOST_UUID_MACHINE_ID
                                                               : HOST_UUID_SMBIOS);
        result = run_daemon(launch, err);
        unlink(pid_path);
        if (result < 0)
                log_failure(err);
        return result;
}

static int read_config_and_start(Launch *launch, Error *err)
{
        const Options *options = &launch->options;
        bool system = geteuid() == 0 && !options->session;
        g_autofree char *path = NULL;

        if (options->root)
                paths_set_root(options->root);
        umask(system ? 022 : 077);
        launch->paths = paths_get(system);
        launch->path = g_file_read_link("/proc/self/exe", NULL);
        if (launch->program->survives_exec)
                launch->inherited = restart_take(launch->program, launch->paths);
        path = options->config ? g_strdup(options->config)
                               : g_strdup_printf("%s/%s.conf", launch->paths->config, launch->program->stem);
        if (launch->program->read_config(path, options->config != NULL, options->listen, &launch->config, err) < 0)
                return -1;
        return start(launch, err);
}

static int run(Launch *launch, int argc, char **argv, Error *err)
{
        const OptionsKind kind = { .summary = launch->program->summary, .listen = launch->program->hypervisor };

        g_set_prgname(launch->program->name);
        if (options_parse(&launch->options, &kind, argc, argv, err) < 0)
                return complain(launch->program, err);
        if (launch->options.help)
                return show_help(&kind);
        if (launch->options.version)
                return show_version(launch->program);
        return read_config_and_start(launch, err) < 0 ? complain(launch->program, err) : EXIT_SUCCESS;
}

int daemon_main(const DaemonProgram *program, int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        /* Parsing the options takes them out of argv. */
        g_auto(GStrv) again = g_strdupv(argv);
        Launch launch = { .program = program, .argv = again, .ready_fd = -1 };
        int status;

        /* Definitions live long, what made them does not: many arenas would keep the holes of all of them. */
        mallopt(M_ARENA_MAX, 2);
        setlocale(LC_ALL, "");
        status = run(&launch, argc, argv, &err);
        options_done(&launch.options);
        config_free(launch.config);
        json_unref(launch.inherited);
        g_free(launch.path);
        return status;
}
