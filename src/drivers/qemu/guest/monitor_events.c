/* The process and the monitor of a running guest: watching, connecting, and what QEMU tells by itself.
 *
 * Callbacks come in the loop's thread and only queue jobs. Each job knows the run it belongs to; after a restart of
 * the guest it finds another and does nothing. */
#define LOG_SOURCE "qemu.events"
#include "guest/guest_agent.h"
#include "blockdev/blockdev.h"
#include "guest/disk_name.h"
#include "guest/event_wait.h"
#include "guest/happening.h"
#include "guest/lock_files.h"
#include "guest/memory_dump.h"
#include "guest/reconnect.h"

#include <string.h>
#include <time.h>

#include "helpers/pr_helper.h"
#include "hotplug/departures.h"
#include "hotplug/live.h"
#include "util/auto.h"
#include "util/log.h"
#include "util/paths.h"
#include "util/process.h"

enum { EVENTS_QUEUED_MAX = 1000, DETAILS_MAX = 64 * 1024 };

/* What a callback knows: one run of one domain. */
typedef struct Run {
        DomainEntry *entry;
        int run;
} Run;

typedef struct EventJob {
        Run of;
        char *name;
        char *data; /* as text: JSON is not shared between threads */
        char *why;  /* the monitor's end */
} EventJob;

static Run run_now(Guest *guest)
{
        return (Run){ .entry = domain_entry_ref(guest->entry), .run = atomic_load(&guest->run) };
}

static void run_drop(Run *run)
{
        domain_entry_unref(run->entry);
        g_free(run);
}

static bool run_is_over(const Run *run)
{
        return atomic_load(&guest_of(run->entry)->run) != run->run;
}

static void event_job_free(EventJob *job)
{
        atomic_fetch_sub(&guest_of(job->of.entry)->events_queued, 1);
        domain_entry_unref(job->of.entry);
        g_free(job->name);
        g_free(job->data);
        g_free(job->why);
        g_free(job);
}

static EventJob *event_job_new(const Run *run, const char *name)
{
        EventJob *job = g_new0(EventJob, 1);

        job->of = (Run){ .entry = domain_entry_ref(run->entry), .run = run->run };
        job->name = g_strdup(name);
        atomic_fetch_add(&guest_of(run->entry)->events_queued, 1);
        return job;
}

/* The process */

static int job_process_ended(void *opaque, Error *err)
{
        EventJob *job = opaque;
        Guest *guest = guest_of(job->of.entry);
        bool ours = atomic_load(&guest->destroying) == job->of.run;

        if (!run_is_over(&job->of))
                guest_stop(guest, ours ? VIR_DOMAIN_SHUTOFF_DESTROYED : VIR_DOMAIN_SHUTOFF_CRASHED,
                           ours ? VIR_DOMAIN_EVENT_STOPPED_DESTROYED : VIR_DOMAIN_EVENT_STOPPED_FAILED);
        event_job_free(job);
        return 0;
}

static void process_ended(LoopSource *source, pid_t pid, int status, void *opaque)
{
        const Run *run = opaque;
        Guest *guest = guest_of(run->entry);

        pthread_mutex_lock(&guest->mutex);
        guest->process_gone = true;
        pthread_cond_broadcast(&guest->ended);
        pthread_mutex_unlock(&guest->mutex);
        lane_post(domain_entry_lane(run->entry), "process-ended", job_process_ended, event_job_new(run, "end"));
}

static void free_run(void *opaque)
{
        run_drop(opaque);
}

int guest_watch(Guest *guest, pid_t pid, Error *err)
{
        Run *run = g_new(Run, 1);

        *run = run_now(guest);
        pthread_mutex_lock(&guest->mutex);
        guest->process_gone = false;
        pthread_mutex_unlock(&guest->mutex);
        atomic_store(&guest->pid, pid);
        guest->process = loop_add_process(guest->instance->loop, pid, process_ended, run, free_run, err);
        if (guest->process)
                return 0;
        return -1;
}

/* The monitor */

static void on_event(Qmp *qmp, const char *name, const Json *data, int64_t seconds, int64_t microseconds, void *opaque);

static int job_monitor_closed(void *opaque, Error *err)
{
        EventJob *job = opaque;
        Guest *guest = guest_of(job->of.entry);
        g_autoptr(DomainView) view = domain_view_get(job->of.entry);
        bool gone;

        pthread_mutex_lock(&guest->mutex);
        gone = guest->process_gone;
        pthread_mutex_unlock(&guest->mutex);
        /* Its descriptors close a moment before we hear of its end. */
        gone |= view && process_start_time(view->pid) == 0;
        if (view && !gone && !run_is_over(&job->of)) {
                event_emit(guest->instance->hub,
                           event_domain_control_error(domain_entry_name(job->of.entry),
                                                      domain_entry_uuid(job->of.entry), view->id));
                guest_reconnect_lost(guest, job->why);
        }
        event_job_free(job);
        return 0;
}

static void on_closed(Qmp *qmp, const Error *why, void *opaque)
{
        const Run *run = opaque;
        Guest *guest = guest_of(run->entry);
        EventJob *job;
        bool mine;

        pthread_mutex_lock(&guest->mutex);
        mine = guest->qmp == qmp;
        if (mine)
                guest->qmp = NULL;
        pthread_mutex_unlock(&guest->mutex);
        if (!mine)
                return;
        event_wait_closed(guest->event_wait);
        job = event_job_new(run, "closed");
        job->why = g_strdup(why->message);
        lane_post(domain_entry_lane(run->entry), "monitor-closed", job_monitor_closed, job);
        qmp_unref(qmp);
}

const QmpHooks guest_monitor_hooks = { .event = on_event, .closed = on_closed, .free = free_run };

void *guest_monitor_context(Guest *guest)
{
        Run *run = g_new(Run, 1);

        *run = run_now(guest);
        return run;
}

int guest_monitor_open(Guest *guest, const char *path, Error *err)
{
        int fd = unix_connect(path, err);
        Qmp *qmp;

        if (fd < 0)
                return error_prefix(err, "failed to connect to monitor socket");
        qmp = qmp_new(guest->instance->loop, fd, domain_entry_name(guest->entry), &guest_monitor_hooks,
                      guest_monitor_context(guest));
        pthread_mutex_lock(&guest->mutex);
        guest->qmp = qmp;
        pthread_mutex_unlock(&guest->mutex);
        return 0;
}

int guest_set_state(Guest *guest, int state, int reason, Error *err)
{
        DomainView *view = domain_view_edit(guest->entry);

        view->state = state;
        view->reason = reason;
        /* Who stands still does not write: others may. */
        if (view->live && state == VIR_DOMAIN_PAUSED)
                guest_locks_drop(guest, view->live, view->live);
        if (view->live && status_save(guest, view, err) < 0) {
                domain_view_unref(view);
                return -1;
        }
        domain_publish(guest->entry, view);
        return 0;
}

/* What QEMU tells: see happening.h. Here is what changes the guest's state; device_events.c has the rest. */

static void changed(const Happening *h, int state, int reason, int event, int detail)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (guest_set_state(h->guest, state, reason, &err) < 0)
                log_error("domain '%s': %s", h->name, err.message);
        emit_lifecycle(h->guest->instance, h->guest->entry, h->view->id, event, detail);
}

/* Whether it is so still: a job may have stopped the guest and let it go on before its event had its turn. */
static bool runs_now(const Happening *h)
{
        g_autoptr(Qmp) qmp = guest_monitor(h->guest, NULL);
        g_autoptr(Json) status = NULL;
        bool running = false;

        if (qmp && qmp_call(qmp, "query-status", NULL, MONITOR_MS, &status, NULL) == 0)
                json_get_bool(status, "running", &running);
        return running;
}

static void on_stop(const Happening *h)
{
        if (h->view->state == VIR_DOMAIN_RUNNING && !runs_now(h))
                changed(h, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_UNKNOWN, VIR_DOMAIN_EVENT_SUSPENDED,
                        VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
}

static void on_resume(const Happening *h)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (h->view->state != VIR_DOMAIN_PAUSED)
                return;
        /* Somebody else let it run. */
        if (guest_locks_take(h->guest, h->view->live, h->view->live, &err) < 0)
                log_error("domain '%s' runs without its locks: %s", h->name, err.message);
        changed(h, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED, VIR_DOMAIN_EVENT_RESUMED,
                VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
}

/* The machine is off, and begins again in the same process. */
static int restart(const Happening *h, int reason, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(h->guest, err);

        if (!qmp || qmp_call(qmp, "system_reset", NULL, MONITOR_MS, NULL, err) < 0 ||
            qmp_call(qmp, "cont", NULL, MONITOR_MS, NULL, err) < 0)
                return -1;
        h->guest->reboot_asked = false;
        changed(h, VIR_DOMAIN_RUNNING, reason, VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
        return 0;
}

static void on_shutdown(const Happening *h)
{
        const char *reason = json_get_string(h->data, "reason");
        bool guest = false;
        bool told = json_get_bool(h->data, "guest", &guest);
        bool leaving = g_strcmp0(reason, "host-signal") == 0 || g_strcmp0(reason, "host-qmp-quit") == 0;
        Lifecycle action = h->view->live->on_poweroff;
        ERROR_AUTO Error err = ERROR_INIT;

        guest_agent_happened(h->guest);
        /* The signal of a destroy that waits for its turn: QEMU says goodbye before that turn comes. */
        if (leaving && atomic_load(&h->guest->destroying) == atomic_load(&h->guest->run)) {
                guest_stop(h->guest, VIR_DOMAIN_SHUTOFF_DESTROYED, VIR_DOMAIN_EVENT_STOPPED_DESTROYED);
                return;
        }
        changed(h, VIR_DOMAIN_SHUTDOWN, VIR_DOMAIN_SHUTDOWN_UNKNOWN, VIR_DOMAIN_EVENT_SHUTDOWN,
                !told   ? VIR_DOMAIN_EVENT_SHUTDOWN_FINISHED
                : guest ? VIR_DOMAIN_EVENT_SHUTDOWN_GUEST
                        : VIR_DOMAIN_EVENT_SHUTDOWN_HOST);
        if (g_strcmp0(reason, "guest-reset") == 0)
                action = h->view->live->on_reboot;
        else if (h->guest->reboot_asked)
                action = LIFECYCLE_RESTART;
        if (action == LIFECYCLE_PRESERVE && !leaving)
                return;
        if (action == LIFECYCLE_RESTART && !leaving) {
                if (restart(h, VIR_DOMAIN_RUNNING_BOOTED, &err) == 0)
                        return;
                log_error("domain '%s' cannot start again: %s", h->name, err.message);
        }
        guest_stop(h->guest, VIR_DOMAIN_SHUTOFF_SHUTDOWN, VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN);
}

static void on_reset(const Happening *h)
{
        guest_agent_happened(h->guest);
        event_emit(h->hub, event_domain_reboot(h->name, h->uuid, h->view->id));
}

static int watchdog_action(const char *name)
{
        static const char *const names[] = { "none", "pause", "reset", "poweroff", "shutdown", "debug", "inject-nmi" };

        for (size_t i = 0; name && i < ARRAY_SIZE(names); i++)
                if (strcmp(names[i], name) == 0)
                        return (int)i;
        return VIR_DOMAIN_EVENT_WATCHDOG_NONE;
}

/* For whoever wants to know why. What follows does not depend on it. */
static void dump(const Happening *h)
{
        ERROR_AUTO Error err = ERROR_INIT;

        if (guest_auto_dump(h->guest, &err) < 0)
                log_error("domain '%s' cannot be dumped: %s", h->name, err.message);
}

/* QEMU only pauses then. */
static bool dumps_on_watchdog(const Domain *live)
{
        for (size_t i = 0; i < live->n_watchdogs; i++)
                if (live->watchdogs[i].action == WATCHDOG_ACTION_DUMP)
                        return true;
        return false;
}

static void dump_and_go_on(const Happening *h)
{
        g_autoptr(Qmp) qmp = NULL;
        ERROR_AUTO Error err = ERROR_INIT;

        dump(h);
        qmp = guest_monitor(h->guest, &err);
        if (qmp && qmp_call(qmp, "cont", NULL, MONITOR_MS, NULL, &err) == 0)
                changed(h, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED, VIR_DOMAIN_EVENT_RESUMED,
                        VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
        else
                log_error("domain '%s' does not go on after its dump: %s", h->name, err.message);
}

static void on_watchdog(const Happening *h)
{
        int action = watchdog_action(json_get_string(h->data, "action"));

        event_emit(h->hub, event_domain_watchdog(h->name, h->uuid, h->view->id, action));
        if (action == VIR_DOMAIN_EVENT_WATCHDOG_PAUSE && h->view->state == VIR_DOMAIN_RUNNING)
                changed(h, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_WATCHDOG, VIR_DOMAIN_EVENT_SUSPENDED,
                        VIR_DOMAIN_EVENT_SUSPENDED_WATCHDOG);
        if (action == VIR_DOMAIN_EVENT_WATCHDOG_PAUSE && dumps_on_watchdog(h->view->live))
                dump_and_go_on(h);
}

static void on_block_io_error(const Happening *h)
{
        static const char *const actions[] = { "ignore", "stop", "report" };
        static const int numbers[] = { VIR_DOMAIN_EVENT_IO_ERROR_NONE, VIR_DOMAIN_EVENT_IO_ERROR_PAUSE,
                                       VIR_DOMAIN_EVENT_IO_ERROR_REPORT };
        const char *name = json_get_string(h->data, "action");
        const Disk *disk = happening_disk(h, json_get_string(h->data, "device"), json_get_string(h->data, "qom-path"));
        const Source *source = disk ? &disk->source : NULL;
        const char *path;
        const char *alias;
        bool nospace = false;
        int action = VIR_DOMAIN_EVENT_IO_ERROR_REPORT;

        for (size_t i = 0; name && i < ARRAY_SIZE(actions); i++)
                if (strcmp(actions[i], name) == 0)
                        action = numbers[i];
        json_get_bool(h->data, "nospace", &nospace);
        if (!disk)
                source = disk_source_by_node(h->view->live, json_get_string(h->data, "node-name"), &disk);
        path = source && block_source_path(source) ? block_source_path(source) : "";
        alias = disk ? disk->info.alias : "";
        event_emit(h->hub, event_domain_io_error(h->name, h->uuid, h->view->id, path, alias, action));
        event_emit(h->hub, event_domain_io_error_reason(h->name, h->uuid, h->view->id, path, alias, action,
                                                        nospace ? "enospc" : ""));
        if (action == VIR_DOMAIN_EVENT_IO_ERROR_PAUSE && h->view->state == VIR_DOMAIN_RUNNING)
                changed(h, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_IOERROR, VIR_DOMAIN_EVENT_SUSPENDED,
                        VIR_DOMAIN_EVENT_SUSPENDED_IOERROR);
}

static void on_panicked(const Happening *h)
{
        CrashAction action = h->view->live->on_crash;
        ERROR_AUTO Error err = ERROR_INIT;

        changed(h, VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_PANICKED, VIR_DOMAIN_EVENT_CRASHED,
                VIR_DOMAIN_EVENT_CRASHED_PANICKED);
        if (action == CRASH_PRESERVE)
                return;
        if (action == CRASH_COREDUMP_DESTROY || action == CRASH_COREDUMP_RESTART)
                dump(h);
        if (action == CRASH_RESTART || action == CRASH_RENAME_RESTART || action == CRASH_COREDUMP_RESTART) {
                if (restart(h, VIR_DOMAIN_RUNNING_CRASHED, &err) == 0)
                        return;
                log_error("domain '%s' cannot start again: %s", h->name, err.message);
        }
        guest_stop(h->guest, VIR_DOMAIN_SHUTOFF_CRASHED, VIR_DOMAIN_EVENT_STOPPED_CRASHED);
}

/* It goes on by itself, into the kernel that saves what the crashed one left. */
static void on_crash_loaded(const Happening *h)
{
        emit_lifecycle(h->guest->instance, h->guest->entry, h->view->id, VIR_DOMAIN_EVENT_CRASHED,
                       VIR_DOMAIN_EVENT_CRASHED_CRASHLOADED);
}

static void on_suspend(const Happening *h)
{
        guest_agent_happened(h->guest);
        changed(h, VIR_DOMAIN_PMSUSPENDED, VIR_DOMAIN_PMSUSPENDED_UNKNOWN, VIR_DOMAIN_EVENT_PMSUSPENDED,
                VIR_DOMAIN_EVENT_PMSUSPENDED_MEMORY);
        event_emit(h->hub, event_domain_pmsuspend(h->name, h->uuid, h->view->id, 0));
}

static void on_suspend_disk(const Happening *h)
{
        guest_agent_happened(h->guest);
        changed(h, VIR_DOMAIN_PMSUSPENDED, VIR_DOMAIN_PMSUSPENDED_UNKNOWN, VIR_DOMAIN_EVENT_PMSUSPENDED,
                VIR_DOMAIN_EVENT_PMSUSPENDED_DISK);
        event_emit(h->hub, event_domain_pmsuspend_disk(h->name, h->uuid, h->view->id, 0));
}

static void on_wakeup(const Happening *h)
{
        if (h->view->state == VIR_DOMAIN_PMSUSPENDED)
                changed(h, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_WAKEUP, VIR_DOMAIN_EVENT_STARTED,
                        VIR_DOMAIN_EVENT_STARTED_WAKEUP);
        event_emit(h->hub, event_domain_pmwakeup(h->name, h->uuid, h->view->id, 0));
}

/* QEMU connects again by itself, if there is somebody to connect to. */
static void on_reservations(const Happening *h)
{
        bool connected = true;

        if (json_get_bool(h->data, "connected", &connected) && !connected)
                pr_helper_adopt(h->guest, h->view->live);
}

static const struct {
        const char *name;
        void (*handle)(const Happening *h);
} handlers[] = {
        { "STOP", on_stop },
        { "RESUME", on_resume },
        { "SHUTDOWN", on_shutdown },
        { "RESET", on_reset },
        { "WATCHDOG", on_watchdog },
        { "RTC_CHANGE", on_rtc_change },
        { "BALLOON_CHANGE", on_balloon_change },
        { "BLOCK_IO_ERROR", on_block_io_error },
        { "DEVICE_TRAY_MOVED", on_tray_moved },
        { "DEVICE_DELETED", on_device_deleted },
        { "DEVICE_UNPLUG_GUEST_ERROR", on_unplug_error },
        { "MEM_UNPLUG_ERROR", on_unplug_error },
        { "VSERPORT_CHANGE", on_serial_port },
        { "ACPI_DEVICE_OST", on_acpi_ost },
        { "MEMORY_DEVICE_SIZE_CHANGE", on_memory_size },
        { "MEMORY_FAILURE", on_memory_failure },
        { "BLOCK_WRITE_THRESHOLD", on_write_threshold },
        { "VNC_CONNECTED", on_display },
        { "VNC_INITIALIZED", on_display },
        { "VNC_DISCONNECTED", on_display },
        { "SPICE_CONNECTED", on_display },
        { "SPICE_INITIALIZED", on_display },
        { "SPICE_DISCONNECTED", on_display },
        { "GUEST_CRASHLOADED", on_crash_loaded },
        { "GUEST_PANICKED", on_panicked },
        { "SUSPEND", on_suspend },
        { "SUSPEND_DISK", on_suspend_disk },
        { "WAKEUP", on_wakeup },
        { "PR_MANAGER_STATUS_CHANGED", on_reservations },
};

static void handle(const EventJob *job, const Json *data)
{
        Guest *guest = guest_of(job->of.entry);
        g_autoptr(DomainView) view = domain_view_get(job->of.entry);
        Happening happening = { .guest = guest,
                                .view = view,
                                .name = domain_entry_name(job->of.entry),
                                .uuid = domain_entry_uuid(job->of.entry),
                                .hub = guest->instance->hub,
                                .data = data,
                                .event = job->name };

        if (!view || !view->live || run_is_over(&job->of))
                return;
        for (size_t i = 0; i < ARRAY_SIZE(handlers); i++)
                if (strcmp(handlers[i].name, job->name) == 0)
                        handlers[i].handle(&happening);
}

static int job_event(void *opaque, Error *err)
{
        EventJob *job = opaque;
        g_autoptr(Json) data = job->data ? json_parse(job->data, strlen(job->data), NULL) : NULL;

        handle(job, data);
        event_job_free(job);
        return 0;
}

static bool is_handled(const char *name)
{
        for (size_t i = 0; i < ARRAY_SIZE(handlers); i++)
                if (strcmp(handlers[i].name, name) == 0)
                        return true;
        return false;
}

static void on_event(Qmp *qmp, const char *name, const Json *data, int64_t seconds, int64_t microseconds, void *opaque)
{
        const Run *run = opaque;
        Guest *guest = guest_of(run->entry);
        g_autofree char *text = data ? json_format(data, false) : NULL;
        g_autoptr(DomainView) view = domain_view_get(run->entry);
        EventJob *job;

        if (text && strlen(text) > DETAILS_MAX)
                return;
        event_emit(guest->instance->hub,
                   event_domain_qemu_monitor(domain_entry_name(run->entry), domain_entry_uuid(run->entry),
                                             view ? view->id : -1, name, seconds, (unsigned)microseconds, text));
        event_wait_event(guest->event_wait, name, data);
        if (departures_event(guest->departures, name, data) || !is_handled(name))
                return;
        /* A guest that floods us loses events, not we our memory. */
        if (atomic_load(&guest->events_queued) >= EVENTS_QUEUED_MAX) {
                log_warn("domain '%s': too many events, '%s' is dropped", domain_entry_name(run->entry), name);
                return;
        }
        job = event_job_new(run, name);
        job->data = g_steal_pointer(&text);
        lane_post(domain_entry_lane(run->entry), "monitor-event", job_event, job);
}
