/* What is known about processors: src/cpu/data/ as C, made by gen/gen_cpu.py.
 *
 * A processor of x86 is what its CPUID instruction and some model-specific registers answer. Each 32-bit register that
 * has a named feature is a word; a feature is one bit of a word, a set of features is all words. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { X86_WORDS_MAX = 40 };

typedef struct X86Bits {
        uint32_t word[X86_WORDS_MAX];
} X86Bits;

/* Where a word comes from. */
typedef struct X86Word {
        bool msr;
        uint32_t leaf; /* EAX in; of a model-specific register: its number */
        uint32_t subleaf;
        unsigned reg; /* 0 to 3: EAX, EBX, ECX, EDX */
} X86Word;
extern const X86Word x86_words[];
extern const size_t n_x86_words;

typedef struct X86Feature {
        const char *name;
        const char *const *aliases; /* by which QEMU may tell of it; NULL: none */
        const char *written;        /* by which QEMU is told; NULL: the name */
        uint8_t word;
        uint8_t bit;
        bool migratable;
} X86Feature;
extern const X86Feature x86_features[];
extern const size_t n_x86_features;

typedef struct X86Signature {
        unsigned family, model;
        unsigned stepping_first, stepping_last;
} X86Signature;

typedef struct X86Model {
        const char *name;
        const char *vendor; /* NULL: any */
        bool decode_host;   /* a host may be called this */
        bool decode_guest;
        const X86Signature *signatures;
        size_t n_signatures;
        X86Bits bits;
        const char *const *removed; /* features that it once had and hypervisors took away; NULL: none */
} X86Model;
extern const X86Model x86_models[]; /* from the oldest */
extern const size_t n_x86_models;

typedef struct X86Vendor {
        const char *name;
        const char *text; /* as CPUID spells it */
} X86Vendor;
extern const X86Vendor x86_vendors[];
extern const size_t n_x86_vendors;

typedef struct ArmVendor {
        const char *name;
        unsigned implementer; /* of MIDR_EL1 */
} ArmVendor;
extern const ArmVendor arm_vendors[];
extern const size_t n_arm_vendors;

typedef struct ArmModel {
        const char *name;
        const char *vendor;
        unsigned part; /* of MIDR_EL1 */
} ArmModel;
extern const ArmModel arm_models[];
extern const size_t n_arm_models;
extern const char *const arm_features[];
extern const size_t n_arm_features;

typedef struct Ppc64Version {
        uint32_t value, mask; /* of the processor version register */
} Ppc64Version;

typedef struct Ppc64Model {
        const char *name;
        const char *vendor;
        const Ppc64Version *versions;
        size_t n_versions;
} Ppc64Model;
extern const Ppc64Model ppc64_models[];
extern const size_t n_ppc64_models;
extern const char *const ppc64_vendors[];
extern const size_t n_ppc64_vendors;
