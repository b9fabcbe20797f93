/* Where a device sits: the address of every bus, and what all devices have in common. */
#pragma once

#include "conf/common.h"

typedef enum COMPACT {
        ADDRESS_NONE,
        ADDRESS_PCI,
        ADDRESS_DRIVE,
        ADDRESS_VIRTIO_SERIAL,
        ADDRESS_CCID,
        ADDRESS_USB,
        ADDRESS_SPAPR_VIO,
        ADDRESS_VIRTIO_S390,
        ADDRESS_CCW,
        ADDRESS_VIRTIO_MMIO,
        ADDRESS_ISA,
        ADDRESS_DIMM,
        ADDRESS_UNASSIGNED,
        ADDRESS_MAX_
} AddressType;
extern const char *const AddressType_names[];

typedef enum COMPACT { SECLABEL_DEFAULT, SECLABEL_NONE, SECLABEL_DYNAMIC, SECLABEL_STATIC, SECLABEL_MAX_ } SeclabelType;
extern const char *const SeclabelType_names[];

/* The socket of a program that serves a device, and who of the two listens. */
typedef enum COMPACT { SOCKET_KIND_NONE, SOCKET_KIND_UNIX, SOCKET_KIND_MAX_ } SocketKind;
extern const char *const SocketKind_names[];

typedef enum COMPACT { SOCKET_MODE_NONE, SOCKET_MODE_CLIENT, SOCKET_MODE_SERVER, SOCKET_MODE_MAX_ } SocketMode;
extern const char *const SocketMode_names[];

/* Function of a PCI device; all zero: not assigned yet. */
typedef struct PciAddress {
        unsigned domain;
        unsigned bus;
        unsigned slot;
        unsigned function;
        Switch multifunction;
        OptUint zpci_uid;
        OptUint zpci_fid;
} PciAddress;
extern const Rows PciAddress_rows;

/* Of a device of the host: always complete. */
typedef struct HostPciAddress {
        unsigned domain;
        unsigned bus;
        unsigned slot;
        unsigned function;
} HostPciAddress;
extern const Rows HostPciAddress_rows;

typedef struct DriveAddress {
        unsigned controller;
        unsigned bus;
        unsigned target;
        unsigned unit;
} DriveAddress;
extern const Rows DriveAddress_rows;

typedef struct VirtioSerialAddress {
        unsigned controller;
        unsigned bus;
        unsigned port;
} VirtioSerialAddress;
extern const Rows VirtioSerialAddress_rows;

typedef struct CcidAddress {
        unsigned controller;
        unsigned slot;
} CcidAddress;
extern const Rows CcidAddress_rows;

typedef struct UsbAddress {
        unsigned bus;
        char *port; /* "1.2" below hubs; NULL: any */
} UsbAddress;
extern const Rows UsbAddress_rows;

typedef struct SpaprVioAddress {
        OptUint64 reg;
} SpaprVioAddress;
extern const Rows SpaprVioAddress_rows;

typedef struct CcwAddress {
        OptUint cssid;
        OptUint ssid;
        OptUint devno;
} CcwAddress;
extern const Rows CcwAddress_rows;

typedef struct IsaAddress {
        OptUint iobase;
        OptUint irq;
} IsaAddress;
extern const Rows IsaAddress_rows;

typedef struct DimmAddress {
        unsigned slot;
        uint64_t base;
} DimmAddress;
extern const Rows DimmAddress_rows;

typedef struct Address {
        AddressType type;
        union {
                PciAddress pci;
                DriveAddress drive;
                VirtioSerialAddress virtio_serial;
                CcidAddress ccid;
                UsbAddress usb;
                SpaprVioAddress spapr_vio;
                CcwAddress ccw;
                IsaAddress isa;
                DimmAddress dimm;
        };
} Address;
extern const Rows Address_rows;

/* What <driver> of every virtio device takes. */
typedef struct VirtioOptions {
        Switch iommu;
        Switch ats;
        Switch packed;
        Switch page_per_vq;
} VirtioOptions;
extern const Rows VirtioOptions_rows;

/* What every device has. */
typedef struct DeviceInfo {
        unsigned acpi_index; /* 0: none */
        unsigned boot_order; /* 1 is first; 0: not bootable */
        char *boot_loadparm;
        char *alias;         /* id in QEMU and in events; "ua-..." is the user's and is kept */
        OptUint master_port; /* of USB 1 companions */
        Switch rom_bar;
        YesNo rom_enabled;
        char *rom_file;
        struct Address *address; /* NULL until assigned */
} DeviceInfo;
extern const Rows DeviceInfo_rows;

typedef struct Seclabel {
        SeclabelType type;
        char *model;
        YesNo relabel;
        char *label;
        char *imagelabel;
        char *baselabel;
} Seclabel;
extern const Rows Seclabel_rows;

/* Of one disk or character device. */
typedef struct SourceSeclabel {
        char *model;
        YesNo relabel;
        YesNo labelskip;
        char *label;
} SourceSeclabel;
extern const Rows SourceSeclabel_rows;
