/* What one emulator offers on one architecture, as rows of the capabilities. */
#pragma once

#include "caps/caps.h"
#include "conf/capabilities.h"

/** qemu_guest_fill: @guest (empty) is what @caps' binary offers on @arch; with KVM or without. No machines. */
void qemu_guest_fill(GuestCapabilities *guest, const QemuCaps *caps, const QemuArch *arch, bool kvm);
/** qemu_guest_fill_machines: those that @caps' binary knows, each under its alias as well. */
void qemu_guest_fill_machines(GuestCapabilities *guest, const QemuCaps *caps);
