/* Character devices: -serial, -parallel, -chardev. */
#include "reader.h"

#include <string.h>

#include "util/text.h"

/* "HOST:PORT"; either may be empty, and port 0 is none. */
static void read_endpoint(const char *text, char **ret_host, char **ret_service)
{
        const char *colon = strrchr(text, ':');

        if (!colon) {
                *ret_host = *text ? g_strdup(text) : NULL;
                return;
        }
        *ret_host = colon > text ? g_strndup(text, (size_t)(colon - text)) : NULL;
        *ret_service = colon[1] && strcmp(colon + 1, "0") != 0 ? g_strdup(colon + 1) : NULL;
}

/* "HOST:PORT@HOST:PORT": where it sends, and where it listens. */
static int read_udp(const char *value, Chardev *ret, Error *err)
{
        g_auto(GStrv) ends = g_strsplit(value, "@", 2);

        ret->type = CHARDEV_UDP;
        if (!ends[0])
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "a UDP character device needs an address");
        read_endpoint(ends[0], &ret->udp.connect_host, &ret->udp.connect_service);
        if (ends[1])
                read_endpoint(ends[1], &ret->udp.bind_host, &ret->udp.bind_service);
        if (!ret->udp.connect_service)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot find port number in character device %s", value);
        return 0;
}

/* "HOST:PORT,server,nowait" */
static int read_tcp(const char *value, bool telnet, Chardev *ret, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, "address");

        ret->type = CHARDEV_TCP;
        ret->tcp.protocol = telnet ? CHARDEV_PROTOCOL_TELNET : CHARDEV_PROTOCOL_RAW;
        ret->tcp.mode = qemu_opts_get(opts, "server") ? CHARDEV_MODE_BIND : CHARDEV_MODE_CONNECT;
        if (qemu_opts_get(opts, "address"))
                read_endpoint(qemu_opts_get(opts, "address"), &ret->tcp.host, &ret->tcp.service);
        if (!ret->tcp.service)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot find port number in character device %s", value);
        if (!ret->tcp.host)
                ret->tcp.host = g_strdup(ret->tcp.mode == CHARDEV_MODE_BIND ? "0.0.0.0" : "127.0.0.1");
        return 0;
}

static void read_unix(const char *value, Chardev *ret)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, "path");

        ret->type = CHARDEV_UNIX;
        ret->unix_socket.mode = qemu_opts_get(opts, "server") ? CHARDEV_MODE_BIND : CHARDEV_MODE_CONNECT;
        ret->unix_socket.path = g_strdup(qemu_opts_get(opts, "path"));
}

/* The short form: "pty", "file:PATH", "tcp:HOST:PORT,server". Result 1: there is no such device. */
static int read_short(QemuReader *reader, const char *value, Chardev *ret, Error *err)
{
        static const struct {
                const char *word;
                ChardevType type;
        } words[] = {
                { "null", CHARDEV_NULL }, { "vc", CHARDEV_VC }, { "pty", CHARDEV_PTY }, { "stdio", CHARDEV_STDIO }
        };

        for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
                if (strcmp(value, words[i].word) == 0 ||
                    (g_str_has_prefix(value, words[i].word) && value[strlen(words[i].word)] == ':')) {
                        ret->type = words[i].type;
                        return 0;
                }
        if (g_str_has_prefix(value, "udp:"))
                return read_udp(value + 4, ret, err);
        if (g_str_has_prefix(value, "tcp:"))
                return read_tcp(value + 4, false, ret, err);
        if (g_str_has_prefix(value, "telnet:"))
                return read_tcp(value + 7, true, ret, err);
        if (g_str_has_prefix(value, "unix:")) {
                read_unix(value + 5, ret);
        } else if (g_str_has_prefix(value, "chardev:")) {
                const QemuPart *part = qemu_find_part(reader->chardevs, value + 8);

                if (!part)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "no -chardev has the id '%s'", value + 8);
                return qemu_fill_chardev(part->opts, ret, err);
        } else if (g_str_has_prefix(value, "file:") || g_str_has_prefix(value, "pipe:")) {
                ret->type = *value == 'f' ? CHARDEV_FILE : CHARDEV_PIPE;
                ret->path.path = g_strdup(value + 5);
        } else if (*value == '/') {
                ret->type = CHARDEV_DEV;
                ret->path.path = g_strdup(value);
        } else {
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown character device syntax %s", value);
        }
        return 0;
}

int qemu_read_serial(QemuReader *reader, const char *value, Error *err)
{
        Domain *d = reader->d;
        Serial *serial;

        if (strcmp(value, "none") == 0 || g_str_has_prefix(value, "mon:"))
                return 0;
        serial = QEMU_ADD(Serial, d, serials);
        serial->port = (OptUint){ .value = (unsigned)d->n_serials - 1, .set = true };
        return read_short(reader, value, &serial->source, err);
}

int qemu_read_parallel(QemuReader *reader, const char *value, Error *err)
{
        Domain *d = reader->d;
        Parallel *parallel;

        if (strcmp(value, "none") == 0)
                return 0;
        parallel = QEMU_ADD(Parallel, d, parallels);
        parallel->port = (OptUint){ .value = (unsigned)d->n_parallels - 1, .set = true };
        return read_short(reader, value, &parallel->source, err);
}

int qemu_read_chardev(QemuReader *reader, const char *value, Error *err)
{
        QemuOpts *opts = qemu_opts_parse(value, "backend");

        qemu_add_part(reader->chardevs, qemu_opts_get(opts, "id"), opts);
        return 0;
}

static void fill_socket(const QemuOpts *opts, Chardev *ret)
{
        ChardevMode mode = qemu_opts_is_on(opts, "server") ? CHARDEV_MODE_BIND : CHARDEV_MODE_CONNECT;

        if (qemu_opts_get(opts, "path")) {
                ret->type = CHARDEV_UNIX;
                ret->unix_socket.mode = mode;
                ret->unix_socket.path = g_strdup(qemu_opts_get(opts, "path"));
                return;
        }
        ret->type = CHARDEV_TCP;
        ret->tcp.mode = mode;
        ret->tcp.host = g_strdup(qemu_opts_get(opts, "host"));
        ret->tcp.service = g_strdup(qemu_opts_get(opts, "port"));
        if (qemu_opts_is_on(opts, "telnet"))
                ret->tcp.protocol = CHARDEV_PROTOCOL_TELNET;
}

static void fill_udp(const QemuOpts *opts, Chardev *ret)
{
        ret->type = CHARDEV_UDP;
        ret->udp.connect_host = g_strdup(qemu_opts_get(opts, "host"));
        ret->udp.connect_service = g_strdup(qemu_opts_get(opts, "port"));
        ret->udp.bind_host = g_strdup(qemu_opts_get(opts, "localaddr"));
        ret->udp.bind_service = g_strdup(qemu_opts_get(opts, "localport"));
}

int qemu_fill_chardev(const QemuOpts *opts, Chardev *ret, Error *err)
{
        static const struct {
                const char *backend;
                ChardevType type;
        } backends[] = {
                { "null", CHARDEV_NULL },         { "vc", CHARDEV_VC },
                { "pty", CHARDEV_PTY },           { "stdio", CHARDEV_STDIO },
                { "file", CHARDEV_FILE },         { "pipe", CHARDEV_PIPE },
                { "serial", CHARDEV_DEV },        { "tty", CHARDEV_DEV },
                { "parallel", CHARDEV_DEV },      { "parport", CHARDEV_DEV },
                { "spicevmc", CHARDEV_SPICEVMC },
        };
        const char *backend = qemu_opts_get(opts, "backend");

        if (g_strcmp0(backend, "socket") == 0) {
                fill_socket(opts, ret);
                return 0;
        }
        if (g_strcmp0(backend, "udp") == 0) {
                fill_udp(opts, ret);
                return 0;
        }
        for (size_t i = 0; i < G_N_ELEMENTS(backends); i++)
                if (g_strcmp0(backend, backends[i].backend) == 0)
                        ret->type = backends[i].type;
        if (ret->type == CHARDEV_NONE)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown character device syntax %s",
                                 backend ? backend : "without a backend");
        if (ret->type == CHARDEV_FILE || ret->type == CHARDEV_PIPE || ret->type == CHARDEV_DEV)
                ret->path.path = g_strdup(qemu_opts_get(opts, "path"));
        return 0;
}
