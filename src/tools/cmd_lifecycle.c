/* Starting and stopping guests. */
#include "virsh_commands.h"

#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "virsh.h"

static bool console_after(Shell *shell, const ShellArgs *args, virDomainPtr domain)
{
        return !args_has(args, "console") || console_run(shell, domain, NULL, 0, false);
}

static const FlagRow create_flags[] = {
        { "paused", VIR_DOMAIN_START_PAUSED },
        { "autodestroy", VIR_DOMAIN_START_AUTODESTROY },
        { "validate", VIR_DOMAIN_START_VALIDATE },
        { "reset-nvram", VIR_DOMAIN_START_RESET_NVRAM },
        { NULL, 0 },
};

bool cmd_create(Shell *shell, const ShellArgs *args)
{
        const char *path = NULL;
        unsigned flags = flags_given(args, create_flags);
        g_autofree char *xml = NULL;
        g_autofree int *fds = NULL;
        unsigned n_fds = 0;
        g_autoptr(virDomain) domain = NULL;

        if (args_string(shell, args, "file", &path) <= 0)
                return false;
        xml = file_text(shell, path);
        if (!xml || !fds_given(shell, args, &fds, &n_fds))
                return false;
        domain = n_fds ? virDomainCreateXMLWithFiles(connection_of(shell), xml, n_fds, fds, flags)
                       : virDomainCreateXML(connection_of(shell), xml, flags);
        if (!domain) {
                shell_error(shell, "Failed to create domain from %s", path);
                return false;
        }
        shell_print_extra(shell, "Domain '%s' created from %s\n", virDomainGetName(domain), path);
        return console_after(shell, args, domain);
}

static const FlagRow start_flags[] = {
        { "paused", VIR_DOMAIN_START_PAUSED },
        { "autodestroy", VIR_DOMAIN_START_AUTODESTROY },
        { "bypass-cache", VIR_DOMAIN_START_BYPASS_CACHE },
        { "force-boot", VIR_DOMAIN_START_FORCE_BOOT },
        { "reset-nvram", VIR_DOMAIN_START_RESET_NVRAM },
        { NULL, 0 },
};

static int start_plainly(virDomainPtr domain, unsigned flags, int *fds, unsigned n_fds)
{
        if (n_fds)
                return virDomainCreateWithFiles(domain, n_fds, fds, flags);
        return flags ? virDomainCreateWithFlags(domain, flags) : virDomainCreate(domain);
}

/* A driver that does not know --force-boot gets the same in two steps: drop the saved state, start. */
static int start_domain(virDomainPtr domain, unsigned flags, int *fds, unsigned n_fds)
{
        int r = start_plainly(domain, flags, fds, n_fds);

        if (r == 0 || !(flags & VIR_DOMAIN_START_FORCE_BOOT) ||
            (shell_error_code() != VIR_ERR_NO_SUPPORT && shell_error_code() != VIR_ERR_INVALID_ARG))
                return r;
        shell_forget_error();
        r = virDomainHasManagedSaveImage(domain, 0);
        if (r < 0 || (r > 0 && virDomainManagedSaveRemove(domain, 0) < 0))
                return -1;
        return start_plainly(domain, flags & ~(unsigned)VIR_DOMAIN_START_FORCE_BOOT, fds, n_fds);
}

bool cmd_start(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get_by(shell, args, BY_NAME | BY_UUID);
        g_autofree int *fds = NULL;
        unsigned n_fds = 0;

        if (!domain)
                return false;
        if (virDomainGetID(domain) != (unsigned)-1) {
                shell_error(shell, "Domain is already active");
                return false;
        }
        if (!fds_given(shell, args, &fds, &n_fds))
                return false;
        if (start_domain(domain, flags_given(args, start_flags), fds, n_fds) < 0) {
                shell_error(shell, "Failed to start domain '%s'", virDomainGetName(domain));
                return false;
        }
        shell_print_extra(shell, "Domain '%s' started\n", virDomainGetName(domain));
        return console_after(shell, args, domain);
}

/* The common case: one call, one sentence for each outcome. */
static bool report(Shell *shell, virDomainPtr domain, int result, const char *done, const char *failed)
{
        if (result < 0)
                shell_error(shell, failed, virDomainGetName(domain));
        else
                shell_print_extra(shell, done, virDomainGetName(domain));
        return result >= 0;
}

bool cmd_suspend(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);

        return domain && report(shell, domain, virDomainSuspend(domain), "Domain '%s' suspended\n",
                                "Failed to suspend domain '%s'");
}

bool cmd_resume(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);

        return domain &&
               report(shell, domain, virDomainResume(domain), "Domain '%s' resumed\n", "Failed to resume domain '%s'");
}

bool cmd_reset(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);

        return domain && report(shell, domain, virDomainReset(domain, 0), "Domain '%s' was reset\n",
                                "Failed to reset domain '%s'");
}

static const FlagRow destroy_flags[] = {
        { "graceful", VIR_DOMAIN_DESTROY_GRACEFUL },
        { "remove-logs", 1 << 1 /* VIR_DOMAIN_DESTROY_REMOVE_LOGS */ },
        { NULL, 0 },
};

bool cmd_destroy(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        unsigned flags = flags_given(args, destroy_flags);

        return domain && report(shell, domain, flags ? virDomainDestroyFlags(domain, flags) : virDomainDestroy(domain),
                                "Domain '%s' destroyed\n", "Failed to destroy domain '%s'");
}

/* --mode acpi,agent: the numbers of the two calls are the same except for the last two. */
static const struct {
        const char *name;
        unsigned shutdown;
        unsigned reboot;
} stop_modes[] = {
        { "acpi", VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN, VIR_DOMAIN_REBOOT_ACPI_POWER_BTN },
        { "agent", VIR_DOMAIN_SHUTDOWN_GUEST_AGENT, VIR_DOMAIN_REBOOT_GUEST_AGENT },
        { "initctl", VIR_DOMAIN_SHUTDOWN_INITCTL, VIR_DOMAIN_REBOOT_INITCTL },
        { "signal", VIR_DOMAIN_SHUTDOWN_SIGNAL, VIR_DOMAIN_REBOOT_SIGNAL },
        { "paravirt", VIR_DOMAIN_SHUTDOWN_PARAVIRT, VIR_DOMAIN_REBOOT_PARAVIRT },
};

static bool parse_modes(Shell *shell, const ShellArgs *args, bool reboot, unsigned *ret_flags)
{
        const char *text = NULL;
        g_auto(GStrv) parts = NULL;
        int given = args_string(shell, args, "mode", &text);

        if (given <= 0)
                return given == 0;
        parts = g_strsplit(text, ",", -1);
        for (char **part = parts; *part; part++) {
                size_t i = 0;

                while (i < G_N_ELEMENTS(stop_modes) && strcmp(stop_modes[i].name, *part) != 0)
                        i++;
                if (i == G_N_ELEMENTS(stop_modes)) {
                        shell_error(shell,
                                    reboot ? "Unknown mode %s value, expecting 'acpi', 'agent', 'initctl', 'signal' "
                                             "or 'paravirt'"
                                           : "Unknown mode %s value, expecting 'acpi', 'agent', 'initctl', 'signal', "
                                             "or 'paravirt'",
                                    *part);
                        return false;
                }
                *ret_flags |= reboot ? stop_modes[i].reboot : stop_modes[i].shutdown;
        }
        return true;
}

bool cmd_shutdown(Shell *shell, const ShellArgs *args)
{
        unsigned flags = 0;
        g_autoptr(virDomain) domain = NULL;

        if (!parse_modes(shell, args, false, &flags))
                return false;
        domain = domain_get(shell, args);
        return domain &&
               report(shell, domain, flags ? virDomainShutdownFlags(domain, flags) : virDomainShutdown(domain),
                      "Domain '%s' is being shutdown\n", "Failed to shutdown domain '%s'");
}

bool cmd_reboot(Shell *shell, const ShellArgs *args)
{
        unsigned flags = 0;
        g_autoptr(virDomain) domain = NULL;

        if (!parse_modes(shell, args, true, &flags))
                return false;
        domain = domain_get(shell, args);
        return domain && report(shell, domain, virDomainReboot(domain, flags), "Domain '%s' is being rebooted\n",
                                "Failed to reboot domain '%s'");
}

bool cmd_autostart(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);
        bool off = args_has(args, "disable");

        return domain && report(shell, domain, virDomainSetAutostart(domain, !off),
                                off ? "Domain '%s' unmarked as autostarted\n" : "Domain '%s' marked as autostarted\n",
                                off ? "Failed to unmark domain '%s' as autostarted"
                                    : "Failed to mark domain '%s' as autostarted");
}

bool cmd_inject_nmi(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);

        return domain && virDomainInjectNMI(domain, 0) == 0;
}

bool cmd_dompmwakeup(Shell *shell, const ShellArgs *args)
{
        g_autoptr(virDomain) domain = domain_get(shell, args);

        return domain && report(shell, domain, virDomainPMWakeup(domain, 0), "Domain '%s' successfully woken up",
                                "Domain '%s' could not be woken up");
}

bool cmd_dompmsuspend(Shell *shell, const ShellArgs *args)
{
        static const char *const targets[] = { "mem", "disk", "hybrid", NULL };
        g_autoptr(virDomain) domain = domain_get(shell, args);
        const char *target = NULL;
        unsigned long long duration = 0;
        int which = 0;

        if (!domain || args_uint64(shell, args, "duration", &duration) < 0 ||
            args_string(shell, args, "target", &target) <= 0)
                return false;
        which = number_of(targets, target);
        if (which < 0) {
                shell_error(shell, "Invalid target");
                return false;
        }
        return report(shell, domain, virDomainPMSuspendForDuration(domain, (unsigned)which, duration, 0),
                      "Domain '%s' successfully suspended", "Domain '%s' could not be suspended");
}

bool cmd_set_lifecycle_action(Shell *shell, const ShellArgs *args)
{
        static const char *const types[] = { "poweroff", "reboot", "crash", NULL };
        static const char *const actions[] = { "destroy",  "restart",          "rename-restart",
                                               "preserve", "coredump-destroy", "coredump-restart",
                                               NULL };
        g_autoptr(virDomain) domain = NULL;
        const char *type = NULL;
        const char *action = NULL;
        int flags = affect_flags(shell, args);
        int which = 0;
        int what = 0;

        if (flags < 0 || args_string(shell, args, "type", &type) <= 0 ||
            args_string(shell, args, "action", &action) <= 0)
                return false;
        which = number_of(types, type);
        if (which < 0) {
                shell_error(shell, "Invalid lifecycle type '%s'.", type);
                return false;
        }
        what = number_of(actions, action);
        if (what < 0) {
                shell_error(shell, "Invalid lifecycle action '%s'.", action);
                return false;
        }
        domain = domain_get(shell, args);
        if (!domain)
                return false;
        if (virDomainSetLifecycleAction(domain, (unsigned)which, (unsigned)what, (unsigned)flags) == 0)
                return true;
        shell_error(shell, "Unable to change lifecycle action.");
        return false;
}
