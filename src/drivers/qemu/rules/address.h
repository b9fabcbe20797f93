/* Where the devices of a guest sit: what the allocators share. */
#pragma once

#include "rules/settle.h"

/* Every kind of device that can have an address, in the order in which they are numbered. */
typedef enum {
        DEVICE_DISK,
        DEVICE_INTERFACE,
        DEVICE_SOUND,
        DEVICE_HOSTDEV,
        DEVICE_VIDEO,
        DEVICE_CONTROLLER,
        DEVICE_SMARTCARD,
        DEVICE_SERIAL,
        DEVICE_PARALLEL,
        DEVICE_CHANNEL,
        DEVICE_CONSOLE,
        DEVICE_INPUT,
        DEVICE_FILESYSTEM,
        DEVICE_WATCHDOG,
        DEVICE_MEMBALLOON,
        DEVICE_RNG,
        DEVICE_NVRAM,
        DEVICE_HUB,
        DEVICE_SHMEM,
        DEVICE_MEMORY,
        DEVICE_PANIC,
        DEVICE_TPM,
        DEVICE_IOMMU,
        DEVICE_VSOCK,
        DEVICE_CRYPTO,
        DEVICE_REDIRDEV,
        DEVICE_MAX_
} DeviceKind;

/** device_count, device_at, device_info: the lists of a definition, by kind. Pointers move when the list grows. */
size_t device_count(const Domain *domain, DeviceKind kind);
void *device_at(const Domain *domain, DeviceKind kind, size_t i);
DeviceInfo *device_info(const Domain *domain, DeviceKind kind, size_t i);

/** usb_device_count: how many devices sit on a USB bus. */
unsigned usb_device_count(const Domain *domain);

/** device_is_usb: whether it hangs on a port of a USB bus. */
bool device_is_usb(const Domain *domain, DeviceKind kind, size_t i);

/** device_is_virtio: whether it would have an address of the machine's virtio bus (PCI, CCW, MMIO). */
bool device_is_virtio(const Domain *domain, DeviceKind kind, size_t i);

/* Which connectors a device fits, and which a bus has. */
enum {
        PCI_HOTPLUG = 1 << 0,  /* can come and go while the guest runs */
        PCI_ENDPOINT = 1 << 1, /* conventional */
        PCI_EXPRESS = 1 << 2,  /* an Express endpoint */
        PCI_ROOT_PORT = 1 << 3,
        PCI_UPSTREAM = 1 << 4,
        PCI_DOWNSTREAM = 1 << 5,
        PCI_BRIDGE = 1 << 6,
        PCI_DMI_BRIDGE = 1 << 7,
        PCI_EXPRESS_BRIDGE = 1 << 8, /* from Express to conventional */
        PCI_EXPANDER = 1 << 9,
        PCI_EXPRESS_EXPANDER = 1 << 10,
        PCI_SHARES_SLOT = 1 << 11, /* with others of its kind, a function each */
        PCI_KINDS = PCI_ENDPOINT | PCI_EXPRESS | PCI_ROOT_PORT | PCI_UPSTREAM | PCI_DOWNSTREAM | PCI_BRIDGE |
                    PCI_DMI_BRIDGE | PCI_EXPRESS_BRIDGE | PCI_EXPANDER | PCI_EXPRESS_EXPANDER,
};

/** pci_fit_of: of device @i of @kind; 0: it is none of PCI's. */
unsigned pci_fit_of(const Domain *domain, DeviceKind kind, size_t i);
/** pci_fit_of_controller: what a PCI controller of @model plugs into. */
unsigned pci_fit_of_controller(ControllerModel model);

enum { PCI_BUSES_MAX = 256, PCI_SLOTS = 32, PCI_FUNCTIONS = 8 };

typedef struct PciBus {
        ControllerModel model;   /* none: there is no such bus */
        unsigned accepts;        /* PCI_... */
        uint8_t first, last;     /* slots */
        uint8_t used[PCI_SLOTS]; /* a bit for each function */
        const char *group;       /* of the devices of the host that have this bus for themselves; NULL: anybody's */
        bool shared[PCI_SLOTS];  /* by devices that share */
} PciBus;

/* One distribution of addresses. The first is a rehearsal that only finds out which buses are missing. */
typedef struct PciPlan {
        Domain *domain;
        const QemuContext *context;
        bool rehearsal;
        unsigned n_buses;
        PciBus buses[PCI_BUSES_MAX];
        const char *group;  /* of the device being placed; NULL: none */
        GPtrArray *groups;  /* owns the names */
        GHashTable *placed; /* the DeviceInfo of those that have a place in a rehearsal */
        Error *err;
} PciPlan;

/** pci_wants: an address on PCI that it does not have yet. */
bool pci_wants(const PciPlan *plan, const DeviceInfo *info);
/** pci_put: exactly there; -1 when somebody else is. @info NULL: nobody's. */
int pci_put(PciPlan *plan, DeviceInfo *info, unsigned bus, unsigned slot, unsigned function, unsigned fit);
/** pci_put_next: at the first place that fits; adds buses in a rehearsal. */
int pci_put_next(PciPlan *plan, DeviceInfo *info, unsigned fit);
/** pci_place_chip_set: what has its place in the machine. */
int pci_place_chip_set(PciPlan *plan);
/** pci_settle_zpci: the numbers of PCI functions on S390. */
int pci_settle_zpci(Domain *domain, const QemuContext *context, Error *err);
/** pci_number_controllers: what PCI controllers carry besides addresses. */
int pci_number_controllers(Domain *domain, const QemuCaps *caps, Error *err);
