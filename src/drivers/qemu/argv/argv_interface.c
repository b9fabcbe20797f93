/* Network interfaces: the host's end (-netdev) and the device in front. Those of type hostdev are host devices:
 * argv_hostdev.c. */
#include "argv/argv.h"

#include <string.h>

#include "argv/chardev.h"

static bool is_virtio(const Interface *nic)
{
        return !nic->model || g_str_has_prefix(nic->model, "virtio");
}

static unsigned queues(const Interface *nic)
{
        return nic->driver && nic->driver->queues > 1 && is_virtio(nic) ? nic->driver->queues : 1;
}

/* Addresses */

static Json *typed(const char *type)
{
        Json *json = json_object();

        json_set(json, "type", json_string(type));
        return json;
}

static Json *socket_backend(const Interface *nic)
{
        const SocketInterface *socket = &nic->socket;
        g_autofree char *far = g_strdup_printf("%s:%u", socket->address ? socket->address : "", socket->port);
        g_autofree char *near =
                g_strdup_printf("%s:%u", socket->local_address ? socket->local_address : "", socket->local_port);
        Json *json = typed("socket");

        switch (nic->type) {
        case INTERFACE_SERVER: qdev_string(json, "listen", far); break;
        case INTERFACE_CLIENT: qdev_string(json, "connect", far); break;
        case INTERFACE_MCAST: qdev_string(json, "mcast", far); break;
        default: qdev_string(json, "udp", far); qdev_string(json, "localaddr", near);
        }
        return json;
}

static void user_addresses(Json *json, const Interface *nic)
{
        for (size_t i = 0; i < nic->n_ips; i++) {
                const IpAddress *ip = &nic->ips[i];
                g_autofree char *net = NULL;

                if (g_strcmp0(ip->family, "ipv6") == 0) {
                        qdev_string(json, "ipv6-prefix", ip->address);
                        if (ip->prefix.set)
                                json_set(json, "ipv6-prefixlen", json_uint(ip->prefix.value));
                        continue;
                }
                net = ip->prefix.set ? g_strdup_printf("%s/%u", ip->address, ip->prefix.value) : g_strdup(ip->address);
                qdev_string(json, "net", net);
        }
}

/* passt listens there; it goes away with QEMU, and QEMU finds it again when it was restarted. */
static Json *passt_backend(QemuArgv *argv, const Interface *nic)
{
        enum { RECONNECT_SECONDS = 5 };
        g_autofree char *path = argv_passt_socket(argv->host, nic);
        Json *json = typed("stream");
        Json *address = json_object();

        json_set(address, "type", json_string("unix"));
        json_set(address, "path", json_string(path));
        json_set(json, "addr", address);
        json_set(json, "server", json_bool(false));
        if (qemu_caps_has_flag(argv->caps, QEMU_HAS_NETDEV_STREAM_RECONNECT))
                json_set(json, "reconnect", json_uint(RECONNECT_SECONDS));
        return json;
}

char *argv_passt_socket(const QemuHost *host, const Interface *nic)
{
        return g_strdup_printf("%s/passt/%s-%s.socket", host->run_dir, argv_short_name(host), nic->info.alias);
}

static Json *user_backend(QemuArgv *argv, const Interface *nic, Error *err)
{
        const QemuFdAsk ask = { .kind = QEMU_FD_SLIRP, .alias = nic->info.alias, .optional = true };
        g_autofree char *name = NULL;
        Json *json;
        int fd;

        if (nic->backend == USER_BACKEND_PASST)
                return passt_backend(argv, nic);
        fd = argv->host->open_fd(argv->host, &ask, err);
        if (fd == -1)
                return NULL;
        if (fd >= 0) {
                json = typed("socket");
                name = argv_fd_name(argv, fd);
                qdev_string(json, "fd", name);
                return json;
        }
        json = typed("user");
        user_addresses(json, nic);
        return json;
}

/* Taps */

/* "fd": "NAME", or "fds": "NAME:NAME" for more than one queue. */
static void queue_fds(QemuArgv *argv, Json *json, const char *key, const int *fds, size_t n)
{
        g_autoptr(GString) names = g_string_new(NULL);
        g_autofree char *plural = g_strdup_printf("%ss", key);

        for (size_t i = 0; i < n; i++) {
                g_autofree char *name = argv_fd_name(argv, fds[i]);

                g_string_append_printf(names, "%s%s", i ? ":" : "", name);
        }
        qdev_string(json, n > 1 ? plural : key, names->str);
}

/* The kernel moves the packets where it can; where it cannot QEMU does, unless the document insists. */
static int vhost(QemuArgv *argv, Json *json, const Interface *nic, size_t n, Error *err)
{
        InterfaceBackend wanted = nic->driver ? nic->driver->name : INTERFACE_BACKEND_DEFAULT;
        const QemuFdAsk ask = {
                .kind = QEMU_FD_VHOST_NET,
                .path = nic->backend_vhost ? nic->backend_vhost : "/dev/vhost-net",
                .alias = nic->info.alias,
                .optional = wanted != INTERFACE_BACKEND_VHOST || argv->host->shown,
        };
        g_autofree int *fds = g_new0(int, n);

        if (wanted == INTERFACE_BACKEND_QEMU || !is_virtio(nic))
                return 0;
        for (size_t i = 0; i < n; i++) {
                fds[i] = argv->host->open_fd(argv->host, &ask, err);
                if (fds[i] < 0)
                        return fds[i] == QEMU_NO_FD ? 0 : -1;
        }
        json_set(json, "vhost", json_bool(true));
        queue_fds(argv, json, "vhostfd", fds, n);
        return 0;
}

static Json *tap_backend(QemuArgv *argv, const Interface *nic, Error *err)
{
        size_t n = queues(nic);
        g_autofree int *fds = g_new0(int, n);
        g_autoptr(Json) json = typed("tap");

        if (argv->host->shown)
                qdev_string(json, "ifname", nic->target);
        else if (argv->host->open_taps(argv->host, nic, fds, n, err) < 0)
                return NULL;
        else
                queue_fds(argv, json, "fd", fds, n);
        if (vhost(argv, json, nic, n, err) < 0)
                return NULL;
        if (nic->sndbuf)
                json_set(json, "sndbuf", json_uint(nic->sndbuf));
        return g_steal_pointer(&json);
}

/* Whoever implements the device elsewhere */

static Json *vhost_user_backend(QemuArgv *argv, const Interface *nic)
{
        const VhostUserInterface *source = &nic->vhostuser;
        g_autofree char *id = g_strdup_printf("char%s", nic->info.alias);
        OptUint reconnect = { .set = source->reconnect != YESNO_ABSENT,
                              .value = source->reconnect == YESNO_YES ? source->reconnect_timeout.value : 0 };
        Json *json = typed("vhost-user");

        if (source->mode == SOCKET_MODE_SERVER)
                argv_chardev_server(argv, id, source->path);
        else
                argv_chardev_unix(argv, id, source->path, reconnect);
        qdev_string(json, "chardev", id);
        if (queues(nic) > 1)
                json_set(json, "queues", json_uint(queues(nic)));
        return json;
}

static Json *vdpa_backend(QemuArgv *argv, const Interface *nic, Error *err)
{
        const QemuFdAsk ask = { .kind = QEMU_FD_VHOST_VDPA, .path = nic->vdpa.dev, .alias = nic->info.alias };
        g_autofree char *what = g_strdup_printf("%s-vdpa", nic->info.alias);
        g_autofree char *path = NULL;
        int fd = argv->host->open_fd(argv->host, &ask, err);
        Json *json;

        if (fd < 0)
                return NULL;
        path = argv_fd_set(argv, fd, what);
        json = typed("vhost-vdpa");
        qdev_string(json, "vhostdev", path);
        if (queues(nic) > 1)
                json_set(json, "queues", json_uint(queues(nic)));
        return json;
}

static Json *backend(QemuArgv *argv, const Interface *nic, Error *err)
{
        InterfaceType type = interface_actual_type(nic);

        switch (type) {
        case INTERFACE_USER: return user_backend(argv, nic, err);
        case INTERFACE_SERVER:
        case INTERFACE_CLIENT:
        case INTERFACE_MCAST:
        case INTERFACE_UDP: return socket_backend(nic);
        case INTERFACE_BRIDGE:
        case INTERFACE_NETWORK:
        case INTERFACE_DIRECT:
        case INTERFACE_ETHERNET: return tap_backend(argv, nic, err);
        case INTERFACE_VHOSTUSER: return vhost_user_backend(argv, nic);
        case INTERFACE_VDPA: return vdpa_backend(argv, nic, err);
        default:
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "QEMU has no network interfaces of type '%s'",
                                  enum_text(InterfaceType, type));
        }
}

/* The device */

static void offloads(Json *json, const VirtioNetDriver *driver)
{
        qdev_switch(json, "csum", driver->host.csum);
        qdev_switch(json, "gso", driver->host.gso);
        qdev_switch(json, "host_tso4", driver->host.tso4);
        qdev_switch(json, "host_tso6", driver->host.tso6);
        qdev_switch(json, "host_ecn", driver->host.ecn);
        qdev_switch(json, "host_ufo", driver->host.ufo);
        qdev_switch(json, "mrg_rxbuf", driver->host.mrg_rxbuf);
        qdev_switch(json, "guest_csum", driver->guest.csum);
        qdev_switch(json, "guest_tso4", driver->guest.tso4);
        qdev_switch(json, "guest_tso6", driver->guest.tso6);
        qdev_switch(json, "guest_ecn", driver->guest.ecn);
        qdev_switch(json, "guest_ufo", driver->guest.ufo);
}

/* A vector for each direction of each queue, one for changes, one for control. */
static void multiqueue(Json *json, const Interface *nic)
{
        if (queues(nic) == 1)
                return;
        json_set(json, "mq", json_bool(true));
        if (device_address_type(&nic->info) != ADDRESS_CCW)
                json_set(json, "vectors", json_uint(2 * queues(nic) + 2));
}

static void virtio_properties(Json *json, const Interface *nic)
{
        const VirtioNetDriver *driver = nic->driver;

        qdev_switch(json, "failover", nic->teaming == TEAMING_PERSISTENT ? SWITCH_ON : SWITCH_ABSENT);
        if (nic->mtu)
                json_set(json, "host_mtu", json_uint(nic->mtu));
        multiqueue(json, nic);
        if (!driver)
                return;
        qdev_virtio(json, &driver->virtio);
        if (driver->txmode != TX_MODE_DEFAULT)
                qdev_string(json, "tx", driver->txmode == TX_MODE_IOTHREAD ? "bh" : "timer");
        qdev_switch(json, "ioeventfd", driver->ioeventfd);
        qdev_switch(json, "event_idx", driver->event_idx);
        offloads(json, driver);
        if (driver->rx_queue_size)
                json_set(json, "rx_queue_size", json_uint(driver->rx_queue_size));
        if (driver->tx_queue_size)
                json_set(json, "tx_queue_size", json_uint(driver->tx_queue_size));
        qdev_switch(json, "rss", driver->rss);
        qdev_switch(json, "hash", driver->rss_hash_report);
}

static Json *new_device(const Interface *nic)
{
        if (!is_virtio(nic))
                return qdev_new(nic->model);
        if (g_strcmp0(nic->model, "virtio-transitional") == 0)
                return qdev_new_virtio("virtio-net", &nic->info, VIRTIO_TRANSITIONAL);
        if (g_strcmp0(nic->model, "virtio-non-transitional") == 0)
                return qdev_new_virtio("virtio-net", &nic->info, VIRTIO_NON_TRANSITIONAL);
        return qdev_new_virtio("virtio-net", &nic->info, VIRTIO_PLAIN);
}

/* Boards of ARM have their chip soldered on: it cannot be made, only be given its peer. */
static bool is_on_board(const Domain *domain, const Interface *nic)
{
        AddressType type = device_address_type(&nic->info);

        return domain_is_arm(domain) && type != ADDRESS_PCI && type != ADDRESS_VIRTIO_MMIO && type != ADDRESS_USB;
}

static int device(QemuArgv *argv, const Interface *nic, const char *netdev, Error *err)
{
        char mac[MAC_TEXT_LENGTH];
        g_autoptr(Json) json = NULL;

        mac_format(&nic->mac, mac);
        if (is_on_board(argv->domain, nic)) {
                argv_add_format(argv, "-net", "nic,macaddr=%s,netdev=%s,model=%s,id=%s", mac, netdev, nic->model,
                                nic->info.alias);
                return 0;
        }
        json = new_device(nic);
        if (is_virtio(nic))
                virtio_properties(json, nic);
        qdev_string(json, "netdev", netdev);
        qdev_string(json, "id", nic->info.alias);
        qdev_string(json, "mac", mac);
        qdev_boot(argv, json, &nic->info, interface_boot_index(argv->domain, nic));
        if (qdev_address(argv, json, &nic->info, err) < 0)
                return -1;
        qdev_rom(json, &nic->info);
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

/* One interface that is no host device. */
static int argv_interface(QemuArgv *argv, const Interface *nic, Error *err)
{
        g_autofree char *id = g_strdup_printf("host%s", nic->info.alias);
        Json *json;

        if (qemu_check_actual(nic, err) < 0)
                return -1;
        argv->alias = nic->info.alias;
        json = backend(argv, nic, err);
        if (!json)
                return -1;
        qdev_string(json, "id", id);
        argv_add_json(argv, "-netdev", json);
        return device(argv, nic, id, err);
}

int argv_interfaces(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_interfaces; i++) {
                const Interface *nic = &argv->domain->interfaces[i];

                if (interface_actual_type(nic) == INTERFACE_HOSTDEV)
                        continue;
                if (argv_interface(argv, nic, err) < 0)
                        return -1;
        }
        argv->alias = NULL;
        return 0;
}
