/* From XML to structs. One pass over the rows of a table; what no row asked for is unknown. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_XML
#include "rows/rows_parse.h"
#include "xml/xml_rest.h"

#include <stdlib.h>
#include <string.h>

static int parse_struct(const Rows *rows, void *s, XmlNode *element, Parse *parse);

/* Asked for every row and every child: most differ in the first letter. */
static bool is_called(const XmlNode *node, const RowStep *step, const char *space)
{
        if (step->several)
                return row_names_include(step->name, node->name) && g_strcmp0(node->space, space) == 0;
        return *step->name == *node->name && strcmp(step->name, node->name) == 0 && g_strcmp0(node->space, space) == 0;
}

static bool is_selected(const XmlNode *node, const RowStep *step, const char *space)
{
        const XmlAttribute *attribute;

        if (!is_called(node, step, space))
                return false;
        if (!step->attribute)
                return true;
        attribute = xml_attribute(node, step->attribute);
        if (!attribute)
                return !*step->value;
        return strcmp(step->value, "*") == 0 || strcmp(attribute->value, step->value) == 0;
}

static void see_selector(const XmlNode *node, const RowStep *step)
{
        XmlAttribute *attribute = step->attribute ? xml_attribute(node, step->attribute) : NULL;

        if (attribute)
                attribute->seen = true;
}

static XmlNode *find_step(const XmlNode *parent, const RowStep *step, const char *space, const XmlNode *after)
{
        for (XmlNode *child = after ? after->next : parent->first; child; child = child->next) {
                if (!is_selected(child, step, space))
                        continue;
                child->seen = true;
                see_selector(child, step);
                return child;
        }
        return NULL;
}

bool row_skipped(const Row *row, unsigned flags)
{
        return (row->flags & ROW_LIVE && flags & ROWS_INACTIVE) || (row->flags & ROW_STATUS && !(flags & ROWS_STATUS));
}

static const char *unit_of(const RowCodec *codec, XmlNode *element)
{
        XmlAttribute *unit = codec->unit ? xml_attribute(element, "unit") : NULL;

        if (!unit)
                return NULL;
        unit->seen = true;
        return unit->value;
}

/* The text of a value row, NULL if it is not there. */
static const char *value_text(const PlannedRow *planned, XmlNode *element, XmlAttribute **ret_attribute)
{
        switch (planned->leaf) {
        case LEAF_ATTRIBUTE:
                *ret_attribute = xml_attribute(element, planned->attribute);
                if (!*ret_attribute)
                        return NULL;
                (*ret_attribute)->seen = true;
                return (*ret_attribute)->value;
        case LEAF_NAME: return element->name;
        case LEAF_TEXT: break;
        }
        return element->text || !planned->row->codec->empty ? element->text : "";
}

static const char *form_text(const RowCodec *codec, const PlannedRow *planned, XmlNode *element,
                             XmlAttribute **ret_attribute, char **ret_owned)
{
        switch (codec->form) {
        case ROW_PRESENCE: return "";
        case ROW_ONOFF:
                *ret_attribute = xml_attribute(element, "state");
                if (!*ret_attribute)
                        return planned->row->flags & ROW_WITH ? NULL : "on";
                (*ret_attribute)->seen = true;
                return (*ret_attribute)->value;
        case ROW_VERBATIM: xml_see_all(element); return *ret_owned = xml_slice(element);
        case ROW_TEXT: break;
        }
        return value_text(planned, element, ret_attribute);
}

static bool is_empty(const void *p, size_t size)
{
        const unsigned char *bytes = p;

        for (size_t i = 0; i < size; i++)
                if (bytes[i])
                        return false;
        return true;
}

/* An optional number that was said is no zero as memory. */
bool row_zero_refused(const Row *row, const void *p, unsigned flags)
{
        if (!(row->flags & ROW_NONZERO) || flags & ROWS_PARTIAL)
                return false;
        if (row->codec == &row_opt_uint)
                return ((const OptUint *)p)->value == 0;
        return is_empty(p, row->codec->size);
}

static int parse_value(const PlannedRow *planned, void *p, XmlNode *element, Parse *parse)
{
        const Row *row = planned->row;
        const RowCodec *codec = row->codec;
        XmlAttribute *attribute = NULL;
        g_autofree char *owned = NULL;
        const char *unit = unit_of(codec, element);
        const char *text = form_text(codec, planned, element, &attribute, &owned);

        if (!text && codec->form == ROW_VERBATIM) {
                error_set(parse->err, VIR_ERR_CONFIG_UNSUPPORTED, "a document with <%s> must be in UTF-8",
                          element->name);
                return parse_failed(parse, element, NULL);
        }
        if (!text)
                return row->flags & (ROW_REQUIRED | ROW_WITH) ? fail_missing(planned, element, parse) : 0;
        if (row_skipped(row, parse->flags) || (row->flags & ROW_LEGACY && row_is_set(row, p)))
                return 0;
        if (codec->drop)
                codec->drop(p);
        if (!codec->read(row, p, text, unit))
                return fail_value(planned, element, attribute, text, parse);
        if (row_zero_refused(row, p, parse->flags))
                return fail_zero(planned, element, parse);
        if (codec->lives && parse->flags & ROWS_INACTIVE && codec->lives(p)) {
                codec->drop(p);
                memset(p, 0, codec->size);
        }
        return 0;
}

static int parse_pointer(const Row *row, void **p, XmlNode *element, Parse *parse)
{
        if (*p) /* the element stands there twice: the first counts */
                return 0;
        *p = g_malloc0(row->sub->size);
        rows_init(row->sub, *p);
        element->apart = true;
        return parse_struct(row->sub, *p, element, parse);
}

static int parse_array(const PlannedRow *planned, void *s, XmlNode *parent, Parse *parse)
{
        const Row *row = planned->row;
        const RowStep *step = &planned->steps[planned->n_steps - 1];
        const Rows *sub = row->sub;
        size_t *n = row_count(s, row);
        char **array = row_at(s, row);
        size_t found = 0;

        for (XmlNode *node = NULL; (node = find_step(parent, step, parse->space, node));)
                found++;
        if (found == 0)
                return 0;
        *array = g_realloc_n(*array, *n + found, sub->size);
        memset(*array + *n * sub->size, 0, found * sub->size);
        for (XmlNode *node = NULL; (node = find_step(parent, step, parse->space, node));) {
                char *item = *array + (*n)++ * sub->size;

                rows_init(sub, item);
                node->apart = true;
                if (parse_struct(sub, item, node, parse) < 0)
                        return -1;
        }
        return 0;
}

/* Elements of the namespace that say nothing are as if they were not there. */
static int parse_extra(const Rows *owner, Extra *extra, XmlNode *element, Parse *parse)
{
        const RowNamespace *space = rows_namespace_of(owner, element);
        Parse inner = *parse;

        if (!space)
                return 0;
        *extra = (Extra){ .space = space, .content = g_malloc0(space->rows->size) };
        inner.space = space->uri;
        if (parse_struct(space->rows, extra->content, element, &inner) < 0)
                return -1;
        if (is_empty(extra->content, space->rows->size)) {
                g_free(extra->content);
                *extra = (Extra){ 0 };
        }
        return 0;
}

static int parse_row(const PlannedRow *planned, void *s, XmlNode *element, Parse *parse)
{
        const Row *row = planned->row;
        const Rows *arm;

        if (row->kind != ROW_VALUE && row->when && !row->when(s))
                return 0;
        switch (row->kind) {
        case ROW_VALUE: return parse_value(planned, row_at(s, row), element, parse);
        case ROW_STRUCT: return parse_struct(row->sub, row_at(s, row), element, parse);
        case ROW_POINTER:
                if (row_skipped(row, parse->flags))
                        return xml_see_all(element), 0;
                return parse_pointer(row, row_at(s, row), element, parse);
        case ROW_CHOICE: arm = row_arm(s, row); return arm ? parse_struct(arm, row_at(s, row), element, parse) : 0;
        case ROW_EXTRA: return parse_extra(planned->rows, row_at(s, row), element, parse);
        case ROW_ARRAY: return parse_array(planned, s, element, parse);
        }
        return 0;
}

/* The elements on the way of the current row; those that it shares with the row before are found already. */
static XmlNode *walk(XmlNode **path, const PlannedRow *planned, const Parse *parse)
{
        unsigned steps = planned->n_steps - (planned->row->kind == ROW_ARRAY ? 1 : 0);

        for (unsigned i = planned->shared; i < steps; i++)
                path[i + 1] = path[i] ? find_step(path[i], &planned->steps[i], parse->space, NULL) : NULL;
        return path[steps];
}

static int refuse_second(const PlannedRow *planned, XmlNode *first, Parse *parse)
{
        const RowStep *step = &planned->steps[planned->n_steps - 1];
        XmlNode *second = find_step(first->parent, step, parse->space, first);

        return second ? fail_second(second, parse) : 0;
}

static int refuse_children(const XmlNode *element, Parse *parse)
{
        for (const XmlNode *child = element->first; child; child = child->next)
                if (!child->seen && !child->space && fail_child(child, parse) < 0)
                        return -1;
        return 0;
}

/* Last: what is left. */
static int parse_rest(const PlannedRow *planned, void *s, XmlNode *element, Parse *parse)
{
        char **p = row_at(s, planned->row);

        g_clear_pointer(p, g_free);
        if (rest_take(planned->row->path, element, p, parse->err) == 0)
                return 0;
        return parse_failed(parse, element, NULL);
}

static int parse_struct(const Rows *rows, void *s, XmlNode *element, Parse *parse)
{
        const RowPlan *plan = rows_plan(rows);
        XmlNode *path[ROW_STEPS_MAX + 1] = { element };
        size_t before = parse->mistakes ? parse->mistakes->len : 0;

        for (size_t i = 0; i < plan->n; i++) {
                const PlannedRow *planned = &plan->rows[i];
                XmlNode *node = planned == plan->rest ? NULL : walk(path, planned, parse);

                if (node) {
                        if (planned->row->flags & ROW_SINGLE && refuse_second(planned, node, parse) < 0)
                                return -1;
                        if (parse_row(planned, s, node, parse) < 0)
                                return -1;
                } else if (planned->row->flags & ROW_REQUIRED && !row_skipped(planned->row, parse->flags)) {
                        if (fail_missing(planned, element, parse) < 0)
                                return -1;
                }
        }
        if (plan->rest && !row_skipped(plan->rest->row, parse->flags) && parse_rest(plan->rest, s, element, parse) < 0)
                return -1;
        if (rows->closed && refuse_children(element, parse) < 0)
                return -1;
        /* What could not be read would be a mistake to the rules once more. */
        if (parse->flags & ROWS_NO_SETTLE || (parse->mistakes && parse->mistakes->len > before))
                return 0;
        if ((rows->settle && rows->settle(s, parse->flags | ROWS_READ, parse->err) < 0) ||
            (rows->check && !(parse->flags & ROWS_NO_CHECK) && rows->check(s, parse->err) < 0))
                return fail_rule(element, parse);
        return 0;
}

void rows_init(const Rows *rows, void *s)
{
        if (rows->init)
                rows->init(s);
}

int rows_parse_with(const Rows *rows, void *s, XmlNode *element, Parse *parse)
{
        element->seen = true;
        if (parse_struct(rows, s, element, parse) < 0)
                return -1;
        return parse->flags & ROWS_VALIDATE ? refuse_unknown(rows, element->name, element, parse) : 0;
}

int rows_parse(const Rows *rows, void *s, XmlNode *element, unsigned flags, Error *err)
{
        Parse parse = { .flags = flags, .err = err };

        if (rows_parse_with(rows, s, element, &parse) == 0)
                return 0;
        rows_tell_mistakes(rows, element, flags);
        return -1;
}
