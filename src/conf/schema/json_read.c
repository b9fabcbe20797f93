/* From JSON to structs: one pass over the rows, as the XML is read. What no row asked for is an error. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_XML
#include <string.h>

#include "conf/document_json.h"
#include "xml/xml_raw.h"
#include "schema/json_keys.h"

typedef struct Reader {
        unsigned flags;
        unsigned depth;
        const Rows *root;
        const char *element; /* of the root */
        GHashTable *seen;    /* Json */
        GString *path;       /* of keys, to the struct being read */
        Error *err;
} Reader;

static int read_struct(const Rows *rows, void *s, const Json *json, Reader *reader);

static void see_all(Json *json, Reader *reader);

static void see_member(const char *key, Json *value, void *opaque)
{
        see_all(value, opaque);
}

static void see_all(Json *json, Reader *reader)
{
        if (!json)
                return;
        g_hash_table_add(reader->seen, json);
        for (size_t i = 0; i < json_length(json); i++)
                see_all(json_at(json, i), reader);
        json_each(json, see_member, reader);
}

static const Json *see(const Json *json, Reader *reader)
{
        g_hash_table_add(reader->seen, (Json *)json);
        return json;
}

/* A value alone stands for an object that holds it. */
static const Json *get_value(const Json *json, const char *key, Reader *reader)
{
        const Json *found = json_get(json, key);

        if (!found && json_stands_alone(key, json))
                found = json;
        return found ? see(found, reader) : NULL;
}

/* What is no object is seen by whoever takes it for what it is. */
static const Json *get(const Json *json, const char *key, Reader *reader)
{
        const Json *found = json_get(json, key);

        return json_is_object(found) ? see(found, reader) : found;
}

static const Json *walk(const Json *json, const PlannedRow *planned, unsigned steps, Reader *reader)
{
        for (unsigned i = 0; i < steps && json; i++)
                json = get(json, json_key_of_step(&planned->steps[i]), reader);
        return json;
}

/* The path of keys to @planned, then the words. */
static int fail(const PlannedRow *planned, const char *what, Reader *reader)
{
        const char *leaf = planned->row->kind == ROW_VALUE ? json_key_of_leaf(planned) : "";
        g_autoptr(GString) path = g_string_new(reader->path->str);

        for (unsigned i = 0; i < planned->n_steps; i++)
                g_string_append_printf(path, "/%s", json_key_of_step(&planned->steps[i]));
        if (*leaf && (planned->leaf != LEAF_TEXT || planned->n_steps == 0))
                g_string_append_printf(path, "/%s", leaf);
        return error_set(reader->err, VIR_ERR_XML_ERROR, "%s: %s", path->str, what);
}

static int fail_value(const PlannedRow *planned, const Json *json, Reader *reader)
{
        g_autofree char *text = json_format(json, false);
        g_autofree char *advice = row_advice(planned->row, json_text(json) ? json_text(json) : text);
        g_autofree char *what = g_strdup_printf("Invalid value %.80s (%s)", text,
                                                row_boolean(planned->row) ? "Known: true, false" : advice);

        return fail(planned, what, reader);
}

static bool is_clean(const char *text)
{
        for (; *text; text++)
                if (xml_banned(text))
                        return false;
        return true;
}

/* The text that the codec reads; NULL: that is no value for it. The caller frees. */
static char *text_of(const PlannedRow *planned, const Json *json)
{
        const Row *row = planned->row;
        bool value;

        if (row->codec->form == ROW_VERBATIM) {
                const char *name = json_get_string(json, JSON_NAME);

                return g_strcmp0(name, planned->steps[planned->n_steps - 1].name) == 0 ? xml_raw_from_json(json) : NULL;
        }
        if (row->codec->nature == ROW_IS_BOOLEAN)
                return g_strdup("");
        if (json_is_bool(json, &value))
                return row_boolean(row) ? g_strdup(row->names[value ? 1 : 2]) : NULL;
        if (row_boolean(row))
                return NULL;
        if (json_text(json))
                return is_clean(json_text(json)) ? g_strdup(json_text(json)) : NULL;
        return json_is_number(json) && row->codec->nature == ROW_IS_NUMBER ? json_format(json, false) : NULL;
}

static int read_text(const PlannedRow *planned, void *p, const Json *json, const char *unit, Reader *reader)
{
        const Row *row = planned->row;
        const RowCodec *codec = row->codec;
        bool value = true;
        g_autofree char *text = NULL;

        if (codec->nature == ROW_IS_BOOLEAN && !json_is_bool(json, &value))
                return fail_value(planned, json, reader);
        if (!value)
                return 0;
        text = text_of(planned, json);
        if (codec->drop)
                codec->drop(p);
        if (!text || !codec->read(row, p, text, unit))
                return fail_value(planned, json, reader);
        if (row_zero_refused(row, p, reader->flags))
                return fail(planned, "Zero is not permitted", reader);
        if (codec->lives && reader->flags & ROWS_INACTIVE && codec->lives(p)) {
                codec->drop(p);
                memset(p, 0, codec->size);
        }
        return 0;
}

static int read_value(const PlannedRow *planned, void *p, const Json *json, Reader *reader)
{
        const Row *row = planned->row;
        const Json *outer = json, *value = row->codec->form == ROW_VERBATIM
                                                   ? json
                                                   : get_value(json, json_key_of_leaf(planned), reader);
        const char *unit = NULL;

        if (!value)
                return row->flags & (ROW_REQUIRED | ROW_WITH) && !(reader->flags & ROWS_PARTIAL)
                               ? fail(planned, "it is missing", reader)
                               : 0;
        if (row_skipped(row, reader->flags))
                return see_all((Json *)value, reader), 0;
        if (row->codec->unit) {
                if (planned->leaf == LEAF_ATTRIBUTE && json_is_object(value)) {
                        outer = value;
                        value = get_value(outer, JSON_VALUE, reader);
                }
                unit = json_text(json_is_object(outer) ? get_value(outer, JSON_UNIT, reader) : NULL);
        }
        if (!value)
                return fail(planned, "it has no value", reader);
        if (row->codec->form == ROW_VERBATIM)
                see_all((Json *)value, reader);
        return read_text(planned, p, value, unit, reader);
}

static int read_in(const PlannedRow *planned, const Rows *rows, void *s, const Json *json, size_t position,
                   Reader *reader)
{
        size_t begin = reader->path->len;
        int r;

        if (++reader->depth > XML_DEPTH_MAX)
                return fail(planned, "the document is nested too deeply", reader);
        for (unsigned i = 0; i < planned->n_steps; i++)
                g_string_append_printf(reader->path, "/%s", json_key_of_step(&planned->steps[i]));
        if (position > 0)
                g_string_append_printf(reader->path, "[%zu]", position);
        r = read_struct(rows, s, json, reader);
        reader->depth--;
        g_string_truncate(reader->path, begin);
        return r;
}

static int read_array(const PlannedRow *planned, void *s, const Json *json, Reader *reader)
{
        const Row *row = planned->row;
        char **items = row_at(s, row);
        size_t *n = row_count(s, row);
        size_t more = json_length(json);

        if (!json_is_array(json))
                return fail(planned, "Expected an array", reader);
        see(json, reader);
        if (more == 0)
                return 0;
        *items = g_realloc_n(*items, *n + more, row->sub->size);
        memset(*items + *n * row->sub->size, 0, more * row->sub->size);
        for (size_t i = 0; i < more; i++) {
                char *item = *items + (*n)++ * row->sub->size;
                Json *from = json_at(json, i);

                rows_init(row->sub, item);
                if (!from)
                        return fail(planned, "null is nothing that a list can hold", reader);
                if (json_is_object(from))
                        see(from, reader);
                if (read_in(planned, row->sub, item, from, i + 1, reader) < 0)
                        return -1;
        }
        return 0;
}

static int read_pointer(const PlannedRow *planned, void **p, const Json *json, Reader *reader)
{
        const Row *row = planned->row;

        if (row_skipped(row, reader->flags))
                return see_all((Json *)json, reader), 0;
        if (*p)
                return 0;
        *p = g_malloc0(row->sub->size);
        rows_init(row->sub, *p);
        return read_in(planned, row->sub, *p, json, 0, reader);
}

static int read_extra(const PlannedRow *planned, Extra *extra, const Json *json, Reader *reader)
{
        const RowNamespace *space;

        for (size_t i = 0; (space = rows_space(planned->rows, i)) && !extra->space; i++) {
                const Json *content = get(json, space->prefix, reader);

                if (!content)
                        continue;
                *extra = (Extra){ .space = space, .content = g_malloc0(space->rows->size) };
                if (read_in(planned, space->rows, extra->content, content, 0, reader) < 0)
                        return -1;
        }
        return 0;
}

static int read_row(const PlannedRow *planned, void *s, const Json *json, Reader *reader)
{
        const Row *row = planned->row;
        const Rows *arm;

        if (row->kind != ROW_VALUE && row->when && !row->when(s))
                return 0;
        switch (row->kind) {
        case ROW_VALUE: return read_value(planned, row_at(s, row), json, reader);
        case ROW_STRUCT: return read_in(planned, row->sub, row_at(s, row), json, 0, reader);
        case ROW_POINTER: return read_pointer(planned, row_at(s, row), json, reader);
        case ROW_CHOICE: arm = row_arm(s, row); return arm ? read_in(planned, arm, row_at(s, row), json, 0, reader) : 0;
        case ROW_EXTRA: return read_extra(planned, row_at(s, row), json, reader);
        case ROW_ARRAY: return read_array(planned, s, json, reader);
        }
        return 0;
}

/* Rules between fields know the struct, not the place. */
static int add_place(Reader *reader)
{
        Error *err = reader->err;
        ERROR_AUTO Error old = ERROR_INIT;

        if (!err || !err->str2)
                return -1;
        error_move(&old, err);
        return error_set_from(err, old.domain, old.code, "%s (%s)", old.str2, reader->path->str);
}

static int read_struct(const Rows *rows, void *s, const Json *json, Reader *reader)
{
        const RowPlan *plan = rows_plan(rows);

        for (size_t i = 0; i < plan->n; i++) {
                const PlannedRow *planned = &plan->rows[i];
                const Json *inner;

                if (planned->row->flags & ROW_LEGACY)
                        continue;
                inner = walk(json, planned, planned->n_steps, reader);
                if (inner) {
                        if (read_row(planned, s, inner, reader) < 0)
                                return -1;
                } else if (planned->row->flags & ROW_REQUIRED && !(reader->flags & ROWS_PARTIAL) &&
                           !row_skipped(planned->row, reader->flags)) {
                        return fail(planned, "it is missing", reader);
                }
        }
        if (reader->flags & ROWS_NO_SETTLE)
                return 0;
        if (rows->settle && rows->settle(s, reader->flags, reader->err) < 0)
                return add_place(reader);
        if (rows->check && rows->check(s, reader->err) < 0)
                return add_place(reader);
        return 0;
}

/* The first key that nobody asked for. */
typedef struct Unknown {
        Reader *reader;
        const char *outer; /* key of what holds it */
        GString *path;
        bool found;
} Unknown;

static void find_unknown(const Json *json, Unknown *unknown);

static void look_at(const char *key, Json *value, void *opaque)
{
        Unknown *unknown = opaque;
        size_t begin = unknown->path->len;
        const char *outer = unknown->outer;

        if (unknown->found || !value)
                return;
        g_string_append_printf(unknown->path, "%s%s", *key == '[' ? "" : "/", key);
        if (!g_hash_table_contains(unknown->reader->seen, value)) {
                g_autofree char *near =
                        rows_nearest_name(unknown->reader->root, unknown->reader->element, outer, key, false);
                g_autofree char *hint = near ? g_strdup_printf("; did you mean '%s'?", near) : g_strdup("");
                bool known = g_strcmp0(near, key) == 0;

                unknown->found = true;
                error_set(unknown->reader->err, VIR_ERR_XML_ERROR, "%s: %s%s", unknown->path->str,
                          known ? "not what can stand here" : "unknown key", known ? "" : hint);
                return;
        }
        unknown->outer = key;
        find_unknown(value, unknown);
        unknown->outer = outer;
        g_string_truncate(unknown->path, begin);
}

static void find_unknown(const Json *json, Unknown *unknown)
{
        json_each(json, look_at, unknown);
        for (size_t i = 0; i < json_length(json) && !unknown->found; i++) {
                g_autofree char *position = g_strdup_printf("[%zu]", i + 1);

                look_at(position, json_at(json, i), unknown);
        }
}

int rows_from_json(const Rows *rows, void *s, const Json *json, const char *name, unsigned flags, Error *err)
{
        g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
        g_autoptr(GString) path = g_string_new(name);
        ERROR_AUTO Error local = ERROR_INIT;
        Reader reader = { .flags = flags, .root = rows, .element = name, .seen = seen, .path = path, .err = &local };
        Unknown unknown = { .reader = &reader, .outer = name, .path = path };

        if (read_struct(rows, s, json, &reader) == 0)
                find_unknown(json, &unknown);
        return error_is_set(&local) ? error_move(err, &local) : 0;
}

static void take_key(const char *key, Json *value, void *opaque)
{
        *(const char **)opaque = key;
}

const DocumentKind *document_kind_of_json(const Json *json, Error *err)
{
        const char *name = NULL;
        const DocumentKind *kind;

        json_each(json, take_key, &name);
        if (json_members(json) != 1)
                return error_null(err, VIR_ERR_XML_ERROR,
                                  "a document in JSON is an object with one key, which says what it is: "
                                  "{\"domain\": {...}}");
        kind = document_kind(name);
        if (!kind || !json_is_object(json_get(json, name)))
                return error_null(err, VIR_ERR_XML_ERROR, "no document is called '%s', or it is no object", name);
        return kind;
}

int document_from_json(const Json *json, unsigned flags, const DocumentKind **ret_kind, void **ret, Error *err)
{
        const DocumentKind *kind = document_kind_of_json(json, err);
        void *s;

        if (!kind)
                return -1;
        s = document_new(kind);
        if (rows_from_json(kind->rows, s, json_get(json, kind->name), kind->name, flags, err) < 0) {
                document_free(kind, s);
                return -1;
        }
        *ret_kind = kind;
        *ret = s;
        return 0;
}
