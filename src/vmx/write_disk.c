/* Disks, CD-ROM and floppy drives, SCSI controllers, shared folders. */
#include "write.h"

#include <string.h>

enum { SATA_SINCE = 10 };

/* A SCSI controller while its disks are looked at. */
typedef struct Bus {
        bool present;
        ControllerModel model;
} Bus;

static int index_range(const char *what, unsigned value, const char *range, Error *err)
{
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s index %u out of [%s] range", what, value, range);
}

/* With another prefix: -1. */
static int target_index(const char *target, const char *prefix)
{
        return target && g_str_has_prefix(target, prefix) ? disk_target_number(target) : -1;
}

static const char *target_prefix(DiskBus bus)
{
        switch (bus) {
        case DISK_BUS_IDE: return "hd";
        case DISK_BUS_FDC: return "fd";
        default: return "sd";
        }
}

/* Where the name of the target says that the disk is. */
static int place_of_target(const Disk *disk, DriveAddress *ret, Error *err)
{
        int index = target_index(disk->target, target_prefix(disk->bus));
        unsigned n = (unsigned)index;

        if (index < 0)
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "Expecting domain XML attribute 'dev' of entry 'devices/disk/target' to start with '%s' but "
                        "found '%s'",
                        target_prefix(disk->bus), disk->target);
        *ret = (DriveAddress){ 0 };
        if (disk->bus == DISK_BUS_SCSI) {
                ret->controller = n / VMX_SCSI_NAMES;
                ret->unit = n % VMX_SCSI_NAMES + (n % VMX_SCSI_NAMES >= VMX_SCSI_OWN_UNIT);
        } else if (disk->bus == DISK_BUS_SATA) {
                ret->controller = n / VMX_SATA_UNITS;
                ret->unit = n % VMX_SATA_UNITS;
        } else if (disk->bus == DISK_BUS_FDC) {
                ret->controller = n / VMX_FLOPPIES;
                ret->unit = n % VMX_FLOPPIES;
        } else {
                ret->controller = n / (VMX_IDE_BUSES * VMX_IDE_UNITS);
                ret->bus = n / VMX_IDE_UNITS % VMX_IDE_BUSES;
                ret->unit = n % VMX_IDE_UNITS;
        }
        return 0;
}

/* Units beyond the first sixteen have names that belong to the next controller as well. */
static bool is_paravirtual_unit(const VmxWriter *writer, const Disk *disk, const DriveAddress *address)
{
        if (disk->bus != DISK_BUS_SCSI || address->unit < VMX_SCSI_UNITS || address->bus != 0)
                return false;
        for (size_t i = 0; i < writer->d->n_controllers; i++) {
                const Controller *controller = &writer->d->controllers[i];

                if (controller->type == CONTROLLER_SCSI && controller->index.value == address->controller)
                        return controller->model == CONTROLLER_MODEL_VMPVSCSI &&
                               address->unit < VMX_SCSI_UNITS_PARAVIRTUAL;
        }
        return false;
}

static bool same_place(const DriveAddress *a, const DriveAddress *b)
{
        return a->controller == b->controller && a->bus == b->bus && a->unit == b->unit;
}

static int find_place(const VmxWriter *writer, const Disk *disk, DriveAddress *ret, Error *err)
{
        const Address *address = disk->info.address;
        const DriveAddress *said = address ? &address->drive : NULL;

        if (address && address->type != ADDRESS_DRIVE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported disk address type '%s'",
                                 enum_text(AddressType, address->type));
        if (said && is_paravirtual_unit(writer, disk, said)) {
                *ret = *said;
                return 0;
        }
        if (place_of_target(disk, ret, err) < 0)
                return -1;
        /* The document counts six disks for each SATA controller, VMware thirty: there the name alone tells. */
        if (said && disk->bus != DISK_BUS_SATA && !same_place(said, ret))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Disk address %u:%u:%u doesn't match target device '%s'",
                                 said->controller, said->bus, said->unit, disk->target);
        if (disk->bus == DISK_BUS_SCSI && ret->controller >= VMX_SCSI_MAX)
                return index_range("SCSI controller", ret->controller, "0..3", err);
        if (disk->bus == DISK_BUS_SATA && ret->controller >= VMX_SATA_MAX)
                return index_range("SATA controller", ret->controller, "0..3", err);
        if (disk->bus == DISK_BUS_IDE && ret->controller > 0)
                return index_range("IDE controller", ret->controller, "0", err);
        if (disk->bus == DISK_BUS_FDC && ret->controller > 0)
                return index_range("FDC controller", ret->controller, "0", err);
        return 0;
}

/* Old definitions name the controller's model as the driver of the disk. */
static int model_of_driver(const Disk *disk, unsigned number, Bus *bus, Error *err)
{
        ControllerModel model = CONTROLLER_MODEL_MAX_;

        if (!disk->driver)
                return 0;
        for (int i = CONTROLLER_MODEL_NONE + 1; i < CONTROLLER_MODEL_MAX_; i++)
                if (g_ascii_strcasecmp(disk->driver, ControllerModel_names[i]) == 0)
                        model = (ControllerModel)i;
        if (model == CONTROLLER_MODEL_MAX_)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Unknown driver name '%s'", disk->driver);
        if (bus->model != CONTROLLER_MODEL_NONE && bus->model != model)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Inconsistent SCSI controller model ('%s' is not '%s') for SCSI controller index %u",
                                 disk->driver, ControllerModel_names[bus->model], number);
        bus->model = model;
        return 0;
}

/* What the image was made for. */
static int detect_model(VmxWriter *writer, const Disk *disk, unsigned number, Bus *bus, Error *err)
{
        const VmxContext *context = writer->context;
        ControllerModel model;

        if (disk->device != DISK_DEVICE_DISK || disk->source.type != SOURCE_FILE || !disk->source.file.path)
                return 0;
        if (!context || !context->detect_scsi)
                return error_set(
                        err, VIR_ERR_CONFIG_UNSUPPORTED,
                        "the model of SCSI controller %u is 'auto', and nobody here can look at '%s': name the model",
                        number, disk->source.file.path);
        if (context->detect_scsi(disk->source.file.path, context->opaque, &model, err) < 0)
                return -1;
        if (bus->model != CONTROLLER_MODEL_AUTO && bus->model != model)
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "Disks on SCSI controller %u have inconsistent controller models, cannot autodetect model",
                        number);
        bus->model = model;
        return 0;
}

static int look_at_disk(VmxWriter *writer, const Disk *disk, Bus *buses, const bool *detect, Error *err)
{
        DriveAddress place;

        if (disk->bus != DISK_BUS_SCSI)
                return 0;
        if (find_place(writer, disk, &place, err) < 0)
                return -1;
        buses[place.controller].present = true;
        if (detect[place.controller])
                return detect_model(writer, disk, place.controller, &buses[place.controller], err);
        return model_of_driver(disk, place.controller, &buses[place.controller], err);
}

static int put_controllers(VmxWriter *writer, const Bus *buses, Error *err)
{
        for (unsigned i = 0; i < VMX_SCSI_MAX; i++) {
                VmxController entries = { .present = YESNO_YES, .model = vmx_scsi_name(buses[i].model) };
                const char *prefix = vmx_printf(writer, "scsi%u.", i);

                if (!buses[i].present)
                        continue;
                if (!entries.model && buses[i].model != CONTROLLER_MODEL_NONE)
                        return error_set(
                                err, VIR_ERR_INTERNAL_ERROR,
                                "Expecting domain XML attribute 'model' of entry 'controller' to be 'buslogic' or "
                                "'lsilogic' or 'lsisas1068' or 'vmpvscsi' but found '%s'",
                                enum_text(ControllerModel, buses[i].model));
                writer->has_scsi = true;
                vmx_put(writer->out, prefix, vmx_controller_keys, &entries);
        }
        return 0;
}

static int write_scsi_controllers(VmxWriter *writer, Error *err)
{
        const Domain *d = writer->d;
        Bus buses[VMX_SCSI_MAX] = { 0 };
        bool detect[VMX_SCSI_MAX] = { 0 };

        for (size_t i = 0; i < d->n_controllers; i++) {
                const Controller *controller = &d->controllers[i];

                if (controller->type != CONTROLLER_SCSI || controller->index.value >= VMX_SCSI_MAX)
                        continue; /* a disk on one that VMware does not have is refused */
                buses[controller->index.value].model = controller->model;
                detect[controller->index.value] = controller->model == CONTROLLER_MODEL_AUTO;
        }
        for (size_t i = 0; i < d->n_disks; i++)
                if (look_at_disk(writer, &d->disks[i], buses, detect, err) < 0)
                        return -1;
        return put_controllers(writer, buses, err);
}

static const char *kind_name(DiskDevice device)
{
        switch (device) {
        case DISK_DEVICE_CDROM: return "cdrom";
        case DISK_DEVICE_LUN: return "lun";
        default: return "harddisk";
        }
}

static int refuse_type(const Disk *disk, Error *err)
{
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s %s '%s' has an unsupported type '%s'",
                         enum_text(DiskBus, disk->bus), kind_name(disk->device), disk->target,
                         enum_text(SourceType, disk->source.type));
}

static int refuse_suffix(const Disk *disk, const char *suffix, Error *err)
{
        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                         "Image file for %s %s '%s' has unsupported suffix, expecting '%s'",
                         enum_text(DiskBus, disk->bus), kind_name(disk->device), disk->target, suffix);
}

static int fill_hard_disk(VmxWriter *writer, const Disk *disk, VmxDisk *entries, Error *err)
{
        if (disk->source.type != SOURCE_FILE)
                return refuse_type(disk, err);
        if (!disk->source.file.path)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "missing source information for device %s",
                                 disk->target);
        if (!vmx_ends(disk->source.file.path, ".vmdk"))
                return refuse_suffix(disk, ".vmdk", err);
        if (disk->cache != DISK_CACHE_DEFAULT && disk->cache != DISK_CACHE_WRITETHROUGH)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s harddisk '%s' has unsupported cache mode '%s'",
                                 enum_text(DiskBus, disk->bus), disk->target, enum_text(DiskCache, disk->cache));
        entries->device = disk->bus == DISK_BUS_SCSI ? "scsi-hardDisk" : "ata-hardDisk";
        if (disk->cache == DISK_CACHE_WRITETHROUGH)
                entries->write_through = YESNO_YES;
        if (disk->transient)
                entries->mode = "independent-nonpersistent";
        return vmx_file_name(writer, disk->source.file.path, &entries->file, err);
}

static int fill_image_drive(VmxWriter *writer, const Disk *disk, VmxDisk *entries, Error *err)
{
        const char *path = disk->source.type == SOURCE_FILE ? disk->source.file.path : NULL;

        entries->device = "cdrom-image";
        entries->file = "emptyBackingString";
        if (!path)
                return 0;
        if (!vmx_ends(path, ".iso"))
                return refuse_suffix(disk, ".iso", err);
        return vmx_file_name(writer, path, &entries->file, err);
}

/* A drive of the host. */
static int fill_drive(VmxWriter *writer, const Disk *disk, VmxDisk *entries, Error *err)
{
        const char *path = disk->source.type == SOURCE_BLOCK ? disk->source.block.path : NULL;
        bool optional = disk->source.startup_policy == STARTUP_POLICY_OPTIONAL;

        if (disk->source.type != SOURCE_BLOCK && (disk->source.type != SOURCE_FILE || disk->device == DISK_DEVICE_LUN))
                return refuse_type(disk, err);
        if (disk->source.type == SOURCE_FILE || (!path && !optional && disk->device == DISK_DEVICE_CDROM))
                return fill_image_drive(writer, disk, entries, err);
        entries->device = disk->device == DISK_DEVICE_CDROM ? "atapi-cdrom" : "cdrom-raw";
        entries->file = path;
        if (path && disk->bus == DISK_BUS_SCSI && g_str_has_prefix(path, "/vmfs/devices/cdrom/") &&
            disk->device == DISK_DEVICE_LUN)
                entries->device = "scsi-passthru";
        if (!path) {
                entries->autodetect = YESNO_YES;
                entries->file = "auto detect";
        }
        return 0;
}

static const char *disk_prefix(VmxWriter *writer, const Disk *disk, const DriveAddress *place)
{
        switch (disk->bus) {
        case DISK_BUS_SCSI: return vmx_printf(writer, "scsi%u:%u.", place->controller, place->unit);
        case DISK_BUS_SATA: return vmx_printf(writer, "sata%u:%u.", place->controller, place->unit);
        case DISK_BUS_IDE: return vmx_printf(writer, "ide%u:%u.", place->bus, place->unit);
        default: return vmx_printf(writer, "floppy%u.", place->unit);
        }
}

static int fill_floppy(VmxWriter *writer, const Disk *disk, VmxDisk *entries, Error *err)
{
        if (disk->source.type == SOURCE_FILE || (disk->source.type == SOURCE_BLOCK && !disk->source.block.path &&
                                                 disk->source.startup_policy != STARTUP_POLICY_OPTIONAL)) {
                entries->file_type = "file";
                if (disk->source.type == SOURCE_BLOCK || !disk->source.file.path)
                        return 0;
                return vmx_file_name(writer, disk->source.file.path, &entries->file, err);
        }
        if (disk->source.type != SOURCE_BLOCK)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Floppy '%s' has unsupported type '%s', expecting 'file' or 'block'", disk->target,
                                 enum_text(SourceType, disk->source.type));
        entries->file_type = "device";
        entries->file = disk->source.block.path;
        return 0;
}

static int fill_disk(VmxWriter *writer, const Disk *disk, VmxDisk *entries, Error *err)
{
        switch (disk->device) {
        case DISK_DEVICE_DISK: return fill_hard_disk(writer, disk, entries, err);
        case DISK_DEVICE_FLOPPY: return fill_floppy(writer, disk, entries, err);
        default: return fill_drive(writer, disk, entries, err);
        }
}

static int check_bus(const VmxWriter *writer, const Disk *disk, Error *err)
{
        bool known = disk->bus == DISK_BUS_SCSI || disk->bus == DISK_BUS_IDE || disk->bus == DISK_BUS_FDC;

        if (disk->bus == DISK_BUS_SATA && writer->hardware < SATA_SINCE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Unsupported bus type 'sata' for virtual hardware %u: %d and later have it",
                                 writer->hardware, SATA_SINCE);
        if (!known && disk->bus != DISK_BUS_SATA)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported bus type '%s' for %s",
                                 enum_text(DiskBus, disk->bus), kind_name(disk->device));
        return 0;
}

static int write_disk(VmxWriter *writer, const Disk *disk, Error *err)
{
        VmxDisk entries = { .present = YESNO_YES };
        DriveAddress place;

        if (find_place(writer, disk, &place, err) < 0 || fill_disk(writer, disk, &entries, err) < 0)
                return -1;
        vmx_put(writer->out, disk_prefix(writer, disk, &place), vmx_disk_keys, &entries);
        return 0;
}

static int write_sata_controllers(VmxWriter *writer, Error *err)
{
        bool present[VMX_SATA_MAX] = { 0 };
        const Domain *d = writer->d;
        DriveAddress place;

        for (size_t i = 0; i < d->n_disks; i++) {
                if (d->disks[i].bus != DISK_BUS_SATA)
                        continue;
                if (find_place(writer, &d->disks[i], &place, err) < 0)
                        return -1;
                present[place.controller] = true;
        }
        for (unsigned i = 0; i < VMX_SATA_MAX; i++)
                if (present[i])
                        g_string_append_printf(writer->out, "sata%u.present = \"true\"\n", i);
        return 0;
}

/* VMware takes a floppy drive as present unless told otherwise. */
static void put_absent_floppies(VmxWriter *writer)
{
        bool present[VMX_FLOPPIES] = { 0 };

        for (size_t i = 0; i < writer->d->n_disks; i++) {
                int index = target_index(writer->d->disks[i].target, "fd");

                if (index >= 0 && index < VMX_FLOPPIES)
                        present[index] = true;
        }
        for (unsigned i = 0; i < VMX_FLOPPIES; i++)
                if (!present[i])
                        g_string_append_printf(writer->out, "floppy%u.present = \"false\"\n", i);
}

int vmx_write_disks(VmxWriter *writer, Error *err)
{
        const Domain *d = writer->d;

        for (size_t i = 0; i < d->n_disks; i++)
                if (check_bus(writer, &d->disks[i], err) < 0)
                        return -1;
        if (write_scsi_controllers(writer, err) < 0 || write_sata_controllers(writer, err) < 0)
                return -1;
        for (size_t i = 0; i < d->n_disks; i++)
                if (write_disk(writer, &d->disks[i], err) < 0)
                        return -1;
        put_absent_floppies(writer);
        return 0;
}

static int check_folder(const Filesystem *folder, Error *err)
{
        if (folder->type != FILESYSTEM_MOUNT)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Only '%s' filesystem type is supported, found '%s'",
                                 enum_text(FilesystemType, FILESYSTEM_MOUNT), enum_text(FilesystemType, folder->type));
        if (!folder->source || !folder->target)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "a shared folder needs a source and a target");
        return 0;
}

int vmx_write_folders(VmxWriter *writer, Error *err)
{
        const Domain *d = writer->d;
        VmxFolders all = { .disabled = YESNO_NO, .n = VMX_NUMBER_OF(d->n_filesystems) };

        if (d->n_filesystems > 0)
                vmx_put(writer->out, "", vmx_folders_keys, &all);
        for (size_t i = 0; i < d->n_filesystems; i++) {
                const Filesystem *folder = &d->filesystems[i];
                VmxFolder entries = {
                        .present = YESNO_YES,
                        .enabled = YESNO_YES,
                        .read = YESNO_YES,
                        .write = folder->readonly ? YESNO_NO : YESNO_YES,
                        .host_path = folder->source,
                        .guest_name = folder->target,
                };

                if (check_folder(folder, err) < 0)
                        return -1;
                vmx_put(writer->out, vmx_printf(writer, "sharedFolder%zu.", i), vmx_folder_keys, &entries);
        }
        return 0;
}
