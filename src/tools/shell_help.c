/* Help, made from the tables. */
#include "shell.h"

#include <string.h>

const ShellGroup *shell_find_group(const Shell *shell, const char *keyword)
{
        for (const ShellGroup *group = shell->program->groups; group->keyword; group++) {
                if (strcmp(group->keyword, keyword) == 0)
                        return group;
        }
        return NULL;
}

static void list_group(Shell *shell, const ShellGroup *group, const char *colon)
{
        shell_print(shell, " %s (help keyword '%s')%s\n", group->title, group->keyword, colon);
        for (const ShellCommand *const *table = group->tables; *table; table++) {
                for (const ShellCommand *c = *table; c->name; c++) {
                        if (!(c->flags & COMMAND_HIDDEN))
                                shell_print(shell, "    %-30s %s\n", c->name, c->help);
                }
        }
        shell_print(shell, "\n");
}

void shell_help_list(Shell *shell)
{
        for (const ShellGroup *group = shell->program->groups; group->keyword; group++)
                list_group(shell, group, ":");
}

static void print_synopsis(Shell *shell, const ShellCommand *command)
{
        shell_print(shell, "    %s", command->name);
        for (const ShellOption *o = command->options; o && o->name; o++) {
                bool required = o->flags & OPTION_REQUIRED;
                const char *kind = o->type == OPTION_INT ? "number" : "string";

                switch (o->type) {
                case OPTION_BOOL: shell_print(shell, " [--%s]", o->name); break;
                case OPTION_DATA: shell_print(shell, " <%s>", o->name); break;
                case OPTION_ARGV: shell_print(shell, required ? " <%s>..." : " [<%s>]...", o->name); break;
                case OPTION_INT:
                case OPTION_STRING: shell_print(shell, required ? " --%s <%s>" : " [--%s <%s>]", o->name, kind); break;
                case OPTION_ALIAS: break;
                }
        }
        shell_print(shell, "\n");
}

static void print_options(Shell *shell, const ShellCommand *command)
{
        if (!command->options || !command->options[0].name)
                return;
        shell_print(shell, "\n  OPTIONS\n");
        for (const ShellOption *o = command->options; o->name; o++) {
                g_autofree char *left = NULL;
                const char *kind = o->type == OPTION_INT ? " <number>" : o->type == OPTION_BOOL ? "" : " <string>";
                bool positional = o->type == OPTION_DATA || o->type == OPTION_ARGV;

                if (o->type == OPTION_ALIAS)
                        continue;
                left = g_strdup_printf(positional ? "[--%s]%s" : "--%s%s", o->name, kind);
                shell_print(shell, "    %-15s  %s\n", left, o->help ? o->help : "");
        }
}

bool shell_help_command(Shell *shell, const ShellCommand *command)
{
        shell_print(shell, "  NAME\n    %s - %s\n\n  SYNOPSIS\n", command->name, command->help);
        print_synopsis(shell, command);
        if (command->description)
                shell_print(shell, "\n  DESCRIPTION\n    %s\n", command->description);
        print_options(shell, command);
        shell_print(shell, "\n");
        return true;
}

bool shell_help(Shell *shell, const char *name)
{
        const ShellCommand *command = NULL;
        const ShellGroup *group = NULL;

        if (!name) {
                shell_print(shell, "Grouped commands:\n\n");
                shell_help_list(shell);
                return true;
        }
        command = shell_find_command(shell, name);
        if (command)
                return shell_help_command(shell, command);
        group = shell_find_group(shell, name);
        if (group) {
                list_group(shell, group, ":");
                return true;
        }
        shell_error(shell, "command or command group '%s' doesn't exist", name);
        return false;
}
