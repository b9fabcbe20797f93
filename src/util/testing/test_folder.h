/* For tests with files: a folder that looks like a host's tree, and its end. */
#pragma once

#include <glib.h>
#include <unistd.h>

/** test_put: @path below @root says @text; the folders on the way to it are made. */
static inline void test_put(const char *root, const char *path, const char *text)
{
        g_autofree char *whole = g_build_filename(root, path, NULL);
        g_autofree char *folder = g_path_get_dirname(whole);

        g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
        g_assert_true(g_file_set_contents(whole, text, -1, NULL));
}

/** test_get: what the file @path below @root says. */
static inline char *test_get(const char *root, const char *path)
{
        g_autofree char *whole = g_build_filename(root, path, NULL);
        char *text = NULL;

        g_assert_true(g_file_get_contents(whole, &text, NULL, NULL));
        return text;
}

/** test_remove: @path and all below it; links are removed, not followed. */
static inline void test_remove(const char *path)
{
        GDir *dir = unlink(path) < 0 ? g_dir_open(path, 0, NULL) : NULL;

        if (!dir)
                return;
        for (const char *name = g_dir_read_name(dir); name; name = g_dir_read_name(dir)) {
                g_autofree char *inner = g_build_filename(path, name, NULL);

                test_remove(inner);
        }
        g_dir_close(dir);
        rmdir(path);
}
