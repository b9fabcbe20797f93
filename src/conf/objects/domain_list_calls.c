/* The calls that only read, for every driver with a DomainList. */
#include "conf/domain_list_calls.h"
#include "conf/domain_rules.h"
#include "conf/metadata.h"

#include <string.h>

#include "util/text.h"

static DomainList *list_of(virConnectPtr conn)
{
        return ((DomainListState *)conn->state[FAMILY_HYPERVISOR])->domains;
}

/* The message is the driver's, not the document's. */
#define failed(domain, err, code, ...) (error_set_from(err, domain, code, __VA_ARGS__), NULL)

DomainView *domain_view_of(virDomainPtr domain, Error *err)
{
        DomainList *list = list_of(domain->conn);
        g_autoptr(DomainEntry) entry = domain_list_find(list, domain, err);
        DomainView *view;

        if (!entry)
                return NULL;
        view = domain_view_get(entry);
        if (!view)
                return failed(domain_list_error_domain(list), err, VIR_ERR_NO_DOMAIN,
                              "no domain with matching name '%s'", domain->name);
        return view;
}

DomainView *domain_view_active(virDomainPtr domain, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        if (!view)
                return NULL;
        if (view->id < 0)
                return failed(view->error_domain, err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        return g_steal_pointer(&view);
}

const Domain *domain_view_current(const DomainView *view)
{
        return view->live ? view->live : view->config;
}

const Domain *domain_view_pick(const DomainView *view, unsigned flags, Error *err)
{
        bool config = flags & VIR_DOMAIN_AFFECT_CONFIG;
        bool live = flags & VIR_DOMAIN_AFFECT_LIVE;

        if (!config && !live)
                return domain_view_current(view);
        if (live && view->id < 0)
                return failed(view->error_domain, err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        if (config && !view->persistent)
                return failed(view->error_domain, err, VIR_ERR_OPERATION_INVALID,
                              "transient domains do not have any persistent config");
        return live ? view->live : view->config;
}

/* Listing. */

static bool one_of(unsigned flags, unsigned wanted, bool is, unsigned yes, unsigned no)
{
        if (!(flags & wanted))
                return true;
        return ((flags & yes) && is) || ((flags & no) && !is);
}

static bool state_listed(const DomainView *view, unsigned flags)
{
        if (!(flags & (VIR_CONNECT_LIST_DOMAINS_RUNNING | VIR_CONNECT_LIST_DOMAINS_PAUSED |
                       VIR_CONNECT_LIST_DOMAINS_SHUTOFF | VIR_CONNECT_LIST_DOMAINS_OTHER)))
                return true;
        switch (view->state) {
        case VIR_DOMAIN_RUNNING: return flags & VIR_CONNECT_LIST_DOMAINS_RUNNING;
        case VIR_DOMAIN_PAUSED: return flags & VIR_CONNECT_LIST_DOMAINS_PAUSED;
        case VIR_DOMAIN_SHUTOFF: return flags & VIR_CONNECT_LIST_DOMAINS_SHUTOFF;
        default: return flags & VIR_CONNECT_LIST_DOMAINS_OTHER;
        }
}

/* Snapshots and checkpoints are not kept in the list: no domain has one as far as this filter knows. */
static bool listed(const DomainView *view, unsigned flags)
{
        enum { ACTIVE = VIR_CONNECT_LIST_DOMAINS_ACTIVE, INACTIVE = VIR_CONNECT_LIST_DOMAINS_INACTIVE };
        enum { PERSISTENT = VIR_CONNECT_LIST_DOMAINS_PERSISTENT, TRANSIENT = VIR_CONNECT_LIST_DOMAINS_TRANSIENT };
        enum { SAVED = VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE, UNSAVED = VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE };
        enum { AUTO = VIR_CONNECT_LIST_DOMAINS_AUTOSTART, NO_AUTO = VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART };
        enum { SNAP = VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT, NO_SNAP = VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT };
        enum { CHECK = VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT, NO_CHECK = VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT };

        return one_of(flags, ACTIVE | INACTIVE, view->id >= 0, ACTIVE, INACTIVE) &&
               one_of(flags, PERSISTENT | TRANSIENT, view->persistent, PERSISTENT, TRANSIENT) &&
               one_of(flags, SAVED | UNSAVED, view->has_managed_save, SAVED, UNSAVED) &&
               one_of(flags, AUTO | NO_AUTO, view->autostart, AUTO, NO_AUTO) &&
               one_of(flags, SNAP | NO_SNAP, false, SNAP, NO_SNAP) &&
               one_of(flags, CHECK | NO_CHECK, false, CHECK, NO_CHECK) && state_listed(view, flags);
}

typedef void (*ListFunc)(DomainEntry *entry, const DomainView *view, void *opaque);

/* Calls back for the domains that @flags let through; how many that were. */
static int list_each(virConnectPtr conn, unsigned flags, ListFunc func, void *opaque)
{
        DomainEntry **entries = domain_list_all(list_of(conn), NULL);
        int n = 0;

        for (size_t i = 0; entries[i]; i++) {
                g_autoptr(DomainView) view = domain_view_get(entries[i]);

                if (!view || domain_entry_is_removed(entries[i]) || !listed(view, flags))
                        continue;
                if (func)
                        func(entries[i], view, opaque);
                n++;
        }
        domain_entries_free(entries);
        return n;
}

typedef struct Handles {
        virConnectPtr conn;
        GPtrArray *array;
} Handles;

static void take_handle(DomainEntry *entry, const DomainView *view, void *opaque)
{
        Handles *handles = opaque;

        g_ptr_array_add(handles->array,
                        object_domain_new(handles->conn, domain_entry_name(entry), domain_entry_uuid(entry), view->id));
}

int domain_calls_list_all_domains(virConnectPtr conn, virDomainPtr **domains, unsigned int flags, Error *err)
{
        Handles handles = { conn, NULL };
        int n;

        if (!domains)
                return list_each(conn, flags, NULL, NULL);
        handles.array = g_ptr_array_new();
        n = list_each(conn, flags, take_handle, &handles);
        g_ptr_array_add(handles.array, NULL);
        *domains = (virDomainPtr *)g_ptr_array_free(handles.array, FALSE);
        return n;
}

/* Looking up. */

static virDomainPtr handle_of(virConnectPtr conn, DomainEntry *entry)
{
        g_autoptr(DomainView) view = entry ? domain_view_get(entry) : NULL;

        if (!view)
                return NULL;
        return object_domain_new(conn, domain_entry_name(entry), domain_entry_uuid(entry), view->id);
}

virDomainPtr domain_calls_lookup_by_id(virConnectPtr conn, int id, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find_id(list_of(conn), id);
        virDomainPtr domain = handle_of(conn, entry);

        return domain ? domain
                      : failed(domain_list_error_domain(list_of(conn)), err, VIR_ERR_NO_DOMAIN,
                               "no domain with matching id %d", id);
}

virDomainPtr domain_calls_lookup_by_uuid(virConnectPtr conn, const unsigned char *uuid, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find_uuid(list_of(conn), uuid);
        virDomainPtr domain = handle_of(conn, entry);
        char text[UUID_TEXT_LENGTH];

        if (domain)
                return domain;
        uuid_format(uuid, text);
        return failed(domain_list_error_domain(list_of(conn)), err, VIR_ERR_NO_DOMAIN,
                      "no domain with matching uuid '%s'", text);
}

virDomainPtr domain_calls_lookup_by_name(virConnectPtr conn, const char *name, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find_name(list_of(conn), name);
        virDomainPtr domain = handle_of(conn, entry);

        return domain ? domain
                      : failed(domain_list_error_domain(list_of(conn)), err, VIR_ERR_NO_DOMAIN,
                               "no domain with matching name '%s'", name);
}

/* One domain. */

int domain_calls_get_state(virDomainPtr domain, int *state, int *reason, unsigned int flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        if (!view)
                return -1;
        *state = view->state;
        if (reason)
                *reason = view->reason;
        return 0;
}

int domain_calls_is_active(virDomainPtr domain, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        return view ? view->id >= 0 : -1;
}

int domain_calls_is_persistent(virDomainPtr domain, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        return view ? view->persistent : -1;
}

int domain_calls_is_updated(virDomainPtr domain, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        return view ? view->updated : -1;
}

int domain_calls_get_autostart(virDomainPtr domain, int *autostart, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        if (!view)
                return -1;
        *autostart = view->autostart;
        return 0;
}

int domain_calls_has_managed_save_image(virDomainPtr domain, unsigned int flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        return view ? view->has_managed_save : -1;
}

char *domain_calls_get_os_type(virDomainPtr domain, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        return view ? g_strdup(domain_view_current(view)->os.type) : NULL;
}

unsigned long domain_calls_get_max_memory(virDomainPtr domain, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        return view ? domain_view_current(view)->memory_kib : 0;
}

int domain_calls_get_vcpus_flags(virDomainPtr domain, unsigned int flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition;

        if (!view)
                return -1;
        if (flags & VIR_DOMAIN_VCPU_GUEST)
                return error_set_from(err, view->error_domain, VIR_ERR_OPERATION_UNSUPPORTED,
                                      "asking the guest for its vcpus is not supported");
        definition = domain_view_pick(view, flags, err);
        if (!definition)
                return -1;
        if ((flags & VIR_DOMAIN_VCPU_MAXIMUM) || definition->vcpu_current == 0)
                return definition->vcpu_max;
        return definition->vcpu_current;
}

/* What virDomainGetXMLDesc() shows: the running definition, or with INACTIVE the one for the next start. */
static const Domain *described(const DomainView *view, unsigned flags)
{
        if ((flags & VIR_DOMAIN_XML_INACTIVE) && view->config)
                return view->config;
        return domain_view_current(view);
}

char *domain_calls_get_xml_desc(virDomainPtr domain, unsigned int flags, Error *err)
{
        DomainList *list = list_of(domain->conn);
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition;
        unsigned format = 0;
        char *text;

        if (!view)
                return NULL;
        text = flags == 0 ? domain_text_get(list, view) : NULL;
        if (text)
                return text;
        definition = described(view, flags);
        if (definition != view->live || (flags & VIR_DOMAIN_XML_INACTIVE))
                format |= DOMAIN_FORMAT_INACTIVE;
        if (flags & VIR_DOMAIN_XML_SECURE)
                format |= DOMAIN_FORMAT_SECURE;
        if (flags & VIR_DOMAIN_XML_MIGRATABLE)
                format |= DOMAIN_FORMAT_MIGRATABLE;
        text = domain_format_for(domain_list_rules(list), definition, format, err);
        if (text && flags == 0)
                domain_text_keep(list, view, text);
        return text;
}

char *domain_calls_get_metadata(virDomainPtr domain, int type, const char *uri, unsigned int flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition = view ? domain_view_pick(view, flags, err) : NULL;
        const char *text = NULL;

        if (!definition)
                return NULL;
        if (type == VIR_DOMAIN_METADATA_ELEMENT)
                return metadata_find(definition->metadata, uri, err);
        if (type == VIR_DOMAIN_METADATA_DESCRIPTION)
                text = definition->description;
        else if (type == VIR_DOMAIN_METADATA_TITLE)
                text = definition->title;
        else
                return failed(view->error_domain, err, VIR_ERR_INVALID_ARG, "unknown metadata type %d", type);
        if (!text)
                return failed(view->error_domain, err, VIR_ERR_NO_DOMAIN_METADATA,
                              "Requested metadata element is not present");
        return g_strdup(text);
}
