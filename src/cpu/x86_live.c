/* The processor that a guest was given, beside the one that it asked for. */
#include "x86.h"

#include <string.h>

/* Some model-specific registers are there only with a feature of CPUID. */
static const struct {
        uint32_t first, last;
        const char *gate;
} gates[] = {
        { 0x10a, 0x10a, "arch-capabilities" }, /* IA32_ARCH_CAPABILITIES */
        { 0xcf, 0xcf, "core-capability" },     /* IA32_CORE_CAPABILITIES */
        { 0x480, 0x491, "vmx" },               /* IA32_VMX_BASIC to IA32_VMX_VMFUNC */
};

static bool may_have(const X86Bits *given, const X86Word *word)
{
        for (size_t i = 0; i < G_N_ELEMENTS(gates); i++) {
                const X86Feature *gate = x86_feature(gates[i].gate);

                if (word->leaf >= gates[i].first && word->leaf <= gates[i].last)
                        return gate && x86_has(given, gate);
        }
        return true;
}

GPtrArray *cpu_untold_features(const CpuData *given)
{
        GPtrArray *names = g_ptr_array_new();
        X86Processor processor;

        x86_read_data(given, &processor);
        for (size_t i = 0; i < n_x86_features; i++) {
                const X86Feature *feature = &x86_features[i];
                const X86Word *word = &x86_words[feature->word];

                if (word->msr && may_have(&processor.bits, word))
                        g_ptr_array_add(names, (char *)feature->name);
        }
        return names;
}

static CpuRegister *want_register(CpuData *data, uint32_t index)
{
        CpuRegister *added;

        for (size_t i = 0; i < data->n_registers; i++)
                if (data->registers[i].index == index)
                        return &data->registers[i];
        added = rows_list_insert(&CpuRegister_rows, &data->registers, &data->n_registers, data->n_registers);
        added->index = index;
        return added;
}

void cpu_data_add_untold(CpuData *data, const char *name)
{
        const X86Feature *feature = x86_feature(name);
        const X86Word *word = feature ? &x86_words[feature->word] : NULL;
        CpuRegister *reg;

        if (!word || !word->msr)
                return;
        reg = want_register(data, word->leaf);
        *(word->reg == 0 ? &reg->eax : &reg->edx) |= UINT32_C(1) << feature->bit;
}

static bool expects(const Cpu *cpu, const X86Model *model, const X86Feature *feature)
{
        const CpuFeature *said = cpu_find_feature(cpu, feature->name);

        if (said)
                return said->policy == CPU_POLICY_REQUIRE || said->policy == CPU_POLICY_FORCE;
        return x86_has(&model->bits, feature);
}

static char *names_of(const X86Bits *bits)
{
        g_autofree char *spaced = x86_names(bits);
        g_auto(GStrv) names = g_strsplit(spaced, ", ", -1);

        return x86_empty(bits) ? NULL : g_strjoinv(",", names);
}

static void read_names(const char *const *names, X86Bits *bits)
{
        for (; *names; names++) {
                const X86Feature *feature = x86_feature_or_alias(*names);

                if (feature)
                        x86_add(bits, feature);
        }
}

int x86_update_live(Cpu *cpu, const CpuData *given, const char *const *denied, char **ret_extra, char **ret_missing,
                    Error *err)
{
        const X86Model *model;
        X86Processor has;
        X86Bits lacks = { 0 }, extra = { 0 }, missing = { 0 };

        if (x86_model_of(cpu, &model, err) < 0)
                return -1;
        x86_read_data(given, &has);
        read_names(denied, &lacks);
        for (size_t i = 0; i < n_x86_features; i++) {
                const X86Feature *feature = &x86_features[i];
                bool on = x86_has(&has.bits, feature);
                bool wanted = expects(cpu, model, feature) ||
                              (x86_has(&lacks, feature) && !cpu_find_feature(cpu, feature->name));

                if (on == wanted)
                        continue;
                x86_add(on ? &extra : &missing, feature);
                cpu_set_feature(cpu, feature->name, on ? CPU_POLICY_REQUIRE : CPU_POLICY_DISABLE);
        }
        *ret_extra = names_of(&extra);
        *ret_missing = names_of(&missing);
        return 0;
}
