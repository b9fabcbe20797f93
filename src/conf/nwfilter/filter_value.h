/* How the attributes of filter rules travel between text and FilterValue. */
#pragma once

#include "conf/nwfilter.h"

extern const RowCodec filter_negated, filter_no_state_match;
extern const RowCodec filter_mac, filter_mac_mask, filter_ip, filter_ip_mask, filter_ipv6, filter_ipv6_mask;
extern const RowCodec filter_state, filter_tcp_flags, filter_ipset, filter_ipset_flags, filter_boolean;

/* Numbers within limits, some of which have names. */
typedef struct FilterName {
        const char *name;
        uint32_t number;
} FilterName;

typedef struct FilterNumber {
        RowCodec codec;
        uint32_t min, max;
        const FilterName *names; /* NULL: none */
} FilterNumber;

extern const FilterNumber filter_u8, filter_u16, filter_u32, filter_dscp, filter_vlan_id, filter_ether_type,
        filter_encapsulated, filter_ip_protocol, filter_arp_opcode;

#define ROW_FILTER(P, S, m, C, ...) ROW_VALUE_OF(P, S, m, FilterValue, C, ##__VA_ARGS__)
#define ROW_NUMBER(P, S, m, C, ...) ROW_VALUE_OF(P, S, m, FilterValue, C.codec, ##__VA_ARGS__)
#define ROW_NEGATED(P, S, m, ...)   ROW_VALUE_OF(P, S, m, bool, filter_negated, ##__VA_ARGS__)
