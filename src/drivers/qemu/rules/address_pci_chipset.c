/* See address.h: what has its place in the machine, and the numbers of PCI controllers. */
#include "rules/address.h"

#include <string.h>

/* The chip set's own functions: not in the document, so nobody may have them. */
static int reserve(PciPlan *plan, unsigned slot, unsigned function)
{
        if (plan->buses[0].used[slot] & 1 << function)
                return error_set(plan->err, VIR_ERR_XML_ERROR,
                                 "Attempted double use of PCI Address 0000:00:%02x.%x (it is the chip set's)", slot,
                                 function);
        return pci_put(plan, NULL, 0, slot, function, 0);
}

static int put_if_free(PciPlan *plan, DeviceInfo *info, unsigned slot, unsigned function)
{
        if (!pci_wants(plan, info) || plan->buses[0].used[slot] & 1 << function)
                return 0;
        return pci_put(plan, info, 0, slot, function, 0);
}

/* The screen that shows the firmware. */
static int place_video(PciPlan *plan, unsigned slot)
{
        Video *video = plan->domain->n_videos > 0 ? &plan->domain->videos[0] : NULL;

        if (!video || !pci_fit_of(plan->domain, DEVICE_VIDEO, 0) || !pci_wants(plan, &video->info))
                return 0;
        if (!plan->buses[0].used[slot])
                return pci_put(plan, &video->info, 0, slot, 0, 0);
        return pci_put_next(plan, &video->info, PCI_ENDPOINT);
}

/* @what is part of the chip set: it is there or nowhere. */
static int put_fixed(PciPlan *plan, DeviceInfo *info, unsigned function, const char *what)
{
        const PciAddress *pci = device_pci(info);

        if (pci_wants(plan, info))
                return pci_put(plan, info, 0, 1, function, 0);
        if (pci && (pci->bus != 0 || pci->slot != 1 || pci->function != function))
                return error_set(plan->err, VIR_ERR_INTERNAL_ERROR, "%s must have PCI address 0:0:1.%u", what,
                                 function);
        return 0;
}

static int place_i440fx(PciPlan *plan)
{
        Controller *usb = controller_find(plan->domain, CONTROLLER_USB, 0);
        Controller *ide = controller_find(plan->domain, CONTROLLER_IDE, 0);
        uint8_t *isa = &plan->buses[0].used[1];

        if (reserve(plan, 1, 0) < 0 || reserve(plan, 1, 3) < 0)
                return -1;
        if (ide && put_fixed(plan, &ide->info, 1, "Primary IDE controller") < 0)
                return -1;
        if (usb && usb->model == CONTROLLER_MODEL_PIIX3_UHCI && pci_wants(plan, &usb->info) &&
            pci_put(plan, &usb->info, 0, 1, 2, 0) < 0)
                return -1;
        /* IDE is there whether the document has it or not; and no slot is half taken. */
        *isa |= 0x0f;
        return place_video(plan, 2);
}

static int ich9_function(ControllerModel model)
{
        switch (model) {
        case CONTROLLER_MODEL_ICH9_UHCI1: return 0;
        case CONTROLLER_MODEL_ICH9_UHCI2: return 1;
        case CONTROLLER_MODEL_ICH9_UHCI3: return 2;
        case CONTROLLER_MODEL_ICH9_EHCI1: return 7;
        default: return -1;
        }
}

/* Two sets of USB 2 have places of their own in ICH9. */
static int place_ich9_usb(PciPlan *plan)
{
        static const unsigned slots[] = { 0x1d, 0x1a };

        for (size_t i = 0; i < plan->domain->n_controllers; i++) {
                Controller *first = &plan->domain->controllers[i];
                unsigned slot = 0;

                if (first->type != CONTROLLER_USB || ich9_function(first->model) < 0 || !pci_wants(plan, &first->info))
                        continue;
                for (size_t k = 0; !slot && k < G_N_ELEMENTS(slots); k++)
                        slot = plan->buses[0].used[slots[k]] ? 0 : slots[k];
                if (!slot)
                        return 0;
                for (size_t k = i; k < plan->domain->n_controllers; k++) {
                        Controller *other = &plan->domain->controllers[k];
                        int function = ich9_function(other->model);

                        if (other->type == CONTROLLER_USB && function >= 0 && pci_wants(plan, &other->info) &&
                            other->index.value == first->index.value &&
                            pci_put(plan, &other->info, 0, slot, (unsigned)function, 0) < 0)
                                return -1;
                }
        }
        return 0;
}

static int place_dmi_bridge(PciPlan *plan)
{
        for (size_t i = 0; i < plan->domain->n_controllers; i++) {
                Controller *controller = &plan->domain->controllers[i];

                if (controller->type == CONTROLLER_PCI && controller->model == CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE &&
                    put_if_free(plan, &controller->info, 0x1e, 0) < 0)
                        return -1;
        }
        return 0;
}

static int place_q35(PciPlan *plan)
{
        Controller *sata = controller_find(plan->domain, CONTROLLER_SATA, 0);

        if (reserve(plan, 0x1f, 0) < 0 || reserve(plan, 0x1f, 3) < 0)
                return -1;
        if (sata && put_if_free(plan, &sata->info, 0x1f, 2) < 0)
                return -1;
        plan->buses[0].used[0x1f] |= 1 << 2;
        if (place_ich9_usb(plan) < 0 || place_dmi_bridge(plan) < 0 || place_video(plan, 1) < 0)
                return -1;
        for (size_t i = 0; i < plan->domain->n_sounds; i++)
                if (plan->domain->sounds[i].model == SOUND_ICH9)
                        return put_if_free(plan, &plan->domain->sounds[i].info, 0x1b, 0);
        return 0;
}

int pci_place_chip_set(PciPlan *plan)
{
        if (domain_is_i440fx(plan->domain))
                return place_i440fx(plan);
        return domain_is_q35(plan->domain) ? place_q35(plan) : 0;
}

/* Numbers */

static PciModelName model_name(const Domain *domain, const QemuCaps *caps, const Controller *controller)
{
        switch (controller->model) {
        case CONTROLLER_MODEL_PCI_ROOT:
                return domain_is_pseries(domain) ? PCI_MODEL_SPAPR_PCI_HOST_BRIDGE : PCI_MODEL_NONE;
        case CONTROLLER_MODEL_PCI_BRIDGE: return PCI_MODEL_PCI_BRIDGE;
        case CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE: return PCI_MODEL_I82801B11_BRIDGE;
        case CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE: return PCI_MODEL_PCIE_PCI_BRIDGE;
        case CONTROLLER_MODEL_PCIE_ROOT_PORT:
                return qemu_caps_has_type(caps, "pcie-root-port") ? PCI_MODEL_PCIE_ROOT_PORT : PCI_MODEL_IOH3420;
        case CONTROLLER_MODEL_PCIE_SWITCH_UPSTREAM_PORT: return PCI_MODEL_X3130_UPSTREAM;
        case CONTROLLER_MODEL_PCIE_SWITCH_DOWNSTREAM_PORT: return PCI_MODEL_XIO3130_DOWNSTREAM;
        case CONTROLLER_MODEL_PCI_EXPANDER_BUS: return PCI_MODEL_PXB;
        case CONTROLLER_MODEL_PCIE_EXPANDER_BUS: return PCI_MODEL_PXB_PCIE;
        default: return PCI_MODEL_NONE;
        }
}

static OptUint number(unsigned value)
{
        return (OptUint){ .value = value, .set = true };
}

/* Expanders take bus numbers from the top; each leaves room for the one below it. */
static unsigned next_bus_number(const Domain *domain)
{
        unsigned lowest = 256;

        for (size_t i = 0; i < domain->n_controllers; i++) {
                const Controller *other = &domain->controllers[i];

                if (other->type == CONTROLLER_PCI && other->pci.bus_nr.set)
                        lowest = MIN(lowest, other->pci.bus_nr.value);
        }
        return lowest >= 2 ? lowest - 2 : 0;
}

static int next_target(const Domain *domain, unsigned *ret, Error *err)
{
        enum { ROOTS_MAX = 31 };

        /* The first is the machine's own, wherever it stands. */
        for (unsigned target = 1; target < ROOTS_MAX; target++) {
                bool taken = false;

                for (size_t i = 0; i < domain->n_controllers; i++) {
                        const Controller *other = &domain->controllers[i];

                        taken |= other->type == CONTROLLER_PCI && other->pci.target_index.set &&
                                 other->pci.target_index.value == target;
                }
                if (!taken) {
                        *ret = target;
                        return 0;
                }
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "No usable target index found for %s", "pci-root");
}

static int number_controller(const Domain *domain, const QemuCaps *caps, Controller *controller, Error *err)
{
        PciController *own = &controller->pci;
        const PciAddress *pci = device_pci(&controller->info);
        unsigned target = 0;

        if (!own->model_name)
                own->model_name = model_name(domain, caps, controller);
        switch (controller->model) {
        case CONTROLLER_MODEL_PCI_BRIDGE:
                if (!own->chassis_nr.set)
                        own->chassis_nr = number(controller->index.value);
                break;
        case CONTROLLER_MODEL_PCIE_ROOT_PORT:
                if (!own->chassis.set)
                        own->chassis = number(controller->index.value);
                if (!own->port.set && pci)
                        own->port = number(pci->slot << 3 | pci->function);
                break;
        case CONTROLLER_MODEL_PCIE_SWITCH_DOWNSTREAM_PORT:
                if (!own->chassis.set)
                        own->chassis = number(controller->index.value);
                if (!own->port.set && pci)
                        own->port = number(pci->slot);
                break;
        case CONTROLLER_MODEL_PCI_EXPANDER_BUS:
        case CONTROLLER_MODEL_PCIE_EXPANDER_BUS:
                if (!own->bus_nr.set)
                        own->bus_nr = number(next_bus_number(domain));
                break;
        case CONTROLLER_MODEL_PCI_ROOT:
                if (!domain_is_pseries(domain) || own->target_index.set)
                        break;
                if (controller->index.value == 0)
                        own->target_index = number(0);
                else if (next_target(domain, &target, err) < 0)
                        return -1;
                else
                        own->target_index = number(target);
                break;
        default: break;
        }
        return 0;
}

int pci_number_controllers(Domain *domain, const QemuCaps *caps, Error *err)
{
        for (size_t i = 0; i < domain->n_controllers; i++)
                if (domain->controllers[i].type == CONTROLLER_PCI &&
                    number_controller(domain, caps, &domain->controllers[i], err) < 0)
                        return -1;
        return 0;
}
