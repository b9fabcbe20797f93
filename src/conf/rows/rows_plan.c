/* Takes the paths of a table apart, once for each table. */
#include "rows/rows_plan.h"

#include <string.h>

/* "source[mode=bind]" */
static void plan_step(RowStep *step, char *text)
{
        char *selector = strchr(text, '[');

        if (selector) {
                char *equals = strchr(selector, '=');

                *selector++ = 0;
                *equals++ = 0;
                equals[strcspn(equals, "]")] = 0;
                step->attribute = g_intern_string(selector);
                step->value = g_intern_string(equals);
        }
        step->name = g_intern_string(text);
        step->several = strpbrk(text, "*|") != NULL;
}

bool row_names_include(const char *names, const char *name)
{
        size_t length;

        if (strcmp(names, name) == 0 || strcmp(names, "*") == 0)
                return true;
        for (const char *at = names; *at; at += length + (at[length] == '|')) {
                length = strcspn(at, "|");
                if (strncmp(at, name, length) == 0 && !name[length])
                        return true;
        }
        return false;
}

static bool same_step(const RowStep *a, const RowStep *b)
{
        return a->name == b->name && a->attribute == b->attribute && a->value == b->value;
}

static void plan_row(PlannedRow *planned, const Row *row)
{
        g_auto(GStrv) parts = g_strsplit(row->path, "/", -1);

        planned->row = row;
        planned->leaf = LEAF_TEXT;
        for (char **part = parts; *part; part++) {
                if (**part == '@') {
                        planned->leaf = LEAF_ATTRIBUTE;
                        planned->attribute = g_intern_string(*part + 1);
                } else if (strcmp(*part, "name()") == 0) {
                        planned->leaf = LEAF_NAME;
                } else if (**part && strcmp(*part, ".") != 0) {
                        g_assert(planned->n_steps < ROW_STEPS_MAX);
                        plan_step(&planned->steps[planned->n_steps++], *part);
                }
        }
}

/* Each element of an array is one of its own: what follows never continues it. */
static uint8_t shared_steps(const PlannedRow *before, const PlannedRow *planned)
{
        unsigned max = before->n_steps - (before->row->kind == ROW_ARRAY ? 1 : 0);
        unsigned own = planned->n_steps - (planned->row->kind == ROW_ARRAY ? 1 : 0);
        uint8_t shared = 0;

        while (shared < MIN(max, own) && same_step(&before->steps[shared], &planned->steps[shared]))
                shared++;
        return shared;
}

static RowPlan *make_plan(const Rows *rows)
{
        size_t n = 0;
        RowPlan *plan;

        while (rows->rows[n].path)
                n++;
        plan = g_malloc0(sizeof(RowPlan) + n * sizeof(PlannedRow));
        plan->n = n;
        for (size_t i = 0; i < n; i++) {
                plan_row(&plan->rows[i], &rows->rows[i]);
                plan->rows[i].rows = rows;
                if (rows->rows[i].codec == &row_rest)
                        plan->rest = &plan->rows[i];
                if (i > 0)
                        plan->rows[i].shared = shared_steps(&plan->rows[i - 1], &plan->rows[i]);
        }
        return plan;
}

const RowPlan *rows_plan(const Rows *rows)
{
        RowPlan *plan = g_atomic_pointer_get(rows->plan);

        if (plan)
                return plan;
        plan = make_plan(rows);
        if (g_atomic_pointer_compare_and_exchange(rows->plan, NULL, plan))
                return plan;
        g_free(plan); /* another thread was first */
        return g_atomic_pointer_get(rows->plan);
}
