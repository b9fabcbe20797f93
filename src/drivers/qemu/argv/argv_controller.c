/* Controllers: those that are not part of the machine. */
#include "argv/argv.h"

#include <string.h>

static Json *named(const char *driver)
{
        return driver ? qdev_new(driver) : NULL;
}

/* Part of the machine: nothing to add. */
static bool built_in(const Domain *domain, const Controller *controller)
{
        switch (controller->type) {
        case CONTROLLER_PCI:
                return controller->model == CONTROLLER_MODEL_PCI_ROOT ||
                       controller->model == CONTROLLER_MODEL_PCIE_ROOT;
        case CONTROLLER_IDE: return domain_is_i440fx(domain) && controller->index.value == 0;
        case CONTROLLER_SATA: return domain_is_q35(domain) && controller->index.value == 0;
        case CONTROLLER_FDC: return domain_is_i440fx(domain) && controller->index.value == 0;
        case CONTROLLER_USB: return controller->model == CONTROLLER_MODEL_NONE;
        default: return false;
        }
}

static const char *pci_driver(const Controller *controller)
{
        const char *name = controller->pci.model_name;

        if (name)
                return name;
        switch (controller->model) {
        case CONTROLLER_MODEL_PCI_BRIDGE: return "pci-bridge";
        case CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE: return "i82801b11-bridge";
        case CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE: return "pcie-pci-bridge";
        case CONTROLLER_MODEL_PCIE_ROOT_PORT: return "pcie-root-port";
        case CONTROLLER_MODEL_PCIE_SWITCH_UPSTREAM_PORT: return "x3130-upstream";
        case CONTROLLER_MODEL_PCIE_SWITCH_DOWNSTREAM_PORT: return "xio3130-downstream";
        default: return NULL;
        }
}

static Json *pci_controller(const Controller *controller)
{
        const PciController *pci = &controller->pci;
        const char *driver = pci_driver(controller);
        Json *json = named(driver);

        if (!json)
                return NULL;
        if (pci->chassis_nr.set)
                json_set(json, "chassis_nr", json_uint(pci->chassis_nr.value));
        if (pci->port.set)
                json_set(json, "port", json_uint(pci->port.value));
        if (pci->chassis.set)
                json_set(json, "chassis", json_uint(pci->chassis.value));
        qdev_switch(json, "hotplug", pci->hotplug);
        return json;
}

static const char *usb_driver(ControllerModel model)
{
        switch (model) {
        case CONTROLLER_MODEL_PIIX3_UHCI: return "piix3-usb-uhci";
        case CONTROLLER_MODEL_PIIX4_UHCI: return "piix4-usb-uhci";
        case CONTROLLER_MODEL_EHCI: return "usb-ehci";
        case CONTROLLER_MODEL_ICH9_EHCI1: return "ich9-usb-ehci1";
        case CONTROLLER_MODEL_ICH9_UHCI1: return "ich9-usb-uhci1";
        case CONTROLLER_MODEL_ICH9_UHCI2: return "ich9-usb-uhci2";
        case CONTROLLER_MODEL_ICH9_UHCI3: return "ich9-usb-uhci3";
        case CONTROLLER_MODEL_VT82C686B_UHCI: return "vt82c686b-usb-uhci";
        case CONTROLLER_MODEL_PCI_OHCI: return "pci-ohci";
        case CONTROLLER_MODEL_NEC_XHCI: return "nec-usb-xhci";
        case CONTROLLER_MODEL_QEMU_XHCI: return "qemu-xhci";
        default: return NULL;
        }
}

static Json *usb_controller(const Controller *controller)
{
        Json *json = named(usb_driver(controller->model));

        if (!json)
                return NULL;
        if (controller->usb.ports.set)
                json_set(json, "p2", json_uint(controller->usb.ports.value)),
                        json_set(json, "p3", json_uint(controller->usb.ports.value));
        if (controller->info.master_port.set) {
                g_autofree char *bus = g_strdup_printf("%s.0", controller->info.alias);

                qdev_string(json, "masterbus", bus);
                json_set(json, "firstport", json_uint(controller->info.master_port.value));
                return json;
        }
        qdev_string(json, "id", controller->info.alias);
        return json;
}

static const char *scsi_driver(ControllerModel model)
{
        switch (model) {
        case CONTROLLER_MODEL_VIRTIO_SCSI: return "virtio-scsi-pci";
        case CONTROLLER_MODEL_VIRTIO_TRANSITIONAL: return "virtio-scsi-pci-transitional";
        case CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL: return "virtio-scsi-pci-non-transitional";
        case CONTROLLER_MODEL_LSILOGIC: return "lsi";
        case CONTROLLER_MODEL_LSISAS1068: return "mptsas1068";
        case CONTROLLER_MODEL_LSISAS1078: return "megasas";
        case CONTROLLER_MODEL_VMPVSCSI: return "pvscsi";
        case CONTROLLER_MODEL_DC390: return "dc-390";
        case CONTROLLER_MODEL_AM53C974: return "am53c974";
        default: return NULL;
        }
}

static Json *scsi_controller(const Controller *controller)
{
        g_autofree char *iothread = controller->iothread ? g_strdup_printf("iothread%u", controller->iothread) : NULL;
        Json *json = named(scsi_driver(controller->model));

        if (!json)
                return NULL;
        qdev_string(json, "iothread", iothread);
        qdev_virtio(json, &controller->virtio);
        qdev_string(json, "id", controller->info.alias);
        if (controller->queues)
                json_set(json, "num_queues", json_uint(controller->queues));
        if (controller->cmd_per_lun)
                json_set(json, "cmd_per_lun", json_uint(controller->cmd_per_lun));
        if (controller->max_sectors)
                json_set(json, "max_sectors", json_uint(controller->max_sectors));
        qdev_switch(json, "ioeventfd", controller->ioeventfd);
        return json;
}

static Json *virtio_serial_controller(const Controller *controller)
{
        const VirtioSerialController *serial = &controller->virtio_serial;
        Json *json = qdev_new(
                controller->model == CONTROLLER_MODEL_VIRTIO_TRANSITIONAL       ? "virtio-serial-pci-transitional"
                : controller->model == CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL ? "virtio-serial-pci-non-transitional"
                                                                                : "virtio-serial-pci");

        qdev_string(json, "id", controller->info.alias);
        if (serial->ports.set)
                json_set(json, "max_ports", json_uint(serial->ports.value));
        if (serial->vectors.set)
                json_set(json, "vectors", json_uint(serial->vectors.value));
        qdev_virtio(json, &controller->virtio);
        return json;
}

static Json *plain(const char *driver, const Controller *controller)
{
        Json *json = qdev_new(driver);

        qdev_string(json, "id", controller->info.alias);
        return json;
}

static Json *device(const Controller *controller)
{
        Json *json;

        switch (controller->type) {
        case CONTROLLER_PCI:
                json = pci_controller(controller);
                if (json)
                        qdev_string(json, "id", controller->info.alias);
                return json;
        case CONTROLLER_USB: return usb_controller(controller);
        case CONTROLLER_SCSI: return scsi_controller(controller);
        case CONTROLLER_VIRTIO_SERIAL: return virtio_serial_controller(controller);
        case CONTROLLER_SATA: return plain("ahci", controller);
        case CONTROLLER_CCID: return plain("usb-ccid", controller);
        case CONTROLLER_FDC: return plain("isa-fdc", controller);
        default: return NULL;
        }
}

static int add(QemuArgv *argv, const Controller *controller, Error *err)
{
        g_autoptr(Json) json = device(controller);

        if (!json)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "controllers of type '%s', model '%s' are not "
                                 "supported yet",
                                 enum_text(ControllerType, controller->type),
                                 enum_text(ControllerModel, controller->model));
        if (qdev_address(argv, json, &controller->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        return 0;
}

int argv_controllers(QemuArgv *argv, Error *err)
{
        /* QEMU knows a bus only after the controller that makes it. */
        static const ControllerType order[] = { CONTROLLER_PCI,  CONTROLLER_USB,  CONTROLLER_SCSI,
                                                CONTROLLER_IDE,  CONTROLLER_SATA, CONTROLLER_VIRTIO_SERIAL,
                                                CONTROLLER_CCID, CONTROLLER_FDC };
        const Domain *domain = argv->domain;

        for (size_t o = 0; o < G_N_ELEMENTS(order); o++) {
                for (size_t i = 0; i < domain->n_controllers; i++) {
                        const Controller *controller = &domain->controllers[i];

                        if (controller->type == order[o] && !built_in(domain, controller) &&
                            add(argv, controller, err) < 0)
                                return -1;
                }
        }
        return 0;
}
