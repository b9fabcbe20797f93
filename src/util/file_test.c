#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_folder.h"
#include "util/auto.h"

/* A folder of our own for each test; in the working directory, because /tmp may be a tmpfs without a disk below. */
static char *folder;

static char *in_folder(const char *name)
{
        return g_build_filename(folder, name, NULL);
}

static void test_read(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *path = in_folder("x");
        g_autofree char *text = NULL;
        size_t length = 0;

        g_assert_cmpint(file_read(path, 10, &text, &length, &err), ==, -1);
        g_assert_cmpint(err.int1, ==, ENOENT);
        g_assert_nonnull(strstr(err.message, path));
        error_clear(&err);

        g_assert_true(g_file_set_contents(path, "0123456789", 10, NULL));
        g_assert_cmpint(file_read(path, 10, &text, &length, &err), ==, 0);
        g_assert_cmpstr(text, ==, "0123456789");
        g_assert_cmpuint(length, ==, 10);
        g_clear_pointer(&text, g_free);

        g_assert_cmpint(file_read(path, 9, &text, &length, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OVERFLOW);
        g_assert_null(text);
}

/* Files of /proc have no size. */
static void test_read_without_size(void)
{
        g_autofree char *text = NULL;
        size_t length;

        g_assert_cmpint(file_read("/proc/self/maps", 1 << 20, &text, &length, NULL), ==, 0);
        g_assert_cmpuint(length, ==, strlen(text));
        g_assert_cmpuint(length, >, 1000);
        g_assert_cmpint(file_read("/proc/self/maps", 100, &(char *){ NULL }, NULL, NULL), ==, -1);
}

static void test_replace(void)
{
        g_autofree char *path = in_folder("web.xml");
        g_autofree char *text = NULL;
        g_auto(GStrv) names = NULL;
        struct stat st;

        g_assert_cmpint(file_replace(path, "one", 3, 0640, NULL), ==, 0);
        g_assert_cmpint(file_replace(path, "second", 6, 0600, NULL), ==, 0);
        g_assert_cmpint(file_read(path, 100, &text, NULL, NULL), ==, 0);
        g_assert_cmpstr(text, ==, "second");
        g_assert_cmpint(stat(path, &st), ==, 0);
        g_assert_cmpint(st.st_mode & 07777, ==, 0600);
        g_assert_cmpint(dir_list(folder, NULL, &names, NULL), ==, 0);
        g_assert_cmpuint(g_strv_length(names), ==, 1);
}

static void test_replace_fails_whole(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *inner = in_folder("is-a-folder/x");
        g_autofree char *path = in_folder("is-a-folder");
        g_auto(GStrv) names = NULL;

        g_assert_cmpint(dir_make(inner, 0700, NULL), ==, 0);
        g_assert_cmpint(file_replace(path, "x", 1, 0600, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, path));
        g_assert_cmpint(dir_list(folder, NULL, &names, NULL), ==, 0);
        g_assert_cmpuint(g_strv_length(names), ==, 1); /* no temporary file is left */
        error_clear(&err);
        g_assert_cmpint(file_replace("/nonexistent/x", "x", 1, 0600, &err), ==, -1);
        g_assert_cmpint(err.int1, ==, ENOENT);
}

/* What a killed writer left is neither listed nor in the way. */
static void test_rest_of_a_killed_writer(void)
{
        g_autofree char *rest = in_folder(".web.xml.new");
        g_autofree char *other = in_folder(".gone.xml.new");
        g_autofree char *path = in_folder("web.xml");
        g_autofree char *text = NULL;
        g_auto(GStrv) names = NULL, all = NULL;

        g_assert_true(g_file_set_contents(rest, "half written, and longer", -1, NULL));
        g_assert_true(g_file_set_contents(other, "half", -1, NULL));
        g_assert_cmpint(file_replace(path, "whole", 5, 0600, NULL), ==, 0);
        g_assert_cmpint(file_read(path, 100, &text, NULL, NULL), ==, 0);
        g_assert_cmpstr(text, ==, "whole");
        g_assert_cmpint(dir_list(folder, ".xml", &names, NULL), ==, 0);
        g_assert_cmpuint(g_strv_length(names), ==, 1);
        g_assert_cmpint(dir_sweep(folder, NULL), ==, 0);
        g_assert_cmpint(dir_list(folder, NULL, &all, NULL), ==, 0);
        g_assert_cmpuint(g_strv_length(all), ==, 1);
}

static void test_sweep_spares_writers(void)
{
        g_autofree char *busy = in_folder(".busy.xml.new");
        AUTO_FD int fd = open(busy, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

        g_assert_cmpint(flock(fd, LOCK_EX), ==, 0);
        g_assert_cmpint(dir_sweep(folder, NULL), ==, 0);
        g_assert_cmpint(access(busy, F_OK), ==, 0);
        g_assert_cmpint(flock(fd, LOCK_UN), ==, 0);
        g_assert_cmpint(dir_sweep(folder, NULL), ==, 0);
        g_assert_cmpint(access(busy, F_OK), ==, -1);
}

enum { THREADS = 8, ROUNDS = 25, LENGTH = 3000 };

static void *replace_often(void *opaque)
{
        g_autofree char *shared = in_folder("shared.xml");
        g_autofree char *text = g_strnfill(LENGTH, (char)('a' + GPOINTER_TO_INT(opaque)));
        g_autofree char *name = g_strdup_printf("own-%d.xml", GPOINTER_TO_INT(opaque));
        g_autofree char *own = in_folder(name);

        for (int i = 0; i < ROUNDS; i++) {
                g_assert_cmpint(file_replace(i % 2 ? shared : own, text, LENGTH, 0600, NULL), ==, 0);
                g_assert_cmpint(access(own, F_OK), ==, 0);
        }
        return NULL;
}

static void assert_whole(const char *path)
{
        g_autofree char *text = NULL;
        size_t length;

        g_assert_cmpint(file_read(path, 1 << 20, &text, &length, NULL), ==, 0);
        g_assert_cmpuint(length, ==, LENGTH);
        for (size_t i = 1; i < length; i++)
                g_assert_cmpint(text[i], ==, text[0]);
}

static void test_replace_from_many_threads(void)
{
        g_autofree char *shared = in_folder("shared.xml");
        g_auto(GStrv) names = NULL;
        GThread *threads[THREADS];

        for (int i = 0; i < THREADS; i++)
                threads[i] = g_thread_new("replace", replace_often, GINT_TO_POINTER(i));
        for (int i = 0; i < THREADS; i++)
                g_thread_join(threads[i]);
        assert_whole(shared);
        g_assert_cmpint(dir_list(folder, NULL, &names, NULL), ==, 0);
        g_assert_cmpuint(g_strv_length(names), ==, THREADS + 1);
}

/* Replaces for ever with a growing number, padded; @told gets the number after each acknowledged write. */
static void replace_until_killed(const char *path, int told)
{
        for (uint64_t i = 1;; i++) {
                char text[LENGTH + 1];

                g_snprintf(text, sizeof(text), "%0*" G_GUINT64_FORMAT, LENGTH, i);
                if (file_replace(path, text, LENGTH, 0600, NULL) < 0 || write(told, &i, sizeof(i)) != sizeof(i))
                        _exit(1);
        }
}

/* The last acknowledged number: all that the pipe holds, now that its writer is gone. */
static uint64_t last_told(int fd, uint64_t last)
{
        uint64_t number;

        while (read(fd, &number, sizeof(number)) == sizeof(number))
                last = number;
        return last;
}

static uint64_t number_in(const char *path)
{
        g_autofree char *text = NULL;
        size_t length;

        g_assert_cmpint(file_read(path, 1 << 20, &text, &length, NULL), ==, 0);
        g_assert_cmpuint(length, ==, LENGTH);
        return g_ascii_strtoull(text, NULL, 10);
}

/* Whatever the moment of the kill, the file is whole, and it is the acknowledged one or the one after. */
static void test_killed_writer(void)
{
        g_autofree char *path = in_folder("killed.xml");

        for (int round = 0; round < 30; round++) {
                uint64_t told, written;
                int ends[2];
                pid_t pid;

                g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
                pid = fork();
                if (pid == 0)
                        replace_until_killed(path, ends[1]);
                close(ends[1]);
                g_assert_cmpint(read(ends[0], &told, sizeof(told)), ==, sizeof(told));
                g_usleep((gulong)g_random_int_range(0, 5000)); /* a random moment, not a wait */
                kill(pid, SIGKILL);
                waitpid(pid, NULL, 0);
                told = last_told(ends[0], told);
                close(ends[0]);
                written = number_in(path);
                g_assert_cmpuint(written - told, <=, 1);
        }
        g_assert_cmpint(dir_sweep(folder, NULL), ==, 0);
}

static void test_remove_and_links(void)
{
        g_autofree char *path = in_folder("x");
        g_autofree char *link = in_folder("l");
        g_autofree char *target = NULL;

        g_assert_cmpint(file_remove(path, NULL), ==, 0);
        g_assert_cmpint(file_remove("/nonexistent/folder/x", NULL), ==, 0);
        g_assert_cmpint(file_symlink_replace("nowhere", link, NULL), ==, 0);
        g_assert_cmpint(file_symlink_replace("x", link, NULL), ==, 0);
        target = g_file_read_link(link, NULL);
        g_assert_cmpstr(target, ==, "x");
        g_assert_cmpint(file_remove(link, NULL), ==, 0); /* dangling, and still removed */
        g_assert_false(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
}

static void test_folders(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *deep = in_folder("a//b/c/");
        g_autofree char *file = in_folder("f");
        g_autofree char *below = in_folder("f/x");
        g_auto(GStrv) names = NULL, none = NULL;

        g_assert_cmpint(dir_make(deep, 0700, &err), ==, 0);
        g_assert_cmpint(dir_make(deep, 0700, &err), ==, 0);
        g_assert_true(g_file_test(deep, G_FILE_TEST_IS_DIR));
        g_assert_true(g_file_set_contents(file, "", 0, NULL));
        g_assert_cmpint(dir_make(below, 0700, &err), ==, -1);
        error_clear(&err);
        g_assert_cmpint(dir_make(file, 0700, &err), ==, -1);
        g_assert_cmpint(dir_list(folder, NULL, &names, NULL), ==, 0);
        g_assert_cmpstr(names[0], ==, "a");
        g_assert_cmpstr(names[1], ==, "f");
        g_assert_null(names[2]);
        g_assert_cmpint(dir_list("/nonexistent", NULL, &none, NULL), ==, 0);
        g_assert_null(none[0]);
}

/* In a child: whether the lock file is busy, and by whom. */
static pid_t busy_in_child(const char *path)
{
        int status;
        pid_t pid = fork();

        if (pid == 0) {
                pid_t holder = 0;
                int fd;

                _exit(lock_file_take(path, &fd, &holder, NULL) == LOCK_FILE_BUSY && holder == getppid() ? 1 : 0);
        }
        waitpid(pid, &status, 0);
        return WEXITSTATUS(status);
}

/* Holds libvirt's kind of lock in a child meanwhile: what do we get? */
static int process_lock_first_byte(const char *path)
{
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };
        int ends[2], fd = -1, r;
        char ready;
        pid_t pid;

        g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
        pid = fork();
        if (pid == 0) {
                fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
                if (fcntl(fd, F_SETLK, &lock) < 0 || write(ends[1], "x", 1) != 1)
                        _exit(1);
                for (;;)
                        pause();
        }
        g_assert_cmpint(read(ends[0], &ready, 1), ==, 1);
        r = lock_file_take(path, &fd, NULL, NULL);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        close(ends[0]);
        close(ends[1]);
        return r;
}

/* One that ended, and a child of it that holds the lock too, until @ret_end is closed. */
static void leave_child(const char *path, int *ret_end)
{
        int ends[2], fd;
        char byte;
        pid_t pid;

        g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
        pid = fork();
        if (pid == 0) {
                close(ends[1]);
                if (lock_file_take(path, &fd, NULL, NULL) != LOCK_FILE_TAKEN || fork() > 0)
                        _exit(0);
                _exit(read(ends[0], &byte, 1) < 0);
        }
        close(ends[0]);
        waitpid(pid, NULL, 0);
        *ret_end = ends[1];
}

static void *let_go(void *end)
{
        g_usleep(50 * 1000); /* any time at all: it is waited for */
        close(GPOINTER_TO_INT(end));
        return NULL;
}

static void test_lock_of_the_dead(void)
{
        g_autofree char *path = in_folder("left.pid");
        GThread *thread;
        pid_t holder = 0;
        int fd, end;

        leave_child(path, &end);
        thread = g_thread_new("let go", let_go, GINT_TO_POINTER(end));
        g_assert_cmpint(lock_file_take(path, &fd, &holder, NULL), ==, LOCK_FILE_TAKEN);
        g_thread_join(thread);
        close(fd);
}

static void test_lock_file(void)
{
        g_autofree char *path = in_folder("driver.pid");
        g_autofree char *text = NULL;
        int fd, other;
        pid_t pid;

        g_assert_cmpint(lock_file_take(path, &fd, &pid, NULL), ==, LOCK_FILE_TAKEN);
        g_assert_cmpint(file_read(path, 100, &text, NULL, NULL), ==, 0);
        g_assert_cmpint(atoi(text), ==, getpid());
        g_assert_cmpint(lock_file_take(path, &other, &pid, NULL), ==, LOCK_FILE_BUSY);
        g_assert_cmpint(pid, ==, getpid());
        g_assert_true(busy_in_child(path));
        close(fd);
        g_assert_false(busy_in_child(path));

        /* A process lock on the first byte, as libvirt takes it, keeps us out as well. */
        g_assert_cmpint(process_lock_first_byte(path), ==, LOCK_FILE_BUSY);
}

static void run_in_folder(const void *opaque)
{
        void (*func)(void) = (void (*)(void))opaque;

        folder = g_strdup("file-test-XXXXXX");
        g_assert_nonnull(g_mkdtemp(folder));
        func();
        test_remove(folder);
        g_clear_pointer(&folder, g_free);
}

int main(int argc, char **argv)
{
        static const struct {
                const char *name;
                void (*func)(void);
        } tests[] = {
                { "/file/read", test_read },
                { "/file/read-without-size", test_read_without_size },
                { "/file/replace", test_replace },
                { "/file/replace-fails-whole", test_replace_fails_whole },
                { "/file/rest-of-a-killed-writer", test_rest_of_a_killed_writer },
                { "/file/sweep-spares-writers", test_sweep_spares_writers },
                { "/file/remove-and-links", test_remove_and_links },
                { "/file/folders", test_folders },
                { "/file/lock-file", test_lock_file },
                { "/file/lock-of-the-dead", test_lock_of_the_dead },
                { "/file/replace-from-many-threads", test_replace_from_many_threads },
                { "/file/killed-writer", test_killed_writer },
        };

        g_test_init(&argc, &argv, NULL);
        for (size_t i = 0; i < ARRAY_SIZE(tests); i++)
                g_test_add_data_func(tests[i].name, (const void *)tests[i].func, run_in_folder);
        return g_test_run();
}
