/* Snapshots, checkpoints and backups of a domain: three documents that name its disks. */
#pragma once

#include "conf/domain_rules.h"

typedef enum COMPACT {
        SNAPSHOT_STATE_NONE,
        SNAPSHOT_STATE_NOSTATE,
        SNAPSHOT_STATE_RUNNING,
        SNAPSHOT_STATE_BLOCKED,
        SNAPSHOT_STATE_PAUSED,
        SNAPSHOT_STATE_SHUTDOWN,
        SNAPSHOT_STATE_SHUTOFF,
        SNAPSHOT_STATE_CRASHED,
        SNAPSHOT_STATE_PMSUSPENDED,
        SNAPSHOT_STATE_DISK_SNAPSHOT, /* the disks alone */
        SNAPSHOT_STATE_MAX_
} SnapshotState;
extern const char *const SnapshotState_names[];

typedef enum COMPACT {
        SNAPSHOT_MEMORY_DEFAULT,
        SNAPSHOT_MEMORY_NO,
        SNAPSHOT_MEMORY_INTERNAL,
        SNAPSHOT_MEMORY_EXTERNAL,
        SNAPSHOT_MEMORY_MAX_
} SnapshotMemory;
extern const char *const SnapshotMemory_names[];

typedef enum COMPACT {
        CHECKPOINT_DISK_DEFAULT,
        CHECKPOINT_DISK_NO,
        CHECKPOINT_DISK_BITMAP,
        CHECKPOINT_DISK_MAX_
} CheckpointDiskKind;
extern const char *const CheckpointDiskKind_names[];

typedef enum COMPACT { BACKUP_PUSH, BACKUP_PULL, BACKUP_MAX_ } BackupMode;
extern const char *const BackupMode_names[];

typedef enum COMPACT {
        BACKUP_DISK_DEFAULT,
        BACKUP_DISK_FULL,
        BACKUP_DISK_INCREMENTAL,
        BACKUP_DISK_MAX_
} BackupDiskMode;
extern const char *const BackupDiskMode_names[];

typedef enum COMPACT {
        BACKUP_STATE_NONE,
        BACKUP_STATE_RUNNING,
        BACKUP_STATE_COMPLETE,
        BACKUP_STATE_FAILED,
        BACKUP_STATE_CANCELLING,
        BACKUP_STATE_CANCELLED,
        BACKUP_STATE_MAX_
} BackupDiskState;
extern const char *const BackupDiskState_names[];

/* The new image that a disk goes on with. */
typedef struct SnapshotDisk {
        char *name; /* of the target or of the image */
        DiskSnapshot snapshot;
        Source source;
        uint64_t metadata_cache_bytes;
        bool deleting; /* is about to be deleted: an interrupted deletion goes on */
} SnapshotDisk;
extern const Rows SnapshotDisk_rows;

/* What the hypervisor's driver must know to bring the guest back exactly as it was. */
typedef struct SaveCookie {
        struct Cpu *cpu; /* as it really was */
        bool slirp_helper;
} SaveCookie;
extern const Rows SaveCookie_rows;

typedef struct DomainSnapshot {
        char *name;
        char *description;
        SnapshotState state;
        char *parent;
        OptUint64 created; /* seconds since 1970 */
        SnapshotMemory memory;
        char *memory_file;
        SnapshotDisk *disks;
        size_t n_disks;
        SnapshotDisk *revert_disks;
        size_t n_revert_disks;
        Uuid domain_uuid; /* when nothing else is known of the domain */
        struct Domain *domain;
        struct Domain *inactive_domain;
        struct SaveCookie *cookie;
        OptUint active; /* 1: the current one; in files of ours only */
} DomainSnapshot;
extern const Rows DomainSnapshot_rows;

typedef struct CheckpointDisk {
        char *name;
        CheckpointDiskKind checkpoint;
        char *bitmap;
        uint64_t size; /* of the next backup, in bytes; when asked for */
} CheckpointDisk;
extern const Rows CheckpointDisk_rows;

typedef struct DomainCheckpoint {
        char *name;
        char *description;
        char *parent;
        OptUint64 created; /* seconds since 1970 */
        CheckpointDisk *disks;
        size_t n_disks;
        struct Domain *domain;
} DomainCheckpoint;
extern const Rows DomainCheckpoint_rows;

typedef struct BackupImage {
        char *file;
        char *dev;
        SourceSeclabel *seclabels;
        size_t n_seclabels;
        struct Encryption *encryption;
        char *rest;
} BackupImage;
extern const Rows BackupImage_rows;

typedef struct BackupDisk {
        char *name;
        YesNo backup;
        BackupDiskState state;
        BackupDiskMode mode;
        char *incremental; /* the checkpoint that it starts from */
        char *export_name;
        char *export_bitmap;
        unsigned index;
        SourceType type; /* file or block */
        ImageFormat format;
        BackupImage target;  /* push: where the copy goes */
        BackupImage scratch; /* pull: where blocks are kept that the guest overwrites meanwhile */
        char *rest;
} BackupDisk;
extern const Rows BackupDisk_rows;

typedef struct BackupServer {
        NetTransport transport;
        YesNo tls;
        char *name;
        unsigned port;
        char *socket;
} BackupServer;
extern const Rows BackupServer_rows;

typedef struct DomainBackup {
        BackupMode mode;
        char *incremental;
        struct BackupServer *server;
        BackupDisk *disks;
        size_t n_disks;
        char *tls_secret; /* objects that the driver made for it */
        char *tls_alias;
        char *rest; /* of a status file: what we do not know */
} DomainBackup;
extern const Rows DomainBackup_rows;

DOCUMENT_DECLARE(DomainSnapshot, snapshot);
DOCUMENT_DECLARE(DomainCheckpoint, checkpoint);
DOCUMENT_DECLARE(DomainBackup, backup);

enum {
        SNAPSHOT_REDEFINE = 1 << 0, /* of one that exists: what is known of it is taken from the document */
        SNAPSHOT_FILE = 1 << 1,     /* a file of ours */
};

/**
 * snapshot_settle_new: after parsing, the part that depends on why it was parsed. A new one has no state, parent or
 * domain yet, is made at @now (seconds since 1970) and takes its name from that if it has none. VIR_ERR_XML_ERROR.
 */
int snapshot_settle_new(DomainSnapshot *s, unsigned flags, int64_t now, Error *err);
int checkpoint_settle_new(DomainCheckpoint *s, unsigned flags, int64_t now, Error *err);

/** checkpoint_align: one entry for each disk of @domain, in its order. A disk that the document does not name has no
 * checkpoint, unless it names none at all. VIR_ERR_CONFIG_UNSUPPORTED: no such disk, named twice, no bitmap possible. */
int checkpoint_align(DomainCheckpoint *s, const Domain *domain, Error *err);

/** backup_align: all disks of @domain, each with its mode; images that a push makes get the name of the disk's image
 * and @suffix. VIR_ERR_INVALID_ARG: no such disk, named twice, modes that contradict each other. */
int backup_align(DomainBackup *s, const Domain *domain, const char *suffix, Error *err);
