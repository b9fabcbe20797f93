/* What a QEMU binary can do, summed up: the file that libvirt's QEMU driver keeps about a binary in its cache. */
#pragma once

#include "conf/domain_capabilities.h"

typedef struct SummaryFlag {
        char *name;
} SummaryFlag;
extern const Rows SummaryFlag_rows;

/* The three kinds of elements that tell of one accelerator; they stand mixed. */
typedef enum { SUMMARY_HOST_CPU, SUMMARY_CPU, SUMMARY_MACHINE, SUMMARY_ITEM_MAX_ } SummaryItemKind;

typedef enum { SUMMARY_ACCEL_ABSENT, SUMMARY_KVM, SUMMARY_TCG, SUMMARY_HVF, SUMMARY_ACCEL_MAX_ } SummaryAccel;

typedef enum {
        SUMMARY_PROPERTY_ABSENT,
        SUMMARY_BOOLEAN,
        SUMMARY_STRING,
        SUMMARY_NUMBER,
        SUMMARY_PROPERTY_MAX_
} SummaryPropertyType;

extern const char *const SummaryItemKind_names[], *const SummaryAccel_names[], *const SummaryPropertyType_names[];

/* Of the host's CPU. */
typedef struct SummaryProperty {
        char *name;
        SummaryPropertyType type;
        char *value;
        YesNo migratable;
} SummaryProperty;
extern const Rows SummaryProperty_rows;

/* Why a CPU model cannot be used. */
typedef struct SummaryBlocker {
        char *name;
} SummaryBlocker;
extern const Rows SummaryBlocker_rows;

/* The host's CPU, a CPU model or a machine; what the other kinds have is not set. */
typedef struct SummaryItem {
        SummaryItemKind kind;
        SummaryAccel accel;
        char *name;
        char *type_name;
        YesNo usable;
        char *model;
        YesNo migratability;
        char *alias;
        YesNo hotplug_cpus;
        OptUint max_cpus;
        YesNo is_default;
        char *default_cpu;
        YesNo numa_mem;
        char *ram_id;
        YesNo deprecated;
        YesNo acpi;
        SummaryProperty *properties;
        size_t n_properties;
        SummaryBlocker *blockers;
        size_t n_blockers;
} SummaryItem;
extern const Rows SummaryItem_rows;

typedef struct SummaryGic {
        unsigned version;
        YesNo kernel, emulated;
} SummaryGic;
extern const Rows SummaryGic_rows;

typedef struct SummarySev {
        unsigned cbitpos;
        unsigned reduced_phys_bits;
        char *pdh;
        char *cert_chain;
        char *cpu0_id;
} SummarySev;
extern const Rows SummarySev_rows;

typedef struct SummaryHypervCap {
        char *name;
} SummaryHypervCap;
extern const Rows SummaryHypervCap_rows;

typedef struct SummaryHyperv {
        YesNo supported;
        SummaryHypervCap *caps;
        size_t n_caps;
} SummaryHyperv;
extern const Rows SummaryHyperv_rows;

typedef struct QemuSummary {
        char *emulator;
        uint64_t binary_changed;  /* seconds since 1970 */
        uint64_t modules_changed; /* likewise; 0: unknown */
        uint64_t writer_changed;  /* of the driver that wrote the file */
        uint64_t writer_version;
        SummaryFlag *flags;
        size_t n_flags;
        unsigned version; /* 7002022 for 7.2.22 */
        unsigned microcode;
        char *host_cpu_signature;
        char *package;
        char *kernel_version;
        char *arch;
        SummaryItem *items;
        size_t n_items;
        SummaryGic *gics;
        size_t n_gics;
        struct SummarySev *sev;
        struct SgxCapability *sgx;
        struct SummaryHyperv *hyperv;
        char *look; /* ours alone: what the binary looked like, more finely than in seconds */
} QemuSummary;
extern const Rows QemuSummary_rows;

DOCUMENT_DECLARE(QemuSummary, qemu_summary);
