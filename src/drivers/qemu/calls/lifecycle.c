/* Calls that change a domain's life: start, pause, reset, shut down, destroy. Each is a job on the domain's lane. */
#define LOG_SOURCE "qemu.driver"
#include "calls/target.h"
#include "calls/agent_calls.h"
#include "calls/lifecycle.h"

#include <signal.h>
#include <string.h>

#include "guest/autodestroy.h"
#include "guest/instance.h"
#include "guest/lock_files.h"
#include "util/process.h"

/* One call on one domain. */
typedef struct Order {
        DomainEntry *entry;
        Guest *guest;
        virConnectPtr conn; /* whose call it is; NULL: nobody's */
        unsigned flags;
} Order;

static int run_order(virDomainPtr domain, const char *name, unsigned flags, LaneJob job, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        Order order = { .entry = entry, .conn = domain->conn, .flags = flags };

        if (!entry)
                return -1;
        order.guest = guest_of(entry);
        return domain_job(entry, name, job, &order, err);
}

/* The view of a running domain, or the usual refusal. */
static DomainView *running_view(const Order *order, Error *err)
{
        DomainView *view = domain_view_get(order->entry);

        if (view && view->live)
                return view;
        domain_view_unref(view);
        return error_null(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
}

static Qmp *running_monitor(const Order *order, DomainView **ret_view, Error *err)
{
        DomainView *view = running_view(order, err);
        Qmp *qmp = view ? guest_monitor(order->guest, err) : NULL;

        if (qmp)
                *ret_view = view;
        else
                domain_view_unref(view);
        return qmp;
}

/* Start */

enum {
        CREATE_KNOWN = VIR_DOMAIN_START_PAUSED | VIR_DOMAIN_START_AUTODESTROY | VIR_DOMAIN_START_BYPASS_CACHE |
                       VIR_DOMAIN_START_FORCE_BOOT | VIR_DOMAIN_START_VALIDATE | VIR_DOMAIN_START_RESET_NVRAM
};

static unsigned start_flags(unsigned flags)
{
        return (flags & VIR_DOMAIN_START_PAUSED ? START_PAUSED : 0) |
               (flags & VIR_DOMAIN_START_RESET_NVRAM ? START_RESET_NVRAM : 0);
}

int qemu_start_guest(Guest *guest, Domain *config, virConnectPtr conn, unsigned flags, Error *err)
{
        if (guest_start(guest, config, start_flags(flags), VIR_DOMAIN_EVENT_STARTED_BOOTED, err) < 0)
                return -1;
        if (flags & VIR_DOMAIN_START_AUTODESTROY)
                autodestroy_put(guest, conn);
        return 0;
}

static int job_create(void *opaque, Error *err)
{
        Order *order = opaque;
        g_autoptr(DomainView) view = domain_view_get(order->entry);

        if (!view || !view->config)
                return error_set(err, VIR_ERR_NO_DOMAIN, "no domain with matching name '%s'",
                                 domain_entry_name(order->entry));
        if (view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is already running");
        return qemu_start_guest(order->guest, view->config, order->conn, order->flags, err);
}

int qemu_domain_create_with_flags(virDomainPtr domain, unsigned int flags, Error *err)
{
        g_autoptr(DomainView) view = NULL;

        if (check_call_flags(flags, CREATE_KNOWN, "qemuDomainCreateWithFlags", err) < 0 ||
            run_order(domain, "start", flags, job_create, err) < 0)
                return -1;
        view = domain_view_of(domain, NULL);
        domain->id = view ? view->id : -1;
        return 0;
}

int qemu_start_entry(DomainEntry *entry, Error *err)
{
        Order order = { .entry = entry, .guest = guest_of(entry) };

        return domain_job(entry, "autostart", job_create, &order, err);
}

/* Pause and go on */

static int job_suspend(void *opaque, Error *err)
{
        Order *order = opaque;
        g_autoptr(DomainView) view = NULL;
        g_autoptr(Qmp) qmp = running_monitor(order, &view, err);

        if (!qmp)
                return -1;
        if (view->state == VIR_DOMAIN_PMSUSPENDED)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is pmsuspended");
        if (view->state == VIR_DOMAIN_PAUSED)
                return 0;
        if (qmp_call(qmp, "stop", NULL, MONITOR_MS, NULL, err) < 0 ||
            guest_set_state(order->guest, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER, err) < 0)
                return -1;
        emit_lifecycle(order->guest->instance, order->entry, view->id, VIR_DOMAIN_EVENT_SUSPENDED,
                       VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
        return 0;
}

int qemu_domain_suspend(virDomainPtr domain, Error *err)
{
        return run_order(domain, "suspend", 0, job_suspend, err);
}

static int job_resume(void *opaque, Error *err)
{
        Order *order = opaque;
        g_autoptr(DomainView) view = NULL;
        g_autoptr(Qmp) qmp = running_monitor(order, &view, err);

        if (!qmp)
                return -1;
        if (view->state == VIR_DOMAIN_PMSUSPENDED)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is pmsuspended");
        if (view->state == VIR_DOMAIN_RUNNING)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is already running");
        if (guest_locks_cont(order->guest, view->live, qmp, err) < 0 ||
            guest_set_state(order->guest, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED, err) < 0)
                return -1;
        emit_lifecycle(order->guest->instance, order->entry, view->id, VIR_DOMAIN_EVENT_RESUMED,
                       VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
        return 0;
}

int qemu_domain_resume(virDomainPtr domain, Error *err)
{
        return run_order(domain, "resume", 0, job_resume, err);
}

/* Shut down, reboot, reset */

/* Remembered in the status file: the guest may take its time, and we may be another daemon then. */
static int press_power_button(Order *order, bool reboot, Error *err)
{
        g_autoptr(DomainView) view = NULL;
        g_autoptr(Qmp) qmp = running_monitor(order, &view, err);

        if (!qmp)
                return -1;
        order->guest->reboot_asked = reboot;
        if (status_save(order->guest, view, err) < 0)
                return -1;
        return qmp_call(qmp, "system_powerdown", NULL, MONITOR_MS, NULL, err);
}

static int job_shutdown(void *opaque, Error *err)
{
        return press_power_button(opaque, false, err);
}

static int job_reboot(void *opaque, Error *err)
{
        return press_power_button(opaque, true, err);
}

/* A reboot that the agent was asked for is remembered like one by the button: QEMU tells both as a shutdown. */
static int job_note_agent(void *opaque, Error *err)
{
        Order *order = opaque;
        g_autoptr(DomainView) view = running_view(order, err);

        if (!view)
                return -1;
        order->guest->reboot_asked = false;
        return status_save(order->guest, view, err);
}

/* Both or neither are asked for: the agent first, the button when there is none to ask. */
static int by_agent_or_button(virDomainPtr domain, const char *what, bool agent, bool button, bool reboot, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;

        if (agent) {
                if (run_order(domain, what, 0, job_note_agent, err) < 0)
                        return -1;
                if (agent_shutdown(domain, reboot ? "reboot" : "powerdown", &why) == 0)
                        return 0;
                if (!button)
                        return error_move(err, &why);
        }
        return run_order(domain, what, 0, reboot ? job_reboot : job_shutdown, err);
}

int qemu_domain_shutdown_flags(virDomainPtr domain, unsigned int flags, Error *err)
{
        if (check_call_flags(flags, VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN | VIR_DOMAIN_SHUTDOWN_GUEST_AGENT,
                             "qemuDomainShutdownFlags", err) < 0)
                return -1;
        return by_agent_or_button(domain, "shutdown", flags & VIR_DOMAIN_SHUTDOWN_GUEST_AGENT,
                                  flags & VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN, false, err);
}

int qemu_domain_reboot(virDomainPtr domain, unsigned int flags, Error *err)
{
        if (check_call_flags(flags, VIR_DOMAIN_REBOOT_ACPI_POWER_BTN | VIR_DOMAIN_REBOOT_GUEST_AGENT,
                             "qemuDomainReboot", err) < 0)
                return -1;
        return by_agent_or_button(domain, "reboot", flags & VIR_DOMAIN_REBOOT_GUEST_AGENT,
                                  flags & VIR_DOMAIN_REBOOT_ACPI_POWER_BTN, true, err);
}

static int job_reset(void *opaque, Error *err)
{
        Order *order = opaque;
        g_autoptr(DomainView) view = NULL;
        g_autoptr(Qmp) qmp = running_monitor(order, &view, err);

        if (!qmp)
                return -1;
        order->guest->reboot_asked = false;
        return qmp_call(qmp, "system_reset", NULL, MONITOR_MS, NULL, err);
}

int qemu_domain_reset(virDomainPtr domain, unsigned int flags, Error *err)
{
        if (check_call_flags(flags, 0, "qemuDomainReset", err) < 0)
                return -1;
        return run_order(domain, "reset", flags, job_reset, err);
}

/* A command that needs nothing but to be given. */
static int command(const Order *order, const char *name, Error *err)
{
        g_autoptr(DomainView) view = NULL;
        g_autoptr(Qmp) qmp = running_monitor(order, &view, err);

        return qmp ? qmp_call(qmp, name, NULL, MONITOR_MS, NULL, err) : -1;
}

static int job_inject_nmi(void *opaque, Error *err)
{
        return command(opaque, "inject-nmi", err);
}

int qemu_domain_inject_nmi(virDomainPtr domain, unsigned int flags, Error *err)
{
        if (check_call_flags(flags, 0, "qemuDomainInjectNMI", err) < 0)
                return -1;
        return run_order(domain, "inject-nmi", flags, job_inject_nmi, err);
}

static int job_pm_wakeup(void *opaque, Error *err)
{
        return command(opaque, "system_wakeup", err);
}

int qemu_domain_pm_wakeup(virDomainPtr domain, unsigned int flags, Error *err)
{
        if (check_call_flags(flags, 0, "qemuDomainPMWakeup", err) < 0)
                return -1;
        return run_order(domain, "wakeup", flags, job_pm_wakeup, err);
}

/* Destroy */

typedef struct Destroy {
        Order order;
        int run;
} Destroy;

static int job_destroy(void *opaque, Error *err)
{
        Destroy *destroy = opaque;
        Guest *guest = destroy->order.guest;
        g_autoptr(DomainView) view = domain_view_get(destroy->order.entry);

        /* Our signal came through before our turn did. */
        if ((!view || !view->live) && atomic_load(&guest->run) != destroy->run)
                return 0;
        if (!view || !view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        if (guest_kill(guest, destroy->order.flags & VIR_DOMAIN_DESTROY_GRACEFUL, err) < 0) {
                /* It lives on: a later end of its own is not our doing. */
                atomic_store(&guest->destroying, 0);
                return -1;
        }
        guest_stop(guest, VIR_DOMAIN_SHUTOFF_DESTROYED, VIR_DOMAIN_EVENT_STOPPED_DESTROYED);
        return 0;
}

/* The job that holds the lane may wait for this very process: its end ends the wait. */
static void signal_ahead(const Destroy *destroy)
{
        g_autoptr(DomainView) view = domain_view_get(destroy->order.entry);
        Guest *guest = destroy->order.guest;
        pid_t pid = atomic_load(&guest->pid);

        atomic_store(&guest->destroying, destroy->run);
        if (view && view->live && pid > 0 && view_facts(view) &&
            process_start_time(pid) == view_facts(view)->status.process_start)
                kill(pid, SIGTERM);
}

int qemu_domain_destroy_flags(virDomainPtr domain, unsigned int flags, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        Destroy destroy = { .order = { .entry = entry, .flags = flags } };

        if (!entry || check_call_flags(flags, VIR_DOMAIN_DESTROY_GRACEFUL | VIR_DOMAIN_DESTROY_REMOVE_LOGS,
                                       "qemuDomainDestroyFlags", err) < 0)
                return -1;
        destroy.order.guest = guest_of(entry);
        destroy.run = atomic_load(&destroy.order.guest->run);
        signal_ahead(&destroy);
        if (domain_job(entry, "destroy", job_destroy, &destroy, err) < 0)
                return -1;
        domain->id = -1;
        return 0;
}

/* With the connection that started it */

static int job_autodestroy(void *opaque, Error *err)
{
        g_autofree Destroy *destroy = opaque;
        g_autoptr(DomainEntry) entry = destroy->order.entry;
        g_autoptr(DomainView) view = domain_view_get(entry);

        if (!view || !view->live || atomic_load(&destroy->order.guest->run) != destroy->run)
                return 0;
        return job_destroy(destroy, err);
}

void qemu_autodestroy(DomainEntry *entry, int run)
{
        Destroy *destroy = g_new0(Destroy, 1);

        destroy->order.entry = domain_entry_ref(entry);
        destroy->order.guest = guest_of(entry);
        destroy->run = run;
        signal_ahead(destroy);
        lane_post(domain_entry_lane(entry), "autodestroy", job_autodestroy, destroy);
}
