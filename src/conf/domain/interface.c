/* Interface: the names and the rows. Row order is output order. */
#include "conf/interface.h"
#include "domain/hooks.h"

ENUM_TABLE(InterfaceType, INTERFACE_MAX_) = {
        [INTERFACE_USER] = "user",       [INTERFACE_ETHERNET] = "ethernet", [INTERFACE_VHOSTUSER] = "vhostuser",
        [INTERFACE_SERVER] = "server",   [INTERFACE_CLIENT] = "client",     [INTERFACE_MCAST] = "mcast",
        [INTERFACE_NETWORK] = "network", [INTERFACE_BRIDGE] = "bridge",     [INTERFACE_INTERNAL] = "internal",
        [INTERFACE_DIRECT] = "direct",   [INTERFACE_HOSTDEV] = "hostdev",   [INTERFACE_UDP] = "udp",
        [INTERFACE_VDPA] = "vdpa",       [INTERFACE_NULL] = "null",         [INTERFACE_VDS] = "vds",
};

ENUM_TABLE(InterfaceBackend, INTERFACE_BACKEND_MAX_) = {
        [INTERFACE_BACKEND_QEMU] = "qemu",
        [INTERFACE_BACKEND_VHOST] = "vhost",
};

ENUM_TABLE(TxMode, TX_MODE_MAX_) = {
        [TX_MODE_IOTHREAD] = "iothread",
        [TX_MODE_TIMER] = "timer",
};

ENUM_TABLE(UserBackend, USER_BACKEND_MAX_) = {
        [USER_BACKEND_PASST] = "passt",
};

ENUM_TABLE(TeamingType, TEAMING_MAX_) = {
        [TEAMING_PERSISTENT] = "persistent",
        [TEAMING_TRANSIENT] = "transient",
};

ENUM_TABLE(LinkState, LINK_MAX_) = {
        [LINK_UP] = "up",
        [LINK_DOWN] = "down",
};

ENUM_TABLE(MacType, MAC_TYPE_MAX_) = {
        [MAC_TYPE_GENERATED] = "generated",
        [MAC_TYPE_STATIC] = "static",
};

ENUM_TABLE(ForwardProtocol, PORT_FORWARD_MAX_) = {
        [PORT_FORWARD_TCP] = "tcp",
        [PORT_FORWARD_UDP] = "udp",
};

/* A row is a line. */
/* clang-format off */

ROWS_HOOKED(IpAddress, (.settle = ip_address_settle),
     ROW_STRING("@address",  IpAddress, address, .flags = ROW_REQUIRED),
     ROW_STRING("@family",   IpAddress, family),
     ROW_OPT_UINT("@prefix", IpAddress, prefix),
     ROW_STRING("@peer",     IpAddress, peer));

ROWS(PortRange,
     ROW_UINT("@start",    PortRange, start, .flags = ROW_REQUIRED),
     ROW_UINT("@end",      PortRange, end),
     ROW_UINT("@to",       PortRange, to),
     ROW_YESNO("@exclude", PortRange, exclude));

ROWS(PortForward,
     ROW_ENUM("@proto",     PortForward, proto, ForwardProtocol, .flags = ROW_REQUIRED),
     ROW_STRING("@address", PortForward, address),
     ROW_STRING("@dev",     PortForward, dev),
     ROW_LIST("range",      PortForward, ranges, PortRange));

ROWS(NetworkInterface,
     ROW_STRING("source/@network",       NetworkInterface, network, .flags = ROW_REQUIRED | ROW_HOT),
     ROW_STRING("source/@portgroup",     NetworkInterface, portgroup, .flags = ROW_HOT),
     ROW_STRING("source/@portid",        NetworkInterface, portid, .flags = ROW_LIVE),
     ROW_STRING("source/@bridge",        NetworkInterface, bridge, .flags = ROW_LIVE),
     ROW_ENUM("source/@macTableManager", NetworkInterface, mac_tables, MacTableManager, .flags = ROW_LIVE));

ROWS(BridgeInterface,
     ROW_STRING("source/@bridge",        BridgeInterface, bridge),
     ROW_ENUM("source/@macTableManager", BridgeInterface, mac_tables, MacTableManager, .flags = ROW_LIVE));

ROWS(EthernetInterface,
     ROW_LIST("source/ip",    EthernetInterface, source_ips, IpAddress),
     ROW_LIST("source/route", EthernetInterface, source_routes, IpRoute));

ROWS(UserInterface,
     ROW_STRING("source/@dev", UserInterface, dev));

ROWS(DirectInterface,
     ROW_STRING("source/@dev", DirectInterface, dev, .flags = ROW_REQUIRED),
     ROW_ENUM("source/@mode",  DirectInterface, mode, MacvtapMode));

ROWS(InternalInterface,
     ROW_STRING("source/@name", InternalInterface, name));

ROWS_HOOKED(VhostUserInterface, (.drivers = "qemu"),
     ROW_ENUM("source/@type",               VhostUserInterface, type, SocketKind),
     ROW_STRING("source/@path",             VhostUserInterface, path),
     ROW_ENUM("source/@mode",               VhostUserInterface, mode, SocketMode),
     ROW_YESNO("source/reconnect/@enabled", VhostUserInterface, reconnect),
     ROW_OPT_UINT("source/reconnect/@timeout", VhostUserInterface, reconnect_timeout),
     ROW_IGNORED("source/reconnect/@delay"));

ROWS_HOOKED(SocketInterface, (.drivers = "qemu"),
     ROW_STRING("source/@address",       SocketInterface, address, .key = "socket-address"),
     ROW_UINT("source/@port",            SocketInterface, port),
     ROW_STRING("source/local/@address", SocketInterface, local_address),
     ROW_UINT("source/local/@port",      SocketInterface, local_port));

ROWS_HOOKED(VdpaInterface, (.drivers = "qemu"),
     ROW_STRING("source/@dev", VdpaInterface, dev));

ROWS_HOOKED(VdsInterface, (.drivers = "vmware"),
     ROW_STRING("source/@switchid",     VdsInterface, switchid),
     ROW_STRING("source/@portid",       VdsInterface, portid),
     ROW_STRING("source/@portgroupid",  VdsInterface, portgroupid),
     ROW_STRING("source/@connectionid", VdsInterface, connectionid));

ROWS(HostdevInterface,
     ROW_ENUM("driver/@name",           HostdevInterface, driver, HostdevBackend),
     ROW_YESNO("source/@missing",       HostdevInterface, missing, .flags = ROW_LIVE),
     ROW_OPT_HEX("source/vendor/@id",   HostdevInterface, vendor, 4),
     ROW_OPT_HEX("source/product/@id",  HostdevInterface, product, 4),
     ROW_IN("source/address",           HostdevInterface, address, Address),
     ROW_UINT("source/address/@device", HostdevInterface, device));

ROWS(InterfaceOffload,
     ROW_SWITCH("@csum",      InterfaceOffload, csum, .flags = ROW_ABI),
     ROW_SWITCH("@gso",       InterfaceOffload, gso, .flags = ROW_ABI),
     ROW_SWITCH("@tso4",      InterfaceOffload, tso4, .flags = ROW_ABI),
     ROW_SWITCH("@tso6",      InterfaceOffload, tso6, .flags = ROW_ABI),
     ROW_SWITCH("@ecn",       InterfaceOffload, ecn, .flags = ROW_ABI),
     ROW_SWITCH("@ufo",       InterfaceOffload, ufo, .flags = ROW_ABI),
     ROW_SWITCH("@mrg_rxbuf", InterfaceOffload, mrg_rxbuf, .flags = ROW_ABI));

ROWS(VirtioNetDriver,
     ROW_ENUM("@name",              VirtioNetDriver, name, InterfaceBackend),
     ROW_ENUM("@txmode",            VirtioNetDriver, txmode, TxMode),
     ROW_SWITCH("@ioeventfd",       VirtioNetDriver, ioeventfd),
     ROW_SWITCH("@event_idx",       VirtioNetDriver, event_idx),
     ROW_UINT("@queues",            VirtioNetDriver, queues, .flags = ROW_ABI),
     ROW_UINT("@rx_queue_size",     VirtioNetDriver, rx_queue_size, .flags = ROW_ABI),
     ROW_UINT("@tx_queue_size",     VirtioNetDriver, tx_queue_size, .flags = ROW_ABI),
     ROW_SWITCH("@rss",             VirtioNetDriver, rss, .flags = ROW_ABI),
     ROW_SWITCH("@rss_hash_report", VirtioNetDriver, rss_hash_report, .flags = ROW_ABI),
     ROW_IN("",                     VirtioNetDriver, virtio, VirtioOptions),
     ROW_IN("host",                 VirtioNetDriver, host, InterfaceOffload),
     ROW_IN("guest",                VirtioNetDriver, guest, InterfaceOffload));

static const Rows *const interface_arms[INTERFACE_MAX_] = {
        [INTERFACE_USER] = &UserInterface_rows,           [INTERFACE_ETHERNET] = &EthernetInterface_rows,
        [INTERFACE_VHOSTUSER] = &VhostUserInterface_rows, [INTERFACE_SERVER] = &SocketInterface_rows,
        [INTERFACE_CLIENT] = &SocketInterface_rows,       [INTERFACE_MCAST] = &SocketInterface_rows,
        [INTERFACE_NETWORK] = &NetworkInterface_rows,     [INTERFACE_BRIDGE] = &BridgeInterface_rows,
        [INTERFACE_INTERNAL] = &InternalInterface_rows,   [INTERFACE_DIRECT] = &DirectInterface_rows,
        [INTERFACE_HOSTDEV] = &HostdevInterface_rows,     [INTERFACE_UDP] = &SocketInterface_rows,
        [INTERFACE_VDPA] = &VdpaInterface_rows,           [INTERFACE_VDS] = &VdsInterface_rows,
};

static const Rows *const actual_arms[INTERFACE_MAX_] = {
        [INTERFACE_NETWORK] = &BridgeInterface_rows,
        [INTERFACE_BRIDGE] = &BridgeInterface_rows,
        [INTERFACE_DIRECT] = &DirectInterface_rows,
        [INTERFACE_HOSTDEV] = &HostdevInterface_rows,
};

ROWS(ActualInterface,
     ROW_ENUM("@type",                 ActualInterface, type, InterfaceType, .flags = ROW_REQUIRED),
     ROW_YESNO("@managed",             ActualInterface, managed),
     ROW_YESNO("@trustGuestRxFilters", ActualInterface, trust_guest_rx_filters),
     ROW_UNION("",                     ActualInterface, bridge, type, actual_arms),
     ROW_SUB("vlan",                   ActualInterface, vlan, Vlan),
     ROW_SUB("virtualport",            ActualInterface, virtual_port, VirtualPort),
     ROW_SUB("bandwidth",              ActualInterface, bandwidth, Bandwidth),
     ROW_YESNO("port/@isolated",       ActualInterface, port_isolated),
     ROW_UINT("class/@id",             ActualInterface, class_id));

ROWS_HOOKED(Interface, (.settle = interface_settle, .check = interface_check),
     ROW_ENUM("@type",                   Interface, type, InterfaceType, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_YESNO("@managed",               Interface, managed),
     ROW_YESNO("@trustGuestRxFilters",   Interface, trust_guest_rx_filters, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_MAC("mac/@address",             Interface, mac, .flags = ROW_ABI),
     ROW_ENUM("mac/@type",               Interface, mac_type, MacType),
     ROW_YESNO("mac/@check",             Interface, mac_check),
     ROW_UNION("",                       Interface, user, type, interface_arms),
     ROW_SUB("actual",                   Interface, actual, ActualInterface, .flags = ROW_STATUS),
     ROW_SUB("vlan",                     Interface, vlan, Vlan),
     ROW_SUB("virtualport",              Interface, virtual_port, VirtualPort),
     ROW_LIST("ip",                      Interface, ips, IpAddress, .drivers = "qemu, lxc, xen"),
     ROW_LIST("route",                   Interface, routes, IpRoute, .drivers = "lxc"),
     ROW_SUB("bandwidth",                Interface, bandwidth, Bandwidth, .flags = ROW_HOT),
     ROW_YESNO("port/@isolated",         Interface, port_isolated),
     ROW_STRING("script/@path",          Interface, script, .drivers = "qemu, xen"),
     ROW_STRING("downscript/@path",      Interface, downscript, .drivers = "qemu"),
     ROW_STRING("backenddomain/@name",   Interface, backend_domain, .drivers = "xen"),
     ROW_STRING("target/@dev",           Interface, target),
     ROW_YESNO("target/@managed",        Interface, target_managed),
     ROW_STRING("guest/@dev",            Interface, guest_dev, .drivers = "lxc"),
     ROW_STRING("guest/@actual",         Interface, guest_actual, .flags = ROW_LIVE, .drivers = "lxc"),
     ROW_LIST("portForward",             Interface, port_forwards, PortForward, .drivers = "qemu"),
     ROW_STRING("model/@type",           Interface, model, .flags = ROW_ABI),
     ROW_SUB("driver",                   Interface, driver, VirtioNetDriver, .when = interface_has_driver, .drivers = "qemu"),
     ROW_ENUM("backend/@type",           Interface, backend, UserBackend, .drivers = "qemu"),
     ROW_STRING("backend/@tap",          Interface, backend_tap, .drivers = "qemu"),
     ROW_STRING("backend/@vhost",        Interface, backend_vhost, .drivers = "qemu"),
     ROW_STRING("backend/@logFile",      Interface, backend_log, .drivers = "qemu"),
     ROW_SUB("filterref",                Interface, filter, FilterRef, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_UINT64("tune/sndbuf",           Interface, sndbuf, .drivers = "qemu"),
     ROW_ENUM("link/@state",             Interface, link, LinkState, .flags = ROW_HOT, .drivers = "qemu, lxc"),
     ROW_UINT("mtu/@size",               Interface, mtu, .flags = ROW_ABI),
     ROW_UINT("coalesce/rx/frames/@max", Interface, coalesce_rx_frames, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_ENUM("teaming/@type",           Interface, teaming, TeamingType, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_STRING("teaming/@persistent",   Interface, teaming_persistent, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_IN("",                          Interface, info, DeviceInfo));

/* clang-format on */
