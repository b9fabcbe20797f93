/* See tap.h. */
#include "guest/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "util/auto.h"

#ifndef SIOCBRADDIF
#define SIOCBRADDIF 0x89a2
#endif

static int make_tap(const char *name, struct ifreq *request, Error *err)
{
        AUTO_FD int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

        if (fd < 0)
                return error_errno(err, errno, "Unable to open /dev/net/tun, is tun module loaded?");
        *request = (struct ifreq){ .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
        g_strlcpy(request->ifr_name, name, sizeof(request->ifr_name));
        if (ioctl(fd, TUNSETIFF, request) < 0)
                return error_errno(err, errno, "Unable to create tap device %s", name);
        return fd_steal(&fd);
}

/* The host's end gets the guest's address with another first byte, so that bridges do not take it for their own. */
static int set_address(int control, const struct ifreq *tap, const Mac *mac, Error *err)
{
        struct ifreq request = *tap;

        request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
        memcpy(request.ifr_hwaddr.sa_data, mac->bytes, sizeof(mac->bytes));
        request.ifr_hwaddr.sa_data[0] = (char)0xfe;
        if (ioctl(control, SIOCSIFHWADDR, &request) < 0)
                return error_errno(err, errno, "Cannot set interface MAC on '%s'", tap->ifr_name);
        return 0;
}

static int add_to_bridge(int control, const struct ifreq *tap, const char *bridge, Error *err)
{
        struct ifreq request = { 0 };

        g_strlcpy(request.ifr_name, bridge, sizeof(request.ifr_name));
        request.ifr_ifindex = (int)if_nametoindex(tap->ifr_name);
        if (ioctl(control, SIOCBRADDIF, &request) < 0)
                return error_errno(err, errno, "Unable to add bridge %s port %s", bridge, tap->ifr_name);
        return 0;
}

static int bring_up(int control, const struct ifreq *tap, Error *err)
{
        struct ifreq request = *tap;

        if (ioctl(control, SIOCGIFFLAGS, &request) < 0)
                return error_errno(err, errno, "Cannot get interface flags on '%s'", tap->ifr_name);
        request.ifr_flags |= IFF_UP;
        if (ioctl(control, SIOCSIFFLAGS, &request) < 0)
                return error_errno(err, errno, "Cannot set interface flags on '%s'", tap->ifr_name);
        return 0;
}

static const char *bridge_of(const Interface *nic)
{
        if (nic->type == INTERFACE_BRIDGE)
                return nic->bridge.bridge;
        return nic->type == INTERFACE_NETWORK ? nic->network.bridge : NULL;
}

int tap_open(const Interface *nic, char **ret_name, Error *err)
{
        const char *bridge = bridge_of(nic);
        struct ifreq tap;
        AUTO_FD int control = -1;
        AUTO_FD int fd = -1;

        if (nic->type != INTERFACE_ETHERNET && !bridge)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "interfaces of type '%s' are not supported yet: use type='bridge' or type='user'",
                                 enum_text(InterfaceType, nic->type));
        if (nic->script)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "scripts of interfaces are not supported yet");
        fd = make_tap(nic->target ? nic->target : "vnet%d", &tap, err);
        if (fd < 0)
                return -1;
        control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (control < 0)
                return error_errno(err, errno, "Cannot open network interface control socket");
        if (set_address(control, &tap, &nic->mac, err) < 0 ||
            (bridge && add_to_bridge(control, &tap, bridge, err) < 0) || bring_up(control, &tap, err) < 0)
                return -1;
        *ret_name = g_strdup(tap.ifr_name);
        return fd_steal(&fd);
}
