/* See check.h: network interfaces, as they are defined. What they really become is in check_interface.c. */
#include "rules/check.h"

#include <string.h>

static bool is_virtio(const Interface *nic)
{
        return nic->model && g_str_has_prefix(nic->model, "virtio");
}

/* QEMU's own network gives the guest one address of each kind; nothing else here speaks to the guest. */
static int check_addresses(const Interface *nic, Error *err)
{
        bool seen[2] = { false, false };

        if (nic->n_ips == 0 && nic->n_routes == 0)
                return 0;
        if (nic->type == INTERFACE_VDPA)
                return 0;
        if (nic->type != INTERFACE_USER)
                return check_refuse(err, "Invalid attempt to set network interface guest-side IP route and/or address "
                                         "info, not supported by QEMU");
        if (nic->n_routes > 0)
                return check_refuse(err, "Invalid attempt to set network interface guest-side IP route, not supported "
                                         "by QEMU");
        for (size_t i = 0; i < nic->n_ips; i++) {
                bool six = nic->ips[i].address && strchr(nic->ips[i].address, ':');

                if (nic->ips[i].peer)
                        return check_refuse(err, "Invalid attempt to set peer IP for guest");
                if (seen[six])
                        return check_refuse(err, "Only one %s address per interface is allowed", six ? "IPv6" : "IPv4");
                seen[six] = true;
        }
        return 0;
}

static bool is_power(unsigned n)
{
        return (n & (n - 1)) == 0;
}

static int check_driver(const Interface *nic, Error *err)
{
        const VirtioNetDriver *driver = nic->driver;

        if (nic->type == INTERFACE_VDPA && !is_virtio(nic))
                return check_refuse(err, "invalid model for interface of type 'vdpa': '%s'", nic->model);
        if (!driver || !is_virtio(nic) || nic->type == INTERFACE_VDPA)
                return 0;
        if (!is_power(driver->rx_queue_size))
                return check_refuse(err, "rx_queue_size has to be a power of two");
        return is_power(driver->tx_queue_size) ? 0 : check_refuse(err, "tx_queue_size has to be a power of two");
}

/* One half is plugged out for a migration and comes from the host; the other stays and is virtio. */
static int check_teaming(const Interface *nic, Error *err)
{
        if (nic->teaming == TEAMING_PERSISTENT && g_strcmp0(nic->model, "virtio") != 0)
                return check_refuse(err,
                                    "virtio-net teaming persistent interface must be <model type='virtio'/>, not "
                                    "'%s'",
                                    nic->model ? nic->model : "");
        if (nic->teaming == TEAMING_TRANSIENT && nic->type != INTERFACE_HOSTDEV && nic->type != INTERFACE_NETWORK)
                return check_refuse(err, "virtio-net teaming transient interface must be type='hostdev', not '%s'",
                                    enum_text(InterfaceType, nic->type));
        return 0;
}

static int check_nic(const Interface *nic, Error *err)
{
        bool switched = nic->type == INTERFACE_NETWORK || nic->type == INTERFACE_BRIDGE;

        if (nic->mtu && !switched && nic->type != INTERFACE_ETHERNET && nic->type != INTERFACE_VHOSTUSER)
                return check_refuse(err, "setting MTU on interface type %s is not supported yet",
                                    enum_text(InterfaceType, nic->type));
        if (nic->coalesce_rx_frames && !switched)
                return check_refuse(err, "coalesce settings on interface type %s are not supported",
                                    enum_text(InterfaceType, nic->type));
        if (check_addresses(nic, err) < 0 || check_driver(nic, err) < 0)
                return -1;
        return check_teaming(nic, err);
}

int check_networks(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_interfaces; i++)
                if (check_nic(&domain->interfaces[i], err) < 0)
                        return -1;
        return 0;
}
