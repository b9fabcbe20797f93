/* The XML writer: two blanks of indentation, single quotes, empty elements closed in themselves. */
#include "conf/xml.h"

#include <string.h>

#include "xml/xml_raw.h"

typedef struct Open {
        const char *prefix, *name;
        const char *attribute, *value; /* of a selected element */
        size_t attributes_end;         /* where the next attribute goes */
        bool written;                  /* else nothing of it is in the text yet */
        bool has_text, has_children;
} Open;

struct XmlWriter {
        GString *text;
        const char *prefix;
        unsigned depth;
        Open open[XML_DEPTH_MAX + 56];
};

XmlWriter *xml_writer_new(void)
{
        XmlWriter *writer = g_new0(XmlWriter, 1);

        writer->text = g_string_sized_new(4096);
        return writer;
}

char *xml_writer_finish(XmlWriter *writer)
{
        char *text;

        while (writer->depth)
                xml_close(writer);
        text = g_string_free(writer->text, FALSE);
        g_free(writer);
        return text;
}

/* White space in an attribute, and \r anywhere, would be read back as something else if it stood there as it is. */
static const char *entity(char c, bool attribute)
{
        switch (c) {
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '&': return "&amp;";
        case '"': return "&quot;";
        case '\'': return "&apos;";
        case '\r': return "&#13;";
        case '\n': return attribute ? "&#10;" : NULL;
        case '\t': return attribute ? "&#9;" : NULL;
        default: return NULL;
        }
}

size_t xml_banned(const char *text)
{
        unsigned char first = (unsigned char)*text;

        if (first == 0xef)
                return g_str_has_prefix(text, "\xef\xbf\xbe") || g_str_has_prefix(text, "\xef\xbf\xbf") ? 3 : 0;
        return first > 0 && first < 0x20 && !strchr("\t\n\r", first);
}

/* What has no place in XML is left out. */
static void append_escaped(GString *out, const char *text, bool attribute)
{
        size_t clean = strcspn(text, "<>&\"'\xef\1\2\3\4\5\6\a\b\t\n\v\f\r\16\17\20\21\22\23\24\25\26\27\30\31"
                                     "\32\33\34\35\36\37");

        g_string_append_len(out, text, (gssize)clean);
        for (text += clean; *text;) {
                const char *name = entity(*text, attribute);
                size_t banned = xml_banned(text);

                if (name)
                        g_string_append(out, name);
                else if (!banned)
                        g_string_append_c(out, *text);
                text += MAX(banned, 1);
        }
}

static void indent(GString *out, unsigned depth)
{
        static const char blanks[] = "                                                                ";

        for (unsigned n = depth * 2; n > 0;) {
                unsigned part = MIN(n, sizeof(blanks) - 1);

                g_string_append_len(out, blanks, part);
                n -= part;
        }
}

static void begin_children(XmlWriter *writer, Open *parent)
{
        if (!parent->has_children && !parent->has_text)
                g_string_append(writer->text, ">\n");
        parent->has_children = true;
}

/* Everything that is open and not yet in the text goes there. */
static void flush(XmlWriter *writer)
{
        unsigned first = writer->depth;

        while (first > 0 && !writer->open[first - 1].written)
                first--;
        for (unsigned i = first; i < writer->depth; i++) {
                Open *open = &writer->open[i];

                if (i > 0)
                        begin_children(writer, &writer->open[i - 1]);
                indent(writer->text, i);
                g_string_append_c(writer->text, '<');
                if (open->prefix) {
                        g_string_append(writer->text, open->prefix);
                        g_string_append_c(writer->text, ':');
                }
                g_string_append(writer->text, open->name);
                if (open->attribute)
                        g_string_append_printf(writer->text, " %s='%s'", open->attribute, open->value);
                open->attributes_end = writer->text->len;
                open->written = true;
        }
}

void xml_open_selected(XmlWriter *writer, const char *name, const char *attribute, const char *value)
{
        g_assert(writer->depth < G_N_ELEMENTS(writer->open));
        writer->open[writer->depth++] =
                (Open){ .prefix = writer->prefix, .name = name, .attribute = attribute, .value = value };
}

void xml_open(XmlWriter *writer, const char *name)
{
        xml_open_selected(writer, name, NULL, NULL);
}

void xml_keep(XmlWriter *writer)
{
        flush(writer);
}

void xml_keep_open(XmlWriter *writer)
{
        flush(writer);
        begin_children(writer, &writer->open[writer->depth - 1]);
}

void xml_put_attribute(XmlWriter *writer, const char *name, const char *value)
{
        Open *open = &writer->open[writer->depth - 1];
        g_autoptr(GString) late = NULL;
        GString *out = writer->text;

        flush(writer);
        if (open->has_children || open->has_text)
                out = late = g_string_new(NULL);
        g_string_append_c(out, ' ');
        g_string_append(out, name);
        g_string_append(out, "='");
        append_escaped(out, value, true);
        g_string_append_c(out, '\'');
        if (late) {
                g_string_insert_len(writer->text, (gssize)open->attributes_end, late->str, (gssize)late->len);
                open->attributes_end += late->len;
        } else {
                open->attributes_end = out->len;
        }
}

void xml_put_text(XmlWriter *writer, const char *text)
{
        Open *open = &writer->open[writer->depth - 1];

        flush(writer);
        if (!*text)
                return;
        if (!open->has_text && !open->has_children)
                g_string_append_c(writer->text, '>');
        open->has_text = true;
        append_escaped(writer->text, text, false);
}

void xml_put_raw(XmlWriter *writer, const char *xml)
{
        g_autofree char *laid = writer->depth && strchr(xml, '\n') ? xml_raw_layout(xml, writer->depth) : NULL;

        flush(writer);
        if (writer->depth)
                begin_children(writer, &writer->open[writer->depth - 1]);
        indent(writer->text, writer->depth);
        g_string_append(writer->text, laid ? laid : xml);
        g_string_append_c(writer->text, '\n');
}

void xml_close(XmlWriter *writer)
{
        Open *open = &writer->open[--writer->depth];

        if (!open->written)
                return;
        if (!open->has_children && !open->has_text) {
                g_string_append(writer->text, "/>\n");
                return;
        }
        if (!open->has_text)
                indent(writer->text, writer->depth);
        g_string_append(writer->text, "</");
        if (open->prefix) {
                g_string_append(writer->text, open->prefix);
                g_string_append_c(writer->text, ':');
        }
        g_string_append(writer->text, open->name);
        g_string_append(writer->text, ">\n");
}

void xml_set_prefix(XmlWriter *writer, const char *prefix)
{
        writer->prefix = prefix;
}
