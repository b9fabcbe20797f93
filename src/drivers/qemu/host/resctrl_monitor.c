/* See resctrl_monitor.h. Processors that have a share for themselves and are watched as a whole need no second group: the
 * kernel counts for each. */
#define LOG_SOURCE "qemu.resctrl"
#include "host/resctrl_monitor.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/resctrl.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/host_resctrl.h"
#include "util/log.h"
#include "util/text.h"

#define NODE_START "mon_L3_"

typedef struct Monitor {
        const Bitmap *of; /* processors of its <cachetune> or <memorytune> */
        const Bitmap *vcpus;
        bool memory;
} Monitor;

static GArray *monitors_of(const Domain *live)
{
        GArray *monitors = g_array_new(FALSE, FALSE, sizeof(Monitor));
        const Cputune *tune = live->cputune;

        for (size_t i = 0; tune && i < tune->n_cachetunes; i++)
                for (size_t k = 0; k < tune->cachetunes[i].n_monitors; k++) {
                        Monitor monitor = { tune->cachetunes[i].vcpus, tune->cachetunes[i].monitors[k].vcpus, false };

                        g_array_append_val(monitors, monitor);
                }
        for (size_t i = 0; tune && i < tune->n_memorytunes; i++)
                for (size_t k = 0; k < tune->memorytunes[i].n_monitors; k++) {
                        Monitor monitor = { tune->memorytunes[i].vcpus, tune->memorytunes[i].monitors[k].vcpus, true };

                        g_array_append_val(monitors, monitor);
                }
        return monitors;
}

/* *ret_own: the folder is there for nothing else. */
static char *folder_of(const char *root, const char *machine, const Domain *live, const Monitor *monitor, bool *ret_own)
{
        g_autofree char *group = resctrl_group_folder(root, machine, live, monitor->of);
        g_autofree char *vcpus = bitmap_format(monitor->vcpus);

        *ret_own = !group || !bitmap_equal(monitor->of, monitor->vcpus);
        if (!*ret_own)
                return g_steal_pointer(&group);
        if (group)
                return g_strdup_printf("%s/mon_groups/%s-vcpus_%s", group, machine, vcpus);
        return g_strdup_printf("%s" RESCTRL_FOLDER "/mon_groups/%s-vcpus_%s", root, machine, vcpus);
}

/* A folder and who is in it: caches and memory of the same processors are watched in one. */
static GHashTable *folders_of(const char *root, const char *machine, const Domain *live)
{
        GHashTable *folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_autoptr(GArray) monitors = monitors_of(live);

        for (guint i = 0; i < monitors->len; i++) {
                const Monitor *monitor = &g_array_index(monitors, Monitor, i);
                bool own;
                g_autofree char *folder = folder_of(root, machine, live, monitor, &own);

                if (own)
                        g_hash_table_insert(folders, g_steal_pointer(&folder), (void *)monitor->vcpus);
        }
        return folders;
}

static bool can_watch(const HostResctrl *resctrl, const char *start)
{
        for (char **name = resctrl->monitor_features; name && *name; name++)
                if (g_str_has_prefix(*name, start))
                        return true;
        return false;
}

int resctrl_monitors_check(const char *root, const Domain *live, Error *err)
{
        g_autoptr(HostResctrl) resctrl = host_resctrl(root);
        g_autoptr(GArray) monitors = monitors_of(live);

        for (guint i = 0; i < monitors->len; i++) {
                bool memory = g_array_index(monitors, Monitor, i).memory;

                if (!can_watch(resctrl, memory ? "mbm_" : "llc_"))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "<monitor> in <%s>: this host's " RESCTRL_FOLDER " does not count that",
                                         memory ? "memorytune" : "cachetune");
        }
        return 0;
}

int resctrl_monitors_make(const char *root, const char *machine, const Domain *live, Error *err)
{
        g_autoptr(GHashTable) folders = folders_of(root, machine, live);
        GHashTableIter at;
        void *folder;

        g_hash_table_iter_init(&at, folders);
        while (g_hash_table_iter_next(&at, &folder, NULL))
                if (mkdir(folder, 0777) < 0)
                        return error_errno(err, errno, "cannot create resctrl directory '%s'", (char *)folder);
        return 0;
}

int resctrl_monitors_join(const char *root, const char *machine, const Domain *live, unsigned vcpu, pid_t tid,
                          Error *err)
{
        g_autoptr(GHashTable) folders = folders_of(root, machine, live);
        g_autofree char *text = g_strdup_printf("%d\n", tid);
        GHashTableIter at;
        void *folder, *vcpus;

        g_hash_table_iter_init(&at, folders);
        while (g_hash_table_iter_next(&at, &folder, &vcpus))
                if (bitmap_get(vcpus, vcpu) && resctrl_append(folder, "tasks", text, err) < 0)
                        return -1;
        return 0;
}

void resctrl_monitors_end(const char *root, const char *machine, const Domain *live)
{
        g_autoptr(GHashTable) folders = folders_of(root, machine, live);
        GHashTableIter at;
        void *folder;

        g_hash_table_iter_init(&at, folders);
        while (g_hash_table_iter_next(&at, &folder, NULL))
                if (rmdir(folder) < 0 && errno != ENOENT)
                        log_warn("cannot remove '%s': %s", (char *)folder, g_strerror(errno));
}

/* Figures */

static void figures_free(void *opaque)
{
        ResctrlFigures *figures = opaque;

        g_free(figures->name);
        g_free(figures->vcpus);
        g_array_unref(figures->nodes);
        g_free(figures);
}

static uint64_t read_count(const char *folder, const char *node, const char *name)
{
        g_autofree char *path = g_build_filename(folder, node, name, NULL);
        g_autofree char *text = NULL;
        uint64_t value = 0;

        /* "Unavailable", or "Error", when the hardware has none now. */
        if (file_read(path, 64, &text, NULL, NULL) == 0)
                text_to_uint64(g_strstrip(text), 10, &value);
        return value;
}

static int by_id(const void *a, const void *b)
{
        const ResctrlNode *one = a, *other = b;

        return (one->id > other->id) - (one->id < other->id);
}

static GArray *read_nodes(const char *folder)
{
        GArray *nodes = g_array_new(FALSE, FALSE, sizeof(ResctrlNode));
        g_autofree char *data = g_build_filename(folder, "mon_data", NULL);
        g_auto(GStrv) names = NULL;

        if (dir_list(data, NULL, &names, NULL) < 0)
                return nodes;
        for (char **name = names; *name; name++) {
                unsigned id;

                if (!g_str_has_prefix(*name, NODE_START) || !text_to_uint(*name + strlen(NODE_START), 10, &id))
                        continue;
                g_array_append_vals(nodes,
                                    &(ResctrlNode){ .id = id,
                                                    .occupied = read_count(data, *name, "llc_occupancy"),
                                                    .local = read_count(data, *name, "mbm_local_bytes"),
                                                    .total = read_count(data, *name, "mbm_total_bytes") },
                                    1);
        }
        g_array_sort(nodes, by_id);
        return nodes;
}

GPtrArray *guest_resctrl_figures(const char *root, const char *machine, const Domain *live, bool memory)
{
        GPtrArray *all = g_ptr_array_new_with_free_func(figures_free);
        g_autoptr(GArray) monitors = monitors_of(live);

        for (guint i = 0; i < monitors->len; i++) {
                const Monitor *monitor = &g_array_index(monitors, Monitor, i);
                ResctrlFigures *figures;
                bool own;
                g_autofree char *folder = folder_of(root, machine, live, monitor, &own);

                if (monitor->memory != memory)
                        continue;
                figures = g_new0(ResctrlFigures, 1);
                figures->vcpus = bitmap_format(monitor->vcpus);
                figures->name = g_strconcat("vcpus_", figures->vcpus, NULL);
                figures->nodes = read_nodes(folder);
                g_ptr_array_add(all, figures);
        }
        return all;
}
