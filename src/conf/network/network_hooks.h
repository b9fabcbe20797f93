/* The rules behind the tables of networks. */
#pragma once

#include "conf/network_parts.h"
#include "rows/hook.h"

/* network_parts_check.c */
CHECK(ip_route_check);
CHECK(virtual_port_check);
CHECK(bandwidth_rate_check);
CHECK(bandwidth_check);
CHECK(vlan_tag_check);
SETTLE(vlan_settle);
CHECK(vlan_check);
SETTLE(filter_ref_settle);

/* network_settle.c */
SETTLE(forward_settle);
SETTLE(dhcp_lease_settle);
SETTLE(port_group_settle);
SETTLE(network_settle);

/* network_check.c */
CHECK(forward_check);
CHECK(network_check);

/* network_ip_check.c */
CHECK(forward_address_check);
CHECK(nat_range_check);
CHECK(nat_ports_check);
CHECK(dns_forwarder_check);
CHECK(dns_txt_check);
CHECK(dns_srv_check);
CHECK(dns_host_check);
CHECK(dns_check);
CHECK(dhcp_lease_check);
CHECK(dhcp_range_check);
CHECK(dhcp_host_check);
CHECK(network_ip_check);
