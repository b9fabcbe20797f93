/* The threads of a guest: in which group each is, on which processors, with what priority. */
#define LOG_SOURCE "qemu.threads"
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "guest/group.h"
#include "util/auto.h"
#include "util/text.h"

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

static const Bitmap *vcpu_cpus(const Domain *live, unsigned id)
{
        const Cputune *tune = live->cputune;

        for (size_t i = 0; tune && i < tune->n_vcpupins; i++)
                if (tune->vcpupins[i].vcpu == id)
                        return tune->vcpupins[i].cpuset;
        return live->vcpu_cpuset;
}

static int place_vcpu(const Domain *live, unsigned id, pid_t tid, const Cgroup *group, Error *err)
{
        const Cputune *tune = live->cputune;
        g_autofree char *name = g_strdup_printf("vcpu%u", id);
        g_autoptr(Cgroup) part = NULL;
        Place place = { .group = name, .cpus = vcpu_cpus(live, id) };

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

static int place_vcpus(const Domain *live, const GuestFacts *facts, const Cgroup *group, Error *err)
{
        for (guint i = 0; i < facts->vcpu_pids->len; i++) {
                pid_t tid = g_array_index(facts->vcpu_pids, pid_t, i);

                if (tid > 0 && place_vcpu(live, i, tid, group, err) < 0)
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
        Place place = { .group = name, .cpus = live->vcpu_cpuset };

        if (tune) {
                place.period = tune->iothread_period;
                place.quota = tune->iothread_quota;
        }
        for (size_t i = 0; tune && i < tune->n_iothreadpins; i++)
                if (tune->iothreadpins[i].iothread == id)
                        place.cpus = tune->iothreadpins[i].cpuset;
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

static int place_iothreads(Guest *guest, const Domain *live, const Cgroup *group, GHashTable *placed, Error *err)
{
        g_autoptr(Json) threads = NULL;
        g_autoptr(Qmp) qmp = NULL;

        if (live->n_iothread_ids == 0)
                return 0;
        qmp = guest_monitor(guest, err);
        if (!qmp || qmp_call(qmp, "query-iothreads", NULL, MONITOR_MS, &threads, err) < 0)
                return -1;
        for (size_t i = 0; i < json_length(threads); i++) {
                const Json *thread = json_at(threads, i);
                int64_t tid = 0;
                unsigned id;

                if (!iothread_number(json_get_string(thread, "id"), &id) || !json_get_int(thread, "thread-id", &tid) ||
                    tid <= 0)
                        continue;
                g_hash_table_add(placed, GINT_TO_POINTER((int)tid));
                if (place_iothread(live, id, (pid_t)tid, group, err) < 0)
                        return -1;
        }
        return 0;
}

/* All others */

static int place_rest(pid_t pid, const Domain *live, const Cgroup *group, GHashTable *placed, Error *err)
{
        const Cputune *tune = live->cputune;
        g_autofree char *folder = g_strdup_printf("/proc/%d/task", pid);
        g_autoptr(Cgroup) part = NULL;
        AUTO_DIR DIR *dir = opendir(folder);
        Place place = { .group = "emulator", .cpus = live->vcpu_cpuset };
        struct dirent *item;

        if (tune) {
                place.period = tune->emulator_period;
                place.quota = tune->emulator_quota;
                place.cpus = tune->emulatorpin ? tune->emulatorpin : place.cpus;
                place.scheduler = tune->emulatorsched;
                place.priority = tune->emulatorsched_priority.value;
        }
        if (make_part(group, &place, &part, err) < 0)
                return -1;
        while (dir && (item = readdir(dir))) {
                unsigned tid;

                if (!text_to_uint(item->d_name, 10, &tid) || g_hash_table_contains(placed, GINT_TO_POINTER((int)tid)))
                        continue;
                if (place_thread((pid_t)tid, &place, part, err) < 0)
                        return -1;
        }
        return 0;
}

int guest_threads_place(Guest *guest, const Domain *live, const GuestFacts *facts, const Cgroup *group, Error *err)
{
        g_autoptr(GHashTable) placed = g_hash_table_new(g_direct_hash, g_direct_equal);
        pid_t pid = atomic_load(&guest->pid);

        for (guint i = 0; i < facts->vcpu_pids->len; i++) {
                pid_t tid = g_array_index(facts->vcpu_pids, pid_t, i);

                /* Without processors of their own (TCG in one thread) they are the emulator's. */
                if (tid > 0 && tid != pid)
                        g_hash_table_add(placed, GINT_TO_POINTER(tid));
        }
        if (place_iothreads(guest, live, group, placed, err) < 0 || place_rest(pid, live, group, placed, err) < 0)
                return -1;
        return place_vcpus(live, facts, group, err);
}

int guest_thread_pin(Guest *guest, const char *format, unsigned number, pid_t tid, const Bitmap *cpus, Error *err)
{
        g_autoptr(Bitmap) all = bitmap_new(0);
        g_autoptr(Cgroup) group = guest_group_of(guest, NULL);
        g_autoptr(Cgroup) part = guest_group_part(group, format, number);
        g_autofree char *text = cpus ? bitmap_format(cpus) : NULL;

        /* The group first: the kernel gives a thread no processor outside of it. */
        if (cgroup_has(part, CGROUP_CPUSET)) {
                if (!text)
                        text = cgroup_get_text(group, CGROUP_CPUSET_CPUS, err);
                if (!text || cgroup_set_text(part, CGROUP_CPUSET_CPUS, text, err) < 0)
                        return -1;
        }
        for (size_t cpu = 0; !cpus && cpu < CPU_SETSIZE; cpu++)
                bitmap_set(all, cpu, true);
        return set_affinity(tid, cpus ? cpus : all, err);
}
