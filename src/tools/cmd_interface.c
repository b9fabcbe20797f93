/* Interfaces of the host. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "edit.h"
#include "virsh.h"

enum { INTERFACE_BY_NAME = 1, INTERFACE_BY_MAC = 2 };

static bool is_mac(const char *text)
{
        unsigned groups = 0;

        for (; groups < 6; groups++) {
                size_t n = strspn(text, "0123456789abcdefABCDEF");

                if (n == 0 || n > 2)
                        return false;
                text += n;
                if (*text != ':')
                        break;
                text++;
        }
        return groups == 5 && !*text;
}

static virInterfacePtr find(Shell *shell, const char *name, unsigned by)
{
        virInterfacePtr interface = NULL;

        if (by & INTERFACE_BY_NAME)
                interface = virInterfaceLookupByName(connection_of(shell), name);
        if (!interface && by & INTERFACE_BY_MAC && is_mac(name))
                interface = virInterfaceLookupByMACString(connection_of(shell), name);
        if (interface)
                shell_forget_error();
        else
                shell_error(shell, "failed to get interface '%s'", name);
        return interface;
}

static virInterfacePtr get_by(Shell *shell, const ShellArgs *args, unsigned by)
{
        const char *name = NULL;

        return args_string(shell, args, "interface", &name) > 0 ? find(shell, name, by) : NULL;
}

static virInterfacePtr get(Shell *shell, const ShellArgs *args)
{
        return get_by(shell, args, INTERFACE_BY_NAME | INTERFACE_BY_MAC);
}

bool cmd_iface_start(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virInterface) interface = get(shell, args);

        return interface && tell(shell, args_text(args, "interface"), virInterfaceCreate(interface, 0),
                                 "Failed to start interface %s", "Interface %s started\n");
}

bool cmd_iface_destroy(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virInterface) interface = get(shell, args);

        return interface && tell(shell, args_text(args, "interface"), virInterfaceDestroy(interface, 0),
                                 "Failed to destroy interface %s", "Interface %s destroyed\n");
}

bool cmd_iface_undefine(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virInterface) interface = get(shell, args);

        return interface && tell(shell, args_text(args, "interface"), virInterfaceUndefine(interface),
                                 "Failed to undefine interface %s", "Interface %s undefined\n");
}

bool cmd_iface_define(Shell *shell, const ShellArgs *args)
{
        unsigned flags = args_has(args, "validate") ? VIR_INTERFACE_DEFINE_VALIDATE : 0;
        const char *path = NULL;
        g_autofree char *xml = NULL;
        g_autoptr(virInterface) interface = NULL;

        if (args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml)
                return false;
        interface = virInterfaceDefineXML(connection_of(shell), xml, flags);
        if (!interface) {
                shell_error(shell, "Failed to define interface from %s", path);
                return false;
        }
        shell_print_extra(shell, "Interface %s defined from %s\n", virInterfaceGetName(interface), path);
        return true;
}

bool cmd_iface_dumpxml(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virInterface) interface = get(shell, args);
        g_autofree char *xml = NULL;

        if (!interface)
                return false;
        xml = virInterfaceGetXMLDesc(interface, args_has(args, "inactive") ? VIR_INTERFACE_XML_INACTIVE : 0);
        return xml && xml_print(shell, args, xml);
}

bool cmd_iface_mac(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virInterface) interface = get_by(shell, args, INTERFACE_BY_NAME);

        if (interface)
                shell_print(shell, "%s\n", virInterfaceGetMACString(interface));
        return interface;
}

bool cmd_iface_name(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virInterface) interface = get_by(shell, args, INTERFACE_BY_MAC);

        if (interface)
                shell_print(shell, "%s\n", virInterfaceGetName(interface));
        return interface;
}

static int compare_interfaces(const void *a, const void *b)
{
        return g_ascii_strcasecmp(virInterfaceGetName(*(virInterfacePtr *)a),
                                  virInterfaceGetName(*(virInterfacePtr *)b));
}

bool cmd_iface_list(Shell *shell, const ShellArgs *args)
{
        g_autoptr(Table) table = table_new("Name", "State", "MAC Address", NULL);
        unsigned flags = VIR_CONNECT_LIST_INTERFACES_ACTIVE;
        virInterfacePtr *interfaces = NULL;
        int n;

        if (args_has(args, "inactive"))
                flags = VIR_CONNECT_LIST_INTERFACES_INACTIVE;
        if (args_has(args, "all"))
                flags = VIR_CONNECT_LIST_INTERFACES_ACTIVE | VIR_CONNECT_LIST_INTERFACES_INACTIVE;
        n = virConnectListAllInterfaces(connection_of(shell), &interfaces, flags);
        if (n < 0) {
                shell_error(shell, "Failed to list interfaces");
                return false;
        }
        if (n > 0)
                qsort(interfaces, (size_t)n, sizeof(*interfaces), compare_interfaces);
        for (int i = 0; i < n; i++) {
                table_row(table, virInterfaceGetName(interfaces[i]),
                          virInterfaceIsActive(interfaces[i]) > 0 ? "active" : "inactive",
                          virInterfaceGetMACString(interfaces[i]), NULL);
                virInterfaceFree(interfaces[i]);
        }
        free(interfaces);
        table_print(table, shell);
        return true;
}

/* --- the transaction --- */

static bool tell_transaction(Shell *shell, int r, const char *failed, const char *done)
{
        if (r < 0)
                shell_error(shell, "Failed to %s network config change transaction", failed);
        else
                shell_print_extra(shell, "Network config change transaction %s\n", done);
        return r == 0;
}

bool cmd_iface_begin(Shell *shell, const ShellArgs *args)
{
        (void)args;
        return tell_transaction(shell, virInterfaceChangeBegin(connection_of(shell), 0), "begin", "started");
}

bool cmd_iface_commit(Shell *shell, const ShellArgs *args)
{
        (void)args;
        return tell_transaction(shell, virInterfaceChangeCommit(connection_of(shell), 0), "commit", "committed");
}

bool cmd_iface_rollback(Shell *shell, const ShellArgs *args)
{
        (void)args;
        return tell_transaction(shell, virInterfaceChangeRollback(connection_of(shell), 0), "rollback", "rolled back");
}

/* --- editing --- */

static char *edit_get(void *opaque)
{
        virInterfacePtr *interface = (virInterfacePtr *)opaque;
        char *xml = virInterfaceGetXMLDesc(*interface, VIR_INTERFACE_XML_INACTIVE);

        return xml ? xml : virInterfaceGetXMLDesc(*interface, 0);
}

static bool edit_put(Shell *shell, const char *xml, bool relax, void *opaque)
{
        virInterfacePtr *interface = (virInterfacePtr *)opaque;
        virInterfacePtr fresh = virInterfaceDefineXML(connection_of(shell), xml, 0);

        (void)relax;
        if (!fresh)
                return false;
        virInterfaceFree(*interface);
        *interface = fresh;
        return true;
}

bool cmd_iface_edit(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virInterface) interface = get(shell, args);
        EditObject object = { .get = edit_get, .put = edit_put, .opaque = &interface };
        int r;

        if (!interface)
                return false;
        r = edit_object(shell, &object);
        if (r == EDIT_UNCHANGED)
                shell_print_extra(shell, "Interface %s XML configuration not changed.\n",
                                  virInterfaceGetName(interface));
        else if (r == EDIT_DONE)
                shell_print_extra(shell, "Interface %s XML configuration edited.\n", virInterfaceGetName(interface));
        return r != EDIT_FAILED;
}
