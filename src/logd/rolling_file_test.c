#include "rolling_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "util/auto.h"
#include "util/file.h"

static char *folder;

static char *place(const char *name)
{
        return g_build_filename(folder, name, NULL);
}

static char *content(const char *path)
{
        char *text = NULL;

        return file_read(path, 1 << 20, &text, NULL, NULL) < 0 ? NULL : text;
}

static void check(const char *path, const char *expected)
{
        g_autofree char *text = content(path);

        g_assert_cmpstr(text, ==, expected);
}

static RollingFile *open_small(const char *path, uint64_t size, unsigned backups, bool truncate)
{
        const RollingLimits limits = { .max_size = size, .max_backups = backups };
        RollingFile *file = rolling_file_open(path, truncate, &limits, NULL);

        g_assert_nonnull(file);
        return file;
}

static void put(RollingFile *file, const char *text)
{
        g_assert_cmpint(rolling_file_write(file, text, strlen(text), NULL), ==, 0);
}

/* A file holds ten bytes: what comes goes on in the next, and lines that fit stay whole. */
static void test_roll(void)
{
        g_autofree char *path = place("roll.log");
        g_autofree char *first = place("roll.log.0");
        g_autofree char *second = place("roll.log.1");
        g_autofree char *third = place("roll.log.2");
        RollingFile *file = open_small(path, 10, 2, false);

        put(file, "abcd\nefgh\n");
        check(path, "abcd\nefgh\n");
        g_assert_null(content(first));
        put(file, "ij\nklmnopqrst");
        check(second, "abcd\nefgh\n");
        check(first, "ij\n");
        put(file, "!");
        rolling_file_free(file);
        check(second, "ij\n");
        check(first, "klmnopqrst");
        check(path, "!");
        g_assert_null(content(third));
}

/* The oldest goes; without backups everything that is full does. */
static void test_backups(void)
{
        g_autofree char *path = place("many.log");
        g_autofree char *first = place("many.log.0");
        g_autofree char *second = place("many.log.1");
        g_autofree char *none = place("none.log");
        g_autofree char *none_first = place("none.log.0");
        RollingFile *file = open_small(path, 4, 2, false);

        put(file, "aaaabbbbccccdddd");
        rolling_file_free(file);
        check(second, "bbbb");
        check(first, "cccc");
        check(path, "dddd");
        file = open_small(none, 4, 0, false);
        put(file, "aaaabbbb");
        rolling_file_free(file);
        check(none, "bbbb");
        g_assert_null(content(none_first));
}

static void test_never_rolled(void)
{
        g_autofree char *path = place("endless.log");
        g_autofree char *first = place("endless.log.0");
        RollingFile *file = open_small(path, 0, 2, false);

        for (int i = 0; i < 100; i++)
                put(file, "0123456789");
        rolling_file_free(file);
        g_assert_null(content(first));
}

static void test_truncate(void)
{
        g_autofree char *path = place("anew.log");
        g_autofree char *first = place("anew.log.0");
        RollingFile *file = open_small(path, 4, 2, false);

        put(file, "aaaabb");
        rolling_file_free(file);
        file = open_small(path, 4, 2, true);
        put(file, "c");
        rolling_file_free(file);
        check(path, "c");
        g_assert_null(content(first));
}

/* Somebody else (logrotate) empties the file: it begins anew and is as large as it is. */
static void test_emptied_meanwhile(void)
{
        g_autofree char *path = place("emptied.log");
        RollingFile *file = open_small(path, 10, 1, false);
        RollingPosition position;

        put(file, "12345678");
        g_assert_cmpint(truncate(path, 0), ==, 0);
        put(file, "abcdefgh");
        check(path, "abcdefgh");
        g_assert_cmpint(rolling_file_position(file, &position, NULL), ==, 0);
        g_assert_cmpuint(position.offset, ==, 8);
        rolling_file_free(file);
}

static void test_owner_stays(void)
{
        g_autofree char *path = place("mode.log");
        RollingFile *file = open_small(path, 4, 1, false);
        struct stat st;

        g_assert_cmpint(chmod(path, 0640), ==, 0);
        put(file, "aaaabb");
        rolling_file_free(file);
        g_assert_cmpint(stat(path, &st), ==, 0);
        g_assert_cmpuint(st.st_mode & 0777, ==, 0640);
}

static void check_read(const char *path, const RollingPosition *from, size_t max, const char *expected)
{
        g_autofree char *text = NULL;

        g_assert_cmpint(rolling_file_read(path, 3, from, max, &text, NULL), ==, 0);
        g_assert_cmpstr(text, ==, expected);
}

/* A place is found again though its file has moved on. */
static void test_read(void)
{
        g_autofree char *path = place("read.log");
        RollingFile *file = open_small(path, 5, 3, false);
        RollingPosition start, later;
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;

        g_assert_cmpint(rolling_file_position(file, &start, NULL), ==, 0);
        put(file, "abc");
        g_assert_cmpint(rolling_file_position(file, &later, NULL), ==, 0);
        put(file, "defghijklm");
        rolling_file_free(file);
        check_read(path, &start, 100, "abcdefghijklm");
        check_read(path, &later, 100, "defghijklm");
        check_read(path, &later, 4, "defg");
        start.inode = 1;
        g_assert_cmpint(rolling_file_read(path, 3, &start, 100, &text, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_SYSTEM_ERROR);
}

int main(int argc, char **argv)
{
        int status;

        g_test_init(&argc, &argv, NULL);
        folder = g_dir_make_tmp("rolling-XXXXXX", NULL);
        g_assert_nonnull(folder);
        g_test_add_func("/logd/rolling/roll", test_roll);
        g_test_add_func("/logd/rolling/backups", test_backups);
        g_test_add_func("/logd/rolling/never", test_never_rolled);
        g_test_add_func("/logd/rolling/truncate", test_truncate);
        g_test_add_func("/logd/rolling/emptied", test_emptied_meanwhile);
        g_test_add_func("/logd/rolling/owner", test_owner_stays);
        g_test_add_func("/logd/rolling/read", test_read);
        status = g_test_run();
        if (status == 0) {
                g_auto(GStrv) names = NULL;

                g_assert_cmpint(dir_list(folder, NULL, &names, NULL), ==, 0);
                for (char **name = names; *name; name++) {
                        g_autofree char *path = place(*name);

                        unlink(path);
                }
                rmdir(folder);
        }
        g_free(folder);
        return status;
}
