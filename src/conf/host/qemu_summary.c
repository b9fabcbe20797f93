/* The summary of a QEMU binary: the names and the rows. Row order is output order. */
#include "conf/qemu_summary.h"
#include "rows/hook.h"

ENUM_TABLE(SummaryItemKind, SUMMARY_ITEM_MAX_) = { "hostCPU", "cpu", "machine" };
ENUM_TABLE(SummaryAccel, SUMMARY_ACCEL_MAX_) = { "", "kvm", "tcg", "hvf" };
ENUM_TABLE(SummaryPropertyType, SUMMARY_PROPERTY_MAX_) = { "", "boolean", "string", "number" };

/* A row is a line. */
/* clang-format off */

ROWS(SummaryFlag,
     ROW_STRING("@name", SummaryFlag, name, .flags = ROW_REQUIRED));

ROWS(SummaryProperty,
     ROW_STRING("@name",      SummaryProperty, name, .flags = ROW_REQUIRED),
     ROW_ENUM("@type",        SummaryProperty, type, SummaryPropertyType, .flags = ROW_REQUIRED),
     ROW_STRING("@value",     SummaryProperty, value, .flags = ROW_REQUIRED),
     ROW_YESNO("@migratable", SummaryProperty, migratable));

ROWS(SummaryBlocker,
     ROW_STRING("@name", SummaryBlocker, name, .flags = ROW_REQUIRED));

ROWS(SummaryItem,
     ROW_ENUM("name()",             SummaryItem, kind, SummaryItemKind),
     ROW_ENUM("@type",              SummaryItem, accel, SummaryAccel, .flags = ROW_REQUIRED),
     ROW_STRING("@name",            SummaryItem, name),
     ROW_STRING("@typename",        SummaryItem, type_name),
     ROW_YESNO("@usable",           SummaryItem, usable),
     ROW_STRING("@model",           SummaryItem, model),
     ROW_YESNO("@migratability",    SummaryItem, migratability),
     ROW_STRING("@alias",           SummaryItem, alias),
     ROW_YESNO("@hotplugCpus",      SummaryItem, hotplug_cpus),
     ROW_OPT_UINT("@maxCpus",       SummaryItem, max_cpus),
     ROW_YESNO("@default",          SummaryItem, is_default),
     ROW_STRING("@defaultCPU",      SummaryItem, default_cpu),
     ROW_YESNO("@numaMemSupported", SummaryItem, numa_mem),
     ROW_STRING("@defaultRAMid",    SummaryItem, ram_id),
     ROW_YESNO("@deprecated",       SummaryItem, deprecated),
     ROW_YESNO("@acpi",             SummaryItem, acpi),
     ROW_LIST("property",           SummaryItem, properties, SummaryProperty),
     ROW_LIST("blocker",            SummaryItem, blockers, SummaryBlocker));

ROWS(SummaryGic,
     ROW_UINT("@version",   SummaryGic, version, .flags = ROW_REQUIRED),
     ROW_YESNO("@kernel",   SummaryGic, kernel),
     ROW_YESNO("@emulated", SummaryGic, emulated));

ROWS(SummarySev,
     ROW_UINT("cbitpos",         SummarySev, cbitpos, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_UINT("reducedPhysBits", SummarySev, reduced_phys_bits, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_STRING("pdh",           SummarySev, pdh),
     ROW_STRING("certChain",     SummarySev, cert_chain),
     ROW_STRING("cpu0Id",        SummarySev, cpu0_id));

ROWS(SummaryHypervCap,
     ROW_STRING("@name", SummaryHypervCap, name, .flags = ROW_REQUIRED));

ROWS(SummaryHyperv,
     ROW_YESNO("@supported", SummaryHyperv, supported, .flags = ROW_ALWAYS),
     ROW_LIST("cap",         SummaryHyperv, caps, SummaryHypervCap));

ROWS(QemuSummary,
     ROW_STRING("emulator",               QemuSummary, emulator, .flags = ROW_REQUIRED),
     ROW_UINT64("qemuctime",              QemuSummary, binary_changed, .flags = ROW_ALWAYS),
     ROW_UINT64("qemumoddate",            QemuSummary, modules_changed),
     ROW_UINT64("selfctime",              QemuSummary, writer_changed, .flags = ROW_ALWAYS),
     ROW_UINT64("selfvers",               QemuSummary, writer_version, .flags = ROW_ALWAYS),
     ROW_LIST("flag",                     QemuSummary, flags, SummaryFlag),
     ROW_UINT("version",                  QemuSummary, version, .flags = ROW_REQUIRED | ROW_ALWAYS),
     ROW_UINT("microcodeVersion",         QemuSummary, microcode, .flags = ROW_ALWAYS),
     ROW_STRING("hostCPUSignature",       QemuSummary, host_cpu_signature),
     ROW_STRING("package",                QemuSummary, package),
     ROW_STRING("kernelVersion",          QemuSummary, kernel_version),
     ROW_STRING("arch",                   QemuSummary, arch, .flags = ROW_REQUIRED),
     ROW_LIST("hostCPU|cpu|machine",      QemuSummary, items, SummaryItem),
     ROW_LIST("gic",                      QemuSummary, gics, SummaryGic),
     ROW_SUB("sev",                       QemuSummary, sev, SummarySev),
     ROW_SUB("sgx",                       QemuSummary, sgx, SgxCapability),
     ROW_SUB("hypervCapabilities",        QemuSummary, hyperv, SummaryHyperv),
     ROW_STRING("vireo/@look",            QemuSummary, look));

/* clang-format on */

DOCUMENT_DEFINE(QemuSummary, qemu_summary, "qemu-summary", "qemuCaps");
