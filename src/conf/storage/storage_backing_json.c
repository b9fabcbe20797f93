/* Backing strings that are options of QEMU's block devices: `json:{...}`. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_STORAGE
#include <string.h>

#include "conf/rows.h"
#include "storage/backing.h"
#include "util/json.h"

typedef struct JsonDriver {
        const char *name;
        NetProtocol protocol;
        int (*read)(const Json *json, NetProtocol protocol, Source *source, Error *err);
} JsonDriver;

/* How deep formats may lie on each other: "qcow2" on "raw" on something that holds bytes. */
enum { LAYERS_MAX = 2 };

static int fail_missing(const char *key, const char *driver, Error *err)
{
        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                         "missing '%s' field in JSON backing volume definition of driver '%s'", key, driver);
}

/* Numbers may be spelt as strings. The caller frees. */
static char *member_text(const Json *json, const char *key)
{
        const Json *value = json_get(json, key);

        if (value && json_is_number(value))
                return json_format(value, false);
        return g_strdup(value ? json_text(value) : NULL);
}

static int member_uint64(const Json *json, const char *key, uint64_t *ret, Error *err)
{
        g_autofree char *text = member_text(json, key);

        if (text && !text_to_uint64(text, 10, ret))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "malformed '%s' in JSON backing volume definition", key);
        return 0;
}

static int read_file(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        source->type = SOURCE_FILE;
        source->file.path = member_text(json, "filename");
        return source->file.path ? 0 : fail_missing("filename", "file", err);
}

static int read_device(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        source->type = SOURCE_BLOCK;
        source->block.path = member_text(json, "filename");
        return source->block.path ? 0 : fail_missing("filename", "host_device", err);
}

static int read_folder(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        source->type = SOURCE_DIR;
        source->format = IMAGE_FORMAT_FAT;
        source->dir.path = member_text(json, "dir");
        return source->dir.path ? 0 : fail_missing("dir", "vvfat", err);
}

/* "a=b; c=d". */
static int read_cookies(const char *text, NetSource *net, Error *err)
{
        g_auto(GStrv) parts = g_strsplit(text, ";", -1);

        for (char **part = parts; *part; part++) {
                char *name = g_strstrip(*part), *equals = strchr(name, '=');
                Cookie *cookie;

                if (!*name)
                        continue;
                if (!equals)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "malformed http cookie '%s' in backing store "
                                         "definition",
                                         name);
                cookie = rows_list_insert(&Cookie_rows, &net->cookies, &net->n_cookies, net->n_cookies);
                cookie->name = g_strndup(name, (size_t)(equals - name));
                cookie->value = g_strdup(equals + 1);
        }
        return 0;
}

static int read_ssl_verify(const Json *json, NetSource *net, Error *err)
{
        const Json *value = json_get(json, "sslverify");
        const char *text = value ? json_text(value) : NULL;
        bool verify = true;

        if (!value)
                return 0;
        if (!json_is_bool(value, &verify)) {
                if (g_strcmp0(text, "off") != 0 && g_strcmp0(text, "on") != 0)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "malformed 'sslverify' field in JSON backing volume "
                                         "definition");
                verify = strcmp(text, "on") == 0;
        }
        net->ssl_verify = verify ? YESNO_YES : YESNO_NO;
        return 0;
}

static int read_url(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        const char *cookie = json_get_string(json, "cookie");
        const char *url = json_get_string(json, "url");
        NetSource *net = &source->net;

        if (!url)
                return fail_missing("url", enum_text(NetProtocol, protocol), err);
        if (backing_uri(url, protocol, source, err) < 0 || read_ssl_verify(json, net, err) < 0 ||
            member_uint64(json, "readahead", &net->readahead, err) < 0 ||
            member_uint64(json, "timeout", &net->timeout, err) < 0)
                return -1;
        return cookie ? read_cookies(cookie, net, err) : 0;
}

static int read_port(const Json *json, NetProtocol protocol, NetHost *host, Error *err)
{
        const Json *said = json_get(json, "port");
        uint64_t port = net_protocol_port(protocol);

        /* libvirt reads texts only: what is written as a number is as if it were not there. */
        if (said && !json_is_number(said) && member_uint64(json, "port", &port, err) < 0)
                return -1;
        if (port > UINT16_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "malformed 'port' in JSON backing volume definition");
        host->port = (unsigned)port;
        return 0;
}

/* {"type": "inet", "host": ..., "port": ...} or {"type": "unix", "path": ...}. */
static int read_server(const Json *json, NetProtocol protocol, NetSource *net, Error *err)
{
        const char *type = json_get_string(json, "type");
        const char *host = json_get_string(json, "host");
        const char *path = json_get_string(json, "socket");
        NetHost *server = backing_add_host(net);

        if (!path)
                path = json_get_string(json, "path");
        if (!type || strcmp(type, "inet") == 0 || strcmp(type, "tcp") == 0) {
                if (!host)
                        return fail_missing("host", enum_text(NetProtocol, protocol), err);
                server->name = g_strdup(host);
                return read_port(json, protocol, server, err);
        }
        if (strcmp(type, "unix") != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown backing store transport protocol '%s'", type);
        if (!path)
                return fail_missing("socket", enum_text(NetProtocol, protocol), err);
        server->transport = NET_TRANSPORT_UNIX;
        server->socket = g_strdup(path);
        return 0;
}

/* One server, or a list of them. */
static int read_servers(const Json *json, NetProtocol protocol, NetSource *net, Error *err)
{
        const Json *server = json_get(json, "server");

        if (server && json_is_object(server))
                return read_server(server, protocol, net, err);
        if (!server || json_length(server) == 0)
                return fail_missing("server", enum_text(NetProtocol, protocol), err);
        for (size_t i = 0; i < json_length(server); i++)
                if (read_server(json_at(server, i), protocol, net, err) < 0)
                        return -1;
        return 0;
}

static int read_gluster(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        const char *filename = json_get_string(json, "filename");
        const char *volume = json_get_string(json, "volume");
        const char *path = json_get_string(json, "path");

        if (filename)
                return backing_uri(filename, protocol, source, err);
        if (!volume || !path)
                return fail_missing(volume ? "path" : "volume", "gluster", err);
        backing_net(source, protocol)->name = g_strdup_printf("%s/%s", volume, path);
        return read_servers(json, protocol, &source->net, err);
}

static int read_iscsi(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        const char *filename = json_get_string(json, "filename");
        const char *transport = json_get_string(json, "transport");
        const char *portal = json_get_string(json, "portal");
        const char *target = json_get_string(json, "target");
        g_autofree char *lun = member_text(json, "lun");
        NetSource *net;
        NetHost *host;

        if (filename)
                return backing_uri(filename, protocol, source, err);
        if (!portal || !target)
                return fail_missing(portal ? "target" : "portal", "iscsi", err);
        if (transport && strcmp(transport, "tcp") != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "only TCP transport is supported for iSCSI volumes");
        net = backing_net(source, protocol);
        net->name = g_strdup_printf("%s/%s", target, lun ? lun : "0");
        net->initiator = g_strdup(json_get_string(json, "initiator-name"));
        host = backing_add_host(net);
        if (!backing_host_port(portal, host))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "malformed 'portal' '%s' in iSCSI backing definition",
                                 portal);
        if (host->port == 0)
                host->port = net_protocol_port(protocol);
        return 0;
}

/* The options of old releases beside those of today. */
static int read_nbd(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        NetSource *net = backing_net(source, protocol);
        const char *path = json_get_string(json, "path");
        NetHost *host;

        net->name = member_text(json, "export");
        if (json_has(json, "server"))
                return read_servers(json, protocol, net, err);
        if (!path)
                return read_server(json, protocol, net, err);
        host = backing_add_host(net);
        host->transport = NET_TRANSPORT_UNIX;
        host->socket = g_strdup(path);
        return 0;
}

static int read_sheepdog(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        const char *filename = json_get_string(json, "filename");
        const char *vdi = json_get_string(json, "vdi");

        if (filename && strstr(filename, "://"))
                return backing_uri(filename, protocol, source, err);
        if (!vdi)
                return fail_missing("vdi", "sheepdog", err);
        backing_net(source, protocol)->name = g_strdup(vdi);
        return read_servers(json, protocol, &source->net, err);
}

/* Neither has a place in a document; who opens the image needs both. */
static void read_ssh_rest(const Json *json, Source *source)
{
        const char *user = json_get_string(json, "user");
        const char *check = json_get_string(json, "host_key_check");
        const Json *newer = json_get(json, "host-key-check");
        bool unchecked = g_strcmp0(check, "no") == 0 || g_strcmp0(json_get_string(newer, "mode"), "none") == 0;

        if (!user && !unchecked)
                return;
        source->status = g_new0(SourceStatus, 1);
        source->status->ssh_user = g_strdup(user);
        source->status->ssh_host_check = unchecked ? YESNO_NO : YESNO_ABSENT;
}

static int read_ssh(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        const char *path = json_get_string(json, "path");
        NetSource *net = backing_net(source, protocol);

        if (!path)
                return fail_missing("path", "ssh", err);
        net->name = g_strdup(path);
        read_ssh_rest(json, source);
        if (json_has(json, "server"))
                return read_servers(json, protocol, net, err);
        return read_server(json, protocol, net, err);
}

static int read_rbd(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        const char *filename = json_get_string(json, "filename");
        const char *pool = json_get_string(json, "pool");
        const char *image = json_get_string(json, "image");
        const char *space = json_get_string(json, "namespace");
        NetSource *net = backing_net(source, protocol);

        if (filename)
                return g_str_has_prefix(filename, "rbd:")
                               ? backing_rbd(filename + strlen("rbd:"), net, err)
                               : error_set(err, VIR_ERR_INTERNAL_ERROR, "malformed 'filename' '%s' of driver 'rbd'",
                                           filename);
        if (!pool || !image)
                return fail_missing(pool ? "image" : "pool", "rbd", err);
        net->name = space && *space ? g_strdup_printf("%s/%s/%s", pool, space, image)
                                    : g_strdup_printf("%s/%s", pool, image);
        net->config = g_strdup(json_get_string(json, "conf"));
        net->snapshot = g_strdup(json_get_string(json, "snapshot"));
        return json_has(json, "server") ? read_servers(json, protocol, net, err) : 0;
}

static int read_vxhs(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        const char *id = json_get_string(json, "vdisk-id");

        if (!id)
                return fail_missing("vdisk-id", "vxhs", err);
        backing_net(source, protocol)->name = g_strdup(id);
        return read_servers(json, protocol, &source->net, err);
}

/* Documents have "+2" for a number, so that it is no name. */
static char *read_owner(const Json *json, const char *key)
{
        const Json *value = json_get(json, key);
        g_autofree char *text = member_text(json, key);

        return value && json_is_number(value) ? g_strdup_printf("+%s", text) : g_steal_pointer(&text);
}

static int read_nfs(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        const char *path = json_get_string(json, "path");
        NetSource *net = backing_net(source, protocol);

        if (!path)
                return fail_missing("path", "nfs", err);
        net->name = g_strdup(path);
        net->nfs_user = read_owner(json, "user");
        net->nfs_group = read_owner(json, "group");
        return read_servers(json, protocol, net, err);
}

/* "0000:01:00.0" */
static bool read_pci_address(const char *text, HostPciAddress *address)
{
        g_auto(GStrv) parts = g_strsplit_set(text, ":.", -1);

        return g_strv_length(parts) == 4 && text_to_uint(parts[0], 16, &address->domain) &&
               text_to_uint(parts[1], 16, &address->bus) && text_to_uint(parts[2], 16, &address->slot) &&
               text_to_uint(parts[3], 16, &address->function);
}

static int read_nvme(const Json *json, NetProtocol protocol, Source *source, Error *err)
{
        const char *device = json_get_string(json, "device");
        uint64_t space = 0;

        source->type = SOURCE_NVME;
        source->nvme.type = NVME_PCI;
        if (!device || !read_pci_address(device, &source->nvme.address))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "malformed 'device' of driver 'nvme': it is like "
                                 "'0000:01:00.0'");
        if (member_uint64(json, "namespace", &space, err) < 0)
                return -1;
        if (space == 0 || space > UINT32_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing or malformed 'namespace' of driver 'nvme'");
        source->nvme.namespace = (unsigned)space;
        return 0;
}

static const JsonDriver drivers[] = {
        { "file", NET_PROTOCOL_NONE, read_file },
        { "host_device", NET_PROTOCOL_NONE, read_device },
        { "host_cdrom", NET_PROTOCOL_NONE, read_device },
        { "vvfat", NET_PROTOCOL_NONE, read_folder },
        { "nvme", NET_PROTOCOL_NONE, read_nvme },
        { "http", NET_PROTOCOL_HTTP, read_url },
        { "https", NET_PROTOCOL_HTTPS, read_url },
        { "ftp", NET_PROTOCOL_FTP, read_url },
        { "ftps", NET_PROTOCOL_FTPS, read_url },
        { "tftp", NET_PROTOCOL_TFTP, read_url },
        { "gluster", NET_PROTOCOL_GLUSTER, read_gluster },
        { "iscsi", NET_PROTOCOL_ISCSI, read_iscsi },
        { "nbd", NET_PROTOCOL_NBD, read_nbd },
        { "sheepdog", NET_PROTOCOL_SHEEPDOG, read_sheepdog },
        { "ssh", NET_PROTOCOL_SSH, read_ssh },
        { "rbd", NET_PROTOCOL_RBD, read_rbd },
        { "vxhs", NET_PROTOCOL_VXHS, read_vxhs },
        { "nfs", NET_PROTOCOL_NFS, read_nfs },
};

/* Part of what lies below. */
static int read_slice(const Json *json, Source *source, Error *err)
{
        Slice slice = { .type = SLICE_STORAGE };

        if (!json_has(json, "offset") && !json_has(json, "size"))
                return 0;
        if (member_uint64(json, "offset", &slice.offset, err) < 0 || member_uint64(json, "size", &slice.size, err) < 0)
                return -1;
        *(Slice *)rows_list_insert(&Slice_rows, &source->slices, &source->n_slices, source->n_slices) = slice;
        return 0;
}

static int read_driver(const Json *json, unsigned layers, Source *source, Error *err);

static int read_layer(const Json *json, const char *name, unsigned layers, Source *source, Error *err)
{
        int format = enum_value(ImageFormat, IMAGE_FORMAT, name);
        const Json *file = json_get(json, "file");

        if (format <= 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "missing parser implementation for JSON backing volume driver '%s'", name);
        if (layers >= LAYERS_MAX || (layers > 0 && format != IMAGE_FORMAT_RAW))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "JSON backing volume definition must not have format '%s' below another", name);
        if (!file || !json_is_object(file))
                return fail_missing("file", name, err);
        if (format != IMAGE_FORMAT_RAW)
                source->format = (ImageFormat)format;
        else if (read_slice(json, source, err) < 0)
                return -1;
        return read_driver(file, layers + 1, source, err);
}

static int read_driver(const Json *json, unsigned layers, Source *source, Error *err)
{
        const char *name = json_get_string(json, "driver");

        if (!name)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "JSON backing volume definition lacks driver name");
        for (size_t i = 0; i < G_N_ELEMENTS(drivers); i++)
                if (strcmp(drivers[i].name, name) == 0)
                        return drivers[i].read(json, drivers[i].protocol, source, err);
        return read_layer(json, name, layers, source, err);
}

int backing_json(const char *text, Source *source, Error *err)
{
        g_autoptr(Json) flat = json_parse(text, strlen(text), err);
        g_autoptr(Json) json = NULL;
        const Json *file;

        if (!flat)
                return error_prefix(err, "JSON backing volume definition");
        if (!json_is_object(flat))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "JSON backing volume definition must be an object");
        json = json_unflatten(flat, err);
        if (!json)
                return -1;
        file = json_get(json, "file");
        if (!json_has(json, "driver") && file && json_is_object(file))
                return read_driver(file, 0, source, err);
        return read_driver(json, 0, source, err);
}
