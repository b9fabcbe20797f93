/* A program that has, and exports, functions named as the library's private ones: the library keeps to its own. */
#include <libvirt/libvirt.h>
#include <stdlib.h>

#include <glib.h>

/* Of the library: include/vireo/uri.h and object.h, under the names that it exports. */
void *vireo_uri_parse(const char *text, void *err);
void *vireo_object_new(int kind, void *owner);

void *vireo_uri_parse(const char *text, void *err)
{
        abort();
}

void *vireo_object_new(int kind, void *owner)
{
        abort();
}

static void test_open(void)
{
        virConnectPtr conn = virConnectOpen("fake:///here");

        g_assert_nonnull(conn);
        virConnectClose(conn);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/interpose/open", test_open);
        return g_test_run();
}
