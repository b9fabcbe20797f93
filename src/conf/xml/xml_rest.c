/* See xml_rest.h. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_XML
#include "xml/xml_rest.h"

#include <string.h>

#include "xml/xml_raw.h"

enum { REST_MAX = 1024 * 1024 };

/* The declaration that an element of the copy has when it was known itself, and only something in it was not. */
#define KNOWN_PREFIX "known"
#define KNOWN        "urn:x-vireo:known"

typedef struct Taking {
        XmlWriter *out;
        size_t size;
        Error *err;
} Taking;

/* Whether there was anything: 0, 1 or -1. */
static int take(XmlNode *element, Taking *taking);

static int too_much(const XmlNode *node, Taking *taking)
{
        g_autofree char *where = xml_where(node, NULL);

        return error_set(taking->err, VIR_ERR_XML_ERROR, "more than %d bytes that are not known in <%s> (%s)", REST_MAX,
                         node->name, where);
}

/* @slice is what begins with the first byte of an element, @base. */
static bool only_blanks_around(const XmlNode *child, const char *slice, uint32_t base)
{
        uint32_t before = child->offset - base, behind = child->end - base;

        while (before > 0 && g_ascii_isspace(slice[before - 1]))
                before--;
        while (g_ascii_isspace(slice[behind]))
                behind++;
        return before > 0 && slice[before - 1] == '>' && slice[behind] == '<';
}

/* Nothing in it but elements with attributes, and elements with text. */
static bool is_plain(const XmlNode *node, const char *slice, uint32_t base)
{
        if (node->n_spaces > 0 || node->space || node->end == 0)
                return false;
        for (unsigned i = 0; i < node->n_attributes; i++)
                if (strchr(node->attributes[i].name, ':'))
                        return false;
        for (const XmlNode *child = node->first; child; child = child->next)
                if (!is_plain(child, slice, base) || !only_blanks_around(child, slice, base))
                        return false;
        return true;
}

static void put_plain(XmlWriter *out, const XmlNode *node)
{
        xml_open(out, node->name);
        xml_keep(out);
        for (unsigned i = 0; i < node->n_attributes; i++)
                xml_put_attribute(out, node->attributes[i].name, node->attributes[i].value);
        if (node->text)
                xml_put_text(out, node->text);
        for (const XmlNode *child = node->first; child; child = child->next)
                put_plain(out, child);
        xml_close(out);
}

/* In the layout of what is known: that may be another part of it the next time. @slice: xml_slice(). */
static void put_whole(XmlWriter *out, const XmlNode *node, const char *slice)
{
        g_autofree char *laid = NULL;

        if (!strstr(slice, "<!") && !strstr(slice, "<?") && is_plain(node, slice, node->offset)) {
                put_plain(out, node);
                return;
        }
        laid = xml_raw_layout(slice, 0);
        xml_put_raw(out, laid ? laid : slice);
}

static int take_whole(XmlNode *node, Taking *taking)
{
        g_autofree char *text = xml_slice(node);

        if (!text)
                return error_set(taking->err, VIR_ERR_CONFIG_UNSUPPORTED, "a document with <%s> must be in UTF-8",
                                 node->name);
        taking->size += strlen(text);
        if (taking->size > REST_MAX)
                return too_much(node, taking);
        xml_see_all(node);
        put_whole(taking->out, node, text);
        return 1;
}

static int take_child(XmlNode *child, Taking *taking)
{
        int r;

        if (!child->seen)
                return take_whole(child, taking);
        /* A struct of its own keeps what is its own. */
        if (child->apart || child->space)
                return 0;
        xml_open(taking->out, child->name);
        r = take(child, taking);
        if (r > 0)
                xml_put_attribute(taking->out, "xmlns:" KNOWN_PREFIX, KNOWN);
        xml_close(taking->out);
        return r;
}

static int take(XmlNode *element, Taking *taking)
{
        int any = 0;

        for (unsigned i = 0; i < element->n_attributes; i++) {
                XmlAttribute *attribute = &element->attributes[i];

                if (attribute->seen)
                        continue;
                taking->size += strlen(attribute->value);
                if (taking->size > REST_MAX)
                        return too_much(element, taking);
                attribute->seen = true;
                xml_put_attribute(taking->out, attribute->name, attribute->value);
                any = 1;
        }
        for (XmlNode *child = element->first; child; child = child->next) {
                int r = take_child(child, taking);

                if (r < 0)
                        return -1;
                any |= r;
        }
        return any;
}

int rest_take(const char *name, XmlNode *element, char **ret, Error *err)
{
        Taking taking = { .out = xml_writer_new(), .err = err };
        g_autofree char *text = NULL;
        int r;

        xml_open(taking.out, name);
        r = take(element, &taking);
        text = xml_writer_finish(taking.out);
        if (r > 0)
                *ret = g_strdup(g_strchomp(text));
        return MIN(r, 0);
}

static bool was_known(const XmlNode *node)
{
        for (unsigned i = 0; i < node->n_spaces; i++)
                if (strcmp(node->spaces[i].uri, KNOWN) == 0)
                        return true;
        return false;
}

static XmlNode *find_known(const XmlNode *parent, const char *name)
{
        for (XmlNode *child = parent->first; child; child = child->next)
                if (!child->seen && strcmp(child->name, name) == 0 && was_known(child))
                        return child;
        return NULL;
}

void rest_begin(Rest *ret, const char *text)
{
        *ret = (Rest){ 0 };
        if (text && xml_read(text, strlen(text), "what was kept", NULL, &ret->document, NULL) == 0)
                ret->at[0] = xml_root(ret->document);
}

void rest_open(Rest *rest, unsigned depth, const char *name)
{
        XmlNode *child;

        if (depth + 1 >= REST_DEPTH_MAX)
                return;
        child = rest->at[depth] ? find_known(rest->at[depth], name) : NULL;
        rest->at[depth + 1] = child;
        if (child)
                child->seen = true;
}

void rest_put(Rest *rest, unsigned depth, XmlWriter *out)
{
        XmlNode *node = depth < REST_DEPTH_MAX ? rest->at[depth] : NULL;

        if (!node)
                return;
        rest->at[depth] = NULL;
        for (unsigned i = 0; i < node->n_attributes; i++)
                xml_put_attribute(out, node->attributes[i].name, node->attributes[i].value);
        for (const XmlNode *child = node->first; child; child = child->next) {
                g_autofree char *text = child->seen || was_known(child) ? NULL : xml_slice(child);

                if (text)
                        put_whole(out, child, text);
        }
}

void rest_leave(Rest *rest, unsigned depth)
{
        if (depth < REST_DEPTH_MAX)
                rest->at[depth] = NULL;
}

void rest_end(Rest *rest)
{
        rest->document = xml_free(rest->document);
}
