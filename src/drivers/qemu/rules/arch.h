/* Architectures: libvirt's names, QEMU's target names, word size. */
#pragma once

#include <stdbool.h>

typedef struct QemuArch {
        const char *name;   /* as in documents: "i686" */
        const char *target; /* as in qemu-system-TARGET: "i386" */
        unsigned bits;
} QemuArch;

/* In the order in which capabilities list them; ends with a NULL name. */
extern const QemuArch qemu_archs[];

const QemuArch *qemu_arch_named(const char *name);       /* NULL: unknown */
const QemuArch *qemu_arch_of_target(const char *target); /* the first with that target; NULL: unknown */
const QemuArch *qemu_arch_of_host(void);
/** qemu_arch_runs: whether a @processor (may be NULL: not known) runs guests of architecture @guest without emulation. */
bool qemu_arch_runs(const char *processor, const char *guest);
