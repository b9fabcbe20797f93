#include "conf/capabilities_host.h"

#include <string.h>

/* A host of one cell with one CPU and a cache of 8 MiB that is cut into parts of 768 KiB or 1 MiB. */
static HostTopology *topology_new(uint64_t cache_kib)
{
        HostTopology *topology = g_new0(HostTopology, 1);

        topology->cells = g_new0(HostCell, 1);
        topology->n_cells = 1;
        topology->cells[0].memory.total_kib = 4096;
        topology->cells[0].memory_caches = g_new0(HostMemoryCache, 1);
        topology->cells[0].memory_caches[0] = (HostMemoryCache){
                .level = 1, .direct = true, .write_through = true, .size_bytes = 2048, .line_bytes = 64
        };
        topology->cells[0].n_memory_caches = 1;
        topology->paths = g_new0(HostMemoryPath, 1);
        topology->paths[0] = (HostMemoryPath){ .read_ns = 5, .write_kib = 7 };
        topology->n_paths = 1;
        topology->caches = g_new0(HostCache, 1);
        topology->caches[0] = (HostCache){ .id = 4, .level = 3, .type = g_strdup("both"), .size_kib = cache_kib };
        topology->caches[0].cpus = bitmap_parse("0", 8, NULL);
        topology->n_caches = 1;
        return topology;
}

static void test_controls(void)
{
        static const struct {
                uint64_t cache_kib;
                unsigned min_bits;
                uint64_t granularity, min;
                const char *unit;
        } cases[] = {
                { 8192, 1, 1, 0, "MiB" },
                { 8192, 2, 1, 2, "MiB" },
                { 6144, 1, 768, 0, "KiB" },
                { 6144, 4, 768, 3072, "KiB" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
                HostCacheControl control = {
                        .level = 3, .type = "code", .mask = 0xff, .min_bits = cases[i].min_bits, .max_allocations = 9
                };
                const HostResctrl resctrl = { .controls = &control, .n_controls = 1 };
                g_autoptr(HostTopology) topology = topology_new(cases[i].cache_kib);
                g_autoptr(Capabilities) document = capabilities_new();
                const CacheControl *row;

                capabilities_fill_host(&document->host, topology, &resctrl);
                g_assert_cmpuint(document->host.cache_banks[0].n_controls, ==, 1);
                row = &document->host.cache_banks[0].controls[0];
                g_assert_cmpuint(row->granularity, ==, cases[i].granularity);
                g_assert_cmpuint(row->min, ==, cases[i].min);
                g_assert_cmpstr(row->unit, ==, cases[i].unit);
                g_assert_cmpint(row->type, ==, CACHE_TYPE_CODE);
                g_assert_cmpuint(document->host.n_bandwidth_nodes, ==, 0);
        }
}

static void test_monitors(void)
{
        char *features[] = { (char *)"llc_a", (char *)"mbm_b", (char *)"other", NULL };
        const HostResctrl resctrl = { .has_bandwidth = true,
                                      .bandwidth_granularity = 10,
                                      .bandwidth_min = 20,
                                      .bandwidth_max_allocations = 3,
                                      .has_monitor = true,
                                      .monitor_threshold = 99,
                                      .monitor_max = 8,
                                      .monitor_features = features };
        g_autoptr(HostTopology) topology = topology_new(8192);
        g_autoptr(Capabilities) document = capabilities_new();
        const HostCapabilities *host = &document->host;

        capabilities_fill_host(&document->host, topology, &resctrl);
        g_assert_cmpuint(host->cache_monitor->reuse_threshold, ==, 99);
        g_assert_cmpuint(host->cache_monitor->n_features, ==, 1);
        g_assert_cmpuint(host->bandwidth_monitor->reuse_threshold, ==, 0);
        g_assert_cmpstr(host->bandwidth_monitor->features[0].name, ==, "mbm_b");
        g_assert_cmpuint(host->bandwidth_nodes[0].id, ==, 4);
        g_assert_cmpuint(host->bandwidth_nodes[0].controls[0].min, ==, 20);
}

static void test_document(void)
{
        g_autoptr(HostTopology) topology = topology_new(6144);
        g_autoptr(Capabilities) document = capabilities_new();
        g_autofree char *xml = NULL;
        Capabilities *again = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        document->host.cpu.arch = g_strdup("x86_64");
        capabilities_fill_host(&document->host, topology, NULL);
        xml = capabilities_format(document, 0);
        g_assert_true(g_str_has_prefix(xml, "<capabilities>\n\n  <host>\n"));
        g_assert_true(g_str_has_suffix(xml, "  </host>\n\n</capabilities>\n"));
        g_assert_nonnull(strstr(xml, "<cache level='1' associativity='direct' policy='writethrough'>"));
        g_assert_nonnull(strstr(xml, "<latency initiator='0' target='0' type='read' value='5'/>"));
        g_assert_nonnull(strstr(xml, "<bandwidth initiator='0' target='0' type='write' value='7' unit='KiB'/>"));
        g_assert_null(strstr(xml, "type='write' value='0'"));
        g_assert_nonnull(strstr(xml, "<bank id='4' level='3' type='both' size='6' unit='MiB' cpus='0'/>"));
        g_assert_cmpint(capabilities_parse(xml, strlen(xml), 0, &again, &err), ==, 0);
        capabilities_free(again);
}

int main(int argc, char **argv)
{
        g_test_init(&argc, &argv, NULL);
        g_test_add_func("/capabilities-host/controls", test_controls);
        g_test_add_func("/capabilities-host/monitors", test_monitors);
        g_test_add_func("/capabilities-host/document", test_document);
        return g_test_run();
}
