/* Disks, and where their content lives. */
#pragma once

#include "conf/address.h"

typedef enum COMPACT {
        SOURCE_NONE,
        SOURCE_FILE,
        SOURCE_BLOCK,
        SOURCE_DIR,
        SOURCE_NETWORK,
        SOURCE_VOLUME,
        SOURCE_NVME,
        SOURCE_VHOSTUSER,
        SOURCE_VHOSTVDPA,
        SOURCE_MAX_
} SourceType;
extern const char *const SourceType_names[];

typedef enum COMPACT {
        IMAGE_FORMAT_NONE,
        IMAGE_FORMAT_RAW,
        IMAGE_FORMAT_DIR,
        IMAGE_FORMAT_BOCHS,
        IMAGE_FORMAT_CLOOP,
        IMAGE_FORMAT_DMG,
        IMAGE_FORMAT_ISO,
        IMAGE_FORMAT_VPC,
        IMAGE_FORMAT_VDI,
        IMAGE_FORMAT_FAT,
        IMAGE_FORMAT_VHD,
        IMAGE_FORMAT_PLOOP,
        IMAGE_FORMAT_COW,
        IMAGE_FORMAT_QCOW,
        IMAGE_FORMAT_QCOW2,
        IMAGE_FORMAT_QED,
        IMAGE_FORMAT_VMDK,
        IMAGE_FORMAT_MAX_
} ImageFormat;
extern const char *const ImageFormat_names[];

typedef enum COMPACT {
        NET_PROTOCOL_NONE,
        NET_PROTOCOL_NBD,
        NET_PROTOCOL_RBD,
        NET_PROTOCOL_SHEEPDOG,
        NET_PROTOCOL_GLUSTER,
        NET_PROTOCOL_ISCSI,
        NET_PROTOCOL_HTTP,
        NET_PROTOCOL_HTTPS,
        NET_PROTOCOL_FTP,
        NET_PROTOCOL_FTPS,
        NET_PROTOCOL_TFTP,
        NET_PROTOCOL_SSH,
        NET_PROTOCOL_VXHS,
        NET_PROTOCOL_NFS,
        NET_PROTOCOL_MAX_
} NetProtocol;
extern const char *const NetProtocol_names[];

typedef enum COMPACT {
        NET_TRANSPORT_DEFAULT,
        NET_TRANSPORT_TCP,
        NET_TRANSPORT_UNIX,
        NET_TRANSPORT_RDMA,
        NET_TRANSPORT_MAX_
} NetTransport;
extern const char *const NetTransport_names[];

typedef enum COMPACT {
        SECRET_KIND_NONE,
        SECRET_KIND_VOLUME,
        SECRET_KIND_CEPH,
        SECRET_KIND_ISCSI,
        SECRET_KIND_TLS,
        SECRET_KIND_VTPM,
        SECRET_KIND_MAX_
} SecretKind;
extern const char *const SecretKind_names[];

typedef enum COMPACT {
        ENCRYPTION_NONE,
        ENCRYPTION_DEFAULT,
        ENCRYPTION_QCOW,
        ENCRYPTION_LUKS,
        ENCRYPTION_LUKS2,
        ENCRYPTION_LUKS_ANY,
        ENCRYPTION_MAX_
} EncryptionFormat;
extern const char *const EncryptionFormat_names[];

typedef enum COMPACT {
        ENCRYPTION_ENGINE_DEFAULT,
        ENCRYPTION_ENGINE_QEMU,
        ENCRYPTION_ENGINE_LIBRBD,
        ENCRYPTION_ENGINE_MAX_
} EncryptionEngine;
extern const char *const EncryptionEngine_names[];

typedef enum COMPACT { VOLUME_MODE_DEFAULT, VOLUME_MODE_HOST, VOLUME_MODE_DIRECT, VOLUME_MODE_MAX_ } VolumeMode;
extern const char *const VolumeMode_names[];

typedef enum COMPACT { SLICE_NONE, SLICE_STORAGE, SLICE_MAX_ } SliceType;
extern const char *const SliceType_names[];

typedef enum COMPACT {
        STARTUP_POLICY_DEFAULT,
        STARTUP_POLICY_MANDATORY,
        STARTUP_POLICY_REQUISITE,
        STARTUP_POLICY_OPTIONAL,
        STARTUP_POLICY_MAX_
} StartupPolicy;
extern const char *const StartupPolicy_names[];

typedef enum COMPACT {
        DISK_DEVICE_DISK,
        DISK_DEVICE_CDROM,
        DISK_DEVICE_FLOPPY,
        DISK_DEVICE_LUN,
        DISK_DEVICE_MAX_
} DiskDevice;
extern const char *const DiskDevice_names[];

typedef enum COMPACT {
        DISK_MODEL_DEFAULT,
        DISK_MODEL_VIRTIO,
        DISK_MODEL_VIRTIO_TRANSITIONAL,
        DISK_MODEL_VIRTIO_NON_TRANSITIONAL,
        DISK_MODEL_MAX_
} DiskModel;
extern const char *const DiskModel_names[];

typedef enum COMPACT {
        DISK_BUS_NONE,
        DISK_BUS_IDE,
        DISK_BUS_FDC,
        DISK_BUS_SCSI,
        DISK_BUS_VIRTIO,
        DISK_BUS_XEN,
        DISK_BUS_USB,
        DISK_BUS_UML,
        DISK_BUS_SATA,
        DISK_BUS_SD,
        DISK_BUS_MAX_
} DiskBus;
extern const char *const DiskBus_names[];

typedef enum COMPACT {
        DISK_CACHE_DEFAULT,
        DISK_CACHE_NONE,
        DISK_CACHE_WRITETHROUGH,
        DISK_CACHE_WRITEBACK,
        DISK_CACHE_DIRECTSYNC,
        DISK_CACHE_UNSAFE,
        DISK_CACHE_MAX_
} DiskCache;
extern const char *const DiskCache_names[];

typedef enum COMPACT {
        DISK_ERROR_DEFAULT,
        DISK_ERROR_STOP,
        DISK_ERROR_REPORT,
        DISK_ERROR_IGNORE,
        DISK_ERROR_ENOSPACE,
        DISK_ERROR_MAX_
} DiskErrorPolicy;
extern const char *const DiskErrorPolicy_names[];

typedef enum COMPACT { DISK_IO_DEFAULT, DISK_IO_NATIVE, DISK_IO_THREADS, DISK_IO_IO_URING, DISK_IO_MAX_ } DiskIo;
extern const char *const DiskIo_names[];

typedef enum COMPACT { DISK_DISCARD_DEFAULT, DISK_DISCARD_UNMAP, DISK_DISCARD_IGNORE, DISK_DISCARD_MAX_ } DiskDiscard;
extern const char *const DiskDiscard_names[];

typedef enum COMPACT {
        DISK_ZEROES_DEFAULT,
        DISK_ZEROES_OFF,
        DISK_ZEROES_ON,
        DISK_ZEROES_UNMAP,
        DISK_ZEROES_MAX_
} DiskZeroes;
extern const char *const DiskZeroes_names[];

typedef enum COMPACT { DISK_TRAY_CLOSED, DISK_TRAY_OPEN, DISK_TRAY_MAX_ } DiskTray;
extern const char *const DiskTray_names[];

typedef enum COMPACT { SGIO_DEFAULT, SGIO_FILTERED, SGIO_UNFILTERED, SGIO_MAX_ } DiskSgio;
extern const char *const DiskSgio_names[];

typedef enum COMPACT {
        DISK_SNAPSHOT_DEFAULT,
        DISK_SNAPSHOT_NO,
        DISK_SNAPSHOT_INTERNAL,
        DISK_SNAPSHOT_EXTERNAL,
        DISK_SNAPSHOT_MANUAL,
        DISK_SNAPSHOT_MAX_
} DiskSnapshot;
extern const char *const DiskSnapshot_names[];

typedef enum COMPACT {
        TRANSLATION_DEFAULT,
        TRANSLATION_NONE,
        TRANSLATION_AUTO,
        TRANSLATION_LBA,
        TRANSLATION_MAX_
} DiskTranslation;
extern const char *const DiskTranslation_names[];

typedef enum COMPACT { MIRROR_JOB_NONE, MIRROR_JOB_COPY, MIRROR_JOB_ACTIVE_COMMIT, MIRROR_JOB_MAX_ } MirrorJob;
extern const char *const MirrorJob_names[];

typedef enum COMPACT {
        MIRROR_READY_NO,
        MIRROR_READY_YES,
        MIRROR_READY_ABORT,
        MIRROR_READY_PIVOT,
        MIRROR_READY_MAX_
} MirrorReady;
extern const char *const MirrorReady_names[];

/* A secret, by uuid or by usage. */
typedef struct SecretRef {
        char *type;
        char *usage;
        char *uuid;
} SecretRef;
extern const Rows SecretRef_rows;

typedef struct SourceAuth {
        char *username;
        SecretRef secret;
} SourceAuth;
extern const Rows SourceAuth_rows;

typedef struct Encryption {
        EncryptionFormat format;
        EncryptionEngine engine;
        SecretRef *secrets;
        size_t n_secrets;
        char *cipher;
        unsigned cipher_size;
        char *cipher_mode;
        char *cipher_hash;
        char *ivgen;
        char *ivgen_hash;
} Encryption;
extern const Rows Encryption_rows;

typedef struct NetHost {
        char *name;
        unsigned port;
        NetTransport transport;
        char *socket;
} NetHost;
extern const Rows NetHost_rows;

typedef struct Cookie {
        char *name;
        char *value;
} Cookie;
extern const Rows Cookie_rows;

typedef struct FileSource {
        char *path;
        char *fdgroup;
} FileSource;
extern const Rows FileSource_rows;

typedef struct BlockSource {
        char *path;
} BlockSource;
extern const Rows BlockSource_rows;

typedef struct DirSource {
        char *path;
} DirSource;
extern const Rows DirSource_rows;

typedef struct VolumeSource {
        char *pool;
        char *volume;
        VolumeMode mode;
} VolumeSource;
extern const Rows VolumeSource_rows;

typedef enum COMPACT { NVME_NONE, NVME_PCI, NVME_MAX_ } NvmeType;
extern const char *const NvmeType_names[];

typedef struct NvmeSource {
        NvmeType type;
        YesNo managed;
        unsigned namespace;
        HostPciAddress address;
} NvmeSource;
extern const Rows NvmeSource_rows;

typedef struct VhostUserSource {
        SocketKind type;
        char *path;
        YesNo reconnect;
        OptUint reconnect_timeout;
} VhostUserSource;
extern const Rows VhostUserSource_rows;

typedef struct VhostVdpaSource {
        char *path;
} VhostVdpaSource;
extern const Rows VhostVdpaSource_rows;

typedef struct NetSource {
        NetProtocol protocol;
        YesNo tls;
        YesNo ssl_verify;
        OptUint tls_from_config; /* 1: nobody asked for it but the driver's configuration */
        unsigned reconnect_delay;
        char *name;
        char *query;
        char *tls_hostname;
        NetHost *hosts;
        size_t n_hosts;
        char *snapshot;
        char *config;
        struct SourceAuth *auth;
        char *nfs_user;
        char *nfs_group;
        char *ssh_user;
        char *ssh_keyfile;
        char *ssh_agent_socket;
        char *initiator;
        Cookie *cookies;
        size_t n_cookies;
        uint64_t readahead;
        uint64_t timeout;
        char *known_hosts;
} NetSource;
extern const Rows NetSource_rows;

typedef struct Slice {
        SliceType type;
        uint64_t offset;
        uint64_t size;
} Slice;
extern const Rows Slice_rows;

typedef struct Reservations {
        YesNo managed;
        SocketKind type;
        SocketMode mode;
        char *path;
} Reservations;
extern const Rows Reservations_rows;

/* What a driver gave the hypervisor for an image that is open: names of nodes and objects. */
typedef struct SourceNode {
        char *type; /* "storage", "format", ... */
        char *name;
} SourceNode;
extern const Rows SourceNode_rows;

typedef struct SourceSecret {
        char *type; /* what it is for: "auth", "encryption", "httpcookie", "tlskey" */
        char *alias;
} SourceSecret;
extern const Rows SourceSecret_rows;

typedef struct SourceStatus {
        SourceNode *nodes;
        size_t n_nodes;
        char *reservations;
        char *relative_path; /* as the image above names it */
        SourceSecret *secrets;
        size_t n_secrets;
        char *tls;
        YesNo threshold_by_index; /* events of its fill are told by its index */
        /* What an image said of the one below it, and no document can. */
        char *ssh_user;
        YesNo ssh_host_check;
        char *nbdkit_pid_file; /* of the nbdkit that serves it; NULL: QEMU opens it itself */
        char *nbdkit_socket;
        struct FoundSource *found; /* of a volume, in status files alone */
        char *rest;                /* what a daemon of another version keeps and we do not know */
} SourceStatus;
extern const Rows SourceStatus_rows;

/* What a volume was found to be: for the next daemon. */
typedef struct FoundSource {
        SourceType type;
        union {
                FileSource file;
                BlockSource block;
                DirSource dir;
                NetSource net;
        };
} FoundSource;
extern const Rows FoundSource_rows;

/* Where the bytes of an image are; its type and format stand outside of <source> and are rows of its owners. */
typedef struct Source {
        SourceType type;    /* private: a row of the owner, whose attribute it is */
        ImageFormat format; /* private: the same */
        StartupPolicy startup_policy;
        unsigned index; /* number of the node while the guest runs */
        union {
                FileSource file;
                BlockSource block;
                DirSource dir;
                NetSource net;
                VolumeSource volume;
                NvmeSource nvme;
                VhostUserSource vhostuser;
                VhostVdpaSource vhostvdpa;
        };
        SourceSeclabel *seclabels;
        size_t n_seclabels;
        Slice *slices;
        size_t n_slices;
        struct Reservations *reservations;
        struct Encryption *encryption;
        struct SourceStatus *status;
        /* The volume of a pool that a running guest's image is, as which it is shown, where the members above say what it
         * was found to be; NULL: they are what is shown. */
        struct VolumeSource *of_volume;
} Source;
extern const Rows Source_rows;

/** source_leave_volume: @s, of type volume, is about to become what the volume was found to be: an empty source of @type. */
void source_leave_volume(Source *s, SourceType type);

/* One image below another; type none ends the chain. */
typedef struct BackingStore {
        unsigned index;
        uint64_t metadata_cache_bytes;
        Source source;
        struct BackingStore *backing;
} BackingStore;
extern const Rows BackingStore_rows;

/* Limits; 0: none. */
typedef struct DiskIoTune {
        uint64_t total_bytes_sec;
        uint64_t read_bytes_sec;
        uint64_t write_bytes_sec;
        uint64_t total_iops_sec;
        uint64_t read_iops_sec;
        uint64_t write_iops_sec;
        uint64_t total_bytes_sec_max;
        uint64_t read_bytes_sec_max;
        uint64_t write_bytes_sec_max;
        uint64_t total_iops_sec_max;
        uint64_t read_iops_sec_max;
        uint64_t write_iops_sec_max;
        uint64_t size_iops_sec;
        char *group_name;
        uint64_t total_bytes_sec_max_length;
        uint64_t read_bytes_sec_max_length;
        uint64_t write_bytes_sec_max_length;
        uint64_t total_iops_sec_max_length;
        uint64_t read_iops_sec_max_length;
        uint64_t write_iops_sec_max_length;
} DiskIoTune;
extern const Rows DiskIoTune_rows;

/* A copy or commit that runs. */
typedef struct DiskMirror {
        char *legacy_file;
        ImageFormat legacy_format;
        MirrorJob job;
        MirrorReady ready;
        uint64_t metadata_cache_bytes;
        Source source;
        struct BackingStore *backing;
} DiskMirror;
extern const Rows DiskMirror_rows;

typedef struct DiskStatus {
        char *qom;          /* the device in QEMU's tree of objects */
        char *copy_on_read; /* the node */
        char *rest;
} DiskStatus;
extern const Rows DiskStatus_rows;

typedef struct Disk {
        DiskDevice device;
        DiskModel model;
        YesNo rawio;
        DiskSgio sgio;
        DiskSnapshot snapshot;
        DiskCache cache;
        DiskErrorPolicy error_policy;
        DiskErrorPolicy rerror_policy;
        DiskIo io;
        Switch ioeventfd;
        Switch event_idx;
        Switch copy_on_read;
        DiskDiscard discard;
        Switch discard_no_unref;
        DiskZeroes detect_zeroes;
        DiskTranslation translation;
        DiskBus bus;
        DiskTray tray;
        Switch removable;
        bool readonly;
        bool shareable;
        bool transient;
        YesNo transient_share_backing;
        VirtioOptions virtio;
        unsigned iothread; /* 0: none */
        unsigned queues;
        unsigned queue_size;
        char *driver; /* "qemu" */
        uint64_t metadata_cache_bytes;
        struct SourceAuth *auth; /* beside <source>, as it was written */
        Source source;
        struct BackingStore *backing; /* NULL: not said, the image itself tells */
        char *backend_domain;
        unsigned cylinders;
        unsigned heads;
        unsigned sectors;
        unsigned logical_block_size;
        unsigned physical_block_size;
        unsigned rotation_rate;
        OptUint discard_granularity;
        struct DiskMirror *mirror;
        char *target;
        struct DiskIoTune *iotune;
        char *serial;
        char *wwn;
        char *vendor;
        char *product;
        struct Encryption *encryption; /* beside <source>, as it was written */
        DeviceInfo info;
        struct DiskStatus *status;
} Disk;
extern const Rows Disk_rows;

/** disk_target_number: "vda" is 0, "vdaa" 26, partitions ("sda1") count as their disk; -1: no such name. */
int disk_target_number(const char *target);
/** disk_target_name: the way back, "vd" and 26 is "vdaa"; the caller frees. */
char *disk_target_name(const char *prefix, unsigned number);
