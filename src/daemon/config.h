/* A daemon's configuration: libvirtd.conf, every key of it, and what the small daemons' files have in common. What
 * vireod cannot do yet and the file asks for keeps it from starting: a host must not run with less protection than its
 * owner wrote down. */
#pragma once

#include <stddef.h>

#include "util/error.h"
#include "util/settings.h"

#include "server.h"

typedef struct Config {
        char *path; /* of the file */

        int listen_tcp, listen_tls;
        char *tcp_port, *listen_addr;
        char *auth_unix_ro, *auth_unix_rw, *auth_tcp, *auth_tls;
        char **access_drivers;
        char *unix_sock_group, *unix_sock_ro_perms, *unix_sock_rw_perms, *unix_sock_admin_perms, *unix_sock_dir;
        ServerLimits server, admin;
        unsigned audit_level;
        int audit_logging;
        char *host_uuid, *host_uuid_source;
        unsigned log_level;
        char *log_filters, *log_outputs;

        struct ConfigLines { /* where it stands in the file; 0: nowhere */
                unsigned listen_tls, auth_unix_ro, auth_unix_rw, auth_tcp, auth_tls, access_drivers;
                unsigned audit_level, audit_logging, unix_sock_group, unix_sock_ro_perms, unix_sock_rw_perms;
                unsigned unix_sock_admin_perms, host_uuid, host_uuid_source, tcp_port, log_level;
                unsigned min_workers, max_workers, max_clients, max_client_requests;
        } lines;

        /* Worked out of the texts. */
        unsigned ro_mode, rw_mode, admin_mode;
        int group; /* -1: the daemon's own */

        const Setting *rows; /* what it was read by */
        size_t n_rows;
} Config;

/**
 * config_read: the file at @path; @required: it has to be there. @listen: --listen was given, so what is set for TCP
 * and TLS counts.
 */
int config_read(Config *config, const char *path, bool required, bool listen, Error *err);
void config_done(Config *config);

/** config_read_hypervisor: as config_read(), in memory of its own. */
int config_read_hypervisor(const char *path, bool required, bool listen, Config **ret_config, Error *err);

/* The keys of all daemons, for the table of a structure that begins with a Config. */
#define CONFIG_ROWS_OF_ALL                                                                                             \
        { .key = "max_clients",                                                                                        \
          .type = SETTING_UINT,                                                                                        \
          .offset = offsetof(Config, server.max_clients),                                                              \
          .line_offset = offsetof(Config, lines.max_clients) },                                                        \
                { .key = "admin_max_clients", .type = SETTING_UINT, .offset = offsetof(Config, admin.max_clients) },   \
                { .key = "log_level",                                                                                  \
                  .type = SETTING_UINT,                                                                                \
                  .offset = offsetof(Config, log_level),                                                               \
                  .line_offset = offsetof(Config, lines.log_level) },                                                  \
                { .key = "log_filters", .type = SETTING_STRING, .offset = offsetof(Config, log_filters) },             \
        {                                                                                                              \
                .key = "log_outputs", .type = SETTING_STRING, .offset = offsetof(Config, log_outputs)                  \
        }

/**
 * config_read_small: for a daemon with nothing but sockets for its own user: @config (the first member of what @rows
 * fill) has room for all of it, on the heap and zeroed but for the caller's own defaults.
 */
int config_read_small(Config *config, const Setting *rows, size_t n, const char *path, bool required, Error *err);

Config *config_free(Config *config); /* returns NULL; accepts NULL */
