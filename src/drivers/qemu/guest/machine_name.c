/* See machine_name.h. The rules are those of systemd.unit(5) and systemd.slice(5). */
#include "guest/machine_name.h"

#include <string.h>

enum { NAME_MAX_LETTERS = 64 };

/* What may stand in a machine's name; two marks in a row are one. */
static void append_name(GString *text, const char *name)
{
        bool after_mark = true;

        for (; *name && text->len < NAME_MAX_LETTERS; name++) {
                bool mark = *name == '.' || *name == '-';

                if ((mark && after_mark) || (!mark && !g_ascii_isalnum(*name) && *name != '_'))
                        continue;
                after_mark = mark;
                g_string_append_c(text, *name);
        }
}

char *machine_name(const QemuInstance *instance, const Domain *live)
{
        GString *text = g_string_new("qemu-");
        const char *root = instance->paths->root;

        /* Daemons with state of their own, and embedded drivers, count from 1 as well. */
        if (root[0]) {
                g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, root, -1);

                g_string_append_printf(text, "embed-%.8s-", hash);
        }
        g_string_append_printf(text, "%d-", live->id);
        append_name(text, live->name);
        return g_string_free(text, FALSE);
}

const char *machine_partition(const Domain *live)
{
        return live->resource && live->resource->partition ? live->resource->partition : "/machine";
}

/* A name as part of a unit's: '-' tells parts from each other there. */
static void append_escaped(GString *text, const char *name)
{
        for (const char *at = name; *at; at++) {
                bool plain = g_ascii_isalnum(*at) || *at == ':' || *at == '_' || (*at == '.' && at > name);

                if (plain)
                        g_string_append_c(text, *at);
                else
                        g_string_append_printf(text, "\\x%02x", (unsigned char)*at);
        }
}

char *machine_unit_of(const char *name)
{
        GString *text = g_string_new("machine-");

        append_escaped(text, name);
        g_string_append(text, ".scope");
        return g_string_free(text, FALSE);
}

char *machine_slice_of(const char *partition)
{
        g_auto(GStrv) names = g_strsplit(partition, "/", -1);
        GString *text = g_string_new(NULL);

        for (char **name = names; *name; name++) {
                if (!**name)
                        continue;
                if (text->len)
                        g_string_append_c(text, '-');
                append_escaped(text, *name);
        }
        g_string_append(text, text->len ? ".slice" : "-.slice");
        return g_string_free(text, FALSE);
}

/* "a-b.slice" is in "a.slice". */
char *machine_slice_path(const char *slice)
{
        size_t length = strlen(slice) - strlen(".slice");
        GString *path = g_string_new(NULL);

        for (size_t i = 1; i <= length; i++)
                if (i == length || slice[i] == '-')
                        g_string_append_printf(path, "/%.*s.slice", (int)i, slice);
        /* The one that has all others is the top itself. */
        if (strcmp(slice, "-.slice") == 0)
                g_string_truncate(path, 0);
        return g_string_free(path, FALSE);
}
