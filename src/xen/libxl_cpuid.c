/* Features of the processor as libxl takes them: strings of the 32 bits of a register of CPUID, the highest first, 'x'
 * where nothing is said. The places of the bits are those of the processors' manuals. */
#include "libxl.h"
#include "xl_cpuid.h"

#include <string.h>

enum { REGISTER_BITS = 32 };

typedef struct CpuidWord {
        unsigned leaf;
        int subleaf; /* -1: there is none */
        const char *name;
        const char *bits[REGISTER_BITS];
} CpuidWord;

/* Bits in a row are a line. */
/* clang-format off */
static const CpuidWord words[] = {
        { 1, -1, "ecx",
          { "pni", "pclmuldq", "dtes64", "monitor", "ds_cpl", "vmx", "smx", "est", "tm2", "ssse3", "cid", NULL, "fma", "cx16",
            "xtpr", "pdcm", NULL, "pcid", "dca", "sse4.1", "sse4.2", "x2apic", "movbe", "popcnt", "tsc-deadline", "aes",
            "xsave", "osxsave", "avx", "f16c", "rdrand", "hypervisor" } },
        { 1, -1, "edx",
          { "fpu", "vme", "de", "pse", "tsc", "msr", "pae", "mce", "cx8", "apic", NULL, "sep", "mtrr", "pge", "mca", "cmov",
            "pat", "pse36", "pn", "clflush", NULL, "ds", "acpi", "mmx", "fxsr", "sse", "sse2", "ss", "ht", "tm", "ia64",
            "pbe" } },
        { 7, 0, "ebx",
          { "fsgsbase", "tsc_adjust", "sgx", "bmi1", "hle", "avx2", NULL, "smep", "bmi2", "erms", "invpcid", "rtm", "cmt",
            NULL, "mpx", NULL, "avx512f", "avx512dq", "rdseed", "adx", "smap", "avx512ifma", NULL, "clflushopt", "clwb",
            NULL, "avx512pf", "avx512er", "avx512cd", "sha-ni", "avx512bw", "avx512vl" } },
        { 0x80000001, -1, "ecx",
          { "lahf_lm", "cmp_legacy", "svm", "extapic", "cr8legacy", "abm", "sse4a", "misalignsse", "3dnowprefetch", "osvw",
            "ibs", "xop", "skinit", "wdt", NULL, "lwp", "fma4", "tce", NULL, "nodeid_msr", NULL, "tbm", "topoext",
            "perfctr_core", "perfctr_nb" } },
        { 0x80000001, -1, "edx",
          { [11] = "syscall", [20] = "nx", [22] = "mmxext", [25] = "fxsr_opt", [26] = "pdpe1gb", [27] = "rdtscp",
            [29] = "lm", [30] = "3dnowext", [31] = "3dnow" } },
};
/* clang-format on */

static bool find_bit(const char *name, size_t *ret_word, unsigned *ret_bit)
{
        for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
                for (unsigned bit = 0; bit < REGISTER_BITS; bit++)
                        if (g_strcmp0(words[i].bits[bit], name) == 0) {
                                *ret_word = i;
                                *ret_bit = bit;
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
