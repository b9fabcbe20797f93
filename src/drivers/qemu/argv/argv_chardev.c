/* Character devices: the host side (-chardev) and the device in front (-device). */
#include "argv/argv.h"

#include <string.h>

static int unix_backend(QemuArgv *argv, GString *value, const UnixChardev *source, Error *err)
{
        g_autofree char *path = source->path ? argv_comma(source->path) : NULL;
        const QemuFdAsk ask = { .kind = QEMU_FD_LISTEN, .path = source->path };
        int fd;

        if (!path)
                return error_set(err, VIR_ERR_XML_ERROR, "a character device of type 'unix' needs a path");
        if (source->mode != CHARDEV_MODE_BIND) {
                g_string_append_printf(value, ",path=%s", path);
                if (source->reconnect == YESNO_YES)
                        g_string_append_printf(value, ",reconnect=%u", source->reconnect_timeout);
                return 0;
        }
        fd = argv->host->open_fd(argv->host, &ask, err);
        if (fd < 0)
                return -1;
        g_string_append_printf(value, ",fd=%d,server=on,wait=off", fd);
        return 0;
}

static int tcp_backend(GString *value, const TcpChardev *source, Error *err)
{
        g_autofree char *host = argv_comma(source->host ? source->host : "");

        if (source->tls == YESNO_YES || source->protocol == CHARDEV_PROTOCOL_TLS)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "TLS on character devices is not supported yet");
        g_string_append_printf(value, ",host=%s,port=%s", host, source->service ? source->service : "0");
        if (source->protocol == CHARDEV_PROTOCOL_TELNET)
                g_string_append(value, ",telnet=on");
        if (source->mode == CHARDEV_MODE_BIND)
                g_string_append(value, ",server=on,wait=off");
        else if (source->reconnect == YESNO_YES)
                g_string_append_printf(value, ",reconnect=%u", source->reconnect_timeout);
        return 0;
}

static void udp_backend(GString *value, const UdpChardev *source)
{
        g_string_append_printf(
                value, ",host=%s,port=%s,localaddr=%s,localport=%s", source->connect_host ? source->connect_host : "",
                source->connect_service ? source->connect_service : "0", source->bind_host ? source->bind_host : "",
                source->bind_service ? source->bind_service : "0");
}

static int path_backend(GString *value, const PathChardev *source, Error *err)
{
        g_autofree char *path = source->path ? argv_comma(source->path) : NULL;

        if (!path)
                return error_set(err, VIR_ERR_XML_ERROR, "this type of character device needs a path");
        g_string_append_printf(value, ",path=%s", path);
        return 0;
}

/* QEMU's own name of a backend; NULL: it has none, or we do not offer it. */
static const char *backend_name(const Chardev *source, bool parallel)
{
        switch (source->type) {
        case CHARDEV_NULL: return "null";
        case CHARDEV_VC: return "vc";
        case CHARDEV_PTY: return "pty";
        case CHARDEV_DEV: return parallel ? "parallel" : "serial";
        case CHARDEV_FILE: return "file";
        case CHARDEV_PIPE: return "pipe";
        case CHARDEV_UDP: return "udp";
        case CHARDEV_TCP:
        case CHARDEV_UNIX: return "socket";
        case CHARDEV_SPICEVMC: return "spicevmc";
        case CHARDEV_SPICEPORT: return "spiceport";
        default: return NULL;
        }
}

static int backend_options(QemuArgv *argv, GString *value, const Chardev *source, const char *vmc, Error *err)
{
        switch (source->type) {
        case CHARDEV_UNIX: return unix_backend(argv, value, &source->unix_socket, err);
        case CHARDEV_TCP: return tcp_backend(value, &source->tcp, err);
        case CHARDEV_UDP: udp_backend(value, &source->udp); return 0;
        case CHARDEV_DEV:
        case CHARDEV_PIPE: return path_backend(value, &source->path, err);
        case CHARDEV_FILE:
                if (path_backend(value, &source->path, err) < 0)
                        return -1;
                g_string_append_printf(value, ",append=%s", source->path.append == SWITCH_OFF ? "off" : "on");
                return 0;
        case CHARDEV_SPICEVMC: g_string_append_printf(value, ",name=%s", vmc); return 0;
        case CHARDEV_SPICEPORT: g_string_append_printf(value, ",name=%s", source->channel.channel); return 0;
        default: return 0;
        }
}

static int backend(QemuArgv *argv, const Chardev *source, const char *alias, bool parallel, const char *vmc, Error *err)
{
        const char *name = backend_name(source, parallel);
        g_autoptr(GString) value = NULL;

        if (!name)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "character devices of type '%s' are not supported yet",
                                 enum_text(ChardevType, source->type));
        value = g_string_new(name);
        g_string_append_printf(value, ",id=char%s", alias);
        if (backend_options(argv, value, source, vmc, err) < 0)
                return -1;
        if (source->log_file) {
                g_autofree char *file = argv_comma(source->log_file);

                g_string_append_printf(value, ",logfile=%s,logappend=%s", file,
                                       source->log_append == SWITCH_OFF ? "off" : "on");
        }
        argv_add_pair(argv, "-chardev", value->str);
        return 0;
}

static Json *front(const char *driver, const char *alias)
{
        g_autofree char *chardev = g_strdup_printf("char%s", alias);
        Json *json = qdev_new(driver);

        qdev_string(json, "chardev", chardev);
        qdev_string(json, "id", alias);
        return json;
}

static const char *serial_driver(const Serial *serial)
{
        switch (serial->model) {
        case SERIAL_MODEL_ISA_SERIAL: return "isa-serial";
        case SERIAL_MODEL_USB_SERIAL: return "usb-serial";
        case SERIAL_MODEL_PCI_SERIAL: return "pci-serial";
        case SERIAL_MODEL_ISA_DEBUGCON: return "isa-debugcon";
        default: return NULL;
        }
}

static int serial(QemuArgv *argv, const Serial *serial, Error *err)
{
        const char *driver = serial_driver(serial);
        g_autoptr(Json) json = NULL;

        if (!driver)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "serial devices of model '%s' are not supported yet",
                                 enum_text(SerialModel, serial->model));
        if (backend(argv, &serial->source, serial->info.alias, false, "", err) < 0)
                return -1;
        json = front(driver, serial->info.alias);
        if (serial->model == SERIAL_MODEL_ISA_SERIAL)
                json_set(json, "index", json_uint(serial->port.value));
        if (qdev_address(argv, json, &serial->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

static int parallel(QemuArgv *argv, const Parallel *device, Error *err)
{
        if (backend(argv, &device->source, device->info.alias, true, "", err) < 0)
                return -1;
        argv_add_json(argv, "-device", front("isa-parallel", device->info.alias));
        return 0;
}

static int guestfwd(QemuArgv *argv, const Channel *channel, Error *err)
{
        g_autoptr(Json) json = json_object();
        g_autofree char *chardev = g_strdup_printf("chardev:char%s", channel->info.alias);
        g_autofree char *rule = g_strdup_printf("tcp:%s:%s-%s", channel->address, channel->port, chardev);
        Json *list = json_array();
        Json *entry = json_object();

        json_set(entry, "str", json_string(rule));
        json_append(list, entry);
        json_set(json, "type", json_string("user"));
        json_set(json, "guestfwd", list);
        qdev_string(json, "id", channel->info.alias);
        argv_add_json(argv, "-netdev", g_steal_pointer(&json));
        return 0;
}

static int channel(QemuArgv *argv, const Channel *channel, Error *err)
{
        g_autofree char *chardev = g_strdup_printf("char%s", channel->info.alias);
        g_autoptr(Json) json = NULL;

        if (backend(argv, &channel->source, channel->info.alias, false, "vdagent", err) < 0)
                return -1;
        if (channel->target == CHANNEL_TARGET_GUESTFWD)
                return guestfwd(argv, channel, err);
        if (channel->target != CHANNEL_TARGET_VIRTIO)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "channels of target type '%s' are not supported",
                                 enum_text(ChannelTarget, channel->target));
        json = qdev_new("virtserialport");
        if (qdev_address(argv, json, &channel->info, err) < 0)
                return -1;
        qdev_string(json, "chardev", chardev);
        qdev_string(json, "id", channel->info.alias);
        if (channel->name)
                qdev_string(json, "name", channel->name);
        else if (channel->source.type == CHARDEV_SPICEVMC)
                qdev_string(json, "name", "com.redhat.spice.0");
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

static int console(QemuArgv *argv, const Console *console, Error *err)
{
        g_autofree char *chardev = g_strdup_printf("char%s", console->info.alias);
        g_autoptr(Json) json = NULL;

        /* The first one of a machine with serial ports is another name of the first of those. */
        if (console->target == CONSOLE_TARGET_SERIAL)
                return 0;
        if (console->target != CONSOLE_TARGET_VIRTIO)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported console target type %s",
                                 enum_text(ConsoleTarget, console->target));
        if (backend(argv, &console->source, console->info.alias, false, "", err) < 0)
                return -1;
        json = qdev_new("virtconsole");
        if (qdev_address(argv, json, &console->info, err) < 0)
                return -1;
        qdev_string(json, "chardev", chardev);
        qdev_string(json, "id", console->info.alias);
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_chardevs(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;

        for (size_t i = 0; i < domain->n_serials; i++)
                if (serial(argv, &domain->serials[i], err) < 0)
                        return -1;
        for (size_t i = 0; i < domain->n_parallels; i++)
                if (parallel(argv, &domain->parallels[i], err) < 0)
                        return -1;
        for (size_t i = 0; i < domain->n_channels; i++)
                if (channel(argv, &domain->channels[i], err) < 0)
                        return -1;
        for (size_t i = 0; i < domain->n_consoles; i++)
                if (console(argv, &domain->consoles[i], err) < 0)
                        return -1;
        return 0;
}
