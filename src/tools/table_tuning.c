/* The commands on guests: processors, memory, threads and limits: names, options, handlers. Rows only; a NULL handler is not there yet. */
#include "virsh_tables.h"

static const ShellOption blkdeviotune_options[] = {
        OPT_DOMAIN(0),
        { "device", OPTION_DATA, OPTION_REQUIRED, "a device", complete_disks },
        { "total_bytes_sec", OPTION_ALIAS, 0, "total-bytes-sec" },
        { "total-bytes-sec", OPTION_INT, 0, "bytes per second" },
        { "read_bytes_sec", OPTION_ALIAS, 0, "read-bytes-sec" },
        { "read-bytes-sec", OPTION_INT, 0, "bytes read per second" },
        { "write_bytes_sec", OPTION_ALIAS, 0, "write-bytes-sec" },
        { "write-bytes-sec", OPTION_INT, 0, "bytes written per second" },
        { "total_iops_sec", OPTION_ALIAS, 0, "total-iops-sec" },
        { "total-iops-sec", OPTION_INT, 0, "operations per second" },
        { "read_iops_sec", OPTION_ALIAS, 0, "read-iops-sec" },
        { "read-iops-sec", OPTION_INT, 0, "read operations per second" },
        { "write_iops_sec", OPTION_ALIAS, 0, "write-iops-sec" },
        { "write-iops-sec", OPTION_INT, 0, "write operations per second" },
        { "total_bytes_sec_max", OPTION_ALIAS, 0, "total-bytes-sec-max" },
        { "total-bytes-sec-max", OPTION_INT, 0, "peak bytes per second" },
        { "read_bytes_sec_max", OPTION_ALIAS, 0, "read-bytes-sec-max" },
        { "read-bytes-sec-max", OPTION_INT, 0, "peak bytes read per second" },
        { "write_bytes_sec_max", OPTION_ALIAS, 0, "write-bytes-sec-max" },
        { "write-bytes-sec-max", OPTION_INT, 0, "peak bytes written per second" },
        { "total_iops_sec_max", OPTION_ALIAS, 0, "total-iops-sec-max" },
        { "total-iops-sec-max", OPTION_INT, 0, "peak operations per second" },
        { "read_iops_sec_max", OPTION_ALIAS, 0, "read-iops-sec-max" },
        { "read-iops-sec-max", OPTION_INT, 0, "peak read operations per second" },
        { "write_iops_sec_max", OPTION_ALIAS, 0, "write-iops-sec-max" },
        { "write-iops-sec-max", OPTION_INT, 0, "peak write operations per second" },
        { "size_iops_sec", OPTION_ALIAS, 0, "size-iops-sec" },
        { "size-iops-sec", OPTION_INT, 0, "size of one operation, in bytes" },
        { "group_name", OPTION_ALIAS, 0, "group-name" },
        { "group-name", OPTION_STRING, 0, "disks of one group share their limits" },
        { "total_bytes_sec_max_length", OPTION_ALIAS, 0, "total-bytes-sec-max-length" },
        { "total-bytes-sec-max-length", OPTION_INT, 0, "how many seconds the peak may last" },
        { "read_bytes_sec_max_length", OPTION_ALIAS, 0, "read-bytes-sec-max-length" },
        { "read-bytes-sec-max-length", OPTION_INT, 0, "how many seconds the peak may last" },
        { "write_bytes_sec_max_length", OPTION_ALIAS, 0, "write-bytes-sec-max-length" },
        { "write-bytes-sec-max-length", OPTION_INT, 0, "how many seconds the peak may last" },
        { "total_iops_sec_max_length", OPTION_ALIAS, 0, "total-iops-sec-max-length" },
        { "total-iops-sec-max-length", OPTION_INT, 0, "how many seconds the peak may last" },
        { "read_iops_sec_max_length", OPTION_ALIAS, 0, "read-iops-sec-max-length" },
        { "read-iops-sec-max-length", OPTION_INT, 0, "how many seconds the peak may last" },
        { "write_iops_sec_max_length", OPTION_ALIAS, 0, "write-iops-sec-max-length" },
        { "write-iops-sec-max-length", OPTION_INT, 0, "how many seconds the peak may last" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption blkiotune_options[] = {
        OPT_DOMAIN(0),
        { "weight", OPTION_INT, 0, "weight, in the hypervisor's range" },
        { "device-weights", OPTION_STRING, 0, "weights of devices: path,weight,..." },
        { "device-read-iops-sec", OPTION_STRING, 0, "read operations per second: path,number,..." },
        { "device-write-iops-sec", OPTION_STRING, 0, "write operations per second: path,number,..." },
        { "device-read-bytes-sec", OPTION_STRING, 0, "bytes read per second: path,number,..." },
        { "device-write-bytes-sec", OPTION_STRING, 0, "bytes written per second: path,number,..." },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption cpu_stats_options[] = {
        OPT_DOMAIN(VIR_CONNECT_LIST_DOMAINS_ACTIVE),
        { "total", OPTION_BOOL, 0, "sum only" },
        { "start", OPTION_INT, 0, "first processor to show" },
        { "count", OPTION_INT, 0, "how many" },
        { NULL },
};

static const ShellOption domdirtyrate_calc_options[] = {
        OPT_DOMAIN(0),
        { "seconds", OPTION_INT, 0, "seconds, or -2 block, -1 default, 0 nowait" },
        { "mode", OPTION_STRING, 0, "a mode" },
        { NULL },
};

static const ShellOption domiftune_options[] = {
        OPT_DOMAIN(0),
        { "interface", OPTION_DATA, OPTION_REQUIRED, "interface: name or MAC address", complete_interfaces },
        { "inbound", OPTION_STRING, 0, "limits for received traffic: average,peak,burst,floor" },
        { "outbound", OPTION_STRING, 0, "limits for sent traffic: average,peak,burst" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption emulatorpin_options[] = {
        OPT_DOMAIN(0), { "cpulist", OPTION_STRING, OPTION_EMPTY_OK, "host processors like 0-3,^2; r for all" },
        OPT_CONFIG,    OPT_LIVE,
        OPT_CURRENT,   { NULL },
};

static const ShellOption guestvcpus_options[] = {
        OPT_DOMAIN(0),
        { "cpulist", OPTION_STRING, 0, "host processors like 0-3,^2; r for all" },
        { "enable", OPTION_BOOL, 0, "turn it on" },
        { "disable", OPTION_BOOL, 0, "turn it off" },
        { NULL },
};

static const ShellOption iothreadadd_options[] = {
        OPT_DOMAIN(0), { "id", OPTION_INT, OPTION_REQUIRED, "a number" }, OPT_CONFIG, OPT_LIVE, OPT_CURRENT, { NULL },
};

static const ShellOption iothreaddel_options[] = {
        OPT_DOMAIN(0), { "id", OPTION_INT, OPTION_REQUIRED, "a number" }, OPT_CONFIG, OPT_LIVE, OPT_CURRENT, { NULL },
};

static const ShellOption iothreadinfo_options[] = {
        OPT_DOMAIN(0), OPT_CONFIG, OPT_LIVE, OPT_CURRENT, { NULL },
};

static const ShellOption iothreadpin_options[] = {
        OPT_DOMAIN(0),
        { "iothread", OPTION_INT, OPTION_REQUIRED, "number of an I/O thread" },
        { "cpulist", OPTION_DATA, OPTION_REQUIRED, "host processors like 0-3,^2; r for all" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption iothreadset_options[] = {
        OPT_DOMAIN(0),
        { "id", OPTION_INT, OPTION_REQUIRED, "a number" },
        { "poll-max-ns", OPTION_INT, 0, "longest polling, in nanoseconds" },
        { "poll-grow", OPTION_INT, 0, "factor of the polling time when it is of use" },
        { "poll-shrink", OPTION_INT, 0, "divisor of the polling time when it is of no use" },
        { "thread-pool-min", OPTION_INT, 0, "least number of worker threads" },
        { "thread-pool-max", OPTION_INT, 0, "most worker threads" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption memtune_options[] = {
        OPT_DOMAIN(0),
        { "hard-limit", OPTION_INT, 0, "most memory, in KiB" },
        { "soft-limit", OPTION_INT, 0, "memory to keep to when others need it, in KiB" },
        { "swap-hard-limit", OPTION_INT, 0, "most memory and swap, in KiB" },
        { "min-guarantee", OPTION_INT, 0, "memory that is guaranteed, in KiB" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption numatune_options[] = {
        OPT_DOMAIN(0),
        { "mode", OPTION_STRING, 0, "a mode" },
        { "nodeset", OPTION_STRING, 0, "NUMA cells like 0-2,^1" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption perf_options[] = {
        OPT_DOMAIN(0),
        { "enable", OPTION_STRING, 0, "turn it on" },
        { "disable", OPTION_STRING, 0, "turn it off" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption schedinfo_options[] = {
        OPT_DOMAIN(0),
        { "weight", OPTION_INT, OPTION_NAMED, "weight, in the hypervisor's range" },
        { "cap", OPTION_INT, OPTION_NAMED, "a capability" },
        OPT_CURRENT,
        OPT_CONFIG,
        OPT_LIVE,
        { "set", OPTION_ARGV, 0, "a value to set" },
        { NULL },
};

static const ShellOption set_lifecycle_action_options[] = {
        OPT_DOMAIN(0),
        { "type", OPTION_DATA, OPTION_REQUIRED, "a type" },
        { "action", OPTION_DATA, OPTION_REQUIRED, "what to do" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption setmaxmem_options[] = {
        OPT_DOMAIN(0),
        { "kilobytes", OPTION_ALIAS, 0, "size" },
        { "size", OPTION_INT, OPTION_REQUIRED, "a size; units like KiB, MiB, GiB are understood" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption setmem_options[] = {
        OPT_DOMAIN(0),
        { "kilobytes", OPTION_ALIAS, 0, "size" },
        { "size", OPTION_INT, OPTION_REQUIRED, "a size; units like KiB, MiB, GiB are understood" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption setvcpu_options[] = {
        OPT_DOMAIN(0),
        { "vcpulist", OPTION_DATA, OPTION_REQUIRED, "processors of the guest" },
        { "enable", OPTION_BOOL, 0, "turn it on" },
        { "disable", OPTION_BOOL, 0, "turn it off" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

static const ShellOption setvcpus_options[] = {
        OPT_DOMAIN(0),
        { "count", OPTION_INT, OPTION_REQUIRED, "how many processors" },
        { "maximum", OPTION_BOOL, 0, "the most there can be" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { "guest", OPTION_BOOL, 0, "as the guest sees it" },
        { "hotpluggable", OPTION_BOOL, 0, "make them removable" },
        { NULL },
};

static const ShellOption vcpucount_options[] = {
        OPT_DOMAIN(0),
        { "maximum", OPTION_BOOL, 0, "the most there can be" },
        { "active", OPTION_BOOL, 0, "of the running guest" },
        { "live", OPTION_BOOL, 0, "of the running guest" },
        { "config", OPTION_BOOL, 0, "of the stored definition" },
        OPT_CURRENT,
        { "guest", OPTION_BOOL, 0, "as the agent sees them" },
        { NULL },
};

static const ShellOption vcpuinfo_options[] = {
        OPT_DOMAIN(0),
        { "pretty", OPTION_BOOL, 0, "processors as a list" },
        { NULL },
};

static const ShellOption vcpupin_options[] = {
        OPT_DOMAIN(0),
        { "vcpu", OPTION_INT, 0, "number of a processor of the guest" },
        { "cpulist", OPTION_STRING, OPTION_EMPTY_OK, "host processors like 0-3,^2; r for all" },
        OPT_CONFIG,
        OPT_LIVE,
        OPT_CURRENT,
        { NULL },
};

const ShellCommand tuning_commands[] = {
        { "blkdeviotune", cmd_blkdeviotune, 0, blkdeviotune_options, "read or change per-disk I/O throttling" },
        { "blkiotune", cmd_blkiotune, 0, blkiotune_options, "read or change cgroup block I/O weights and limits" },
        { "cpu-stats", cmd_cpu_stats, 0, cpu_stats_options, "print CPU time used by a guest, per CPU and in total" },
        { "domdirtyrate-calc", cmd_domdirtyrate_calc, 0, domdirtyrate_calc_options,
          "start measuring how fast the guest dirties memory" },
        { "domiftune", cmd_domiftune, 0, domiftune_options, "read or change bandwidth limits of an interface" },
        { "emulatorpin", cmd_emulatorpin, 0, emulatorpin_options, "read or set host CPUs usable by emulator threads" },
        { "guestvcpus", cmd_guestvcpus, 0, guestvcpus_options, "read or set guest-side vCPU state through the agent" },
        { "iothreadadd", cmd_iothreadadd, 0, iothreadadd_options, "add an IOThread to a guest" },
        { "iothreaddel", cmd_iothreaddel, 0, iothreaddel_options, "remove an IOThread from a guest" },
        { "iothreadinfo", cmd_iothreadinfo, 0, iothreadinfo_options,
          "list a guest's IOThreads and their CPU affinity" },
        { "iothreadpin", cmd_iothreadpin, 0, iothreadpin_options, "set host CPUs usable by an IOThread" },
        { "iothreadset", cmd_iothreadset, 0, iothreadset_options, "change polling and pool settings of an IOThread" },
        { "memtune", cmd_memtune, 0, memtune_options, "read or change cgroup memory limits" },
        { "numatune", cmd_numatune, 0, numatune_options, "read or change a guest's NUMA placement policy" },
        { "perf", cmd_perf, 0, perf_options, "read or toggle perf counters of a guest" },
        { "schedinfo", cmd_schedinfo, 0, schedinfo_options, "read or change scheduler settings of a guest" },
        { "set-lifecycle-action", cmd_set_lifecycle_action, 0, set_lifecycle_action_options,
          "choose what happens on poweroff, reboot or crash" },
        { "setmaxmem", cmd_setmaxmem, 0, setmaxmem_options, "change the guest's memory ceiling" },
        { "setmem", cmd_setmem, 0, setmem_options, "change the guest's current memory" },
        { "setvcpu", cmd_setvcpu, 0, setvcpu_options, "put single vCPUs on- or offline" },
        { "setvcpus", cmd_setvcpus, 0, setvcpus_options, "change the number of vCPUs" },
        { "vcpucount", cmd_vcpucount, 0, vcpucount_options, "print vCPU counts" },
        { "vcpuinfo", cmd_vcpuinfo, 0, vcpuinfo_options, "print state, time and affinity of vCPUs" },
        { "vcpupin", cmd_vcpupin, 0, vcpupin_options, "read or set host CPUs usable by a vCPU" },
        { NULL },
};
