/* Figures of a domain that can be changed: memory, processors, how often the balloon looks. */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "guest/group.h"
#include "guest/instance.h"
#include "calls/lifecycle.h"
#include "calls/target.h"

typedef struct Tune {
        Guest *guest;
        uint64_t value;
        unsigned flags;
} Tune;

static int run_tune(virDomainPtr domain, const char *name, LaneJob job, uint64_t value, unsigned flags, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        Tune tune = { .value = value, .flags = flags };

        if (!entry)
                return -1;
        tune.guest = guest_of(entry);
        return domain_job(entry, name, job, &tune, err);
}

typedef void (*EditFunc)(Domain *definition, const Tune *tune);

static void edit(Domain **definition, const Tune *tune, EditFunc func)
{
        Domain *copy = domain_copy(*definition);

        func(copy, tune);
        domain_unref(*definition);
        *definition = copy;
}

static int save_edited(const Tune *tune, bool live, bool config, EditFunc func, Error *err)
{
        DomainView *view = domain_view_edit(tune->guest->entry);

        if (live)
                edit(&view->live, tune, func);
        if (config)
                edit(&view->config, tune, func);
        if ((config && config_save(tune->guest->instance, view->config, err) < 0) ||
            (live && status_save(tune->guest, view, err) < 0)) {
                domain_view_unref(view);
                return -1;
        }
        domain_publish(tune->guest->entry, view);
        return 0;
}

/* Memory */

static void edit_memory(Domain *definition, const Tune *tune)
{
        if (tune->flags & VIR_DOMAIN_MEM_MAXIMUM)
                definition->memory_kib = tune->value;
        if (!(tune->flags & VIR_DOMAIN_MEM_MAXIMUM) || definition->current_memory_kib > tune->value)
                definition->current_memory_kib = tune->value;
}

static int inflate(Guest *guest, const DomainView *view, uint64_t kib, Error *err)
{
        const Memballoon *balloon = view->live->memballoon;
        g_autoptr(Qmp) qmp = guest_monitor(guest, err);
        Json *arguments;

        if (!qmp)
                return -1;
        if (!balloon || balloon->model == BALLOON_NONE)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "Unable to change memory of active domain without the balloon device and guest OS "
                                 "balloon driver");
        arguments = json_object();
        json_set(arguments, "value", json_uint(kib * 1024));
        return qmp_call(qmp, "balloon", arguments, MONITOR_MS, NULL, err);
}

static int job_memory(void *opaque, Error *err)
{
        Tune *tune = opaque;
        g_autoptr(DomainView) view = domain_view_get(tune->guest->entry);
        bool live, config;

        if (!view || call_targets(view, tune->flags, &live, &config, err) < 0)
                return -1;
        if (tune->flags & VIR_DOMAIN_MEM_MAXIMUM) {
                if (live)
                        return error_set(err, VIR_ERR_OPERATION_INVALID,
                                         "cannot resize the maximum memory on an active domain");
                return save_edited(tune, false, true, edit_memory, err);
        }
        if ((live && tune->value > view->live->memory_kib) || (config && tune->value > view->config->memory_kib))
                return error_set(err, VIR_ERR_INVALID_ARG, "cannot set memory higher than max memory");
        if (live && inflate(tune->guest, view, tune->value, err) < 0)
                return -1;
        return save_edited(tune, live, config, edit_memory, err);
}

int qemu_domain_set_memory_flags(virDomainPtr domain, unsigned long memory, unsigned int flags, Error *err)
{
        return run_tune(domain, "memory", job_memory, memory, flags, err);
}

static void edit_period(Domain *definition, const Tune *tune)
{
        if (definition->memballoon)
                definition->memballoon->stats_period = (unsigned)tune->value;
}

static int poll_balloon(Guest *guest, const DomainView *view, uint64_t seconds, Error *err)
{
        g_autoptr(Qmp) qmp = guest_monitor(guest, err);
        g_autofree char *path = NULL;
        Json *arguments;

        if (!qmp)
                return -1;
        path = g_strdup_printf("/machine/peripheral/%s", view->live->memballoon->info.alias);
        arguments = json_object();
        json_set(arguments, "path", json_string(path));
        json_set(arguments, "property", json_string("guest-stats-polling-interval"));
        json_set(arguments, "value", json_uint(seconds));
        return qmp_call(qmp, "qom-set", arguments, MONITOR_MS, NULL, err);
}

static int job_period(void *opaque, Error *err)
{
        Tune *tune = opaque;
        g_autoptr(DomainView) view = domain_view_get(tune->guest->entry);
        const Domain *definition;
        bool live, config;

        if (!view || call_targets(view, tune->flags, &live, &config, err) < 0)
                return -1;
        definition = domain_view_current(view);
        if (!definition->memballoon || definition->memballoon->model == BALLOON_NONE)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "Memory balloon model must be virtio to set the collection period");
        if (live && poll_balloon(tune->guest, view, tune->value, err) < 0)
                return -1;
        return save_edited(tune, live, config, edit_period, err);
}

int qemu_domain_set_memory_stats_period(virDomainPtr domain, int period, unsigned int flags, Error *err)
{
        if (period < 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "invalid value for collection period '%d'", period);
        return run_tune(domain, "memory-stats-period", job_period, (uint64_t)period, flags, err);
}

/* Which host processors a vcpu may use */

typedef struct Pin {
        Guest *guest;
        unsigned vcpu;
        Bitmap *set; /* NULL: all of them */
        unsigned flags;
} Pin;

static void edit_pin(Domain *definition, const Pin *pin)
{
        struct Cputune *tune = definition->cputune;
        size_t i = 0;

        if (!tune) {
                tune = definition->cputune = g_new0(struct Cputune, 1);
                rows_init(&Cputune_rows, tune);
        }
        while (i < tune->n_vcpupins && tune->vcpupins[i].vcpu < pin->vcpu)
                i++;
        if (i < tune->n_vcpupins && tune->vcpupins[i].vcpu == pin->vcpu)
                rows_list_remove(&VcpuPin_rows, &tune->vcpupins, &tune->n_vcpupins, i);
        if (pin->set) {
                VcpuPin *row = rows_list_insert(&VcpuPin_rows, &tune->vcpupins, &tune->n_vcpupins, i);

                row->vcpu = pin->vcpu;
                row->cpuset = bitmap_copy(pin->set);
        }
}

static int pin_thread(const DomainView *view, const Pin *pin, Error *err)
{
        const GuestFacts *facts = view_facts(view);
        pid_t tid = facts && pin->vcpu < facts->vcpu_pids->len ? g_array_index(facts->vcpu_pids, pid_t, pin->vcpu) : 0;

        if (tid <= 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "vcpu %u is not active", pin->vcpu);
        return guest_thread_pin(pin->guest, "vcpu", pin->vcpu, tid, pin->set, err);
}

static int save_pin(const Pin *pin, bool live, bool config, Error *err)
{
        DomainView *view = domain_view_edit(pin->guest->entry);
        Domain **definitions[] = { live ? &view->live : NULL, config ? &view->config : NULL };

        for (size_t i = 0; i < G_N_ELEMENTS(definitions); i++) {
                Domain *copy;

                if (!definitions[i])
                        continue;
                copy = domain_copy(*definitions[i]);
                edit_pin(copy, pin);
                domain_unref(*definitions[i]);
                *definitions[i] = copy;
        }
        if ((config && config_save(pin->guest->instance, view->config, err) < 0) ||
            (live && status_save(pin->guest, view, err) < 0)) {
                domain_view_unref(view);
                return -1;
        }
        domain_publish(pin->guest->entry, view);
        return 0;
}

static int job_pin(void *opaque, Error *err)
{
        Pin *pin = opaque;
        g_autoptr(DomainView) view = domain_view_get(pin->guest->entry);
        bool live, config;

        if (!view || call_targets(view, pin->flags, &live, &config, err) < 0)
                return -1;
        if (pin->vcpu >= domain_view_current(view)->vcpu_max)
                return error_set(err, VIR_ERR_INVALID_ARG, "vcpu %u is out of range of %s cpu count %u", pin->vcpu,
                                 live ? "live" : "persistent", domain_view_current(view)->vcpu_max);
        if (live && pin_thread(view, pin, err) < 0)
                return -1;
        return save_pin(pin, live, config, err);
}

int qemu_domain_pin_vcpu_flags(virDomainPtr domain, unsigned int vcpu, unsigned char *cpumap, int maplen,
                               unsigned int flags, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        g_autoptr(Bitmap) set = bitmap_from_bytes(cpumap, (size_t)maplen);
        long online = sysconf(_SC_NPROCESSORS_ONLN);
        Pin pin = { .vcpu = vcpu, .flags = flags };
        bool all = true;

        if (!entry)
                return -1;
        if (bitmap_count(set) == 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "Empty cpu list for pinning");
        for (long cpu = 0; cpu < online; cpu++)
                all &= bitmap_get(set, (size_t)cpu);
        pin.set = all ? NULL : set;
        pin.guest = guest_of(entry);
        return domain_job(entry, "pin-vcpu", job_pin, &pin, err);
}
