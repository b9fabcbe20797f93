/* See check.h: controllers. */
#include "rules/check.h"
#include "rules/address.h"

#include <string.h>

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

/* What the buses are made of, and which of their options mean something. */
static const struct PciAbility {
        PciModelName names[2];
        bool chassis_nr, chassis, port, bus_nr, node, hotplug;
} buses[CONTROLLER_MODEL_MAX_] = {
        [CONTROLLER_MODEL_PCI_ROOT] = { .hotplug = true },
        [CONTROLLER_MODEL_PCIE_ROOT] = { { PCI_MODEL_NONE } },
        [CONTROLLER_MODEL_PCI_BRIDGE] = { { PCI_MODEL_PCI_BRIDGE }, .chassis_nr = true },
        [CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE] = { { PCI_MODEL_I82801B11_BRIDGE } },
        [CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE] = { { PCI_MODEL_PCIE_PCI_BRIDGE } },
        [CONTROLLER_MODEL_PCIE_ROOT_PORT] = { { PCI_MODEL_PCIE_ROOT_PORT, PCI_MODEL_IOH3420 },
                                              .chassis = true,
                                              .port = true,
                                              .hotplug = true },
        [CONTROLLER_MODEL_PCIE_SWITCH_UPSTREAM_PORT] = { { PCI_MODEL_X3130_UPSTREAM } },
        [CONTROLLER_MODEL_PCIE_SWITCH_DOWNSTREAM_PORT] = { { PCI_MODEL_XIO3130_DOWNSTREAM },
                                                           .chassis = true,
                                                           .port = true,
                                                           .hotplug = true },
        [CONTROLLER_MODEL_PCI_EXPANDER_BUS] = { { PCI_MODEL_PXB }, .bus_nr = true, .node = true },
        [CONTROLLER_MODEL_PCIE_EXPANDER_BUS] = { { PCI_MODEL_PXB_PCIE }, .bus_nr = true, .node = true },
};

static int refuse_option(const Controller *controller, const char *option, Error *err)
{
        return check_refuse(
                err, "Option '%s' is not valid for PCI controller with index '%u', model '%s' and modelName '%s'",
                option, controller->index.value, enum_text(ControllerModel, controller->model),
                controller->pci.model_name ? enum_text(PciModelName, controller->pci.model_name) : "none");
}

static int check_model_name(const Domain *domain, const Controller *controller, Error *err)
{
        const struct PciAbility *can = &buses[controller->model];
        PciModelName name = controller->pci.model_name;

        if (!name || (controller->model == CONTROLLER_MODEL_PCI_ROOT && domain_is_pseries(domain) &&
                      name == PCI_MODEL_SPAPR_PCI_HOST_BRIDGE))
                return 0;
        if (!can->names[0])
                return refuse_option(controller, "modelName", err);
        if (name == can->names[0] || name == can->names[1])
                return 0;
        return check_refuse(err,
                            "Option 'modelName' has invalid value for PCI controller with index '%u', model '%s' and "
                            "modelName '%s'",
                            controller->index.value, enum_text(ControllerModel, controller->model),
                            enum_text(PciModelName, name));
}

static int check_options(const Domain *domain, const Controller *controller, Error *err)
{
        const struct PciAbility *can = &buses[controller->model];
        const PciController *pci = &controller->pci;
        bool host_bridge = controller->model == CONTROLLER_MODEL_PCI_ROOT && domain_is_pseries(domain);

        if (pci->target_index.set && !host_bridge)
                return refuse_option(controller, "targetIndex", err);
        if (pci->bus_nr.set && !can->bus_nr)
                return refuse_option(controller, "busNr", err);
        if (pci->numa_node.set && !can->node && !(host_bridge && controller->index.value > 0))
                return refuse_option(controller, "numaNode", err);
        if (pci->chassis_nr.set && !can->chassis_nr)
                return refuse_option(controller, "chassisNr", err);
        if (pci->chassis.set && !can->chassis)
                return refuse_option(controller, "chassis", err);
        if (pci->port.set && !can->port)
                return refuse_option(controller, "port", err);
        if (pci->hotplug != SWITCH_ABSENT && !can->hotplug)
                return refuse_option(controller, "hotplug", err);
        return 0;
}

static int check_range(const OptUint *value, unsigned min, unsigned max, const char *what, Error *err)
{
        if (!value->set || (value->value >= min && value->value <= max))
                return 0;
        return check_refuse(err, "PCI controller %s '%u' out of range - must be %u-%u", what, value->value, min, max);
}

static int check_ranges(const PciController *pci, Error *err)
{
        if (check_range(&pci->chassis_nr, 1, 255, "chassisNr", err) < 0 ||
            check_range(&pci->chassis, 0, 255, "chassis", err) < 0 || check_range(&pci->port, 0, 255, "port", err) < 0)
                return -1;
        return check_range(&pci->bus_nr, 1, 254, "busNr", err);
}

static int check_pci(const Domain *domain, const Controller *controller, Error *err)
{
        ControllerModel model = controller->model;

        if (model == CONTROLLER_MODEL_NONE)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "PCI controller model was not set correctly");
        if (is_root(model) && controller->index.value != 0 && !domain_is_pseries(domain))
                return error_set(err, VIR_ERR_XML_ERROR, "pci-root and pcie-root controllers should have index 0");
        if (model == CONTROLLER_MODEL_PCI_EXPANDER_BUS && !domain_is_i440fx(domain))
                return check_refuse(err, "pci-expander-bus controllers are not supported with this machine type");
        if (model == CONTROLLER_MODEL_PCIE_EXPANDER_BUS && !domain_is_q35(domain) && !domain_is_arm_virt(domain))
                return check_refuse(err, "pcie-expander-bus controllers are not supported with this machine type");
        if (check_model_name(domain, controller, err) < 0 || check_ranges(&controller->pci, err) < 0 ||
            check_options(domain, controller, err) < 0 || check_target(domain, controller, err) < 0)
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
        if (controller->model == CONTROLLER_MODEL_QUSB1 || controller->model == CONTROLLER_MODEL_QUSB2)
                return check_refuse(err, "USB controller model type 'qusb1' or 'qusb2' is not supported in qemu");
        if (controller->info.master_port.set && !has_master(domain, controller->index.value))
                return error_set(err, VIR_ERR_XML_DETAIL, "No master USB controller specified");
        /* The functions of one chip share a number. */
        for (const Controller *other = domain->controllers; other < controller; other++)
                if (other->type == CONTROLLER_USB && other->index.value == controller->index.value &&
                    !(controller_is_companion(other) && controller_is_companion(controller)))
                        return error_set(err, VIR_ERR_XML_ERROR, "Duplicate USB controllers with index %u",
                                         controller->index.value);
        return 0;
}

/* Which SCSI adapters the binary has, and how QEMU's people call them. */
static const struct ScsiAbility {
        QemuFlag flag;
        const char *words;
} adapters[CONTROLLER_MODEL_MAX_] = {
        [CONTROLLER_MODEL_LSILOGIC] = { QEMU_LSI, "LSI 53C895A SCSI" },
        [CONTROLLER_MODEL_VIRTIO_SCSI] = { QEMU_VIRTIO_SCSI, "virtio scsi" },
        [CONTROLLER_MODEL_VIRTIO_TRANSITIONAL] = { QEMU_VIRTIO_SCSI, "virtio scsi" },
        [CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL] = { QEMU_VIRTIO_SCSI, "virtio scsi" },
        [CONTROLLER_MODEL_LSISAS1068] = { QEMU_HAS_MPTSAS1068, "LSI SAS1068 (MPT Fusion)" },
        [CONTROLLER_MODEL_LSISAS1078] = { QEMU_HAS_MEGASAS, "LSI SAS1078 (MegaRAID)" },
        [CONTROLLER_MODEL_VMPVSCSI] = { QEMU_HAS_PVSCSI, "pvscsi (VMware paravirtual SCSI)" },
        [CONTROLLER_MODEL_AM53C974] = { QEMU_HAS_AM53C974, "AM53C974 SCSI" },
        [CONTROLLER_MODEL_DC390] = { QEMU_HAS_DC390, "DC390 SCSI" },
};

static bool is_virtio_scsi(ControllerModel model)
{
        return model == CONTROLLER_MODEL_VIRTIO_SCSI || model == CONTROLLER_MODEL_VIRTIO_TRANSITIONAL ||
               model == CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL;
}

/* What a driver may be told, one kind of controller listens to. */
static int check_driver(const Controller *controller, Error *err)
{
        const char *option = controller->queues        ? "queues"
                             : controller->cmd_per_lun ? "cmd_per_lun"
                             : controller->max_sectors ? "max_sectors"
                             : controller->ioeventfd   ? "ioeventfd"
                                                       : NULL;

        if (!option || (controller->type == CONTROLLER_SCSI && is_virtio_scsi(controller->model)))
                return 0;
        return check_refuse(err, "'%s' is only supported by virtio-scsi controller", option);
}

static int check_scsi(const Controller *controller, const QemuCaps *caps, Error *err)
{
        const struct ScsiAbility *can = &adapters[controller->model];
        const VirtioOptions *virtio = &controller->virtio;

        if (controller->model == CONTROLLER_MODEL_BUSLOGIC)
                return check_refuse(err, "Unsupported controller model: %s", "buslogic");
        /* Part of machines of another kind. */
        if (controller->model == CONTROLLER_MODEL_NCR53C90 && !qemu_caps_has_flag(caps, QEMU_HAS_NCR53C90))
                return check_refuse(err, "ncr53c90 SCSI controller is not a built-in for this machine");
        if (can->words && !qemu_caps_has_flag(caps, can->flag))
                return check_refuse(err, "This QEMU doesn't support the %s controller", can->words);
        if (is_virtio_scsi(controller->model))
                return 0;
        if (virtio->iommu || virtio->ats || virtio->packed || virtio->page_per_vq)
                return check_refuse(err, "%s driver option is only supported for virtio devices",
                                    virtio->iommu    ? "iommu"
                                    : virtio->ats    ? "ats"
                                    : virtio->packed ? "packed"
                                                     : "page_per_vq");
        return 0;
}

static int check_ide(const Domain *domain, const Controller *controller, Error *err)
{
        if (!domain_has_builtin_ide(domain))
                return check_refuse(err, "IDE controllers are unsupported for this QEMU binary or machine type");
        if (controller->index.value > 0)
                return check_refuse(err, "Only a single IDE controller is supported for this machine type");
        return 0;
}

static bool has_usb(const Domain *domain)
{
        for (size_t i = 0; i < domain->n_controllers; i++)
                if (domain->controllers[i].type == CONTROLLER_USB &&
                    domain->controllers[i].model != CONTROLLER_MODEL_DISABLED)
                        return true;
        return false;
}

static int check_disabled_usb(const Domain *domain, Error *err)
{
        if (has_usb(domain))
                return 0;
        for (size_t i = 0; i < domain->n_disks; i++)
                if (domain->disks[i].bus == DISK_BUS_USB)
                        return check_refuse(err,
                                            "Device configuration is not compatible: Domain has no USB bus support");
        for (size_t i = 0; i < domain->n_interfaces; i++)
                if (g_strcmp0(domain->interfaces[i].model, "usb-net") == 0 && !domain->interfaces[i].info.address)
                        return check_refuse(err, "USB is disabled for this domain: there is no place for the network "
                                                 "card of model 'usb-net'");
        if (usb_device_count(domain) > 0)
                return check_refuse(err,
                                    "USB is disabled for this domain, but USB devices are present in the domain XML");
        return 0;
}

/* What binaries for some machines lack. */
static int check_usb_devices(const Domain *domain, const QemuCaps *caps, Error *err)
{
        if (domain->n_redirdevs > 0 && !qemu_caps_has_flag(caps, QEMU_HAS_USB_REDIR))
                return check_refuse(err, "USB redirection is not supported by this version of QEMU");
        if (domain->n_hubs > 0 && !qemu_caps_has_flag(caps, QEMU_HAS_USB_HUB))
                return check_refuse(err, "usb-hub not supported by QEMU binary");
        for (size_t i = 0; i < domain->n_disks; i++)
                if (domain->disks[i].bus == DISK_BUS_USB && !qemu_caps_has_flag(caps, QEMU_HAS_USB_STORAGE))
                        return check_refuse(err, "This QEMU doesn't support '-device usb-storage'");
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
                if (controller->type == CONTROLLER_SCSI && check_scsi(controller, caps, err) < 0)
                        return -1;
                if (controller->type == CONTROLLER_XENBUS)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "A xenbus controller has no place in this machine");
                if (controller->type == CONTROLLER_IDE && check_ide(domain, controller, err) < 0)
                        return -1;
                if (controller->type == CONTROLLER_SATA && !qemu_caps_has_flag(caps, QEMU_HAS_ICH9_AHCI))
                        return check_refuse(err, "SATA is not supported with this QEMU binary");
                if (check_driver(controller, err) < 0)
                        return -1;
        }
        return check_disabled_usb(domain, err) < 0 ? -1 : check_usb_devices(domain, caps, err);
}
