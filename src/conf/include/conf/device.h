/* The other devices of a guest. */
#pragma once

#include "conf/chardev.h"
#include "conf/disk.h"
#include "conf/interface.h"

typedef enum COMPACT {
        WATCHDOG_NONE,
        WATCHDOG_I6300ESB,
        WATCHDOG_IB700,
        WATCHDOG_DIAG288,
        WATCHDOG_ITCO,
        WATCHDOG_MAX_
} WatchdogModel;
extern const char *const WatchdogModel_names[];

typedef enum COMPACT {
        WATCHDOG_ACTION_DEFAULT,
        WATCHDOG_ACTION_RESET,
        WATCHDOG_ACTION_SHUTDOWN,
        WATCHDOG_ACTION_POWEROFF,
        WATCHDOG_ACTION_PAUSE,
        WATCHDOG_ACTION_DUMP,
        WATCHDOG_ACTION_NONE,
        WATCHDOG_ACTION_INJECT_NMI,
        WATCHDOG_ACTION_MAX_
} WatchdogAction;
extern const char *const WatchdogAction_names[];

typedef enum COMPACT {
        BALLOON_DEFAULT,
        BALLOON_VIRTIO,
        BALLOON_XEN,
        BALLOON_NONE,
        BALLOON_VIRTIO_TRANSITIONAL,
        BALLOON_VIRTIO_NON_TRANSITIONAL,
        BALLOON_MAX_
} BalloonModel;
extern const char *const BalloonModel_names[];

typedef enum COMPACT { RNG_NONE, RNG_VIRTIO, RNG_VIRTIO_TRANSITIONAL, RNG_VIRTIO_NON_TRANSITIONAL, RNG_MAX_ } RngModel;
extern const char *const RngModel_names[];

typedef enum COMPACT {
        RNG_BACKEND_NONE,
        RNG_BACKEND_RANDOM,
        RNG_BACKEND_EGD,
        RNG_BACKEND_BUILTIN,
        RNG_BACKEND_MAX_
} RngBackend;
extern const char *const RngBackend_names[];

typedef enum COMPACT { TPM_DEFAULT, TPM_TPM_TIS, TPM_TPM_CRB, TPM_TPM_SPAPR, TPM_SPAPR_TPM_PROXY, TPM_MAX_ } TpmModel;
extern const char *const TpmModel_names[];

typedef enum COMPACT {
        TPM_BACKEND_NONE,
        TPM_BACKEND_PASSTHROUGH,
        TPM_BACKEND_EMULATOR,
        TPM_BACKEND_EXTERNAL,
        TPM_BACKEND_MAX_
} TpmBackend;
extern const char *const TpmBackend_names[];

typedef enum COMPACT { TPM_VERSION_DEFAULT, TPM_VERSION_1_2, TPM_VERSION_2_0, TPM_VERSION_MAX_ } TpmVersion;
extern const char *const TpmVersion_names[];

typedef enum COMPACT { HUB_NONE, HUB_USB, HUB_MAX_ } HubType;
extern const char *const HubType_names[];

typedef enum COMPACT {
        PANIC_DEFAULT,
        PANIC_ISA,
        PANIC_PSERIES,
        PANIC_HYPERV,
        PANIC_S390,
        PANIC_PVPANIC,
        PANIC_MAX_
} PanicModel;
extern const char *const PanicModel_names[];

typedef enum COMPACT {
        SHMEM_DEFAULT,
        SHMEM_IVSHMEM,
        SHMEM_IVSHMEM_PLAIN,
        SHMEM_IVSHMEM_DOORBELL,
        SHMEM_MAX_
} ShmemModel;
extern const char *const ShmemModel_names[];

typedef enum COMPACT { SHMEM_ROLE_DEFAULT, SHMEM_ROLE_MASTER, SHMEM_ROLE_PEER, SHMEM_ROLE_MAX_ } ShmemRole;
extern const char *const ShmemRole_names[];

typedef enum COMPACT {
        MEMORY_MODEL_NONE,
        MEMORY_MODEL_DIMM,
        MEMORY_MODEL_NVDIMM,
        MEMORY_MODEL_VIRTIO_PMEM,
        MEMORY_MODEL_VIRTIO_MEM,
        MEMORY_MODEL_SGX_EPC,
        MEMORY_MODEL_MAX_
} MemoryModel;
extern const char *const MemoryModel_names[];

typedef enum COMPACT {
        MEMORY_ACCESS_DEFAULT,
        MEMORY_ACCESS_SHARED,
        MEMORY_ACCESS_PRIVATE,
        MEMORY_ACCESS_MAX_
} MemoryAccess;
extern const char *const MemoryAccess_names[];

typedef enum COMPACT { CRYPTO_NONE, CRYPTO_VIRTIO, CRYPTO_MAX_ } CryptoModel;
extern const char *const CryptoModel_names[];

typedef enum COMPACT {
        CRYPTO_BACKEND_NONE,
        CRYPTO_BACKEND_BUILTIN,
        CRYPTO_BACKEND_LKCF,
        CRYPTO_BACKEND_MAX_
} CryptoBackend;
extern const char *const CryptoBackend_names[];

typedef enum COMPACT { IOMMU_NONE, IOMMU_INTEL, IOMMU_SMMUV3, IOMMU_VIRTIO, IOMMU_MAX_ } IommuModel;
extern const char *const IommuModel_names[];

typedef enum COMPACT {
        VSOCK_DEFAULT,
        VSOCK_VIRTIO,
        VSOCK_VIRTIO_TRANSITIONAL,
        VSOCK_VIRTIO_NON_TRANSITIONAL,
        VSOCK_MAX_
} VsockModel;
extern const char *const VsockModel_names[];

typedef struct Watchdog {
        WatchdogModel model;
        WatchdogAction action;
        DeviceInfo info;
} Watchdog;
extern const Rows Watchdog_rows;

typedef struct Memballoon {
        BalloonModel model;
        Switch autodeflate;
        Switch free_page_reporting;
        unsigned stats_period; /* seconds */
        DeviceInfo info;
        VirtioOptions virtio;
} Memballoon;
extern const Rows Memballoon_rows;

typedef struct RngRandom {
        char *path;
} RngRandom;
extern const Rows RngRandom_rows;

typedef struct Rng {
        RngModel model;
        RngBackend backend;
        VirtioOptions virtio;
        unsigned rate_bytes;
        unsigned rate_period;
        char *random; /* the file of random */
        Chardev egd;  /* the socket of egd */
        DeviceInfo info;
} Rng;
extern const Rows Rng_rows;

typedef struct PcrBank {
        char *name;
} PcrBank;
extern const Rows PcrBank_rows;

typedef enum COMPACT { TPM_SOCKET_NONE, TPM_SOCKET_CONNECT, TPM_SOCKET_MAX_ } TpmSocketMode;
extern const char *const TpmSocketMode_names[];

typedef struct Tpm {
        TpmModel model;
        TpmBackend backend;
        TpmVersion version;
        YesNo persistent_state;
        OptUint debug;
        char *path;
        char *secret;
        SocketKind source_type;
        TpmSocketMode source_mode;
        char *source_path;
        PcrBank *banks;
        size_t n_banks;
        char *profile_source;
        DeviceInfo info;
        YesNo shared_storage; /* its program can migrate where both sides see its folder */
} Tpm;
extern const Rows Tpm_rows;

typedef struct Hub {
        HubType type;
        DeviceInfo info;
} Hub;
extern const Rows Hub_rows;

typedef struct Nvram {
        DeviceInfo info;
} Nvram;
extern const Rows Nvram_rows;

typedef struct Panic {
        PanicModel model;
        DeviceInfo info;
} Panic;
extern const Rows Panic_rows;

typedef struct Shmem {
        char *name;
        ShmemRole role;
        ShmemModel model;
        uint64_t size_bytes;
        bool has_server;
        char *server; /* NULL: where the driver says */
        bool has_msi;
        Switch msi;
        unsigned vectors;
        Switch ioeventfd;
        DeviceInfo info;
} Shmem;
extern const Rows Shmem_rows;

typedef struct MemoryDevice {
        MemoryModel model;
        MemoryAccess access;
        YesNo discard;
        Uuid uuid;
        char *path;
        uint64_t alignsize_kib;
        bool pmem;
        Bitmap *nodemask;
        uint64_t pagesize_kib;
        YesNo dynamic_memslots;
        uint64_t size_kib;
        OptUint node;
        uint64_t label_kib;
        bool readonly;
        uint64_t block_kib;
        OptUint64 requested_kib;
        OptUint64 current_kib;
        OptUint64 base;
        DeviceInfo info;
} MemoryDevice;
extern const Rows MemoryDevice_rows;

typedef struct Crypto {
        CryptoModel model;
        char *type;
        CryptoBackend backend;
        unsigned queues;
        VirtioOptions virtio;
        DeviceInfo info;
} Crypto;
extern const Rows Crypto_rows;

typedef struct Iommu {
        IommuModel model;
        Switch intremap;
        Switch caching_mode;
        Switch eim;
        Switch iotlb;
        unsigned aw_bits;
        DeviceInfo info;
} Iommu;
extern const Rows Iommu_rows;

typedef struct Vsock {
        VsockModel model;
        YesNo auto_cid;
        unsigned cid;
        DeviceInfo info;
        VirtioOptions virtio;
} Vsock;
extern const Rows Vsock_rows;

typedef struct Pstore {
        char *backend;
        char *path;
        uint64_t size_kib;
        DeviceInfo info;
} Pstore;
extern const Rows Pstore_rows;
