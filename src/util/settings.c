/* Configuration files: from parsed entries into the caller's struct, by its table. The syntax is in
 * settings_syntax.c. */
#define ERROR_DOMAIN VIR_FROM_CONF
#include "util/settings.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "settings_syntax.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/text.h"

enum { FILE_MAX = 1 << 20 };

static const Setting *find_setting(const Setting *table, size_t n, const char *key)
{
        for (size_t i = 0; i < n; i++)
                if (strcmp(table[i].key, key) == 0)
                        return &table[i];
        return NULL;
}

static int unknown_key(const char *name, const SettingsEntry *entry, const Setting *table, size_t n, Error *err)
{
        g_autofree const char **keys = g_new0(const char *, n + 1);
        const char *nearest;

        for (size_t i = 0, known = 0; i < n; i++)
                if (strcmp(table[i].key, SETTING_OTHERS) != 0)
                        keys[known++] = table[i].key;
        nearest = text_nearest(entry->key, keys);
        if (nearest)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "%s:%u: unknown key '%s', did you mean '%s'?", name,
                                 entry->line, entry->key, nearest);
        return error_set(err, VIR_ERR_CONF_SYNTAX, "%s:%u: unknown key '%s'", name, entry->line, entry->key);
}

/* What @type takes, for the message, or NULL if @entry is one. */
static const char *what_is_wrong(const SettingsEntry *entry, SettingType type)
{
        bool number = entry->kind == SETTINGS_NUMBER;

        switch (type) {
        case SETTING_BOOL: return number && (entry->number == 0 || entry->number == 1) ? NULL : "0 or 1";
        case SETTING_INT: return number && entry->number >= INT_MIN && entry->number <= INT_MAX ? NULL : "an integer";
        case SETTING_UINT:
                return number && entry->number >= 0 && entry->number <= UINT_MAX ? NULL : "an unsigned integer";
        case SETTING_STRING: return entry->kind == SETTINGS_STRING ? NULL : "a string";
        case SETTING_STRINGS: return number || entry->kind == SETTINGS_MIXED ? "a string or a list of strings" : NULL;
        case SETTING_IGNORED: return NULL;
        }
        return NULL;
}

static int check(const char *name, const GPtrArray *entries, const Setting *table, size_t n, Error *err)
{
        for (guint i = 0; i < entries->len; i++) {
                const SettingsEntry *entry = g_ptr_array_index(entries, i);
                const Setting *setting = find_setting(table, n, entry->key);
                const char *wanted;

                if (!setting && find_setting(table, n, SETTING_OTHERS)) {
                        ERROR_AUTO Error ignored = ERROR_INIT;

                        unknown_key(name, entry, table, n, &ignored);
                        log_warn("%s", ignored.message);
                        continue;
                }
                if (!setting)
                        return unknown_key(name, entry, table, n, err);
                wanted = what_is_wrong(entry, setting->type);
                if (wanted)
                        return error_set(err, VIR_ERR_CONF_SYNTAX, "%s:%u: '%s' must be %s", name, entry->line,
                                         entry->key, wanted);
        }
        return 0;
}

static void replace_list(char ***member, const SettingsEntry *entry)
{
        g_strfreev(*member);
        *member = g_strdupv(entry->strings);
}

/* Puts a checked value in its place. */
static void assign(const Setting *setting, const SettingsEntry *entry, void *target)
{
        void *member = (char *)target + setting->offset;

        switch (setting->type) {
        case SETTING_BOOL:
        case SETTING_INT: *(int *)member = (int)entry->number; break;
        case SETTING_UINT: *(unsigned *)member = (unsigned)entry->number; break;
        case SETTING_STRING:
                g_free(*(char **)member);
                *(char **)member = g_strdup(entry->strings[0]);
                break;
        case SETTING_STRINGS: replace_list(member, entry); break;
        case SETTING_IGNORED: break;
        }
        if (setting->line_offset)
                *(unsigned *)(void *)((char *)target + setting->line_offset) = entry->line;
}

static bool is_first(const GPtrArray *entries, guint index)
{
        const SettingsEntry *entry = g_ptr_array_index(entries, index);

        for (guint i = 0; i < index; i++)
                if (strcmp(((const SettingsEntry *)g_ptr_array_index(entries, i))->key, entry->key) == 0)
                        return false;
        return true;
}

int settings_parse(const char *name, const char *text, size_t length, const Setting *table, size_t n, void *target,
                   Error *err)
{
        g_autoptr(GPtrArray) entries = settings_syntax_parse(name, text, length, err);

        if (!entries || check(name, entries, table, n, err) < 0)
                return -1;
        for (guint i = 0; i < entries->len; i++) {
                const SettingsEntry *entry = g_ptr_array_index(entries, i);
                const Setting *setting = find_setting(table, n, entry->key);

                if (!setting) /* check() has said so */
                        continue;
                if (!is_first(entries, i)) { /* of two the first counts, as for libvirt */
                        log_warn("%s:%u: '%s' is set a second time: ignored", name, entry->line, entry->key);
                        continue;
                }
                assign(setting, entry, target);
                if (setting->idle)
                        log_warn("%s:%u: '%s' has no effect: %s", name, entry->line, entry->key, setting->idle);
        }
        return 0;
}

int settings_read(const char *path, const Setting *table, size_t n, void *target, Error *err)
{
        g_autofree char *text = NULL;
        size_t length;

        if (access(path, F_OK) < 0 && errno == ENOENT)
                return 0;
        if (file_read(path, FILE_MAX, &text, &length, err) < 0)
                return -1;
        return settings_parse(path, text, length, table, n, target, err);
}

void settings_free(const Setting *table, size_t n, void *target)
{
        for (size_t i = 0; i < n; i++) {
                void *member = (char *)target + table[i].offset;

                if (table[i].type == SETTING_STRING)
                        g_clear_pointer((char **)member, g_free);
                else if (table[i].type == SETTING_STRINGS)
                        g_clear_pointer((char ***)member, g_strfreev);
        }
}
