/* Rules of network interfaces that hold for every hypervisor. Nothing here changes them. */
#include <string.h>

#include "domain/hooks.h"

static bool is_virtio(const Interface *interface)
{
        return interface->model && g_str_has_prefix(interface->model, "virtio");
}

/* Which interfaces are ports of a switch that knows them. */
static bool may_have_port(InterfaceType type)
{
        return type == INTERFACE_NETWORK || type == INTERFACE_BRIDGE || type == INTERFACE_DIRECT ||
               type == INTERFACE_HOSTDEV;
}

static int need(const Interface *interface, const char *attribute, const void *value, Error *err)
{
        if (value)
                return 0;
        return error_set(err, VIR_ERR_XML_ERROR,
                         "Missing required attribute '%s' in element 'source' of an interface of type '%s'", attribute,
                         enum_text(InterfaceType, interface->type));
}

/* The socket of @socket: who it is bound or connected to. */
static int check_socket(const Interface *interface, Error *err)
{
        const SocketInterface *socket = &interface->socket;

        if (need(interface, "port", socket->port ? socket : NULL, err) < 0)
                return -1;
        if (interface->type != INTERFACE_SERVER && need(interface, "address", socket->address, err) < 0)
                return -1;
        if (interface->type != INTERFACE_UDP)
                return 0;
        return need(interface, "local", socket->local_port ? socket : NULL, err);
}

/* Who listens has nobody to come back to. */
static int check_vhostuser(const Interface *interface, Error *err)
{
        const VhostUserInterface *source = &interface->vhostuser;

        if (need(interface, "type", source->type ? source : NULL, err) < 0 ||
            need(interface, "path", source->path, err) < 0 ||
            need(interface, "mode", source->mode ? source : NULL, err) < 0)
                return -1;
        if (reconnect_check(source->reconnect, &source->reconnect_timeout, err) < 0)
                return -1;
        if (source->reconnect == YESNO_YES && source->mode == SOCKET_MODE_SERVER)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "'reconnect' is not supported by an <interface type='vhostuser'> in mode 'server'");
        return 0;
}

static int check_source(const Interface *interface, Error *err)
{
        const Address *address = &interface->hostdev.address;

        switch (interface->type) {
        case INTERFACE_BRIDGE: return need(interface, "bridge", interface->bridge.bridge, err);
        case INTERFACE_INTERNAL: return need(interface, "name", interface->internal.name, err);
        case INTERFACE_VDPA: return need(interface, "dev", interface->vdpa.dev, err);
        case INTERFACE_VHOSTUSER: return check_vhostuser(interface, err);
        case INTERFACE_MCAST:
        case INTERFACE_SERVER:
        case INTERFACE_CLIENT:
        case INTERFACE_UDP: return check_socket(interface, err);
        case INTERFACE_HOSTDEV:
                if (address->type == ADDRESS_NONE && !interface->hostdev.vendor.set)
                        return error_set(err, VIR_ERR_XML_ERROR, "missing source address type");
                return 0;
        default: return 0;
        }
}

static int check_model(const char *model, Error *err)
{
        for (const char *c = model; c && *c; c++)
                if (!g_ascii_isalnum(*c) && *c != '-' && *c != '_')
                        return error_set(err, VIR_ERR_INVALID_ARG, "Model name contains invalid characters");
        return 0;
}

/* What only the driver of a virtio card has. */
static int check_virtio(const Interface *interface, Error *err)
{
        const VirtioOptions *virtio = interface->driver ? &interface->driver->virtio : NULL;
        const char *option;

        if (is_virtio(interface))
                return 0;
        /* The program on the other side speaks virtio. */
        if (interface->type == INTERFACE_VHOSTUSER)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "<interface type='vhostuser'> needs a virtio model, not '%s'",
                                 interface->model ? interface->model : "");
        if (!virtio)
                return 0;
        option = virtio->iommu         ? "iommu"
                 : virtio->ats         ? "ats"
                 : virtio->packed      ? "packed"
                 : virtio->page_per_vq ? "page_per_vq"
                                       : NULL;
        return option ? error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                  "%s driver option is only supported for virtio devices", option)
                      : 0;
}

/* The half of a pair that stays names nobody; the one that leaves names the one that stays. */
static int check_teaming(const Interface *interface, Error *err)
{
        if (interface->teaming == TEAMING_TRANSIENT && !interface->teaming_persistent)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "attribute 'persistent' must be set where the teaming type is 'transient'");
        if (interface->teaming == TEAMING_PERSISTENT && interface->teaming_persistent)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "attribute 'persistent' is not allowed where the teaming type is 'persistent'");
        return 0;
}

static int check_ips(const Interface *interface, Error *err)
{
        enum { IPV4_BITS = 32, IPV6_BITS = 128 };

        for (size_t i = 0; i < interface->n_ips; i++) {
                const IpAddress *ip = &interface->ips[i];
                unsigned bits = ip->address && strchr(ip->address, ':') ? IPV6_BITS : IPV4_BITS;

                if (ip->prefix.set && ip->prefix.value > bits)
                        return error_set(err, VIR_ERR_XML_ERROR, "Invalid prefix value '%u' in <ip>", ip->prefix.value);
        }
        return 0;
}

/* A guarantee is kept where all that leave through one bridge are known. */
static int check_bandwidth(const Interface *interface, Error *err)
{
        const BandwidthRate *in = interface->bandwidth ? interface->bandwidth->inbound : NULL;

        if (in && in->floor && interface->type != INTERFACE_NETWORK)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "floor attribute is not supported for this config");
        return 0;
}

static int check_place(const Interface *interface, Error *err)
{
        bool switched = interface->type == INTERFACE_NETWORK || interface->type == INTERFACE_BRIDGE;

        if (interface->port_isolated == YESNO_YES && !switched)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "<port isolated='yes'/> is not supported for network interfaces with type='%s'",
                                 enum_text(InterfaceType, interface->type));
        if (interface->backend == USER_BACKEND_PASST && interface->type != INTERFACE_USER)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "The 'passt' backend can only be used with interface type='user'");
        if (interface->target_managed == YESNO_NO && interface->type != INTERFACE_ETHERNET)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "unmanaged target dev is not supported on interfaces of type '%s'",
                                 enum_text(InterfaceType, interface->type));
        return 0;
}

static int check_port(const Interface *interface, Error *err)
{
        if (!interface->virtual_port)
                return 0;
        if (!may_have_port(interface->type))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "<virtualport> element unsupported for <interface type='%s'>",
                                 enum_text(InterfaceType, interface->type));
        /* The network has the rest. */
        return interface->type == INTERFACE_NETWORK ? 0 : virtual_port_check_complete(interface->virtual_port, err);
}

int interface_check(const void *s, Error *err)
{
        const Interface *interface = s;

        if (check_source(interface, err) < 0 || check_model(interface->model, err) < 0 ||
            check_ips(interface, err) < 0 || check_bandwidth(interface, err) < 0 || check_teaming(interface, err) < 0 ||
            check_place(interface, err) < 0)
                return -1;
        return check_port(interface, err);
}

/* What depends on the model, which may be a default. */
int domain_check_interfaces(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_interfaces; i++)
                if (check_virtio(&d->interfaces[i], err) < 0)
                        return -1;
        return 0;
}
