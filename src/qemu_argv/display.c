/* What people see and hear: VNC, SDL, the graphics card, sound. */
#include "reader.h"

#include <string.h>

#include "util/text.h"

enum { VNC_PORT_BASE = 5900 };

/* "HOST:DISPLAY" with an IPv6 address in brackets. */
static int read_vnc_address(const char *address, VncGraphics *vnc, Error *err)
{
        const char *colon = strrchr(address, ':');
        size_t length = colon ? (size_t)(colon - address) : 0;
        unsigned display;

        if (!colon || !text_to_uint(colon + 1, 10, &display) || display > 65535 - VNC_PORT_BASE)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing VNC port number in '%s'", address);
        vnc->port = (int)display + VNC_PORT_BASE;
        vnc->autoport = YESNO_NO;
        if (length > 1 && *address == '[' && address[length - 1] == ']')
                vnc->legacy_listen = g_strndup(address + 1, length - 2);
        else if (length > 0)
                vnc->legacy_listen = g_strndup(address, length);
        return 0;
}

static int read_vnc_options(const QemuOpts *opts, VncGraphics *vnc, Error *err)
{
        const char *share = qemu_opts_get(opts, "share"), *websocket = qemu_opts_get(opts, "websocket");
        int policy = share ? enum_value(VncShare, VNC_SHARE, share) : 0;

        if (policy < 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown vnc display sharing policy '%s'", share);
        vnc->share = (VncShare)policy;
        if (!websocket)
                return 0;
        vnc->websocket = (OptInt){ .value = -1, .set = true };
        if (strcmp(websocket, "on") != 0 && !text_to_int(websocket, 10, &vnc->websocket.value))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse VNC WebSocket port '%s'", websocket);
        return 0;
}

int qemu_read_vnc(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, "address");
        const char *address = qemu_opts_get(opts, "address");
        Graphics *graphics;

        if (!address || strcmp(address, "none") == 0)
                return 0;
        graphics = QEMU_ADD(Graphics, reader->d, graphics);
        graphics->type = GRAPHICS_VNC;
        if (g_str_has_prefix(address, "unix:"))
                graphics->vnc.legacy_socket = g_strdup(address + 5);
        else if (read_vnc_address(address, &graphics->vnc, err) < 0)
                return -1;
        return read_vnc_options(opts, &graphics->vnc, err);
}

static void add_window(QemuReader *reader)
{
        Graphics *graphics = QEMU_ADD(Graphics, reader->d, graphics);

        graphics->type = GRAPHICS_SDL;
        graphics->sdl.fullscreen = reader->full_screen ? YESNO_YES : YESNO_ABSENT;
        graphics->sdl.display = g_strdup(g_hash_table_lookup(reader->environment, "DISPLAY"));
        graphics->sdl.xauth = g_strdup(g_hash_table_lookup(reader->environment, "XAUTHORITY"));
}

int qemu_read_sdl(QemuReader *reader, const char *value, Error *err)
{
        reader->sdl = true;
        return 0;
}

int qemu_read_display(QemuReader *reader, const char *value, Error *err)
{
        g_autoptr(QemuOpts) opts = qemu_opts_parse(value, "type");
        const char *type = qemu_opts_get(opts, "type");
        static const char vnc[] = "vnc=";

        if (g_strcmp0(type, "none") == 0 || g_strcmp0(type, "curses") == 0)
                reader->no_graphics = true;
        else if (g_str_has_prefix(value, vnc))
                return qemu_read_vnc(reader, value + strlen(vnc), err);
        else if (g_strcmp0(type, "sdl") == 0)
                reader->sdl = true;
        return 0;
}

/* -vga and -device call the cards by different names. */
int qemu_read_vga(QemuReader *reader, const char *value, Error *err)
{
        static const struct {
                const char *name;
                VideoType type;
        } cards[] = {
                { "std", VIDEO_VGA }, { "cirrus", VIDEO_CIRRUS }, { "vmware", VIDEO_VMVGA },
                { "qxl", VIDEO_QXL }, { "virtio", VIDEO_VIRTIO }, { "xenfb", VIDEO_XEN },
        };
        Video *video;

        reader->vga_said = true;
        if (strcmp(value, "none") == 0)
                return 0;
        for (size_t i = 0; i < G_N_ELEMENTS(cards); i++) {
                if (strcmp(value, cards[i].name) != 0)
                        continue;
                video = QEMU_ADD(Video, reader->d, videos);
                video->type = cards[i].type;
                return 0;
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown video adapter type '%s'", value);
}

static const char *sound_name(const char *word)
{
        return strcmp(word, "hda") == 0 ? "ich6" : word;
}

int qemu_read_soundhw(QemuReader *reader, const char *value, Error *err)
{
        static const char all[] = "pcspk,sb16,ac97,es1370,hda";
        g_auto(GStrv) words = g_strsplit(strcmp(value, "all") == 0 ? all : value, ",", 20);

        for (char **word = words; *word; word++) {
                int model = enum_value(SoundModel, SOUND, sound_name(*word));

                if (model <= 0)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown sound card '%s'", *word);
                QEMU_ADD(Sound, reader->d, sounds)->model = (SoundModel)model;
        }
        return 0;
}

static void add_input(Domain *d, InputType type)
{
        Input *input = QEMU_ADD(Input, d, inputs);

        input->type = type;
        input->bus = INPUT_BUS_PS2;
}

void qemu_settle_display(QemuReader *reader)
{
        Domain *d = reader->d;

        if (reader->sdl || (d->n_graphics == 0 && !reader->no_graphics && !reader->no_defaults))
                add_window(reader);
        for (size_t i = 0; i < d->n_graphics; i++)
                if (d->graphics[i].type == GRAPHICS_VNC)
                        d->graphics[i].vnc.keymap = g_strdup(reader->keymap);
        if (d->n_graphics == 0)
                return;
        if (d->n_videos == 0 && !reader->vga_said)
                QEMU_ADD(Video, d, videos)->type = VIDEO_CIRRUS;
        if (g_strcmp0(d->os.arch, "i686") == 0 || g_strcmp0(d->os.arch, "x86_64") == 0) {
                add_input(d, INPUT_MOUSE);
                add_input(d, INPUT_KEYBOARD);
        }
}
