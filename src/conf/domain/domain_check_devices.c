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

int domain_check_devices(const Domain *d, Error *err)
{
        if (check_controllers(d, err) < 0 || check_usb(d, err) < 0 || domain_check_interfaces(d, err) < 0)
                return -1;
        return check_consoles(d, err);
}
