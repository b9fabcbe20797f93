/* Processors of x86 as sets of bits: see tables.h. */
#pragma once

#include "arch.h"
#include "tables.h"

/* What is known of one processor. */
typedef struct X86Processor {
        X86Bits bits;
        uint32_t signature;      /* EAX of leaf 1; 0: unknown */
        const X86Vendor *vendor; /* NULL: unknown */
} X86Processor;

/* x86_bits.c */
const X86Feature *x86_feature(const char *name);          /* NULL: unknown */
const X86Feature *x86_feature_or_alias(const char *name); /* QEMU's names as well */
const X86Model *x86_model(const char *name);
const X86Vendor *x86_vendor(const char *name);
bool x86_has(const X86Bits *bits, const X86Feature *feature);
void x86_add(X86Bits *bits, const X86Feature *feature);
void x86_remove(X86Bits *bits, const X86Feature *feature);
X86Bits x86_intersection(const X86Bits *a, const X86Bits *b);
X86Bits x86_difference(const X86Bits *a, const X86Bits *b);
bool x86_empty(const X86Bits *bits);
unsigned x86_count(const X86Bits *bits);
/** x86_names: the features in @bits, "a, b"; the caller frees. */
char *x86_names(const X86Bits *bits);
bool x86_signature_fits(const X86Model *model, uint32_t signature);
uint32_t x86_signature_make(unsigned family, unsigned model, unsigned stepping);

/* x86_read.c */
void x86_read_data(const CpuData *data, X86Processor *ret);
void x86_read_expansion(const Json *expansion, X86Processor *ret);

/** x86_deny_removed: features that @model lost are disabled in @cpu, unless it speaks of them. */
void x86_deny_removed(Cpu *cpu, const X86Model *model);
void x86_deny(Cpu *guest); /* of its own model */

/* x86_decode.c */
/** x86_decode: the best of the models as a definition. @preferred (may be NULL): the one to take if possible. */
int x86_decode(const X86Processor *from, bool host, GPtrArray *models, const char *preferred, CpuDefinition **ret,
               Error *err);

/* x86_definition.c */
/* Which features of a definition count. */
typedef enum {
        X86_ALL,      /* what it has: model, and what is required or forced; not what is disabled or forbidden */
        X86_REQUIRED, /* model, and what is required */
        X86_FORCED,   /* of that policy alone, as those below */
        X86_OPTIONAL,
        X86_DISABLED,
        X86_FORBIDDEN,
} X86Part;
/** x86_part_of: VIR_ERR_INTERNAL_ERROR for an unknown model or feature. */
int x86_part_of(const CpuDefinition *definition, X86Part part, X86Bits *ret, Error *err);
int x86_model_of(const Cpu *cpu, const X86Model **ret, Error *err);

/* x86_compare.c, x86_guest.c, x86_live.c, x86_baseline.c */
extern const char *const x86_names_of_arch[];
int x86_compare(const CpuDefinition *host, const CpuDefinition *cpu, virCPUCompareResult *ret, char **ret_why,
                Error *err);
int x86_update(Cpu *guest, const CpuDefinition *host, Error *err);
int x86_update_live(Cpu *cpu, const CpuData *given, const char *const *denied, char **ret_extra, char **ret_missing,
                    Error *err);
int x86_translate(Cpu *guest, GPtrArray *models, Error *err);
int x86_expand(Cpu *cpu, Error *err);
int x86_baseline(CpuDefinition *const *cpus, size_t n_cpus, GPtrArray *models, unsigned flags, Cpu **ret, Error *err);

/* x86_host.c */
/** x86_host_address_bits: width of physical addresses; 0: not known. */
unsigned x86_host_address_bits(void);
