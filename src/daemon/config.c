#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_CONF

#include "config.h"

#include <errno.h>
#include <grp.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/settings.h"
#include "util/text.h"

enum { GROUP_BUFFER = 65536, MODE_MAX = 0777 };

#define ROW(key_, type_)                                                                                               \
        {                                                                                                              \
                .key = #key_, .type = type_, .offset = offsetof(Config, key_)                                          \
        }
#define ROW_LINE(key_, type_)                                                                                          \
        {                                                                                                              \
                .key = #key_, .type = type_, .offset = offsetof(Config, key_),                                         \
                .line_offset = offsetof(Config, lines.key_)                                                            \
        }
#define ROW_AS(key_, type_, member)                                                                                    \
        {                                                                                                              \
                .key = #key_, .type = type_, .offset = offsetof(Config, member)                                        \
        }
#define ROW_LIMIT(key_, member)                                                                                        \
        {                                                                                                              \
                .key = #key_, .type = SETTING_UINT, .offset = offsetof(Config, member),                                \
                .line_offset = offsetof(Config, lines.key_)                                                            \
        }
#define ROW_UNUSED(key_)                                                                                               \
        {                                                                                                              \
                .key = #key_, .type = SETTING_IGNORED                                                                  \
        }

static const Setting config_rows[] = {
        ROW(listen_tcp, SETTING_BOOL),
        ROW_LINE(listen_tls, SETTING_BOOL),
        ROW_LINE(tcp_port, SETTING_STRING),
        ROW(listen_addr, SETTING_STRING),
        ROW_LINE(auth_unix_ro, SETTING_STRING),
        ROW_LINE(auth_unix_rw, SETTING_STRING),
        ROW_LINE(auth_tcp, SETTING_STRING),
        ROW_LINE(auth_tls, SETTING_STRING),
        ROW_LINE(access_drivers, SETTING_STRINGS),
        ROW_LINE(unix_sock_group, SETTING_STRING),
        ROW_LINE(unix_sock_ro_perms, SETTING_STRING),
        ROW_LINE(unix_sock_rw_perms, SETTING_STRING),
        ROW_LINE(unix_sock_admin_perms, SETTING_STRING),
        ROW(unix_sock_dir, SETTING_STRING),
        ROW_LIMIT(min_workers, server.min_workers),
        ROW_LIMIT(max_workers, server.max_workers),
        ROW_AS(prio_workers, SETTING_UINT, server.prio_workers),
        CONFIG_ROWS_OF_ALL,
        ROW_AS(max_queued_clients, SETTING_UINT, server.max_queued_clients),
        ROW_AS(max_anonymous_clients, SETTING_UINT, server.max_anonymous_clients),
        ROW_LIMIT(max_client_requests, server.max_client_requests),
        ROW_AS(keepalive_interval, SETTING_INT, server.keepalive_interval),
        ROW_AS(keepalive_count, SETTING_UINT, server.keepalive_count),
        ROW_AS(admin_min_workers, SETTING_UINT, admin.min_workers),
        ROW_AS(admin_max_workers, SETTING_UINT, admin.max_workers),
        ROW_AS(admin_max_queued_clients, SETTING_UINT, admin.max_queued_clients),
        ROW_AS(admin_max_client_requests, SETTING_UINT, admin.max_client_requests),
        ROW_AS(admin_keepalive_interval, SETTING_INT, admin.keepalive_interval),
        ROW_AS(admin_keepalive_count, SETTING_UINT, admin.keepalive_count),
        ROW_LINE(audit_level, SETTING_UINT),
        ROW_LINE(audit_logging, SETTING_BOOL),
        ROW_LINE(host_uuid, SETTING_STRING),
        ROW_LINE(host_uuid_source, SETTING_STRING),
        /* Without TLS and SASL these have nothing to act on; asking for TLS or SASL itself is refused below. */
        ROW_UNUSED(tls_port),
        ROW_UNUSED(tls_no_sanity_certificate),
        ROW_UNUSED(tls_no_verify_certificate),
        ROW_UNUSED(key_file),
        ROW_UNUSED(cert_file),
        ROW_UNUSED(ca_file),
        ROW_UNUSED(crl_file),
        ROW_UNUSED(tls_allowed_dn_list),
        ROW_UNUSED(tls_priority),
        ROW_UNUSED(tcp_min_ssf),
        ROW_UNUSED(sasl_allowed_username_list),
        /* Open vSwitch interfaces are not there yet. */
        ROW_UNUSED(ovs_timeout),
        /* libvirtd takes these two and does nothing with them. */
        ROW_UNUSED(keepalive_required),
        ROW_UNUSED(admin_keepalive_required),
};

static void set_defaults(Config *config, const char *path)
{
        *config = (Config){
                .path = g_strdup(path),
                .rows = config_rows,
                .n_rows = ARRAY_SIZE(config_rows),
                .listen_tls = 1,
                .tcp_port = g_strdup("16509"),
                .server = { .min_workers = 5,
                            .max_workers = 20,
                            .prio_workers = 5,
                            .max_clients = 5000,
                            .max_queued_clients = 1000,
                            .max_anonymous_clients = 20,
                            .max_client_requests = 5,
                            .keepalive_interval = 5,
                            .keepalive_count = 5 },
                .admin = { .min_workers = 5,
                           .max_workers = 20,
                           .max_clients = 5000,
                           .max_queued_clients = 20,
                           .max_client_requests = 5,
                           .keepalive_interval = 5,
                           .keepalive_count = 5 },
                .audit_level = 1,
                .log_level = 3,
                .group = -1,
        };
}

/* "FILE:LINE: KEY: what is wrong"; without a line the key is not in the file and its default is what is wrong. */
static int refuse(const Config *config, int code, unsigned line, const char *key, const char *why, Error *err)
{
        if (line > 0)
                return error_set(err, code, "%s:%u: %s: %s", config->path, line, key, why);
        return error_set(err, code, "%s: %s: %s", config->path, key, why);
}

typedef struct AuthRow {
        const char *key, *value;
        unsigned line;
        bool acts; /* there is a socket that it is about */
} AuthRow;

static int check_auth_row(const Config *config, const AuthRow *row, Error *err)
{
        if (!row->value || g_str_equal(row->value, "none"))
                return 0;
        if (!g_str_equal(row->value, "sasl") && !g_str_equal(row->value, "polkit"))
                return refuse(config, VIR_ERR_CONF_SYNTAX, row->line, row->key,
                              "must be one of \"none\", \"sasl\", \"polkit\"", err);
        if (!row->acts)
                return 0;
        return refuse(config, VIR_ERR_CONFIG_UNSUPPORTED, row->line, row->key,
                      "this authentication is not supported yet; with \"none\" the sockets' permissions decide", err);
}

static int check_auth(const Config *config, bool listen, Error *err)
{
        const AuthRow rows[] = {
                { "auth_unix_ro", config->auth_unix_ro, config->lines.auth_unix_ro, true },
                { "auth_unix_rw", config->auth_unix_rw, config->lines.auth_unix_rw, true },
                { "auth_tcp", config->auth_tcp, config->lines.auth_tcp, listen && config->listen_tcp },
                { "auth_tls", config->auth_tls, config->lines.auth_tls, listen && config->listen_tls },
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                if (check_auth_row(config, &rows[i], err) < 0)
                        return -1;
        }
        return 0;
}

static int check_listen(const Config *config, bool listen, Error *err)
{
        if (!listen)
                return 0;
        if (config->listen_tls)
                return refuse(config, VIR_ERR_CONFIG_UNSUPPORTED, config->lines.listen_tls, "listen_tls",
                              "TLS is not supported yet; set it to 0 to listen with --listen", err);
        if (config->listen_tcp && !config->auth_tcp)
                return refuse(config, VIR_ERR_CONFIG_UNSUPPORTED, 0, "auth_tcp",
                              "SASL, which is meant when it is not set, is not supported yet; set it to \"none\" to "
                              "let everybody in who reaches the port",
                              err);
        return 0;
}

/* "none" stands for no fine-grained control; anything else would have to be enforced. */
static int check_access(const Config *config, Error *err)
{
        for (char **name = config->access_drivers; name && *name; name++) {
                if (!g_str_equal(*name, "none"))
                        return refuse(config, VIR_ERR_CONFIG_UNSUPPORTED, config->lines.access_drivers,
                                      "access_drivers", "fine-grained access control is not supported yet", err);
        }
        return 0;
}

static int check_audit(const Config *config, Error *err)
{
        if (config->audit_level > 1)
                return refuse(config, VIR_ERR_CONFIG_UNSUPPORTED, config->lines.audit_level, "audit_level",
                              "auditing cannot be required, it is not supported yet", err);
        if (config->audit_logging)
                return refuse(config, VIR_ERR_CONFIG_UNSUPPORTED, config->lines.audit_logging, "audit_logging",
                              "auditing is not supported yet", err);
        return 0;
}

static int parse_mode(const Config *config, const char *key, const char *text, unsigned line, unsigned otherwise,
                      unsigned *ret_mode, Error *err)
{
        char *end;
        unsigned long mode;

        *ret_mode = otherwise;
        if (!text)
                return 0;
        errno = 0;
        mode = strtoul(text, &end, 8);
        if (!g_ascii_isdigit(*text) || *end || errno || mode > MODE_MAX)
                return refuse(config, VIR_ERR_CONF_SYNTAX, line, key, "must be permissions in octal, as \"0770\"", err);
        *ret_mode = (unsigned)mode;
        return 0;
}

static int find_group(Config *config, Error *err)
{
        g_autofree char *buffer = g_malloc(GROUP_BUFFER);
        struct group group, *found = NULL;

        /* Only root may give a socket to another group, and libvirtd looks the name up as root alone, too. */
        if (!config->unix_sock_group || geteuid() != 0)
                return 0;
        getgrnam_r(config->unix_sock_group, &group, buffer, GROUP_BUFFER, &found);
        if (!found)
                return refuse(config, VIR_ERR_CONF_SYNTAX, config->lines.unix_sock_group, "unix_sock_group",
                              "there is no such group", err);
        config->group = (int)group.gr_gid;
        return 0;
}

static int check_sockets(Config *config, Error *err)
{
        if (parse_mode(config, "unix_sock_ro_perms", config->unix_sock_ro_perms, config->lines.unix_sock_ro_perms, 0777,
                       &config->ro_mode, err) < 0 ||
            parse_mode(config, "unix_sock_rw_perms", config->unix_sock_rw_perms, config->lines.unix_sock_rw_perms, 0700,
                       &config->rw_mode, err) < 0 ||
            parse_mode(config, "unix_sock_admin_perms", config->unix_sock_admin_perms,
                       config->lines.unix_sock_admin_perms, 0700, &config->admin_mode, err) < 0)
                return -1;
        return find_group(config, err);
}

static int check_host(const Config *config, Error *err)
{
        unsigned char uuid[UUID_LENGTH];

        if (config->host_uuid && (!uuid_parse(config->host_uuid, uuid) || !uuid_is_valid(uuid)))
                return refuse(config, VIR_ERR_CONF_SYNTAX, config->lines.host_uuid, "host_uuid",
                              "must be a UUID whose digits are not all the same", err);
        if (config->host_uuid_source && !g_str_equal(config->host_uuid_source, "smbios") &&
            !g_str_equal(config->host_uuid_source, "machine-id"))
                return refuse(config, VIR_ERR_CONF_SYNTAX, config->lines.host_uuid_source, "host_uuid_source",
                              "must be one of \"smbios\", \"machine-id\"", err);
        return 0;
}

static int check_limits(const Config *config, Error *err)
{
        const ServerLimits *server = &config->server, *admin = &config->admin;

        if (server->min_workers > server->max_workers || server->max_workers == 0)
                return refuse(config, VIR_ERR_CONF_SYNTAX, config->lines.max_workers, "max_workers",
                              "must be at least 1 and at least min_workers", err);
        if (admin->min_workers > admin->max_workers || admin->max_workers == 0)
                return refuse(config, VIR_ERR_CONF_SYNTAX, 0, "admin_max_workers",
                              "must be at least 1 and at least admin_min_workers", err);
        if (server->max_client_requests == 0 || admin->max_client_requests == 0)
                return refuse(config, VIR_ERR_CONF_SYNTAX, config->lines.max_client_requests, "max_client_requests",
                              "must be at least 1", err);
        if (server->max_clients == 0 || server->max_clients < server->max_anonymous_clients)
                return refuse(config, VIR_ERR_CONF_SYNTAX, config->lines.max_clients, "max_clients",
                              "must be at least 1 and at least max_anonymous_clients", err);
        if (config->log_level < 1 || config->log_level > 4)
                return refuse(config, VIR_ERR_CONF_SYNTAX, config->lines.log_level, "log_level",
                              "must be between 1 (debug) and 4 (error)", err);
        return 0;
}

static int check(Config *config, bool listen, Error *err)
{
        if (check_auth(config, listen, err) < 0 || check_listen(config, listen, err) < 0 ||
            check_access(config, err) < 0 || check_audit(config, err) < 0 || check_sockets(config, err) < 0 ||
            check_host(config, err) < 0 || check_limits(config, err) < 0)
                return -1;
        return 0;
}

static int read_file(Config *config, bool required, Error *err)
{
        if (required && access(config->path, F_OK) < 0)
                return error_errno(err, errno, "cannot read the configuration file '%s'", config->path);
        return settings_read(config->path, config->rows, config->n_rows, config, err);
}

int config_read(Config *config, const char *path, bool required, bool listen, Error *err)
{
        set_defaults(config, path);
        return read_file(config, required, err) < 0 ? -1 : check(config, listen, err);
}

void config_done(Config *config)
{
        settings_free(config->rows, config->n_rows, config);
        g_clear_pointer(&config->path, g_free);
}

int config_read_hypervisor(const char *path, bool required, bool listen, Config **ret_config, Error *err)
{
        *ret_config = g_new0(Config, 1);
        return config_read(*ret_config, path, required, listen, err);
}

int config_read_small(Config *config, const Setting *rows, size_t n, const char *path, bool required, Error *err)
{
        set_defaults(config, path);
        g_clear_pointer(&config->tcp_port, g_free);
        config->rows = rows;
        config->n_rows = n;
        config->server.max_clients = 1024;
        config->server.max_anonymous_clients = 0;
        config->rw_mode = config->admin_mode = 0600;
        config->group = -1;
        return read_file(config, required, err) < 0 ? -1 : check_limits(config, err);
}

Config *config_free(Config *config)
{
        if (config)
                config_done(config);
        g_free(config);
        return NULL;
}
