/* See bandwidths.h. */
#include "guest/bandwidths.h"

#include "host/bandwidth.h"

static bool same_bandwidth(const Bandwidth *a, const Bandwidth *b)
{
        return a && b ? !rows_compare(&Bandwidth_rows, a, b, 0, NULL, NULL) : a == b;
}

static int put(const Interface *before, const Interface *nic, Error *err)
{
        ERROR_AUTO Error why = ERROR_INIT;

        if (same_bandwidth(bandwidth_of(before), bandwidth_of(nic)) || bandwidth_set(nic, nic->target, &why) == 0)
                return 0;
        bandwidth_set(before, nic->target, NULL);
        return error_move(err, &why);
}

static const Interface *with_target(const Domain *domain, const char *target)
{
        for (size_t i = 0; target && i < domain->n_interfaces; i++)
                if (g_strcmp0(domain->interfaces[i].target, target) == 0)
                        return &domain->interfaces[i];
        return NULL;
}

int guest_bandwidths_apply(Guest *guest, const Domain *from, const Domain *to, Error *err)
{
        for (size_t i = 0; i < to->n_interfaces; i++) {
                const Interface *nic = &to->interfaces[i];
                const Interface *before = with_target(from, nic->target);

                /* One that has just come has had its limits from the beginning. */
                if (before && put(before, nic, err) < 0)
                        return -1;
        }
        return 0;
}
