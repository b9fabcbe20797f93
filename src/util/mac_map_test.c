#include "util/mac_map.h"

#include <string.h>

static void test_add_and_remove(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(MacMap) map = mac_map_new();
        g_autofree const char **macs = NULL;
        g_autofree const char **none = NULL;

        g_assert_cmpint(mac_map_add(map, "a", "52:54:00:00:00:01", &err), ==, 0);
        g_assert_cmpint(mac_map_add(map, "b", "52:54:00:00:00:0b", &err), ==, 0);
        g_assert_cmpint(mac_map_add(map, "a", "52:54:00:00:00:02", &err), ==, 0);
        g_assert_cmpint(mac_map_add(map, "b", "52:54:00:00:00:0B", &err), ==, 0);
        mac_map_remove(map, "a", "52:54:00:00:00:01");
        mac_map_remove(map, "b", "52:54:00:00:00:0B");
        mac_map_remove(map, "c", "52:54:00:00:00:0c");
        macs = mac_map_lookup(map, "a");
        g_assert_cmpstr(macs[0], ==, "52:54:00:00:00:02");
        g_assert_null(macs[1]);
        none = mac_map_lookup(map, "b");
        g_assert_null(none);
}

static void test_text(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        static const char text[] = "[{\"domain\":\"x\",\"macs\":[\"00:11:22:33:44:55\",\"aa:bb:cc:dd:ee:ff\"]}]";
        g_autoptr(MacMap) map = mac_map_parse(text, strlen(text), &err);
        g_autofree char *first = mac_map_format(map);
        g_autoptr(MacMap) again = mac_map_parse(first, strlen(first), &err);
        g_autofree char *second = mac_map_format(again);

        g_assert_nonnull(strstr(first, "\"domain\": \"x\""));
        g_assert_cmpstr(first, ==, second);
}

static void test_refused(void)
{
        static const char *const texts[] = {
                "{}",
                "[1]",
                "[{\"domain\":\"x\"}]",
                "[{\"domain\":\"x\",\"macs\":[5]}]",
                "[{\"domain\":\"x\",\"macs\":[\"00:11:22:33:44\"]}]",
                "[{\"domain\":\"x\",\"macs\":[\"00:11:22:33:44:55:66\"]}]",
                "[{\"domain\":\"\",\"macs\":[\"00:11:22:33:44:55\"]}]",
        };

        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_null(mac_map_parse(texts[i], strlen(texts[i]), &err));
                g_assert_true(error_is_set(&err));
        }
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/mac-map/add-and-remove", test_add_and_remove);
        g_test_add_func("/mac-map/text", test_text);
        g_test_add_func("/mac-map/refused", test_refused);
        return g_test_run();
}
