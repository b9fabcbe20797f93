/* How many processors a guest has, and which: while it runs, at the next start, or both. */
#include <string.h>

#include "calls/agent_calls.h"
#include "calls/lifecycle.h"
#include "calls/target.h"
#include "guest/group.h"
#include "guest/note.h"
#include "hotplug/live.h"
#include "hotplug/vcpus.h"
#include "hotplug/vcpus_change.h"
#include "vireo/events.h"

typedef struct Vcpus {
        Guest *guest;
        unsigned count;
        const Bitmap *set; /* NULL: the number counts */
        bool enable;
        unsigned flags;
} Vcpus;

/* New threads get the groups and processors that the definition gives them. */
static int place_threads(Guest *guest, Error *err)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        ERROR_AUTO Error why = ERROR_INIT;
        g_autoptr(Cgroup) group = guest_group_of(guest, &why);

        if (error_is_set(&why))
                return error_move(err, &why);
        return guest_threads_place(guest, view->live, view_facts(view), group, err);
}

static int change_live(const Vcpus *vcpus, const DomainView *view, const Domain *config, Error *err)
{
        g_autoptr(GArray) now = NULL;
        LiveChange change = {};
        ERROR_AUTO Error why = ERROR_INIT;
        int r = live_change_init(&change, vcpus->guest, view, err);

        if (r == 0)
                r = guest_note(vcpus->guest, err);
        if (r < 0) {
                live_change_done(&change);
                return -1;
        }
        r = vcpus->set ? vcpus_set(&change.hotplug, vcpus->set, vcpus->enable, &now, &why)
                       : vcpus_set_count(&change.hotplug, vcpus->count, &now, &why);
        if (now &&
            live_vcpus_publish(vcpus->guest, change.hotplug.live, r == 0 ? config : NULL, now, r < 0 ? NULL : &why) < 0)
                r = -1;
        if (r == 0)
                r = place_threads(vcpus->guest, &why);
        guest_note_forget(vcpus->guest);
        live_change_done(&change);
        return r < 0 ? error_move(err, &why) : 0;
}

static int change_config(const Vcpus *vcpus, const DomainView *view, Domain **ret, Error *err)
{
        g_autoptr(Domain) config = domain_copy(view->config);

        if (vcpus->set) {
                if (vcpus_config_set(config, vcpus->set, vcpus->enable, err) < 0)
                        return -1;
        } else if (vcpus->flags & VIR_DOMAIN_VCPU_MAXIMUM) {
                config->vcpu_max = vcpus->count;
                if (config->vcpu_current >= vcpus->count)
                        config->vcpu_current = 0;
                while (config->n_vcpus > 0)
                        rows_list_remove(&Vcpu_rows, &config->vcpus, &config->n_vcpus, config->n_vcpus - 1);
        } else {
                vcpus_config_set_count(config, vcpus->count);
        }
        *ret = g_steal_pointer(&config);
        return 0;
}

static int check_count(const Vcpus *vcpus, const Domain *definition, const char *which, Error *err)
{
        if (!definition || vcpus->set || vcpus->flags & VIR_DOMAIN_VCPU_MAXIMUM || vcpus->count <= definition->vcpu_max)
                return 0;
        return error_set(err, VIR_ERR_INVALID_ARG,
                         "requested vcpus is greater than max allowable vcpus for the %s domain: %u > %u", which,
                         vcpus->count, definition->vcpu_max);
}

static int job_vcpus(void *opaque, Error *err)
{
        const Vcpus *vcpus = opaque;
        g_autoptr(DomainView) view = domain_view_get(vcpus->guest->entry);
        g_autoptr(Domain) config = NULL;
        bool to_live, to_config;

        if (!view || call_targets(view, vcpus->flags, &to_live, &to_config, err) < 0)
                return -1;
        if (to_live && vcpus->flags & VIR_DOMAIN_VCPU_MAXIMUM)
                return error_set(err, VIR_ERR_INVALID_ARG, "maximum vcpu count of a live domain can't be modified");
        if (check_count(vcpus, to_live ? view->live : NULL, "live", err) < 0 ||
            check_count(vcpus, to_config ? view->config : NULL, "persistent", err) < 0 ||
            (to_config && change_config(vcpus, view, &config, err) < 0))
                return -1;
        if (to_live)
                return change_live(vcpus, view, config, err);
        return live_publish(vcpus->guest, NULL, config, NULL, err);
}

static int run(virDomainPtr domain, Vcpus *vcpus, Error *err)
{
        g_autoptr(DomainEntry) entry = domain_list_find(instance_of(domain->conn)->list.domains, domain, err);

        if (!entry)
                return -1;
        vcpus->guest = guest_of(entry);
        return domain_job(entry, "vcpus", job_vcpus, vcpus, err);
}

int qemu_domain_get_vcpus_flags(virDomainPtr domain, unsigned int flags, Error *err)
{
        if (flags & VIR_DOMAIN_VCPU_GUEST)
                return agent_count_vcpus(domain, flags & VIR_DOMAIN_VCPU_MAXIMUM, err);
        return domain_calls_get_vcpus_flags(domain, flags, err);
}

int qemu_domain_set_vcpus_flags(virDomainPtr domain, unsigned int nvcpus, unsigned int flags, Error *err)
{
        Vcpus vcpus = { .count = nvcpus, .flags = flags };

        if (flags & VIR_DOMAIN_VCPU_GUEST)
                return agent_set_vcpus(domain, nvcpus, err);
        return run(domain, &vcpus, err);
}

int qemu_domain_set_vcpu(virDomainPtr domain, const char *vcpumap, int state, unsigned int flags, Error *err)
{
        g_autoptr(Bitmap) set = NULL;
        Vcpus vcpus = { .enable = state == 1, .flags = flags };

        if (check_call_flags(flags, VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG, "qemuDomainSetVcpu", err) < 0)
                return -1;
        if (state != 0 && state != 1)
                return error_set(err, VIR_ERR_INVALID_ARG, "unsupported state value");
        set = bitmap_parse(vcpumap, VCPUS_MAX, err);
        if (!set)
                return -1;
        vcpus.set = set;
        return run(domain, &vcpus, err);
}
