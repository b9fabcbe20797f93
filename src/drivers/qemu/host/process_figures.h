/* What the kernel tells of a process and its threads. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct CpuFigures {
        uint64_t user_ns, system_ns;
        int cpu;      /* where it last ran; -1: unknown */
        bool running; /* or ready to */
        uint64_t wait_ns;
} CpuFigures;

/** cpu_figures: of process @pid, or of its thread @tid (0: the whole). False: it is gone. */
bool cpu_figures(pid_t pid, pid_t tid, CpuFigures *ret);
/** halt_poll_figures: what KVM's vcpus of @pid spent waiting for work. False: this kernel does not say. */
bool halt_poll_figures(pid_t pid, uint64_t *ret_success_ns, uint64_t *ret_fail_ns);
/** rss_kib: resident memory of @pid; 0: unknown. */
uint64_t rss_kib(pid_t pid);
