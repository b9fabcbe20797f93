/* The reference page of a document: a line for each element, attribute and text, in the order of the rows. */
#include <string.h>

#include "conf/schema.h"
#include "schema/shape.h"

typedef struct Page {
        GString *out;
        GHashTable *shown; /* Shape -> where it was described */
} Page;

static void show_shape(Page *page, const Shape *shape, const char *path);

static void append(GString *out, const char *text)
{
        g_autofree char *escaped = g_markup_escape_text(text ? text : "", -1);

        g_string_append(out, escaped);
}

static char *type_of(const ShapeValue *value)
{
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        bool all = shape_names(value, names);
        g_autoptr(GString) text = g_string_new(NULL);

        for (size_t i = 0; i < names->len; i++)
                g_string_append_printf(text, "%s%s", i ? ", " : "", (const char *)g_ptr_array_index(names, i));
        for (size_t i = 0; !all && i < value->rows->len; i++) {
                const Row *row = g_ptr_array_index(value->rows, i);

                if (row->codec != &row_enum && row->codec != &row_state && !strstr(text->str, row->codec->expected))
                        g_string_append_printf(text, "%s%s", text->len ? ", " : "", row->codec->expected);
        }
        if (text->len == 0)
                g_string_append(text, "a text");
        return g_strdup(text->str);
}

static const struct {
        unsigned flag;
        const char *words;
} properties[] = {
        { ROW_REQUIRED, "required" },
        { ROW_ABI, "the guest sees it" },
        { ROW_LIVE, "while running" },
        { ROW_STATUS, "in status files" },
        { ROW_HOT, "can change while running" },
        { ROW_SECRET, "secret" },
        { ROW_LEGACY, "old spelling, read only" },
};

static void append_properties(GString *out, const Row *row)
{
        const char *between = "";

        for (size_t i = 0; row && i < G_N_ELEMENTS(properties); i++)
                if (row->flags & properties[i].flag) {
                        g_string_append_printf(out, "%s%s", between, properties[i].words);
                        between = ", ";
                }
}

static void line(Page *page, const char *path, const char *type, const Row *row)
{
        g_string_append(page->out, "<tr><td><code>");
        append(page->out, path);
        g_string_append(page->out, "</code></td><td>");
        append(page->out, type);
        g_string_append(page->out, "</td><td>");
        append(page->out, row ? row->preset : NULL);
        g_string_append(page->out, "</td><td>");
        append(page->out, row ? row->since : NULL);
        g_string_append(page->out, "</td><td>");
        append_properties(page->out, row);
        g_string_append(page->out, "</td></tr>\n");
}

static void show_value(Page *page, const ShapeValue *value, const char *path)
{
        g_autofree char *place = value->name ? g_strdup_printf("%s/@%s", path, value->name) : g_strdup(path);
        g_autofree char *type = type_of(value);

        line(page, place, type, value->rows->len ? g_ptr_array_index(value->rows, 0) : NULL);
}

static void show_child(Page *page, const ShapeChild *child, const char *path)
{
        g_autofree char *place = g_strdup_printf("%s/%s", path, child->name);
        const char *before = g_hash_table_lookup(page->shown, child->shape);

        if (child->raw) {
                line(page, place, "any element, kept as it is", child->row);
        } else if (before && (child->shape->children->len > 0 || child->shape->attributes->len > 2)) {
                g_autofree char *type = g_strdup_printf("as %s", before);

                line(page, place, type, child->row);
        } else {
                if (!child->shape->text)
                        line(page, place, child->many ? "element, any number" : "element", child->row);
                show_shape(page, child->shape, place);
        }
}

static void show_shape(Page *page, const Shape *shape, const char *path)
{
        if (!g_hash_table_contains(page->shown, shape))
                g_hash_table_insert(page->shown, (void *)shape, g_strdup(path));
        if (shape->text)
                show_value(page, shape->text, path);
        for (size_t i = 0; i < shape->attributes->len; i++)
                show_value(page, g_ptr_array_index(shape->attributes, i), path);
        for (size_t i = 0; i < shape->children->len; i++)
                show_child(page, g_ptr_array_index(shape->children, i), path);
}

char *schema_reference(const DocumentKind *kind)
{
        g_autoptr(ShapeSet) set = shapes_of(kind->rows);
        g_autoptr(GHashTable) shown = g_hash_table_new_full(NULL, NULL, NULL, g_free);
        GString *out = g_string_new(NULL);
        Page page = { .out = out, .shown = shown };

        show_shape(&page, g_ptr_array_index(set->shapes, 0), kind->element);
        return g_string_free(out, FALSE);
}
