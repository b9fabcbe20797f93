/* See check.h: disks. */
#include "rules/check.h"

#include <string.h>

#include "conf/domain_threads.h"
#include "rules/address.h"

/* Images */

static int check_encryption(const Encryption *encryption, const Source *source, const QemuCaps *caps, Error *err)
{
        bool librbd = encryption && encryption->engine == ENCRYPTION_ENGINE_LIBRBD;

        if (!encryption)
                return 0;
        if (encryption->format == ENCRYPTION_QCOW || encryption->format == ENCRYPTION_DEFAULT)
                return check_refuse(err, "old qcow/qcow2 encryption is not supported");
        /* Which protocol it is counts when the guest starts. */
        if (librbd && source->type != SOURCE_NETWORK)
                return check_refuse(err, "librbd encryption is supported only with RBD backed disks");
        if (!librbd && (encryption->format == ENCRYPTION_LUKS2 || encryption->format == ENCRYPTION_LUKS_ANY))
                return check_refuse(err, "%s is currently not supported by the qemu encryption engine",
                                    enum_text(EncryptionFormat, encryption->format));
        if (encryption->engine != ENCRYPTION_ENGINE_LIBRBD && source->format != IMAGE_FORMAT_RAW &&
            source->format != IMAGE_FORMAT_QCOW2 && source->format != IMAGE_FORMAT_NONE)
                return check_refuse(err, "encryption is supported only with 'raw' and 'qcow2' image format");
        if (encryption->engine != ENCRYPTION_ENGINE_LIBRBD)
                return 0;
        if (!qemu_caps_has_flag(caps, QEMU_RBD_ENCRYPTION))
                return check_refuse(err, "librbd encryption is not supported by this QEMU binary");
        /* A secret for each image of the chain. */
        if (encryption->n_secrets > 1 && !qemu_caps_has_flag(caps, QEMU_RBD_ENCRYPTION_LAYERING))
                return check_refuse(err, "librbd encryption layering is not supported by this QEMU binary");
        if (encryption->format == ENCRYPTION_LUKS_ANY && !qemu_caps_has_flag(caps, QEMU_RBD_ENCRYPTION_LUKS_ANY))
                return check_refuse(err, "luks-any encryption is not supported by this QEMU binary");
        return 0;
}

/* A folder is shown as a disk by a format of its own. */
static int check_folder(const Source *source, Error *err)
{
        if (source->type == SOURCE_DIR && source->format != IMAGE_FORMAT_FAT)
                return check_refuse(err, "storage type 'dir' requires use of storage format 'fat'");
        if (source->format == IMAGE_FORMAT_FAT && source->type != SOURCE_DIR && source->type != SOURCE_NONE &&
            source->type != SOURCE_VOLUME)
                return check_refuse(err, "storage format 'fat' is supported only with 'dir' storage type");
        return 0;
}

/* NFS has one server, which is asked at one port. */
static int check_nfs(const NetSource *net, Error *err)
{
        if (net->n_hosts != 1)
                return check_refuse(err, "'nfs' protocol requires the usage of exactly one host");
        if (net->hosts[0].transport && net->hosts[0].transport != NET_TRANSPORT_TCP)
                return check_refuse(err, "'nfs' host must use TCP protocol");
        if (net->hosts[0].port)
                return check_refuse(err, "port cannot be specified in 'nfs' protocol host");
        return 0;
}

static int check_net(const NetSource *net, Error *err)
{
        if (net->protocol == NET_PROTOCOL_TFTP)
                return check_refuse(err, "'tftp' protocol is not supported with this QEMU binary");
        if (net->tls_hostname && net->protocol != NET_PROTOCOL_NBD)
                return check_refuse(err, "'tlsHostname' field is supported only with NBD disks");
        return net->protocol == NET_PROTOCOL_NFS ? check_nfs(net, err) : 0;
}

static int check_source(const Source *source, const QemuCaps *caps, Error *err)
{
        if (check_folder(source, err) < 0)
                return -1;
        if (source->type == SOURCE_NETWORK && check_net(&source->net, err) < 0)
                return -1;
        switch (source->format) {
        case IMAGE_FORMAT_COW:
        case IMAGE_FORMAT_ISO:
        case IMAGE_FORMAT_DIR:
                return check_refuse(err, "'%s' storage format is not supported",
                                    enum_text(ImageFormat, source->format));
        default: return check_encryption(source->encryption, source, caps, err);
        }
}

/* What a device can, by its bus */

static bool is_platters(DiskBus bus)
{
        return bus == DISK_BUS_IDE || bus == DISK_BUS_SCSI || bus == DISK_BUS_SATA;
}

static int check_device(const Disk *disk, Error *err)
{
        if (disk->device == DISK_DEVICE_CDROM && (disk->bus == DISK_BUS_VIRTIO || disk->bus == DISK_BUS_SD))
                return check_refuse(err, "disk type of '%s' does not support ejectable media", disk->target);
        if (disk->device == DISK_DEVICE_LUN && disk->bus != DISK_BUS_VIRTIO && disk->bus != DISK_BUS_SCSI)
                return check_refuse(err, "disk device='lun' is not supported for bus='%s'",
                                    enum_text(DiskBus, disk->bus));
        if (disk->device == DISK_DEVICE_DISK && disk->readonly &&
            (disk->bus == DISK_BUS_IDE || disk->bus == DISK_BUS_SATA))
                return check_refuse(err, "readonly %s disks are not supported", enum_text(DiskBus, disk->bus));
        if (disk->transient && disk->readonly)
                return check_refuse(err, "transient disk '%s' must not be read-only", disk->target);
        if (disk->transient && disk->device != DISK_DEVICE_DISK)
                return check_refuse(err, "transient disk supported only with 'disk' device (%s)", disk->target);
        if (disk->transient && disk->source.type != SOURCE_FILE)
                return check_refuse(err, "transient disk supported only with 'file' type (%s)", disk->target);
        /* It is plugged in, once its image has been made. */
        if (disk->transient && disk->transient_share_backing == YESNO_YES && disk->bus != DISK_BUS_VIRTIO &&
            disk->bus != DISK_BUS_SCSI && disk->bus != DISK_BUS_USB)
                return check_refuse(err, "disk bus '%s' doesn't support transient disk backing image sharing",
                                    enum_text(DiskBus, disk->bus));
        return 0;
}

/* QEMU's options are comma separated. */
static bool is_safe_serial(const char *serial)
{
        static const char *const marks = " _-+.";

        for (const char *c = serial; *c; c++)
                if (!g_ascii_isalnum(*c) && !strchr(marks, *c))
                        return false;
        return true;
}

static bool is_printable(const char *text)
{
        for (const char *c = text; *c; c++)
                if (!g_ascii_isprint(*c))
                        return false;
        return true;
}

/* The fields of an inquiry have 8 and 16 characters. */
static int check_inquiry(const char *text, const char *what, size_t length, Error *err)
{
        if (text && strlen(text) > length)
                return check_refuse(err, "disk %s is more than %zu characters", what, length);
        if (text && !is_printable(text))
                return error_set(err, VIR_ERR_XML_ERROR, "disk %s is not printable string", what);
        return 0;
}

/* The guest talks to the real device: nothing stands in between that could translate, copy or pretend. */
static int check_lun(const Disk *disk, Error *err)
{
        ImageFormat format = disk->source.format;

        if (disk->device != DISK_DEVICE_LUN)
                return 0;
        if (format != IMAGE_FORMAT_RAW && format != IMAGE_FORMAT_NONE)
                return check_refuse(err, "disk device 'lun' must use 'raw' format");
        if (disk->copy_on_read == SWITCH_ON)
                return check_refuse(err, "copy_on_read is not compatible with 'lun' disk '%s'", disk->target);
        if (disk->vendor || disk->product)
                return check_refuse(err, "Setting vendor or product is not supported for lun device");
        if (disk->serial && disk->bus == DISK_BUS_SCSI)
                return check_refuse(err, "scsi-block 'lun' devices do not support the serial property");
        return disk->wwn ? check_refuse(err, "Setting wwn is not supported for lun device") : 0;
}

static int check_identity(const Disk *disk, Error *err)
{
        if (disk->wwn && disk->bus != DISK_BUS_IDE && disk->bus != DISK_BUS_SCSI)
                return check_refuse(err, "Only ide and scsi disk support wwn");
        if (disk->serial && !is_safe_serial(disk->serial))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "driver serial '%s' contains unsafe characters",
                                 disk->serial);
        if (check_inquiry(disk->vendor, "vendor", 8, err) < 0)
                return -1;
        return check_inquiry(disk->product, "product", 16, err);
}

static int check_shape(const Disk *disk, Error *err)
{
        bool geometry = disk->cylinders && disk->heads && disk->sectors;

        if (geometry && disk->bus == DISK_BUS_USB)
                return check_refuse(err, "CHS geometry can not be set for '%s' bus", enum_text(DiskBus, disk->bus));
        if (disk->translation != TRANSLATION_DEFAULT && disk->bus != DISK_BUS_IDE)
                return check_refuse(err, "CHS translation mode can only be set for 'ide' bus not '%s'",
                                    enum_text(DiskBus, disk->bus));
        if (disk->rotation_rate && !is_platters(disk->bus))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "rotation rate is only valid for SCSI/IDE/SATA bus");
        if (disk->rotation_rate && disk->device != DISK_DEVICE_DISK)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "rotation rate is only valid for disk device");
        return 0;
}

static int check_driver(const Disk *disk, Error *err)
{
        bool direct = disk->cache == DISK_CACHE_NONE || disk->cache == DISK_CACHE_DIRECTSYNC;

        if (disk->driver && strcmp(disk->driver, "qemu") != 0)
                return check_refuse(err, "unsupported driver name '%s' for disk '%s'", disk->driver, disk->target);
        if (disk->rerror_policy == DISK_ERROR_ENOSPACE)
                return check_refuse(err, "Invalid disk read error policy: 'enospace'");
        if (disk->copy_on_read == SWITCH_ON && disk->readonly)
                return check_refuse(err, "copy_on_read is not compatible with read-only disk '%s'", disk->target);
        if (disk->io == DISK_IO_NATIVE && !direct)
                return check_refuse(err, "io='native' needs either no disk cache or directsync cache mode, QEMU will "
                                         "fallback to aio=threads");
        return 0;
}

/* Who shares an image must not keep any of it in memory. */
static int check_sharing(const Disk *disk, Error *err)
{
        ImageFormat format = disk->source.format;

        if (disk->shareable && format != IMAGE_FORMAT_RAW && format != IMAGE_FORMAT_NONE)
                return check_refuse(err, "shared access for disk '%s' requires use of supported storage format",
                                    disk->target);
        if (disk->metadata_cache_bytes && format != IMAGE_FORMAT_QCOW2)
                return check_refuse(err, "metadata cache max size control is supported only with qcow2 images");
        return 0;
}

/* Limits: QEMU's are below this, and a group of disks has one set of them. */
static bool too_much(const DiskIoTune *tune)
{
        static const uint64_t most = UINT64_C(1000000000000000);

        return tune->total_bytes_sec > most || tune->read_bytes_sec > most || tune->write_bytes_sec > most ||
               tune->total_iops_sec > most || tune->read_iops_sec > most || tune->write_iops_sec > most ||
               tune->total_bytes_sec_max > most || tune->read_bytes_sec_max > most ||
               tune->write_bytes_sec_max > most || tune->total_iops_sec_max > most || tune->read_iops_sec_max > most ||
               tune->write_iops_sec_max > most || tune->size_iops_sec > most;
}

static bool limits_something(const DiskIoTune *tune)
{
        DiskIoTune plain = *tune, none = { 0 };

        plain.group_name = NULL;
        return memcmp(&plain, &none, sizeof(none)) != 0;
}

static int check_group(const Domain *domain, const Disk *disk, Error *err)
{
        const DiskIoTune *tune = disk->iotune;

        for (const Disk *other = domain->disks; other < disk; other++)
                if (other->iotune && limits_something(other->iotune) &&
                    g_strcmp0(other->iotune->group_name, tune->group_name) == 0 &&
                    rows_compare(&DiskIoTune_rows, tune, other->iotune, 0, NULL, NULL))
                        return check_refuse(err, "different iotunes for disks %s and %s", other->target, disk->target);
        return 0;
}

static int check_tune(const Domain *domain, const Disk *disk, Error *err)
{
        const DiskIoTune *tune = disk->iotune;

        if (!tune)
                return 0;
        if (tune->group_name && !limits_something(tune))
                return check_refuse(err, "group_name can be configured only together with settings");
        if (too_much(tune))
                return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                 "block I/O throttle limit must be no more than 10^15 using QEMU");
        return tune->group_name ? check_group(domain, disk, err) : 0;
}

static int check_iothread(const Domain *domain, const Disk *disk, Error *err)
{
        if (!disk->iothread)
                return 0;
        if (disk->bus != DISK_BUS_VIRTIO)
                return check_refuse(err, "IOThreads not available for bus %s target %s", enum_text(DiskBus, disk->bus),
                                    disk->target);
        if (!domain_has_iothread(domain, disk->iothread))
                return check_refuse(err, "Disk iothread '%u' not defined in iothreadid", disk->iothread);
        return 0;
}

/* Places */

static int check_virtio_place(const Domain *domain, AddressType type, Error *err)
{
        if (type == ADDRESS_NONE || type == ADDRESS_PCI || type == ADDRESS_CCW ||
            (type == ADDRESS_VIRTIO_MMIO && !domain_is_pseries(domain) && !domain_is_s390(domain)))
                return 0;
        return check_refuse(err, "virtio disk cannot have an address of type '%s'", enum_text(AddressType, type));
}

static int check_ide_place(const DriveAddress *place, Error *err)
{
        if (place->controller != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Only 1 IDE controller is supported");
        return place->target == 0 ? 0 : check_refuse(err, "target must be 0 for ide controller");
}

static int check_fdc_place(const DriveAddress *place, Error *err)
{
        if (place->controller != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Only 1 fdc controller is supported");
        if (place->bus != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Only 1 fdc bus is supported");
        return place->target == 0 ? 0 : check_refuse(err, "target must be 0 for controller fdc");
}

static int check_sata_place(const DriveAddress *place, Error *err)
{
        if (place->bus != 0)
                return check_refuse(err, "bus must be 0 for sata controller");
        return place->target == 0 ? 0 : check_refuse(err, "target must be 0 for sata controller");
}

static int check_scsi_place(const Domain *domain, const DriveAddress *place, const QemuCaps *caps, Error *err)
{
        const Controller *controller = controller_find(domain, CONTROLLER_SCSI, place->controller);
        ControllerModel model = controller ? controller->model : CONTROLLER_MODEL_NONE;

        if (place->bus != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "SCSI controller only supports 1 bus");
        if (model == CONTROLLER_MODEL_NONE || model == CONTROLLER_MODEL_AUTO)
                model = controller_scsi_default(domain, caps);
        if (model == CONTROLLER_MODEL_LSILOGIC && place->target != 0)
                return check_refuse(err, "target must be 0 for controller model 'lsilogic'");
        return 0;
}

static int check_place(const Domain *domain, const Disk *disk, const QemuCaps *caps, Error *err)
{
        AddressType type = device_address_type(&disk->info);

        if (disk->bus == DISK_BUS_VIRTIO)
                return check_virtio_place(domain, type, err);
        if (type != ADDRESS_DRIVE)
                return 0;
        switch (disk->bus) {
        case DISK_BUS_IDE: return check_ide_place(&disk->info.address->drive, err);
        case DISK_BUS_FDC: return check_fdc_place(&disk->info.address->drive, err);
        case DISK_BUS_SATA: return check_sata_place(&disk->info.address->drive, err);
        case DISK_BUS_SCSI: return check_scsi_place(domain, &disk->info.address->drive, caps, err);
        default: return 0;
        }
}

static int check_disk(const Domain *domain, const Disk *disk, const QemuCaps *caps, Error *err)
{
        if (check_source(&disk->source, caps, err) < 0 ||
            check_encryption(disk->encryption, &disk->source, caps, err) < 0)
                return -1;
        for (const BackingStore *below = disk->backing; below; below = below->backing)
                if (check_source(&below->source, caps, err) < 0)
                        return -1;
        if (disk_target_number(disk->target) < 0 && disk->bus != DISK_BUS_SD)
                return check_refuse(err, "invalid disk target '%s'", disk->target);
        if (disk->bus != DISK_BUS_SD && g_ascii_isdigit(disk->target[strlen(disk->target) - 1]))
                return check_refuse(err, "invalid disk target '%s', partitions can't appear in disk targets",
                                    disk->target);
        if (disk->source.type == SOURCE_VHOSTUSER && !check_shared_memory(domain))
                return check_refuse(err, "'vhostuser' requires shared memory");
        if (check_device(disk, err) < 0 || check_identity(disk, err) < 0 || check_lun(disk, err) < 0 ||
            check_shape(disk, err) < 0 || check_driver(disk, err) < 0 || check_sharing(disk, err) < 0 ||
            check_tune(domain, disk, err) < 0 || check_iothread(domain, disk, err) < 0)
                return -1;
        return check_place(domain, disk, caps, err);
}

int check_disks(const Domain *domain, const QemuCaps *caps, Error *err)
{
        for (size_t i = 0; i < domain->n_disks; i++)
                if (check_disk(domain, &domain->disks[i], caps, err) < 0)
                        return -1;
        return 0;
}
