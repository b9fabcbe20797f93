/* domjobinfo: how far the work on a guest is; and the limits of a migration. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "virsh.h"

static const char *const job_types[] = {
        [VIR_DOMAIN_JOB_NONE] = "None",           [VIR_DOMAIN_JOB_BOUNDED] = "Bounded",
        [VIR_DOMAIN_JOB_UNBOUNDED] = "Unbounded", [VIR_DOMAIN_JOB_COMPLETED] = "Completed",
        [VIR_DOMAIN_JOB_FAILED] = "Failed",       [VIR_DOMAIN_JOB_CANCELLED] = "Cancelled",
};

static const char *const operations[] = {
        [VIR_DOMAIN_JOB_OPERATION_UNKNOWN] = "Unknown",
        [VIR_DOMAIN_JOB_OPERATION_START] = "Start",
        [VIR_DOMAIN_JOB_OPERATION_SAVE] = "Save",
        [VIR_DOMAIN_JOB_OPERATION_RESTORE] = "Restore",
        [VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN] = "Incoming migration",
        [VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT] = "Outgoing migration",
        [VIR_DOMAIN_JOB_OPERATION_SNAPSHOT] = "Snapshot",
        [VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_REVERT] = "Snapshot revert",
        [VIR_DOMAIN_JOB_OPERATION_DUMP] = "Dump",
        [VIR_DOMAIN_JOB_OPERATION_BACKUP] = "Backup",
};

typedef enum { SHOW_OPERATION, SHOW_MS, SHOW_SIZE, SHOW_RATE, SHOW_PAGES, SHOW_BYTES, SHOW_COUNT, SHOW_PERCENT } Show;

/* In the order in which they are shown; what the job does not tell, or tells as nothing, is left out. */
static const struct {
        const char *field;
        const char *label;
        Show show;
        bool even_if_zero;
} figures[] = {
        { VIR_DOMAIN_JOB_OPERATION, "Operation:", SHOW_OPERATION },
        { VIR_DOMAIN_JOB_TIME_ELAPSED, "Time elapsed:", SHOW_MS, true },
        { VIR_DOMAIN_JOB_TIME_ELAPSED_NET, "Time elapsed w/o network:", SHOW_MS },
        { VIR_DOMAIN_JOB_TIME_REMAINING, "Time remaining:", SHOW_MS, true },
        { VIR_DOMAIN_JOB_DATA_PROCESSED, "Data processed:", SHOW_SIZE },
        { VIR_DOMAIN_JOB_DATA_REMAINING, "Data remaining:", SHOW_SIZE },
        { VIR_DOMAIN_JOB_DATA_TOTAL, "Data total:", SHOW_SIZE },
        { VIR_DOMAIN_JOB_MEMORY_PROCESSED, "Memory processed:", SHOW_SIZE },
        { VIR_DOMAIN_JOB_MEMORY_REMAINING, "Memory remaining:", SHOW_SIZE },
        { VIR_DOMAIN_JOB_MEMORY_TOTAL, "Memory total:", SHOW_SIZE },
        { VIR_DOMAIN_JOB_MEMORY_BPS, "Memory bandwidth:", SHOW_RATE },
        { VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE, "Dirty rate:", SHOW_PAGES, true },
        { VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE, "Page size:", SHOW_BYTES, true },
        { VIR_DOMAIN_JOB_MEMORY_ITERATION, "Iteration:", SHOW_COUNT, true },
        { VIR_DOMAIN_JOB_MEMORY_POSTCOPY_REQS, "Postcopy requests:", SHOW_COUNT },
        { VIR_DOMAIN_JOB_DISK_PROCESSED, "File processed:", SHOW_SIZE },
        { VIR_DOMAIN_JOB_DISK_REMAINING, "File remaining:", SHOW_SIZE },
        { VIR_DOMAIN_JOB_DISK_TOTAL, "File total:", SHOW_SIZE },
        { VIR_DOMAIN_JOB_DISK_BPS, "File bandwidth:", SHOW_RATE },
        { VIR_DOMAIN_JOB_MEMORY_CONSTANT, "Constant pages:", SHOW_COUNT, true },
        { VIR_DOMAIN_JOB_MEMORY_NORMAL, "Normal pages:", SHOW_COUNT, true },
        { VIR_DOMAIN_JOB_MEMORY_NORMAL_BYTES, "Normal data:", SHOW_SIZE, true },
        { VIR_DOMAIN_JOB_DOWNTIME, "Expected downtime:", SHOW_MS, true },
        { VIR_DOMAIN_JOB_DOWNTIME_NET, "Downtime w/o network:", SHOW_MS },
        { VIR_DOMAIN_JOB_SETUP_TIME, "Setup time:", SHOW_MS, true },
        { VIR_DOMAIN_JOB_COMPRESSION_CACHE, "Compression cache:", SHOW_SIZE, true },
        { VIR_DOMAIN_JOB_COMPRESSION_BYTES, "Compressed data:", SHOW_SIZE, true },
        { VIR_DOMAIN_JOB_COMPRESSION_PAGES, "Compressed pages:", SHOW_COUNT, true },
        { VIR_DOMAIN_JOB_COMPRESSION_CACHE_MISSES, "Compression cache misses:", SHOW_COUNT, true },
        { VIR_DOMAIN_JOB_COMPRESSION_OVERFLOW, "Compression overflows:", SHOW_COUNT, true },
        { VIR_DOMAIN_JOB_AUTO_CONVERGE_THROTTLE, "Auto converge throttle:", SHOW_PERCENT },
        { VIR_DOMAIN_JOB_DISK_TEMP_USED, "Temporary disk space use:", SHOW_SIZE },
        { VIR_DOMAIN_JOB_DISK_TEMP_TOTAL, "Temporary disk space total:", SHOW_SIZE },
};

static unsigned long long number_in(const virTypedParameter *param)
{
        switch (param->type) {
        case VIR_TYPED_PARAM_INT: return (unsigned long long)param->value.i;
        case VIR_TYPED_PARAM_UINT: return param->value.ui;
        default: return param->value.ul;
        }
}

static void print_figure(Shell *shell, const char *label, Show show, unsigned long long value)
{
        const char *unit = NULL;
        double size = size_pretty(value, &unit);

        switch (show) {
        case SHOW_OPERATION: shell_print(shell, "%-17s %-12s\n", label, text_of(operations, (int)value)); break;
        case SHOW_MS: shell_print(shell, "%-17s %-12llu ms\n", label, value); break;
        case SHOW_SIZE: shell_print(shell, "%-17s %-.3lf %s\n", label, size, unit); break;
        case SHOW_RATE: shell_print(shell, "%-17s %-.3lf %s/s\n", label, size, unit); break;
        case SHOW_PAGES: shell_print(shell, "%-17s %-12llu pages/s\n", label, value); break;
        case SHOW_BYTES: shell_print(shell, "%-17s %-12llu bytes\n", label, value); break;
        case SHOW_COUNT: shell_print(shell, "%-17s %-12llu\n", label, value); break;
        case SHOW_PERCENT: shell_print(shell, "%-17s %-13llu\n", label, value); break;
        }
}

static void print_figures(Shell *shell, const Params *params, int type)
{
        for (size_t i = 0; i < G_N_ELEMENTS(figures); i++) {
                const virTypedParameter *param = virTypedParamsGet(params->list, params->n, figures[i].field);
                const char *label = figures[i].label;
                unsigned long long value = param ? number_in(param) : 0;

                if (!param || (value == 0 && !figures[i].even_if_zero))
                        continue;
                /* How long is only known where the end is, and an end that was reached has a total. */
                if (strcmp(figures[i].field, VIR_DOMAIN_JOB_TIME_REMAINING) == 0 && type != VIR_DOMAIN_JOB_BOUNDED)
                        continue;
                if (strcmp(figures[i].field, VIR_DOMAIN_JOB_DOWNTIME) == 0 && type == VIR_DOMAIN_JOB_COMPLETED)
                        label = "Total downtime:";
                print_figure(shell, label, figures[i].show, value);
        }
}

static void print_raw(Shell *shell, const Params *params, int type)
{
        shell_print(shell, "Job type: %d\n", type);
        for (int i = 0; i < params->n; i++) {
                g_autofree char *value = param_text(&params->list[i]);

                shell_print(shell, "%s: %s\n", params->list[i].field, value);
        }
}

bool cmd_domjobinfo(Shell *shell, const ShellArgs *args)
{
        static const FlagRow rows[] = {
                { "completed", VIR_DOMAIN_JOB_STATS_COMPLETED },
                { "keep-completed", VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED },
                { NULL, 0 },
        };
        g_autoptr(virDomain) domain = NULL;
        AUTO_PARAMS params = { NULL };
        const char *message = NULL;
        unsigned flags = flags_given(args, rows);
        int type = 0;

        if (!args_requires(shell, args, "keep-completed", "completed"))
                return false;
        domain = domain_get(shell, args);
        if (!domain || virDomainGetJobStats(domain, &type, &params.list, &params.n, flags) < 0)
                return false;
        if (args_has(args, "rawstats")) {
                print_raw(shell, &params, type);
                return true;
        }
        shell_print(shell, "%-17s %-12s\n", "Job type:", text_of(job_types, type));
        if (type == VIR_DOMAIN_JOB_NONE)
                return true;
        print_figures(shell, &params, type);
        if (virTypedParamsGetString(params.list, params.n, VIR_DOMAIN_JOB_ERRMSG, &message) > 0 && message)
                shell_print(shell, "%-17s %s\n", "Error message:", message);
        return true;
}

/* --- limits of a migration --- */

bool cmd_migrate_setmaxdowntime(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        unsigned long long ms = 0;

        if (!domain || args_uint64(shell, args, "downtime", &ms) <= 0)
                return false;
        if (ms == 0) {
                shell_error(shell, "migrate: Invalid downtime");
                return false;
        }
        return virDomainMigrateSetMaxDowntime(domain, ms, 0) == 0;
}

bool cmd_migrate_getmaxdowntime(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        unsigned long long ms = 0;

        if (!domain || virDomainMigrateGetMaxDowntime(domain, &ms, 0) < 0)
                return false;
        shell_print(shell, "%llu\n", ms);
        return true;
}

bool cmd_migrate_compcache(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        unsigned long long size = 0;
        const char *unit = NULL;
        double pretty = 0;
        int given = 0;

        if (!domain)
                return false;
        given = args_uint64(shell, args, "size", &size);
        if (given < 0 || (given && virDomainMigrateSetCompressionCache(domain, size, 0) < 0) ||
            virDomainMigrateGetCompressionCache(domain, &size, 0) < 0)
                return false;
        pretty = size_pretty(size, &unit);
        shell_print(shell, "Compression cache: %.3lf %s", pretty, unit);
        return true;
}

bool cmd_migrate_setspeed(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        unsigned flags = args_has(args, "postcopy") ? VIR_DOMAIN_MIGRATE_MAX_SPEED_POSTCOPY : 0;
        unsigned long mib = 0;

        return domain && args_ulong_wrap(shell, args, "bandwidth", &mib) > 0 &&
               virDomainMigrateSetMaxSpeed(domain, mib, flags) == 0;
}

bool cmd_migrate_getspeed(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        unsigned flags = args_has(args, "postcopy") ? VIR_DOMAIN_MIGRATE_MAX_SPEED_POSTCOPY : 0;
        unsigned long mib = 0;

        if (!domain || virDomainMigrateGetMaxSpeed(domain, &mib, flags) < 0)
                return false;
        shell_print(shell, "%lu\n", mib);
        return true;
}

bool cmd_migrate_postcopy(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);

        return domain && virDomainMigrateStartPostCopy(domain, 0) == 0;
}
