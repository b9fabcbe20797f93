/* Controllers, file systems, smart cards, input devices. */
#pragma once

#include "conf/chardev.h"
#include "conf/disk.h"
#include "conf/interface.h"

typedef enum COMPACT {
        CONTROLLER_NONE,
        CONTROLLER_IDE,
        CONTROLLER_FDC,
        CONTROLLER_SCSI,
        CONTROLLER_SATA,
        CONTROLLER_VIRTIO_SERIAL,
        CONTROLLER_CCID,
        CONTROLLER_USB,
        CONTROLLER_PCI,
        CONTROLLER_XENBUS,
        CONTROLLER_ISA,
        CONTROLLER_NVME,
        CONTROLLER_MAX_
} ControllerType;
extern const char *const ControllerType_names[];

typedef enum COMPACT {
        CONTROLLER_MODEL_NONE,
        CONTROLLER_MODEL_PCI_ROOT,
        CONTROLLER_MODEL_PCIE_ROOT,
        CONTROLLER_MODEL_PCI_BRIDGE,
        CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE,
        CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE,
        CONTROLLER_MODEL_PCIE_ROOT_PORT,
        CONTROLLER_MODEL_PCIE_SWITCH_UPSTREAM_PORT,
        CONTROLLER_MODEL_PCIE_SWITCH_DOWNSTREAM_PORT,
        CONTROLLER_MODEL_PCI_EXPANDER_BUS,
        CONTROLLER_MODEL_PCIE_EXPANDER_BUS,
        CONTROLLER_MODEL_AUTO,
        CONTROLLER_MODEL_BUSLOGIC,
        CONTROLLER_MODEL_LSILOGIC,
        CONTROLLER_MODEL_LSISAS1068,
        CONTROLLER_MODEL_VMPVSCSI,
        CONTROLLER_MODEL_IBMVSCSI,
        CONTROLLER_MODEL_VIRTIO_SCSI,
        CONTROLLER_MODEL_LSISAS1078,
        CONTROLLER_MODEL_VIRTIO_TRANSITIONAL,
        CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL,
        CONTROLLER_MODEL_NCR53C90,
        CONTROLLER_MODEL_DC390,
        CONTROLLER_MODEL_AM53C974,
        CONTROLLER_MODEL_PIIX3_UHCI,
        CONTROLLER_MODEL_PIIX4_UHCI,
        CONTROLLER_MODEL_EHCI,
        CONTROLLER_MODEL_ICH9_EHCI1,
        CONTROLLER_MODEL_ICH9_UHCI1,
        CONTROLLER_MODEL_ICH9_UHCI2,
        CONTROLLER_MODEL_ICH9_UHCI3,
        CONTROLLER_MODEL_VT82C686B_UHCI,
        CONTROLLER_MODEL_PCI_OHCI,
        CONTROLLER_MODEL_NEC_XHCI,
        CONTROLLER_MODEL_QUSB1,
        CONTROLLER_MODEL_QUSB2,
        CONTROLLER_MODEL_QEMU_XHCI,
        CONTROLLER_MODEL_DISABLED,
        CONTROLLER_MODEL_PIIX3,
        CONTROLLER_MODEL_PIIX4,
        CONTROLLER_MODEL_ICH6,
        CONTROLLER_MODEL_VIRTIO,
        CONTROLLER_MODEL_MAX_
} ControllerModel;
extern const char *const ControllerModel_names[];

typedef enum COMPACT {
        FILESYSTEM_NONE,
        FILESYSTEM_MOUNT,
        FILESYSTEM_BLOCK,
        FILESYSTEM_FILE,
        FILESYSTEM_TEMPLATE,
        FILESYSTEM_RAM,
        FILESYSTEM_BIND,
        FILESYSTEM_VOLUME,
        FILESYSTEM_MAX_
} FilesystemType;
extern const char *const FilesystemType_names[];

typedef enum COMPACT {
        FS_ACCESS_DEFAULT,
        FS_ACCESS_PASSTHROUGH,
        FS_ACCESS_MAPPED,
        FS_ACCESS_SQUASH,
        FS_ACCESS_MAX_
} FilesystemAccess;
extern const char *const FilesystemAccess_names[];

typedef enum COMPACT {
        FS_MODEL_DEFAULT,
        FS_MODEL_VIRTIO,
        FS_MODEL_VIRTIO_TRANSITIONAL,
        FS_MODEL_VIRTIO_NON_TRANSITIONAL,
        FS_MODEL_MAX_
} FilesystemModel;
extern const char *const FilesystemModel_names[];

typedef enum COMPACT {
        FS_MULTIDEVS_DEFAULT,
        FS_MULTIDEVS_REMAP,
        FS_MULTIDEVS_FORBID,
        FS_MULTIDEVS_WARN,
        FS_MULTIDEVS_MAX_
} FilesystemMultidevs;
extern const char *const FilesystemMultidevs_names[];

typedef enum COMPACT {
        FS_DRIVER_DEFAULT,
        FS_DRIVER_PATH,
        FS_DRIVER_HANDLE,
        FS_DRIVER_LOOP,
        FS_DRIVER_NBD,
        FS_DRIVER_PLOOP,
        FS_DRIVER_VIRTIOFS,
        FS_DRIVER_MAX_
} FilesystemDriver;
extern const char *const FilesystemDriver_names[];

typedef enum COMPACT { FS_WRITE_DEFAULT, FS_WRITE_IMMEDIATE, FS_WRITE_MAX_ } FilesystemWrite;
extern const char *const FilesystemWrite_names[];

typedef enum COMPACT { FS_CACHE_DEFAULT, FS_CACHE_NONE, FS_CACHE_ALWAYS, FS_CACHE_MAX_ } FilesystemCache;
extern const char *const FilesystemCache_names[];

typedef enum COMPACT { FS_SANDBOX_DEFAULT, FS_SANDBOX_NAMESPACE, FS_SANDBOX_CHROOT, FS_SANDBOX_MAX_ } FilesystemSandbox;
extern const char *const FilesystemSandbox_names[];

typedef enum COMPACT {
        SMARTCARD_NONE,
        SMARTCARD_HOST,
        SMARTCARD_HOST_CERTIFICATES,
        SMARTCARD_PASSTHROUGH,
        SMARTCARD_MAX_
} SmartcardMode;
extern const char *const SmartcardMode_names[];

typedef enum COMPACT {
        INPUT_NONE,
        INPUT_MOUSE,
        INPUT_TABLET,
        INPUT_KEYBOARD,
        INPUT_PASSTHROUGH,
        INPUT_EVDEV,
        INPUT_MAX_
} InputType;
extern const char *const InputType_names[];

typedef enum COMPACT {
        INPUT_BUS_DEFAULT,
        INPUT_BUS_PS2,
        INPUT_BUS_USB,
        INPUT_BUS_XEN,
        INPUT_BUS_PARALLELS,
        INPUT_BUS_VIRTIO,
        INPUT_BUS_NONE,
        INPUT_BUS_MAX_
} InputBus;
extern const char *const InputBus_names[];

typedef enum COMPACT {
        INPUT_MODEL_DEFAULT,
        INPUT_MODEL_VIRTIO,
        INPUT_MODEL_VIRTIO_TRANSITIONAL,
        INPUT_MODEL_VIRTIO_NON_TRANSITIONAL,
        INPUT_MODEL_MAX_
} InputModel;
extern const char *const InputModel_names[];

typedef enum COMPACT {
        GRAB_TOGGLE_DEFAULT,
        GRAB_TOGGLE_CTRL_CTRL,
        GRAB_TOGGLE_ALT_ALT,
        GRAB_TOGGLE_SHIFT_SHIFT,
        GRAB_TOGGLE_META_META,
        GRAB_TOGGLE_SCROLLLOCK,
        GRAB_TOGGLE_CTRL_SCROLLLOCK,
        GRAB_TOGGLE_MAX_
} GrabToggle;
extern const char *const GrabToggle_names[];

typedef enum COMPACT {
        PCI_MODEL_NONE,
        PCI_MODEL_PCI_BRIDGE,
        PCI_MODEL_I82801B11_BRIDGE,
        PCI_MODEL_IOH3420,
        PCI_MODEL_X3130_UPSTREAM,
        PCI_MODEL_XIO3130_DOWNSTREAM,
        PCI_MODEL_PXB,
        PCI_MODEL_PXB_PCIE,
        PCI_MODEL_PCIE_ROOT_PORT,
        PCI_MODEL_SPAPR_PCI_HOST_BRIDGE,
        PCI_MODEL_PCIE_PCI_BRIDGE,
        PCI_MODEL_MAX_
} PciModelName;
extern const char *const PciModelName_names[];

typedef enum COMPACT { INPUT_GRAB_DEFAULT, INPUT_GRAB_ALL, INPUT_GRAB_MAX_ } InputGrab;
extern const char *const InputGrab_names[];

typedef struct PciController {
        PciModelName model_name; /* the hypervisor's own device */
        OptUint64 pcihole64_kib;
        OptUint chassis_nr;
        OptUint chassis;
        OptUint port;
        OptUint bus_nr;
        OptUint target_index;
        OptUint numa_node;
        Switch hotplug;
} PciController;
extern const Rows PciController_rows;

typedef struct UsbController {
        OptUint ports;
} UsbController;
extern const Rows UsbController_rows;

typedef struct VirtioSerialController {
        OptUint ports;
        OptUint vectors;
} VirtioSerialController;
extern const Rows VirtioSerialController_rows;

typedef struct XenbusController {
        OptUint max_grant_frames;
        OptUint max_event_channels;
} XenbusController;
extern const Rows XenbusController_rows;

typedef struct Controller {
        ControllerType type;
        ControllerModel model;
        Switch ioeventfd;
        OptUint index;
        VirtioOptions virtio;
        union {
                PciController pci;
                UsbController usb;
                VirtioSerialController virtio_serial;
                XenbusController xenbus;
        };
        unsigned queues;
        unsigned cmd_per_lun;
        unsigned max_sectors;
        unsigned iothread;
        DeviceInfo info;
} Controller;
extern const Rows Controller_rows;

typedef struct Lease {
        char *lockspace;
        char *key;
        char *path;
        uint64_t offset;
} Lease;
extern const Rows Lease_rows;

typedef struct Filesystem {
        FilesystemType type;
        FilesystemAccess access;
        unsigned fmode;
        unsigned dmode;
        FilesystemModel model;
        FilesystemMultidevs multidevs;
        FilesystemDriver driver;
        ImageFormat format;
        FilesystemWrite write_policy;
        uint64_t queue;
        VirtioOptions virtio;
        char *binary;
        Switch xattr;
        FilesystemCache cache;
        FilesystemSandbox sandbox;
        Switch lock_posix;
        Switch lock_flock;
        OptInt thread_pool;
        char *source;
        char *source_dev;
        char *source_file;
        char *source_name;
        char *source_pool;
        char *source_volume;
        char *socket;
        uint64_t usage;
        char *usage_units;
        char *target;
        bool readonly;
        uint64_t space_hard_limit_bytes;
        uint64_t space_soft_limit_bytes;
        DeviceInfo info;
} Filesystem;
extern const Rows Filesystem_rows;

typedef struct SmartcardCertificate {
        char *name;
} SmartcardCertificate;
extern const Rows SmartcardCertificate_rows;

typedef struct Smartcard {
        SmartcardMode mode;
        Chardev source;
        SmartcardCertificate *certificates;
        size_t n_certificates;
        char *database;
        DeviceInfo info;
} Smartcard;
extern const Rows Smartcard_rows;

typedef struct Input {
        InputType type;
        InputBus bus;
        InputModel model;
        VirtioOptions virtio;
        char *dev;
        char *evdev;
        InputGrab grab;
        GrabToggle grab_toggle;
        Switch repeat;
        DeviceInfo info;
} Input;
extern const Rows Input_rows;
