/* Backing strings: paths, URIs and the older spellings with colons. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_STORAGE
#include "conf/storage_backing.h"

#include <string.h>

#include "conf/rows.h"
#include "storage/backing.h"

static const unsigned ports[NET_PROTOCOL_MAX_] = {
        [NET_PROTOCOL_NBD] = 10809,  [NET_PROTOCOL_SHEEPDOG] = 7000, [NET_PROTOCOL_GLUSTER] = 24007,
        [NET_PROTOCOL_ISCSI] = 3260, [NET_PROTOCOL_HTTP] = 80,       [NET_PROTOCOL_HTTPS] = 443,
        [NET_PROTOCOL_FTP] = 21,     [NET_PROTOCOL_FTPS] = 990,      [NET_PROTOCOL_TFTP] = 69,
        [NET_PROTOCOL_SSH] = 22,     [NET_PROTOCOL_VXHS] = 9999,
};

unsigned net_protocol_port(NetProtocol protocol)
{
        return ports[protocol];
}

/* Who wants a colon in a relative path writes "./" before it: QEMU's rule. */
bool storage_backing_is_path(const char *text)
{
        size_t before = strcspn(text, ":/");

        return text[before] != ':';
}

NetSource *backing_net(Source *source, NetProtocol protocol)
{
        source->type = SOURCE_NETWORK;
        source->net.protocol = protocol;
        return &source->net;
}

NetHost *backing_add_host(NetSource *net)
{
        return rows_list_insert(&NetHost_rows, &net->hosts, &net->n_hosts, net->n_hosts);
}

bool backing_host_port(const char *text, NetHost *host)
{
        const char *end, *colon;

        if (*text == '[') {
                end = strchr(++text, ']');
                if (!end)
                        return false;
                colon = end + 1;
        } else {
                end = colon = strrchr(text, ':');
                /* More than one colon without brackets: an IPv6 address without a port. */
                if (!end || strchr(text, ':') != end)
                        end = colon = text + strlen(text);
        }
        if (end == text || (*colon && *colon != ':'))
                return false;
        if (*colon && (!text_to_uint(colon + 1, 10, &host->port) || host->port > UINT16_MAX))
                return false;
        host->name = g_strndup(text, (size_t)(end - text));
        return true;
}

/* "gluster+rdma". */
static int read_scheme(const char *scheme, NetProtocol *ret_protocol, NetTransport *ret_transport, Error *err)
{
        g_auto(GStrv) parts = g_strsplit(scheme, "+", 2);
        int protocol = enum_value(NetProtocol, NET_PROTOCOL, parts[0]);
        int transport = parts[1] ? enum_value(NetTransport, NET_TRANSPORT, parts[1]) : NET_TRANSPORT_DEFAULT;

        if (protocol <= 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "invalid backing protocol '%s'", parts[0]);
        if (transport < 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "invalid protocol transport type '%s'", parts[1]);
        *ret_protocol = (NetProtocol)protocol;
        *ret_transport = transport == NET_TRANSPORT_TCP ? NET_TRANSPORT_DEFAULT : (NetTransport)transport;
        return 0;
}

static int read_socket(const char *query, NetHost *host, Error *err)
{
        g_autoptr(GHashTable) params = query ? g_uri_parse_params(query, -1, "&", G_URI_PARAMS_NONE, NULL) : NULL;
        const char *path = params ? g_hash_table_lookup(params, "socket") : NULL;

        if (!path || !*path)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "missing socket for unix transport; '?socket=PATH' says it");
        host->socket = g_strdup(path);
        return 0;
}

static int read_uri_host(GUri *uri, NetProtocol protocol, NetTransport transport, NetSource *net, Error *err)
{
        const char *name = g_uri_get_host(uri);
        NetHost *host = backing_add_host(net);

        host->transport = transport;
        if (transport == NET_TRANSPORT_UNIX)
                return read_socket(g_uri_get_query(uri), host, err);
        if (!name || !*name)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing host in the URI of a backing file");
        host->name = g_strdup(name);
        host->port = g_uri_get_port(uri) > 0 ? (unsigned)g_uri_get_port(uri) : net_protocol_port(protocol);
        return 0;
}

/* "VOLUME/PATH", both of them. */
static bool is_gluster_name(const char *name)
{
        const char *slash = strchr(name, '/');

        return slash && slash != name && slash[1];
}

int backing_uri(const char *text, NetProtocol wanted, Source *source, Error *err)
{
        g_autoptr(GUri) uri = g_uri_parse(
                text, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED_QUERY | G_URI_FLAGS_HAS_PASSWORD, NULL);
        const char *path, *query;
        NetTransport transport = NET_TRANSPORT_DEFAULT;
        NetProtocol protocol = NET_PROTOCOL_NONE;
        NetSource *net;

        if (!uri)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "failed to parse backing file location '%s'", text);
        if (read_scheme(g_uri_get_scheme(uri), &protocol, &transport, err) < 0)
                return -1;
        if (wanted && protocol != wanted)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "expected protocol '%s' but got '%s' in URI JSON volume definition",
                                 enum_text(NetProtocol, wanted), enum_text(NetProtocol, protocol));
        net = backing_net(source, protocol);
        if (read_uri_host(uri, protocol, transport, net, err) < 0)
                return -1;
        path = g_uri_get_path(uri);
        path += *path == '/';
        if (protocol == NET_PROTOCOL_GLUSTER && !is_gluster_name(path))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing volume name and path for gluster volume");
        if (*path || protocol != NET_PROTOCOL_NBD) /* the export of NBD without a name is not the one called "" */
                net->name = g_strdup(path);
        query = g_uri_get_query(uri);
        if (query && (protocol == NET_PROTOCOL_HTTP || protocol == NET_PROTOCOL_HTTPS))
                net->query = g_strdup(query);
        return 0;
}

/* "unix:SOCKET[:exportname=NAME]", "HOST:PORT[:exportname=NAME]"; the name may contain anything. */
static int read_nbd(const char *text, NetSource *net, Error *err)
{
        static const char tag[] = ":exportname=";
        const char *export = strstr(text, tag);
        g_autofree char *address = export ? g_strndup(text, (size_t)(export - text)) : g_strdup(text);
        NetHost *host = backing_add_host(net);

        if (g_str_has_prefix(address, "unix:")) {
                host->transport = NET_TRANSPORT_UNIX;
                host->socket = g_strdup(address + strlen("unix:"));
                if (!*host->socket)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "missing unix socket path in nbd backing string %s", text);
        } else if (!backing_host_port(address, host)) {
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing host name in nbd string '%s'", text);
        } else if (host->port == 0) {
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing port number in nbd string '%s'", text);
        }
        if (export)
                net->name = g_strdup(export + strlen(tag));
        return 0;
}

/* The piece up to a colon that has no backslash before it, without its backslashes; *@text is behind the colon. The
 * caller frees. */
static char *next_piece(const char **text)
{
        GString *piece = g_string_new(NULL);
        const char *p = *text;

        for (; *p && *p != ':'; p++) {
                if (*p == '\\' && p[1])
                        p++;
                g_string_append_c(piece, *p);
        }
        *text = *p ? p + 1 : p;
        return g_string_free(piece, FALSE);
}

static int read_monitors(const char *list, NetSource *net, Error *err)
{
        g_auto(GStrv) monitors = g_strsplit_set(list, ";,", -1);

        for (char **monitor = monitors; *monitor; monitor++)
                if (**monitor && !backing_host_port(*monitor, backing_add_host(net)))
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "invalid monitor '%s' in rbd backing string",
                                         *monitor);
        return 0;
}

static int read_rbd_option(const char *option, NetSource *net, Error *err)
{
        if (g_str_has_prefix(option, "mon_host="))
                return read_monitors(option + strlen("mon_host="), net, err);
        if (g_str_has_prefix(option, "conf=")) {
                g_free(net->config);
                net->config = g_strdup(option + strlen("conf="));
        }
        return 0; /* "id=" and "key=" belong into a secret; the rest are options of librbd */
}

/* "POOL/IMAGE[@SNAPSHOT][:OPTION=VALUE]...": a backslash takes the meaning from a colon. */
int backing_rbd(const char *text, NetSource *net, Error *err)
{
        g_autofree char *name = next_piece(&text);
        char *at;

        if (!*name)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing image name in rbd backing string");
        at = strchr(name, '@');
        if (at) {
                net->snapshot = g_strdup(at + 1);
                *at = 0;
        }
        net->name = g_steal_pointer(&name);
        while (*text) {
                g_autofree char *option = next_piece(&text);

                if (read_rbd_option(option, net, err) < 0)
                        return -1;
        }
        return 0;
}

static int read_colons(const char *text, Source *source, Error *err)
{
        const char *rest = strchr(text, ':') + 1;
        g_autofree char *name = g_strndup(text, (size_t)(rest - 1 - text));
        int protocol = enum_value(NetProtocol, NET_PROTOCOL, name);

        switch (protocol) {
        case NET_PROTOCOL_NBD: return read_nbd(rest, backing_net(source, NET_PROTOCOL_NBD), err);
        case NET_PROTOCOL_RBD: return backing_rbd(rest, backing_net(source, NET_PROTOCOL_RBD), err);
        default: break;
        }
        if (protocol <= 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "invalid backing protocol '%s'", name);
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "backing store parser is not implemented for protocol %s", name);
}

static int read_text(const char *text, Source *source, Error *err)
{
        if (strlen(text) > STORAGE_BACKING_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "the location of a backing file is longer than %d bytes",
                                 STORAGE_BACKING_MAX);
        if (!*text)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "the location of a backing file is empty");
        if (storage_backing_is_path(text)) {
                source->type = SOURCE_FILE;
                source->file.path = g_strdup(text);
                return 0;
        }
        if (g_str_has_prefix(text, "json:"))
                return backing_json(text + strlen("json:"), source, err);
        if (g_str_has_prefix(text, "fat:")) {
                source->type = SOURCE_DIR;
                source->format = IMAGE_FORMAT_FAT;
                source->dir.path = g_strdup(text + strlen("fat:"));
                return 0;
        }
        return strstr(text, "://") ? backing_uri(text, NET_PROTOCOL_NONE, source, err) : read_colons(text, source, err);
}

int storage_backing_parse(const char *text, Source *ret, Error *err)
{
        Source source = { 0 };

        if (read_text(text, &source, err) < 0) {
                rows_drop(&Source_rows, &source);
                return -1;
        }
        *ret = source;
        return 0;
}
