/* lxc.network.* (each `type` begins another) and lxc.net.N.* into interfaces and host devices. */
#include <limits.h>
#include <string.h>

#include "conf/ip.h"
#include "parts.h"
#include "util/random.h"
#include "util/text.h"

enum { NETWORKS_MAX = 1024, ADDRESSES_MAX = 256 };

/* One network, of borrowed texts. */
typedef struct Network {
        unsigned number; /* of lxc.net.N */
        const char *type, *link, *flags, *hwaddr, *name, *macvlan_mode, *vlan_id;
        const char *ipv4_gateway, *ipv6_gateway;
        GPtrArray *addresses; /* LxcEntry, IPv4 and IPv6 */
} Network;

static void network_free(void *opaque)
{
        Network *network = opaque;

        g_ptr_array_unref(network->addresses);
        g_free(network);
}

static Network *network_new(GPtrArray *networks, unsigned number)
{
        Network *network = g_new0(Network, 1);

        network->number = number;
        network->addresses = g_ptr_array_new();
        g_ptr_array_add(networks, network);
        return network;
}

/* The key without its beginning, and the network that it belongs to; NULL if it is about none. */
static const char *key_of(const LxcEntry *entry, GPtrArray *networks, Network **ret_network)
{
        unsigned number;
        char *end;

        if (g_str_has_prefix(entry->key, "lxc.network.")) {
                const char *key = entry->key + strlen("lxc.network.");

                if (strcmp(key, "type") == 0 || networks->len == 0)
                        network_new(networks, networks->len);
                *ret_network = g_ptr_array_index(networks, networks->len - 1);
                return key;
        }
        if (!g_str_has_prefix(entry->key, "lxc.net.") || !g_ascii_isdigit(entry->key[strlen("lxc.net.")]))
                return NULL;
        number = (unsigned)MIN(g_ascii_strtoull(entry->key + strlen("lxc.net."), &end, 10), UINT_MAX);
        if (*end != '.')
                return NULL;
        for (guint i = 0; i < networks->len; i++) {
                *ret_network = g_ptr_array_index(networks, i);
                if ((*ret_network)->number == number)
                        return end + 1;
        }
        *ret_network = network_new(networks, number);
        return end + 1;
}

static void take_key(Network *network, const char *key, LxcEntry *entry)
{
        const struct {
                const char *key;
                const char **at;
        } texts[] = {
                { "type", &network->type },
                { "link", &network->link },
                { "flags", &network->flags },
                { "hwaddr", &network->hwaddr },
                { "name", &network->name },
                { "macvlan.mode", &network->macvlan_mode },
                { "vlan.id", &network->vlan_id },
                { "ipv4.gateway", &network->ipv4_gateway },
                { "ipv6.gateway", &network->ipv6_gateway },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
                if (strcmp(key, texts[i].key) == 0)
                        *texts[i].at = *entry->value ? entry->value : NULL;
        if (g_strcmp0(key, "ipv4") == 0 || strcmp(key, "ipv6") == 0 || strcmp(key, "ipv4.address") == 0 ||
            strcmp(key, "ipv6.address") == 0)
                g_ptr_array_add(network->addresses, entry);
}

/* "192.168.1.2/24 192.168.1.255": the broadcast address follows from the rest. */
static int read_address(const LxcEntry *entry, IpAddress *address, Error *err)
{
        g_auto(GStrv) words = g_strsplit_set(entry->value, " \t", 2);
        g_auto(GStrv) parts = g_strsplit(words[0] ? words[0] : "", "/", 2);
        Ip ip;

        if (!parts[0] || !ip_parse(parts[0], &ip))
                return lxc_entry_error(entry, "ADDRESS/PREFIX", err);
        if (parts[1] && (!text_to_uint(parts[1], 10, &address->prefix.value) || address->prefix.value > ip_bits(&ip)))
                return lxc_entry_error(entry, "ADDRESS/PREFIX", err);
        address->prefix.set = parts[1] != NULL;
        address->address = g_strdup(parts[0]);
        address->family = g_strdup(enum_text(IpFamily, ip.family));
        return 0;
}

static int read_addresses(const Network *network, IpAddress **ips, size_t *n_ips, Error *err)
{
        for (guint i = 0; i < network->addresses->len; i++) {
                const LxcEntry *entry = g_ptr_array_index(network->addresses, i);

                if (i >= ADDRESSES_MAX)
                        return lxc_entry_error(entry, "one of at most 256 addresses", err);
                if (*entry->value &&
                    read_address(entry, rows_list_insert(&IpAddress_rows, ips, n_ips, *n_ips), err) < 0)
                        return -1;
        }
        return 0;
}

/* "auto" and "dev" leave it to others. */
static int read_gateway(const char *text, IpFamily family, IpRoute **routes, size_t *n_routes, Error *err)
{
        IpRoute *route;
        Ip gateway;

        if (!text || strcmp(text, "auto") == 0 || strcmp(text, "dev") == 0)
                return 0;
        if (!ip_parse(text, &gateway) || gateway.family != family)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Unable to parse %s gateway '%s' of a network",
                                 enum_text(IpFamily, family), text);
        route = rows_list_insert(&IpRoute_rows, routes, n_routes, *n_routes);
        route->family = family;
        route->address = (Ip){ .family = family };
        route->gateway = gateway;
        return 0;
}

static int read_gateways(const Network *network, IpRoute **routes, size_t *n_routes, Error *err)
{
        if (read_gateway(network->ipv4_gateway, IP_V4, routes, n_routes, err) < 0)
                return -1;
        return read_gateway(network->ipv6_gateway, IP_V6, routes, n_routes, err);
}

/* Each x stands for a digit that is made up: "00:16:3e:xx:xx:xx". */
static int read_mac(const char *text, Mac *ret, Error *err)
{
        g_autofree char *copy = g_strdup(text);

        for (char *at = copy; *at; at++)
                if (*at == 'x' || *at == 'X')
                        *at = "0123456789abcdef"[random_bits(4)];
        if (mac_parse(copy, ret))
                return 0;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "invalid MAC address '%s' of a network", text);
}

static int read_macvlan(const Network *network, Interface *interface, Error *err)
{
        int mode = network->macvlan_mode ? enum_value(MacvtapMode, MACVTAP, network->macvlan_mode) : MACVTAP_PRIVATE;

        if (g_strcmp0(network->macvlan_mode, "passthru") == 0)
                mode = MACVTAP_PASSTHROUGH;
        if (mode < 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Unknown macvlan type: %s", network->macvlan_mode);
        interface->type = INTERFACE_DIRECT;
        interface->direct.dev = g_strdup(network->link);
        interface->direct.mode = (MacvtapMode)mode;
        return 0;
}

static int add_interface(const Network *network, Domain *d, Error *err)
{
        Interface *interface = rows_list_insert(&Interface_rows, &d->interfaces, &d->n_interfaces, d->n_interfaces);

        interface->type = network->link ? INTERFACE_BRIDGE : INTERFACE_ETHERNET;
        if (strcmp(network->type, "macvlan") == 0) {
                if (read_macvlan(network, interface, err) < 0)
                        return -1;
        } else if (network->link) {
                interface->bridge.bridge = g_strdup(network->link);
        }
        if (network->hwaddr && read_mac(network->hwaddr, &interface->mac, err) < 0)
                return -1;
        if (g_strcmp0(network->flags, "up") == 0)
                interface->link = LINK_UP;
        interface->guest_dev = g_strdup(network->name);
        if (read_addresses(network, &interface->ips, &interface->n_ips, err) < 0)
                return -1;
        return read_gateways(network, &interface->routes, &interface->n_routes, err);
}

/* An interface of the host as it is, or one of its VLANs: "eth0.2". */
static int add_hostdev(const Network *network, Domain *d, Error *err)
{
        Hostdev *hostdev;
        unsigned vlan;

        if (!network->link)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing 'link' attribute for NIC");
        if (strcmp(network->type, "vlan") == 0 && (!network->vlan_id || !text_to_uint(network->vlan_id, 10, &vlan)))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing 'vlan.id' attribute for NIC with type vlan");
        hostdev = rows_list_insert(&Hostdev_rows, &d->hostdevs, &d->n_hostdevs, d->n_hostdevs);
        hostdev->mode = HOSTDEV_MODE_CAPABILITIES;
        hostdev->type = HOSTDEV_NET;
        hostdev->net.interface = strcmp(network->type, "vlan") == 0
                                         ? g_strdup_printf("%s.%s", network->link, network->vlan_id)
                                         : g_strdup(network->link);
        if (read_addresses(network, &hostdev->net.ips, &hostdev->net.n_ips, err) < 0)
                return -1;
        return read_gateways(network, &hostdev->net.routes, &hostdev->net.n_routes, err);
}

static int add_network(const Network *network, Domain *d, bool *is_private, Error *err)
{
        if (!network->type || strcmp(network->type, "empty") == 0)
                return 0;
        *is_private = false;
        if (strcmp(network->type, "none") == 0)
                return 0;
        if (strcmp(network->type, "phys") == 0 || strcmp(network->type, "vlan") == 0)
                return add_hostdev(network, d, err);
        if (strcmp(network->type, "macvlan") == 0 && !network->link)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Missing 'link' attribute for NIC");
        if (strcmp(network->type, "macvlan") == 0 || strcmp(network->type, "veth") == 0)
                return add_interface(network, d, err);
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                         "network type '%s' is none of veth, macvlan, phys, vlan, "
                         "empty and none",
                         network->type);
}

int lxc_read_networks(const GPtrArray *entries, Domain *d, bool *ret_private, Error *err)
{
        g_autoptr(GPtrArray) networks = g_ptr_array_new_with_free_func(network_free);
        bool is_private = true;

        for (guint i = 0; i < entries->len; i++) {
                LxcEntry *entry = g_ptr_array_index(entries, i);
                Network *network;
                const char *key = key_of(entry, networks, &network);

                if (key)
                        take_key(network, key, entry);
                if (networks->len > NETWORKS_MAX)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "more than %d networks", NETWORKS_MAX);
        }
        for (guint i = 0; i < networks->len; i++)
                if (add_network(g_ptr_array_index(networks, i), d, &is_private, err) < 0)
                        return -1;
        *ret_private = is_private;
        return 0;
}
