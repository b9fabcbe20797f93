/* Taking devices from guests and changing them in place: detach-*, domif-setlink, change-media. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "virsh.h"

bool cmd_detach_device(Shell *shell, const ShellArgs *args)
{
        return device_from_file(shell, args, &device_detach);
}

bool cmd_detach_device_alias(Shell *shell, const ShellArgs *args)
{
        const char *alias = NULL;
        g_autoptr(virDomain) domain = NULL;
        int flags = affect_flags(shell, args);

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain || args_string(shell, args, "alias", &alias) <= 0)
                return false;
        if (virDomainDetachDeviceAlias(domain, alias, (unsigned)flags) < 0) {
                shell_error(shell, "Failed to detach device with alias %s", alias);
                return false;
        }
        shell_print_extra(shell, "Device detach request sent successfully\n");
        return true;
}

/* The document in which the device to change is looked for. */
static Xml *device_xml(Shell *shell, const ShellArgs *args, virDomainPtr domain)
{
        bool stored = args_has(args, "config") && !args_has(args, "live");
        g_autofree char *text = virDomainGetXMLDesc(domain, stored ? VIR_DOMAIN_XML_INACTIVE : 0);

        return text ? xml_parse(shell, text, "(domain_definition)") : NULL;
}

static XmlNode *find_disk(Xml *xml, const char *name, bool removable)
{
        g_autofree XmlNode **disks = xml_nodes(
                xml, NULL, removable ? "./devices/disk[@device='cdrom' or @device='floppy']" : "./devices/disk");

        for (XmlNode **disk = disks; *disk; disk++) {
                g_autofree char *target = xml_string(xml, *disk, "string(./target/@dev)");
                g_autofree char *source =
                        xml_string(xml, *disk, "string(./source/@file|./source/@dev|./source/@dir|./source/@name)");

                if ((target && strcmp(target, name) == 0) || (source && *source && strcmp(source, name) == 0))
                        return *disk;
        }
        return NULL;
}

bool cmd_detach_disk(Shell *shell, const ShellArgs *args)
{
        const char *target = NULL;
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autoptr(Xml) xml = NULL;
        g_autofree char *text = NULL;
        XmlNode *disk = NULL;
        int flags = domain ? affect_flags_persistent(shell, args, domain) : -1;

        if (flags < 0 || args_string(shell, args, "target", &target) <= 0)
                return false;
        xml = device_xml(shell, args, domain);
        disk = xml ? find_disk(xml, target, false) : NULL;
        if (xml && !disk)
                shell_error(shell, "No disk found whose source path or target is %s", target);
        if (!disk)
                return false;
        text = xml_node_text(xml, disk);
        if (args_has(args, "print-xml")) {
                shell_print(shell, "%s", text);
                return true;
        }
        if (device_call(args, domain, text, flags, &device_detach) < 0) {
                shell_error(shell, "Failed to detach disk");
                return false;
        }
        shell_print_extra(shell, "Disk detached successfully\n");
        return true;
}

/* The one interface of @type with address @mac; NULL after a complaint. */
static XmlNode *find_interface(Shell *shell, Xml *xml, const char *type, const char *mac)
{
        g_autofree char *path = g_strdup_printf("/domain/devices/interface[@type='%s']", type);
        g_autofree XmlNode **nodes = xml_nodes(xml, NULL, path);
        XmlNode *found = NULL;
        size_t n = 0;

        while (nodes[n])
                n++;
        if (n == 0) {
                shell_error(shell, "No interface found whose type is %s", type);
                return NULL;
        }
        if (!mac && n > 1) {
                shell_error(shell, "Domain has %zd interfaces. Please specify which one to detach using --mac", n);
                return NULL;
        }
        if (!mac)
                return nodes[0];
        for (size_t i = 0; i < n; i++) {
                g_autofree char *address = xml_string(xml, nodes[i], "string(./mac/@address)");

                if (!address || g_ascii_strcasecmp(address, mac) != 0)
                        continue;
                if (found) {
                        shell_error(shell,
                                    "Domain has multiple interfaces matching MAC address %s. You must use "
                                    "detach-device and specify the device pci address to remove it.",
                                    mac);
                        return NULL;
                }
                found = nodes[i];
        }
        if (!found)
                shell_error(shell, "No interface with MAC address %s was found", mac);
        return found;
}

bool cmd_detach_interface(Shell *shell, const ShellArgs *args)
{
        const char *type = NULL;
        const char *mac = NULL;
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autoptr(Xml) xml = NULL;
        g_autofree char *text = NULL;
        XmlNode *node = NULL;
        int flags = domain ? affect_flags_persistent(shell, args, domain) : -1;

        if (flags < 0 || args_string(shell, args, "type", &type) <= 0 || args_string(shell, args, "mac", &mac) < 0)
                return false;
        xml = device_xml(shell, args, domain);
        node = xml ? find_interface(shell, xml, type, mac) : NULL;
        text = node ? xml_node_text(xml, node) : NULL;
        if (text && args_has(args, "print-xml")) {
                shell_print(shell, "%s", text);
                return true;
        }
        if (!text || device_call(args, domain, text, flags, &device_detach) < 0) {
                shell_error(shell, "Failed to detach interface");
                return false;
        }
        shell_print_extra(shell, "Interface detached successfully\n");
        return true;
}

static bool set_link(Xml *xml, XmlNode *interface, const char *state)
{
        g_autofree XmlNode **links = xml_nodes(xml, interface, "./link");

        if (*links) {
                xml_set_attribute(*links, "state", state);
                return true;
        }
        g_autofree char *fragment = g_strdup_printf("<link state='%s'/>", state);
        return xml_add_fragment(xml, interface, fragment);
}

bool cmd_domif_setlink(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        const char *state = NULL;
        g_autoptr(virDomain) domain = domain_get(shell, args);
        unsigned flags = args_has(args, "config") ? VIR_DOMAIN_AFFECT_CONFIG : VIR_DOMAIN_AFFECT_CURRENT;
        g_autoptr(Xml) xml = NULL;
        g_autofree char *path = NULL;
        g_autofree char *text = NULL;
        g_autofree XmlNode **found = NULL;

        if (!domain || args_string(shell, args, "interface", &name) <= 0 ||
            args_string(shell, args, "state", &state) <= 0)
                return false;
        if (strcmp(state, "up") != 0 && strcmp(state, "down") != 0) {
                shell_error(shell, "invalid link state '%s'", state);
                return false;
        }
        if (virDomainIsActive(domain) == 0)
                flags = VIR_DOMAIN_AFFECT_CONFIG;
        text = virDomainGetXMLDesc(domain, flags == VIR_DOMAIN_AFFECT_CONFIG ? VIR_DOMAIN_XML_INACTIVE : 0);
        xml = text ? xml_parse(shell, text, "(domain_definition)") : NULL;
        if (!xml)
                return false;
        path = g_strdup_printf("/domain/devices/interface[(mac/@address = '%s') or (target/@dev = '%s')]", name, name);
        found = xml_nodes(xml, NULL, path);
        if (!*found) {
                shell_error(shell, "interface '%s' not found", name);
                return false;
        }
        if (!set_link(xml, *found, state)) {
                shell_error(shell, "Failed to create or modify the state XML attribute");
                return false;
        }
        g_free(text);
        text = xml_node_text(xml, *found);
        if (virDomainUpdateDeviceFlags(domain, text, flags) < 0) {
                shell_error(shell, "Failed to update interface link state");
                return false;
        }
        shell_print_extra(shell, "Device updated successfully\n");
        return true;
}

/* --- change-media --- */

typedef enum { MEDIA_UPDATE, MEDIA_INSERT, MEDIA_EJECT } MediaAction;

static const char *const media_done[] = { "Successfully updated media.", "Successfully inserted media.",
                                          "Successfully ejected media." };
static const char *const media_actions[] = { "update", "insert", "eject" };

static bool set_media(Shell *shell, Xml *xml, XmlNode *disk, const char *path, MediaAction action, const char *source,
                      bool block)
{
        g_autofree XmlNode **sources = xml_nodes(xml, disk, "./source");
        g_autofree XmlNode **targets = xml_nodes(xml, disk, "./target");
        g_autoptr(GString) fragment = g_string_new("<source");

        if (*sources && action == MEDIA_INSERT) {
                shell_error(shell, "The disk device '%s' already has media", path);
                return false;
        }
        if (!*sources && action == MEDIA_EJECT) {
                shell_error(shell, "The disk device '%s' doesn't have media", path);
                return false;
        }
        for (XmlNode **node = sources; *node; node++)
                xml_remove(*node);
        if (action == MEDIA_EJECT)
                return true;
        xml_set_attribute(disk, "type", block ? "block" : "file");
        attribute(fragment, block ? "dev" : "file", source);
        g_string_append(fragment, "/>");
        return *targets && xml_add_fragment_before(xml, *targets, fragment->str);
}

static bool media_action(Shell *shell, const ShellArgs *args, const char *source, MediaAction *ret)
{
        bool eject = args_has(args, "eject");
        bool insert = args_has(args, "insert");

        if (!args_exclusive(shell, args, "eject", "insert") || !args_exclusive(shell, args, "eject", "update") ||
            !args_exclusive(shell, args, "insert", "update") || !args_exclusive(shell, args, "eject", "block"))
                return false;
        if (!eject && !source) {
                shell_error(shell, "New disk media source was not specified");
                return false;
        }
        *ret = eject ? MEDIA_EJECT : insert ? MEDIA_INSERT : MEDIA_UPDATE;
        return true;
}

bool cmd_change_media(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        const char *source = NULL;
        MediaAction action = MEDIA_UPDATE;
        g_autoptr(virDomain) domain = NULL;
        g_autoptr(Xml) xml = NULL;
        g_autofree char *text = NULL;
        XmlNode *disk = NULL;
        int flags = affect_flags(shell, args);

        if (flags < 0 || args_string(shell, args, "source", &source) < 0 || !media_action(shell, args, source, &action))
                return false;
        domain = domain_get(shell, args);
        if (!domain || args_string(shell, args, "path", &path) <= 0)
                return false;
        xml = device_xml(shell, args, domain);
        disk = xml ? find_disk(xml, path, true) : NULL;
        if (xml && !disk)
                shell_error(shell, "No disk found whose source path or target is %s", path);
        if (!disk || !set_media(shell, xml, disk, path, action, source, args_has(args, "block")))
                return false;
        text = xml_node_text(xml, disk);
        if (args_has(args, "print-xml")) {
                shell_print(shell, "%s", text);
                return true;
        }
        if (args_has(args, "force"))
                flags |= VIR_DOMAIN_DEVICE_MODIFY_FORCE;
        if (virDomainUpdateDeviceFlags(domain, text, (unsigned)flags) < 0) {
                shell_error(shell, "Failed to complete action %s on media", media_actions[action]);
                return false;
        }
        shell_print(shell, "%s", media_done[action]);
        return true;
}
