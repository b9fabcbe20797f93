/* Network interfaces, balloon, random numbers, watchdog. */
#include "argv/argv.h"

#include <string.h>

/* Interfaces */

static Json *socket_backend(const Interface *nic)
{
        const SocketInterface *socket = &nic->socket;
        const char *host = socket->address ? socket->address : "";
        g_autofree char *far = g_strdup_printf("%s:%u", host, socket->port);
        Json *json = json_object();

        json_set(json, "type", json_string("socket"));
        switch (nic->type) {
        case INTERFACE_SERVER: qdev_string(json, "listen", far); break;
        case INTERFACE_CLIENT: qdev_string(json, "connect", far); break;
        case INTERFACE_MCAST: qdev_string(json, "mcast", far); break;
        default: {
                g_autofree char *near = g_strdup_printf("%s:%u", socket->local_address ? socket->local_address : "",
                                                        socket->local_port);

                qdev_string(json, "udp", far);
                qdev_string(json, "localaddr", near);
        }
        }
        return json;
}

static void user_addresses(Json *json, const Interface *nic)
{
        for (size_t i = 0; i < nic->n_ips; i++) {
                const IpAddress *ip = &nic->ips[i];
                bool v6 = g_strcmp0(ip->family, "ipv6") == 0;
                g_autofree char *net = NULL;

                if (v6) {
                        qdev_string(json, "ipv6-prefix", ip->address);
                        if (ip->prefix.set)
                                json_set(json, "ipv6-prefixlen", json_uint(ip->prefix.value));
                        continue;
                }
                net = ip->prefix.set ? g_strdup_printf("%s/%u", ip->address, ip->prefix.value) : g_strdup(ip->address);
                qdev_string(json, "net", net);
        }
}

static Json *tap_backend(QemuArgv *argv, const Interface *nic, Error *err)
{
        g_autofree char *number = NULL;
        int fd;
        Json *json;

        if (argv->host->open_taps(argv->host, nic, &fd, 1, err) < 0)
                return NULL;
        json = json_object();
        number = g_strdup_printf("%d", fd);
        json_set(json, "type", json_string("tap"));
        qdev_string(json, "fd", number);
        if (nic->sndbuf)
                json_set(json, "sndbuf", json_uint(nic->sndbuf));
        return json;
}

static Json *netdev(QemuArgv *argv, const Interface *nic, Error *err)
{
        Json *json;

        switch (nic->type) {
        case INTERFACE_USER:
                if (nic->backend == USER_BACKEND_PASST)
                        return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "the passt backend is not supported yet");
                json = json_object();
                json_set(json, "type", json_string("user"));
                user_addresses(json, nic);
                return json;
        case INTERFACE_SERVER:
        case INTERFACE_CLIENT:
        case INTERFACE_MCAST:
        case INTERFACE_UDP: return socket_backend(nic);
        case INTERFACE_BRIDGE:
        case INTERFACE_NETWORK:
        case INTERFACE_ETHERNET: return tap_backend(argv, nic, err);
        default:
                return error_null(err, VIR_ERR_CONFIG_UNSUPPORTED, "network device type '%s' is not supported yet",
                                  enum_text(InterfaceType, nic->type));
        }
}

static const char *nic_driver(const char *model)
{
        if (!model || strcmp(model, "virtio") == 0)
                return "virtio-net-pci";
        if (strcmp(model, "virtio-transitional") == 0)
                return "virtio-net-pci-transitional";
        if (strcmp(model, "virtio-non-transitional") == 0)
                return "virtio-net-pci-non-transitional";
        return model;
}

static void nic_virtio(Json *json, const Interface *nic)
{
        const VirtioNetDriver *driver = nic->driver;

        if (!driver)
                return;
        if (driver->txmode != TX_MODE_DEFAULT)
                qdev_string(json, "tx", driver->txmode == TX_MODE_IOTHREAD ? "bh" : "timer");
        qdev_switch(json, "ioeventfd", driver->ioeventfd);
        qdev_switch(json, "event_idx", driver->event_idx);
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
        if (driver->rx_queue_size)
                json_set(json, "rx_queue_size", json_uint(driver->rx_queue_size));
        if (driver->tx_queue_size)
                json_set(json, "tx_queue_size", json_uint(driver->tx_queue_size));
}

static int nic_device(QemuArgv *argv, const Interface *nic, const char *netdev_id, Error *err)
{
        const unsigned char *b = nic->mac.bytes;
        g_autofree char *mac = g_strdup_printf("%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
        g_autoptr(Json) json = qdev_new(nic_driver(nic->model));

        nic_virtio(json, nic);
        if (nic->mtu)
                json_set(json, "host_mtu", json_uint(nic->mtu));
        qdev_string(json, "netdev", netdev_id);
        qdev_string(json, "id", nic->info.alias);
        qdev_string(json, "mac", mac);
        qdev_boot(argv, json, &nic->info, interface_boot_index(argv->domain, nic));
        if (qdev_address(argv, json, &nic->info, err) < 0)
                return -1;
        if (nic->info.rom_bar != SWITCH_ABSENT)
                json_set(json, "rombar", json_uint(nic->info.rom_bar == SWITCH_ON));
        qdev_string(json, "romfile", nic->info.rom_file);
        if (nic->driver)
                qdev_virtio(json, &nic->driver->virtio);
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_interfaces(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_interfaces; i++) {
                const Interface *nic = &argv->domain->interfaces[i];
                g_autofree char *id = g_strdup_printf("host%s", nic->info.alias);
                Json *json = netdev(argv, nic, err);

                if (!json)
                        return -1;
                qdev_string(json, "id", id);
                argv_add_json(argv, "-netdev", json);
                if (nic_device(argv, nic, id, err) < 0)
                        return -1;
        }
        return 0;
}

/* Balloon, random numbers */

int argv_memballoon(QemuArgv *argv, Error *err)
{
        const Memballoon *balloon = argv->domain->memballoon;
        g_autoptr(Json) json = NULL;

        if (!balloon || balloon->model == BALLOON_NONE)
                return 0;
        json = qdev_new(balloon->model == BALLOON_VIRTIO_TRANSITIONAL       ? "virtio-balloon-pci-transitional"
                        : balloon->model == BALLOON_VIRTIO_NON_TRANSITIONAL ? "virtio-balloon-pci-non-transitional"
                                                                            : "virtio-balloon-pci");
        qdev_string(json, "id", balloon->info.alias);
        qdev_switch(json, "deflate-on-oom", balloon->autodeflate);
        qdev_switch(json, "free-page-reporting", balloon->free_page_reporting);
        if (qdev_address(argv, json, &balloon->info, err) < 0)
                return -1;
        qdev_virtio(json, &balloon->virtio);
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

static int rng_backend(QemuArgv *argv, const Rng *rng, const char *id, Error *err)
{
        Json *json;

        if (rng->backend != RNG_BACKEND_RANDOM && rng->backend != RNG_BACKEND_BUILTIN)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "random number backend '%s' is not supported yet",
                                 enum_text(RngBackend, rng->backend));
        json = json_object();
        qdev_string(json, "qom-type", rng->backend == RNG_BACKEND_BUILTIN ? "rng-builtin" : "rng-random");
        qdev_string(json, "id", id);
        if (rng->backend == RNG_BACKEND_RANDOM)
                qdev_string(json, "filename", rng->random ? rng->random : "/dev/random");
        argv_add_json(argv, "-object", json);
        return 0;
}

static int rng(QemuArgv *argv, const Rng *rng, Error *err)
{
        g_autofree char *id = g_strdup_printf("obj%s", rng->info.alias);
        g_autoptr(Json) json = NULL;

        if (rng_backend(argv, rng, id, err) < 0)
                return -1;
        json = qdev_new(rng->model == RNG_VIRTIO_TRANSITIONAL       ? "virtio-rng-pci-transitional"
                        : rng->model == RNG_VIRTIO_NON_TRANSITIONAL ? "virtio-rng-pci-non-transitional"
                                                                    : "virtio-rng-pci");
        qdev_string(json, "rng", id);
        qdev_string(json, "id", rng->info.alias);
        if (rng->rate_bytes) {
                json_set(json, "max-bytes", json_uint(rng->rate_bytes));
                json_set(json, "period", json_uint(rng->rate_period ? rng->rate_period : 1000));
        }
        if (qdev_address(argv, json, &rng->info, err) < 0)
                return -1;
        qdev_virtio(json, &rng->virtio);
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_rngs(QemuArgv *argv, Error *err)
{
        for (size_t i = 0; i < argv->domain->n_rngs; i++)
                if (rng(argv, &argv->domain->rngs[i], err) < 0)
                        return -1;
        return 0;
}

/* Watchdog */

static int watchdog(QemuArgv *argv, const Watchdog *watchdog, Error *err)
{
        g_autoptr(Json) json = NULL;

        /* iTCO is part of the q35 machine; only its pin is strapped off there. */
        if (watchdog->model == WATCHDOG_ITCO) {
                argv_add_pair(argv, "-global", "ICH9-LPC.noreboot=off");
                return 0;
        }
        json = qdev_new(enum_text(WatchdogModel, watchdog->model));
        qdev_string(json, "id", watchdog->info.alias);
        if (qdev_address(argv, json, &watchdog->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_watchdogs(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;
        WatchdogAction action;

        for (size_t i = 0; i < domain->n_watchdogs; i++)
                if (watchdog(argv, &domain->watchdogs[i], err) < 0)
                        return -1;
        if (domain->n_watchdogs == 0)
                return 0;
        /* A dump is ours to make: QEMU only has to stop. */
        action = domain->watchdogs[0].action == WATCHDOG_ACTION_DUMP ? WATCHDOG_ACTION_PAUSE
                                                                     : domain->watchdogs[0].action;
        argv_add_pair(argv, "-watchdog-action",
                      action == WATCHDOG_ACTION_DEFAULT ? "reset" : enum_text(WatchdogAction, action));
        return 0;
}
