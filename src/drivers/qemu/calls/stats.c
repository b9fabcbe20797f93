/* See stats.h. */
#define LOG_SOURCE "qemu.stats"
#include "calls/stats.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "util/auto.h"
#include "util/file.h"
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

/* Figures */

static void block_clear(void *block)
{
        g_free(((BlockFigures *)block)->alias);
}

static Figures *figures_new(void)
{
        Figures *figures = g_new0(Figures, 1);

        figures->refs = 1;
        figures->blocks = g_array_new(FALSE, TRUE, sizeof(BlockFigures));
        g_array_set_clear_func(figures->blocks, block_clear);
        return figures;
}

Figures *figures_unref(Figures *figures)
{
        if (figures && g_atomic_int_dec_and_test(&figures->refs)) {
                g_array_unref(figures->blocks);
                g_free(figures);
        }
        return NULL;
}

const BlockFigures *figures_of_disk(const Figures *figures, const Disk *disk)
{
        for (guint i = 0; figures && i < figures->blocks->len; i++) {
                const BlockFigures *block = &g_array_index(figures->blocks, BlockFigures, i);

                if (g_strcmp0(block->alias, disk->info.alias) == 0)
                        return block;
        }
        return NULL;
}

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

/* "/machine/peripheral/virtio-disk0/virtio-backend" and "/machine/peripheral/ide0-0-0" alike. */
static char *alias_in(const char *qdev)
{
        static const char peripheral[] = "/machine/peripheral/";
        const char *start = qdev && g_str_has_prefix(qdev, peripheral) ? qdev + strlen(peripheral) : qdev;
        const char *end = start ? strchr(start, '/') : NULL;

        return end ? g_strndup(start, (gsize)(end - start)) : g_strdup(start);
}

static BlockFigures *block_of(Figures *figures, const char *qdev)
{
        g_autofree char *alias = alias_in(qdev);
        BlockFigures fresh = { 0 };

        if (!alias || !alias[0])
                return NULL;
        for (guint i = 0; i < figures->blocks->len; i++)
                if (strcmp(g_array_index(figures->blocks, BlockFigures, i).alias, alias) == 0)
                        return &g_array_index(figures->blocks, BlockFigures, i);
        fresh.alias = g_steal_pointer(&alias);
        g_array_append_val(figures->blocks, fresh);
        return &g_array_index(figures->blocks, BlockFigures, figures->blocks->len - 1);
}

static void take_block_stats(Figures *figures, const Json *reply)
{
        for (size_t i = 0; i < json_length(reply) && i < 1024; i++) {
                const Json *item = json_at(reply, i);
                const Json *stats = json_get(item, "stats");
                BlockFigures *block = block_of(figures, json_get_string(item, "qdev"));

                if (!block)
                        continue;
                json_get_uint(stats, "rd_operations", &block->read_ops);
                json_get_uint(stats, "rd_bytes", &block->read_bytes);
                json_get_uint(stats, "rd_total_time_ns", &block->read_ns);
                json_get_uint(stats, "wr_operations", &block->write_ops);
                json_get_uint(stats, "wr_bytes", &block->write_bytes);
                json_get_uint(stats, "wr_total_time_ns", &block->write_ns);
                json_get_uint(stats, "flush_operations", &block->flush_ops);
                json_get_uint(stats, "flush_total_time_ns", &block->flush_ns);
                json_get_uint(json_path(item, "parent.stats"), "wr_highest_offset", &block->highest_write);
        }
}

static void take_blocks(Figures *figures, const Json *reply)
{
        for (size_t i = 0; i < json_length(reply) && i < 1024; i++) {
                const Json *item = json_at(reply, i);
                BlockFigures *block = block_of(figures, json_get_string(item, "qdev"));

                if (block)
                        json_get_uint(json_path(item, "inserted.image"), "virtual-size", &block->capacity);
        }
}

static void tell_memory(Figures *figures, int tag, uint64_t value)
{
        figures->memory.value[tag] = value;
        figures->memory.has[tag] = true;
}

static void take_balloon(Figures *figures, const Json *reply)
{
        uint64_t actual = 0;

        if (json_get_uint(reply, "actual", &actual))
                tell_memory(figures, VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON, actual / 1024);
}

/* @unit 1024: bytes, told in KiB; 1: counts. */
static const struct {
        const char *name;
        int tag;
        unsigned unit;
} memory_names[] = {
        { "stat-swap-in", VIR_DOMAIN_MEMORY_STAT_SWAP_IN, 1024 },
        { "stat-swap-out", VIR_DOMAIN_MEMORY_STAT_SWAP_OUT, 1024 },
        { "stat-major-faults", VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT, 1 },
        { "stat-minor-faults", VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT, 1 },
        { "stat-free-memory", VIR_DOMAIN_MEMORY_STAT_UNUSED, 1024 },
        { "stat-total-memory", VIR_DOMAIN_MEMORY_STAT_AVAILABLE, 1024 },
        { "stat-available-memory", VIR_DOMAIN_MEMORY_STAT_USABLE, 1024 },
        { "stat-disk-caches", VIR_DOMAIN_MEMORY_STAT_DISK_CACHES, 1024 },
        { "stat-htlb-pgalloc", VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC, 1 },
        { "stat-htlb-pgfail", VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL, 1 },
};

static void take_guest_stats(Figures *figures, const Json *reply)
{
        const Json *stats = json_get(reply, "stats");
        uint64_t value = 0;

        for (size_t i = 0; i < ARRAY_SIZE(memory_names); i++)
                /* All bits set: the guest has not told. */
                if (json_get_uint(stats, memory_names[i].name, &value) && value != UINT64_MAX)
                        tell_memory(figures, memory_names[i].tag, value / memory_names[i].unit);
        if (json_get_uint(reply, "last-update", &value))
                tell_memory(figures, VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE, value);
}

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

void stats_ask(Guest *guest, const DomainView *view)
{
        const Memballoon *balloon = view->live ? view->live->memballoon : NULL;
        const char *alias = balloon && balloon->model != BALLOON_NONE ? balloon->info.alias : NULL;
        g_autoptr(Qmp) qmp = guest_monitor(guest, NULL);
        Stats *stats = guest->stats;
        bool mine;

        if (!qmp)
                return;
        pthread_mutex_lock(&stats->mutex);
        mine = stats->pending == 0;
        if (mine) {
                stats->pending = alias ? 4 : 2;
                stats->serial++;
                stats->asked_us = g_get_monotonic_time();
                stats->gathering = figures_new();
        }
        pthread_mutex_unlock(&stats->mutex);
        if (!mine)
                return;
        ask(guest, qmp, "query-blockstats", NULL, take_block_stats);
        ask(guest, qmp, "query-block", NULL, take_blocks);
        if (!alias)
                return;
        ask(guest, qmp, "query-balloon", NULL, take_balloon);
        ask(guest, qmp, "qom-get", guest_stats_arguments(alias), take_guest_stats);
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
        figures = stats->last;
        if (figures)
                g_atomic_int_inc(&figures->refs);
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

/* /proc */

static uint64_t ticks_to_ns(const char *field)
{
        uint64_t ticks = 0;

        text_to_uint64(field, 10, &ticks);
        return ticks * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK));
}

bool cpu_figures(pid_t pid, pid_t tid, CpuFigures *ret)
{
        g_autofree char *base = tid ? g_strdup_printf("/proc/%d/task/%d", pid, tid) : g_strdup_printf("/proc/%d", pid);
        g_autofree char *path = g_strconcat(base, "/stat", NULL);
        g_autofree char *schedule = g_strconcat(base, "/schedstat", NULL);
        g_autofree char *text = NULL;
        g_autofree char *waits = NULL;
        g_auto(GStrv) fields = NULL;
        const char *rest;

        *ret = (CpuFigures){ .cpu = -1 };
        if (pid <= 0 || file_read(path, 4096, &text, NULL, NULL) < 0 || !(rest = strrchr(text, ')')))
                return false;
        /* Behind the name, which may hold anything: the state is field 3. */
        fields = g_strsplit(g_strstrip((char *)rest + 1), " ", -1);
        if (g_strv_length(fields) < 37)
                return false;
        ret->running = fields[0][0] == 'R' || fields[0][0] == 'S';
        ret->user_ns = ticks_to_ns(fields[11]);
        ret->system_ns = ticks_to_ns(fields[12]);
        text_to_int(fields[36], 10, &ret->cpu);
        if (file_read(schedule, 256, &waits, NULL, NULL) == 0) {
                g_auto(GStrv) parts = g_strsplit(g_strstrip(waits), " ", 3);

                if (parts[0] && parts[1])
                        text_to_uint64(parts[1], 10, &ret->wait_ns);
        }
        return true;
}

uint64_t rss_kib(pid_t pid)
{
        g_autofree char *path = g_strdup_printf("/proc/%d/statm", pid);
        g_autofree char *text = NULL;
        g_auto(GStrv) fields = NULL;
        uint64_t pages = 0;

        if (pid <= 0 || file_read(path, 256, &text, NULL, NULL) < 0)
                return 0;
        fields = g_strsplit(text, " ", 3);
        if (fields[0] && fields[1])
                text_to_uint64(fields[1], 10, &pages);
        return pages * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}
