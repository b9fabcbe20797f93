/* What a definition gets when QEMU runs it: emulator, machine, implied devices, addresses. Two passes, two rules:
 * settling may change the document, checking may not. */
#pragma once

#include "caps/caps.h"
#include "conf/domain_rules.h"

/* For qemu_rules: what they depend on besides the document. */
typedef struct QemuContext {
        const QemuCaps *caps; /* NULL: what caps_of() tells */
        QemuCaps *owned;      /* what came from there: the caller unrefs */
        QemuCaps *(*caps_of)(void *opaque, const char *binary, Error *err);
        void *opaque;
        char *(*find_binary)(const char *arch); /* the emulator of an architecture; NULL: qemu_find_binary() */
        bool fresh;                             /* from a user, not from a file of ours: the newest defaults apply */
        bool stored;                /* settled when it was defined: what levels after that one imply is not added */
        bool keep_machine_name;     /* an alias stays ("pc"), else it becomes what the binary says */
        bool vnc_auto_unix_socket;  /* qemu.conf */
        bool no_spice_tls;          /* qemu.conf: SPICE has no port for TLS */
        const char *audio_driver;   /* of a process that draws on our own screen: QEMU_AUDIO_DRV; NULL: none */
        const char *sdl_driver;     /* the same, SDL_AUDIODRIVER */
        const char *lib_folder;     /* of what we make for guests; NULL: the system's, /var/lib/libvirt/qemu */
        const char *swtpm_versions; /* "1.2 2.0": what the TPM emulator can; NULL: not known */
        bool inactive;              /* private: what only lives is not read */
        char *const *nvram;         /* qemu.conf: firmware without descriptors; NULL: the usual */
        const char *user_config;    /* the user's configuration folder, whose firmware counts too; NULL: the system's */
        const char *root;           /* the folder that stands for "/" when firmware is looked for; NULL: "/" */
} QemuContext;

/** qemu_rules: of domain_parse_for() and its like; the context is a QemuContext. Settled documents settle to
 * themselves. */
extern const DomainRules qemu_rules;

/** qemu_check_start: VIR_ERR_CONFIG_UNSUPPORTED names what this driver cannot start yet. */
int qemu_check_start(const Domain *domain, Error *err);

/** qemu_check_firmware: of a guest that is to start: whether the firmware that it asks for by what it can is there.
 * VIR_ERR_OPERATION_FAILED. */
int qemu_check_firmware(const Domain *domain, const QemuContext *context, Error *err);

/** qemu_memlock_bytes: what QEMU may lock; 0: the usual, UINT64_MAX: all it wants. */
uint64_t qemu_memlock_bytes(const Domain *domain);
/** interface_actual_type: what an interface on a network has become. */
InterfaceType interface_actual_type(const Interface *nic);
/* What its network says, or it says itself; NULL: nobody does. */
const VirtualPort *interface_virtual_port(const Interface *nic);
const Vlan *interface_vlan(const Interface *nic);
bool interface_is_isolated(const Interface *nic);
/** qemu_check_actual: whether an interface of that kind can do what @nic asks for. VIR_ERR_CONFIG_UNSUPPORTED. */
int qemu_check_actual(const Interface *nic, Error *err);

/** qemu_settle_addresses: an address for every device that needs one; adds the controllers that it takes. */
int qemu_settle_addresses(Domain *domain, const QemuContext *context, Error *err);

/** qemu_settle: @domain by the rules, those of all hypervisors included. */
int qemu_settle(Domain *domain, QemuContext *context, unsigned flags, Error *err);

/* Parts of the rules. */
int qemu_check(const Domain *domain, const QemuContext *context, Error *err);
int qemu_settle_implied(Domain *domain, const QemuContext *context, Error *err);
/** qemu_implied_audio: the backend of a guest that names none; AUDIO_NONE: it gets none. @context NULL: as if no
 * process of the user's own showed the guest. */
AudioType qemu_implied_audio(const Domain *domain, const QemuContext *context);
void qemu_make_migratable(Domain *domain);
int qemu_settle_firmware(Domain *domain, const QemuContext *context, Error *err);
int qemu_settle_cpu(Domain *domain, const QemuContext *context, Error *err);
void qemu_settle_features(Domain *domain, const QemuContext *context);
int qemu_settle_numa(Domain *domain, const QemuContext *context, Error *err);
int qemu_settle_devices(Domain *domain, const QemuContext *context, Error *err);
void qemu_number_consoles(Domain *domain);
void qemu_settle_channels(Domain *domain, const QemuContext *context);
void qemu_settle_chardevs(Domain *domain);
void qemu_settle_controllers(Domain *domain, const QemuContext *context);
void qemu_settle_graphics(Domain *domain, const QemuContext *context);

/** qemu_isolation_group: which devices of the host cannot be told apart from the one at @pci. The caller frees. */
char *qemu_isolation_group(const QemuContext *context, const HostPciAddress *pci);

/** qemu_settle_usb: USB ports: those of the document are taken; @assign: the others get one, over hubs if need be. Old
 * definitions leave them open until the guest starts. */
int qemu_settle_usb(Domain *domain, bool assign, Error *err);
int qemu_settle_pci(Domain *domain, const QemuContext *context, Error *err);

/** qemu_assign_aliases: of a live definition, those that the user did not choose. */
void qemu_assign_aliases(Domain *domain);

/** qemu_name_iothreads: of a live definition: threads that only a number asks for get ids. */
void qemu_name_iothreads(Domain *domain);

/** disk_index_of: the number in a target: vda 0, vdb 1, sdaa 26; -1: no such name. */
int disk_index_of(const char *target);

/** controller_find, controller_add: by type and index. */
Controller *controller_find(const Domain *domain, ControllerType type, unsigned index);
Controller *controller_add(Domain *domain, ControllerType type, unsigned index, ControllerModel model);
/** controllers_arrange: numbers for those of the document that have none, and the order in which they stand. */
void controllers_arrange(Domain *domain);
/** controller_is_companion: whether it is one of the four functions of ICH9's USB, which share a slot. */
bool controller_is_companion(const Controller *controller);
/** controller_need: all of @type up to @index: drives address them by number. */
void controller_need(Domain *domain, ControllerType type, unsigned index);
/** controller_scsi_default: the model that a SCSI controller gets when nothing is said. */
ControllerModel controller_scsi_default(const Domain *domain, const QemuCaps *caps);

/* Which machine this is: by architecture and name. */
bool domain_is_x86(const Domain *domain);
bool domain_is_arm(const Domain *domain);
bool domain_is_riscv(const Domain *domain);
bool domain_is_ppc64(const Domain *domain);
bool domain_is_s390(const Domain *domain);
bool domain_is_mips(const Domain *domain);
bool domain_is_q35(const Domain *domain);
bool domain_is_i440fx(const Domain *domain);
bool domain_is_isapc(const Domain *domain);
bool domain_is_microvm(const Domain *domain);
bool domain_is_arm_virt(const Domain *domain);
bool domain_is_riscv_virt(const Domain *domain);
bool domain_is_loongarch_virt(const Domain *domain);
bool domain_is_virt(const Domain *domain); /* one of the three */
bool domain_is_pseries(const Domain *domain);
bool domain_is_ccw(const Domain *domain);
bool domain_is_malta(const Domain *domain);
bool domain_has_pcie_root(const Domain *domain);
bool domain_has_pci_root(const Domain *domain);
bool domain_has_builtin_ide(const Domain *domain);

/** device_pci: NULL: it has no address on PCI. */
const PciAddress *device_pci(const DeviceInfo *info);
AddressType device_address_type(const DeviceInfo *info);
/** device_set_address: of @type; what the old one said stays when it was of the same type. */
Address *device_set_address(DeviceInfo *info, AddressType type);
