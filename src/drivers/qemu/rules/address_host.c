/* See settle.h: what the host says of its devices. */
#include "rules/settle.h"

#include <unistd.h>

char *qemu_isolation_group(const QemuContext *context, const HostPciAddress *pci)
{
        g_autofree char *path =
                g_strdup_printf("%s/sys/bus/pci/devices/%04x:%02x:%02x.%x/iommu_group",
                                context->root ? context->root : "", pci->domain, pci->bus, pci->slot, pci->function);
        g_autofree char *target = g_file_read_link(path, NULL);

        if (target)
                return g_path_get_basename(target);
        /* Not there now: functions of one device are never apart. */
        return g_strdup_printf("%04x:%02x:%02x", pci->domain, pci->bus, pci->slot);
}
