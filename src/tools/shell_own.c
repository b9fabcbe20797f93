/* The commands that every shell has: cd, echo, exit, help, pwd, quit, complete, self-test. */
#include "shell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool run_cd(Shell *shell, const ShellArgs *args)
{
        const char *dir = args_text(args, "dir");

        if (!shell->interactive) {
                shell_error(shell, "cd: command valid only in interactive mode");
                return false;
        }
        if (!dir)
                dir = g_get_home_dir();
        if (chdir(dir) < 0) {
                shell_error(shell, "cd: %s: %s", g_strerror(errno), dir);
                return false;
        }
        return true;
}

static bool run_pwd(Shell *shell, const ShellArgs *args)
{
        g_autofree char *dir = g_get_current_dir();

        (void)args;
        shell_print(shell, "%s\n", dir);
        return true;
}

static char *quote_xml(const char *text)
{
        static const struct {
                char character;
                const char *entity;
        } entities[] = {
                { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '\'', "&apos;" }, { '"', "&quot;" },
        };
        GString *quoted = g_string_new(NULL);

        for (const char *c = text; *c; c++) {
                const char *entity = NULL;

                for (size_t i = 0; i < G_N_ELEMENTS(entities); i++) {
                        if (entities[i].character == *c)
                                entity = entities[i].entity;
                }
                if (entity)
                        g_string_append(quoted, entity);
                else
                        g_string_append_c(quoted, *c);
        }
        return g_string_free(quoted, FALSE);
}

/* One line per part; each line ends itself, so nothing is left for the end of the command to end. */
static void append_split(GString *out, const char *text)
{
        g_auto(GStrv) parts = words_split_commas(text);

        for (char **part = parts; *part; part++)
                g_string_append_printf(out, "%s\n", *part);
}

static bool run_echo(Shell *shell, const ShellArgs *args)
{
        g_autofree const char **words = args_words(args, "string");
        g_autoptr(GString) out = g_string_new(NULL);

        if (!args_exclusive(shell, args, "shell", "xml"))
                return false;
        for (size_t i = 0; words[i]; i++) {
                g_autofree char *xml = args_has(args, "xml") ? quote_xml(words[i]) : g_strdup(words[i]);
                g_autofree char *text = args_has(args, "shell") ? words_quote_shell(xml) : g_strdup(xml);

                if (i > 0)
                        g_string_append_c(out, ' ');
                if (args_has(args, "split"))
                        append_split(out, text);
                else
                        g_string_append(out, text);
        }
        if (args_has(args, "err"))
                shell_error(shell, "%s", out->str);
        else
                shell_print(shell, "%s", out->str);
        return true;
}

static bool run_help(Shell *shell, const ShellArgs *args)
{
        return shell_help(shell, args_text(args, "command"));
}

static bool run_exit(Shell *shell, const ShellArgs *args)
{
        (void)args;
        shell->leaving = true;
        return true;
}

/* For the completion of the user's own shell: the words of the line so far, the last one perhaps empty. */
static bool run_complete(Shell *shell, const ShellArgs *args)
{
        g_autofree const char **words = args_words(args, "string");
        g_auto(GStrv) candidates = NULL;

        /* Asking for a password or printing a complaint would end up in the user's command line. */
        if (!words[0] || !shell->program->connect(shell))
                return false;
        candidates = shell_complete(shell, (char *const *)words, (int)g_strv_length((char **)words));
        for (char **c = candidates; c && *c; c++)
                shell_print(shell, "%s\n", *c);
        return candidates && *candidates;
}

/* What the compiler cannot check about a command's rows; NULL: nothing wrong. */
static const char *find_fault(const ShellCommand *command)
{
        bool optional_seen = false;

        for (const ShellOption *o = command->options; o && o->name; o++) {
                const ShellOption *first = command_find_option(command, o->name, strlen(o->name));

                if (first != o)
                        return "an option stands in the table twice";
                if (o->type == OPTION_ALIAS && !command_find_option(command, o->help, strcspn(o->help, "=")))
                        return "an alias stands for no option";
                if (o->type == OPTION_BOOL && (o->flags & (OPTION_REQUIRED | OPTION_NAMED)))
                        return "a switch cannot be required";
                if (o->type == OPTION_DATA && !(o->flags & OPTION_REQUIRED))
                        return "a plain word that is not required";
                if (o->type == OPTION_DATA && optional_seen)
                        return "a required word after an optional one";
                if (o->type == OPTION_ARGV && o[1].name)
                        return "words behind the one that takes them all";
                optional_seen |= (o->type == OPTION_STRING || o->type == OPTION_INT) && !(o->flags & OPTION_REQUIRED);
        }
        return command->help ? NULL : "no help";
}

static bool run_self_test(Shell *shell, const ShellArgs *args)
{
        bool good = true;

        (void)args;
        for (const ShellGroup *group = shell->program->groups; group->keyword; group++) {
                for (const ShellCommand *const *table = group->tables; *table; table++) {
                        for (const ShellCommand *c = *table; c->name; c++) {
                                const char *fault = find_fault(c);

                                if (shell_find_command(shell, c->name) != c)
                                        fault = "the name is taken";
                                if (!fault)
                                        continue;
                                shell_error(shell, "command '%s': %s", c->name, fault);
                                good = false;
                        }
                }
        }
        return good;
}

static const ShellOption cd_options[] = {
        { "dir", OPTION_STRING, 0, "where to go (default: home)" },
        { NULL },
};

static const ShellOption echo_options[] = {
        { "shell", OPTION_BOOL, 0, "quote for use in a shell" },
        { "xml", OPTION_BOOL, 0, "quote for use in XML" },
        { "split", OPTION_BOOL, 0, "one line per part between commas; ',,' is a comma" },
        { "err", OPTION_BOOL, 0, "print as an error" },
        { "str", OPTION_ALIAS, 0, "string" },
        { "hi", OPTION_ALIAS, 0, "string=hello" },
        { "string", OPTION_ARGV, 0, "what to print" },
        { NULL },
};

static const ShellOption help_options[] = {
        { "command", OPTION_STRING, 0, "a command or the keyword of a group" },
        { NULL },
};

static const ShellOption complete_options[] = {
        { "string", OPTION_ARGV, OPTION_EMPTY_OK, "the words of the line so far" },
        { NULL },
};

static const ShellOption self_test_options[] = {
        { "completers-missing", OPTION_BOOL, 0, "list options that could complete but do not" },
        { NULL },
};

const ShellCommand shell_own_commands[] = {
        { "cd", run_cd, COMMAND_OFFLINE, cd_options, "change the shell's local working directory" },
        { "echo", run_echo, COMMAND_OFFLINE, echo_options, "print its arguments, optionally quoted for shell or XML" },
        { "exit", run_exit, COMMAND_OFFLINE, NULL, "leave the interactive shell" },
        { "help", run_help, COMMAND_OFFLINE, help_options, "print help on commands or groups" },
        { "pwd", run_pwd, COMMAND_OFFLINE, NULL, "print the shell's local working directory" },
        { "quit", run_exit, COMMAND_OFFLINE, NULL, "leave the interactive shell" },
        { "complete", run_complete, COMMAND_OFFLINE | COMMAND_HIDDEN, complete_options,
          "candidates for the last word of a command line" },
        { "self-test", run_self_test, COMMAND_OFFLINE | COMMAND_HIDDEN, self_test_options,
          "check the command tables for consistency" },
        { NULL },
};
