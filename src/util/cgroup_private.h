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

/** cgroup_bpf_works: whether the kernel takes a list of devices as a program, from us. */
bool cgroup_bpf_works(void);
/** cgroup_bpf_devices: @folder's processes may open exactly @devices. */
int cgroup_bpf_devices(const char *folder, const CgroupDevice *devices, size_t n, Error *err);
