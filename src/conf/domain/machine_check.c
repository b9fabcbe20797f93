/* Rules of a machine's parts that are no devices, for every hypervisor: clock, processors, NUMA, limits. Nothing here
 * changes them. */
#include <inttypes.h>
#include <string.h>

#include "conf/domain_threads.h"
#include "domain/hooks.h"

/* Clock */

static int check_timer(const Timer *timer, Error *err)
{
        const char *name = enum_text(TimerName, timer->name);
        bool catchup = timer->catchup_threshold || timer->catchup_slew || timer->catchup_limit;

        if (timer->mode != TIMER_MODE_DEFAULT && timer->name != TIMER_TSC)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "timer %s doesn't support setting of timer mode",
                                 name);
        if (timer->frequency && timer->name != TIMER_TSC)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "timer %s doesn't support setting of timer frequency",
                                 name);
        if (timer->track != TIMER_TRACK_DEFAULT && timer->name != TIMER_PLATFORM && timer->name != TIMER_RTC)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "timer %s doesn't support setting of timer track",
                                 name);
        if (timer->tickpolicy != TICK_POLICY_DEFAULT &&
            (timer->name == TIMER_KVMCLOCK || timer->name == TIMER_HYPERVCLOCK))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "timer %s doesn't support setting of timer tickpolicy", name);
        if (catchup && timer->tickpolicy != TICK_POLICY_CATCHUP)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "setting of timer catchup policies is only supported with tickpolicy='catchup'");
        return 0;
}

static int check_clock(const Clock *clock, Error *err)
{
        if (clock->offset == CLOCK_TIMEZONE && !clock->timezone)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "missing 'timezone' attribute for clock with offset='timezone'");
        if (clock->offset == CLOCK_ABSOLUTE && !clock->start)
                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                 "missing 'start' attribute for clock with offset='absolute'");
        for (size_t i = 0; i < clock->n_timers; i++)
                if (check_timer(&clock->timers[i], err) < 0)
                        return -1;
        return 0;
}

/* Processors */

static int check_cpu(const Cpu *cpu, Error *err)
{
        enum { VENDOR_LENGTH = 12 };

        if (cpu->vendor_id && strlen(cpu->vendor_id) != VENDOR_LENGTH)
                return error_set(err, VIR_ERR_XML_ERROR, "vendor_id must be exactly %d characters long", VENDOR_LENGTH);
        if (cpu->migratable != SWITCH_ABSENT && cpu->mode != CPU_MODE_HOST_PASSTHROUGH && cpu->mode != CPU_MODE_MAXIMUM)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Attribute migratable is only allowed for 'host-passthrough' / 'maximum' CPU mode");
        if (cpu->vendor && !cpu->model)
                return error_set(err, VIR_ERR_XML_ERROR, "CPU vendor specified without CPU model");
        if (cpu->n_cells == 0 && (cpu->n_latencies || cpu->n_bandwidths))
                return error_set(err, VIR_ERR_XML_ERROR, "NUMA topology defined without NUMA cells");
        return 0;
}

/* Ten is the way from a node to itself, and to no other. */
static int check_distances(const Cpu *cpu, const NumaCell *cell, Error *err)
{
        enum { LOCAL = 10, FAR = 255 };

        for (size_t i = 0; i < cell->n_distances; i++) {
                const NumaDistance *way = &cell->distances[i];
                bool local = way->id == cell->id.value;

                if (way->value < LOCAL || way->value > FAR || local != (way->value == LOCAL))
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "'value %u' is invalid for 'sibling id %u' under NUMA 'cell id %u'",
                                         way->value, way->id, cell->id.value);
                if (way->id >= cpu->n_cells)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "'sibling_id %u' does not refer to a valid cell within NUMA 'cell id %u'",
                                         way->id, cell->id.value);
        }
        return 0;
}

static int check_cell(const Domain *d, size_t i, size_t *cpus, Error *err)
{
        const NumaCell *cell = &d->cpu->cells[i];
        long last = -1;

        if (i > 0 && cell->id.value == d->cpu->cells[i - 1].id.value)
                return error_set(err, VIR_ERR_XML_ERROR, "Duplicate NUMA cell info for cell id '%u'", cell->id.value);
        if (cell->id.value != i)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "Exactly one 'cell' element per guest NUMA cell allowed, non-contiguous ranges or "
                                 "ranges not starting from 0 are not allowed");
        for (long cpu = -1; cell->cpus && (cpu = bitmap_next(cell->cpus, cpu)) >= 0; last = cpu)
                for (size_t k = 0; k < i; k++)
                        if (d->cpu->cells[k].cpus && bitmap_get(d->cpu->cells[k].cpus, (size_t)cpu))
                                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                                 "NUMA cells %zu and %zu have overlapping vCPU ids", i, k);
        if (last >= (long)d->vcpu_max)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "CPU IDs in <numa> exceed the <vcpu> count");
        *cpus += cell->cpus ? bitmap_count(cell->cpus) : 0;
        return check_distances(d->cpu, cell, err);
}

static bool has_cache(const NumaCell *cell, unsigned level)
{
        for (size_t i = 0; i < cell->n_caches; i++)
                if (cell->caches[i].level == level)
                        return true;
        return level == 0;
}

static int check_link(const Cpu *cpu, unsigned initiator, unsigned target, unsigned cache, Error *err)
{
        if (initiator >= cpu->n_cells)
                return error_set(err, VIR_ERR_XML_ERROR, "'%s' refers to a non-existent NUMA node", "initiator");
        if (target >= cpu->n_cells)
                return error_set(err, VIR_ERR_XML_ERROR, "'%s' refers to a non-existent NUMA node", "target");
        if (!has_cache(&cpu->cells[target], cache))
                return error_set(err, VIR_ERR_XML_ERROR, "'cache' refers to a non-existent NUMA node cache");
        return 0;
}

static bool same_latency(const NumaLatency *a, const NumaLatency *b)
{
        return a->initiator == b->initiator && a->target == b->target && a->cache == b->cache && a->type == b->type;
}

static int check_cells(const Domain *d, Error *err)
{
        size_t cpus = 0;

        for (size_t i = 0; i < d->cpu->n_cells; i++)
                if (check_cell(d, i, &cpus, err) < 0)
                        return -1;
        if (cpus > d->vcpu_max)
                return error_set(err, VIR_ERR_INTERNAL_ERROR, "Number of CPUs in <numa> exceeds the <vcpu> count");
        for (size_t i = 0; i < d->cpu->n_latencies; i++) {
                const NumaLatency *link = &d->cpu->latencies[i];

                if (check_link(d->cpu, link->initiator, link->target, link->cache, err) < 0)
                        return -1;
                for (size_t k = 0; k < i; k++)
                        if (same_latency(link, &d->cpu->latencies[k]))
                                return error_set(err, VIR_ERR_XML_ERROR, "Duplicate info for NUMA latencies");
        }
        for (size_t i = 0; i < d->cpu->n_bandwidths; i++) {
                const NumaBandwidth *link = &d->cpu->bandwidths[i];

                if (check_link(d->cpu, link->initiator, link->target, link->cache, err) < 0)
                        return -1;
        }
        return 0;
}

static int check_vcpus(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_vcpus; i++) {
                const Vcpu *vcpu = &d->vcpus[i];

                if (vcpu->id >= d->vcpu_max)
                        return error_set(err, VIR_ERR_XML_ERROR, "vcpu id '%u' is out of range of maximum vcpu count",
                                         vcpu->id);
                if (vcpu->enabled == YESNO_NO && vcpu->hotpluggable == YESNO_NO)
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "vcpu '%u' is both offline and not hotpluggable", vcpu->id);
        }
        return 0;
}

/* Memory */

static int check_memory(const Domain *d, Error *err)
{
        uint64_t plugged = 0;

        for (size_t i = 0; i < d->n_memory_devices; i++)
                plugged += d->memory_devices[i].size_kib;
        if (plugged > d->memory_kib)
                return error_set(err, VIR_ERR_XML_ERROR, "Total size of memory devices exceeds the total memory size");
        if (d->max_memory_kib && d->max_memory_kib < d->memory_kib)
                return error_set(err, VIR_ERR_XML_ERROR,
                                 "maximum memory size must be equal or greater than the actual memory size");
        return 0;
}

static int check_numatune(const Domain *d, Error *err)
{
        const Numatune *tune = d->numatune;
        size_t cells = d->cpu ? d->cpu->n_cells : 0;

        if (!tune)
                return 0;
        if (tune->mode && tune->placement == PLACEMENT_DEFAULT && !tune->nodeset && d->vcpu_placement != PLACEMENT_AUTO)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "nodeset for NUMA memory tuning must be set if 'placement' is 'static'");
        if (tune->n_memnodes && d->vcpu_placement == PLACEMENT_AUTO && !tune->nodeset)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "Per-node binding is not compatible with automatic NUMA placement.");
        if (tune->n_memnodes && cells == 0)
                return error_set(err, VIR_ERR_XML_ERROR, "Element 'memnode' is invalid without any guest NUMA cells");
        for (size_t i = 0; i < tune->n_memnodes; i++) {
                if (tune->memnodes[i].cellid >= cells)
                        return error_set(err, VIR_ERR_XML_ERROR,
                                         "Argument 'cellid' in memnode element must correspond to existing guest's "
                                         "NUMA cell");
                for (size_t k = 0; k < i; k++)
                        if (tune->memnodes[k].cellid == tune->memnodes[i].cellid)
                                return error_set(err, VIR_ERR_XML_ERROR, "Multiple memnode elements with cellid %u",
                                                 tune->memnodes[i].cellid);
        }
        return 0;
}

/* Limits of the scheduler, in microseconds; a quota may also be none. */

static int check_period(uint64_t value, const char *name, Error *err)
{
        static const uint64_t min = 1000, max = 1000000;

        if (value == 0 || (value >= min && value <= max))
                return 0;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                         "Value of cputune '%s' must be in range [%" PRIu64 ", %" PRIu64 "]", name, min, max);
}

static int check_quota(int64_t value, const char *name, Error *err)
{
        static const int64_t min = 1000, max = 17592186044415;

        if (value <= 0 || (value >= min && value <= max))
                return 0;
        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                         "Value of cputune '%s' must be in range [%" PRId64 ", %" PRId64 "]", name, min, max);
}

static bool has_vcpu(const Domain *d, const Bitmap *vcpus)
{
        return bitmap_next(vcpus, -1) < (long)d->vcpu_max;
}

/* Each thread once. */
static int check_pins(const Domain *d, const Cputune *tune, Error *err)
{
        for (size_t i = 0; i < tune->n_vcpupins; i++)
                for (size_t k = 0; k < i; k++)
                        if (tune->vcpupins[i].vcpu == tune->vcpupins[k].vcpu)
                                return error_set(err, VIR_ERR_INTERNAL_ERROR, "duplicate vcpupin for vcpu '%u'",
                                                 tune->vcpupins[i].vcpu);
        for (size_t i = 0; i < tune->n_iothreadpins; i++) {
                unsigned id = tune->iothreadpins[i].iothread;

                if (!domain_has_iothread(d, id))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Cannot find 'iothread' : %u", id);
                for (size_t k = 0; k < i; k++)
                        if (tune->iothreadpins[k].iothread == id)
                                return error_set(err, VIR_ERR_INTERNAL_ERROR,
                                                 "duplicate iothreadpin for same iothread '%u'", id);
        }
        for (size_t i = 0; i < tune->n_vcpuscheds; i++)
                if (!has_vcpu(d, tune->vcpuscheds[i].vcpus))
                        return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                         "vCPU '%ld' is not present in domain definition",
                                         bitmap_next(tune->vcpuscheds[i].vcpus, -1));
        return 0;
}

static int check_cputune(const Domain *d, const Cputune *tune, Error *err)
{
        enum { SHARES_MIN = 2, SHARES_MAX = 262144 };

        if (tune->shares.set && tune->shares.value &&
            (tune->shares.value < SHARES_MIN || tune->shares.value > SHARES_MAX))
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED, "Value of cputune 'shares' must be in range [%d, %d]",
                                 SHARES_MIN, SHARES_MAX);
        if (check_pins(d, tune, err) < 0)
                return -1;
        if (check_period(tune->period, "period", err) < 0 || check_quota(tune->quota, "quota", err) < 0 ||
            check_period(tune->global_period, "global_period", err) < 0 ||
            check_quota(tune->global_quota, "global_quota", err) < 0 ||
            check_period(tune->emulator_period, "emulator_period", err) < 0 ||
            check_quota(tune->emulator_quota, "emulator_quota", err) < 0 ||
            check_period(tune->iothread_period, "iothread_period", err) < 0)
                return -1;
        return check_quota(tune->iothread_quota, "iothread_quota", err);
}

static int check_pool(OptInt min, OptInt max, Error *err)
{
        if ((min.set && min.value < 0) || (max.set && max.value < 0))
                return error_set(err, VIR_ERR_XML_ERROR, "the size of a pool of threads is not negative");
        if (min.set && max.set && min.value > max.value)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "thread_pool_min must be smaller or equal to thread_pool_max");
        return 0;
}

static int check_iothreads(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_iothread_ids; i++) {
                const Iothread *thread = &d->iothread_ids[i];

                for (size_t k = 0; k < i; k++)
                        if (d->iothread_ids[k].id == thread->id)
                                return error_set(err, VIR_ERR_XML_ERROR, "duplicate iothread id '%u' found",
                                                 thread->id);
                if (check_pool(thread->thread_pool_min, thread->thread_pool_max, err) < 0)
                        return -1;
        }
        return check_pool(d->default_pool_min, d->default_pool_max, err);
}

int domain_check_machine(const Domain *d, Error *err)
{
        if (check_clock(&d->clock, err) < 0 || domain_check_memory(d, err) < 0 || check_vcpus(d, err) < 0 ||
            check_memory(d, err) < 0)
                return -1;
        if (d->cpu && (check_cpu(d->cpu, err) < 0 || check_cells(d, err) < 0))
                return -1;
        if (d->cputune && check_cputune(d, d->cputune, err) < 0)
                return -1;
        return check_numatune(d, err) < 0 ? -1 : check_iothreads(d, err);
}
