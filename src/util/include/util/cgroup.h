/* Control groups of the kernel: version 1 (a tree for each controller), version 2 (one tree), both, or none.
 *
 * A Cgroup is one name in all the trees that have a controller we want. Settings are rows: what each is called in either
 * version; values that are lists or pairs are put together here, so that callers need not know the version. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/error.h"

typedef enum {
        CGROUP_CPU,
        CGROUP_CPUACCT,
        CGROUP_CPUSET,
        CGROUP_MEMORY,
        CGROUP_BLKIO,
        CGROUP_DEVICES,
        CGROUP_CONTROLLERS
} CgroupController;
extern const char *const cgroup_controller_names[CGROUP_CONTROLLERS];

typedef enum {
        CGROUP_CPU_SHARES,
        CGROUP_CPUSET_CPUS,
        CGROUP_CPUSET_MEMS,
        CGROUP_CPUSET_MIGRATE, /* version 1: memory moves with the nodes; version 2 always does */
        CGROUP_MEMORY_HARD,    /* bytes; CGROUP_UNLIMITED */
        CGROUP_MEMORY_SOFT,
        CGROUP_MEMORY_SWAP, /* version 1: memory and swap together, version 2: swap alone */
        CGROUP_MEMORY_USED,
        CGROUP_BLKIO_WEIGHT,
        CGROUP_CPU_USED, /* ns; read only */
        CGROUP_SETTINGS
} CgroupSetting;

#define CGROUP_UNLIMITED UINT64_MAX

typedef enum {
        CGROUP_READ_BYTES,
        CGROUP_WRITE_BYTES,
        CGROUP_READ_IOPS,
        CGROUP_WRITE_IOPS,
        CGROUP_DEVICE_WEIGHT
} CgroupIo;

typedef struct Cgroup Cgroup;

/** cgroup_make: the group @name below @partition ("/machine", which is made if need be) for those of @wanted (bits of
 * CgroupController) that the host has. @root stands for "/"; "" normally. NULL without an error: the host has none of
 * them. The caller frees. */
Cgroup *cgroup_make(const char *root, const char *partition, const char *name, unsigned wanted, Error *err);
/** cgroup_make_around: as cgroup_make(), where @partition has @pid and no other process. It moves into the group before
 * anything is handed down: in version 2 the kernel would take the group for one of threads. */
Cgroup *cgroup_make_around(const char *root, const char *partition, const char *name, unsigned wanted, pid_t pid,
                           Error *err);
/** cgroup_find: the same group as far as it is there; NULL without an error: it is not. The caller frees. */
Cgroup *cgroup_find(const char *root, const char *partition, const char *name, Error *err);
/** cgroup_of_process: where @pid is. NULL without an error: nowhere but at the top. The caller frees. */
Cgroup *cgroup_of_process(const char *root, pid_t pid, Error *err);
/** cgroup_up: the group that has @group, if @group's own name matches one of @patterns (NULL-terminated, "vcpu*"); else
 * a copy of @group. */
Cgroup *cgroup_up(const Cgroup *group, const char *const *patterns);
/** cgroup_child: @name below @group. With @make it is made; else NULL when it is not there. */
Cgroup *cgroup_child(const Cgroup *group, const char *name, bool make, Error *err);
Cgroup *cgroup_free(Cgroup *group); /* the group stays; returns NULL; accepts NULL */

/** cgroup_remove: with all groups below. Those with processes in them stay: -1 with VIR_ERR_SYSTEM_ERROR (EBUSY). */
int cgroup_remove(const Cgroup *group, Error *err);

/** cgroup_kill: SIGKILL for every process in @group and below, until none is left; at most @deadline_ms. -1 with
 * VIR_ERR_SYSTEM_ERROR (EBUSY): one is still there. */
int cgroup_kill(const Cgroup *group, int deadline_ms, Error *err);

/** cgroup_has: whether the group is under the control of @controller. */
bool cgroup_has(const Cgroup *group, CgroupController controller);
/** cgroup_is_unified: whether that is in the tree of version 2. */
bool cgroup_is_unified(const Cgroup *group, CgroupController controller);
/** cgroup_drop: forget @controller: nothing is set or read there. */
void cgroup_drop(Cgroup *group, CgroupController controller);
/** cgroup_path: its folder under @controller; NULL: none. Borrowed. */
const char *cgroup_path(const Cgroup *group, CgroupController controller);

/** cgroup_open_joins: descriptors for process_join(), one a tree: of @part, a child of @group's (NULL: none), where it
 * is there, else of @group; how many, at most CGROUP_CONTROLLERS; -1. */
int cgroup_open_joins(const Cgroup *group, const Cgroup *part, int ret_fds[CGROUP_CONTROLLERS], Error *err);
/** cgroup_add_thread: thread @tid moves into @group. One that has ended is fine. */
int cgroup_add_thread(const Cgroup *group, pid_t tid, Error *err);

/** VIR_ERR_CONFIG_UNSUPPORTED: the group has no such file. */
int cgroup_set(const Cgroup *group, CgroupSetting setting, uint64_t value, Error *err);
int cgroup_get(const Cgroup *group, CgroupSetting setting, uint64_t *ret, Error *err);
int cgroup_set_text(const Cgroup *group, CgroupSetting setting, const char *value, Error *err);
char *cgroup_get_text(const Cgroup *group, CgroupSetting setting, Error *err); /* the caller frees */

/** cgroup_set_bandwidth: @period in us, 0: as it is; @quota in us, 0: as it is, below 0: none. */
int cgroup_set_bandwidth(const Cgroup *group, uint64_t period, int64_t quota, Error *err);
int cgroup_get_bandwidth(const Cgroup *group, uint64_t *ret_period, int64_t *ret_quota, Error *err);

/** cgroup_set_io: a limit of the block device @path; 0: none. */
int cgroup_set_io(const Cgroup *group, const char *path, CgroupIo what, uint64_t value, Error *err);

/** cgroup_cpu_times: user and system time in ns. */
int cgroup_cpu_times(const Cgroup *group, uint64_t *ret_user, uint64_t *ret_system, Error *err);

/** cgroup_cpu_each: time in ns on each of the first @n processors. VIR_ERR_OPERATION_UNSUPPORTED: version 2 does not
 * tell. */
int cgroup_cpu_each(const Cgroup *group, uint64_t *times, size_t n, Error *err);

/* A device that processes of a group may open. */
typedef struct CgroupDevice {
        char type; /* 'b', 'c' */
        unsigned major;
        int minor; /* -1: all */
        bool write;
} CgroupDevice;

/** cgroup_set_devices: exactly @devices from here on. */
int cgroup_set_devices(const Cgroup *group, const CgroupDevice *devices, size_t n, Error *err);
/** cgroup_devices_change: whether one device can come or go by itself (version 1); else the whole list is set. */
bool cgroup_devices_change(const Cgroup *group);
int cgroup_allow_device(const Cgroup *group, const CgroupDevice *device, bool allow, Error *err);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cgroup, cgroup_free)
