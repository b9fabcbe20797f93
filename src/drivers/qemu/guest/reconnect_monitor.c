/* See reconnect.h. What a callback of the loop's thread has to do it hands to a job; each knows the run it belongs to. */
#define LOG_SOURCE "qemu.reconnect"
#include "guest/reconnect.h"

#include <time.h>

#include "util/auto.h"
#include "util/log.h"
#include "util/paths.h"
#include "util/pool.h"

enum { PATIENCE_MS = 2000, RETRY_MS = 500, RETRY_MAX_MS = 30 * 1000 };

typedef enum { NOT_YET, ANSWERED, FAILED } Outcome;

struct Reconnect {
        /* Behind the guest's mutex. */
        Qmp *qmp; /* connected, and has not answered yet; NULL: none */
        Outcome outcome;
        bool waited_for; /* by a job */
        char *why;       /* it failed */
        pthread_cond_t wake;

        atomic_int_least64_t since_us; /* 0: the monitor is there, or nobody wants it */

        /* The running job's alone. */
        char *path;
        LoopSource *timer;
        int64_t delay_ms; /* until the next attempt */
        int64_t taken_us; /* when the monitor was taken up */
};

/* One attempt, or the wait for the next. */
typedef struct Attempt {
        DomainEntry *entry;
        int run;
        Qmp *qmp; /* NULL: no connection */
} Attempt;

Reconnect *reconnect_new(void)
{
        Reconnect *reconnect = g_new0(Reconnect, 1);

        pthread_cond_init(&reconnect->wake, NULL);
        reconnect->delay_ms = RETRY_MS;
        return reconnect;
}

void reconnect_free(Reconnect *reconnect)
{
        if (!reconnect)
                return;
        g_assert(!reconnect->qmp);
        g_assert(!reconnect->timer);
        pthread_cond_destroy(&reconnect->wake);
        g_free(reconnect->why);
        g_free(reconnect->path);
        g_free(reconnect);
}

int64_t guest_unheard_ms(Guest *guest)
{
        int64_t since = atomic_load(&guest->reconnect->since_us);

        return since ? MAX((g_get_monotonic_time() - since) / 1000, 1) : 0;
}

static Attempt *attempt_new(Guest *guest, Qmp *qmp)
{
        Attempt *attempt = g_new0(Attempt, 1);

        attempt->entry = domain_entry_ref(guest->entry);
        attempt->run = atomic_load(&guest->run);
        attempt->qmp = qmp ? qmp_ref(qmp) : NULL;
        return attempt;
}

static void attempt_free(void *opaque)
{
        Attempt *attempt = opaque;

        domain_entry_unref(attempt->entry);
        qmp_unref(attempt->qmp);
        g_free(attempt);
}

static bool is_over(const Attempt *attempt)
{
        return atomic_load(&guest_of(attempt->entry)->run) != attempt->run;
}

static Qmp *steal(Guest *guest, Qmp **place)
{
        LOCKED(&guest->mutex);

        return g_steal_pointer(place);
}

/* Of a connection that was taken from its place: what comes of it finds nobody. */
static void close_stolen(Qmp *qmp)
{
        if (qmp)
                qmp_close(qmp);
        qmp_unref(qmp);
}

void guest_reconnect_close(Guest *guest)
{
        close_stolen(steal(guest, &guest->reconnect->qmp));
}

void guest_reconnect_end(Guest *guest)
{
        Reconnect *reconnect = guest->reconnect;

        guest_reconnect_close(guest);
        loop_remove(g_steal_pointer(&reconnect->timer));
        atomic_store(&reconnect->since_us, 0);
        reconnect->delay_ms = RETRY_MS;
}

/* The next attempt */

static void try_again(Guest *guest, bool wait);

static int job_again(void *opaque, Error *err)
{
        Attempt *attempt = opaque;
        Guest *guest = guest_of(attempt->entry);

        if (!is_over(attempt)) {
                loop_remove(g_steal_pointer(&guest->reconnect->timer));
                try_again(guest, false);
        }
        attempt_free(attempt);
        return 0;
}

static void time_is_over(LoopSource *source, void *opaque)
{
        const Attempt *attempt = opaque;

        lane_post(domain_entry_lane(attempt->entry), "reconnect", job_again,
                  attempt_new(guest_of(attempt->entry), NULL));
}

static void again_later(Guest *guest, const char *why)
{
        Reconnect *reconnect = guest->reconnect;

        if (reconnect->delay_ms == RETRY_MS)
                log_error("domain '%s' runs, but its monitor cannot be used: %s; it is tried again until it can",
                          domain_entry_name(guest->entry), why);
        loop_remove(g_steal_pointer(&reconnect->timer));
        reconnect->timer = loop_add_timer(guest->instance->loop, reconnect->delay_ms, 0, time_is_over,
                                          attempt_new(guest, NULL), attempt_free);
        reconnect->delay_ms = MIN(2 * reconnect->delay_ms, RETRY_MAX_MS);
}

/* The answer */

static void taken_up(Guest *guest)
{
        int64_t unheard = guest_unheard_ms(guest);

        if (unheard > PATIENCE_MS)
                log_info("domain '%s': the monitor answers after %" G_GINT64_FORMAT " s",
                         domain_entry_name(guest->entry), unheard / 1000);
        atomic_store(&guest->reconnect->since_us, 0);
        guest->reconnect->taken_us = g_get_monotonic_time();
}

/* The connection is the guest's monitor from here on. */
static bool promote(Guest *guest, const Qmp *qmp, Outcome *ret_outcome, char **ret_why)
{
        Reconnect *reconnect = guest->reconnect;
        LOCKED(&guest->mutex);

        if (!reconnect->qmp || reconnect->qmp != qmp)
                return false;
        *ret_outcome = reconnect->outcome;
        *ret_why = g_steal_pointer(&reconnect->why);
        if (reconnect->outcome == ANSWERED)
                guest->qmp = g_steal_pointer(&reconnect->qmp);
        return true;
}

static void finish(Guest *guest, const Qmp *qmp)
{
        Outcome outcome = NOT_YET;
        g_autofree char *words = NULL;
        ERROR_AUTO Error why = ERROR_INIT;
        int run = atomic_load(&guest->run);

        if (!promote(guest, qmp, &outcome, &words) || outcome == NOT_YET)
                return;
        if (outcome == ANSWERED && guest_take_up(guest, &why) == 0) {
                taken_up(guest);
                return;
        }
        close_stolen(steal(guest, outcome == ANSWERED ? &guest->qmp : &guest->reconnect->qmp));
        /* Unless we are leaving it already. */
        if (run == atomic_load(&guest->run))
                again_later(guest, words ? words : why.message);
}

static int job_finish(void *opaque, Error *err)
{
        Attempt *attempt = opaque;

        if (!is_over(attempt))
                finish(guest_of(attempt->entry), attempt->qmp);
        attempt_free(attempt);
        return 0;
}

/* Whether a job has to see to it; the loop's thread. */
static bool note_outcome(Guest *guest, const Qmp *qmp, const Error *err)
{
        Reconnect *reconnect = guest->reconnect;
        LOCKED(&guest->mutex);

        if (reconnect->qmp != qmp)
                return false;
        reconnect->outcome = err ? FAILED : ANSWERED;
        g_free(reconnect->why);
        reconnect->why = err ? g_strdup(err->message) : NULL;
        pthread_cond_broadcast(&reconnect->wake);
        return !reconnect->waited_for;
}

static void on_answer(Json *reply, const Error *err, void *opaque)
{
        Attempt *attempt = opaque;

        json_unref(reply);
        if (note_outcome(guest_of(attempt->entry), attempt->qmp, err))
                lane_post(domain_entry_lane(attempt->entry), "reconnect", job_finish, attempt);
        else
                attempt_free(attempt);
}

/* The attempt */

static Qmp *connect_and_ask(Guest *guest, bool wait, Error *err)
{
        Reconnect *reconnect = guest->reconnect;
        int fd = unix_connect_now(reconnect->path, err);
        Qmp *qmp;

        if (fd < 0)
                return NULL;
        qmp = qmp_new_patient(guest->instance->loop, fd, domain_entry_name(guest->entry), &guest_monitor_hooks,
                              guest_monitor_context(guest));
        pthread_mutex_lock(&guest->mutex);
        reconnect->qmp = qmp_ref(qmp);
        reconnect->outcome = NOT_YET;
        reconnect->waited_for = wait;
        pthread_mutex_unlock(&guest->mutex);
        qmp_call_async(qmp, "query-status", NULL, -1, on_answer, attempt_new(guest, qmp));
        return qmp;
}

static void wait_for_answer(Guest *guest)
{
        Reconnect *reconnect = guest->reconnect;
        struct timespec limit;

        clock_gettime(CLOCK_REALTIME, &limit);
        limit.tv_sec += PATIENCE_MS / 1000;
        pool_wait_begin();
        pthread_mutex_lock(&guest->mutex);
        while (reconnect->outcome == NOT_YET && reconnect->qmp &&
               pthread_cond_timedwait(&reconnect->wake, &guest->mutex, &limit) == 0)
                ;
        if (reconnect->outcome == NOT_YET)
                log_warn("domain '%s' runs, but its monitor does not answer; it is taken up as soon as it does",
                         domain_entry_name(guest->entry));
        reconnect->waited_for = false;
        pthread_mutex_unlock(&guest->mutex);
        pool_wait_end();
}

static void try_again(Guest *guest, bool wait)
{
        ERROR_AUTO Error why = ERROR_INIT;
        g_autoptr(Qmp) qmp = connect_and_ask(guest, wait, &why);

        if (!qmp) {
                again_later(guest, why.message);
                return;
        }
        if (wait)
                wait_for_answer(guest);
        /* What came in the meantime nobody was told of; else a job comes with the answer. */
        if (wait)
                finish(guest, qmp);
}

static void seek(Guest *guest)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        const GuestFacts *facts = view_facts(view);
        const char *path = facts ? facts->status.monitor_path : NULL;

        g_free(guest->reconnect->path);
        guest->reconnect->path = path ? g_strdup(path) : g_build_filename(guest->folder, "monitor.sock", NULL);
        atomic_store(&guest->reconnect->since_us, g_get_monotonic_time());
}

void guest_reconnect(Guest *guest)
{
        seek(guest);
        try_again(guest, true);
}

void guest_reconnect_lost(Guest *guest, const char *why)
{
        Reconnect *reconnect = guest->reconnect;
        int64_t lasted_ms = (g_get_monotonic_time() - reconnect->taken_us) / 1000;

        if (guest_unheard_ms(guest) > 0)
                return;
        /* One that is lost as soon as it was found is not looked for at every moment. */
        if (lasted_ms > RETRY_MAX_MS)
                reconnect->delay_ms = RETRY_MS;
        seek(guest);
        again_later(guest, why);
}
