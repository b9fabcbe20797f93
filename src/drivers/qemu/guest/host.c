/* See host.h. */
#include "guest/host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vhost.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/bandwidth.h"
#include "guest/fd_groups.h"
#include "helpers/bridge_helper.h"
#include "guest/host_devices.h"
#include "guest/host_disk.h"
#include "guest/host_display.h"
#include "guest/host_storage.h"
#include "helpers/nbdkit_run.h"
#include "guest/label.h"
#include "guest/log_sink.h"
#include "guest/memory.h"
#include "helpers/swtpm.h"
#include "host/tap.h"
#include "helpers/vhost_user_gpu.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/paths.h"
#include "caps/host_offer.h"

int guest_host_keep(GuestHost *host, int fd, Error *err)
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
        const MacDriver *mac = NULL;
        int fd;

        if (dir_make(folder, 0750, err) < 0 || guest_mac(host->guest->instance, &mac, err) < 0 ||
            mac_sockets_begin(mac, host->live, err) < 0)
                return -1;
        fd = unix_listen(path, 0600, 1, err);
        mac_sockets_end(mac, host->live);
        return guest_host_keep(host, fd, err);
}

static int open_device(GuestHost *host, const QemuFdAsk *ask, Error *err)
{
        int fd = open(ask->path, O_RDWR | O_CLOEXEC);

        if (fd < 0 && ask->optional)
                return QEMU_NO_FD;
        if (fd < 0)
                return error_errno(err, errno, "Unable to open '%s' for '%s'", ask->path, ask->alias);
        return guest_host_keep(host, fd, err);
}

/* Its number was given to it already. */
static int hand_over_vsock(GuestHost *host, Error *err)
{
        int fd = host->vsock;

        host->vsock = -1;
        if (fd < 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "the guest has no number on virtual sockets");
        return guest_host_keep(host, fd, err);
}

/* What a guest writes to a file is a log, unless it goes to something else than a file. */
static int open_output(const GuestHost *host, const QemuFdAsk *ask, Error *err)
{
        const QemuInstance *instance = host->guest->instance;
        struct stat st;

        if (!log_sink_is_managed(instance) || (stat(ask->path, &st) == 0 && !S_ISREG(st.st_mode)))
                return host_open_file(ask, err);
        return log_sink_open(instance, host->live, true, ask->path, ask->append != SWITCH_ON, err);
}

static int open_fd(QemuHost *base, const QemuFdAsk *ask, Error *err)
{
        GuestHost *host = (GuestHost *)base;

        switch (ask->kind) {
        case QEMU_FD_LISTEN: return listen_at(host, ask->path, err);
        case QEMU_FD_VHOST_NET:
        case QEMU_FD_VHOST_SCSI:
        case QEMU_FD_VHOST_VDPA: return open_device(host, ask, err);
        case QEMU_FD_VHOST_VSOCK: return hand_over_vsock(host, err);
        case QEMU_FD_FILE:
        case QEMU_FD_LOG: return guest_host_keep(host, open_output(host, ask, err), err);
        case QEMU_FD_TPM:
        case QEMU_FD_TPM_CANCEL: return guest_host_keep(host, host_open_file(ask, err), err);
        case QEMU_FD_SLIRP: return QEMU_NO_FD; /* QEMU's own does */
        case QEMU_FD_VHOST_USER: return vhost_user_gpu_open(host, ask->alias, err);
        default: return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU cannot be given '%s' yet", ask->path);
        }
}

/* The live document tells the name of the host's end. */
static void tell_name(GuestHost *host, const Interface *nic, const char *name)
{
        for (size_t i = 0; i < host->live->n_interfaces; i++) {
                Interface *own = &host->live->interfaces[i];

                if (g_strcmp0(own->info.alias, nic->info.alias) != 0)
                        continue;
                g_free(own->target);
                own->target = g_strdup(name);
        }
}

/* Users may not make taps: a helper makes them one. */
static int open_user_tap(const GuestHost *host, const Interface *nic, int *ret_fds, size_t n, char **ret_name,
                         Error *err)
{
        if (n > 1)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "interface '%s': a user's guest gets one queue on a bridge, not %zu", nic->info.alias,
                                 n);
        ret_fds[0] = bridge_helper_open(host->guest->instance->conf, tap_bridge(nic), ret_name, err);
        return ret_fds[0] < 0 ? -1 : 0;
}

static int open_queues(const GuestHost *host, const Interface *nic, int *ret_fds, size_t n, char **ret_name, Error *err)
{
        char owner[UUID_TEXT_LENGTH];
        const TapPlace place = { .folder = host->base.lib_dir, .run_dir = host->base.run_dir, .owner = owner };

        uuid_format(host->live->uuid, owner);
        if (geteuid() != 0 && tap_bridge(nic))
                return open_user_tap(host, nic, ret_fds, n, ret_name, err);
        return tap_open(nic, &place, ret_fds, n, ret_name, err);
}

static int open_taps(QemuHost *base, const Interface *nic, int *ret_fds, size_t n, Error *err)
{
        GuestHost *host = (GuestHost *)base;
        g_autofree char *name = NULL;
        int r = 0;

        if (open_queues(host, nic, ret_fds, n, &name, err) < 0)
                return -1;
        tell_name(host, nic, name);
        for (size_t i = 0; i < n; i++)
                if (guest_host_keep(host, ret_fds[i], err) < 0)
                        r = -1;
        return r;
}

static int limit_tap(QemuHost *host, const Interface *nic, Error *err)
{
        return bandwidth_check(nic, bandwidth_of(nic), err) < 0 ? -1 : bandwidth_set(nic, nic->target, err);
}

static int move_tap(QemuHost *host, const Interface *nic, Error *err)
{
        char owner[UUID_TEXT_LENGTH];

        uuid_format(((GuestHost *)host)->live->uuid, owner);
        return tap_move(nic, owner, err);
}

/* Numbers up to 2 are the hypervisor's, the loop's and the host's. The kernel says which are taken. */
static int take_cid(QemuHost *base, bool automatic, unsigned *cid, Error *err)
{
        enum { FIRST_CID = 3, CIDS_MAX = 64 * 1024 };
        GuestHost *host = (GuestHost *)base;
        AUTO_FD int fd = open("/dev/vhost-vsock", O_RDWR | O_CLOEXEC);
        uint64_t number = automatic ? FIRST_CID : *cid;
        int r;

        if (fd < 0)
                return error_errno(err, errno, "unable to open vhost-vsock device");
        do
                r = ioctl(fd, VHOST_VSOCK_SET_GUEST_CID, &number);
        while (r < 0 && errno == EADDRINUSE && automatic && ++number < CIDS_MAX);
        if (r < 0)
                return error_errno(err, errno, "failed to set guest cid %u", (unsigned)number);
        *cid = (unsigned)number;
        host->vsock = fd_steal(&fd);
        return 0;
}

void guest_host_init(GuestHost *host, Guest *guest, Domain *live)
{
        const QemuInstance *instance = guest->instance;

        host->guest = guest;
        host->vsock = -1;
        host->live = live;
        host->lib_dir = guest_folder(instance, live->id, live->name);
        host->channel_dir = channel_folder(instance, live->id, live->name);
        host->master_key = g_build_filename(host->lib_dir, "master-key.aes", NULL);
        host->tpm_socket = swtpm_socket(instance, host->lib_dir);
        host->base = (QemuHost){
                .conf = instance->conf,
                .lib_dir = host->lib_dir,
                .run_dir = instance->run_dir,
                .channel_dir = host->channel_dir,
                .master_key = host->master_key,
                .system = instance->system,
                .cpu = qemu_host_cpu(),
                .migrate_fd = -1,
                .look_at_image = host_look_at_image,
                .is_cdrom = host_is_cdrom,
                .encrypt = host_encrypt,
                .secret = host_secret,
                .find_volume = host_find_volume,
                .take_port = host_take_port,
                .render_node = host_render_node,
                .tpm_socket = host->tpm_socket,
                .take_cid = take_cid,
                .join_network = host_join_network,
                .find_usb = host_find_usb,
                .scsi_generic = host_scsi_generic,
                .open_fd = open_fd,
                .open_taps = open_taps,
                .group_fds = host_group_fds,
                .limit_tap = limit_tap,
                .move_tap = move_tap,
        };
        host->nbdkit = nbdkit_parts(instance->conf);
        host->base.nbdkit = (const char *const *)host->nbdkit;
        guest_memory_look(host);
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
        if (host->guest && host->vsock >= 0)
                close(host->vsock);
        g_clear_pointer(&host->lib_dir, g_free);
        g_clear_pointer(&host->channel_dir, g_free);
        g_clear_pointer(&host->master_key, g_free);
        g_clear_pointer(&host->tpm_socket, g_free);
        g_clear_pointer(&host->nbdkit, g_strfreev);
        g_clear_pointer(&host->gpus, g_hash_table_unref);
        guest_memory_forget(host);
}
