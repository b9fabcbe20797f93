/* Networks: their life, looking at them, changing a part. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "edit.h"
#include "virsh.h"

/* What users wrote, for messages. */
static const char *given(const ShellArgs *args)
{
        return args_text(args, "network");
}

bool cmd_net_autostart(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = network_get(shell, args);
        bool off = args_has(args, "disable");

        return network &&
               tell(shell, given(args), virNetworkSetAutostart(network, !off),
                    off ? "failed to unmark network %s as autostarted" : "failed to mark network %s as autostarted",
                    off ? "Network %s unmarked as autostarted\n" : "Network %s marked as autostarted\n");
}

bool cmd_net_start(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = network_get(shell, args);

        return network && tell(shell, given(args), virNetworkCreate(network), "Failed to start network %s",
                               "Network %s started\n");
}

bool cmd_net_destroy(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = network_get(shell, args);

        return network && tell(shell, given(args), virNetworkDestroy(network), "Failed to destroy network %s",
                               "Network %s destroyed\n");
}

bool cmd_net_undefine(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = network_get(shell, args);

        return network && tell(shell, given(args), virNetworkUndefine(network), "Failed to undefine network %s",
                               "Network %s has been undefined\n");
}

/* Both print the name that the document has. */
static bool make(Shell *shell, const ShellArgs *args, bool define)
{
        bool validate = args_has(args, "validate");
        const char *path = NULL;
        g_autofree char *xml = NULL;
        g_autoptr(virNetwork) network = NULL;

        if (args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        if (define)
                network = validate ? virNetworkDefineXMLFlags(connection_of(shell), xml, VIR_NETWORK_DEFINE_VALIDATE)
                                   : virNetworkDefineXML(connection_of(shell), xml);
        else
                network = validate ? virNetworkCreateXMLFlags(connection_of(shell), xml, VIR_NETWORK_CREATE_VALIDATE)
                                   : virNetworkCreateXML(connection_of(shell), xml);
        if (!network) {
                shell_error(shell, define ? "Failed to define network from %s" : "Failed to create network from %s",
                            path);
                return false;
        }
        shell_print_extra(shell, define ? "Network %s defined from %s\n" : "Network %s created from %s\n",
                          virNetworkGetName(network), path);
        return true;
}

bool cmd_net_define(Shell *shell, const ShellArgs *args)
{
        return make(shell, args, true);
}

bool cmd_net_create(Shell *shell, const ShellArgs *args)
{
        return make(shell, args, false);
}

/* --- looking --- */

bool cmd_net_dumpxml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = network_get(shell, args);
        g_autofree char *xml = NULL;

        if (!network)
                return false;
        xml = virNetworkGetXMLDesc(network, args_has(args, "inactive") ? VIR_NETWORK_XML_INACTIVE : 0);
        return xml && xml_print(shell, args, xml);
}

static const char *yes_or_no(int value)
{
        return value < 0 ? "unknown" : value ? "yes" : "no";
}

static const char *autostart_of(virNetworkPtr network)
{
        int autostart = 0;

        return virNetworkGetAutostart(network, &autostart) < 0 ? "no autostart" : yes_or_no(autostart);
}

bool cmd_net_info(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = network_get(shell, args);
        char uuid[VIR_UUID_STRING_BUFLEN];
        g_autofree char *bridge = NULL;
        int active;

        if (!network)
                return false;
        shell_print(shell, "%-15s %s\n", "Name:", virNetworkGetName(network));
        if (virNetworkGetUUIDString(network, uuid) == 0)
                shell_print(shell, "%-15s %s\n", "UUID:", uuid);
        active = virNetworkIsActive(network);
        if (active >= 0)
                shell_print(shell, "%-15s %s\n", "Active:", yes_or_no(active));
        shell_print(shell, "%-15s %s\n", "Persistent:", yes_or_no(virNetworkIsPersistent(network)));
        shell_print(shell, "%-15s %s\n", "Autostart:", autostart_of(network));
        bridge = virNetworkGetBridgeName(network);
        if (bridge)
                shell_print(shell, "%-15s %s\n", "Bridge:", bridge);
        shell_forget_error();
        return true;
}

bool cmd_net_name(Shell *shell, const ShellArgs *args)
{
        const char *uuid = NULL;
        g_autoptr(virNetwork) network = NULL;

        if (args_string(shell, args, "network", &uuid) <= 0)
                return false;
        if (strlen(uuid) == VIR_UUID_STRING_BUFLEN - 1)
                network = virNetworkLookupByUUIDString(connection_of(shell), uuid);
        if (!network)
                shell_error(shell, "failed to get network '%s'", uuid);
        else
                shell_print(shell, "%s\n", virNetworkGetName(network));
        return network;
}

bool cmd_net_uuid(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = network_get(shell, args);
        char uuid[VIR_UUID_STRING_BUFLEN];

        if (!network)
                return false;
        if (virNetworkGetUUIDString(network, uuid) < 0) {
                shell_error(shell, "failed to get network UUID");
                return false;
        }
        shell_print(shell, "%s\n", uuid);
        return true;
}

static const FlagRow list_filters[] = {
        { "persistent", VIR_CONNECT_LIST_NETWORKS_PERSISTENT },
        { "transient", VIR_CONNECT_LIST_NETWORKS_TRANSIENT },
        { "autostart", VIR_CONNECT_LIST_NETWORKS_AUTOSTART },
        { "no-autostart", VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART },
        { NULL, 0 },
};

static int compare_networks(const void *a, const void *b)
{
        return g_ascii_strcasecmp(virNetworkGetName(*(virNetworkPtr *)a), virNetworkGetName(*(virNetworkPtr *)b));
}

static char *title_of(virNetworkPtr network)
{
        char *title = virNetworkGetMetadata(network, VIR_NETWORK_METADATA_TITLE, NULL, 0);

        if (!title)
                shell_forget_error();
        return title ? title : g_strdup("");
}

static void list_table(Shell *shell, const ShellArgs *args, virNetworkPtr *networks, int n)
{
        bool titles = args_has(args, "title");
        g_autoptr(Table) table = titles ? table_new("Name", "State", "Autostart", "Persistent", "Title", NULL)
                                        : table_new("Name", "State", "Autostart", "Persistent", NULL);

        for (int i = 0; i < n; i++) {
                g_autofree char *title = titles ? title_of(networks[i]) : NULL;

                table_row(table, virNetworkGetName(networks[i]),
                          virNetworkIsActive(networks[i]) > 0 ? "active" : "inactive", autostart_of(networks[i]),
                          virNetworkIsPersistent(networks[i]) > 0 ? "yes" : "no", title, NULL);
        }
        table_print(table, shell);
}

static void list_lines(Shell *shell, const ShellArgs *args, virNetworkPtr *networks, int n)
{
        char uuid[VIR_UUID_STRING_BUFLEN];

        for (int i = 0; i < n; i++) {
                if (!args_has(args, "uuid"))
                        shell_print(shell, "%s\n", virNetworkGetName(networks[i]));
                else if (virNetworkGetUUIDString(networks[i], uuid) == 0)
                        shell_print(shell, "%s\n", uuid);
                else
                        shell_error(shell, "Failed to get network's UUID");
        }
}

bool cmd_net_list(Shell *shell, const ShellArgs *args)
{
        bool lines = args_has(args, "uuid") || args_has(args, "name");
        unsigned flags = VIR_CONNECT_LIST_NETWORKS_ACTIVE;
        virNetworkPtr *networks = NULL;
        int n;

        if (args_has(args, "table") + args_has(args, "name") + args_has(args, "uuid") > 1) {
                shell_error(shell, "Only one argument from --table, --name and --uuid may be specified.");
                return false;
        }
        if (args_has(args, "inactive"))
                flags = VIR_CONNECT_LIST_NETWORKS_INACTIVE;
        if (args_has(args, "all"))
                flags = VIR_CONNECT_LIST_NETWORKS_ACTIVE | VIR_CONNECT_LIST_NETWORKS_INACTIVE;
        n = virConnectListAllNetworks(connection_of(shell), &networks, flags | flags_given(args, list_filters));
        if (n < 0) {
                shell_error(shell, "Failed to list networks");
                return false;
        }
        if (n > 0)
                qsort(networks, (size_t)n, sizeof(*networks), compare_networks);
        if (lines)
                list_lines(shell, args, networks, n);
        else
                list_table(shell, args, networks, n);
        for (int i = 0; i < n; i++)
                virNetworkFree(networks[i]);
        free(networks);
        return true;
}

static int compare_leases(const void *a, const void *b)
{
        const virNetworkDHCPLease *one = *(virNetworkDHCPLease *const *)a, *other = *(virNetworkDHCPLease *const *)b;

        return g_strcmp0(one->mac, other->mac);
}

static void lease_row(Table *table, const virNetworkDHCPLease *lease)
{
        time_t expiry = lease->expirytime;
        g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(expiry);
        g_autofree char *when = time ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S") : NULL;
        g_autofree char *address = g_strdup_printf("%s/%u", lease->ipaddr, lease->prefix);
        const char *protocol = lease->type == VIR_IP_ADDR_TYPE_IPV4   ? "ipv4"
                               : lease->type == VIR_IP_ADDR_TYPE_IPV6 ? "ipv6"
                                                                      : "";

        table_row(table, when ? when : "-", lease->mac ? lease->mac : "-", protocol, address,
                  lease->hostname ? lease->hostname : "-",
                  lease->clientid ? lease->clientid
                  : lease->iaid   ? lease->iaid
                                  : "-",
                  NULL);
}

bool cmd_net_dhcp_leases(Shell *shell, const ShellArgs *args)
{
        g_autoptr(Table) table = table_new("Expiry Time", "MAC address", "Protocol", "IP address", "Hostname",
                                           "Client ID or DUID", NULL);
        g_autoptr(virNetwork) network = NULL;
        virNetworkDHCPLeasePtr *leases = NULL;
        const char *mac = NULL;
        int n;

        if (args_string(shell, args, "mac", &mac) < 0)
                return false;
        network = network_get(shell, args);
        if (!network)
                return false;
        n = virNetworkGetDHCPLeases(network, mac, &leases, 0);
        if (n < 0) {
                shell_error(shell, "Failed to get leases info for %s", given(args));
                return false;
        }
        if (n > 0)
                qsort(leases, (size_t)n, sizeof(*leases), compare_leases);
        for (int i = 0; i < n; i++)
                lease_row(table, leases[i]);
        table_print(table, shell);
        for (int i = 0; i < n; i++)
                virNetworkDHCPLeaseFree(leases[i]);
        free(leases);
        return true;
}

/* --- editing --- */

static char *edit_get(void *opaque)
{
        virNetworkPtr *network = (virNetworkPtr *)opaque;
        char *xml = virNetworkGetXMLDesc(*network, VIR_NETWORK_XML_INACTIVE);

        /* Drivers that know no stored form have the one in use. */
        return xml ? xml : virNetworkGetXMLDesc(*network, 0);
}

static bool edit_put(Shell *shell, const char *xml, bool relax, void *opaque)
{
        virNetworkPtr *network = (virNetworkPtr *)opaque;
        virNetworkPtr fresh = virNetworkDefineXML(connection_of(shell), xml);

        (void)relax;
        if (!fresh)
                return false;
        virNetworkFree(*network);
        *network = fresh;
        return true;
}

bool cmd_net_edit(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = network_get(shell, args);
        EditObject object = { .get = edit_get, .put = edit_put, .opaque = &network };
        int r;

        if (!network)
                return false;
        r = edit_object(shell, &object);
        if (r == EDIT_UNCHANGED)
                shell_print_extra(shell, "Network %s XML configuration not changed.\n", virNetworkGetName(network));
        else if (r == EDIT_DONE)
                shell_print_extra(shell, "Network %s XML configuration edited.\n", virNetworkGetName(network));
        return r != EDIT_FAILED;
}

static const char *const update_commands[] = { "none", "modify", "delete", "add-last", "add-first", NULL };
static const char *const update_sections[] = { "none",         "bridge",
                                               "domain",       "ip",
                                               "ip-dhcp-host", "ip-dhcp-range",
                                               "forward",      "forward-interface",
                                               "forward-pf",   "portgroup",
                                               "dns-host",     "dns-txt",
                                               "dns-srv",      NULL };

/* -1 after a complaint. */
static int update_word(Shell *shell, const ShellArgs *args, const char *option, const char *const *names)
{
        const char *word = NULL;
        int number;

        if (args_string(shell, args, option, &word) <= 0)
                return -1;
        number = strcmp(word, "add") == 0 && names == update_commands ? VIR_NETWORK_UPDATE_COMMAND_ADD_LAST
                                                                      : number_of(names, word);
        if (number <= 0) {
                shell_error(shell, "unrecognized %s name '%s'", option, word);
                return -1;
        }
        return number;
}

static const char *updated_text(virNetworkPtr network, unsigned flags)
{
        bool config = flags & VIR_NETWORK_UPDATE_AFFECT_CONFIG, live = flags & VIR_NETWORK_UPDATE_AFFECT_LIVE;

        if (config)
                return live ? "persistent config and live state" : "persistent config";
        return live || virNetworkIsActive(network) > 0 ? "live state" : "persistent config";
}

bool cmd_net_update(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = network_get(shell, args);
        int command, section, parent = -1, flags;
        const char *xml = NULL;
        g_autofree char *text = NULL;

        if (!network || (command = update_word(shell, args, "command", update_commands)) < 0 ||
            (section = update_word(shell, args, "section", update_sections)) < 0 ||
            args_int(shell, args, "parent-index", &parent) < 0 || args_string(shell, args, "xml", &xml) <= 0)
                return false;
        flags = affect_flags(shell, args);
        if (flags < 0)
                return false;
        /* The element itself, or a file of it. */
        text = *xml == '<' ? g_strdup(xml) : file_text(shell, xml);
        if (!text)
                return false;
        if (virNetworkUpdate(network, (unsigned)command, (unsigned)section, parent, text, (unsigned)flags) < 0) {
                shell_error(shell, "Failed to update network %s", virNetworkGetName(network));
                return false;
        }
        shell_print(shell, "Updated network %s %s", virNetworkGetName(network), updated_text(network, (unsigned)flags));
        return true;
}
