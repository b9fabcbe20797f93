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

static int take_port(QemuHost *host, QemuPort kind, int *port, YesNo autoport, Error *err)
{
        int taken;

        if (autoport != YESNO_YES && *port != -1 && *port <= 0)
                return 0;
        taken = host->take_port(host, kind, autoport == YESNO_YES ? -1 : *port, err);
        if (taken < 0)
                return -1;
        *port = taken;
        return 0;
}

static void fill_listens(GraphicsListen *listens, size_t n, char **legacy, const char *address)
{
        for (size_t i = 0; i < n; i++)
                if (listens[i].type == LISTEN_ADDRESS && !listens[i].address)
                        listens[i].address = g_strdup(address);
        /* The first one once more, as an attribute, for programs that know no better. */
        if (n > 0 && listens[0].address && !*legacy)
                *legacy = g_strdup(listens[0].address);
}

int prepare_graphics(Domain *live, QemuHost *host, Error *err)
{
        for (size_t i = 0; i < live->n_graphics; i++) {
                Graphics *graphics = &live->graphics[i];
                VncGraphics *vnc = &graphics->vnc;
                SpiceGraphics *spice = &graphics->spice;

                if (graphics->type == GRAPHICS_VNC) {
                        fill_listens(vnc->listens, vnc->n_listens, &vnc->legacy_listen, host->conf->vnc_listen);
                        if (vnc->n_listens > 0 && vnc->listens[0].type != LISTEN_ADDRESS)
                                continue;
                        if (take_port(host, QEMU_PORT_VNC, &vnc->port, vnc->autoport, err) < 0)
                                return -1;
                } else if (graphics->type == GRAPHICS_SPICE) {
                        fill_listens(spice->listens, spice->n_listens, &spice->legacy_listen, host->conf->spice_listen);
                        if (spice->n_listens > 0 && spice->listens[0].type != LISTEN_ADDRESS)
                                continue;
                        if (take_port(host, QEMU_PORT_SPICE, &spice->port, spice->autoport, err) < 0)
                                return -1;
                }
        }
        return 0;
}
