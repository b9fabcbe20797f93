/* See check.h: what a guest shows and plays, and what people type and point with. */
#include "rules/check.h"

#include <string.h>

/* Video */

/* What a card is called in what a binary can; QEMU_FLAG_MAX_: no binary has it. */
static const struct VideoAbility {
        QemuFlag flag, other; /* one of them */
        bool heads, resolution, secondary, known;
} videos[VIDEO_MAX_] = {
        [VIDEO_VGA] = { QEMU_HAS_VGA, QEMU_HAS_VGA, .resolution = true, .known = true },
        [VIDEO_CIRRUS] = { QEMU_HAS_CIRRUS_VGA, QEMU_HAS_CIRRUS_VGA, .known = true },
        [VIDEO_VMVGA] = { QEMU_HAS_VMWARE_SVGA, QEMU_HAS_VMWARE_SVGA, .known = true },
        [VIDEO_QXL] = { QEMU_HAS_QXL, QEMU_HAS_QXL, .heads = true, .resolution = true, .secondary = true,
                        .known = true },
        [VIDEO_VIRTIO] = { QEMU_HAS_VIRTIO_GPU, QEMU_HAS_VIRTIO_GPU_CCW, .heads = true, .resolution = true,
                           .secondary = true, .known = true },
        [VIDEO_BOCHS] = { QEMU_HAS_BOCHS_DISPLAY, QEMU_HAS_BOCHS_DISPLAY, .resolution = true, .known = true },
        [VIDEO_RAMFB] = { QEMU_HAS_RAMFB, QEMU_HAS_RAMFB, .known = true },
};

static bool can_show(const Video *video, const QemuCaps *caps)
{
        const struct VideoAbility *can = &videos[video->type];

        if (!can->known)
                return false;
        if (video->backend == VIDEO_BACKEND_VHOSTUSER)
                return qemu_caps_has_flag(caps, QEMU_HAS_VHOST_USER_GPU);
        return qemu_caps_has_flag(caps, can->flag) || qemu_caps_has_flag(caps, can->other);
}

static int check_video(const Video *video, const QemuCaps *caps, Error *err)
{
        const struct VideoAbility *can = &videos[video->type];
        const char *name = enum_text(VideoType, video->type);

        if (video->type == VIDEO_NONE)
                return 0;
        if (!can_show(video, caps))
                return check_refuse(err, "domain configuration does not support video model '%s'", name);
        if (video->primary != YESNO_YES && !can->secondary)
                return check_refuse(err, "video type '%s' is only valid as primary video device", name);
        if (video->accel2d == YESNO_YES)
                return check_refuse(err, "qemu does not support the accel2d setting");
        if (video->accel3d == YESNO_YES && video->type != VIDEO_VIRTIO)
                return check_refuse(err, "3d acceleration is supported only with 'virtio' video device");
        if (video->heads != 1 && !can->heads)
                return check_refuse(err, "video type '%s' doesn't support multiple 'heads'", name);
        if (video->width && !can->resolution)
                return error_set(err, VIR_ERR_XML_ERROR, "model resolution is not supported");
        if ((video->type == VIDEO_VGA || video->type == VIDEO_VMVGA) && video->vram_kib < 1024)
                return check_refuse(err, "value for 'vram' must be at least 1 MiB (1024 KiB)");
        if (video->vgamem_kib && video->vgamem_kib < 1024)
                return check_refuse(err, "value for 'vgamem' must be at least 1 MiB (1024 KiB)");
        if (video->vgamem_kib & (video->vgamem_kib - 1))
                return check_refuse(err, "value for 'vgamem' must be power of two");
        if (video->type == VIDEO_RAMFB && video->info.address)
                return check_refuse(err, "address not supported for video type ramfb");
        return 0;
}

/* Graphics */

static int check_password(const char *password, Error *err)
{
        enum { VNC_PASSWORD_MAX = 8 };

        if (password && strlen(password) > VNC_PASSWORD_MAX)
                return check_refuse(err, "VNC password is %zu characters long, only %d permitted", strlen(password),
                                    VNC_PASSWORD_MAX);
        return 0;
}

/* Who is connected stays so: QEMU can nothing else with VNC. */
static int check_vnc(const VncGraphics *vnc, Error *err)
{
        if (vnc->connected != PASSWORD_ACTION_DEFAULT && vnc->connected != PASSWORD_ACTION_KEEP)
                return check_refuse(err, "VNC supports connected='keep' only");
        return check_password(vnc->password, err);
}

/* What D-Bus carries is the sound of a backend made for it. */
static int check_dbus(const Domain *domain, const DbusGraphics *dbus, Error *err)
{
        for (size_t i = 0; i < domain->n_audios; i++)
                if (dbus->audio && domain->audios[i].id == dbus->audio && domain->audios[i].type != AUDIO_DBUS)
                        return check_refuse(err, "The associated audio is not of 'dbus' kind.");
        return 0;
}

static int check_one_graphics(const Domain *domain, const Graphics *graphics, const QemuCaps *caps, Error *err)
{
        bool can;

        switch (graphics->type) {
        case GRAPHICS_SDL: can = qemu_caps_has_flag(caps, QEMU_HAS_SDL); break;
        case GRAPHICS_VNC: can = qemu_caps_has_flag(caps, QEMU_HAS_VNC); break;
        case GRAPHICS_SPICE: can = qemu_caps_has_flag(caps, QEMU_HAS_SPICE); break;
        case GRAPHICS_EGL_HEADLESS: can = qemu_caps_has_flag(caps, QEMU_HAS_EGL_HEADLESS); break;
        case GRAPHICS_DBUS: can = qemu_caps_has_flag(caps, QEMU_HAS_DISPLAY_DBUS); break;
        default: can = false; break;
        }
        if (!can)
                return check_refuse(err, "%s graphics are not supported with this QEMU",
                                    enum_text(GraphicsType, graphics->type));
        switch (graphics->type) {
        case GRAPHICS_VNC: return check_vnc(&graphics->vnc, err);
        case GRAPHICS_DBUS: return check_dbus(domain, &graphics->dbus, err);
        default: return 0;
        }
}

static bool has_graphics(const Domain *domain, GraphicsType type)
{
        for (size_t i = 0; i < domain->n_graphics; i++)
                if (domain->graphics[i].type == type)
                        return true;
        return false;
}

static int check_graphics(const Domain *domain, const QemuCaps *caps, Error *err)
{
        for (size_t i = 0; i < domain->n_graphics; i++)
                if (check_one_graphics(domain, &domain->graphics[i], caps, err) < 0)
                        return -1;
        if (has_graphics(domain, GRAPHICS_EGL_HEADLESS) && domain->n_graphics > 1 &&
            !has_graphics(domain, GRAPHICS_VNC) && !has_graphics(domain, GRAPHICS_SPICE))
                return check_refuse(err, "graphics type 'egl-headless' is only supported with one of: 'vnc', 'spice' "
                                         "graphics types");
        for (size_t i = 0; i < domain->n_graphics; i++)
                if (domain->graphics[i].type == GRAPHICS_SPICE && domain->graphics[i].spice.gl == YESNO_YES &&
                    has_graphics(domain, GRAPHICS_EGL_HEADLESS))
                        return check_refuse(err, "multiple OpenGL displays are not supported by QEMU");
        return 0;
}

/* Character devices and sounds that SPICE carries */

static int need_spice(const Domain *domain, const Chardev *source, Error *err)
{
        if ((source->type == CHARDEV_SPICEVMC || source->type == CHARDEV_SPICEPORT) &&
            !has_graphics(domain, GRAPHICS_SPICE))
                return check_refuse(err, "chardev '%s' not supported without spice graphics",
                                    enum_text(ChardevType, source->type));
        return 0;
}

#define NEED_SPICE(list, member)                                                                                       \
        for (size_t i = 0; i < domain->n_##list; i++)                                                                  \
                if (need_spice(domain, &domain->list[i].member, err) < 0)                                              \
                        return -1;

static int check_spice(const Domain *domain, Error *err)
{
        NEED_SPICE(serials, source)
        NEED_SPICE(parallels, source)
        NEED_SPICE(consoles, source)
        NEED_SPICE(channels, source)
        NEED_SPICE(redirdevs, source)
        NEED_SPICE(smartcards, source)
        NEED_SPICE(rngs, egd)
        for (size_t i = 0; i < domain->n_audios; i++)
                if (domain->audios[i].type == AUDIO_SPICE && !has_graphics(domain, GRAPHICS_SPICE))
                        return check_refuse(err, "Spice audio is not supported without spice graphics");
        return 0;
}

static bool has_codec(const Sound *sound, SoundCodecType type)
{
        for (size_t i = 0; i < sound->n_codecs; i++)
                if (sound->codecs[i].type == type)
                        return true;
        return false;
}

static int check_sound(const Sound *sound, const QemuCaps *caps, Error *err)
{
        bool hda = sound->model == SOUND_ICH6 || sound->model == SOUND_ICH9;

        if (sound->model == SOUND_USB && !qemu_caps_has_flag(caps, QEMU_HAS_USB_AUDIO))
                return check_refuse(err, "usb-audio controller is not supported by this QEMU binary");
        if (sound->model == SOUND_ICH9 && !qemu_caps_has_flag(caps, QEMU_HAS_ICH9_INTEL_HDA))
                return check_refuse(err, "The ich9-intel-hda audio controller is not supported in this QEMU binary");
        if (sound->model == SOUND_ICH7 || sound->model == SOUND_NONE)
                return check_refuse(err, "sound card model '%s' is not supported by qemu",
                                    enum_text(SoundModel, sound->model));
        if (hda && has_codec(sound, SOUND_CODEC_MICRO) && !qemu_caps_has_flag(caps, QEMU_HAS_HDA_MICRO))
                return check_refuse(err, "hda-micro not supported in this QEMU binary");
        if (hda && has_codec(sound, SOUND_CODEC_OUTPUT) && !qemu_caps_has_flag(caps, QEMU_HAS_HDA_OUTPUT))
                return check_refuse(err, "hda-output not supported in this QEMU binary");
        return 0;
}

/* Input */

static int check_virtio_input(const Input *input, const QemuCaps *caps, Error *err)
{
        bool ccw = device_address_type(&input->info) == ADDRESS_CCW;
        bool can;

        if (input->model == INPUT_MODEL_VIRTIO_TRANSITIONAL || input->model == INPUT_MODEL_VIRTIO_NON_TRANSITIONAL)
                return check_refuse(err, "virtio (non-)transitional models are not supported for input type=%s",
                                    enum_text(InputType, input->type));
        switch (input->type) {
        case INPUT_MOUSE:
                can = qemu_caps_has_flag(caps, ccw ? QEMU_HAS_VIRTIO_MOUSE_CCW : QEMU_HAS_VIRTIO_MOUSE);
                break;
        case INPUT_TABLET:
                can = qemu_caps_has_flag(caps, ccw ? QEMU_HAS_VIRTIO_TABLET_CCW : QEMU_HAS_VIRTIO_TABLET);
                break;
        case INPUT_KEYBOARD:
                can = qemu_caps_has_flag(caps, ccw ? QEMU_HAS_VIRTIO_KEYBOARD_CCW : QEMU_HAS_VIRTIO_KEYBOARD);
                break;
        case INPUT_PASSTHROUGH: can = ccw || qemu_caps_has_flag(caps, QEMU_HAS_VIRTIO_INPUT_HOST); break;
        default: return 0;
        }
        if (!can)
                return check_refuse(err, "virtio-input %s is not supported by this QEMU binary",
                                    enum_text(InputType, input->type));
        return 0;
}

static int check_input(const Domain *domain, const Input *input, const QemuCaps *caps, Error *err)
{
        if (input->type == INPUT_EVDEV)
                return qemu_caps_has_flag(caps, QEMU_HAS_INPUT_LINUX)
                               ? 0
                               : check_refuse(err, "input-linux device is not supported with this QEMU binary");
        if (input->type == INPUT_PASSTHROUGH && input->bus != INPUT_BUS_VIRTIO)
                return check_refuse(err, "only bus 'virtio' is supported for 'passthrough' input devices");
        if (input->bus == INPUT_BUS_PS2 && !domain_is_x86(domain) && !qemu_caps_has_flag(caps, QEMU_HAS_I8042))
                return check_refuse(err, "ps2 is not supported by this QEMU binary");
        if (input->bus == INPUT_BUS_USB && input->type == INPUT_KEYBOARD && !qemu_caps_has_flag(caps, QEMU_HAS_USB_KBD))
                return check_refuse(err, "usb keyboard is not supported by this QEMU binary");
        return input->bus == INPUT_BUS_VIRTIO ? check_virtio_input(input, caps, err) : 0;
}

/* A port of its own is of use where SPICE listens on addresses. */
static int check_spice_tls(const SpiceGraphics *spice, Error *err)
{
        for (size_t i = 0; i < spice->n_listens; i++)
                if (spice->listens[i].type != LISTEN_NONE && spice->listens[i].type != LISTEN_SOCKET &&
                    spice->tls_port > 0)
                        return check_refuse(err, "spice TLS port set in XML configuration, but TLS is disabled in "
                                                 "qemu.conf");
        return 0;
}

int check_displays(const Domain *domain, const QemuContext *context, Error *err)
{
        const QemuCaps *caps = context->caps;

        for (size_t i = 0; i < domain->n_graphics; i++)
                if (context->no_spice_tls && domain->graphics[i].type == GRAPHICS_SPICE &&
                    check_spice_tls(&domain->graphics[i].spice, err) < 0)
                        return -1;
        for (size_t i = 0; i < domain->n_videos; i++)
                if (check_video(&domain->videos[i], caps, err) < 0)
                        return -1;
        for (size_t i = 0; i < domain->n_sounds; i++)
                if (check_sound(&domain->sounds[i], caps, err) < 0)
                        return -1;
        for (size_t i = 0; i < domain->n_inputs; i++)
                if (check_input(domain, &domain->inputs[i], caps, err) < 0)
                        return -1;
        return check_graphics(domain, caps, err) < 0 ? -1 : check_spice(domain, err);
}
