/* Other programs' elements survive, are found by namespace and replaced alone. */
#include "conf/metadata.h"

static const char two[] = "<metadata><a:app xmlns:a='http://a/1'><a:x>1</a:x></a:app>"
                          "<b:app xmlns:b='http://b/1'/></metadata>";

static void test_find(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *found = metadata_find(two, "http://a/1", &err);
        g_autofree char *none = metadata_find(two, "http://c/1", &err);

        g_assert_cmpstr(found, ==, "<a:app xmlns:a=\"http://a/1\">\n  <a:x>1</a:x>\n</a:app>");
        g_assert_null(none);
        g_assert_cmpint(err.code, ==, VIR_ERR_NO_DOMAIN_METADATA);
}

static void test_replace(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *metadata = NULL, *again = NULL, *found = NULL, *other = NULL;

        g_assert_cmpint(metadata_replace(two, "http://a/1", "k", "<new><inner/></new>", &metadata, &err), ==, 0);
        found = metadata_find(metadata, "http://a/1", &err);
        g_assert_cmpstr(found, ==, "<k:new xmlns:k=\"http://a/1\">\n  <k:inner/>\n</k:new>");
        other = metadata_find(metadata, "http://b/1", &err);
        g_assert_nonnull(other);
        g_assert_cmpint(metadata_replace(metadata, "http://b/1", NULL, NULL, &again, &err), ==, 0);
        g_assert_null(metadata_find(again, "http://b/1", NULL));
}

static void test_last_one_goes(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *metadata = NULL, *none = NULL;

        g_assert_cmpint(metadata_replace(NULL, "http://a/1", "k", "<new/>", &metadata, &err), ==, 0);
        g_assert_nonnull(metadata);
        g_assert_cmpint(metadata_replace(metadata, "http://a/1", NULL, NULL, &none, &err), ==, 0);
        g_assert_null(none);
}

static void test_broken(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *metadata = NULL;

        g_assert_cmpint(metadata_replace(two, "http://a/1", "k", "<new>", &metadata, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_XML_ERROR);
        g_assert_null(metadata);
}

static void test_settle(void)
{
        char *plain = g_strdup(two);
        char *twins = g_strdup("<metadata><lost/><a:app xmlns:a='http://a/1'>1</a:app>"
                               "<b:app xmlns:b='http://a/1'>2</b:app></metadata>");
        char *nothing = g_strdup("<metadata><lost/></metadata>");

        metadata_settle(&plain);
        metadata_settle(&twins);
        metadata_settle(&nothing);
        g_assert_cmpstr(plain, ==, two);
        g_assert_nonnull(strstr(twins, ">1<"));
        g_assert_null(strstr(twins, ">2<"));
        g_assert_null(strstr(twins, "lost"));
        g_assert_null(nothing);
        g_free(plain);
        g_free(twins);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/metadata/find", test_find);
        g_test_add_func("/metadata/replace", test_replace);
        g_test_add_func("/metadata/last-one-goes", test_last_one_goes);
        g_test_add_func("/metadata/broken", test_broken);
        g_test_add_func("/metadata/settle", test_settle);
        return g_test_run();
}
