/* Between the parts of cgroup. */
#pragma once

#include "util/cgroup.h"

struct Cgroup {
        char *folders[CGROUP_CONTROLLERS]; /* NULL: not under its control */
        char *tops[CGROUP_CONTROLLERS];    /* where the tree is mounted */
        bool unified[CGROUP_CONTROLLERS];  /* version 2 */
};

/** cgroup_write: @value into a file of the kernel's, in one go. */
int cgroup_write(const char *path, const char *value, Error *err);
/** cgroup_is_first: whether no controller before @index has the same folder. */
bool cgroup_is_first(const Cgroup *group, size_t index);
