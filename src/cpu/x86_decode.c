/* From bits to a model's name: the model that says most in the fewest words. */
#include "x86.h"

#include <string.h>

/* How a model would describe the processor. */
typedef struct Fit {
        const X86Model *model;
        X86Bits extra;   /* features to list behind the model's name */
        X86Bits missing; /* features to take away from it */
        unsigned n_extra, n_missing;
        bool known_signature;
} Fit;

typedef struct Search {
        const X86Processor *from;
        bool host;
        GPtrArray *models;
        const char *preferred;
} Search;

static const CpuUsableModel *find_usable(GPtrArray *models, const char *name)
{
        for (guint i = 0; models && i < models->len; i++)
                if (strcmp(((const CpuUsableModel *)models->pdata[i])->name, name) == 0)
                        return models->pdata[i];
        return NULL;
}

/* What the hypervisor would want for its model of this name and does not get has to be taken away by name, though our
 * model of the name may not have it. */
static void add_blockers(Fit *fit, const CpuUsableModel *usable)
{
        for (size_t i = 0; usable && usable->blockers && usable->blockers[i]; i++) {
                const X86Feature *feature = x86_feature_or_alias(usable->blockers[i]);

                if (feature && !x86_has(&fit->extra, feature))
                        x86_add(&fit->missing, feature);
        }
}

static bool make_fit(const Search *search, const X86Model *model, Fit *ret)
{
        const X86Processor *from = search->from;
        const CpuUsableModel *usable = find_usable(search->models, model->name);

        if (search->models && !usable)
                return false;
        if (!(search->host ? model->decode_host : model->decode_guest))
                return false;
        if (model->vendor && from->vendor && strcmp(model->vendor, from->vendor->name) != 0)
                return false;
        *ret = (Fit){ .model = model,
                      .extra = x86_difference(&from->bits, &model->bits),
                      .missing = x86_difference(&model->bits, &from->bits),
                      .known_signature = from->signature && x86_signature_fits(model, from->signature) };
        add_blockers(ret, usable);
        ret->n_extra = x86_count(&ret->extra);
        ret->n_missing = x86_count(&ret->missing);
        /* A host has what it has: nothing can be taken away from its model. */
        return !search->host || ret->n_missing == 0;
}

/* Guests cope with a feature that is new to the model better than with one that the model promises and that is not
 * there: taking away costs more than adding. Twice as much where the hypervisor has said what it cannot give: then it is
 * certain. Else several times as much, each one more than the one before; not so much that a processor with two features
 * masked is called by the name of one of ten years ago. */
static unsigned cost(const Search *search, const Fit *fit)
{
        static const unsigned certain = 2, first_guess = 6;
        unsigned n = fit->n_missing;

        if (search->models)
                return fit->n_extra + n * certain;
        return fit->n_extra + n * first_guess + (n > 0 ? n * (n - 1) / 2 : 0);
}

static bool better(const Search *search, const Fit *candidate, const Fit *current)
{
        if (search->preferred && strcmp(candidate->model->name, search->preferred) == 0)
                return true;
        if (!current->model)
                return true;
        if (search->preferred && strcmp(current->model->name, search->preferred) == 0)
                return false;
        if (candidate->known_signature != current->known_signature)
                return candidate->known_signature;
        return cost(search, candidate) < cost(search, current);
}

static void list_features(Cpu *cpu, const X86Bits *bits, CpuPolicy policy)
{
        for (size_t i = 0; i < n_x86_features; i++)
                if (x86_has(bits, &x86_features[i]))
                        cpu_set_feature(cpu, x86_features[i].name, policy);
}

/* A hypervisor's model may still have, on older machine types, what was removed later: said explicitly. */
void x86_deny_removed(Cpu *cpu, const X86Model *model)
{
        for (size_t i = 0; model->removed && model->removed[i]; i++)
                if (!cpu_find_feature(cpu, model->removed[i]))
                        cpu_set_feature(cpu, model->removed[i], CPU_POLICY_DISABLE);
}

static CpuDefinition *describe(const Search *search, const Fit *fit)
{
        CpuDefinition *definition = cpu_definition_new(search->host, search->host ? "x86_64" : NULL);
        Cpu *cpu = definition->cpu;
        uint32_t signature = search->from->signature;

        cpu->model = g_strdup(fit->model->name);
        cpu->vendor = search->from->vendor ? g_strdup(search->from->vendor->name) : NULL;
        list_features(cpu, &fit->extra, search->host ? CPU_POLICY_DEFAULT : CPU_POLICY_REQUIRE);
        if (signature) {
                definition->family.set = definition->model.set = definition->stepping.set = true;
                cpu_signature_split(signature, &definition->family.value, &definition->model.value,
                                    &definition->stepping.value);
        }
        if (search->host)
                return definition;
        list_features(cpu, &fit->missing, CPU_POLICY_DISABLE);
        x86_deny_removed(cpu, fit->model);
        cpu->mode = CPU_MODE_CUSTOM;
        cpu->match = CPU_MATCH_EXACT;
        return definition;
}

int x86_decode(const X86Processor *from, bool host, GPtrArray *models, const char *preferred, CpuDefinition **ret,
               Error *err)
{
        const Search search = { from, host, models, preferred };
        Fit best = { 0 };

        /* From the newest. */
        for (size_t i = n_x86_models; i > 0; i--) {
                Fit fit;

                if (make_fit(&search, &x86_models[i - 1], &fit) && better(&search, &fit, &best))
                        best = fit;
        }
        if (!best.model)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Cannot find suitable CPU model for given data: %s",
                                 models ? "the hypervisor offers none of its vendor's"
                                        : "no model's features are all there");
        *ret = describe(&search, &best);
        return 0;
}
