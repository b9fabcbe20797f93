/* What shows pictures to the guest's user: graphics cards. */
#include "argv/argv.h"
#include "argv/chardev.h"

/* The base name of a virtio card; a suffix says its bus. */
static const char *gpu_base(const QemuArgv *argv, const Video *video)
{
        if (video->backend == VIDEO_BACKEND_VHOSTUSER)
                return "vhost-user-gpu";
        if (video->accel3d == YESNO_YES && device_address_type(&video->info) != ADDRESS_CCW &&
            qemu_caps_has_flag(argv->caps, QEMU_HAS_VIRTIO_GPU_GL_PCI))
                return "virtio-gpu-gl";
        return "virtio-gpu";
}

/* A virtio card that is a VGA card as well, for firmware; not every machine has one. */
static const char *virtio_vga(const QemuArgv *argv, const Video *video)
{
        if (device_address_type(&video->info) == ADDRESS_CCW)
                return NULL;
        if (video->backend == VIDEO_BACKEND_VHOSTUSER)
                return qemu_caps_has_flag(argv->caps, QEMU_HAS_VHOST_USER_VGA) ? "vhost-user-vga" : NULL;
        if (!qemu_caps_has_flag(argv->caps, QEMU_HAS_VIRTIO_VGA))
                return NULL;
        return video->accel3d == YESNO_YES && qemu_caps_has_flag(argv->caps, QEMU_HAS_VIRTIO_VGA_GL) ? "virtio-vga-gl"
                                                                                                     : "virtio-vga";
}

static const char *primary_driver(const QemuArgv *argv, const Video *video)
{
        switch (video->type) {
        case VIDEO_VGA: return "VGA";
        case VIDEO_CIRRUS: return "cirrus-vga";
        case VIDEO_VMVGA: return "vmware-svga";
        case VIDEO_QXL: return "qxl-vga";
        case VIDEO_VIRTIO: return virtio_vga(argv, video);
        case VIDEO_BOCHS: return "bochs-display";
        case VIDEO_RAMFB: return "ramfb";
        default: return NULL;
        }
}

static const char *secondary_driver(const Video *video)
{
        switch (video->type) {
        case VIDEO_QXL: return "qxl";
        case VIDEO_BOCHS: return "bochs-display";
        case VIDEO_RAMFB: return "ramfb";
        default: return NULL;
        }
}

/* A new card; those that are VGA cards as well take no options of virtio. */
static Json *new_card(const QemuArgv *argv, const Video *video, Error *err)
{
        const char *driver = video->primary == YESNO_YES ? primary_driver(argv, video) : secondary_driver(video);

        if (driver)
                return qdev_new(driver);
        if (video->type == VIDEO_VIRTIO) {
                Json *json = qdev_new_virtio(gpu_base(argv, video), &video->info, VIRTIO_PLAIN);

                qdev_virtio(json, &video->virtio);
                return json;
        }
        return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "video type '%s' is not supported with QEMU",
                          enum_text(VideoType, video->type));
}

/* Older ones have one card, with an option. */
static void old_acceleration(const QemuArgv *argv, const Video *video, Json *json)
{
        if (video->backend != VIDEO_BACKEND_VHOSTUSER && video->accel3d != YESNO_ABSENT &&
            qemu_caps_has_flag(argv->caps, QEMU_HAS_VIRTIO_GPU_VIRGL) &&
            !qemu_caps_has_flag(argv->caps, QEMU_HAS_VIRTIO_GPU_GL_PCI))
                json_set(json, "virgl", json_bool(video->accel3d == YESNO_YES));
}

static void set_outputs(const Video *video, Json *json)
{
        if (video->heads)
                json_set(json, "max_outputs", json_uint(video->heads));
}

static void set_memory(const QemuArgv *argv, const Video *video, Json *json)
{
        const uint64_t kib = 1024;

        switch (video->type) {
        case VIDEO_QXL:
                set_outputs(video, json);
                json_set(json, "ram_size", json_uint(video->ram_kib * kib));
                json_set(json, "vram_size", json_uint(video->vram_kib * kib));
                json_set(json, "vram64_size_mb", json_uint(video->vram64_kib / 1024));
                json_set(json, "vgamem_mb", json_uint(video->vgamem_kib / 1024));
                break;
        case VIDEO_VIRTIO:
                old_acceleration(argv, video, json);
                set_outputs(video, json);
                qdev_switch(json, "blob", video->blob);
                break;
        case VIDEO_VGA:
        case VIDEO_VMVGA:
                if (video->vram_kib)
                        json_set(json, "vgamem_mb", json_uint(video->vram_kib / 1024));
                break;
        case VIDEO_BOCHS:
                if (video->vram_kib)
                        json_set(json, "vgamem", json_uint(video->vram_kib * kib));
                break;
        default: break;
        }
}

/* The card's commands go to a process of its own. */
static int vhost_user(QemuArgv *argv, const Video *video, Json *json, Error *err)
{
        const QemuFdAsk ask = { .kind = QEMU_FD_VHOST_USER, .path = video->info.alias, .alias = video->info.alias };
        g_autofree char *chardev = g_strdup_printf("chr-vu-%s", video->info.alias);
        int fd;

        if (video->backend != VIDEO_BACKEND_VHOSTUSER)
                return 0;
        fd = argv->host->open_fd(argv->host, &ask, err);
        if (fd < 0)
                return -1;
        argv_chardev_fd(argv, chardev, fd);
        qdev_string(json, "chardev", chardev);
        return 0;
}

static int argv_video(QemuArgv *argv, const Video *video, Error *err)
{
        g_autoptr(Json) json = NULL;

        argv->alias = video->info.alias;
        if (video->type == VIDEO_NONE)
                return 0;
        json = new_card(argv, video, err);
        if (!json)
                return -1;
        qdev_string(json, "id", video->info.alias);
        set_memory(argv, video, json);
        if (video->width && video->height) {
                json_set(json, "xres", json_uint(video->width));
                json_set(json, "yres", json_uint(video->height));
        }
        if (vhost_user(argv, video, json, err) < 0 || qdev_address(argv, json, &video->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_videos(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_videos; i++)
                if (argv_video(argv, &argv->domain->videos[i], err) < 0)
                        return -1;
        argv->alias = NULL;
        return 0;
}
