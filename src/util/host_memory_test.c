/* Same-page merging and huge pages in a folder that stands for the host's. */
#include "util/host_memory.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "test_folder.h"

typedef struct Tree {
        char *root;
} Tree;

static void set_up(Tree *tree, gconstpointer data)
{
        tree->root = g_dir_make_tmp("vireo-XXXXXX", NULL);
        test_put(tree->root, "sys/kernel/mm/ksm/pages_to_scan", "100\n");
        test_put(tree->root, "sys/kernel/mm/ksm/broken", "many\n");
        test_put(tree->root, "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "3");
        test_put(tree->root, "sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages", "5");
}

static void tear_down(Tree *tree, gconstpointer data)
{
        test_remove(tree->root);
        g_free(tree->root);
}

static void test_ksm(Tree *tree, gconstpointer data)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *text = NULL;
        uint64_t value = 0;

        g_assert_cmpint(host_ksm_read(tree->root, "pages_to_scan", &value, &err), ==, 0);
        g_assert_cmpuint(value, ==, 100);
        g_assert_cmpint(host_ksm_read(tree->root, "absent", &value, &err), ==, 1);
        g_assert_cmpint(host_ksm_read(tree->root, "broken", &value, &err), ==, -1);
        error_clear(&err);
        g_assert_cmpint(host_ksm_write(tree->root, "pages_to_scan", 200, &err), ==, 0);
        text = test_get(tree->root, "sys/kernel/mm/ksm/pages_to_scan");
        g_assert_cmpstr(g_strstrip(text), ==, "200");
        g_assert_cmpint(host_ksm_write(tree->root, "absent", 1, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_UNSUPPORTED);
}

static void test_pages(Tree *tree, gconstpointer data)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *host = NULL;
        g_autofree char *cell = NULL;

        g_assert_cmpint(host_pages_set(tree->root, -1, 2048, 7, false, &err), ==, 0);
        g_assert_cmpint(host_pages_set(tree->root, 1, 2048, 4, true, &err), ==, 0);
        host = test_get(tree->root, "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");
        cell = test_get(tree->root, "sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages");
        g_assert_cmpstr(host, ==, "7");
        g_assert_cmpstr(cell, ==, "9");
        g_assert_cmpint(host_pages_set(tree->root, 0, 2048, 1, false, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_INVALID_ARG);
        error_clear(&err);
        g_assert_cmpint(host_pages_set(tree->root, -1, 4, 1, false, &err), ==, -1);
        error_clear(&err);
        g_assert_cmpint(host_pages_set(tree->root, -1, 2048, UINT64_MAX, true, &err), ==, -1);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add("/host-memory/ksm", Tree, NULL, set_up, test_ksm, tear_down);
        g_test_add("/host-memory/pages", Tree, NULL, set_up, test_pages, tear_down);
        return g_test_run();
}
