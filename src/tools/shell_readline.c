/* Interactive use: prompt, history and completion, by readline. */
#include "shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <readline/history.h>
#include <readline/readline.h>

enum { HISTORY_DEFAULT = 500 };

static Shell *current; /* readline's hooks carry no argument */

static bool has_prefix(const char *text, const char *prefix)
{
        return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void complete_names(const Shell *shell, const char *prefix, GPtrArray *found)
{
        for (const ShellGroup *group = shell->program->groups; group->keyword; group++) {
                for (const ShellCommand *const *table = group->tables; *table; table++) {
                        for (const ShellCommand *c = *table; c->name; c++) {
                                if (!(c->flags & COMMAND_HIDDEN) && has_prefix(c->name, prefix))
                                        g_ptr_array_add(found, g_strdup(c->name));
                        }
                }
        }
}

static void complete_options(const ShellArgs *args, const char *prefix, GPtrArray *found)
{
        const ShellCommand *command = args_command(args);

        for (const ShellOption *o = command->options; o && o->name; o++) {
                g_autofree char *name = g_strdup_printf("--%s", o->name);

                if (o->type != OPTION_ALIAS && has_prefix(name, prefix) &&
                    (o->type == OPTION_ARGV || !args_has(args, o->name)))
                        g_ptr_array_add(found, g_steal_pointer(&name));
        }
}

static void complete_value(Shell *shell, const ShellArgs *args, const ShellOption *option, const char *prefix,
                           GPtrArray *found)
{
        g_auto(GStrv) values = NULL;

        if (!option || !option->completer)
                return;
        values = option->completer(shell, args, option->variant);
        for (char **value = values; value && *value; value++) {
                if (has_prefix(*value, prefix))
                        g_ptr_array_add(found, g_strdup(*value));
        }
        shell_forget_error();
}

/* The option whose value the last word is, because the word before names it. */
static const ShellOption *option_before(const ShellArgs *args, char *const *words, int n_words)
{
        const char *before = n_words > 2 ? words[n_words - 2] : NULL;
        const ShellOption *option = NULL;

        if (before && has_prefix(before, "--"))
                option = command_find_option(args_command(args), before + 2, strlen(before + 2));
        return option && option->type != OPTION_BOOL ? option : NULL;
}

char **shell_complete(Shell *shell, char *const *words, int n_words)
{
        GPtrArray *found = g_ptr_array_new();
        const char *last = words[n_words - 1];

        if (n_words == 1) {
                complete_names(shell, last, found);
        } else {
                g_autoptr(ShellArgs) args = args_parse_partial(shell, words, n_words - 1);
                const ShellOption *option = args ? option_before(args, words, n_words) : NULL;

                if (option) {
                        complete_value(shell, args, option, last, found);
                } else if (args) {
                        complete_options(args, last, found);
                        complete_value(shell, args, args_positional_next(args), last, found);
                }
        }
        g_ptr_array_add(found, NULL);
        return (char **)g_ptr_array_free(found, FALSE);
}

/* The words of the last command on the line up to the cursor, and the one being written. */
static GPtrArray *words_before_cursor(void)
{
        g_autofree char *line = g_strndup(rl_line_buffer, (gsize)rl_point);
        const char *rest = line;
        const char *problem = NULL;
        GPtrArray *words = NULL;
        bool blank = rl_point == 0 || strchr(" \t;\n", line[rl_point - 1]);

        for (;;) {
                GPtrArray *next = NULL;

                if (words_next(&rest, &next, &problem) != WORDS_COMMAND)
                        break;
                g_clear_pointer(&words, g_ptr_array_unref);
                words = next;
        }
        if (rl_point > 0 && line[rl_point - 1] == ';')
                g_clear_pointer(&words, g_ptr_array_unref);
        if (!words)
                words = g_ptr_array_new_with_free_func(g_free);
        if (blank || words->len == 0)
                g_ptr_array_add(words, g_strdup(""));
        return words;
}

static char *next_candidate(const char *text, int state)
{
        static char **candidates;
        static size_t next;

        (void)text;
        if (state == 0) {
                g_autoptr(GPtrArray) words = words_before_cursor();

                g_strfreev(candidates);
                candidates = shell_complete(current, (char *const *)words->pdata, (int)words->len);
                next = 0;
        }
        /* readline frees with free(). */
        return candidates && candidates[next] ? strdup(candidates[next++]) : NULL;
}

/* Where nothing of ours fits, readline offers file names. */
static char **attempt(const char *text, int start, int end)
{
        (void)start;
        (void)end;
        return rl_completion_matches(text, next_candidate);
}

static void read_history_file(Shell *shell)
{
        g_autofree char *name = g_strdup_printf("%s_HISTSIZE", shell->program->env_prefix);
        const char *size = getenv(name);
        long entries = HISTORY_DEFAULT;
        g_autofree char *dir = g_build_filename(g_get_user_cache_dir(), shell->program->name, NULL);

        if (size) {
                char *end = NULL;

                entries = strtol(size, &end, 10);
                if (*end || end == size || entries < 0 || entries > 500000) {
                        shell_error(shell, "Bad $%s value.", name);
                        entries = HISTORY_DEFAULT;
                }
        }
        stifle_history((int)entries);
        shell->history = g_build_filename(dir, "history", NULL);
        if (g_mkdir_with_parents(dir, 0755) == 0)
                read_history(shell->history);
}

static void remember(Shell *shell, const char *line)
{
        const HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;

        if (*line && (!last || strcmp(last->line, line) != 0))
                add_history(line);
}

void shell_interact(Shell *shell)
{
        current = shell;
        rl_readline_name = shell->program->name;
        rl_attempted_completion_function = attempt;
        rl_basic_word_break_characters = " \t\n\\`@$><=;|&{(";
        rl_completer_quote_characters = "'\"";
        read_history_file(shell);
        while (!shell->leaving) {
                char *line = readline(shell->program->prompt(shell));

                if (!line)
                        break;
                remember(shell, line);
                shell_run_line(shell, line);
                free(line);
        }
        write_history(shell->history);
        shell_print(shell, "\n");
}
