/* The threads of a guest: in which group each is, on which processors, with what priority. */
#define LOG_SOURCE "qemu.threads"
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "conf/domain_threads.h"
#include "guest/group.h"
#include "guest/machine_name.h"
#include "host/resctrl.h"
#include "host/sched_core.h"
#include "guest/threads.h"
#include "util/auto.h"
#include "util/text.h"

/* Whoever only asks does not wait for a guest that answers nobody. */
enum { SILENT_MS = 200 };

/* What one thread, or several of a kind, are to get. */
typedef struct Place {
        const char *group;  /* of its own: "vcpu3" */
        const Bitmap *cpus; /* NULL: any */
        uint64_t period;
        int64_t quota;
        Scheduler scheduler;
        int priority;
} Place;

static int set_affinity(pid_t tid, const Bitmap *cpus, Error *err)
{
        cpu_set_t *set;
        size_t size;
        int r;

        if (!cpus)
                return 0;
        set = CPU_ALLOC(cpus->n_bits ? cpus->n_bits : 1);
        size = CPU_ALLOC_SIZE(cpus->n_bits ? cpus->n_bits : 1);
        CPU_ZERO_S(size, set);
        for (long cpu = bitmap_next(cpus, -1); cpu >= 0; cpu = bitmap_next(cpus, cpu))
                CPU_SET_S((size_t)cpu, size, set);
        r = sched_setaffinity(tid, size, set);
        CPU_FREE(set);
        if (r < 0 && errno != ESRCH)
                return error_errno(err, errno, "cannot set CPU affinity on process %d", tid);
        return 0;
}

static int set_scheduler(pid_t tid, Scheduler scheduler, int priority, Error *err)
{
        static const int policies[] = { [SCHEDULER_BATCH] = SCHED_BATCH,
                                        [SCHEDULER_IDLE] = SCHED_IDLE,
                                        [SCHEDULER_FIFO] = SCHED_FIFO,
                                        [SCHEDULER_RR] = SCHED_RR };
        struct sched_param param = { .sched_priority = priority };

        if (scheduler == SCHEDULER_NONE)
                return 0;
        if (scheduler == SCHEDULER_BATCH || scheduler == SCHEDULER_IDLE)
                param.sched_priority = 0;
        if (sched_setscheduler(tid, policies[scheduler], &param) < 0 && errno != ESRCH)
                return error_errno(err, errno, "Cannot set scheduler parameters for pid %d", tid);
        return 0;
}

/* The group of a place, as it should be; NULL without an error: there are no groups. */
static int make_part(const Cgroup *group, const Place *place, Cgroup **ret, Error *err)
{
        g_autofree char *cpus = NULL;
        g_autoptr(Cgroup) part = NULL;

        if (!group)
                return 0;
        part = cgroup_child(group, place->group, true, err);
        if (!part)
                return -1;
        if ((place->period || place->quota) && cgroup_set_bandwidth(part, place->period, place->quota, err) < 0)
                return -1;
        if (place->cpus && cgroup_has(part, CGROUP_CPUSET)) {
                cpus = bitmap_format(place->cpus);
                if (cgroup_set_text(part, CGROUP_CPUSET_CPUS, cpus, err) < 0)
                        return -1;
        }
        *ret = g_steal_pointer(&part);
        return 0;
}

static int place_thread(pid_t tid, const Place *place, const Cgroup *part, Error *err)
{
        if (part && cgroup_add_thread(part, tid, err) < 0)
                return -1;
        if (set_affinity(tid, place->cpus, err) < 0)
                return -1;
        return set_scheduler(tid, place->scheduler, place->priority, err);
}

/* Virtual processors */

static int place_vcpu(const Domain *live, unsigned id, pid_t tid, const Cgroup *group, Error *err)
{
        const Cputune *tune = live->cputune;
        g_autofree char *name = g_strdup_printf("vcpu%u", id);
        g_autoptr(Cgroup) part = NULL;
        Place place = { .group = name, .cpus = domain_vcpu_cpus(live, id) };

        if (tune) {
                place.period = tune->period;
                place.quota = tune->quota;
        }
        for (size_t i = 0; tune && i < tune->n_vcpuscheds; i++)
                if (bitmap_get(tune->vcpuscheds[i].vcpus, id)) {
                        place.scheduler = tune->vcpuscheds[i].scheduler;
                        place.priority = tune->vcpuscheds[i].priority.value;
                }
        if (make_part(group, &place, &part, err) < 0)
                return -1;
        return place_thread(tid, &place, part, err);
}

static int place_vcpus(const Guest *guest, const Domain *live, const GuestFacts *facts, const Cgroup *group, Error *err)
{
        g_autofree char *machine = machine_name(guest->instance, live);

        for (guint i = 0; i < facts->vcpu_pids->len; i++) {
                pid_t tid = g_array_index(facts->vcpu_pids, pid_t, i);

                if (tid > 0 && (place_vcpu(live, i, tid, group, err) < 0 ||
                                guest_resctrl_join("", machine, live, i, tid, err) < 0))
                        return -1;
        }
        return 0;
}

/* I/O threads */

static int place_iothread(const Domain *live, unsigned id, pid_t tid, const Cgroup *group, Error *err)
{
        const Cputune *tune = live->cputune;
        g_autofree char *name = g_strdup_printf("iothread%u", id);
        g_autoptr(Cgroup) part = NULL;
        Place place = { .group = name, .cpus = domain_iothread_cpus(live, id) };

        if (tune) {
                place.period = tune->iothread_period;
                place.quota = tune->iothread_quota;
        }
        for (size_t i = 0; tune && i < tune->n_iothreadscheds; i++)
                if (bitmap_get(tune->iothreadscheds[i].iothreads, id)) {
                        place.scheduler = tune->iothreadscheds[i].scheduler;
                        place.priority = tune->iothreadscheds[i].priority.value;
                }
        if (make_part(group, &place, &part, err) < 0)
                return -1;
        return place_thread(tid, &place, part, err);
}

/* "iothread7": ours have a number after the word. */
static bool iothread_number(const char *name, unsigned *ret)
{
        return name && g_str_has_prefix(name, "iothread") && text_to_uint(name + strlen("iothread"), 10, ret);
}

GArray *guest_iothreads(Guest *guest, const Domain *live, Error *err)
{
        g_autoptr(GArray) threads = g_array_new(FALSE, TRUE, sizeof(GuestIothread));
        g_autoptr(Json) answer = NULL;
        g_autoptr(Qmp) qmp = NULL;

        if (live->n_iothread_ids == 0)
                return g_steal_pointer(&threads);
        qmp = guest_monitor(guest, err);
        if (!qmp)
                return NULL;
        if (qmp_silent_ms(qmp) > SILENT_MS)
                return error_null(err, VIR_ERR_OPERATION_TIMEOUT, "the guest has not answered for %" PRId64 " ms",
                                  qmp_silent_ms(qmp));
        if (qmp_call(qmp, "query-iothreads", NULL, MONITOR_MS, &answer, err) < 0)
                return NULL;
        for (size_t i = 0; i < json_length(answer); i++) {
                const Json *item = json_at(answer, i);
                GuestIothread thread = { 0 };
                int64_t tid = 0;

                if (!iothread_number(json_get_string(item, "id"), &thread.id) ||
                    !json_get_int(item, "thread-id", &tid) || tid <= 0)
                        continue;
                thread.tid = (pid_t)tid;
                g_array_append_val(threads, thread);
        }
        return g_steal_pointer(&threads);
}

static int place_iothreads(const Domain *live, const GArray *threads, const Cgroup *group, Error *err)
{
        for (guint i = 0; i < threads->len; i++) {
                const GuestIothread *thread = &g_array_index(threads, GuestIothread, i);

                if (place_iothread(live, thread->id, thread->tid, group, err) < 0)
                        return -1;
        }
        return 0;
}

/* All others */

/* The threads of processors and of I/O: all others are the emulator's. */
static GHashTable *named_threads(pid_t pid, const GuestFacts *facts, const GArray *iothreads)
{
        GHashTable *named = g_hash_table_new(g_direct_hash, g_direct_equal);

        for (guint i = 0; facts && i < facts->vcpu_pids->len; i++) {
                pid_t tid = g_array_index(facts->vcpu_pids, pid_t, i);

                /* Without processors of their own (TCG in one thread) they are the emulator's. */
                if (tid > 0 && tid != pid)
                        g_hash_table_add(named, GINT_TO_POINTER(tid));
        }
        for (guint i = 0; i < iothreads->len; i++)
                g_hash_table_add(named, GINT_TO_POINTER(g_array_index(iothreads, GuestIothread, i).tid));
        return named;
}

typedef int (*ThreadFunc)(pid_t tid, const void *opaque, Error *err);

static int each_other(pid_t pid, GHashTable *named, ThreadFunc func, const void *opaque, Error *err)
{
        g_autofree char *folder = g_strdup_printf("/proc/%d/task", pid);
        AUTO_DIR DIR *dir = opendir(folder);
        struct dirent *item;

        while (dir && (item = readdir(dir))) {
                unsigned tid;

                if (text_to_uint(item->d_name, 10, &tid) && !g_hash_table_contains(named, GINT_TO_POINTER((int)tid)) &&
                    func((pid_t)tid, opaque, err) < 0)
                        return -1;
        }
        return 0;
}

static Place emulator_place(const Domain *live)
{
        const Cputune *tune = live->cputune;
        Place place = { .group = "emulator", .cpus = domain_emulator_cpus(live) };

        if (tune) {
                place.period = tune->emulator_period;
                place.quota = tune->emulator_quota;
                place.scheduler = tune->emulatorsched;
                place.priority = tune->emulatorsched_priority.value;
        }
        return place;
}

Cgroup *guest_emulator_make(const Cgroup *group, const Domain *live, Error *err)
{
        Place place = emulator_place(live);
        Cgroup *part = NULL;

        return make_part(group, &place, &part, err) == 0 ? part : NULL;
}

static int place_other(pid_t tid, const void *opaque, Error *err)
{
        const Place *place = opaque;

        return place_thread(tid, place, NULL, err);
}

/* They were born in their group. */
static int place_rest(pid_t pid, const Domain *live, GHashTable *named, Error *err)
{
        Place place = emulator_place(live);

        if (!place.cpus && place.scheduler == SCHEDULER_NONE)
                return 0;
        return each_other(pid, named, place_other, &place, err);
}

/* A move to where it is already. Those that come within the next grace period find the kernel ready. */
void guest_threads_expect(const Cgroup *group, pid_t pid)
{
        g_autoptr(Cgroup) part = guest_group_part(group, "emulator", 0);

        if (part)
                cgroup_add_thread(part, pid, NULL);
}

int guest_threads_place(Guest *guest, const Domain *live, const GuestFacts *facts, const Cgroup *group, Error *err)
{
        pid_t pid = atomic_load(&guest->pid);
        g_autoptr(GArray) iothreads = guest_iothreads(guest, live, err);
        g_autoptr(GHashTable) named = iothreads ? named_threads(pid, facts, iothreads) : NULL;

        if (!iothreads || place_iothreads(live, iothreads, group, err) < 0 || place_rest(pid, live, named, err) < 0)
                return -1;
        if (place_vcpus(guest, live, facts, group, err) < 0)
                return -1;
        return sched_core_vcpus(guest->instance->conf, facts->vcpu_pids, err);
}

/* Pinning */

/* The group first: the kernel gives a thread no processor outside of it. */
static int widen_part(const Cgroup *group, const Cgroup *part, const Bitmap *cpus, Error *err)
{
        g_autofree char *text = cpus ? bitmap_format(cpus) : NULL;

        if (!cgroup_has(part, CGROUP_CPUSET))
                return 0;
        if (!text)
                text = cgroup_get_text(group, CGROUP_CPUSET_CPUS, err);
        return text ? cgroup_set_text(part, CGROUP_CPUSET_CPUS, text, err) : -1;
}

static Bitmap *every_cpu(void)
{
        Bitmap *all = bitmap_new(0);

        for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
                bitmap_set(all, cpu, true);
        return all;
}

int guest_thread_pin(Guest *guest, const char *format, unsigned number, pid_t tid, const Bitmap *cpus, Error *err)
{
        g_autoptr(Bitmap) all = every_cpu();
        g_autoptr(Cgroup) group = guest_group_of(guest, NULL);
        g_autoptr(Cgroup) part = guest_group_part(group, format, number);

        if (widen_part(group, part, cpus, err) < 0)
                return -1;
        return set_affinity(tid, cpus ? cpus : all, err);
}

static int pin_other(pid_t tid, const void *opaque, Error *err)
{
        return set_affinity(tid, opaque, err);
}

int guest_emulator_pin(Guest *guest, const Domain *live, const Bitmap *cpus, Error *err)
{
        pid_t pid = atomic_load(&guest->pid);
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        g_autoptr(GArray) iothreads = guest_iothreads(guest, live, err);
        g_autoptr(GHashTable) named = iothreads ? named_threads(pid, view ? view_facts(view) : NULL, iothreads) : NULL;
        g_autoptr(Bitmap) all = every_cpu();
        g_autoptr(Cgroup) group = guest_group_of(guest, NULL);
        g_autoptr(Cgroup) part = guest_group_part(group, "emulator", 0);

        if (!iothreads || widen_part(group, part, cpus, err) < 0)
                return -1;
        return each_other(pid, named, pin_other, cpus ? cpus : all, err);
}

Bitmap *thread_affinity(pid_t tid)
{
        g_autoptr(Bitmap) cpus = bitmap_new(0);
        cpu_set_t set;

        if (tid <= 0 || sched_getaffinity(tid, sizeof(set), &set) < 0)
                return NULL;
        for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
                if (CPU_ISSET(cpu, &set))
                        bitmap_set(cpus, cpu, true);
        return g_steal_pointer(&cpus);
}
