/* See address.h: the devices of a definition, by kind. */
#include "rules/address.h"

#include <string.h>

typedef struct KindRow {
        size_t list;  /* of the pointer to the list, or to the only one */
        size_t count; /* of the size_t; 0: there is one or none */
        size_t size, info;
} KindRow;

#define A_LIST(T, list_member)                                                                                         \
        {                                                                                                              \
                offsetof(Domain, list_member), offsetof(Domain, n_##list_member), sizeof(T), offsetof(T, info)         \
        }
#define AN_ELEMENT(T, member)                                                                                          \
        {                                                                                                              \
                offsetof(Domain, member), 0, sizeof(T), offsetof(T, info)                                              \
        }

static const KindRow kinds[DEVICE_MAX_] = {
        [DEVICE_DISK] = A_LIST(Disk, disks),
        [DEVICE_INTERFACE] = A_LIST(Interface, interfaces),
        [DEVICE_SOUND] = A_LIST(Sound, sounds),
        [DEVICE_HOSTDEV] = A_LIST(Hostdev, hostdevs),
        [DEVICE_FILESYSTEM] = A_LIST(Filesystem, filesystems),
        [DEVICE_CONTROLLER] = A_LIST(Controller, controllers),
        [DEVICE_SMARTCARD] = A_LIST(Smartcard, smartcards),
        [DEVICE_SERIAL] = A_LIST(Serial, serials),
        [DEVICE_PARALLEL] = A_LIST(Parallel, parallels),
        [DEVICE_CHANNEL] = A_LIST(Channel, channels),
        [DEVICE_CONSOLE] = A_LIST(Console, consoles),
        [DEVICE_INPUT] = A_LIST(Input, inputs),
        [DEVICE_VIDEO] = A_LIST(Video, videos),
        [DEVICE_HUB] = A_LIST(Hub, hubs),
        [DEVICE_WATCHDOG] = A_LIST(Watchdog, watchdogs),
        [DEVICE_MEMBALLOON] = AN_ELEMENT(Memballoon, memballoon),
        [DEVICE_RNG] = A_LIST(Rng, rngs),
        [DEVICE_NVRAM] = AN_ELEMENT(Nvram, nvram),
        [DEVICE_SHMEM] = A_LIST(Shmem, shmems),
        [DEVICE_MEMORY] = A_LIST(MemoryDevice, memory_devices),
        [DEVICE_PANIC] = A_LIST(Panic, panics),
        [DEVICE_TPM] = A_LIST(Tpm, tpms),
        [DEVICE_IOMMU] = AN_ELEMENT(Iommu, iommu),
        [DEVICE_VSOCK] = AN_ELEMENT(Vsock, vsock),
        [DEVICE_CRYPTO] = A_LIST(Crypto, cryptos),
        [DEVICE_REDIRDEV] = A_LIST(Redirdev, redirdevs),
};

static char *list_of(const Domain *domain, DeviceKind kind)
{
        return *(char *const *)(const void *)((const char *)domain + kinds[kind].list);
}

size_t device_count(const Domain *domain, DeviceKind kind)
{
        if (kinds[kind].count == 0)
                return list_of(domain, kind) ? 1 : 0;
        return *(const size_t *)(const void *)((const char *)domain + kinds[kind].count);
}

void *device_at(const Domain *domain, DeviceKind kind, size_t i)
{
        return list_of(domain, kind) + i * kinds[kind].size;
}

DeviceInfo *device_info(const Domain *domain, DeviceKind kind, size_t i)
{
        return (DeviceInfo *)(void *)((char *)device_at(domain, kind, i) + kinds[kind].info);
}

const PciAddress *device_pci(const DeviceInfo *info)
{
        return info->address && info->address->type == ADDRESS_PCI ? &info->address->pci : NULL;
}

Address *device_set_address(DeviceInfo *info, AddressType type)
{
        if (info->address && info->address->type != type) {
                rows_drop(&Address_rows, info->address);
                g_free(g_steal_pointer(&info->address));
        }
        if (!info->address) {
                info->address = g_new0(Address, 1);
                rows_init(&Address_rows, info->address);
        }
        info->address->type = type;
        return info->address;
}

AddressType device_address_type(const DeviceInfo *info)
{
        return info->address ? info->address->type : ADDRESS_NONE;
}

static bool nic_is_virtio(const Interface *nic)
{
        return nic->type != INTERFACE_HOSTDEV && nic->model && g_str_has_prefix(nic->model, "virtio");
}

static bool controller_is_virtio(const Controller *controller)
{
        if (controller->type == CONTROLLER_VIRTIO_SERIAL)
                return true;
        return controller->type == CONTROLLER_SCSI && (controller->model == CONTROLLER_MODEL_VIRTIO_SCSI ||
                                                       controller->model == CONTROLLER_MODEL_VIRTIO_TRANSITIONAL ||
                                                       controller->model == CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL);
}

bool device_is_virtio(const Domain *domain, DeviceKind kind, size_t i)
{
        const void *device = device_at(domain, kind, i);

        switch (kind) {
        case DEVICE_DISK: return ((const Disk *)device)->bus == DISK_BUS_VIRTIO;
        case DEVICE_INTERFACE: return nic_is_virtio(device);
        case DEVICE_SOUND: return ((const Sound *)device)->model == SOUND_VIRTIO;
        case DEVICE_HOSTDEV: return ((const Hostdev *)device)->type == HOSTDEV_SCSI_HOST;
        case DEVICE_FILESYSTEM: return true;
        case DEVICE_CONTROLLER: return controller_is_virtio(device);
        case DEVICE_INPUT: return ((const Input *)device)->bus == INPUT_BUS_VIRTIO;
        case DEVICE_VIDEO: return ((const Video *)device)->type == VIDEO_VIRTIO;
        case DEVICE_MEMBALLOON: return ((const Memballoon *)device)->model != BALLOON_NONE;
        case DEVICE_RNG:
        case DEVICE_VSOCK:
        case DEVICE_CRYPTO: return true;
        default: return false;
        }
}
