/* Commands that read typed parameters, or change those whose options are given. */
#pragma once

#include "virsh.h"

typedef int (*ParamsGet)(virDomainPtr domain, virTypedParameterPtr params, int *n_params, unsigned flags);
typedef int (*ParamsSet)(virDomainPtr domain, virTypedParameterPtr params, int n_params, unsigned flags);

typedef enum {
        PARAM_OPTION_UINT,
        PARAM_OPTION_ULLONG,
        PARAM_OPTION_LLONG,
        PARAM_OPTION_SCALED,
        PARAM_OPTION_STRING
} ParamOption;

typedef struct ParamRow {
        const char *option; /* NULL ends */
        const char *field;
        ParamOption type;
        unsigned long long unit; /* PARAM_OPTION_SCALED: of a number without suffix; the value is in units of it */
} ParamRow;

/** params_from_options: what is given with @rows; false after a complaint. */
bool params_from_options(Shell *shell, const ShellArgs *args, const ParamRow *rows, Params *params);
/** params_read: ask for the number, then the values. */
bool params_read(virDomainPtr domain, ParamsGet get, unsigned flags, Params *params);
/** params_print: "%-15s: value" each. */
void params_print(Shell *shell, const Params *params);
