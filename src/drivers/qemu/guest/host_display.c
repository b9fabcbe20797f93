/* See host_display.h. */
#include "guest/host_display.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"

/* Files */

/* Where the kernel has the file that ends a command of the TPM at @device. */
static char *cancel_path(const char *device)
{
        static const char *const places[] = { "/sys/class/tpm/%s/device/cancel", "/sys/class/misc/%s/device/cancel" };
        g_autofree char *name = g_path_get_basename(device);

        for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
                g_auto(GStrv) parts = g_strsplit(places[i], "%s", 2);
                g_autofree char *path = g_strconcat(parts[0], name, parts[1], NULL);

                if (access(path, F_OK) == 0)
                        return g_steal_pointer(&path);
        }
        return NULL;
}

static int open_cancel(const char *device, Error *err)
{
        g_autofree char *path = cancel_path(device);
        int fd = path ? open(path, O_WRONLY | O_CLOEXEC) : -1;

        if (!path)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "No usable sysfs TPM cancel file could be found for '%s'",
                                 device);
        return fd < 0 ? error_errno(err, errno, "Could not open TPM device's cancel path %s", path) : fd;
}

/* A symbolic link at the end is followed: the document's author may well log to /dev/stderr or a named pipe. */
static int open_to_write(const QemuFdAsk *ask, Error *err)
{
        int how = ask->append == SWITCH_ON ? O_APPEND : O_TRUNC;
        int fd = open(ask->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | how, 0600);

        if (fd < 0)
                return error_errno(err, errno, "Unable to pre-create chardev file '%s'", ask->path);
        /* Only the opening must not wait, for the reader of a pipe. */
        if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) < 0) {
                close(fd);
                return error_errno(err, errno, "cannot set up '%s'", ask->path);
        }
        return fd;
}

int host_open_file(const QemuFdAsk *ask, Error *err)
{
        int fd;

        switch (ask->kind) {
        case QEMU_FD_TPM:
                fd = open(ask->path, O_RDWR | O_CLOEXEC);
                return fd < 0 ? error_errno(err, errno, "Could not open TPM device %s", ask->path) : fd;
        case QEMU_FD_TPM_CANCEL: return open_cancel(ask->path, err);
        default: return open_to_write(ask, err);
        }
}

/* Ports */

static int free_port(QemuInstance *instance, QemuPort kind, Error *err)
{
        const QemuConf *conf = instance->conf;

        if (kind == QEMU_PORT_VNC_WEBSOCKET)
                return port_take(instance, "webSocket", conf->websocket_port_min, conf->websocket_port_max, err);
        return port_take(instance, "display", conf->display_port_min, conf->display_port_max, err);
}

int host_take_port(QemuHost *base, QemuPort kind, int wanted, Error *err)
{
        Guest *guest = ((GuestHost *)base)->guest;
        int port = wanted;

        if (wanted > 0)
                port_take_given(guest->instance, wanted);
        else
                port = free_port(guest->instance, kind, err);
        if (port > 0)
                guest_keep_port(guest, port);
        return port;
}

/* GPUs */

char *host_render_node(QemuHost *base)
{
        g_auto(GStrv) names = NULL;

        if (access("/dev/dri", F_OK) < 0 || dir_list("/dev/dri", "", &names, NULL) < 0)
                return NULL;
        for (char **name = names; *name; name++)
                if (g_str_has_prefix(*name, "renderD"))
                        return g_build_filename("/dev/dri", *name, NULL);
        return NULL;
}
