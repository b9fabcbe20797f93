/* Devices of the invented host: the machine, two fibre channel adapters, and virtual adapters on them, which can be made
 * and removed. */
#include <string.h>

#include "storage.h"
#include "vireo/events.h"

static const char *device_name(const void *device)
{
        return ((const NodeDevice *)device)->name;
}

const NamedKind test_device_kind = {
        .document = &node_device_kind,
        .what = "node device",
        .short_what = "node device",
        .error_domain = VIR_FROM_TEST,
        .not_found = VIR_ERR_NO_NODE_DEVICE,
        .name = device_name,
};

static NamedEntry *entry_of(virConnectPtr conn, const char *name, Error *err)
{
        return named_list_need(test_host_of(conn)->devices, name, err);
}

static NamedView *view_of(virNodeDevicePtr device, Error *err)
{
        g_autoptr(NamedEntry) entry = entry_of(device->conn, device->name, err);

        return entry ? named_view_get(entry) : NULL;
}

static const NodeDevice *document_of(const NamedView *view)
{
        return named_view_document(view, false);
}

static const NodeFcHost *fc_host_of(const NodeDevice *device)
{
        const NodeCapability *host = node_device_capability(device, NODE_CAP_SCSI_HOST);

        return host ? host->scsi_host.fc_host : NULL;
}

/* Looking. */

static bool is_wanted(const NamedView *view, unsigned flags)
{
        const unsigned states = VIR_CONNECT_LIST_NODE_DEVICES_INACTIVE | VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE;
        unsigned capabilities = flags & ~states;

        if (flags & states &&
            !(flags & (view->live ? VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE : VIR_CONNECT_LIST_NODE_DEVICES_INACTIVE)))
                return false;
        return !capabilities || capabilities & node_device_list_flags(document_of(view));
}

static int list_devices(virConnectPtr conn, virNodeDevicePtr **devices, unsigned flags, Error *err)
{
        g_autoptr(GPtrArray) all = named_list_all(test_host_of(conn)->devices);
        int n = 0;

        if (devices)
                *devices = g_new0(virNodeDevicePtr, all->len + 1);
        for (guint i = 0; i < all->len; i++) {
                g_autoptr(NamedView) view = named_view_get(all->pdata[i]);

                if (!view || !is_wanted(view, flags))
                        continue;
                if (devices)
                        (*devices)[n] = object_node_device_new(conn, named_entry_name(all->pdata[i]));
                n++;
        }
        return n;
}

static virNodeDevicePtr by_name(virConnectPtr conn, const char *name, Error *err)
{
        g_autoptr(NamedEntry) entry = entry_of(conn, name, err);

        return entry ? object_node_device_new(conn, named_entry_name(entry)) : NULL;
}

static virNodeDevicePtr by_wwn(virConnectPtr conn, const char *wwnn, const char *wwpn, unsigned flags, Error *err)
{
        g_autoptr(GPtrArray) all = named_list_all(test_host_of(conn)->devices);

        for (guint i = 0; i < all->len; i++) {
                g_autoptr(NamedView) view = named_view_get(all->pdata[i]);
                const NodeFcHost *host = view ? fc_host_of(document_of(view)) : NULL;

                if (host && g_strcmp0(host->wwnn, wwnn) == 0 && g_strcmp0(host->wwpn, wwpn) == 0)
                        return object_node_device_new(conn, named_entry_name(all->pdata[i]));
        }
        return error_null(err, VIR_ERR_NO_NODE_DEVICE, "no node device with matching wwnn '%s' and wwpn '%s'", wwnn,
                          wwpn);
}

static char *get_xml(virNodeDevicePtr device, unsigned flags, Error *err)
{
        g_autoptr(NamedView) view = view_of(device, err);

        return view ? node_device_format(document_of(view), 0) : NULL;
}

static char *get_parent(virNodeDevicePtr device, Error *err)
{
        g_autoptr(NamedView) view = view_of(device, err);

        return view ? g_strdup(document_of(view)->parent) : NULL;
}

static int count_caps(virNodeDevicePtr device, Error *err)
{
        g_autoptr(NamedView) view = view_of(device, err);
        g_autoptr(GPtrArray) names = view ? node_device_capability_names(document_of(view)) : NULL;

        return names ? (int)names->len : -1;
}

static int list_caps(virNodeDevicePtr device, char **const ret, int max, Error *err)
{
        g_autoptr(NamedView) view = view_of(device, err);
        g_autoptr(GPtrArray) names = view ? node_device_capability_names(document_of(view)) : NULL;
        int n = 0;

        if (!names)
                return -1;
        for (; n < max && n < (int)names->len; n++)
                ret[n] = g_strdup(names->pdata[n]);
        return n;
}

static int is_active(virNodeDevicePtr device, Error *err)
{
        g_autoptr(NamedView) view = view_of(device, err);

        return view ? view->live != NULL : -1;
}

/* Nothing goes by itself. */
static int is_persistent(virNodeDevicePtr device, Error *err)
{
        g_autoptr(NamedView) view = view_of(device, err);

        return view ? 1 : -1;
}

/* Making a virtual adapter: the next number, and the fabric of the adapter it is on. */

static unsigned next_number(virConnectPtr conn)
{
        g_autoptr(GPtrArray) all = named_list_all(test_host_of(conn)->devices);
        unsigned next = 1;

        for (guint i = 0; i < all->len; i++) {
                g_autoptr(NamedView) view = named_view_get(all->pdata[i]);
                const NodeCapability *host =
                        view ? node_device_capability(document_of(view), NODE_CAP_SCSI_HOST) : NULL;

                if (host && host->scsi_host.host >= next)
                        next = host->scsi_host.host + 1;
        }
        return next;
}

static NamedView *parent_of(virConnectPtr conn, const NodeDevice *device, Error *err)
{
        g_autoptr(NamedEntry) entry =
                device->parent ? named_list_find(test_host_of(conn)->devices, device->parent) : NULL;
        g_autoptr(NamedView) view = entry ? named_view_get(entry) : NULL;

        if (view && fc_host_of(document_of(view)))
                return g_steal_pointer(&view);
        return error_null(err, VIR_ERR_INTERNAL_ERROR, "Could not find parent device for '%s'", device->name);
}

static void become_virtual_adapter(NodeDevice *device, const NodeDevice *parent, unsigned number)
{
        NodeScsiHost *host = &node_device_capability(device, NODE_CAP_SCSI_HOST)->scsi_host;

        g_free(device->name);
        device->name = g_strdup_printf("scsi_host%u", number);
        host->host = number;
        host->unique_id = (OptUint){ .value = number - 1, .set = true };
        g_free(host->fc_host->fabric_wwn);
        host->fc_host->fabric_wwn = g_strdup(fc_host_of(parent)->fabric_wwn);
}

static void tell(NamedJob *job, int event)
{
        g_ptr_array_add(job->events, event_node_device_lifecycle(named_entry_name(job->entry), event, 0));
}

static int created(NamedJob *job, Error *err)
{
        tell(job, VIR_NODE_DEVICE_EVENT_CREATED);
        return 0;
}

static virNodeDevicePtr create_xml(virConnectPtr conn, const char *xml, unsigned flags, Error *err)
{
        g_autoptr(NodeDevice) device = NULL;
        g_autoptr(NamedView) parent = NULL;
        g_autoptr(NamedEntry) entry = NULL;
        unsigned read_flags = flags & VIR_NODE_DEVICE_CREATE_XML_VALIDATE ? ROWS_VALIDATE : 0;

        if (node_device_parse(xml, strlen(xml), read_flags, &device, err) < 0)
                return NULL;
        g_free(device->name); /* it gets its own */
        device->name = g_strdup("new device");
        if (!fc_host_of(device))
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "Device is not a fibre channel HBA");
        parent = parent_of(conn, device, err);
        if (!parent)
                return NULL;
        become_virtual_adapter(device, document_of(parent), next_number(conn));
        entry = named_create(test_host_of(conn)->devices, g_steal_pointer(&device), created, NULL, err);
        return entry ? object_node_device_new(conn, named_entry_name(entry)) : NULL;
}

static int destroy_job(NamedJob *job, Error *err)
{
        if (!fc_host_of(job->view->live))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Device is not a fibre channel HBA");
        if (job->view->persistent)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "'%s' is a part of the host, not a virtual adapter",
                                 named_entry_name(job->entry));
        if (named_stop(job, err) < 0)
                return -1;
        tell(job, VIR_NODE_DEVICE_EVENT_DELETED);
        return 0;
}

static int destroy(virNodeDevicePtr device, Error *err)
{
        g_autoptr(NamedEntry) entry = entry_of(device->conn, device->name, err);

        return entry ? named_change(test_host_of(device->conn)->devices, entry, "destroy", destroy_job, NULL, err) : -1;
}

const NodeDeviceCalls test_node_device_calls = {
        .connect_list_all_node_devices = list_devices,
        .node_device_create_xml = create_xml,
        .node_device_destroy = destroy,
        .node_device_get_parent = get_parent,
        .node_device_get_xml_desc = get_xml,
        .node_device_is_active = is_active,
        .node_device_is_persistent = is_persistent,
        .node_device_list_caps = list_caps,
        .node_device_lookup_by_name = by_name,
        .node_device_lookup_scsi_host_by_wwn = by_wwn,
        .node_device_num_of_caps = count_caps,
};

int test_read_device(TestHost *host, XmlNode *node, Error *err)
{
        g_autoptr(NamedEntry) entry = NULL;
        NodeDevice *device = node_device_new();

        if (rows_parse(&NodeDevice_rows, device, node, 0, err) < 0) {
                node_device_free(device);
                return -1;
        }
        entry = named_define(host->devices, device, named_start, NULL, err);
        return entry ? 0 : -1;
}
