/* libvirt.conf, and which URI is meant when a program names none or an alias. */
#define ERROR_DOMAIN VIR_FROM_URI
#include "client_uri.h"

#include <stddef.h>
#include <string.h>

#include "util/paths.h"
#include "util/settings.h"
#include "vireo/client_config.h"

#define ROW(key_, type_)                                                                                               \
        {                                                                                                              \
                .key = #key_, .type = (type_), .offset = offsetof(ClientConfig, key_)                                  \
        }

static const Setting table[] = {
        ROW(uri_aliases, SETTING_STRINGS), ROW(uri_default, SETTING_STRING),  ROW(remote_mode, SETTING_STRING),
        ROW(remote_proxy, SETTING_STRING), ROW(tls_priority, SETTING_STRING), SETTING_OTHERS_ROW,
};

int client_config_read(ClientConfig *ret_config, Error *err)
{
        g_autofree char *path = g_build_filename(paths_get(geteuid() == 0)->config, "libvirt.conf", NULL);
        ClientConfig config = { 0 };

        if (settings_read(path, table, G_N_ELEMENTS(table), &config, err) < 0) {
                client_config_done(&config);
                return -1;
        }
        *ret_config = config;
        return 0;
}

void client_config_done(ClientConfig *config)
{
        settings_free(table, G_N_ELEMENTS(table), config);
        *config = (ClientConfig){ 0 };
}

/* The length of the alias that @entry ("name=URI") defines; 0: malformed. */
static size_t alias_length(const char *entry, Error *err)
{
        const char *sign = strchr(entry, '=');
        size_t allowed = strspn(entry, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

        if (!sign) {
                error_set(err, VIR_ERR_CONF_SYNTAX,
                          "Malformed 'uri_aliases' config entry '%s', expected 'alias=uri://host/path'", entry);
                return 0;
        }
        if (!allowed || entry + allowed != sign) {
                error_set(err, VIR_ERR_CONF_SYNTAX,
                          "Malformed 'uri_aliases' config entry '%s', aliases may only contain 'a-Z, 0-9, _, -'",
                          entry);
                return 0;
        }
        return allowed;
}

static int alias_resolve(const ClientConfig *config, char **name, Error *err)
{
        for (char **entry = config->uri_aliases; entry && *entry; entry++) {
                size_t length = alias_length(*entry, err);

                if (!length)
                        return -1;
                if (strlen(*name) == length && strncmp(*entry, *name, length) == 0) {
                        g_free(*name);
                        *name = g_strdup(*entry + length + 1);
                        return 0;
                }
        }
        return 0;
}

/* libvirt takes these two for the system instance. */
static void xen_spelling(char **name)
{
        if (strcmp(*name, "xen") != 0 && strcmp(*name, "xen://") != 0)
                return;
        g_free(*name);
        *name = g_strdup("xen:///system");
}

int client_uri_resolve(const char *name, unsigned flags, char **ret_name, Error *err)
{
        CLIENT_CONFIG_AUTO ClientConfig config = { 0 };
        g_autofree char *resolved = g_strdup(name && *name ? name : NULL);
        const char *wanted = g_getenv("LIBVIRT_DEFAULT_URI");

        if (!resolved && wanted && *wanted)
                resolved = g_strdup(wanted);
        /* A whole URI needs nothing from the file. */
        if (!resolved || !strpbrk(resolved, ":/")) {
                if (client_config_read(&config, err) < 0)
                        return -1;
        }
        if (!resolved && config.uri_default && *config.uri_default)
                resolved = g_strdup(config.uri_default);
        if (resolved && !strpbrk(resolved, ":/") && !(flags & VIR_CONNECT_NO_ALIASES) &&
            alias_resolve(&config, &resolved, err) < 0)
                return -1;
        if (resolved)
                xen_spelling(&resolved);
        *ret_name = g_steal_pointer(&resolved);
        return 0;
}
