/* What networks, their ports and the network interfaces of domains have in common. */
#pragma once

#include "conf/ip.h"

typedef enum COMPACT {
        VIRTUAL_PORT_NONE,
        VIRTUAL_PORT_802_1QBG,
        VIRTUAL_PORT_802_1QBH,
        VIRTUAL_PORT_OPENVSWITCH,
        VIRTUAL_PORT_MIDONET,
        VIRTUAL_PORT_MAX_
} VirtualPortType;
extern const char *const VirtualPortType_names[];

typedef enum COMPACT { VLAN_MODE_DEFAULT, VLAN_MODE_TAGGED, VLAN_MODE_UNTAGGED, VLAN_MODE_MAX_ } VlanMode;
extern const char *const VlanMode_names[];

typedef enum COMPACT {
        MACVTAP_DEFAULT,
        MACVTAP_VEPA,
        MACVTAP_PRIVATE,
        MACVTAP_BRIDGE,
        MACVTAP_PASSTHROUGH,
        MACVTAP_MAX_
} MacvtapMode;
extern const char *const MacvtapMode_names[];

typedef enum COMPACT {
        HOSTDEV_BACKEND_DEFAULT,
        HOSTDEV_BACKEND_KVM,
        HOSTDEV_BACKEND_VFIO,
        HOSTDEV_BACKEND_XEN,
        HOSTDEV_BACKEND_MAX_
} HostdevBackend;
extern const char *const HostdevBackend_names[];

/* Who keeps the forwarding table of a bridge. */
typedef enum COMPACT {
        MAC_TABLE_DEFAULT,
        MAC_TABLE_KERNEL,
        MAC_TABLE_LIBVIRT,
        MAC_TABLE_MAX_,
} MacTableManager;
extern const char *const MacTableManager_names[];

typedef struct IpRoute {
        IpFamily family;
        Ip address;
        Ip netmask;
        OptUint prefix;
        Ip gateway;
        OptUint metric;
} IpRoute;
extern const Rows IpRoute_rows;

typedef struct VirtualPortParameters {
        OptUint managerid;
        OptUint typeid;
        OptUint typeidversion;
        Uuid instanceid;
        char *profileid;
        Uuid interfaceid;
} VirtualPortParameters;
extern const Rows VirtualPortParameters_rows;

typedef struct VirtualPort {
        VirtualPortType type;
        VirtualPortParameters parameters;
} VirtualPort;
extern const Rows VirtualPort_rows;

/* KiB per second, KiB of burst. */
typedef struct BandwidthRate {
        unsigned average;
        unsigned peak;
        unsigned floor;
        unsigned burst;
} BandwidthRate;
extern const Rows BandwidthRate_rows;

typedef struct Bandwidth {
        unsigned class_id; /* of a running network: where its queueing discipline keeps the guarantee */
        BandwidthRate *inbound;
        BandwidthRate *outbound;
} Bandwidth;
extern const Rows Bandwidth_rows;

typedef struct VlanTag {
        unsigned id;
        VlanMode native_mode;
} VlanTag;
extern const Rows VlanTag_rows;

typedef struct Vlan {
        YesNo trunk;
        VlanTag *tags;
        size_t n_tags;
} Vlan;
extern const Rows Vlan_rows;

typedef struct FilterParameter {
        char *name;
        char *value;
} FilterParameter;
extern const Rows FilterParameter_rows;

typedef struct FilterRef {
        char *filter;
        FilterParameter *parameters;
        size_t n_parameters;
} FilterRef;
extern const Rows FilterRef_rows;

/** ip_route_prefix: of the route's network, from prefix or mask; that of the address class when neither was said. */
unsigned ip_route_prefix(const IpRoute *route);
/** ip_prefix_of: @prefix, else that of @netmask, else that of the class of @address (IPv6: 64). */
unsigned ip_prefix_of(const Ip *address, const Ip *netmask, OptUint prefix);
/** virtual_port_identify: makes up what names an interface to its switch, where nobody said it. */
void virtual_port_identify(VirtualPort *port);
/** virtual_port_check_complete: whether @port says all that its type needs, for those that get no more from a network. */
int virtual_port_check_complete(const VirtualPort *port, Error *err);
/** macs_same: two spellings of an address; false if one of them is none. */
bool macs_same(const char *a, const char *b);
