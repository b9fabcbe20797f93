/* Dotted keys into objects within objects. */
#include <string.h>

#include "util/json.h"
#include "util/text.h"

typedef struct Walk {
        Json *into;
        unsigned depth;
        Error *err;
        bool failed;
} Walk;

static Json *unflatten_value(const Json *json, unsigned depth, Error *err);

static void keep_error(Walk *walk, int r)
{
        walk->failed = walk->failed || r < 0;
}

/* Puts @value (taken over) at @key of @object; an object joins one that is there already. */
static int put(Json *object, const char *key, Json *value, Error *err);

static void put_member(const char *key, Json *value, void *opaque)
{
        Walk *walk = opaque;

        if (!walk->failed)
                keep_error(walk, put(walk->into, key, json_ref(value), walk->err));
}

static int put(Json *object, const char *key, Json *value, Error *err)
{
        g_autoptr(Json) owned = value;
        Json *there = json_get(object, key);
        Walk walk = { .into = there, .err = err };

        if (!json_has(object, key)) {
                json_set(object, key, g_steal_pointer(&owned));
                return 0;
        }
        if (!json_is_object(there) || !json_is_object(value))
                return error_set(err, VIR_ERR_INVALID_ARG, "can't deflatten colliding key '%s'", key);
        json_each(value, put_member, &walk);
        return walk.failed ? -1 : 0;
}

/* @value (taken over) inside objects for all of @keys but the first. */
static Json *wrap(char *const *keys, Json *value)
{
        for (size_t i = g_strv_length((char **)keys); i-- > 1;) {
                Json *outer = json_object();

                json_set(outer, keys[i], value);
                value = outer;
        }
        return value;
}

static void unflatten_member(const char *key, Json *value, void *opaque)
{
        Walk *walk = opaque;
        g_auto(GStrv) keys = g_strsplit(*key ? key : ".", ".", JSON_DEPTH_MAX);
        Json *inner;

        if (walk->failed)
                return;
        if (*key == '\0') /* no text is split into no part at all */
                g_clear_pointer(&keys[1], g_free);
        inner = value ? unflatten_value(value, walk->depth + g_strv_length(keys), walk->err) : NULL;
        walk->failed = value && !inner;
        if (!walk->failed)
                keep_error(walk, put(walk->into, keys[0], wrap(keys, inner), walk->err));
}

static void note_number(const char *key, Json *value, void *opaque)
{
        GPtrArray *slots = opaque;
        unsigned index;

        if (text_to_uint(key, 10, &index) && index < slots->len && (key[0] != '0' || key[1] == '\0'))
                g_ptr_array_index(slots, index) = value;
}

static void count_member(const char *key, Json *value, void *opaque)
{
        (void)key;
        (void)value;
        ++*(guint *)opaque;
}

/* The array that @object stands for, as a new document, or NULL. No two keys are the same number, so every slot
 * filled means that there is no other key. */
static Json *as_array(const Json *object)
{
        static char empty;
        g_autoptr(GPtrArray) slots = g_ptr_array_new();
        guint n = 0;
        Json *array;

        json_each(object, count_member, &n);
        for (guint i = 0; i < n; i++)
                g_ptr_array_add(slots, &empty);
        json_each(object, note_number, slots);
        for (guint i = 0; i < n; i++)
                if (g_ptr_array_index(slots, i) == &empty)
                        return NULL;
        if (n == 0)
                return NULL;
        array = json_array();
        for (guint i = 0; i < n; i++)
                json_append(array, json_ref(g_ptr_array_index(slots, i)));
        return array;
}

static Json *make_arrays(const Json *json);

static void make_arrays_member(const char *key, Json *value, void *opaque)
{
        json_set(opaque, key, make_arrays(value));
}

/* A copy in which numbered objects are arrays, the outermost excepted; NULL stays. */
static Json *make_arrays_within(const Json *json)
{
        Json *copy;

        if (json_is_object(json)) {
                copy = json_object();
                json_each(json, make_arrays_member, copy);
                return copy;
        }
        if (!json_is_array(json))
                return json_ref((Json *)json);
        copy = json_array();
        for (size_t i = 0; i < json_length(json); i++)
                json_append(copy, make_arrays(json_at(json, i)));
        return copy;
}

static Json *make_arrays(const Json *json)
{
        g_autoptr(Json) inner = make_arrays_within(json);
        Json *array = json_is_object(inner) ? as_array(inner) : NULL;

        return array ? array : g_steal_pointer(&inner);
}

/* Only the keys; the arrays are made when all is in its place. */
static Json *unflatten_value(const Json *json, unsigned depth, Error *err)
{
        g_autoptr(Json) copy = NULL;
        Walk walk = { .depth = depth, .err = err };

        if (depth >= JSON_DEPTH_MAX)
                return error_null(err, VIR_ERR_INVALID_ARG, "json keys stand for more than %d objects within objects",
                                  JSON_DEPTH_MAX);
        if (json_is_array(json)) {
                copy = json_array();
                for (size_t i = 0; i < json_length(json); i++) {
                        Json *item = json_at(json, i);
                        Json *inner = item ? unflatten_value(item, depth + 1, err) : NULL;

                        if (item && !inner)
                                return NULL;
                        json_append(copy, inner);
                }
                return g_steal_pointer(&copy);
        }
        if (!json_is_object(json))
                return json_ref((Json *)json);
        walk.into = copy = json_object();
        json_each(json, unflatten_member, &walk);
        return walk.failed ? NULL : g_steal_pointer(&copy);
}

Json *json_unflatten(const Json *json, Error *err)
{
        g_autoptr(Json) nested = unflatten_value(json, 0, err);

        return nested ? make_arrays_within(nested) : NULL;
}
