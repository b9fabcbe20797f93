#include "util/host_resctrl.h"

#include <string.h>

#include "test_folder.h"
#include "util/host_iort.h"

static char *root;

static void put(const char *path, const char *text)
{
        test_put(root, path, text);
}

/* One CPU with a cache that is cut into eight parts. */
static void put_host(void)
{
        put("sys/devices/system/cpu/present", "0\n");
        put("sys/devices/system/cpu/online", "0\n");
        put("sys/devices/system/cpu/cpu0/cache/index0/level", "3\n");
        put("sys/devices/system/cpu/cpu0/cache/index0/id", "7\n");
        put("sys/devices/system/cpu/cpu0/cache/index0/type", "Unified\n");
        put("sys/devices/system/cpu/cpu0/cache/index0/size", "8192K\n");
        put("sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_list", "0\n");
        put("sys/fs/resctrl/info/L3/cbm_mask", "0ff\n");
        put("sys/fs/resctrl/info/L3/min_cbm_bits", "2\n");
        put("sys/fs/resctrl/info/L3/num_closids", "4\n");
        put("sys/fs/resctrl/info/MB/bandwidth_gran", "10\n");
        put("sys/fs/resctrl/info/MB/min_bandwidth", "20\n");
        put("sys/fs/resctrl/info/MB/num_closids", "5\n");
        put("sys/fs/resctrl/schemata", "    MB:7=100\n    L3:7=0f\n");
        put("sys/fs/resctrl/group/schemata", "MB:7=30\nL3:7=60\n");
}

static void test_read(void)
{
        g_autoptr(HostResctrl) resctrl = NULL;

        put_host();
        resctrl = host_resctrl(root);
        g_assert_cmpuint(resctrl->n_controls, ==, 1);
        g_assert_cmphex(resctrl->controls[0].mask, ==, 0xff);
        g_assert_cmpuint(resctrl->controls[0].min_bits, ==, 2);
        g_assert_cmpuint(resctrl->controls[0].max_allocations, ==, 4);
        g_assert_true(resctrl->has_bandwidth);
        g_assert_cmpuint(resctrl->bandwidth_min, ==, 20);
        g_assert_false(resctrl->has_monitor);
}

static void test_none(void)
{
        g_autoptr(HostResctrl) resctrl = host_resctrl(root);

        g_assert_cmpuint(resctrl->n_controls, ==, 0);
        g_assert_false(resctrl->has_bandwidth);
}

static void test_unused(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(HostResctrl) resctrl = NULL;
        g_autoptr(HostTopology) topology = NULL;
        g_autoptr(GPtrArray) unused = NULL;
        g_autofree char *text = NULL;

        put_host();
        resctrl = host_resctrl(root);
        topology = host_topology(root, &err);
        unused = host_resctrl_unused(root, topology, resctrl, &err);
        g_assert_cmpstr(err.message, ==, NULL);
        text = host_schemata_format(resctrl, unused);
        g_assert_cmpstr(text, ==, "L3:7=90\nMB:7=70\n");
}

static char *allocate(const HostWish *wishes, size_t n, Error *err)
{
        g_autoptr(HostResctrl) resctrl = host_resctrl(root);
        g_autoptr(HostTopology) topology = host_topology(root, NULL);
        g_autoptr(GPtrArray) schemata = host_resctrl_allocate(root, topology, resctrl, wishes, n, err);

        return schemata ? host_schemata_format(resctrl, schemata) : NULL;
}

/* Eight parts of 1 MiB, of which the default group has the lower four and another two of the upper. */
static void test_allocate(void)
{
        const struct {
                HostWish wish;
                const char *words; /* of what is said, or the line that comes out */
                bool works;
        } rows[] = {
                { { 3, "both", 7, 2 << 20 },
                  "Not enough room for allocation of 2097152 bytes for level 3 cache 7",
                  false },
                { { 3, "both", 7, 1 << 20 }, "smaller than the minimum allowed allocation 2097152", false },
                { { 3, "both", 7, 3 << 19 }, "not divisible by granularity 1048576", false },
                { { 3, "both", 8, 2 << 20 }, "level 3, id 8, type 'both'", false },
                { { 3, "code", 7, 2 << 20 }, "type 'code' is not possible", false },
                { { 0, NULL, 7, 70 }, "MB:7=70\n", true },
                { { 0, NULL, 7, 80 }, "available bandwidth 70%", false },
                { { 0, NULL, 7, 35 }, "not divisible by granularity 10", false },
                { { 0, NULL, 7, 10 }, "the minimum 20", false },
                { { 0, NULL, 9, 20 }, "for node 9", false },
        };

        put_host();
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                g_autofree char *text = allocate(&rows[i].wish, 1, &err);

                g_assert_nonnull(strstr(text ? text : err.message, rows[i].words));
                g_assert_true(rows[i].works == (text != NULL));
        }
}

/* The shortest run that is long enough, so that long ones stay; two of one group do not get the same. */
static void test_allocate_best_fit(void)
{
        const HostWish two[] = { { 3, "both", 7, 2 << 20 }, { 0, NULL, 7, 20 } };
        g_autofree char *text = NULL;
        g_autofree char *large = NULL;
        ERROR_AUTO Error err = ERROR_INIT;
        const HostWish four = { 3, "both", 7, 4 << 20 };

        put_host();
        put("sys/fs/resctrl/schemata", "    MB:7=100\n    L3:7=08\n");
        put("sys/fs/resctrl/group/schemata", "MB:7=30\nL3:7=40\n");
        /* Free: 1011 0111. */
        text = allocate(two, G_N_ELEMENTS(two), &err);
        g_assert_cmpstr(text, ==, "MB:7=20\nL3:7=30\n");
        large = allocate(&four, 1, &err);
        g_assert_null(large);
        put("sys/fs/resctrl/group/schemata", "MB:7=30\nL3:7=80\n");
        error_clear(&err);
        g_clear_pointer(&text, g_free);
        text = allocate(two, G_N_ELEMENTS(two), &err);
        g_assert_cmpstr(text, ==, "MB:7=20\nL3:7=03\n");
}

static void test_schemata_refused(void)
{
        static const char *const texts[] = { "L3",      "L3:0",    "L3:x=1", "L3:0=g", "L3:0=11112222333344445",
                                             "MB:0=ff", "L3:0=1;", "L3:-1=1" };

        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
                ERROR_AUTO Error err = ERROR_INIT;

                g_assert_null(host_schemata_parse("x", texts[i], &err));
                g_assert_nonnull(strstr(err.message, "x:1: "));
        }
}

/* A table with a header and one root complex of 20 bytes. */
static const uint8_t iort[68] = { 'I', 'O', 'R', 'T', 68, [36] = 1, [40] = 48, [48] = HOST_IORT_ROOT_COMPLEX, 20 };

static void test_iort(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(GArray) nodes = host_iort_parse(iort, sizeof(iort), &err);

        g_assert_cmpuint(nodes->len, ==, 1);
        g_assert_cmpint(g_array_index(nodes, HostIortNode, 0).type, ==, HOST_IORT_ROOT_COMPLEX);
        g_assert_null(host_iort(root, &err));
        g_assert_false(error_is_set(&err));
}

static void test_iort_refused(void)
{
        static const struct {
                unsigned at;
                uint8_t value;
        } changes[] = { { 0, 'X' }, { 4, 69 }, { 4, 40 }, { 36, 2 }, { 41, 1 }, { 48, 9 }, { 49, 21 }, { 49, 0 } };

        for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
                ERROR_AUTO Error err = ERROR_INIT;
                uint8_t table[sizeof(iort)];

                memcpy(table, iort, sizeof(iort));
                table[changes[i].at] = changes[i].value;
                g_assert_null(host_iort_parse(table, sizeof(table), &err));
                g_assert_true(error_is_set(&err));
        }
}

static void test_memory_paths(void)
{
        g_autoptr(HostTopology) topology = NULL;

        put_host();
        put("sys/devices/system/node/online", "0\n");
        put("sys/devices/system/node/node0/cpulist", "0\n");
        put("sys/devices/system/node/node0/access0/initiators/node0/x", "");
        put("sys/devices/system/node/node0/access0/initiators/read_latency", "5\n");
        put("sys/devices/system/node/node0/access0/initiators/write_bandwidth", "3\n");
        put("sys/devices/system/node/node0/memory_side_cache/index2/size", "4096\n");
        put("sys/devices/system/node/node0/memory_side_cache/index2/indexing", "1\n");
        topology = host_topology(root, NULL);
        g_assert_cmpuint(topology->n_paths, ==, 1);
        g_assert_cmpuint(topology->paths[0].read_ns, ==, 5);
        g_assert_cmpuint(topology->paths[0].write_ns, ==, 0);
        g_assert_cmpuint(topology->paths[0].write_kib, ==, 3072);
        g_assert_cmpuint(topology->cells[0].n_memory_caches, ==, 1);
        g_assert_cmpuint(topology->cells[0].memory_caches[0].level, ==, 2);
        g_assert_false(topology->cells[0].memory_caches[0].direct);
}

static void test_signature(void)
{
        g_autofree char *none = host_cpu_signature(root);
        g_autofree char *x86 = NULL;
        g_autofree char *power = NULL;

        g_assert_null(none);
        put("proc/cpuinfo",
            "vendor_id\t: V\ncpu family\t: 6\nmodel\t\t: 44\nmodel name\t: N  1\nstepping\t: 2\n\nmodel : 9\n");
        x86 = host_cpu_signature(root);
        g_assert_cmpstr(x86, ==, "V, N  1, family: 6, model: 44, stepping: 2");
        put("proc/cpuinfo", "processor\t: 0\ncpu\t\t: POWER9\nrevision\t: 2.2\n");
        power = host_cpu_signature(root);
        g_assert_cmpstr(power, ==, "POWER9, rev 2.2");
}

static void run_in_folder(const void *opaque)
{
        void (*func)(void) = (void (*)(void))opaque;

        root = g_dir_make_tmp("resctrl-XXXXXX", NULL);
        func();
        test_remove(root);
        g_clear_pointer(&root, g_free);
}

int main(int argc, char **argv)
{
        static const struct {
                const char *name;
                void (*func)(void);
        } tests[] = {
                { "/host/resctrl/read", test_read },
                { "/host/resctrl/none", test_none },
                { "/host/resctrl/unused", test_unused },
                { "/host/resctrl/allocate", test_allocate },
                { "/host/resctrl/best-fit", test_allocate_best_fit },
                { "/host/resctrl/schemata-refused", test_schemata_refused },
                { "/host/iort", test_iort },
                { "/host/iort-refused", test_iort_refused },
                { "/host/memory-paths", test_memory_paths },
                { "/host/signature", test_signature },
        };

        g_test_init(&argc, &argv, NULL);
        for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
                g_test_add_data_func(tests[i].name, (const void *)tests[i].func, run_in_folder);
        return g_test_run();
}
