/* The domain document: a guest, as a struct. */
#pragma once

#include "conf/cpu.h"
#include "conf/controller.h"
#include "conf/device.h"
#include "conf/graphics.h"
#include "conf/hostdev.h"
#include "conf/machine.h"
#include "conf/tune.h"
#include "conf/document.h"

typedef enum COMPACT {
        LIFECYCLE_DEFAULT,
        LIFECYCLE_DESTROY,
        LIFECYCLE_RESTART,
        LIFECYCLE_RENAME_RESTART,
        LIFECYCLE_PRESERVE,
        LIFECYCLE_MAX_
} Lifecycle;
extern const char *const Lifecycle_names[];

typedef enum COMPACT {
        CRASH_DEFAULT,
        CRASH_DESTROY,
        CRASH_RESTART,
        CRASH_RENAME_RESTART,
        CRASH_PRESERVE,
        CRASH_COREDUMP_DESTROY,
        CRASH_COREDUMP_RESTART,
        CRASH_MAX_
} CrashAction;
extern const char *const CrashAction_names[];

typedef enum COMPACT {
        LOCK_FAILURE_DEFAULT,
        LOCK_FAILURE_POWEROFF,
        LOCK_FAILURE_RESTART,
        LOCK_FAILURE_PAUSE,
        LOCK_FAILURE_IGNORE,
        LOCK_FAILURE_MAX_
} LockFailure;
extern const char *const LockFailure_names[];

typedef enum COMPACT {
        LAUNCH_SECURITY_NONE,
        LAUNCH_SECURITY_SEV,
        LAUNCH_SECURITY_S390_PV,
        LAUNCH_SECURITY_MAX_
} LaunchSecurityType;
extern const char *const LaunchSecurityType_names[];

typedef enum COMPACT {
        PERF_EVENT_NONE,
        PERF_EVENT_CMT,
        PERF_EVENT_MBMT,
        PERF_EVENT_MBML,
        PERF_EVENT_CPU_CYCLES,
        PERF_EVENT_INSTRUCTIONS,
        PERF_EVENT_CACHE_REFERENCES,
        PERF_EVENT_CACHE_MISSES,
        PERF_EVENT_BRANCH_INSTRUCTIONS,
        PERF_EVENT_BRANCH_MISSES,
        PERF_EVENT_BUS_CYCLES,
        PERF_EVENT_STALLED_CYCLES_FRONTEND,
        PERF_EVENT_STALLED_CYCLES_BACKEND,
        PERF_EVENT_REF_CPU_CYCLES,
        PERF_EVENT_CPU_CLOCK,
        PERF_EVENT_TASK_CLOCK,
        PERF_EVENT_PAGE_FAULTS,
        PERF_EVENT_CONTEXT_SWITCHES,
        PERF_EVENT_CPU_MIGRATIONS,
        PERF_EVENT_PAGE_FAULTS_MIN,
        PERF_EVENT_PAGE_FAULTS_MAJ,
        PERF_EVENT_ALIGNMENT_FAULTS,
        PERF_EVENT_EMULATION_FAULTS,
        PERF_EVENT_MAX_
} PerfEventName;
extern const char *const PerfEventName_names[];

typedef enum COMPACT { KEYWRAP_NONE, KEYWRAP_AES, KEYWRAP_DEA, KEYWRAP_MAX_ } KeywrapCipher;
extern const char *const KeywrapCipher_names[];

typedef struct PerfEvent {
        PerfEventName name;
        YesNo enabled;
} PerfEvent;
extern const Rows PerfEvent_rows;

typedef struct Keywrap {
        KeywrapCipher name;
        Switch state;
} Keywrap;
extern const Rows Keywrap_rows;

typedef struct LaunchSecurity {
        LaunchSecurityType type;
        YesNo kernel_hashes;
        OptUint cbitpos;
        OptUint reduced_phys_bits;
        OptUint policy;
        char *dh_cert;
        char *session;
} LaunchSecurity;
extern const Rows LaunchSecurity_rows;

typedef struct Resource {
        char *partition;
        char *appid;
} Resource;
extern const Rows Resource_rows;

typedef struct Domain {
        VirtType type;
        Switch dump_core;
        VcpuPlacement vcpu_placement;
        Lifecycle on_poweroff;
        Lifecycle on_reboot;
        CrashAction on_crash;
        LockFailure on_lockfailure;
        YesNo suspend_to_mem;
        YesNo suspend_to_disk;
        int id;
        char *name;
        Uuid uuid;
        Uuid genid;
        char *title;
        char *description;
        char *metadata;
        unsigned max_memory_slots;
        unsigned iothreads;
        unsigned vcpu_current;
        unsigned vcpu_max;
        uint64_t max_memory_kib;
        uint64_t memory_kib;
        uint64_t current_memory_kib;
        struct Blkiotune *blkiotune;
        struct Memtune *memtune;
        struct MemoryBacking *memory_backing;
        Bitmap *vcpu_cpuset;
        Vcpu *vcpus;
        size_t n_vcpus;
        Iothread *iothread_ids;
        size_t n_iothread_ids;
        OptInt default_pool_min;
        OptInt default_pool_max;
        struct Cputune *cputune;
        struct Numatune *numatune;
        struct Resource *resource;
        Sysinfo *sysinfo;
        size_t n_sysinfo;
        char *bootloader;
        char *bootloader_args;
        Os os;
        struct IdMap *idmap;
        struct Features *features;
        struct Cpu *cpu;
        Clock clock;
        PerfEvent *perf_events;
        size_t n_perf_events;
        char *emulator;
        Disk *disks;
        size_t n_disks;
        Controller *controllers;
        size_t n_controllers;
        Lease *leases;
        size_t n_leases;
        Filesystem *filesystems;
        size_t n_filesystems;
        Interface *interfaces;
        size_t n_interfaces;
        Smartcard *smartcards;
        size_t n_smartcards;
        Serial *serials;
        size_t n_serials;
        Parallel *parallels;
        size_t n_parallels;
        Console *consoles;
        size_t n_consoles;
        Channel *channels;
        size_t n_channels;
        Input *inputs;
        size_t n_inputs;
        Tpm *tpms;
        size_t n_tpms;
        Graphics *graphics;
        size_t n_graphics;
        Sound *sounds;
        size_t n_sounds;
        Audio *audios;
        size_t n_audios;
        Video *videos;
        size_t n_videos;
        Hostdev *hostdevs;
        size_t n_hostdevs;
        Redirdev *redirdevs;
        size_t n_redirdevs;
        struct Redirfilter *redirfilter;
        Hub *hubs;
        size_t n_hubs;
        Watchdog *watchdogs;
        size_t n_watchdogs;
        struct Memballoon *memballoon;
        Rng *rngs;
        size_t n_rngs;
        struct Nvram *nvram;
        Panic *panics;
        size_t n_panics;
        Shmem *shmems;
        size_t n_shmems;
        MemoryDevice *memory_devices;
        size_t n_memory_devices;
        Crypto *cryptos;
        size_t n_cryptos;
        struct Iommu *iommu;
        struct Vsock *vsock;
        struct Pstore *pstore;
        Seclabel *seclabels;
        size_t n_seclabels;
        Keywrap *keywrap;
        size_t n_keywrap;
        struct LaunchSecurity *launch_security;
        int refs;                        /* private: owners */
        const struct DomainRules *rules; /* private: of the hypervisor, while they are applied: conf/domain_rules.h */
        void *rules_context;             /* private: with them */
        Extra extra;                     /* the driver's namespace, <qemu:commandline> and the like */
} Domain;
extern const Rows Domain_rows;

enum {
        DOMAIN_PARSE_INACTIVE = 1 << 0,  /* a definition for the next start: what only lives is skipped */
        DOMAIN_PARSE_STATUS = 1 << 1,    /* a file of ours about a running guest: everything is taken */
        DOMAIN_PARSE_VALIDATE = 1 << 2,  /* unknown elements and attributes are errors, with the nearest known name */
        DOMAIN_PARSE_NO_SETTLE = 1 << 3, /* take the document as it is: no defaults, no checks */
        DOMAIN_PARSE_STORED = 1 << 4,    /* a file of ours: no checks, so that no newer rule loses a guest */
};

enum {
        DOMAIN_FORMAT_INACTIVE = 1 << 0,   /* nothing that only lives */
        DOMAIN_FORMAT_SECURE = 1 << 1,     /* passwords as well */
        DOMAIN_FORMAT_MIGRATABLE = 1 << 2, /* for another host, also of an older release: inactive and secure */
        DOMAIN_FORMAT_STATUS = 1 << 3,     /* for a status file: what no caller sees as well */
};

/**
 * domain_parse: a new definition (one reference) from @length bytes of XML. @name stands for the document in messages
 * (NULL: "domain_definition"). Defaults that hold for every hypervisor are settled; the driver settles its own and
 * calls domain_check() or not as it likes. VIR_ERR_XML_ERROR, VIR_ERR_XML_DETAIL (not well formed, validation),
 * VIR_ERR_CONFIG_UNSUPPORTED.
 */
int domain_parse(const char *xml, size_t length, const char *name, unsigned flags, Domain **ret, Error *err);

/** domain_format: the document; the caller frees. NULL only for a definition that has no spelling (a bug of ours). */
char *domain_format(const Domain *d, unsigned flags, Error *err);

/** domain_new: an empty definition to fill; id -1. */
Domain *domain_new(void);

/* A definition is never changed once others can see it: copy, edit, publish. References are counted atomically. */
Domain *domain_ref(const Domain *d);
Domain *domain_unref(Domain *d); /* returns NULL; accepts NULL */
Domain *domain_copy(const Domain *d);
/** domain_shown: @d as its documents show it, where that is something else than what its driver works with: volumes of
 * pools; for a status file (@status) with what they were found to be. NULL: it is shown as it is. */
Domain *domain_shown(const Domain *d, bool status);
/** domain_take: a definition that was part of another document becomes one of its own (one reference). */
Domain *domain_take(Domain **part);

/** domain_settle: defaults and legacy spellings that hold for every hypervisor; may change @d. @flags as of
 * domain_parse(), which has called it. */
int domain_settle(Domain *d, unsigned flags, Error *err);
/** domain_check: rules between fields; changes nothing. */
int domain_check(const Domain *d, Error *err);

/** domain_compare_abi: whether a guest may move from @source to @target: VIR_ERR_CONFIG_UNSUPPORTED names what differs. */
int domain_compare_abi(const Domain *source, const Domain *target, Error *err);

/**
 * domain_difference: what changes from @before to @after, one line for each field, NULL when nothing does. @live:
 * whether a running guest can take the change, else it comes with the next start.
 */
typedef struct DomainChange {
        char *path;   /* "devices/disk[2]/driver/@cache" */
        char *before; /* NULL: absent */
        char *after;  /* NULL: absent */
        bool live;
} DomainChange;

typedef struct DomainChanges {
        DomainChange *changes;
        size_t n_changes;
} DomainChanges;

DomainChanges *domain_difference(const Domain *before, const Domain *after);
DomainChanges *domain_changes_free(DomainChanges *changes); /* returns NULL */

extern const DocumentKind domain_kind;

/** domain_parse_node, domain_format_into: as part of another document (status, snapshot). */
int domain_parse_node(XmlNode *element, unsigned flags, Domain **ret, Error *err);
void domain_format_into(const Domain *d, unsigned flags, XmlWriter *out);

/** domain_parse_device: one device (`<disk>`, `<interface>` ...) into the list of a definition that has nothing else. */
int domain_parse_device(const char *xml, size_t length, unsigned flags, Domain **ret, Error *err);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Domain, domain_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainChanges, domain_changes_free)
