/* Address: the names and the rows. Row order is output order. */
#include "conf/address.h"
#include "domain/hooks.h"

ENUM_TABLE(AddressType, ADDRESS_MAX_) = {
        [ADDRESS_PCI] = "pci",
        [ADDRESS_DRIVE] = "drive",
        [ADDRESS_VIRTIO_SERIAL] = "virtio-serial",
        [ADDRESS_CCID] = "ccid",
        [ADDRESS_USB] = "usb",
        [ADDRESS_SPAPR_VIO] = "spapr-vio",
        [ADDRESS_VIRTIO_S390] = "virtio-s390",
        [ADDRESS_CCW] = "ccw",
        [ADDRESS_VIRTIO_MMIO] = "virtio-mmio",
        [ADDRESS_ISA] = "isa",
        [ADDRESS_DIMM] = "dimm",
        [ADDRESS_UNASSIGNED] = "unassigned",
};

ENUM_TABLE(SeclabelType, SECLABEL_MAX_) = {
        [SECLABEL_NONE] = "none",
        [SECLABEL_DYNAMIC] = "dynamic",
        [SECLABEL_STATIC] = "static",
};

ENUM_TABLE(SocketKind, SOCKET_KIND_MAX_) = {
        [SOCKET_KIND_UNIX] = "unix",
};

ENUM_TABLE(SocketMode, SOCKET_MODE_MAX_) = {
        [SOCKET_MODE_CLIENT] = "client",
        [SOCKET_MODE_SERVER] = "server",
};

/* A row is a line. */
/* clang-format off */

ROWS_HOOKED(PciAddress, (.check = pci_address_check),
     ROW_HEX("@domain",           PciAddress, domain, 4, .flags = ROW_ALWAYS | ROW_ABI, .when = pci_address_is_set),
     ROW_HEX("@bus",              PciAddress, bus, 2, .flags = ROW_ALWAYS | ROW_ABI, .when = pci_address_is_set),
     ROW_HEX("@slot",             PciAddress, slot, 2, .flags = ROW_ALWAYS | ROW_ABI, .when = pci_address_is_set),
     ROW_HEX("@function",         PciAddress, function, 1, .flags = ROW_ALWAYS | ROW_ABI, .when = pci_address_is_set),
     ROW_SWITCH("@multifunction", PciAddress, multifunction, .flags = ROW_ABI),
     ROW_OPT_HEX("zpci/@uid",     PciAddress, zpci_uid, 4, .flags = ROW_ABI),
     ROW_OPT_HEX("zpci/@fid",     PciAddress, zpci_fid, 8, .flags = ROW_ABI));

ROWS_HOOKED(HostPciAddress, (.check = host_pci_address_check),
     ROW_HEX("@domain",   HostPciAddress, domain, 4, .flags = ROW_ALWAYS),
     ROW_HEX("@bus",      HostPciAddress, bus, 2, .flags = ROW_ALWAYS),
     ROW_HEX("@slot",     HostPciAddress, slot, 2, .flags = ROW_ALWAYS),
     ROW_HEX("@function", HostPciAddress, function, 1, .flags = ROW_ALWAYS),
     ROW_IGNORED("@multifunction"));

ROWS(DriveAddress,
     ROW_UINT("@controller", DriveAddress, controller, .flags = ROW_ALWAYS | ROW_ABI),
     ROW_UINT("@bus",        DriveAddress, bus, .flags = ROW_ALWAYS | ROW_ABI),
     ROW_UINT("@target",     DriveAddress, target, .flags = ROW_ALWAYS | ROW_ABI),
     ROW_UINT("@unit",       DriveAddress, unit, .flags = ROW_ALWAYS | ROW_ABI));

ROWS(VirtioSerialAddress,
     ROW_UINT("@controller", VirtioSerialAddress, controller, .flags = ROW_ALWAYS | ROW_ABI),
     ROW_UINT("@bus",        VirtioSerialAddress, bus, .flags = ROW_ALWAYS | ROW_ABI),
     ROW_UINT("@port",       VirtioSerialAddress, port, .flags = ROW_ALWAYS | ROW_ABI));

ROWS(CcidAddress,
     ROW_UINT("@controller", CcidAddress, controller, .flags = ROW_ALWAYS | ROW_ABI),
     ROW_UINT("@slot",       CcidAddress, slot, .flags = ROW_ALWAYS | ROW_ABI));

ROWS_HOOKED(UsbAddress, (.settle = usb_address_settle, .check = usb_address_check),
     ROW_UINT("@bus",    UsbAddress, bus, .flags = ROW_ALWAYS | ROW_ABI),
     ROW_STRING("@port", UsbAddress, port, .flags = ROW_ABI));

ROWS(SpaprVioAddress,
     ROW_OPT_HEX64("@reg", SpaprVioAddress, reg, 8, .flags = ROW_ABI));

ROWS_HOOKED(CcwAddress, (.check = ccw_address_check),
     ROW_OPT_HEX("@cssid", CcwAddress, cssid, 0, .flags = ROW_ABI),
     ROW_OPT_HEX("@ssid",  CcwAddress, ssid, 0, .flags = ROW_ABI),
     ROW_OPT_HEX("@devno", CcwAddress, devno, 4, .flags = ROW_ABI));

ROWS(IsaAddress,
     ROW_OPT_HEX("@iobase", IsaAddress, iobase, 0, .flags = ROW_ABI),
     ROW_OPT_HEX("@irq",    IsaAddress, irq, 0, .flags = ROW_ABI));

ROWS(DimmAddress,
     ROW_UINT("@slot",  DimmAddress, slot, .flags = ROW_ALWAYS | ROW_ABI),
     ROW_HEX64("@base", DimmAddress, base, 0, .flags = ROW_ABI));

static const Rows *const address_arms[ADDRESS_MAX_] = {
        [ADDRESS_PCI] = &PciAddress_rows,
        [ADDRESS_DRIVE] = &DriveAddress_rows,
        [ADDRESS_VIRTIO_SERIAL] = &VirtioSerialAddress_rows,
        [ADDRESS_CCID] = &CcidAddress_rows,
        [ADDRESS_USB] = &UsbAddress_rows,
        [ADDRESS_SPAPR_VIO] = &SpaprVioAddress_rows,
        [ADDRESS_CCW] = &CcwAddress_rows,
        [ADDRESS_ISA] = &IsaAddress_rows,
        [ADDRESS_DIMM] = &DimmAddress_rows,
};

ROWS(Address,
     ROW_ENUM("@type", Address, type, AddressType, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_UNION("",     Address, pci, type, address_arms));

ROWS_HOOKED(VirtioOptions, (.drivers = "qemu"),
     ROW_SWITCH("@iommu",       VirtioOptions, iommu, .flags = ROW_ABI),
     ROW_SWITCH("@ats",         VirtioOptions, ats, .flags = ROW_ABI),
     ROW_SWITCH("@packed",      VirtioOptions, packed, .flags = ROW_ABI),
     ROW_SWITCH("@page_per_vq", VirtioOptions, page_per_vq, .flags = ROW_ABI));

ROWS_HOOKED(DeviceInfo, (.settle = device_info_settle, .check = device_info_check),
     ROW_UINT("acpi/@index",           DeviceInfo, acpi_index, .flags = ROW_ABI | ROW_NONZERO),
     ROW_UINT("boot/@order",           DeviceInfo, boot_order, .flags = ROW_WITH | ROW_NONZERO),
     ROW_STRING("boot/@loadparm",      DeviceInfo, boot_loadparm),
     ROW_ALIAS_NAME("alias/@name",     DeviceInfo, alias),
     ROW_OPT_UINT("master/@startport", DeviceInfo, master_port, .flags = ROW_ABI),
     ROW_SWITCH("rom/@bar",            DeviceInfo, rom_bar, .flags = ROW_ABI),
     ROW_STRING("rom/@file",           DeviceInfo, rom_file),
     ROW_YESNO("rom/@enabled",         DeviceInfo, rom_enabled, .flags = ROW_ABI),
     ROW_SUB("address",                DeviceInfo, address, Address, .flags = ROW_ABI));

ROWS_HOOKED(Seclabel, (.settle = seclabel_settle),
     ROW_ENUM("@type",        Seclabel, type, SeclabelType),
     ROW_STRING("@model",     Seclabel, model),
     ROW_YESNO("@relabel",    Seclabel, relabel),
     ROW_STRING("label",      Seclabel, label),
     ROW_STRING("imagelabel", Seclabel, imagelabel, .flags = ROW_LIVE),
     ROW_STRING("baselabel",  Seclabel, baselabel));

ROWS_HOOKED(SourceSeclabel, (.settle = source_seclabel_settle, .check = source_seclabel_check),
     ROW_STRING("@model",    SourceSeclabel, model),
     ROW_YESNO("@relabel",   SourceSeclabel, relabel),
     ROW_YESNO("@labelskip", SourceSeclabel, labelskip, .flags = ROW_LIVE),
     ROW_STRING("label",     SourceSeclabel, label));

/* clang-format on */
