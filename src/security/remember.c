/* What a file had before guests got it, its owner or its label: in extended attributes of the file, in libvirt's layout,
 * so that the next daemon, ours or libvirt's, finds it. What was written before the host's last boot is worth nothing:
 * all those guests are gone.
 *
 * libvirt counts who has the file. A daemon that is killed while it gives files back cannot know afterwards for which of
 * them it had counted down; so an attribute of our own says who is counted (holders.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utmpx.h>

#include "holders.h"
#include "remember.h"
#include "util/auto.h"
#include "util/file.h"

enum { VALUE_MAX = 4096, NUMBER_MAX = 64, NAME_MAX_LETTERS = 64, LOCK_BYTE = 1 };

/* When the host says it was started: what was written down then (libvirtd takes files for those of another boot if that
 * is not what it reads itself), else what the kernel makes of its clock. */
static void *read_boot_time(void *ret_seconds)
{
        const struct utmpx boot = { .ut_type = BOOT_TIME };
        uint64_t *seconds = ret_seconds;
        g_autofree char *text = NULL;
        const struct utmpx *written;
        const char *line;

        setutxent();
        written = getutxid(&boot);
        *seconds = written && written->ut_tv.tv_sec > 0 ? (uint64_t)written->ut_tv.tv_sec : 0;
        endutxent();
        if (*seconds || file_read("/proc/stat", 4 << 20, &text, NULL, NULL) < 0)
                return NULL;
        line = strstr(text, "\nbtime ");
        *seconds = line ? g_ascii_strtoull(line + strlen("\nbtime "), NULL, 10) : 0;
        return NULL;
}

/* Seconds since 1970. */
static uint64_t boot_time(void)
{
        static GOnce once = G_ONCE_INIT;
        static uint64_t seconds;

        g_once(&once, read_boot_time, &seconds);
        return seconds;
}

/* One file while its attributes are looked at: a device is not opened for that, only found. */
typedef struct Kept {
        int fd;   /* O_PATH */
        int lock; /* -1: none; a regular file, opened */
        char path[32];
        /* The attributes of the model: what it was, how many use it, since when. */
        char value[NAME_MAX_LETTERS], users[NAME_MAX_LETTERS], booted[NAME_MAX_LETTERS];
        char holders[NAME_MAX_LETTERS]; /* ours alone: who they are */
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

/* The number first: without it nothing of the rest counts, whoever is killed in between. */
static void forget(const Kept *kept)
{
        removexattr(kept->path, kept->users);
        removexattr(kept->path, kept->value);
        removexattr(kept->path, kept->booted);
        removexattr(kept->path, kept->holders);
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

/* The lock is let go of by name: a child that has not come to its program yet has it open too. */
static void kept_done(Kept *kept)
{
        struct flock none = { .l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = LOCK_BYTE, .l_len = 1 };

        if (kept->lock >= 0) {
                fcntl(kept->lock, F_OFD_SETLK, &none);
                close(kept->lock);
        }
        if (kept->fd >= 0)
                close(kept->fd);
}

/* Whoever changes these attributes of a file holds this byte, libvirt too. Waits; guests start and stop in workers. All
 * that is done until kept_done() is done to the one file that @path leads to now, whatever it leads to next. False: errno
 * says why. */
static bool kept_open(Kept *kept, const char *path, const char *model)
{
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_BYTE, .l_len = 1 };
        struct stat info;

        g_snprintf(kept->value, sizeof(kept->value), "trusted.libvirt.security.%s", model);
        g_snprintf(kept->users, sizeof(kept->users), "trusted.libvirt.security.ref_%s", model);
        g_snprintf(kept->booted, sizeof(kept->booted), "trusted.libvirt.security.timestamp_%s", model);
        g_snprintf(kept->holders, sizeof(kept->holders), "trusted.vireo.security.%s", model);
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

static int put_users(const Kept *kept, const char *path, unsigned count, Error *err)
{
        char text[NUMBER_MAX];

        g_snprintf(text, sizeof(text), "%u", count);
        return put(kept, path, kept->users, text, err);
}

/* Where there is no room to say who they are they are only counted, as libvirt does. */
static void write_holders(const Kept *kept, const Holders *holders)
{
        g_autofree char *text = holders_format(holders);

        if (setxattr(kept->path, kept->holders, text, strlen(text), 0) < 0)
                removexattr(kept->path, kept->holders);
}

/* How many have it, and who of them we know. What a daemon that was killed had begun is brought to its end: nobody could
 * change the number meanwhile. */
static unsigned read_holders(const Kept *kept, const char *path, Holders *ret)
{
        char text[VALUE_MAX] = "";
        unsigned count = users(kept);

        holders_init(ret);
        if (count == 0 || !get(kept, kept->holders, text) || !holders_parse(ret, text))
                return count;
        if (ret->from != ret->to && count == ret->from && put_users(kept, path, ret->to, NULL) == REMEMBER_DONE)
                count = ret->to;
        /* libvirt gave back for some of them, and does not say for whom. */
        if (count < ret->to || count < ret->tokens->len)
                holders_clear(ret);
        return count;
}

/* @holders are those that there are then. In this order, so that read_holders() understands each state in between. */
static int change_users(const Kept *kept, const char *path, unsigned from, unsigned to, Holders *holders, Error *err)
{
        int r;

        holders->from = from;
        holders->to = to;
        write_holders(kept, holders);
        r = put_users(kept, path, to, err);
        if (r != REMEMBER_DONE)
                return r;
        holders->from = to;
        write_holders(kept, holders);
        return r;
}

static int begin(const Kept *kept, const char *path, const char *value, Holders *holders, Error *err)
{
        char text[NUMBER_MAX];
        int r = change_users(kept, path, 0, 1, holders, err);

        if (r == REMEMBER_DONE)
                r = put(kept, path, kept->value, value, err);
        g_snprintf(text, sizeof(text), "%" G_GUINT64_FORMAT, boot_time());
        if (r == REMEMBER_DONE)
                r = put(kept, path, kept->booted, text, err);
        if (r != REMEMBER_DONE)
                forget(kept);
        return r;
}

/* @holder is one more of @count. */
static int count_up(const Kept *kept, const char *path, const Holder *holder, const char *had, Error *err)
{
        __attribute__((cleanup(holders_done))) Holders holders;
        unsigned count = read_holders(kept, path, &holders);
        bool listed = holders_add(&holders, holder, path);
        int r;

        if (count == 0)
                return begin(kept, path, had, &holders, err);
        r = change_users(kept, path, count, count + 1, &holders, err);
        if (r != REMEMBER_DONE) {
                if (listed)
                        holders_remove(&holders, holder, path);
                holders.from = holders.to = count;
                write_holders(kept, &holders);
        }
        return r;
}

/* Whether the file system keeps attributes such as ours at all. */
static bool can_keep(const Kept *kept)
{
        char value[VALUE_MAX];

        return getxattr(kept->path, kept->users, value, sizeof(value)) >= 0 || errno == ENODATA;
}

static int count_down(const Kept *kept, const RememberModel *model, const char *path, const Holder *holder, Error *err)
{
        __attribute__((cleanup(holders_done))) Holders holders;
        char text[VALUE_MAX];
        unsigned count;
        int r;

        if (!can_keep(kept))
                return REMEMBER_UNSUPPORTED;
        count = read_holders(kept, path, &holders);
        /* All that have it are known, and this is none of them. */
        if (count > 0 && !holders_remove(&holders, holder, path) && holders.tokens->len >= count)
                return REMEMBER_NOTHING;
        if (count > 1)
                return change_users(kept, path, count, count - 1, &holders, err) < 0 ? -1 : REMEMBER_NOT_LAST;
        if (count == 0 || !get(kept, kept->value, text)) {
                forget(kept);
                return REMEMBER_NOTHING;
        }
        r = model->put(kept->path, path, text, err);
        forget(kept);
        return r < 0 ? -1 : REMEMBER_DONE;
}

int remember_put(const RememberModel *model, const char *path, const char *value, const Holder *holder, Error *err)
{
        __attribute__((cleanup(kept_done))) Kept kept = { .fd = -1, .lock = -1 };
        g_autofree char *had = NULL;
        int r = REMEMBER_UNSUPPORTED;

        if (!kept_open(&kept, path, model->name))
                return errno == ENOENT ? REMEMBER_NOTHING : error_errno(err, errno, "cannot look at '%s'", path);
        had = model->look(kept.path, path, err);
        if (!had)
                return -1;
        if (holder && had[0] && users(&kept) > 0 && strcmp(had, value) != 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "Setting different %s on %s which is already in use",
                                 model->what, path);
        if (holder && had[0])
                r = count_up(&kept, path, holder, had, err);
        if (r < 0 || model->put(kept.path, path, value, err) == 0)
                return r;
        if (r == REMEMBER_DONE)
                count_down(&kept, model, path, holder, NULL);
        return -1;
}

void remember_claim(const RememberModel *model, const char *path, const Holder *holder)
{
        __attribute__((cleanup(kept_done))) Kept kept = { .fd = -1, .lock = -1 };
        __attribute__((cleanup(holders_done))) Holders holders;
        unsigned count;

        if (!kept_open(&kept, path, model->name))
                return;
        count = read_holders(&kept, path, &holders);
        if (count == 0)
                return;
        if (!holder || !holder->name[0])
                holders_clear(&holders);
        else if (holders.tokens->len >= count || !holders_add(&holders, holder, path))
                return;
        holders.from = holders.to = count;
        write_holders(&kept, &holders);
}

int recall(const RememberModel *model, const char *path, const Holder *holder, Error *err)
{
        __attribute__((cleanup(kept_done))) Kept kept = { .fd = -1, .lock = -1 };

        return kept_open(&kept, path, model->name) ? count_down(&kept, model, path, holder, err) : REMEMBER_UNSUPPORTED;
}
