/* Changing one section of a network, as virNetworkUpdate does: a piece of XML is added, replaced or taken away. What
 * the sections differ in stands in a table. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_NETWORK
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>

#include "conf/network.h"
#include "network/network_hooks.h"

typedef struct Update {
        Network *network; /* a private copy */
        unsigned command;
        int parent; /* index of an <ip>; -1: the one that fits */
        NetworkIp *ip;
        void *item; /* what was given */
} Update;

typedef struct List {
        void *array; /* address of the member */
        size_t *n;
} List;

typedef struct Section {
        const char *what;    /* for messages */
        const char *element; /* of the piece */
        const Rows *rows;
        bool can_modify;
        int (*find)(Update *update, List *ret, Error *err); /* the list that the section is */
        bool (*matches)(const void *wanted, const void *have, unsigned command);
        int (*check)(const Update *update, const void *have, Error *err); /* @have: what matched; NULL: nothing */
} Section;

static bool is_add(unsigned command)
{
        return command == VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST || command == VIR_NETWORK_UPDATE_COMMAND_ADD_LAST;
}

/* <ip>: by index, else the one that has <dhcp>, else the first of IPv4, else the first. */

static NetworkIp *pick_ip(Network *network)
{
        for (size_t i = 0; i < network->n_ips; i++)
                if (network->ips[i].n_ranges || network->ips[i].n_hosts)
                        return &network->ips[i];
        for (size_t i = 0; i < network->n_ips; i++)
                if (network->ips[i].address.family == IP_V4)
                        return &network->ips[i];
        return network->n_ips > 0 ? &network->ips[0] : NULL;
}

static int find_ip(Update *update, Error *err)
{
        Network *network = update->network;

        if (update->parent < 0)
                update->ip = pick_ip(network);
        else if ((size_t)update->parent < network->n_ips)
                update->ip = &network->ips[update->parent];
        if (update->ip)
                return 0;
        if (update->parent < 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "couldn't update dhcp host entry - no <ip> element found in network '%s'",
                                 network->name);
        return error_set(
                err, VIR_ERR_OPERATION_INVALID,
                "couldn't update dhcp host entry - no <ip> element found at index %d in network '%s' (it has %zu)",
                update->parent, network->name, network->n_ips);
}

/* One address of each family may have <dhcp>. */
static int check_single_dhcp(const Update *update, const void *have, Error *err)
{
        if (!is_add(update->command))
                return 0;
        for (size_t i = 0; i < update->network->n_ips; i++) {
                const NetworkIp *other = &update->network->ips[i];

                if (other != update->ip && other->address.family == update->ip->address.family &&
                    (other->n_ranges || other->n_hosts))
                        return error_set(
                                err, VIR_ERR_OPERATION_INVALID,
                                "dhcp is supported only for a single %s address on each network; in network '%s' "
                                "another one has it",
                                other->address.family == IP_V6 ? "IPv6" : "IPv4", update->network->name);
        }
        return 0;
}

static int find_hosts(Update *update, List *ret, Error *err)
{
        if (find_ip(update, err) < 0)
                return -1;
        *ret = (List){ &update->ip->hosts, &update->ip->n_hosts };
        return 0;
}

static bool same_text(const char *a, const char *b)
{
        return a && b && strcmp(a, b) == 0;
}

static bool same_ip(const Ip *a, const Ip *b)
{
        return a->family != IP_NONE && ip_same(a, b);
}

/* An old host goes when all that is said of it holds; a new one may not share anything with it. */
static bool host_matches(const void *wanted, const void *have, unsigned command)
{
        const DhcpHost *a = wanted, *b = have;

        if (command == VIR_NETWORK_UPDATE_COMMAND_DELETE)
                return (!a->mac || macs_same(a->mac, b->mac)) && (!a->name || same_text(a->name, b->name)) &&
                       (!a->id || same_text(a->id, b->id)) && (a->ip.family == IP_NONE || ip_same(&a->ip, &b->ip));
        return macs_same(a->mac, b->mac) || same_text(a->id, b->id) || same_text(a->name, b->name) ||
               (is_add(command) && same_ip(&a->ip, &b->ip));
}

static int find_ranges(Update *update, List *ret, Error *err)
{
        if (find_ip(update, err) < 0)
                return -1;
        *ret = (List){ &update->ip->ranges, &update->ip->n_ranges };
        return 0;
}

static bool range_matches(const void *wanted, const void *have, unsigned command)
{
        const DhcpRange *a = wanted, *b = have;

        return ip_same(&a->start, &b->start) && ip_same(&a->end, &b->end);
}

/* <forward> */

static int find_interfaces(Update *update, List *ret, Error *err)
{
        Forward *forward = update->network->forward;

        if (!forward)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "couldn't update the interfaces of network '%s': it is isolated",
                                 update->network->name);
        if (forward->pf || forward->n_addresses > 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "couldn't update the interfaces of network '%s': it forwards to %s",
                                 update->network->name, forward->pf ? "a physical function" : "PCI devices");
        *ret = (List){ &forward->interfaces, &forward->n_interfaces };
        return 0;
}

static bool interface_matches(const void *wanted, const void *have, unsigned command)
{
        return strcmp(((const ForwardInterface *)wanted)->dev, ((const ForwardInterface *)have)->dev) == 0;
}

static int check_unused(const Update *update, const void *have, Error *err)
{
        const ForwardInterface *interface = have;

        if (interface && interface->connections > 0)
                return error_set(
                        err, VIR_ERR_OPERATION_INVALID,
                        "unable to delete interface '%s' in network '%s'. It is currently being used by %u domains.",
                        interface->dev, update->network->name, interface->connections);
        return 0;
}

/* <portgroup> */

static int find_groups(Update *update, List *ret, Error *err)
{
        *ret = (List){ &update->network->port_groups, &update->network->n_port_groups };
        return 0;
}

static bool group_matches(const void *wanted, const void *have, unsigned command)
{
        return strcmp(((const PortGroup *)wanted)->name, ((const PortGroup *)have)->name) == 0;
}

static int check_single_default(const Update *update, const void *have, Error *err)
{
        const PortGroup *wanted = update->item;
        const PortGroup *current = network_port_group(update->network, NULL);

        if (update->command == VIR_NETWORK_UPDATE_COMMAND_DELETE || wanted->is_default != YESNO_YES || !current ||
            strcmp(current->name, wanted->name) == 0)
                return 0;
        return error_set(err, VIR_ERR_OPERATION_INVALID,
                         "a different portgroup entry ('%s') in network '%s' is already set as the default. Only one "
                         "default is allowed.",
                         current->name, update->network->name);
}

/* <dns> */

static int find_dns_hosts(Update *update, List *ret, Error *err)
{
        *ret = (List){ &update->network->dns.hosts, &update->network->dns.n_hosts };
        return 0;
}

static bool dns_host_matches(const void *wanted, const void *have, unsigned command)
{
        const DnsHost *a = wanted, *b = have;

        if (same_ip(&a->ip, &b->ip))
                return true;
        for (size_t i = 0; i < a->n_names; i++)
                for (size_t k = 0; k < b->n_names; k++)
                        if (strcmp(a->names[i].name, b->names[k].name) == 0)
                                return true;
        return false;
}

static int find_txts(Update *update, List *ret, Error *err)
{
        *ret = (List){ &update->network->dns.txts, &update->network->dns.n_txts };
        return 0;
}

static bool txt_matches(const void *wanted, const void *have, unsigned command)
{
        return strcmp(((const DnsTxt *)wanted)->name, ((const DnsTxt *)have)->name) == 0;
}

static int find_srvs(Update *update, List *ret, Error *err)
{
        *ret = (List){ &update->network->dns.srvs, &update->network->dns.n_srvs };
        return 0;
}

/* What was not said matches anything. */
static bool srv_matches(const void *wanted, const void *have, unsigned command)
{
        const DnsSrv *a = wanted, *b = have;

        return (!a->service || same_text(a->service, b->service)) && (!a->protocol || a->protocol == b->protocol) &&
               (!a->domain || same_text(a->domain, b->domain)) && (!a->target || same_text(a->target, b->target)) &&
               (!a->port.set || a->port.value == b->port.value) &&
               (!a->priority.set || a->priority.value == b->priority.value) &&
               (!a->weight.set || a->weight.value == b->weight.value);
}

static const Section sections[] = {
        [VIR_NETWORK_SECTION_IP_DHCP_HOST] = { "dhcp host entry", "host", &DhcpHost_rows, true, find_hosts,
                                               host_matches, check_single_dhcp },
        [VIR_NETWORK_SECTION_IP_DHCP_RANGE] = { "dhcp range entry", "range", &DhcpRange_rows, false, find_ranges,
                                                range_matches, check_single_dhcp },
        [VIR_NETWORK_SECTION_FORWARD_INTERFACE] = { "interface entry", "interface", &ForwardInterface_rows, false,
                                                    find_interfaces, interface_matches, check_unused },
        [VIR_NETWORK_SECTION_PORTGROUP] = { "portgroup entry", "portgroup", &PortGroup_rows, true, find_groups,
                                            group_matches, check_single_default },
        [VIR_NETWORK_SECTION_DNS_HOST] = { "DNS HOST record", "host", &DnsHost_rows, false, find_dns_hosts,
                                           dns_host_matches, NULL },
        [VIR_NETWORK_SECTION_DNS_TXT] = { "DNS TXT record", "txt", &DnsTxt_rows, false, find_txts, txt_matches, NULL },
        [VIR_NETWORK_SECTION_DNS_SRV] = { "DNS SRV record", "srv", &DnsSrv_rows, false, find_srvs, srv_matches, NULL },
};

static const char *const section_names[] = { "none",         "bridge",        "domain",   "ip",
                                             "ip-dhcp-host", "ip-dhcp-range", "forward",  "forward-interface",
                                             "forward-pf",   "portgroup",     "dns-host", "dns-txt",
                                             "dns-srv" };

static const Section *find_section(const Network *network, unsigned section, Error *err)
{
        if (section >= G_N_ELEMENTS(section_names) || section == VIR_NETWORK_SECTION_NONE)
                return error_null(err, VIR_ERR_NO_SUPPORT, "can't update unrecognized section %u of network '%s'",
                                  section, network->name);
        if (section >= G_N_ELEMENTS(sections) || !sections[section].rows)
                return error_null(err, VIR_ERR_NO_SUPPORT, "can't update '%s' section of network '%s'",
                                  section_names[section], network->name);
        return &sections[section];
}

/* A section may say less than the document must: what is missing is noticed when the whole is checked. */
static int read_piece(const Section *section, const char *xml, const Network *network, void *item, Error *err)
{
        g_autoptr(XmlDocument) document = NULL;
        const XmlNode *root;

        if (xml_read(xml, strlen(xml), "network_update_xml", NULL, &document, err) < 0)
                return -1;
        root = xml_root(document);
        if (strcmp(root->name, section->element) != 0)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "unexpected element <%s>, expecting <%s>, while updating network '%s'", root->name,
                                 section->element, network->name);
        return rows_parse(section->rows, item, xml_root(document), ROWS_INACTIVE, err);
}

static size_t count_matches(const Section *section, const Update *update, const List *list, size_t *ret_first)
{
        const char *array = *(char **)list->array;
        size_t n = 0;

        for (size_t i = 0; i < *list->n; i++)
                if (section->matches(update->item, array + i * section->rows->size, update->command) && n++ == 0)
                        *ret_first = i;
        return n;
}

static int check_count(const Section *section, const Update *update, size_t n, Error *err)
{
        const char *name = update->network->name;
        g_autofree char *piece = rows_document(section->rows, update->item, section->element, 0);

        g_strchomp(piece);
        if (is_add(update->command) && n > 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "there is an existing %s in network '%s' that matches \"%s\"", section->what, name,
                                 piece);
        if (!is_add(update->command) && n == 0)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "couldn't locate a matching %s in network '%s': \"%s\"", section->what, name, piece);
        if (update->command == VIR_NETWORK_UPDATE_COMMAND_DELETE && n > 1)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "multiple matching %ss were found in network '%s'",
                                 section->what, name);
        return 0;
}

static void change(const Section *section, const Update *update, const List *list, size_t index)
{
        void *place;

        if (!is_add(update->command))
                rows_list_remove(section->rows, list->array, list->n, index);
        if (update->command == VIR_NETWORK_UPDATE_COMMAND_DELETE)
                return;
        if (is_add(update->command))
                index = update->command == VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST ? 0 : *list->n;
        place = rows_list_insert(section->rows, list->array, list->n, index);
        rows_copy(section->rows, place, update->item);
}

static int apply(const Section *section, Update *update, Error *err)
{
        size_t n, index = 0;
        List list;

        if (update->command == VIR_NETWORK_UPDATE_COMMAND_MODIFY && !section->can_modify)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "%s of network '%s' cannot be modified, only added or deleted", section->what,
                                 update->network->name);
        if (section->find(update, &list, err) < 0)
                return -1;
        n = count_matches(section, update, &list, &index);
        if (check_count(section, update, n, err) < 0)
                return -1;
        if (section->check) {
                const void *have = n > 0 ? *(char **)list.array + index * section->rows->size : NULL;

                if (section->check(update, have, err) < 0)
                        return -1;
        }
        change(section, update, &list, index);
        /* The attribute that repeats the first interface is made anew. */
        if (update->network->forward)
                g_clear_pointer(&update->network->forward->dev, g_free);
        if (rows_settle(&Network_rows, update->network, 0, err) < 0)
                return -1;
        return rows_check(&Network_rows, update->network, err);
}

static void replace(Network *network, Network *changed)
{
        Network old = *network;

        *network = *changed;
        *changed = old;
}

int network_update(Network *network, unsigned command, unsigned section, int parent, const char *xml, Error *err)
{
        g_autoptr(Network) copy = NULL;
        Update update = { .command = command, .parent = parent };
        const Section *known = find_section(network, section, err);
        int r;

        if (!known)
                return -1;
        if (command != VIR_NETWORK_UPDATE_COMMAND_MODIFY && command != VIR_NETWORK_UPDATE_COMMAND_DELETE &&
            !is_add(command))
                return error_set(err, VIR_ERR_NO_SUPPORT, "unrecognized network update command code %u", command);
        copy = network_copy(network);
        update.network = copy;
        update.item = g_malloc0(known->rows->size);
        rows_init(known->rows, update.item);
        r = read_piece(known, xml, network, update.item, err);
        if (r == 0)
                r = apply(known, &update, err);
        rows_drop(known->rows, update.item);
        g_free(update.item);
        if (r < 0)
                return -1;
        replace(network, copy);
        return 0;
}
