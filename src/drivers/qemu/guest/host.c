/* See host.h. */
#include "guest/host.h"

#include <string.h>
#include <unistd.h>

#include "guest/image.h"
#include "guest/tap.h"
#include "util/file.h"
#include "util/paths.h"

static int keep_fd(GuestHost *host, int fd, Error *err)
{
        if (fd < 0)
                return -1;
        if (host->n_fds >= GUEST_FDS_MAX) {
                close(fd);
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "a guest with more than %d sockets and taps",
                                 GUEST_FDS_MAX);
        }
        host->fds[host->n_fds++] = fd;
        return fd;
}

static int listen_at(GuestHost *host, const char *path, Error *err)
{
        g_autofree char *folder = g_path_get_dirname(path);

        if (dir_make(folder, 0750, err) < 0)
                return -1;
        return keep_fd(host, unix_listen(path, 0600, 1, err), err);
}

static int open_fd(QemuHost *base, const QemuFdAsk *ask, Error *err)
{
        GuestHost *host = (GuestHost *)base;

        if (ask->kind == QEMU_FD_LISTEN)
                return listen_at(host, ask->path, err);
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU cannot be given '%s' yet", ask->path);
}

static int open_taps(QemuHost *base, const Interface *nic, int *ret_fds, size_t n, Error *err)
{
        GuestHost *host = (GuestHost *)base;
        g_autofree char *name = NULL;

        if (n != 1)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "more than one queue is not supported yet");
        ret_fds[0] = keep_fd(host, tap_open(nic, &name, err), err);
        /* The live document tells the name of the host's end. */
        for (size_t i = 0; ret_fds[0] >= 0 && i < host->live->n_interfaces; i++) {
                if (&host->live->interfaces[i] != nic)
                        continue;
                g_free(host->live->interfaces[i].target);
                host->live->interfaces[i].target = g_strdup(name);
        }
        return ret_fds[0] < 0 ? -1 : 0;
}

static int look_at_image(QemuHost *host, Disk *disk, Error *err)
{
        if (!image_stands_alone(disk))
                return 0;
        disk->backing = g_new0(BackingStore, 1);
        rows_init(&BackingStore_rows, disk->backing);
        return 0;
}

static int take_port(QemuHost *base, QemuPort kind, int wanted, Error *err)
{
        Guest *guest = ((GuestHost *)base)->guest;
        int port = wanted;

        if (kind != QEMU_PORT_VNC && kind != QEMU_PORT_SPICE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "ports of TLS and websockets are not given out yet");
        if (wanted > 0)
                port_take_given(guest->instance, wanted);
        else
                port = port_take(guest->instance, err);
        if (port < 0)
                return -1;
        *(kind == QEMU_PORT_VNC ? &guest->vnc_port : &guest->spice_port) = port;
        return port;
}

void guest_host_init(GuestHost *host, Guest *guest, Domain *live)
{
        const QemuInstance *instance = guest->instance;

        host->guest = guest;
        host->live = live;
        host->lib_dir = guest_folder(instance, live->id, live->name);
        host->channel_dir = channel_folder(instance, live->id, live->name);
        host->master_key = g_build_filename(host->lib_dir, "master-key.aes", NULL);
        host->base = (QemuHost){
                .conf = instance->conf,
                .lib_dir = host->lib_dir,
                .run_dir = instance->run_dir,
                .channel_dir = host->channel_dir,
                .master_key = host->master_key,
                .system = instance->system,
                .migrate_fd = -1,
                .look_at_image = look_at_image,
                .take_port = take_port,
                .open_fd = open_fd,
                .open_taps = open_taps,
        };
}

void guest_host_close(GuestHost *host)
{
        for (size_t i = 0; i < host->n_fds; i++)
                close(host->fds[i]);
        host->n_fds = 0;
}

void guest_host_done(GuestHost *host)
{
        guest_host_close(host);
        g_clear_pointer(&host->lib_dir, g_free);
        g_clear_pointer(&host->channel_dir, g_free);
        g_clear_pointer(&host->master_key, g_free);
}
