/* On which NUMA nodes of the host a guest's memory is. */
#include <string.h>

#include "calls/change.h"
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "guest/group.h"

enum { AFFECT = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG, NODES_MAX = 1024 };

typedef struct Numa {
        int mode; /* virDomainNumatuneMemMode; -1: not said */
        const char *nodeset;
} Numa;

static const NumaMode modes[] = { [VIR_DOMAIN_NUMATUNE_MEM_STRICT] = NUMA_MODE_STRICT,
                                  [VIR_DOMAIN_NUMATUNE_MEM_PREFERRED] = NUMA_MODE_PREFERRED,
                                  [VIR_DOMAIN_NUMATUNE_MEM_INTERLEAVE] = NUMA_MODE_INTERLEAVE,
                                  [VIR_DOMAIN_NUMATUNE_MEM_RESTRICTIVE] = NUMA_MODE_RESTRICTIVE };

static int take(Numa *numa, const virTypedParameter *given, Error *err)
{
        bool mode = strcmp(given->field, VIR_DOMAIN_NUMA_MODE) == 0;

        if (!mode && strcmp(given->field, VIR_DOMAIN_NUMA_NODESET) != 0)
                return error_set(err, VIR_ERR_ARGUMENT_UNSUPPORTED, "parameter '%s' not supported", given->field);
        if (given->type != (mode ? VIR_TYPED_PARAM_INT : VIR_TYPED_PARAM_STRING))
                return error_set(err, VIR_ERR_INVALID_ARG, "invalid type for parameter '%s'", given->field);
        if (!mode) {
                numa->nodeset = given->value.s;
                return 0;
        }
        if (given->value.i < 0 || given->value.i >= (int)G_N_ELEMENTS(modes))
                return error_set(err, VIR_ERR_INVALID_ARG, "unsupported numatune mode: '%d'", given->value.i);
        numa->mode = given->value.i;
        return 0;
}

static struct Numatune *numatune_of(Domain *definition)
{
        if (!definition->numatune) {
                definition->numatune = g_new0(struct Numatune, 1);
                rows_init(&Numatune_rows, definition->numatune);
        }
        return definition->numatune;
}

/* Memory that is there already was placed by rules that cannot be changed any more; what can be is where the kernel
 * lets the guest have memory at all. */
static int check_live(const struct Numatune *tune, const Numa *numa, Error *err)
{
        NumaMode now = tune->mode == NUMA_MODE_DEFAULT ? NUMA_MODE_STRICT : tune->mode;

        if (numa->mode >= 0 && modes[numa->mode] != (tune->nodeset ? now : NUMA_MODE_RESTRICTIVE))
                return error_set(err, VIR_ERR_OPERATION_INVALID, "can't change numatune mode for running domain");
        if (tune->nodeset && now != NUMA_MODE_RESTRICTIVE)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "change of nodeset for running domain requires restrictive numa mode");
        return 0;
}

static int edit(Domain *definition, bool live, const Change *change, Error *err)
{
        const Numa *numa = change->input;
        struct Numatune *tune = numatune_of(definition);

        if (live && check_live(tune, numa, err) < 0)
                return -1;
        if (live && !tune->nodeset)
                tune->mode = NUMA_MODE_RESTRICTIVE;
        if (numa->mode >= 0)
                tune->mode = modes[numa->mode];
        if (!numa->nodeset || !numa->nodeset[0])
                return 0;
        bitmap_free(tune->nodeset);
        tune->nodeset = bitmap_parse(numa->nodeset, NODES_MAX, err);
        tune->placement = PLACEMENT_DEFAULT;
        return tune->nodeset ? 0 : -1;
}

static int apply(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        return guest_group_apply_nodes(guest, from, to, err);
}

int qemu_domain_set_numa_parameters(virDomainPtr domain, virTypedParameterPtr params, int nparams, unsigned int flags,
                                    Error *err)
{
        Numa numa = { .mode = -1 };
        Change change = { .name = "numa", .flags = flags, .input = &numa, .edit = edit, .apply = apply };

        if (check_call_flags(flags, AFFECT, "qemuDomainSetNumaParameters", err) < 0)
                return -1;
        for (int i = 0; i < nparams; i++)
                if (take(&numa, &params[i], err) < 0)
                        return -1;
        return change_run(domain, &change, err);
}

static int mode_told(const struct Numatune *tune)
{
        for (size_t i = 0; tune && i < G_N_ELEMENTS(modes); i++)
                if (modes[i] == tune->mode)
                        return (int)i;
        return VIR_DOMAIN_NUMATUNE_MEM_STRICT;
}

int qemu_domain_get_numa_parameters(virDomainPtr domain, virTypedParameterPtr params, int *nparams, unsigned int flags,
                                    Error *err)
{
        enum { KNOWN = AFFECT | VIR_TYPED_PARAM_STRING_OKAY };
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        g_autofree char *nodes = NULL;
        const Domain *definition;
        Params list = { 0 };

        if (!view || check_call_flags(flags, KNOWN, "qemuDomainGetNumaParameters", err) < 0)
                return -1;
        definition = domain_view_pick(view, flags & AFFECT, err);
        if (!definition)
                return -1;
        if (definition->numatune && definition->numatune->nodeset)
                nodes = bitmap_format(definition->numatune->nodeset);
        params_int(&list, VIR_DOMAIN_NUMA_MODE, mode_told(definition->numatune));
        params_string(&list, VIR_DOMAIN_NUMA_NODESET, nodes ? nodes : "");
        return params_give(&list, params, nparams);
}
