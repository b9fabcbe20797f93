/* What a hypervisor adds to the rules of the domain document. The document knows none of them: a driver (or a tool that
 * speaks for one) hands its table to the functions below. */
#pragma once

#include "conf/domain.h"

/* What the hypervisor has; without a table everything is taken as possible. */
enum {
        DOMAIN_RULES_WIDE_SCSI = 1 << 0,        /* sixteen places on a SCSI bus, the controller itself has the eighth */
        DOMAIN_RULES_NAME_SLASH = 1 << 1,       /* a name may contain '/' */
        DOMAIN_RULES_MEMORY_HOTPLUG = 1 << 2,   /* <maxMemory> */
        DOMAIN_RULES_INDIVIDUAL_VCPUS = 1 << 3, /* <vcpus> */
        DOMAIN_RULES_FIRMWARE = 1 << 4,         /* <os firmware=''> chooses one */
        DOMAIN_RULES_USER_ALIAS = 1 << 5,       /* people may name devices: alias "ua-..." */
};

/* Each hook may be NULL. @context is what was handed to domain_parse_for(). */
typedef struct DomainRules {
        const char *name;           /* of the hypervisor's driver, for messages */
        const RowNamespace *space;  /* the namespace it reads; others' elements are dropped */
        unsigned features;          /* DOMAIN_RULES_* */
        const char *arch;           /* of guests whose definition names none; NULL: the host's */
        unsigned char mac_start[3]; /* how addresses begin that are made up for it; zero: 52:54:00 */
        /* Before the defaults that hold everywhere: architecture, emulator, what is part of the machine, the defaults
         * of its own that come first. @flags: ROWS_*. */
        int (*early)(Domain *d, unsigned flags, void *context, Error *err);
        /* After them: what depends on the rest, addresses. */
        int (*settle)(Domain *d, unsigned flags, void *context, Error *err);
        int (*check)(const Domain *d, void *context, Error *err);
        /* Takes away what a machine has without being asked, so that releases that do not spell it out can read it. */
        void (*migratable)(Domain *d);
} DomainRules;

/** domain_parse_for and the rest: as the functions without "_for", by the rules of a hypervisor as well. @rules NULL:
 * only what holds everywhere. */
int domain_parse_for(const DomainRules *rules, void *context, const char *xml, size_t length, const char *name,
                     unsigned flags, Domain **ret, Error *err);
int domain_parse_node_for(const DomainRules *rules, void *context, XmlNode *element, unsigned flags, Domain **ret,
                          Error *err);
int domain_parse_device_for(const DomainRules *rules, void *context, const char *xml, size_t length, unsigned flags,
                            Domain **ret, Error *err);
int domain_settle_for(const DomainRules *rules, void *context, Domain *d, unsigned flags, Error *err);
char *domain_format_for(const DomainRules *rules, const Domain *d, unsigned flags, Error *err);
int domain_check_for(const DomainRules *rules, void *context, const Domain *d, Error *err);

/** domain_settle_macs: an address for each interface that has none. */
void domain_settle_macs(Domain *d, const DomainRules *rules);
