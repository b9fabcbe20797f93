/* Lists of typed parameters: building and reading them. */
#pragma once

#include <libvirt/libvirt.h>

#include "util/error.h"

typedef struct ParamList {
        virTypedParameterPtr items;
        int n;
} ParamList;

void param_add_uint(ParamList *list, const char *field, unsigned value);
void param_add_int(ParamList *list, const char *field, int value);
void param_add_bool(ParamList *list, const char *field, bool value);
void param_add_string(ParamList *list, const char *field, const char *value); /* NULL: nothing is added */

/* Where a parameter that may be set goes. */
typedef struct ParamTarget {
        const char *field;
        unsigned *value;
} ParamTarget;

/** params_take_uints: every parameter has to be one of @targets, of type unsigned int, and there once. */
int params_take_uints(virTypedParameterPtr params, int n_params, const ParamTarget *targets, size_t n_targets,
                      Error *err);
