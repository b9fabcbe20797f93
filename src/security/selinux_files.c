/* Labels of files, set and given back. */
#define LOG_SOURCE "security.selinux"
#include "selinux.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "remember.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"

#define ATTRIBUTE "security.selinux"

enum { LABEL_MAX = 4096 };

/* "" where the file has none. The caller frees. */
static char *look(const char *at, const char *path, Error *err)
{
        char label[LABEL_MAX + 1];
        ssize_t length = getxattr(at, ATTRIBUTE, label, LABEL_MAX);

        if (length < 0 && errno != ENODATA && errno != ENOTSUP)
                return error_errno(err, errno, "cannot look at the label of '%s'", path), NULL;
        label[MAX(length, 0)] = '\0';
        return g_strdup(label);
}

static int put(const char *at, const char *path, const char *label, Error *err)
{
        if (setxattr(at, ATTRIBUTE, label, strlen(label) + 1, 0) == 0)
                return 0;
        /* A file system that knows no labels has one for all of its files, which policy allows or does not. */
        if (errno == ENOTSUP || errno == EROFS) {
                log_info("the label of '%s' stays: %s", path, g_strerror(errno));
                return 0;
        }
        return error_errno(err, errno, "unable to set security context '%s' on '%s'", label, path);
}

static const RememberModel model = { "selinux", "SELinux label", look, put };

/* No link is followed, and no folder is left for another one that takes its name: QEMU may change what is in there. */
static int own_at(int folder, const char *name, const char *path, const char *label, Error *err)
{
        AUTO_FD int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        g_autofree char *at = g_strdup_printf("/proc/self/fd/%d", fd);
        g_auto(GStrv) names = NULL;
        struct stat info;

        if (fd < 0 || fstat(fd, &info) < 0)
                return 0;
        if (put(at, path, label, err) < 0 || (S_ISDIR(info.st_mode) && dir_list(at, NULL, &names, err) < 0))
                return -1;
        for (char **below = names; below && *below; below++) {
                g_autofree char *full = g_build_filename(path, *below, NULL);

                if (own_at(fd, *below, full, label, err) < 0)
                        return -1;
        }
        return 0;
}

int selinux_own(const char *path, const char *label, Error *err)
{
        return own_at(AT_FDCWD, path, path, label, err);
}

char *selinux_label(const char *path)
{
        g_autofree char *label = look(path, path, NULL);

        return label && label[0] ? g_steal_pointer(&label) : NULL;
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
static int set_descriptor(const DomainFile *file, const char *wanted, Error *err)
{
        g_autofree char *had = look(file->path, file->path, err);

        if (!had || put(file->path, file->path, wanted, err) < 0)
                return -1;
        if (file->before && !*file->before)
                *file->before = g_steal_pointer(&had);
        return 0;
}

static void restore_descriptor(const DomainFile *file)
{
        g_autofree char *before = g_steal_pointer(file->before);
        ERROR_AUTO Error err = ERROR_INIT;

        if (before && before[0] && put(file->path, file->path, before, &err) < 0)
                log_warn("%s", err.message);
}

static int set_file(const SelinuxFiles *files, const DomainFile *file, Error *err)
{
        const char *wanted = selinux_file_label(files->contexts, files->label, file);
        int r;

        if (is_left_alone(files, file))
                return 0;
        if (file->flags & DOMAIN_FILE_DESCRIPTOR)
                return set_descriptor(file, wanted, err);
        r = remember_put(&model, file->path, wanted, files->remember && !is_shared(file) ? &files->holder : NULL, err);
        if (r == REMEMBER_NOTHING && !(file->flags & DOMAIN_FILE_MAY_MISS))
                return error_errno(err, ENOENT, "cannot look at the label of '%s'", file->path);
        return r < 0 ? -1 : 0;
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
                r = recall(&model, file->path, &files->holder, &err);
        if (r == REMEMBER_DONE || r == REMEMBER_NOT_LAST || r == REMEMBER_NOTHING ||
            (r == REMEMBER_UNSUPPORTED && known))
                return;
        if (r == REMEMBER_UNSUPPORTED)
                before = selinux_default(file->path, info.st_mode);
        if (before && remember_put(&model, file->path, before, NULL, &err) >= 0)
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
                        remember_claim(&model, file->path, &files->holder);
        }
}
