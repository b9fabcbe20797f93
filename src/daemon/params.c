#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_ADMIN

#include "params.h"

#include <string.h>

static virTypedParameterPtr add(ParamList *list, const char *field, int type)
{
        virTypedParameterPtr item;

        list->items = g_renew(virTypedParameter, list->items, list->n + 1);
        item = &list->items[list->n++];
        memset(item, 0, sizeof(*item));
        g_strlcpy(item->field, field, sizeof(item->field));
        item->type = type;
        return item;
}

void param_add_uint(ParamList *list, const char *field, unsigned value)
{
        add(list, field, VIR_TYPED_PARAM_UINT)->value.ui = value;
}

void param_add_int(ParamList *list, const char *field, int value)
{
        add(list, field, VIR_TYPED_PARAM_INT)->value.i = value;
}

void param_add_bool(ParamList *list, const char *field, bool value)
{
        add(list, field, VIR_TYPED_PARAM_BOOLEAN)->value.b = value ? 1 : 0;
}

void param_add_string(ParamList *list, const char *field, const char *value)
{
        if (value)
                add(list, field, VIR_TYPED_PARAM_STRING)->value.s = g_strdup(value);
}

static int take_one(const virTypedParameter *param, const ParamTarget *targets, size_t n_targets, unsigned *seen,
                    Error *err)
{
        for (size_t i = 0; i < n_targets; i++) {
                if (strcmp(param->field, targets[i].field) != 0)
                        continue;
                if (param->type != VIR_TYPED_PARAM_UINT)
                        return error_set(err, VIR_ERR_INVALID_ARG, "parameter '%s' has to be an unsigned int",
                                         param->field);
                if (*seen & (1u << i))
                        return error_set(err, VIR_ERR_INVALID_ARG, "parameter '%s' occurs multiple times",
                                         param->field);
                *seen |= 1u << i;
                *targets[i].value = param->value.ui;
                return 0;
        }
        return error_set(err, VIR_ERR_INVALID_ARG, "parameter '%s' not supported", param->field);
}

int params_take_uints(virTypedParameterPtr params, int n_params, const ParamTarget *targets, size_t n_targets,
                      Error *err)
{
        unsigned seen = 0;

        for (int i = 0; i < n_params; i++) {
                if (take_one(&params[i], targets, n_targets, &seen, err) < 0)
                        return -1;
        }
        return 0;
}
