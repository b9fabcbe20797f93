/* A guest's processors and memory: how many, how much, where. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "virsh.h"

/* How many processors the host has, online or not: the width of a map. */
static int host_cpus(Shell *shell)
{
        virNodeInfo info;
        int n = virNodeGetCPUMap(connection_of(shell), NULL, NULL, 0);

        if (n >= 0)
                return n;
        shell_forget_error();
        return virNodeGetInfo(connection_of(shell), &info) < 0 ? -1 : (int)VIR_NODEINFO_MAXCPUS(info);
}

static const char *const vcpu_states[] = { "offline", "running", "blocked" };

static void print_affinity(Shell *shell, const unsigned char *map, int map_bytes, int cpus, bool pretty)
{
        g_autofree char *list = NULL;

        shell_print(shell, "%-15s ", "CPU Affinity:");
        if (pretty) {
                list = cpu_map_text(map, map_bytes, cpus);
                shell_print(shell, "%s (out of %d)", list, cpus);
        }
        for (int cpu = 0; !pretty && cpu < cpus; cpu++)
                shell_print(shell, "%c", VIR_CPU_USED(map, cpu) ? 'y' : '-');
        shell_print(shell, "\n");
}

static bool print_inactive_vcpus(Shell *shell, virDomainPtr domain, int n, int cpus, bool pretty)
{
        int bytes = VIR_CPU_MAPLEN(cpus);
        g_autofree unsigned char *maps = g_new0(unsigned char, (gsize)(n * bytes));

        n = virDomainGetVcpuPinInfo(domain, n, maps, bytes, VIR_DOMAIN_AFFECT_CONFIG);
        if (n < 0)
                return false;
        for (int i = 0; i < n; i++) {
                if (i > 0)
                        shell_print(shell, "\n");
                shell_print(shell, "%-15s %d\n", "VCPU:", i);
                shell_print(shell, "%-15s %s\n", "CPU:", "N/A");
                shell_print(shell, "%-15s %s\n", "State:", "N/A");
                shell_print(shell, "%-15s %s\n", "CPU time", "N/A");
                print_affinity(shell, maps + i * bytes, bytes, cpus, pretty);
        }
        return true;
}

static void print_vcpu(Shell *shell, const virVcpuInfo *vcpu)
{
        shell_print(shell, "%-15s %d\n", "VCPU:", vcpu->number);
        if (vcpu->cpu >= 0)
                shell_print(shell, "%-15s %d\n", "CPU:", vcpu->cpu);
        else
                shell_print(shell, "%-15s %s\n", "CPU:", "N/A");
        shell_print(shell, "%-15s %s\n", "State:",
                    vcpu->state >= 0 && vcpu->state < (int)G_N_ELEMENTS(vcpu_states) ? vcpu_states[vcpu->state]
                                                                                     : "no state");
        if (vcpu->cpuTime != 0)
                shell_print(shell, "%-15s %.1lfs\n", "CPU time:", (double)vcpu->cpuTime / 1e9);
}

bool cmd_vcpuinfo(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        bool pretty = args_has(args, "pretty");
        virDomainInfo info;
        int cpus = domain ? host_cpus(shell) : -1;
        int bytes = 0;
        int n = 0;
        g_autofree unsigned char *maps = NULL;
        g_autofree virVcpuInfoPtr vcpus = NULL;

        if (cpus < 0 || virDomainGetInfo(domain, &info) < 0)
                return false;
        bytes = VIR_CPU_MAPLEN(cpus);
        vcpus = g_new0(virVcpuInfo, info.nrVirtCpu);
        maps = g_new0(unsigned char, (gsize)(info.nrVirtCpu * bytes));
        n = virDomainGetVcpus(domain, vcpus, info.nrVirtCpu, maps, bytes);
        if (n < 0) {
                if (info.state != VIR_DOMAIN_SHUTOFF)
                        return false;
                shell_forget_error();
                return print_inactive_vcpus(shell, domain, info.nrVirtCpu, cpus, pretty);
        }
        for (int i = 0; i < n; i++) {
                if (i > 0)
                        shell_print(shell, "\n");
                print_vcpu(shell, &vcpus[i]);
                print_affinity(shell, VIR_GET_CPUMAP(maps, bytes, i), bytes, cpus, pretty);
        }
        return true;
}

/* One number, -1 if it cannot be had; a refusal is no error where it is one row of several. */
static int vcpu_count(virDomainPtr domain, unsigned flags)
{
        return virDomainGetVcpusFlags(domain, flags);
}

static void print_count(Shell *shell, virDomainPtr domain, const char *what, const char *where, unsigned flags)
{
        int n = vcpu_count(domain, flags);

        if (n < 0)
                shell_forget_error();
        else
                shell_print(shell, "%-12s %-12s %3d\n", what, where, n);
}

bool cmd_vcpucount(Shell *shell, const ShellArgs *args)
{
        static const FlagRow rows[] = {
                { "maximum", VIR_DOMAIN_VCPU_MAXIMUM },
                { "config", VIR_DOMAIN_AFFECT_CONFIG },
                { "live", VIR_DOMAIN_AFFECT_LIVE },
                { "guest", VIR_DOMAIN_VCPU_GUEST },
                { NULL, 0 },
        };
        bool any = args_has(args, "maximum") || args_has(args, "active") || args_has(args, "config") ||
                   args_has(args, "live") || args_has(args, "current") || args_has(args, "guest");
        g_autoptr(virDomain) domain = NULL;
        int n = 0;

        if (!args_exclusive(shell, args, "active", "maximum") || !args_exclusive(shell, args, "guest", "config"))
                return false;
        domain = domain_get(shell, args);
        if (!domain)
                return false;
        if (any) {
                n = vcpu_count(domain, flags_given(args, rows));
                /* A driver that cannot ask the guest says so in its own words. */
                if (n < 0 && args_has(args, "guest") && shell_error_code() == VIR_ERR_INVALID_ARG)
                        shell_error(shell, "Failed to retrieve vCPU count from the guest");
                if (n < 0)
                        return false;
                shell_print(shell, "%d\n", n);
                return true;
        }
        print_count(shell, domain, "maximum", "config", VIR_DOMAIN_AFFECT_CONFIG | VIR_DOMAIN_VCPU_MAXIMUM);
        print_count(shell, domain, "maximum", "live", VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_VCPU_MAXIMUM);
        print_count(shell, domain, "current", "config", VIR_DOMAIN_AFFECT_CONFIG);
        print_count(shell, domain, "current", "live", VIR_DOMAIN_AFFECT_LIVE);
        return true;
}

bool cmd_setvcpus(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        unsigned count = 0;
        int flags = affect_flags(shell, args);
        static const FlagRow rows[] = {
                { "maximum", VIR_DOMAIN_VCPU_MAXIMUM },
                { "guest", VIR_DOMAIN_VCPU_GUEST },
                { "hotpluggable", VIR_DOMAIN_VCPU_HOTPLUGGABLE },
                { NULL, 0 },
        };

        if (flags < 0 || !args_exclusive(shell, args, "guest", "config") ||
            !args_requires(shell, args, "maximum", "config"))
                return false;
        domain = domain_get(shell, args);
        if (!domain || args_uint(shell, args, "count", &count) <= 0)
                return false;
        if (count == 0) {
                shell_error(shell, "Can't set 0 processors for a VM");
                return false;
        }
        flags |= (int)flags_given(args, rows);
        if (flags == 0 && !args_has(args, "current"))
                return virDomainSetVcpus(domain, count) == 0;
        return virDomainSetVcpusFlags(domain, count, (unsigned)flags) == 0;
}

bool cmd_setvcpu(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        const char *list = NULL;
        int flags = affect_flags(shell, args);

        if (flags < 0 || !args_exclusive(shell, args, "enable", "disable"))
                return false;
        if (!args_has(args, "enable") && !args_has(args, "disable")) {
                shell_error(shell, "one of --enable, --disable is required");
                return false;
        }
        domain = domain_get(shell, args);
        return domain && args_string(shell, args, "vcpulist", &list) > 0 &&
               virDomainSetVcpu(domain, list, args_has(args, "enable"), (unsigned)flags) == 0;
}

/* A wish that cannot be met, said in the words of this command. */
static bool check_pins(Shell *shell, virDomainPtr domain, int flags)
{
        if ((flags & VIR_DOMAIN_AFFECT_LIVE) && virDomainIsActive(domain) == 0) {
                shell_error(shell, "cannot get vcpupin for offline domain");
                return false;
        }
        if ((flags & VIR_DOMAIN_AFFECT_CONFIG) && virDomainIsPersistent(domain) == 0) {
                shell_error(shell, "cannot get vcpupin for transient domain");
                return false;
        }
        return true;
}

static bool check_range(Shell *shell, virDomainPtr domain, int wanted, int n, int flags)
{
        bool live = !(flags & VIR_DOMAIN_AFFECT_CONFIG) && virDomainIsActive(domain) == 1;

        if (wanted < n)
                return true;
        shell_error(shell,
                    live ? "vcpu %d is out of range of live cpu count %d"
                         : "vcpu %d is out of range of persistent cpu count %d",
                    wanted, n);
        return false;
}

static bool print_pins(Shell *shell, virDomainPtr domain, int wanted, int cpus, int flags)
{
        int bytes = VIR_CPU_MAPLEN(cpus);
        int n = vcpu_count(domain, (unsigned)flags | VIR_DOMAIN_VCPU_MAXIMUM);
        g_autofree unsigned char *maps = NULL;
        g_autoptr(Table) table = table_new("VCPU", "CPU Affinity", NULL);

        if (n < 0)
                return false;
        maps = g_new0(unsigned char, (gsize)(n * bytes));
        n = virDomainGetVcpuPinInfo(domain, n, maps, bytes, (unsigned)flags);
        if (n < 0 || !check_range(shell, domain, wanted, n, flags))
                return false;
        for (int i = 0; i < n; i++) {
                g_autofree char *number = g_strdup_printf("%d", i);
                g_autofree char *list = cpu_map_text(VIR_GET_CPUMAP(maps, bytes, i), bytes, cpus);

                if (wanted < 0 || wanted == i)
                        table_row(table, number, list, NULL);
        }
        table_print(table, shell);
        return true;
}

static bool pin_vcpu(Shell *shell, virDomainPtr domain, unsigned vcpu, const char *list, int cpus, int flags,
                     bool given)
{
        int bytes = 0;
        g_autofree unsigned char *map = cpu_list_parse(shell, list, cpus, &bytes);

        if (!map)
                return false;
        if (!given)
                return virDomainPinVcpu(domain, vcpu, map, bytes) == 0;
        return virDomainPinVcpuFlags(domain, vcpu, map, bytes, (unsigned)flags) == 0;
}

bool cmd_vcpupin(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        const char *list = NULL;
        unsigned vcpu = 0;
        int flags = affect_flags(shell, args);
        bool flags_given_at_all = args_has(args, "current") || args_has(args, "live") || args_has(args, "config");
        int got_vcpu = 0;
        int cpus = 0;

        if (flags < 0)
                return false;
        if (args_string(shell, args, "cpulist", &list) < 0)
                return false;
        if (!list && args_has(args, "live") && args_has(args, "config")) {
                shell_error(shell, "Options --live and --config are mutually exclusive");
                return false;
        }
        domain = domain_get(shell, args);
        got_vcpu = domain ? args_uint(shell, args, "vcpu", &vcpu) : -1;
        if (got_vcpu < 0)
                return false;
        if (list && !got_vcpu) {
                shell_error(shell, "vcpupin: Missing vCPU number in pin mode.");
                return false;
        }
        cpus = host_cpus(shell);
        if (cpus < 0)
                return false;
        if (!list)
                return check_pins(shell, domain, flags) &&
                       print_pins(shell, domain, got_vcpu ? (int)vcpu : -1, cpus, flags);
        return pin_vcpu(shell, domain, vcpu, list, cpus, flags, flags_given_at_all);
}

bool cmd_emulatorpin(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        const char *list = NULL;
        g_autofree unsigned char *map = NULL;
        g_autofree char *text = NULL;
        int flags = affect_flags(shell, args);
        int bytes = 0;
        int cpus = 0;

        if (flags < 0 || args_string(shell, args, "cpulist", &list) < 0)
                return false;
        domain = domain_get(shell, args);
        cpus = domain ? host_cpus(shell) : -1;
        if (cpus < 0)
                return false;
        if (list) {
                map = cpu_list_parse(shell, list, cpus, &bytes);
                return map && virDomainPinEmulator(domain, map, bytes, (unsigned)flags) == 0;
        }
        bytes = VIR_CPU_MAPLEN(cpus);
        map = g_new0(unsigned char, (gsize)bytes);
        if (virDomainGetEmulatorPinInfo(domain, map, bytes, (unsigned)flags) < 0)
                return false;
        text = cpu_map_text(map, bytes, cpus);
        shell_print_extra(shell, "%s %s\n%s\n", "emulator:", "CPU Affinity", "----------------------------------");
        shell_print(shell, "       *: %s\n", text);
        return true;
}

/* Memory in KiB; part of one counts. */
static int memory_given(Shell *shell, const ShellArgs *args, unsigned long long *ret_kib)
{
        unsigned long long bytes = 0;

        if (args_scaled(shell, args, "size", 1024, (unsigned long long)G_MAXULONG, &bytes) <= 0)
                return -1;
        *ret_kib = bytes / 1024 + (bytes % 1024 != 0);
        return 0;
}

static bool set_memory(Shell *shell, const ShellArgs *args, unsigned more_flags, const char *failed)
{
        g_autoptr(virDomain) domain = NULL;
        unsigned long long kib = 0;
        int flags = affect_flags(shell, args);

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain || memory_given(shell, args, &kib) < 0)
                return false;
        if (virDomainSetMemoryFlags(domain, kib, (unsigned)flags | more_flags) == 0)
                return true;
        if (failed)
                shell_error(shell, "%s", failed);
        return false;
}

bool cmd_setmem(Shell *shell, const ShellArgs *args)
{
        return set_memory(shell, args, 0, NULL);
}

bool cmd_setmaxmem(Shell *shell, const ShellArgs *args)
{
        return set_memory(shell, args, VIR_DOMAIN_MEM_MAXIMUM, "Unable to change MaxMemorySize");
}

/* --- cpu-stats --- */

static void print_cpu_param(Shell *shell, const virTypedParameter *param)
{
        g_autofree char *label = NULL;

        shell_print(shell, "\t%-12s ", param->field);
        if (param->type == VIR_TYPED_PARAM_ULLONG && (strcmp(param->field, VIR_DOMAIN_CPU_STATS_CPUTIME) == 0 ||
                                                      strcmp(param->field, VIR_DOMAIN_CPU_STATS_VCPUTIME) == 0 ||
                                                      strcmp(param->field, VIR_DOMAIN_CPU_STATS_USERTIME) == 0 ||
                                                      strcmp(param->field, VIR_DOMAIN_CPU_STATS_SYSTEMTIME) == 0)) {
                shell_print(shell, "%9llu.%09llu seconds\n", param->value.ul / 1000000000,
                            param->value.ul % 1000000000);
                return;
        }
        label = param_text(param);
        shell_print(shell, "%s\n", label);
}

static bool print_cpus(Shell *shell, virDomainPtr domain, int start, int count, int n_params)
{
        enum { AT_ONCE = 128 }; /* what one call may ask for */

        for (int cpu = start; cpu < start + count; cpu += AT_ONCE) {
                int n = MIN(count - (cpu - start), AT_ONCE);
                g_autofree virTypedParameterPtr params = g_new0(virTypedParameter, (gsize)(n * n_params));
                int per_cpu = virDomainGetCPUStats(domain, params, (unsigned)n_params, cpu, (unsigned)n, 0);

                if (per_cpu < 0)
                        return false;
                for (int i = 0; i < n; i++) {
                        if (params[i * n_params].type == 0)
                                continue; /* offline */
                        shell_print(shell, "CPU%d:\n", cpu + i);
                        for (int j = 0; j < per_cpu; j++)
                                print_cpu_param(shell, &params[i * n_params + j]);
                }
                virTypedParamsClear(params, n * n_params);
        }
        return true;
}

static bool complain_cpu_stats(Shell *shell, virDomainPtr domain)
{
        shell_error(shell, "Failed to retrieve CPU statistics for domain '%s'", virDomainGetName(domain));
        return false;
}

static bool print_total(Shell *shell, virDomainPtr domain)
{
        AUTO_PARAMS params = { NULL };
        int n = virDomainGetCPUStats(domain, NULL, 0, -1, 1, 0);

        if (n < 0)
                return complain_cpu_stats(shell, domain);
        if (n == 0) {
                shell_print(shell, "No total stats available\n");
                return true;
        }
        params.list = g_new0(virTypedParameter, (gsize)n);
        params.n = n;
        n = virDomainGetCPUStats(domain, params.list, (unsigned)n, -1, 1, 0);
        if (n < 0)
                return complain_cpu_stats(shell, domain);
        shell_print(shell, "Total:\n");
        for (int i = 0; i < n; i++)
                print_cpu_param(shell, &params.list[i]);
        return true;
}

static bool print_each(Shell *shell, virDomainPtr domain, int start, int count)
{
        int cpus = virDomainGetCPUStats(domain, NULL, 0, 0, 0, 0);
        int n_params = 0;

        if (cpus < 0)
                return complain_cpu_stats(shell, domain);
        if (start >= cpus) {
                shell_error(shell, "Start CPU %d is out of range (min: 0, max: %d)", start, cpus - 1);
                return false;
        }
        if (count > cpus - start)
                shell_print(shell, "Only %d CPUs available to show\n", cpus - start);
        if (count < 0 || count > cpus - start)
                count = cpus - start;
        n_params = virDomainGetCPUStats(domain, NULL, 0, 0, 1, 0);
        if (n_params < 0)
                return complain_cpu_stats(shell, domain);
        if (n_params == 0) {
                shell_print(shell, "No per-CPU stats available\n");
                return true;
        }
        return print_cpus(shell, domain, start, count, n_params) || complain_cpu_stats(shell, domain);
}

/* Without a choice: every processor, and the sum. */
bool cmd_cpu_stats(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        bool total = args_has(args, "total");
        int start = 0;
        int count = -1;
        int got_start = 0;
        int got_count = 0;
        bool each = false;

        if (!domain)
                return false;
        got_start = args_int(shell, args, "start", &start);
        if (got_start < 0)
                return false;
        if (got_start && start < 0) {
                shell_error(shell, "Invalid value for start CPU");
                return false;
        }
        got_count = args_int(shell, args, "count", &count);
        if (got_count < 0)
                return false;
        if (got_count && count < 0) {
                shell_error(shell, "Invalid value for number of CPUs to show");
                return false;
        }
        each = got_start || got_count;
        if (!each && !total)
                each = total = true;
        return (!each || print_each(shell, domain, start, count)) && (!total || print_total(shell, domain));
}
