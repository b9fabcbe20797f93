/* Facts about recorded hosts: a folder is put together that has the recordings where a host has the real files. */
#include "xlate_root.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "conf/capabilities_host.h"
#include "conf/sysinfo.h"
#include "util/file.h"
#include "util/host.h"
#include "util/host_iort.h"
#include "util/host_resctrl.h"
#include "util/json.h"

/* What the figures of a recording without memory are: all cells have pages of three sizes, each cell a GiB more. */
enum { FAKE_CELL_KIB = 1048576, FAKE_PAGES = 2048, FAKE_SIZES = 3 };

static int run_cpu(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(XlateRoot) root = xlate_root_new(argc, argv, &err);
        g_autoptr(Bitmap) online = NULL;
        unsigned present;
        HostInfo info;

        if (!root || host_info(root->path, &info, &err) < 0 || host_cpu_map(root->path, &present, &online, &err) < 0)
                return xlate_fail(&err, CONVERT_FAILED);
        printf("CPUs: %u/%u, MHz: %u, Nodes: %u, Sockets: %u, Cores: %u, Threads: %u\n", info.cpus, present, info.mhz,
               info.nodes, info.sockets, info.cores, info.threads);
        return 0;
}

static int run_signature(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(XlateRoot) root = xlate_root_new(argc, argv, &err);
        g_autofree char *signature = NULL;

        if (!root)
                return xlate_fail(&err, CONVERT_FAILED);
        signature = host_cpu_signature(root->path);
        if (!signature)
                return CONVERT_FAILED;
        printf("%s\n", signature);
        return 0;
}

static int run_cpu_stats(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(XlateRoot) root = xlate_root_new(argc, argv, &err);
        uint64_t tick_ns = UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK);

        if (!root)
                return xlate_fail(&err, CONVERT_FAILED);
        for (int cpu = -1; cpu < (int)root->n_cpus; cpu++) {
                HostCpuTime time;

                if (host_cpu_time(root->path, cpu, &time, &err) < 0)
                        return xlate_fail(&err, CONVERT_FAILED);
                if (cpu < 0)
                        printf("cpu:\n");
                else
                        printf("cpu%d:\n", cpu);
                printf("kernel: %" PRIu64 "\nuser: %" PRIu64 "\nidle: %" PRIu64 "\niowait: %" PRIu64 "\n\n",
                       time.kernel_ns / tick_ns, time.user_ns / tick_ns, time.idle_ns / tick_ns,
                       time.iowait_ns / tick_ns);
        }
        return 0;
}

/* Memory and distances are not in the recordings. */
static void fake_memory(HostTopology *topology)
{
        static const uint64_t sizes[FAKE_SIZES] = { 4, 2048, 1048576 };

        for (size_t i = 0; i < topology->n_cells; i++) {
                HostCell *cell = &topology->cells[i];

                cell->memory.total_kib = (cell->id + 1) * (uint64_t)FAKE_CELL_KIB;
                cell->n_distances = 0;
                cell->pages = g_renew(HostPages, cell->pages, FAKE_SIZES);
                cell->n_pages = FAKE_SIZES;
                for (size_t j = 0; j < FAKE_SIZES; j++)
                        cell->pages[j] =
                                (HostPages){ .size_kib = sizes[j], .count = (cell->id + 1 + j) * (uint64_t)FAKE_PAGES };
        }
}

static int run_caps(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(XlateRoot) root = xlate_root_new(argc, argv, &err);
        g_autoptr(HostTopology) topology = root ? host_topology(root->path, &err) : NULL;
        g_autoptr(HostResctrl) resctrl = NULL;
        g_autoptr(Capabilities) document = capabilities_new();
        g_autofree char *text = NULL;

        if (!topology)
                return xlate_fail(&err, CONVERT_FAILED);
        resctrl = host_resctrl(root->path);
        fake_memory(topology);
        document->host.cpu.arch = g_strdup(root->machine);
        document->host.iommu = host_has_iommu(root->path) ? YESNO_YES : YESNO_NO;
        document->host.migration = root->offline_migrate;
        document->host.live_migration = root->live_migrate;
        capabilities_fill_host(&document->host, topology, resctrl);
        text = capabilities_format(document, 0);
        fputs(text, stdout);
        return 0;
}

static int run_resctrl(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(XlateRoot) root = xlate_root_new(argc, argv, &err);
        g_autoptr(HostTopology) topology = root ? host_topology(root->path, &err) : NULL;
        g_autoptr(HostResctrl) resctrl = NULL;
        g_autoptr(GPtrArray) unused = NULL;
        g_autofree char *text = NULL;

        if (!topology)
                return xlate_fail(&err, CONVERT_FAILED);
        resctrl = host_resctrl(root->path);
        unused = host_resctrl_unused(root->path, topology, resctrl, &err);
        if (!unused)
                return xlate_fail(&err, CONVERT_FAILED);
        text = host_schemata_format(resctrl, unused);
        fputs(text, stdout);
        return 0;
}

/* @opaque: what dmidecode would print, by number. */
static char *recorded_oem_string(unsigned number, void *opaque)
{
        g_autofree char *key = g_strdup_printf("%u", number);

        return g_strdup(json_get_string(opaque, key));
}

/* Which of the two sources a host has is what host_sysinfo_read() finds out. */
static int run_sysinfo(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(XlateRoot) root = xlate_root_new(argc, argv, &err);
        g_autofree char *cpuinfo_path = root ? g_build_filename(root->path, "proc/cpuinfo", NULL) : NULL;
        g_autofree char *cpuinfo = NULL;
        g_autofree char *text = NULL;
        g_autofree char *xml = NULL;
        g_autoptr(Json) oem = NULL;
        g_autoptr(HostSysinfo) sysinfo = NULL;
        bool power;

        if (!root || (root->text && file_read(root->text, CONVERT_INPUT_MAX, &text, NULL, &err) < 0))
                return xlate_fail(&err, CONVERT_FAILED);
        (void)!file_read(cpuinfo_path, CONVERT_INPUT_MAX, &cpuinfo, NULL, NULL);
        oem = root->oem ? json_parse(root->oem, strlen(root->oem), &err) : NULL;
        power = g_str_has_prefix(root->machine, "ppc") || g_str_has_prefix(root->machine, "s390");
        if (text && !power)
                sysinfo = host_sysinfo_from_dmi(text, oem ? recorded_oem_string : NULL, oem, &err);
        else
                sysinfo = host_sysinfo_from_kernel(root->machine, cpuinfo ? cpuinfo : "", text, &err);
        if (!sysinfo)
                return xlate_fail(&err, CONVERT_FAILED);
        xml = host_sysinfo_format(sysinfo, 0);
        fputs(xml, stdout);
        return 0;
}

static int compare_names(const void *a, const void *b)
{
        return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int run_iort(int argc, char **argv)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autofree char *table = NULL;
        g_autoptr(GArray) nodes = NULL;
        bool seen[HOST_IORT_MAX_] = { false };
        g_autoptr(GPtrArray) kinds = g_ptr_array_new();
        g_autofree char *line = NULL;
        size_t length;

        if (argc != 2)
                return CONVERT_USAGE;
        if (file_read(argv[1], CONVERT_INPUT_MAX, &table, &length, &err) == 0)
                nodes = host_iort_parse((const uint8_t *)table, length, &err);
        if (!nodes)
                return xlate_fail(&err, CONVERT_REFUSED);
        for (guint i = 0; i < nodes->len; i++)
                seen[g_array_index(nodes, HostIortNode, i).type] = true;
        for (int type = 0; type < HOST_IORT_MAX_; type++)
                if (seen[type])
                        g_ptr_array_add(kinds, (void *)HostIortType_names[type]);
        g_ptr_array_sort(kinds, compare_names);
        g_ptr_array_add(kinds, NULL);
        line = g_strjoinv(" ", (char **)kinds->pdata);
        printf("nodes: %u\nkinds: %s\n", nodes->len, line);
        return 0;
}

const XlateCommand xlate_host_cpu = { "host-cpu", XLATE_ROOT_USAGE, run_cpu };
const XlateCommand xlate_host_cpu_signature = { "host-cpu-signature", XLATE_ROOT_USAGE, run_signature };
const XlateCommand xlate_host_cpu_stats = { "host-cpu-stats", XLATE_ROOT_USAGE, run_cpu_stats };
const XlateCommand xlate_host_caps = { "host-caps", XLATE_ROOT_USAGE, run_caps };
const XlateCommand xlate_resctrl_unused = { "resctrl-unused", XLATE_ROOT_USAGE, run_resctrl };
const XlateCommand xlate_sysinfo = { "sysinfo", XLATE_ROOT_USAGE " [--text FILE] [--oem JSON]", run_sysinfo };
const XlateCommand xlate_iort = { "iort", "TABLE", run_iort };
