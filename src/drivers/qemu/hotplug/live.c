/* See live.h. */
#define LOG_SOURCE "qemu.hotplug"
#include "hotplug/live.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "guest/confine.h"
#include "guest/host.h"
#include "util/auto.h"
#include "util/log.h"
#include "util/pool.h"
#include "vireo/events.h"

/* How long a call waits for the guest. It may take longer: then the device goes when the guest lets go. */
enum { LEAVE_SECONDS = 5, LEAVE_PPC64_SECONDS = 10, TRAY_SECONDS = 10 };

/* Departures */

typedef enum { WAITING, GONE, REFUSED } Outcome;

struct Departures {
        pthread_mutex_t mutex; /* over all below */
        pthread_cond_t wake;
        char *alias; /* who is expected to leave; NULL: nobody */
        Outcome outcome;
        char *open_tray; /* the drive whose tray opened last */
};

struct Departures *departures_new(void)
{
        struct Departures *departures = g_new0(struct Departures, 1);

        pthread_mutex_init(&departures->mutex, NULL);
        pthread_cond_init(&departures->wake, NULL);
        return departures;
}

void departures_free(struct Departures *departures)
{
        if (!departures)
                return;
        pthread_cond_destroy(&departures->wake);
        pthread_mutex_destroy(&departures->mutex);
        g_free(departures->alias);
        g_free(departures->open_tray);
        g_free(departures);
}

static bool note_tray(struct Departures *departures, const Json *data)
{
        bool open = false;

        json_get_bool(data, "tray-open", &open);
        g_clear_pointer(&departures->open_tray, g_free);
        if (open)
                departures->open_tray = g_strdup(json_get_string(data, "id"));
        pthread_cond_broadcast(&departures->wake);
        return false;
}

bool departures_event(Guest *guest, const char *name, const Json *data)
{
        struct Departures *departures = guest->departures;
        const char *alias = json_get_string(data, "device");
        LOCKED(&departures->mutex);
        bool gone = strcmp(name, "DEVICE_DELETED") == 0;

        if (strcmp(name, "DEVICE_TRAY_MOVED") == 0)
                return note_tray(departures, data);
        if (!gone && strcmp(name, "DEVICE_UNPLUG_GUEST_ERROR") != 0 && strcmp(name, "MEM_UNPLUG_ERROR") != 0)
                return false;
        if (!alias || !departures->alias || strcmp(alias, departures->alias) != 0)
                return false;
        departures->outcome = gone ? GONE : REFUSED;
        pthread_cond_broadcast(&departures->wake);
        /* That it failed is told to others as well. */
        return gone;
}

static struct timespec seconds_from_now(int seconds)
{
        struct timespec limit;

        clock_gettime(CLOCK_REALTIME, &limit);
        limit.tv_sec += seconds;
        return limit;
}

/* The Talk */

static int live_call(Talk *talk, const char *command, Json *arguments, int fd, Json **ret_reply, Error *err)
{
        LiveTalk *live = (LiveTalk *)talk;

        return qmp_call_fd(live->qmp, command, arguments, fd, MONITOR_MS, ret_reply, err);
}

static void live_expect(Talk *talk, const char *alias)
{
        struct Departures *departures = ((LiveTalk *)talk)->guest->departures;
        LOCKED(&departures->mutex);

        g_free(departures->alias);
        departures->alias = g_strdup(alias);
        departures->outcome = WAITING;
}

static int leave_seconds(Guest *guest)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);

        return view && view->live && g_strcmp0(view->live->os.arch, "ppc64") == 0 ? LEAVE_PPC64_SECONDS : LEAVE_SECONDS;
}

static int live_wait(Talk *talk, const char *alias, Error *err)
{
        Guest *guest = ((LiveTalk *)talk)->guest;
        struct Departures *departures = guest->departures;
        struct timespec limit = seconds_from_now(leave_seconds(guest));
        Outcome outcome;

        pool_wait_begin();
        pthread_mutex_lock(&departures->mutex);
        while (departures->outcome == WAITING &&
               pthread_cond_timedwait(&departures->wake, &departures->mutex, &limit) == 0)
                ;
        outcome = departures->outcome;
        g_clear_pointer(&departures->alias, g_free);
        pthread_mutex_unlock(&departures->mutex);
        pool_wait_end();
        if (outcome == REFUSED)
                return error_set(err, VIR_ERR_OPERATION_FAILED, "unplug of device was rejected by the guest ('%s')",
                                 alias);
        if (outcome == WAITING)
                log_info("domain '%s': the guest has not let go of '%s' yet; it goes when the guest does",
                         domain_entry_name(guest->entry), alias);
        return outcome == GONE ? TALK_GONE : TALK_STILL_THERE;
}

static bool tray_is_open(const struct Departures *departures, const char *alias)
{
        return g_strcmp0(departures->open_tray, alias) == 0;
}

static int live_wait_tray(Talk *talk, const char *alias, Error *err)
{
        struct Departures *departures = ((LiveTalk *)talk)->guest->departures;
        struct timespec limit = seconds_from_now(TRAY_SECONDS);
        bool open;

        pool_wait_begin();
        pthread_mutex_lock(&departures->mutex);
        while (!tray_is_open(departures, alias) &&
               pthread_cond_timedwait(&departures->wake, &departures->mutex, &limit) == 0)
                ;
        open = tray_is_open(departures, alias);
        pthread_mutex_unlock(&departures->mutex);
        pool_wait_end();
        if (open)
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
        *live = (LiveTalk){
                .talk = { .call = live_call, .expect = live_expect, .wait = live_wait, .wait_tray = live_wait_tray },
                .guest = guest,
                .qmp = qmp
        };
        return 0;
}

void live_talk_done(LiveTalk *live)
{
        live->qmp = qmp_unref(live->qmp);
}

/* A change */

/* The files of the host that belong to one device. */
static DomainFiles *files_of(const Domain *live, DevRef device)
{
        Domain alone = devref_alone(live, device);
        DomainFiles *files = domain_files_new();

        memset(&alone.os, 0, sizeof(alone.os));
        domain_files_all(files, &alone, NULL);
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
static int write_ahead(LiveChange *change, Error *err)
{
        DomainView *view = domain_view_edit(change->guest->entry);
        int r;

        replace(&view->live, change->hotplug.live);
        r = status_save(change->guest, view, err);
        domain_view_unref(view);
        change->ahead = true;
        return r;
}

static int admit(Hotplug *hotplug, DevRef device, Error *err)
{
        LiveChange *change = (LiveChange *)hotplug;
        g_autoptr(DomainFiles) files = files_of(hotplug->live, device);

        if (confine_attach(change->guest, files, err) < 0)
                return -1;
        if (write_ahead(change, err) == 0)
                return 0;
        confine_detach(change->guest, files, change->before);
        return -1;
}

static void release(Hotplug *hotplug, DevRef device)
{
        g_autoptr(DomainFiles) files = files_of(hotplug->live, device);
        g_autoptr(Domain) rest = domain_copy(hotplug->live);

        devref_remove(rest, device);
        confine_detach(((LiveChange *)hotplug)->guest, files, rest);
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

int live_publish(Guest *guest, const Domain *live, const Domain *config, const Json *present, Error *err)
{
        DomainView *view = domain_view_edit(guest->entry);

        replace(&view->live, live);
        replace(&view->config, config);
        note_present(view, present);
        if ((config && config_save(guest->instance, config, err) < 0) || (live && status_save(guest, view, err) < 0)) {
                domain_view_unref(view);
                return -1;
        }
        domain_publish(guest->entry, view);
        return 0;
}

void live_change_undo(LiveChange *change)
{
        g_autoptr(DomainView) view = domain_view_get(change->guest->entry);
        ERROR_AUTO Error err = ERROR_INIT;

        if (change->ahead && view && view->live && status_save(change->guest, view, &err) < 0)
                log_error("domain '%s': %s", domain_entry_name(change->guest->entry), err.message);
}

static bool is_present(const Json *children, const char *name)
{
        for (size_t i = 0; i < json_length(children); i++)
                if (g_strcmp0(json_get_string(json_at(children, i), "name"), name) == 0)
                        return true;
        return false;
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
        Json *arguments = json_object();

        json_set(arguments, "path", json_string("/machine/peripheral"));
        if (talk_call(hotplug->talk, "qom-list", arguments, &children, err) < 0)
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
        r = live_change_init(&change, guest, view, err);
        if (r == 0)
                r = list_lost(&change.hotplug, lost, err);
        live_change_done(&change);
        for (guint i = 0; r == 0 && i < lost->len; i++)
                live_device_gone(guest, g_ptr_array_index(lost, i));
        return r;
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
