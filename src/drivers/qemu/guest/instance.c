/* See instance.h: folders, configuration, guests. */
#define LOG_SOURCE "qemu.driver"
#include "guest/guest_agent.h"
#include "guest/event_wait.h"
#include "helpers/helper_group.h"
#include "helpers/nbdkit_run.h"
#include "host/perf.h"
#include "guest/instance.h"
#include "guest/lock_files.h"
#include "guest/reconnect.h"

#include "guest/autodestroy.h"
#include "guest/fd_groups.h"

#include <errno.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/stat.h>

#include "conf/qemu_namespace.h"
#include "hotplug/departures.h"
#include "rules/settle.h"
#include "util/auto.h"
#include "util/file.h"
#include "util/log.h"
#include "util/paths.h"
#include "vireo/events.h"

/* Configuration */

/* Distributions make one of these for QEMU. */
static const struct passwd *usual_user(void)
{
        static const char *const names[] = { "libvirt-qemu", "qemu" };
        const struct passwd *user = NULL;

        for (size_t i = 0; i < ARRAY_SIZE(names) && !user; i++)
                user = getpwnam(names[i]);
        if (!user)
                log_warn("there is no user for QEMU on this host (libvirt-qemu, qemu): guests run as root");
        return user;
}

static int conf_user(QemuInstance *instance, const char *path, Error *err)
{
        const QemuConf *conf = instance->conf;
        const struct passwd *user;
        const struct group *group;

        instance->uid = (uid_t)-1;
        instance->gid = (gid_t)-1;
        if (!instance->system || geteuid() != 0)
                return 0;
        user = conf->user && conf->user[0] ? getpwnam(conf->user) : usual_user();
        if (!user && conf->user && conf->user[0])
                return error_set(err, VIR_ERR_CONF_SYNTAX, "%s:%u: user: there is no user '%s'", path, conf->line_user,
                                 conf->user);
        instance->uid = user ? user->pw_uid : geteuid();
        instance->gid = user ? user->pw_gid : getegid();
        if (!conf->group || !conf->group[0])
                return 0;
        group = getgrnam(conf->group);
        if (!group)
                return error_set(err, VIR_ERR_CONF_SYNTAX, "%s: group: there is no group '%s'", path, conf->group);
        instance->gid = group->gr_gid;
        return 0;
}

static int conf_read(QemuInstance *instance, Error *err)
{
        g_autofree char *path = g_build_filename(instance->paths->config, "qemu.conf", NULL);

        instance->conf = qemu_conf_new(instance->lib_dir);
        if (qemu_conf_read(instance->conf, path, err) < 0 || lock_conf_read(instance, &instance->locks, err) < 0)
                return -1;
        return conf_user(instance, path, err);
}

/* Folders */

static void system_folders(QemuInstance *instance, const Paths *paths)
{
        instance->config_dir = g_build_filename(paths->config, "qemu", NULL);
        instance->run_dir = g_build_filename(paths->run, "qemu", NULL);
        instance->lib_dir = g_build_filename(paths->state, "qemu", NULL);
        instance->channel_dir = g_build_filename(instance->lib_dir, "channel", "target", NULL);
        instance->log_dir = g_build_filename(paths->log, "qemu", NULL);
        instance->caps_dir = g_build_filename(paths->cache, "qemu", "capabilities", NULL);
}

static void session_folders(QemuInstance *instance, const Paths *paths)
{
        instance->config_dir = g_build_filename(paths->config, "qemu", NULL);
        instance->run_dir = g_build_filename(paths->run, "qemu", "run", NULL);
        instance->lib_dir = g_build_filename(paths->config, "qemu", "lib", NULL);
        instance->channel_dir = g_build_filename(paths->run, "qemu", "channel", NULL);
        instance->log_dir = g_build_filename(paths->cache, "qemu", "log", NULL);
        instance->caps_dir = g_build_filename(paths->cache, "qemu", "cache", "capabilities", NULL);
}

/* An application's own: the layout of a system's, below one folder, whoever runs it. */
static void embedded_paths(QemuInstance *instance, const char *root)
{
        instance->root = g_strdup(root);
        instance->own_paths = (Paths){
                .system = instance->system,
                .config = g_build_filename(root, "etc", NULL),
                .run = g_build_filename(root, "run", NULL),
                .state = g_build_filename(root, "lib", NULL),
                .cache = g_build_filename(root, "cache", NULL),
                .log = g_build_filename(root, "log", NULL),
                .pid_dir = g_build_filename(root, "run", NULL),
                .root = g_strdup(root),
        };
        instance->paths = &instance->own_paths;
}

static void choose_folders(QemuInstance *instance, const char *root)
{
        if (root)
                embedded_paths(instance, root);
        else
                instance->paths = paths_get(instance->system);
        if (root || instance->system)
                system_folders(instance, instance->paths);
        else
                session_folders(instance, instance->paths);
        instance->autostart_dir = g_build_filename(instance->config_dir, "autostart", NULL);
}

static int make_folders(const QemuInstance *instance, Error *err)
{
        const struct {
                const char *path;
                mode_t mode;
                /* To QEMU's user, who works in it; where that user can write, no link is followed. NULL: it is ours. */
                int (*give)(const char *path, uid_t uid, gid_t gid);
        } folders[] = {
                { instance->config_dir, 0755, NULL },    { instance->autostart_dir, 0755, NULL },
                { instance->run_dir, 0755, NULL },       { instance->lib_dir, 0755, chown },
                { instance->channel_dir, 0755, lchown }, { instance->log_dir, 0755, NULL },
        };

        for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
                if (dir_make(folders[i].path, folders[i].mode, err) < 0)
                        return -1;
                if (folders[i].give && instance->uid != (uid_t)-1 &&
                    folders[i].give(folders[i].path, instance->uid, instance->gid) < 0)
                        return error_errno(err, errno, "unable to set ownership of '%s' to %u:%u", folders[i].path,
                                           instance->uid, instance->gid);
        }
        return 0;
}

static void view_free(void *facts)
{
        guest_facts_free(facts);
}

static const DomainListHooks list_hooks = {
        .error_domain = VIR_FROM_QEMU,
        .rules = &qemu_rules,
        .view_free = view_free,
        .view_copy = guest_facts_share,
        .entry_free = guest_free,
};

QemuInstance *qemu_instance_new(bool system, const char *root, Error *err)
{
        QemuInstance *instance = g_new0(QemuInstance, 1);

        rows_register(&qemu_namespace);
        instance->system = system;
        instance->lock_fd = -1;
        instance->fd_groups = fd_groups_new();
        instance->autodestroy = autodestroy_new();
        pthread_mutex_init(&instance->ports_mutex, NULL);
        pthread_mutex_init(&instance->guests_mutex, NULL);
        pthread_cond_init(&instance->guests_gone, NULL);
        instance->ports = g_hash_table_new(g_direct_hash, g_direct_equal);
        choose_folders(instance, root);
        instance->hub = event_hub_new();
        instance->list.domains = domain_list_new(&list_hooks, instance->hub);
        if (conf_read(instance, err) < 0 || make_folders(instance, err) < 0)
                return qemu_instance_free(instance);
        instance->loop = loop_new("qemu", err);
        if (!instance->loop)
                return qemu_instance_free(instance);
        instance->caps = qemu_caps_cache_new(instance->caps_dir, instance->loop);
        return instance;
}

QemuInstance *instance_of(virConnectPtr conn)
{
        return conn->state[FAMILY_HYPERVISOR];
}

/* Guests */

Guest *guest_new(QemuInstance *instance, DomainEntry *entry)
{
        Guest *guest = domain_entry_driver(entry);

        if (guest)
                return guest;
        guest = g_new0(Guest, 1);
        guest->instance = instance;
        guest->entry = entry;
        pthread_mutex_init(&guest->mutex, NULL);
        pthread_cond_init(&guest->ended, NULL);
        guest->reconnect = reconnect_new();
        guest->stats = stats_new();
        guest->consoles = consoles_new();
        guest->departures = departures_new();
        guest->event_wait = event_wait_new();
        guest->perf = guest_perf_new();
        domain_entry_set_driver(entry, guest);
        instance_guest_came(instance);
        return guest;
}

Guest *guest_of(DomainEntry *entry)
{
        return domain_entry_driver(entry);
}

void guest_free(void *opaque)
{
        Guest *guest = opaque;

        if (!guest)
                return;
        g_assert(!guest->qmp);
        g_assert(!guest->agent);
        loop_remove(guest->process);
        nbdkit_watches_free(guest->nbdkits);
        helpers_outside_free(guest->outside);
        reconnect_free(guest->reconnect);
        stats_free(guest->stats);
        consoles_free(guest->consoles);
        departures_free(guest->departures);
        event_wait_free(guest->event_wait);
        guest_perf_free(guest->perf);
        g_clear_pointer(&guest->thresholds, g_hash_table_unref);
        g_free(guest->folder);
        pthread_cond_destroy(&guest->ended);
        pthread_mutex_destroy(&guest->mutex);
        instance_guest_went(guest->instance);
        g_free(guest);
}

Qmp *guest_monitor(Guest *guest, Error *err)
{
        int64_t unheard = guest_unheard_ms(guest);
        LOCKED(&guest->mutex);

        if (guest->qmp)
                return qmp_ref(guest->qmp);
        if (unheard > 0)
                return error_null(err, VIR_ERR_OPERATION_TIMEOUT,
                                  "the monitor of domain '%s' has not answered for %" G_GINT64_FORMAT
                                  " s (QEMU is process %d); it is asked until it does",
                                  domain_entry_name(guest->entry), unheard / 1000, atomic_load(&guest->pid));
        if (atomic_load(&guest->pid) == 0)
                return error_null(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        return error_null(err, VIR_ERR_OPERATION_FAILED, "there is no connection to the monitor of domain '%s'",
                          domain_entry_name(guest->entry));
}

/* Jobs and events */

int domain_job(DomainEntry *entry, const char *name, LaneJob job, void *opaque, Error *err)
{
        return lane_run(domain_entry_lane(entry), name, 30 * 1000, job, opaque, err);
}

void emit_lifecycle(QemuInstance *instance, DomainEntry *entry, int id, int event, int detail)
{
        event_emit(instance->hub,
                   event_domain_lifecycle(domain_entry_name(entry), domain_entry_uuid(entry), id, event, detail));
}

/* Display ports: free here and on the host. */

static bool host_port_free(int port)
{
        struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
        AUTO_FD int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
        AUTO_FD int fd4 = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int on = 1;

        if (fd4 < 0)
                return false;
        setsockopt(fd4, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        if (bind(fd4, (struct sockaddr *)&four, sizeof(four)) < 0)
                return false;
        if (fd < 0)
                return true;
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        return bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 || errno != EADDRINUSE;
}

bool port_take_given(QemuInstance *instance, int port)
{
        LOCKED(&instance->ports_mutex);

        return g_hash_table_add(instance->ports, GINT_TO_POINTER(port));
}

int port_take(QemuInstance *instance, const char *name, unsigned min, unsigned max, Error *err)
{
        for (int port = (int)min; port <= (int)max; port++) {
                if (!port_take_given(instance, port))
                        continue;
                if (host_port_free(port))
                        return port;
                port_give(instance, port);
        }
        return error_set(err, VIR_ERR_INTERNAL_ERROR, "Unable to find an unused port in range '%s' (%u-%u)", name, min,
                         max);
}

void port_give(QemuInstance *instance, int port)
{
        LOCKED(&instance->ports_mutex);

        g_hash_table_remove(instance->ports, GINT_TO_POINTER(port));
}

void guest_keep_port(Guest *guest, int port)
{
        for (size_t i = 0; i < ARRAY_SIZE(guest->ports); i++)
                if (guest->ports[i] == 0) {
                        guest->ports[i] = port;
                        return;
                }
}

void guest_give_ports(Guest *guest)
{
        for (size_t i = 0; i < ARRAY_SIZE(guest->ports); i++)
                if (guest->ports[i] > 0)
                        port_give(guest->instance, guest->ports[i]);
        memset(guest->ports, 0, sizeof(guest->ports));
}
