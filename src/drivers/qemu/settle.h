/* What a definition gets when QEMU runs it: emulator, machine, implied devices, addresses. Two passes, two rules:
 * qemu_settle() may change the document; qemu_check() may not, it refuses. */
#pragma once

#include "caps.h"
#include "conf/domain_rules.h"

/* For qemu_rules: the binary's capabilities, or where to ask for them. */
typedef struct QemuContext {
        QemuCapsCache *cache; /* used when caps is NULL */
        const QemuCaps *caps;
        QemuCaps *owned; /* what came from the cache: the caller unrefs */
} QemuContext;

extern const DomainRules qemu_rules;

/** qemu_settle_emulator: architecture and emulator, which must be known before the binary can be asked.
 * VIR_ERR_CONFIG_UNSUPPORTED when there is no emulator for the architecture. */
int qemu_settle_emulator(Domain *domain, Error *err);

/** qemu_settle: everything else, by what @caps say. Settled documents settle to themselves. */
int qemu_settle(Domain *domain, const QemuCaps *caps, Error *err);

/** qemu_check: VIR_ERR_CONFIG_UNSUPPORTED names what the driver cannot do yet. */
int qemu_check(const Domain *domain, const QemuCaps *caps, Error *err);

/** qemu_settle_addresses: an address for every device that needs one; adds the controllers that it takes. */
int qemu_settle_addresses(Domain *domain, Error *err);

/** qemu_settle_pci: PCI addresses, bridges and ports only. */
int qemu_settle_pci(Domain *domain, Error *err);

/** qemu_assign_aliases: of a live definition, those that the user did not choose. */
void qemu_assign_aliases(Domain *domain);

/** qemu_name_iothreads: of a live definition: threads that only a number asks for get ids. */
void qemu_name_iothreads(Domain *domain);

/** disk_index_of: the number in a target: vda 0, vdb 1, sdaa 26; -1: no such name. */
int disk_index_of(const char *target);

/** controller_find, controller_add: by type and index. */
Controller *controller_find(const Domain *domain, ControllerType type, unsigned index);
Controller *controller_add(Domain *domain, ControllerType type, unsigned index, ControllerModel model);
