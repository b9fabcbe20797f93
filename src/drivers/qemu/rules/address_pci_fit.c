/* See address.h: what kind of PCI device each one is. */
#include "rules/address.h"

#include <string.h>

enum { CONVENTIONAL = PCI_ENDPOINT | PCI_HOTPLUG };

unsigned pci_fit_of_controller(ControllerModel model)
{
        switch (model) {
        case CONTROLLER_MODEL_PCI_BRIDGE: return PCI_BRIDGE;
        case CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE: return PCI_DMI_BRIDGE;
        case CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE: return PCI_EXPRESS_BRIDGE;
        case CONTROLLER_MODEL_PCIE_ROOT_PORT: return PCI_ROOT_PORT | PCI_SHARES_SLOT;
        case CONTROLLER_MODEL_PCIE_SWITCH_UPSTREAM_PORT: return PCI_UPSTREAM;
        case CONTROLLER_MODEL_PCIE_SWITCH_DOWNSTREAM_PORT: return PCI_DOWNSTREAM;
        case CONTROLLER_MODEL_PCI_EXPANDER_BUS: return PCI_EXPANDER;
        case CONTROLLER_MODEL_PCIE_EXPANDER_BUS: return PCI_EXPRESS_EXPANDER;
        default: return 0;
        }
}

/* Express where the machine has it. */
static unsigned express(const Domain *domain)
{
        const Controller *root = controller_find(domain, CONTROLLER_PCI, 0);

        return root && root->model == CONTROLLER_MODEL_PCIE_ROOT ? PCI_EXPRESS | PCI_HOTPLUG : CONVENTIONAL;
}

static unsigned fit_of_nic(const Domain *domain, const Interface *nic)
{
        /* What is not known here is newer. */
        static const char *const old[] = { "rtl8139",  "e1000",     "virtio-transitional",
                                           "vlance",   "vmxnet",    "vmxnet2",
                                           "vmxnet3",  "Am79C970A", "Am79C973",
                                           "82540EM",  "82545EM",   "82543GC",
                                           "ne2k_pci", "pcnet" };

        if (nic->type == INTERFACE_HOSTDEV || !nic->model)
                return express(domain);
        for (size_t i = 0; i < G_N_ELEMENTS(old); i++)
                if (g_ascii_strcasecmp(nic->model, old[i]) == 0)
                        return CONVENTIONAL;
        if (g_str_has_prefix(nic->model, "usb-") || strcmp(nic->model, "spapr-vlan") == 0 ||
            strcmp(nic->model, "smc91c111") == 0 || strcmp(nic->model, "lan9118") == 0)
                return 0;
        return express(domain);
}

static unsigned fit_of_sound(const Domain *domain, const Sound *sound)
{
        switch (sound->model) {
        case SOUND_PCSPK:
        case SOUND_SB16:
        case SOUND_USB: return 0;
        case SOUND_VIRTIO: return express(domain);
        default: return CONVENTIONAL;
        }
}

static unsigned fit_of_usb(const Domain *domain, const Controller *controller)
{
        switch (controller->model) {
        case CONTROLLER_MODEL_NEC_XHCI:
        case CONTROLLER_MODEL_QEMU_XHCI: return express(domain);
        case CONTROLLER_MODEL_NONE:
        case CONTROLLER_MODEL_DISABLED:
        case CONTROLLER_MODEL_QUSB1:
        case CONTROLLER_MODEL_QUSB2: return 0;
        default: return CONVENTIONAL;
        }
}

static unsigned fit_of_scsi(const Domain *domain, const Controller *controller)
{
        switch (controller->model) {
        case CONTROLLER_MODEL_VIRTIO_SCSI:
        case CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL: return express(domain);
        case CONTROLLER_MODEL_IBMVSCSI:
        case CONTROLLER_MODEL_NCR53C90: return 0;
        default: return CONVENTIONAL;
        }
}

static unsigned fit_of_controller(const Domain *domain, const Controller *controller)
{
        switch (controller->type) {
        case CONTROLLER_PCI: return pci_fit_of_controller(controller->model);
        case CONTROLLER_SCSI: return fit_of_scsi(domain, controller);
        case CONTROLLER_USB: return fit_of_usb(domain, controller);
        case CONTROLLER_SATA: return CONVENTIONAL;
        case CONTROLLER_IDE: return CONVENTIONAL;
        case CONTROLLER_VIRTIO_SERIAL:
                return controller->model == CONTROLLER_MODEL_VIRTIO_TRANSITIONAL ? CONVENTIONAL : express(domain);
        default: return 0;
        }
}

static unsigned fit_of_video(const Domain *domain, const Video *video)
{
        switch (video->type) {
        case VIDEO_NONE:
        case VIDEO_DEFAULT:
        case VIDEO_RAMFB: return 0;
        case VIDEO_VIRTIO:
        case VIDEO_BOCHS: return express(domain);
        default: return CONVENTIONAL;
        }
}

static unsigned fit_of_hostdev(const Domain *domain, const Hostdev *hostdev)
{
        if (hostdev->mode != HOSTDEV_MODE_SUBSYSTEM)
                return 0;
        switch (hostdev->type) {
        case HOSTDEV_PCI: return express(domain);
        case HOSTDEV_MDEV: return hostdev->model == HOSTDEV_MODEL_VFIO_PCI ? express(domain) : 0;
        case HOSTDEV_SCSI_HOST:
                return hostdev->model == HOSTDEV_MODEL_VIRTIO_TRANSITIONAL ? CONVENTIONAL : express(domain);
        default: return 0;
        }
}

/* Transitional devices speak the old protocol, which needs I/O ports: conventional PCI. */
static unsigned virtio(const Domain *domain, bool transitional)
{
        return transitional ? CONVENTIONAL : express(domain);
}

static unsigned fit_of_memory(const Domain *domain, const MemoryDevice *memory)
{
        return memory->model == MEMORY_MODEL_VIRTIO_PMEM || memory->model == MEMORY_MODEL_VIRTIO_MEM ? express(domain)
                                                                                                     : 0;
}

static unsigned fit_of_disk(const Domain *domain, const Disk *disk)
{
        return disk->bus == DISK_BUS_VIRTIO ? virtio(domain, disk->model == DISK_MODEL_VIRTIO_TRANSITIONAL) : 0;
}

unsigned pci_fit_of(const Domain *domain, DeviceKind kind, size_t i)
{
        const void *device = device_at(domain, kind, i);

        switch (kind) {
        case DEVICE_DISK: return fit_of_disk(domain, device);
        case DEVICE_INTERFACE: return fit_of_nic(domain, device);
        case DEVICE_SOUND: return fit_of_sound(domain, device);
        case DEVICE_HOSTDEV: return fit_of_hostdev(domain, device);
        case DEVICE_CONTROLLER: return fit_of_controller(domain, device);
        case DEVICE_VIDEO: return fit_of_video(domain, device);
        case DEVICE_MEMORY: return fit_of_memory(domain, device);
        case DEVICE_SHMEM: return CONVENTIONAL;
        case DEVICE_CRYPTO: return express(domain);
        case DEVICE_FILESYSTEM:
                return virtio(domain, ((const Filesystem *)device)->model == FS_MODEL_VIRTIO_TRANSITIONAL);
        case DEVICE_RNG: return virtio(domain, ((const Rng *)device)->model == RNG_VIRTIO_TRANSITIONAL);
        case DEVICE_VSOCK: return virtio(domain, ((const Vsock *)device)->model == VSOCK_VIRTIO_TRANSITIONAL);
        case DEVICE_MEMBALLOON:
                if (((const Memballoon *)device)->model == BALLOON_NONE)
                        return 0;
                return virtio(domain, ((const Memballoon *)device)->model == BALLOON_VIRTIO_TRANSITIONAL);
        case DEVICE_INPUT:
                if (((const Input *)device)->bus != INPUT_BUS_VIRTIO)
                        return 0;
                return virtio(domain, ((const Input *)device)->model == INPUT_MODEL_VIRTIO_TRANSITIONAL);
        case DEVICE_WATCHDOG: return ((const Watchdog *)device)->model == WATCHDOG_I6300ESB ? CONVENTIONAL : 0;
        case DEVICE_PANIC: return ((const Panic *)device)->model == PANIC_PVPANIC ? CONVENTIONAL : 0;
        case DEVICE_SERIAL: return ((const Serial *)device)->target == SERIAL_TARGET_PCI_SERIAL ? CONVENTIONAL : 0;
        /* Part of the root complex: it must be there when the guest starts to look. */
        case DEVICE_IOMMU: return ((const Iommu *)device)->model == IOMMU_VIRTIO ? PCI_EXPRESS | PCI_ENDPOINT : 0;
        default: return 0;
        }
}
