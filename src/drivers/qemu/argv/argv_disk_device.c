/* Disks: the device in front of the images, with what the guest sees of it. */
#include "argv/argv.h"

#include <string.h>

#include "blockdev/blockdev.h"

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

/* The device. */

static VirtioKind virtio_kind(const Disk *disk)
{
        switch (disk->model) {
        case DISK_MODEL_VIRTIO_TRANSITIONAL: return VIRTIO_TRANSITIONAL;
        case DISK_MODEL_VIRTIO_NON_TRANSITIONAL: return VIRTIO_NON_TRANSITIONAL;
        default: return VIRTIO_PLAIN;
        }
}

static Json *new_device(const Disk *disk)
{
        bool cdrom = disk->device == DISK_DEVICE_CDROM;

        switch (disk->bus) {
        case DISK_BUS_VIRTIO:
                return qdev_new_virtio(disk->source.type == SOURCE_VHOSTUSER ? "vhost-user-blk" : "virtio-blk",
                                       &disk->info, virtio_kind(disk));
        case DISK_BUS_IDE:
        case DISK_BUS_SATA: return qdev_new(cdrom ? "ide-cd" : "ide-hd");
        case DISK_BUS_SCSI:
                return qdev_new(disk->device == DISK_DEVICE_LUN ? "scsi-block" : cdrom ? "scsi-cd" : "scsi-hd");
        case DISK_BUS_USB: return qdev_new("usb-storage");
        case DISK_BUS_FDC: return qdev_new("floppy");
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

/* Without logical units: the unit is the device's number on the bus. */
static bool is_narrow(ControllerModel model)
{
        return model == CONTROLLER_MODEL_LSILOGIC || model == CONTROLLER_MODEL_NCR53C90 ||
               model == CONTROLLER_MODEL_DC390 || model == CONTROLLER_MODEL_AM53C974;
}

static void scsi_place(const QemuArgv *argv, Json *json, const Disk *disk, const DriveAddress *drive, const char *bus)
{
        const Controller *controller = scsi_controller(argv->domain, drive->controller);
        bool narrow = controller && is_narrow(controller->model);
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

/* SCSI commands past the block layer: where they are on unless told otherwise, only for those who ask. */
static void passthrough(const QemuArgv *argv, Json *json, const Disk *disk)
{
        if (disk->source.type == SOURCE_VHOSTUSER || !qemu_caps_has_flag(argv->caps, QEMU_HAS_VIRTIO_BLK_PCI_SCSI))
                return;
        if (disk->device == DISK_DEVICE_LUN)
                json_set(json, "scsi", json_bool(true));
        else if (!qemu_caps_has_flag(argv->caps, QEMU_HAS_VIRTIO_BLK_PCI_SCSI_DEFAULT_DISABLED))
                json_set(json, "scsi", json_bool(false));
}

static void virtio_properties(const QemuArgv *argv, Json *json, const Disk *disk)
{
        g_autofree char *iothread = disk->iothread ? g_strdup_printf("iothread%u", disk->iothread) : NULL;

        qdev_string(json, "iothread", iothread);
        qdev_switch(json, "ioeventfd", disk->ioeventfd);
        qdev_switch(json, "event_idx", disk->event_idx);
        if (disk->queues)
                json_set(json, "num-queues", json_uint(disk->queues));
        if (disk->queue_size)
                json_set(json, "queue-size", json_uint(disk->queue_size));
        passthrough(argv, json, disk);
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

/* Spaces with a backslash before them: guests have always been shown serial numbers in this way. */
static char *escaped_serial(const char *serial)
{
        g_auto(GStrv) words = serial ? g_strsplit(serial, " ", -1) : NULL;

        return words ? g_strjoinv("\\ ", words) : NULL;
}

static void identity(Json *json, const Disk *disk)
{
        g_autofree char *serial = escaped_serial(disk->serial);

        qdev_string(json, "serial", serial);
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

static const char *write_cache(DiskCache cache)
{
        switch (cache) {
        case DISK_CACHE_DEFAULT: return NULL;
        case DISK_CACHE_WRITETHROUGH:
        case DISK_CACHE_DIRECTSYNC: return "off";
        default: return "on";
        }
}

static void backend(Json *json, const Disk *disk)
{
        g_autofree char *chardev = NULL;

        if (disk->source.type != SOURCE_VHOSTUSER) {
                qdev_string(json, "drive", block_top_node(disk));
                return;
        }
        chardev = g_strdup_printf("chr-vu-%s", disk->info.alias);
        qdev_string(json, "chardev", chardev);
}

static void looks(const QemuArgv *argv, Json *json, const Disk *disk)
{
        /* A drive's controller boots from it, not the drive: see argv_floppy_controllers(). */
        if (disk->bus != DISK_BUS_FDC)
                qdev_boot(argv, json, &disk->info, disk_boot_index(argv->domain, disk));
        geometry(json, disk);
        identity(json, disk);
        /* Sticks say it either way. */
        qdev_switch(json, "removable",
                    disk->bus == DISK_BUS_USB && disk->removable == SWITCH_ABSENT ? SWITCH_OFF : disk->removable);
        /* A real device has a cache of its own, which the guest's commands reach. */
        if (disk->source.type != SOURCE_VHOSTUSER && disk->device != DISK_DEVICE_LUN)
                qdev_string(json, "write-cache", write_cache(disk->cache));
        errors(json, disk);
}

int argv_disk_device(QemuArgv *argv, const Disk *disk, Error *err)
{
        g_autoptr(Json) json = new_device(disk);

        if (!json)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "disk '%s': bus '%s' is not supported by QEMU",
                                 disk->target, enum_text(DiskBus, disk->bus));
        if (disk->bus == DISK_BUS_FDC && domain_is_pseries(argv->domain))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "PowerPC pseries machines do not support floppy device");
        if (disk->bus == DISK_BUS_VIRTIO)
                virtio_properties(argv, json, disk);
        if (device_place(argv, json, disk, err) < 0)
                return -1;
        qdev_switch(json, "share-rw", disk->shareable ? SWITCH_ON : SWITCH_ABSENT);
        backend(json, disk);
        qdev_string(json, "id", disk->info.alias);
        looks(argv, json, disk);
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

/* Others */

int argv_disk_vhost_user(QemuArgv *argv, const Disk *disk, Error *err)
{
        const VhostUserSource *source = &disk->source.vhostuser;
        g_autofree char *id = g_strdup_printf("chr-vu-%s", disk->info.alias);
        g_autofree char *path = argv_comma(source->path);
        g_autoptr(GString) text = g_string_new(NULL);
        Json *json = json_object(), *backend = json_object(), *options = json_object(), *addr = json_object(),
             *socket = json_object();

        g_string_printf(text, "socket,id=%s,path=%s", id, path);
        json_set(socket, "path", json_string(source->path));
        json_set(addr, "type", json_string("unix"));
        json_set(addr, "data", socket);
        json_set(options, "addr", addr);
        json_set(options, "server", json_bool(false));
        if (source->reconnect == YESNO_YES) {
                g_string_append_printf(text, ",reconnect=%u", source->reconnect_timeout.value);
                json_set(options, "reconnect", json_uint(source->reconnect_timeout.value));
        }
        json_set(backend, "type", json_string("socket"));
        json_set(backend, "data", options);
        json_set(json, "id", json_string(id));
        json_set(json, "backend", backend);
        argv_add_both(argv, "-chardev", text->str, json);
        return 0;
}

/* Memory cards have no bus to be plugged into: the old kind of drive, which takes a file as the storage's JSON with
 * dots. */
typedef struct Dotted {
        GString *text;
        char *prefix;
} Dotted;

static void add_dotted(const char *key, Json *value, void *opaque)
{
        Dotted *at = opaque;
        Dotted below = { at->text, g_strdup_printf("%s.%s", at->prefix, key) };
        g_autofree char *word = NULL;

        if (json_is_object(value)) {
                json_each(value, add_dotted, &below);
        } else if (json_is_array(value)) {
                for (size_t i = 0; i < json_length(value); i++) {
                        g_autofree char *number = g_strdup_printf("%zu", i);
                        Dotted inner = { at->text, g_strdup_printf("%s.%s", below.prefix, number) };

                        if (json_is_object(json_at(value, i)))
                                json_each(json_at(value, i), add_dotted, &inner);
                        else
                                add_dotted(number, json_at(value, i), &below);
                        g_free(inner.prefix);
                }
        } else {
                g_autofree char *plain = json_text(value) ? g_strdup(json_text(value)) : json_format(value, false);

                word = argv_comma(plain);
                g_string_append_printf(at->text, "%s=%s,", below.prefix, word);
        }
        g_free(below.prefix);
}

static int card_file(QemuArgv *argv, const Disk *disk, GString *text, Error *err)
{
        BlockImage image = block_image(disk, &disk->source);
        const char *path = block_source_path(&disk->source);
        g_autofree char *word = path ? argv_comma(path) : NULL;
        Dotted dotted = { text, (char *)"file" };
        g_autoptr(Json) json = NULL;

        if (path) {
                g_string_append_printf(text, disk->source.type == SOURCE_DIR ? "file=fat:%s," : "file=%s,", word);
                return 0;
        }
        image.gluster_debug = argv->host->conf->gluster_debug_level;
        json = block_storage(&image, false, err);
        if (!json)
                return -1;
        json_each(json, add_dotted, &dotted);
        return 0;
}

int argv_disk_card(QemuArgv *argv, const Disk *disk, Error *err)
{
        g_autoptr(GString) text = g_string_new(NULL);
        const BlockImage image = block_image(disk, &disk->source);
        const char *format = block_driver(&image);

        if (block_has_medium(&disk->source)) {
                if (card_file(argv, disk, text, err) < 0)
                        return -1;
                g_string_append_printf(text, "format=%s,", format ? format : "raw");
        }
        g_string_append_printf(text, "if=sd,index=%d", MAX(disk_target_number(disk->target), 0));
        if (disk->readonly)
                g_string_append(text, ",readonly=on");
        argv_add_pair(argv, "-drive", text->str);
        return 0;
}
