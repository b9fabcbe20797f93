/* See hotplug.h: a device comes. */
#include "hotplug/hotplug.h"

#include <string.h>

#include "blockdev/blockdev.h"
#include "hotplug/limits.h"

static int check_disk(const Domain *live, const Disk *disk, Error *err)
{
        for (size_t i = 0; i < live->n_disks; i++)
                if (g_strcmp0(live->disks[i].target, disk->target) == 0)
                        return error_set(err, VIR_ERR_OPERATION_FAILED, "target %s already exists", disk->target);
        if (disk->device == DISK_DEVICE_FLOPPY)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "floppy device hotplug isn't supported");
        switch (disk->bus) {
        case DISK_BUS_USB:
                if (disk->device == DISK_DEVICE_LUN)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "disk device='lun' is not supported for usb bus");
                return 0;
        case DISK_BUS_VIRTIO:
                if (disk->device == DISK_DEVICE_CDROM)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "cdrom device with virtio bus isn't supported");
                return 0;
        case DISK_BUS_NONE: /* the target tells */
        case DISK_BUS_SCSI: return 0;
        default:
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "disk bus '%s' cannot be hotplugged.",
                                 enum_text(DiskBus, disk->bus));
        }
}

static int check_controller(const Domain *live, const Controller *controller, Error *err)
{
        if (controller->type != CONTROLLER_SCSI)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "'%s' controller cannot be hot plugged.",
                                 enum_text(ControllerType, controller->type));
        if (controller->index.set && controller_find(live, controller->type, controller->index.value))
                return error_set(err, VIR_ERR_OPERATION_FAILED, "target %s:%u already exists",
                                 enum_text(ControllerType, controller->type), controller->index.value);
        return 0;
}

static int check_watchdog(const Domain *live, const Watchdog *watchdog, Error *err)
{
        if (watchdog->model != WATCHDOG_I6300ESB && watchdog->model != WATCHDOG_DIAG288)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "hotplug of watchdog of model %s is not supported",
                                 enum_text(WatchdogModel, watchdog->model));
        /* QEMU has one action for all of them. */
        for (size_t i = 0; i < live->n_watchdogs; i++)
                if (live->watchdogs[i].model == watchdog->model || live->watchdogs[i].action != watchdog->action)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "Some watchdogs have different action than others, or the guest has one of "
                                         "model '%s' already",
                                         enum_text(WatchdogModel, watchdog->model));
        return 0;
}

/* Ports of the ISA bus are there from the start. */
static int check_serial(const Serial *serial, Error *err)
{
        if (serial->target == SERIAL_TARGET_USB_SERIAL || serial->target == SERIAL_TARGET_PCI_SERIAL)
                return 0;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                         "Unsupported address type for character device: only serial ports of USB and PCI can be "
                         "attached to a running guest");
}

static int check_input(const Input *input, Error *err)
{
        if (input->bus == INPUT_BUS_USB || input->bus == INPUT_BUS_VIRTIO)
                return 0;
        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "input device on bus '%s' cannot be hot plugged.",
                         enum_text(InputBus, input->bus));
}

static int check_shmem(const Shmem *shmem, Error *err)
{
        if (shmem->model == SHMEM_IVSHMEM_PLAIN || shmem->model == SHMEM_IVSHMEM_DOORBELL)
                return 0;
        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "live attach of shmem model '%s' is not supported",
                         enum_text(ShmemModel, shmem->model));
}

/* Room for memory is made at the start. */
static int check_memory(const Domain *live, const MemoryDevice *memory, Error *err)
{
        bool slot = memory->model == MEMORY_MODEL_DIMM || memory->model == MEMORY_MODEL_NVDIMM;
        size_t taken = 0;

        if (memory->model == MEMORY_MODEL_SGX_EPC)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "memory of model '%s' cannot be hotplugged",
                                 enum_text(MemoryModel, memory->model));
        if (live->max_memory_kib == 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "cannot use/hotplug a memory device when domain 'maxMemory' is not defined");
        for (size_t i = 0; i < live->n_memory_devices; i++) {
                MemoryModel model = live->memory_devices[i].model;

                taken += model == MEMORY_MODEL_DIMM || model == MEMORY_MODEL_NVDIMM;
        }
        if (slot && taken >= live->max_memory_slots)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "memory device count '%zu' exceeds slots count '%u'",
                                 taken + 1, live->max_memory_slots);
        if (live->memory_kib + memory->size_kib > live->max_memory_kib)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "memory device total size exceeds hotplug space");
        return 0;
}

static int check_filesystem(const Filesystem *filesystem, Error *err)
{
        if (filesystem->driver == FS_DRIVER_VIRTIOFS)
                return 0;
        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "only virtiofs filesystems can be hotplugged");
}

static int check_lease(const Domain *live, const Lease *lease, Error *err)
{
        for (size_t i = 0; i < live->n_leases; i++)
                if (g_strcmp0(live->leases[i].key, lease->key) == 0 &&
                    g_strcmp0(live->leases[i].lockspace, lease->lockspace) == 0)
                        return error_set(err, VIR_ERR_OPERATION_INVALID, "Lease %s in lockspace %s already exists",
                                         lease->key, lease->lockspace ? lease->lockspace : "");
        return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                         "live attach of device 'lease' is not supported: no lock manager runs");
}

int hotplug_check_attach(const Domain *live, const Domain *given, DevRef device, Error *err)
{
        const void *content = devref_at(given, device);

        if (devref_is(device, &Disk_rows))
                return check_disk(live, content, err);
        if (devref_is(device, &Controller_rows))
                return check_controller(live, content, err);
        if (devref_is(device, &Watchdog_rows))
                return check_watchdog(live, content, err);
        if (devref_is(device, &Input_rows))
                return check_input(content, err);
        if (devref_is(device, &Shmem_rows))
                return check_shmem(content, err);
        if (devref_is(device, &MemoryDevice_rows))
                return check_memory(live, content, err);
        if (devref_is(device, &Filesystem_rows))
                return check_filesystem(content, err);
        if (devref_is(device, &Lease_rows))
                return check_lease(live, content, err);
        if (devref_is(device, &Vsock_rows) && live->vsock)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "the domain already has a vsock device");
        if (devref_is(device, &Serial_rows))
                return check_serial(content, err);
        if (devref_is(device, &Console_rows) && ((const Console *)content)->target != CONSOLE_TARGET_VIRTIO)
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "attaching serial console is not supported");
        if (devref_is(device, &Parallel_rows) || (!(device.row->flags & ROW_HOT) && !devref_is(device, &Console_rows)))
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "live attach of device '%s' is not supported",
                                 devref_kind(device));
        return 0;
}

/* Numbers of nodes */

unsigned hotplug_last_node(const Disk *disk)
{
        unsigned number = disk->source.index;

        for (const BackingStore *below = disk->backing; below; below = below->backing)
                number = MAX(number, below->index);
        return number;
}

int hotplug_number_disk(Domain *live, Disk *disk, unsigned last, QemuHost *host, Error *err)
{
        unsigned number = last;

        for (size_t i = 0; i < live->n_disks; i++)
                if (&live->disks[i] != disk)
                        number = MAX(number, hotplug_last_node(&live->disks[i]));
        number++;
        if (prepare_disk(disk, host, &number, err) < 0)
                return -1;
        block_put_overlay(disk, live->name, number);
        return 0;
}

/* The definition */

int hotplug_settle(Domain *domain, QemuContext *context, unsigned flags, Error *err)
{
        if (qemu_settle(domain, context, flags, err) < 0 || domain_check(domain, err) < 0)
                return -1;
        return qemu_check(domain, context, err);
}

static bool had_controller(const Domain *before, const Controller *controller)
{
        return controller_find(before, controller->type, controller->index.value);
}

/* What the device needs may need controllers of its own: those for SCSI come before it, others cannot come. */
static int check_new_controllers(const Domain *before, const Domain *now, DevRef device, Error *err)
{
        if (devref_is(device, &Controller_rows))
                return 0;
        for (size_t i = 0; i < now->n_controllers; i++) {
                const Controller *controller = &now->controllers[i];

                if (had_controller(before, controller) || controller->type == CONTROLLER_SCSI)
                        continue;
                if (controller->type == CONTROLLER_PCI)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "No more available PCI slots: the guest has no free place for the device");
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED, "'%s' controller cannot be hot plugged.",
                                 enum_text(ControllerType, controller->type));
        }
        return 0;
}

/* Settling may move what it puts in order. */
static DevRef find_again(const Domain *live, DevRef device, const Domain *before)
{
        if (!devref_is(device, &Controller_rows))
                return device;
        for (size_t i = 0; i < live->n_controllers; i++)
                if (!had_controller(before, &live->controllers[i]))
                        return (DevRef){ device.row, i };
        return device;
}

/* The next number behind those that devices of the name have. */
static char *next_name(const Domain *domain, const char *name)
{
        size_t stem = strlen(name);
        g_autofree char *prefix = NULL;

        while (stem > 0 && g_ascii_isdigit(name[stem - 1]))
                stem--;
        prefix = g_strndup(name, stem);
        for (unsigned number = 0;; number++) {
                g_autofree char *candidate = g_strdup_printf("%s%u", prefix, number);

                if (!devref_named(domain, candidate).row)
                        return g_steal_pointer(&candidate);
        }
}

/* As a start would name it, unless another has that name by now. Those that have none keep none. */
static void name_device(Domain *live, const Domain *named, DevRef device)
{
        DeviceInfo *info = devref_info(live, device);
        const DeviceInfo *usual = devref_info(named, device);

        if (!info || info->alias || !usual->alias)
                return;
        info->alias = devref_named(live, usual->alias).row ? next_name(live, usual->alias) : g_strdup(usual->alias);
}

static void name_new(Domain *live, const Domain *before, DevRef device)
{
        g_autoptr(Domain) named = domain_copy(live);

        qemu_assign_aliases(named);
        for (size_t i = 0; i < live->n_controllers; i++)
                if (!had_controller(before, &live->controllers[i]))
                        name_device(live, named, devref_controller(i));
        name_device(live, named, device);
}

/* What a start asks of the host, for the one device. */
static int prepare_device(Domain *live, DevRef device, QemuHost *host, Error *err)
{
        Domain alone = devref_alone(live, device);

        prepare_shmems(&alone);
        if (prepare_networks(&alone, host, err) < 0 || prepare_vsock(&alone, host, err) < 0)
                return -1;
        /* Nodes of other devices have their numbers. */
        alone.disks = live->disks;
        alone.n_disks = live->n_disks;
        return prepare_hostdevs(&alone, host, err);
}

/* The first console shows the first serial port; settling makes it anew, without the terminal of a running guest. */
static void keep_terminal(Domain *live, const Domain *before)
{
        const Chardev *was = before->n_consoles > 0 ? &before->consoles[0].source : NULL;
        Chardev *now = live->n_consoles > 0 ? &live->consoles[0].source : NULL;

        if (was && now && was->tty && !now->tty && now->type == CHARDEV_PTY &&
            g_strcmp0(was->pty.path, now->pty.path) == 0)
                now->tty = g_strdup(was->tty);
}

static int enter(Hotplug *hotplug, const Domain *before, const Domain *given, DevRef *device, Error *err)
{
        Domain *live = hotplug->live;
        DevRef place = devref_insert(live, given, *device);

        if (!place.row)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "the domain already has a %s device",
                                 devref_kind(*device));
        hotplug_count_memory(live, place, true);
        if (hotplug_settle(live, hotplug->context, 0, err) < 0 || qemu_settle_usb(live, true, err) < 0 ||
            check_new_controllers(before, live, place, err) < 0)
                return -1;
        keep_terminal(live, before);
        *device = find_again(live, place, before);
        name_new(live, before, *device);
        if (prepare_device(live, *device, hotplug->host, err) < 0)
                return -1;
        if (devref_is(*device, &Disk_rows))
                limits_join(live, devref_at(live, *device));
        if (devref_is(*device, &Disk_rows) &&
            hotplug_number_disk(live, devref_at(live, *device), hotplug->last_node, hotplug->host, err) < 0)
                return -1;
        return prepare_channels(live, hotplug->host, err);
}

/* QEMU */

/* The terminal that QEMU opened, where the device's backend is one. */
static void note_pty(Domain *live, DevRef device, const char *pty)
{
        void *content = devref_at(live, device);
        Chardev *source = devref_is(device, &Serial_rows)    ? &((Serial *)content)->source
                          : devref_is(device, &Channel_rows) ? &((Channel *)content)->source
                          : devref_is(device, &Console_rows) ? &((Console *)content)->source
                                                             : NULL;

        if (!source || source->type != CHARDEV_PTY)
                return;
        g_free(source->pty.path);
        source->pty.path = g_strdup(pty);
}

static void drop_device(Hotplug *hotplug, DevRef device)
{
        const DeviceInfo *info = devref_info(hotplug->live, device);
        Json *arguments = json_object();

        json_set(arguments, "id", json_string(info->alias));
        talk_call(hotplug->talk, "device_del", arguments, NULL, NULL);
}

/* Before the guest can have found the disk: its limits, and what they mean to others of its group. */
static int limit_disk(Hotplug *hotplug, const Domain *before, DevRef device, const QemuArgv *items, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;

        if (!devref_is(device, &Disk_rows) || limits_put(hotplug->talk, before, hotplug->live, &why) == 0)
                return 0;
        limits_put(hotplug->talk, hotplug->live, before, NULL);
        drop_device(hotplug, device);
        items_take_back(items, NULL, hotplug->talk);
        return error_move(err, &why);
}

static int send_device(Hotplug *hotplug, const Domain *before, DevRef device, Error *err)
{
        g_autoptr(QemuArgv) items = items_of(hotplug->live, device, hotplug->caps, hotplug->host, err);
        g_autofree char *pty = NULL;

        if (!items || items_send(items, hotplug->talk, &pty, err) < 0 ||
            limit_disk(hotplug, before, device, items, err) < 0)
                return -1;
        if (pty)
                note_pty(hotplug->live, device, pty);
        return 0;
}

/* The controllers that the device brings with it. */
static void drop_controllers(Hotplug *hotplug, const Domain *before, size_t n)
{
        for (size_t i = n; i > 0; i--)
                if (!had_controller(before, &hotplug->live->controllers[i - 1]))
                        drop_device(hotplug, devref_controller(i - 1));
}

static int send_controllers(Hotplug *hotplug, const Domain *before, Error *err)
{
        for (size_t i = 0; i < hotplug->live->n_controllers; i++) {
                if (had_controller(before, &hotplug->live->controllers[i]) ||
                    send_device(hotplug, before, devref_controller(i), err) == 0)
                        continue;
                drop_controllers(hotplug, before, i);
                return -1;
        }
        return 0;
}

static int send_all(Hotplug *hotplug, const Domain *before, DevRef device, Error *err)
{
        if (devref_is(device, &Controller_rows))
                return send_device(hotplug, before, device, err);
        if (send_controllers(hotplug, before, err) < 0)
                return -1;
        if (send_device(hotplug, before, device, err) == 0)
                return 0;
        drop_controllers(hotplug, before, hotplug->live->n_controllers);
        return -1;
}

/* What QEMU made of a drive: whether its tray is open. */
static int ask_of_drive(Hotplug *hotplug, Disk *disk, Error *err)
{
        g_autoptr(Json) drives = NULL;

        if (talk_call(hotplug->talk, "query-block", NULL, &drives, err) < 0)
                return -1;
        for (size_t i = 0; i < json_length(drives); i++) {
                const char *qdev = json_get_string(json_at(drives, i), "qdev");
                bool open = false;

                if (g_strcmp0(qdev, disk->info.alias) != 0)
                        continue;
                if (json_get_bool(json_at(drives, i), "tray_open", &open))
                        disk->tray = open ? DISK_TRAY_OPEN : DISK_TRAY_CLOSED;
        }
        return 0;
}

/* Which devices there are now: a status file says it, to tell later what was lost meanwhile. */
static int ask_of_devices(Hotplug *hotplug, Error *err)
{
        Json *arguments = json_object();

        json_set(arguments, "path", json_string("/machine/peripheral"));
        g_clear_pointer(&hotplug->present, json_unref);
        return talk_call(hotplug->talk, "qom-list", arguments, &hotplug->present, err);
}

/* What is learnt after the device is there is worth having, and no reason to take it away again. */
static void look_after(Hotplug *hotplug, DevRef device)
{
        if (devref_is(device, &Disk_rows))
                ask_of_drive(hotplug, devref_at(hotplug->live, device), NULL);
        ask_of_devices(hotplug, NULL);
}

int hotplug_attach(Hotplug *hotplug, const Domain *given, Error *err)
{
        DevRef device = devref_only(given);
        g_autoptr(Domain) before = domain_copy(hotplug->live);
        const DeviceInfo *info;

        if (!device.row)
                return error_set(err, VIR_ERR_INVALID_ARG, "there is no device in the document");
        if (hotplug_check_attach(hotplug->live, given, device, err) < 0 ||
            enter(hotplug, before, given, &device, err) < 0 ||
            (hotplug->admit && hotplug->admit(hotplug, device, err) < 0))
                return -1;
        if (send_all(hotplug, before, device, err) < 0) {
                hotplug_release(hotplug, device);
                return -1;
        }
        look_after(hotplug, device);
        info = devref_info(hotplug->live, device);
        g_free(hotplug->alias);
        hotplug->alias = info ? g_strdup(info->alias) : NULL;
        return 0;
}
