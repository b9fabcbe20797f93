/* See settle.h: ports of USB buses, texts ("1", "1.2" behind hubs). We hand out ports of root hubs only. */
#include "address.h"

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
                device_set_address(info, ADDRESS_USB)->usb = place;
                return;
        }
        ports->full = true;
}

int qemu_settle_usb(Domain *domain, Error *err)
{
        UsbPorts ports = { .domain = domain, .taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };

        each_usb(domain, take_port, &ports);
        each_usb(domain, give_port, &ports);
        g_hash_table_unref(ports.taken);
        if (ports.full)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "No free USB ports: add a USB controller");
        return 0;
}
