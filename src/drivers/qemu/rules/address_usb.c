/* See settle.h: ports of USB buses. A port is a text, "1", or "1.2" behind a hub at port 1. */
#include "rules/address.h"

#include <stdlib.h>
#include <string.h>

enum { HUB_PORTS = 8, DEPTH_MAX = 7 };

typedef struct UsbPlan {
        Domain *domain;
        GHashTable *taken; /* "BUS:PORT" */
        GHashTable *hubs;  /* the same, of hubs */
} UsbPlan;

static unsigned ports_of(const Controller *controller)
{
        switch (controller->model) {
        case CONTROLLER_MODEL_PIIX3_UHCI:
        case CONTROLLER_MODEL_PIIX4_UHCI:
        case CONTROLLER_MODEL_VT82C686B_UHCI: return 2;
        case CONTROLLER_MODEL_NEC_XHCI:
        case CONTROLLER_MODEL_QEMU_XHCI: return controller->usb.ports.set ? controller->usb.ports.value : 4;
        case CONTROLLER_MODEL_PCI_OHCI: return 3;
        default: return 6;
        }
}

/* A bus of its own: companions serve ports of another's. */
static bool is_bus(const Controller *controller)
{
        return controller->type == CONTROLLER_USB && !controller->info.master_port.set &&
               controller->model != CONTROLLER_MODEL_DISABLED;
}

typedef int (*InfoFunc)(UsbPlan *plan, DeviceInfo *info, bool hub, Error *err);

bool device_is_usb(const Domain *domain, DeviceKind kind, size_t i)
{
        const void *device = device_at(domain, kind, i);

        switch (kind) {
        case DEVICE_HUB: return ((const Hub *)device)->type == HUB_USB;
        case DEVICE_HOSTDEV: return ((const Hostdev *)device)->type == HOSTDEV_USB;
        case DEVICE_DISK: return ((const Disk *)device)->bus == DISK_BUS_USB;
        case DEVICE_CONTROLLER: return ((const Controller *)device)->type == CONTROLLER_CCID;
        case DEVICE_INPUT: return ((const Input *)device)->bus == INPUT_BUS_USB;
        case DEVICE_SERIAL: return ((const Serial *)device)->target == SERIAL_TARGET_USB_SERIAL;
        case DEVICE_SOUND: return ((const Sound *)device)->model == SOUND_USB;
        case DEVICE_REDIRDEV: return true;
        default: return false;
        }
}

static int each_usb(UsbPlan *plan, InfoFunc func, Error *err)
{
        static const DeviceKind order[] = { DEVICE_HUB,   DEVICE_HOSTDEV, DEVICE_DISK,  DEVICE_CONTROLLER,
                                            DEVICE_INPUT, DEVICE_SERIAL,  DEVICE_SOUND, DEVICE_REDIRDEV };

        for (size_t k = 0; k < G_N_ELEMENTS(order); k++)
                for (size_t i = 0; i < device_count(plan->domain, order[k]); i++)
                        if (device_is_usb(plan->domain, order[k], i) &&
                            func(plan, device_info(plan->domain, order[k], i), order[k] == DEVICE_HUB, err) < 0)
                                return -1;
        return 0;
}

static const UsbAddress *own_port(const DeviceInfo *info)
{
        const Address *address = info->address;

        return address && address->type == ADDRESS_USB && address->usb.port ? &address->usb : NULL;
}

static int take_port(UsbPlan *plan, DeviceInfo *info, bool hub, Error *err)
{
        const UsbAddress *usb = own_port(info);
        char *key;

        if (!usb)
                return 0;
        key = g_strdup_printf("%u:%s", usb->bus, usb->port);
        if (hub)
                g_hash_table_add(plan->hubs, g_strdup(key));
        if (!g_hash_table_add(plan->taken, key))
                return error_set(err, VIR_ERR_XML_ERROR, "Duplicate USB address bus %u port %s", usb->bus, usb->port);
        return 0;
}

/* All ports above it must be hubs. */
static int check_hubs(UsbPlan *plan, DeviceInfo *info, bool hub, Error *err)
{
        const UsbAddress *usb = own_port(info);

        for (const char *dot = usb ? strchr(usb->port, '.') : NULL; dot; dot = strchr(dot + 1, '.')) {
                g_autofree char *key = g_strdup_printf("%u:%.*s", usb->bus, (int)(dot - usb->port), usb->port);

                if (!g_hash_table_contains(plan->hubs, key))
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "there is no hub at port %.*s in USB address bus: %u port: %s",
                                         (int)(dot - usb->port), usb->port, usb->bus, usb->port);
        }
        return 0;
}

static const Controller *find_bus(const Domain *domain, unsigned bus)
{
        for (size_t i = 0; i < domain->n_controllers; i++)
                if (is_bus(&domain->controllers[i]) && domain->controllers[i].index.value == bus)
                        return &domain->controllers[i];
        return NULL;
}

/* The bus and the port of it that a device asks for. */
static int check_port(UsbPlan *plan, DeviceInfo *info, bool hub, Error *err)
{
        const UsbAddress *usb = own_port(info);
        const Controller *bus = usb ? find_bus(plan->domain, usb->bus) : NULL;
        unsigned long port = usb ? strtoul(usb->port, NULL, 10) : 0;

        if (!usb)
                return 0;
        if (!bus)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing USB bus %u", usb->bus);
        if (port > ports_of(bus))
                return error_set(err, VIR_ERR_XML_ERROR, "requested USB port %s not present on USB bus %u", usb->port,
                                 usb->bus);
        return 0;
}

/* The first free port of those behind @path ("" of the root), then of the hubs at them. The caller frees. */
static char *free_port(const UsbPlan *plan, unsigned bus, const char *path, unsigned n, unsigned depth)
{
        for (unsigned port = 1; port <= n; port++) {
                g_autofree char *here = g_strdup_printf("%s%s%u", path, path[0] ? "." : "", port);
                g_autofree char *key = g_strdup_printf("%u:%s", bus, here);

                if (!g_hash_table_contains(plan->taken, key))
                        return g_steal_pointer(&here);
        }
        for (unsigned port = 1; depth < DEPTH_MAX && port <= n; port++) {
                g_autofree char *here = g_strdup_printf("%s%s%u", path, path[0] ? "." : "", port);
                g_autofree char *key = g_strdup_printf("%u:%s", bus, here);
                char *found = g_hash_table_contains(plan->hubs, key) ? free_port(plan, bus, here, HUB_PORTS, depth + 1)
                                                                     : NULL;

                if (found)
                        return found;
        }
        return NULL;
}

static int give_port(UsbPlan *plan, DeviceInfo *info, bool hub, Error *err)
{
        const Address *address = info->address;

        /* What no hub can have is as good as nothing. */
        if (hub && address && address->type != ADDRESS_USB)
                address = NULL;
        if (address && (address->type != ADDRESS_USB || address->usb.port))
                return 0;
        for (size_t i = 0; i < plan->domain->n_controllers; i++) {
                const Controller *controller = &plan->domain->controllers[i];
                unsigned bus = controller->index.value;
                char *port;

                if (!is_bus(controller) || (address && address->usb.bus != bus))
                        continue;
                port = free_port(plan, bus, "", MIN(ports_of(controller), 255), 1);
                if (!port)
                        continue;
                device_set_address(info, ADDRESS_USB)->usb = (UsbAddress){ .bus = bus, .port = port };
                return take_port(plan, info, hub, err);
        }
        return error_set(err, VIR_ERR_XML_ERROR, "No free USB ports");
}

typedef struct Count {
        unsigned devices, ports;
} Count;

static Count count(const Domain *domain)
{
        Count count = { 0 };

        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++)
                        count.devices += kind != DEVICE_HUB && device_is_usb(domain, kind, i);
        for (size_t i = 0; i < domain->n_controllers; i++)
                if (is_bus(&domain->controllers[i]))
                        count.ports += MIN(ports_of(&domain->controllers[i]), 255);
        /* A hub takes a port and gives its own. */
        count.ports += (unsigned)domain->n_hubs * (HUB_PORTS - 1);
        return count;
}

unsigned usb_device_count(const Domain *domain)
{
        return count(domain).devices + (unsigned)domain->n_hubs;
}

/* When there are not enough ports, hubs make them; one port stays free, as in guests that libvirt defined. */
static void add_hubs(Domain *domain)
{
        enum { HUBS_MAX = 64 };
        Count now = count(domain);
        unsigned more;

        if (now.ports == 0 || now.devices <= now.ports)
                return;
        more = (now.devices - now.ports + 1 + HUB_PORTS - 2) / (HUB_PORTS - 1);
        for (unsigned i = 0; i < more && domain->n_hubs < HUBS_MAX; i++)
                ((Hub *)rows_list_insert(&Hub_rows, &domain->hubs, &domain->n_hubs, domain->n_hubs))->type = HUB_USB;
}

int qemu_settle_usb(Domain *domain, bool assign, Error *err)
{
        UsbPlan plan = { .domain = domain,
                         .taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                         .hubs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
        int r = 0;

        if (assign)
                add_hubs(domain);
        r = each_usb(&plan, take_port, err);
        if (r == 0 && count(domain).ports > 0)
                r = each_usb(&plan, check_port, err);
        if (r == 0)
                r = each_usb(&plan, check_hubs, err);
        if (r == 0 && assign && count(domain).ports > 0)
                r = each_usb(&plan, give_port, err);
        g_hash_table_unref(plan.taken);
        g_hash_table_unref(plan.hubs);
        return r;
}
