/* Calls about node devices that remember their answer in the handle. */
#define ERROR_DOMAIN VIR_FROM_NODEDEV
#include "vireo/calls.h"
#include "vireo/entry.h"

/* Asked once; the text belongs to the handle. NULL without an error: there is no parent. */
const char *virNodeDeviceGetParent(virNodeDevicePtr dev)
{
        ERROR_AUTO Error err = ERROR_INIT;
        char *parent;

        entry_begin();
        if (!object_check(dev, OBJECT_NODE_DEVICE, &err)) {
                entry_failed(NULL, &err);
                return NULL;
        }
        if (g_atomic_pointer_get(&dev->parent_name))
                return dev->parent_name;

        parent = call_node_device_get_parent(dev, &err);
        if (!parent) {
                if (error_is_set(&err))
                        entry_failed(dev->conn, &err);
                return NULL;
        }
        if (!g_atomic_pointer_compare_and_exchange(&dev->parent_name, NULL, parent))
                g_free(parent);
        return dev->parent_name;
}
