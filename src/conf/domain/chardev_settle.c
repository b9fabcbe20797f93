/* Rules of character devices: modes, the first console that is the first serial port, port numbers. */
#include <string.h>

#include "domain/hooks.h"

bool unix_chardev_has_path(const void *s)
{
        return ((const UnixChardev *)s)->path;
}

int tcp_chardev_settle(void *s, unsigned flags, Error *err)
{
        TcpChardev *tcp = s;

        if (tcp->mode == CHARDEV_MODE_NONE)
                tcp->mode = CHARDEV_MODE_CONNECT;
        return 0;
}

static int check_reconnect(YesNo reconnect, unsigned timeout, ChardevMode mode, Error *err)
{
        if (reconnect == YESNO_ABSENT)
                return 0;
        if (mode == CHARDEV_MODE_BIND)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "chardev reconnect is possible only for connect mode");
        if (reconnect == YESNO_YES && timeout == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "missing chardev reconnect timeout");
        return 0;
}

int tcp_chardev_check(const void *s, Error *err)
{
        const TcpChardev *tcp = s;

        if (!tcp->host)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing source host attribute for char device");
        if (!tcp->service)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing source service attribute for char device");
        return check_reconnect(tcp->reconnect, tcp->reconnect_timeout, tcp->mode, err);
}

int udp_chardev_check(const void *s, Error *err)
{
        if (!((const UdpChardev *)s)->connect_service)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing source service attribute for char device");
        return 0;
}

int unix_chardev_settle(void *s, unsigned flags, Error *err)
{
        UnixChardev *socket = s;

        if (socket->mode == CHARDEV_MODE_NONE)
                socket->mode = CHARDEV_MODE_CONNECT;
        return source_seclabels_settle(socket->seclabels, &socket->n_seclabels, flags, err);
}

int unix_chardev_check(const void *s, Error *err)
{
        const UnixChardev *socket = s;

        return check_reconnect(socket->reconnect, socket->reconnect_timeout, socket->mode, err);
}

int path_chardev_settle(void *s, unsigned flags, Error *err)
{
        PathChardev *path = s;

        return source_seclabels_settle(path->seclabels, &path->n_seclabels, flags, err);
}

int pty_chardev_settle(void *s, unsigned flags, Error *err)
{
        PtyChardev *pty = s;

        return source_seclabels_settle(pty->seclabels, &pty->n_seclabels, flags, err);
}

int path_chardev_check(const void *s, Error *err)
{
        if (!((const PathChardev *)s)->path)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing source path attribute for char device");
        return 0;
}

/* Nobody but the author can know the socket of these. */
static int check_own_socket(const Chardev *source, Error *err)
{
        if (source->type == CHARDEV_UNIX && !source->unix_socket.path)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing source path attribute for char device");
        return 0;
}

int redirdev_settle(void *s, unsigned flags, Error *err)
{
        Redirdev *redirdev = s;

        if (redirdev->source.type == CHARDEV_DBUS && !redirdev->source.channel.channel)
                redirdev->source.channel.channel = g_strdup("org.qemu.usbredir");
        return 0;
}

int redirdev_check(const void *s, Error *err)
{
        return check_own_socket(&((const Redirdev *)s)->source, err);
}

int smartcard_check(const void *s, Error *err)
{
        const Smartcard *smartcard = s;

        return smartcard->mode == SMARTCARD_PASSTHROUGH ? check_own_socket(&smartcard->source, err) : 0;
}

static void default_type(Chardev *source)
{
        if (source->type == CHARDEV_NONE)
                source->type = CHARDEV_PTY;
}

int serial_settle(void *s, unsigned flags, Error *err)
{
        default_type(&((Serial *)s)->source);
        return 0;
}

int parallel_settle(void *s, unsigned flags, Error *err)
{
        default_type(&((Parallel *)s)->source);
        return 0;
}

int console_settle(void *s, unsigned flags, Error *err)
{
        default_type(&((Console *)s)->source);
        return 0;
}

/* Ports that were not said are the next after the highest so far. */
static void number_port(OptUint *port, unsigned *next)
{
        if (!port->set)
                *port = (OptUint){ .value = *next, .set = true };
        *next = MAX(*next, port->value + 1);
}

static void number_ports(Domain *d)
{
        unsigned serial = 0, parallel = 0, console = 0;

        for (size_t i = 0; i < d->n_serials; i++)
                number_port(&d->serials[i].port, &serial);
        for (size_t i = 0; i < d->n_parallels; i++)
                number_port(&d->parallels[i].port, &parallel);
        for (size_t i = 0; i < d->n_consoles; i++)
                number_port(&d->consoles[i].port, &console);
}

static void serial_from_console(Domain *d)
{
        Serial *serial = rows_list_insert(&Serial_rows, &d->serials, &d->n_serials, 0);

        rows_copy(&Chardev_rows, &serial->source, &d->consoles[0].source);
        g_clear_pointer(&serial->source.tty, g_free);
}

static void console_from_serial(Domain *d)
{
        Console *console = rows_list_insert(&Console_rows, &d->consoles, &d->n_consoles, 0);

        rows_copy(&Chardev_rows, &console->source, &d->serials[0].source);
        g_clear_pointer(&console->source.log_file, g_free);
        console->source.log_append = SWITCH_ABSENT;
        console->target = CONSOLE_TARGET_SERIAL;
        console->port = d->serials[0].port;
}

static bool can_be_console(SerialTarget target)
{
        return target != SERIAL_TARGET_USB_SERIAL && target != SERIAL_TARGET_PCI_SERIAL &&
               target != SERIAL_TARGET_ISA_DEBUG;
}

/* A full machine's first console and its first serial port are one device: each brings the other. */
static void pair_console(Domain *d)
{
        if (g_strcmp0(d->os.type, "hvm") != 0)
                return;
        if (d->n_consoles > 0) {
                Console *first = &d->consoles[0];

                if (first->target == CONSOLE_TARGET_NONE)
                        first->target = CONSOLE_TARGET_SERIAL;
                if (first->target == CONSOLE_TARGET_SERIAL && d->n_serials == 0)
                        serial_from_console(d);
        } else if (d->n_serials > 0 && can_be_console(d->serials[0].target)) {
                console_from_serial(d);
        }
}

void domain_settle_chardevs(Domain *d)
{
        pair_console(d);
        number_ports(d);
}
