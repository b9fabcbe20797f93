/* Typed parameters: named values in an array, as the public API carries them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vireo/entry.h"

static const char *const type_names[] = {
        [VIR_TYPED_PARAM_INT] = "int",       [VIR_TYPED_PARAM_UINT] = "uint",     [VIR_TYPED_PARAM_LLONG] = "llong",
        [VIR_TYPED_PARAM_ULLONG] = "ullong", [VIR_TYPED_PARAM_DOUBLE] = "double", [VIR_TYPED_PARAM_BOOLEAN] = "boolean",
        [VIR_TYPED_PARAM_STRING] = "string",
};

static const char *type_name(int type)
{
        return type > 0 && (size_t)type < G_N_ELEMENTS(type_names) ? type_names[type] : "unknown";
}

/* The array that functions that add grow. */
typedef struct Array {
        virTypedParameterPtr *params;
        int *n;
        int *room;
} Array;

static int array_check(const Array *array, const char *name, const char *function, Error *err)
{
        if (!array->params || !array->n || !array->room)
                return entry_argument_null(err, function,
                                           !array->params ? "params"
                                           : !array->n    ? "nparams"
                                                          : "maxparams");
        if (!name)
                return entry_argument_null(err, function, "name");
        if (strlen(name) >= VIR_TYPED_PARAM_FIELD_LENGTH)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Field name '%s' too long", name);
        return 0;
}

/* One more element, named and typed, its value zero. */
static virTypedParameterPtr array_grow(const Array *array, const char *name, int type)
{
        virTypedParameterPtr added;

        if (*array->n >= *array->room) {
                *array->room = MAX(*array->n + 1, *array->n + *array->n / 2);
                *array->params = g_renew(virTypedParameter, *array->params, *array->room);
        }
        added = &(*array->params)[(*array->n)++];
        *added = (virTypedParameter){ .type = type };
        g_strlcpy(added->field, name, sizeof(added->field));
        return added;
}

/* Resets the error and adds; the caller stores the value. NULL: reported. */
static virTypedParameterPtr array_add(const Array *array, const char *name, int type, const char *function)
{
        ERROR_AUTO Error err = ERROR_INIT;

        entry_begin();
        if (array_check(array, name, function, &err) < 0) {
                entry_failed(NULL, &err);
                return NULL;
        }
        return array_grow(array, name, type);
}

#define ARRAY ((Array){ params, nparams, maxparams })

int virTypedParamsAddInt(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name, int value)
{
        virTypedParameterPtr added = array_add(&ARRAY, name, VIR_TYPED_PARAM_INT, __func__);

        if (!added)
                return -1;
        added->value.i = value;
        return 0;
}

int virTypedParamsAddUInt(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                          unsigned int value)
{
        virTypedParameterPtr added = array_add(&ARRAY, name, VIR_TYPED_PARAM_UINT, __func__);

        if (!added)
                return -1;
        added->value.ui = value;
        return 0;
}

int virTypedParamsAddLLong(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                           long long value)
{
        virTypedParameterPtr added = array_add(&ARRAY, name, VIR_TYPED_PARAM_LLONG, __func__);

        if (!added)
                return -1;
        added->value.l = value;
        return 0;
}

int virTypedParamsAddULLong(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                            unsigned long long value)
{
        virTypedParameterPtr added = array_add(&ARRAY, name, VIR_TYPED_PARAM_ULLONG, __func__);

        if (!added)
                return -1;
        added->value.ul = value;
        return 0;
}

int virTypedParamsAddDouble(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name, double value)
{
        virTypedParameterPtr added = array_add(&ARRAY, name, VIR_TYPED_PARAM_DOUBLE, __func__);

        if (!added)
                return -1;
        added->value.d = value;
        return 0;
}

int virTypedParamsAddBoolean(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name, int value)
{
        virTypedParameterPtr added = array_add(&ARRAY, name, VIR_TYPED_PARAM_BOOLEAN, __func__);

        if (!added)
                return -1;
        added->value.b = !!value;
        return 0;
}

/* A NULL value is kept as an empty string. */
int virTypedParamsAddString(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                            const char *value)
{
        virTypedParameterPtr added = array_add(&ARRAY, name, VIR_TYPED_PARAM_STRING, __func__);

        if (!added)
                return -1;
        added->value.s = g_strdup(value ? value : "");
        return 0;
}

/* One element of the same name for every string. */
int virTypedParamsAddStringList(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                                const char **values)
{
        entry_begin();
        for (size_t i = 0; values && values[i]; i++) {
                virTypedParameterPtr added = array_add(&ARRAY, name, VIR_TYPED_PARAM_STRING, __func__);

                if (!added)
                        return -1;
                added->value.s = g_strdup(values[i]);
        }
        return 0;
}

/* Decimal as strtol() takes it, blanks before it and a sign included ("-1" is the largest unsigned number), nothing
 * behind it. */
static bool parse_signed(const char *text, long long min, long long max, long long *ret)
{
        char *end;

        errno = 0;
        *ret = strtoll(text, &end, 10);
        return errno == 0 && end != text && !*end && *ret >= min && *ret <= max;
}

static bool parse_unsigned(const char *text, unsigned long long max, unsigned long long *ret)
{
        bool negative = strchr(text, '-') != NULL;
        char *end;

        errno = 0;
        *ret = strtoull(text, &end, 10);
        if (errno != 0 || end == text || *end)
                return false;
        if (negative && max == UINT_MAX)
                *ret = -*ret <= max ? (unsigned)*ret : max + 1ull;
        return *ret <= max;
}

static bool parse_double(const char *text, double *ret)
{
        char *end;

        errno = 0;
        *ret = g_ascii_strtod(text, &end);
        return errno == 0 && end != text && !*end;
}

static int expected(Error *err, const char *name, const char *type)
{
        return error_set(err, VIR_ERR_INVALID_ARG, "Invalid value for field '%s': expected %s", name, type);
}

/* A flat switch: every type with its spelling. */
static int value_parse(virTypedParameterPtr param, const char *name, const char *text, Error *err)
{
        unsigned long long u;
        long long l;

        switch (param->type) {
        case VIR_TYPED_PARAM_INT:
                if (!parse_signed(text, INT_MIN, INT_MAX, &l))
                        return expected(err, name, "int");
                param->value.i = l;
                return 0;
        case VIR_TYPED_PARAM_UINT:
                if (!parse_unsigned(text, UINT_MAX, &u))
                        return expected(err, name, "unsigned int");
                param->value.ui = u;
                return 0;
        case VIR_TYPED_PARAM_LLONG:
                if (!parse_signed(text, LLONG_MIN, LLONG_MAX, &l))
                        return expected(err, name, "long long");
                param->value.l = l;
                return 0;
        case VIR_TYPED_PARAM_ULLONG:
                if (!parse_unsigned(text, ULLONG_MAX, &u))
                        return expected(err, name, "unsigned long long");
                param->value.ul = u;
                return 0;
        case VIR_TYPED_PARAM_DOUBLE: return parse_double(text, &param->value.d) ? 0 : expected(err, name, "double");
        case VIR_TYPED_PARAM_BOOLEAN:
                if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0)
                        return error_set(err, VIR_ERR_INVALID_ARG, "Invalid boolean value for field '%s'", name);
                param->value.b = *text == '1';
                return 0;
        case VIR_TYPED_PARAM_STRING: param->value.s = g_strdup(text); return 0;
        default: return error_set(err, VIR_ERR_INTERNAL_ERROR, "unexpected type %d for field %s", param->type, name);
        }
}

int virTypedParamsAddFromString(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name, int type,
                                const char *value)
{
        ERROR_AUTO Error err = ERROR_INIT;
        virTypedParameter parsed = { .type = type };

        entry_begin();
        if (array_check(&ARRAY, name, __func__, &err) < 0)
                return entry_failed(NULL, &err);
        if (!value) {
                error_set(&err, VIR_ERR_INVALID_ARG, "NULL value for field '%s'", name);
                return entry_failed(NULL, &err);
        }
        if (value_parse(&parsed, name, value, &err) < 0)
                return entry_failed(NULL, &err);
        array_grow(&ARRAY, name, type)->value = parsed.value;
        return 0;
}

static virTypedParameterPtr find(virTypedParameterPtr params, int n, const char *name)
{
        for (int i = 0; params && name && i < n; i++) {
                if (strcmp(params[i].field, name) == 0)
                        return &params[i];
        }
        return NULL;
}

/* Searching neither resets nor sets an error. */
virTypedParameterPtr virTypedParamsGet(virTypedParameterPtr params, int nparams, const char *name)
{
        return find(params, nparams, name);
}

/* 1 and @ret_param: there, of @type; 0: not there; -1: of another type, reported. */
static int get(virTypedParameterPtr params, int n, const char *name, int type, virTypedParameterPtr *ret_param)
{
        ERROR_AUTO Error err = ERROR_INIT;
        virTypedParameterPtr param;

        entry_begin();
        param = find(params, n, name);
        if (!param)
                return 0;
        if (param->type != type) {
                error_set(&err, VIR_ERR_INVALID_ARG,
                          "Invalid type '%s' requested for parameter '%s', actual type is '%s'", type_name(type), name,
                          type_name(param->type));
                return entry_failed(NULL, &err);
        }
        *ret_param = param;
        return 1;
}

/* The getters are alike but for the type; @value may be NULL. */
#define GETTER(name_, type_, TYPE_, member_)                                                                           \
        int name_(virTypedParameterPtr params, int nparams, const char *name, type_ *value)                            \
        {                                                                                                              \
                virTypedParameterPtr param = NULL;                                                                     \
                int r = get(params, nparams, name, VIR_TYPED_PARAM_##TYPE_, &param);                                   \
                                                                                                                       \
                if (r > 0 && value)                                                                                    \
                        *value = param->value.member_;                                                                 \
                return r;                                                                                              \
        }

GETTER(virTypedParamsGetInt, int, INT, i)
GETTER(virTypedParamsGetUInt, unsigned int, UINT, ui)
GETTER(virTypedParamsGetLLong, long long, LLONG, l)
GETTER(virTypedParamsGetULLong, unsigned long long, ULLONG, ul)
GETTER(virTypedParamsGetDouble, double, DOUBLE, d)
GETTER(virTypedParamsGetBoolean, int, BOOLEAN, b)
GETTER(virTypedParamsGetString, const char *, STRING, s)

void virTypedParamsClear(virTypedParameterPtr params, int nparams)
{
        for (int i = 0; params && i < nparams; i++) {
                if (params[i].type == VIR_TYPED_PARAM_STRING)
                        g_clear_pointer(&params[i].value.s, g_free);
        }
}

void virTypedParamsFree(virTypedParameterPtr params, int nparams)
{
        virTypedParamsClear(params, nparams);
        g_free(params);
}
