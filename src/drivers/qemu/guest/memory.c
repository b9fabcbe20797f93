/* See memory.h. */
#include "guest/memory.h"
#include "rules/settle.h"

#include <string.h>
#include <sys/statfs.h>

#include "util/file.h"

enum { TABLE_MAX = 4 * 1024 * 1024, NODES_MAX = 1024 };

/* Huge pages */

/* The size for those who name none, as the kernel tells it; 0: it has none. */
static uint64_t usual_kib(void)
{
        g_autofree char *text = NULL;
        const char *at;

        if (file_read("/proc/meminfo", TABLE_MAX, &text, NULL, NULL) < 0)
                return 0;
        at = strstr(text, "\nHugepagesize:");
        return at ? g_ascii_strtoull(at + strlen("\nHugepagesize:"), NULL, 10) : 0;
}

static void add_mount(GArray *mounts, const char *path, uint64_t usual)
{
        struct statfs fs;
        QemuHugePages row = { .path = path };

        if (statfs(path, &fs) < 0)
                return;
        row.kib = (uint64_t)fs.f_bsize / 1024;
        row.usual = row.kib == usual;
        for (guint i = 0; i < mounts->len; i++)
                if (g_array_index(mounts, QemuHugePages, i).kib == row.kib)
                        return;
        row.path = g_strdup(path);
        g_array_append_val(mounts, row);
}

static void add_mounted(GArray *mounts, uint64_t usual)
{
        g_autofree char *text = NULL;
        g_auto(GStrv) lines = NULL;

        if (file_read("/proc/self/mounts", TABLE_MAX, &text, NULL, NULL) < 0)
                return;
        lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++) {
                g_auto(GStrv) fields = g_strsplit(*line, " ", 4);

                if (g_strv_length(fields) == 4 && strcmp(fields[2], "hugetlbfs") == 0)
                        add_mount(mounts, fields[1], usual);
        }
}

static GArray *find_mounts(const QemuConf *conf)
{
        GArray *mounts = g_array_new(FALSE, TRUE, sizeof(QemuHugePages));
        uint64_t usual = usual_kib();

        if (!conf->hugetlbfs)
                add_mounted(mounts, usual);
        for (char **path = conf->hugetlbfs; path && *path; path++)
                add_mount(mounts, *path, usual);
        return mounts;
}

static void free_mounts(QemuHugePages *mounts, size_t n)
{
        for (size_t i = 0; i < n; i++)
                g_free((char *)mounts[i].path);
        g_free(mounts);
}

/* NUMA */

static Bitmap *find_nodes(void)
{
        g_autofree char *text = NULL;

        if (file_read("/sys/devices/system/node/online", TABLE_MAX, &text, NULL, NULL) < 0)
                return NULL;
        return bitmap_parse(g_strstrip(text), NODES_MAX, NULL);
}

void guest_memory_look(GuestHost *host)
{
        GArray *mounts = find_mounts(host->base.conf);

        host->base.n_huge_pages = mounts->len;
        host->base.huge_pages = host->huge_pages = (QemuHugePages *)(void *)g_array_free(mounts, FALSE);
        host->base.nodes = host->nodes = find_nodes();
}

void guest_memory_forget(GuestHost *host)
{
        free_mounts(g_steal_pointer(&host->huge_pages), host->base.n_huge_pages);
        host->base.huge_pages = NULL;
        host->base.n_huge_pages = 0;
        host->base.nodes = host->nodes = bitmap_free(host->nodes);
}

/* Folders */

int guest_memory_make(const QemuArgv *argv, Error *err)
{
        for (guint i = 0; i < argv->folders->len; i++)
                if (dir_make(g_ptr_array_index(argv->folders, i), 0755, err) < 0)
                        return -1;
        return 0;
}

static MemoryDevice *device_of(Domain *live, const char *alias)
{
        for (size_t i = 0; alias && i < live->n_memory_devices; i++)
                if (g_strcmp0(live->memory_devices[i].info.alias, alias) == 0)
                        return &live->memory_devices[i];
        return NULL;
}

static void place(MemoryDevice *device, const Json *data)
{
        Address *address;
        uint64_t base = 0, slot = 0;

        if (json_get_uint(data, "memaddr", &base)) {
                device->base = (OptUint64){ .set = true, .value = base };
                return;
        }
        if (!json_get_uint(data, "addr", &base) || !json_get_uint(data, "slot", &slot))
                return;
        address = device_set_address(&device->info, ADDRESS_DIMM);
        address->dimm = (DimmAddress){ .slot = (unsigned)slot, .base = base };
}

int guest_memory_learn(Qmp *qmp, Domain *live, Error *err)
{
        g_autoptr(Json) devices = NULL;

        if (live->n_memory_devices == 0)
                return 0;
        if (qmp_call(qmp, "query-memory-devices", NULL, MONITOR_MS, &devices, err) < 0)
                return -1;
        for (size_t i = 0; i < json_length(devices); i++) {
                const Json *data = json_get(json_at(devices, i), "data");
                MemoryDevice *device = device_of(live, json_get_string(data, "id"));

                if (device)
                        place(device, data);
        }
        return 0;
}

GPtrArray *guest_memory_folders(const QemuInstance *instance, const Domain *live)
{
        GPtrArray *folders = g_ptr_array_new_with_free_func(g_free);
        GArray *mounts = find_mounts(instance->conf);
        g_autofree char *lib_dir = guest_folder(instance, live->id, live->name);
        const QemuHost run = { .lib_dir = lib_dir };
        const char *name = argv_short_name(&run);
        size_t n = mounts->len;

        g_ptr_array_add(folders, g_build_filename(instance->conf->memory_folder, name, NULL));
        for (guint i = 0; i < mounts->len; i++)
                g_ptr_array_add(folders, argv_huge_page_folder(&g_array_index(mounts, QemuHugePages, i), name));
        free_mounts((QemuHugePages *)(void *)g_array_free(mounts, FALSE), n);
        return folders;
}

void guest_memory_remove(const QemuInstance *instance, const Domain *live)
{
        g_autoptr(GPtrArray) folders = guest_memory_folders(instance, live);

        for (guint i = 0; i < folders->len; i++)
                folder_remove(g_ptr_array_index(folders, i));
}
