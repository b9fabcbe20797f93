/* Displays, video and sound. */
#include "argv/argv.h"

#include <string.h>

static int audio(QemuArgv *argv, const Audio *audio, Error *err)
{
        g_autofree char *id = g_strdup_printf("audio%u", audio->id);
        const char *driver = NULL;
        Json *json;

        switch (audio->type) {
        case AUDIO_SILENT: driver = "none"; break;
        case AUDIO_SPICE: driver = "spice"; break;
        case AUDIO_SDL: driver = "sdl"; break;
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "audio backend '%s' is not supported yet",
                                 enum_text(AudioType, audio->type));
        }
        json = json_object();
        qdev_string(json, "id", id);
        qdev_string(json, "driver", driver);
        argv_add_json(argv, "-audiodev", json);
        return 0;
}

int argv_audios(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_audios; i++)
                if (audio(argv, &argv->domain->audios[i], err) < 0)
                        return -1;
        return 0;
}

/* The id of the audio backend with number @audio (0: the first); "" without one. */
static char *audio_id(const Domain *domain, unsigned audio)
{
        if (audio == 0 && domain->n_audios > 0)
                audio = domain->audios[0].id;
        return audio == 0 ? g_strdup("") : g_strdup_printf("audio%u", audio);
}

static const GraphicsListen *first_listen(const GraphicsListen *listens, size_t n)
{
        return n > 0 ? &listens[0] : NULL;
}

/* VNC */

static int vnc_place(QemuArgv *argv, const VncGraphics *vnc, GString *value, Error *err)
{
        const GraphicsListen *listen = first_listen(vnc->listens, vnc->n_listens);
        const char *address = listen && listen->address ? listen->address : argv->host->conf->vnc_listen;

        if (listen && listen->type == LISTEN_SOCKET) {
                g_autofree char *own = g_strdup_printf("%s/vnc.sock", argv->host->lib_dir);
                g_autofree char *path = argv_comma(listen->socket ? listen->socket : own);

                g_string_append_printf(value, "vnc=unix:%s", path);
                return 0;
        }
        if (listen && listen->type == LISTEN_NO) {
                g_string_append(value, "none");
                return 0;
        }
        if (vnc->port < 5900)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "vnc port must be in range [5900,65535]");
        g_string_append_printf(value, strchr(address, ':') ? "[%s]:%d" : "%s:%d", address, vnc->port - 5900);
        return 0;
}

static int vnc(QemuArgv *argv, const VncGraphics *vnc, Error *err)
{
        g_autoptr(GString) value = g_string_new(NULL);
        g_autofree char *sound = audio_id(argv->domain, vnc->audio);

        if (vnc_place(argv, vnc, value, err) < 0)
                return -1;
        if (vnc->websocket.set && vnc->websocket.value > 0)
                g_string_append_printf(value, ",websocket=%d", vnc->websocket.value);
        if (vnc->share != VNC_SHARE_DEFAULT)
                g_string_append_printf(value, ",share=%s", enum_text(VncShare, vnc->share));
        if (vnc->password)
                g_string_append(value, ",password=on");
        if (vnc->power_control != YESNO_ABSENT)
                g_string_append_printf(value, ",power-control=%s", vnc->power_control == YESNO_YES ? "on" : "off");
        if (sound[0])
                g_string_append_printf(value, ",audiodev=%s", sound);
        argv_add_pair(argv, "-vnc", value->str);
        if (vnc->keymap)
                argv_add_pair(argv, "-k", vnc->keymap);
        return 0;
}

/* SPICE */

static void spice_channels(const SpiceGraphics *spice, GString *value)
{
        if (spice->default_mode == SPICE_MODE_SECURE)
                g_string_append(value, "tls-channel=default,");
        if (spice->default_mode == SPICE_MODE_INSECURE)
                g_string_append(value, "plaintext-channel=default,");
        for (size_t i = 0; i < spice->n_channels; i++) {
                const SpiceChannel *channel = &spice->channels[i];

                if (channel->mode == SPICE_MODE_SECURE)
                        g_string_append_printf(value, "tls-channel=%s,", channel->name);
                if (channel->mode == SPICE_MODE_INSECURE)
                        g_string_append_printf(value, "plaintext-channel=%s,", channel->name);
        }
}

static void spice_pictures(const SpiceGraphics *spice, GString *value)
{
        if (spice->image != SPICE_IMAGE_DEFAULT)
                g_string_append_printf(value, "image-compression=%s,", enum_text(SpiceImage, spice->image));
        if (spice->jpeg != SPICE_WAN_DEFAULT)
                g_string_append_printf(value, "jpeg-wan-compression=%s,", enum_text(SpiceWan, spice->jpeg));
        if (spice->zlib != SPICE_WAN_DEFAULT)
                g_string_append_printf(value, "zlib-glz-wan-compression=%s,", enum_text(SpiceWan, spice->zlib));
        if (spice->playback != SWITCH_ABSENT)
                g_string_append_printf(value, "playback-compression=%s,", spice->playback == SWITCH_ON ? "on" : "off");
        if (spice->streaming != SPICE_STREAMING_DEFAULT)
                g_string_append_printf(value, "streaming-video=%s,", enum_text(SpiceStreaming, spice->streaming));
        if (spice->clipboard == YESNO_NO)
                g_string_append(value, "disable-copy-paste=on,");
        if (spice->filetransfer == YESNO_NO)
                g_string_append(value, "disable-agent-file-xfer=on,");
}

static int spice_place(QemuArgv *argv, const SpiceGraphics *spice, GString *value, Error *err)
{
        const GraphicsListen *listen = first_listen(spice->listens, spice->n_listens);
        const char *address = listen && listen->address ? listen->address : argv->host->conf->spice_listen;

        if (spice->tls_port > 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "spice TLS port set in XML configuration, but TLS is disabled in qemu.conf");
        if (listen && listen->type == LISTEN_SOCKET) {
                g_autofree char *own = g_strdup_printf("%s/spice.sock", argv->host->lib_dir);
                g_autofree char *path = argv_comma(listen->socket ? listen->socket : own);

                g_string_append_printf(value, "unix=on,addr=%s,", path);
                return 0;
        }
        if (spice->port > 0)
                g_string_append_printf(value, "port=%d,", spice->port);
        if (!listen || listen->type != LISTEN_NO)
                g_string_append_printf(value, "addr=%s,", address);
        return 0;
}

static int spice(QemuArgv *argv, const SpiceGraphics *spice, Error *err)
{
        g_autoptr(GString) value = g_string_new(NULL);

        if (spice_place(argv, spice, value, err) < 0)
                return -1;
        if (spice->mouse != SPICE_MOUSE_DEFAULT)
                g_string_append_printf(value, "agent-mouse=%s,", spice->mouse == SPICE_MOUSE_SERVER ? "off" : "on");
        if (!spice->password)
                g_string_append(value, "disable-ticketing=on,");
        spice_channels(spice, value);
        spice_pictures(spice, value);
        g_string_append(value, "seamless-migration=on");
        argv_add_pair(argv, "-spice", value->str);
        if (spice->keymap)
                argv_add_pair(argv, "-k", spice->keymap);
        return 0;
}

int argv_graphics(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_graphics; i++) {
                const Graphics *graphics = &argv->domain->graphics[i];
                int r;

                if (graphics->type == GRAPHICS_VNC)
                        r = vnc(argv, &graphics->vnc, err);
                else if (graphics->type == GRAPHICS_SPICE)
                        r = spice(argv, &graphics->spice, err);
                else
                        r = error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "graphics of type '%s' are not supported yet",
                                      enum_text(GraphicsType, graphics->type));
                if (r < 0)
                        return -1;
        }
        return 0;
}

/* Video */

static const char *video_driver(const Video *video, bool primary)
{
        switch (video->type) {
        case VIDEO_VGA: return primary ? "VGA" : "secondary-vga";
        case VIDEO_CIRRUS: return "cirrus-vga";
        case VIDEO_VMVGA: return "vmware-svga";
        case VIDEO_QXL: return primary ? "qxl-vga" : "qxl";
        case VIDEO_VIRTIO: return primary ? "virtio-vga" : "virtio-gpu-pci";
        case VIDEO_BOCHS: return "bochs-display";
        case VIDEO_RAMFB: return "ramfb";
        default: return NULL;
        }
}

static void video_memory(const Video *video, Json *json)
{
        uint64_t kib = 1024;

        if (video->type == VIDEO_QXL) {
                json_set(json, "max_outputs", json_uint(MAX(video->heads, 1)));
                json_set(json, "ram_size", json_uint(video->ram_kib * kib));
                json_set(json, "vram_size", json_uint(video->vram_kib * kib));
                json_set(json, "vram64_size_mb", json_uint(video->vram64_kib / 1024));
                json_set(json, "vgamem_mb", json_uint(video->vgamem_kib / 1024));
        } else if (video->type == VIDEO_VIRTIO) {
                json_set(json, "max_outputs", json_uint(MAX(video->heads, 1)));
        } else if (video->type == VIDEO_VGA || video->type == VIDEO_VMVGA) {
                json_set(json, "vgamem_mb", json_uint(video->vram_kib / 1024));
        } else if (video->type == VIDEO_BOCHS) {
                json_set(json, "vgamem", json_uint(video->vram_kib * kib));
        }
}

static int video(QemuArgv *argv, const Video *video, bool primary, Error *err)
{
        const char *driver = video_driver(video, primary);
        g_autoptr(Json) json = NULL;

        if (video->type == VIDEO_NONE)
                return 0;
        if (!driver)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "video type '%s' is not supported with QEMU",
                                 enum_text(VideoType, video->type));
        json = qdev_new(driver);
        qdev_string(json, "id", video->info.alias);
        video_memory(video, json);
        if (video->width && video->height) {
                json_set(json, "xres", json_uint(video->width));
                json_set(json, "yres", json_uint(video->height));
        }
        if (video->type != VIDEO_RAMFB && qdev_address(argv, json, &video->info, err) < 0)
                return -1;
        qdev_virtio(json, &video->virtio);
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_videos(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_videos; i++)
                if (video(argv, &argv->domain->videos[i], i == 0, err) < 0)
                        return -1;
        return 0;
}

/* Sound */

static void sound_codecs(QemuArgv *argv, const Sound *sound, const char *backend)
{
        static const SoundCodec duplex = { (char *)"duplex" };
        const SoundCodec *codecs = sound->n_codecs ? sound->codecs : &duplex;
        size_t n = sound->n_codecs ? sound->n_codecs : 1;

        for (size_t i = 0; i < n; i++) {
                g_autofree char *driver = g_strdup_printf("hda-%s", codecs[i].type);
                g_autofree char *id = g_strdup_printf("%s-codec%zu", sound->info.alias, i);
                g_autofree char *bus = g_strdup_printf("%s.0", sound->info.alias);
                Json *json = qdev_new(driver);

                qdev_string(json, "id", id);
                qdev_string(json, "bus", bus);
                json_set(json, "cad", json_uint(i));
                qdev_string(json, "audiodev", backend);
                argv_add_json(argv, "-device", json);
        }
}

static const char *sound_driver(SoundModel model)
{
        switch (model) {
        case SOUND_SB16: return "sb16";
        case SOUND_ES1370: return "ES1370";
        case SOUND_AC97: return "AC97";
        case SOUND_ICH6: return "intel-hda";
        case SOUND_ICH9: return "ich9-intel-hda";
        case SOUND_USB: return "usb-audio";
        default: return NULL;
        }
}

static int sound(QemuArgv *argv, const Sound *sound, Error *err)
{
        const char *driver = sound_driver(sound->model);
        g_autofree char *backend = audio_id(argv->domain, sound->audio);
        bool hda = sound->model == SOUND_ICH6 || sound->model == SOUND_ICH9;
        g_autoptr(Json) json = NULL;

        if (!driver)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "sound card model '%s' is not supported yet",
                                 enum_text(SoundModel, sound->model));
        json = qdev_new(driver);
        qdev_string(json, "id", sound->info.alias);
        if (!hda)
                qdev_string(json, "audiodev", backend);
        if (sound->multichannel != YESNO_ABSENT)
                json_set(json, "multi", json_bool(sound->multichannel == YESNO_YES));
        if (qdev_address(argv, json, &sound->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        if (hda)
                sound_codecs(argv, sound, backend);
        return 0;
}

int argv_sounds(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_sounds; i++)
                if (sound(argv, &argv->domain->sounds[i], err) < 0)
                        return -1;
        return 0;
}
