/* The XML reader: libxml2's SAX events become a small tree in one arena, with the place of everything in the text. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_XML
#include "conf/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <pthread.h>
#include <string.h>

#include "xml/xml_bounds.h"

typedef struct Block Block;
struct Block {
        Block *next;
        size_t used, size;
        char bytes[];
};

struct XmlDocument {
        char *name;
        const char *text;
        size_t length;
        xmlParserCtxt *parser; /* owns the names */
        Block *blocks;
        XmlNode *root;
        XmlNode *current;    /* while reading */
        GString *characters; /* while reading: of the current element */
        unsigned depth, n_nodes, n_attributes;
        Error *err;
};

static void *arena_take(XmlDocument *document, size_t size)
{
        Block *block = document->blocks;
        void *taken;

        size = (size + 7) & ~(size_t)7;
        if (!block || block->size - block->used < size) {
                size_t room = MAX(size, block ? MIN(block->size * 2, (size_t)1 << 20) : 4000);

                block = g_malloc(sizeof(Block) + room);
                block->size = room;
                block->used = 0;
                block->next = document->blocks;
                document->blocks = block;
        }
        taken = block->bytes + block->used;
        block->used += size;
        return taken;
}

static const char *arena_text(XmlDocument *document, const char *text, size_t length)
{
        char *copy = arena_take(document, length + 1);

        memcpy(copy, text, length);
        copy[length] = 0;
        return copy;
}

static void fail(XmlDocument *document, const char *what)
{
        if (!error_is_set(document->err))
                error_set(document->err, VIR_ERR_XML_DETAIL, "%s:%d: %s", document->name,
                          document->parser->input ? document->parser->input->line : 0, what);
        xmlStopParser(document->parser);
}

/* Where the parser stands in the text; 0 when it reads a converted copy (not UTF-8). */
static uint32_t offset_of(const XmlDocument *document, const xmlChar *place)
{
        const xmlParserInput *input = document->parser->input;

        if (!input || (input->buf && input->buf->encoder) || place < input->base || place > input->end)
                return 0;
        return (uint32_t)(input->consumed + (size_t)(place - input->base));
}

/* Of the '<' that begins the tag whose end is being read: no other can stand inside a tag. */
static uint32_t tag_begin(const XmlDocument *document)
{
        uint32_t end = offset_of(document, document->parser->input->cur);
        const char *found;

        if (end == 0 || end > document->length)
                return 0;
        found = memrchr(document->text, '<', end);
        return found ? (uint32_t)(found - document->text) : 0;
}

static void take_attributes(XmlDocument *document, XmlNode *node, int n, const xmlChar **five)
{
        node->attributes = arena_take(document, (size_t)n * sizeof(XmlAttribute));
        for (int i = 0; i < n; i++, five += 5) {
                XmlAttribute *attribute;

                if (five[1]) /* an attribute of another namespace is none of ours */
                        continue;
                attribute = &node->attributes[node->n_attributes++];
                *attribute = (XmlAttribute){
                        .name = (const char *)five[0],
                        .value = arena_text(document, (const char *)five[3], (size_t)(five[4] - five[3])),
                        .offset = offset_of(document, five[3]),
                };
        }
}

static void take_spaces(XmlDocument *document, XmlNode *node, int n, const xmlChar **two)
{
        node->spaces = arena_take(document, (size_t)n * sizeof(XmlSpace));
        for (int i = 0; i < n; i++, two += 2)
                if (two[0])
                        node->spaces[node->n_spaces++] = (XmlSpace){ (const char *)two[0], (const char *)two[1] };
}

static void element_start(void *opaque, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_spaces,
                          const xmlChar **spaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
        XmlDocument *document = opaque;
        XmlNode *parent = document->current;
        XmlNode *node;

        document->n_attributes += (unsigned)(n_attributes + n_spaces);
        if (++document->depth > XML_DEPTH_MAX)
                return fail(document, "the document is nested too deeply");
        if (++document->n_nodes > XML_NODES_MAX || document->n_attributes > 2 * XML_NODES_MAX)
                return fail(document, "the document has too many elements");
        node = arena_take(document, sizeof(*node));
        *node = (XmlNode){
                .name = (const char *)name,
                .space = (const char *)uri,
                .document = document,
                .parent = parent,
                .line = (uint32_t)document->parser->input->line,
                .offset = tag_begin(document),
        };
        if (n_attributes > 0)
                take_attributes(document, node, n_attributes, attributes);
        if (n_spaces > 0)
                take_spaces(document, node, n_spaces, spaces);
        if (!parent)
                document->root = node;
        else if (parent->last)
                parent->last->next = node;
        else
                parent->first = node;
        if (parent)
                parent->last = node;
        g_string_truncate(document->characters, 0);
        document->current = node;
}

static void element_end(void *opaque, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
        XmlDocument *document = opaque;
        XmlNode *node = document->current;

        if (!node)
                return;
        if (!node->first && document->characters->len)
                node->text = arena_text(document, document->characters->str, document->characters->len);
        g_string_truncate(document->characters, 0);
        node->end = offset_of(document, document->parser->input->cur);
        document->current = node->parent;
        document->depth--;
}

static void characters(void *opaque, const xmlChar *text, int length)
{
        XmlDocument *document = opaque;

        if (document->current && !document->current->first)
                g_string_append_len(document->characters, (const char *)text, length);
}

static void doctype(void *opaque, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
        fail(opaque, "a document type declaration is not accepted");
}

/* The line in question and a mark below the place, as people know it. */
static char *excerpt(const xmlParserCtxt *parser)
{
        const xmlParserInput *input = parser->input;
        const xmlChar *begin, *end, *place;

        if (!input || !input->cur || !input->base)
                return g_strdup("");
        place = input->cur;
        while (place > input->base && (*place == '\n' || *place == '\r' || *place == 0))
                place--;
        for (begin = place; begin > input->base && begin[-1] != '\n' && place - begin < 80;)
                begin--;
        for (end = begin; *end && *end != '\n' && *end != '\r' && end - begin < 79;)
                end++;
        return g_strdup_printf("\n%.*s\n%.*s^", (int)(end - begin), begin, (int)MIN(place - begin, 79),
                               "-------------------------------------------------------------------------------");
}

/* What to do about the mistakes that people make most. */
static const struct {
        int code;
        const char *advice;
} advices[] = {
        { XML_ERR_DOCUMENT_END, "a document has one root element; nothing but comments may follow it" },
        { XML_ERR_NAME_REQUIRED, "a '&' or '<' that is text is written '&amp;' or '&lt;'" },
        { XML_ERR_ENTITYREF_SEMICOL_MISSING, "a '&' that is text is written '&amp;'" },
        { XML_ERR_UNDECLARED_ENTITY, "known are '&amp;', '&lt;', '&gt;', '&quot;', '&apos;' and numbers" },
        { XML_ERR_ATTRIBUTE_NOT_STARTED, "the value of an attribute stands in quotes" },
        { XML_ERR_ATTRIBUTE_NOT_FINISHED, "the quote that ends the value is missing" },
        { XML_ERR_LT_IN_ATTRIBUTE, "the quote that ends a value before it is missing, or it is written '&lt;'" },
        { XML_ERR_ATTRIBUTE_REDEFINED, "an attribute can be given once" },
        { XML_ERR_TAG_NAME_MISMATCH, "elements end in the reverse order of their beginning" },
        { XML_ERR_TAG_NOT_FINISHED, "the text ends before the element does" },
        { XML_ERR_RESERVED_XML_NAME, "nothing, not even an empty line, may stand before <?xml ...?>" },
        { XML_NS_ERR_UNDEFINED_NAMESPACE, "declare the prefix in the root element, as in "
                                          "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'" },
};

static const char *advice_for(int code)
{
        for (size_t i = 0; i < G_N_ELEMENTS(advices); i++)
                if (advices[i].code == code)
                        return advices[i].advice;
        return NULL;
}

static void report(void *opaque, xmlErrorPtr error)
{
        const char *advice = advice_for(error->code);
        XmlDocument *document = opaque;
        g_autofree char *message = NULL;
        g_autofree char *around = NULL;

        if (error->level < XML_ERR_ERROR || error_is_set(document->err))
                return;
        message = g_strchomp(g_strdup(error->message ? error->message : "unknown"));
        around = excerpt(document->parser);
        error_set(document->err, VIR_ERR_XML_DETAIL, "%s:%d: %s%s%s%s", document->name, error->line, message, around,
                  advice ? "\n" : "", advice ? advice : "");
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static const xmlSAXHandler handler = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = element_start,
        .endElementNs = element_end,
        .characters = characters,
        .cdataBlock = characters,
        .ignorableWhitespace = characters,
        .internalSubset = doctype,
        .serror = report,
};

static int run_parser(XmlDocument *document, Error *err)
{
        xmlParserCtxt *parser = xmlCreateMemoryParserCtxt(document->text, (int)document->length);

        if (!parser)
                return error_set(err, VIR_ERR_XML_DETAIL, "%s:1: Document is empty", document->name);
        document->parser = parser;
        document->err = err;
        document->characters = g_string_sized_new(256);
        *parser->sax = handler;
        parser->userData = document;
        /* "replace": character references arrive resolved; without a DTD there is nothing else to replace. */
        xmlCtxtUseOptions(parser, XML_PARSE_NOENT | XML_PARSE_NONET);
        parser->userData = document;
        xmlParseDocument(parser);
        g_string_free(document->characters, TRUE);
        document->characters = NULL;
        document->err = NULL;
        if (error_is_set(err))
                return -1;
        if (!parser->wellFormed || !document->root)
                return error_set(err, VIR_ERR_XML_DETAIL, "%s:1: the document is not well formed", document->name);
        return 0;
}

int xml_read(const char *text, size_t length, const char *name, const char *root, XmlDocument **ret, Error *err)
{
        g_autoptr(XmlDocument) document = g_new0(XmlDocument, 1);
        ERROR_AUTO Error local = ERROR_INIT;

        pthread_once(&once, xmlInitParser);
        document->name = g_strdup(name);
        document->text = text;
        document->length = length;
        if (xml_check_bounds(text, length, name, err) < 0)
                return -1;
        if (run_parser(document, &local) < 0)
                return error_move(err, &local);
        if (root && strcmp(document->root->name, root) != 0)
                return error_set(err, VIR_ERR_XML_ERROR, "expecting root element of '%s', not '%s'", root,
                                 document->root->name);
        *ret = g_steal_pointer(&document);
        return 0;
}

XmlDocument *xml_free(XmlDocument *document)
{
        if (!document)
                return NULL;
        for (Block *block = document->blocks, *next; block; block = next) {
                next = block->next;
                g_free(block);
        }
        if (document->parser)
                xmlFreeParserCtxt(document->parser);
        g_free(document->name);
        g_free(document);
        return NULL;
}

XmlNode *xml_root(const XmlDocument *document)
{
        return document->root;
}

XmlAttribute *xml_attribute(const XmlNode *node, const char *name)
{
        for (unsigned i = 0; i < node->n_attributes; i++)
                if (*node->attributes[i].name == *name && strcmp(node->attributes[i].name, name) == 0)
                        return &node->attributes[i];
        return NULL;
}

XmlNode *xml_child(const XmlNode *node, const char *space, const char *name, const XmlNode *after)
{
        for (XmlNode *child = after ? after->next : node->first; child; child = child->next)
                if (strcmp(child->name, name) == 0 && g_strcmp0(child->space, space) == 0)
                        return child;
        return NULL;
}

void xml_see_all(XmlNode *node)
{
        node->seen = true;
        for (unsigned i = 0; i < node->n_attributes; i++)
                node->attributes[i].seen = true;
        for (XmlNode *child = node->first; child; child = child->next)
                xml_see_all(child);
}

static bool declares(const XmlNode *node, const char *prefix)
{
        for (unsigned i = 0; i < node->n_spaces; i++)
                if (strcmp(node->spaces[i].prefix, prefix) == 0)
                        return true;
        return false;
}

/* The declarations that @text uses and that stand around @node. The nearest of each prefix holds. */
static char *outer_spaces(const XmlNode *node, const char *text)
{
        g_autoptr(GString) needed = g_string_new(NULL);

        for (const XmlNode *outer = node->parent; outer; outer = outer->parent)
                for (unsigned i = 0; i < outer->n_spaces; i++) {
                        const XmlSpace *space = &outer->spaces[i];
                        g_autofree char *use = g_strconcat(space->prefix, ":", NULL);
                        g_autofree char *declaration = g_strdup_printf(" xmlns:%s=", space->prefix);
                        g_autofree char *uri = g_markup_escape_text(space->uri, -1);

                        if (declares(node, space->prefix) || !strstr(text, use) || strstr(needed->str, declaration))
                                continue;
                        g_string_append_printf(needed, "%s'%s'", declaration, uri);
                }
        return g_strdup(needed->str);
}

char *xml_slice(const XmlNode *node)
{
        const XmlDocument *document = node->document;
        g_autofree char *text = NULL;
        g_autofree char *spaces = NULL;
        size_t name_end;

        if (node->end <= node->offset || node->end > document->length)
                return NULL;
        text = g_strndup(document->text + node->offset, node->end - node->offset);
        spaces = outer_spaces(node, text);
        name_end = strcspn(text, " \t\r\n/>");
        return g_strdup_printf("%.*s%s%s", (int)name_end, text, spaces, text + name_end);
}

void xml_place(const XmlNode *node, const XmlAttribute *attribute, unsigned *ret_line, unsigned *ret_column)
{
        const XmlDocument *document = node->document;
        size_t offset = attribute && attribute->offset ? attribute->offset : node->offset;
        size_t begin = 0;

        *ret_line = node->line;
        *ret_column = 0;
        if (offset == 0 && node->parent)
                return;
        *ret_line = 1;
        offset = MIN(offset, document->length);
        for (size_t i = 0; i < offset; i++)
                if (document->text[i] == '\n') {
                        ++*ret_line;
                        begin = i + 1;
                }
        *ret_column = (unsigned)(offset - begin + 1);
}

char *xml_where(const XmlNode *node, const XmlAttribute *attribute)
{
        unsigned line, column;

        xml_place(node, attribute, &line, &column);
        if (column == 0)
                return g_strdup_printf("%s:%u", node->document->name, line);
        return g_strdup_printf("%s:%u:%u", node->document->name, line, column);
}

void xml_forget(XmlNode *node)
{
        node->seen = node->apart = node->broken = false;
        for (unsigned i = 0; i < node->n_attributes; i++)
                node->attributes[i].seen = false;
        for (XmlNode *child = node->first; child; child = child->next)
                xml_forget(child);
}

/* Among its brothers of the same name; 0: there are no others. */
static unsigned position(const XmlNode *node)
{
        unsigned before = 0, all = 0;

        for (const XmlNode *brother = node->parent ? node->parent->first : NULL; brother; brother = brother->next) {
                if (strcmp(brother->name, node->name) != 0)
                        continue;
                all++;
                if (brother == node)
                        before = all;
        }
        return all > 1 ? before : 0;
}

char *xml_path(const XmlNode *node, const XmlAttribute *attribute)
{
        g_autofree char *outer = node->parent ? xml_path(node->parent, NULL) : g_strdup("");
        g_autofree char *number = position(node) ? g_strdup_printf("[%u]", position(node)) : g_strdup("");

        return g_strconcat(outer, "/", node->name, number, attribute ? "/@" : NULL, attribute ? attribute->name : NULL,
                           NULL);
}
