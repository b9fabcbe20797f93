/* See link.h: virtual functions of cards with SR-IOV. The card's own interface (its physical function) is told what they
 * are to be. */
#include "util/link.h"

#include <errno.h>
#include <glib.h>
#include <linux/if_link.h>
#include <string.h>
#include <sys/socket.h>

#include "link_message.h"

void link_vf_request(Request *request, unsigned index, unsigned vf, const uint8_t *mac, const LinkVlan *vlan)
{
        struct ifinfomsg head = { .ifi_family = AF_UNSPEC, .ifi_index = (int)index };
        struct rtattr *list, *info;

        request_init(request, RTM_SETLINK, 0, &head, sizeof(head));
        list = request_open(request, IFLA_VFINFO_LIST | NLA_F_NESTED);
        info = request_open(request, IFLA_VF_INFO | NLA_F_NESTED);
        if (mac) {
                struct ifla_vf_mac address = { .vf = vf };

                memcpy(address.mac, mac, 6);
                request_put(request, IFLA_VF_MAC, &address, sizeof(address));
        }
        if (vlan) {
                const struct ifla_vf_vlan tag = { .vf = vf, .vlan = vlan->tag, .qos = vlan->priority };

                request_put(request, IFLA_VF_VLAN, &tag, sizeof(tag));
        }
        request_close(request, info);
        request_close(request, list);
}

static int set(const char *pf, unsigned vf, const uint8_t *mac, const LinkVlan *vlan)
{
        unsigned index = link_index(pf);
        Request request;

        if (index == 0)
                return ENODEV;
        link_vf_request(&request, index, vf, mac, vlan);
        return request_talk(&request);
}

int link_vf_set_mac(const char *pf, unsigned vf, const uint8_t mac[6], Error *err)
{
        int r = set(pf, vf, mac, NULL);

        return r ? error_errno(err, r, "Cannot set interface MAC to %02x:%02x:%02x:%02x:%02x:%02x for ifname %s vf %u",
                               mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], pf, vf)
                 : 0;
}

int link_vf_set_vlan(const char *pf, unsigned vf, const LinkVlan *vlan, Error *err)
{
        int r = set(pf, vf, NULL, vlan);

        return r ? error_errno(err, r, "Cannot set interface vlanid to %u for ifname %s vf %u", vlan->tag, pf, vf) : 0;
}

/* Attributes within an attribute. */

typedef struct Attributes {
        const struct rtattr *at;
        unsigned left;
} Attributes;

static Attributes inside(const struct rtattr *nest)
{
        return (Attributes){ .at = RTA_DATA(nest), .left = (unsigned)RTA_PAYLOAD(nest) };
}

static const struct rtattr *next(Attributes *attributes)
{
        const struct rtattr *now = attributes->at;
        unsigned length;

        if (!RTA_OK(now, attributes->left))
                return NULL;
        length = RTA_ALIGN(now->rta_len);
        attributes->left -= MIN(length, attributes->left);
        attributes->at = (const struct rtattr *)(const void *)((const uint8_t *)now + length);
        return now;
}

static unsigned kind(const struct rtattr *attribute)
{
        return attribute->rta_type & NLA_TYPE_MASK;
}

static bool parse_info(Attributes info, unsigned vf, LinkVf *ret_state)
{
        const struct rtattr *attribute;
        LinkVf state = { 0 };
        bool found = false;

        while ((attribute = next(&info))) {
                const struct ifla_vf_mac *mac = RTA_DATA(attribute);
                const struct ifla_vf_vlan *vlan = RTA_DATA(attribute);

                if (kind(attribute) == IFLA_VF_MAC && RTA_PAYLOAD(attribute) >= sizeof(*mac) && mac->vf == vf) {
                        memcpy(state.mac, mac->mac, sizeof(state.mac));
                        found = true;
                }
                if (kind(attribute) == IFLA_VF_VLAN && RTA_PAYLOAD(attribute) >= sizeof(*vlan) && vlan->vf == vf)
                        state.vlan = (LinkVlan){ .tag = vlan->vlan, .priority = vlan->qos };
        }
        if (found)
                *ret_state = state;
        return found;
}

static bool parse_list(Attributes list, unsigned vf, LinkVf *ret_state)
{
        const struct rtattr *info;

        while ((info = next(&list)))
                if (kind(info) == IFLA_VF_INFO && parse_info(inside(info), vf, ret_state))
                        return true;
        return false;
}

bool link_vf_parse(const struct nlmsghdr *answer, unsigned vf, LinkVf *ret_state)
{
        const struct ifinfomsg *head = NLMSG_DATA(answer);
        const struct rtattr *attribute;
        Attributes all;

        if (answer->nlmsg_type != RTM_NEWLINK || answer->nlmsg_len < NLMSG_LENGTH(sizeof(*head)))
                return false;
        all.at = (const void *)((const uint8_t *)head + NLMSG_ALIGN(sizeof(*head)));
        all.left = (unsigned)IFLA_PAYLOAD(answer);
        while ((attribute = next(&all)))
                if (kind(attribute) == IFLA_VFINFO_LIST && parse_list(inside(attribute), vf, ret_state))
                        return true;
        return false;
}

int link_vf(const char *pf, unsigned vf, LinkVf *ret_state, Error *err)
{
        struct ifinfomsg head = { .ifi_family = AF_UNSPEC, .ifi_index = (int)link_index(pf) };
        g_autofree struct nlmsghdr *answer = NULL;
        Request request;
        int r;

        if (head.ifi_index == 0)
                return error_errno(err, ENODEV, "Cannot get interface index for '%s'", pf);
        request_init(&request, RTM_GETLINK, 0, &head, sizeof(head));
        /* Counters of every function would not fit into one message where there are many. */
        request_u32(&request, IFLA_EXT_MASK, RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS);
        r = request_ask(&request, &answer);
        if (r)
                return error_errno(err, r, "error dumping %s", pf);
        if (!link_vf_parse(answer, vf, ret_state))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "couldn't find IFLA_VF_INFO for VF %u of %s", vf, pf);
        return 0;
}
