/* The interpreter of the key tables. */
#include "keys.h"

#include <string.h>

#include "util/text.h"

bool vmx_is(const char *text, const char *word)
{
        return text && g_ascii_strcasecmp(text, word) == 0;
}

bool vmx_ends(const char *text, const char *suffix)
{
        size_t length = text ? strlen(text) : 0, tail = strlen(suffix);

        return length >= tail && vmx_is(text + length - tail, suffix);
}

int vmx_missing(const char *prefix, const char *name, Error *err)
{
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing essential config entry '%s%s'", prefix, name);
}

static int read_bool(const VmxEntry *entry, YesNo *ret, Error *err)
{
        if (vmx_is(entry->value, "true"))
                *ret = YESNO_YES;
        else if (vmx_is(entry->value, "false"))
                *ret = YESNO_NO;
        else
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Config entry '%s' must represent a boolean value (true|false), found '%s' in line %u",
                                 entry->key, entry->value, entry->line);
        return 0;
}

static int read_number(const VmxEntry *entry, VmxNumber *ret, Error *err)
{
        const char *digits = entry->value + strspn(entry->value, " \t");

        if (vmx_is(entry->value, "unlimited") || vmx_is(entry->value, "default"))
                return 0;
        if (!text_to_int64(digits, 10, &ret->value))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Config entry '%s' must represent an integer value, found '%s' in line %u", entry->key,
                                 entry->value, entry->line);
        ret->set = true;
        return 0;
}

static int read_entry(const VmxKey *key, const VmxEntry *entry, void *member, Error *err)
{
        switch (key->kind) {
        case VMX_ESCAPED:
                if (entry->broken)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "VMX entry '%s' contains invalid escape sequence in line %u", entry->key,
                                         entry->line);
                G_GNUC_FALLTHROUGH;
        case VMX_TEXT: *(const char **)member = entry->value; return 0;
        case VMX_BOOL: return read_bool(entry, member, err);
        case VMX_NUMBER: return read_number(entry, member, err);
        }
        return 0;
}

int vmx_take(const VmxConfig *config, const char *prefix, const VmxKey *keys, void *s, Error *err)
{
        for (const VmxKey *key = keys; key->name; key++) {
                g_autofree char *name = g_strconcat(prefix, key->name, NULL);
                const VmxEntry *entry = vmx_config_find(config, name);

                if (entry && read_entry(key, entry, (char *)s + key->at, err) < 0)
                        return -1;
        }
        return 0;
}

int vmx_take_bool(const VmxConfig *config, const char *key, YesNo *ret, Error *err)
{
        const VmxEntry *entry = vmx_config_find(config, key);

        *ret = YESNO_ABSENT;
        return entry ? read_bool(entry, ret, err) : 0;
}

static void put_text(GString *out, const char *prefix, const char *name, const char *value)
{
        g_string_append_printf(out, "%s%s = \"", prefix, name);
        vmx_escape(out, value);
        g_string_append(out, "\"\n");
}

static void put_entry(GString *out, const char *prefix, const VmxKey *key, const void *member)
{
        const VmxNumber *number = member;
        YesNo yesno = YESNO_ABSENT;

        switch (key->kind) {
        case VMX_TEXT:
        case VMX_ESCAPED:
                if (*(const char *const *)member)
                        put_text(out, prefix, key->name, *(const char *const *)member);
                break;
        case VMX_BOOL:
                yesno = *(const YesNo *)member;
                if (yesno != YESNO_ABSENT)
                        put_text(out, prefix, key->name, yesno == YESNO_YES ? "true" : "false");
                break;
        case VMX_NUMBER:
                if (number->set)
                        g_string_append_printf(out, "%s%s = \"%" G_GINT64_FORMAT "\"\n", prefix, key->name,
                                               number->value);
                break;
        }
}

void vmx_put(GString *out, const char *prefix, const VmxKey *keys, const void *s)
{
        for (const VmxKey *key = keys; key->name; key++)
                put_entry(out, prefix, key, (const char *)s + key->at);
}
