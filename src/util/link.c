/* See link.h. */
#include "util/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "link_message.h"
#include "util/auto.h"

enum { NAMES_MAX = 4096 };

unsigned link_index(const char *name)
{
        return if_nametoindex(name);
}

static int control(const char *name, unsigned long what, struct ifreq *request)
{
        AUTO_FD int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

        g_strlcpy(request->ifr_name, name, sizeof(request->ifr_name));
        return fd < 0 ? -1 : ioctl(fd, what, request);
}

unsigned link_mtu(const char *name)
{
        struct ifreq request = { 0 };

        return control(name, SIOCGIFMTU, &request) < 0 ? 0 : (unsigned)request.ifr_mtu;
}

bool link_is_up(const char *name)
{
        struct ifreq request = { 0 };

        return control(name, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_UP);
}

bool link_mac(const char *name, uint8_t ret_mac[6])
{
        struct ifreq request = { 0 };

        if (control(name, SIOCGIFHWADDR, &request) < 0)
                return false;
        memcpy(ret_mac, request.ifr_hwaddr.sa_data, 6);
        return true;
}

bool link_has_mac(const char *name, const uint8_t mac[6])
{
        uint8_t own[6];

        return link_mac(name, own) && memcmp(own, mac, 6) == 0;
}

/* Changes of one that is there. */

static int change_init(Request *request, const char *name, unsigned flags, unsigned mask, Error *err)
{
        struct ifinfomsg head = {
                .ifi_family = AF_UNSPEC, .ifi_index = (int)link_index(name), .ifi_flags = flags, .ifi_change = mask
        };

        if (head.ifi_index == 0)
                return error_errno(err, errno, "Cannot get interface index for '%s'", name);
        request_init(request, RTM_NEWLINK, 0, &head, sizeof(head));
        return 0;
}

int link_set_up(const char *name, bool up, Error *err)
{
        Request request;
        int r;

        if (change_init(&request, name, up ? IFF_UP : 0, IFF_UP, err) < 0)
                return -1;
        r = request_talk(&request);
        return r ? error_errno(err, r, "Cannot set interface flags on '%s'", name) : 0;
}

int link_set_mac(const char *name, const uint8_t mac[6], Error *err)
{
        Request request;
        int r;

        if (change_init(&request, name, 0, 0, err) < 0)
                return -1;
        request_put(&request, IFLA_ADDRESS, mac, 6);
        r = request_talk(&request);
        return r ? error_errno(err, r, "Cannot set interface MAC on '%s'", name) : 0;
}

int link_set_mtu(const char *name, unsigned mtu, Error *err)
{
        Request request;
        int r;

        if (change_init(&request, name, 0, 0, err) < 0)
                return -1;
        request_u32(&request, IFLA_MTU, mtu);
        r = request_talk(&request);
        return r ? error_errno(err, r, "Cannot set interface MTU on '%s'", name) : 0;
}

int link_set_master(const char *name, const char *master, Error *err)
{
        unsigned index = master ? link_index(master) : 0;
        Request request;
        int r;

        if (master && index == 0)
                return error_errno(err, errno, "Unable to add bridge %s port %s", master, name);
        if (change_init(&request, name, 0, 0, err) < 0)
                return -1;
        request_u32(&request, IFLA_MASTER, index);
        r = request_talk(&request);
        if (r && master)
                return error_errno(err, r, "Unable to add bridge %s port %s", master, name);
        return r ? error_errno(err, r, "Unable to remove port %s from its bridge", name) : 0;
}

int link_set_isolated(const char *name, bool isolated, Error *err)
{
        struct ifinfomsg head = { .ifi_family = PF_BRIDGE, .ifi_index = (int)link_index(name) };
        uint8_t value = isolated;
        Request request;
        struct rtattr *nest;
        int r;

        request_init(&request, RTM_SETLINK, 0, &head, sizeof(head));
        nest = request_open(&request, IFLA_PROTINFO | NLA_F_NESTED);
        request_put(&request, IFLA_BRPORT_ISOLATED, &value, sizeof(value));
        request_close(&request, nest);
        r = request_talk(&request);
        return r ? error_errno(err, r, "Unable to isolate bridge port %s", name) : 0;
}

int link_set_rx_coalesce(const char *name, unsigned frames, Error *err)
{
        struct ethtool_coalesce coalesce = { .cmd = ETHTOOL_GCOALESCE };
        struct ifreq request = { .ifr_data = (void *)&coalesce };

        if (control(name, SIOCETHTOOL, &request) < 0)
                return error_errno(err, errno, "Cannot get coalesce info on '%s'", name);
        coalesce.cmd = ETHTOOL_SCOALESCE;
        coalesce.rx_max_coalesced_frames = frames;
        if (control(name, SIOCETHTOOL, &request) < 0)
                return error_errno(err, errno, "Cannot set coalesce info on '%s'", name);
        return 0;
}

/* Addresses */

static int address_of(const char *text, uint8_t bytes[16], size_t *ret_length)
{
        if (inet_pton(AF_INET, text, bytes) == 1) {
                *ret_length = 4;
                return AF_INET;
        }
        *ret_length = 16;
        return inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6 : AF_UNSPEC;
}

int link_add_address(const char *name, const char *address, unsigned prefix, const char *peer, Error *err)
{
        uint8_t near[16], far[16];
        size_t length, far_length = 0;
        int family = address_of(address, near, &length);
        struct ifaddrmsg head = { .ifa_family = (uint8_t)family,
                                  .ifa_prefixlen = (uint8_t)prefix,
                                  .ifa_index = link_index(name) };
        Request request;
        int r;

        if (family == AF_UNSPEC || (peer && address_of(peer, far, &far_length) != family))
                return error_set(err, VIR_ERR_INVALID_ARG, "'%s' is no address for '%s'", peer ? peer : address, name);
        request_init(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof(head));
        request_put(&request, IFA_LOCAL, near, length);
        request_put(&request, IFA_ADDRESS, peer ? far : near, length);
        r = request_talk(&request);
        return r ? error_errno(err, r, "Failed to add IP address %s/%u to %s", address, prefix, name) : 0;
}

int link_add_route(const char *name, const char *network, unsigned prefix, const char *gateway, unsigned metric,
                   Error *err)
{
        uint8_t to[16], through[16];
        size_t length, through_length = 0;
        int family = address_of(network, to, &length);
        struct rtmsg head = { .rtm_family = (uint8_t)family,
                              .rtm_dst_len = (uint8_t)prefix,
                              .rtm_table = RT_TABLE_MAIN,
                              .rtm_protocol = RTPROT_STATIC,
                              .rtm_scope = gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
                              .rtm_type = RTN_UNICAST };
        Request request;
        int r;

        if (family == AF_UNSPEC || (gateway && address_of(gateway, through, &through_length) != family))
                return error_set(err, VIR_ERR_INVALID_ARG, "'%s' is no address for a route over '%s'",
                                 family == AF_UNSPEC ? network : gateway, name);
        request_init(&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof(head));
        request_put(&request, RTA_DST, to, length);
        if (gateway)
                request_put(&request, RTA_GATEWAY, through, through_length);
        if (metric)
                request_u32(&request, RTA_PRIORITY, metric);
        request_u32(&request, RTA_OIF, link_index(name));
        r = request_talk(&request);
        return r ? error_errno(err, r, "Unable to add a route to %s/%u over %s", network, prefix, name) : 0;
}

/* Making and removing */

static uint32_t mode_bits(MacvtapLinkMode mode)
{
        switch (mode) {
        case MACVTAP_LINK_PRIVATE: return MACVLAN_MODE_PRIVATE;
        case MACVTAP_LINK_BRIDGE: return MACVLAN_MODE_BRIDGE;
        case MACVTAP_LINK_PASSTHROUGH: return MACVLAN_MODE_PASSTHRU;
        default: return MACVLAN_MODE_VEPA;
        }
}

static int try_macvtap(const char *name, unsigned parent, MacvtapLinkMode mode, const uint8_t mac[6])
{
        struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
        struct rtattr *info, *data;
        Request request;

        request_init(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof(head));
        request_u32(&request, IFLA_LINK, parent);
        request_put(&request, IFLA_ADDRESS, mac, 6);
        request_text(&request, IFLA_IFNAME, name);
        info = request_open(&request, IFLA_LINKINFO);
        request_text(&request, IFLA_INFO_KIND, "macvtap");
        data = request_open(&request, IFLA_INFO_DATA);
        request_u32(&request, IFLA_MACVLAN_MODE, mode_bits(mode));
        request_close(&request, data);
        request_close(&request, info);
        return request_talk(&request);
}

int link_add_macvtap(const char *name, const char *parent, MacvtapLinkMode mode, const uint8_t mac[6], char **ret_name,
                     Error *err)
{
        unsigned index = link_index(parent);
        bool any = g_str_has_suffix(name, "%d");
        g_autofree char *stem = g_strndup(name, strlen(name) - (any ? 2 : 0));
        int r = EEXIST;

        if (index == 0)
                return error_errno(err, errno, "Cannot get interface index for '%s'", parent);
        for (unsigned i = 0; r == EEXIST && i < (any ? NAMES_MAX : 1); i++) {
                g_autofree char *now = any ? g_strdup_printf("%s%u", stem, i) : g_strdup(name);

                r = try_macvtap(now, index, mode, mac);
                if (r == 0)
                        *ret_name = g_steal_pointer(&now);
        }
        return r ? error_errno(err, r, "error creating macvtap interface %s@%s", name, parent) : 0;
}

int link_add(const char *name, const char *kind, Error *err)
{
        struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
        struct rtattr *info;
        Request request;
        int r;

        request_init(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof(head));
        request_text(&request, IFLA_IFNAME, name);
        info = request_open(&request, IFLA_LINKINFO);
        request_text(&request, IFLA_INFO_KIND, kind);
        request_close(&request, info);
        r = request_talk(&request);
        return r ? error_errno(err, r, "Cannot create interface '%s' of kind '%s'", name, kind) : 0;
}

/* Queueing disciplines */

static int queue_talk(uint16_t type, uint16_t flags, const char *name, uint32_t parent, const char *kind)
{
        struct tcmsg head = { .tcm_family = AF_UNSPEC, .tcm_ifindex = (int)link_index(name), .tcm_parent = parent };
        Request request;

        request_init(&request, type, flags, &head, sizeof(head));
        if (kind)
                request_text(&request, TCA_KIND, kind);
        return request_talk(&request);
}

int link_set_queue(const char *name, const char *kind, Error *err)
{
        int r = queue_talk(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, name, TC_H_ROOT, kind);

        return r ? error_errno(err, r, "Cannot give interface '%s' the queue '%s'", name, kind) : 0;
}

void link_drop_queues(const char *name)
{
        queue_talk(RTM_DELQDISC, 0, name, TC_H_ROOT, NULL);
        queue_talk(RTM_DELQDISC, 0, name, TC_H_INGRESS, NULL);
}

int link_delete(const char *name, Error *err)
{
        struct ifinfomsg head = { .ifi_family = AF_UNSPEC, .ifi_index = (int)link_index(name) };
        Request request;
        int r;

        if (head.ifi_index == 0)
                return 0;
        request_init(&request, RTM_DELLINK, 0, &head, sizeof(head));
        r = request_talk(&request);
        return r && r != ENODEV ? error_errno(err, r, "Cannot delete interface '%s'", name) : 0;
}
