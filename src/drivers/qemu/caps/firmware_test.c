/* Descriptors in the folders of packages, administrator and user: which count, in which order, and what happens with
 * those that are no descriptors. */
#include "caps/firmware.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "caps/descriptors.h"
#include "caps/vhost_user.h"
#include "test_folder.h"
#include "util/log.h"

static char *root;

/* @path is below the root. */
static void put(const char *path, const char *text)
{
        test_put(root, path, text);
}

/* A descriptor of firmware whose code is at /@code. */
static void put_firmware(const char *path, const char *code, const char *features)
{
        g_autofree char *text = g_strdup_printf(
                "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"flash\",\"executable\":{\"filename\":\"/"
                "%s\","
                "\"format\":\"raw\"},\"nvram-template\":{\"filename\":\"/vars\",\"format\":\"raw\"}},"
                "\"targets\":[{\"architecture\":\"x86_64\",\"machines\":[\"pc-q35-*\"]}],\"features\":[%s]}",
                code, features);

        put(path, text);
}

/* The codes of all that count, in their order. */
static char *codes(const char *user)
{
        g_autoptr(GPtrArray) all = firmware_load(root, user);
        GString *text = g_string_new(NULL);

        for (guint i = 0; i < all->len; i++)
                g_string_append_printf(text, "%s ", ((const Firmware *)all->pdata[i])->code);
        return g_string_free(text, FALSE);
}

static void expect(const char *user, const char *expected)
{
        g_autofree char *found = codes(user);

        g_assert_cmpstr(found, ==, expected);
}

static void test_order(void)
{
        put_firmware("/usr/share/qemu/firmware/50-b.json", "b", "");
        put_firmware("/usr/share/qemu/firmware/40-a.json", "a", "");
        expect(NULL, "/a /b ");
        put_firmware("/etc/qemu/firmware/45-c.json", "c", "");
        expect(NULL, "/a /c /b ");
        put_firmware("/etc/qemu/firmware/40-a.json", "mine", "");
        expect(NULL, "/mine /c /b ");
        put_firmware("/home/u/.config/qemu/firmware/40-a.json", "users", "");
        expect(NULL, "/mine /c /b ");
        expect("/home/u/.config", "/users /c /b ");
        expect("/home/nobody/.config", "/mine /c /b ");
}

static void test_masks(void)
{
        g_autofree char *link = g_strconcat(root, "/home/u/.config/qemu/firmware/45-c.json", NULL);

        put("/etc/qemu/firmware/50-b.json", "");
        expect(NULL, "/mine /c ");
        g_assert_cmpint(symlink("/dev/null", link), ==, 0);
        expect("/home/u/.config", "/users ");
        /* An empty file of the user's hides the administrator's; one that says something shows it again. */
        put("/home/u/.config/qemu/firmware/40-a.json", "");
        expect("/home/u/.config", "");
        put_firmware("/home/u/.config/qemu/firmware/50-b.json", "again", "");
        expect("/home/u/.config", "/again ");
}

/* What the log says while the descriptors are read. */
static char *log_of_load(void)
{
        g_autofree char *path = g_strconcat(root, "/log", NULL);
        g_autofree char *output = g_strconcat("3:file:", path, NULL);
        g_autoptr(GPtrArray) all = NULL;
        char *text = NULL;

        g_assert_cmpint(log_set_outputs(output, NULL), ==, 0);
        all = firmware_load(root, NULL);
        g_assert_cmpint(log_set_outputs("3:stderr", NULL), ==, 0);
        g_assert_cmpuint(all->len, ==, 2);
        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        g_assert_cmpint(g_remove(path), ==, 0);
        return text;
}

/* Each is named, and the others count all the same. */
static void test_hostile(void)
{
        static const struct {
                const char *name, *text;
        } files[] = {
                { "10-broken.json", "{\"interface-types\":" },
                { "11-list.json", "[1,2,3]" },
                { "12-text.json", "\"x\"" },
                { "13-types.json", "{\"interface-types\":7,\"mapping\":[],\"targets\":{},\"features\":null}" },
                { "14-device.json", "{\"mapping\":{\"device\":\"tape\"}}" },
                { "15-no-template.json", "{\"mapping\":{\"device\":\"flash\",\"executable\":{\"filename\":\"/x\"}}}" },
                { "16-binary.json", "\x7f"
                                    "ELF" },
        };
        g_autofree char *pipe = g_strconcat(root, "/etc/qemu/firmware/17-pipe.json", NULL);
        g_autofree char *folder = g_strconcat(root, "/etc/qemu/firmware/18-folder.json", NULL);
        g_autofree char *lost = g_strconcat(root, "/etc/qemu/firmware/19-lost.json", NULL);
        g_autofree char *huge = g_strnfill(2 * 1024 * 1024, '[');
        g_autofree char *text = NULL;

        for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
                g_autofree char *path = g_strconcat("/etc/qemu/firmware/", files[i].name, NULL);

                put(path, files[i].text);
        }
        put("/etc/qemu/firmware/20-huge.json", huge);
        put("/etc/qemu/firmware/.hidden.json", "{");
        put("/etc/qemu/firmware/README", "{");
        g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
        g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
        g_assert_cmpint(symlink("/does/not/exist", lost), ==, 0);
        text = log_of_load();
        for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
                if (!strstr(text, files[i].name))
                        g_error("%s is not named in: %s", files[i].name, text);
        g_assert_nonnull(strstr(text, "17-pipe.json"));
        g_assert_nonnull(strstr(text, "18-folder.json"));
        g_assert_nonnull(strstr(text, "19-lost.json"));
        g_assert_nonnull(strstr(text, "20-huge.json"));
        g_assert_null(strstr(text, ".hidden"));
        g_assert_null(strstr(text, "README"));
        expect(NULL, "/mine /c ");
}

static void test_pairs(void)
{
        char *const own[] = { (char *)"/a:/b", (char *)"/c", NULL };
        const char *const *pairs = firmware_pairs(own);
        g_autofree char *code = firmware_pair_code(pairs[0]);
        g_autofree char *template = firmware_pair_template(pairs[0]);
        g_autofree char *bare = firmware_pair_code(pairs[1]);

        g_assert_cmpstr(code, ==, "/a");
        g_assert_cmpstr(template, ==, "/b");
        g_assert_cmpstr(bare, ==, "/c");
        g_assert_null(firmware_pair_template(pairs[1]));
        g_assert_nonnull(firmware_pairs(NULL)[0]);
}

static void test_vhost_user(void)
{
        static const char there[] = "{\"description\":\"x\",\"type\":\"fs\",\"binary\":\"/bin/fs\",\"features\":[]}";
        static const char gone[] = "{\"type\":\"fs\",\"binary\":\"/bin/gone\"}";
        g_autofree char *program = g_strconcat(root, "/bin/fs", NULL);
        g_autofree char *found = NULL;

        g_assert_null(vhost_user_program(root, NULL, "fs"));
        put("/bin/fs", "#!/bin/sh\n");
        put("/usr/share/qemu/vhost-user/50-fs.json", there);
        put("/usr/share/qemu/vhost-user/40-gone.json", gone);
        put("/usr/share/qemu/vhost-user/30-broken.json", "{\"type\":\"fs\",\"binary\":\"relative\"}");
        g_assert_null(vhost_user_program(root, NULL, "fs")); /* cannot be executed */
        g_assert_cmpint(chmod(program, 0755), ==, 0);
        found = vhost_user_program(root, NULL, "fs");
        g_assert_cmpstr(found, ==, "/bin/fs");
        g_assert_null(vhost_user_program(root, NULL, "gpu"));
        put("/etc/qemu/vhost-user/50-fs.json", "");
        g_assert_null(vhost_user_program(root, NULL, "fs"));
}

int main(int argc, char **argv)
{
        int r;

        g_test_init(&argc, &argv, NULL);
        root = g_dir_make_tmp("vireo-firmware-XXXXXX", NULL);
        g_assert_nonnull(root);
        /* Each goes on where the one before stopped. */
        g_test_add_func("/firmware/1-order", test_order);
        g_test_add_func("/firmware/2-masks", test_masks);
        g_test_add_func("/firmware/3-hostile", test_hostile);
        g_test_add_func("/firmware/4-pairs", test_pairs);
        g_test_add_func("/firmware/5-vhost-user", test_vhost_user);
        r = g_test_run();
        test_remove(root);
        g_free(root);
        return r;
}
