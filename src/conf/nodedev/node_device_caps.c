/* What a node device can do, as names and as the flags of lists: its capabilities and those inside of them. */
#include <libvirt/libvirt.h>

#include "conf/node_device.h"

/* Not the names of nested capabilities in documents, which differ: "vport_ops". */
static const struct {
        const char *name;
        unsigned flag;
} own[NODE_CAP_MAX_] = {
        [NODE_CAP_SYSTEM] = { "system", VIR_CONNECT_LIST_NODE_DEVICES_CAP_SYSTEM },
        [NODE_CAP_PCI] = { "pci", VIR_CONNECT_LIST_NODE_DEVICES_CAP_PCI_DEV },
        [NODE_CAP_USB_DEVICE] = { "usb_device", VIR_CONNECT_LIST_NODE_DEVICES_CAP_USB_DEV },
        [NODE_CAP_USB] = { "usb", VIR_CONNECT_LIST_NODE_DEVICES_CAP_USB_INTERFACE },
        [NODE_CAP_NET] = { "net", VIR_CONNECT_LIST_NODE_DEVICES_CAP_NET },
        [NODE_CAP_SCSI_HOST] = { "scsi_host", VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_HOST },
        [NODE_CAP_SCSI_TARGET] = { "scsi_target", VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_TARGET },
        [NODE_CAP_SCSI] = { "scsi", VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI },
        [NODE_CAP_STORAGE] = { "storage", VIR_CONNECT_LIST_NODE_DEVICES_CAP_STORAGE },
        [NODE_CAP_SCSI_GENERIC] = { "scsi_generic", VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_GENERIC },
        [NODE_CAP_DRM] = { "drm", VIR_CONNECT_LIST_NODE_DEVICES_CAP_DRM },
        [NODE_CAP_MDEV] = { "mdev", VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV },
        [NODE_CAP_CCW] = { "ccw", VIR_CONNECT_LIST_NODE_DEVICES_CAP_CCW_DEV },
        [NODE_CAP_CSS] = { "css", VIR_CONNECT_LIST_NODE_DEVICES_CAP_CSS_DEV },
        [NODE_CAP_VDPA] = { "vdpa", VIR_CONNECT_LIST_NODE_DEVICES_CAP_VDPA },
        [NODE_CAP_AP_CARD] = { "ap_card", VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_CARD },
        [NODE_CAP_AP_QUEUE] = { "ap_queue", VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_QUEUE },
        [NODE_CAP_AP_MATRIX] = { "ap_matrix", VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_MATRIX },
};

typedef struct Collect {
        GPtrArray *names; /* NULL: nobody wants them */
        unsigned flags;
} Collect;

static void add(Collect *collect, const char *name, unsigned flag)
{
        if (collect->names)
                g_ptr_array_add(collect->names, (char *)name);
        collect->flags |= flag;
}

static const NodeMdevTypes *mdev_types_of(const NodeCapability *capability)
{
        switch (capability->type) {
        case NODE_CAP_PCI: return capability->pci.mdev_types;
        case NODE_CAP_CSS: return capability->css.mdev_types;
        case NODE_CAP_AP_MATRIX: return capability->ap_matrix.mdev_types;
        default: return NULL;
        }
}

static void collect_capability(const NodeCapability *capability, Collect *collect)
{
        add(collect, own[capability->type].name, own[capability->type].flag);
        if (capability->type == NODE_CAP_SCSI_HOST && capability->scsi_host.fc_host)
                add(collect, "fc_host", VIR_CONNECT_LIST_NODE_DEVICES_CAP_FC_HOST);
        if (capability->type == NODE_CAP_SCSI_HOST && capability->scsi_host.vports)
                add(collect, "vports", VIR_CONNECT_LIST_NODE_DEVICES_CAP_VPORTS);
        if (mdev_types_of(capability))
                add(collect, "mdev_types", VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV_TYPES);
        if (capability->type == NODE_CAP_PCI && capability->pci.vpd)
                add(collect, "vpd", VIR_CONNECT_LIST_NODE_DEVICES_CAP_VPD);
}

static unsigned collect_all(const NodeDevice *device, GPtrArray *names)
{
        Collect collect = { .names = names };

        for (size_t i = 0; i < device->n_capabilities; i++)
                if (device->capabilities[i].type)
                        collect_capability(&device->capabilities[i], &collect);
        return collect.flags;
}

GPtrArray *node_device_capability_names(const NodeDevice *device)
{
        GPtrArray *names = g_ptr_array_new();

        collect_all(device, names);
        return names;
}

unsigned node_device_list_flags(const NodeDevice *device)
{
        return collect_all(device, NULL);
}
