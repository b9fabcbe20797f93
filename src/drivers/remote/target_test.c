/* Where URIs lead. */
#include "target.h"

#include <unistd.h>

#include "test_folder.h"
#include "util/auto.h"
#include "util/paths.h"

static const struct {
        const char *uri; /* NULL: none given */
        const char *transport;
        const char *name; /* what the far end is asked for */
        const char *host;
        int port;
        const char *socket; /* of root; below the root of the test */
} cases[] = {
        { NULL, "unix", "", NULL, 0, "/run/libvirt/libvirt-sock" },
        { "qemu:///system", "unix", "qemu:///system", NULL, 0, "/run/libvirt/libvirt-sock" },
        { "qemu+unix:///system", "unix", "qemu:///system", NULL, 0, "/run/libvirt/libvirt-sock" },
        { "test+unix:///default", "unix", "test:///default", NULL, 0, "/run/libvirt/libvirt-sock" },
        { "remote+unix:///", "unix", "", NULL, 0, "/run/libvirt/libvirt-sock" },
        { "remote:///system", "unix", "", NULL, 0, "/run/libvirt/libvirt-sock" },
        { "qemu+tcp://far.example/system", "tcp", "qemu:///system", "far.example", 0, NULL },
        { "qemu+tcp://user@[::1]:77/system", "tcp", "qemu:///system", "::1", 77, NULL },
        { "test+tcp://h/a/b.xml?x=1&no_tty=1&y=2", "tcp", "test:///a/b.xml?x=1&y=2", "h", 0, NULL },
        { "qemu+tcp://h/system?name=xen%3a%2f%2f%2fsystem", "tcp", "xen:///system", "h", 0, NULL },
        { "qemu:///system?mode=direct", "unix", "qemu:///system", NULL, 0, "/run/libvirt/virtqemud-sock" },
        { "network:///system?mode=direct", "unix", "network:///system", NULL, 0, "/run/libvirt/virtnetworkd-sock" },
};

static void test_cases(void)
{
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                TARGET_AUTO Target target = { 0 };
                g_autoptr(Uri) uri = cases[i].uri ? uri_parse(cases[i].uri, &err) : NULL;
                int r = target_resolve(uri, 0, &target, &err);

                g_test_message("%s: %s", cases[i].uri, err.message);
                g_assert_cmpint(r, ==, 0);
                g_assert_cmpstr(target.transport->name, ==, cases[i].transport);
                g_assert_cmpstr(target.name, ==, cases[i].name);
                g_assert_cmpstr(target.host, ==, cases[i].host);
                g_assert_cmpint(target.port, ==, cases[i].port);
                if (cases[i].socket && geteuid() == 0)
                        g_assert_true(g_str_has_suffix(target.socket_path, cases[i].socket));
        }
}

static char *socket_of(const char *text, unsigned flags)
{
        ERROR_AUTO Error err = ERROR_INIT;
        TARGET_AUTO Target target = { 0 };
        g_autoptr(Uri) uri = uri_parse(text, &err);

        g_assert_cmpint(target_resolve(uri, flags, &target, &err), ==, 0);
        return g_steal_pointer(&target.socket_path);
}

static void test_given_socket(void)
{
        g_autofree char *path = socket_of("test+unix:///default?socket=/tmp/a%20b-sock", VIR_CONNECT_RO);

        g_assert_cmpstr(path, ==, "/tmp/a b-sock");
}

static void test_readonly_socket(void)
{
        g_autofree char *path = NULL;

        if (geteuid() != 0) {
                g_test_skip("a user's own daemon has no read-only socket");
                return;
        }
        path = socket_of("qemu:///system", VIR_CONNECT_RO);
        g_assert_true(g_str_has_suffix(path, "/run/libvirt/libvirt-sock-ro"));
}

/* A daemon of one driver is used when nothing else is there. */
static void test_modular_socket(void)
{
        g_autofree char *folder = g_strdup(paths_get(geteuid() == 0)->run);
        g_autofree char *file = g_build_filename(folder, "virtqemud-sock", NULL);
        g_autofree char *found = NULL;
        g_autofree char *other = NULL;

        g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
        g_assert_true(g_file_set_contents(file, "", 0, NULL));
        found = socket_of(geteuid() == 0 ? "qemu:///system" : "qemu:///session", 0);
        other = socket_of("qemu:///session?mode=legacy", 0);
        g_assert_cmpstr(found, ==, file);
        g_assert_true(g_str_has_suffix(other, "/libvirt-sock"));
        unlink(file);
}

static const struct {
        const char *uri;
        int code;
        const char *message;
} refused[] = {
        { "qemu+foo:///system", VIR_ERR_INVALID_ARG, "transport in URL not recognised" },
        { "qemu+unix://host/system", VIR_ERR_INVALID_ARG,
          "using unix socket and remote server 'host' is not supported." },
        { "qemu://host/system", VIR_ERR_CONFIG_UNSUPPORTED, "transport 'tls' is not supported" },
        { "qemu+ssh://host/system", VIR_ERR_CONFIG_UNSUPPORTED, "transport 'ssh' is not supported" },
        { "qemu:///system?mode=strange", VIR_ERR_INVALID_ARG, "Unknown remote mode 'strange'" },
        { "test+unix:///default?mode=direct", VIR_ERR_INVALID_ARG, "Cannot use direct socket mode" },
};

static void test_refused(void)
{
        for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                TARGET_AUTO Target target = { 0 };
                g_autoptr(Uri) uri = uri_parse(refused[i].uri, &err);

                g_assert_cmpint(target_resolve(uri, 0, &target, &err), ==, -1);
                g_test_message("%s: %s", refused[i].uri, err.message);
                g_assert_cmpint(err.code, ==, refused[i].code);
                g_assert_nonnull(strstr(err.message, refused[i].message));
        }
}

int main(int argc, char **argv)
{
        g_autofree char *root = g_dir_make_tmp("vireo-target-XXXXXX", NULL);
        int r;

        g_assert_nonnull(root);
        paths_set_root(root);
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/target/cases", test_cases);
        g_test_add_func("/target/given-socket", test_given_socket);
        g_test_add_func("/target/readonly-socket", test_readonly_socket);
        g_test_add_func("/target/modular-socket", test_modular_socket);
        g_test_add_func("/target/refused", test_refused);
        r = g_test_run();
        test_remove(root);
        return r;
}
