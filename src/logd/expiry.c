#include "expiry.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/log.h"

enum { DEPTH_MAX = 8 };

typedef struct Expiry {
        int64_t before;
        GHashTable *youngest; /* path of a log, without a backup's number -> int64_t: its last change */
        GPtrArray *files;     /* of all logs, backups included */
} Expiry;

/* The log that a file belongs to: "NAME.log"; NULL: it is no log. */
static char *log_of(const char *path)
{
        size_t length = strlen(path), digits = length;

        while (digits > 0 && g_ascii_isdigit(path[digits - 1]))
                digits--;
        if (digits < length && digits > 0 && path[digits - 1] == '.')
                length = digits - 1;
        if (length < 4 || strncmp(path + length - 4, ".log", 4) != 0)
                return NULL;
        return g_strndup(path, length);
}

static void look_at_file(Expiry *expiry, const char *path, int64_t changed)
{
        g_autofree char *log = log_of(path);
        int64_t *youngest;

        if (!log)
                return;
        g_ptr_array_add(expiry->files, g_strdup(path));
        youngest = g_hash_table_lookup(expiry->youngest, log);
        if (youngest)
                *youngest = MAX(*youngest, changed);
        else
                g_hash_table_insert(expiry->youngest, g_steal_pointer(&log), g_memdup2(&changed, sizeof(changed)));
}

static void look_at_folder(Expiry *expiry, const char *folder, int depth)
{
        g_auto(GStrv) names = NULL;

        if (dir_list(folder, NULL, &names, NULL) < 0)
                return;
        for (char **name = names; *name; name++) {
                g_autofree char *path = g_build_filename(folder, *name, NULL);
                struct stat st;

                if (lstat(path, &st) < 0)
                        continue;
                if (S_ISREG(st.st_mode))
                        look_at_file(expiry, path, st.st_mtime);
                else if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
                        look_at_folder(expiry, path, depth + 1);
        }
}

void logs_expire(const char *root, int64_t before, bool (*open)(const char *path, void *opaque), void *opaque)
{
        Expiry expiry = { .before = before };

        expiry.youngest = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        expiry.files = g_ptr_array_new_with_free_func(g_free);
        look_at_folder(&expiry, root, 0);
        for (guint i = 0; i < expiry.files->len; i++) {
                const char *path = g_ptr_array_index(expiry.files, i);
                g_autofree char *log = log_of(path);
                const int64_t *youngest = g_hash_table_lookup(expiry.youngest, log);

                if (*youngest >= before || open(log, opaque))
                        continue;
                if (unlink(path) < 0 && errno != ENOENT)
                        log_warn("cannot remove the old log '%s': %s", path, g_strerror(errno));
        }
        g_hash_table_unref(expiry.youngest);
        g_ptr_array_unref(expiry.files);
}
