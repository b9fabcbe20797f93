/* See numa_policy.h. */
#include "host/numa_policy.h"

#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

static int set_policy(void *opaque)
{
        const MemoryPolicy *policy = opaque;

        return (int)syscall(SYS_set_mempolicy, policy->mode, policy->nodes, (unsigned long)NUMA_NODES_MAX);
}

static int policy_mode(NumaMode mode)
{
        switch (mode) {
        case NUMA_MODE_PREFERRED: return MPOL_PREFERRED;
        case NUMA_MODE_INTERLEAVE: return MPOL_INTERLEAVE;
        case NUMA_MODE_RESTRICTIVE: return MPOL_DEFAULT; /* its control group alone holds it */
        default: return MPOL_BIND;
        }
}

void numa_policy_set(const Domain *live, const Bitmap *auto_nodes, MemoryPolicy *policy, Process *process)
{
        const struct Numatune *tune = live->numatune;
        const Bitmap *nodes = !tune ? NULL : tune->placement == PLACEMENT_AUTO ? auto_nodes : tune->nodeset;

        *policy = (MemoryPolicy){ .mode = nodes ? policy_mode(tune->mode) : MPOL_DEFAULT };
        if (policy->mode == MPOL_DEFAULT)
                return;
        for (long node = bitmap_next(nodes, -1); node >= 0 && node < NUMA_NODES_MAX; node = bitmap_next(nodes, node))
                policy->nodes[(size_t)node / (8 * sizeof(long))] |= 1UL << (size_t)node % (8 * sizeof(long));
        process_before(process, "set the NUMA memory policy", set_policy, policy);
}
