/* Adding devices to guests: attach-device, attach-disk, attach-interface, update-device. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "virsh.h"

bool cmd_attach_device(Shell *shell, const ShellArgs *args)
{
        return device_from_file(shell, args, &device_attach);
}

bool cmd_update_device(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        g_autofree char *xml = NULL;
        g_autoptr(virDomain) domain = domain_get(shell, args);
        int flags = 0;

        if (!domain || args_string(shell, args, "file", &path) <= 0)
                return false;
        flags = affect_flags_persistent(shell, args, domain);
        xml = flags < 0 ? NULL : file_text(shell, path);
        if (!xml)
                return false;
        if (args_has(args, "force"))
                flags |= VIR_DOMAIN_DEVICE_MODIFY_FORCE;
        if (virDomainUpdateDeviceFlags(domain, xml, (unsigned)flags) < 0) {
                shell_error(shell, "Failed to update device from %s", path);
                return false;
        }
        shell_print_extra(shell, "Device updated successfully\n");
        return true;
}

/* --- addresses of disks --- */

typedef enum { ADDRESS_PCI, ADDRESS_SCSI, ADDRESS_SATA, ADDRESS_IDE, ADDRESS_CCW, ADDRESS_USB } AddressKind;

typedef struct Address {
        AddressKind kind;
        unsigned part[4];
} Address;

static const struct {
        const char *name;
        int parts;
        int base;
} address_kinds[] = {
        [ADDRESS_PCI] = { "pci", 4, 16 }, [ADDRESS_SCSI] = { "scsi", 3, 10 }, [ADDRESS_SATA] = { "sata", 3, 10 },
        [ADDRESS_IDE] = { "ide", 3, 10 }, [ADDRESS_CCW] = { "ccw", 3, 16 },   [ADDRESS_USB] = { "usb", 2, 10 },
};

/* "kind:1.2.3"; the parts may be separated by ':' as well. */
static bool parse_address(const char *text, Address *ret)
{
        const char *colon = strchr(text, ':');
        size_t kind = 0;

        if (!colon)
                return false;
        while (kind < G_N_ELEMENTS(address_kinds) && (strlen(address_kinds[kind].name) != (size_t)(colon - text) ||
                                                      strncmp(address_kinds[kind].name, text, colon - text) != 0))
                kind++;
        if (kind == G_N_ELEMENTS(address_kinds))
                return false;
        ret->kind = (AddressKind)kind;
        for (int i = 0; i < address_kinds[kind].parts; i++) {
                char *end = NULL;
                const char *start = colon + 1;

                ret->part[i] = (unsigned)strtoul(start, &end, address_kinds[kind].base);
                if (end == start || (*end && *end != '.' && *end != ':'))
                        return false;
                if (i + 1 < address_kinds[kind].parts && !*end)
                        return false;
                colon = end;
        }
        return *colon == '\0';
}

static bool fits(const char *target, AddressKind kind)
{
        if (g_str_has_prefix(target, "vd"))
                return kind == ADDRESS_PCI || kind == ADDRESS_CCW;
        if (g_str_has_prefix(target, "sd"))
                return kind == ADDRESS_SCSI || kind == ADDRESS_USB || kind == ADDRESS_SATA;
        return !g_str_has_prefix(target, "hd") || kind == ADDRESS_IDE;
}

static const char *expectation(const char *target)
{
        if (g_str_has_prefix(target, "vd"))
                return "expecting a pci:0000.00.00.00 or ccw:00.0.0000 address.";
        if (g_str_has_prefix(target, "sd"))
                return "expecting a scsi:00.00.00 or usb:00.00 or sata:00.00.00 address.";
        return "expecting an ide:00.00.00 address.";
}

static bool write_address(Shell *shell, const ShellArgs *args, const char *text, const char *target, XmlOut *out)
{
        Address address;
        const unsigned *p = address.part;

        if (!parse_address(text, &address)) {
                shell_error(shell, "Invalid address.");
                return false;
        }
        if (!fits(target, address.kind)) {
                shell_error(shell, "%s", expectation(target));
                return false;
        }
        switch (address.kind) {
        case ADDRESS_PCI:
                out_line(out, "<address type='pci' domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%0x'%s/>",
                         p[0], p[1], p[2], p[3], args_has(args, "multifunction") ? " multifunction='on'" : "");
                break;
        case ADDRESS_CCW:
                out_line(out, "<address type='ccw' cssid='0x%02x' ssid='0x%01x' devno='0x%04x'/>", p[0], p[1], p[2]);
                break;
        case ADDRESS_USB: out_line(out, "<address type='usb' bus='%u' port='%u'/>", p[0], p[1]); break;
        default: out_line(out, "<address type='drive' controller='%u' bus='%u' unit='%u'/>", p[0], p[1], p[2]); break;
        }
        return true;
}

/* --- attach-disk --- */

typedef struct DiskOptions {
        const char *source, *target, *driver, *subdriver, *iothread, *cache, *io, *type, *mode, *bus, *sourcetype,
                *serial, *wwn, *alias, *address, *protocol, *host, *transport, *socket;
} DiskOptions;

static const struct {
        const char *option;
        size_t offset;
} disk_options[] = {
        { "source", offsetof(DiskOptions, source) },
        { "target", offsetof(DiskOptions, target) },
        { "driver", offsetof(DiskOptions, driver) },
        { "subdriver", offsetof(DiskOptions, subdriver) },
        { "iothread", offsetof(DiskOptions, iothread) },
        { "cache", offsetof(DiskOptions, cache) },
        { "io", offsetof(DiskOptions, io) },
        { "type", offsetof(DiskOptions, type) },
        { "mode", offsetof(DiskOptions, mode) },
        { "targetbus", offsetof(DiskOptions, bus) },
        { "sourcetype", offsetof(DiskOptions, sourcetype) },
        { "serial", offsetof(DiskOptions, serial) },
        { "wwn", offsetof(DiskOptions, wwn) },
        { "alias", offsetof(DiskOptions, alias) },
        { "address", offsetof(DiskOptions, address) },
        { "source-protocol", offsetof(DiskOptions, protocol) },
        { "source-host-name", offsetof(DiskOptions, host) },
        { "source-host-transport", offsetof(DiskOptions, transport) },
        { "source-host-socket", offsetof(DiskOptions, socket) },
};

static bool read_disk_options(Shell *shell, const ShellArgs *args, DiskOptions *disk)
{
        for (size_t i = 0; i < G_N_ELEMENTS(disk_options); i++) {
                const char **member = (const char **)(void *)((char *)disk + disk_options[i].offset);

                if (args_string(shell, args, disk_options[i].option, member) < 0)
                        return false;
        }
        return true;
}

static const char *const source_types[] = { "block", "file", "network", NULL };

static bool is_wwn(const char *text)
{
        return strlen(text) == 16 && strspn(text, "0123456789abcdefABCDEF") == 16;
}

static bool check_disk_options(Shell *shell, const ShellArgs *args, DiskOptions *disk)
{
        struct stat st;

        if (!args_requires(shell, args, "source-host-socket", "source-host-transport"))
                return false;
        if (disk->mode && strcmp(disk->mode, "readonly") != 0 && strcmp(disk->mode, "shareable") != 0) {
                shell_error(shell, "No support for %s in command 'attach-disk'", disk->mode);
                return false;
        }
        if (disk->wwn && !is_wwn(disk->wwn)) {
                shell_error(shell, "internal error: Malformed wwn: %s", disk->wwn);
                return false;
        }
        if (!disk->sourcetype)
                disk->sourcetype = stat(disk->source, &st) == 0 && S_ISBLK(st.st_mode) ? "block" : "file";
        if (number_of(source_types, disk->sourcetype) < 0) {
                shell_error(shell, "Unknown source type: '%s'", disk->sourcetype);
                return false;
        }
        if (!disk->protocol == (strcmp(disk->sourcetype, "network") == 0)) {
                shell_error(shell, "--source-protocol option requires --sourcetype network");
                return false;
        }
        return true;
}

static void write_host(const DiskOptions *disk, XmlOut *out)
{
        g_autoptr(GString) attributes = g_string_new(NULL);
        const char *colon = disk->host ? strrchr(disk->host, ':') : NULL;
        g_autofree char *name =
                disk->host ? g_strndup(disk->host, colon ? (gsize)(colon - disk->host) : strlen(disk->host)) : NULL;

        attribute(attributes, "transport", disk->transport);
        attribute(attributes, "socket", disk->socket);
        attribute(attributes, "name", name);
        attribute(attributes, "port", colon ? colon + 1 : NULL);
        out_line(out, "<host%s/>", attributes->str);
}

static void write_source(const DiskOptions *disk, XmlOut *out)
{
        g_autoptr(GString) attributes = g_string_new(NULL);

        if (strcmp(disk->sourcetype, "network") != 0) {
                attribute(attributes, strcmp(disk->sourcetype, "file") == 0 ? "file" : "dev", disk->source);
                out_line(out, "<source%s/>", attributes->str);
                return;
        }
        attribute(attributes, "protocol", disk->protocol);
        attribute(attributes, "name", *disk->source ? disk->source : NULL);
        if (!disk->host && !disk->transport && !disk->socket) {
                out_line(out, "<source%s/>", attributes->str);
                return;
        }
        out_open(out, "<source%s>", attributes->str);
        write_host(disk, out);
        out_close(out, "source");
}

static void write_with_attributes(XmlOut *out, const char *element, const char *const *pairs)
{
        g_autoptr(GString) attributes = g_string_new(NULL);

        for (; *pairs; pairs += 2)
                attribute(attributes, pairs[0], *pairs[1] ? pairs[1] : NULL);
        if (attributes->len)
                out_line(out, "<%s%s/>", element, attributes->str);
}

#define TEXT(x) ((x) ? (x) : "")

static char *disk_xml(Shell *shell, const ShellArgs *args, const DiskOptions *disk)
{
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(GString) attributes = g_string_new(NULL);
        XmlOut out = { .text = text };

        attribute(attributes, "type", disk->sourcetype);
        attribute(attributes, "device", disk->type);
        attribute(attributes, "rawio", args_has(args, "rawio") ? "yes" : NULL);
        out_open(&out, "<disk%s>", attributes->str);
        write_with_attributes(&out, "driver",
                              (const char *const[]){ "name", TEXT(disk->driver), "type", TEXT(disk->subdriver),
                                                     "iothread", TEXT(disk->iothread), "cache", TEXT(disk->cache), "io",
                                                     TEXT(disk->io), NULL });
        write_source(disk, &out);
        write_with_attributes(&out, "target",
                              (const char *const[]){ "dev", TEXT(disk->target), "bus", TEXT(disk->bus), NULL });
        if (disk->mode)
                out_line(&out, "<%s/>", disk->mode);
        if (disk->serial)
                out_element(&out, "serial", disk->serial);
        write_with_attributes(&out, "alias", (const char *const[]){ "name", TEXT(disk->alias), NULL });
        if (disk->wwn)
                out_element(&out, "wwn", disk->wwn);
        if (disk->address && !write_address(shell, args, disk->address, disk->target, &out))
                return NULL;
        out_close(&out, "disk");
        return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Print @xml, or attach it and say so. */
static bool print_or_attach(Shell *shell, const ShellArgs *args, const char *xml, const char *done, const char *failed)
{
        g_autoptr(virDomain) domain = NULL;
        int flags = 0;

        if (args_has(args, "print-xml")) {
                shell_print(shell, "%s", xml);
                return true;
        }
        domain = domain_get(shell, args);
        flags = domain ? affect_flags_persistent(shell, args, domain) : -1;
        if (flags < 0)
                return false;
        if (device_call(args, domain, xml, flags, &device_attach) < 0) {
                shell_error(shell, "%s", failed);
                return false;
        }
        shell_print_extra(shell, "%s\n", done);
        return true;
}

bool cmd_attach_disk(Shell *shell, const ShellArgs *args)
{
        DiskOptions disk = { NULL };
        g_autofree char *xml = NULL;

        if (!read_disk_options(shell, args, &disk) || !check_disk_options(shell, args, &disk))
                return false;
        xml = disk_xml(shell, args, &disk);
        return xml && print_or_attach(shell, args, xml, "Disk attached successfully", "Failed to attach disk");
}

/* --- attach-interface --- */

static bool parse_rate(Shell *shell, const char *text, bool inbound, unsigned long long *values)
{
        static const char *const names[] = { "average", "peak", "burst", "floor" };
        g_auto(GStrv) parts = g_strsplit(text, ",", -1);
        size_t n = g_strv_length(parts);

        if (n > 4) {
                shell_error(shell, "Rate string '%s' has too many fields", text);
                return false;
        }
        for (size_t i = 0; i < n; i++) {
                char *end = NULL;

                if (!*parts[i] && i > 0)
                        continue;
                values[i] = strtoull(parts[i], &end, 10);
                if (end == parts[i] || *end) {
                        shell_error(shell, "field '%s' is malformed", names[i]);
                        return false;
                }
        }
        if (!inbound && n == 4) {
                shell_error(shell, "outbound floor is unsupported yet");
                return false;
        }
        return true;
}

static bool write_rate(Shell *shell, const char *name, const char *text, XmlOut *out)
{
        unsigned long long v[4] = { 0 };
        g_autoptr(GString) attributes = g_string_new(NULL);
        static const char *const names[] = { "average", "peak", "burst", "floor" };

        if (!text)
                return true;
        if (!parse_rate(shell, text, name[0] == 'i', v))
                return false;
        for (size_t i = 0; i < 4; i++) {
                if (v[i] || i == 0)
                        g_string_append_printf(attributes, " %s='%llu'", names[i], v[i]);
        }
        out_line(out, "<%s%s/>", name, attributes->str);
        return true;
}

static bool write_hostdev(Shell *shell, const char *source, XmlOut *out)
{
        unsigned p[4];
        int end = 0;

        if (sscanf(source, "%x:%x:%x.%x%n", &p[0], &p[1], &p[2], &p[3], &end) != 4 || source[end]) {
                shell_error(shell, "cannot parse pci address '%s' for network interface", source);
                return false;
        }
        out_open(out, "<source>");
        out_line(out, "<address type='pci' domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%0x'/>", p[0], p[1],
                 p[2], p[3]);
        out_close(out, "source");
        return true;
}

static bool write_interface_source(Shell *shell, const char *type, const char *source, const char *mode, XmlOut *out)
{
        g_autoptr(GString) attributes = g_string_new(NULL);

        if (strcmp(type, "hostdev") == 0)
                return write_hostdev(shell, source, out);
        if (strcmp(type, "vhostuser") == 0) {
                if (!mode) {
                        shell_error(shell, "source-mode is mandatory");
                        return false;
                }
                attribute(attributes, "type", "unix");
                attribute(attributes, "path", source);
                attribute(attributes, "mode", mode);
        } else {
                attribute(attributes, strcmp(type, "direct") == 0 ? "dev" : type, source);
        }
        out_line(out, "<source%s/>", attributes->str);
        return true;
}

static void write_named(XmlOut *out, const char *element, const char *name, const char *value)
{
        g_autoptr(GString) attributes = g_string_new(NULL);

        attribute(attributes, name, value);
        if (value)
                out_line(out, "<%s%s/>", element, attributes->str);
}

bool cmd_attach_interface(Shell *shell, const ShellArgs *args)
{
        static const char *const types[] = { "network", "bridge", "direct", "hostdev", "vhostuser", NULL };
        static const struct {
                const char *option;
                const char *element;
                const char *attribute;
        } plain[] = { { "target", "target", "dev" },
                      { "mac", "mac", "address" },
                      { "script", "script", "path" },
                      { "model", "model", "type" },
                      { "alias", "alias", "name" } };
        const char *type = NULL;
        const char *source = NULL;
        const char *mode = NULL;
        const char *inbound = NULL;
        const char *outbound = NULL;
        g_autoptr(GString) text = g_string_new(NULL);
        XmlOut out = { .text = text };

        if (args_string(shell, args, "type", &type) <= 0 || args_string(shell, args, "source", &source) <= 0 ||
            args_string(shell, args, "source-mode", &mode) < 0 || args_string(shell, args, "inbound", &inbound) < 0 ||
            args_string(shell, args, "outbound", &outbound) < 0)
                return false;
        if (mode && strcmp(mode, "client") != 0 && strcmp(mode, "server") != 0) {
                shell_error(shell, "Invalid source mode: %s", mode);
                return false;
        }
        if (number_of(types, type) < 0) {
                shell_error(shell, "No support for %s in command 'attach-interface'", type);
                return false;
        }
        out_open(&out, "<interface type='%s'%s>", type, args_has(args, "managed") ? " managed='yes'" : "");
        if (!write_interface_source(shell, type, source, mode, &out))
                return false;
        for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
                const char *value = NULL;

                if (args_string(shell, args, plain[i].option, &value) < 0)
                        return false;
                write_named(&out, plain[i].element, plain[i].attribute, value);
        }
        if (inbound || outbound) {
                out_open(&out, "<bandwidth>");
                if (!write_rate(shell, "inbound", inbound, &out) || !write_rate(shell, "outbound", outbound, &out))
                        return false;
                out_close(&out, "bandwidth");
        }
        out_close(&out, "interface");
        return print_or_attach(shell, args, text->str, "Interface attached successfully", "Failed to attach interface");
}
