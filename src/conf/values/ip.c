/* IP addresses: text, comparison, networks. */
#include "conf/ip.h"

#include <arpa/inet.h>
#include <string.h>

ENUM_TABLE(IpFamily, IP_MAX_) = {
        [IP_V4] = "ipv4",
        [IP_V6] = "ipv6",
};

bool ip_parse(const char *text, Ip *ret)
{
        Ip ip = { .family = strchr(text, ':') ? IP_V6 : IP_V4 };

        if (inet_pton(ip.family == IP_V6 ? AF_INET6 : AF_INET, text, ip.bytes) != 1)
                return false;
        *ret = ip;
        return true;
}

void ip_format(const Ip *ip, char text[IP_TEXT_LENGTH])
{
        text[0] = 0;
        if (ip->family != IP_NONE)
                inet_ntop(ip->family == IP_V6 ? AF_INET6 : AF_INET, ip->bytes, text, IP_TEXT_LENGTH);
}

bool ip_same(const Ip *a, const Ip *b)
{
        return memcmp(a, b, sizeof(*a)) == 0;
}

int ip_compare(const Ip *a, const Ip *b)
{
        return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

unsigned ip_bits(const Ip *ip)
{
        return ip->family == IP_V6 ? 128 : 32;
}

Ip ip_network(const Ip *ip, unsigned prefix, bool ones)
{
        Ip network = *ip;

        for (unsigned bit = prefix; bit < ip_bits(ip); bit++) {
                unsigned char mask = (unsigned char)(0x80 >> bit % 8);

                if (ones)
                        network.bytes[bit / 8] |= mask;
                else
                        network.bytes[bit / 8] &= (unsigned char)~mask;
        }
        return network;
}

bool ip_is_any(const Ip *ip)
{
        static const Ip none;

        return memcmp(ip->bytes, none.bytes, sizeof(none.bytes)) == 0;
}

int ip_mask_prefix(const Ip *mask)
{
        unsigned n = 0;
        Ip rest;

        while (n < ip_bits(mask) && mask->bytes[n / 8] & 0x80 >> n % 8)
                n++;
        rest = ip_network(mask, n, false);
        return ip_same(&rest, mask) ? (int)n : -1;
}

uint64_t ip_distance(const Ip *low, const Ip *high)
{
        uint64_t distance = 0;

        if (ip_compare(low, high) > 0)
                return 0;
        for (unsigned i = 0; i < ip_bits(low) / 8; i++) {
                if (distance > UINT64_MAX >> 8)
                        return UINT64_MAX;
                /* A byte may borrow from those in front of it, never from the whole. */
                distance = (distance << 8) + high->bytes[i] - low->bytes[i];
        }
        return distance == UINT64_MAX ? distance : distance + 1;
}

static bool read_ip(const Row *row, void *p, const char *text, const char *unit)
{
        return ip_parse(text, p);
}

static bool read_ipv4(const Row *row, void *p, const char *text, const char *unit)
{
        return !strchr(text, ':') && ip_parse(text, p);
}

static void write_ip(const Row *row, const void *p, GString *out)
{
        char text[IP_TEXT_LENGTH];

        ip_format(p, text);
        g_string_append(out, text);
}

/* 0.0.0.0 is an address. */
static bool has_family(const void *p)
{
        return ((const Ip *)p)->family != IP_NONE;
}

#define IPV4_PATTERN "([0-9]{1,3}\\.){3}[0-9]{1,3}"
#define IPV6_PATTERN "[0-9a-fA-F:]*:[0-9a-fA-F:]*(:([0-9]{1,3}\\.){3}[0-9]{1,3})?"

const RowCodec row_ip = { "an IPv4 or IPv6 address",
                          sizeof(Ip),
                          .read = read_ip,
                          .is_set = has_family,
                          .text = write_ip,
                          .sample = "10.0.0.7",
                          .pattern = IPV4_PATTERN "|" IPV6_PATTERN };
const RowCodec row_ipv4 = { "an IPv4 address", sizeof(Ip),           .read = read_ipv4,      .is_set = has_family,
                            .text = write_ip,  .sample = "10.0.0.7", .pattern = IPV4_PATTERN };
