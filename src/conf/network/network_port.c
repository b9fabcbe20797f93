/* Network port: the names and the rows. Row order is output order. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_NETWORK
#include "conf/network_port.h"

#include <string.h>

#include "network/network_hooks.h"

ENUM_TABLE(PlugType, PLUG_MAX_) = {
        [PLUG_NETWORK] = "network",
        [PLUG_BRIDGE] = "bridge",
        [PLUG_DIRECT] = "direct",
        [PLUG_HOSTDEV_PCI] = "hostdev-pci",
};

static SETTLE(network_port_settle)
{
        static const Uuid none;
        NetworkPort *port = s;

        if (memcmp(port->uuid, none, sizeof(none)) == 0)
                uuid_generate(port->uuid);
        return 0;
}

static CHECK(network_port_check)
{
        const NetworkPort *port = s;

        if (port->mac.bytes[0] & 1)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "expected unicast mac address in a network port, found multicast");
        return 0;
}

/* A row is a line. */
/* clang-format off */

ROWS(BridgePlug,
     ROW_STRING("@bridge",        BridgePlug, bridge, .flags = ROW_REQUIRED),
     ROW_ENUM("@macTableManager", BridgePlug, mac_table_manager, MacTableManager));

ROWS(DirectPlug,
     ROW_STRING("@dev", DirectPlug, dev, .flags = ROW_REQUIRED),
     ROW_ENUM("@mode",  DirectPlug, mode, MacvtapMode));

ROWS(HostdevPlug,
     ROW_YESNO("@managed",               HostdevPlug, managed),
     ROW_ENUM("driver/@name",            HostdevPlug, driver, HostdevBackend),
     ROW_IN("address",                   HostdevPlug, address, HostPciAddress),
     ROW_SWITCH("address/@multifunction", HostdevPlug, multifunction));

static const Rows *const plug_arms[PLUG_MAX_] = {
        [PLUG_NETWORK] = &BridgePlug_rows, [PLUG_BRIDGE] = &BridgePlug_rows,
        [PLUG_DIRECT] = &DirectPlug_rows,  [PLUG_HOSTDEV_PCI] = &HostdevPlug_rows,
};

ROWS(Plug,
     ROW_ENUM("@type", Plug, type, PlugType, .flags = ROW_REQUIRED),
     ROW_UNION("",     Plug, bridge, type, plug_arms));

ROWS(PortOwner,
     ROW_STRING("name", PortOwner, name, .flags = ROW_REQUIRED),
     ROW_UUID("uuid",   PortOwner, uuid, .flags = ROW_REQUIRED));

ROWS_HOOKED(NetworkPort, (.settle = network_port_settle, .check = network_port_check),
     ROW_UUID("uuid",                  NetworkPort, uuid, .preset = "random"),
     ROW_SUB("owner",                  NetworkPort, owner, PortOwner, .flags = ROW_REQUIRED),
     ROW_STRING("group",               NetworkPort, group),
     ROW_MAC("mac/@address",           NetworkPort, mac, .flags = ROW_REQUIRED),
     ROW_SUB("virtualport",            NetworkPort, virtual_port, VirtualPort),
     ROW_SUB("bandwidth",              NetworkPort, bandwidth, Bandwidth, .flags = ROW_HOT),
     ROW_SUB("vlan",                   NetworkPort, vlan, Vlan),
     ROW_YESNO("port/@isolated",       NetworkPort, isolated, .since = "6.1.0"),
     ROW_YESNO("rxfilters/@trustGuest", NetworkPort, trust_guest_rx_filters),
     ROW_SUB("plug",                   NetworkPort, plug, Plug));

/* clang-format on */

DOCUMENT_DEFINE(NetworkPort, network_port, "network-port", "networkport");
