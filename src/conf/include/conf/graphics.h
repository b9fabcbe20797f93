/* What a guest shows and plays: graphics, video, sound, audio. */
#pragma once

#include "conf/address.h"

typedef enum COMPACT {
        GRAPHICS_NONE,
        GRAPHICS_SDL,
        GRAPHICS_VNC,
        GRAPHICS_RDP,
        GRAPHICS_DESKTOP,
        GRAPHICS_SPICE,
        GRAPHICS_EGL_HEADLESS,
        GRAPHICS_DBUS,
        GRAPHICS_MAX_
} GraphicsType;
extern const char *const GraphicsType_names[];

typedef enum COMPACT { LISTEN_NONE, LISTEN_ADDRESS, LISTEN_NETWORK, LISTEN_SOCKET, LISTEN_NO, LISTEN_MAX_ } ListenType;
extern const char *const ListenType_names[];

typedef enum COMPACT {
        VNC_SHARE_DEFAULT,
        VNC_SHARE_ALLOW_EXCLUSIVE,
        VNC_SHARE_FORCE_SHARED,
        VNC_SHARE_IGNORE,
        VNC_SHARE_MAX_
} VncShare;
extern const char *const VncShare_names[];

typedef enum COMPACT {
        PASSWORD_ACTION_DEFAULT,
        PASSWORD_ACTION_FAIL,
        PASSWORD_ACTION_DISCONNECT,
        PASSWORD_ACTION_KEEP,
        PASSWORD_ACTION_MAX_
} PasswordAction;
extern const char *const PasswordAction_names[];

typedef enum COMPACT {
        SPICE_MODE_DEFAULT,
        SPICE_MODE_SECURE,
        SPICE_MODE_INSECURE,
        SPICE_MODE_ANY,
        SPICE_MODE_MAX_
} SpiceMode;
extern const char *const SpiceMode_names[];

typedef enum COMPACT {
        SPICE_IMAGE_DEFAULT,
        SPICE_IMAGE_AUTO_GLZ,
        SPICE_IMAGE_AUTO_LZ,
        SPICE_IMAGE_QUIC,
        SPICE_IMAGE_GLZ,
        SPICE_IMAGE_LZ,
        SPICE_IMAGE_OFF,
        SPICE_IMAGE_MAX_
} SpiceImage;
extern const char *const SpiceImage_names[];

typedef enum COMPACT { SPICE_WAN_DEFAULT, SPICE_WAN_AUTO, SPICE_WAN_NEVER, SPICE_WAN_ALWAYS, SPICE_WAN_MAX_ } SpiceWan;
extern const char *const SpiceWan_names[];

typedef enum COMPACT {
        SPICE_STREAMING_DEFAULT,
        SPICE_STREAMING_FILTER,
        SPICE_STREAMING_ALL,
        SPICE_STREAMING_OFF,
        SPICE_STREAMING_MAX_
} SpiceStreaming;
extern const char *const SpiceStreaming_names[];

typedef enum COMPACT { SPICE_MOUSE_DEFAULT, SPICE_MOUSE_SERVER, SPICE_MOUSE_CLIENT, SPICE_MOUSE_MAX_ } SpiceMouse;
extern const char *const SpiceMouse_names[];

typedef enum COMPACT {
        SOUND_NONE,
        SOUND_SB16,
        SOUND_ES1370,
        SOUND_PCSPK,
        SOUND_AC97,
        SOUND_ICH6,
        SOUND_ICH9,
        SOUND_USB,
        SOUND_ICH7,
        SOUND_VIRTIO,
        SOUND_MAX_
} SoundModel;
extern const char *const SoundModel_names[];

typedef enum COMPACT {
        AUDIO_NONE,
        AUDIO_SILENT,
        AUDIO_ALSA,
        AUDIO_COREAUDIO,
        AUDIO_JACK,
        AUDIO_OSS,
        AUDIO_PULSEAUDIO,
        AUDIO_SDL,
        AUDIO_SPICE,
        AUDIO_FILE,
        AUDIO_DBUS,
        AUDIO_PIPEWIRE,
        AUDIO_MAX_
} AudioType;
extern const char *const AudioType_names[];

typedef enum COMPACT {
        VIDEO_DEFAULT,
        VIDEO_VGA,
        VIDEO_CIRRUS,
        VIDEO_VMVGA,
        VIDEO_XEN,
        VIDEO_VBOX,
        VIDEO_QXL,
        VIDEO_PARALLELS,
        VIDEO_VIRTIO,
        VIDEO_GOP,
        VIDEO_NONE,
        VIDEO_BOCHS,
        VIDEO_RAMFB,
        VIDEO_MAX_
} VideoType;
extern const char *const VideoType_names[];

typedef enum COMPACT {
        VIDEO_BACKEND_DEFAULT,
        VIDEO_BACKEND_QEMU,
        VIDEO_BACKEND_VHOSTUSER,
        VIDEO_BACKEND_MAX_
} VideoBackend;
extern const char *const VideoBackend_names[];

typedef enum COMPACT { VGACONF_DEFAULT, VGACONF_IO, VGACONF_ON, VGACONF_OFF, VGACONF_MAX_ } VideoVga;
extern const char *const VideoVga_names[];

typedef enum COMPACT {
        SPICE_CHANNEL_NONE,
        SPICE_CHANNEL_MAIN,
        SPICE_CHANNEL_DISPLAY,
        SPICE_CHANNEL_INPUTS,
        SPICE_CHANNEL_CURSOR,
        SPICE_CHANNEL_PLAYBACK,
        SPICE_CHANNEL_RECORD,
        SPICE_CHANNEL_SMARTCARD,
        SPICE_CHANNEL_USBREDIR,
        SPICE_CHANNEL_MAX_
} SpiceChannelName;
extern const char *const SpiceChannelName_names[];

typedef enum COMPACT {
        SOUND_CODEC_NONE,
        SOUND_CODEC_DUPLEX,
        SOUND_CODEC_MICRO,
        SOUND_CODEC_OUTPUT,
        SOUND_CODEC_MAX_
} SoundCodecType;
extern const char *const SoundCodecType_names[];

typedef enum COMPACT {
        AUDIO_FORMAT_DEFAULT,
        AUDIO_FORMAT_U8,
        AUDIO_FORMAT_S8,
        AUDIO_FORMAT_U16,
        AUDIO_FORMAT_S16,
        AUDIO_FORMAT_U32,
        AUDIO_FORMAT_S32,
        AUDIO_FORMAT_F32,
        AUDIO_FORMAT_MAX_
} AudioFormat;
extern const char *const AudioFormat_names[];

typedef enum COMPACT {
        SDL_DRIVER_DEFAULT,
        SDL_DRIVER_ESD,
        SDL_DRIVER_ALSA,
        SDL_DRIVER_ARTS,
        SDL_DRIVER_PULSEAUDIO,
        SDL_DRIVER_MAX_
} SdlDriver;
extern const char *const SdlDriver_names[];

typedef struct GraphicsListen {
        ListenType type;
        char *address;
        char *network;
        char *socket;
        unsigned from_config;
        YesNo auto_generated;
} GraphicsListen;
extern const Rows GraphicsListen_rows;

typedef struct SdlGraphics {
        char *display;
        char *xauth;
        YesNo fullscreen;
        YesNo gl;
} SdlGraphics;
extern const Rows SdlGraphics_rows;

typedef struct VncGraphics {
        int port;
        YesNo autoport;
        OptInt websocket;
        YesNo websocket_generated;
        char *legacy_socket;
        char *legacy_listen;
        char *keymap;
        VncShare share;
        YesNo power_control;
        char *password;
        char *password_valid_to;
        PasswordAction connected;
        GraphicsListen *listens;
        size_t n_listens;
        unsigned audio;
} VncGraphics;
extern const Rows VncGraphics_rows;

typedef struct RdpGraphics {
        int port;
        YesNo autoport;
        YesNo replace_user;
        YesNo multi_user;
        char *legacy_listen;
        GraphicsListen *listens;
        size_t n_listens;
} RdpGraphics;
extern const Rows RdpGraphics_rows;

typedef struct DesktopGraphics {
        char *display;
        YesNo fullscreen;
} DesktopGraphics;
extern const Rows DesktopGraphics_rows;

typedef struct SpiceChannel {
        SpiceChannelName name;
        SpiceMode mode;
} SpiceChannel;
extern const Rows SpiceChannel_rows;

typedef struct SpiceGraphics {
        int port;
        int tls_port;
        YesNo autoport;
        char *legacy_listen;
        char *keymap;
        SpiceMode default_mode;
        char *password;
        char *password_valid_to;
        PasswordAction connected;
        GraphicsListen *listens;
        size_t n_listens;
        SpiceChannel *channels;
        size_t n_channels;
        SpiceImage image;
        SpiceWan jpeg;
        SpiceWan zlib;
        Switch playback;
        SpiceStreaming streaming;
        SpiceMouse mouse;
        YesNo clipboard;
        YesNo filetransfer;
        YesNo gl;
        char *rendernode;
} SpiceGraphics;
extern const Rows SpiceGraphics_rows;

typedef struct EglGraphics {
        char *rendernode;
} EglGraphics;
extern const Rows EglGraphics_rows;

typedef struct DbusGraphics {
        YesNo p2p;
        char *address;
        YesNo gl;
        char *rendernode;
        unsigned audio;
} DbusGraphics;
extern const Rows DbusGraphics_rows;

typedef struct Graphics {
        GraphicsType type;
        union {
                SdlGraphics sdl;
                VncGraphics vnc;
                RdpGraphics rdp;
                DesktopGraphics desktop;
                SpiceGraphics spice;
                EglGraphics egl_headless;
                DbusGraphics dbus;
        };
} Graphics;
extern const Rows Graphics_rows;

typedef struct SoundCodec {
        SoundCodecType type;
} SoundCodec;
extern const Rows SoundCodec_rows;

typedef struct Sound {
        SoundModel model;
        YesNo multichannel;
        SoundCodec *codecs;
        size_t n_codecs;
        unsigned audio;
        DeviceInfo info;
} Sound;
extern const Rows Sound_rows;

typedef struct AudioSettings {
        unsigned frequency;
        unsigned channels;
        AudioFormat format;
} AudioSettings;
extern const Rows AudioSettings_rows;

/* Input or output; which attributes mean something depends on the type. */
typedef struct AudioDirection {
        YesNo mixing_engine;
        YesNo fixed_settings;
        unsigned voices;
        unsigned buffer_length;
        char *dev;
        unsigned buffer_count;
        YesNo try_poll;
        char *server_name;
        char *client_name;
        char *connect_ports;
        YesNo exact_name;
        char *name;
        char *stream_name;
        unsigned latency;
        AudioSettings *settings;
} AudioDirection;
extern const Rows AudioDirection_rows;

typedef struct Audio {
        unsigned id;
        AudioType type;
        unsigned timer_period;
        YesNo try_mmap;
        YesNo exclusive;
        OptInt dsp_policy;
        SdlDriver driver;
        char *path;
        char *server_name;
        char *runtime_dir;
        AudioDirection input;
        AudioDirection output;
} Audio;
extern const Rows Audio_rows;

typedef struct Video {
        VirtioOptions virtio;
        VideoBackend backend;
        VideoVga vgaconf;
        VideoType type;
        unsigned ram_kib; /* KiB; 0: the hypervisor's default */
        unsigned vram_kib;
        unsigned vram64_kib;
        unsigned vgamem_kib;
        unsigned heads;
        YesNo primary;
        Switch blob;
        YesNo accel2d;
        YesNo accel3d;
        char *rendernode;
        unsigned width;
        unsigned height;
        DeviceInfo info;
} Video;
extern const Rows Video_rows;
