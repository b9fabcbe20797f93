/* The virtual processors of a running guest, put together from what QEMU tells: those that run and the places where one
 * could be plugged in. A place ("entity") may hold several processors that come and go together (the threads of a core
 * on POWER): the first of them stands for the place. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "util/json.h"

enum { VCPU_PROPS = 6, VCPUS_MAX = 16 * 1024 };

/* In the order in which processors are counted. */
extern const char *const vcpu_prop_names[VCPU_PROPS]; /* "socket-id" ... */

typedef struct QemuVcpu {
        bool online, hotpluggable, halted;
        pid_t tid;         /* 0: none */
        int cpu_index;     /* QEMU's own number; -1: not online */
        unsigned entity;   /* the number of the processor that stands for the place */
        unsigned together; /* of that one: how many the place holds; of others 0 */
        unsigned order;    /* of that one: in which order it came, from 1; 0: not online */
        char *type;        /* of that one, as the next two */
        char *alias;       /* NULL: there since the start */
        char *qom_path;
        int props[VCPU_PROPS]; /* where it is; -1: does not apply */
} QemuVcpu;

/** qemu_vcpus_read: @max processors from the answers to query-cpus-fast and query-hotpluggable-cpus (NULL: the machine
 * has no such places). A GArray of QemuVcpu that frees its content; VIR_ERR_INTERNAL_ERROR when QEMU contradicts
 * itself. */
GArray *qemu_vcpus_read(const Json *cpus, const Json *places, unsigned max, Error *err);
