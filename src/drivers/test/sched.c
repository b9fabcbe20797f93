/* The scheduler of the invented host: fair, one weight, kept for each domain as cputune's shares. */
#include "test.h"

#include <string.h>

enum { DEFAULT_WEIGHT = 50 };

char *test_get_scheduler_type(virDomainPtr domain, int *nparams, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);

        if (!view)
                return NULL;
        if (nparams)
                *nparams = 1;
        return g_strdup("fair");
}

int test_get_scheduler(virDomainPtr domain, virTypedParameterPtr params, int *nparams, unsigned flags, Error *err)
{
        g_autoptr(DomainView) view = domain_view_of(domain, err);
        const Domain *definition = view ? domain_view_pick(view, flags, err) : NULL;

        if (!definition)
                return -1;
        if (*nparams < 1)
                return error_set(err, VIR_ERR_INVALID_ARG, "no room for the parameter 'weight'");
        memset(params, 0, sizeof(*params));
        g_strlcpy(params->field, VIR_DOMAIN_SCHEDULER_WEIGHT, sizeof(params->field));
        params->type = VIR_TYPED_PARAM_UINT;
        params->value.ui = definition->cputune && definition->cputune->shares.set
                                   ? (unsigned)definition->cputune->shares.value
                                   : DEFAULT_WEIGHT;
        *nparams = 1;
        return 0;
}

static int weight_job(TestJob *job, Error *err)
{
        Domain *definitions[2];

        if (test_edit(job, job->flags, definitions, err) < 0)
                return -1;
        for (size_t i = 0; i < 2; i++) {
                if (!definitions[i])
                        continue;
                if (!definitions[i]->cputune)
                        definitions[i]->cputune = g_new0(Cputune, 1);
                definitions[i]->cputune->shares = (OptUint64){ *(const unsigned *)job->input, true };
        }
        return 0;
}

int test_set_scheduler(virDomainPtr domain, virTypedParameterPtr params, int nparams, unsigned flags, Error *err)
{
        for (int i = 0; i < nparams; i++)
                if (strcmp(params[i].field, VIR_DOMAIN_SCHEDULER_WEIGHT) != 0 || params[i].type != VIR_TYPED_PARAM_UINT)
                        return error_set(err, VIR_ERR_INVALID_ARG, "parameter '%s' not supported", params[i].field);
        for (int i = 0; i < nparams; i++)
                if (test_change(domain, "set weight", flags, &params[i].value.ui, weight_job, err) < 0)
                        return -1;
        return 0;
}
