/* Rules of the parts of networks. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_NETWORK
#include <string.h>

#include "network/network_hooks.h"

/* Addresses. */

static unsigned class_prefix(const Ip *address)
{
        if (address->family == IP_V6)
                return 64;
        if (address->bytes[0] < 128)
                return ip_is_any(address) ? 0 : 8;
        return address->bytes[0] < 192 ? 16 : 24;
}

unsigned ip_prefix_of(const Ip *address, const Ip *netmask, OptUint prefix)
{
        if (prefix.set)
                return prefix.value;
        if (netmask->family != IP_NONE)
                return (unsigned)MAX(ip_mask_prefix(netmask), 0);
        return class_prefix(address);
}

unsigned ip_route_prefix(const IpRoute *route)
{
        return ip_prefix_of(&route->address, &route->netmask, route->prefix);
}

static int check_route_mask(const IpRoute *route, const char *address, Error *err)
{
        if (route->netmask.family != IP_NONE && route->prefix.set)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Error: Route definition of '%s' cannot have both a prefix and a netmask", address);
        if (route->netmask.family != IP_NONE && route->address.family == IP_V6)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "IPv6 route definition of '%s' with a netmask: it takes a prefix", address);
        if (route->netmask.family != IP_NONE && ip_mask_prefix(&route->netmask) < 0)
                return error_set(err, VIR_ERR_XML_ERROR, "Invalid netmask in route definition of '%s'", address);
        if (route->prefix.set && route->prefix.value > ip_bits(&route->address))
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Invalid prefix %u specified in route definition of '%s': 0 to %u",
                                 route->prefix.value, address, ip_bits(&route->address));
        return 0;
}

static bool is_prefix_said(const IpRoute *route)
{
        return route->prefix.set || route->netmask.family != IP_NONE;
}

int ip_route_check(const void *s, Error *err)
{
        const IpRoute *route = s;
        char address[IP_TEXT_LENGTH];
        Ip network;

        ip_format(&route->address, address);
        if (route->address.family == IP_NONE || route->gateway.family == IP_NONE)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Missing required address or gateway attribute in route definition");
        if (route->family == IP_NONE && route->address.family == IP_V6)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "No family specified for non-IPv4 address '%s' in route definition: family='ipv6'",
                                 address);
        if (route->family != IP_NONE && route->family != route->address.family)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "family '%s' specified in route definition, but the address is '%s'",
                                 enum_text(IpFamily, route->family), address);
        if (route->gateway.family != route->address.family)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "%s family specified for non-%s gateway in route definition of '%s'",
                                 enum_text(IpFamily, route->address.family), enum_text(IpFamily, route->address.family),
                                 address);
        if (check_route_mask(route, address, err) < 0)
                return -1;
        if (route->metric.set && route->metric.value == 0)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Invalid metric value, must be > 0 in route definition of '%s'", address);
        /* Nothing said means the default route, which has one address only. */
        network = ip_network(&route->address, is_prefix_said(route) ? ip_route_prefix(route) : 0, false);
        if (!ip_same(&network, &route->address))
                return error_set(
                        err, VIR_ERR_XML_ERROR,
                        "Address '%s' in route definition is not a network address: it has bits behind its prefix%s",
                        address, is_prefix_said(route) ? "" : ", and no prefix was said");
        return 0;
}

bool macs_same(const char *a, const char *b)
{
        Mac one, other;

        return a && b && mac_parse(a, &one) && mac_parse(b, &other) && mac_same(&one, &other);
}

/* Ports of virtual switches. */

enum { MANAGERID_MAX = 0xff, TYPEID_MAX = 0xffffff, TYPEIDVERSION_MAX = 0xff, PROFILEID_MAX = 39 };

static int check_parameter_sizes(const VirtualPortParameters *p, Error *err)
{
        if (p->managerid.value > MANAGERID_MAX)
                return error_set(err, VIR_ERR_XML_ERROR, "value of managerid out of range: %u, at most %d",
                                 p->managerid.value, MANAGERID_MAX);
        if (p->typeid.value > TYPEID_MAX)
                return error_set(err, VIR_ERR_XML_ERROR, "value for typeid out of range: %u, at most %d",
                                 p->typeid.value, TYPEID_MAX);
        if (p->typeidversion.value > TYPEIDVERSION_MAX)
                return error_set(err, VIR_ERR_XML_ERROR, "value of typeidversion out of range: %u, at most %d",
                                 p->typeidversion.value, TYPEIDVERSION_MAX);
        if (p->profileid && strlen(p->profileid) > PROFILEID_MAX)
                return error_set(err, VIR_ERR_XML_ERROR, "profileid parameter too long: at most %d characters",
                                 PROFILEID_MAX);
        return 0;
}

static bool has_uuid(const Uuid uuid)
{
        static const Uuid none;

        return memcmp(uuid, none, sizeof(none)) != 0;
}

/* Which parameters a type knows. */
static int check_extras(const VirtualPort *port, Error *err)
{
        const VirtualPortParameters *p = &port->parameters;
        VirtualPortType type = port->type;
        bool qbg = type == VIRTUAL_PORT_802_1QBG, qbh = type == VIRTUAL_PORT_802_1QBH;
        bool ovs = type == VIRTUAL_PORT_OPENVSWITCH, midonet = type == VIRTUAL_PORT_MIDONET;
        const char *extra = NULL;

        if (p->managerid.set && !qbg)
                extra = "managerid";
        else if (p->typeid.set && !qbg)
                extra = "typeid";
        else if (p->typeidversion.set && !qbg)
                extra = "typeidversion";
        else if (has_uuid(p->instanceid) && !qbg)
                extra = "instanceid";
        else if (p->profileid && !qbh && !ovs)
                extra = "profileid";
        else if (has_uuid(p->interfaceid) && !ovs && !midonet)
                extra = "interfaceid";
        if (extra && type != VIRTUAL_PORT_NONE)
                return error_set(err, VIR_ERR_XML_ERROR, "extra %s unsupported in <virtualport type='%s'>", extra,
                                 enum_text(VirtualPortType, type));
        return 0;
}

void virtual_port_identify(VirtualPort *port)
{
        VirtualPortParameters *p = &port->parameters;

        if ((port->type == VIRTUAL_PORT_NONE || port->type == VIRTUAL_PORT_802_1QBG) && !has_uuid(p->instanceid))
                uuid_generate(p->instanceid);
        if ((port->type == VIRTUAL_PORT_NONE || port->type == VIRTUAL_PORT_OPENVSWITCH) && !has_uuid(p->interfaceid))
                uuid_generate(p->interfaceid);
}

int virtual_port_check_complete(const VirtualPort *port, Error *err)
{
        const VirtualPortParameters *p = &port->parameters;
        const char *missing = NULL;

        if (port->type == VIRTUAL_PORT_NONE)
                return error_set(err, VIR_ERR_XML_ERROR, "missing required virtualport type");
        if (port->type == VIRTUAL_PORT_802_1QBG)
                missing = !p->managerid.set       ? "managerid"
                          : !p->typeid.set        ? "typeid"
                          : !p->typeidversion.set ? "typeidversion"
                                                  : NULL;
        else if (port->type == VIRTUAL_PORT_802_1QBH && !p->profileid)
                missing = "profileid";
        else if (port->type == VIRTUAL_PORT_MIDONET && !has_uuid(p->interfaceid))
                missing = "interfaceid";
        if (missing)
                return error_set(err, VIR_ERR_XML_ERROR, "missing %s in <virtualport type='%s'>", missing,
                                 enum_text(VirtualPortType, port->type));
        return 0;
}

int virtual_port_check(const void *s, Error *err)
{
        const VirtualPort *port = s;

        if (check_parameter_sizes(&port->parameters, err) < 0)
                return -1;
        return check_extras(port, err);
}

/* Bandwidth. */

int bandwidth_rate_check(const void *s, Error *err)
{
        const BandwidthRate *rate = s;

        if (rate->average == 0 && (rate->peak || rate->burst))
                return error_set(err, VIR_ERR_XML_ERROR, "'peak' and 'burst' require 'average' attribute");
        return 0;
}

int bandwidth_check(const void *s, Error *err)
{
        const Bandwidth *bandwidth = s;
        const BandwidthRate *in = bandwidth->inbound, *out = bandwidth->outbound;

        if (in && in->average == 0 && in->floor == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing mandatory average or floor attributes in <inbound>");
        if (out && out->floor)
                return error_set(err, VIR_ERR_XML_ERROR, "'floor' attribute allowed only in <inbound> element");
        if (out && out->average == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing mandatory average attribute in <outbound>");
        return 0;
}

/* VLANs. */

enum { VLAN_ID_MAX = 4095 };

int vlan_tag_check(const void *s, Error *err)
{
        const VlanTag *tag = s;

        if (tag->id > VLAN_ID_MAX)
                return error_set(err, VIR_ERR_XML_ERROR, "vlan tag id %u too large (maximum %d)", tag->id, VLAN_ID_MAX);
        return 0;
}

static size_t native_tags(const Vlan *vlan)
{
        size_t n = 0;

        for (size_t i = 0; i < vlan->n_tags; i++)
                n += vlan->tags[i].native_mode != VLAN_MODE_DEFAULT;
        return n;
}

int vlan_settle(void *s, unsigned flags, Error *err)
{
        Vlan *vlan = s;

        if (vlan->trunk == YESNO_ABSENT && (vlan->n_tags > 1 || native_tags(vlan) > 0))
                vlan->trunk = YESNO_YES;
        if (vlan->trunk == YESNO_NO && vlan->n_tags == 1 && native_tags(vlan) == 0)
                vlan->trunk = YESNO_ABSENT;
        return 0;
}

int vlan_check(const void *s, Error *err)
{
        const Vlan *vlan = s;

        if (vlan->n_tags == 0)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "missing tag id - each <vlan> must have at least one <tag> subelement");
        if (native_tags(vlan) > 1)
                return error_set(err, VIR_ERR_XML_ERROR, "duplicate native vlan setting");
        if (vlan->trunk != YESNO_NO)
                return 0;
        if (vlan->n_tags > 1)
                return error_set(
                        err, VIR_ERR_XML_ERROR,
                        "invalid \"trunk='no'\" in <vlan> - trunk='yes' is required for more than one vlan tag");
        return error_set(err, VIR_ERR_XML_ERROR, "invalid \"trunk='no'\" in <vlan> - must be 'yes' or left out");
}

/* References to filters. */

static bool is_usable(const FilterParameter *parameter)
{
        static const char in_name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
        static const char in_value[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:";

        return parameter->name && *parameter->name && !parameter->name[strspn(parameter->name, in_name)] &&
               parameter->value && *parameter->value && !parameter->value[strspn(parameter->value, in_value)];
}

static int by_name(const void *a, const void *b, void *unused)
{
        return strcmp(((const FilterParameter *)a)->name, ((const FilterParameter *)b)->name);
}

/* By name; the values of one name are a list, in the order they were given: the sort is stable. A parameter that no
 * variable can take is left out, as everybody does who does not validate. */
int filter_ref_settle(void *s, unsigned flags, Error *err)
{
        FilterRef *ref = s;
        size_t kept = 0;

        for (size_t i = 0; i < ref->n_parameters; i++) {
                FilterParameter *parameter = &ref->parameters[i];

                if (is_usable(parameter)) {
                        ref->parameters[kept++] = *parameter;
                        continue;
                }
                if (flags & ROWS_VALIDATE)
                        return error_set(
                                err, VIR_ERR_XML_ERROR,
                                "invalid parameter of filter '%s': a name is letters, digits and underscores, a "
                                "value may have dots and colons too",
                                ref->filter);
                rows_drop(&FilterParameter_rows, parameter);
        }
        ref->n_parameters = kept;
        if (ref->n_parameters > 1)
                g_qsort_with_data(ref->parameters, (int)ref->n_parameters, sizeof(*ref->parameters), by_name, NULL);
        return 0;
}
