/* The invented host's interfaces, and the transaction in which they can be changed and put back. */
#include "test.h"

#include <string.h>

#include "conf/host_interface.h"
#include "conf/network_parts.h"
#include "util/auto.h"

static const char default_interface[] =
        "<interface type='ethernet' name='eth1'><start mode='onboot'/><mac address='aa:bb:cc:dd:ee:ff'/>"
        "<mtu size='1492'/><protocol family='ipv4'><ip address='192.168.0.5' prefix='24'/>"
        "<route gateway='192.168.0.1'/></protocol></interface>";

static const char *name_of(const void *document)
{
        return ((const HostInterface *)document)->name;
}

const NamedKind test_interface_kind = {
        .document = &host_interface_kind,
        .what = "interface",
        .short_what = "interface",
        .error_domain = VIR_FROM_TEST,
        .not_found = VIR_ERR_NO_INTERFACE,
        .name = name_of,
};

static NamedList *list_of(virConnectPtr conn)
{
        return test_host_of(conn)->interfaces;
}

static char *mac_of(const NamedView *view)
{
        const HostInterface *interface = named_view_document(view, false);
        char text[MAC_TEXT_LENGTH] = "";

        if (mac_is_set(&interface->mac))
                mac_format(&interface->mac, text);
        return g_strdup(text);
}

static virInterfacePtr handle(virConnectPtr conn, NamedEntry *entry)
{
        g_autoptr(NamedView) view = entry ? named_view_get(entry) : NULL;
        g_autofree char *mac = view ? mac_of(view) : NULL;

        return view ? object_interface_new(conn, named_entry_name(entry), mac) : NULL;
}

static NamedView *view_of(virInterfacePtr iface, Error *err)
{
        g_autoptr(NamedEntry) entry = named_list_need(list_of(iface->conn), iface->name, err);
        NamedView *view = entry ? named_view_get(entry) : NULL;

        if (entry && !view)
                error_set(err, VIR_ERR_NO_INTERFACE, "no interface with matching name '%s'", iface->name);
        return view;
}

static int change(virInterfacePtr iface, const char *name, NamedChange func, Error *err)
{
        g_autoptr(NamedEntry) entry = named_list_need(list_of(iface->conn), iface->name, err);

        return entry ? named_change(list_of(iface->conn), entry, name, func, NULL, err) : -1;
}

/* Reading. */

static int list_all(virConnectPtr conn, virInterfacePtr **ifaces, unsigned flags, Error *err)
{
        const unsigned both = VIR_CONNECT_LIST_INTERFACES_ACTIVE | VIR_CONNECT_LIST_INTERFACES_INACTIVE;
        g_autoptr(GPtrArray) entries = named_list_all(list_of(conn));
        g_autoptr(GPtrArray) handles = g_ptr_array_new();
        int n = 0;

        for (guint i = 0; i < entries->len; i++) {
                g_autoptr(NamedView) view = named_view_get(entries->pdata[i]);
                unsigned state;

                if (!view)
                        continue;
                state = view->live ? VIR_CONNECT_LIST_INTERFACES_ACTIVE : VIR_CONNECT_LIST_INTERFACES_INACTIVE;
                if (flags & both && !(flags & state))
                        continue;
                n++;
                if (ifaces)
                        g_ptr_array_add(handles, handle(conn, entries->pdata[i]));
        }
        g_ptr_array_add(handles, NULL);
        if (ifaces)
                *ifaces = (virInterfacePtr *)g_ptr_array_free(g_steal_pointer(&handles), FALSE);
        return n;
}

static virInterfacePtr by_name(virConnectPtr conn, const char *name, Error *err)
{
        g_autoptr(NamedEntry) entry = named_list_need(list_of(conn), name, err);

        return handle(conn, entry);
}

static virInterfacePtr by_mac(virConnectPtr conn, const char *address, Error *err)
{
        g_autoptr(GPtrArray) entries = named_list_all(list_of(conn));
        NamedEntry *found = NULL;

        for (guint i = 0; i < entries->len; i++) {
                g_autoptr(NamedView) view = named_view_get(entries->pdata[i]);
                g_autofree char *mac = view ? mac_of(view) : NULL;

                if (!mac || !macs_same(mac, address))
                        continue;
                if (found)
                        return error_null(err, VIR_ERR_MULTIPLE_INTERFACES,
                                          "multiple interfaces with matching mac '%s'", address);
                found = entries->pdata[i];
        }
        if (!found)
                return error_null(err, VIR_ERR_NO_INTERFACE, "no interface with matching mac '%s'", address);
        return handle(conn, found);
}

static char *get_xml(virInterfacePtr iface, unsigned flags, Error *err)
{
        g_autoptr(NamedView) view = view_of(iface, err);

        return view ? host_interface_format(named_view_document(view, flags & VIR_INTERFACE_XML_INACTIVE), 0) : NULL;
}

static int is_active(virInterfacePtr iface, Error *err)
{
        g_autoptr(NamedView) view = view_of(iface, err);

        return view ? view->live != NULL : -1;
}

/* Changing. */

static HostInterface *parse(const char *xml, bool validate, Error *err)
{
        HostInterface *interface = NULL;

        host_interface_parse(xml, strlen(xml), ROWS_INACTIVE | (validate ? ROWS_VALIDATE : 0), &interface, err);
        return interface;
}

static virInterfacePtr define(virConnectPtr conn, const char *xml, unsigned flags, Error *err)
{
        HostInterface *interface = parse(xml, flags & VIR_INTERFACE_DEFINE_VALIDATE, err);
        g_autoptr(NamedEntry) entry = interface ? named_define(list_of(conn), interface, NULL, NULL, err) : NULL;

        return handle(conn, entry);
}

static int create(virInterfacePtr iface, unsigned flags, Error *err)
{
        return change(iface, "start", named_start, err);
}

static int destroy(virInterfacePtr iface, unsigned flags, Error *err)
{
        return change(iface, "destroy", named_stop, err);
}

static int leave(NamedJob *job, Error *err)
{
        job->remove = true;
        return 0;
}

static int undefine(virInterfacePtr iface, Error *err)
{
        return change(iface, "undefine", leave, err);
}

/* The transaction: what stood there when it began. */

static void unref_view(void *view)
{
        named_view_unref(view);
}

static int begin(virConnectPtr conn, unsigned flags, Error *err)
{
        TestHost *host = test_host_of(conn);
        g_autoptr(GPtrArray) entries = named_list_all(host->interfaces);

        LOCKED(&host->lock);
        if (host->saved)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "there is another transaction running.");
        host->saved = g_ptr_array_new_with_free_func(unref_view);
        for (guint i = 0; i < entries->len; i++) {
                NamedView *view = named_view_get(entries->pdata[i]);

                if (view)
                        g_ptr_array_add(host->saved, view);
        }
        return 0;
}

static GPtrArray *take_saved(TestHost *host)
{
        LOCKED(&host->lock);
        return g_steal_pointer(&host->saved);
}

static int commit(virConnectPtr conn, unsigned flags, Error *err)
{
        g_autoptr(GPtrArray) saved = take_saved(test_host_of(conn));

        if (!saved)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "no transaction running, nothing to be committed.");
        return 0;
}

static int stop_any(NamedJob *job, Error *err)
{
        job->view->live = document_free(job->view->kind->document, job->view->live);
        return 0;
}

/* The state it had: definition, and whether it was up. */
static int put_back(NamedList *list, const NamedView *view, Error *err)
{
        void *document = document_copy(view->kind->document, named_view_document(view, false));
        g_autoptr(NamedEntry) entry = named_define(list, document, stop_any, NULL, err);

        if (!entry)
                return -1;
        return view->live ? named_change(list, entry, "rollback", named_start, NULL, err) : 0;
}

static int rollback(virConnectPtr conn, unsigned flags, Error *err)
{
        g_autoptr(GPtrArray) saved = take_saved(test_host_of(conn));
        g_autoptr(GPtrArray) entries = named_list_all(list_of(conn));

        if (!saved)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "no transaction running, nothing to rollback.");
        for (guint i = 0; i < entries->len; i++)
                if (named_change(list_of(conn), entries->pdata[i], "rollback", leave, NULL, err) < 0)
                        return -1;
        for (guint i = 0; i < saved->len; i++)
                if (put_back(list_of(conn), saved->pdata[i], err) < 0)
                        return -1;
        return 0;
}

const InterfaceCalls test_interface_calls = {
        .connect_list_all_interfaces = list_all,
        .interface_lookup_by_name = by_name,
        .interface_lookup_by_mac_string = by_mac,
        .interface_get_xml_desc = get_xml,
        .interface_is_active = is_active,
        .interface_define_xml = define,
        .interface_create = create,
        .interface_destroy = destroy,
        .interface_undefine = undefine,
        .interface_change_begin = begin,
        .interface_change_commit = commit,
        .interface_change_rollback = rollback,
};

/* While the host is made. */

int test_add_interface(TestHost *host, void *interface, Error *err)
{
        g_autoptr(NamedEntry) entry = named_define(host->interfaces, interface, named_start, NULL, err);

        return entry ? 0 : -1;
}

int test_default_interface(TestHost *host, Error *err)
{
        HostInterface *interface = parse(default_interface, false, err);

        return interface ? test_add_interface(host, interface, err) : -1;
}
