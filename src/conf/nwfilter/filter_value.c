/* The values of filter rules: variables, addresses, masks, flags, numbers within limits. */
#include "nwfilter/filter_value.h"

#include <string.h>

static bool value_is_set(const void *p)
{
        return ((const FilterValue *)p)->set;
}

static void value_drop(void *p)
{
        g_clear_pointer(&((FilterValue *)p)->text, g_free);
}

static void value_copy(void *to, const void *from)
{
        FilterValue *copy = to;

        *copy = *(const FilterValue *)from;
        copy->text = g_strdup(copy->text);
}

static bool value_same(const void *a, const void *b)
{
        const FilterValue *x = a, *y = b;

        return x->set == y->set && x->number == y->number && memcmp(x->bytes, y->bytes, sizeof(x->bytes)) == 0 &&
               g_strcmp0(x->text, y->text) == 0;
}

#define VALUE_LIFE .is_set = value_is_set, .drop = value_drop, .copy = value_copy, .same = value_same
#define VARIABLE   "|[$][a-zA-Z0-9_]+(\\[ *@?[0-9]+ *\\])? *"
#define DIGITS     " *([0-9]+|0[xX][0-9a-fA-F]+)"
#define MAC_SIX    "([0-9a-fA-F]{1,2}:){5}[0-9a-fA-F]{1,2}"
#define IPV4       "([0-9]{1,3}\\.){3}[0-9]{1,3}"
#define IPV6       "[0-9a-fA-F:]*:[0-9a-fA-F:]*(:([0-9]{1,3}\\.){3}[0-9]{1,3})?"

#define VALUE_CODEC(EXPECTED, READ, TEXT, SAMPLE, PATTERN)                                                             \
        {                                                                                                              \
                EXPECTED, sizeof(FilterValue), .read = READ, .text = TEXT, VALUE_LIFE, .sample = SAMPLE,               \
                                               .pattern = PATTERN VARIABLE                                             \
        }

/* Variables: "$NAME", "$NAME[2]" (its third value), "$NAME[@2]" (its own, third iterator; that of number 0 is meant
 * when none is said). */

static const char *skip_blanks(const char *text)
{
        return text + strspn(text, " ");
}

static bool read_variable(const char *text, FilterValue *value)
{
        static const char in_name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
        size_t length = strspn(text + 1, in_name);
        const char *end = text + 1 + length;
        bool iterator = false;
        g_autofree char *digits = NULL;
        unsigned index = 0;
        bool indexed = *end == '[';

        if (length == 0)
                return false;
        if (indexed) {
                const char *at = skip_blanks(end + 1);

                iterator = *at == '@';
                at += iterator;
                digits = g_strndup(at, strspn(at, "0123456789"));
                end = skip_blanks(at + strlen(digits));
                if (!text_to_uint(digits, 10, &index) || *end++ != ']')
                        return false;
        }
        if (*skip_blanks(end))
                return false;
        if (!indexed || (iterator && index == 0))
                value->text = g_strdup_printf("$%.*s", (int)length, text + 1);
        else
                value->text = g_strdup_printf("$%.*s[%s%u]", (int)length, text + 1, iterator ? "@" : "", index);
        return value->set = true;
}

static bool write_variable(const FilterValue *value, GString *out)
{
        if (value->text)
                g_string_append(out, value->text);
        return value->text;
}

/* Numbers. */

static bool find_name(const FilterName *names, const char *text, uint32_t *ret)
{
        for (; names && names->name; names++)
                if (g_ascii_strcasecmp(names->name, text) == 0) {
                        *ret = names->number;
                        return true;
                }
        return false;
}

static bool read_number(const Row *row, void *p, const char *text, const char *unit)
{
        const FilterNumber *type = (const FilterNumber *)(const void *)row->codec;
        FilterValue *value = p;
        unsigned number;

        if (*text == '$')
                return read_variable(text, value);
        if (!find_name(type->names, text, &number)) {
                text = skip_blanks(text);
                value->hex = g_ascii_strncasecmp(text, "0x", 2) == 0;
                if (!text_to_uint(value->hex ? text + 2 : text, value->hex ? 16 : 10, &number) || number < type->min ||
                    number > type->max)
                        return false;
        }
        value->number = number;
        return value->set = true;
}

static void write_number(const Row *row, const void *p, GString *out)
{
        const FilterNumber *type = (const FilterNumber *)(const void *)row->codec;
        const FilterValue *value = p;

        if (write_variable(value, out))
                return;
        for (const FilterName *at = type->names; at && at->name; at++)
                if (at->number == value->number) {
                        g_string_append(out, at->name);
                        return;
                }
        g_string_append_printf(out, value->hex ? "0x%x" : "%u", value->number);
}

#define NUMBER(EXPECTED, MIN, MAX, NAMES, SAMPLE, WORDS)                                                               \
        {                                                                                                              \
                .codec = VALUE_CODEC(EXPECTED, read_number, write_number, SAMPLE, DIGITS WORDS), .min = MIN,           \
                .max = MAX, .names = NAMES                                                                             \
        }

static const FilterName ether_types[] = { { "ipv4", 0x800 },  { "ipv6", 0x86dd }, { "arp", 0x806 },
                                          { "rarp", 0x8035 }, { "vlan", 0x8100 }, { NULL, 0 } };
static const FilterName ip_protocols[] = { { "tcp", 6 },     { "udp", 17 }, { "udplite", 136 }, { "esp", 50 },
                                           { "ah", 51 },     { "icmp", 1 }, { "igmp", 2 },      { "sctp", 132 },
                                           { "icmpv6", 58 }, { NULL, 0 } };
static const FilterName arp_opcodes[] = { { "Request", 1 },         { "Reply", 2 },
                                          { "Request_Reverse", 3 }, { "Reply_Reverse", 4 },
                                          { "DRARP_Request", 5 },   { "DRARP_Reply", 6 },
                                          { "DRARP_Error", 7 },     { "InARP_Request", 8 },
                                          { "ARP_NAK", 9 },         { NULL, 0 } };

const FilterNumber filter_u8 = NUMBER("a number up to 255, or a variable", 0, 0xff, NULL, NULL, "");
const FilterNumber filter_u16 = NUMBER("a number up to 65535, or a variable", 0, 0xffff, NULL, NULL, "");
const FilterNumber filter_u32 = NUMBER("a number of 32 bits, or a variable", 0, UINT32_MAX, NULL, NULL, "");
const FilterNumber filter_dscp = NUMBER("a number up to 63, or a variable", 0, 63, NULL, NULL, "");
const FilterNumber filter_vlan_id = NUMBER("a number up to 4095, or a variable", 0, 4095, NULL, NULL, "");
const FilterNumber filter_ether_type =
        NUMBER("arp, rarp, ipv4, ipv6, vlan, a number from 0x600 to 0xffff, or a variable", 0x600, 0xffff, ether_types,
               "0x700", "|[a-zA-Z0-9]+");
const FilterNumber filter_encapsulated = NUMBER("arp, rarp, ipv4, ipv6, vlan, a number up to 0xffff, or a variable", 0,
                                                0xffff, ether_types, NULL, "|[a-zA-Z0-9]+");
const FilterNumber filter_ip_protocol =
        NUMBER("tcp, udp, udplite, esp, ah, icmp, igmp, sctp, icmpv6, a number up to 255, or a variable", 0, 0xff,
               ip_protocols, NULL, "|[a-zA-Z0-9]+");
const FilterNumber filter_arp_opcode =
        NUMBER("Request, Reply or another operation, a number up to 65535, or a variable", 0, 0xffff, arp_opcodes, "70",
               "|[a-zA-Z_]+");

/* Addresses and masks. */

static bool read_mac(const Row *row, void *p, const char *text, const char *unit)
{
        FilterValue *value = p;
        Mac mac;

        if (*text == '$')
                return read_variable(text, value);
        if (!mac_parse(text, &mac))
                return false;
        memcpy(value->bytes, mac.bytes, sizeof(mac.bytes));
        return value->set = true;
}

/* Ones, then zeros. */
static bool read_mac_mask(const Row *row, void *p, const char *text, const char *unit)
{
        FilterValue *value = p;
        uint64_t bits = 0;

        if (!read_mac(row, p, text, unit))
                return false;
        for (unsigned i = 0; i < 6; i++)
                bits = bits << 8 | value->bytes[i];
        bits = ~bits & UINT64_C(0xffffffffffff);
        return value->text || (bits & (bits + 1)) == 0;
}

static void write_mac(const Row *row, const void *p, GString *out)
{
        const FilterValue *value = p;

        if (!write_variable(value, out))
                for (unsigned i = 0; i < 6; i++)
                        g_string_append_printf(out, "%s%02x", i ? ":" : "", value->bytes[i]);
}

static bool read_address(FilterValue *value, const char *text, IpFamily family)
{
        Ip ip;

        if (*text == '$')
                return read_variable(text, value);
        if (!ip_parse(text, &ip) || ip.family != family)
                return false;
        memcpy(value->bytes, ip.bytes, sizeof(ip.bytes));
        return value->set = true;
}

static bool read_ip(const Row *row, void *p, const char *text, const char *unit)
{
        return read_address(p, text, IP_V4);
}

static bool read_ipv6(const Row *row, void *p, const char *text, const char *unit)
{
        return read_address(p, text, IP_V6);
}

static void write_address(const FilterValue *value, IpFamily family, GString *out)
{
        char text[IP_TEXT_LENGTH];
        Ip ip = { .family = family };

        if (write_variable(value, out))
                return;
        memcpy(ip.bytes, value->bytes, sizeof(ip.bytes));
        ip_format(&ip, text);
        g_string_append(out, text);
}

static void write_ip(const Row *row, const void *p, GString *out)
{
        write_address(p, IP_V4, out);
}

static void write_ipv6(const Row *row, const void *p, GString *out)
{
        write_address(p, IP_V6, out);
}

/* How many bits, or the mask itself. */
static bool read_mask(FilterValue *value, const char *text, IpFamily family)
{
        Ip mask;
        int bits;

        if (*text == '$')
                return read_variable(text, value);
        if (text_to_uint(text, 10, &value->number))
                return value->set = value->number <= (family == IP_V4 ? 32 : 128);
        if (!ip_parse(text, &mask) || mask.family != family)
                return false;
        bits = ip_mask_prefix(&mask);
        value->number = (uint32_t)bits;
        return value->set = bits >= 0;
}

static bool read_ip_mask(const Row *row, void *p, const char *text, const char *unit)
{
        return read_mask(p, text, IP_V4);
}

static bool read_ipv6_mask(const Row *row, void *p, const char *text, const char *unit)
{
        return read_mask(p, text, IP_V6);
}

static void write_mask(const Row *row, const void *p, GString *out)
{
        const FilterValue *value = p;

        if (!write_variable(value, out))
                g_string_append_printf(out, "%u", value->number);
}

const RowCodec filter_mac =
        VALUE_CODEC("a MAC address, or a variable", read_mac, write_mac, "52:54:00:01:02:0f", MAC_SIX);
const RowCodec filter_mac_mask = VALUE_CODEC("a mask of a MAC address without gaps, or a variable", read_mac_mask,
                                             write_mac, "ff:ff:ff:00:00:00", MAC_SIX);
const RowCodec filter_ip = VALUE_CODEC("an IPv4 address, or a variable", read_ip, write_ip, "10.0.0.7", IPV4);
const RowCodec filter_ipv6 = VALUE_CODEC("an IPv6 address, or a variable", read_ipv6, write_ipv6, "fd00::7", IPV6);
const RowCodec filter_ip_mask =
        VALUE_CODEC("a netmask or a number up to 32, or a variable", read_ip_mask, write_mask, NULL, "[0-9]+|" IPV4);
const RowCodec filter_ipv6_mask =
        VALUE_CODEC("a netmask or a number up to 128, or a variable", read_ipv6_mask, write_mask, NULL, "[0-9]+|" IPV6);

/* Lists of words: bits. */

static bool read_words(const FilterName *names, const char *text, uint32_t *ret)
{
        g_auto(GStrv) words = g_strsplit(text, ",", -1);
        uint32_t bits = 0, bit;

        if (!words[0])
                return false;
        for (char **word = words; *word; word++) {
                if (!find_name(names, g_strstrip(*word), &bit))
                        return false;
                bits |= bit;
        }
        *ret = bits;
        return true;
}

static void write_words(const FilterName *names, uint32_t bits, GString *out)
{
        const char *comma = "";

        for (; names->name; names++)
                if (names->number && (bits & names->number) == names->number) {
                        g_string_append_printf(out, "%s%s", comma, names->name);
                        comma = ",";
                }
}

static const FilterName states[] = { { "NEW", FILTER_STATE_NEW },         { "ESTABLISHED", FILTER_STATE_ESTABLISHED },
                                     { "RELATED", FILTER_STATE_RELATED }, { "INVALID", FILTER_STATE_INVALID },
                                     { "NONE", FILTER_STATE_NONE },       { NULL, 0 } };

static bool read_state(const Row *row, void *p, const char *text, const char *unit)
{
        FilterValue *value = p;

        if (*text == '$')
                return read_variable(text, value);
        if (!read_words(states, text, &value->number))
                return false;
        if (value->number & FILTER_STATE_NONE) /* says all */
                value->number = FILTER_STATE_NONE;
        return value->set = true;
}

static void write_state(const Row *row, const void *p, GString *out)
{
        const FilterValue *value = p;

        if (!write_variable(value, out))
                write_words(states, value->number, out);
}

enum { TCP_ALL = 0x3f };

static const FilterName tcp_flags[] = { { "FIN", 1 },  { "SYN", 2 },       { "RST", 4 },  { "PSH", 8 }, { "ACK", 16 },
                                        { "URG", 32 }, { "ALL", TCP_ALL }, { "NONE", 0 }, { NULL, 0 } };

/* "MASK/FLAGS" */
static bool read_tcp_flags(const Row *row, void *p, const char *text, const char *unit)
{
        const char *slash = strchr(text, '/');
        g_autofree char *first = NULL;
        FilterValue *value = p;
        uint32_t mask, flags;

        if (*text == '$')
                return read_variable(text, value);
        if (!slash)
                return false;
        first = g_strndup(text, (size_t)(slash - text));
        if (!read_words(tcp_flags, first, &mask) || !read_words(tcp_flags, slash + 1, &flags))
                return false;
        value->number = mask << FILTER_TCP_MASK_SHIFT | flags;
        return value->set = true;
}

static void write_flag_set(uint32_t bits, GString *out)
{
        static const FilterName single[] = { { "FIN", 1 },  { "SYN", 2 },  { "RST", 4 }, { "PSH", 8 },
                                             { "ACK", 16 }, { "URG", 32 }, { NULL, 0 } };

        if (bits == 0 || bits == TCP_ALL)
                g_string_append(out, bits ? "ALL" : "NONE");
        else
                write_words(single, bits, out);
}

static void write_tcp_flags(const Row *row, const void *p, GString *out)
{
        const FilterValue *value = p;

        if (write_variable(value, out))
                return;
        write_flag_set(value->number >> FILTER_TCP_MASK_SHIFT, out);
        g_string_append_c(out, '/');
        write_flag_set(value->number & TCP_ALL, out);
}

/* Sets of addresses. */

static bool read_ipset(const Row *row, void *p, const char *text, const char *unit)
{
        static const char in_name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-+ ";
        enum { NAME_MAX_LENGTH = 31 };
        FilterValue *value = p;

        if (*text == '$')
                return read_variable(text, value);
        if (!*text || strlen(text) > NAME_MAX_LENGTH || text[strspn(text, in_name)])
                return false;
        value->text = g_strdup(text);
        return value->set = true;
}

static void write_text(const Row *row, const void *p, GString *out)
{
        write_variable(p, out);
}

enum { IPSET_FLAGS_MAX = 6 };

/* Up to six of "src" and "dst": a bit each, the first lowest; how many in the bits above. */
static bool read_ipset_flags(const Row *row, void *p, const char *text, const char *unit)
{
        static const FilterName names[] = { { "dst", 0 }, { "src", 1 }, { NULL, 0 } };
        g_auto(GStrv) words = g_strsplit(text, ",", -1);
        unsigned n = g_strv_length(words);
        FilterValue *value = p;
        uint32_t bit;

        if (*text == '$')
                return read_variable(text, value);
        if (n == 0 || n > IPSET_FLAGS_MAX)
                return false;
        for (unsigned i = 0; i < n; i++) {
                if (!find_name(names, g_strstrip(words[i]), &bit))
                        return false;
                value->number |= bit << i;
        }
        value->number |= n << 8;
        return value->set = true;
}

static void write_ipset_flags(const Row *row, const void *p, GString *out)
{
        const FilterValue *value = p;

        if (write_variable(value, out))
                return;
        for (unsigned i = 0; i < value->number >> 8; i++)
                g_string_append_printf(out, "%s%s", i ? "," : "", value->number & 1u << i ? "src" : "dst");
}

/* Yes and no. */

static bool read_boolean(const Row *row, void *p, const char *text, const char *unit)
{
        static const FilterName names[] = { { "yes", 1 },   { "true", 1 }, { "1", 1 }, { "no", 0 },
                                            { "false", 0 }, { "0", 0 },    { NULL, 0 } };
        FilterValue *value = p;

        if (*text == '$')
                return read_variable(text, value);
        return value->set = find_name(names, text, &value->number);
}

static void write_boolean(const Row *row, const void *p, GString *out)
{
        const FilterValue *value = p;

        if (!write_variable(value, out))
                g_string_append(out, value->number ? "true" : "false");
}

const RowCodec filter_state = VALUE_CODEC("NEW, ESTABLISHED, RELATED, INVALID (comma-separated), or NONE", read_state,
                                          write_state, "NEW,RELATED", "[a-zA-Z, ]+");
const RowCodec filter_tcp_flags = VALUE_CODEC("MASK/FLAGS of SYN, ACK, URG, PSH, FIN, RST, ALL, NONE", read_tcp_flags,
                                              write_tcp_flags, "SYN,ACK/SYN", "[a-zA-Z, ]+/[a-zA-Z, ]+");
const RowCodec filter_ipset = VALUE_CODEC("the name of an ipset, or a variable", read_ipset, write_text, "some:set",
                                          "[a-zA-Z0-9_.:+ \\-]{1,31}");
const RowCodec filter_ipset_flags = VALUE_CODEC("up to six of src and dst, comma-separated", read_ipset_flags,
                                                write_ipset_flags, "src,dst", "[a-zA-Z, ]+");
const RowCodec filter_boolean = VALUE_CODEC("yes or no", read_boolean, write_boolean, "true", "[a-zA-Z]+|0|1");

static bool read_negated(const Row *row, void *p, const char *text, const char *unit)
{
        *(bool *)p = strcmp(text, "no") == 0;
        return *(bool *)p || strcmp(text, "yes") == 0;
}

static void write_negated(const Row *row, const void *p, GString *out)
{
        g_string_append(out, "no");
}

/* What is not false is true, which is what absence says too. */
static bool read_no_state_match(const Row *row, void *p, const char *text, const char *unit)
{
        *(bool *)p = strcmp(text, "0") == 0 || g_ascii_strcasecmp(text, "false") == 0;
        return true;
}

static void write_no_state_match(const Row *row, const void *p, GString *out)
{
        g_string_append(out, "false");
}

const RowCodec filter_negated = { "yes or no",           sizeof(bool),   .read = read_negated,
                                  .text = write_negated, .sample = "no", .pattern = "yes|no" };
const RowCodec filter_no_state_match = { "false or true",
                                         sizeof(bool),
                                         .read = read_no_state_match,
                                         .text = write_no_state_match,
                                         .sample = "false",
                                         .pattern = "[a-zA-Z0-9]+" };
