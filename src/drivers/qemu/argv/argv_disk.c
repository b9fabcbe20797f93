/* Disks: the nodes that hold the image (-blockdev) and the device in front (-device). */
#include "argv/argv.h"

#include <string.h>

/* The position among the boot devices of <os>, counted from 1, of the first device of that kind; 0: not listed. */
static unsigned os_boot_index(const Domain *domain, BootDevice dev)
{
        for (size_t i = 0; i < domain->os.n_boot; i++)
                if (domain->os.boot[i].dev == dev)
                        return (unsigned)i + 1;
        return 0;
}

static BootDevice boot_device_of(const Disk *disk)
{
        switch (disk->device) {
        case DISK_DEVICE_CDROM: return BOOT_CDROM;
        case DISK_DEVICE_FLOPPY: return BOOT_FD;
        default: return BOOT_HD;
        }
}

unsigned disk_boot_index(const Domain *domain, const Disk *disk)
{
        for (size_t i = 0; i < domain->n_disks; i++) {
                const Disk *other = &domain->disks[i];

                if (other == disk)
                        return os_boot_index(domain, boot_device_of(disk));
                if (boot_device_of(other) == boot_device_of(disk))
                        return 0;
        }
        return 0;
}

unsigned interface_boot_index(const Domain *domain, const Interface *nic)
{
        return nic == domain->interfaces ? os_boot_index(domain, BOOT_NETWORK) : 0;
}

/* Storage: where the bytes are. */

static void cache_mode(Json *node, DiskCache cache)
{
        bool direct = cache == DISK_CACHE_NONE || cache == DISK_CACHE_DIRECTSYNC;
        Json *mode;

        if (cache == DISK_CACHE_DEFAULT)
                return;
        mode = json_object();
        json_set(mode, "direct", json_bool(direct));
        json_set(mode, "no-flush", json_bool(cache == DISK_CACHE_UNSAFE));
        json_set(node, "cache", mode);
}

static const char *write_cache(DiskCache cache)
{
        switch (cache) {
        case DISK_CACHE_DEFAULT: return NULL;
        case DISK_CACHE_WRITETHROUGH:
        case DISK_CACHE_DIRECTSYNC: return "off";
        default: return "on";
        }
}

static Json *storage_file(const char *driver, const char *path)
{
        Json *node = qdev_new(driver);

        json_set(node, "filename", json_string(path));
        return node;
}

static Json *storage_node(const Disk *disk, Error *err)
{
        const Source *source = &disk->source;
        bool host_cdrom = disk->device == DISK_DEVICE_CDROM && source->type == SOURCE_BLOCK &&
                          g_str_has_prefix(source->block.path, "/dev/cdrom");

        switch (source->type) {
        case SOURCE_FILE: return storage_file("file", source->file.path);
        case SOURCE_BLOCK: return storage_file(host_cdrom ? "host_cdrom" : "host_device", source->block.path);
        default:
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                  "disk '%s': sources of type '%s' are not supported yet", disk->target,
                                  enum_text(SourceType, source->type));
        }
}

static int add_storage(QemuArgv *argv, const Disk *disk, Error *err)
{
        Json *node = storage_node(disk, err);
        g_autofree char *name = g_strdup_printf("libvirt-%u-storage", disk->source.index);

        if (!node)
                return -1;
        if (disk->io != DISK_IO_DEFAULT)
                qdev_string(node, "aio", enum_text(DiskIo, disk->io));
        qdev_string(node, "node-name", name);
        json_set(node, "auto-read-only", json_bool(true));
        qdev_string(node, "discard", disk->discard == DISK_DISCARD_IGNORE ? "ignore" : "unmap");
        cache_mode(node, disk->cache);
        argv_add_json(argv, "-blockdev", node);
        return 0;
}

/* Format: what the bytes mean. */

static const char *format_driver(ImageFormat format)
{
        switch (format) {
        case IMAGE_FORMAT_NONE:
        case IMAGE_FORMAT_ISO:
        case IMAGE_FORMAT_RAW: return "raw";
        default: return enum_text(ImageFormat, format);
        }
}

static int add_format(QemuArgv *argv, const Disk *disk)
{
        Json *node = json_object();
        const char *driver = format_driver(disk->source.format);
        g_autofree char *name = g_strdup_printf("libvirt-%u-format", disk->source.index);
        g_autofree char *file = g_strdup_printf("libvirt-%u-storage", disk->source.index);

        qdev_string(node, "node-name", name);
        json_set(node, "read-only", json_bool(disk->readonly));
        if (disk->discard != DISK_DISCARD_DEFAULT)
                qdev_string(node, "discard", enum_text(DiskDiscard, disk->discard));
        if (disk->detect_zeroes != DISK_ZEROES_DEFAULT)
                qdev_string(node, "detect-zeroes", enum_text(DiskZeroes, disk->detect_zeroes));
        cache_mode(node, disk->cache);
        qdev_string(node, "driver", driver);
        qdev_string(node, "file", file);
        /* The chain ends here, whatever the image says. */
        if (strcmp(driver, "raw") != 0 && disk->backing && disk->backing->source.type == SOURCE_NONE)
                json_set(node, "backing", NULL);
        argv_add_json(argv, "-blockdev", node);
        return 0;
}

/* The device. */

static const char *device_driver(const Disk *disk)
{
        bool cdrom = disk->device == DISK_DEVICE_CDROM;

        switch (disk->bus) {
        case DISK_BUS_VIRTIO:
                return disk->model == DISK_MODEL_VIRTIO_TRANSITIONAL       ? "virtio-blk-pci-transitional"
                       : disk->model == DISK_MODEL_VIRTIO_NON_TRANSITIONAL ? "virtio-blk-pci-non-transitional"
                                                                           : "virtio-blk-pci";
        case DISK_BUS_IDE:
        case DISK_BUS_SATA: return cdrom ? "ide-cd" : "ide-hd";
        case DISK_BUS_SCSI: return cdrom ? "scsi-cd" : disk->device == DISK_DEVICE_LUN ? "scsi-block" : "scsi-hd";
        case DISK_BUS_USB: return "usb-storage";
        case DISK_BUS_FDC: return "floppy";
        default: return NULL;
        }
}

static const Controller *scsi_controller(const Domain *domain, unsigned index)
{
        for (size_t i = 0; i < domain->n_controllers; i++)
                if (domain->controllers[i].type == CONTROLLER_SCSI && domain->controllers[i].index.value == index)
                        return &domain->controllers[i];
        return NULL;
}

static void scsi_place(const QemuArgv *argv, Json *json, const Disk *disk, const DriveAddress *drive, const char *bus)
{
        const Controller *controller = scsi_controller(argv->domain, drive->controller);
        bool narrow = controller && controller->model == CONTROLLER_MODEL_LSILOGIC;
        g_autofree char *name = narrow ? g_strdup_printf("%s.%u", bus, drive->bus) : g_strdup_printf("%s.0", bus);
        g_autofree char *id = g_strdup_printf("drive-%s", disk->info.alias);

        qdev_string(json, "bus", name);
        if (!narrow)
                json_set(json, "channel", json_uint(drive->bus));
        json_set(json, "scsi-id", json_uint(narrow ? drive->unit : drive->target));
        if (!narrow)
                json_set(json, "lun", json_uint(drive->unit));
        /* Keeps the guest's device identification page the same whatever the node is called. */
        if (disk->device != DISK_DEVICE_LUN)
                qdev_string(json, "device_id", disk->serial ? disk->serial : id);
}

static ControllerType controller_of(DiskBus bus)
{
        switch (bus) {
        case DISK_BUS_IDE: return CONTROLLER_IDE;
        case DISK_BUS_SATA: return CONTROLLER_SATA;
        case DISK_BUS_SCSI: return CONTROLLER_SCSI;
        default: return CONTROLLER_FDC;
        }
}

static int drive_place(const QemuArgv *argv, Json *json, const Disk *disk, Error *err)
{
        const DriveAddress *drive = &disk->info.address->drive;
        const char *controller = argv_controller_alias(argv->domain, controller_of(disk->bus), drive->controller);
        g_autofree char *bus = NULL;

        if (!controller)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Could not find %s controller with index %u required for "
                                 "disk '%s'",
                                 enum_text(DiskBus, disk->bus), drive->controller, disk->target);
        switch (disk->bus) {
        case DISK_BUS_IDE:
                bus = g_strdup_printf("%s.%u", controller, drive->bus);
                qdev_string(json, "bus", bus);
                json_set(json, "unit", json_uint(drive->unit));
                return 0;
        case DISK_BUS_SATA:
                bus = g_strdup_printf("%s.%u", controller, drive->unit);
                qdev_string(json, "bus", bus);
                return 0;
        case DISK_BUS_SCSI: scsi_place(argv, json, disk, drive, controller); return 0;
        default: json_set(json, "unit", json_uint(drive->unit)); return 0;
        }
}

static int device_place(const QemuArgv *argv, Json *json, const Disk *disk, Error *err)
{
        if (!disk->info.address)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "disk '%s' has no address", disk->target);
        if (disk->info.address->type == ADDRESS_DRIVE)
                return drive_place(argv, json, disk, err);
        return qdev_address(argv, json, &disk->info, err);
}

static void virtio_properties(Json *json, const Disk *disk)
{
        g_autofree char *iothread = disk->iothread ? g_strdup_printf("iothread%u", disk->iothread) : NULL;

        qdev_string(json, "iothread", iothread);
        qdev_switch(json, "ioeventfd", disk->ioeventfd);
        qdev_switch(json, "event_idx", disk->event_idx);
        if (disk->queues)
                json_set(json, "num-queues", json_uint(disk->queues));
        if (disk->queue_size)
                json_set(json, "queue-size", json_uint(disk->queue_size));
        qdev_virtio(json, &disk->virtio);
}

static void geometry(Json *json, const Disk *disk)
{
        if (disk->cylinders)
                json_set(json, "cyls", json_uint(disk->cylinders));
        if (disk->heads)
                json_set(json, "heads", json_uint(disk->heads));
        if (disk->sectors)
                json_set(json, "secs", json_uint(disk->sectors));
        if (disk->translation != TRANSLATION_DEFAULT)
                qdev_string(json, "bios-chs-trans", enum_text(DiskTranslation, disk->translation));
}

static void identity(Json *json, const Disk *disk)
{
        qdev_string(json, "serial", disk->serial);
        if (disk->logical_block_size)
                json_set(json, "logical_block_size", json_uint(disk->logical_block_size));
        if (disk->physical_block_size)
                json_set(json, "physical_block_size", json_uint(disk->physical_block_size));
        if (disk->discard_granularity.set)
                json_set(json, "discard_granularity", json_uint(disk->discard_granularity.value));
        if (disk->wwn)
                json_set(json, "wwn", json_uint(g_ascii_strtoull(disk->wwn, NULL, 16)));
        if (disk->rotation_rate)
                json_set(json, "rotation_rate", json_uint(disk->rotation_rate));
        qdev_string(json, "vendor", disk->vendor);
        qdev_string(json, "product", disk->product);
}

static void errors(Json *json, const Disk *disk)
{
        static const char *const actions[] = {
                [DISK_ERROR_DEFAULT] = NULL,    [DISK_ERROR_STOP] = "stop",       [DISK_ERROR_REPORT] = "report",
                [DISK_ERROR_IGNORE] = "ignore", [DISK_ERROR_ENOSPACE] = "enospc",
        };
        const char *on_write = actions[disk->error_policy];
        const char *on_read = actions[disk->rerror_policy];

        /* Reading cannot run out of space; and one policy alone holds for both. */
        if (!on_read && disk->error_policy != DISK_ERROR_ENOSPACE)
                on_read = on_write;
        qdev_string(json, "werror", on_write);
        qdev_string(json, "rerror", on_read);
}

static bool has_medium(const Disk *disk)
{
        switch (disk->source.type) {
        case SOURCE_FILE: return disk->source.file.path;
        case SOURCE_BLOCK: return disk->source.block.path;
        default: return disk->source.type != SOURCE_NONE;
        }
}

static int add_device(QemuArgv *argv, const Disk *disk, Error *err)
{
        const char *driver = device_driver(disk);
        g_autofree char *drive = g_strdup_printf("libvirt-%u-format", disk->source.index);
        g_autoptr(Json) json = NULL;

        if (!driver)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "disk '%s': bus '%s' is not supported yet",
                                 disk->target, enum_text(DiskBus, disk->bus));
        json = qdev_new(driver);
        if (disk->bus == DISK_BUS_VIRTIO)
                virtio_properties(json, disk);
        if (device_place(argv, json, disk, err) < 0)
                return -1;
        qdev_switch(json, "share-rw", disk->shareable ? SWITCH_ON : SWITCH_ABSENT);
        if (has_medium(disk))
                qdev_string(json, "drive", drive);
        qdev_string(json, "id", disk->info.alias);
        qdev_boot(argv, json, &disk->info, disk_boot_index(argv->domain, disk));
        geometry(json, disk);
        identity(json, disk);
        qdev_switch(json, "removable", disk->removable);
        if (has_medium(disk) && disk->bus != DISK_BUS_FDC)
                qdev_string(json, "write-cache", write_cache(disk->cache));
        if (has_medium(disk))
                errors(json, disk);
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_disks(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_disks; i++) {
                const Disk *disk = &argv->domain->disks[i];

                if (has_medium(disk) && (add_storage(argv, disk, err) < 0 || add_format(argv, disk) < 0))
                        return -1;
                if (add_device(argv, disk, err) < 0)
                        return -1;
        }
        return 0;
}
