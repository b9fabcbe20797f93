/* See check.h: serial ports and what is behind a virtio-serial controller. */
#include "rules/check.h"

#include "rules/address.h"

/* Where a serial port of each target sits: at addresses of one type, or at a place of the machine that has none. */
static const struct SerialPlace {
        AddressType address;
        bool none, anywhere;
} places[SERIAL_TARGET_MAX_] = {
        [SERIAL_TARGET_NONE] = { .anywhere = true },      [SERIAL_TARGET_ISA_SERIAL] = { ADDRESS_ISA },
        [SERIAL_TARGET_ISA_DEBUG] = { ADDRESS_ISA },      [SERIAL_TARGET_USB_SERIAL] = { ADDRESS_USB },
        [SERIAL_TARGET_PCI_SERIAL] = { ADDRESS_PCI },     [SERIAL_TARGET_SPAPR_VIO_SERIAL] = { .anywhere = true },
        [SERIAL_TARGET_SYSTEM_SERIAL] = { .none = true }, [SERIAL_TARGET_SCLP_SERIAL] = { .none = true },
};

/* Of which target a model is. */
static const SerialTarget targets[SERIAL_MODEL_MAX_] = {
        [SERIAL_MODEL_ISA_SERIAL] = SERIAL_TARGET_ISA_SERIAL,
        [SERIAL_MODEL_USB_SERIAL] = SERIAL_TARGET_USB_SERIAL,
        [SERIAL_MODEL_PCI_SERIAL] = SERIAL_TARGET_PCI_SERIAL,
        [SERIAL_MODEL_SPAPR_VTY] = SERIAL_TARGET_SPAPR_VIO_SERIAL,
        [SERIAL_MODEL_PL011] = SERIAL_TARGET_SYSTEM_SERIAL,
        [SERIAL_MODEL_16550A] = SERIAL_TARGET_SYSTEM_SERIAL,
        [SERIAL_MODEL_SCLPCONSOLE] = SERIAL_TARGET_SCLP_SERIAL,
        [SERIAL_MODEL_SCLPLMCONSOLE] = SERIAL_TARGET_SCLP_SERIAL,
        [SERIAL_MODEL_ISA_DEBUGCON] = SERIAL_TARGET_ISA_DEBUG,
};

static int check_place(const Serial *serial, Error *err)
{
        const struct SerialPlace *place = &places[serial->target];
        AddressType type = device_address_type(&serial->info);

        if (type == ADDRESS_NONE || place->anywhere)
                return 0;
        if (place->none)
                return check_refuse(err, "Target type '%s' cannot have an associated address",
                                    enum_text(SerialTarget, serial->target));
        if (type != place->address)
                return check_refuse(err, "Target type '%s' requires address type '%s'",
                                    enum_text(SerialTarget, serial->target), enum_text(AddressType, place->address));
        return 0;
}

/* Ports that are part of machines of one kind. */
static bool has_machine(const Domain *domain, SerialModel model)
{
        switch (model) {
        case SERIAL_MODEL_SPAPR_VTY: return domain_is_pseries(domain);
        case SERIAL_MODEL_PL011: return domain_is_arm_virt(domain);
        case SERIAL_MODEL_16550A: return domain_is_riscv_virt(domain) || domain_is_loongarch_virt(domain);
        case SERIAL_MODEL_SCLPCONSOLE:
        case SERIAL_MODEL_SCLPLMCONSOLE: return domain_is_s390(domain);
        case SERIAL_MODEL_ISA_DEBUGCON: return domain_is_x86(domain);
        default: return true;
        }
}

static int check_serial(const Domain *domain, const Serial *serial, Error *err)
{
        const char *target = enum_text(SerialTarget, serial->target);
        const char *model = enum_text(SerialModel, serial->model);

        if (check_place(serial, err) < 0)
                return -1;
        if (serial->model != SERIAL_MODEL_NONE && targets[serial->model] != serial->target)
                return check_refuse(err, "Target model '%s' requires target type '%s'", model,
                                    enum_text(SerialTarget, targets[serial->model]));
        if (!has_machine(domain, serial->model))
                return check_refuse(err,
                                    "Serial device with target type '%s' and target model '%s' not compatible with "
                                    "guest architecture or machine type",
                                    target, model);
        return 0;
}

/* Ports of virtio-serial controllers */

typedef struct Ports {
        const Domain *domain;
        GHashTable *taken; /* "controller:port" */
} Ports;

static int take_port(Ports *ports, const DeviceInfo *info, Error *err)
{
        enum { PORTS_DEFAULT = 31 };
        const VirtioSerialAddress *place = &info->address->virtio_serial;
        const Controller *controller = controller_find(ports->domain, CONTROLLER_VIRTIO_SERIAL, place->controller);
        unsigned n;

        if (!controller)
                return error_set(err, VIR_ERR_XML_ERROR, "virtio serial controller %u is missing", place->controller);
        n = controller->virtio_serial.ports.set ? controller->virtio_serial.ports.value : PORTS_DEFAULT;
        if (place->port >= n)
                return error_set(err, VIR_ERR_XML_ERROR, "virtio serial controller %u does not have port %u",
                                 place->controller, place->port);
        if (!g_hash_table_add(ports->taken, g_strdup_printf("%u:%u", place->controller, place->port)))
                return error_set(err, VIR_ERR_XML_ERROR, "virtio serial port %u on controller %u is already occupied",
                                 place->port, place->controller);
        return 0;
}

static int check_ports(const Domain *domain, Error *err)
{
        g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        Ports ports = { domain, taken };

        for (size_t i = 0; i < domain->n_consoles; i++)
                if (domain->consoles[i].target == CONSOLE_TARGET_VIRTIO &&
                    device_address_type(&domain->consoles[i].info) == ADDRESS_VIRTIO_SERIAL &&
                    take_port(&ports, &domain->consoles[i].info, err) < 0)
                        return -1;
        for (size_t i = 0; i < domain->n_channels; i++)
                if (domain->channels[i].target == CHANNEL_TARGET_VIRTIO &&
                    device_address_type(&domain->channels[i].info) == ADDRESS_VIRTIO_SERIAL &&
                    take_port(&ports, &domain->channels[i].info, err) < 0)
                        return -1;
        return 0;
}

int check_serials(const Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_serials; i++)
                if (check_serial(domain, &domain->serials[i], err) < 0)
                        return -1;
        return check_ports(domain, err);
}
