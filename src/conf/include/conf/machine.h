/* The machine: firmware, boot, SMBIOS, features, clock. */
#pragma once

#include "conf/disk.h"

typedef enum COMPACT {
        VIRT_NONE,
        VIRT_QEMU,
        VIRT_KQEMU,
        VIRT_KVM,
        VIRT_XEN,
        VIRT_LXC,
        VIRT_UML,
        VIRT_OPENVZ,
        VIRT_TEST,
        VIRT_VMWARE,
        VIRT_HYPERV,
        VIRT_VBOX,
        VIRT_PHYP,
        VIRT_PARALLELS,
        VIRT_BHYVE,
        VIRT_VZ,
        VIRT_HVF,
        VIRT_MAX_
} VirtType;
extern const char *const VirtType_names[];

typedef enum COMPACT { SYSINFO_NONE, SYSINFO_SMBIOS, SYSINFO_FWCFG, SYSINFO_MAX_ } SysinfoType;
extern const char *const SysinfoType_names[];

typedef enum COMPACT { LOADER_NONE, LOADER_ROM, LOADER_PFLASH, LOADER_MAX_ } LoaderType;
extern const char *const LoaderType_names[];

typedef enum COMPACT { FIRMWARE_NONE, FIRMWARE_BIOS, FIRMWARE_EFI, FIRMWARE_MAX_ } OsFirmware;
extern const char *const OsFirmware_names[];

typedef enum COMPACT { BOOT_FD, BOOT_CDROM, BOOT_HD, BOOT_NETWORK, BOOT_MAX_ } BootDevice;
extern const char *const BootDevice_names[];

typedef enum COMPACT {
        SMBIOS_NONE,
        SMBIOS_DISABLED,
        SMBIOS_EMULATE,
        SMBIOS_HOST,
        SMBIOS_SYSINFO,
        SMBIOS_MAX_
} SmbiosMode;
extern const char *const SmbiosMode_names[];

typedef enum COMPACT { HYPERV_MODE_NONE, HYPERV_MODE_CUSTOM, HYPERV_MODE_PASSTHROUGH, HYPERV_MODE_MAX_ } HypervMode;
extern const char *const HypervMode_names[];

typedef enum COMPACT {
        CAPABILITIES_POLICY_DEFAULT,
        CAPABILITIES_POLICY_ALLOW,
        CAPABILITIES_POLICY_DENY,
        CAPABILITIES_POLICY_MAX_
} CapabilitiesPolicy;
extern const char *const CapabilitiesPolicy_names[];

typedef enum COMPACT {
        CLOCK_UTC,
        CLOCK_LOCALTIME,
        CLOCK_VARIABLE,
        CLOCK_TIMEZONE,
        CLOCK_ABSOLUTE,
        CLOCK_MAX_
} ClockOffset;
extern const char *const ClockOffset_names[];

typedef enum COMPACT { CLOCK_BASIS_UTC, CLOCK_BASIS_LOCALTIME, CLOCK_BASIS_MAX_ } ClockBasis;
extern const char *const ClockBasis_names[];

typedef enum COMPACT {
        TIMER_NONE,
        TIMER_PLATFORM,
        TIMER_PIT,
        TIMER_RTC,
        TIMER_HPET,
        TIMER_TSC,
        TIMER_KVMCLOCK,
        TIMER_HYPERVCLOCK,
        TIMER_ARMVTIMER,
        TIMER_MAX_
} TimerName;
extern const char *const TimerName_names[];

typedef enum COMPACT {
        TICK_POLICY_DEFAULT,
        TICK_POLICY_DELAY,
        TICK_POLICY_CATCHUP,
        TICK_POLICY_MERGE,
        TICK_POLICY_DISCARD,
        TICK_POLICY_MAX_
} TickPolicy;
extern const char *const TickPolicy_names[];

typedef enum COMPACT {
        TIMER_TRACK_DEFAULT,
        TIMER_TRACK_BOOT,
        TIMER_TRACK_GUEST,
        TIMER_TRACK_WALL,
        TIMER_TRACK_REALTIME,
        TIMER_TRACK_MAX_
} TimerTrack;
extern const char *const TimerTrack_names[];

typedef enum COMPACT {
        TIMER_MODE_DEFAULT,
        TIMER_MODE_AUTO,
        TIMER_MODE_NATIVE,
        TIMER_MODE_EMULATE,
        TIMER_MODE_PARAVIRT,
        TIMER_MODE_SMPSAFE,
        TIMER_MODE_MAX_
} TimerMode;
extern const char *const TimerMode_names[];

typedef enum COMPACT {
        FIRMWARE_FEATURE_NONE,
        FIRMWARE_FEATURE_ENROLLED_KEYS,
        FIRMWARE_FEATURE_SECURE_BOOT,
        FIRMWARE_FEATURE_MAX_
} FirmwareFeatureName;
extern const char *const FirmwareFeatureName_names[];

typedef enum COMPACT { ACPI_TABLE_NONE, ACPI_TABLE_SLIC, ACPI_TABLE_MAX_ } AcpiTableType;
extern const char *const AcpiTableType_names[];

typedef enum COMPACT { GIC_NONE, GIC_HOST, GIC_2, GIC_3, GIC_MAX_ } GicVersion;
extern const char *const GicVersion_names[];

typedef enum COMPACT { IOAPIC_NONE, IOAPIC_QEMU, IOAPIC_KVM, IOAPIC_MAX_ } IoapicDriver;
extern const char *const IoapicDriver_names[];

typedef enum COMPACT {
        HPT_RESIZING_DEFAULT,
        HPT_RESIZING_ENABLED,
        HPT_RESIZING_DISABLED,
        HPT_RESIZING_REQUIRED,
        HPT_RESIZING_MAX_
} HptResizing;
extern const char *const HptResizing_names[];

typedef enum COMPACT { UNKNOWN_MSRS_DEFAULT, UNKNOWN_MSRS_IGNORE, UNKNOWN_MSRS_FAULT, UNKNOWN_MSRS_MAX_ } UnknownMsrs;
extern const char *const UnknownMsrs_names[];

typedef enum COMPACT {
        MITIGATION_DEFAULT,
        MITIGATION_BROKEN,
        MITIGATION_WORKAROUND,
        MITIGATION_FIXED,
        MITIGATION_MAX_
} Mitigation;
extern const char *const Mitigation_names[];

typedef enum COMPACT {
        BRANCH_MITIGATION_DEFAULT,
        BRANCH_MITIGATION_BROKEN,
        BRANCH_MITIGATION_WORKAROUND,
        BRANCH_MITIGATION_FIXED_IBS,
        BRANCH_MITIGATION_FIXED_CCD,
        BRANCH_MITIGATION_FIXED_NA,
        BRANCH_MITIGATION_MAX_
} BranchMitigation;
extern const char *const BranchMitigation_names[];

typedef struct SysinfoEntry {
        char *name;
        char *file;
        char *value;
} SysinfoEntry;
extern const Rows SysinfoEntry_rows;

typedef struct SysinfoBlock {
        SysinfoEntry *entries;
        size_t n_entries;
} SysinfoBlock;
extern const Rows SysinfoBlock_rows;

typedef struct Sysinfo {
        SysinfoType type;
        SysinfoEntry *entries;
        size_t n_entries;
        SysinfoEntry *bios;
        size_t n_bios;
        SysinfoEntry *system;
        size_t n_system;
        SysinfoBlock *base_boards;
        size_t n_base_boards;
        SysinfoEntry *chassis;
        size_t n_chassis;
        SysinfoEntry *oem_strings;
        size_t n_oem_strings;
} Sysinfo;
extern const Rows Sysinfo_rows;

typedef struct FirmwareFeature {
        YesNo enabled;
        FirmwareFeatureName name;
} FirmwareFeature;
extern const Rows FirmwareFeature_rows;

typedef struct OsBoot {
        BootDevice dev;
} OsBoot;
extern const Rows OsBoot_rows;

typedef struct OsArgument {
        char *value;
} OsArgument;
extern const Rows OsArgument_rows;

typedef struct OsEnvironment {
        char *name;
        char *value;
} OsEnvironment;
extern const Rows OsEnvironment_rows;

typedef struct AcpiTable {
        AcpiTableType type;
        char *path;
} AcpiTable;
extern const Rows AcpiTable_rows;

typedef struct OsNvram {
        char *template;
        ImageFormat template_format;
        char *path; /* without type */
        Source source;
} OsNvram;
extern const Rows OsNvram_rows;

typedef struct Os {
        OsFirmware firmware;
        YesNo loader_readonly;
        YesNo loader_secure;
        LoaderType loader_type;
        ImageFormat loader_format;
        YesNo loader_stateless;
        YesNo bootmenu;
        YesNo bios_useserial;
        SmbiosMode smbios;
        char *arch;
        char *machine;
        char *type;
        FirmwareFeature *firmware_features;
        size_t n_firmware_features;
        char *init;
        OsArgument *init_arguments;
        size_t n_init_arguments;
        OsEnvironment *init_environment;
        size_t n_init_environment;
        char *init_dir;
        char *init_user;
        char *init_group;
        char *loader;
        struct OsNvram *nvram;
        char *kernel;
        char *initrd;
        char *cmdline;
        char *dtb;
        char *root;
        AcpiTable *acpi_tables;
        size_t n_acpi_tables;
        OsBoot *boot;
        size_t n_boot;
        OptUint bootmenu_timeout;
        OptInt bios_reboot_timeout;
} Os;
extern const Rows Os_rows;

/* A range of user or group ids of a container. */
typedef struct IdMapEntry {
        unsigned start;
        unsigned target;
        unsigned count;
} IdMapEntry;
extern const Rows IdMapEntry_rows;

typedef struct IdMap {
        IdMapEntry *uids;
        size_t n_uids;
        IdMapEntry *gids;
        size_t n_gids;
} IdMap;
extern const Rows IdMap_rows;

typedef struct HypervFeatures {
        HypervMode mode;
        Switch relaxed;
        Switch vapic;
        Switch spinlocks;
        unsigned spinlock_retries;
        Switch vpindex;
        Switch runtime;
        Switch synic;
        Switch stimer;
        Switch stimer_direct;
        Switch reset;
        Switch vendor_id_state;
        char *vendor_id;
        Switch frequencies;
        Switch reenlightenment;
        Switch tlbflush;
        Switch ipi;
        Switch evmcs;
        Switch avic;
} HypervFeatures;
extern const Rows HypervFeatures_rows;

typedef struct KvmFeatures {
        Switch hidden;
        Switch hint_dedicated;
        Switch poll_control;
        Switch pv_ipi;
        Switch dirty_ring;
        unsigned dirty_ring_size;
} KvmFeatures;
extern const Rows KvmFeatures_rows;

typedef struct XenFeatures {
        Switch e820_host;
        Switch passthrough;
        char *passthrough_mode;
} XenFeatures;
extern const Rows XenFeatures_rows;

typedef struct ContainerCapability {
        char *name;
        Switch state;
} ContainerCapability;
extern const Rows ContainerCapability_rows;

typedef struct Features {
        bool acpi;
        bool apic;
        Switch apic_eoi;
        bool pae;
        Switch hap;
        bool viridian;
        bool privnet;
        Switch pvspinlock;
        CapabilitiesPolicy capabilities_policy;
        Switch pmu;
        Switch vmport;
        bool gic;
        GicVersion gic_version;
        IoapicDriver ioapic;
        HptResizing hpt_resizing;
        UnknownMsrs msrs;
        Mitigation cfpc; /* three ways to read what one may not, and what is done about them */
        Mitigation sbbc;
        BranchMitigation ibs;
        Switch smm;
        Switch vmcoreinfo;
        Switch htm;
        Switch nested_hv;
        Switch ccf_assist;
        bool async_teardown_said; /* the element stood there */
        YesNo async_teardown;
        struct HypervFeatures *hyperv;
        struct KvmFeatures *kvm;
        ContainerCapability *capabilities;
        size_t n_capabilities;
        uint64_t tseg_bytes;
        uint64_t hpt_maxpagesize_kib;
        struct XenFeatures *xen;
        uint64_t tcg_tb_cache_kib;
} Features;
extern const Rows Features_rows;

typedef struct Timer {
        TimerName name;
        YesNo present;
        TickPolicy tickpolicy;
        TimerTrack track;
        uint64_t frequency;
        TimerMode mode;
        uint64_t catchup_threshold;
        uint64_t catchup_slew;
        uint64_t catchup_limit;
} Timer;
extern const Rows Timer_rows;

typedef struct Clock {
        ClockOffset offset;
        ClockBasis basis;
        char *adjustment;
        int64_t adjustment_at_start; /* seconds: the guest counts its own changes from there */
        char *timezone;
        char *start;
        Timer *timers;
        size_t n_timers;
} Clock;
extern const Rows Clock_rows;
