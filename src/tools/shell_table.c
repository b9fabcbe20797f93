/* Tables: columns as wide as their widest cell on the terminal, whatever the script. */
#include "shell.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

struct Table {
        size_t n_columns;
        GPtrArray *rows; /* of char **, the first is the headings */
};

static char **take_cells(const char *first, va_list va, size_t *ret_n)
{
        GPtrArray *cells = g_ptr_array_new();

        for (const char *cell = first; cell; cell = va_arg(va, const char *))
                g_ptr_array_add(cells, g_strdup(cell));
        *ret_n = cells->len;
        g_ptr_array_add(cells, NULL);
        return (char **)g_ptr_array_free(cells, FALSE);
}

static void free_cells(gpointer cells)
{
        g_strfreev((char **)cells);
}

Table *table_new(const char *first, ...)
{
        Table *table = g_new0(Table, 1);
        va_list va;

        table->rows = g_ptr_array_new_with_free_func(free_cells);
        va_start(va, first);
        g_ptr_array_add(table->rows, take_cells(first, va, &table->n_columns));
        va_end(va);
        return table;
}

Table *table_free(Table *table)
{
        if (!table)
                return NULL;
        g_ptr_array_unref(table->rows);
        g_free(table);
        return NULL;
}

void table_row(Table *table, const char *first, ...)
{
        size_t n = 0;
        va_list va;

        va_start(va, first);
        g_ptr_array_add(table->rows, take_cells(first, va, &n));
        va_end(va);
        g_assert(n == table->n_columns);
}

/* The cell as it can be shown in the current locale, and its width there. What a terminal would obey or not know
 * becomes \xNN: names come from other people. */
static char *printable(const char *cell, size_t *ret_width)
{
        g_autoptr(GString) text = g_string_new(NULL);
        size_t left = strlen(cell);
        mbstate_t state = { 0 };

        *ret_width = 0;
        while (left > 0) {
                wchar_t wide = 0;
                size_t n = mbrtowc(&wide, cell, left, &state);

                if (n == (size_t)-1 || n == (size_t)-2 || !iswprint(wide)) {
                        g_string_append_printf(text, "\\x%02x", (unsigned char)*cell);
                        *ret_width += 4;
                        memset(&state, 0, sizeof(state));
                        n = 1;
                } else {
                        g_string_append_len(text, cell, (gssize)n);
                        *ret_width += (size_t)MAX(wcwidth(wide), 0);
                }
                cell += n;
                left -= n;
        }
        return g_string_free(g_steal_pointer(&text), FALSE);
}

static void measure(const Table *table, guint first_row, size_t *widths)
{
        for (guint row = first_row; row < table->rows->len; row++) {
                char **cells = (char **)g_ptr_array_index(table->rows, row);

                for (size_t i = 0; i < table->n_columns; i++) {
                        size_t width = 0;

                        g_free(printable(cells[i], &width));
                        widths[i] = MAX(widths[i], width);
                }
        }
}

static void format_row(GString *out, const Table *table, guint row, const size_t *widths)
{
        char **cells = (char **)g_ptr_array_index(table->rows, row);

        for (size_t i = 0; i < table->n_columns; i++) {
                size_t width = 0;
                g_autofree char *text = printable(cells[i], &width);

                g_string_append_c(out, ' ');
                g_string_append(out, text);
                if (i + 1 < table->n_columns)
                        g_string_append_printf(out, "%*s", (int)(widths[i] - width + 2), "");
        }
        g_string_append_c(out, '\n');
}

char *table_format(const Table *table, bool headings)
{
        GString *out = g_string_new(NULL);
        g_autofree size_t *widths = g_new0(size_t, table->n_columns);
        size_t total = 0;

        measure(table, headings ? 0 : 1, widths);
        if (headings) {
                format_row(out, table, 0, widths);
                for (size_t i = 0; i < table->n_columns; i++)
                        total += widths[i] + 3;
                while (total-- > 0)
                        g_string_append_c(out, '-');
                g_string_append_c(out, '\n');
        }
        for (guint row = 1; row < table->rows->len; row++)
                format_row(out, table, row, widths);
        return g_string_free(out, FALSE);
}

void table_print(Table *table, Shell *shell)
{
        g_autofree char *text = table_format(table, !shell->quiet);

        shell_print(shell, "%s", text);
}
