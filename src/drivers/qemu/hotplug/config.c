/* See hotplug.h: devices of the definition for the next start. */
#include "hotplug/hotplug.h"
#include "hotplug/update.h"

#include <string.h>

static int check_taken(const Domain *config, const Domain *given, DevRef device, Error *err)
{
        const Disk *disk = devref_at(given, device);
        const Controller *controller = devref_at(given, device);
        const Interface *nic = devref_at(given, device);

        if (devref_is(device, &Disk_rows)) {
                for (size_t i = 0; i < config->n_disks; i++)
                        if (g_strcmp0(config->disks[i].target, disk->target) == 0)
                                return error_set(err, VIR_ERR_OPERATION_INVALID, "target %s already exists",
                                                 disk->target);
        } else if (devref_is(device, &Controller_rows)) {
                if (controller->index.set && controller_find(config, controller->type, controller->index.value))
                        return error_set(err, VIR_ERR_OPERATION_INVALID, "controller index='%u' already exists",
                                         controller->index.value);
        } else if (devref_is(device, &Interface_rows)) {
                for (size_t i = 0; i < config->n_interfaces; i++)
                        if (mac_same(&config->interfaces[i].mac, &nic->mac) &&
                            !rows_compare(&DeviceInfo_rows, &config->interfaces[i].info, &nic->info, 0, NULL, NULL))
                                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                                 "device is already in the domain configuration");
        }
        return 0;
}

/* Kinds of which another release of libvirt would not find a second one in a definition either. */
static bool can_be_attached(DevRef device)
{
        return device.row->kind == ROW_ARRAY || devref_is(device, &Vsock_rows);
}

int hotplug_config_attach(Domain *config, QemuContext *context, const Domain *given, Error *err)
{
        DevRef device = devref_only(given);

        if (!device.row)
                return error_set(err, VIR_ERR_INVALID_ARG, "there is no device in the document");
        if (!can_be_attached(device) || devref_is(device, &Graphics_rows) || devref_is(device, &Video_rows) ||
            devref_is(device, &Audio_rows))
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "persistent attach of device '%s' is not supported", devref_kind(device));
        if (check_taken(config, given, device, err) < 0)
                return -1;
        device = devref_insert(config, given, device);
        if (!device.row)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "domain already has a %s device",
                                 devref_kind(devref_only(given)));
        hotplug_count_memory(config, device, true);
        return hotplug_settle(config, context, DOMAIN_PARSE_INACTIVE, err);
}

int hotplug_config_detach(Domain *config, const Domain *given, Error *err)
{
        DevRef device = devref_only(given);
        DevRef there;

        if (!device.row)
                return error_set(err, VIR_ERR_INVALID_ARG, "there is no device in the document");
        if (devref_find(config, given, device, &there, err) < 0)
                return -1;
        hotplug_count_memory(config, there, false);
        devref_remove(config, there);
        return 0;
}

int hotplug_config_detach_alias(Domain *config, const char *alias, Error *err)
{
        DevRef device = devref_named(config, alias);

        if (!device.row)
                return error_set(err, VIR_ERR_DEVICE_MISSING, "no device found with alias %s", alias);
        hotplug_count_memory(config, device, false);
        devref_remove(config, device);
        return 0;
}

static int find_graphics(const Domain *config, const Graphics *given, DevRef *there, Error *err)
{
        for (size_t i = 0; i < config->n_graphics; i++) {
                if (config->graphics[i].type != given->type)
                        continue;
                there->index = i;
                return 0;
        }
        return error_set(err, VIR_ERR_INVALID_ARG, "cannot find existing graphics type '%s' device to modify",
                         enum_text(GraphicsType, given->type));
}

/* An address that the document leaves open stays. */
static void keep_info(DeviceInfo *now, DeviceInfo *old)
{
        if (!now->address)
                now->address = g_steal_pointer(&old->address);
        if (!now->alias)
                now->alias = g_steal_pointer(&old->alias);
}

static void replace(Domain *config, DevRef there, const Domain *given, DevRef device)
{
        g_autoptr(Domain) old = domain_new();
        char *at;

        devref_insert(old, config, there);
        at = devref_at(config, there);
        rows_drop(there.row->sub, at);
        rows_copy(there.row->sub, at, devref_at(given, device));
        if (devref_info(config, there))
                keep_info(devref_info(config, there), devref_info(old, devref_only(old)));
}

int hotplug_config_update(Domain *config, QemuContext *context, const Domain *given, Error *err)
{
        DevRef device = devref_only(given);
        DevRef there = device;

        if (!device.row)
                return error_set(err, VIR_ERR_INVALID_ARG, "there is no device in the document");
        if (devref_is(device, &Graphics_rows)) {
                if (find_graphics(config, devref_at(given, device), &there, err) < 0)
                        return -1;
        } else if (devref_is(device, &Disk_rows) || devref_is(device, &Interface_rows) ||
                   devref_is(device, &MemoryDevice_rows)) {
                if (update_find(config, given, device, &there, err) < 0)
                        return -1;
        } else {
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "persistent update of device '%s' is not supported", devref_kind(device));
        }
        replace(config, there, given, device);
        return hotplug_settle(config, context, DOMAIN_PARSE_INACTIVE, err);
}
