/* What a guest is: dominfo, domstate, domid, domname, domuuid, domcontrol, domtime, domblkerror, domhostname. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <time.h>

#include "virsh.h"

static void print_label(Shell *shell, virDomainPtr domain)
{
        g_autofree virSecurityLabelPtr label = g_new0(virSecurityLabel, 1);

        if (virDomainGetSecurityLabel(domain, label) < 0)
                shell_forget_error();
        else if (label->label[0])
                shell_print(shell, "%-15s %s (%s)\n", "Security label:", label->label,
                            label->enforcing ? "enforcing" : "permissive");
}

static bool print_security(Shell *shell, virDomainPtr domain)
{
        g_autofree virSecurityModelPtr model = g_new0(virSecurityModel, 1);

        if (virNodeGetSecurityModel(connection_of(shell), model) < 0) {
                if (shell_error_code() != VIR_ERR_NO_SUPPORT)
                        return false;
                shell_forget_error();
                return true;
        }
        if (!model->model[0])
                return true;
        shell_print(shell, "%-15s %s\n", "Security model:", model->model);
        shell_print(shell, "%-15s %s\n", "Security DOI:", model->doi);
        print_label(shell, domain);
        return true;
}

static void print_messages(Shell *shell, virDomainPtr domain)
{
        char **messages = NULL;
        int n = virDomainGetMessages(domain, &messages, 0);

        if (n < 0)
                shell_forget_error();
        for (int i = 0; i < n; i++) {
                shell_print(shell, "%-15s %s\n", i == 0 ? "Messages:" : "", messages[i]);
                free(messages[i]);
        }
        free(messages);
}

static void print_resources(Shell *shell, const virDomainInfo *info)
{
        shell_print(shell, "%-15s %s\n", "State:", domain_state_text(info->state));
        shell_print(shell, "%-15s %d\n", "CPU(s):", info->nrVirtCpu);
        if (info->cpuTime != 0)
                shell_print(shell, "%-15s %.1lfs\n", "CPU time:", (double)info->cpuTime / 1e9);
        if (info->maxMem != UINT_MAX)
                shell_print(shell, "%-15s %lu KiB\n", "Max memory:", info->maxMem);
        else
                shell_print(shell, "%-15s %s\n", "Max memory:", "no limit");
        shell_print(shell, "%-15s %lu KiB\n", "Used memory:", info->memory);
}

static void print_keeping(Shell *shell, virDomainPtr domain)
{
        int persistent = virDomainIsPersistent(domain);
        int autostart = 0;
        int saved = 0;

        shell_print(shell, "%-15s %s\n", "Persistent:", persistent < 0 ? "unknown" : persistent > 0 ? "yes" : "no");
        if (virDomainGetAutostart(domain, &autostart) == 0)
                shell_print(shell, "%-15s %s\n", "Autostart:", autostart ? "enable" : "disable");
        saved = virDomainHasManagedSaveImage(domain, 0);
        shell_print(shell, "%-15s %s\n", "Managed save:", saved < 0 ? "unknown" : saved > 0 ? "yes" : "no");
        shell_forget_error();
}

bool cmd_dominfo(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autofree char *os = NULL;
        char uuid[VIR_UUID_STRING_BUFLEN];
        virDomainInfo info;
        unsigned id = 0;

        if (!domain)
                return false;
        id = virDomainGetID(domain);
        if (id == (unsigned)-1)
                shell_print(shell, "%-15s %s\n", "Id:", "-");
        else
                shell_print(shell, "%-15s %u\n", "Id:", id);
        shell_print(shell, "%-15s %s\n", "Name:", virDomainGetName(domain));
        if (virDomainGetUUIDString(domain, uuid) == 0)
                shell_print(shell, "%-15s %s\n", "UUID:", uuid);
        os = virDomainGetOSType(domain);
        if (os)
                shell_print(shell, "%-15s %s\n", "OS Type:", os);
        if (virDomainGetInfo(domain, &info) < 0)
                return false;
        print_resources(shell, &info);
        print_keeping(shell, domain);
        if (!print_security(shell, domain))
                return false;
        print_messages(shell, domain);
        return true;
}

bool cmd_domstate(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        int reason = 0;
        int state = 0;

        if (!domain)
                return false;
        state = domain_state(domain, &reason);
        if (state < 0)
                return false;
        if (args_has(args, "reason"))
                shell_print(shell, "%s (%s)\n", domain_state_text(state), domain_reason_text(state, reason));
        else
                shell_print(shell, "%s\n", domain_state_text(state));
        return true;
}

bool cmd_domid(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get_by(shell, args, BY_NAME | BY_UUID);
        unsigned id = 0;

        if (!domain)
                return false;
        id = virDomainGetID(domain);
        if (id == (unsigned)-1)
                shell_print(shell, "%s\n", "-");
        else
                shell_print(shell, "%u\n", id);
        return true;
}

bool cmd_domname(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get_by(shell, args, BY_ID | BY_UUID);

        if (!domain)
                return false;
        shell_print(shell, "%s\n", virDomainGetName(domain));
        return true;
}

bool cmd_domuuid(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get_by(shell, args, BY_ID | BY_NAME);
        char uuid[VIR_UUID_STRING_BUFLEN];

        if (!domain)
                return false;
        if (virDomainGetUUIDString(domain, uuid) < 0) {
                shell_error(shell, "failed to get domain UUID");
                return false;
        }
        shell_print(shell, "%s\n", uuid);
        return true;
}

static const char *const control_states[] = {
        [VIR_DOMAIN_CONTROL_OK] = "ok",
        [VIR_DOMAIN_CONTROL_JOB] = "background job",
        [VIR_DOMAIN_CONTROL_OCCUPIED] = "occupied",
        [VIR_DOMAIN_CONTROL_ERROR] = "error",
};

static const char *const control_errors[] = {
        [VIR_DOMAIN_CONTROL_ERROR_REASON_NONE] = "",
        [VIR_DOMAIN_CONTROL_ERROR_REASON_UNKNOWN] = "unknown",
        [VIR_DOMAIN_CONTROL_ERROR_REASON_MONITOR] = "monitor failure",
        [VIR_DOMAIN_CONTROL_ERROR_REASON_INTERNAL] = "internal (locking) error",
};

bool cmd_domcontrol(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        virDomainControlInfo info;
        const char *state = NULL;

        if (!domain || virDomainGetControlInfo(domain, &info, 0) < 0)
                return false;
        state = text_of(control_states, (int)info.state);
        if (info.state != VIR_DOMAIN_CONTROL_OK && info.state != VIR_DOMAIN_CONTROL_ERROR)
                shell_print(shell, "%s (%0.3fs)\n", state, (double)info.stateTime / 1000.0);
        else if (info.state == VIR_DOMAIN_CONTROL_ERROR && info.details > 0)
                shell_print(shell, "%s: %s\n", state, text_of(control_errors, (int)info.details));
        else
                shell_print(shell, "%s\n", state);
        return true;
}

/* The line end is the one that the shell prints after a command. */
static bool print_time(Shell *shell, virDomainPtr domain, bool pretty)
{
        long long seconds = 0;
        unsigned nanoseconds = 0;
        g_autoptr(GDateTime) date = NULL;
        g_autofree char *text = NULL;

        if (virDomainGetTime(domain, &seconds, &nanoseconds, 0) < 0)
                return false;
        if (!pretty) {
                shell_print(shell, "Time: %lld", seconds);
                return true;
        }
        date = g_date_time_new_from_unix_utc(seconds);
        text = date ? g_date_time_format(date, "%Y-%m-%d %H:%M:%S") : NULL;
        if (!text) {
                shell_error(shell, "Unable to format time");
                return false;
        }
        shell_print(shell, "Time: %s", text);
        return true;
}

bool cmd_domtime(Shell *shell, const ShellArgs *args)
{
        bool now = args_has(args, "now");
        bool sync = args_has(args, "sync");
        g_autoptr(virDomain) domain = NULL;
        long long seconds = 0;
        unsigned nanoseconds = 0;
        int given = 0;

        if (!args_exclusive(shell, args, "time", "now") || !args_exclusive(shell, args, "time", "sync") ||
            !args_exclusive(shell, args, "now", "sync"))
                return false;
        domain = domain_get(shell, args);
        if (!domain)
                return false;
        given = args_int64(shell, args, "time", &seconds);
        if (given < 0)
                return false;
        if (!given && !now && !sync)
                return print_time(shell, domain, args_has(args, "pretty"));
        if (now) {
                gint64 us = g_get_real_time();

                seconds = us / G_USEC_PER_SEC;
                nanoseconds = (unsigned)(us % G_USEC_PER_SEC) * 1000;
        }
        return virDomainSetTime(domain, seconds, nanoseconds, sync ? VIR_DOMAIN_TIME_SYNC : 0) == 0;
}

static const char *const disk_errors[] = {
        [VIR_DOMAIN_DISK_ERROR_NONE] = "no error",
        [VIR_DOMAIN_DISK_ERROR_UNSPEC] = "unspecified error",
        [VIR_DOMAIN_DISK_ERROR_NO_SPACE] = "no space",
};

bool cmd_domblkerror(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autofree virDomainDiskErrorPtr errors = NULL;
        int n = 0;

        if (!domain)
                return false;
        n = virDomainGetDiskErrors(domain, NULL, 0, 0);
        if (n > 0) {
                errors = g_new0(virDomainDiskError, (gsize)n);
                n = virDomainGetDiskErrors(domain, errors, (unsigned)n, 0);
        }
        if (n < 0)
                return false;
        if (n == 0)
                shell_print(shell, "No errors found\n");
        for (int i = 0; i < n; i++) {
                shell_print(shell, "%s: %s\n", errors[i].disk, text_of(disk_errors, errors[i].error));
                free(errors[i].disk);
        }
        return true;
}

bool cmd_domhostname(Shell *shell, const ShellArgs *args)
{
        static const char *const sources[] = { "lease", "agent", NULL };
        static const unsigned source_flags[] = { VIR_DOMAIN_GET_HOSTNAME_LEASE, VIR_DOMAIN_GET_HOSTNAME_AGENT };
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autofree char *hostname = NULL;
        const char *source = NULL;
        unsigned flags = 0;
        int given = 0;

        if (!domain)
                return false;
        given = args_string(shell, args, "source", &source);
        if (given < 0)
                return false;
        if (given) {
                int i = number_of(sources, source);

                if (i < 0) {
                        shell_error(shell, "Unknown data source '%s'", source);
                        return false;
                }
                flags = source_flags[i];
        }
        hostname = virDomainGetHostname(domain, flags);
        if (!hostname) {
                shell_error(shell, "failed to get hostname");
                return false;
        }
        shell_print(shell, "%s\n", hostname);
        return true;
}
