/* Names of devices while they run: the ids in QEMU, in events and in live documents. libvirt's, because management
 * software knows them. */
#include <string.h>

#include "argv/argv.h"
#include "rules/settle.h"

static void name(DeviceInfo *info, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void name(DeviceInfo *info, const char *format, ...)
{
        va_list ap;

        if (info->alias)
                return;
        va_start(ap, format);
        info->alias = g_strdup_vprintf(format, ap);
        va_end(ap);
}

static void name_disk(const Domain *domain, Disk *disk)
{
        const DriveAddress *drive = disk->info.address ? &disk->info.address->drive : NULL;
        const char *bus = enum_text(DiskBus, disk->bus);
        int index = disk_index_of(disk->target);
        const Controller *controller;

        if (!drive || disk->info.address->type != ADDRESS_DRIVE) {
                name(&disk->info, "%s-disk%d", bus, MAX(index, 0));
                return;
        }
        controller = disk->bus == DISK_BUS_SCSI ? controller_find(domain, CONTROLLER_SCSI, drive->controller) : NULL;
        if (controller && controller->model != CONTROLLER_MODEL_LSILOGIC)
                name(&disk->info, "%s%u-%u-%u-%u", bus, drive->controller, drive->bus, drive->target, drive->unit);
        else
                name(&disk->info, "%s%u-%u-%u", bus, drive->controller, drive->bus, drive->unit);
}

static void name_controller(const Domain *domain, Controller *controller)
{
        unsigned index = controller->index.value;
        const char *type = enum_text(ControllerType, controller->type);

        switch (controller->type) {
        case CONTROLLER_PCI:
                name(&controller->info, controller->model == CONTROLLER_MODEL_PCIE_ROOT ? "pcie.%u" : "pci.%u", index);
                break;
        case CONTROLLER_IDE:
                if (index == 0 && domain_is_i440fx(domain))
                        name(&controller->info, "ide");
                break;
        case CONTROLLER_SATA:
                /* The one of the chip set goes by this name in QEMU. */
                if (index == 0 && domain_is_q35(domain))
                        name(&controller->info, "ide");
                break;
        case CONTROLLER_USB:
                if (index == 0)
                        name(&controller->info, "usb");
                break;
        default: break;
        }
        name(&controller->info, "%s%u", type, index);
}

static void name_consoles(Domain *domain)
{
        for (size_t i = 0; i < domain->n_consoles; i++) {
                Console *console = &domain->consoles[i];

                if (console->target == CONSOLE_TARGET_SERIAL && i == 0 && domain->n_serials > 0)
                        name(&console->info, "%s", domain->serials[0].info.alias);
                else
                        name(&console->info, "console%zu", i);
        }
}

/* An interface that is a host device goes by such a name; they count together. */
static void name_hostdevs(Domain *domain)
{
        size_t n = 0;

        for (size_t i = 0; i < domain->n_interfaces; i++) {
                Interface *nic = &domain->interfaces[i];

                if (interface_actual_type(nic) == INTERFACE_HOSTDEV)
                        name(&nic->info, "hostdev%zu", n++);
                else
                        name(&nic->info, "net%zu", i);
        }
        for (size_t i = 0; i < domain->n_hostdevs; i++)
                name(&domain->hostdevs[i].info, "hostdev%zu", n++);
}

#define NAME_ALL(domain, list, format)                                                                                 \
        for (size_t i = 0; i < (domain)->n_##list; i++)                                                                \
        name(&(domain)->list[i].info, format, i)

/* DIMMs go by their slots: those are what a guest sees of them. */
static void name_memory(Domain *domain)
{
        unsigned numbers[MEMORY_MODEL_MAX_] = { 0 };

        for (size_t i = 0; i < domain->n_memory_devices; i++) {
                MemoryDevice *memory = &domain->memory_devices[i];
                const Address *address = memory->info.address;
                unsigned slot = address && address->type == ADDRESS_DIMM ? address->dimm.slot : 0;

                switch (memory->model) {
                case MEMORY_MODEL_DIMM: name(&memory->info, "dimm%u", slot); break;
                case MEMORY_MODEL_NVDIMM: name(&memory->info, "nvdimm%u", slot); break;
                case MEMORY_MODEL_VIRTIO_PMEM: name(&memory->info, "virtiopmem%u", numbers[memory->model]++); break;
                case MEMORY_MODEL_VIRTIO_MEM: name(&memory->info, "virtiomem%u", numbers[memory->model]++); break;
                case MEMORY_MODEL_SGX_EPC: name(&memory->info, "epc%u", numbers[memory->model]++); break;
                default: break;
                }
        }
}

void qemu_assign_aliases(Domain *domain)
{
        for (size_t i = 0; i < domain->n_controllers; i++)
                name_controller(domain, &domain->controllers[i]);
        for (size_t i = 0; i < domain->n_disks; i++)
                name_disk(domain, &domain->disks[i]);
        NAME_ALL(domain, filesystems, "fs%zu");
        name_hostdevs(domain);
        NAME_ALL(domain, smartcards, "smartcard%zu");
        NAME_ALL(domain, serials, "serial%zu");
        NAME_ALL(domain, parallels, "parallel%zu");
        NAME_ALL(domain, channels, "channel%zu");
        name_consoles(domain);
        NAME_ALL(domain, tpms, "tpm%zu");
        NAME_ALL(domain, redirdevs, "redir%zu");
        NAME_ALL(domain, inputs, "input%zu");
        NAME_ALL(domain, sounds, "sound%zu");
        NAME_ALL(domain, videos, "video%zu");
        NAME_ALL(domain, watchdogs, "watchdog%zu");
        NAME_ALL(domain, rngs, "rng%zu");
        NAME_ALL(domain, cryptos, "crypto%zu");
        name_memory(domain);
        NAME_ALL(domain, hubs, "hub%zu");
        NAME_ALL(domain, shmems, "shmem%zu");
        if (domain->memballoon && domain->memballoon->model != BALLOON_NONE)
                name(&domain->memballoon->info, "balloon0");
        if (domain->iommu)
                name(&domain->iommu->info, "iommu0");
        if (domain->vsock)
                name(&domain->vsock->info, "vsock0");
}
