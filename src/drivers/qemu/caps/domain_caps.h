/* What a domain can have with one emulator, machine and type: <domainCapabilities>, from what the binary told and what
 * its host has. */
#pragma once

#include "caps/caps.h"
#include "conf/domain_capabilities.h"
#include "cpu/cpu.h"

/* What a host adds to what a binary can do. */
typedef struct QemuHostOffer {
        const char *arch;                   /* the host's */
        const CpuDefinition *cpu;           /* NULL: not known */
        unsigned phys_bits;                 /* width of its physical addresses; 0: not known */
        GPtrArray *firmwares;               /* of Firmware, the preferred first */
        const char *const *loaders;         /* images of firmware to list instead of theirs; NULL: theirs */
        char *const *nvram;                 /* qemu.conf: firmware without descriptors; NULL: the usual */
        bool (*has_file)(const char *path); /* NULL: it has all */
        bool vfio;
        char *swtpm_versions;              /* of TPM, that can be emulated: "1.2 2.0"; NULL: none */
        bool protected_guests;             /* of s390x: the host runs them */
        OptUint sev_guests, sev_es_guests; /* how many at a time */
} QemuHostOffer;

/** qemu_domain_capabilities: of @caps' binary with @machine (NULL: the preferred), for guests of @arch (NULL: the
 * binary's). VIR_ERR_INVALID_ARG: no such machine. */
DomainCapabilities *qemu_domain_capabilities(const QemuCaps *caps, const char *arch, const char *machine, VirtType type,
                                             const QemuHostOffer *host, Error *err);
