/* The invented host's networks: definitions that can be started, changed and listened to. No packet goes anywhere. */
#include "test.h"

#include <string.h>

#include "conf/metadata.h"
#include "conf/network.h"
#include "vireo/events.h"

static const char default_network[] =
        "<network><name>default</name><uuid>dd8fe884-6c02-601e-7551-cca97df1c5df</uuid><bridge name='virbr0'/>"
        "<forward/><ip address='192.168.122.1' netmask='255.255.255.0'><dhcp>"
        "<range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip></network>";

static const char *name_of(const void *document)
{
        return ((const Network *)document)->name;
}

static const unsigned char *uuid_of(const void *document)
{
        return ((const Network *)document)->uuid;
}

const NamedKind test_network_kind = {
        .document = &network_kind,
        .what = "network",
        .short_what = "network",
        .error_domain = VIR_FROM_TEST,
        .not_found = VIR_ERR_NO_NETWORK,
        .name = name_of,
        .uuid = uuid_of,
};

static NamedList *list_of(virConnectPtr conn)
{
        return test_host_of(conn)->networks;
}

static virNetworkPtr handle(virConnectPtr conn, NamedEntry *entry)
{
        return entry ? object_network_new(conn, named_entry_name(entry), named_entry_uuid(entry)) : NULL;
}

static NamedEntry *entry_of(virNetworkPtr net, Error *err)
{
        return named_list_need_uuid(list_of(net->conn), net->uuid, err);
}

static NamedView *view_of(virNetworkPtr net, Error *err)
{
        g_autoptr(NamedEntry) entry = entry_of(net, err);
        NamedView *view = entry ? named_view_get(entry) : NULL;

        if (entry && !view)
                error_set(err, VIR_ERR_NO_NETWORK, "no network with matching name '%s'", net->name);
        return view;
}

static void tell(NamedJob *job, int event)
{
        g_ptr_array_add(job->events,
                        event_network_lifecycle(named_entry_name(job->entry), named_entry_uuid(job->entry), event, 0));
}

static int change(virNetworkPtr net, const char *name, NamedChange func, const void *input, Error *err)
{
        g_autoptr(NamedEntry) entry = entry_of(net, err);

        return entry ? named_change(list_of(net->conn), entry, name, func, input, err) : -1;
}

/* Reading. */

static bool fits(unsigned flags, unsigned is, unsigned is_not, bool value)
{
        return !(flags & (is | is_not)) || flags & (value ? is : is_not);
}

static bool is_wanted(const NamedView *view, unsigned flags)
{
        return fits(flags, VIR_CONNECT_LIST_NETWORKS_ACTIVE, VIR_CONNECT_LIST_NETWORKS_INACTIVE, view->live) &&
               fits(flags, VIR_CONNECT_LIST_NETWORKS_PERSISTENT, VIR_CONNECT_LIST_NETWORKS_TRANSIENT,
                    view->persistent) &&
               fits(flags, VIR_CONNECT_LIST_NETWORKS_AUTOSTART, VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART,
                    view->autostart);
}

static int list_all(virConnectPtr conn, virNetworkPtr **nets, unsigned flags, Error *err)
{
        g_autoptr(GPtrArray) entries = named_list_all(list_of(conn));
        g_autoptr(GPtrArray) handles = g_ptr_array_new();
        int n = 0;

        for (guint i = 0; i < entries->len; i++) {
                g_autoptr(NamedView) view = named_view_get(entries->pdata[i]);

                if (!view || !is_wanted(view, flags))
                        continue;
                n++;
                if (nets)
                        g_ptr_array_add(handles, handle(conn, entries->pdata[i]));
        }
        g_ptr_array_add(handles, NULL);
        if (nets)
                *nets = (virNetworkPtr *)g_ptr_array_free(g_steal_pointer(&handles), FALSE);
        return n;
}

static virNetworkPtr by_name(virConnectPtr conn, const char *name, Error *err)
{
        g_autoptr(NamedEntry) entry = named_list_need(list_of(conn), name, err);

        return handle(conn, entry);
}

static virNetworkPtr by_uuid(virConnectPtr conn, const unsigned char *uuid, Error *err)
{
        g_autoptr(NamedEntry) entry = named_list_need_uuid(list_of(conn), uuid, err);

        return handle(conn, entry);
}

static char *get_xml(virNetworkPtr net, unsigned flags, Error *err)
{
        g_autoptr(NamedView) view = view_of(net, err);
        bool inactive = flags & VIR_NETWORK_XML_INACTIVE;

        return view ? network_format(named_view_document(view, inactive), inactive ? ROWS_INACTIVE : 0) : NULL;
}

static int is_active(virNetworkPtr net, Error *err)
{
        g_autoptr(NamedView) view = view_of(net, err);

        return view ? view->live != NULL : -1;
}

static int is_persistent(virNetworkPtr net, Error *err)
{
        g_autoptr(NamedView) view = view_of(net, err);

        return view ? view->persistent : -1;
}

static int get_autostart(virNetworkPtr net, int *autostart, Error *err)
{
        g_autoptr(NamedView) view = view_of(net, err);

        if (!view)
                return -1;
        *autostart = view->autostart;
        return 0;
}

static char *get_bridge(virNetworkPtr net, Error *err)
{
        g_autoptr(NamedView) view = view_of(net, err);
        const Network *network = view ? named_view_document(view, false) : NULL;

        if (!network)
                return NULL;
        if (!network->bridge.name)
                return error_null(err, VIR_ERR_INTERNAL_ERROR, "network '%s' does not have a bridge name.",
                                  network->name);
        return g_strdup(network->bridge.name);
}

/* Changing. */

static Network *parse(const char *xml, bool validate, Error *err)
{
        Network *network = NULL;

        network_parse(xml, strlen(xml), ROWS_INACTIVE | (validate ? ROWS_VALIDATE : 0), &network, err);
        return network;
}

static int told_defined(NamedJob *job, Error *err)
{
        tell(job, VIR_NETWORK_EVENT_DEFINED);
        return 0;
}

static virNetworkPtr define(virConnectPtr conn, const char *xml, unsigned flags, Error *err)
{
        Network *network = parse(xml, flags & VIR_NETWORK_DEFINE_VALIDATE, err);
        g_autoptr(NamedEntry) entry = network ? named_define(list_of(conn), network, told_defined, NULL, err) : NULL;

        return handle(conn, entry);
}

static int told_started(NamedJob *job, Error *err)
{
        tell(job, VIR_NETWORK_EVENT_STARTED);
        return 0;
}

static virNetworkPtr create_xml(virConnectPtr conn, const char *xml, unsigned flags, Error *err)
{
        Network *network = parse(xml, flags & VIR_NETWORK_CREATE_VALIDATE, err);
        g_autoptr(NamedEntry) entry = network ? named_create(list_of(conn), network, told_started, NULL, err) : NULL;

        return handle(conn, entry);
}

static int start(NamedJob *job, Error *err)
{
        if (job->view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "Network '%s' is already running",
                                 named_entry_name(job->entry));
        tell(job, VIR_NETWORK_EVENT_STARTED);
        return named_start(job, err);
}

static int create(virNetworkPtr net, Error *err)
{
        return change(net, "start", start, NULL, err);
}

/* Stopping what is stopped is no error here. */
static int stop(NamedJob *job, Error *err)
{
        tell(job, VIR_NETWORK_EVENT_STOPPED);
        return job->view->live ? named_stop(job, err) : 0;
}

static int destroy(virNetworkPtr net, Error *err)
{
        return change(net, "destroy", stop, NULL, err);
}

static int forget(NamedJob *job, Error *err)
{
        if (job->view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "Network '%s' is still running",
                                 named_entry_name(job->entry));
        tell(job, VIR_NETWORK_EVENT_UNDEFINED);
        return named_undefine(job, err);
}

static int undefine(virNetworkPtr net, Error *err)
{
        return change(net, "undefine", forget, NULL, err);
}

static int keep_autostart(NamedJob *job, Error *err)
{
        job->view->autostart = *(const int *)job->input != 0;
        return 0;
}

static int set_autostart(virNetworkPtr net, int autostart, Error *err)
{
        return change(net, "autostart", keep_autostart, &autostart, err);
}

/* The documents that VIR_NETWORK_UPDATE_AFFECT_* in @flags mean. */
static int pick(NamedView *view, unsigned flags, Network *ret[2], Error *err)
{
        bool current = !(flags & (VIR_NETWORK_UPDATE_AFFECT_LIVE | VIR_NETWORK_UPDATE_AFFECT_CONFIG));
        bool live = flags & VIR_NETWORK_UPDATE_AFFECT_LIVE || (current && view->live);
        bool config = flags & VIR_NETWORK_UPDATE_AFFECT_CONFIG || (current && !view->live);

        if (live && !view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "network is not running");
        if (config && !view->persistent)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "cannot change persistent config of a transient network");
        if (config && !view->config)
                view->config = network_copy(view->live);
        ret[0] = live ? view->live : NULL;
        ret[1] = config ? view->config : NULL;
        return 0;
}

typedef struct SectionChange {
        unsigned command, section, flags;
        int parent;
        const char *xml;
} SectionChange;

static int change_section(NamedJob *job, Error *err)
{
        const SectionChange *input = job->input;
        Network *networks[2];

        if (pick(job->view, input->flags, networks, err) < 0)
                return -1;
        for (size_t i = 0; i < G_N_ELEMENTS(networks); i++)
                if (networks[i] &&
                    network_update(networks[i], input->command, input->section, input->parent, input->xml, err) < 0)
                        return -1;
        return 0;
}

static int update(virNetworkPtr net, unsigned command, unsigned section, int parent, const char *xml, unsigned flags,
                  Error *err)
{
        SectionChange input = { command, section, flags, parent, xml };

        return change(net, "update", change_section, &input, err);
}

/* Title, description, other programs' metadata. */

static int no_metadata(Error *err)
{
        return error_set(err, VIR_ERR_NO_NETWORK_METADATA, "Requested metadata element is not present");
}

static char *get_metadata(virNetworkPtr net, int type, const char *uri, unsigned flags, Error *err)
{
        g_autoptr(NamedView) view = view_of(net, err);
        const Network *network = NULL;
        const char *text;

        if (!view)
                return NULL;
        if (flags & VIR_NETWORK_UPDATE_AFFECT_LIVE && !view->live)
                return error_null(err, VIR_ERR_OPERATION_INVALID, "network is not running");
        network = named_view_document(view, flags & VIR_NETWORK_UPDATE_AFFECT_CONFIG);
        if (type == VIR_NETWORK_METADATA_ELEMENT)
                return metadata_find(network->metadata, uri, err);
        text = type == VIR_NETWORK_METADATA_TITLE ? network->title : network->description;
        if (!text)
                no_metadata(err);
        return g_strdup(text);
}

typedef struct MetadataChange {
        int type;
        const char *text, *key, *uri;
        unsigned flags;
} MetadataChange;

static int write_metadata(Network *network, const MetadataChange *input, Error *err)
{
        char **place = input->type == VIR_NETWORK_METADATA_TITLE ? &network->title : &network->description;
        char *metadata;

        if (input->type == VIR_NETWORK_METADATA_ELEMENT) {
                if (metadata_replace(network->metadata, input->uri, input->key, input->text, &metadata, err) < 0)
                        return -1;
                g_free(network->metadata);
                network->metadata = metadata;
                return 0;
        }
        if (input->type == VIR_NETWORK_METADATA_TITLE && input->text && strchr(input->text, '\n'))
                return error_set(err, VIR_ERR_INVALID_ARG, "metadata title can't contain newlines");
        g_free(*place);
        *place = input->text && *input->text ? g_strdup(input->text) : NULL;
        return 0;
}

static int change_metadata(NamedJob *job, Error *err)
{
        const MetadataChange *input = job->input;
        Network *networks[2];

        if (pick(job->view, input->flags, networks, err) < 0)
                return -1;
        for (size_t i = 0; i < G_N_ELEMENTS(networks); i++)
                if (networks[i] && write_metadata(networks[i], input, err) < 0)
                        return -1;
        g_ptr_array_add(job->events,
                        event_network_metadata_change(named_entry_name(job->entry), named_entry_uuid(job->entry),
                                                      input->type, input->uri));
        return 0;
}

static int set_metadata(virNetworkPtr net, int type, const char *metadata, const char *key, const char *uri,
                        unsigned flags, Error *err)
{
        MetadataChange input = { type, metadata, key, uri, flags };

        return change(net, "metadata", change_metadata, &input, err);
}

const NetworkCalls test_network_calls = {
        .connect_list_all_networks = list_all,
        .network_lookup_by_name = by_name,
        .network_lookup_by_uuid = by_uuid,
        .network_get_xml_desc = get_xml,
        .network_is_active = is_active,
        .network_is_persistent = is_persistent,
        .network_get_autostart = get_autostart,
        .network_set_autostart = set_autostart,
        .network_get_bridge_name = get_bridge,
        .network_define_xml_flags = define,
        .network_create_xml_flags = create_xml,
        .network_create = create,
        .network_destroy = destroy,
        .network_undefine = undefine,
        .network_update = update,
        .network_get_metadata = get_metadata,
        .network_set_metadata = set_metadata,
};

/* While the host is made. */

int test_add_network(TestHost *host, void *network, Error *err)
{
        g_autoptr(NamedEntry) entry = named_define(host->networks, network, named_start, NULL, err);

        return entry ? 0 : -1;
}

int test_default_network(TestHost *host, Error *err)
{
        Network *network = parse(default_network, false, err);

        return network ? test_add_network(host, network, err) : -1;
}
