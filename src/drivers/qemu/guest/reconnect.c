/* What we find when the daemon starts: definitions, guests that run on, guests that ended meanwhile, starts that were
 * never finished. Finding is quick and certain (files and process table); talking to monitors is each guest's own job,
 * so that one that hangs delays nobody. */
#define LOG_SOURCE "qemu.load"
#include "guest/guest_agent.h"
#include "guest/confine.h"
#include "guest/fd_groups.h"
#include "guest/group.h"
#include "guest/host.h"
#include "guest/host_storage.h"
#include "helpers/helpers.h"
#include "guest/memory.h"
#include "guest/instance.h"
#include "guest/reconnect.h"
#include "guest/rename_files.h"
#include "guest/host_devices.h"

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host/perf.h"
#include "guest/restore.h"
#include "hotplug/live.h"
#include "rules/settle.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/process.h"

enum {
        CONFIG_MAX = 16 * 1024 * 1024,
        CMDLINE_MAX = 1024 * 1024,
        LOADERS_MAX = 8,
        FILES_WORTH_A_THREAD = 200,
        KILL_MS = 5000,
        CLEARING_SECONDS = 2
};

/* Asking a monitor */

static void fill_vcpus(const Json *cpus, GuestFacts *facts)
{
        g_array_set_size(facts->vcpu_pids, 0);
        g_free(facts->first_cpu);
        facts->first_cpu = g_strdup(json_get_string(json_at(cpus, 0), "qom-path"));
        for (size_t i = 0; i < json_length(cpus); i++) {
                int64_t index = 0, thread = 0;
                pid_t pid;

                if (!json_get_int(json_at(cpus, i), "cpu-index", &index) ||
                    !json_get_int(json_at(cpus, i), "thread-id", &thread) || index < 0 || index > 4096)
                        continue;
                if (facts->vcpu_pids->len <= (guint)index)
                        g_array_set_size(facts->vcpu_pids, (guint)index + 1);
                pid = (pid_t)thread;
                g_array_index(facts->vcpu_pids, pid_t, index) = pid;
        }
}

static const Json *chardev_of(const Json *chardevs, const char *alias)
{
        g_autofree char *label = g_strdup_printf("char%s", alias ? alias : "");

        for (size_t i = 0; i < json_length(chardevs); i++)
                if (g_strcmp0(json_get_string(json_at(chardevs, i), "label"), label) == 0)
                        return json_at(chardevs, i);
        return NULL;
}

static const char *pty_of(const Json *chardevs, const char *alias)
{
        const char *file = json_get_string(chardev_of(chardevs, alias), "filename");

        return file && g_str_has_prefix(file, "pty:") ? file + strlen("pty:") : NULL;
}

static void set_pty(Chardev *source, const char *path)
{
        if (source->type != CHARDEV_PTY || !path)
                return;
        g_free(source->pty.path);
        source->pty.path = g_strdup(path);
}

static void fill_ptys(const Json *chardevs, Domain *live)
{
        for (size_t i = 0; i < live->n_serials; i++)
                set_pty(&live->serials[i].source, pty_of(chardevs, live->serials[i].info.alias));
        for (size_t i = 0; i < live->n_parallels; i++)
                set_pty(&live->parallels[i].source, pty_of(chardevs, live->parallels[i].info.alias));
        for (size_t i = 0; i < live->n_channels; i++)
                set_pty(&live->channels[i].source, pty_of(chardevs, live->channels[i].info.alias));
        for (size_t i = 0; i < live->n_consoles; i++) {
                Console *console = &live->consoles[i];

                set_pty(&console->source, pty_of(chardevs, console->info.alias));
                if (i > 0 || console->source.type != CHARDEV_PTY || !console->source.pty.path)
                        continue;
                g_free(console->source.tty);
                console->source.tty = g_strdup(console->source.pty.path);
        }
}

/* Whether a program in the guest has a channel open. */
static void fill_channel_states(const Json *chardevs, Domain *live)
{
        for (size_t i = 0; i < live->n_channels; i++) {
                Channel *channel = &live->channels[i];
                const Json *item =
                        channel->target == CHANNEL_TARGET_VIRTIO ? chardev_of(chardevs, channel->info.alias) : NULL;
                bool open = false;

                if (channel->target != CHANNEL_TARGET_VIRTIO)
                        continue;
                json_get_bool(item, "frontend-open", &open);
                channel->state = open ? CHANNEL_STATE_CONNECTED : CHANNEL_STATE_DISCONNECTED;
        }
}

static Json *ask_for_devices(void)
{
        Json *where = json_object();

        json_set(where, "path", json_string("/machine/peripheral"));
        return where;
}

int guest_refresh_devices(Qmp *qmp, GuestFacts *facts, Error *err)
{
        g_autoptr(Json) devices = NULL;

        if (qmp_call(qmp, "qom-list", ask_for_devices(), MONITOR_MS, &devices, err) < 0)
                return -1;
        guest_facts_devices(facts, devices);
        return 0;
}

int guest_refresh(Guest *guest, Domain *live, GuestFacts *facts, Error *err)
{
        enum { CPUS, CHARDEVS, DEVICES, QUESTIONS };
        QmpQuestion questions[QUESTIONS] = {
                [CPUS] = { .command = "query-cpus-fast" },
                [CHARDEVS] = { .command = "query-chardev" },
                [DEVICES] = { .command = "qom-list", .arguments = ask_for_devices() },
        };
        g_autoptr(Qmp) qmp = guest_monitor(guest, err);
        int r = qmp ? qmp_ask_all(qmp, questions, QUESTIONS, MONITOR_MS, err) : -1;

        if (r == 0) {
                fill_vcpus(questions[CPUS].reply, facts);
                fill_ptys(questions[CHARDEVS].reply, live);
                fill_channel_states(questions[CHARDEVS].reply, live);
                guest_facts_devices(facts, questions[DEVICES].reply);
                r = guest_memory_learn(qmp, live, err);
        }
        qmp_questions_clear(questions, QUESTIONS);
        return r;
}

/* Definitions */

typedef struct Loaded {
        QemuInstance *instance;
        DomainEntry *entry;
        Domain *config;
        bool gone; /* the guest ended, and its entry with it */
} Loaded;

/* On the lane: the guest may run, and its own jobs change the view as well. */
static int job_loaded(void *opaque, Error *err)
{
        Loaded *loaded = opaque;
        g_autofree char *link = autostart_path(loaded->instance, loaded->config->name);
        DomainView *view;

        loaded->gone = domain_entry_is_removed(loaded->entry);
        if (loaded->gone)
                return 0;
        view = domain_view_edit(loaded->entry);
        if (!view->live) {
                view->id = -1;
                view->state = VIR_DOMAIN_SHUTOFF;
                view->reason = VIR_DOMAIN_SHUTOFF_UNKNOWN;
        }
        view->persistent = true;
        view->autostart = g_file_test(link, G_FILE_TEST_IS_SYMLINK);
        domain_unref(view->config);
        view->config = domain_ref(loaded->config);
        domain_publish(loaded->entry, view);
        return 0;
}

static int enter(QemuInstance *instance, Domain *config, Error *err)
{
        Loaded loaded = { .instance = instance, .config = config };

        do {
                g_autoptr(DomainEntry) entry = NULL;

                if (domain_list_claim(instance->list.domains, config, &entry, err) < 0)
                        return -1;
                guest_new(instance, entry);
                loaded.entry = entry;
                if (domain_job(entry, "load", job_loaded, &loaded, err) < 0)
                        return -1;
        } while (loaded.gone);
        return 0;
}

static int load_config(QemuInstance *instance, const char *file, Error *err)
{
        g_autofree char *path = g_build_filename(instance->config_dir, file, NULL);
        g_autofree char *text = NULL;
        g_autoptr(Domain) config = NULL;
        size_t length = 0;

        if (file_read(path, CONFIG_MAX, &text, &length, err) < 0 ||
            domain_parse(text, length, path, DOMAIN_PARSE_INACTIVE | DOMAIN_PARSE_STORED, &config, err) < 0)
                return -1;
        if (strncmp(file, config->name, strlen(config->name)) != 0 || strcmp(file + strlen(config->name), ".xml") != 0)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "%s: the file's name does not match the domain's ('%s')",
                                 path, config->name);
        return enter(instance, config, err);
}

/* Files that several threads load. */
typedef struct Loader {
        QemuInstance *instance;
        char **files;
        atomic_size_t next;
        size_t n;
} Loader;

static void *load_some(void *opaque)
{
        Loader *loader = opaque;
        size_t i;

        while ((i = atomic_fetch_add(&loader->next, 1)) < loader->n) {
                ERROR_AUTO Error why = ERROR_INIT;

                /* One broken file must not hide the others. */
                if (load_config(loader->instance, loader->files[i], &why) < 0)
                        log_error("%s is passed over: %s", loader->files[i], why.message);
        }
        return NULL;
}

static int load_configs(QemuInstance *instance, Error *err)
{
        g_auto(GStrv) files = NULL;
        Loader loader = { .instance = instance };
        GThread *threads[LOADERS_MAX] = { 0 };
        guint n;

        if (dir_list(instance->config_dir, ".xml", &files, err) < 0)
                return -1;
        loader.files = files;
        loader.n = g_strv_length(files);
        /* Reading documents is work, not waiting: as many threads as processors, where there is enough of it. */
        n = loader.n < FILES_WORTH_A_THREAD ? 0 : MIN(g_get_num_processors(), LOADERS_MAX) - 1;
        for (guint i = 0; i < n; i++)
                threads[i] = g_thread_new("load", load_some, &loader);
        load_some(&loader);
        for (guint i = 0; i < n; i++)
                g_thread_join(threads[i]);
        return 0;
}

/* Running guests */

/* Whether @pid is the QEMU of @name: a number alone may be somebody else's by now. */
static bool is_our_process(pid_t pid, const char *name, uint64_t start)
{
        g_autofree char *path = g_strdup_printf("/proc/%d/cmdline", pid);
        g_autofree char *mark = g_strdup_printf("guest=%s,", name);
        g_autofree char *text = NULL;
        size_t length = 0;

        if (pid <= 0 || process_start_time(pid) == 0 || (start != 0 && process_start_time(pid) != start) ||
            file_read(path, CMDLINE_MAX, &text, &length, NULL) < 0)
                return false;
        return memmem(text, length, mark, strlen(mark));
}

static char *program_of(pid_t pid)
{
        g_autofree char *link = g_strdup_printf("/proc/%d/exe", pid);
        g_autofree char *path = g_file_read_link(link, NULL);
        char *deleted = path ? strstr(path, " (deleted)") : NULL;

        if (deleted)
                *deleted = '\0';
        return path ? g_path_get_basename(path) : NULL;
}

/* A child of an earlier daemon that has not become QEMU yet: it still looks like a daemon. Nobody else's pid can be in
 * our folder. */
static bool is_unborn(pid_t pid)
{
        g_autofree char *its = program_of(pid);
        g_autofree char *ours = program_of(getpid());

        return pid > 0 && pid != getpid() && its && g_strcmp0(its, ours) == 0;
}

static pid_t pid_in(const char *path)
{
        g_autofree char *text = NULL;
        size_t length = 0;
        int pid = 0;

        if (file_read(path, 64, &text, &length, NULL) < 0)
                return 0;
        return text_to_int(g_strstrip(text), 10, &pid) ? pid : 0;
}

static void state_of_status(const char *status, bool running, int *state, int *reason)
{
        if (running && *state != VIR_DOMAIN_RUNNING) {
                *state = VIR_DOMAIN_RUNNING;
                *reason = VIR_DOMAIN_RUNNING_UNKNOWN;
        } else if (!running && *state == VIR_DOMAIN_RUNNING) {
                *state = VIR_DOMAIN_PAUSED;
                *reason = VIR_DOMAIN_PAUSED_UNKNOWN;
        }
        if (g_strcmp0(status, "shutdown") == 0) {
                *state = VIR_DOMAIN_SHUTDOWN;
                *reason = VIR_DOMAIN_SHUTDOWN_UNKNOWN;
        }
}

/* What the daemon before us was about to do, or did not hear of. */
static int repair(Guest *guest, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;

        if (live_repair(guest, &why) == 0 && guest_restore(guest, &why) == 0)
                return 0;
        if (why.code == VIR_ERR_OPERATION_TIMEOUT)
                return error_move(err, &why);
        log_error("domain '%s': what a daemon before us left undone: %s", domain_entry_name(guest->entry), why.message);
        return 0;
}

/* libvirtd does not write down what a volume was found to be. */
static void find_volumes(Guest *guest, Domain *live)
{
        GuestHost host = { 0 };
        ERROR_AUTO Error err = ERROR_INIT;
        bool any = false;

        for (size_t i = 0; i < live->n_disks; i++) {
                any |= live->disks[i].source.type == SOURCE_VOLUME;
                for (const BackingStore *below = live->disks[i].backing; below; below = below->backing)
                        any |= below->source.type == SOURCE_VOLUME;
        }
        if (!any)
                return;
        guest_host_init(&host, guest, live);
        if (host_find_volumes(&host.base, live, &err) < 0)
                log_warn("domain '%s': %s", live->name, err.message);
        guest_host_done(&host);
}

int guest_take_up(Guest *guest, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(guest, err);
        g_autoptr(Json) status = NULL;
        ERROR_AUTO Error why = ERROR_INIT;
        DomainView *view;
        Domain *live;
        GuestFacts *facts;
        bool running = false;

        if (!qmp || qmp_call(qmp, "query-status", NULL, MONITOR_MS, &status, err) < 0)
                return -1;
        view = domain_view_edit(guest->entry);
        live = domain_copy(view->live);
        find_volumes(guest, live);
        facts = guest_facts_copy(view_facts(view));
        if (guest_refresh(guest, live, facts, err) < 0) {
                domain_unref(live);
                guest_facts_free(facts);
                domain_view_unref(view);
                return -1;
        }
        json_get_bool(status, "running", &running);
        state_of_status(json_get_string(status, "status"), running, &view->state, &view->reason);
        domain_unref(view->live);
        view->live = live;
        guest_facts_free(view->driver);
        view->driver = facts;
        if (status_save(guest, view, err) < 0) {
                domain_view_unref(view);
                return -1;
        }
        domain_publish(guest->entry, view);
        guest_agent_update(guest, live);
        if (guest_perf_apply(guest->perf, atomic_load(&guest->pid), live, &why) < 0)
                log_warn("domain '%s': %s", live->name, why.message);
        return repair(guest, err);
}

static bool is_half(const DomainView *view)
{
        return view->state == VIR_DOMAIN_PAUSED && view->reason == VIR_DOMAIN_PAUSED_STARTING_UP;
}

/* How many are being cleared away: the daemon that starts waits for that a little, and goes on without. */
typedef struct Clearing {
        pthread_mutex_t mutex;
        pthread_cond_t wake;
        unsigned left;
        unsigned refs;
} Clearing;

typedef struct Found {
        DomainEntry *entry;
        Clearing *clearing;
} Found;

static Clearing *clearing_new(void)
{
        Clearing *clearing = g_new0(Clearing, 1);

        pthread_mutex_init(&clearing->mutex, NULL);
        pthread_cond_init(&clearing->wake, NULL);
        clearing->refs = 1;
        return clearing;
}

static void clearing_unref(Clearing *clearing, bool one_is_done)
{
        bool last;

        pthread_mutex_lock(&clearing->mutex);
        if (one_is_done && --clearing->left == 0)
                pthread_cond_signal(&clearing->wake);
        last = --clearing->refs == 0;
        pthread_mutex_unlock(&clearing->mutex);
        if (!last)
                return;
        pthread_mutex_destroy(&clearing->mutex);
        pthread_cond_destroy(&clearing->wake);
        g_free(clearing);
}

static void clearing_wait(Clearing *clearing)
{
        struct timespec limit;

        clock_gettime(CLOCK_REALTIME, &limit);
        limit.tv_sec += CLEARING_SECONDS;
        pthread_mutex_lock(&clearing->mutex);
        while (clearing->left > 0 && pthread_cond_timedwait(&clearing->wake, &clearing->mutex, &limit) == 0)
                ;
        pthread_mutex_unlock(&clearing->mutex);
}

static int job_clear(void *opaque, Error *err)
{
        Found *found = opaque;
        g_autoptr(DomainView) view = domain_view_get(found->entry);

        if (view && view->live)
                guest_stop(guest_of(found->entry),
                           is_half(view) ? VIR_DOMAIN_SHUTOFF_FAILED : VIR_DOMAIN_SHUTOFF_CRASHED,
                           VIR_DOMAIN_EVENT_STOPPED_FAILED);
        domain_entry_unref(found->entry);
        clearing_unref(found->clearing, true);
        g_free(found);
        return 0;
}

static int job_reconnect(void *opaque, Error *err)
{
        g_autoptr(DomainEntry) entry = opaque;
        g_autoptr(DomainView) view = domain_view_get(entry);

        if (!view || !view->live)
                return 0;
        guest_helpers_adopt(guest_of(entry), view->live);
        guest_reconnect(guest_of(entry));
        return 0;
}

static void clear_later(DomainEntry *entry, Clearing *clearing)
{
        Found *found = g_new(Found, 1);

        *found = (Found){ entry, clearing };
        pthread_mutex_lock(&clearing->mutex);
        clearing->left++;
        clearing->refs++;
        pthread_mutex_unlock(&clearing->mutex);
        lane_post(domain_entry_lane(entry), "clear", job_clear, found);
}

/* The guests that were found, taken over by their jobs. Not before everything is loaded: a monitor that hangs would hold
 * the lane that its definition needs, and what goes with a guest that nobody defined stays with one that somebody did. */
static void deal_with(const GPtrArray *entries)
{
        Clearing *clearing = clearing_new();

        for (guint i = 0; i < entries->len; i++) {
                DomainEntry *entry = g_ptr_array_index(entries, i);

                if (atomic_load(&guest_of(entry)->pid) != 0)
                        lane_post(domain_entry_lane(entry), "reconnect", job_reconnect, entry);
                else
                        clear_later(entry, clearing);
        }
        /* Whoever has gone should not be seen running; a helper that does not want to end holds nobody up. */
        clearing_wait(clearing);
        clearing_unref(clearing, false);
}

static void remember_port(Guest *guest, int port)
{
        if (port <= 0)
                return;
        port_take_given(guest->instance, port);
        guest_keep_port(guest, port);
}

static void remember_ports(Guest *guest, const Domain *live)
{
        for (size_t i = 0; i < live->n_graphics; i++) {
                const Graphics *graphics = &live->graphics[i];

                if (graphics->type == GRAPHICS_VNC) {
                        remember_port(guest, graphics->vnc.port);
                        remember_port(guest, graphics->vnc.websocket.set ? graphics->vnc.websocket.value : 0);
                } else if (graphics->type == GRAPHICS_SPICE) {
                        remember_port(guest, graphics->spice.port);
                        remember_port(guest, graphics->spice.tls_port);
                }
        }
}

/* The view of a guest that its status file says is running: published before anybody can ask. */
static void publish_found(Guest *guest, StatusFile *status)
{
        DomainView *view = domain_view_edit(guest->entry);

        view->id = status->domain->id;
        view->state = status->state;
        view->reason = status->reason;
        view->pid = status->pid;
        domain_unref(view->live);
        view->live = domain_ref(status->domain);
        guest_facts_free(view->driver);
        view->driver = g_steal_pointer(&status->facts);
        domain_publish(guest->entry, view);
}

/* What goes with the guest must be ours: a file that says otherwise is not believed. */
static bool own_folder(const QemuInstance *instance, const char *path)
{
        g_autofree char *parent = path ? g_path_get_dirname(path) : NULL;

        return parent && strcmp(parent, instance->lib_dir) == 0 && !g_str_has_suffix(path, "/..");
}

/* A start that was cut off: the process knows nothing of us yet, and nobody was told of it. */
static void end_start(const QemuInstance *instance, const char *name)
{
        g_autofree char *path = pid_path(instance, name);
        pid_t pid = pid_in(path);

        if (is_our_process(pid, name, 0) || is_unborn(pid)) {
                log_warn("domain '%s': a start that was not finished is ended (process %d)", name, pid);
                if (!process_kill(pid, KILL_MS))
                        log_error("domain '%s': process %d does not end", name, pid);
        } else if (pid > 0 && process_start_time(pid)) {
                return; /* a guest's helper has its file here too */
        }
        unlink(path);
}

static int take_over(QemuInstance *instance, StatusFile *status, GPtrArray *later, Error *err)
{
        g_autoptr(DomainEntry) entry = NULL;
        const QemuStatus *kept = &status->facts->status;
        Guest *guest;
        bool alive = is_our_process(status->pid, status->domain->name, kept->process_start);
        bool half = status->state == VIR_DOMAIN_PAUSED && status->reason == VIR_DOMAIN_PAUSED_STARTING_UP;

        if (domain_list_claim(instance->list.domains, status->domain, &entry, err) < 0)
                return -1;
        guest = guest_new(instance, entry);
        qemu_name_iothreads(status->domain);
        domain_list_reserve_id(instance->list.domains, status->domain->id);
        guest->folder = own_folder(instance, kept->library_dir)
                                ? g_strdup(kept->library_dir)
                                : guest_folder(instance, status->domain->id, status->domain->name);
        guest->reboot_asked = kept->fake_reboot;
        atomic_fetch_add(&guest->run, 1);
        /* Its status file was written before its process was there, or before that had said a word. */
        if (status->pid == 0 || (half && alive))
                end_start(instance, status->domain->name);
        alive = alive && !half;
        /* libvirtd wrote it. */
        status->facts->adopted = alive && kept->process_start == 0;
        if (status->facts->adopted)
                status->facts->status.process_start = process_start_time(status->pid);
        fd_groups_adopt(instance, status->domain, kept, alive ? status->pid : 0);
        remember_ports(guest, status->domain);
        if (alive && guest_watch(guest, status->pid, err) < 0)
                return -1;
        publish_found(guest, status);
        g_ptr_array_add(later, domain_entry_ref(entry));
        return 0;
}

/* Processes without a status file. */
static void end_unknown(QemuInstance *instance)
{
        g_auto(GStrv) files = NULL;

        if (dir_list(instance->run_dir, ".pid", &files, NULL) < 0)
                return;
        for (char **file = files; *file; file++) {
                g_autofree char *name = g_strndup(*file, strlen(*file) - strlen(".pid"));
                g_autofree char *status = status_path(instance, name);

                if (strcmp(name, "driver") != 0 && !g_file_test(status, G_FILE_TEST_EXISTS))
                        end_start(instance, name);
        }
}

/* Folders of runs that nobody knows: the daemon was killed before it wrote the status file, or behind it. */
static void sweep_folders(const char *parent, GHashTable *known)
{
        g_auto(GStrv) names = NULL;

        if (dir_list(parent, NULL, &names, NULL) < 0)
                return;
        for (char **name = names; *name; name++) {
                g_autofree char *path = g_build_filename(parent, *name, NULL);

                if (g_str_has_prefix(*name, "domain-") && g_ascii_isdigit((*name)[strlen("domain-")]) &&
                    !g_hash_table_contains(known, *name))
                        folder_remove(path);
        }
}

static void sweep_runs(QemuInstance *instance)
{
        g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        DomainEntry **entries = domain_list_all(instance->list.domains, NULL);

        for (DomainEntry **entry = entries; *entry; entry++) {
                const Guest *guest = guest_of(*entry);

                if (guest && guest->folder)
                        g_hash_table_add(known, g_path_get_basename(guest->folder));
        }
        domain_entries_free(entries);
        sweep_folders(instance->lib_dir, known);
        sweep_folders(instance->channel_dir, known);
}

/* The guests that come from libvirtd, all of them before anything is taken back from anybody. */
static void claim_files(const QemuInstance *instance, const GPtrArray *entries)
{
        for (int anew = 1; anew >= 0; anew--)
                for (guint i = 0; i < entries->len; i++) {
                        g_autoptr(DomainView) view = domain_view_get(g_ptr_array_index(entries, i));

                        if (view && view->live && view_facts(view)->adopted)
                                confine_claim(instance, view->live, view_facts(view), anew);
                }
}

static int load_running(QemuInstance *instance, GPtrArray *later, Error *err)
{
        g_auto(GStrv) files = NULL;
        bool all = true;

        end_unknown(instance);
        if (dir_list(instance->run_dir, ".xml", &files, err) < 0)
                return -1;
        for (char **file = files; *file; file++) {
                g_autofree char *path = g_build_filename(instance->run_dir, *file, NULL);
                StatusFile status = { 0 };
                ERROR_AUTO Error why = ERROR_INIT;

                if (status_load(path, &status, &why) < 0 || take_over(instance, &status, later, &why) < 0) {
                        log_error("%s is passed over: %s", path, why.message);
                        all = false;
                }
                status_done(&status);
        }
        claim_files(instance, later);
        /* What a file that was not understood speaks of may be one of them. */
        if (all) {
                sweep_runs(instance);
                host_interfaces_sweep(instance);
        }
        return 0;
}

int qemu_instance_load(QemuInstance *instance, Error *err)
{
        g_autofree char *lock = g_build_filename(instance->run_dir, "driver.pid", NULL);
        g_autoptr(GPtrArray) later = NULL;
        pid_t holder = 0;
        int r = lock_file_take(lock, &instance->lock_fd, &holder, err);

        if (r < 0)
                return -1;
        if (r == LOCK_FILE_BUSY)
                return error_set(
                        err, VIR_ERR_OPERATION_FAILED,
                        "Failed to acquire pid file '%s': another daemon (process %d) runs the guests below %s", lock,
                        holder, instance->run_dir);
        /* What a killed daemon was writing. */
        if (dir_sweep(instance->run_dir, err) < 0 || dir_sweep(instance->config_dir, err) < 0 ||
            rename_recover(instance, err) < 0)
                return -1;
        /* Running ones first: a definition must find the guest that it belongs to. */
        later = g_ptr_array_new();
        if (load_running(instance, later, err) < 0)
                return -1;
        r = load_configs(instance, err);
        deal_with(later);
        return r;
}
