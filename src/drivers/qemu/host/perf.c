/* See perf.h. A counter belongs to one thread and what that thread starts: each event has a descriptor for every thread
 * that there is when it is switched on. */
#define LOG_SOURCE "qemu.perf"
#include "host/perf.h"

#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/text.h"

#define HARDWARE(event) PERF_TYPE_HARDWARE, PERF_COUNT_HW_##event
#define SOFTWARE(event) PERF_TYPE_SOFTWARE, PERF_COUNT_SW_##event

/* The first three were counters of the processor's cache monitoring, which kernels from 4.14 on have elsewhere. */
enum { CACHE_EVENTS = 3 };

static const struct {
        uint32_t type;
        uint64_t config;
} kinds[PERF_EVENTS] = {
        { 0 },
        { 0 },
        { 0 },
        { HARDWARE(CPU_CYCLES) },
        { HARDWARE(INSTRUCTIONS) },
        { HARDWARE(CACHE_REFERENCES) },
        { HARDWARE(CACHE_MISSES) },
        { HARDWARE(BRANCH_INSTRUCTIONS) },
        { HARDWARE(BRANCH_MISSES) },
        { HARDWARE(BUS_CYCLES) },
        { HARDWARE(STALLED_CYCLES_FRONTEND) },
        { HARDWARE(STALLED_CYCLES_BACKEND) },
        { HARDWARE(REF_CPU_CYCLES) },
        { SOFTWARE(CPU_CLOCK) },
        { SOFTWARE(TASK_CLOCK) },
        { SOFTWARE(PAGE_FAULTS) },
        { SOFTWARE(CONTEXT_SWITCHES) },
        { SOFTWARE(CPU_MIGRATIONS) },
        { SOFTWARE(PAGE_FAULTS_MIN) },
        { SOFTWARE(PAGE_FAULTS_MAJ) },
        { SOFTWARE(ALIGNMENT_FAULTS) },
        { SOFTWARE(EMULATION_FAULTS) },
};

struct GuestPerf {
        pthread_mutex_t mutex;
        GArray *fds[PERF_EVENTS]; /* of int; NULL: not counted */
};

GuestPerf *guest_perf_new(void)
{
        GuestPerf *perf = g_new0(GuestPerf, 1);

        pthread_mutex_init(&perf->mutex, NULL);
        return perf;
}

static void close_fds(GArray *fds)
{
        for (guint i = 0; i < fds->len; i++)
                close(g_array_index(fds, int, i));
        g_array_unref(fds);
}

void guest_perf_end(GuestPerf *perf)
{
        LOCKED(&perf->mutex);

        for (size_t i = 0; i < PERF_EVENTS; i++)
                g_clear_pointer(&perf->fds[i], close_fds);
}

void guest_perf_free(GuestPerf *perf)
{
        if (!perf)
                return;
        guest_perf_end(perf);
        pthread_mutex_destroy(&perf->mutex);
        g_free(perf);
}

bool perf_is_wanted(const Domain *definition, size_t index)
{
        for (size_t i = 0; i < definition->n_perf_events; i++)
                if (definition->perf_events[i].name == index + 1)
                        return definition->perf_events[i].enabled == YESNO_YES;
        return false;
}

/* Counting */

static int open_counter(size_t index, pid_t tid, GArray *fds, Error *err)
{
        struct perf_event_attr attributes = {
                .type = kinds[index].type, .size = sizeof(attributes), .config = kinds[index].config, .inherit = 1
        };
        int fd = (int)syscall(SYS_perf_event_open, &attributes, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);

        if (fd < 0 && errno == ESRCH)
                return 0; /* It has ended meanwhile. */
        if (fd < 0)
                return error_errno(err, errno, "unable to open host cpu perf event for %s", perf_event_name(index));
        g_array_append_val(fds, fd);
        return 0;
}

static int open_threads(size_t index, pid_t pid, GArray *fds, Error *err)
{
        g_autofree char *folder = g_strdup_printf("/proc/%d/task", pid);
        AUTO_DIR DIR *dir = opendir(folder);
        struct dirent *item;

        while (dir && (item = readdir(dir))) {
                unsigned tid;

                if (text_to_uint(item->d_name, 10, &tid) && open_counter(index, (pid_t)tid, fds, err) < 0)
                        return -1;
        }
        return 0;
}

static GArray *count(size_t index, pid_t pid, Error *err)
{
        GArray *fds = g_array_new(FALSE, FALSE, sizeof(int));

        if (index < CACHE_EVENTS) {
                g_array_unref(fds);
                return error_null(err, VIR_ERR_ARGUMENT_UNSUPPORTED,
                                  "unable to enable host cpu perf event for %s: this kernel has no such counter",
                                  perf_event_name(index));
        }
        if (open_threads(index, pid, fds, err) == 0)
                return fds;
        close_fds(fds);
        return NULL;
}

int guest_perf_apply(GuestPerf *perf, pid_t pid, const Domain *live, Error *err)
{
        GArray *come[PERF_EVENTS] = { 0 };
        int r = 0;
        LOCKED(&perf->mutex);

        for (size_t i = 0; r == 0 && i < PERF_EVENTS; i++) {
                if (perf->fds[i] || !perf_is_wanted(live, i))
                        continue;
                come[i] = count(i, pid, err);
                r = come[i] ? 0 : -1;
        }
        for (size_t i = 0; i < PERF_EVENTS; i++) {
                if (r < 0)
                        g_clear_pointer(&come[i], close_fds);
                else if (!perf_is_wanted(live, i))
                        g_clear_pointer(&perf->fds[i], close_fds);
                else if (come[i])
                        perf->fds[i] = come[i];
        }
        return r;
}

bool guest_perf_read(GuestPerf *perf, size_t index, uint64_t *ret)
{
        uint64_t sum = 0;
        LOCKED(&perf->mutex);

        if (!perf->fds[index])
                return false;
        for (guint i = 0; i < perf->fds[index]->len; i++) {
                uint64_t value;

                if (read(g_array_index(perf->fds[index], int, i), &value, sizeof(value)) == sizeof(value))
                        sum += value;
        }
        *ret = sum;
        return true;
}
