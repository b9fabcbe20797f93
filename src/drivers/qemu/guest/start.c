/* Starting a guest: a job on the domain's lane.
 *
 * QEMU is a session of its own and survives us. Its standard output and error are the guest's log file, opened for
 * appending and handed over: nobody stands between guest and log. Whatever fails before QEMU's monitor has answered
 * takes QEMU's last words from there. A status file exists from before the first instruction of the guest. */
#define LOG_SOURCE "qemu.start"
#include "guest/memory.h"
#include "guest/nvram.h"
#include "guest/instance.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "argv/argv.h"
#include "conf/qemu_namespace.h"
#include "guest/confine.h"
#include "guest/group.h"
#include "guest/guest_cpu_live.h"
#include "guest/hooks.h"
#include "guest/label.h"
#include "guest/preflight.h"
#include "helpers/helper_group.h"
#include "helpers/helpers.h"
#include "host/numa_policy.h"
#include "host/perf.h"
#include "guest/host_disk.h"
#include "guest/host_storage.h"
#include "guest/host.h"
#include "guest/host_devices.h"
#include "guest/lock_files.h"
#include "guest/log_sink.h"
#include "helpers/pr_helper.h"
#include "guest/machine_name.h"
#include "host/resctrl.h"
#include "host/sched_core.h"
#include "guest/startup_policy.h"
#include "helpers/swtpm.h"
#include "guest/transient.h"
#include "helpers/vhost_user_gpu.h"
#include "caps/kvm_probe.h"
#include "hotplug/departures.h"
#include "hotplug/display_password.h"
#include "hotplug/limits.h"
#include "hotplug/live.h"
#include "hotplug/vcpus_change.h"
#include "rules/settle.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/random.h"
#include "vireo/events.h"

enum { LAST_WORDS_MAX = 4096 };

/* All that exists only while a start goes on. */
typedef struct Start {
        bool reset_nvram, run;
        GuestHost host;
        Guest *guest;
        QemuCaps *caps;
        Domain *live;
        GuestFacts *facts;
        int log;
        bool log_managed; /* by the log daemon */
        LogPlace log_start;
        LockAttendance *attendance; /* NULL: no locks */
        pid_t pid;
        Confinement *confinement;
        MemoryPolicy numa;
        bool announced; /* scripts were told that it is coming */
        bool confined;  /* there is something to release */
} Start;

static void start_done(Start *start)
{
        guest_host_done(&start->host);
        if (start->log >= 0)
                close(start->log);
        lock_attendance_free(start->attendance);
        qemu_caps_unref(start->caps);
        confine_free(start->confinement);
        domain_unref(start->live);
        guest_facts_free(start->facts);
}

/* The live definition */

/* What the command line says, but what has to be done on the host as well. */
static int check_tuning(const Domain *live, Error *err)
{
        if (live->idmap)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "<idmap> is not supported by the QEMU driver of vireo yet");
        return guest_resctrl_check("", live, err);
}

static int check_accelerator(const Start *start, Error *err)
{
        KvmState state;

        if (start->live->type != VIRT_KVM)
                return 0;
        if (!start->caps->kvm_built_in)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Emulator '%s' does not support virt type 'kvm'",
                                 start->caps->binary);
        state = kvm_probe();
        if (state == KVM_USABLE)
                return 0;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                         "Emulator '%s' does not support virt type 'kvm' on this host: %s; type='qemu' runs the guest "
                         "without it, slowly",
                         start->caps->binary, kvm_state_text(state));
}

/* What secrets are encrypted with on their way to QEMU. */
/* What the guest's owner sends to the platform, through QEMU. */
static int make_secrecy_files(const Start *start, Error *err)
{
        const LaunchSecurity *secrecy = start->live->launch_security;
        const struct {
                const char *name, *text;
        } files[] = { { "dh_cert.base64", secrecy ? secrecy->dh_cert : NULL },
                      { "session.base64", secrecy ? secrecy->session : NULL } };

        for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
                g_autofree char *path = g_build_filename(start->host.lib_dir, files[i].name, NULL);

                if (files[i].text && file_replace(path, files[i].text, strlen(files[i].text), 0644, err) < 0)
                        return -1;
        }
        return 0;
}

static int make_master_key(Start *start, Error *err)
{
        const char *path = start->host.master_key;
        AUTO_FD int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
        uint8_t key[32];
        int r;

        if (fd < 0)
                return error_errno(err, errno, "cannot make %s", path);
        random_bytes(key, sizeof(key));
        r = fd_write_all(fd, key, sizeof(key), err);
        explicit_bzero(key, sizeof(key));
        return r;
}

/* The binary's, as the guest's author sees them. */
static int learn_caps(Start *start, Error *err)
{
        QemuCaps *caps = qemu_caps_get(start->guest->instance->caps, start->live->emulator, err);

        if (!caps)
                return -1;
        start->caps = qemu_caps_of_domain(caps, start->live);
        qemu_caps_unref(caps);
        return 0;
}

/* Everything that stands in the way is said at once, before anything is touched. */
static int look_for_obstacles(Start *start, const QemuContext *context, Error *err)
{
        Domain *live = start->live;
        Obstacles obstacles = { .first = ERROR_INIT };
        ERROR_AUTO Error why = ERROR_INIT;

        /* What a volume is, all others have to know. */
        obstacles_add(&obstacles, host_find_volumes(&start->host.base, live, &why), &why);
        obstacles_add(&obstacles, qemu_check(live, context, &why), &why);
        obstacles_add(&obstacles, qemu_check_start(live, &why), &why);
        obstacles_add(&obstacles, qemu_check_firmware(live, context, &why), &why);
        obstacles_add(&obstacles, check_tuning(live, &why), &why);
        obstacles_add(&obstacles, vcpus_check_start(live, &why), &why);
        obstacles_add(&obstacles, guest_locks_check(start->guest->instance, live, &why), &why);
        obstacles_add(&obstacles, transient_check(live, &why), &why);
        obstacles_add(&obstacles, vhost_user_gpu_check(start->guest->instance, live, &why), &why);
        obstacles_add(&obstacles, pr_helper_check(start->guest->instance, live, &why), &why);
        obstacles_add(&obstacles, check_accelerator(start, &why), &why);
        obstacles_add(&obstacles, host_devices_check(start->guest->instance, live, &why), &why);
        guest_preflight(start->guest->instance, live, &obstacles);
        return obstacles_end(&obstacles, err);
}

/* It goes when the guest goes: it need not outlast the host's end, for which dir_make() would wait. Where it is to be,
 * QEMU's user can write, whose other guests may have put something there: it is ours or there is none. */
static int make_folder(const char *path, Error *err)
{
        g_autofree char *parent = g_path_get_dirname(path);

        if (mkdir(path, 0750) == 0)
                return 0;
        if (errno == EEXIST)
                folder_remove(path);
        else if (dir_make(parent, 0750, err) < 0)
                return -1;
        return mkdir(path, 0750) == 0 ? 0 : error_errno(err, errno, "cannot make folder '%s'", path);
}

static int prepare(Start *start, Error *err)
{
        Domain *live = start->live;
        QemuInstance *instance = start->guest->instance;
        QemuContext context = { .lib_folder = instance->lib_dir,
                                .stored = true,
                                .nvram = instance->conf->nvram,
                                .user_config = instance->system ? NULL : g_get_user_config_dir() };

        if (learn_caps(start, err) < 0)
                return -1;
        /* Settled when it was defined; the file may be older than the rules. */
        context.caps = start->caps;
        if (qemu_settle(live, &context, DOMAIN_PARSE_INACTIVE, err) < 0)
                return -1;
        startup_policy_apply(start->guest, live);
        guest_host_init(&start->host, start->guest, live);
        if (look_for_obstacles(start, &context, err) < 0)
                return -1;
        guest_group_name(instance, live);
        g_free(start->guest->folder);
        start->guest->folder = g_strdup(start->host.lib_dir);
        if (qemu_prepare(live, start->caps, &start->host.base, err) < 0 ||
            guest_hook(instance, live, "prepare", "begin", err) < 0)
                return -1;
        start->announced = true;
        if (make_folder(start->host.lib_dir, err) < 0)
                return -1;
        if (nvram_make(live, start->reset_nvram, err) < 0 || make_secrecy_files(start, err) < 0)
                return -1;
        return make_master_key(start, err);
}

/* The log */

static char *command_text(const Process *process)
{
        g_autofree char *text = process_text(process);
        GString *lines = g_string_new(NULL);
        bool quoted = false;

        /* An option a line, as libvirt writes it and as people read it. */
        for (const char *at = text; *at; at++) {
                if (*at == '\'')
                        quoted = !quoted;
                if (*at == ' ' && at[1] == '-' && !quoted)
                        g_string_append(lines, " \\\n");
                else
                        g_string_append_c(lines, *at);
        }
        g_string_append_c(lines, '\n');
        return g_string_free(lines, FALSE);
}

static const QemuNamespace *own_namespace(const Domain *domain)
{
        return domain->extra.space == &qemu_namespace ? domain->extra.content : NULL;
}

static void add_taint(Start *start, const char *name)
{
        g_ptr_array_add(start->facts->taints, g_strdup(name));
        log_guest_line(start->guest->instance, start->live->name, "Domain id=%d is tainted: %s", start->live->id, name);
}

/* What support wants to know before it looks any further. */
static void taint(Start *start)
{
        const QemuNamespace *own = own_namespace(start->live);

        const Cpu *cpu = start->live->cpu;
        const struct {
                const char *name;
                bool is;
        } rows[] = {
                /* In libvirt's order, which is that of status files. */
                { "custom-argv", own && (own->n_arguments > 0 || own->n_environment > 0) },
                { "high-privileges", geteuid() == 0 && start->guest->instance->system },
                { "host-cpu", cpu && cpu->mode == CPU_MODE_HOST_PASSTHROUGH },
                { "custom-dtb", start->live->os.dtb != NULL },
                { "custom-hypervisor-feature", own && own->n_capabilities_added + own->n_capabilities_removed > 0 },
                { "custom-device", own && own->n_overrides > 0 },
        };

        for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
                if (rows[i].is)
                        add_taint(start, rows[i].name);
}

static int open_log(Start *start, const Process *process, Error *err)
{
        g_autofree char *path = log_path(start->guest->instance, start->live->name);
        g_autofree char *command = command_text(process);
        struct utsname host;
        unsigned version = start->caps->version;

        start->log_managed = log_sink_is_managed(start->guest->instance);
        start->facts->status.stdio_logd = start->log_managed;
        start->log = log_sink_open(start->guest->instance, start->live, start->log_managed, path, false, err);
        if (start->log < 0)
                return -1;
        if (uname(&host) < 0)
                return error_errno(err, errno, "cannot ask for the host's name");
        log_guest_line(
                start->guest->instance, start->live->name,
                "starting up vireo %s, libvirt level: %u.%u.%u, qemu version: %u.%u.%u%s, kernel: %s, hostname: %s",
                VIREO_VERSION, LIBVIR_VERSION_NUMBER / 1000000, LIBVIR_VERSION_NUMBER / 1000 % 1000,
                LIBVIR_VERSION_NUMBER % 1000, version / 1000000, version / 1000 % 1000, version % 1000,
                start->caps->package, host.release, host.nodename);
        log_sink_append(start->guest->instance, start->live->name, command);
        taint(start);
        return log_sink_end(start->guest->instance, start->live, start->log_managed, path, &start->log_start, err);
}

/* QEMU's own words since we started it; "" when it had none. */
static char *last_words(const Start *start)
{
        g_autofree char *path = log_path(start->guest->instance, start->live->name);
        g_autofree char *words =
                log_sink_read(start->guest->instance, start->live, path, &start->log_start, LAST_WORDS_MAX);
        g_auto(GStrv) lines = NULL;
        g_autoptr(GString) kept = g_string_new(NULL);

        lines = g_strsplit(words, "\n", -1);
        for (char **line = lines; *line; line++)
                if (**line && !g_str_has_prefix(*line, "char device redirected to"))
                        g_string_append_printf(kept, "%s%s", kept->len ? "\n" : "", *line);
        return g_utf8_make_valid(kept->str, (gssize)kept->len);
}

/* The process */

static Process *make_process(Start *start, const QemuArgv *argv)
{
        Process *process = qemu_argv_process(argv);
        uint64_t locked = qemu_memlock_bytes(start->live);
        g_autofree char *pid_file = pid_path(start->guest->instance, start->live->name);

        for (size_t i = 0; i < start->host.n_fds; i++)
                process_pass_fd(process, start->host.fds[i]);
        if (locked)
                process_limit(process, RLIMIT_MEMLOCK, locked == UINT64_MAX ? RLIM_INFINITY : locked);
        numa_policy_set(start->live, start->host.base.auto_nodes, &start->numa, process);
        process_detach(process, pid_file);
        return process;
}

static DomainView *starting_view(Start *start)
{
        DomainView *view = domain_view_edit(start->guest->entry);

        view->id = start->live->id;
        view->state = VIR_DOMAIN_PAUSED;
        view->reason = VIR_DOMAIN_PAUSED_STARTING_UP;
        domain_unref(view->live);
        view->live = domain_ref(start->live);
        view->pid = start->pid;
        view->started_ns = (uint64_t)g_get_real_time() * 1000;
        guest_facts_free(view->driver);
        view->driver = guest_facts_share(start->facts);
        return view;
}

/* From here on a daemon that comes after us can find what there is: files that are the guest's, then the process. */
static int save_starting(Start *start, Error *err)
{
        DomainView *view = starting_view(start);
        int r = status_save(start->guest, view, err);

        domain_view_unref(view);
        return r;
}

static int confine(Start *start, const QemuArgv *argv, Error *err)
{
        g_autoptr(GPtrArray) folders = g_ptr_array_new();
        g_autofree char *machine = NULL;

        g_ptr_array_add(folders, start->host.lib_dir);
        g_ptr_array_add(folders, start->host.master_key);
        g_ptr_array_add(folders, start->host.channel_dir);
        for (guint i = 0; i < argv->folders->len; i++)
                g_ptr_array_add(folders, g_ptr_array_index(argv->folders, i));
        g_ptr_array_add(folders, NULL);
        /* What is taken of the host is written down first, so that a later daemon gives it back. */
        if (host_devices_any(start->live) &&
            (save_starting(start, err) < 0 || host_devices_take(start->guest->instance, start->live, err) < 0))
                return -1;
        start->confinement = confine_plan(start->guest->instance, start->live, start->facts, start->host.lib_dir, err);
        if (!start->confinement || save_starting(start, err) < 0 || guest_memory_make(argv, err) < 0 ||
            transient_make(start->live, err) < 0 ||
            confine_files(start->confinement, (const char *const *)folders->pdata, err) < 0)
                return -1;
        start->confined = true;
        machine = machine_name(start->guest->instance, start->live);
        if (guest_resctrl_make("", machine, start->live, err) < 0)
                return -1;
        return confine_group(start->confinement, start->live, err);
}

static int start_process(Start *start, Process *process, Error *err)
{
        process_stdout(process, start->log);
        process_stderr(process, start->log);
        confine_process(start->confinement, process);
        if (guest_locks_attend(start->guest->instance, start->live, start->run, process, &start->attendance, err) < 0)
                return -1;
        if (process_start(process, &start->pid, err) == 0)
                return 0;
        if (guest_locks_explain(start->guest, start->live, start->attendance, err) < 0)
                return -1;
        return confine_failed(start->confinement) ? error_prefix(err, "'%s'", confine_failed(start->confinement)) : -1;
}

static int run_helpers(Start *start, Error *err)
{
        const QemuInstance *instance = start->guest->instance;

        helper_group_join(start->guest, NULL, NULL); /* of a start that failed */
        if (sched_core_enter(instance->conf, CORE_OF_HELPERS, err) < 0 ||
            guest_helpers_start(start->guest, start->live, err) < 0 || swtpm_start(&start->host, err) < 0 ||
            vhost_user_gpu_start(&start->host, err) < 0 || guest_hook(instance, start->live, "start", "begin", err) < 0)
                return -1;
        return sched_core_enter(instance->conf, CORE_OF_EMULATOR, err);
}

static int run_process(Start *start, Error *err)
{
        g_autoptr(QemuArgv) argv = qemu_argv_new(start->live, start->caps, &start->host.base);
        Process *process;
        int r;

        /* Sockets that are made for QEMU have its label already. */
        if (guest_label_settle(start->guest->instance, start->live, err) < 0 || qemu_argv_build(argv, err) < 0)
                return -1;
        transient_lay(start->live);
        guest_helpers_name(start->guest, start->live);
        guest_helpers_note(start->guest, start->live, start->facts);
        guest_facts_begin(start->facts, start->live, start->caps, start->host.channel_dir, argv->fd_sets);
        if (confine(start, argv, err) < 0)
                return -1;
        r = run_helpers(start, err);
        if (r == 0) {
                process = make_process(start, argv);
                r = open_log(start, process, err);
                if (r == 0)
                        r = start_process(start, process, err);
                process_free(process);
        }
        sched_core_leave(start->guest->instance->conf);
        /* Now QEMU alone has them: when it ends, our connections end. */
        guest_host_close(&start->host);
        return r;
}

/* First talk */

/* QEMU greets, then makes its machine, then answers: what can be done beside it is done in between. */
static int open_monitor(Start *start, Error *err)
{
        g_autofree char *path = g_build_filename(start->guest->folder, "monitor.sock", NULL);
        g_autoptr(Qmp) qmp = NULL;

        if (guest_monitor_open(start->guest, path, err) < 0)
                return -1;
        qmp = guest_monitor(start->guest, err);
        if (!qmp || qmp_wait_greeting(qmp, MONITOR_MS, err) < 0)
                return -1;
        guest_threads_expect(confine_get_group(start->confinement), start->pid);
        return 0;
}

static int set_up_monitor(Start *start, Error *err)
{
        Guest *guest = start->guest;
        g_autoptr(Qmp) qmp = NULL;
        Json *action;

        if (open_monitor(start, err) < 0 || transient_set_up(guest, start->live, start->caps, &start->host, err) < 0 ||
            guest_refresh(guest, start->live, start->facts, err) < 0)
                return -1;
        qmp = guest_monitor(guest, err);
        if (!qmp)
                return -1;
        if (start->live->on_reboot == LIFECYCLE_DESTROY && qemu_caps_has_command(start->caps, "set-action")) {
                action = json_object();
                json_set(action, "reboot", json_string("shutdown"));
                if (qmp_call(qmp, "set-action", action, MONITOR_MS, NULL, err) < 0)
                        return -1;
        }
        return 0;
}

/* The balloon tells the guest's figures only when it is asked to look at them. */
static int set_up_balloon(Start *start, Error *err)
{
        const Domain *live = start->live;
        g_autoptr(Qmp) qmp = NULL;
        Json *arguments;

        if (!live->memballoon || live->memballoon->model == BALLOON_NONE || !live->memballoon->info.alias)
                return 0;
        qmp = guest_monitor(start->guest, err);
        if (!qmp)
                return -1;
        if (live->memballoon->stats_period) {
                g_autofree char *path = g_strdup_printf("/machine/peripheral/%s", live->memballoon->info.alias);

                arguments = json_object();
                json_set(arguments, "path", json_string(path));
                json_set(arguments, "property", json_string("guest-stats-polling-interval"));
                json_set(arguments, "value", json_uint(live->memballoon->stats_period));
                if (qmp_call(qmp, "qom-set", arguments, MONITOR_MS, NULL, err) < 0)
                        return -1;
        }
        if (live->current_memory_kib == 0 || live->current_memory_kib >= live->memory_kib)
                return 0;
        arguments = json_object();
        json_set(arguments, "value", json_uint(live->current_memory_kib * 1024));
        return qmp_call(qmp, "balloon", arguments, MONITOR_MS, NULL, err);
}

/* Cables that are pulled out. */
static int set_up_links(Start *start, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(start->guest, err);

        if (!qmp)
                return -1;
        for (size_t i = 0; i < start->live->n_interfaces; i++) {
                const Interface *nic = &start->live->interfaces[i];
                Json *arguments;

                if (nic->link != LINK_DOWN || interface_actual_type(nic) == INTERFACE_HOSTDEV)
                        continue;
                arguments = json_object();
                json_set(arguments, "name", json_string(nic->info.alias));
                json_set(arguments, "up", json_bool(false));
                if (qmp_call(qmp, "set_link", arguments, MONITOR_MS, NULL, err) < 0)
                        return -1;
        }
        return 0;
}

typedef struct StartTalk {
        Talk talk;
        Qmp *qmp;
} StartTalk;

static int start_call(Talk *talk, const char *command, Json *arguments, int fd, Json **ret_reply, Error *err)
{
        return qmp_call_fd(((StartTalk *)talk)->qmp, command, arguments, fd, MONITOR_MS, ret_reply, err);
}

static int set_up_disks(Start *start, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(start->guest, err);
        StartTalk talk = { .talk = { .call = start_call }, .qmp = qmp };

        return qmp ? limits_put(&talk.talk, NULL, start->live, err) : -1;
}

/* Those who connect from the first moment on are asked. */
static int set_up_displays(Start *start, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(start->guest, err);
        StartTalk talk = { .talk = { .call = start_call }, .qmp = qmp };

        return qmp ? talk_display_passwords(&talk.talk, start->live, start->guest->instance->conf, err) : -1;
}

static int set_up_vcpus(Start *start, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(start->guest, err);
        StartTalk talk = { .talk = { .call = start_call }, .qmp = qmp };

        if (!qmp || live_vcpus_start(&talk.talk, start->caps, start->live, start->facts, err) < 0)
                return -1;
        return start->live->n_vcpus > 0 ? guest_refresh_devices(qmp, start->facts, err) : 0;
}

/* Where they run, and what the kernel counts of them. */
static int set_up_threads(Start *start, Error *err)
{
        if (guest_threads_place(start->guest, start->live, start->facts, confine_get_group(start->confinement), err) <
            0)
                return -1;
        return guest_perf_apply(start->guest->perf, start->pid, start->live, err);
}

static int first_talk(Start *start, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;
        g_autofree char *words = NULL;
        g_autofree char *about = NULL;

        if (set_up_monitor(start, &why) == 0 && set_up_vcpus(start, &why) == 0 && set_up_links(start, &why) == 0 &&
            set_up_balloon(start, &why) == 0 && set_up_disks(start, &why) == 0 && set_up_displays(start, &why) == 0 &&
            set_up_threads(start, &why) == 0)
                return 0;
        guest_kill(start->guest, false, NULL);
        words = last_words(start);
        about = qemu_explain(start->live, words);
        if (words[0])
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "process exited while connecting to monitor: %s%s%s",
                                 words, about ? "\n" : "", about ? about : "");
        return error_move(err, &why);
}

/* Running */

/* Those who wait for the guest's agent hear that there is one to wait for. */
static void emit_agent(const Start *start)
{
        for (size_t i = 0; i < start->live->n_channels; i++) {
                const Channel *channel = &start->live->channels[i];

                if (g_strcmp0(channel->name, "org.qemu.guest_agent.0") != 0)
                        continue;
                event_emit(
                        start->guest->instance->hub,
                        event_domain_agent_lifecycle(start->live->name, start->live->uuid, start->live->id,
                                                     VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED,
                                                     VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_DOMAIN_STARTED));
        }
}

static int let_run(Start *start, int detail, Error *err)
{
        Guest *guest = start->guest;
        g_autoptr(Qmp) qmp = guest_monitor(guest, err);
        DomainView *view;

        /* Its locks it has already. */
        if (!qmp || (start->run && qmp_call(qmp, "cont", NULL, MONITOR_MS, NULL, err) < 0))
                return -1;
        view = starting_view(start);
        view->state = start->run ? VIR_DOMAIN_RUNNING : VIR_DOMAIN_PAUSED;
        view->reason = start->run ? (int)VIR_DOMAIN_RUNNING_BOOTED : (int)VIR_DOMAIN_PAUSED_USER;
        if (status_save(guest, view, err) < 0) {
                domain_view_unref(view);
                return -1;
        }
        domain_publish(guest->entry, view);
        emit_agent(start);
        if (start->run)
                emit_lifecycle(guest->instance, guest->entry, start->live->id, VIR_DOMAIN_EVENT_RESUMED,
                               VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
        emit_lifecycle(guest->instance, guest->entry, start->live->id, VIR_DOMAIN_EVENT_STARTED, detail);
        if (!start->run)
                emit_lifecycle(guest->instance, guest->entry, start->live->id, VIR_DOMAIN_EVENT_SUSPENDED,
                               VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
        return 0;
}

static int bring_up(Start *start, int detail, Error *err)
{
        Guest *guest = start->guest;

        if (prepare(start, err) < 0 || run_process(start, err) < 0)
                return -1;
        atomic_store(&guest->pid, start->pid);
        start->facts->status.process_start = process_start_time(start->pid);
        if (guest_watch(guest, start->pid, err) < 0 ||
            helper_group_join(guest, confine_get_group(start->confinement), err) < 0 || save_starting(start, err) < 0 ||
            first_talk(start, err) < 0 || guest_cpu_learn(guest, start->live, start->facts, err) < 0 ||
            guest_hook(guest->instance, start->live, "started", "begin", err) < 0)
                return -1;
        return let_run(start, detail, err);
}

static void publish_failed(Guest *guest)
{
        DomainView *view = domain_view_edit(guest->entry);

        if (!view->persistent) {
                domain_view_unref(view);
                return;
        }
        view->state = VIR_DOMAIN_SHUTOFF;
        view->reason = VIR_DOMAIN_SHUTOFF_FAILED;
        domain_publish(guest->entry, view);
}

int guest_start(Guest *guest, Domain *config, unsigned flags, int started_detail, Error *err)
{
        Start start = { .guest = guest,
                        .log = -1,
                        .reset_nvram = flags & START_RESET_NVRAM,
                        .run = !(flags & START_PAUSED),
                        .live = domain_copy(config),
                        .facts = guest_facts_copy(NULL) };
        int r;

        atomic_fetch_add(&guest->run, 1);
        guest->reboot_asked = false;
        stats_forget(guest);
        departures_forget(guest->departures);
        start.live->id = domain_list_next_id(guest->instance->list.domains);
        r = bring_up(&start, started_detail, err);
        if (r < 0) {
                guest_clean_up(guest, start.live, start.confined ? start.facts : NULL, true);
                if (start.announced)
                        guest_hooks_end(guest->instance, start.live);
                log_guest_line(guest->instance, start.live->name, "shutting down, reason=failed");
                publish_failed(guest);
        }
        start_done(&start);
        return r;
}
