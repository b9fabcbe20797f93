/* What a complaint of QEMU is about: the device of the definition that the option was made for. */
#include "argv/argv.h"

#include <string.h>

/* Names of what is made for a device, around its alias. */
static const char *const prefixes[] = {
        "", "char", "host", "obj", "fsdev-", "fs-", "mem", "smartcard-", "tpm-", "vu-"
};

static bool is_name_char(char c)
{
        return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
}

/* Whether @name stands in @words and is not part of a longer name; with @open anything may follow. */
static bool mentions(const char *words, const char *name, bool open)
{
        size_t length = strlen(name);

        for (const char *at = strstr(words, name); at; at = strstr(at + 1, name))
                if ((at == words || !is_name_char(at[-1])) && (open || !is_name_char(at[length]) || at[length] == '.'))
                        return true;
        return false;
}

static bool mentions_alias(const char *words, const char *alias)
{
        for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
                g_autofree char *name = g_strconcat(prefixes[i], alias, NULL);

                if (mentions(words, name, false))
                        return true;
        }
        return false;
}

/* The value of @attribute in @line; NULL: not there. The caller frees. */
static char *value_in(const char *line, const char *attribute)
{
        g_autofree char *start = g_strdup_printf(" %s='", attribute);
        const char *value = strstr(line, start);
        const char *end = value ? strchr(value + strlen(start), '\'') : NULL;

        return end ? g_strndup(value + strlen(start), (gsize)(end - value) - strlen(start)) : NULL;
}

static bool is_about(const char *words, const char *line)
{
        g_autofree char *alias = strstr(line, "<alias ") ? value_in(line, "name") : NULL;
        g_autofree char *index =
                strstr(line, "<source ") || strstr(line, "<backingStore ") ? value_in(line, "index") : NULL;
        g_autofree char *node = index ? g_strdup_printf("libvirt-%s-", index) : NULL;

        return (alias && mentions_alias(words, alias)) || (node && mentions(words, node, true));
}

char *qemu_explain(const Domain *live, const char *words)
{
        enum { DEVICE_INDENT = 4 };
        g_autofree char *xml = domain_format(live, 0, NULL);
        g_auto(GStrv) lines = xml ? g_strsplit(xml, "\n", -1) : NULL;
        size_t device = 0;

        for (size_t i = 0; lines && lines[i]; i++) {
                if (strspn(lines[i], " ") == DEVICE_INDENT && lines[i][DEVICE_INDENT] == '<' &&
                    lines[i][DEVICE_INDENT + 1] != '/')
                        device = i;
                if (is_about(words, lines[i]))
                        return g_strdup_printf("this is about %s, line %zu of 'virsh dumpxml %s' as it was to run",
                                               g_strstrip(lines[device]), device + 1, live->name);
        }
        return NULL;
}
