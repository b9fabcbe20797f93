/* JSON Schema of a document's JSON form: one definition for each shape. */
#include <string.h>

#include "conf/document_json.h"
#include "conf/schema.h"
#include "schema/json_keys.h"
#include "schema/shape.h"

static Json *typed(const char *type)
{
        Json *json = json_object();

        json_set(json, "type", json_string(type));
        return json;
}

static Json *reference_to(const char *name)
{
        g_autofree char *path = g_strconcat("#/$defs/", name, NULL);
        Json *json = json_object();

        json_set(json, "$ref", json_string(path));
        return json;
}

static Json *content_of(const Shape *shape)
{
        g_autofree char *name = g_strdup_printf("content-%u", shape->number);

        return reference_to(name);
}

/* Either of what is there and @more. Takes over @more. */
static void also(Json *properties, const char *key, Json *more)
{
        Json *there = json_get(properties, key), *any;

        if (!there) {
                json_set(properties, key, more);
                return;
        }
        any = json_get(there, "anyOf");
        if (!any) {
                Json *both = json_object();

                any = json_array();
                json_append(any, json_ref(there));
                json_set(both, "anyOf", any);
                json_set(properties, key, both);
        }
        json_append(any, more);
}

static Json *enumeration(const char *const *names)
{
        Json *json = json_object(), *list = json_array();

        for (size_t i = 0; i == 0 || names[i]; i++)
                if (names[i])
                        json_append(list, json_string(names[i]));
        json_set(json, "enum", list);
        return json;
}

static Json *number_with_unit(void)
{
        Json *json = typed("object"), *properties = json_object();

        json_set(properties, JSON_VALUE, typed("integer"));
        json_set(properties, JSON_UNIT, typed("string"));
        json_set(json, "properties", properties);
        return json;
}

/* Numbers that the codec spells in a way of its own are texts. */
static void add_row(Json *properties, const char *key, const Row *row, bool attribute)
{
        if (row_boolean(row)) {
                also(properties, key, typed("boolean"));
        } else if (row_named(row)) {
                also(properties, key, enumeration(row->names));
        } else if (row->codec->nature == ROW_IS_NUMBER) {
                also(properties, key, typed("integer"));
                if (attribute && row->codec->unit)
                        also(properties, key, number_with_unit());
        } else {
                also(properties, key, typed("string"));
        }
}

static void add_values(Json *properties, const ShapeValue *value)
{
        for (size_t i = 0; i < value->rows->len; i++) {
                const Row *row = g_ptr_array_index(value->rows, i);

                if (!(row->flags & ROW_LEGACY) && row->codec != &row_count_of)
                        add_row(properties, row->key ? row->key : value->key, row, value->name != NULL);
        }
        if (value->rows->len == 0 && strcmp(value->key, JSON_UNIT) == 0)
                also(properties, JSON_UNIT, typed("string"));
}

/* A list that elements of several names share is one array. */
static void add_child(Json *properties, const char *key, const ShapeChild *child)
{
        Json *one = child->raw ? reference_to("anything") : content_of(child->shape), *list;

        if (child->single)
                also(properties, key, json_ref(one));
        if (!child->list) {
                json_unref(one);
                return;
        }
        if (child->single) {
                list = typed("array");
                json_set(list, "items", one);
                also(properties, key, list);
                return;
        }
        list = json_get(properties, key);
        if (!list) {
                list = typed("array");
                json_set(properties, key, list);
        }
        also(list, "items", one);
}

static Json *space_json(const Shape *shape, const RowNamespace *space)
{
        Json *json = typed("object"), *properties = json_object();

        for (size_t i = 0; i < shape->children->len; i++) {
                const ShapeChild *child = g_ptr_array_index(shape->children, i);

                for (size_t k = 0; g_strcmp0(child->uri, space->uri) == 0 && k < child->keys->len; k++)
                        add_child(properties, g_ptr_array_index(child->keys, k), child);
        }
        json_set(json, "properties", properties);
        json_set(json, "additionalProperties", json_bool(false));
        return json;
}

static Json *properties_of(const Shape *shape, const Rows *root)
{
        Json *properties = json_object();
        const RowNamespace *space;

        if (shape->named)
                json_set(properties, JSON_NAME, typed("string"));
        for (size_t i = 0; i < shape->attributes->len; i++)
                add_values(properties, g_ptr_array_index(shape->attributes, i));
        if (shape->text)
                add_values(properties, shape->text);
        if (shape->present)
                also(properties, JSON_PRESENT, typed("boolean"));
        for (size_t i = 0; i < shape->children->len; i++) {
                const ShapeChild *child = g_ptr_array_index(shape->children, i);

                for (size_t k = 0; (!child->uri || !root) && k < child->keys->len; k++)
                        add_child(properties, g_ptr_array_index(child->keys, k), child);
        }
        for (size_t i = 0; root && (space = rows_space(root, i)); i++)
                json_set(properties, space->prefix, space_json(shape, space));
        return properties;
}

/* What stands for an object that holds nothing else. */
static Json *alone(const char *key, Json *properties)
{
        Json *schema = json_get(properties, key);

        return schema ? json_ref(schema) : NULL;
}

static Json *shape_json(const Shape *shape, const Rows *root)
{
        static const char *const keys[] = { JSON_VALUE, JSON_STATE, JSON_PRESENT };
        Json *object = typed("object"), *properties = properties_of(shape, shape->number == 0 ? root : NULL);
        Json *any = json_array(), *json;

        json_set(object, "properties", properties);
        json_set(object, "additionalProperties", json_bool(false));
        json_append(any, object);
        for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
                Json *schema = alone(keys[i], properties);

                if (schema)
                        json_append(any, schema);
        }
        if (json_length(any) == 1) {
                json = json_ref(object);
                json_unref(any);
                return json;
        }
        json = json_object();
        json_set(json, "anyOf", any);
        return json;
}

/* An element that is kept unread. */
static Json *anything(void)
{
        static const char text[] =
                "{\"type\": \"object\", \"required\": [\"element\"], \"additionalProperties\": false, \"properties\": {"
                "\"element\": {\"type\": \"string\"},"
                "\"attributes\": {\"type\": \"object\", \"additionalProperties\": {\"type\": \"string\"}},"
                "\"content\": {\"type\": \"array\", \"items\": {\"anyOf\": [{\"type\": \"string\"},"
                "{\"$ref\": \"#/$defs/anything\"}, {\"type\": \"object\", \"properties\": {"
                "\"comment\": {\"type\": \"string\"}, \"cdata\": {\"type\": \"string\"},"
                "\"instruction\": {\"type\": \"string\"}, \"data\": {\"type\": \"string\"}},"
                "\"additionalProperties\": false}]}}}}";

        return json_parse(text, strlen(text), NULL);
}

char *schema_json(const DocumentKind *kind)
{
        g_autoptr(ShapeSet) set = shapes_of(kind->rows);
        g_autoptr(Json) json = json_object();
        Json *required = json_array(), *properties = json_object(), *definitions = json_object();

        json_set(json, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
        json_set(json, "title", json_string(kind->name));
        json_set(json, "type", json_string("object"));
        json_append(required, json_string(kind->name));
        json_set(json, "required", required);
        json_set(properties, kind->name, reference_to("content-0"));
        json_set(json, "properties", properties);
        json_set(json, "additionalProperties", json_bool(false));
        for (size_t i = 0; i < set->shapes->len; i++) {
                g_autofree char *name = g_strdup_printf("content-%zu", i);

                json_set(definitions, name, shape_json(g_ptr_array_index(set->shapes, i), kind->rows));
        }
        json_set(definitions, "anything", anything());
        json_set(json, "$defs", definitions);
        return json_format(json, true);
}
