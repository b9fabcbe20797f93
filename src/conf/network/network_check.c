/* Rules of networks as a whole. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_NETWORK
#include <string.h>

#include "conf/network.h"
#include "network/network_hooks.h"

static const char *mode_text(const Network *network)
{
        return network->forward ? enum_text(ForwardMode, network->forward->mode) : "none";
}

/* <forward> */

static int check_listed(const Forward *forward, Error *err)
{
        g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

        for (size_t i = 0; i < forward->n_addresses; i++) {
                const HostPciAddress *pci = &forward->addresses[i].pci;
                char *text = g_strdup_printf("%04x:%02x:%02x.%x", pci->domain, pci->bus, pci->slot, pci->function);

                if (!g_hash_table_add(known, text))
                        return error_set(err, VIR_ERR_XML_ERROR, "PCI device '%s' can only be listed once in <forward>",
                                         text);
        }
        for (size_t i = 0; i < forward->n_interfaces; i++)
                if (!g_hash_table_add(known, g_strdup(forward->interfaces[i].dev)))
                        return error_set(err, VIR_ERR_XML_ERROR, "interface '%s' can only be listed once in <forward>",
                                         forward->interfaces[i].dev);
        return 0;
}

static int check_nat(const Forward *forward, Error *err)
{
        if (forward->nat && forward->mode != FORWARD_NAT)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "The <nat> element can only be used when <forward> 'mode' is 'nat', not '%s'",
                                 enum_text(ForwardMode, forward->mode));
        return 0;
}

int forward_check(const void *s, Error *err)
{
        const Forward *forward = s;
        unsigned kinds = (forward->n_interfaces > 0) + (forward->n_addresses > 0);

        if (forward->dev && forward->n_interfaces > 0 && strcmp(forward->dev, forward->interfaces[0].dev) != 0)
                return error_set(err, VIR_ERR_XML_ERROR, "forward dev '%s' must match first interface element dev '%s'",
                                 forward->dev, forward->interfaces[0].dev);
        if (kinds > 1 || (forward->pf && (forward->dev || forward->n_addresses > 0)))
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "<interface>, <address>, and <pf> elements of <forward> are mutually exclusive");
        if (forward->dev && forward->n_addresses > 0)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "<address> and the attribute 'dev' of <forward> exclude each other");
        if (check_nat(forward, err) < 0)
                return -1;
        return check_listed(forward, err);
}

/* The bridge and the mode of forwarding. */

static int check_routed(const Network *network, Error *err)
{
        const Forward *forward = network->forward;

        if (!forward)
                return 0;
        if (forward->mode == FORWARD_OPEN && forward->n_interfaces > 0)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "forward dev not allowed for network '%s' with forward mode='%s'", network->name,
                                 mode_text(network));
        if (network->n_ips == 0)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "%s forwarding requested, but no IP address provided for network '%s'",
                                 mode_text(network), network->name);
        if (forward->n_interfaces > 1)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "multiple forwarding interfaces specified for network '%s', only one is supported",
                                 network->name);
        return 0;
}

static int check_switched(const Network *network, Error *err)
{
        const NetworkBridge *bridge = &network->bridge;
        const Forward *forward = network->forward;

        if (forward->mode != FORWARD_BRIDGE && bridge->name)
                return error_set(err, VIR_ERR_XML_ERROR, "bridge name not allowed in %s mode (network '%s')",
                                 mode_text(network), network->name);
        if (forward->mode != FORWARD_BRIDGE && bridge->mac_table_manager)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "bridge macTableManager setting not allowed in %s mode (network '%s')",
                                 mode_text(network), network->name);
        if (bridge->zone)
                return error_set(err, VIR_ERR_XML_ERROR, "bridge zone not allowed in %s mode (network '%s')",
                                 mode_text(network), network->name);
        if (bridge->delay.value || bridge->stp)
                return error_set(
                        err, VIR_ERR_XML_ERROR,
                        "bridge delay/stp options only allowed in open, route, nat, and isolated mode, not in %s "
                        "(network '%s')",
                        mode_text(network), network->name);
        if (bridge->name && (forward->n_interfaces > 0 || forward->pf))
                return error_set(
                        err, VIR_ERR_XML_ERROR,
                        "A network with forward mode='%s' can specify a bridge name or a forward dev, but not both "
                        "(network '%s')",
                        mode_text(network), network->name);
        if (network->mtu)
                return error_set(
                        err, VIR_ERR_XML_ERROR,
                        "mtu size only allowed in open, route, nat, and isolated mode, not in %s (network '%s')",
                        mode_text(network), network->name);
        return 0;
}

int network_check(const void *s, Error *err)
{
        enum { MTU_MAX = 65535 };
        const Network *network = s;

        if (!*network->name)
                return error_set(err, VIR_ERR_NO_NAME, "missing name of a network");
        if (strpbrk(network->name, "/\n"))
                return error_set(err, VIR_ERR_XML_ERROR, "name %s cannot contain '/' or a line break", network->name);
        if (network->title && strchr(network->title, '\n'))
                return error_set(err, VIR_ERR_XML_ERROR, "Network title can't contain newlines");
        if (network->mac.bytes[0] & 1)
                return error_set(err, VIR_ERR_XML_ERROR, "Invalid multicast bridge mac address in network '%s'",
                                 network->name);
        if (network->virtual_port && network->virtual_port->type == VIRTUAL_PORT_NONE)
                return error_set(err, VIR_ERR_XML_ERROR, "missing required virtualport type in network '%s'",
                                 network->name);
        if (network->mtu > MTU_MAX)
                return error_set(err, VIR_ERR_XML_ERROR, "mtu size %u of network '%s' is too large (maximum %d)",
                                 network->mtu, network->name, MTU_MAX);
        return network_is_virtual(network) ? check_routed(network, err) : check_switched(network, err);
}

/* What a driver cannot run. */

static int check_services(const Network *network, Error *err)
{
        size_t n[IP_MAX_] = { 0 };

        for (size_t i = 0; i < network->n_ips; i++) {
                const NetworkIp *ip = &network->ips[i];

                if (ip->n_ranges == 0 && ip->n_hosts == 0)
                        continue;
                if (n[ip->address.family]++ > 0)
                        return error_set(
                                err, VIR_ERR_CONFIG_UNSUPPORTED,
                                "Multiple %s dhcp sections found -- dhcp is supported only for a single %s address "
                                "on each network",
                                ip->address.family == IP_V6 ? "IPv6" : "IPv4",
                                ip->address.family == IP_V6 ? "IPv6" : "IPv4");
        }
        return 0;
}

/* Elements that need a bridge of our own. */
static int check_no_services(const Network *network, Error *err)
{
        const Dns *dns = &network->dns;
        const char *element = NULL;

        if (network->n_ips > 0)
                element = "ip";
        else if (dns->n_txts + dns->n_hosts + dns->n_srvs + dns->n_forwarders > 0)
                element = "dns";
        else if (network->domain)
                element = "domain";
        else if (mac_is_set(&network->mac))
                element = "mac";
        else if (network->bandwidth && network_forward(network) != FORWARD_BRIDGE)
                element = "bandwidth";
        if (element)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Unsupported <%s> element in network %s with forward mode='%s'", element,
                                 network->name, mode_text(network));
        return 0;
}

static int check_vlans(const Network *network, Error *err)
{
        ForwardMode mode = network_forward(network);
        bool usable = mode == FORWARD_HOSTDEV || mode == FORWARD_PASSTHROUGH ||
                      (network->virtual_port && network->virtual_port->type == VIRTUAL_PORT_OPENVSWITCH);

        if (network->vlan && !usable)
                return error_set(
                        err, VIR_ERR_CONFIG_UNSUPPORTED,
                        "<vlan> element specified for network %s, whose type doesn't support vlan configuration",
                        network->name);
        return 0;
}

static int check_port_groups(const Network *network, Error *err)
{
        g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
        const PortGroup *first = NULL;

        for (size_t i = 0; i < network->n_port_groups; i++) {
                const PortGroup *group = &network->port_groups[i];

                if (!g_hash_table_add(known, group->name))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "network '%s' has two <portgroup> elements named '%s'", network->name,
                                         group->name);
                if (group->is_default != YESNO_YES)
                        continue;
                if (first)
                        return error_set(
                                err, VIR_ERR_CONFIG_UNSUPPORTED,
                                "network '%s' has multiple default <portgroup> elements (%s and %s), but only one "
                                "default is allowed",
                                network->name, first->name, group->name);
                first = group;
        }
        return 0;
}

/* A gateway must be on one of the network's own addresses. */
static int check_routes(const Network *network, Error *err)
{
        for (size_t i = 0; i < network->n_routes; i++) {
                const Ip *gateway = &network->routes[i].gateway;
                char text[IP_TEXT_LENGTH];
                bool reachable = false;

                for (size_t k = 0; k < network->n_ips && !reachable; k++) {
                        const NetworkIp *ip = &network->ips[k];
                        unsigned prefix = network_ip_prefix(ip);
                        Ip a = ip_network(&ip->address, prefix, false), b = ip_network(gateway, prefix, false);

                        reachable = ip_same(&a, &b);
                }
                ip_format(gateway, text);
                if (!reachable)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "unreachable static route gateway '%s' specified for network '%s'", text,
                                         network->name);
        }
        return 0;
}

static int check_pool(const Network *network, Error *err)
{
        const Forward *forward = network->forward;

        if (network_forward(network) == FORWARD_HOSTDEV && forward->n_interfaces > 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "hostdev network '%s' lists '%s' in the device pool, but hostdev networks require all "
                                 "devices to be listed by PCI address, not network device name",
                                 network->name, forward->interfaces[0].dev);
        if (network->bandwidth && network->bandwidth->inbound && network->bandwidth->inbound->floor)
                return error_set(
                        err, VIR_ERR_CONFIG_UNSUPPORTED,
                        "floor attribute is not supported for this config: it is for the interfaces of network '%s'",
                        network->name);
        return 0;
}

int network_check_driver(const Network *network, Error *err)
{
        if ((network_is_virtual(network) ? check_services : check_no_services)(network, err) < 0)
                return -1;
        if (check_vlans(network, err) < 0 || check_routes(network, err) < 0 || check_pool(network, err) < 0)
                return -1;
        return check_port_groups(network, err);
}
