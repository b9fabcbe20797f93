/* The grammar of configuration files: libvirt's, no wider and no narrower, except that a number that does not fit is
 * an error.
 *
 *   file   = { [ entry ] separator }         separator = newline | ";" | comment | end
 *   entry  = KEY "=" value                   KEY       = letter { letter | digit | "_" }
 *   value  = number | string | list          list      = "[" [ value { "," value } [ "," ] ] "]", newlines within
 *   string = '..' | ".." within a line, """..""" over lines; nothing is escaped
 */
#define ERROR_DOMAIN VIR_FROM_CONF
#include "settings_syntax.h"
#include "util/settings.h"

#include <stdbool.h>
#include <string.h>

enum { LIST_DEPTH_MAX = 8, ENTRIES_MAX = 1000 };

typedef struct Reader {
        const char *name;
        const char *at, *end;
        unsigned line;
        const char *key; /* of the entry that is being read, for messages */
        GString *copy;   /* gets everything as we would write it; NULL: not wanted */
} Reader;

/* One value; a list has no string of its own. */
typedef struct Value {
        SettingsKind kind;
        int64_t number;
        char *string;
        GPtrArray *strings;
        size_t n_elements;
} Value;

static int parse_value(Reader *reader, unsigned depth, Value *ret_value, Error *err);

static void value_clear(Value *value)
{
        g_free(value->string);
        if (value->strings)
                g_ptr_array_unref(value->strings);
}

static void copy_text(Reader *reader, const char *text)
{
        if (reader->copy)
                g_string_append(reader->copy, text);
}

/* Nothing is escaped: the first quotes that the text allows. Where none does it came in three quotes. */
static void copy_string(Reader *reader, const char *text)
{
        bool lines = strchr(text, '\n');
        const char *quote = "\"\"\"";

        if (!lines && !strchr(text, '"'))
                quote = "\"";
        else if (!lines && !strchr(text, '\''))
                quote = "'";
        copy_text(reader, quote);
        copy_text(reader, text);
        copy_text(reader, quote);
}

static int syntax_error(const Reader *reader, const char *what, Error *err)
{
        if (reader->key)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "%s:%u: %s after '%s'", reader->name, reader->line, what,
                                 reader->key);
        return error_set(err, VIR_ERR_CONF_SYNTAX, "%s:%u: %s", reader->name, reader->line, what);
}

/* The next character, or 0 at the end: there is no 0 within. */
static char peek(const Reader *reader)
{
        return reader->at < reader->end ? *reader->at : '\0';
}

static void skip_blanks(Reader *reader)
{
        while (peek(reader) == ' ' || peek(reader) == '\t')
                reader->at++;
}

static void skip_blanks_and_lines(Reader *reader)
{
        for (; peek(reader) && strchr(" \t\r\n", peek(reader)); reader->at++)
                reader->line += peek(reader) == '\n';
}

static int parse_number(Reader *reader, Value *value, Error *err)
{
        bool negative = peek(reader) == '-';
        uint64_t number = 0, limit = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;

        if (peek(reader) == '-' || peek(reader) == '+')
                reader->at++;
        if (!g_ascii_isdigit(peek(reader)))
                return syntax_error(reader, "unterminated number", err);
        for (; g_ascii_isdigit(peek(reader)); reader->at++) {
                unsigned digit = (unsigned)(peek(reader) - '0');

                if (number > (limit - digit) / 10)
                        return syntax_error(reader, "number out of range", err);
                number = number * 10 + digit;
        }
        value->kind = SETTINGS_NUMBER;
        value->number = negative ? (int64_t)-number : (int64_t)number;
        if (reader->copy)
                g_string_append_printf(reader->copy, "%" G_GINT64_FORMAT, value->number);
        return 0;
}

/* The place of @quote (1 or 3 letters) from here on, or NULL. */
static const char *find_quote(const Reader *reader, const char *quote)
{
        return memmem(reader->at, (size_t)(reader->end - reader->at), quote, strlen(quote));
}

static int parse_string(Reader *reader, Value *value, Error *err)
{
        bool triple = reader->end - reader->at >= 3 && memcmp(reader->at, "\"\"\"", 3) == 0;
        const char single[2] = { *reader->at, '\0' };
        const char *quote = triple ? "\"\"\"" : single;
        const char *close, *newline;

        reader->at += strlen(quote);
        close = find_quote(reader, quote);
        newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
        if (!close || (!triple && newline && newline < close))
                return syntax_error(reader, "unterminated string", err);
        value->kind = SETTINGS_STRING;
        value->string = g_strndup(reader->at, (gsize)(close - reader->at));
        for (; reader->at < close; reader->at++)
                reader->line += *reader->at == '\n';
        reader->at += strlen(quote);
        copy_string(reader, value->string);
        return 0;
}

/* One element of a list; it goes into @list's strings, or makes the list a mixed one. */
static int parse_element(Reader *reader, unsigned depth, Value *list, Error *err)
{
        __attribute__((cleanup(value_clear))) Value element = { 0 };

        copy_text(reader, list->n_elements++ > 0 ? ", " : "");
        if (parse_value(reader, depth + 1, &element, err) < 0)
                return -1;
        if (element.kind == SETTINGS_STRING)
                g_ptr_array_add(list->strings, g_steal_pointer(&element.string));
        else
                list->kind = SETTINGS_MIXED;
        return 0;
}

static int parse_list(Reader *reader, unsigned depth, Value *list, Error *err)
{
        if (depth >= LIST_DEPTH_MAX)
                return syntax_error(reader, "too many lists within lists", err);
        list->kind = SETTINGS_STRINGS;
        list->strings = g_ptr_array_new_with_free_func(g_free);
        reader->at++;
        copy_text(reader, "[ ");
        skip_blanks_and_lines(reader);
        while (peek(reader) != ']') {
                if (peek(reader) == '\0')
                        return syntax_error(reader, "list is not closed with ]", err);
                if (parse_element(reader, depth, list, err) < 0)
                        return -1;
                skip_blanks_and_lines(reader);
                if (peek(reader) == '\0')
                        return syntax_error(reader, "list is not closed with ]", err);
                if (peek(reader) != ',' && peek(reader) != ']')
                        return syntax_error(reader, "expecting a separator in list", err);
                if (peek(reader) == ',')
                        reader->at++;
                skip_blanks_and_lines(reader);
        }
        reader->at++;
        copy_text(reader, list->n_elements > 0 ? " ]" : "]");
        return 0;
}

static int parse_value(Reader *reader, unsigned depth, Value *ret_value, Error *err)
{
        char first;

        skip_blanks(reader);
        first = peek(reader);
        if (first == '"' || first == '\'')
                return parse_string(reader, ret_value, err);
        if (first == '[')
                return parse_list(reader, depth, ret_value, err);
        if (g_ascii_isdigit(first) || first == '-' || first == '+')
                return parse_number(reader, ret_value, err);
        return syntax_error(reader, "expecting a value", err);
}

static void entry_free(void *opaque)
{
        SettingsEntry *entry = opaque;

        g_free(entry->key);
        g_strfreev(entry->strings);
        g_free(entry);
}

static char *parse_key(Reader *reader, Error *err)
{
        const char *start = reader->at;

        if (!g_ascii_isalpha(peek(reader)))
                return syntax_error(reader, "expecting a name", err), NULL;
        while (g_ascii_isalnum(peek(reader)) || peek(reader) == '_')
                reader->at++;
        return g_strndup(start, (gsize)(reader->at - start));
}

/* Moves what was read over into an entry. */
static SettingsEntry *entry_new(char *key, unsigned line, Value *value)
{
        SettingsEntry *entry = g_new0(SettingsEntry, 1);

        entry->key = key;
        entry->line = line;
        entry->kind = value->kind;
        entry->number = value->number;
        if (value->string) {
                entry->strings = g_new0(char *, 2);
                entry->strings[0] = g_steal_pointer(&value->string);
        } else if (value->strings) {
                g_ptr_array_add(value->strings, NULL);
                entry->strings = (char **)g_ptr_array_steal(value->strings, NULL);
        }
        return entry;
}

static SettingsEntry *parse_entry(Reader *reader, Error *err)
{
        __attribute__((cleanup(value_clear))) Value value = { 0 };
        g_autofree char *key = parse_key(reader, err);
        unsigned line = reader->line;

        if (!key)
                return NULL;
        reader->key = key;
        skip_blanks(reader);
        if (peek(reader) != '=')
                return syntax_error(reader, "expecting an assignment", err), NULL;
        reader->at++;
        copy_text(reader, key);
        copy_text(reader, " = ");
        if (parse_value(reader, 0, &value, err) < 0)
                return NULL;
        skip_blanks(reader);
        if (peek(reader) && !strchr("\r\n;#", peek(reader)))
                return syntax_error(reader, "expecting a separator", err), NULL;
        reader->key = NULL;
        return entry_new(g_steal_pointer(&key), line, &value);
}

static void skip_comment(Reader *reader)
{
        const char *start = reader->at;

        while (peek(reader) && peek(reader) != '\n')
                reader->at++;
        if (reader->copy)
                g_string_append_len(reader->copy, start, reader->at - start);
}

/* Everything between two entries. A comment stays on the line where it stood. */
static void skip_to_entry(Reader *reader)
{
        for (;;) {
                unsigned line = reader->line;
                bool begun = reader->copy && reader->copy->len > 0 && !g_str_has_suffix(reader->copy->str, "\n");

                skip_blanks_and_lines(reader);
                if (peek(reader) == ';') {
                        reader->at++;
                        continue;
                }
                if (begun)
                        copy_text(reader, peek(reader) == '#' && reader->line == line ? " " : "\n");
                if (peek(reader) != '#')
                        return;
                skip_comment(reader);
        }
}

static GPtrArray *parse(const char *name, const char *text, size_t length, GString *copy, Error *err)
{
        g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(entry_free);
        Reader reader = { .name = name, .at = text, .end = text + length, .line = 1, .copy = copy };

        if (length > 0 && memchr(text, '\0', length))
                return syntax_error(&reader, "the file holds a zero byte", err), NULL;
        for (skip_to_entry(&reader); peek(&reader); skip_to_entry(&reader)) {
                SettingsEntry *entry = parse_entry(&reader, err);

                if (!entry)
                        return NULL;
                g_ptr_array_add(entries, entry);
                if (entries->len > ENTRIES_MAX)
                        return syntax_error(&reader, "too many settings", err), NULL;
        }
        return g_steal_pointer(&entries);
}

GPtrArray *settings_syntax_parse(const char *name, const char *text, size_t length, Error *err)
{
        return parse(name, text, length, NULL, err);
}

char *settings_normalise(const char *name, const char *text, size_t length, Error *err)
{
        g_autoptr(GString) copy = g_string_new(NULL);
        g_autoptr(GPtrArray) entries = parse(name, text, length, copy, err);

        return entries ? g_string_free(g_steal_pointer(&copy), FALSE) : NULL;
}
