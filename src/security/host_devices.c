/* See host_devices.h: /sys is asked. */
#include "host_devices.h"

#include <stdio.h>

#include "util/file.h"

/* The VFIO group of the device that sysfs has at @folder. */
static char *vfio_node(const char *folder)
{
        g_autofree char *link = g_build_filename(folder, "iommu_group", NULL);
        g_autofree char *target = g_file_read_link(link, NULL);
        g_autofree char *group = target ? g_path_get_basename(target) : NULL;

        return group ? g_build_filename("/dev/vfio", group, NULL) : NULL;
}

static char *pci_node(const PciHostdev *pci, const char *root)
{
        g_autofree char *folder = g_strdup_printf("%s/sys/bus/pci/devices/%04x:%02x:%02x.%x", root, pci->address.domain,
                                                  pci->address.bus, pci->address.slot, pci->address.function);

        return vfio_node(folder);
}

static char *mdev_node(const MdevHostdev *mdev, const char *root)
{
        g_autofree char *folder = g_strdup_printf("%s/sys/bus/mdev/devices/%s", root, mdev->uuid ? mdev->uuid : "");

        return vfio_node(folder);
}

static char *scsi_node(const ScsiHostdev *scsi, const char *root)
{
        g_autofree char *folder = NULL;
        g_auto(GStrv) names = NULL;
        unsigned host;

        if (scsi->protocol != SCSI_PROTOCOL_ADAPTER || !scsi->adapter ||
            sscanf(scsi->adapter, "scsi_host%u", &host) != 1)
                return NULL;
        folder = g_strdup_printf("%s/sys/bus/scsi/devices/%u:%u:%u:%llu/scsi_generic", root, host, scsi->bus.value,
                                 scsi->target.value, (unsigned long long)scsi->unit.value);
        if (dir_list(folder, NULL, &names, NULL) < 0 || !names[0])
                return NULL;
        return g_build_filename("/dev", names[0], NULL);
}

char *host_device_path(const Hostdev *hostdev, const char *root)
{
        root = root ? root : "";
        switch (hostdev->type) {
        case HOSTDEV_USB:
                if (!hostdev->usb.bus || !hostdev->usb.device)
                        return NULL;
                return g_strdup_printf("/dev/bus/usb/%03u/%03u", hostdev->usb.bus, hostdev->usb.device);
        case HOSTDEV_PCI: return pci_node(&hostdev->pci, root);
        case HOSTDEV_MDEV: return mdev_node(&hostdev->mdev, root);
        case HOSTDEV_SCSI: return scsi_node(&hostdev->scsi, root);
        default: return NULL;
        }
}
