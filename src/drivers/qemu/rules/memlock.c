/* See settle.h: how much memory QEMU must be allowed to lock, so that the guest's is never paged out under a device that
 * reads it, or that the kernel has to keep for the guest. */
#include "rules/settle.h"

enum {
        MIB_KIB = 1024,
        GIB_KIB = 1024 * MIB_KIB,
        /* POWER: the kernel's tables for each host bridge of the guest, and for everything else. */
        BRIDGE_TABLES_KIB = 4 * MIB_KIB,
        OTHER_TABLES_KIB = 8 * MIB_KIB,
        HASH_TABLE_SHARE = 128, /* of the largest memory */
        BRIDGE_WINDOW_KIB = 2 * GIB_KIB,
        WINDOW_TABLE_SHARE = 512,
};

static bool is_vfio(const Hostdev *device)
{
        return device->mode == HOSTDEV_MODE_SUBSYSTEM && (device->type == HOSTDEV_PCI || device->type == HOSTDEV_MDEV);
}

static unsigned vfio_devices(const Domain *domain)
{
        unsigned n = 0;

        for (size_t i = 0; i < domain->n_hostdevs; i++)
                n += is_vfio(&domain->hostdevs[i]);
        for (size_t i = 0; i < domain->n_interfaces; i++)
                n += domain->interfaces[i].type == INTERFACE_HOSTDEV;
        return n;
}

/* These have address spaces of their own, each with all of the guest's memory. */
static unsigned own_spaces(const Domain *domain)
{
        unsigned n = 0;

        for (size_t i = 0; i < domain->n_disks; i++)
                n += domain->disks[i].source.type == SOURCE_NVME;
        for (size_t i = 0; i < domain->n_interfaces; i++)
                n += domain->interfaces[i].type == INTERFACE_VDPA;
        return n;
}

static uint64_t power_kib(const Domain *domain)
{
        uint64_t largest = MAX(domain->max_memory_kib, domain->memory_kib), bridges = 0, base, window;

        for (size_t i = 0; i < domain->n_controllers; i++)
                bridges += domain->controllers[i].type == CONTROLLER_PCI &&
                           domain->controllers[i].model == CONTROLLER_MODEL_PCI_ROOT;
        base = largest / HASH_TABLE_SHARE + BRIDGE_TABLES_KIB * bridges + OTHER_TABLES_KIB;
        if (vfio_devices(domain) == 0)
                return base;
        window = domain->memory_kib + domain->memory_kib / WINDOW_TABLE_SHARE * bridges + OTHER_TABLES_KIB;
        return base + MAX(BRIDGE_WINDOW_KIB * bridges, window);
}

uint64_t qemu_memlock_bytes(const Domain *domain)
{
        unsigned devices = vfio_devices(domain), spaces = own_spaces(domain);

        if (domain->memtune && domain->memtune->hard_limit_kib.set)
                return domain->memtune->hard_limit_kib.value * 1024;
        if (domain->memory_backing && domain->memory_backing->locked)
                return UINT64_MAX;
        if (domain_is_ppc64(domain) && domain->type == VIRT_KVM)
                return power_kib(domain) * 1024;
        if (devices > 0)
                /* All share one, unless an IOMMU of the guest's own keeps them apart. */
                spaces += domain->iommu ? devices : 1;
        if (spaces == 0)
                return 0;
        /* What is mapped beside memory fits into a GiB. */
        return (domain->memory_kib * spaces + GIB_KIB) * 1024;
}
