/* The processor of a guest: resolved for a host, told in another model's words, spelled out. */
#include "x86.h"

#include <string.h>

/* The host's, with what may travel to another host; what @guest says itself has the last word. What a hypervisor makes of
 * its host may lack features of the model, and what it told has been asked for what travels. */
static void take_host(Cpu *guest, const CpuDefinition *host)
{
        g_autoptr(Cpu) own = cpu_copy(guest);

        cpu_take_model(guest, host->cpu);
        for (size_t i = guest->n_features; i > 0; i--) {
                const X86Feature *feature = x86_feature(guest->features[i - 1].name);

                if (host->host && feature && !feature->migratable)
                        rows_list_remove(&CpuFeature_rows, &guest->features, &guest->n_features, i - 1);
                else if (host->host || guest->features[i - 1].policy == CPU_POLICY_DEFAULT)
                        guest->features[i - 1].policy = CPU_POLICY_REQUIRE;
        }
        for (size_t i = 0; i < own->n_features; i++)
                cpu_set_feature(guest, own->features[i].name, own->features[i].policy);
        /* "At least this" says nothing of who made it. */
        if (guest->match == CPU_MATCH_MINIMUM && guest->mode != CPU_MODE_HOST_MODEL) {
                g_free(guest->vendor);
                guest->vendor = g_strdup(own->vendor);
        }
        guest->mode = CPU_MODE_CUSTOM;
        guest->match = CPU_MATCH_EXACT;
        if (guest->fallback == CPU_FALLBACK_NONE)
                guest->fallback = CPU_FALLBACK_ALLOW;
}

/* An optional feature is required where the host has it. */
static int decide_optional(Cpu *guest, const X86Bits *has, Error *err)
{
        for (size_t i = 0; i < guest->n_features; i++) {
                const X86Feature *feature = x86_feature(guest->features[i].name);

                if (guest->features[i].policy != CPU_POLICY_OPTIONAL)
                        continue;
                if (!feature)
                        return error_set(err, VIR_ERR_INTERNAL_ERROR, "Unknown CPU feature %s",
                                         guest->features[i].name);
                guest->features[i].policy = x86_has(has, feature) ? CPU_POLICY_REQUIRE : CPU_POLICY_DISABLE;
        }
        return 0;
}

int x86_update(Cpu *guest, const CpuDefinition *host, Error *err)
{
        X86Bits has;

        if (guest->mode == CPU_MODE_HOST_PASSTHROUGH || guest->mode == CPU_MODE_MAXIMUM)
                return 0;
        if (x86_part_of(host, X86_ALL, &has, err) < 0)
                return -1;
        if (decide_optional(guest, &has, err) < 0)
                return -1;
        if (guest->mode == CPU_MODE_HOST_MODEL || guest->match == CPU_MATCH_MINIMUM)
                take_host(guest, host);
        return 0;
}

static int translate(Cpu *guest, GPtrArray *models, Error *err)
{
        const CpuDefinition source = { .cpu = guest };
        g_autoptr(CpuDefinition) translated = NULL;
        const X86Model *model;
        X86Processor wanted = { 0 };

        if (x86_model_of(guest, &model, err) < 0 || x86_part_of(&source, X86_ALL, &wanted.bits, err) < 0)
                return -1;
        wanted.vendor = model->vendor ? x86_vendor(model->vendor) : NULL;
        if (model->n_signatures > 0)
                wanted.signature = x86_signature_make(model->signatures[0].family, model->signatures[0].model,
                                                      model->signatures[0].stepping_first);
        if (x86_decode(&wanted, false, models, NULL, &translated, err) < 0)
                return -1;
        for (size_t i = 0; i < guest->n_features; i++)
                cpu_set_feature(translated->cpu, guest->features[i].name, guest->features[i].policy);
        g_free(translated->cpu->vendor);
        translated->cpu->vendor = g_strdup(guest->vendor);
        cpu_take_model(guest, translated->cpu);
        return 0;
}

int x86_translate(Cpu *guest, GPtrArray *models, Error *err)
{
        if (guest->fallback == CPU_FALLBACK_FORBID)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "CPU model %s is not supported by hypervisor",
                                 guest->model);
        return translate(guest, models, err);
}

void x86_deny(Cpu *guest)
{
        const X86Model *model = guest->model ? x86_model(guest->model) : NULL;

        if (model)
                x86_deny_removed(guest, model);
}

static int by_name(const void *a, const void *b)
{
        return strcmp(((const CpuFeature *)a)->name, ((const CpuFeature *)b)->name);
}

int x86_expand(Cpu *cpu, Error *err)
{
        g_autoptr(Cpu) own = cpu_copy(cpu);
        const X86Model *model;

        if (x86_model_of(cpu, &model, err) < 0)
                return -1;
        cpu_take_model(cpu, own);
        for (size_t i = 0; i < n_x86_features; i++)
                if (x86_has(&model->bits, &x86_features[i]) && !cpu_find_feature(cpu, x86_features[i].name))
                        cpu_set_feature(cpu, x86_features[i].name, CPU_POLICY_REQUIRE);
        qsort(cpu->features, cpu->n_features, sizeof(*cpu->features), by_name);
        return 0;
}
