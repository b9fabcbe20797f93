/* How fast a guest writes to its memory: QEMU measures it for some seconds; the bulk statistics tell the result. */
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "guest/instance.h"

enum { SECONDS_MIN = 1, SECONDS_MAX = 60 };

typedef struct DirtyRate {
        Guest *guest;
        int seconds;
        unsigned flags;
} DirtyRate;

static const char *mode_of(unsigned flags)
{
        return flags & VIR_DOMAIN_DIRTYRATE_MODE_DIRTY_BITMAP ? "dirty-bitmap"
               : flags & VIR_DOMAIN_DIRTYRATE_MODE_DIRTY_RING ? "dirty-ring"
                                                              : "page-sampling";
}

static bool has_ring(const Domain *live)
{
        return live->features && live->features->kvm && live->features->kvm->dirty_ring == SWITCH_ON;
}

static int job_start(void *opaque, Error *err)
{
        const DirtyRate *rate = opaque;
        g_autoptr(DomainView) view = domain_view_get(rate->guest->entry);
        g_autoptr(Qmp) qmp = NULL;
        Json *arguments;

        if (!view || !view->live)
                return error_set(err, VIR_ERR_OPERATION_INVALID, "domain is not running");
        if (rate->flags & VIR_DOMAIN_DIRTYRATE_MODE_DIRTY_RING && !has_ring(view->live))
                return error_set(err, VIR_ERR_OPERATION_UNSUPPORTED,
                                 "dirty-ring calculation mode requires dirty-ring feature enabled");
        qmp = guest_monitor(rate->guest, err);
        if (!qmp)
                return -1;
        arguments = json_object();
        json_set(arguments, "calc-time", json_int(rate->seconds));
        json_set(arguments, "mode", json_string(mode_of(rate->flags)));
        return qmp_call(qmp, "calc-dirty-rate", arguments, MONITOR_MS, NULL, err);
}

int qemu_domain_start_dirty_rate_calc(virDomainPtr domain, int seconds, unsigned int flags, Error *err)
{
        enum { MODES = VIR_DOMAIN_DIRTYRATE_MODE_DIRTY_BITMAP | VIR_DOMAIN_DIRTYRATE_MODE_DIRTY_RING };
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);
        DirtyRate rate = { .seconds = seconds, .flags = flags };

        if (!entry || check_call_flags(flags, MODES, "qemuDomainStartDirtyRateCalc", err) < 0)
                return -1;
        if ((flags & MODES) == MODES)
                return error_set(err, VIR_ERR_INVALID_ARG, "only one mode of calculation at a time");
        if (seconds < SECONDS_MIN || seconds > SECONDS_MAX)
                return error_set(err, VIR_ERR_CONFIG_UNSUPPORTED,
                                 "seconds=%d is invalid, please choose value within [%d, %d].", seconds, SECONDS_MIN,
                                 SECONDS_MAX);
        rate.guest = guest_of(entry);
        return domain_job(entry, "dirty-rate", job_start, &rate, err);
}
