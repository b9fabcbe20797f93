/* See hotplug.h: a device changes. */
#include "hotplug/hotplug.h"

#include <string.h>

#include "hotplug/update.h"

int hotplug_update(Hotplug *hotplug, const Domain *given, bool force, Error *err)
{
        DevRef device = devref_only(given);
        const void *content = devref_at(given, device);
        const DeviceInfo *info;
        DevRef there;

        if (!device.row)
                return error_set(err, VIR_ERR_INVALID_ARG, "there is no device in the document");
        if (devref_is(device, &Graphics_rows))
                return hotplug_update_graphics(hotplug, content, err);
        if (!devref_is(device, &Disk_rows) && !devref_is(device, &Interface_rows) &&
            !devref_is(device, &MemoryDevice_rows))
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "live update of device '%s' is not supported",
                                 devref_kind(device));
        if (update_find(hotplug->live, given, device, &there, err) < 0)
                return -1;
        info = devref_info(hotplug->live, there);
        g_free(hotplug->alias);
        hotplug->alias = g_strdup(info->alias);
        if (devref_is(device, &Disk_rows))
                return hotplug_update_disk(hotplug, there, content, force, err);
        if (devref_is(device, &Interface_rows))
                return hotplug_update_interface(hotplug, there, content, err);
        return hotplug_update_memory(hotplug, there, content, err);
}

/* What changes cannot be what it is found by. */
int update_find(const Domain *domain, const Domain *given, DevRef device, DevRef *ret, Error *err)
{
        const MemoryDevice *memory = devref_at(given, device);

        if (!devref_is(device, &MemoryDevice_rows))
                return devref_find(domain, given, device, ret, err);
        if (memory->info.alias)
                *ret = devref_named(domain, memory->info.alias);
        else if (domain->n_memory_devices == 1)
                *ret = (DevRef){ device.row, 0 };
        else
                return error_set(err, VIR_ERR_OPERATION_FAILED,
                                 "matching memory device was not found: the guest has several, <alias> says which one");
        if (!ret->row || !devref_is(*ret, &MemoryDevice_rows))
                return error_set(err, VIR_ERR_DEVICE_MISSING, "matching memory device was not found");
        return 0;
}

int hotplug_update_memory(Hotplug *hotplug, DevRef there, const MemoryDevice *given, Error *err)
{
        static const char *const free[] = { "target/requested", "target/current", NULL };
        MemoryDevice *memory = devref_at(hotplug->live, there);
        g_autofree char *path = devref_first_change(&MemoryDevice_rows, given, memory, free);
        g_autofree char *object = NULL;
        Json *arguments;

        if (memory->model != MEMORY_MODEL_VIRTIO_MEM)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "cannot modify memory of model '%s'",
                                 enum_text(MemoryModel, memory->model));
        if (path)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "cannot modify memory: %s", path);
        if (!given->requested_kib.set || given->requested_kib.value == memory->requested_kib.value)
                return 0;
        object = g_strdup_printf("/machine/peripheral/%s", memory->info.alias);
        arguments = json_object();
        json_set(arguments, "path", json_string(object));
        json_set(arguments, "property", json_string("requested-size"));
        json_set(arguments, "value", json_uint(given->requested_kib.value * 1024));
        if (talk_call(hotplug->talk, "qom-set", arguments, NULL, err) < 0)
                return -1;
        memory->requested_kib = given->requested_kib;
        return 0;
}
