/* Addresses on USB and virtio-serial buses; PCI is in address_pci.c, drives in settle.c. */
#include "settle.h"

#include <string.h>

static Address *address_new(AddressType type)
{
        Address *address = g_new0(Address, 1);

        rows_init(&Address_rows, address);
        address->type = type;
        return address;
}

/* virtio-serial: port 0 of a controller is the console's. */

static bool port_taken(const Domain *domain, unsigned controller, unsigned port)
{
        for (size_t i = 0; i < domain->n_channels; i++) {
                const Address *address = domain->channels[i].info.address;

                if (address && address->type == ADDRESS_VIRTIO_SERIAL &&
                    address->virtio_serial.controller == controller && address->virtio_serial.port == port)
                        return true;
        }
        return false;
}

static int settle_channels(Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_channels; i++) {
                Channel *channel = &domain->channels[i];
                Address *address;
                unsigned port = 1;

                if (channel->target != CHANNEL_TARGET_VIRTIO)
                        continue;
                if (!channel->info.address)
                        channel->info.address = address_new(ADDRESS_VIRTIO_SERIAL);
                address = channel->info.address;
                if (address->type != ADDRESS_VIRTIO_SERIAL || address->virtio_serial.port != 0)
                        continue;
                while (port_taken(domain, address->virtio_serial.controller, port))
                        port++;
                if (port > 30)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "Unable to find a free virtio-serial port on controller %u",
                                         address->virtio_serial.controller);
                address->virtio_serial.port = port;
        }
        return 0;
}

/* USB: ports are texts ("1", "1.2" behind hubs). We hand out ports of root hubs only. */

typedef void (*InfoFunc)(DeviceInfo *info, void *opaque);

static void each_usb(Domain *domain, InfoFunc func, void *opaque)
{
        for (size_t i = 0; i < domain->n_hubs; i++)
                func(&domain->hubs[i].info, opaque);
        for (size_t i = 0; i < domain->n_disks; i++)
                if (domain->disks[i].bus == DISK_BUS_USB)
                        func(&domain->disks[i].info, opaque);
        for (size_t i = 0; i < domain->n_inputs; i++)
                if (domain->inputs[i].bus == INPUT_BUS_USB)
                        func(&domain->inputs[i].info, opaque);
        for (size_t i = 0; i < domain->n_serials; i++)
                if (domain->serials[i].target == SERIAL_TARGET_USB_SERIAL)
                        func(&domain->serials[i].info, opaque);
        for (size_t i = 0; i < domain->n_sounds; i++)
                if (domain->sounds[i].model == SOUND_USB)
                        func(&domain->sounds[i].info, opaque);
}

typedef struct UsbPorts {
        GHashTable *taken; /* "BUS:PORT" */
        Domain *domain;
        bool full;
} UsbPorts;

static void take_port(DeviceInfo *info, void *opaque)
{
        UsbPorts *ports = opaque;
        const Address *address = info->address;

        if (address && address->type == ADDRESS_USB && address->usb.port)
                g_hash_table_add(ports->taken, g_strdup_printf("%u:%s", address->usb.bus, address->usb.port));
}

static unsigned ports_of(const Controller *controller)
{
        switch (controller->model) {
        case CONTROLLER_MODEL_PIIX3_UHCI:
        case CONTROLLER_MODEL_PIIX4_UHCI: return 2;
        case CONTROLLER_MODEL_NEC_XHCI:
        case CONTROLLER_MODEL_QEMU_XHCI: return controller->usb.ports.set ? controller->usb.ports.value : 4;
        case CONTROLLER_MODEL_PCI_OHCI: return 3;
        default: return 6;
        }
}

static bool find_port(UsbPorts *ports, const Controller *controller, UsbAddress *ret)
{
        for (unsigned port = 1; port <= ports_of(controller); port++) {
                g_autofree char *key = g_strdup_printf("%u:%u", controller->index.value, port);

                if (!g_hash_table_add(ports->taken, g_steal_pointer(&key)))
                        continue;
                ret->bus = controller->index.value;
                ret->port = g_strdup_printf("%u", port);
                return true;
        }
        return false;
}

static void give_port(DeviceInfo *info, void *opaque)
{
        UsbPorts *ports = opaque;

        if (info->address && (info->address->type != ADDRESS_USB || info->address->usb.port))
                return;
        for (size_t i = 0; i < ports->domain->n_controllers; i++) {
                const Controller *controller = &ports->domain->controllers[i];
                UsbAddress place = { 0 };

                if (controller->type != CONTROLLER_USB || controller->info.master_port.set ||
                    (info->address && info->address->usb.bus != controller->index.value) ||
                    !find_port(ports, controller, &place))
                        continue;
                if (!info->address)
                        info->address = address_new(ADDRESS_USB);
                info->address->usb = place;
                return;
        }
        ports->full = true;
}

static int settle_usb(Domain *domain, Error *err)
{
        UsbPorts ports = { .domain = domain, .taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };

        each_usb(domain, take_port, &ports);
        each_usb(domain, give_port, &ports);
        g_hash_table_unref(ports.taken);
        if (ports.full)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "No free USB ports: add a USB controller");
        return 0;
}

int qemu_settle_addresses(Domain *domain, Error *err)
{
        if (settle_channels(domain, err) < 0 || settle_usb(domain, err) < 0)
                return -1;
        return qemu_settle_pci(domain, err);
}
