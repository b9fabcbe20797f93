/* The table of x86. */
#include "x86.h"

const char *const x86_names_of_arch[] = { "x86_64", "i686", "x86", NULL };

static GStrv model_names(void)
{
        GStrv names = g_new0(char *, n_x86_models + 1);

        for (size_t i = 0; i < n_x86_models; i++)
                names[i] = g_strdup(x86_models[i].name);
        return names;
}

static const char *model_vendor(const char *name)
{
        const X86Model *model = x86_model(name);

        return model ? model->vendor : NULL;
}

static int has_feature(const CpuDefinition *cpu, const char *name, Error *err)
{
        const X86Feature *feature = x86_feature(name);
        X86Bits bits;

        if (!feature)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "unknown CPU feature: %s", name);
        if (x86_part_of(cpu, X86_ALL, &bits, err) < 0)
                return -1;
        return x86_has(&bits, feature);
}

static int decode(const CpuData *data, bool host, GPtrArray *models, CpuDefinition **ret, Error *err)
{
        X86Processor processor;

        x86_read_data(data, &processor);
        return x86_decode(&processor, host, models, NULL, ret, err);
}

static int decode_expansion(const Json *expansion, GPtrArray *models, CpuDefinition **ret, Error *err)
{
        X86Processor processor;

        x86_read_expansion(expansion, &processor);
        return x86_decode(&processor, false, models, NULL, ret, err);
}

const CpuArch cpu_x86 = {
        .names = x86_names_of_arch,
        .model_names = model_names,
        .model_vendor = model_vendor,
        .compare = x86_compare,
        .update = x86_update,
        .update_live = x86_update_live,
        .translate = x86_translate,
        .deny_removed = x86_deny,
        .baseline = x86_baseline,
        .expand = x86_expand,
        .has_feature = has_feature,
        .decode = decode,
        .decode_expansion = decode_expansion,
};
