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

bool row_named(const Row *row)
{
        return row->codec == &row_enum || row->codec == &row_state || row->codec == &row_word;
}

bool row_boolean(const Row *row)
{
        return row->codec->nature == ROW_IS_BOOLEAN ||
               (row_named(row) && (row->names == Switch_names || row->names == YesNo_names));
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

/* A walk over everything that the rows know. */
typedef struct Search {
        const char *element; /* names of what is inside of these are collected */
        const char *wanted;  /* the elements that hold this are collected */
        bool attribute;
        GPtrArray *names;        /* interned */
        GPtrArray *places;       /* of @wanted: paths, interned */
        GString *with;           /* what must stand around @wanted in @element, "type='network'" */
        const char *tag, *value; /* of the arm that is being walked */
        GHashTable *visited;     /* of "table element" */
} Search;

static void collect(const Rows *rows, const char *path, Search *search);

/* The attribute whose value selects the arm. */
static const PlannedRow *tag_of(const PlannedRow *choice)
{
        const RowPlan *plan = rows_plan(choice->rows);

        for (size_t i = 0; i < plan->n; i++)
                if (plan->rows[i].row->codec == &row_enum && plan->rows[i].row->at == choice->row->aux &&
                    plan->rows[i].leaf == LEAF_ATTRIBUTE)
                        return &plan->rows[i];
        return NULL;
}

static void collect_arms(const PlannedRow *planned, const char *path, Search *search)
{
        const PlannedRow *tag = tag_of(planned);
        const char *outer_tag = search->tag, *outer_value = search->value;

        for (size_t i = 0; i < planned->row->n_arms; i++) {
                if (!planned->row->arms[i])
                        continue;
                search->tag = tag ? tag->attribute : NULL;
                search->value = tag ? tag->row->names[i] : NULL;
                collect(planned->row->arms[i], path, search);
        }
        search->tag = outer_tag;
        search->value = outer_value;
}

static void collect_below(const PlannedRow *planned, const char *path, Search *search)
{
        const Row *row = planned->row;

        switch (row->kind) {
        case ROW_STRUCT:
        case ROW_POINTER:
        case ROW_ARRAY: collect(row->sub, path, search); break;
        case ROW_CHOICE: collect_arms(planned, path, search); break;
        case ROW_VALUE:
        case ROW_EXTRA: break;
        }
}

static const char *last_name(const char *path)
{
        return strrchr(path, '/') + 1;
}

static void take(const char *path, const char *name, bool attribute, Search *search)
{
        g_auto(GStrv) names = g_strsplit(name, "|", -1);

        for (char **at = names; attribute == search->attribute && *at; at++) {
                bool here = row_names_include(last_name(path), search->element);

                if (here)
                        g_ptr_array_add(search->names, (char *)g_intern_string(*at));
                if (here && g_strcmp0(*at, search->wanted) == 0 && search->tag && search->value)
                        g_string_append_printf(search->with, "%s%s='%s'", search->with->len ? " or " : "", search->tag,
                                               search->value);
                if (search->wanted && strcmp(*at, search->wanted) == 0 &&
                    !g_ptr_array_find(search->places, g_intern_string(path), NULL))
                        g_ptr_array_add(search->places, (char *)g_intern_string(path));
        }
}

static void collect(const Rows *rows, const char *path, Search *search)
{
        const RowPlan *plan = rows_plan(rows);
        g_autofree char *key = g_strdup_printf("%p %s", (const void *)rows, last_name(path));

        if (!g_hash_table_add(search->visited, g_steal_pointer(&key)))
                return;
        for (size_t i = 0; i < plan->n; i++) {
                const PlannedRow *planned = &plan->rows[i];
                g_autoptr(GString) inside = g_string_new(path);

                if (planned == plan->rest)
                        continue;
                for (unsigned k = 0; k < planned->n_steps; k++) {
                        take(inside->str, planned->steps[k].name, false, search);
                        g_string_append_printf(inside, "/%s", planned->steps[k].name);
                }
                if (planned->leaf == LEAF_ATTRIBUTE)
                        take(inside->str, planned->attribute, true, search);
                collect_below(planned, inside->str, search);
        }
}

static void search_all(const Rows *rows, const char *root, Search *search)
{
        g_autoptr(GHashTable) visited = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_autofree char *path = g_strconcat("/", root, NULL);

        search->visited = visited;
        collect(rows, path, search);
        g_ptr_array_add(search->names, NULL);
}

char *rows_nearest_name(const Rows *rows, const char *root, const char *element, const char *name, bool attribute)
{
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        Search search = { .element = element, .attribute = attribute, .names = names };

        search_all(rows, root, &search);
        return g_strdup(text_nearest(name, (const char *const *)names->pdata));
}

static const XmlNode *brother_before(const XmlNode *node)
{
        for (const XmlNode *brother = node->parent ? node->parent->first : NULL; brother != node;
             brother = brother->next)
                if (strcmp(brother->name, node->name) == 0 && brother->seen)
                        return brother;
        return NULL;
}

/* Where the name is at home, when that is not everywhere: below @inside, else anywhere. */
static char *home_of(const GPtrArray *places, const char *inside)
{
        enum { HOMES_MAX = 3 };
        g_autoptr(GString) near = g_string_new(NULL), all = g_string_new(NULL);
        g_autofree char *step = g_strdup_printf("/%s/", inside);
        size_t n = 0;

        for (size_t i = 0; i < places->len; i++) {
                const char *place = g_ptr_array_index(places, i);
                const char *found = strstr(place, step);

                g_string_append_printf(all, "%s%s", i ? " or " : "", place);
                if (found && !strchr(found + strlen(step), '/') && n++ < HOMES_MAX)
                        g_string_append_printf(near, "%s<%s>", n > 1 ? " or " : "", found + strlen(step));
        }
        if (n > 0 && n <= HOMES_MAX)
                return g_strdup(near->str);
        return places->len > 0 && places->len <= HOMES_MAX ? g_strdup(all->str) : NULL;
}

/* An attribute written as an element, or the other way round. */
static bool is_known_as_other(const Rows *rows, const char *root, const char *element, const char *name, bool attribute)
{
        g_autofree char *other = rows_nearest_name(rows, root, element, name, !attribute);

        return g_strcmp0(other, name) == 0;
}

char *rows_advice(const Rows *rows, const char *root, const XmlNode *node, const XmlAttribute *attribute)
{
        const char *element = attribute ? node->name : node->parent ? node->parent->name : "";
        const char *name = attribute ? attribute->name : node->name;
        g_autoptr(GPtrArray) names = g_ptr_array_new();
        g_autoptr(GPtrArray) places = g_ptr_array_new();
        g_autoptr(GString) with = g_string_new(NULL);
        Search search = { .element = element,
                          .wanted = name,
                          .attribute = attribute != NULL,
                          .names = names,
                          .places = places,
                          .with = with };
        const XmlNode *before = attribute ? NULL : brother_before(node);
        g_autofree char *home = NULL;
        const char *near;

        if (before)
                return g_strdup_printf("; it can stand there once only, and it did in line %u", before->line);
        search_all(rows, root, &search);
        near = text_nearest(name, (const char *const *)names->pdata);
        if (g_strcmp0(near, name) == 0)
                return with->len > 0 ? g_strdup_printf("; it is known with %s", with->str)
                                     : g_strdup("; it is known, but not for what stands around it");
        if (is_known_as_other(rows, root, element, name, attribute != NULL))
                return attribute ? g_strdup_printf("; it is an element there: <%s>...</%s>", name, name)
                                 : g_strdup_printf("; it is an attribute there: <%s %s='...'>", element, name);
        home = home_of(places, element);
        if (home)
                return g_strdup_printf("; it belongs in %s", home);
        return near ? g_strdup_printf("; did you mean '%s'?", near) : g_strdup("");
}
