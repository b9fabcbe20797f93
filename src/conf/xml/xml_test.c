/* Texts that nobody means well with: each is refused at once, with its line, and what only looks like one is read. */
#include <string.h>

#include "conf/xml.h"

static char *repeated(const char *begin, const char *middle, size_t n, const char *end)
{
        GString *text = g_string_new(begin);

        for (size_t i = 0; i < n; i++)
                g_string_append(text, middle);
        g_string_append(text, end);
        return g_string_free(text, FALSE);
}

static char *attributes(const char *begin, size_t n, const char *end)
{
        GString *text = g_string_new(begin);

        for (size_t i = 0; i < n; i++)
                g_string_append_printf(text, " a%zu='x'", i);
        g_string_append(text, end);
        return g_string_free(text, FALSE);
}

static void refuse(const char *text, size_t length, const char *words)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(XmlDocument) document = NULL;
        g_autofree char *exact = g_memdup2(text, length); /* nothing behind it */

        g_assert_cmpint(xml_read(exact ? exact : "", length, "test", NULL, &document, &err), ==, -1);
        g_assert_null(document);
        g_test_message("%s", err.message);
        if (!strstr(err.message, words))
                g_error("'%s' does not say '%s'", err.message, words);
}

static void test_attributes(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(XmlDocument) document = NULL;
        g_autofree char *few = attributes("<a", XML_ATTRIBUTES_MAX, "/>");
        g_autofree char *many = attributes("<a>\n<b", 1000 * 1000, "/></a>");
        g_autofree char *equal = repeated("<?x ", "=", 5000, "?><a><!-- <");
        g_autofree char *signs = repeated(equal, "=", 5000, " --><![CDATA[<b ");
        g_autofree char *text = repeated(signs, "=", 5000, "]]>=<b c='");
        g_autofree char *value = repeated(text, "=", 5000, "'/></a>");

        refuse(many, strlen(many), "test:2: an element has 1000000 attributes, at most 1000 are accepted");
        g_assert_cmpint(xml_read(few, strlen(few), "test", NULL, &document, &err), ==, 0);
        g_clear_pointer(&document, xml_free);
        g_assert_cmpint(xml_read(value, strlen(value), "test", NULL, &document, &err), ==, 0);
}

/* What cannot be looked through in another encoding is short. */
static void test_encodings(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(XmlDocument) document = NULL;
        g_autofree char *many = attributes("<?xml version='1.0' encoding='IBM037'?><a", 100 * 1000, "/>");
        g_autofree char *utf8 = attributes("<?xml version='1.0' encoding='UTF-8'?><a", 100 * 1000, "/>");
        g_autofree char *marked = attributes("\xef\xbb\xbf<?xml version='1.0' encoding='UTF-16'?><a", 100 * 1000, "/>");
        g_autofree char *hidden =
                attributes("<?xml version=\"encoding='utf-8'\" encoding='IBM037'?><a", 100 * 1000, "/>");
        g_autofree char *wide = NULL;
        gsize length;

        refuse(many, strlen(many), "in another encoding than UTF-8");
        refuse(hidden, strlen(hidden), "in another encoding than UTF-8");
        refuse("<?xml encoding='a", strlen("<?xml encoding='a"), "test:1");
        refuse("<?xml encoding", strlen("<?xml encoding"), "test:1");
        refuse(marked, strlen(marked), "in another encoding than UTF-8");
        refuse(utf8, strlen(utf8), "an element has 100000 attributes");
        wide = g_convert(utf8, -1, "UTF-16", "UTF-8", NULL, &length, NULL);
        refuse(wide, length, "in another encoding than UTF-8");
        g_free(wide);
        wide = g_convert("<a b='c'/>", -1, "UTF-16", "UTF-8", NULL, &length, NULL);
        g_assert_cmpint(xml_read(wide, length, "test", NULL, &document, &err), ==, 0);
        g_assert_cmpstr(xml_attribute(xml_root(document), "b")->value, ==, "c");
}

static void test_bounds(void)
{
        static const char zero[] = "<a>\n<b>x\0y</b></a>";
        g_autofree char *deep = repeated("<a>", "<b>", 100 * 1000, "");
        g_autofree char *elements = repeated("<a>", "<b/>", 200 * 1000, "</a>");
        g_autofree char *space = repeated("<a>", "          ", XML_SIZE_MAX / 10, "</a>");

        refuse("", 0, "Document is empty");
        refuse(deep, strlen(deep), "nested too deeply");
        refuse(elements, strlen(elements), "too many elements");
        refuse(space, strlen(space), "at most 16777216 are accepted");
        refuse(zero, sizeof(zero) - 1, "test:2");
        refuse("<a>\n&#1;</a>", strlen("<a>\n&#1;</a>"), "test:2");
        refuse("<a>\n\xff\xfe</a>", strlen("<a>\n\xff\xfe</a>"), "test:2: Input is not proper UTF-8");
        refuse("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", strlen("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"),
               "test:1: a document type declaration is not accepted");
        refuse("<a>&e;</a>", strlen("<a>&e;</a>"), "test:1");
        refuse("<a b='1' b='2'/>", strlen("<a b='1' b='2'/>"), "an attribute can be given once");
}

/* Ten million blanks are nothing but long. */
static void test_blanks(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(XmlDocument) document = NULL;
        g_autofree char *space = repeated("<a>", "          ", 1000 * 1000, "<b/></a>");

        g_assert_cmpint(xml_read(space, strlen(space), "test", NULL, &document, &err), ==, 0);
        g_assert_cmpstr(xml_root(document)->first->name, ==, "b");
}

/* What no XML can hold is not written; what only begins like it is. */
static void test_written_characters(void)
{
        g_autoptr(XmlDocument) document = NULL;
        g_autofree char *text = NULL;
        XmlWriter *writer = xml_writer_new();

        xml_open(writer, "a");
        xml_put_attribute(writer, "b", "\1x\n\xef\xbf\xbe\xef\xbf\xbd");
        xml_put_text(writer, "<\x1f\xef\xbf\xbf\xef\xbf\xbc\xef\x80\x80>");
        text = xml_writer_finish(writer);
        g_assert_cmpint(xml_read(text, strlen(text), "test", NULL, &document, NULL), ==, 0);
        g_assert_cmpstr(xml_attribute(xml_root(document), "b")->value, ==, "x\n\xef\xbf\xbd");
        g_assert_cmpstr(xml_root(document)->text, ==, "<\xef\xbf\xbc\xef\x80\x80>");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/xml/attributes", test_attributes);
        g_test_add_func("/xml/encodings", test_encodings);
        g_test_add_func("/xml/bounds", test_bounds);
        g_test_add_func("/xml/blanks", test_blanks);
        g_test_add_func("/xml/written-characters", test_written_characters);
        return g_test_run();
}
