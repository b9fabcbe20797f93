/* From which NUMA nodes of the host a guest's process takes its memory. */
#pragma once

#include "conf/domain.h"
#include "util/process.h"

enum { NUMA_NODES_MAX = 1024 };

typedef struct MemoryPolicy {
        int mode; /* of set_mempolicy(2) */
        unsigned long nodes[NUMA_NODES_MAX / (8 * sizeof(unsigned long))];
} MemoryPolicy;

/** numa_policy_set: @process runs under the policy of @live, if that has one for the whole guest. @auto_nodes: where
 * automatic placement puts it; NULL: nobody said. @policy is the place for it: it must outlive the start. */
void numa_policy_set(const Domain *live, const Bitmap *auto_nodes, MemoryPolicy *policy, Process *process);
