/* What a domain can have with one emulator, machine and type: <domainCapabilities>. */
#pragma once

#include "conf/cpu.h"
#include "conf/machine.h"
#include "conf/document.h"

typedef struct CapabilityValue {
        char *text;
} CapabilityValue;
extern const Rows CapabilityValue_rows;

/* The values that an attribute can have. */
typedef struct CapabilityEnum {
        char *name;
        CapabilityValue *values;
        size_t n_values;
} CapabilityEnum;
extern const Rows CapabilityEnum_rows;

/* An element that is supported or not, and with which values. */
typedef struct CapabilityItem {
        YesNo supported;
        CapabilityEnum *enums;
        size_t n_enums;
} CapabilityItem;
extern const Rows CapabilityItem_rows;

typedef struct LoaderCapability {
        YesNo supported;
        CapabilityValue *values;
        size_t n_values;
        CapabilityEnum *enums;
        size_t n_enums;
} LoaderCapability;
extern const Rows LoaderCapability_rows;

typedef struct OsCapability {
        YesNo supported;
        CapabilityEnum *enums;
        size_t n_enums;
        LoaderCapability loader;
} OsCapability;
extern const Rows OsCapability_rows;

typedef struct CpuModelCapability {
        char *usable;
        YesNo deprecated;
        char *vendor;
        CpuFallback fallback;
        char *vendor_id;
        char *name;
} CpuModelCapability;
extern const Rows CpuModelCapability_rows;

typedef struct CpuModeCapability {
        CpuMode name;
        YesNo supported;
        CapabilityEnum *enums;
        size_t n_enums;
        CpuModelCapability *models;
        size_t n_models;
        char *vendor;
        CpuMaxPhysMode phys_mode;
        OptUint phys_bits;
        OptUint phys_limit;
        CpuFeature *features;
        size_t n_features;
} CpuModeCapability;
extern const Rows CpuModeCapability_rows;

typedef struct SevCapability {
        YesNo supported;
        unsigned cbitpos;
        unsigned reduced_phys_bits;
        OptUint max_guests;
        OptUint max_es_guests;
} SevCapability;
extern const Rows SevCapability_rows;

typedef struct SgxSection {
        unsigned node;
        uint64_t size_kib;
} SgxSection;
extern const Rows SgxSection_rows;

typedef struct SgxCapability {
        YesNo supported;
        YesNo flc;
        YesNo sgx1;
        YesNo sgx2;
        uint64_t section_size_kib;
        SgxSection *sections;
        size_t n_sections;
} SgxCapability;
extern const Rows SgxCapability_rows;

typedef struct DomainCapabilities {
        char *emulator;
        VirtType type;
        char *machine;
        char *arch;
        unsigned max_vcpus;
        YesNo iothreads;
        OsCapability os;
        CpuModeCapability *cpu_modes;
        size_t n_cpu_modes;
        struct CapabilityItem *memory_backing;
        struct CapabilityItem *disk;
        struct CapabilityItem *graphics;
        struct CapabilityItem *video;
        struct CapabilityItem *hostdev;
        struct CapabilityItem *rng;
        struct CapabilityItem *filesystem;
        struct CapabilityItem *tpm;
        struct CapabilityItem *redirdev;
        struct CapabilityItem *channel;
        struct CapabilityItem *crypto;
        struct CapabilityItem *gic;
        struct CapabilityItem *vmcoreinfo;
        struct CapabilityItem *genid;
        struct CapabilityItem *backing_store_input;
        struct CapabilityItem *backup;
        struct CapabilityItem *async_teardown;
        struct CapabilityItem *s390_pv;
        struct SevCapability *sev;
        struct SgxCapability *sgx;
        struct CapabilityItem *hyperv;
} DomainCapabilities;
extern const Rows DomainCapabilities_rows;

DOCUMENT_DECLARE(DomainCapabilities, domain_capabilities);

/** capability_item_new: an element with @supported; the values come by capability_enum_add(). */
CapabilityItem *capability_item_new(bool supported);
/** capability_enum_add: @value to the <enum> called @name; the enum is made when it is not there. @value NULL: only
 * the enum. */
void capability_enum_add(CapabilityEnum **enums, size_t *n_enums, const char *name, const char *value);
/** domain_capabilities_add_mode: of processors; features and models come later. Valid until the next one is added. */
CpuModeCapability *domain_capabilities_add_mode(DomainCapabilities *document, CpuMode name, bool supported);
/** domain_capabilities_complete: what clients look for in every document, and nothing has been said of, is not
 * supported: modes of processors, memory encryption. */
void domain_capabilities_complete(DomainCapabilities *document);
