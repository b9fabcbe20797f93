/* Interface of the host: the names, the rows and the rules. Row order is output order. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_INTERFACE
#include "conf/host_interface.h"

#include <string.h>

#include "rows/hook.h"

ENUM_TABLE(HostInterfaceType, HOST_INTERFACE_MAX_) = {
        [HOST_INTERFACE_ETHERNET] = "ethernet",
        [HOST_INTERFACE_BRIDGE] = "bridge",
        [HOST_INTERFACE_BOND] = "bond",
        [HOST_INTERFACE_VLAN] = "vlan",
};

ENUM_TABLE(StartMode, START_MODE_MAX_) = {
        [START_NONE] = "none",
        [START_ONBOOT] = "onboot",
        [START_HOTPLUG] = "hotplug",
};

ENUM_TABLE(BondMode, BOND_MODE_MAX_) = {
        [BOND_BALANCE_RR] = "balance-rr",   [BOND_ACTIVE_BACKUP] = "active-backup",
        [BOND_BALANCE_XOR] = "balance-xor", [BOND_BROADCAST] = "broadcast",
        [BOND_802_3AD] = "802.3ad",         [BOND_BALANCE_TLB] = "balance-tlb",
        [BOND_BALANCE_ALB] = "balance-alb",
};

ENUM_TABLE(BondCarrier, CARRIER_MAX_) = {
        [CARRIER_IOCTL] = "ioctl",
        [CARRIER_NETIF] = "netif",
};

ENUM_TABLE(ArpValidate, ARP_VALIDATE_MAX_) = {
        [ARP_VALIDATE_NONE] = "none",
        [ARP_VALIDATE_ACTIVE] = "active",
        [ARP_VALIDATE_BACKUP] = "backup",
        [ARP_VALIDATE_ALL] = "all",
};

static CHECK(host_vlan_check)
{
        enum { VLAN_ID_MAX = 4095 };
        const HostVlan *vlan = s;

        if (vlan->tag.value > VLAN_ID_MAX)
                return error_set(err, VIR_ERR_XML_ERROR, "vlan tag %u too large (maximum %d)", vlan->tag.value,
                                 VLAN_ID_MAX);
        return 0;
}

static int check_address(const HostProtocol *protocol, const char *text, const char *what, Error *err)
{
        Ip ip;

        if (!ip_parse(text, &ip) || ip.family != protocol->family)
                return error_set(err, VIR_ERR_XML_ERROR, "invalid %s '%s' in <protocol family='%s'>", what, text,
                                 enum_text(IpFamily, protocol->family));
        return 0;
}

static CHECK(host_protocol_check)
{
        const HostProtocol *protocol = s;
        unsigned bits = protocol->family == IP_V6 ? 128 : 32;

        for (size_t i = 0; i < protocol->n_addresses; i++) {
                const HostAddress *address = &protocol->addresses[i];

                if (check_address(protocol, address->address, "address", err) < 0)
                        return -1;
                if (address->prefix.value > bits)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "Invalid ip address prefix value %u of '%s': at most %u",
                                         address->prefix.value, address->address, bits);
        }
        if (protocol->gateway)
                return check_address(protocol, protocol->gateway, "gateway", err);
        return 0;
}

static CHECK(host_bond_check)
{
        const HostBond *bond = s;

        if (bond->n_interfaces == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "bond has no interfaces");
        if (bond->miimon && bond->arpmon)
                return error_set(err, VIR_ERR_XML_ERROR, "a bond is watched by <miimon> or by <arpmon>, not by both");
        for (size_t i = 0; i < bond->n_interfaces; i++)
                if (bond->interfaces[i].type != HOST_INTERFACE_ETHERNET)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "interface has unsupported type '%s': a bond holds ethernet interfaces",
                                         enum_text(HostInterfaceType, bond->interfaces[i].type));
        return 0;
}

static CHECK(host_bridge_check)
{
        const HostBridge *bridge = s;

        for (size_t i = 0; i < bridge->n_interfaces; i++)
                if (bridge->interfaces[i].type == HOST_INTERFACE_BRIDGE)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "interface has unsupported type 'bridge': a bridge holds no bridges");
        return 0;
}

static CHECK(host_interface_check)
{
        const HostInterface *interface = s;

        if (!*interface->name || strchr(interface->name, '\n'))
                return error_set(err, VIR_ERR_XML_ERROR, "interface has no usable name");
        return 0;
}

/* A row is a line. */
/* clang-format off */

ROWS(HostAddress,
     ROW_STRING("@address",  HostAddress, address, .flags = ROW_REQUIRED),
     ROW_OPT_UINT("@prefix", HostAddress, prefix));

ROWS(HostDhcp,
     ROW_YESNO("@peerdns", HostDhcp, peerdns));

ROWS_HOOKED(HostProtocol, (.check = host_protocol_check),
     ROW_ENUM("@family",         HostProtocol, family, IpFamily, .flags = ROW_REQUIRED),
     ROW_FLAG("autoconf",        HostProtocol, autoconf),
     ROW_SUB("dhcp",             HostProtocol, dhcp, HostDhcp),
     ROW_LIST("ip",              HostProtocol, addresses, HostAddress),
     ROW_STRING("route/@gateway", HostProtocol, gateway));

ROWS_HOOKED(HostBridge, (.check = host_bridge_check),
     ROW_SWITCH("@stp",   HostBridge, stp),
     ROW_STRING("@delay", HostBridge, delay),
     ROW_LIST("interface", HostBridge, interfaces, HostInterface, .flags = ROW_KEEP_OPEN));

ROWS(BondMiimon,
     ROW_UINT("@freq",     BondMiimon, freq, .flags = ROW_REQUIRED),
     ROW_UINT("@downdelay", BondMiimon, downdelay),
     ROW_UINT("@updelay",  BondMiimon, updelay),
     ROW_ENUM("@carrier",  BondMiimon, carrier, BondCarrier));

ROWS(BondArpmon,
     ROW_UINT("@interval", BondArpmon, interval, .flags = ROW_REQUIRED),
     ROW_STRING("@target", BondArpmon, target, .flags = ROW_REQUIRED),
     ROW_ENUM("@validate", BondArpmon, validate, ArpValidate));

ROWS_HOOKED(HostBond, (.check = host_bond_check),
     ROW_ENUM("@mode",     HostBond, mode, BondMode),
     ROW_SUB("miimon",     HostBond, miimon, BondMiimon),
     ROW_SUB("arpmon",     HostBond, arpmon, BondArpmon),
     ROW_LIST("interface", HostBond, interfaces, HostInterface, .flags = ROW_KEEP_OPEN));

ROWS_HOOKED(HostVlan, (.check = host_vlan_check),
     ROW_OPT_UINT("@tag",         HostVlan, tag, .flags = ROW_REQUIRED),
     ROW_STRING("interface/@name", HostVlan, dev, .flags = ROW_REQUIRED));

ROWS(BridgePart,
     ROW_SUB("bridge", BridgePart, bridge, HostBridge, .flags = ROW_REQUIRED | ROW_KEEP_OPEN));

ROWS(BondPart,
     ROW_SUB("bond", BondPart, bond, HostBond, .flags = ROW_REQUIRED | ROW_KEEP_OPEN));

ROWS(VlanPart,
     ROW_SUB("vlan", VlanPart, vlan, HostVlan, .flags = ROW_REQUIRED));

static const Rows *const host_interface_arms[HOST_INTERFACE_MAX_] = {
        [HOST_INTERFACE_BRIDGE] = &BridgePart_rows,
        [HOST_INTERFACE_BOND] = &BondPart_rows,
        [HOST_INTERFACE_VLAN] = &VlanPart_rows,
};

ROWS_HOOKED(HostInterface, (.check = host_interface_check),
     ROW_ENUM("@type",       HostInterface, type, HostInterfaceType, .flags = ROW_REQUIRED),
     ROW_STRING("@name",     HostInterface, name, .flags = ROW_REQUIRED),
     ROW_ENUM("start/@mode", HostInterface, start, StartMode),
     ROW_UINT("mtu/@size",   HostInterface, mtu),
     ROW_LIST("protocol",    HostInterface, protocols, HostProtocol, .flags = ROW_KEEP_OPEN),
     ROW_IN("link",          HostInterface, link, HostLink),
     ROW_MAC("mac/@address", HostInterface, mac),
     ROW_UNION("",           HostInterface, bridge, type, host_interface_arms));

/* clang-format on */

DOCUMENT_DEFINE(HostInterface, host_interface, "interface", "interface");
