/* Devices of the host that a guest gets, and USB redirection. */
#pragma once

#include "conf/chardev.h"
#include "conf/disk.h"
#include "conf/interface.h"

typedef enum COMPACT {
        HOSTDEV_MODE_NONE,
        HOSTDEV_MODE_SUBSYSTEM,
        HOSTDEV_MODE_CAPABILITIES,
        HOSTDEV_MODE_MAX_
} HostdevMode;
extern const char *const HostdevMode_names[];

typedef enum COMPACT {
        HOSTDEV_NONE,
        HOSTDEV_USB,
        HOSTDEV_PCI,
        HOSTDEV_SCSI,
        HOSTDEV_SCSI_HOST,
        HOSTDEV_MDEV,
        HOSTDEV_STORAGE,
        HOSTDEV_MISC,
        HOSTDEV_NET,
        HOSTDEV_MAX_
} HostdevType;
extern const char *const HostdevType_names[];

typedef enum COMPACT {
        HOSTDEV_MODEL_DEFAULT,
        HOSTDEV_MODEL_VFIO_PCI,
        HOSTDEV_MODEL_VFIO_CCW,
        HOSTDEV_MODEL_VFIO_AP,
        HOSTDEV_MODEL_VIRTIO,
        HOSTDEV_MODEL_VIRTIO_TRANSITIONAL,
        HOSTDEV_MODEL_VIRTIO_NON_TRANSITIONAL,
        HOSTDEV_MODEL_MAX_
} HostdevModel;
extern const char *const HostdevModel_names[];

typedef enum COMPACT {
        GUEST_RESET_DEFAULT,
        GUEST_RESET_OFF,
        GUEST_RESET_UNINITIALIZED,
        GUEST_RESET_ON,
        GUEST_RESET_MAX_
} GuestReset;
extern const char *const GuestReset_names[];

typedef enum COMPACT { SCSI_HOST_PROTOCOL_NONE, SCSI_HOST_PROTOCOL_VHOST, SCSI_HOST_PROTOCOL_MAX_ } ScsiHostProtocol;
extern const char *const ScsiHostProtocol_names[];

/* A unit of an adapter of the host, or of a server that QEMU asks itself. */
typedef enum COMPACT { SCSI_PROTOCOL_ADAPTER, SCSI_PROTOCOL_ISCSI, SCSI_PROTOCOL_MAX_ } ScsiProtocol;
extern const char *const ScsiProtocol_names[];

typedef struct UsbHostdev {
        StartupPolicy startup_policy;
        GuestReset guest_reset;
        OptUint vendor;
        OptUint product;
        unsigned bus;
        unsigned device;
        char *port;
} UsbHostdev;
extern const Rows UsbHostdev_rows;

typedef struct PciHostdev {
        HostdevBackend driver;
        YesNo write_filtering;
        HostPciAddress address;
} PciHostdev;
extern const Rows PciHostdev_rows;

typedef struct ScsiHostdev {
        ScsiProtocol protocol;
        char *name;
        char *adapter;
        OptUint bus;
        OptUint target;
        OptUint64 unit;
        NetHost *hosts;
        size_t n_hosts;
        struct SourceAuth *auth;
        char *initiator;
        struct SourceStatus *status;
} ScsiHostdev;
extern const Rows ScsiHostdev_rows;

typedef struct ScsiHostHostdev {
        ScsiHostProtocol protocol;
        char *wwpn;
} ScsiHostHostdev;
extern const Rows ScsiHostHostdev_rows;

typedef struct MdevHostdev {
        char *uuid;
} MdevHostdev;
extern const Rows MdevHostdev_rows;

typedef struct StorageHostdev {
        char *block;
} StorageHostdev;
extern const Rows StorageHostdev_rows;

typedef struct MiscHostdev {
        char *device;
} MiscHostdev;
extern const Rows MiscHostdev_rows;

typedef struct NetHostdev {
        char *interface;
        IpAddress *ips;
        size_t n_ips;
        IpRoute *routes;
        size_t n_routes;
} NetHostdev;
extern const Rows NetHostdev_rows;

typedef struct Hostdev {
        HostdevMode mode;
        HostdevType type;
        YesNo managed;
        DiskSgio sgio;
        YesNo rawio;
        HostdevModel model;
        Switch display;
        Switch ramfb;
        TeamingType teaming;
        bool readonly;
        bool shareable;
        char *teaming_persistent;
        union {
                UsbHostdev usb;
                PciHostdev pci;
                ScsiHostdev scsi;
                ScsiHostHostdev scsi_host;
                MdevHostdev mdev;
                StorageHostdev storage;
                MiscHostdev misc;
                NetHostdev net;
        };
        DeviceInfo info;
} Hostdev;
extern const Rows Hostdev_rows;

typedef enum COMPACT { REDIRDEV_BUS_USB, REDIRDEV_BUS_MAX_ } RedirdevBus;
extern const char *const RedirdevBus_names[];

typedef struct Redirdev {
        RedirdevBus bus;
        Chardev source;
        DeviceInfo info;
} Redirdev;
extern const Rows Redirdev_rows;

typedef struct RedirRule {
        OptUint class;
        OptUint vendor;
        OptUint product;
        char *version;
        YesNo allow;
} RedirRule;
extern const Rows RedirRule_rows;

typedef struct Redirfilter {
        RedirRule *rules;
        size_t n_rules;
} Redirfilter;
extern const Rows Redirfilter_rows;
