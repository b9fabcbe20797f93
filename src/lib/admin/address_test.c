/* Which admin socket a URI means. */
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "test_folder.h"
#include "util/auto.h"
#include "util/paths.h"

static char *root;

static const struct {
        const char *uri, *socket;
} cases[] = {
        { "libvirtd:///system", "/run/libvirt/libvirt-admin-sock" },
        { "virtproxyd:///system", "/run/libvirt/libvirt-admin-sock" },
        { "virtqemud:///system", "/run/libvirt/virtqemud-admin-sock" },
        { "virtlogd:///system", "/run/libvirt/virtlogd-admin-sock" },
        { "libvirtd:///session", "/session/run/libvirt/libvirt-admin-sock" },
        { "virtnetworkd:///session", "/session/run/libvirt/virtnetworkd-admin-sock" },
};

static void test_cases(void)
{
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autofree char *uri = NULL;
                g_autofree char *socket = NULL;

                g_assert_cmpint(admin_address(cases[i].uri, 0, &uri, &socket, &err), ==, 0);
                g_assert_cmpstr(uri, ==, cases[i].uri);
                g_assert_true(g_str_has_prefix(socket, root));
                g_assert_cmpstr(socket + strlen(root), ==, cases[i].socket);
        }
}

static void test_given_socket(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *uri = NULL;
        g_autofree char *socket = NULL;

        g_assert_cmpint(admin_address("libvirtd:///system?socket=/a/b-sock", 0, &uri, &socket, &err), ==, 0);
        g_assert_cmpstr(socket, ==, "/a/b-sock");
        g_assert_cmpstr(uri, ==, "libvirtd:///system?socket=/a/b-sock");
}

/* The variable, then the file, then libvirtd of our own privilege. */
static void test_default(void)
{
        g_autofree char *folder = g_strdup(paths_get(geteuid() == 0)->config);
        g_autofree char *file = g_build_filename(folder, "libvirt-admin.conf", NULL);
        static const char config[] = "uri_aliases = [ \"far=virtqemud:///session\" ]\n"
                                     "uri_default = \"virtlogd:///system\"\n";
        const char *none = geteuid() == 0 ? "libvirtd:///system" : "libvirtd:///session";
        const struct {
                const char *name, *variable;
                unsigned flags;
                const char *uri;
        } steps[] = {
                { NULL, "virtlxcd:///system", 0, "virtlxcd:///system" },
                { NULL, NULL, 0, "virtlogd:///system" },
                { "far", NULL, 0, "virtqemud:///session" },
                { "far", NULL, VIR_CONNECT_NO_ALIASES, NULL },
        };

        for (size_t i = 0; i < ARRAY_SIZE(steps) + 1; i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autofree char *uri = NULL;
                g_autofree char *socket = NULL;

                if (i == 0) { /* no file yet */
                        g_assert_cmpint(admin_address(NULL, 0, &uri, &socket, &err), ==, 0);
                        g_assert_cmpstr(uri, ==, none);
                        g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
                        g_assert_true(g_file_set_contents(file, config, -1, NULL));
                        continue;
                }
                if (steps[i - 1].variable)
                        g_setenv("LIBVIRT_ADMIN_DEFAULT_URI", steps[i - 1].variable, TRUE);
                else
                        g_unsetenv("LIBVIRT_ADMIN_DEFAULT_URI");
                g_assert_cmpint(admin_address(steps[i - 1].name, steps[i - 1].flags, &uri, &socket, &err), ==,
                                steps[i - 1].uri ? 0 : -1);
                g_assert_cmpstr(uri, ==, steps[i - 1].uri);
        }
        unlink(file);
}

static const struct {
        const char *uri, *message;
} refused[] = {
        { "libvirtd:///elsewhere", "Invalid URI path '/elsewhere', try '/system'" },
        { "libvirtd:///system?x=1", "Unknown URI parameter 'x'" },
        { "libvirtd://host/system", "not on 'host'" },
        { "word", "URI scheme is missing" },
};

static void test_refused(void)
{
        for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autofree char *uri = NULL;
                g_autofree char *socket = NULL;

                g_assert_cmpint(admin_address(refused[i].uri, 0, &uri, &socket, &err), ==, -1);
                g_test_message("%s", err.message);
                g_assert_cmpint(err.code, ==, VIR_ERR_INVALID_ARG);
                g_assert_nonnull(strstr(err.message, refused[i].message));
        }
}

int main(int argc, char **argv)
{
        int r;

        root = g_dir_make_tmp("vireo-admin-XXXXXX", NULL);
        g_assert_nonnull(root);
        g_unsetenv("LIBVIRT_ADMIN_DEFAULT_URI");
        paths_set_root(root);
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/address/cases", test_cases);
        g_test_add_func("/address/given-socket", test_given_socket);
        g_test_add_func("/address/default", test_default);
        g_test_add_func("/address/refused", test_refused);
        r = g_test_run();
        test_remove(root);
        return r;
}
