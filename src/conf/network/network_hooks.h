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
CHECK(filter_parameter_check);
SETTLE(filter_ref_settle);
