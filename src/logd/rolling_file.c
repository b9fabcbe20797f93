#include "rolling_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"

enum { FILE_MODE = 0600, LINE_KEPT = 256 /* a line that is cut may lose so many bytes of its file's room */ };

struct RollingFile {
        char *path;
        int fd;
        RollingLimits limits;
};

static char *backup_path(const char *path, unsigned number)
{
        return g_strdup_printf("%s.%u", path, number);
}

/* Waits for nobody: a path may be that of a pipe. */
static int open_for_appending(const char *path, Error *err)
{
        int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, FILE_MODE);

        if (fd < 0)
                return error_errno(err, errno, "Unable to open file: %s", path);
        fcntl(fd, F_SETFL, O_APPEND);
        return fd;
}

static int start_over(const RollingFile *file, Error *err)
{
        if (ftruncate(file->fd, 0) < 0 && errno != EINVAL)
                return error_errno(err, errno, "Unable to truncate file: %s", file->path);
        for (unsigned i = 0; i < file->limits.max_backups; i++) {
                g_autofree char *old = backup_path(file->path, i);

                if (unlink(old) < 0 && errno != ENOENT)
                        return error_errno(err, errno, "Unable to delete file %s", old);
        }
        return 0;
}

RollingFile *rolling_file_adopt(const char *path, int fd, const RollingLimits *limits)
{
        RollingFile *file = g_new0(RollingFile, 1);

        file->path = g_strdup(path);
        file->fd = fd;
        file->limits = *limits;
        return file;
}

RollingFile *rolling_file_open(const char *path, bool truncate, const RollingLimits *limits, Error *err)
{
        int fd = open_for_appending(path, err);
        RollingFile *file;

        if (fd < 0)
                return NULL;
        file = rolling_file_adopt(path, fd, limits);
        if (truncate && start_over(file, err) < 0)
                return rolling_file_free(file);
        return file;
}

RollingFile *rolling_file_free(RollingFile *file)
{
        if (!file)
                return NULL;
        close(file->fd);
        g_free(file->path);
        g_free(file);
        return NULL;
}

int rolling_file_fd(const RollingFile *file)
{
        return file->fd;
}

static int rename_one(const char *from, const char *to, Error *err)
{
        if (rename(from, to) < 0 && errno != ENOENT)
                return error_errno(err, errno, "Unable to rename %s to %s", from, to);
        return 0;
}

/* How many backups have to make room: those before the first gap, and never the last, which is overwritten. */
static unsigned count_shifted(const RollingFile *file)
{
        for (unsigned n = 0; n + 1 < file->limits.max_backups; n++) {
                g_autofree char *path = backup_path(file->path, n);

                if (access(path, F_OK) < 0)
                        return n;
        }
        return file->limits.max_backups - 1;
}

/* The oldest first; without backups the file itself is the one that goes. */
static int shift_backups(const RollingFile *file, Error *err)
{
        if (file->limits.max_backups == 0)
                return unlink(file->path) < 0 && errno != ENOENT
                               ? error_errno(err, errno, "Unable to delete file %s", file->path)
                               : 0;
        for (unsigned i = count_shifted(file) + 1; i > 0; i--) {
                g_autofree char *to = backup_path(file->path, i - 1);
                g_autofree char *from = i > 1 ? backup_path(file->path, i - 2) : g_strdup(file->path);

                if (rename_one(from, to, err) < 0)
                        return -1;
        }
        return 0;
}

/* The new file belongs to whom the old one did. */
static int roll(RollingFile *file, const struct stat *old, Error *err)
{
        int fd;

        if (shift_backups(file, err) < 0)
                return -1;
        fd = open_for_appending(file->path, err);
        if (fd < 0)
                return -1;
        if (fchmod(fd, old->st_mode & 07777) < 0 || fchown(fd, old->st_uid, old->st_gid) < 0)
                log_info("%s is not quite like the file before it: %s", file->path, g_strerror(errno));
        close(file->fd);
        file->fd = fd;
        return 0;
}

/* How much of @data goes into a file with @room left. */
static size_t cut(const char *data, size_t length, uint64_t room)
{
        const char *end;

        if (length <= room)
                return length;
        for (end = data + room; end > data && data + room - end < LINE_KEPT; end--)
                if (end[-1] == '\n')
                        return (size_t)(end - data);
        return (size_t)room;
}

/* Bytes that fit; 0: none, roll. */
static size_t fitting(const RollingFile *file, const struct stat *st, const char *data, size_t length)
{
        if (file->limits.max_size == 0 || !S_ISREG(st->st_mode))
                return length;
        if ((uint64_t)st->st_size >= file->limits.max_size)
                return 0;
        return cut(data, length, file->limits.max_size - (uint64_t)st->st_size);
}

static int write_some(RollingFile *file, const char *data, size_t length, Error *err)
{
        return fd_write_all(file->fd, data, length, err) < 0 ? error_prefix(err, "%s", file->path) : 0;
}

int rolling_file_write(RollingFile *file, const char *data, size_t length, Error *err)
{
        for (;;) {
                ERROR_AUTO Error problem = ERROR_INIT;
                struct stat st;
                size_t n;

                if (fstat(file->fd, &st) < 0)
                        return error_errno(err, errno, "cannot examine %s", file->path);
                n = fitting(file, &st, data, length);
                if (write_some(file, data, n, err) < 0)
                        return -1;
                data += n;
                length -= n;
                if (length == 0)
                        return 0;
                /* A file that cannot be rolled is better too large than without what is written. */
                if (roll(file, &st, &problem) < 0) {
                        log_warn("%s grows beyond its limit: %s", file->path, problem.message);
                        return write_some(file, data, length, err);
                }
        }
}

int rolling_file_position(const RollingFile *file, RollingPosition *ret_position, Error *err)
{
        struct stat st;

        if (fstat(file->fd, &st) < 0)
                return error_errno(err, errno, "cannot examine %s", file->path);
        *ret_position = (RollingPosition){ .inode = st.st_ino, .offset = (uint64_t)st.st_size };
        return 0;
}

/* Reading */

/* -1: there is none of that number, or nothing to read from it. */
static int open_numbered(const char *path, unsigned age, struct stat *st)
{
        g_autofree char *name = age > 0 ? backup_path(path, age - 1) : g_strdup(path);
        int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

        if (fd >= 0 && (fstat(fd, st) < 0 || !S_ISREG(st->st_mode))) {
                close(fd);
                return -1;
        }
        return fd;
}

/* 0: the file itself, 1: its first backup; @backups + 1: none of them. */
static unsigned find_age(const char *path, unsigned backups, uint64_t inode)
{
        for (unsigned age = 0; age <= backups; age++) {
                struct stat st;
                AUTO_FD int fd = open_numbered(path, age, &st);

                if (fd >= 0 && st.st_ino == inode)
                        return age;
        }
        return backups + 1;
}

static int read_some(int fd, const char *path, uint64_t offset, size_t max, GString *text, Error *err)
{
        while (text->len < max) {
                char buffer[65536];
                ssize_t n = pread(fd, buffer, MIN(sizeof(buffer), max - text->len), (off_t)offset);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return error_errno(err, errno, "Unable to read from file '%s'", path);
                if (n == 0)
                        return 0;
                g_string_append_len(text, buffer, n);
                offset += (uint64_t)n;
        }
        return 0;
}

int rolling_file_read(const char *path, unsigned backups, const RollingPosition *from, size_t max, char **ret_text,
                      Error *err)
{
        unsigned age = find_age(path, backups, from->inode);
        g_autoptr(GString) text = g_string_new(NULL);
        uint64_t offset = from->offset;

        if (age > backups || offset > INT64_MAX)
                return error_errno(err, EBADF,
                                   "Unable to seek to inode %" G_GUINT64_FORMAT " offset %" G_GUINT64_FORMAT,
                                   from->inode, from->offset);
        for (unsigned left = age + 1; left > 0; left--) {
                struct stat st;
                AUTO_FD int fd = open_numbered(path, left - 1, &st);

                if (fd >= 0 && read_some(fd, path, offset, max, text, err) < 0)
                        return -1;
                offset = 0;
        }
        for (gsize i = 0; i < text->len; i++)
                text->str[i] = text->str[i] ? text->str[i] : ' ';
        *ret_text = g_string_free(g_steal_pointer(&text), FALSE);
        return 0;
}
