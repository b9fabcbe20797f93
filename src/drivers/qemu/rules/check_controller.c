/* See check.h: controllers. */
#include "rules/check.h"

static bool is_root(ControllerModel model)
{
        return model == CONTROLLER_MODEL_PCI_ROOT || model == CONTROLLER_MODEL_PCIE_ROOT;
}

static int check_target(const Domain *domain, const Controller *controller, Error *err)
{
        enum { TARGET_MAX = 30 };
        unsigned target = controller->pci.target_index.value;

        if (!controller->pci.target_index.set || !domain_is_pseries(domain))
                return 0;
        if (target > TARGET_MAX)
                return check_refuse(err, "PCI controller target index '%u' out of range - must be 0-%u", target,
                                    TARGET_MAX);
        if ((controller->index.value == 0) != (target == 0))
                return check_refuse(err,
                                    "Only the PCI controller with index 0 can have target index 0, and vice versa");
        return 0;
}

static int check_node(const Domain *domain, const Controller *controller, Error *err)
{
        size_t n = domain->cpu ? domain->cpu->n_cells : 0;

        if (!controller->pci.numa_node.set || controller->pci.numa_node.value < n)
                return 0;
        return error_set(err, VIR_ERR_XML_ERROR,
                         "%s with index %u is configured for a NUMA node (%u) not present in the domain's "
                         "<cpu><numa> array (%zu)",
                         enum_text(ControllerModel, controller->model), controller->index.value,
                         controller->pci.numa_node.value, n);
}

static int check_pci(const Domain *domain, const Controller *controller, Error *err)
{
        ControllerModel model = controller->model;

        if (is_root(model) && controller->index.value != 0 && !domain_is_pseries(domain))
                return error_set(err, VIR_ERR_XML_ERROR, "pci-root and pcie-root controllers should have index 0");
        if (model == CONTROLLER_MODEL_PCI_EXPANDER_BUS && !domain_is_i440fx(domain))
                return check_refuse(err, "pci-expander-bus controllers are not supported with this machine type");
        if (model == CONTROLLER_MODEL_PCIE_EXPANDER_BUS && !domain_is_q35(domain) && !domain_is_arm_virt(domain))
                return check_refuse(err, "pcie-expander-bus controllers are not supported with this machine type");
        if (check_target(domain, controller, err) < 0)
                return -1;
        return check_node(domain, controller, err);
}

static bool has_master(const Domain *domain, unsigned index)
{
        for (size_t i = 0; i < domain->n_controllers; i++)
                if (domain->controllers[i].type == CONTROLLER_USB && domain->controllers[i].index.value == index &&
                    !domain->controllers[i].info.master_port.set)
                        return true;
        return false;
}

static int check_usb(const Domain *domain, const Controller *controller, Error *err)
{
        enum { XHCI_PORTS_MAX = 15 };
        bool xhci = controller->model == CONTROLLER_MODEL_NEC_XHCI || controller->model == CONTROLLER_MODEL_QEMU_XHCI;

        if (xhci && controller->usb.ports.set && controller->usb.ports.value > XHCI_PORTS_MAX)
                return check_refuse(err, "'%s' controller only supports up to '%u' ports",
                                    enum_text(ControllerModel, controller->model), XHCI_PORTS_MAX);
        if (controller->info.master_port.set && !has_master(domain, controller->index.value))
                return error_set(err, VIR_ERR_XML_DETAIL, "No master USB controller specified");
        return 0;
}

/* "none" says that there is no USB at all. */
static int check_disabled_usb(const Domain *domain, Error *err)
{
        bool none = false;

        for (size_t i = 0; i < domain->n_controllers; i++)
                none |= domain->controllers[i].type == CONTROLLER_USB &&
                        domain->controllers[i].model == CONTROLLER_MODEL_DISABLED;
        for (size_t i = 0; none && i < domain->n_disks; i++)
                if (domain->disks[i].bus == DISK_BUS_USB)
                        return check_refuse(err,
                                            "Device configuration is not compatible: Domain has no USB bus support");
        return 0;
}

int check_controllers(const Domain *domain, const QemuCaps *caps, Error *err)
{
        for (size_t i = 0; i < domain->n_controllers; i++) {
                const Controller *controller = &domain->controllers[i];

                if (controller->type == CONTROLLER_PCI && check_pci(domain, controller, err) < 0)
                        return -1;
                if (controller->type == CONTROLLER_USB && check_usb(domain, controller, err) < 0)
                        return -1;
        }
        return check_disabled_usb(domain, err);
}
