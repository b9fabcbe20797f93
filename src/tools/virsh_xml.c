/* Reading and writing the XML of the library's documents. The only file that knows libxml2. */
#include "virsh.h"

#include <stdarg.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>

struct Xml {
        xmlDocPtr document;
        xmlXPathContextPtr context;
};

/* libxml2 would print what it thinks of a document to stderr. */
static void stay_quiet(void *opaque, const char *format, ...)
{
        (void)opaque;
        (void)format;
}

static Xml *parse(Shell *shell, const char *text, const char *what, int options)
{
        Xml *xml = g_new0(Xml, 1);

        xml->document = xmlReadMemory(text, (int)strlen(text), what, NULL,
                                      XML_PARSE_NONET | XML_PARSE_NOWARNING | XML_PARSE_NOERROR | options);
        if (!xml->document) {
                const xmlError *problem = xmlGetLastError();
                const char *words = problem && problem->message ? problem->message : "unreadable\n";

                shell_error(shell, "%s:%d: %.*s", what, problem ? problem->line : 0, (int)strcspn(words, "\n"), words);
                return xml_free(xml);
        }
        xml->context = xmlXPathNewContext(xml->document);
        xmlSetGenericErrorFunc(xml->context, stay_quiet);
        return xml;
}

Xml *xml_parse(Shell *shell, const char *text, const char *what)
{
        return parse(shell, text, what, 0);
}

Xml *xml_free(Xml *xml)
{
        if (!xml)
                return NULL;
        xmlXPathFreeContext(xml->context);
        xmlFreeDoc(xml->document);
        g_free(xml);
        return NULL;
}

static xmlXPathObjectPtr evaluate(Xml *xml, XmlNode *from, const char *path)
{
        xml->context->node = from ? (xmlNodePtr)from : xmlDocGetRootElement(xml->document);
        return xmlXPathEvalExpression((const xmlChar *)path, xml->context);
}

XmlNode **xml_nodes(Xml *xml, XmlNode *from, const char *path)
{
        xmlXPathObjectPtr found = evaluate(xml, from, path);
        GPtrArray *nodes = g_ptr_array_new();

        if (found && found->type == XPATH_NODESET && found->nodesetval) {
                for (int i = 0; i < found->nodesetval->nodeNr; i++)
                        g_ptr_array_add(nodes, found->nodesetval->nodeTab[i]);
        }
        if (found)
                xmlXPathFreeObject(found);
        g_ptr_array_add(nodes, NULL);
        return (XmlNode **)g_ptr_array_free(nodes, FALSE);
}

char *xml_string(Xml *xml, XmlNode *from, const char *path)
{
        xmlXPathObjectPtr found = evaluate(xml, from, path);
        xmlChar *text = NULL;
        char *copy = NULL;

        if (found && (found->type != XPATH_NODESET || !xmlXPathNodeSetIsEmpty(found->nodesetval)))
                text = xmlXPathCastToString(found);
        if (found)
                xmlXPathFreeObject(found);
        copy = g_strdup((const char *)text);
        xmlFree(text);
        return copy;
}

char *xml_stringf(Xml *xml, XmlNode *from, const char *format, ...)
{
        g_autofree char *path = NULL;
        va_list va;

        va_start(va, format);
        path = g_strdup_vprintf(format, va);
        va_end(va);
        return xml_string(xml, from, path);
}

bool xml_is(const XmlNode *node, const char *name)
{
        const xmlNode *element = (const xmlNode *)node;

        return element->type == XML_ELEMENT_NODE && strcmp((const char *)element->name, name) == 0;
}

char *xml_node_text(Xml *xml, XmlNode *node)
{
        xmlBufferPtr buffer = xmlBufferCreate();
        char *text = NULL;

        xmlNodeDump(buffer, xml->document, (xmlNodePtr)node, 0, 1);
        text = g_strdup((const char *)xmlBufferContent(buffer));
        xmlBufferFree(buffer);
        return text;
}

XmlNode *xml_root(Xml *xml)
{
        return (XmlNode *)xmlDocGetRootElement(xml->document);
}

char *xml_text(Xml *xml)
{
        return xml_node_text(xml, xml_root(xml));
}

void xml_set_attribute(XmlNode *node, const char *name, const char *value)
{
        xmlSetProp((xmlNodePtr)node, (const xmlChar *)name, (const xmlChar *)value);
}

void xml_set_text(XmlNode *node, const char *text)
{
        xmlChar *escaped = xmlEncodeSpecialChars(((xmlNodePtr)node)->doc, BAD_CAST text);

        xmlNodeSetContent((xmlNodePtr)node, escaped);
        xmlFree(escaped);
}

void xml_remove(XmlNode *node)
{
        xmlUnlinkNode((xmlNodePtr)node);
        xmlFreeNode((xmlNodePtr)node);
}

static xmlNodePtr fragment_node(Xml *xml, const char *fragment)
{
        xmlDocPtr document = xmlReadMemory(fragment, (int)strlen(fragment), "(fragment)", NULL,
                                           XML_PARSE_NONET | XML_PARSE_NOWARNING | XML_PARSE_NOERROR);
        xmlNodePtr copy = NULL;

        if (!document)
                return NULL;
        copy = xmlDocCopyNode(xmlDocGetRootElement(document), xml->document, 1);
        xmlFreeDoc(document);
        return copy;
}

bool xml_add_fragment(Xml *xml, XmlNode *parent, const char *fragment)
{
        xmlNodePtr node = fragment_node(xml, fragment);

        return node && xmlAddChild((xmlNodePtr)parent, node);
}

bool xml_add_fragment_before(Xml *xml, XmlNode *sibling, const char *fragment)
{
        xmlNodePtr next = (xmlNodePtr)sibling;
        xmlNodePtr node = fragment_node(xml, fragment);

        if (!node)
                return false;
        xmlAddPrevSibling(next, node);
        if (node->prev && node->prev->type == XML_TEXT_NODE)
                xmlAddPrevSibling(next, xmlNewText(node->prev->content));
        return true;
}

/* The nodes as children (attributes as attributes) of one element. */
static void print_wrapped(Shell *shell, Xml *xml, XmlNode **nodes)
{
        xmlNodePtr root = xmlNewDocNode(xml->document, NULL, (const xmlChar *)"nodes", NULL);
        g_autofree char *text = NULL;

        for (XmlNode **node = nodes; *node; node++)
                xmlAddChild(root, xmlCopyNode((xmlNodePtr)*node, 1));
        text = xml_node_text(xml, (XmlNode *)root);
        xmlFreeNode(root);
        shell_print(shell, "%s\n", text);
}

static bool print_found(Shell *shell, Xml *xml, const char *path, bool wrap)
{
        xmlXPathObjectPtr found = evaluate(xml, NULL, path);
        bool is_set = found && found->type == XPATH_NODESET;
        g_autofree XmlNode **nodes = is_set ? xml_nodes(xml, NULL, path) : NULL;

        xmlXPathFreeObject(found);
        if (!is_set) {
                shell_error(shell, "internal error: Incorrect xpath '%s'", path);
                return false;
        }
        if (wrap) {
                print_wrapped(shell, xml, nodes);
                return true;
        }
        for (XmlNode **node = nodes; *node; node++) {
                g_autofree char *text = xml_node_text(xml, *node);

                shell_print(shell, "%s\n", text);
        }
        return true;
}

bool xml_print(Shell *shell, const ShellArgs *args, const char *text)
{
        const char *path = NULL;
        g_autoptr(Xml) xml = NULL;
        int given = args_string(shell, args, "xpath", &path);

        if (given < 0)
                return false;
        if (given == 0) {
                shell_print(shell, "%s", text);
                return true;
        }
        /* Indentation is made anew: a node stands alone here. */
        xml = parse(shell, text, "(document)", XML_PARSE_NOBLANKS);
        return xml && print_found(shell, xml, path, args_has(args, "wrap"));
}

static void indent(XmlOut *out)
{
        g_string_append_printf(out->text, "%*s", out->depth * 2, "");
}

void out_line(XmlOut *out, const char *format, ...)
{
        va_list va;

        indent(out);
        va_start(va, format);
        g_string_append_vprintf(out->text, format, va);
        va_end(va);
        g_string_append_c(out->text, '\n');
}

void out_open(XmlOut *out, const char *format, ...)
{
        va_list va;

        indent(out);
        va_start(va, format);
        g_string_append_vprintf(out->text, format, va);
        va_end(va);
        g_string_append_c(out->text, '\n');
        out->depth++;
}

void out_close(XmlOut *out, const char *name)
{
        out->depth--;
        out_line(out, "</%s>", name);
}

void attribute(GString *to, const char *name, const char *value)
{
        g_autofree char *escaped = value ? g_markup_escape_text(value, -1) : NULL;

        if (value)
                g_string_append_printf(to, " %s='%s'", name, escaped);
}

void out_element(XmlOut *out, const char *name, const char *content)
{
        g_autofree char *escaped = g_markup_escape_text(content, -1);

        out_line(out, "<%s>%s</%s>", name, escaped, name);
}
