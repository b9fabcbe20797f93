/* See figures.h. */
#include "guest/figures.h"

#include <string.h>

#include "blockdev/blockdev.h"
#include "util/text.h"

enum { DISKS_MAX = 1024, NODES_MAX = 16 * 1024, CHAIN_MAX = 256, THREADS_MAX = 4096, KERNEL_MAX = 64 * 1024 };

static void block_clear(void *block)
{
        g_free(((BlockFigures *)block)->alias);
}

static void kernel_free(void *opaque)
{
        KernelFigure *figure = opaque;

        g_free(figure->name);
        g_free(figure);
}

Figures *figures_new(void)
{
        Figures *figures = g_new0(Figures, 1);

        figures->refs = 1;
        figures->blocks = g_array_new(FALSE, TRUE, sizeof(BlockFigures));
        g_array_set_clear_func(figures->blocks, block_clear);
        figures->nodes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        figures->iothreads = g_array_new(FALSE, TRUE, sizeof(IothreadFigures));
        figures->kernel_kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        figures->kernel = g_ptr_array_new_with_free_func(kernel_free);
        return figures;
}

Figures *figures_ref(Figures *figures)
{
        g_atomic_int_inc(&figures->refs);
        return figures;
}

Figures *figures_unref(Figures *figures)
{
        if (figures && g_atomic_int_dec_and_test(&figures->refs)) {
                g_array_unref(figures->blocks);
                g_hash_table_unref(figures->nodes);
                g_array_unref(figures->iothreads);
                g_clear_pointer(&figures->dirty_rate.vcpus, g_array_unref);
                g_hash_table_unref(figures->kernel_kinds);
                g_ptr_array_unref(figures->kernel);
                g_free(figures);
        }
        return NULL;
}

const BlockFigures *figures_of_disk(const Figures *figures, const Disk *disk)
{
        for (guint i = 0; figures && i < figures->blocks->len; i++) {
                const BlockFigures *block = &g_array_index(figures->blocks, BlockFigures, i);

                if (g_strcmp0(block->alias, disk->info.alias) == 0)
                        return block;
        }
        return NULL;
}

static const NodeFigures *find_node(const Figures *figures, const char *name)
{
        return figures && name ? g_hash_table_lookup(figures->nodes, name) : NULL;
}

const NodeFigures *figures_of_source(const Figures *figures, const Source *source, uint64_t *ret_threshold)
{
        const char *format = block_node(source, BLOCK_NODE_FORMAT);
        const char *storage = block_node(source, BLOCK_NODE_STORAGE);
        const NodeFigures *bytes = find_node(figures, storage);

        *ret_threshold = bytes ? bytes->threshold : 0;
        return find_node(figures, format ? format : storage);
}

/* Disks and images */

/* "/machine/peripheral/virtio-disk0/virtio-backend" and "/machine/peripheral/ide0-0-0" alike. */
static char *alias_in(const char *qdev)
{
        static const char peripheral[] = "/machine/peripheral/";
        const char *start = qdev && g_str_has_prefix(qdev, peripheral) ? qdev + strlen(peripheral) : qdev;
        const char *end = start ? strchr(start, '/') : NULL;

        return end ? g_strndup(start, (gsize)(end - start)) : g_strdup(start);
}

static BlockFigures *block_of(Figures *figures, const char *qdev)
{
        g_autofree char *alias = alias_in(qdev);
        BlockFigures fresh = { 0 };

        if (!alias || !alias[0])
                return NULL;
        for (guint i = 0; i < figures->blocks->len; i++)
                if (strcmp(g_array_index(figures->blocks, BlockFigures, i).alias, alias) == 0)
                        return &g_array_index(figures->blocks, BlockFigures, i);
        fresh.alias = g_steal_pointer(&alias);
        g_array_append_val(figures->blocks, fresh);
        return &g_array_index(figures->blocks, BlockFigures, figures->blocks->len - 1);
}

static NodeFigures *node_of(Figures *figures, const char *name)
{
        NodeFigures *node = g_hash_table_lookup(figures->nodes, name);

        if (node)
                return node;
        node = g_new0(NodeFigures, 1);
        g_hash_table_insert(figures->nodes, g_strdup(name), node);
        return node;
}

/* How far the images of a chain are written: each says it of the node below its own. */
static void take_chain(Figures *figures, const Json *item)
{
        for (int depth = 0; item && depth < CHAIN_MAX; depth++) {
                const char *name = json_get_string(item, "node-name");
                uint64_t highest = 0;

                if (name && json_get_uint(json_path(item, "parent.stats"), "wr_highest_offset", &highest)) {
                        NodeFigures *node = node_of(figures, name);

                        node->highest_write = highest;
                        node->has_highest = true;
                }
                item = json_get(item, "backing");
        }
}

static void take_device(BlockFigures *block, const Json *item)
{
        const Json *stats = json_get(item, "stats");

        json_get_uint(stats, "rd_operations", &block->read_ops);
        json_get_uint(stats, "rd_bytes", &block->read_bytes);
        json_get_uint(stats, "rd_total_time_ns", &block->read_ns);
        json_get_uint(stats, "wr_operations", &block->write_ops);
        json_get_uint(stats, "wr_bytes", &block->write_bytes);
        json_get_uint(stats, "wr_total_time_ns", &block->write_ns);
        json_get_uint(stats, "flush_operations", &block->flush_ops);
        json_get_uint(stats, "flush_total_time_ns", &block->flush_ns);
        json_get_uint(json_path(item, "parent.stats"), "wr_highest_offset", &block->highest_write);
}

void figures_take_block_stats(Figures *figures, const Json *reply)
{
        for (size_t i = 0; i < json_length(reply) && i < DISKS_MAX; i++) {
                const Json *item = json_at(reply, i);
                BlockFigures *block = block_of(figures, json_get_string(item, "qdev"));

                take_chain(figures, item);
                if (block)
                        take_device(block, item);
        }
}

void figures_take_nodes(Figures *figures, const Json *reply)
{
        for (size_t i = 0; i < json_length(reply) && i < NODES_MAX; i++) {
                const Json *item = json_at(reply, i);
                const char *name = json_get_string(item, "node-name");
                NodeFigures *node;

                if (!name)
                        continue;
                node = node_of(figures, name);
                json_get_uint(json_get(item, "image"), "virtual-size", &node->capacity);
                json_get_uint(json_get(item, "image"), "actual-size", &node->physical);
                json_get_uint(item, "write_threshold", &node->threshold);
        }
}

static void tell_memory(Figures *figures, int tag, uint64_t value)
{
        figures->memory.value[tag] = value;
        figures->memory.has[tag] = true;
}

void figures_take_balloon(Figures *figures, const Json *reply)
{
        uint64_t actual = 0;

        if (json_get_uint(reply, "actual", &actual))
                tell_memory(figures, VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON, actual / 1024);
}

/* @unit 1024: bytes, told in KiB; 1: counts. */
static const struct {
        const char *name;
        int tag;
        unsigned unit;
} memory_names[] = {
        { "stat-swap-in", VIR_DOMAIN_MEMORY_STAT_SWAP_IN, 1024 },
        { "stat-swap-out", VIR_DOMAIN_MEMORY_STAT_SWAP_OUT, 1024 },
        { "stat-major-faults", VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT, 1 },
        { "stat-minor-faults", VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT, 1 },
        { "stat-free-memory", VIR_DOMAIN_MEMORY_STAT_UNUSED, 1024 },
        { "stat-total-memory", VIR_DOMAIN_MEMORY_STAT_AVAILABLE, 1024 },
        { "stat-available-memory", VIR_DOMAIN_MEMORY_STAT_USABLE, 1024 },
        { "stat-disk-caches", VIR_DOMAIN_MEMORY_STAT_DISK_CACHES, 1024 },
        { "stat-htlb-pgalloc", VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC, 1 },
        { "stat-htlb-pgfail", VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL, 1 },
};

void figures_take_guest_stats(Figures *figures, const Json *reply)
{
        const Json *stats = json_get(reply, "stats");
        uint64_t value = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(memory_names); i++)
                /* All bits set: the guest has not told. */
                if (json_get_uint(stats, memory_names[i].name, &value) && value != UINT64_MAX)
                        tell_memory(figures, memory_names[i].tag, value / memory_names[i].unit);
        if (json_get_uint(reply, "last-update", &value))
                tell_memory(figures, VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE, value);
}

/* Threads, dirty memory */

void figures_take_iothreads(Figures *figures, const Json *reply)
{
        for (size_t i = 0; i < json_length(reply) && i < THREADS_MAX; i++) {
                const Json *item = json_at(reply, i);
                const char *name = json_get_string(item, "id");
                IothreadFigures thread = { 0 };
                uint64_t grow = 0, shrink = 0;

                if (!name || !g_str_has_prefix(name, "iothread") ||
                    !text_to_uint(name + strlen("iothread"), 10, &thread.id) ||
                    !json_get_uint(item, "poll-max-ns", &thread.poll_max_ns))
                        continue;
                json_get_uint(item, "poll-grow", &grow);
                json_get_uint(item, "poll-shrink", &shrink);
                thread.poll_grow = (unsigned)MIN(grow, UINT_MAX);
                thread.poll_shrink = (unsigned)MIN(shrink, UINT_MAX);
                g_array_append_val(figures->iothreads, thread);
        }
}

static int position(const char *const *names, size_t n, const char *name)
{
        for (size_t i = 0; name && i < n; i++)
                if (strcmp(names[i], name) == 0)
                        return (int)i;
        return -1;
}

static GArray *rates_of_vcpus(const Json *list)
{
        GArray *rates = g_array_new(FALSE, TRUE, sizeof(uint64_t));

        for (size_t i = 0; i < json_length(list) && i < THREADS_MAX; i++) {
                uint64_t id = 0, rate = 0;

                if (!json_get_uint(json_at(list, i), "id", &id) || id >= THREADS_MAX ||
                    !json_get_uint(json_at(list, i), "dirty-rate", &rate))
                        continue;
                if (rates->len <= id)
                        g_array_set_size(rates, (guint)id + 1);
                g_array_index(rates, uint64_t, id) = rate;
        }
        return rates;
}

void figures_take_dirty_rate(Figures *figures, const Json *reply)
{
        static const char *const states[] = { [VIR_DOMAIN_DIRTYRATE_UNSTARTED] = "unstarted",
                                              [VIR_DOMAIN_DIRTYRATE_MEASURING] = "measuring",
                                              [VIR_DOMAIN_DIRTYRATE_MEASURED] = "measured" };
        static const char *const modes[] = { "page-sampling", "dirty-bitmap", "dirty-ring" };
        DirtyRateFigures *rate = &figures->dirty_rate;
        int mode = position(modes, G_N_ELEMENTS(modes), json_get_string(reply, "mode"));
        int64_t period = 0;

        rate->status = position(states, G_N_ELEMENTS(states), json_get_string(reply, "status"));
        rate->told = rate->status >= 0 && json_get_int(reply, "start-time", &rate->start_time) &&
                     json_get_int(reply, "calc-time", &period);
        rate->period = (int)CLAMP(period, 0, INT_MAX);
        rate->mode = mode >= 0 ? modes[mode] : NULL;
        json_get_int(reply, "dirty-rate", &rate->megabytes_per_second);
        if (!rate->vcpus && json_get(reply, "vcpu-dirty-rate"))
                rate->vcpus = rates_of_vcpus(json_get(reply, "vcpu-dirty-rate"));
}

/* What the kernel counts of a guest that it runs */

void figures_take_kernel_schemas(Figures *figures, const Json *reply)
{
        static const char *const types[] = { "cumulative", "instant", "peak" };
        static const char *const kinds[] = { "sum", "cur", "max" };

        for (size_t i = 0; i < json_length(reply) && i < DISKS_MAX; i++) {
                const Json *stats = json_get(json_at(reply, i), "stats");

                for (size_t j = 0; j < json_length(stats) && j < KERNEL_MAX; j++) {
                        const char *name = json_get_string(json_at(stats, j), "name");
                        int type = position(types, G_N_ELEMENTS(types), json_get_string(json_at(stats, j), "type"));

                        if (name && type >= 0)
                                g_hash_table_replace(figures->kernel_kinds, g_strdup(name), (void *)kinds[type]);
                }
        }
}

/* "/machine/unattached/device[0]" is no number: vcpus come in their order. */
static void take_kernel_stats(Figures *figures, const Json *stats, int vcpu)
{
        for (size_t i = 0; i < json_length(stats) && figures->kernel->len < KERNEL_MAX; i++) {
                const char *name = json_get_string(json_at(stats, i), "name");
                const char *kind = name ? g_hash_table_lookup(figures->kernel_kinds, name) : NULL;
                uint64_t value = 0;
                KernelFigure *figure;

                /* A list is a histogram, which has no field. */
                if (!kind || !json_get_uint(json_at(stats, i), "value", &value))
                        continue;
                figure = g_new(KernelFigure, 1);
                *figure = (KernelFigure){ .name = g_strdup(name), .kind = kind, .value = value, .vcpu = vcpu };
                g_ptr_array_add(figures->kernel, figure);
        }
}

void figures_take_kernel(Figures *figures, const Json *reply)
{
        int vcpu = 0;

        for (size_t i = 0; i < json_length(reply) && i < THREADS_MAX; i++) {
                const Json *item = json_at(reply, i);
                bool of_vcpu = json_get_string(item, "qom-path");

                if (g_strcmp0(json_get_string(item, "provider"), "kvm") == 0)
                        take_kernel_stats(figures, json_get(item, "stats"), of_vcpu ? vcpu++ : -1);
        }
}
