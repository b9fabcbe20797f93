/* Hostdev: the names and the rows. Row order is output order. */
#include "conf/hostdev.h"
#include "domain/hooks.h"

ENUM_TABLE(HostdevMode, HOSTDEV_MODE_MAX_) = {
        [HOSTDEV_MODE_SUBSYSTEM] = "subsystem",
        [HOSTDEV_MODE_CAPABILITIES] = "capabilities",
};

ENUM_TABLE(HostdevType, HOSTDEV_MAX_) = {
        [HOSTDEV_USB] = "usb",   [HOSTDEV_PCI] = "pci",
        [HOSTDEV_SCSI] = "scsi", [HOSTDEV_SCSI_HOST] = "scsi_host",
        [HOSTDEV_MDEV] = "mdev", [HOSTDEV_STORAGE] = "storage",
        [HOSTDEV_MISC] = "misc", [HOSTDEV_NET] = "net",
};

ENUM_TABLE(HostdevModel, HOSTDEV_MODEL_MAX_) = {
        [HOSTDEV_MODEL_VFIO_PCI] = "vfio-pci",
        [HOSTDEV_MODEL_VFIO_CCW] = "vfio-ccw",
        [HOSTDEV_MODEL_VFIO_AP] = "vfio-ap",
        [HOSTDEV_MODEL_VIRTIO] = "virtio",
        [HOSTDEV_MODEL_VIRTIO_TRANSITIONAL] = "virtio-transitional",
        [HOSTDEV_MODEL_VIRTIO_NON_TRANSITIONAL] = "virtio-non-transitional",
};

ENUM_TABLE(GuestReset, GUEST_RESET_MAX_) = {
        [GUEST_RESET_OFF] = "off",
        [GUEST_RESET_UNINITIALIZED] = "uninitialized",
        [GUEST_RESET_ON] = "on",
};

ENUM_TABLE(ScsiHostProtocol, SCSI_HOST_PROTOCOL_MAX_) = {
        [SCSI_HOST_PROTOCOL_VHOST] = "vhost",
};

ENUM_TABLE(RedirdevBus, REDIRDEV_BUS_MAX_) = {
        [REDIRDEV_BUS_USB] = "usb",
};

ENUM_TABLE(ScsiProtocol, SCSI_PROTOCOL_MAX_) = {
        [SCSI_PROTOCOL_ADAPTER] = "adapter",
        [SCSI_PROTOCOL_ISCSI] = "iscsi",
};

/* A row is a line. */
/* clang-format off */

ROWS_HOOKED(UsbHostdev, (.drivers = "qemu, xen"),
     ROW_ENUM("source/@startupPolicy",  UsbHostdev, startup_policy, StartupPolicy),
     ROW_ENUM("source/@guestReset",     UsbHostdev, guest_reset, GuestReset),
     ROW_OPT_HEX("source/vendor/@id",   UsbHostdev, vendor, 4),
     ROW_OPT_HEX("source/product/@id",  UsbHostdev, product, 4),
     ROW_UINT("source/address/@bus",    UsbHostdev, bus),
     ROW_UINT("source/address/@device", UsbHostdev, device),
     ROW_STRING("source/address/@port", UsbHostdev, port));

ROWS_HOOKED(PciHostdev, (.drivers = "qemu, xen"),
     ROW_ENUM("driver/@name",            PciHostdev, driver, HostdevBackend),
     ROW_YESNO("source/@writeFiltering", PciHostdev, write_filtering),
     ROW_IN("source/address",            PciHostdev, address, HostPciAddress));

ROWS_HOOKED(ScsiHostdev, (.drivers = "qemu"),
     ROW_ENUM("source/@protocol",             ScsiHostdev, protocol, ScsiProtocol),
     ROW_STRING("source/@name",               ScsiHostdev, name),
     ROW_STRING("source/adapter/@name",       ScsiHostdev, adapter),
     ROW_IGNORED("source/adapter/@type"),
     ROW_IGNORED("source/adapter/@managed"),
     ROW_IGNORED("source/adapter/@parent"),
     ROW_IGNORED("source/adapter/@parent_wwnn"),
     ROW_IGNORED("source/adapter/@parent_wwpn"),
     ROW_IGNORED("source/adapter/@parent_fabric_wwn"),
     ROW_IGNORED("source/adapter/@wwnn"),
     ROW_IGNORED("source/adapter/@wwpn"),
     ROW_IGNORED("source/adapter/parentaddr/@unique_id"),
     ROW_IGNORED("source/adapter/parentaddr/address/@domain"),
     ROW_IGNORED("source/adapter/parentaddr/address/@bus"),
     ROW_IGNORED("source/adapter/parentaddr/address/@slot"),
     ROW_IGNORED("source/adapter/parentaddr/address/@function"),
     ROW_IGNORED("source/adapter/parentaddr/address/@multifunction"),
     ROW_OPT_UINT("source/address/@bus",      ScsiHostdev, bus),
     ROW_OPT_UINT("source/address/@target",   ScsiHostdev, target),
     ROW_OPT_UINT64("source/address/@unit",   ScsiHostdev, unit),
     ROW_LIST("source/host",                  ScsiHostdev, hosts, NetHost),
     ROW_SUB("source/privateData",            ScsiHostdev, status, SourceStatus, .flags = ROW_STATUS),
     ROW_SUB("source/auth",                   ScsiHostdev, auth, SourceAuth),
     ROW_STRING("source/initiator/iqn/@name", ScsiHostdev, initiator));

ROWS_HOOKED(ScsiHostHostdev, (.drivers = "qemu"),
     ROW_ENUM("source/@protocol",   ScsiHostHostdev, protocol, ScsiHostProtocol),
     ROW_STRING("source/@wwpn",     ScsiHostHostdev, wwpn));

ROWS_HOOKED(MdevHostdev, (.drivers = "qemu"),
     ROW_STRING("source/address/@uuid", MdevHostdev, uuid, .flags = ROW_REQUIRED));

ROWS_HOOKED(StorageHostdev, (.drivers = "lxc"),
     ROW_STRING("source/block", StorageHostdev, block));

ROWS_HOOKED(MiscHostdev, (.drivers = "lxc"),
     ROW_STRING("source/char", MiscHostdev, device));

ROWS_HOOKED(NetHostdev, (.drivers = "lxc"),
     ROW_STRING("source/interface", NetHostdev, interface),
     ROW_LIST("ip",                 NetHostdev, ips, IpAddress),
     ROW_LIST("route",              NetHostdev, routes, IpRoute));

static const Rows *const hostdev_arms[HOSTDEV_MAX_] = {
        [HOSTDEV_USB] = &UsbHostdev_rows,   [HOSTDEV_PCI] = &PciHostdev_rows,
        [HOSTDEV_SCSI] = &ScsiHostdev_rows, [HOSTDEV_SCSI_HOST] = &ScsiHostHostdev_rows,
        [HOSTDEV_MDEV] = &MdevHostdev_rows, [HOSTDEV_STORAGE] = &StorageHostdev_rows,
        [HOSTDEV_MISC] = &MiscHostdev_rows, [HOSTDEV_NET] = &NetHostdev_rows,
};

ROWS_HOOKED(Hostdev, (.settle = hostdev_settle),
     ROW_ENUM("@mode",                 Hostdev, mode, HostdevMode, .flags = ROW_ABI),
     ROW_ENUM("@type",                 Hostdev, type, HostdevType, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_YESNO("@managed",             Hostdev, managed, .flags = ROW_ALWAYS),
     ROW_ENUM("@sgio",                 Hostdev, sgio, DiskSgio, .drivers = "qemu"),
     ROW_YESNO("@rawio",               Hostdev, rawio, .drivers = "qemu"),
     ROW_ENUM("@model",                Hostdev, model, HostdevModel, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_SWITCH("@display",            Hostdev, display, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_SWITCH("@ramfb",              Hostdev, ramfb, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_UNION("",                     Hostdev, usb, type, hostdev_arms),
     ROW_ENUM("teaming/@type",         Hostdev, teaming, TeamingType, .drivers = "qemu"),
     ROW_STRING("teaming/@persistent", Hostdev, teaming_persistent, .drivers = "qemu"),
     ROW_FLAG("readonly",              Hostdev, readonly, .flags = ROW_ABI),
     ROW_FLAG("shareable",             Hostdev, shareable, .flags = ROW_ABI),
     ROW_IN("",                        Hostdev, info, DeviceInfo));

ROWS_HOOKED(Redirdev, (.settle = redirdev_settle, .check = redirdev_check),
     ROW_ENUM("@bus",   Redirdev, bus, RedirdevBus, .flags = ROW_ALWAYS),
     ROW_IN("",         Redirdev, source, Chardev),
     ROW_IN("",         Redirdev, info, DeviceInfo));

ROWS_HOOKED(RedirRule, (.settle = redir_rule_settle, .check = redir_rule_check),
     ROW_OPT_HEX_UPPER("@class",   RedirRule, class, 2),
     ROW_OPT_HEX_UPPER("@vendor",  RedirRule, vendor, 4),
     ROW_OPT_HEX_UPPER("@product", RedirRule, product, 4),
     ROW_STRING("@version",        RedirRule, version),
     ROW_YESNO("@allow",           RedirRule, allow, .flags = ROW_REQUIRED));

ROWS(Redirfilter,
     ROW_LIST("usbdev", Redirfilter, rules, RedirRule));

/* clang-format on */
