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

/* EDITOR may hold options ("emacs -nw") or more: what is not plain words is the user's shell's to understand. */
static char **editor_command(const char *path)
{
        const char *words = editor();
        g_autofree char *line = g_strdup_printf("%s %s", words, path);
        const char *shell[] = { "sh", "-c", line, NULL };

        if (strspn(words, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_.:@-") == strlen(words))
                return g_strsplit(line, " ", -1);
        return g_strdupv((char **)shell);
}

static bool run_editor(Shell *shell, const char *path)
{
        g_auto(GStrv) argv = editor_command(path);
        g_autoptr(GError) problem = NULL;
        g_autoptr(GString) shown = g_string_new(NULL);
        int status = 0;

        fflush(stdout);
        for (char **word = argv; *word; word++) {
                g_autofree char *quoted = words_quote_shell(*word);

                g_string_append_printf(shown, word == argv ? "%s" : " %s", quoted);
        }
        if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL,
                          &status, &problem)) {
                shell_error(shell, "%s", problem->message);
                return false;
        }
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
                return true;
        if (WIFEXITED(status))
                shell_error(shell, "internal error: Child process (%s) unexpected exit status %d", shown->str,
                            WEXITSTATUS(status));
        else
                shell_error(shell, "internal error: Child process (%s) unexpected fatal signal %d", shown->str,
                            WTERMSIG(status));
        return false;
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
