/* Reading a container's configuration. What the beancounters limit apart from memory has no word in the document. */
#include "openvz/openvz_conf.h"

#include <string.h>

#include "conf/ip.h"
#include "conf/network_parts.h"
#include "util/text.h"

enum { PAGE_KIB = 4, LIST_MAX = 1024 };

/* The value on one line, in double or single quotes or bare; a quote that is not closed ends with the line. */
static char *unquote(const char *text)
{
        g_autofree char *copy = g_strstrip(g_strdup(text));
        char quote = *copy;
        char *end;

        if (quote != '"' && quote != '\'') {
                copy[strcspn(copy, " \t")] = '\0';
                return g_steal_pointer(&copy);
        }
        end = strchr(copy + 1, quote);
        return end ? g_strndup(copy + 1, (gsize)(end - copy - 1)) : g_strdup(copy + 1);
}

char *openvz_conf_value(const char *text, const char *name)
{
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        g_autofree char *value = NULL;
        size_t length = strlen(name);

        for (char **line = lines; *line; line++) {
                g_autofree char *found = NULL;
                const char *at = *line + strspn(*line, " \t");

                if (strncmp(at, name, length) != 0 || at[length] != '=')
                        continue;
                found = unquote(at + length + 1);
                if (*found) {
                        g_free(value);
                        value = g_steal_pointer(&found);
                }
        }
        return g_steal_pointer(&value);
}

/* "BARRIER:LIMIT"; one number is both. The largest value means that there is none. */
static bool parse_pages(const char *text, OptUint64 *ret_barrier_kib, OptUint64 *ret_limit_kib)
{
        g_auto(GStrv) parts = g_strsplit(text, ":", 2);
        uint64_t barrier, limit;

        if (!parts[0] || !text_to_uint64(parts[0], 10, &barrier))
                return false;
        limit = barrier;
        if (parts[1] && strcmp(parts[1], "unlimited") != 0 && !text_to_uint64(parts[1], 10, &limit))
                return false;
        if (parts[1] && strcmp(parts[1], "unlimited") == 0)
                limit = INT32_MAX;
        if (barrier > 0 && barrier < INT32_MAX)
                *ret_barrier_kib = (OptUint64){ .value = barrier * PAGE_KIB, .set = true };
        if (limit > 0 && limit < INT32_MAX)
                *ret_limit_kib = (OptUint64){ .value = limit * PAGE_KIB, .set = true };
        return true;
}

static int read_memory(const char *text, Domain *d, Error *err)
{
        g_autofree char *pages = openvz_conf_value(text, "PHYSPAGES");
        g_autofree char *guaranteed = openvz_conf_value(text, "VMGUARPAGES");
        OptUint64 ignored = { 0 };
        Memtune limits = { 0 };

        if (pages && !parse_pages(pages, &limits.soft_limit_kib, &limits.hard_limit_kib))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Could not read '%s' from config: PHYSPAGES is BARRIER:LIMIT", pages);
        if (guaranteed && !parse_pages(guaranteed, &limits.min_guarantee_kib, &ignored))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Could not read '%s' from config: VMGUARPAGES is BARRIER:LIMIT", guaranteed);
        d->memory_kib = d->current_memory_kib = limits.hard_limit_kib.value;
        if (limits.hard_limit_kib.set || limits.soft_limit_kib.set || limits.min_guarantee_kib.set)
                d->memtune = g_memdup2(&limits, sizeof(limits));
        return 0;
}

static int read_cpu(const char *text, Domain *d, Error *err)
{
        g_autofree char *cpus = openvz_conf_value(text, "CPUS");
        g_autofree char *units = openvz_conf_value(text, "CPUUNITS");

        d->vcpu_max = 1;
        if (cpus && (!text_to_uint(cpus, 10, &d->vcpu_max) || d->vcpu_max == 0))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Could not read config for container: CPUS is '%s'",
                                 cpus);
        if (!units)
                return 0;
        d->cputune = g_new0(Cputune, 1);
        d->cputune->shares.set = text_to_uint64(units, 10, &d->cputune->shares.value);
        return d->cputune->shares.set ? 0
                                      : error_set(err, VIR_ERR_INTERNAL_ERROR,
                                                  "Could not read config for container: CPUUNITS is '%s'", units);
}

/* The private area where it is named, otherwise the template that it was made of. */
static void read_root(const char *text, const char *ctid, Domain *d)
{
        g_autofree char *private = openvz_conf_value(text, "VE_PRIVATE");
        g_autofree char *template = openvz_conf_value(text, "OSTEMPLATE");
        g_auto(GStrv) parts = g_strsplit(private ? private : "", "$VEID", -1);
        Filesystem *fs;

        if (!private && !template)
                return;
        fs = rows_list_insert(&Filesystem_rows, &d->filesystems, &d->n_filesystems, 0);
        fs->type = private ? FILESYSTEM_MOUNT : FILESYSTEM_TEMPLATE;
        fs->target = g_strdup("/");
        if (private)
                fs->source = g_strjoinv(ctid, parts);
        else
                fs->source_name = g_strdup(template);
}

/* Addresses without an interface of their own: venet. */
static int read_addresses(const char *text, Domain *d, Error *err)
{
        g_autofree char *value = openvz_conf_value(text, "IP_ADDRESS");
        g_auto(GStrv) addresses = g_strsplit_set(value ? value : "", " \t", -1);

        for (char **address = addresses; *address; address++) {
                g_auto(GStrv) parts = g_strsplit(*address, "/", 2);
                Interface *interface;
                IpAddress *ip;
                Ip parsed;

                if (!parts[0] || *parts[0] == '\0')
                        continue;
                if (!ip_parse(parts[0], &parsed) || d->n_interfaces >= LIST_MAX)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "Could not read 'IP_ADDRESS' from config: '%s' is no address", *address);
                interface = rows_list_insert(&Interface_rows, &d->interfaces, &d->n_interfaces, d->n_interfaces);
                interface->type = INTERFACE_ETHERNET;
                ip = rows_list_insert(&IpAddress_rows, &interface->ips, &interface->n_ips, 0);
                ip->address = g_strdup(parts[0]);
                ip->family = g_strdup(enum_text(IpFamily, parsed.family));
                if (parts[1])
                        ip->prefix.set = text_to_uint(parts[1], 10, &ip->prefix.value);
        }
        return 0;
}

/* "ifname=eth0,mac=..,host_ifname=veth1.0,bridge=br0" */
static int read_veth(const char *text, Domain *d, Error *err)
{
        g_auto(GStrv) parts = g_strsplit(text, ",", -1);
        Interface *interface;

        if (d->n_interfaces >= LIST_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Could not read 'NETIF' from config: too many interfaces");
        interface = rows_list_insert(&Interface_rows, &d->interfaces, &d->n_interfaces, d->n_interfaces);
        interface->type = INTERFACE_BRIDGE;
        for (char **part = parts; *part; part++) {
                char *equal = strchr(*part, '=');
                const char *value = equal ? equal + 1 : "";

                if (g_str_has_prefix(*part, "mac=") && !mac_parse(value, &interface->mac))
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "Wrong MAC address '%s' in NETIF", value);
                if (g_str_has_prefix(*part, "ifname=") && !interface->guest_dev)
                        interface->guest_dev = g_strdup(value);
                if (g_str_has_prefix(*part, "host_ifname=") && !interface->target)
                        interface->target = g_strdup(value);
                if (g_str_has_prefix(*part, "bridge=") && !interface->bridge.bridge)
                        interface->bridge.bridge = g_strdup(value);
        }
        if (!interface->bridge.bridge)
                interface->type = INTERFACE_ETHERNET;
        return 0;
}

static int read_veths(const char *text, Domain *d, Error *err)
{
        g_autofree char *value = openvz_conf_value(text, "NETIF");
        g_auto(GStrv) interfaces = g_strsplit(value ? value : "", ";", -1);

        for (char **interface = interfaces; *interface; interface++)
                if (**interface && read_veth(*interface, d, err) < 0)
                        return -1;
        return 0;
}

/* libvirt's driver keeps the uuid in a comment. */
static void read_uuid(const char *text, Domain *d)
{
        const char *mark = strstr(text, "#UUID:");
        g_autofree char *line =
                mark ? g_strndup(mark + strlen("#UUID:"), strcspn(mark + strlen("#UUID:"), "\n")) : NULL;

        if (!line || !uuid_parse(line, d->uuid))
                uuid_generate(d->uuid);
}

static int read_domain(const char *text, const char *ctid, Domain *d, Error *err)
{
        g_autofree char *name = openvz_conf_value(text, "NAME");

        if (!ctid && !name)
                return error_set(err, VIR_ERR_INVALID_ARG,
                                 "the configuration has no NAME: the container's number is needed");
        d->type = VIRT_OPENVZ;
        d->name = g_strdup(ctid ? ctid : name);
        d->os.type = g_strdup("exe");
        d->os.init = g_strdup("/sbin/init");
        read_uuid(text, d);
        read_root(text, ctid ? ctid : name, d);
        if (read_memory(text, d, err) < 0 || read_cpu(text, d, err) < 0 || read_addresses(text, d, err) < 0)
                return -1;
        return read_veths(text, d, err);
}

int openvz_conf_parse(const char *text, size_t length, const char *ctid, Domain **ret, Error *err)
{
        g_autofree char *copy = g_strndup(text, length);
        Domain *d;

        if (!g_utf8_validate(text, (gssize)length, NULL))
                return error_set(err, VIR_ERR_CONF_SYNTAX, "the configuration is not UTF-8 text");
        d = domain_new();
        if (read_domain(copy, ctid, d, err) < 0 || domain_settle(d, DOMAIN_PARSE_INACTIVE, err) < 0) {
                domain_unref(d);
                return -1;
        }
        *ret = d;
        return 0;
}
