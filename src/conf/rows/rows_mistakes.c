/* What is wrong with a document, in words: the ones that clients of libvirt know, then the place, what is allowed there
 * and what may have been meant. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_XML
#include "rows/rows_parse.h"

#include <string.h>

enum { MISTAKES_MAX = 100 };

static void (*listener)(const RowMistake *mistake);

/* The spellings an enumeration has, NULL-terminated; unset values have none. */
static GPtrArray *spellings(const Row *row)
{
        GPtrArray *list = g_ptr_array_new();

        for (size_t i = 0; i == 0 || row->names[i]; i++)
                if (row->names[i])
                        g_ptr_array_add(list, (char *)row->names[i]);
        g_ptr_array_add(list, NULL);
        return list;
}

/* Of a switch that was spelt as in another place: "yes" where "on" is meant. */
static const char *same_meaning(const Row *row, const char *text)
{
        static const char *const yes[] = { "yes", "on", "true", "1", "enabled", NULL };
        static const char *const no[] = { "no", "off", "false", "0", "disabled", NULL };

        if (!row_boolean(row))
                return NULL;
        return g_strv_contains(yes, text) ? row->names[1] : g_strv_contains(no, text) ? row->names[2] : NULL;
}

static char *name_advice(const Row *row, const char *text)
{
        g_autoptr(GPtrArray) list = spellings(row);
        g_autofree char *all = g_strjoinv(", ", (char **)list->pdata);
        g_autofree char *stripped = g_strstrip(g_strdup(text));
        const char *near = same_meaning(row, stripped);

        if (!near)
                near = text_nearest(stripped, (const char *const *)list->pdata);
        return near ? g_strdup_printf("did you mean '%s'? Known: %s", near, all) : g_strdup_printf("Known: %s", all);
}

/* "1 GiB", "1024MB", "1.5" in an element that has a unit of its own. */
static char *size_advice(const Row *row, const char *text)
{
        size_t digits = strspn(text, "0123456789");
        g_autofree char *unit = g_strstrip(g_strdup(text + digits));

        if (digits > 0 && *unit == '.')
                return g_strdup_printf("Expected %s: a whole number; take a smaller unit", row->codec->expected);
        if (digits > 0 && g_ascii_isalpha(*unit))
                return g_strdup_printf("Expected %s: the unit stands in an attribute, unit='%s'", row->codec->expected,
                                       unit);
        return g_strdup_printf("Expected %s", row->codec->expected);
}

char *row_advice(const Row *row, const char *text)
{
        if (row_named(row))
                return name_advice(row, text);
        return row->codec->unit ? size_advice(row, text) : g_strdup_printf("Expected %s", row->codec->expected);
}

static void mistake_free(void *opaque)
{
        RowMistake *mistake = opaque;

        g_free(mistake->path);
        g_free(mistake->message);
        g_free(mistake);
}

int parse_failed(Parse *parse, const XmlNode *element, const XmlAttribute *attribute)
{
        RowMistake *mistake;

        if (!parse->mistakes)
                return -1;
        if (parse->mistakes->len < MISTAKES_MAX) {
                mistake = g_new0(RowMistake, 1);
                mistake->code = parse->err->code;
                mistake->message = g_strdup(parse->err->message);
                mistake->path = xml_path(element, attribute);
                xml_place(element, attribute, &mistake->line, &mistake->column);
                g_ptr_array_add(parse->mistakes, mistake);
        }
        error_clear(parse->err);
        return 0;
}

/* As much of a value as helps. */
static char *shown(const char *text)
{
        enum { SHOWN_MAX = 200 };
        g_autofree char *begin = NULL;

        if (g_utf8_strlen(text, -1) <= SHOWN_MAX)
                return g_strdup(text);
        begin = g_utf8_substring(text, 0, SHOWN_MAX);
        return g_strdup_printf("%s...", begin);
}

int fail_value(const PlannedRow *planned, const XmlNode *element, const XmlAttribute *attribute, const char *text,
               Parse *parse)
{
        g_autofree char *where = xml_where(element, attribute);
        g_autofree char *more = row_advice(planned->row, text);
        g_autofree char *value = shown(text);

        if (planned->leaf == LEAF_ATTRIBUTE)
                error_set(parse->err, VIR_ERR_XML_ERROR,
                          "Invalid value for attribute '%s' in element '%s': '%s'. (%s: %s)", planned->attribute,
                          element->name, value, where, more);
        else
                error_set(parse->err, VIR_ERR_XML_ERROR, "Invalid value '%s' for element or attribute './%s' (%s: %s)",
                          value, planned->row->path, where, more);
        ((XmlNode *)element)->broken = true;
        return parse_failed(parse, element, attribute);
}

int fail_missing(const PlannedRow *planned, const XmlNode *element, Parse *parse)
{
        g_autofree char *where = NULL;

        if (parse->flags & ROWS_PARTIAL)
                return 0;
        where = xml_where(element, NULL);
        if (planned->row->kind == ROW_VALUE && planned->row->codec->form == ROW_ONOFF)
                error_set(parse->err, VIR_ERR_XML_ERROR, "Missing required attribute 'state' in element '%s' (%s)",
                          element->name, where);
        else if (planned->leaf == LEAF_ATTRIBUTE)
                error_set(parse->err, VIR_ERR_XML_ERROR, "Missing required attribute '%s' in element '%s' (%s)",
                          planned->attribute,
                          planned->n_steps ? planned->steps[planned->n_steps - 1].name : element->name, where);
        else
                error_set(parse->err, VIR_ERR_XML_ERROR, "missing element '%s' in element '%s' (%s)",
                          planned->row->path, element->name, where);
        return parse_failed(parse, element, NULL);
}

int fail_zero(const PlannedRow *planned, const XmlNode *element, Parse *parse)
{
        g_autofree char *where = xml_where(element, NULL);

        if (planned->leaf == LEAF_ATTRIBUTE)
                error_set(parse->err, VIR_ERR_XML_ERROR,
                          "Invalid value for attribute '%s' in element '%s': Zero is not permitted (%s)",
                          planned->attribute, element->name, where);
        else
                error_set(parse->err, VIR_ERR_XML_ERROR, "Invalid value of element '%s': Zero is not permitted (%s)",
                          element->name, where);
        return parse_failed(parse, element, NULL);
}

int fail_child(const XmlNode *child, Parse *parse)
{
        g_autofree char *where = xml_where(child, NULL);

        error_set(parse->err, VIR_ERR_CONFIG_UNSUPPORTED, "unknown element '%s' in '%s' (%s)", child->name,
                  child->parent->name, where);
        return parse_failed(parse, child, NULL);
}

int fail_second(const XmlNode *second, Parse *parse)
{
        g_autofree char *where = xml_where(second, NULL);

        error_set(parse->err, VIR_ERR_XML_ERROR, "only one %s element is allowed in element '%s' (%s)", second->name,
                  second->parent->name, where);
        return parse_failed(parse, second, NULL);
}

int fail_rule(const XmlNode *element, Parse *parse)
{
        Error *err = parse->err;
        g_autofree char *where = xml_where(element, NULL);
        ERROR_AUTO Error old = ERROR_INIT;

        if (err && err->str2) {
                error_move(&old, err);
                error_set_from(err, old.domain, old.code, "%s (%s)", old.str2, where);
        }
        return parse_failed(parse, element, NULL);
}

/* What nobody asked for, with what it may have been meant to be. */
static int fail_unknown(const Rows *rows, const char *root, const XmlNode *node, const XmlAttribute *attribute,
                        Parse *parse)
{
        g_autofree char *where = xml_where(node, attribute);
        g_autofree char *hint = rows_advice(rows, root, node, attribute);

        if (attribute)
                error_set(parse->err, VIR_ERR_XML_INVALID_SCHEMA, "%s: unknown attribute '%s' in element '%s'%s", where,
                          attribute->name, node->name, hint);
        else
                error_set(parse->err, VIR_ERR_XML_INVALID_SCHEMA, "%s: unknown element '%s' in element '%s'%s", where,
                          node->name, node->parent ? node->parent->name : "", hint);
        return parse_failed(parse, node, attribute);
}

int refuse_unknown(const Rows *rows, const char *root, const XmlNode *node, Parse *parse)
{
        if (node->broken) /* with another value there it might be known */
                return 0;
        for (unsigned i = 0; i < node->n_attributes; i++)
                if (!node->attributes[i].seen && fail_unknown(rows, root, node, &node->attributes[i], parse) < 0)
                        return -1;
        for (const XmlNode *child = node->first; child; child = child->next) {
                int r = child->seen ? refuse_unknown(rows, root, child, parse)
                                    : fail_unknown(rows, root, child, NULL, parse);

                if (r < 0)
                        return -1;
        }
        return 0;
}

static int by_place(const void *a, const void *b)
{
        const RowMistake *x = *(const RowMistake *const *)a, *y = *(const RowMistake *const *)b;

        if (x->line != y->line)
                return x->line < y->line ? -1 : 1;
        return x->column < y->column ? -1 : x->column > y->column;
}

GPtrArray *rows_mistakes(const Rows *rows, XmlNode *element, unsigned flags)
{
        ERROR_AUTO Error err = ERROR_INIT;
        Parse parse = { .flags = flags, .err = &err, .mistakes = g_ptr_array_new_with_free_func(mistake_free) };
        g_autofree void *s = g_malloc0(rows->size);

        xml_forget(element);
        rows_init(rows, s);
        rows_parse_with(rows, s, element, &parse);
        rows_drop(rows, s);
        g_ptr_array_sort(parse.mistakes, by_place);
        return parse.mistakes;
}

GPtrArray *rows_mistake_alone(const Error *err)
{
        GPtrArray *mistakes = g_ptr_array_new_with_free_func(mistake_free);
        RowMistake *mistake = g_new0(RowMistake, 1);

        mistake->code = err->code;
        mistake->message = g_strdup(err->message);
        mistake->path = g_strdup("");
        g_ptr_array_add(mistakes, mistake);
        return mistakes;
}

void rows_on_mistakes(void (*func)(const RowMistake *mistake))
{
        listener = func;
}

void rows_tell_mistakes(const Rows *rows, XmlNode *element, unsigned flags)
{
        g_autoptr(GPtrArray) mistakes = listener ? rows_mistakes(rows, element, flags) : NULL;

        for (size_t i = 0; mistakes && i < mistakes->len; i++)
                listener(g_ptr_array_index(mistakes, i));
}
