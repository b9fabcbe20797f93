/* Grammar and lookup of xl.cfg and xm.cfg.
 *
 *   file   = { [ KEY "=" value ] separator }     separator = newline | ";" | end; "#" to the end of the line is skipped
 *   value  = number | string | list              list      = "[" [ value { "," value } [ "," ] ] "]", newlines within
 *   string = '..' | ".." | """.."""              number    = decimal, 0x.. with an optional sign
 *
 * A backslash in a string escapes the next character, as Python and xl have it; before a letter that means nothing to
 * them it is itself. */
#include "config.h"

#include <string.h>

#include "util/text.h"

typedef struct ConfigEntry {
        char *key;
        ConfigValue *value;
} ConfigEntry;

struct Config {
        char *name;
        GPtrArray *entries;
};

typedef struct Reader {
        const char *name;
        const char *at, *end;
        unsigned line;
        size_t n_items;
} Reader;

static void value_free(void *opaque)
{
        ConfigValue *value = opaque;

        if (!value)
                return;
        g_free(value->string);
        if (value->items)
                g_ptr_array_unref(value->items);
        g_free(value);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConfigValue, value_free)

static void entry_free(void *opaque)
{
        ConfigEntry *entry = opaque;

        g_free(entry->key);
        value_free(entry->value);
        g_free(entry);
}

Config *config_free(Config *config)
{
        if (!config)
                return NULL;
        g_free(config->name);
        g_ptr_array_unref(config->entries);
        g_free(config);
        return NULL;
}

static int syntax_error(const Reader *reader, const char *what, Error *err)
{
        return error_set(err, VIR_ERR_CONF_SYNTAX, "%s:%u: %s", reader->name, reader->line, what);
}

/* The next character, 0 at the end: there is no 0 within. */
static char peek(const Reader *reader)
{
        return reader->at < reader->end ? *reader->at : '\0';
}

static void skip_comment(Reader *reader)
{
        while (peek(reader) && peek(reader) != '\n')
                reader->at++;
}

static void skip_blanks(Reader *reader)
{
        while (peek(reader) == ' ' || peek(reader) == '\t' || peek(reader) == '\r')
                reader->at++;
}

/* Blanks, lines and comments, as they may stand between items and between assignments. */
static void skip_lines(Reader *reader)
{
        for (;;) {
                skip_blanks(reader);
                if (peek(reader) == '#')
                        skip_comment(reader);
                if (peek(reader) != '\n')
                        return;
                reader->line++;
                reader->at++;
        }
}

static int read_number(Reader *reader, ConfigValue *value, Error *err)
{
        const char *start = reader->at;
        g_autofree char *text = NULL;
        bool hex;

        if (peek(reader) == '-' || peek(reader) == '+')
                reader->at++;
        while (g_ascii_isalnum(peek(reader)))
                reader->at++;
        text = g_strndup(start + (*start == '+'), (gsize)(reader->at - start) - (*start == '+'));
        hex = g_str_has_prefix(text, "0x") || g_str_has_prefix(text, "0X");
        value->kind = CONFIG_NUMBER;
        if (!text_to_int64(hex ? text + 2 : text, hex ? 16 : 10, &value->number))
                return syntax_error(reader, "this is no number that fits", err);
        return 0;
}

static void unescape(GString *out, char c)
{
        static const char letters[] = "ntr\\'\"\n", values[] = "\n\t\r\\'\"";
        const char *at = c ? strchr(letters, c) : NULL;

        if (!at) {
                g_string_append_c(out, '\\');
                g_string_append_c(out, c);
        } else if (c != '\n') {
                g_string_append_c(out, values[at - letters]);
        }
}

static int read_string(Reader *reader, ConfigValue *value, Error *err)
{
        bool triple = reader->end - reader->at >= 3 && memcmp(reader->at, "\"\"\"", 3) == 0;
        const char single[2] = { *reader->at, '\0' };
        const char *quote = triple ? "\"\"\"" : single;
        size_t length = strlen(quote);
        g_autoptr(GString) out = g_string_new(NULL);

        for (reader->at += length; peek(reader); reader->at++) {
                if ((size_t)(reader->end - reader->at) >= length && memcmp(reader->at, quote, length) == 0) {
                        reader->at += length;
                        value->kind = CONFIG_STRING;
                        value->string = g_string_free(g_steal_pointer(&out), FALSE);
                        return 0;
                }
                if (peek(reader) == '\n' && !triple)
                        break;
                reader->line += peek(reader) == '\n';
                if (peek(reader) == '\\' && reader->at + 1 < reader->end)
                        unescape(out, *++reader->at);
                else
                        g_string_append_c(out, peek(reader));
        }
        return syntax_error(reader, "unterminated string", err);
}

static ConfigValue *read_value(Reader *reader, unsigned depth, Error *err);

static int read_list(Reader *reader, ConfigValue *list, unsigned depth, Error *err)
{
        if (depth >= CONFIG_DEPTH_MAX)
                return syntax_error(reader, "too many lists within lists", err);
        list->kind = CONFIG_LIST;
        list->items = g_ptr_array_new_with_free_func(value_free);
        reader->at++;
        skip_lines(reader);
        while (peek(reader) != ']') {
                ConfigValue *item = read_value(reader, depth + 1, err);

                if (!item)
                        return -1;
                g_ptr_array_add(list->items, item);
                if (++reader->n_items > CONFIG_ITEMS_MAX)
                        return syntax_error(reader, "too many items in lists", err);
                skip_lines(reader);
                if (peek(reader) == ',')
                        reader->at++;
                else if (peek(reader) != ']')
                        return syntax_error(reader, "expecting , or ] in a list", err);
                skip_lines(reader);
        }
        reader->at++;
        return 0;
}

static ConfigValue *read_value(Reader *reader, unsigned depth, Error *err)
{
        g_autoptr(ConfigValue) value = g_new0(ConfigValue, 1);
        char first = peek(reader);
        int r;

        value->line = reader->line;
        if (first == '"' || first == '\'')
                r = read_string(reader, value, err);
        else if (first == '[')
                r = read_list(reader, value, depth, err);
        else if (g_ascii_isdigit(first) || first == '-' || first == '+')
                r = read_number(reader, value, err);
        else
                r = syntax_error(reader, "expecting a value: a number, a quoted string or a list", err);
        return r < 0 ? NULL : g_steal_pointer(&value);
}

static char *read_key(Reader *reader, Error *err)
{
        const char *start = reader->at;

        if (!g_ascii_isalpha(peek(reader)) && peek(reader) != '_')
                return syntax_error(reader, "expecting a name", err), NULL;
        while (g_ascii_isalnum(peek(reader)) || peek(reader) == '_' || peek(reader) == '-')
                reader->at++;
        return g_strndup(start, (gsize)(reader->at - start));
}

static int read_entry(Reader *reader, Config *config, Error *err)
{
        g_autofree char *key = read_key(reader, err);
        ConfigEntry *entry;
        ConfigValue *value;

        if (!key)
                return -1;
        skip_blanks(reader);
        if (peek(reader) != '=')
                return syntax_error(reader, "expecting an assignment", err);
        reader->at++;
        skip_blanks(reader);
        value = read_value(reader, 0, err);
        if (!value)
                return -1;
        entry = g_new0(ConfigEntry, 1);
        entry->key = g_steal_pointer(&key);
        entry->value = value;
        g_ptr_array_add(config->entries, entry);
        if (config->entries->len > CONFIG_KEYS_MAX)
                return syntax_error(reader, "too many settings", err);
        skip_blanks(reader);
        if (peek(reader) && !strchr("\n;#", peek(reader)))
                return syntax_error(reader, "expecting a separator", err);
        return 0;
}

int config_parse(const char *name, const char *text, size_t length, Config **ret, Error *err)
{
        g_autoptr(Config) config = g_new0(Config, 1);
        Reader reader = { .name = name, .at = text, .end = text + length, .line = 1 };

        config->name = g_strdup(name);
        config->entries = g_ptr_array_new_with_free_func(entry_free);
        if (length > 0 && memchr(text, '\0', length))
                return syntax_error(&reader, "the file holds a zero byte", err);
        for (;;) {
                skip_lines(&reader);
                if (peek(&reader) == ';') {
                        reader.at++;
                        continue;
                }
                if (!peek(&reader))
                        break;
                if (read_entry(&reader, config, err) < 0)
                        return -1;
        }
        *ret = g_steal_pointer(&config);
        return 0;
}

const char *config_name(const Config *config)
{
        return config->name;
}

const ConfigValue *config_find(const Config *config, const char *key)
{
        for (size_t i = config->entries->len; i > 0; i--) {
                const ConfigEntry *entry = g_ptr_array_index(config->entries, i - 1);

                if (strcmp(entry->key, key) == 0)
                        return entry->value;
        }
        return NULL;
}

int config_wrong(const Config *config, const char *key, const ConfigValue *value, const char *expected, Error *err)
{
        return error_set(err, VIR_ERR_CONF_SYNTAX, "config value %s was malformed: %s:%u: expected %s", key,
                         config->name, value->line, expected);
}

int config_get_string(const Config *config, const char *key, const char **ret, Error *err)
{
        const ConfigValue *value = config_find(config, key);

        if (!value)
                return 0;
        if (value->kind != CONFIG_STRING)
                return config_wrong(config, key, value, "a string", err);
        if (!*value->string)
                return 0;
        *ret = value->string;
        return 1;
}

int config_get_number(const Config *config, const char *key, int64_t *ret, Error *err)
{
        const ConfigValue *value = config_find(config, key);

        if (!value)
                return 0;
        if (value->kind == CONFIG_NUMBER)
                *ret = value->number;
        else if (value->kind != CONFIG_STRING || !text_to_int64(value->string, 10, ret))
                return config_wrong(config, key, value, "a number", err);
        return 1;
}

int config_get_unsigned(const Config *config, const char *key, uint64_t max, uint64_t *ret, Error *err)
{
        int64_t number;
        int r = config_get_number(config, key, &number, err);

        if (r <= 0)
                return r;
        if (number < 0 || (uint64_t)number > max) {
                g_autofree char *expected = g_strdup_printf("a number from 0 to %" G_GUINT64_FORMAT, (guint64)max);

                return config_wrong(config, key, config_find(config, key), expected, err);
        }
        *ret = (uint64_t)number;
        return 1;
}

int config_get_bool(const Config *config, const char *key, bool *ret, Error *err)
{
        int64_t number;
        int r = config_get_number(config, key, &number, err);

        if (r > 0)
                *ret = number != 0;
        return r;
}

int config_get_strings(const Config *config, const char *key, const char ***ret, Error *err)
{
        const ConfigValue *value = config_find(config, key);
        g_autofree const char **strings = NULL;

        if (!value)
                return 0;
        if (value->kind == CONFIG_NUMBER)
                return config_wrong(config, key, value, "a list of strings", err);
        if (value->kind == CONFIG_STRING) {
                strings = g_new0(const char *, 2);
                strings[0] = value->string;
        } else {
                strings = g_new0(const char *, value->items->len + 1);
                for (unsigned i = 0; i < value->items->len; i++) {
                        const ConfigValue *item = g_ptr_array_index(value->items, i);

                        if (item->kind != CONFIG_STRING)
                                return config_wrong(config, key, item, "a list of strings", err);
                        strings[i] = item->string;
                }
        }
        *ret = g_steal_pointer(&strings);
        return 1;
}

/* Double quotes where nothing speaks against them, then single ones, then three of them: what people have always seen
 * in these files. */
static void config_quote(GString *out, const char *value)
{
        bool doubles = strchr(value, '"'), singles = strchr(value, '\'');
        const char *quote = !doubles ? "\"" : !singles ? "'" : "\"\"\"";

        g_string_append(out, quote);
        for (const char *at = value; *at; at++) {
                /* Where three could be seen together with another, or with those that close. */
                bool together = quote[1] && *at == '"' && (!at[1] || at[1] == '"');

                if (*at == '\\' || together)
                        g_string_append_c(out, '\\');
                if (*at == '\n')
                        g_string_append(out, "\\n");
                else
                        g_string_append_c(out, *at);
        }
        g_string_append(out, quote);
}

void config_put_string(GString *out, const char *key, const char *value)
{
        g_string_append_printf(out, "%s = ", key);
        config_quote(out, value);
        g_string_append_c(out, '\n');
}

void config_put_number(GString *out, const char *key, int64_t value)
{
        g_string_append_printf(out, "%s = %" G_GINT64_FORMAT "\n", key, (gint64)value);
}

void config_put_bool(GString *out, const char *key, bool value)
{
        config_put_number(out, key, value);
}

void config_put_list(GString *out, const char *key, const GPtrArray *strings)
{
        if (strings->len == 0)
                return;
        g_string_append_printf(out, "%s = [ ", key);
        for (unsigned i = 0; i < strings->len; i++) {
                if (i > 0)
                        g_string_append(out, ", ");
                config_quote(out, g_ptr_array_index(strings, i));
        }
        g_string_append(out, " ]\n");
}
