/* The structure of the machine: NUMA cells, CPUs, page sizes, shared caches. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host_files.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/host.h"

static int compare_sizes(const void *a, const void *b)
{
        uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

        return x < y ? -1 : x > y;
}

int host_page_sizes(const char *root, uint64_t **ret_sizes, size_t *ret_n, Error *err)
{
        g_autofree char *path = g_strconcat(root, "/sys/kernel/mm/hugepages", NULL);
        g_auto(GStrv) names = NULL;
        uint64_t *sizes;
        size_t n = 1;

        if (dir_list(path, "kB", &names, err) < 0)
                return -1;
        sizes = g_new0(uint64_t, g_strv_length(names) + 1);
        sizes[0] = host_page_kib();
        for (char **name = names; *name; name++)
                if (g_str_has_prefix(*name, "hugepages-"))
                        sizes[n++] = g_ascii_strtoull(*name + strlen("hugepages-"), NULL, 10);
        qsort(sizes + 1, n - 1, sizeof(*sizes), compare_sizes);
        *ret_sizes = sizes;
        *ret_n = n;
        return 0;
}

/* Pages of one huge size: of a cell, or of a host without cells. */
static HostPages huge_pages(const char *root, int cell, uint64_t size_kib)
{
        g_autofree char *folder = NULL;

        if (cell < 0)
                folder = g_strdup_printf("/sys/kernel/mm/hugepages/hugepages-%" G_GUINT64_FORMAT "kB", size_kib);
        else
                folder = g_strdup_printf("/sys/devices/system/node/node%d/hugepages/hugepages-%" G_GUINT64_FORMAT "kB",
                                         cell, size_kib);
        return (HostPages){
                .size_kib = size_kib,
                .count = host_file_uint(0, root, "%s/nr_hugepages", folder),
                .free = host_file_uint(0, root, "%s/free_hugepages", folder),
        };
}

/* Small pages are what huge ones leave over. */
static int fill_pages(const char *root, int cell, HostCell *ret_cell, Error *err)
{
        g_autofree uint64_t *sizes = NULL;
        uint64_t huge_kib = 0;
        size_t n;

        if (host_page_sizes(root, &sizes, &n, err) < 0)
                return -1;
        ret_cell->pages = g_new0(HostPages, n);
        ret_cell->n_pages = n;
        for (size_t i = 1; i < n; i++) {
                ret_cell->pages[i] = huge_pages(root, cell, sizes[i]);
                huge_kib += ret_cell->pages[i].count * sizes[i];
        }
        ret_cell->pages[0] = (HostPages){
                .size_kib = sizes[0],
                .count = (ret_cell->memory.total_kib - MIN(huge_kib, ret_cell->memory.total_kib)) / sizes[0],
                .free = ret_cell->memory.free_kib / sizes[0],
        };
        return 0;
}

int host_free_pages(const char *root, int cell, uint64_t size_kib, uint64_t *ret_free, Error *err)
{
        g_autoptr(Bitmap) cells = host_cells(root);
        g_autofree uint64_t *sizes = NULL;
        HostMemory memory;
        size_t n;

        if (host_memory(root, cell, &memory, err) < 0 || host_page_sizes(root, &sizes, &n, err) < 0)
                return -1;
        for (size_t i = 0; i < n; i++) {
                if (sizes[i] != size_kib)
                        continue;
                if (i == 0)
                        *ret_free = memory.free_kib / size_kib;
                else
                        *ret_free = huge_pages(root, cells ? cell : -1, size_kib).free;
                return 0;
        }
        return error_set(err, VIR_ERR_OPERATION_FAILED,
                         "page size %" G_GUINT64_FORMAT " KiB is not available on NUMA cell %d", size_kib, cell);
}

/* On s390 a CPU is a core whatever the kernel calls it, as libvirt has it. */
static unsigned core_id(const char *root, const char *folder, unsigned id)
{
        g_autofree char *machine = host_machine();

        return g_str_has_prefix(machine, "s390") ? id : (unsigned)host_file_uint(0, root, "%s/core_id", folder);
}

static HostCpu read_cpu(const char *root, unsigned id)
{
        g_autofree char *folder = g_strdup_printf("/sys/devices/system/cpu/cpu%u/topology", id);
        HostCpu cpu = {
                .id = id,
                .socket = (unsigned)host_file_uint(0, root, "%s/physical_package_id", folder),
                .die = (unsigned)host_file_uint(0, root, "%s/die_id", folder),
                .core = core_id(root, folder, id),
                .siblings = host_file_set(root, "%s/thread_siblings_list", folder),
        };

        if (!cpu.siblings) { /* an architecture without topology: a core of its own */
                cpu.siblings = bitmap_new(id + 1);
                bitmap_set(cpu.siblings, id, true);
        }
        return cpu;
}

static void fill_cpus(const char *root, const Bitmap *ids, HostCell *ret_cell)
{
        ret_cell->cpus = g_new0(HostCpu, ids ? bitmap_count(ids) : 0);
        for (long id = ids ? bitmap_next(ids, -1) : -1; id >= 0; id = bitmap_next(ids, id))
                ret_cell->cpus[ret_cell->n_cpus++] = read_cpu(root, (unsigned)id);
}

/* The file lists a value for each online cell in order. */
static void fill_distances(const char *root, const Bitmap *cells, HostCell *ret_cell)
{
        g_autofree char *text = host_file_text(root, "/sys/devices/system/node/node%u/distance", ret_cell->id);
        const char *at = text ? text : "";

        ret_cell->distances = g_new0(HostDistance, bitmap_count(cells));
        for (long other = bitmap_next(cells, -1); other >= 0; other = bitmap_next(cells, other)) {
                char *end;
                uint64_t value = g_ascii_strtoull(at, &end, 10);

                if (end == at)
                        return;
                at = end;
                ret_cell->distances[ret_cell->n_distances++] = (HostDistance){ (unsigned)other, (unsigned)value };
        }
}

/* The online CPUs of a cell; NULL: it has none. */
static Bitmap *cell_cpus(const char *root, unsigned cell)
{
        g_autofree char *list = host_file_text(root, "/sys/devices/system/node/node%u/cpulist", cell);
        g_autoptr(Bitmap) online = host_file_set(root, "/sys/devices/system/cpu/online");
        Bitmap *cpus;

        if (list)
                return bitmap_parse(list, HOST_CPUS_MAX, NULL);
        cpus = host_folder_set(root, "cpu", "/sys/devices/system/node/node%u", cell);
        for (long id = cpus ? bitmap_next(cpus, -1) : -1; online && id >= 0; id = bitmap_next(cpus, id))
                if (!bitmap_get(online, (size_t)id))
                        bitmap_set(cpus, (size_t)id, false);
        return cpus;
}

static void read_memory_caches(const char *root, HostCell *cell)
{
        g_autofree char *folder = g_strdup_printf("/sys/devices/system/node/node%u/memory_side_cache", cell->id);
        g_autoptr(Bitmap) levels = host_folder_set(root, "index", "%s", folder);

        cell->memory_caches = g_new0(HostMemoryCache, levels ? bitmap_count(levels) : 0);
        for (long level = levels ? bitmap_next(levels, -1) : -1; level >= 0; level = bitmap_next(levels, level))
                cell->memory_caches[cell->n_memory_caches++] = (HostMemoryCache){
                        .level = (unsigned)level,
                        .direct = host_file_uint(0, root, "%s/index%ld/indexing", folder, level) == 0,
                        .write_through = host_file_uint(0, root, "%s/index%ld/write_policy", folder, level) != 0,
                        .size_bytes = host_file_uint(0, root, "%s/index%ld/size", folder, level),
                        .line_bytes = (unsigned)host_file_uint(0, root, "%s/index%ld/line_size", folder, level),
                };
}

static int read_cell(const char *root, const Bitmap *cells, unsigned id, HostCell *ret_cell, Error *err)
{
        g_autoptr(Bitmap) cpus = cell_cpus(root, id);

        ret_cell->id = id;
        /* A cell that does not tell its memory still has CPUs. */
        (void)!host_memory(root, (int)id, &ret_cell->memory, NULL);
        if (fill_pages(root, (int)id, ret_cell, err) < 0)
                return -1;
        fill_distances(root, cells, ret_cell);
        read_memory_caches(root, ret_cell);
        fill_cpus(root, cpus, ret_cell); /* none: a cell of memory only */
        return 0;
}

/* Class 1 counts CPUs only as initiators, class 0 (all there is before Linux 5.11) devices as well. */
static void read_paths_to(const char *root, unsigned target, GArray *paths)
{
        for (int class = 1; class >= 0; class --) {
                g_autofree char *folder =
                        g_strdup_printf("/sys/devices/system/node/node%u/access%d/initiators", target, class);
                g_autoptr(Bitmap) initiators = host_folder_set(root, "node", "%s", folder);

                if (!initiators)
                        continue;
                for (long id = bitmap_next(initiators, -1); id >= 0; id = bitmap_next(initiators, id)) {
                        HostMemoryPath path = {
                                .initiator = (unsigned)id,
                                .target = target,
                                .read_ns = (unsigned)host_file_uint(0, root, "%s/read_latency", folder),
                                .write_ns = (unsigned)host_file_uint(0, root, "%s/write_latency", folder),
                                .read_kib = host_file_uint(0, root, "%s/read_bandwidth", folder) * 1024,
                                .write_kib = host_file_uint(0, root, "%s/write_bandwidth", folder) * 1024,
                        };

                        g_array_append_val(paths, path);
                }
                return;
        }
}

static int compare_paths(const void *a, const void *b)
{
        const HostMemoryPath *x = a, *y = b;

        if (x->initiator != y->initiator)
                return x->initiator < y->initiator ? -1 : 1;
        return x->target < y->target ? -1 : x->target > y->target;
}

static void read_paths(const char *root, HostTopology *topology)
{
        g_autoptr(GArray) paths = g_array_new(FALSE, FALSE, sizeof(HostMemoryPath));

        for (size_t i = 0; i < topology->n_cells; i++)
                read_paths_to(root, topology->cells[i].id, paths);
        g_array_sort(paths, compare_paths);
        topology->n_paths = paths->len;
        topology->paths = (HostMemoryPath *)(void *)g_array_free(g_steal_pointer(&paths), FALSE);
}

static int read_cells(const char *root, const Bitmap *cells, HostTopology *topology, Error *err)
{
        topology->cells = g_new0(HostCell, bitmap_count(cells));
        for (long id = bitmap_next(cells, -1); id >= 0; id = bitmap_next(cells, id))
                if (read_cell(root, cells, (unsigned)id, &topology->cells[topology->n_cells++], err) < 0)
                        return -1;
        return 0;
}

/* A kernel without NUMA: one cell that has everything. */
static int read_single_cell(const char *root, HostTopology *topology, Error *err)
{
        g_autoptr(Bitmap) online = NULL;
        unsigned present;

        topology->cells = g_new0(HostCell, 1);
        topology->n_cells = 1;
        (void)!host_memory(root, -1, &topology->cells[0].memory, NULL);
        if (host_cpu_map(root, &present, &online, err) < 0 || fill_pages(root, -1, &topology->cells[0], err) < 0)
                return -1;
        fill_cpus(root, online, &topology->cells[0]);
        return 0;
}

static const char *cache_type(const char *kernel)
{
        if (g_str_equal(kernel, "Data"))
                return "data";
        return g_str_equal(kernel, "Instruction") ? "code" : "both";
}

/* "32768K" or "32M" */
static uint64_t cache_kib(const char *text)
{
        char *end;
        uint64_t size = g_ascii_strtoull(text, &end, 10);

        return *end == 'M' ? size * 1024 : size;
}

static bool is_known(const GArray *caches, const HostCache *cache)
{
        for (guint i = 0; i < caches->len; i++) {
                const HostCache *other = &g_array_index(caches, HostCache, i);

                if (other->level == cache->level && other->id == cache->id && g_str_equal(other->type, cache->type) &&
                    bitmap_equal(other->cpus, cache->cpus))
                        return true;
        }
        return false;
}

/* Below the third level a cache is of interest where it can be shared out. */
static bool is_shared_level(const char *root, uint64_t level)
{
        g_autofree char *control = g_strdup_printf("%s/sys/fs/resctrl/info/L%u", root, (unsigned)level);
        g_autofree char *code = g_strconcat(control, "CODE", NULL);

        return level >= 3 || access(control, F_OK) == 0 || access(code, F_OK) == 0;
}

/* Cache @index of @cpu, if it is one of a level that CPUs share; false at the last. */
static bool read_cache(const char *root, unsigned cpu, unsigned index, GArray *caches)
{
        g_autofree char *folder = g_strdup_printf("/sys/devices/system/cpu/cpu%u/cache/index%u", cpu, index);
        uint64_t level = host_file_uint(0, root, "%s/level", folder);
        g_autofree char *type = host_file_text(root, "%s/type", folder);
        g_autofree char *size = host_file_text(root, "%s/size", folder);
        HostCache cache = { .level = (unsigned)level };

        if (level == 0)
                return false;
        cache.cpus =
                is_shared_level(root, level) && type && size ? host_file_set(root, "%s/shared_cpu_list", folder) : NULL;
        cache.id = (unsigned)host_file_uint(0, root, "%s/id", folder);
        cache.type = cache.cpus ? g_strdup(cache_type(type)) : NULL;
        if (!cache.cpus || is_known(caches, &cache)) { /* the first CPU shows it for all */
                bitmap_free(cache.cpus);
                g_free(cache.type);
                return true;
        }
        cache.size_kib = cache_kib(size);
        g_array_append_val(caches, cache);
        return true;
}

static int compare_caches(const void *a, const void *b)
{
        const HostCache *x = a, *y = b;

        if (x->level != y->level)
                return x->level < y->level ? -1 : 1;
        return x->id < y->id ? -1 : x->id > y->id;
}

static void read_caches(const char *root, HostTopology *topology)
{
        g_autoptr(GArray) caches = g_array_new(FALSE, FALSE, sizeof(HostCache));

        for (size_t i = 0; i < topology->n_cells; i++)
                for (size_t j = 0; j < topology->cells[i].n_cpus; j++)
                        for (unsigned index = 0; read_cache(root, topology->cells[i].cpus[j].id, index, caches);)
                                index++;
        g_array_sort(caches, compare_caches);
        topology->n_caches = caches->len;
        topology->caches = (HostCache *)(void *)g_array_free(g_steal_pointer(&caches), FALSE);
}

HostTopology *host_topology(const char *root, Error *err)
{
        g_autoptr(HostTopology) topology = g_new0(HostTopology, 1);
        g_autoptr(Bitmap) cells = host_cells(root);
        int r;

        r = cells ? read_cells(root, cells, topology, err) : read_single_cell(root, topology, err);
        if (r < 0)
                return NULL;
        read_paths(root, topology);
        read_caches(root, topology);
        return g_steal_pointer(&topology);
}

static void cell_clear(HostCell *cell)
{
        for (size_t i = 0; i < cell->n_cpus; i++)
                bitmap_free(cell->cpus[i].siblings);
        g_free(cell->cpus);
        g_free(cell->pages);
        g_free(cell->distances);
        g_free(cell->memory_caches);
}

HostTopology *host_topology_free(HostTopology *topology)
{
        if (!topology)
                return NULL;
        for (size_t i = 0; i < topology->n_cells; i++)
                cell_clear(&topology->cells[i]);
        for (size_t i = 0; i < topology->n_caches; i++) {
                g_free(topology->caches[i].type);
                bitmap_free(topology->caches[i].cpus);
        }
        g_free(topology->cells);
        g_free(topology->paths);
        g_free(topology->caches);
        g_free(topology);
        return NULL;
}

bool host_has_iommu(const char *root)
{
        g_autofree char *path = g_strconcat(root, "/sys/kernel/iommu_groups", NULL);
        g_auto(GStrv) names = NULL;

        return dir_list(path, NULL, &names, NULL) == 0 && names[0];
}
