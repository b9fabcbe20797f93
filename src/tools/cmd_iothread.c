/* The I/O threads of a guest. */
#include "virsh_commands.h"

#include <stdlib.h>

#include "params.h"

bool cmd_iothreadinfo(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        virDomainIOThreadInfoPtr *threads = NULL;
        int flags = affect_flags(shell, args);
        int cpus = 0;
        int n = 0;

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain)
                return false;
        n = virDomainGetIOThreadInfo(domain, &threads, (unsigned)flags);
        if (n < 0) {
                shell_error(shell, "Unable to get domain IOThreads information");
                return false;
        }
        if (n == 0) {
                shell_print(shell, "No IOThreads found for the domain");
                return true;
        }
        cpus = virNodeGetCPUMap(connection_of(shell), NULL, NULL, 0);
        g_autoptr(Table) table = table_new("IOThread ID", "CPU Affinity", NULL);
        for (int i = 0; i < n; i++) {
                g_autofree char *id = g_strdup_printf("%u", threads[i]->iothread_id);
                g_autofree char *list = cpu_map_text(threads[i]->cpumap, threads[i]->cpumaplen, MAX(cpus, 0));

                table_row(table, id, list, NULL);
                virDomainIOThreadInfoFree(threads[i]);
        }
        free(threads);
        table_print(table, shell);
        return cpus >= 0;
}

/* The number of a thread: at least @min. */
static bool get_id(Shell *shell, const ShellArgs *args, const char *option, unsigned *ret)
{
        int id = 0;

        if (args_int(shell, args, option, &id) <= 0)
                return false;
        if (id <= 0) {
                shell_error(shell, "Invalid IOThread id value: '%d'", id);
                return false;
        }
        *ret = (unsigned)id;
        return true;
}

bool cmd_iothreadpin(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        g_autofree unsigned char *map = NULL;
        const char *list = NULL;
        unsigned id = 0;
        int flags = affect_flags(shell, args);
        int cpus = 0;
        int bytes = 0;

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain || args_string(shell, args, "cpulist", &list) <= 0 || args_uint(shell, args, "iothread", &id) <= 0)
                return false;
        cpus = virNodeGetCPUMap(connection_of(shell), NULL, NULL, 0);
        map = cpus < 0 ? NULL : cpu_list_parse(shell, list, cpus, &bytes);
        return map && virDomainPinIOThread(domain, id, map, bytes, (unsigned)flags) == 0;
}

static bool change_threads(Shell *shell, const ShellArgs *args, int (*change)(virDomainPtr, unsigned, unsigned))
{
        g_autoptr(virDomain) domain = NULL;
        unsigned id = 0;
        int flags = affect_flags(shell, args);

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        return domain && get_id(shell, args, "id", &id) && change(domain, id, (unsigned)flags) == 0;
}

bool cmd_iothreadadd(Shell *shell, const ShellArgs *args)
{
        return change_threads(shell, args, virDomainAddIOThread);
}

bool cmd_iothreaddel(Shell *shell, const ShellArgs *args)
{
        return change_threads(shell, args, virDomainDelIOThread);
}

static const struct {
        const char *option;
        const char *field;
} polling[] = {
        { "poll-max-ns", VIR_DOMAIN_IOTHREAD_POLL_MAX_NS },
        { "poll-grow", VIR_DOMAIN_IOTHREAD_POLL_GROW },
        { "poll-shrink", VIR_DOMAIN_IOTHREAD_POLL_SHRINK },
        { "thread-pool-min", VIR_DOMAIN_IOTHREAD_THREAD_POOL_MIN },
        { "thread-pool-max", VIR_DOMAIN_IOTHREAD_THREAD_POOL_MAX },
};

static bool add_setting(Shell *shell, const ShellArgs *args, size_t row, Params *params)
{
        const char *option = polling[row].option;
        const char *field = polling[row].field;
        unsigned long long longest = 0;
        unsigned value = 0;
        int signed_value = 0;
        int given = 0;

        /* The first is a time, the next two are factors, the last two may be -1: no limit of ours. */
        if (row == 0) {
                given = args_uint64(shell, args, option, &longest);
                return given == 0 || (given > 0 && virTypedParamsAddULLong(&params->list, &params->n, &params->max,
                                                                           field, longest) == 0);
        }
        if (row <= 2) {
                given = args_uint(shell, args, option, &value);
                return given == 0 ||
                       (given > 0 && virTypedParamsAddUInt(&params->list, &params->n, &params->max, field, value) == 0);
        }
        given = args_int(shell, args, option, &signed_value);
        return given == 0 ||
               (given > 0 && virTypedParamsAddInt(&params->list, &params->n, &params->max, field, signed_value) == 0);
}

bool cmd_iothreadset(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        AUTO_PARAMS params = { NULL };
        unsigned id = 0;
        int flags = affect_flags(shell, args);

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain || !get_id(shell, args, "id", &id))
                return false;
        for (size_t i = 0; i < G_N_ELEMENTS(polling); i++) {
                if (!add_setting(shell, args, i, &params))
                        return false;
        }
        if (params.n == 0) {
                shell_error(shell, "Not enough arguments passed, nothing to set");
                return false;
        }
        return virDomainSetIOThreadParams(domain, id, params.list, params.n, (unsigned)flags) == 0;
}
