/* Features of the processor as libxl takes them: strings of the 32 bits of a register of CPUID, the highest first, 'x'
 * where nothing is said. */
#include "libxl.h"
#include "xl_cpuid.h"

#include <string.h>

#include "cpu/cpu.h"

enum { REGISTER_BITS = 32 };

typedef struct CpuidWord {
        unsigned leaf;
        int subleaf; /* -1: there is none */
        unsigned reg;
        const char *name;
} CpuidWord;

/* In the order of their places in the list. */
static const CpuidWord words[] = {
        { 1, -1, 2, "ecx" },          { 1, -1, 3, "edx" },          { 7, 0, 1, "ebx" },
        { 0x80000001, -1, 2, "ecx" }, { 0x80000001, -1, 3, "edx" },
};

static bool find_bit(const char *name, size_t *ret_word, unsigned *ret_bit)
{
        unsigned leaf, subleaf, reg;

        if (!cpu_cpuid_place(name, &leaf, &subleaf, &reg, ret_bit))
                return false;
        for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
                if (words[i].leaf == leaf && words[i].reg == reg && (unsigned)MAX(words[i].subleaf, 0) == subleaf) {
                        *ret_word = i;
                        return true;
                }
        return false;
}

static void add_word(Json *list, const CpuidWord *word, const char *text)
{
        Json *leaf = NULL;

        for (size_t i = 0; i < json_length(list); i++) {
                uint64_t number;

                if (json_get_uint(json_at(list, i), "leaf", &number) && number == word->leaf)
                        leaf = json_at(list, i);
        }
        if (!leaf) {
                leaf = json_object();
                json_set(leaf, "leaf", json_uint(word->leaf));
                if (word->subleaf >= 0)
                        json_set(leaf, "subleaf", json_int(word->subleaf));
                json_append(list, leaf);
        }
        json_set(leaf, word->name, json_string(text));
}

int libxl_put_cpuid(const Cpu *cpu, Json *build, Error *err)
{
        char texts[G_N_ELEMENTS(words)][REGISTER_BITS + 1] = { { 0 } };
        g_autoptr(Json) list = json_array();

        for (size_t i = 0; i < cpu->n_features; i++) {
                const CpuFeature *feature = &cpu->features[i];
                size_t word;
                unsigned bit;

                if (xl_feature_is_nesting(feature) || feature->policy == CPU_POLICY_OPTIONAL)
                        continue;
                if (!find_bit(feature->name, &word, &bit))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "unsupported cpu feature '%s'",
                                         feature->name);
                if (!texts[word][0])
                        memset(texts[word], 'x', REGISTER_BITS);
                texts[word][REGISTER_BITS - 1 - bit] = xl_feature_is_off(feature) ? '0' : '1';
        }
        for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
                if (texts[i][0])
                        add_word(list, &words[i], texts[i]);
        if (json_length(list) > 0)
                json_set(build, "cpuid", g_steal_pointer(&list));
        return 0;
}
