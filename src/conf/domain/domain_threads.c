/* See conf/domain_threads.h. */
#include "conf/domain_threads.h"

ssize_t domain_find_iothread(const Domain *d, unsigned id)
{
        for (size_t i = 0; i < d->n_iothread_ids; i++)
                if (d->iothread_ids[i].id == id)
                        return (ssize_t)i;
        return -1;
}

bool domain_has_iothread(const Domain *d, unsigned id)
{
        /* Those that are only counted have the free numbers from 1. */
        return domain_find_iothread(d, id) >= 0 || (d->n_iothread_ids < d->iothreads && id >= 1 && id <= d->iothreads);
}

const Bitmap *domain_vcpu_cpus(const Domain *d, unsigned vcpu)
{
        const Cputune *tune = d->cputune;

        for (size_t i = 0; tune && i < tune->n_vcpupins; i++)
                if (tune->vcpupins[i].vcpu == vcpu)
                        return tune->vcpupins[i].cpuset;
        return d->vcpu_cpuset;
}

const Bitmap *domain_iothread_cpus(const Domain *d, unsigned id)
{
        const Cputune *tune = d->cputune;

        for (size_t i = 0; tune && i < tune->n_iothreadpins; i++)
                if (tune->iothreadpins[i].iothread == id)
                        return tune->iothreadpins[i].cpuset;
        return d->vcpu_cpuset;
}

const Bitmap *domain_emulator_cpus(const Domain *d)
{
        const Cputune *tune = d->cputune;

        return tune && tune->emulatorpin ? tune->emulatorpin : d->vcpu_cpuset;
}
