/* PCI addresses, and the ports and bridges that they take.
 *
 * i440fx has one conventional bus. On machines with a PCI Express root, express devices get a root port each (so that
 * they can be unplugged), conventional ones share a bridge, and what belongs to the chip set sits on the root bus. The
 * places are libvirt's: a guest must find its devices where they were. */
#include "settle.h"

#include <string.h>

#include "argv.h"

enum { BUSES_MAX = 256, SLOTS = 32, FUNCTIONS = 8 };

typedef enum {
        BUS_ABSENT,
        BUS_CONVENTIONAL, /* pci-root, bridges */
        BUS_ROOT,         /* pcie-root */
        BUS_PORT,         /* behind a root or downstream port: one slot */
        BUS_SWITCH,       /* between upstream and downstream ports: only those */
} BusKind;

typedef enum {
        WANT_NOTHING,
        WANT_CONVENTIONAL,
        WANT_EXPRESS,
        WANT_ROOT, /* part of the chip set, and root ports */
} Want;

typedef struct Plan {
        Domain *domain;
        BusKind kind[BUSES_MAX];
        unsigned char used[BUSES_MAX][SLOTS]; /* one bit per function */
        bool ports_added;
        Error *err;
} Plan;

static int plan_devices(Plan *plan);

/* What exists */

static BusKind kind_of(ControllerModel model)
{
        switch (model) {
        case CONTROLLER_MODEL_PCI_ROOT:
        case CONTROLLER_MODEL_PCI_BRIDGE:
        case CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE:
        case CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE:
        case CONTROLLER_MODEL_PCI_EXPANDER_BUS: return BUS_CONVENTIONAL;
        case CONTROLLER_MODEL_PCIE_ROOT:
        case CONTROLLER_MODEL_PCIE_EXPANDER_BUS: return BUS_ROOT;
        case CONTROLLER_MODEL_PCIE_ROOT_PORT:
        case CONTROLLER_MODEL_PCIE_SWITCH_DOWNSTREAM_PORT: return BUS_PORT;
        case CONTROLLER_MODEL_PCIE_SWITCH_UPSTREAM_PORT: return BUS_SWITCH;
        default: return BUS_ABSENT;
        }
}

static int learn_buses(Plan *plan)
{
        for (size_t i = 0; i < plan->domain->n_controllers; i++) {
                const Controller *controller = &plan->domain->controllers[i];

                if (controller->type != CONTROLLER_PCI)
                        continue;
                if (controller->index.value >= BUSES_MAX)
                        return error_set(plan->err, VIR_ERR_XML_ERROR, "PCI controller index %u is too large",
                                         controller->index.value);
                plan->kind[controller->index.value] = kind_of(controller->model);
        }
        return 0;
}

static int take(Plan *plan, unsigned bus, unsigned slot, unsigned function)
{
        if (bus >= BUSES_MAX || slot >= SLOTS || function >= FUNCTIONS)
                return error_set(plan->err, VIR_ERR_XML_ERROR, "Invalid PCI address 0000:%02x:%02x.%x", bus, slot,
                                 function);
        if (plan->used[bus][slot] & 1 << function)
                return error_set(plan->err, VIR_ERR_XML_ERROR, "Attempted double use of PCI Address 0000:%02x:%02x.%x",
                                 bus, slot, function);
        plan->used[bus][slot] |= (unsigned char)(1 << function);
        return 0;
}

/* The chip set's own functions: not in the document, so nobody may have them. */
static void reserve(Plan *plan, unsigned slot, unsigned function)
{
        plan->used[0][slot] |= (unsigned char)(1 << function);
}

static bool is_unset(const PciAddress *pci)
{
        return pci->domain == 0 && pci->bus == 0 && pci->slot == 0 && pci->function == 0;
}

static bool needs_address(const DeviceInfo *info)
{
        return !info->address || (info->address->type == ADDRESS_PCI && is_unset(&info->address->pci));
}

static void give(DeviceInfo *info, unsigned bus, unsigned slot, unsigned function)
{
        if (!info->address) {
                info->address = g_new0(Address, 1);
                rows_init(&Address_rows, info->address);
                info->address->type = ADDRESS_PCI;
        }
        info->address->pci.bus = bus;
        info->address->pci.slot = slot;
        info->address->pci.function = function;
}

static int put(Plan *plan, DeviceInfo *info, unsigned bus, unsigned slot, unsigned function)
{
        if (take(plan, bus, slot, function) < 0)
                return -1;
        give(info, bus, slot, function);
        return 0;
}

/* Controllers that are added */

static int free_slot(const Plan *plan, unsigned bus)
{
        for (int slot = 1; slot < SLOTS; slot++)
                if (plan->used[bus][slot] == 0)
                        return slot;
        return -1;
}

static int next_index(const Plan *plan)
{
        for (int index = 1; index < BUSES_MAX; index++)
                if (plan->kind[index] == BUS_ABSENT)
                        return index;
        return -1;
}

/* Eight root ports share a slot: the next function of one that holds root ports alone, else a new slot. */
static bool port_place(const Plan *plan, unsigned *ret_slot, unsigned *ret_function)
{
        for (size_t i = 0; i < plan->domain->n_controllers; i++) {
                const Controller *port = &plan->domain->controllers[i];
                const PciAddress *pci = port->info.address ? &port->info.address->pci : NULL;

                if (port->model != CONTROLLER_MODEL_PCIE_ROOT_PORT || !pci || is_unset(pci) || pci->bus != 0)
                        continue;
                for (unsigned function = 1; function < FUNCTIONS; function++) {
                        if (plan->used[0][pci->slot] & 1 << function || !(plan->used[0][pci->slot] & 1))
                                continue;
                        *ret_slot = pci->slot;
                        *ret_function = function;
                        return true;
                }
        }
        *ret_function = 0;
        *ret_slot = (unsigned)MAX(free_slot(plan, 0), 0);
        return *ret_slot > 0;
}

static int place_port(Plan *plan, Controller *port)
{
        unsigned slot, function;

        if (!port_place(plan, &slot, &function))
                return error_set(plan->err, VIR_ERR_INTERNAL_ERROR, "No more available PCI slots");
        if (put(plan, &port->info, 0, slot, function) < 0)
                return -1;
        if (function == 0)
                port->info.address->pci.multifunction = SWITCH_ON;
        return 0;
}

static void number_controller(Controller *controller)
{
        const PciAddress *pci = controller->info.address ? &controller->info.address->pci : NULL;

        if (controller->model == CONTROLLER_MODEL_PCIE_ROOT_PORT && pci) {
                if (!controller->pci.model_name)
                        controller->pci.model_name = g_strdup("pcie-root-port");
                if (!controller->pci.chassis.set)
                        controller->pci.chassis = (OptUint){ .value = controller->index.value, .set = true };
                if (!controller->pci.port.set)
                        controller->pci.port = (OptUint){ .value = pci->slot << 3 | pci->function, .set = true };
        }
        if (controller->model == CONTROLLER_MODEL_PCI_BRIDGE && !controller->pci.chassis_nr.set)
                controller->pci.chassis_nr = (OptUint){ .value = controller->index.value, .set = true };
        if (controller->model == CONTROLLER_MODEL_PCI_BRIDGE && !controller->pci.model_name)
                controller->pci.model_name = g_strdup("pci-bridge");
        if (controller->model == CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE && !controller->pci.model_name)
                controller->pci.model_name = g_strdup("pcie-pci-bridge");
        if (controller->model == CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE && !controller->pci.model_name)
                controller->pci.model_name = g_strdup("i82801b11-bridge");
}

/* The list of controllers moves: callers must not hold a DeviceInfo of one across this. */
static int add_port(Plan *plan)
{
        int index = next_index(plan);
        Controller *port;

        if (index < 0)
                return error_set(plan->err, VIR_ERR_INTERNAL_ERROR, "No more available PCI slots");
        port = controller_add(plan->domain, CONTROLLER_PCI, (unsigned)index, CONTROLLER_MODEL_PCIE_ROOT_PORT);
        plan->kind[index] = BUS_PORT;
        plan->ports_added = true;
        if (place_port(plan, port) < 0)
                return -1;
        number_controller(port);
        return index;
}

static int find_port(Plan *plan)
{
        for (int bus = 1; bus < BUSES_MAX; bus++)
                if (plan->kind[bus] == BUS_PORT && plan->used[bus][0] == 0)
                        return bus;
        return add_port(plan);
}

static int add_bridge(Plan *plan)
{
        int port = find_port(plan);
        int index = port < 0 ? -1 : next_index(plan);
        Controller *bridge;

        if (index < 0)
                return -1;
        bridge = controller_add(plan->domain, CONTROLLER_PCI, (unsigned)index, CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE);
        plan->kind[index] = BUS_CONVENTIONAL;
        if (put(plan, &bridge->info, (unsigned)port, 0, 0) < 0)
                return -1;
        number_controller(bridge);
        return index;
}

static int find_conventional(Plan *plan)
{
        for (int bus = 0; bus < BUSES_MAX; bus++)
                if (plan->kind[bus] == BUS_CONVENTIONAL && free_slot(plan, (unsigned)bus) > 0)
                        return bus;
        if (plan->kind[0] != BUS_ROOT)
                return error_set(plan->err, VIR_ERR_INTERNAL_ERROR, "No more available PCI slots");
        return add_bridge(plan);
}

/* A place for @want, before anything is written: the device may be a controller, and those move. */
static int find_place(Plan *plan, Want want, unsigned *ret_bus, unsigned *ret_slot)
{
        int bus;

        if (plan->kind[0] != BUS_ROOT)
                want = WANT_CONVENTIONAL;
        bus = want == WANT_ROOT ? 0 : want == WANT_EXPRESS ? find_port(plan) : find_conventional(plan);
        if (bus < 0)
                return -1;
        *ret_bus = (unsigned)bus;
        *ret_slot = plan->kind[bus] == BUS_PORT ? 0 : (unsigned)MAX(free_slot(plan, (unsigned)bus), 0);
        if (plan->kind[bus] != BUS_PORT && *ret_slot == 0)
                return error_set(plan->err, VIR_ERR_INTERNAL_ERROR, "No more available PCI slots");
        return 0;
}

/* For devices other than controllers. */
static int place(Plan *plan, DeviceInfo *info, Want want)
{
        unsigned bus, slot;

        if (want == WANT_NOTHING || !needs_address(info))
                return 0;
        if (find_place(plan, want, &bus, &slot) < 0)
                return -1;
        return put(plan, info, bus, slot, 0);
}

/* What devices want */

static bool is_virtio_model(const char *model)
{
        return g_str_has_prefix(model, "virtio");
}

static Want want_of_nic(const Interface *nic)
{
        if (nic->type == INTERFACE_HOSTDEV)
                return WANT_EXPRESS;
        if (!nic->model || is_virtio_model(nic->model) || strcmp(nic->model, "e1000e") == 0 ||
            strcmp(nic->model, "igb") == 0 || strcmp(nic->model, "vmxnet3") == 0)
                return g_strcmp0(nic->model, "virtio-transitional") == 0 ? WANT_CONVENTIONAL : WANT_EXPRESS;
        return g_str_has_prefix(nic->model, "usb-") ? WANT_NOTHING : WANT_CONVENTIONAL;
}

static Want want_of_sound(const Sound *sound)
{
        switch (sound->model) {
        case SOUND_PCSPK:
        case SOUND_SB16:
        case SOUND_USB: return WANT_NOTHING;
        case SOUND_VIRTIO: return WANT_EXPRESS;
        default: return WANT_CONVENTIONAL;
        }
}

static Want want_of_controller(const Domain *domain, const Controller *controller)
{
        switch (controller->type) {
        case CONTROLLER_SCSI:
                return controller->model == CONTROLLER_MODEL_VIRTIO_SCSI ||
                                       controller->model == CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL ||
                                       controller->model == CONTROLLER_MODEL_VMPVSCSI
                               ? WANT_EXPRESS
                               : WANT_CONVENTIONAL;
        case CONTROLLER_VIRTIO_SERIAL:
                return controller->model == CONTROLLER_MODEL_VIRTIO_TRANSITIONAL ? WANT_CONVENTIONAL : WANT_EXPRESS;
        case CONTROLLER_SATA:
                return domain_is_q35(domain) && controller->index.value == 0 ? WANT_NOTHING : WANT_CONVENTIONAL;
        case CONTROLLER_USB:
                if (controller->model == CONTROLLER_MODEL_NONE || controller->model == CONTROLLER_MODEL_DISABLED)
                        return WANT_NOTHING;
                return controller->model == CONTROLLER_MODEL_QEMU_XHCI || controller->model == CONTROLLER_MODEL_NEC_XHCI
                               ? WANT_EXPRESS
                               : WANT_CONVENTIONAL;
        default: return WANT_NOTHING;
        }
}

static Want want_of_video(const Video *video)
{
        if (video->type == VIDEO_NONE || video->type == VIDEO_RAMFB)
                return WANT_NOTHING;
        return video->type == VIDEO_VIRTIO || video->type == VIDEO_BOCHS ? WANT_EXPRESS : WANT_CONVENTIONAL;
}

/* Walking all devices that have addresses */

typedef int (*DeviceFunc)(Plan *plan, DeviceInfo *info, Want want);

static int each_device(Plan *plan, DeviceFunc func)
{
        Domain *d = plan->domain;
        int r = 0;

        for (size_t i = 0; r == 0 && i < d->n_interfaces; i++)
                r = func(plan, &d->interfaces[i].info, want_of_nic(&d->interfaces[i]));
        for (size_t i = 0; r == 0 && i < d->n_sounds; i++)
                r = func(plan, &d->sounds[i].info, want_of_sound(&d->sounds[i]));
        if (r == 0 && func == place)
                r = plan_devices(plan);
        for (size_t i = 0; r == 0 && i < d->n_disks; i++)
                r = func(plan, &d->disks[i].info, d->disks[i].bus == DISK_BUS_VIRTIO ? WANT_EXPRESS : WANT_NOTHING);
        if (r == 0 && d->memballoon && d->memballoon->model != BALLOON_NONE)
                r = func(plan, &d->memballoon->info, WANT_EXPRESS);
        for (size_t i = 0; r == 0 && i < d->n_rngs; i++)
                r = func(plan, &d->rngs[i].info, WANT_EXPRESS);
        for (size_t i = 0; r == 0 && i < d->n_watchdogs; i++)
                r = func(plan, &d->watchdogs[i].info,
                         d->watchdogs[i].model == WATCHDOG_I6300ESB ? WANT_CONVENTIONAL : WANT_NOTHING);
        for (size_t i = 0; r == 0 && i < d->n_serials; i++)
                r = func(plan, &d->serials[i].info,
                         d->serials[i].target == SERIAL_TARGET_PCI_SERIAL ? WANT_CONVENTIONAL : WANT_NOTHING);
        for (size_t i = 0; r == 0 && i < d->n_videos; i++)
                r = func(plan, &d->videos[i].info, want_of_video(&d->videos[i]));
        for (size_t i = 0; r == 0 && i < d->n_inputs; i++)
                r = func(plan, &d->inputs[i].info, d->inputs[i].bus == INPUT_BUS_VIRTIO ? WANT_EXPRESS : WANT_NOTHING);
        return r;
}

/* Buses that addresses in the document name, but nothing makes. */
static int make_bus(Plan *plan, unsigned bus)
{
        bool express = plan->kind[0] == BUS_ROOT;

        while (bus < BUSES_MAX && plan->kind[bus] == BUS_ABSENT) {
                int index = next_index(plan);
                int slot = free_slot(plan, 0);
                Controller *controller;

                if (express) {
                        if (add_port(plan) < 0)
                                return -1;
                        continue;
                }
                if (index < 0 || slot < 0)
                        return error_set(plan->err, VIR_ERR_INTERNAL_ERROR, "No more available PCI slots");
                controller = controller_add(plan->domain, CONTROLLER_PCI, (unsigned)index, CONTROLLER_MODEL_PCI_BRIDGE);
                plan->kind[index] = BUS_CONVENTIONAL;
                if (put(plan, &controller->info, 0, (unsigned)slot, 0) < 0)
                        return -1;
                number_controller(controller);
        }
        return 0;
}

static int take_given(Plan *plan, DeviceInfo *info, Want want)
{
        const PciAddress *pci = info->address ? &info->address->pci : NULL;

        if (!pci || info->address->type != ADDRESS_PCI || is_unset(pci))
                return 0;
        return take(plan, pci->bus, pci->slot, pci->function);
}

static int make_given_bus(Plan *plan, DeviceInfo *info, Want want)
{
        if (!info->address || info->address->type != ADDRESS_PCI || is_unset(&info->address->pci))
                return 0;
        return make_bus(plan, info->address->pci.bus);
}

static int take_all_given(Plan *plan)
{
        Domain *domain = plan->domain;

        for (size_t i = 0; i < domain->n_controllers; i++)
                if (take_given(plan, &domain->controllers[i].info, WANT_NOTHING) < 0)
                        return -1;
        if (each_device(plan, take_given) < 0)
                return -1;
        for (size_t i = 0; i < domain->n_controllers; i++) {
                PciAddress pci = { 0 };

                if (domain->controllers[i].info.address && domain->controllers[i].info.address->type == ADDRESS_PCI)
                        pci = domain->controllers[i].info.address->pci;
                if (make_bus(plan, pci.bus) < 0)
                        return -1;
        }
        return each_device(plan, make_given_bus);
}

/* The chip set */

static int put_if_free(Plan *plan, DeviceInfo *info, unsigned slot, unsigned function)
{
        if (!needs_address(info) || plan->used[0][slot] & 1 << function)
                return 0;
        return put(plan, info, 0, slot, function);
}

static int place_video(Plan *plan, unsigned slot)
{
        Video *video = plan->domain->n_videos > 0 ? &plan->domain->videos[0] : NULL;

        if (!video || want_of_video(video) == WANT_NOTHING || !needs_address(&video->info))
                return 0;
        if (plan->used[0][slot] == 0)
                return put(plan, &video->info, 0, slot, 0);
        return place(plan, &video->info, WANT_ROOT);
}

/* Before the document's own addresses: none of them may be here. */
static void reserve_chip_set(Plan *plan)
{
        bool q35 = domain_is_q35(plan->domain);

        if (!q35 && !domain_is_i440fx(plan->domain))
                return;
        reserve(plan, 0, 0);
        reserve(plan, q35 ? 0x1f : 1, 0);
        reserve(plan, q35 ? 0x1f : 1, 3);
}

static int place_i440fx(Plan *plan)
{
        Controller *usb = controller_find(plan->domain, CONTROLLER_USB, 0);
        Controller *ide = controller_find(plan->domain, CONTROLLER_IDE, 0);

        if (ide && put_if_free(plan, &ide->info, 1, 1) < 0)
                return -1;
        if (usb && usb->model == CONTROLLER_MODEL_PIIX3_UHCI && put_if_free(plan, &usb->info, 1, 2) < 0)
                return -1;
        /* IDE is there whether the document has it or not; and no slot is half taken. */
        plan->used[0][1] |= 0x0f;
        return place_video(plan, 2);
}

static int place_q35(Plan *plan)
{
        Controller *sata = controller_find(plan->domain, CONTROLLER_SATA, 0);

        if (sata && put_if_free(plan, &sata->info, 0x1f, 2) < 0)
                return -1;
        reserve(plan, 0x1f, 2);
        for (size_t i = 0; i < plan->domain->n_sounds; i++)
                if (plan->domain->sounds[i].model == SOUND_ICH9 &&
                    put_if_free(plan, &plan->domain->sounds[i].info, 0x1b, 0) < 0)
                        return -1;
        return place_video(plan, 1);
}

/* Controllers: by index into the list, because placing one may add others. */

static int place_controller(Plan *plan, ControllerType type, unsigned index, ControllerModel model, Want want)
{
        unsigned bus, slot;

        if (find_place(plan, want, &bus, &slot) < 0)
                return -1;
        for (size_t i = 0; i < plan->domain->n_controllers; i++) {
                Controller *controller = &plan->domain->controllers[i];

                if (controller->type == type && controller->index.value == index && controller->model == model &&
                    needs_address(&controller->info))
                        return put(plan, &controller->info, bus, slot, 0);
        }
        return 0;
}

static int companion_function(ControllerModel model, unsigned *ret_first_port)
{
        switch (model) {
        case CONTROLLER_MODEL_ICH9_UHCI1: *ret_first_port = 0; return 0;
        case CONTROLLER_MODEL_ICH9_UHCI2: *ret_first_port = 2; return 1;
        case CONTROLLER_MODEL_ICH9_UHCI3: *ret_first_port = 4; return 2;
        case CONTROLLER_MODEL_ICH9_EHCI1: return 7;
        default: return -1;
        }
}

/* The four functions of ICH9's USB share a slot: that of the first of the group that has one. */
static int companion_slot(Plan *plan, unsigned index, unsigned *ret_bus, unsigned *ret_slot)
{
        unsigned unused;

        for (size_t i = 0; i < plan->domain->n_controllers; i++) {
                const Controller *other = &plan->domain->controllers[i];

                if (other->type != CONTROLLER_USB || other->index.value != index || needs_address(&other->info) ||
                    companion_function(other->model, &unused) < 0)
                        continue;
                *ret_bus = other->info.address->pci.bus;
                *ret_slot = other->info.address->pci.slot;
                return 0;
        }
        *ret_bus = 0;
        *ret_slot = 0x1d;
        if (plan->kind[0] == BUS_ROOT && plan->used[0][0x1d] == 0)
                return 0;
        *ret_slot = 0x1a;
        if (plan->kind[0] == BUS_ROOT && plan->used[0][0x1a] == 0)
                return 0;
        return find_place(plan, WANT_CONVENTIONAL, ret_bus, ret_slot);
}

static int place_companion(Plan *plan, size_t i)
{
        unsigned bus, slot, first_port = 0;
        Controller *controller = &plan->domain->controllers[i];
        int function = companion_function(controller->model, &first_port);

        if (companion_slot(plan, controller->index.value, &bus, &slot) < 0)
                return -1;
        controller = &plan->domain->controllers[i];
        if (function < 7 && !controller->info.master_port.set)
                controller->info.master_port = (OptUint){ .value = first_port, .set = true };
        if (!needs_address(&controller->info))
                return 0;
        if (put(plan, &controller->info, bus, slot, (unsigned)function) < 0)
                return -1;
        if (function == 0)
                controller->info.address->pci.multifunction = SWITCH_ON;
        return 0;
}

static int plan_devices(Plan *plan)
{
        unsigned unused;

        for (size_t i = 0; i < plan->domain->n_controllers; i++) {
                Controller controller = plan->domain->controllers[i];
                Want want = want_of_controller(plan->domain, &controller);

                if (controller.type == CONTROLLER_USB && companion_function(controller.model, &unused) >= 0) {
                        if (place_companion(plan, i) < 0)
                                return -1;
                        continue;
                }
                if (want == WANT_NOTHING || !needs_address(&controller.info))
                        continue;
                if (place_controller(plan, controller.type, controller.index.value, controller.model, want) < 0)
                        return -1;
        }
        return 0;
}

/* Ports and bridges of the document that have no address yet. */
static int place_pci_controllers(Plan *plan)
{
        for (unsigned index = 1; index < BUSES_MAX; index++) {
                Controller *controller = controller_find(plan->domain, CONTROLLER_PCI, index);
                unsigned bus, slot;

                if (!controller)
                        continue;
                if (needs_address(&controller->info)) {
                        if (controller->model == CONTROLLER_MODEL_PCIE_ROOT_PORT) {
                                if (place_port(plan, controller) < 0)
                                        return -1;
                        } else if (controller->model == CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE &&
                                   plan->used[0][0x1e] == 0) {
                                if (put(plan, &controller->info, 0, 0x1e, 0) < 0)
                                        return -1;
                        } else {
                                Want want = controller->model == CONTROLLER_MODEL_PCI_BRIDGE ? WANT_CONVENTIONAL
                                                                                             : WANT_EXPRESS;
                                ControllerModel model = controller->model;

                                if (find_place(plan, want, &bus, &slot) < 0)
                                        return -1;
                                controller = controller_find(plan->domain, CONTROLLER_PCI, index);
                                if (controller->model == model && put(plan, &controller->info, bus, slot, 0) < 0)
                                        return -1;
                        }
                }
                number_controller(controller);
        }
        return 0;
}

/* One port stays free for a device that is plugged in later, when the document left the ports to us. */
static int spare_port(Plan *plan)
{
        if (!plan->ports_added)
                return 0;
        for (int bus = 1; bus < BUSES_MAX; bus++)
                if (plan->kind[bus] == BUS_PORT && plan->used[bus][0] == 0)
                        return 0;
        return add_port(plan) < 0 ? -1 : 0;
}

int qemu_settle_pci(Domain *domain, Error *err)
{
        g_autofree Plan *plan = g_new0(Plan, 1);

        plan->domain = domain;
        plan->err = err;
        if (learn_buses(plan) < 0)
                return -1;
        /* A machine without a PCI bus. */
        if (plan->kind[0] == BUS_ABSENT)
                return 0;
        reserve_chip_set(plan);
        if (take_all_given(plan) < 0)
                return -1;
        if (domain_is_i440fx(domain) && place_i440fx(plan) < 0)
                return -1;
        if (domain_is_q35(domain) && place_q35(plan) < 0)
                return -1;
        if (place_pci_controllers(plan) < 0 || each_device(plan, place) < 0)
                return -1;
        return spare_port(plan);
}
