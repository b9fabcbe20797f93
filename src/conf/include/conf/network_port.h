/* Ports of networks: where a guest's interface is plugged into a network. */
#pragma once

#include "conf/address.h"
#include "conf/document.h"
#include "conf/network_parts.h"

typedef enum COMPACT {
        PLUG_NONE,
        PLUG_NETWORK,
        PLUG_BRIDGE,
        PLUG_DIRECT,
        PLUG_HOSTDEV_PCI,
        PLUG_MAX_,
} PlugType;
extern const char *const PlugType_names[];

typedef struct BridgePlug {
        char *bridge;
        MacTableManager mac_table_manager;
} BridgePlug;
extern const Rows BridgePlug_rows;

typedef struct DirectPlug {
        char *dev;
        MacvtapMode mode;
} DirectPlug;
extern const Rows DirectPlug_rows;

typedef struct HostdevPlug {
        YesNo managed;
        HostdevBackend driver;
        HostPciAddress address;
        Switch multifunction;
} HostdevPlug;
extern const Rows HostdevPlug_rows;

typedef struct Plug {
        PlugType type;
        union {
                BridgePlug bridge; /* network, bridge */
                DirectPlug direct;
                HostdevPlug hostdev;
        };
} Plug;
extern const Rows Plug_rows;

/* Whose port it is. */
typedef struct PortOwner {
        char *name;
        Uuid uuid;
} PortOwner;
extern const Rows PortOwner_rows;

typedef struct NetworkPort {
        Uuid uuid;
        PortOwner *owner;
        char *group;
        Mac mac;
        VirtualPort *virtual_port;
        Bandwidth *bandwidth;
        Vlan *vlan;
        YesNo isolated;
        YesNo trust_guest_rx_filters;
        Plug *plug;
} NetworkPort;
extern const Rows NetworkPort_rows;

DOCUMENT_DECLARE(NetworkPort, network_port);
