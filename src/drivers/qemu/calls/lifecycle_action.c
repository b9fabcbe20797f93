/* What happens on power off, reboot and crash from now on, or from the next start on. */
#include "calls/change.h"
#include "calls/lifecycle.h"
#include "calls/target.h"

typedef struct Action {
        unsigned type, action;
} Action;

/* By virDomainLifecycleAction. */
static const struct {
        const char *name;
        Lifecycle lifecycle;
        CrashAction crash;
} actions[] = {
        [VIR_DOMAIN_LIFECYCLE_ACTION_DESTROY] = { "destroy", LIFECYCLE_DESTROY, CRASH_DESTROY },
        [VIR_DOMAIN_LIFECYCLE_ACTION_RESTART] = { "restart", LIFECYCLE_RESTART, CRASH_RESTART },
        [VIR_DOMAIN_LIFECYCLE_ACTION_RESTART_RENAME] = { "rename-restart", LIFECYCLE_RENAME_RESTART,
                                                         CRASH_RENAME_RESTART },
        [VIR_DOMAIN_LIFECYCLE_ACTION_PRESERVE] = { "preserve", LIFECYCLE_PRESERVE, CRASH_PRESERVE },
        [VIR_DOMAIN_LIFECYCLE_ACTION_COREDUMP_DESTROY] = { "coredump-destroy", LIFECYCLE_DEFAULT,
                                                           CRASH_COREDUMP_DESTROY },
        [VIR_DOMAIN_LIFECYCLE_ACTION_COREDUMP_RESTART] = { "coredump-restart", LIFECYCLE_DEFAULT,
                                                           CRASH_COREDUMP_RESTART },
};

static const char *const types[] = { [VIR_DOMAIN_LIFECYCLE_POWEROFF] = "poweroff",
                                     [VIR_DOMAIN_LIFECYCLE_REBOOT] = "reboot",
                                     [VIR_DOMAIN_LIFECYCLE_CRASH] = "crash" };

static int check_action(const Action *action, Error *err)
{
        if (action->type >= G_N_ELEMENTS(types))
                return error_set(err, VIR_ERR_INVALID_ARG, "type in %s must be less than %zu",
                                 "virDomainSetLifecycleAction", G_N_ELEMENTS(types));
        if (action->action >= G_N_ELEMENTS(actions))
                return error_set(err, VIR_ERR_INVALID_ARG, "action in %s must be less than %zu",
                                 "virDomainSetLifecycleAction", G_N_ELEMENTS(actions));
        if (action->type != VIR_DOMAIN_LIFECYCLE_CRASH && !actions[action->action].lifecycle)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Lifecycle event '%s' doesn't support '%s' action",
                                 types[action->type], actions[action->action].name);
        /* What QEMU's machines cannot do. */
        if (action->action == VIR_DOMAIN_LIFECYCLE_ACTION_RESTART_RENAME)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "qemu driver doesn't support the 'rename-restart' action for "
                                 "'on_reboot'/'on_poweroff'/'on_crash'");
        if (action->type != VIR_DOMAIN_LIFECYCLE_CRASH && action->action == VIR_DOMAIN_LIFECYCLE_ACTION_PRESERVE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "qemu driver doesn't support the 'preserve' action for 'on_reboot'/'on_poweroff'");
        return 0;
}

static int edit_action(Domain *definition, bool live, const Change *change, Error *err)
{
        const Action *action = change->input;

        switch (action->type) {
        case VIR_DOMAIN_LIFECYCLE_POWEROFF: definition->on_poweroff = actions[action->action].lifecycle; break;
        case VIR_DOMAIN_LIFECYCLE_REBOOT: definition->on_reboot = actions[action->action].lifecycle; break;
        default: definition->on_crash = actions[action->action].crash; return 0;
        }
        if (definition->on_poweroff == LIFECYCLE_RESTART && definition->on_reboot == LIFECYCLE_DESTROY)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "qemu driver doesn't support 'onReboot' set to 'destroy and 'onPoweroff' set to "
                                 "'reboot'");
        return 0;
}

/* A reboot is QEMU's own doing, unless it is told to end instead. */
static int apply_action(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        g_autoptr(Qmp) qmp = NULL;
        Json *arguments;

        if (from->on_reboot == to->on_reboot)
                return 0;
        qmp = guest_monitor(guest, err);
        if (!qmp)
                return -1;
        arguments = json_object();
        json_set(arguments, "reboot", json_string(to->on_reboot == LIFECYCLE_DESTROY ? "shutdown" : "reset"));
        return qmp_call(qmp, "set-action", arguments, MONITOR_MS, NULL, err);
}

int qemu_domain_set_lifecycle_action(virDomainPtr domain, unsigned int type, unsigned int action, unsigned int flags,
                                     Error *err)
{
        const Action order = { .type = type, .action = action };
        const Change change = {
                .name = "lifecycle-action", .flags = flags, .input = &order, .edit = edit_action, .apply = apply_action
        };

        if (check_call_flags(flags, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG, "qemuDomainSetLifecycleAction",
                             err) < 0 ||
            check_action(&order, err) < 0)
                return -1;
        return change_run(domain, &change, err);
}
