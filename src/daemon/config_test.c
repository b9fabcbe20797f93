#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "util/auto.h"

/* Reads @text as the file; -1 or 0 and the configuration. */
static int read_text(const char *text, bool listen, Config *config, Error *err)
{
        g_autofree char *path = g_build_filename(g_get_tmp_dir(), "vireo-config-test.conf", NULL);
        g_autofree char *unique = g_strdup_printf("%s.%d", path, (int)getpid());
        int result;

        g_assert_true(g_file_set_contents(unique, text, -1, NULL));
        result = config_read(config, unique, true, listen, err);
        g_unlink(unique);
        return result;
}

static void test_defaults(void)
{
        Config config;

        g_assert_cmpint(read_text("", false, &config, NULL), ==, 0);
        g_assert_cmpuint(config.rw_mode, ==, 0700);
        g_assert_cmpuint(config.ro_mode, ==, 0777);
        g_assert_cmpuint(config.admin_mode, ==, 0700);
        g_assert_cmpuint(config.server.max_clients, ==, 5000);
        g_assert_cmpuint(config.server.max_client_requests, ==, 5);
        g_assert_cmpint(config.server.keepalive_interval, ==, 5);
        g_assert_cmpstr(config.tcp_port, ==, "16509");
        config_done(&config);
}

static void test_values(void)
{
        Config config;
        const char *text = "unix_sock_rw_perms = \"0770\"\nmax_clients = 100\nadmin_max_clients = 7\n"
                           "keepalive_interval = -1\nlisten_tcp = 1\nauth_tcp = \"none\"\nlisten_tls = 0\n"
                           "auth_unix_rw = \"none\"\naccess_drivers = [ ]\nkey_file = \"/nowhere\"\nlog_level = 1\n"
                           "host_uuid = \"10f46fb8-1c20-4be8-9ae5-0d0a0b2bd4cf\"\n";

        g_assert_cmpint(read_text(text, true, &config, NULL), ==, 0);
        g_assert_cmpuint(config.rw_mode, ==, 0770);
        g_assert_cmpuint(config.server.max_clients, ==, 100);
        g_assert_cmpuint(config.admin.max_clients, ==, 7);
        g_assert_cmpint(config.server.keepalive_interval, ==, -1);
        g_assert_cmpint(config.listen_tcp, ==, 1);
        config_done(&config);
}

typedef struct Refusal {
        const char *text;
        bool listen;
        int code;
        const char *words; /* behind the path */
} Refusal;

/* A host must not run with less protection than its owner wrote down: each names line and key. */
static const Refusal refusals[] = {
        { "auth_unix_rw = \"polkit\"\n", false, VIR_ERR_CONFIG_UNSUPPORTED, ":1: auth_unix_rw: " },
        { "\n\nauth_unix_ro = \"sasl\"\n", false, VIR_ERR_CONFIG_UNSUPPORTED, ":3: auth_unix_ro: " },
        { "auth_unix_ro = \"maybe\"\n", false, VIR_ERR_CONF_SYNTAX, ":1: auth_unix_ro: " },
        { "access_drivers = [ \"polkit\" ]\n", false, VIR_ERR_CONFIG_UNSUPPORTED, ":1: access_drivers: " },
        { "audit_level = 2\n", false, VIR_ERR_CONFIG_UNSUPPORTED, ":1: audit_level: " },
        { "listen_tls = 1\n", true, VIR_ERR_CONFIG_UNSUPPORTED, ":1: listen_tls: " },
        { "", true, VIR_ERR_CONFIG_UNSUPPORTED, ": listen_tls: " },
        { "listen_tls = 0\nlisten_tcp = 1\n", true, VIR_ERR_CONFIG_UNSUPPORTED, ": auth_tcp: " },
        { "listen_tls = 0\nlisten_tcp = 1\nauth_tcp = \"sasl\"\n", true, VIR_ERR_CONFIG_UNSUPPORTED, ":3: auth_tcp: " },
        { "unix_sock_rw_perms = \"rwx\"\n", false, VIR_ERR_CONF_SYNTAX, ":1: unix_sock_rw_perms: " },
        { "unix_sock_ro_perms = \"7777\"\n", false, VIR_ERR_CONF_SYNTAX, ":1: unix_sock_ro_perms: " },
        { "host_uuid = \"00000000-0000-0000-0000-000000000000\"\n", false, VIR_ERR_CONF_SYNTAX, ":1: host_uuid: " },
        { "max_workers = 2\n", false, VIR_ERR_CONF_SYNTAX, ":1: max_workers: " },
        { "max_client_requests = 0\n", false, VIR_ERR_CONF_SYNTAX, ":1: max_client_requests: " },
        { "log_level = 9\n", false, VIR_ERR_CONF_SYNTAX, ":1: log_level: " },
        { "max_clinets = 3\n", false, VIR_ERR_CONF_SYNTAX, ":1: " },
        { "max_clients = \"3\"\n", false, VIR_ERR_CONF_SYNTAX, ":1: " },
};

static void test_refused(void)
{
        for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                Config config;

                g_test_message("%s", refusals[i].text);
                g_assert_cmpint(read_text(refusals[i].text, refusals[i].listen, &config, &err), ==, -1);
                g_assert_cmpint(err.code, ==, refusals[i].code);
                g_assert_nonnull(strstr(err.message, refusals[i].words));
                config_done(&config);
        }
}

static void test_missing_file(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Config config;

        g_assert_cmpint(config_read(&config, "/nonexistent/libvirtd.conf", false, false, NULL), ==, 0);
        config_done(&config);
        g_assert_cmpint(config_read(&config, "/nonexistent/libvirtd.conf", true, false, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "/nonexistent/libvirtd.conf"));
        config_done(&config);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/daemon/config/defaults", test_defaults);
        g_test_add_func("/daemon/config/values", test_values);
        g_test_add_func("/daemon/config/refused", test_refused);
        g_test_add_func("/daemon/config/missing-file", test_missing_file);
        return g_test_run();
}
