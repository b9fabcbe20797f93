/* An architecture: what cpu.c hands its calls to. A member that is NULL has no meaning there. */
#pragma once

#include "cpu/cpu.h"

typedef struct CpuArch {
        const char *const *names;   /* NULL behind the last */
        GStrv (*model_names)(void); /* NULL: the hypervisor knows */
        const char *(*model_vendor)(const char *model);
        /* As the calls of the same names in cpu/cpu.h. */
        int (*compare)(const CpuDefinition *host, const CpuDefinition *cpu, virCPUCompareResult *ret, char **ret_why,
                       Error *err);
        int (*update)(Cpu *guest, const CpuDefinition *host, Error *err);
        int (*translate)(Cpu *guest, GPtrArray *models, Error *err);
        void (*convert_legacy)(Cpu *guest);
        void (*deny_removed)(Cpu *guest);
        int (*update_live)(Cpu *cpu, const CpuData *given, const char *const *denied, char **ret_extra,
                           char **ret_missing, Error *err);
        int (*baseline)(CpuDefinition *const *cpus, size_t n_cpus, GPtrArray *models, unsigned flags, Cpu **ret,
                        Error *err);
        int (*expand)(Cpu *cpu, Error *err);
        int (*has_feature)(const CpuDefinition *cpu, const char *feature, Error *err);
        int (*decode)(const CpuData *data, bool host, GPtrArray *models, CpuDefinition **ret, Error *err);
        int (*decode_expansion)(const Json *expansion, GPtrArray *models, CpuDefinition **ret, Error *err);
        int (*decode_version)(uint32_t version, CpuDefinition **ret, Error *err);
} CpuArch;

extern const CpuArch cpu_x86, cpu_ppc64, cpu_arm, cpu_s390, cpu_reported;

/* definition.c */
CpuFeature *cpu_find_feature(const Cpu *cpu, const char *name);
/** cpu_set_feature: with this policy: at its place, or at the end. */
void cpu_set_feature(Cpu *cpu, const char *name, CpuPolicy policy);
/** cpu_take_model: model, vendor and features of @from instead of its own. */
void cpu_take_model(Cpu *cpu, const Cpu *from);
bool cpu_usable_model(GPtrArray *models, const char *name);
/** cpu_arch_fits: whether the architecture of @cpu is one of @names, if it says any. */
bool cpu_arch_fits(const CpuDefinition *cpu, const char *const *names);
/** cpu_incompatible: *@ret is that; *@ret_why the text. Returns 0. */
int cpu_incompatible(virCPUCompareResult *ret, char **ret_why, const char *format, ...) G_GNUC_PRINTF(3, 4);
