/* Which daemon's admin socket a URI means: DAEMON:///system, DAEMON:///session, both with ?socket=PATH. */
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "util/auto.h"
#include "util/paths.h"
#include "util/settings.h"
#include "vireo/uri.h"

typedef struct AdminConfig {
        char **uri_aliases;
        char *uri_default;
} AdminConfig;

static const Setting config_table[] = {
        { .key = "uri_aliases", .type = SETTING_STRINGS, .offset = offsetof(AdminConfig, uri_aliases) },
        { .key = "uri_default", .type = SETTING_STRING, .offset = offsetof(AdminConfig, uri_default) },
        SETTING_OTHERS_ROW,
};

/* Daemons whose socket is not called after them. */
static const struct {
        const char *daemon, *stem;
} stems[] = {
        { "libvirtd", "libvirt" },
        { "virtproxyd", "libvirt" },
        { "vireod", "libvirt" },
};

static const char *default_uri(const AdminConfig *config)
{
        const char *uri = g_getenv("LIBVIRT_ADMIN_DEFAULT_URI");

        if (uri && *uri)
                return uri;
        if (config->uri_default)
                return config->uri_default;
        return geteuid() == 0 ? "libvirtd:///system" : "libvirtd:///session";
}

/* What an alias ("name=URI") stands for; a name that is none stands for itself. Borrowed. */
static const char *expand_alias(const AdminConfig *config, const char *name)
{
        size_t length = strlen(name);

        if (strpbrk(name, ":/"))
                return name;
        for (size_t i = 0; config->uri_aliases && config->uri_aliases[i]; i++) {
                const char *entry = config->uri_aliases[i];

                if (strncmp(entry, name, length) == 0 && entry[length] == '=')
                        return entry + length + 1;
        }
        return name;
}

static int find_uri(const char *name, unsigned flags, char **ret_uri, Error *err)
{
        g_autofree char *path = g_build_filename(paths_get(geteuid() == 0)->config, "libvirt-admin.conf", NULL);
        AdminConfig config = { 0 };

        if (settings_read(path, config_table, ARRAY_SIZE(config_table), &config, err) < 0) {
                settings_free(config_table, ARRAY_SIZE(config_table), &config);
                return -1;
        }
        if (!name || *name == '\0')
                name = default_uri(&config);
        *ret_uri = g_strdup(flags & VIR_CONNECT_NO_ALIASES ? name : expand_alias(&config, name));
        settings_free(config_table, ARRAY_SIZE(config_table), &config);
        return 0;
}

static int check_parameters(const Uri *uri, Error *err)
{
        const char *name, *value;

        for (size_t i = 0; uri_parameter_at(uri, i, &name, &value); i++) {
                if (g_ascii_strcasecmp(name, "socket") != 0)
                        return error_set(err, VIR_ERR_INVALID_ARG, "Unknown URI parameter '%s'", name);
        }
        return 0;
}

static int find_socket(const Uri *uri, char **ret_socket, Error *err)
{
        const char *scheme = uri_scheme(uri), *path = uri_path(uri), *given = uri_parameter(uri, "socket");
        bool system = strcmp(path, "/system") == 0;

        if (!scheme)
                return error_set(err, VIR_ERR_INVALID_ARG, "URI scheme is missing (it names the daemon)");
        if (uri_host(uri) && *uri_host(uri))
                return error_set(err, VIR_ERR_INVALID_ARG, "a daemon is administered on its own host, not on '%s'",
                                 uri_host(uri));
        if (check_parameters(uri, err) < 0)
                return -1;
        if (given) {
                *ret_socket = g_strdup(given);
                return 0;
        }
        if (!system && strcmp(path, "/session") != 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "Invalid URI path '%s', try '/system'", path);
        for (size_t i = 0; i < ARRAY_SIZE(stems); i++) {
                if (strcmp(stems[i].daemon, scheme) == 0)
                        scheme = stems[i].stem;
        }
        *ret_socket = g_strdup_printf("%s/%s-admin-sock", paths_get(system)->run, scheme);
        return 0;
}

int admin_address(const char *name, unsigned flags, char **ret_uri, char **ret_socket, Error *err)
{
        g_autofree char *text = NULL;
        g_autoptr(Uri) uri = NULL;

        if (find_uri(name, flags, &text, err) < 0)
                return -1;
        uri = uri_parse(text, err);
        if (!uri || find_socket(uri, ret_socket, err) < 0)
                return -1;
        *ret_uri = uri_format(uri);
        return 0;
}
