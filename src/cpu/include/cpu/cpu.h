/* Processors: what a model name stands for, whether a host can be another processor, and what a guest gets.
 *
 * Every call takes a processor as CpuDefinition, which is the <cpu> of a guest or of a host. Architectures differ in what
 * they can tell: x86 knows each feature, ppc64 only models, others what QEMU says. */
#pragma once

#include <libvirt/libvirt.h>

#include "conf/cpu_data.h"
#include "util/json.h"

typedef struct CpuDefinition {
        bool host;
        char *arch; /* NULL: a guest's, not said */
        Cpu *cpu;   /* a host's features have no policy */
        OptUint family, model, stepping;
        unsigned microcode;
} CpuDefinition;

CpuDefinition *cpu_definition_new(bool host, const char *arch);
CpuDefinition *cpu_definition_free(CpuDefinition *definition); /* returns NULL; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CpuDefinition, cpu_definition_free)

/** cpu_definition_parse: from XML: a host's when it names its architecture, else a guest's. VIR_ERR_XML_*. */
int cpu_definition_parse(const char *xml, size_t length, CpuDefinition **ret, Error *err);
/** cpu_definition_read: the same with @flags of rows_parse(): ROWS_VALIDATE. */
int cpu_definition_read(const char *xml, size_t length, unsigned flags, CpuDefinition **ret, Error *err);
/** cpu_definition_fill: a host's, into @host, which has nothing of it yet. */
void cpu_definition_fill(const CpuDefinition *definition, HostProcessor *host);
/** cpu_definition_format: the XML; the caller frees. */
char *cpu_definition_format(const CpuDefinition *definition);

/* A model that a hypervisor offers. */
typedef struct CpuUsableModel {
        char *name;
        GStrv blockers; /* features that it would need here and does not get; NULL: none */
} CpuUsableModel;

/* GPtrArray of CpuUsableModel, in the hypervisor's order. NULL stands for "any model". */
GPtrArray *cpu_usable_models_new(void);
/** cpu_usable_models_add: @blockers is copied, NULL: none. */
void cpu_usable_models_add(GPtrArray *models, const char *name, const char *const *blockers);
/** cpu_usable_models_read: what query-cpu-definitions returned. VIR_ERR_INTERNAL_ERROR when it is none. */
int cpu_usable_models_read(const Json *definitions, GPtrArray **ret, Error *err);

/** cpu_is_arch: whether that is an architecture's name at all. */
bool cpu_is_arch(const char *name);
/** cpu_model_names: NULL-terminated, to be freed with g_strfreev(); NULL: no such architecture
 * (VIR_ERR_NO_SUPPORT). Empty where any model that the hypervisor has is a model. */
GStrv cpu_model_names(const char *arch, Error *err);
/** cpu_model_vendor: NULL: of no vendor, or nothing is known of it. */
const char *cpu_model_vendor(const char *arch, const char *model);

/** cpu_compare: whether @host can be @cpu: *@ret is a virCPUCompareResult (not VIR_CPU_COMPARE_ERROR).
 * VIR_ERR_CPU_INCOMPATIBLE never; VIR_ERR_INTERNAL_ERROR for unknown models and features. @ret_why (may be NULL): in
 * words, when it is incompatible; the caller frees. */
int cpu_compare(const CpuDefinition *host, const CpuDefinition *cpu, virCPUCompareResult *ret, char **ret_why,
                Error *err);
/** cpu_can_compare: whether cpu_compare() has an answer for the architecture: elsewhere only the hypervisor knows. */
bool cpu_can_compare(const char *arch);
/** cpu_update: @guest as it is to run on @host: host-model is resolved, "minimum" and "optional" are decided. */
int cpu_update(Cpu *guest, const CpuDefinition *host, Error *err);
/** cpu_translate: @guest in terms of a model in @models, where its own is not among them. VIR_ERR_CONFIG_UNSUPPORTED when
 * it forbids that or nothing fits. */
int cpu_translate(const char *arch, Cpu *guest, GPtrArray *models, Error *err);
/** cpu_convert_legacy: old names of models become today's. */
void cpu_convert_legacy(const char *arch, Cpu *guest);
/** cpu_deny_removed: features that its model once had, and that the hypervisor's may have or not, are disabled unless
 * @guest speaks of them. */
void cpu_deny_removed(const char *arch, Cpu *guest);
/** cpu_baseline: a guest's processor that each of @cpus can be. @flags: VIR_CONNECT_BASELINE_CPU_*. */
int cpu_baseline(const char *arch, CpuDefinition *const *cpus, size_t n_cpus, GPtrArray *models, unsigned flags,
                 Cpu **ret, Error *err);
/** cpu_add: @cpu gets the features of @more that it has not; none where the architecture knows no features of models. */
int cpu_add(CpuDefinition *cpu, const CpuDefinition *more, Error *err);
/** cpu_expand: list the model's features one by one. */
int cpu_expand(const char *arch, Cpu *cpu, Error *err);
/** cpu_has_feature: 1, 0, or -1 for an unknown feature (VIR_ERR_INTERNAL_ERROR). */
int cpu_has_feature(const CpuDefinition *cpu, const char *feature, Error *err);

/** cpu_decode: what @data is called: the host itself, or (@host false) a guest's processor in terms of @models. */
int cpu_decode(const CpuData *data, bool host, GPtrArray *models, CpuDefinition **ret, Error *err);
/** cpu_decode_expansion: the same of the reply to query-cpu-model-expansion: a guest's processor. */
int cpu_decode_expansion(const char *arch, const Json *expansion, GPtrArray *models, CpuDefinition **ret, Error *err);
/** cpu_expansion_names_model: whether such a reply is a processor there, and not a set of switches. */
bool cpu_expansion_names_model(const char *arch);
/** cpu_decode_version: a host by its processor version register (ppc64) or MIDR_EL1 (arm). */
int cpu_decode_version(const char *arch, uint32_t version, CpuDefinition **ret, Error *err);

/* Family, model and stepping in the form of EAX of CPUID leaf 1. */
/** cpu_data_signature, cpu_expansion_signature: 0: it says nothing. */
uint32_t cpu_data_signature(const CpuData *data);
uint32_t cpu_expansion_signature(const Json *expansion);
void cpu_signature_split(uint32_t signature, unsigned *ret_family, unsigned *ret_model, unsigned *ret_stepping);

/** cpu_data_from_words: of the property "feature-words" (or "filtered-features") of a processor of QEMU. */
int cpu_data_from_words(const Json *words, CpuData **ret, Error *err);

/** cpu_untold_features: features that the words of @given cannot tell of, though the guest may have them: to be asked
 * for one by one. Names are borrowed. */
GPtrArray *cpu_untold_features(const CpuData *given);
/** cpu_data_add_untold: one of them is there. */
void cpu_data_add_untold(CpuData *data, const char *name);

/** cpu_can_tell_live: whether there is a way to see what a guest of the architecture was given. */
bool cpu_can_tell_live(const char *arch);
/** cpu_update_live: @cpu, a model with features, as the guest has it: @given, without what the hypervisor's model would
 * have, but the host not: @denied, NULL-terminated, by the names that QEMU has for them. What it has beside what @cpu says becomes required, what it lacks disabled; *@ret_extra and *@ret_missing name these, "a,b", or are NULL; the caller frees.
 * VIR_ERR_INTERNAL_ERROR for an unknown model. */
int cpu_update_live(const char *arch, Cpu *cpu, const CpuData *given, const char *const *denied, char **ret_extra,
                    char **ret_missing, Error *err);

/** cpu_cpuid_place: the bit of CPUID that is @feature of x86 (QEMU's names as well): leaf, subleaf, register (0 to 3: EAX
 * to EDX). False: no such feature, or one that CPUID does not tell. */
bool cpu_cpuid_place(const char *feature, unsigned *ret_leaf, unsigned *ret_subleaf, unsigned *ret_register,
                     unsigned *ret_bit);

/** cpu_qemu_feature: how QEMU is told of @feature (a name as in a definition) on its command line. Another name than
 * @feature on x86 only; features that are not known here go by the name they have. Valid as long as @feature is. */
const char *cpu_qemu_feature(const char *arch, const char *feature);

/** cpu_of_host: this host's processor (@root "", else a folder with proc/ in it), whose architecture is @arch. What
 * cannot be told is left out, the model as well. Reads files; x86 asks the processor that the thread runs on. */
CpuDefinition *cpu_of_host(const char *root, const char *arch);
/** cpu_data_of_host: all that a processor of x86 tells; NULL on another. */
CpuData *cpu_data_of_host(void);
/** cpu_sev_guests: how many guests with encrypted memory AMD's processor holds, without and with encrypted state; false:
 * it has none of that. */
bool cpu_sev_guests(unsigned *ret_guests, unsigned *ret_es_guests);

/* As clients ask. */
/** cpu_baseline_texts: of @n documents, which may be hosts' and guests'; @arch is of those that name none. The caller
 * frees. */
char *cpu_baseline_texts(const char *arch, const char *const *xmls, size_t n, GPtrArray *models, unsigned flags,
                         Error *err);
/** cpu_compare_text: a virCPUCompareResult. @flags: VIR_CONNECT_COMPARE_CPU_*: VIR_ERR_CPU_INCOMPATIBLE. */
int cpu_compare_text(const CpuDefinition *host, const char *xml, unsigned flags, Error *err);
/** cpu_model_list: how many models @arch has; *@ret (NULL: not wanted) as cpu_model_names(). VIR_ERR_INVALID_ARG: that is
 * no architecture. */
int cpu_model_list(const char *arch, char ***ret, Error *err);
