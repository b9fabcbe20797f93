/* Loaded into a daemon before libc. With VIREO_DIE_AT_TAP it is killed where it takes a tap that it has made into use; with
 * VIREO_DIE_AT_OWNER=N before the Nth change of what is remembered of a file's owner.
 *
 * Of the system calls that make or change a guest's private /dev, the one whose number
 * stands in the file $VIREO_FAIL_AT fails with EIO. Which one that was is written to that file's name with ".hit".
 *
 * Calls count from where a child enters a mount namespace. Looking at what is there does not count: that it fails is an
 * answer. Runs in a child that shares memory with the daemon, so: system calls and nothing else. */
#include "double.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <linux/if_tun.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>

static long counting; /* the thread; 0: none */
static int wanted, count;

static int file_of(const char *suffix, int flags)
{
        const char *name = getenv("VIREO_FAIL_AT");
        char path[4096];

        if (!name || strlen(name) + strlen(suffix) >= sizeof(path))
                return -1;
        strcpy(path, name);
        strcat(path, suffix);
        return raw_open(path, flags | O_CLOEXEC, 0644);
}

static void begin(void)
{
        char text[16] = "";
        int fd = file_of("", O_RDONLY);

        if (fd < 0)
                return;
        if (read(fd, text, sizeof(text) - 1) > 0) {
                wanted = atoi(text);
                count = 0;
                counting = syscall(SYS_gettid);
        }
        close(fd);
}

static bool fails(const char *call)
{
        int fd;

        if (counting != syscall(SYS_gettid) || ++count != wanted)
                return false;
        fd = file_of(".hit", O_WRONLY | O_CREAT | O_TRUNC);
        if (fd >= 0) {
                if (write(fd, call, strlen(call)) < 0)
                        _exit(1);
                close(fd);
        }
        errno = EIO;
        return true;
}

EXPORT int unshare(int flags)
{
        if (flags & CLONE_NEWNS)
                begin();
        return fails("unshare") ? -1 : (int)syscall(SYS_unshare, flags);
}

EXPORT int setns(int fd, int type)
{
        if (type & CLONE_NEWNS)
                begin();
        return fails("setns") ? -1 : (int)syscall(SYS_setns, fd, type);
}

/* The last one: what comes after it is not about /dev. */
EXPORT int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *words)
{
        int r = fails("mount") ? -1 : (int)syscall(SYS_mount, source, target, type, flags, words);

        if (r == 0 && (flags & MS_MOVE) && counting == syscall(SYS_gettid))
                counting = 0;
        return r;
}

EXPORT int open_tree(int folder, const char *path, unsigned flags)
{
        return fails("open_tree") ? -1 : (int)syscall(SYS_open_tree, folder, path, flags);
}

EXPORT int move_mount(int from, const char *from_path, int to, const char *to_path, unsigned flags)
{
        return fails("move_mount") ? -1 : (int)syscall(SYS_move_mount, from, from_path, to, to_path, flags);
}

EXPORT int chdir(const char *path)
{
        return fails("chdir") ? -1 : (int)syscall(SYS_chdir, path);
}

EXPORT int chmod(const char *path, mode_t mode)
{
        return fails("chmod") ? -1 : (int)syscall(SYS_chmod, path, mode);
}

EXPORT int lchown(const char *path, uid_t uid, gid_t gid)
{
        return fails("lchown") ? -1 : (int)syscall(SYS_lchown, path, uid, gid);
}

EXPORT int mkdir(const char *path, mode_t mode)
{
        return fails("mkdir") ? -1 : (int)syscall(SYS_mkdir, path, mode);
}

EXPORT int mknod(const char *path, mode_t mode, dev_t device)
{
        return fails("mknod") ? -1 : (int)syscall(SYS_mknod, path, mode, (unsigned)device);
}

EXPORT int symlink(const char *target, const char *path)
{
        return fails("symlink") ? -1 : (int)syscall(SYS_symlink, target, path);
}

EXPORT int lsetxattr(const char *path, const char *name, const void *value, size_t size, int flags)
{
        return fails("lsetxattr") ? -1 : (int)syscall(SYS_lsetxattr, path, name, value, size, flags);
}

static void change_owner(const char *name)
{
        static int changes;
        const char *number = getenv("VIREO_DIE_AT_OWNER");

        if (number && strncmp(name, "trusted.", 8) == 0 && ++changes == atoi(number))
                kill(getpid(), SIGKILL);
}

EXPORT int setxattr(const char *path, const char *name, const void *value, size_t size, int flags)
{
        change_owner(name);
        return (int)syscall(SYS_setxattr, path, name, value, size, flags);
}

EXPORT int removexattr(const char *path, const char *name)
{
        change_owner(name);
        return (int)syscall(SYS_removexattr, path, name);
}

EXPORT int stat(const char *path, struct stat *ret)
{
        return fails("stat") ? -1 : (int)syscall(SYS_stat, path, ret);
}

EXPORT int stat64(const char *path, struct stat64 *ret)
{
        return fails("stat") ? -1 : (int)syscall(SYS_stat, path, ret);
}

static int open_or_fail(const char *path, int flags, mode_t mode)
{
        return (flags & O_CREAT) && fails("open") ? -1 : raw_open(path, flags, mode);
}

DOUBLE_OPEN(open_or_fail)

EXPORT int ioctl(int fd, unsigned long request, ...)
{
        va_list ap;
        void *argument;

        va_start(ap, request);
        argument = va_arg(ap, void *);
        va_end(ap);
        if (request == TUNSETIFF && getenv("VIREO_DIE_AT_TAP"))
                kill(getpid(), SIGKILL);
        return (int)syscall(SYS_ioctl, fd, request, argument);
}
