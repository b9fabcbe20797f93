/* Network filters: rules for the packets of a guest, and other filters that a filter includes. */
#pragma once

#include "conf/document.h"
#include "conf/network_parts.h"

typedef enum COMPACT {
        FILTER_ACTION_NONE,
        FILTER_DROP,
        FILTER_ACCEPT,
        FILTER_REJECT,
        FILTER_RETURN,
        FILTER_CONTINUE,
        FILTER_ACTION_MAX_
} FilterAction;
extern const char *const FilterAction_names[];

typedef enum COMPACT {
        FILTER_DIRECTION_NONE,
        FILTER_IN,
        FILTER_OUT,
        FILTER_INOUT,
        FILTER_DIRECTION_MAX_,
} FilterDirection;
extern const char *const FilterDirection_names[];

/* A value that a guest's parameter may stand for: "$NAME", "$NAME[3]", "$NAME[@1]". */
typedef struct FilterValue {
        char *text;              /* "$NAME...", the name of an ipset; NULL: the rest holds */
        uint32_t number;         /* a number, the bits of a mask, flags */
        unsigned char bytes[16]; /* an address */
        bool set;
        bool hex; /* the number was written so */
} FilterValue;

/* Bits of FilterValue.number */
enum {
        FILTER_STATE_NEW = 1 << 0,
        FILTER_STATE_ESTABLISHED = 1 << 1,
        FILTER_STATE_RELATED = 1 << 2,
        FILTER_STATE_INVALID = 1 << 3,
        FILTER_STATE_NONE = 1 << 4,
        FILTER_TCP_MASK_SHIFT = 8, /* `flags`: the mask above the flags */
};

typedef struct FilterMacs {
        FilterValue source, source_mask, target, target_mask;
} FilterMacs;
extern const Rows FilterMacs_rows;

typedef struct FilterPorts {
        FilterValue source_start, source_end, target_start, target_end;
} FilterPorts;
extern const Rows FilterPorts_rows;

/* IPv4; the same of IPv6 has rows of its own. */
typedef struct FilterIps {
        FilterValue source, source_mask, target, target_mask;
        FilterValue source_from, source_to, target_from, target_to;
        FilterValue dscp, connlimit_above, state, ipset, ipset_flags;
} FilterIps;
extern const Rows FilterIps_rows;
typedef FilterIps FilterIps6;
extern const Rows FilterIps6_rows;

typedef struct MacMatch {
        bool negated;
        FilterMacs macs;
        FilterValue protocol;
        char *comment;
} MacMatch;
extern const Rows MacMatch_rows;

typedef struct VlanMatch {
        bool negated;
        FilterMacs macs;
        FilterValue id;
        FilterValue encapsulated;
        char *comment;
} VlanMatch;
extern const Rows VlanMatch_rows;

typedef struct StpMatch {
        bool negated;
        FilterValue source, source_mask;
        FilterValue type, flags;
        FilterValue root_priority, root_priority_high, root_address, root_address_mask, root_cost, root_cost_high;
        FilterValue sender_priority, sender_priority_high, sender_address, sender_address_mask;
        FilterValue port, port_high, age, age_high, max_age, max_age_high;
        FilterValue hello_time, hello_time_high, forward_delay, forward_delay_high;
        char *comment;
} StpMatch;
extern const Rows StpMatch_rows;

/* ARP and RARP. */
typedef struct ArpMatch {
        bool negated;
        FilterMacs macs;
        FilterValue hardware_type, protocol_type, opcode;
        FilterValue source_mac, target_mac;
        FilterValue source_ip, source_ip_mask, target_ip, target_ip_mask;
        FilterValue gratuitous;
        char *comment;
} ArpMatch;
extern const Rows ArpMatch_rows;

typedef struct Ipv4Match {
        bool negated;
        FilterMacs macs;
        FilterValue source, source_mask, target, target_mask;
        FilterValue protocol;
        FilterPorts ports;
        FilterValue dscp;
        char *comment;
} Ipv4Match;
extern const Rows Ipv4Match_rows;

typedef struct Ipv6Match {
        bool negated;
        FilterMacs macs;
        FilterValue source, source_mask, target, target_mask;
        FilterValue protocol;
        FilterPorts ports;
        FilterValue type, type_end, code, code_end;
        char *comment;
} Ipv6Match;
extern const Rows Ipv6Match_rows;

/* What the connection tracking sees; each protocol has rows for its part of it. */
typedef struct PacketMatch {
        bool negated;
        FilterValue source_mac;
        FilterIps ips;
        FilterPorts ports;      /* tcp, udp, sctp */
        FilterValue flags;      /* tcp */
        FilterValue type, code; /* icmp */
        char *comment;
} PacketMatch;

typedef PacketMatch TcpMatch, PortMatch, IcmpMatch, PlainMatch, TcpMatch6, PortMatch6, IcmpMatch6, PlainMatch6;
extern const Rows TcpMatch_rows, PortMatch_rows, IcmpMatch_rows, PlainMatch_rows;
extern const Rows TcpMatch6_rows, PortMatch6_rows, IcmpMatch6_rows, PlainMatch6_rows;

typedef enum COMPACT {
        FILTER_PROTOCOL_NONE,
        FILTER_MAC,
        FILTER_VLAN,
        FILTER_STP,
        FILTER_ARP,
        FILTER_RARP,
        FILTER_IP,
        FILTER_IPV6,
        FILTER_TCP,
        FILTER_UDP,
        FILTER_SCTP,
        FILTER_ICMP,
        FILTER_IGMP,
        FILTER_ALL,
        FILTER_ESP,
        FILTER_AH,
        FILTER_UDPLITE,
        FILTER_TCP_IPV6,
        FILTER_UDP_IPV6,
        FILTER_SCTP_IPV6,
        FILTER_ICMPV6,
        FILTER_ALL_IPV6,
        FILTER_ESP_IPV6,
        FILTER_AH_IPV6,
        FILTER_UDPLITE_IPV6,
        FILTER_PROTOCOL_MAX_
} FilterProtocol;
extern const char *const FilterProtocol_names[];

typedef struct FilterMatch {
        FilterProtocol protocol;
        union {
                MacMatch mac;
                VlanMatch vlan;
                StpMatch stp;
                ArpMatch arp;
                Ipv4Match ip;
                Ipv6Match ipv6;
                PacketMatch packet; /* all others */
        };
} FilterMatch;
extern const Rows FilterMatch_rows;

typedef struct FilterRule {
        FilterAction action;
        FilterDirection direction;
        OptInt priority;
        bool no_state_match;
        FilterMatch *matches; /* one; none: any packet */
        size_t n_matches;
} FilterRule;
extern const Rows FilterRule_rows;

typedef enum COMPACT { FILTER_ENTRY_NONE, FILTER_ENTRY_RULE, FILTER_ENTRY_REF, FILTER_ENTRY_MAX_ } FilterEntryKind;
extern const char *const FilterEntryKind_names[];

typedef struct FilterEntry {
        FilterEntryKind kind;
        union {
                FilterRule rule;
                FilterRef ref;
        };
} FilterEntry;
extern const Rows FilterEntry_rows;

typedef struct Nwfilter {
        char *name;
        char *chain;
        OptInt priority; /* of the chain */
        Uuid uuid;
        FilterEntry *entries;
        size_t n_entries;
} Nwfilter;
extern const Rows Nwfilter_rows;

DOCUMENT_DECLARE(Nwfilter, nwfilter);

enum { FILTER_PRIORITY_MIN = -1000, FILTER_PRIORITY_MAX = 1000, FILTER_PRIORITY_DEFAULT = 500 };
