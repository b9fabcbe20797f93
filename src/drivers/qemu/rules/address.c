/* See settle.h: addresses on every bus but PCI and USB. */
#include "rules/address.h"

#include <string.h>

/* Drives have their places from the common rules; the controllers they name must be there. */

static ControllerType controller_of(DiskBus bus)
{
        switch (bus) {
        case DISK_BUS_IDE: return CONTROLLER_IDE;
        case DISK_BUS_SATA: return CONTROLLER_SATA;
        case DISK_BUS_SCSI: return CONTROLLER_SCSI;
        case DISK_BUS_FDC: return CONTROLLER_FDC;
        default: return CONTROLLER_NONE;
        }
}

static void need_drive_controllers(Domain *domain)
{
        for (size_t i = 0; i < domain->n_disks; i++) {
                const Disk *disk = &domain->disks[i];
                ControllerType type = controller_of(disk->bus);

                if (type != CONTROLLER_NONE && device_address_type(&disk->info) == ADDRESS_DRIVE)
                        controller_need(domain, type, disk->info.address->drive.controller);
        }
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
        for (size_t i = 0; i < domain->n_consoles; i++) {
                const Address *address = domain->consoles[i].info.address;

                if (address && address->type == ADDRESS_VIRTIO_SERIAL &&
                    address->virtio_serial.controller == controller && address->virtio_serial.port == port)
                        return true;
        }
        return false;
}

static unsigned ports_of(const Controller *controller)
{
        enum { PORTS_DEFAULT = 31 };

        return controller->virtio_serial.ports.set ? controller->virtio_serial.ports.value : PORTS_DEFAULT;
}

static bool find_serial_port(const Domain *domain, const Controller *controller, unsigned *ret)
{
        for (unsigned port = 1; port < MIN(ports_of(controller), 65536); port++)
                if (!port_taken(domain, controller->index.value, port)) {
                        *ret = port;
                        return true;
                }
        return false;
}

/* Of those with a free port the one with the lowest number, wherever it stands. */
static bool place_channel(const Domain *domain, Address *address, bool chosen)
{
        const Controller *best = NULL;
        unsigned port, best_port = 0;

        for (size_t i = 0; i < domain->n_controllers; i++) {
                const Controller *controller = &domain->controllers[i];

                if (controller->type != CONTROLLER_VIRTIO_SERIAL ||
                    (chosen && controller->index.value != address->virtio_serial.controller) ||
                    (best && best->index.value < controller->index.value) ||
                    !find_serial_port(domain, controller, &port))
                        continue;
                best = controller;
                best_port = port;
        }
        if (!best)
                return false;
        address->virtio_serial.controller = best->index.value;
        address->virtio_serial.port = best_port;
        return true;
}

static void add_serial_controller(Domain *domain)
{
        unsigned index = 0;

        while (controller_find(domain, CONTROLLER_VIRTIO_SERIAL, index))
                index++;
        controller_add(domain, CONTROLLER_VIRTIO_SERIAL, index, CONTROLLER_MODEL_NONE);
}

/* The first controller with a free port, when the document does not say which; a new one when all are full. */
static int settle_channel(Domain *domain, Channel *channel, Error *err)
{
        bool chosen = channel->info.address != NULL;
        Address *address;

        if (chosen &&
            (channel->info.address->type != ADDRESS_VIRTIO_SERIAL || channel->info.address->virtio_serial.port != 0))
                return 0;
        address = device_set_address(&channel->info, ADDRESS_VIRTIO_SERIAL);
        if (place_channel(domain, address, chosen))
                return 0;
        if (!chosen)
                add_serial_controller(domain);
        return place_channel(domain, address, chosen)
                       ? 0
                       : error_set(err, VIR_ERR_XML_ERROR, "Unable to find a free virtio-serial port");
}

static int settle_channels(Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_channels; i++)
                if (domain->channels[i].target == CHANNEL_TARGET_VIRTIO &&
                    settle_channel(domain, &domain->channels[i], err) < 0)
                        return -1;
        return 0;
}

/* Pseries' own bus: each kind of device begins somewhere, and goes on in steps of a page. */

static bool reg_taken(const Domain *domain, uint64_t reg)
{
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; kind != DEVICE_CONSOLE && i < device_count(domain, kind); i++) {
                        const Address *address = device_info(domain, kind, i)->address;

                        if (address && address->type == ADDRESS_SPAPR_VIO && address->spapr_vio.reg.set &&
                            address->spapr_vio.reg.value == reg)
                                return true;
                }
        return false;
}

static uint64_t first_reg(const Domain *domain, DeviceKind kind, size_t i)
{
        const void *device = device_at(domain, kind, i);

        switch (kind) {
        case DEVICE_INTERFACE: return g_strcmp0(((const Interface *)device)->model, "spapr-vlan") == 0 ? 0x1000 : 0;
        case DEVICE_CONTROLLER: {
                const Controller *controller = device;

                return controller->type == CONTROLLER_SCSI && controller->model == CONTROLLER_MODEL_IBMVSCSI ? 0x2000
                                                                                                             : 0;
        }
        case DEVICE_SERIAL: return ((const Serial *)device)->target == SERIAL_TARGET_SPAPR_VIO_SERIAL ? 0x30000000 : 0;
        case DEVICE_NVRAM: return domain_is_pseries(domain) ? 0x3000 : 0;
        case DEVICE_TPM: return ((const Tpm *)device)->model == TPM_TPM_SPAPR ? 0x4000 : 0;
        default: return 0;
        }
}

static int settle_spapr(Domain *domain, Error *err)
{
        static const DeviceKind order[] = { DEVICE_INTERFACE, DEVICE_CONTROLLER, DEVICE_SERIAL, DEVICE_NVRAM,
                                            DEVICE_TPM };

        for (size_t k = 0; k < G_N_ELEMENTS(order); k++)
                for (size_t i = 0; i < device_count(domain, order[k]); i++) {
                        DeviceInfo *info = device_info(domain, order[k], i);
                        uint64_t reg = first_reg(domain, order[k], i);
                        OptUint64 *own;

                        if (!reg || (info->address && info->address->type != ADDRESS_SPAPR_VIO))
                                continue;
                        own = &device_set_address(info, ADDRESS_SPAPR_VIO)->spapr_vio.reg;
                        if (own->set)
                                continue;
                        while (reg_taken(domain, reg))
                                reg += 0x1000;
                        *own = (OptUint64){ .value = reg, .set = true };
                }
        return 0;
}

/* virtio devices of machines that have them elsewhere than on PCI */

static bool uses_mmio(const Domain *domain)
{
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++)
                        if (device_address_type(device_info(domain, kind, i)) == ADDRESS_VIRTIO_MMIO)
                                return true;
        return false;
}

static void prime_virtio(Domain *domain, AddressType type)
{
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++)
                        if (device_is_virtio(domain, kind, i) &&
                            device_address_type(device_info(domain, kind, i)) == ADDRESS_NONE)
                                device_set_address(device_info(domain, kind, i), type);
}

static void settle_mmio(Domain *domain, const QemuCaps *caps)
{
        bool boards = domain_is_arm(domain) && g_str_has_prefix(domain->os.machine, "vexpress-");
        bool virt = domain_is_virt(domain);

        if (!boards && !virt)
                return;
        /* What began with one kind stays with it. */
        if (virt && controller_find(domain, CONTROLLER_PCI, 0) && !uses_mmio(domain))
                return;
        if (qemu_caps_has_type(caps, "virtio-mmio"))
                prime_virtio(domain, ADDRESS_VIRTIO_MMIO);
}

/* Channel devices of S390: numbers in the virtual channel subsystem. */

enum { CSSID = 0xfe, DEVNO_MAX = 0xffff };

static bool has_devno(const Address *address)
{
        return address && address->type == ADDRESS_CCW && address->ccw.devno.set;
}

static bool is_hidden_console(const Domain *domain, DeviceKind kind, size_t i)
{
        return kind == DEVICE_CONSOLE && i == 0 && domain->consoles[0].target == CONSOLE_TARGET_SERIAL;
}

static int take_devnos(const Domain *domain, Bitmap *taken, Error *err)
{
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++) {
                        const Address *address = device_info(domain, kind, i)->address;

                        if (!has_devno(address) || is_hidden_console(domain, kind, i) ||
                            address->ccw.cssid.value != CSSID || address->ccw.ssid.value != 0)
                                continue;
                        if (bitmap_get(taken, address->ccw.devno.value))
                                return error_set(err, VIR_ERR_XML_ERROR, "The CCW devno '%x.%x.%04x' is in use already",
                                                 CSSID, 0, address->ccw.devno.value);
                        bitmap_set(taken, address->ccw.devno.value, true);
                }
        return 0;
}

static bool wants_ccw(const Domain *domain, DeviceKind kind, size_t i)
{
        const DeviceInfo *info = device_info(domain, kind, i);
        const Hostdev *hostdev = kind == DEVICE_HOSTDEV ? device_at(domain, kind, i) : NULL;

        if (has_devno(info->address) || is_hidden_console(domain, kind, i))
                return false;
        if (info->address)
                return info->address->type == ADDRESS_CCW;
        return hostdev && hostdev->type == HOSTDEV_MDEV && hostdev->model == HOSTDEV_MODEL_VFIO_CCW;
}

static int settle_ccw(Domain *domain, Error *err)
{
        g_autoptr(Bitmap) taken = bitmap_new(DEVNO_MAX + 1);
        unsigned next = 0;

        if (!domain_is_ccw(domain))
                return 0;
        prime_virtio(domain, ADDRESS_CCW);
        if (take_devnos(domain, taken, err) < 0)
                return -1;
        for (int kind = 0; kind < DEVICE_MAX_; kind++)
                for (size_t i = 0; i < device_count(domain, kind); i++) {
                        CcwAddress *ccw;

                        if (!wants_ccw(domain, kind, i))
                                continue;
                        while (next <= DEVNO_MAX && bitmap_get(taken, next))
                                next++;
                        if (next > DEVNO_MAX)
                                return error_set(err, VIR_ERR_INTERNAL_ERROR, "There are no more free CCW devnos.");
                        ccw = &device_set_address(device_info(domain, kind, i), ADDRESS_CCW)->ccw;
                        ccw->cssid = (OptUint){ .value = CSSID, .set = true };
                        ccw->ssid = (OptUint){ .value = 0, .set = true };
                        ccw->devno = (OptUint){ .value = next, .set = true };
                        bitmap_set(taken, next, true);
                }
        return 0;
}

/* Memory modules: the lowest free slots. */
static void settle_dimms(Domain *domain)
{
        g_autoptr(Bitmap) taken = bitmap_new(MIN(domain->max_memory_slots, 65536) + 1);
        unsigned next = 0;

        for (size_t i = 0; i < domain->n_memory_devices; i++) {
                const Address *address = domain->memory_devices[i].info.address;

                if (address && address->type == ADDRESS_DIMM && address->dimm.slot < domain->max_memory_slots)
                        bitmap_set(taken, address->dimm.slot, true);
        }
        for (size_t i = 0; i < domain->n_memory_devices; i++) {
                MemoryDevice *memory = &domain->memory_devices[i];

                if ((memory->model != MEMORY_MODEL_DIMM && memory->model != MEMORY_MODEL_NVDIMM) ||
                    memory->info.address)
                        continue;
                while (bitmap_get(taken, next))
                        next++;
                if (next >= domain->max_memory_slots)
                        return;
                device_set_address(&memory->info, ADDRESS_DIMM)->dimm.slot = next;
                bitmap_set(taken, next, true);
        }
}

int qemu_settle_addresses(Domain *domain, const QemuContext *context, Error *err)
{
        need_drive_controllers(domain);
        if (settle_channels(domain, err) < 0 || settle_spapr(domain, err) < 0 || settle_ccw(domain, err) < 0)
                return -1;
        settle_mmio(domain, context->caps);
        settle_dimms(domain);
        if (qemu_settle_pci(domain, context, err) < 0)
                return -1;
        return qemu_settle_usb(domain, context->fresh, err);
}
