/* See descriptors.h. */
#define LOG_SOURCE "qemu.descriptors"
#include "caps/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"

enum { DESCRIPTOR_MAX = 1024 * 1024 };

/* A link to /dev/null is the other way to make an empty file. */
static bool is_null_device(const struct stat *st)
{
        return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

/* Whether @path takes its name's place: folders and the like have no say. */
static bool counts(const char *path)
{
        struct stat st;

        /* What cannot be looked at is named when it is read. */
        if (stat(path, &st) < 0 || S_ISREG(st.st_mode) || is_null_device(&st))
                return true;
        log_warn("%s is not a file", path);
        return false;
}

/* NULL with no error: the file is empty. */
static Json *read_one(const char *path, Error *err)
{
        /* Whoever may write there may put a pipe in the place of a file. */
        AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        g_autofree char *text = NULL;
        size_t length = 0;

        if (fd < 0)
                return error_errno(err, errno, "cannot open '%s'", path), NULL;
        if (file_read_fd(fd, path, DESCRIPTOR_MAX, &text, &length, err) < 0 || length == 0)
                return NULL;
        return json_parse(text, length, err);
}

static int by_name(const void *a, const void *b)
{
        return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Name -> path, for each name the path that counts. */
static GHashTable *find_files(const char *const *folders, size_t n_folders)
{
        GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

        for (size_t i = 0; i < n_folders; i++) {
                g_auto(GStrv) here = NULL;

                if (!folders[i] || dir_list(folders[i], ".json", &here, NULL) < 0)
                        continue;
                for (char **name = here; *name; name++) {
                        g_autofree char *path = g_build_filename(folders[i], *name, NULL);

                        if ((*name)[0] != '.' && !g_hash_table_contains(found, *name) && counts(path))
                                g_hash_table_insert(found, g_strdup(*name), g_steal_pointer(&path));
                }
        }
        return found;
}

void descriptors_each(const char *root, const char *user_config, const char *kind,
                      int (*take)(const Json *json, void *opaque, Error *err), void *opaque)
{
        g_autofree char *own = user_config ? g_strconcat(root, user_config, "/qemu/", kind, NULL) : NULL;
        g_autofree char *local = g_strconcat(root, "/etc/qemu/", kind, NULL);
        g_autofree char *packaged = g_strconcat(root, "/usr/share/qemu/", kind, NULL);
        const char *const folders[] = { own, local, packaged };
        g_autoptr(GHashTable) found = find_files(folders, ARRAY_SIZE(folders));
        unsigned n = 0;
        g_autofree char **names = (char **)g_hash_table_get_keys_as_array(found, &n);

        qsort(names, n, sizeof(*names), by_name);
        for (unsigned i = 0; i < n; i++) {
                const char *path = g_hash_table_lookup(found, names[i]);
                ERROR_AUTO Error err = ERROR_INIT;
                g_autoptr(Json) json = read_one(path, &err);

                if (json ? take(json, opaque, &err) < 0 : err.code != 0)
                        log_warn("%s: %s", path, err.message);
        }
}
