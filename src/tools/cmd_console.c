/* The ways to see a guest: console, screenshot, ttyconsole, vncdisplay, domdisplay. */
#include "virsh_commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "util/auto.h"

static const FlagRow console_flags[] = {
        { "force", VIR_DOMAIN_CONSOLE_FORCE },
        { "safe", VIR_DOMAIN_CONSOLE_SAFE },
        { NULL, 0 },
};

bool cmd_console(Shell *shell, const ShellArgs *args)
{
        const char *device = NULL;
        g_autoptr(virDomain) domain = domain_get(shell, args);

        if (!domain || args_string(shell, args, "devname", &device) < 0)
                return false;
        return console_run(shell, domain, device, flags_given(args, console_flags), args_has(args, "resume"));
}

static Xml *live_xml(Shell *shell, virDomainPtr domain, unsigned flags)
{
        g_autofree char *text = virDomainGetXMLDesc(domain, flags);

        return text ? xml_parse(shell, text, "(domain_definition)") : NULL;
}

bool cmd_ttyconsole(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autoptr(Xml) xml = domain ? live_xml(shell, domain, 0) : NULL;
        g_autofree char *tty = xml ? xml_string(xml, NULL, "string(/domain/devices/console/@tty)") : NULL;

        if (!tty || !*tty)
                return false;
        shell_print(shell, "%s\n", tty);
        return true;
}

bool cmd_vncdisplay(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autoptr(Xml) xml = NULL;
        g_autofree char *port = NULL;
        g_autofree char *listen = NULL;
        long number = 0;
        char *end = NULL;

        if (!domain)
                return false;
        if (virDomainIsActive(domain) != 1) {
                shell_error(shell, "Domain is not running");
                return false;
        }
        xml = live_xml(shell, domain, 0);
        if (!xml)
                return false;
        port = xml_string(xml, NULL, "string(/domain/devices/graphics[@type='vnc']/@port)");
        number = port ? strtol(port, &end, 10) : -1;
        if (!port || end == port || number < 0) {
                shell_error(shell, "Failed to get VNC port. Is this domain using VNC?");
                return false;
        }
        listen = xml_string(xml, NULL, "string(/domain/devices/graphics[@type='vnc']/@listen)");
        if (listen && *listen && strcmp(listen, "0.0.0.0") != 0)
                shell_print(shell, "%s", listen);
        shell_print(shell, ":%ld\n", number - 5900);
        return true;
}

/* An address at which the display listens, as seen from here; NULL: none that can be told. */
static char *display_host(Shell *shell, Xml *xml, const char *type)
{
        g_autofree char *listen = xml_stringf(
                xml, NULL, "string(/domain/devices/graphics[@type='%s']/listen[@type='address']/@address)", type);
        g_autofree char *plain = xml_stringf(xml, NULL, "string(/domain/devices/graphics[@type='%s']/@listen)", type);
        g_autofree char *uri = NULL;
        const char *host = listen && *listen ? listen : plain;

        if (!host || !*host)
                return g_strdup("localhost");
        if (strcmp(host, "0.0.0.0") != 0 && strcmp(host, "::") != 0)
                return strchr(host, ':') ? g_strdup_printf("[%s]", host) : g_strdup(host);
        /* Every address of the host: the one by which we came is one of them. */
        uri = virConnectGetURI(connection_of(shell));
        if (uri) {
                g_autoptr(GUri) parts = g_uri_parse(uri, G_URI_FLAGS_NONE, NULL);
                const char *server = parts ? g_uri_get_host(parts) : NULL;

                if (server && *server)
                        return g_strdup(server);
        }
        return g_strdup("localhost");
}

static char *graphics_attribute(Xml *xml, const char *type, const char *name)
{
        g_autofree char *text = xml_stringf(xml, NULL, "string(/domain/devices/graphics[@type='%s']/@%s)", type, name);

        return text && *text ? g_steal_pointer(&text) : NULL;
}

/* The port in the URI of its kind; VNC counts displays, from 5900. */
static void append_ports(GString *uri, const char *type, long port, long tls_port)
{
        if (strcmp(type, "vnc") == 0) {
                g_string_append_printf(uri, ":%ld", port - 5900);
                return;
        }
        if (port > 0)
                g_string_append_printf(uri, ":%ld", port);
        if (tls_port > 0)
                g_string_append_printf(uri, "?tls-port=%ld", tls_port);
}

/* The display of @type as a URI; NULL: there is none, or nothing listens. */
static char *display_uri(Shell *shell, Xml *xml, const char *type, bool with_password)
{
        g_autofree char *port_text = graphics_attribute(xml, type, "port");
        g_autofree char *tls_text = graphics_attribute(xml, type, "tlsPort");
        g_autofree char *socket = graphics_attribute(xml, type, "socket");
        g_autofree char *password = with_password ? graphics_attribute(xml, type, "passwd") : NULL;
        g_autofree char *host = NULL;
        long port = port_text ? strtol(port_text, NULL, 10) : 0;
        long tls_port = tls_text ? strtol(tls_text, NULL, 10) : 0;
        GString *uri = NULL;

        if (port <= 0 && tls_port <= 0 && !socket)
                return NULL;
        if (socket && port <= 0)
                return g_strdup_printf("%s+unix://%s", type, socket);
        uri = g_string_new(NULL);
        g_string_append_printf(uri, "%s://", type);
        if (password && strcmp(type, "spice") != 0)
                g_string_append_printf(uri, ":%s@", password);
        host = display_host(shell, xml, type);
        g_string_append(uri, host);
        append_ports(uri, type, port, tls_port);
        if (password && strcmp(type, "spice") == 0)
                g_string_append_printf(uri, "%cpassword=%s", tls_port > 0 ? '&' : '?', password);
        return g_string_free(uri, FALSE);
}

bool cmd_domdisplay(Shell *shell, const ShellArgs *args)
{
        static const char *const types[] = { "vnc", "spice", "rdp", "dbus" };
        const char *wanted = NULL;
        g_autoptr(virDomain) domain = domain_get(shell, args);
        bool password = args_has(args, "include-password");
        g_autoptr(Xml) xml = NULL;
        bool any = false;

        if (!domain)
                return false;
        if (virDomainIsActive(domain) != 1) {
                shell_error(shell, "Domain is not running");
                return false;
        }
        if (args_string(shell, args, "type", &wanted) < 0)
                return false;
        xml = live_xml(shell, domain, password ? VIR_DOMAIN_XML_SECURE : 0);
        for (size_t i = 0; xml && i < G_N_ELEMENTS(types); i++) {
                g_autofree char *uri = NULL;

                if (wanted && strcmp(wanted, types[i]) != 0)
                        continue;
                uri = display_uri(shell, xml, types[i], password);
                if (!uri)
                        continue;
                shell_print(shell, args_has(args, "all") ? "%s\n" : "%s", uri);
                any = true;
                if (!args_has(args, "all"))
                        break;
        }
        if (any)
                return true;
        if (xml && wanted)
                shell_error(shell, "No graphical display with type '%s' found", wanted);
        else if (xml)
                shell_error(shell, "No graphical display found");
        return false;
}

static int write_block(virStreamPtr stream, const char *bytes, size_t n, void *opaque)
{
        int fd = *(int *)opaque;
        size_t done = 0;

        (void)stream;
        while (done < n) {
                ssize_t w = write(fd, bytes + done, n - done);

                if (w < 0 && errno != EINTR)
                        return -1;
                done += (size_t)MAX(w, 0);
        }
        return (int)n;
}

/* NAME-YYYY-MM-DD-HH:MM:SS.ppm */
static char *screenshot_name(virDomainPtr domain, const char *mime)
{
        g_autoptr(GDateTime) now = g_date_time_new_now_local();
        g_autofree char *stamp = g_date_time_format(now, "%Y-%m-%d-%H:%M:%S");
        const char *extension = g_str_equal(mime, "image/x-portable-pixmap") ? ".ppm"
                                : g_str_equal(mime, "image/png")             ? ".png"
                                                                             : "";

        return g_strdup_printf("%s-%s%s", virDomainGetName(domain), stamp, extension);
}

bool cmd_screenshot(Shell *shell, const ShellArgs *args)
{
        const char *given = NULL;
        unsigned screen = 0;
        g_autoptr(virDomain) domain = NULL;
        g_autoptr(virStream) stream = NULL;
        g_autofree char *mime = NULL;
        g_autofree char *path = NULL;
        AUTO_FD int fd = -1;

        if (args_string(shell, args, "file", &given) < 0 || args_uint(shell, args, "screen", &screen) < 0)
                return false;
        domain = domain_get(shell, args);
        stream = domain ? virStreamNew(connection_of(shell), 0) : NULL;
        if (!stream)
                return false;
        mime = virDomainScreenshot(domain, stream, screen, 0);
        if (!mime) {
                shell_error(shell, "could not take a screenshot of %s", virDomainGetName(domain));
                return false;
        }
        path = given ? g_strdup(given) : screenshot_name(domain, mime);
        fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (fd < 0) {
                shell_error(shell, "cannot create file %s", path);
                virStreamAbort(stream);
                return false;
        }
        if (virStreamRecvAll(stream, write_block, &fd) < 0) {
                shell_error(shell, "could not receive data from domain '%s'", virDomainGetName(domain));
                unlink(path);
                return false;
        }
        if (virStreamFinish(stream) < 0) {
                shell_error(shell, "cannot close stream on domain '%s'", virDomainGetName(domain));
                unlink(path);
                return false;
        }
        shell_print(shell, "Screenshot saved to %s, with type of %s", path, mime);
        return true;
}
