/* libFuzzer: what a program that calls itself mdevctl may list. */
#include "mdevctl/mdevctl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *no_parent(const char *address, void *opaque)
{
        return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        g_autoptr(GPtrArray) devices = NULL;

        if (mdevctl_list((const char *)data, size, no_parent, NULL, &devices, NULL) < 0)
                return 0;
        for (size_t i = 0; i < devices->len; i++) {
                const MdevctlDevice *entry = g_ptr_array_index(devices, i);
                g_autofree char *xml = node_device_format(entry->device, 0);

                g_assert_nonnull(xml);
        }
        return 0;
}
