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

/* How a name is mentioned: a device that is complained about names its bus too, and is better known by its own id. */
typedef enum Mention { MENTION_NONE, MENTION_AS_BUS, MENTION_PLAIN, MENTION_AS_ID } Mention;

static Mention mention_at(const char *words, const char *at)
{
        static const struct {
                const char *before;
                Mention mention;
        } keys[] = { { "\"bus\":\"", MENTION_AS_BUS },
                     { "bus=", MENTION_AS_BUS },
                     { "\"id\":\"", MENTION_AS_ID },
                     { "id=", MENTION_AS_ID } };

        for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
                size_t length = strlen(keys[i].before);

                if ((size_t)(at - words) >= length && strncmp(at - length, keys[i].before, length) == 0)
                        return keys[i].mention;
        }
        return MENTION_PLAIN;
}

/* How @name stands in @words, at its best, where it is not part of a longer name; with @open anything may follow. */
static Mention mentions(const char *words, const char *name, bool open)
{
        size_t length = strlen(name);
        Mention best = MENTION_NONE;

        for (const char *at = strstr(words, name); at; at = strstr(at + 1, name))
                if ((at == words || !is_name_char(at[-1])) && (open || !is_name_char(at[length]) || at[length] == '.'))
                        best = MAX(best, mention_at(words, at));
        return best;
}

static Mention mentions_alias(const char *words, const char *alias)
{
        Mention best = MENTION_NONE;

        for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
                g_autofree char *name = g_strconcat(prefixes[i], alias, NULL);
                Mention mention = mentions(words, name, false);

                best = MAX(best, mention);
        }
        return best;
}

/* The value of @attribute in @line; NULL: not there. The caller frees. */
static char *value_in(const char *line, const char *attribute)
{
        g_autofree char *start = g_strdup_printf(" %s='", attribute);
        const char *value = strstr(line, start);
        const char *end = value ? strchr(value + strlen(start), '\'') : NULL;

        return end ? g_strndup(value + strlen(start), (gsize)(end - value) - strlen(start)) : NULL;
}

static Mention is_about(const char *words, const char *line)
{
        g_autofree char *alias = strstr(line, "<alias ") ? value_in(line, "name") : NULL;
        g_autofree char *index =
                strstr(line, "<source ") || strstr(line, "<backingStore ") ? value_in(line, "index") : NULL;
        g_autofree char *node = index ? g_strdup_printf("libvirt-%s-", index) : NULL;

        if (alias)
                return mentions_alias(words, alias);
        return node ? mentions(words, node, true) : MENTION_NONE;
}

char *qemu_explain(const Domain *live, const char *words)
{
        enum { DEVICE_INDENT = 4 };
        g_autofree char *xml = domain_format(live, 0, NULL);
        g_auto(GStrv) lines = xml ? g_strsplit(xml, "\n", -1) : NULL;
        Mention best = MENTION_NONE;
        size_t device = 0, found = 0;

        for (size_t i = 0; lines && lines[i]; i++) {
                Mention mention;

                if (strspn(lines[i], " ") == DEVICE_INDENT && lines[i][DEVICE_INDENT] == '<' &&
                    lines[i][DEVICE_INDENT + 1] != '/')
                        device = i;
                mention = is_about(words, lines[i]);
                if (mention <= best)
                        continue;
                best = mention;
                found = device;
        }
        if (best == MENTION_NONE)
                return NULL;
        return g_strdup_printf("this is about %s, line %zu of 'virsh dumpxml %s' as it was to run",
                               g_strstrip(lines[found]), found + 1, live->name);
}
