/* IP addresses as documents hold them: numbers, not text, so that every spelling of an address is the same address. */
#pragma once

#include "conf/rows.h"

typedef enum COMPACT { IP_NONE, IP_V4, IP_V6, IP_MAX_ } IpFamily;
extern const char *const IpFamily_names[]; /* "ipv4", "ipv6" */

/* All zero: none. */
typedef struct Ip {
        unsigned char bytes[16]; /* the first four of IPv4; network order */
        IpFamily family;
} Ip;

enum { IP_TEXT_LENGTH = 48 };

extern const RowCodec row_ip, row_ipv4;

#define ROW_IP(P, S, m, ...)   ROW_VALUE_OF(P, S, m, Ip, row_ip, ##__VA_ARGS__)
#define ROW_IPV4(P, S, m, ...) ROW_VALUE_OF(P, S, m, Ip, row_ipv4, ##__VA_ARGS__)

/** ip_parse: numbers only, no names; false leaves *ret alone. */
bool ip_parse(const char *text, Ip *ret);
void ip_format(const Ip *ip, char text[IP_TEXT_LENGTH]);
bool ip_same(const Ip *a, const Ip *b);
/** ip_compare: as memcmp; both of one family. */
int ip_compare(const Ip *a, const Ip *b);
/** ip_bits: 32 or 128. */
unsigned ip_bits(const Ip *ip);
/** ip_network: @ip with all bits behind the first @prefix cleared (@ones: set). */
Ip ip_network(const Ip *ip, unsigned prefix, bool ones);
/** ip_is_any: all bits are zero. */
bool ip_is_any(const Ip *ip);
/** ip_mask_prefix: how many leading bits a mask has, -1 if there are gaps. */
int ip_mask_prefix(const Ip *mask);
/** ip_distance: how many addresses lie between @low and @high, both included; UINT64_MAX when more than that. 0 if @high
 * is below @low. */
uint64_t ip_distance(const Ip *low, const Ip *high);
