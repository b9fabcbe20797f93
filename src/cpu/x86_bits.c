/* Sets of features, and looking up names. */
#include "x86.h"

#include <string.h>

const X86Feature *x86_feature(const char *name)
{
        for (size_t i = 0; i < n_x86_features; i++)
                if (strcmp(x86_features[i].name, name) == 0)
                        return &x86_features[i];
        return NULL;
}

const X86Feature *x86_feature_or_alias(const char *name)
{
        for (size_t i = 0; i < n_x86_features; i++)
                if (strcmp(x86_features[i].name, name) == 0 ||
                    (x86_features[i].aliases && g_strv_contains(x86_features[i].aliases, name)))
                        return &x86_features[i];
        return NULL;
}

const X86Model *x86_model(const char *name)
{
        for (size_t i = 0; i < n_x86_models; i++)
                if (strcmp(x86_models[i].name, name) == 0)
                        return &x86_models[i];
        return NULL;
}

const X86Vendor *x86_vendor(const char *name)
{
        for (size_t i = 0; i < n_x86_vendors; i++)
                if (strcmp(x86_vendors[i].name, name) == 0)
                        return &x86_vendors[i];
        return NULL;
}

static uint32_t bit_of(const X86Feature *feature)
{
        return UINT32_C(1) << feature->bit;
}

bool x86_has(const X86Bits *bits, const X86Feature *feature)
{
        return bits->word[feature->word] & bit_of(feature);
}

void x86_add(X86Bits *bits, const X86Feature *feature)
{
        bits->word[feature->word] |= bit_of(feature);
}

void x86_remove(X86Bits *bits, const X86Feature *feature)
{
        bits->word[feature->word] &= ~bit_of(feature);
}

X86Bits x86_intersection(const X86Bits *a, const X86Bits *b)
{
        X86Bits bits = *a;

        for (size_t i = 0; i < X86_WORDS_MAX; i++)
                bits.word[i] &= b->word[i];
        return bits;
}

X86Bits x86_difference(const X86Bits *a, const X86Bits *b)
{
        X86Bits bits = *a;

        for (size_t i = 0; i < X86_WORDS_MAX; i++)
                bits.word[i] &= ~b->word[i];
        return bits;
}

bool x86_empty(const X86Bits *bits)
{
        return x86_count(bits) == 0;
}

unsigned x86_count(const X86Bits *bits)
{
        unsigned n = 0;

        for (size_t i = 0; i < X86_WORDS_MAX; i++)
                n += (unsigned)__builtin_popcount(bits->word[i]);
        return n;
}

char *x86_names(const X86Bits *bits)
{
        GString *names = g_string_new(NULL);

        for (size_t i = 0; i < n_x86_features; i++)
                if (x86_has(bits, &x86_features[i]))
                        g_string_append_printf(names, "%s%s", names->len ? ", " : "", x86_features[i].name);
        return g_string_free(names, FALSE);
}

/* Intel's manual, volume 2A, CPUID, "Version Information": the extended family is added to family 15 only. */
enum { FAMILY_EXTENDED = 15 };

void cpu_signature_split(uint32_t signature, unsigned *ret_family, unsigned *ret_model, unsigned *ret_stepping)
{
        unsigned family = signature >> 8 & 0xf;

        *ret_family = family == FAMILY_EXTENDED ? family + (signature >> 20 & 0xff) : family;
        *ret_model = (signature >> 4 & 0xf) | (signature >> 16 & 0xf) << 4;
        *ret_stepping = signature & 0xf;
}

uint32_t x86_signature_make(unsigned family, unsigned model, unsigned stepping)
{
        uint32_t signature = family < FAMILY_EXTENDED
                                     ? family << 8
                                     : (FAMILY_EXTENDED << 8 | ((family - FAMILY_EXTENDED) & 0xff) << 20);

        return signature | (model & 0xf) << 4 | (model >> 4 & 0xf) << 16 | (stepping & 0xf);
}

bool x86_signature_fits(const X86Model *model, uint32_t signature)
{
        unsigned family, number, stepping;

        cpu_signature_split(signature, &family, &number, &stepping);
        for (size_t i = 0; i < model->n_signatures; i++) {
                const X86Signature *known = &model->signatures[i];

                if (known->family == family && known->model == number && stepping >= known->stepping_first &&
                    stepping <= known->stepping_last)
                        return true;
        }
        return false;
}

bool cpu_cpuid_place(const char *feature, unsigned *ret_leaf, unsigned *ret_subleaf, unsigned *ret_register,
                     unsigned *ret_bit)
{
        const X86Feature *known = x86_feature_or_alias(feature);
        const X86Word *word = known ? &x86_words[known->word] : NULL;

        if (!word || word->msr)
                return false;
        *ret_leaf = word->leaf;
        *ret_subleaf = word->subleaf;
        *ret_register = word->reg;
        *ret_bit = known->bit;
        return true;
}

const char *cpu_qemu_feature(const char *arch, const char *feature)
{
        const X86Feature *known = g_strv_contains(x86_names_of_arch, arch) ? x86_feature(feature) : NULL;

        return known && known->written ? known->written : feature;
}
