/* Ports of networks. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "virsh.h"

static virNetworkPortPtr port_get(Shell *shell, const ShellArgs *args, virNetworkPtr network)
{
        const char *uuid = NULL;
        virNetworkPortPtr port;

        if (args_string(shell, args, "port", &uuid) <= 0)
                return NULL;
        port = virNetworkPortLookupByUUIDString(network, uuid);
        if (!port)
                shell_error(shell, "failed to get network port '%s'", uuid);
        return port;
}

bool cmd_net_port_create(Shell *shell, const ShellArgs *args)
{
        unsigned flags = args_has(args, "validate") ? VIR_NETWORK_PORT_CREATE_VALIDATE : 0;
        g_autoptr(virNetwork) network = network_get(shell, args);
        g_autoptr(virNetworkPort) port = NULL;
        char uuid[VIR_UUID_STRING_BUFLEN];
        const char *path = NULL;
        g_autofree char *xml = NULL;

        if (!network || args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        port = virNetworkPortCreateXML(network, xml, flags);
        if (!port || virNetworkPortGetUUIDString(port, uuid) < 0) {
                shell_error(shell, "Failed to create network from %s", path);
                return false;
        }
        shell_print_extra(shell, "Network port %s created from %s\n", uuid, path);
        return true;
}

bool cmd_net_port_delete(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = network_get(shell, args);
        g_autoptr(virNetworkPort) port = network ? port_get(shell, args, network) : NULL;

        if (!port)
                return false;
        if (virNetworkPortDelete(port, 0) < 0) {
                shell_error(shell, "Failed to delete network port %s", args_text(args, "port"));
                return false;
        }
        shell_print_extra(shell, "Network port %s deleted\n", args_text(args, "port"));
        return true;
}

bool cmd_net_port_dumpxml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = network_get(shell, args);
        g_autoptr(virNetworkPort) port = network ? port_get(shell, args, network) : NULL;
        g_autofree char *xml = port ? virNetworkPortGetXMLDesc(port, 0) : NULL;

        return xml && xml_print(shell, args, xml);
}

bool cmd_net_port_list(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virNetwork) network = NULL;
        g_autoptr(Table) table = table_new("UUID", NULL);
        virNetworkPortPtr *ports = NULL;
        int n;

        if (!args_exclusive(shell, args, "table", "uuid"))
                return false;
        network = network_get(shell, args);
        if (!network)
                return false;
        n = virNetworkListAllPorts(network, &ports, 0);
        if (n < 0)
                return false;
        for (int i = 0; i < n; i++) {
                char uuid[VIR_UUID_STRING_BUFLEN] = "";

                if (virNetworkPortGetUUIDString(ports[i], uuid) == 0 && args_has(args, "uuid"))
                        shell_print(shell, "%s\n", uuid);
                else
                        table_row(table, uuid, NULL);
                virNetworkPortFree(ports[i]);
        }
        free(ports);
        if (!args_has(args, "uuid"))
                table_print(table, shell);
        return true;
}
