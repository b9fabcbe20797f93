/* The life of a described struct: freeing, copying, its rules, its lists. */
#include "rows/rows_plan.h"

#include <string.h>

static void drop_rows(const Rows *rows, void *s);

static void drop_array(const Row *row, void *s)
{
        char **array = row_at(s, row);
        size_t *n = row_count(s, row);

        for (size_t i = 0; i < *n; i++)
                rows_drop(row->sub, *array + i * row->sub->size);
        g_free(*array);
        *array = NULL;
        *n = 0;
}

static void drop_pointer(const Rows *rows, void **p)
{
        if (!*p)
                return;
        rows_drop(rows, *p);
        g_free(*p);
        *p = NULL;
}

static void drop_row(const Row *row, void *s)
{
        void *p = row_at(s, row);
        const Rows *arm;
        Extra *extra = p;

        switch (row->kind) {
        case ROW_VALUE:
                if (row->codec->drop && !(row->flags & ROW_LEGACY))
                        row->codec->drop(p);
                break;
        case ROW_STRUCT: drop_rows(row->sub, p); break;
        case ROW_POINTER: drop_pointer(row->sub, p); break;
        case ROW_ARRAY: drop_array(row, s); break;
        case ROW_CHOICE:
                arm = row_arm(s, row);
                if (arm)
                        drop_rows(arm, p);
                break;
        case ROW_EXTRA:
                if (extra->space)
                        drop_pointer(extra->space->rows, &extra->content);
                break;
        }
}

/* Members keep their bytes until all are dropped: a later union may have its tag among them. */
static void drop_rows(const Rows *rows, void *s)
{
        for (const Row *row = rows->rows; row->path; row++)
                drop_row(row, s);
}

void rows_drop(const Rows *rows, void *s)
{
        drop_rows(rows, s);
        memset(s, 0, rows->size);
}

static void copy_array(const Row *row, void *to, const void *from)
{
        size_t n = *row_count(from, row);
        const char *source = *(char *const *)row_at(from, row);
        char *copy = NULL;

        if (n > 0) {
                copy = g_malloc_n(n, row->sub->size);
                memcpy(copy, source, n * row->sub->size);
        }
        for (size_t i = 0; i < n; i++)
                rows_copy(row->sub, copy + i * row->sub->size, source + i * row->sub->size);
        *(char **)row_at(to, row) = copy;
}

static void *copy_pointer(const Rows *rows, const void *from)
{
        void *copy;

        if (!from)
                return NULL;
        copy = g_malloc(rows->size);
        rows_copy(rows, copy, from);
        return copy;
}

static void copy_row(const Row *row, void *to, const void *from)
{
        void *p = row_at(to, row);
        const void *source = row_at(from, row);
        const Extra *extra = source;
        const Rows *arm;

        switch (row->kind) {
        case ROW_VALUE:
                if (row->codec->copy && !(row->flags & ROW_LEGACY))
                        row->codec->copy(p, source);
                break;
        case ROW_STRUCT: rows_copy(row->sub, p, source); break;
        case ROW_POINTER: *(void **)p = copy_pointer(row->sub, *(void *const *)source); break;
        case ROW_ARRAY: copy_array(row, to, from); break;
        case ROW_CHOICE:
                arm = row_arm(from, row);
                if (arm)
                        rows_copy(arm, p, source);
                break;
        case ROW_EXTRA:
                if (extra->space)
                        ((Extra *)p)->content = copy_pointer(extra->space->rows, extra->content);
                break;
        }
}

void rows_copy(const Rows *rows, void *to, const void *from)
{
        memmove(to, from, rows->size);
        for (const Row *row = rows->rows; row->path; row++)
                copy_row(row, to, from);
}

static int settle_row(const Row *row, void *s, unsigned flags, Error *err)
{
        void *p = row_at(s, row);
        const Rows *arm;

        switch (row->kind) {
        case ROW_STRUCT: return rows_settle(row->sub, p, flags, err);
        case ROW_POINTER: return *(void **)p ? rows_settle(row->sub, *(void **)p, flags, err) : 0;
        case ROW_ARRAY:
                for (size_t i = 0; i < *row_count(s, row); i++)
                        if (rows_settle(row->sub, *(char **)p + i * row->sub->size, flags, err) < 0)
                                return -1;
                return 0;
        case ROW_CHOICE: arm = row_arm(s, row); return arm ? rows_settle(arm, p, flags, err) : 0;
        case ROW_VALUE:
        case ROW_EXTRA: break;
        }
        return 0;
}

int rows_settle(const Rows *rows, void *s, unsigned flags, Error *err)
{
        for (const Row *row = rows->rows; row->path; row++)
                if (settle_row(row, s, flags, err) < 0)
                        return -1;
        return rows->settle ? rows->settle(s, flags, err) : 0;
}

static int check_row(const Row *row, const void *s, Error *err)
{
        const void *p = row_at(s, row);
        const Rows *arm;

        switch (row->kind) {
        case ROW_STRUCT: return rows_check(row->sub, p, err);
        case ROW_POINTER: return *(void *const *)p ? rows_check(row->sub, *(void *const *)p, err) : 0;
        case ROW_ARRAY:
                for (size_t i = 0; i < *row_count(s, row); i++)
                        if (rows_check(row->sub, *(char *const *)p + i * row->sub->size, err) < 0)
                                return -1;
                return 0;
        case ROW_CHOICE: arm = row_arm(s, row); return arm ? rows_check(arm, p, err) : 0;
        case ROW_VALUE:
        case ROW_EXTRA: break;
        }
        return 0;
}

int rows_check(const Rows *rows, const void *s, Error *err)
{
        for (const Row *row = rows->rows; row->path; row++)
                if (check_row(row, s, err) < 0)
                        return -1;
        return rows->check ? rows->check(s, err) : 0;
}

void *rows_list_insert(const Rows *rows, void *array, size_t *n, size_t index)
{
        char **list = array;
        char *place;

        g_assert(index <= *n);
        *list = g_realloc_n(*list, *n + 1, rows->size);
        place = *list + index * rows->size;
        memmove(place + rows->size, place, (*n - index) * rows->size);
        memset(place, 0, rows->size);
        rows_init(rows, place);
        (*n)++;
        return place;
}

void rows_list_remove(const Rows *rows, void *array, size_t *n, size_t index)
{
        char **list = array;
        char *place = *list + index * rows->size;

        g_assert(index < *n);
        rows_drop(rows, place);
        (*n)--;
        memmove(place, place + rows->size, (*n - index) * rows->size);
}
