/* Guards: whether a table is sound, and whether every row survives a round trip. Used by tests. */
#include <string.h>

#include "conf/document_json.h"
#include "rows/rows_plan.h"

typedef struct Guard {
        GHashTable *visited; /* tables */
        GHashTable *offsets; /* absolute offsets of the rows of one table, embedded structs included */
        char *complaint;
} Guard;

static void complain(Guard *guard, const Rows *rows, const Row *row, const char *what)
{
        if (!guard->complaint)
                guard->complaint = g_strdup_printf("%s: row '%s': %s", rows->name, row->path, what);
}

/* No two rows have one member, but for old spellings and the members of a union. */
static void guard_offsets(const Rows *rows, size_t base, Guard *guard)
{
        for (const Row *row = rows->rows; row->path; row++) {
                size_t at = base + row->at;

                if (row->kind == ROW_STRUCT)
                        guard_offsets(row->sub, at, guard);
                else if (!(row->flags & ROW_LEGACY) && row->codec != &row_count_of &&
                         !g_hash_table_add(guard->offsets, GSIZE_TO_POINTER(at)))
                        complain(guard, rows, row, "another row has the same member");
                if (row->at >= rows->size)
                        complain(guard, rows, row, "its member lies outside of the struct");
        }
}

/* A union is read after its tag. */
static void guard_tags(const Rows *rows, Guard *guard)
{
        for (const Row *choice = rows->rows; choice->path; choice++) {
                if (choice->kind != ROW_CHOICE)
                        continue;
                for (const Row *row = choice + 1; row->path; row++)
                        if (row->kind == ROW_VALUE && row->at == choice->aux)
                                complain(guard, rows, choice, "its tag comes behind it");
        }
}

/* The rows of one element stand together, else it would be written twice. */
static void guard_elements(const Rows *rows, Guard *guard)
{
        g_autoptr(GHashTable) closed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        const RowPlan *plan = rows_plan(rows);

        for (size_t i = 0; i < plan->n; i++) {
                const PlannedRow *planned = &plan->rows[i];
                unsigned steps = planned->n_steps - (planned->row->kind == ROW_ARRAY ? 1 : 0);
                g_autoptr(GString) path = g_string_new(NULL);

                for (unsigned k = 0; k < steps; k++) {
                        const RowStep *step = &planned->steps[k];

                        g_string_append_printf(path, "/%s[%s]", step->name, step->value ? step->value : "");
                        if (k >= planned->shared && !(planned->row->flags & ROW_LEGACY) &&
                            !g_hash_table_add(closed, g_strdup(path->str)))
                                complain(guard, rows, planned->row, "its element was closed by a row between");
                }
        }
}

static void guard_kind(const Rows *rows, const Row *row, Guard *guard)
{
        if (row->kind == ROW_VALUE && (!row->codec || !row->codec->read || !row->codec->text || !row->codec->size))
                complain(guard, rows, row, "its codec is incomplete");
        if (row_named(row) && !row->names[0] && !row->names[1])
                complain(guard, rows, row, "its enumeration has no names");
        if (row->kind == ROW_POINTER && !*row->path)
                complain(guard, rows, row, "a struct that is allocated needs an element of its own");
        if (row->kind == ROW_ARRAY && !*row->path)
                complain(guard, rows, row, "a list needs an element");
}

/* @drivers, of @row or of its whole table, are names of hypervisors. */
static void guard_drivers(const Rows *rows, const Row *row, const char *drivers, Guard *guard)
{
        static const char *const known[] = { "qemu", "lxc", "xen", "bhyve", "vmware", "vbox", NULL };
        g_auto(GStrv) names = g_strsplit(drivers ? drivers : "qemu", ", ", -1);

        for (size_t i = 0; names[i]; i++)
                if (!g_strv_contains(known, names[i]))
                        complain(guard, rows, row, "it names a driver that nobody knows");
}

static void guard_table(const Rows *rows, Guard *guard)
{
        if (!g_hash_table_add(guard->visited, (void *)rows))
                return;
        g_hash_table_remove_all(guard->offsets);
        guard_offsets(rows, 0, guard);
        guard_tags(rows, guard);
        guard_elements(rows, guard);
        guard_drivers(rows, rows->rows, rows->drivers, guard);
        for (const Row *row = rows->rows; row->path; row++) {
                guard_kind(rows, row, guard);
                guard_drivers(rows, row, row->drivers, guard);
                if (row->kind == ROW_STRUCT || row->kind == ROW_POINTER || row->kind == ROW_ARRAY)
                        guard_table(row->sub, guard);
                for (size_t i = 0; row->kind == ROW_CHOICE && i < row->n_arms; i++)
                        if (row->arms[i])
                                guard_table(row->arms[i], guard);
        }
}

char *rows_guard(const Rows *rows)
{
        g_autoptr(GHashTable) visited = g_hash_table_new(NULL, NULL);
        g_autoptr(GHashTable) offsets = g_hash_table_new(NULL, NULL);
        Guard guard = { .visited = visited, .offsets = offsets };

        guard_table(rows, &guard);
        return guard.complaint;
}

/* Round trips. Everything but the row in question, and the tags and lists on the way to it, stays empty. */
typedef struct Trip {
        const Rows *rows;
        void *root;
        const char *element;
        GPtrArray *way; /* tables on the way: what contains itself is entered once */
        GString *where;
        char *complaint;
        size_t n;
} Trip;

static void trip_struct(const Rows *rows, void *s, Trip *trip);

static void fail_trip(Trip *trip, const Row *row, const char *what, const char *xml)
{
        if (!trip->complaint)
                trip->complaint = g_strdup_printf("%s%s: %s:\n%s", trip->where->str, row->path, what, xml);
}

static void json_trip(Trip *trip, const Row *row, const char *xml, unsigned flags)
{
        g_autoptr(Json) json = rows_to_json(trip->rows, trip->root, flags);
        g_autofree char *again = NULL;
        g_autofree void *copy = g_malloc0(trip->rows->size);
        ERROR_AUTO Error err = ERROR_INIT;

        rows_init(trip->rows, copy);
        if (rows_from_json(trip->rows, copy, json, trip->element, flags, &err) < 0)
                fail_trip(trip, row, err.message, xml);
        else if (again = rows_document(trip->rows, copy, trip->element, flags), strcmp(xml, again) != 0)
                fail_trip(trip, row, "the copy from JSON is written differently", xml);
        rows_drop(trip->rows, copy);
}

static void make_trip(Trip *trip, const Row *row, const char *text)
{
        enum { FLAGS = ROWS_SECURE | ROWS_STATUS | ROWS_NO_SETTLE | ROWS_PARTIAL | ROWS_VALIDATE };
        g_autofree char *xml = rows_document(trip->rows, trip->root, trip->element, FLAGS);
        g_autofree char *again = NULL;
        g_autofree void *copy = g_malloc0(trip->rows->size);
        g_autoptr(XmlDocument) document = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        trip->n++;
        rows_init(trip->rows, copy);
        if (!strstr(xml, text))
                fail_trip(trip, row, "the value was not written", xml);
        else if (xml_read(xml, strlen(xml), "round trip", trip->element, &document, &err) < 0 ||
                 rows_parse(trip->rows, copy, xml_root(document), FLAGS, &err) < 0)
                fail_trip(trip, row, err.message, xml);
        else if (rows_compare(trip->rows, trip->root, copy, 0, NULL, NULL))
                fail_trip(trip, row, "the copy that was read differs", xml);
        else if (again = rows_document(trip->rows, copy, trip->element, FLAGS), strcmp(xml, again) != 0)
                fail_trip(trip, row, "the copy is written differently", xml);
        else
                json_trip(trip, row, xml, FLAGS);
        rows_drop(trip->rows, copy);
}

/* A text that the codec takes and gives back. */
static const char *sample_text(const RowCodec *codec)
{
        static const struct {
                const RowCodec *codec;
                const char *text;
        } samples[] = {
                { &row_alias, "ua-some" },
                { &row_cpus, "0-3,7" },
                { &row_mac, "52:54:00:01:02:0f" },
                { &row_uuid, "c7a5fdbd-edaf-9455-926a-d65c16db1809" },
                { &row_octal, "0644" },
                { &row_genid, "c7a5fdbd-edaf-9455-926a-d65c16db1809" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(samples); i++)
                if (samples[i].codec == codec)
                        return samples[i].text;
        return codec->sample ? codec->sample : "7";
}

static void trip_text(const Row *row, void *p, const char *text, const char *written, Trip *trip)
{
        const RowCodec *codec = row->codec;
        g_autofree void *saved = g_memdup2(p, codec->size);

        memset(p, 0, codec->size);
        if (!codec->read(row, p, text, NULL))
                fail_trip(trip, row, "its codec refuses the sample", text);
        else
                make_trip(trip, row, written);
        if (codec->drop)
                codec->drop(p);
        memcpy(p, saved, codec->size);
}

static void trip_value(const PlannedRow *planned, void *p, Trip *trip)
{
        const Row *row = planned->row;
        const RowCodec *codec = row->codec;
        g_autofree char *raw = NULL;

        switch (codec->form) {
        case ROW_PRESENCE: trip_text(row, p, "", planned->steps[planned->n_steps - 1].name, trip); return;
        case ROW_VERBATIM:
                raw = g_strdup_printf("<%s><x:some xmlns:x='urn:some'>text</x:some></%s>", row->path, row->path);
                trip_text(row, p, raw, "<x:some xmlns:x=\"urn:some\">text</x:some>", trip);
                return;
        case ROW_ONOFF:
        case ROW_TEXT: break;
        }
        if (row_named(row)) {
                for (unsigned i = 0; i == 0 || row->names[i]; i++)
                        if (row->names[i] && (i > 0 || row->flags & ROW_ALWAYS))
                                trip_text(row, p, row->names[i], row->names[i], trip);
        } else if (codec == &row_string && planned->leaf == LEAF_NAME) {
                trip_text(row, p, "some", "some", trip);
        } else if (codec == &row_string) {
                trip_text(row, p, "some & text", "some &amp; text", trip);
        } else if (codec == &row_size || codec == &row_mib) {
                trip_text(row, p, "2097152", "2", trip);
        } else {
                trip_text(row, p, sample_text(codec), sample_text(codec), trip);
        }
}

static void trip_arms(const Row *row, void *s, Trip *trip)
{
        uint8_t *tag = (uint8_t *)s + row->aux;
        uint8_t saved = *tag;

        for (size_t i = 0; i < row->n_arms; i++) {
                *tag = (uint8_t)i;
                if (row->arms[i])
                        trip_struct(row->arms[i], row_at(s, row), trip);
        }
        *tag = saved;
}

/* What is selected by having an attribute (an enumeration of its own) must have it. */
static void give_attribute(const PlannedRow *planned, void *s)
{
        const RowStep *step = planned->n_steps ? &planned->steps[planned->n_steps - 1] : NULL;

        if (!step || !step->attribute || strcmp(step->value, "*") != 0)
                return;
        for (const Row *row = planned->row->sub->rows; row->path; row++)
                if (row->path[0] == '@' && strcmp(row->path + 1, step->attribute) == 0)
                        *(uint8_t *)row_at(s, row) = 1;
}

static void trip_pointer(const PlannedRow *planned, void **p, Trip *trip)
{
        const Row *row = planned->row;

        *p = g_malloc0(row->sub->size);
        rows_init(row->sub, *p);
        give_attribute(planned, *p);
        make_trip(trip, row, "");
        trip_struct(row->sub, *p, trip);
        rows_drop(row->sub, *p);
        g_clear_pointer(p, g_free);
}

static void trip_array(const Row *row, void *s, Trip *trip)
{
        void *array = row_at(s, row);
        size_t *n = row_count(s, row);
        bool named = strcmp(row->path + strlen(row->path) - 1, "*") == 0;

        void *item = rows_list_insert(row->sub, array, n, 0);

        if (strchr(row->path, '|')) /* the first of the names */
                *(uint8_t *)row_at(item, row->sub->rows) = 1;
        else if (named) /* elements of any name have theirs in the first row */
                *(char **)row_at(item, row->sub->rows) = g_strdup("some");
        trip_struct(row->sub, item, trip);
        make_trip(trip, row, "");
        rows_list_remove(row->sub, array, n, 0);
        g_clear_pointer((void **)array, g_free);
}

static void trip_row(const PlannedRow *planned, void *s, Trip *trip)
{
        const Row *row = planned->row;

        if (row->flags & ROW_LEGACY || row->codec == &row_count_of)
                return;
        switch (row->kind) {
        case ROW_VALUE:
                if (!row->when || row->when(s))
                        trip_value(planned, row_at(s, row), trip);
                break;
        case ROW_STRUCT:
                if (!row->when || row->when(s))
                        trip_struct(row->sub, row_at(s, row), trip);
                break;
        case ROW_POINTER:
                if (!row->when || row->when(s))
                        trip_pointer(planned, row_at(s, row), trip);
                break;
        case ROW_ARRAY: trip_array(row, s, trip); break;
        case ROW_CHOICE: trip_arms(row, s, trip); break;
        case ROW_EXTRA: break;
        }
}

/* An element that means something by being there means it for what stands in it as well. */
static void imply(const RowPlan *plan, size_t index, void *s, uint8_t value)
{
        const PlannedRow *inner = &plan->rows[index];

        for (size_t i = 0; i < plan->n; i++) {
                const PlannedRow *outer = &plan->rows[i];
                unsigned k = 0;

                if (i == index || outer->row->kind != ROW_VALUE || outer->n_steps > inner->n_steps ||
                    (outer->row->codec->form != ROW_PRESENCE && outer->row->codec->form != ROW_ONOFF))
                        continue;
                while (k < outer->n_steps && outer->steps[k].name == inner->steps[k].name)
                        k++;
                if (k == outer->n_steps)
                        *(uint8_t *)row_at(s, outer->row) = value;
        }
}

static void trip_struct(const Rows *rows, void *s, Trip *trip)
{
        const RowPlan *plan = rows_plan(rows);
        size_t begin = trip->where->len;

        if (g_ptr_array_find(trip->way, rows, NULL))
                return;
        g_ptr_array_add(trip->way, (void *)rows);
        g_string_append_printf(trip->where, "%s ", rows->name);
        for (size_t i = 0; i < plan->n && !trip->complaint; i++) {
                imply(plan, i, s, 1);
                trip_row(&plan->rows[i], s, trip);
                imply(plan, i, s, 0);
        }
        g_string_truncate(trip->where, begin);
        g_ptr_array_remove_index(trip->way, trip->way->len - 1);
}

char *rows_round_trip(const Rows *rows, const char *element, size_t *ret_n)
{
        g_autofree void *root = g_malloc0(rows->size);
        g_autoptr(GPtrArray) way = g_ptr_array_new();
        g_autoptr(GString) where = g_string_new(NULL);
        Trip trip = { .rows = rows, .root = root, .element = element, .way = way, .where = where };

        rows_init(rows, root);
        trip_struct(rows, root, &trip);
        rows_drop(rows, root);
        *ret_n = trip.n;
        return trip.complaint;
}
