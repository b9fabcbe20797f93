/* From structs to XML: one pass over the rows of a table, in their order. */
#include "rows/rows_plan.h"
#include "xml/xml_rest.h"

#include <string.h>

typedef struct Format {
        unsigned flags;
        XmlWriter *out;
        GString *text; /* of the value being written */
        Rest *rest;    /* what was kept of the element, by the nearest struct that keeps; NULL: nothing */
        unsigned base; /* the element's depth below that struct's */
} Format;

static void format_struct(const Rows *rows, const void *s, Format *format);

/* A struct in an element of its own: what was kept is its own too. */
static void format_apart(const Rows *rows, const void *s, Format *format)
{
        Format inner = { .flags = format->flags, .out = format->out, .text = format->text };

        format_struct(rows, s, &inner);
}

/* More of the element, or of one that the path of its row goes to. */
static void format_part(const PlannedRow *planned, const Rows *rows, const void *s, Format *format)
{
        Format inner = *format;

        inner.base += planned->n_steps;
        format_struct(rows, s, &inner);
}

bool row_written(const Row *row, const void *s, unsigned flags)
{
        if (row->flags & ROW_LEGACY)
                return false;
        if ((row->flags & ROW_LIVE && flags & ROWS_INACTIVE) || (row->flags & ROW_SECRET && !(flags & ROWS_SECURE)) ||
            (row->flags & ROW_STATUS && !(flags & ROWS_STATUS)))
                return false;
        return !row->when || row->when(s);
}

/* What must be there is written even when it is zero; a number that knows whether it was said, only when it was. */
bool row_has_value(const Row *row, const void *p, unsigned flags)
{
        const RowCodec *codec = row->codec;

        if (codec->lives && flags & ROWS_INACTIVE && codec->lives(p))
                return false;
        if (row_is_set(row, p) || row->flags & ROW_ALWAYS)
                return true;
        return row->flags & ROW_REQUIRED && !codec->drop && !codec->is_set;
}

static void format_value(const PlannedRow *planned, const void *p, Format *format)
{
        const Row *row = planned->row;
        const RowCodec *codec = row->codec;
        const char *unit;

        if (!row_has_value(row, p, format->flags))
                return;
        g_string_truncate(format->text, 0);
        codec->text(row, p, format->text);
        if (format->text->len == 0 && codec == &row_enum)
                return; /* an unset value that has no spelling */
        unit = codec->unit ? codec->unit(p) : NULL;
        if (planned->leaf == LEAF_ATTRIBUTE) {
                if (unit && row->flags & ROW_UNIT_FIRST)
                        xml_put_attribute(format->out, "unit", unit);
                xml_put_attribute(format->out, planned->attribute, format->text->str);
                if (unit && !(row->flags & ROW_UNIT_FIRST))
                        xml_put_attribute(format->out, "unit", unit);
                return;
        }
        if (unit)
                xml_put_attribute(format->out, "unit", unit);
        switch (codec->form) {
        case ROW_TEXT: xml_put_text(format->out, format->text->str); break;
        case ROW_PRESENCE: xml_keep(format->out); break;
        case ROW_ONOFF: xml_put_attribute(format->out, "state", format->text->str); break;
        case ROW_VERBATIM: xml_put_raw(format->out, format->text->str); break;
        }
}

/* The element's name of an array of elements of several names stands in the first row of the struct: "name()". */
static const char *item_name(const Row *row, const RowStep *step, const void *item)
{
        const Row *first = row->sub->rows;
        const char *name;

        if (strcmp(step->name, "*") != 0 && !strchr(step->name, '|'))
                return step->name;
        if (first->codec == &row_enum)
                return first->names[*(const uint8_t *)row_at(item, first)];
        name = *(char *const *)row_at(item, first);
        return name ? name : "unnamed";
}

static void keep_item(const Row *row, Format *format)
{
        if (row->flags & ROW_KEEP_OPEN)
                xml_keep_open(format->out);
        else
                xml_keep(format->out);
}

static void format_array(const PlannedRow *planned, const void *s, Format *format)
{
        const Row *row = planned->row;
        const RowStep *step = &planned->steps[planned->n_steps - 1];
        const char *array = *(char *const *)row_at(s, row);
        size_t n = *row_count(s, row);

        for (size_t i = 0; i < n; i++) {
                const char *item = array + i * row->sub->size;

                xml_open_selected(format->out, item_name(row, step, item), step->attribute, step->value);
                keep_item(row, format);
                format_apart(row->sub, item, format);
                xml_close(format->out);
        }
}

static void format_extra(const Extra *extra, Format *format)
{
        g_autofree char *name = NULL;

        if (!extra->space)
                return;
        name = g_strdup_printf("xmlns:%s", extra->space->prefix);
        xml_put_attribute(format->out, name, extra->space->uri);
        xml_set_prefix(format->out, extra->space->prefix);
        format_apart(extra->space->rows, extra->content, format);
        xml_set_prefix(format->out, NULL);
}

static void format_row(const PlannedRow *planned, const void *s, Format *format)
{
        const Row *row = planned->row;
        const void *p = row_at(s, row);
        const Rows *arm;

        switch (row->kind) {
        case ROW_VALUE:
                if (planned->leaf != LEAF_NAME)
                        format_value(planned, p, format);
                break;
        case ROW_STRUCT: format_part(planned, row->sub, p, format); break;
        case ROW_POINTER:
                p = *(void *const *)p;
                if (!p)
                        break;
                if (planned->n_steps == 1) /* deeper, the flag is about the first element */
                        keep_item(row, format);
                else
                        xml_keep(format->out);
                format_apart(row->sub, p, format);
                break;
        case ROW_ARRAY: format_array(planned, s, format); break;
        case ROW_CHOICE:
                arm = row_arm(s, row);
                if (arm)
                        format_part(planned, arm, p, format);
                break;
        case ROW_EXTRA: format_extra(p, format); break;
        }
}

static void open_step(const RowStep *step, Format *format)
{
        if (step->attribute && *step->value && strcmp(step->value, "*") != 0)
                xml_open_selected(format->out, step->name, step->attribute, step->value);
        else
                xml_open(format->out, step->name);
}

static void close_step(unsigned depth, const Format *format)
{
        if (format->rest)
                rest_put(format->rest, format->base + depth, format->out);
        xml_close(format->out);
}

/* An element that means something by being there. */
static bool is_off(const Row *row, const void *s)
{
        return row->kind == ROW_VALUE && row->codec->form == ROW_PRESENCE && !row_is_set(row, row_at(s, row));
}

static void format_steps(const RowPlan *plan, const void *s, Format *format)
{
        unsigned depth = 0;

        for (size_t i = 0; i < plan->n; i++) {
                const PlannedRow *planned = &plan->rows[i];
                const Row *row = planned->row;
                /* An array opens each element itself; a document as it was written brings its own element. */
                unsigned own = row->kind == ROW_ARRAY || (row->codec && row->codec->form == ROW_VERBATIM) ? 1 : 0;
                unsigned steps = planned->n_steps - own;

                if (planned == plan->rest)
                        continue;
                for (; depth > planned->shared; depth--)
                        close_step(depth, format);
                for (; depth < steps; depth++) {
                        open_step(&planned->steps[depth], format);
                        if (format->rest)
                                rest_open(format->rest, format->base + depth, planned->steps[depth].name);
                        if (depth > 0 || (row->kind == ROW_POINTER && steps == 1))
                                continue;
                        if (row->flags & ROW_KEEP_OPEN)
                                xml_keep_open(format->out);
                        else if (row->flags & ROW_KEEP)
                                xml_keep(format->out);
                }
                if (format->rest && is_off(row, s))
                        rest_leave(format->rest, format->base + depth);
                if (row_written(row, s, format->flags))
                        format_row(planned, s, format);
        }
        for (; depth > 0; depth--)
                close_step(depth, format);
}

static void format_struct(const Rows *rows, const void *s, Format *format)
{
        const RowPlan *plan = rows_plan(rows);
        Format inner = *format;
        Rest rest = { 0 };

        if (!plan->rest || !row_written(plan->rest->row, s, format->flags)) {
                format_steps(plan, s, format);
                return;
        }
        rest_begin(&rest, *(char *const *)row_at(s, plan->rest->row));
        inner.rest = &rest;
        inner.base = 0;
        format_steps(plan, s, &inner);
        rest_put(&rest, 0, format->out);
        rest_end(&rest);
}

void rows_format(const Rows *rows, const void *s, unsigned flags, XmlWriter *out)
{
        g_autoptr(GString) text = g_string_sized_new(128);
        Format format = { .flags = flags, .out = out, .text = text };

        format_struct(rows, s, &format);
}

char *rows_document(const Rows *rows, const void *s, const char *element, unsigned flags)
{
        XmlWriter *out = xml_writer_new();

        xml_open(out, element);
        xml_keep(out);
        rows_format(rows, s, flags, out);
        return xml_writer_finish(out);
}
