/* The commands on the host and the shell itself: names, options, handlers. Rows only; a NULL handler is not there yet. */
#include "virsh_tables.h"

static const ShellOption allocpages_options[] = {
        { "pagesize", OPTION_INT, OPTION_REQUIRED, "size of a page, in KiB unless a unit is given" },
        { "pagecount", OPTION_INT, OPTION_REQUIRED, "how many pages" },
        { "cellno", OPTION_INT, 0, "number of a NUMA cell" },
        { "add", OPTION_BOOL, 0, "in addition to what is there" },
        { "all", OPTION_BOOL, 0, "all of them" },
        { NULL },
};

static const ShellOption capabilities_options[] = {
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption cpu_baseline_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "features", OPTION_BOOL, 0, "spell out the features of the CPU" },
        { "migratable", OPTION_BOOL, 0, "in the form a migration would use" },
        { NULL },
};

static const ShellOption cpu_compare_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "error", OPTION_BOOL, 0, "also say what went wrong" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption cpu_models_options[] = {
        { "arch", OPTION_DATA, OPTION_REQUIRED, "an architecture" },
        { NULL },
};

static const ShellOption domcapabilities_options[] = {
        { "virttype", OPTION_STRING, 0, "type of virtualization (domain/@type)" },
        { "emulatorbin", OPTION_STRING, 0, "path of the emulator" },
        { "arch", OPTION_STRING, 0, "an architecture" },
        { "machine", OPTION_STRING, 0, "a machine type" },
        OPT_XPATH,
        OPT_WRAP,
        { NULL },
};

static const ShellOption freecell_options[] = {
        { "cellno", OPTION_INT, 0, "number of a NUMA cell" },
        { "all", OPTION_BOOL, 0, "for every cell" },
        { NULL },
};

static const ShellOption freepages_options[] = {
        { "cellno", OPTION_INT, 0, "number of a NUMA cell" },
        { "pagesize", OPTION_INT, 0, "size of a page, in KiB unless a unit is given" },
        { "all", OPTION_BOOL, 0, "all of them" },
        { NULL },
};

static const ShellOption hypervisor_cpu_baseline_options[] = {
        { "file", OPTION_STRING, 0, "path of a file" },
        { "virttype", OPTION_STRING, 0, "type of virtualization (domain/@type)" },
        { "emulator", OPTION_STRING, 0, "path of the emulator" },
        { "arch", OPTION_STRING, 0, "an architecture" },
        { "machine", OPTION_STRING, 0, "a machine type" },
        { "features", OPTION_BOOL, 0, "spell out the features of the CPU" },
        { "migratable", OPTION_BOOL, 0, "in the form a migration would use" },
        { "model", OPTION_STRING, 0, "a model" },
        { NULL },
};

static const ShellOption hypervisor_cpu_compare_options[] = {
        { "file", OPTION_DATA, OPTION_REQUIRED, "path of a file" },
        { "virttype", OPTION_STRING, 0, "type of virtualization (domain/@type)" },
        { "emulator", OPTION_STRING, 0, "path of the emulator" },
        { "arch", OPTION_STRING, 0, "an architecture" },
        { "machine", OPTION_STRING, 0, "a machine type" },
        { "error", OPTION_BOOL, 0, "also say what went wrong" },
        OPT_VALIDATE,
        { NULL },
};

static const ShellOption maxvcpus_options[] = {
        { "type", OPTION_STRING, 0, "a type" },
        { NULL },
};

static const ShellOption node_memory_tune_options[] = {
        { "shm-pages-to-scan", OPTION_INT, 0, "pages per scan" },
        { "shm-sleep-millisecs", OPTION_INT, 0, "milliseconds between scans" },
        { "shm-merge-across-nodes", OPTION_INT, 0, "merge pages of different NUMA cells: 0 or 1" },
        { NULL },
};

static const ShellOption nodecpumap_options[] = {
        { "pretty", OPTION_BOOL, 0, "with line breaks and indentation" },
        { NULL },
};

static const ShellOption nodecpustats_options[] = {
        { "cpu", OPTION_INT, 0, "a CPU" },
        { "percent", OPTION_BOOL, 0, "as percentage of one second" },
        { NULL },
};

static const ShellOption nodememstats_options[] = {
        { "cell", OPTION_INT, 0, "number of a NUMA cell" },
        { NULL },
};

static const ShellOption nodesuspend_options[] = {
        { "target", OPTION_DATA, OPTION_REQUIRED, "a target" },
        { "duration", OPTION_INT, OPTION_REQUIRED, "how long" },
        { NULL },
};

static const ShellOption version_options[] = {
        { "daemon", OPTION_BOOL, 0, "the daemon's version too" },
        { NULL },
};

const ShellCommand host_commands[] = {
        { "allocpages", cmd_allocpages, 0, allocpages_options, "grow or shrink the host's huge page pool" },
        { "capabilities", cmd_capabilities, 0, capabilities_options, "print the capabilities XML of the connection" },
        { "cpu-baseline", cmd_cpu_baseline, 0, cpu_baseline_options,
          "work out one CPU model that suits several hosts" },
        { "cpu-compare", cmd_cpu_compare, 0, cpu_compare_options, "compare a CPU description with this host's CPU" },
        { "cpu-models", cmd_cpu_models, 0, cpu_models_options, "list CPU model names known for an architecture" },
        { "domcapabilities", cmd_domcapabilities, 0, domcapabilities_options,
          "print what guests may be configured with on this host" },
        { "freecell", cmd_freecell, 0, freecell_options, "print free memory of NUMA cells" },
        { "freepages", cmd_freepages, 0, freepages_options, "print free pages of each size per NUMA cell" },
        { "hostname", cmd_hostname, 0, NULL, "print the hypervisor host's name" },
        { "hypervisor-cpu-baseline", cmd_hypervisor_cpu_baseline, 0, hypervisor_cpu_baseline_options,
          "work out a common CPU that a given hypervisor can run" },
        { "hypervisor-cpu-compare", cmd_hypervisor_cpu_compare, 0, hypervisor_cpu_compare_options,
          "compare a CPU with what a given hypervisor can run" },
        { "maxvcpus", cmd_maxvcpus, 0, maxvcpus_options, "print the vCPU limit of the connection" },
        { "node-memory-tune", cmd_node_memory_tune, 0, node_memory_tune_options,
          "read or change host page-sharing settings" },
        { "nodecpumap", cmd_nodecpumap, 0, nodecpumap_options, "show host CPUs present and online" },
        { "nodecpustats", cmd_nodecpustats, 0, nodecpustats_options, "print host CPU usage counters" },
        { "nodeinfo", cmd_nodeinfo, 0, NULL, "print host CPU and memory basics" },
        { "nodememstats", cmd_nodememstats, 0, nodememstats_options, "print host memory counters" },
        { "nodesevinfo", cmd_nodesevinfo, 0, NULL, "print SEV facts of the host" },
        { "nodesuspend", cmd_nodesuspend, 0, nodesuspend_options, "put the host to sleep for a time" },
        { "sysinfo", cmd_sysinfo, 0, NULL, "print the host's SMBIOS data as XML" },
        { "uri", cmd_uri, 0, NULL, "print the canonical URI of the connection" },
        { "version", cmd_version, 0, version_options, "print library and hypervisor versions" },
        { NULL },
};

static const ShellOption connect_options[] = {
        { "name", OPTION_STRING, OPTION_EMPTY_OK, "URI of the hypervisor" },
        { "readonly", OPTION_BOOL, 0, "without the right to change anything" },
        { NULL },
};

const ShellCommand virsh_commands[] = {
        { "connect", cmd_connect, COMMAND_OFFLINE, connect_options, "open another connection inside the shell" },
        { NULL },
};
