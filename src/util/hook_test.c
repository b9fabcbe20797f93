#include "util/hook.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "test_folder.h"

static char *folder;

static void script(const char *name, const char *text)
{
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *above = g_path_get_dirname(path);
        g_autofree char *all = g_strdup_printf("#!/bin/sh\nout=%s/out\n%s\n", folder, text);

        g_assert_cmpint(g_mkdir_with_parents(above, 0755), ==, 0);
        g_assert_true(g_file_set_contents(path, all, -1, NULL));
        g_assert_cmpint(chmod(path, 0755), ==, 0);
}

static char *output(void)
{
        g_autofree char *path = g_build_filename(folder, "out", NULL);
        char *text = NULL;

        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        return text;
}

static void test_hooks(void)
{
        HookCall call = { .folder = folder,
                          .driver = "qemu",
                          .object = "a guest",
                          .operation = "start",
                          .suboperation = "begin",
                          .input = "<domain/>" };
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;

        g_assert_false(hook_exists(&call));
        g_assert_cmpint(hook_run(&call, NULL), ==, 0);
        script("qemu", "echo \"$# $1 $2 $3 $4\" >>$out; cat >>$out");
        script("qemu.d/20", "echo last >>$out; echo no way >&2; exit 3");
        script("qemu.d/10", "echo first >>$out");
        script("qemu.d/30", "echo never >>$out");
        g_assert_true(hook_exists(&call));
        g_assert_cmpint(hook_run(&call, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_HOOK_SCRIPT_FAILED);
        g_assert_nonnull(strstr(err.message, "no way"));
        text = output();
        g_assert_cmpstr(text, ==, "4 a guest start begin -\n<domain/>first\nlast\n");
}

int main(int argc, char **argv)
{
        int r;

        g_test_init(&argc, &argv, NULL);
        folder = g_dir_make_tmp("vireo-hook-XXXXXX", NULL);
        g_test_add_func("/hook/run", test_hooks);
        r = g_test_run();
        test_remove(folder);
        g_free(folder);
        return r;
}
