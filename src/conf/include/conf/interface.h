/* Network interfaces. */
#pragma once

#include "conf/address.h"
#include "conf/network_parts.h"

typedef enum COMPACT {
        INTERFACE_NONE,
        INTERFACE_USER,
        INTERFACE_ETHERNET,
        INTERFACE_VHOSTUSER,
        INTERFACE_SERVER,
        INTERFACE_CLIENT,
        INTERFACE_MCAST,
        INTERFACE_NETWORK,
        INTERFACE_BRIDGE,
        INTERFACE_INTERNAL,
        INTERFACE_DIRECT,
        INTERFACE_HOSTDEV,
        INTERFACE_UDP,
        INTERFACE_VDPA,
        INTERFACE_NULL,
        INTERFACE_VDS,
        INTERFACE_MAX_
} InterfaceType;
extern const char *const InterfaceType_names[];

typedef enum COMPACT {
        INTERFACE_BACKEND_DEFAULT,
        INTERFACE_BACKEND_QEMU,
        INTERFACE_BACKEND_VHOST,
        INTERFACE_BACKEND_MAX_
} InterfaceBackend;
extern const char *const InterfaceBackend_names[];

typedef enum COMPACT { TX_MODE_DEFAULT, TX_MODE_IOTHREAD, TX_MODE_TIMER, TX_MODE_MAX_ } TxMode;
extern const char *const TxMode_names[];

typedef enum COMPACT { USER_BACKEND_DEFAULT, USER_BACKEND_PASST, USER_BACKEND_MAX_ } UserBackend;
extern const char *const UserBackend_names[];

typedef enum COMPACT { TEAMING_NONE, TEAMING_PERSISTENT, TEAMING_TRANSIENT, TEAMING_MAX_ } TeamingType;
extern const char *const TeamingType_names[];

typedef enum COMPACT { LINK_DEFAULT, LINK_UP, LINK_DOWN, LINK_MAX_ } LinkState;
extern const char *const LinkState_names[];

typedef enum COMPACT { MAC_TYPE_DEFAULT, MAC_TYPE_GENERATED, MAC_TYPE_STATIC, MAC_TYPE_MAX_ } MacType;
extern const char *const MacType_names[];

typedef struct IpAddress {
        char *address;
        char *family;
        OptUint prefix;
        char *peer;
} IpAddress;
extern const Rows IpAddress_rows;

typedef struct PortRange {
        unsigned start;
        unsigned end;
        unsigned to;
        YesNo exclude;
} PortRange;
extern const Rows PortRange_rows;

typedef enum COMPACT { PORT_FORWARD_NONE, PORT_FORWARD_TCP, PORT_FORWARD_UDP, PORT_FORWARD_MAX_ } ForwardProtocol;
extern const char *const ForwardProtocol_names[];

typedef struct PortForward {
        ForwardProtocol proto;
        char *address;
        char *dev;
        PortRange *ranges;
        size_t n_ranges;
} PortForward;
extern const Rows PortForward_rows;

typedef struct NetworkInterface {
        char *network;
        char *portgroup;
        char *portid;
        char *bridge;
        MacTableManager mac_tables;
} NetworkInterface;
extern const Rows NetworkInterface_rows;

typedef struct BridgeInterface {
        char *bridge;
        MacTableManager mac_tables;
} BridgeInterface;
extern const Rows BridgeInterface_rows;

typedef struct EthernetInterface {
        IpAddress *source_ips;
        size_t n_source_ips;
        IpRoute *source_routes;
        size_t n_source_routes;
} EthernetInterface;
extern const Rows EthernetInterface_rows;

typedef struct UserInterface {
        char *dev;
} UserInterface;
extern const Rows UserInterface_rows;

typedef struct DirectInterface {
        char *dev;
        MacvtapMode mode;
} DirectInterface;
extern const Rows DirectInterface_rows;

typedef struct InternalInterface {
        char *name;
} InternalInterface;
extern const Rows InternalInterface_rows;

typedef struct VhostUserInterface {
        SocketKind type;
        SocketMode mode;
        YesNo reconnect;
        char *path;
        OptUint reconnect_timeout;
} VhostUserInterface;
extern const Rows VhostUserInterface_rows;

/* Server, client, mcast, udp. */
typedef struct SocketInterface {
        char *address;
        unsigned port;
        char *local_address;
        unsigned local_port;
} SocketInterface;
extern const Rows SocketInterface_rows;

typedef struct VdpaInterface {
        char *dev;
} VdpaInterface;
extern const Rows VdpaInterface_rows;

typedef struct VdsInterface {
        char *switchid;
        char *portid;
        char *portgroupid;
        char *connectionid;
} VdsInterface;
extern const Rows VdsInterface_rows;

typedef struct HostdevInterface {
        HostdevBackend driver;
        YesNo missing;
        OptUint vendor; /* of a USB device; else its address */
        OptUint product;
        Address address;
        unsigned device; /* on the USB bus */
} HostdevInterface;
extern const Rows HostdevInterface_rows;

/* One side's offloads. */
typedef struct InterfaceOffload {
        Switch csum;
        Switch gso;
        Switch tso4;
        Switch tso6;
        Switch ecn;
        Switch ufo;
        Switch mrg_rxbuf;
} InterfaceOffload;
extern const Rows InterfaceOffload_rows;

typedef struct VirtioNetDriver {
        InterfaceBackend name;
        TxMode txmode;
        Switch ioeventfd;
        Switch event_idx;
        unsigned queues;
        unsigned rx_queue_size;
        unsigned tx_queue_size;
        Switch rss;
        Switch rss_hash_report;
        VirtioOptions virtio;
        InterfaceOffload host;
        InterfaceOffload guest;
} VirtioNetDriver;
extern const Rows VirtioNetDriver_rows;

/* What an interface on a network was really given. */
typedef struct ActualInterface {
        InterfaceType type;
        YesNo managed;
        YesNo trust_guest_rx_filters;
        union {
                BridgeInterface bridge; /* of a network of ours as well */
                DirectInterface direct;
                HostdevInterface hostdev;
        };
        Vlan *vlan;
        VirtualPort *virtual_port;
        Bandwidth *bandwidth;
        YesNo port_isolated;
        unsigned class_id; /* of the traffic class on the bridge */
} ActualInterface;
extern const Rows ActualInterface_rows;

typedef struct Interface {
        InterfaceType type;
        YesNo managed;
        YesNo trust_guest_rx_filters;
        Mac mac;
        MacType mac_type;
        YesNo mac_check;
        YesNo port_isolated;
        YesNo target_managed;
        UserBackend backend;
        LinkState link;
        TeamingType teaming;
        union {
                UserInterface user;
                EthernetInterface ethernet;
                VhostUserInterface vhostuser;
                SocketInterface socket; /* server, client, mcast, udp */
                NetworkInterface network;
                BridgeInterface bridge;
                InternalInterface internal;
                DirectInterface direct;
                HostdevInterface hostdev;
                VdpaInterface vdpa;
                VdsInterface vds;
        };
        struct ActualInterface *actual;
        Vlan *vlan;
        VirtualPort *virtual_port;
        IpAddress *ips;
        size_t n_ips;
        IpRoute *routes;
        size_t n_routes;
        Bandwidth *bandwidth;
        char *script;
        char *downscript;
        char *backend_domain;
        char *target; /* live, or the user's own name */
        char *guest_dev;
        char *guest_actual;
        PortForward *port_forwards;
        size_t n_port_forwards;
        char *model;
        struct VirtioNetDriver *driver;
        char *backend_tap;
        char *backend_vhost;
        char *backend_log;
        FilterRef *filter;
        uint64_t sndbuf;
        unsigned mtu;
        unsigned coalesce_rx_frames;
        char *teaming_persistent;
        DeviceInfo info;
} Interface;
extern const Rows Interface_rows;
