/* The library's own configuration, libvirt.conf: root reads /etc/libvirt, others their own folder; below the root in
 * force (util/paths.h). */
#pragma once

#include "util/error.h"

typedef struct ClientConfig {
        char **uri_aliases; /* "name=URI"; NULL: none */
        char *uri_default;  /* NULL: none; likewise below */
        char *remote_mode;  /* "auto", "legacy", "direct" */
        char *remote_proxy; /* "auto", "netcat", "native" */
        char *tls_priority;
} ClientConfig;

/** client_config_read: fills @ret_config, to be emptied with client_config_done(); no file: all NULL. */
int client_config_read(ClientConfig *ret_config, Error *err);
void client_config_done(ClientConfig *config);

#define CLIENT_CONFIG_AUTO __attribute__((cleanup(client_config_done)))
