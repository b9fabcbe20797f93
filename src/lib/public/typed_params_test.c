/* Typed parameters, the thread's error. */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>

#include <glib.h>

static int told;

static void on_error(void *opaque, virErrorPtr error)
{
        told++;
}

typedef struct Params {
        virTypedParameterPtr list;
        int n, room;
} Params;

#define P &p.list, &p.n, &p.room

static void test_add(void)
{
        Params p = { 0 };
        int i = 0;
        unsigned u = 0;
        long long l = 0;
        unsigned long long ul = 0;
        double d = 0;
        const char *s = NULL;

        g_assert_cmpint(virTypedParamsAddInt(P, "i", -5), ==, 0);
        g_assert_cmpint(virTypedParamsAddUInt(P, "u", 5), ==, 0);
        g_assert_cmpint(virTypedParamsAddLLong(P, "l", -6), ==, 0);
        g_assert_cmpint(virTypedParamsAddULLong(P, "ul", 6), ==, 0);
        g_assert_cmpint(virTypedParamsAddDouble(P, "d", 0.5), ==, 0);
        g_assert_cmpint(virTypedParamsAddBoolean(P, "b", 7), ==, 0);
        g_assert_cmpint(virTypedParamsAddString(P, "s", "text"), ==, 0);
        g_assert_cmpint(virTypedParamsAddString(P, "none", NULL), ==, 0);
        g_assert_cmpint(p.n, ==, 8);
        g_assert_cmpint(p.room, >=, 8);

        g_assert_cmpint(virTypedParamsGetInt(p.list, p.n, "i", &i), ==, 1);
        g_assert_cmpint(i, ==, -5);
        g_assert_cmpint(virTypedParamsGetUInt(p.list, p.n, "u", &u), ==, 1);
        g_assert_cmpuint(u, ==, 5);
        g_assert_cmpint(virTypedParamsGetLLong(p.list, p.n, "l", &l), ==, 1);
        g_assert_cmpint(l, ==, -6);
        g_assert_cmpint(virTypedParamsGetULLong(p.list, p.n, "ul", &ul), ==, 1);
        g_assert_cmpuint(ul, ==, 6);
        g_assert_cmpint(virTypedParamsGetDouble(p.list, p.n, "d", &d), ==, 1);
        g_assert_cmpfloat(d, ==, 0.5);
        g_assert_cmpint(virTypedParamsGetBoolean(p.list, p.n, "b", &i), ==, 1);
        g_assert_cmpint(i, ==, 1);
        g_assert_cmpint(virTypedParamsGetString(p.list, p.n, "s", &s), ==, 1);
        g_assert_cmpstr(s, ==, "text");
        g_assert_cmpint(virTypedParamsGetString(p.list, p.n, "none", &s), ==, 1);
        g_assert_cmpstr(s, ==, "");
        virTypedParamsFree(p.list, p.n);
        virTypedParamsFree(NULL, 0);
}

static void test_wrong(void)
{
        Params p = { 0 };
        g_autofree char *longest = g_strnfill(79, 'b');
        g_autofree char *longer = g_strnfill(80, 'b');
        int i;

        g_assert_cmpint(virTypedParamsAddUInt(P, "u", 5), ==, 0);
        g_assert_cmpint(virTypedParamsGetInt(p.list, p.n, "u", &i), ==, -1);
        g_assert_cmpstr(virGetLastErrorMessage(), ==,
                        "invalid argument: Invalid type 'int' requested for parameter 'u', actual type is 'uint'");
        g_assert_cmpint(virTypedParamsGetInt(p.list, p.n, "v", &i), ==, 0);
        g_assert_null(virGetLastError());
        g_assert_cmpint(virTypedParamsAddInt(P, longest, 1), ==, 0);
        g_assert_cmpint(virTypedParamsAddInt(P, longer, 1), ==, -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INTERNAL_ERROR);
        g_assert_cmpint(p.n, ==, 2);
        virTypedParamsFree(p.list, p.n);
}

static void test_from_string(void)
{
        static const struct {
                int type;
                const char *text;
                int result;
                unsigned long long value;
                const char *message;
        } cases[] = {
                { VIR_TYPED_PARAM_INT, "12", 0, 12, NULL },
                { VIR_TYPED_PARAM_INT, "12x", -1, 0, "invalid argument: Invalid value for field 'f': expected int" },
                { VIR_TYPED_PARAM_INT, "", -1, 0, "invalid argument: Invalid value for field 'f': expected int" },
                { VIR_TYPED_PARAM_INT, "2147483648", -1, 0,
                  "invalid argument: Invalid value for field 'f': expected int" },
                { VIR_TYPED_PARAM_UINT, "-1", 0, 4294967295u, NULL },
                { VIR_TYPED_PARAM_UINT, "4294967296", -1, 0,
                  "invalid argument: Invalid value for field 'f': expected unsigned int" },
                { VIR_TYPED_PARAM_LLONG, "abc", -1, 0,
                  "invalid argument: Invalid value for field 'f': expected long long" },
                { VIR_TYPED_PARAM_ULLONG, "-1", 0, 18446744073709551615ull, NULL },
                { VIR_TYPED_PARAM_ULLONG, "0x10", -1, 0,
                  "invalid argument: Invalid value for field 'f': expected unsigned long long" },
                { VIR_TYPED_PARAM_ULLONG, " 7", 0, 7, NULL },
                { VIR_TYPED_PARAM_ULLONG, "7 ", -1, 0,
                  "invalid argument: Invalid value for field 'f': expected unsigned long long" },
                { VIR_TYPED_PARAM_DOUBLE, "x", -1, 0,
                  "invalid argument: Invalid value for field 'f': expected double" },
                { VIR_TYPED_PARAM_BOOLEAN, "1", 0, 1, NULL },
                { VIR_TYPED_PARAM_BOOLEAN, "2", -1, 0, "invalid argument: Invalid boolean value for field 'f'" },
                { VIR_TYPED_PARAM_INT, NULL, -1, 0, "invalid argument: NULL value for field 'f'" },
                { 8, "x", -1, 0, "internal error: unexpected type 8 for field f" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                Params p = { 0 };
                int r = virTypedParamsAddFromString(P, "f", cases[i].type, cases[i].text);

                g_assert_cmpint(r, ==, cases[i].result);
                if (r < 0)
                        g_assert_cmpstr(virGetLastErrorMessage(), ==, cases[i].message);
                else
                        g_assert_cmpuint(p.list[0].value.ul, ==, cases[i].value);
                g_assert_cmpint(p.n, ==, r < 0 ? 0 : 1);
                virTypedParamsFree(p.list, p.n);
        }
}

static void test_string_list(void)
{
        Params p = { 0 };
        const char *values[] = { "a", "b", NULL };

        g_assert_cmpint(virTypedParamsAddStringList(P, "s", values), ==, 0);
        g_assert_cmpint(virTypedParamsAddStringList(P, "s", NULL), ==, 0);
        g_assert_cmpint(p.n, ==, 2);
        g_assert_cmpstr(p.list[1].value.s, ==, "b");
        virTypedParamsFree(p.list, p.n);
}

static void fail_once(void)
{
        Params p = { 0 };

        g_assert_cmpint(virTypedParamsAddFromString(P, "f", VIR_TYPED_PARAM_INT, "x"), ==, -1);
}

static void test_last_error(void)
{
        virErrorPtr saved;
        virError copy = { 0 };

        fail_once();
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_ARG);
        g_assert_cmpint(virCopyLastError(&copy), ==, VIR_ERR_INVALID_ARG);
        saved = virSaveLastError();
        virResetLastError();
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OK);
        g_assert_cmpint(virGetLastErrorDomain(), ==, VIR_FROM_NONE);
        g_assert_cmpstr(virGetLastErrorMessage(), ==, "no error");
        g_assert_null(virGetLastError());
        g_assert_cmpstr(saved->message, ==, copy.message);
        g_assert_cmpstr(saved->str1, ==, "invalid argument: %s");
        g_assert_cmpstr(saved->str2, ==, "Invalid value for field 'f': expected int");
        g_assert_cmpint(saved->int1, ==, -1);
        virFreeError(saved);
        virResetError(&copy);
        g_assert_cmpint(virCopyLastError(&copy), ==, VIR_ERR_OK);
        g_assert_cmpint(virCopyLastError(NULL), ==, -1);
        saved = virSaveLastError();
        g_assert_cmpint(saved->code, ==, VIR_ERR_OK);
        virFreeError(saved);
}

static void *other_thread(void *opaque)
{
        g_assert_null(virGetLastError());
        return NULL;
}

static void test_last_error_is_per_thread(void)
{
        int before = told;

        fail_once();
        g_assert_cmpint(told, ==, before + 1);
        g_thread_join(g_thread_new("other", other_thread, NULL));
        g_assert_nonnull(virGetLastError());
}

/* The default function's words on stderr, as libvirt's clients show them. */
static void test_default_function(void)
{
        static virError error = { .code = VIR_ERR_NO_DOMAIN, .domain = VIR_FROM_QEMU, .level = VIR_ERR_ERROR };

        if (g_test_subprocess()) {
                error.message = (char *)"Domain not found";
                virDefaultErrorFunc(&error);
                error.domain = VIR_FROM_NONE;
                error.level = VIR_ERR_WARNING;
                virDefaultErrorFunc(&error);
                return;
        }
        g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
        g_test_trap_assert_passed();
        g_test_trap_assert_stderr(
                "*libvirt: QEMU Driver error : Domain not found\nlibvirt:  warning : Domain not found\n*");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        virSetErrorFunc(NULL, on_error);
        g_test_add_func("/typed-params/add", test_add);
        g_test_add_func("/typed-params/wrong", test_wrong);
        g_test_add_func("/typed-params/from-string", test_from_string);
        g_test_add_func("/typed-params/string-list", test_string_list);
        g_test_add_func("/last-error/functions", test_last_error);
        g_test_add_func("/last-error/per-thread", test_last_error_is_per_thread);
        g_test_add_func("/last-error/default-function", test_default_function);
        return g_test_run();
}
