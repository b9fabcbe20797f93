/* Rules that a definition must keep for every hypervisor. Nothing here changes it. */
#include <inttypes.h>
#include <string.h>

#include "conf/domain_threads.h"
#include "domain/hooks.h"

static int check_range(unsigned value, unsigned max, const char *what, Error *err)
{
        if (value <= max)
                return 0;
        return error_set(err, VIR_ERR_XML_ERROR, "Invalid PCI address %s='0x%x', must be <= 0x%X", what, value, max);
}

static int check_pci(unsigned domain, unsigned bus, unsigned slot, unsigned function, Error *err)
{
        if (check_range(domain, 0xffff, "domain", err) < 0 || check_range(bus, 0xff, "bus", err) < 0 ||
            check_range(slot, 0x1f, "slot", err) < 0)
                return -1;
        if (function > 7)
                return error_set(err, VIR_ERR_XML_ERROR, "Invalid PCI address function=0x%x, must be <= 7", function);
        return 0;
}

int pci_address_check(const void *s, Error *err)
{
        const PciAddress *address = s;

        if (check_pci(address->domain, address->bus, address->slot, address->function, err) < 0)
                return -1;
        if (address->zpci_uid.set && (address->zpci_uid.value == 0 || address->zpci_uid.value > 0xffff))
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Invalid PCI address uid='0x%.4x', must be > 0x0000 and <= 0xffff",
                                 address->zpci_uid.value);
        return 0;
}

int host_pci_address_check(const void *s, Error *err)
{
        const HostPciAddress *address = s;

        return check_pci(address->domain, address->bus, address->slot, address->function, err);
}

/* Port 0 is none that a bus has: the device gets one. */
int usb_address_settle(void *s, unsigned flags, Error *err)
{
        UsbAddress *address = s;

        if (g_strcmp0(address->port, "0") == 0)
                g_clear_pointer(&address->port, g_free);
        return 0;
}

/* "1", or "1.2" behind a hub: so many hubs can stand in a row. */
int usb_address_check(const void *s, Error *err)
{
        enum { DEPTH_MAX = 4 };
        const UsbAddress *address = s;
        const char *c = address->port;

        for (unsigned depth = 0; c && depth < DEPTH_MAX; depth++) {
                const char *digits = c;

                while (g_ascii_isdigit(*c))
                        c++;
                if (c == digits || (*c && *c != '.'))
                        break;
                if (!*c++)
                        return 0;
        }
        return c ? error_set(err, VIR_ERR_INTERNAL_ERROR, "Cannot parse <address> 'port' attribute '%s'", address->port)
                 : 0;
}

/* All of it is known or nothing; guests see one channel subsystem image of four sets. */
int ccw_address_check(const void *s, Error *err)
{
        const CcwAddress *address = s;
        unsigned n = address->cssid.set + address->ssid.set + address->devno.set;

        if (n == 0)
                return 0;
        if (n < 3)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Invalid partial specification for virtio ccw address");
        if (address->cssid.value > 0xfe || address->ssid.value > 3 || address->devno.value > 0xffff)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "Invalid specification for virtio ccw address: cssid='0x%x' ssid='0x%x' "
                                 "devno='0x%.4x'",
                                 address->cssid.value, address->ssid.value, address->devno.value);
        return 0;
}

int device_info_check(const void *s, Error *err)
{
        const DeviceInfo *info = s;
        const char *loadparm = info->boot_loadparm;

        if (info->rom_enabled == YESNO_NO && (info->rom_bar != SWITCH_ABSENT || info->rom_file))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "ROM tuning is not supported when ROM is disabled");
        if (!loadparm)
                return 0;
        if (!*loadparm || strlen(loadparm) > 8)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "loadparm value '%s' must be between 1 and 8 characters",
                                 loadparm);
        for (const char *c = loadparm; *c; c++)
                if (!g_ascii_isalnum(*c) && *c != '.' && *c != ' ')
                        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                         "invalid loadparm value '%s', expecting chars in set of [a-zA-Z0-9.] and "
                                         "blank spaces",
                                         loadparm);
        return 0;
}

/* Which models are of which type: they stand together in the enumeration. */
static bool is_model_of(ControllerModel model, ControllerType type)
{
        switch (type) {
        case CONTROLLER_PCI: return model >= CONTROLLER_MODEL_PCI_ROOT && model <= CONTROLLER_MODEL_PCIE_EXPANDER_BUS;
        case CONTROLLER_SCSI: return model >= CONTROLLER_MODEL_AUTO && model <= CONTROLLER_MODEL_AM53C974;
        case CONTROLLER_USB: return model >= CONTROLLER_MODEL_PIIX3_UHCI && model <= CONTROLLER_MODEL_DISABLED;
        case CONTROLLER_IDE: return model >= CONTROLLER_MODEL_PIIX3 && model <= CONTROLLER_MODEL_ICH6;
        case CONTROLLER_VIRTIO_SERIAL:
                return model == CONTROLLER_MODEL_VIRTIO || model == CONTROLLER_MODEL_VIRTIO_TRANSITIONAL ||
                       model == CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL;
        default: return false;
        }
}

static int check_controller_options(const Controller *controller, Error *err)
{
        bool virtio_scsi = controller->model == CONTROLLER_MODEL_VIRTIO_SCSI ||
                           controller->model == CONTROLLER_MODEL_VIRTIO_TRANSITIONAL ||
                           controller->model == CONTROLLER_MODEL_VIRTIO_NON_TRANSITIONAL;

        if (controller->model != CONTROLLER_MODEL_NONE && !is_model_of(controller->model, controller->type))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Unknown model type '%s'",
                                 enum_text(ControllerModel, controller->model));
        if (controller->iothread && !virtio_scsi)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "'iothread' attribute only supported for virtio scsi controllers");
        return 0;
}

int controller_check(const void *s, Error *err)
{
        const Controller *controller = s;

        if (controller->index.set && controller->index.value > INT_MAX)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Invalid value for attribute 'index' in element 'controller': '%u'. Expected integer "
                                 "value",
                                 controller->index.value);
        if (check_controller_options(controller, err) < 0)
                return -1;
        if (controller->model != CONTROLLER_MODEL_PCI_ROOT && controller->model != CONTROLLER_MODEL_PCIE_ROOT)
                return 0;
        if (controller->info.address)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "pci-root and pcie-root controllers should not have an address");
        return 0;
}

/* Two digits at most on each side of the point. */
static bool is_usb_version(const char *version)
{
        for (int side = 0; side < 2; side++) {
                size_t n = strspn(version, "0123456789");

                if (n < 1 || n > 2 || version[n] != (side == 0 ? '.' : '\0'))
                        return false;
                version += n + 1;
        }
        return true;
}

int redir_rule_check(const void *s, Error *err)
{
        const RedirRule *rule = s;

        if (rule->class.set && rule->class.value > 0xff)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Invalid USB Class code 0x%x", rule->class.value);
        if (rule->version && !is_usb_version(rule->version))
                return error_set(err, VIR_ERR_XML_ERROR, "Cannot parse USB device version %s", rule->version);
        return 0;
}

int shmem_check(const void *s, Error *err)
{
        const Shmem *shmem = s;

        if (shmem->has_msi && !shmem->has_server && !shmem->server && shmem->model != SHMEM_IVSHMEM_DOORBELL)
                return error_set(err, VIR_ERR_XML_ERROR, "msi option is only supported with a server");
        return 0;
}

int launch_security_check(const void *s, Error *err)
{
        const LaunchSecurity *secrecy = s;

        if (secrecy->type == LAUNCH_SECURITY_SEV && !secrecy->policy.set)
                return error_set(err, VIR_ERR_XML_ERROR, "failed to get launch security policy");
        return 0;
}

int numatune_check(const void *s, Error *err)
{
        const Numatune *tune = s;

        if (tune->placement == PLACEMENT_STATIC && !tune->nodeset)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "nodeset for NUMA memory tuning must be set if 'placement' is 'static'");
        if (tune->placement == PLACEMENT_AUTO && tune->n_memnodes)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Per-node binding is not compatible with automatic NUMA placement.");
        for (size_t i = 0; i < tune->n_memnodes; i++)
                if (tune->mode == NUMA_MODE_RESTRICTIVE && tune->memnodes[i].mode != NUMA_MODE_RESTRICTIVE)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "'restrictive' mode is required in memnode element when mode is "
                                         "'restrictive' in memory element");
        return 0;
}

static int check_pages(const Hugepage *pages, size_t i, size_t cells, Error *err)
{
        const Bitmap *nodes = pages[i].nodeset;

        if (pages[i].size_kib == 0)
                return error_set(err, VIR_ERR_XML_DETAIL, "hugepage size can't be zero");
        for (long node = nodes ? bitmap_next(nodes, -1) : -1; node >= 0; node = bitmap_next(nodes, node)) {
                if ((size_t)node >= cells)
                        return error_set(err, VIR_ERR_XML_DETAIL, "hugepages: node %ld not found", node);
                for (size_t k = 0; k < i; k++)
                        if (pages[k].nodeset && bitmap_get(pages[k].nodeset, (size_t)node))
                                return error_set(err, VIR_ERR_XML_DETAIL,
                                                 "nodeset attribute of hugepages of sizes %" PRIu64 " and %" PRIu64
                                                 " intersect",
                                                 pages[i].size_kib, pages[k].size_kib);
        }
        for (size_t k = 0; k < i && !nodes; k++)
                if (!pages[k].nodeset)
                        return error_set(err, VIR_ERR_XML_DETAIL,
                                         "two master hugepages detected: %" PRIu64 " and %" PRIu64, pages[i].size_kib,
                                         pages[k].size_kib);
        return 0;
}

static int check_hugepages(const Domain *d, Error *err)
{
        const MemoryBacking *backing = d->memory_backing;

        for (size_t i = 0; backing && i < backing->n_pages; i++)
                if (check_pages(backing->pages, i, d->cpu ? d->cpu->n_cells : 0, err) < 0)
                        return -1;
        return 0;
}

static bool same_drive(const DiskBus bus, const Address *a, const DiskBus other_bus, const Address *b)
{
        return bus == other_bus && a && b && a->type == ADDRESS_DRIVE && b->type == ADDRESS_DRIVE &&
               memcmp(&a->drive, &b->drive, sizeof(a->drive)) == 0;
}

static bool has_drive(const Disk *disk)
{
        return disk->info.address && disk->info.address->type == ADDRESS_DRIVE;
}

static int check_drives(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_disks; i++)
                for (size_t k = has_drive(&d->disks[i]) ? i + 1 : d->n_disks; k < d->n_disks; k++) {
                        const Disk *a = &d->disks[i], *b = &d->disks[k];
                        const Address *place = a->info.address;

                        if (same_drive(a->bus, place, b->bus, b->info.address))
                                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                                 "Found duplicate drive address for disk with target name '%s' "
                                                 "controller='%u' bus='%u' target='%u' unit='%u'",
                                                 a->target, place->drive.controller, place->drive.bus,
                                                 place->drive.target, place->drive.unit);
                }
        return 0;
}

static int check_scsi_hostdev(const Domain *d, size_t index, Error *err)
{
        const Address *place = d->hostdevs[index].info.address;

        for (size_t i = 0; i < d->n_disks; i++)
                if (same_drive(DISK_BUS_SCSI, place, d->disks[i].bus, d->disks[i].info.address))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "using disk target name '%s' conflicts with SCSI host device address "
                                         "controller='%u' bus='%u' target='%u' unit='%u",
                                         d->disks[i].target, place->drive.controller, place->drive.bus,
                                         place->drive.target, place->drive.unit);
        for (size_t i = 0; i < index; i++)
                if (d->hostdevs[i].type == HOSTDEV_SCSI &&
                    same_drive(DISK_BUS_SCSI, place, DISK_BUS_SCSI, d->hostdevs[i].info.address))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "SCSI host address controller='%u' bus='%u' target='%u' unit='%u' in use by "
                                         "another SCSI host device",
                                         place->drive.controller, place->drive.bus, place->drive.target,
                                         place->drive.unit);
        return 0;
}

static bool same_hostdev(const Hostdev *a, const Hostdev *b)
{
        if (a->mode != b->mode || a->type != b->type)
                return false;
        switch (a->type) {
        case HOSTDEV_PCI: return memcmp(&a->pci.address, &b->pci.address, sizeof(a->pci.address)) == 0;
        case HOSTDEV_USB: return !rows_compare(&UsbHostdev_rows, &a->usb, &b->usb, 0, NULL, NULL);
        case HOSTDEV_SCSI: return !rows_compare(&ScsiHostdev_rows, &a->scsi, &b->scsi, 0, NULL, NULL);
        case HOSTDEV_MDEV: return g_strcmp0(a->mdev.uuid, b->mdev.uuid) == 0;
        default: return false;
        }
}

static int check_hostdevs(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_hostdevs; i++) {
                for (size_t k = 0; k < i; k++)
                        if (same_hostdev(&d->hostdevs[i], &d->hostdevs[k]))
                                return error_set(err, VIR_ERR_XML_ERROR,
                                                 "Hostdev already exists in the domain configuration");
                if (d->hostdevs[i].type == HOSTDEV_SCSI && check_scsi_hostdev(d, i, err) < 0)
                        return -1;
        }
        return 0;
}

static int check_seclabels(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_seclabels; i++)
                for (size_t k = 0; k < i; k++)
                        if (g_strcmp0(d->seclabels[i].model, d->seclabels[k].model) == 0)
                                return error_set(err, VIR_ERR_XML_DETAIL, "seclabel for model %s is already provided",
                                                 d->seclabels[i].model ? d->seclabels[i].model : "none");
        return 0;
}

static int check_videos(const Domain *d, Error *err)
{
        for (size_t i = 0; d->n_videos > 1 && i < d->n_videos; i++)
                if (d->videos[i].type == VIDEO_NONE)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "a 'none' video type must be the only video device defined for the domain");
        return 0;
}

/* The guest must not be told two different uuids. */
static int check_sysinfo(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_sysinfo; i++)
                for (size_t k = 0; k < d->sysinfo[i].n_system; k++) {
                        const SysinfoEntry *entry = &d->sysinfo[i].system[k];
                        Uuid uuid;

                        if (g_strcmp0(entry->name, "uuid") != 0 || !entry->value)
                                continue;
                        if (!uuid_parse(entry->value, uuid))
                                return error_set(err, VIR_ERR_XML_DETAIL, "malformed <sysinfo> uuid element");
                        if (memcmp(uuid, d->uuid, sizeof(uuid)) != 0)
                                return error_set(err, VIR_ERR_XML_DETAIL, "UUID mismatch between <uuid> and <sysinfo>");
                }
        return 0;
}

static int check_schedulers(const Domain *d, Error *err)
{
        const Cputune *tune = d->cputune;

        for (size_t i = 0; tune && i < tune->n_iothreadscheds; i++) {
                long id = bitmap_next(tune->iothreadscheds[i].iothreads, -1);

                if (!domain_has_iothread(d, (unsigned)id))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Cannot find 'iothread' : %ld", id);
        }
        return 0;
}

/* Far more than any host can give to a guest; the rules below compare each with each. */
static int check_counts(const Domain *d, Error *err)
{
        enum { DEVICES_MAX = 2048 };

        if (d->n_disks > DEVICES_MAX || d->n_hostdevs > DEVICES_MAX || d->n_seclabels > DEVICES_MAX ||
            d->n_controllers > DEVICES_MAX || (d->memory_backing && d->memory_backing->n_pages > DEVICES_MAX))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "more than %d disks, controllers, host devices, sizes of pages or security labels are "
                                 "not supported",
                                 DEVICES_MAX);
        return 0;
}

int domain_check_rules(const Domain *d, Error *err)
{
        if (check_counts(d, err) < 0)
                return -1;
        if (check_drives(d, err) < 0 || check_hostdevs(d, err) < 0 || check_seclabels(d, err) < 0)
                return -1;
        if (domain_check_machine(d, err) < 0 || domain_check_each_device(d, err) < 0)
                return -1;
        if (check_videos(d, err) < 0 || check_sysinfo(d, err) < 0)
                return -1;
        if (check_hugepages(d, err) < 0 || domain_check_devices(d, err) < 0)
                return -1;
        return check_schedulers(d, err);
}
