/* See settle.h: the devices that a machine has, or gets, without being asked. */
#include "rules/settle.h"

#include <string.h>

/* By machine: what stands in every document of it. */
typedef struct Implied {
        bool usb, sata, pci_root, pcie_root, memballoon, usb_keyboard, usb_mouse, ps2, panic, itco, iommu;
        ControllerModel usb_model;
} Implied;

static void imply_x86(const Domain *domain, const QemuCaps *caps, Implied *implied)
{
        implied->memballoon = true;
        implied->ps2 = !domain_is_microvm(domain);
        implied->usb = !domain_is_isapc(domain) && !domain_is_microvm(domain);
        implied->pci_root = domain_is_i440fx(domain);
        if (!domain_is_q35(domain))
                return;
        implied->pcie_root = true;
        implied->sata = true;
        implied->itco = true;
        if (qemu_caps_has_type(caps, "qemu-xhci"))
                implied->usb_model = CONTROLLER_MODEL_QEMU_XHCI;
        else if (qemu_caps_has_type(caps, "ich9-usb-ehci1"))
                implied->usb_model = CONTROLLER_MODEL_ICH9_EHCI1;
        /* More processors than the classic interrupt controller can name. */
        implied->iommu = domain->vcpu_max > 255 && domain->type == VIRT_KVM;
}

static Implied implied_by(const Domain *domain, const QemuCaps *caps)
{
        Implied implied = { .memballoon = true, .usb = true };
        const char *arch = domain->os.arch;

        if (domain_is_x86(domain)) {
                imply_x86(domain, caps, &implied);
        } else if (domain_is_arm(domain)) {
                implied.usb = implied.memballoon = false;
                implied.pci_root = g_strcmp0(domain->os.machine, "versatilepb") == 0;
                implied.pcie_root = domain_is_arm_virt(domain) && qemu_caps_has_type(caps, "gpex-pcihost");
        } else if (domain_is_riscv(domain)) {
                implied.usb = false;
                implied.pcie_root = domain_is_riscv_virt(domain) && qemu_caps_has_type(caps, "gpex-pcihost");
        } else if (domain_is_loongarch_virt(domain)) {
                implied.usb = false;
                implied.pcie_root = true;
        } else if (domain_is_ppc64(domain)) {
                implied.pci_root = implied.usb_keyboard = implied.usb_mouse = true;
                implied.panic = domain_is_pseries(domain);
        } else if (domain_is_s390(domain)) {
                implied.usb = false;
                implied.panic = true;
                implied.pci_root = qemu_caps_has_type(caps, "zpci");
        } else if (domain_is_mips(domain)) {
                implied.usb = domain_is_malta(domain);
                implied.pci_root = domain_is_malta(domain);
        } else if (strcmp(arch, "sparc64") == 0 || strcmp(arch, "alpha") == 0 || strcmp(arch, "ppc") == 0 ||
                   g_str_has_prefix(arch, "sh4")) {
                implied.pci_root = true;
        } else if (strcmp(arch, "sparc") == 0 || strcmp(arch, "m68k") == 0) {
                implied.usb = false;
        }
        return implied;
}

static bool has_usb(const Domain *domain)
{
        for (size_t i = 0; i < domain->n_controllers; i++)
                if (domain->controllers[i].type == CONTROLLER_USB)
                        return true;
        return false;
}

static void add_usb(Domain *domain, ControllerModel model)
{
        static const ControllerModel companions[] = { CONTROLLER_MODEL_ICH9_UHCI1, CONTROLLER_MODEL_ICH9_UHCI2,
                                                      CONTROLLER_MODEL_ICH9_UHCI3 };

        if (has_usb(domain))
                return;
        controller_add(domain, CONTROLLER_USB, 0, model);
        for (unsigned i = 0; model == CONTROLLER_MODEL_ICH9_EHCI1 && i < G_N_ELEMENTS(companions); i++) {
                Controller *companion = controller_add(domain, CONTROLLER_USB, 0, companions[i]);

                companion->info.master_port = (OptUint){ .value = 2 * i, .set = true };
        }
}

static int need_root(Domain *domain, ControllerModel model, Error *err)
{
        const Controller *root = controller_find(domain, CONTROLLER_PCI, 0);

        if (!root)
                controller_add(domain, CONTROLLER_PCI, 0, model);
        else if (root->model != model)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "The PCI controller with index='0' must be model='%s' for this machine type, but "
                                 "model='%s' was found instead",
                                 enum_text(ControllerModel, model), enum_text(ControllerModel, root->model));
        return 0;
}

static void need_balloon(Domain *domain)
{
        if (domain->memballoon)
                return;
        domain->memballoon = g_new0(Memballoon, 1);
        rows_init(&Memballoon_rows, domain->memballoon);
        domain->memballoon->model = BALLOON_VIRTIO;
}

static void need_input(Domain *domain, InputType type, InputBus bus)
{
        Input *input;

        for (size_t i = 0; i < domain->n_inputs; i++)
                if (domain->inputs[i].type == type &&
                    (domain->inputs[i].bus == bus || domain->inputs[i].bus == INPUT_BUS_DEFAULT))
                        return;
        input = rows_list_insert(&Input_rows, &domain->inputs, &domain->n_inputs, domain->n_inputs);
        input->type = type;
        input->bus = bus;
}

static bool has_tablet(const Domain *domain)
{
        for (size_t i = 0; i < domain->n_inputs; i++)
                if (domain->inputs[i].type == INPUT_TABLET)
                        return true;
        return false;
}

static void need_panic(Domain *domain)
{
        PanicModel model = domain_is_pseries(domain) ? PANIC_PSERIES : PANIC_S390;
        Panic *panic;

        for (size_t i = 0; i < domain->n_panics; i++)
                if (domain->panics[i].model == PANIC_DEFAULT || domain->panics[i].model == model)
                        return;
        panic = rows_list_insert(&Panic_rows, &domain->panics, &domain->n_panics, domain->n_panics);
        panic->model = model;
}

/* The chip set has one, and there is no way to leave it out. It does what another watchdog was told to do. */
static void need_itco(Domain *domain)
{
        WatchdogAction action = WATCHDOG_ACTION_DEFAULT;
        Watchdog *watchdog;

        for (size_t i = 0; i < domain->n_watchdogs; i++) {
                if (domain->watchdogs[i].model == WATCHDOG_ITCO)
                        return;
                if (action == WATCHDOG_ACTION_DEFAULT)
                        action = domain->watchdogs[i].action;
        }
        watchdog = rows_list_insert(&Watchdog_rows, &domain->watchdogs, &domain->n_watchdogs, domain->n_watchdogs);
        watchdog->model = WATCHDOG_ITCO;
        watchdog->action = action == WATCHDOG_ACTION_DEFAULT ? WATCHDOG_ACTION_RESET : action;
}

/* Interrupt remapping, for processors above number 254. */
static void need_iommu(Domain *domain)
{
        if (!domain->iommu) {
                domain->iommu = g_new0(Iommu, 1);
                rows_init(&Iommu_rows, domain->iommu);
                domain->iommu->model = IOMMU_INTEL;
        }
        if (domain->iommu->model != IOMMU_INTEL)
                return;
        if (domain->iommu->intremap == SWITCH_ABSENT)
                domain->iommu->intremap = SWITCH_ON;
        if (domain->iommu->eim == SWITCH_ABSENT)
                domain->iommu->eim = SWITCH_ON;
}

/* Which backend plays what the last display that says so carries; no display: none. */
AudioType qemu_implied_audio(const Domain *domain, const QemuContext *context)
{
        AudioType type = domain->n_graphics == 0 ? AUDIO_SILENT : AUDIO_NONE;

        for (size_t i = 0; i < domain->n_graphics; i++)
                switch (domain->graphics[i].type) {
                case GRAPHICS_SPICE: type = AUDIO_SPICE; break;
                case GRAPHICS_VNC: type = AUDIO_SILENT; break;
                case GRAPHICS_SDL:
                        if (context && context->audio_driver)
                                type = (AudioType)MAX(enum_value(AudioType, AUDIO, context->audio_driver), 0);
                        break;
                default: break;
                }
        return type;
}

static void add_audio(Domain *domain, const QemuContext *context)
{
        AudioType type = qemu_implied_audio(domain, context);
        Audio *audio;

        if (domain->n_audios > 0 || type == AUDIO_NONE)
                return;
        audio = rows_list_insert(&Audio_rows, &domain->audios, &domain->n_audios, 0);
        audio->id = 1;
        audio->type = type;
        if (type == AUDIO_SDL && context->sdl_driver)
                audio->driver = (SdlDriver)MAX(enum_value(SdlDriver, SDL_DRIVER, context->sdl_driver), 0);
}

static void add_video(Domain *domain)
{
        if (domain->n_videos == 0 && domain->n_graphics > 0)
                rows_list_insert(&Video_rows, &domain->videos, &domain->n_videos, 0);
}

int qemu_settle_implied(Domain *domain, const QemuContext *context, Error *err)
{
        Implied implied = implied_by(domain, context->caps);

        if (implied.usb)
                add_usb(domain, implied.usb_model);
        if (implied.sata && !controller_find(domain, CONTROLLER_SATA, 0))
                controller_add(domain, CONTROLLER_SATA, 0, CONTROLLER_MODEL_NONE);
        if (implied.pci_root && need_root(domain, CONTROLLER_MODEL_PCI_ROOT, err) < 0)
                return -1;
        if (implied.pcie_root && need_root(domain, CONTROLLER_MODEL_PCIE_ROOT, err) < 0)
                return -1;
        if (implied.memballoon)
                need_balloon(domain);
        if (implied.usb_keyboard && domain->n_graphics > 0)
                need_input(domain, INPUT_KEYBOARD, INPUT_BUS_USB);
        /* A tablet points as well. */
        if (implied.usb_mouse && domain->n_graphics > 0 && !has_tablet(domain))
                need_input(domain, INPUT_MOUSE, INPUT_BUS_USB);
        if (implied.ps2) {
                need_input(domain, INPUT_MOUSE, INPUT_BUS_PS2);
                need_input(domain, INPUT_KEYBOARD, INPUT_BUS_PS2);
        }
        if (implied.panic)
                need_panic(domain);
        if (implied.itco && !context->stored)
                need_itco(domain);
        if (implied.iommu)
                need_iommu(domain);
        add_audio(domain, context);
        add_video(domain);
        return 0;
}
