/* What the shell says: results on stdout, complaints on stderr, and both in the log file. */
#include "shell.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const level_names[] = { "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR" };

/* The library's last error in the calling thread. A later call of the library (closing an object, mostly) resets its
 * own copy, the report needs this one. */
static __thread virErrorPtr kept_error;

static void keep_error(void *opaque, virErrorPtr error)
{
        (void)opaque;
        (void)error;
        shell_save_error();
}

void shell_save_error(void)
{
        if (kept_error)
                virFreeError(kept_error);
        kept_error = virSaveLastError();
}

void shell_forget_error(void)
{
        if (kept_error)
                virFreeError(kept_error);
        kept_error = NULL;
        virResetLastError();
}

virErrorPtr shell_steal_error(void)
{
        virErrorPtr error = kept_error;

        kept_error = NULL;
        return error;
}

void shell_adopt_error(virErrorPtr error)
{
        if (kept_error)
                virFreeError(kept_error);
        kept_error = error;
}

int shell_error_code(void)
{
        return kept_error ? kept_error->code : virGetLastErrorCode();
}

/* One line per message, in one write: several shells may share a log. */
static void write_log(Shell *shell, int level, const char *text)
{
        g_autoptr(GDateTime) now = NULL;
        g_autofree char *stamp = NULL;
        g_autofree char *line = NULL;

        if (shell->log_fd < 0)
                return;
        now = g_date_time_new_now_local();
        stamp = g_date_time_format(now, "%Y.%m.%d %H:%M:%S");
        line = g_strdup_printf("[%s %s %d] %s %s\n", stamp, shell->program->name, (int)getpid(), level_names[level],
                               text);
        if (write(shell->log_fd, line, strlen(line)) < 0) {
                close(shell->log_fd);
                shell->log_fd = -1;
                shell_error(shell, "failed to write the log file");
        }
}

void shell_print(Shell *shell, const char *format, ...)
{
        va_list va;

        (void)shell;
        va_start(va, format);
        vfprintf(stdout, format, va);
        va_end(va);
}

void shell_print_extra(Shell *shell, const char *format, ...)
{
        va_list va;

        if (shell->quiet)
                return;
        va_start(va, format);
        vfprintf(stdout, format, va);
        va_end(va);
}

void shell_error(Shell *shell, const char *format, ...)
{
        g_autofree char *text = NULL;
        va_list va;

        va_start(va, format);
        text = g_strdup_vprintf(format, va);
        va_end(va);
        write_log(shell, SHELL_LEVEL_ERROR, text);
        fflush(stdout);
        fprintf(stderr, "error: %s\n", text);
        fflush(stderr);
}

void shell_debug(Shell *shell, int level, const char *format, ...)
{
        g_autofree char *text = NULL;
        va_list va;

        if (level < shell->debug && shell->log_fd < 0)
                return;
        va_start(va, format);
        text = g_strdup_vprintf(format, va);
        va_end(va);
        write_log(shell, level, text);
        if (level >= shell->debug)
                printf("%s\n", text);
}

void shell_report(Shell *shell)
{
        if (!kept_error && virGetLastErrorCode() != VIR_ERR_OK)
                shell_save_error();
        if (kept_error && kept_error->code != VIR_ERR_OK)
                shell_error(shell, "%s", kept_error->message ? kept_error->message : "unknown error");
        shell_forget_error();
}

/* Installed by shell_init(): without it the library prints errors itself. */
void shell_hook_errors(void);
void shell_hook_errors(void)
{
        virSetErrorFunc(NULL, keep_error);
}
