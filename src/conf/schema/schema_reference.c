/* The reference page of a document: a line for each element, attribute and text, in the order of the rows. */
#include <string.h>

#include "conf/schema.h"
#include "schema/shape.h"

typedef struct Page {
        GString *out;
        GHashTable *shown;  /* Shape -> where it was described */
        GHashTable *tables; /* Row -> Rows */
} Page;

static void show_shape(Page *page, const Shape *shape, const char *path, const char *drivers);

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

                if (!row_named(row) && !strstr(text->str, row->codec->expected))
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

/* Which table each row stands in, from @rows downwards. */
static void note_tables(GHashTable *tables, const Rows *rows)
{
        if (!rows || g_hash_table_contains(tables, rows->rows))
                return;
        for (const Row *row = rows->rows; row->path; row++)
                g_hash_table_insert(tables, (void *)row, (void *)rows);
        for (const Row *row = rows->rows; row->path; row++) {
                if (row->kind == ROW_STRUCT || row->kind == ROW_POINTER || row->kind == ROW_ARRAY)
                        note_tables(tables, row->sub);
                for (size_t i = 0; row->kind == ROW_CHOICE && i < row->n_arms; i++)
                        note_tables(tables, row->arms[i]);
        }
}

/* What @row says about drivers, then its table, then what it is part of: @above. */
static const char *drivers_of(const Page *page, const Row *row, const char *above)
{
        const Rows *table = row ? g_hash_table_lookup(page->tables, row) : NULL;

        if (row && row->drivers)
                return row->drivers;
        return table && table->drivers ? table->drivers : above;
}

/* Of several arms that share an attribute: what they agree on, else what holds for the element. */
static const char *drivers_of_all(const Page *page, const GPtrArray *rows, const char *above)
{
        const char *first = rows->len ? drivers_of(page, g_ptr_array_index(rows, 0), above) : above;

        for (size_t i = 1; i < rows->len; i++)
                if (g_strcmp0(drivers_of(page, g_ptr_array_index(rows, i), above), first) != 0)
                        return above;
        return first;
}

static void line(Page *page, const char *path, const char *type, const Row *row, const char *drivers)
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
        append(page->out, drivers);
        g_string_append(page->out, "</td><td>");
        append_properties(page->out, row);
        g_string_append(page->out, "</td></tr>\n");
}

static void show_value(Page *page, const ShapeValue *value, const char *path, const char *drivers)
{
        g_autofree char *place = value->name ? g_strdup_printf("%s/@%s", path, value->name) : g_strdup(path);
        g_autofree char *type = type_of(value);
        const Row *row = value->rows->len ? g_ptr_array_index(value->rows, 0) : NULL;

        line(page, place, type, row, drivers_of_all(page, value->rows, drivers));
}

static void show_child(Page *page, const ShapeChild *child, const char *path, const char *above)
{
        g_autofree char *place = g_strdup_printf("%s/%s", path, child->name);
        const char *before = g_hash_table_lookup(page->shown, child->shape);
        const char *drivers = drivers_of(page, child->row, above);

        if (child->raw) {
                line(page, place, "any element, kept as it is", child->row, drivers);
        } else if (before && (child->shape->children->len > 0 || child->shape->attributes->len > 2)) {
                g_autofree char *type = g_strdup_printf("as %s", before);

                line(page, place, type, child->row, drivers);
        } else {
                if (!child->shape->text)
                        line(page, place, child->many ? "element, any number" : "element", child->row, drivers);
                show_shape(page, child->shape, place, drivers);
        }
}

static void show_shape(Page *page, const Shape *shape, const char *path, const char *drivers)
{
        if (!g_hash_table_contains(page->shown, shape))
                g_hash_table_insert(page->shown, (void *)shape, g_strdup(path));
        if (shape->text)
                show_value(page, shape->text, path, drivers);
        for (size_t i = 0; i < shape->attributes->len; i++)
                show_value(page, g_ptr_array_index(shape->attributes, i), path, drivers);
        for (size_t i = 0; i < shape->children->len; i++)
                show_child(page, g_ptr_array_index(shape->children, i), path, drivers);
}

char *schema_reference(const DocumentKind *kind)
{
        g_autoptr(ShapeSet) set = shapes_of(kind->rows);
        g_autoptr(GHashTable) shown = g_hash_table_new_full(NULL, NULL, NULL, g_free);
        GString *out = g_string_new(NULL);
        g_autoptr(GHashTable) tables = g_hash_table_new(NULL, NULL);
        Page page = { .out = out, .shown = shown, .tables = tables };

        note_tables(tables, kind->rows);
        show_shape(&page, g_ptr_array_index(set->shapes, 0), kind->element, NULL);
        return g_string_free(out, FALSE);
}
