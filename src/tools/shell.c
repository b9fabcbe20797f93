/* Running commands: find, connect, call, report; and the event loop's thread behind them. */
#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void shell_hook_errors(void);

static const char *shell_env(const Shell *shell, const char *name)
{
        g_autofree char *full = g_strdup_printf("%s_%s", shell->program->env_prefix, name);

        return getenv(full);
}

bool shell_set_debug(Shell *shell, const char *text)
{
        char *end = NULL;
        long level = strtol(text, &end, 10);

        if (end == text || *end)
                return false;
        if (level < SHELL_LEVEL_DEBUG || level > SHELL_LEVEL_ERROR)
                shell_error(shell, "ignoring debug level %ld out of range [%d-%d]", level, SHELL_LEVEL_DEBUG,
                            SHELL_LEVEL_ERROR);
        else
                shell->debug = (int)level;
        return true;
}

bool shell_set_log(Shell *shell, const char *path)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

        if (fd < 0) {
                shell_error(shell, "failed to open the log file. check the log file path");
                return false;
        }
        if (shell->log_fd >= 0)
                close(shell->log_fd);
        shell->log_fd = fd;
        return true;
}

bool shell_init(Shell *shell, const ShellProgram *program)
{
        const char *text = NULL;

        shell->program = program;
        shell->debug = SHELL_LEVEL_ERROR;
        shell->log_fd = -1;
        shell->event_timer = -1;
        shell_hook_errors();
        text = shell_env(shell, "DEBUG");
        if (text && *text && !shell_set_debug(shell, text))
                shell_error(shell, "%s_DEBUG not set with a valid numeric value", program->env_prefix);
        text = shell_env(shell, "LOG_FILE");
        return !text || !*text || shell_set_log(shell, text);
}

static void on_wake(int timer, void *opaque)
{
        (void)timer;
        (void)opaque;
}

static gpointer event_main(gpointer data)
{
        Shell *shell = (Shell *)data;

        while (!__atomic_load_n(&shell->event_stop, __ATOMIC_ACQUIRE)) {
                if (virEventRunDefaultImpl() < 0) {
                        shell_report(shell);
                        break;
                }
        }
        return NULL;
}

bool shell_start_events(Shell *shell)
{
        if (virEventRegisterDefaultImpl() < 0) {
                shell_report(shell);
                return false;
        }
        shell->event_timer = virEventAddTimeout(-1, on_wake, NULL, NULL);
        shell->event_thread = g_thread_new("events", event_main, shell);
        return true;
}

void shell_done(Shell *shell)
{
        if (shell->event_thread) {
                __atomic_store_n(&shell->event_stop, true, __ATOMIC_RELEASE);
                virEventUpdateTimeout(shell->event_timer, 0);
                g_thread_join(shell->event_thread);
                virEventRemoveTimeout(shell->event_timer);
        }
        if (shell->log_fd >= 0)
                close(shell->log_fd);
        g_free(shell->history);
        shell_forget_error();
}

static double now_ms(void)
{
        return (double)g_get_monotonic_time() / 1000.0;
}

bool shell_run(Shell *shell, const ShellArgs *args)
{
        const ShellCommand *command = args_command(args);
        double begin = 0;
        double spent = 0;
        bool good = false;

        if (args_wants_help(args))
                return shell_help_command(shell, command);
        if (!command->run) {
                shell_error(shell, "command '%s' is not supported by this version of vireo's %s", command->name,
                            shell->program->name);
                return false;
        }
        if (!(command->flags & COMMAND_OFFLINE) && !shell->program->connect(shell)) {
                shell_report(shell);
                return false;
        }
        begin = now_ms();
        good = command->run(shell, args);
        spent = now_ms() - begin;
        if (!good)
                shell_report(shell);
        shell_forget_error();
        if (shell->leaving)
                return good;
        if (shell->timing)
                shell_print(shell, "\n(Time: %.3f ms)\n\n", spent);
        else
                shell_print_extra(shell, "\n");
        fflush(stdout);
        return good;
}

/* All of the line is understood before any of it runs; its status is the last command's. */
static bool run_all(Shell *shell, GPtrArray *commands)
{
        bool good = shell->program->ready(shell);

        if (!good) {
                shell_report(shell);
                return false;
        }
        for (guint i = 0; i < commands->len && !shell->leaving; i++)
                good = shell_run(shell, (const ShellArgs *)g_ptr_array_index(commands, i));
        return good;
}

static void free_args(gpointer args)
{
        args_free((ShellArgs *)args);
}

bool shell_run_line(Shell *shell, const char *line)
{
        g_autoptr(GPtrArray) commands = g_ptr_array_new_with_free_func(free_args);
        const char *problem = NULL;

        shell_debug(shell, SHELL_LEVEL_DEBUG, "commands: \"%s\"", line);
        for (;;) {
                g_autoptr(GPtrArray) words = NULL;
                ShellArgs *args = NULL;
                int r = words_next(&line, &words, &problem);

                if (r == WORDS_END)
                        return run_all(shell, commands);
                if (r == WORDS_FAILED) {
                        shell_error(shell, "%s", problem);
                        return false;
                }
                args = args_parse(shell, (char *const *)words->pdata, (int)words->len);
                if (!args)
                        return false;
                g_ptr_array_add(commands, args);
        }
}

bool shell_run_words(Shell *shell, char *const *words, int n_words)
{
        g_autoptr(ShellArgs) args = NULL;

        if (words[0][0] == '#')
                return true;
        args = args_parse(shell, words, n_words);
        if (!args)
                return false;
        if (!shell->program->ready(shell)) {
                shell_report(shell);
                return false;
        }
        return shell_run(shell, args);
}
