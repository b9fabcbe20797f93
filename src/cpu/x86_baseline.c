/* What several processors have in common. */
#include "x86.h"

#include <string.h>

/* The vendor, if any of them says or implies one; false when they do not agree. */
static int common_vendor(CpuDefinition *const *cpus, size_t n_cpus, const X86Vendor **ret, bool *ret_said, Error *err)
{
        const char *vendor = NULL;

        *ret_said = true;
        for (size_t i = 0; i < n_cpus; i++) {
                const Cpu *cpu = cpus[i]->cpu;
                const X86Model *model;
                const char *own = cpu->vendor;

                if (x86_model_of(cpu, &model, err) < 0)
                        return -1;
                if (!own)
                        *ret_said = false;
                if (own && model->vendor && strcmp(own, model->vendor) != 0)
                        return error_set(err, VIR_ERR_OPERATION_FAILED,
                                         "CPU vendor %s of model %s differs from vendor %s", model->vendor, model->name,
                                         own);
                if (!own)
                        own = model->vendor;
                if (own && vendor && strcmp(own, vendor) != 0)
                        return error_set(err, VIR_ERR_OPERATION_FAILED, "CPU vendors do not match");
                if (own)
                        vendor = own;
        }
        *ret = vendor ? x86_vendor(vendor) : NULL;
        if (vendor && !*ret)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "Unknown CPU vendor %s", vendor);
        return 0;
}

static int common_bits(CpuDefinition *const *cpus, size_t n_cpus, X86Bits *ret, Error *err)
{
        for (size_t i = 0; i < n_cpus; i++) {
                X86Bits bits;

                if (x86_part_of(cpus[i], X86_ALL, &bits, err) < 0)
                        return -1;
                *ret = i == 0 ? bits : x86_intersection(ret, &bits);
        }
        if (x86_empty(ret))
                return error_set(err, VIR_ERR_OPERATION_FAILED, "CPUs are incompatible");
        return 0;
}

/* NULL: they differ. */
static const char *common_model(CpuDefinition *const *cpus, size_t n_cpus)
{
        for (size_t i = 1; i < n_cpus; i++)
                if (strcmp(cpus[i]->cpu->model, cpus[0]->cpu->model) != 0)
                        return NULL;
        return cpus[0]->cpu->model;
}

static void keep_migratable(X86Bits *bits)
{
        for (size_t i = 0; i < n_x86_features; i++)
                if (!x86_features[i].migratable)
                        x86_remove(bits, &x86_features[i]);
}

int x86_baseline(CpuDefinition *const *cpus, size_t n_cpus, GPtrArray *models, unsigned flags, Cpu **ret, Error *err)
{
        X86Processor common = { 0 };
        g_autoptr(CpuDefinition) found = NULL;
        const char *model;
        bool said;

        if (common_vendor(cpus, n_cpus, &common.vendor, &said, err) < 0 ||
            common_bits(cpus, n_cpus, &common.bits, err) < 0)
                return -1;
        if (flags & VIR_CONNECT_BASELINE_CPU_MIGRATABLE)
                keep_migratable(&common.bits);
        model = common_model(cpus, n_cpus);
        if (x86_decode(&common, false, models, model, &found, err) < 0)
                return -1;
        found->cpu->fallback = g_strcmp0(model, found->cpu->model) == 0 ? CPU_FALLBACK_FORBID : CPU_FALLBACK_ALLOW;
        if (!said)
                g_clear_pointer(&found->cpu->vendor, g_free);
        *ret = g_steal_pointer(&found->cpu);
        return 0;
}
