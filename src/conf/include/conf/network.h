/* Virtual networks: what `virsh net-define` takes. */
#pragma once

#include "conf/address.h"
#include "conf/document.h"
#include "conf/network_parts.h"

typedef enum COMPACT {
        FORWARD_NONE, /* isolated */
        FORWARD_NAT,
        FORWARD_ROUTE,
        FORWARD_OPEN,
        FORWARD_BRIDGE,
        FORWARD_PRIVATE,
        FORWARD_VEPA,
        FORWARD_PASSTHROUGH,
        FORWARD_HOSTDEV,
        FORWARD_MAX_
} ForwardMode;
extern const char *const ForwardMode_names[];

typedef enum COMPACT { LEASE_UNIT_DEFAULT, LEASE_SECONDS, LEASE_MINUTES, LEASE_HOURS, LEASE_UNIT_MAX_ } LeaseUnit;
extern const char *const LeaseUnit_names[];

typedef enum COMPACT { SRV_NONE, SRV_TCP, SRV_UDP, SRV_MAX_ } SrvProtocol;
extern const char *const SrvProtocol_names[];

/* An interface of the host that a network uses. */
typedef struct ForwardInterface {
        char *dev;
        unsigned connections;
} ForwardInterface;
extern const Rows ForwardInterface_rows;

/* A virtual function that guests get. */
typedef struct ForwardAddress {
        AddressType type; /* PCI */
        HostPciAddress pci;
        Switch multifunction;
        unsigned connections;
} ForwardAddress;
extern const Rows ForwardAddress_rows;

typedef struct NatRange {
        Ip start, end;
} NatRange;
extern const Rows NatRange_rows;

typedef struct NatPorts {
        unsigned start, end;
} NatPorts;
extern const Rows NatPorts_rows;

typedef struct ForwardNat {
        YesNo ipv6;
        NatRange addresses;
        NatPorts *ports;
} ForwardNat;
extern const Rows ForwardNat_rows;

typedef struct Forward {
        char *dev; /* the first of the interfaces, by another name */
        ForwardMode mode;
        YesNo managed;
        HostdevBackend driver;
        ForwardNat *nat;
        ForwardInterface *pf; /* its virtual functions are the interfaces, once the network runs */
        ForwardInterface *interfaces;
        size_t n_interfaces;
        ForwardAddress *addresses;
        size_t n_addresses;
} Forward;
extern const Rows Forward_rows;

typedef struct NetworkBridge {
        char *name;
        char *zone;
        Switch stp;
        OptUint64 delay;
        MacTableManager mac_table_manager;
} NetworkBridge;
extern const Rows NetworkBridge_rows;

typedef struct DnsForwarder {
        char *domain;
        Ip address;
} DnsForwarder;
extern const Rows DnsForwarder_rows;

typedef struct DnsTxt {
        char *name;
        char *value;
} DnsTxt;
extern const Rows DnsTxt_rows;

typedef struct DnsSrv {
        char *service;
        SrvProtocol protocol;
        char *domain;
        char *target;
        OptUint port;
        OptUint priority;
        OptUint weight;
} DnsSrv;
extern const Rows DnsSrv_rows;

typedef struct DnsHostname {
        char *name;
} DnsHostname;
extern const Rows DnsHostname_rows;

typedef struct DnsHost {
        Ip ip;
        DnsHostname *names;
        size_t n_names;
} DnsHost;
extern const Rows DnsHost_rows;

typedef struct Dns {
        YesNo enable;
        YesNo forward_plain_names;
        DnsForwarder *forwarders;
        size_t n_forwarders;
        DnsTxt *txts;
        size_t n_txts;
        DnsSrv *srvs;
        size_t n_srvs;
        DnsHost *hosts;
        size_t n_hosts;
} Dns;
extern const Rows Dns_rows;

/* Zero time: for ever. */
typedef struct DhcpLease {
        uint64_t expiry;
        LeaseUnit unit;
} DhcpLease;
extern const Rows DhcpLease_rows;

typedef struct DhcpRange {
        Ip start, end;
        DhcpLease *lease;
} DhcpRange;
extern const Rows DhcpRange_rows;

typedef struct DhcpHost {
        char *mac;
        char *id; /* of a DHCPv6 client */
        char *name;
        Ip ip;
        DhcpLease *lease;
} DhcpHost;
extern const Rows DhcpHost_rows;

typedef struct DhcpBoot {
        char *file;
        Ip server;
} DhcpBoot;
extern const Rows DhcpBoot_rows;

typedef struct NetworkIp {
        IpFamily family; /* as it was said; that of the address counts */
        Ip address;
        Ip netmask;
        OptUint prefix;
        YesNo local_ptr;
        char *tftp_root;
        DhcpRange *ranges;
        size_t n_ranges;
        DhcpHost *hosts;
        size_t n_hosts;
        DhcpBoot *boot;
} NetworkIp;
extern const Rows NetworkIp_rows;

typedef struct PortGroup {
        char *name;
        YesNo is_default;
        YesNo trust_guest_rx_filters;
        Vlan *vlan;
        VirtualPort *virtual_port;
        Bandwidth *bandwidth;
} PortGroup;
extern const Rows PortGroup_rows;

typedef struct DnsmasqOption {
        char *value;
} DnsmasqOption;
extern const Rows DnsmasqOption_rows;

/* Lines for the configuration file of dnsmasq, as they are. */
typedef struct DnsmasqNamespace {
        DnsmasqOption *options;
        size_t n_options;
} DnsmasqNamespace;
extern const Rows DnsmasqNamespace_rows;
extern const RowNamespace dnsmasq_namespace;

typedef struct Network {
        unsigned connections;
        YesNo ipv6;
        YesNo trust_guest_rx_filters;
        char *name;
        Uuid uuid;
        char *title;
        char *description;
        char *metadata;
        Forward *forward; /* NULL: isolated */
        NetworkBridge bridge;
        unsigned mtu;
        Mac mac;
        char *domain;
        YesNo domain_local_only;
        Dns dns;
        Vlan *vlan;
        Bandwidth *bandwidth;
        YesNo port_isolated;
        NetworkIp *ips;
        size_t n_ips;
        IpRoute *routes;
        size_t n_routes;
        VirtualPort *virtual_port;
        PortGroup *port_groups;
        size_t n_port_groups;
        Extra extra;
} Network;
extern const Rows Network_rows;

DOCUMENT_DECLARE(Network, network);

ForwardMode network_forward(const Network *network);
/** network_is_virtual: its bridge is made for it and carries its addresses: isolated, nat, route, open. */
bool network_is_virtual(const Network *network);
/** network_ip_prefix: how many bits of the address are the network's. */
unsigned network_ip_prefix(const NetworkIp *ip);
/** network_port_group: by name; NULL name: the default one. NULL if there is none. */
const PortGroup *network_port_group(const Network *network, const char *name);
/** network_settle_mac: the bridge of a virtual network gets an address, when it has none. */
void network_settle_mac(Network *network);
/** network_check_driver: what a driver that runs networks refuses, beyond what no network may be. */
int network_check_driver(const Network *network, Error *err);

/**
 * network_update: change one section by a piece of XML, as virNetworkUpdate does. @command: VIR_NETWORK_UPDATE_COMMAND_*;
 * @section: VIR_NETWORK_SECTION_*; @parent: which <ip> (-1: the only one that fits). @network is changed only on success.
 * VIR_ERR_OPERATION_INVALID when there is nothing to change or it is there already, VIR_ERR_OPERATION_UNSUPPORTED for
 * commands that a section does not know, VIR_ERR_XML_ERROR.
 */
int network_update(Network *network, unsigned command, unsigned section, int parent, const char *xml, Error *err);
