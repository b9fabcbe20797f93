/* See tap.h. */
#define LOG_SOURCE "qemu.tap"
#include "host/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "host/bandwidth.h"
#include "host/card.h"
#include "host/macvtap.h"
#include "host/ovs.h"
#include "host/records.h"
#include "rules/settle.h"
#include "util/auto.h"
#include "util/link.h"
#include "util/log.h"
#include "util/process.h"
#include "util/text.h"

#define TAP_PREFIX "vnet"
enum { SCRIPT_MS = 30 * 1000, NAMES_MAX = 1000 * 1000 };

static void close_all(int *fds, size_t n)
{
        for (size_t i = 0; i < n; i++)
                if (fds[i] >= 0)
                        close(fds[i]);
}

/* The first queue makes the device, the others join. */
static int open_queue(const char *path, struct ifreq *request, Error *err)
{
        AUTO_FD int fd = open(path, O_RDWR | O_CLOEXEC);

        if (fd < 0)
                return error_errno(err, errno, "Unable to open %s, is tun module loaded?", path);
        if (ioctl(fd, TUNSETIFF, request) < 0)
                return error_errno(err, errno, "Unable to create tap device %s", request->ifr_name);
        return fd_steal(&fd);
}

/* Names of taps count up: one that a guest had is not soon another's, so that what is done at the end of the first never
 * meets the second. */
static atomic_uint next_name;

static void count_name(const char *name)
{
        unsigned number, next = atomic_load(&next_name);

        if (!g_str_has_prefix(name, TAP_PREFIX) || !text_to_uint(name + strlen(TAP_PREFIX), 10, &number) ||
            number >= NAMES_MAX)
                return;
        while (next <= number && !atomic_compare_exchange_weak(&next_name, &next, number + 1))
                ;
}

/* @name may hold "%d". */
static int open_named(const char *name, const char *path, int *ret_fds, size_t n, char **ret_name, Error *err)
{
        struct ifreq request = { .ifr_flags =
                                         (short)(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | (n > 1 ? IFF_MULTI_QUEUE : 0)) };

        g_strlcpy(request.ifr_name, name, sizeof(request.ifr_name));
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

static int open_queues(const Interface *nic, int *ret_fds, size_t n, char **ret_name, Error *err)
{
        const char *path = nic->backend_tap ? nic->backend_tap : "/dev/net/tun";

        if (nic->target)
                return open_named(nic->target, path, ret_fds, n, ret_name, err);
        for (unsigned i = 0; i < NAMES_MAX; i++) {
                unsigned number = atomic_fetch_add(&next_name, 1) % NAMES_MAX;
                g_autofree char *name = g_strdup_printf(TAP_PREFIX "%u", number);
                ERROR_AUTO Error why = ERROR_INIT;

                if (link_index(name) != 0)
                        continue;
                if (open_named(name, path, ret_fds, n, ret_name, &why) == 0)
                        return 0;
                /* Somebody else was faster. */
                if (why.int1 != EBUSY)
                        return error_move(err, &why);
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "all names up to " TAP_PREFIX "%d are taken", NAMES_MAX - 1);
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

static int join_bridge(const Interface *nic, const char *name, const char *bridge, const char *owner, Error *err)
{
        unsigned mtu = nic->mtu ? nic->mtu : link_mtu(bridge);

        if (mtu && link_set_mtu(name, mtu, err) < 0)
                return -1;
        if (ovs_is(nic))
                return ovs_join(nic, name, bridge, owner, err);
        if (link_set_master(name, bridge, err) < 0)
                return -1;
        return interface_is_isolated(nic) ? link_set_isolated(name, true, err) : 0;
}

/* The document may say how the host speaks to the guest over it. */
static int add_addresses(const Interface *nic, const char *name, Error *err)
{
        for (size_t i = 0; i < nic->ethernet.n_source_ips; i++) {
                const IpAddress *ip = &nic->ethernet.source_ips[i];
                bool v6 = strchr(ip->address, ':');
                unsigned usual = v6 ? 64 : 24;

                if (link_add_address(name, ip->address, ip->prefix.set ? ip->prefix.value : usual, ip->peer, err) < 0)
                        return -1;
        }
        return 0;
}

static int add_routes(const Interface *nic, const char *name, Error *err)
{
        for (size_t i = 0; i < nic->ethernet.n_source_routes; i++) {
                const IpRoute *route = &nic->ethernet.source_routes[i];
                char to[IP_TEXT_LENGTH], gateway[IP_TEXT_LENGTH];

                ip_format(&route->address, to);
                ip_format(&route->gateway, gateway);
                if (link_add_route(name, to, ip_route_prefix(route), ip_is_any(&route->gateway) ? NULL : gateway,
                                   route->metric.value, err) < 0)
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

/* The host's end gets the guest's address with another first byte, so that bridges do not take it for their own. */
static void host_mac(const Interface *nic, uint8_t mac[6])
{
        memcpy(mac, nic->mac.bytes, 6);
        mac[0] = 0xfe;
}

static int set_up(const Interface *nic, const char *name, const char *owner, Error *err)
{
        const char *bridge = tap_bridge(nic);
        uint8_t mac[6];

        host_mac(nic, mac);
        if (link_set_mac(name, mac, err) < 0 || (bridge && join_bridge(nic, name, bridge, owner, err) < 0))
                return -1;
        if (!bridge && nic->mtu && link_set_mtu(name, nic->mtu, err) < 0)
                return -1;
        if (nic->type == INTERFACE_ETHERNET && add_addresses(nic, name, err) < 0)
                return -1;
        /* Nothing waits at a tap: QEMU takes what is there. Kernels that cannot say so let it wait. */
        link_set_queue(name, "noqueue", NULL);
        if (link_set_up(name, true, err) < 0 || (nic->type == INTERFACE_ETHERNET && add_routes(nic, name, err) < 0))
                return -1;
        if (nic->coalesce_rx_frames && link_set_rx_coalesce(name, nic->coalesce_rx_frames, err) < 0)
                return -1;
        return nic->script ? run_script(nic->script, name, err) : 0;
}

/* Cards that a guest has for itself (passthrough) */

static CardPlace card_place(const TapPlace *place)
{
        return (CardPlace){ .root = "", .states = place->run_dir, .owner = place->owner, .talk = &card_kernel };
}

const char *tap_card(const Interface *nic)
{
        const DirectInterface *direct = nic->type == INTERFACE_DIRECT ? &nic->direct : NULL;

        if (!direct && interface_actual_type(nic) == INTERFACE_DIRECT)
                direct = &nic->actual->direct;
        return direct && direct->mode == MACVTAP_PASSTHROUGH ? direct->dev : NULL;
}

static void give_card_back(const Interface *nic, const TapPlace *place)
{
        const CardPlace cards = card_place(place);
        CARD_AUTO Card card = CARD_INIT;

        if (tap_card(nic) && card_of_interface(&cards, tap_card(nic), &card, NULL) == 0)
                card_forget(&cards, &card);
}

static int take_card(const Interface *nic, const TapPlace *place, Error *err)
{
        const CardPlace cards = card_place(place);
        CARD_AUTO Card card = CARD_INIT;

        if (card_of_interface(&cards, tap_card(nic), &card, err) < 0 || card_check(&card, nic, err) < 0 ||
            card_save(&cards, &card, err) < 0)
                return -1;
        if (card_set(&cards, &card, nic, err) == 0)
                return 0;
        card_forget(&cards, &card);
        return -1;
}

void tap_claim(const Interface *nic, const TapPlace *place)
{
        const CardPlace cards = card_place(place);
        CARD_AUTO Card card = CARD_INIT;

        if (tap_card(nic) && card_of_interface(&cards, tap_card(nic), &card, NULL) == 0)
                card_claim(&cards, &card);
}

/* What only others could do for us, or nobody yet. */
static int check(const Interface *nic, InterfaceType type, Error *err)
{
        const VirtualPort *port = interface_virtual_port(nic);

        if (nic->filter)
                return error_set(err, VIR_ERR_NO_SUPPORT, "network filter '%s': there is no network filter driver",
                                 nic->filter->filter);
        if (bandwidth_of(nic) && bandwidth_check(nic, bandwidth_of(nic), err) < 0)
                return -1;
        if (!ovs_is(nic) && port && port->type != VIRTUAL_PORT_NONE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "virtual ports of type '%s' are not supported yet",
                                 enum_text(VirtualPortType, port->type));
        if (!ovs_is(nic) && interface_vlan(nic) && !tap_card(nic))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "VLAN tags are supported on switches of Open vSwitch only");
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

static char *ports_records(const char *run_dir)
{
        return g_build_filename(run_dir, "openvswitch", NULL);
}

static int make_own(const Interface *nic, const char *name, const TapPlace *place, Error *err)
{
        g_autofree char *records = ports_records(place->run_dir);

        if (ovs_is(nic) && record_put(records, name, &nic->mac, err) < 0)
                return -1;
        if (set_up(nic, name, place->owner, err) == 0)
                return 0;
        if (ovs_is(nic))
                ovs_leave(name, &nic->mac);
        return -1;
}

static int open_own(const Interface *nic, const TapPlace *place, int *ret_fds, size_t n, char **ret_name, Error *err)
{
        g_autofree char *name = NULL;

        if (open_queues(nic, ret_fds, n, &name, err) < 0)
                return -1;
        if (make_own(nic, name, place, err) < 0) {
                close_all(ret_fds, n);
                return -1;
        }
        *ret_name = g_steal_pointer(&name);
        return 0;
}

static char *macvtap_records(const char *run_dir)
{
        return g_build_filename(run_dir, "macvtap", NULL);
}

void tap_sweep(const char *run_dir, GHashTable *used)
{
        g_autofree char *macvtaps = macvtap_records(run_dir);
        g_autofree char *ports = ports_records(run_dir);

        GHashTableIter at;
        void *name;

        g_hash_table_iter_init(&at, used);
        while (g_hash_table_iter_next(&at, &name, NULL))
                count_name(name);
        macvtap_sweep(macvtaps, used);
        ovs_sweep(ports, used);
}

/* The kernel gives a card that one guest had the address back that it had when the macvtap was made: before that, and
 * after it is gone, it is ours to set. */
static int open_direct(const Interface *nic, const TapPlace *place, int *ret_fds, size_t n, char **ret_name, Error *err)
{
        g_autofree char *records = macvtap_records(place->run_dir);

        if (tap_card(nic) && take_card(nic, place, err) < 0)
                return -1;
        if (macvtap_open(nic, place->folder, records, ret_fds, n, ret_name, err) == 0)
                return 0;
        give_card_back(nic, place);
        return -1;
}

/* What does not go with its last descriptor. */
static void drop(const Interface *nic, const char *name, const TapPlace *place)
{
        if (interface_actual_type(nic) == INTERFACE_DIRECT)
                link_delete(name, NULL);
        give_card_back(nic, place);
        if (ovs_is(nic))
                ovs_leave(name, &nic->mac);
}

int tap_open(const Interface *nic, const TapPlace *place, int *ret_fds, size_t n, char **ret_name, Error *err)
{
        InterfaceType type = interface_actual_type(nic);
        g_autofree char *name = NULL;
        int r;

        if (check(nic, type, err) < 0)
                return -1;
        if (type == INTERFACE_DIRECT)
                r = open_direct(nic, place, ret_fds, n, &name, err);
        else if (type == INTERFACE_ETHERNET && nic->target_managed == YESNO_NO)
                r = open_given(nic, ret_fds, n, &name, err);
        else
                r = open_own(nic, place, ret_fds, n, &name, err);
        if (r < 0)
                return -1;
        if (bandwidth_of(nic) && bandwidth_set(nic, name, err) < 0) {
                close_all(ret_fds, n);
                drop(nic, name, place);
                return -1;
        }
        *ret_name = g_steal_pointer(&name);
        return 0;
}

int tap_move(const Interface *nic, const char *owner, Error *err)
{
        const char *bridge = tap_bridge(nic);

        if (interface_vlan(nic) && !ovs_is(nic))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "VLAN tags are supported on switches of Open vSwitch only");
        if (bridge && join_bridge(nic, nic->target, bridge, owner, err) < 0)
                return -1;
        if (bridge && !ovs_is(nic) && link_set_isolated(nic->target, interface_is_isolated(nic), err) < 0)
                return -1;
        return nic->coalesce_rx_frames ? link_set_rx_coalesce(nic->target, nic->coalesce_rx_frames, err) : 0;
}

/* A tap of that name that is not ours, made when ours was gone. */
static bool is_others(const Interface *nic)
{
        uint8_t mac[6];

        if (interface_actual_type(nic) == INTERFACE_DIRECT || nic->target_managed == YESNO_NO ||
            link_index(nic->target) == 0)
                return false;
        host_mac(nic, mac);
        return !link_has_mac(nic->target, mac);
}

static void close_named(const Interface *nic)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (bandwidth_of(nic) && !is_others(nic))
                bandwidth_clear(nic->target);
        /* One of somebody else may have the name: then ours was never made. */
        if (interface_actual_type(nic) == INTERFACE_DIRECT && macvtap_is(nic->target) &&
            link_has_mac(nic->target, nic->mac.bytes) && link_delete(nic->target, &err) < 0)
                log_warn("%s", err.message);
        if (ovs_is(nic))
                ovs_leave(nic->target, &nic->mac);
        if (nic->downscript && run_script(nic->downscript, nic->target, &err) < 0)
                log_warn("%s", err.message);
}

void tap_close(const Interface *nic, const TapPlace *place)
{
        if (nic->target)
                close_named(nic);
        give_card_back(nic, place);
}
