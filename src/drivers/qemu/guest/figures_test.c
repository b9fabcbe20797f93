#include "guest/figures.h"

#include <string.h>

static Json *json(const char *text)
{
        Json *parsed = json_parse(text, strlen(text), NULL);

        g_assert_nonnull(parsed);
        return parsed;
}

static Figures *take(void (*func)(Figures *figures, const Json *reply), Figures *figures, const char *text)
{
        g_autoptr(Json) reply = json(text);

        func(figures, reply);
        return figures;
}

static void test_disks(void)
{
        g_autoptr(Figures) figures = figures_new();
        Disk disk = { .info.alias = (char *)"virtio-disk0" };
        const BlockFigures *block;

        take(figures_take_block_stats, figures,
             "[{\"qdev\":\"/machine/peripheral/virtio-disk0/virtio-backend\",\"node-name\":\"libvirt-1-format\","
             "\"stats\":{\"rd_operations\":3,\"rd_bytes\":1536,\"wr_operations\":1},"
             "\"parent\":{\"stats\":{\"wr_highest_offset\":77}},"
             "\"backing\":{\"node-name\":\"libvirt-2-format\",\"parent\":{\"stats\":{\"wr_highest_offset\":5}}}},"
             "{\"qdev\":7,\"stats\":\"none\"}, null, []]");
        block = figures_of_disk(figures, &disk);
        g_assert_nonnull(block);
        g_assert_cmpuint(block->read_ops, ==, 3);
        g_assert_cmpuint(block->read_bytes, ==, 1536);
        g_assert_cmpuint(block->highest_write, ==, 77);
        g_assert_cmpuint(figures->blocks->len, ==, 1);
        g_assert_cmpuint(((NodeFigures *)g_hash_table_lookup(figures->nodes, "libvirt-2-format"))->highest_write, ==,
                         5);
}

static void test_nodes(void)
{
        g_autoptr(Figures) figures = figures_new();
        SourceNode names[] = { { (char *)"storage", (char *)"s" }, { (char *)"format", (char *)"f" } };
        SourceStatus status = { .nodes = names, .n_nodes = 2 };
        Source source = { .type = SOURCE_FILE, .status = &status };
        const NodeFigures *node;
        uint64_t threshold = 0;

        take(figures_take_nodes, figures,
             "[{\"node-name\":\"f\",\"image\":{\"virtual-size\":4096,\"actual-size\":512}},"
             "{\"node-name\":\"s\",\"image\":{\"virtual-size\":9},\"write_threshold\":33},{\"node-name\":1}]");
        node = figures_of_source(figures, &source, &threshold);
        g_assert_nonnull(node);
        g_assert_cmpuint(node->capacity, ==, 4096);
        g_assert_cmpuint(node->physical, ==, 512);
        g_assert_cmpuint(threshold, ==, 33);
}

static void test_threads(void)
{
        g_autoptr(Figures) figures = figures_new();

        take(figures_take_iothreads, figures,
             "[{\"id\":\"iothread2\",\"poll-max-ns\":32768,\"poll-grow\":0,\"poll-shrink\":4},{\"id\":\"other\"},"
             "{\"id\":\"iothreadx\",\"poll-max-ns\":1}]");
        g_assert_cmpuint(figures->iothreads->len, ==, 1);
        g_assert_cmpuint(g_array_index(figures->iothreads, IothreadFigures, 0).id, ==, 2);
        g_assert_cmpuint(g_array_index(figures->iothreads, IothreadFigures, 0).poll_shrink, ==, 4);
}

static void test_dirty_rate(void)
{
        g_autoptr(Figures) figures = figures_new();
        DirtyRateFigures *rate = &figures->dirty_rate;

        take(figures_take_dirty_rate, figures, "{\"status\":\"somehow\"}");
        g_assert_false(rate->told);
        take(figures_take_dirty_rate, figures,
             "{\"status\":\"measured\",\"start-time\":100,\"calc-time\":1,\"mode\":\"dirty-ring\",\"dirty-rate\":12,"
             "\"vcpu-dirty-rate\":[{\"id\":1,\"dirty-rate\":9},{\"id\":99999999,\"dirty-rate\":9}]}");
        g_assert_true(rate->told);
        g_assert_cmpint(rate->status, ==, VIR_DOMAIN_DIRTYRATE_MEASURED);
        g_assert_cmpint(rate->megabytes_per_second, ==, 12);
        g_assert_cmpstr(rate->mode, ==, "dirty-ring");
        g_assert_cmpuint(rate->vcpus->len, ==, 2);
        g_assert_cmpuint(g_array_index(rate->vcpus, uint64_t, 1), ==, 9);
}

/* As QEMU's schema describes the statistics of KVM. */
static void test_kernel(void)
{
        g_autoptr(Figures) figures = figures_new();
        const KernelFigure *figure;

        take(figures_take_kernel_schemas, figures,
             "[{\"provider\":\"kvm\",\"target\":\"vm\",\"stats\":[{\"name\":\"max_mmu_page_hash_collisions\",\"type\":"
             "\"peak\"},"
             "{\"name\":\"histogram\",\"type\":\"linear-histogram\"}]},"
             "{\"provider\":\"kvm\",\"target\":\"vcpu\",\"stats\":[{\"name\":\"halt_wait_ns\",\"type\":\"cumulative\"}]"
             "}]");
        take(figures_take_kernel, figures,
             "[{\"provider\":\"kvm\",\"stats\":[{\"name\":\"max_mmu_page_hash_collisions\",\"value\":0},"
             "{\"name\":\"histogram\",\"value\":[1,2]},{\"name\":\"unheard\",\"value\":1}]}]");
        take(figures_take_kernel, figures,
             "[{\"provider\":\"kvm\",\"qom-path\":\"/machine/unattached/"
             "device[0]\",\"stats\":[{\"name\":\"halt_wait_ns\","
             "\"value\":5}]},{\"provider\":\"kvm\",\"qom-path\":\"/machine/unattached/device[2]\",\"stats\":["
             "{\"name\":\"halt_wait_ns\",\"value\":6}]}]");
        g_assert_cmpuint(figures->kernel->len, ==, 3);
        figure = g_ptr_array_index(figures->kernel, 0);
        g_assert_cmpstr(figure->name, ==, "max_mmu_page_hash_collisions");
        g_assert_cmpstr(figure->kind, ==, "max");
        g_assert_cmpint(figure->vcpu, ==, -1);
        figure = g_ptr_array_index(figures->kernel, 2);
        g_assert_cmpstr(figure->kind, ==, "sum");
        g_assert_cmpint(figure->vcpu, ==, 1);
        g_assert_cmpuint(figure->value, ==, 6);
}

static void test_balloon(void)
{
        g_autoptr(Figures) figures = figures_new();

        take(figures_take_balloon, figures, "{\"actual\":134217728}");
        take(figures_take_guest_stats, figures,
             "{\"stats\":{\"stat-swap-in\":18446744073709551615,\"stat-free-memory\":2048},\"last-update\":7}");
        g_assert_cmpuint(figures->memory.value[VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON], ==, 131072);
        g_assert_cmpuint(figures->memory.value[VIR_DOMAIN_MEMORY_STAT_UNUSED], ==, 2);
        g_assert_false(figures->memory.has[VIR_DOMAIN_MEMORY_STAT_SWAP_IN]);
        g_assert_cmpuint(figures->memory.value[VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE], ==, 7);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/figures/disks", test_disks);
        g_test_add_func("/figures/nodes", test_nodes);
        g_test_add_func("/figures/balloon", test_balloon);
        g_test_add_func("/figures/threads", test_threads);
        g_test_add_func("/figures/dirty-rate", test_dirty_rate);
        g_test_add_func("/figures/kernel", test_kernel);
        return g_test_run();
}
