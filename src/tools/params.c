#include "params.h"

#include <string.h>

static int add_scaled(Shell *shell, const ShellArgs *args, const ParamRow *row, Params *params)
{
        unsigned long long bytes = 0;
        int given = args_scaled(shell, args, row->option, row->unit, ULLONG_MAX, &bytes);

        if (given <= 0)
                return given;
        return virTypedParamsAddULLong(&params->list, &params->n, &params->max, row->field, bytes / row->unit) < 0 ? -1
                                                                                                                   : 1;
}

static int add_one(Shell *shell, const ShellArgs *args, const ParamRow *row, Params *params)
{
        unsigned u = 0;
        unsigned long long ull = 0;
        long long ll = 0;
        const char *text = NULL;
        int given = 0;

        switch (row->type) {
        case PARAM_OPTION_UINT:
                given = args_uint(shell, args, row->option, &u);
                if (given > 0)
                        return virTypedParamsAddUInt(&params->list, &params->n, &params->max, row->field, u);
                return given;
        case PARAM_OPTION_ULLONG:
                given = args_uint64(shell, args, row->option, &ull);
                if (given > 0)
                        return virTypedParamsAddULLong(&params->list, &params->n, &params->max, row->field, ull);
                return given;
        case PARAM_OPTION_LLONG:
                given = args_int64(shell, args, row->option, &ll);
                if (given > 0)
                        return virTypedParamsAddLLong(&params->list, &params->n, &params->max, row->field, ll);
                return given;
        case PARAM_OPTION_STRING:
                given = args_string(shell, args, row->option, &text);
                if (given > 0)
                        return virTypedParamsAddString(&params->list, &params->n, &params->max, row->field, text);
                return given;
        case PARAM_OPTION_SCALED: return add_scaled(shell, args, row, params);
        default: g_assert_not_reached();
        }
}

bool params_from_options(Shell *shell, const ShellArgs *args, const ParamRow *rows, Params *params)
{
        for (; rows->option; rows++) {
                if (add_one(shell, args, rows, params) < 0)
                        return false;
        }
        return true;
}

bool params_read(virDomainPtr domain, ParamsGet get, unsigned flags, Params *params)
{
        int n = 0;

        if (get(domain, NULL, &n, flags) < 0)
                return false;
        if (n == 0)
                return true;
        params->list = g_new0(virTypedParameter, (gsize)n);
        params->n = n;
        return get(domain, params->list, &params->n, flags) == 0;
}

void params_print(Shell *shell, const Params *params)
{
        for (int i = 0; i < params->n; i++) {
                g_autofree char *value = param_text(&params->list[i]);

                shell_print(shell, "%-15s: %s\n", params->list[i].field, value);
        }
}
