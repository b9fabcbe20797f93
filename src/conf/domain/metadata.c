/* Other programs' elements in <metadata>: found and replaced by their namespace. */
#include "conf/metadata.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

enum { METADATA_PARSE = XML_PARSE_NONET | XML_PARSE_NOBLANKS | XML_PARSE_NOERROR | XML_PARSE_NOWARNING };

static void doc_free(xmlDoc **doc)
{
        if (*doc)
                xmlFreeDoc(*doc);
}

#define AUTO_DOC __attribute__((cleanup(doc_free)))

static xmlDoc *parse(const char *text, const char *what, Error *err)
{
        xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), what, NULL, METADATA_PARSE);

        if (!doc || !xmlDocGetRootElement(doc)) {
                if (doc)
                        xmlFreeDoc(doc);
                return error_null(err, VIR_ERR_XML_ERROR, "invalid %s XML provided", what);
        }
        return doc;
}

static xmlNode *child_of(xmlDoc *doc, const char *uri)
{
        for (xmlNode *node = xmlDocGetRootElement(doc)->children; node; node = node->next)
                if (node->type == XML_ELEMENT_NODE && node->ns && xmlStrEqual(node->ns->href, BAD_CAST uri))
                        return node;
        return NULL;
}

static char *node_text(xmlDoc *doc, xmlNode *node)
{
        xmlBuffer *buffer = xmlBufferCreate();
        char *text;

        xmlNodeDump(buffer, doc, node, 0, 1);
        text = g_strdup((const char *)xmlBufferContent(buffer));
        xmlBufferFree(buffer);
        return text;
}

char *metadata_find(const char *metadata, const char *uri, Error *err)
{
        AUTO_DOC xmlDoc *doc = metadata ? parse(metadata, "metadata", err) : NULL;
        xmlNode *node = doc ? child_of(doc, uri) : NULL;

        if (metadata && !doc)
                return NULL;
        if (!node)
                return error_null(err, VIR_ERR_NO_DOMAIN_METADATA, "Requested metadata element is not present");
        return node_text(doc, node);
}

/* Elements that came without a namespace belong to the one of the whole. */
static void adopt(xmlNode *node, xmlNs *space)
{
        if (!node->ns)
                xmlSetNs(node, space);
        for (xmlNode *child = node->children; child; child = child->next)
                if (child->type == XML_ELEMENT_NODE)
                        adopt(child, space);
}

/* The program gives its element without the prefix; it gets @key bound to @uri. */
static int insert(xmlDoc *doc, const char *uri, const char *key, const char *element, Error *err)
{
        AUTO_DOC xmlDoc *given = parse(element, "metadata element", err);
        xmlNode *node;
        xmlNs *space;

        if (!given)
                return -1;
        node = xmlDocCopyNode(xmlDocGetRootElement(given), doc, 1);
        space = xmlNewNs(node, BAD_CAST uri, BAD_CAST key);
        if (!space) {
                xmlFreeNode(node);
                return error_set(err, VIR_ERR_INVALID_ARG, "metadata key '%s' cannot be bound to '%s'", key, uri);
        }
        xmlSetNs(node, NULL);
        adopt(node, space);
        xmlAddChild(xmlDocGetRootElement(doc), node);
        return 0;
}

int metadata_replace(const char *metadata, const char *uri, const char *key, const char *element, char **ret_metadata,
                     Error *err)
{
        AUTO_DOC xmlDoc *doc = parse(metadata ? metadata : "<metadata/>", "metadata", err);
        xmlNode *old = doc ? child_of(doc, uri) : NULL;

        if (!doc)
                return -1;
        if (element && insert(doc, uri, key, element, err) < 0)
                return -1;
        if (old) {
                xmlUnlinkNode(old);
                xmlFreeNode(old);
        }
        *ret_metadata =
                xmlFirstElementChild(xmlDocGetRootElement(doc)) ? node_text(doc, xmlDocGetRootElement(doc)) : NULL;
        return 0;
}

static bool has_twin_before(const xmlNode *node)
{
        for (const xmlNode *other = node->prev; other; other = other->prev)
                if (other->type == XML_ELEMENT_NODE && other->ns && xmlStrEqual(other->ns->href, node->ns->href))
                        return true;
        return false;
}

void metadata_settle(char **metadata)
{
        ERROR_AUTO Error ignored = ERROR_INIT;
        AUTO_DOC xmlDoc *doc = *metadata ? parse(*metadata, "metadata", &ignored) : NULL;
        xmlNode *root, *next;
        bool changed = false;

        if (!doc)
                return;
        root = xmlDocGetRootElement(doc);
        for (xmlNode *node = xmlFirstElementChild(root); node; node = next) {
                next = xmlNextElementSibling(node);
                if (node->ns && !has_twin_before(node))
                        continue;
                xmlUnlinkNode(node);
                xmlFreeNode(node);
                changed = true;
        }
        if (!changed)
                return;
        g_free(*metadata);
        *metadata = xmlFirstElementChild(root) ? node_text(doc, root) : NULL;
}
