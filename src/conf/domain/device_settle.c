/* Rules of the other devices, and the controllers that devices bring with them. */
#include <string.h>

#include "domain/hooks.h"
#include "util/random.h"

/* Locally administered, in the range that the ecosystem uses for guests, or the hypervisor's own. */
static void make_mac(Mac *mac, const DomainRules *rules)
{
        static const unsigned char common[3] = { 0x52, 0x54, 0x00 }, none[3];
        bool own = rules && memcmp(rules->mac_start, none, sizeof(none)) != 0;

        memcpy(mac->bytes, own ? rules->mac_start : common, sizeof(common));
        for (size_t i = sizeof(common); i < sizeof(mac->bytes); i++)
                mac->bytes[i] = (unsigned char)random_bits(8);
}

void domain_settle_macs(Domain *d, const DomainRules *rules)
{
        for (size_t i = 0; i < d->n_interfaces; i++)
                if (!mac_is_set(&d->interfaces[i].mac))
                        make_mac(&d->interfaces[i].mac, rules);
}

/* Names that hypervisors make up for the run of a guest are no wish of a definition. */
static void drop_made_up_target(Interface *interface)
{
        static const char *const prefixes[] = { "vnet", "macvtap", "macvlan" };

        for (size_t i = 0; i < G_N_ELEMENTS(prefixes) && interface->target_managed != YESNO_NO; i++)
                if (interface->target && g_str_has_prefix(interface->target, prefixes[i]))
                        g_clear_pointer(&interface->target, g_free);
}

int ip_address_settle(void *s, unsigned flags, Error *err)
{
        IpAddress *ip = s;

        if (!ip->family)
                ip->family = g_strdup(strchr(ip->address, ':') ? "ipv6" : "ipv4");
        return 0;
}

/* What only cards of the virtio kind have; one queue is what there is anyway. */
static void settle_driver(Interface *interface)
{
        bool foreign = interface->model && !g_str_has_prefix(interface->model, "virtio");
        const VirtioOptions *options = interface->driver ? &interface->driver->virtio : NULL;

        /* What no other card can is refused later. */
        if (foreign && options && !options->iommu && !options->ats && !options->packed && !options->page_per_vq) {
                rows_drop(&VirtioNetDriver_rows, interface->driver);
                g_clear_pointer(&interface->driver, g_free);
        }
        if (foreign)
                g_clear_pointer(&interface->backend_vhost, g_free);
        if (interface->driver && interface->driver->queues == 1)
                interface->driver->queues = 0;
}

int interface_settle(void *s, unsigned flags, Error *err)
{
        Interface *interface = s;
        char mac[MAC_TEXT_LENGTH];

        settle_driver(interface);
        if (interface->type == INTERFACE_VHOSTUSER)
                reconnect_settle(interface->vhostuser.reconnect, &interface->vhostuser.reconnect_timeout);
        if (interface->type != INTERFACE_HOSTDEV)
                interface->managed = YESNO_ABSENT;
        if (interface->type == INTERFACE_DIRECT && interface->direct.mode == MACVTAP_DEFAULT)
                interface->direct.mode = MACVTAP_VEPA;
        if (interface->virtual_port && flags & ROWS_READ)
                virtual_port_identify(interface->virtual_port);
        if (flags & ROWS_INACTIVE)
                drop_made_up_target(interface);
        if (!(interface->mac.bytes[0] & 1))
                return 0;
        mac_format(&interface->mac, mac);
        return error_set(err, VIR_ERR_XML_ERROR, "expected unicast mac address, found multicast '%s'", mac);
}

int hostdev_settle(void *s, unsigned flags, Error *err)
{
        Hostdev *hostdev = s;

        if (hostdev->mode == HOSTDEV_MODE_NONE)
                hostdev->mode = HOSTDEV_MODE_SUBSYSTEM;
        if (hostdev->mode == HOSTDEV_MODE_SUBSYSTEM && hostdev->managed == YESNO_ABSENT)
                hostdev->managed = YESNO_NO;
        if (hostdev->mode == HOSTDEV_MODE_SUBSYSTEM && hostdev->type == HOSTDEV_SCSI &&
            hostdev->scsi.protocol == SCSI_PROTOCOL_ISCSI && hostdev->scsi.name && !strchr(hostdev->scsi.name, '/')) {
                char *name = g_strconcat(hostdev->scsi.name, "/0", NULL);

                g_free(hostdev->scsi.name);
                hostdev->scsi.name = name;
        }
        return 0;
}

/* Only the root of a bus has a window into memory. */
int controller_settle(void *s, unsigned flags, Error *err)
{
        Controller *controller = s;

        if (controller->type == CONTROLLER_PCI && controller->model != CONTROLLER_MODEL_PCI_ROOT &&
            controller->model != CONTROLLER_MODEL_PCIE_ROOT)
                controller->pci.pcihole64_kib = (OptUint64){ 0 };
        return 0;
}

/* A guest without an address of its own gets a free one when it starts. */
int vsock_settle(void *s, unsigned flags, Error *err)
{
        Vsock *vsock = s;

        if (vsock->auto_cid == YESNO_ABSENT)
                vsock->auto_cid = vsock->cid ? YESNO_NO : YESNO_YES;
        return 0;
}

const char *const tpm_bank_names[] = { "sha1", "sha256", "sha384", "sha512", NULL };

/* Each bank once, in the order of their strength. */
static void settle_banks(Tpm *tpm)
{
        size_t known = 0;

        for (const char *const *name = tpm_bank_names; *name; name++)
                for (size_t i = known; i < tpm->n_banks;) {
                        PcrBank bank = tpm->banks[i];

                        if (g_strcmp0(bank.name, *name) != 0) {
                                i++;
                        } else if (known > 0 && g_strcmp0(tpm->banks[known - 1].name, *name) == 0) {
                                rows_list_remove(&PcrBank_rows, &tpm->banks, &tpm->n_banks, i);
                        } else {
                                memmove(&tpm->banks[known + 1], &tpm->banks[known], (i - known) * sizeof(bank));
                                tpm->banks[known++] = bank;
                                i = known;
                        }
                }
}

/* What only one of the backends has. */
int tpm_settle(void *s, unsigned flags, Error *err)
{
        Tpm *tpm = s;

        if (tpm->backend == TPM_BACKEND_PASSTHROUGH && (!tpm->path || !*tpm->path)) {
                g_free(tpm->path);
                tpm->path = g_strdup("/dev/tpm0");
        } else if (tpm->backend != TPM_BACKEND_PASSTHROUGH) {
                g_clear_pointer(&tpm->path, g_free);
        }
        if (tpm->backend == TPM_BACKEND_EXTERNAL && tpm->source_type && tpm->source_mode == TPM_SOCKET_NONE)
                tpm->source_mode = TPM_SOCKET_CONNECT;
        if (tpm->persistent_state == YESNO_NO)
                tpm->persistent_state = YESNO_ABSENT;
        settle_banks(tpm);
        if (tpm->backend == TPM_BACKEND_EMULATOR)
                return 0;
        tpm->version = TPM_VERSION_DEFAULT;
        tpm->persistent_state = YESNO_ABSENT;
        tpm->debug = (OptUint){ 0 };
        g_clear_pointer(&tpm->secret, g_free);
        while (tpm->n_banks > 0)
                rows_list_remove(&PcrBank_rows, &tpm->banks, &tpm->n_banks, tpm->n_banks - 1);
        return 0;
}

/* No balloon has no place. */
int memballoon_settle(void *s, unsigned flags, Error *err)
{
        Memballoon *balloon = s;

        if (balloon->model == BALLOON_NONE)
                rows_drop(&DeviceInfo_rows, &balloon->info);
        return 0;
}

/* What only some models have. */
int memory_device_settle(void *s, unsigned flags, Error *err)
{
        MemoryDevice *memory = s;
        bool file = memory->model == MEMORY_MODEL_NVDIMM || memory->model == MEMORY_MODEL_VIRTIO_PMEM;

        if (!file) {
                memset(&memory->uuid, 0, sizeof(memory->uuid));
                g_clear_pointer(&memory->path, g_free);
        } else {
                memory->pagesize_kib = 0;
                g_clear_pointer(&memory->nodemask, bitmap_free);
        }
        if (memory->model != MEMORY_MODEL_NVDIMM) {
                memory->alignsize_kib = memory->label_kib = 0;
                memory->pmem = memory->readonly = false;
        }
        if (memory->model != MEMORY_MODEL_VIRTIO_MEM) {
                memory->block_kib = 0;
                memory->requested_kib = memory->current_kib = (OptUint64){ 0 };
        } else if (!memory->requested_kib.set) {
                memory->requested_kib.set = true;
        }
        if (memory->model != MEMORY_MODEL_VIRTIO_MEM && memory->model != MEMORY_MODEL_VIRTIO_PMEM)
                memory->base = (OptUint64){ 0 };
        return 0;
}

int watchdog_settle(void *s, unsigned flags, Error *err)
{
        Watchdog *watchdog = s;

        if (watchdog->action == WATCHDOG_ACTION_DEFAULT)
                watchdog->action = WATCHDOG_ACTION_RESET;
        return 0;
}

/* The size of a file system in memory is written in KiB, whatever its unit was. */
static int settle_usage(Filesystem *filesystem, Error *err)
{
        g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, filesystem->usage);
        const char *unit = filesystem->usage_units ? filesystem->usage_units : "KiB";

        if (!row_kib.read(NULL, &filesystem->usage, text, unit))
                return error_set(err, VIR_ERR_XML_ERROR, "invalid size of a filesystem in memory: %s %s", text, unit);
        g_free(filesystem->usage_units);
        filesystem->usage_units = g_strdup("KiB");
        return 0;
}

int filesystem_settle(void *s, unsigned flags, Error *err)
{
        Filesystem *filesystem = s;

        if (filesystem->type == FILESYSTEM_NONE)
                filesystem->type = FILESYSTEM_MOUNT;
        if (filesystem->access == FS_ACCESS_DEFAULT)
                filesystem->access = FS_ACCESS_PASSTHROUGH;
        if (filesystem->type == FILESYSTEM_RAM)
                return settle_usage(filesystem, err);
        return 0;
}

/* Before those of its type that have a higher index; companions follow their master. Else at the end. */
static size_t controller_place(const Controller *list, size_t n, const Controller *fresh)
{
        for (size_t i = 0; i < n; i++) {
                const Controller *other = &list[i];

                if (other->type != fresh->type)
                        continue;
                if (other->index.value > fresh->index.value ||
                    (other->index.value == fresh->index.value && !fresh->info.master_port.set &&
                     other->info.master_port.set))
                        return i;
        }
        return n;
}

static bool has_controller(const Domain *d, ControllerType type, unsigned index)
{
        for (size_t i = 0; i < d->n_controllers; i++)
                if (d->controllers[i].type == type && d->controllers[i].index.set &&
                    d->controllers[i].index.value == index)
                        return true;
        return false;
}

static void number_controllers(Domain *d)
{
        for (size_t i = 0; i < d->n_controllers; i++) {
                Controller *controller = &d->controllers[i];
                unsigned index = 0;

                if (controller->index.set)
                        continue;
                while (has_controller(d, controller->type, index))
                        index++;
                controller->index = (OptUint){ .value = index, .set = true };
        }
}

static void need_controller_like(Domain *d, ControllerType type, unsigned index, ControllerModel model)
{
        Controller fresh = { .type = type, .model = model, .index = { .value = index, .set = true } };
        size_t place;

        if (has_controller(d, type, index))
                return;
        place = controller_place(d->controllers, d->n_controllers, &fresh);
        *(Controller *)rows_list_insert(&Controller_rows, &d->controllers, &d->n_controllers, place) = fresh;
}

/* The first of @type, behind all others: so it was where devices without an address asked for one. */
static void need_last_controller(Domain *d, ControllerType type)
{
        Controller *fresh;

        if (has_controller(d, type, 0))
                return;
        fresh = rows_list_insert(&Controller_rows, &d->controllers, &d->n_controllers, d->n_controllers);
        fresh->type = type;
        fresh->index.set = true;
}

static void need_controller(Domain *d, ControllerType type, unsigned index)
{
        need_controller_like(d, type, index, CONTROLLER_MODEL_NONE);
}

/* All controllers of @type up to @index. A document can ask for a far one: bounded. */
static void need_controllers(Domain *d, ControllerType type, unsigned index)
{
        enum { INDEX_MAX = 255 };

        for (unsigned i = 0; i <= MIN(index, INDEX_MAX); i++)
                need_controller(d, type, i);
}

static ControllerType controller_of_bus(DiskBus bus)
{
        switch (bus) {
        case DISK_BUS_IDE: return CONTROLLER_IDE;
        case DISK_BUS_FDC: return CONTROLLER_FDC;
        case DISK_BUS_SCSI: return CONTROLLER_SCSI;
        case DISK_BUS_SATA: return CONTROLLER_SATA;
        default: return CONTROLLER_NONE;
        }
}

/* In the order in which machines have always got them. */
static void need_for_disks(Domain *d, DiskBus bus)
{
        for (size_t i = 0; i < d->n_disks; i++) {
                const Disk *disk = &d->disks[i];

                if (disk->bus == bus && disk->info.address && disk->info.address->type == ADDRESS_DRIVE)
                        need_controllers(d, controller_of_bus(bus), disk->info.address->drive.controller);
        }
}

static void need_for_channels(Domain *d)
{
        for (size_t i = 0; i < d->n_channels; i++) {
                const Channel *channel = &d->channels[i];
                const Address *address = channel->info.address;

                if (channel->target != CHANNEL_TARGET_VIRTIO)
                        continue;
                if (address && address->type == ADDRESS_VIRTIO_SERIAL)
                        need_controller(d, CONTROLLER_VIRTIO_SERIAL, address->virtio_serial.controller);
                else
                        need_last_controller(d, CONTROLLER_VIRTIO_SERIAL);
        }
        for (size_t i = 0; i < d->n_consoles; i++)
                if (d->consoles[i].target == CONSOLE_TARGET_VIRTIO)
                        need_controller(d, CONTROLLER_VIRTIO_SERIAL, 0);
}

static unsigned next_ccid_slot(const Domain *d)
{
        unsigned next = 0;

        for (size_t i = 0; i < d->n_smartcards; i++) {
                const Address *address = d->smartcards[i].info.address;

                if (address && address->type == ADDRESS_CCID && address->ccid.controller == 0)
                        next = MAX(next, address->ccid.slot + 1);
        }
        return next;
}

static void need_for_smartcards(Domain *d)
{
        for (size_t i = 0; i < d->n_smartcards; i++) {
                DeviceInfo *info = &d->smartcards[i].info;

                if (!info->address) {
                        unsigned slot = next_ccid_slot(d);

                        info->address = g_new0(Address, 1);
                        info->address->type = ADDRESS_CCID;
                        info->address->ccid.slot = slot;
                }
                if (info->address->type == ADDRESS_CCID)
                        need_controller(d, CONTROLLER_CCID, info->address->ccid.controller);
        }
}

static bool drive_is_taken(const Domain *d, unsigned controller, unsigned unit)
{
        for (size_t i = 0; i < d->n_disks; i++) {
                const Address *address = d->disks[i].info.address;

                if (d->disks[i].bus == DISK_BUS_SCSI && address && address->type == ADDRESS_DRIVE &&
                    address->drive.controller == controller && address->drive.target == 0 &&
                    address->drive.unit == unit)
                        return true;
        }
        for (size_t i = 0; i < d->n_hostdevs; i++) {
                const Address *address = d->hostdevs[i].info.address;

                if (d->hostdevs[i].type == HOSTDEV_SCSI && address && address->type == ADDRESS_DRIVE &&
                    address->drive.controller == controller && address->drive.target == 0 &&
                    address->drive.unit == unit)
                        return true;
        }
        return false;
}

static ControllerModel last_scsi_model(const Domain *d)
{
        for (size_t i = d->n_controllers; i-- > 0;)
                if (d->controllers[i].type == CONTROLLER_SCSI)
                        return d->controllers[i].model;
        return CONTROLLER_MODEL_NONE;
}

/* The first free place; a controller for it is of the same kind as those that are full. */
static void place_scsi_hostdev(Domain *d, Hostdev *hostdev)
{
        enum { UNITS = 7 };
        unsigned place = 0;
        Address *address;

        while (drive_is_taken(d, place / UNITS, place % UNITS))
                place++;
        hostdev->info.address = address = g_new0(Address, 1);
        address->type = ADDRESS_DRIVE;
        address->drive.controller = place / UNITS;
        address->drive.unit = place % UNITS;
        need_controller_like(d, CONTROLLER_SCSI, address->drive.controller, last_scsi_model(d));
}

static void need_for_hostdevs(Domain *d)
{
        for (size_t i = 0; i < d->n_hostdevs; i++) {
                Hostdev *hostdev = &d->hostdevs[i];

                if (hostdev->type != HOSTDEV_SCSI)
                        continue;
                if (!hostdev->info.address)
                        place_scsi_hostdev(d, hostdev);
                else if (hostdev->info.address->type == ADDRESS_DRIVE)
                        need_controllers(d, CONTROLLER_SCSI, hostdev->info.address->drive.controller);
        }
}

static void place_disks(Domain *d)
{
        bool wide = d->rules && d->rules->features & DOMAIN_RULES_WIDE_SCSI;

        number_controllers(d);
        for (size_t i = 0; i < d->n_disks; i++)
                disk_assign_address(&d->disks[i], wide);
}

void domain_settle_hostdevs(Domain *d)
{
        size_t i = 0;

        while (i < d->n_hostdevs && d->hostdevs[i].type != HOSTDEV_SCSI)
                i++;
        if (i == d->n_hostdevs)
                return;
        place_disks(d);
        need_for_hostdevs(d);
}

void domain_settle_controllers(Domain *d)
{
        place_disks(d);
        need_for_disks(d, DISK_BUS_SCSI);
        need_for_disks(d, DISK_BUS_FDC);
        need_for_disks(d, DISK_BUS_IDE);
        need_for_disks(d, DISK_BUS_SATA);
        need_for_channels(d);
        need_for_smartcards(d);
}
