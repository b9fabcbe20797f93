/* The devices of a guest, read from its XML: domblklist, domiflist, domif-getlink, domifaddr. */
#include "virsh_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virsh.h"

static Xml *domain_xml(Shell *shell, virDomainPtr domain, unsigned flags)
{
        g_autofree char *text = virDomainGetXMLDesc(domain, flags);

        return text ? xml_parse(shell, text, "(domain_definition)") : NULL;
}

static const char *or_dash(const char *text)
{
        return text && *text ? text : "-";
}

/* PCI address and namespace: there is no name for such a source. */
static char *nvme_source(Xml *xml, XmlNode *disk)
{
        static const char *const parts[] = { "domain", "bus", "slot", "function" };
        unsigned long values[G_N_ELEMENTS(parts)] = { 0 };
        g_autofree char *space = xml_string(xml, disk, "string(./source/@namespace)");

        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
                g_autofree char *text = xml_stringf(xml, disk, "string(./source/address/@%s)", parts[i]);

                values[i] = strtoul(text, NULL, 0);
        }
        return g_strdup_printf("nvme://%04lx:%02lx:%02lx.%lu/%s", values[0], values[1], values[2], values[3], space);
}

static char *disk_source(Xml *xml, XmlNode *disk, const char *type)
{
        if (strcmp(type, "nvme") == 0)
                return nvme_source(xml, disk);
        return xml_string(xml, disk,
                          "string(./source/@file|./source/@dev|./source/@dir|./source/@name|./source/@volume|"
                          "./source/@path)");
}

bool cmd_domblklist(Shell *shell, const ShellArgs *args)
{
        bool details = args_has(args, "details");
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autoptr(Xml) xml =
                domain ? domain_xml(shell, domain, args_has(args, "inactive") ? VIR_DOMAIN_XML_INACTIVE : 0) : NULL;
        g_autofree XmlNode **disks = NULL;
        g_autoptr(Table) table =
                details ? table_new("Type", "Device", "Target", "Source", NULL) : table_new("Target", "Source", NULL);

        if (!xml)
                return false;
        disks = xml_nodes(xml, NULL, "./devices/disk");
        for (XmlNode **disk = disks; *disk; disk++) {
                g_autofree char *type = xml_string(xml, *disk, "string(./@type)");
                g_autofree char *device = xml_string(xml, *disk, "string(./@device)");
                g_autofree char *target = xml_string(xml, *disk, "string(./target/@dev)");
                g_autofree char *source = disk_source(xml, *disk, type);

                if (details)
                        table_row(table, type, device, target, or_dash(source), NULL);
                else
                        table_row(table, target, or_dash(source), NULL);
        }
        table_print(table, shell);
        return true;
}

bool cmd_domiflist(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autoptr(Xml) xml =
                domain ? domain_xml(shell, domain, args_has(args, "inactive") ? VIR_DOMAIN_XML_INACTIVE : 0) : NULL;
        g_autofree XmlNode **interfaces = NULL;
        g_autoptr(Table) table = table_new("Interface", "Type", "Source", "Model", "MAC", NULL);

        if (!xml)
                return false;
        interfaces = xml_nodes(xml, NULL, "./devices/interface");
        for (XmlNode **node = interfaces; *node; node++) {
                g_autofree char *type = xml_string(xml, *node, "string(./@type)");
                g_autofree char *source = xml_string(
                        xml, *node,
                        "string(./source/@bridge|./source/@dev|./source/@network|./source/@name|./source/@path)");
                g_autofree char *target = xml_string(xml, *node, "string(./target/@dev)");
                g_autofree char *model = xml_string(xml, *node, "string(./model/@type)");
                g_autofree char *mac = xml_string(xml, *node, "string(./mac/@address)");

                table_row(table, or_dash(target), type, or_dash(source), or_dash(model), or_dash(mac), NULL);
        }
        table_print(table, shell);
        return true;
}

static bool is_mac(const char *text)
{
        unsigned parts[6];
        int n = 0;

        return sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &parts[0], &parts[1], &parts[2], &parts[3], &parts[4],
                      &parts[5], &n) == 6 &&
               text[n] == '\0';
}

bool cmd_domif_getlink(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autoptr(Xml) xml = NULL;
        g_autofree XmlNode **found = NULL;
        g_autofree char *path = NULL;
        g_autofree char *state = NULL;

        if (!domain || args_string(shell, args, "interface", &name) <= 0)
                return false;
        xml = domain_xml(shell, domain, args_has(args, "config") ? VIR_DOMAIN_XML_INACTIVE : 0);
        if (!xml) {
                shell_error(shell, "Failed to extract interface information");
                return false;
        }
        path = g_strdup_printf("/domain/devices/interface[(mac/@address = '%s') or (target/@dev = '%s')]", name, name);
        found = xml_nodes(xml, NULL, path);
        if (!*found) {
                shell_error(shell, is_mac(name) ? "Interface (mac: %s) not found." : "Interface (dev: %s) not found.",
                            name);
                return false;
        }
        if (found[1]) {
                shell_error(shell, "multiple matching interfaces found");
                return false;
        }
        state = xml_string(xml, *found, "string(./link/@state)");
        /* The line end is the one that the shell prints after a command. */
        if (state && *state)
                shell_print(shell, "%s %s", name, state);
        else
                shell_print(shell, "%s up", name);
        return true;
}

static const char *const address_sources[] = { "lease", "agent", "arp", NULL };

static void print_address(Shell *shell, const virDomainInterface *interface, unsigned i, bool full)
{
        const virDomainIPAddress *address = &interface->addrs[i];
        const char *family = address->type == VIR_IP_ADDR_TYPE_IPV4   ? "ipv4"
                             : address->type == VIR_IP_ADDR_TYPE_IPV6 ? "ipv6"
                                                                      : "";
        g_autofree char *text = g_strdup_printf("%-12s %s/%u", family, address->addr, address->prefix);

        /* Only the first row of an interface names it. */
        if (full || i == 0)
                shell_print(shell, " %-10s %-17s    %s\n", interface->name, interface->hwaddr ? interface->hwaddr : "",
                            text);
        else
                shell_print(shell, " %-10s %-17s    %s\n", "-", "-", text);
}

bool cmd_domifaddr(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        const char *wanted = NULL;
        const char *source = "lease";
        virDomainInterfacePtr *interfaces = NULL;
        int which = 0;
        int n = 0;

        if (!domain || args_string(shell, args, "interface", &wanted) < 0 ||
            args_string(shell, args, "source", &source) < 0)
                return false;
        which = number_of(address_sources, source);
        if (which < 0) {
                shell_error(shell, "Unknown data source '%s'", source);
                return false;
        }
        n = virDomainInterfaceAddresses(domain, &interfaces, (unsigned)which, 0);
        if (n < 0) {
                shell_error(shell, "Failed to query for interfaces addresses");
                return false;
        }
        shell_print_extra(shell, " %-10s %-20s %-8s     %s\n%s%s\n", "Name", "MAC address", "Protocol", "Address",
                          "-------------------------------------------------", "------------------------------");
        for (int i = 0; i < n; i++) {
                virDomainInterfacePtr interface = interfaces[i];

                if (!wanted || strcmp(interface->name, wanted) == 0) {
                        if (interface->naddrs == 0)
                                shell_print(shell, " %-10s %-17s    %-12s %s\n", interface->name,
                                            interface->hwaddr ? interface->hwaddr : "N/A", "N/A", "N/A");
                        for (unsigned j = 0; j < interface->naddrs; j++)
                                print_address(shell, interface, j, args_has(args, "full"));
                }
                virDomainInterfaceFree(interface);
        }
        free(interfaces);
        return true;
}
