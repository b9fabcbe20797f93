/* Rules of bhyve's guests: one PCI bus. Slot 0 is the host bridge, slot 1 is kept for the bridge to ISA, which a guest with
 * serial ports or firmware needs. */
#include "bhyve/bhyve_rules.h"

#include <string.h>

#include "conf/driver_namespaces.h"
#include "util/file.h"

enum { SLOTS = 32, ISA_SLOT = 1, FUNCTIONS = 8, AHCI_PORTS = 32 };

unsigned bhyve_feature(const char *name)
{
        static const struct {
                const char *name;
                unsigned feature;
        } names[] = {
                { "rtc-utc", BHYVE_RTC_UTC },
                { "ahci32slot", BHYVE_AHCI_32_SLOT },
                { "net-e1000", BHYVE_NET_E1000 },
                { "lpc-bootrom", BHYVE_LPC_BOOTROM },
                { "fbuf", BHYVE_FBUF },
                { "xhci", BHYVE_XHCI },
                { "cputopology", BHYVE_CPU_TOPOLOGY },
                { "sound-hda", BHYVE_SOUND_HDA },
                { "vnc-password", BHYVE_VNC_PASSWORD },
                { "virtio-9p", BHYVE_VIRTIO_9P },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
                if (strcmp(names[i].name, name) == 0)
                        return names[i].feature;
        return 0;
}

static unsigned features_of(const void *context)
{
        return context ? ((const BhyveContext *)context)->features : BHYVE_ALL;
}

static Controller *find_controller(const Domain *d, ControllerType type)
{
        for (size_t i = 0; i < d->n_controllers; i++)
                if (d->controllers[i].type == type)
                        return &d->controllers[i];
        return NULL;
}

static Controller *need_controller(Domain *d, ControllerType type)
{
        Controller *controller = find_controller(d, type);

        if (controller)
                return controller;
        controller = rows_list_insert(&Controller_rows, &d->controllers, &d->n_controllers, d->n_controllers);
        controller->type = type;
        controller->index = (OptUint){ .value = 0, .set = true };
        return controller;
}

static void need_controllers(Domain *d)
{
        Controller *root = need_controller(d, CONTROLLER_PCI);

        if (root->model == CONTROLLER_MODEL_NONE)
                root->model = CONTROLLER_MODEL_PCI_ROOT;
        if (d->n_serials > 0 || d->n_consoles > 0 || d->os.loader)
                need_controller(d, CONTROLLER_ISA);
}

/* An old bhyve has one disk on an AHCI controller. */
static void place_sata_disk(Disk *disk, unsigned features)
{
        unsigned ports = features & BHYVE_AHCI_32_SLOT ? AHCI_PORTS : 1;
        int number = disk->target ? disk_target_number(disk->target) : -1;

        if (disk->bus != DISK_BUS_SATA || disk->info.address || number < 0)
                return;
        disk->info.address = g_new0(Address, 1);
        disk->info.address->type = ADDRESS_DRIVE;
        disk->info.address->drive.controller = (unsigned)number / ports;
        disk->info.address->drive.unit = (unsigned)number % ports;
}

static void need_video(Domain *d)
{
        if (d->n_graphics > 0 && d->n_videos == 0)
                rows_list_insert(&Video_rows, &d->videos, &d->n_videos, 0);
        for (size_t i = 0; i < d->n_videos; i++) {
                if (d->videos[i].type == VIDEO_DEFAULT)
                        d->videos[i].type = VIDEO_GOP;
                if (d->videos[i].heads == 0 && d->videos[i].type != VIDEO_NONE)
                        d->videos[i].heads = 1;
        }
}

/* The usual one where it is there, otherwise any. */
static int choose_firmware(Domain *d, const BhyveContext *context, Error *err)
{
        static const char usual[] = "BHYVE_UEFI.fd";
        g_auto(GStrv) names = NULL;
        const char *name;

        if (d->os.firmware == FIRMWARE_NONE || d->os.loader)
                return 0;
        if (d->os.firmware != FIRMWARE_EFI)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "firmware '%s' is not supported: only efi",
                                 enum_text(OsFirmware, d->os.firmware));
        if (!context || !context->firmware_dir)
                return 0;
        if (dir_list(context->firmware_dir, ".fd", &names, err) < 0)
                return -1;
        if (!names[0])
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "no firmwares found in '%s'", context->firmware_dir);
        name = g_strv_contains((const char *const *)names, usual) ? usual : names[0];
        d->os.loader = g_build_filename(context->firmware_dir, name, NULL);
        d->os.loader_type = LOADER_PFLASH;
        d->os.loader_readonly = YESNO_YES;
        return 0;
}

static int early(Domain *d, unsigned flags, void *context, Error *err)
{
        if (choose_firmware(d, context, err) < 0)
                return -1;
        need_controllers(d);
        for (size_t i = 0; i < d->n_disks; i++)
                place_sata_disk(&d->disks[i], features_of(context));
        need_video(d);
        return 0;
}

/* Which functions of which slots are taken. */
typedef struct Bus {
        unsigned char taken[SLOTS];
        bool assign; /* second round: those without an address get one */
        Error *err;
} Bus;

static int take_function(Bus *bus, const PciAddress *address)
{
        if (address->domain || address->bus)
                return error_set(bus->err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Only PCI domain 0 and bus 0 are available, not %04x:%02x", address->domain,
                                 address->bus);
        if (address->slot >= SLOTS || address->function >= FUNCTIONS)
                return error_set(bus->err, VIR_ERR_XML_ERROR, "PCI slot %u function %u does not exist", address->slot,
                                 address->function);
        if (bus->taken[address->slot] & 1U << address->function)
                return error_set(bus->err, VIR_ERR_XML_ERROR, "Attempted double use of PCI Address 0000:00:%02x.%x",
                                 address->slot, address->function);
        bus->taken[address->slot] |= (unsigned char)(1U << address->function);
        return 0;
}

static int take_slot(Bus *bus, DeviceInfo *info, unsigned slot)
{
        if (!info->address)
                info->address = g_new0(Address, 1);
        info->address->type = ADDRESS_PCI;
        info->address->pci.slot = slot;
        return take_function(bus, &info->address->pci);
}

static bool is_placed(const DeviceInfo *info)
{
        const PciAddress *pci = info->address ? &info->address->pci : NULL;

        if (!info->address || info->address->type == ADDRESS_NONE)
                return false;
        return info->address->type != ADDRESS_PCI || pci->domain || pci->bus || pci->slot || pci->function;
}

/* First round: what has an address. Second: what has none, in the first slot that is free. */
static int visit(Bus *bus, DeviceInfo *info)
{
        if (is_placed(info)) {
                if (bus->assign || info->address->type != ADDRESS_PCI)
                        return 0;
                return take_function(bus, &info->address->pci);
        }
        for (unsigned slot = ISA_SLOT + 1; bus->assign && slot < SLOTS; slot++)
                if (bus->taken[slot] == 0)
                        return take_slot(bus, info, slot);
        return bus->assign ? error_set(bus->err, VIR_ERR_INTERNAL_ERROR, "No more available PCI slots") : 0;
}

/* What the address says in the second round is from the first: not to be taken twice. */
static int visit_controllers(Bus *bus, Domain *d)
{
        for (size_t i = 0; i < d->n_controllers; i++) {
                Controller *controller = &d->controllers[i];

                if (controller->type == CONTROLLER_PCI)
                        continue;
                if (bus->assign && controller->type == CONTROLLER_ISA && !is_placed(&controller->info) &&
                    bus->taken[ISA_SLOT] == 0) {
                        if (take_slot(bus, &controller->info, ISA_SLOT) < 0)
                                return -1;
                } else if (visit(bus, &controller->info) < 0) {
                        return -1;
                }
        }
        return 0;
}

static int visit_devices(Bus *bus, Domain *d)
{
        for (size_t i = 0; i < d->n_interfaces; i++)
                if (visit(bus, &d->interfaces[i].info) < 0)
                        return -1;
        for (size_t i = 0; i < d->n_disks; i++)
                if (d->disks[i].bus == DISK_BUS_VIRTIO && visit(bus, &d->disks[i].info) < 0)
                        return -1;
        for (size_t i = 0; i < d->n_videos; i++)
                if (visit(bus, &d->videos[i].info) < 0)
                        return -1;
        for (size_t i = 0; i < d->n_sounds; i++)
                if (visit(bus, &d->sounds[i].info) < 0)
                        return -1;
        for (size_t i = 0; i < d->n_filesystems; i++)
                if (visit(bus, &d->filesystems[i].info) < 0)
                        return -1;
        return 0;
}

static int settle(Domain *d, unsigned flags, void *context, Error *err)
{
        Bus bus = { .taken = { 1 }, .err = err };

        if (visit_controllers(&bus, d) < 0 || visit_devices(&bus, d) < 0)
                return -1;
        bus.assign = true;
        return visit_controllers(&bus, d) < 0 ? -1 : visit_devices(&bus, d);
}

static int check_controllers(const Domain *d, Error *err)
{
        unsigned isa = 0;

        for (size_t i = 0; i < d->n_controllers; i++) {
                const Controller *controller = &d->controllers[i];

                isa += controller->type == CONTROLLER_ISA;
                if (controller->type == CONTROLLER_USB && controller->model != CONTROLLER_MODEL_NEC_XHCI)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "only the nec-xhci USB controller is supported");
                if (controller->type == CONTROLLER_PCI && controller->model != CONTROLLER_MODEL_PCI_ROOT)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "only the pci-root controller is supported");
        }
        return isa <= 1 ? 0
                        : error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                    "only single ISA controller is supported, found %u", isa);
}

/* Devices that bhyve has no counterpart of. */
static int check_absent(const Domain *d, Error *err)
{
        const struct {
                const char *name;
                size_t n;
        } devices[] = {
                { "rng", d->n_rngs },           { "tpm", d->n_tpms },           { "channel", d->n_channels },
                { "parallel", d->n_parallels }, { "redirdev", d->n_redirdevs }, { "smartcard", d->n_smartcards },
                { "shmem", d->n_shmems },       { "hostdev", d->n_hostdevs },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(devices); i++)
                if (devices[i].n > 0)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "<%s> devices are not supported by bhyve",
                                         devices[i].name);
        return 0;
}

static int check(const Domain *d, void *context, Error *err)
{
        if (check_absent(d, err) < 0)
                return -1;
        for (size_t i = 0; i < d->n_filesystems; i++)
                if (d->filesystems[i].access != FS_ACCESS_PASSTHROUGH)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "only passthrough accessmode is supported for filesystems");
        return check_controllers(d, err);
}

const DomainRules bhyve_rules = {
        .name = "bhyve",
        .space = &bhyve_namespace,
        .features = DOMAIN_RULES_FIRMWARE,
        .arch = "x86_64",
        .early = early,
        .settle = settle,
        .check = check,
};
