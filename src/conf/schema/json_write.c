/* From structs to JSON: one pass over the rows, as the XML is written. */
#include <string.h>

#include "conf/document_json.h"
#include "xml/xml_raw.h"
#include "schema/json_keys.h"

const char *json_key_of_step(const RowStep *step)
{
        g_autofree char *key = NULL;

        if (strcmp(step->name, "*") == 0 || strchr(step->name, '|'))
                return JSON_ANY;
        if (!step->attribute || strcmp(step->value, "*") == 0)
                return step->name;
        if (*step->value)
                key = g_strdup_printf("%s-%s", step->name, step->value);
        else
                key = g_strdup_printf("%s-without-%s", step->name, step->attribute);
        return g_intern_string(key);
}

const char *json_key_of_leaf(const PlannedRow *planned)
{
        switch (planned->leaf) {
        case LEAF_ATTRIBUTE: return planned->row->key ? planned->row->key : planned->attribute;
        case LEAF_NAME: return JSON_NAME;
        case LEAF_TEXT: break;
        }
        switch (planned->row->codec->form) {
        case ROW_PRESENCE: return JSON_PRESENT;
        case ROW_ONOFF: return JSON_STATE;
        case ROW_TEXT:
        case ROW_VERBATIM: break;
        }
        return JSON_VALUE;
}

typedef struct Writer {
        unsigned flags;
        GString *text;
} Writer;

static void write_struct(const Rows *rows, const void *s, Json *object, Writer *writer);

/* The member @key of @object, made if need be. */
static Json *member(Json *object, const char *key)
{
        Json *found = json_get(object, key);

        if (!found) {
                found = json_object();
                json_set(object, key, found);
        }
        return found;
}

static Json *walk(Json *object, const PlannedRow *planned, unsigned steps)
{
        for (unsigned i = 0; i < steps; i++)
                object = member(object, json_key_of_step(&planned->steps[i]));
        return object;
}

static Json *number(const char *text)
{
        bool negative = *text == '-';
        uint64_t value;

        if (negative || !text_to_uint64(text, g_str_has_prefix(text, "0x") ? 0 : 10, &value)) {
                int64_t low;

                return negative && text_to_int64(text, 10, &low) ? json_int(low) : json_string(text);
        }
        return json_uint(value);
}

static Json *scalar(const Row *row, const void *p, const char *text)
{
        if (row->codec->form == ROW_VERBATIM)
                return xml_raw_to_json(text);
        if (row->codec->nature == ROW_IS_BOOLEAN)
                return json_bool(true);
        if (row_boolean(row))
                return json_bool(*(const uint8_t *)p == 1);
        if (row->codec->nature == ROW_IS_NUMBER)
                return number(text);
        return json_string(text);
}

/* Whether @text without a unit means the same value. */
static bool needs_unit(const Row *row, const void *p, const char *text)
{
        const RowCodec *codec = row->codec;
        g_autofree void *again = NULL;
        bool same;

        if (!codec->unit || !codec->unit(p))
                return false;
        again = g_malloc0(codec->size);
        same = codec->read(row, again, text, NULL) &&
               (codec->same ? codec->same(again, p) : memcmp(again, p, codec->size) == 0);
        if (codec->drop)
                codec->drop(again);
        return !same;
}

static void write_value(const PlannedRow *planned, const void *p, Json *object, Writer *writer)
{
        const Row *row = planned->row;
        const char *text;
        Json *value;

        if (row->codec == &row_count_of || !row_has_value(row, p, writer->flags))
                return;
        g_string_truncate(writer->text, 0);
        row->codec->text(row, p, writer->text);
        text = writer->text->str;
        if (!*text && row->codec == &row_enum)
                return;
        value = scalar(row, p, text);
        if (row->codec->form == ROW_VERBATIM) {
                object = walk(object, planned, planned->n_steps - 1);
                json_set(object, json_key_of_step(&planned->steps[planned->n_steps - 1]), value);
                return;
        }
        object = walk(object, planned, planned->n_steps);
        if (needs_unit(row, p, text)) {
                if (planned->leaf == LEAF_ATTRIBUTE)
                        object = member(object, json_key_of_leaf(planned));
                json_set(object, JSON_UNIT, json_string(row->codec->unit(p)));
                json_set(object, JSON_VALUE, value);
                return;
        }
        json_set(object, json_key_of_leaf(planned), value);
}

/* A struct in a place of its own leaves no trace when it says nothing. */
static void write_in(const PlannedRow *planned, const Rows *sub, const void *p, Json *object, Writer *writer)
{
        g_autoptr(Json) alone = json_object();
        const char *key;
        Json *outer;

        if (planned->n_steps == 0) {
                write_struct(sub, p, object, writer);
                return;
        }
        write_struct(sub, p, alone, writer);
        if (json_members(alone) == 0)
                return;
        outer = walk(object, planned, planned->n_steps - 1);
        key = json_key_of_step(&planned->steps[planned->n_steps - 1]);
        if (json_get(outer, key))
                write_struct(sub, p, json_get(outer, key), writer);
        else
                json_set(outer, key, g_steal_pointer(&alone));
}

static void write_array(const PlannedRow *planned, const void *s, Json *object, Writer *writer)
{
        const Row *row = planned->row;
        const char *items = *(char *const *)row_at(s, row);
        const char *key = json_key_of_step(&planned->steps[planned->n_steps - 1]);
        size_t n = *row_count(s, row);
        Json *array = n > 0 ? json_array() : NULL;

        for (size_t i = 0; i < n; i++) {
                Json *item = json_object();

                write_struct(row->sub, items + i * row->sub->size, item, writer);
                json_append(array, item);
        }
        if (array)
                json_set(walk(object, planned, planned->n_steps - 1), key, array);
}

static void write_row(const PlannedRow *planned, const void *s, Json *object, Writer *writer)
{
        const Row *row = planned->row;
        const void *p = row_at(s, row);
        const Extra *extra = p;

        switch (row->kind) {
        case ROW_VALUE: write_value(planned, p, object, writer); break;
        case ROW_STRUCT: write_in(planned, row->sub, p, object, writer); break;
        case ROW_POINTER:
                if (*(void *const *)p)
                        write_struct(row->sub, *(void *const *)p, walk(object, planned, planned->n_steps), writer);
                break;
        case ROW_ARRAY: write_array(planned, s, object, writer); break;
        case ROW_CHOICE:
                if (row_arm(s, row))
                        write_in(planned, row_arm(s, row), p, object, writer);
                break;
        case ROW_EXTRA:
                if (extra->space)
                        write_struct(extra->space->rows, extra->content, member(object, extra->space->prefix), writer);
                break;
        }
}

static void write_struct(const Rows *rows, const void *s, Json *object, Writer *writer)
{
        const RowPlan *plan = rows_plan(rows);

        for (size_t i = 0; i < plan->n; i++)
                if (row_written(plan->rows[i].row, s, writer->flags))
                        write_row(&plan->rows[i], s, object, writer);
}

static Json *simplify(Json *json);

static void simplify_member(const char *key, Json *value, void *opaque)
{
        /* The attributes of an element that is kept unread have any names. */
        Json *simple = strcmp(key, "attributes") == 0 ? value : simplify(value);

        if (simple != value)
                json_set(opaque, key, json_ref(simple));
}

typedef struct Single {
        const char *key;
        Json *value;
} Single;

static void take_single(const char *key, Json *value, void *opaque)
{
        *(Single *)opaque = (Single){ key, value };
}

/* What holds nothing but a value in the end is that value. Borrowed. */
static Json *simplify(Json *json)
{
        Single single = { 0 };

        for (size_t i = 0; i < json_length(json); i++) {
                Json *item = json_at(json, i), *simple = simplify(item);

                if (simple != item)
                        json_put(json, i, json_ref(simple));
        }
        json_each(json, simplify_member, json);
        if (json_members(json) == 1)
                json_each(json, take_single, &single);
        return single.value && json_stands_alone(single.key, single.value) ? single.value : json;
}

Json *rows_to_json(const Rows *rows, const void *s, unsigned flags)
{
        g_autoptr(GString) text = g_string_new(NULL);
        Writer writer = { .flags = flags, .text = text };
        Json *json = json_object();

        write_struct(rows, s, json, &writer);
        json_each(json, simplify_member, json);
        return json;
}

/* A document with a form of its own on the way out (format) has it in JSON too. */
static int written_form(const DocumentKind *kind, const void *s, unsigned flags, void **ret, Error *err)
{
        g_autofree char *xml = kind->format(s, flags, err);

        return xml ? document_read(kind, xml, strlen(xml), NULL, flags | ROWS_NO_SETTLE | ROWS_PARTIAL, ret, err) : -1;
}

Json *document_to_json(const DocumentKind *kind, const void *s, unsigned flags, Error *err)
{
        void *form = NULL;
        Json *json;

        if (kind->format && written_form(kind, s, flags, &form, err) < 0)
                return NULL;
        json = json_object();
        json_set(json, kind->name, rows_to_json(kind->rows, form ? form : s, flags));
        document_free(kind, form);
        return json;
}
