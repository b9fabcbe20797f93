/* What happens on power off, reboot and crash from now on, or from the next start on. */
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "guest/instance.h"

typedef struct Action {
        Guest *guest;
        unsigned type, action, flags;
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
        return 0;
}

/* What a machine that QEMU runs can do of it. */
static int check_supported(const Action *action, const Domain *definition, Error *err)
{
        bool crash = action->type == VIR_DOMAIN_LIFECYCLE_CRASH;
        Lifecycle poweroff = definition->on_poweroff, reboot = definition->on_reboot;

        if (action->action == VIR_DOMAIN_LIFECYCLE_ACTION_RESTART_RENAME)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "qemu driver doesn't support the 'rename-restart' action for "
                                 "'on_reboot'/'on_poweroff'/'on_crash'");
        if (!crash && action->action == VIR_DOMAIN_LIFECYCLE_ACTION_PRESERVE)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "qemu driver doesn't support the 'preserve' action for 'on_reboot'/'on_poweroff'");
        if (action->type == VIR_DOMAIN_LIFECYCLE_POWEROFF)
                poweroff = actions[action->action].lifecycle;
        if (action->type == VIR_DOMAIN_LIFECYCLE_REBOOT)
                reboot = actions[action->action].lifecycle;
        if (poweroff == LIFECYCLE_RESTART && reboot == LIFECYCLE_DESTROY)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "qemu driver doesn't support 'onReboot' set to 'destroy' and 'onPoweroff' set to "
                                 "'reboot'");
        return 0;
}

static void edit(Domain **definition, const Action *action)
{
        Domain *copy = domain_copy(*definition);

        switch (action->type) {
        case VIR_DOMAIN_LIFECYCLE_POWEROFF: copy->on_poweroff = actions[action->action].lifecycle; break;
        case VIR_DOMAIN_LIFECYCLE_REBOOT: copy->on_reboot = actions[action->action].lifecycle; break;
        default: copy->on_crash = actions[action->action].crash; break;
        }
        domain_unref(*definition);
        *definition = copy;
}

/* A reboot is QEMU's own doing, unless it is told to end instead. */
static int tell_qemu(const Action *action, Error *err)
{
        g_autoptr(Qmp) qmp = NULL;
        bool ends = actions[action->action].lifecycle == LIFECYCLE_DESTROY;
        Json *arguments;

        if (action->type != VIR_DOMAIN_LIFECYCLE_REBOOT)
                return 0;
        qmp = guest_monitor(action->guest, err);
        if (!qmp)
                return -1;
        arguments = json_object();
        json_set(arguments, "reboot", json_string(ends ? "shutdown" : "reset"));
        return qmp_call(qmp, "set-action", arguments, MONITOR_MS, NULL, err);
}

static int save(const Action *action, bool live, bool config, Error *err)
{
        DomainView *view = domain_view_edit(action->guest->entry);

        if (live)
                edit(&view->live, action);
        if (config)
                edit(&view->config, action);
        if ((config && config_save(action->guest->instance, view->config, err) < 0) ||
            (live && status_save(action->guest, view, err) < 0)) {
                domain_view_unref(view);
                return -1;
        }
        domain_publish(action->guest->entry, view);
        return 0;
}

static int job_action(void *opaque, Error *err)
{
        const Action *action = opaque;
        g_autoptr(DomainView) view = domain_view_get(action->guest->entry);
        bool live, config;

        if (!view || call_targets(view, action->flags, &live, &config, err) < 0)
                return -1;
        if ((live && check_supported(action, view->live, err) < 0) ||
            (config && check_supported(action, view->config, err) < 0))
                return -1;
        if (live && tell_qemu(action, err) < 0)
                return -1;
        return save(action, live, config, err);
}

int qemu_domain_set_lifecycle_action(virDomainPtr domain, unsigned int type, unsigned int action, unsigned int flags,
                                     Error *err)
{
        Action order = { .type = type, .action = action, .flags = flags };
        g_autoptr(DomainEntry) entry = NULL;

        if (check_call_flags(flags, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG, "qemuDomainSetLifecycleAction",
                             err) < 0 ||
            check_action(&order, err) < 0)
                return -1;
        entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        if (!entry)
                return -1;
        order.guest = guest_of(entry);
        return domain_job(entry, "lifecycle-action", job_action, &order, err);
}
