/* Domain: the names and the rows. Row order is output order. */
#include "conf/domain.h"
#include "domain/hooks.h"

ENUM_TABLE(Lifecycle, LIFECYCLE_MAX_) = {
        [LIFECYCLE_DESTROY] = "destroy",
        [LIFECYCLE_RESTART] = "restart",
        [LIFECYCLE_RENAME_RESTART] = "rename-restart",
        [LIFECYCLE_PRESERVE] = "preserve",
};

ENUM_TABLE(CrashAction, CRASH_MAX_) = {
        [CRASH_DESTROY] = "destroy",
        [CRASH_RESTART] = "restart",
        [CRASH_RENAME_RESTART] = "rename-restart",
        [CRASH_PRESERVE] = "preserve",
        [CRASH_COREDUMP_DESTROY] = "coredump-destroy",
        [CRASH_COREDUMP_RESTART] = "coredump-restart",
};

ENUM_TABLE(LockFailure, LOCK_FAILURE_MAX_) = {
        [LOCK_FAILURE_POWEROFF] = "poweroff",
        [LOCK_FAILURE_RESTART] = "restart",
        [LOCK_FAILURE_PAUSE] = "pause",
        [LOCK_FAILURE_IGNORE] = "ignore",
};

ENUM_TABLE(LaunchSecurityType, LAUNCH_SECURITY_MAX_) = {
        [LAUNCH_SECURITY_SEV] = "sev",
        [LAUNCH_SECURITY_S390_PV] = "s390-pv",
};

ENUM_TABLE(PerfEventName, PERF_EVENT_MAX_) = {
        [PERF_EVENT_CMT] = "cmt",
        [PERF_EVENT_MBMT] = "mbmt",
        [PERF_EVENT_MBML] = "mbml",
        [PERF_EVENT_CPU_CYCLES] = "cpu_cycles",
        [PERF_EVENT_INSTRUCTIONS] = "instructions",
        [PERF_EVENT_CACHE_REFERENCES] = "cache_references",
        [PERF_EVENT_CACHE_MISSES] = "cache_misses",
        [PERF_EVENT_BRANCH_INSTRUCTIONS] = "branch_instructions",
        [PERF_EVENT_BRANCH_MISSES] = "branch_misses",
        [PERF_EVENT_BUS_CYCLES] = "bus_cycles",
        [PERF_EVENT_STALLED_CYCLES_FRONTEND] = "stalled_cycles_frontend",
        [PERF_EVENT_STALLED_CYCLES_BACKEND] = "stalled_cycles_backend",
        [PERF_EVENT_REF_CPU_CYCLES] = "ref_cpu_cycles",
        [PERF_EVENT_CPU_CLOCK] = "cpu_clock",
        [PERF_EVENT_TASK_CLOCK] = "task_clock",
        [PERF_EVENT_PAGE_FAULTS] = "page_faults",
        [PERF_EVENT_CONTEXT_SWITCHES] = "context_switches",
        [PERF_EVENT_CPU_MIGRATIONS] = "cpu_migrations",
        [PERF_EVENT_PAGE_FAULTS_MIN] = "page_faults_min",
        [PERF_EVENT_PAGE_FAULTS_MAJ] = "page_faults_maj",
        [PERF_EVENT_ALIGNMENT_FAULTS] = "alignment_faults",
        [PERF_EVENT_EMULATION_FAULTS] = "emulation_faults",
};

ENUM_TABLE(KeywrapCipher, KEYWRAP_MAX_) = {
        [KEYWRAP_AES] = "aes",
        [KEYWRAP_DEA] = "dea",
};

/* A row is a line. */
/* clang-format off */

ROWS(PerfEvent,
     ROW_ENUM("@name",     PerfEvent, name, PerfEventName, .flags = ROW_REQUIRED),
     ROW_YESNO("@enabled", PerfEvent, enabled, .flags = ROW_REQUIRED | ROW_HOT));

ROWS(Keywrap,
     ROW_ENUM("@name",    Keywrap, name, KeywrapCipher, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_SWITCH("@state", Keywrap, state, .flags = ROW_REQUIRED | ROW_ABI));

ROWS_HOOKED(LaunchSecurity, (.settle = launch_security_settle, .check = launch_security_check),
     ROW_ENUM("@type",               LaunchSecurity, type, LaunchSecurityType, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_YESNO("@kernelHashes",      LaunchSecurity, kernel_hashes, .flags = ROW_ABI),
     ROW_OPT_UINT("cbitpos",         LaunchSecurity, cbitpos, .flags = ROW_ABI),
     ROW_OPT_UINT("reducedPhysBits", LaunchSecurity, reduced_phys_bits, .flags = ROW_ABI),
     ROW_OPT_HEX("policy",           LaunchSecurity, policy, 4, .flags = ROW_ABI),
     ROW_STRING("dhCert",            LaunchSecurity, dh_cert),
     ROW_STRING("session",           LaunchSecurity, session),
     ROW_IGNORED("handle"));

ROWS(Resource,
     ROW_STRING("partition",           Resource, partition),
     ROW_STRING("fibrechannel/@appid", Resource, appid));

ROWS_HOOKED(Domain, (.init = domain_init, .settle = domain_settle_own, .check = domain_check_own),
     ROW_ENUM("@type",                               Domain, type, VirtType, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_ID("@id",                                   Domain, id, .flags = ROW_LIVE),
     ROW_STRING("name",                              Domain, name, .flags = ROW_ABI),
     ROW_UUID("uuid",                                Domain, uuid, .flags = ROW_ALWAYS | ROW_ABI),
     ROW_GENID("genid",                              Domain, genid, .flags = ROW_ABI, .drivers = "qemu, vmware"),
     ROW_STRING("title",                             Domain, title, .flags = ROW_HOT),
     ROW_STRING("description",                       Domain, description, .flags = ROW_HOT),
     ROW_RAW("metadata",                             Domain, metadata, .flags = ROW_HOT),
     ROW_UINT("maxMemory/@slots",                    Domain, max_memory_slots, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_KIB("maxMemory",                            Domain, max_memory_kib, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_SWITCH("memory/@dumpCore",                  Domain, dump_core, .drivers = "qemu"),
     ROW_KIB("memory",                               Domain, memory_kib, .flags = ROW_ABI),
     ROW_KIB("currentMemory",                        Domain, current_memory_kib, .flags = ROW_HOT),
     ROW_SUB("blkiotune",                            Domain, blkiotune, Blkiotune, .drivers = "qemu, lxc"),
     ROW_SUB("memtune",                              Domain, memtune, Memtune, .drivers = "qemu, lxc"),
     ROW_SUB("memoryBacking",                        Domain, memory_backing, MemoryBacking),
     ROW_ENUM("vcpu/@placement",                     Domain, vcpu_placement, VcpuPlacement),
     ROW_CPUS("vcpu/@cpuset",                        Domain, vcpu_cpuset),
     ROW_UINT("vcpu/@current",                       Domain, vcpu_current, .flags = ROW_HOT | ROW_NONZERO),
     ROW_UINT("vcpu",                                Domain, vcpu_max, .flags = ROW_ABI | ROW_NONZERO),
     ROW_LIST("vcpus/vcpu",                          Domain, vcpus, Vcpu, .drivers = "qemu"),
     ROW_UINT("iothreads",                           Domain, iothreads, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_LIST("iothreadids/iothread",                Domain, iothread_ids, Iothread, .flags = ROW_HOT, .when = domain_names_iothreads, .drivers = "qemu"),
     ROW_OPT_INT("defaultiothread/@thread_pool_min", Domain, default_pool_min, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_OPT_INT("defaultiothread/@thread_pool_max", Domain, default_pool_max, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_SUB("cputune",                              Domain, cputune, Cputune),
     ROW_SUB("numatune",                             Domain, numatune, Numatune, .drivers = "qemu, lxc"),
     ROW_SUB("resource",                             Domain, resource, Resource, .drivers = "qemu, lxc"),
     ROW_LIST("sysinfo",                             Domain, sysinfo, Sysinfo, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_STRING("bootloader",                        Domain, bootloader, .drivers = "xen, bhyve"),
     ROW_STRING("bootloader_args",                   Domain, bootloader_args, .drivers = "xen, bhyve"),
     ROW_IN("os",                                    Domain, os, Os),
     ROW_SUB("idmap",                                Domain, idmap, IdMap, .drivers = "qemu, lxc"),
     ROW_SUB("features",                             Domain, features, Features),
     ROW_SUB("cpu",                                  Domain, cpu, Cpu),
     ROW_IN("clock",                                 Domain, clock, Clock),
     ROW_ENUM("on_poweroff",                         Domain, on_poweroff, Lifecycle, .flags = ROW_HOT),
     ROW_ENUM("on_reboot",                           Domain, on_reboot, Lifecycle, .flags = ROW_HOT),
     ROW_ENUM("on_crash",                            Domain, on_crash, CrashAction, .flags = ROW_HOT),
     ROW_ENUM("on_lockfailure",                      Domain, on_lockfailure, LockFailure, .drivers = "qemu"),
     ROW_YESNO("pm/suspend-to-mem/@enabled",         Domain, suspend_to_mem, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_YESNO("pm/suspend-to-disk/@enabled",        Domain, suspend_to_disk, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_LIST("perf/event",                          Domain, perf_events, PerfEvent, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_STRING("devices/emulator",                  Domain, emulator, .flags = ROW_KEEP_OPEN),
     ROW_LIST("devices/disk",                        Domain, disks, Disk, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu, xen, bhyve, vmware"),
     ROW_LIST("devices/controller",                  Domain, controllers, Controller, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu, xen, bhyve, vmware"),
     ROW_LIST("devices/lease",                       Domain, leases, Lease, .flags = ROW_HOT, .drivers = "qemu"),
     ROW_LIST("devices/filesystem",                  Domain, filesystems, Filesystem, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu, lxc, bhyve"),
     ROW_LIST("devices/interface",                   Domain, interfaces, Interface, .flags = ROW_ABI | ROW_HOT),
     ROW_LIST("devices/smartcard",                   Domain, smartcards, Smartcard, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_LIST("devices/serial",                      Domain, serials, Serial, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu, xen, bhyve, vmware"),
     ROW_LIST("devices/parallel",                    Domain, parallels, Parallel, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu, xen, vmware"),
     ROW_LIST("devices/console",                     Domain, consoles, Console, .flags = ROW_ABI),
     ROW_LIST("devices/channel",                     Domain, channels, Channel, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu, xen"),
     ROW_LIST("devices/input",                       Domain, inputs, Input, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu, xen, bhyve, vmware"),
     ROW_LIST("devices/tpm",                         Domain, tpms, Tpm, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_LIST("devices/graphics",                    Domain, graphics, Graphics, .drivers = "qemu, xen, bhyve, vmware"),
     ROW_LIST("devices/sound",                       Domain, sounds, Sound, .flags = ROW_ABI, .drivers = "qemu, xen, bhyve, vmware"),
     ROW_LIST("devices/audio",                       Domain, audios, Audio, .drivers = "qemu, bhyve"),
     ROW_LIST("devices/video",                       Domain, videos, Video, .flags = ROW_ABI, .drivers = "qemu, xen, bhyve, vmware"),
     ROW_LIST("devices/hostdev",                     Domain, hostdevs, Hostdev, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu, lxc, xen"),
     ROW_LIST("devices/redirdev",                    Domain, redirdevs, Redirdev, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu"),
     ROW_SUB("devices/redirfilter",                  Domain, redirfilter, Redirfilter, .flags = ROW_SINGLE, .drivers = "qemu"),
     ROW_LIST("devices/hub",                         Domain, hubs, Hub, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_LIST("devices/watchdog",                    Domain, watchdogs, Watchdog, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu"),
     ROW_SUB("devices/memballoon",                   Domain, memballoon, Memballoon, .flags = ROW_ABI | ROW_SINGLE, .drivers = "qemu, xen, vmware"),
     ROW_LIST("devices/rng",                         Domain, rngs, Rng, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu"),
     ROW_SUB("devices/nvram",                        Domain, nvram, Nvram, .flags = ROW_ABI | ROW_SINGLE, .drivers = "qemu"),
     ROW_LIST("devices/panic",                       Domain, panics, Panic, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_LIST("devices/shmem",                       Domain, shmems, Shmem, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu"),
     ROW_LIST("devices/memory",                      Domain, memory_devices, MemoryDevice, .flags = ROW_ABI | ROW_HOT, .drivers = "qemu"),
     ROW_LIST("devices/crypto",                      Domain, cryptos, Crypto, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_SUB("devices/iommu",                        Domain, iommu, Iommu, .flags = ROW_ABI | ROW_SINGLE, .drivers = "qemu"),
     ROW_SUB("devices/vsock",                        Domain, vsock, Vsock, .flags = ROW_ABI | ROW_HOT | ROW_SINGLE, .drivers = "qemu"),
     ROW_SUB("devices/pstore",                       Domain, pstore, Pstore, .flags = ROW_ABI | ROW_SINGLE, .drivers = "qemu"),
     ROW_LIST("seclabel",                            Domain, seclabels, Seclabel, .drivers = "qemu, lxc, xen"),
     ROW_LIST("keywrap/cipher",                      Domain, keywrap, Keywrap, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_SUB("launchSecurity",                       Domain, launch_security, LaunchSecurity, .drivers = "qemu"),
     ROW_SLOT("",                                    Domain, extra));

/* clang-format on */
