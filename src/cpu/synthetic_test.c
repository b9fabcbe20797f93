/* Processors that nobody built: each model as it is, and with features taken away and added, of each maker, with its
 * own signature and with one that no model has. Whatever comes out says exactly what went in. */
#include "x86.h"

#include <string.h>

enum { ROUNDS = 8, STRANGE_SIGNATURE = 0x0ffb0ff1 };

static CpuidAnswer *answer_for(CpuData *data, unsigned leaf, unsigned subleaf)
{
        CpuidAnswer *answer;

        for (size_t i = 0; i < data->n_answers; i++)
                if (data->answers[i].leaf == leaf && data->answers[i].subleaf == subleaf)
                        return &data->answers[i];
        answer = rows_list_insert(&CpuidAnswer_rows, &data->answers, &data->n_answers, data->n_answers);
        answer->leaf = leaf;
        answer->subleaf = subleaf;
        return answer;
}

static CpuRegister *register_for(CpuData *data, unsigned index)
{
        CpuRegister *reg;

        for (size_t i = 0; i < data->n_registers; i++)
                if (data->registers[i].index == index)
                        return &data->registers[i];
        reg = rows_list_insert(&CpuRegister_rows, &data->registers, &data->n_registers, data->n_registers);
        reg->index = index;
        return reg;
}

static void set_word(CpuData *data, const X86Word *word, uint32_t value)
{
        if (word->msr) {
                CpuRegister *reg = register_for(data, word->leaf);

                *(word->reg == 0 ? &reg->eax : &reg->edx) = value;
        } else {
                CpuidAnswer *answer = answer_for(data, word->leaf, word->subleaf);
                unsigned *const registers[] = { &answer->eax, &answer->ebx, &answer->ecx, &answer->edx };

                *registers[word->reg] = value;
        }
}

/* What the instruction and the registers would answer. */
static CpuData *data_of(const X86Processor *processor)
{
        const char *text = processor->vendor ? processor->vendor->text : "Unheard of!!";
        CpuData *data = cpu_data_new();
        CpuidAnswer *answer;

        data->arch = g_strdup("x86");
        for (size_t i = 0; i < n_x86_words; i++)
                set_word(data, &x86_words[i], processor->bits.word[i]);
        answer = answer_for(data, 0, 0);
        memcpy(&answer->ebx, text, 4);
        memcpy(&answer->edx, text + 4, 4);
        memcpy(&answer->ecx, text + 8, 4);
        answer_for(data, 1, 0)->eax = processor->signature;
        return data;
}

/* What was decoded has no other features and no other maker than @from. NULL: no model fits, which only happens to
 * hosts. */
static CpuDefinition *decode(const X86Processor *from, bool host)
{
        g_autoptr(CpuData) data = data_of(from);
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(CpuDefinition) found = NULL;
        const X86Model *model;
        X86Processor read;
        X86Bits said;

        x86_read_data(data, &read);
        if (cpu_decode(data, host, NULL, &found, &err) < 0) {
                g_assert_true(host);
                g_assert_cmpint(err.code, ==, VIR_ERR_INTERNAL_ERROR);
                return NULL;
        }
        if (x86_part_of(found, X86_ALL, &said, &err) < 0)
                g_error("%s: %s", found->cpu->model, err.message);
        g_assert_cmpmem(&said, sizeof(said), &read.bits, sizeof(read.bits));
        model = x86_model(found->cpu->model);
        g_assert_true(host ? model->decode_host : model->decode_guest);
        if (model->vendor && from->vendor)
                g_assert_cmpstr(model->vendor, ==, from->vendor->name);
        g_assert_cmpstr(found->cpu->vendor, ==, from->vendor ? from->vendor->name : NULL);
        if (from->signature)
                g_assert_cmpuint(x86_signature_make(found->family.value, found->model.value, found->stepping.value), ==,
                                 from->signature);
        return g_steal_pointer(&found);
}

static uint32_t signature_of(const X86Model *model)
{
        const X86Signature *first = model->signatures;

        return model->n_signatures ? x86_signature_make(first->family, first->model, first->stepping_first) : 0;
}

static X86Processor processor_of(const X86Model *model)
{
        return (X86Processor){ .bits = model->bits,
                               .signature = signature_of(model),
                               .vendor = model->vendor ? x86_vendor(model->vendor) : NULL };
}

static bool same_bits(const X86Bits *a, const X86Bits *b)
{
        return memcmp(a, b, sizeof(*a)) == 0;
}

/* Each model is called by its name, or by one that stands for the same. */
static void test_exact(void)
{
        for (size_t i = 0; i < n_x86_models; i++) {
                const X86Model *model = &x86_models[i];
                X86Processor from = processor_of(model), read;
                g_autoptr(CpuData) data = data_of(&from);

                x86_read_data(data, &read);
                g_assert_cmpuint(cpu_data_signature(data), ==, from.signature);
                for (int host = 0; host < 2; host++) {
                        g_autoptr(CpuDefinition) found = decode(&from, host);

                        /* Broken features never count, so that such a model is called by another name. */
                        if (!(host ? model->decode_host : model->decode_guest) || !same_bits(&read.bits, &from.bits))
                                continue;
                        g_assert_nonnull(found);
                        if (!same_bits(&x86_model(found->cpu->model)->bits, &model->bits))
                                g_error("%s became %s", model->name, found->cpu->model);
                }
        }
}

static void change(X86Processor *processor, GRand *random, unsigned n)
{
        for (unsigned i = 0; i < n; i++) {
                const X86Feature *feature = &x86_features[g_rand_int_range(random, 0, (gint32)n_x86_features)];

                if (x86_has(&processor->bits, feature))
                        x86_remove(&processor->bits, feature);
                else
                        x86_add(&processor->bits, feature);
        }
}

/* A guest is always told apart; a host only where a model has nothing that it lacks. */
static void test_changed(void)
{
        g_autoptr(GRand) random = g_rand_new_with_seed(1);

        for (size_t i = 0; i < n_x86_models; i++)
                for (unsigned round = 0; round < ROUNDS; round++) {
                        X86Processor from = processor_of(&x86_models[i]);
                        g_autoptr(CpuDefinition) guest = NULL, host = NULL;

                        change(&from, random, round);
                        if (round % 3 == 1)
                                from.signature = STRANGE_SIGNATURE;
                        if (round % 4 == 3)
                                from.vendor = round % 8 == 3 ? &x86_vendors[(i + round) % n_x86_vendors] : NULL;
                        guest = decode(&from, false);
                        g_assert_nonnull(guest);
                        host = decode(&from, true);
                }
}

/* Few changes to a processor with a known signature do not change whose family it is. */
static void test_signature_decides(void)
{
        g_autoptr(GRand) random = g_rand_new_with_seed(2);

        for (size_t i = 0; i < n_x86_models; i++) {
                X86Processor from = processor_of(&x86_models[i]);
                g_autoptr(CpuDefinition) guest = NULL;

                if (!from.signature)
                        continue;
                change(&from, random, 2);
                guest = decode(&from, false);
                g_assert_true(x86_signature_fits(x86_model(guest->cpu->model), from.signature));
        }
}

/* Nothing at all, and everything at once. */
static void test_extremes(void)
{
        X86Processor none = { 0 }, all = { .signature = STRANGE_SIGNATURE };

        memset(&all.bits, 0xff, sizeof(uint32_t) * n_x86_words);
        for (size_t i = 0; i <= n_x86_vendors; i++) {
                g_autoptr(CpuDefinition) a = NULL, b = NULL, c = NULL, d = NULL;
                g_autoptr(CpuData) data = NULL;

                none.vendor = all.vendor = i < n_x86_vendors ? &x86_vendors[i] : NULL;
                a = decode(&none, false);
                b = decode(&none, true);
                d = decode(&all, true);
                g_assert_nonnull(a);
                g_assert_null(b);
                g_assert_nonnull(d);
                data = data_of(&all);
                g_assert_cmpint(cpu_decode(data, false, NULL, &c, NULL), ==, 0);
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/cpu-synthetic/exact", test_exact);
        g_test_add_func("/cpu-synthetic/changed", test_changed);
        g_test_add_func("/cpu-synthetic/signature-decides", test_signature_decides);
        g_test_add_func("/cpu-synthetic/extremes", test_extremes);
        return g_test_run();
}
