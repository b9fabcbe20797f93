/* libFuzzer: any document, as XML or as JSON. What is accepted can be copied, and written in both forms, and what was
 * written is accepted again and written the same.
 *
 * VIREO_FUZZ_KIND names the document; "list" prints all names. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/document_json.h"

enum { FORM = ROWS_SECURE | ROWS_STATUS | ROWS_NO_SETTLE };

static const DocumentKind *kind;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
        const char *name = g_getenv("VIREO_FUZZ_KIND");

        documents_register();
        if (g_strcmp0(name, "list") == 0) {
                for (size_t i = 0; document_kinds[i]; i++)
                        printf("%s\n", document_kinds[i]->name);
                exit(0);
        }
        kind = document_kind(name ? name : "domain");
        if (!kind)
                g_error("no document is called '%s'", name);
        return 0;
}

static void same_again(const void *s, const char *xml, const char *form)
{
        g_autofree char *again = document_write(kind, s, FORM, NULL);

        if (g_strcmp0(xml, again) != 0)
                g_error("not the same after %s:\n%s\n%s", form, xml, again);
}

static void xml_trip(const char *xml)
{
        ERROR_AUTO Error err = ERROR_INIT;
        void *s;

        if (document_read(kind, xml, strlen(xml), NULL, FORM, &s, &err) < 0)
                g_error("%s\n%s", err.message, xml);
        same_again(s, xml, "XML");
        document_free(kind, s);
}

static void json_trip(const void *s, const char *xml)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) made = document_to_json(kind, s, FORM, &err);
        g_autofree char *text = made ? json_format(made, false) : NULL;
        g_autoptr(Json) json = text ? json_parse(text, strlen(text), &err) : NULL;
        const DocumentKind *found;
        void *copy;

        if (!json || document_from_json(json, FORM, &found, &copy, &err) < 0)
                g_error("%s\n%s\n%s", err.message, xml, text ? text : "");
        g_assert_true(found == kind);
        same_again(copy, xml, "JSON");
        document_free(kind, copy);
}

static void travel(const void *s)
{
        g_autofree char *xml = document_write(kind, s, FORM, NULL);
        void *copy;

        if (!xml) /* the document refuses to be written */
                return;
        copy = document_copy(kind, s);
        same_again(copy, xml, "copying");
        g_assert_false(rows_compare(kind->rows, s, copy, 0, NULL, NULL));
        document_free(kind, copy);
        xml_trip(xml);
        json_trip(s, xml);
}

static int read_json(const char *text, size_t length, unsigned flags, void **ret, Error *err)
{
        g_autoptr(Json) json = json_parse(text, length, err);
        const DocumentKind *found = json ? document_kind_of_json(json, err) : NULL;

        if (!found)
                return -1;
        if (found != kind)
                return error_set(err, VIR_ERR_XML_ERROR, "another document");
        return document_from_json(json, flags, &found, ret, err);
}

/* A first byte that is no beginning of a document chooses how to read. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
        bool chosen = length > 0 && bytes[0] != '<' && bytes[0] != '{';
        const char *text = (const char *)bytes + chosen;
        ERROR_AUTO Error err = ERROR_INIT;
        unsigned flags = chosen && bytes[0] & 1 ? ROWS_INACTIVE : ROWS_STATUS;
        void *s = NULL;
        int r;

        length -= chosen;
        flags |= chosen && bytes[0] & 2 ? ROWS_VALIDATE : 0;
        flags |= chosen && bytes[0] & 4 ? ROWS_NO_SETTLE : 0;
        r = length > 0 && *text == '{' ? read_json(text, length, flags, &s, &err)
                                       : document_read(kind, text, length, NULL, flags, &s, &err);
        g_assert((r < 0) == error_is_set(&err));
        if (r == 0)
                travel(s);
        document_free(kind, s);
        return 0;
}
