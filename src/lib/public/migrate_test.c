/* Migration between two connections of the fake driver: which steps run, in which order, with whose cookies. */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <glib.h>

static void quiet(void *opaque, virErrorPtr error)
{
}

typedef struct Ends {
        virConnectPtr source, target;
        virDomainPtr domain;
} Ends;

static Ends ends_open(const char *source, const char *target)
{
        Ends ends = { .source = virConnectOpen(source), .target = virConnectOpen(target) };

        g_assert_nonnull(ends.source);
        g_assert_nonnull(ends.target);
        ends.domain = virDomainLookupByName(ends.source, "d");
        g_assert_nonnull(ends.domain);
        return ends;
}

static void ends_close(Ends *ends)
{
        virDomainFree(ends->domain);
        g_assert_cmpint(virConnectClose(ends->source), ==, 0);
        g_assert_cmpint(virConnectClose(ends->target), ==, 0);
}

static void assert_steps(const Ends *ends, const char *expected)
{
        g_autofree char *steps = virConnectGetSysinfo(ends->source, 0);

        g_assert_cmpstr(steps, ==, expected);
}

static void assert_moved(const Ends *ends, virDomainPtr moved, const char *name)
{
        g_assert_nonnull(moved);
        g_assert_true(virDomainGetConnect(moved) == ends->target);
        g_assert_cmpstr(virDomainGetName(moved), ==, name);
        virDomainFree(moved);
}

static void test_version_3(void)
{
        Ends ends = ends_open("fake:///a?features=6", "fake:///b?features=6,13");

        assert_moved(&ends, virDomainMigrate(ends.domain, ends.target, VIR_MIGRATE_LIVE, "new", NULL, 0), "new");
        assert_steps(&ends, "begin() prepare(b <domain/>) perform(p tcp:far:49152) finish(r new) confirm(f) ");
        assert_moved(&ends, virDomainMigrate2(ends.domain, ends.target, "<x/>", 0, NULL, "tcp:here", 5), "d");
        assert_steps(&ends, "begin( <x/>) prepare(b <domain/>) perform(p tcp:here) finish(r d) confirm(f) ");
        ends_close(&ends);
}

static void assert_fails(const Ends *ends, const char *message, const char *steps)
{
        g_assert_null(virDomainMigrate(ends->domain, ends->target, 0, NULL, NULL, 0));
        g_assert_cmpstr(virGetLastErrorMessage(), ==, message);
        assert_steps(ends, steps);
}

/* What began is undone, and the first failure is the one that is told. */
static void test_version_3_fails(void)
{
        Ends begin = ends_open("fake:///a?features=6&fail=begin", "fake:///b?features=6");
        Ends prepare = ends_open("fake:///a?features=6", "fake:///b?features=6&fail=prepare");
        Ends protected = ends_open("fake:///a?features=6,7", "fake:///b?features=6&fail=prepare");
        Ends perform = ends_open("fake:///a?features=6&fail=perform", "fake:///b?features=6&fail=finish");
        Ends finish = ends_open("fake:///a?features=6", "fake:///b?features=6&fail=finish");

        assert_fails(&begin, "operation failed: begin fails", "begin() ");
        assert_fails(&prepare, "operation failed: prepare fails", "begin() prepare(b <domain/>) ");
        assert_fails(&protected, "operation failed: prepare fails",
                     "begin() prepare(b <domain/>) confirm(b cancelled) ");
        assert_fails(&perform, "operation failed: perform fails",
                     "begin() prepare(b <domain/>) perform(p tcp:far:49152) finish( cancelled) confirm( cancelled) ");
        assert_fails(&finish, "operation failed: finish fails",
                     "begin() prepare(b <domain/>) perform(p tcp:far:49152) finish(r d) confirm( cancelled) ");
        ends_close(&begin);
        ends_close(&prepare);
        ends_close(&protected);
        ends_close(&perform);
        ends_close(&finish);
}

static void test_version_2(void)
{
        Ends ends = ends_open("fake:///a?features=3,6", "fake:///b?features=3");
        Ends fails = ends_open("fake:///a?features=3&fail=perform", "fake:///b?features=3");

        assert_moved(&ends, virDomainMigrate(ends.domain, ends.target, 0, NULL, NULL, 0), "d");
        assert_steps(&ends, "prepare2( <domain/>) perform(p tcp:far:49152) finish2(p d) ");
        assert_fails(&fails, "operation failed: perform fails",
                     "prepare2( <domain/>) perform(p tcp:far:49152) finish2(p failed) ");
        g_assert_null(virDomainMigrate2(ends.domain, ends.target, "<x/>", 0, NULL, NULL, 0));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_ARGUMENT_UNSUPPORTED);
        ends_close(&ends);
        ends_close(&fails);
}

static void test_refused(void)
{
        Ends none = ends_open("fake:///a", "fake:///b?features=6");
        Ends v3 = ends_open("fake:///a?features=6", "fake:///b?features=6");
        Ends reading = ends_open("fake:///a?features=6", "fake:///b?features=6");
        virTypedParameter param = { .field = "compression", .type = VIR_TYPED_PARAM_STRING };

        param.value.s = (char *)"xbzrle";
        assert_fails(&none, "this function is not supported by the connection driver: virDomainMigrate", "");
        g_assert_null(virDomainMigrate3(v3.domain, v3.target, &param, 1, 0));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_ARGUMENT_UNSUPPORTED);
        g_assert_null(virDomainMigrate(v3.domain, v3.target, VIR_MIGRATE_TUNNELLED, NULL, NULL, 0));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OPERATION_INVALID);
        g_assert_null(virDomainMigrate(v3.domain, v3.target, VIR_MIGRATE_OFFLINE, NULL, NULL, 0));
        g_assert_cmpstr(virGetLastErrorMessage(), ==,
                        "argument unsupported: offline migration is not supported by the source host");
        g_assert_null(virDomainMigrate(v3.domain, NULL, 0, NULL, NULL, 0));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_CONN);
        virConnectClose(reading.target);
        reading.target = virConnectOpenReadOnly("fake:///b?features=6");
        g_assert_null(virDomainMigrate(reading.domain, reading.target, 0, NULL, NULL, 0));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OPERATION_DENIED);
        assert_steps(&v3, "");
        ends_close(&none);
        ends_close(&v3);
        ends_close(&reading);
}

static void test_to_uri(void)
{
        Ends ends = ends_open("fake:///a?features=4,6", "fake:///b");

        g_assert_cmpint(virDomainMigrateToURI(ends.domain, "qemu://far/system", VIR_MIGRATE_PEER2PEER, NULL, 0), ==, 0);
        assert_steps(&ends, "perform( qemu://far/system) ");
        g_assert_cmpint(virDomainMigrateToURI(ends.domain, "qemu://far/system", 0, NULL, 0), ==, -1);
        g_assert_cmpstr(virGetLastErrorMessage(), ==,
                        "argument unsupported: direct migration is not supported by the source host");
        g_assert_cmpint(virDomainMigrateToURI2(ends.domain, NULL, "tcp:x", NULL, VIR_MIGRATE_PEER2PEER, NULL, 0), ==,
                        -1);
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_ARG);
        assert_steps(&ends, "");
        ends_close(&ends);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        virSetErrorFunc(NULL, quiet);
        g_test_add_func("/migrate/version-3", test_version_3);
        g_test_add_func("/migrate/version-3-fails", test_version_3_fails);
        g_test_add_func("/migrate/version-2", test_version_2);
        g_test_add_func("/migrate/refused", test_refused);
        g_test_add_func("/migrate/to-uri", test_to_uri);
        return g_test_run();
}
