/* PCI addresses, and the ports and bridges that they take.
 *
 * First a rehearsal: every device gets a place, buses are added where none is left, nothing is written. Then the buses
 * become controllers, and the places are handed out for good, controllers first. The places are libvirt's: a guest must
 * find its devices where they were. */
#include "rules/address.h"

#include <string.h>

/* Buses */

static void describe_bus(PciBus *bus, ControllerModel model)
{
        *bus = (PciBus){ .model = model, .first = 1, .last = PCI_SLOTS - 1 };
        switch (model) {
        case CONTROLLER_MODEL_PCI_ROOT: bus->accepts = PCI_HOTPLUG | PCI_ENDPOINT | PCI_BRIDGE | PCI_EXPANDER; break;
        case CONTROLLER_MODEL_PCI_BRIDGE:
        case CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE: bus->accepts = PCI_HOTPLUG | PCI_ENDPOINT | PCI_BRIDGE; break;
        case CONTROLLER_MODEL_PCI_EXPANDER_BUS:
                bus->accepts = PCI_HOTPLUG | PCI_ENDPOINT | PCI_BRIDGE;
                bus->first = 0;
                break;
        case CONTROLLER_MODEL_PCIE_ROOT:
                bus->accepts = PCI_ENDPOINT | PCI_EXPRESS | PCI_ROOT_PORT | PCI_DMI_BRIDGE | PCI_EXPRESS_EXPANDER;
                break;
        case CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE:
                bus->accepts = PCI_ENDPOINT | PCI_BRIDGE;
                bus->first = 0;
                break;
        case CONTROLLER_MODEL_PCIE_ROOT_PORT:
        case CONTROLLER_MODEL_PCIE_SWITCH_DOWNSTREAM_PORT:
                bus->accepts = PCI_HOTPLUG | PCI_EXPRESS | PCI_UPSTREAM | PCI_EXPRESS_BRIDGE;
                bus->first = bus->last = 0;
                break;
        case CONTROLLER_MODEL_PCIE_SWITCH_UPSTREAM_PORT:
                bus->accepts = PCI_DOWNSTREAM;
                bus->first = 0;
                break;
        case CONTROLLER_MODEL_PCIE_EXPANDER_BUS:
                bus->accepts = PCI_ROOT_PORT | PCI_DMI_BRIDGE;
                bus->first = bus->last = 0;
                break;
        default: break;
        }
}

/* What stands for a number that the document leaves out. */
static ControllerModel usual_bus(const PciPlan *plan)
{
        if (plan->buses[0].model == CONTROLLER_MODEL_PCIE_ROOT)
                return CONTROLLER_MODEL_PCIE_ROOT_PORT;
        return domain_is_pseries(plan->domain) ? CONTROLLER_MODEL_PCI_ROOT : CONTROLLER_MODEL_PCI_BRIDGE;
}

static int learn_buses(PciPlan *plan)
{
        for (size_t i = 0; i < plan->domain->n_controllers; i++) {
                const Controller *controller = &plan->domain->controllers[i];
                unsigned index = controller->index.value;

                if (controller->type != CONTROLLER_PCI)
                        continue;
                if (index >= PCI_BUSES_MAX)
                        return error_set(plan->err, VIR_ERR_XML_ERROR, "PCI controller index %u is too large", index);
                describe_bus(&plan->buses[index], controller->model);
                plan->n_buses = MAX(plan->n_buses, index + 1);
        }
        for (unsigned i = 1; i < plan->n_buses; i++)
                if (plan->buses[i].model == CONTROLLER_MODEL_NONE)
                        describe_bus(&plan->buses[i], usual_bus(plan));
        return 0;
}

static bool accepts(const PciBus *bus, unsigned fit)
{
        if (!(bus->accepts & fit & PCI_KINDS))
                return false;
        return !(fit & PCI_HOTPLUG) || bus->accepts & PCI_HOTPLUG;
}

/* Places */

static bool is_unset(const PciAddress *pci)
{
        return pci->domain == 0 && pci->bus == 0 && pci->slot == 0 && pci->function == 0;
}

bool pci_wants(const PciPlan *plan, const DeviceInfo *info)
{
        const PciAddress *pci = device_pci(info);

        if (g_hash_table_contains(plan->placed, info))
                return false;
        return device_address_type(info) == ADDRESS_NONE || (pci && is_unset(pci));
}

static int check_place(PciPlan *plan, unsigned bus, unsigned slot, unsigned function)
{
        const PciBus *at = &plan->buses[MIN(bus, PCI_BUSES_MAX - 1)];

        if (bus >= plan->n_buses || at->model == CONTROLLER_MODEL_NONE)
                return error_set(plan->err, VIR_ERR_XML_ERROR,
                                 "The device at PCI address 0000:%02x:%02x.%x cannot be plugged in: there is no PCI "
                                 "controller with index='%u'",
                                 bus, slot, function, bus);
        if (slot < at->first || slot > at->last || function >= PCI_FUNCTIONS)
                return error_set(plan->err, VIR_ERR_XML_ERROR,
                                 "Invalid PCI address 0000:%02x:%02x.%x. slot must be >= %u and <= %u", bus, slot,
                                 function, at->first, at->last);
        if (at->used[slot] & 1 << function)
                return error_set(plan->err, VIR_ERR_XML_ERROR, "Attempted double use of PCI Address 0000:%02x:%02x.%x",
                                 bus, slot, function);
        return 0;
}

static bool is_empty(const PciBus *bus)
{
        for (unsigned slot = bus->first; slot <= bus->last; slot++)
                if (bus->used[slot])
                        return false;
        return true;
}

int pci_put(PciPlan *plan, DeviceInfo *info, unsigned bus, unsigned slot, unsigned function, unsigned fit)
{
        PciBus *at;

        if (check_place(plan, bus, slot, function) < 0)
                return -1;
        at = &plan->buses[bus];
        if (bus > 0 && plan->group && is_empty(at))
                at->group = plan->group;
        if (!at->used[slot])
                at->shared[slot] = fit & PCI_SHARES_SLOT;
        at->used[slot] |= (uint8_t)(1 << function);
        if (info)
                g_hash_table_add(plan->placed, info);
        if (info && !plan->rehearsal) {
                PciAddress *pci = &device_set_address(info, ADDRESS_PCI)->pci;

                pci->bus = bus;
                pci->slot = slot;
                pci->function = function;
        }
        return 0;
}

static bool find_on_bus(const PciBus *bus, unsigned fit, unsigned *ret_slot, unsigned *ret_function)
{
        for (unsigned slot = bus->first; accepts(bus, fit) && slot <= bus->last; slot++) {
                unsigned function = 0;

                if (bus->used[slot] && !(fit & PCI_SHARES_SLOT && bus->shared[slot]))
                        continue;
                while (function < PCI_FUNCTIONS && bus->used[slot] & 1 << function)
                        function++;
                if (function == PCI_FUNCTIONS)
                        continue;
                *ret_slot = slot, *ret_function = function;
                return true;
        }
        return false;
}

/* A group of the host's devices goes where it is already, else to a bus that has nobody. */
static bool find_place(const PciPlan *plan, unsigned fit, unsigned *ret_bus, unsigned *ret_slot, unsigned *ret_function)
{
        for (unsigned bus = 0; bus < plan->n_buses; bus++)
                if (g_strcmp0(plan->buses[bus].group, plan->group) == 0 &&
                    find_on_bus(&plan->buses[bus], fit, ret_slot, ret_function)) {
                        *ret_bus = bus;
                        return true;
                }
        for (unsigned bus = 1; plan->group && bus < plan->n_buses; bus++)
                if (!plan->buses[bus].group && is_empty(&plan->buses[bus]) &&
                    find_on_bus(&plan->buses[bus], fit, ret_slot, ret_function)) {
                        *ret_bus = bus;
                        return true;
                }
        return false;
}

/* More buses */

static int full(PciPlan *plan)
{
        return error_set(plan->err, VIR_ERR_INTERNAL_ERROR, "No more available PCI slots");
}

static int add_bus(PciPlan *plan, ControllerModel model)
{
        /* What an Express port or bridge plugs into comes before it; for conventional bridges places are kept. */
        if (plan->buses[0].model == CONTROLLER_MODEL_PCIE_ROOT &&
            pci_put_next(plan, NULL, pci_fit_of_controller(model)) < 0)
                return -1;
        if (plan->n_buses >= PCI_BUSES_MAX)
                return full(plan);
        describe_bus(&plan->buses[plan->n_buses++], model);
        return 0;
}

/* A bus that accepts @fit, by what the machine has. */
static int grow(PciPlan *plan, unsigned fit)
{
        bool express = plan->buses[0].model == CONTROLLER_MODEL_PCIE_ROOT;

        if (fit & PCI_EXPRESS || fit & PCI_UPSTREAM || fit & PCI_EXPRESS_BRIDGE)
                return express ? add_bus(plan, CONTROLLER_MODEL_PCIE_ROOT_PORT) : full(plan);
        if (!(fit & (PCI_ENDPOINT | PCI_BRIDGE)))
                return full(plan);
        if (domain_is_pseries(plan->domain))
                return add_bus(plan, CONTROLLER_MODEL_PCI_ROOT);
        if (!express)
                return add_bus(plan, CONTROLLER_MODEL_PCI_BRIDGE);
        if (qemu_caps_has_type(plan->context->caps, "pcie-pci-bridge"))
                return add_bus(plan, CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE);
        if (add_bus(plan, CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE) < 0)
                return -1;
        return add_bus(plan, CONTROLLER_MODEL_PCI_BRIDGE);
}

int pci_put_next(PciPlan *plan, DeviceInfo *info, unsigned fit)
{
        unsigned bus, slot, function;

        while (!find_place(plan, fit, &bus, &slot, &function)) {
                if (!plan->rehearsal)
                        return full(plan);
                if (grow(plan, fit) < 0)
                        return -1;
        }
        return pci_put(plan, info, bus, slot, function, fit);
}

/* What the document says */

/* Buses that addresses name, but nothing makes. */
static void make_bus(PciPlan *plan, unsigned bus)
{
        while (plan->rehearsal && bus < PCI_BUSES_MAX && bus >= plan->n_buses)
                describe_bus(&plan->buses[plan->n_buses++], usual_bus(plan));
}

/* Hidden devices of the first console and the like share the address of another. */
static bool has_own_address(const Domain *domain, DeviceKind kind, size_t i)
{
        return kind != DEVICE_CONSOLE || domain->consoles[i].target != CONSOLE_TARGET_SERIAL;
}

/* POWER's guests can only be told of errors of a whole host bridge: devices that the host isolates from each other get
 * one each. */
static const char *group_of(PciPlan *plan, DeviceKind kind, size_t i)
{
        const Hostdev *hostdev = kind == DEVICE_HOSTDEV ? device_at(plan->domain, kind, i) : NULL;
        const Interface *nic = kind == DEVICE_INTERFACE ? device_at(plan->domain, kind, i) : NULL;
        char *group = NULL;

        if (!domain_is_pseries(plan->domain))
                return NULL;
        if (hostdev && hostdev->mode == HOSTDEV_MODE_SUBSYSTEM && hostdev->type == HOSTDEV_PCI)
                group = qemu_isolation_group(plan->context, &hostdev->pci.address);
        else if (nic && nic->type == INTERFACE_HOSTDEV && nic->hostdev.address.type == ADDRESS_PCI)
                group = qemu_isolation_group(plan->context,
                                             &(HostPciAddress){ .domain = nic->hostdev.address.pci.domain,
                                                                .bus = nic->hostdev.address.pci.bus,
                                                                .slot = nic->hostdev.address.pci.slot,
                                                                .function = nic->hostdev.address.pci.function });
        if (group)
                g_ptr_array_add(plan->groups, group);
        return group;
}

static const char *fit_text(unsigned fit)
{
        static const struct {
                unsigned bit;
                const char *text;
        } names[] = { { PCI_ROOT_PORT, "a pcie-root-port" },
                      { PCI_UPSTREAM, "a pcie-switch-upstream-port" },
                      { PCI_DOWNSTREAM, "a pcie-switch-downstream-port" },
                      { PCI_BRIDGE, "a pci-bridge" },
                      { PCI_DMI_BRIDGE, "a dmi-to-pci-bridge" },
                      { PCI_EXPRESS_BRIDGE, "a pcie-to-pci-bridge" },
                      { PCI_EXPANDER, "a pci-expander-bus" },
                      { PCI_EXPRESS_EXPANDER, "a pcie-expander-bus" } };

        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
                if (fit & names[i].bit)
                        return names[i].text;
        return fit & PCI_EXPRESS ? "a PCI Express device" : "a standard PCI device";
}

/* People may put endpoints of both kinds into each other's slots; ports and bridges only where they belong. */
static int check_fit(const PciPlan *plan, const PciAddress *pci, unsigned fit)
{
        const unsigned endpoints = PCI_ENDPOINT | PCI_EXPRESS;
        const PciBus *bus = &plan->buses[MIN(pci->bus, PCI_BUSES_MAX - 1)];

        if (pci->bus >= plan->n_buses || !(fit & PCI_KINDS) || bus->accepts & fit & PCI_KINDS ||
            (bus->accepts & endpoints && fit & endpoints))
                return 0;
        return error_set(plan->err, VIR_ERR_XML_ERROR,
                         "The device at PCI address 0000:%02x:%02x.%x cannot be plugged into the PCI controller with "
                         "index='%u'. It requires a controller that accepts %s.",
                         pci->bus, pci->slot, pci->function, pci->bus, fit_text(fit));
}

static int take_given(PciPlan *plan, DeviceKind kind, size_t i)
{
        DeviceInfo *info = device_info(plan->domain, kind, i);
        const PciAddress *pci = device_pci(info);
        int r;

        /* Domains other than 0 are the hypervisor's own affair (S390 numbers devices by UID there). */
        if (!pci || is_unset(pci) || pci->domain != 0 || !has_own_address(plan->domain, kind, i))
                return 0;
        make_bus(plan, pci->bus);
        if (check_fit(plan, pci, pci_fit_of(plan->domain, kind, i)) < 0)
                return -1;
        plan->group = group_of(plan, kind, i);
        r = pci_put(plan, NULL, pci->bus, pci->slot, pci->function, pci_fit_of(plan->domain, kind, i));
        plan->group = NULL;
        return r;
}

static int take_all_given(PciPlan *plan)
{
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(plan->domain, kind); i++)
                        if (take_given(plan, kind, i) < 0)
                                return -1;
        return 0;
}

/* Everything else, in the order in which libvirt places them */

static int place(PciPlan *plan, DeviceKind kind, size_t i)
{
        DeviceInfo *info = device_info(plan->domain, kind, i);
        unsigned fit = pci_fit_of(plan->domain, kind, i);
        int r;

        if (!fit || !pci_wants(plan, info))
                return 0;
        plan->group = group_of(plan, kind, i);
        r = pci_put_next(plan, info, fit);
        plan->group = NULL;
        return r;
}

static int place_all(PciPlan *plan, DeviceKind kind)
{
        for (size_t i = 0; i < device_count(plan->domain, kind); i++)
                if (place(plan, kind, i) < 0)
                        return -1;
        return 0;
}

static unsigned companion_function(ControllerModel model)
{
        switch (model) {
        case CONTROLLER_MODEL_ICH9_UHCI1: return 0;
        case CONTROLLER_MODEL_ICH9_UHCI2: return 1;
        case CONTROLLER_MODEL_ICH9_UHCI3: return 2;
        default: return 7;
        }
}

/* The slot of the group of ICH9's USB that @controller belongs to: where the first of it is that has an address. */
static const PciAddress *companion_slot(const Domain *domain, const Controller *controller)
{
        for (size_t i = 0; i < domain->n_controllers; i++) {
                const Controller *other = &domain->controllers[i];
                const PciAddress *pci = device_pci(&other->info);

                if (controller_is_companion(other) && other->index.value == controller->index.value && pci &&
                    !is_unset(pci))
                        return pci;
        }
        return NULL;
}

/* All functions of a group that have no address yet. */
static int place_companions(PciPlan *plan, const Controller *first)
{
        const PciAddress *given = companion_slot(plan->domain, first);
        unsigned bus = given ? given->bus : 0, slot = given ? given->slot : 0, function;

        while (!given && !find_place(plan, PCI_ENDPOINT | PCI_HOTPLUG, &bus, &slot, &function)) {
                if (!plan->rehearsal)
                        return full(plan);
                if (grow(plan, PCI_ENDPOINT | PCI_HOTPLUG) < 0)
                        return -1;
        }
        for (size_t i = 0; i < plan->domain->n_controllers; i++) {
                Controller *other = &plan->domain->controllers[i];

                if (!controller_is_companion(other) || other->index.value != first->index.value ||
                    !pci_wants(plan, &other->info))
                        continue;
                if (pci_put(plan, &other->info, bus, slot, companion_function(other->model), 0) < 0)
                        return -1;
        }
        return 0;
}

static int place_usb(PciPlan *plan, size_t i)
{
        const Controller *controller = &plan->domain->controllers[i];

        if (!controller_is_companion(controller))
                return place(plan, DEVICE_CONTROLLER, i);
        return pci_wants(plan, &controller->info) ? place_companions(plan, controller) : 0;
}

static int place_controllers(PciPlan *plan)
{
        for (size_t i = 0; i < plan->domain->n_controllers; i++) {
                Controller *controller = &plan->domain->controllers[i];

                if (controller->type == CONTROLLER_PCI || controller->type == CONTROLLER_IDE)
                        continue;
                if (controller->type == CONTROLLER_USB) {
                        if (place_usb(plan, i) < 0)
                                return -1;
                } else if (place(plan, DEVICE_CONTROLLER, i) < 0) {
                        return -1;
                }
        }
        return 0;
}

static int place_ports(PciPlan *plan)
{
        for (size_t i = 0; i < plan->domain->n_controllers; i++)
                if (plan->domain->controllers[i].type == CONTROLLER_PCI && place(plan, DEVICE_CONTROLLER, i) < 0)
                        return -1;
        return 0;
}

static int place_devices(PciPlan *plan)
{
        static const DeviceKind before[] = { DEVICE_FILESYSTEM, DEVICE_INTERFACE, DEVICE_SOUND };
        static const DeviceKind behind[] = { DEVICE_DISK,     DEVICE_HOSTDEV, DEVICE_MEMBALLOON, DEVICE_RNG,
                                             DEVICE_WATCHDOG, DEVICE_IOMMU,   DEVICE_VIDEO,      DEVICE_SHMEM,
                                             DEVICE_INPUT,    DEVICE_SERIAL,  DEVICE_VSOCK,      DEVICE_PANIC,
                                             DEVICE_MEMORY,   DEVICE_CRYPTO };

        if (place_ports(plan) < 0)
                return -1;
        for (size_t i = 0; i < G_N_ELEMENTS(before); i++)
                if (place_all(plan, before[i]) < 0)
                        return -1;
        if (place_controllers(plan) < 0)
                return -1;
        for (size_t i = 0; i < G_N_ELEMENTS(behind); i++)
                if (place_all(plan, behind[i]) < 0)
                        return -1;
        return 0;
}

static PciPlan *new_plan(Domain *domain, const QemuContext *context, bool rehearsal, Error *err)
{
        PciPlan *plan = g_new0(PciPlan, 1);

        plan->domain = domain;
        plan->context = context;
        plan->rehearsal = rehearsal;
        plan->placed = g_hash_table_new(NULL, NULL);
        plan->groups = g_ptr_array_new_with_free_func(g_free);
        plan->err = err;
        return plan;
}

static PciPlan *free_plan(PciPlan *plan)
{
        if (!plan)
                return NULL;
        g_hash_table_unref(plan->placed);
        g_ptr_array_unref(plan->groups);
        g_free(plan);
        return NULL;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PciPlan, free_plan)

static bool is_full(const PciBus *bus)
{
        for (unsigned slot = bus->first; slot <= bus->last; slot++)
                if (!bus->used[slot])
                        return false;
        return true;
}

static bool all_full(const PciPlan *plan)
{
        for (unsigned i = 0; i < plan->n_buses; i++)
                if (plan->buses[i].model != CONTROLLER_MODEL_NONE && !is_full(&plan->buses[i]))
                        return false;
        return true;
}

/* Which buses are missing. */
static int rehearse(Domain *domain, const QemuContext *context, Error *err)
{
        g_autoptr(PciPlan) plan = new_plan(domain, context, true, err);
        unsigned before;

        if (learn_buses(plan) < 0)
                return -1;
        before = plan->n_buses;
        if (take_all_given(plan) < 0 || pci_place_chip_set(plan) < 0)
                return -1;
        /* A place for a bridge, should one be needed later. */
        if (domain_has_pci_root(domain) && !all_full(plan) && pci_put_next(plan, NULL, PCI_ENDPOINT | PCI_HOTPLUG) < 0)
                return -1;
        if (place_devices(plan) < 0)
                return -1;
        /* One port stays free for a device that is plugged in later, when the document left the ports to us. */
        if (before == 1 && plan->n_buses > 1 && plan->buses[0].model == CONTROLLER_MODEL_PCIE_ROOT &&
            pci_put_next(plan, NULL, PCI_EXPRESS | PCI_HOTPLUG) < 0)
                return -1;
        for (unsigned i = 1; i < plan->n_buses; i++) {
                if (controller_find(domain, CONTROLLER_PCI, i))
                        continue;
                controller_add(domain, CONTROLLER_PCI, i, plan->buses[i].model);
                /* A place for the bridge itself. */
                if (plan->buses[i].model == CONTROLLER_MODEL_PCI_BRIDGE && domain_has_pci_root(domain) &&
                    pci_put_next(plan, NULL, PCI_ENDPOINT | PCI_HOTPLUG) < 0)
                        return -1;
        }
        return 0;
}

/* The first function of a slot says that there are others. */
static void mark_multifunction(const PciPlan *plan)
{
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(plan->domain, kind); i++) {
                        Address *address = device_info(plan->domain, kind, i)->address;

                        if (!address || address->type != ADDRESS_PCI || address->pci.function != 0 ||
                            address->pci.domain != 0 || is_unset(&address->pci) ||
                            address->pci.multifunction != SWITCH_ABSENT || address->pci.bus >= plan->n_buses)
                                continue;
                        if (plan->buses[address->pci.bus].used[address->pci.slot % PCI_SLOTS] & ~1)
                                address->pci.multifunction = SWITCH_ON;
                }
}

/* Other machines than PCs have buses of their own for what goes into PCI elsewhere. */
static int refuse_pci(const Domain *domain, Error *err)
{
        if (!domain_is_x86(domain))
                return 0;
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++) {
                        const DeviceInfo *info = device_info(domain, kind, i);
                        bool open = info && (!info->address || info->address->type == ADDRESS_NONE);

                        /* That one is checked with its kind. */
                        if (kind == DEVICE_CONTROLLER && domain->controllers[i].type == CONTROLLER_IDE)
                                continue;
                        if ((open && pci_fit_of(domain, kind, i)) || (info && device_pci(info)))
                                return error_set(err, VIR_ERR_XML_ERROR, "No PCI buses available");
                }
        return 0;
}

int qemu_settle_pci(Domain *domain, const QemuContext *context, Error *err)
{
        g_autoptr(PciPlan) plan = NULL;

        /* A machine without a PCI bus, or one that numbers its PCI devices itself. */
        if (!controller_find(domain, CONTROLLER_PCI, 0))
                return refuse_pci(domain, err);
        if (rehearse(domain, context, err) < 0)
                return -1;
        plan = new_plan(domain, context, false, err);
        if (learn_buses(plan) < 0 || take_all_given(plan) < 0 || pci_place_chip_set(plan) < 0 ||
            place_devices(plan) < 0)
                return -1;
        mark_multifunction(plan);
        if (pci_settle_zpci(domain, context, err) < 0)
                return -1;
        return pci_number_controllers(domain, context->caps, err);
}
