/* Core scheduling: threads that share a cookie of the kernel's share the cores of a processor with each other and with
 * nobody else, so that nobody else sees what they leave behind in a core. qemu.conf's sched_core says for whom. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "config/qemu_conf.h"
#include "util/error.h"

/** sched_core_check: VIR_ERR_CONFIG_UNSUPPORTED: @conf asks for what does not exist or this kernel has not. */
int sched_core_check(const QemuConf *conf, Error *err);

typedef enum { CORE_OF_HELPERS, CORE_OF_EMULATOR } CorePart;

/** sched_core_enter: processes of @part that the calling thread starts from here on have the new guest's cookie, helpers
 * before QEMU, if @conf wants that for them. sched_core_leave() in any case. */
int sched_core_enter(const QemuConf *conf, CorePart part, Error *err);
/** sched_core_join: the same for helpers of a guest that runs already, as @pid. */
int sched_core_join(const QemuConf *conf, pid_t pid, Error *err);
/** sched_core_leave: the calling thread is the daemon's again. */
void sched_core_leave(const QemuConf *conf);

/* A thread and its cookie; 0: none. */
typedef struct CoreThread {
        pid_t tid;
        uint64_t cookie;
        bool joins; /* it is to get that of the one which sched_core_choose() names */
} CoreThread;

/** sched_core_choose: whose cookie the @n > 0 threads are to have; *@ret_create: that one needs a new one first. */
size_t sched_core_choose(CoreThread *threads, size_t n, bool *ret_create);

/** sched_core_vcpus: the processors' threads (of pid_t; 0: none) have a cookie of their own, if @conf wants that; those
 * that have come since get it. */
int sched_core_vcpus(const QemuConf *conf, const GArray *tids, Error *err);
