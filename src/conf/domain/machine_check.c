/* Rules of a machine's parts that are no devices, for every hypervisor: clock, processors, NUMA, limits. Nothing here
 * changes them. */
#include <inttypes.h>
#include <string.h>

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
        return 0;
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
        for (size_t i = 0; i < d->n_vcpus; i++)
                if (d->vcpus[i].id >= d->vcpu_max)
                        return error_set(err, VIR_ERR_XML_ERROR, "vcpu id '%u' is out of range of maximum vcpu count",
                                         d->vcpus[i].id);
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

static int check_cputune(const Cputune *tune, Error *err)
{
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
        if (min.set && max.set && min.value > max.value)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "thread_pool_min must be smaller or equal to thread_pool_max");
        return 0;
}

static int check_iothreads(const Domain *d, Error *err)
{
        for (size_t i = 0; i < d->n_iothread_ids; i++)
                if (check_pool(d->iothread_ids[i].thread_pool_min, d->iothread_ids[i].thread_pool_max, err) < 0)
                        return -1;
        return check_pool(d->default_pool_min, d->default_pool_max, err);
}

int domain_check_machine(const Domain *d, Error *err)
{
        if (check_clock(&d->clock, err) < 0 || check_vcpus(d, err) < 0 || check_memory(d, err) < 0)
                return -1;
        if (d->cpu && (check_cpu(d->cpu, err) < 0 || check_cells(d, err) < 0))
                return -1;
        if (d->cputune && check_cputune(d->cputune, err) < 0)
                return -1;
        return check_numatune(d, err) < 0 ? -1 : check_iothreads(d, err);
}
