/* event: what happens to guests, as it happens. */
#include "virsh_commands.h"

#include <string.h>

#include "event_watch.h"

/* One registration; its callbacks run in the event thread. */
typedef struct Catch {
        EventWatch *watch;
        const char *name;
        int id; /* of the registration, -1: none */
} Catch;

static EventWatch *watch_of(void *opaque)
{
        return ((Catch *)opaque)->watch;
}

#define NAME(domain) virDomainGetName(domain)

static const char *const lifecycle_names[] = {
        [VIR_DOMAIN_EVENT_DEFINED] = "Defined",   [VIR_DOMAIN_EVENT_UNDEFINED] = "Undefined",
        [VIR_DOMAIN_EVENT_STARTED] = "Started",   [VIR_DOMAIN_EVENT_SUSPENDED] = "Suspended",
        [VIR_DOMAIN_EVENT_RESUMED] = "Resumed",   [VIR_DOMAIN_EVENT_STOPPED] = "Stopped",
        [VIR_DOMAIN_EVENT_SHUTDOWN] = "Shutdown", [VIR_DOMAIN_EVENT_PMSUSPENDED] = "PMSuspended",
        [VIR_DOMAIN_EVENT_CRASHED] = "Crashed",
};

enum { DETAILS_MAX = 10 };

static const char *const lifecycle_details[][DETAILS_MAX] = {
        [VIR_DOMAIN_EVENT_DEFINED] = { "Added", "Updated", "Renamed", "Snapshot" },
        [VIR_DOMAIN_EVENT_UNDEFINED] = { "Removed", "Renamed" },
        [VIR_DOMAIN_EVENT_STARTED] = { "Booted", "Migrated", "Restored", "Snapshot", "Event wakeup" },
        [VIR_DOMAIN_EVENT_SUSPENDED] = { "Paused", "Migrated", "I/O Error", "Watchdog", "Restored", "Snapshot",
                                         "API error", "Post-copy", "Post-copy Error" },
        [VIR_DOMAIN_EVENT_RESUMED] = { "Unpaused", "Migrated", "Snapshot", "Post-copy", "Post-copy Error" },
        [VIR_DOMAIN_EVENT_STOPPED] = { "Shutdown", "Destroyed", "Crashed", "Migrated", "Saved", "Failed", "Snapshot" },
        [VIR_DOMAIN_EVENT_SHUTDOWN] = { "Finished", "Finished after guest request", "Finished after host request" },
        [VIR_DOMAIN_EVENT_PMSUSPENDED] = { "Memory", "Disk" },
        [VIR_DOMAIN_EVENT_CRASHED] = { "Panicked", "Crashloaded" },
};

static void on_lifecycle(virConnectPtr connection, virDomainPtr domain, int event, int detail, void *opaque)
{
        const char *text = "unknown";

        (void)connection;
        if (event >= 0 && event < (int)G_N_ELEMENTS(lifecycle_details))
                text = text_of(lifecycle_details[event], detail);
        event_watch_print(watch_of(opaque), "event 'lifecycle' for domain '%s': %s %s", NAME(domain),
                          text_of(lifecycle_names, event), text);
}

static void on_plain(virConnectPtr connection, virDomainPtr domain, void *opaque)
{
        const Catch *catch = (Catch *)opaque;

        (void)connection;
        event_watch_print(catch->watch, "event '%s' for domain '%s'", catch->name, NAME(domain));
}

static void on_rtc(virConnectPtr connection, virDomainPtr domain, long long offset, void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'rtc-change' for domain '%s': %lld", NAME(domain), offset);
}

static const char *const watchdog_actions[] = { "none", "pause", "reset", "poweroff", "shutdown", "debug", "inject" };

static void on_watchdog(virConnectPtr connection, virDomainPtr domain, int action, void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'watchdog' for domain '%s': %s", NAME(domain),
                          text_of(watchdog_actions, action));
}

static const char *const io_actions[] = { "none", "pause", "report" };

static void on_io_error(virConnectPtr connection, virDomainPtr domain, const char *path, const char *alias, int action,
                        void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'io-error' for domain '%s': %s (%s) %s", NAME(domain), path, alias,
                          text_of(io_actions, action));
}

static void on_io_error_reason(virConnectPtr connection, virDomainPtr domain, const char *path, const char *alias,
                               int action, const char *reason, void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'io-error-reason' for domain '%s': %s (%s) %s due to %s",
                          NAME(domain), path, alias, text_of(io_actions, action), reason);
}

static const char *const graphics_phases[] = { "connect", "initialize", "disconnect" };
static const char *const graphics_families[] = { "IPv4", "IPv6", "unix" };

static void on_graphics(virConnectPtr connection, virDomainPtr domain, int phase,
                        const virDomainEventGraphicsAddress *local, const virDomainEventGraphicsAddress *remote,
                        const char *scheme, const virDomainEventGraphicsSubject *subject, void *opaque)
{
        g_autoptr(GString) text = g_string_new(NULL);

        (void)connection;
        g_string_append_printf(text, "event 'graphics' for domain '%s': %s local[%s %s %s] remote[%s %s %s] %s",
                               NAME(domain), text_of(graphics_phases, phase), text_of(graphics_families, local->family),
                               local->node, local->service, text_of(graphics_families, remote->family), remote->node,
                               remote->service, scheme);
        for (int i = 0; i < subject->nidentity; i++)
                g_string_append_printf(text, "\n\t%s=%s", subject->identities[i].type, subject->identities[i].name);
        event_watch_print(watch_of(opaque), "%s", text->str);
}

static const char *const job_types[] = { "Unknown",      "Block Pull",          "Block Copy",
                                         "Block Commit", "Active Block Commit", "Backup" };
static const char *const job_statuses[] = { "completed", "failed", "canceled", "ready" };

static void on_block_job(virConnectPtr connection, virDomainPtr domain, const char *disk, int type, int status,
                         void *opaque)
{
        const Catch *catch = (Catch *)opaque;

        (void)connection;
        event_watch_print(catch->watch, "event '%s' for domain '%s': %s for %s %s", catch->name, NAME(domain),
                          text_of(job_types, type), disk, text_of(job_statuses, status));
}

static const char *const disk_changes[] = { "changed", "dropped" };

static void on_disk_change(virConnectPtr connection, virDomainPtr domain, const char *old_path, const char *new_path,
                           const char *alias, int reason, void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'disk-change' for domain '%s' disk %s: %s -> %s: %s", NAME(domain),
                          alias, old_path ? old_path : "<null>", new_path ? new_path : "<null>",
                          text_of(disk_changes, reason));
}

static const char *const tray_changes[] = { "opened", "closed" };

static void on_tray(virConnectPtr connection, virDomainPtr domain, const char *alias, int reason, void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'tray-change' for domain '%s' disk %s: %s", NAME(domain), alias,
                          text_of(tray_changes, reason));
}

static void on_pm(virConnectPtr connection, virDomainPtr domain, int reason, void *opaque)
{
        (void)reason;
        on_plain(connection, domain, opaque);
}

static void on_balloon(virConnectPtr connection, virDomainPtr domain, unsigned long long actual, void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'balloon-change' for domain '%s': %lluKiB", NAME(domain), actual);
}

static void on_device(virConnectPtr connection, virDomainPtr domain, const char *alias, void *opaque)
{
        const Catch *catch = (Catch *)opaque;

        (void)connection;
        event_watch_print(catch->watch, "event '%s' for domain '%s': %s", catch->name, NAME(domain), alias);
}

static void print_params(void *opaque, virDomainPtr domain, virTypedParameterPtr params, int n)
{
        const Catch *catch = (Catch *)opaque;
        g_autoptr(GString) text = g_string_new(NULL);

        g_string_append_printf(text, "event '%s' for domain '%s':", catch->name, NAME(domain));
        for (int i = 0; i < n; i++) {
                g_autofree char *value = param_text(&params[i]);

                g_string_append_printf(text, "\n\t%s: %s", params[i].field, value);
        }
        event_watch_print(catch->watch, "%s", text->str);
}

static void on_tunable(virConnectPtr connection, virDomainPtr domain, virTypedParameterPtr params, int n, void *opaque)
{
        (void)connection;
        print_params(opaque, domain, params, n);
}

static const char *const agent_states[] = { [VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED] = "connected",
                                            [VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED] =
                                                    "disconnected" };
static const char *const agent_reasons[] = { "unknown", "domain started", "channel event" };

static void on_agent(virConnectPtr connection, virDomainPtr domain, int state, int reason, void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'agent-lifecycle' for domain '%s': state: '%s' reason: '%s'",
                          NAME(domain), text_of(agent_states, state), text_of(agent_reasons, reason));
}

static void on_iteration(virConnectPtr connection, virDomainPtr domain, int iteration, void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'migration-iteration' for domain '%s': iteration: '%d'",
                          NAME(domain), iteration);
}

static const char *const metadata_types[] = { "description", "title", "element" };

static void on_metadata(virConnectPtr connection, virDomainPtr domain, int type, const char *uri, void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'metadata-change' for domain '%s': type %s, uri %s", NAME(domain),
                          text_of(metadata_types, type), uri ? uri : "<null>");
}

static void on_threshold(virConnectPtr connection, virDomainPtr domain, const char *device, const char *path,
                         unsigned long long threshold, unsigned long long excess, void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'block-threshold' for domain '%s': dev: %s(%s) %llu %llu",
                          NAME(domain), device, path ? path : "<null>", threshold, excess);
}

static const char *const failure_recipients[] = { "hypervisor", "guest" };
static const char *const failure_actions[] = { "ignore", "inject", "fatal", "reset" };

static void on_memory_failure(virConnectPtr connection, virDomainPtr domain, int recipient, int action, unsigned flags,
                              void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque),
                          "event 'memory-failure' for domain '%s':\nrecipient: %s\naction: %s\nflags:\n"
                          "\taction required: %d\n\trecursive: %d",
                          NAME(domain), text_of(failure_recipients, recipient), text_of(failure_actions, action),
                          !!(flags & VIR_DOMAIN_MEMORY_FAILURE_ACTION_REQUIRED),
                          !!(flags & VIR_DOMAIN_MEMORY_FAILURE_RECURSIVE));
}

static void on_memory_size(virConnectPtr connection, virDomainPtr domain, const char *alias, unsigned long long size,
                           void *opaque)
{
        (void)connection;
        event_watch_print(watch_of(opaque), "event 'memory-device-size-change' for domain '%s':\nalias: %s\nsize: %llu",
                          NAME(domain), alias, size);
}

/* The library casts each callback back to its own type; the step between says that this is meant. */
#define CALLBACK(function) ((virConnectDomainEventGenericCallback)(void (*)(void))(function))

/* By number: the place in the table is the event's number. */
static const struct {
        const char *name;
        virConnectDomainEventGenericCallback callback;
} events[] = {
        [VIR_DOMAIN_EVENT_ID_LIFECYCLE] = { "lifecycle", CALLBACK(on_lifecycle) },
        [VIR_DOMAIN_EVENT_ID_REBOOT] = { "reboot", CALLBACK(on_plain) },
        [VIR_DOMAIN_EVENT_ID_RTC_CHANGE] = { "rtc-change", CALLBACK(on_rtc) },
        [VIR_DOMAIN_EVENT_ID_WATCHDOG] = { "watchdog", CALLBACK(on_watchdog) },
        [VIR_DOMAIN_EVENT_ID_IO_ERROR] = { "io-error", CALLBACK(on_io_error) },
        [VIR_DOMAIN_EVENT_ID_GRAPHICS] = { "graphics", CALLBACK(on_graphics) },
        [VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON] = { "io-error-reason", CALLBACK(on_io_error_reason) },
        [VIR_DOMAIN_EVENT_ID_CONTROL_ERROR] = { "control-error", CALLBACK(on_plain) },
        [VIR_DOMAIN_EVENT_ID_BLOCK_JOB] = { "block-job", CALLBACK(on_block_job) },
        [VIR_DOMAIN_EVENT_ID_DISK_CHANGE] = { "disk-change", CALLBACK(on_disk_change) },
        [VIR_DOMAIN_EVENT_ID_TRAY_CHANGE] = { "tray-change", CALLBACK(on_tray) },
        [VIR_DOMAIN_EVENT_ID_PMWAKEUP] = { "pm-wakeup", CALLBACK(on_pm) },
        [VIR_DOMAIN_EVENT_ID_PMSUSPEND] = { "pm-suspend", CALLBACK(on_pm) },
        [VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE] = { "balloon-change", CALLBACK(on_balloon) },
        [VIR_DOMAIN_EVENT_ID_PMSUSPEND_DISK] = { "pm-suspend-disk", CALLBACK(on_pm) },
        [VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED] = { "device-removed", CALLBACK(on_device) },
        [VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2] = { "block-job-2", CALLBACK(on_block_job) },
        [VIR_DOMAIN_EVENT_ID_TUNABLE] = { "tunable", CALLBACK(on_tunable) },
        [VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE] = { "agent-lifecycle", CALLBACK(on_agent) },
        [VIR_DOMAIN_EVENT_ID_DEVICE_ADDED] = { "device-added", CALLBACK(on_device) },
        [VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION] = { "migration-iteration", CALLBACK(on_iteration) },
        [VIR_DOMAIN_EVENT_ID_JOB_COMPLETED] = { "job-completed", CALLBACK(on_tunable) },
        [VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED] = { "device-removal-failed", CALLBACK(on_device) },
        [VIR_DOMAIN_EVENT_ID_METADATA_CHANGE] = { "metadata-change", CALLBACK(on_metadata) },
        [VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD] = { "block-threshold", CALLBACK(on_threshold) },
        [VIR_DOMAIN_EVENT_ID_MEMORY_FAILURE] = { "memory-failure", CALLBACK(on_memory_failure) },
        [VIR_DOMAIN_EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE] = { "memory-device-size-change", CALLBACK(on_memory_size) },
};

char **complete_events(Shell *shell, const ShellArgs *args, unsigned variant)
{
        char **names = g_new0(char *, G_N_ELEMENTS(events) + 1);

        (void)shell;
        (void)args;
        (void)variant;
        for (size_t i = 0; i < G_N_ELEMENTS(events); i++)
                names[i] = g_strdup(events[i].name);
        return names;
}

static int find_event(const char *name)
{
        for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
                if (strcmp(events[i].name, name) == 0)
                        return (int)i;
        }
        return -1;
}

/* With --all a daemon that does not know every kind still gives the others. */
static bool register_events(Shell *shell, virDomainPtr domain, int which, Catch *catches)
{
        bool any = false;

        for (int i = 0; i < (int)G_N_ELEMENTS(events); i++) {
                if (which >= 0 && which != i)
                        continue;
                catches[i].id = virConnectDomainEventRegisterAny(connection_of(shell), domain, i, events[i].callback,
                                                                 &catches[i], NULL);
                if (catches[i].id >= 0)
                        any = true;
                else if (which < 0)
                        shell_forget_error();
        }
        return any;
}

static bool watch_events(Shell *shell, const ShellArgs *args, virDomainPtr domain, int which)
{
        EventWatch watch;
        Catch catches[G_N_ELEMENTS(events)];
        bool good = false;

        if (!event_watch_init(&watch, shell, args))
                return false;
        for (size_t i = 0; i < G_N_ELEMENTS(events); i++)
                catches[i] = (Catch){ .watch = &watch, .name = events[i].name, .id = -1 };
        good = register_events(shell, domain, which, catches) && event_watch_run(&watch);
        for (size_t i = 0; i < G_N_ELEMENTS(events); i++) {
                if (catches[i].id >= 0)
                        virConnectDomainEventDeregisterAny(connection_of(shell), catches[i].id);
        }
        event_watch_done(&watch);
        return good;
}

bool cmd_event(Shell *shell, const ShellArgs *args)
{
        const char *name = NULL;
        g_autoptr(virDomain) domain = NULL;
        int which = -1;

        if (args_has(args, "list")) {
                for (size_t i = 0; i < G_N_ELEMENTS(events); i++)
                        shell_print(shell, "%s\n", events[i].name);
                return true;
        }
        if (!args_exclusive(shell, args, "all", "event") || args_string(shell, args, "event", &name) < 0)
                return false;
        if (name) {
                which = find_event(name);
                if (which < 0) {
                        shell_error(shell, "unknown event type %s", name);
                        return false;
                }
        } else if (!args_has(args, "all")) {
                shell_error(shell, "one of --list, --all, or --event <type> is required");
                return false;
        }
        if (args_has(args, "domain")) {
                domain = domain_get(shell, args);
                if (!domain)
                        return false;
        }
        return watch_events(shell, args, domain, which);
}
