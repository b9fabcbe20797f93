/* Node devices: what the host is made of. A device has capabilities, each of a type of its own, some with capabilities
 * inside of them. */
#pragma once

#include "conf/address.h"
#include "conf/document.h"
#include "conf/host_link.h"

typedef enum COMPACT {
        NODE_CAP_NONE,
        NODE_CAP_SYSTEM,
        NODE_CAP_PCI,
        NODE_CAP_USB_DEVICE,
        NODE_CAP_USB,
        NODE_CAP_NET,
        NODE_CAP_SCSI_HOST,
        NODE_CAP_SCSI_TARGET,
        NODE_CAP_SCSI,
        NODE_CAP_STORAGE,
        NODE_CAP_SCSI_GENERIC,
        NODE_CAP_DRM,
        NODE_CAP_MDEV,
        NODE_CAP_CCW,
        NODE_CAP_CSS,
        NODE_CAP_VDPA,
        NODE_CAP_AP_CARD,
        NODE_CAP_AP_QUEUE,
        NODE_CAP_AP_MATRIX,
        NODE_CAP_MAX_
} NodeCapabilityType;
extern const char *const NodeCapabilityType_names[];

typedef enum COMPACT { DRM_NODE_NONE, DRM_NODE_PRIMARY, DRM_NODE_CONTROL, DRM_NODE_RENDER, DRM_NODE_MAX_ } DrmNodeType;
extern const char *const DrmNodeType_names[];

typedef enum COMPACT { PCI_LINK_NONE, PCI_LINK_CAPABILITY, PCI_LINK_STATUS, PCI_LINK_MAX_ } PciLinkValidity;
extern const char *const PciLinkValidity_names[];

typedef enum COMPACT {
        PCI_LINK_SPEED_NONE,
        PCI_LINK_SPEED_2_5,
        PCI_LINK_SPEED_5,
        PCI_LINK_SPEED_8,
        PCI_LINK_SPEED_16,
        PCI_LINK_SPEED_32,
        PCI_LINK_SPEED_64,
        PCI_LINK_SPEED_MAX_
} PciLinkSpeed; /* GT/s */
extern const char *const PciLinkSpeed_names[];

typedef struct NodeSystem {
        char *product;
        char *hardware_vendor;
        char *hardware_version;
        char *hardware_serial;
        Uuid uuid;
        char *firmware_vendor;
        char *firmware_version;
        char *firmware_date;
} NodeSystem;
extern const Rows NodeSystem_rows;

/* A kind of mediated device that a parent can make. */
typedef struct NodeMdevType {
        char *id;
        char *name;
        char *api;
        unsigned available;
} NodeMdevType;
extern const Rows NodeMdevType_rows;

typedef struct NodeMdevTypes {
        NodeMdevType *types;
        size_t n_types;
} NodeMdevTypes;
extern const Rows NodeMdevTypes_rows;

typedef struct NodePhysFunction {
        HostPciAddress address;
} NodePhysFunction;
extern const Rows NodePhysFunction_rows;

typedef struct NodeVirtFunctions {
        unsigned max;
        HostPciAddress *addresses;
        size_t n_addresses;
} NodeVirtFunctions;
extern const Rows NodeVirtFunctions_rows;

typedef struct NodeVpdField {
        char *index;
        char *value;
} NodeVpdField;
extern const Rows NodeVpdField_rows;

typedef struct NodeVpdReadonly {
        char *change_level;
        char *manufacture_id;
        char *part_number;
        char *serial_number;
        NodeVpdField *vendor_fields;
        size_t n_vendor_fields;
} NodeVpdReadonly;
extern const Rows NodeVpdReadonly_rows;

typedef struct NodeVpdReadwrite {
        char *asset_tag;
        NodeVpdField *vendor_fields;
        size_t n_vendor_fields;
        NodeVpdField *system_fields;
        size_t n_system_fields;
} NodeVpdReadwrite;
extern const Rows NodeVpdReadwrite_rows;

/* Vital product data. */
typedef struct NodeVpd {
        char *name;
        struct NodeVpdReadonly *readonly;
        struct NodeVpdReadwrite *readwrite;
} NodeVpd;
extern const Rows NodeVpd_rows;

typedef struct NodeIommuGroup {
        unsigned number;
        HostPciAddress *addresses;
        size_t n_addresses;
} NodeIommuGroup;
extern const Rows NodeIommuGroup_rows;

typedef struct NodePciLink {
        PciLinkValidity validity;
        OptUint port;
        PciLinkSpeed speed;
        unsigned width;
} NodePciLink;
extern const Rows NodePciLink_rows;

typedef struct NodePciExpress {
        NodePciLink *links;
        size_t n_links;
} NodePciExpress;
extern const Rows NodePciExpress_rows;

typedef struct NodePci {
        OptUint class;
        unsigned domain;
        unsigned bus;
        unsigned slot;
        unsigned function;
        unsigned product_id;
        char *product;
        unsigned vendor_id;
        char *vendor;
        struct NodePhysFunction *phys_function;
        struct NodeVirtFunctions *virt_functions;
        bool pci_bridge;
        bool cardbus_bridge;
        struct NodeMdevTypes *mdev_types;
        struct NodeVpd *vpd;
        struct NodeIommuGroup *iommu_group;
        OptInt numa_node;
        struct NodePciExpress *express;
} NodePci;
extern const Rows NodePci_rows;

typedef struct NodeUsbDevice {
        unsigned bus;
        unsigned device;
        unsigned product_id;
        char *product;
        unsigned vendor_id;
        char *vendor;
} NodeUsbDevice;
extern const Rows NodeUsbDevice_rows;

/* An interface of a USB device. */
typedef struct NodeUsb {
        unsigned number;
        unsigned class;
        unsigned subclass;
        unsigned protocol;
        char *description;
} NodeUsb;
extern const Rows NodeUsb_rows;

typedef struct NodeNetFeature {
        char *name;
} NodeNetFeature;
extern const Rows NodeNetFeature_rows;

typedef struct NodeNet {
        char *interface;
        char *address;
        HostLink link;
        NodeNetFeature *features;
        size_t n_features;
        bool ieee_80203;
        bool ieee_80211;
} NodeNet;
extern const Rows NodeNet_rows;

typedef struct NodeFcHost {
        char *wwnn;
        char *wwpn;
        char *fabric_wwn;
} NodeFcHost;
extern const Rows NodeFcHost_rows;

/* Found by the driver. */
typedef struct NodeVports {
        unsigned max;
        unsigned used;
} NodeVports;
extern const Rows NodeVports_rows;

typedef struct NodeScsiHost {
        unsigned host;
        OptUint unique_id;
        struct NodeFcHost *fc_host;
        struct NodeVports *vports;
} NodeScsiHost;
extern const Rows NodeScsiHost_rows;

typedef struct NodeRemotePort {
        char *rport;
        char *wwpn;
} NodeRemotePort;
extern const Rows NodeRemotePort_rows;

typedef struct NodeScsiTarget {
        char *target;
        struct NodeRemotePort *remote_port;
} NodeScsiTarget;
extern const Rows NodeScsiTarget_rows;

typedef struct NodeScsi {
        unsigned host;
        unsigned bus;
        unsigned target;
        unsigned lun;
        char *type;
} NodeScsi;
extern const Rows NodeScsi_rows;

/* Of a medium that can be taken out. */
typedef struct NodeMedia {
        unsigned available; /* 0 or 1 */
        uint64_t size;      /* bytes */
        char *label;
        uint64_t block_size;
        uint64_t n_blocks;
} NodeMedia;
extern const Rows NodeMedia_rows;

typedef struct NodeStorage {
        char *block;
        char *bus;
        char *drive_type;
        char *model;
        char *vendor;
        char *serial;
        struct NodeMedia *removable;
        OptUint64 size; /* bytes; without media that can be taken out */
        uint64_t block_size;
        uint64_t n_blocks;
        bool hotpluggable;
} NodeStorage;
extern const Rows NodeStorage_rows;

typedef struct NodeScsiGeneric {
        char *path;
} NodeScsiGeneric;
extern const Rows NodeScsiGeneric_rows;

typedef struct NodeDrm {
        DrmNodeType type;
} NodeDrm;
extern const Rows NodeDrm_rows;

typedef struct NodeMdevAttribute {
        char *name;
        char *value;
} NodeMdevAttribute;
extern const Rows NodeMdevAttribute_rows;

typedef struct NodeMdev {
        char *type;
        Uuid uuid;
        char *parent_address;
        unsigned iommu_group; /* found by the driver */
        NodeMdevAttribute *attributes;
        size_t n_attributes;
} NodeMdev;
extern const Rows NodeMdev_rows;

typedef struct NodeCcwAddress {
        unsigned cssid;
        unsigned ssid;
        unsigned devno;
} NodeCcwAddress;
extern const Rows NodeCcwAddress_rows;

typedef struct NodeCcw {
        NodeCcwAddress address;
} NodeCcw;
extern const Rows NodeCcw_rows;

typedef struct NodeCss {
        NodeCcwAddress address;
        struct NodeCcwAddress *channel_device;
        struct NodeMdevTypes *mdev_types;
} NodeCss;
extern const Rows NodeCss_rows;

typedef struct NodeVdpa {
        char *chardev;
} NodeVdpa;
extern const Rows NodeVdpa_rows;

typedef struct NodeApCard {
        unsigned adapter;
} NodeApCard;
extern const Rows NodeApCard_rows;

typedef struct NodeApQueue {
        unsigned adapter;
        unsigned domain;
} NodeApQueue;
extern const Rows NodeApQueue_rows;

typedef struct NodeApMatrix {
        struct NodeMdevTypes *mdev_types;
} NodeApMatrix;
extern const Rows NodeApMatrix_rows;

typedef struct NodeCapability {
        NodeCapabilityType type;
        union {
                NodeSystem system;
                NodePci pci;
                NodeUsbDevice usb_device;
                NodeUsb usb;
                NodeNet net;
                NodeScsiHost scsi_host;
                NodeScsiTarget scsi_target;
                NodeScsi scsi;
                NodeStorage storage;
                NodeScsiGeneric scsi_generic;
                NodeDrm drm;
                NodeMdev mdev;
                NodeCcw ccw;
                NodeCss css;
                NodeVdpa vdpa;
                NodeApCard ap_card;
                NodeApQueue ap_queue;
                NodeApMatrix ap_matrix;
        };
} NodeCapability;
extern const Rows NodeCapability_rows;

typedef struct NodeDeviceLink {
        char *path;
} NodeDeviceLink;
extern const Rows NodeDeviceLink_rows;

typedef struct NodeDevice {
        char *name;
        char *path;    /* below /sys */
        char *devnode; /* below /dev */
        NodeDeviceLink *links;
        size_t n_links;
        char *parent;
        char *parent_wwnn; /* the parent of a device to create, by its names in the fabric */
        char *parent_wwpn;
        char *parent_fabric_wwn;
        char *driver;
        NodeCapability *capabilities;
        size_t n_capabilities;
} NodeDevice;
extern const Rows NodeDevice_rows;

DOCUMENT_DECLARE(NodeDevice, node_device);

/** node_device_capability: the first of that type, NULL if there is none. */
NodeCapability *node_device_capability(const NodeDevice *device, NodeCapabilityType type);

/** node_device_capability_names: static texts, as virNodeDeviceListCaps() has them; the caller frees the array. */
GPtrArray *node_device_capability_names(const NodeDevice *device);
/** node_device_list_flags: VIR_CONNECT_LIST_NODE_DEVICES_CAP_*. */
unsigned node_device_list_flags(const NodeDevice *device);
