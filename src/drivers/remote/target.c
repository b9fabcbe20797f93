/* Where a URI leads. Parameters that concern the way there are taken out; the rest goes to the far end. */
#include "target.h"

#include <string.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/paths.h"
#include "util/text.h"
#include "vireo/client_config.h"

/* One row for each transport. What has no open() yet is refused by name. */
static const Transport transports[] = {
        { "unix", transport_unix, .secure = true, .local = true },
        { "tcp", transport_tcp },
        { "tls", NULL, .secure = true, .encrypted = true },
        { "ssh", NULL, .secure = true, .encrypted = true },
        { "libssh", NULL, .secure = true, .encrypted = true },
        { "libssh2", NULL, .secure = true, .encrypted = true },
        { "ext", NULL },
};

/* Parameters that are for us; everything else is part of the far end's URI. */
static const char *const own_parameters[] = {
        "name",      "command", "socket",    "netcat",  "proxy",        "mode",        "keyfile",
        "no_verify", "no_tty",  "no_sanity", "pkipath", "tls_priority", "known_hosts", "known_hosts_verify",
        "sshauth",   "auth",    "authfile",  NULL,
};

/* Daemons of one driver each, by the scheme they serve. */
static const struct {
        const char *scheme, *daemon;
} modular_daemons[] = {
        { "qemu", "virtqemud" },       { "lxc", "virtlxcd" },         { "xen", "virtxend" },
        { "vbox", "virtvboxd" },       { "vz", "virtvzd" },           { "parallels", "virtvzd" },
        { "bhyve", "virtbhyved" },     { "ch", "virtchd" },           { "interface", "virtinterfaced" },
        { "network", "virtnetworkd" }, { "nodedev", "virtnodedevd" }, { "nwfilter", "virtnwfilterd" },
        { "secret", "virtsecretd" },   { "storage", "virtstoraged" },
};

void target_done(Target *target)
{
        g_free(target->name);
        g_free(target->host);
        g_free(target->socket_path);
        g_free(target->daemon);
        g_free(target->auth);
        *target = (Target){ 0 };
}

static int find_transport(const Uri *uri, const Transport **ret_transport, Error *err)
{
        const char *name = uri ? uri_transport(uri) : NULL;

        if (!name)
                name = uri && uri_host(uri) ? "tls" : "unix";
        for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
                if (strcmp(transports[i].name, name) != 0)
                        continue;
                if (!transports[i].open)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "transport '%s' is not supported by this build", name);
                *ret_transport = &transports[i];
                return 0;
        }
        return error_set(err, VIR_ERR_INVALID_ARG,
                         "remote_open: transport in URL not recognised (should be "
                         "tls|unix|ssh|ext|tcp|libssh2|libssh): '%s'",
                         name);
}

/* The URI as the far end gets it: without transport and host, without what was for us. */
static char *remote_name(const Uri *uri)
{
        g_autoptr(Uri) copy = NULL;
        const char *name = uri ? uri_parameter(uri, "name") : "";

        if (name)
                return g_strdup(name);
        if (g_strcmp0(uri_scheme(uri), "remote") == 0)
                return g_strdup("");
        copy = uri_copy(uri);
        uri_set_transport(copy, NULL);
        uri_set_host(copy, NULL, NULL, 0);
        for (size_t i = 0; own_parameters[i]; i++)
                uri_drop_parameter(copy, own_parameters[i]);
        return uri_format(copy);
}

/* The user's own daemon serves session URIs, and what names no place; root has the system's for everything. */
static bool wants_session(const Uri *uri)
{
        if (geteuid() == 0)
                return false;
        return !uri || strcmp(uri_path(uri), "/session") == 0 || g_strcmp0(uri_scheme(uri), "test") == 0;
}

static const char *modular_daemon(const char *scheme)
{
        for (size_t i = 0; scheme && i < ARRAY_SIZE(modular_daemons); i++) {
                if (strcmp(modular_daemons[i].scheme, scheme) == 0)
                        return modular_daemons[i].daemon;
        }
        return NULL;
}

static char *daemon_socket(const char *folder, const char *stem, bool readonly)
{
        return g_strdup_printf("%s/%s-sock%s", folder, stem, readonly ? "-ro" : "");
}

typedef enum { MODE_AUTO, MODE_LEGACY, MODE_DIRECT } Mode;

static int parse_mode(const char *text, Mode *ret_mode, Error *err)
{
        static const char *const names[] = { "auto", "legacy", "direct", NULL };

        for (int mode = MODE_AUTO; text && names[mode]; mode++) {
                if (strcmp(text, names[mode]) == 0) {
                        *ret_mode = mode;
                        return 0;
                }
        }
        if (!text)
                return 0;
        return error_set(err, VIR_ERR_INVALID_ARG, "Unknown remote mode '%s' (should be auto|legacy|direct)", text);
}

/* The parameter wins over libvirt.conf. */
static int find_mode(const Uri *uri, Mode *ret_mode, Error *err)
{
        CLIENT_CONFIG_AUTO ClientConfig config = { 0 };

        *ret_mode = MODE_AUTO;
        if (uri && uri_parameter(uri, "mode"))
                return parse_mode(uri_parameter(uri, "mode"), ret_mode, err);
        if (client_config_read(&config, err) < 0)
                return -1;
        return parse_mode(config.remote_mode, ret_mode, err);
}

static int find_socket(const Uri *uri, bool readonly, Target *target, Error *err)
{
        const char *given = uri ? uri_parameter(uri, "socket") : NULL;
        const char *folder = paths_get(!target->session)->run;
        const char *direct = modular_daemon(uri ? uri_scheme(uri) : NULL);
        g_autofree char *legacy_path = daemon_socket(folder, "libvirt", readonly);
        g_autofree char *direct_path = direct ? daemon_socket(folder, direct, readonly) : NULL;
        Mode mode;

        if (given) {
                target->socket_path = g_strdup(given);
                return 0;
        }
        if (find_mode(uri, &mode, err) < 0)
                return -1;
        if (mode == MODE_DIRECT && !direct)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "Cannot use direct socket mode for URI without a driver of its own");
        if (mode == MODE_AUTO) {
                bool only_direct = direct && access(legacy_path, F_OK) < 0 && access(direct_path, F_OK) == 0;

                mode = only_direct ? MODE_DIRECT : MODE_LEGACY;
        }
        target->socket_path = g_strdup(mode == MODE_DIRECT ? direct_path : legacy_path);
        target->daemon = g_strdup(mode == MODE_DIRECT ? direct : "vireod");
        return 0;
}

static int resolve_unix(const Uri *uri, unsigned flags, Target *target, Error *err)
{
        if (target->host)
                return error_set(err, VIR_ERR_INVALID_ARG, "using unix socket and remote server '%s' is not supported.",
                                 target->host);
        target->session = wants_session(uri);
        /* A user's own daemon has no read-only socket: there is nobody to keep out. */
        return find_socket(uri, (flags & VIR_CONNECT_RO) && !target->session, target, err);
}

int target_resolve(const Uri *uri, unsigned flags, Target *ret_target, Error *err)
{
        TARGET_AUTO Target target = { 0 };

        if (find_transport(uri, &target.transport, err) < 0)
                return -1;
        target.name = remote_name(uri);
        if (uri) {
                target.host = g_strdup(uri_host(uri));
                target.port = uri_port(uri);
                target.auth = g_strdup(uri_parameter(uri, "auth"));
        }
        if (target.host && *target.host == '\0')
                g_clear_pointer(&target.host, g_free);
        if (strcmp(target.transport->name, "unix") == 0 && resolve_unix(uri, flags, &target, err) < 0)
                return -1;
        *ret_target = target;
        target = (Target){ 0 };
        return 0;
}
