/* Disks, CD-ROM and floppy drives, the SCSI controllers they are on, shared folders. */
#include "read.h"

#include <string.h>

static const char empty_backing[] = "emptyBackingString", auto_detect[] = "auto detect";

/* A place on a bus, and what VMware calls it there. */
typedef struct Place {
        DiskBus bus;
        unsigned controller, unit;
        char prefix[32];       /* "scsi0:1." */
        const char *hard_disk; /* the device type of a disk on this bus */
} Place;

static char *target_at(const Place *place)
{
        unsigned unit = place->unit;

        switch (place->bus) {
        case DISK_BUS_SCSI:
                return disk_target_name("sd", place->controller * VMX_SCSI_NAMES + unit - (unit > VMX_SCSI_OWN_UNIT));
        case DISK_BUS_SATA: return disk_target_name("sd", place->controller * VMX_SATA_UNITS + unit);
        case DISK_BUS_IDE: return disk_target_name("hd", place->controller * VMX_IDE_UNITS + unit);
        default: return disk_target_name("fd", unit);
        }
}

static void set_address(Disk *disk, const Place *place)
{
        Address *address;

        if (place->bus != DISK_BUS_SCSI)
                return; /* follows from the target's name */
        address = disk->info.address = g_new0(Address, 1);
        address->type = ADDRESS_DRIVE;
        address->drive.controller = place->controller;
        address->drive.unit = place->unit;
}

static int refuse(const Place *place, const VmxDisk *entries, Error *err)
{
        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                         "Invalid or not yet handled value '%s' for VMX entry '%sfileName' for device type '%s'",
                         entries->file ? entries->file : "<null>", place->prefix,
                         entries->device ? entries->device : "unknown");
}

static int need_device(const Place *place, const VmxDisk *entries, const char *wanted, Error *err)
{
        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                         "Expecting VMX entry '%sdeviceType' to be %s but found '%s' (for the file '%s')",
                         place->prefix, wanted, entries->device, entries->file);
}

/* The image of a drive that can do without one may be missing. */
static int read_image(const VmxReader *reader, const Place *place, const VmxDisk *entries, Disk *disk, Error *err)
{
        int r = vmx_read_file(reader, entries->file, &disk->source.file.path, err);

        disk->source.type = SOURCE_FILE;
        if (r == VMX_FILE_MISSING && disk->device == DISK_DEVICE_DISK)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "the file '%s' of VMX entry '%sfileName' does not exist",
                                 entries->file, place->prefix);
        return r < 0 ? -1 : 0;
}

static int read_hard_disk(const VmxReader *reader, const Place *place, const VmxDisk *entries, Disk *disk, Error *err)
{
        if (entries->device && !vmx_is(entries->device, place->hard_disk) && !vmx_is(entries->device, "disk")) {
                g_autofree char *wanted = g_strdup_printf("'%s' or 'disk'", place->hard_disk);

                return need_device(place, entries, wanted, err);
        }
        disk->device = DISK_DEVICE_DISK;
        disk->cache = entries->write_through == YESNO_YES ? DISK_CACHE_WRITETHROUGH : DISK_CACHE_DEFAULT;
        disk->transient = vmx_is(entries->mode, "independent-nonpersistent");
        return read_image(reader, place, entries, disk, err);
}

static void read_host_drive(const VmxDisk *entries, DiskDevice device, Disk *disk)
{
        disk->device = device;
        disk->readonly = true;
        disk->source.type = SOURCE_BLOCK;
        if (vmx_is(entries->file, auto_detect))
                disk->source.startup_policy = STARTUP_POLICY_OPTIONAL;
        else
                disk->source.block.path = g_strdup(entries->file);
}

static int read_image_drive(const VmxReader *reader, const Place *place, const VmxDisk *entries, Disk *disk, Error *err)
{
        disk->device = DISK_DEVICE_CDROM;
        disk->readonly = true;
        disk->source.type = SOURCE_FILE;
        if (entries->device && !vmx_is(entries->device, "cdrom-image"))
                return need_device(place, entries, "'cdrom-image'", err);
        return vmx_ends(entries->file, ".iso") ? read_image(reader, place, entries, disk, err) : 0;
}

static bool is_drive_of_host(const Place *place, const VmxDisk *entries)
{
        return place->bus == DISK_BUS_SCSI && vmx_is(entries->device, "scsi-passthru") && entries->file &&
               g_str_has_prefix(entries->file, "/vmfs/devices/cdrom/");
}

static bool is_cdrom(const VmxDisk *entries)
{
        return vmx_is(entries->device, "cdrom-image") || vmx_is(entries->device, "atapi-cdrom") ||
               vmx_is(entries->device, "cdrom-raw");
}

/* False: nothing that the document has. */
static bool is_known(const VmxDisk *entries)
{
        return entries->present == YESNO_YES && entries->of_client != YESNO_YES &&
               !(is_cdrom(entries) && vmx_ends(entries->file, ".vmdk"));
}

/* An image, or the word for none; no name at all only where the device says that it takes images. */
static bool is_image(const VmxDisk *entries)
{
        bool none = !entries->file || !*entries->file, word = vmx_is(entries->file, empty_backing);

        if (vmx_ends(entries->file, ".iso"))
                return true;
        return (word && !vmx_is(entries->device, "atapi-cdrom") && !vmx_is(entries->device, "cdrom-raw")) ||
               (none && vmx_is(entries->device, "cdrom-image"));
}

static int read_content(const VmxReader *reader, const Place *place, const VmxDisk *entries, Disk *disk, Error *err)
{
        if (vmx_ends(entries->file, ".vmdk"))
                return read_hard_disk(reader, place, entries, disk, err);
        if (is_image(entries))
                return read_image_drive(reader, place, entries, disk, err);
        if (vmx_is(entries->device, "atapi-cdrom"))
                read_host_drive(entries, DISK_DEVICE_CDROM, disk);
        else if (vmx_is(entries->device, "cdrom-raw") || is_drive_of_host(place, entries))
                read_host_drive(entries, DISK_DEVICE_LUN, disk);
        else
                return refuse(place, entries, err);
        return 0;
}

static int read_disk(VmxReader *reader, const Place *place, bool *ret_found, Error *err)
{
        VmxDisk entries = { 0 };
        Disk *disk;

        *ret_found = false;
        if (vmx_take(reader->config, place->prefix, vmx_disk_keys, &entries, err) < 0)
                return -1;
        if (!is_known(&entries))
                return 0;
        disk = VMX_ADD(Disk, reader->d, disks);
        disk->bus = place->bus;
        disk->target = target_at(place);
        set_address(disk, place);
        *ret_found = true;
        return read_content(reader, place, &entries, disk, err);
}

static int read_controller(const VmxReader *reader, unsigned number, VmxController *ret, Error *err)
{
        char prefix[16];

        g_snprintf(prefix, sizeof(prefix), "scsi%u.", number);
        if (vmx_take(reader->config, prefix, vmx_controller_keys, ret, err) < 0)
                return -1;
        if (ret->present == YESNO_YES && ret->model && vmx_scsi_model(ret->model) == CONTROLLER_MODEL_MAX_)
                return error_set(
                        err, VIR_ERR_INTERNAL_ERROR,
                        "Expecting VMX entry 'scsi%u.virtualDev' to be 'buslogic' or 'lsilogic' or 'lsisas1068' "
                        "or 'pvscsi' but found '%s'",
                        number, ret->model);
        return 0;
}

static int read_scsi_bus(VmxReader *reader, unsigned number, Error *err)
{
        VmxController entries = { 0 };
        ControllerModel model;
        Controller *controller;
        bool used = false, found;

        if (read_controller(reader, number, &entries, err) < 0)
                return -1;
        if (entries.present != YESNO_YES)
                return 0;
        model = entries.model ? vmx_scsi_model(entries.model) : CONTROLLER_MODEL_NONE;
        for (unsigned unit = 0; unit < VMX_SCSI_UNITS_PARAVIRTUAL; unit++) {
                Place place = { DISK_BUS_SCSI, number, unit, .hard_disk = "scsi-hardDisk" };

                if (unit == VMX_SCSI_OWN_UNIT || (unit >= VMX_SCSI_UNITS && model != CONTROLLER_MODEL_VMPVSCSI))
                        continue;
                g_snprintf(place.prefix, sizeof(place.prefix), "scsi%u:%u.", number, unit);
                if (read_disk(reader, &place, &found, err) < 0)
                        return -1;
                used |= found;
        }
        if (!used)
                return 0;
        controller = VMX_ADD(Controller, reader->d, controllers);
        controller->type = CONTROLLER_SCSI;
        controller->index = (OptUint){ .value = number, .set = true };
        controller->model = model;
        return 0;
}

static int read_sata_bus(VmxReader *reader, unsigned number, Error *err)
{
        g_autofree char *key = g_strdup_printf("sata%u.present", number);
        YesNo present;
        bool found;

        if (vmx_take_bool(reader->config, key, &present, err) < 0)
                return -1;
        for (unsigned unit = 0; present == YESNO_YES && unit < VMX_SATA_UNITS; unit++) {
                Place place = { DISK_BUS_SATA, number, unit, .hard_disk = "ata-hardDisk" };

                g_snprintf(place.prefix, sizeof(place.prefix), "sata%u:%u.", number, unit);
                if (read_disk(reader, &place, &found, err) < 0)
                        return -1;
        }
        return 0;
}

static int read_ide_bus(VmxReader *reader, unsigned number, Error *err)
{
        bool found;

        for (unsigned unit = 0; unit < VMX_IDE_UNITS; unit++) {
                Place place = { DISK_BUS_IDE, number, unit, .hard_disk = "ata-hardDisk" };

                g_snprintf(place.prefix, sizeof(place.prefix), "ide%u:%u.", number, unit);
                if (read_disk(reader, &place, &found, err) < 0)
                        return -1;
        }
        return 0;
}

static int read_floppy(VmxReader *reader, unsigned unit, Error *err)
{
        Place place = { DISK_BUS_FDC, 0, unit, .hard_disk = "disk" };
        VmxDisk entries = { 0 };
        Disk *disk;

        g_snprintf(place.prefix, sizeof(place.prefix), "floppy%u.", unit);
        if (vmx_take(reader->config, place.prefix, vmx_disk_keys, &entries, err) < 0)
                return -1;
        if (entries.present != YESNO_YES || entries.of_client == YESNO_YES)
                return 0;
        if (!vmx_is(entries.file_type, "device") && !vmx_is(entries.file_type, "file"))
                return refuse(&place, &entries, err);
        disk = VMX_ADD(Disk, reader->d, disks);
        disk->bus = DISK_BUS_FDC;
        disk->target = target_at(&place);
        disk->device = DISK_DEVICE_FLOPPY;
        if (vmx_is(entries.file_type, "file") && (!entries.file || !*entries.file))
                disk->source.type = SOURCE_FILE;
        else if (vmx_is(entries.file_type, "file"))
                return read_image(reader, &place, &entries, disk, err);
        else
                read_host_drive(&entries, DISK_DEVICE_FLOPPY, disk);
        disk->readonly = false;
        return 0;
}

int vmx_read_disks(VmxReader *reader, Error *err)
{
        static const struct {
                int (*read)(VmxReader *reader, unsigned number, Error *err);
                unsigned n;
        } buses[] = {
                { read_scsi_bus, VMX_SCSI_MAX },
                { read_sata_bus, VMX_SATA_MAX },
                { read_ide_bus, VMX_IDE_BUSES },
                { read_floppy, VMX_FLOPPIES },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(buses); i++)
                for (unsigned number = 0; number < buses[i].n; number++)
                        if (buses[i].read(reader, number, err) < 0)
                                return -1;
        return 0;
}

static int read_folder(VmxReader *reader, unsigned number, Error *err)
{
        char prefix[32];
        VmxFolder entries = { 0 };
        Filesystem *folder;

        g_snprintf(prefix, sizeof(prefix), "sharedFolder%u.", number);
        if (vmx_take(reader->config, prefix, vmx_folder_keys, &entries, err) < 0)
                return -1;
        if (entries.present != YESNO_YES || entries.enabled != YESNO_YES)
                return 0;
        if (!entries.host_path)
                return vmx_missing(prefix, "hostPath", err);
        if (!entries.guest_name)
                return vmx_missing(prefix, "guestName", err);
        folder = VMX_ADD(Filesystem, reader->d, filesystems);
        folder->type = FILESYSTEM_MOUNT;
        folder->access = FS_ACCESS_PASSTHROUGH;
        folder->source = g_strdup(entries.host_path);
        folder->target = g_strdup(entries.guest_name);
        folder->readonly = entries.write != YESNO_YES;
        return 0;
}

int vmx_read_folders(VmxReader *reader, Error *err)
{
        enum { FOLDERS_MAX = 1000 };
        VmxFolders entries = { 0 };

        if (vmx_take(reader->config, "", vmx_folders_keys, &entries, err) < 0)
                return -1;
        if (entries.disabled != YESNO_NO)
                return 0;
        for (unsigned i = 0; i < FOLDERS_MAX && (int64_t)i < entries.n.value; i++)
                if (read_folder(reader, i, err) < 0)
                        return -1;
        return 0;
}
