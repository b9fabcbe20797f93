/* See tap.h. */
#define LOG_SOURCE "qemu.tap"
#include "host/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "host/bandwidth.h"
#include "host/macvtap.h"
#include "rules/settle.h"
#include "util/auto.h"
#include "util/link.h"
#include "util/log.h"
#include "util/process.h"

enum { SCRIPT_MS = 30 * 1000 };

static void close_all(int *fds, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (fds[i] >= 0)
                        close(fds[i]);
}

/* The first queue makes the device (and tells its name, which may hold "%d"), the others join. */
static int open_queue(const char *path, struct ifreq *request, Error *err)
{
        AUTO_FD int fd = open(path, O_RDWR | O_CLOEXEC);

        if (fd < 0)
                return error_errno(err, errno, "Unable to open %s, is tun module loaded?", path);
        if (ioctl(fd, TUNSETIFF, request) < 0)
                return error_errno(err, errno, "Unable to create tap device %s", request->ifr_name);
        return fd_steal(&fd);
}

static int open_queues(const Interface *nic, int *ret_fds, size_t n, char **ret_name, Error *err)
{
        const char *path = nic->backend_tap ? nic->backend_tap : "/dev/net/tun";
        struct ifreq request = { 0 };

        request.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | (n > 1 ? IFF_MULTI_QUEUE : 0));
        g_strlcpy(request.ifr_name, nic->target ? nic->target : "vnet%d", sizeof(request.ifr_name));
        for (size_t i = 0; i < n; i++) {
                ret_fds[i] = open_queue(path, &request, err);
                if (ret_fds[i] < 0) {
                        close_all(ret_fds, i);
                        return -1;
                }
        }
        *ret_name = g_strdup(request.ifr_name);
        return 0;
}

const char *tap_bridge(const Interface *nic)
{
        switch (nic->type) {
        case INTERFACE_BRIDGE: return nic->bridge.bridge;
        case INTERFACE_NETWORK:
                return nic->actual && nic->actual->type != INTERFACE_DIRECT ? nic->actual->bridge.bridge
                                                                            : nic->network.bridge;
        default: return NULL;
        }
}

static bool is_isolated(const Interface *nic)
{
        YesNo isolated = nic->actual && nic->actual->port_isolated != YESNO_ABSENT ? nic->actual->port_isolated
                                                                                   : nic->port_isolated;

        return isolated == YESNO_YES;
}

static int join_bridge(const Interface *nic, const char *name, const char *bridge, Error *err)
{
        unsigned mtu = nic->mtu ? nic->mtu : link_mtu(bridge);

        if (mtu && link_set_mtu(name, mtu, err) < 0)
                return -1;
        if (link_set_master(name, bridge, err) < 0)
                return -1;
        return is_isolated(nic) ? link_set_isolated(name, true, err) : 0;
}

/* The document may say how the host speaks to the guest over it. */
static int add_addresses(const Interface *nic, const char *name, Error *err)
{
        if (nic->ethernet.n_source_routes > 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "routes of the host over '%s' are not supported yet",
                                 name);
        for (size_t i = 0; i < nic->ethernet.n_source_ips; i++) {
                const IpAddress *ip = &nic->ethernet.source_ips[i];
                bool v6 = strchr(ip->address, ':');
                unsigned usual = v6 ? 64 : 24;

                if (link_add_address(name, ip->address, ip->prefix.set ? ip->prefix.value : usual, ip->peer, err) < 0)
                        return -1;
        }
        return 0;
}

static int run_script(const char *script, const char *name, Error *err)
{
        Process *process = process_new(script);
        int r;

        process_add(process, name);
        r = process_run(process, SCRIPT_MS, NULL, NULL, NULL, err);
        process_free(process);
        return r;
}

static int set_up(const Interface *nic, const char *name, Error *err)
{
        const char *bridge = tap_bridge(nic);
        uint8_t mac[6];

        /* The host's end gets the guest's address with another first byte, so that bridges do not take it for their
         * own. */
        memcpy(mac, nic->mac.bytes, sizeof(mac));
        mac[0] = 0xfe;
        if (link_set_mac(name, mac, err) < 0 || (bridge && join_bridge(nic, name, bridge, err) < 0))
                return -1;
        if (!bridge && nic->mtu && link_set_mtu(name, nic->mtu, err) < 0)
                return -1;
        if (nic->type == INTERFACE_ETHERNET && add_addresses(nic, name, err) < 0)
                return -1;
        /* Nothing waits at a tap: QEMU takes what is there. Kernels that cannot say so let it wait. */
        link_set_queue(name, "noqueue", NULL);
        if (link_set_up(name, true, err) < 0)
                return -1;
        if (nic->coalesce_rx_frames && link_set_rx_coalesce(name, nic->coalesce_rx_frames, err) < 0)
                return -1;
        return nic->script ? run_script(nic->script, name, err) : 0;
}

/* What only others could do for us, or nobody yet. */
static int check(const Interface *nic, InterfaceType type, Error *err)
{
        const VirtualPort *port =
                nic->actual && nic->actual->virtual_port ? nic->actual->virtual_port : nic->virtual_port;
        const Vlan *vlan = nic->actual && nic->actual->vlan ? nic->actual->vlan : nic->vlan;

        if (nic->filter)
                return error_set(err, VIR_ERR_NO_SUPPORT, "network filter '%s': there is no network filter driver",
                                 nic->filter->filter);
        if (bandwidth_of(nic) && bandwidth_check(nic, bandwidth_of(nic), err) < 0)
                return -1;
        if (port && port->type != VIRTUAL_PORT_NONE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "virtual ports of type '%s' are not supported yet",
                                 enum_text(VirtualPortType, port->type));
        if (vlan)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "VLAN tags are not supported yet");
        if (type == INTERFACE_NETWORK || type == INTERFACE_BRIDGE)
                return tap_bridge(nic) ? 0
                                       : error_set(err, VIR_ERR_INTERNAL_ERROR, "interface '%s' has no bridge",
                                                   nic->info.alias);
        return 0;
}

/* One that somebody made before us, and keeps afterwards. */
static int open_given(const Interface *nic, int *ret_fds, size_t n, char **ret_name, Error *err)
{
        if (!nic->target)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "target dev must be specified when managed='no' for interface type='ethernet'");
        if (link_index(nic->target) == 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "target managed='no' but specified dev '%s' doesn't exist", nic->target);
        if (macvtap_is(nic->target)) {
                *ret_name = g_strdup(nic->target);
                return macvtap_open_queues(nic->target, NULL, ret_fds, n, err);
        }
        return open_queues(nic, ret_fds, n, ret_name, err);
}

static int open_own(const Interface *nic, int *ret_fds, size_t n, char **ret_name, Error *err)
{
        g_autofree char *name = NULL;

        if (open_queues(nic, ret_fds, n, &name, err) < 0)
                return -1;
        if (set_up(nic, name, err) < 0) {
                close_all(ret_fds, n);
                return -1;
        }
        *ret_name = g_steal_pointer(&name);
        return 0;
}

char *tap_records(const char *run_dir)
{
        return g_build_filename(run_dir, "macvtap", NULL);
}

int tap_open(const Interface *nic, const char *folder, const char *run_dir, int *ret_fds, size_t n, char **ret_name,
             Error *err)
{
        InterfaceType type = interface_actual_type(nic);
        g_autofree char *records = tap_records(run_dir);
        g_autofree char *name = NULL;
        int r;

        if (check(nic, type, err) < 0)
                return -1;
        if (type == INTERFACE_DIRECT)
                r = macvtap_open(nic, folder, records, ret_fds, n, &name, err);
        else if (type == INTERFACE_ETHERNET && nic->target_managed == YESNO_NO)
                r = open_given(nic, ret_fds, n, &name, err);
        else
                r = open_own(nic, ret_fds, n, &name, err);
        if (r < 0)
                return -1;
        if (bandwidth_of(nic) && bandwidth_set(nic, name, err) < 0) {
                close_all(ret_fds, n);
                if (type == INTERFACE_DIRECT)
                        link_delete(name, NULL);
                return -1;
        }
        *ret_name = g_steal_pointer(&name);
        return 0;
}

int tap_move(const Interface *nic, Error *err)
{
        const char *bridge = tap_bridge(nic);

        if (bridge && (join_bridge(nic, nic->target, bridge, err) < 0 ||
                       link_set_isolated(nic->target, is_isolated(nic), err) < 0))
                return -1;
        return nic->coalesce_rx_frames ? link_set_rx_coalesce(nic->target, nic->coalesce_rx_frames, err) : 0;
}

void tap_close(const Interface *nic)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (!nic->target)
                return;
        if (bandwidth_of(nic))
                bandwidth_clear(nic->target);
        /* One of somebody else may have the name: then ours was never made. */
        if (interface_actual_type(nic) == INTERFACE_DIRECT && macvtap_is(nic->target) &&
            link_has_mac(nic->target, nic->mac.bytes) && link_delete(nic->target, &err) < 0)
                log_warn("%s", err.message);
        if (nic->downscript && run_script(nic->downscript, nic->target, &err) < 0)
                log_warn("%s", err.message);
}
