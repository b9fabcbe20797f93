/* Lines into words, the shell's quoting rules; no tables, no output. */
#include "shell.h"

#include <string.h>

/* A backslash quotes one character, except between single quotes; before a line end it joins the lines. */
static const char *take_escaped(const char *s, GString *word, const char **ret_problem)
{
        if (s[1] == '\0') {
                *ret_problem = "dangling \\";
                return NULL;
        }
        if (s[1] != '\n')
                g_string_append_c(word, s[1]);
        return s + 2;
}

static const char *take_double_quoted(const char *s, GString *word, const char **ret_problem)
{
        for (s++; *s && *s != '"';) {
                if (*s == '\\') {
                        s = take_escaped(s, word, ret_problem);
                        if (!s)
                                return NULL;
                        continue;
                }
                g_string_append_c(word, *s++);
        }
        if (!*s) {
                *ret_problem = "missing \"";
                return NULL;
        }
        return s + 1;
}

/* virsh has always taken the end of the text for a closing single quote; scripts may rely on it. */
static const char *take_single_quoted(const char *s, GString *word)
{
        const char *end = strchr(s + 1, '\'');

        if (!end) {
                g_string_append(word, s + 1);
                return s + strlen(s);
        }
        g_string_append_len(word, s + 1, end - s - 1);
        return end + 1;
}

static const char *take_word(const char *s, GString *word, const char **ret_problem)
{
        while (s && *s && !strchr(" \t\n;", *s)) {
                if (*s == '\'') {
                        s = take_single_quoted(s, word);
                } else if (*s == '"') {
                        s = take_double_quoted(s, word, ret_problem);
                } else if (*s == '\\') {
                        s = take_escaped(s, word, ret_problem);
                } else {
                        g_string_append_c(word, *s++);
                }
        }
        return s;
}

/* Blanks, joined lines, and a comment up to (not including) its line end. */
static const char *skip_blank(const char *s)
{
        for (;;) {
                if (*s == ' ' || *s == '\t')
                        s++;
                else if (s[0] == '\\' && s[1] == '\n')
                        s += 2;
                else if (*s == '#')
                        s += strcspn(s, "\n");
                else
                        return s;
        }
}

static bool is_comment(const GPtrArray *words)
{
        const char *first = g_ptr_array_index(words, 0);

        return first[0] == '#';
}

/* One command's words, perhaps none; *ret_line ends up behind its separator. */
static GPtrArray *take_command(const char *s, const char **ret_line, const char **ret_problem)
{
        g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

        for (s = skip_blank(s); *s && *s != '\n' && *s != ';'; s = skip_blank(s)) {
                GString *word = g_string_new(NULL);

                s = take_word(s, word, ret_problem);
                g_ptr_array_add(words, g_string_free(word, FALSE));
                if (!s)
                        return NULL;
        }
        *ret_line = *s ? s + 1 : s;
        return g_steal_pointer(&words);
}

int words_next(const char **line, GPtrArray **ret_words, const char **ret_problem)
{
        while (**line) {
                g_autoptr(GPtrArray) words = take_command(*line, line, ret_problem);

                if (!words)
                        return WORDS_FAILED;
                /* A quoted '#' in the command's place comments it out as well, as virsh does. */
                if (words->len == 0 || is_comment(words))
                        continue;
                *ret_words = g_steal_pointer(&words);
                return WORDS_COMMAND;
        }
        return WORDS_END;
}

char *words_quote_shell(const char *text)
{
        GString *quoted = NULL;

        if (*text &&
            strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-./:=_,%@") == strlen(text))
                return g_strdup(text);
        quoted = g_string_new("'");
        for (const char *c = text; *c; c++) {
                if (*c == '\'')
                        g_string_append(quoted, "'\\''");
                else
                        g_string_append_c(quoted, *c);
        }
        g_string_append_c(quoted, '\'');
        return g_string_free(quoted, FALSE);
}

char **words_split_commas(const char *text)
{
        g_autoptr(GPtrArray) parts = g_ptr_array_new();
        GString *part = g_string_new(NULL);

        for (const char *c = text; *c; c++) {
                if (c[0] == ',' && c[1] == ',') {
                        g_string_append_c(part, *c++);
                } else if (*c == ',') {
                        g_ptr_array_add(parts, g_string_free(part, FALSE));
                        part = g_string_new(NULL);
                } else {
                        g_string_append_c(part, *c);
                }
        }
        g_ptr_array_add(parts, g_string_free(part, FALSE));
        g_ptr_array_add(parts, NULL);
        return (char **)g_ptr_array_free(g_steal_pointer(&parts), FALSE);
}
