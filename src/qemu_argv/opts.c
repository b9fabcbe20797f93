/* The values of options, taken apart. */
#include "opts.h"

#include <string.h>

#include "util/json.h"

struct QemuOpts {
        GHashTable *values;
};

/* Up to the next comma that stands alone. */
static char *next_item(const char **at)
{
        GString *item = g_string_new(NULL);

        for (; **at; (*at)++) {
                if (**at == ',' && (*at)[1] != ',')
                        break;
                if (**at == ',')
                        (*at)++;
                g_string_append_c(item, **at);
        }
        if (**at == ',')
                (*at)++;
        return g_string_free(item, FALSE);
}

static void add_item(QemuOpts *opts, const char *item, const char *implied)
{
        const char *equals = strchr(item, '=');

        if (equals)
                g_hash_table_replace(opts->values, g_strndup(item, (size_t)(equals - item)), g_strdup(equals + 1));
        else if (implied)
                g_hash_table_replace(opts->values, g_strdup(implied), g_strdup(item));
        else if (strcmp(item, "nowait") == 0)
                g_hash_table_replace(opts->values, g_strdup("wait"), g_strdup("off"));
        else if (*item)
                g_hash_table_replace(opts->values, g_strdup(item), g_strdup("on"));
}

/* Newer binaries take the same as JSON. Members within a member have its name and a dot before theirs. */
typedef struct Members {
        QemuOpts *opts;
        const char *prefix;
} Members;

static void add_member(const char *name, Json *value, void *opaque)
{
        const Members *members = opaque;
        g_autofree char *key = g_strconcat(members->prefix, name, NULL);
        g_autofree char *inner = g_strconcat(key, ".", NULL);
        bool yes;

        if (json_text(value))
                g_hash_table_replace(members->opts->values, g_steal_pointer(&key), g_strdup(json_text(value)));
        else if (json_is_bool(value, &yes))
                g_hash_table_replace(members->opts->values, g_steal_pointer(&key), g_strdup(yes ? "on" : "off"));
        else if (json_is_number(value))
                g_hash_table_replace(members->opts->values, g_steal_pointer(&key), json_format(value, false));
        else if (json_is_object(value))
                json_each(value, add_member, &(Members){ members->opts, inner });
}

static bool add_json(QemuOpts *opts, const char *text)
{
        ERROR_AUTO Error none = ERROR_INIT;
        g_autoptr(Json) json = *text == '{' ? json_parse(text, strlen(text), &none) : NULL;

        if (!json_is_object(json))
                return false;
        json_each(json, add_member, &(Members){ opts, "" });
        return true;
}

QemuOpts *qemu_opts_parse(const char *text, const char *implied)
{
        QemuOpts *opts = g_new0(QemuOpts, 1);

        opts->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        if (add_json(opts, text))
                return opts;
        for (const char *at = text; *at; implied = NULL) {
                g_autofree char *item = next_item(&at);

                add_item(opts, item, implied);
        }
        return opts;
}

QemuOpts *qemu_opts_free(QemuOpts *opts)
{
        if (!opts)
                return NULL;
        g_hash_table_unref(opts->values);
        g_free(opts);
        return NULL;
}

const char *qemu_opts_get(const QemuOpts *opts, const char *key)
{
        return g_hash_table_lookup(opts->values, key);
}

void qemu_opts_set(QemuOpts *opts, const char *key, const char *value)
{
        g_hash_table_replace(opts->values, g_strdup(key), g_strdup(value));
}

bool qemu_opts_is_on(const QemuOpts *opts, const char *key)
{
        const char *value = qemu_opts_get(opts, key);

        return value && (strcmp(value, "on") == 0 || strcmp(value, "yes") == 0 || strcmp(value, "true") == 0);
}
