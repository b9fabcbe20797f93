/* See sched_core.h. A task gets the cookie of the one that starts it; a thread of ours that starts a guest has that
 * guest's meanwhile. */
#define LOG_SOURCE "qemu.sched"
#include "host/sched_core.h"

#include <errno.h>
#include <linux/prctl.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "util/log.h"

enum { OF_THREAD = PR_SCHED_CORE_SCOPE_THREAD };

/* From the smallest to the largest. */
typedef enum { CORE_NONE, CORE_VCPUS, CORE_EMULATOR, CORE_FULL } CoreMode;

static const char *const mode_names[] = { "none", "vcpus", "emulator", "full", NULL };

static int find_mode(const QemuConf *conf)
{
        for (int i = 0; conf->sched_core && mode_names[i]; i++)
                if (strcmp(conf->sched_core, mode_names[i]) == 0)
                        return i;
        return conf->sched_core ? -1 : CORE_NONE;
}

static int get_cookie(pid_t tid, uint64_t *ret)
{
        return prctl(PR_SCHED_CORE, PR_SCHED_CORE_GET, tid, OF_THREAD, (unsigned long)(uintptr_t)ret);
}

int sched_core_check(const QemuConf *conf, Error *err)
{
        int mode = find_mode(conf);
        uint64_t cookie = 0;

        if (mode < 0)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "qemu.conf: sched_core '%s' is none of 'none', 'vcpus', 'emulator' and 'full'",
                                 conf->sched_core);
        if (mode == CORE_NONE || get_cookie(0, &cookie) == 0)
                return 0;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                         "qemu.conf: sched_core '%s' is not available: this kernel has no core scheduling (%s)",
                         conf->sched_core, g_strerror(errno));
}

static int create(pid_t tid, Error *err)
{
        if (prctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, tid, OF_THREAD, 0) == 0 || errno == ESRCH)
                return 0;
        return error_errno(err, errno, "cannot make a group for core scheduling");
}

static int take_from(pid_t tid, Error *err)
{
        if (prctl(PR_SCHED_CORE, PR_SCHED_CORE_SHARE_FROM, tid, OF_THREAD, 0) == 0)
                return 0;
        return error_errno(err, errno, "cannot join the core scheduling of process %d", tid);
}

static int give_to(pid_t tid, Error *err)
{
        if (prctl(PR_SCHED_CORE, PR_SCHED_CORE_SHARE_TO, tid, OF_THREAD, 0) == 0 || errno == ESRCH)
                return 0;
        return error_errno(err, errno, "cannot set core scheduling of thread %d", tid);
}

int sched_core_enter(const QemuConf *conf, CorePart part, Error *err)
{
        int mode = find_mode(conf);

        /* In full the emulator has its helpers' already. */
        if (mode != (part == CORE_OF_HELPERS ? CORE_FULL : CORE_EMULATOR))
                return 0;
        return create(0, err);
}

int sched_core_join(const QemuConf *conf, pid_t pid, Error *err)
{
        return find_mode(conf) == CORE_FULL ? take_from(pid, err) : 0;
}

void sched_core_leave(const QemuConf *conf)
{
        ERROR_AUTO Error err = ERROR_INIT;

        /* The first thread starts nobody. */
        if (find_mode(conf) >= CORE_EMULATOR && take_from(getpid(), &err) < 0)
                log_error("%s", err.message);
}

size_t sched_core_choose(CoreThread *threads, size_t n, bool *ret_create)
{
        size_t source = 0;

        while (source < n && threads[source].cookie == 0)
                source++;
        *ret_create = source == n;
        source = *ret_create ? 0 : source;
        for (size_t i = 0; i < n; i++)
                threads[i].joins = i != source && (*ret_create || threads[i].cookie != threads[source].cookie);
        return source;
}

static GArray *look(const GArray *tids)
{
        GArray *threads = g_array_new(FALSE, TRUE, sizeof(CoreThread));

        for (guint i = 0; i < tids->len; i++) {
                CoreThread thread = { .tid = g_array_index(tids, pid_t, i) };

                if (thread.tid > 0 && get_cookie(thread.tid, &thread.cookie) == 0)
                        g_array_append_val(threads, thread);
        }
        return threads;
}

/* Cookies are handed on by who has them: for a moment we do. */
static int hand_on(const GArray *threads, size_t source, Error *err)
{
        int r = take_from(g_array_index(threads, CoreThread, source).tid, err);

        for (guint i = 0; r == 0 && i < threads->len; i++)
                if (g_array_index(threads, CoreThread, i).joins)
                        r = give_to(g_array_index(threads, CoreThread, i).tid, err);
        if (take_from(getpid(), r == 0 ? err : NULL) < 0)
                r = -1;
        return r;
}

int sched_core_vcpus(const QemuConf *conf, const GArray *tids, Error *err)
{
        g_autoptr(GArray) threads = NULL;
        bool fresh = false;
        size_t source;

        if (find_mode(conf) != CORE_VCPUS)
                return 0;
        threads = look(tids);
        if (threads->len == 0)
                return 0;
        source = sched_core_choose((CoreThread *)(void *)threads->data, threads->len, &fresh);
        if (fresh && create(g_array_index(threads, CoreThread, source).tid, err) < 0)
                return -1;
        return hand_on(threads, source, err);
}
