/* Cutting a configuration into lines. */
#include "entries.h"

#include <string.h>

enum { ENTRIES_MAX = 100000 };

static void entry_free(void *opaque)
{
        LxcEntry *entry = opaque;

        g_free(entry->key);
        g_free(entry->value);
        g_free(entry);
}

/* A line that is none of blank, comment and assignment is refused. */
static int parse_line(char *line, unsigned number, GPtrArray *entries, Error *err)
{
        char *equal = strchr(g_strstrip(line), '=');
        LxcEntry *entry;

        if (*line == '\0' || *line == '#')
                return 0;
        if (!equal || equal == line)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "line %u: '%s' is not KEY = VALUE", number, line);
        if (entries->len >= ENTRIES_MAX)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "line %u: more than %d settings", number, ENTRIES_MAX);
        *equal = '\0';
        entry = g_new0(LxcEntry, 1);
        entry->key = g_strdup(g_strchomp(line));
        entry->value = g_strdup(g_strchug(equal + 1));
        entry->line = number;
        g_ptr_array_add(entries, entry);
        return 0;
}

GPtrArray *lxc_entries_parse(const char *text, size_t length, Error *err)
{
        g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(entry_free);
        g_autofree char *copy = g_strndup(text, length);
        g_auto(GStrv) lines = NULL;

        if (strlen(copy) != length)
                return error_null(err, VIR_ERR_CONF_SYNTAX, "the configuration holds a zero byte");
        if (!g_utf8_validate(text, (gssize)length, NULL))
                return error_null(err, VIR_ERR_CONF_SYNTAX, "the configuration is not UTF-8");
        lines = g_strsplit(copy, "\n", -1);
        for (unsigned i = 0; lines[i]; i++)
                if (parse_line(lines[i], i + 1, entries, err) < 0)
                        return NULL;
        return g_steal_pointer(&entries);
}

const char *lxc_entries_value(const GPtrArray *entries, const char *key, const char *old)
{
        for (guint i = entries->len; i-- > 0;) {
                const LxcEntry *entry = g_ptr_array_index(entries, i);

                if (strcmp(entry->key, key) == 0 || g_strcmp0(entry->key, old) == 0)
                        return *entry->value ? entry->value : NULL;
        }
        return NULL;
}

int lxc_entry_error(const LxcEntry *entry, const char *wanted, Error *err)
{
        return error_set(err, VIR_ERR_CONF_SYNTAX, "line %u: %s must be %s, not '%s'", entry->line, entry->key, wanted,
                         entry->value);
}
