/* See live.h. */
#define LOG_SOURCE "qemu.hotplug"
#include "hotplug/live.h"

#include <string.h>

#include "guest/confine.h"
#include "guest/event_wait.h"
#include "guest/fd_groups.h"
#include "helpers/helpers.h"
#include "guest/host.h"
#include "guest/host_devices.h"
#include "guest/lock_files.h"
#include "host/sched_core.h"
#include "host/tap.h"
#include "host/vfio.h"
#include "guest/transient.h"
#include "hotplug/departures.h"
#include "util/log.h"
#include "vireo/events.h"

/* How long a call waits for the guest. It may take longer: then the device goes when the guest lets go. */
enum { LEAVE_SECONDS = 5, LEAVE_PPC64_SECONDS = 10, TRAY_SECONDS = 10 };

/* The Talk */

static int live_call(Talk *talk, const char *command, Json *arguments, int fd, Json **ret_reply, Error *err)
{
        LiveTalk *live = (LiveTalk *)talk;

        return qmp_call_fd(live->qmp, command, arguments, fd, MONITOR_MS, ret_reply, err);
}

static void live_expect(Talk *talk, const char *alias)
{
        Departures *departures = ((LiveTalk *)talk)->guest->departures;

        if (alias)
                departures_expect(departures, alias);
        else
                departures_unexpect(departures);
}

static int leave_seconds(Guest *guest)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);

        return view && view->live && g_strcmp0(view->live->os.arch, "ppc64") == 0 ? LEAVE_PPC64_SECONDS : LEAVE_SECONDS;
}

static bool is_present(const Json *children, const char *name)
{
        for (size_t i = 0; i < json_length(children); i++)
                if (g_strcmp0(json_get_string(json_at(children, i), "name"), name) == 0)
                        return true;
        return false;
}

static int ask_devices(Talk *talk, Json **ret_children, Error *err)
{
        Json *arguments = json_object();

        json_set(arguments, "path", json_string("/machine/peripheral"));
        return talk_call(talk, "qom-list", arguments, ret_children, err);
}

/* For those who look into the guest's log, and those who ask again. */
static void tell_pending(Guest *guest, const char *alias)
{
        g_autofree char *words = departures_pending(guest->departures, alias);

        if (words)
                log_guest_line(guest->instance, domain_entry_name(guest->entry), "%s; it goes when the guest does",
                               words);
}

/* The time is over, or only parts of it went (the processors of QEMU's own emulation never tell the rest). */
static int look_whether_gone(LiveTalk *live, const char *alias, Error *err)
{
        g_autoptr(Json) children = NULL;

        if (ask_devices(&live->talk, &children, err) < 0)
                return -1;
        if (is_present(children, alias)) {
                tell_pending(live->guest, alias);
                return TALK_STILL_THERE;
        }
        departures_gone(live->guest->departures, alias);
        return TALK_GONE;
}

static int live_wait(Talk *talk, const char *alias, Error *err)
{
        LiveTalk *live = (LiveTalk *)talk;
        g_autofree char *words = NULL;
        Departure outcome = departures_wait(live->guest->departures, alias, leave_seconds(live->guest), &words);

        if (outcome == DEPARTURE_REFUSED)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "unplug of device was rejected by the guest ('%s'%s%s",
                                 alias, words ? "): " : ")", words ? words : "");
        return outcome == DEPARTURE_GONE ? TALK_GONE : look_whether_gone(live, alias, err);
}

static char *live_pending(Talk *talk, const char *alias)
{
        return departures_pending(((LiveTalk *)talk)->guest->departures, alias);
}

/* One look at the job: whether it is over. */
static int look_at_job(Talk *talk, const char *id, bool *ret_over, Error *err)
{
        g_autoptr(Json) jobs = NULL;

        if (talk_call(talk, "query-jobs", NULL, &jobs, err) < 0)
                return -1;
        for (size_t i = 0; i < json_length(jobs); i++) {
                const Json *job = json_at(jobs, i);
                const char *failure = json_get_string(job, "error");

                if (g_strcmp0(json_get_string(job, "id"), id) != 0)
                        continue;
                *ret_over = g_strcmp0(json_get_string(job, "status"), "concluded") == 0;
                return *ret_over && failure
                               ? error_set(err, VIR_ERR_OPERATION_FAILED, "QEMU's job '%s': %s", id, failure)
                               : 0;
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "QEMU has no job '%s'", id);
}

static int live_wait_job(Talk *talk, const char *id, Error *err)
{
        struct EventWait *events = ((LiveTalk *)talk)->guest->event_wait;
        Json *name = json_object();
        bool over = false;
        int r;

        for (;;) {
                g_autoptr(Json) data = NULL;

                /* Whatever happens after the look wakes us. */
                event_wait_expect(events, "JOB_STATUS_CHANGE");
                r = look_at_job(talk, id, &over, err);
                if (r < 0 || over || event_wait_take(events, MONITOR_MS, &data, err) < 0)
                        break;
        }
        json_set(name, "id", json_string(id));
        if (over && talk_call(talk, "job-dismiss", name, NULL, r < 0 ? NULL : err) < 0)
                return -1;
        if (!over)
                json_unref(name);
        return over ? r : -1;
}

static int live_wait_tray(Talk *talk, const char *alias, Error *err)
{
        if (departures_wait_tray(((LiveTalk *)talk)->guest->departures, alias, TRAY_SECONDS))
                return 0;
        return error_set(
                err, VIR_ERR_OPERATION_TIMEOUT,
                "timed out waiting to open tray of '%s': the guest has locked it (--force takes the medium out "
                "all the same)",
                alias);
}

int live_talk_init(LiveTalk *live, Guest *guest, Error *err)
{
        Qmp *qmp = guest_monitor(guest, err);

        if (!qmp)
                return -1;
        *live = (LiveTalk){ .talk = { .call = live_call,
                                      .expect = live_expect,
                                      .wait = live_wait,
                                      .pending = live_pending,
                                      .wait_tray = live_wait_tray,
                                      .wait_job = live_wait_job,
                                      .fd_sets = &guest->fd_sets },
                            .guest = guest,
                            .qmp = qmp };
        return 0;
}

void live_talk_done(LiveTalk *live)
{
        live->qmp = qmp_unref(live->qmp);
}

/* A change */

/* The files of the host that belong to one device. */
static DomainFiles *files_of(const LiveChange *change, const Domain *live, DevRef device)
{
        Domain alone = devref_alone(live, device);
        DomainFiles *files = domain_files_new();

        memset(&alone.os, 0, sizeof(alone.os));
        domain_files_all(files, &alone, NULL);
        fd_groups_files(change->guest->instance, &alone, files);
        return files;
}

static void replace(Domain **definition, const Domain *with)
{
        if (!with)
                return;
        domain_unref(*definition);
        *definition = domain_ref(with);
}

/* The status file has the device before QEMU has it: a daemon that is killed meanwhile leaves nothing in QEMU that the
 * next one does not know of. What QEMU then lacks is forgotten (live_repair()). */
static int write_ahead(Hotplug *hotplug, Error *err)
{
        LiveChange *change = (LiveChange *)hotplug;
        DomainView *view = domain_view_edit(change->guest->entry);
        int r;

        replace(&view->live, change->hotplug.live);
        r = status_save(change->guest, view, err);
        domain_view_unref(view);
        change->ahead = true;
        return r;
}

static int start_helpers(LiveChange *change, DevRef device, Error *err)
{
        const Domain alone = devref_alone(change->hotplug.live, device);

        const QemuConf *conf = change->guest->instance->conf;
        int r = sched_core_join(conf, atomic_load(&change->guest->pid), err);

        if (r == 0)
                r = guest_helpers_start(change->guest, &alone, err);
        sched_core_leave(conf);
        if (r == 0)
                return 0;
        guest_helpers_stop(change->guest, &alone, change->before);
        return -1;
}

/* A guest that stands still holds no locks; it takes those of all that it has then when it goes on. */
static bool holds_locks(const LiveChange *change)
{
        g_autoptr(DomainView) view = domain_view_get(change->guest->entry);

        return view && view->state == VIR_DOMAIN_RUNNING;
}

static int take_locks(LiveChange *change, DevRef device, Error *err)
{
        const Domain alone = devref_alone(change->hotplug.live, device);

        return holds_locks(change) ? guest_locks_take(change->guest, change->hotplug.live, &alone, err) : 0;
}

static void drop_locks(LiveChange *change, const Domain *of, DevRef device, const Domain *rest)
{
        const Domain alone = devref_alone(of, device);

        if (holds_locks(change) && !guest_locks_shared(&alone, rest))
                guest_locks_drop(change->guest, of, &alone);
}

static int let_in(LiveChange *change, DevRef device, Error *err)
{
        Hotplug *hotplug = &change->hotplug;
        g_autoptr(DomainFiles) files = files_of(change, hotplug->live, device);
        const Domain alone = devref_alone(hotplug->live, device);

        if (host_devices_take(change->guest->instance, &alone, err) < 0)
                return -1;
        if (take_locks(change, device, err) < 0) {
                host_devices_give_back(change->guest->instance, &alone);
                return -1;
        }
        if (confine_attach(change->guest, files, hotplug->live, err) < 0) {
                drop_locks(change, hotplug->live, device, change->before);
                host_devices_give_back(change->guest->instance, &alone);
                return -1;
        }
        if (start_helpers(change, device, err) == 0)
                return 0;
        confine_detach(change->guest, files, change->before);
        drop_locks(change, hotplug->live, device, change->before);
        host_devices_give_back(change->guest->instance, &alone);
        return -1;
}

/* Given back after a failure, it would be taken from under the guest. */
static int check_not_there(const Domain *before, const Domain *alone, Error *err)
{
        g_autofree char *shared = vfio_shared(before, alone);
        const Interface *nic = alone->n_interfaces > 0 ? &alone->interfaces[0] : NULL;

        if (shared)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "target pci device %s already exists", shared);
        for (size_t i = 0; nic && tap_card(nic) && i < before->n_interfaces; i++)
                if (g_strcmp0(tap_card(&before->interfaces[i]), tap_card(nic)) == 0)
                        return error_set(err, VIR_ERR_OPERATION_FAILED,
                                         "network device '%s' is the guest's already, by interface '%s'", tap_card(nic),
                                         before->interfaces[i].info.alias);
        return 0;
}

static int admit(Hotplug *hotplug, DevRef device, Error *err)
{
        LiveChange *change = (LiveChange *)hotplug;
        Domain alone = devref_alone(hotplug->live, device);
        g_autoptr(DomainFiles) files = NULL;

        guest_helpers_name(change->guest, hotplug->live);
        if (check_not_there(change->before, &alone, err) < 0 || transient_check(&alone, err) < 0)
                return -1;
        /* Written down before anything is done for it: what a killed daemon did is found by the next one and undone. */
        files = files_of(change, hotplug->live, device);
        if (write_ahead(hotplug, err) == 0 && transient_make(&alone, err) == 0) {
                if (let_in(change, device, err) == 0)
                        return 0;
                transient_remove(&alone);
        }
        fd_groups_end(change->guest->instance, &alone);
        return -1;
}

static void release(Hotplug *hotplug, const Domain *of, DevRef device, const Domain *rest)
{
        LiveChange *change = (LiveChange *)hotplug;
        const Domain alone = devref_alone(of, device);
        g_autoptr(DomainFiles) files = files_of(change, of, device);

        guest_helpers_stop(change->guest, &alone, rest);
        host_interfaces_close(change->guest->instance, &alone);
        confine_detach(change->guest, files, rest);
        fd_groups_end(change->guest->instance, &alone);
        transient_remove(&alone);
        drop_locks(change, of, device, rest);
        host_devices_give_back(change->guest->instance, &alone);
}

int live_change_init(LiveChange *change, Guest *guest, const DomainView *view, Error *err)
{
        QemuInstance *instance = guest->instance;

        *change = (LiveChange){ .guest = guest };
        if (live_talk_init(&change->talk, guest, err) < 0)
                return -1;
        change->caps = qemu_caps_get(instance->caps, view->live->emulator, err);
        if (!change->caps)
                return -1;
        change->context = (QemuContext){ .caps = change->caps, .lib_folder = instance->lib_dir };
        change->host = g_new0(struct GuestHost, 1);
        change->hotplug = (Hotplug){ .talk = &change->talk.talk,
                                     .caps = change->caps,
                                     .context = &change->context,
                                     .host = &change->host->base,
                                     .live = domain_copy(view->live),
                                     .last_node = guest->last_node,
                                     .ahead = write_ahead,
                                     .admit = admit,
                                     .release = release };
        change->before = domain_ref(view->live);
        guest_host_init(change->host, guest, change->hotplug.live);
        return 0;
}

void live_change_done(LiveChange *change)
{
        live_talk_done(&change->talk);
        if (change->host)
                guest_host_done(change->host);
        g_clear_pointer(&change->host, g_free);
        change->caps = qemu_caps_unref(change->caps);
        change->hotplug.live = domain_unref(change->hotplug.live);
        change->before = domain_unref(change->before);
        change->hotplug.present = json_unref(change->hotplug.present);
        g_clear_pointer(&change->hotplug.alias, g_free);
}

static void note_present(DomainView *view, const Json *present)
{
        GuestFacts *facts;

        if (!present)
                return;
        facts = guest_facts_copy(view_facts(view));
        guest_facts_devices(facts, present);
        guest_facts_free(view->driver);
        view->driver = facts;
}

int live_publish_saved(Guest *guest, const Domain *live, const Domain *config, const Json *present, Error *err)
{
        DomainView *view = domain_view_edit(guest->entry);
        int r = 0;

        replace(&view->live, live);
        replace(&view->config, config);
        note_present(view, present);
        if (live && status_save(guest, view, err) < 0)
                r = error_prefix(err, "the running guest is changed, but a daemon that starts later is not told");
        domain_publish(guest->entry, view);
        return r;
}

int live_publish(Guest *guest, const Domain *live, const Domain *config, const Json *present, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;

        if (!config || config_save(guest->instance, config, &why) == 0)
                return live_publish_saved(guest, live, config, present, err);
        if (!live)
                return error_move(err, &why);
        error_prefix(&why, "the running guest is changed, its stored definition is not");
        live_publish_saved(guest, live, NULL, present, NULL);
        return error_move(err, &why);
}

void live_change_undo(LiveChange *change)
{
        g_autoptr(DomainView) view = domain_view_get(change->guest->entry);
        ERROR_AUTO Error err = ERROR_INIT;

        if (change->ahead && view && view->live && status_save(change->guest, view, &err) < 0)
                log_error("domain '%s': %s", domain_entry_name(change->guest->entry), err.message);
}

typedef struct Repair {
        Hotplug *hotplug;
        const Json *children;
        GPtrArray *lost; /* names */
} Repair;

static bool find_lost(const Domain *domain, DevRef device, void *opaque)
{
        Repair *repair = opaque;
        const DeviceInfo *info = devref_info(domain, device);
        g_autoptr(QemuArgv) items = info && info->alias ? items_of_running(domain, device, repair->hotplug->caps,
                                                                           repair->hotplug->host, NULL)
                                                        : NULL;
        const char *id = items ? items_device(items) : NULL;

        if (id && strcmp(id, info->alias) == 0 && !is_present(repair->children, id))
                g_ptr_array_add(repair->lost, g_strdup(id));
        return false;
}

static int list_lost(Hotplug *hotplug, GPtrArray *lost, Error *err)
{
        Repair repair = { .hotplug = hotplug, .lost = lost };
        g_autoptr(Json) children = NULL;

        if (ask_devices(hotplug->talk, &children, err) < 0)
                return -1;
        repair.children = children;
        devref_each(hotplug->live, find_lost, &repair);
        return 0;
}

int live_repair(Guest *guest, Error *err)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        g_autoptr(GPtrArray) lost = g_ptr_array_new_with_free_func(g_free);
        LiveChange change = {};
        int r;

        if (!view || !view->live)
                return 0;
        if (live_medium_repair(guest, err) < 0)
                return -1;
        r = live_change_init(&change, guest, view, err);
        if (r == 0)
                r = list_lost(&change.hotplug, lost, err);
        live_change_done(&change);
        for (guint i = 0; r == 0 && i < lost->len; i++)
                live_device_gone(guest, g_ptr_array_index(lost, i));
        return r == 0 ? live_vcpus_refresh(guest, err) : r;
}

void live_device_gone(Guest *guest, const char *alias)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        LiveChange change = {};
        ERROR_AUTO Error err = ERROR_INIT;
        int r;

        if (!view || !view->live || !devref_named(view->live, alias).row)
                return;
        r = live_change_init(&change, guest, view, &err);
        if (r == 0)
                r = hotplug_forget(&change.hotplug, alias, &err);
        if (r >= 0)
                r = live_publish(guest, change.hotplug.live, NULL, NULL, &err);
        live_change_done(&change);
        if (r < 0)
                log_error("domain '%s': device '%s' is gone: %s", domain_entry_name(guest->entry), alias, err.message);
        else
                event_emit(guest->instance->hub,
                           event_domain_device_removed(domain_entry_name(guest->entry), domain_entry_uuid(guest->entry),
                                                       view->id, alias));
}

void live_device_deleted(Guest *guest, const Json *data)
{
        g_autofree char *alias = departures_device(data);
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        ERROR_AUTO Error err = ERROR_INIT;

        if (!alias || !view || !view->live)
                return;
        if (devref_named(view->live, alias).row) {
                if (json_get_string(data, "device"))
                        live_device_gone(guest, alias);
        } else if (g_str_has_prefix(alias, "vcpu") && live_vcpus_refresh(guest, &err) < 0) {
                log_error("domain '%s': '%s' is gone: %s", domain_entry_name(guest->entry), alias, err.message);
        }
}
