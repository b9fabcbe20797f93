/* Figures of a domain that can be changed: memory, how often the balloon looks. */
#include "calls/change.h"
#include "calls/lifecycle.h"
#include "guest/balloon.h"

/* Memory */

static int edit_memory(Domain *definition, bool live, const Change *change, Error *err)
{
        uint64_t kib = *(const uint64_t *)change->input;
        bool maximum = change->flags & VIR_DOMAIN_MEM_MAXIMUM;

        if (maximum && live)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "cannot resize the maximum memory on an active domain");
        if (!maximum && kib > definition->memory_kib)
                return error_set(err, VIR_ERR_INVALID_ARG, "cannot set memory higher than max memory");
        if (maximum)
                definition->memory_kib = kib;
        if (!maximum || definition->current_memory_kib > kib)
                definition->current_memory_kib = kib;
        return 0;
}

static int inflate(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        return guest_balloon_inflate(guest, to, err);
}

int qemu_domain_set_memory_flags(virDomainPtr domain, unsigned long memory, unsigned int flags, Error *err)
{
        uint64_t kib = memory;
        Change change = { .name = "memory", .flags = flags, .input = &kib, .edit = edit_memory, .apply = inflate };

        return change_run(domain, &change, err);
}

/* The balloon's figures */

static int edit_period(Domain *definition, bool live, const Change *change, Error *err)
{
        if (!definition->memballoon || definition->memballoon->model == BALLOON_NONE)
                return error_set(err, VIR_ERR_OPERATION_INVALID,
                                 "Memory balloon model must be virtio to set the collection period");
        definition->memballoon->stats_period = *(const unsigned *)change->input;
        return 0;
}

static int poll_balloon(Guest *guest, const Domain *from, const Domain *to, const Change *change, Error *err)
{
        return guest_balloon_poll(guest, to, err);
}

int qemu_domain_set_memory_stats_period(virDomainPtr domain, int period, unsigned int flags, Error *err)
{
        unsigned seconds = (unsigned)period;
        Change change = { .name = "memory-stats-period",
                          .flags = flags,
                          .input = &seconds,
                          .edit = edit_period,
                          .apply = poll_balloon };

        if (period < 0)
                return error_set(err, VIR_ERR_INVALID_ARG, "invalid value for collection period '%d'", period);
        return change_run(domain, &change, err);
}
