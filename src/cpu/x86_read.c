/* What a processor of x86 answers, from a dump and from QEMU. */
#include "x86.h"

#include <string.h>

enum { WORDS_MAX = 1000, VENDOR_LENGTH = 12 };

static const char *const register_names[] = { "EAX", "EBX", "ECX", "EDX" };

static unsigned answer_register(const CpuidAnswer *answer, unsigned reg)
{
        const unsigned values[] = { answer->eax, answer->ebx, answer->ecx, answer->edx };

        return values[reg];
}

static const CpuidAnswer *find_answer(const CpuData *data, unsigned leaf, unsigned subleaf)
{
        for (size_t i = 0; i < data->n_answers; i++)
                if (data->answers[i].leaf == leaf && data->answers[i].subleaf == subleaf)
                        return &data->answers[i];
        return NULL;
}

static uint32_t read_msr(const CpuData *data, const X86Word *word)
{
        for (size_t i = 0; i < data->n_registers; i++)
                if (data->registers[i].index == word->leaf)
                        return word->reg == 0 ? data->registers[i].eax : data->registers[i].edx;
        return 0;
}

static uint32_t read_word(const CpuData *data, const X86Word *word)
{
        const CpuidAnswer *answer = word->msr ? NULL : find_answer(data, word->leaf, word->subleaf);

        if (word->msr)
                return read_msr(data, word);
        return answer ? answer_register(answer, word->reg) : 0;
}

static const X86Vendor *vendor_by_text(const char *text)
{
        for (size_t i = 0; i < n_x86_vendors; i++)
                if (strcmp(x86_vendors[i].text, text) == 0)
                        return &x86_vendors[i];
        return NULL;
}

/* Leaf 0 spells the vendor in EBX, EDX, ECX, the lowest byte first. */
static const X86Vendor *read_vendor(const CpuData *data)
{
        const CpuidAnswer *answer = find_answer(data, 0, 0);
        char text[VENDOR_LENGTH + 1] = "";

        if (!answer)
                return NULL;
        for (size_t i = 0; i < 4; i++) {
                text[i] = (char)(answer->ebx >> 8 * i & 0xff);
                text[4 + i] = (char)(answer->edx >> 8 * i & 0xff);
                text[8 + i] = (char)(answer->ecx >> 8 * i & 0xff);
        }
        return vendor_by_text(text);
}

uint32_t cpu_data_signature(const CpuData *data)
{
        const CpuidAnswer *answer = find_answer(data, 1, 0);

        return answer ? answer->eax : 0;
}

/* Only bits with a name count: a set has no others. */
static void keep_named(X86Bits *bits)
{
        X86Bits named = { 0 };

        for (size_t i = 0; i < n_x86_features; i++)
                x86_add(&named, &x86_features[i]);
        *bits = x86_intersection(bits, &named);
}

/* Intel took TSX back from Haswell (erratum HSW136 and its like; the server of stepping 4 has it in order): microcode
 * switches it off at run time, so what CPUID says depends on when it was asked. Never counted on. */
static bool has_broken_tsx(const X86Processor *processor)
{
        unsigned family, model, stepping;

        cpu_signature_split(processor->signature, &family, &model, &stepping);
        if (!processor->vendor || strcmp(processor->vendor->name, "Intel") != 0 || family != 6)
                return false;
        return model == 0x3c || model == 0x45 || model == 0x46 || (model == 0x3f && stepping < 4);
}

static void drop_broken_tsx(X86Processor *processor)
{
        if (!has_broken_tsx(processor))
                return;
        x86_remove(&processor->bits, x86_feature("hle"));
        x86_remove(&processor->bits, x86_feature("rtm"));
}

void x86_read_data(const CpuData *data, X86Processor *ret)
{
        *ret = (X86Processor){ .signature = cpu_data_signature(data), .vendor = read_vendor(data) };
        for (size_t i = 0; i < n_x86_words; i++)
                ret->bits.word[i] = read_word(data, &x86_words[i]);
        keep_named(&ret->bits);
        drop_broken_tsx(ret);
}

static void add_property(const char *name, Json *value, void *opaque)
{
        X86Bits *bits = opaque;
        bool on;
        const X86Feature *feature = json_is_bool(value, &on) && on ? x86_feature_or_alias(name) : NULL;

        if (feature)
                x86_add(bits, feature);
}

uint32_t cpu_expansion_signature(const Json *expansion)
{
        const Json *properties = json_path(expansion, "model.props");
        uint64_t family, model, stepping;

        if (!json_get_uint(properties, "family", &family) || !json_get_uint(properties, "model", &model))
                return 0;
        if (!json_get_uint(properties, "stepping", &stepping))
                stepping = 0;
        return x86_signature_make((unsigned)family, (unsigned)model, (unsigned)stepping);
}

void x86_read_expansion(const Json *expansion, X86Processor *ret)
{
        const Json *properties = json_path(expansion, "model.props");
        const char *vendor = json_get_string(properties, "vendor");

        *ret = (X86Processor){ .signature = cpu_expansion_signature(expansion),
                               .vendor = vendor ? vendor_by_text(vendor) : NULL };
        json_each(properties, add_property, &ret->bits);
}

static int find_register(const char *name)
{
        for (int i = 0; i < (int)G_N_ELEMENTS(register_names); i++)
                if (g_strcmp0(register_names[i], name) == 0)
                        return i;
        return -1;
}

static CpuidAnswer *want_answer(CpuData *data, unsigned leaf, unsigned subleaf)
{
        size_t i = 0;
        CpuidAnswer *answer;

        while (i < data->n_answers &&
               (data->answers[i].leaf < leaf || (data->answers[i].leaf == leaf && data->answers[i].subleaf < subleaf)))
                i++;
        if (i < data->n_answers && data->answers[i].leaf == leaf && data->answers[i].subleaf == subleaf)
                return &data->answers[i];
        answer = rows_list_insert(&CpuidAnswer_rows, &data->answers, &data->n_answers, i);
        answer->leaf = leaf;
        answer->subleaf = subleaf;
        return answer;
}

static int read_feature_word(const Json *entry, CpuData *data, Error *err)
{
        uint64_t leaf, subleaf = 0, features;
        int reg = find_register(json_get_string(entry, "cpuid-register"));
        CpuidAnswer *answer;

        if (reg < 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "missing or unknown cpuid-register in CPU data from QEMU");
        if (!json_get_uint(entry, "cpuid-input-eax", &leaf) || leaf > UINT32_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing or invalid cpuid-input-eax in CPU data");
        if (json_has(entry, "cpuid-input-ecx") &&
            (!json_get_uint(entry, "cpuid-input-ecx", &subleaf) || subleaf > UINT32_MAX))
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "invalid cpuid-input-ecx in CPU data");
        if (!json_get_uint(entry, "features", &features) || features > UINT32_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "missing or invalid features in CPU data");
        if (features == 0)
                return 0;
        answer = want_answer(data, (unsigned)leaf, (unsigned)subleaf);
        *(unsigned *[]){ &answer->eax, &answer->ebx, &answer->ecx, &answer->edx }[reg] = (unsigned)features;
        return 0;
}

int cpu_data_from_words(const Json *words, CpuData **ret, Error *err)
{
        g_autoptr(CpuData) data = cpu_data_new();

        if (!json_is_array(words) || json_length(words) > WORDS_MAX)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "CPU data from QEMU is not a list");
        data->arch = g_strdup("x86");
        for (size_t i = 0; i < json_length(words); i++)
                if (read_feature_word(json_at(words, i), data, err) < 0)
                        return -1;
        *ret = g_steal_pointer(&data);
        return 0;
}
