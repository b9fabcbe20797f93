#include "util/private_dev.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_folder.h"
#include "util/auto.h"
#include "util/process.h"

static void put(const char *path, const char *text)
{
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void add(PrivateDev *plan, const char *path)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (private_dev_add(plan, path, (uid_t)-1, (gid_t)-1, &err) != PRIVATE_DEV_ADDED)
                g_error("%s: %s", path, err.message ? err.message : "missing");
}

static char *in(const char *folder, const char *name)
{
        return g_build_filename(folder, name, NULL);
}

/* Without root: what the plan says about a folder of files. */
static void test_plan(void)
{
        g_autofree char *folder = g_dir_make_tmp("vireo-dev-XXXXXX", NULL);
        g_autofree char *dev = in(folder, "dev");
        g_autofree char *deep = in(dev, "disk/by-id");
        g_autofree char *file = in(dev, "disk/image");
        g_autofree char *first = in(folder, "first"), *second = in(deep, "second"), *folder_link = in(dev, "by");
        g_autofree char *through = in(dev, "by/second");
        g_autofree char *missing = in(dev, "by/third");
        g_autoptr(PrivateDev) plan = private_dev_new(dev);
        g_autofree char *text = NULL;

        g_assert_cmpint(g_mkdir_with_parents(deep, 0755), ==, 0);
        put(file, "x");
        g_assert_cmpint(symlink("../image", second), ==, 0);
        g_assert_cmpint(symlink("disk/./by-id", folder_link), ==, 0);
        g_assert_cmpint(symlink(through, first), ==, 0);
        add(plan, first);
        add(plan, file);
        g_assert_cmpint(private_dev_add(plan, missing, (uid_t)-1, (gid_t)-1, NULL), ==, PRIVATE_DEV_MISSING);
        text = private_dev_text(plan);
        g_assert_cmpstr(text, ==,
                        "link by -> disk/./by-id\nfolder disk\nfolder disk/by-id\nlink disk/by-id/second -> ../image\n"
                        "mount disk/image\n");
        test_remove(folder);
}

static void test_plan_loops(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *dev = g_dir_make_tmp("vireo-dev-XXXXXX", NULL);
        g_autofree char *a = in(dev, "a"), *b = in(dev, "b");
        g_autoptr(PrivateDev) plan = private_dev_new(dev);

        g_assert_cmpint(symlink("b", a), ==, 0);
        g_assert_cmpint(symlink("a", b), ==, 0);
        g_assert_cmpint(private_dev_add(plan, a, (uid_t)-1, (gid_t)-1, &err), ==, -1);
        g_assert_cmpint(err.int1, ==, ELOOP);
        test_remove(dev);
}

static void test_plan_mounts(void)
{
        g_autofree char *dev = g_dir_make_tmp("vireo-dev-XXXXXX", NULL);
        g_autofree char *inner = in(dev, "a b/pts/inner"), *other = in(dev, "pts");
        g_autofree char *inside = in(dev, "a b/pts/inner");
        g_autofree char *table = in(dev, "table");
        g_autofree char *lines = g_strdup_printf("1 2 0:5 / %s/a\\040b/pts/inner rw - x x rw\n"
                                                 "1 2 0:5 / %s/a\\040b/pts rw - x x rw\n"
                                                 "1 2 0:5 / %s/gone//deleted rw - x x rw\n"
                                                 "1 2 0:5 / %s rw - x x rw\nnonsense\n1 2 0:5 / /proc rw - x x rw\n",
                                                 dev, dev, dev, dev);
        g_autoptr(PrivateDev) plan = private_dev_new(dev);
        g_autofree char *text = NULL;

        g_assert_cmpint(g_mkdir_with_parents(inner, 0755), ==, 0);
        g_assert_cmpint(g_mkdir_with_parents(other, 0755), ==, 0);
        put(table, lines);
        g_assert_cmpint(private_dev_mounts(plan, table, NULL), ==, 0);
        add(plan, inside);
        text = private_dev_text(plan);
        g_assert_cmpstr(text, ==, "folder a b\nmount a b/pts\n");
        test_remove(dev);
}

/* With root, in a mount namespace and a /dev of the test's own. */

static bool is_root(void)
{
        if (geteuid() == 0)
                return true;
        g_test_skip("needs root");
        return false;
}

static void make_node(const char *path, mode_t type, unsigned major_number, unsigned minor_number, uid_t owner,
                      mode_t mode)
{
        g_assert_cmpint(mknod(path, type | mode, makedev(major_number, minor_number)), ==, 0);
        g_assert_cmpint(chown(path, owner, owner), ==, 0);
        g_assert_cmpint(chmod(path, mode), ==, 0);
}

static void make_socket(const char *path)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM, 0);

        g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
        g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
}

/* What a host may have. */
static void own_dev(void)
{
        g_assert_cmpint(unshare(CLONE_NEWNS), ==, 0);
        g_assert_cmpint(mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL), ==, 0);
        g_assert_cmpint(mount("own", "/dev", "tmpfs", 0, "mode=755"), ==, 0);
        /* As on most hosts: what is mounted in one namespace shows in the others. */
        g_assert_cmpint(mount(NULL, "/dev", NULL, MS_SHARED, NULL), ==, 0);
        make_node("/dev/null", S_IFCHR, 1, 3, 0, 0666);
        make_node("/dev/loop0", S_IFBLK, 7, 0, 6, 0640);
        make_node("/dev/loop1", S_IFBLK, 7, 1, 6, 0660);
        g_assert_cmpint(mkdir("/dev/pts", 0755), ==, 0);
        g_assert_cmpint(mount("devpts", "/dev/pts", "devpts", 0, "newinstance,mode=600,ptmxmode=666"), ==, 0);
        g_assert_cmpint(symlink("pts/ptmx", "/dev/ptmx"), ==, 0);
        g_assert_cmpint(g_mkdir_with_parents("/dev/disk/by-id", 0755), ==, 0);
        g_assert_cmpint(symlink("../../loop0", "/dev/disk/by-id/one"), ==, 0);
        g_assert_cmpint(symlink("disk/by-id/one", "/dev/chain"), ==, 0);
        put("/dev/my_awesome_disk", "an image");
        g_assert_cmpint(mkdir("/dev/run", 0700), ==, 0);
        make_socket("/dev/run/socket");
        g_assert_cmpint(mkdir("/dev/shm", 0755), ==, 0);
        g_assert_cmpint(mount("shm", "/dev/shm", "tmpfs", 0, NULL), ==, 0);
        put("/dev/shm/memory", "shared");
}

/* Everything below the test's /dev with its attributes, to see that nobody touched it. */
static char *host_dev(void)
{
        const char *words[] = { "sh", "-c",
                                "find /dev -printf '%p %y %m %U %G %i %l\\n' | sort; grep /dev /proc/self/mounts",
                                NULL };
        char *text = NULL;

        g_assert_true(
                g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text, NULL, NULL, NULL));
        return text;
}

typedef struct Guest {
        char *stage;
        pid_t pid;
} Guest;

static PrivateDev *base_plan(void)
{
        PrivateDev *plan = private_dev_new("/dev");

        g_assert_cmpint(private_dev_mounts(plan, "/proc/self/mountinfo", NULL), ==, 0);
        add(plan, "/dev/null");
        add(plan, "/dev/ptmx");
        return plan;
}

static int start_with(Guest *guest, PrivateDev *plan, Error *err)
{
        Process *process = process_new("/bin/sleep");
        int r;

        guest->stage = g_dir_make_tmp("vireo-stage-XXXXXX", NULL);
        private_dev_stage(plan, guest->stage);
        process_add(process, "1000");
        process_before(process, "make a private /dev", private_dev_enter, plan);
        r = process_start(process, &guest->pid, err);
        process_free(process);
        return r;
}

static Guest start(PrivateDev *plan)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Guest guest = { 0 };

        if (start_with(&guest, plan, &err) < 0)
                g_error("%s (at %s)", err.message, private_dev_failed(plan));
        return guest;
}

static void end(Guest *guest)
{
        if (guest->pid > 0) {
                kill(guest->pid, SIGKILL);
                waitpid(guest->pid, NULL, 0);
        }
        /* Nothing was mounted or left there. */
        g_assert_cmpint(rmdir(guest->stage), ==, 0);
        g_free(guest->stage);
}

static bool sees(const Guest *guest, const char *path, struct stat *ret)
{
        g_autofree char *full = g_strdup_printf("/proc/%d/root%s", guest->pid, path);

        return lstat(full, ret) == 0;
}

static void assert_sees(const Guest *guest, const char *path, bool want)
{
        struct stat info;

        if (sees(guest, path, &info) != want)
                g_error("%s is %s", path, want ? "missing" : "there");
}

static void assert_same_inode(const Guest *guest, const char *path)
{
        struct stat here, there;

        g_assert_cmpint(lstat(path, &here), ==, 0);
        g_assert_true(sees(guest, path, &there));
        g_assert_true(here.st_dev == there.st_dev && here.st_ino == there.st_ino);
}

/* A node or link made again: the same, on another file system. */
static void assert_made_again(const Guest *guest, const char *path)
{
        struct stat here, there;

        g_assert_cmpint(lstat(path, &here), ==, 0);
        g_assert_true(sees(guest, path, &there));
        g_assert_true(here.st_dev != there.st_dev);
        g_assert_cmpint(here.st_mode, ==, there.st_mode);
        g_assert_cmpint(here.st_uid, ==, there.st_uid);
        g_assert_cmpint(here.st_gid, ==, there.st_gid);
        g_assert_true(here.st_rdev == there.st_rdev);
}

static void test_cold(void)
{
        g_autofree char *before = host_dev();
        g_autoptr(PrivateDev) plan = NULL;
        g_autofree char *after = NULL;
        Guest guest;

        if (!is_root())
                return;
        plan = base_plan();
        add(plan, "/dev/my_awesome_disk");
        add(plan, "/dev/chain");
        add(plan, "/dev/run");
        add(plan, "/dev/run/socket");
        add(plan, "/dev/shm/memory");
        guest = start(plan);
        assert_same_inode(&guest, "/dev/my_awesome_disk");
        assert_same_inode(&guest, "/dev/run");
        assert_same_inode(&guest, "/dev/run/socket");
        assert_same_inode(&guest, "/dev/shm/memory");
        assert_same_inode(&guest, "/dev/pts/ptmx");
        assert_made_again(&guest, "/dev/chain");
        assert_made_again(&guest, "/dev/disk/by-id/one");
        assert_made_again(&guest, "/dev/loop0");
        assert_made_again(&guest, "/dev/null");
        assert_sees(&guest, "/dev/loop1", false);
        after = host_dev();
        g_assert_cmpstr(before, ==, after);
        end(&guest);
}

static void test_owner(void)
{
        g_autoptr(PrivateDev) plan = NULL;
        struct stat info;
        Guest guest;

        if (!is_root())
                return;
        plan = base_plan();
        g_assert_cmpint(private_dev_add(plan, "/dev/loop0", 123, 45, NULL), ==, PRIVATE_DEV_ADDED);
        guest = start(plan);
        g_assert_true(sees(&guest, "/dev/loop0", &info));
        g_assert_cmpint(info.st_uid, ==, 123);
        g_assert_cmpint(info.st_gid, ==, 45);
        g_assert_cmpint(stat("/dev/loop0", &info), ==, 0);
        g_assert_cmpint(info.st_uid, ==, 6);
        end(&guest);
}

static void attach(const Guest *guest, const char *path)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(PrivateDev) plan = private_dev_new("/dev");

        add(plan, path);
        if (private_dev_attach(plan, guest->pid, &err) < 0)
                g_error("%s", err.message);
}

static void detach(const Guest *guest, const char *path, PrivateDev *keep)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(PrivateDev) plan = private_dev_of("/dev", guest->pid);

        add(plan, path);
        private_dev_subtract(plan, keep);
        if (private_dev_detach(plan, guest->pid, &err) < 0)
                g_error("%s", err.message);
}

static void test_hot(void)
{
        g_autofree char *before = host_dev();
        g_autoptr(PrivateDev) base = NULL;
        g_autofree char *after = NULL;
        Guest guest;

        if (!is_root())
                return;
        base = base_plan();
        guest = start(base);
        attach(&guest, "/dev/my_awesome_disk");
        attach(&guest, "/dev/my_awesome_disk");
        attach(&guest, "/dev/chain");
        attach(&guest, "/dev/run");
        attach(&guest, "/dev/run/socket");
        assert_same_inode(&guest, "/dev/my_awesome_disk");
        assert_same_inode(&guest, "/dev/run/socket");
        assert_made_again(&guest, "/dev/chain");
        assert_made_again(&guest, "/dev/loop0");
        after = host_dev();
        g_assert_cmpstr(before, ==, after);
        detach(&guest, "/dev/my_awesome_disk", base);
        detach(&guest, "/dev/chain", base);
        detach(&guest, "/dev/run/socket", base);
        assert_sees(&guest, "/dev/run", true);
        detach(&guest, "/dev/run", base);
        detach(&guest, "/dev/shm/memory", base);
        assert_sees(&guest, "/dev/my_awesome_disk", false);
        assert_sees(&guest, "/dev/chain", false);
        assert_sees(&guest, "/dev/disk", false);
        assert_sees(&guest, "/dev/loop0", false);
        assert_sees(&guest, "/dev/run", false);
        assert_sees(&guest, "/dev/shm/memory", true);
        assert_sees(&guest, "/dev/null", true);
        g_free(after);
        after = host_dev();
        g_assert_cmpstr(before, ==, after);
        end(&guest);
}

/* Two disks on one file: the plan of what remains keeps it. */
static void test_shared(void)
{
        g_autoptr(PrivateDev) base = NULL, rest = NULL;
        Guest guest;

        if (!is_root())
                return;
        base = base_plan();
        rest = base_plan();
        guest = start(base);
        attach(&guest, "/dev/my_awesome_disk");
        attach(&guest, "/dev/chain");
        add(rest, "/dev/my_awesome_disk");
        add(rest, "/dev/disk/by-id/one");
        detach(&guest, "/dev/my_awesome_disk", rest);
        detach(&guest, "/dev/chain", rest);
        assert_sees(&guest, "/dev/my_awesome_disk", true);
        assert_sees(&guest, "/dev/disk/by-id/one", true);
        assert_sees(&guest, "/dev/loop0", true);
        assert_sees(&guest, "/dev/chain", false);
        detach(&guest, "/dev/my_awesome_disk", base);
        assert_sees(&guest, "/dev/my_awesome_disk", false);
        end(&guest);
}

/* The host has lost the image meanwhile. */
static void test_detach_lost(void)
{
        g_autoptr(PrivateDev) base = NULL;
        Guest guest;

        if (!is_root())
                return;
        base = base_plan();
        guest = start(base);
        put("/dev/short_lived", "x");
        attach(&guest, "/dev/short_lived");
        g_assert_cmpint(unlink("/dev/short_lived"), ==, 0);
        detach(&guest, "/dev/short_lived", base);
        assert_sees(&guest, "/dev/short_lived", false);
        end(&guest);
}

/* A plain file stands where each step of the plan wants to put something: nothing is left of the steps before. */
static void fail_at(const char *const *steps, size_t obstacle)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(PrivateDev) base = base_plan(), plan = private_dev_new("/dev");
        Guest guest = start(base);
        g_autofree char *path = g_strdup_printf("/proc/%d/root%s", guest.pid, steps[obstacle]);
        g_autofree char *folder = g_path_get_dirname(path);

        g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
        put(path, "in the way");
        add(plan, "/dev/my_awesome_disk");
        add(plan, "/dev/chain");
        add(plan, "/dev/run/socket");
        g_assert_cmpint(private_dev_attach(plan, guest.pid, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, steps[obstacle]));
        for (size_t i = 0; steps[i]; i++)
                assert_sees(&guest, steps[i],
                            g_str_has_prefix(path + strlen(path) - strlen(steps[obstacle]), steps[i]));
        end(&guest);
}

static void test_failures(void)
{
        static const char *const steps[] = { "/dev/my_awesome_disk",
                                             "/dev/chain",
                                             "/dev/disk",
                                             "/dev/disk/by-id",
                                             "/dev/disk/by-id/one",
                                             "/dev/loop0",
                                             "/dev/run",
                                             "/dev/run/socket",
                                             NULL };
        g_autofree char *before = host_dev();
        g_autofree char *after = NULL;

        if (!is_root())
                return;
        for (size_t i = 0; steps[i]; i++)
                fail_at(steps, i);
        after = host_dev();
        g_assert_cmpstr(before, ==, after);
}

static void test_start_fails(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *before = host_dev();
        g_autoptr(PrivateDev) plan = NULL;
        g_autofree char *after = NULL;
        Guest guest = { 0 };

        if (!is_root())
                return;
        plan = base_plan();
        put("/dev/too_late", "x");
        add(plan, "/dev/too_late");
        g_assert_cmpint(unlink("/dev/too_late"), ==, 0);
        g_assert_cmpint(start_with(&guest, plan, &err), ==, -1);
        g_assert_cmpstr(private_dev_failed(plan), ==, "/dev/too_late");
        g_assert_cmpint(err.int1, ==, ENOENT);
        end(&guest);
        after = host_dev();
        g_assert_cmpstr(before, ==, after);
}

/* A process without a /dev of its own: nothing is made in the host's. */
static void test_not_private(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *before = host_dev();
        g_autoptr(PrivateDev) plan = NULL;
        g_autofree char *after = NULL;

        if (!is_root())
                return;
        plan = private_dev_new("/dev");
        add(plan, "/dev/loop1");
        g_assert_cmpint(private_dev_attach(plan, getpid(), &err), ==, -1);
        g_assert_cmpint(private_dev_detach(plan, getpid(), NULL), ==, -1);
        after = host_dev();
        g_assert_cmpstr(before, ==, after);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        if (geteuid() == 0)
                own_dev();
        g_test_add_func("/private-dev/plan", test_plan);
        g_test_add_func("/private-dev/plan/loops", test_plan_loops);
        g_test_add_func("/private-dev/plan/mounts", test_plan_mounts);
        g_test_add_func("/private-dev/root/cold", test_cold);
        g_test_add_func("/private-dev/root/owner", test_owner);
        g_test_add_func("/private-dev/root/hot", test_hot);
        g_test_add_func("/private-dev/root/shared", test_shared);
        g_test_add_func("/private-dev/root/detach-lost", test_detach_lost);
        g_test_add_func("/private-dev/root/failures", test_failures);
        g_test_add_func("/private-dev/root/start-fails", test_start_fails);
        g_test_add_func("/private-dev/root/not-private", test_not_private);
        return g_test_run();
}
