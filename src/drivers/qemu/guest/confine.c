/* See confine.h. */
#define LOG_SOURCE "qemu.confine"
#include "guest/confine.h"
#include "guest/fd_groups.h"
#include "guest/group.h"
#include "host/sched_core.h"
#include "guest/label.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "security/dac.h"
#include "util/auto.h"
#include "util/log.h"
#include "util/private_dev.h"

struct Confinement {
        const QemuInstance *instance;
        DomainFiles *files;
        Dac dac;
        DacUser user; /* uid -1: as we do */
        gid_t groups[DAC_GROUPS_MAX];
        size_t n_groups;
        PrivateDev *dev; /* NULL: the host's */
        GuestLabel label;
        MacExec exec;
        const Domain *machine; /* registered when its process is there; NULL: no machine */
        Cgroup *group;         /* NULL: none */
        int group_fds[CGROUP_CONTROLLERS];
        int n_group_fds;
};

/* What every program needs, where qemu.conf says nothing else. */
static const char *const standard_devices[] = { "/dev/null",   "/dev/full",        "/dev/zero",
                                                "/dev/random", "/dev/urandom",     "/dev/ptmx",
                                                "/dev/kvm",    "/dev/userfaultfd", NULL };

static bool wants_private_dev(const QemuInstance *instance)
{
        if (!instance->system || geteuid() != 0)
                return false;
        if (!instance->conf->namespaces)
                return true;
        return g_strv_contains((const char *const *)instance->conf->namespaces, "mount");
}

static bool is_on(int setting)
{
        return setting > 0 || (setting < 0 && geteuid() == 0);
}

static DacUser standard_user(const QemuInstance *instance)
{
        return (DacUser){ instance->uid, instance->gid };
}

static int make_dac(const QemuInstance *instance, const Domain *live, bool remember, bool private_dev, Dac *ret,
                    Error *err)
{
        bool dynamic = instance->system && is_on(instance->conf->dynamic_ownership);

        if (dac_of(live, standard_user(instance), dynamic, remember, ret, err) < 0)
                return -1;
        ret->private_dev = private_dev;
        holder_name(&ret->holder, instance->run_dir, &live->uuid);
        return 0;
}

/* With what it has as descriptors of somebody's. */
static void all_files(DomainFiles *files, const QemuInstance *instance, const Domain *live)
{
        domain_files_all(files, live, "");
        fd_groups_files(instance, live, files);
}

/* The plan of a /dev */

static int plan_file(PrivateDev *plan, const Dac *dac, const GuestLabel *label, const DomainFile *file, Error *err)
{
        DacUser owner = { (uid_t)-1, (gid_t)-1 };
        ERROR_AUTO Error why = ERROR_INIT;
        g_autofree char *text = NULL;

        /* Nobody opens it by a name. */
        if (file->flags & DOMAIN_FILE_DESCRIPTOR)
                return 0;
        if (dac && !dac_owner(dac, file, &owner, &why) && error_is_set(&why))
                return error_move(err, &why);
        if (private_dev_add(plan, file->path, owner.uid, owner.gid, err) < 0)
                return -1;
        text = label ? mac_node_label(label->mac, label->guest.live, file) : NULL;
        if (text)
                private_dev_label(plan, file->path, text);
        return 0;
}

/* @dac, @label: NULL where only names matter. */
static int plan_files(PrivateDev *plan, const Dac *dac, const GuestLabel *label, const DomainFiles *files, Error *err)
{
        for (guint i = 0; i < files->len; i++)
                if (plan_file(plan, dac, label, g_ptr_array_index(files, i), err) < 0)
                        return -1;
        return 0;
}

static const char *const *base_devices(const QemuInstance *instance)
{
        const char *const *devices = (const char *const *)instance->conf->device_acl;

        return devices ? devices : standard_devices;
}

static int plan_base(PrivateDev *plan, const QemuInstance *instance, Error *err)
{
        if (private_dev_mounts(plan, "/proc/self/mountinfo", err) < 0)
                return -1;
        for (const char *const *path = base_devices(instance); *path; path++)
                if (private_dev_add(plan, *path, (uid_t)-1, (gid_t)-1, err) < 0)
                        return -1;
        return 0;
}

static PrivateDev *plan_dev(const QemuInstance *instance, const Dac *dac, const GuestLabel *label,
                            const DomainFiles *files, Error *err)
{
        g_autoptr(PrivateDev) plan = private_dev_new("/dev");

        if (plan_base(plan, instance, err) < 0 || plan_files(plan, dac, label, files, err) < 0)
                return NULL;
        return g_steal_pointer(&plan);
}

/* As whom */

static int plan_user(Confinement *confinement, Domain *live, Error *err)
{
        const QemuInstance *instance = confinement->instance;

        if (!instance->system || geteuid() != 0) {
                confinement->user = (DacUser){ (uid_t)-1, (gid_t)-1 };
                return 0;
        }
        if (dac_settle(live, standard_user(instance), err) < 0 ||
            dac_process(live, standard_user(instance), &confinement->user, err) < 0)
                return -1;
        if (confinement->user.uid != (uid_t)-1)
                confinement->n_groups = dac_groups(confinement->user, confinement->groups);
        return 0;
}

/* What qemu.conf asks for and this build cannot do is not passed over in silence. */
static int refuse_wishes(const QemuConf *conf, Error *err)
{
        return sched_core_check(conf, err);
}

static void note(GuestFacts *facts, bool remember, bool private_dev)
{
        QemuStatus *status = &facts->status;

        status->remember_owner = remember;
        if (!private_dev)
                return;
        rows_list_insert(&StatusNamespace_rows, &status->namespaces, &status->n_namespaces, status->n_namespaces);
        status->namespaces[status->n_namespaces - 1].name = g_strdup("mount");
}

Confinement *confine_plan(const QemuInstance *instance, Domain *live, GuestFacts *facts, const char *stage, Error *err)
{
        g_autoptr(Confinement) confinement = g_new0(Confinement, 1);
        bool private_dev = wants_private_dev(instance);
        bool remember = instance->system && is_on(instance->conf->remember_owner);

        confinement->instance = instance;
        confinement->files = domain_files_new();
        if (refuse_wishes(instance->conf, err) < 0 || plan_user(confinement, live, err) < 0 ||
            make_dac(instance, live, remember, private_dev, &confinement->dac, err) < 0)
                return NULL;
        all_files(confinement->files, instance, live);
        note(facts, remember, private_dev);
        if (guest_label_of(instance, live, confinement->files, facts, &confinement->label, err) < 0)
                return NULL;
        mac_exec(confinement->label.mac, live, &confinement->exec);
        if (private_dev) {
                confinement->dev = plan_dev(instance, &confinement->dac, &confinement->label, confinement->files, err);
                if (!confinement->dev)
                        return NULL;
                private_dev_stage(confinement->dev, stage);
        }
        return g_steal_pointer(&confinement);
}

Confinement *confine_free(Confinement *confinement)
{
        if (!confinement)
                return NULL;
        guest_label_done(&confinement->label);
        mac_exec_done(&confinement->exec);
        domain_files_free(confinement->files);
        private_dev_free(confinement->dev);
        cgroup_free(confinement->group);
        while (confinement->n_group_fds > 0)
                close(confinement->group_fds[--confinement->n_group_fds]);
        g_free(confinement);
        return NULL;
}

static int allow_devices(const Confinement *confinement, Error *err)
{
        return guest_group_devices(confinement->group, base_devices(confinement->instance), confinement->files, err);
}

int confine_group(Confinement *confinement, const Domain *live, Error *err)
{
        g_autoptr(Cgroup) emulator = NULL;
        ERROR_AUTO Error why = ERROR_INIT;
        int n;

        if (guest_group_machine(confinement->instance)) {
                confinement->machine = live;
                return 0;
        }
        confinement->group = guest_group_make(confinement->instance, live, &why);
        if (error_is_set(&why))
                return error_move(err, &why);
        if (!confinement->group)
                return 0;
        emulator = guest_emulator_make(confinement->group, live, err);
        n = emulator ? cgroup_open_joins(confinement->group, emulator, confinement->group_fds, err) : -1;
        if (n < 0)
                return -1;
        confinement->n_group_fds = n;
        return allow_devices(confinement, err);
}

/* The process is there, and waits. */
static int become_machine(pid_t pid, void *opaque, Error *err)
{
        Confinement *confinement = opaque;

        confinement->group = guest_group_register(confinement->instance, confinement->machine, pid, err);
        return confinement->group ? allow_devices(confinement, err) : -1;
}

const Cgroup *confine_get_group(const Confinement *confinement)
{
        return confinement->group;
}

int confine_files(Confinement *confinement, const char *const *folders, Error *err)
{
        const DacUser *user = &confinement->user;

        /* They go when the guest goes, whoever they belong to. Some are where QEMU's user can write: no link is followed. */
        for (; user->uid != (uid_t)-1 && *folders; folders++)
                if (lchown(*folders, user->uid, user->gid) < 0 && errno != ENOENT)
                        return error_errno(err, errno, "unable to set user and group to '%u:%u' on '%s'", user->uid,
                                           user->gid, *folders);
        if (dac_set(&confinement->dac, confinement->files, err) < 0)
                return -1;
        if (mac_begin(confinement->label.mac, &confinement->label.guest, err) == 0)
                return 0;
        dac_restore(&confinement->dac, confinement->files, true);
        return -1;
}

/* Limits */

static void set_limits(const QemuConf *conf, Process *process)
{
        uint64_t core = RLIM_INFINITY;

        if (conf->max_processes)
                process_limit(process, RLIMIT_NPROC, conf->max_processes);
        if (conf->max_files)
                process_limit(process, RLIMIT_NOFILE, conf->max_files);
        if (!conf->max_core)
                return;
        if (strcmp(conf->max_core, "unlimited") != 0)
                core = g_ascii_strtoull(conf->max_core, NULL, 10);
        process_limit(process, RLIMIT_CORE, core);
}

/* In the child: where it is, then what it is. */
static int enter(void *opaque)
{
        Confinement *confinement = opaque;

        if (confinement->dev && private_dev_enter(confinement->dev) < 0)
                return -1;
        return confinement->exec.text ? mac_exec_write(&confinement->exec) : 0;
}

void confine_process(Confinement *confinement, Process *process)
{
        set_limits(confinement->instance->conf, process);
        for (int i = 0; i < confinement->n_group_fds; i++)
                process_join(process, confinement->group_fds[i]);
        if (confinement->machine)
                process_meet(process, become_machine, confinement);
        if (confinement->dev || confinement->exec.text)
                process_before(process,
                               confinement->exec.text ? "make a private /dev and take a security label"
                                                      : "make a private /dev",
                               enter, confinement);
        if (confinement->user.uid == (uid_t)-1)
                return;
        process_user(process, confinement->user.uid, confinement->user.gid, confinement->groups, confinement->n_groups);
        /* Who asks for root gets a root that can do what root can, as with libvirt. */
        if (confinement->user.uid != 0)
                process_no_capabilities(process);
}

const char *confine_failed(const Confinement *confinement)
{
        return confinement->dev ? private_dev_failed(confinement->dev) : NULL;
}

/* What is there of a guest that runs, or ran. */
static int kept_dac(const QemuInstance *instance, const Domain *live, const GuestFacts *facts, Dac *ret, Error *err)
{
        bool remember = facts && facts->status.remember_owner;

        return make_dac(instance, live, remember, guest_facts_private_dev(facts), ret, err);
}

void confine_release(const QemuInstance *instance, const Domain *live, const GuestFacts *facts, bool half)
{
        g_autoptr(DomainFiles) files = domain_files_new();
        ERROR_AUTO Error err = ERROR_INIT;
        GuestLabel label = { 0 };
        Dac dac;

        all_files(files, instance, live);
        if (guest_label_of(instance, live, files, facts, &label, &err) == 0)
                mac_end(label.mac, &label.guest, half);
        else
                log_error("domain '%s': its files keep their label: %s", live->name, err.message);
        guest_label_done(&label);
        error_clear(&err);
        if (kept_dac(instance, live, facts, &dac, &err) == 0)
                dac_restore(&dac, files, half);
        else
                log_error("domain '%s': its files keep their owner: %s", live->name, err.message);
}

void confine_claim(const QemuInstance *instance, const Domain *live, const GuestFacts *facts, bool anew)
{
        const Holder nobody = { "" };
        g_autoptr(DomainFiles) files = domain_files_new();
        GuestLabel label = { 0 };
        Dac dac;

        all_files(files, instance, live);
        if (guest_label_of(instance, live, files, facts, &label, NULL) == 0 && label.guest.remember) {
                label.guest.holder = anew ? nobody : label.guest.holder;
                mac_claim(label.mac, &label.guest);
        }
        guest_label_done(&label);
        if (kept_dac(instance, live, facts, &dac, NULL) < 0)
                return;
        dac.holder = anew ? nobody : dac.holder;
        dac_claim(&dac, files);
}

/* While it runs */

static int show(Guest *guest, const Dac *dac, const GuestLabel *label, const DomainFiles *files, Error *err)
{
        g_autoptr(PrivateDev) plan = private_dev_new("/dev");

        if (plan_files(plan, dac, label, files, err) < 0)
                return -1;
        return private_dev_attach(plan, atomic_load(&guest->pid), err);
}

/* @files: all that the guest has from here on. Failing is no reason to keep a device: at worst it may not be opened,
 * which QEMU then says. */
static void allow_files(Guest *guest, const DomainFiles *files, const DomainFiles *changed, bool allow)
{
        ERROR_AUTO Error err = ERROR_INIT;
        g_autoptr(Cgroup) group = guest_group_of(guest, &err);

        if (group && changed->len > 0)
                guest_group_change(group, base_devices(guest->instance), files, changed, allow, &err);
        if (error_is_set(&err))
                log_warn("domain '%s': %s", domain_entry_name(guest->entry), err.message);
}

/* A device that comes. */
typedef struct Giving {
        Dac dac;
        GuestLabel label;               /* with all that the guest has then */
        const DomainFiles *had, *fresh; /* without the device; what it brings */
} Giving;

static int give_labelled(Guest *guest, const Giving *giving, Error *err)
{
        const GuestLabel *label = &giving->label;
        MacGuest before = label->guest;

        if (mac_grant(label->mac, &label->guest, giving->fresh, err) < 0)
                return -1;
        if (!label->guest.private_dev || show(guest, &giving->dac, label, giving->fresh, err) == 0)
                return 0;
        before.files = giving->had;
        mac_withdraw(label->mac, &before, giving->fresh, NULL);
        return -1;
}

static int give(Guest *guest, const Giving *giving, Error *err)
{
        if (dac_set(&giving->dac, giving->fresh, err) < 0)
                return -1;
        if (give_labelled(guest, giving, err) < 0) {
                dac_restore(&giving->dac, giving->fresh, true);
                return -1;
        }
        allow_files(guest, giving->label.guest.files, giving->fresh, true);
        return 0;
}

int confine_attach(Guest *guest, const DomainFiles *files, const Domain *with, Error *err)
{
        g_autoptr(DomainFiles) had = domain_files_new(), fresh = domain_files_new(), all = domain_files_new();
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        Giving giving = { .had = had, .fresh = fresh };
        int r;

        if (!view || !view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        if (kept_dac(guest->instance, view->live, view_facts(view), &giving.dac, err) < 0)
                return -1;
        /* What another device has already is counted once, and goes with the last of them. */
        all_files(had, guest->instance, view->live);
        domain_files_append(fresh, files);
        domain_files_subtract(fresh, had);
        domain_files_append(all, had);
        domain_files_append(all, files);
        if (guest_label_of(guest->instance, with, all, view_facts(view), &giving.label, err) < 0)
                return -1;
        r = give(guest, &giving, err);
        guest_label_done(&giving.label);
        return r;
}

static int hide(Guest *guest, const DomainFiles *files, const DomainFiles *rest, Error *err)
{
        g_autoptr(PrivateDev) plan = private_dev_of("/dev", atomic_load(&guest->pid));
        g_autoptr(PrivateDev) keep = NULL;

        keep = plan_dev(guest->instance, NULL, NULL, rest, err);
        if (!keep || plan_files(plan, NULL, NULL, files, err) < 0)
                return -1;
        private_dev_subtract(plan, keep);
        return private_dev_detach(plan, atomic_load(&guest->pid), err);
}

static void take_label(Guest *guest, const DomainFiles *gone, const DomainFiles *kept, const Domain *rest,
                       const GuestFacts *facts)
{
        ERROR_AUTO Error err = ERROR_INIT;
        GuestLabel label = { 0 };

        if (guest_label_of(guest->instance, rest, kept, facts, &label, &err) < 0 ||
            mac_withdraw(label.mac, &label.guest, gone, &err) < 0)
                log_warn("domain '%s': %s", rest->name, err.message);
        guest_label_done(&label);
}

void confine_detach(Guest *guest, const DomainFiles *files, const Domain *rest)
{
        g_autoptr(DomainFiles) kept = domain_files_new(), gone = domain_files_new();
        DomainView *view = domain_view_get(guest->entry);
        const GuestFacts *facts = view_facts(view);
        ERROR_AUTO Error err = ERROR_INIT;
        Dac dac;

        all_files(kept, guest->instance, rest);
        domain_files_append(gone, files);
        domain_files_subtract(gone, kept);
        allow_files(guest, kept, gone, false);
        if (guest_facts_private_dev(facts) && hide(guest, gone, kept, &err) < 0)
                log_warn("domain '%s': %s", rest->name, err.message);
        take_label(guest, gone, kept, rest, facts);
        error_clear(&err);
        if (kept_dac(guest->instance, rest, facts, &dac, &err) == 0)
                dac_restore(&dac, gone, false);
        else
                log_warn("domain '%s': %s", rest->name, err.message);
        domain_view_unref(view);
}
