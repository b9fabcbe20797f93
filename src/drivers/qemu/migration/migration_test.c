/* Parameters of migration: between QEMU's answers, its commands and status files. */
#include "migration/migration_params.h"

#include <string.h>

static void test_kinds(void)
{
        static const char text[] = "{\"tls-creds\":\"\",\"downtime-limit\":300,\"block-incremental\":false,"
                                   "\"multifd-channels\":\"two\",\"announce-max\":550}";
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) reply = json_parse(text, strlen(text), &err);
        g_autoptr(Json) again = NULL;
        g_autofree char *out = NULL;
        size_t n;
        MigrationParameter *params = qemu_migration_params_read(reply, &n);

        /* In the order of status files; what is not of its kind and what nobody here sets is left out. */
        g_assert_cmpuint(n, ==, 3);
        g_assert_cmpstr(params[0].name, ==, "tls-creds");
        g_assert_cmpstr(params[0].value, ==, "");
        g_assert_cmpstr(params[1].value, ==, "300");
        g_assert_cmpstr(params[2].value, ==, "no");
        again = qemu_migration_params_set(params, n, &err);
        out = json_format(again, false);
        g_assert_cmpstr(out, ==, "{\"tls-creds\":\"\",\"downtime-limit\":300,\"block-incremental\":false}");
        qemu_migration_params_free(params, n);
}

static void test_damaged(void)
{
        static MigrationParameter newer = { .name = (char *)"from-the-future", .value = (char *)"x" };
        static const MigrationParameter bad[] = { { .name = (char *)"downtime-limit", .value = (char *)"-1" },
                                                  { .name = (char *)"downtime-limit" },
                                                  { .name = (char *)"block-incremental", .value = (char *)"on" } };
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Json) empty = qemu_migration_params_set(&newer, 1, &err);

        g_assert_nonnull(empty);
        g_assert_cmpuint(json_members(empty), ==, 0);
        for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
                ERROR_AUTO Error e = ERROR_INIT;

                g_assert_null(qemu_migration_params_set(&bad[i], 1, &e));
                g_assert_cmpint(e.code, ==, VIR_ERR_INTERNAL_ERROR);
        }
}

static void test_bitmaps(void)
{
        CookieBitmap bitmap = { .name = (char *)"b", .alias = (char *)"far-b" };
        CookieBitmaps disk = { .target = (char *)"vda", .bitmaps = &bitmap, .n_bitmaps = 1 };
        ERROR_AUTO Error err = ERROR_INIT;
        ERROR_AUTO Error none = ERROR_INIT;
        g_autoptr(Domain) domain = domain_new();
        g_autoptr(Json) json = NULL;
        g_autofree char *out = NULL;
        SourceNode *node;
        Disk *vda;

        g_assert_null(qemu_migration_bitmaps(&disk, 1, domain, NULL, &none));
        g_assert_cmpint(none.code, ==, VIR_ERR_INTERNAL_ERROR);
        vda = rows_list_insert(&Disk_rows, &domain->disks, &domain->n_disks, 0);
        vda->target = g_strdup("vda");
        vda->source.status = g_new0(SourceStatus, 1);
        node = rows_list_insert(&SourceNode_rows, &vda->source.status->nodes, &vda->source.status->n_nodes, 0);
        node->type = g_strdup("format");
        node->name = g_strdup("libvirt-1-format");
        json = qemu_migration_bitmaps(&disk, 1, domain, NULL, &err);
        g_assert_nonnull(json);
        out = json_format(json, false);
        g_assert_cmpstr(out, ==,
                        "{\"block-bitmap-mapping\":[{\"node-name\":\"libvirt-1-format\",\"alias\":\"vda\","
                        "\"bitmaps\":[{\"name\":\"b\",\"alias\":\"far-b\"}]}]}");
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/migration/params/kinds", test_kinds);
        g_test_add_func("/migration/params/damaged", test_damaged);
        g_test_add_func("/migration/bitmaps", test_bitmaps);
        return g_test_run();
}
