/* Serial and parallel ports as QEMU's options of old have them: "tcp:HOST:PORT,server,nowait". */
#include "formats.h"

#include <string.h>

/* HOST:PORT up to a comma or '@'; the host may be empty. Moves *text behind it. */
static bool read_endpoint(const char **text, char **ret_host, char **ret_service)
{
        size_t length = strcspn(*text, ",@");
        const char *colon = g_strrstr_len(*text, (gssize)length, ":");

        if (!colon)
                return false;
        *ret_host = g_strndup(*text, (gsize)(colon - *text));
        *ret_service = g_strndup(colon + 1, length - (gsize)(colon + 1 - *text));
        *text += length;
        return true;
}

static int bad_device(const char *text, Error *err)
{
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "malformed char device string '%s'", text);
}

static bool says_server(const char *options)
{
        g_auto(GStrv) words = g_strsplit(options, ",", 16);

        return g_strv_contains((const char *const *)words, "server");
}

static int read_tcp(const char *text, const char *rest, ChardevProtocol protocol, Chardev *ret, Error *err)
{
        ret->type = CHARDEV_TCP;
        if (!read_endpoint(&rest, &ret->tcp.host, &ret->tcp.service))
                return bad_device(text, err);
        ret->tcp.protocol = protocol;
        ret->tcp.mode = says_server(rest) ? CHARDEV_MODE_BIND : CHARDEV_MODE_CONNECT;
        return 1;
}

/* The other side first, then perhaps '@' and our own. */
static int read_udp(const char *text, const char *rest, Chardev *ret, Error *err)
{
        ret->type = CHARDEV_UDP;
        if (!read_endpoint(&rest, &ret->udp.connect_host, &ret->udp.connect_service))
                return bad_device(text, err);
        if (*rest != '@')
                return 1;
        rest++;
        return read_endpoint(&rest, &ret->udp.bind_host, &ret->udp.bind_service) ? 1 : bad_device(text, err);
}

static int read_unix(const char *rest, Chardev *ret)
{
        size_t length = strcspn(rest, ",");

        ret->type = CHARDEV_UNIX;
        ret->unix_socket.path = g_strndup(rest, length);
        ret->unix_socket.mode = says_server(rest + length) ? CHARDEV_MODE_BIND : CHARDEV_MODE_CONNECT;
        return 1;
}

static int read_path(ChardevType type, const char *path, Chardev *ret)
{
        ret->type = type;
        ret->path.path = g_strdup(path);
        return 1;
}

static int read_plain(const char *text, Chardev *ret, Error *err)
{
        static const ChardevType plain[] = { CHARDEV_NULL, CHARDEV_PTY, CHARDEV_STDIO, CHARDEV_VC };

        if (*text == '/')
                return read_path(CHARDEV_DEV, text, ret);
        for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
                if (strcmp(text, ChardevType_names[plain[i]]) == 0) {
                        ret->type = plain[i];
                        return 1;
                }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown chr device type '%s'", text);
}

/* *ret is to be dropped by the caller even when this fails. */
static int read_device(const char *text, Chardev *ret, Error *err)
{
        const char *colon = strchr(text, ':');
        g_autofree char *prefix = NULL;

        if (!colon || *text == '/')
                return read_plain(text, ret, err);
        prefix = g_strndup(text, (gsize)(colon - text));
        if (strcmp(prefix, "file") == 0)
                return read_path(CHARDEV_FILE, colon + 1, ret);
        if (strcmp(prefix, "pipe") == 0)
                return read_path(CHARDEV_PIPE, colon + 1, ret);
        if (strcmp(prefix, "tcp") == 0)
                return read_tcp(text, colon + 1, CHARDEV_PROTOCOL_RAW, ret, err);
        if (strcmp(prefix, "telnet") == 0)
                return read_tcp(text, colon + 1, CHARDEV_PROTOCOL_TELNET, ret, err);
        if (strcmp(prefix, "udp") == 0)
                return read_udp(text, colon + 1, ret, err);
        if (strcmp(prefix, "unix") == 0)
                return read_unix(colon + 1, ret);
        /* "vc:80Cx24C" and "null:" */
        return read_plain(prefix, ret, err);
}

int xen_chardev_read(const char *text, Chardev *ret, Error *err)
{
        Chardev source = { 0 };
        int r;

        if (strcmp(text, "none") == 0)
                return 0;
        r = read_device(text, &source, err);
        if (r < 0)
                rows_drop(&Chardev_rows, &source);
        else
                *ret = source;
        return r;
}

static void write_endpoint(GString *out, const char *host, const char *service)
{
        g_string_append_printf(out, "%s:%s", host ? host : "", service ? service : "");
}

static void write_tcp(const TcpChardev *tcp, GString *out)
{
        g_string_append(out, tcp->protocol == CHARDEV_PROTOCOL_TELNET ? "telnet:" : "tcp:");
        write_endpoint(out, tcp->host, tcp->service);
        if (tcp->mode == CHARDEV_MODE_BIND)
                g_string_append(out, ",server,nowait");
}

static void write_udp(const UdpChardev *udp, GString *out)
{
        g_string_append(out, "udp:");
        write_endpoint(out, udp->connect_host, udp->connect_service);
        if (!udp->bind_host && !udp->bind_service)
                return;
        g_string_append_c(out, '@');
        write_endpoint(out, udp->bind_host, udp->bind_service);
}

int xen_chardev_write(const Chardev *source, GString *out, Error *err)
{
        switch (source->type) {
        case CHARDEV_NULL:
        case CHARDEV_PTY:
        case CHARDEV_STDIO:
        case CHARDEV_VC: g_string_append(out, ChardevType_names[source->type]); return 0;
        case CHARDEV_FILE:
        case CHARDEV_PIPE:
                g_string_append_printf(out, "%s:%s", ChardevType_names[source->type], source->path.path);
                return 0;
        case CHARDEV_DEV: g_string_append(out, source->path.path); return 0;
        case CHARDEV_TCP: write_tcp(&source->tcp, out); return 0;
        case CHARDEV_UDP: write_udp(&source->udp, out); return 0;
        case CHARDEV_UNIX:
                g_string_append_printf(out, "unix:%s%s", source->unix_socket.path ? source->unix_socket.path : "",
                                       source->unix_socket.mode == CHARDEV_MODE_BIND ? ",server,nowait" : "");
                return 0;
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported chr device type '%s'",
                                 enum_text(ChardevType, source->type));
        }
}
