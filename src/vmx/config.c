/* Lexer and map of VMX files:
 *
 *   file  = { [ KEY "=" STRING ] [ "#" comment ] newline }
 *   KEY   = no digit first, up to a blank, "=", a quote or "#"
 *   value = "..." or '...' within a line; |XX is the byte XX
 *
 * The entry `.encoding` names the character set of the whole file. */
#include "config.h"

#include <string.h>

#include "vmx/vmx.h"

enum { ENTRIES_MAX = 50 * 1000 };

struct VmxConfig {
        GPtrArray *entries;
        GHashTable *by_key; /* in lower case; the entries are borrowed */
};

typedef struct Lexer {
        const char *at, *end;
        unsigned line;
} Lexer;

static void entry_free(void *data)
{
        VmxEntry *entry = data;

        g_free(entry->key);
        g_free(entry->value);
        g_free(entry);
}

static VmxConfig *config_new(void)
{
        VmxConfig *config = g_new0(VmxConfig, 1);

        config->entries = g_ptr_array_new_with_free_func(entry_free);
        config->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        return config;
}

VmxConfig *vmx_config_free(VmxConfig *config)
{
        if (!config)
                return NULL;
        g_hash_table_unref(config->by_key);
        g_ptr_array_unref(config->entries);
        g_free(config);
        return NULL;
}

const VmxEntry *vmx_config_find(const VmxConfig *config, const char *key)
{
        g_autofree char *lower = g_ascii_strdown(key, -1);

        return g_hash_table_lookup(config->by_key, lower);
}

const VmxEntry *vmx_config_each(const VmxConfig *config, size_t i)
{
        return i < config->entries->len ? config->entries->pdata[i] : NULL;
}

static int complain(const Lexer *lexer, const char *what, Error *err)
{
        return error_set_from(err, VIR_FROM_CONF, VIR_ERR_CONF_SYNTAX, "vmx:%u: %s", lexer->line, what);
}

static char peek(const Lexer *lexer)
{
        return lexer->at < lexer->end ? *lexer->at : '\0';
}

static void skip_blanks(Lexer *lexer)
{
        while (peek(lexer) == ' ' || peek(lexer) == '\t')
                lexer->at++;
}

static bool at_line_end(const Lexer *lexer)
{
        return lexer->at == lexer->end || *lexer->at == '\n' || *lexer->at == '\r' || *lexer->at == '#';
}

/* Behind the next newline. */
static void skip_line(Lexer *lexer)
{
        const char *newline = memchr(lexer->at, '\n', (size_t)(lexer->end - lexer->at));

        lexer->at = newline ? newline + 1 : lexer->end;
        lexer->line++;
}

static bool is_key(char c)
{
        return (unsigned char)c > ' ' && !strchr("=\"'#", c);
}

static int read_key(Lexer *lexer, char **ret, Error *err)
{
        const char *start = lexer->at;

        while (is_key(peek(lexer)))
                lexer->at++;
        if (lexer->at == start || g_ascii_isdigit(*start))
                return complain(lexer, "expecting a name", err);
        *ret = g_strndup(start, (size_t)(lexer->at - start));
        return 0;
}

static int refuse_value(const Lexer *lexer, Error *err)
{
        if (peek(lexer) == '[')
                return complain(lexer, "lists not allowed in VMX format", err);
        if (g_ascii_isdigit(peek(lexer)) || peek(lexer) == '-')
                return complain(lexer, "numbers not allowed in VMX format: put the value in quotes", err);
        return complain(lexer, "expecting a value in quotes", err);
}

static int read_string(Lexer *lexer, char **ret, Error *err)
{
        char quote = peek(lexer);
        const char *start = lexer->at + 1;

        if (quote != '"' && quote != '\'')
                return refuse_value(lexer, err);
        for (lexer->at++; peek(lexer) != quote; lexer->at++) {
                if (lexer->at == lexer->end || *lexer->at == '\n' || *lexer->at == '\r')
                        return complain(lexer, "unterminated string", err);
                if ((unsigned char)*lexer->at < ' ' && *lexer->at != '\t')
                        return complain(lexer, "control character in a string", err);
        }
        *ret = g_strndup(start, (size_t)(lexer->at - start));
        lexer->at++;
        return 0;
}

/* The byte of "|XX" at @at; -1: none, or one that no text has. */
static int escaped_byte(const char *at)
{
        int high = g_ascii_xdigit_value(at[1]), low = high < 0 ? -1 : g_ascii_xdigit_value(at[2]);
        int byte = low < 0 ? -1 : high * 16 + low;

        return byte >= ' ' || byte == '\t' || byte == '\n' || byte == '\r' ? byte : -1;
}

/* False: @entry stays as it was. */
static bool resolve_escapes(VmxEntry *entry)
{
        g_autoptr(GString) out = g_string_new(NULL);

        for (const char *at = entry->value; *at; at++) {
                int byte = *at == '|' ? escaped_byte(at) : (unsigned char)*at;

                if (byte < 0)
                        return false;
                g_string_append_c(out, (char)byte);
                at += *at == '|' ? 2 : 0;
        }
        if (!g_utf8_validate(out->str, (gssize)out->len, NULL))
                return false;
        g_free(entry->value);
        entry->value = g_strdup(out->str);
        return true;
}

void vmx_escape(GString *out, const char *text)
{
        for (; *text; text++) {
                if (*text == '"' || *text == '|' || (unsigned char)*text < ' ')
                        g_string_append_printf(out, "|%02x", (unsigned char)*text);
                else
                        g_string_append_c(out, *text);
        }
}

/* The first of two entries with the same key counts. */
static void keep_entry(VmxConfig *config, VmxEntry *entry)
{
        char *lower = g_ascii_strdown(entry->key, -1);

        entry->broken = !resolve_escapes(entry);
        g_ptr_array_add(config->entries, entry);
        if (g_hash_table_contains(config->by_key, lower))
                g_free(lower);
        else
                g_hash_table_insert(config->by_key, lower, entry);
}

static int read_entry(Lexer *lexer, VmxConfig *config, Error *err)
{
        g_autofree char *key = NULL;
        g_autofree char *value = NULL;
        VmxEntry *entry;

        if (read_key(lexer, &key, err) < 0)
                return -1;
        skip_blanks(lexer);
        if (peek(lexer) != '=')
                return complain(lexer, "expecting an assignment", err);
        lexer->at++;
        skip_blanks(lexer);
        if (read_string(lexer, &value, err) < 0)
                return -1;
        skip_blanks(lexer);
        if (!at_line_end(lexer))
                return complain(lexer, "expecting a separator: one entry on each line", err);
        if (config->entries->len == ENTRIES_MAX)
                return complain(lexer, "too many entries", err);
        entry = g_new0(VmxEntry, 1);
        entry->key = g_steal_pointer(&key);
        entry->value = g_steal_pointer(&value);
        entry->line = lexer->line;
        keep_entry(config, entry);
        return 0;
}

static int read_entries(const char *text, size_t length, VmxConfig *config, Error *err)
{
        static const char byte_order_mark[] = "\xef\xbb\xbf";
        Lexer lexer = { text, text + length, 1 };

        if (g_str_has_prefix(text, byte_order_mark))
                lexer.at += strlen(byte_order_mark);
        while (lexer.at < lexer.end) {
                skip_blanks(&lexer);
                if (!at_line_end(&lexer) && read_entry(&lexer, config, err) < 0)
                        return -1;
                skip_line(&lexer);
        }
        return 0;
}

/* What the file says about itself, before its characters are known: all sets in question share ASCII. NULL: nothing. */
static char *find_encoding(const char *text)
{
        static const char key[] = ".encoding";

        for (const char *line = text; line; line = strchr(line, '\n')) {
                const char *value;

                line += strspn(line, " \t\r\n");
                if (g_ascii_strncasecmp(line, key, strlen(key)) != 0)
                        continue;
                value = line + strlen(key);
                value += strspn(value, " \t=");
                if (*value == '"' || *value == '\'')
                        return g_strndup(value + 1, strcspn(value + 1, "\"'\r\n"));
        }
        return NULL;
}

/* @ret: NULL when @text is UTF-8 already. Files of old programs say nothing and mean what Windows had. */
static int to_utf8(const char *text, size_t length, char **ret, Error *err)
{
        g_autofree char *said = find_encoding(text);
        bool utf8 = g_utf8_validate(text, (gssize)length, NULL);
        const char *encoding = said ? said : "windows-1252";
        g_autoptr(GError) error = NULL;
        gsize written;

        if (utf8 && (!said || g_ascii_strcasecmp(said, "UTF-8") == 0))
                return 0;
        if (said && g_ascii_strcasecmp(said, "UTF-8") == 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "the file has bytes that are no UTF-8, which its entry '.encoding' says it is");
        *ret = g_convert(text, (gssize)length, "UTF-8", encoding, NULL, &written, &error);
        if (*ret && !g_utf8_validate(*ret, (gssize)written, NULL))
                g_clear_pointer(ret, g_free);
        if (!*ret)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Could not convert from %s to UTF-8 encoding%s%s",
                                 encoding, error ? ": " : "", error ? error->message : "");
        return 0;
}

int vmx_config_parse(const char *text, size_t length, VmxConfig **ret, Error *err)
{
        g_autoptr(VmxConfig) config = config_new();
        g_autofree char *copy = NULL;
        g_autofree char *converted = NULL;
        const char *source;

        if (length > VMX_SIZE_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "a VMX file of %zu bytes is too large (limit %d)", length,
                                 VMX_SIZE_MAX);
        if (memchr(text, '\0', length))
                return error_set_from(err, VIR_FROM_CONF, VIR_ERR_CONF_SYNTAX,
                                      "vmx:1: a null byte: this is no VMX file");
        copy = g_strndup(text, length);
        if (to_utf8(copy, length, &converted, err) < 0)
                return -1;
        source = converted ? converted : copy;
        if (read_entries(source, strlen(source), config, err) < 0)
                return -1;
        *ret = g_steal_pointer(&config);
        return 0;
}
