/* Where two structs differ, row by row. */
#include "rows/rows_plan.h"

#include <string.h>

typedef struct Compare {
        unsigned mask;
        bool (*func)(const RowDifference *difference, void *opaque);
        void *opaque;
        GString *path;
        bool any, stop;
} Compare;

static void compare_struct(const Rows *rows, const void *a, const void *b, Compare *compare);

static bool is_asked(const Row *row, const Compare *compare)
{
        return !compare->mask || row->flags & compare->mask;
}

static void report(const Row *row, const char *before, const char *after, Compare *compare)
{
        RowDifference difference = { .row = row, .path = compare->path->str, .before = before, .after = after };

        compare->any = true;
        if (!compare->func || compare->func(&difference, compare->opaque))
                compare->stop = true;
}

static char *value_of(const Row *row, const void *p)
{
        g_autoptr(GString) text = NULL;

        if (!row_is_set(row, p) && !(row->flags & ROW_ALWAYS))
                return NULL;
        text = g_string_new(NULL);
        row->codec->text(row, p, text);
        return g_strdup(text->str);
}

static bool same_value(const Row *row, const void *a, const void *b)
{
        if (row->codec->same)
                return row->codec->same(a, b);
        return memcmp(a, b, row->codec->size) == 0;
}

static void compare_value(const Row *row, const void *a, const void *b, Compare *compare)
{
        g_autofree char *before = NULL;
        g_autofree char *after = NULL;

        if (row->flags & ROW_LEGACY || !is_asked(row, compare) || same_value(row, a, b))
                return;
        before = value_of(row, a);
        after = value_of(row, b);
        report(row, before, after, compare);
}

static void compare_array(const Row *row, const void *a, const void *b, Compare *compare)
{
        size_t n_a = *row_count(a, row), n_b = *row_count(b, row);
        const char *items_a = *(char *const *)row_at(a, row);
        const char *items_b = *(char *const *)row_at(b, row);
        size_t begin = compare->path->len;

        if (n_a != n_b && is_asked(row, compare)) {
                g_autofree char *before = g_strdup_printf("%zu", n_a);
                g_autofree char *after = g_strdup_printf("%zu", n_b);

                report(row, before, after, compare);
        }
        for (size_t i = 0; i < MIN(n_a, n_b) && !compare->stop; i++) {
                g_string_append_printf(compare->path, "[%zu]", i + 1);
                compare_struct(row->sub, items_a + i * row->sub->size, items_b + i * row->sub->size, compare);
                g_string_truncate(compare->path, begin);
        }
}

static void compare_pointer(const Row *row, const void *a, const void *b, Compare *compare)
{
        if (a && b)
                compare_struct(row->sub, a, b, compare);
        else if ((a || b) && is_asked(row, compare))
                report(row, a ? "present" : NULL, b ? "present" : NULL, compare);
}

static void compare_extra(const Row *row, const Extra *a, const Extra *b, Compare *compare)
{
        if (a->space && a->space == b->space)
                compare_struct(a->space->rows, a->content, b->content, compare);
        else if (a->space != b->space && is_asked(row, compare))
                report(row, a->space ? a->space->uri : NULL, b->space ? b->space->uri : NULL, compare);
}

static void compare_row(const Row *row, const void *a, const void *b, Compare *compare)
{
        const void *p = row_at(a, row), *q = row_at(b, row);
        const Rows *arm;

        switch (row->kind) {
        case ROW_VALUE: compare_value(row, p, q, compare); break;
        case ROW_STRUCT: compare_struct(row->sub, p, q, compare); break;
        case ROW_POINTER: compare_pointer(row, *(void *const *)p, *(void *const *)q, compare); break;
        case ROW_ARRAY: compare_array(row, a, b, compare); break;
        case ROW_CHOICE: /* a different tag was reported by its own row */
                arm = row_arm(a, row);
                if (arm && arm == row_arm(b, row))
                        compare_struct(arm, p, q, compare);
                break;
        case ROW_EXTRA: compare_extra(row, p, q, compare); break;
        }
}

static void compare_struct(const Rows *rows, const void *a, const void *b, Compare *compare)
{
        size_t begin = compare->path->len;

        for (const Row *row = rows->rows; row->path && !compare->stop; row++) {
                if (*row->path && strcmp(row->path, ".") != 0)
                        g_string_append_printf(compare->path, "%s%s", begin ? "/" : "", row->path);
                compare_row(row, a, b, compare);
                g_string_truncate(compare->path, begin);
        }
}

bool rows_compare(const Rows *rows, const void *a, const void *b, unsigned mask,
                  bool (*func)(const RowDifference *difference, void *opaque), void *opaque)
{
        Compare compare = { .mask = mask, .func = func, .opaque = opaque, .path = g_string_new(NULL) };

        compare_struct(rows, a, b, &compare);
        g_string_free(compare.path, TRUE);
        return compare.any;
}
