/* Carries out the plan of a private /dev, in a child that shares our memory: system calls on what is prepared, and
 * nothing else.
 *
 * Whatever is made or removed lies on the private folder's own file system; that is checked before each step, because
 * beyond a mount point the same path leads to the host's folder. */
#include "private_dev_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

const char *const dev_label_names[DEV_LABELS] = { "security.selinux", "security.SMACK64", "system.posix_acl_access" };

enum { PATH_ROOM = 4096 };

/* Whether the folder that has @path is on @device; errno says why not. */
static bool is_ours(const char *path, dev_t device)
{
        char folder[PATH_ROOM];
        const char *slash = strrchr(path, '/');
        struct stat info;

        if (!slash)
                return true;
        if ((size_t)(slash - path) >= sizeof(folder)) {
                errno = ENAMETOOLONG;
                return false;
        }
        memcpy(folder, path, (size_t)(slash - path));
        folder[slash - path] = '\0';
        if (stat(folder, &info) < 0)
                return false;
        errno = ENOENT;
        return info.st_dev == device;
}

static bool same_link(const DevStep *step)
{
        char target[PATH_ROOM];
        ssize_t length = readlink(step->path, target, sizeof(target));

        return length >= 0 && (size_t)length == strlen(step->target) &&
               memcmp(target, step->target, (size_t)length) == 0;
}

static bool is_there(const DevStep *step, const struct stat *info)
{
        switch (step->kind) {
        case DEV_FOLDER: return S_ISDIR(info->st_mode);
        case DEV_LINK: return S_ISLNK(info->st_mode) && same_link(step);
        case DEV_NODE: return (info->st_mode & S_IFMT) == (step->mode & S_IFMT) && info->st_rdev == step->device;
        case DEV_MOUNT: return info->st_dev == step->host_device && info->st_ino == step->host_inode;
        }
        return false;
}

/* Labels may have no meaning on the private file system; what matters is then not enforced either. */
static int dress(const DevStep *step)
{
        if (lchown(step->path, step->uid, step->gid) < 0)
                return -1;
        if (step->kind != DEV_LINK && chmod(step->path, step->mode & 07777) < 0)
                return -1;
        for (size_t i = 0; i < DEV_LABELS; i++)
                if (step->label_lengths[i] > 0 &&
                    lsetxattr(step->path, dev_label_names[i], step->labels[i], step->label_lengths[i], 0) < 0 &&
                    errno != ENOTSUP && errno != EPERM)
                        return -1;
        return 0;
}

static int remove_step(const DevStep *step)
{
        if (step->kind == DEV_FOLDER || (step->kind == DEV_MOUNT && S_ISDIR(step->mode)))
                return rmdir(step->path);
        return unlink(step->path);
}

static int make_target(const DevStep *step)
{
        int fd;

        if (S_ISDIR(step->mode))
                return mkdir(step->path, 0755);
        fd = open(step->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        return fd < 0 ? -1 : close(fd);
}

/* The original over the target: nothing that is mounted or unmounted here later shows on the host. */
static int mount_original(const DevStep *step)
{
        int tree = step->tree;
        int r;

        if (tree < 0)
                tree = open_tree(AT_FDCWD, step->source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
        if (tree < 0)
                return -1;
        r = move_mount(tree, "", AT_FDCWD, step->path, MOVE_MOUNT_F_EMPTY_PATH);
        if (r == 0 && mount(NULL, step->path, NULL, MS_SLAVE | MS_REC, NULL) < 0) {
                umount2(step->path, MNT_DETACH | UMOUNT_NOFOLLOW);
                r = -1;
        }
        if (tree != step->tree)
                close(tree);
        return r;
}

static int make_new(const DevStep *step)
{
        switch (step->kind) {
        case DEV_FOLDER: return mkdir(step->path, 0700);
        case DEV_LINK: return symlink(step->target, step->path);
        case DEV_NODE: return mknod(step->path, (step->mode & S_IFMT) | 0600, step->device);
        case DEV_MOUNT: return make_target(step);
        }
        return -1;
}

static int undo_step(const DevStep *step)
{
        if (step->kind == DEV_MOUNT)
                umount2(step->path, MNT_DETACH | UMOUNT_NOFOLLOW);
        return remove_step(step);
}

/* What is there under the same name and is something else: a link that leads elsewhere since, a node of another
 * device. Only what can be made again is given up. */
static int clear_old(const DevStep *step, const struct stat *old, dev_t device)
{
        if (old->st_dev == device && ((step->kind == DEV_LINK && S_ISLNK(old->st_mode)) ||
                                      (step->kind == DEV_NODE && (S_ISCHR(old->st_mode) || S_ISBLK(old->st_mode)))))
                return unlink(step->path);
        errno = EEXIST;
        return -1;
}

static int make_step(DevStep *step, dev_t device)
{
        struct stat old;
        int r, errnum;

        step->made = false;
        if (lstat(step->path, &old) == 0) {
                if (is_there(step, &old))
                        return 0;
                if (clear_old(step, &old, device) < 0)
                        return -1;
        }
        if (!is_ours(step->path, device) || make_new(step) < 0)
                return -1;
        r = step->kind == DEV_MOUNT ? mount_original(step) : dress(step);
        errnum = errno;
        if (r < 0)
                undo_step(step);
        step->made = r == 0;
        errno = errnum;
        return r;
}

static int make_all(PrivateDev *plan, dev_t device)
{
        for (guint i = 0; i < plan->steps->len; i++) {
                int errnum;

                if (make_step(plan->steps->pdata[i], device) == 0)
                        continue;
                errnum = errno;
                plan->failed = (int)i;
                while (i-- > 0) {
                        DevStep *step = plan->steps->pdata[i];

                        if (step->made)
                                undo_step(step);
                        step->made = false;
                }
                errno = errnum;
                return -1;
        }
        return 0;
}

/* Into the folder, if it is a private one: the host's own is refused. */
static int go_there(const PrivateDev *plan, struct stat *ret)
{
        if (chdir(plan->folder) < 0 || stat(".", ret) < 0)
                return -1;
        if (ret->st_dev == plan->host_device && ret->st_ino == plan->host_inode) {
                errno = EXDEV;
                return -1;
        }
        return 0;
}

int private_dev_enter(void *opaque)
{
        PrivateDev *plan = opaque;
        int before = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        struct stat info;

        plan->failed = -1;
        /* Slave first: from here on nothing that we mount can reach the host. */
        if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL) < 0 ||
            mount("devfs", plan->stage, "tmpfs", MS_NOSUID, "mode=755,size=65536") < 0 || chdir(plan->stage) < 0 ||
            chmod(".", plan->mode) < 0 || stat(".", &info) < 0 || make_all(plan, info.st_dev) < 0)
                return -1;
        if (mount(plan->stage, plan->folder, NULL, MS_MOVE, NULL) < 0)
                return -1;
        if (before < 0)
                return chdir("/");
        return fchdir(before) < 0 ? chdir("/") : close(before);
}

int dev_child_attach(void *opaque)
{
        PrivateDev *plan = opaque;
        struct stat info;

        if (go_there(plan, &info) < 0)
                return -1;
        return make_all(plan, info.st_dev);
}

/* What others still use stays: a folder with something in it, or with something mounted on it. */
static int take_away(const DevStep *step)
{
        if (step->kind == DEV_MOUNT && umount2(step->path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL)
                return -1;
        if (remove_step(step) < 0 && errno != ENOTEMPTY && errno != EEXIST && errno != EBUSY)
                return -1;
        return 0;
}

/* The last first: what is in a folder before the folder. */
int dev_child_detach(void *opaque)
{
        PrivateDev *plan = opaque;
        struct stat there, info;

        if (go_there(plan, &info) < 0)
                return -1;
        for (guint i = plan->steps->len; i > 0; i--) {
                const DevStep *step = plan->steps->pdata[i - 1];

                if (lstat(step->path, &there) < 0 || !is_there(step, &there) || !is_ours(step->path, info.st_dev))
                        continue;
                if (take_away(step) == 0)
                        continue;
                plan->failed = (int)i - 1;
                return -1;
        }
        return 0;
}
