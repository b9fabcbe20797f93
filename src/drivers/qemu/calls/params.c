/* See params.h. */
#include "calls/params.h"

#include <stdlib.h>

static virTypedParameterPtr next(Params *params, const char *field, int type)
{
        virTypedParameterPtr parameter;

        if (params->n == params->room) {
                params->room = params->room ? params->room * 2 : 32;
                params->list = g_realloc_n(params->list, (gsize)params->room, sizeof(*params->list));
        }
        parameter = &params->list[params->n++];
        *parameter = (virTypedParameter){ .type = type };
        g_strlcpy(parameter->field, field, sizeof(parameter->field));
        return parameter;
}

void params_int(Params *params, const char *field, int value)
{
        next(params, field, VIR_TYPED_PARAM_INT)->value.i = value;
}

void params_llong(Params *params, const char *field, long long value)
{
        next(params, field, VIR_TYPED_PARAM_LLONG)->value.l = value;
}

void params_uint(Params *params, const char *field, unsigned value)
{
        next(params, field, VIR_TYPED_PARAM_UINT)->value.ui = value;
}

void params_ullong(Params *params, const char *field, unsigned long long value)
{
        next(params, field, VIR_TYPED_PARAM_ULLONG)->value.ul = value;
}

void params_boolean(Params *params, const char *field, bool value)
{
        next(params, field, VIR_TYPED_PARAM_BOOLEAN)->value.b = value;
}

void params_string(Params *params, const char *field, const char *value)
{
        if (value)
                next(params, field, VIR_TYPED_PARAM_STRING)->value.s = g_strdup(value);
}

void params_ullong_of(Params *params, const char *group, unsigned index, const char *name, unsigned long long value)
{
        g_autofree char *field = g_strdup_printf("%s.%u.%s", group, index, name);

        params_ullong(params, field, value);
}

void params_uint_of(Params *params, const char *group, unsigned index, const char *name, unsigned value)
{
        g_autofree char *field = g_strdup_printf("%s.%u.%s", group, index, name);

        params_uint(params, field, value);
}

void params_string_of(Params *params, const char *group, unsigned index, const char *name, const char *value)
{
        g_autofree char *field = g_strdup_printf("%s.%u.%s", group, index, name);

        params_string(params, field, value);
}

void params_add(Params *params, const char *prefix, const virTypedParameter *value)
{
        g_autofree char *field = g_strconcat(prefix, value->field, NULL);
        virTypedParameterPtr copy = next(params, field, value->type);

        copy->value = value->value;
        if (value->type == VIR_TYPED_PARAM_STRING)
                copy->value.s = g_strdup(value->value.s);
}

int params_give(Params *params, virTypedParameterPtr list, int *nparams)
{
        int n = MIN(*nparams, params->n);

        for (int i = 0; i < n; i++) {
                list[i] = params->list[i];
                params->list[i] = (virTypedParameter){ 0 };
        }
        *nparams = *nparams == 0 ? params->n : n;
        params_done(params);
        return 0;
}

void params_done(Params *params)
{
        for (int i = 0; i < params->n; i++)
                if (params->list[i].type == VIR_TYPED_PARAM_STRING)
                        g_free(params->list[i].value.s);
        g_free(params->list);
        *params = (Params){ 0 };
}
