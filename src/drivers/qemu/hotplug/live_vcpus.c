/* See live.h: processors. */
#include "hotplug/live.h"

#include "hotplug/vcpus.h"
#include "hotplug/vcpus_change.h"

/* The threads of the processors, by number. */
static void take_threads(GuestFacts *facts, const GArray *vcpus)
{
        g_array_set_size(facts->vcpu_pids, 0);
        g_array_set_size(facts->vcpu_pids, vcpus->len);
        for (guint i = 0; i < vcpus->len; i++)
                g_array_index(facts->vcpu_pids, pid_t, i) = g_array_index(vcpus, QemuVcpu, i).tid;
}

static bool has_places(const QemuCaps *caps, const Domain *live)
{
        const QemuMachine *machine = qemu_caps_machine(caps, live->os.machine);

        return machine && machine->hotplug_cpus && (live->n_vcpus > 0 || live->vcpu_current > 0);
}

int live_vcpus_start(Talk *talk, const QemuCaps *caps, Domain *live, GuestFacts *facts, Error *err)
{
        Hotplug hotplug = { .talk = talk, .caps = caps, .live = live };
        g_autoptr(GArray) vcpus = NULL;

        if (live->n_vcpus == 0)
                return 0;
        if (vcpus_plug_wanted(&hotplug, &vcpus, err) < 0)
                return -1;
        take_threads(facts, vcpus);
        return 0;
}

int live_vcpus_publish(Guest *guest, const Domain *live, const Domain *config, const GArray *vcpus, Error *err)
{
        DomainView *view = domain_view_edit(guest->entry);
        GuestFacts *facts = guest_facts_copy(view_facts(view));

        if (vcpus)
                take_threads(facts, vcpus);
        guest_facts_free(view->driver);
        view->driver = facts;
        domain_publish(guest->entry, view);
        return live_publish(guest, live, config, NULL, err);
}

int live_vcpus_refresh(Guest *guest, Error *err)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        g_autoptr(GArray) vcpus = NULL;
        LiveChange change = {};
        int r;

        if (!view || !view->live)
                return 0;
        r = live_change_init(&change, guest, view, err);
        if (r == 0 && has_places(change.caps, view->live)) {
                r = vcpus_refresh(&change.hotplug, &vcpus, err);
                if (r == 0)
                        r = live_vcpus_publish(guest, change.hotplug.live, NULL, vcpus, err);
        }
        live_change_done(&change);
        return r;
}
