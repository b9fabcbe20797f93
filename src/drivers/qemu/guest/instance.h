/* One instance of the driver: the system's or a user's. Its folders, its guests, what they share.
 *
 * A domain's changes are jobs on its lane; inside a job the Guest is ours. What other threads read of a Guest is
 * behind its mutex, everything else of a domain is in its published view. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "caps/caps.h"
#include "conf/domain_list.h"
#include "conf/qemu_status.h"
#include "config/qemu_conf.h"
#include "monitor/qmp.h"
#include "util/paths.h"

typedef struct QemuInstance {
        DomainListState list; /* first: the ready-made reading calls look for it here */
        bool system;
        char *root;          /* of an embedded instance, which runs in a client's process; NULL: a daemon's */
        const Paths *paths;  /* libvirt's folders, of which ours are parts */
        Paths own_paths;     /* an embedded one's */
        char *config_dir;    /* /etc/libvirt/qemu */
        char *autostart_dir; /* .../autostart */
        char *run_dir;       /* /run/libvirt/qemu: status files, pid files, driver.pid */
        char *lib_dir;       /* /var/lib/libvirt/qemu */
        char *channel_dir;   /* folders for the sockets of guests' channels without a path */
        char *log_dir;       /* /var/log/libvirt/qemu */
        char *caps_dir;      /* /var/cache/libvirt/qemu/capabilities */
        QemuConf *conf;
        uid_t uid; /* of QEMU; (uid_t)-1: ours */
        gid_t gid;
        EventHub *hub;
        Loop *loop; /* monitors, processes, timers of all guests */
        QemuCapsCache *caps;
        int lock_fd; /* driver.pid; -1: not taken */
        pthread_mutex_t ports_mutex;
        GHashTable *ports; /* display ports in use or being started */
        char *host_uuid;
        struct LockConf *locks;          /* guest/lock_files.h; NULL: nobody asks for locks */
        struct FdGroups *fd_groups;      /* guest/fd_groups.h */
        struct Autodestroy *autodestroy; /* guest/autodestroy.h */
        pthread_mutex_t guests_mutex;
        pthread_cond_t guests_gone; /* n_guests became 0 */
        unsigned n_guests;          /* that exist, also those that only a late job still knows */
} QemuInstance;

/* Our own part of a view. Immutable, shared by reference. */
typedef struct GuestFacts {
        int refs;
        GArray *vcpu_pids;       /* of pid_t, by vcpu number; the thread of each */
        GPtrArray *taints;       /* of char *, without repeats */
        GPtrArray *deprecations; /* of char * */
        QemuStatus status;       /* the rest of the status file: what an earlier daemon knew of the guest is not lost */
        char *unknown;           /* what it wrote beside that, which we do not understand; NULL: nothing */
        char *first_cpu;         /* the first processor in QEMU's tree of objects; NULL: not asked yet */
        bool starting;           /* the guest is not up yet */
        bool adopted;            /* libvirtd had it last; said when it is found, not copied */
} GuestFacts;

typedef struct Stats Stats;

typedef struct Guest {
        QemuInstance *instance;
        DomainEntry *entry; /* it owns us */

        struct Agent *agent;   /* NULL: not connected */
        pthread_mutex_t mutex; /* over the agent and the next four */
        pthread_cond_t ended;  /* the process is gone */
        Qmp *qmp;              /* NULL: no monitor */
        bool process_gone;
        GHashTable *thresholds; /* node: the image's name as a caller has it (threshold.c); NULL: none */

        atomic_int run;        /* counts starts: what comes from an earlier run is dropped */
        atomic_int destroying; /* the run that somebody is destroying */
        atomic_int pid;        /* 0: none */
        atomic_int events_queued;

        /* The running job's alone. */
        LoopSource *process;
        bool reboot_asked;  /* the next shutdown is a reboot */
        char *folder;       /* lib_dir/domain-ID-NAME */
        unsigned last_node; /* the highest number that a node of its images ever had */
        unsigned fd_sets;   /* how many numbers its sets of descriptors had */
        int ports[4];       /* of its displays, ours while it runs; 0: none */

        struct Reconnect *reconnect; /* guest/reconnect.h */
        Stats *stats;
        struct Consoles *consoles;
        struct Departures *departures;  /* hotplug/departures.h */
        struct EventWait *event_wait;   /* guest/event_wait.h */
        struct GuestPerf *perf;         /* host/perf.h */
        struct NbdkitWatches *nbdkits;  /* helpers/nbdkit_run.h; NULL: none yet */
        struct HelpersOutside *outside; /* helpers/helper_group.h; NULL: none */
} Guest;

/** qemu_instance_new: folders and configuration read, nothing loaded. @root: of an embedded instance, else NULL. */
QemuInstance *qemu_instance_new(bool system, const char *root, Error *err);
/** qemu_instance_free: guests run on. Their jobs end first. Returns NULL; accepts NULL. */
QemuInstance *qemu_instance_free(QemuInstance *instance);
/** qemu_instance_load: lock, then all definitions and running guests. */
int qemu_instance_load(QemuInstance *instance, Error *err);

/** instance_guest_came, instance_guest_went: counts what qemu_instance_free() has to wait for. */
void instance_guest_came(QemuInstance *instance);
void instance_guest_went(QemuInstance *instance);

/** guest_new: the driver's part of a new entry. */
Guest *guest_new(QemuInstance *instance, DomainEntry *entry);
Guest *guest_of(DomainEntry *entry);
void guest_free(void *guest);
/** guest_monitor: a reference; VIR_ERR_OPERATION_FAILED / _INVALID when there is none, _TIMEOUT: it does not answer. */
Qmp *guest_monitor(Guest *guest, Error *err);

GuestFacts *guest_facts_copy(const GuestFacts *facts); /* NULL: a new, empty one */
void *guest_facts_share(const void *facts);
void guest_facts_free(void *facts);
const GuestFacts *view_facts(const DomainView *view); /* NULL: none */
/** guest_facts_begin: of a guest that is about to start with @fd_sets sets of descriptors. */
void guest_facts_begin(GuestFacts *facts, const Domain *live, const QemuCaps *caps, const char *channel_folder,
                       unsigned fd_sets);
/** guest_facts_last_node: the highest number of a node of @live. */
unsigned guest_facts_last_node(const Domain *live);
/** guest_facts_private_dev: whether the guest has a /dev of its own. */
bool guest_facts_private_dev(const GuestFacts *facts);
/** guest_facts_devices: those that have a name of their own; @children: what QEMU answered to qom-list. */
void guest_facts_devices(GuestFacts *facts, const Json *children);

/** instance_of: the driver instance of a connection. */
QemuInstance *instance_of(virConnectPtr conn);

/** domain_job: run @job on the domain's lane, waiting at most 30 s for the turn. @job gets @opaque. */
int domain_job(DomainEntry *entry, const char *name, LaneJob job, void *opaque, Error *err);

/** emit_lifecycle: for @view (or with id -1 when it has none). */
void emit_lifecycle(QemuInstance *instance, DomainEntry *entry, int id, int event, int detail);

enum { MONITOR_MS = 30 * 1000 }; /* how long a change may wait for QEMU */

/* Files (files.c). */
char *config_path(const QemuInstance *instance, const char *name);
char *autostart_path(const QemuInstance *instance, const char *name);
char *status_path(const QemuInstance *instance, const char *name);
char *pid_path(const QemuInstance *instance, const char *name);
char *log_path(const QemuInstance *instance, const char *name);
/** guest_folder: the private folder of a run: domain-ID-NAME, the name shortened to 20 characters. */
char *guest_folder(const QemuInstance *instance, int id, const char *name);
/** channel_folder: of the same name, for the sockets of channels. */
char *channel_folder(const QemuInstance *instance, int id, const char *name);
/** folder_remove: a folder of ours and the files in it: one level is all that QEMU and we make. What stands in its place
 * goes, and is not followed. */
void folder_remove(const char *path);
int config_save(const QemuInstance *instance, const Domain *config, Error *err);
/** status_save: what @view and @guest are now. */
int status_save(Guest *guest, const DomainView *view, Error *err);

/* What a status file says. */
typedef struct StatusFile {
        Domain *domain;
        int state, reason;
        pid_t pid;
        GuestFacts *facts;
} StatusFile;

int status_load(const char *path, StatusFile *ret, Error *err);
void status_done(StatusFile *status);

/** log_guest_line: a line with the time in the guest's log. */
void log_guest_line(const QemuInstance *instance, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Life (start.c, stop.c, reconnect.c, monitor_events.c). Jobs of the lane. */
enum { START_PAUSED = 1, START_RESET_NVRAM = 2 };
int guest_start(Guest *guest, Domain *config, unsigned flags, int started_detail, Error *err);
/** guest_stop: end the process if it lives, clean up, publish "shut off" with @reason; emits STOPPED @detail. A
 * transient domain leaves the list. */
void guest_stop(Guest *guest, int reason, int detail);
/** guest_kill: SIGTERM, after ten seconds SIGKILL (not when @gentle). VIR_ERR_OPERATION_FAILED: it lives on. */
int guest_kill(Guest *guest, bool gentle, Error *err);
/** guest_clean_up: what a run leaves on the host goes: process, monitor, sockets, owners of files (@facts; NULL: none were
 * changed; @half: the start did not get through), control groups, ports, and at last its status file. */
void guest_clean_up(Guest *guest, const Domain *live, const GuestFacts *facts, bool half);
int guest_watch(Guest *guest, pid_t pid, Error *err);
/** guest_monitor_open: the monitor at @path; waits for nothing: commands go when it greets. */
int guest_monitor_open(Guest *guest, const char *path, Error *err);
/** guest_set_state: publish @state, @reason and save them. */
int guest_set_state(Guest *guest, int state, int reason, Error *err);
/** guest_refresh: thread ids of vcpus, paths of ptys, names of devices, into @live and @facts. */
int guest_refresh(Guest *guest, Domain *live, GuestFacts *facts, Error *err);
/** guest_refresh_devices: the names of the devices that it has, into @facts. */
int guest_refresh_devices(Qmp *qmp, GuestFacts *facts, Error *err);
extern const QmpHooks guest_monitor_hooks;
/** guest_monitor_context: the opaque for guest_monitor_hooks. */
void *guest_monitor_context(Guest *guest);

/* Display ports. */
/** port_take: a free one of the range @name, @min to @max. */
int port_take(QemuInstance *instance, const char *name, unsigned min, unsigned max, Error *err);
bool port_take_given(QemuInstance *instance, int port);
void port_give(QemuInstance *instance, int port);
/** guest_keep_port: @port is given back when the guest ends. */
void guest_keep_port(Guest *guest, int port);
void guest_give_ports(Guest *guest);

Stats *stats_new(void);
void stats_free(Stats *stats);
void stats_forget(Guest *guest); /* a new run */
struct Consoles *consoles_new(void);
void consoles_free(struct Consoles *consoles);
void consoles_end(Guest *guest);
