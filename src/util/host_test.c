#include "util/host.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "test_folder.h"

/* The machine of a test: a folder with proc/, sys/ and etc/. */
static char *root;

static void put(const char *path, const char *text)
{
        test_put(root, path, text);
}

static void put_cpu(unsigned id, unsigned socket, unsigned core, const char *siblings)
{
        g_autofree char *folder = g_strdup_printf("sys/devices/system/cpu/cpu%u/topology", id);
        const struct {
                const char *name;
                char *text;
        } files[] = {
                { "physical_package_id", g_strdup_printf("%u\n", socket) },
                { "core_id", g_strdup_printf("%u\n", core) },
                { "die_id", g_strdup("0\n") },
                { "thread_siblings_list", g_strdup_printf("%s\n", siblings) },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
                g_autofree char *path = g_build_filename(folder, files[i].name, NULL);

                put(path, files[i].text);
                g_free(files[i].text);
        }
}

static const char stat_text[] =
        "cpu  10 20 30 40 50 60 70 80 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\ncpu1 9 18 27 36 45 54 63 72\n"
        "cpu10 100 0 0 0 0 0 0\nintr 5\n";
static const char meminfo_text[] = "MemTotal:       16000000 kB\nMemFree:         4000000 kB\nMemAvailable: 9 kB\n"
                                   "Buffers:            1000 kB\nCached:             2000 kB\nSwapCached:   7 kB\n";

/* Two cells with a socket each, of two cores with two threads. */
static void put_two_cells(void)
{
        put("proc/stat", stat_text);
        put("proc/meminfo", meminfo_text);
        put("proc/cpuinfo",
            "processor\t: 0\nmodel name\t: X\ncpu MHz\t\t: 2596.096\n\nprocessor\t: 1\ncpu MHz\t: 800.0\n");
        put("sys/devices/system/cpu/present", "0-7\n");
        put("sys/devices/system/cpu/online", "0-7\n");
        for (unsigned id = 0; id < 8; id++) {
                g_autofree char *siblings = g_strdup_printf("%u,%u", id % 4, id % 4 + 4);

                put_cpu(id, id % 4 / 2, id % 2, siblings);
        }
        put("sys/devices/system/node/online", "0,2\n");
        put("sys/devices/system/node/node0/cpulist", "0-1,4-5\n");
        put("sys/devices/system/node/node2/cpulist", "2-3,6-7\n");
        put("sys/devices/system/node/node0/distance", "10 21\n");
        put("sys/devices/system/node/node2/distance", "21 10\n");
        put("sys/devices/system/node/node0/meminfo", "Node 0 MemTotal:  8000000 kB\nNode 0 MemFree: 1000000 kB\n");
        put("sys/devices/system/node/node2/meminfo", "Node 2 MemTotal:  7000000 kB\nNode 2 MemFree: 2000000 kB\n");
        put("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "5\n");
        put("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "0\n");
        put("sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages", "5\n");
        put("sys/devices/system/node/node0/hugepages/hugepages-2048kB/free_hugepages", "3\n");
}

static void test_info(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        struct utsname machine;
        HostInfo info;

        put_two_cells();
        g_assert_cmpint(host_info(root, &info, &err), ==, 0);
        g_assert_cmpint(uname(&machine), ==, 0);
        g_assert_cmpstr(info.model, ==, machine.machine);
        g_assert_cmpuint(info.memory_kib, ==, 15000000);
        g_assert_cmpuint(info.cpus, ==, 8);
        g_assert_cmpuint(info.mhz, ==, 2596);
        g_assert_cmpuint(info.nodes, ==, 2);
        g_assert_cmpuint(info.sockets, ==, 1);
        g_assert_cmpuint(info.cores, ==, 2);
        g_assert_cmpuint(info.threads, ==, 2);
}

/* With CPUs offline the product does not fit: one socket with all of them as cores. */
static void test_info_asymmetric(void)
{
        HostInfo info;

        put_two_cells();
        put("sys/devices/system/cpu/online", "0-6\n");
        put("sys/devices/system/node/node2/cpulist", "2-3,6\n");
        put("sys/devices/system/cpu/present", "0-9\n");
        g_assert_cmpint(host_info(root, &info, NULL), ==, 0);
        g_assert_cmpuint(info.cpus, ==, 7);
        g_assert_cmpuint(info.nodes, ==, 1);
        g_assert_cmpuint(info.sockets, ==, 1);
        g_assert_cmpuint(info.cores, ==, 10);
        g_assert_cmpuint(info.threads, ==, 1);
}

static void test_topology(void)
{
        g_autoptr(HostTopology) topology = NULL;
        g_autofree char *siblings = NULL;
        const HostCell *cell;

        put_two_cells();
        topology = host_topology(root, NULL);
        g_assert_cmpuint(topology->n_cells, ==, 2);
        cell = &topology->cells[0];
        g_assert_cmpuint(cell->memory.total_kib, ==, 8000000);
        g_assert_cmpuint(cell->n_pages, ==, 3);
        g_assert_cmpuint(cell->pages[1].size_kib, ==, 2048);
        g_assert_cmpuint(cell->pages[1].count, ==, 5);
        g_assert_cmpuint(cell->pages[1].free, ==, 3);
        g_assert_cmpuint(cell->pages[2].size_kib, ==, 1048576);
        g_assert_cmpuint(cell->pages[0].count * cell->pages[0].size_kib, ==, 8000000 - 5 * 2048);
        cell = &topology->cells[1];
        g_assert_cmpuint(cell->id, ==, 2);
        g_assert_cmpuint(cell->n_distances, ==, 2);
        g_assert_cmpuint(cell->distances[0].cell, ==, 0);
        g_assert_cmpuint(cell->distances[0].value, ==, 21);
        g_assert_cmpuint(cell->distances[1].cell, ==, 2);
        g_assert_cmpuint(cell->n_cpus, ==, 4);
        g_assert_cmpuint(cell->cpus[3].id, ==, 7);
        g_assert_cmpuint(cell->cpus[3].socket, ==, 1);
        g_assert_cmpuint(cell->cpus[3].core, ==, 1);
        siblings = bitmap_format(cell->cpus[3].siblings);
        g_assert_cmpstr(siblings, ==, "3,7");
        g_assert_null(host_topology_free(NULL));
}

static void put_cache(unsigned cpu, unsigned index, const char *level, const char *type, const char *size,
                      const char *shared, const char *id)
{
        const char *const names[] = { "level", "type", "size", "shared_cpu_list", "id" };
        const char *const texts[] = { level, type, size, shared, id };

        for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
                g_autofree char *path =
                        g_strdup_printf("sys/devices/system/cpu/cpu%u/cache/index%u/%s", cpu, index, names[i]);

                put(path, texts[i]);
        }
}

static void test_caches(void)
{
        g_autoptr(HostTopology) topology = NULL;

        put_two_cells();
        for (unsigned cpu = 0; cpu < 4; cpu++) {
                put_cache(cpu, 0, "1", "Data", "32K", "0-3", "0");
                put_cache(cpu, 1, "3", "Unified", "32768K", cpu < 2 ? "0-1" : "2-3", cpu < 2 ? "1" : "0");
        }
        topology = host_topology(root, NULL);
        g_assert_cmpuint(topology->n_caches, ==, 2);
        g_assert_cmpuint(topology->caches[0].id, ==, 0);
        g_assert_true(bitmap_get(topology->caches[0].cpus, 2));
        g_assert_cmpuint(topology->caches[1].size_kib, ==, 32768);
        g_assert_cmpstr(topology->caches[1].type, ==, "both");
        g_assert_cmpuint(topology->caches[1].level, ==, 3);
}

static void test_without_numa(void)
{
        g_autoptr(HostTopology) topology = NULL;
        HostMemory memory;
        uint64_t pages;

        put("proc/meminfo", meminfo_text);
        put("sys/devices/system/cpu/present", "0-1\n");
        put("sys/devices/system/cpu/online", "0-1\n");
        topology = host_topology(root, NULL);
        g_assert_cmpuint(topology->n_cells, ==, 1);
        g_assert_cmpuint(topology->cells[0].memory.total_kib, ==, 16000000);
        g_assert_cmpuint(topology->cells[0].n_cpus, ==, 2);
        g_assert_cmpuint(topology->cells[0].n_distances, ==, 0);
        g_assert_cmpint(host_memory(root, 0, &memory, NULL), ==, 0);
        g_assert_cmpuint(memory.total_kib, ==, 16000000);
        g_assert_cmpint(host_memory(root, 1, &memory, NULL), ==, -1);
        g_assert_cmpint(host_free_pages(root, 0, (uint64_t)sysconf(_SC_PAGESIZE) / 1024, &pages, NULL), ==, 0);
        g_assert_cmpuint(pages, ==, 4000000 / ((uint64_t)sysconf(_SC_PAGESIZE) / 1024));
}

static void test_cpu_time(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        uint64_t tick_ns = UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK);
        HostCpuTime time;

        put_two_cells();
        g_assert_cmpint(host_cpu_time(root, -1, &time, NULL), ==, 0);
        g_assert_cmpuint(time.user_ns, ==, 30 * tick_ns);
        g_assert_cmpuint(time.kernel_ns, ==, 160 * tick_ns);
        g_assert_cmpuint(time.idle_ns, ==, 40 * tick_ns);
        g_assert_cmpuint(time.iowait_ns, ==, 50 * tick_ns);
        g_assert_cmpint(host_cpu_time(root, 1, &time, NULL), ==, 0);
        g_assert_cmpuint(time.user_ns, ==, 27 * tick_ns);
        g_assert_cmpint(host_cpu_time(root, 2, &time, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_INVALID_ARG);
}

static void test_memory(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        HostMemory memory;
        uint64_t pages = 0;

        put_two_cells();
        g_assert_cmpint(host_memory(root, -1, &memory, NULL), ==, 0);
        g_assert_cmpuint(memory.total_kib, ==, 16000000);
        g_assert_cmpuint(memory.free_kib, ==, 4000000);
        g_assert_cmpuint(memory.buffers_kib, ==, 1000);
        g_assert_cmpuint(memory.cached_kib, ==, 2000);
        g_assert_cmpint(host_memory(root, 2, &memory, NULL), ==, 0);
        g_assert_cmpuint(memory.free_kib, ==, 2000000);
        g_assert_cmpint(host_memory(root, 1, &memory, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_INVALID_ARG);
        error_clear(&err);
        g_assert_cmpint(host_free_pages(root, 0, 2048, &pages, NULL), ==, 0);
        g_assert_cmpuint(pages, ==, 3);
        g_assert_cmpint(host_free_pages(root, 0, 777, &pages, &err), ==, -1);
        g_assert_cmpint(err.code, ==, VIR_ERR_OPERATION_FAILED);
}

static void test_cpu_map(void)
{
        g_autoptr(Bitmap) online = NULL;
        g_autofree char *text = NULL;
        unsigned present = 0;

        put("sys/devices/system/cpu/present", "0-3\n");
        g_assert_cmpint(host_cpu_map(root, &present, &online, NULL), ==, -1);
        put("sys/devices/system/cpu/online", "0,2-3\n");
        g_assert_cmpint(host_cpu_map(root, &present, &online, NULL), ==, 0);
        text = bitmap_format(online);
        g_assert_cmpuint(present, ==, 4);
        g_assert_cmpstr(text, ==, "0,2-3");
}

static void test_name(void)
{
        char own[256] = "";
        g_autofree char *plain = NULL, *full = NULL, *hosts = NULL;

        g_assert_cmpint(gethostname(own, sizeof(own) - 1), ==, 0);
        plain = host_name(root, NULL);
        g_assert_cmpstr(plain, ==, own);
        if (strchr(own, '.') || g_str_has_prefix(own, "localhost")) {
                g_test_skip("this host's name is not a short one");
                return;
        }
        hosts = g_strdup_printf("127.0.0.1 localhost # %s\n10.0.0.1\tbox.example.org  %s\n", own, own);
        put("etc/hosts", hosts);
        full = host_name(root, NULL);
        g_assert_cmpstr(full, ==, "box.example.org");
}

static void assert_uuid(const char *setting, HostUuidSource source, const char *expected)
{
        unsigned char uuid[UUID_LENGTH];
        char text[UUID_TEXT_LENGTH];
        g_autofree char *folder = g_build_filename(root, "state", NULL);

        g_assert_cmpint(host_uuid(root, setting, source, folder, uuid, NULL), ==, 0);
        uuid_format(uuid, text);
        g_assert_cmpstr(text, ==, expected);
}

static void test_uuid(void)
{
        static const char setting[] = "11111111-2222-3333-4444-555555555555";
        unsigned char first[UUID_LENGTH], second[UUID_LENGTH];
        g_autofree char *folder = g_build_filename(root, "state", NULL);

        put("sys/class/dmi/id/product_uuid", "ffffffff-ffff-ffff-ffff-ffffffffffff\n"); /* firmware's nonsense */
        g_assert_cmpint(host_uuid(root, NULL, HOST_UUID_SMBIOS, folder, first, NULL), ==, 0);
        g_assert_cmpint(host_uuid(root, NULL, HOST_UUID_SMBIOS, folder, second, NULL), ==, 0);
        g_assert_cmpmem(first, UUID_LENGTH, second, UUID_LENGTH);
        put("sys/class/dmi/id/product_uuid", "4C4C4544-0042-3010-8051-B4C04F565831\n");
        put("etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        assert_uuid(NULL, HOST_UUID_SMBIOS, "4c4c4544-0042-3010-8051-b4c04f565831");
        assert_uuid(NULL, HOST_UUID_MACHINE_ID, "01234567-89ab-cdef-0123-456789abcdef");
        assert_uuid(setting, HOST_UUID_SMBIOS, setting);
        g_assert_cmpint(host_uuid(root, "nonsense", HOST_UUID_SMBIOS, folder, first, NULL), ==, -1);
}

static void test_iommu(void)
{
        g_assert_false(host_has_iommu(root));
        put("sys/kernel/iommu_groups/0/type", "DMA\n");
        g_assert_true(host_has_iommu(root));
}

/* This very machine answers, and the figures fit together. */
static void test_this_machine(void)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(HostTopology) topology = host_topology("", &err);
        HostCpuTime time;
        HostInfo info;

        g_assert_nonnull(topology);
        g_assert_cmpint(host_info("", &info, &err), ==, 0);
        g_assert_cmpuint(info.cpus, ==, (unsigned)sysconf(_SC_NPROCESSORS_ONLN));
        g_assert_cmpuint(info.memory_kib, >, 0);
        g_assert_cmpuint(info.nodes * info.sockets * info.cores * info.threads, >=, info.cpus);
        g_assert_cmpint(host_cpu_time("", -1, &time, &err), ==, 0);
        g_assert_cmpuint(time.user_ns, >, 0);
}

static void run_in_folder(const void *opaque)
{
        void (*func)(void) = (void (*)(void))opaque;

        root = g_dir_make_tmp("host-XXXXXX", NULL);
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
                { "/host/info", test_info },
                { "/host/info-asymmetric", test_info_asymmetric },
                { "/host/topology", test_topology },
                { "/host/caches", test_caches },
                { "/host/without-numa", test_without_numa },
                { "/host/cpu-time", test_cpu_time },
                { "/host/memory", test_memory },
                { "/host/cpu-map", test_cpu_map },
                { "/host/name", test_name },
                { "/host/uuid", test_uuid },
                { "/host/iommu", test_iommu },
                { "/host/this-machine", test_this_machine },
        };

        g_test_init(&argc, &argv, NULL);
        for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
                g_test_add_data_func(tests[i].name, (const void *)tests[i].func, run_in_folder);
        return g_test_run();
}
