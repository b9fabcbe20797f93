/* Counted arrays of strings, numbers, handles, structures and records; structures; and the numbers that go with them. */
#include <string.h>

#include "call_fields.h"

/* Bytes that one element takes in a message at least: bounds what a count can make us allocate. */
static size_t element_min_wire(const Field *field)
{
        if (field->word == FIELD_UHYPERS)
                return 8;
        if (field->layout)
                return MAX(field->layout->min_wire, 4);
        return 4;
}

static bool put_string(Walk *walk, const char *text)
{
        if (!text)
                return field_fail(walk, "a string is missing");
        wire_put_string(walk->out, text);
        return true;
}

static bool put_members(Walk *walk, const Layout *layout, void *base)
{
        Walk inner = *walk;

        inner.base = base;
        return fields_put(&inner, layout->fields, layout->n_fields);
}

static bool put_element(Walk *walk, const Field *field, char *array, size_t i)
{
        switch (field->word) {
        case FIELD_STRINGS: return put_string(walk, ((char **)(void *)array)[i]);
        case FIELD_INTS:
        case FIELD_UINTS: wire_put_u32(walk->out, ((uint32_t *)(void *)array)[i]); return true;
        case FIELD_UHYPERS: wire_put_u64(walk->out, ((unsigned long long *)(void *)array)[i]); return true;
        case FIELD_OBJECTS: return handle_put(walk, field->object, ((void **)(void *)array)[i]);
        case FIELD_RECORDS: return put_members(walk, field->layout, ((void **)(void *)array)[i]);
        default: return put_members(walk, field->layout, array + i * field->layout->size);
        }
}

bool array_put(Walk *walk, const Field *field)
{
        char *const *at = place_find(walk, &field->value);
        char *array = at ? *at : NULL;
        int64_t n = array ? place_load(walk, &field->count) : 0;

        if (n < 0)
                n = 0;
        if (field->flags & FIELD_FILL)
                n = (int64_t)MIN((uint64_t)n, room_of(walk, field));
        if ((uint64_t)n > field->max)
                return field_fail(walk, "%" G_GINT64_FORMAT " elements are more than the limit of %u", n, field->max);
        wire_put_u32(walk->out, (uint32_t)n);
        for (int64_t i = 0; i < n; i++) {
                if (!put_element(walk, field, array, (size_t)i))
                        return false;
        }
        return true;
}

static bool get_members(Walk *walk, const Layout *layout, void *base)
{
        Walk inner = *walk;

        inner.base = base;
        return fields_get(&inner, layout->fields, layout->n_fields);
}

static void drop_members(Walk *walk, const Layout *layout, void *base)
{
        Walk inner = *walk;

        inner.base = base;
        fields_drop(&inner, layout->fields, layout->n_fields);
}

static bool get_record(Walk *walk, const Layout *layout, void **ret)
{
        void *record = walk_take(walk, layout->size);

        if (!get_members(walk, layout, record)) {
                walk_drop(walk, record);
                return false;
        }
        *ret = record;
        return true;
}

static bool get_element(Walk *walk, const Field *field, char *array, size_t i)
{
        switch (field->word) {
        case FIELD_STRINGS: return string_take(walk, WIRE_STRING_MAX, &((char **)(void *)array)[i]);
        case FIELD_INTS:
        case FIELD_UINTS: return wire_get_u32(walk->in, &((uint32_t *)(void *)array)[i]);
        case FIELD_UHYPERS: return wire_get_u64(walk->in, &((uint64_t *)(void *)array)[i]);
        case FIELD_OBJECTS: return handle_get(walk, field->object, &((void **)(void *)array)[i]);
        case FIELD_RECORDS: return get_record(walk, field->layout, &((void **)(void *)array)[i]);
        default:
                memset(array + i * field->layout->size, 0, field->layout->size);
                return get_members(walk, field->layout, array + i * field->layout->size);
        }
}

/* In a server's frame handles must go at the end; what stands in the arena goes with it. */
static void drop_element(Walk *walk, const Field *field, char *array, size_t i)
{
        void **pointer = (void **)(void *)array + i;

        switch (field->word) {
        case FIELD_STRINGS: g_clear_pointer(pointer, g_free); return;
        case FIELD_OBJECTS: *pointer = object_unref(*pointer); return;
        case FIELD_RECORDS:
                if (*pointer)
                        drop_members(walk, field->layout, *pointer);
                g_clear_pointer(pointer, g_free);
                return;
        case FIELD_ARRAY: drop_members(walk, field->layout, array + i * field->layout->size); return;
        default: return;
        }
}

static void drop_elements(Walk *walk, const Field *field, char *array, size_t n)
{
        if (walk->arena && field->word != FIELD_OBJECTS)
                return;
        for (size_t i = 0; i < n; i++)
                drop_element(walk, field, array, i);
}

static bool get_elements(Walk *walk, const Field *field, char *array, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                if (get_element(walk, field, array, i))
                        continue;
                drop_elements(walk, field, array, i);
                return false;
        }
        return true;
}

static bool get_count(Walk *walk, const Field *field, uint32_t *ret)
{
        if (!wire_get_u32(walk->in, ret))
                return false;
        if (*ret > field->max)
                return field_fail(walk, "%u elements are more than the limit of %u", *ret, field->max);
        return *ret <= (walk->in->length - walk->in->position) / element_min_wire(field);
}

static bool fill_array(Walk *walk, const Field *field, char *array, uint32_t n)
{
        walk->room = array ? room_of(walk, field) : 0;
        if (n > walk->room)
                return field_fail(walk, "%u elements are more than the %" G_GUINT64_FORMAT " asked for", n, walk->room);
        if (!get_elements(walk, field, array, n))
                return false;
        place_store(walk, &field->count, n);
        return true;
}

/* A parameter whose count belongs to two arrays: both must be as long. */
static bool same_count(Walk *walk, const Field *field, uint32_t n)
{
        return !(field->flags & FIELD_SAME) || place_load(walk, &field->count) == (int64_t)n;
}

bool array_get(Walk *walk, const Field *field)
{
        char **at = place_find(walk, &field->value);
        char *array;
        uint32_t n;

        if (!get_count(walk, field, &n))
                return false;
        if (field->flags & FIELD_FILL)
                return fill_array(walk, field, at ? *at : NULL, n);
        if (!same_count(walk, field, n))
                return field_fail(walk, "%u elements where there must be %" G_GINT64_FORMAT, n,
                                  place_load(walk, &field->count));
        if (!at)
                return n == 0; /* nobody asked for a list */

        array = walk_take(walk, ((size_t)n + 1) * element_size(field)); /* lists end with NULL */
        if (!get_elements(walk, field, array, n)) {
                walk_drop(walk, array);
                return false;
        }
        *at = array;
        walk->length = n;
        place_store(walk, &field->count, n);
        return true;
}

void array_drop(Walk *walk, const Field *field)
{
        char **at = place_find(walk, &field->value);
        int64_t n;

        if (!at || !*at)
                return;
        n = place_load(walk, &field->count);
        if (field->flags & FIELD_FILL)
                n = MIN(n, (int64_t)MIN(room_of(walk, field), INT32_MAX));
        if (n > 0)
                drop_elements(walk, field, *at, (size_t)n);
        if (field->flags & FIELD_FILL || walk->arena)
                return;
        g_free(*at);
        *at = NULL;
}

bool struct_put(Walk *walk, const Field *field)
{
        void *const *at = place_find(walk, &field->value);

        return put_members(walk, field->layout, *at);
}

bool struct_get(Walk *walk, const Field *field)
{
        void **at = place_find(walk, &field->value);

        if (field->flags & FIELD_FRESH)
                *at = walk_take(walk, field->layout->size);
        return get_members(walk, field->layout, *at);
}

void struct_drop(Walk *walk, const Field *field)
{
        void **at = place_find(walk, &field->value);

        if (*at)
                drop_members(walk, field->layout, *at);
}

bool wanted_put(Walk *walk, const Field *field)
{
        wire_put_u32(walk->out, walk->argv[field->value.at].p ? 1 : 0);
        return true;
}

bool wanted_get(Walk *walk, const Field *field)
{
        uint32_t wanted;

        if (!wire_get_u32(walk->in, &wanted))
                return false;
        if (!wanted)
                walk->argv[field->value.at].p = NULL;
        return true;
}

bool total_put(Walk *walk, const Field *field)
{
        wire_put_u32(walk->out, (uint32_t)place_load(walk, &field->value));
        return true;
}

/* The caller reads as many elements as the total says, so it must not say more than the list had. */
bool total_get(Walk *walk, const Field *field)
{
        bool listed = walk->argv[field->of].p && (field->n_room == 0 || room_of(walk, field) > 0);
        uint32_t total;

        if (!wire_get_u32(walk->in, &total) || total > INT32_MAX)
                return false;
        if (listed && place_load(walk, &field->value) != (int64_t)total)
                return field_fail(walk, "the list has %" G_GINT64_FORMAT " elements, not %u",
                                  place_load(walk, &field->value), total);
        place_store(walk, &field->value, total);
        return true;
}

bool supported_put(Walk *walk, const Field *field)
{
        wire_put_u32(walk->out, walk->argv[field->of].p ? 0 : (uint32_t)place_load(walk, &field->value));
        return true;
}

bool supported_get(Walk *walk, const Field *field)
{
        uint32_t supported;

        if (!wire_get_u32(walk->in, &supported))
                return false;
        if (walk->room == 0)
                place_store(walk, &field->value, (int)supported);
        return true;
}

/* As many bits as the call's result has CPUs. */
bool cpumap_put(Walk *walk, const Field *field)
{
        unsigned char *const *at = place_find(walk, &field->value);
        size_t n = at && *at && walk->ret->i > 0 ? VIR_CPU_MAPLEN((size_t)walk->ret->i) : 0;

        if (n > field->max)
                return field_fail(walk, "%zu bytes are more than the limit of %u", n, field->max);
        wire_put_u32(walk->out, (uint32_t)n);
        wire_put_bytes(walk->out, n ? *at : NULL, n);
        return true;
}

bool cpumap_get(Walk *walk, const Field *field)
{
        return bytes_get(walk, field);
}

bool cpus_put(Walk *walk, const Field *field)
{
        return number_put(walk, field);
}

bool cpus_get(Walk *walk, const Field *field)
{
        uint32_t cpus;

        if (!wire_get_u32(walk->in, &cpus) || cpus > INT32_MAX)
                return false;
        if (walk->argv[field->of].p && VIR_CPU_MAPLEN((size_t)cpus) > walk->length)
                return field_fail(walk, "the map is too short for %u CPUs", cpus);
        place_store(walk, &field->value, cpus);
        return true;
}
