/* Rules of the parts of a network: addresses, leases, names. Each knows its own element only; what needs the network
 * around it stands in network_check.c. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_NETWORK
#include <string.h>

#include "conf/network.h"
#include "network/network_hooks.h"

enum { PORT_MAX = 65535, RANGE_SIZE_MAX = 65535 };

int forward_address_check(const void *s, Error *err)
{
        const ForwardAddress *address = s;

        if (address->type != ADDRESS_PCI)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "unknown address type '%s' in <forward>: 'pci' is the only one",
                                 enum_text(AddressType, address->type));
        return 0;
}

int nat_range_check(const void *s, Error *err)
{
        const NatRange *range = s;

        if ((range->start.family == IP_NONE) != (range->end.family == IP_NONE))
                return error_set(err, VIR_ERR_XML_ERROR, "missing '%s' attribute in <address> element in <nat>",
                                 range->end.family == IP_NONE ? "end" : "start");
        if (ip_compare(&range->start, &range->end) > 0)
                return error_set(err, VIR_ERR_XML_ERROR, "Invalid address range of <nat>: 'end' lies before 'start'");
        return 0;
}

int nat_ports_check(const void *s, Error *err)
{
        const NatPorts *ports = s;

        if (ports->start > PORT_MAX || ports->end > PORT_MAX || ports->start > ports->end)
                return error_set(err, VIR_ERR_XML_ERROR, "Invalid port range '%u-%u' in <nat>", ports->start,
                                 ports->end);
        return 0;
}

/* Names. */

int dns_forwarder_check(const void *s, Error *err)
{
        const DnsForwarder *forwarder = s;

        if (!forwarder->domain && forwarder->address.family == IP_NONE)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Invalid forwarder element, must contain at least one of addr or domain");
        return 0;
}

int dns_txt_check(const void *s, Error *err)
{
        const DnsTxt *txt = s;

        if (!txt->name || !*txt->name)
                return error_set(err, VIR_ERR_XML_ERROR, "missing required name attribute in DNS TXT record");
        if (strpbrk(txt->name, " ,"))
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "prohibited character in DNS TXT record name '%s': no blank and no comma", txt->name);
        return 0;
}

int dns_srv_check(const void *s, Error *err)
{
        const DnsSrv *srv = s;
        const char *service = srv->service ? srv->service : "";

        if (srv->port.set && (srv->port.value == 0 || srv->port.value > PORT_MAX))
                return error_set(err, VIR_ERR_XML_DETAIL, "invalid DNS SRV port attribute for service '%s': 1 to %d",
                                 service, PORT_MAX);
        if (srv->priority.value > PORT_MAX || srv->weight.value > PORT_MAX)
                return error_set(err, VIR_ERR_XML_DETAIL,
                                 "invalid DNS SRV priority or weight attribute for service '%s': at most %d", service,
                                 PORT_MAX);
        return 0;
}

/* A service that is not there has no port. */
static int check_target(const DnsSrv *srv, Error *err)
{
        const char *extra = srv->port.set ? "port" : srv->priority.set ? "priority" : srv->weight.set ? "weight" : NULL;

        if (!srv->target && extra)
                return error_set(err, VIR_ERR_XML_DETAIL,
                                 "DNS SRV %s attribute not permitted without target for service '%s'", extra,
                                 srv->service);
        return 0;
}

int dns_host_check(const void *s, Error *err)
{
        const DnsHost *host = s;

        for (size_t i = 0; i < host->n_names; i++)
                if (!host->names[i].name)
                        return error_set(err, VIR_ERR_XML_ERROR, "Missing hostname in DNS HOST record");
        if (host->ip.family == IP_NONE && host->n_names == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing ip and hostname in DNS HOST record");
        return 0;
}

static int check_complete_records(const Dns *dns, Error *err)
{
        for (size_t i = 0; i < dns->n_srvs; i++) {
                if (!dns->srvs[i].service)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "missing required service attribute in DNS SRV record");
                if (dns->srvs[i].protocol == SRV_NONE)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "missing required protocol attribute in DNS SRV record '%s'",
                                         dns->srvs[i].service);
                if (check_target(&dns->srvs[i], err) < 0)
                        return -1;
        }
        for (size_t i = 0; i < dns->n_txts; i++)
                if (!dns->txts[i].value)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "missing required value attribute in DNS TXT record '%s'", dns->txts[i].name);
        for (size_t i = 0; i < dns->n_hosts; i++) {
                if (dns->hosts[i].ip.family == IP_NONE)
                        return error_set(err, VIR_ERR_XML_ERROR, "Missing IP address in DNS HOST record of '%s'",
                                         dns->hosts[i].names[0].name);
                if (dns->hosts[i].n_names == 0)
                        return error_set(err, VIR_ERR_XML_ERROR, "Missing hostname in DNS HOST record");
        }
        return 0;
}

int dns_check(const void *s, Error *err)
{
        const Dns *dns = s;

        if (dns->enable == YESNO_NO && dns->n_forwarders + dns->n_txts + dns->n_srvs + dns->n_hosts > 0)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Extra data in disabled DNS: <dns enable='no'> has no content");
        return check_complete_records(dns, err);
}

/* Leases. */

int dhcp_lease_check(const void *s, Error *err)
{
        const DhcpLease *lease = s;

        if ((lease->unit == LEASE_SECONDS && lease->expiry < 120) ||
            (lease->unit == LEASE_MINUTES && lease->expiry < 2))
                return error_set(err, VIR_ERR_XML_ERROR, "The minimum lease time should be greater than 2 minutes");
        if (lease->expiry > UINT32_MAX)
                return error_set(err, VIR_ERR_XML_ERROR, "The lease time %" G_GUINT64_FORMAT " is too long",
                                 lease->expiry);
        return 0;
}

int dhcp_range_check(const void *s, Error *err)
{
        const DhcpRange *range = s;
        char start[IP_TEXT_LENGTH], end[IP_TEXT_LENGTH];

        ip_format(&range->start, start);
        ip_format(&range->end, end);
        if (range->start.family != range->end.family)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "mismatch of address family in range %s - %s", start,
                                 end);
        if (ip_compare(&range->start, &range->end) > 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "range %s - %s is reversed", start, end);
        if (ip_distance(&range->start, &range->end) > RANGE_SIZE_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "range %s - %s is too large (> %d)", start, end,
                                 RANGE_SIZE_MAX);
        return 0;
}

static int check_client_id(const char *id, Error *err)
{
        const char *bad = id + strspn(id, "0123456789abcdefABCDEF:");

        if (*bad)
                return error_set(err, VIR_ERR_XML_ERROR, "Invalid character '%c' in id '%s'", *bad, id);
        return 0;
}

int dhcp_host_check(const void *s, Error *err)
{
        const DhcpHost *host = s;
        Mac mac;

        if (host->mac && !mac_parse(host->mac, &mac))
                return error_set(err, VIR_ERR_XML_ERROR, "Cannot parse MAC address '%s'", host->mac);
        if (host->mac && mac.bytes[0] & 1)
                return error_set(err, VIR_ERR_XML_ERROR, "expected unicast mac address, found multicast '%s'",
                                 host->mac);
        if (host->id && check_client_id(host->id, err) < 0)
                return -1;
        return 0;
}

/* Addresses. */

static int check_mask(const NetworkIp *ip, const char *address, Error *err)
{
        if (ip->netmask.family != IP_NONE && ip->address.family == IP_V6)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "netmask not supported for address '%s' (IPv4 only): it takes a prefix", address);
        if (ip->netmask.family != IP_NONE && ip->prefix.set)
                return error_set(err, VIR_ERR_XML_ERROR, "address '%s' cannot have both prefix='%u' and a netmask",
                                 address, ip->prefix.value);
        if (ip->netmask.family != IP_NONE && ip_mask_prefix(&ip->netmask) < 0)
                return error_set(err, VIR_ERR_XML_ERROR, "invalid netmask of address '%s': it has gaps", address);
        if (ip->prefix.set && ip->prefix.value > ip_bits(&ip->address))
                return error_set(err, VIR_ERR_XML_ERROR, "invalid prefix='%u' of address '%s': at most %u",
                                 ip->prefix.value, address, ip_bits(&ip->address));
        return 0;
}

static int check_range_place(const NetworkIp *ip, const DhcpRange *range, const char *address, Error *err)
{
        unsigned prefix = network_ip_prefix(ip);
        Ip low = ip_network(&ip->address, prefix, false), high = ip_network(&ip->address, prefix, true);
        char start[IP_TEXT_LENGTH], end[IP_TEXT_LENGTH];

        ip_format(&range->start, start);
        ip_format(&range->end, end);
        if (range->start.family != ip->address.family)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "mismatch of address family in range %s - %s for network %s", start, end, address);
        if (ip_compare(&range->start, &low) < 0 || ip_compare(&range->end, &high) > 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "range %s - %s is not entirely within network %s/%u",
                                 start, end, address, prefix);
        if (ip->address.family != IP_V4)
                return 0;
        if (ip_same(&range->start, &low))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "start of range %s - %s in network %s/%u is the network address", start, end, address,
                                 prefix);
        if (ip_same(&range->end, &high))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "end of range %s - %s in network %s/%u is the broadcast address", start, end, address,
                                 prefix);
        return 0;
}

static int check_host_place(const NetworkIp *ip, const DhcpHost *host, Error *err)
{
        if (host->ip.family == IP_NONE)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing IP address in static host definition");
        if (host->ip.family != ip->address.family)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Invalid IP address in static host definition: its family is not %s",
                                 enum_text(IpFamily, ip->address.family));
        if (ip->address.family == IP_V6) {
                if (host->mac)
                        return error_set(
                                err, VIR_ERR_XML_ERROR,
                                "Invalid to specify MAC address '%s' in IPv6 static host definition: it takes an id",
                                host->mac);
                if (!host->id && !host->name)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "Static host definition in IPv6 network must have id or name attribute");
        } else if (!host->mac && !host->name) {
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Static host definition in IPv4 network must have mac or name attribute");
        }
        return 0;
}

int network_ip_check(const void *s, Error *err)
{
        const NetworkIp *ip = s;
        char address[IP_TEXT_LENGTH];

        ip_format(&ip->address, address);
        if (ip->address.family == IP_NONE)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing required address attribute in <ip>");
        if (ip->family == IP_NONE && ip->address.family == IP_V6)
                return error_set(err, VIR_ERR_XML_ERROR, "no family specified for non-IPv4 address '%s': family='ipv6'",
                                 address);
        if (ip->family != IP_NONE && ip->family != ip->address.family)
                return error_set(err, VIR_ERR_XML_ERROR, "family '%s' specified for non-%s address '%s'",
                                 enum_text(IpFamily, ip->family), enum_text(IpFamily, ip->family), address);
        if (check_mask(ip, address, err) < 0)
                return -1;
        for (size_t i = 0; i < ip->n_ranges; i++)
                if (check_range_place(ip, &ip->ranges[i], address, err) < 0)
                        return -1;
        for (size_t i = 0; i < ip->n_hosts; i++)
                if (check_host_place(ip, &ip->hosts[i], err) < 0)
                        return -1;
        return 0;
}
