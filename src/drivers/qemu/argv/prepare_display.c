/* What the consoles and screens of a run listen at. */
#include "argv/argv.h"

int prepare_channels(Domain *live, QemuHost *host, Error *err)
{
        for (size_t i = 0; i < live->n_channels; i++) {
                Channel *channel = &live->channels[i];

                if (channel->source.type != CHARDEV_UNIX || channel->source.unix_socket.path)
                        continue;
                channel->source.unix_socket.mode = CHARDEV_MODE_BIND;
                channel->source.unix_socket.path =
                        g_build_filename(host->channel_dir, channel->name ? channel->name : channel->info.alias, NULL);
        }
        return 0;
}

/* A port of the document, or (@automatic, or -1 in the document) a free one; 0: none. */
static int take_port(QemuHost *host, QemuPort kind, int *port, bool automatic, Error *err)
{
        int taken;

        if (!automatic && *port != -1 && *port <= 0)
                return 0;
        taken = host->take_port(host, kind, automatic ? -1 : *port, err);
        if (taken < 0)
                return -1;
        *port = taken;
        return 0;
}

/* A socket of this run's: nobody named one. */
static void own_socket(GraphicsListen *listen, const QemuHost *host, const char *name)
{
        listen->type = LISTEN_SOCKET;
        if (listen->socket)
                return;
        listen->socket = g_strdup_printf("%s/%s.sock", host->lib_dir, name);
        listen->auto_generated = YESNO_YES;
}

typedef struct Listens {
        GraphicsListen *listens;
        size_t n;
        char **legacy;       /* the first one once more, as an attribute, for programs that know no better */
        const char *name;    /* of a socket: "vnc" */
        const char *address; /* of the host's owner */
        bool sockets;        /* who names no address gets a socket */
} Listens;

static int fill_listens(const Listens *all, QemuHost *host, Error *err)
{
        for (size_t i = 0; i < all->n; i++) {
                GraphicsListen *listen = &all->listens[i];

                if (listen->type == LISTEN_SOCKET ||
                    (listen->type == LISTEN_ADDRESS && !listen->address && all->sockets))
                        own_socket(listen, host, all->name);
                else if (listen->type == LISTEN_ADDRESS && !listen->address) {
                        listen->address = g_strdup(all->address);
                        listen->from_config = 1;
                }
                if (listen->auto_generated == YESNO_ABSENT)
                        listen->auto_generated = YESNO_NO;
                if (listen->type == LISTEN_NETWORK && !listen->address) {
                        if (!host->network_address)
                                return error_set(err, VIR_ERR_NO_SUPPORT,
                                                 "the address of network '%s' cannot be looked up here",
                                                 listen->network);
                        listen->address = host->network_address(host, listen->network, err);
                        if (!listen->address)
                                return -1;
                }
        }
        if (all->n > 0 && all->listens[0].address && !*all->legacy)
                *all->legacy = g_strdup(all->listens[0].address);
        return 0;
}

static bool on_network(const GraphicsListen *listens, size_t n)
{
        return n == 0 || listens[0].type == LISTEN_ADDRESS || listens[0].type == LISTEN_NETWORK;
}

static int prepare_vnc(VncGraphics *vnc, QemuHost *host, Error *err)
{
        const QemuConf *conf = host->conf;
        const Listens listens = { vnc->listens, vnc->n_listens,   &vnc->legacy_listen,
                                  "vnc",        conf->vnc_listen, conf->vnc_auto_unix_socket > 0 };
        int websocket;

        if (fill_listens(&listens, host, err) < 0)
                return -1;
        if (!on_network(vnc->listens, vnc->n_listens)) {
                if (vnc->n_listens > 0 && vnc->listens[0].socket && !vnc->legacy_socket)
                        vnc->legacy_socket = g_strdup(vnc->listens[0].socket);
                return 0;
        }
        if (take_port(host, QEMU_PORT_VNC, &vnc->port, vnc->autoport == YESNO_YES, err) < 0)
                return -1;
        websocket = vnc->websocket.set ? vnc->websocket.value : 0;
        vnc->websocket_generated = websocket == -1 ? YESNO_YES : YESNO_NO;
        if (websocket == 0)
                return 0;
        if (take_port(host, QEMU_PORT_VNC_WEBSOCKET, &websocket, false, err) < 0)
                return -1;
        vnc->websocket.value = websocket;
        return 0;
}

/* Which ports SPICE's channels need when nobody says which. */
static void spice_needs(const SpiceGraphics *spice, bool tls, bool *ret_plain, bool *ret_tls)
{
        *ret_tls = spice->default_mode == SPICE_MODE_SECURE;
        *ret_plain = spice->default_mode == SPICE_MODE_INSECURE;
        if (!*ret_tls && !*ret_plain) {
                *ret_plain = true;
                *ret_tls = tls;
        }
        for (size_t i = 0; i < spice->n_channels; i++) {
                *ret_tls |= spice->channels[i].mode == SPICE_MODE_SECURE;
                *ret_plain |= spice->channels[i].mode == SPICE_MODE_INSECURE;
        }
}

static void choose_render_node(QemuHost *host, char **node)
{
        if (!*node && host->render_node)
                *node = host->render_node(host);
}

static int prepare_spice(SpiceGraphics *spice, QemuHost *host, Error *err)
{
        const QemuConf *conf = host->conf;
        const Listens listens = { spice->listens, spice->n_listens,   &spice->legacy_listen,
                                  "spice",        conf->spice_listen, conf->spice_auto_unix_socket > 0 };
        bool plain = false, tls = false;

        if (fill_listens(&listens, host, err) < 0)
                return -1;
        if (spice->gl == YESNO_YES)
                choose_render_node(host, &spice->rendernode);
        if (!on_network(spice->listens, spice->n_listens))
                return 0;
        if (spice->autoport == YESNO_YES)
                spice_needs(spice, conf->spice_tls.on > 0, &plain, &tls);
        if ((tls || spice->tls_port == -1) && conf->spice_tls.on <= 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Auto allocation of spice TLS port requested but spice TLS is disabled in qemu.conf");
        if (take_port(host, QEMU_PORT_SPICE, &spice->port, plain, err) < 0)
                return -1;
        return take_port(host, QEMU_PORT_SPICE_TLS, &spice->tls_port, tls, err);
}

char *argv_dbus_address(const QemuHost *host)
{
        return g_strdup_printf("unix:path=%s/dbus/%s-dbus.sock", host->run_dir, argv_short_name(host));
}

static void prepare_dbus(DbusGraphics *dbus, QemuHost *host)
{
        if (dbus->p2p != YESNO_YES && !dbus->address)
                dbus->address = argv_dbus_address(host);
        if (dbus->gl == YESNO_YES)
                choose_render_node(host, &dbus->rendernode);
}

int prepare_graphics(Domain *live, const QemuCaps *caps, QemuHost *host, Error *err)
{
        for (size_t i = 0; i < live->n_graphics; i++) {
                Graphics *graphics = &live->graphics[i];
                int r = 0;

                switch (graphics->type) {
                case GRAPHICS_VNC: r = prepare_vnc(&graphics->vnc, host, err); break;
                case GRAPHICS_SPICE: r = prepare_spice(&graphics->spice, host, err); break;
                case GRAPHICS_DBUS: prepare_dbus(&graphics->dbus, host); break;
                case GRAPHICS_EGL_HEADLESS:
                        if (qemu_caps_has_flag(caps, QEMU_HAS_EGL_HEADLESS_RENDERNODE))
                                choose_render_node(host, &graphics->egl_headless.rendernode);
                        break;
                default: break;
                }
                if (r < 0)
                        return -1;
        }
        return 0;
}
