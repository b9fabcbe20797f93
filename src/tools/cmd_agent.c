/* What the agent in a guest knows and does: file systems, users, keys, guestinfo, guestvcpus. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "params.h"

static bool freeze(Shell *shell, const ShellArgs *args, bool thaw)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        g_autofree const char **points = args_words(args, "mountpoint");
        unsigned n_points = g_strv_length((char **)points);
        int n = 0;

        if (!domain)
                return false;
        n = thaw ? virDomainFSThaw(domain, n_points ? points : NULL, n_points, 0)
                 : virDomainFSFreeze(domain, n_points ? points : NULL, n_points, 0);
        if (n < 0) {
                shell_error(shell, thaw ? "Unable to thaw filesystems" : "Unable to freeze filesystems");
                return false;
        }
        shell_print_extra(shell, thaw ? "Thawed %d filesystem(s)\n" : "Froze %d filesystem(s)\n", n);
        return true;
}

bool cmd_domfsfreeze(Shell *shell, const ShellArgs *args)
{
        return freeze(shell, args, false);
}

bool cmd_domfsthaw(Shell *shell, const ShellArgs *args)
{
        return freeze(shell, args, true);
}

bool cmd_domfstrim(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        unsigned long long minimum = 0;
        const char *point = NULL;

        if (!domain || args_scaled(shell, args, "minimum", 1, ULLONG_MAX, &minimum) < 0 ||
            args_string(shell, args, "mountpoint", &point) < 0)
                return false;
        if (virDomainFSTrim(domain, point, minimum, 0) < 0) {
                shell_error(shell, "Unable to invoke fstrim");
                return false;
        }
        return true;
}

bool cmd_domfsinfo(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        virDomainFSInfoPtr *systems = NULL;
        g_autoptr(Table) table = NULL;
        int n = domain ? virDomainGetFSInfo(domain, &systems, 0) : -1;

        if (!domain)
                return false;
        if (n < 0) {
                shell_error(shell, "Unable to get filesystem information");
                return false;
        }
        if (n == 0) {
                shell_print_extra(shell, "No filesystems are mounted in the domain");
                return true;
        }
        table = table_new("Mountpoint", "Name", "Type", "Target", NULL);
        for (int i = 0; i < n; i++) {
                g_autoptr(GString) targets = g_string_new(NULL);

                for (size_t j = 0; j < systems[i]->ndevAlias; j++)
                        g_string_append_printf(targets, j ? ",%s" : "%s", systems[i]->devAlias[j]);
                table_row(table, systems[i]->mountpoint, systems[i]->name, systems[i]->fstype, targets->str, NULL);
                virDomainFSInfoFree(systems[i]);
        }
        free(systems);
        table_print(table, shell);
        return true;
}

bool cmd_guestinfo(Shell *shell, const ShellArgs *args)
{
        static const FlagRow kinds[] = {
                { "user", VIR_DOMAIN_GUEST_INFO_USERS },
                { "os", VIR_DOMAIN_GUEST_INFO_OS },
                { "timezone", VIR_DOMAIN_GUEST_INFO_TIMEZONE },
                { "hostname", VIR_DOMAIN_GUEST_INFO_HOSTNAME },
                { "filesystem", VIR_DOMAIN_GUEST_INFO_FILESYSTEM },
                { "disk", VIR_DOMAIN_GUEST_INFO_DISKS },
                { "interface", VIR_DOMAIN_GUEST_INFO_INTERFACES },
                { NULL, 0 },
        };
        g_autoptr(virDomain) domain = domain_get(shell, args);
        AUTO_PARAMS params = { NULL };

        if (!domain || virDomainGetGuestInfo(domain, flags_given(args, kinds), &params.list, &params.n, 0) < 0)
                return false;
        for (int i = 0; i < params.n; i++) {
                g_autofree char *value = param_text(&params.list[i]);

                shell_print(shell, "%-20s: %s\n", params.list[i].field, value);
        }
        return true;
}

bool cmd_guestvcpus(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        const char *list = NULL;
        bool enable = args_has(args, "enable");
        AUTO_PARAMS params = { NULL };

        if (!args_exclusive(shell, args, "enable", "disable") || !args_requires(shell, args, "enable", "cpulist") ||
            !args_requires(shell, args, "disable", "cpulist"))
                return false;
        if (args_has(args, "cpulist") && !enable && !args_has(args, "disable")) {
                shell_error(shell, "One of options --enable or --disable is required by option --cpulist");
                return false;
        }
        domain = domain_get(shell, args);
        if (!domain || args_string(shell, args, "cpulist", &list) < 0)
                return false;
        if (list)
                return virDomainSetGuestVcpus(domain, list, enable, 0) == 0;
        if (virDomainGetGuestVcpus(domain, &params.list, (unsigned *)&params.n, 0) < 0)
                return false;
        params_print(shell, &params);
        return true;
}

bool cmd_guest_agent_timeout(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        int timeout = VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK;

        return domain && args_int(shell, args, "timeout", &timeout) >= 0 &&
               virDomainAgentSetResponseTimeout(domain, timeout, 0) == 0;
}

bool cmd_set_user_password(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = NULL;
        const char *user = NULL;
        const char *password = NULL;
        unsigned flags = args_has(args, "encrypted") ? VIR_DOMAIN_PASSWORD_ENCRYPTED : 0;

        if (args_string(shell, args, "user", &user) <= 0 || args_string(shell, args, "password", &password) <= 0)
                return false;
        domain = domain_get(shell, args);
        if (!domain || virDomainSetUserPassword(domain, user, password, flags) < 0)
                return false;
        shell_print_extra(shell, "Password set successfully for %s in %s", user, virDomainGetName(domain));
        return true;
}

bool cmd_get_user_sshkeys(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        const char *user = NULL;
        char **keys = NULL;
        int n = 0;

        if (!domain || args_string(shell, args, "user", &user) <= 0)
                return false;
        n = virDomainAuthorizedSSHKeysGet(domain, user, &keys, 0);
        if (n < 0)
                return false;
        for (int i = 0; i < n; i++) {
                shell_print(shell, "%s\n", keys[i]);
                free(keys[i]);
        }
        free(keys);
        return true;
}

bool cmd_set_user_sshkeys(Shell *shell, const ShellArgs *args)
{
        static const FlagRow flags[] = {
                { "reset", 0 },
                { "remove", VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_REMOVE },
                { NULL, 0 },
        };
        g_autoptr(virDomain) domain = NULL;
        const char *user = NULL;
        const char *path = NULL;
        g_autofree char *text = NULL;
        g_auto(GStrv) keys = NULL;
        unsigned how = flags_given(args, flags);
        unsigned n = 0;

        if (!args_exclusive(shell, args, "reset", "remove") || !args_requires(shell, args, "remove", "file"))
                return false;
        domain = domain_get(shell, args);
        if (!domain || args_string(shell, args, "user", &user) <= 0 || args_string(shell, args, "file", &path) < 0)
                return false;
        if (!args_has(args, "reset") && !args_has(args, "remove"))
                how |= VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_APPEND;
        if (path) {
                text = file_text(shell, path);
                if (!text)
                        return false;
                keys = g_strsplit(text, "\n", -1);
                n = g_strv_length(keys);
                if (n > 0 && !*keys[n - 1])
                        g_clear_pointer(&keys[--n], g_free);
                if (n == 0) {
                        shell_error(shell, "File %s contains no keys", path);
                        return false;
                }
        }
        return virDomainAuthorizedSSHKeysSet(domain, user, (const char **)keys, n, how) == 0;
}

bool cmd_domdirtyrate_calc(Shell *shell, const ShellArgs *args)
{
        static const char *const modes[] = { "page-sampling", "dirty-bitmap", "dirty-ring", NULL };
        static const unsigned mode_flags[] = { VIR_DOMAIN_DIRTYRATE_MODE_PAGE_SAMPLING,
                                               VIR_DOMAIN_DIRTYRATE_MODE_DIRTY_BITMAP,
                                               VIR_DOMAIN_DIRTYRATE_MODE_DIRTY_RING };
        g_autoptr(virDomain) domain = domain_get(shell, args);
        const char *mode = NULL;
        int seconds = 1;
        int which = 0;

        if (!domain || args_int(shell, args, "seconds", &seconds) < 0 || args_string(shell, args, "mode", &mode) < 0)
                return false;
        which = mode ? number_of(modes, mode) : 0;
        if (which < 0) {
                shell_error(shell, "Unknown calculation mode '%s'", mode);
                return false;
        }
        if (virDomainStartDirtyRateCalc(domain, seconds, mode ? mode_flags[which] : 0) < 0)
                return false;
        shell_print_extra(shell, "Start to calculate domain's memory dirty rate successfully.\n");
        return true;
}

bool cmd_domjobabort(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        unsigned flags = args_has(args, "postcopy") ? VIR_DOMAIN_ABORT_JOB_POSTCOPY : 0;

        if (!domain)
                return false;
        return (flags ? virDomainAbortJobFlags(domain, flags) : virDomainAbortJob(domain)) == 0;
}
