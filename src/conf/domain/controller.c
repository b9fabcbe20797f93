/* Controller: the names and the rows. Row order is output order. */
#include "conf/controller.h"
#include "domain/hooks.h"

ENUM_TABLE(ControllerType, CONTROLLER_MAX_) = {
        [CONTROLLER_IDE] = "ide",
        [CONTROLLER_FDC] = "fdc",
        [CONTROLLER_SCSI] = "scsi",
        [CONTROLLER_SATA] = "sata",
        [CONTROLLER_VIRTIO_SERIAL] = "virtio-serial",
        [CONTROLLER_CCID] = "ccid",
        [CONTROLLER_USB] = "usb",
        [CONTROLLER_PCI] = "pci",
        [CONTROLLER_XENBUS] = "xenbus",
        [CONTROLLER_ISA] = "isa",
        [CONTROLLER_NVME] = "nvme",
};

ENUM_TABLE(ControllerModel, CONTROLLER_MODEL_MAX_) = {
        [CONTROLLER_MODEL_PCI_ROOT] = "pci-root",
        [CONTROLLER_MODEL_PCIE_ROOT] = "pcie-root",
        [CONTROLLER_MODEL_PCI_BRIDGE] = "pci-bridge",
        [CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE] = "dmi-to-pci-bridge",
        [CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE] = "pcie-to-pci-bridge",
        [CONTROLLER_MODEL_PCIE_ROOT_PORT] = "pcie-root-port",
        [CONTROLLER_MODEL_PCIE_SWITCH_UPSTREAM_PORT] = "pcie-switch-upstream-port",
        [CONTROLLER_MODEL_PCIE_SWITCH_DOWNSTREAM_PORT] = "pcie-switch-downstream-port",
        [CONTROLLER_MODEL_PCI_EXPANDER_BUS] = "pci-expander-bus",
        [CONTROLLER_MODEL_PCIE_EXPANDER_BUS] = "pcie-expander-bus",
        [CONTROLLER_MODEL_AUTO] = "auto",
        [CONTROLLER_MODEL_BUSLOGIC] = "buslogic",
        [CONTROLLER_MODEL_LSILOGIC] = "lsilogic",
        [CONTROLLER_MODEL_LSISAS1068] = "lsisas1068",
        [CONTROLLER_MODEL_VMPVSCSI] = "vmpvscsi",
        [CONTROLLER_MODEL_IBMVSCSI] = "ibmvscsi",
        [CONTROLLER_MODEL_VIRTIO_SCSI] = "virtio-scsi",
        [CONTROLLER_MODEL_LSISAS1078] = "lsisas1078",
        [CONTROLLER_MODEL_VIRTIO_TRANSITIONAL] = "virtio-transitional",
        [CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL] = "virtio-non-transitional",
        [CONTROLLER_MODEL_NCR53C90] = "ncr53c90",
        [CONTROLLER_MODEL_DC390] = "dc390",
        [CONTROLLER_MODEL_AM53C974] = "am53c974",
        [CONTROLLER_MODEL_PIIX3_UHCI] = "piix3-uhci",
        [CONTROLLER_MODEL_PIIX4_UHCI] = "piix4-uhci",
        [CONTROLLER_MODEL_EHCI] = "ehci",
        [CONTROLLER_MODEL_ICH9_EHCI1] = "ich9-ehci1",
        [CONTROLLER_MODEL_ICH9_UHCI1] = "ich9-uhci1",
        [CONTROLLER_MODEL_ICH9_UHCI2] = "ich9-uhci2",
        [CONTROLLER_MODEL_ICH9_UHCI3] = "ich9-uhci3",
        [CONTROLLER_MODEL_VT82C686B_UHCI] = "vt82c686b-uhci",
        [CONTROLLER_MODEL_PCI_OHCI] = "pci-ohci",
        [CONTROLLER_MODEL_NEC_XHCI] = "nec-xhci",
        [CONTROLLER_MODEL_QUSB1] = "qusb1",
        [CONTROLLER_MODEL_QUSB2] = "qusb2",
        [CONTROLLER_MODEL_QEMU_XHCI] = "qemu-xhci",
        [CONTROLLER_MODEL_DISABLED] = "none",
        [CONTROLLER_MODEL_PIIX3] = "piix3",
        [CONTROLLER_MODEL_PIIX4] = "piix4",
        [CONTROLLER_MODEL_ICH6] = "ich6",
        [CONTROLLER_MODEL_VIRTIO] = "virtio",
};

ENUM_TABLE(FilesystemType, FILESYSTEM_MAX_) = {
        [FILESYSTEM_MOUNT] = "mount",       [FILESYSTEM_BLOCK] = "block", [FILESYSTEM_FILE] = "file",
        [FILESYSTEM_TEMPLATE] = "template", [FILESYSTEM_RAM] = "ram",     [FILESYSTEM_BIND] = "bind",
        [FILESYSTEM_VOLUME] = "volume",
};

ENUM_TABLE(FilesystemAccess, FS_ACCESS_MAX_) = {
        [FS_ACCESS_PASSTHROUGH] = "passthrough",
        [FS_ACCESS_MAPPED] = "mapped",
        [FS_ACCESS_SQUASH] = "squash",
};

ENUM_TABLE(FilesystemModel, FS_MODEL_MAX_) = {
        [FS_MODEL_VIRTIO] = "virtio",
        [FS_MODEL_VIRTIO_TRANSITIONAL] = "virtio-transitional",
        [FS_MODEL_VIRTIO_NON_TRANSITIONAL] = "virtio-non-transitional",
};

ENUM_TABLE(FilesystemMultidevs, FS_MULTIDEVS_MAX_) = {
        [FS_MULTIDEVS_REMAP] = "remap",
        [FS_MULTIDEVS_FORBID] = "forbid",
        [FS_MULTIDEVS_WARN] = "warn",
};

ENUM_TABLE(FilesystemDriver, FS_DRIVER_MAX_) = {
        [FS_DRIVER_PATH] = "path", [FS_DRIVER_HANDLE] = "handle", [FS_DRIVER_LOOP] = "loop",
        [FS_DRIVER_NBD] = "nbd",   [FS_DRIVER_PLOOP] = "ploop",   [FS_DRIVER_VIRTIOFS] = "virtiofs",
};

ENUM_TABLE(FilesystemWrite, FS_WRITE_MAX_) = {
        [FS_WRITE_IMMEDIATE] = "immediate",
};

ENUM_TABLE(FilesystemCache, FS_CACHE_MAX_) = {
        [FS_CACHE_NONE] = "none",
        [FS_CACHE_ALWAYS] = "always",
};

ENUM_TABLE(FilesystemSandbox, FS_SANDBOX_MAX_) = {
        [FS_SANDBOX_NAMESPACE] = "namespace",
        [FS_SANDBOX_CHROOT] = "chroot",
};

ENUM_TABLE(SmartcardMode, SMARTCARD_MAX_) = {
        [SMARTCARD_HOST] = "host",
        [SMARTCARD_HOST_CERTIFICATES] = "host-certificates",
        [SMARTCARD_PASSTHROUGH] = "passthrough",
};

ENUM_TABLE(InputType, INPUT_MAX_) = {
        [INPUT_MOUSE] = "mouse",       [INPUT_TABLET] = "tablet",
        [INPUT_KEYBOARD] = "keyboard", [INPUT_PASSTHROUGH] = "passthrough",
        [INPUT_EVDEV] = "evdev",
};

ENUM_TABLE(InputBus, INPUT_BUS_MAX_) = {
        [INPUT_BUS_PS2] = "ps2",       [INPUT_BUS_USB] = "usb",
        [INPUT_BUS_XEN] = "xen",       [INPUT_BUS_PARALLELS] = "parallels",
        [INPUT_BUS_VIRTIO] = "virtio",
};

ENUM_TABLE(InputModel, INPUT_MODEL_MAX_) = {
        [INPUT_MODEL_VIRTIO] = "virtio",
        [INPUT_MODEL_VIRTIO_TRANSITIONAL] = "virtio-transitional",
        [INPUT_MODEL_VIRTIO_NON_TRANSITIONAL] = "virtio-non-transitional",
};

ENUM_TABLE(GrabToggle, GRAB_TOGGLE_MAX_) = {
        [GRAB_TOGGLE_CTRL_CTRL] = "ctrl-ctrl",     [GRAB_TOGGLE_ALT_ALT] = "alt-alt",
        [GRAB_TOGGLE_SHIFT_SHIFT] = "shift-shift", [GRAB_TOGGLE_META_META] = "meta-meta",
        [GRAB_TOGGLE_SCROLLLOCK] = "scrolllock",   [GRAB_TOGGLE_CTRL_SCROLLLOCK] = "ctrl-scrolllock",
};

ENUM_TABLE(PciModelName, PCI_MODEL_MAX_) = {
        [PCI_MODEL_PCI_BRIDGE] = "pci-bridge",
        [PCI_MODEL_I82801B11_BRIDGE] = "i82801b11-bridge",
        [PCI_MODEL_IOH3420] = "ioh3420",
        [PCI_MODEL_X3130_UPSTREAM] = "x3130-upstream",
        [PCI_MODEL_XIO3130_DOWNSTREAM] = "xio3130-downstream",
        [PCI_MODEL_PXB] = "pxb",
        [PCI_MODEL_PXB_PCIE] = "pxb-pcie",
        [PCI_MODEL_PCIE_ROOT_PORT] = "pcie-root-port",
        [PCI_MODEL_SPAPR_PCI_HOST_BRIDGE] = "spapr-pci-host-bridge",
        [PCI_MODEL_PCIE_PCI_BRIDGE] = "pcie-pci-bridge",
};

ENUM_TABLE(InputGrab, INPUT_GRAB_MAX_) = {
        [INPUT_GRAB_ALL] = "all",
};

/* A row is a line. */
/* clang-format off */

ROWS_HOOKED(PciController, (.drivers = "qemu, bhyve"),
     ROW_ENUM("model/@name",           PciController, model_name, PciModelName, .flags = ROW_ABI),
     ROW_OPT_UINT("target/@chassisNr", PciController, chassis_nr, .flags = ROW_ABI),
     ROW_OPT_UINT("target/@chassis",   PciController, chassis, .flags = ROW_ABI),
     ROW_OPT_HEX("target/@port",       PciController, port, 0, .flags = ROW_ABI),
     ROW_OPT_UINT("target/@busNr",     PciController, bus_nr, .flags = ROW_ABI),
     ROW_OPT_UINT("target/@index",     PciController, target_index, .flags = ROW_ABI),
     ROW_SWITCH("target/@hotplug",     PciController, hotplug, .flags = ROW_ABI),
     ROW_OPT_UINT("target/node",       PciController, numa_node, .flags = ROW_ABI),
     ROW_OPT_KIB("pcihole64",          PciController, pcihole64_kib, .flags = ROW_ABI));

ROWS(UsbController,
     ROW_OPT_UINT("@ports", UsbController, ports, .flags = ROW_ABI));

ROWS_HOOKED(VirtioSerialController, (.drivers = "qemu"),
     ROW_OPT_UINT("@ports",   VirtioSerialController, ports, .flags = ROW_ABI),
     ROW_OPT_UINT("@vectors", VirtioSerialController, vectors, .flags = ROW_ABI));

ROWS_HOOKED(XenbusController, (.drivers = "xen"),
     ROW_OPT_UINT("@maxGrantFrames",   XenbusController, max_grant_frames),
     ROW_OPT_UINT("@maxEventChannels", XenbusController, max_event_channels));

static const Rows *const controller_arms[CONTROLLER_MAX_] = {
        [CONTROLLER_PCI] = &PciController_rows,
        [CONTROLLER_USB] = &UsbController_rows,
        [CONTROLLER_VIRTIO_SERIAL] = &VirtioSerialController_rows,
        [CONTROLLER_XENBUS] = &XenbusController_rows,
};

ROWS_HOOKED(Controller, (.settle = controller_settle, .check = controller_check),
     ROW_ENUM("@type",               Controller, type, ControllerType, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_OPT_UINT("@index",          Controller, index, .flags = ROW_ABI),
     ROW_ENUM("@model",              Controller, model, ControllerModel, .flags = ROW_ABI, .key = "model-type"),
     ROW_UNION("",                   Controller, pci, type, controller_arms),
     ROW_UINT("driver/@queues",      Controller, queues, .flags = ROW_ABI),
     ROW_UINT("driver/@cmd_per_lun", Controller, cmd_per_lun, .flags = ROW_ABI),
     ROW_UINT("driver/@max_sectors", Controller, max_sectors, .flags = ROW_ABI),
     ROW_SWITCH("driver/@ioeventfd", Controller, ioeventfd, .flags = ROW_ABI),
     ROW_UINT("driver/@iothread",    Controller, iothread),
     ROW_IN("driver",                Controller, virtio, VirtioOptions),
     ROW_IN("",                      Controller, info, DeviceInfo));

ROWS(Lease,
     ROW_STRING("lockspace",      Lease, lockspace),
     ROW_STRING("key",            Lease, key, .flags = ROW_REQUIRED),
     ROW_STRING("target/@path",   Lease, path, .flags = ROW_REQUIRED),
     ROW_UINT64("target/@offset", Lease, offset));

ROWS_HOOKED(Filesystem, (.settle = filesystem_settle),
     ROW_ENUM("@type",                       Filesystem, type, FilesystemType),
     ROW_ENUM("@accessmode",                 Filesystem, access, FilesystemAccess, .flags = ROW_ABI),
     ROW_OCTAL("@fmode",                     Filesystem, fmode),
     ROW_OCTAL("@dmode",                     Filesystem, dmode),
     ROW_ENUM("@model",                      Filesystem, model, FilesystemModel, .flags = ROW_ABI),
     ROW_ENUM("@multidevs",                  Filesystem, multidevs, FilesystemMultidevs),
     ROW_ENUM("driver/@type",                Filesystem, driver, FilesystemDriver),
     ROW_ENUM("driver/@format",              Filesystem, format, ImageFormat),
     ROW_ENUM("driver/@wrpolicy",            Filesystem, write_policy, FilesystemWrite),
     ROW_UINT64("driver/@queue",             Filesystem, queue),
     ROW_IN("driver",                        Filesystem, virtio, VirtioOptions),
     ROW_STRING("binary/@path",              Filesystem, binary),
     ROW_SWITCH("binary/@xattr",             Filesystem, xattr),
     ROW_ENUM("binary/cache/@mode",          Filesystem, cache, FilesystemCache),
     ROW_ENUM("binary/sandbox/@mode",        Filesystem, sandbox, FilesystemSandbox),
     ROW_SWITCH("binary/lock/@posix",        Filesystem, lock_posix),
     ROW_SWITCH("binary/lock/@flock",        Filesystem, lock_flock),
     ROW_OPT_INT("binary/thread_pool/@size", Filesystem, thread_pool),
     ROW_STRING("source/@dir",               Filesystem, source),
     ROW_STRING("source/@dev",               Filesystem, source_dev),
     ROW_STRING("source/@file",              Filesystem, source_file),
     ROW_STRING("source/@name",              Filesystem, source_name),
     ROW_STRING("source/@pool",              Filesystem, source_pool),
     ROW_STRING("source/@volume",            Filesystem, source_volume),
     ROW_STRING("source/@socket",            Filesystem, socket),
     ROW_UINT64("source/@usage",             Filesystem, usage),
     ROW_STRING("source/@units",             Filesystem, usage_units),
     ROW_STRING("target/@dir",               Filesystem, target, .flags = ROW_ABI),
     ROW_FLAG("readonly",                    Filesystem, readonly, .flags = ROW_ABI),
     ROW_BYTES("space_hard_limit",           Filesystem, space_hard_limit_bytes),
     ROW_BYTES("space_soft_limit",           Filesystem, space_soft_limit_bytes),
     ROW_IN("",                              Filesystem, info, DeviceInfo));

ROWS(SmartcardCertificate,
     ROW_STRING(".", SmartcardCertificate, name));

ROWS_HOOKED(Smartcard, (.check = smartcard_check),
     ROW_ENUM("@mode",       Smartcard, mode, SmartcardMode, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_IN("",              Smartcard, source, Chardev),
     ROW_LIST("certificate", Smartcard, certificates, SmartcardCertificate),
     ROW_STRING("database",  Smartcard, database),
     ROW_IGNORED("target/@type"),
     ROW_IGNORED("target/@port"),
     ROW_IGNORED("target/model/@name"),
     ROW_IN("",              Smartcard, info, DeviceInfo));

ROWS(Input,
     ROW_ENUM("@type",              Input, type, InputType, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_ENUM("@bus",               Input, bus, InputBus, .flags = ROW_ABI),
     ROW_ENUM("@model",             Input, model, InputModel, .flags = ROW_ABI),
     ROW_IN("driver",               Input, virtio, VirtioOptions),
     ROW_STRING("source/@dev",      Input, dev, .flags = ROW_ABI),
     ROW_STRING("source/@evdev",    Input, evdev),
     ROW_ENUM("source/@grab",       Input, grab, InputGrab),
     ROW_ENUM("source/@grabToggle", Input, grab_toggle, GrabToggle),
     ROW_SWITCH("source/@repeat",   Input, repeat),
     ROW_IN("",                     Input, info, DeviceInfo));

/* clang-format on */
