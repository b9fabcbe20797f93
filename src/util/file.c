/* Files: bounded reading, whole-or-nothing replacement, folders. The fsync of a folder is in file_sync.c. */
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/stat.h>

#include "file_sync.h"
#include "util/auto.h"

enum { ORPHANS_MS = 10 * 1000, ORPHANS_STEP_MS = 5 };

int file_read_fd(int fd, const char *name, size_t max, char **ret_text, size_t *ret_length, Error *err)
{
        g_autofree char *text = NULL;
        size_t length = 0, room;
        struct stat st;

        /* The size is a hint only: files of /proc say 0, others grow while they are read. */
        room = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 ? MIN((size_t)st.st_size, max) + 1 : 4096;
        text = g_malloc(room + 1);
        for (;;) {
                ssize_t n = read(fd, text + length, room - length);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return error_errno(err, errno, "cannot read '%s'", name);
                if (n == 0)
                        break;
                length += (size_t)n;
                if (length > max)
                        return error_set(err, VIR_ERR_OVERFLOW, "'%s' is larger than %zu bytes", name, max);
                if (length == room) {
                        room = MIN(room * 2, max + 1);
                        text = g_realloc(text, room + 1);
                }
        }
        text[length] = '\0';
        *ret_text = g_steal_pointer(&text);
        if (ret_length)
                *ret_length = length;
        return 0;
}

int file_read(const char *path, size_t max, char **ret_text, size_t *ret_length, Error *err)
{
        AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

        if (fd < 0)
                return error_errno(err, errno, "cannot open '%s'", path);
        return file_read_fd(fd, path, max, ret_text, ret_length, err);
}

int fd_write_all(int fd, const void *data, size_t length, Error *err)
{
        const char *rest = data;

        while (length > 0) {
                ssize_t n = write(fd, rest, length);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return error_errno(err, errno, "cannot write %zu bytes", length);
                rest += n;
                length -= (size_t)n;
        }
        return 0;
}

/* The folder of @path, opened, and the last part of @path, borrowed. */
static int open_folder(const char *path, int *ret_fd, const char **ret_name, Error *err)
{
        const char *slash = strrchr(path, '/');
        const char *name = slash ? slash + 1 : path;
        g_autofree char *folder = NULL;
        int fd;

        if (*name == '\0')
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "'%s' names no file", path);
        folder = !slash ? g_strdup(".") : slash == path ? g_strdup("/") : g_strndup(path, slash - path);
        fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return error_errno(err, errno, "cannot open folder '%s'", folder);
        *ret_fd = fd;
        *ret_name = name;
        return 0;
}

/* `.NAME.new`, see dir_sweep(). */
static char *temporary_name(const char *name)
{
        return g_strdup_printf(".%s.new", name);
}

static bool is_temporary(const char *name)
{
        return name[0] == '.' && name[1] && g_str_has_suffix(name + 1, ".new") && name[1] != '.';
}

/* Whether @name in @folder is the file that @fd has open. */
static bool still_there(int folder, const char *name, int fd)
{
        struct stat opened, named;

        return fstat(fd, &opened) == 0 && fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
               opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

/* Open and lock @temporary. There is one name per file, so a killed writer's rest is taken over by the next writer of
 * the same file, and the lock keeps two writers of one file, threads or processes, apart. Between open and lock the
 * name may have been renamed away by its writer: then try again. */
static int open_temporary(int folder, const char *temporary, const char *path, int *ret_fd, Error *err)
{
        for (;;) {
                AUTO_FD int fd =
                        openat(folder, temporary, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

                if (fd < 0)
                        return error_errno(err, errno, "cannot create a file beside '%s'", path);
                while (flock(fd, LOCK_EX) < 0)
                        if (errno != EINTR)
                                return error_errno(err, errno, "cannot lock the file beside '%s'", path);
                if (!still_there(folder, temporary, fd))
                        continue;
                *ret_fd = fd_steal(&fd);
                return 0;
        }
}

static int write_temporary(int fd, const char *path, const void *text, size_t length, mode_t mode, Error *err)
{
        if (ftruncate(fd, 0) < 0 || fchmod(fd, mode) < 0)
                return error_errno(err, errno, "cannot prepare the file beside '%s'", path);
        if (fd_write_all(fd, text, length, err) < 0)
                return error_prefix(err, "cannot write '%s'", path);
        if (fsync(fd) < 0)
                return error_errno(err, errno, "cannot write '%s' to disk", path);
        return 0;
}

int file_replace(const char *path, const void *text, size_t length, mode_t mode, Error *err)
{
        AUTO_FD int folder = -1;
        g_autofree char *temporary = NULL;
        const char *name;

        if (open_folder(path, &folder, &name, err) < 0)
                return -1;
        temporary = temporary_name(name);
        {
                AUTO_FD int fd = -1; /* holds the lock until after the rename */

                if (open_temporary(folder, temporary, path, &fd, err) < 0)
                        return -1;
                if (write_temporary(fd, path, text, length, mode, err) < 0) {
                        unlinkat(folder, temporary, 0);
                        return -1;
                }
                if (renameat(folder, temporary, folder, name) < 0) {
                        error_errno(err, errno, "cannot replace '%s'", path);
                        unlinkat(folder, temporary, 0);
                        return -1;
                }
        }
        return file_sync_folder(folder, path, err);
}

int file_remove(const char *path, Error *err)
{
        AUTO_FD int folder = -1;
        const char *name;
        struct stat st;

        if (lstat(path, &st) < 0 && errno == ENOENT) /* nor need its folder be there */
                return 0;
        if (open_folder(path, &folder, &name, err) < 0)
                return -1;
        if (unlinkat(folder, name, 0) < 0)
                return errno == ENOENT ? 0 : error_errno(err, errno, "cannot remove '%s'", path);
        return file_sync_folder(folder, path, err);
}

int file_symlink_replace(const char *target, const char *path, Error *err)
{
        AUTO_FD int folder = -1;
        g_autofree char *temporary = NULL;
        const char *name;

        if (open_folder(path, &folder, &name, err) < 0)
                return -1;
        temporary = temporary_name(name);
        if (unlinkat(folder, temporary, 0) < 0 && errno != ENOENT)
                return error_errno(err, errno, "cannot remove the old file beside '%s'", path);
        if (symlinkat(target, folder, temporary) < 0)
                return error_errno(err, errno, "cannot link '%s' to '%s'", path, target);
        if (renameat(folder, temporary, folder, name) < 0) {
                error_errno(err, errno, "cannot link '%s' to '%s'", path, target);
                unlinkat(folder, temporary, 0);
                return -1;
        }
        return file_sync_folder(folder, path, err);
}

/* One folder of dir_make(): made, or there already. */
static int make_one(const char *path, mode_t mode, Error *err)
{
        AUTO_FD int folder = -1;
        const char *name;
        struct stat st;

        if (mkdir(path, mode) == 0) {
                if (open_folder(path, &folder, &name, err) < 0)
                        return -1;
                return file_sync_folder(folder, path, err);
        }
        if (errno != EEXIST)
                return error_errno(err, errno, "cannot create folder '%s'", path);
        if (stat(path, &st) < 0)
                return error_errno(err, errno, "cannot create folder '%s'", path);
        if (!S_ISDIR(st.st_mode))
                return error_errno(err, ENOTDIR, "cannot create folder '%s'", path);
        return 0;
}

int dir_make(const char *path, mode_t mode, Error *err)
{
        g_autofree char *parent = NULL;
        struct stat st;

        if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
                return 0;
        parent = g_strdup(path);
        for (char *slash = parent + 1; *parent && (slash = strchr(slash, '/')); slash++) {
                *slash = '\0';
                if (stat(parent, &st) < 0 && make_one(parent, mode, err) < 0)
                        return -1;
                *slash = '/';
                while (slash[1] == '/')
                        slash++;
                if (slash[1] == '\0')
                        return make_one(path, mode, err);
        }
        return make_one(path, mode, err);
}

static int compare_names(const void *a, const void *b)
{
        return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All names in the folder that @wanted lets pass, unsorted. A missing folder has none. */
static int read_names(const char *path, bool (*wanted)(const char *name, const char *suffix), const char *suffix,
                      GPtrArray *names, Error *err)
{
        AUTO_DIR DIR *dir = opendir(path);
        struct dirent *entry;

        if (!dir)
                return errno == ENOENT ? 0 : error_errno(err, errno, "cannot open folder '%s'", path);
        while ((errno = 0, entry = readdir(dir)))
                if (wanted(entry->d_name, suffix))
                        g_ptr_array_add(names, g_strdup(entry->d_name));
        if (errno)
                return error_errno(err, errno, "cannot read folder '%s'", path);
        return 0;
}

static bool is_listed(const char *name, const char *suffix)
{
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
                return false;
        return !suffix || g_str_has_suffix(name, suffix);
}

int dir_list(const char *path, const char *suffix, char ***ret_names, Error *err)
{
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

        if (read_names(path, is_listed, suffix, names, err) < 0)
                return -1;
        g_ptr_array_sort(names, compare_names);
        g_ptr_array_add(names, NULL);
        *ret_names = (char **)g_ptr_array_steal(names, NULL);
        return 0;
}

static bool is_rest(const char *name, const char *suffix)
{
        return is_temporary(name);
}

int dir_sweep(const char *path, Error *err)
{
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
        AUTO_FD int folder = -1;

        if (read_names(path, is_rest, NULL, names, err) < 0)
                return -1;
        if (names->len == 0)
                return 0;
        folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder < 0)
                return error_errno(err, errno, "cannot open folder '%s'", path);
        for (guint i = 0; i < names->len; i++) {
                const char *name = g_ptr_array_index(names, i);
                AUTO_FD int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

                /* Locked: somebody writes it. Renamed since: it is no rest. A link (ELOOP) has no lock and no content
                 * to lose; its writer says so if it loses the race. */
                if (fd >= 0 && (flock(fd, LOCK_EX | LOCK_NB) < 0 || !still_there(folder, name, fd)))
                        continue;
                if ((fd >= 0 || errno == ELOOP) && unlinkat(folder, name, 0) < 0 && errno != ENOENT)
                        return error_errno(err, errno, "cannot remove '%s/%s'", path, name);
        }
        return 0;
}

static pid_t read_pid(int fd)
{
        char text[24];
        ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
        long pid;

        if (n <= 0)
                return 0;
        text[n] = '\0';
        pid = strtol(text, NULL, 10);
        return pid > 0 && pid <= INT_MAX ? (pid_t)pid : 0;
}

static int write_pid(int fd, const char *path, Error *err)
{
        char text[24];
        int length = g_snprintf(text, sizeof(text), "%lld", (long long)getpid());

        if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)length, 0) != length)
                return error_errno(err, errno ? errno : EIO, "cannot write our pid to '%s'", path);
        return 0;
}

static bool has_ended(pid_t pid)
{
        AUTO_FD int fd = pid > 0 ? pidfd_open(pid, 0) : -1;
        struct pollfd gone = { .fd = fd, .events = POLLIN };

        if (pid > 0 && fd < 0)
                return errno == ESRCH;
        return fd >= 0 && poll(&gone, 1, 0) > 0;
}

/* A holder that was killed while it started a program leaves a child that holds the lock until it has come to the
 * program. Looked at again and again: waiting for a lock has no deadline. */
static bool lock_after_dead(int fd, struct flock *lock)
{
        for (int ms = 0; ms < ORPHANS_MS && has_ended(read_pid(fd)); ms += ORPHANS_STEP_MS) {
                poll(NULL, 0, ORPHANS_STEP_MS);
                if (fcntl(fd, F_OFD_SETLK, lock) == 0)
                        return true;
        }
        return false;
}

int lock_file_take(const char *path, int *ret_fd, pid_t *ret_pid, Error *err)
{
        /* An open-file-description lock conflicts with libvirt's process lock and is not lost when some other
         * descriptor of the same file is closed in this process. */
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

        for (;;) {
                AUTO_FD int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);

                if (fd < 0)
                        return error_errno(err, errno, "Failed to open pid file '%s'", path);
                if (fcntl(fd, F_OFD_SETLK, &lock) < 0) {
                        if (errno != EAGAIN && errno != EACCES)
                                return error_errno(err, errno, "cannot lock '%s'", path);
                        if (!lock_after_dead(fd, &lock)) {
                                if (ret_pid)
                                        *ret_pid = read_pid(fd);
                                return LOCK_FILE_BUSY;
                        }
                }
                if (!still_there(AT_FDCWD, path, fd)) /* its holder removed it as it left */
                        continue;
                if (write_pid(fd, path, err) < 0)
                        return -1;
                *ret_fd = fd_steal(&fd);
                return LOCK_FILE_TAKEN;
        }
}
