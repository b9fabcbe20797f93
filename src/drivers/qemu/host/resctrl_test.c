/* Groups of a guest in a folder that looks like a host's resctrl. */
#include "host/resctrl.h"

#include <string.h>
#include <unistd.h>

#include "host/resctrl_monitor.h"
#include "test_folder.h"

static char *root;

static void put(const char *path, const char *text)
{
        test_put(root, path, text);
}

/* A third-level cache of eight parts of 1 MiB; half of it is the default group's. */
static void put_host(void)
{
        put("sys/devices/system/cpu/present", "0\n");
        put("sys/devices/system/cpu/online", "0\n");
        put("sys/devices/system/cpu/cpu0/cache/index0/level", "3\n");
        put("sys/devices/system/cpu/cpu0/cache/index0/id", "0\n");
        put("sys/devices/system/cpu/cpu0/cache/index0/type", "Unified\n");
        put("sys/devices/system/cpu/cpu0/cache/index0/size", "8192K\n");
        put("sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_list", "0\n");
        put("sys/fs/resctrl/info/L3/cbm_mask", "ff\n");
        put("sys/fs/resctrl/info/L3/min_cbm_bits", "1\n");
        put("sys/fs/resctrl/info/L3/num_closids", "4\n");
        put("sys/fs/resctrl/info/MB/bandwidth_gran", "10\n");
        put("sys/fs/resctrl/info/MB/min_bandwidth", "10\n");
        put("sys/fs/resctrl/info/MB/num_closids", "4\n");
        put("sys/fs/resctrl/schemata", "    MB:0=100\n    L3:0=0f\n");
}

static Domain *guest(const char *tune)
{
        g_autofree char *xml = g_strdup_printf("<domain type='qemu'><name>g</name><memory>1024</memory>"
                                               "<vcpu>4</vcpu><os><type arch='x86_64'>hvm</type></os>"
                                               "<cputune>%s</cputune></domain>",
                                               tune);
        ERROR_AUTO Error err = ERROR_INIT;
        Domain *domain = NULL;

        if (domain_parse(xml, strlen(xml), "test", 0, &domain, &err) < 0)
                g_error("%s", err.message);
        return domain;
}

static void assert_text(const char *path, const char *want)
{
        g_autofree char *whole = g_strconcat(root, "/sys/fs/resctrl/qemu-1-g-", path, NULL);
        g_autofree char *text = NULL;

        g_file_get_contents(whole, &text, NULL, NULL);
        g_assert_cmpstr(text, ==, want);
}

#define CACHE(vcpus, mib)                                                                                              \
        "<cachetune vcpus='" vcpus "'><cache id='0' level='3' type='both' size='" mib "' unit='MiB'/></cachetune>"
#define BANDWIDTH "<memorytune vcpus='0-1'><node id='0' bandwidth='30'/></memorytune>"

static void test_make(void)
{
        g_autoptr(Domain) live = guest(CACHE("0-1", "2") CACHE("3", "1") BANDWIDTH);
        ERROR_AUTO Error err = ERROR_INIT;

        put_host();
        g_assert_cmpint(guest_resctrl_check(root, live, &err), ==, 0);
        g_assert_cmpint(guest_resctrl_make(root, "qemu-1-g", live, &err), ==, 0);
        assert_text("vcpus_0-1/schemata", "MB:0=30\nL3:0=30\n");
        /* What it does not ask for it has with all others. */
        assert_text("vcpus_3/schemata", "MB:0=100\nL3:0=40\n");
        g_assert_cmpstr(live->cputune->cachetunes[1].id, ==, "vcpus_3");
        g_assert_cmpstr(live->cputune->memorytunes[0].id, ==, "vcpus_0-1");
        for (unsigned i = 0; i < 4; i++)
                g_assert_cmpint(guest_resctrl_join(root, "qemu-1-g", live, i, 100 + (pid_t)i, NULL), ==, 0);
        assert_text("vcpus_0-1/tasks", "100\n101\n");
        assert_text("vcpus_3/tasks", "103\n");
        test_remove(root);
}

static void test_no_room(void)
{
        g_autoptr(Domain) live = guest(CACHE("0", "3") CACHE("1", "2"));
        g_autofree char *first = g_strconcat(root, "/sys/fs/resctrl/qemu-1-g-vcpus_0", NULL);
        g_autofree char *schemata = g_strconcat(first, "/schemata", NULL);
        ERROR_AUTO Error err = ERROR_INIT;

        put_host();
        g_assert_cmpint(guest_resctrl_make(root, "qemu-1-g", live, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "Not enough room"));
        g_assert_true(g_file_test(first, G_FILE_TEST_IS_DIR));
        /* The kernel's files go with their folder. */
        g_assert_cmpint(unlink(schemata), ==, 0);
        guest_resctrl_end(root, "qemu-1-g", live);
        g_assert_false(g_file_test(first, G_FILE_TEST_EXISTS));
        test_remove(root);
}

static void put_count(const char *group, const char *node, const char *name, const char *value)
{
        g_autofree char *path = g_build_filename("sys/fs/resctrl", group, "mon_data", node, name, NULL);

        put(path, value);
}

#define WATCHED_CACHE                                                                                                  \
        "<cachetune vcpus='0-1'><cache id='0' level='3' type='both' size='2' unit='MiB'/>"                             \
        "<monitor level='3' vcpus='0-1'/><monitor level='3' vcpus='1'/></cachetune>"
#define WATCHED_MEMORY "<memorytune vcpus='2-3'><monitor vcpus='2-3'/></memorytune>"
#define SHARE          "qemu-1-g-vcpus_0-1"
#define PART           SHARE "/mon_groups/qemu-1-g-vcpus_1"
#define FREE           "mon_groups/qemu-1-g-vcpus_2-3"

static Domain *start_watched(void)
{
        Domain *live = guest(WATCHED_CACHE WATCHED_MEMORY);
        ERROR_AUTO Error err = ERROR_INIT;

        put_host();
        put("sys/fs/resctrl/info/L3_MON/mon_features", "llc_occupancy\nmbm_total_bytes\nmbm_local_bytes\n");
        /* The kernel makes this one with each group. */
        put("sys/fs/resctrl/mon_groups/.keep", "");
        put("sys/fs/resctrl/" SHARE "/mon_groups/.keep", "");
        g_assert_cmpint(guest_resctrl_check(root, live, &err), ==, 0);
        return live;
}

static void assert_task(const char *group, const char *want)
{
        g_autofree char *path = g_build_filename(root, "sys/fs/resctrl", group, "tasks", NULL);
        g_autofree char *text = NULL;

        g_file_get_contents(path, &text, NULL, NULL);
        g_assert_cmpstr(text, ==, want);
}

static void test_watched(void)
{
        g_autoptr(Domain) live = start_watched();
        g_autoptr(GPtrArray) caches = NULL;
        g_autoptr(GPtrArray) memory = NULL;
        const ResctrlFigures *figures;

        g_assert_cmpint(resctrl_monitors_make(root, "qemu-1-g", live, NULL), ==, 0);
        for (unsigned i = 0; i < 4; i++)
                g_assert_cmpint(guest_resctrl_join(root, "qemu-1-g", live, i, 100 + (pid_t)i, NULL), ==, 0);
        assert_task(SHARE, "100\n101\n");
        assert_task(PART, "101\n");
        assert_task(FREE, "102\n103\n");
        put_count(SHARE, "mon_L3_01", "llc_occupancy", "4096\n");
        put_count(SHARE, "mon_L3_00", "llc_occupancy", "Unavailable\n");
        put_count(PART, "mon_L3_00", "llc_occupancy", "12288\n");
        put_count(FREE, "mon_L3_00", "mbm_total_bytes", "5000000000\n");
        put_count(FREE, "mon_L3_00", "mbm_local_bytes", "7\n");
        caches = guest_resctrl_figures(root, "qemu-1-g", live, false);
        g_assert_cmpuint(caches->len, ==, 2);
        figures = g_ptr_array_index(caches, 0);
        g_assert_cmpstr(figures->name, ==, "vcpus_0-1");
        g_assert_cmpuint(figures->nodes->len, ==, 2);
        g_assert_cmpuint(g_array_index(figures->nodes, ResctrlNode, 0).occupied, ==, 0);
        g_assert_cmpuint(g_array_index(figures->nodes, ResctrlNode, 1).id, ==, 1);
        g_assert_cmpuint(g_array_index(figures->nodes, ResctrlNode, 1).occupied, ==, 4096);
        figures = g_ptr_array_index(caches, 1);
        g_assert_cmpstr(figures->vcpus, ==, "1");
        g_assert_cmpuint(g_array_index(figures->nodes, ResctrlNode, 0).occupied, ==, 12288);
        memory = guest_resctrl_figures(root, "qemu-1-g", live, true);
        g_assert_cmpuint(memory->len, ==, 1);
        figures = g_ptr_array_index(memory, 0);
        g_assert_cmpstr(figures->name, ==, "vcpus_2-3");
        g_assert_cmpuint(g_array_index(figures->nodes, ResctrlNode, 0).local, ==, 7);
        g_assert_cmpuint(g_array_index(figures->nodes, ResctrlNode, 0).total, ==, 5000000000);
        test_remove(root);
}

/* What is only watched goes with the guest; a share of its own takes its inner groups along, as the kernel has it. */
static void test_watched_end(void)
{
        g_autoptr(Domain) live = start_watched();
        const char *const own[] = { PART, FREE };

        g_assert_cmpint(resctrl_monitors_make(root, "qemu-1-g", live, NULL), ==, 0);
        guest_resctrl_end(root, "qemu-1-g", live);
        for (size_t i = 0; i < G_N_ELEMENTS(own); i++) {
                g_autofree char *folder = g_build_filename(root, "sys/fs/resctrl", own[i], NULL);

                g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
        }
        test_remove(root);
}

static void test_refused(void)
{
        g_autoptr(Domain) plain = guest("");
        g_autoptr(Domain) live = guest(BANDWIDTH);
        g_autoptr(Domain) watched = guest("<cachetune vcpus='0'><monitor level='3' vcpus='0'/></cachetune>");
        g_autoptr(Domain) memory = guest("<memorytune vcpus='0'><monitor vcpus='0'/></memorytune>");
        ERROR_AUTO Error err = ERROR_INIT;

        g_assert_cmpint(guest_resctrl_check(root, plain, &err), ==, 0);
        g_assert_cmpint(guest_resctrl_make(root, "qemu-1-g", plain, &err), ==, 0);
        g_assert_cmpint(guest_resctrl_check(root, live, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "is not supported on this host"));
        error_clear(&err);
        g_assert_cmpint(guest_resctrl_check(root, watched, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "<monitor> in <cachetune>"));
        error_clear(&err);
        put("sys/fs/resctrl/info/L3_MON/mon_features", "llc_occupancy\n");
        g_assert_cmpint(guest_resctrl_check(root, watched, &err), ==, 0);
        g_assert_cmpint(guest_resctrl_check(root, memory, &err), ==, -1);
        g_assert_nonnull(strstr(err.message, "<monitor> in <memorytune>"));
        test_remove(root);
}

int main(int argc, char **argv)
{
        int r;

        g_test_init(&argc, &argv, NULL);
        root = g_dir_make_tmp("vireo-resctrl-XXXXXX", NULL);
        g_test_add_func("/resctrl/make", test_make);
        g_test_add_func("/resctrl/no-room", test_no_room);
        g_test_add_func("/resctrl/watched", test_watched);
        g_test_add_func("/resctrl/watched-end", test_watched_end);
        g_test_add_func("/resctrl/refused", test_refused);
        r = g_test_run();
        test_remove(root);
        g_free(root);
        return r;
}
