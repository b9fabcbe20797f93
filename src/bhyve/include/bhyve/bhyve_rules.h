/* What bhyve adds to the rules of the domain document: its PCI bus, controllers and defaults. */
#pragma once

#include "conf/domain_rules.h"

/* What the installed bhyve can do. */
enum {
        BHYVE_RTC_UTC = 1 << 0,      /* -u: the clock in UTC */
        BHYVE_AHCI_32_SLOT = 1 << 1, /* 32 disks on one AHCI controller, not one */
        BHYVE_NET_E1000 = 1 << 2,
        BHYVE_LPC_BOOTROM = 1 << 3, /* firmware */
        BHYVE_FBUF = 1 << 4,        /* a screen, by VNC */
        BHYVE_XHCI = 1 << 5,
        BHYVE_CPU_TOPOLOGY = 1 << 6,
        BHYVE_SOUND_HDA = 1 << 7,
        BHYVE_VNC_PASSWORD = 1 << 8,
        BHYVE_VIRTIO_9P = 1 << 9,
        BHYVE_ALL = (1 << 10) - 1,
};

/* The context of the rules; NULL: everything that the newest bhyve can. */
typedef struct BhyveContext {
        unsigned features;        /* BHYVE_* */
        const char *firmware_dir; /* where firmware is chosen from for <os firmware='efi'>; NULL: it is left open */
} BhyveContext;

extern const DomainRules bhyve_rules;

/** bhyve_feature: of a name ("ahci32slot"); 0: there is none. */
unsigned bhyve_feature(const char *name);
