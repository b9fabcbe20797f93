/* See restore.h and threads.h: which processors of the host the threads of a running guest may use. */
#include "conf/domain_threads.h"
#include "guest/group.h"
#include "guest/restore.h"
#include "guest/threads.h"

int guest_pin_vcpu(Guest *guest, const Domain *to, unsigned vcpu, Error *err)
{
        g_autoptr(DomainView) view = domain_view_get(guest->entry);
        const GuestFacts *facts = view_facts(view);
        pid_t tid = facts && vcpu < facts->vcpu_pids->len ? g_array_index(facts->vcpu_pids, pid_t, vcpu) : 0;

        /* One that is not plugged in gets it when it comes. */
        return tid > 0 ? guest_thread_pin(guest, "vcpu", vcpu, tid, domain_vcpu_cpus(to, vcpu), err) : 0;
}

int guest_pin_iothread(Guest *guest, const Domain *to, unsigned id, Error *err)
{
        g_autoptr(GArray) threads = guest_iothreads(guest, to, err);

        if (!threads)
                return -1;
        for (guint i = 0; i < threads->len; i++) {
                const GuestIothread *thread = &g_array_index(threads, GuestIothread, i);

                if (thread->id == id)
                        return guest_thread_pin(guest, "iothread", id, thread->tid, domain_iothread_cpus(to, id), err);
        }
        return error_set(err, VIR_ERR_INVALID_ARG, "iothread %u not found", id);
}

int guest_pins_restore(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        const struct Cputune *was = from->cputune;

        for (size_t i = 0; was && i < was->n_vcpupins; i++)
                if (domain_vcpu_cpus(to, was->vcpupins[i].vcpu) == to->vcpu_cpuset &&
                    guest_pin_vcpu(guest, to, was->vcpupins[i].vcpu, err) < 0)
                        return -1;
        for (size_t i = 0; was && i < was->n_iothreadpins; i++) {
                unsigned id = was->iothreadpins[i].iothread;

                /* Its thread may be gone with it. */
                if (domain_find_iothread(to, id) >= 0 && domain_iothread_cpus(to, id) == to->vcpu_cpuset &&
                    guest_pin_iothread(guest, to, id, err) < 0)
                        return -1;
        }
        /* Nobody else makes the group of these wider. */
        if ((was && was->emulatorpin) || (to->cputune && to->cputune->emulatorpin))
                return guest_emulator_pin(guest, to, domain_emulator_cpus(to), err);
        return 0;
}
