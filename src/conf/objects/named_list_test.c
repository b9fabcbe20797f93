/* Objects by name: their life, with pools as an example. */
#include "conf/named_list.h"

#include <string.h>

#include "conf/storage_pool.h"

static const char *pool_name(const void *pool)
{
        return ((const StoragePool *)pool)->name;
}

static const unsigned char *pool_uuid(const void *pool)
{
        return ((const StoragePool *)pool)->uuid;
}

static const NamedKind kind = {
        .document = &storage_pool_kind,
        .what = "storage pool",
        .short_what = "pool",
        .error_domain = VIR_FROM_STORAGE,
        .not_found = VIR_ERR_NO_STORAGE_POOL,
        .name = pool_name,
        .uuid = pool_uuid,
};

static StoragePool *make(const char *name, unsigned char uuid)
{
        StoragePool *pool = storage_pool_new();

        pool->name = g_strdup(name);
        pool->uuid[0] = uuid;
        return pool;
}

static void expect(Error *err, int code, const char *words)
{
        g_assert_cmpint(err->code, ==, code);
        g_assert_nonnull(strstr(err->message, words));
        error_clear(err);
}

static void test_life(void)
{
        NamedList *list = named_list_new(&kind, NULL);
        g_autoptr(NamedEntry) entry = named_define(list, make("a", 1), NULL, NULL, NULL);
        g_autoptr(NamedView) before = named_view_get(entry);
        g_autoptr(NamedView) running = NULL;
        g_autoptr(NamedView) gone = NULL;
        ERROR_AUTO Error err = ERROR_INIT;
        int on = 1;

        g_assert_cmpint(named_change(list, entry, "start", named_start, NULL, &err), ==, 0);
        g_assert_cmpint(named_change(list, entry, "start", named_start, NULL, &err), ==, -1);
        expect(&err, VIR_ERR_OPERATION_INVALID, "storage pool 'a' is active");
        g_assert_cmpint(named_change(list, entry, "autostart", named_set_autostart, &on, &err), ==, 0);
        running = named_view_get(entry);
        g_assert_null(before->live); /* what a reader holds does not change */
        g_assert_nonnull(running->live);
        g_assert_true(running->autostart);
        g_assert_cmpint(named_change(list, entry, "undefine", named_undefine, NULL, &err), ==, 0);
        g_assert_cmpint(named_change(list, entry, "stop", named_stop, NULL, &err), ==, 0);
        gone = named_view_get(entry);
        g_assert_null(gone);
        g_assert_null(named_list_find(list, "a"));
        g_assert_cmpint(named_change(list, entry, "start", named_start, NULL, &err), ==, -1);
        expect(&err, VIR_ERR_NO_STORAGE_POOL, "no storage pool with matching name 'a'");
        named_list_free(list);
}

static void test_names(void)
{
        NamedList *list = named_list_new(&kind, NULL);
        g_autoptr(NamedEntry) b = named_create(list, make("b", 2), NULL, NULL, NULL);
        g_autoptr(NamedEntry) a = named_define(list, make("a", 1), NULL, NULL, NULL);
        g_autoptr(GPtrArray) all = named_list_all(list);
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpuint(all->len, ==, 2);
        g_assert_true(g_ptr_array_index(all, 0) == a);
        g_assert_true(g_ptr_array_index(all, 1) == b);
        g_assert_null(named_define(list, make("a", 3), NULL, NULL, &err));
        expect(&err, VIR_ERR_OPERATION_FAILED, "pool 'a' already exists with uuid 01000000");
        g_assert_null(named_define(list, make("c", 1), NULL, NULL, &err));
        expect(&err, VIR_ERR_OPERATION_FAILED, "pool 'a' is already defined with uuid 01000000");
        g_assert_null(named_create(list, make("b", 2), NULL, NULL, &err));
        expect(&err, VIR_ERR_OPERATION_INVALID, "pool is already active as 'b'");
        g_assert_null(named_list_find(list, "c"));
        named_list_free(list);
}

static int refuse(NamedJob *job, Error *err)
{
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "no");
}

/* What fails leaves nothing behind. */
static void test_failure(void)
{
        NamedList *list = named_list_new(&kind, NULL);
        g_autoptr(GPtrArray) all = NULL;
        g_autoptr(NamedEntry) again = NULL;

        g_assert_null(named_define(list, make("a", 1), refuse, NULL, NULL));
        all = named_list_all(list);
        g_assert_cmpuint(all->len, ==, 0);
        again = named_define(list, make("a", 2), NULL, NULL, NULL);
        g_assert_nonnull(again);
        named_list_free(list);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/named-list/life", test_life);
        g_test_add_func("/named-list/names", test_names);
        g_test_add_func("/named-list/failure", test_failure);
        return g_test_run();
}
