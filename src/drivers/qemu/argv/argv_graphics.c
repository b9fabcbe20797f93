/* Where the guest is shown: VNC, SPICE, D-Bus, a window, a GPU without a screen. */
#include "argv/argv.h"

#include <string.h>

#define VNC_TLS_ID "vnc-tls-creds0"

static const GraphicsListen *first_listen(const GraphicsListen *listens, size_t n)
{
        return n > 0 ? &listens[0] : NULL;
}

static bool listens_at(const GraphicsListen *listen, ListenType type)
{
        return listen && listen->type == type;
}

static void sasl_folder(QemuArgv *argv, const char *folder)
{
        if (folder && folder[0])
                argv_env(argv, "SASL_CONF_PATH", folder);
}

static void add_pair(GString *value, const char *key, const char *text)
{
        g_autofree char *word = argv_comma(text);

        g_string_append_printf(value, "%s%s=%s", value->len ? "," : "", key, word);
}

static void add_number(GString *value, const char *key, int number)
{
        g_autofree char *text = g_strdup_printf("%d", number);

        add_pair(value, key, text);
}

static void add_yes_no(GString *value, const char *key, YesNo setting)
{
        if (setting != YESNO_ABSENT)
                add_pair(value, key, setting == YESNO_YES ? "on" : "off");
}

static int no_socket(const char *type, Error *err)
{
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "nothing is known of the socket that %s listens at", type);
}

/* VNC */

static int vnc_place(QemuArgv *argv, const VncGraphics *vnc, GString *value, Error *err)
{
        const GraphicsListen *listen = first_listen(vnc->listens, vnc->n_listens);
        const char *address = listen && listen->address ? listen->address : argv->host->conf->vnc_listen;

        if (listens_at(listen, LISTEN_SOCKET)) {
                g_autofree char *path = listen->socket ? argv_comma(listen->socket) : NULL;

                if (!path)
                        return no_socket("VNC", err);
                g_string_append_printf(value, "vnc=unix:%s", path);
                return 0;
        }
        if (listens_at(listen, LISTEN_NO)) {
                g_string_append(value, "none");
                return 0;
        }
        if (vnc->port < 5900 || vnc->port > 65535)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "vnc port must be in range [5900,65535]");
        g_string_append_printf(value, strchr(address, ':') ? "[%s]:%d" : "%s:%d", address, vnc->port - 5900);
        if (vnc->websocket.set && vnc->websocket.value > 0)
                add_number(value, "websocket", vnc->websocket.value);
        return 0;
}

/* Who may look: nobody of whom a password, a certificate or SASL does not know. */
static int vnc_guards(QemuArgv *argv, const VncGraphics *vnc, GString *value, Error *err)
{
        const QemuConf *conf = argv->host->conf;

        if (vnc->password || conf->vnc_password)
                add_pair(value, "password", "on");
        if (conf->vnc_tls.on) {
                if (argv_tls(argv, VNC_TLS_ID, VNC_TLS_ID "-secret0", &conf->vnc_tls, true, err) < 0)
                        return -1;
                add_pair(value, "tls-creds", VNC_TLS_ID);
        }
        if (conf->vnc_sasl) {
                add_pair(value, "sasl", "on");
                sasl_folder(argv, conf->vnc_sasl_folder);
        }
        return 0;
}

static int vnc(QemuArgv *argv, const VncGraphics *vnc, Error *err)
{
        g_autoptr(GString) value = g_string_new(NULL);
        g_autofree char *sound = argv_audio_id(argv->domain, vnc->audio);

        if (vnc_place(argv, vnc, value, err) < 0)
                return -1;
        if (vnc->share != VNC_SHARE_DEFAULT)
                add_pair(value, "share", enum_text(VncShare, vnc->share));
        if (vnc_guards(argv, vnc, value, err) < 0)
                return -1;
        if (vnc->power_control != YESNO_ABSENT && !qemu_caps_has_flag(argv->caps, QEMU_HAS_VNC_POWER_CONTROL))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "VNC power control is not available");
        add_yes_no(value, "power-control", vnc->power_control);
        if (sound)
                add_pair(value, "audiodev", sound);
        argv_add_pair(argv, "-vnc", value->str);
        if (vnc->keymap)
                argv_add_pair(argv, "-k", vnc->keymap);
        return 0;
}

/* SPICE */

static bool spice_is_on_network(const SpiceGraphics *spice)
{
        const GraphicsListen *listen = first_listen(spice->listens, spice->n_listens);

        return !listens_at(listen, LISTEN_SOCKET) && !listens_at(listen, LISTEN_NO);
}

/* A channel that may only be used in a way in which nobody can connect. */
static int check_channel(const SpiceGraphics *spice, SpiceMode mode, const char *what, Error *err)
{
        bool plain = spice->port > 0 || !spice_is_on_network(spice);

        if (mode == SPICE_MODE_SECURE && spice->tls_port <= 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "spice %s set in XML configuration, but TLS connection is not available", what);
        if (mode == SPICE_MODE_INSECURE && !plain)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "spice %s set in XML configuration, but plaintext connection is not available", what);
        return 0;
}

static int spice_channels(const SpiceGraphics *spice, GString *value, Error *err)
{
        static const char *const keys[SPICE_MODE_MAX_] = {
                [SPICE_MODE_SECURE] = "tls-channel",
                [SPICE_MODE_INSECURE] = "plaintext-channel",
        };

        if (check_channel(spice, spice->default_mode, "defaultMode", err) < 0)
                return -1;
        if (keys[spice->default_mode])
                add_pair(value, keys[spice->default_mode], "default");
        for (size_t i = 0; i < spice->n_channels; i++) {
                const SpiceChannel *channel = &spice->channels[i];

                if (check_channel(spice, channel->mode, "channels", err) < 0)
                        return -1;
                if (keys[channel->mode])
                        add_pair(value, keys[channel->mode], enum_text(SpiceChannelName, channel->name));
        }
        return 0;
}

static void spice_pictures(const SpiceGraphics *spice, GString *value)
{
        if (spice->image != SPICE_IMAGE_DEFAULT)
                add_pair(value, "image-compression", enum_text(SpiceImage, spice->image));
        if (spice->jpeg != SPICE_WAN_DEFAULT)
                add_pair(value, "jpeg-wan-compression", enum_text(SpiceWan, spice->jpeg));
        if (spice->zlib != SPICE_WAN_DEFAULT)
                add_pair(value, "zlib-glz-wan-compression", enum_text(SpiceWan, spice->zlib));
        if (spice->playback != SWITCH_ABSENT)
                add_pair(value, "playback-compression", spice->playback == SWITCH_ON ? "on" : "off");
        if (spice->streaming != SPICE_STREAMING_DEFAULT)
                add_pair(value, "streaming-video", enum_text(SpiceStreaming, spice->streaming));
        if (spice->clipboard == YESNO_NO)
                add_pair(value, "disable-copy-paste", "on");
        if (spice->filetransfer == YESNO_NO)
                add_pair(value, "disable-agent-file-xfer", "on");
}

static int spice_ports(QemuArgv *argv, const SpiceGraphics *spice, GString *value, Error *err)
{
        const GraphicsListen *listen = first_listen(spice->listens, spice->n_listens);
        const char *address = listen && listen->address ? listen->address : argv->host->conf->spice_listen;

        if (spice->port > 0)
                add_number(value, "port", spice->port);
        if (spice->tls_port > 0) {
                if (!argv->host->conf->spice_tls.on)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "spice TLS port set in XML configuration, but TLS is disabled in qemu.conf");
                add_number(value, "tls-port", spice->tls_port);
        }
        if (spice->port > 0 || spice->tls_port > 0)
                add_pair(value, "addr", address);
        return 0;
}

static int spice_place(QemuArgv *argv, const SpiceGraphics *spice, GString *value, Error *err)
{
        const GraphicsListen *listen = first_listen(spice->listens, spice->n_listens);

        if (listens_at(listen, LISTEN_SOCKET)) {
                if (!listen->socket)
                        return no_socket("SPICE", err);
                g_string_append(value, "unix");
                add_pair(value, "addr", listen->socket);
                return 0;
        }
        if (spice_is_on_network(spice) && spice_ports(argv, spice, value, err) < 0)
                return -1;
        /* QEMU wants a port even when programs come over descriptors only. */
        if (value->len == 0)
                add_pair(value, "port", "0");
        return 0;
}

static int spice_guards(QemuArgv *argv, const SpiceGraphics *spice, GString *value, Error *err)
{
        const QemuConf *conf = argv->host->conf;

        if (conf->spice_sasl) {
                add_pair(value, "sasl", "on");
                sasl_folder(argv, conf->spice_sasl_folder);
        }
        if (spice->mouse != SPICE_MOUSE_DEFAULT)
                add_pair(value, "agent-mouse", spice->mouse == SPICE_MOUSE_SERVER ? "off" : "on");
        if (!spice->password && !conf->spice_password)
                add_pair(value, "disable-ticketing", "on");
        if (spice->tls_port > 0)
                add_pair(value, "x509-dir", conf->spice_tls.folder);
        return spice_channels(spice, value, err);
}

static void add_render_node(GString *value, const char *node)
{
        if (node)
                add_pair(value, "rendernode", node);
}

static int spice(QemuArgv *argv, const SpiceGraphics *spice, Error *err)
{
        g_autoptr(GString) value = g_string_new(NULL);

        if (spice_place(argv, spice, value, err) < 0 || spice_guards(argv, spice, value, err) < 0)
                return -1;
        spice_pictures(spice, value);
        if (spice->gl == YESNO_YES) {
                add_pair(value, "gl", "on");
                add_render_node(value, spice->rendernode);
        }
        add_pair(value, "seamless-migration", "on");
        argv_add_pair(argv, "-spice", value->str);
        if (spice->keymap)
                argv_add_pair(argv, "-k", spice->keymap);
        return 0;
}

/* The others */

static int dbus(QemuArgv *argv, const DbusGraphics *dbus, Error *err)
{
        g_autoptr(GString) value = g_string_new("dbus");
        g_autofree char *sound = dbus->audio ? argv_audio_id(argv->domain, dbus->audio) : NULL;

        if (dbus->p2p == YESNO_YES)
                add_pair(value, "p2p", "on");
        else if (dbus->address)
                add_pair(value, "addr", dbus->address);
        else
                return no_socket("D-Bus", err);
        add_yes_no(value, "gl", dbus->gl);
        if (dbus->gl == YESNO_YES)
                add_render_node(value, dbus->rendernode);
        if (sound)
                add_pair(value, "audiodev", sound);
        argv_add_pair(argv, "-display", value->str);
        return 0;
}

static void egl(QemuArgv *argv, const EglGraphics *egl)
{
        g_autoptr(GString) value = g_string_new("egl-headless");

        add_render_node(value, egl->rendernode);
        argv_add_pair(argv, "-display", value->str);
}

static void sdl(QemuArgv *argv, const SdlGraphics *sdl)
{
        g_autoptr(GString) value = g_string_new("sdl");

        if (sdl->xauth)
                argv_env(argv, "XAUTHORITY", sdl->xauth);
        if (sdl->display)
                argv_env(argv, "DISPLAY", sdl->display);
        add_yes_no(value, "gl", sdl->gl);
        if (sdl->fullscreen == YESNO_YES)
                argv_add(argv, "-full-screen");
        argv_add_pair(argv, "-display", value->str);
}

static int add_graphics(QemuArgv *argv, const Graphics *graphics, Error *err)
{
        switch (graphics->type) {
        case GRAPHICS_VNC: return vnc(argv, &graphics->vnc, err);
        case GRAPHICS_SPICE: return spice(argv, &graphics->spice, err);
        case GRAPHICS_DBUS: return dbus(argv, &graphics->dbus, err);
        case GRAPHICS_EGL_HEADLESS: egl(argv, &graphics->egl_headless); return 0;
        case GRAPHICS_SDL: sdl(argv, &graphics->sdl); return 0;
        default:
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported graphics type '%s'",
                                 enum_text(GraphicsType, graphics->type));
        }
}

int argv_graphics(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_graphics; i++)
                if (add_graphics(argv, &argv->domain->graphics[i], err) < 0)
                        return -1;
        return 0;
}
