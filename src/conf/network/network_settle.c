/* Networks: what was not said, and old spellings. */
#include <string.h>

#include "conf/network.h"
#include "network/network_hooks.h"
#include "util/random.h"

/* The attribute `dev` is the first interface by another name: it makes one where none is listed. */
static void settle_dev(Forward *forward)
{
        if (forward->dev && forward->n_interfaces == 0 && forward->n_addresses == 0 && !forward->pf) {
                ForwardInterface *interface =
                        rows_list_insert(&ForwardInterface_rows, &forward->interfaces, &forward->n_interfaces, 0);

                interface->dev = g_strdup(forward->dev);
        }
        if (!forward->dev && forward->n_interfaces > 0 && !forward->pf)
                forward->dev = g_strdup(forward->interfaces[0].dev);
}

/* Interfaces count before addresses, addresses before a physical function; libvirt too takes one of them. */
static void settle_pool(Forward *forward)
{
        if (forward->n_interfaces > 0)
                while (forward->n_addresses > 0)
                        rows_list_remove(&ForwardAddress_rows, &forward->addresses, &forward->n_addresses,
                                         forward->n_addresses - 1);
        if (forward->pf && (forward->n_interfaces > 0 || forward->n_addresses > 0)) {
                rows_drop(&ForwardInterface_rows, forward->pf);
                g_clear_pointer(&forward->pf, g_free);
        }
}

/* Ports 0 to 0 are no ports, and an element that says nothing is none. */
static void settle_nat(Forward *forward)
{
        ForwardNat *nat = forward->nat;

        if (nat && nat->ports && nat->ports->start == 0 && nat->ports->end == 0)
                g_clear_pointer(&nat->ports, g_free);
        if (nat && !nat->ports && nat->ipv6 == YESNO_ABSENT && nat->addresses.start.family == IP_NONE)
                g_clear_pointer(&forward->nat, g_free);
}

int forward_settle(void *s, unsigned flags, Error *err)
{
        Forward *forward = s;

        if (!(flags & ROWS_VALIDATE))
                settle_pool(forward);

        if (forward->mode == FORWARD_NONE)
                forward->mode = FORWARD_NAT;
        if (forward->mode != FORWARD_HOSTDEV)
                forward->managed = YESNO_ABSENT;
        else if (forward->managed == YESNO_ABSENT)
                forward->managed = YESNO_NO;
        if (forward->mode == FORWARD_NAT)
                settle_nat(forward);
        settle_dev(forward);
        return 0;
}

int dhcp_lease_settle(void *s, unsigned flags, Error *err)
{
        DhcpLease *lease = s;

        if (lease->expiry == 0)
                lease->unit = LEASE_UNIT_DEFAULT;
        else if (lease->unit == LEASE_UNIT_DEFAULT)
                lease->unit = LEASE_MINUTES;
        return 0;
}

/* One that limits nothing is none. */
static void settle_bandwidth(Bandwidth **bandwidth)
{
        if (*bandwidth && !(*bandwidth)->inbound && !(*bandwidth)->outbound && !(*bandwidth)->class_id)
                g_clear_pointer(bandwidth, g_free);
}

int port_group_settle(void *s, unsigned flags, Error *err)
{
        PortGroup *group = s;

        settle_bandwidth(&group->bandwidth);

        if (group->is_default == YESNO_NO)
                group->is_default = YESNO_ABSENT;
        return 0;
}

int network_settle(void *s, unsigned flags, Error *err)
{
        static const Uuid none;
        Network *network = s;
        NetworkBridge *bridge = &network->bridge;

        if (memcmp(network->uuid, none, sizeof(none)) == 0)
                uuid_generate(network->uuid);
        settle_bandwidth(&network->bandwidth);
        if (!network->domain)
                network->domain_local_only = YESNO_ABSENT;
        if (network->ipv6 == YESNO_NO)
                network->ipv6 = YESNO_ABSENT;
        if (!network_is_virtual(network))
                return 0;
        if (bridge->stp == SWITCH_ABSENT)
                bridge->stp = SWITCH_ON;
        bridge->delay.set = true;
        return 0;
}

/* Locally administered, in the range that guests and their bridges use. */
void network_settle_mac(Network *network)
{
        static const unsigned char prefix[] = { 0x52, 0x54, 0x00 };

        if (mac_is_set(&network->mac) || !network_is_virtual(network))
                return;
        random_bytes(network->mac.bytes, sizeof(network->mac.bytes));
        memcpy(network->mac.bytes, prefix, sizeof(prefix));
}

ForwardMode network_forward(const Network *network)
{
        return network->forward ? network->forward->mode : FORWARD_NONE;
}

bool network_is_virtual(const Network *network)
{
        return network_forward(network) <= FORWARD_OPEN;
}

unsigned network_ip_prefix(const NetworkIp *ip)
{
        return ip_prefix_of(&ip->address, &ip->netmask, ip->prefix);
}

const PortGroup *network_port_group(const Network *network, const char *name)
{
        for (size_t i = 0; i < network->n_port_groups; i++) {
                const PortGroup *group = &network->port_groups[i];

                if (name ? strcmp(group->name, name) == 0 : group->is_default == YESNO_YES)
                        return group;
        }
        return NULL;
}
