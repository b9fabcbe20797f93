/* Figures of guests: domstats, domblkstat, domifstat, dommemstat, domblkinfo. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "virsh.h"

static const FlagRow stats_groups[] = {
        { "state", VIR_DOMAIN_STATS_STATE },
        { "cpu-total", VIR_DOMAIN_STATS_CPU_TOTAL },
        { "balloon", VIR_DOMAIN_STATS_BALLOON },
        { "vcpu", VIR_DOMAIN_STATS_VCPU },
        { "interface", VIR_DOMAIN_STATS_INTERFACE },
        { "block", VIR_DOMAIN_STATS_BLOCK },
        { "perf", VIR_DOMAIN_STATS_PERF },
        { "iothread", VIR_DOMAIN_STATS_IOTHREAD },
        { "memory", VIR_DOMAIN_STATS_MEMORY },
        { "dirtyrate", VIR_DOMAIN_STATS_DIRTYRATE },
        { "vm", VIR_DOMAIN_STATS_VM },
        { NULL, 0 },
};

static const FlagRow stats_flags[] = {
        { "list-active", VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE },
        { "list-inactive", VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE },
        { "list-persistent", VIR_CONNECT_GET_ALL_DOMAINS_STATS_PERSISTENT },
        { "list-transient", VIR_CONNECT_GET_ALL_DOMAINS_STATS_TRANSIENT },
        { "list-running", VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING },
        { "list-paused", VIR_CONNECT_GET_ALL_DOMAINS_STATS_PAUSED },
        { "list-shutoff", VIR_CONNECT_GET_ALL_DOMAINS_STATS_SHUTOFF },
        { "list-other", VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER },
        { "enforce", VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS },
        { "backing", VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING },
        { "nowait", VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT },
        { NULL, 0 },
};

static void print_record(Shell *shell, const virDomainStatsRecord *record)
{
        shell_print(shell, "Domain: '%s'\n", virDomainGetName(record->dom));
        for (int i = 0; i < record->nparams; i++) {
                g_autofree char *value = param_text(&record->params[i]);

                shell_print(shell, "  %s=%s\n", record->params[i].field, value);
        }
}

static void print_records(Shell *shell, virDomainStatsRecordPtr *records)
{
        for (virDomainStatsRecordPtr *record = records; *record; record++) {
                print_record(shell, *record);
                if (record[1])
                        shell_print(shell, "\n");
        }
}

static void free_domain(gpointer domain)
{
        if (domain)
                virDomainFree((virDomainPtr)domain);
}

static GPtrArray *named_domains(Shell *shell, const char *const *names)
{
        g_autoptr(GPtrArray) domains = g_ptr_array_new_with_free_func(free_domain);

        for (; *names; names++) {
                virDomainPtr domain = domain_find(shell, *names, BY_ANY);

                if (!domain)
                        return NULL;
                g_ptr_array_add(domains, domain);
        }
        return g_steal_pointer(&domains);
}

bool cmd_domstats(Shell *shell, const ShellArgs *args)
{
        unsigned groups = flags_given(args, stats_groups);
        unsigned flags = flags_given(args, stats_flags);
        g_autofree const char **names = args_words(args, "domain");
        g_autoptr(GPtrArray) domains = named_domains(shell, names);
        virDomainStatsRecordPtr *records = NULL;
        int n = 0;

        if (!domains)
                return false;
        if (domains->len > 0) {
                g_ptr_array_add(domains, NULL);
                n = virDomainListGetStats((virDomainPtr *)domains->pdata, groups, &records, flags);
                g_ptr_array_remove_index(domains, domains->len - 1);
        } else {
                n = virConnectGetAllDomainStats(connection_of(shell), groups, &records, flags);
        }
        if (n < 0)
                return false;
        print_records(shell, records);
        virDomainStatsRecordListFree(records);
        return true;
}

/* The figures of a disk, in the order in which they are shown. */
static const struct {
        const char *field;
        const char *name;
        const char *human;
} disk_figures[] = {
        { VIR_DOMAIN_BLOCK_STATS_READ_REQ, "rd_req", "number of read operations:" },
        { VIR_DOMAIN_BLOCK_STATS_READ_BYTES, "rd_bytes", "number of bytes read:" },
        { VIR_DOMAIN_BLOCK_STATS_WRITE_REQ, "wr_req", "number of write operations:" },
        { VIR_DOMAIN_BLOCK_STATS_WRITE_BYTES, "wr_bytes", "number of bytes written:" },
        { VIR_DOMAIN_BLOCK_STATS_ERRS, "errs", "error count:" },
        { VIR_DOMAIN_BLOCK_STATS_FLUSH_REQ, "flush_operations", "number of flush operations:" },
        { VIR_DOMAIN_BLOCK_STATS_READ_TOTAL_TIMES, "rd_total_times", "total duration of reads (ns):" },
        { VIR_DOMAIN_BLOCK_STATS_WRITE_TOTAL_TIMES, "wr_total_times", "total duration of writes (ns):" },
        { VIR_DOMAIN_BLOCK_STATS_FLUSH_TOTAL_TIMES, "flush_total_times", "total duration of flushes (ns):" },
};

static void print_disk_figure(Shell *shell, const char *device, size_t row, bool human, const char *value)
{
        if (human)
                shell_print(shell, " %-31s %s\n", disk_figures[row].human, value);
        else
                shell_print(shell, "%s %s %s\n", device, disk_figures[row].name, value);
}

static bool print_old_disk_figures(Shell *shell, virDomainPtr domain, const char *device, bool human)
{
        virDomainBlockStatsStruct stats;
        long long values[5];

        if (virDomainBlockStats(domain, device, &stats, sizeof(stats)) < 0) {
                shell_error(shell, "Failed to get block stats %s %s", virDomainGetName(domain), device);
                return false;
        }
        values[0] = stats.rd_req;
        values[1] = stats.rd_bytes;
        values[2] = stats.wr_req;
        values[3] = stats.wr_bytes;
        values[4] = stats.errs;
        if (human && *device && values[0] >= 0)
                shell_print(shell, "Device: %s\n", device);
        for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
                g_autofree char *value = g_strdup_printf("%lld", values[i]);

                if (values[i] >= 0)
                        print_disk_figure(shell, device, i, human, value);
        }
        return true;
}

static void print_disk_params(Shell *shell, Params *params, const char *device, bool human)
{
        for (size_t row = 0; row < G_N_ELEMENTS(disk_figures); row++) {
                virTypedParameterPtr param = virTypedParamsGet(params->list, params->n, disk_figures[row].field);
                g_autofree char *value = param ? param_text(param) : NULL;

                if (!param)
                        continue;
                print_disk_figure(shell, device, row, human, value);
                param->field[0] = '\0'; /* shown */
        }
        for (int i = 0; i < params->n; i++) {
                g_autofree char *value = param_text(&params->list[i]);

                if (params->list[i].field[0])
                        shell_print(shell, "%s %s %s\n", device, params->list[i].field, value);
        }
}

bool cmd_domblkstat(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        bool human = args_has(args, "human");
        const char *device = "";
        AUTO_PARAMS params = { NULL };
        int n = 0;

        if (!domain || args_string(shell, args, "device", &device) < 0)
                return false;
        if (virDomainBlockStatsFlags(domain, device, NULL, &n, 0) < 0) {
                if (shell_error_code() != VIR_ERR_NO_SUPPORT)
                        return false;
                shell_forget_error();
                return print_old_disk_figures(shell, domain, device, human);
        }
        if (n > 0) {
                params.list = g_new0(virTypedParameter, (gsize)n);
                params.n = n;
                if (virDomainBlockStatsFlags(domain, device, params.list, &params.n, 0) < 0) {
                        shell_error(shell, "Failed to get block stats for domain '%s' device '%s'",
                                    virDomainGetName(domain), device);
                        return false;
                }
        }
        if (human && *device && params.n > 0)
                shell_print(shell, "Device: %s\n", device);
        print_disk_params(shell, &params, device, human);
        return true;
}

bool cmd_domifstat(Shell *shell, const ShellArgs *args)
{
        static const struct {
                const char *name;
                size_t offset;
        } figures[] = {
#define FIGURE(member) { #member, offsetof(virDomainInterfaceStatsStruct, member) }
                FIGURE(rx_bytes), FIGURE(rx_packets), FIGURE(rx_errs), FIGURE(rx_drop),
                FIGURE(tx_bytes), FIGURE(tx_packets), FIGURE(tx_errs), FIGURE(tx_drop),
#undef FIGURE
        };
        g_autoptr(virDomain) domain = domain_get(shell, args);
        const char *device = NULL;
        virDomainInterfaceStatsStruct stats;

        if (!domain || args_string(shell, args, "interface", &device) <= 0)
                return false;
        if (virDomainInterfaceStats(domain, device, &stats, sizeof(stats)) < 0) {
                shell_error(shell, "Failed to get interface stats %s %s", virDomainGetName(domain), device);
                return false;
        }
        for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
                long long value = 0;

                memcpy(&value, (const char *)&stats + figures[i].offset, sizeof(value));
                if (value >= 0)
                        shell_print(shell, "%s %s %lld\n", device, figures[i].name, value);
        }
        return true;
}

static const char *const memory_figures[] = {
        [VIR_DOMAIN_MEMORY_STAT_SWAP_IN] = "swap_in",
        [VIR_DOMAIN_MEMORY_STAT_SWAP_OUT] = "swap_out",
        [VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT] = "major_fault",
        [VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT] = "minor_fault",
        [VIR_DOMAIN_MEMORY_STAT_UNUSED] = "unused",
        [VIR_DOMAIN_MEMORY_STAT_AVAILABLE] = "available",
        [VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON] = "actual",
        [VIR_DOMAIN_MEMORY_STAT_RSS] = "rss",
        [VIR_DOMAIN_MEMORY_STAT_USABLE] = "usable",
        [VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE] = "last_update",
        [VIR_DOMAIN_MEMORY_STAT_DISK_CACHES] = "disk_caches",
        [VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC] = "hugetlb_pgalloc",
        [VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL] = "hugetlb_pgfail",
};

static bool set_period(Shell *shell, virDomainPtr domain, int period, int flags)
{
        if (period < 0) {
                shell_error(shell, "Invalid collection period value '%d'", period);
                return false;
        }
        if (virDomainSetMemoryStatsPeriod(domain, period, (unsigned)flags) < 0) {
                shell_error(shell, "Unable to change balloon collection period.");
                return false;
        }
        return true;
}

bool cmd_dommemstat(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        virDomainMemoryStatStruct stats[VIR_DOMAIN_MEMORY_STAT_NR];
        int flags = affect_flags(shell, args);
        int period = -1;
        int given = 0;
        int n = 0;

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain)
                return false;
        given = args_int(shell, args, "period", &period);
        if (given)
                return given > 0 && set_period(shell, domain, period, flags);
        n = virDomainMemoryStats(domain, stats, G_N_ELEMENTS(stats), 0);
        if (n < 0) {
                shell_error(shell, "Failed to get memory statistics for domain %s", virDomainGetName(domain));
                return false;
        }
        for (int i = 0; i < n; i++) {
                if (stats[i].tag >= 0 && stats[i].tag < (int)G_N_ELEMENTS(memory_figures))
                        shell_print(shell, "%s %llu\n", memory_figures[stats[i].tag], stats[i].val);
        }
        return true;
}

static char *bytes_text(unsigned long long bytes, bool human)
{
        const char *unit = NULL;
        double value = size_pretty(bytes, &unit);

        return human ? g_strdup_printf("%-.3lf %s", value, unit) : g_strdup_printf("%llu", bytes);
}

static void print_size(Shell *shell, const char *what, unsigned long long bytes, bool human)
{
        g_autofree char *text = bytes_text(bytes, human);

        shell_print(shell, "%-15s %s\n", what, text);
}

/* A disk without a medium, or on a server nobody asked yet, has no sizes. */
static bool add_sizes(Table *table, virDomainPtr domain, Xml *xml, XmlNode *disk, bool human)
{
        g_autofree char *target = xml_string(xml, disk, "string(./target/@dev)");
        g_autofree char *capacity = NULL;
        g_autofree char *allocation = NULL;
        g_autofree char *physical = NULL;
        virDomainBlockInfo info;

        int r = virDomainGetBlockInfo(domain, target, &info, 0);

        if (r < 0 && shell_error_code() == VIR_ERR_NO_SUPPORT)
                return false;
        if (r == 0) {
                capacity = bytes_text(info.capacity, human);
                allocation = bytes_text(info.allocation, human);
                physical = bytes_text(info.physical, human);
        }
        if (r < 0)
                shell_forget_error();
        table_row(table, target, capacity ? capacity : "-", allocation ? allocation : "-", physical ? physical : "-",
                  NULL);
        return true;
}

static bool print_all_sizes(Shell *shell, virDomainPtr domain, bool human)
{
        g_autofree char *text = virDomainGetXMLDesc(domain, 0);
        g_autoptr(Xml) xml = text ? xml_parse(shell, text, "(domain_definition)") : NULL;
        g_autofree XmlNode **disks = xml ? xml_nodes(xml, NULL, "./devices/disk") : NULL;
        g_autoptr(Table) table = table_new("Target", "Capacity", "Allocation", "Physical", NULL);

        if (!xml)
                return false;
        for (XmlNode **disk = disks; *disk; disk++)
                if (!add_sizes(table, domain, xml, *disk, human))
                        return false;
        table_print(table, shell);
        return true;
}

bool cmd_domblkinfo(Shell *shell, const ShellArgs *args)
{
        bool human = args_has(args, "human");
        g_autoptr(virDomain) domain = NULL;
        const char *device = NULL;
        virDomainBlockInfo info;
        int given = args_string(shell, args, "device", &device);

        if (given < 0)
                return false;
        if (!given && !args_has(args, "all")) {
                shell_error(shell, "command 'domblkinfo' requires <device> option");
                return false;
        }
        domain = domain_get(shell, args);
        if (!domain)
                return false;
        if (args_has(args, "all"))
                return print_all_sizes(shell, domain, human);
        if (virDomainGetBlockInfo(domain, device, &info, 0) < 0)
                return false;
        print_size(shell, "Capacity:", info.capacity, human);
        print_size(shell, "Allocation:", info.allocation, human);
        print_size(shell, "Physical:", info.physical, human);
        return true;
}
