/* From a definition to bits. */
#include "x86.h"

int x86_model_of(const Cpu *cpu, const X86Model **ret, Error *err)
{
        if (!cpu->model)
                return error_set(err, VIR_ERR_INVALID_ARG, "no CPU model specified");
        *ret = x86_model(cpu->model);
        if (!*ret)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Unknown CPU model %s", cpu->model);
        return 0;
}

static bool counts(CpuPolicy policy, X86Part part)
{
        static const CpuPolicy of_part[] = { [X86_REQUIRED] = CPU_POLICY_REQUIRE,
                                             [X86_FORCED] = CPU_POLICY_FORCE,
                                             [X86_OPTIONAL] = CPU_POLICY_OPTIONAL,
                                             [X86_DISABLED] = CPU_POLICY_DISABLE,
                                             [X86_FORBIDDEN] = CPU_POLICY_FORBID };

        return policy == of_part[part];
}

static void apply(X86Bits *bits, const X86Feature *feature, CpuPolicy policy, X86Part part)
{
        if (policy == CPU_POLICY_DEFAULT) /* a host has it */
                policy = CPU_POLICY_REQUIRE;
        if (part != X86_ALL) {
                if (counts(policy, part))
                        x86_add(bits, feature);
        } else if (policy == CPU_POLICY_REQUIRE || policy == CPU_POLICY_FORCE)
                x86_add(bits, feature);
        else if (policy == CPU_POLICY_DISABLE || policy == CPU_POLICY_FORBID)
                x86_remove(bits, feature);
}

int x86_part_of(const CpuDefinition *definition, X86Part part, X86Bits *ret, Error *err)
{
        const Cpu *cpu = definition->cpu;
        const X86Model *model;
        X86Bits bits = { 0 };

        if (x86_model_of(cpu, &model, err) < 0)
                return -1;
        if (part == X86_ALL || part == X86_REQUIRED)
                bits = model->bits;
        for (size_t i = 0; i < cpu->n_features; i++) {
                const X86Feature *feature = x86_feature(cpu->features[i].name);

                if (!feature)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "Unknown CPU feature %s", cpu->features[i].name);
                apply(&bits, feature, cpu->features[i].policy, part);
        }
        *ret = bits;
        return 0;
}
