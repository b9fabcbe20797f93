/* The options given with one command: from words to rows of its table, and their values as text and numbers. */
#include "shell.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/auto.h"

typedef struct Given {
        const ShellOption *option;
        char *value; /* NULL for OPTION_BOOL */
} Given;

struct ShellArgs {
        const ShellCommand *command;
        GArray *given; /* of Given, in the order of the words */
        bool wants_help;
};

const ShellCommand *shell_find_command(const Shell *shell, const char *name)
{
        for (const ShellGroup *group = shell->program->groups; group->keyword; group++) {
                for (const ShellCommand *const *table = group->tables; *table; table++) {
                        for (const ShellCommand *c = *table; c->name; c++) {
                                if (strcmp(c->name, name) == 0)
                                        return c;
                        }
                }
        }
        return NULL;
}

static const ShellOption no_options[] = { { NULL } };

static const ShellOption *options_of(const ShellCommand *command)
{
        return command->options ? command->options : no_options;
}

const ShellOption *command_find_option(const ShellCommand *command, const char *name, size_t length)
{
        for (const ShellOption *o = options_of(command); o->name; o++) {
                if (strlen(o->name) == length && strncmp(o->name, name, length) == 0)
                        return o;
        }
        return NULL;
}

static void given_clear(gpointer data)
{
        Given *given = (Given *)data;

        g_free(given->value);
}

static ShellArgs *args_new(const ShellCommand *command)
{
        ShellArgs *args = g_new0(ShellArgs, 1);

        args->command = command;
        args->given = g_array_new(FALSE, FALSE, sizeof(Given));
        g_array_set_clear_func(args->given, given_clear);
        return args;
}

ShellArgs *args_free(ShellArgs *args)
{
        if (!args)
                return NULL;
        g_array_unref(args->given);
        g_free(args);
        return NULL;
}

static const Given *find_given(const ShellArgs *args, const ShellOption *option)
{
        for (guint i = 0; i < args->given->len; i++) {
                const Given *given = &g_array_index(args->given, Given, i);

                if (given->option == option)
                        return given;
        }
        return NULL;
}

static bool takes_position(const ShellOption *option)
{
        return option->type != OPTION_BOOL && option->type != OPTION_ALIAS && !(option->flags & OPTION_NAMED);
}

const ShellOption *args_positional_next(const ShellArgs *args)
{
        for (const ShellOption *o = options_of(args->command); o->name; o++) {
                if (takes_position(o) && (o->type == OPTION_ARGV || !find_given(args, o)))
                        return o;
        }
        return NULL;
}

static void add(ShellArgs *args, const ShellOption *option, const char *value)
{
        Given given = { .option = option, .value = g_strdup(value) };

        g_array_append_val(args->given, given);
}

static bool is_option_word(const char *word)
{
        return word[0] == '-' && word[1] == '-' && g_ascii_isalnum(word[2]);
}

/* What "--name" or "--name=value" stands for. An alias may bring a value of its own. */
typedef struct Named {
        const ShellOption *option;
        const char *value; /* behind '=', or the alias's; NULL: none */
} Named;

static bool resolve(Shell *shell, const ShellArgs *args, const char *word, Named *ret)
{
        const char *name = word + 2;
        size_t length = strcspn(name, "=");
        const ShellOption *option = command_find_option(args->command, name, length);
        Named named = { .option = option, .value = name[length] ? name + length + 1 : NULL };

        if (option && option->type == OPTION_ALIAS) {
                const char *target = option->help;
                size_t n = strcspn(target, "=");

                if (target[n] && named.value) {
                        shell_error(shell, "invalid '=' after option --%s", option->name);
                        return false;
                }
                if (target[n])
                        named.value = target + n + 1;
                named.option = command_find_option(args->command, target, n);
        }
        if (!named.option) {
                shell_error(shell, "command '%s' doesn't support option --%.*s", args->command->name, (int)length,
                            name);
                return false;
        }
        *ret = named;
        return true;
}

/* @ret_next: whether the following word was used up as the value. */
static bool take_option(Shell *shell, ShellArgs *args, const char *word, const char *next, bool *ret_used_next)
{
        Named named = { NULL };
        const ShellOption *option = NULL;

        if (strcmp(word, "--help") == 0 && !command_find_option(args->command, "help", 4)) {
                args->wants_help = true;
                return true;
        }
        if (!resolve(shell, args, word, &named))
                return false;
        option = named.option;
        if (option->type != OPTION_ARGV && find_given(args, option)) {
                shell_error(shell, "option --%s already seen", option->name);
                return false;
        }
        if (option->type == OPTION_BOOL) {
                if (named.value) {
                        shell_error(shell, "invalid '=' after option --%s", option->name);
                        return false;
                }
                add(args, option, NULL);
                return true;
        }
        if (!named.value && !next) {
                shell_error(shell, "expected syntax: --%s <%s>", option->name,
                            option->type == OPTION_INT ? "number" : "string");
                return false;
        }
        *ret_used_next = !named.value;
        add(args, option, named.value ? named.value : next);
        return true;
}

static bool take_words(Shell *shell, ShellArgs *args, char *const *words, int n_words)
{
        bool plain = false; /* after "--" */

        for (int i = 0; i < n_words; i++) {
                const ShellOption *option = NULL;
                bool used_next = false;

                if (!plain && strcmp(words[i], "--") == 0) {
                        plain = true;
                        continue;
                }
                if (!plain && is_option_word(words[i])) {
                        if (!take_option(shell, args, words[i], i + 1 < n_words ? words[i + 1] : NULL, &used_next))
                                return false;
                        i += used_next;
                        continue;
                }
                option = args_positional_next(args);
                if (!option) {
                        shell_error(shell, "unexpected data '%s'", words[i]);
                        return false;
                }
                add(args, option, words[i]);
        }
        return true;
}

static bool check_required(Shell *shell, const ShellArgs *args)
{
        bool complete = true;

        for (const ShellOption *o = options_of(args->command); o->name; o++) {
                if (!(o->flags & OPTION_REQUIRED) || find_given(args, o))
                        continue;
                complete = false;
                shell_error(shell,
                            o->type == OPTION_DATA || o->type == OPTION_ARGV ? "command '%s' requires <%s> option"
                                                                             : "command '%s' requires --%s option",
                            args->command->name, o->name);
        }
        return complete;
}

ShellArgs *args_parse(Shell *shell, char *const *words, int n_words)
{
        const ShellCommand *command = shell_find_command(shell, words[0]);
        g_autoptr(ShellArgs) args = NULL;

        if (!command) {
                shell_error(shell, "unknown command: '%s'", words[0]);
                return NULL;
        }
        args = args_new(command);
        if (!take_words(shell, args, words + 1, n_words - 1))
                return NULL;
        if (!args->wants_help && !check_required(shell, args))
                return NULL;
        return g_steal_pointer(&args);
}

ShellArgs *args_parse_partial(Shell *shell, char *const *words, int n_words)
{
        const ShellCommand *command = shell_find_command(shell, words[0]);
        ShellArgs *args = NULL;

        if (!command)
                return NULL;
        args = args_new(command);
        for (int i = 1; i < n_words; i++) {
                const ShellOption *option = args_positional_next(args);
                const char *name = words[i] + 2;

                if (is_option_word(words[i])) {
                        option = command_find_option(command, name, strcspn(name, "="));
                        if (option && option->type == OPTION_BOOL)
                                add(args, option, NULL);
                        else if (option && option->type != OPTION_ALIAS && i + 1 < n_words)
                                add(args, option, words[++i]);
                } else if (option) {
                        add(args, option, words[i]);
                }
        }
        return args;
}

const ShellCommand *args_command(const ShellArgs *args)
{
        return args->command;
}

bool args_wants_help(const ShellArgs *args)
{
        return args->wants_help;
}

bool args_knows(const ShellArgs *args, const char *name)
{
        return command_find_option(args->command, name, strlen(name));
}

/* A handler that asks for an option its row does not have is our bug. */
static const Given *lookup(const ShellArgs *args, const char *name)
{
        const ShellOption *option = command_find_option(args->command, name, strlen(name));

        if (!option)
                g_error("command '%s' has no option '%s'", args->command->name, name);
        return find_given(args, option);
}

bool args_has(const ShellArgs *args, const char *name)
{
        return lookup(args, name) != NULL;
}

const char *args_text(const ShellArgs *args, const char *name)
{
        const Given *given = lookup(args, name);

        return given ? given->value : NULL;
}

int args_string(Shell *shell, const ShellArgs *args, const char *name, const char **ret)
{
        const Given *given = lookup(args, name);

        if (!given)
                return 0;
        if (!*given->value && !(given->option->flags & OPTION_EMPTY_OK)) {
                shell_error(shell, "Failed to get option '%s': Option argument is empty", name);
                return -1;
        }
        *ret = given->value;
        return 1;
}

/* strtoll's reading of a number: blanks before it are fine, nothing may follow. */
static bool parse_signed(const char *text, long long min, long long max, long long *ret)
{
        char *end = NULL;
        long long value = 0;

        errno = 0;
        value = strtoll(text, &end, 10);
        if (errno || end == text || *end || value < min || value > max)
                return false;
        *ret = value;
        return true;
}

static bool parse_unsigned(const char *text, unsigned long long max, unsigned long long *ret)
{
        char *end = NULL;
        unsigned long long value = 0;

        errno = 0;
        value = strtoull(text, &end, 10);
        if (errno || end == text || *end || strchr(text, '-') || value > max)
                return false;
        *ret = value;
        return true;
}

static int complain_number(Shell *shell, const char *name, const char *text)
{
        shell_error(shell, "Numeric value '%s' for <%s> option is malformed or out of range", text, name);
        return -1;
}

int args_int64(Shell *shell, const ShellArgs *args, const char *name, long long *ret)
{
        const char *text = args_text(args, name);

        if (!text)
                return 0;
        return parse_signed(text, LLONG_MIN, LLONG_MAX, ret) ? 1 : complain_number(shell, name, text);
}

int args_int(Shell *shell, const ShellArgs *args, const char *name, int *ret)
{
        const char *text = args_text(args, name);
        long long value = 0;

        if (!text)
                return 0;
        if (!parse_signed(text, INT_MIN, INT_MAX, &value))
                return complain_number(shell, name, text);
        *ret = (int)value;
        return 1;
}

int args_uint64(Shell *shell, const ShellArgs *args, const char *name, unsigned long long *ret)
{
        const char *text = args_text(args, name);

        if (!text)
                return 0;
        return parse_unsigned(text, ULLONG_MAX, ret) ? 1 : complain_number(shell, name, text);
}

int args_uint(Shell *shell, const ShellArgs *args, const char *name, unsigned *ret)
{
        const char *text = args_text(args, name);
        unsigned long long value = 0;

        if (!text)
                return 0;
        if (!parse_unsigned(text, UINT_MAX, &value))
                return complain_number(shell, name, text);
        *ret = (unsigned)value;
        return 1;
}

int args_ulong_wrap(Shell *shell, const ShellArgs *args, const char *name, unsigned long *ret)
{
        const char *text = args_text(args, name);
        char *end = NULL;
        unsigned long value = 0;

        if (!text)
                return 0;
        errno = 0;
        value = strtoul(text, &end, 10);
        if (errno || end == text || *end)
                return complain_number(shell, name, text);
        *ret = value;
        return 1;
}

/* The factor of a suffix: K, KiB (1024), KB (1000), ...; 0: unknown. */
static unsigned long long suffix_factor(const char *suffix, unsigned *ret_power)
{
        static const char letters[] = "kmgtpe";
        const char *letter = strchr(letters, g_ascii_tolower(suffix[0]));

        *ret_power = 0;
        if (g_ascii_strcasecmp(suffix, "b") == 0 || g_ascii_strncasecmp(suffix, "byte", 4) == 0)
                return suffix[1] && suffix[4] && (g_ascii_strcasecmp(suffix + 4, "s") != 0) ? 0 : 1;
        if (!letter || !suffix[0])
                return 0;
        *ret_power = (unsigned)(letter - letters) + 1;
        if (!suffix[1] || g_ascii_strcasecmp(suffix + 1, "ib") == 0)
                return 1024;
        return g_ascii_strcasecmp(suffix + 1, "b") == 0 ? 1000 : 0;
}

int scale_number(const char *text, unsigned long long unit, unsigned long long max, unsigned long long *ret,
                 char **ret_detail)
{
        char *suffix = NULL;
        unsigned long long value = 0;
        unsigned long long factor = unit;
        unsigned power = 1;

        *ret_detail = NULL;
        errno = 0;
        value = strtoull(text, &suffix, 10);
        if (errno || suffix == text || strchr(text, '-'))
                return -1;
        if (*suffix) {
                factor = suffix_factor(suffix, &power);
                if (factor == 0) {
                        *ret_detail = g_strdup_printf("invalid argument: unknown suffix '%s'", suffix);
                        return -1;
                }
        }
        for (unsigned i = 0; i < power; i++) {
                if (value && value > max / factor) {
                        *ret_detail = g_strdup_printf("numerical overflow: value too large: %s", text);
                        return -1;
                }
                value *= factor;
        }
        *ret = value;
        return 0;
}

int args_scaled(Shell *shell, const ShellArgs *args, const char *name, unsigned long long unit, unsigned long long max,
                unsigned long long *ret)
{
        const char *text = NULL;
        g_autofree char *detail = NULL;
        int given = args_string(shell, args, name, &text);

        if (given <= 0)
                return given;
        if (scale_number(text, unit, max, ret, &detail) == 0)
                return 1;
        shell_error(shell, "Scaled numeric value '%s' for <%s> option is malformed or out of range", text, name);
        if (detail)
                shell_error(shell, "%s", detail);
        return -1;
}

int args_timeout_ms(Shell *shell, const ShellArgs *args, int *ret)
{
        const char *text = args_text(args, "timeout");
        long long seconds = 0;

        if (!text)
                return 0;
        /* "0" would mean never to wait and milliseconds must fit an int. */
        if (!parse_signed(text, 1, INT_MAX / 1000, &seconds))
                return complain_number(shell, "timeout", text);
        *ret = (int)seconds * 1000;
        return 1;
}

const char **args_words(const ShellArgs *args, const char *name)
{
        const Given *first = lookup(args, name);
        GPtrArray *words = g_ptr_array_new();

        for (guint i = 0; first && i < args->given->len; i++) {
                const Given *given = &g_array_index(args->given, Given, i);

                if (given->option == first->option)
                        g_ptr_array_add(words, given->value);
        }
        g_ptr_array_add(words, NULL);
        return (const char **)g_ptr_array_free(words, FALSE);
}

bool args_exclusive(Shell *shell, const ShellArgs *args, const char *one, const char *other)
{
        if (!args_has(args, one) || !args_has(args, other))
                return true;
        shell_error(shell, "Options --%s and --%s are mutually exclusive", one, other);
        return false;
}

bool args_requires(Shell *shell, const ShellArgs *args, const char *one, const char *other)
{
        if (!args_has(args, one) || args_has(args, other))
                return true;
        shell_error(shell, "Option --%s is required by option --%s", other, one);
        return false;
}
