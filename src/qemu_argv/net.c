/* Network cards and what they are plugged into. */
#include "reader.h"

#include <string.h>

#include "conf/network_parts.h"
#include "util/text.h"

void qemu_add_part(GPtrArray *parts, const char *id, QemuOpts *opts)
{
        QemuPart *part = g_new0(QemuPart, 1);

        part->id = g_strdup(id);
        part->opts = opts;
        g_ptr_array_add(parts, part);
}

QemuPart *qemu_find_part(GPtrArray *parts, const char *id)
{
        for (guint i = 0; id && i < parts->len; i++) {
                QemuPart *part = parts->pdata[i];

                if (g_strcmp0(part->id, id) == 0) {
                        part->used = true;
                        return part;
                }
        }
        return NULL;
}

/* "HOST:PORT"; either may be empty. */
static int read_endpoint(const char *text, char **ret_host, unsigned *ret_port, Error *err)
{
        const char *colon = strrchr(text, ':');

        if (!colon || !text_to_uint(colon + 1, 10, ret_port) || *ret_port > 65535)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot parse '%s': it is not HOST:PORT", text);
        *ret_host = colon > text ? g_strndup(text, (size_t)(colon - text)) : NULL;
        return 0;
}

static int read_socket(const QemuOpts *netdev, Interface *interface, Error *err)
{
        static const struct {
                const char *key;
                InterfaceType type;
        } kinds[] = { { "connect", INTERFACE_CLIENT },
                      { "listen", INTERFACE_SERVER },
                      { "mcast", INTERFACE_MCAST },
                      { "udp", INTERFACE_UDP } };
        SocketInterface *socket = &interface->socket;

        for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
                const char *text = qemu_opts_get(netdev, kinds[i].key);

                if (!text)
                        continue;
                interface->type = kinds[i].type;
                if (read_endpoint(text, &socket->address, &socket->port, err) < 0)
                        return -1;
                text = qemu_opts_get(netdev, "localaddr");
                if (kinds[i].type == INTERFACE_UDP && text)
                        return read_endpoint(text, &socket->local_address, &socket->local_port, err);
                return 0;
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "a network of type socket needs connect, listen, mcast or udp");
}

static int read_network(const QemuOpts *netdev, Interface *interface, Error *err)
{
        const char *type = netdev ? qemu_opts_get(netdev, "type") : "user";

        if (g_strcmp0(type, "socket") == 0)
                return read_socket(netdev, interface, err);
        if (g_strcmp0(type, "bridge") == 0) {
                const char *bridge = qemu_opts_get(netdev, "br");

                interface->type = INTERFACE_BRIDGE;
                interface->bridge.bridge = g_strdup(bridge ? bridge : "br0");
                return 0;
        }
        interface->type = g_strcmp0(type, "tap") == 0 ? INTERFACE_ETHERNET : INTERFACE_USER;
        if (interface->type != INTERFACE_ETHERNET)
                return 0;
        interface->target = g_strdup(qemu_opts_get(netdev, "ifname"));
        if (g_strcmp0(qemu_opts_get(netdev, "script"), "no") != 0)
                interface->script = g_strdup(qemu_opts_get(netdev, "script"));
        if (qemu_opts_get(netdev, "sndbuf"))
                text_to_uint64(qemu_opts_get(netdev, "sndbuf"), 10, &interface->sndbuf);
        return 0;
}

int qemu_add_nic(QemuReader *reader, const QemuOpts *nic, const QemuOpts *netdev, const char *model, Error *err)
{
        Interface *interface = QEMU_ADD(Interface, reader->d, interfaces);
        const char *mac = qemu_opts_get(nic, "macaddr") ? qemu_opts_get(nic, "macaddr") : qemu_opts_get(nic, "mac");

        if (mac && !mac_parse(mac, &interface->mac))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unable to parse mac address '%s'", mac);
        interface->model = g_strdup(model ? model : qemu_opts_get(nic, "model"));
        return read_network(netdev, interface, err);
}

int qemu_read_netdev(QemuReader *reader, const char *value, Error *err)
{
        QemuOpts *opts = qemu_opts_parse(value, "type");

        qemu_add_part(reader->netdevs, qemu_opts_get(opts, "id"), opts);
        return 0;
}

/* The old way: cards and networks of the same `vlan` see each other. */
int qemu_read_net(QemuReader *reader, const char *value, Error *err)
{
        QemuOpts *opts = qemu_opts_parse(value, "type");
        bool nic = g_strcmp0(qemu_opts_get(opts, "type"), "nic") == 0;
        const char *vlan = qemu_opts_get(opts, "vlan");

        if (g_strcmp0(qemu_opts_get(opts, "type"), "none") == 0)
                qemu_opts_free(opts);
        else if (nic)
                qemu_add_part(reader->nics, vlan ? vlan : "0", opts);
        else
                qemu_add_part(reader->netdevs, vlan ? vlan : "0", opts);
        return 0;
}

int qemu_join_nics(QemuReader *reader, Error *err)
{
        for (guint i = 0; i < reader->nics->len; i++) {
                const QemuPart *nic = reader->nics->pdata[i];
                const char *netdev = qemu_opts_get(nic->opts, "netdev");
                const QemuPart *network = qemu_find_part(reader->netdevs, netdev ? netdev : nic->id);

                if (qemu_add_nic(reader, nic->opts, network ? network->opts : NULL, NULL, err) < 0)
                        return -1;
        }
        return 0;
}
