/* Network: the names and the rows. Row order is output order. */
#include "conf/network.h"

#include "network/network_hooks.h"

ENUM_TABLE(ForwardMode, FORWARD_MAX_) = {
        [FORWARD_NAT] = "nat",
        [FORWARD_ROUTE] = "route",
        [FORWARD_OPEN] = "open",
        [FORWARD_BRIDGE] = "bridge",
        [FORWARD_PRIVATE] = "private",
        [FORWARD_VEPA] = "vepa",
        [FORWARD_PASSTHROUGH] = "passthrough",
        [FORWARD_HOSTDEV] = "hostdev",
};

ENUM_TABLE(LeaseUnit, LEASE_UNIT_MAX_) = {
        [LEASE_SECONDS] = "seconds",
        [LEASE_MINUTES] = "minutes",
        [LEASE_HOURS] = "hours",
};

ENUM_TABLE(SrvProtocol, SRV_MAX_) = {
        [SRV_TCP] = "tcp",
        [SRV_UDP] = "udp",
};

/* A row is a line. */
/* clang-format off */

ROWS(ForwardInterface,
     ROW_STRING("@dev",       ForwardInterface, dev, .flags = ROW_REQUIRED),
     ROW_UINT("@connections", ForwardInterface, connections, .flags = ROW_LIVE));

ROWS_HOOKED(ForwardAddress, (.check = forward_address_check),
     ROW_ENUM("@type",            ForwardAddress, type, AddressType, .flags = ROW_REQUIRED),
     ROW_IN("",                   ForwardAddress, pci, HostPciAddress),
     ROW_SWITCH("@multifunction", ForwardAddress, multifunction),
     ROW_UINT("@connections",     ForwardAddress, connections, .flags = ROW_LIVE));

ROWS_HOOKED(NatRange, (.check = nat_range_check),
     ROW_IPV4("@start", NatRange, start),
     ROW_IPV4("@end",   NatRange, end));

ROWS_HOOKED(NatPorts, (.check = nat_ports_check),
     ROW_UINT("@start", NatPorts, start, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_UINT("@end",   NatPorts, end, .flags = ROW_REQUIRED | ROW_ALWAYS));

ROWS(ForwardNat,
     ROW_YESNO("@ipv6",  ForwardNat, ipv6, .since = "6.5.0", .preset = "no"),
     ROW_IN("address",   ForwardNat, addresses, NatRange, .since = "1.0.3"),
     ROW_SUB("port",     ForwardNat, ports, NatPorts, .since = "1.0.3"));

ROWS_HOOKED(Forward, (.settle = forward_settle, .check = forward_check),
     ROW_STRING("@dev",        Forward, dev),
     ROW_ENUM("@mode",         Forward, mode, ForwardMode, .preset = "nat"),
     ROW_YESNO("@managed",     Forward, managed, .since = "0.10.0", .preset = "no"),
     ROW_ENUM("driver/@name",  Forward, driver, HostdevBackend, .since = "1.0.5"),
     ROW_SUB("nat",            Forward, nat, ForwardNat),
     ROW_SUB("pf",             Forward, pf, ForwardInterface, .flags = ROW_SINGLE, .since = "0.9.10"),
     ROW_LIST("interface",     Forward, interfaces, ForwardInterface),
     ROW_LIST("address",       Forward, addresses, ForwardAddress, .since = "0.10.0"));

ROWS(NetworkBridge,
     ROW_STRING("@name",          NetworkBridge, name),
     ROW_STRING("@zone",          NetworkBridge, zone, .since = "5.1.0"),
     ROW_SWITCH("@stp",           NetworkBridge, stp, .preset = "on"),
     ROW_OPT_UINT64("@delay",     NetworkBridge, delay, .preset = "0"),
     ROW_ENUM("@macTableManager", NetworkBridge, mac_table_manager, MacTableManager, .since = "1.2.11", .preset = "kernel"));

ROWS_HOOKED(DnsForwarder, (.check = dns_forwarder_check),
     ROW_STRING("@domain", DnsForwarder, domain, .since = "2.2.0"),
     ROW_IP("@addr",       DnsForwarder, address));

ROWS_HOOKED(DnsTxt, (.check = dns_txt_check),
     ROW_STRING("@name",  DnsTxt, name, .flags = ROW_REQUIRED),
     ROW_STRING("@value", DnsTxt, value));

ROWS_HOOKED(DnsSrv, (.check = dns_srv_check),
     ROW_STRING("@service", DnsSrv, service),
     ROW_ENUM("@protocol",  DnsSrv, protocol, SrvProtocol),
     ROW_STRING("@domain",  DnsSrv, domain),
     ROW_STRING("@target",  DnsSrv, target),
     ROW_OPT_UINT("@port",     DnsSrv, port),
     ROW_OPT_UINT("@priority", DnsSrv, priority),
     ROW_OPT_UINT("@weight",   DnsSrv, weight));

ROWS(DnsHostname,
     ROW_STRING(".", DnsHostname, name));

ROWS_HOOKED(DnsHost, (.check = dns_host_check),
     ROW_IP("@ip",         DnsHost, ip),
     ROW_LIST("hostname",  DnsHost, names, DnsHostname));

ROWS_HOOKED(Dns, (.check = dns_check),
     ROW_YESNO("@enable",            Dns, enable, .since = "2.2.0", .preset = "yes"),
     ROW_YESNO("@forwardPlainNames", Dns, forward_plain_names, .since = "1.1.2", .preset = "yes"),
     ROW_LIST("forwarder",           Dns, forwarders, DnsForwarder, .since = "1.1.3"),
     ROW_LIST("txt",                 Dns, txts, DnsTxt, .since = "0.9.3"),
     ROW_LIST("srv",                 Dns, srvs, DnsSrv, .since = "0.9.9"),
     ROW_LIST("host",                Dns, hosts, DnsHost, .since = "0.9.3"));

ROWS_HOOKED(DhcpLease, (.settle = dhcp_lease_settle, .check = dhcp_lease_check),
     ROW_UINT64("@expiry", DhcpLease, expiry, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_ENUM("@unit",     DhcpLease, unit, LeaseUnit, .preset = "minutes"));

ROWS_HOOKED(DhcpRange, (.check = dhcp_range_check),
     ROW_IP("@start",  DhcpRange, start, .flags = ROW_REQUIRED),
     ROW_IP("@end",    DhcpRange, end, .flags = ROW_REQUIRED),
     ROW_SUB("lease",  DhcpRange, lease, DhcpLease, .since = "6.3.0"));

ROWS_HOOKED(DhcpHost, (.check = dhcp_host_check),
     ROW_STRING("@mac",  DhcpHost, mac),
     ROW_STRING("@id",   DhcpHost, id, .since = "1.0.3"),
     ROW_STRING("@name", DhcpHost, name),
     ROW_IP("@ip",       DhcpHost, ip),
     ROW_SUB("lease",    DhcpHost, lease, DhcpLease, .since = "6.3.0"));

ROWS(DhcpBoot,
     ROW_STRING("@file", DhcpBoot, file, .flags = ROW_REQUIRED),
     ROW_IP("@server",   DhcpBoot, server));

ROWS_HOOKED(NetworkIp, (.check = network_ip_check),
     ROW_ENUM("@family",      NetworkIp, family, IpFamily, .preset = "ipv4"),
     ROW_IP("@address",       NetworkIp, address),
     ROW_IPV4("@netmask",     NetworkIp, netmask),
     ROW_OPT_UINT("@prefix",  NetworkIp, prefix),
     ROW_YESNO("@localPtr",   NetworkIp, local_ptr, .since = "3.0.0", .preset = "no"),
     ROW_STRING("tftp/@root", NetworkIp, tftp_root),
     ROW_LIST("dhcp/range",   NetworkIp, ranges, DhcpRange),
     ROW_LIST("dhcp/host",    NetworkIp, hosts, DhcpHost),
     ROW_SUB("dhcp/bootp",    NetworkIp, boot, DhcpBoot));

ROWS_HOOKED(PortGroup, (.settle = port_group_settle),
     ROW_STRING("@name",               PortGroup, name, .flags = ROW_REQUIRED),
     ROW_YESNO("@default",             PortGroup, is_default, .preset = "no"),
     ROW_YESNO("@trustGuestRxFilters", PortGroup, trust_guest_rx_filters, .since = "1.2.10", .preset = "no"),
     ROW_SUB("vlan",                   PortGroup, vlan, Vlan),
     ROW_SUB("virtualport",            PortGroup, virtual_port, VirtualPort),
     ROW_SUB("bandwidth",              PortGroup, bandwidth, Bandwidth));

ROWS(DnsmasqOption,
     ROW_STRING("@value", DnsmasqOption, value, .flags = ROW_REQUIRED));

ROWS(DnsmasqNamespace,
     ROW_LIST("options/option", DnsmasqNamespace, options, DnsmasqOption, .since = "5.6.0"));

ROWS_HOOKED(Network, (.settle = network_settle, .check = network_check),
     ROW_UINT("@connections",          Network, connections, .flags = ROW_LIVE),
     ROW_YESNO("@ipv6",                Network, ipv6, .since = "1.0.1", .preset = "no"),
     ROW_YESNO("@trustGuestRxFilters", Network, trust_guest_rx_filters, .since = "1.2.10", .preset = "no"),
     ROW_STRING("name",                Network, name, .flags = ROW_REQUIRED),
     ROW_UUID("uuid",                  Network, uuid, .preset = "random"),
     ROW_STRING("title",               Network, title, .flags = ROW_HOT, .since = "9.7.0"),
     ROW_STRING("description",         Network, description, .flags = ROW_HOT, .since = "9.7.0"),
     ROW_RAW("metadata",               Network, metadata, .flags = ROW_HOT, .since = "2.1.0"),
     ROW_SUB("forward",                Network, forward, Forward),
     ROW_IN("bridge",                  Network, bridge, NetworkBridge),
     ROW_UINT("mtu/@size",             Network, mtu, .since = "3.1.0"),
     ROW_MAC("mac/@address",           Network, mac, .since = "0.8.8"),
     ROW_STRING("domain/@name",        Network, domain),
     ROW_YESNO("domain/@localOnly",    Network, domain_local_only, .since = "1.2.12", .preset = "no"),
     ROW_IN("dns",                     Network, dns, Dns),
     ROW_SUB("vlan",                   Network, vlan, Vlan),
     ROW_SUB("bandwidth",              Network, bandwidth, Bandwidth, .since = "0.9.4"),
     ROW_YESNO("port/@isolated",       Network, port_isolated, .since = "6.1.0"),
     ROW_LIST("ip",                    Network, ips, NetworkIp, .flags = ROW_KEEP_OPEN),
     ROW_LIST("route",                 Network, routes, IpRoute, .since = "1.0.6"),
     ROW_SUB("virtualport",            Network, virtual_port, VirtualPort),
     ROW_LIST("portgroup",             Network, port_groups, PortGroup, .flags = ROW_KEEP_OPEN),
     ROW_SLOT("",                      Network, extra));

/* clang-format on */

const RowNamespace dnsmasq_namespace = {
        .owner = &Network_rows,
        .uri = "http://libvirt.org/schemas/network/dnsmasq/1.0",
        .prefix = "dnsmasq",
        .rows = &DnsmasqNamespace_rows,
};

DOCUMENT_DEFINE(Network, network, "network", "network");
