/* Rules of character devices: modes, the first console that is the first serial port, port numbers. */
#include <arpa/inet.h>
#include <string.h>

#include "domain/hooks.h"

bool unix_chardev_has_path(const void *s)
{
        return ((const UnixChardev *)s)->path;
}

void reconnect_settle(YesNo reconnect, OptUint *timeout)
{
        if (reconnect != YESNO_YES)
                *timeout = (OptUint){ 0 };
}

int reconnect_check(YesNo reconnect, const OptUint *timeout, Error *err)
{
        if (reconnect == YESNO_YES && !timeout->set)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing required attribute 'timeout' in element 'reconnect'");
        return 0;
}

int tcp_chardev_settle(void *s, unsigned flags, Error *err)
{
        TcpChardev *tcp = s;

        reconnect_settle(tcp->reconnect, &tcp->reconnect_timeout);
        if (tcp->mode == CHARDEV_MODE_NONE)
                tcp->mode = CHARDEV_MODE_CONNECT;
        return 0;
}

static int check_reconnect(YesNo reconnect, const OptUint *timeout, ChardevMode mode, Error *err)
{
        if (reconnect == YESNO_ABSENT)
                return 0;
        if (reconnect_check(reconnect, timeout, err) < 0)
                return -1;
        if (mode == CHARDEV_MODE_BIND)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "chardev reconnect is possible only for connect mode");
        if (reconnect == YESNO_YES && timeout->value == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "chardev reconnect source timeout cannot be '0'");
        return 0;
}

int tcp_chardev_check(const void *s, Error *err)
{
        const TcpChardev *tcp = s;

        if (!tcp->host)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing source host attribute for char device");
        if (!tcp->service)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing source service attribute for char device");
        return check_reconnect(tcp->reconnect, &tcp->reconnect_timeout, tcp->mode, err);
}

int udp_chardev_check(const void *s, Error *err)
{
        if (!((const UdpChardev *)s)->connect_service)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing source service attribute for char device");
        return 0;
}

int unix_chardev_settle(void *s, unsigned flags, Error *err)
{
        UnixChardev *socket = s;

        reconnect_settle(socket->reconnect, &socket->reconnect_timeout);
        if (socket->mode == CHARDEV_MODE_NONE)
                socket->mode = CHARDEV_MODE_CONNECT;
        return source_seclabels_settle(socket->seclabels, &socket->n_seclabels, flags, err);
}

int unix_chardev_check(const void *s, Error *err)
{
        const UnixChardev *socket = s;

        return check_reconnect(socket->reconnect, &socket->reconnect_timeout, socket->mode, err);
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
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing source path attribute for char device");
        return 0;
}

/* A name on a bus, which becomes part of a command line. */
static int check_named(const Chardev *source, Error *err)
{
        static const char *const marks = "-_.";
        const char *channel = source->channel.channel;

        if (source->type != CHARDEV_SPICEPORT && source->type != CHARDEV_DBUS)
                return 0;
        if (!channel)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Missing source channel attribute for char device");
        for (const char *c = channel; *c; c++)
                if (!g_ascii_isalnum(*c) && !strchr(marks, *c))
                        return error_set(err, VIR_ERR_INVALID_ARG,
                                         "Invalid character in source channel for char device");
        return 0;
}

/* Nobody but the author can know the socket of these. */
static int check_own_socket(const Chardev *source, Error *err)
{
        if (source->type == CHARDEV_UNIX && !source->unix_socket.path)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing source path attribute for char device");
        return check_named(source, err);
}

/* The other end of this one is a port that the guest finds by its name. */
static int check_no_channel(const Chardev *source, Error *err)
{
        if (source->type == CHARDEV_SPICEVMC)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "spicevmc device type only supports virtio");
        return check_own_socket(source, err);
}

int serial_check(const void *s, Error *err)
{
        return check_no_channel(&((const Serial *)s)->source, err);
}

int parallel_check(const void *s, Error *err)
{
        return check_no_channel(&((const Parallel *)s)->source, err);
}

int console_check(const void *s, Error *err)
{
        return check_no_channel(&((const Console *)s)->source, err);
}

/* Forwarded is what the guest sends to an address in its own network. */
static int check_forward(const Channel *channel, Error *err)
{
        struct in6_addr ignored;
        unsigned port;

        if (!channel->address)
                return error_set(err, VIR_ERR_XML_ERROR, "guestfwd channel does not define a target address");
        if (!channel->port || !text_to_uint(channel->port, 10, &port))
                return error_set(err, VIR_ERR_XML_ERROR, "Missing required attribute 'port' in element 'target'");
        if (inet_pton(AF_INET6, channel->address, &ignored) == 1)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "guestfwd channel only supports IPv4 addresses");
        if (inet_pton(AF_INET, channel->address, &ignored) != 1)
                return error_set(err, VIR_ERR_SYSTEM_ERROR, "Cannot parse socket address '%s'", channel->address);
        return 0;
}

int channel_check(const void *s, Error *err)
{
        const Channel *channel = s;

        if (channel->target != CHANNEL_TARGET_VIRTIO && channel->source.type == CHARDEV_SPICEVMC)
                return check_no_channel(&channel->source, err);
        if (check_named(&channel->source, err) < 0)
                return -1;
        return channel->target == CHANNEL_TARGET_GUESTFWD ? check_forward(channel, err) : 0;
}

/* A program that was started by somebody else: it is met at a socket. */
int tpm_check(const void *s, Error *err)
{
        const Tpm *tpm = s;
        Uuid uuid;

        if (tpm->secret && !uuid_parse(tpm->secret, uuid))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Unable to parse secret uuid '%s'", tpm->secret);
        for (size_t i = 0; i < tpm->n_banks; i++)
                if (!g_strv_contains(tpm_bank_names, tpm->banks[i].name))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported PCR banks '%s'",
                                         tpm->banks[i].name);
        if (tpm->backend != TPM_BACKEND_EXTERNAL || !tpm->source_type)
                return 0;
        if (!tpm->source_path)
                return error_set(err, VIR_ERR_XML_ERROR, "missing socket path for external TPM device");
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
        const Redirdev *redirdev = s;

        if (redirdev->source.type == CHARDEV_NONE)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing type in redirdev");
        return check_own_socket(&redirdev->source, err);
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
