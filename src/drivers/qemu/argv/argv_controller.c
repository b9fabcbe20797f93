/* Controllers: those that are not part of the machine. */
#include "argv/argv.h"

#include <inttypes.h>
#include <string.h>

/* Part of the machine, or of nobody: nothing to add. */
static bool built_in(const Domain *domain, const Controller *controller)
{
        unsigned index = controller->index.value;

        switch (controller->type) {
        case CONTROLLER_PCI:
                if (controller->model == CONTROLLER_MODEL_PCI_ROOT && domain_is_pseries(domain))
                        return controller->pci.target_index.value == 0;
                return controller->model == CONTROLLER_MODEL_PCI_ROOT ||
                       controller->model == CONTROLLER_MODEL_PCIE_ROOT;
        case CONTROLLER_IDE: return index == 0 && domain_has_builtin_ide(domain);
        case CONTROLLER_SATA: return index == 0 && domain_is_q35(domain);
        case CONTROLLER_SCSI: return controller->model == CONTROLLER_MODEL_NCR53C90;
        case CONTROLLER_USB:
                return controller->model == CONTROLLER_MODEL_NONE || controller->model == CONTROLLER_MODEL_DISABLED;
        case CONTROLLER_XENBUS:
        case CONTROLLER_ISA: return true;
        default: return false;
        }
}

static const char *pci_driver(const Controller *controller)
{
        const char *name = PciModelName_names[controller->pci.model_name];

        if (name)
                return name;
        switch (controller->model) {
        case CONTROLLER_MODEL_PCI_ROOT: return "spapr-pci-host-bridge";
        case CONTROLLER_MODEL_PCI_BRIDGE: return "pci-bridge";
        case CONTROLLER_MODEL_PCI_EXPANDER_BUS: return "pxb";
        case CONTROLLER_MODEL_PCIE_EXPANDER_BUS: return "pxb-pcie";
        case CONTROLLER_MODEL_DMI_TO_PCI_BRIDGE: return "i82801b11-bridge";
        case CONTROLLER_MODEL_PCIE_TO_PCI_BRIDGE: return "pcie-pci-bridge";
        case CONTROLLER_MODEL_PCIE_ROOT_PORT: return "pcie-root-port";
        case CONTROLLER_MODEL_PCIE_SWITCH_UPSTREAM_PORT: return "x3130-upstream";
        case CONTROLLER_MODEL_PCIE_SWITCH_DOWNSTREAM_PORT: return "xio3130-downstream";
        default: return NULL;
        }
}

static void put_uint(Json *json, const char *key, const OptUint *value)
{
        if (value->set)
                json_set(json, key, json_uint(value->value));
}

static void pci_controller(const Controller *controller, Json *json)
{
        const PciController *pci = &controller->pci;

        put_uint(json, "chassis_nr", &pci->chassis_nr);
        put_uint(json, "bus_nr", &pci->bus_nr);
        put_uint(json, "port", &pci->port);
        put_uint(json, "chassis", &pci->chassis);
        put_uint(json, "index", &pci->target_index);
        qdev_string(json, "id", controller->info.alias);
        qdev_switch(json, "hotplug", pci->hotplug);
        put_uint(json, "numa_node", &pci->numa_node);
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

static void usb_controller(const Controller *controller, Json *json)
{
        g_autofree char *bus = NULL;

        put_uint(json, "p2", &controller->usb.ports);
        put_uint(json, "p3", &controller->usb.ports);
        if (!controller->info.master_port.set) {
                qdev_string(json, "id", controller->info.alias);
                return;
        }
        /* A companion: it has no name of its own, its ports are those of its master. */
        bus = g_strdup_printf("%s.0", controller->info.alias);
        qdev_string(json, "masterbus", bus);
        put_uint(json, "firstport", &controller->info.master_port);
}

static VirtioKind virtio_kind(const Controller *controller)
{
        switch (controller->model) {
        case CONTROLLER_MODEL_VIRTIO_TRANSITIONAL: return VIRTIO_TRANSITIONAL;
        case CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL: return VIRTIO_NON_TRANSITIONAL;
        default: return VIRTIO_PLAIN;
        }
}

static const char *scsi_driver(ControllerModel model)
{
        switch (model) {
        case CONTROLLER_MODEL_LSILOGIC: return "lsi";
        case CONTROLLER_MODEL_LSISAS1068: return "mptsas1068";
        case CONTROLLER_MODEL_LSISAS1078: return "megasas";
        case CONTROLLER_MODEL_VMPVSCSI: return "pvscsi";
        case CONTROLLER_MODEL_IBMVSCSI: return "spapr-vscsi";
        case CONTROLLER_MODEL_DC390: return "dc390";
        case CONTROLLER_MODEL_AM53C974: return "am53c974";
        default: return NULL;
        }
}

static Json *new_scsi(const Controller *controller)
{
        const char *driver;

        switch (controller->model) {
        case CONTROLLER_MODEL_VIRTIO_SCSI:
        case CONTROLLER_MODEL_VIRTIO_TRANSITIONAL:
        case CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL:
                return qdev_new_virtio("virtio-scsi", &controller->info, virtio_kind(controller));
        default: driver = scsi_driver(controller->model); return driver ? qdev_new(driver) : NULL;
        }
}

static void scsi_controller(const Controller *controller, Json *json)
{
        g_autofree char *iothread = controller->iothread ? g_strdup_printf("iothread%u", controller->iothread) : NULL;

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
}

static void virtio_serial_controller(const Controller *controller, Json *json)
{
        qdev_string(json, "id", controller->info.alias);
        put_uint(json, "max_ports", &controller->virtio_serial.ports);
        put_uint(json, "vectors", &controller->virtio_serial.vectors);
        qdev_virtio(json, &controller->virtio);
}

static Json *new_device(const Controller *controller)
{
        const char *driver;

        switch (controller->type) {
        case CONTROLLER_PCI: driver = pci_driver(controller); break;
        case CONTROLLER_USB: driver = usb_driver(controller->model); break;
        case CONTROLLER_SCSI: return new_scsi(controller);
        case CONTROLLER_VIRTIO_SERIAL:
                return qdev_new_virtio("virtio-serial", &controller->info, virtio_kind(controller));
        case CONTROLLER_SATA: driver = "ahci"; break;
        case CONTROLLER_CCID: driver = "usb-ccid"; break;
        default: driver = NULL; break;
        }
        return driver ? qdev_new(driver) : NULL;
}

static void fill(const Controller *controller, Json *json)
{
        switch (controller->type) {
        case CONTROLLER_PCI: pci_controller(controller, json); break;
        case CONTROLLER_USB: usb_controller(controller, json); break;
        case CONTROLLER_SCSI: scsi_controller(controller, json); break;
        case CONTROLLER_VIRTIO_SERIAL: virtio_serial_controller(controller, json); break;
        default: qdev_string(json, "id", controller->info.alias); break;
        }
}

/* What this binary may have been built without. */
static bool lacks_driver(const QemuCaps *caps, const Json *json)
{
        static const struct {
                const char *driver;
                QemuFlag flag;
        } rows[] = {
                { "piix3-usb-uhci", QEMU_HAS_PIIX3_USB_UHCI },
                { "piix4-usb-uhci", QEMU_HAS_PIIX4_USB_UHCI },
                { "usb-ehci", QEMU_HAS_USB_EHCI },
                { "vt82c686b-usb-uhci", QEMU_HAS_VT82C686B_USB_UHCI },
                { "pci-ohci", QEMU_HAS_PCI_OHCI },
                { "ich9-usb-ehci1", QEMU_HAS_ICH9_USB_EHCI1 },
                { "ich9-usb-uhci1", QEMU_HAS_ICH9_USB_EHCI1 },
                { "ich9-usb-uhci2", QEMU_HAS_ICH9_USB_EHCI1 },
                { "ich9-usb-uhci3", QEMU_HAS_ICH9_USB_EHCI1 },
                { "nec-usb-xhci", QEMU_HAS_NEC_USB_XHCI },
                { "qemu-xhci", QEMU_XHCI },
                { "pvscsi", QEMU_HAS_PVSCSI },
        };
        const char *driver = json_get_string(json, "driver");

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
                if (strcmp(driver, rows[i].driver) == 0)
                        return !qemu_caps_has_flag(caps, rows[i].flag);
        return false;
}

static int refuse_driver(const Controller *controller, Error *err)
{
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                         controller->type == CONTROLLER_USB
                                 ? "USB controller model '%s' not supported in this QEMU binary"
                                 : "controller model '%s' is not supported by this QEMU binary",
                         enum_text(ControllerModel, controller->model));
}

static int refuse(const Controller *controller, Error *err)
{
        const char *model = enum_text(ControllerModel, controller->model);

        if (controller->type == CONTROLLER_IDE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 controller->index.value == 0
                                         ? "IDE controllers are unsupported for this QEMU binary or machine type"
                                         : "Only a single IDE controller is supported for this machine type");
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unsupported controller model '%s' for type '%s'",
                         model ? model : "", enum_text(ControllerType, controller->type));
}

/* Drives boot by their controller: "bootindexA" is of the first, "bootindexB" of the second. */
static const Disk *bootable_floppy(const Domain *domain, size_t *at, char *ret_letter, unsigned *ret_index)
{
        for (; *at < domain->n_disks; (*at)++) {
                const Disk *disk = &domain->disks[*at];
                unsigned index = disk->info.boot_order ? disk->info.boot_order : disk_boot_index(domain, disk);

                if (disk->bus != DISK_BUS_FDC || index == 0 || !disk->info.address)
                        continue;
                *ret_letter = disk->info.address->drive.unit == 0 ? 'A' : 'B';
                *ret_index = index;
                (*at)++;
                return disk;
        }
        return NULL;
}

static bool has_builtin_floppy(const Domain *domain)
{
        return !domain_is_q35(domain);
}

static void floppy_controller(QemuArgv *argv)
{
        bool builtin = has_builtin_floppy(argv->domain);
        Json *json = builtin ? NULL : qdev_new("isa-fdc");
        unsigned index = 0;
        char letter = 'A';

        for (size_t at = 0; bootable_floppy(argv->domain, &at, &letter, &index);) {
                g_autofree char *key = g_strdup_printf("bootindex%c", letter);

                if (builtin)
                        argv_add_format(argv, "-global", "isa-fdc.%s=%u", key, index);
                else
                        json_set(json, key, json_uint(index));
        }
        if (json)
                argv_add_json(argv, "-device", json);
}

/* One controller; one that the machine has anyway adds nothing. */
static int argv_controller(QemuArgv *argv, const Controller *controller, Error *err)
{
        g_autoptr(Json) json = NULL;

        if (built_in(argv->domain, controller))
                return 0;
        if (controller->type == CONTROLLER_FDC) {
                floppy_controller(argv);
                return 0;
        }
        json = new_device(controller);
        if (!json)
                return refuse(controller, err);
        if (lacks_driver(argv->caps, json))
                return refuse_driver(controller, err);
        argv->alias = controller->info.alias;
        fill(controller, json);
        if (qdev_address(argv, json, &controller->info, err) < 0)
                return -1;
        argv_add_json(argv, "-device", g_steal_pointer(&json));
        argv->alias = NULL;
        return 0;
}

void argv_floppy_controllers(QemuArgv *argv)
{
        for (size_t i = 0; i < argv->domain->n_controllers; i++)
                if (argv->domain->controllers[i].type == CONTROLLER_FDC)
                        floppy_controller(argv);
}

/* The window above 4 GiB is a property of the host bridge, which is part of the machine. */
static void pci_hole(QemuArgv *argv)
{
        for (size_t i = 0; i < argv->domain->n_controllers; i++) {
                const Controller *controller = &argv->domain->controllers[i];
                bool pcie = controller->model == CONTROLLER_MODEL_PCIE_ROOT;

                if (controller->type != CONTROLLER_PCI || !controller->pci.pcihole64_kib.set ||
                    (!pcie && controller->model != CONTROLLER_MODEL_PCI_ROOT))
                        continue;
                argv_add_format(argv, "-global", "%s.pci-hole64-size=%" PRIu64 "K",
                                pcie ? "q35-pcihost" : "i440FX-pcihost", controller->pci.pcihole64_kib.value);
        }
}

/* Machines without PCI may bring USB of their own: it is on for all who do not say otherwise. */
static void own_usb(QemuArgv *argv)
{
        const Domain *domain = argv->domain;

        if (domain_is_q35(domain) || domain_is_virt(domain) || domain_is_s390(domain))
                return;
        for (size_t i = 0; i < domain->n_controllers; i++)
                if (domain->controllers[i].type == CONTROLLER_USB &&
                    domain->controllers[i].model != CONTROLLER_MODEL_NONE)
                        return;
        argv_add(argv, "-usb");
}

int argv_controllers(QemuArgv *argv, Error *err)
{
        /* QEMU knows a bus only after the controller that makes it. */
        static const ControllerType order[] = { CONTROLLER_PCI, CONTROLLER_USB,  CONTROLLER_SCSI,
                                                CONTROLLER_IDE, CONTROLLER_SATA, CONTROLLER_VIRTIO_SERIAL,
                                                CONTROLLER_CCID };
        const Domain *domain = argv->domain;

        pci_hole(argv);
        for (size_t o = 0; o < G_N_ELEMENTS(order); o++)
                for (size_t i = 0; i < domain->n_controllers; i++)
                        if (domain->controllers[i].type == order[o] &&
                            argv_controller(argv, &domain->controllers[i], err) < 0)
                                return -1;
        own_usb(argv);
        return 0;
}
