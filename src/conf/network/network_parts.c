/* Parts of networks: the names and the rows. Row order is output order. */
#include "conf/network_parts.h"

#include "network/network_hooks.h"

ENUM_TABLE(VirtualPortType, VIRTUAL_PORT_MAX_) = {
        [VIRTUAL_PORT_802_1QBG] = "802.1Qbg",
        [VIRTUAL_PORT_802_1QBH] = "802.1Qbh",
        [VIRTUAL_PORT_OPENVSWITCH] = "openvswitch",
        [VIRTUAL_PORT_MIDONET] = "midonet",
};

ENUM_TABLE(VlanMode, VLAN_MODE_MAX_) = {
        [VLAN_MODE_TAGGED] = "tagged",
        [VLAN_MODE_UNTAGGED] = "untagged",
};

ENUM_TABLE(MacvtapMode, MACVTAP_MAX_) = {
        [MACVTAP_VEPA] = "vepa",
        [MACVTAP_PRIVATE] = "private",
        [MACVTAP_BRIDGE] = "bridge",
        [MACVTAP_PASSTHROUGH] = "passthrough",
};

ENUM_TABLE(HostdevBackend, HOSTDEV_BACKEND_MAX_) = {
        [HOSTDEV_BACKEND_KVM] = "kvm",
        [HOSTDEV_BACKEND_VFIO] = "vfio",
        [HOSTDEV_BACKEND_XEN] = "xen",
};

ENUM_TABLE(MacTableManager, MAC_TABLE_MAX_) = {
        [MAC_TABLE_KERNEL] = "kernel",
        [MAC_TABLE_LIBVIRT] = "libvirt",
};

static bool any_base_read(const Row *row, void *p, const char *text, const char *unit)
{
        OptUint *number = p;

        return number->set = text_to_uint(text, 0, &number->value);
}

static bool any_base_is_set(const void *p)
{
        return ((const OptUint *)p)->set;
}

static void any_base_text(const Row *row, const void *p, GString *out)
{
        g_string_append_printf(out, "%u", ((const OptUint *)p)->value);
}

/* Decimal or hexadecimal, written in decimal. */
static const RowCodec row_any_base = { "a number",
                                       sizeof(OptUint),
                                       .read = any_base_read,
                                       .is_set = any_base_is_set,
                                       .text = any_base_text,
                                       .pattern = "(0[xX])?[0-9a-fA-F]+" };

#define ROW_ANY_BASE(P, S, m, ...) ROW_VALUE_OF(P, S, m, OptUint, row_any_base, ##__VA_ARGS__)

/* A row is a line. */
/* clang-format off */

ROWS_HOOKED(IpRoute, (.check = ip_route_check),
     ROW_ENUM("@family",     IpRoute, family, IpFamily, .preset = "ipv4"),
     ROW_IP("@address",      IpRoute, address, .flags = ROW_REQUIRED),
     ROW_IPV4("@netmask",    IpRoute, netmask),
     ROW_OPT_UINT("@prefix", IpRoute, prefix),
     ROW_IP("@gateway",      IpRoute, gateway, .flags = ROW_REQUIRED),
     ROW_OPT_UINT("@metric", IpRoute, metric, .since = "1.2.11"));

ROWS(VirtualPortParameters,
     ROW_ANY_BASE("@managerid",     VirtualPortParameters, managerid),
     ROW_ANY_BASE("@typeid",        VirtualPortParameters, typeid),
     ROW_ANY_BASE("@typeidversion", VirtualPortParameters, typeidversion),
     ROW_UUID("@instanceid",        VirtualPortParameters, instanceid),
     ROW_UUID("@interfaceid",       VirtualPortParameters, interfaceid),
     ROW_STRING("@profileid",       VirtualPortParameters, profileid));

ROWS_HOOKED(VirtualPort, (.check = virtual_port_check),
     ROW_ENUM("@type",    VirtualPort, type, VirtualPortType),
     ROW_IN("parameters", VirtualPort, parameters, VirtualPortParameters));

ROWS_HOOKED(BandwidthRate, (.check = bandwidth_rate_check),
     ROW_UINT("@average", BandwidthRate, average),
     ROW_UINT("@peak",    BandwidthRate, peak),
     ROW_UINT("@floor",   BandwidthRate, floor, .since = "1.0.1"),
     ROW_UINT("@burst",   BandwidthRate, burst));

ROWS_HOOKED(Bandwidth, (.check = bandwidth_check),
     ROW_UINT("@classID", Bandwidth, class_id, .since = "1.2.9"),
     ROW_SUB("inbound",   Bandwidth, inbound, BandwidthRate, .flags = ROW_HOT),
     ROW_SUB("outbound",  Bandwidth, outbound, BandwidthRate, .flags = ROW_HOT));

ROWS_HOOKED(VlanTag, (.check = vlan_tag_check),
     ROW_UINT("@id",         VlanTag, id, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_ENUM("@nativeMode", VlanTag, native_mode, VlanMode, .since = "1.1.1"));

ROWS_HOOKED(Vlan, (.settle = vlan_settle, .check = vlan_check),
     ROW_YESNO("@trunk", Vlan, trunk, .preset = "yes with more than one tag"),
     ROW_LIST("tag",     Vlan, tags, VlanTag));

ROWS(FilterParameter,
     ROW_STRING("@name",  FilterParameter, name),
     ROW_STRING("@value", FilterParameter, value));

ROWS_HOOKED(FilterRef, (.settle = filter_ref_settle),
     ROW_STRING("@filter", FilterRef, filter, .flags = ROW_REQUIRED),
     ROW_LIST("parameter", FilterRef, parameters, FilterParameter));

/* clang-format on */
