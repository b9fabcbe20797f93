/* What the rows give away: every document has a schema that a validator can load, and a JSON form without two members
 * of one name. */
#include <libxml/relaxng.h>
#include <string.h>

#include "conf/document_json.h"
#include "conf/schema.h"
#include "schema/shape.h"

static void quiet(void *opaque, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void quiet(void *opaque, const char *format, ...)
{
        (void)opaque;
        (void)format;
}

/* A pattern that libxml2 cannot read leaves a schema that accepts nothing there. */
static void loud(void *opaque, xmlErrorPtr error)
{
        g_error("%s: %s %s", (const char *)opaque, error->message, error->str1 ? error->str1 : "");
}

static xmlRelaxNG *load(const DocumentKind *kind)
{
        g_autofree char *text = schema_relaxng(kind);
        xmlRelaxNGParserCtxt *parser = xmlRelaxNGNewMemParserCtxt(text, (int)strlen(text));
        xmlRelaxNG *schema;

        xmlSetStructuredErrorFunc((void *)kind->name, loud);
        schema = xmlRelaxNGParse(parser);
        xmlSetStructuredErrorFunc(NULL, NULL);
        xmlRelaxNGFreeParserCtxt(parser);
        return schema;
}

static void test_relaxng(void)
{
        for (size_t i = 0; document_kinds[i]; i++) {
                xmlRelaxNG *schema = load(document_kinds[i]);

                g_test_message("%s", document_kinds[i]->name);
                g_assert_nonnull(schema);
                xmlRelaxNGFree(schema);
        }
}

static bool validates(xmlRelaxNG *schema, const char *xml)
{
        xmlDoc *doc = xmlReadMemory(xml, (int)strlen(xml), "test", NULL, XML_PARSE_NOERROR);
        xmlRelaxNGValidCtxt *valid = xmlRelaxNGNewValidCtxt(schema);
        int r;

        xmlRelaxNGSetValidErrors(valid, quiet, quiet, NULL);
        r = xmlRelaxNGValidateDoc(valid, doc);
        xmlRelaxNGFreeValidCtxt(valid);
        xmlFreeDoc(doc);
        return r == 0;
}

static void test_relaxng_judges(void)
{
        static const char good[] = "<domain type='kvm'><name>a</name><memory unit='MiB'>5</memory><devices>"
                                   "<disk type='file'><source file='/a'/><target dev='vda'/></disk></devices></domain>";
        static const struct {
                const char *from, *to;
        } spoilt[] = {
                { "type='kvm'", "type='kwm'" },
                { "<target dev", "<target edv" },
                { "<devices>", "<devices><dist/>" },
                { ">5<", ">five<" },
                { "type='kvm'", "" },
        };
        xmlRelaxNG *schema = load(document_kind("domain"));

        g_assert_true(validates(schema, good));
        for (size_t i = 0; i < G_N_ELEMENTS(spoilt); i++) {
                g_auto(GStrv) parts = g_strsplit(good, spoilt[i].from, 2);
                g_autofree char *bad = g_strjoinv(spoilt[i].to, parts);

                g_test_message("%s", bad);
                g_assert_false(validates(schema, bad));
        }
        xmlRelaxNGFree(schema);
}

static bool is_written(const ShapeValue *value)
{
        for (size_t i = 0; i < value->rows->len; i++)
                if (!(((const Row *)g_ptr_array_index(value->rows, i))->flags & ROW_LEGACY))
                        return true;
        return false;
}

/* An attribute and a child of one name need a key of their own (Row.key). */
static void check_keys(const DocumentKind *kind, const Shape *shape)
{
        for (size_t i = 0; i < shape->attributes->len; i++) {
                const ShapeValue *value = g_ptr_array_index(shape->attributes, i);

                if (is_written(value) && shape_child(shape, NULL, value->key))
                        g_error("%s: an attribute and a child are both called '%s'", kind->name, value->key);
                if (is_written(value) && shape->text && strcmp(value->key, shape->text->key) == 0)
                        g_error("%s: the text of an element and its attribute are both '%s'", kind->name, value->key);
        }
}

static void test_keys(void)
{
        for (size_t i = 0; document_kinds[i]; i++) {
                g_autoptr(ShapeSet) set = shapes_of(document_kinds[i]->rows);

                for (size_t k = 0; k < set->shapes->len; k++)
                        check_keys(document_kinds[i], g_ptr_array_index(set->shapes, k));
        }
}

static void test_json_schema(void)
{
        for (size_t i = 0; document_kinds[i]; i++) {
                g_autofree char *text = schema_json(document_kinds[i]);
                g_autoptr(Json) json = json_parse(text, strlen(text), NULL);

                g_assert_nonnull(json_get(json_get(json, "properties"), document_kinds[i]->name));
        }
}

/* Our own mistakes, as the reader of the JSON form tells them. */
static void test_json_mistakes(void)
{
        static const struct {
                const char *json, *says;
        } cases[] = {
                { "{\"domain\": {\"type\": \"kwm\", \"name\": \"a\"}}", "domain/type: Invalid value \"kwm\"" },
                { "{\"domain\": {\"type\": \"kvm\", \"name\": \"a\", \"vcpuu\": 1}}", "did you mean 'vcpu'?" },
                { "{\"domain\": {\"type\": \"kvm\", \"name\": \"a\", \"devices\": {\"disk\": {}}}}",
                  "Expected an array" },
                { "{\"domain\": {\"type\": \"kvm\", \"name\": \"a\", \"vcpu\": \"two\"}}",
                  "domain/vcpu: Invalid value" },
                { "{\"domain\": {\"type\": \"kvm\", \"name\": \"a\", \"vcpus\": 1}}", "domain/vcpus" },
                { "{\"domain\": {\"type\": \"kvm\", \"name\": \"a\", \"devices\": {\"disk\": [1]}}}",
                  "disk[1]: unknown" },
                { "{\"cpu\": {\"topology\": {\"sockets\": 0, \"cores\": 2, \"threads\": 1}}}",
                  "cpu/topology/sockets: Zero is not permitted" },
                { "{\"cpu\": {\"topology\": {\"cores\": 2, \"threads\": 1}}}", "cpu/topology/sockets: it is missing" },
                { "{\"demain\": {}}", "no document is called 'demain'" },
                { "{\"domain\": {}, \"network\": {}}", "one key" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autoptr(Json) json = json_parse(cases[i].json, strlen(cases[i].json), NULL);
                ERROR_AUTO Error err = ERROR_INIT;
                const DocumentKind *kind;
                void *s;

                g_assert_cmpint(document_from_json(json, ROWS_NO_SETTLE, &kind, &s, &err), ==, -1);
                g_test_message("%s", err.message);
                g_assert_nonnull(strstr(err.message, cases[i].says));
        }
}

/* The line of the reference that begins with @path. */
static char *reference_line(const char *text, const char *path)
{
        g_autofree char *begin = g_strdup_printf("<tr><td><code>%s</code>", path);
        const char *at = strstr(text, begin);

        g_assert_nonnull(at);
        return g_strndup(at, strcspn(at, "\n"));
}

/* A row says whose guests have it; else the table it stands in, else what it is part of. */
static void test_reference_drivers(void)
{
        static const struct {
                const char *path, *drivers;
        } cases[] = {
                { "domain/os/initarg", "<td>lxc</td>" },
                { "domain/devices/tpm/backend/@persistent_state", "<td>qemu</td>" },
                { "domain/devices/hostdev/source/block", "<td>lxc</td>" },
                { "domain/name", "<td></td><td></td><td></td><td>the guest sees it</td>" },
        };
        g_autofree char *text = schema_reference(document_kind("domain"));

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                g_autofree char *line = reference_line(text, cases[i].path);

                g_test_message("%s", line);
                g_assert_nonnull(strstr(line, cases[i].drivers));
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/schema/relaxng", test_relaxng);
        g_test_add_func("/schema/relaxng-judges", test_relaxng_judges);
        g_test_add_func("/schema/keys", test_keys);
        g_test_add_func("/schema/json", test_json_schema);
        g_test_add_func("/schema/json-mistakes", test_json_mistakes);
        g_test_add_func("/schema/reference-drivers", test_reference_drivers);
        return g_test_run();
}
