/* Rules of graphics and video: where they listen, which port, which card is the first. */
#include <stdio.h>
#include <string.h>

#include "domain/hooks.h"

/* The attributes `listen` and `socket` are the old spelling of the first <listen>, and show it. */
typedef struct Listening {
        GraphicsListen **listens;
        size_t *n_listens;
        char **address;
        char **socket; /* NULL: has no such attribute */
} Listening;

static int match_address(GraphicsListen *first, const char *address, Error *err)
{
        if (first->address && strcmp(first->address, address) != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "graphics 'listen' attribute '%s' must match 'address' attribute of first listen "
                                 "element (found '%s')",
                                 address, first->address);
        if (!first->address)
                first->address = g_strdup(address);
        return 0;
}

static int match_socket(GraphicsListen *first, const char *socket, Error *err)
{
        if (first->type == LISTEN_SOCKET && first->socket && strcmp(first->socket, socket) != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "graphics 'socket' attribute '%s' must match 'socket' attribute of first listen "
                                 "element (found '%s')",
                                 socket, first->socket);
        first->type = LISTEN_SOCKET;
        g_clear_pointer(&first->address, g_free);
        g_clear_pointer(&first->network, g_free);
        if (!first->socket)
                first->socket = g_strdup(socket);
        return 0;
}

static void drop_empty(char **text)
{
        if (*text && !**text)
                g_clear_pointer(text, g_free);
}

static int settle_listening(const Listening *l, Error *err)
{
        const char *socket;
        GraphicsListen *first;

        if (*l->n_listens == 0) {
                first = rows_list_insert(&GraphicsListen_rows, l->listens, l->n_listens, 0);
                first->type = LISTEN_ADDRESS;
        }
        first = *l->listens;
        /* What listens nowhere does not listen at the old attribute either. */
        if (l->socket && first->type == LISTEN_NO)
                g_clear_pointer(l->socket, g_free);
        socket = l->socket ? *l->socket : NULL;
        if (socket && match_socket(first, socket, err) < 0)
                return -1;
        if (first->type == LISTEN_ADDRESS && *l->address && match_address(first, *l->address, err) < 0)
                return -1;
        for (size_t i = 0; i < *l->n_listens; i++)
                drop_empty(&(*l->listens)[i].address);
        g_clear_pointer(l->address, g_free);
        if (first->type == LISTEN_ADDRESS || first->type == LISTEN_NETWORK)
                *l->address = g_strdup(first->address);
        if (l->socket && first->type == LISTEN_SOCKET && !socket)
                *l->socket = g_strdup(first->socket);
        return 0;
}

/* Without a port of its own it gets one from the hypervisor, anew at every start. */
static void settle_port(int *port, YesNo *autoport, unsigned flags)
{
        if (*autoport == YESNO_ABSENT)
                *autoport = *port > 0 ? YESNO_NO : YESNO_YES;
        if (*port == -1)
                *autoport = YESNO_YES;
        if (*autoport == YESNO_YES && (*port == 0 || flags & ROWS_INACTIVE))
                *port = -1;
}

static bool has_ports(const GraphicsListen *listens, size_t n)
{
        return n == 0 || listens[0].type == LISTEN_ADDRESS || listens[0].type == LISTEN_NETWORK;
}

/* When a password ends, and what happens to who is connected then, says nothing where there is none. */
static void settle_password(const char *password, char **valid_to, PasswordAction *connected)
{
        if (password)
                return;
        g_clear_pointer(valid_to, g_free);
        *connected = PASSWORD_ACTION_DEFAULT;
}

/* "2030-12-31T23:59:59", of which each number may have fewer digits. */
static int check_valid_to(const char *text, Error *err)
{
        unsigned year, month, day, hour, minute, second;
        int end = 0;

        if (text &&
            (sscanf(text, "%4u-%2u-%2uT%2u:%2u:%2u%n", &year, &month, &day, &hour, &minute, &second, &end) != 6 ||
             text[end]))
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "cannot parse password validity time '%s', expect YYYY-MM-DDTHH:MM:SS", text);
        return 0;
}

int vnc_check(const void *s, Error *err)
{
        return check_valid_to(((const VncGraphics *)s)->password_valid_to, err);
}

int spice_check(const void *s, Error *err)
{
        return check_valid_to(((const SpiceGraphics *)s)->password_valid_to, err);
}

int vnc_settle(void *s, unsigned flags, Error *err)
{
        VncGraphics *vnc = s;

        settle_password(vnc->password, &vnc->password_valid_to, &vnc->connected);
        if (vnc->websocket.value == 0)
                vnc->websocket.set = false;
        if (settle_listening(&(Listening){ &vnc->listens, &vnc->n_listens, &vnc->legacy_listen, &vnc->legacy_socket },
                             err) < 0)
                return -1;
        if (has_ports(vnc->listens, vnc->n_listens)) {
                settle_port(&vnc->port, &vnc->autoport, flags);
        } else {
                vnc->port = 0;
                vnc->autoport = YESNO_ABSENT;
                vnc->websocket = (OptInt){ 0 };
        }
        return 0;
}

/* Nobody asked for a port: programs connect over descriptors. */
static bool wants_no_listener(const SpiceGraphics *spice)
{
        return spice->port == 0 && spice->tls_port == 0 && spice->autoport != YESNO_YES &&
               spice->listens[0].type == LISTEN_ADDRESS;
}

static void listen_nowhere(SpiceGraphics *spice)
{
        spice->listens[0].type = LISTEN_NO;
        g_clear_pointer(&spice->listens[0].address, g_free);
        g_clear_pointer(&spice->legacy_listen, g_free);
        spice->autoport = YESNO_ABSENT;
}

/* The last word on a channel counts; any mode is what each has by itself. */
static void settle_spice_channels(SpiceGraphics *spice)
{
        for (size_t i = spice->n_channels; i-- > 0;) {
                bool again = false;

                for (size_t k = i + 1; k < spice->n_channels; k++)
                        again |= spice->channels[k].name == spice->channels[i].name;
                if (again)
                        rows_list_remove(&SpiceChannel_rows, &spice->channels, &spice->n_channels, i);
        }
        for (size_t i = spice->n_channels; i-- > 0;)
                if (spice->channels[i].mode == SPICE_MODE_ANY)
                        rows_list_remove(&SpiceChannel_rows, &spice->channels, &spice->n_channels, i);
        if (spice->default_mode == SPICE_MODE_ANY)
                spice->default_mode = SPICE_MODE_DEFAULT;
}

int spice_settle(void *s, unsigned flags, Error *err)
{
        SpiceGraphics *spice = s;

        settle_password(spice->password, &spice->password_valid_to, &spice->connected);
        settle_spice_channels(spice);
        if (settle_listening(&(Listening){ &spice->listens, &spice->n_listens, &spice->legacy_listen, NULL }, err) < 0)
                return -1;
        if (!has_ports(spice->listens, spice->n_listens)) {
                spice->port = spice->tls_port = 0;
                spice->autoport = YESNO_ABSENT;
                return 0;
        }
        if (spice->port == -1 && spice->tls_port == -1)
                spice->autoport = YESNO_YES;
        if (wants_no_listener(spice)) {
                listen_nowhere(spice);
                return 0;
        }
        if (spice->autoport == YESNO_ABSENT)
                spice->autoport = YESNO_NO;
        if (spice->autoport == YESNO_YES && flags & ROWS_INACTIVE)
                spice->port = spice->tls_port = 0;
        return 0;
}

/* Older releases have no <listen type='none'/>, and know a socket as an attribute only. */
void graphics_make_migratable(Graphics *graphics)
{
        SpiceGraphics *spice = &graphics->spice;
        VncGraphics *vnc = &graphics->vnc;

        if (graphics->type == GRAPHICS_SPICE && spice->n_listens > 0 && spice->listens[0].type == LISTEN_NO) {
                rows_list_remove(&GraphicsListen_rows, &spice->listens, &spice->n_listens, 0);
                spice->autoport = YESNO_NO;
        }
        if (graphics->type == GRAPHICS_VNC && vnc->n_listens > 0 && vnc->listens[0].type == LISTEN_SOCKET &&
            vnc->listens[0].socket && vnc->legacy_socket)
                rows_list_remove(&GraphicsListen_rows, &vnc->listens, &vnc->n_listens, 0);
}

int rdp_settle(void *s, unsigned flags, Error *err)
{
        RdpGraphics *rdp = s;

        if (settle_listening(&(Listening){ &rdp->listens, &rdp->n_listens, &rdp->legacy_listen, NULL }, err) < 0)
                return -1;
        if (rdp->autoport == YESNO_YES && flags & ROWS_INACTIVE)
                rdp->port = 0;
        return 0;
}

/* No is what these do when nothing is said. */
int sdl_settle(void *s, unsigned flags, Error *err)
{
        SdlGraphics *sdl = s;

        if (sdl->fullscreen == YESNO_NO)
                sdl->fullscreen = YESNO_ABSENT;
        return 0;
}

int desktop_settle(void *s, unsigned flags, Error *err)
{
        DesktopGraphics *desktop = s;

        if (desktop->fullscreen == YESNO_NO)
                desktop->fullscreen = YESNO_ABSENT;
        return 0;
}

int dbus_settle(void *s, unsigned flags, Error *err)
{
        DbusGraphics *dbus = s;

        if (dbus->p2p == YESNO_NO)
                dbus->p2p = YESNO_ABSENT;
        return 0;
}

int dbus_check(const void *s, Error *err)
{
        const DbusGraphics *dbus = s;

        if (dbus->p2p == YESNO_YES && dbus->address)
                return error_set(err, VIR_ERR_XML_ERROR, "D-Bus p2p with an address is not supported");
        return 0;
}

/* The address on a network is looked up when a guest starts. */
int graphics_listen_settle(void *s, unsigned flags, Error *err)
{
        GraphicsListen *listen = s;

        drop_empty(&listen->network);
        drop_empty(&listen->socket);
        if (listen->type != LISTEN_ADDRESS && (listen->type != LISTEN_NETWORK || flags & ROWS_INACTIVE))
                g_clear_pointer(&listen->address, g_free);
        return 0;
}

int graphics_listen_check(const void *s, Error *err)
{
        const GraphicsListen *listen = s;

        if (listen->type == LISTEN_NETWORK && !listen->network)
                return error_set(err, VIR_ERR_XML_ERROR, "'network' attribute is required for listen type 'network'");
        if (listen->type != LISTEN_NETWORK && listen->network)
                return error_set(err, VIR_ERR_XML_ERROR, "'network' attribute is valid only for listen type 'network'");
        if (listen->type != LISTEN_SOCKET && listen->socket)
                return error_set(err, VIR_ERR_XML_ERROR, "'socket' attribute is valid only for listen type 'socket'");
        return 0;
}

/* No card has nothing. */
static void clear_video(Video *video)
{
        video->ram_kib = video->vram_kib = video->vram64_kib = video->vgamem_kib = video->heads = 0;
        video->width = video->height = 0;
        video->primary = video->accel2d = video->accel3d = YESNO_ABSENT;
        video->backend = VIDEO_BACKEND_DEFAULT;
        g_clear_pointer(&video->rendernode, g_free);
        rows_drop(&VirtioOptions_rows, &video->virtio);
        if (video->info.address)
                rows_drop(&Address_rows, video->info.address);
        g_clear_pointer(&video->info.address, g_free);
        video->info.acpi_index = 0;
}

/* Codecs sit on the HDA bus. */
int sound_settle(void *s, unsigned flags, Error *err)
{
        Sound *sound = s;

        while (sound->n_codecs > 0 && sound->model != SOUND_ICH6 && sound->model != SOUND_ICH9)
                rows_list_remove(&SoundCodec_rows, &sound->codecs, &sound->n_codecs, 0);
        return 0;
}

void video_init(void *s)
{
        ((Video *)s)->heads = 1;
}

int video_settle(void *s, unsigned flags, Error *err)
{
        Video *video = s;

        if (video->primary == YESNO_NO)
                video->primary = YESNO_ABSENT;
        if (video->type == VIDEO_NONE)
                clear_video(video);
        return 0;
}

/* What a card has when nothing was said, in KiB; 0: the hypervisor knows. */
static unsigned default_vram(VideoType type)
{
        switch (type) {
        case VIDEO_VGA:
        case VIDEO_CIRRUS:
        case VIDEO_VMVGA: return 16 * 1024;
        case VIDEO_XEN: return 4 * 1024;
        case VIDEO_QXL: return 64 * 1024;
        default: return 0;
        }
}

/* Cards have memory in powers of two. */
static unsigned whole_size(unsigned kib)
{
        unsigned size = 1;

        while (size < kib && size < 1u << 31)
                size <<= 1;
        return kib == 0 || size < kib ? kib : size;
}

/* The primary card comes first; the first is the primary one when nothing else was said. */
void domain_settle_videos(Domain *d)
{
        for (size_t i = 1; i < d->n_videos; i++) {
                Video primary = d->videos[i];

                if (primary.primary != YESNO_YES)
                        continue;
                memmove(d->videos + 1, d->videos, i * sizeof(Video));
                d->videos[0] = primary;
                break;
        }
        if (d->n_videos > 0 && d->videos[0].type != VIDEO_NONE)
                d->videos[0].primary = YESNO_YES;
        for (size_t i = 0; i < d->n_videos; i++) {
                Video *video = &d->videos[i];

                if (video->vram_kib == 0)
                        video->vram_kib = default_vram(video->type);
                if (video->ram_kib == 0 && video->type == VIDEO_QXL)
                        video->ram_kib = default_vram(VIDEO_QXL);
                video->vram_kib = whole_size(video->vram_kib);
                video->ram_kib = whole_size(video->ram_kib);
        }
}
