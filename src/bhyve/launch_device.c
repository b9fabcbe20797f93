/* Devices as arguments: -s SLOT:FUNCTION,DEVICE and -l DEVICE. */
#include <stdarg.h>
#include <string.h>

#include "launch.h"

void bhyve_add(GPtrArray *words, const char *word)
{
        g_ptr_array_add(words, g_strdup(word));
}

void bhyve_add_format(GPtrArray *words, const char *format, ...)
{
        va_list args;

        va_start(args, format);
        g_ptr_array_add(words, g_strdup_vprintf(format, args));
        va_end(args);
}

const char *bhyve_disk_path(const Disk *disk)
{
        switch (disk->source.type) {
        case SOURCE_FILE: return disk->source.file.path;
        case SOURCE_BLOCK: return disk->source.block.path;
        default: return NULL;
        }
}

/* "-s 3:0,DEVICE"; @detail is taken over. */
static void add_slot(GPtrArray *words, const DeviceInfo *info, char *detail)
{
        g_autofree char *owned = detail;
        const PciAddress *pci = &info->address->pci;

        bhyve_add(words, "-s");
        bhyve_add_format(words, "%u:%u,%s", pci->slot, pci->function, owned);
}

static int need_feature(const BhyveLaunch *launch, unsigned feature, const char *what, Error *err)
{
        if (launch->features & feature)
                return 0;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Installed bhyve binary does not support %s", what);
}

/* A comma would begin another detail. */
static int check_word(const char *word, const char *what, Error *err)
{
        if (!strchr(word, ','))
                return 0;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s '%s' may not contain ','", what, word);
}

static bool is_on(const Disk *disk, const Controller *controller)
{
        const Address *address = disk->info.address;

        return disk->bus == DISK_BUS_SATA && address && address->type == ADDRESS_DRIVE &&
               address->drive.controller == controller->index.value;
}

/* Its disks, each "hd:PATH" or "cd:PATH"; an old bhyve has one only. */
static int add_ahci(GPtrArray *words, const Domain *d, const Controller *controller, const BhyveLaunch *launch,
                    Error *err)
{
        g_autoptr(GString) disks = g_string_new(NULL);
        bool many = launch->features & BHYVE_AHCI_32_SLOT;
        unsigned n = 0;

        for (size_t i = 0; i < d->n_disks; i++) {
                const Disk *disk = &d->disks[i];
                const char *path = bhyve_disk_path(disk);
                bool cdrom = disk->device == DISK_DEVICE_CDROM;

                if (!is_on(disk, controller) || (!path && cdrom))
                        continue;
                if (!path || (!cdrom && disk->device != DISK_DEVICE_DISK))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "unsupported disk '%s': bhyve opens files and block devices", disk->target);
                if (check_word(path, "Disk path", err) < 0)
                        return -1;
                if (!many && n > 0)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "Installed bhyve binary does not support more than one disk on a controller");
                g_string_append_printf(disks, many ? ",%cd:%s" : "-%cd,%s", cdrom ? 'c' : 'h', path);
                n++;
        }
        if (n > 0)
                add_slot(words, &controller->info, g_strconcat("ahci", disks->str, NULL));
        return 0;
}

static int add_usb(GPtrArray *words, const Domain *d, const Controller *controller, const BhyveLaunch *launch,
                   Error *err)
{
        unsigned tablets = 0;

        if (need_feature(launch, BHYVE_XHCI, "xHCI controller", err) < 0)
                return -1;
        for (size_t i = 0; i < d->n_inputs; i++) {
                if (d->inputs[i].type != INPUT_TABLET || d->inputs[i].bus != INPUT_BUS_USB)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "only USB tablets are supported for input");
                tablets++;
        }
        if (tablets != 1)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "xHCI controller must have exactly one input device, found %u", tablets);
        add_slot(words, &controller->info, g_strdup("xhci,tablet"));
        return 0;
}

static int add_controllers(GPtrArray *words, const Domain *d, const BhyveLaunch *launch, Error *err)
{
        for (size_t i = 0; i < d->n_controllers; i++) {
                const Controller *controller = &d->controllers[i];
                int r = 0;

                switch (controller->type) {
                case CONTROLLER_PCI: break;
                case CONTROLLER_ISA: add_slot(words, &controller->info, g_strdup("lpc")); break;
                case CONTROLLER_SATA: r = add_ahci(words, d, controller, launch, err); break;
                case CONTROLLER_USB: r = add_usb(words, d, controller, launch, err); break;
                default:
                        r = error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported controller '%s'",
                                      enum_text(ControllerType, controller->type));
                }
                if (r < 0)
                        return -1;
        }
        return 0;
}

static int add_interface(GPtrArray *words, const Interface *interface, const char *tap, const BhyveLaunch *launch,
                         Error *err)
{
        char mac[MAC_TEXT_LENGTH];
        bool e1000 = g_strcmp0(interface->model, "e1000") == 0;

        if (interface->type != INTERFACE_BRIDGE && interface->type != INTERFACE_NETWORK)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Network type %s is not supported",
                                 enum_text(InterfaceType, interface->type));
        if (!e1000 && g_strcmp0(interface->model, "virtio") != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "NIC model '%s' is not supported: virtio or e1000",
                                 interface->model ? interface->model : "");
        if (e1000 && need_feature(launch, BHYVE_NET_E1000, "e1000 NIC model", err) < 0)
                return -1;
        mac_format(&interface->mac, mac);
        add_slot(words, &interface->info, g_strdup_printf("%s,%s,mac=%s", e1000 ? "e1000" : "virtio-net", tap, mac));
        return 0;
}

static int add_interfaces(GPtrArray *words, const Domain *d, const BhyveLaunch *launch, Error *err)
{
        if (launch->n_taps < d->n_interfaces)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "%zu tap devices for %zu interfaces", launch->n_taps,
                                 d->n_interfaces);
        for (size_t i = 0; i < d->n_interfaces; i++)
                if (add_interface(words, &d->interfaces[i], launch->taps[i], launch, err) < 0)
                        return -1;
        return 0;
}

static int add_virtio_disks(GPtrArray *words, const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_disks; i++) {
                const Disk *disk = &d->disks[i];
                const char *path = bhyve_disk_path(disk);

                if (disk->bus == DISK_BUS_SATA)
                        continue;
                if (disk->bus != DISK_BUS_VIRTIO || disk->device != DISK_DEVICE_DISK || !path)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported disk '%s' on bus %s",
                                         disk->target, enum_text(DiskBus, disk->bus));
                if (check_word(path, "Disk path", err) < 0)
                        return -1;
                add_slot(words, &disk->info, g_strconcat("virtio-blk,", path, NULL));
        }
        return 0;
}

/* Where the screen's VNC server listens: "tcp=ADDRESS:PORT". */
static int add_vnc_place(GString *detail, const VncGraphics *vnc, const BhyveLaunch *launch, Error *err)
{
        const GraphicsListen *listen = vnc->n_listens > 0 ? &vnc->listens[0] : NULL;
        const char *address = listen && listen->address ? listen->address : "127.0.0.1";
        bool v6 = strchr(address, ':');

        if (listen && listen->type != LISTEN_ADDRESS)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported listen type of VNC: only an address");
        if (check_word(address, "VNC address", err) < 0)
                return -1;
        g_string_append_printf(detail, ",tcp=%s%s%s:%d", v6 ? "[" : "", address, v6 ? "]" : "",
                               vnc->autoport == YESNO_YES || vnc->port <= 0 ? (int)launch->vnc_port : vnc->port);
        return 0;
}

static int add_vnc_password(GString *detail, const VncGraphics *vnc, const BhyveLaunch *launch, Error *err)
{
        if (!vnc->password)
                return 0;
        if (need_feature(launch, BHYVE_VNC_PASSWORD, "VNC Password", err) < 0)
                return -1;
        if (strchr(vnc->password, ','))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Password may not contain ',' character");
        g_string_append_printf(detail, ",password=%s", vnc->password);
        return 0;
}

static int check_screen(const Domain *d, const BhyveLaunch *launch, Error *err)
{
        if (need_feature(launch, BHYVE_FBUF, "framebuffer", err) < 0)
                return -1;
        if (d->n_graphics > 1 || d->graphics[0].type != GRAPHICS_VNC)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "only a single VNC graphics is supported");
        if (d->n_videos != 1 || d->videos[0].type != VIDEO_GOP)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "only a single video device of model gop is supported");
        if (!d->os.loader)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Graphics are only supported when booting using UEFI: give an <os> <loader>");
        return 0;
}

static int add_screen(GPtrArray *words, const Domain *d, const BhyveLaunch *launch, Error *err)
{
        g_autoptr(GString) detail = g_string_new("fbuf");
        const Video *video = d->videos;

        if (d->n_graphics == 0)
                return 0;
        if (check_screen(d, launch, err) < 0 || add_vnc_place(detail, &d->graphics[0].vnc, launch, err) < 0)
                return -1;
        if (video->width && video->height)
                g_string_append_printf(detail, ",w=%u,h=%u", video->width, video->height);
        if (video->vgaconf != VGACONF_DEFAULT)
                g_string_append_printf(detail, ",vga=%s", enum_text(VideoVga, video->vgaconf));
        if (add_vnc_password(detail, &d->graphics[0].vnc, launch, err) < 0)
                return -1;
        add_slot(words, &video->info, g_string_free(g_steal_pointer(&detail), FALSE));
        return 0;
}

static const Audio *audio_of(const Domain *d, const Sound *sound)
{
        for (size_t i = 0; i < d->n_audios; i++)
                if (d->audios[i].id == sound->audio)
                        return &d->audios[i];
        return NULL;
}

static int add_sound(GPtrArray *words, const Domain *d, const Sound *sound, const BhyveLaunch *launch, Error *err)
{
        const Audio *audio = audio_of(d, sound);
        const char *play = audio ? audio->output.dev : NULL, *record = audio ? audio->input.dev : NULL;

        if (need_feature(launch, BHYVE_SOUND_HDA, "sound", err) < 0)
                return -1;
        if (sound->model != SOUND_ICH7)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Sound device model '%s' is not supported: only ich7",
                                 enum_text(SoundModel, sound->model));
        if (audio && audio->type != AUDIO_OSS)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported audio backend '%s': only oss",
                                 enum_text(AudioType, audio->type));
        if ((play && check_word(play, "Audio device", err) < 0) ||
            (record && check_word(record, "Audio device", err) < 0))
                return -1;
        add_slot(words, &sound->info,
                 g_strdup_printf("hda%s%s%s%s", play ? ",play=" : "", play ? play : "", record ? ",rec=" : "",
                                 record ? record : ""));
        return 0;
}

static int add_filesystem(GPtrArray *words, const Filesystem *fs, const BhyveLaunch *launch, Error *err)
{
        if (need_feature(launch, BHYVE_VIRTIO_9P, "virtio-9p", err) < 0)
                return -1;
        if (fs->type != FILESYSTEM_MOUNT || !fs->source || !fs->target)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "only filesystems of type mount are supported");
        if (strchr(fs->target, '=') || check_word(fs->target, "Filesystem target", err) < 0 ||
            check_word(fs->source, "Filesystem source", err) < 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Filesystem target '%s' may not contain '='",
                                 fs->target);
        add_slot(words, &fs->info,
                 g_strdup_printf("virtio-9p,%s=%s%s", fs->target, fs->source, fs->readonly ? ",ro" : ""));
        return 0;
}

/* The guest's end of a null modem. */
static int add_serials(GPtrArray *words, const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_serials; i++) {
                const Serial *serial = &d->serials[i];

                if (serial->source.type != CHARDEV_NMDM)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "only nmdm console types are supported");
                if (serial->port.value > 1)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "serial port %u: bhyve has com1 and com2 only", serial->port.value);
                bhyve_add(words, "-l");
                bhyve_add_format(words, "com%u,%s", serial->port.value + 1, serial->source.nmdm.master);
        }
        return 0;
}

int bhyve_add_devices(GPtrArray *words, const Domain *d, const BhyveLaunch *launch, Error *err)
{
        if (add_controllers(words, d, launch, err) < 0 || add_interfaces(words, d, launch, err) < 0 ||
            add_virtio_disks(words, d, err) < 0 || add_screen(words, d, launch, err) < 0)
                return -1;
        for (size_t i = 0; i < d->n_sounds; i++)
                if (add_sound(words, d, &d->sounds[i], launch, err) < 0)
                        return -1;
        for (size_t i = 0; i < d->n_filesystems; i++)
                if (add_filesystem(words, &d->filesystems[i], launch, err) < 0)
                        return -1;
        return add_serials(words, d, err);
}
