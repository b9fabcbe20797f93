/* What is known by which name: namespaces of drivers, and the spelling nearest to an unknown one. */
#include "rows/rows_plan.h"

#include <pthread.h>
#include <string.h>

ENUM_TABLE(Switch, SWITCH_MAX_) = { [SWITCH_ON] = "on", [SWITCH_OFF] = "off" };
ENUM_TABLE(YesNo, YESNO_MAX_) = { [YESNO_YES] = "yes", [YESNO_NO] = "no" };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* spaces, n_spaces */
static const RowNamespace *spaces[16];
static size_t n_spaces;

void rows_register(const RowNamespace *space)
{
        pthread_mutex_lock(&lock);
        for (size_t i = 0; i < n_spaces; i++)
                if (spaces[i] == space)
                        space = NULL;
        g_assert(n_spaces < G_N_ELEMENTS(spaces));
        if (space)
                spaces[n_spaces++] = space;
        pthread_mutex_unlock(&lock);
}

const RowNamespace *rows_space(const Rows *owner, size_t index)
{
        const RowNamespace *space = NULL;

        pthread_mutex_lock(&lock);
        for (size_t i = 0; i < n_spaces && !space; i++)
                if (spaces[i]->owner == owner && index-- == 0)
                        space = spaces[i];
        pthread_mutex_unlock(&lock);
        return space;
}

bool row_boolean(const Row *row)
{
        return row->codec->nature == ROW_IS_BOOLEAN || ((row->codec == &row_enum || row->codec == &row_state) &&
                                                        (row->names == Switch_names || row->names == YesNo_names));
}

const RowNamespace *rows_namespace_of(const Rows *owner, const XmlNode *element)
{
        const RowNamespace *space;

        for (const XmlNode *child = element->first; child; child = child->next)
                for (size_t i = 0; child->space && (space = rows_space(owner, i)); i++)
                        if (strcmp(space->uri, child->space) == 0)
                                return space;
        return NULL;
}

int enum_value_of(const char *const *names, size_t n, const char *text)
{
        for (size_t i = 0; i < n; i++)
                if (names[i] && strcmp(names[i], text) == 0)
                        return (int)i;
        return -1;
}

typedef struct Search {
        const char *element;
        bool attribute;
        GPtrArray *names;
        GHashTable *visited; /* of "table element" */
} Search;

static void collect(const Rows *rows, const char *element, Search *search);

static void collect_below(const PlannedRow *planned, const char *element, Search *search)
{
        const Row *row = planned->row;

        switch (row->kind) {
        case ROW_STRUCT:
        case ROW_POINTER:
        case ROW_ARRAY: collect(row->sub, element, search); break;
        case ROW_CHOICE:
                for (size_t i = 0; i < row->n_arms; i++)
                        if (row->arms[i])
                                collect(row->arms[i], element, search);
                break;
        case ROW_VALUE:
        case ROW_EXTRA: break;
        }
}

static void collect_names(const char *step, Search *search)
{
        g_auto(GStrv) names = g_strsplit(step, "|", -1);

        for (char **name = names; *name; name++)
                g_ptr_array_add(search->names, (char *)g_intern_string(*name));
}

static void collect(const Rows *rows, const char *element, Search *search)
{
        const RowPlan *plan = rows_plan(rows);
        g_autofree char *key = g_strdup_printf("%p %s", (const void *)rows, element);

        if (!g_hash_table_add(search->visited, g_steal_pointer(&key)))
                return;
        for (size_t i = 0; i < plan->n; i++) {
                const PlannedRow *planned = &plan->rows[i];
                const char *inside = element;

                for (unsigned k = 0; k < planned->n_steps; k++) {
                        if (!search->attribute && row_names_include(inside, search->element))
                                collect_names(planned->steps[k].name, search);
                        inside = planned->steps[k].name;
                }
                if (search->attribute && planned->leaf == LEAF_ATTRIBUTE && row_names_include(inside, search->element))
                        g_ptr_array_add(search->names, (char *)planned->attribute);
                collect_below(planned, inside, search);
        }
}

char *rows_nearest_name(const Rows *rows, const char *root, const char *element, const char *name, bool attribute)
{
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        g_autoptr(GHashTable) visited = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        Search search = { .element = element, .attribute = attribute, .names = names, .visited = visited };

        collect(rows, root, &search);
        g_ptr_array_add(names, NULL);
        return g_strdup(text_nearest(name, (const char *const *)names->pdata));
}
