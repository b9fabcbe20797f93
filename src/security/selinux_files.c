/* Labels of files, set and given back. */
#define LOG_SOURCE "security.selinux"
#include "selinux.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "remember.h"
#include "util/file.h"
#include "util/log.h"

#define ATTRIBUTE "security.selinux"
#define MODEL     "selinux"

enum { LABEL_MAX = 4096 };

/* "" where the file has none. */
static bool get_label(const char *path, char ret[LABEL_MAX + 1])
{
        ssize_t length = getxattr(path, ATTRIBUTE, ret, LABEL_MAX);

        if (length < 0 && errno != ENODATA && errno != ENOTSUP)
                return false;
        ret[MAX(length, 0)] = '\0';
        return true;
}

static int put(int (*set)(const char *, const char *, const void *, size_t, int), const char *path, const char *label,
               Error *err)
{
        if (set(path, ATTRIBUTE, label, strlen(label) + 1, 0) == 0)
                return 0;
        /* A file system that knows no labels has one for all of its files, which policy allows or does not. */
        if (errno == ENOTSUP || errno == EROFS) {
                log_info("the label of '%s' stays: %s", path, g_strerror(errno));
                return 0;
        }
        return error_errno(err, errno, "unable to set security context '%s' on '%s'", label, path);
}

static int put_label(const char *path, const char *label, Error *err)
{
        return put(setxattr, path, label, err);
}

int selinux_own(const char *path, const char *label, Error *err)
{
        g_auto(GStrv) names = NULL;
        struct stat info;

        if (lstat(path, &info) < 0)
                return 0;
        if (put(lsetxattr, path, label, err) < 0 && lstat(path, &info) == 0)
                return -1;
        if (S_ISDIR(info.st_mode) && dir_list(path, NULL, &names, err) < 0)
                return -1;
        for (char **name = names; name && *name; name++) {
                g_autofree char *below = g_build_filename(path, *name, NULL);

                if (selinux_own(below, label, err) < 0)
                        return -1;
        }
        return 0;
}

static int give_back(const char *path, const char *value, void *opaque, Error *err)
{
        return put_label(path, value, err);
}

static int forget(const SelinuxFiles *files, const char *path)
{
        return recall(path, MODEL, &files->holder, give_back, NULL, NULL);
}

static int set_remembered(const SelinuxFiles *files, const char *path, const char *had, const char *label, Error *err)
{
        unsigned users = 0;
        int r = had[0] ? remember(path, MODEL, &files->holder, had, &users, err) : REMEMBER_UNSUPPORTED;

        if (r < 0)
                return -1;
        if (r == REMEMBER_DONE && users > 1 && strcmp(had, label) != 0) {
                forget(files, path);
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "Setting different SELinux label on %s which is already in use", path);
        }
        if (put_label(path, label, err) == 0)
                return 0;
        if (r == REMEMBER_DONE)
                forget(files, path);
        return -1;
}

/* What a guest has alone is given back. */
static bool is_shared(const DomainFile *file)
{
        return file->flags & (DOMAIN_FILE_SHARED | DOMAIN_FILE_NO_RESTORE);
}

static bool is_left_alone(const SelinuxFiles *files, const DomainFile *file)
{
        return !selinux_file_label(files->contexts, files->label, file) ||
               (files->private_dev && domain_file_is_node(file->path));
}

/* It may be nowhere in the file system when it is to be given back: what it had is kept by whoever keeps it open. */
static int set_descriptor(const DomainFile *file, const char *had, const char *wanted, Error *err)
{
        if (put_label(file->path, wanted, err) < 0)
                return -1;
        if (file->before && !*file->before)
                *file->before = g_strdup(had);
        return 0;
}

static void restore_descriptor(const DomainFile *file)
{
        g_autofree char *before = g_steal_pointer(file->before);
        ERROR_AUTO Error err = ERROR_INIT;

        if (before && before[0] && put_label(file->path, before, &err) < 0)
                log_warn("%s", err.message);
}

static int set_file(const SelinuxFiles *files, const DomainFile *file, Error *err)
{
        const char *wanted = selinux_file_label(files->contexts, files->label, file);
        char had[LABEL_MAX + 1];

        if (is_left_alone(files, file))
                return 0;
        if (!get_label(file->path, had)) {
                if (errno == ENOENT && (file->flags & DOMAIN_FILE_MAY_MISS))
                        return 0;
                return error_errno(err, errno, "cannot look at the label of '%s'", file->path);
        }
        if (file->flags & DOMAIN_FILE_DESCRIPTOR)
                return set_descriptor(file, had, wanted, err);
        if (!files->remember || is_shared(file))
                return put_label(file->path, wanted, err);
        return set_remembered(files, file->path, had, wanted, err);
}

static void restore_file(const SelinuxFiles *files, const DomainFile *file, bool known)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *before = NULL;
        struct stat info;
        int r = REMEMBER_UNSUPPORTED;

        if (is_shared(file) || is_left_alone(files, file) || stat(file->path, &info) < 0)
                return;
        if (file->flags & DOMAIN_FILE_DESCRIPTOR) {
                restore_descriptor(file);
                return;
        }
        if (files->remember)
                r = recall(file->path, MODEL, &files->holder, give_back, NULL, &err);
        if (r == REMEMBER_DONE || r == REMEMBER_NOT_LAST || r == REMEMBER_NOTHING ||
            (r == REMEMBER_UNSUPPORTED && known))
                return;
        if (r == REMEMBER_UNSUPPORTED)
                before = selinux_default(file->path, info.st_mode);
        if (before && put_label(file->path, before, &err) == 0)
                return;
        log_warn("'%s' keeps the label of a guest: %s", file->path,
                 error_is_set(&err) ? err.message : "nobody knows what it had before");
}

int selinux_set(const SelinuxFiles *files, Error *err)
{
        for (guint i = 0; i < files->files->len; i++) {
                if (set_file(files, g_ptr_array_index(files->files, i), err) >= 0)
                        continue;
                while (i-- > 0)
                        restore_file(files, g_ptr_array_index(files->files, i), true);
                return -1;
        }
        return 0;
}

void selinux_restore(const SelinuxFiles *files, bool known)
{
        for (guint i = files->files->len; i > 0; i--)
                restore_file(files, g_ptr_array_index(files->files, i - 1), known);
}

void selinux_claim(const SelinuxFiles *files)
{
        for (guint i = 0; files->remember && i < files->files->len; i++) {
                const DomainFile *file = g_ptr_array_index(files->files, i);

                if (!is_shared(file) && !is_left_alone(files, file))
                        remember_claim(file->path, MODEL, &files->holder);
        }
}
