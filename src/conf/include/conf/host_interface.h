/* Network interfaces of the host, as `virsh iface-define` takes them. */
#pragma once

#include "conf/document.h"
#include "conf/host_link.h"
#include "conf/ip.h"

typedef enum COMPACT {
        HOST_INTERFACE_NONE,
        HOST_INTERFACE_ETHERNET,
        HOST_INTERFACE_BRIDGE,
        HOST_INTERFACE_BOND,
        HOST_INTERFACE_VLAN,
        HOST_INTERFACE_MAX_,
} HostInterfaceType;
extern const char *const HostInterfaceType_names[];

typedef enum COMPACT { START_MODE_DEFAULT, START_NONE, START_ONBOOT, START_HOTPLUG, START_MODE_MAX_ } StartMode;
extern const char *const StartMode_names[];

typedef enum COMPACT {
        BOND_MODE_DEFAULT,
        BOND_BALANCE_RR,
        BOND_ACTIVE_BACKUP,
        BOND_BALANCE_XOR,
        BOND_BROADCAST,
        BOND_802_3AD,
        BOND_BALANCE_TLB,
        BOND_BALANCE_ALB,
        BOND_MODE_MAX_
} BondMode;
extern const char *const BondMode_names[];

typedef enum COMPACT { CARRIER_DEFAULT, CARRIER_IOCTL, CARRIER_NETIF, CARRIER_MAX_ } BondCarrier;
extern const char *const BondCarrier_names[];

typedef enum COMPACT {
        ARP_VALIDATE_DEFAULT,
        ARP_VALIDATE_NONE,
        ARP_VALIDATE_ACTIVE,
        ARP_VALIDATE_BACKUP,
        ARP_VALIDATE_ALL,
        ARP_VALIDATE_MAX_
} ArpValidate;
extern const char *const ArpValidate_names[];

typedef struct HostInterface HostInterface;

/* As it was written: the back end, not the document, is the judge of its spelling. */
typedef struct HostAddress {
        char *address;
        OptUint prefix;
} HostAddress;
extern const Rows HostAddress_rows;

typedef struct HostDhcp {
        YesNo peerdns;
} HostDhcp;
extern const Rows HostDhcp_rows;

typedef struct HostProtocol {
        IpFamily family;
        bool autoconf;
        HostDhcp *dhcp;
        HostAddress *addresses;
        size_t n_addresses;
        char *gateway;
} HostProtocol;
extern const Rows HostProtocol_rows;

typedef struct HostBridge {
        Switch stp;
        char *delay; /* seconds, "0.01" */
        HostInterface *interfaces;
        size_t n_interfaces;
} HostBridge;
extern const Rows HostBridge_rows;

typedef struct BondMiimon {
        unsigned freq;
        unsigned downdelay;
        unsigned updelay;
        BondCarrier carrier;
} BondMiimon;
extern const Rows BondMiimon_rows;

typedef struct BondArpmon {
        unsigned interval;
        char *target;
        ArpValidate validate;
} BondArpmon;
extern const Rows BondArpmon_rows;

typedef struct HostBond {
        BondMode mode;
        BondMiimon *miimon;
        BondArpmon *arpmon;
        HostInterface *interfaces;
        size_t n_interfaces;
} HostBond;
extern const Rows HostBond_rows;

typedef struct HostVlan {
        OptUint tag;
        char *dev;
} HostVlan;
extern const Rows HostVlan_rows;

/* The element that a type brings. */
typedef struct BridgePart {
        HostBridge *bridge;
} BridgePart;
extern const Rows BridgePart_rows;

typedef struct BondPart {
        HostBond *bond;
} BondPart;
extern const Rows BondPart_rows;

typedef struct VlanPart {
        HostVlan *vlan;
} VlanPart;
extern const Rows VlanPart_rows;

struct HostInterface {
        HostInterfaceType type;
        char *name;
        StartMode start;
        unsigned mtu;
        HostProtocol *protocols;
        size_t n_protocols;
        HostLink link;
        Mac mac;
        union {
                BridgePart bridge;
                BondPart bond;
                VlanPart vlan;
        };
};
extern const Rows HostInterface_rows;

DOCUMENT_DECLARE(HostInterface, host_interface);
