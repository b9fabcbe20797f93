/* See nbdkit.h. */
#include "blockdev/nbdkit.h"

#include <string.h>

const char *nbdkit_plugin(const Source *source)
{
        if (source->type != SOURCE_NETWORK)
                return NULL;
        switch (source->net.protocol) {
        case NET_PROTOCOL_HTTP:
        case NET_PROTOCOL_HTTPS:
        case NET_PROTOCOL_FTP:
        case NET_PROTOCOL_FTPS:
        case NET_PROTOCOL_TFTP: return "curl";
        case NET_PROTOCOL_SSH: return "ssh";
        default: return NULL;
        }
}

static void pair(Process *process, const char *key, const char *value)
{
        if (value)
                process_add_format(process, "%s=%s", key, value);
}

/* "password=-5": nbdkit reads it from descriptor 5. */
static int secret(Process *process, const char *key, NbdkitHost *host, const uint8_t *data, size_t length, Error *err)
{
        int fd = host->give(host, data, length, err);

        if (fd < 0)
                return -1;
        process_add_format(process, "%s=-%d", key, fd);
        process_pass_fd(process, fd);
        return 0;
}

static int password(Process *process, const BlockImage *image, NbdkitHost *host, Error *err)
{
        g_autofree uint8_t *data = NULL;
        size_t length = 0;
        int r;

        if (!image->auth)
                return 0;
        pair(process, "user", image->auth->username);
        if (host->password(host, image->auth, &data, &length, err) < 0)
                return -1;
        r = secret(process, "password", host, data, length, err);
        explicit_bzero(data, length);
        return r;
}

static int cookies(Process *process, const NetSource *net, NbdkitHost *host, Error *err)
{
        g_autofree char *text = block_cookies(net);

        return text ? secret(process, "cookie", host, (const uint8_t *)text, strlen(text), err) : 0;
}

static int curl(Process *process, const BlockImage *image, NbdkitHost *host, Error *err)
{
        const NetSource *net = &image->source->net;
        g_autofree char *url = block_uri(image->source, err);

        if (!url)
                return -1;
        /* A server may send us elsewhere, but not to another kind of place; https from http is none. */
        pair(process, "protocols",
             net->protocol == NET_PROTOCOL_HTTP ? "http,https" : enum_text(NetProtocol, net->protocol));
        pair(process, "url", url);
        if (password(process, image, host, err) < 0 || cookies(process, net, host, err) < 0)
                return -1;
        if (net->ssl_verify == YESNO_NO)
                process_add(process, "sslverify=false");
        if (net->timeout)
                process_add_format(process, "timeout=%llu", (unsigned long long)net->timeout);
        return 0;
}

static int ssh(Process *process, const BlockImage *image, NbdkitHost *host, Error *err)
{
        const NetSource *net = &image->source->net;
        const SourceStatus *status = image->source->status;
        NetHost server;

        if (block_host(image->source, &server, err) < 0)
                return -1;
        pair(process, "host", server.name);
        process_add_format(process, "port=%u", server.port);
        pair(process, "path", net->name);
        if (image->auth) {
                if (password(process, image, host, err) < 0)
                        return -1;
        } else {
                if (net->ssh_agent_socket)
                        process_env(process, "SSH_AUTH_SOCK", net->ssh_agent_socket);
                pair(process, "identity", net->ssh_keyfile);
                pair(process, "user", net->ssh_user);
        }
        if (status && status->ssh_host_check == YESNO_NO)
                process_add(process, "verify-remote-host=false");
        pair(process, "known-hosts", net->known_hosts);
        return 0;
}

Process *nbdkit_process(const BlockImage *image, const char *socket, NbdkitHost *host, Error *err)
{
        const char *plugin = nbdkit_plugin(image->source);
        Process *process;
        int r;

        if (!plugin)
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "nbdkit does not serve sources of this kind");
        process = process_new("nbdkit");
        process_add_pair(process, "--unix", socket);
        process_add(process, "--foreground");
        if (!image->top || (image->disk && image->disk->readonly))
                process_add(process, "--readonly");
        if (host->readahead && image->source->net.readahead)
                process_add_pair(process, "--filter", "readahead");
        process_add(process, plugin);
        r = strcmp(plugin, "ssh") == 0 ? ssh(process, image, host, err) : curl(process, image, host, err);
        return r < 0 ? process_free(process) : process;
}
