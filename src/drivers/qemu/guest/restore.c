/* See restore.h. */
#define LOG_SOURCE "qemu.restore"
#include "guest/restore.h"

#include "guest/bandwidths.h"
#include "guest/group.h"
#include "guest/note.h"
#include "host/perf.h"
#include "hotplug/devref.h"
#include "hotplug/limits.h"
#include "hotplug/live.h"
#include "rules/settle.h"
#include "util/log.h"

static int threads_restore(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        ERROR_AUTO Error why = ERROR_INIT;
        g_autoptr(Cgroup) group = guest_group_of(guest, &why);

        if (error_is_set(&why))
                return error_move(err, &why);
        if (guest_threads_place(guest, to, view_facts(view), group, err) < 0)
                return -1;
        return guest_pins_restore(guest, from, to, err);
}

static int counters_restore(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        return guest_perf_apply(guest->perf, atomic_load(&guest->pid), to, err);
}

static int put_interfaces(Hotplug *hotplug, const Domain *from, const Domain *to, Error *err)
{
        for (size_t i = 0; i < to->n_interfaces; i++) {
                const Interface *nic = &to->interfaces[i];
                DevRef was = nic->info.alias ? devref_named(from, nic->info.alias) : (DevRef){};

                if (devref_is(was, &Interface_rows) &&
                    hotplug_put_interface(hotplug, devref_at(from, was), nic, err) < 0)
                        return -1;
        }
        return 0;
}

/* What QEMU is told of devices that are there already. */
static int devices_restore(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        LiveChange change = {};
        int r = live_change_init(&change, guest, view, err);

        if (r == 0)
                r = limits_put(&change.talk.talk, from, to, err);
        if (r == 0)
                r = put_interfaces(&change.hotplug, from, to, err);
        live_change_done(&change);
        return r;
}

typedef int (*Restore)(Guest *guest, const Domain *from, const Domain *to, Error *err);

/* Threads before what is said of threads. */
static const Restore parts[] = { guest_iothreads_restore, guest_group_restore,   threads_restore, devices_restore,
                                 guest_bandwidths_apply,  guest_balloon_restore, counters_restore };

/* All that can be; 0: all. */
static int put_all(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        int r = 0;

        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
                if (parts[i](guest, from, to, r == 0 ? err : NULL) < 0)
                        r = -1;
        return r;
}

typedef struct Counted {
        const Domain *other;
        size_t n;
        bool all; /* the other has all of them */
} Counted;

static bool count_device(const Domain *domain, DevRef device, void *opaque)
{
        Counted *counted = opaque;
        const DeviceInfo *info = devref_info(domain, device);

        /* What has no name does not come or go while the guest runs. */
        if (!info || !info->alias)
                return false;
        counted->n++;
        counted->all = counted->all && devref_named(counted->other, info->alias).row;
        return false;
}

static bool same_devices(const Domain *a, const Domain *b)
{
        Counted of_a = { .other = b, .all = true }, of_b = { .other = a, .all = true };

        devref_each(a, count_device, &of_a);
        devref_each(b, count_device, &of_b);
        return of_a.n == of_b.n && of_a.all && of_b.all;
}

/* What the guest cannot become it was not going to: QEMU or the kernel refuse it. */
static int take_back(Guest *guest, const Domain *before, Error *err)
{
        DomainView *view = domain_view_edit(guest->entry);
        int r = put_all(guest, view->live, before, err);

        domain_unref(view->live);
        view->live = domain_copy(before);
        if (status_save(guest, view, r == 0 ? err : NULL) < 0)
                r = -1;
        domain_publish(guest->entry, view);
        return r;
}

int guest_restore(Guest *guest, Error *err)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        ERROR_AUTO Error why = ERROR_INIT;
        g_autoptr(Domain) before = guest_note_read(guest, &why);
        int r;

        if (error_is_set(&why))
                return error_move(err, &why);
        if (!before || !view || !view->live)
                return 0;
        qemu_name_iothreads(before);
        r = put_all(guest, before, view->live, &why);
        /* Once it answers again. */
        if (r < 0 && why.code == VIR_ERR_OPERATION_TIMEOUT)
                return error_move(err, &why);
        if (r < 0 && same_devices(before, view->live)) {
                log_warn("domain '%s': a change that was cut off is taken back: %s", before->name, why.message);
                r = take_back(guest, before, err);
        } else if (r < 0) {
                error_move(err, &why);
        }
        guest_note_forget(guest);
        return r;
}
