/* Network filters: defaults and rules. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_NWFILTER
#include "nwfilter/nwfilter_hooks.h"

#include <string.h>

/* Chains by the beginning of their names: each stands for a protocol, in a fixed order. "root" has no variants. */
static const struct {
        const char *prefix;
        int priority;
} chains[] = {
        { "mac", -800 },  { "vlan", -750 }, { "stp", 0 },     { "ipv4", -700 },
        { "ipv6", -600 }, { "arp", -500 },  { "rarp", -400 },
};

/* The index in `chains`; -1: none. */
static int find_chain(const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(chains); i++)
                if (g_str_has_prefix(name, chains[i].prefix))
                        return (int)i;
        return -1;
}

static bool has_ports(const FilterPorts *ports)
{
        return ports->source_start.set || ports->source_end.set || ports->target_start.set || ports->target_end.set;
}

/* What the variable stands for is known when the filter is used. */
static int check_ports(const FilterPorts *ports, const FilterValue *protocol, const char *what, Error *err)
{
        static const uint32_t with_ports[] = { 6, 17, 33, 132 };

        if (!has_ports(ports) || protocol->text)
                return 0;
        for (size_t i = 0; protocol->set && i < G_N_ELEMENTS(with_ports); i++)
                if (protocol->number == with_ports[i])
                        return 0;
        return error_set(
                err, VIR_ERR_INTERNAL_ERROR,
                "%s rule with port specification requires protocol specification with protocol to be either one "
                "of tcp(6), udp(17), dccp(33), or sctp(132)",
                what);
}

int ipv4_match_check(const void *s, Error *err)
{
        const Ipv4Match *match = s;

        return check_ports(&match->ports, &match->protocol, "IP", err);
}

int ipv6_match_check(const void *s, Error *err)
{
        const Ipv6Match *match = s;

        return check_ports(&match->ports, &match->protocol, "IPv6", err);
}

int filter_rule_settle(void *s, unsigned flags, Error *err)
{
        FilterRule *rule = s;

        if (!rule->priority.set || rule->priority.value < FILTER_PRIORITY_MIN ||
            rule->priority.value > FILTER_PRIORITY_MAX)
                rule->priority = (OptInt){ .value = FILTER_PRIORITY_DEFAULT, .set = true };
        if (rule->n_matches > 1 && flags & ROWS_VALIDATE)
                return error_set(err, VIR_ERR_XML_ERROR, "a rule matches one protocol, not <%s> and <%s>",
                                 enum_text(FilterProtocol, rule->matches[0].protocol),
                                 enum_text(FilterProtocol, rule->matches[1].protocol));
        while (rule->n_matches > 1) /* the first counts */
                rows_list_remove(&FilterMatch_rows, &rule->matches, &rule->n_matches, rule->n_matches - 1);
        return 0;
}

int nwfilter_settle(void *s, unsigned flags, Error *err)
{
        static const Uuid none;
        Nwfilter *filter = s;
        int chain;

        if (memcmp(filter->uuid, none, sizeof(none)) == 0)
                uuid_generate(filter->uuid);
        if (!filter->chain || !*filter->chain) {
                g_free(filter->chain);
                filter->chain = g_strdup("root");
        }
        chain = find_chain(filter->chain);
        if (!filter->priority.set && chain >= 0)
                filter->priority.value = chains[chain].priority;
        filter->priority.set = filter->priority.value != 0;
        return 0;
}

static int check_chain(const char *name, Error *err)
{
        static const char in_name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-";
        enum { CHAIN_MAX_LENGTH = 12 };

        if (strlen(name) > CHAIN_MAX_LENGTH)
                return error_set(err, VIR_ERR_INVALID_ARG, "Name of chain is longer than %d characters",
                                 CHAIN_MAX_LENGTH);
        if (name[strspn(name, in_name)])
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "Chain name contains invalid characters: '%s'; letters, digits and _.:- are allowed",
                                 name);
        if (strcmp(name, "root") != 0 && find_chain(name) < 0)
                return error_set(
                        err, VIR_ERR_INVALID_ARG,
                        "Invalid chain name '%s'. Please use a chain name called 'root' or any of the following "
                        "prefixes: mac, vlan, stp, arp, rarp, ipv4, ipv6",
                        name);
        return 0;
}

int nwfilter_check(const void *s, Error *err)
{
        const Nwfilter *filter = s;

        if (!*filter->name)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "filter has no name");
        if (strpbrk(filter->name, "/\n"))
                return error_set(err, VIR_ERR_XML_ERROR, "name %s cannot contain '/' or a line break", filter->name);
        if (filter->priority.value < FILTER_PRIORITY_MIN || filter->priority.value > FILTER_PRIORITY_MAX)
                return error_set(err, VIR_ERR_INVALID_ARG, "Priority '%d' is outside valid range of [%d,%d]",
                                 filter->priority.value, FILTER_PRIORITY_MIN, FILTER_PRIORITY_MAX);
        return check_chain(filter->chain, err);
}
