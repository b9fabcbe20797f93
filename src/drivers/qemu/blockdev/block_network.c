/* See blockdev.h: images that QEMU reaches over the network. */
#include "blockdev/blockdev.h"

#include <string.h>

#include "blockdev/block_json.h"
#include "conf/storage_backing.h"
#include "util/text.h"

static const char *protocol_name(const NetSource *net)
{
        return enum_text(NetProtocol, net->protocol);
}

static unsigned host_port(const NetSource *net, const NetHost *host)
{
        return host->port ? host->port : net_protocol_port(net->protocol);
}

/* Hosts */

int block_host(const Source *source, NetHost *ret, Error *err)
{
        const NetSource *net = &source->net;

        if (net->n_hosts != 1)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s accepts only one host", protocol_name(net));
        *ret = net->hosts[0];
        ret->port = host_port(net, &net->hosts[0]);
        return 0;
}

/* QEMU's InetSocketAddress has numbers as texts. */
static Json *inet(const NetSource *net, const NetHost *host, bool typed)
{
        g_autofree char *port = g_strdup_printf("%u", host_port(net, host));
        Json *json = json_object();

        if (typed)
                block_put(json, "type", "inet");
        block_put(json, "host", host->name);
        block_put(json, "port", port);
        return json;
}

static Json *socket_address(const NetSource *net, const NetHost *host)
{
        Json *json;

        if (host->transport != NET_TRANSPORT_UNIX)
                return inet(net, host, true);
        json = json_object();
        block_put(json, "type", "unix");
        block_put(json, "path", host->socket);
        return json;
}

static Json *fail_host(const NetSource *net, Error *err)
{
        return error_null(err, VIR_ERR_INTERNAL_ERROR, "%s accepts only one host", protocol_name(net));
}

/* Names: "volume/path", "pool/namespace/image", "target/lun". */

static Json *fail_name(const NetSource *net, const char *wanted, Error *err)
{
        return error_null(err, VIR_ERR_XML_ERROR, "the name '%s' of a source with protocol %s is not %s",
                          net->name ? net->name : "", protocol_name(net), wanted);
}

/* Each protocol. @image: what the host adds; false for secrets when only the target is asked for. */

static Json *gluster(const BlockImage *image, bool only_target, Error *err)
{
        const NetSource *net = &image->source->net;
        const char *slash = net->name ? strchr(net->name, '/') : NULL;
        g_autofree char *volume = slash ? g_strndup(net->name, (size_t)(slash - net->name)) : NULL;
        Json *json, *servers;

        if (!slash)
                return fail_name(net, "VOLUME/PATH", err);
        json = block_node_with("gluster");
        block_put(json, "volume", volume);
        block_put(json, "path", slash + 1);
        servers = json_array();
        for (size_t i = 0; i < net->n_hosts; i++)
                json_append(servers, socket_address(net, &net->hosts[i]));
        json_set(json, "server", servers);
        if (!only_target && image->gluster_debug)
                json_set(json, "debug", json_uint(image->gluster_debug));
        return json;
}

static Json *vxhs(const BlockImage *image, bool only_target, Error *err)
{
        const NetSource *net = &image->source->net;
        Json *json;

        if (net->n_hosts != 1)
                return fail_host(net, err);
        json = block_node_with("vxhs");
        if (!only_target && image->source->status)
                block_put(json, "tls-creds", image->source->status->tls);
        block_put(json, "vdisk-id", net->name);
        json_set(json, "server", inet(net, &net->hosts[0], false));
        return json;
}

static void put_password(const BlockImage *image, Json *json, const char *user_key, const char *secret_key)
{
        const char *secret = block_secret(image->source, BLOCK_SECRET_AUTH, 0);

        if (!image->auth)
                return;
        block_put(json, user_key, image->auth->username);
        block_put(json, secret_key, secret);
}

static Json *curl(const BlockImage *image, bool only_target, Error *err)
{
        const NetSource *net = &image->source->net;
        g_autofree char *url = block_uri(image->source, err);
        g_autofree char *cookies = block_cookies(net);
        Json *json;

        if (!url)
                return NULL;
        json = block_node_with(protocol_name(net));
        block_put(json, "url", url);
        if (!only_target)
                put_password(image, json, "username", "password-secret");
        if (net->ssl_verify != YESNO_ABSENT)
                json_set(json, "sslverify", json_bool(net->ssl_verify == YESNO_YES));
        if (only_target)
                block_put(json, "cookie", cookies);
        else
                block_put(json, "cookie-secret", block_secret(image->source, BLOCK_SECRET_COOKIE, 0));
        if (net->readahead)
                json_set(json, "readahead", json_uint(net->readahead));
        if (net->timeout)
                json_set(json, "timeout", json_uint(net->timeout));
        return json;
}

static Json *iscsi(const BlockImage *image, bool only_target, Error *err)
{
        const NetSource *net = &image->source->net;
        const char *slash = net->name ? strrchr(net->name, '/') : NULL;
        g_autofree char *target = NULL;
        g_autofree char *portal = NULL;
        unsigned lun = 0;
        Json *json;

        /* A portal is an address: what is reached through a socket file has none. */
        if (net->n_hosts != 1 || !net->hosts[0].name)
                return fail_host(net, err);
        if (!net->name || (slash && !text_to_uint(slash + 1, 10, &lun)))
                return fail_name(net, "TARGET or TARGET/LUN", err);
        target = slash ? g_strndup(net->name, (size_t)(slash - net->name)) : g_strdup(net->name);
        portal = g_strdup_printf(strchr(net->hosts[0].name, ':') ? "[%s]:%u" : "%s:%u", net->hosts[0].name,
                                 host_port(net, &net->hosts[0]));
        json = block_node_with("iscsi");
        block_put(json, "portal", portal);
        block_put(json, "target", target);
        json_set(json, "lun", json_uint(lun));
        block_put(json, "transport", "tcp");
        if (!only_target)
                put_password(image, json, "user", "password-secret");
        block_put(json, "initiator-name", net->initiator);
        return json;
}

static Json *nbd(const BlockImage *image, bool only_target, Error *err)
{
        const NetSource *net = &image->source->net;
        Json *json;

        if (net->n_hosts != 1)
                return fail_host(net, err);
        json = block_node_with("nbd");
        json_set(json, "server", socket_address(net, &net->hosts[0]));
        block_put(json, "export", net->name);
        if (!only_target && image->source->status)
                block_put(json, "tls-creds", image->source->status->tls);
        if (!only_target)
                block_put(json, "tls-hostname", net->tls_hostname);
        if (net->reconnect_delay)
                json_set(json, "reconnect-delay", json_uint(net->reconnect_delay));
        return json;
}

static const char *rbd_encryption(EncryptionFormat format)
{
        switch (format) {
        case ENCRYPTION_LUKS2: return "luks2";
        case ENCRYPTION_LUKS_ANY: return "luks-any";
        default: return "luks";
        }
}

/* A layer for each secret: the first is the image's own, the next its parent's. */
static Json *rbd_layers(const BlockImage *image)
{
        const Encryption *encryption = image->encryption;
        Json *top = NULL;

        for (size_t i = encryption->n_secrets; i-- > 0;) {
                Json *layer = json_object();

                block_put(layer, "format", rbd_encryption(encryption->format));
                block_put(layer, "key-secret", block_secret(image->source, BLOCK_SECRET_ENCRYPTION, i));
                if (top)
                        json_set(layer, "parent", top);
                top = layer;
        }
        return top;
}

static void rbd_secrets(const BlockImage *image, Json *json)
{
        const char *secret = block_secret(image->source, BLOCK_SECRET_AUTH, 0);
        Json *layers =
                image->encryption && image->encryption->engine == ENCRYPTION_ENGINE_LIBRBD ? rbd_layers(image) : NULL;
        Json *required;

        if (layers)
                json_set(json, "encrypt", layers);
        if (!image->auth)
                return;
        block_put(json, "user", image->auth->username);
        required = json_array();
        json_append(required, json_string("cephx"));
        json_append(required, json_string("none"));
        json_set(json, "auth-client-required", required);
        block_put(json, "key-secret", secret);
}

static Json *rbd(const BlockImage *image, bool only_target, Error *err)
{
        const NetSource *net = &image->source->net;
        g_auto(GStrv) parts = g_strsplit(net->name ? net->name : "", "/", 3);
        guint n = g_strv_length(parts);
        Json *json, *servers;

        if (n < 2)
                return fail_name(net, "POOL/IMAGE or POOL/NAMESPACE/IMAGE", err);
        json = block_node_with("rbd");
        block_put(json, "pool", parts[0]);
        if (n == 3)
                block_put(json, "namespace", parts[1]);
        block_put(json, "image", parts[n - 1]);
        block_put(json, "snapshot", net->snapshot);
        block_put(json, "conf", net->config);
        if (net->n_hosts > 0) {
                servers = json_array();
                for (size_t i = 0; i < net->n_hosts; i++)
                        json_append(servers, inet(net, &net->hosts[i], false));
                json_set(json, "server", servers);
        }
        if (!only_target)
                rbd_secrets(image, json);
        return json;
}

static Json *sheepdog(const BlockImage *image, bool only_target G_GNUC_UNUSED, Error *err)
{
        const NetSource *net = &image->source->net;
        Json *json;

        if (net->n_hosts != 1)
                return fail_host(net, err);
        json = block_node_with("sheepdog");
        json_set(json, "server", socket_address(net, &net->hosts[0]));
        block_put(json, "vdi", net->name);
        return json;
}

static const char *ssh_user(const BlockImage *image)
{
        const SourceStatus *status = image->source->status;

        if (image->auth)
                return image->auth->username;
        if (image->source->net.ssh_user)
                return image->source->net.ssh_user;
        return status ? status->ssh_user : NULL;
}

static Json *ssh(const BlockImage *image, bool only_target G_GNUC_UNUSED, Error *err)
{
        const NetSource *net = &image->source->net;
        Json *json, *check;

        if (net->n_hosts != 1)
                return fail_host(net, err);
        json = block_node_with("ssh");
        block_put(json, "path", net->name);
        json_set(json, "server", inet(net, &net->hosts[0], false));
        block_put(json, "user", ssh_user(image));
        if (image->source->status && image->source->status->ssh_host_check == YESNO_NO) {
                check = json_object();
                block_put(check, "mode", "none");
                json_set(json, "host-key-check", check);
        }
        return json;
}

/* "+1000": a number; other names are the host's to look up. */
static bool put_id(Json *json, const char *key, const char *name)
{
        unsigned id;

        if (!name)
                return true;
        if (!text_to_uint(*name == '+' ? name + 1 : name, 10, &id))
                return false;
        json_set(json, key, json_uint(id));
        return true;
}

static Json *nfs(const BlockImage *image, bool only_target G_GNUC_UNUSED, Error *err)
{
        const NetSource *net = &image->source->net;
        g_autoptr(Json) json = block_node_with("nfs");
        Json *server;

        if (net->n_hosts != 1)
                return fail_host(net, err);
        server = json_object();
        block_put(server, "host", net->hosts[0].name);
        block_put(server, "type", "inet");
        json_set(json, "server", server);
        block_put(json, "path", net->name);
        if (!put_id(json, "user", net->nfs_user) || !put_id(json, "group", net->nfs_group))
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                  "users and groups of NFS sources are numbers here, as in <identity user='+1000'/>");
        return g_steal_pointer(&json);
}

static Json *(*const protocols[NET_PROTOCOL_MAX_])(const BlockImage *image, bool only_target, Error *err) = {
        [NET_PROTOCOL_NBD] = nbd,         [NET_PROTOCOL_RBD] = rbd,     [NET_PROTOCOL_SHEEPDOG] = sheepdog,
        [NET_PROTOCOL_GLUSTER] = gluster, [NET_PROTOCOL_ISCSI] = iscsi, [NET_PROTOCOL_HTTP] = curl,
        [NET_PROTOCOL_HTTPS] = curl,      [NET_PROTOCOL_FTP] = curl,    [NET_PROTOCOL_FTPS] = curl,
        [NET_PROTOCOL_TFTP] = curl,       [NET_PROTOCOL_SSH] = ssh,     [NET_PROTOCOL_VXHS] = vxhs,
        [NET_PROTOCOL_NFS] = nfs,
};

Json *block_network(const BlockImage *image, bool only_target, Error *err)
{
        NetProtocol protocol = image->source->net.protocol;

        if (!protocols[protocol])
                return error_null(err, VIR_ERR_XML_ERROR, "missing network source protocol type");
        return protocols[protocol](image, only_target, err);
}
