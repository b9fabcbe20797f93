/* See settle.h: network interfaces, when it is known what they really are. It changes nothing. */
#include "rules/settle.h"

#include "rules/check.h"

/* What an interface may ask for by what it is. */
typedef struct Ability {
        bool filter, queues, tap, isolation;
} Ability;

static const Ability abilities[INTERFACE_MAX_] = {
        [INTERFACE_NETWORK] = { true, true, true, true },   [INTERFACE_BRIDGE] = { true, true, true, true },
        [INTERFACE_ETHERNET] = { true, true, true, false }, [INTERFACE_DIRECT] = { false, true, false, false },
        [INTERFACE_VHOSTUSER] = { .queues = true },         [INTERFACE_VDPA] = { .queues = true },
};

static int refuse(const Interface *nic, InterfaceType type, const char *what, Error *err)
{
        char mac[MAC_TEXT_LENGTH];

        mac_format(&nic->mac, mac);
        return check_refuse(err, "interface %s - %s not supported for network interfaces of type %s", mac, what,
                            enum_text(InterfaceType, type));
}

InterfaceType interface_actual_type(const Interface *nic)
{
        return nic->type == INTERFACE_NETWORK && nic->actual ? nic->actual->type : nic->type;
}

const VirtualPort *interface_virtual_port(const Interface *nic)
{
        return nic->actual && nic->actual->virtual_port ? nic->actual->virtual_port : nic->virtual_port;
}

const Vlan *interface_vlan(const Interface *nic)
{
        return nic->actual && nic->actual->vlan ? nic->actual->vlan : nic->vlan;
}

bool interface_is_isolated(const Interface *nic)
{
        YesNo isolated = nic->actual && nic->actual->port_isolated != YESNO_ABSENT ? nic->actual->port_isolated
                                                                                   : nic->port_isolated;

        return isolated == YESNO_YES;
}

/* Only a switch that knows of them, or a port of the card, can do tags. */
static bool takes_vlan(const Interface *nic, InterfaceType type)
{
        const VirtualPort *port = interface_virtual_port(nic);

        if (type == INTERFACE_HOSTDEV || type == INTERFACE_NETWORK)
                return true;
        if (type == INTERFACE_DIRECT)
                return (nic->type == INTERFACE_DIRECT ? nic->direct.mode : nic->actual->direct.mode) ==
                       MACVTAP_PASSTHROUGH;
        return type == INTERFACE_BRIDGE && port && port->type == VIRTUAL_PORT_OPENVSWITCH;
}

int qemu_check_actual(const Interface *nic, Error *err)
{
        InterfaceType type = interface_actual_type(nic);
        const Ability *can = &abilities[type];

        if (nic->filter && !can->filter)
                return refuse(nic, type, "filterref is", err);
        if (nic->driver && nic->driver->queues > 1 && !can->queues)
                return refuse(nic, type, "multiqueue is", err);
        if (nic->backend_tap && !can->tap)
                return refuse(nic, type, "custom tap device path is", err);
        if (nic->port_isolated == YESNO_YES && !can->isolation)
                return refuse(nic, type, "isolated port is", err);
        if (interface_vlan(nic) && !takes_vlan(nic, type))
                return refuse(nic, type, "vlan tag is", err);
        return 0;
}
