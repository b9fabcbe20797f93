/* See stats.h. */
#define LOG_SOURCE "qemu.stats"
#include "guest/stats.h"

#include <string.h>
#include <time.h>

#include "util/auto.h"
#include "util/pool.h"

enum { PATIENCE_MS = 200 };

struct Stats {
        int refs;
        pthread_mutex_t mutex; /* over everything below */
        pthread_cond_t answered;
        int pending;     /* commands of the query that are unanswered; 0: none is under way */
        unsigned serial; /* of the query */
        int64_t asked_us;
        Figures *gathering; /* of the query under way */
        Figures *last;
        int64_t last_us; /* when `last` was asked for */
};

/* Life */

Stats *stats_new(void)
{
        Stats *stats = g_new0(Stats, 1);
        pthread_condattr_t attributes;

        stats->refs = 1;
        pthread_mutex_init(&stats->mutex, NULL);
        pthread_condattr_init(&attributes);
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        pthread_cond_init(&stats->answered, &attributes);
        pthread_condattr_destroy(&attributes);
        return stats;
}

void stats_free(Stats *stats)
{
        if (!stats || !g_atomic_int_dec_and_test(&stats->refs))
                return;
        figures_unref(stats->gathering);
        figures_unref(stats->last);
        pthread_cond_destroy(&stats->answered);
        pthread_mutex_destroy(&stats->mutex);
        g_free(stats);
}

void stats_forget(Guest *guest)
{
        LOCKED(&guest->stats->mutex);

        guest->stats->serial++;
        guest->stats->pending = 0;
        guest->stats->gathering = figures_unref(guest->stats->gathering);
        guest->stats->last = figures_unref(guest->stats->last);
        pthread_cond_broadcast(&guest->stats->answered);
}

/* Answers, in the loop's thread */

typedef void (*TakeFunc)(Figures *figures, const Json *reply);

typedef struct Question {
        Stats *stats;
        unsigned serial;
        TakeFunc take;
} Question;

static void answer(Json *reply, const Error *err, void *opaque)
{
        g_autofree Question *question = opaque;
        Stats *stats = question->stats;

        pthread_mutex_lock(&stats->mutex);
        if (question->serial == stats->serial && stats->pending > 0) {
                if (reply)
                        question->take(stats->gathering, reply);
                if (--stats->pending == 0) {
                        figures_unref(stats->last);
                        stats->last = g_steal_pointer(&stats->gathering);
                        stats->last_us = stats->asked_us;
                        pthread_cond_broadcast(&stats->answered);
                }
        }
        pthread_mutex_unlock(&stats->mutex);
        json_unref(reply);
        stats_free(stats);
}

/* Asking */

static void ask(Guest *guest, Qmp *qmp, const char *command, Json *arguments, TakeFunc take)
{
        Question *question = g_new(Question, 1);
        Stats *stats = guest->stats;

        g_atomic_int_inc(&stats->refs);
        *question = (Question){ .stats = stats, .serial = stats->serial, .take = take };
        /* Without a deadline: the answer of a guest that hangs is taken when it comes. */
        qmp_call_async(qmp, command, arguments, -1, answer, question);
}

static Json *guest_stats_arguments(const char *alias)
{
        g_autofree char *path = g_strdup_printf("/machine/peripheral/%s", alias);
        Json *arguments = json_object();

        json_set(arguments, "path", json_string(path));
        json_set(arguments, "property", json_string("guest-stats"));
        return arguments;
}

/* @when: what the guest must have for the question to make sense. */
enum { ALWAYS, WITH_BALLOON, WITH_IOTHREADS, WITH_KERNEL };
static const struct {
        int when;
        const char *command;
        const char *arguments; /* NULL: none; of the balloon: see above */
        TakeFunc take;
} questions[] = {
        { ALWAYS, "query-blockstats", NULL, figures_take_block_stats },
        { ALWAYS, "query-named-block-nodes", "{\"flat\":true}", figures_take_nodes },
        { ALWAYS, "query-dirty-rate", NULL, figures_take_dirty_rate },
        { WITH_BALLOON, "query-balloon", NULL, figures_take_balloon },
        { WITH_BALLOON, "qom-get", NULL, figures_take_guest_stats },
        { WITH_IOTHREADS, "query-iothreads", NULL, figures_take_iothreads },
        { WITH_KERNEL, "query-stats-schemas", "{\"provider\":\"kvm\"}", figures_take_kernel_schemas },
        { WITH_KERNEL, "query-stats", "{\"target\":\"vm\"}", figures_take_kernel },
        { WITH_KERNEL, "query-stats", "{\"target\":\"vcpu\"}", figures_take_kernel },
};

static bool makes_sense(const Domain *live, int when)
{
        switch (when) {
        case WITH_BALLOON:
                return live->memballoon && live->memballoon->model != BALLOON_NONE && live->memballoon->info.alias;
        case WITH_IOTHREADS: return live->iothreads > 0 || live->n_iothread_ids > 0;
        case WITH_KERNEL: return live->type == VIRT_KVM;
        default: return true;
        }
}

static int count_questions(const Domain *live)
{
        int n = 0;

        for (size_t i = 0; i < ARRAY_SIZE(questions); i++)
                n += makes_sense(live, questions[i].when);
        return n;
}

static void ask_all(Guest *guest, Qmp *qmp, const Domain *live)
{
        for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
                const char *text = questions[i].arguments;
                Json *arguments = text ? json_parse(text, strlen(text), NULL) : NULL;

                if (!makes_sense(live, questions[i].when))
                        json_unref(arguments);
                else if (questions[i].take == figures_take_guest_stats)
                        ask(guest, qmp, questions[i].command, guest_stats_arguments(live->memballoon->info.alias),
                            questions[i].take);
                else
                        ask(guest, qmp, questions[i].command, arguments, questions[i].take);
        }
}

void stats_ask(Guest *guest, const DomainView *view)
{
        g_autoptr(Qmp) qmp = guest_monitor(guest, NULL);
        Stats *stats = guest->stats;
        bool mine;

        if (!qmp || !view->live)
                return;
        pthread_mutex_lock(&stats->mutex);
        mine = stats->pending == 0;
        if (mine) {
                stats->pending = count_questions(view->live);
                stats->serial++;
                stats->asked_us = g_get_monotonic_time();
                stats->gathering = figures_new();
        }
        pthread_mutex_unlock(&stats->mutex);
        if (mine)
                ask_all(guest, qmp, view->live);
}

Figures *stats_collect(Guest *guest, int64_t *ret_age_ms)
{
        Stats *stats = guest->stats;
        struct timespec limit;
        unsigned serial;
        Figures *figures;

        pool_wait_begin();
        pthread_mutex_lock(&stats->mutex);
        serial = stats->serial;
        limit = (struct timespec){ .tv_sec = (stats->asked_us + PATIENCE_MS * 1000) / G_USEC_PER_SEC,
                                   .tv_nsec = (stats->asked_us + PATIENCE_MS * 1000) % G_USEC_PER_SEC * 1000 };
        while (stats->pending > 0 && stats->serial == serial &&
               pthread_cond_timedwait(&stats->answered, &stats->mutex, &limit) == 0)
                ;
        *ret_age_ms = stats->pending > 0 && stats->last ? (g_get_monotonic_time() - stats->last_us) / 1000
                      : stats->pending > 0              ? (g_get_monotonic_time() - stats->asked_us) / 1000
                                                        : 0;
        figures = stats->last ? figures_ref(stats->last) : NULL;
        pthread_mutex_unlock(&stats->mutex);
        pool_wait_end();
        return figures;
}

Figures *stats_fresh(Guest *guest, const DomainView *view, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(guest, err);
        g_autoptr(Figures) figures = NULL;
        int64_t age = 0;

        if (!qmp)
                return NULL;
        stats_ask(guest, view);
        figures = stats_collect(guest, &age);
        if (age > 0)
                return error_null(err, VIR_ERR_OPERATION_TIMEOUT,
                                  "QEMU of domain '%s' does not answer; its last figures are %" G_GINT64_FORMAT
                                  " ms old",
                                  domain_entry_name(guest->entry), age);
        if (!figures)
                return error_null(err, VIR_ERR_OPERATION_FAILED, "QEMU of domain '%s' tells no figures",
                                  domain_entry_name(guest->entry));
        return g_steal_pointer(&figures);
}
