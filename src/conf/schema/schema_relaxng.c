/* RELAX NG of a document: one definition for each shape. Wider than our rules where only a rule between fields tells
 * (the arms of a union are put together), never narrower. */
#include <string.h>

#include "conf/schema.h"
#include "schema/shape.h"

static void put(XmlWriter *out, const char *element, const char *attribute, const char *value)
{
        xml_open(out, element);
        xml_keep(out);
        if (attribute)
                xml_put_attribute(out, attribute, value);
}

static void put_leaf(XmlWriter *out, const char *element, const char *attribute, const char *value)
{
        put(out, element, attribute, value);
        xml_close(out);
}

static void put_pattern(XmlWriter *out, const char *pattern)
{
        put(out, "data", "type", "string");
        put(out, "param", "name", "pattern");
        xml_put_text(out, pattern);
        xml_close(out);
        xml_close(out);
}

/* The pattern of all rows, NULL if one of them takes any text. */
static char *pattern_of(const ShapeValue *value)
{
        g_autoptr(GString) pattern = g_string_new(NULL);

        for (size_t i = 0; i < value->rows->len; i++) {
                const Row *row = g_ptr_array_index(value->rows, i);

                if (row_named(row))
                        continue;
                if (!row->codec->pattern)
                        return NULL;
                if (!strstr(pattern->str, row->codec->pattern))
                        g_string_append_printf(pattern, "%s%s", pattern->len ? "|" : "", row->codec->pattern);
        }
        return g_strdup(pattern->str);
}

static void put_values(XmlWriter *out, const ShapeValue *value)
{
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        g_autofree char *pattern = pattern_of(value);
        bool all = shape_names(value, names);

        if (!pattern || (value->rows->len == 0 && names->len == 0)) {
                put_leaf(out, "text", NULL, NULL);
                return;
        }
        if (names->len > 0)
                put(out, "choice", NULL, NULL);
        for (size_t i = 0; i < names->len; i++) {
                put(out, "value", NULL, NULL);
                xml_put_text(out, g_ptr_array_index(names, i));
                xml_close(out);
        }
        if (!all)
                put_pattern(out, pattern);
        if (names->len > 0)
                xml_close(out);
}

static void put_attributes(XmlWriter *out, const Shape *shape)
{
        for (size_t i = 0; i < shape->attributes->len; i++) {
                const ShapeValue *value = g_ptr_array_index(shape->attributes, i);

                if (!value->required)
                        put(out, "optional", NULL, NULL);
                put(out, "attribute", "name", value->name);
                put_values(out, value);
                xml_close(out);
                if (!value->required)
                        xml_close(out);
        }
}

static void put_text(XmlWriter *out, const Shape *shape)
{
        /* Beside elements, and where nothing may stand, RELAX NG knows plain text only. */
        bool plain = shape->children->len > 0;

        if (plain)
                put_leaf(out, "text", NULL, NULL);
        else if (shape->text->required)
                put_values(out, shape->text);
        else {
                put(out, "choice", NULL, NULL);
                put_values(out, shape->text);
                put_leaf(out, "empty", NULL, NULL);
                xml_close(out);
        }
}

/* Any name but those of the brothers. */
static void put_any_name(XmlWriter *out, const Shape *parent)
{
        bool others = parent->children->len > 1;

        put(out, "anyName", NULL, NULL);
        if (others)
                put(out, "except", NULL, NULL);
        for (size_t i = 0; i < parent->children->len; i++) {
                const ShapeChild *child = g_ptr_array_index(parent->children, i);

                if (strcmp(child->name, "*") == 0)
                        continue;
                put(out, "name", NULL, NULL);
                xml_put_text(out, child->name);
                xml_close(out);
        }
        if (others)
                xml_close(out);
        xml_close(out);
}

static void put_child(XmlWriter *out, const Shape *parent, const ShapeChild *child)
{
        bool any = strcmp(child->name, "*") == 0;
        g_autofree char *number = g_strdup_printf("content-%u", child->shape->number);

        put(out, child->many ? "zeroOrMore" : child->required ? "group" : "optional", NULL, NULL);
        put(out, "element", any ? NULL : "name", child->name);
        if (child->uri)
                xml_put_attribute(out, "ns", child->uri);
        if (any)
                put_any_name(out, parent);
        put_leaf(out, "ref", "name", child->raw ? "anything" : number);
        xml_close(out);
        xml_close(out);
}

static void put_shape(XmlWriter *out, const Shape *shape)
{
        g_autofree char *number = g_strdup_printf("content-%u", shape->number);

        put(out, "define", "name", number);
        put_attributes(out, shape);
        if (shape->children->len > 0)
                put(out, "interleave", NULL, NULL);
        if (shape->text)
                put_text(out, shape);
        for (size_t i = 0; i < shape->children->len; i++)
                put_child(out, shape, g_ptr_array_index(shape->children, i));
        if (shape->children->len > 0)
                xml_close(out);
        if (!shape->text && shape->children->len == 0 && shape->attributes->len == 0)
                put_leaf(out, "empty", NULL, NULL);
        xml_close(out);
}

static const char anything[] = "<define name=\"anything\"><zeroOrMore><choice><attribute><anyName/></attribute><text/>"
                               "<element><anyName/><ref name=\"anything\"/></element></choice></zeroOrMore></define>";

char *schema_relaxng(const DocumentKind *kind)
{
        g_autoptr(ShapeSet) set = shapes_of(kind->rows);
        XmlWriter *out = xml_writer_new();

        put(out, "grammar", "xmlns", "http://relaxng.org/ns/structure/1.0");
        xml_put_attribute(out, "datatypeLibrary", "http://www.w3.org/2001/XMLSchema-datatypes");
        put(out, "start", NULL, NULL);
        put(out, "element", "name", kind->element);
        put_leaf(out, "ref", "name", "content-0");
        xml_close(out);
        xml_close(out);
        for (size_t i = 0; i < set->shapes->len; i++)
                put_shape(out, g_ptr_array_index(set->shapes, i));
        xml_put_raw(out, anything);
        return xml_writer_finish(out);
}
