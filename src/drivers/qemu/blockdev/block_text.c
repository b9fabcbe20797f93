/* See blockdev.h: sources as texts: URIs, and what an image says of the one below it. */
#include "blockdev/blockdev.h"

#include <string.h>

char *block_uri(const Source *source, Error *err)
{
        const NetSource *net = &source->net;
        const char *name = net->name ? net->name : "";
        NetHost host;

        if (block_host(source, &host, err) < 0)
                return NULL;
        return g_strdup_printf(host.name && strchr(host.name, ':') ? "%s://[%s]:%u%s%s%s%s" : "%s://%s:%u%s%s%s%s",
                               enum_text(NetProtocol, net->protocol), host.name, host.port,
                               *name == '/' || !*name ? "" : "/", name, net->query ? "?" : "",
                               net->query ? net->query : "");
}

char *block_cookies(const NetSource *net)
{
        GString *text;

        if (net->n_cookies == 0)
                return NULL;
        text = g_string_new(NULL);
        for (size_t i = 0; i < net->n_cookies; i++)
                g_string_append_printf(text, "%s%s=%s", i ? "; " : "", net->cookies[i].name,
                                       net->cookies[i].value ? net->cookies[i].value : "");
        return g_string_free(text, FALSE);
}

/* A URI holds protocol, one host and a name: whether that is all there is to say. */
static bool fits_uri(const Source *source)
{
        const NetSource *net = &source->net;

        if (net->n_hosts != 1 || net->hosts[0].transport == NET_TRANSPORT_UNIX ||
            net->hosts[0].transport == NET_TRANSPORT_RDMA)
                return false;
        switch (net->protocol) {
        case NET_PROTOCOL_HTTP:
        case NET_PROTOCOL_HTTPS:
        case NET_PROTOCOL_FTP:
        case NET_PROTOCOL_FTPS:
        case NET_PROTOCOL_TFTP:
                return net->n_cookies == 0 && net->ssl_verify == YESNO_ABSENT && !net->timeout && !net->readahead;
        case NET_PROTOCOL_NBD: return !net->reconnect_delay;
        case NET_PROTOCOL_ISCSI: return !net->initiator;
        case NET_PROTOCOL_GLUSTER: return true;
        default: return false;
        }
}

char *block_backing_text(const BlockImage *image, Error *err)
{
        const Source *source = image->source;
        g_autoptr(Json) json = NULL;
        g_autofree char *text = NULL;

        if (source->n_slices == 0) {
                switch (source->type) {
                case SOURCE_FILE:
                case SOURCE_BLOCK: return g_strdup(block_source_path(source));
                case SOURCE_DIR: return g_strconcat("fat:", source->dir.path, NULL);
                case SOURCE_NETWORK:
                        if (fits_uri(source))
                                return block_uri(source, err);
                        break;
                default: break;
                }
        }
        json = block_backing_json(image, err);
        text = json ? json_format(json, false) : NULL;
        return text ? g_strconcat("json:", text, NULL) : NULL;
}

Json *block_backing_json(const BlockImage *image, Error *err)
{
        const Slice *slice = block_storage_slice(image->source);
        Json *storage = block_storage(image, true, err);
        Json *json;

        if (!storage)
                return NULL;
        json = json_object();
        if (slice) {
                json_set(json, "driver", json_string("raw"));
                json_set(json, "offset", json_uint(slice->offset));
                json_set(json, "size", json_uint(slice->size));
        }
        json_set(json, "file", storage);
        return json;
}
