/* Facts about the machine: summary, times, memory, name. Its structure is in host_topology.c, its uuid in
 * host_uuid.c. */
#include "util/host.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host_files.h"

int host_cpu_map(const char *root, unsigned *ret_present, Bitmap **ret_online, Error *err)
{
        g_autoptr(Bitmap) present = host_file_set(root, "/sys/devices/system/cpu/present");
        g_autoptr(Bitmap) online = host_file_set(root, "/sys/devices/system/cpu/online");

        if (!present || !online)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot read %s/sys/devices/system/cpu/%s", root,
                                 present ? "online" : "present");
        *ret_present = (unsigned)present->n_bits;
        *ret_online = g_steal_pointer(&online);
        return 0;
}

/* How many different sockets, cores and threads a cell shows; the largest of its sockets stands for all. */
static void count_cell(const HostCell *cell, HostInfo *info)
{
        unsigned sockets = 0;

        for (size_t i = 0; i < cell->n_cpus; i++) {
                const HostCpu *cpu = &cell->cpus[i];
                unsigned cores = 0;
                bool first_of_socket = true;

                for (size_t j = 0; j < i; j++)
                        first_of_socket = first_of_socket && cell->cpus[j].socket != cpu->socket;
                info->threads = MAX(info->threads, (unsigned)bitmap_count(cpu->siblings));
                if (!first_of_socket)
                        continue;
                sockets++;
                for (size_t j = i; j < cell->n_cpus; j++) /* each core counts at the first of its threads */
                        if (cell->cpus[j].socket == cpu->socket &&
                            bitmap_next(cell->cpus[j].siblings, -1) == (long)cell->cpus[j].id)
                                cores++;
                info->cores = MAX(info->cores, cores);
        }
        info->sockets = MAX(info->sockets, sockets);
}

static unsigned host_mhz(const char *root)
{
        static const char *const labels[] = { "cpu MHz", "clock", "BogoMIPS", "cpu MHz dynamic" };
        g_autofree char *text = host_file_text(root, "/proc/cpuinfo");
        g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

        for (char **line = lines; *line; line++) {
                char *colon = strchr(*line, ':');

                if (!colon)
                        continue;
                *colon = '\0';
                g_strchomp(*line);
                for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
                        if (strcmp(*line, labels[i]) == 0)
                                return (unsigned)g_ascii_strtoull(g_strchug(colon + 1), NULL, 10);
        }
        return 0;
}

/* Everything but the topology of CPUs. */
static int fill_totals(const char *root, const HostTopology *topology, HostInfo *info, Error *err)
{
        struct utsname machine;

        if (uname(&machine) < 0)
                return error_errno(err, errno, "cannot ask for the kind of this machine");
        g_strlcpy(info->model, machine.machine, sizeof(info->model));
        info->mhz = host_mhz(root);
        info->nodes = (unsigned)topology->n_cells;
        for (size_t i = 0; i < topology->n_cells; i++) {
                info->memory_kib += topology->cells[i].memory.total_kib;
                info->cpus += (unsigned)topology->cells[i].n_cpus;
        }
        return 0;
}

int host_info(const char *root, HostInfo *ret_info, Error *err)
{
        g_autoptr(HostTopology) topology = host_topology(root, err);
        g_autoptr(Bitmap) present = host_file_set(root, "/sys/devices/system/cpu/present");
        HostInfo info = { 0 };
        unsigned all;

        if (!topology || fill_totals(root, topology, &info, err) < 0)
                return -1;
        for (size_t i = 0; i < topology->n_cells; i++)
                count_cell(&topology->cells[i], &info);
        /* The product must be the number of CPUs, offline ones included, or the figures mislead. */
        all = present ? MAX((unsigned)bitmap_count(present), info.cpus) : info.cpus;
        if (info.nodes * info.sockets * info.cores * info.threads != all) {
                info.nodes = info.sockets = info.threads = 1;
                info.cores = all;
        }
        *ret_info = info;
        return 0;
}

/* The line of /proc/stat that starts with @label; the caller frees. */
static char *stat_line(const char *root, const char *label)
{
        g_autofree char *text = host_file_text(root, "/proc/stat");
        g_autofree char *start = g_strconcat(label, " ", NULL);
        g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

        for (char **line = lines; *line; line++)
                if (g_str_has_prefix(*line, start))
                        return g_strdup(*line + strlen(start));
        return NULL;
}

int host_cpu_time(const char *root, int cpu, HostCpuTime *ret_time, Error *err)
{
        g_autofree char *label = cpu < 0 ? g_strdup("cpu") : g_strdup_printf("cpu%d", cpu);
        g_autofree char *line = stat_line(root, label);
        uint64_t tick_ns = UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK);
        uint64_t ticks[7] = { 0 }; /* user nice system idle iowait irq softirq */
        const char *at = line;

        if (!line)
                return error_set(err, VIR_ERR_INVALID_ARG, "Invalid cpuNum %d: no such CPU is online", cpu);
        for (size_t i = 0; i < G_N_ELEMENTS(ticks); i++) {
                char *end;

                ticks[i] = g_ascii_strtoull(at, &end, 10);
                if (end == at)
                        break; /* old kernels have fewer columns */
                at = end;
        }
        *ret_time = (HostCpuTime){
                .user_ns = (ticks[0] + ticks[1]) * tick_ns,
                .kernel_ns = (ticks[2] + ticks[5] + ticks[6]) * tick_ns,
                .idle_ns = ticks[3] * tick_ns,
                .iowait_ns = ticks[4] * tick_ns,
        };
        return 0;
}

/* The figure of "NAME: 123 kB" in @text, which for a cell is "Node 0 NAME: 123 kB". */
static uint64_t figure(const char *text, const char *name)
{
        g_autofree char *label = g_strconcat(name, ":", NULL);
        const char *at = text;

        while ((at = strstr(at, label))) {
                if (at == text || at[-1] == '\n' || at[-1] == ' ')
                        return g_ascii_strtoull(at + strlen(label), NULL, 10);
                at += strlen(label);
        }
        return 0;
}

int host_memory(const char *root, int cell, HostMemory *ret_memory, Error *err)
{
        g_autoptr(Bitmap) cells = host_cells(root);
        g_autofree char *text = NULL;

        if (cell < 0)
                text = host_file_text(root, "/proc/meminfo");
        else
                text = host_file_text(root, "/sys/devices/system/node/node%d/meminfo", cell);
        if (!text && cell == 0 && !cells)
                return host_memory(root, -1, ret_memory, err); /* no NUMA: everything is cell 0 */
        if (!text && cell >= 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "Invalid cellNum %d: this host has no such NUMA cell", cell);
        if (!text)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "cannot read %s/proc/meminfo", root);
        *ret_memory = (HostMemory){ .total_kib = figure(text, "MemTotal"), .free_kib = figure(text, "MemFree") };
        if (cell < 0) {
                ret_memory->buffers_kib = figure(text, "Buffers");
                ret_memory->cached_kib = figure(text, "Cached");
        }
        return 0;
}

/* The first name of the first line of /etc/hosts that has @name. */
static char *full_name(const char *root, const char *name)
{
        g_autofree char *text = host_file_text(root, "/etc/hosts");
        g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

        for (char **line = lines; *line; line++) {
                g_auto(GStrv) words = NULL;
                g_autoptr(GPtrArray) names = g_ptr_array_new();

                (*line)[strcspn(*line, "#")] = '\0';
                words = g_strsplit_set(*line, " \t\r", -1);
                for (char **word = words; *word; word++)
                        if (**word)
                                g_ptr_array_add(names, *word);
                for (guint i = 1; i < names->len; i++) /* [0] is the address */
                        if (g_ascii_strcasecmp(g_ptr_array_index(names, i), name) == 0)
                                return g_strdup(g_ptr_array_index(names, 1));
        }
        return NULL;
}

char *host_name(const char *root, Error *err)
{
        char name[256];
        g_autofree char *full = NULL;

        if (gethostname(name, sizeof(name) - 1) < 0)
                return error_errno(err, errno, "failed to determine host name"), NULL;
        name[sizeof(name) - 1] = '\0';
        if (strchr(name, '.') || g_str_has_prefix(name, "localhost"))
                return g_strdup(name);
        full = full_name(root, name);
        if (!full || g_str_has_prefix(full, "localhost")) /* worth less than our own */
                return g_strdup(name);
        return g_steal_pointer(&full);
}
