/* From tables to shapes. */
#include "schema/shape.h"

#include <string.h>

#include "schema/json_keys.h"

/* A row whose first @depth steps lead to the shape. */
typedef struct Source {
        const Rows *rows;          /* a whole table, or */
        const PlannedRow *planned; /* what is left of one row */
        const char *uri;
        const char *name; /* of the element, where a path has several: it may be the tag of a union */
        unsigned depth;
        bool sure; /* not in the arm of a union */
} Source;

static Shape *shape_get(ShapeSet *set, GPtrArray *sources);
static void add_source(ShapeSet *set, Shape *shape, GHashTable *children, const Source *source);

static void value_free(ShapeValue *value)
{
        if (!value)
                return;
        g_ptr_array_unref(value->rows);
        if (value->values)
                g_ptr_array_unref(value->values);
        g_free(value);
}

static void value_destroy(void *value)
{
        value_free(value);
}

static void child_free(void *opaque)
{
        ShapeChild *child = opaque;

        g_ptr_array_unref(child->keys);
        g_free(child);
}

static ShapeValue *value_new(const char *name, const char *key)
{
        ShapeValue *value = g_new0(ShapeValue, 1);

        value->name = name;
        value->key = key;
        value->rows = g_ptr_array_new();
        return value;
}

ShapeValue *shape_attribute(const Shape *shape, const char *name)
{
        for (size_t i = 0; i < shape->attributes->len; i++) {
                ShapeValue *value = g_ptr_array_index(shape->attributes, i);

                if (strcmp(value->name, name) == 0)
                        return value;
        }
        return NULL;
}

ShapeChild *shape_child(const Shape *shape, const char *uri, const char *name)
{
        for (size_t i = 0; i < shape->children->len; i++) {
                ShapeChild *child = g_ptr_array_index(shape->children, i);

                if (strcmp(child->name, name) == 0 && g_strcmp0(child->uri, uri) == 0)
                        return child;
        }
        return NULL;
}

static ShapeValue *attribute_get(Shape *shape, const char *name, const char *key)
{
        ShapeValue *value = shape_attribute(shape, name);

        if (!value) {
                value = value_new(name, key);
                g_ptr_array_add(shape->attributes, value);
        }
        return value;
}

static void add_value(Shape *shape, const PlannedRow *planned, bool sure)
{
        const Row *row = planned->row;
        ShapeValue *value = NULL;

        switch (planned->leaf) {
        case LEAF_NAME: shape->named = true; return;
        case LEAF_ATTRIBUTE: value = attribute_get(shape, planned->attribute, json_key_of_leaf(planned)); break;
        case LEAF_TEXT:
                shape->present |= row->codec->form == ROW_PRESENCE;
                if (row->codec->form == ROW_PRESENCE || row->codec->form == ROW_VERBATIM)
                        return;
                if (row->codec->form == ROW_ONOFF) {
                        value = attribute_get(shape, "state", JSON_STATE);
                        sure = false;
                        break;
                }
                if (!shape->text)
                        shape->text = value_new(NULL, JSON_VALUE);
                value = shape->text;
                break;
        }
        g_ptr_array_add(value->rows, (void *)row);
        value->required |= sure && row->flags & ROW_REQUIRED;
        if (row->codec->unit)
                attribute_get(shape, "unit", JSON_UNIT);
}

/* The attribute that a path selects by has that value, among others. */
static void add_selector(Shape *shape, const RowStep *step)
{
        ShapeValue *value;

        if (!step->attribute || !*step->value || strcmp(step->value, "*") == 0)
                return;
        value = attribute_get(shape, step->attribute, step->attribute);
        if (!value->values)
                value->values = g_ptr_array_new();
        g_ptr_array_add(value->values, (void *)step->value);
}

/* @rows, where @source has led to. */
static void add_table(ShapeSet *set, Shape *shape, GHashTable *children, const Rows *rows, const Source *from)
{
        const RowPlan *plan = rows_plan(rows);

        for (size_t i = 0; i < plan->n; i++) {
                Source source = *from;

                if (&plan->rows[i] == plan->rest) /* nobody is to write such things */
                        continue;
                source.rows = NULL;
                source.planned = &plan->rows[i];
                source.depth = 0;
                source.sure &= !plan->rows[i].row->when;

                add_source(set, shape, children, &source);
        }
}

/* Where the element's name is the tag, it is known. */
static bool may_be_arm(const Source *source, size_t arm)
{
        const PlannedRow *first = &rows_plan(source->planned->rows)->rows[0];

        return !source->name || first->leaf != LEAF_NAME || first->row->codec != &row_enum ||
               first->row->at != source->planned->row->aux || strcmp(first->row->names[arm], source->name) == 0;
}

static void add_end(ShapeSet *set, Shape *shape, GHashTable *children, const Source *source)
{
        const Row *row = source->planned->row;
        const RowNamespace *space;
        Source arm = *source;

        arm.sure = false;
        switch (row->kind) {
        case ROW_VALUE: add_value(shape, source->planned, source->sure); break;
        case ROW_STRUCT:
        case ROW_POINTER:
        case ROW_ARRAY: add_table(set, shape, children, row->sub, source); break;
        case ROW_CHOICE:
                for (size_t i = 0; i < row->n_arms; i++)
                        if (row->arms[i] && may_be_arm(source, i))
                                add_table(set, shape, children, row->arms[i], &arm);
                break;
        case ROW_EXTRA:
                for (size_t i = 0; (space = rows_space(source->planned->rows, i)); i++) {
                        arm.uri = space->uri;
                        add_table(set, shape, children, space->rows, &arm);
                }
                break;
        }
}

static void add_child(Shape *shape, GHashTable *children, const Source *source, const char *name)
{
        const PlannedRow *planned = source->planned;
        ShapeChild *child = shape_child(shape, source->uri, name);
        bool ends = source->depth + 1 == planned->n_steps && planned->leaf != LEAF_ATTRIBUTE;
        GPtrArray *sources;
        Source *inner;
        const char *key;

        if (!child) {
                child = g_new0(ShapeChild, 1);
                child->name = name;
                child->uri = source->uri;
                child->keys = g_ptr_array_new();
                g_ptr_array_add(shape->children, child);
                g_hash_table_insert(children, child, g_ptr_array_new_with_free_func(g_free));
        }
        sources = g_hash_table_lookup(children, child);
        inner = g_memdup2(source, sizeof(*source));
        inner->depth++;
        /* What a selected element must have, its brothers of the same name need not. */
        inner->sure &= planned->steps[source->depth].attribute == NULL;
        inner->name = strchr(planned->steps[source->depth].name, '|') ? name : NULL;
        g_ptr_array_add(sources, inner);
        key = json_key_of_step(&planned->steps[source->depth]);
        if (!g_ptr_array_find(child->keys, key, NULL))
                g_ptr_array_add(child->keys, (void *)key);
        child->required |= source->sure && planned->row->flags & ROW_REQUIRED;
        child->many |= planned->steps[source->depth].attribute != NULL;
        child->single |= !ends || planned->row->kind != ROW_ARRAY;
        if (!ends)
                return;
        if (!child->row)
                child->row = planned->row;
        child->list |= planned->row->kind == ROW_ARRAY;
        child->many |= child->list;
        child->raw |= planned->row->kind == ROW_VALUE && planned->row->codec->form == ROW_VERBATIM;
}

static void add_source(ShapeSet *set, Shape *shape, GHashTable *children, const Source *source)
{
        const PlannedRow *planned = source->planned;
        g_auto(GStrv) names = NULL;

        if (source->depth > 0)
                add_selector(shape, &planned->steps[source->depth - 1]);
        if (source->depth == planned->n_steps) {
                add_end(set, shape, children, source);
                return;
        }
        names = g_strsplit(planned->steps[source->depth].name, "|", -1);
        for (char **name = names; *name; name++)
                add_child(shape, children, source, g_intern_string(*name));
}

static char *sources_key(const GPtrArray *sources)
{
        g_autoptr(GString) key = g_string_new(NULL);

        for (size_t i = 0; i < sources->len; i++) {
                const Source *source = g_ptr_array_index(sources, i);

                g_string_append_printf(key, "%p %p %u %d %s,", (const void *)source->rows,
                                       (const void *)source->planned, source->depth, source->sure,
                                       source->name ? source->name : "");
        }
        return g_strdup(key->str);
}

static void fill(ShapeSet *set, Shape *shape)
{
        g_autoptr(GHashTable) children = g_hash_table_new(NULL, NULL);

        for (size_t i = 0; i < shape->sources->len; i++) {
                const Source *source = g_ptr_array_index(shape->sources, i);

                if (source->rows)
                        add_table(set, shape, children, source->rows, source);
                else
                        add_source(set, shape, children, source);
        }
        for (size_t i = 0; i < shape->children->len; i++) {
                ShapeChild *child = g_ptr_array_index(shape->children, i);

                child->shape = shape_get(set, g_hash_table_lookup(children, child));
        }
}

/* The shape made of @sources, which it takes over. */
static Shape *shape_get(ShapeSet *set, GPtrArray *sources)
{
        g_autofree char *key = sources_key(sources);
        Shape *shape = g_hash_table_lookup(set->by_sources, key);

        if (shape) {
                g_ptr_array_unref(sources);
                return shape;
        }
        shape = g_new0(Shape, 1);
        shape->number = set->shapes->len;
        shape->attributes = g_ptr_array_new_with_free_func(value_destroy);
        shape->children = g_ptr_array_new_with_free_func(child_free);
        shape->sources = sources;
        g_ptr_array_add(set->shapes, shape);
        g_hash_table_insert(set->by_sources, g_steal_pointer(&key), shape);
        fill(set, shape);
        return shape;
}

static void shape_free(void *opaque)
{
        Shape *shape = opaque;

        g_ptr_array_unref(shape->attributes);
        g_ptr_array_unref(shape->children);
        g_ptr_array_unref(shape->sources);
        value_free(shape->text);
        g_free(shape);
}

ShapeSet *shapes_of(const Rows *rows)
{
        ShapeSet *set = g_new0(ShapeSet, 1);
        GPtrArray *sources = g_ptr_array_new_with_free_func(g_free);
        Source *root = g_new0(Source, 1);

        *root = (Source){ .rows = rows, .sure = true };
        set->shapes = g_ptr_array_new_with_free_func(shape_free);
        set->by_sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_ptr_array_add(sources, root);
        shape_get(set, sources);
        return set;
}

ShapeSet *shapes_free(ShapeSet *set)
{
        if (!set)
                return NULL;
        g_ptr_array_unref(set->shapes);
        g_hash_table_unref(set->by_sources);
        g_free(set);
        return NULL;
}

static void add_name(const char *name, GPtrArray *to)
{
        if (name && !g_ptr_array_find_with_equal_func(to, name, g_str_equal, NULL))
                g_ptr_array_add(to, (void *)name);
}

static void add_names(const Row *row, GPtrArray *to)
{
        for (size_t i = 0; i == 0 || row->names[i]; i++) {
                add_name(row->names[i], to);
                if (row->old_names)
                        add_name(row->old_names[i], to);
        }
}

bool shape_names(const ShapeValue *value, GPtrArray *ret_names)
{
        bool all = true;

        for (size_t i = 0; value->values && i < value->values->len; i++)
                g_ptr_array_add(ret_names, g_ptr_array_index(value->values, i));
        for (size_t i = 0; i < value->rows->len; i++) {
                const Row *row = g_ptr_array_index(value->rows, i);

                if (row_named(row))
                        add_names(row, ret_names);
                else
                        all = false;
        }
        return all;
}
