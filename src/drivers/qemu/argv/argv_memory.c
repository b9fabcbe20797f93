/* The guest's memory: how much there is, and the backends that it comes from. A backend serves the machine, a NUMA cell
 * or a memory device. */
#include "argv/argv.h"

#include <string.h>

static uint64_t cells_kib(const Domain *domain)
{
        uint64_t kib = 0;

        for (size_t i = 0; domain->cpu && i < domain->cpu->n_cells; i++)
                kib += domain->cpu->cells[i].memory_kib;
        return kib;
}

uint64_t domain_boot_memory_kib(const Domain *domain)
{
        uint64_t kib = cells_kib(domain);

        if (kib)
                return kib;
        kib = domain->memory_kib;
        for (size_t i = 0; i < domain->n_memory_devices; i++)
                kib -= MIN(kib, domain->memory_devices[i].size_kib);
        return kib;
}

bool argv_has_main_memory(const QemuArgv *argv)
{
        return argv->machine && argv->machine->ram_id && (!argv->domain->cpu || argv->domain->cpu->n_cells == 0);
}

/* Where a backend is from. Zero: of ordinary memory, wherever there is some. */
typedef struct Backend {
        const char *id;
        uint64_t kib;
        int cell; /* -1: the machine's */
        const MemoryDevice *device;
        MemoryAccess access;
        YesNo discard;
        const Bitmap *nodes; /* of the host; NULL: any */
        NumaMode mode;
        const QemuHugePages *huge; /* NULL: ordinary pages */
        bool prealloc;
        char *made_id;
} Backend;

/* Placement */

static const NumaNode *cell_placement(const Domain *domain, int cell)
{
        const Numatune *tune = domain->numatune;

        for (size_t i = 0; tune && cell >= 0 && i < tune->n_memnodes; i++)
                if (tune->memnodes[i].cellid == (unsigned)cell)
                        return &tune->memnodes[i];
        return NULL;
}

static void place(const QemuArgv *argv, Backend *backend)
{
        const Domain *domain = argv->domain;
        const Numatune *tune = domain->numatune;
        const NumaNode *own = cell_placement(domain, backend->cell);
        const Bitmap *nodes = NULL;

        backend->mode = own ? own->mode : tune ? tune->mode : NUMA_MODE_DEFAULT;
        if (own)
                nodes = own->nodeset;
        else if (tune && tune->placement == PLACEMENT_AUTO)
                nodes = argv->host->auto_nodes;
        else if (tune)
                nodes = tune->nodeset;
        if (backend->device && backend->device->nodemask)
                nodes = backend->device->nodemask;
        if (backend->mode == NUMA_MODE_DEFAULT)
                backend->mode = NUMA_MODE_STRICT;
        /* Restriction is for control groups: QEMU is told nothing. */
        if (backend->mode != NUMA_MODE_RESTRICTIVE)
                backend->nodes = nodes;
}

static const char *policy(NumaMode mode)
{
        switch (mode) {
        case NUMA_MODE_PREFERRED: return "preferred";
        case NUMA_MODE_INTERLEAVE: return "interleave";
        default: return "bind";
        }
}

static Json *numbers(const Bitmap *set)
{
        Json *list = json_array();

        for (long i = bitmap_next(set, -1); i >= 0; i = bitmap_next(set, i))
                json_append(list, json_uint((uint64_t)i));
        return list;
}

/* Huge pages */

enum { SYSTEM_PAGE_KIB = 4 };

/* The size for @cell: 0: ordinary pages, 1: the host's usual huge pages. */
static uint64_t page_kib(const Domain *domain, int cell)
{
        const MemoryBacking *backing = domain->memory_backing;
        const Hugepage *all = NULL;

        if (!backing || !backing->hugepages)
                return 0;
        for (size_t i = 0; i < backing->n_pages; i++) {
                const Hugepage *page = &backing->pages[i];

                if (!page->nodeset)
                        all = page;
                else if (bitmap_get(page->nodeset, (size_t)MAX(cell, 0)))
                        return page->size_kib;
        }
        return all ? all->size_kib : backing->n_pages == 0 ? 1 : 0;
}

static const QemuHugePages *mount_of(const QemuHost *host, uint64_t kib)
{
        for (size_t i = 0; i < host->n_huge_pages; i++)
                if (kib == 1 ? host->huge_pages[i].usual : host->huge_pages[i].kib == kib)
                        return &host->huge_pages[i];
        return NULL;
}

static int choose_pages(const QemuArgv *argv, Backend *backend, Error *err)
{
        uint64_t kib = page_kib(argv->domain, backend->cell);

        if (backend->device && backend->device->pagesize_kib)
                kib = backend->device->pagesize_kib;
        else if (backend->device && backend->device->path)
                kib = 0;
        if (kib == 0 || kib == SYSTEM_PAGE_KIB)
                return 0;
        backend->huge = mount_of(argv->host, kib);
        if (backend->huge)
                return 0;
        return error_set(err, VIR_ERR_INTERNAL_ERROR,
                         kib == 1 ? "hugepages are disabled by administrator config"
                                  : "Unable to find any usable hugetlbfs mount for %" G_GUINT64_FORMAT " KiB",
                         kib);
}

/* The object */

static bool uses_memfd(const Domain *domain, const Backend *backend)
{
        return domain->memory_backing && domain->memory_backing->source == MEMORY_SOURCE_MEMFD &&
               !(backend->device && backend->device->path);
}

static bool uses_file(const Domain *domain, const Backend *backend)
{
        return backend->huge || backend->access != MEMORY_ACCESS_DEFAULT ||
               (backend->device && backend->device->path) ||
               (domain->memory_backing && domain->memory_backing->source == MEMORY_SOURCE_FILE);
}

static void share(const Backend *backend, Json *object)
{
        if (backend->access != MEMORY_ACCESS_DEFAULT)
                json_set(object, "share", json_bool(backend->access == MEMORY_ACCESS_SHARED));
}

char *argv_huge_page_folder(const QemuHugePages *pages, const char *name)
{
        return g_build_filename(pages->path, "libvirt/qemu", name, NULL);
}

static void need_folder(QemuArgv *argv, char *path)
{
        if (g_ptr_array_find_with_equal_func(argv->folders, path, g_str_equal, NULL))
                g_free(path);
        else
                g_ptr_array_add(argv->folders, path);
}

/* What the pages are in. */
static Json *memory_file(QemuArgv *argv, Backend *backend)
{
        const char *name = argv_short_name(argv->host);
        /* A device's file goes by the device, not by its backend. */
        const char *file = backend->device ? backend->device->info.alias : backend->id;
        g_autofree char *path = NULL;
        Json *object = json_object();

        json_set(object, "qom-type", json_string("memory-backend-file"));
        qdev_string(object, "id", backend->id);
        if (backend->device && backend->device->path) {
                path = g_strdup(backend->device->path);
        } else if (backend->huge) {
                path = argv_huge_page_folder(backend->huge, name);
                need_folder(argv, g_strdup(path));
        } else {
                path = g_build_filename(argv->host->conf->memory_folder, name, file, NULL);
                need_folder(argv, g_path_get_dirname(path));
        }
        qdev_string(object, "mem-path", path);
        if (backend->discard != YESNO_ABSENT)
                json_set(object, "discard-data", json_bool(backend->discard == YESNO_YES));
        share(backend, object);
        if (backend->device && backend->device->path)
                backend->prealloc |= backend->device->model == MEMORY_MODEL_NVDIMM && !backend->device->pmem;
        return object;
}

static Json *memory_fd(const Backend *backend)
{
        Json *object = json_object();

        json_set(object, "qom-type", json_string("memory-backend-memfd"));
        qdev_string(object, "id", backend->id);
        if (backend->huge) {
                json_set(object, "hugetlb", json_bool(true));
                json_set(object, "hugetlbsize", json_uint(backend->huge->kib * 1024));
        }
        share(backend, object);
        return object;
}

static Json *memory_ram(const Backend *backend, const char *type)
{
        Json *object = json_object();

        json_set(object, "qom-type", json_string(type));
        qdev_string(object, "id", backend->id);
        return object;
}

static Json *typed(QemuArgv *argv, Backend *backend)
{
        Json *object;

        if (backend->device && backend->device->model == MEMORY_MODEL_SGX_EPC) {
                backend->prealloc = true;
                return memory_ram(backend, "memory-backend-epc");
        }
        if (uses_memfd(argv->domain, backend))
                object = memory_fd(backend);
        else if (uses_file(argv->domain, backend))
                object = memory_file(argv, backend);
        else
                return memory_ram(backend, "memory-backend-ram");
        /* The name of the main memory in a migration stream stays what it was before backends had names. */
        if (!backend->device && backend->cell < 0 &&
            qemu_caps_has_flag(argv->caps, QEMU_HAS_MEMORY_BACKEND_FILE_X_USE_CANONICAL_PATH_FOR_RAMBLOCK_ID))
                json_set(object, "x-use-canonical-path-for-ramblock-id", json_bool(false));
        return object;
}

/* virtio-mem reserves as it grows, and the device touches the pages, not the backend. */
static void reservation(const QemuArgv *argv, Backend *backend, Json *object)
{
        const MemoryBacking *backing = argv->domain->memory_backing;

        if (backend->device && backend->device->model == MEMORY_MODEL_VIRTIO_MEM) {
                if (qemu_caps_has_flag(argv->caps, QEMU_HAS_MEMORY_BACKEND_FILE_RESERVE))
                        json_set(object, "reserve", json_bool(false));
                return;
        }
        if (!backend->prealloc)
                return;
        json_set(object, "prealloc", json_bool(true));
        if (backing && backing->allocation_threads &&
            qemu_caps_has_flag(argv->caps, QEMU_HAS_MEMORY_BACKEND_FILE_PREALLOC_THREADS))
                json_set(object, "prealloc-threads", json_uint(backing->allocation_threads));
}

/* The pages are touched by a thread that may run where they are to be. */
static void place_object(QemuArgv *argv, const Backend *backend, Json *object)
{
        g_autofree char *context = NULL;
        Json *thread;

        if (!backend->nodes)
                return;
        json_set(object, "host-nodes", numbers(backend->nodes));
        json_set(object, "policy", json_string(policy(backend->mode)));
        if (!json_has(object, "prealloc") || !qemu_caps_has_flag(argv->caps, QEMU_HAS_THREAD_CONTEXT))
                return;
        context = g_strdup_printf("tc-%s", backend->id);
        thread = json_object();
        json_set(thread, "qom-type", json_string("thread-context"));
        qdev_string(thread, "id", context);
        json_set(thread, "node-affinity", numbers(backend->nodes));
        argv_add_json(argv, "-object", thread);
        qdev_string(object, "prealloc-context", context);
}

static void persistence(const Backend *backend, Json *object)
{
        if (!backend->device)
                return;
        if (backend->device->alignsize_kib)
                json_set(object, "align", json_uint(backend->device->alignsize_kib * 1024));
        if (backend->device->pmem)
                json_set(object, "pmem", json_bool(true));
}

static void common_settings(const QemuArgv *argv, Backend *backend)
{
        const MemoryBacking *backing = argv->domain->memory_backing;
        const NumaCell *cell =
                backend->cell >= 0 && argv->domain->cpu && (size_t)backend->cell < argv->domain->cpu->n_cells
                        ? &argv->domain->cpu->cells[backend->cell]
                        : NULL;

        if (backend->device)
                backend->access = backend->device->access;
        if (backend->access == MEMORY_ACCESS_DEFAULT && cell)
                backend->access = cell->access;
        if (backend->access == MEMORY_ACCESS_DEFAULT && backing)
                backend->access = backing->access;
        if (backend->device)
                backend->discard = backend->device->discard;
        if (backend->discard == YESNO_ABSENT && cell)
                backend->discard = cell->discard;
        if (backend->discard == YESNO_ABSENT && backing && backing->discard)
                backend->discard = YESNO_YES;
        backend->prealloc = backing && backing->allocation == ALLOCATION_IMMEDIATE;
}

static int settle_backend(const QemuArgv *argv, Backend *backend, Error *err)
{
        common_settings(argv, backend);
        place(argv, backend);
        if (choose_pages(argv, backend, err) < 0)
                return -1;
        backend->prealloc |= backend->huge != NULL;
        return 0;
}

static void add_backend(QemuArgv *argv, Backend *backend)
{
        Json *object = typed(argv, backend);

        reservation(argv, backend, object);
        json_set(object, "size", json_uint(backend->kib * 1024));
        place_object(argv, backend, object);
        persistence(backend, object);
        argv_add_json(argv, "-object", object);
}

bool argv_memory_is_huge(const QemuArgv *argv, const MemoryDevice *device)
{
        uint64_t kib = device->pagesize_kib;

        if (!kib && !device->path)
                kib = page_kib(argv->domain, device->node.set ? (int)device->node.value : -1);
        return kib != 0 && kib != SYSTEM_PAGE_KIB;
}

int argv_memory_backend(QemuArgv *argv, const MemoryDevice *device, Error *err)
{
        g_autofree char *id = g_strdup_printf("mem%s", device->info.alias);
        Backend backend = { .id = id, .kib = device->size_kib, .device = device, .cell = -1 };

        if (device->node.set)
                backend.cell = (int)device->node.value;
        if (settle_backend(argv, &backend, err) < 0)
                return -1;
        add_backend(argv, &backend);
        return 0;
}

/* Cells */

/* A cell of plain memory can do without, where the machine still takes sizes. */
static bool is_plain(const QemuArgv *argv, const Backend *backend)
{
        return !backend->nodes && !uses_memfd(argv->domain, backend) && !uses_file(argv->domain, backend);
}

static void cell_backend(const Domain *domain, size_t cell, Backend *ret)
{
        *ret = (Backend){ .cell = (int)cell, .kib = domain->cpu->cells[cell].memory_kib };
}

int argv_cells_need_backends(const QemuArgv *argv, bool *ret, Error *err)
{
        *ret = !argv->machine || !argv->machine->numa_mem || argv->caps->version < 5000000;
        if (argv->machine && argv->machine->numa_mem)
                *ret = false;
        for (size_t i = 0; i < argv->domain->cpu->n_cells; i++) {
                Backend backend;

                cell_backend(argv->domain, i, &backend);
                if (settle_backend(argv, &backend, err) < 0)
                        return -1;
                *ret |= !is_plain(argv, &backend);
        }
        return 0;
}

int argv_cell_backend(QemuArgv *argv, size_t cell, const char *id, Error *err)
{
        Backend backend;

        cell_backend(argv->domain, cell, &backend);
        backend.id = id;
        if (settle_backend(argv, &backend, err) < 0)
                return -1;
        add_backend(argv, &backend);
        return 0;
}

/* The machine's */

static void size(QemuArgv *argv)
{
        const Domain *domain = argv->domain;
        g_autoptr(GString) value = g_string_new(NULL);

        g_string_append_printf(value, "size=%" G_GUINT64_FORMAT "k", domain_boot_memory_kib(domain));
        if (domain->max_memory_slots)
                g_string_append_printf(value, ",slots=%u", domain->max_memory_slots);
        if (domain->max_memory_kib)
                g_string_append_printf(value, ",maxmem=%" G_GUINT64_FORMAT "k", domain->max_memory_kib);
        argv_add_pair(argv, "-m", value->str);
}

/* Releases whose machines have no backend by name take one folder for everything. */
static int legacy_path(QemuArgv *argv, Error *err)
{
        Backend backend = { .cell = -1 };
        g_autofree char *path = NULL;

        if (settle_backend(argv, &backend, err) < 0)
                return -1;
        if (backend.prealloc && !argv->prealloc) {
                argv_add(argv, "-mem-prealloc");
                argv->prealloc = true;
        }
        if (!backend.huge)
                return 0;
        path = argv_huge_page_folder(backend.huge, argv_short_name(argv->host));
        need_folder(argv, g_strdup(path));
        argv_add_pair(argv, "-mem-path", path);
        return 0;
}

int argv_memory(QemuArgv *argv, Error *err)
{
        Backend backend = { .cell = -1 };

        size(argv);
        if (argv->domain->cpu && argv->domain->cpu->n_cells > 0)
                return 0;
        if (!argv_has_main_memory(argv))
                return legacy_path(argv, err);
        backend.id = argv->machine->ram_id;
        backend.kib = domain_boot_memory_kib(argv->domain);
        if (settle_backend(argv, &backend, err) < 0)
                return -1;
        add_backend(argv, &backend);
        return 0;
}
