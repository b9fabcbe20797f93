/* Node devices: what the driver alone can know, and what is refused. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_NODEDEV
#include "nodedev/hooks.h"

/* How many virtual ports there are is what the driver finds, whatever a document says. */
SETTLE(node_vports_settle)
{
        NodeVports *vports = s;

        if (!(flags & ROWS_STATUS))
                *vports = (NodeVports){ 0 };
        return 0;
}

/* So is the group of a mediated device. */
SETTLE(node_mdev_settle)
{
        NodeMdev *mdev = s;

        if (!(flags & ROWS_STATUS))
                mdev->iommu_group = 0;
        return 0;
}

CHECK(node_ccw_address_check)
{
        const NodeCcwAddress *address = s;

        if (address->cssid > 0xfe)
                return error_set(err, VIR_ERR_XML_ERROR, "invalid cssid value 0x%x; it is at most 0xfe",
                                 address->cssid);
        if (address->ssid > 3)
                return error_set(err, VIR_ERR_XML_ERROR, "invalid ssid value 0x%x; it is at most 3", address->ssid);
        if (address->devno > 0xffff)
                return error_set(err, VIR_ERR_XML_ERROR, "invalid devno value 0x%x; it is at most 0xffff",
                                 address->devno);
        return 0;
}

static int check_adapter(unsigned adapter, Error *err)
{
        if (adapter > 0xff)
                return error_set(err, VIR_ERR_XML_ERROR, "invalid ap-adapter value 0x%x; it is at most 0xff", adapter);
        return 0;
}

CHECK(node_ap_card_check)
{
        return check_adapter(((const NodeApCard *)s)->adapter, err);
}

CHECK(node_ap_queue_check)
{
        const NodeApQueue *queue = s;

        if (check_adapter(queue->adapter, err) < 0)
                return -1;
        if (queue->domain > 0xff)
                return error_set(err, VIR_ERR_XML_ERROR, "invalid ap-domain value 0x%x; it is at most 0xff",
                                 queue->domain);
        return 0;
}

CHECK(node_device_check)
{
        const NodeDevice *device = s;

        if (device->n_capabilities == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "no device capabilities for '%s'",
                                 device->name ? device->name : "");
        return 0;
}

NodeCapability *node_device_capability(const NodeDevice *device, NodeCapabilityType type)
{
        for (size_t i = 0; i < device->n_capabilities; i++)
                if (device->capabilities[i].type == type)
                        return &device->capabilities[i];
        return NULL;
}
