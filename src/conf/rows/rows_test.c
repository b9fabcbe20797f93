/* The tables and their interpreter. */
#include <string.h>

#include "conf/capabilities.h"
#include "conf/document.h"
#include "conf/domain.h"
#include "conf/domain_capabilities.h"
#include "conf/qemu_namespace.h"

static const struct {
        const Rows *rows;
        const char *element;
        size_t trips_min; /* a test that makes no trips is none */
} tables[] = {
        { &Domain_rows, "domain", 1200 },
        { &Capabilities_rows, "capabilities", 90 },
        { &DomainCapabilities_rows, "domainCapabilities", 60 },
        { &QemuNamespace_rows, "qemu", 10 },
};

static void test_guard(void)
{
        for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
                g_autofree char *complaint = rows_guard(tables[i].rows);

                g_assert_cmpstr(complaint, ==, NULL);
        }
}

static void test_round_trip(void)
{
        for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
                size_t n;
                g_autofree char *complaint = rows_round_trip(tables[i].rows, tables[i].element, &n);

                g_test_message("%s: %zu round trips", tables[i].rows->name, n);
                g_assert_cmpstr(complaint, ==, NULL);
                g_assert_cmpuint(n, >=, tables[i].trips_min);
        }
}

/* The documents that have no figure above. */
static void test_all_documents(void)
{
        for (size_t i = 0; document_kinds[i]; i++) {
                const DocumentKind *kind = document_kinds[i];
                g_autofree char *unsound = rows_guard(kind->rows);
                g_autofree char *lost = NULL;
                size_t n;

                g_test_message("%s", kind->name);
                g_assert_cmpstr(unsound, ==, NULL);
                lost = rows_round_trip(kind->rows, kind->element, &n);
                g_assert_cmpstr(lost, ==, NULL);
                g_assert_cmpuint(n, >, 0);
        }
}

/* Tables that are wrong, to see that the guards see it. */
typedef enum COMPACT { SHAPE_NONE, SHAPE_ROUND, SHAPE_MAX_ } Shape;
static ENUM_TABLE(Shape, SHAPE_MAX_) = { [SHAPE_ROUND] = "round" };

typedef struct Round {
        unsigned radius;
} Round;

typedef struct Thing {
        Shape shape;
        char *name, *colour;
        union {
                Round round;
        };
        unsigned size;
} Thing;

static ROWS(Round, ROW_UINT("@radius", Round, radius));
static const Rows *const shape_arms[SHAPE_MAX_] = { [SHAPE_ROUND] = &Round_rows };

static void expect_complaint(const Rows *rows, const char *words)
{
        g_autofree char *complaint = rows_guard(rows);

        g_assert_nonnull(complaint);
        g_assert_nonnull(strstr(complaint, words));
}

typedef Thing Twice, Late, Torn;
static ROWS(Twice, ROW_STRING("@name", Twice, name), ROW_STRING("@nom", Twice, name));
static ROWS(Late, ROW_UNION("", Late, round, shape, shape_arms), ROW_ENUM("@shape", Late, shape, Shape));
static ROWS(Torn, ROW_STRING("look/@name", Torn, name), ROW_UINT("size", Torn, size),
            ROW_STRING("look/@colour", Torn, colour));

static void test_guard_sees(void)
{
        expect_complaint(&Twice_rows, "same member");
        expect_complaint(&Late_rows, "behind it");
        expect_complaint(&Torn_rows, "closed");
}

/* Elements of several names keep the order they were written in. */
typedef enum COMPACT { LINE_NONE, LINE_ROUND, LINE_PLAIN, LINE_MAX_ } LineKind;
static ENUM_TABLE(LineKind, LINE_MAX_) = { [LINE_ROUND] = "round", [LINE_PLAIN] = "plain" };

typedef struct Plain {
        char *text;
} Plain;

typedef struct Line {
        LineKind kind;
        union {
                Round round;
                Plain plain;
        };
} Line;

typedef struct Drawing {
        Line *lines;
        size_t n_lines;
} Drawing;

static ROWS(Plain, ROW_STRING("@text", Plain, text));
static const Rows *const line_arms[LINE_MAX_] = { [LINE_ROUND] = &Round_rows, [LINE_PLAIN] = &Plain_rows };
static ROWS(Line, ROW_ENUM("name()", Line, kind, LineKind), ROW_UNION("", Line, round, kind, line_arms));
static ROWS(Drawing, ROW_LIST("round|plain", Drawing, lines, Line, .flags = ROW_KEEP_OPEN));

static void test_several_names(void)
{
        static const char xml[] = "<drawing>\n"
                                  "  <plain text='a'>\n  </plain>\n"
                                  "  <round radius='1'>\n  </round>\n"
                                  "  <plain text='b'>\n  </plain>\n"
                                  "</drawing>\n";
        g_autoptr(XmlDocument) document = NULL;
        g_autofree char *again = NULL, *complaint = NULL;
        Drawing drawing = { 0 };
        size_t n;

        g_assert_cmpint(xml_read(xml, strlen(xml), "test", NULL, &document, NULL), ==, 0);
        g_assert_cmpint(rows_parse(&Drawing_rows, &drawing, xml_root(document), ROWS_VALIDATE, NULL), ==, 0);
        g_assert_cmpuint(drawing.n_lines, ==, 3);
        again = rows_document(&Drawing_rows, &drawing, "drawing", 0);
        rows_drop(&Drawing_rows, &drawing);
        g_assert_cmpstr(again, ==, xml);
        complaint = rows_round_trip(&Drawing_rows, "drawing", &n);
        g_assert_cmpstr(complaint, ==, NULL);
}

/* An old spelling is read, and written as the new one. */
typedef struct Coin {
        Shape shape;
} Coin;

static const char *const old_shapes[SHAPE_MAX_ + 1] = { [SHAPE_ROUND] = "circular" };
static ROWS(Coin, ROW_ENUM("@shape", Coin, shape, Shape, .old_names = old_shapes));

/* An unset value can have an empty name; where a value is required that is none. */
typedef struct Seal {
        Shape shape;
} Seal;

static const char *const seal_names[SHAPE_MAX_ + 1] = { "", "round" };
static ROWS(Seal, { .path = "@shape",
                    .at = offsetof(Seal, shape),
                    .codec = &row_enum,
                    .names = seal_names,
                    .flags = ROW_REQUIRED });

static void test_empty_name(void)
{
        static const char xml[] = "<seal shape=''/>";
        g_autoptr(XmlDocument) document = NULL;
        ERROR_AUTO Error err = ERROR_INIT;
        Seal seal = { 0 };

        g_assert_cmpint(xml_read(xml, strlen(xml), "test", NULL, &document, NULL), ==, 0);
        g_assert_cmpint(rows_parse(&Seal_rows, &seal, xml_root(document), 0, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_XML_ERROR);
        rows_drop(&Seal_rows, &seal);
}

static void test_old_names(void)
{
        static const char xml[] = "<coin shape='circular'/>";
        g_autoptr(XmlDocument) document = NULL;
        g_autofree char *again = NULL;
        Coin coin = { 0 };

        g_assert_cmpint(xml_read(xml, strlen(xml), "test", NULL, &document, NULL), ==, 0);
        g_assert_cmpint(rows_parse(&Coin_rows, &coin, xml_root(document), ROWS_VALIDATE, NULL), ==, 0);
        again = rows_document(&Coin_rows, &coin, "coin", 0);
        g_assert_cmpstr(again, ==, "<coin shape='round'/>\n");
}

static void test_late_attribute(void)
{
        XmlWriter *out = xml_writer_new();
        g_autofree char *xml = NULL;

        xml_open(out, "a");
        xml_open(out, "empty");
        xml_close(out);
        xml_open(out, "b");
        xml_put_text(out, "x<y");
        xml_close(out);
        xml_put_attribute(out, "late", "it's");
        xml = xml_writer_finish(out);
        g_assert_cmpstr(xml, ==, "<a late='it&apos;s'>\n  <b>x&lt;y</b>\n</a>\n");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/rows/writer", test_late_attribute);
        g_test_add_func("/rows/old-names", test_old_names);
        g_test_add_func("/rows/empty-name", test_empty_name);
        g_test_add_func("/rows/several-names", test_several_names);
        g_test_add_func("/rows/guard", test_guard);
        g_test_add_func("/rows/guard-sees", test_guard_sees);
        g_test_add_func("/rows/round-trip", test_round_trip);
        g_test_add_func("/rows/all-documents", test_all_documents);
        return g_test_run();
}
