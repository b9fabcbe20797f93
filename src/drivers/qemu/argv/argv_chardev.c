/* See chardev.h. */
#include "argv/chardev.h"

/* One backend in both spellings. */
typedef struct Backend {
        const char *type;
        GString *text; /* behind type and id */
        Json *data;
} Backend;

static void backend_init(Backend *backend, const char *type)
{
        backend->type = type;
        backend->text = g_string_new(NULL);
        backend->data = json_object();
}

static void backend_done(Backend *backend)
{
        if (backend->text)
                g_string_free(backend->text, TRUE);
        json_unref(backend->data);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Backend, backend_done)

static void add(QemuArgv *argv, const char *id, Backend *backend)
{
        g_autofree char *word = argv_comma(id);
        g_autofree char *text = g_strdup_printf("%s,id=%s%s", backend->type, word, backend->text->str);
        Json *inner = json_object();
        Json *json = json_object();

        json_set(inner, "type", json_string(backend->type));
        json_set(inner, "data", g_steal_pointer(&backend->data));
        json_set(json, "id", json_string(id));
        json_set(json, "backend", inner);
        argv_add_both(argv, "-chardev", text, json);
}

static void text_pair(Backend *backend, const char *key, const char *value)
{
        g_autofree char *word = argv_comma(value);

        g_string_append_printf(backend->text, ",%s=%s", key, word);
}

/* A member that both spell alike. */
static void pair(Backend *backend, const char *key, const char *value)
{
        text_pair(backend, key, value);
        json_set(backend->data, key, json_string(value));
}

static void flag(Backend *backend, const char *key, bool value)
{
        text_pair(backend, key, value ? "on" : "off");
        json_set(backend->data, key, json_bool(value));
}

/* Addresses: flat in one spelling, nested in the other. */

static Json *address(const char *type, Json *data)
{
        Json *json = json_object();

        json_set(json, "type", json_string(type));
        json_set(json, "data", data);
        return json;
}

static Json *inet_address(const char *host, const char *port)
{
        Json *data = json_object();

        json_set(data, "host", json_string(host));
        json_set(data, "port", json_string(port));
        return address("inet", data);
}

static void unix_address(Backend *backend, const char *path)
{
        Json *data = json_object();

        json_set(data, "path", json_string(path));
        text_pair(backend, "path", path);
        json_set(backend->data, "addr", address("unix", data));
}

static void fd_address(QemuArgv *argv, Backend *backend, int fd)
{
        g_autofree char *name = argv_fd_name(argv, fd);
        Json *data = json_object();

        json_set(data, "str", json_string(name));
        text_pair(backend, "fd", name);
        json_set(backend->data, "addr", address("fd", data));
}

/* A server that serves, whether somebody is there or not. */
static void serve(Backend *backend)
{
        flag(backend, "server", true);
        flag(backend, "wait", false);
}

static void client(Backend *backend)
{
        json_set(backend->data, "server", json_bool(false));
}

static void reconnect(Backend *backend, YesNo enabled, unsigned seconds)
{
        if (enabled == YESNO_ABSENT)
                return;
        if (enabled == YESNO_NO)
                seconds = 0;
        g_string_append_printf(backend->text, ",reconnect=%u", seconds);
        json_set(backend->data, "reconnect", json_uint(seconds));
}

static int unix_backend(QemuArgv *argv, Backend *backend, const UnixChardev *source, Error *err)
{
        const QemuFdAsk ask = { .kind = QEMU_FD_LISTEN, .path = source->path, .optional = argv->host->shown };
        int fd;

        if (!source->path)
                return error_set(err, VIR_ERR_XML_ERROR, "a character device of type 'unix' needs a path");
        if (source->mode != CHARDEV_MODE_BIND) {
                unix_address(backend, source->path);
                client(backend);
                reconnect(backend, source->reconnect, source->reconnect_timeout.value);
                return 0;
        }
        fd = argv->host->open_fd(argv->host, &ask, err);
        if (fd == QEMU_NO_FD)
                unix_address(backend, source->path);
        else if (fd < 0)
                return -1;
        else
                fd_address(argv, backend, fd);
        serve(backend);
        return 0;
}

/* As the document says, else as the host's owner wants it. */
static int tcp_tls(QemuArgv *argv, Backend *backend, const TcpChardev *source, const char *alias, Error *err)
{
        const QemuTls *tls = &argv->host->conf->chardev_tls;
        g_autofree char *id = g_strdup_printf("objchar%s_tls0", alias);
        g_autofree char *secret = g_strdup_printf("char%s-secret0", alias);

        if (source->tls == YESNO_NO || (source->tls == YESNO_ABSENT && !tls->on))
                return 0;
        if (argv_tls(argv, id, secret, tls, source->mode == CHARDEV_MODE_BIND, err) < 0)
                return -1;
        pair(backend, "tls-creds", id);
        return 0;
}

static int tcp_backend(QemuArgv *argv, Backend *backend, const TcpChardev *source, const char *alias, Error *err)
{
        const char *host = source->host ? source->host : "";
        const char *port = source->service ? source->service : "0";
        bool server = source->mode == CHARDEV_MODE_BIND;

        if (source->protocol == CHARDEV_PROTOCOL_TELNETS || source->protocol == CHARDEV_PROTOCOL_TLS)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "QEMU's character devices have no protocol '%s': there is <source tls='yes'/>",
                                 enum_text(ChardevProtocol, source->protocol));
        text_pair(backend, "host", host);
        text_pair(backend, "port", port);
        json_set(backend->data, "addr", inet_address(host, port));
        if (source->protocol == CHARDEV_PROTOCOL_TELNET)
                flag(backend, "telnet", true);
        if (server) {
                serve(backend);
        } else {
                client(backend);
                reconnect(backend, source->reconnect, source->reconnect_timeout.value);
        }
        return tcp_tls(argv, backend, source, alias, err);
}

static void udp_backend(Backend *backend, const UdpChardev *source)
{
        const char *host = source->connect_host ? source->connect_host : "";
        const char *port = source->connect_service ? source->connect_service : "";
        const char *local_host = source->bind_host ? source->bind_host : "";
        const char *local_port = source->bind_service ? source->bind_service : "0";

        text_pair(backend, "host", host);
        text_pair(backend, "port", port);
        text_pair(backend, "localaddr", local_host);
        text_pair(backend, "localport", local_port);
        json_set(backend->data, "remote", inet_address(host, port));
        if (source->bind_host || source->bind_service)
                json_set(backend->data, "local", inet_address(local_host, local_port));
}

/* Files */

static int need_path(const Chardev *source, Error *err)
{
        if (source->path.path)
                return 0;
        return error_set(err, VIR_ERR_XML_ERROR, "a character device of type '%s' needs a path",
                         enum_text(ChardevType, source->type));
}

/* The file and the log are opened by us, with our rights; QEMU appends to what it got. */
static char *opened(QemuArgv *argv, QemuFdKind kind, const char *path, Switch append, const char *alias,
                    const char *what, Error *err)
{
        const QemuFdAsk ask = {
                .kind = kind, .path = path, .alias = alias, .append = append, .optional = argv->host->shown
        };
        g_autofree char *opaque = g_strdup_printf("%s-%s", alias, what);
        int fd = argv->host->open_fd(argv->host, &ask, err);

        if (fd == QEMU_NO_FD)
                return g_strdup(path);
        return fd < 0 ? NULL : argv_fd_set(argv, fd, opaque);
}

static int file_backend(QemuArgv *argv, Backend *backend, const Chardev *source, const char *alias, Error *err)
{
        g_autofree char *path = NULL;

        if (need_path(source, err) < 0)
                return -1;
        path = opened(argv, QEMU_FD_FILE, source->path.path, source->path.append, alias, "source", err);
        if (!path)
                return -1;
        text_pair(backend, "path", path);
        json_set(backend->data, "out", json_string(path));
        flag(backend, "append", true);
        return 0;
}

static int device_backend(Backend *backend, const Chardev *source, Error *err)
{
        if (need_path(source, err) < 0)
                return -1;
        text_pair(backend, "path", source->path.path);
        json_set(backend->data, "device", json_string(source->path.path));
        return 0;
}

static int log_file(QemuArgv *argv, Backend *backend, const Chardev *source, const char *alias, Error *err)
{
        g_autofree char *path = NULL;

        if (!source->log_file)
                return 0;
        path = opened(argv, QEMU_FD_LOG, source->log_file, source->log_append, alias, "log", err);
        if (!path)
                return -1;
        pair(backend, "logfile", path);
        flag(backend, "logappend", true);
        return 0;
}

/* What programs beside QEMU show */

static void vdagent_backend(Backend *backend, const VdagentChardev *source)
{
        text_pair(backend, "name", "vdagent");
        if (source->clipboard != YESNO_ABSENT)
                flag(backend, "clipboard", source->clipboard == YESNO_YES);
        if (source->mouse != MOUSE_MODE_DEFAULT)
                flag(backend, "mouse", source->mouse == MOUSE_MODE_CLIENT);
}

static int spicevmc_backend(Backend *backend, ChardevUse use, Error *err)
{
        static const char *const names[] = {
                [CHARDEV_FOR_CHANNEL] = "vdagent",
                [CHARDEV_FOR_SMARTCARD] = "smartcard",
                [CHARDEV_FOR_REDIRDEV] = "usbredir",
        };

        if (!names[use])
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "SPICE has no channel for this device");
        text_pair(backend, "name", names[use]);
        json_set(backend->data, "type", json_string(names[use]));
        return 0;
}

static int named_backend(Backend *backend, const Chardev *source, const char *key, Error *err)
{
        const char *name = source->channel.channel;

        if (!name)
                return error_set(err, VIR_ERR_XML_ERROR, "a character device of type '%s' needs a channel",
                                 enum_text(ChardevType, source->type));
        text_pair(backend, "name", name);
        json_set(backend->data, key, json_string(name));
        return 0;
}

/* QEMU's own name of a backend; NULL: it has none. */
static const char *type_name(const Chardev *source, ChardevUse use)
{
        switch (source->type) {
        case CHARDEV_NULL: return "null";
        case CHARDEV_VC: return "vc";
        case CHARDEV_PTY: return "pty";
        case CHARDEV_DEV: return use == CHARDEV_FOR_PARALLEL ? "parallel" : "serial";
        case CHARDEV_FILE: return "file";
        case CHARDEV_PIPE: return "pipe";
        case CHARDEV_STDIO: return "stdio";
        case CHARDEV_UDP: return "udp";
        case CHARDEV_TCP:
        case CHARDEV_UNIX: return "socket";
        case CHARDEV_SPICEVMC: return "spicevmc";
        case CHARDEV_SPICEPORT: return "spiceport";
        case CHARDEV_QEMU_VDAGENT: return "qemu-vdagent";
        case CHARDEV_DBUS: return "dbus";
        default: return NULL;
        }
}

static int fill(QemuArgv *argv, Backend *backend, const Chardev *source, const char *alias, ChardevUse use, Error *err)
{
        switch (source->type) {
        case CHARDEV_UNIX: return unix_backend(argv, backend, &source->unix_socket, err);
        case CHARDEV_TCP: return tcp_backend(argv, backend, &source->tcp, alias, err);
        case CHARDEV_UDP: udp_backend(backend, &source->udp); return 0;
        case CHARDEV_DEV:
        case CHARDEV_PIPE: return device_backend(backend, source, err);
        case CHARDEV_FILE: return file_backend(argv, backend, source, alias, err);
        case CHARDEV_SPICEVMC: return spicevmc_backend(backend, use, err);
        case CHARDEV_SPICEPORT: return named_backend(backend, source, "fqdn", err);
        case CHARDEV_DBUS: return named_backend(backend, source, "name", err);
        case CHARDEV_QEMU_VDAGENT: vdagent_backend(backend, &source->qemu_vdagent); return 0;
        default: return 0;
        }
}

int argv_chardev(QemuArgv *argv, const Chardev *source, const char *alias, ChardevUse use, Error *err)
{
        g_autofree char *id = g_strdup_printf("char%s", alias);
        const char *type = type_name(source, use);
        g_auto(Backend) backend = {};

        if (!type)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU has no character device of type '%s'",
                                 enum_text(ChardevType, source->type));
        backend_init(&backend, type);
        if (fill(argv, &backend, source, alias, use, err) < 0 || log_file(argv, &backend, source, alias, err) < 0)
                return -1;
        add(argv, id, &backend);
        return 0;
}

/* Sockets of helpers */

void argv_chardev_unix(QemuArgv *argv, const char *id, const char *path, OptUint seconds)
{
        g_auto(Backend) backend = {};

        backend_init(&backend, "socket");
        unix_address(&backend, path);
        client(&backend);
        if (seconds.set)
                reconnect(&backend, YESNO_YES, seconds.value);
        add(argv, id, &backend);
}

void argv_chardev_server(QemuArgv *argv, const char *id, const char *path)
{
        g_auto(Backend) backend = {};

        backend_init(&backend, "socket");
        unix_address(&backend, path);
        flag(&backend, "server", true);
        add(argv, id, &backend);
}

void argv_chardev_fd(QemuArgv *argv, const char *id, int fd)
{
        g_auto(Backend) backend = {};

        backend_init(&backend, "socket");
        fd_address(argv, &backend, fd);
        client(&backend);
        add(argv, id, &backend);
}
