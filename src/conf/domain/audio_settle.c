/* Rules of audio backends: what each has of all that one can say. */
#include "domain/hooks.h"

/* What only some have. */
enum {
        HAS_DEV = 1 << 0,
        HAS_BUFFER_COUNT = 1 << 1,
        HAS_TRY_POLL = 1 << 2,
        HAS_PORTS = 1 << 3,
        HAS_STREAM = 1 << 4,
        HAS_DSP = 1 << 5,
        HAS_DRIVER = 1 << 6,
        HAS_PATH = 1 << 7,
        HAS_SERVER = 1 << 8,
        HAS_RUNTIME_DIR = 1 << 9,
};

static const unsigned has[AUDIO_MAX_] = {
        [AUDIO_ALSA] = HAS_DEV,
        [AUDIO_COREAUDIO] = HAS_BUFFER_COUNT,
        [AUDIO_JACK] = HAS_PORTS,
        [AUDIO_OSS] = HAS_DEV | HAS_BUFFER_COUNT | HAS_TRY_POLL | HAS_DSP,
        [AUDIO_PULSEAUDIO] = HAS_STREAM | HAS_SERVER,
        [AUDIO_SDL] = HAS_BUFFER_COUNT | HAS_DRIVER,
        [AUDIO_FILE] = HAS_PATH,
        [AUDIO_PIPEWIRE] = HAS_STREAM | HAS_RUNTIME_DIR,
};

static void settle_direction(AudioDirection *side, unsigned can)
{
        if (side->fixed_settings == YESNO_YES && !side->settings)
                side->settings = g_new0(AudioSettings, 1);
        if (!(can & HAS_DEV))
                g_clear_pointer(&side->dev, g_free);
        if (!(can & HAS_BUFFER_COUNT))
                side->buffer_count = 0;
        if (!(can & HAS_TRY_POLL))
                side->try_poll = YESNO_ABSENT;
        if (!(can & HAS_PORTS)) {
                g_clear_pointer(&side->server_name, g_free);
                g_clear_pointer(&side->client_name, g_free);
                g_clear_pointer(&side->connect_ports, g_free);
                side->exact_name = YESNO_ABSENT;
        }
        if (!(can & HAS_STREAM)) {
                g_clear_pointer(&side->name, g_free);
                g_clear_pointer(&side->stream_name, g_free);
                side->latency = 0;
        }
}

int audio_settle(void *s, unsigned flags, Error *err)
{
        Audio *audio = s;
        unsigned can = has[audio->type];

        if (!(can & HAS_DSP)) {
                audio->try_mmap = audio->exclusive = YESNO_ABSENT;
                audio->dsp_policy = (OptInt){ 0 };
        }
        if (!(can & HAS_DRIVER))
                audio->driver = SDL_DRIVER_DEFAULT;
        if (!(can & HAS_PATH))
                g_clear_pointer(&audio->path, g_free);
        if (!(can & HAS_SERVER))
                g_clear_pointer(&audio->server_name, g_free);
        if (!(can & HAS_RUNTIME_DIR))
                g_clear_pointer(&audio->runtime_dir, g_free);
        settle_direction(&audio->input, can);
        settle_direction(&audio->output, can);
        return 0;
}

int audio_check(const void *s, Error *err)
{
        const Audio *audio = s;

        if (audio->dsp_policy.set && audio->dsp_policy.value < 0)
                return error_set(err, VIR_ERR_XML_ERROR, "cannot parse 'dspPolicy' value '%d'",
                                 audio->dsp_policy.value);
        return 0;
}
