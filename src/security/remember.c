/* What a file had before guests got it, its owner or its label: in extended attributes of the file, in libvirt's layout, so that the next
 * daemon, ours or libvirt's, finds it. What was written before the host's last boot is worth nothing: all those guests
 * are gone. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "remember.h"
#include "util/auto.h"
#include "util/file.h"

enum { VALUE_MAX = 4096, NUMBER_MAX = 64, NAME_MAX_LETTERS = 64, LOCK_BYTE = 1 };

/* Seconds since 1970. */
static uint64_t boot_time(void)
{
        g_autofree char *text = NULL;
        const char *line;

        if (file_read("/proc/stat", 4 << 20, &text, NULL, NULL) < 0)
                return 0;
        line = strstr(text, "\nbtime ");
        return line ? g_ascii_strtoull(line + strlen("\nbtime "), NULL, 10) : 0;
}

/* One file while its attributes are looked at: a device is not opened for that, only found. */
typedef struct Kept {
        int fd;   /* O_PATH */
        int lock; /* -1: none; a regular file, opened */
        char path[32];
        /* The attributes of the model: what it was, how many use it, since when. */
        char value[NAME_MAX_LETTERS], users[NAME_MAX_LETTERS], booted[NAME_MAX_LETTERS];
} Kept;

/* @ret: room for VALUE_MAX. False: there is none. */
static bool get(const Kept *kept, const char *name, char *ret)
{
        ssize_t length = getxattr(kept->path, name, ret, VALUE_MAX - 1);

        if (length < 0)
                return false;
        ret[length] = '\0';
        return true;
}

static int put(const Kept *kept, const char *path, const char *name, const char *value, Error *err)
{
        if (setxattr(kept->path, name, value, strlen(value), 0) == 0)
                return REMEMBER_DONE;
        if (errno == ENOTSUP || errno == EPERM || errno == ENOSYS || errno == EROFS)
                return REMEMBER_UNSUPPORTED;
        return error_errno(err, errno, "Unable to set XATTR %s on %s", name, path);
}

static void forget(const Kept *kept)
{
        removexattr(kept->path, kept->value);
        removexattr(kept->path, kept->users);
        removexattr(kept->path, kept->booted);
}

/* Clocks are set: the boot moves by a second or two with them. */
static bool is_of_this_boot(const Kept *kept)
{
        char value[VALUE_MAX];
        uint64_t then, now = boot_time();

        if (!get(kept, kept->booted, value))
                return false;
        then = g_ascii_strtoull(value, NULL, 10);
        return then > now ? then - now <= 2 : now - then <= 2;
}

static unsigned users(const Kept *kept)
{
        char value[VALUE_MAX];

        return is_of_this_boot(kept) && get(kept, kept->users, value) ? (unsigned)g_ascii_strtoull(value, NULL, 10) : 0;
}

static void kept_done(Kept *kept)
{
        if (kept->lock >= 0)
                close(kept->lock);
        if (kept->fd >= 0)
                close(kept->fd);
}

/* Whoever changes these attributes of a file holds this byte, libvirt too. Waits; guests start and stop in workers. */
static bool kept_open(Kept *kept, const char *path, const char *model)
{
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_BYTE, .l_len = 1 };
        struct stat info;

        g_snprintf(kept->value, sizeof(kept->value), "trusted.libvirt.security.%s", model);
        g_snprintf(kept->users, sizeof(kept->users), "trusted.libvirt.security.ref_%s", model);
        g_snprintf(kept->booted, sizeof(kept->booted), "trusted.libvirt.security.timestamp_%s", model);
        kept->lock = -1;
        kept->fd = open(path, O_PATH | O_CLOEXEC);
        if (kept->fd < 0 || fstat(kept->fd, &info) < 0)
                return false;
        g_snprintf(kept->path, sizeof(kept->path), "/proc/self/fd/%d", kept->fd);
        if (S_ISREG(info.st_mode))
                kept->lock = open(kept->path, O_RDWR | O_CLOEXEC);
        if (kept->lock >= 0)
                while (fcntl(kept->lock, F_OFD_SETLKW, &lock) < 0 && errno == EINTR)
                        ;
        return true;
}

static int count_one(const Kept *kept, const char *path, const char *value, unsigned count, Error *err)
{
        char text[NUMBER_MAX];
        int r;

        g_snprintf(text, sizeof(text), "%u", count);
        r = put(kept, path, kept->users, text, err);
        if (count > 1 || r != REMEMBER_DONE)
                return r;
        r = put(kept, path, kept->value, value, err);
        if (r != REMEMBER_DONE)
                return r;
        g_snprintf(text, sizeof(text), "%" G_GUINT64_FORMAT, boot_time());
        return put(kept, path, kept->booted, text, err);
}

int remember(const char *path, const char *model, const char *value, unsigned *ret_users, Error *err)
{
        __attribute__((cleanup(kept_done))) Kept kept = { .fd = -1, .lock = -1 };
        unsigned count;
        int r;

        if (!kept_open(&kept, path, model))
                return REMEMBER_UNSUPPORTED;
        count = users(&kept) + 1;
        r = count_one(&kept, path, value, count, err);
        if (r != REMEMBER_DONE && count == 1)
                forget(&kept);
        *ret_users = count;
        return r;
}

/* Whether the file system keeps attributes such as ours at all. */
static bool can_keep(const Kept *kept)
{
        char value[VALUE_MAX];

        return getxattr(kept->path, kept->users, value, sizeof(value)) >= 0 || errno == ENODATA;
}

int recall(const char *path, const char *model, RecallFunc restore, void *opaque, Error *err)
{
        __attribute__((cleanup(kept_done))) Kept kept = { .fd = -1, .lock = -1 };
        char text[VALUE_MAX];
        unsigned count;
        int r;

        if (!kept_open(&kept, path, model) || !can_keep(&kept))
                return REMEMBER_UNSUPPORTED;
        count = users(&kept);
        if (count > 1) {
                g_snprintf(text, NUMBER_MAX, "%u", count - 1);
                return put(&kept, path, kept.users, text, err) < 0 ? -1 : REMEMBER_NOT_LAST;
        }
        if (count == 0 || !get(&kept, kept.value, text)) {
                forget(&kept);
                return REMEMBER_NOTHING;
        }
        r = restore(path, text, opaque, err);
        forget(&kept);
        return r < 0 ? -1 : REMEMBER_DONE;
}
