/* Lists of typed parameters, growing. What they hold is freed by whoever gets them (plain malloc). */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include <libvirt/libvirt.h>

typedef struct Params {
        virTypedParameterPtr list;
        int n, room;
} Params;

void params_int(Params *params, const char *field, int value);
void params_llong(Params *params, const char *field, long long value);
void params_uint(Params *params, const char *field, unsigned value);
void params_ullong(Params *params, const char *field, unsigned long long value);
void params_boolean(Params *params, const char *field, bool value);
void params_string(Params *params, const char *field, const char *value); /* NULL: left out */
/** params_field: the name of one of several: "block.%u.%s". */
void params_ullong_of(Params *params, const char *group, unsigned index, const char *name, unsigned long long value);
void params_uint_of(Params *params, const char *group, unsigned index, const char *name, unsigned value);
void params_string_of(Params *params, const char *group, unsigned index, const char *name, const char *value);
/** params_add: a copy of @value as @prefix and its name. */
void params_add(Params *params, const char *prefix, const virTypedParameter *value);
/** params_give: into a caller's array with room for *@nparams, which becomes how many there are in it; 0 asks how many
 * there would be. @params is done with. Returns 0. */
int params_give(Params *params, virTypedParameterPtr list, int *nparams);
void params_done(Params *params);
