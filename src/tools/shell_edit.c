/* A text in the user's editor. */
#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/auto.h"

static const char *editor(void)
{
        static const char *const variables[] = { "VISUAL", "EDITOR" };

        for (size_t i = 0; i < G_N_ELEMENTS(variables); i++) {
                const char *value = getenv(variables[i]);

                if (value && *value)
                        return value;
        }
        return "vi";
}

/* EDITOR may hold options ("emacs -nw"): a shell takes it apart, as every program does. */
static bool run_editor(Shell *shell, const char *path)
{
        g_autofree char *quoted = words_quote_shell(path);
        g_autofree char *command = g_strdup_printf("%s %s", editor(), quoted);
        const char *argv[] = { "/bin/sh", "-c", command, NULL };
        g_autoptr(GError) problem = NULL;
        int status = 0;

        fflush(stdout);
        if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL, &status,
                          &problem) ||
            !g_spawn_check_wait_status(status, &problem)) {
                shell_error(shell, "%s: edit failed: %s", editor(), problem->message);
                return false;
        }
        return true;
}

char *edit_text(Shell *shell, const char *text)
{
        g_autofree char *path = g_strdup_printf("%s/%sXXXXXX.xml", g_get_tmp_dir(), shell->program->name);
        g_autoptr(GError) problem = NULL;
        char *edited = NULL;
        AUTO_FD int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);

        if (fd < 0) {
                shell_error(shell, "g_mkstemp_full: failed to create temporary file: %s", g_strerror(errno));
                return NULL;
        }
        if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
                shell_error(shell, "write: %s: failed to write to temporary file: %s", path, g_strerror(errno));
        else if (run_editor(shell, path) && !g_file_get_contents(path, &edited, NULL, &problem))
                shell_error(shell, "%s: failed to read temporary file: %s", path, problem->message);
        unlink(path);
        return edited;
}

int edit_again(Shell *shell, const char *why, bool can_relax)
{
        char answer[16] = "";

        if (!isatty(STDIN_FILENO)) {
                shell_error(shell, "%s", why);
                return 'n';
        }
        for (;;) {
                shell_print(shell, "%s. Try again? [y,n,%sf,?]: ", why, can_relax ? "i," : "");
                fflush(stdout);
                if (!fgets(answer, sizeof(answer), stdin))
                        return 'n';
                answer[0] = g_ascii_tolower(answer[0]);
                if (answer[0] == 'y' || answer[0] == 'n' || answer[0] == 'f' || (can_relax && answer[0] == 'i'))
                        return answer[0];
                shell_print(shell, "y - yes, open the editor again\nn - no, drop the changes\n");
                if (can_relax)
                        shell_print(shell, "i - try once more without checking against the schema\n");
                shell_print(shell, "f - force, overwrite what is there\n");
        }
}
