/* What devices of a definition ask of each other, for every hypervisor. */
#include "domain/hooks.h"

static int check_controllers(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_controllers; i++) {
                const Controller *a = &d->controllers[i];

                /* Of USB several stand for one, as companions. */
                for (size_t k = 0; k < i && a->type != CONTROLLER_USB; k++)
                        if (d->controllers[k].type == a->type && d->controllers[k].index.value == a->index.value)
                                return error_set(err, VIR_ERR_XML_ERROR, "Multiple '%s' controllers with index '%u'",
                                                 enum_text(ControllerType, a->type), a->index.value);
        }
        return 0;
}

/* A controller without a model of its own, "none", says that the guest has no USB. */
static int find_disabled_usb(const Domain *d, bool *ret_disabled, Error *err)
{
        bool disabled = false;
        size_t n = 0;

        for (size_t i = 0; i < d->n_controllers; i++) {
                if (d->controllers[i].type != CONTROLLER_USB)
                        continue;
                disabled |= d->controllers[i].model == CONTROLLER_MODEL_DISABLED;
                n++;
        }
        if (disabled && n > 1)
                return error_set(err, VIR_ERR_XML_DETAIL,
                                 "Can't add another USB controller: USB is disabled for this domain");
        *ret_disabled = disabled;
        return 0;
}

static int check_usb(const Domain *d, Error *err)
{
        bool disabled = false;

        if (find_disabled_usb(d, &disabled, err) < 0)
                return -1;
        if (!disabled)
                return 0;
        for (size_t i = 0; i < d->n_hostdevs; i++)
                if (d->hostdevs[i].mode == HOSTDEV_MODE_SUBSYSTEM && d->hostdevs[i].type == HOSTDEV_USB)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "Can't add host USB device: USB is disabled in this host");
        for (size_t i = 0; i < d->n_redirdevs; i++)
                if (d->redirdevs[i].bus == REDIRDEV_BUS_USB)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "cannot add redirected USB device: USB is disabled for this domain");
        for (size_t i = 0; i < d->n_hubs; i++)
                if (d->hubs[i].type == HUB_USB)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "Can't add USB hub: USB is disabled for this domain");
        for (size_t i = 0; i < d->n_inputs; i++)
                if (d->inputs[i].bus == INPUT_BUS_USB)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "Can't add USB input device. USB bus is disabled");
        return 0;
}

static int check_consoles(const Domain *d, Error *err)
{
        for (size_t i = 1; i < d->n_consoles; i++)
                if (d->consoles[i].target == CONSOLE_TARGET_SERIAL)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "Only the first console can be a serial port");
        return 0;
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

static int check_source(const Interface *interface, Error *err)
{
        const Address *address = &interface->hostdev.address;

        switch (interface->type) {
        case INTERFACE_BRIDGE: return need(interface, "bridge", interface->bridge.bridge, err);
        case INTERFACE_INTERNAL: return need(interface, "name", interface->internal.name, err);
        case INTERFACE_VDPA: return need(interface, "dev", interface->vdpa.dev, err);
        case INTERFACE_VHOSTUSER:
                if (need(interface, "type", interface->vhostuser.type ? interface : NULL, err) < 0 ||
                    need(interface, "path", interface->vhostuser.path, err) < 0)
                        return -1;
                return need(interface, "mode", interface->vhostuser.mode ? interface : NULL, err);
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

int interface_check(const void *s, Error *err)
{
        const Interface *interface = s;

        if (check_source(interface, err) < 0 || check_model(interface->model, err) < 0)
                return -1;
        if (!interface->virtual_port)
                return 0;
        if (!may_have_port(interface->type))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "<virtualport> element unsupported for <interface type='%s'>",
                                 enum_text(InterfaceType, interface->type));
        /* The network has the rest. */
        return interface->type == INTERFACE_NETWORK ? 0 : virtual_port_check_complete(interface->virtual_port, err);
}

int domain_check_devices(const Domain *d, Error *err)
{
        if (check_controllers(d, err) < 0 || check_usb(d, err) < 0)
                return -1;
        return check_consoles(d, err);
}
