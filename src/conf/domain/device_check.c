/* Rules of single devices that hold for every hypervisor. Nothing here changes them. */
#include <string.h>

#include "domain/hooks.h"

/* Disks */

static const char *missing_part(const Disk *disk)
{
        const Source *source = &disk->source;
        const char *path = NULL;

        switch (source->type) {
        case SOURCE_FILE: path = source->file.path; break;
        case SOURCE_BLOCK: path = source->block.path; break;
        case SOURCE_DIR: path = source->dir.path; break;
        case SOURCE_VHOSTUSER: path = source->vhostuser.path; break;
        case SOURCE_VHOSTVDPA: path = source->vhostvdpa.path; break;
        case SOURCE_VOLUME: path = source->volume.pool && source->volume.volume ? "" : NULL; break;
        default: path = ""; break;
        }
        return path ? NULL : disk->target;
}

/* What leaves its drive may leave it empty; a LUN may be such a drive of the host's. */
static int check_source(const Disk *disk, Error *err)
{
        if (disk->device != DISK_DEVICE_DISK || !missing_part(disk))
                return 0;
        return error_set_from(err, VIR_FROM_DOMAIN, VIR_ERR_NO_SOURCE, "%s", disk->target);
}

static int check_lun(const Disk *disk, Error *err)
{
        if (disk->device == DISK_DEVICE_LUN)
                return 0;
        if (disk->rawio != YESNO_ABSENT)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "rawio can be used only with device='lun'");
        if (disk->sgio != SGIO_DEFAULT)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "sgio can be used only with device='lun'");
        if (disk->source.reservations)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "<reservations/> allowed only for lun devices");
        return 0;
}

/* The first that was said; NULL: none. */
static const char *virtio_option(const VirtioOptions *virtio)
{
        return virtio->iommu         ? "iommu"
               : virtio->ats         ? "ats"
               : virtio->packed      ? "packed"
               : virtio->page_per_vq ? "page_per_vq"
                                     : NULL;
}

static int check_model(const Disk *disk, Error *err)
{
        const char *option = virtio_option(&disk->virtio);

        if (disk->bus == DISK_BUS_VIRTIO)
                return 0;
        if (disk->model != DISK_MODEL_DEFAULT)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "disk model '%s' not supported for bus '%s'",
                                 enum_text(DiskModel, disk->model), enum_text(DiskBus, disk->bus));
        if (disk->queues)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "queues attribute in disk driver element is only supported by virtio-blk");
        if (disk->event_idx != SWITCH_ABSENT)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "disk event_idx mode supported only for virtio bus");
        if (disk->ioeventfd != SWITCH_ABSENT)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "disk ioeventfd mode supported only for virtio bus");
        if (option)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "%s driver option is only supported for virtio devices", option);
        return 0;
}

static bool is_known_name(const char *target)
{
        static const char *const prefixes[] = { "hd", "vd", "sd", "xvd", "ubd" };

        for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
                if (g_str_has_prefix(target, prefixes[i]))
                        return true;
        return false;
}

/* The places on these buses follow from names. */
static int check_target(const Disk *disk, Error *err)
{
        bool has_place = disk->bus == DISK_BUS_IDE || disk->bus == DISK_BUS_SCSI || disk->bus == DISK_BUS_SATA ||
                         disk->bus == DISK_BUS_FDC;

        if ((disk->device == DISK_DEVICE_DISK || disk->device == DISK_DEVICE_LUN) && !is_known_name(disk->target))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Invalid harddisk device name: %s", disk->target);
        if (disk->device == DISK_DEVICE_FLOPPY && !g_str_has_prefix(disk->target, "fd"))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Invalid floppy device name: %s", disk->target);
        if (has_place && !disk->info.address && disk_target_number(disk->target) < 0)
                return error_set(err, VIR_ERR_XML_ERROR, "Unknown disk name '%s' and no address specified",
                                 disk->target);
        if (disk->tray != DISK_TRAY_CLOSED && disk->device != DISK_DEVICE_CDROM && disk->device != DISK_DEVICE_FLOPPY)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "tray is only valid for cdrom and floppy");
        return 0;
}

/* Sixteen hexadecimal digits. */
static bool is_wwn(const char *wwn)
{
        enum { DIGITS = 16 };
        size_t start = g_str_has_prefix(wwn, "0x") ? 2 : 0;

        if (strlen(wwn + start) != DIGITS)
                return false;
        for (const char *c = wwn + start; *c; c++)
                if (!g_ascii_isxdigit(*c))
                        return false;
        return true;
}

static int check_hosts(const NetSource *net, Error *err)
{
        for (size_t i = 0; i < net->n_hosts; i++) {
                const NetHost *host = &net->hosts[i];

                if (host->transport == NET_TRANSPORT_UNIX && !host->socket)
                        return error_set(err, VIR_ERR_XML_ERROR, "missing socket for unix transport");
                if (host->transport != NET_TRANSPORT_UNIX && host->socket)
                        return error_set(err, VIR_ERR_XML_ERROR, "transport '%s' does not support socket attribute",
                                         host->transport ? enum_text(NetTransport, host->transport) : "tcp");
                if (host->transport != NET_TRANSPORT_UNIX && !host->name)
                        return error_set(err, VIR_ERR_XML_ERROR, "missing name for host");
        }
        return 0;
}

static int check_network(const NetSource *net, Error *err)
{
        for (size_t i = 0; i < net->n_cookies; i++)
                for (size_t k = 0; k < i; k++)
                        if (g_strcmp0(net->cookies[i].name, net->cookies[k].name) == 0)
                                return error_set(err, VIR_ERR_XML_ERROR, "duplicate cookie '%s'", net->cookies[i].name);
        /* A pool, or a volume of Gluster, and the image in it. */
        if ((net->protocol == NET_PROTOCOL_RBD || net->protocol == NET_PROTOCOL_GLUSTER) && net->name &&
            (!strchr(net->name, '/') || net->name[0] == '/' || !strchr(net->name, '/')[1]))
                return error_set(err, VIR_ERR_XML_ERROR, "can't split path '%s' into pool name and image name",
                                 net->name);
        return check_hosts(net, err);
}

/* A vhost-user device is a program's, which has all of this to itself. */
static int check_vhostuser(const Disk *disk, Error *err)
{
        if (disk->bus != DISK_BUS_VIRTIO)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "vhostuser disk supports only virtio bus");
        if (disk->snapshot != DISK_SNAPSHOT_DEFAULT && disk->snapshot != DISK_SNAPSHOT_NO)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "only snapshot=no is supported with vhostuser disk");
        return 0;
}

static int check_disk(const Disk *disk, Error *err)
{
        if (check_source(disk, err) < 0 || check_lun(disk, err) < 0 || check_model(disk, err) < 0 ||
            check_target(disk, err) < 0)
                return -1;
        if (disk->sgio == SGIO_UNFILTERED)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unfiltered sgio is no longer supported");
        if (disk->wwn && !is_wwn(disk->wwn))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Malformed wwn: %s", disk->wwn);
        if (disk->source.type == SOURCE_VHOSTUSER &&
            (check_vhostuser(disk, err) < 0 || disk_check_vhostuser(disk, err) < 0))
                return -1;
        return disk->source.type == SOURCE_NETWORK ? check_network(&disk->source.net, err) : 0;
}

/* Input */

static int check_ps2(const Input *input, Error *err)
{
        if (input->type != INPUT_MOUSE && input->type != INPUT_KEYBOARD)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "ps2 bus does not support %s input device",
                                 enum_text(InputType, input->type));
        return 0;
}

static int check_input(const Domain *d, const Input *input, Error *err)
{
        bool hvm = g_strcmp0(d->os.type, "hvm") == 0;

        if (input->model != INPUT_MODEL_DEFAULT && input->bus != INPUT_BUS_VIRTIO)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "only bus 'virtio' is supported for input model '%s'",
                                 enum_text(InputModel, input->model));
        if (input->type == INPUT_EVDEV && input->bus != INPUT_BUS_NONE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "input evdev doesn't support bus element");
        if (input->type == INPUT_EVDEV && !input->dev && (input->grab || input->grab_toggle || input->repeat))
                return error_set(err, VIR_ERR_XML_ERROR, "Missing evdev path for input device");
        if (hvm && input->bus == INPUT_BUS_PS2 && check_ps2(input, err) < 0)
                return -1;
        if (hvm && (input->bus == INPUT_BUS_XEN || input->bus == INPUT_BUS_PARALLELS))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unsupported input bus %s",
                                 enum_text(InputBus, input->bus));
        return 0;
}

/* Video, graphics and sound */

static int check_video(const Video *video, Error *err)
{
        bool qxl = video->type == VIDEO_QXL;
        const char *option = virtio_option(&video->virtio);

        if (option && video->type != VIDEO_VIRTIO && video->type != VIDEO_NONE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "%s driver option is only supported for virtio devices", option);

        if (video->backend == VIDEO_BACKEND_VHOSTUSER && video->type != VIDEO_VIRTIO)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "'%s' driver is only supported with '%s' device",
                                 "vhostuser", "virtio");
        if (video->rendernode && video->backend != VIDEO_BACKEND_VHOSTUSER)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "unsupported rendernode accel attribute without 'vhostuser'");
        if (video->ram_kib && !qxl)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "ram attribute only supported for video type qxl");
        if (video->vram64_kib && !qxl)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "vram64 attribute only supported for video type qxl");
        if (video->vgamem_kib && !qxl)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "vgamem attribute only supported for video type qxl");
        if (!video->width != !video->height)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing required attribute '%s' in element 'resolution'",
                                 video->width ? "y" : "x");
        return 0;
}

static int check_videos(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_videos; i++) {
                if (check_video(&d->videos[i], err) < 0)
                        return -1;
                if (i > 0 && d->videos[i].primary == YESNO_YES)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Only one primary video device is supported");
        }
        return 0;
}

static int check_audio_direction(const AudioDirection *side, Error *err)
{
        if (side->fixed_settings == YESNO_YES && side->mixing_engine != YESNO_YES)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "fixed audio settings requires mixing engine");
        if (side->settings && side->fixed_settings != YESNO_YES)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "audio settings specified without fixed settings flag");
        return 0;
}

static int need_audio(const Domain *d, unsigned id, Error *err)
{
        for (size_t i = 0; i < d->n_audios; i++)
                if (d->audios[i].id == id)
                        return 0;
        return id == 0 ? 0 : error_set(err, VIR_ERR_XML_ERROR, "no audio device with ID %u", id);
}

static int check_audios(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_audios; i++) {
                const Audio *audio = &d->audios[i];

                for (size_t k = 0; k < i; k++)
                        if (audio->id && d->audios[k].id == audio->id)
                                return error_set(err, VIR_ERR_XML_ERROR, "audio ID %u is used multiple times",
                                                 audio->id);
                if (check_audio_direction(&audio->input, err) < 0 || check_audio_direction(&audio->output, err) < 0)
                        return -1;
        }
        for (size_t i = 0; i < d->n_sounds; i++)
                if (need_audio(d, d->sounds[i].audio, err) < 0)
                        return -1;
        for (size_t i = 0; i < d->n_graphics; i++)
                if (d->graphics[i].type == GRAPHICS_VNC && need_audio(d, d->graphics[i].vnc.audio, err) < 0)
                        return -1;
        return 0;
}

/* File systems, vsock, memory */

static int check_filesystem(const Filesystem *filesystem, Error *err)
{
        const char *source = filesystem->source ? filesystem->source : filesystem->source_file;

        source = source ? source : filesystem->source_dev ? filesystem->source_dev : filesystem->source_name;
        source = source ? source : filesystem->source_volume;
        if (!filesystem->target)
                return error_set_from(err, VIR_FROM_DOMAIN, VIR_ERR_NO_TARGET, source ? "%s" : NULL, source);
        if (!source && !filesystem->socket && filesystem->type != FILESYSTEM_RAM)
                return error_set_from(err, VIR_FROM_DOMAIN, VIR_ERR_NO_SOURCE, "%s", filesystem->target);
        return 0;
}

static int check_vsock(const Domain *d, Error *err)
{
        enum { FIRST_GUEST = 3 };

        if (d->vsock && d->vsock->cid && d->vsock->cid < FIRST_GUEST)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "guest CIDs must be >= %d", FIRST_GUEST);
        return 0;
}

static int check_rng(const Rng *rng, Error *err)
{
        if (rng->backend == RNG_BACKEND_EGD && rng->egd.type == CHARDEV_NONE)
                return error_set(err, VIR_ERR_XML_ERROR, "missing EGD backend type");
        return 0;
}

static int check_smartcard(const Smartcard *smartcard, Error *err)
{
        enum { CERTIFICATES = 3 };

        if (smartcard->mode == SMARTCARD_HOST_CERTIFICATES && smartcard->n_certificates != CERTIFICATES)
                return error_set(err, VIR_ERR_XML_ERROR, "host-certificates mode needs exactly three certificates");
        if (smartcard->mode == SMARTCARD_PASSTHROUGH && smartcard->source.type == CHARDEV_NONE)
                return error_set(err, VIR_ERR_XML_ERROR, "passthrough mode requires a character device type attribute");
        return 0;
}

static int check_channel(const Channel *channel, Error *err)
{
        const Chardev *source = &channel->source;

        if ((source->type == CHARDEV_SPICEVMC || source->type == CHARDEV_QEMU_VDAGENT) &&
            channel->target != CHANNEL_TARGET_VIRTIO)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s device type only supports virtio",
                                 enum_text(ChardevType, source->type));
        if (source->type == CHARDEV_SPICEPORT && !source->channel.channel)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Missing source channel attribute for char device");
        return 0;
}

/* "naa." and sixteen hexadecimal digits. */
static int check_wwpn(const char *wwpn, Error *err)
{
        static const char prefix[] = "naa.";
        enum { START = sizeof(prefix) - 1 };

        if (!wwpn)
                return error_set(err, VIR_ERR_XML_ERROR, "missing vhost-scsi hostdev source wwpn");
        if (!g_str_has_prefix(wwpn, prefix) || g_str_has_prefix(wwpn + START, "0x") || !is_wwn(wwpn + START))
                return error_set(err, VIR_ERR_XML_ERROR, "malformed 'wwpn' value");
        return 0;
}

/* What only one kind of them has. */
static int check_hostdev_kind(const Hostdev *hostdev, Error *err)
{
        AddressType type = hostdev->info.address ? hostdev->info.address->type : ADDRESS_NONE;

        if (hostdev->sgio != SGIO_DEFAULT && hostdev->type != HOSTDEV_SCSI)
                return error_set(err, VIR_ERR_XML_ERROR, "sgio is only supported for scsi host device");
        if (hostdev->rawio != YESNO_ABSENT && hostdev->type != HOSTDEV_SCSI)
                return error_set(err, VIR_ERR_XML_ERROR, "rawio is only supported for scsi host device");
        if (hostdev->type == HOSTDEV_PCI && type != ADDRESS_NONE && type != ADDRESS_PCI && type != ADDRESS_UNASSIGNED)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "PCI host devices must use 'pci' or 'unassigned' address type");
        if (hostdev->type == HOSTDEV_SCSI && type != ADDRESS_NONE && type != ADDRESS_DRIVE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "SCSI host device must use 'drive' address type");
        return 0;
}

static int check_hostdev(const Hostdev *hostdev, Error *err)
{
        AddressType type = hostdev->info.address ? hostdev->info.address->type : ADDRESS_NONE;
        Uuid uuid;

        if (hostdev->mode != HOSTDEV_MODE_SUBSYSTEM)
                return 0;
        if (check_hostdev_kind(hostdev, err) < 0)
                return -1;
        if (hostdev->type == HOSTDEV_SCSI_HOST && !hostdev->scsi_host.protocol)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing scsi_host subsystem protocol");
        if (hostdev->type == HOSTDEV_SCSI_HOST && check_wwpn(hostdev->scsi_host.wwpn, err) < 0)
                return -1;
        if (hostdev->type == HOSTDEV_SCSI_HOST && type != ADDRESS_NONE && type != ADDRESS_PCI && type != ADDRESS_CCW)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "SCSI_host host device must use 'pci' or 'ccw' address type");
        if (hostdev->type == HOSTDEV_MDEV && hostdev->mdev.uuid && !uuid_parse(hostdev->mdev.uuid, uuid))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Cannot parse uuid attribute of element <address>");
        if (hostdev->model != HOSTDEV_MODEL_DEFAULT && hostdev->type != HOSTDEV_MDEV &&
            hostdev->type != HOSTDEV_SCSI_HOST)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "'model' attribute in <hostdev> is only supported when type='%s'", "mdev");
        return 0;
}

#define CHECK_EACH(d, list, check)                                                                                     \
        for (size_t i = 0; i < (d)->n_##list; i++)                                                                     \
                if (check(&(d)->list[i], err) < 0)                                                                     \
                        return -1;

int domain_check_each_device(const Domain *d, Error *err)
{
        CHECK_EACH(d, disks, check_disk)
        CHECK_EACH(d, filesystems, check_filesystem)
        CHECK_EACH(d, rngs, check_rng)
        CHECK_EACH(d, smartcards, check_smartcard)
        CHECK_EACH(d, channels, check_channel)
        CHECK_EACH(d, hostdevs, check_hostdev)
        for (size_t i = 0; i < d->n_inputs; i++)
                if (check_input(d, &d->inputs[i], err) < 0)
                        return -1;
        if (check_videos(d, err) < 0 || check_audios(d, err) < 0)
                return -1;
        return check_vsock(d, err);
}
