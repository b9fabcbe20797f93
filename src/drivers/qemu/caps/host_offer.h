/* What this host has for guests, beside its QEMU. Asking takes files and processes. */
#pragma once

#include "caps/domain_caps.h"

/** qemu_host_cpu: this host's processor, found out once. Borrowed, for ever; its model may be unknown. */
const CpuDefinition *qemu_host_cpu(void);
/** qemu_host_offer: all of it. @system: not for a user of this host, whose own firmware descriptors count then; @nvram:
 * qemu.conf's, borrowed. */
void qemu_host_offer(bool system, char *const *nvram, QemuHostOffer *ret);
void qemu_host_offer_done(QemuHostOffer *offer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(QemuHostOffer, qemu_host_offer_done)
