/* Entries of configuration files of xl and xm, for the readers and writers of all their parts. */
#include "config_read.h"
#include "config_write.h"

int config_each(const ConfigReader *r, const char *key, int (*func)(Domain *d, const char *text, Error *err),
                Error *err)
{
        g_autofree const char **strings = NULL;

        if (config_get_strings(r->config, key, &strings, err) < 0)
                return -1;
        for (const char **at = strings; at && *at; at++)
                if (func(r->d, *at, err) < 0)
                        return error_prefix(err, "%s:%u", config_name(r->config), config_find(r->config, key)->line);
        return 0;
}

int config_take(const ConfigReader *r, const char *key, char **member, Error *err)
{
        const char *value;
        int found = config_get_string(r->config, key, &value, err);

        if (found > 0) {
                g_free(*member);
                *member = g_strdup(value);
        }
        return found;
}

void config_put_text(const ConfigWriter *w, const char *key, const char *value)
{
        if (value)
                config_put_string(w->out, key, value);
}

int config_put_each(const ConfigWriter *w, const char *key, const void *array, size_t n, size_t size,
                    char *(*func)(const ConfigWriter *w, const void *element, Error *err), Error *err)
{
        g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);

        for (size_t i = 0; i < n; i++) {
                char *text = func(w, (const char *)array + i * size, err);

                if (!text && error_is_set(err))
                        return -1;
                if (text)
                        g_ptr_array_add(strings, text);
        }
        config_put_list(w->out, key, strings);
        return 0;
}
