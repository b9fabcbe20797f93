/* See hotplug.h: a device goes. */
#include "hotplug/hotplug.h"

#include <string.h>

static int check_disk(const Disk *disk, Error *err)
{
        bool removable = disk->device == DISK_DEVICE_DISK || disk->device == DISK_DEVICE_LUN ||
                         disk->device == DISK_DEVICE_CDROM;

        if (!removable)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "disk device type '%s' cannot be detached",
                                 enum_text(DiskDevice, disk->device));
        if (disk->bus != DISK_BUS_VIRTIO && disk->bus != DISK_BUS_USB && disk->bus != DISK_BUS_SCSI)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "This type of disk cannot be hot unplugged");
        return 0;
}

/* What sits on the controller goes first. */
static int check_controller(const Domain *live, const Controller *controller, Error *err)
{
        if (controller->type != CONTROLLER_SCSI)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "'%s' controller cannot be hot unplugged.",
                                 enum_text(ControllerType, controller->type));
        for (size_t i = 0; i < live->n_disks; i++) {
                const Address *address = live->disks[i].info.address;

                if (live->disks[i].bus == DISK_BUS_SCSI && address && address->type == ADDRESS_DRIVE &&
                    address->drive.controller == controller->index.value)
                        return error_set(err, VIR_ERR_OPERATION_FAILED,
                                         "device cannot be detached: device is busy (disk '%s' is on it)",
                                         live->disks[i].target);
        }
        for (size_t i = 0; i < live->n_hostdevs; i++) {
                const Address *address = live->hostdevs[i].info.address;

                if (live->hostdevs[i].type == HOSTDEV_SCSI && address && address->type == ADDRESS_DRIVE &&
                    address->drive.controller == controller->index.value)
                        return error_set(err, VIR_ERR_OPERATION_FAILED,
                                         "device cannot be detached: device is busy (hostdev '%s' is on it)",
                                         live->hostdevs[i].info.alias);
        }
        return 0;
}

static int check_place(const Domain *live, DevRef device, Error *err)
{
        const DeviceInfo *info = devref_info(live, device);
        const PciAddress *pci = info ? device_pci(info) : NULL;

        if (pci && pci->multifunction == SWITCH_ON)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "cannot hot unplug %s device with multifunction PCI guest address: "
                                 "%04x:%02x:%02x.%u",
                                 devref_kind(device), pci->domain, pci->bus, pci->slot, pci->function);
        if (info && !info->alias)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "Cannot detach %s device with no alias",
                                 devref_kind(device));
        return 0;
}

int hotplug_check_detach(const Domain *live, DevRef device, Error *err)
{
        const void *content = devref_at(live, device);
        const Input *input = content;
        const Shmem *shmem = content;

        if (devref_is(device, &Disk_rows) && check_disk(content, err) < 0)
                return -1;
        if (devref_is(device, &Controller_rows) && check_controller(live, content, err) < 0)
                return -1;
        if (devref_is(device, &Input_rows) && input->bus != INPUT_BUS_USB && input->bus != INPUT_BUS_VIRTIO)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "input device on bus '%s' cannot be detached",
                                 enum_text(InputBus, input->bus));
        if (devref_is(device, &Shmem_rows) && shmem->model != SHMEM_IVSHMEM_PLAIN &&
            shmem->model != SHMEM_IVSHMEM_DOORBELL)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "live detach of shmem model '%s' is not supported",
                                 enum_text(ShmemModel, shmem->model));
        if (devref_is(device, &Watchdog_rows) && ((const Watchdog *)content)->model != WATCHDOG_I6300ESB)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "hot unplug of watchdog of model %s is not supported",
                                 enum_text(WatchdogModel, ((const Watchdog *)content)->model));
        if (devref_is(device, &Console_rows) && ((const Console *)content)->target != CONSOLE_TARGET_VIRTIO)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "detaching serial console is not supported");
        if (devref_is(device, &Parallel_rows) || (!(device.row->flags & ROW_HOT) && !devref_is(device, &Console_rows)))
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "live detach of device '%s' is not supported",
                                 devref_kind(device));
        return check_place(live, device, err);
}

void hotplug_release(Hotplug *hotplug, DevRef device)
{
        g_autoptr(Domain) rest = domain_copy(hotplug->live);

        devref_remove(rest, device);
        if (hotplug->release)
                hotplug->release(hotplug, hotplug->live, device, rest);
}

void hotplug_count_memory(Domain *domain, DevRef device, bool more)
{
        const MemoryDevice *memory = devref_is(device, &MemoryDevice_rows) ? devref_at(domain, device) : NULL;
        uint64_t size = memory ? memory->size_kib : 0;

        /* What a virtio-mem device has given to its guest is not its size. */
        uint64_t given = memory && memory->model != MEMORY_MODEL_VIRTIO_MEM ? size : 0;

        if (more) {
                domain->memory_kib += size;
                domain->current_memory_kib += given;
        } else {
                domain->memory_kib -= MIN(size, domain->memory_kib);
                domain->current_memory_kib -= MIN(given, domain->current_memory_kib);
        }
}

/* Gone: what stood behind it, and the definition. */
static int forget(Hotplug *hotplug, DevRef device, Error *err)
{
        const Interface *nic = devref_is(device, &Interface_rows) ? devref_at(hotplug->live, device) : NULL;
        g_autoptr(QemuArgv) items = items_of_running(hotplug->live, device, hotplug->caps, hotplug->host, err);

        if (!items)
                return -1;
        items_take_back(items, nic && nic->type == INTERFACE_VDPA ? nic->vdpa.dev : NULL, hotplug->talk);
        hotplug_release(hotplug, device);
        hotplug_count_memory(hotplug->live, device, false);
        devref_remove(hotplug->live, device);
        return HOTPLUG_DONE;
}

int hotplug_ask(Hotplug *hotplug, const char *id, bool wait, Error *err)
{
        g_autofree char *words = NULL;
        Json *arguments = json_object();

        json_set(arguments, "id", json_string(id));
        if (wait)
                hotplug->talk->expect(hotplug->talk, id);
        if (talk_call(hotplug->talk, "device_del", arguments, NULL, err) == 0)
                return 0;
        if (wait)
                hotplug->talk->expect(hotplug->talk, NULL);
        /* QEMU refuses a second request for the same device: that there was a first one explains it. */
        words = hotplug->talk->pending ? hotplug->talk->pending(hotplug->talk, id) : NULL;
        return words ? error_prefix(err, "%s", words) : -1;
}

static int detach(Hotplug *hotplug, DevRef device, bool wait, Error *err)
{
        g_autoptr(QemuArgv) items = NULL;
        const char *id;
        int r;

        if (hotplug_check_detach(hotplug->live, device, err) < 0)
                return -1;
        items = items_of_running(hotplug->live, device, hotplug->caps, hotplug->host, err);
        if (!items)
                return -1;
        g_free(hotplug->alias);
        hotplug->alias =
                devref_info(hotplug->live, device) ? g_strdup(devref_info(hotplug->live, device)->alias) : NULL;
        id = items_device(items);
        if (!id)
                return forget(hotplug, device, err);
        if (hotplug_ask(hotplug, id, wait, err) < 0)
                return -1;
        if (!wait)
                return HOTPLUG_PENDING;
        r = hotplug->talk->wait(hotplug->talk, id, err);
        if (r < 0)
                return -1;
        return r == TALK_GONE ? forget(hotplug, device, err) : HOTPLUG_PENDING;
}

int hotplug_detach(Hotplug *hotplug, const Domain *given, Error *err)
{
        DevRef device = devref_only(given);
        DevRef there;

        if (!device.row)
                return error_set(err, VIR_ERR_INVALID_ARG, "there is no device in the document");
        if (devref_find(hotplug->live, given, device, &there, err) < 0)
                return -1;
        return detach(hotplug, there, true, err);
}

int hotplug_detach_alias(Hotplug *hotplug, const char *alias, Error *err)
{
        DevRef device = devref_named(hotplug->live, alias);

        if (!device.row)
                return error_set(err, VIR_ERR_DEVICE_MISSING, "no device found with alias %s", alias);
        return detach(hotplug, device, false, err);
}

int hotplug_forget(Hotplug *hotplug, const char *alias, Error *err)
{
        DevRef device = devref_named(hotplug->live, alias);

        if (!device.row)
                return error_set(err, VIR_ERR_DEVICE_MISSING, "no device found with alias %s", alias);
        return forget(hotplug, device, err);
}
