/* Rules of processors, memory and their limits. */
#include <string.h>

#include "domain/hooks.h"

int cpu_settle(void *s, unsigned flags, Error *err)
{
        Cpu *cpu = s;

        if (cpu->mode == CPU_MODE_NONE && cpu->model)
                cpu->mode = CPU_MODE_CUSTOM;
        if (cpu->mode == CPU_MODE_CUSTOM && cpu->model) {
                if (cpu->match == CPU_MATCH_NONE)
                        cpu->match = CPU_MATCH_EXACT;
                if (cpu->fallback == CPU_FALLBACK_NONE)
                        cpu->fallback = CPU_FALLBACK_ALLOW;
        }
        if (cpu->mode == CPU_MODE_HOST_MODEL && cpu->model && cpu->fallback == CPU_FALLBACK_NONE)
                cpu->fallback = CPU_FALLBACK_ALLOW;
        if (!cpu->model && (cpu->mode != CPU_MODE_HOST_MODEL || cpu->fallback == CPU_FALLBACK_ALLOW))
                cpu->fallback = CPU_FALLBACK_NONE;
        if (cpu->sockets && cpu->cores && cpu->threads && !cpu->dies)
                cpu->dies = 1;
        for (size_t i = 0; i < cpu->n_features; i++)
                if (cpu->features[i].policy == CPU_POLICY_DEFAULT)
                        cpu->features[i].policy = CPU_POLICY_REQUIRE;
        for (size_t i = 0; i < cpu->n_cells; i++)
                if (!cpu->cells[i].id.set)
                        cpu->cells[i].id = (OptUint){ .value = (unsigned)i, .set = true };
        return 0;
}

/* The largest limit that can be said is the same as none. */
static void drop_unlimited(OptUint64 *limit)
{
        static const uint64_t unlimited_kib = UINT64_C(9007199254740991);

        if (limit->set && limit->value >= unlimited_kib)
                *limit = (OptUint64){ 0 };
}

int memtune_settle(void *s, unsigned flags, Error *err)
{
        Memtune *memtune = s;

        drop_unlimited(&memtune->hard_limit_kib);
        drop_unlimited(&memtune->soft_limit_kib);
        drop_unlimited(&memtune->min_guarantee_kib);
        drop_unlimited(&memtune->swap_hard_limit_kib);
        return 0;
}

static int compare_vcpusched(const void *a, const void *b)
{
        long x = bitmap_next(((const VcpuSched *)a)->vcpus, -1), y = bitmap_next(((const VcpuSched *)b)->vcpus, -1);

        return (x > y) - (x < y);
}

static int compare_iothreadsched(const void *a, const void *b)
{
        long x = bitmap_next(((const IothreadSched *)a)->iothreads, -1);
        long y = bitmap_next(((const IothreadSched *)b)->iothreads, -1);

        return (x > y) - (x < y);
}

static Bitmap *single(size_t bit)
{
        Bitmap *set = bitmap_new(bit + 1);

        bitmap_set(set, bit, true);
        return set;
}

/* One entry for each thread, in order: a scheduler belongs to a thread. */
static void split_vcpuscheds(Cputune *tune)
{
        VcpuSched *old = tune->vcpuscheds;
        size_t n_old = tune->n_vcpuscheds;

        tune->vcpuscheds = NULL;
        tune->n_vcpuscheds = 0;
        for (size_t i = 0; i < n_old; i++) {
                for (long bit = -1; (bit = bitmap_next(old[i].vcpus, bit)) >= 0;) {
                        VcpuSched *fresh = rows_list_insert(&VcpuSched_rows, &tune->vcpuscheds, &tune->n_vcpuscheds,
                                                            tune->n_vcpuscheds);

                        *fresh = old[i];
                        fresh->vcpus = single((size_t)bit);
                }
                rows_drop(&VcpuSched_rows, &old[i]);
        }
        g_free(old);
        if (tune->n_vcpuscheds > 1)
                qsort(tune->vcpuscheds, tune->n_vcpuscheds, sizeof(VcpuSched), compare_vcpusched);
}

static void split_iothreadscheds(Cputune *tune)
{
        IothreadSched *old = tune->iothreadscheds;
        size_t n_old = tune->n_iothreadscheds;

        tune->iothreadscheds = NULL;
        tune->n_iothreadscheds = 0;
        for (size_t i = 0; i < n_old; i++) {
                for (long bit = -1; (bit = bitmap_next(old[i].iothreads, bit)) >= 0;) {
                        IothreadSched *fresh = rows_list_insert(&IothreadSched_rows, &tune->iothreadscheds,
                                                                &tune->n_iothreadscheds, tune->n_iothreadscheds);

                        *fresh = old[i];
                        fresh->iothreads = single((size_t)bit);
                }
                rows_drop(&IothreadSched_rows, &old[i]);
        }
        g_free(old);
        if (tune->n_iothreadscheds > 1)
                qsort(tune->iothreadscheds, tune->n_iothreadscheds, sizeof(IothreadSched), compare_iothreadsched);
}

/* Adds @more to @all; whether they had nothing in common. */
static bool take_all(Bitmap *all, const Bitmap *more)
{
        for (long bit = -1; (bit = bitmap_next(more, bit)) >= 0;) {
                if (bitmap_get(all, (size_t)bit))
                        return false;
                bitmap_set(all, (size_t)bit, true);
        }
        return true;
}

/* Those of real time have one. */
static int check_priority(Scheduler scheduler, OptInt priority, Error *err)
{
        if ((scheduler == SCHEDULER_FIFO || scheduler == SCHEDULER_RR) && !priority.set)
                return error_set(err, VIR_ERR_XML_ERROR, "Missing required attribute 'priority' of scheduler '%s'",
                                 enum_text(Scheduler, scheduler));
        return 0;
}

/* Before anything is split: what overlaps could grow without bound. */
int cputune_settle(void *s, unsigned flags, Error *err)
{
        Cputune *tune = s;
        g_autoptr(Bitmap) vcpus = bitmap_new(1);
        g_autoptr(Bitmap) iothreads = bitmap_new(1);

        for (size_t i = 0; i < tune->n_vcpuscheds; i++)
                if (!take_all(vcpus, tune->vcpuscheds[i].vcpus))
                        return error_set(err, VIR_ERR_XML_DETAIL, "'vcpusched' attributes 'vcpus' must not overlap");
        for (size_t i = 0; i < tune->n_iothreadscheds; i++)
                if (!take_all(iothreads, tune->iothreadscheds[i].iothreads))
                        return error_set(err, VIR_ERR_XML_DETAIL,
                                         "'iothreadsched' attributes 'iothreads' must not overlap");
        for (size_t i = 0; i < tune->n_vcpuscheds; i++)
                if (check_priority(tune->vcpuscheds[i].scheduler, tune->vcpuscheds[i].priority, err) < 0)
                        return -1;
        for (size_t i = 0; i < tune->n_iothreadscheds; i++)
                if (check_priority(tune->iothreadscheds[i].scheduler, tune->iothreadscheds[i].priority, err) < 0)
                        return -1;
        split_vcpuscheds(tune);
        split_iothreadscheds(tune);
        return 0;
}

/* More than any host has; each is compared with each. */
enum { ALLOCATIONS_MAX = 1024 };

/* Who is watched is some of those who share, or all of them, and once. */
static int check_monitors(const Cachetune *tune, Error *err)
{
        enum { MONITORED_LEVEL = 3 };

        for (size_t i = 0; i < tune->n_monitors; i++) {
                const CacheMonitor *monitor = &tune->monitors[i];

                if (monitor->level != MONITORED_LEVEL)
                        return error_set(err, VIR_ERR_XML_ERROR, "Invalid monitor cache level '%u'", monitor->level);
                for (long bit = -1; (bit = bitmap_next(monitor->vcpus, bit)) >= 0;)
                        if (!bitmap_get(tune->vcpus, (size_t)bit))
                                return error_set(err, VIR_ERR_INVALID_ARG, "Monitor vcpus conflicts with allocation");
                for (size_t k = 0; k < i; k++)
                        if (bitmap_equal(monitor->vcpus, tune->monitors[k].vcpus))
                                return error_set(err, VIR_ERR_INVALID_ARG,
                                                 "Identical vcpus found in same type monitors");
        }
        return 0;
}

int cachetune_check(const void *s, Error *err)
{
        const Cachetune *tune = s;

        if (tune->n_caches > ALLOCATIONS_MAX)
                return error_set(err, VIR_ERR_XML_ERROR, "more than %d cache allocations", ALLOCATIONS_MAX);
        for (size_t i = 0; i < tune->n_caches; i++)
                for (size_t k = 0; k < i; k++) {
                        const CacheAllocation *a = &tune->caches[i], *b = &tune->caches[k];

                        if (a->level == b->level && a->id == b->id &&
                            (a->type == b->type || a->type == CACHE_TYPE_BOTH || b->type == CACHE_TYPE_BOTH))
                                return error_set(err, VIR_ERR_XML_ERROR,
                                                 "Colliding cache allocations for cache level '%u' id '%u', type '%s'",
                                                 a->level, a->id, enum_text(CacheType, a->type));
                }
        return check_monitors(tune, err);
}

int memorytune_check(const void *s, Error *err)
{
        const Memorytune *tune = s;

        if (tune->n_nodes > ALLOCATIONS_MAX)
                return error_set(err, VIR_ERR_XML_ERROR, "more than %d memory allocations", ALLOCATIONS_MAX);
        for (size_t i = 0; i < tune->n_nodes; i++)
                for (size_t k = 0; k < i; k++)
                        if (tune->nodes[i].id == tune->nodes[k].id)
                                return error_set(err, VIR_ERR_XML_ERROR,
                                                 "Colliding memory bandwidth allocations for node '%u'",
                                                 tune->nodes[i].id);
        return 0;
}

int numa_cell_check(const void *s, Error *err)
{
        const NumaCell *cell = s;

        for (size_t i = 0; i < cell->n_caches; i++)
                for (size_t k = 0; k < i; k++)
                        if (cell->caches[i].level == cell->caches[k].level)
                                return error_set(err, VIR_ERR_XML_ERROR, "Cache level '%u' already defined",
                                                 cell->caches[i].level);
        return 0;
}

/* The cachetune that a vcpu belongs to. */
static const Cachetune *owner_of(const Cputune *tune, const Bitmap *owned, size_t vcpu)
{
        for (size_t i = 0; bitmap_get(owned, vcpu) && i < tune->n_cachetunes; i++)
                if (bitmap_get(tune->cachetunes[i].vcpus, vcpu))
                        return &tune->cachetunes[i];
        return NULL;
}

/* The vcpus of a memorytune are those of one cachetune, or of none. */
static bool fits(const Cputune *tune, const Bitmap *owned, const Bitmap *vcpus)
{
        const Cachetune *owner = owner_of(tune, owned, (size_t)bitmap_next(vcpus, -1));

        if (owner)
                return bitmap_equal(owner->vcpus, vcpus);
        for (long bit = -1; (bit = bitmap_next(vcpus, bit)) >= 0;)
                if (bitmap_get(owned, (size_t)bit))
                        return false;
        return true;
}

int cputune_check(const void *s, Error *err)
{
        const Cputune *tune = s;
        g_autoptr(Bitmap) cached = bitmap_new(1);
        g_autoptr(Bitmap) limited = bitmap_new(1);

        for (size_t i = 0; i < tune->n_cachetunes; i++)
                if (!take_all(cached, tune->cachetunes[i].vcpus))
                        return error_set(err, VIR_ERR_XML_ERROR, "Overlapping vcpus in resctrls");
        for (size_t i = 0; i < tune->n_memorytunes; i++)
                if (!take_all(limited, tune->memorytunes[i].vcpus) || !fits(tune, cached, tune->memorytunes[i].vcpus))
                        return error_set(err, VIR_ERR_XML_ERROR, "Overlapping vcpus in resctrls");
        return 0;
}

/* Only vcpus that exist; whether any is left. */
static bool trim(Bitmap *vcpus, unsigned max)
{
        for (long bit = (long)max - 1; (bit = bitmap_next(vcpus, bit)) >= 0;)
                bitmap_set(vcpus, (size_t)bit, false);
        return bitmap_count(vcpus) > 0;
}

void domain_settle_tunes(Domain *d)
{
        Cputune *tune = d->cputune;

        if (!tune)
                return;
        for (size_t i = tune->n_cachetunes; i-- > 0;)
                if (!trim(tune->cachetunes[i].vcpus, d->vcpu_max))
                        rows_list_remove(&Cachetune_rows, &tune->cachetunes, &tune->n_cachetunes, i);
        for (size_t i = tune->n_memorytunes; i-- > 0;)
                if (!trim(tune->memorytunes[i].vcpus, d->vcpu_max))
                        rows_list_remove(&Memorytune_rows, &tune->memorytunes, &tune->n_memorytunes, i);
}
