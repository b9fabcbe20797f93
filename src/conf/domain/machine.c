/* Machine: the names and the rows. Row order is output order. */
#include "conf/machine.h"
#include "domain/hooks.h"

ENUM_TABLE(VirtType, VIRT_MAX_) = {
        [VIRT_QEMU] = "qemu",
        [VIRT_KQEMU] = "kqemu",
        [VIRT_KVM] = "kvm",
        [VIRT_XEN] = "xen",
        [VIRT_LXC] = "lxc",
        [VIRT_UML] = "uml",
        [VIRT_OPENVZ] = "openvz",
        [VIRT_TEST] = "test",
        [VIRT_VMWARE] = "vmware",
        [VIRT_HYPERV] = "hyperv",
        [VIRT_VBOX] = "vbox",
        [VIRT_PHYP] = "phyp",
        [VIRT_PARALLELS] = "parallels",
        [VIRT_BHYVE] = "bhyve",
        [VIRT_VZ] = "vz",
        [VIRT_HVF] = "hvf",
};

ENUM_TABLE(SysinfoType, SYSINFO_MAX_) = {
        [SYSINFO_SMBIOS] = "smbios",
        [SYSINFO_FWCFG] = "fwcfg",
};

ENUM_TABLE(LoaderType, LOADER_MAX_) = {
        [LOADER_ROM] = "rom",
        [LOADER_PFLASH] = "pflash",
};

ENUM_TABLE(OsFirmware, FIRMWARE_MAX_) = {
        [FIRMWARE_BIOS] = "bios",
        [FIRMWARE_EFI] = "efi",
};

ENUM_TABLE(BootDevice, BOOT_MAX_) = {
        [BOOT_FD] = "fd",
        [BOOT_CDROM] = "cdrom",
        [BOOT_HD] = "hd",
        [BOOT_NETWORK] = "network",
};

ENUM_TABLE(SmbiosMode, SMBIOS_MAX_) = {
        [SMBIOS_DISABLED] = "none",
        [SMBIOS_EMULATE] = "emulate",
        [SMBIOS_HOST] = "host",
        [SMBIOS_SYSINFO] = "sysinfo",
};

ENUM_TABLE(HypervMode, HYPERV_MODE_MAX_) = {
        [HYPERV_MODE_CUSTOM] = "custom",
        [HYPERV_MODE_PASSTHROUGH] = "passthrough",
};

ENUM_TABLE(CapabilitiesPolicy, CAPABILITIES_POLICY_MAX_) = {
        [CAPABILITIES_POLICY_DEFAULT] = "default",
        [CAPABILITIES_POLICY_ALLOW] = "allow",
        [CAPABILITIES_POLICY_DENY] = "deny",
};

ENUM_TABLE(ClockOffset, CLOCK_MAX_) = {
        [CLOCK_UTC] = "utc",           [CLOCK_LOCALTIME] = "localtime", [CLOCK_VARIABLE] = "variable",
        [CLOCK_TIMEZONE] = "timezone", [CLOCK_ABSOLUTE] = "absolute",
};

ENUM_TABLE(ClockBasis, CLOCK_BASIS_MAX_) = {
        [CLOCK_BASIS_UTC] = "utc",
        [CLOCK_BASIS_LOCALTIME] = "localtime",
};

ENUM_TABLE(TimerName, TIMER_MAX_) = {
        [TIMER_PLATFORM] = "platform",
        [TIMER_PIT] = "pit",
        [TIMER_RTC] = "rtc",
        [TIMER_HPET] = "hpet",
        [TIMER_TSC] = "tsc",
        [TIMER_KVMCLOCK] = "kvmclock",
        [TIMER_HYPERVCLOCK] = "hypervclock",
        [TIMER_ARMVTIMER] = "armvtimer",
};

ENUM_TABLE(TickPolicy, TICK_POLICY_MAX_) = {
        [TICK_POLICY_DELAY] = "delay",
        [TICK_POLICY_CATCHUP] = "catchup",
        [TICK_POLICY_MERGE] = "merge",
        [TICK_POLICY_DISCARD] = "discard",
};

ENUM_TABLE(TimerTrack, TIMER_TRACK_MAX_) = {
        [TIMER_TRACK_BOOT] = "boot",
        [TIMER_TRACK_GUEST] = "guest",
        [TIMER_TRACK_WALL] = "wall",
        [TIMER_TRACK_REALTIME] = "realtime",
};

ENUM_TABLE(TimerMode, TIMER_MODE_MAX_) = {
        [TIMER_MODE_AUTO] = "auto",         [TIMER_MODE_NATIVE] = "native",   [TIMER_MODE_EMULATE] = "emulate",
        [TIMER_MODE_PARAVIRT] = "paravirt", [TIMER_MODE_SMPSAFE] = "smpsafe",
};

ENUM_TABLE(FirmwareFeatureName, FIRMWARE_FEATURE_MAX_) = {
        [FIRMWARE_FEATURE_ENROLLED_KEYS] = "enrolled-keys",
        [FIRMWARE_FEATURE_SECURE_BOOT] = "secure-boot",
};

ENUM_TABLE(AcpiTableType, ACPI_TABLE_MAX_) = {
        [ACPI_TABLE_SLIC] = "slic",
};

ENUM_TABLE(GicVersion, GIC_MAX_) = {
        [GIC_HOST] = "host",
        [GIC_2] = "2",
        [GIC_3] = "3",
};

ENUM_TABLE(IoapicDriver, IOAPIC_MAX_) = {
        [IOAPIC_QEMU] = "qemu",
        [IOAPIC_KVM] = "kvm",
};

ENUM_TABLE(HptResizing, HPT_RESIZING_MAX_) = {
        [HPT_RESIZING_ENABLED] = "enabled",
        [HPT_RESIZING_DISABLED] = "disabled",
        [HPT_RESIZING_REQUIRED] = "required",
};

ENUM_TABLE(UnknownMsrs, UNKNOWN_MSRS_MAX_) = {
        [UNKNOWN_MSRS_IGNORE] = "ignore",
        [UNKNOWN_MSRS_FAULT] = "fault",
};

ENUM_TABLE(Mitigation, MITIGATION_MAX_) = {
        [MITIGATION_BROKEN] = "broken",
        [MITIGATION_WORKAROUND] = "workaround",
        [MITIGATION_FIXED] = "fixed",
};

ENUM_TABLE(BranchMitigation, BRANCH_MITIGATION_MAX_) = {
        [BRANCH_MITIGATION_BROKEN] = "broken",       [BRANCH_MITIGATION_WORKAROUND] = "workaround",
        [BRANCH_MITIGATION_FIXED_IBS] = "fixed-ibs", [BRANCH_MITIGATION_FIXED_CCD] = "fixed-ccd",
        [BRANCH_MITIGATION_FIXED_NA] = "fixed-na",
};

static const char *const passthrough_modes[] = { NULL, "sync_pt", "share_pt", NULL };

/* A row is a line. */
/* clang-format off */

ROWS(SysinfoEntry,
     ROW_STRING("@name", SysinfoEntry, name, .flags = ROW_ABI),
     ROW_STRING("@file", SysinfoEntry, file, .flags = ROW_ABI),
     ROW_STRING(".",     SysinfoEntry, value, .flags = ROW_ABI));

ROWS(SysinfoBlock,
     ROW_LIST("entry", SysinfoBlock, entries, SysinfoEntry, .flags = ROW_ABI));

ROWS(Sysinfo,
     ROW_ENUM("@type",            Sysinfo, type, SysinfoType, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_LIST("entry",            Sysinfo, entries, SysinfoEntry, .flags = ROW_ABI),
     ROW_LIST("bios/entry",       Sysinfo, bios, SysinfoEntry, .flags = ROW_ABI),
     ROW_LIST("system/entry",     Sysinfo, system, SysinfoEntry, .flags = ROW_ABI),
     ROW_LIST("baseBoard",        Sysinfo, base_boards, SysinfoBlock, .flags = ROW_ABI),
     ROW_LIST("chassis/entry",    Sysinfo, chassis, SysinfoEntry, .flags = ROW_ABI),
     ROW_LIST("oemStrings/entry", Sysinfo, oem_strings, SysinfoEntry, .flags = ROW_ABI));

ROWS(FirmwareFeature,
     ROW_YESNO("@enabled", FirmwareFeature, enabled, .flags = ROW_REQUIRED),
     ROW_ENUM("@name",     FirmwareFeature, name, FirmwareFeatureName, .flags = ROW_REQUIRED));

ROWS(OsBoot,
     ROW_ENUM("@dev", OsBoot, dev, BootDevice, .flags = ROW_REQUIRED | ROW_ALWAYS));

ROWS(OsArgument,
     ROW_STRING(".", OsArgument, value));

ROWS(OsEnvironment,
     ROW_STRING("@name", OsEnvironment, name, .flags = ROW_REQUIRED),
     ROW_STRING(".",     OsEnvironment, value));

ROWS(AcpiTable,
     ROW_ENUM("@type", AcpiTable, type, AcpiTableType, .flags = ROW_REQUIRED),
     ROW_STRING(".",   AcpiTable, path));

ROWS(OsNvram,
     ROW_STRING("@template",     OsNvram, template),
     ROW_ENUM("@templateFormat", OsNvram, template_format, ImageFormat),
     ROW_ENUM("@type",           OsNvram, source.type, SourceType),
     ROW_ENUM("@format",         OsNvram, source.format, ImageFormat),
     ROW_STRING(".",             OsNvram, path),
     ROW_IN("source",            OsNvram, source, Source));

ROWS_HOOKED(Os, (.settle = os_settle),
     ROW_ENUM("@firmware",              Os, firmware, OsFirmware, .key = "firmware-type", .drivers = "qemu, xen, bhyve"),
     ROW_STRING("type/@arch",           Os, arch, .flags = ROW_ABI),
     ROW_STRING("type/@machine",        Os, machine, .flags = ROW_ABI),
     ROW_STRING("type",                 Os, type, .flags = ROW_ABI),
     ROW_LIST("firmware/feature",       Os, firmware_features, FirmwareFeature, .drivers = "qemu"),
     ROW_STRING("init",                 Os, init, .drivers = "lxc"),
     ROW_LIST("initarg",                Os, init_arguments, OsArgument, .drivers = "lxc"),
     ROW_LIST("initenv",                Os, init_environment, OsEnvironment, .drivers = "lxc"),
     ROW_STRING("initdir",              Os, init_dir, .drivers = "lxc"),
     ROW_STRING("inituser",             Os, init_user, .drivers = "lxc"),
     ROW_STRING("initgroup",            Os, init_group, .drivers = "lxc"),
     ROW_YESNO("loader/@readonly",      Os, loader_readonly, .drivers = "qemu, xen, bhyve"),
     ROW_YESNO("loader/@secure",        Os, loader_secure, .drivers = "qemu, xen, bhyve"),
     ROW_ENUM("loader/@type",           Os, loader_type, LoaderType, .drivers = "qemu, xen, bhyve"),
     ROW_ENUM("loader/@format",         Os, loader_format, ImageFormat, .drivers = "qemu, xen, bhyve"),
     ROW_YESNO("loader/@stateless",     Os, loader_stateless, .drivers = "qemu, xen, bhyve"),
     ROW_STRING("loader",               Os, loader, .drivers = "qemu, xen, bhyve"),
     ROW_SUB("nvram",                   Os, nvram, OsNvram, .drivers = "qemu, xen, bhyve"),
     ROW_STRING("kernel",               Os, kernel, .drivers = "qemu, xen"),
     ROW_STRING("initrd",               Os, initrd, .drivers = "qemu, xen"),
     ROW_STRING("cmdline",              Os, cmdline, .drivers = "qemu, xen"),
     ROW_STRING("dtb",                  Os, dtb, .drivers = "qemu"),
     ROW_STRING("root",                 Os, root, .drivers = "xen"),
     ROW_LIST("acpi/table",             Os, acpi_tables, AcpiTable, .drivers = "qemu, xen"),
     ROW_LIST("boot",                   Os, boot, OsBoot),
     ROW_YESNO("bootmenu/@enable",      Os, bootmenu, .drivers = "qemu"),
     ROW_OPT_UINT("bootmenu/@timeout",  Os, bootmenu_timeout, .drivers = "qemu"),
     ROW_YESNO("bios/@useserial",       Os, bios_useserial, .drivers = "qemu"),
     ROW_OPT_INT("bios/@rebootTimeout", Os, bios_reboot_timeout, .drivers = "qemu"),
     ROW_ENUM("smbios/@mode",           Os, smbios, SmbiosMode, .flags = ROW_ABI, .drivers = "qemu, vmware"));

ROWS(IdMapEntry,
     ROW_UINT("@start",  IdMapEntry, start, .flags = ROW_ALWAYS),
     ROW_UINT("@target", IdMapEntry, target, .flags = ROW_ALWAYS),
     ROW_UINT("@count",  IdMapEntry, count, .flags = ROW_ALWAYS));

ROWS(IdMap,
     ROW_LIST("uid", IdMap, uids, IdMapEntry),
     ROW_LIST("gid", IdMap, gids, IdMapEntry));

ROWS_HOOKED(HypervFeatures, (.closed = true),
     ROW_ENUM("@mode",              HypervFeatures, mode, HypervMode, .flags = ROW_ABI),
     ROW_STATE("relaxed",           HypervFeatures, relaxed, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("vapic",             HypervFeatures, vapic, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("spinlocks",         HypervFeatures, spinlocks, .flags = ROW_ABI | ROW_WITH),
     ROW_UINT("spinlocks/@retries", HypervFeatures, spinlock_retries, .flags = ROW_ABI),
     ROW_STATE("vpindex",           HypervFeatures, vpindex, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("runtime",           HypervFeatures, runtime, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("synic",             HypervFeatures, synic, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("stimer",            HypervFeatures, stimer, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("stimer/direct",     HypervFeatures, stimer_direct, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("reset",             HypervFeatures, reset, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("vendor_id",         HypervFeatures, vendor_id_state, .flags = ROW_ABI | ROW_WITH),
     ROW_STRING("vendor_id/@value", HypervFeatures, vendor_id, .flags = ROW_ABI),
     ROW_STATE("frequencies",       HypervFeatures, frequencies, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("reenlightenment",   HypervFeatures, reenlightenment, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("tlbflush",          HypervFeatures, tlbflush, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("ipi",               HypervFeatures, ipi, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("evmcs",             HypervFeatures, evmcs, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("avic",              HypervFeatures, avic, .flags = ROW_ABI | ROW_WITH));

ROWS_HOOKED(KvmFeatures, (.closed = true),
     ROW_STATE("hidden",          KvmFeatures, hidden, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("hint-dedicated",  KvmFeatures, hint_dedicated, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("poll-control",    KvmFeatures, poll_control, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("pv-ipi",          KvmFeatures, pv_ipi, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("dirty-ring",      KvmFeatures, dirty_ring, .flags = ROW_WITH),
     ROW_UINT("dirty-ring/@size", KvmFeatures, dirty_ring_size));

ROWS_HOOKED(XenFeatures, (.closed = true),
     ROW_STATE("e820_host",          XenFeatures, e820_host, .flags = ROW_ABI | ROW_WITH),
     ROW_STATE("passthrough",        XenFeatures, passthrough, .flags = ROW_WITH),
     ROW_WORD("passthrough/@mode",   XenFeatures, passthrough_mode, passthrough_modes));

ROWS(ContainerCapability,
     ROW_STRING("name()", ContainerCapability, name),
     ROW_SWITCH("@state", ContainerCapability, state, .flags = ROW_REQUIRED));

ROWS_HOOKED(Features, (.settle = features_settle, .check = features_check, .closed = true),
     ROW_FLAG("acpi",                     Features, acpi, .flags = ROW_ABI),
     ROW_FLAG("apic",                     Features, apic, .flags = ROW_ABI),
     ROW_SWITCH("apic/@eoi",              Features, apic_eoi, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_FLAG("pae",                      Features, pae, .flags = ROW_ABI),
     ROW_STATE("hap",                     Features, hap, .drivers = "xen"),
     ROW_FLAG("viridian",                 Features, viridian, .flags = ROW_ABI, .drivers = "xen"),
     ROW_FLAG("privnet",                  Features, privnet, .drivers = "lxc"),
     ROW_SUB("hyperv",                    Features, hyperv, HypervFeatures, .flags = ROW_ABI | ROW_KEEP_OPEN, .drivers = "qemu"),
     ROW_SUB("kvm",                       Features, kvm, KvmFeatures, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_STATE("pvspinlock",              Features, pvspinlock, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_ENUM("capabilities/@policy",     Features, capabilities_policy, CapabilitiesPolicy, .flags = ROW_ALWAYS, .when = features_has_capabilities, .drivers = "lxc"),
     ROW_LIST("capabilities/*",           Features, capabilities, ContainerCapability, .drivers = "lxc"),
     ROW_STATE("pmu",                     Features, pmu, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_STATE("vmport",                  Features, vmport, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_FLAG("gic",                      Features, gic, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_ENUM("gic/@version",             Features, gic_version, GicVersion, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_STATE("smm",                     Features, smm, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_MIB_SIZE("smm/tseg",             Features, tseg_bytes, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_ENUM("ioapic/@driver",           Features, ioapic, IoapicDriver, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_ENUM("hpt/@resizing",            Features, hpt_resizing, HptResizing, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_KIB("hpt/maxpagesize",           Features, hpt_maxpagesize_kib, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_STATE("vmcoreinfo",              Features, vmcoreinfo, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_STATE("htm",                     Features, htm, .flags = ROW_ABI | ROW_WITH, .drivers = "qemu"),
     ROW_STATE("nested-hv",               Features, nested_hv, .flags = ROW_ABI | ROW_WITH, .drivers = "qemu"),
     ROW_ENUM("msrs/@unknown",            Features, msrs, UnknownMsrs, .flags = ROW_WITH, .drivers = "qemu, bhyve"),
     ROW_STATE("ccf-assist",              Features, ccf_assist, .flags = ROW_ABI | ROW_WITH, .drivers = "qemu"),
     ROW_SUB("xen",                       Features, xen, XenFeatures, .flags = ROW_ABI, .drivers = "xen"),
     ROW_ENUM("cfpc/@value",              Features, cfpc, Mitigation, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_ENUM("sbbc/@value",              Features, sbbc, Mitigation, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_ENUM("ibs/@value",               Features, ibs, BranchMitigation, .flags = ROW_ABI, .drivers = "qemu"),
     ROW_KIB("tcg/tb-cache",              Features, tcg_tb_cache_kib, .drivers = "qemu"),
     ROW_FLAG("async-teardown",           Features, async_teardown_said, .flags = ROW_LEGACY, .drivers = "qemu"),
     ROW_YESNO("async-teardown/@enabled", Features, async_teardown, .drivers = "qemu"));

ROWS_HOOKED(Timer, (.drivers = "qemu, xen"),
     ROW_ENUM("@name",                Timer, name, TimerName, .flags = ROW_REQUIRED | ROW_ABI),
     ROW_YESNO("@present",            Timer, present, .flags = ROW_ABI),
     ROW_ENUM("@tickpolicy",          Timer, tickpolicy, TickPolicy, .drivers = "qemu"),
     ROW_ENUM("@track",               Timer, track, TimerTrack, .drivers = "qemu"),
     ROW_UINT64("@frequency",         Timer, frequency, .flags = ROW_ABI, .drivers = "qemu, xen"),
     ROW_ENUM("@mode",                Timer, mode, TimerMode, .flags = ROW_ABI, .drivers = "qemu, xen"),
     ROW_UINT64("catchup/@threshold", Timer, catchup_threshold, .drivers = "qemu"),
     ROW_UINT64("catchup/@slew",      Timer, catchup_slew, .drivers = "qemu"),
     ROW_UINT64("catchup/@limit",     Timer, catchup_limit, .drivers = "qemu"));

ROWS_HOOKED(Clock, (.settle = clock_settle, .check = clock_check),
     ROW_ENUM("@offset",       Clock, offset, ClockOffset, .flags = ROW_ALWAYS),
     ROW_STRING("@adjustment", Clock, adjustment),
     ROW_ENUM("@basis",        Clock, basis, ClockBasis, .flags = ROW_ALWAYS, .when = clock_has_basis),
     ROW_INT64("@adjustment0", Clock, adjustment_at_start, .flags = ROW_STATUS),
     ROW_STRING("@timezone",   Clock, timezone),
     ROW_STRING("@start",      Clock, start),
     ROW_LIST("timer",         Clock, timers, Timer, .flags = ROW_ABI));

/* clang-format on */
