/* Node device: the names and the rows. Row order is output order. */
#include "conf/node_device.h"

#include "nodedev/hooks.h"

ENUM_TABLE(NodeCapabilityType, NODE_CAP_MAX_) = {
        [NODE_CAP_SYSTEM] = "system",
        [NODE_CAP_PCI] = "pci",
        [NODE_CAP_USB_DEVICE] = "usb_device",
        [NODE_CAP_USB] = "usb",
        [NODE_CAP_NET] = "net",
        [NODE_CAP_SCSI_HOST] = "scsi_host",
        [NODE_CAP_SCSI_TARGET] = "scsi_target",
        [NODE_CAP_SCSI] = "scsi",
        [NODE_CAP_STORAGE] = "storage",
        [NODE_CAP_SCSI_GENERIC] = "scsi_generic",
        [NODE_CAP_DRM] = "drm",
        [NODE_CAP_MDEV] = "mdev",
        [NODE_CAP_CCW] = "ccw",
        [NODE_CAP_CSS] = "css",
        [NODE_CAP_VDPA] = "vdpa",
        [NODE_CAP_AP_CARD] = "ap_card",
        [NODE_CAP_AP_QUEUE] = "ap_queue",
        [NODE_CAP_AP_MATRIX] = "ap_matrix",
};

ENUM_TABLE(DrmNodeType, DRM_NODE_MAX_) = {
        [DRM_NODE_PRIMARY] = "primary",
        [DRM_NODE_CONTROL] = "control",
        [DRM_NODE_RENDER] = "render",
};

ENUM_TABLE(PciLinkValidity, PCI_LINK_MAX_) = {
        [PCI_LINK_CAPABILITY] = "cap",
        [PCI_LINK_STATUS] = "sta",
};

ENUM_TABLE(PciLinkSpeed, PCI_LINK_SPEED_MAX_) = {
        [PCI_LINK_SPEED_2_5] = "2.5", [PCI_LINK_SPEED_5] = "5",   [PCI_LINK_SPEED_8] = "8",
        [PCI_LINK_SPEED_16] = "16",   [PCI_LINK_SPEED_32] = "32", [PCI_LINK_SPEED_64] = "64",
};

/* Numbers of the host: always there. */
#define ALWAYS .flags = ROW_REQUIRED | ROW_ALWAYS

/* A row is a line. */
/* clang-format off */

ROWS(NodeSystem,
     ROW_STRING("product",               NodeSystem, product),
     ROW_STRING("hardware/vendor",       NodeSystem, hardware_vendor),
     ROW_STRING("hardware/version",      NodeSystem, hardware_version),
     ROW_STRING("hardware/serial",       NodeSystem, hardware_serial),
     ROW_UUID("hardware/uuid",           NodeSystem, uuid, ALWAYS),
     ROW_STRING("firmware/vendor",       NodeSystem, firmware_vendor, .flags = ROW_KEEP_OPEN),
     ROW_STRING("firmware/version",      NodeSystem, firmware_version),
     ROW_STRING("firmware/release_date", NodeSystem, firmware_date));

ROWS(NodeMdevType,
     ROW_STRING("@id",              NodeMdevType, id, .flags = ROW_REQUIRED),
     ROW_STRING("name",             NodeMdevType, name),
     ROW_STRING("deviceAPI",        NodeMdevType, api, .flags = ROW_REQUIRED),
     ROW_UINT("availableInstances", NodeMdevType, available, ALWAYS));

ROWS(NodeMdevTypes,
     ROW_LIST("type", NodeMdevTypes, types, NodeMdevType));

ROWS(NodePhysFunction,
     ROW_IN("address", NodePhysFunction, address, HostPciAddress));

ROWS(NodeVirtFunctions,
     ROW_UINT("@maxCount", NodeVirtFunctions, max, .since = "1.3.0"),
     ROW_LIST("address",   NodeVirtFunctions, addresses, HostPciAddress));

ROWS(NodeVpdField,
     ROW_STRING("@index", NodeVpdField, index, .flags = ROW_REQUIRED),
     ROW_STRING(".",      NodeVpdField, value));

ROWS(NodeVpdReadonly,
     ROW_STRING("change_level",   NodeVpdReadonly, change_level),
     ROW_STRING("manufacture_id", NodeVpdReadonly, manufacture_id),
     ROW_STRING("part_number",    NodeVpdReadonly, part_number),
     ROW_STRING("serial_number",  NodeVpdReadonly, serial_number),
     ROW_LIST("vendor_field",     NodeVpdReadonly, vendor_fields, NodeVpdField));

ROWS(NodeVpdReadwrite,
     ROW_STRING("asset_tag",  NodeVpdReadwrite, asset_tag),
     ROW_LIST("vendor_field", NodeVpdReadwrite, vendor_fields, NodeVpdField),
     ROW_LIST("system_field", NodeVpdReadwrite, system_fields, NodeVpdField));

ROWS(NodeVpd,
     ROW_STRING("name",                  NodeVpd, name),
     ROW_SUB("fields[access=readonly]",  NodeVpd, readonly, NodeVpdReadonly),
     ROW_SUB("fields[access=readwrite]", NodeVpd, readwrite, NodeVpdReadwrite));

ROWS(NodeIommuGroup,
     ROW_UINT("@number", NodeIommuGroup, number, ALWAYS),
     ROW_LIST("address", NodeIommuGroup, addresses, HostPciAddress));

ROWS(NodePciLink,
     ROW_ENUM("@validity", NodePciLink, validity, PciLinkValidity, .flags = ROW_REQUIRED),
     ROW_OPT_UINT("@port", NodePciLink, port),
     ROW_ENUM("@speed",    NodePciLink, speed, PciLinkSpeed),
     ROW_UINT("@width",    NodePciLink, width, ALWAYS));

ROWS(NodePciExpress,
     ROW_LIST("link", NodePciExpress, links, NodePciLink));

ROWS(NodePci,
     ROW_OPT_HEX("class",                        NodePci, class, 6, .since = "5.2.0"),
     ROW_UINT("domain",                          NodePci, domain, ALWAYS),
     ROW_UINT("bus",                             NodePci, bus, ALWAYS),
     ROW_UINT("slot",                            NodePci, slot, ALWAYS),
     ROW_UINT("function",                        NodePci, function, ALWAYS),
     ROW_HEX("product/@id",                      NodePci, product_id, 4, ALWAYS),
     ROW_STRING("product",                       NodePci, product),
     ROW_HEX("vendor/@id",                       NodePci, vendor_id, 4, ALWAYS),
     ROW_STRING("vendor",                        NodePci, vendor),
     ROW_SUB("capability[type=phys_function]",   NodePci, phys_function, NodePhysFunction),
     ROW_SUB("capability[type=virt_functions]",  NodePci, virt_functions, NodeVirtFunctions),
     ROW_FLAG("capability[type=pci-bridge]",     NodePci, pci_bridge, .since = "1.3.3"),
     ROW_FLAG("capability[type=cardbus-bridge]", NodePci, cardbus_bridge, .since = "1.3.3"),
     ROW_SUB("capability[type=mdev_types]",      NodePci, mdev_types, NodeMdevTypes, .since = "3.4.0"),
     ROW_SUB("capability[type=vpd]",             NodePci, vpd, NodeVpd, .since = "7.9.0"),
     ROW_SUB("iommuGroup",                       NodePci, iommu_group, NodeIommuGroup),
     ROW_OPT_INT("numa/@node",                   NodePci, numa_node, .since = "1.2.5"),
     ROW_SUB("pci-express",                      NodePci, express, NodePciExpress, .since = "1.2.5"));

ROWS(NodeUsbDevice,
     ROW_UINT("bus",        NodeUsbDevice, bus, ALWAYS),
     ROW_UINT("device",     NodeUsbDevice, device, ALWAYS),
     ROW_HEX("product/@id", NodeUsbDevice, product_id, 4, ALWAYS),
     ROW_STRING("product",  NodeUsbDevice, product),
     ROW_HEX("vendor/@id",  NodeUsbDevice, vendor_id, 4, ALWAYS),
     ROW_STRING("vendor",   NodeUsbDevice, vendor));

ROWS(NodeUsb,
     ROW_UINT("number",        NodeUsb, number, ALWAYS),
     ROW_UINT("class",         NodeUsb, class, ALWAYS),
     ROW_UINT("subclass",      NodeUsb, subclass, ALWAYS),
     ROW_UINT("protocol",      NodeUsb, protocol, ALWAYS),
     ROW_STRING("description", NodeUsb, description));

ROWS(NodeNetFeature,
     ROW_STRING("@name", NodeNetFeature, name, .flags = ROW_REQUIRED));

ROWS(NodeNet,
     ROW_STRING("interface",            NodeNet, interface, .flags = ROW_REQUIRED),
     ROW_STRING("address",              NodeNet, address),
     ROW_IN("link",                     NodeNet, link, HostLink),
     ROW_LIST("feature",                NodeNet, features, NodeNetFeature, .since = "1.2.7"),
     ROW_FLAG("capability[type=80203]", NodeNet, ieee_80203),
     ROW_FLAG("capability[type=80211]", NodeNet, ieee_80211));

ROWS(NodeFcHost,
     ROW_STRING("wwnn",       NodeFcHost, wwnn, .flags = ROW_REQUIRED),
     ROW_STRING("wwpn",       NodeFcHost, wwpn, .flags = ROW_REQUIRED),
     ROW_STRING("fabric_wwn", NodeFcHost, fabric_wwn));

ROWS_HOOKED(NodeVports, (.settle = node_vports_settle),
     ROW_UINT("max_vports", NodeVports, max, .flags = ROW_ALWAYS),
     ROW_UINT("vports",     NodeVports, used, .flags = ROW_ALWAYS));

ROWS(NodeScsiHost,
     ROW_UINT("host",                      NodeScsiHost, host, .flags = ROW_ALWAYS),
     ROW_OPT_UINT("unique_id",             NodeScsiHost, unique_id, .since = "1.2.7"),
     ROW_SUB("capability[type=fc_host]",   NodeScsiHost, fc_host, NodeFcHost),
     ROW_SUB("capability[type=vport_ops]", NodeScsiHost, vports, NodeVports));

ROWS(NodeRemotePort,
     ROW_STRING("rport", NodeRemotePort, rport, .flags = ROW_REQUIRED),
     ROW_STRING("wwpn",  NodeRemotePort, wwpn, .flags = ROW_REQUIRED));

ROWS(NodeScsiTarget,
     ROW_STRING("target",                       NodeScsiTarget, target, .flags = ROW_REQUIRED),
     ROW_SUB("capability[type=fc_remote_port]", NodeScsiTarget, remote_port, NodeRemotePort, .since = "3.0.0"));

ROWS(NodeScsi,
     ROW_UINT("host",   NodeScsi, host, ALWAYS),
     ROW_UINT("bus",    NodeScsi, bus, ALWAYS),
     ROW_UINT("target", NodeScsi, target, ALWAYS),
     ROW_UINT("lun",    NodeScsi, lun, ALWAYS),
     ROW_STRING("type", NodeScsi, type));

ROWS(NodeMedia,
     ROW_UINT("media_available",      NodeMedia, available, .flags = ROW_ALWAYS),
     ROW_UINT64("media_size",         NodeMedia, size, .flags = ROW_ALWAYS),
     ROW_STRING("media_label",        NodeMedia, label),
     ROW_UINT64("logical_block_size", NodeMedia, block_size),
     ROW_UINT64("num_blocks",         NodeMedia, n_blocks));

ROWS(NodeStorage,
     ROW_STRING("block",                       NodeStorage, block, .flags = ROW_REQUIRED),
     ROW_STRING("bus",                         NodeStorage, bus),
     ROW_STRING("drive_type",                  NodeStorage, drive_type),
     ROW_STRING("model",                       NodeStorage, model),
     ROW_STRING("vendor",                      NodeStorage, vendor),
     ROW_STRING("serial",                      NodeStorage, serial),
     ROW_SUB("capability[type=removable]",     NodeStorage, removable, NodeMedia),
     ROW_OPT_UINT64("size",                    NodeStorage, size),
     ROW_UINT64("logical_block_size",          NodeStorage, block_size, .since = "0.9.1"),
     ROW_UINT64("num_blocks",                  NodeStorage, n_blocks, .since = "0.9.1"),
     ROW_FLAG("capability[type=hotpluggable]", NodeStorage, hotpluggable));

ROWS(NodeScsiGeneric,
     ROW_STRING("char", NodeScsiGeneric, path, .flags = ROW_REQUIRED));

ROWS(NodeDrm,
     ROW_ENUM("type", NodeDrm, type, DrmNodeType, .flags = ROW_REQUIRED));

ROWS(NodeMdevAttribute,
     ROW_STRING("@name",  NodeMdevAttribute, name, .flags = ROW_REQUIRED),
     ROW_STRING("@value", NodeMdevAttribute, value, .flags = ROW_REQUIRED));

ROWS_HOOKED(NodeMdev, (.settle = node_mdev_settle),
     ROW_STRING("type/@id",         NodeMdev, type, .flags = ROW_REQUIRED),
     ROW_UUID("uuid",               NodeMdev, uuid, .since = "6.5.0"),
     ROW_STRING("parent_addr",      NodeMdev, parent_address, .since = "7.10.0"),
     ROW_UINT("iommuGroup/@number", NodeMdev, iommu_group, .flags = ROW_ALWAYS),
     ROW_LIST("attr",               NodeMdev, attributes, NodeMdevAttribute, .since = "6.8.0"));

ROWS_HOOKED(NodeCcwAddress, (.check = node_ccw_address_check),
     ROW_HEX("cssid", NodeCcwAddress, cssid, 0, ALWAYS),
     ROW_HEX("ssid",  NodeCcwAddress, ssid, 0, ALWAYS),
     ROW_HEX("devno", NodeCcwAddress, devno, 4, ALWAYS));

ROWS(NodeCcw,
     ROW_IN("", NodeCcw, address, NodeCcwAddress));

ROWS(NodeCss,
     ROW_IN("",                             NodeCss, address, NodeCcwAddress),
     ROW_SUB("channel_dev_addr",            NodeCss, channel_device, NodeCcwAddress, .since = "8.4.0"),
     ROW_SUB("capability[type=mdev_types]", NodeCss, mdev_types, NodeMdevTypes));

ROWS(NodeVdpa,
     ROW_STRING("chardev", NodeVdpa, chardev, .flags = ROW_REQUIRED));

ROWS_HOOKED(NodeApCard, (.check = node_ap_card_check),
     ROW_HEX("ap-adapter", NodeApCard, adapter, 2, ALWAYS));

ROWS_HOOKED(NodeApQueue, (.check = node_ap_queue_check),
     ROW_HEX("ap-adapter", NodeApQueue, adapter, 2, ALWAYS),
     ROW_HEX("ap-domain",  NodeApQueue, domain, 4, ALWAYS));

ROWS(NodeApMatrix,
     ROW_SUB("capability[type=mdev_types]", NodeApMatrix, mdev_types, NodeMdevTypes));

static const Rows *const capability_arms[NODE_CAP_MAX_] = {
        [NODE_CAP_SYSTEM] = &NodeSystem_rows,
        [NODE_CAP_PCI] = &NodePci_rows,
        [NODE_CAP_USB_DEVICE] = &NodeUsbDevice_rows,
        [NODE_CAP_USB] = &NodeUsb_rows,
        [NODE_CAP_NET] = &NodeNet_rows,
        [NODE_CAP_SCSI_HOST] = &NodeScsiHost_rows,
        [NODE_CAP_SCSI_TARGET] = &NodeScsiTarget_rows,
        [NODE_CAP_SCSI] = &NodeScsi_rows,
        [NODE_CAP_STORAGE] = &NodeStorage_rows,
        [NODE_CAP_SCSI_GENERIC] = &NodeScsiGeneric_rows,
        [NODE_CAP_DRM] = &NodeDrm_rows,
        [NODE_CAP_MDEV] = &NodeMdev_rows,
        [NODE_CAP_CCW] = &NodeCcw_rows,
        [NODE_CAP_CSS] = &NodeCss_rows,
        [NODE_CAP_VDPA] = &NodeVdpa_rows,
        [NODE_CAP_AP_CARD] = &NodeApCard_rows,
        [NODE_CAP_AP_QUEUE] = &NodeApQueue_rows,
        [NODE_CAP_AP_MATRIX] = &NodeApMatrix_rows,
};

ROWS(NodeCapability,
     ROW_ENUM("@type", NodeCapability, type, NodeCapabilityType, .flags = ROW_REQUIRED, .key = "kind"),
     ROW_UNION("",     NodeCapability, system, type, capability_arms));

ROWS(NodeDeviceLink,
     ROW_STRING(".", NodeDeviceLink, path));

ROWS_HOOKED(NodeDevice, (.check = node_device_check),
     ROW_STRING("name",               NodeDevice, name, .flags = ROW_REQUIRED),
     ROW_STRING("path",               NodeDevice, path),
     ROW_STRING("devnode[type=dev]",  NodeDevice, devnode, .since = "3.2.0"),
     ROW_LIST("devnode[type=link]",   NodeDevice, links, NodeDeviceLink, .since = "3.2.0"),
     ROW_STRING("parent/@wwnn",       NodeDevice, parent_wwnn, .since = "3.0.0"),
     ROW_STRING("parent/@wwpn",       NodeDevice, parent_wwpn, .since = "3.0.0"),
     ROW_STRING("parent/@fabric_wwn", NodeDevice, parent_fabric_wwn, .since = "3.0.0"),
     ROW_STRING("parent",             NodeDevice, parent),
     ROW_STRING("driver/name",        NodeDevice, driver),
     ROW_LIST("capability",           NodeDevice, capabilities, NodeCapability, .flags = ROW_KEEP_OPEN));

/* clang-format on */

DOCUMENT_DEFINE(NodeDevice, node_device, "node-device", "device");
