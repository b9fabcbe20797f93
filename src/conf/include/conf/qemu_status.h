/* What QEMU's driver keeps about a running guest, beside its definition, in a status file. */
#pragma once

#include "conf/disk.h"
#include "conf/snapshot.h"

typedef struct StatusVcpu {
        unsigned id;
        int64_t pid; /* of its thread */
} StatusVcpu;
extern const Rows StatusVcpu_rows;

/* "kvm", "blockdev-del": what the binary could when it was started. */
typedef struct StatusFlag {
        char *name;
} StatusFlag;
extern const Rows StatusFlag_rows;

typedef struct StatusAlias {
        char *alias;
} StatusAlias;
extern const Rows StatusAlias_rows;

typedef struct StatusNamespace {
        char *name; /* of the element: "mount" */
} StatusNamespace;
extern const Rows StatusNamespace_rows;

/* An image and those below it, outside of a disk. */
typedef struct StatusImage {
        Source source;
        struct BackingStore *backing;
        char *rest;
} StatusImage;
extern const Rows StatusImage_rows;

/* Where a disk is copied to when its domain moves. */
typedef struct MigrationSource {
        Source source;
        Source flat; /* as written long ago: without an element of its own */
} MigrationSource;
extern const Rows MigrationSource_rows;

typedef struct JobDisk {
        char *dev;
        YesNo migrating;
        struct MigrationSource *source;
        char *rest;
} JobDisk;
extern const Rows JobDisk_rows;

typedef struct JobBitmap {
        char *name;
        char *nodename;
} JobBitmap;
extern const Rows JobBitmap_rows;

typedef struct MigrationParameter {
        char *name;
        char *value;
} MigrationParameter;
extern const Rows MigrationParameter_rows;

/* What was going on, and how far it came. */
typedef struct StatusJob {
        char *type;  /* the change that holds the domain */
        char *async; /* the long one beside it: "migration out" */
        char *phase;
        OptUint flags;
        uint64_t async_started; /* ms since 1970 */
        JobDisk *disks;
        size_t n_disks;
        JobBitmap *bitmaps;
        size_t n_bitmaps;
        MigrationParameter *parameters;
        size_t n_parameters;
        bool snapshot_delete;
        char *rest;
} StatusJob;
extern const Rows StatusJob_rows;

/* A process that gives a guest its user network. */
typedef struct SlirpFeature {
        char *name;
} SlirpFeature;
extern const Rows SlirpFeature_rows;

typedef struct SlirpHelper {
        char *alias; /* of the interface */
        int64_t pid;
        SlirpFeature *features;
        size_t n_features;
        char *rest;
} SlirpHelper;
extern const Rows SlirpHelper_rows;

typedef struct BlockJob {
        char *name;
        char *type;
        char *state;
        char *new_state;
        char *broken_type;
        char *message;
        OptUint flags;
        YesNo shallow_new;
        YesNo reused_external;
        char *disk;
        YesNo disk_mirror;
        struct StatusImage *chain; /* of a disk that is not the domain's any more */
        struct StatusImage *mirror_chain;
        char *base; /* nodes */
        char *top;
        char *top_parent;
        StatusFlag *disabled_bitmaps; /* of the base, by name */
        size_t n_disabled_bitmaps;
        bool delete_committed;
        char *create_mode;
        struct StatusImage *source;
        struct StatusImage *store;
        char *bitmap;
        char *rest;
} BlockJob;
extern const Rows BlockJob_rows;

/* A file that somebody gave as a descriptor and that stands for an image; ours alone. */
typedef struct StatusDescriptor {
        char *group;
        uint64_t device, inode;
        char *path;  /* it was there when it was given; NULL: nowhere */
        char *label; /* that it is to have again; NULL: as it is */
} StatusDescriptor;
extern const Rows StatusDescriptor_rows;

typedef struct QemuStatus {
        char *monitor_path;
        char *monitor_type;
        bool dbus_daemon;
        bool dbus_vmstate;
        StatusNamespace *namespaces;
        size_t n_namespaces;
        StatusVcpu *vcpus;
        size_t n_vcpus;
        StatusFlag *capabilities;
        size_t n_capabilities;
        char *lock_state;
        struct StatusJob *job;
        bool fake_reboot;
        StatusAlias *devices;
        size_t n_devices;
        SlirpHelper *slirp_helpers;
        size_t n_slirp_helpers;
        Bitmap *numad_nodes;
        Bitmap *numad_cpus;
        char *library_dir;
        char *channel_dir;
        struct Cpu *cpu; /* as the guest was started with, when it has changed since */
        bool stdio_logd;
        bool remember_owner;
        YesNo allow_reboot;
        bool pr_daemon;
        unsigned next_node; /* number of the last block node */
        unsigned next_fdset;
        bool mem_prealloc; /* all memory was taken at the start */
        YesNo block_jobs_active;
        BlockJob *block_jobs;
        size_t n_block_jobs;
        DomainBackup *backups;
        size_t n_backups;
        int agent_timeout;         /* seconds; -2: for ever */
        uint64_t original_memlock; /* KiB: the limit of locked memory before it was raised */
        uint64_t memlock_before_migration;
        uint64_t process_start; /* clock ticks since the host started; ours alone */
        StatusDescriptor *descriptors;
        size_t n_descriptors;
} QemuStatus;
extern const Rows QemuStatus_rows;

struct Domain;
/** qemu_status_upgrade: what a daemon of long ago did not write of @d and the guest has nevertheless: the names of
 * objects that secrets were given to QEMU in. */
void qemu_status_upgrade(struct Domain *d);
