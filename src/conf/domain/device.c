/* Device: the names and the rows. Row order is output order. */
#include "conf/device.h"
#include "domain/hooks.h"

ENUM_TABLE(WatchdogModel, WATCHDOG_MAX_) = {
        [WATCHDOG_I6300ESB] = "i6300esb",
        [WATCHDOG_IB700] = "ib700",
        [WATCHDOG_DIAG288] = "diag288",
        [WATCHDOG_ITCO] = "itco",
};

ENUM_TABLE(WatchdogAction, WATCHDOG_ACTION_MAX_) = {
        [WATCHDOG_ACTION_RESET] = "reset",
        [WATCHDOG_ACTION_SHUTDOWN] = "shutdown",
        [WATCHDOG_ACTION_POWEROFF] = "poweroff",
        [WATCHDOG_ACTION_PAUSE] = "pause",
        [WATCHDOG_ACTION_DUMP] = "dump",
        [WATCHDOG_ACTION_NONE] = "none",
        [WATCHDOG_ACTION_INJECT_NMI] = "inject-nmi",
};

ENUM_TABLE(BalloonModel, BALLOON_MAX_) = {
        [BALLOON_VIRTIO] = "virtio",
        [BALLOON_XEN] = "xen",
        [BALLOON_NONE] = "none",
        [BALLOON_VIRTIO_TRANSITIONAL] = "virtio-transitional",
        [BALLOON_VIRTIO_NON_TRANSITIONAL] = "virtio-non-transitional",
};

ENUM_TABLE(RngModel, RNG_MAX_) = {
        [RNG_VIRTIO] = "virtio",
        [RNG_VIRTIO_TRANSITIONAL] = "virtio-transitional",
        [RNG_VIRTIO_NON_TRANSITIONAL] = "virtio-non-transitional",
};

ENUM_TABLE(RngBackend, RNG_BACKEND_MAX_) = {
        [RNG_BACKEND_RANDOM] = "random",
        [RNG_BACKEND_EGD] = "egd",
        [RNG_BACKEND_BUILTIN] = "builtin",
};

ENUM_TABLE(TpmModel, TPM_MAX_) = {
        [TPM_TPM_TIS] = "tpm-tis",
        [TPM_TPM_CRB] = "tpm-crb",
        [TPM_TPM_SPAPR] = "tpm-spapr",
        [TPM_SPAPR_TPM_PROXY] = "spapr-tpm-proxy",
};

ENUM_TABLE(TpmBackend, TPM_BACKEND_MAX_) = {
        [TPM_BACKEND_PASSTHROUGH] = "passthrough",
        [TPM_BACKEND_EMULATOR] = "emulator",
        [TPM_BACKEND_EXTERNAL] = "external",
};

ENUM_TABLE(TpmVersion, TPM_VERSION_MAX_) = {
        [TPM_VERSION_1_2] = "1.2",
        [TPM_VERSION_2_0] = "2.0",
};

ENUM_TABLE(HubType, HUB_MAX_) = {
        [HUB_USB] = "usb",
};

ENUM_TABLE(PanicModel, PANIC_MAX_) = {
        [PANIC_ISA] = "isa",   [PANIC_PSERIES] = "pseries", [PANIC_HYPERV] = "hyperv",
        [PANIC_S390] = "s390", [PANIC_PVPANIC] = "pvpanic",
};

ENUM_TABLE(ShmemModel, SHMEM_MAX_) = {
        [SHMEM_IVSHMEM] = "ivshmem",
        [SHMEM_IVSHMEM_PLAIN] = "ivshmem-plain",
        [SHMEM_IVSHMEM_DOORBELL] = "ivshmem-doorbell",
};

ENUM_TABLE(ShmemRole, SHMEM_ROLE_MAX_) = {
        [SHMEM_ROLE_MASTER] = "master",
        [SHMEM_ROLE_PEER] = "peer",
};

ENUM_TABLE(MemoryModel, MEMORY_MODEL_MAX_) = {
        [MEMORY_MODEL_DIMM] = "dimm",
        [MEMORY_MODEL_NVDIMM] = "nvdimm",
        [MEMORY_MODEL_VIRTIO_PMEM] = "virtio-pmem",
        [MEMORY_MODEL_VIRTIO_MEM] = "virtio-mem",
        [MEMORY_MODEL_SGX_EPC] = "sgx-epc",
};

ENUM_TABLE(MemoryAccess, MEMORY_ACCESS_MAX_) = {
        [MEMORY_ACCESS_SHARED] = "shared",
        [MEMORY_ACCESS_PRIVATE] = "private",
};

ENUM_TABLE(CryptoModel, CRYPTO_MAX_) = {
        [CRYPTO_VIRTIO] = "virtio",
};

ENUM_TABLE(CryptoBackend, CRYPTO_BACKEND_MAX_) = {
        [CRYPTO_BACKEND_BUILTIN] = "builtin",
        [CRYPTO_BACKEND_LKCF] = "lkcf",
};

ENUM_TABLE(IommuModel, IOMMU_MAX_) = {
        [IOMMU_INTEL] = "intel",
        [IOMMU_SMMUV3] = "smmuv3",
        [IOMMU_VIRTIO] = "virtio",
};

ENUM_TABLE(VsockModel, VSOCK_MAX_) = {
        [VSOCK_VIRTIO] = "virtio",
        [VSOCK_VIRTIO_TRANSITIONAL] = "virtio-transitional",
        [VSOCK_VIRTIO_NON_TRANSITIONAL] = "virtio-non-transitional",
};

ENUM_TABLE(TpmSocketMode, TPM_SOCKET_MAX_) = {
        [TPM_SOCKET_CONNECT] = "connect",
};

/* A row is a line. */
/* clang-format off */

ROWS_HOOKED(Watchdog, (.settle = watchdog_settle),
     ROW_ENUM("@model",  Watchdog, model, WatchdogModel, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_ENUM("@action", Watchdog, action, WatchdogAction, .flags = ROW_HOT),
     ROW_IN("",          Watchdog, info, DeviceInfo));

ROWS_HOOKED(Memballoon, (.settle = memballoon_settle),
     ROW_ENUM("@model",               Memballoon, model, BalloonModel, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_SWITCH("@autodeflate",       Memballoon, autodeflate, .flags = ROW_ABI),
     ROW_SWITCH("@freePageReporting", Memballoon, free_page_reporting, .flags = ROW_ABI),
     ROW_UINT("stats/@period",        Memballoon, stats_period, .flags = ROW_HOT),
     ROW_IN("",                       Memballoon, info, DeviceInfo),
     ROW_IN("driver",                 Memballoon, virtio, VirtioOptions));

ROWS(RngRandom,
     ROW_STRING(".", RngRandom, path));

ROWS_HOOKED(Rng, (.settle = rng_settle),
     ROW_ENUM("@model",         Rng, model, RngModel, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_UINT("rate/@bytes",    Rng, rate_bytes),
     ROW_UINT("rate/@period",   Rng, rate_period),
     ROW_ENUM("backend/@model", Rng, backend, RngBackend, .flags = ROW_REQUIRED | ROW_SINGLE),
     ROW_STRING("backend/.",    Rng, random),
     ROW_IN("backend",          Rng, egd, Chardev, .when = rng_is_egd),
     ROW_IN("driver",           Rng, virtio, VirtioOptions),
     ROW_IN("",                 Rng, info, DeviceInfo));

ROWS(PcrBank,
     ROW_STRING("name()", PcrBank, name));

ROWS_HOOKED(Tpm, (.settle = tpm_settle, .check = tpm_check),
     ROW_ENUM("@model",                       Tpm, model, TpmModel, .flags = ROW_ABI),
     ROW_ENUM("backend/@type",                Tpm, backend, TpmBackend, .flags = ROW_REQUIRED | ROW_SINGLE),
     ROW_ENUM("backend/@version",             Tpm, version, TpmVersion, .flags = ROW_ABI),
     ROW_YESNO("backend/@persistent_state",   Tpm, persistent_state),
     ROW_OPT_UINT("backend/@debug",           Tpm, debug),
     ROW_STRING("backend/device/@path",       Tpm, path),
     ROW_STRING("backend/encryption/@secret", Tpm, secret),
     ROW_ENUM("backend/source/@type",         Tpm, source_type, SocketKind),
     ROW_ENUM("backend/source/@mode",         Tpm, source_mode, TpmSocketMode),
     ROW_STRING("backend/source/@path",       Tpm, source_path),
     ROW_LIST("backend/active_pcr_banks/*",   Tpm, banks, PcrBank),
     ROW_STRING("backend/profile/@source",    Tpm, profile_source),
     ROW_IN("",                               Tpm, info, DeviceInfo),
     ROW_YESNO("privateData/swtpm/@can_migrate_shared_storage", Tpm, shared_storage, .flags = ROW_STATUS));

ROWS(Hub,
     ROW_ENUM("@type", Hub, type, HubType, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_IN("",        Hub, info, DeviceInfo));

ROWS(Nvram,
     ROW_IN("", Nvram, info, DeviceInfo));

ROWS(Panic,
     ROW_ENUM("@model", Panic, model, PanicModel, .flags = ROW_ABI),
     ROW_IN("",         Panic, info, DeviceInfo));

ROWS_HOOKED(Shmem, (.check = shmem_check),
     ROW_STRING("@name",          Shmem, name, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_ENUM("@role",            Shmem, role, ShmemRole, .flags = ROW_ABI),
     ROW_ENUM("model/@type",      Shmem, model, ShmemModel, .flags = ROW_ABI),
     ROW_MIB("size",              Shmem, size_bytes, .flags = ROW_ABI),
     ROW_FLAG("server",           Shmem, has_server),
     ROW_STRING("server/@path",   Shmem, server),
     ROW_FLAG("msi",              Shmem, has_msi, .flags = ROW_ABI),
     ROW_SWITCH("msi/@enabled",   Shmem, msi, .flags = ROW_ABI),
     ROW_UINT("msi/@vectors",     Shmem, vectors, .flags = ROW_ABI),
     ROW_SWITCH("msi/@ioeventfd", Shmem, ioeventfd, .flags = ROW_ABI),
     ROW_IN("",                   Shmem, info, DeviceInfo));

ROWS_HOOKED(MemoryDevice, (.settle = memory_device_settle, .check = memory_device_check),
     ROW_ENUM("@model",                    MemoryDevice, model, MemoryModel, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_ENUM("@access",                   MemoryDevice, access, MemoryAccess),
     ROW_YESNO("@discard",                 MemoryDevice, discard),
     ROW_UUID("uuid",                      MemoryDevice, uuid, .flags = ROW_ABI),
     ROW_STRING("source/path",             MemoryDevice, path),
     ROW_KIB("source/alignsize",           MemoryDevice, alignsize_kib),
     ROW_FLAG("source/pmem",               MemoryDevice, pmem),
     ROW_CPUS("source/nodemask",           MemoryDevice, nodemask),
     ROW_KIB("source/pagesize",            MemoryDevice, pagesize_kib),
     ROW_YESNO("target/@dynamicMemslots",  MemoryDevice, dynamic_memslots),
     ROW_KIB("target/size",                MemoryDevice, size_kib, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_OPT_UINT("target/node",           MemoryDevice, node, .flags = ROW_ABI),
     ROW_KIB("target/label/size",          MemoryDevice, label_kib, .flags = ROW_ABI),
     ROW_FLAG("target/readonly",           MemoryDevice, readonly, .flags = ROW_ABI),
     ROW_KIB("target/block",               MemoryDevice, block_kib, .flags = ROW_ABI),
     ROW_OPT_KIB("target/requested",       MemoryDevice, requested_kib, .flags = ROW_ABI | ROW_HOT),
     ROW_OPT_KIB("target/current",         MemoryDevice, current_kib, .flags = ROW_LIVE),
     ROW_OPT_HEX64("target/address/@base", MemoryDevice, base, 0, .flags = ROW_ABI),
     ROW_IN("",                            MemoryDevice, info, DeviceInfo));

ROWS(Crypto,
     ROW_ENUM("@model",          Crypto, model, CryptoModel, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_STRING("@type",         Crypto, type),
     ROW_ENUM("backend/@model",  Crypto, backend, CryptoBackend),
     ROW_UINT("backend/@queues", Crypto, queues),
     ROW_IN("driver",            Crypto, virtio, VirtioOptions),
     ROW_IN("",                  Crypto, info, DeviceInfo));

ROWS(Iommu,
     ROW_ENUM("@model",                 Iommu, model, IommuModel, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_SWITCH("driver/@intremap",     Iommu, intremap, .flags = ROW_ABI),
     ROW_SWITCH("driver/@caching_mode", Iommu, caching_mode, .flags = ROW_ABI),
     ROW_SWITCH("driver/@eim",          Iommu, eim, .flags = ROW_ABI),
     ROW_SWITCH("driver/@iotlb",        Iommu, iotlb, .flags = ROW_ABI),
     ROW_UINT("driver/@aw_bits",        Iommu, aw_bits, .flags = ROW_ABI),
     ROW_IN("",                         Iommu, info, DeviceInfo));

ROWS_HOOKED(Vsock, (.settle = vsock_settle),
     ROW_ENUM("@model",       Vsock, model, VsockModel, .flags = ROW_ABI),
     ROW_YESNO("cid/@auto",   Vsock, auto_cid),
     ROW_UINT("cid/@address", Vsock, cid, .flags = ROW_NONZERO),
     ROW_IN("",               Vsock, info, DeviceInfo),
     ROW_IN("driver",         Vsock, virtio, VirtioOptions));

ROWS(Pstore,
     ROW_STRING("@backend", Pstore, backend, .flags = ROW_REQUIRED),
     ROW_STRING("path",     Pstore, path),
     ROW_KIB("size",        Pstore, size_kib, .flags = ROW_ABI),
     ROW_IN("",             Pstore, info, DeviceInfo));

/* clang-format on */
