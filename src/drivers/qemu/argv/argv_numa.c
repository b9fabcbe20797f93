/* NUMA cells: what is in them, how far they are from each other, how fast memory is. */
#include "argv/argv.h"

#include <string.h>

enum { DISTANCE_LOCAL = 10, DISTANCE_REMOTE = 20 };

bool argv_has_hmat(const Domain *domain)
{
        const Cpu *cpu = domain->cpu;

        if (!cpu)
                return false;
        for (size_t i = 0; i < cpu->n_cells; i++)
                if (cpu->cells[i].n_caches > 0)
                        return true;
        return cpu->n_latencies > 0 || cpu->n_bandwidths > 0;
}

static bool has_cpus(const NumaCell *cell)
{
        return cell->cpus && bitmap_count(cell->cpus) > 0;
}

/* Which cell's processors use the memory of @cell first: its own; else those nearest by latency, then by bandwidth; else
 * the first that there are. */
static unsigned initiator_of(const Cpu *cpu, size_t cell)
{
        const NumaLatency *fastest = NULL;
        const NumaBandwidth *widest = NULL;

        if (has_cpus(&cpu->cells[cell]))
                return (unsigned)cell;
        for (size_t i = 0; i < cpu->n_latencies; i++) {
                const NumaLatency *row = &cpu->latencies[i];

                if (row->target == cell && row->type != INTERCONNECT_WRITE && row->cache == 0 &&
                    (!fastest || row->value < fastest->value))
                        fastest = row;
        }
        if (fastest)
                return fastest->initiator;
        for (size_t i = 0; i < cpu->n_bandwidths; i++) {
                const NumaBandwidth *row = &cpu->bandwidths[i];

                if (row->target == cell && row->type != INTERCONNECT_WRITE && row->cache == 0 &&
                    (!widest || row->value > widest->value))
                        widest = row;
        }
        if (widest)
                return widest->initiator;
        for (size_t i = 0; i < cpu->n_cells; i++)
                if (has_cpus(&cpu->cells[i]))
                        return (unsigned)i;
        return 0;
}

static void append_cpus(GString *value, const Bitmap *cpus)
{
        g_autofree char *text = cpus ? bitmap_format(cpus) : g_strdup("");
        g_auto(GStrv) ranges = g_strsplit(text, ",", -1);

        for (char **range = ranges; *range && **range; range++)
                g_string_append_printf(value, ",cpus=%s", *range);
}

static int node(QemuArgv *argv, size_t cell, bool backends, Error *err)
{
        const Cpu *cpu = argv->domain->cpu;
        g_autofree char *id = g_strdup_printf("ram-node%zu", cell);
        g_autoptr(GString) value = g_string_new(NULL);
        uint64_t kib = cpu->cells[cell].memory_kib;

        if (backends && argv_cell_backend(argv, cell, id, err) < 0)
                return -1;
        g_string_append_printf(value, "node,nodeid=%zu", cell);
        append_cpus(value, cpu->cells[cell].cpus);
        if (argv_has_hmat(argv->domain))
                g_string_append_printf(value, ",initiator=%u", initiator_of(cpu, cell));
        if (backends)
                g_string_append_printf(value, ",memdev=%s", id);
        else
                g_string_append_printf(value, ",mem=%" G_GUINT64_FORMAT, kib / 1024);
        argv_add_pair(argv, "-numa", value->str);
        return 0;
}

/* Distances: who names one gets them all. */

static unsigned distance(const Cpu *cpu, size_t from, size_t to)
{
        const NumaCell *cell = &cpu->cells[from];

        for (size_t i = 0; i < cell->n_distances; i++)
                if (cell->distances[i].id == to && cell->distances[i].value)
                        return cell->distances[i].value;
        return from == to ? DISTANCE_LOCAL : 0;
}

static void distances(QemuArgv *argv)
{
        const Cpu *cpu = argv->domain->cpu;
        bool any = false;

        for (size_t i = 0; i < cpu->n_cells; i++)
                any |= cpu->cells[i].n_distances > 0;
        for (size_t i = 0; any && i < cpu->n_cells; i++)
                for (size_t k = 0; k < cpu->n_cells; k++) {
                        unsigned value = distance(cpu, i, k);

                        if (!value) /* the way back is as long */
                                value = distance(cpu, k, i);
                        argv_add_format(argv, "-numa", "dist,src=%zu,dst=%zu,val=%u", i, k,
                                        value ? value : DISTANCE_REMOTE);
                }
}

/* The table of memory's speed */

static const char *hierarchy(unsigned cache)
{
        static const char *const names[] = { "memory", "first-level", "second-level", "third-level" };

        return names[MIN(cache, G_N_ELEMENTS(names) - 1)];
}

static const char *kind(InterconnectType type)
{
        return type == INTERCONNECT_READ ? "read" : type == INTERCONNECT_WRITE ? "write" : "access";
}

static void speeds(QemuArgv *argv)
{
        const Cpu *cpu = argv->domain->cpu;

        for (size_t i = 0; i < cpu->n_latencies; i++) {
                const NumaLatency *row = &cpu->latencies[i];

                argv_add_format(argv, "-numa",
                                "hmat-lb,initiator=%u,target=%u,hierarchy=%s,data-type=%s-latency,latency=%u",
                                row->initiator, row->target, hierarchy(row->cache), kind(row->type), row->value);
        }
        for (size_t i = 0; i < cpu->n_bandwidths; i++) {
                const NumaBandwidth *row = &cpu->bandwidths[i];

                argv_add_format(argv, "-numa",
                                "hmat-lb,initiator=%u,target=%u,hierarchy=%s,data-type=%s-bandwidth,"
                                "bandwidth=%" G_GUINT64_FORMAT "K",
                                row->initiator, row->target, hierarchy(row->cache), kind(row->type), row->value);
        }
}

static const char *associativity(NumaAssociativity value)
{
        return value == NUMA_ASSOCIATIVITY_DIRECT ? "direct" : value == NUMA_ASSOCIATIVITY_FULL ? "complex" : "none";
}

static const char *write_policy(NumaPolicy value)
{
        return value == NUMA_POLICY_WRITEBACK      ? "write-back"
               : value == NUMA_POLICY_WRITETHROUGH ? "write-through"
                                                   : "none";
}

/* Bytes of @text in @unit, which is as in other sizes of documents. */
static uint64_t scaled(const char *text, const char *unit)
{
        uint64_t bytes = 0;

        return size_parse(text, unit, &bytes) ? bytes : 0;
}

static void caches(QemuArgv *argv)
{
        const Cpu *cpu = argv->domain->cpu;

        for (size_t i = 0; i < cpu->n_cells; i++)
                for (size_t k = 0; k < cpu->cells[i].n_caches; k++) {
                        const NumaCache *cache = &cpu->cells[i].caches[k];

                        argv_add_format(argv, "-numa",
                                        "hmat-cache,node-id=%zu,size=%" G_GUINT64_FORMAT
                                        "K,level=%u,associativity=%s,policy=%s,line=%" G_GUINT64_FORMAT,
                                        i, scaled(cache->size, cache->size_unit) / 1024, cache->level,
                                        associativity(cache->associativity), write_policy(cache->policy),
                                        scaled(cache->line, cache->line_unit));
                }
}

int argv_numa(QemuArgv *argv, Error *err)
{
        const Domain *domain = argv->domain;
        const MemoryBacking *backing = domain->memory_backing;
        bool backends = false;

        if (!domain->cpu || domain->cpu->n_cells == 0)
                return 0;
        if (argv_cells_need_backends(argv, &backends, err) < 0)
                return -1;
        if (!backends && backing && backing->allocation == ALLOCATION_IMMEDIATE && !argv->prealloc) {
                argv_add(argv, "-mem-prealloc");
                argv->prealloc = true;
        }
        for (size_t i = 0; i < domain->cpu->n_cells; i++)
                if (node(argv, i, backends, err) < 0)
                        return -1;
        distances(argv);
        if (!argv_has_hmat(domain))
                return 0;
        speeds(argv);
        caches(argv);
        return 0;
}
