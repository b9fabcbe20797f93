/* See settle.h: defaults and implied devices. */
#include "settle.h"

#include <string.h>

#include "argv.h"
#include "conf/qemu_namespace.h"
#include "util/auto.h"

Controller *controller_find(const Domain *domain, ControllerType type, unsigned index)
{
        for (size_t i = 0; i < domain->n_controllers; i++)
                if (domain->controllers[i].type == type && domain->controllers[i].index.value == index)
                        return &domain->controllers[i];
        return NULL;
}

/* Where libvirt puts a new one: behind the last of its type with a smaller index, else before what has a greater. */
static size_t controller_place(const Domain *domain, ControllerType type, unsigned index)
{
        size_t place = domain->n_controllers;
        bool found = false;

        for (size_t i = domain->n_controllers; i > 0 && !found; i--) {
                const Controller *other = &domain->controllers[i - 1];

                found = other->type == type;
                if (found)
                        place = other->index.value > index ? i - 1 : i;
        }
        return found ? place : domain->n_controllers;
}

Controller *controller_add(Domain *domain, ControllerType type, unsigned index, ControllerModel model)
{
        Controller *controller = rows_list_insert(&Controller_rows, &domain->controllers, &domain->n_controllers,
                                                  controller_place(domain, type, index));

        controller->type = type;
        controller->index = (OptUint){ .value = index, .set = true };
        controller->model = model;
        return controller;
}

static void controller_need(Domain *domain, ControllerType type, unsigned index)
{
        /* Drives address them by number: those below exist as well. */
        for (unsigned i = 0; i <= index; i++)
                if (!controller_find(domain, type, i))
                        controller_add(domain, type, i, CONTROLLER_MODEL_NONE);
}

int qemu_settle_emulator(Domain *domain, Error *err)
{
        const QemuArch *host = qemu_arch_of_host();

        if (!domain->os.type)
                domain->os.type = g_strdup("hvm");
        if (strcmp(domain->os.type, "hvm") != 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "the QEMU driver does not run guests of OS type '%s'",
                                 domain->os.type);
        if (domain->type != VIRT_QEMU && domain->type != VIRT_KVM)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "the QEMU driver does not run domains of type '%s'",
                                 enum_text(VirtType, domain->type));
        if (!domain->os.arch)
                domain->os.arch = g_strdup(host ? host->name : "x86_64");
        if (!qemu_arch_named(domain->os.arch))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unknown architecture '%s'", domain->os.arch);
        if (!domain->emulator)
                domain->emulator = qemu_find_binary(domain->os.arch);
        if (!domain->emulator)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "No emulator found for arch '%s' (install qemu-system-%s, or name one in <emulator>)",
                                 domain->os.arch, qemu_arch_named(domain->os.arch)->target);
        return 0;
}

/* Without any order of its own a guest boots from its first disk. */
static void settle_boot(Domain *domain)
{
        OsBoot *boot;

        if (domain->os.n_boot > 0)
                return;
        for (size_t i = 0; i < domain->n_disks; i++)
                if (domain->disks[i].info.boot_order > 0)
                        return;
        for (size_t i = 0; i < domain->n_interfaces; i++)
                if (domain->interfaces[i].info.boot_order > 0)
                        return;
        boot = rows_list_insert(&OsBoot_rows, &domain->os.boot, &domain->os.n_boot, 0);
        boot->dev = BOOT_HD;
}

static int settle_machine(Domain *domain, const QemuCaps *caps, Error *err)
{
        const QemuMachine *machine =
                domain->os.machine ? qemu_caps_machine(caps, domain->os.machine) : qemu_caps_default_machine(caps);

        if (!machine && !domain->os.machine)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "%s has no default machine; name one in <os>",
                                 caps->binary);
        if (!machine)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Emulator '%s' does not support machine type '%s'",
                                 caps->binary, domain->os.machine);
        g_free(domain->os.machine);
        domain->os.machine = g_strdup(machine->name);
        settle_boot(domain);
        return 0;
}

/* The model that the machine would take anyway, written down so that it stays when the machine's default moves. */
static void settle_cpu(Domain *domain, const QemuCaps *caps)
{
        const QemuMachine *machine = qemu_caps_machine(caps, domain->os.machine);
        const char *type = machine ? machine->default_cpu : NULL;
        const char *dash = type ? strstr(type, "-x86_64-cpu") : NULL;

        if (type && !dash)
                dash = strstr(type, "-i386-cpu");
        if (!domain_is_x86(domain) || !dash)
                return;
        if (domain->cpu && (domain->cpu->mode != CPU_MODE_NONE || domain->cpu->model))
                return;
        if (!domain->cpu) {
                domain->cpu = g_new0(Cpu, 1);
                rows_init(&Cpu_rows, domain->cpu);
        }
        domain->cpu->mode = CPU_MODE_CUSTOM;
        domain->cpu->match = CPU_MATCH_EXACT;
        domain->cpu->check = CPU_CHECK_NONE;
        domain->cpu->fallback = CPU_FALLBACK_FORBID;
        domain->cpu->model = g_strndup(type, (gsize)(dash - type));
}

/* Disks */

int disk_index_of(const char *target)
{
        static const char *const prefixes[] = { "fd", "hd", "sd", "vd", "xvd", "ubd", NULL };
        int index = 0;

        for (const char *const *prefix = prefixes; *prefix; prefix++) {
                const char *at = target + strlen(*prefix);

                if (!g_str_has_prefix(target, *prefix) || !g_ascii_islower(*at))
                        continue;
                for (; g_ascii_islower(*at) && index < 100000; at++)
                        index = index * 26 + (*at - 'a' + 1);
                return *at == '\0' || g_ascii_isdigit(*at) ? index - 1 : -1;
        }
        return -1;
}

static DiskBus bus_of_target(const Disk *disk)
{
        if (disk->device == DISK_DEVICE_FLOPPY)
                return DISK_BUS_FDC;
        if (g_str_has_prefix(disk->target, "hd"))
                return DISK_BUS_IDE;
        if (g_str_has_prefix(disk->target, "sd"))
                return DISK_BUS_SCSI;
        if (g_str_has_prefix(disk->target, "vd"))
                return DISK_BUS_VIRTIO;
        return DISK_BUS_IDE;
}

static int settle_disk(Disk *disk, Error *err)
{
        if (!disk->target)
                return error_set(err, VIR_ERR_XML_ERROR, "missing target for a disk");
        if (!disk->driver)
                disk->driver = g_strdup("qemu");
        if (disk->bus == DISK_BUS_NONE)
                disk->bus = bus_of_target(disk);
        if (disk->source.format == IMAGE_FORMAT_NONE)
                disk->source.format = IMAGE_FORMAT_RAW;
        if (disk->device == DISK_DEVICE_CDROM)
                disk->readonly = true;
        return 0;
}

static int settle_disks(Domain *domain, Error *err)
{
        for (size_t i = 0; i < domain->n_disks; i++)
                if (settle_disk(&domain->disks[i], err) < 0)
                        return -1;
        return 0;
}

/* Interfaces */

static const char *default_nic(const QemuCaps *caps)
{
        static const char *const models[] = { "rtl8139", "e1000", NULL };

        for (const char *const *model = models; *model; model++)
                if (qemu_caps_has_type(caps, *model))
                        return *model;
        return "virtio";
}

static void settle_interfaces(Domain *domain, const QemuCaps *caps)
{
        for (size_t i = 0; i < domain->n_interfaces; i++) {
                Interface *nic = &domain->interfaces[i];

                if (!nic->model)
                        nic->model = g_strdup(domain_is_x86(domain) ? default_nic(caps) : "virtio");
        }
}

/* Character devices */

static void settle_serials(Domain *domain)
{
        for (size_t i = 0; i < domain->n_serials; i++) {
                Serial *serial = &domain->serials[i];
                static const SerialModel models[] = {
                        [SERIAL_TARGET_ISA_SERIAL] = SERIAL_MODEL_ISA_SERIAL,
                        [SERIAL_TARGET_USB_SERIAL] = SERIAL_MODEL_USB_SERIAL,
                        [SERIAL_TARGET_PCI_SERIAL] = SERIAL_MODEL_PCI_SERIAL,
                        [SERIAL_TARGET_ISA_DEBUG] = SERIAL_MODEL_ISA_DEBUGCON,
                };

                if (serial->target == SERIAL_TARGET_NONE && domain_is_x86(domain))
                        serial->target = SERIAL_TARGET_ISA_SERIAL;
                if (serial->model == SERIAL_MODEL_NONE && serial->target < ARRAY_SIZE(models))
                        serial->model = models[serial->target];
                if (!serial->port.set)
                        serial->port = (OptUint){ .value = (unsigned)i, .set = true };
        }
}

/* The first console and the first serial port of an x86 machine are one device under two names. */
static void settle_consoles(Domain *domain)
{
        Console *console = domain->n_consoles > 0 ? &domain->consoles[0] : NULL;

        if (console && console->target == CONSOLE_TARGET_NONE)
                console->target = CONSOLE_TARGET_SERIAL;
        if (console && console->target == CONSOLE_TARGET_SERIAL && domain->n_serials == 0) {
                Serial *serial = rows_list_insert(&Serial_rows, &domain->serials, &domain->n_serials, 0);

                rows_copy(&Chardev_rows, &serial->source, &console->source);
                settle_serials(domain);
        }
        if (domain->n_serials > 0 && (!console || console->target != CONSOLE_TARGET_SERIAL)) {
                console = rows_list_insert(&Console_rows, &domain->consoles, &domain->n_consoles, 0);
                console->target = CONSOLE_TARGET_SERIAL;
                rows_copy(&Chardev_rows, &console->source, &domain->serials[0].source);
        }
        for (size_t i = 0; i < domain->n_consoles; i++)
                if (!domain->consoles[i].port.set)
                        domain->consoles[i].port = (OptUint){ .value = (unsigned)i, .set = true };
}

/* Implied devices */

static bool has_input(const Domain *domain, InputType type, InputBus bus)
{
        for (size_t i = 0; i < domain->n_inputs; i++)
                if (domain->inputs[i].type == type && domain->inputs[i].bus == bus)
                        return true;
        return false;
}

static void settle_inputs(Domain *domain)
{
        static const InputType types[] = { INPUT_MOUSE, INPUT_KEYBOARD };

        for (size_t i = 0; i < domain->n_inputs; i++)
                if (domain->inputs[i].bus == INPUT_BUS_DEFAULT)
                        domain->inputs[i].bus = domain->inputs[i].type == INPUT_TABLET ? INPUT_BUS_USB : INPUT_BUS_PS2;
        for (size_t i = 0; domain_is_x86(domain) && i < ARRAY_SIZE(types); i++) {
                Input *input;

                if (has_input(domain, types[i], INPUT_BUS_PS2))
                        continue;
                input = rows_list_insert(&Input_rows, &domain->inputs, &domain->n_inputs, domain->n_inputs);
                input->type = types[i];
                input->bus = INPUT_BUS_PS2;
        }
}

static void settle_listen(GraphicsListen **listens, size_t *n)
{
        GraphicsListen *listen;

        if (*n > 0)
                return;
        listen = rows_list_insert(&GraphicsListen_rows, listens, n, 0);
        listen->type = LISTEN_ADDRESS;
}

static void settle_graphics(Domain *domain)
{
        for (size_t i = 0; i < domain->n_graphics; i++) {
                Graphics *graphics = &domain->graphics[i];

                if (graphics->type == GRAPHICS_VNC) {
                        settle_listen(&graphics->vnc.listens, &graphics->vnc.n_listens);
                        if (graphics->vnc.port == 0 && graphics->vnc.listens[0].type != LISTEN_SOCKET &&
                            graphics->vnc.listens[0].type != LISTEN_NO) {
                                graphics->vnc.port = -1;
                                graphics->vnc.autoport = YESNO_YES;
                        }
                } else if (graphics->type == GRAPHICS_SPICE) {
                        settle_listen(&graphics->spice.listens, &graphics->spice.n_listens);
                        if (graphics->spice.port == 0 && graphics->spice.tls_port == 0)
                                graphics->spice.autoport = YESNO_YES;
                }
        }
}

static void settle_video_memory(Video *video)
{
        switch (video->type) {
        case VIDEO_QXL:
                video->ram_kib = video->ram_kib ? video->ram_kib : 64 * 1024;
                video->vram_kib = video->vram_kib ? video->vram_kib : 64 * 1024;
                video->vgamem_kib = video->vgamem_kib ? video->vgamem_kib : 16 * 1024;
                break;
        case VIDEO_VGA:
        case VIDEO_CIRRUS:
        case VIDEO_VMVGA:
        case VIDEO_BOCHS: video->vram_kib = video->vram_kib ? video->vram_kib : 16 * 1024; break;
        default: break;
        }
}

static VideoType default_video(const QemuCaps *caps)
{
        if (qemu_caps_has_type(caps, "cirrus-vga"))
                return VIDEO_CIRRUS;
        return qemu_caps_has_type(caps, "VGA") ? VIDEO_VGA : VIDEO_VIRTIO;
}

static void settle_videos(Domain *domain, const QemuCaps *caps)
{
        if (domain->n_graphics > 0 && domain->n_videos == 0)
                rows_list_insert(&Video_rows, &domain->videos, &domain->n_videos, 0);
        for (size_t i = 0; i < domain->n_videos; i++) {
                Video *video = &domain->videos[i];

                if (video->type == VIDEO_DEFAULT)
                        video->type = default_video(caps);
                if (video->type == VIDEO_NONE)
                        continue;
                if (i == 0 && video->primary == YESNO_ABSENT)
                        video->primary = YESNO_YES;
                if (video->heads == 0 && video->type != VIDEO_RAMFB)
                        video->heads = 1;
                settle_video_memory(video);
        }
}

static void settle_audio(Domain *domain)
{
        Audio *audio;
        bool spice = false;

        if (domain->n_audios > 0)
                return;
        for (size_t i = 0; i < domain->n_graphics; i++)
                spice |= domain->graphics[i].type == GRAPHICS_SPICE;
        audio = rows_list_insert(&Audio_rows, &domain->audios, &domain->n_audios, 0);
        audio->id = 1;
        audio->type = spice ? AUDIO_SPICE : AUDIO_SILENT;
}

static void settle_balloon(Domain *domain)
{
        if (domain->memballoon)
                return;
        domain->memballoon = g_new0(Memballoon, 1);
        rows_init(&Memballoon_rows, domain->memballoon);
        domain->memballoon->model = BALLOON_VIRTIO;
}

/* The chip set has one, and there is no way to leave it out. */
static void settle_watchdog(Domain *domain)
{
        Watchdog *watchdog;

        for (size_t i = 0; i < domain->n_watchdogs; i++)
                if (domain->watchdogs[i].action == WATCHDOG_ACTION_DEFAULT)
                        domain->watchdogs[i].action = WATCHDOG_ACTION_RESET;
        for (size_t i = 0; i < domain->n_watchdogs; i++)
                if (domain->watchdogs[i].model == WATCHDOG_ITCO)
                        return;
        if (!domain_is_q35(domain))
                return;
        watchdog = rows_list_insert(&Watchdog_rows, &domain->watchdogs, &domain->n_watchdogs, domain->n_watchdogs);
        watchdog->model = WATCHDOG_ITCO;
        watchdog->action = domain->n_watchdogs > 1 ? domain->watchdogs[0].action : WATCHDOG_ACTION_RESET;
}

static void settle_rngs(Domain *domain)
{
        for (size_t i = 0; i < domain->n_rngs; i++) {
                Rng *rng = &domain->rngs[i];

                if (rng->backend == RNG_BACKEND_RANDOM && !rng->random)
                        rng->random = g_strdup("/dev/urandom");
        }
}

void qemu_name_iothreads(Domain *domain)
{
        for (unsigned id = 1; domain->n_iothread_ids < domain->iothreads && id <= domain->iothreads; id++) {
                Iothread *thread;
                bool taken = false;

                for (size_t i = 0; i < domain->n_iothread_ids; i++)
                        taken |= domain->iothread_ids[i].id == id;
                if (taken)
                        continue;
                thread = rows_list_insert(&Iothread_rows, &domain->iothread_ids, &domain->n_iothread_ids,
                                          domain->n_iothread_ids);
                thread->id = id;
        }
}

/* Controllers */

static ControllerModel default_usb(const Domain *domain, const QemuCaps *caps)
{
        if (domain_is_q35(domain) && qemu_caps_has_type(caps, "qemu-xhci"))
                return CONTROLLER_MODEL_QEMU_XHCI;
        if (domain_is_x86(domain))
                return CONTROLLER_MODEL_PIIX3_UHCI;
        return qemu_caps_has_type(caps, "qemu-xhci") ? CONTROLLER_MODEL_QEMU_XHCI : CONTROLLER_MODEL_PCI_OHCI;
}

static void settle_controller_models(Domain *domain, const QemuCaps *caps)
{
        for (size_t i = 0; i < domain->n_controllers; i++) {
                Controller *controller = &domain->controllers[i];

                if (controller->model != CONTROLLER_MODEL_NONE)
                        continue;
                if (controller->type == CONTROLLER_USB)
                        controller->model = default_usb(domain, caps);
                else if (controller->type == CONTROLLER_SCSI)
                        controller->model = domain_is_x86(domain) && qemu_caps_has_type(caps, "lsi53c895a")
                                                    ? CONTROLLER_MODEL_LSILOGIC
                                                    : CONTROLLER_MODEL_VIRTIO_SCSI;
        }
}

static void settle_roots(Domain *domain)
{
        if (!controller_find(domain, CONTROLLER_USB, 0))
                controller_add(domain, CONTROLLER_USB, 0, CONTROLLER_MODEL_NONE);
        if (domain_is_q35(domain) && !controller_find(domain, CONTROLLER_SATA, 0))
                controller_add(domain, CONTROLLER_SATA, 0, CONTROLLER_MODEL_NONE);
        if (!controller_find(domain, CONTROLLER_PCI, 0))
                controller_add(domain, CONTROLLER_PCI, 0,
                               domain_is_i440fx(domain) ? CONTROLLER_MODEL_PCI_ROOT : CONTROLLER_MODEL_PCIE_ROOT);
}

static ControllerType controller_for(DiskBus bus)
{
        switch (bus) {
        case DISK_BUS_IDE: return CONTROLLER_IDE;
        case DISK_BUS_SATA: return CONTROLLER_SATA;
        case DISK_BUS_SCSI: return CONTROLLER_SCSI;
        case DISK_BUS_FDC: return CONTROLLER_FDC;
        default: return CONTROLLER_NONE;
        }
}

/* Drives sit where their target's number says, unless the document says otherwise. */
static void settle_drive(Domain *domain, Disk *disk)
{
        int index = disk_index_of(disk->target);
        unsigned n = index < 0 ? 0 : (unsigned)index;
        Address *address = disk->info.address;

        if (!address) {
                address = g_new0(Address, 1);
                rows_init(&Address_rows, address);
                address->type = ADDRESS_DRIVE;
                if (disk->bus == DISK_BUS_IDE)
                        address->drive = (DriveAddress){ .controller = n / 4, .bus = n % 4 / 2, .unit = n % 2 };
                else if (disk->bus == DISK_BUS_SATA)
                        address->drive = (DriveAddress){ .controller = n / 6, .unit = n % 6 };
                else if (disk->bus == DISK_BUS_FDC)
                        address->drive = (DriveAddress){ .controller = n / 2, .unit = n % 2 };
                else
                        address->drive = (DriveAddress){ .controller = n / 7, .unit = n % 7 };
                disk->info.address = address;
        }
        if (address->type == ADDRESS_DRIVE)
                controller_need(domain, controller_for(disk->bus), address->drive.controller);
}

static void settle_drives(Domain *domain)
{
        for (size_t i = 0; i < domain->n_disks; i++)
                if (controller_for(domain->disks[i].bus) != CONTROLLER_NONE)
                        settle_drive(domain, &domain->disks[i]);
}

static void settle_virtio_serial(Domain *domain)
{
        for (size_t i = 0; i < domain->n_channels; i++) {
                const Address *address = domain->channels[i].info.address;

                if (domain->channels[i].target == CHANNEL_TARGET_VIRTIO)
                        controller_need(domain, CONTROLLER_VIRTIO_SERIAL,
                                        address && address->type == ADDRESS_VIRTIO_SERIAL
                                                ? address->virtio_serial.controller
                                                : 0);
        }
        for (size_t i = 0; i < domain->n_consoles; i++)
                if (domain->consoles[i].target == CONSOLE_TARGET_VIRTIO)
                        controller_need(domain, CONTROLLER_VIRTIO_SERIAL, 0);
}

/* What is part of the machine stands before what its devices need: the common rules add that. */
static int settle_early(Domain *domain, unsigned flags, void *opaque, Error *err)
{
        QemuContext *context = opaque;

        if (qemu_settle_emulator(domain, err) < 0)
                return -1;
        if (!context->caps)
                context->caps = context->owned = qemu_caps_get(context->cache, domain->emulator, err);
        if (!context->caps || settle_machine(domain, context->caps, err) < 0)
                return -1;
        settle_roots(domain);
        return 0;
}

static int settle_late(Domain *domain, unsigned flags, void *opaque, Error *err)
{
        const QemuContext *context = opaque;
        const QemuCaps *caps = context->caps;

        if (settle_disks(domain, err) < 0)
                return -1;
        settle_cpu(domain, caps);
        settle_drives(domain);
        settle_interfaces(domain, caps);
        settle_serials(domain);
        settle_consoles(domain);
        settle_virtio_serial(domain);
        settle_controller_models(domain, caps);
        settle_inputs(domain);
        settle_graphics(domain);
        settle_videos(domain, caps);
        settle_audio(domain);
        settle_balloon(domain);
        settle_watchdog(domain);
        settle_rngs(domain);
        return qemu_settle_addresses(domain, err);
}

static int check(const Domain *domain, void *opaque, Error *err)
{
        const QemuContext *context = opaque;

        return qemu_check(domain, context->caps, err);
}

const DomainRules qemu_rules = {
        .name = "QEMU",
        .space = &qemu_namespace,
        .features = DOMAIN_RULES_MEMORY_HOTPLUG | DOMAIN_RULES_INDIVIDUAL_VCPUS | DOMAIN_RULES_FIRMWARE |
                    DOMAIN_RULES_USER_ALIAS,
        .early = settle_early,
        .settle = settle_late,
        .check = check,
};

int qemu_settle(Domain *domain, const QemuCaps *caps, Error *err)
{
        return domain_settle_for(&qemu_rules, &(QemuContext){ .caps = caps }, domain, DOMAIN_PARSE_INACTIVE, err);
}
