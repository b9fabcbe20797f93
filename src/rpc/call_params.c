/* Typed parameters on the wire, and the statistics of each CPU that are a table of them. */
#include <string.h>

#include "call_fields.h"

/* The smallest parameter: an empty name, a type, a value. */
enum { PARAM_MIN_WIRE = 12 };

bool param_put(Walk *walk, const virTypedParameter *param)
{
        size_t length = strnlen(param->field, VIR_TYPED_PARAM_FIELD_LENGTH);

        wire_put_u32(walk->out, (uint32_t)length);
        wire_put_bytes(walk->out, param->field, length);
        wire_put_u32(walk->out, (uint32_t)param->type);
        switch (param->type) {
        case VIR_TYPED_PARAM_INT:
        case VIR_TYPED_PARAM_UINT: wire_put_u32(walk->out, param->value.ui); return true;
        case VIR_TYPED_PARAM_LLONG:
        case VIR_TYPED_PARAM_ULLONG: wire_put_u64(walk->out, param->value.ul); return true;
        case VIR_TYPED_PARAM_DOUBLE: wire_put_double(walk->out, param->value.d); return true;
        case VIR_TYPED_PARAM_BOOLEAN: wire_put_u32(walk->out, param->value.b ? 1 : 0); return true;
        case VIR_TYPED_PARAM_STRING: wire_put_string(walk->out, param->value.s ? param->value.s : ""); return true;
        default: return field_fail(walk, "unknown parameter type: %d", param->type);
        }
}

static bool get_value(Walk *walk, virTypedParameterPtr param)
{
        uint32_t word;
        uint64_t wide;

        switch (param->type) {
        case VIR_TYPED_PARAM_INT:
        case VIR_TYPED_PARAM_UINT:
                if (!wire_get_u32(walk->in, &word))
                        return false;
                param->value.ui = word;
                return true;
        case VIR_TYPED_PARAM_LLONG:
        case VIR_TYPED_PARAM_ULLONG:
                if (!wire_get_u64(walk->in, &wide))
                        return false;
                param->value.ul = wide;
                return true;
        case VIR_TYPED_PARAM_DOUBLE: return wire_get_double(walk->in, &param->value.d);
        case VIR_TYPED_PARAM_BOOLEAN:
                if (!wire_get_u32(walk->in, &word))
                        return false;
                param->value.b = word ? 1 : 0;
                return true;
        case VIR_TYPED_PARAM_STRING: return string_take(walk, WIRE_STRING_MAX, &param->value.s);
        default: return field_fail(walk, "unknown parameter type: %d", param->type);
        }
}

bool param_get(Walk *walk, virTypedParameterPtr param)
{
        uint32_t length, type;
        const uint8_t *name;

        memset(param, 0, sizeof(*param));
        if (!wire_get_u32(walk->in, &length) || length > WIRE_STRING_MAX || !wire_get_bytes(walk->in, length, &name) ||
            memchr(name, 0, length) || !wire_get_u32(walk->in, &type))
                return false;
        if (length >= VIR_TYPED_PARAM_FIELD_LENGTH)
                return field_fail(walk, "Parameter %.*s too big for destination", 80, (const char *)name);
        memcpy(param->field, name, length);
        param->type = (int)type;
        if (get_value(walk, param))
                return true;
        memset(param, 0, sizeof(*param));
        return false;
}

void param_drop(const Walk *walk, virTypedParameterPtr param)
{
        if (param->type == VIR_TYPED_PARAM_STRING)
                walk_drop(walk, param->value.s);
        memset(param, 0, sizeof(*param));
}

/* Empty ones are what a driver did not fill in; old clients do not know strings. */
static bool is_sent(const Walk *walk, const virTypedParameter *param)
{
        return param->type != 0 && !(walk->skip_strings && param->type == VIR_TYPED_PARAM_STRING);
}

static bool put_all(Walk *walk, const Field *field, virTypedParameterPtr params, size_t n)
{
        size_t sent = 0;

        for (size_t i = 0; i < n; i++)
                sent += is_sent(walk, &params[i]);
        if (sent > field->max)
                return field_fail(walk, "too many parameters '%zu' for limit '%u'", sent, field->max);
        wire_put_u32(walk->out, (uint32_t)sent);
        for (size_t i = 0; i < n; i++) {
                if (is_sent(walk, &params[i]) && !param_put(walk, &params[i]))
                        return false;
        }
        return true;
}

static bool get_all(Walk *walk, virTypedParameterPtr params, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                if (param_get(walk, &params[i]))
                        continue;
                while (i > 0)
                        param_drop(walk, &params[--i]);
                return false;
        }
        return true;
}

static bool get_count(Walk *walk, const Field *field, uint32_t *ret)
{
        if (!wire_get_u32(walk->in, ret))
                return false;
        if (*ret > field->max)
                return field_fail(walk, "too many parameters '%u' for limit '%u'", *ret, field->max);
        return *ret <= (walk->in->length - walk->in->position) / PARAM_MIN_WIRE;
}

static size_t count_of(const Walk *walk, const Field *field)
{
        int64_t n = place_load(walk, &field->count);

        return n > 0 ? (size_t)n : 0;
}

bool params_put(Walk *walk, const Field *field)
{
        const virTypedParameterPtr *at = place_find(walk, &field->value);
        virTypedParameterPtr params = at ? *at : NULL;

        return put_all(walk, field, params, params ? count_of(walk, field) : 0);
}

/* Into the caller's array: the count says how much room it has, and how much was used after. */
static bool fill_params(Walk *walk, const Field *field, virTypedParameterPtr params, uint32_t n)
{
        walk->room = params ? room_of(walk, field) : 0;
        if (n > walk->room)
                return field_fail(walk, "too many parameters '%u' for limit '%" G_GUINT64_FORMAT "'", n, walk->room);
        if (!get_all(walk, params, n)) {
                place_store(walk, &field->count, 0);
                return false;
        }
        place_store(walk, &field->count, n);
        return true;
}

bool params_get(Walk *walk, const Field *field)
{
        virTypedParameterPtr *at = place_find(walk, &field->value);
        virTypedParameterPtr params;
        uint32_t n;

        if (!get_count(walk, field, &n))
                return false;
        if (field->flags & FIELD_FILL)
                return fill_params(walk, field, at ? *at : NULL, n);

        params = walk_take(walk, n * sizeof(*params));
        if (!get_all(walk, params, n)) {
                walk_drop(walk, params);
                return false;
        }
        *at = params;
        place_store(walk, &field->count, n);
        return true;
}

void params_drop(Walk *walk, const Field *field)
{
        virTypedParameterPtr *at = place_find(walk, &field->value);
        size_t n;

        if (!at || !*at)
                return;
        n = count_of(walk, field);
        for (size_t i = 0; i < n; i++) {
                if ((*at)[i].type == VIR_TYPED_PARAM_STRING)
                        g_free((*at)[i].value.s);
                (*at)[i].type = 0;
        }
        if (field->flags & FIELD_FILL)
                return;
        g_free(*at);
        *at = NULL;
        place_store(walk, &field->count, 0);
}

bool grid_put(Walk *walk, const Field *field)
{
        const virTypedParameterPtr *at = place_find(walk, &field->value);

        return put_all(walk, field, *at, *at ? room_of(walk, field) : 0);
}

bool grid_get(Walk *walk, const Field *field)
{
        uint32_t n;

        if (!get_count(walk, field, &n))
                return false;
        walk->grid = g_new0(virTypedParameter, MAX(n, 1));
        if (!get_all(walk, walk->grid, n)) {
                g_clear_pointer(&walk->grid, g_free);
                return false;
        }
        walk->length = n;
        return true;
}

void grid_drop(Walk *walk, const Field *field)
{
        const virTypedParameterPtr *at = place_find(walk, &field->value);
        uint64_t n = *at ? room_of(walk, field) : 0;

        for (size_t i = 0; walk->grid && i < walk->length; i++)
                param_drop(walk, &walk->grid[i]);
        g_clear_pointer(&walk->grid, g_free);
        for (uint64_t i = 0; !walk->in && i < n; i++)
                param_drop(walk, &(*at)[i]);
}

bool columns_put(Walk *walk, const Field *field)
{
        wire_put_u32(walk->out, (uint32_t)place_load(walk, &field->value));
        return true;
}

/* The peer sent `columns` parameters for each CPU; the caller's rows may be longer. */
static void spread_grid(Walk *walk, virTypedParameterPtr into, size_t columns, size_t width)
{
        for (size_t i = 0; i < walk->length; i++)
                into[i / columns * width + i % columns] = walk->grid[i];
        g_clear_pointer(&walk->grid, g_free);
}

bool columns_get(Walk *walk, const Field *field)
{
        virTypedParameterPtr into = *(virTypedParameterPtr *)&walk->argv[field->of];
        int64_t rows = place_load(walk, &field->room[0]), width = place_load(walk, &field->room[1]);
        uint32_t columns;

        if (!wire_get_u32(walk->in, &columns))
                return false;
        if (walk->length > 0 && (!into || columns == 0 || columns > width || walk->length % columns != 0 ||
                                 walk->length / columns > (size_t)rows))
                return field_fail(walk, "%zu parameters do not make rows of %u", walk->length, columns);
        if (into)
                memset(into, 0, sizeof(*into) * (size_t)rows * (size_t)width);
        if (columns > 0)
                spread_grid(walk, into, columns, (size_t)width);
        g_clear_pointer(&walk->grid, g_free);
        place_store(walk, &field->value, columns);
        return true;
}
