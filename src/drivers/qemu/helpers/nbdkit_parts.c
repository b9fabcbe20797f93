/* See nbdkit_run.h: what this host's nbdkit has. */
#include <string.h>

#include "helpers/nbdkit_run.h"
#include "util/file.h"
#include "util/process.h"

enum { CONFIG_MS = 10 * 1000 };

/* "nbdkit-curl-plugin.so" in the folder that the line "plugindir=..." names becomes "plugin-curl". */
static void add_parts(GPtrArray *parts, const char *line, const char *key, const char *kind)
{
        g_autofree char *end = g_strdup_printf("-%s.so", kind);
        g_auto(GStrv) names = NULL;

        if (!g_str_has_prefix(line, key) || dir_list(line + strlen(key), end, &names, NULL) < 0)
                return;
        for (char **name = names; *name; name++)
                if (g_str_has_prefix(*name, "nbdkit-")) {
                        const char *begin = *name + strlen("nbdkit-");

                        g_ptr_array_add(parts,
                                        g_strdup_printf("%s-%.*s", kind, (int)(strlen(begin) - strlen(end)), begin));
                }
}

char **nbdkit_parts(const QemuConf *conf)
{
        g_autofree char *program = conf->use_nbdkit ? g_find_program_in_path("nbdkit") : NULL;
        Process *process = program ? process_new(program) : NULL;
        GPtrArray *parts = NULL;
        g_auto(GStrv) lines = NULL;
        g_autofree char *text = NULL;
        int r;

        if (!process)
                return NULL;
        process_add(process, "--dump-config");
        r = process_run(process, CONFIG_MS, &text, NULL, NULL, NULL);
        process_free(process);
        if (r < 0)
                return NULL;
        parts = g_ptr_array_new();
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++) {
                add_parts(parts, *line, "plugindir=", "plugin");
                add_parts(parts, *line, "filterdir=", "filter");
        }
        g_ptr_array_add(parts, NULL);
        return (char **)g_ptr_array_free(parts, FALSE);
}
