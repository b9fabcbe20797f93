/* Limits and shares of guests: memtune, blkiotune, blkdeviotune, schedinfo, numatune, domiftune, perf. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "params.h"

/* Read when nothing is to be changed, else change. */
static bool set_params(Shell *shell, virDomainPtr domain, Params *params, ParamsSet set, unsigned flags,
                       const char *failed)
{
        if (set(domain, params->list, params->n, flags) == 0)
                return true;
        shell_error(shell, "%s", failed);
        return false;
}

/* --- memory --- */

static int add_limit(Shell *shell, const ShellArgs *args, const char *option, const char *field, Params *params)
{
        const char *text = args_text(args, option);
        unsigned long long bytes = 0;
        g_autofree char *detail = NULL;

        if (text && strcmp(text, "-1") == 0)
                return virTypedParamsAddULLong(&params->list, &params->n, &params->max, field,
                                               VIR_DOMAIN_MEMORY_PARAM_UNLIMITED);
        if (!text)
                return 0;
        if (scale_number(text, 1024, ULLONG_MAX, &bytes, &detail) < 0)
                return -1;
        return virTypedParamsAddULLong(&params->list, &params->n, &params->max, field, bytes / 1024);
}

static void print_limits(Shell *shell, const Params *params)
{
        for (int i = 0; i < params->n; i++) {
                const virTypedParameter *param = &params->list[i];
                g_autofree char *value = param_text(param);

                if (param->type == VIR_TYPED_PARAM_ULLONG && param->value.ul == VIR_DOMAIN_MEMORY_PARAM_UNLIMITED)
                        shell_print(shell, "%-15s: %s\n", param->field, "unlimited");
                else
                        shell_print(shell, "%-15s: %s\n", param->field, value);
        }
}

bool cmd_memtune(Shell *shell, const ShellArgs *args)
{
        static const char *const limits[][2] = {
                { "hard-limit", VIR_DOMAIN_MEMORY_HARD_LIMIT },
                { "soft-limit", VIR_DOMAIN_MEMORY_SOFT_LIMIT },
                { "swap-hard-limit", VIR_DOMAIN_MEMORY_SWAP_HARD_LIMIT },
                { "min-guarantee", VIR_DOMAIN_MEMORY_MIN_GUARANTEE },
        };
        g_autoptr(virDomain) domain = NULL;
        AUTO_PARAMS params = { NULL };
        int flags = affect_flags(shell, args);

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain)
                return false;
        for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
                if (add_limit(shell, args, limits[i][0], limits[i][1], &params) >= 0)
                        continue;
                shell_error(shell, "Unable to parse integer parameter %s", limits[i][0]);
                return false;
        }
        if (params.n > 0)
                return set_params(shell, domain, &params, virDomainSetMemoryParameters, (unsigned)flags,
                                  "Unable to change memory parameters");
        if (!params_read(domain, virDomainGetMemoryParameters, (unsigned)flags, &params)) {
                shell_error(shell, "Unable to get number of memory parameters");
                return false;
        }
        print_limits(shell, &params);
        return true;
}

/* --- block I/O of the whole guest --- */

static const ParamRow blkio_rows[] = {
        { "device-weights", VIR_DOMAIN_BLKIO_DEVICE_WEIGHT, PARAM_OPTION_STRING },
        { "device-read-iops-sec", VIR_DOMAIN_BLKIO_DEVICE_READ_IOPS, PARAM_OPTION_STRING },
        { "device-write-iops-sec", VIR_DOMAIN_BLKIO_DEVICE_WRITE_IOPS, PARAM_OPTION_STRING },
        { "device-read-bytes-sec", VIR_DOMAIN_BLKIO_DEVICE_READ_BPS, PARAM_OPTION_STRING },
        { "device-write-bytes-sec", VIR_DOMAIN_BLKIO_DEVICE_WRITE_BPS, PARAM_OPTION_STRING },
        { NULL },
};

bool cmd_blkiotune(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        AUTO_PARAMS params = { NULL };
        int weight = 0;
        int given = 0;
        int flags = affect_flags(shell, args);

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        given = domain ? args_int(shell, args, "weight", &weight) : -1;
        if (given < 0)
                return false;
        if (given && weight <= 0) {
                shell_error(shell, "Invalid value of %d for I/O weight", weight);
                return false;
        }
        if (given &&
            virTypedParamsAddUInt(&params.list, &params.n, &params.max, VIR_DOMAIN_BLKIO_WEIGHT, (unsigned)weight) < 0)
                return false;
        if (!params_from_options(shell, args, blkio_rows, &params))
                return false;
        if (params.n > 0)
                return set_params(shell, domain, &params, virDomainSetBlkioParameters, (unsigned)flags,
                                  "Unable to change blkio parameters");
        if (!params_read(domain, virDomainGetBlkioParameters, (unsigned)flags, &params)) {
                shell_error(shell, "Unable to get number of blkio parameters");
                return false;
        }
        params_print(shell, &params);
        return true;
}

/* --- block I/O of one disk --- */

#define IOTUNE(name, field)                                                                                            \
        {                                                                                                              \
                name, VIR_DOMAIN_BLOCK_IOTUNE_##field, PARAM_OPTION_SCALED, 1                                          \
        }
static const ParamRow iotune_rows[] = {
        IOTUNE("total-bytes-sec", TOTAL_BYTES_SEC),
        IOTUNE("read-bytes-sec", READ_BYTES_SEC),
        IOTUNE("write-bytes-sec", WRITE_BYTES_SEC),
        IOTUNE("total-bytes-sec-max", TOTAL_BYTES_SEC_MAX),
        IOTUNE("read-bytes-sec-max", READ_BYTES_SEC_MAX),
        IOTUNE("write-bytes-sec-max", WRITE_BYTES_SEC_MAX),
        IOTUNE("total-iops-sec", TOTAL_IOPS_SEC),
        IOTUNE("read-iops-sec", READ_IOPS_SEC),
        IOTUNE("write-iops-sec", WRITE_IOPS_SEC),
        IOTUNE("total-iops-sec-max", TOTAL_IOPS_SEC_MAX),
        IOTUNE("read-iops-sec-max", READ_IOPS_SEC_MAX),
        IOTUNE("write-iops-sec-max", WRITE_IOPS_SEC_MAX),
        IOTUNE("size-iops-sec", SIZE_IOPS_SEC),
        { "group-name", VIR_DOMAIN_BLOCK_IOTUNE_GROUP_NAME, PARAM_OPTION_STRING },
        IOTUNE("total-bytes-sec-max-length", TOTAL_BYTES_SEC_MAX_LENGTH),
        IOTUNE("read-bytes-sec-max-length", READ_BYTES_SEC_MAX_LENGTH),
        IOTUNE("write-bytes-sec-max-length", WRITE_BYTES_SEC_MAX_LENGTH),
        IOTUNE("total-iops-sec-max-length", TOTAL_IOPS_SEC_MAX_LENGTH),
        IOTUNE("read-iops-sec-max-length", READ_IOPS_SEC_MAX_LENGTH),
        IOTUNE("write-iops-sec-max-length", WRITE_IOPS_SEC_MAX_LENGTH),
        { NULL },
};

bool cmd_blkdeviotune(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        const char *disk = NULL;
        AUTO_PARAMS params = { NULL };
        int n = 0;
        int flags = affect_flags(shell, args);

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain || args_string(shell, args, "device", &disk) <= 0)
                return false;
        if (!params_from_options(shell, args, iotune_rows, &params)) {
                shell_error(shell, "Unable to parse integer parameter");
                return false;
        }
        if (params.n > 0) {
                if (virDomainSetBlockIoTune(domain, disk, params.list, params.n, (unsigned)flags) == 0)
                        return true;
                shell_error(shell, "Unable to change block I/O throttle");
                return false;
        }
        if (virDomainGetBlockIoTune(domain, NULL, NULL, &n, (unsigned)flags) < 0) {
                shell_error(shell, "Unable to get number of block I/O throttle parameters");
                return false;
        }
        if (n == 0)
                return true;
        params.list = g_new0(virTypedParameter, (gsize)n);
        params.n = n;
        if (virDomainGetBlockIoTune(domain, disk, params.list, &params.n, (unsigned)flags) < 0) {
                shell_error(shell, "Unable to get block I/O throttle parameters");
                return false;
        }
        params_print(shell, &params);
        return true;
}

/* --- NUMA --- */

static const char *const numa_modes[] = { "strict", "preferred", "interleave", "restrictive", NULL };

static bool add_numa_mode(Shell *shell, const ShellArgs *args, Params *params)
{
        const char *text = NULL;
        int mode = 0;
        char *end = NULL;
        int given = args_string(shell, args, "mode", &text);

        if (given <= 0)
                return given == 0;
        mode = number_of(numa_modes, text);
        if (mode < 0) {
                mode = (int)strtol(text, &end, 10);
                if (end == text || *end) {
                        shell_error(shell, "Invalid mode: %s", text);
                        return false;
                }
        }
        return virTypedParamsAddInt(&params->list, &params->n, &params->max, VIR_DOMAIN_NUMA_MODE, mode) == 0;
}

static const ParamRow numa_rows[] = {
        { "nodeset", VIR_DOMAIN_NUMA_NODESET, PARAM_OPTION_STRING },
        { NULL },
};

bool cmd_numatune(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        AUTO_PARAMS params = { NULL };
        int flags = affect_flags(shell, args);

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain || !params_from_options(shell, args, numa_rows, &params) || !add_numa_mode(shell, args, &params))
                return false;
        if (params.n > 0)
                return set_params(shell, domain, &params, virDomainSetNumaParameters, (unsigned)flags,
                                  "Unable to change numa parameters");
        if (!params_read(domain, virDomainGetNumaParameters, (unsigned)flags, &params)) {
                shell_error(shell, "Unable to get number of memory parameters");
                return false;
        }
        for (int i = 0; i < params.n; i++) {
                const virTypedParameter *param = &params.list[i];
                g_autofree char *value = param_text(param);

                if (strcmp(param->field, VIR_DOMAIN_NUMA_MODE) == 0)
                        shell_print(shell, "%-15s: %s\n", param->field,
                                    text_of_n(numa_modes, G_N_ELEMENTS(numa_modes) - 1, param->value.i));
                else
                        shell_print(shell, "%-15s: %s\n", param->field, value);
        }
        return true;
}

/* --- scheduler --- */

/* "cpu_shares=2048": the value gets the type that the scheduler's own parameter has. */
static bool add_sched(Shell *shell, const Params *known, const char *word, Params *params)
{
        const char *equals = strchr(word, '=');
        g_autofree char *field = equals ? g_strndup(word, (gsize)(equals - word)) : NULL;
        const virTypedParameter *found = NULL;

        for (int i = 0; field && i < known->n; i++) {
                if (strcmp(known->list[i].field, field) == 0)
                        found = &known->list[i];
        }
        if (!equals) {
                shell_error(shell, "Invalid syntax for --set, expecting name=value");
                return false;
        }
        if (!found) {
                shell_error(shell, "invalid scheduler option: %s", field);
                return false;
        }
        return virTypedParamsAddFromString(&params->list, &params->n, &params->max, field, found->type, equals + 1) ==
               0;
}

static bool sched_changes(Shell *shell, const ShellArgs *args, const Params *known, Params *params)
{
        g_autofree const char **words = args_words(args, "set");
        static const struct {
                const char *option;
                const char *field;
        } old_options[] = { { "weight", VIR_DOMAIN_SCHEDULER_WEIGHT }, { "cap", VIR_DOMAIN_SCHEDULER_CAP } };

        for (size_t i = 0; i < G_N_ELEMENTS(old_options); i++) {
                const char *text = args_text(args, old_options[i].option);
                g_autofree char *word = text ? g_strdup_printf("%s=%s", old_options[i].field, text) : NULL;

                if (word && !add_sched(shell, known, word, params))
                        return false;
        }
        for (const char **word = words; *word; word++) {
                if (!add_sched(shell, known, *word, params))
                        return false;
        }
        return true;
}

/* Without a choice of definitions the older call does, which every driver has. */
static bool sched_read(virDomainPtr domain, int n, int flags, Params *params)
{
        params_done(params);
        params->list = g_new0(virTypedParameter, (gsize)MAX(n, 1));
        params->n = n;
        if (flags < 0)
                return virDomainGetSchedulerParameters(domain, params->list, &params->n) == 0;
        return virDomainGetSchedulerParametersFlags(domain, params->list, &params->n, (unsigned)flags) == 0;
}

bool cmd_schedinfo(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        g_autofree char *type = NULL;
        AUTO_PARAMS known = { NULL };
        AUTO_PARAMS changes = { NULL };
        int n = 0;
        int flags = affect_flags(shell, args);

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        type = domain ? virDomainGetSchedulerType(domain, &n) : NULL;
        if (!domain)
                return false;
        shell_print(shell, "%-15s: %s\n", "Scheduler", type ? type : "Unknown");
        if (!type || n == 0)
                return type != NULL;
        if (flags == 0 && !args_has(args, "current"))
                flags = -1;
        if (!sched_read(domain, n, flags, &known) || !sched_changes(shell, args, &known, &changes))
                return false;
        if (changes.n > 0) {
                int r = flags < 0 ? virDomainSetSchedulerParameters(domain, changes.list, changes.n)
                                  : virDomainSetSchedulerParametersFlags(domain, changes.list, changes.n,
                                                                         (unsigned)flags);

                if (r < 0 || !sched_read(domain, n, flags, &known))
                        return false;
        }
        params_print(shell, &known);
        return true;
}

/* --- interfaces --- */

/* "average[,peak[,burst[,floor]]]" */
static bool parse_rate(Shell *shell, const char *text, unsigned *values, size_t n_values, size_t *ret_n)
{
        g_auto(GStrv) parts = g_strsplit(text, ",", -1);

        *ret_n = g_strv_length(parts);
        if (*ret_n > n_values) {
                if (*ret_n == 4)
                        shell_error(shell, "outbound floor is unsupported yet");
                else
                        shell_error(shell, "Rate string '%s' has too many fields", text);
                return false;
        }
        for (size_t i = 0; i < *ret_n; i++) {
                char *end = NULL;
                unsigned long long value = strtoull(parts[i], &end, 10);

                if (!*parts[i] && i > 0)
                        continue;
                if (end == parts[i] || *end || value > G_MAXUINT) {
                        shell_error(shell, "field '%s' is malformed", i == 0 ? "average" : parts[i]);
                        return false;
                }
                values[i] = (unsigned)value;
        }
        return true;
}

static bool add_rate(Shell *shell, const ShellArgs *args, const char *option, const char *const *fields,
                     size_t n_fields, Params *params)
{
        const char *text = NULL;
        unsigned values[4] = { 0 };
        size_t n = 0;
        int given = args_string(shell, args, option, &text);

        if (given <= 0)
                return given == 0;
        if (!parse_rate(shell, text, values, n_fields, &n))
                return false;
        for (size_t i = 0; i < n; i++) {
                if ((values[i] || i == 0) &&
                    virTypedParamsAddUInt(&params->list, &params->n, &params->max, fields[i], values[i]) < 0)
                        return false;
        }
        return true;
}

bool cmd_domiftune(Shell *shell, const ShellArgs *args)
{
        static const char *const in_fields[] = { VIR_DOMAIN_BANDWIDTH_IN_AVERAGE, VIR_DOMAIN_BANDWIDTH_IN_PEAK,
                                                 VIR_DOMAIN_BANDWIDTH_IN_BURST, VIR_DOMAIN_BANDWIDTH_IN_FLOOR };
        static const char *const out_fields[] = { VIR_DOMAIN_BANDWIDTH_OUT_AVERAGE, VIR_DOMAIN_BANDWIDTH_OUT_PEAK,
                                                  VIR_DOMAIN_BANDWIDTH_OUT_BURST };
        g_autoptr(virDomain) domain = NULL;
        const char *interface = NULL;
        AUTO_PARAMS params = { NULL };
        int n = 0;
        int flags = affect_flags(shell, args);

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain || args_string(shell, args, "interface", &interface) <= 0 ||
            !add_rate(shell, args, "inbound", in_fields, G_N_ELEMENTS(in_fields), &params) ||
            !add_rate(shell, args, "outbound", out_fields, G_N_ELEMENTS(out_fields), &params))
                return false;
        if (params.n > 0) {
                if (virDomainSetInterfaceParameters(domain, interface, params.list, params.n, (unsigned)flags) == 0)
                        return true;
                shell_error(shell, "Unable to set interface parameters");
                return false;
        }
        if (virDomainGetInterfaceParameters(domain, interface, NULL, &n, (unsigned)flags) < 0) {
                shell_error(shell, "Unable to get number of interface parameters");
                return false;
        }
        params.list = g_new0(virTypedParameter, (gsize)MAX(n, 1));
        params.n = n;
        if (n > 0 && virDomainGetInterfaceParameters(domain, interface, params.list, &params.n, (unsigned)flags) < 0) {
                shell_error(shell, "Unable to get interface parameters");
                return false;
        }
        params_print(shell, &params);
        return true;
}

/* --- performance counters --- */

static bool add_perf(Shell *shell, const ShellArgs *args, const char *option, bool on, Params *params)
{
        const char *text = NULL;
        g_auto(GStrv) names = NULL;
        int given = args_string(shell, args, option, &text);

        if (given <= 0)
                return given == 0;
        names = g_strsplit(text, ",", -1);
        for (char **name = names; *name; name++) {
                if (virTypedParamsAddBoolean(&params->list, &params->n, &params->max, *name, on) < 0)
                        return false;
        }
        return true;
}

bool cmd_perf(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        AUTO_PARAMS params = { NULL };
        int flags = affect_flags(shell, args);
        bool change = false;

        if (flags < 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain || !add_perf(shell, args, "enable", true, &params) ||
            !add_perf(shell, args, "disable", false, &params))
                return false;
        change = params.n > 0;
        if (change && virDomainSetPerfEvents(domain, params.list, params.n, (unsigned)flags) < 0) {
                shell_error(shell, "Unable to enable/disable perf events");
                return false;
        }
        if (!change && virDomainGetPerfEvents(domain, &params.list, &params.n, (unsigned)flags) < 0) {
                shell_error(shell, "Unable to get perf events");
                return false;
        }
        for (int i = 0; i < params.n; i++) {
                if (!change || params.list[i].value.b)
                        shell_print(shell, "%-15s: %s\n", params.list[i].field,
                                    params.list[i].value.b ? "enabled" : "disabled");
                else
                        shell_print(shell, "%-15s: %s\n", params.list[i].field, "disabled");
        }
        return true;
}
