/* Audio backends and sound cards. */
#include "argv/argv.h"

/* QEMU's names. */
static const char *const drivers[AUDIO_MAX_] = {
        [AUDIO_SILENT] = "none", [AUDIO_ALSA] = "alsa",         [AUDIO_COREAUDIO] = "coreaudio",
        [AUDIO_JACK] = "jack",   [AUDIO_OSS] = "oss",           [AUDIO_PULSEAUDIO] = "pa",
        [AUDIO_SDL] = "sdl",     [AUDIO_SPICE] = "spice",       [AUDIO_FILE] = "wav",
        [AUDIO_DBUS] = "dbus",   [AUDIO_PIPEWIRE] = "pipewire",
};

static void set_uint(Json *json, const char *key, unsigned value)
{
        if (value)
                json_set(json, key, json_uint(value));
}

static void set_bool(Json *json, const char *key, YesNo value)
{
        if (value != YESNO_ABSENT)
                json_set(json, key, json_bool(value == YESNO_YES));
}

/* What the backend does not have was dropped from the document. */
static void own_settings(Json *json, const AudioDirection *direction)
{
        qdev_string(json, "dev", direction->dev);
        set_uint(json, "buffer-count", direction->buffer_count);
        set_bool(json, "try-poll", direction->try_poll);
        qdev_string(json, "server-name", direction->server_name);
        qdev_string(json, "client-name", direction->client_name);
        qdev_string(json, "connect-ports", direction->connect_ports);
        set_bool(json, "exact-name", direction->exact_name);
        qdev_string(json, "name", direction->name);
        qdev_string(json, "stream-name", direction->stream_name);
        set_uint(json, "latency", direction->latency);
}

static void set_direction(Json *json, const char *key, const AudioDirection *direction)
{
        g_autoptr(Json) own = json_object();

        set_bool(own, "mixing-engine", direction->mixing_engine);
        set_bool(own, "fixed-settings", direction->fixed_settings);
        set_uint(own, "voices", direction->voices);
        set_uint(own, "buffer-length", direction->buffer_length);
        if (direction->settings) {
                set_uint(own, "frequency", direction->settings->frequency);
                set_uint(own, "channels", direction->settings->channels);
                qdev_string(own, "format", AudioFormat_names[direction->settings->format]);
        }
        own_settings(own, direction);
        if (json_members(own) > 0)
                json_set(json, key, g_steal_pointer(&own));
}

static void set_type(Json *json, const Audio *audio)
{
        switch (audio->type) {
        case AUDIO_OSS:
                set_bool(json, "try-mmap", audio->try_mmap);
                set_bool(json, "exclusive", audio->exclusive);
                if (audio->dsp_policy.set)
                        json_set(json, "dsp-policy", json_int(audio->dsp_policy.value));
                break;
        case AUDIO_PULSEAUDIO: qdev_string(json, "server", audio->server_name); break;
        case AUDIO_FILE: qdev_string(json, "path", audio->path); break;
        default: break;
        }
}

/* Two libraries look for their service in the environment: as the document says, else as we were started. */
static void environment(QemuArgv *argv, const Audio *audio)
{
        const char *name = NULL, *value = NULL;

        if (audio->type == AUDIO_SDL) {
                name = "SDL_AUDIODRIVER";
                value = SdlDriver_names[audio->driver];
        } else if (audio->type == AUDIO_PIPEWIRE) {
                name = "PIPEWIRE_RUNTIME_DIR";
                value = audio->runtime_dir;
        }
        if (name && !value)
                value = g_getenv(name);
        if (value)
                argv_env(argv, name, value);
}

static int argv_audio(QemuArgv *argv, const Audio *audio, Error *err)
{
        const char *driver = drivers[audio->type];
        g_autofree char *id = g_strdup_printf("audio%u", audio->id);
        Json *json;

        if (!driver)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU has no audio backend '%s'",
                                 enum_text(AudioType, audio->type));
        json = json_object();
        qdev_string(json, "id", id);
        qdev_string(json, "driver", driver);
        set_uint(json, "timer-period", audio->timer_period);
        set_type(json, audio);
        set_direction(json, "in", &audio->input);
        set_direction(json, "out", &audio->output);
        argv_add_json(argv, "-audiodev", json);
        environment(argv, audio);
        return 0;
}

int argv_audios(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_audios; i++)
                if (argv_audio(argv, &argv->domain->audios[i], err) < 0)
                        return -1;
        return 0;
}

char *argv_audio_id(const Domain *domain, unsigned audio)
{
        if (audio == 0 && domain->n_audios > 0)
                audio = domain->audios[0].id;
        return audio == 0 ? NULL : g_strdup_printf("audio%u", audio);
}

/* Sound cards */

static void add_codecs(QemuArgv *argv, const Sound *sound, const char *backend)
{
        static const SoundCodec duplex = { SOUND_CODEC_DUPLEX };
        const SoundCodec *codecs = sound->n_codecs ? sound->codecs : &duplex;
        size_t n = sound->n_codecs ? sound->n_codecs : 1;

        for (size_t i = 0; i < n; i++) {
                g_autofree char *driver = g_strdup_printf("hda-%s", enum_text(SoundCodecType, codecs[i].type));
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

static int argv_sound(QemuArgv *argv, const Sound *sound, Error *err)
{
        const char *driver = sound_driver(sound->model);
        g_autofree char *backend = argv_audio_id(argv->domain, sound->audio);
        bool hda = sound->model == SOUND_ICH6 || sound->model == SOUND_ICH9;
        g_autoptr(Json) json = NULL;

        argv->alias = sound->info.alias;
        /* The speaker is part of the machine, which knows its backend. */
        if (sound->model == SOUND_PCSPK)
                return 0;
        if (!driver)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "sound card model '%s' is not supported by qemu",
                                 enum_text(SoundModel, sound->model));
        json = qdev_new(driver);
        qdev_string(json, "id", sound->info.alias);
        if (!hda)
                qdev_string(json, "audiodev", backend);
        set_bool(json, "multi", sound->multichannel);
        if (qdev_address(argv, json, &sound->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        if (hda)
                add_codecs(argv, sound, backend);
        return 0;
}

int argv_sounds(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_sounds; i++)
                if (argv_sound(argv, &argv->domain->sounds[i], err) < 0)
                        return -1;
        argv->alias = NULL;
        return 0;
}
