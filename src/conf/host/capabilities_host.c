/* From the facts about a machine to the members of the document. */
#include "conf/capabilities_host.h"

#include <string.h>

static void fill_cpus(HostNode *node, const HostCell *cell)
{
        for (size_t i = 0; i < cell->n_cpus; i++) {
                const HostCpu *cpu = &cell->cpus[i];
                CellCpu *row = rows_list_insert(&CellCpu_rows, &node->cpus, &node->n_cpus, i);

                row->id = cpu->id;
                row->socket = (OptUint){ .value = cpu->socket, .set = true };
                row->die = (OptUint){ .value = cpu->die, .set = true };
                row->core = (OptUint){ .value = cpu->core, .set = true };
                row->siblings = bitmap_copy(cpu->siblings);
        }
}

static void fill_memory_caches(HostNode *node, const HostCell *cell)
{
        for (size_t i = 0; i < cell->n_memory_caches; i++) {
                const HostMemoryCache *cache = &cell->memory_caches[i];
                NumaCache *row = rows_list_insert(&NumaCache_rows, &node->caches, &node->n_caches, i);

                row->level = cache->level;
                row->associativity = cache->direct ? NUMA_ASSOCIATIVITY_DIRECT : NUMA_ASSOCIATIVITY_FULL;
                row->policy = cache->write_through ? NUMA_POLICY_WRITETHROUGH : NUMA_POLICY_WRITEBACK;
                row->size = g_strdup_printf("%" G_GUINT64_FORMAT, cache->size_bytes / 1024);
                row->size_unit = g_strdup("KiB");
                row->line = g_strdup_printf("%u", cache->line_bytes);
                row->line_unit = g_strdup("B");
        }
}

static void fill_cell(HostNode *node, const HostCell *cell)
{
        node->id = cell->id;
        node->memory_kib = cell->memory.total_kib;
        for (size_t i = 0; i < cell->n_pages; i++) {
                CellPages *pages = rows_list_insert(&CellPages_rows, &node->pages, &node->n_pages, i);

                pages->size_kib = cell->pages[i].size_kib;
                pages->count = cell->pages[i].count;
        }
        for (size_t i = 0; i < cell->n_distances; i++) {
                NumaDistance *distance = rows_list_insert(&NumaDistance_rows, &node->distances, &node->n_distances, i);

                distance->id = cell->distances[i].cell;
                distance->value = cell->distances[i].value;
        }
        fill_memory_caches(node, cell);
        fill_cpus(node, cell);
}

static void add_latency(HostCapabilities *host, const HostMemoryPath *path, InterconnectType type, unsigned value)
{
        NumaLatency *row;

        if (value == 0)
                return;
        row = rows_list_insert(&NumaLatency_rows, &host->latencies, &host->n_latencies, host->n_latencies);
        row->initiator = path->initiator;
        row->target = path->target;
        row->type = type;
        row->value = value;
}

static void add_bandwidth(HostCapabilities *host, const HostMemoryPath *path, InterconnectType type, uint64_t value)
{
        NumaBandwidth *row;

        if (value == 0)
                return;
        row = rows_list_insert(&NumaBandwidth_rows, &host->bandwidths, &host->n_bandwidths, host->n_bandwidths);
        row->initiator = path->initiator;
        row->target = path->target;
        row->type = type;
        row->value = value;
}

static void fill_paths(HostCapabilities *host, const HostTopology *topology)
{
        for (size_t i = 0; i < topology->n_paths; i++) {
                const HostMemoryPath *path = &topology->paths[i];

                add_latency(host, path, INTERCONNECT_READ, path->read_ns);
                add_latency(host, path, INTERCONNECT_WRITE, path->write_ns);
                add_bandwidth(host, path, INTERCONNECT_READ, path->read_kib);
                add_bandwidth(host, path, INTERCONNECT_WRITE, path->write_kib);
        }
}

/* Sizes in MiB where all of them are whole ones. */
static const char *unit_for(uint64_t *a, uint64_t *b)
{
        if (*a % 1024 || *b % 1024)
                return "KiB";
        *a /= 1024;
        *b /= 1024;
        return "MiB";
}

static CacheType cache_type(const char *name)
{
        return (CacheType)MAX(enum_value(CacheType, CACHE_TYPE, name), 0);
}

/* Each bit of the mask is worth one part of the cache. */
static void add_control(HostCacheBank *bank, uint64_t size_kib, const HostCacheControl *control)
{
        unsigned bits = (unsigned)__builtin_popcountll(control->mask);
        CacheControl *row = rows_list_insert(&CacheControl_rows, &bank->controls, &bank->n_controls, bank->n_controls);

        row->granularity = size_kib / bits;
        row->min = control->min_bits > 1 ? row->granularity * control->min_bits : 0; /* not said where it is the same */
        row->unit = g_strdup(unit_for(&row->granularity, &row->min));
        row->type = cache_type(control->type);
        row->max_allocations = control->max_allocations;
}

static void fill_caches(HostCapabilities *host, const HostTopology *topology, const HostResctrl *resctrl)
{
        for (size_t i = 0; i < topology->n_caches; i++) {
                const HostCache *cache = &topology->caches[i];
                HostCacheBank *bank =
                        rows_list_insert(&HostCacheBank_rows, &host->cache_banks, &host->n_cache_banks, i);
                uint64_t none = 0;

                bank->id = cache->id;
                bank->level = cache->level;
                bank->type = cache_type(cache->type);
                bank->size = cache->size_kib;
                bank->unit = g_strdup(unit_for(&bank->size, &none));
                bank->cpus = bitmap_copy(cache->cpus);
                for (size_t j = 0; resctrl && j < resctrl->n_controls; j++)
                        if (resctrl->controls[j].level == cache->level)
                                add_control(bank, cache->size_kib, &resctrl->controls[j]);
        }
}

/* Bandwidth is shared out by the caches of the third level, as those know whose accesses miss them. */
static void fill_bandwidth_nodes(HostCapabilities *host, const HostTopology *topology, const HostResctrl *resctrl)
{
        for (size_t i = 0; i < topology->n_caches; i++) {
                const HostCache *cache = &topology->caches[i];
                BandwidthNode *node;
                BandwidthControl *control;

                if (cache->level != 3)
                        continue;
                node = rows_list_insert(&BandwidthNode_rows, &host->bandwidth_nodes, &host->n_bandwidth_nodes,
                                        host->n_bandwidth_nodes);
                node->id = cache->id;
                node->cpus = bitmap_copy(cache->cpus);
                control = rows_list_insert(&BandwidthControl_rows, &node->controls, &node->n_controls, 0);
                control->granularity = resctrl->bandwidth_granularity;
                control->min = resctrl->bandwidth_min;
                control->max_allocations = resctrl->bandwidth_max_allocations;
        }
}

/* The features whose names begin with @prefix; NULL without any. */
static ResourceMonitor *monitor_of(const HostResctrl *resctrl, const char *prefix)
{
        ResourceMonitor *monitor = NULL;

        for (char **name = resctrl->monitor_features; name && *name; name++) {
                MonitorFeature *feature;

                if (!g_str_has_prefix(*name, prefix))
                        continue;
                if (!monitor)
                        monitor = g_new0(ResourceMonitor, 1);
                feature = rows_list_insert(&MonitorFeature_rows, &monitor->features, &monitor->n_features,
                                           monitor->n_features);
                feature->name = g_strdup(*name);
        }
        if (monitor)
                monitor->max_monitors = resctrl->monitor_max;
        return monitor;
}

void capabilities_fill_host(HostCapabilities *host, const HostTopology *topology, const HostResctrl *resctrl)
{
        for (size_t i = 0; i < topology->n_cells; i++)
                fill_cell(rows_list_insert(&HostNode_rows, &host->cells, &host->n_cells, i), &topology->cells[i]);
        fill_paths(host, topology);
        fill_caches(host, topology, resctrl);
        if (!resctrl)
                return;
        if (resctrl->has_bandwidth)
                fill_bandwidth_nodes(host, topology, resctrl);
        host->cache_monitor = monitor_of(resctrl, "llc_");
        host->bandwidth_monitor = monitor_of(resctrl, "mbm_");
        if (host->cache_monitor) {
                host->cache_monitor->level = 3;
                host->cache_monitor->reuse_threshold = resctrl->monitor_threshold;
        }
}
