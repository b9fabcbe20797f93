#include "util/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/file.h"

/* Each case runs this program again: the folders are computed once per process. */
static void print_paths(void)
{
        const Paths *system = paths_get(true);
        const Paths *session = paths_get(false);

        g_print("%s %s %s %s %s %s\n", system->config, system->run, system->state, system->cache, system->log,
                system->pid_dir);
        g_print("%s %s %s %s %s %s\n", session->config, session->run, session->state, session->cache, session->log,
                session->pid_dir);
}

static const char *self;

static char *paths_with(const char *const *environment)
{
        const char *const argv[] = { self, "--print", NULL };
        char *output = NULL;

        g_assert_true(g_spawn_sync(NULL, (char **)argv, (char **)environment, G_SPAWN_DEFAULT, NULL, NULL, &output,
                                   NULL, NULL, NULL));
        return output;
}

static void test_standard(void)
{
        const char *const environment[] = { "HOME=/home/u", "XDG_RUNTIME_DIR=/run/user/7", NULL };
        g_autofree char *output = paths_with(environment);

        g_assert_cmpstr(output, ==,
                        "/etc/libvirt /run/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt /run\n"
                        "/home/u/.config/libvirt /run/user/7/libvirt /home/u/.config/libvirt /home/u/.cache/libvirt "
                        "/home/u/.cache/libvirt /run/user/7/libvirt\n");
}

static void test_xdg(void)
{
        g_autofree char *cache = g_dir_make_tmp("paths-XXXXXX", NULL);
        g_autofree char *setting = g_strconcat("XDG_CACHE_HOME=", cache, NULL);
        const char *const environment[] = { "HOME=/home/u", "XDG_CONFIG_HOME=/c", setting, NULL };
        g_autofree char *output = paths_with(environment);
        g_autofree char *expected = g_strdup_printf(
                "/c/libvirt %s/libvirt /c/libvirt %s/libvirt %s/libvirt %s/libvirt\n", cache, cache, cache, cache);

        g_assert_cmpstr(strchr(output, '\n') + 1, ==, expected);
        rmdir(cache);
}

static void test_root(void)
{
        const char *const environment[] = { "HOME=/home/u", "VIREO_ROOT=/some/root//", "XDG_RUNTIME_DIR=/r", NULL };
        g_autofree char *output = paths_with(environment);

        g_assert_cmpstr(output, ==,
                        "/some/root/etc/libvirt /some/root/run/libvirt /some/root/var/lib/libvirt "
                        "/some/root/var/cache/libvirt /some/root/var/log/libvirt /some/root/run\n"
                        "/some/root/session/config/libvirt /some/root/session/run/libvirt "
                        "/some/root/session/config/libvirt /some/root/session/cache/libvirt "
                        "/some/root/session/cache/libvirt /some/root/session/run/libvirt\n");
}

/* A folder whose path has @length letters or more. */
static char *long_folder(size_t length)
{
        GString *path = g_string_new(g_get_tmp_dir());

        g_string_append_printf(path, "/socket-test-%d", (int)getpid());
        while (path->len < length)
                g_string_append(path, "/a-folder-on-the-way");
        g_assert_cmpint(dir_make(path->str, 0700, NULL), ==, 0);
        return g_string_free(path, FALSE);
}

static void remove_folders(char *path)
{
        while (rmdir(path) == 0 && strstr(path, "socket-test-"))
                *strrchr(path, '/') = '\0';
}

static void talk(const char *path)
{
        ERROR_AUTO Error err = ERROR_INIT;
        AUTO_FD int server = -1;
        AUTO_FD int client = -1;
        AUTO_FD int accepted = -1;
        struct stat st;
        char letter = 0;

        g_assert_cmpint(unix_connect(path, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, path));
        g_assert_cmpint(err.int1, ==, ENOENT);
        error_clear(&err);

        server = unix_listen(path, 0700, 5, &err);
        g_assert_cmpstr(err.message, ==, NULL);
        g_assert_cmpint(lstat(path, &st), ==, 0);
        g_assert_cmpint(st.st_mode & 07777, ==, 0700);
        client = unix_connect(path, &err);
        g_assert_cmpint(client, >=, 0);
        accepted = accept4(server, NULL, NULL, SOCK_CLOEXEC);
        g_assert_cmpint(write(client, "x", 1), ==, 1);
        g_assert_cmpint(read(accepted, &letter, 1), ==, 1);
        g_assert_cmpint(letter, ==, 'x');
        g_assert_true(fcntl(client, F_GETFD) & FD_CLOEXEC);
        g_assert_true(fcntl(server, F_GETFD) & FD_CLOEXEC);

        g_assert_cmpint(unix_listen(path, 0700, 5, &err), ==, -1);
        g_assert_cmpint(err.int1, ==, EADDRINUSE);
        g_assert_nonnull(strstr(err.message, path));
}

/* A listener that accepts nobody and has no place left. */
static void test_socket_full(void)
{
        g_autofree char *folder = long_folder(60);
        g_autofree char *path = g_build_filename(folder, "full-sock", NULL);
        ERROR_AUTO Error err = ERROR_INIT;
        AUTO_FD int server = unix_listen(path, 0700, 1, &err);
        int clients[8], n = 0;

        g_assert_cmpint(server, >=, 0);
        while (n < 8 && (clients[n] = unix_connect_now(path, &err)) >= 0)
                n++;
        g_assert_cmpint(n, >, 0);
        g_assert_cmpint(n, <, 8);
        g_assert_cmpint(err.int1, ==, EAGAIN);
        while (n-- > 0)
                close(clients[n]);
        unlink(path);
        remove_folders(folder);
}

static void test_socket_at(const void *opaque)
{
        g_autofree char *folder = long_folder(GPOINTER_TO_SIZE(opaque));
        g_autofree char *path = g_build_filename(folder, "libvirt-sock", NULL);
        int again;

        talk(path);
        again = unix_listen(path, 0666, 5, NULL); /* over the stale one that talk() left */
        g_assert_cmpint(again, >=, 0);
        close(again);
        unlink(path);
        remove_folders(folder);
}

/* The lengths around the limit of sockaddr_un. */
static void test_socket_limit(void)
{
        g_autofree char *folder = long_folder(60);

        for (size_t length = 105; length <= 111; length++) {
                g_autofree char *name = g_strnfill(length - strlen(folder) - 1, 'n');
                g_autofree char *path = g_build_filename(folder, name, NULL);

                g_assert_cmpuint(strlen(path), ==, length);
                talk(path);
                unlink(path);
        }
        remove_folders(folder);
}

static void test_no_socket_in_the_way(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *folder = long_folder(10);
        g_autofree char *path = g_build_filename(folder, "x", NULL);
        g_autofree char *name = g_strnfill(150, 'n');
        g_autofree char *too_long = g_build_filename(folder, name, NULL);

        g_assert_true(g_file_set_contents(path, "precious", -1, NULL));
        g_assert_cmpint(unix_listen(path, 0700, 5, &err), ==, -1);
        g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
        error_clear(&err);
        g_assert_cmpint(unix_listen(too_long, 0700, 5, &err), ==, -1);
        g_assert_cmpint(err.int1, ==, ENAMETOOLONG);
        error_clear(&err);
        g_assert_cmpint(
                unix_connect("/nonexistent/folder/with/a/very/long/path/that/does/not/fit/into/a/socket/address/at/"
                             "all/libvirt-sock",
                             &err),
                ==, -1);
        g_assert_cmpint(err.int1, ==, ENOENT);
        unlink(path);
        remove_folders(folder);
}

int main(int argc, char **argv)
{
        self = argv[0];
        if (argc > 1 && strcmp(argv[1], "--print") == 0) {
                print_paths();
                return 0;
        }
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/paths/standard", test_standard);
        g_test_add_func("/paths/xdg", test_xdg);
        g_test_add_func("/paths/root", test_root);
        g_test_add_data_func("/paths/socket-short", GSIZE_TO_POINTER(10), test_socket_at);
        g_test_add_data_func("/paths/socket-long", GSIZE_TO_POINTER(200), test_socket_at);
        g_test_add_func("/paths/socket-limit", test_socket_limit);
        g_test_add_func("/paths/socket-full", test_socket_full);
        g_test_add_func("/paths/no-socket-in-the-way", test_no_socket_in_the_way);
        return g_test_run();
}
