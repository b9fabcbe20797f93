/* The host and the hypervisor: what they are and can do. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "virsh.h"

/* A document or a word of the library; its failure is the command's, after @complaint if there is one. */
static bool print_text(Shell *shell, char *text, const char *complaint)
{
        g_autofree char *owned = text;

        if (!owned) {
                if (complaint)
                        shell_error(shell, "%s", complaint);
                return false;
        }
        shell_print(shell, "%s\n", owned);
        return true;
}

bool cmd_uri(Shell *shell, const ShellArgs *args)
{
        (void)args;
        return print_text(shell, virConnectGetURI(connection_of(shell)), "failed to get URI");
}

bool cmd_hostname(Shell *shell, const ShellArgs *args)
{
        (void)args;
        return print_text(shell, virConnectGetHostname(connection_of(shell)), "failed to get hostname");
}

bool cmd_sysinfo(Shell *shell, const ShellArgs *args)
{
        g_autofree char *text = virConnectGetSysinfo(connection_of(shell), 0);

        (void)args;
        if (!text) {
                shell_error(shell, "failed to get sysinfo");
                return false;
        }
        shell_print(shell, "%s", text);
        return true;
}

/* "all matches" is printed as they are; without --xpath the document has a line end of its own. */
static bool print_document(Shell *shell, const ShellArgs *args, char *text, const char *complaint)
{
        g_autofree char *owned = text;

        if (!owned) {
                shell_error(shell, "%s", complaint);
                return false;
        }
        if (args_has(args, "xpath"))
                return xml_print(shell, args, owned);
        shell_print(shell, "%s\n", owned);
        return true;
}

bool cmd_capabilities(Shell *shell, const ShellArgs *args)
{
        return print_document(shell, args, virConnectGetCapabilities(connection_of(shell)),
                              "failed to get capabilities");
}

bool cmd_domcapabilities(Shell *shell, const ShellArgs *args)
{
        const char *virttype = NULL;
        const char *emulator = NULL;
        const char *arch = NULL;
        const char *machine = NULL;

        if (args_string(shell, args, "virttype", &virttype) < 0 ||
            args_string(shell, args, "emulatorbin", &emulator) < 0 || args_string(shell, args, "arch", &arch) < 0 ||
            args_string(shell, args, "machine", &machine) < 0)
                return false;
        return print_document(
                shell, args,
                virConnectGetDomainCapabilities(connection_of(shell), emulator, arch, machine, virttype, 0),
                "failed to get emulator capabilities");
}

bool cmd_maxvcpus(Shell *shell, const ShellArgs *args)
{
        const char *type = NULL;
        g_autofree char *text = NULL;
        g_autofree char *max = NULL;
        int n = 0;

        if (args_string(shell, args, "type", &type) < 0)
                return false;
        /* Domain capabilities know what a machine can have, the older call only what the driver can. */
        text = virConnectGetDomainCapabilities(connection_of(shell), NULL, NULL, NULL, type, 0);
        if (text) {
                g_autoptr(Xml) xml = xml_parse(shell, text, "(domainCapabilities)");

                max = xml ? xml_string(xml, NULL, "string(./vcpu[1]/@max)") : NULL;
                if (max && *max) {
                        shell_print(shell, "%s\n", max);
                        return true;
                }
        }
        shell_forget_error();
        n = virConnectGetMaxVcpus(connection_of(shell), type);
        if (n < 0)
                return false;
        shell_print(shell, "%d\n", n);
        return true;
}

bool cmd_nodeinfo(Shell *shell, const ShellArgs *args)
{
        virNodeInfo info;

        (void)args;
        if (virNodeGetInfo(connection_of(shell), &info) < 0) {
                shell_error(shell, "failed to get node information");
                return false;
        }
        shell_print(shell, "%-20s %s\n", "CPU model:", info.model);
        shell_print(shell, "%-20s %d\n", "CPU(s):", info.cpus);
        if (info.mhz)
                shell_print(shell, "%-20s %d MHz\n", "CPU frequency:", info.mhz);
        shell_print(shell, "%-20s %d\n", "CPU socket(s):", info.sockets);
        shell_print(shell, "%-20s %d\n", "Core(s) per socket:", info.cores);
        shell_print(shell, "%-20s %d\n", "Thread(s) per core:", info.threads);
        shell_print(shell, "%-20s %d\n", "NUMA cell(s):", info.nodes);
        shell_print(shell, "%-20s %lu KiB\n", "Memory size:", info.memory);
        return true;
}

bool cmd_nodecpumap(Shell *shell, const ShellArgs *args)
{
        g_autofree unsigned char *map = NULL;
        unsigned online = 0;
        int n = virNodeGetCPUMap(connection_of(shell), &map, &online, 0);
        bool pretty = args_has(args, "pretty");
        g_autofree char *list = NULL;

        if (n < 0) {
                shell_error(shell, "Unable to get cpu map");
                return false;
        }
        shell_print(shell, "%-15s %d\n", "CPUs present:", n);
        shell_print(shell, "%-15s %d\n", "CPUs online:", online);
        shell_print(shell, "%-15s ", "CPU map:");
        if (pretty) {
                list = cpu_map_text(map, VIR_CPU_MAPLEN(n), n);
                shell_print(shell, "%s", list);
        }
        for (int cpu = 0; !pretty && cpu < n; cpu++)
                shell_print(shell, "%c", VIR_CPU_USED(map, cpu) ? 'y' : '-');
        shell_print(shell, "\n");
        return true;
}

/* The figures of one processor, or of all, by name; what the host does not tell is absent. */
enum { CPU_USER, CPU_SYSTEM, CPU_IDLE, CPU_IOWAIT, CPU_INTR, CPU_UTILIZATION, CPU_FIGURES };

typedef struct CpuFigures {
        unsigned long long value[CPU_FIGURES];
        bool known[CPU_FIGURES];
} CpuFigures;

static const char *const cpu_fields[] = {
        [CPU_USER] = VIR_NODE_CPU_STATS_USER, [CPU_SYSTEM] = VIR_NODE_CPU_STATS_KERNEL,
        [CPU_IDLE] = VIR_NODE_CPU_STATS_IDLE, [CPU_IOWAIT] = VIR_NODE_CPU_STATS_IOWAIT,
        [CPU_INTR] = VIR_NODE_CPU_STATS_INTR, [CPU_UTILIZATION] = VIR_NODE_CPU_STATS_UTILIZATION,
};

static const char *const cpu_labels[] = { "user:", "system:", "idle:", "iowait:", "intr:", "usage:" };

static int read_cpu_figures(Shell *shell, int cpu, CpuFigures *ret)
{
        g_autofree virNodeCPUStatsPtr params = NULL;
        int n = 0;

        memset(ret, 0, sizeof(*ret));
        if (virNodeGetCPUStats(connection_of(shell), cpu, NULL, &n, 0) < 0)
                return -1;
        params = g_new0(virNodeCPUStats, (gsize)MAX(n, 1));
        if (n > 0 && virNodeGetCPUStats(connection_of(shell), cpu, params, &n, 0) < 0)
                return -1;
        for (int i = 0; i < n; i++) {
                for (int j = 0; j < CPU_FIGURES; j++) {
                        if (strcmp(params[i].field, cpu_fields[j]) != 0)
                                continue;
                        ret->value[j] = params[i].value;
                        ret->known[j] = true;
                }
        }
        return n;
}

static void print_cpu_times(Shell *shell, const CpuFigures *f)
{
        static const int order[] = { CPU_USER, CPU_SYSTEM, CPU_IDLE, CPU_IOWAIT, CPU_INTR };

        for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
                if (f->known[order[i]])
                        shell_print(shell, "%-15s %20llu\n", cpu_labels[order[i]], f->value[order[i]]);
        }
}

static void print_cpu_share(Shell *shell, int figure, double value)
{
        shell_print(shell, "%-15s %5.1lf%%\n", cpu_labels[figure], value);
}

/* Two samples, a second apart: percentages are of what happened in between. */
static bool print_cpu_percent(Shell *shell, int cpu)
{
        CpuFigures f[2];
        double total = 0;
        double differences[CPU_FIGURES] = { 0 };

        if (read_cpu_figures(shell, cpu, &f[0]) < 0)
                return false;
        if (f[0].known[CPU_UTILIZATION]) {
                double usage = (double)f[0].value[CPU_UTILIZATION];

                print_cpu_share(shell, CPU_UTILIZATION, usage);
                print_cpu_share(shell, CPU_IDLE, 100 - usage);
                return true;
        }
        g_usleep(G_USEC_PER_SEC);
        if (read_cpu_figures(shell, cpu, &f[1]) < 0)
                return false;
        for (int i = 0; i < CPU_UTILIZATION; i++) {
                differences[i] = (double)(f[1].value[i] - f[0].value[i]);
                total += differences[i];
        }
        total = MAX(total, 1);
        print_cpu_share(shell, CPU_UTILIZATION, (differences[CPU_USER] + differences[CPU_SYSTEM]) / total * 100);
        for (int i = 0; i < CPU_UTILIZATION; i++) {
                if (f[0].known[i])
                        print_cpu_share(shell, i, differences[i] / total * 100);
        }
        return true;
}

bool cmd_nodecpustats(Shell *shell, const ShellArgs *args)
{
        int cpu = VIR_NODE_CPU_STATS_ALL_CPUS;
        CpuFigures figures;
        int n = 0;

        if (args_int(shell, args, "cpu", &cpu) < 0)
                return false;
        n = read_cpu_figures(shell, cpu, &figures);
        if (n < 0) {
                shell_error(shell, "Unable to get number of cpu stats");
                return false;
        }
        if (args_has(args, "percent"))
                return print_cpu_percent(shell, cpu);
        if (figures.known[CPU_UTILIZATION]) {
                print_cpu_share(shell, CPU_UTILIZATION, (double)figures.value[CPU_UTILIZATION]);
                print_cpu_share(shell, CPU_IDLE, 100 - (double)figures.value[CPU_UTILIZATION]);
                return true;
        }
        print_cpu_times(shell, &figures);
        return true;
}

bool cmd_nodememstats(Shell *shell, const ShellArgs *args)
{
        int cell = VIR_NODE_MEMORY_STATS_ALL_CELLS;
        g_autofree virNodeMemoryStatsPtr params = NULL;
        int n = 0;

        if (args_int(shell, args, "cell", &cell) < 0)
                return false;
        if (virNodeGetMemoryStats(connection_of(shell), cell, NULL, &n, 0) < 0) {
                shell_error(shell, "Unable to get number of memory stats");
                return false;
        }
        params = g_new0(virNodeMemoryStats, (gsize)MAX(n, 1));
        if (n > 0 && virNodeGetMemoryStats(connection_of(shell), cell, params, &n, 0) < 0) {
                shell_error(shell, "Unable to get memory stats");
                return false;
        }
        for (int i = 0; i < n; i++) {
                g_autofree char *label = g_strdup_printf("%s", params[i].field);

                shell_print(shell, "%-7s: %20llu KiB\n", label, params[i].value);
        }
        return true;
}

/* The numbers of the host's NUMA cells, from its capabilities. */
static bool print_all_cells(Shell *shell)
{
        g_autofree char *text = virConnectGetCapabilities(connection_of(shell));
        g_autoptr(Xml) xml = NULL;
        g_autofree XmlNode **cells = NULL;
        unsigned long long total = 0;

        if (!text) {
                shell_error(shell, "unable to get node capabilities");
                return false;
        }
        xml = xml_parse(shell, text, "(capabilities)");
        if (!xml)
                return false;
        cells = xml_nodes(xml, NULL, "/capabilities/host/topology/cells/cell");
        if (!*cells) {
                shell_error(shell, "could not get information about NUMA topology");
                return false;
        }
        for (XmlNode **cell = cells; *cell; cell++) {
                g_autofree char *id = xml_string(xml, *cell, "string(./@id)");
                unsigned long number = strtoul(id, NULL, 10);
                unsigned long long free_bytes = 0;

                if (virNodeGetCellsFreeMemory(connection_of(shell), &free_bytes, (int)number, 1) != 1) {
                        shell_error(shell, "failed to get free memory for NUMA node number: %lu", number);
                        return false;
                }
                shell_print(shell, "%5lu: %10llu KiB\n", number, free_bytes / 1024);
                total += free_bytes / 1024;
        }
        shell_print_extra(shell, "--------------------\n");
        shell_print_extra(shell, "%5s: %10llu KiB\n", "Total", total);
        return true;
}

bool cmd_freecell(Shell *shell, const ShellArgs *args)
{
        int cell = -1;
        unsigned long long bytes = 0;
        int given = 0;

        if (!args_exclusive(shell, args, "all", "cellno"))
                return false;
        given = args_int(shell, args, "cellno", &cell);
        if (given < 0)
                return false;
        if (args_has(args, "all"))
                return print_all_cells(shell);
        if (given) {
                if (virNodeGetCellsFreeMemory(connection_of(shell), &bytes, cell, 1) != 1)
                        return false;
                shell_print(shell, "%d: %llu KiB\n", cell, bytes / 1024);
                return true;
        }
        bytes = virNodeGetFreeMemory(connection_of(shell));
        if (bytes == 0)
                return false;
        shell_print(shell, "%s: %llu KiB\n", "Total", bytes / 1024);
        return true;
}

static void print_library_version(Shell *shell, const char *format, unsigned long version)
{
        shell_print(shell, format, version / 1000000, version / 1000 % 1000, version % 1000);
}

static bool print_daemon_version(Shell *shell)
{
        unsigned long version = 0;

        if (virConnectGetLibVersion(connection_of(shell), &version) < 0) {
                shell_error(shell, "failed to get the daemon version");
                return false;
        }
        print_library_version(shell, "Running against daemon: %lu.%lu.%lu\n", version);
        return true;
}

bool cmd_version(Shell *shell, const ShellArgs *args)
{
        const char *type = virConnectGetType(connection_of(shell));
        unsigned long library = 0;
        unsigned long driver = 0;
        unsigned long running = 0;

        if (!type) {
                shell_error(shell, "failed to get hypervisor type");
                return false;
        }
        print_library_version(shell, "Compiled against library: libvirt %lu.%lu.%lu\n", LIBVIR_VERSION_NUMBER);
        if (virGetVersion(&library, type, &driver) < 0) {
                shell_error(shell, "failed to get the library version");
                return false;
        }
        print_library_version(shell, "Using library: libvirt %lu.%lu.%lu\n", library);
        shell_print(shell, "Using API: %s %lu.%lu.%lu\n", type, driver / 1000000, driver / 1000 % 1000, driver % 1000);
        if (virConnectGetVersion(connection_of(shell), &running) < 0) {
                if (shell_error_code() != VIR_ERR_NO_SUPPORT) {
                        shell_error(shell, "failed to get the hypervisor version");
                        return false;
                }
                shell_forget_error();
                running = 0;
        }
        if (running == 0)
                shell_print(shell, "Cannot extract running %s hypervisor version\n", type);
        else
                shell_print(shell, "Running hypervisor: %s %lu.%lu.%lu\n", type, running / 1000000,
                            running / 1000 % 1000, running % 1000);
        return !args_has(args, "daemon") || print_daemon_version(shell);
}

bool cmd_cpu_models(Shell *shell, const ShellArgs *args)
{
        const char *arch = NULL;
        char **models = NULL;
        int n = 0;

        if (args_string(shell, args, "arch", &arch) <= 0)
                return false;
        n = virConnectGetCPUModelNames(connection_of(shell), arch, &models, 0);
        if (n < 0) {
                shell_error(shell, "failed to get CPU model names");
                return false;
        }
        if (n == 0)
                shell_print(shell, "%s\n", "all CPU models are accepted");
        for (int i = 0; i < n; i++) {
                shell_print(shell, "%s\n", models[i]);
                free(models[i]);
        }
        free(models);
        return true;
}
