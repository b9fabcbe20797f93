/* How long a guest has used the processors of the host: in all, and each of them. */
#include <string.h>

#include "calls/lifecycle.h"
#include "calls/params.h"
#include "guest/stats.h"
#include "host/process_figures.h"
#include "calls/target.h"
#include "guest/group.h"
#include "util/host.h"

static const char *const total_fields[] = { VIR_DOMAIN_CPU_STATS_CPUTIME, VIR_DOMAIN_CPU_STATS_USERTIME,
                                            VIR_DOMAIN_CPU_STATS_SYSTEMTIME };
static const char *const each_fields[] = { VIR_DOMAIN_CPU_STATS_CPUTIME, VIR_DOMAIN_CPU_STATS_VCPUTIME };

static void put(virTypedParameterPtr param, const char *field, uint64_t value)
{
        *param = (virTypedParameter){ .type = VIR_TYPED_PARAM_ULLONG };
        g_strlcpy(param->field, field, sizeof(param->field));
        param->value.ul = value;
}

/* The group counts to the nanosecond, and children that have ended; without one there are the process's own ticks. */
static int read_total(const Cgroup *group, pid_t pid, uint64_t ret[3], Error *err)
{
        CpuFigures cpu;

        if (cgroup_has(group, CGROUP_CPUACCT))
                return cgroup_cpu_times(group, &ret[1], &ret[2], err) < 0 ||
                                       cgroup_get(group, CGROUP_CPU_USED, &ret[0], err) < 0
                               ? -1
                               : 0;
        if (!cpu_figures(pid, 0, &cpu))
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        ret[0] = cpu.user_ns + cpu.system_ns;
        ret[1] = cpu.user_ns;
        ret[2] = cpu.system_ns;
        return 0;
}

static int give_total(const Cgroup *group, pid_t pid, virTypedParameterPtr params, unsigned nparams, Error *err)
{
        uint64_t values[G_N_ELEMENTS(total_fields)] = { 0 };
        unsigned n = MIN(nparams, (unsigned)G_N_ELEMENTS(total_fields));

        if (nparams == 0)
                return (int)G_N_ELEMENTS(total_fields);
        if (read_total(group, pid, values, err) < 0)
                return -1;
        for (unsigned i = 0; i < n; i++)
                put(&params[i], total_fields[i], values[i]);
        return (int)n;
}

/* What its processors used of each. */
static int add_vcpus(const Cgroup *group, const Domain *live, uint64_t *times, size_t n, Error *err)
{
        g_autofree uint64_t *part_times = g_new0(uint64_t, n);

        for (unsigned vcpu = 0; vcpu < live->vcpu_max; vcpu++) {
                g_autoptr(Cgroup) part = guest_group_part(group, "vcpu", vcpu);

                if (!cgroup_has(part, CGROUP_CPUACCT))
                        continue;
                if (cgroup_cpu_each(part, part_times, n, err) < 0)
                        return -1;
                for (size_t i = 0; i < n; i++)
                        times[i] += part_times[i];
        }
        return 0;
}

typedef struct Each {
        int first;
        unsigned n;
        unsigned present;
} Each;

static int give_each(const Cgroup *group, const Domain *live, const Each *each, virTypedParameterPtr params,
                     unsigned nparams, Error *err)
{
        g_autofree uint64_t *all = g_new0(uint64_t, each->present);
        g_autofree uint64_t *vcpus = g_new0(uint64_t, each->present);
        unsigned fields = MIN(nparams, (unsigned)G_N_ELEMENTS(each_fields));

        if (!cgroup_has(group, CGROUP_CPUACCT))
                return error_set(err, VIR_ERR_OPERATION_INVALID, "cgroup CPUACCT controller is not mounted");
        if (cgroup_cpu_each(group, all, each->present, err) < 0 ||
            add_vcpus(group, live, vcpus, each->present, err) < 0)
                return -1;
        for (unsigned i = 0; i < each->n && (unsigned)each->first + i < each->present; i++) {
                unsigned cpu = (unsigned)each->first + i;

                put(&params[i * nparams], each_fields[0], all[cpu]);
                if (fields > 1)
                        put(&params[i * nparams + 1], each_fields[1], vcpus[cpu]);
        }
        return (int)fields;
}

int qemu_domain_get_cpu_stats(virDomainPtr domain, virTypedParameterPtr params, unsigned int nparams, int start_cpu,
                              unsigned int ncpus, unsigned int flags, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        g_autoptr(DomainView) view = entry ? domain_view_active(domain, err) : NULL;
        g_autoptr(Cgroup) group = view ? guest_group_of(guest_of(entry), NULL) : NULL;
        g_autoptr(Bitmap) online = NULL;
        Each each = { .first = start_cpu, .n = ncpus };

        if (!view || check_call_flags(flags, VIR_TYPED_PARAM_STRING_OKAY, "qemuDomainGetCPUStats", err) < 0)
                return -1;
        if (start_cpu == -1)
                return give_total(group, view->pid, params, nparams, err);
        if (host_cpu_map("", &each.present, &online, err) < 0)
                return -1;
        if (nparams == 0)
                return ncpus == 0 ? (int)each.present : (int)G_N_ELEMENTS(each_fields);
        if ((unsigned)start_cpu >= each.present)
                return error_set(err, VIR_ERR_INVALID_ARG, "start_cpu %d larger than maximum of %u", start_cpu,
                                 each.present - 1);
        return give_each(group, view->live, &each, params, nparams, err);
}
