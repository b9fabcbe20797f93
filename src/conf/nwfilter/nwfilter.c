/* Network filter: the names and the rows. Row order is output order. */
#include "conf/nwfilter.h"

#include "nwfilter/filter_value.h"
#include "nwfilter/nwfilter_hooks.h"

ENUM_TABLE(FilterAction, FILTER_ACTION_MAX_) = {
        [FILTER_DROP] = "drop",     [FILTER_ACCEPT] = "accept",     [FILTER_REJECT] = "reject",
        [FILTER_RETURN] = "return", [FILTER_CONTINUE] = "continue",
};

ENUM_TABLE(FilterDirection, FILTER_DIRECTION_MAX_) = {
        [FILTER_IN] = "in",
        [FILTER_OUT] = "out",
        [FILTER_INOUT] = "inout",
};

ENUM_TABLE(FilterProtocol, FILTER_PROTOCOL_MAX_) = {
        [FILTER_MAC] = "mac",
        [FILTER_VLAN] = "vlan",
        [FILTER_STP] = "stp",
        [FILTER_ARP] = "arp",
        [FILTER_RARP] = "rarp",
        [FILTER_IP] = "ip",
        [FILTER_IPV6] = "ipv6",
        [FILTER_TCP] = "tcp",
        [FILTER_UDP] = "udp",
        [FILTER_SCTP] = "sctp",
        [FILTER_ICMP] = "icmp",
        [FILTER_IGMP] = "igmp",
        [FILTER_ALL] = "all",
        [FILTER_ESP] = "esp",
        [FILTER_AH] = "ah",
        [FILTER_UDPLITE] = "udplite",
        [FILTER_TCP_IPV6] = "tcp-ipv6",
        [FILTER_UDP_IPV6] = "udp-ipv6",
        [FILTER_SCTP_IPV6] = "sctp-ipv6",
        [FILTER_ICMPV6] = "icmpv6",
        [FILTER_ALL_IPV6] = "all-ipv6",
        [FILTER_ESP_IPV6] = "esp-ipv6",
        [FILTER_AH_IPV6] = "ah-ipv6",
        [FILTER_UDPLITE_IPV6] = "udplite-ipv6",
};

ENUM_TABLE(FilterEntryKind, FILTER_ENTRY_MAX_) = {
        [FILTER_ENTRY_RULE] = "rule",
        [FILTER_ENTRY_REF] = "filterref",
};

/* A row is a line. */
/* clang-format off */

ROWS(FilterMacs,
     ROW_FILTER("@srcmacaddr", FilterMacs, source, filter_mac),
     ROW_FILTER("@srcmacmask", FilterMacs, source_mask, filter_mac_mask),
     ROW_FILTER("@dstmacaddr", FilterMacs, target, filter_mac),
     ROW_FILTER("@dstmacmask", FilterMacs, target_mask, filter_mac_mask));

ROWS(FilterPorts,
     ROW_NUMBER("@srcportstart", FilterPorts, source_start, filter_u16),
     ROW_NUMBER("@srcportend",   FilterPorts, source_end, filter_u16),
     ROW_NUMBER("@dstportstart", FilterPorts, target_start, filter_u16),
     ROW_NUMBER("@dstportend",   FilterPorts, target_end, filter_u16));

ROWS(FilterIps,
     ROW_FILTER("@srcipaddr",       FilterIps, source, filter_ip),
     ROW_FILTER("@srcipmask",       FilterIps, source_mask, filter_ip_mask),
     ROW_FILTER("@dstipaddr",       FilterIps, target, filter_ip),
     ROW_FILTER("@dstipmask",       FilterIps, target_mask, filter_ip_mask),
     ROW_FILTER("@srcipfrom",       FilterIps, source_from, filter_ip),
     ROW_FILTER("@srcipto",         FilterIps, source_to, filter_ip),
     ROW_FILTER("@dstipfrom",       FilterIps, target_from, filter_ip),
     ROW_FILTER("@dstipto",         FilterIps, target_to, filter_ip),
     ROW_NUMBER("@dscp",            FilterIps, dscp, filter_dscp),
     ROW_NUMBER("@connlimit-above", FilterIps, connlimit_above, filter_u16),
     ROW_FILTER("@state",           FilterIps, state, filter_state),
     ROW_FILTER("@ipset",           FilterIps, ipset, filter_ipset, .since = "0.9.13"),
     ROW_FILTER("@ipsetflags",      FilterIps, ipset_flags, filter_ipset_flags, .since = "0.9.13"));

ROWS(FilterIps6,
     ROW_FILTER("@srcipaddr",       FilterIps6, source, filter_ipv6),
     ROW_FILTER("@srcipmask",       FilterIps6, source_mask, filter_ipv6_mask),
     ROW_FILTER("@dstipaddr",       FilterIps6, target, filter_ipv6),
     ROW_FILTER("@dstipmask",       FilterIps6, target_mask, filter_ipv6_mask),
     ROW_FILTER("@srcipfrom",       FilterIps6, source_from, filter_ipv6),
     ROW_FILTER("@srcipto",         FilterIps6, source_to, filter_ipv6),
     ROW_FILTER("@dstipfrom",       FilterIps6, target_from, filter_ipv6),
     ROW_FILTER("@dstipto",         FilterIps6, target_to, filter_ipv6),
     ROW_NUMBER("@dscp",            FilterIps6, dscp, filter_dscp),
     ROW_NUMBER("@connlimit-above", FilterIps6, connlimit_above, filter_u16),
     ROW_FILTER("@state",           FilterIps6, state, filter_state),
     ROW_FILTER("@ipset",           FilterIps6, ipset, filter_ipset, .since = "0.9.13"),
     ROW_FILTER("@ipsetflags",      FilterIps6, ipset_flags, filter_ipset_flags, .since = "0.9.13"));

ROWS(MacMatch,
     ROW_NEGATED("@match",     MacMatch, negated),
     ROW_IN("",                MacMatch, macs, FilterMacs),
     ROW_NUMBER("@protocolid", MacMatch, protocol, filter_ether_type),
     ROW_STRING("@comment",    MacMatch, comment));

ROWS(VlanMatch,
     ROW_NEGATED("@match",         VlanMatch, negated),
     ROW_IN("",                    VlanMatch, macs, FilterMacs),
     ROW_NUMBER("@vlanid",         VlanMatch, id, filter_vlan_id),
     ROW_NUMBER("@encap-protocol", VlanMatch, encapsulated, filter_encapsulated),
     ROW_STRING("@comment",        VlanMatch, comment));

ROWS(StpMatch,
     ROW_NEGATED("@match",              StpMatch, negated),
     ROW_FILTER("@srcmacaddr",          StpMatch, source, filter_mac),
     ROW_FILTER("@srcmacmask",          StpMatch, source_mask, filter_mac_mask),
     ROW_NUMBER("@type",                StpMatch, type, filter_u8),
     ROW_NUMBER("@flags",               StpMatch, flags, filter_u8),
     ROW_NUMBER("@root-priority",       StpMatch, root_priority, filter_u16),
     ROW_NUMBER("@root-priority-hi",    StpMatch, root_priority_high, filter_u16),
     ROW_FILTER("@root-address",        StpMatch, root_address, filter_mac),
     ROW_FILTER("@root-address-mask",   StpMatch, root_address_mask, filter_mac_mask),
     ROW_NUMBER("@root-cost",           StpMatch, root_cost, filter_u32),
     ROW_NUMBER("@root-cost-hi",        StpMatch, root_cost_high, filter_u32),
     ROW_NUMBER("@sender-priority",     StpMatch, sender_priority, filter_u16),
     ROW_NUMBER("@sender-priority-hi",  StpMatch, sender_priority_high, filter_u16),
     ROW_FILTER("@sender-address",      StpMatch, sender_address, filter_mac),
     ROW_FILTER("@sender-address-mask", StpMatch, sender_address_mask, filter_mac_mask),
     ROW_NUMBER("@port",                StpMatch, port, filter_u16),
     ROW_NUMBER("@port-hi",             StpMatch, port_high, filter_u16),
     ROW_NUMBER("@age",                 StpMatch, age, filter_u16),
     ROW_NUMBER("@age-hi",              StpMatch, age_high, filter_u16),
     ROW_NUMBER("@max-age",             StpMatch, max_age, filter_u16),
     ROW_NUMBER("@max-age-hi",          StpMatch, max_age_high, filter_u16),
     ROW_NUMBER("@hello-time",          StpMatch, hello_time, filter_u16),
     ROW_NUMBER("@hello-time-hi",       StpMatch, hello_time_high, filter_u16),
     ROW_NUMBER("@forward-delay",       StpMatch, forward_delay, filter_u16),
     ROW_NUMBER("@forward-delay-hi",    StpMatch, forward_delay_high, filter_u16),
     ROW_STRING("@comment",             StpMatch, comment));

ROWS(ArpMatch,
     ROW_NEGATED("@match",         ArpMatch, negated),
     ROW_IN("",                    ArpMatch, macs, FilterMacs),
     ROW_NUMBER("@hwtype",         ArpMatch, hardware_type, filter_u16),
     ROW_NUMBER("@protocoltype",   ArpMatch, protocol_type, filter_u16),
     ROW_NUMBER("@opcode",         ArpMatch, opcode, filter_arp_opcode),
     ROW_FILTER("@arpsrcmacaddr",  ArpMatch, source_mac, filter_mac),
     ROW_FILTER("@arpdstmacaddr",  ArpMatch, target_mac, filter_mac),
     ROW_FILTER("@arpsrcipaddr",   ArpMatch, source_ip, filter_ip),
     ROW_FILTER("@arpsrcipmask",   ArpMatch, source_ip_mask, filter_ip_mask, .since = "1.2.3"),
     ROW_FILTER("@arpdstipaddr",   ArpMatch, target_ip, filter_ip),
     ROW_FILTER("@arpdstipmask",   ArpMatch, target_ip_mask, filter_ip_mask, .since = "1.2.3"),
     ROW_FILTER("@gratuitous",     ArpMatch, gratuitous, filter_boolean, .since = "0.9.2"),
     ROW_STRING("@comment",        ArpMatch, comment));

ROWS_HOOKED(Ipv4Match, (.check = ipv4_match_check),
     ROW_NEGATED("@match",    Ipv4Match, negated),
     ROW_IN("",               Ipv4Match, macs, FilterMacs),
     ROW_FILTER("@srcipaddr", Ipv4Match, source, filter_ip),
     ROW_FILTER("@srcipmask", Ipv4Match, source_mask, filter_ip_mask),
     ROW_FILTER("@dstipaddr", Ipv4Match, target, filter_ip),
     ROW_FILTER("@dstipmask", Ipv4Match, target_mask, filter_ip_mask),
     ROW_NUMBER("@protocol",  Ipv4Match, protocol, filter_ip_protocol),
     ROW_IN("",               Ipv4Match, ports, FilterPorts),
     ROW_NUMBER("@dscp",      Ipv4Match, dscp, filter_dscp),
     ROW_STRING("@comment",   Ipv4Match, comment));

ROWS_HOOKED(Ipv6Match, (.check = ipv6_match_check),
     ROW_NEGATED("@match",    Ipv6Match, negated),
     ROW_IN("",               Ipv6Match, macs, FilterMacs),
     ROW_FILTER("@srcipaddr", Ipv6Match, source, filter_ipv6),
     ROW_FILTER("@srcipmask", Ipv6Match, source_mask, filter_ipv6_mask),
     ROW_FILTER("@dstipaddr", Ipv6Match, target, filter_ipv6),
     ROW_FILTER("@dstipmask", Ipv6Match, target_mask, filter_ipv6_mask),
     ROW_NUMBER("@protocol",  Ipv6Match, protocol, filter_ip_protocol),
     ROW_IN("",               Ipv6Match, ports, FilterPorts),
     ROW_NUMBER("@type",      Ipv6Match, type, filter_u8, .since = "1.2.12"),
     ROW_NUMBER("@typeend",   Ipv6Match, type_end, filter_u8, .since = "1.2.12"),
     ROW_NUMBER("@code",      Ipv6Match, code, filter_u8, .since = "1.2.12"),
     ROW_NUMBER("@codeend",   Ipv6Match, code_end, filter_u8, .since = "1.2.12"),
     ROW_STRING("@comment",   Ipv6Match, comment));

/* A packet's match: what all have, and between the addresses and the comment what its protocol has. */
#define PACKET_ROWS(Match, Ips, ...) \
ROWS(Match, \
     ROW_NEGATED("@match",     Match, negated), \
     ROW_FILTER("@srcmacaddr", Match, source_mac, filter_mac), \
     ROW_IN("",                Match, ips, Ips), \
     ##__VA_ARGS__, \
     ROW_STRING("@comment",    Match, comment))

#define TCP_ROWS(Match, Ips) PACKET_ROWS(Match, Ips, \
     ROW_IN("",                Match, ports, FilterPorts), \
     ROW_FILTER("@flags",      Match, flags, filter_tcp_flags, .since = "0.9.1"))

#define PORT_ROWS(Match, Ips) PACKET_ROWS(Match, Ips, \
     ROW_IN("",                Match, ports, FilterPorts))

#define ICMP_ROWS(Match, Ips) PACKET_ROWS(Match, Ips, \
     ROW_NUMBER("@type",       Match, type, filter_u8), \
     ROW_NUMBER("@code",       Match, code, filter_u8))

TCP_ROWS(TcpMatch, FilterIps);
TCP_ROWS(TcpMatch6, FilterIps6);
PORT_ROWS(PortMatch, FilterIps);
PORT_ROWS(PortMatch6, FilterIps6);
ICMP_ROWS(IcmpMatch, FilterIps);
ICMP_ROWS(IcmpMatch6, FilterIps6);
PACKET_ROWS(PlainMatch, FilterIps);
PACKET_ROWS(PlainMatch6, FilterIps6);

static const Rows *const match_arms[FILTER_PROTOCOL_MAX_] = {
        [FILTER_MAC] = &MacMatch_rows,
        [FILTER_VLAN] = &VlanMatch_rows,
        [FILTER_STP] = &StpMatch_rows,
        [FILTER_ARP] = &ArpMatch_rows,
        [FILTER_RARP] = &ArpMatch_rows,
        [FILTER_IP] = &Ipv4Match_rows,
        [FILTER_IPV6] = &Ipv6Match_rows,
        [FILTER_TCP] = &TcpMatch_rows,
        [FILTER_UDP] = &PortMatch_rows,
        [FILTER_SCTP] = &PortMatch_rows,
        [FILTER_ICMP] = &IcmpMatch_rows,
        [FILTER_IGMP] = &PlainMatch_rows,
        [FILTER_ALL] = &PlainMatch_rows,
        [FILTER_ESP] = &PlainMatch_rows,
        [FILTER_AH] = &PlainMatch_rows,
        [FILTER_UDPLITE] = &PlainMatch_rows,
        [FILTER_TCP_IPV6] = &TcpMatch6_rows,
        [FILTER_UDP_IPV6] = &PortMatch6_rows,
        [FILTER_SCTP_IPV6] = &PortMatch6_rows,
        [FILTER_ICMPV6] = &IcmpMatch6_rows,
        [FILTER_ALL_IPV6] = &PlainMatch6_rows,
        [FILTER_ESP_IPV6] = &PlainMatch6_rows,
        [FILTER_AH_IPV6] = &PlainMatch6_rows,
        [FILTER_UDPLITE_IPV6] = &PlainMatch6_rows,
};

ROWS(FilterMatch,
     ROW_ENUM("name()", FilterMatch, protocol, FilterProtocol),
     ROW_UNION("",      FilterMatch, mac, protocol, match_arms));

ROWS_HOOKED(FilterRule, (.settle = filter_rule_settle),
     ROW_ENUM("@action",      FilterRule, action, FilterAction, .flags = ROW_REQUIRED),
     ROW_ENUM("@direction",   FilterRule, direction, FilterDirection, .flags = ROW_REQUIRED),
     ROW_OPT_INT("@priority", FilterRule, priority, .preset = "500"),
     ROW_VALUE_OF("@statematch", FilterRule, no_state_match, bool, filter_no_state_match, .preset = "true"),
     ROW_LIST("mac|vlan|stp|arp|rarp|ip|ipv6|tcp|udp|sctp|icmp|igmp|all|esp|ah|udplite|tcp-ipv6|udp-ipv6|sctp-ipv6|icmpv6|all-ipv6|esp-ipv6|ah-ipv6|udplite-ipv6",
              FilterRule, matches, FilterMatch));

static const Rows *const entry_arms[FILTER_ENTRY_MAX_] = {
        [FILTER_ENTRY_RULE] = &FilterRule_rows,
        [FILTER_ENTRY_REF] = &FilterRef_rows,
};

ROWS(FilterEntry,
     ROW_ENUM("name()", FilterEntry, kind, FilterEntryKind),
     ROW_UNION("",      FilterEntry, rule, kind, entry_arms));

ROWS_HOOKED(Nwfilter, (.settle = nwfilter_settle, .check = nwfilter_check),
     ROW_STRING("@name",        Nwfilter, name, .flags = ROW_REQUIRED),
     ROW_STRING("@chain",       Nwfilter, chain, .preset = "root"),
     ROW_OPT_INT("@priority",   Nwfilter, priority, .since = "0.9.8", .preset = "by the chain"),
     ROW_UUID("uuid",           Nwfilter, uuid, .preset = "random"),
     ROW_LIST("rule|filterref", Nwfilter, entries, FilterEntry));

/* clang-format on */

DOCUMENT_DEFINE(Nwfilter, nwfilter, "nwfilter", "filter");
