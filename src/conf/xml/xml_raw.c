/* Elements of other programs (<metadata>): kept as text in libxml2's layout, which is what clients of libvirt see, and
 * as a tree in JSON. Nobody here knows what they mean. */
#include "xml/xml_raw.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdbool.h>
#include <string.h>

#include "conf/xml.h"

enum { RAW_PARSE = XML_PARSE_NONET | XML_PARSE_NOBLANKS | XML_PARSE_NOERROR | XML_PARSE_NOWARNING };

static void doc_free(xmlDoc **doc)
{
        if (*doc)
                xmlFreeDoc(*doc);
}

#define AUTO_DOC __attribute__((cleanup(doc_free)))

static xmlDoc *read_doc(const char *text)
{
        xmlParserCtxt *parser = xmlNewParserCtxt();
        xmlDoc *doc = xmlCtxtReadMemory(parser, text, (int)strlen(text), "raw", NULL, RAW_PARSE);
        /* A prefix that is not declared is an error to our reader. */
        bool good = doc && parser->nsWellFormed && xmlDocGetRootElement(doc) && !doc->intSubset;

        xmlFreeParserCtxt(parser);
        if (doc && !good) {
                xmlFreeDoc(doc);
                doc = NULL;
        }
        return doc;
}

char *xml_raw_layout(const char *text, unsigned level)
{
        AUTO_DOC xmlDoc *doc = read_doc(text);
        xmlBuffer *buffer;
        char *out;

        if (!doc)
                return NULL;
        buffer = xmlBufferCreate();
        xmlNodeDump(buffer, doc, xmlDocGetRootElement(doc), (int)level, 1);
        out = g_strdup((const char *)xmlBufferContent(buffer));
        xmlBufferFree(buffer);
        return out;
}

static char *qualified(const xmlNs *space, const xmlChar *name)
{
        if (space && space->prefix)
                return g_strdup_printf("%s:%s", (const char *)space->prefix, (const char *)name);
        return g_strdup((const char *)name);
}

static void add_attributes(Json *to, const xmlNode *node)
{
        Json *attributes = json_object();

        for (const xmlNs *space = node->nsDef; space; space = space->next) {
                g_autofree char *name =
                        space->prefix ? g_strconcat("xmlns:", (const char *)space->prefix, NULL) : g_strdup("xmlns");

                json_set(attributes, name, json_string((const char *)space->href));
        }
        for (const xmlAttr *attribute = node->properties; attribute; attribute = attribute->next) {
                g_autofree char *name = qualified(attribute->ns, attribute->name);
                xmlChar *value = xmlNodeListGetString(node->doc, attribute->children, 1);

                json_set(attributes, name, json_string(value ? (const char *)value : ""));
                xmlFree(value);
        }
        if (json_members(attributes) > 0)
                json_set(to, "attributes", attributes);
        else
                json_unref(attributes);
}

static Json *element_json(const xmlNode *node);

static Json *special(const char *key, const xmlChar *content)
{
        Json *json = json_object();

        json_set(json, key, json_string(content ? (const char *)content : ""));
        return json;
}

static Json *node_json(const xmlNode *node)
{
        Json *json;

        switch (node->type) {
        case XML_ELEMENT_NODE: return element_json(node);
        case XML_TEXT_NODE: return json_string((const char *)node->content);
        case XML_CDATA_SECTION_NODE: return special("cdata", node->content);
        case XML_COMMENT_NODE: return special("comment", node->content);
        case XML_PI_NODE:
                json = special("instruction", node->name);
                json_set(json, "data", json_string(node->content ? (const char *)node->content : ""));
                return json;
        default: return NULL;
        }
}

static Json *element_json(const xmlNode *node)
{
        g_autofree char *name = qualified(node->ns, node->name);
        Json *json = json_object(), *content;

        json_set(json, "element", json_string(name));
        add_attributes(json, node);
        if (!node->children)
                return json;
        content = json_array();
        json_set(json, "content", content);
        for (const xmlNode *child = node->children; child; child = child->next) {
                Json *part = node_json(child);

                if (part)
                        json_append(content, part);
        }
        return json;
}

Json *xml_raw_to_json(const char *text)
{
        AUTO_DOC xmlDoc *doc = read_doc(text);

        return doc ? element_json(xmlDocGetRootElement(doc)) : json_object();
}

/* And back: as text, which the parser judges afterwards. */
typedef struct Back {
        GString *out;
        bool wrong;
} Back;

static void append_name(Back *back, const char *name)
{
        if (!name || !*name || strcspn(name, " \t\r\n<>&'\"=/!?;") != strlen(name))
                back->wrong = true;
        else
                g_string_append(back->out, name);
}

static void append_escaped(Back *back, const char *text)
{
        for (; *text; text++)
                switch (*text) {
                case '<': g_string_append(back->out, "&lt;"); break;
                case '>': g_string_append(back->out, "&gt;"); break;
                case '&': g_string_append(back->out, "&amp;"); break;
                case '"': g_string_append(back->out, "&quot;"); break;
                case '\r': g_string_append(back->out, "&#13;"); break;
                case '\n': g_string_append(back->out, "&#10;"); break;
                case '\t': g_string_append(back->out, "&#9;"); break;
                default: g_string_append_c(back->out, *text);
                }
}

static void append_attribute(const char *key, Json *value, void *opaque)
{
        Back *back = opaque;

        g_string_append_c(back->out, ' ');
        append_name(back, key);
        g_string_append(back->out, "=\"");
        if (json_text(value))
                append_escaped(back, json_text(value));
        else
                back->wrong = true;
        g_string_append_c(back->out, '"');
}

/* @text may not hold what ends the section. */
static void append_section(Back *back, const char *begin, const char *text, const char *end, const char *never)
{
        if (strstr(text, never))
                back->wrong = true;
        g_string_append_printf(back->out, "%s%s%s", begin, text, end);
}

static void append_element(Back *back, const Json *json);

static void append_part(Back *back, const Json *json)
{
        const char *text = json_text(json), *name;

        if (text) {
                append_escaped(back, text);
        } else if (json_get(json, "element")) {
                append_element(back, json);
        } else if ((text = json_get_string(json, "cdata"))) {
                append_section(back, "<![CDATA[", text, "]]>", "]]>");
        } else if ((text = json_get_string(json, "comment"))) {
                append_section(back, "<!--", text, "-->", "--");
        } else if ((name = json_get_string(json, "instruction")) && (text = json_get_string(json, "data"))) {
                g_string_append(back->out, "<?");
                append_name(back, name);
                append_section(back, *text ? " " : "", text, "?>", "?>");
        } else {
                back->wrong = true;
        }
}

static void append_element(Back *back, const Json *json)
{
        const char *name = json_get_string(json, "element");
        const Json *content = json_get(json, "content");

        g_string_append_c(back->out, '<');
        append_name(back, name);
        json_each(json_get(json, "attributes"), append_attribute, back);
        if (json_length(content) == 0) {
                g_string_append(back->out, "/>");
                return;
        }
        g_string_append_c(back->out, '>');
        for (size_t i = 0; i < json_length(content) && !back->wrong; i++)
                append_part(back, json_at(content, i));
        g_string_append(back->out, "</");
        append_name(back, name);
        g_string_append_c(back->out, '>');
}

char *xml_raw_from_json(const Json *json)
{
        g_autoptr(GString) out = g_string_new(NULL);
        Back back = { .out = out };

        append_element(&back, json);
        return back.wrong || out->len > XML_SIZE_MAX ? NULL : xml_raw_layout(out->str, 0);
}
