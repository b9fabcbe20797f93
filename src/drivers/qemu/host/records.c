/* See records.h. A file each. */
#include "host/records.h"

#include <string.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/file.h"

enum { RECORD_MAX = 64 };

int record_put(const char *records, const char *name, const Mac *mac, Error *err)
{
        g_autofree char *path = g_build_filename(records, name, NULL);
        char text[MAC_TEXT_LENGTH + 1];

        mac_format(mac, text);
        strcat(text, "\n");
        if (dir_make(records, 0755, err) < 0)
                return -1;
        return file_replace(path, text, strlen(text), 0600, err);
}

void record_drop(const char *records, const char *name)
{
        g_autofree char *path = g_build_filename(records, name, NULL);

        unlink(path);
}

static void record_free(void *opaque)
{
        Record *record = opaque;

        g_free(record->name);
        g_free(record);
}

GPtrArray *records_left(const char *records, GHashTable *used)
{
        GPtrArray *left = g_ptr_array_new_with_free_func(record_free);
        g_auto(GStrv) names = NULL;

        if (dir_list(records, NULL, &names, NULL) < 0)
                return left;
        for (char **name = names; *name; name++) {
                g_autofree char *path = g_build_filename(records, *name, NULL);
                g_autofree char *text = NULL;
                Record record = { 0 };

                if (g_hash_table_contains(used, *name))
                        continue;
                if (file_read(path, RECORD_MAX, &text, NULL, NULL) < 0 || !mac_parse(g_strstrip(text), &record.mac)) {
                        unlink(path);
                        continue;
                }
                record.name = g_strdup(*name);
                g_ptr_array_add(left, g_memdup2(&record, sizeof(record)));
        }
        return left;
}
