/* Facts about the machine: summary, times, memory, name. Its structure is in host_topology.c, its uuid in
 * host_uuid.c. */
#include "util/host.h"

#include <errno.h>
#include <string.h>
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

/* The threads of a core: those online, or all that a guest gets on a core that is split (subcores). */
static unsigned core_threads(const HostCpu *cpu, unsigned subcore_threads)
{
        return MAX((unsigned)bitmap_count(cpu->siblings), subcore_threads);
}

/* How many different sockets, cores and threads a cell shows; the largest of its sockets stands for all. Cores of one
 * number are one core, whatever die they are on: libvirt counts so, and the product shows that it does not fit. */
static void count_cell(const HostCell *cell, unsigned subcore_threads, HostInfo *info)
{
        g_autoptr(GHashTable) sockets = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);

        for (size_t i = 0; i < cell->n_cpus; i++) {
                const HostCpu *cpu = &cell->cpus[i];
                GHashTable *cores = g_hash_table_lookup(sockets, GUINT_TO_POINTER(cpu->socket));

                if (!cores) {
                        cores = g_hash_table_new(NULL, NULL);
                        g_hash_table_insert(sockets, GUINT_TO_POINTER(cpu->socket), cores);
                }
                g_hash_table_add(cores, GUINT_TO_POINTER(cpu->core));
                info->cores = MAX(info->cores, g_hash_table_size(cores));
                info->threads = MAX(info->threads, core_threads(cpu, subcore_threads));
        }
        info->sockets = MAX(info->sockets, g_hash_table_size(sockets));
}

/* Cores are split where none but the first thread of each subcore is online. */
static bool are_split(const HostTopology *topology, unsigned subcore_threads)
{
        for (size_t i = 0; subcore_threads > 0 && i < topology->n_cells; i++)
                for (size_t j = 0; j < topology->cells[i].n_cpus; j++)
                        if (topology->cells[i].cpus[j].id % subcore_threads != 0)
                                return false;
        return subcore_threads > 0;
}

/* The value of the first line "LABEL : VALUE" of /proc/cpuinfo; NULL without. The caller frees. */
static char *cpuinfo_value(const char *text, const char *label)
{
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

        for (char **line = lines; *line; line++) {
                char *colon = strchr(*line, ':');

                if (!colon)
                        continue;
                *colon = '\0';
                if (strcmp(g_strchomp(*line), label) == 0)
                        return g_strdup(g_strstrip(colon + 1));
        }
        return NULL;
}

static unsigned host_mhz(const char *root)
{
        static const char *const labels[] = { "cpu MHz", "clock", "cpu MHz dynamic" };
        g_autofree char *text = host_file_text(root, "/proc/cpuinfo");

        for (size_t i = 0; text && i < G_N_ELEMENTS(labels); i++) {
                g_autofree char *value = cpuinfo_value(text, labels[i]);

                if (value)
                        return (unsigned)g_ascii_strtoull(value, NULL, 10);
        }
        return 0;
}

/* Everything but the topology of CPUs. */
static void fill_totals(const char *root, const HostTopology *topology, HostInfo *info)
{
        g_autofree char *machine = host_machine();

        g_strlcpy(info->model, machine, sizeof(info->model));
        info->mhz = host_mhz(root);
        info->nodes = (unsigned)topology->n_cells;
        for (size_t i = 0; i < topology->n_cells; i++) {
                info->memory_kib += topology->cells[i].memory.total_kib;
                info->cpus += (unsigned)topology->cells[i].n_cpus;
        }
}

int host_info(const char *root, HostInfo *ret_info, Error *err)
{
        g_autoptr(HostTopology) topology = host_topology(root, err);
        g_autoptr(Bitmap) present = host_file_set(root, "/sys/devices/system/cpu/present");
        unsigned subcore_threads = host_subcore_threads();
        HostInfo info = { 0 };
        unsigned all;

        if (!topology)
                return -1;
        fill_totals(root, topology, &info);
        if (are_split(topology, subcore_threads))
                info.cpus *= subcore_threads;
        else
                subcore_threads = 0;
        for (size_t i = 0; i < topology->n_cells; i++)
                count_cell(&topology->cells[i], subcore_threads, &info);
        /* The product must be the number of CPUs, offline ones included, or the figures mislead. */
        all = present ? MAX((unsigned)bitmap_count(present), info.cpus) : info.cpus;
        if (info.nodes * info.sockets * info.cores * info.threads != all) {
                info.nodes = info.sockets = info.threads = 1;
                info.cores = all;
        }
        *ret_info = info;
        return 0;
}

/* @labels of /proc/cpuinfo, each behind its separator; NULL where one is not there. */
typedef struct SignaturePart {
        const char *before, *label;
} SignaturePart;

static char *signature_of(const char *text, const SignaturePart *parts)
{
        g_autoptr(GString) signature = g_string_new(NULL);

        for (; parts->label; parts++) {
                g_autofree char *value = cpuinfo_value(text, parts->label);

                if (!value)
                        return NULL;
                g_string_append(signature, parts->before);
                g_string_append(signature, value);
        }
        return g_string_free(g_steal_pointer(&signature), FALSE);
}

char *host_cpu_signature(const char *root)
{
        static const SignaturePart x86[] = {
                { "", "vendor_id" },      { ", ", "model name" },         { ", family: ", "cpu family" },
                { ", model: ", "model" }, { ", stepping: ", "stepping" }, { NULL, NULL }
        };
        static const SignaturePart power[] = { { "", "cpu" }, { ", rev ", "revision" }, { NULL, NULL } };
        static const SignaturePart s390[] = {
                { "", "vendor_id" }, { ", ", "processor 0" }, { ", facilities: ", "facilities" }, { NULL, NULL }
        };
        static const SignaturePart *const kinds[] = { x86, power, s390 };
        g_autofree char *text = host_file_text(root, "/proc/cpuinfo");
        char *signature = NULL;

        for (size_t i = 0; text && !signature && i < G_N_ELEMENTS(kinds); i++)
                signature = signature_of(text, kinds[i]);
        return signature;
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
