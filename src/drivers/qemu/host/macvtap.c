/* See macvtap.h. */
#define LOG_SOURCE "qemu.macvtap"
#include "host/macvtap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "host/records.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/link.h"
#include "util/log.h"

enum { NAMES_MAX = 8192 };

/* Asked of the interface itself: /sys shows the interfaces of whoever mounted it. */
bool macvtap_is(const char *name)
{
        struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
        struct ifreq request = { .ifr_data = (void *)&info };
        AUTO_FD int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

        g_strlcpy(request.ifr_name, name, sizeof(request.ifr_name));
        return fd >= 0 && ioctl(fd, SIOCETHTOOL, &request) == 0 && strcmp(info.driver, "macvlan") == 0;
}

/* The number of the character device, for machines whose /dev nobody fills. */
static int device_number(const char *name, unsigned index, dev_t *ret, Error *err)
{
        g_autofree char *path = g_strdup_printf("/sys/class/net/%s/tap%u/dev", name, index);
        g_autofree char *text = NULL;
        unsigned major, minor;

        if (file_read(path, 64, &text, NULL, err) < 0)
                return -1;
        if (sscanf(text, "%u:%u", &major, &minor) != 2)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "'%s' in %s is no device number", text, path);
        *ret = makedev(major, minor);
        return 0;
}

static int open_own_node(const char *name, unsigned index, const char *folder, Error *err)
{
        g_autofree char *path = g_strdup_printf("%s/tap%u", folder, index);
        dev_t number = 0;
        int fd;

        if (device_number(name, index, &number, err) < 0)
                return -1;
        if (dir_make(folder, 0750, err) < 0)
                return -1;
        if (mknod(path, S_IFCHR | 0600, number) < 0)
                return error_errno(err, errno, "cannot make the device %s", path);
        fd = open(path, O_RDWR | O_CLOEXEC);
        unlink(path);
        return fd < 0 ? error_errno(err, errno, "cannot open macvtap tap device %s", path) : fd;
}

static int open_queue(const char *name, unsigned index, const char *folder, bool multi, Error *err)
{
        g_autofree char *path = g_strdup_printf("/dev/tap%u", index);
        struct ifreq request = { 0 };
        AUTO_FD int fd = open(path, O_RDWR | O_CLOEXEC);

        if (fd < 0 && errno == ENOENT && folder)
                fd = open_own_node(name, index, folder, err);
        else if (fd < 0)
                return error_errno(err, errno, "cannot open macvtap tap device %s", path);
        if (fd < 0)
                return -1;
        request.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | (multi ? IFF_MULTI_QUEUE : 0));
        g_strlcpy(request.ifr_name, name, sizeof(request.ifr_name));
        if (ioctl(fd, TUNSETIFF, &request) < 0)
                return error_errno(err, errno, "cannot set up macvtap tap device %s", path);
        return fd_steal(&fd);
}

int macvtap_open_queues(const char *name, const char *folder, int *ret_fds, size_t n, Error *err)
{
        unsigned index = link_index(name);

        for (size_t i = 0; i < n; i++) {
                ret_fds[i] = open_queue(name, index, folder, n > 1, err);
                if (ret_fds[i] >= 0)
                        continue;
                while (i > 0)
                        close(ret_fds[--i]);
                return -1;
        }
        return 0;
}

static MacvtapLinkMode link_mode(MacvtapMode mode)
{
        switch (mode) {
        case MACVTAP_PRIVATE: return MACVTAP_LINK_PRIVATE;
        case MACVTAP_BRIDGE: return MACVTAP_LINK_BRIDGE;
        case MACVTAP_PASSTHROUGH: return MACVTAP_LINK_PASSTHROUGH;
        default: return MACVTAP_LINK_VEPA;
        }
}

static int open_made(const Interface *nic, const char *name, const char *folder, int *ret_fds, size_t n, Error *err)
{
        if ((nic->mtu && link_set_mtu(name, nic->mtu, err) < 0) || link_set_up(name, true, err) < 0)
                return -1;
        return macvtap_open_queues(name, folder, ret_fds, n, err);
}

static int make(const Interface *nic, const char *name, const char *records, Error *err)
{
        const DirectInterface *direct = nic->type == INTERFACE_DIRECT ? &nic->direct : &nic->actual->direct;
        g_autofree char *made = NULL;

        if (record_put(records, name, &nic->mac, err) < 0)
                return -1;
        if (link_add_macvtap(name, direct->dev, link_mode(direct->mode), nic->mac.bytes, &made, err) == 0)
                return 0;
        record_drop(records, name);
        return -1;
}

static pthread_mutex_t naming = PTHREAD_MUTEX_INITIALIZER; /* from a free name to the interface that has it */

static int make_any(const Interface *nic, const char *records, char **ret_name, Error *err)
{
        LOCKED(&naming);

        for (unsigned i = 0; i < NAMES_MAX; i++) {
                g_autofree char *name = g_strdup_printf("macvtap%u", i);
                ERROR_AUTO Error why = ERROR_INIT;

                if (link_index(name) != 0)
                        continue;
                if (make(nic, name, records, &why) == 0) {
                        *ret_name = g_steal_pointer(&name);
                        return 0;
                }
                if (why.int1 != EEXIST)
                        return error_move(err, &why);
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "all names up to macvtap%d are taken", NAMES_MAX);
}

static int make_named(const Interface *nic, const char *records, char **ret_name, Error *err)
{
        if (make(nic, nic->target, records, err) < 0)
                return -1;
        *ret_name = g_strdup(nic->target);
        return 0;
}

int macvtap_open(const Interface *nic, const char *folder, const char *records, int *ret_fds, size_t n, char **ret_name,
                 Error *err)
{
        const DirectInterface *direct = nic->type == INTERFACE_DIRECT ? &nic->direct : &nic->actual->direct;
        g_autofree char *name = NULL;
        ERROR_AUTO Error ignored = ERROR_INIT;

        if (!direct->dev)
                return error_set(err, VIR_ERR_XML_ERROR, "interface '%s' names no card of the host", nic->info.alias);
        if ((nic->target ? make_named(nic, records, &name, err) : make_any(nic, records, &name, err)) < 0)
                return -1;
        if (open_made(nic, name, folder, ret_fds, n, err) < 0) {
                link_delete(name, &ignored);
                return -1;
        }
        *ret_name = g_steal_pointer(&name);
        return 0;
}

static void delete_left(const char *name, const Mac *mac)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (!macvtap_is(name) || !link_has_mac(name, mac->bytes))
                return;
        if (link_delete(name, &err) < 0)
                log_warn("%s", err.message);
        else
                log_info("'%s' was left by a start that did not end", name);
}

void macvtap_sweep(const char *records, GHashTable *used)
{
        g_autoptr(GPtrArray) left = records_left(records, used);

        for (guint i = 0; i < left->len; i++) {
                const Record *record = g_ptr_array_index(left, i);

                delete_left(record->name, &record->mac);
                record_drop(records, record->name);
        }
}
