/* Words and numbers as virsh writes and reads them. */
#include "virsh.h"

#include <stdlib.h>
#include <string.h>

const char *text_of_n(const char *const *names, size_t n, int value)
{
        return value >= 0 && (size_t)value < n && names[value] ? names[value] : "unknown";
}

static const char *const state_names[] = {
        [VIR_DOMAIN_NOSTATE] = "no state", [VIR_DOMAIN_RUNNING] = "running",         [VIR_DOMAIN_BLOCKED] = "idle",
        [VIR_DOMAIN_PAUSED] = "paused",    [VIR_DOMAIN_SHUTDOWN] = "in shutdown",    [VIR_DOMAIN_SHUTOFF] = "shut off",
        [VIR_DOMAIN_CRASHED] = "crashed",  [VIR_DOMAIN_PMSUSPENDED] = "pmsuspended",
};

const char *domain_state_text(int state)
{
        return state < 0 ? "no state" : text_of(state_names, state);
}

static const char *const running_reasons[] = {
        [VIR_DOMAIN_RUNNING_UNKNOWN] = "unknown",
        [VIR_DOMAIN_RUNNING_BOOTED] = "booted",
        [VIR_DOMAIN_RUNNING_MIGRATED] = "migrated",
        [VIR_DOMAIN_RUNNING_RESTORED] = "restored",
        [VIR_DOMAIN_RUNNING_FROM_SNAPSHOT] = "from snapshot",
        [VIR_DOMAIN_RUNNING_UNPAUSED] = "unpaused",
        [VIR_DOMAIN_RUNNING_MIGRATION_CANCELED] = "migration canceled",
        [VIR_DOMAIN_RUNNING_SAVE_CANCELED] = "save canceled",
        [VIR_DOMAIN_RUNNING_WAKEUP] = "event wakeup",
        [VIR_DOMAIN_RUNNING_CRASHED] = "crashed",
        [VIR_DOMAIN_RUNNING_POSTCOPY] = "post-copy",
        [VIR_DOMAIN_RUNNING_POSTCOPY_FAILED] = "post-copy failed",
};

static const char *const paused_reasons[] = {
        [VIR_DOMAIN_PAUSED_UNKNOWN] = "unknown",
        [VIR_DOMAIN_PAUSED_USER] = "user",
        [VIR_DOMAIN_PAUSED_MIGRATION] = "migrating",
        [VIR_DOMAIN_PAUSED_SAVE] = "saving",
        [VIR_DOMAIN_PAUSED_DUMP] = "dumping",
        [VIR_DOMAIN_PAUSED_IOERROR] = "I/O error",
        [VIR_DOMAIN_PAUSED_WATCHDOG] = "watchdog",
        [VIR_DOMAIN_PAUSED_FROM_SNAPSHOT] = "from snapshot",
        [VIR_DOMAIN_PAUSED_SHUTTING_DOWN] = "shutting down",
        [VIR_DOMAIN_PAUSED_SNAPSHOT] = "creating snapshot",
        [VIR_DOMAIN_PAUSED_CRASHED] = "crashed",
        [VIR_DOMAIN_PAUSED_STARTING_UP] = "starting up",
        [VIR_DOMAIN_PAUSED_POSTCOPY] = "post-copy",
        [VIR_DOMAIN_PAUSED_POSTCOPY_FAILED] = "post-copy failed",
};

static const char *const shutdown_reasons[] = { "unknown", "user" };

static const char *const shutoff_reasons[] = {
        [VIR_DOMAIN_SHUTOFF_UNKNOWN] = "unknown",     [VIR_DOMAIN_SHUTOFF_SHUTDOWN] = "shutdown",
        [VIR_DOMAIN_SHUTOFF_DESTROYED] = "destroyed", [VIR_DOMAIN_SHUTOFF_CRASHED] = "crashed",
        [VIR_DOMAIN_SHUTOFF_MIGRATED] = "migrated",   [VIR_DOMAIN_SHUTOFF_SAVED] = "saved",
        [VIR_DOMAIN_SHUTOFF_FAILED] = "failed",       [VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT] = "from snapshot",
        [VIR_DOMAIN_SHUTOFF_DAEMON] = "daemon",
};

static const char *const crashed_reasons[] = { "unknown", "panicked" };

const char *domain_reason_text(int state, int reason)
{
        switch (state) {
        case VIR_DOMAIN_RUNNING: return text_of(running_reasons, reason);
        case VIR_DOMAIN_PAUSED: return text_of(paused_reasons, reason);
        case VIR_DOMAIN_SHUTDOWN: return text_of(shutdown_reasons, reason);
        case VIR_DOMAIN_SHUTOFF: return text_of(shutoff_reasons, reason);
        case VIR_DOMAIN_CRASHED: return text_of(crashed_reasons, reason);
        default: return "unknown";
        }
}

int number_of(const char *const *names, const char *text)
{
        for (int i = 0; names[i]; i++) {
                if (strcmp(names[i], text) == 0)
                        return i;
        }
        return -1;
}

double size_pretty(unsigned long long bytes, const char **ret_unit)
{
        static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
        double value = (double)bytes;
        size_t i = 0;

        while (value >= 1024 && i + 1 < G_N_ELEMENTS(units)) {
                value /= 1024;
                i++;
        }
        *ret_unit = units[i];
        return value;
}

char *cpu_map_text(const unsigned char *map, int bytes, int cpus)
{
        GString *text = g_string_new(NULL);
        int last = MIN(cpus, bytes * 8);

        for (int cpu = 0; cpu < last; cpu++) {
                int first = cpu;

                if (!VIR_CPU_USED(map, cpu))
                        continue;
                while (cpu + 1 < last && VIR_CPU_USED(map, cpu + 1))
                        cpu++;
                g_string_append_printf(text, text->len ? ",%d" : "%d", first);
                if (cpu > first)
                        g_string_append_printf(text, "-%d", cpu);
        }
        return g_string_free(text, FALSE);
}

enum { CPUS_MAX = 1024 }; /* more is taken for a mistake */

/* "3" or "1-3" with an optional '^' before it; false if it is neither. */
static bool parse_range(const char *item, int *ret_first, int *ret_last)
{
        char *end = NULL;
        long first = 0;
        long last = 0;

        if (!g_ascii_isdigit(*item))
                return false;
        first = last = strtol(item, &end, 10);
        if (*end == '-') {
                if (!g_ascii_isdigit(end[1]))
                        return false;
                last = strtol(end + 1, &end, 10);
        }
        if (*end || first > last || last >= CPUS_MAX)
                return false;
        *ret_first = (int)first;
        *ret_last = (int)last;
        return true;
}

static bool parse_items(const char *text, unsigned char *map, int cpus, int *ret_too_big)
{
        g_auto(GStrv) items = g_strsplit(text, ",", -1);

        for (char **item = items; *item; item++) {
                const char *range = g_strstrip(*item);
                bool clear = *range == '^';
                int first = 0;
                int last = 0;

                if (!parse_range(range + clear, &first, &last) || (clear && first != last))
                        return false;
                for (int cpu = first; cpu <= last; cpu++) {
                        if (cpu >= cpus)
                                *ret_too_big = MAX(*ret_too_big, cpu);
                        else if (clear)
                                VIR_UNUSE_CPU(map, cpu);
                        else
                                VIR_USE_CPU(map, cpu);
                }
        }
        return *items != NULL;
}

static unsigned char *complain_list(Shell *shell, const char *text)
{
        shell_error(shell, "Invalid cpulist '%s'", text);
        shell_error(shell, "invalid argument: Failed to parse bitmap '%s'", text);
        return NULL;
}

unsigned char *cpu_list_parse(Shell *shell, const char *text, int cpus, int *ret_bytes)
{
        int bytes = VIR_CPU_MAPLEN(cpus);
        g_autofree unsigned char *map = g_new0(unsigned char, (gsize)bytes);
        bool any = false;
        int too_big = -1;

        if (strcmp(text, "r") == 0) {
                for (int cpu = 0; cpu < cpus; cpu++)
                        VIR_USE_CPU(map, cpu);
        } else if (!parse_items(text, map, cpus, &too_big)) {
                return complain_list(shell, text);
        } else if (too_big >= 0) {
                shell_error(shell, "CPU %d in cpulist '%s' exceed the maxcpu %d", too_big, text, cpus);
                return NULL;
        }
        for (int i = 0; i < bytes; i++)
                any |= map[i] != 0;
        if (!any)
                return complain_list(shell, text);
        *ret_bytes = bytes;
        return g_steal_pointer(&map);
}

char *param_text(const virTypedParameter *param)
{
        switch (param->type) {
        case VIR_TYPED_PARAM_INT: return g_strdup_printf("%d", param->value.i);
        case VIR_TYPED_PARAM_UINT: return g_strdup_printf("%u", param->value.ui);
        case VIR_TYPED_PARAM_LLONG: return g_strdup_printf("%lld", param->value.l);
        case VIR_TYPED_PARAM_ULLONG: return g_strdup_printf("%llu", param->value.ul);
        case VIR_TYPED_PARAM_DOUBLE: return g_strdup_printf("%f", param->value.d);
        case VIR_TYPED_PARAM_BOOLEAN: return g_strdup(param->value.b ? "yes" : "no");
        case VIR_TYPED_PARAM_STRING: return g_strdup(param->value.s);
        default: return g_strdup_printf("(type %d)", param->type);
        }
}

unsigned flags_given(const ShellArgs *args, const FlagRow *rows)
{
        unsigned flags = 0;

        for (; rows->name; rows++) {
                if (args_has(args, rows->name))
                        flags |= rows->flag;
        }
        return flags;
}

static const FlagRow affect_rows[] = {
        { "config", VIR_DOMAIN_AFFECT_CONFIG },
        { "live", VIR_DOMAIN_AFFECT_LIVE },
        { NULL, 0 },
};

int affect_flags(Shell *shell, const ShellArgs *args)
{
        if (!args_exclusive(shell, args, "current", "live") || !args_exclusive(shell, args, "current", "config"))
                return -1;
        return (int)flags_given(args, affect_rows);
}

int affect_flags_persistent(Shell *shell, const ShellArgs *args, virDomainPtr domain)
{
        int flags = 0;

        if (!args_exclusive(shell, args, "persistent", "current"))
                return -1;
        flags = affect_flags(shell, args);
        if (flags < 0 || !args_has(args, "persistent"))
                return flags;
        flags |= VIR_DOMAIN_AFFECT_CONFIG;
        if (virDomainIsActive(domain) == 1)
                flags |= VIR_DOMAIN_AFFECT_LIVE;
        return flags;
}

bool tell(Shell *shell, const char *name, int r, const char *failed, const char *done)
{
        if (r < 0) {
                shell_error(shell, failed, name);
                return false;
        }
        shell_print_extra(shell, done, name);
        return true;
}
