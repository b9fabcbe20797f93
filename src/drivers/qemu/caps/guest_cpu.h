/* Processors of guests: what of the host's a binary can give to a guest, and with which of its models. */
#pragma once

#include "caps/caps.h"
#include "cpu/cpu.h"

/** qemu_accel_of: whose models and machines a guest of @type has; SUMMARY_ACCEL_ABSENT: QEMU was not asked. */
SummaryAccel qemu_accel_of(VirtType type);
/** qemu_caps_usable_models: for guests of @type, with what keeps one from being used; NULL: none is known. The caller
 * frees the array. */
GPtrArray *qemu_caps_usable_models(const QemuCaps *caps, VirtType type);

/** qemu_caps_lacks_cpu_property: QEMU told its processor's properties, and @name is none of them. */
bool qemu_caps_lacks_cpu_property(const QemuCaps *caps, VirtType type, const char *name);

/** qemu_host_model: "host-model" for guests of @type as a model and features. @host: the host's own processor (NULL: not
 * known). @migratable: without what cannot move to another host. *@ret NULL: there is no such thing. */
int qemu_host_model(const QemuCaps *caps, VirtType type, const CpuDefinition *host, bool migratable, Cpu **ret,
                    Error *err);
