/* What is too much for libxml2, which compares each attribute of an element with all before it: seen before it reads. */
#undef ERROR_DOMAIN
#define ERROR_DOMAIN VIR_FROM_XML
#include "xml/xml_bounds.h"

#include <string.h>

#include "conf/xml.h"

/* In any other encoding the tags of a text cannot be told before it is converted. */
enum { FOREIGN_SIZE_MAX = 128 * 1024 };

/* Behind @end, which follows on @at; the end of the text where it does not. */
static const char *skip(const char *at, const char *limit, const char *end)
{
        const char *found = memmem(at, (size_t)(limit - at), end, strlen(end));

        return found ? found + strlen(end) : limit;
}

/* Behind the tag that begins before @at, counting what it has of attributes. */
static const char *skip_tag(const char *at, const char *limit, unsigned *ret_n)
{
        char quote = 0;

        for (*ret_n = 0; at < limit; at++) {
                if (quote && *at == quote)
                        quote = 0;
                else if (!quote && (*at == '"' || *at == '\''))
                        quote = *at;
                else if (!quote && *at == '=')
                        ++*ret_n;
                else if (!quote && *at == '>')
                        return at + 1;
                else if (*at == '<') /* not well formed: the parser will say so */
                        return at;
        }
        return limit;
}

static bool begins(const char *at, const char *limit, const char *with)
{
        return (size_t)(limit - at) >= strlen(with) && memcmp(at, with, strlen(with)) == 0;
}

static unsigned line_of(const char *text, const char *place)
{
        unsigned line = 1;

        for (const char *at = text; at < place; at++)
                line += *at == '\n';
        return line;
}

static bool is_known(const char *encoding)
{
        static const char *const known[] = { "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", NULL };
        const char *begin = encoding + strcspn(encoding, "\"'");
        g_autofree char *value = *begin ? g_ascii_strdown(begin + 1, (gssize)strcspn(begin + 1, "\"'")) : NULL;

        return !value || g_strv_contains(known, value);
}

/* Whether the ASCII characters of @text are what they seem. */
static bool is_ascii_based(const char *text, size_t length)
{
        static const char mark[] = "\xef\xbb\xbf", word[] = "encoding";
        const char *limit = text + length;
        const char *begin = begins(text, limit, mark) ? text + strlen(mark) : text;
        g_autofree char *declaration = NULL;

        if (memchr(text, 0, length) || (length > 0 && *text == '\x4c') || (length > 1 && (*text & 0xfe) == 0xfe))
                return false; /* UTF-16, EBCDIC */
        if (!begins(begin, limit, "<?xml"))
                return true;
        declaration = g_strndup(begin, (size_t)(skip(begin, limit, "?>") - begin));
        /* Not only the first: it may be part of another value. */
        for (const char *said = declaration; (said = strstr(said, word)); said += strlen(word))
                if (!is_known(said + strlen(word)))
                        return false;
        return true;
}

int xml_check_bounds(const char *text, size_t length, const char *name, Error *err)
{
        const char *limit = text + length;
        unsigned n;

        if (length > XML_SIZE_MAX)
                return error_set(err, VIR_ERR_XML_DETAIL, "%s:1: the document has %zu bytes, at most %d are accepted",
                                 name, length, XML_SIZE_MAX);
        if (!is_ascii_based(text, length))
                return length <= FOREIGN_SIZE_MAX
                               ? 0
                               : error_set(err, VIR_ERR_XML_DETAIL,
                                           "%s:1: the document has %zu bytes, at most %d are accepted in another "
                                           "encoding than UTF-8",
                                           name, length, FOREIGN_SIZE_MAX);
        for (const char *at = text; (at = memchr(at, '<', (size_t)(limit - at)));) {
                const char *tag = at++;

                if (begins(at, limit, "!--"))
                        at = skip(at + 3, limit, "-->");
                else if (begins(at, limit, "![CDATA["))
                        at = skip(at, limit, "]]>");
                else if (begins(at, limit, "?"))
                        at = skip(at, limit, "?>");
                else if ((at = skip_tag(at, limit, &n)) && n > XML_ATTRIBUTES_MAX)
                        return error_set(err, VIR_ERR_XML_DETAIL,
                                         "%s:%u: an element has %u attributes, at most %d are accepted", name,
                                         line_of(text, tag), n, XML_ATTRIBUTES_MAX);
        }
        return 0;
}
